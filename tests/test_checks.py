"""Do the checks find what is wrong, and nothing else? On real reports, generated and small ones."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from generator import generate

import damage_trial
import extraction
from check_figures import Books, Check, Figure, Nearest, Share, Sum
from checks import COLUMNS, check_report, check_reports, findings

TESTS = Path(__file__).resolve().parent
MAIN = TESTS.parent / "data" / "raw" / "zhuzhou-hrss-2024.pdf"
SHANGHAI = TESTS.parents[1] / "shared" / "reports" / "shanghai-putuo-finance-2024.pdf"

NINE = [
    "revenue_expenditure",
    "revenue",
    "expenditure",
    "appropriation",
    "general_budget",
    "basic_expenditure",
    "government_fund",
    "state_capital",
    "three_public",
]


# --- Small reports, written by hand ---------------------------------------------------------------


def frame(table: str, *rows: tuple) -> pd.DataFrame:
    """A table of one report, each row without report and year; amounts as text or None."""
    columns = extraction.COLUMNS[table]
    return pd.DataFrame([("r", 2024, *row) for row in rows], columns=columns)


def coded(table: str, page: int, columns: list[str], **lines: str) -> pd.DataFrame:
    """A table of functional classes; ``c`` before a code, ``total`` for 合计, - for a blank cell."""
    rows = []
    for key, amounts in lines.items():
        code = "" if key == "total" else key.removeprefix("c")
        for column, amount in zip(columns, amounts.split(), strict=True):
            value = None if amount == "-" else Decimal(amount)
            rows.append((page, code, f"N{code}" if code else "合计", "", column, value))
    return frame(table, *rows)


def two_sided(*rows: str, page: int = 1) -> pd.DataFrame:
    """01: each row as side, item and amount."""
    parts = [row.split() for row in rows]
    return frame(
        "revenue_expenditure", *[(page, side, "", item, Decimal(a)) for side, item, a in parts]
    )


def facts(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """The explanation: each row as section, subject, measure, value with unit, sentence."""
    return frame(
        "narrative",
        *[
            (9, section, subject, measure, *_split(value), sentence)
            for section, subject, measure, value, sentence in rows
        ],
    )


def _split(value: str) -> tuple[Decimal, str]:
    digits = value.rstrip("万元%个辆分")
    return Decimal(digits), value[len(digits) :]


def three_public(**amounts: str) -> pd.DataFrame:
    items = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "公务用车购置费"]
    items += ["公务用车运行维护费", "公务接待费"]
    return frame(
        "three_public",
        *[
            (5, basis, item, Decimal(amount))
            for basis, line in amounts.items()
            for item, amount in zip(items, line.split(), strict=True)
        ],
    )


def fails(**frames: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Identity, stated and computed amount of each check that fails."""
    checks = check_report(frames)
    return [
        (r["check"], str(r["stated"]), str(r["computed"]))
        for r in checks[checks["verdict"] == "fail"].to_dict("records")
    ]


KINDS = ["合计", "基本支出", "项目支出"]
FUND = ["年初结转和结余", "本年收入", "本年支出", "基本支出", "项目支出", "年末结转和结余"]
GOOD = {"total": "30.00 10.00 20.00", "c201": "30.00 10.00 20.00", "c20101": "30.00 10.00 20.00"}


def test_a_table_that_balances_does_not_fail():
    assert fails(expenditure=coded("expenditure", 1, KINDS, **GOOD)) == []


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        pytest.param(
            {
                "expenditure": coded(
                    "expenditure", 1, KINDS, total="31.00 10.00 20.00", c201="31.00 10.00 21.00"
                )
            },
            [("row total", "31.00", "30.00"), ("classes", "20.00", "21.00")],
            id="row_and_class",
        ),
        pytest.param(
            {"expenditure": coded("expenditure", 1, KINDS, total="31.00 10.00 20.00")},
            [("row total", "31.00", "30.00")],
            id="row_total",
        ),
        pytest.param(
            {"expenditure": coded("expenditure", 1, KINDS[:1], c201="5.00", c20101="4.00")},
            [("classes", "5.00", "4.00")],
            id="kuan_to_lei",
        ),
        pytest.param(
            {"expenditure": coded("expenditure", 1, KINDS[:1], c201="-", c20101="4.00")},
            [("classes", "None", "4.00")],
            id="blank_lei",
        ),
        pytest.param(
            {"government_fund": coded("government_fund", 1, FUND, total="1.00 5.00 4.00 - 4.00 1")},
            [("carry-over", "1", "2.00")],
            id="carry_over",
        ),
        pytest.param(
            {"revenue_expenditure": two_sided("收入 一、事业收入 4.00", "收入 本年收入合计 5.00")},
            [("items of a side", "5.00", "4.00")],
            id="items_of_a_side",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided(
                    "收入 本年收入合计 5.00", "收入 年初结转和结余 2.00", "收入 总计 8.00"
                )
            },
            [("grand total", "8.00", "7.00")],
            id="grand_total",
        ),
        pytest.param(
            {"revenue_expenditure": two_sided("收入 总计 5.00", "支出 总计 6.00")},
            [("both sides", "6.00", "5.00")],
            id="both_sides",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided("收入 总计 5.00", "支出 总计 5.00"),
                "appropriation": frame(
                    "appropriation",
                    (2, "支出", "", "总计", "合计", Decimal("6.00")),
                    (2, "支出", "", "总计", "一般公共预算财政拨款", Decimal("5.50")),
                ),
            },
            [("row total of funds", "6.00", "5.50"), ("01 ≥ 04", "5.00", "6.00")],
            id="funds",
        ),
        pytest.param(
            {
                "appropriation": frame(
                    "appropriation",
                    (2, "收入", "", "本年收入合计", "合计", None),
                    (2, "收入", "", "年初财政拨款结转和结余", "合计", Decimal("3.00")),
                    (2, "收入", "", "一、一般公共预算财政拨款", "合计", Decimal("1.00")),
                )
            },
            [("carried over by fund", "3.00", "1.00")],
            id="carried_over_by_fund",
        ),
        pytest.param(
            {
                "basic_expenditure": frame(
                    "basic_expenditure",
                    (4, "301", "工资", "类", "人员经费", Decimal("5.00")),
                    (4, "30101", "基本工资", "款", "人员经费", Decimal("4.00")),
                    (4, "", "人员经费合计", "合计", "人员经费", Decimal("5.00")),
                )
            },
            [("economic classes", "5.00", "4.00")],
            id="economic_class",
        ),
        pytest.param(
            {"three_public": three_public(决算数="7.00 1.00 5.00 2.00 3.00 2.00")},
            [("三公 total", "7.00", "8.00")],
            id="three_public_total",
        ),
        pytest.param(
            {"three_public": three_public(预算数="8.00 1.00 5.00 2.00 2.00 2.00")},
            [("三公 total", "5.00", "4.00")],
            id="three_public_vehicles",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided("收入 本年收入合计 5.00"),
                "revenue": coded("revenue", 2, ["合计"], total="6.00"),
            },
            [("01 = 02", "6.00", "5.00")],
            id="01_02",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided("支出 一、N201 5.00", "支出 二、外交支出 1.00"),
                "expenditure": coded("expenditure", 2, ["合计"], c201="6.00"),
            },
            [("01 = 03", "5.00", "6.00"), ("01 = 03", "1.00", "0")],
            id="01_03_by_name",
        ),
        pytest.param(
            {
                "expenditure": coded(
                    "expenditure", 1, ["合计"], total="9.00", c201="4.00", c202="5.00"
                ),
                "general_budget": coded(
                    "general_budget", 2, ["合计"], total="9.00", c201="3.00", c202="6.00"
                ),
            },
            [("03 ≥ 05 + 07 + 08", "4.00", "3.00"), ("03 ≥ 05 + 07 + 08", "5.00", "6.00")],
            id="03_05_equal_without_other_money",
        ),
        pytest.param(
            {
                "expenditure": coded("expenditure", 1, ["合计"], total="9.00", c201="9.00"),
                "general_budget": coded("general_budget", 2, ["合计"], total="8.00", c201="8.00"),
            },
            [],
            id="03_may_be_more_than_05",
        ),
        pytest.param(
            {
                "general_budget": coded("general_budget", 2, KINDS, total="9.00 9.00 -"),
                "basic_expenditure": frame(
                    "basic_expenditure",
                    (4, "", "人员经费合计", "合计", "人员经费", Decimal("5.00")),
                    (4, "", "公用经费合计", "合计", "公用经费", Decimal("3.00")),
                ),
            },
            [("05 = 06", "9.00", "8.00")],
            id="05_06",
        ),
        pytest.param(
            {
                "general_budget": coded("general_budget", 1, KINDS, total="9.00 9.00 -"),
                "basic_expenditure": frame(
                    "basic_expenditure",
                    (4, "301", "工资福利支出", "类", "人员经费", Decimal("5.00")),
                    (4, "30101", "基本工资", "款", "人员经费", Decimal("5.00")),
                    (4, "302", "商品和服务支出", "类", "公用经费", Decimal("3.00")),
                    (4, "30201", "办公费", "款", "公用经费", Decimal("3.00")),
                ),
            },
            [("05 = 06", "9.00", "8.00")],
            id="05_06_without_totals",
        ),
        pytest.param(
            {
                "three_public": three_public(决算数="8.00 1.00 5.00 2.00 3.00 2.00"),
                "basic_expenditure": frame(
                    "basic_expenditure",
                    (4, "30212", "因公出国（境）费用", "款", "公用经费", Decimal("0.90")),
                    (4, "30217", "公务接待费", "款", "公用经费", Decimal("2.50")),
                ),
            },
            [("09 ≥ 06", "2.00", "2.50")],
            id="09_06",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided("收入 总计 5.00"),
                "narrative": facts(
                    ("一", "收、支总计", "决算数", "0.3万元", "收、支总计0.3万元。")
                ),
            },
            [("text = tables", "0.3", "5.00")],
            id="text",
        ),
        pytest.param(
            {
                "narrative": facts(
                    (
                        "一",
                        "其他",
                        "决算数",
                        "90.00万元",
                        "其他90.00万元，减少10.00万元，降低11%。",
                    ),
                    (
                        "一",
                        "其他",
                        "增减额",
                        "-10.00万元",
                        "其他90.00万元，减少10.00万元，降低11%。",
                    ),
                    ("一", "其他", "增减率", "-11%", "其他90.00万元，减少10.00万元，降低11%。"),
                )
            },
            [("rate of change", "-11", "-10.0000")],
            id="rate_of_change",
        ),
        pytest.param(
            {
                "narrative": facts(
                    (
                        "三",
                        "支出合计",
                        "决算数",
                        "10.00万元",
                        "支出合计10.00万元，其中：甲4.00万元，占30%。",
                    ),
                    (
                        "三",
                        "甲",
                        "决算数",
                        "4.00万元",
                        "支出合计10.00万元，其中：甲4.00万元，占30%。",
                    ),
                    ("三", "甲", "占比", "30%", "支出合计10.00万元，其中：甲4.00万元，占30%。"),
                )
            },
            [("share", "30", "40.0000")],
            id="share_of_the_sentence's_total",
        ),
        pytest.param(
            {
                "narrative": facts(
                    ("五", "甲", "预算数", "4.00万元", "甲预算4.00万元，决算3.00万元，完成80%。"),
                    ("五", "甲", "决算数", "3.00万元", "甲预算4.00万元，决算3.00万元，完成80%。"),
                    ("五", "甲", "完成率", "80%", "甲预算4.00万元，决算3.00万元，完成80%。"),
                )
            },
            [("completion rate", "80", "75.0000")],
            id="completion_rate",
        ),
        pytest.param(
            {
                "narrative": facts(
                    ("十二", "车辆", "数量", "6辆", "车辆6辆，其中甲3辆、乙2辆。"),
                    ("十二", "甲", "数量", "3辆", "车辆6辆，其中甲3辆、乙2辆。"),
                    ("十二", "乙", "数量", "2辆", "车辆6辆，其中甲3辆、乙2辆。"),
                )
            },
            [("vehicles", "6", "5")],
            id="vehicles",
        ),
        pytest.param(
            {
                "procurement": frame(
                    "procurement",
                    (9, "合计", "采购支出", "10.00", "万元"),
                    (9, "货物", "采购支出", "4.00", "万元"),
                    (9, "服务", "采购支出", "6.00", "万元"),
                    (9, "合计", "授予中小企业合同金额", "5.00", "万元"),
                    (9, "合计", "中小企业占比", "60.0", "%"),
                )
            },
            [("procurement", "60.0", "50.0000")],
            id="procurement_share",
        ),
        pytest.param(
            {
                "budget_execution": frame(
                    "budget_execution",
                    (9, "甲", "乙", "丙", "2010101", "4.00", "3.00", "70.0", ""),
                    (9, "甲", "乙", "丁", "2010102", "4.00", "3.00", None, ""),
                )
            },
            [("items' completion rates", "70.0", "75.0000")],
            id="item's_completion_rate",
        ),
        pytest.param(
            {
                "base_data": frame(
                    "base_data",
                    (9, "经费", "项目支出：", "2024", "决算数", "9.00", "万元"),
                    (9, "经费", "1、业务工作经费", "2024", "决算数", "4.00", "万元"),
                    (9, "经费", "3、市级专项资金", "2024", "决算数", "6.00", "万元"),
                    (9, "经费", "专项甲", "2024", "决算数", "6.00", "万元"),
                    (9, "经费", "公用经费", "2024", "决算数", "3.00", "万元"),
                )
            },
            [("base data add up", "9.00", "10.00")],
            id="base_data",
        ),
        pytest.param(
            {
                "performance_funding": frame(
                    "performance_funding",
                    (9, "甲", "年度资金总额", "全年预算数", "10.00"),
                    (9, "甲", "年度资金总额", "全年执行数", "5.00"),
                    (9, "甲", "年度资金总额", "分值", "10"),
                    (9, "甲", "年度资金总额", "执行率", "60%"),
                    (9, "甲", "年度资金总额", "得分", "7.00"),
                    (9, "甲", "当年财政拨款", "全年执行数", "4.00"),
                )
            },
            [
                ("sources of funds", "5.00", "4.00"),
                ("execution rate", "60", "50.0000"),
                ("score of execution", "7.00", "6"),
            ],
            id="self_evaluation",
        ),
        pytest.param(
            {
                "performance_indicators": frame(
                    "performance_indicators",
                    (9, "甲", "产出", "数量", "一", "1", "1", "60", "50", ""),
                    (9, "甲", "产出", "数量", "二", "1", "1", "30", "31", ""),
                    (9, "甲", "总分", "", "", "", "", "90", "82", ""),
                )
            },
            [("points", "90", "100"), ("points", "82", "81"), ("score ≤ points", "31", "30")],
            id="points",
        ),
        pytest.param(
            {
                "expenditure": frame(
                    "expenditure", (3, "20101", "人大事务", "款", "合计", Decimal("1.00"))
                ),
                "budget_execution": frame(
                    "budget_execution",
                    (9, "甲支出", "人才事务", "丙", "2010101", None, None, None, ""),
                ),
            },
            [("one code, one name", "None", "None")],
            id="names",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided(
                    "支出 二十一、甲支出 0.00",
                    "支出 三十二、乙支出 0.00",
                    "支出 二十三、丙支出 0.00",
                )
            },
            [("ordinals", "None", "None")],
            id="ordinals",
        ),
        pytest.param(
            {
                "expenditure": frame(
                    "expenditure",
                    (3, "208", "社会保障和就业支出", "类", "合计", Decimal("1.00")),
                    (3, "20805", "行政事业单位养老支出", "款", "合计", Decimal("1.00")),
                    (3, "2080505", "缴费支出", "项", "合计", Decimal("1.00")),
                    (4, "2101101", "行政单位医疗", "项", "合计", Decimal("0.00")),
                )
            },
            [("codes in their classes", "None", "None")] * 2,
            id="codes in their classes",
        ),
        pytest.param(
            {
                "expenditure": frame(
                    "expenditure",
                    (3, "217", "金融支出", "类", "合计", Decimal("1.00")),
                    (3, "21703", "金融发展支出", "款", "合计", Decimal("1.00")),
                ),
                "revenue": frame("revenue", (5, "217", "金融支出", "类", "合计", Decimal("1.00"))),
            },
            [("codes in their classes", "None", "None")],
            id="a table cut off after a class",
        ),
        pytest.param(
            {
                "revenue_expenditure": two_sided(
                    "支出 二十二、灾害防治及应急0管理支出 0.00",
                    "支出 8371.82年末结转和结余 0.00",
                    "支出 其中:1.基本支出 0.00",
                    "支出 2023年结转 0.00",
                )
            },
            [("digits in names", "None", "None")] * 2,
            id="digits in names",
        ),
        pytest.param(
            {
                "revenue_expenditure": frame(
                    "revenue_expenditure",
                    (3, "收入", "28", "使用非财政拨款结余", None),
                    (3, "收入", "290", "年初结转和结余", None),
                    (3, "收入", "30", "总计", Decimal("0.00")),
                )
            },
            [("line numbers", "None", "None")],
            id="line numbers",
        ),
    ],
)
def test_one_broken_identity_is_that_failure(frames, expected):
    assert fails(**frames) == expected


def test_an_item_out_of_order_is_named_with_its_neighbours():
    checks = check_report(
        {
            "revenue_expenditure": two_sided(
                "支出 一、甲支出 0.00",
                "支出 三、乙支出 0.00",
                "支出 二、丙支出 0.00",
                "支出 三、丁支出 0.00",
                page=7,
            )
        }
    )
    (finding,) = findings(checks).to_dict("records")
    assert finding["sentence"].startswith("An ordinal is out of order: 三、乙支出 (p. 7) stands")


# --- Verdicts, tolerances, and checks that cannot be made -----------------------------------------


def figure(amount: str | None, **options) -> Figure:
    return Figure(None if amount is None else Decimal(amount), 1, "here", **options)


@pytest.mark.parametrize(
    ("stated", "parts", "verdict", "tolerance"),
    [
        ("3.00", ["1.00", "2.00"], "pass", "0.015"),
        ("3.01", ["1.00", "2.00"], "rounding", "0.015"),
        ("3.02", ["1.00", "2.00"], "fail", "0.015"),
        ("3.02", ["1.00", "1.00", "1.00"], "rounding", "0.020"),
        ("3.03", ["1.00", "1.00", "1.00"], "fail", "0.020"),
        ("3.01", ["3.00"], "rounding", "0.010"),
        ("3.02", ["3.00"], "fail", "0.010"),
        ("3", ["2.00", "1.49"], "rounding", "0.510"),
        ("-1.00", ["1.00"], "fail", "0.010"),
        ("2.00", ["2.00", None], "pass", "0.010"),
        (None, ["0.00"], "pass", "0.005"),
        (None, ["0.02"], "fail", "0.005"),
    ],
)
def test_the_tolerance_follows_from_the_printed_decimals(stated, parts, verdict, tolerance):
    outcome = Check(figure(stated), Sum([figure(part) for part in parts])).outcome()
    assert (outcome.verdict, outcome.tolerance) == (verdict, Decimal(tolerance))


def test_in_a_column_with_decimals_a_whole_number_is_exact():
    part = figure("39", exponent=-2)
    assert Check(figure("39.02", exponent=-2), Sum([part])).outcome().verdict == "fail"


@pytest.mark.parametrize(
    ("stated", "part", "whole", "verdict"),
    [
        ("33.3", "1.00", "3.00", "rounding"),
        ("33.4", "1.00", "3.00", "rounding"),  # 1.00 may be 1.005
        ("33.4", "100.00", "300.00", "fail"),
        ("50.0", "1.00", "2.00", "pass"),
        ("98", "87.08", "88.90", "rounding"),
        ("97", "87.08", "88.90", "fail"),
        ("100", "5.00", "0.00", "not applicable"),
        ("100", "5.00", None, "not applicable"),
    ],
)
def test_a_percentage_takes_over_the_rounding_of_its_operands(stated, part, whole, verdict):
    share = Share(Sum([figure(part)]), Sum([figure(whole)]))
    assert Check(figure(stated), share).outcome().verdict == verdict


@pytest.mark.parametrize(
    ("stated", "other", "relation", "equal", "verdict"),
    [
        ("4.00", "5.00", "≤", None, "pass"),
        ("6.00", "5.00", "≤", None, "fail"),
        ("6.00", "5.00", "≥", None, "pass"),
        ("6.00", "5.00", "≥", ("1.00", "1.00"), "fail"),
        ("6.00", "5.00", "≥", ("1.00", "2.00"), "pass"),
        ("5.01", "5.00", "≥", ("1.00", "1.00"), "rounding"),
        ("5.01", "5.00", "≤", None, "rounding"),
    ],
)
def test_limits(stated, other, relation, equal, verdict):
    equal_if = equal and Check(figure(equal[0]), Sum([figure(equal[1])]))
    check = Check(figure(stated), Sum([figure(other)]), relation, equal_if)
    assert check.outcome().verdict == verdict


def test_of_several_meanings_the_nearest_counts():
    formula = Nearest([figure("5.00"), figure("7.00")])
    assert Check(figure("7.00"), formula).outcome().verdict == "pass"
    assert Check(figure("6.80"), formula).outcome().computed == Decimal("7.00")


def test_blank_against_blank_is_not_a_pass():
    outcome = Check(figure(None), Sum([figure(None)])).outcome()
    assert (outcome.verdict, outcome.computed) == ("not applicable", None)


@pytest.mark.parametrize("frames", [{}, {"expenditure": pd.DataFrame()}, {"narrative": facts()}])
def test_without_tables_nothing_is_checked_and_nothing_breaks(frames):
    checks = check_report(frames)
    assert list(checks.columns) == COLUMNS
    assert set(checks["verdict"]) == {"not applicable"}
    assert checks["detail"].str.contains("is not in the report").all()
    assert findings(checks).empty
    assert damage_trial.run_trial(frames, 5).empty


def test_reports_below_one_another_are_checked_one_by_one():
    good = coded("expenditure", 1, KINDS, **GOOD)
    bad = coded("expenditure", 1, KINDS, total="31.00 10.00 20.00").assign(report="s")
    checks = check_reports({"expenditure": pd.concat([good, bad])})
    assert list(findings(checks)["report"]) == ["s"]
    assert set(checks["report"]) == {"r", "s"}


def test_a_finding_names_both_places_with_their_pages():
    checks = check_report(
        {
            "revenue_expenditure": two_sided("收入 本年收入合计 5.00", page=3),
            "revenue": coded("revenue", 4, ["合计"], total="6.00"),
        }
    )
    (finding,) = findings(checks).to_dict("records")
    assert finding["page"] == 4
    assert finding["detail"] == (
        "收入决算表 合计 合计 (p. 4) 6.00 = 收入支出决算总表 收入 本年收入合计 (p. 3) 5.00"
    )
    assert finding["sentence"].startswith(
        "收入决算表 合计 合计 on page 4 says 6.00, which is 1 more than the 5.00 that the report's"
    )


# --- Generated reports ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_a_generated_report_does_not_fail(seed, tmp_path):
    """Its nine tables and the amounts of its text.

    The generator draws 三公 and the rates of change of the text at random, so that neither agrees
    with the other tables.
    """
    generated = generate(seed)
    path = tmp_path / f"{generated.name}.pdf"
    path.write_bytes(generated.pdf)
    checks = check_report(extraction.read_report(path))
    failed = findings(checks)
    failed = failed[~failed["check"].isin(["09 ≥ 06", "rate of change"])]
    assert failed["detail"].tolist() == []
    assert (checks["verdict"] == "pass").sum() > 20


# --- The main report ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def main_frames() -> dict[str, pd.DataFrame]:
    return extraction.read_report(MAIN)


@pytest.fixture(scope="module")
def main_checks(main_frames) -> pd.DataFrame:
    return check_report(main_frames)


def counted(checks: pd.DataFrame) -> dict[str, tuple[int, int, int, int]]:
    """Identity to its number of pass, rounding, fail and not applicable."""
    verdicts = ["pass", "rounding", "fail", "not applicable"]
    table = checks.groupby(["check", "verdict"], sort=False).size().unstack(fill_value=0)
    table = table.reindex(columns=verdicts, fill_value=0)
    return {
        name: tuple(int(n) for n in row)
        for name, row in zip(table.index, table.values, strict=True)
    }


MAIN_COUNTS = {
    "row total": (122, 2, 0, 1),
    "row total of funds": (9, 0, 0, 20),
    "classes": (106, 20, 0, 194),
    "carry-over": (0, 0, 0, 1),
    "items of a side": (5, 0, 0, 2),
    "grand total": (5, 0, 0, 2),
    "both sides": (3, 0, 0, 2),
    "carried over by fund": (1, 0, 0, 0),
    "economic classes": (4, 1, 0, 3),
    "三公 total": (4, 0, 0, 0),
    "01 = 02": (2, 0, 0, 5),
    "01 = 03": (8, 0, 0, 19),
    "04 = 05, 07, 08": (8, 0, 0, 73),
    "01 ≥ 04": (11, 0, 0, 21),
    "02 = 04": (1, 0, 0, 0),
    "04 = 07, 08, carried over": (0, 0, 0, 3),
    "03 ≥ 05 + 07 + 08": (85, 0, 0, 38),
    "05 = 06": (1, 0, 0, 0),
    "09 ≥ 06": (3, 0, 0, 1),
    "text = tables": (39, 0, 0, 6),
    "rate of change": (0, 8, 0, 1),
    "change of 三公": (0, 1, 0, 0),
    "completion rate": (5, 2, 0, 1),
    "share": (2, 14, 0, 4),
    "items of the text = 05": (22, 0, 0, 0),
    "items' budgets": (0, 1, 0, 0),
    "items' completion rates": (0, 9, 0, 12),
    "procurement": (2, 4, 0, 0),
    "vehicles": (1, 0, 0, 0),
    "base data add up": (15, 0, 0, 0),
    "control rates": (1, 0, 0, 2),
    "base data = tables": (8, 0, 0, 1),
    "base data = last year of the text": (4, 2, 0, 6),
    "base data = self-evaluations": (14, 0, 0, 0),
    "sources of funds": (33, 1, 1, 6),
    "execution rate": (7, 6, 1, 39),
    "score of execution": (8, 6, 0, 0),
    "points": (42, 0, 0, 0),
    "score ≤ points": (123, 0, 0, 76),
    "cost = execution": (14, 0, 1, 0),
    "projects = 项目支出": (1, 0, 1, 0),
    "number of projects": (2, 0, 0, 0),
    "graded projects": (0, 0, 0, 1),
    "overall evaluation": (8, 1, 0, 1),
    "one code, one name": (38, 0, 2, 0),
    "ordinals": (3, 0, 1, 0),
    "codes in their classes": (3, 0, 0, 0),
    "digits in names": (8, 0, 0, 0),
    "line numbers": (4, 0, 0, 0),
}
"""Identity to its number of pass, rounding, fail and not applicable."""


def test_how_many_checks_of_each_identity_pass_in_the_main_report(main_checks):
    assert counted(main_checks) == MAIN_COUNTS


def test_the_findings_of_the_main_report_are_its_own_slips(main_checks):
    found = findings(main_checks)
    assert [
        (r["check"], r["page"], r["scope"].split()[-1], str(r["stated"]), str(r["computed"]))
        for r in found.to_dict("records")
    ] == [
        ("sources of funds", 59, "全年预算数", "150.8", "112.6"),
        ("execution rate", 59, "执行率", "100", "8.3554"),
        ("cost = execution", 59, "实际完成值", "112.6", "12.6"),
        ("projects = 项目支出", 17, "项目支出", "2687.75", "2587.75"),
        ("one code, one name", 11, "人大事务", "None", "None"),
        ("one code, one name", 12, "高技能人才培养补助", "None", "None"),
        ("ordinals", 10, "三十二、灾害防治及应急管理支出", "None", "None"),
    ]
    assert "人才事务 (p. 25)" in found["detail"].iloc[4]
    assert "高技能人才培训补助 (p. 28)" in found["detail"].iloc[5]


def test_rounding_is_no_contradiction(main_checks):
    rounded = main_checks[main_checks["verdict"] == "rounding"]
    assert (rounded["difference"].map(abs) <= rounded["tolerance"]).all()
    told = rounded[rounded["scope"].str.startswith("政府采购支出说明 合计 采购支出")]
    assert [str(value) for value in told["difference"]] == ["0.01"]


def test_every_check_says_where_its_figures_stand(main_checks):
    made = main_checks[main_checks["computed"].notna() & (main_checks["computed"] != 100)]
    assert made["page"].notna().all()
    assert made["detail"].str.contains(r"\(p\. \d+\)").all()
    left = main_checks[main_checks["verdict"] == "not applicable"]
    assert left["computed"].isna().all()
    assert left["detail"].str.len().gt(10).all()


def test_tables_read_back_from_csv_give_the_same_checks(main_frames, main_checks, tmp_path):
    for name, table in main_frames.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8-sig")
    ((report, frames),) = damage_trial.load_tables(tmp_path)
    assert report == MAIN.stem
    again = check_report(frames)
    pd.testing.assert_frame_equal(again.astype(str), main_checks.astype(str))


@pytest.mark.skipif(not SHANGHAI.exists(), reason="needs a report that is no part of the project")
def test_the_findings_of_the_published_report_are_its_own_slips():
    checks = check_report(extraction.read_report(SHANGHAI))
    found = findings(checks).to_dict("records")
    assert [(r["check"], r["page"], str(r["stated"]), str(r["computed"])) for r in found] == [
        ("text = tables", 21, "0.3", "2961.68"),
        ("share", 21, "71.73", "71.6539"),
    ]
    tables = check_report({n: f for n, f in extraction.read_report(SHANGHAI).items() if n in NINE})
    assert findings(tables).empty
    assert counted(tables)["economic classes"] == (4, 2, 0, 0)


# --- The trial of the checks ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def damages(main_frames) -> pd.DataFrame:
    return damage_trial.run_trial(main_frames, times=400, seed=7)


def test_the_trial_is_repeatable(main_frames, damages):
    again = damage_trial.run_trial(main_frames, times=400, seed=7)
    pd.testing.assert_frame_equal(again, damages)


def test_the_trial_leaves_the_tables_as_they_were(main_frames, damages):
    assert len(damages) == 400
    assert len(findings(check_report(main_frames))) == 7


def test_nearly_all_damage_is_caught(damages):
    whole = damage_trial.share_caught(damages).loc["all"]
    forms = damage_trial.share_caught(damages[damages["table"].isin(NINE)]).loc["all"]
    assert whole["share"] >= 94
    assert forms["share"] >= 98
    kinds = damage_trial.share_caught(damages, "kind")
    assert list(kinds.index) == [*damage_trial.KINDS, "all"]


def test_what_is_caught_is_a_new_fail(main_frames, damages):
    """The quick trial says the same as a full check of the damaged tables."""
    trial = damage_trial.Trial(main_frames)
    before = len(findings(check_report(main_frames)))
    one = damages[(damages["kind"] != "two cells exchanged") & (damages["table"] == "revenue")]
    for record in one.head(8).to_dict("records"):
        cell = next(f for f in trial.cells if f.place == record["place"])
        frames = dict(main_frames)
        frames["revenue"] = frames["revenue"].copy()
        frames["revenue"].at[cell.key[1], "amount"] = record["after"]
        assert (len(findings(check_report(frames))) > before) == record["caught"]


@pytest.mark.parametrize(
    ("kind", "before", "results"),
    [
        ("two digits swapped", "12.00", {"21.00", "10.20"}),
        ("decimal point moved", "12.34", {"123.4", "1.234"}),
        ("digit changed", "7", set("012345689")),
        ("two digits swapped", "77", set()),
        ("decimal point moved", "0.00", set()),
    ],
)
def test_kinds_of_damage(kind, before, results):
    table = coded("expenditure", 1, ["合计"], total=before)
    trial, seen = damage_trial.Trial({"expenditure": table}), set()
    for seed in range(200):
        changes = trial.damage(trial.cells[0], kind, damage_trial.Random(seed))
        seen |= {str(amount) for amount in changes.values()}
    assert seen == results


def test_a_cell_on_which_nothing_depends_is_listed_as_unprotected():
    table = facts(("十", "来宾", "数量", "472个", "来宾472个。"))
    cells = damage_trial.unprotected({"narrative": table}).to_dict("records")
    assert [(c["place"], c["noticed"], c["why"]) for c in cells] == [
        ("决算情况说明 十 来宾 数量", 0, "no other figure depends on it")
    ]


def test_the_command_prints_shares_findings_and_open_cells(main_frames, tmp_path, capsys):
    for name, table in main_frames.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False, encoding="utf-8-sig")
    damage_trial.main([str(tmp_path), "--times", "50", "--seed", "1"])
    printed = capsys.readouterr().out
    assert "zhuzhou-hrss-2024: 50 damages" in printed
    assert "of the nine statutory tables:" in printed
    assert "Contradictions without any damage: 7" in printed
    assert "no other figure depends on it" in printed


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no tables"):
        list(damage_trial.load_tables(tmp_path))


def test_books_of_one_report_know_its_year(main_frames):
    assert Books(main_frames).year == 2024
