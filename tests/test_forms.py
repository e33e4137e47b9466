"""Forms that some provinces print, set in a plain grid: what the random reports do not vary."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

import extraction
import helpers
from statutory_tables import form_of_title

FONT = "BudgetNotebookSansSC-Regular"


@pytest.fixture(scope="module", autouse=True)
def font():
    pdfmetrics.registerFont(TTFont(FONT, helpers.ROOT / "assets" / "fonts" / f"{FONT}.ttf"))


@pytest.fixture
def read_all(tmp_path):
    """Set tables (title, rows, spans), each on its page, after a cover, and read them.

    A text in place of a table is a page with that line alone, and lines in place of a title stand
    above the table without a unit.
    """

    def read_all(tables, below=(), cover=("某局2023年度部门决算",)):
        def lines(texts):
            return [Paragraph(f'<font name="{FONT}">{text}</font>') for text in texts]

        story = [*lines(cover), PageBreak()]
        for table in tables:
            if isinstance(table, str):
                story += [*lines([table]), PageBreak()]
                continue
            title, rows, spans = table
            style = [("FONT", (0, 0), (-1, -1), FONT, 8), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
            style += [("SPAN", *span) for span in spans]
            above = [title, "单位：万元"] if isinstance(title, str) else title or []
            story += [*lines(above), Table(rows, style=style)]
            story += [*lines(below), PageBreak()]
        path = tmp_path / "report.pdf"
        SimpleDocTemplate(str(path), pagesize=landscape(A4)).build(story)
        frames = extraction.read_report(path)
        return {
            name: [
                tuple(row)[1 if name == "reports" else 3 :] for row in frame.itertuples(index=False)
            ]
            for name, frame in frames.items()
        }

    return read_all


@pytest.fixture
def read(read_all):
    """The records of one file, of a report with its table alone."""

    def read(file, title, rows, spans, below=()):
        return read_all([(title, rows, spans)], below)[file]

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
def test_the_year_is_read_however_its_nought_is_written(read_all, year):
    records = read_all([FORM], cover=[f"某局{year}部门决算"])
    assert [record[0] for record in records["reports"]] == [2024]


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


# -- titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("一般公共预算支出决算表（功能科目）", "general_budget"),
        ("一般公共预算基本支出决算表（经济科目）", "basic_expenditure"),
        ("一般公共预算“三公”经费、会议费、培训费支出决算表", "three_public"),
        ("财政拨款收支决算总表", "appropriation"),
        ("收入决算总表", "revenue"),
        ("2022年度某局收入支出决算批复表（财决01表）", "revenue_expenditure"),
        ("收入支出决算总表 公开01表 部门：某局 单位：万元", "revenue_expenditure"),
        ("政府采购支出决算表", None),
        ("会议费支出决算表", None),
        ("一般公共预算机关运行经费支出决算表", None),
        ("一般公共预算财政拨款项目支出决算表", None),
        ("政府性基金预算财政拨款“三公”经费支出决算表", None),
        ("财政拨款支出决算表（功能科目）", None),
    ],
)
def test_titles_that_provinces_print(title, form):
    assert form_of_title(title) == form


KINDS = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
WHOLE = [KINDS, ["", "合计", "9.00", "9.00", ""], ["208", "社会保障和就业支出", "9.00", "9.00", ""]]
BY_CLASS = [
    ["科目编码", "科目名称", "合计", "工资福利支出", "商品和服务支出"],
    ["", "合计", "9.00", "8.00", "1.00"],
    ["208", "社会保障和就业支出", "9.00", "8.00", "1.00"],
]
GENERAL = [
    ("", "合计", "合计", "合计", Decimal("9.00")),
    ("", "合计", "合计", "基本支出", Decimal("9.00")),
    ("", "合计", "合计", "项目支出", None),
    ("208", "社会保障和就业支出", "类", "合计", Decimal("9.00")),
    ("208", "社会保障和就业支出", "类", "基本支出", Decimal("9.00")),
    ("208", "社会保障和就业支出", "类", "项目支出", None),
]
FORM = ("一般公共预算财政拨款支出决算表", WHOLE, [])
REST = [KINDS, ["20801", "人力资源和社会保障", "9.00", "9.00", ""]]
GOES_ON = [("20801", "人力资源和社会保障", "款", *record[3:]) for record in GENERAL[3:]]


@pytest.mark.parametrize("first", [True, False], ids=["before it", "after it"])
def test_more_tables_than_the_nine_are_set_aside(first, read_all):
    detail = ("一般公共预算财政拨款支出决算明细表", BY_CLASS, [])
    records = read_all([detail, FORM] if first else [FORM, detail])
    assert records["general_budget"] == GENERAL


def test_of_state_capital_operations_the_table_with_revenue_is_the_form(read_all):
    rows = [
        ["科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", "年末结转和结余"],
        ["", "合计", "1.00", "2.00", "3.00", "0.00"],
        ["223", "国有资本经营预算支出", "1.00", "2.00", "3.00", "0.00"],
    ]
    alone = [KINDS, ["", "合计", "3.00", "", "3.00"], ["223", "国有资本", "3.00", "", "3.00"]]
    records = read_all(
        [
            ("国有资本经营预算财政拨款收入支出决算表", rows, []),
            ("国有资本经营预算财政拨款支出决算表", alone, []),
        ]
    )
    assert [record[3:] for record in records["state_capital"][4:]] == [
        ("年初结转和结余", Decimal("1.00")),
        ("本年收入", Decimal("2.00")),
        ("本年支出", Decimal("3.00")),
        ("年末结转和结余", Decimal("0.00")),
    ]


def test_one_form_twice_under_the_same_title_is_refused(read_all):
    with pytest.raises(extraction.ReportError, match="stands in the report twice, on page 2 and"):
        read_all([FORM, ("收入决算表", WHOLE, []), FORM])


def test_counts_below_the_three_public_expenses_are_left_out(read):
    heads = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "", "", "公务接待费"]
    parts = ["", "", "小计", "公务用车购置费", "公务用车运行维护费", ""]
    rows = [
        ["“三公”经费", *[""] * 5, "会议费"] * 2,
        [*heads, ""] * 2,
        [*parts, ""] * 2,
        ["6.00", "1.00", "2.00", "", "2.00", "3.00", "7.00"] * 2,
        ["相关统计数", *[""] * 13],
        ["因公出国（境）团组数（个）", *[""] * 5, "1", "公务用车购置数（辆）", *[""] * 5, "0"],
    ]
    rows.insert(0, ["预算数", *[""] * 6, "决算数", *[""] * 6])
    spans = [((0, 5), (13, 5)), ((0, 6), (5, 6)), ((7, 6), (12, 6))]
    for left in (0, 7):
        spans += [((left, 0), (left + 6, 0)), ((left, 1), (left + 5, 1))]
        spans += [((left + 6, 1), (left + 6, 3)), ((left + 2, 2), (left + 4, 2))]
        spans += [((left + each, 2), (left + each, 3)) for each in (0, 1, 5)]
    title = "一般公共预算“三公”经费、会议费支出决算表"
    printed = [
        ("合计", Decimal("6.00")),
        ("因公出国（境）费", Decimal("1.00")),
        ("公务用车购置及运行维护费", Decimal("2.00")),
        ("公务用车购置费", None),
        ("公务用车运行维护费", Decimal("2.00")),
        ("公务接待费", Decimal("3.00")),
    ]
    records = read("three_public", title, rows, spans)
    assert records == [(basis, *each) for basis in ("预算数", "决算数") for each in printed]


def test_the_budget_of_three_public_expenses_is_the_full_year_one(read):
    bases = ["年初预算数", "全年预算数", "决算数"]
    items = ["合计", "因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费"]
    amounts = [f"{n}.00" for n in range(1, 16)]
    heads = [text for basis in bases for text in (basis, *[""] * 4)]
    spans = [((at, 0), (at + 4, 0)) for at in (0, 5, 10)]
    title = "财政拨款“三公”经费支出决算表"
    across = read("three_public", title, [heads, items * 3, amounts], spans)
    expected = [
        (basis, item, Decimal(amounts[5 * at + n]))
        for at, basis in ((1, "预算数"), (2, "决算数"))
        for n, item in enumerate(items)
    ]
    assert across == expected
    down = [["项目", *bases]] + [[item, *amounts[n::5]] for n, item in enumerate(items)]
    assert sorted(read("three_public", title, down, [])) == sorted(expected)


MEETINGS = [
    ["项目", "合计", "“三公”经费", "", "", "", "会议费"],
    ["", "", "小计", "因公出国（境）费", "公务接待费", "公务用车运行维护费", ""],
]
MEETING_SPANS = [((2, 0), (5, 0))] + [((at, 0), (at, 1)) for at in (0, 1, 6)]


def test_budget_and_final_of_three_public_expenses_under_one_another(read):
    rows = [
        *MEETINGS,
        ["栏次", "1", "2", "3", "4", "5", "6"],
        ["年初预算数", "1.00", "", "", "", "", "1.00"],
        ["全年预算数", "13.00", "6.00", "1.00", "2.00", "3.00", "7.00"],
        ["决算数", "11.00", "5.00", "", "2.00", "3.00", "6.00"],
        ["增减额", "-2.00", "-1.00", "-1.00", "0.00", "0.00", "-1.00"],
    ]
    title = "一般公共预算财政拨款“三公”经费及会议费支出决算表"
    assert read("three_public", title, rows, MEETING_SPANS) == [
        ("预算数", "合计", Decimal("6.00")),
        ("预算数", "因公出国（境）费", Decimal("1.00")),
        ("预算数", "公务接待费", Decimal("2.00")),
        ("预算数", "公务用车运行维护费", Decimal("3.00")),
        ("决算数", "合计", Decimal("5.00")),
        ("决算数", "因公出国（境）费", None),
        ("决算数", "公务接待费", Decimal("2.00")),
        ("决算数", "公务用车运行维护费", Decimal("3.00")),
    ]
    rows[4][1:] = [""] * 6
    blank = read("three_public", title, rows, MEETING_SPANS)[:4]
    assert [(basis, amount) for basis, _, amount in blank] == [("预算数", None)] * 4
    rows[5][0] = "决箅数"
    rows[4][1] = "13.00"
    with pytest.raises(
        extraction.ReportError, match="'决箅数 11.00 .+' is none of the form's items"
    ):
        read("three_public", title, rows, MEETING_SPANS)
    rows[5][:3] = ["决算数", "11.00", "5.O0"]
    with pytest.raises(extraction.ReportError, match="'5.O0' .+ cannot be read as an amount"):
        read("three_public", title, rows, MEETING_SPANS)


def test_a_total_with_meetings_is_not_that_of_the_three_public_expenses(read):
    head = [row[1:] for row in MEETINGS]
    rows = [["决算数", *[""] * 5], *head, ["11.00", "5.00", "", "2.00", "3.00", "6.00"]]
    spans = [((0, 0), (5, 0)), ((1, 1), (4, 1)), ((0, 1), (0, 2)), ((5, 1), (5, 2))]
    title = "“三公”经费、会议费支出决算表"
    records = read("three_public", title, rows, spans)
    assert records[0] == ("决算数", "合计", Decimal("5.00"))
    assert len(records) == 4


def test_budgets_beside_the_final_accounts_of_the_overall_table_are_left_out(read):
    heads = ["项目", "行次", "年初预算数", "全年预算数", "决算数"]
    rows = [
        ["收入", *[""] * 4, "支出", *[""] * 4],
        heads * 2,
        ["栏次", "", "1", "2", "3", "栏次", "", "4", "5", "6"],
        ["一、财政拨款", "1", "5.00", "6.00", "4.00", "一、教育支出", "31", "", "2.00", "4.00"],
        ["总计", "30", "5.00", "6.00", "4.00", "总计", "60", "", "2.00", "4.00"],
    ]
    spans = [((0, 0), (4, 0)), ((5, 0), (9, 0))]
    assert read("revenue_expenditure", "收入支出决算总表", rows, spans) == [
        ("收入", "1", "一、财政拨款", Decimal("4.00")),
        ("支出", "31", "一、教育支出", Decimal("4.00")),
        ("收入", "30", "总计", Decimal("4.00")),
        ("支出", "60", "总计", Decimal("4.00")),
    ]


@pytest.mark.parametrize(
    ("cover", "department"),
    [
        (["某市民政局2023年度部门决算公开"], "某市民政局"),
        (["附件1", "某市民政局", "2023年度部门决算"], "某市民政局"),
        (["附件：", "2023年度某市民政局部门决算"], "某市民政局"),
        (["关于某市民政局2023年度部门决算公开的说明"], "某市民政局"),
        (["2023年度部门决算公开", "单位名称：某市民政局"], "某市民政局"),
        (["2023年度", "部门决算", "某市民政局", "2024年9月"], "某市民政局"),
        (["中共某县委组织部（本级）", "二〇二三年度单位决算"], "中共某县委组织部（本级）"),
        (["某市附属医院2023年度部门决算"], "某市附属医院"),
    ],
)
def test_the_department_is_that_of_the_cover(cover, department, read_all):
    records = read_all([FORM], cover=cover)
    assert [record[1] for record in records["reports"]] == [department]


# -- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["", "- 12 -"], ids=["blank", "a page number alone"])
def test_a_table_goes_on_after_an_empty_page(between, read_all):
    assert read_all([FORM, between, (None, REST, [])])["general_budget"] == GENERAL + GOES_ON


@pytest.mark.parametrize("line", ["续表", "（续表一）", "接上表", "公开05表"])
def test_a_table_goes_on_under_a_line_that_is_no_title(line, read_all):
    assert read_all([FORM, ([line], REST, [])])["general_budget"] == GENERAL + GOES_ON


def test_an_amount_beside_no_item_is_refused(read):
    rows = [
        ["收入", "", "支出", ""],
        ["项目", "金额", "项目", "金额"],
        ["一、财政拨款收入", "4.00", "一、教育支出", "4.00"],
        ["二、事业收入", "", "", "1.00"],
        ["总计", "4.00", "总计", "4.00"],
    ]
    spans = [((0, 0), (1, 0)), ((2, 0), (3, 0))]
    with pytest.raises(extraction.ReportError, match=r"page 2: .+'1\.00' stands beside no item\."):
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
