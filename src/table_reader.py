"""What the readers of all statutory forms share: header, columns, rows, labels and amounts.

Columns are known by the header words above them, cell by cell in the column's own geometry, so that
neither their number nor their order matters. Every cell that carries text is accounted for in a
:class:`Ledger`: as an amount, a code, an item, a header word, or as left out for a stated reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from amounts import in_wan_yuan, normalise, parse_amount
from pdf_pages import ReportError
from ruled_grids import Cell
from statutory_tables import Row, SourceTable

TOTAL = re.compile(r"(?:本年)?(?:收入|支出)?(?:合计|总计)数?")
_SPARE = re.compile(r"其中|备注|说明")
_NOTE = re.compile(r"[(（]?(?:注|说明|备注)[:：]|.*本表(?:无|为空|没有)|.*(?:故|因此)本?表?无数据")
HEAD_WORDS = re.compile(
    r"收入|支出|人员经费|公用经费|项目|行次|栏次|金额|(?:本年)?决算(?:数|金额)?|合计|小计|科目|科目名称|"
    r"(?:年初|全年|本年|调整后?)?预算(?:数|金额)?|"
    r"项目[(]按.*[)]|按.*分类"
)


@dataclass(eq=False)
class Ledger:
    """What became of each cell that carries text: cell to reason."""

    reasons: dict[Cell, str] = field(default_factory=dict)

    def note(self, cell: Cell, reason: str):
        for piece in cell.pieces or [cell]:
            self.reasons.setdefault(piece, reason)


class TableReader:
    """What the readers of all forms share: header, columns, amounts, and the ledger."""

    def __init__(self, table: SourceTable, unit: str, ledger: Ledger):
        self.table, self.unit, self.ledger = table, unit, ledger
        self.rows = table.rows()
        self.width = len(self.rows[0].cells)
        for part, first in zip(table.parts, table.first_rows, strict=True):
            for row in part.cells[:first]:
                for cell in row:
                    ledger.note(cell, "title")
        self.head: list[Row] = []
        self.body: list[Row] = []

    # -- header ---------------------------------------------------------------------------

    def split(self, is_data):
        """Part the rows into header and body; ``is_data(row)`` tells the first body row."""
        first = next((i for i, row in enumerate(self.rows) if is_data(row)), len(self.rows))
        self.head = self.rows[:first]
        known = {normalise(cell.text) for row in self.head for cell in row.cells} - {""}
        body = [
            row for row in self.rows[first:] if is_data(row) or not self._repeats_head(row, known)
        ]
        self.body = []
        for row in body:
            begins_page = bool(self.body) and row.part > self.body[-1].part
            if begins_page and self._is_rest(row):
                self.body[-1] = self.body[-1].with_rest(row)
            else:
                self.body.append(row)
        for row in self.head:
            for cell in row.cells:
                self.ledger.note(cell, "header")

    def _is_rest(self, row: Row) -> bool:
        """Whether the first row of a page is the rest of the last row of the page before.

        It is when it cannot be a row of its own, and each of its cells goes on with one whose last
        line is full. Otherwise nothing is joined, and the row must be readable as it stands.
        """
        if not row.texts or self.note_row(row) or self.is_whole(row):
            return False
        before = self.body[-1]
        return all(
            _is_full(old) for old, new in zip(before.cells, row.cells, strict=True) if new.text
        )

    def is_whole(self, row: Row) -> bool:
        """Whether a row has what marks a row of its own: a code, a line number, a total."""
        return True

    def _repeats_head(self, row: Row, known: set[str]) -> bool:
        """Whether a row on a later page prints the header once more."""
        if row.part == 0 or not row.texts:
            return False
        for cell in row.distinct:
            if cell.text and not (normalise(cell.text) in known or cell.text.isdigit()):
                return False
        if all(cell.text.isdigit() or not cell.text for cell in row.distinct):
            if not is_column_numbers(row):
                return False
        elif not any(_is_head_word(normalise(text)) for text in row.texts):
            return False
        for cell in row.cells:
            self.ledger.note(cell, "header")
        return True

    def path(self, column: int) -> list[str]:
        """The header words above a column, from top to bottom, each merged cell once."""
        cells: list[Cell] = []
        for row in self.head:
            cell = row.cells[column]
            word = normalise(cell.text)
            if word and not word.isdigit() and word != "栏次" and cell not in cells[-1:]:
                cells.append(cell)
        words = [normalise(cell.text) for cell in cells]
        if cells and self._spans_columns(cells[-1]):
            words[-1] = normalise(self._share(cells[-1], column)) or words[-1]
        return words

    def _spans_columns(self, cell: Cell) -> bool:
        return any(row.cells.count(cell) > 1 for row in self.head)

    def _share(self, cell: Cell, column: int) -> str:
        """The words of a wide header cell that stand over one column.

        Where the rule between two header cells is missing (``基本支出 项目支出`` in one), the
        words are parted at the border of the columns below.
        """
        borders = self.table.borders()
        part = next(p for p in self.table.parts if any(cell in row for row in p.cells))
        left = part.xs[0] + borders[column]
        right = part.xs[0] + borders[column + 1]
        return "".join(
            glyph.text for line in cell.lines for glyph in line.glyphs if left <= glyph.x < right
        )

    # -- body -----------------------------------------------------------------------------

    def amount(self, row: Row, column: int) -> Decimal | None:
        """The amount at a place, in 万元; None for a blank cell.

        Raises
        ------
        ReportError
            The cell holds no well-formed number, or is merged with another amount's cell.
        """
        cell = row.cells[column]
        if not cell.text:
            return None
        place = self.place(row, cell)
        if cell.row0 != cell.row1 or cell.col0 != cell.col1 and row.cells.count(cell) > 1:
            raise self.table.error(
                f"the cell with {cell.text!r} ({place}) runs over several rows or columns, so "
                "that its amount has no place.",
                "Look at the page: a rule of the table is missing. Use another copy of the report.",
                row.page,
            )
        try:
            amount = parse_amount(cell.text)
        except ValueError:
            problem = "cannot be read as an amount"
        else:
            problem = _loose_digits(cell)
        if problem:
            raise self.table.error(
                f"{cell.text!r} ({place}) {problem}.",
                "Look at the page; if it is printed so, ask the publisher for a corrected report.",
                row.page,
            )
        self.ledger.note(cell, "amount" if amount is not None else "blank")
        return in_wan_yuan(amount, self.unit)

    def is_labelled_above(self, row: Row, labels: list[Cell], amounts: list) -> bool:
        """Whether a row has no label of its own: all of it reaches down from the row above.

        Raises
        ------
        ReportError
            Such a row has an amount, so that two rows share one label.
        """
        labels = [cell for cell in labels if cell.text]
        if not labels or any(cell.row0 >= row.index for cell in labels):
            return False
        if any(amount is not None for amount in amounts):
            raise self.table.error(
                f"{labels[-1].text!r} runs over several rows of amounts.",
                "Look at the page: a rule of the table is missing. Use another copy of the report.",
                row.page,
            )
        return True

    def place(self, row: Row, cell: Cell) -> str:
        words = [other.text for other in row.distinct if other.text and other is not cell]
        return f"row {' '.join(words[:2])}" if words else f"row {row.index + 1} of the grid"

    def note_row(self, row: Row) -> bool:
        """Whether a row is a note printed into the grid (注：…, 本表无数据)."""
        texts = row.texts
        if len(texts) != 1 or not _NOTE.match(normalise(texts[0])):
            return False
        for cell in row.cells:
            self.ledger.note(cell, "note")
        return True

    def unknown_column(self, column: int) -> ReportError:
        words = " / ".join(self.path(column)) or "(blank)"
        return self.table.error(
            f"column {column + 1} is headed {words}, which is no column of this form.",
            "Compare the page with the national form; report the heading to the project.",
        )

    def columns_by_name(self, columns, name_of) -> dict[int, str]:
        """Map columns to canonical names; ``name_of(path)`` gives a name, "" to skip, or None."""
        named: dict[int, str] = {}
        for column in columns:
            path = self.path(column)
            if not path:
                if any(row.text(column) for row in self.body):
                    raise self.unknown_column(column)
                continue
            name = "" if any(_SPARE.match(word) for word in path[-1:]) else name_of(path)
            if name is None:
                raise self.unknown_column(column)
            if name == "":
                self.leave_out(column)
            elif name in named.values():
                raise self.table.error(
                    f"two columns are headed {name}.",
                    "Look at the page: a header cell is damaged. Use another copy of the report.",
                )
            else:
                named[column] = name
        return named

    def leave_out(self, column: int):
        for row in self.body:
            self.ledger.note(row.cells[column], "column outside the form")


def _loose_digits(cell: Cell) -> str:
    """What speaks against the digits of a cell being one number, though they read as one.

    An amount may be wrapped in a narrow column; then its lines are clear of each other.
    """
    for line in cell.lines:
        for left, right in pairwise(line.glyphs):
            size = max(left.size, right.size)
            if right.x0 - left.x1 > 1.5 * size:
                return "is more than one number: its digits stand far apart"
            if left.x1 - right.x0 > 0.4 * min(left.x1 - left.x0, right.x1 - right.x0):
                return "is more than one number: its digits are printed over each other"
            if abs(left.base - right.base) > 0.15 * size:
                return "is more than one number: its digits do not stand on one line"
    for piece in cell.pieces or [cell]:
        for above, below in pairwise(piece.lines):
            if above.glyphs[0].base - below.glyphs[0].base < max(g.size for g in piece.glyphs):
                return "is more than one number: its lines are printed over each other"
    return ""


def _is_head_word(word: str) -> bool:
    return bool(HEAD_WORDS.fullmatch(word)) or "科目" in word or word in ("类", "款", "项", "编码")


def is_column_numbers(row: Row) -> bool:
    """Whether a row is the one that numbers the columns (栏次): 1, 2, 3 …"""
    texts = [normalise(t) for t in row.texts]
    numbers = [int(t) for t in texts if t.isdigit() and len(t) <= 2]
    words = [t for t in texts if not t.isdigit()]
    return (
        len(numbers) + len(words) == len(texts)
        and all(word in ("栏次", "行次", "项目", "类", "款", "项") for word in words)
        and len(numbers) > 1
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _is_full(cell: Cell) -> bool:
    """Whether the last line of a cell fills its width, so that its text may go on below."""
    if not cell.glyphs:
        return False
    last = cell.lines[-1]
    size = max(glyph.size for glyph in last.glyphs)
    left, right = last.x0 - cell.box[0], cell.box[2] - last.x1
    indented = left > right + size
    return right < 1.5 * size if indented else left + right < 2.5 * size  # with the padding


LABEL_HEAD = re.compile("科目|编码|代码|功能分类|经济分类|名称")


@dataclass
class Label:
    code: str
    item: str
    level: str


class LabelReader:
    """Reads code, name and level of a row from the label columns, one or split (类, 款, 项)."""

    def __init__(self, reader: TableReader, levels: dict[int, str]):
        self.reader, self.levels = reader, levels
        self._split: dict[int, str] = {}
        self._named: dict[Cell, str] = {}

    def read(self, row: Row, cells: list[Cell]) -> Label:
        """The label that the filled cells beside an amount make.

        Raises
        ------
        ReportError
            They are neither a total (合计) nor a code of the classification with its name.
        """
        reader = self.reader
        text = normalise("".join(cell.text for cell in cells))
        if TOTAL.fullmatch(text):
            for cell in cells:
                reader.ledger.note(cell, "item")
            return Label("", "合计", "合计")
        code, names = self._code(row, cells)
        if not code or not names or len(code) not in self.levels:
            raise reader.table.error(
                f"the row {' '.join(row.texts)!r} has no classification code "
                "and name that can be read.",
                "Look at the page: one of them is missing, damaged, or parted from its row.",
                row.page,
            )
        for cell in names:
            if self._named.setdefault(cell, code) != code:
                raise reader.table.error(
                    f"{cell.text!r} is the name of both {self._named[cell]} and {code}.",
                    "Look at the page: a rule of the table is missing. Use another copy of the "
                    "report.",
                    row.page,
                )
        for cell in cells:
            reader.ledger.note(cell, "item" if cell in names else "code")
        return Label(code, "".join(cell.text for cell in names), self.levels[len(code)])

    def _code(self, row: Row, cells: list[Cell]) -> tuple[str, list[Cell]]:
        pieces: dict[int, str] = {}
        names = []
        for cell in cells:
            text = normalise(cell.text)
            column = row.cells.index(cell)
            if text.isdigit() and text.isascii():
                pieces[column] = text
            else:
                names.append(cell)
        if not pieces:
            return "", names
        whole = [text for text in pieces.values() if len(text) >= 5]
        if whole:
            return max(whole, key=len), names
        first = min(pieces)
        if len(pieces[first]) == 3:
            self._split = {}
        else:  # a parent's digits are printed once, above its children
            pieces = {c: t for c, t in self._split.items() if c < first} | pieces
        self._split = pieces
        return "".join(pieces[column] for column in sorted(pieces)), names
