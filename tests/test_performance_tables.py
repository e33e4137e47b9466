"""The performance tables of the main report, and of made-up forms that differ from its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import text_truth
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from pdf_pages import ReportError, open_pages
from performance_tables import OVERALL, TOTAL, Performance, read_performance

REPAIRS = text_truth.RAW / "typesetting" / "repairs.json"
FONTS = Path(__file__).resolve().parents[1] / "assets" / "fonts"
PROJECTS = {
    "专业技术人员职业资格考试考务经费": 55,
    "职业技能鉴定考试考务经费": 57,
    "劳动能力鉴定经费": 58,
    "人社专项支出": 59,
    "人力资源和社会保障专项支出": 60,
    "市直事业单位公开招聘专项经费": 62,
    "社保基金监管专项资金": 63,
    "就业专项资金": 64,
    "人才队伍建设专项经费": 66,
    "中职学校奖学金": 68,
    "助学金": 69,
    "事业单位集中引才工作经费": 70,
    "其他零星追加项目": 71,
}
"""Each project, as its own table names it, and the page on which that table begins."""

BASES = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
SOURCES = ("年度资金总额", "当年财政拨款", "上年结转资金", "其他资金")

INDICATOR_ROWS = {
    OVERALL: 21, "专业技术人员职业资格考试考务经费": 13, "职业技能鉴定考试考务经费": 11,
    "劳动能力鉴定经费": 11, "人社专项支出": 12, "人力资源和社会保障专项支出": 21,
    "市直事业单位公开招聘专项经费": 11, "社保基金监管专项资金": 11, "就业专项资金": 22,
    "人才队伍建设专项经费": 15, "中职学校奖学金": 10, "助学金": 12,
    "事业单位集中引才工作经费": 8, "其他零星追加项目": 21,
}  # fmt: skip


# --- What the transcription says -----------------------------------------------------------------


def printed_rows() -> dict[str, list[text_truth.Row]]:
    """The rows of each self-evaluation with their page, the repairs put in place.

    Tabs part the cells of a row, a blank line inside a table is the end of a page.
    """
    lines = text_truth.TEXT.read_text(encoding="utf-8").split("\n")
    repaired = {
        row["line"]: [taken.split("|") for taken in row["taken"]]
        for repair in json.loads(REPAIRS.read_text(encoding="utf-8"))
        for row in repair["rows"]
    }
    starts = [n for n, line in enumerate(lines) if re.fullmatch("## .*自评表", line)]
    tables = {}
    for start, name, page in zip(
        starts, (OVERALL, *PROJECTS), (53, *PROJECTS.values()), strict=True
    ):
        rows: list[text_truth.Row] = []
        for number in range(start + 2, len(lines)):
            if not lines[number]:
                following = lines[number + 1] if number + 1 < len(lines) else ""
                if "\t" not in following:
                    break
                page += 1
            else:
                cells = repaired.get(number + 1, [lines[number].split("\t")])
                rows += [(page, [re.sub(r"<[^>]+>|\s", "", c) for c in row]) for row in cells]
        tables[name] = rows
    return tables


def expected_funding(project: str) -> list[tuple]:
    """The four sources of funds of a project, each figure under its head."""
    rows = printed_rows()[project]
    at = next(n for n, (_, cells) in enumerate(rows) if BASES[0] in cells)
    first = rows[at][1].index(BASES[0])
    found = []
    for source, (page, cells) in zip(SOURCES, rows[at + 1 : at + 5], strict=True):
        assert cells[1].removeprefix("其中：") == source
        values = (cells + [""] * 12)[first : first + len(BASES)]
        found += [(page, project, source, *pair) for pair in zip(BASES, values, strict=True)]
    return found


def expected_indicators(project: str) -> list[tuple]:
    """Every row of indicators, its labels filled down, and the sums."""
    rows = printed_rows()[project]
    at = next(n for n, (_, cells) in enumerate(rows) if "一级指标" in cells)
    found, labels = [], ["", ""]
    for page, cells in rows[at + 1 :]:
        if TOTAL in cells:
            points, score = [cell for cell in cells if cell and cell != TOTAL]
            found.append((page, project, TOTAL, "", "", "", "", points, score, ""))
            break
        own = (cells + [""] * 9)[1:9]
        if any(own):
            labels = [new or old for new, old in zip(own, labels, strict=False)]
            found.append((page, project, *labels, *own[2:]))
    return found


def expected_base_data() -> list[tuple]:
    """The three blocks of the base data; the first and the last are written here by hand."""
    lines = text_truth.TEXT.read_text(encoding="utf-8").split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("经费控制情况(万元)\t"))
    last = next(n for n, line in enumerate(lines) if line.startswith("楼堂馆所控制情况"))
    found = [
        (52, "财政供养人员情况", "编制数", "", "编制数", "49", "人"),
        (52, "财政供养人员情况", "2024年实际在职人数", "2024", "实际在职人数", "49", "人"),
        (52, "财政供养人员情况", "控制率", "", "控制率", "100", "%"),
    ]
    heads = (("2023", "决算数"), ("2024", "预算数"), ("2024", "决算数"))
    for line in lines[first + 1 : last]:
        item, *cells = line.split("\t")
        for head, value in zip(heads, cells[:6:2], strict=True):
            value = value.replace("---", "")
            found.append((52, "经费控制情况", item, *head, value, "万元"))
    for item, unit in (
        ("批复规模", "m²"), ("实际规模", "m²"), ("规模控制率", ""),
        ("预算投资", "万元"), ("实际投资", "万元"), ("投资概算控制率", ""),
    ):  # fmt: skip
        found.append((52, "楼堂馆所控制情况", item, "2023", item, "0", unit))
    return found


def tuples(records: list[dict], project: str | None = None) -> list[tuple]:
    return [tuple(r.values()) for r in records if project is None or r["project"] == project]


# --- The main report -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def main_report() -> Performance:
    with open_pages(text_truth.PDF) as pages:
        return read_performance(text_truth.PDF, pages)


def test_the_columns_are_those_of_the_contract(main_report):
    assert ",".join(main_report.base_data[0]) == "page,group,item,period,basis,value,unit"
    assert ",".join(main_report.funding[0]) == "page,project,source,basis,value"
    assert ",".join(main_report.indicators[0]) == (
        "page,project,level1,level2,level3,target,actual,points,score,deviation"
    )


def test_every_cell_of_the_base_data_is_read(main_report):
    expected = expected_base_data()
    assert len(expected) == 3 + 26 * 3 + 6
    assert tuples(main_report.base_data) == expected


def test_single_records_of_the_base_data(main_report):
    records = tuples(main_report.base_data)
    assert (52, "经费控制情况", "三公经费", "2023", "决算数", "20.75", "万元") in records
    assert (52, "经费控制情况", "其中：公车购置", "2024", "预算数", "", "万元") in records
    assert (52, "经费控制情况", "政府采购金额", "2023", "决算数", "", "万元") in records


def test_the_overall_form_is_read_with_both_splits_of_the_whole(main_report):
    whole = ("2230.21", "4415.73", "4133", "10", "93.6%", "9.36")
    assert tuples(main_report.funding, OVERALL) == [
        *[(53, OVERALL, "年度资金总额", *pair) for pair in zip(BASES, whole, strict=True)],
        (53, OVERALL, "一般公共预算", "按收入性质分", "4133"),
        (53, OVERALL, "基本支出", "按支出性质分", "1445.25"),
        (53, OVERALL, "政府性基金拨款", "按收入性质分", ""),
        (53, OVERALL, "项目支出", "按支出性质分", "2687.74"),
        (53, OVERALL, "纳入专户管理的非税收入拨款", "按收入性质分", ""),
        (53, OVERALL, "其他资金", "按收入性质分", ""),
    ]


@pytest.mark.parametrize("project", PROJECTS)
def test_every_cell_of_a_projects_funding_is_read(main_report, project):
    expected = expected_funding(project)
    assert len(expected) == 24
    assert tuples(main_report.funding, project) == expected


def test_figures_that_the_transcription_had_lost(main_report):
    scores = {
        r["project"]: r["value"] for r in main_report.funding if r["basis"] == "得分" and r["value"]
    }
    assert scores == {
        OVERALL: "9.36", "专业技术人员职业资格考试考务经费": "10", "职业技能鉴定考试考务经费": "10",
        "劳动能力鉴定经费": "10", "人社专项支出": "10", "人力资源和社会保障专项支出": "9.97",
        "市直事业单位公开招聘专项经费": "10", "社保基金监管专项资金": "9.62",
        "就业专项资金": "9.93", "人才队伍建设专项经费": "10", "中职学校奖学金": "10",
        "助学金": "6.65", "事业单位集中引才工作经费": "10", "其他零星追加项目": "9.16",
    }  # fmt: skip


@pytest.mark.parametrize("project", INDICATOR_ROWS)
def test_every_row_of_indicators_is_read(main_report, project):
    expected = expected_indicators(project)
    assert len(expected) == INDICATOR_ROWS[project]
    assert tuples(main_report.indicators, project) == expected


def test_labels_go_on_over_the_end_of_a_page(main_report):
    name = "就业专项资金"
    rows = tuples(main_report.indicators, name)
    output = (name, "产出指标")
    assert rows[3:6] == [
        (64, *output, "质量指标", "提升高技能人才基地培训能力", *["充分提升"] * 2, "5", "5", ""),
        (65, *output, "质量指标", "提升师资教学能力", *["充分提升"] * 2, "5", "5", ""),
        (65, *output, "时效指标", "项目建设进度", *["12月底完成"] * 2, "5", "5", ""),
    ]
    assert rows[-1] == (65, name, TOTAL, "", "", "", "", "100", "99.93", "")


def test_all_is_read_and_in_the_order_of_the_report(main_report):
    found = main_report
    assert (len(found.base_data), len(found.funding), len(found.indicators)) == (87, 324, 199)
    assert list(dict.fromkeys(r["project"] for r in found.funding)) == [OVERALL, *PROJECTS]
    assert list(dict.fromkeys(r["project"] for r in found.indicators)) == [OVERALL, *PROJECTS]
    assert found.unread == []


def test_a_report_without_such_tables_gives_nothing():
    path = text_truth.RAW.parents[1] / "tests" / "none.pdf"
    assert read_performance(path, []) == Performance()


# --- Forms that differ ---------------------------------------------------------------------------

WIDTHS = (60, 60, 60, 80, 60, 60, 40, 40, 60)
HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
FUNDS = ("项目资金（万元）", "", "", *BASES)


def printed(folder: Path, *sheets, widths=WIDTHS) -> Performance:
    """Print sheets and read them: each is a list of lines above the table, rows, and spans.

    A row has one text for each column; a span is ((column, row), (column, row)).
    """
    registerFont(TTFont("Notebook", FONTS / "BudgetNotebookSansSC-Regular.ttf"))
    path = folder / "made.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    for lines, rows, spans in sheets:
        canvas.setFont("Notebook", 12)
        for n, line in enumerate(lines):
            canvas.drawCentredString(297, 800 - 20 * n, line)
        style = [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("FONT", (0, 0), (-1, -1), "Notebook", 7),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 1),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1),
            *(("SPAN", *span) for span in spans),
        ]
        width = len(rows[0])
        table = Table(
            [list(row) for row in rows], colWidths=widths[:width], rowHeights=18, style=style
        )
        _, height = table.wrapOn(canvas, 595, 842)
        table.drawOn(canvas, 35, 740 - height)
        canvas.showPage()
    canvas.save()
    with open_pages(path) as pages:
        return read_performance(path, pages)


def row(*texts: str, width: int = 9) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]


def indicator(*texts: str) -> list[str]:
    return row("", *texts)


TITLE = ["2023年度项目支出绩效自评表"]
NAME = row("项目名称", "道路养护")
NAME_SPANS = [((1, 0), (-1, 0))]
ALL_HEADS = ["绩效指标", *HEADS]


def values(found: Performance, *names: str) -> list[tuple]:
    return [tuple(record[name] for name in names) for record in found.indicators]


def test_amounts_in_yuan_become_wan_yuan_and_a_missing_last_head_is_the_score(tmp_path):
    rows = [
        NAME,
        [
            *("项目资金（元）", "", "", "年初预算数", "全年预算数（A）", "全年执行数（B）"),
            *("分值", "执行率（B/A）", ""),
        ],
        [
            *("", "年度资金总额：", "", "1,000,000", "1,200,000.50", "900,000"),
            *("10", "75.00%", "7.5"),
        ],
        row("", "其中：本年财政拨款", "", "1,000,000", "—", "--", "-", "—", "—"),
    ]  # fmt: skip
    spans = [*NAME_SPANS, ((0, 1), (0, 3)), *[((1, n), (2, n)) for n in (1, 2, 3)]]
    widths = (60, 40, 40, 70, 70, 70, 40, 60, 40)
    found = printed(tmp_path, (TITLE, rows, spans), widths=widths)
    assert tuples(found.funding) == [
        (1, "道路养护", "年度资金总额", "年初预算数", "100"),
        (1, "道路养护", "年度资金总额", "全年预算数", "120.00005"),
        (1, "道路养护", "年度资金总额", "全年执行数", "90"),
        (1, "道路养护", "年度资金总额", "分值", "10"),
        (1, "道路养护", "年度资金总额", "执行率", "75.00%"),
        (1, "道路养护", "年度资金总额", "得分", "7.5"),
        (1, "道路养护", "当年财政拨款", "年初预算数", "100"),
        *[(1, "道路养护", "当年财政拨款", basis, "") for basis in BASES[1:]],
    ]
    assert found.unread == []


def test_points_merged_over_all_sources_are_one_record(tmp_path):
    rows = [
        NAME,
        list(FUNDS),
        row("", "年度资金总额", "", "5", "5", "5", "10", "100%", "10"),
        row("", "其他资金", "", "5", "5", "5"),
    ]
    spans = [*NAME_SPANS, ((0, 1), (0, 3)), *[((1, n), (2, n)) for n in (1, 2, 3)]]
    spans += [((n, 2), (n, 3)) for n in (6, 7, 8)]
    found = printed(tmp_path, (TITLE, rows, spans))
    assert [tuple(r.values())[2:] for r in found.funding] == [
        *zip(["年度资金总额"] * 6, BASES, ("5", "5", "5", "10", "100%", "10"), strict=True),
        *zip(["其他资金"] * 3, BASES[:3], ("5", "5", "5"), strict=True),
    ]


def test_other_words_in_the_heads_and_no_column_for_deviations(tmp_path):
    heads = ["", "一级指标", "二级指标", "三级指标内容", "指标值", "全年完成值", "权重", "自评得分"]
    rows = [
        row("项目支出名称：道路养护", width=8),
        heads,
        ["", "产出指标", "数量指标", "里程", "≥1,000公里", "1,100 公里", "50", "50"],
        ["总分", "", "", "", "", "", "100", "98.5"],
    ]
    found = printed(tmp_path, ([], rows, [((0, 0), (-1, 0)), ((0, 3), (5, 3))]))
    assert tuples(found.indicators) == [
        (1, "道路养护", "产出指标", "数量指标", "里程", "≥1,000公里", "1,100公里", "50", "50", ""),
        (1, "道路养护", TOTAL, "", "", "", "", "100", "98.5", ""),
    ]


def test_a_label_may_stand_on_the_second_piece_of_its_cell(tmp_path):
    first = [
        NAME,
        ALL_HEADS,
        indicator("产出指标", "数量指标", "里程", "1公里", "1公里", "10", "10"),
        indicator("", "质量指标", "合格率", "95%", "96%", "10", "10"),
        indicator("", "", "返修率", "1%", "1%", "10", "10"),
    ]
    second = [
        indicator("效益指标", "社会效益指标", "出行", "便利", "便利", "10", "10"),
        indicator("", "", "安全", "提升", "提升", "10", "10"),
    ]
    found = printed(
        tmp_path,
        (TITLE, first, [*NAME_SPANS, ((1, 2), (1, 3)), ((0, 1), (0, 4))]),
        ([], second, [((1, 0), (1, 1)), ((2, 0), (2, 1)), ((0, 0), (0, 1))]),
    )
    assert values(found, "page", "level1", "level2", "level3") == [
        (1, "产出指标", "数量指标", "里程"),
        (1, "产出指标", "质量指标", "合格率"),
        (1, "效益指标", "社会效益指标", "返修率"),
        (2, "效益指标", "社会效益指标", "出行"),
        (2, "效益指标", "社会效益指标", "安全"),
    ]


def test_a_label_may_be_cut_by_the_end_of_the_page(tmp_path):
    first = [NAME, ALL_HEADS, indicator("产出", "数量", "里程", "1公里", "1公里", "10", "10")]
    second = [indicator("指标", "指标", "桥梁", "1座", "1座", "10", "10")]
    found = printed(tmp_path, (TITLE, first, NAME_SPANS), ([], second, []))
    assert values(found, "level1", "level2", "level3") == [
        ("产出指标", "数量指标", "里程"),
        ("产出指标", "数量指标", "桥梁"),
    ]


def test_a_row_cut_by_the_end_of_the_page_is_one_row(tmp_path):
    first = [
        NAME,
        ALL_HEADS,
        indicator("产出指标", "数量指标", "里程", "9公里", "1公里", "10", "1", "因资金"),
    ]
    second = [
        indicator("", "", "", "", "", "", "", "不足。"),
        indicator("", "", "桥梁", "1座", "1座", "10", "10"),
    ]
    merged = [((1, 0), (1, 1)), ((2, 0), (2, 1))]
    found = printed(tmp_path, (TITLE, first, NAME_SPANS), ([], second, merged))
    assert values(found, "page", "level2", "level3", "deviation") == [
        (1, "数量指标", "里程", "因资金不足。"),
        (2, "数量指标", "桥梁", ""),
    ]


def test_blank_cells_repeat_the_label_where_nothing_is_merged(tmp_path):
    rows = [
        NAME,
        ALL_HEADS,
        indicator("产出指标", "数量指标", "里程", "1公里", "1公里", "10", "10"),
        indicator("", "", "桥梁", "1座", "1座", "10", "10"),
        indicator("效益指标", "", "出行", "便利", "便利", "10", "10"),
        indicator("", "", "", "", "", "", ""),
    ]
    found = printed(tmp_path, (TITLE, rows, NAME_SPANS))
    assert values(found, "level1", "level2", "level3") == [
        ("产出指标", "数量指标", "里程"),
        ("产出指标", "数量指标", "桥梁"),
        ("效益指标", "", "出行"),
    ]


def test_title_and_heads_may_be_printed_again_on_the_next_page(tmp_path):
    lines = ["某市某局2023年度部门决算公开表", *TITLE]
    first = [NAME, ALL_HEADS, indicator("产出指标", "数量指标", "里程", "1", "1", "10", "10")]
    second = [ALL_HEADS, indicator("效益指标", "社会效益指标", "出行", "便利", "便利", "5", "5")]
    third = [
        indicator("满意度指标", "满意度", "群众", "90%", "91%", "5", "5"),
        row("合计", "", "", "", "", "", "20", "20"),
    ]
    found = printed(
        tmp_path,
        (lines, first, NAME_SPANS),
        (lines, second, []),
        (lines[:1], third, [((0, 1), (5, 1))]),
    )
    assert values(found, "page", "project", "level1", "score") == [
        (1, "道路养护", "产出指标", "10"),
        (2, "道路养护", "效益指标", "5"),
        (3, "道路养护", "满意度指标", "5"),
        (3, "道路养护", TOTAL, "20"),
    ]


def test_forms_may_follow_one_another_in_one_grid(tmp_path):
    rows = [
        NAME,
        ALL_HEADS,
        indicator("产出指标", "数量指标", "里程", "1", "1", "100", "100"),
        row("总分", "", "", "", "", "", "100", "100"),
        row("项目名称", "绿化"),
        ALL_HEADS,
        indicator("产出指标", "数量指标", "树木", "2", "1", "100", "50"),
    ]
    spans = [*NAME_SPANS, ((0, 3), (5, 3)), ((1, 4), (-1, 4))]
    found = printed(tmp_path, (TITLE, rows, spans))
    assert values(found, "project", "level3", "score") == [
        ("道路养护", "里程", "100"),
        ("道路养护", "", "100"),
        ("绿化", "树木", "50"),
    ]


def test_a_form_with_an_office_and_no_project_is_the_overall_one(tmp_path):
    rows = [
        row("部门（单位）名称", "某局"),
        ALL_HEADS,
        indicator("产出指标", "数量指标", "里程", "1", "1", "100", "100"),
    ]
    found = printed(tmp_path, (["2023年度绩效自评表"], rows, [((1, 0), (-1, 0))]))
    assert values(found, "project", "level3") == [(OVERALL, "里程")]


def test_what_is_not_understood_is_listed(tmp_path):
    heads = [*ALL_HEADS[:8], "复核情况"]
    rows = [
        NAME,
        row("项目负责人", "李工", "", "电话", "0733-1234"),
        heads,
        indicator("产出指标", "数量指标", "里程", "1", "1", "100", "100", "另有2公里"),
        row("总分", "", "", "", "", "", "100", "100"),
        row("填表日期：2024年3月1日"),
    ]
    spans = [*NAME_SPANS, ((0, 4), (5, 4)), ((0, 5), (-1, 5))]
    found = printed(tmp_path, (TITLE, rows, spans))
    assert found.unread == [(1, "0733-1234"), (1, "另有2公里"), (1, "填表日期：2024年3月1日")]


def test_a_form_that_does_not_name_its_project_is_refused(tmp_path):
    rows = [ALL_HEADS, indicator("产出指标", "数量指标", "里程", "1", "1", "100", "100")]
    with pytest.raises(ReportError, match="made.pdf, page 1: .*does not name its project"):
        printed(tmp_path, (TITLE, rows, []))


def test_a_list_of_projects_is_no_self_evaluation(tmp_path):
    heads = row("项目名称", "年初预算数", "全年预算数", "全年执行数", "得分")
    rows = [heads, row("道路养护", "1", "2", "3", "4")]
    found = printed(tmp_path, (["2023年度项目绩效自评结果汇总表"], rows, []))
    assert found == Performance(unread=[(1, text) for text in "1234"])


def test_a_table_of_goals_is_no_self_evaluation(tmp_path):
    heads = row("", "一级指标", "二级指标", "三级指标", "指标值")
    rows = [NAME, heads, indicator("产出指标", "数量指标", "里程", "9公里")]
    found = printed(tmp_path, (["2024年度项目支出绩效目标表"], rows, NAME_SPANS))
    assert found == Performance(unread=[(1, "9公里")])


def test_base_data_over_two_pages_in_other_units(tmp_path):
    first = [
        ["财政供养人员情况", "编制数", "2022年实有人数", "控制率"],
        ["", "20", "19", "95%"],
        ["经费控制情况（元）", "2021年决算数", "2022年预算数", "2022年决算数"],
        ["三公经费", "1,234.50", "—", "12万元"],
    ]
    second = [
        ["2、会议费", "约3", "", "0"],
        ["楼堂馆所控制情况（2021年完工项目）", "批复规模（㎡）", "实际规模（㎡）", "规模控制率"],
        ["", "100", "90㎡", "0.9"],
        ["厉行节约保障措施", "1、加强管理。2、节约开支。", "", ""],
    ]
    found = printed(
        tmp_path,
        (["部门整体支出绩效评价基础数据表"], first, [((0, 0), (0, 1))]),
        ([], second, [((0, 1), (0, 2)), ((1, 3), (3, 3))]),
        widths=(170, 110, 110, 110),
    )
    assert [tuple(r.values()) for r in found.base_data] == [
        (1, "财政供养人员情况", "编制数", "", "编制数", "20", ""),
        (1, "财政供养人员情况", "2022年实有人数", "2022", "实有人数", "19", ""),
        (1, "财政供养人员情况", "控制率", "", "控制率", "95", "%"),
        (1, "经费控制情况", "三公经费", "2021", "决算数", "1234.50", "元"),
        (1, "经费控制情况", "三公经费", "2022", "预算数", "", "元"),
        (1, "经费控制情况", "三公经费", "2022", "决算数", "12", "万元"),
        (2, "经费控制情况", "2、会议费", "2021", "决算数", "约3", "元"),
        (2, "经费控制情况", "2、会议费", "2022", "预算数", "", "元"),
        (2, "经费控制情况", "2、会议费", "2022", "决算数", "0", "元"),
        (2, "楼堂馆所控制情况", "批复规模", "2021", "批复规模", "100", "m²"),
        (2, "楼堂馆所控制情况", "实际规模", "2021", "实际规模", "90", "m²"),
        (2, "楼堂馆所控制情况", "规模控制率", "2021", "规模控制率", "0.9", ""),
    ]
    assert found.unread == [(2, "约3")]
