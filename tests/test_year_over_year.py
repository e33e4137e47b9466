"""Last year's amounts: stated, derived from a stated change, or of that year's own report."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import extraction
import helpers
import year_over_year
from check_figures import LABELS, Books
from year_over_year import BUDGET, LAST_YEAR, compare, compared_with

D = Decimal


def plain(value):
    return str(value) if isinstance(value, Decimal) else value


def rows(frame: pd.DataFrame, name: str, *columns: str) -> dict:
    return {row[name]: [plain(row[c]) for c in columns] for row in frame.to_dict("records")}


@pytest.fixture
def folder(tmp_path):
    """Write reports: key, department, year, narrative rows and base data rows of each."""

    def write(*reports):
        found = {name: [] for name in [*LABELS, "reports"]}
        for key, department, year, narrative, base in reports:
            found["reports"].append((key, year, department, "万元", 1, f"{key}.pdf", "0"))
            found["narrative"] += [(key, year, 9, *row) for row in narrative]
            found["base_data"] += [(key, year, 9, "经费控制情况", *row, "万元") for row in base]
        for name, records in found.items():
            frame = pd.DataFrame(records, columns=extraction.COLUMNS[name])
            frame.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8-sig")
        return tmp_path

    return write


def total(amount, change=None, year=2024, than="与上年相比", rate=None):
    """收、支总计 as the narrative states it."""
    sentence = f"{year}年度收、支总计{amount}万元，{than}，变动{change}万元。"
    facts = [("一", "收、支总计", "决算数", amount, "万元", sentence)]
    if change:
        facts.append(("一", "收、支总计", "增减额", change, "万元", sentence))
    if rate:
        facts.append(("一", "收、支总计", "增减率", rate, "%", sentence))
    return facts


def line(item, year, last, this, budget=""):
    """One line of the base data table."""
    return [
        (item, year - 1, "决算数", last),
        (item, year, "预算数", budget),
        (item, year, "决算数", this),
    ]


# --- The main report ------------------------------------------------------------------------------


def test_the_main_reports_amounts_of_both_years():
    frame = compare(helpers.Report("zhuzhou-hrss-2024"))
    found = rows(frame, "figure", "this_year", "last_year", "change", "origin", "agree")
    assert found == {
        "收、支总计": ["4133.00", "4420.95", "-287.95", "derived", None],
        "收入合计": ["4133.00", None, None, "", None],
        "支出合计": ["4133.00", None, None, "", None],
        "基本支出": ["1445.25", None, None, "", None],
        "项目支出": ["2687.75", "2853.37", "-165.62", "stated", None],
        "财政拨款收、支总计": ["4133.00", "4420.95", "-287.95", "derived", None],
        "财政拨款支出": ["4133.00", "4420.95", "-287.95", "derived", None],
        "一般公共预算财政拨款支出": ["4133.00", None, None, "", None],
        "公用经费": ["185.91", "352.88", "-166.97", "stated", None],
        "机关运行经费": ["185.91", None, None, "", None],
        "三公经费": ["34.49", "20.75", "13.74", "stated", True],
        "因公出国（境）费": ["6.98", "0", "6.98", "stated", True],
        "公务用车购置及运行维护费": ["18.60", "10.44", "8.16", "stated", True],
        "公务用车购置费": ["0", "0", "0", "stated", True],
        "公务用车运行维护费": ["18.60", "10.44", "8.16", "stated", True],
        "公务接待费": ["8.91", "10.31", "-1.40", "stated", True],
    }


def test_the_main_reports_rates_and_the_intervals_they_leave():
    frame = compare(helpers.Report("zhuzhou-hrss-2024"))
    frame = frame[frame["stated_rate"].notna()]
    assert rows(frame, "figure", "derived", "rate_low", "rate_high", "rate_agrees") == {
        "收、支总计": ["4420.95", "4417.95", "4422.70", True],
        "财政拨款收、支总计": ["4420.95", "4417.95", "4422.70", True],
        "财政拨款支出": ["4420.95", "4417.95", "4422.70", True],
        "三公经费": ["20.75", "20.74", "20.77", True],
        "因公出国（境）费": ["0.00", "3.48", "3.50", False],
        "公务用车购置及运行维护费": ["10.44", "10.40", "10.47", True],
        "公务用车运行维护费": ["10.44", "10.40", "10.47", True],
        "公务接待费": ["10.30", "10.28", "10.32", True],
    }


def test_the_main_reports_change_of_running_costs_is_one_against_the_budget():
    books = year_over_year.books_of(helpers.Report("zhuzhou-hrss-2024"))
    (change,) = year_over_year.changes(books, BUDGET)
    assert (change.fact.subject, change.final, change.change) == (
        "机关运行经费",
        D("185.91"),
        D("-24.33"),
    )
    assert change.rate.amount == D("-11.6")


def test_the_main_reports_projects_add_up_and_move():
    projects = year_over_year.lines(helpers.Report("zhuzhou-hrss-2024"), "项目支出")
    assert projects["this_year"].sum() == D("2687.75")
    assert projects["last_year"].dropna().sum() == D("2853.37")
    ordered = year_over_year.by_movement(projects)
    assert rows(ordered, "item", "last_year", "this_year", "change", "movement") == {
        "事业单位集中引才工作经费": [None, "104", None, "上年空白"],
        "业务工作经费": ["303.12", "472.77", "169.65", "增加"],
        "其他零星项目": ["56.04", "90.09", "34.05", "增加"],
        "社会保险基金监督专项": ["17.93", "19.25", "1.32", "增加"],
        "市直事业单位公开招聘专项经费": ["135", "135", "0", "持平"],
        "奖学金": ["21.6", "6.6", "-15.0", "减少"],
        "人力资源和社会保障专项支出": ["184.79", "150.3", "-34.49", "减少"],
        "人才队伍建设专项经费": ["603.24", "563.69", "-39.55", "减少"],
        "就业专项资金": ["933.25", "749.85", "-183.40", "减少"],
        "助学金": ["598.4", "396.2", "-202.2", "减少"],
    }
    largest = year_over_year.by_movement(projects, 3)
    assert list(largest["item"]) == ["业务工作经费", "就业专项资金", "助学金"]


def test_lines_that_are_only_of_which_stand_beside_each_other():
    parts = year_over_year.lines(helpers.Report("zhuzhou-hrss-2024"), "公用经费")
    assert rows(parts, "item", "last_year", "this_year", "movement") == {
        "办公经费": ["264.02", "185.91", "减少"],
        "水费、电费、差旅费": ["88.86", "0", "结束"],
        "会议费、培训费": ["0", "0", "持平"],
    }


# --- What a change is compared with ---------------------------------------------------------------


def fact_of(sentence: str, change: str):
    subject = ("九", "机关运行经费")
    record = ("r", 2024, 1, *subject, "增减额", D(change), "万元", sentence)
    frame = pd.DataFrame([record], columns=extraction.COLUMNS["narrative"])
    return Books({"narrative": frame}).facts[0]


@pytest.mark.parametrize(
    ("sentence", "change", "base"),
    [
        ("机关运行经费支出9万元，比年初预算数减少3万元，降低25%。", "-3", BUDGET),
        ("机关运行经费支出9万元，较2024年年初预算减少3万元。", "-3", BUDGET),
        ("机关运行经费支出9万元，与预算数相比减少3万元。", "-3", BUDGET),
        ("机关运行经费支出9万元，与全年预算相比，减少3万元。", "-3", BUDGET),
        ("机关运行经费支出9万元，比2023年度增加2.55万元，增长1.40%。", "2.55", LAST_YEAR),
        ("机关运行经费支出9万元，比上年决算数增加３万元。", "3", LAST_YEAR),
        ("机关运行经费支出9万元，同比减少3万元。", "-3", LAST_YEAR),
        ("机关运行经费支出9万元，较去年减少30000元。", "-3", LAST_YEAR),
        ("机关运行经费支出9万元，比2022年增加3万元。", "3", ""),
        ("机关运行经费支出9万元，增加3万元。", "3", ""),
        (
            "一般公共预算财政拨款支出9万元，比上年一般公共预算财政拨款支出增加3万元。",
            "3",
            LAST_YEAR,
        ),
        ("支出预算为3万元，支出决算为6万元，与上年相比增加3万元，增长100%。", "3", LAST_YEAR),
        ("比年初预算减少1万元，比上年增加2万元。", "-1", BUDGET),
        ("比年初预算减少1万元，比上年增加2万元。", "2", LAST_YEAR),
        ("比上年增加2万元，比年初预算减少1万元。", "-1", BUDGET),
        ("收入和支出预算平衡，比上年增加2万元。", "2", LAST_YEAR),
    ],
)
def test_the_sentence_says_what_a_change_is_compared_with(sentence, change, base):
    assert compared_with(fact_of(sentence, change), 2024) == base


def test_a_change_against_a_budget_gives_no_amount_of_last_year(folder):
    report = helpers.Report(
        "a", folder(("a", "甲局", 2024, total("9", "-3", than="与预算相比"), []))
    )
    assert rows(compare(report), "figure", "last_year", "stated_change") == {
        "收、支总计": [None, None]
    }


@pytest.mark.parametrize(("than", "last"), [("与上年相比", "9"), ("与年初预算相比", None)])
def test_unchanged_is_a_change_of_nothing(folder, than, last):
    sentence = f"2024年度收、支总计9万元，{than}持平。"
    facts = [("一", "收、支总计", "决算数", "9", "万元", sentence)]
    report = helpers.Report("a", folder(("a", "甲局", 2024, facts, [])))
    assert rows(compare(report), "figure", "last_year") == {"收、支总计": [last]}


def test_an_amount_of_last_year_in_a_sentence_is_stated(folder):
    facts = [*total("9"), ("一", "收、支总计", "上年数", "7.5", "万元", "上年收、支总计7.5万元。")]
    report = helpers.Report("a", folder(("a", "甲局", 2024, facts, [])))
    assert rows(compare(report), "figure", "last_year", "origin") == {
        "收、支总计": ["7.5", "stated"]
    }


def test_a_rate_of_minus_100_percent_leaves_no_interval(folder):
    facts = total("0", "-3", rate="-100")
    report = helpers.Report("a", folder(("a", "甲局", 2024, facts, [])))
    frame = compare(report)
    assert rows(frame, "figure", "derived", "stated_rate", "rate_low", "rate_agrees") == {
        "收、支总计": ["3", "-100", None, None]
    }


def test_a_rate_that_contradicts_the_change_is_told(folder):
    facts = total("90", "-10", rate="-20.0")
    report = helpers.Report("a", folder(("a", "甲局", 2024, facts, [])))
    assert rows(compare(report), "figure", "derived", "rate_low", "rate_high", "rate_agrees") == {
        "收、支总计": ["100", "111.80", "113.20", False]
    }


# --- Reports of several years ---------------------------------------------------------------------


def test_that_years_own_report_goes_before_what_is_said_of_it(folder):
    path = folder(
        ("a", "甲 局", 2024, total("9", "-3"), []), ("b", "甲局", 2023, total("11", year=2023), [])
    )
    frame = compare(helpers.Report("a", path))
    assert rows(frame, "figure", "last_year", "origin", "derived", "own_report", "agree") == {
        "收、支总计": ["11", "own report", "12", "11", True]  # printed to the unit: 11.5 is both
    }
    history = year_over_year.history(helpers.Report("b", path))
    assert [[plain(v) for v in row] for row in history.to_numpy().tolist()] == [
        ["收、支总计", 2023, "11", "own report"],
        ["收、支总计", 2024, "9", "own report"],
    ]


def test_a_difference_that_rounding_does_not_explain_is_told(folder):
    path = folder(
        ("a", "甲局", 2024, total("9.00", "-3.00"), []),
        ("b", "甲局", 2023, total("11.00", year=2023), []),
    )
    assert list(compare(helpers.Report("a", path))["agree"]) == [False]


def test_another_departments_or_units_report_is_not_used(folder):
    path = folder(
        ("a", "甲局", 2024, total("9", "-3"), []),
        ("b", "甲局（本级）", 2023, total("11", year=2023), []),
        ("c", "乙局", 2023, total("11", year=2023), []),
    )
    assert year_over_year.same_department(helpers.Report("a", path)) == {2024: ["a"]}
    assert rows(compare(helpers.Report("a", path)), "figure", "origin") == {
        "收、支总计": ["derived"]
    }


def test_reports_without_a_department_are_not_one_department(folder):
    path = folder(("a", "", 2024, total("9"), []), ("b", "", 2023, total("8", year=2023), []))
    assert year_over_year.same_department(helpers.Report("a", path)) == {2024: ["a"]}


def test_of_two_reports_of_last_year_none_is_used(folder):
    path = folder(
        ("a", "甲局", 2024, total("9", "-3"), []),
        ("b", "甲局", 2023, total("11", year=2023), []),
        ("c", "甲局", 2023, total("12", year=2023), []),
    )
    report = helpers.Report("a", path)
    assert year_over_year.same_department(report) == {2023: ["b", "c"], 2024: ["a"]}
    assert list(year_over_year.reports_by_year(report)) == [2024]
    assert rows(compare(report), "figure", "origin") == {"收、支总计": ["derived"]}


def test_projects_of_several_years_are_told_apart_and_followed(folder):
    heads = line("项目支出：", 2024, "16", "20")
    new = [*heads, *line("1、修路", 2024, "5", "0"), *line("2、其他", 2024, "6", "7")]
    new += [*line("3、其他", 2024, "5", "6"), *line("4、办会", 2024, "0", "7")]
    old = [
        *line("项目支出", 2023, "1", "5"),
        *line("1、修路", 2023, "1", "4"),
        *line("2、绿化", 2023, "", "1"),
    ]
    path = folder(
        ("a", "甲局", 2024, total("9"), new), ("b", "甲局", 2023, total("9", year=2023), old)
    )
    found = year_over_year.lines(helpers.Report("a", path), "项目支出")
    assert rows(found, "item", "last_year", "this_year", "origin", "agree", "movement") == {
        "修路": ["4", "0", "own report", True, "结束"],
        "其他 (1)": ["6", "7", "stated", None, "增加"],
        "其他 (2)": ["5", "6", "stated", None, "增加"],
        "办会": ["0", "7", "stated", None, "新增"],
    }
    history = year_over_year.line_history(helpers.Report("a", path), "项目支出")
    assert [[plain(v) for v in row] for row in history.to_numpy().tolist()] == [
        ["修路", 2022, "1", "stated"],
        ["修路", 2023, "4", "own report"],
        ["修路", 2024, "0", "own report"],
        ["其他 (1)", 2023, "6", "stated"],
        ["其他 (1)", 2024, "7", "own report"],
        ["其他 (2)", 2023, "5", "stated"],
        ["其他 (2)", 2024, "6", "own report"],
        ["办会", 2023, "0", "stated"],
        ["办会", 2024, "7", "own report"],
        ["绿化", 2023, "1", "own report"],
    ]
