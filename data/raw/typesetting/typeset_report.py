"""Typeset the 2024 final accounts of 株洲市人力资源和社会保障局（本级） as a PDF.

The words come from ``zhuzhou-hrss-2024.txt``, a transcription of the published report, with the
repairs that ``repairs.json`` lists. This program adds the layout alone: which lines form which
page, and which cells of a table are merged. It knows this one report and no other, so it speaks
of lines of the text by their numbers, and stops when they do not hold what it expects.

    python typeset_report.py [OUTPUT.pdf]

The PDF is the same, byte for byte, on every run.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
TEXT = HERE / "zhuzhou-hrss-2024.txt"
REPAIRS = HERE / "repairs.json"
FONTS = HERE.parents[2] / "assets" / "fonts"
OUTPUT = HERE.parent / "zhuzhou-hrss-2024.pdf"
TITLE = "2024年度株洲市人力资源和社会保障局（本级）部门决算"

REGULAR = "BudgetNotebookSansSC-Regular"
BOLD = "BudgetNotebookSansSC-Bold"

# Body text as Chinese government documents set it: 16 pt, 28 characters a line, 22 lines a page.
BODY_SIZE = 16
BODY_LEADING = 28
BODY_LINES = 22
BODY_WIDTH = 28 * BODY_SIZE
BODY_LEFT = (A4[0] - BODY_WIDTH) / 2
BODY_TOP = 116  # from the page's upper edge to the first baseline
HEADING_SPACE = 12
FOOT = 34  # the page number's baseline

# Tables.
MARGIN = 42
PADDING = 3  # left and right
VERTICAL = 2.5  # above and below
RULE = 0.6
MIN_HEIGHTS = (26, 24, 22, 21, 20, 19, 18, 17, 16, 15, 14)

# Rules of Chinese line breaking: what may not begin a line, and what may not end one.
NO_START = set("，。、；：！？）》〉」』】”’…%),.:;!?")
NO_END = set("（《〈「『【“‘(")
TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:%/]*|\.+|.")


class LayoutError(Exception):
    """The text or a repair is not what the layout expects."""


# --- The text and its repairs --------------------------------------------------------------


def read_text() -> dict[int, list[str]]:
    """Return the transcription, repaired: line number -> the lines that stand in its place."""
    lines = TEXT.read_text(encoding="utf-8").split("\n")
    text = {number: [line] for number, line in enumerate(lines, start=1)}
    for group in json.loads(REPAIRS.read_text(encoding="utf-8")):
        for row in group["rows"]:
            number = row["line"]
            if text[number] != [row["transcribed"].replace("|", "\t")]:
                raise LayoutError(f"line {number}: not the text that repairs.json expects")
            text[number] = [line.replace("|", "\t") for line in row["taken"]]
    return text


@dataclass(frozen=True)
class Block:
    """Lines ``first`` to ``last`` of the text and what they are."""

    kind: str
    first: int
    last: int

    def lines(self, text: dict[int, list[str]]) -> list[str]:
        """Return the block's repaired lines, blank ones too."""
        return [line for n in range(self.first, self.last + 1) for line in text[n]]


LAYOUT = (
    Block("cover", 3, 5),
    Block("contents", 7, 52),
    Block("divider", 54, 58),
    Block("prose", 60, 92),
    Block("divider", 94, 96),
    Block("form 1", 98, 143),
    Block("form 2", 145, 199),
    Block("form 3", 201, 254),
    Block("form 4", 256, 301),
    Block("form 5", 303, 357),
    Block("form 6", 359, 400),
    Block("form 7", 402, 417),
    Block("form 8", 419, 434),
    Block("form 9", 436, 450),
    Block("divider", 452, 454),
    Block("prose", 456, 638),
    Block("divider", 640, 642),
    Block("prose", 644, 658),
    Block("divider", 660, 662),
    Block("prose", 664, 784),
    Block("base data", 786, 819),
    Block("evaluation", 821, 855),
    Block("evaluation", 857, 882),
    Block("evaluation", 884, 906),
    Block("evaluation", 908, 930),
    Block("evaluation", 932, 955),
    Block("evaluation", 957, 990),
    Block("evaluation", 992, 1014),
    Block("evaluation", 1016, 1038),
    Block("evaluation", 1040, 1074),
    Block("evaluation", 1076, 1103),
    Block("evaluation", 1105, 1125),
    Block("evaluation", 1127, 1150),
    Block("evaluation", 1152, 1171),
    Block("evaluation", 1173, 1206),
)


def check_layout(text: dict[int, list[str]]) -> None:
    """Make sure that every line with text belongs to exactly one block."""
    laid = [n for block in LAYOUT for n in range(block.first, block.last + 1)]
    missing = [n for n, lines in text.items() if any(lines) and laid.count(n) != 1]
    if missing:
        raise LayoutError(f"lines {missing} are laid out never or twice")


def plain(line: str) -> str:
    """Return a line without the transcription's marks for headings, lists and bold."""
    return re.sub(r"^(#+ |- )", "", line).replace("**", "").strip()


# --- Lines of text -------------------------------------------------------------------------

Run = tuple[str, str]  # text, font
Unit = list[Run]  # what may not be broken across lines


@dataclass
class Line:
    """One broken line: its runs, its width and whether it is its paragraph's last."""

    runs: list[Run] = field(default_factory=list)
    width: float = 0
    last: bool = False


def width_of(runs: list[Run], size: float) -> float:
    """Return the width of some runs set side by side."""
    return sum(pdfmetrics.stringWidth(text, font, size) for text, font in runs)


def units(runs: list[Run]) -> list[Unit]:
    """Cut runs where a line may be broken: between characters, but not within numbers."""
    found: list[Unit] = []
    for text, font in runs:
        for token in TOKEN.findall(text):
            if found and (token[0] in NO_START or found[-1][-1][0][-1] in NO_END):
                found[-1].append((token, font))
            else:
                found.append([(token, font)])
    return found


def break_lines(runs: list[Run], size: float, width: float, indent: float = 0) -> list[Line]:
    """Break runs into lines of at most ``width``, the first one shorter by ``indent``."""
    lines = [Line()]
    for unit in units(runs):
        advance = width_of(unit, size)
        room = width - (indent if len(lines) == 1 else 0)
        if lines[-1].runs and lines[-1].width + advance > room + 0.01:
            lines.append(Line())
        if lines[-1].runs or unit[0][0] != " ":
            lines[-1].runs += unit
            lines[-1].width += advance
    for line in lines:
        while line.runs and line.runs[-1][0] == " ":
            line.width -= width_of([line.runs.pop()], size)
    lines[-1].last = True
    return lines


def merge_runs(runs: list[Run]) -> Iterator[Run]:
    """Yield the runs with neighbours of the same font joined."""
    text, font = "", ""
    for piece, piece_font in runs:
        if piece_font != font and text:
            yield text, font
            text = ""
        text, font = text + piece, piece_font
    if text:
        yield text, font


# --- Pages ---------------------------------------------------------------------------------


class Paper:
    """The PDF under way: the page, and how far down it is filled."""

    def __init__(self, path: Path) -> None:
        """Open the PDF; ``invariant`` keeps dates and random identifiers out of it."""
        for font in (REGULAR, BOLD):
            pdfmetrics.registerFont(TTFont(font, FONTS / f"{font}.ttf"))
        self.canvas = Canvas(str(path), invariant=1, initialFontName=REGULAR)
        self.canvas.setTitle(TITLE)
        self.number = 0
        self.size = A4
        self.y = 0.0

    def start(self, size: tuple[float, float] = A4, top: float = 50) -> None:
        """Begin a page; ``top`` is the distance of the writing from its upper edge."""
        self.finish()
        self.number += 1
        self.size = size
        self.canvas.setPageSize(size)
        self.y = size[1] - top

    def finish(self) -> None:
        """End the page with its number at the foot; the cover has none."""
        if self.number > 1:
            self.write(str(self.number), self.size[0] / 2, FOOT, 10.5, align="c")
        if self.number:
            self.canvas.showPage()

    def write(
        self, text: str, x: float, y: float, size: float, font: str = REGULAR, align: str = "l"
    ) -> None:
        """Write one line of text left of, right of or around ``x``."""
        shift = {"l": 0, "c": 0.5, "r": 1}[align] * pdfmetrics.stringWidth(text, font, size)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x - shift, y, text)

    def write_line(self, line: Line, x: float, y: float, size: float, width: float = 0) -> None:
        """Write a broken line; with a ``width``, spread it unless it is a paragraph's last."""
        gaps = sum(len(text) for text, _ in line.runs) - 1
        space = (width - line.width) / gaps if width and gaps > 0 and not line.last else 0
        # A line cut short by a long number stays ragged: spread wide it would read as spaced out.
        space = space if space <= 2 else 0
        for text, font in merge_runs(line.runs):
            self.canvas.setFont(font, size)
            self.canvas.drawString(x, y, text, charSpace=space)
            x += pdfmetrics.stringWidth(text, font, size) + space * len(text)

    def save(self) -> None:
        """Write the last page and the file."""
        self.finish()
        self.canvas.save()


# --- Cover, contents, dividers, prose ------------------------------------------------------


def set_cover(paper: Paper, lines: list[str]) -> None:
    """Set the cover: the year, and the title in two lines after the department's name."""
    year, title = (line for line in lines if line)
    department, subject = re.fullmatch(r"(.*（本级）)(.*)", title).groups()
    paper.start()
    middle = A4[0] / 2
    for text, height, size in ((year, 610, 30), (department, 540, 25), (subject, 490, 30)):
        paper.write(text, middle, height, size, BOLD, "c")


def set_contents(paper: Paper, lines: list[str]) -> None:
    """Set the 目录: parts in bold, their sections indented, two pages as in the original."""
    entries = [line for line in lines if line]
    second_page = next(i for i, line in enumerate(entries) if line.startswith("六、一般公共"))
    for page in (entries[:second_page], entries[second_page:]):
        paper.start(top=BODY_TOP)
        for line in page:
            if "目 录" in line:
                paper.write(plain(line), A4[0] / 2, paper.y, 22, BOLD, "c")
                paper.y -= BODY_LEADING
            elif line.startswith("#"):
                paper.write(plain(line), BODY_LEFT, paper.y, BODY_SIZE, BOLD)
            else:
                paper.write(plain(line), BODY_LEFT + 2 * BODY_SIZE, paper.y, BODY_SIZE)
            paper.y -= BODY_LEADING


def set_divider(paper: Paper, lines: list[str]) -> None:
    """Set a part's divider page."""
    paper.start()
    height = 560
    for number, line in enumerate(line for line in lines if line):
        paper.write(plain(line), A4[0] / 2, height, 32 if number == 0 else 25, BOLD, "c")
        height -= 90 if number == 0 else 50


@dataclass
class Paragraph:
    """A paragraph of prose and its kind: title, heading or body."""

    kind: str
    text: str


def paragraphs(lines: list[str]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a block of prose.

    The transcription has a blank line wherever a page of the original ends, also amid a sentence:
    a body paragraph without a closing mark goes on in the next one.
    """
    held: Paragraph | None = None
    for line in filter(None, lines):
        if line.startswith("#"):
            kind = "title" if line.startswith("# ") else "heading"
            if held:
                yield held
            yield Paragraph(kind, plain(line))
            held = None
        elif held and held.text[-1] not in "。：；":
            held.text += line
        else:
            if held:
                yield held
            held = Paragraph("body", line)
    if held:
        yield held


def prose_runs(paragraph: Paragraph) -> list[Run]:
    """Return a paragraph's runs; a body paragraph may open with words in bold (``**``)."""
    if paragraph.kind != "body":
        return [(paragraph.text, BOLD)]
    lead = re.match(r"\*\*(.*?)\*\*", paragraph.text)
    if not lead:
        return [(paragraph.text, REGULAR)]
    return [(lead[1], BOLD), (paragraph.text[lead.end() :], REGULAR)]


def set_prose(paper: Paper, lines: list[str]) -> None:
    """Set prose from a new page on."""
    bottom = A4[1] - BODY_TOP - (BODY_LINES - 0.5) * BODY_LEADING
    paper.start(top=BODY_TOP)
    for paragraph in paragraphs(lines):
        if paragraph.kind == "title":
            paper.write(paragraph.text, A4[0] / 2, paper.y, 20, BOLD, "c")
            paper.y -= 2 * BODY_LEADING
            continue
        indent = 2 * BODY_SIZE
        broken = break_lines(prose_runs(paragraph), BODY_SIZE, BODY_WIDTH, indent)
        # A heading stands off a little, and does not stay behind alone at the foot of a page.
        needed = 0
        if paragraph.kind == "heading":
            needed = BODY_LEADING
            paper.y -= HEADING_SPACE if paper.y < A4[1] - BODY_TOP else 0
        for number, line in enumerate(broken):
            if paper.y - (needed if number == 0 else 0) < bottom:
                paper.start(top=BODY_TOP)
            shift = indent if number == 0 else 0
            paper.write_line(line, BODY_LEFT + shift, paper.y, BODY_SIZE, BODY_WIDTH - shift)
            paper.y -= BODY_LEADING


# --- Tables --------------------------------------------------------------------------------


@dataclass
class Row:
    """One row of a table's grid.

    ``marks`` has one sign a column: ``=`` a cell of its own, ``<`` merged with the cell to the
    left, ``^`` merged with the cell above. ``aligns`` has l, c or r for each.
    """

    cells: list[str]
    marks: str
    aligns: str


@dataclass
class Cell:
    """A logical cell: the rows and columns it covers, and its text."""

    top: int
    left: int
    bottom: int
    right: int
    text: str
    align: str
    bold: bool


@dataclass
class Setting:
    """A table's column widths, type size and least row height."""

    widths: list[float]
    size: float
    height: float

    def span(self, cell: Cell) -> float:
        """Return the width of a cell."""
        return sum(self.widths[cell.left : cell.right])

    def lines(self, cell: Cell) -> list[Line]:
        """Break a cell's text."""
        font = BOLD if cell.bold else REGULAR
        room = self.span(cell) - 2 * PADDING
        return [
            line
            for part in cell.text.split("\n")
            for line in break_lines([(part, font)], self.size, room)
        ]

    def need(self, cell: Cell) -> float:
        """Return the height that a cell's text needs."""
        return len(self.lines(cell)) * self.size * 1.25 + 2 * VERTICAL if cell.text else 0


def cell_text(text: str) -> str:
    """Return a cell's words without marks and without the spaces of the original's line ends."""
    text = re.sub(r"</?[bp]>", "", text)
    text = re.sub(r" ?<sup>2</sup> ?", "²", text)
    text = re.sub(r"^(年度目标|实际完成情况) |(?<=。) (?=\d、)", r"\1\n", text)
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text).strip()


def split_cells(line: str, width: int) -> list[str]:
    """Cut a line of the text into ``width`` cells; only blank ones may be missing or too many."""
    cells = line.split("\t")
    if any(cells[width:]):
        raise LayoutError(f"more than {width} cells: {line}")
    return (cells + [""] * width)[:width]


def merge(rows: list[Row]) -> list[Cell]:
    """Return the logical cells of a piece of a table."""
    cells = []
    for top, row in enumerate(rows):
        for left, mark in enumerate(row.marks):
            if mark != "=":
                continue
            right = left + 1
            while right < len(row.marks) and row.marks[right] == "<":
                right += 1
            bottom = top + 1
            while bottom < len(rows) and rows[bottom].marks[left] == "^":
                bottom += 1
            words = [t for r in rows[top:bottom] for t in r.cells[left:right] if t]
            if len(words) > 1:
                raise LayoutError(f"merged cells hold more than one text: {words}")
            word = words[0] if words else ""
            text, bold = cell_text(word), word.startswith("<b>")
            cells.append(Cell(top, left, bottom, right, text, row.aligns[left], bold))
    return cells


def pieces(rows: list[Row | None]) -> list[list[Row]]:
    """Cut a table at its page breaks (None); what is merged across one is cut as well."""
    cut: list[list[Row]] = [[]]
    for row in rows:
        if row is None:
            cut.append([])
        else:
            marks = row.marks if cut[-1] else row.marks.replace("^", "=")
            cut[-1].append(Row(row.cells, marks, row.aligns))
    return cut


def row_heights(cells: list[Cell], count: int, setting: Setting) -> list[float]:
    """Return the heights of a piece's rows, each high enough for its cells."""
    heights = [setting.height] * count
    for cell in sorted(cells, key=lambda cell: cell.bottom - cell.top):
        lacking = setting.need(cell) - sum(heights[cell.top : cell.bottom])
        if lacking > 0:
            heights[cell.bottom - 1] += lacking
    return heights


def fit(
    cut: list[list[Row]], widths: list[float], sizes: tuple[float, ...], rooms: list[float]
) -> Setting:
    """Return the largest setting in which each piece fits into its room."""
    for size in sizes:
        for height in MIN_HEIGHTS:
            setting = Setting(widths, size, height)
            totals = (sum(row_heights(merge(piece), len(piece), setting)) for piece in cut)
            if all(total <= room for total, room in zip(totals, rooms, strict=True)):
                return setting
    raise LayoutError(f"does not fit on its pages: {cut[0][0].cells}")


def rules(cells: list[Cell]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the rules around the cells, each once and as long as it goes: left, top, right, bottom.

    Neighbouring cells share an edge; drawing each cell's box would stroke it twice.
    """
    level, upright = set(), set()
    for cell in cells:
        columns, rows = range(cell.left, cell.right), range(cell.top, cell.bottom)
        level.update((row, column) for row in (cell.top, cell.bottom) for column in columns)
        upright.update((column, row) for column in (cell.left, cell.right) for row in rows)
    for edges, is_level in ((level, True), (upright, False)):
        for at, first in sorted(edges):
            if (at, first - 1) in edges:
                continue
            last = first
            while (at, last) in edges:
                last += 1
            yield (first, at, last, at) if is_level else (at, first, at, last)


def draw_piece(paper: Paper, rows: list[Row], setting: Setting) -> None:
    """Draw a piece of a table from the paper's height down, in the middle of the page."""
    cells = merge(rows)
    x = [(paper.size[0] - sum(setting.widths)) / 2]
    for width in setting.widths:
        x.append(x[-1] + width)
    y = [paper.y]
    for height in row_heights(cells, len(rows), setting):
        y.append(y[-1] - height)
    paper.canvas.setLineWidth(RULE)
    for left, top, right, bottom in rules(cells):
        paper.canvas.line(x[left], y[top], x[right], y[bottom])
    for cell in cells:
        draw_cell(paper, cell, setting, (x[cell.left], x[cell.right], y[cell.top], y[cell.bottom]))
    paper.y = y[-1]


def draw_cell(
    paper: Paper, cell: Cell, setting: Setting, box: tuple[float, float, float, float]
) -> None:
    """Write a cell's lines into its box (left, right, top, bottom), centred in its height."""
    left, right, top, bottom = box
    if not cell.text:
        return
    lines = setting.lines(cell)
    leading = setting.size * 1.25
    # A Chinese character's middle lies 0.38 of the type size above the baseline.
    y = (top + bottom) / 2 + (len(lines) - 1) * leading / 2 - 0.38 * setting.size
    for line in lines:
        room = right - left - 2 * PADDING - line.width
        shift = {"l": 0, "c": room / 2, "r": room}[cell.align]
        paper.write_line(line, left + PADDING + shift, y, setting.size)
        y -= leading


# --- The nine statutory forms --------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """How a statutory form is set: its head's merged cells, its columns, its page."""

    head: tuple[str, ...]
    aligns: str
    widths: tuple[float, ...]
    size: float = 10
    wide: bool = True
    merged: tuple[tuple[str, str], ...] = ()  # the rows with merged cells: a word in it, marks
    follows: bool = False  # stands below the form before, on the same page


FORMS = {
    "form 1": Form(
        head=("=<<=<<", "======", "======"),
        aligns="lcrlcr",
        widths=(214, 40, 112, 214, 40, 112),
    ),
    "form 2": Form(
        head=("=<=======", "==^^^^^^^", "=<======="),
        aligns="llrrrrrrr",
        widths=(62, 206, 78, 78, 66, 66, 66, 70, 66),
        merged=(("合计", "=<======="),),
    ),
    "form 3": Form(
        head=("=<======", "==^^^^^^", "=<======"),
        aligns="llrrrrrr",
        widths=(66, 222, 86, 86, 86, 66, 62, 84),
        merged=(("合计", "=<======"),),
    ),
    "form 4": Form(
        head=("=<<=<<<<<", "=========", "========="),
        aligns="lcrlcrrrr",
        widths=(162, 34, 76, 166, 34, 72, 74, 70, 70),
    ),
    "form 5": Form(
        head=("=<=<<", "=====", "=<==="),
        aligns="llrrr",
        widths=(90, 286, 124, 124, 124),
        merged=(("合计", "=<==="),),
    ),
    "form 6": Form(
        head=("=<<=<<<<<", "========="),
        aligns="llrllrllr",
        widths=(46, 150, 60, 46, 132, 54, 46, 166, 54),
        size=9,
        merged=(("人员经费合计", "=<==<<<<="),),
    ),
    "form 7": Form(
        head=("=<===<<=", "==^^===^", "=<======"),
        aligns="llrrrrrr",
        widths=(64, 119, 56, 54, 54, 54, 54, 56),
        wide=False,
        merged=(("合计", "=<======"),),
    ),
    "form 8": Form(
        head=("=<=<<", "=====", "=<==="),
        aligns="llrrr",
        widths=(80, 191, 80, 80, 80),
        wide=False,
        merged=(("合计", "=<==="),),
        follows=True,
    ),
    "form 9": Form(
        head=("=<<<<<=<<<<<", "===<<====<<=", "^^===^^^===^", "============"),
        aligns="rrrrrrrrrrrr",
        widths=(58, 62, 58, 66, 70, 62, 58, 62, 58, 66, 70, 62),
    ),
}


def form_rows(form: Form, lines: list[str]) -> list[Row | None]:
    """Return a form's rows; a blank line of the text is a page break."""
    width = len(form.widths)
    rows: list[Row | None] = []
    for line in lines:
        if not line:
            rows.append(None)
            continue
        cells = split_cells(line, width)
        number = len([row for row in rows if row])
        if number < len(form.head):
            marks, aligns = form.head[number], "c" * width
        else:
            special = [marks for word, marks in form.merged if word in cells]
            marks = special[0] if special else "=" * width
            aligns = form.aligns.replace("l", "c") if special else form.aligns
        aligns = "".join(
            "c" if cell.startswith("<b>") else align
            for cell, align in zip(cells, aligns, strict=True)
        )
        rows.append(Row(cells, marks, aligns))
    return rows


def set_form(paper: Paper, name: str, lines: list[str]) -> None:
    """Set a statutory form: title, number, unit and department, the grid, the notes."""
    form = FORMS[name]
    tabbed = [i for i, line in enumerate(lines) if "\t" in line]
    title, number, unit, department = filter(None, lines[: tabbed[0]])
    notes = [line for line in lines[tabbed[-1] + 1 :] if line]
    page = landscape(A4) if form.wide else A4
    if form.follows:
        paper.y -= 50
    else:
        paper.start(page, top=62)
    left = (page[0] - sum(form.widths)) / 2
    right = page[0] - left
    paper.write(plain(title), page[0] / 2, paper.y, 18, BOLD, "c")
    paper.write(number.replace(" ", ""), right, paper.y - 18, 10, align="r")
    paper.write(department, left, paper.y - 34, 10)
    paper.write(unit, right, paper.y - 34, 10, align="r")
    paper.y -= 40

    cut = pieces(form_rows(form, lines[tabbed[0] : tabbed[-1] + 1]))
    note_room = 16 * len(notes) + 20
    rooms = [page[1] - 50 - FOOT - 14] * len(cut)
    rooms[0] = paper.y - FOOT - 14
    rooms[-1] -= note_room
    setting = fit(cut, list(form.widths), (form.size,), rooms)
    for index, piece in enumerate(cut):
        if index:
            paper.start(page)
        draw_piece(paper, piece, setting)
    paper.y -= 16
    for note in notes:
        for line in break_lines([(note, REGULAR)], 9.5, right - left):
            paper.write_line(line, left, paper.y, 9.5)
            paper.y -= 14


# --- Part 5: base data and self-evaluation -------------------------------------------------


def base_data_rows(lines: list[str]) -> list[Row]:
    """Return the rows of the 基础数据表: an item and three values of two columns each."""
    rows = []
    for line in lines:
        cells = split_cells(line, 7)
        first = "=" if cells[0] else "^"
        if cells[0] == "厉行节约保障措施":
            rows.append(Row(cells, "==<<<<<", "clccccc"))
        elif cells[2]:
            rows.append(Row(cells, first + "=" * 6, "c" * 7))
        else:
            is_head = bool(re.search("[数率]$", cells[1]))
            rows.append(Row(cells, first + "=<" * 3, ("c" if is_head else "l") + "c" * 6))
    return rows


def set_base_data(paper: Paper, lines: list[str]) -> None:
    """Set the 基础数据表 on a page of its own."""
    title, *table = filter(None, lines)
    paper.start(top=70)
    paper.write(plain(title), A4[0] / 2, paper.y, 16, BOLD, "c")
    paper.y -= 16
    cut = [base_data_rows(table)]
    widths = [165] + [57.5] * 6
    draw_piece(paper, cut[0], fit(cut, widths, (10, 9), [paper.y - FOOT - 16]))


def evaluation_rows(lines: list[str]) -> list[Row | None]:
    """Return the rows of a self-evaluation table; a blank line of the text is a page break."""
    head = next(line for line in lines if "\t一级指标\t" in line).split("\t")
    width = len(head)
    rows: list[Row | None] = []
    halves = ""  # the marks of a row in two halves, as the last such row had them
    stage = "names"
    for line in lines:
        if not line:
            rows.append(None)
            continue
        if "年初预算数" in line:
            stage = "funding head"
            start = line.split("\t").index("年初预算数")
        elif line.split("\t")[0].startswith("年度总体目标"):
            stage = "goal"
        elif line.split("\t")[0] == "绩效指标":
            stage = "indicator head"
        elif "总分" in line.split("\t"):
            stage = "total"

        if stage.startswith("funding"):
            row = funding_row(line, start, width)
            stage = "funding"
        elif stage == "goal":
            cells = split_cells(line, width)
            halves = halves_of(cells) or halves
            is_head = cells[1] == "年度目标"
            marks = ("=" if cells[0] else "^") + halves
            row = Row(cells, marks, "c" + ("c" if is_head else "l") * (width - 1))
        elif stage.startswith("indicator"):
            row = indicator_row(split_cells(line, width), stage == "indicator head")
            stage = "indicator"
        elif stage == "total":
            row = total_row(line, head)
        else:
            cells = split_cells(line, width)
            marks = "".join("=" if cell else "<" for cell in cells)
            row = Row(cells, marks, "c" * width)
        rows.append(row)
    return rows


def halves_of(cells: list[str]) -> str:
    """Return the marks after the first column of a row that names goal and outcome."""
    second = [i for i, cell in enumerate(cells) if cell.startswith(("实际完成情况", "按支出"))]
    if not second:
        return ""
    return "=" + "<" * (second[0] - 2) + "=" + "<" * (len(cells) - second[0] - 1)


def funding_row(line: str, start: int, width: int) -> Row:
    """Return a row of the funds: label, source, six figures.

    The transcription counts the source's cell now once, now twice; ``start`` is where its
    figures begin, the last six columns are where they belong. The overall table's rows by kind
    of revenue and expenditure have two halves instead.
    """
    cells = line.split("\t")
    label, source = cells[0], cells[1]
    marks = "=" if label else "^"
    if source.endswith("：") or re.match("其中：(一般|基本)", source):
        cells = split_cells(line, width)
        return Row(cells, marks + "=<<<=<<<", "c" + "l" * (width - 1))
    if any(cells[2:start]):
        raise LayoutError(f"figures left of their heads: {line}")
    figures = split_cells("\t".join(cells[start:]), 6)
    blank = [""] * (width - 8)
    marks += "=" + "<" * (width - 8) + "=" * 6
    return Row([label, source, *blank, *figures], marks, "c" * width)


def indicator_row(cells: list[str], is_head: bool) -> Row:
    """Return a row of the indicators; a blank label belongs to the merged cell above it."""
    width = len(cells)
    if is_head:
        return Row(cells, "=" * width, "c" * width)
    marks = "^" + ("=" if cells[1] else "^") + ("=" if cells[1] or cells[2] else "^")
    aligns = "c" * width if width == 8 else "c" * 8 + "l"
    return Row(cells, marks + "=" * (width - 3), aligns)


def total_row(line: str, head: list[str]) -> Row:
    """Return the 总分 row: its two figures stand below 分值 and 得分, as in the form."""
    label, points, score = filter(None, line.split("\t"))
    at = head.index("分值")
    tail = len(head) - at - 2
    cells = [label, *[""] * (at - 1), points, score, *[""] * tail]
    return Row(cells, "=" + "<" * (at - 1) + "=" * (tail + 2), "c" * len(head))


def set_evaluation(paper: Paper, lines: list[str]) -> None:
    """Set a self-evaluation table from a new page on."""
    title = plain(lines[0])
    rows = evaluation_rows(lines[2:])
    cut = pieces(rows)
    widths = [42, 56, 67, 88, 60, 60, 32, 42, 64]
    if len(rows[0].cells) == 8:
        widths = [44, 66, 72, 111, 70, 70, 36, 42]
    paper.start(top=66)
    paper.write(title, A4[0] / 2, paper.y, 16, BOLD, "c")
    paper.y -= 16
    rooms = [A4[1] - 50 - FOOT - 16] * len(cut)
    rooms[0] = paper.y - FOOT - 16
    setting = fit(cut, widths, (10, 9.5, 9, 8.5, 8), rooms)
    for index, piece in enumerate(cut):
        if index:
            paper.start()
        draw_piece(paper, piece, setting)


# --- The whole -----------------------------------------------------------------------------

SETTERS = {
    "cover": set_cover,
    "contents": set_contents,
    "divider": set_divider,
    "prose": set_prose,
    "base data": set_base_data,
    "evaluation": set_evaluation,
}


def typeset(path: Path) -> None:
    """Write the whole report."""
    text = read_text()
    check_layout(text)
    paper = Paper(path)
    for block in LAYOUT:
        lines = block.lines(text)
        if block.kind.startswith("form"):
            set_form(paper, block.kind, lines)
        else:
            SETTERS[block.kind](paper, lines)
    paper.save()
    print(f"{path.name}: {paper.number} pages")


def main() -> None:
    """Read the output's path from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("output", type=Path, nargs="?", default=OUTPUT)
    typeset(parser.parse_args().output)


if __name__ == "__main__":
    main()
