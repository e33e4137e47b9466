"""Which budget a table prints, what one costs, and the lines of basic expenditure beside it."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import extraction
import helpers
import three_public_budgets
from check_figures import Books
from three_public_budgets import ADJUSTED, BASE, INITIAL, RATIOS, TABLE, item_of, kinds

D = Decimal
HOSTING, TRAVEL = "公务接待费", "因公出国（境）费"


def printed(frame: pd.DataFrame) -> list[list]:
    values = frame.to_numpy(dtype=object).tolist()
    return [[str(v) if isinstance(v, Decimal) else v for v in row] for row in values]


@pytest.fixture(scope="module")
def report():
    return helpers.Report("zhuzhou-hrss-2024")


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("1、公务用车购置和维护经费", "公务用车购置及运行维护费"),
        ("2.公务用车购置费及运行维护费", "公务用车购置及运行维护费"),
        ("公务用车购置及运行费", "公务用车购置及运行维护费"),
        ("公车购置及运维费支出", "公务用车购置及运行维护费"),
        ("其中：公车购置", "公务用车购置费"),
        ("（1）公务用车购置费", "公务用车购置费"),
        ("公车运行维护", "公务用车运行维护费"),
        ("公务用车运行费", "公务用车运行维护费"),
        ("2、出国经费", TRAVEL),
        ("因公出国（境）费用", TRAVEL),
        ("因公出国(境)支出", TRAVEL),
        ("3、公务接待", HOSTING),
        ("公务接待费支出", HOSTING),
        ("“三公”经费财政拨款支出", "三公经费"),
        ("三公经费", "三公经费"),
        ("接待中心建设项目", None),
        ("公务用车改革补贴", None),
        ("其他交通费用", None),
        ("项目支出：", None),
    ],
)
def test_words_of_any_province_name_an_item(words, item):
    assert item_of(words) == item


# --- Which budget ---------------------------------------------------------------------------------


def test_the_main_reports_two_budgets(report):
    measures = three_public_budgets.measures(report)
    assert printed(measures[["item", "measure", "amount", "origin", "source"]].iloc[:8]) == [
        ["三公经费", "上年决算数", "20.75", "stated", ""],
        ["三公经费", "年初预算数", "44", "", "base_data"],
        ["三公经费", "全年预算数", "34.49", "", "three_public"],
        ["三公经费", "决算数", "34.49", "", ""],
        [TRAVEL, "上年决算数", "0", "stated", ""],
        [TRAVEL, "年初预算数", "5", "", "base_data"],
        [TRAVEL, "全年预算数", "6.98", "", "three_public"],
        [TRAVEL, "决算数", "6.98", "", ""],
    ]
    assert printed(measures[measures["item"] == HOSTING][["measure", "amount"]]) == [
        ["上年决算数", "10.31"],
        ["年初预算数", "18"],
        ["全年预算数", "8.91"],
        ["决算数", "8.91"],
    ]


def table(name: str, *rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame([("r", 2024, 1, *row) for row in rows], columns=extraction.COLUMNS[name])
    return frame


def books(text=(), budget=None, base=None, project=()) -> Books:
    """Facts of the text (subject, amount, sentence), 09's budget, the base data's, 自评 budgets."""
    facts = [("七", s, "预算数", D(a), "万元", sentence) for s, a, sentence in text]
    public = [("预算数", "合计", budget and D(budget)), ("决算数", "合计", D("5.00"))]
    lines = [("经费控制情况", "三公经费", "2024", "预算数", D(base), "万元")] if base else []
    funding = []
    if project:
        stated, initial, adjusted = map(D, project)
        lines.append(("经费控制情况", "修路工程", "2024", "预算数", stated, "万元"))
        funding = [("修路工程", "年度资金总额", INITIAL, initial)]
        funding += [("修路工程", "年度资金总额", ADJUSTED, adjusted)]
    return Books(
        {
            "narrative": table("narrative", *facts),
            "three_public": table("three_public", *public),
            "base_data": table("base_data", *lines),
            "performance_funding": table("performance_funding", *funding),
        }
    )


SAID = "“三公”经费财政拨款支出"


@pytest.mark.parametrize(
    ("given", "of_table", "of_base"),
    [
        (books(budget="5.00"), "", ""),
        (books([(f"{SAID}年初预算", "8.00", "…")], "8.00"), INITIAL, ""),
        (books([(f"{SAID}年初预算数", "8.00", "…")], "5.00"), ADJUSTED, ""),
        (books([(f"{SAID}全年预算数", "5.00", "…")], "5.00"), ADJUSTED, ""),
        (books([(SAID, "8.00", "预算为8.00万元，完成年初预算的62.5%。")], "8.00"), INITIAL, ""),
        (books([(SAID, "8.00", "预算为8.00万元，完成预算的62.5%。")], "8.00"), "", ""),
        (books([(f"{SAID}年初预算", "0", "…")], "0.00"), "", ""),
        (books(budget="5.00", base="8", project=("4", "4", "6")), ADJUSTED, INITIAL),
        (books(budget="8.00", base="8", project=("4", "4", "6")), "", INITIAL),
        (books(budget="5.00", base="8", project=("6", "4", "6")), "", ADJUSTED),
        (books(budget="5.00", base="8", project=("6", "6", "6")), "", ""),
        (books(budget="5.00", base="8"), "", ""),
        (books([(f"{SAID}年初预算", "8.00", "…")], "5.00", "8"), ADJUSTED, INITIAL),
    ],
)
def test_the_reports_words_tell_which_budget_it_is(given, of_table, of_base):
    found = kinds(given)
    assert (found[TABLE].name, found[BASE].name) == (of_table, of_base)


# --- What one costs -------------------------------------------------------------------------------


def test_the_main_reports_unit_costs(report):
    costs = three_public_budgets.unit_costs(report)
    assert printed(costs[["per", "amount", "quantity", "yuan", "why"]]) == [
        ["车辆", "18.60", "6", "31000", ""],
        ["购置车辆", "0", None, None, "The report states no number of them."],
        ["来宾", "8.91", "472", "189", ""],
        ["来访团组", "8.91", "51", "1747", ""],
        ["出国团组", "6.98", "1", "69800", ""],
        ["出国人次", "6.98", "1", "69800", ""],
    ]


def counted(sentence: str, *counts: tuple[str, str, str]) -> Books:
    facts = [("七", HOSTING, "决算数", D("9"), "万元", "公务接待费9万元。")]
    facts += [("七", subject, "数量", D(n), unit, sentence) for subject, n, unit in counts]
    return Books({"narrative": table("narrative", *facts)})


@pytest.mark.parametrize(
    ("sentence", "counts", "quantity"),
    [
        ("来宾472人次", [("来宾", "472", "人次")], "472"),
        ("来宾1.2万人次", [("来宾", "1.2", "万人次")], "12000.0"),
        (
            "国内公务接待12批次，120人次，其中外事接待1批次、5人次。",
            [("国内公务接待", "120", "人次"), ("外事接待", "5", "人次")],
            "120",
        ),
        (
            "国内公务接待120人次；国（境）外公务接待5人次。",
            [("国内公务接待", "120", "人次"), ("国（境）外公务接待", "5", "人次")],
            "125",
        ),
        (
            "公务接待125人次，国内接待120人次，外宾接待5人次。",
            [("公务接待", "125", "人次"), ("国内接待", "120", "人次"), ("外宾接待", "5", "人次")],
            "125",
        ),
        (
            "接待上级120人次，接待同级5人次。",
            [("接待上级", "120", "人次"), ("接待同级", "5", "人次")],
            None,
        ),
        ("来宾0人次", [("来宾", "0", "人次")], "0"),
        ("培训120人次", [("培训", "120", "人次")], None),
    ],
)
def test_guests_are_counted_once(sentence, counts, quantity):
    ratio = next(ratio for ratio in RATIOS if ratio.per == "来宾")
    found, why = three_public_budgets._quantity(counted(sentence, *counts), ratio)
    assert (None if found is None else str(found)) == quantity
    assert bool(why) == (quantity is None)


# --- Basic expenditure ----------------------------------------------------------------------------


def test_the_main_reports_lines_of_basic_expenditure(report):
    assert printed(three_public_budgets.against_basic(report)) == [
        [TRAVEL, "6.98", "6.98", "0.00"],
        ["公务用车购置费", "0", None, "0"],
        ["公务用车运行维护费", "18.60", "18.60", "0.00"],
        [HOSTING, "8.91", "8.91", "0.00"],
    ]
