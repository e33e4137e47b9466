"""Read the performance tables of a report: base data, and self-evaluations (绩效自评表).

Three kinds of table are read, wherever they stand: the base data of the overall evaluation
(绩效评价基础数据表), the self-evaluation of a department's whole spending (整体支出绩效自评表) and
that of a project (项目支出绩效自评表). A table is known by its title or by its own first words, a
column by the place of its head; neither pages nor numbers nor names of one report are known here. A
table may run over pages: its columns go on, its head need not be repeated, and a merged cell that
the end of a page cuts has its label on one of its pieces.

What becomes a row, and what does not
    Every printed row that is not blank altogether: in the indicators a row that prints a label, a
    placeholder (``.....``) or a value of its own, also one that prints no more than its 二级指标.
    A row on which nothing begins but blank cells, under a label that a row above has printed, is
    blank. A cell merged over several rows is a value of the first of them only, a label of all.
    The goals (年度总体目标 and 实际完成情况) are running text and no rows of any file; neither are
    the names of offices at the head of a form, nor a line of the base data that is text all across
    (厉行节约保障措施).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from amounts import UNITS, in_wan_yuan, normalise, normalise_once, parse_amount
from pdf_pages import Line as PrintedLine
from pdf_pages import Page, ReportError
from ruled_grids import Cell, Grid, grids_of

OVERALL = "整体支出"
"""The ``project`` of a department's overall self-evaluation."""

TOTAL = "总分"
"""The ``level1`` of the row that sums up points and scores."""

BASE_COLUMNS = ("page", "group", "item", "period", "basis", "value", "unit")
FUNDING_COLUMNS = ("page", "project", "source", "basis", "value")
LEVELS = ("level1", "level2", "level3")
INDICATOR_COLUMNS = (
    "page", "project", *LEVELS, "target", "actual", "points", "score", "deviation",
)  # fmt: skip

WIDTH_TOLERANCE = 6.0
"""Parts of a table on different pages are equally wide within this (points)."""

_NAME = "项目(?:支出)?名称(?=$|:)"
"""The word beside a project's name."""
_STAFF = "财政供养人员"
"""The words with which a table of base data begins."""
_WHOLE = "(?:年度)?资金总额"
"""The first source of funds of a self-evaluation."""

_TITLE = re.compile(r"绩效[^。;:]{0,14}表|基础数据表")
_CAPTION_LIMIT = 6
"""A title stands at most this many lines (unit, department …) above its table."""
_YEAR = re.compile(r"((?:19|20)\d\d)年度?")
_UNIT_OF_MONEY = re.compile(r"[(]?(?:单位:?)?(亿元|万元|千元|百元|元)[)]")
_UNIT_OF_CAPTION = re.compile(r"单位:?(亿元|万元|千元|百元|元)")

Span = tuple[float, float]
"""From where to where a cell reaches: points from the left edge, on the table's first page."""


@dataclass
class Performance:
    """What the performance tables of a report hold; every value is text.

    Attributes
    ----------
    base_data : list of dict
        Records of ``page, group, item, period, basis, value, unit``; see :func:`read_base_data`.
    funding : list of dict
        Records of ``page, project, source, basis, value``; see :class:`EvaluationReader`.
    indicators : list of dict
        Records of ``page, project, level1, level2, level3, target, actual, points, score,
        deviation``; see :class:`EvaluationReader`.
    unread : list of (int, str)
        Page and text of each cell that carries a number but was not understood.
    """

    base_data: list[dict] = field(default_factory=list)
    funding: list[dict] = field(default_factory=list)
    indicators: list[dict] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)

    def leave(self, page: int, cells: Iterable[Cell]):
        """Note the cells that carry a number and were not understood."""
        self.unread += [(page, cell.text) for cell in cells if carries_number(cell.text)]


def read_performance(file: Path, pages: Iterable[Page]) -> Performance:
    """Read the performance tables of a report.

    Parameters
    ----------
    file : Path
        The report, for messages.
    pages : iterable of Page
        Its open pages. Only those whose text names a performance table are laid out, and those on
        which one may go on.

    Returns
    -------
    Performance
        Empty lists for a report without such tables.

    Raises
    ------
    ReportError
        A self-evaluation names neither its project nor itself as the overall one.
    """
    found = Performance()
    for table in _find_tables(pages, found):
        if table.is_base_data:
            read_base_data(table, found)
        else:
            EvaluationReader(file, table, found).read()
    return found


# --- Tables and their lines ----------------------------------------------------------------------


@dataclass(eq=False)
class Line:
    """One printed row of a table.

    Attributes
    ----------
    page : int
        The PDF's page, from 1.
    part : int
        On which of its pages, from 0, the table has this row.
    index : int
        The row of the grid, from 0.
    cells : list of Cell
        From left to right, each merged one once, also one that began in a row above.
    """

    page: int
    part: int
    index: int
    cells: list[Cell]
    _left: float
    _stretch: float

    def span(self, cell: Cell) -> Span:
        x0, _, x1, _ = cell.box
        return (x0 - self._left) * self._stretch, (x1 - self._left) * self._stretch

    @property
    def own(self) -> list[Cell]:
        """The cells that begin in this row."""
        return [cell for cell in self.cells if cell.row0 == self.index]

    def under(self, head: Span) -> list[Cell]:
        """The cells that stand under a head, wider, narrower or as wide."""
        return [cell for cell, span in self._spans if _overlap(span, head)]

    @cached_property
    def _spans(self) -> list[tuple[Cell, Span]]:
        return [(cell, self.span(cell)) for cell in self.cells]

    def left_of(self, border: float) -> list[Cell]:
        """The cells that begin in this row and end before a border (points)."""
        return [cell for cell in self.own if self.span(cell)[1] <= border + WIDTH_TOLERANCE]


def _overlap(a: Span, b: Span) -> bool:
    """Whether two spans share at least half of the narrower one."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared >= 0.5 * min(a[1] - a[0], b[1] - b[0])


@dataclass(eq=False)
class Table:
    """One performance table, put together from its pages."""

    title: str
    is_base_data: bool
    unit: str | None
    parts: list[Grid]

    @property
    def page(self) -> int:
        return self.parts[0].page

    @property
    def width(self) -> float:
        return _width(self.parts[0])

    def lines(self) -> Iterator[Line]:
        """Every printed row, from the first page to the last."""
        for part, grid in enumerate(self.parts):
            stretch = self.width / _width(grid)
            for index, row in enumerate(grid.cells):
                cells = list(dict.fromkeys(row))
                yield Line(grid.page, part, index, cells, grid.xs[0], stretch)


def _width(grid: Grid) -> float:
    return grid.xs[-1] - grid.xs[0]


def _cells(grid: Grid) -> list[Cell]:
    """Each cell of a grid once."""
    return list(dict.fromkeys(cell for row in grid.cells for cell in row))


def _find_tables(pages: Iterable[Page], found: Performance) -> Iterator[Table]:
    """The performance tables of a report, in the order in which they are printed.

    Each is given as soon as it is whole, so that its grids need be kept no longer.
    """
    open_table: Table | None = None
    above: list[str] = []
    running: set[str] = set()
    for page in pages:
        if open_table is None and not above and not _may_name_table(page.text):
            continue
        grids, lines = grids_of(page)
        if open_table is not None and not grids:
            yield open_table
            open_table = None
        for item in _from_top(grids, lines):
            if not isinstance(item, Grid):
                above.append(normalise(item.text))
                continue
            caption, above = _caption([*above, *_title_rows(item)], running), []
            if open_table is not None and _goes_on(open_table, item, caption):
                open_table.parts.append(item)
                continue
            begun = _new_table(item, caption) if _begins_table(item, caption) else None
            untitled = open_table is not None and not caption
            if begun is None and (untitled or _TITLE.search(caption)):
                found.leave(item.page, _cells(item))
            if open_table is not None:
                yield open_table
            open_table = begun
        if not _TITLE.search(_caption(above, running)):
            above = []  # else the page ends with a title, and its table is on the next one
        running = {normalise(line.text) for line in lines}
    if open_table is not None:
        yield open_table


def _may_name_table(text: str) -> bool:
    plain = normalise_once(text)
    return ("绩效" in plain and "表" in plain) or "一级指标" in plain or "财政供养人员" in plain


def _from_top(grids: list[Grid], lines: list[PrintedLine]) -> list[Grid | PrintedLine]:
    placed: list[tuple[float, Grid | PrintedLine]] = [(grid.box[3], grid) for grid in grids]
    placed += [(line.y, line) for line in lines]
    return [item for _, item in sorted(placed, key=lambda pair: -pair[0])]


def _title_rows(grid: Grid) -> list[str]:
    """The words of the rows at the top of a grid that are one cell across."""
    texts = []
    for row in grid.cells:
        if row[0] is not row[-1] or grid.shape[1] == 1:
            break
        texts.append(normalise(row[0].text))
    return texts


def _caption(lines: list[str], running: set[str]) -> str:
    """The words above a grid as far as they are a title and what follows it, or nothing.

    Parameters
    ----------
    lines : list of str
        The lines above the grid, plain. Running text is no caption.
    running : set of str
        The lines of the page before: one that stands there too is a running head, unless it is the
        title of a performance table.
    """
    texts = [line for line in lines if _TITLE.search(line) or line not in running]
    texts = texts[-_CAPTION_LIMIT:]
    for place in reversed(range(len(texts))):
        if re.search("[。;]", texts[place]):
            texts = texts[place + 1 :]
            break
    if "表" not in "".join(texts):
        return ""
    for first in reversed(range(len(texts))):
        caption = "".join(texts[first:])
        if _TITLE.search(caption) and re.search("整体|项目|专项|部门|单位", caption):
            return caption
    return "".join(texts)


def _opens(grid: Grid, first: str) -> bool:
    """Whether a cell of a grid has the words with which a form begins."""
    return any(re.match(first, _plain(cell.text)) for cell in _cells(grid))


def _begins_table(grid: Grid, caption: str) -> bool:
    """Whether a grid is the first part of a performance table, by its title or its words."""
    evaluates = _opens(grid, rf"一级指标$|{_WHOLE}")
    names = _opens(grid, _NAME)
    if _TITLE.search(caption) and (evaluates or names or "基础数据表" in caption):
        return True
    return (evaluates and names) or _opens(grid, _STAFF)


def _goes_on(table: Table, grid: Grid, caption: str) -> bool:
    """Whether a grid goes on with the table before it: untitled, or its title printed again."""
    if grid.page - table.parts[-1].page not in (0, 1) or _opens(grid, rf"{_NAME}|{_STAFF}"):
        return False
    if abs(_width(grid) - table.width) > WIDTH_TOLERANCE:
        return False
    again = re.sub("[(]?续表?[)]?", "", caption) == table.title and not _opens(grid, _WHOLE)
    return not caption or again or caption in ("续表", "(续表)")


def _new_table(grid: Grid, caption: str) -> Table:
    units = _UNIT_OF_CAPTION.findall(caption)
    is_base_data = _opens(grid, _STAFF) or "基础数据表" in caption
    return Table(caption, is_base_data, units[-1] if units else None, [grid])


# --- Words and values ----------------------------------------------------------------------------

_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_LIST_NUMBER = re.compile(r"(?<![\d.])\d{1,2}[、.．](?!\d)")
_PRINTED_NUMBER = re.compile(r"([-−]?[(]?[\d,.]+[)]?)(%|m2|[^\d\s.,()%]{0,4})")


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A label as it is compared: plain forms, without brackets and a colon at its end."""
    return _BRACKETS.sub("", normalise(text)).rstrip(":")


def carries_number(text: str) -> bool:
    """Whether a text states a number; years, and the numbers of a list's items, are none."""
    plain = _LIST_NUMBER.sub("", _YEAR.sub("", normalise(text).replace("m2", "")))
    return bool(re.search(r"\d", plain))


def _number_and_unit(text: str) -> tuple[str, str]:
    """A printed number without thousands separators, and the unit printed behind it.

    A blank cell and a dash give two empty texts.

    Raises
    ------
    ValueError
        The text is no number.
    """
    plain = normalise(text)
    match = _PRINTED_NUMBER.fullmatch(plain)
    amount = parse_amount(match[1] if match else plain)
    unit = match[2].replace("m2", "m²") if match else ""  # plain forms turn ² into 2
    return ("" if amount is None else format(amount, "f")), unit


def _printed_value(text: str, unit: str = "万元") -> str:
    """A value as printed: without thousands separators, in 万元, a dash as blank.

    Parameters
    ----------
    text : str
        A cell's text. A percentage keeps its sign, and what is no number stays as it is.
    unit : str
        The unit that an amount without a unit of its own is printed in.
    """
    try:
        number, own = _number_and_unit(text)
    except ValueError:
        return text
    if own in UNITS or (not own and unit != "万元"):
        return _in_wan_yuan(number, own or unit)
    return number + own


def _in_wan_yuan(number: str, unit: str) -> str:
    amount = in_wan_yuan(Decimal(number), unit) if number else None
    return "" if amount is None else format(amount, "f")


# --- Base data -----------------------------------------------------------------------------------

_BASE_HEAD = re.compile(r".*(?:数|率|规模|投资|金额|人数|面积|预算|决算|投入)")
_UNIT_NAMES = re.compile(r"[(（]((?:亿|万|千|百)?元|人|个|辆|台|套|%|m2|m²|㎡|平方米|平米)[)）]")


@dataclass
class BaseHead:
    """A column of a block of base data."""

    item: str
    basis: str
    period: str
    unit: str
    span: Span


@dataclass
class BaseBlock:
    """A block of base data: its label, and its columns from left to right."""

    group: str
    heads: list[BaseHead]
    lists_items: bool = False
    """Whether a row of it has had a label of its own."""


def read_base_data(table: Table, found: Performance):
    """Read a table of base data (绩效评价基础数据表), one record for each value cell.

    The table consists of blocks, each with a row of heads. Beside them stands the block's label;
    it gives ``group``, less a bracket that names a unit or a year. A row with a label of its own
    (三公经费) has that, as printed, as ``item``; in a block whose label stands beside its values
    too (财政供养人员情况, 楼堂馆所控制情况) the column's head is the ``item``. ``period`` is the
    year in the head, or else in the block's label (2023年完工项目), or empty. ``basis`` is the head
    without its year and its unit: 决算数, 编制数, 实际在职人数, 批复规模.

    ``value`` has no thousands separators; a dash is a blank. Its ``unit`` is what is printed behind
    it (100%: value 100, unit %), else the bracket of the column's head (m²), else that of the
    block's label (万元, 人). The block's unit is none of a rate (控制率): a rate without a sign of
    its own has no unit, for it may be a share of one or of a hundred. What is no number stays as
    printed, and is noted as unread if it carries one.

    Parameters
    ----------
    table : Table
    found : Performance
        Takes the records, and the cells that carry a number but were not understood.
    """
    block: BaseBlock | None = None
    for line in table.lines():
        new_block = _base_block(line)
        if new_block is not None:
            block = new_block
        elif block is None:
            found.leave(line.page, line.own)
        else:
            _read_base_line(line, block, found)


def _base_block(line: Line) -> BaseBlock | None:
    """The block that a row of heads opens, or None for another row."""
    label, *rest = line.cells
    heads = [cell for cell in rest if cell.text]
    if len(heads) < 2 or any(
        cell.row0 != line.index or not _BASE_HEAD.fullmatch(_plain(cell.text)) for cell in heads
    ):
        return None
    year = _YEAR.search(normalise(label.text))
    group = re.sub(r"[(（][^()（）]*(?:19|20)\d\d年[^()（）]*[)）]", "", label.text)
    return BaseBlock(
        _UNIT_NAMES.sub("", group).rstrip(":："),
        [
            _base_head(cell.text, line.span(cell), _unit_in(label.text), year and year[1])
            for cell in heads
        ],
    )


def _base_head(text: str, span: Span, block_unit: str, block_year: str | None) -> BaseHead:
    item = _UNIT_NAMES.sub("", text)
    year = _YEAR.search(normalise(item))
    default = "" if _plain(item).endswith("率") else block_unit
    return BaseHead(
        item,
        _YEAR.sub("", normalise(item)),
        year[1] if year else block_year or "",
        _unit_in(text) or default,
        span,
    )


def _unit_in(text: str) -> str:
    """The unit that a bracket in a label names, or an empty text."""
    match = _UNIT_NAMES.search(text)
    return normalise(match[1]).replace("m2", "m²") if match else ""


def _read_base_line(line: Line, block: BaseBlock, found: Performance):
    """Read one row of values of a block."""
    own = line.own
    labels = [cell for cell in line.left_of(block.heads[0].span[0]) if cell.text]
    columns = [[cell for cell in line.under(head.span) if cell in own] for head in block.heads]
    values = [cells[0] for cells in columns if cells]
    if len(set(values)) < len(values):  # a text all across
        return found.leave(line.page, own)
    found.leave(line.page, [c for c in own if c not in labels and not any(c in v for v in columns)])
    label = "".join(cell.text for cell in labels)
    if not label and not any(cell.text for cell in values):
        return None
    block.lists_items = block.lists_items or bool(label)
    for head, cells in zip(block.heads, columns, strict=True):
        if not cells:
            continue
        item = label or ("" if block.lists_items else head.item)
        text = "".join(cell.text for cell in cells)
        try:
            value, unit = _number_and_unit(text)
        except ValueError:
            value, unit = text, ""
            found.leave(line.page, cells)
        record = (line.page, block.group, item, head.period, head.basis, value, unit or head.unit)
        found.base_data.append(dict(zip(BASE_COLUMNS, record, strict=True)))


# --- Self-evaluations ----------------------------------------------------------------------------

_FUNDING_HEADS = {
    "年初预算数": re.compile(r"年初(?:批复)?预算(?:数|金额|资金)?"),
    "全年预算数": re.compile(r"(?:全年|调整后?|年度)预算(?:数|金额|资金)?"),
    "全年执行数": re.compile(r"(?:全年|实际|年度)?(?:预算)?(?:执行|支出)(?:数|金额)"),
    "分值": re.compile(r"分值|权重|标准分|满分"),
    "执行率": re.compile(r"(?:预算|资金)?执行率"),
    "得分": re.compile(r"(?:自评)?得分"),
}
_AMOUNT_HEADS = ("年初预算数", "全年预算数", "全年执行数")
_INDICATOR_HEADS = {
    "level1": re.compile(r"一级指标"),
    "level2": re.compile(r"二级指标"),
    "level3": re.compile(r"三级指标(?:内容|名称)?|指标内容|指标名称|具体指标"),
    "target": re.compile(
        r"(?:年度|年初|预期|计划|绩效)*(?:指标|目标)值|(?:年度|计划)(?:指标|完成)值"
    ),
    "actual": re.compile(r"(?:全年|年度)?(?:实际)?完成(?:指标)?(?:值|情况)|实际值"),
    "points": _FUNDING_HEADS["分值"],
    "score": re.compile(r"(?:自评)?(?:得分|评分)"),
    "deviation": re.compile(r".*(?:偏差|未完成).*(?:原因|措施).*|.*改进措施"),
}
_SOURCES = {
    "年度资金总额": re.compile(_WHOLE),
    "当年财政拨款": re.compile(r"(?:当年|本年度?|年度)?财政拨款(?:资金)?"),
    "上年结转资金": re.compile(r"上年度?结转(?:结余)?(?:资金)?"),
    "其他资金": re.compile(r"其[他它]资金"),
}
_GOAL = re.compile(
    r"(?:年度|总体|预期|绩效|工作)*目标(?:目标|(?:实际)?完成情况|设定)?|实际完成情况"
)
_TOTAL = re.compile(r"总分(?:值|合计)?|合计|总计|总得分|得分合计")
_OF_WHICH = re.compile(r"^其中[:：]?")
_SPLIT = re.compile(r"按.+分")
_LABELLED = re.compile(r"([^:：]*[^:：\d])[:：](.*)")
_KNOWN_LABELS = frozenset(
    f"{label}指标"
    for label in (
        "产出", "效益", "满意度", "成本", "数量", "质量", "时效", "经济效益", "社会效益",
        "生态效益", "可持续影响", "服务对象满意度", "经济成本", "社会成本", "生态环境成本",
    )
)  # fmt: skip
"""The form's labels of 一级指标 and 二级指标."""

Heads = dict[str, Span]


@dataclass(eq=False)
class Indicator:
    """One row of indicators before its labels are filled down."""

    line: Line
    labels: list[Cell | None]
    """The cells of 一级指标 and 二级指标, which may have begun in a row above."""
    texts: dict[str, str]
    total: bool = False


class EvaluationReader:
    """Reads the funding and the indicators of one self-evaluation (绩效自评表).

    Funding gives one record for each cell under the heads 年初预算数 to 得分, a blank one too.
    ``source`` is the row's label without 其中：, the four of the form by their usual names;
    ``value`` has no thousands separators and keeps a %.
    Amounts are in 万元: those of a form in another unit are converted exactly. Where the last head
    is blank, behind 分值 and 执行率, it is 得分: the form's last column.

    The overall form splits the whole by kind of revenue and of expenditure, in cells that hold
    label and amount together (其中：基本支出：1445.25万元), under none of these heads. Each
    is a record too: ``source`` is the printed label, ``basis`` what is printed over it
    (按收入性质分, 按支出性质分), for the form does not say whether budget or execution is split.

    Indicators are one record a row, text as printed less blanks. The row of the sums is the last
    one, with 总分 as ``level1``.

    Parameters
    ----------
    file : Path
        The report, for messages.
    table : Table
    found : Performance
        Takes the records, and the cells that carry a number but were not understood.

    Raises
    ------
    ReportError
        The table names neither its project nor itself as the overall one.
    """

    def __init__(self, file: Path, table: Table, found: Performance):
        self.file, self.table, self.found = file, table, found
        self.unit = table.unit or "万元"
        self.overall = "整体" in table.title
        self._start(OVERALL if self.overall else None)

    def _start(self, project: str | None):
        self.project = project
        self.names_office = False
        self.read_line = self._opening
        self.funding_heads: Heads = {}
        self.indicator_heads: Heads = {}
        self.splits: list[tuple[str, Span]] = []
        self.rows: list[Indicator] = []

    def read(self):
        """Read every row of the table."""
        for line in self.table.lines():
            if self._switch(line):
                continue
            understood = self.read_line(line)
            self.found.leave(line.page, [cell for cell in line.own if cell not in understood])
        self._finish()

    def _switch(self, line: Line) -> bool:
        """Turn to another part of the form where a row opens one."""
        texts = [_plain(cell.text) for cell in line.own]
        name = _project_name(line)
        if name is not None:
            self._name(name)
        elif heads := _indicator_heads(line):
            self.indicator_heads, self.read_line = heads, self._indicator
        elif heads := _funding_heads(line):
            self.funding_heads, self.read_line = heads, self._funding
            self.unit = _unit_beside(line) or self.unit
        elif self.read_line != self._indicator and any(_GOAL.fullmatch(text) for text in texts):
            self.read_line = self._goal
        else:
            return False
        return True

    def _name(self, name: str):
        if self.overall:
            return
        if self.project is not None:  # one more form, ruled together with the one before it
            self._finish()
            self._start(None)
        self.project = name

    def _project_of(self, page: int) -> str:
        if self.project is None and self.names_office:
            self.project = OVERALL
        if self.project is None:
            raise ReportError(
                self.file,
                "a self-evaluation (绩效自评表) does not name its project.",
                "Look at the page: its row 项目名称 is missing, or worded in a way that is not "
                "known yet.",
                page,
            )
        return self.project

    def _opening(self, line: Line) -> list[Cell]:
        """The rows above the heads: names of offices."""
        texts = [_plain(cell.text) for cell in line.own]
        self.names_office |= any(re.fullmatch(r".*(?:部门|单位)名称", text) for text in texts)
        return [cell for cell in line.own if _TITLE.search(normalise(cell.text))]

    def _goal(self, line: Line) -> list[Cell]:
        return line.own  # running text

    def _funding(self, line: Line) -> list[Cell]:
        """One source of funds; gives the cells that were understood."""
        border = min(left for left, _ in self.funding_heads.values())
        own = line.own
        if any(line.span(c)[0] < border - 1 and line.span(c)[1] > border + 1 for c in own):
            return [cell for cell in own if self._labelled_amount(line, cell)]
        labels = [cell for cell in line.left_of(border) if cell.text]
        columns = {
            basis: [cell for cell in line.under(span) if cell in own]
            for basis, span in self.funding_heads.items()
        }
        values = [cell for cells in columns.values() for cell in cells]
        if labels or any(cell.text for cell in values):
            source = _source("".join(cell.text for cell in labels))
            for basis, cells in columns.items():
                if cells:
                    unit = self.unit if basis in _AMOUNT_HEADS else "万元"
                    value = _printed_value("".join(cell.text for cell in cells), unit)
                    self._add_funding(line.page, source, basis, value)
        return labels + values

    def _labelled_amount(self, line: Line, cell: Cell) -> bool:
        """A cell with label and amount in one, or what is printed over such cells."""
        text = _OF_WHICH.sub("", cell.text)
        if _SPLIT.fullmatch(_plain(text)):
            self.splits.append((_plain(text), line.span(cell)))
            return True
        match = _LABELLED.fullmatch(text)
        if match is None:
            return False
        try:
            number, unit = _number_and_unit(match[2])
        except ValueError:
            return False
        if unit and unit not in UNITS:
            return False
        over = [basis for basis, span in self.splits if _overlap(span, line.span(cell))]
        value = _in_wan_yuan(number, unit or self.unit)
        self._add_funding(line.page, match[1], over[-1] if over else "", value)
        return True

    def _add_funding(self, page: int, *values: str):
        record = (page, self._project_of(page), *values)
        self.found.funding.append(dict(zip(FUNDING_COLUMNS, record, strict=True)))

    def _indicator(self, line: Line) -> list[Cell]:
        """One row of indicators; gives the cells that were understood."""
        heads = self.indicator_heads
        taken: dict[str, Cell] = {}
        texts = dict.fromkeys(INDICATOR_COLUMNS[4:], "")
        understood: list[Cell] = []
        for name, span in heads.items():
            cells = [cell for cell in line.under(span) if cell not in taken.values()]
            if name in LEVELS[:2]:
                if cells:
                    taken[name] = cells[0]
                    understood.append(cells[0])
            else:
                cells = [cell for cell in cells if cell.row0 == line.index]
                texts[name] = "".join(cell.text for cell in cells)
                understood += cells
        row = Indicator(line, [taken.get(level) for level in LEVELS[:2]], texts)
        row.total = any(_TOTAL.fullmatch(_plain(c.text)) for c in self._before_points(line))
        if row.total:
            understood += self._before_points(line)
            texts |= dict.fromkeys(("level3", "target", "actual"), "")
            self.rows.append(row)
            self.read_line = lambda line: []
        elif self.rows and _is_rest(self.rows[-1], row):
            for name, text in texts.items():
                self.rows[-1].texts[name] += text
        elif any(texts.values()) or any(c and c.text and c in line.own for c in row.labels):
            self.rows.append(row)
        return [cell for cell in understood if cell.row0 == line.index] + self._frame(line)

    def _before_points(self, line: Line) -> list[Cell]:
        points = self.indicator_heads.get("points") or self.indicator_heads.get("score")
        return line.left_of(points[0]) if points else line.own[:1]

    def _frame(self, line: Line) -> list[Cell]:
        """The label 绩效指标 that stands left of all indicators."""
        return line.left_of(min(left for left, _ in self.indicator_heads.values()))

    def _finish(self):
        """Fill the labels down, and give the rows."""
        if not self.rows:
            return
        project = self._project_of(self.rows[0].line.page)
        indicators = [row for row in self.rows if not row.total]
        labels = _filled_labels(indicators)
        for row in self.rows:
            level1, level2 = (TOTAL, "") if row.total else labels[row]
            record = (row.line.page, project, level1, level2, *row.texts.values())
            self.found.indicators.append(dict(zip(INDICATOR_COLUMNS, record, strict=True)))


def _project_name(line: Line) -> str | None:
    """The project that a row names, or None for another row."""
    own = line.own
    for place, cell in enumerate(own):
        plain = normalise(cell.text)
        if match := re.match(_NAME, plain):
            if plain[match.end() + 1 :]:
                return re.split("[:：]", cell.text, maxsplit=1)[1]
            after = own[place + 1 : place + 2]
            if after and not _heads_of(line, _FUNDING_HEADS):
                return after[0].text
    return None


def _heads_of(line: Line, words: dict[str, re.Pattern]) -> Heads:
    """The columns that a row of at least three heads names; the first of two alike counts."""
    found: Heads = {}
    for cell in line.own:
        label = _plain(cell.text)
        for name, pattern in words.items():
            if pattern.fullmatch(label):
                found.setdefault(name, line.span(cell))
                break
    return {name: found[name] for name in words if name in found} if len(found) > 2 else {}


def _indicator_heads(line: Line) -> Heads:
    """The columns that a row of indicator heads names; a table of goals alone has no results."""
    heads = _heads_of(line, _INDICATOR_HEADS)
    results = "actual" in heads or {"target", "score"} <= heads.keys()
    return heads if "level1" in heads and results else {}


def _funding_heads(line: Line) -> Heads:
    """The columns that a row of funding heads names, the form's last one also without its head."""
    heads = _heads_of(line, _FUNDING_HEADS)
    lists_projects = any(re.match(_NAME, normalise(cell.text)) for cell in line.own)
    if lists_projects or not any(name in heads for name in _AMOUNT_HEADS):
        return {}
    if "得分" not in heads and {"分值", "执行率"} <= heads.keys():
        border = max(right for _, right in heads.values())
        blank = [c for c in line.own if not c.text and line.span(c)[0] >= border - 1]
        if blank:
            heads["得分"] = line.span(blank[0])
    return heads


def _unit_beside(line: Line) -> str | None:
    """The unit in a row of funding heads: 项目资金（万元）."""
    units = _UNIT_OF_MONEY.findall("".join(normalise(cell.text) for cell in line.cells))
    return units[0] if units else None


def _source(label: str) -> str:
    """A source of funds by its usual name, or as printed where it has none."""
    printed = _OF_WHICH.sub("", label)
    for name, pattern in _SOURCES.items():
        if pattern.fullmatch(_plain(printed)):
            return name
    return printed.rstrip(":：")


def _is_rest(before: Indicator, row: Indicator) -> bool:
    """Whether a row is the end of the row before it, cut off by the end of the page.

    It is the first one of its page, prints no label, points and score, and has text only where the
    row before it, which has points and a score, has text too.
    """
    texts = {name: text for name, text in row.texts.items() if text}
    return (
        row.line.part == before.line.part + 1
        and bool(texts)
        and not texts.keys() & {"points", "score"}
        and bool(before.texts["points"] and before.texts["score"])
        and all(before.texts[name] for name in texts)
        and not any(re.fullmatch(r"[.．。…·]+", text) for text in texts.values())
        and not any(cell and cell.text for cell in row.labels)
    )


def _filled_labels(rows: list[Indicator]) -> dict[Indicator, list[str]]:
    """一级指标 and 二级指标 of each row.

    A merged cell's label is that of all its rows, on both pages where the end of a page cuts it. In
    a column whose cells are not merged at all, a blank cell repeats the label above it; elsewhere
    it is a label that the report does not print.
    """
    filled: dict[Indicator, list[str]] = {row: [] for row in rows}
    for level in range(2):
        cells = [row.labels[level] for row in rows]
        merges = any(cell and cell.row1 > cell.row0 for cell in cells)
        texts = _united_labels(rows, level, merges)
        label, above, group = "", None, None
        for row in rows:
            cell, first = row.labels[level], row.labels[0]
            if cell is None or cell is not above:
                regroups = level and first and first.text and first is not group
                text = texts.get(cell, "")
                label = text if text or merges or regroups else label
            above, group = cell, first
            filled[row].append(label)
    return filled


def _united_labels(rows: list[Indicator], level: int, merges: bool) -> dict[Cell | None, str]:
    """Each label cell's text, the same for the pieces of one that the end of a page cuts."""
    texts = {cell: cell.text for cell in (row.labels[level] for row in rows) if cell}
    for before, row in pairwise(rows):
        upper, lower = before.labels[level], row.labels[level]
        if not upper or not lower or before.line.part == row.line.part:
            continue
        first, second = texts[upper], texts[lower]
        if not first and not merges:
            continue
        if level and row.labels[0] and row.labels[0].text and not second:
            continue  # a new 一级指标 whose 二级指标 is blank
        fragments = first not in _KNOWN_LABELS and first + second in _KNOWN_LABELS
        if not first or not second or fragments:
            texts[upper] = texts[lower] = first + second
    return texts
