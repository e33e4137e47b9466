"""The words of Parts 3 and 4 against what two reports print, and the grammar sentence by sentence."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extraction
from narrative import read_narrative
from pdf_pages import Glyph, open_pages

WIDTH = 32
"""Characters in a full line of a test page."""


@dataclass(eq=False)
class PrintedPage:
    """A page with text and nothing else, as :class:`pdf_pages.Page` gives it."""

    number: int
    glyphs: list[Glyph]
    size: tuple[float, float] = (595.0, 842.0)
    rules: tuple = ()

    @property
    def middles(self) -> np.ndarray:
        return np.array([(glyph.x, glyph.y) for glyph in self.glyphs]).reshape(-1, 2)


def printed_page(lines: list[str], number: int = 1, step: float = 20.0) -> PrintedPage:
    """A page with these lines; an ideographic blank moves what follows by one character."""
    glyphs = []
    for row, line in enumerate(lines):
        y = 780 - step * row
        glyphs += [
            Glyph(text, 70 + 14 * i, y, 83 + 14 * i, y + 13, y)
            for i, text in enumerate(line)
            if not text.isspace()
        ]
    return PrintedPage(number, glyphs)


def paragraph(text: str, width: int = WIDTH) -> list[str]:
    """A paragraph's lines, the first one indented by two characters."""
    text = "　　" + text
    return [text[i : i + width] for i in range(0, len(text), width)]


def read(*paragraphs: str, table=(), width: int = WIDTH, heading: str = "一、总体情况说明"):
    """Read paragraphs that stand in one section of Part 3 of the accounts of 2024."""
    lines = ["第三部分　2024年度部门决算情况说明"]
    for text in (heading, *paragraphs):
        lines += paragraph(text, width)
    return read_narrative([printed_page(lines)], 1, list(table))


def facts(*paragraphs: str, **options) -> list[str]:
    """The facts of paragraphs, each as one line: subject, measure, value, unit."""
    return [
        f"{r['subject']} {r['measure']} {r['value']} {r['unit']}"
        for r in read(*paragraphs, **options).narrative
    ]


# --- The main report ------------------------------------------------------------------------------

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
EXPECTED = Path(__file__).resolve().parent / "expected" / "narrative"
SHANGHAI = RAW.parents[2] / "shared" / "reports" / "shanghai-putuo-finance-2024.pdf"


def read_pdf(path: Path):
    table = extraction.read_report(path)["general_budget"].to_dict("records")
    with open_pages(path) as pages:
        return read_narrative(pages, 1, table)


@pytest.fixture(scope="module")
def main_report():
    return read_pdf(RAW / "zhuzhou-hrss-2024.pdf")


def listed(name: str) -> list[tuple[str, ...]]:
    """The facts of a report as read by hand; ``sentence`` is left out."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [tuple(row) for row in csv.reader(lines)][1:]


def found(result) -> list[tuple[str, ...]]:
    return [
        (
            str(r["page"]),
            r["section"],
            r["subject"],
            r["measure"],
            format(r["value"], "f"),
            r["unit"],
        )
        for r in result.narrative
    ]


def test_every_fact_of_the_main_report(main_report):
    assert found(main_report) == listed("zhuzhou-hrss-2024")


def test_the_columns_are_those_of_the_contract(main_report):
    columns = {
        name: ",".join(getattr(main_report, name)[0])
        for name in ("narrative", "budget_execution", "procurement", "glossary")
    }
    assert columns == {
        "narrative": "page,section,subject,measure,value,unit,sentence",
        "budget_execution": (
            "page,class,section,item,code,initial_budget,final,completion_rate,reason"
        ),
        "procurement": "page,category,measure,value,unit",
        "glossary": "page,term,definition",
    }


def test_the_total_is_read_to_the_letter(main_report):
    change = (
        "与上年相比，减少287.95万元，降低6.5%，"
        "主要是因为年中上级转移支付、指标调剂新增项目支出较上年减少。"
    )
    assert [tuple(record.values()) for record in main_report.narrative[:3]] == [
        (24, "一", "收、支总计", "决算数", Decimal("4133.00"), "万元", "2024年度收、支总计4133.00万元。"),
        (24, "一", "收、支总计", "增减额", Decimal("-287.95"), "万元", change),
        (24, "一", "收、支总计", "增减率", Decimal("-6.5"), "%", change),
    ]  # fmt: skip


def of_section(result, number: str) -> list[str]:
    return [
        f"{r['subject']} {r['measure']} {r['value']} {r['unit']}"
        for r in result.narrative
        if r["section"] == number
    ]


def test_sections_two_three_and_six(main_report):
    assert of_section(main_report, "二") == [
        "收入合计 决算数 4133.00 万元",
        "财政拨款收入 决算数 4133.00 万元",
        "财政拨款收入 占比 100 %",
    ]
    assert of_section(main_report, "三") == [
        "支出合计 决算数 4133.00 万元",
        "基本支出 决算数 1445.25 万元",
        "基本支出 占比 35.0 %",
        "项目支出 决算数 2687.75 万元",
        "项目支出 占比 65.0 %",
    ]
    assert of_section(main_report, "六") == [
        "一般公共预算财政拨款基本支出 决算数 1445.25 万元",
        "人员经费 决算数 1259.34 万元",
        "人员经费 占比 87.1 %",
        "公用经费 决算数 185.91 万元",
        "公用经费 占比 12.9 %",
    ]


def test_section_seven_on_overseas_travel_vehicles_and_reception(main_report):
    assert of_section(main_report, "七") == [
        "“三公”经费财政拨款支出 预算数 34.49 万元",
        "“三公”经费财政拨款支出 决算数 34.49 万元",
        "“三公”经费财政拨款支出 完成率 100.0 %",
        "“三公”经费财政拨款支出 增减额 13.74 万元",
        "“三公”经费财政拨款支出 增减率 66.2 %",
        "因公出国（境）费 预算数 6.98 万元",
        "因公出国（境）费 决算数 6.98 万元",
        "因公出国（境）费 完成率 100.0 %",
        "因公出国（境）费 增减额 6.98 万元",
        "因公出国（境）费 增减率 100.0 %",
        "因公出国（境）团组 数量 1 个",
        "因公出国（境）团组 数量 1 人次",
        "公务用车购置费及运行维护费 预算数 18.6 万元",
        "公务用车购置费及运行维护费 决算数 18.6 万元",
        "公务用车购置费及运行维护费 完成率 100.0 %",
        "公务用车购置费及运行维护费 增减额 8.16 万元",
        "公务用车购置费及运行维护费 增减率 78.2 %",
        "公务用车购置费 预算数 0 万元",
        "公务用车购置费 决算数 0 万元",
        "公务用车运行维护费 预算数 18.6 万元",
        "公务用车运行维护费 决算数 18.6 万元",
        "公务用车运行维护费 完成率 100.0 %",
        "公务用车运行维护费 增减额 8.16 万元",
        "公务用车运行维护费 增减率 78.2 %",
        "公务用车保有量 数量 6 辆",
        "公务接待费 预算数 8.91 万元",
        "公务接待费 决算数 8.91 万元",
        "公务接待费 完成率 100.0 %",
        "公务接待费 增减额 -1.39 万元",
        "公务接待费 增减率 -13.5 %",
        "来访团组 数量 51 个",
        "来宾 数量 472 人次",
    ]


SOCIAL = "社会保障和就业支出"
HRSS = "人力资源和社会保障管理事务"
PENSIONS = "行政事业单位养老支出"
HEALTH = "行政事业单位医疗"
ITEMS = [
    (25, "一般公共服务支出", "人才事务", "一般行政管理事务", "2010102", "0", "1.5", None),
    (25, "一般公共服务支出", "组织事务", "一般行政管理事务", "2013202", "0", "154.00", None),
    (25, "教育支出", "职业教育", "中等职业教育", "2050302", "0", "396.2", None),
    (26, "教育支出", "职业教育", "技校教育", "2050303", "0", "6.6", None),
    (26, "科学技术支出", "基础研究", "科技人才队伍建设", "2060208", "0", "129.00", None),
    (26, SOCIAL, HRSS, "行政运行", "2080101", "875.42", "860.01", "98.2"),
    (26, SOCIAL, HRSS, "一般行政管理事务", "2080102", "812.5", "737.52", "90.8"),
    (26, SOCIAL, HRSS, f"其他{HRSS}支出", "2080199", "0", "437.5", None),
    (27, SOCIAL, PENSIONS, "行政单位离退休", "2080501", "174.04", "160.62", "92.3"),
    (27, SOCIAL, PENSIONS, "机关事业单位基本养老保险缴费支出", "2080505", "92.86", "82.54", "88.9"),
    (27, SOCIAL, PENSIONS, "机关事业单位职业年金缴费支出", "2080506", "46.43", "44.97", "96.9"),
    (27, SOCIAL, "就业补助", "就业创业服务补贴", "2080701", "0", "57.7", None),
    (28, SOCIAL, "就业补助", "高技能人才培训补助", "2080712", "0", "678.99", None),
    (28, SOCIAL, "就业补助", "其他就业补助支出", "2080799", "0", "25.03", None),
    (28, SOCIAL, "抚恤支出", "死亡抚恤支出", "2080801", "0", "74.84", None),
    (29, SOCIAL, f"其他{SOCIAL}", f"其他{SOCIAL}", "2089999", "0", "39.8", None),
    (29, "卫生健康支出", HEALTH, "行政单位医疗", "2101101", "40.44", "39", "96.4"),
    (29, "卫生健康支出", HEALTH, "公务员医疗补助", "2101103", "22.09", "21.31", "96.5"),
    (29, "卫生健康支出", HEALTH, f"其他{HEALTH}支出", "2101199", "88.9", "87.08", "98"),
    (29, "城乡社区支出", "其他城乡社区支出", "其他城乡社区支出", "2129999", "0", "23.9", None),
    (30, "住房保障支出", "住房改革支出", "住房公积金", "2210201", "77.51", "74.89", "96.6"),
]  # fmt: skip


def items(result) -> list[tuple]:
    """The items without their reasons; figures as printed."""
    rows = [list(record.values())[:-1] for record in result.budget_execution]
    return [tuple(format(v, "f") if isinstance(v, Decimal) else v for v in row) for row in rows]


def test_all_21_items_with_their_codes(main_report):
    assert items(main_report) == ITEMS


def test_reasons_are_as_printed_and_missing_where_none_is(main_report):
    reasons = [record["reason"] for record in main_report.budget_execution]
    assert reasons[0] == "年中财政追加薪酬调查经费1.5万元。"
    assert reasons[4] == (
        "年中财政划转人才队伍建设专项经费支出，发放2023年青年科技人才新取得职称补助129.00万元。"
    )
    assert reasons[8] == "年中有退休人员死亡，该项支出减少。"
    assert reasons[14] == "2024年有5名退休人员死亡，发放抚恤金、丧葬费。"
    assert [i for i, reason in enumerate(reasons, 1) if not reason] == [6, 17, 18, 19, 21]


def test_items_matched_loosely_are_told(main_report):
    assert [(match.text[1:], match.code, match.table[1:]) for match in main_report.loose] == [
        (("人才事务", "一般行政管理事务"), "2010102", ("人大事务", "一般行政管理事务")),
        (("就业补助", "高技能人才培训补助"), "2080712", ("就业补助", "高技能人才培养补助")),
        (("抚恤支出", "死亡抚恤支出"), "2080801", ("抚恤", "死亡抚恤")),
    ]


def test_procurement_of_the_main_report(main_report):
    assert [tuple(record.values()) for record in main_report.procurement] == [
        (33, "合计", "采购支出", Decimal("652.51"), "万元"),
        (33, "货物", "采购支出", Decimal("119.33"), "万元"),
        (33, "工程", "采购支出", Decimal("65.13"), "万元"),
        (33, "服务", "采购支出", Decimal("468.04"), "万元"),
        (33, "合计", "授予中小企业合同金额", Decimal("587.57"), "万元"),
        (33, "合计", "中小企业占比", Decimal("90.0"), "%"),
        (33, "合计", "授予小微企业合同金额", Decimal("208.82"), "万元"),
        (33, "合计", "小微企业占比", Decimal("35.5"), "%"),
        (33, "货物", "中小企业占比", Decimal("93.6"), "%"),
        (33, "工程", "中小企业占比", Decimal("53.3"), "%"),
        (33, "服务", "中小企业占比", Decimal("94.3"), "%"),
    ]


def test_glossary_of_the_main_report(main_report):
    assert [(record["page"], record["term"]) for record in main_report.glossary] == [
        (37, "财政拨款收入"),
        (37, "事业收入"),
        (37, "经营收入"),
        (37, "其他收入"),
        (37, "使用非财政拨款结余"),
        (37, "年初结转和结余"),
        (37, "“三公经费”支出"),
        (37, "机关运行经费"),
    ]
    assert main_report.glossary[0]["definition"] == "指单位从同级财政部门取得的财政预算资金。"
    assert main_report.glossary[-1]["definition"].endswith("公务用车运行维护费以及其他费用。")


def test_only_amounts_inside_reasons_are_left_unread(main_report):
    assert [(page, sentence[:20]) for page, sentence in main_report.unread] == [
        (30, "决算数大于上年数的主要原因一是2023年"),
        (32, "主要原因是：按财政要求，将在公用经费支付"),
    ]


AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(万元|亿元|%)(?!以上)")


def test_no_amount_of_the_text_is_lost(main_report):
    """Every 万元, 亿元 and % of Part 3, taken from the transcription, is in one of the files."""
    text = (RAW / "typesetting" / "zhuzhou-hrss-2024.txt").read_text(encoding="utf-8")
    start = text.index("## **一、收入支出决算总体情况说明")
    part = re.sub(r"\s", "", text[start : text.index("# **第四部分**", start)])
    printed = Counter(_exact(*amount) for amount in AMOUNT.findall(part))

    read = Counter(
        (abs(r["value"]), r["unit"]) for r in main_report.narrative if r["unit"] in ("万元", "%")
    )
    loose = [sentence for _, sentence in main_report.unread]
    for record in main_report.budget_execution:
        read.update((record[column], "万元") for column in ("initial_budget", "final"))
        if record["completion_rate"] is not None:
            read[record["completion_rate"], "%"] += 1
        loose.append(record["reason"])
    read.update(_exact(*amount) for words in loose for amount in AMOUNT.findall(words))
    assert read == printed


def _exact(number: str, unit: str) -> tuple[Decimal, str]:
    factor = 10000 if unit == "亿元" else 1
    return Decimal(number) * factor, "%" if unit == "%" else "万元"


# --- A published report from another province -----------------------------------------------------


@pytest.fixture(scope="module")
def shanghai():
    if not SHANGHAI.exists():
        pytest.skip(f"needs ../shared/reports/{SHANGHAI.name}, which is not part of the project")
    return read_pdf(SHANGHAI)


def test_every_fact_of_the_published_report(shanghai):
    assert found(shanghai) == listed("shanghai-putuo-finance-2024")
    assert shanghai.unread == []


def test_the_published_reports_totals_and_three_public_expenses(shanghai):
    assert of_section(shanghai, "一") == [
        "收入支出总计 决算数 2995.39 万元",
        "收入支出总计 增减额 -56.95 万元",
        "收入支出总计 增减率 -1.87 %",
    ]
    assert of_section(shanghai, "四") == ["财政拨款收入支出总计 决算数 0.3 万元"]
    assert of_section(shanghai, "七") == [
        "“三公”经费财政拨款支出年初预算 预算数 0.95 万元",
        "“三公”经费财政拨款支出 决算数 0.00 万元",
        "“三公”经费财政拨款支出 完成率 0 %",
        "因公出国（境）费 决算数 0.00 万元",
        "因公出国（境）费 完成率 0 %",
        "公务用车购置及运行维护费 决算数 0.00 万元",
        "公务用车购置及运行维护费 完成率 0 %",
        "公务接待费 决算数 0.00 万元",
        "公务接待费 完成率 0 %",
    ]


def test_the_published_reports_items_and_procurement(shanghai):
    assert [(row[4], *row[5:]) for row in items(shanghai)] == [
        ("2010601", "1560.05", "1511.89", None),
        ("2010602", "10.00", "10.00", None),
        ("2010607", "135.90", "135.25", None),
        ("2010608", "450.52", "449.52", None),
        ("2080501", "85.55", "84.65", None),
        ("2080505", "161.62", "160.75", None),
        ("2080506", "80.81", "80.38", None),
        ("2080599", "0.94", "0.94", None),
        ("2101101", "62.29", "60.99", None),
        ("2210201", "187.75", "187.19", None),
        ("2210203", "258.50", "258.50", None),
    ]
    assert shanghai.loose == []
    assert [tuple(record.values()) for record in shanghai.procurement] == [
        (24, "合计", "采购支出", Decimal("251.25"), "万元"),
        (24, "货物", "采购支出", Decimal("4.79"), "万元"),
        (24, "工程", "采购支出", Decimal(0), "万元"),
        (24, "服务", "采购支出", Decimal("246.47"), "万元"),
    ]
    assert len(shanghai.glossary) == 11


# --- Parts, pages, paragraphs ---------------------------------------------------------------------


def test_the_table_of_contents_is_not_the_text():
    contents = [
        "目　录",
        "第三部分　部门决算情况说明",
        "一、收入决算情况说明……3",
        "第四部分　名词解释……5",
    ]
    text = [
        *("第三部分", "2023年度部门决算情况说明"),
        *paragraph("一、收入决算情况说明"),
        *paragraph("2023年度收入合计12.30万元。"),
    ]
    terms = ["第四部分　名词解释", *paragraph("一、事业收入：指事业活动取得的收入。")]
    pages = [printed_page(contents, 1), printed_page(text, 2), printed_page(terms, 3)]
    result = read_narrative(pages, 1, [])
    assert [(r["page"], r["section"], r["value"]) for r in result.narrative] == [
        (2, "一", Decimal("12.30"))
    ]
    assert result.glossary == [
        {"page": 3, "term": "事业收入", "definition": "指事业活动取得的收入。"}
    ]


def test_a_report_without_the_parts_gives_nothing():
    result = read_narrative([printed_page(paragraph("本年收入合计5万元。"))], 1, [])
    assert (result.narrative, result.unread, result.glossary) == ([], [], [])


def test_a_sentence_over_a_page_break_counts_from_where_it_begins():
    heading = ["第三部分　2024年度部门决算情况说明", *paragraph("一、支出决算情况说明")]
    lines = paragraph("2024年度支出合计1234567.89万元，其中：基本支出234567.89万元。", 16)
    first = ["某局2024年度决算", *heading, *lines[:1]]
    blank = [""] * (36 - len(first))
    pages = [
        printed_page([*first, *blank, "— 1 —"], 1),
        printed_page(["某局2024年度决算", *lines[1:], *[""] * 33, "— 2 —"], 2),
        printed_page(["某局2024年度决算", *paragraph("项目支出1000000.00万元。")], 3),
    ]
    result = read_narrative(pages, 1, [])
    assert [(r["page"], r["subject"], str(r["value"])) for r in result.narrative] == [
        (1, "支出合计", "1234567.89"),
        (1, "基本支出", "234567.89"),
        (3, "项目支出", "1000000.00"),
    ]


# --- Grammar --------------------------------------------------------------------------------------

REFERS = "公务接待费支出决算为3.20万元，"
SAID = "公务接待费 决算数 3.20 万元"


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("完成预算的64%。", ["完成率 64 %"]),
        ("完成年初预算的64.0％。", ["完成率 64.0 %"]),
        ("为年初预算的64%。", ["完成率 64 %"]),
        ("占全年预算数的64%。", ["完成率 64 %"]),
        ("预算完成率为64%。", ["完成率 64 %"]),
        ("占“三公”经费的12.5%。", ["占比 12.5 %"]),
        ("比上年减少1.1万元，下降25.6%。", ["增减额 -1.1 万元", "增减率 -25.6 %"]),
        ("较2023年度增加0.50万元，增长18.5%。", ["增减额 0.50 万元", "增减率 18.5 %"]),
        ("与2023年度相比，减少了1.1万元，降幅为25.6%。", ["增减额 -1.1 万元", "增减率 -25.6 %"]),
        ("同比增长3.4%。", ["增减率 3.4 %"]),
        ("比年初预算数减少5万元，降低60.9%。", ["增减额 -5 万元", "增减率 -60.9 %"]),
        ("较上年决算数增加-1.1万元，变动-25.6%。", ["增减额 -1.1 万元", "增减率 -25.6 %"]),
        ("上年决算数为2.10万元，增加1.10万元。", ["上年数 2.10 万元", "增减额 1.10 万元"]),
        ("比上年减少0.00万元，下降0%。", ["增减额 0.00 万元", "增减率 0 %"]),
        ("与上年相比持平。", []),
        ("上年无此项支出。", []),
    ],
)
def test_what_is_said_of_a_final(words, rest):
    assert facts(REFERS + words) == [SAID, *(f"公务接待费 {fact}" for fact in rest)]
    assert read(REFERS + words).unread == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("2024年度收入总计1.2345亿元。", ["收入总计 决算数 12345 万元"]),
        ("本部门2024年度支出合计12,345,678.90元。", ["支出合计 决算数 1234.56789 万元"]),
        ("某市财政局２０２４年度收、支总计１２３．４５万元。", ["收、支总计 决算数 123.45 万元"]),
        ("因公出国(境)费支出决算为0万元。", ["因公出国(境)费 决算数 0 万元"]),
        (
            "机关运行经费2024年支出决算100万元，2023年度支出决算为90万元。",
            ["机关运行经费 决算数 100 万元", "机关运行经费 上年数 90 万元"],
        ),
        (
            "因公出国（境）费：年初预算为3万元，决算数为0.00万元。",
            ["因公出国（境）费年初预算 预算数 3 万元", "因公出国（境）费 决算数 0.00 万元"],
        ),
        (
            "项目支出全年预算数为8万元，执行数为6万元。",
            ["项目支出全年预算数 预算数 8 万元", "项目支出 决算数 6 万元"],
        ),
        (
            "与上年相比，收入增加10万元，增长5%；支出减少3万元，下降2%。",
            ["收入 增减额 10 万元", "收入 增减率 5 %", "支出 增减额 -3 万元", "支出 增减率 -2 %"],
        ),
        (
            "全年国内公务接待12批次，120人次，其中外事接待0批次、0人次。",
            [
                "国内公务接待 数量 12 批次",
                "国内公务接待 数量 120 人次",
                "外事接待 数量 0 批次",
                "外事接待 数量 0 人次",
            ],
        ),
        (
            "共有车辆3辆；单价100万元（含）以上设备2台（套）。",
            ["车辆 数量 3 辆", "单价100万元（含）以上设备 数量 2 台（套）"],
        ),
        (
            "政府性基金预算0万元，国有资本经营预算0.5万元。",
            ["政府性基金预算 决算数 0 万元", "国有资本经营预算 决算数 0.5 万元"],
        ),
        ("其中：一般公共预算项目3个20.5万元。", ["一般公共预算项目 数量 3 个", "一般公共预算项目 决算数 20.5 万元"]),
    ],
)  # fmt: skip
def test_who_an_amount_belongs_to(sentence, expected):
    assert facts(sentence) == expected
    assert read(sentence).unread == []


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        ("比上年增加（减少）12万元。", []),
        ("办公费、水费分别为3万元、4万元。", []),
        ("办公用房约200万元。", []),
        ("培训费支出10万元，人均50元/人。", ["培训费 决算数 10 万元"]),
        ("2019年度培训费支出8万元。", []),
        ("主要原因是追加会议费3万元。", []),
        ("会议费支出1,23万元。", []),
        ("支出决算比上年增长5个百分点。", []),
        (
            "收入合计9万元，其中：其他收入1万元，占11.1%；与上年相比增加2万元。",
            ["收入合计 决算数 9 万元", "其他收入 决算数 1 万元", "其他收入 占比 11.1 %"],
        ),
    ],
)
def test_nothing_is_guessed_and_nothing_dropped(sentence, known):
    assert facts(sentence) == known
    assert read(sentence).unread == [(1, sentence)]


def test_a_change_after_a_list_belongs_to_the_total():
    told = "本年收入合计100万元，其中：财政拨款收入80万元，占80%。与上年相比增加5万元，增长5.3%。"
    assert facts(told)[3:] == ["本年收入合计 增减额 5 万元", "本年收入合计 增减率 5.3 %"]


def test_a_change_after_two_equals_is_not_guessed():
    result = read("会议费1万元，培训费2万元。比上年增加3万元。")
    assert [r["subject"] for r in result.narrative] == ["会议费", "培训费"]
    assert result.unread == [(1, "比上年增加3万元。")]


def test_a_label_sentence_names_what_follows():
    assert facts("1.因公出国（境）费。支出预算为5万元，支出决算为3万元。") == [
        "因公出国（境）费 预算数 5 万元",
        "因公出国（境）费 决算数 3 万元",
    ]


TABLE = [
    {"page": 9, "code": code, "item": item, "level": "", "kind": "合计", "amount": Decimal(amount)}
    for code, item, amount in (
        ("201", "一般公共服务支出", "8.00"),
        ("20106", "财政事务", "8.00"),
        ("2010601", "行政运行", "5.00"),
        ("2010699", "其他财政事务支出", "3.00"),
    )
]


@pytest.mark.parametrize(
    ("path", "final", "code", "loose"),
    [
        ("一般公共服务支出（类）财政事务（款）行政运行（项）", "5", "2010601", None),
        ("一般公共服务（类）财政事务（款）行政运行（项）", "5", "2010601", "names differ by 支出"),
        (
            "一般公共服务支出（类）财政事务（款）行政运作（项）",
            "5.0",
            "2010601",
            "names differ, amount is equal",
        ),
        ("一般公共服务支出（类）财政事务（款）行政运作（项）", "6", "", None),
        (
            "一般公共服务支出（类）财政事务（款）行政运行（项）",
            "6",
            "2010601",
            "amount 6 is 5.00 in the table",
        ),
        ("一般公共服务支出（类）财政事务（款）", "8", "20106", None),
        ("国防支出（类）国防动员（款）兵役征集（项）", "5", "", None),
    ],
)
def test_an_items_code(path, final, code, loose):
    result = read(f"1.{path}：年初预算为4万元，支出决算为{final}万元。", table=TABLE)
    assert [record["code"] for record in result.budget_execution] == [code]
    assert [match.reason for match in result.loose] == ([loose] if loose else [])


def test_an_item_keeps_its_figures_and_reasons_apart_from_what_follows():
    result = read(
        "1.国防支出（类）国防动员（款）兵役征集（项）。",
        "年初预算为4万元，支出决算为3万元，完成年初预算的75%，决算数小于预算数的主要原因是：一是节约。"
        "二是退回0.5万元。比上年增加1万元。",
        "2024年度一般公共预算财政拨款支出合计3万元。",
    )
    assert result.budget_execution == [
        {
            "page": 1,
            "class": "国防支出",
            "section": "国防动员",
            "item": "兵役征集",
            "code": "",
            "initial_budget": Decimal(4),
            "final": Decimal(3),
            "completion_rate": Decimal(75),
            "reason": "一是节约。二是退回0.5万元。",
        }
    ]
    assert [(r["subject"], r["measure"], int(r["value"])) for r in result.narrative] == [
        ("兵役征集", "增减额", 1),
        ("一般公共预算财政拨款支出合计", "决算数", 3),
    ]
    assert result.unread == []


def test_procurement_in_other_words():
    result = read(
        "2024年度政府采购支出总额100万元，其中：政府采购货物支出60万元、政府采购服务支出40万元。"
        "授予中小企业合同金额50万元，占政府采购支出总额的50%，其中：授予小微企业合同金额20万元，"
        "占政府采购支出总额的20%。",
        heading="一、政府采购支出说明",
    )
    assert [(r["category"], r["measure"], int(r["value"])) for r in result.procurement] == [
        ("合计", "采购支出", 100),
        ("货物", "采购支出", 60),
        ("服务", "采购支出", 40),
        ("合计", "授予中小企业合同金额", 50),
        ("合计", "中小企业占比", 50),
        ("合计", "授予小微企业合同金额", 20),
    ]  # the share of 小微企业 is one of all spending here, not of the SME amount


def test_a_glossary_ends_where_an_appendix_begins():
    lines = [
        *paragraph("一、事业收入：指事业活动取得的收入。"),
        *paragraph("其中包括非财政拨款收入，以及从其他部门取得的、不属于财政拨款的各项事业收入。"),
        *paragraph("二、“三公”经费：指三项费用。其中:公务接待费反映接待支出。"),
        *paragraph("2024年度部门整体支出绩效自评报告"),
        *paragraph("三、部门概况：某局。"),
    ]
    result = read_narrative([printed_page(["第四部分　名词解释", *lines])], 1, [])
    assert [(entry["term"], entry["definition"]) for entry in result.glossary] == [
        (
            "事业收入",
            "指事业活动取得的收入。其中包括非财政拨款收入，以及从其他部门取得的、不属于财政拨款的各项事业收入。",
        ),
        ("“三公”经费", "指三项费用。其中:公务接待费反映接待支出。"),
    ]


UNITS = {"万元": 0, "元": -4, "亿元": 4}
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


@given(
    cents=st.tuples(*[st.integers(0, 10**12)] * 3),
    rates=st.tuples(*[st.integers(0, 10**5)] * 2),
    unit=st.sampled_from(sorted(UNITS)),
    grouped=st.booleans(),
    full_width=st.booleans(),
    width=st.integers(8, 40),
    down=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_numbers_come_back_as_they_were_printed(
    cents, rates, unit, grouped, full_width, width, down
):
    """Any number, in any unit, its line broken anywhere, gives its exact value."""
    amounts = [Decimal(n).scaleb(-2) for n in cents]
    percents = [Decimal(n).scaleb(-1) for n in rates]
    budget, final, change = (f"{a:{',' if grouped else ''}.2f}{unit}" for a in amounts)
    done, rate = (f"{p:.1f}%" for p in percents)
    words = (
        f"公务接待费支出预算为{budget}，支出决算为{final}，完成预算的{done}；"
        f"与上年相比{'减少' if down else '增加'}{change}，{'降低' if down else '增长'}{rate}。"
    )
    if full_width:
        words = words.translate(FULL_WIDTH)
    result = read(words, width=width)
    sign = -1 if down else 1
    assert [(r["measure"], r["value"]) for r in result.narrative] == [
        ("预算数", amounts[0].scaleb(UNITS[unit])),
        ("决算数", amounts[1].scaleb(UNITS[unit])),
        ("完成率", percents[0]),
        ("增减额", sign * amounts[2].scaleb(UNITS[unit])),
        ("增减率", sign * percents[1]),
    ]
    assert {r["subject"] for r in result.narrative} == {"公务接待费"}
    assert {r["sentence"] for r in result.narrative} == {words}
    assert result.unread == []
