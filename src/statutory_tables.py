"""Find the nine statutory tables of a report, wherever they stand.

A table is known by its title, never by its number or its page. It may run over any number of
pages, with or without its header repeated; its parts are put together here, on one set of columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from amounts import normalise, normalise_once
from pdf_pages import Page, ReportError, TextLine
from ruled_grids import Cell, Grid, grids_of

TITLES = {
    "revenue_expenditure": "收入支出决算总表",
    "revenue": "收入决算表",
    "expenditure": "支出决算表",
    "appropriation": "财政拨款收入支出决算总表",
    "general_budget": "一般公共预算财政拨款支出决算表",
    "basic_expenditure": "一般公共预算财政拨款基本支出决算明细表",
    "government_fund": "政府性基金预算财政拨款收入支出决算表",
    "state_capital": "国有资本经营预算财政拨款支出决算表",
    "three_public": "财政拨款“三公”经费支出决算表",
}
"""The nine statutory tables (公开01–09表): file name in ``data/processed`` to standard title."""

SOURCES = {
    "财政拨款收入": "财政拨款",
    "上级补助收入": "上级补助",
    "事业收入": "事业收入",
    "经营收入": "经营收入",
    "附属单位上缴收入": "附属单位",
    "其他收入": "其他收入",
}
"""The sources of revenue, in the form's order, and the words that tell the column of each."""

KINDS = {
    "基本支出": "基本支出",
    "项目支出": "项目支出",
    "上缴上级支出": "上缴上级",
    "经营支出": "经营支出",
    "对附属单位补助支出": "附属单位",
}
"""The kinds of expenditure, in the form's order, and the words that tell the column of each."""

_QUOTES = "“”\"'‘’「」『』〝〞＂"
_TITLE = re.compile(
    r"(?P<funds>一般公共预算|公共预算|公共财政预算|政府性基金预算|政府性基金|国有资本经营预算|国有资本经营)?"
    r"(?P<money>财政拨款)?(?P<public>三公经费(?:[、和及]?(?:会议费|培训费|机关运行经费))*)?"
    r"(?:公共预算财政拨款|财政拨款)?"
    r"(?P<side>收入支出|收支|收入|基本支出|支出)?(?P<stem>预?决算)"
    r"(?P<total>总体情况|总|明细|情况|批复)?表(?:\([^()]{0,20}\)|公开\d+表|表\d+)*"
    r"(?:(?:编制|公开|填报)?(?:部门|单位)(?:名称)?:[^。:]{2,40}?)?"
    r"(?:(?:金额)?单位:?(?:万元|亿元|千元|元))?$"
)
_NO_PREFIX = (
    "项目",
    "预算",
    "拨款",
    "基金",
    "资金",
    "经费",
    "资本",
    "经营",
    "基本",
    "收入",
    "公共",
    "采购",
    "购买服务",
    "费",
    "建设",
    "民生",
    "结转",
    "非税",
    "事业",
    "收益",
)
"""What makes another table of a title that would be a form's without it."""
_UNIT = re.compile(
    r"(?:单位|计量)[:：]?(?:人民币)?(亿元|万元|千元|百元|元)|[(](亿元|万元|千元|元)[)]"
)
_RUNNING_TEXT = re.compile(r"[。;]|^第.{1,2}部分$|^[(]?注:|^说明:")
_NUMBER_ALONE = re.compile(r"(?:公开\d+表|附?表\d+)|[(](?:公开\d+表|附?表\d+)[)]")
"""A form's number on a line of its own, which is no line of the title."""
_CAPTION_LIMIT = 8
"""A title stands at most this many lines (unit, department, form number …) above its table."""

COLUMN_TOLERANCE = 3.0
"""Column borders of a table's parts on different pages agree within this (points)."""


def form_of_title(text: str) -> str | None:
    """Which statutory table a printed line is the title of, or None.

    A year, a department, or an ordinal may stand before the title, a form number behind it.
    """
    match = _title_in(text)
    if match is None:
        return None
    funds, side = match["funds"] or "", match["side"] or ""
    if match["public"]:
        return "three_public" if not funds or "公共" in funds else None
    if funds.startswith("政府性基金"):
        return "government_fund" if side != "收入" else None
    if funds.startswith("国有资本"):
        return "state_capital" if side != "收入" else None
    if side == "基本支出":
        return "basic_expenditure"
    if "公共" in funds:
        return "general_budget" if side in ("支出", "收入支出", "收支") else None
    if match["money"]:
        return "appropriation" if side in ("收入支出", "收支") else None
    return {
        "收入支出": "revenue_expenditure",
        "收支": "revenue_expenditure",
        "收入": "revenue",
        "支出": "expenditure",
    }.get(side)


def _title_in(text: str) -> re.Match | None:
    plain = normalise(text).translate({ord(quote): None for quote in _QUOTES})
    match = _TITLE.search(plain)
    return None if match is None or plain[: match.start()].endswith(_NO_PREFIX) else match


def _likeness(title: str) -> tuple[bool, ...]:
    """How like a form's standard title a printed one is: what it counts, then how it is worded.

    Revenue and expenditure of state capital operations hold all that its expenditure alone does.
    """
    match, standard = _title_in(title), _title_in(TITLES[form_of_title(title)])
    side = match["side"] == ("收入支出" if "资本" in (match["funds"] or "") else standard["side"])
    return (match["funds"] == standard["funds"], side) + tuple(
        (match[part] or "") == (standard[part] or "") for part in ("total", "money")
    )


@dataclass(eq=False)
class Row:
    """One printed row of a table: its page, and its cell at each of the table's columns."""

    page: int
    part: int
    index: int
    cells: list[Cell]

    def text(self, column: int) -> str:
        return self.cells[column].text

    @cached_property
    def distinct(self) -> list[Cell]:
        """The row's cells from left to right, each merged one once."""
        found: list[Cell] = []
        for cell in self.cells:
            if not found or found[-1] is not cell:
                found.append(cell)
        return found

    def with_rest(self, rest: Row) -> Row:
        """The row together with its rest, which the end of a page parted from it."""
        made: dict[tuple[int, int], Cell] = {}
        cells = []
        for first, second in zip(self.cells, rest.cells, strict=True):
            key = id(first), id(second)
            if key not in made:
                made[key] = Cell.joined(first, second) if second.text else first
            cells.append(made[key])
        return Row(self.page, rest.part, self.index, cells)

    @cached_property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.distinct if cell.text]


@dataclass(eq=False)
class SourceTable:
    """One statutory table as it stands in the report, put together from its pages.

    Attributes
    ----------
    form : str
        A key of :data:`TITLES`.
    title : str
        The title as printed.
    unit : str or None
        The unit printed above it.
    parts : list of Grid
        One for each page that it runs over.
    above : list of TextLine
        The lines above it.
    """

    file: Path
    form: str
    title: str
    unit: str | None
    parts: list[Grid]
    first_rows: list[int] = field(default_factory=list)
    above: list[TextLine] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.parts[0].page

    @property
    def pages(self) -> list[int]:
        return [part.page for part in self.parts]

    @property
    def name(self) -> str:
        return TITLES[self.form]

    @property
    def width(self) -> float:
        return self.parts[0].xs[-1] - self.parts[0].xs[0]

    def borders(self) -> list[float]:
        """The column borders of all parts, from the left edge of the table."""
        found: list[float] = []
        for part in self.parts:
            for border in _relative(part, self.width):
                if all(abs(border - known) > COLUMN_TOLERANCE for known in found):
                    found.append(border)
        return sorted(found)

    def rows(self) -> list[Row]:
        """Every printed row, from the first page to the last, on the table's columns."""
        borders = self.borders()
        middles = [(a + b) / 2 for a, b in pairwise(borders)]
        rows = []
        for number, (part, first) in enumerate(zip(self.parts, self.first_rows, strict=True)):
            stretch = (part.xs[-1] - part.xs[0]) / self.width
            columns = part.columns([part.xs[0] + middle * stretch for middle in middles])
            for index in range(first, part.shape[0]):
                cells = [part.cells[index][column] for column in columns]
                rows.append(Row(part.page, number, index, cells))
        return rows

    def error(self, problem: str, remedy: str, page: int | None = None) -> ReportError:
        return ReportError(self.file, f"{self.name}: {problem}", remedy, page or self.page)


def _relative(grid: Grid, width: float) -> list[float]:
    """A grid's column borders from its left edge, as if the grid were ``width`` wide."""
    stretch = width / (grid.xs[-1] - grid.xs[0])
    return [(x - grid.xs[0]) * stretch for x in grid.xs]


def _goes_on(table: SourceTable, grid: Grid) -> bool:
    """Whether a grid without a title has the columns of the table before it."""
    known, new = table.borders(), _relative(grid, table.width)
    if abs(grid.xs[-1] - grid.xs[0] - table.width) > 2 * COLUMN_TOLERANCE:
        return False
    fewer, more = sorted((known, new), key=len)
    return all(any(abs(a - b) <= COLUMN_TOLERANCE for b in more) for a in fewer)


def _title_rows(grid: Grid) -> int:
    """How many rows at the top of a grid are one cell across: a title put into the table."""
    columns, count = grid.shape[1], 0
    while count < grid.shape[0] - 1 and columns > 1:
        cell = grid.cells[count][0]
        if cell.col1 < columns - 1 or cell.row0 != count or re.search("[预决]算数$", cell.text):
            break
        count = cell.row1 + 1
    return count


def _caption(lines: list[TextLine]) -> tuple[str, str, str | None] | None:
    """Form, printed title and unit from the lines above a grid, or None without a title."""
    texts = [normalise(line.text) for line in lines[-_CAPTION_LIMIT - 2 :]]
    for last in reversed(range(len(texts))):
        if _RUNNING_TEXT.search(texts[last]):
            return None
        if _NUMBER_ALONE.fullmatch(texts[last]):
            continue
        title = _title_ending_at(texts, last)
        if title:
            units = [unit for text in texts[last:] for unit in _units(text)]
            return form_of_title(title), title, units[-1] if units else None
    return None


def _title_ending_at(texts: list[str], last: int) -> str | None:
    """The title that ends with this line; a long one may be wrapped over up to three lines."""
    title = texts[last] if form_of_title(texts[last]) else None
    for first in range(last - 1, max(-1, last - 3), -1):
        if form_of_title(texts[first]):
            break
        longer = "".join(texts[first : last + 1])
        if form_of_title(longer) and form_of_title(longer) != form_of_title(title or ""):
            title = longer
    return title


def _units(text: str) -> list[str]:
    return [first or second for first, second in _UNIT.findall(text)]


@dataclass(eq=False)
class PageLayout:
    """What is on one page: ruled grids, and the lines of text outside them."""

    page: int
    grids: list[Grid]
    lines: list[TextLine]

    def items(self) -> list[Grid | TextLine]:
        """Grids and lines from top to bottom."""
        placed = [(grid.box[3], grid) for grid in self.grids]
        placed += [(line.y, line) for line in self.lines]
        return [item for _, item in sorted(placed, key=lambda pair: -pair[0])]


@dataclass(eq=False)
class Survey:
    """The result of looking through a report for its statutory tables."""

    tables: list[SourceTable]
    layouts: dict[int, PageLayout]
    other_grids: list[tuple[Grid, list[TextLine]]]
    orphans: list[tuple[SourceTable, Grid]]


def survey(file: Path, pages: list[Page]) -> Survey:
    """Find the statutory tables of a report.

    Parameters
    ----------
    file : Path
        The report, for messages.
    pages : list of Page
        Its open pages.

    Returns
    -------
    Survey
        The tables in the order in which they are printed, the layouts of the pages that were
        looked at, the grids on them that are no statutory table, and the orphans: grids that
        follow a table without a title of their own, but do not have its columns.
    """
    found = Survey([], {}, [], [])
    open_table: SourceTable | None = None
    waiting: list[TextLine] = []
    for page in pages:
        if open_table is None and not waiting and not _may_hold_title(page.text):
            continue
        grids, lines = grids_of(page)
        layout = found.layouts[page.number] = PageLayout(page.number, grids, lines)
        if not grids:
            if open_table and page.is_scan:
                raise open_table.error(
                    "the page after it is a scanned picture, on which the table may go on.",
                    "Ask the publisher for the PDF saved from the original file.",
                    page.number,
                )
            if any(re.search(r"[^\W\d]", line.text) for line in lines):
                open_table = None  # a blank page, or one with its number alone, parts no table
        for item in layout.items():
            if isinstance(item, TextLine):
                waiting.append(item)
                continue
            above, waiting = waiting, []
            inside = _title_rows(item)
            for row in range(inside):
                if item.cells[row][0].row0 == row:
                    above += item.cells[row][0].lines
            caption = _caption(above)
            if caption and _is_form(item):
                form, title, unit = caption
                table = SourceTable(file, form, title, unit, [item], [inside], above)
                open_table = _joined(found.tables, table)
                continue
            untitled = not _names_another(above, found.layouts.get(page.number - 1))
            if open_table and untitled and _goes_on(open_table, item):
                open_table.parts.append(item)
                open_table.first_rows.append(0)
                continue
            found.other_grids.append((item, above))
            if open_table and untitled:
                found.orphans.append((open_table, item))
            open_table = None
        if _caption(waiting) is None:
            waiting = []  # else the page ends with a title, and its table is on the next one
    _set_aside(found)
    return found


def _set_aside(found: Survey):
    """Of tables that could be the same form, keep those whose title is most like the form's own.

    Some provinces publish more than the nine: 一般公共预算财政拨款支出决算明细表 beside
    一般公共预算财政拨款支出决算表, for instance.
    """
    best = {
        form: max(_likeness(table.title) for table in found.tables if table.form == form)
        for form in {table.form for table in found.tables}
    }
    for table in [*found.tables]:
        if _likeness(table.title) < best[table.form]:
            found.tables.remove(table)
            found.other_grids += [(part, table.above) for part in table.parts]
    found.orphans = [(table, grid) for table, grid in found.orphans if table in found.tables]


def _names_another(above: list[TextLine], before: PageLayout | None) -> bool:
    """Whether the lines above a grid tell that it is a table of its own.

    A line that stood on the page before too is a running head, and tells nothing; nor does one that
    says that the table goes on (续表), or the form's number alone.
    """
    running = {line.text for line in before.lines} if before else set()
    return any(
        re.search("[表况][)]?$|。", normalise(line.text))
        and not _GOES_ON.search(normalise(line.text))
        and line.text not in running
        for line in above
    )


_GOES_ON = re.compile(r"续表|接上表|^(?:公开|附)?\d*表\d*$")


def _may_hold_title(text: str) -> bool:
    plain = normalise_once(text)
    return "决算" in plain and "表" in plain


def _is_form(grid: Grid) -> bool:
    """Whether a grid has a statutory form's header words at all."""
    words = "".join(normalise(cell.text) for row in grid.cells[:5] for cell in row)
    return bool(re.search(r"项目|科目|金额|决算数|预算数|合计|小计|收入|支出|经费", words))


def _joined(tables: list[SourceTable], table: SourceTable) -> SourceTable:
    """Add a table; a part under a repeated title joins the table it continues."""
    before = tables[-1] if tables else None
    if (
        before is not None
        and before.form == table.form
        and table.page - before.pages[-1] in (0, 1)
        and _goes_on(before, table.parts[0])
        and not _starts_over(before, table)
    ):
        before.parts += table.parts
        before.first_rows += table.first_rows
        return before
    tables.append(table)
    return table


def _starts_over(before: SourceTable, table: SourceTable) -> bool:
    """Whether a part under a repeated title begins the table anew instead of going on with it.

    One with two sides goes on until its total (总计): funds are named at its top and at its bottom.
    """
    two_sided = before.form in ("revenue_expenditure", "appropriation")
    if two_sided and not any("总计" in normalise(t) for row in before.rows() for t in row.texts):
        return False
    for old, new in zip(before.rows(), table.rows(), strict=False):
        amounts = [text for text in new.texts if re.search(r"\d\.\d", text)]
        labels = {text for text in new.texts if text not in amounts}
        if old.texts != new.texts or amounts or labels == {"合计"}:
            return bool(labels) and labels <= set(old.texts)
    return False
