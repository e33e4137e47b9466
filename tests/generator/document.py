"""A whole report as blocks: cover, contents, parts, the nine tables and the text around them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import functional, overall
from .grid import Block, Column, Document, Grid, PageBreak, Para, full_row
from .layouts import WIDE, Layout
from .look_alikes import change_document
from .model import PLACES, TO_WAN, Report
from .printing import Printer, head_cell
from .prose import contents, glossary, narrative, opening

_NOTES = {
    "revenue_expenditure": "注：本表反映部门本年度的总收支和年末结转结余情况。",
    "revenue": "注：本表反映部门本年度取得的各项收入情况。",
    "expenditure": "注：本表反映部门本年度各项支出情况。",
    "appropriation": "注：本表反映部门本年度一般公共预算财政拨款、政府性基金预算财政拨款和国有资本"
    "经营预算财政拨款的总收支和年末结转结余情况。",
    "general_budget": "注：本表反映部门本年度一般公共预算财政拨款支出情况。",
    "basic_expenditure": "注：本表反映部门本年度一般公共预算财政拨款基本支出明细情况。",
    "government_fund": "注：本表反映部门本年度政府性基金预算财政拨款收入、支出及结转和结余情况。",
    "state_capital": "注：本表反映部门本年度国有资本经营预算财政拨款支出情况。",
    "three_public": "注：本表反映部门本年度财政拨款“三公”经费支出预决算情况。其中，预算数为“三公”"
    "经费全年预算数，反映按规定程序调整后的预算数；决算数是包括当年财政拨款和以前年度结转资金安排的实际"
    "支出。",
}
_SPARE_NOTE = "本套报表金额单位转换时可能存在尾数误差。"


def _number(style: str, at: int) -> str:
    return {
        "none": "",
        "公开01表": f"公开{at:02}表",
        "公开 01 表": f"公开 {at:02} 表",
        "公开1表": f"公开{at}表",
        "表1": f"表{at}",
        "附表1": f"附表{at}",
    }[style]


class _Captions:
    """Titles, unit lines and notes of one report's tables."""

    def __init__(self, report: Report, layout: Layout, rng: Random) -> None:
        self.report = report
        self.layout = layout
        self.rng = rng
        owners = ("部门：", "编制部门：", "部门名称：", "公开部门：")
        self.owner = rng.choices(owners, (6, 1, 1, 1))[0]
        self.year_between = rng.random() < 0.1

    def title(self, file: str, at: int) -> str:
        """A table's printed title."""
        layout = self.layout
        title = layout.titles[file]
        if layout.title_spaced:
            title = " ".join(title)
        year, department = f"{self.report.year}年度", self.report.department
        title = {"none": "", "year": year, "department": department, "both": department + year}[
            layout.title_prefix
        ] + title
        number = _number(layout.number_style, at)
        if number and layout.number_place == "title":
            title += f"（{number}）"
        return title

    def over(self, at: int) -> list[tuple[str, str, str]]:
        """The lines between title and table."""
        layout = self.layout
        unit = layout.unit_label + self.report.unit
        owner = self.owner + self.report.department if layout.department_line else ""
        middle = f"{self.report.year}年度" if self.year_between else ""
        number = _number(layout.number_style, at) if layout.number_place != "title" else ""
        lines = []
        if number and layout.number_place == "right":
            lines.append(("", "", number))
        elif number:
            lines.append((number, "", ""))
        if layout.unit_place == "with":
            lines.append((owner, middle, unit))
        elif layout.unit_place == "stacked" and owner:
            lines += [("", "", unit), (owner, "", "")]
        else:
            lines += [(owner, "", "")] if owner else []
            lines.append(("", middle, unit))
        return lines

    def notes(self, file: str, empty: bool) -> list[str]:
        """The lines under the table."""
        notes = []
        if self.layout.notes:
            notes.append(_NOTES[file])
            if file == "revenue_expenditure" and self.rng.random() < 0.5:
                notes.append(_SPARE_NOTE)
        if empty:
            notes.append(self.layout.empty_note)
        return notes


def _breaks(grid: Grid, layout: Layout, rng: Random) -> set[int]:
    """Rows before which a page ends on purpose: anywhere, also inside the heading."""
    if rng.random() >= layout.break_share:
        return set()
    first = 1 if layout.repeat == "none" else len(grid.head) + 1
    rows = range(first, len(grid.rows))
    if not rows:
        return set()
    chosen = set(rng.sample(rows, k=min(rng.choice((1, 1, 1, 2, 3)), len(rows))))
    if rng.random() < 0.25 and len(rows) > 2:
        lone = rng.choice(rows[:-1])
        chosen |= {lone, lone + 1}  # one row alone on a page
    return chosen


def _tables(report: Report, layout: Layout, rng: Random) -> list[Grid]:
    printer = Printer(layout, report.unit, rng)
    builders: dict[str, Callable[[Report, Printer, Random], Grid]] = {
        "revenue_expenditure": overall.revenue_expenditure,
        "appropriation": overall.appropriation,
        "basic_expenditure": overall.basic_expenditure,
        "three_public": overall.three_public,
    }
    captions = _Captions(report, layout, rng)
    empty = {"government_fund": len(report.fund) == 1, "state_capital": len(report.capital) == 1}
    grids = []
    for at, file in enumerate(layout.order, start=1):
        if empty.get(file) and layout.empty_fund == "omitted":
            continue
        if file in builders:
            grid = builders[file](report, printer, rng)
        else:
            grid = functional.build(report, printer, file, rng)
        grid.title = captions.title(file, at)
        grid.over = captions.over(at)
        grid.notes = captions.notes(file, empty.get(file, False))
        grid.turn = layout.turn_wide if file in WIDE else layout.turn_other
        grid.new_page = layout.table_flow == "pages"
        grid.repeat = layout.repeat
        grid.breaks = _breaks(grid, layout, rng)
        grids.append(grid)
    return grids


def _cover(report: Report, layout: Layout) -> list[Block]:
    year = f"{report.year}年度"
    if layout.cover == "joined":
        lines = [f"{report.department}{year}部门决算"]
    elif layout.cover == "year_first":
        lines = [year, report.department, "部门决算公开"]
    else:
        lines = [report.department, f"{year}部门决算"]
    blocks: list[Block] = [
        Para(line, size=22, bold=True, align="center", before=160 if not at else 20)
        for at, line in enumerate(lines)
    ]
    return blocks


def _plain_grid(title: str, heads: list[str], rows: list[list[str]], names: set[int]) -> Grid:
    """A table that is none of the nine."""
    width = len(heads)
    head = [full_row([head_cell(at, word) for at, word in enumerate(heads)], width)]
    body = []
    for texts in rows:
        row = full_row([], width)
        for at, text in enumerate(texts):
            kind = "name" if at in names else "num"
            align = "left" if at in names else "center"
            row.cells[at] = type(row.cells[at])(at, text, kind=kind, align=align)
        body.append(row)
    columns = [Column("name" if at in names else "num") for at in range(width)]
    return Grid(title, columns, head, body, new_page=False)


def _units_table(report: Report, rng: Random) -> Grid:
    count = rng.randint(1, 9)
    place = report.department
    offices = [
        "（本级）",
        "信息中心",
        "服务中心",
        "综合执法大队",
        "培训中心",
        "干部学校",
        "档案室",
        "机关服务中心",
        "研究所",
    ]
    rows = [
        [str(n + 1), place + offices[n], rng.choice(("行政单位", "事业单位"))] for n in range(count)
    ]
    return _plain_grid("部门决算单位构成", ["序号", "单位名称", "单位性质"], rows, {1})


def _staff_table(rng: Random) -> Grid:
    rows = [
        [name, str(rng.randint(1, 90)), str(rng.randint(1, 90))]
        for name in ("行政编制", "事业编制", "工勤编制")
    ]
    return _plain_grid("机构人员情况表", ["项目", "编制数", "年末实有人数"], rows, {0})


def _performance(report: Report, rng: Random) -> Grid:
    heads = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    rows = []
    for first, second in (
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度"),
    ):
        for n in range(rng.randint(1, 4)):
            points = rng.choice((5, 10, 15))
            rows.append(
                [
                    first,
                    second,
                    f"完成工作任务{n + 1}",
                    "≥95%",
                    f"{rng.randint(90, 100)}%",
                    str(points),
                    str(points - rng.randint(0, 2)),
                ]
            )
    title = f"{report.year}年度部门整体支出绩效自评表"
    grid = _plain_grid(title, heads, rows, {0, 1, 2})
    grid.new_page = True
    return grid


def _base_data(report: Report, seed: int) -> Grid:
    """The staff, of a number that the personnel expenses could pay."""
    rng = Random(f"base data {seed}")
    pay = report.basic["人员经费合计"] * TO_WAN[report.unit]
    staff = max(3, int(pay / rng.randint(9, 22)))
    posts = max(1, staff + rng.randint(-staff // 8, staff // 5))
    heads = ["财政供养人员情况（人）", "编制数", f"{report.year}年实际在职人数", "控制率"]
    row = ["", str(posts), str(staff), f"{100 * staff // posts}%"]
    return _plain_grid("部门整体支出绩效评价基础数据表", heads, [row], {0})


def build(report: Report, layout: Layout, seed: int) -> Document:
    """The whole report of one seed in one layout."""
    rng = Random(f"document {seed} {layout.typesetter}")
    grids = _tables(report, layout, rng)
    blocks = _cover(report, layout)
    blocks.append(PageBreak())
    if layout.toc:
        blocks += [
            *contents([layout.titles[file] for file in layout.order], report, rng),
            PageBreak(),
        ]
    blocks += opening(report)
    if layout.units_table:
        blocks.append(_units_table(report, rng))
        if rng.random() < 0.5:
            blocks.append(_staff_table(rng))
    blocks.append(PageBreak())
    blocks.append(Para(f"第二部分　{report.year}年度部门决算表", 18, True, "center", before=20))
    if rng.random() < 0.5:
        blocks.append(PageBreak())
    else:
        grids[0].new_page = False
    if layout.table_between:
        other = _staff_table(rng)
        other.new_page = rng.random() < 0.5
        grids.insert(rng.randint(1, len(grids)), other)
    blocks += grids
    if layout.narrative:
        blocks.append(PageBreak())
        blocks += narrative(report, rng, PLACES[report.unit])
        blocks += glossary()
    if layout.performance:
        blocks.append(_performance(report, rng))
    if layout.base_data:
        blocks += [PageBreak(), _base_data(report, seed)]
    head = f"{report.department}{report.year}年度部门决算" if layout.running_head else ""
    document = Document(blocks, head)
    return change_document(document, layout.look_alikes, rng) if layout.look_alikes else document
