"""Forms that some provinces print, set in a plain grid: what the random reports do not vary."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

import extraction
import helpers

FONT = "BudgetNotebookSansSC-Regular"


@pytest.fixture(scope="module", autouse=True)
def font():
    pdfmetrics.registerFont(TTFont(FONT, helpers.ROOT / "assets" / "fonts" / f"{FONT}.ttf"))


@pytest.fixture
def read(tmp_path):
    """Set one table under a cover line, read it, and give the records of one file."""

    def read(file, title, rows, spans, below=(), cover="某局2023年度部门决算", columns=3):
        style = [("FONT", (0, 0), (-1, -1), FONT, 8), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
        style += [("SPAN", *span) for span in spans]
        buffer = BytesIO()
        document = SimpleDocTemplate(buffer, pagesize=landscape(A4))
        lines = [cover, title, "单位：万元"]
        texts, notes = (
            [Paragraph(f'<font name="{FONT}">{line}</font>') for line in part]
            for part in (lines, below)
        )
        document.build([*texts, Table(rows, style=style), *notes])
        path = tmp_path / "report.pdf"
        path.write_bytes(buffer.getvalue())
        frame = extraction.read_report(path)[file]
        return [tuple(row)[columns:] for row in frame.itertuples(index=False)]

    return read


def test_basic_expenditure_in_one_list_with_a_column_for_each_group(read):
    rows = [
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        ["", "合计", "30.00", "20.00", "10.00"],
        ["301", "工资福利支出", "20.00", "20.00", ""],
        ["30201", "办公费", "10.00", "", "10.00"],
    ]
    title = "一般公共预算财政拨款基本支出决算表"
    assert read("basic_expenditure", title, rows, []) == [
        ("", "合计", "合计", "", Decimal("30.00")),
        ("", "合计", "合计", "人员经费", Decimal("20.00")),
        ("", "合计", "合计", "公用经费", Decimal("10.00")),
        ("301", "工资福利支出", "类", "", Decimal("20.00")),
        ("301", "工资福利支出", "类", "人员经费", Decimal("20.00")),
        ("301", "工资福利支出", "类", "公用经费", None),
        ("30201", "办公费", "款", "", Decimal("10.00")),
        ("30201", "办公费", "款", "人员经费", None),
        ("30201", "办公费", "款", "公用经费", Decimal("10.00")),
    ]


@pytest.mark.parametrize(
    "year",
    [
        "2024年度", "２０２４年", "二〇二四年度", "二○二四年", "二零二四年度", "二O二四年度",
        "二Ｏ二四年", "二0二四年度", "2024\u200b年\u00a0度",
    ],
)  # fmt: skip
def test_the_year_is_read_however_its_nought_is_written(read, year):
    rows = [["科目编码", "科目名称", "合计"], ["", "合计", "2.00"], ["301", "工资福利支出", "2.00"]]
    title = "一般公共预算财政拨款基本支出决算表"
    found = read("basic_expenditure", title, rows, [], cover=f"某局{year}部门决算", columns=1)
    assert {row[0] for row in found} == {2024}


def test_codes_split_over_columns_with_each_digit_group_printed_once(read):
    rows = [
        ["科目编码", "", "", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        ["类", "款", "项", "", "", "", ""],
        ["合计", "", "", "", "5.00", "3.00", "2.00"],
        ["205", "", "", "教育支出", "5.00", "3.00", "2.00"],
        ["", "02", "", "普通教育", "5.00", "3.00", "2.00"],
        ["", "", "01", "学前教育", "3.00", "3.00", ""],
        ["", "", "02", "小学教育", "2.00", "", "2.00"],
    ]
    spans = [((0, 0), (2, 0)), ((0, 2), (3, 2))]
    spans += [((column, 0), (column, 1)) for column in range(3, 7)]
    records = read("expenditure", "支出决算表", rows, spans)
    assert [record[:3] for record in records[::3]] == [
        ("", "合计", "合计"),
        ("205", "教育支出", "类"),
        ("20502", "普通教育", "款"),
        ("2050201", "学前教育", "项"),
        ("2050202", "小学教育", "项"),
    ]
    assert [(record[3], record[4]) for record in records[-3:]] == [
        ("合计", Decimal("2.00")),
        ("基本支出", None),
        ("项目支出", Decimal("2.00")),
    ]


def test_sub_columns_of_revenue_are_left_out_but_not_their_total(read):
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", ""],
        ["", "", "", "", "小计", "其中：教育收费"],
        ["", "合计", "9.00", "5.00", "4.00", "1.00"],
        ["205", "教育支出", "9.00", "5.00", "4.00", "1.00"],
    ]
    spans = [((column, 0), (column, 1)) for column in range(4)] + [((4, 0), (5, 0))]
    assert read("revenue", "收入决算表", rows, spans)[3:] == [
        ("205", "教育支出", "类", "合计", Decimal("9.00")),
        ("205", "教育支出", "类", "财政拨款收入", Decimal("5.00")),
        ("205", "教育支出", "类", "事业收入", Decimal("4.00")),
    ]


def test_meetings_and_training_beside_the_three_public_expenses_are_left_out(read):
    items = [
        "合计",
        "因公出国（境）费",
        "公务用车购置费",
        "公务用车运行维护费",
        "公务接待费",
        "会议费",
        "培训费",
    ]
    rows = [["决算数", *[""] * 6], items, ["6.00", "1.00", "", "2.00", "3.00", "7.00", "8.00"]]
    title = "“三公”经费、会议费、培训费支出决算表"
    assert read("three_public", title, rows, [((0, 0), (6, 0))]) == [
        ("决算数", "合计", Decimal("6.00")),
        ("决算数", "因公出国（境）费", Decimal("1.00")),
        ("决算数", "公务用车购置费", None),
        ("决算数", "公务用车运行维护费", Decimal("2.00")),
        ("决算数", "公务接待费", Decimal("3.00")),
    ]


def test_expenditure_printed_by_function_and_by_nature(read):
    head = ["项目", "决算数", "项目（按功能分类）", "决算数", "项目（按支出性质）", "决算数"]
    rows = [
        ["收入", "", "支出", "", "", ""],
        head,
        ["一、财政拨款收入", "4.00", "一、教育支出", "4.00", "一、基本支出", "4.00"],
        ["总计", "4.00", "总计", "4.00", "总计", "4.00"],
    ]
    records = read(
        "revenue_expenditure", "收入支出决算总表", rows, [((0, 0), (1, 0)), ((2, 0), (5, 0))]
    )
    assert [record[0] + record[2] for record in records] == [
        "收入一、财政拨款收入",
        "支出一、教育支出",
        "支出一、基本支出",
        "收入总计",
        "支出总计",
        "支出总计",
    ]


def test_a_row_that_lies_outside_the_ruled_grid_is_refused_and_a_note_is_not(read):
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["", "合计", "9.00", "9.00", ""],
        ["208", "社会保障和就业支出", "9.00", "9.00", ""],
    ]
    form = "general_budget", "一般公共预算财政拨款支出决算表", rows, []
    assert len(read(*form, below=["注：2022年度决算数为8.00万元"])) == 6
    with pytest.raises(extraction.ReportError, match="stands on a table's page, but in no cell"):
        read(*form, below=["2081002 老年福利 9.00 9.00"])


def test_an_amount_beside_no_item_is_refused(read):
    rows = [
        ["收入", "", "支出", ""],
        ["项目", "金额", "项目", "金额"],
        ["一、财政拨款收入", "4.00", "一、教育支出", "4.00"],
        ["二、事业收入", "", "", "1.00"],
        ["总计", "4.00", "总计", "4.00"],
    ]
    spans = [((0, 0), (1, 0)), ((2, 0), (3, 0))]
    with pytest.raises(extraction.ReportError, match=r"page 1: .+'1\.00' stands beside no item\."):
        read("revenue_expenditure", "收入支出决算总表", rows, spans)
    rows[3][3] = "0.00"
    assert ("支出", "", "", Decimal("0.00")) in read(
        "revenue_expenditure", "收入支出决算总表", rows, spans
    )


def test_a_name_that_two_codes_share_is_refused(read):
    rows = [
        ["科目编码", "科目名称", "合计"],
        ["", "合计", "5.00"],
        ["30201", "办公费印刷费", "2.00"],
        ["30202", "", "3.00"],
    ]
    title = "一般公共预算财政拨款基本支出决算表"
    with pytest.raises(
        extraction.ReportError, match="'办公费印刷费' is the name of both 30201 and"
    ):
        read("basic_expenditure", title, rows, [((1, 2), (1, 3))])


def test_two_items_in_one_cell_are_refused(read):
    rows = [
        ["收入", "", "支出", ""],
        ["项目", "金额", "项目", "金额"],
        ["一、财政拨款收入", "4.00", "一、教育支出", "4.00"],
        ["二、事业收入", "", "二、其他支出三、抗疫支出", ""],
        ["总计", "4.00", "总计", "4.00"],
    ]
    spans = [((0, 0), (1, 0)), ((2, 0), (3, 0))]
    with pytest.raises(extraction.ReportError, match="in one cell: '二、其他支出三、抗疫支出'"):
        read("revenue_expenditure", "收入支出决算总表", rows, spans)


@pytest.mark.parametrize(
    "title",
    [
        "国有资本经营预算<br/>财政拨款收入支出<br/>决算表<br/>公开08表",
        "国有资本经营预算财政拨款收入支出决算表（公开<br/>08表）",
    ],
)
def test_a_title_may_run_over_lines_up_to_its_number(read, title):
    rows = [["科目编码", "科目名称", "本年支出"], ["", "合计", "5.00"], ["223", "其他", "5.00"]]
    assert read("state_capital", title, rows, []) == [
        ("", "合计", "合计", "本年支出", Decimal("5.00")),
        ("223", "其他", "类", "本年支出", Decimal("5.00")),
    ]
