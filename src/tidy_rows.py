"""Read the rows of a statutory table into tidy records, one for each printed amount cell.

Columns are known by the header words above them, cell by cell in the column's own geometry, so that
neither their number nor their order matters. Every cell that carries text is accounted for in a
:class:`Ledger`: as an amount, a code, an item, a header word, or as left out for a stated reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from amounts import in_wan_yuan, normalise, parse_amount
from ruled_grids import Cell
from statutory_tables import Row, SourceTable

FUNDS = {
    "一般公共预算财政拨款": "一般公共预算",
    "政府性基金预算财政拨款": "政府性基金",
    "国有资本经营预算财政拨款": "国有资本",
}
SOURCES = {
    "财政拨款收入": "财政拨款",
    "上级补助收入": "上级补助",
    "附属单位上缴收入": "附属单位",
    "事业收入": "事业收入",
    "经营收入": "经营收入",
    "其他收入": "其他收入",
}
KINDS = {
    "基本支出": "基本支出",
    "项目支出": "项目支出",
    "上缴上级支出": "上缴上级",
    "经营支出": "经营支出",
    "对附属单位补助支出": "附属单位",
}
MEASURES = ("年初结转和结余", "本年收入", "本年支出", "基本支出", "项目支出", "年末结转和结余")
THREE_PUBLIC = (
    "合计",
    "因公出国（境）费",
    "公务用车购置及运行维护费",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
)
STAFF_CLASSES = ("301", "303")
"""工资福利支出 and 对个人和家庭的补助 make the staff expenses (人员经费); all other economic
classes of basic expenditure make the operating expenses (公用经费). Source: the classification of
government revenue and expenditure (政府收支分类科目), and the form's own two column groups."""

_TOTAL = re.compile(r"(?:本年)?(?:收入|支出)?(?:合计|总计)数?")
_SPARE = re.compile(r"其中|备注|说明")
_NOTE = re.compile(r"[(（]?(?:注|说明|备注)[:：]|.*本表(?:无|为空|没有)|.*(?:故|因此)本?表?无数据")
_HEAD_WORDS = re.compile(
    r"收入|支出|人员经费|公用经费|项目|行次|栏次|金额|决算数?|预算数?|决算金额|本年决算数?|合计|小计|科目|科目名称|"
    r"项目[(]按.*[)]|按.*分类"
)


@dataclass(eq=False)
class Ledger:
    """What became of each cell that carries text: cell to reason."""

    reasons: dict[Cell, str] = field(default_factory=dict)

    def note(self, cell: Cell, reason: str):
        for piece in cell.pieces or [cell]:
            self.reasons.setdefault(piece, reason)


FUNCTIONAL_LEVELS = {3: "类", 5: "款", 7: "项"}
"""Digits of a functional classification code (支出功能分类科目) to its level."""

ECONOMIC_LEVELS = {3: "类", 5: "款"}
"""Digits of an economic classification code (支出经济分类科目) to its level."""


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
            if not _is_column_numbers(row):
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
            _refuse_gaps(cell)
        except ValueError:
            raise self.table.error(
                f"{cell.text!r} ({place}) cannot be read as an amount.",
                "Look at the page; if it is printed so, ask the publisher for a corrected report.",
                row.page,
            ) from None
        self.ledger.note(cell, "amount" if amount is not None else "blank")
        return in_wan_yuan(amount, self.unit)

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

    def unknown_column(self, column: int) -> Exception:
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
                self._leave_out(column)
            elif name in named.values():
                raise self.table.error(
                    f"two columns are headed {name}.",
                    "Look at the page: a header cell is damaged. Use another copy of the report.",
                )
            else:
                named[column] = name
        return named

    def _leave_out(self, column: int):
        for row in self.body:
            self.ledger.note(row.cells[column], "column outside the form")


def _refuse_gaps(cell: Cell):
    """Digits that stand far apart are two numbers, also when they could be read as one."""
    for line in cell.lines:
        for left, right in pairwise(line.glyphs):
            if right.x0 - left.x1 > 1.5 * max(left.size, right.size):
                raise ValueError(f"{cell.text!r} is more than one number")


def _is_head_word(word: str) -> bool:
    return bool(_HEAD_WORDS.fullmatch(word)) or "科目" in word or word in ("类", "款", "项", "编码")


def _is_column_numbers(row: Row) -> bool:
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


# -- the forms ----------------------------------------------------------------------------


class CodedReader(TableReader):
    """Forms whose rows are functional classes: 02, 03, 05, 07, 08."""

    def read(self) -> list[dict]:
        self.split(self._is_data)
        form = self.table.form
        label_columns = self._label_columns()
        amounts = self.columns_by_name(
            [c for c in range(self.width) if c not in label_columns], _COLUMN_NAMES[form]
        )
        if not amounts:
            raise self.table.error(
                "no column of amounts could be recognised by its heading.",
                "Compare the page's header with the national form.",
            )
        column_key = {"revenue": "source", "government_fund": "measure", "state_capital": "measure"}
        labels = LabelReader(self, FUNCTIONAL_LEVELS)
        records: list[dict] = []
        for row in self.body:
            cells = self._label_cells(row, label_columns)
            if self.note_row(row) or not cells and not row.texts:
                continue
            values = {column: self.amount(row, column) for column in amounts}
            label = labels.read(row, cells)
            for column, name in amounts.items():
                records.append(
                    {
                        "page": row.page,
                        "code": label.code,
                        "item": label.item,
                        "level": label.level,
                        column_key.get(form, "kind"): name,
                        "amount": values[column],
                    }
                )
        return records

    def _label_cells(self, row: Row, columns: list[int]) -> list[Cell]:
        cells: list[Cell] = []
        for column in columns:
            cell = row.cells[column]
            if normalise(cell.text) in ("类", "款", "项"):
                self.ledger.note(cell, "header")  # beside the first row of data
            elif cell.text and cell not in cells:
                cells.append(cell)
        return cells

    def is_whole(self, row: Row) -> bool:
        label = self._label_text(row)
        return bool(re.search(r"\d", label) or _TOTAL.fullmatch(label))

    def _is_data(self, row: Row) -> bool:
        if _is_column_numbers(row):
            return False
        label = self._label_text(row)
        return bool(_TOTAL.fullmatch(label) or re.match(r"\d{3}", label))

    def _label_text(self, row: Row) -> str:
        zone = self._zones[row.part, row.index]
        label = "".join(cell.text for cell in row.distinct if row.cells.index(cell) < zone)
        return re.sub("^[类款项]+", "", normalise(label))

    @cached_property
    def _zones(self) -> dict[tuple[int, int], int]:
        """For each row, how many columns at the left carry codes and names.

        The header words above a row tell; below the header the number stays.
        """
        zones, zone = {}, 0
        for row in self.rows:
            zones[row.part, row.index] = zone
            for column, cell in enumerate(row.cells):
                word = normalise(cell.text)
                if word == "项目" or _LABEL_HEAD.search(word) or word in ("类", "款", "项"):
                    zone = max(zone, column + 1)
        return zones

    def _label_columns(self) -> list[int]:
        first = self.body[0] if self.body else self.rows[-1]
        zone = self._zones[first.part, first.index]
        if zone == 0:
            raise self.table.error(
                "the columns of codes and names (科目编码, 科目名称) could not be recognised.",
                "Compare the page's header with the national form.",
            )
        return list(range(zone))


_LABEL_HEAD = re.compile("科目|编码|代码|功能分类|经济分类|名称")


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

    def read(self, row: Row, cells: list[Cell]) -> Label:
        """The label that the filled cells beside an amount make.

        Raises
        ------
        ReportError
            They are neither a total (合计) nor a code of the classification with its name.
        """
        reader = self.reader
        text = normalise("".join(cell.text for cell in cells))
        if _TOTAL.fullmatch(text):
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


def _revenue_name(path: list[str]) -> str | None:
    for name, word in SOURCES.items():
        if any(word in step for step in path):
            return name if path[-1] not in ("其中:教育收费",) else ""
    return "合计" if re.search("合计|小计|本年收入", path[-1]) else None


def _expenditure_name(path: list[str]) -> str | None:
    for name, word in KINDS.items():
        if any(word in step for step in path):
            return name if word in path[-1] or _TOTAL_COLUMN.search(path[-1]) else ""
    return "合计" if re.search("合计|小计|本年支出|^支出$", path[-1]) else None


_TOTAL_COLUMN = re.compile("合计|小计")


def _general_budget_name(path: list[str]) -> str | None:
    if any(re.search("年初|年末|本年收入", step) for step in path):
        return ""
    name = _expenditure_name(path)
    return name if name in ("合计", "基本支出", "项目支出", "", None) else ""


def _measure_name(path: list[str]) -> str | None:
    joined = "/".join(path)
    for word, name in (
        ("年初", "年初结转和结余"),
        ("年末", "年末结转和结余"),
        ("本年收入", "本年收入"),
    ):
        if word in joined:
            return (
                name if len(path) == 1 or word in path[-1] or _TOTAL_COLUMN.search(path[-1]) else ""
            )
    for name in ("基本支出", "项目支出"):
        if name in path[-1]:
            return name
    return "本年支出" if re.search("合计|小计|本年支出", path[-1]) else None


_COLUMN_NAMES = {
    "revenue": _revenue_name,
    "expenditure": _expenditure_name,
    "general_budget": _general_budget_name,
    "government_fund": _measure_name,
    "state_capital": _measure_name,
}


class TwoSidedReader(TableReader):
    """Forms with revenue (收入) at the left and expenditure (支出) at the right: 01 and 04."""

    def read(self) -> list[dict]:
        self.split(self._is_data)
        sides = self._sides()
        records = []
        for row in self.body:
            if self.note_row(row):
                continue
            for side, (items, lines, amounts) in sides.items():
                values = {column: self.amount(row, column) for column in amounts}
                item = self._label(row, items, "item")
                line = self._label(row, lines, "line")
                if not item and all(value is None for value in values.values()):
                    continue
                for column, fund in amounts.items():
                    record = {"page": row.page, "side": side, "line": line, "item": item}
                    if self.table.form == "appropriation":
                        record["fund"] = fund
                    records.append(record | {"amount": values[column]})
        if not any("总计" in record["item"] for record in records):
            raise self.table.error(
                "the table ends without its total (总计).",
                "Look at the pages: the rest of the table is missing. Use another copy of the "
                "report.",
                self.table.pages[-1],
            )
        return records

    def _label(self, row: Row, columns: list[int], reason: str) -> str:
        cells = []
        for column in columns:
            cell = row.cells[column]
            if cell.text and cell not in cells:
                cells.append(cell)
                self.ledger.note(cell, reason)
        return "".join(cell.text for cell in cells)

    def _is_data(self, row: Row) -> bool:
        words = [normalise(text) for text in row.texts]
        if not words or _is_column_numbers(row):
            return False
        return not all(
            word.isdigit() or _HEAD_WORDS.fullmatch(word) or _fund_of([word]) for word in words
        )

    def is_whole(self, row: Row) -> bool:
        lines = [c for c in range(self.width) if "行次" in self.path(c)[-1:]]
        return any(row.text(column) for column in lines) or any(
            _ITEM_START.match(normalise(text)) for text in row.texts
        )

    def _sides(self) -> dict[str, tuple[list[int], list[int], dict[int, str]]]:
        """For each side its item columns, its line number (行次) columns, and its amounts."""
        starts = [c for c in range(self.width) if self._is_item_head(c, c - 1)]
        if len(starts) != 2:
            raise self.table.error(
                "the two sides 收入 and 支出 could not be told apart by their headings.",
                "Compare the page's header with the national form.",
            )
        sides = {}
        for side, columns in (
            ("收入", range(starts[0], starts[1])),
            ("支出", range(starts[1], self.width)),
        ):
            items = [c for c in columns if self._is_item(c)]
            lines = [c for c in columns if "行次" in self.path(c)[-1:]]
            rest = [c for c in columns if c not in items and c not in lines]
            sides[side] = (items, lines, self.columns_by_name(rest, _fund_of))
        return sides

    def _is_item(self, column: int) -> bool:
        return (self.path(column) or [""])[-1] in (
            "项目",
            "科目",
            "科目名称",
            "收入项目",
            "支出项目",
        )

    def _is_item_head(self, column: int, before: int) -> bool:
        return self._is_item(column) and not (before >= 0 and self._is_item(before))


_ITEM_START = re.compile(
    "[(]?[一二三四五六七八九十]+[、)]|一般公共|政府性基金|国有资本|年[初末]|使用|用|结余分配|结转|其中|"
    "基本支出|项目支出|本年|上年|收入|支出|[总合小]计"
)
"""How the items of the two-sided forms begin; the rest of a name cut in two begins otherwise."""


def _is_full(cell: Cell) -> bool:
    """Whether the last line of a cell fills its width, so that its text may go on below."""
    if not cell.glyphs:
        return False
    last = cell.lines[-1]
    size = max(glyph.size for glyph in last.glyphs)
    left, right = last.x0 - cell.box[0], cell.box[2] - last.x1
    indented = left > right + size
    return right < 1.5 * size if indented else left + right < 2.5 * size  # with the padding


def _fund_of(path: list[str]) -> str | None:
    if any("预算数" in step for step in path):
        return ""
    for name, word in FUNDS.items():
        if word in path[-1]:
            return name
    return "合计" if re.search("合计|小计|金额|决算|数额", path[-1]) else None


class BasicExpenditureReader(TableReader):
    """Form 06: economic classes, in one block or in several side by side."""

    def read(self) -> list[dict]:
        self.split(self._is_data)
        blocks = self._blocks()
        records = []
        for row in self.body:
            if self.note_row(row):
                continue
            labels: list[Cell] = []
            label, after_amount = None, False
            for cell in row.distinct:
                column = row.cells.index(cell)
                # A cell merged over several columns is a label (公用经费合计), never an amount.
                if row.cells.count(cell) > 1 or column not in blocks:
                    if after_amount:
                        labels, label, after_amount = [], None, False
                    if cell.text:
                        labels.append(cell)
                    continue
                after_amount = True
                block, name = blocks[column]
                amount = self.amount(row, column)
                if not labels and amount is None or name == "":
                    continue
                label = label or self._label(row, labels, block)
                group = name if name != "合计" else self._group(label)
                records.append(
                    {
                        "page": row.page,
                        "code": label.code,
                        "item": label.item,
                        "level": label.level,
                        "group": group,
                        "amount": amount,
                    }
                )
        return records

    def _is_data(self, row: Row) -> bool:
        if _is_column_numbers(row):
            return False
        words = [normalise(text) for text in row.texts]
        return any(re.match(r"\d{3}", word) for word in words) or (
            bool(words) and bool(_BASIC_TOTAL.fullmatch(words[0]))
        )

    def is_whole(self, row: Row) -> bool:
        words = [normalise(cell.text) for cell in row.distinct]
        return any(re.fullmatch(r"\d{2,5}", w) or _BASIC_TOTAL.fullmatch(w) for w in words)

    def _blocks(self) -> dict[int, tuple[LabelReader, str]]:
        """Each amount column with the reader of the labels beside it, and what it holds."""
        blocks: dict[int, tuple[LabelReader, str]] = {}
        labels, after_amount = LabelReader(self, ECONOMIC_LEVELS), True
        for column in range(self.width):
            path = self.path(column)
            if not path and not any(row.text(column) for row in self.body):
                continue
            if path and (_LABEL_HEAD.search(path[-1]) or path[-1] in ("类", "款", "项目")):
                if after_amount:
                    labels, after_amount = LabelReader(self, ECONOMIC_LEVELS), False
                continue
            for name in self.columns_by_name([column], _group_of).values():
                blocks[column] = (labels, name)
            after_amount = True
        if not blocks:
            raise self.table.error(
                "no column of amounts could be recognised by its heading.",
                "Compare the page's header with the national form.",
            )
        return blocks

    def _label(self, row: Row, cells: list[Cell], block: LabelReader) -> Label:
        text = "".join(cell.text for cell in cells)
        if not _BASIC_TOTAL.fullmatch(normalise(text)):
            return block.read(row, cells)
        for cell in cells:
            self.ledger.note(cell, "item")
        return Label("", text, "合计")

    def _group(self, label: Label) -> str:
        if label.code:
            return "人员经费" if label.code[:3] in STAFF_CLASSES else "公用经费"
        return next((group for group in ("人员经费", "公用经费") if group in label.item), "")


_BASIC_TOTAL = re.compile("(?:人员经费|公用经费|日常公用经费|基本支出)?(?:合计|总计)")


def _group_of(path: list[str]) -> str | None:
    for group in ("人员经费", "公用经费"):
        if group in path[-1]:
            return group
    return "合计" if re.search("决算|金额|合计|小计|支出数", path[-1]) else None


class ThreePublicReader(TableReader):
    """Form 09: overseas travel, vehicles, reception; budget and final."""

    def read(self) -> list[dict]:
        by_rows = any(
            len({_three_public_item([row.text(column)]) for row in self.rows} - {None}) > 3
            for column in range(self.width)
        )
        return self._by_rows() if by_rows else self._by_columns()

    def _by_columns(self) -> list[dict]:
        self.split(lambda row: not self._is_head(row))
        columns = {column: self._column(column) for column in range(self.width)}
        filled = [row for row in self.body if row.texts and not self.note_row(row)]
        if len(filled) > 1:
            raise self.table.error(
                "more than one row of amounts.",
                "Compare the page with the national form, which has one.",
                filled[1].page,
            )
        return [
            {"page": row.page, "basis": basis, "item": item, "amount": self.amount(row, column)}
            for row in filled or self.body[:1]
            for column, (basis, item) in columns.items()
        ]

    def _is_head(self, row: Row) -> bool:
        words = [normalise(text) for text in row.texts]
        return _is_column_numbers(row) or any(re.search(r"[\u4e00-\u9fff]", w) for w in words)

    def _column(self, column: int) -> tuple[str, str]:
        path = self.path(column)
        basis, item = _basis_of(path), _three_public_item(path)
        if basis is None or item is None:
            raise self.unknown_column(column)
        return basis, item

    def _by_rows(self) -> list[dict]:
        """The layout with the items under one another: 项目, 预算数, 决算数."""
        label = next(
            column
            for column in range(self.width)
            if any(_three_public_item([row.text(column)]) for row in self.rows)
        )
        self.split(lambda row: _three_public_item([row.text(label)]) is not None)
        columns = self.columns_by_name(
            range(label + 1, self.width),
            lambda path: "" if path[-1] in ("行次", "单位", "计量单位") else _basis_of(path),
        )
        records, counts = [], False
        for row in self.body:
            text = row.text(label)
            item = _three_public_item([text])
            counts = counts or bool(_COUNTS.search(text))
            if counts or item is None:
                for cell in row.cells:
                    self.ledger.note(cell, "row outside the form")
                continue
            for cell in row.cells[: label + 1]:
                self.ledger.note(cell, "item")
            records += [
                {"page": row.page, "basis": basis, "item": item, "amount": self.amount(row, column)}
                for column, basis in columns.items()
            ]
        return records


_COUNTS = re.compile("统计数|批次|人次|团组|保有量|[(（](?:个|辆|人|次|批|台)[)）]")


def _basis_of(path: list[str]) -> str | None:
    for step in reversed(path):
        if re.search("决算数|决算$|支出决算|实际支出", step):
            return "决算数"
        if re.search("预算数|预算$|预算金额", step):
            return "预算数"
    return None


def _three_public_item(path: list[str]) -> str | None:
    for step in reversed([normalise(step) for step in path]):
        if "小计" in step:
            continue
        if "接待" in step:
            return "公务接待费"
        if "出国" in step:
            return "因公出国（境）费"
        if "购置" in step and re.search("运行|维护", step):
            return "公务用车购置及运行维护费"
        if "购置" in step:
            return "公务用车购置费"
        if re.search("运行|维护", step):
            return "公务用车运行维护费"
        if re.search("合计|总计", step):
            return "合计"
    return None


READERS = {
    "revenue_expenditure": TwoSidedReader,
    "revenue": CodedReader,
    "expenditure": CodedReader,
    "appropriation": TwoSidedReader,
    "general_budget": CodedReader,
    "basic_expenditure": BasicExpenditureReader,
    "government_fund": CodedReader,
    "state_capital": CodedReader,
    "three_public": ThreePublicReader,
}


def read_table(table: SourceTable, unit: str, ledger: Ledger) -> list[dict]:
    """The tidy records of one statutory table, without ``report`` and ``year``.

    Parameters
    ----------
    table : SourceTable
    unit : str
        The unit its amounts are printed in, a key of :data:`amounts.UNITS`.
    ledger : Ledger
        Filled with what became of each cell.

    Returns
    -------
    list of dict
        In the source's order; ``amount`` in 万元 as Decimal, or None for a blank cell.

    Raises
    ------
    ReportError
        A heading, a code or an amount cannot be read.
    """
    return READERS[table.form](table, unit, ledger).read()
