"""Read the rows of a statutory table into tidy records, one for each printed amount cell.

Each form has its reader: the coded tables, the two-sided ones, basic expenditure by economic class,
and the three public expenses. What they share is in :mod:`table_reader`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from amounts import normalise
from ruled_grids import Cell
from statutory_tables import KINDS, SOURCES, Row, SourceTable
from table_reader import (
    HEAD_WORDS,
    LABEL_HEAD,
    TOTAL,
    Label,
    LabelReader,
    Ledger,
    TableReader,
    is_column_numbers,
)

FUNDS = {
    "一般公共预算财政拨款": "一般公共预算",
    "政府性基金预算财政拨款": "政府性基金",
    "国有资本经营预算财政拨款": "国有资本",
}
STAFF_CLASSES = ("301", "303")
"""工资福利支出 and 对个人和家庭的补助 make the staff expenses (人员经费); all other economic
classes of basic expenditure make the operating expenses (公用经费). Source: the classification of
government revenue and expenditure (政府收支分类科目), and the form's own two column groups."""

FUNCTIONAL_LEVELS = {3: "类", 5: "款", 7: "项"}
"""Digits of a functional classification code (支出功能分类科目) to its level."""

ECONOMIC_LEVELS = {3: "类", 5: "款"}
"""Digits of an economic classification code (支出经济分类科目) to its level."""


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
            if self.is_labelled_above(row, cells, [*values.values()]):
                continue
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
                        "cell": row.cells[column],
                    }
                )
        if records and not any(record["level"] == "合计" for record in records):
            raise self.table.error(
                "the table has no total (合计).",
                "Look at the pages: a part of the table is missing. Use another copy of the "
                "report.",
                self.table.pages[-1],
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
        return bool(re.search(r"\d", label) or TOTAL.fullmatch(label))

    def _is_data(self, row: Row) -> bool:
        if is_column_numbers(row):
            return False
        label = self._label_text(row)
        return bool(TOTAL.fullmatch(label) or re.match(r"\d{3}", label))

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
                if not cell.text:
                    continue
                word = normalise(cell.text)
                if word == "项目" or LABEL_HEAD.search(word) or word in ("类", "款", "项"):
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


def _revenue_name(path: list[str]) -> str | None:
    for name, word in SOURCES.items():
        if any(word in step for step in path):
            return "" if "教育收费" in path[-1] else name
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
        for _, _, lines, _ in sides:
            self._refuse_lost_lines(lines)
        records = []
        for row in self.body:
            if self.note_row(row):
                continue
            for side, items, lines, amounts in sides:
                values = {column: self.amount(row, column) for column in amounts}
                if self.is_labelled_above(row, [row.cells[c] for c in items], [*values.values()]):
                    continue
                item = self._label(row, items, "item")
                if _TWO_ITEMS.match(normalise(item)):
                    raise self.table.error(
                        f"two items stand in one cell: {item!r}.",
                        "Look at the page: a rule of the table is missing. Use another copy of "
                        "the report.",
                        row.page,
                    )
                line = self._label(row, lines, "line")
                if not item and all(value is None for value in values.values()):
                    continue
                if not item:
                    self._refuse_nameless(row, values)
                for column, fund in amounts.items():
                    record = {"page": row.page, "side": side, "line": line, "item": item}
                    if self.table.form == "appropriation":
                        record["fund"] = fund
                    cell = row.cells[column]
                    records.append(record | {"amount": values[column], "cell": cell})
        if not any("总计" in record["item"] for record in records):
            raise self.table.error(
                "the table ends without its total (总计).",
                "Look at the pages: the rest of the table is missing. Use another copy of the "
                "report.",
                self.table.pages[-1],
            )
        return records

    def _refuse_lost_lines(self, columns: list[int]):
        """Line numbers (行次) that jump at the end of a page, and nowhere else: rows are lost."""
        numbered = [
            (row, int(text))
            for row in self.body
            for text in [normalise("".join(row.text(column) for column in columns))]
            if text.isdecimal()
        ]
        jumps = [
            (before, after) for before, after in pairwise(numbered) if after[1] != before[1] + 1
        ]
        for (last, before), (_, after) in jumps:
            if after > before and all(one.part != other.part for (one, _), (other, _) in jumps):
                raise self.table.error(
                    f"the rows between the lines {before} and {after} (行次) are missing.",
                    "Look at the page: its end is cut off. Use another copy of the report.",
                    last.page,
                )

    def _refuse_nameless(self, row: Row, values: dict[int, Decimal | None]):
        """An amount without an item is no item's, or has slipped into a row that is not its own."""
        for column, value in values.items():
            if value:
                raise self.table.error(
                    f"{row.text(column)!r} stands beside no item.",
                    "Look at the page: the amount or its item has slipped into another row.",
                    row.page,
                )

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
        if not words or is_column_numbers(row):
            return False
        return not all(
            word.isdigit() or HEAD_WORDS.fullmatch(word) or _fund_of([word]) for word in words
        )

    def is_whole(self, row: Row) -> bool:
        lines = [c for c in range(self.width) if "行次" in self.path(c)[-1:]]
        return any(row.text(column) for column in lines) or any(
            _ITEM_START.match(normalise(text)) for text in row.texts
        )

    def _sides(self) -> list[tuple[str, list[int], list[int], dict[int, str]]]:
        """For each block of columns its side, items, line numbers (行次), and amounts.

        The first block is revenue; a report may print expenditure twice, by function and by nature.
        """
        starts = [c for c in range(self.width) if self._is_item(c) and not self._is_item(c - 1)]
        if len(starts) < 2:
            raise self.table.error(
                "the two sides 收入 and 支出 could not be told apart by their headings.",
                "Compare the page's header with the national form.",
            )
        blocks = []
        for first, end in pairwise([*starts, self.width]):
            columns = range(first, end)
            items = [c for c in columns if self._is_item(c)]
            lines = [c for c in columns if "行次" in self.path(c)[-1:]]
            rest = [c for c in columns if c not in items and c not in lines]
            side = "支出" if blocks else "收入"
            blocks.append((side, items, lines, self.columns_by_name(rest, _fund_of)))
        return blocks

    def _is_item(self, column: int) -> bool:
        words = self.path(column) if column >= 0 else []
        return bool(words and re.match("项目|(?:收入|支出)项目|(?:预算)?科目", words[-1]))


_TWO_ITEMS = re.compile("[一二三四五六七八九十]+、.+?[一二三四五六七八九十]+、")
_ITEM_START = re.compile(
    "[(]?[一二三四五六七八九十]+[、)]|一般公共|政府性基金|国有资本|年[初末]|使用|用|结余分配|结转|其中|"
    "基本支出|项目支出|本年|上年|收入|支出|[总合小]计"
)
"""How the items of the two-sided forms begin; the rest of a name cut in two begins otherwise."""


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
        blocks = self._blocks
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
                if label is None and self.is_labelled_above(row, labels, [amount]):
                    continue
                label = label or self._label(row, labels, block)
                group = name if name != "合计" else self._group(label, block)
                records.append(
                    {
                        "page": row.page,
                        "code": label.code,
                        "item": label.item,
                        "level": label.level,
                        "group": group,
                        "amount": amount,
                        "cell": cell,
                    }
                )
        return records

    def _is_data(self, row: Row) -> bool:
        if is_column_numbers(row):
            return False
        words = [normalise(text) for text in row.texts]
        return any(re.match(r"\d{3}", word) for word in words) or (
            bool(words) and bool(_BASIC_TOTAL.fullmatch(words[0]))
        )

    def is_whole(self, row: Row) -> bool:
        words = [normalise(cell.text) for cell in row.distinct]
        return any(re.fullmatch(r"\d{2,5}", w) or _BASIC_TOTAL.fullmatch(w) for w in words)

    @cached_property
    def _blocks(self) -> dict[int, tuple[LabelReader, str]]:
        """Each amount column with the reader of the labels beside it, and what it holds."""
        blocks: dict[int, tuple[LabelReader, str]] = {}
        labels, after_amount = LabelReader(self, ECONOMIC_LEVELS), True
        for column in range(self.width):
            path = self.path(column)
            if not path and not any(row.text(column) for row in self.body):
                continue
            if path and (LABEL_HEAD.search(path[-1]) or path[-1] in ("类", "款", "项目")):
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

    def _group(self, label: Label, block: LabelReader) -> str:
        """The group of a figure whose column does not name one; blank for a total of both."""
        if any(other is block and name != "合计" for other, name in self._blocks.values()):
            return ""
        if label.code:
            return "人员经费" if label.code[:3] in STAFF_CLASSES else "公用经费"
        item = normalise(label.item)
        return next((group for group in ("人员经费", "公用经费") if group in item), "")


_BASIC_TOTAL = re.compile("(?:人员经费|公用经费|日常公用经费|基本支出)?(?:合计|总计)")


def _group_of(path: list[str]) -> str | None:
    for group in ("人员经费", "公用经费"):
        if group in path[-1]:
            return group
    return "合计" if re.search("决算|金额|合计|小计|支出数", path[-1]) else None


class ThreePublicReader(TableReader):
    """Form 09: overseas travel, vehicles, reception; budget and final."""

    def read(self) -> list[dict]:
        if any(self._is_of_one_basis(row) and len(row.texts) > 1 for row in self.rows):
            return self._by_bases()
        by_rows = any(len(self._items_in(column)) > 3 for column in range(self.width))
        return self._by_rows() if by_rows else self._by_columns()

    def _items_in(self, column: int) -> set[str]:
        texts = {row.text(column) for row in self.rows}
        return {_three_public_item([t]) for t in texts if not _COUNTS.search(t)} - {None}

    def _by_columns(self) -> list[dict]:
        self.split(lambda row: not self._is_head(row))
        columns = {column: self._column(column) for column in range(self.width)}
        columns = {column: names for column, names in columns.items() if names}
        self._drop_wider_totals(columns)
        filled = [row for row in self._amount_rows() if row.texts and not self.note_row(row)]
        if len(filled) > 1:
            raise self.table.error(
                "more than one row of amounts.",
                "Compare the page with the national form, which has one.",
                filled[1].page,
            )
        return [
            self._record(row, column, basis, item)
            for row in filled or self.body[:1]
            for column, (basis, item) in columns.items()
        ]

    def _drop_wider_totals(self, columns: dict[int, object]):
        """Leave out the total of a table that adds meetings and training to the three expenses.

        Raises
        ------
        ReportError
            Two other columns have the same heading.
        """
        for column, names in [*columns.items()]:
            same = [other for other, others in columns.items() if others == names]
            named = [other for other in same if any("三公" in word for word in self.path(other))]
            if len(same) > 1 and len(named) == 1 and column not in named:
                self.leave_out(column)
                del columns[column]
        if len({*columns.values()}) < len(columns):
            raise self.table.error(
                "two columns have the same heading.",
                "Look at the page: a header cell is damaged. Use another copy of the report.",
            )

    def _is_of_one_basis(self, row: Row) -> bool:
        """Whether a row begins with 预算数 or 决算数 in a cell of its own, and no words follow."""
        label, *rest = row.distinct
        return (
            bool(_BASIS.fullmatch(normalise(label.text)))
            and row.cells.count(label) == 1
            and all(re.fullmatch(r"[-()\d.,]*", normalise(cell.text)) for cell in rest)
        )

    def _by_bases(self) -> list[dict]:
        """The layout with budget and final under one another, and the items side by side."""
        self.split(self._is_of_one_basis)
        columns: dict[int, str] = {}
        for column in range(1, self.width):
            path = self.path(column)
            if any(re.search("会议费|培训费|机关运行", step) for step in path[-2:]):
                self.leave_out(column)
            elif item := _three_public_item(path):
                columns[column] = item
            else:
                raise self.unknown_column(column)
        self._drop_wider_totals(columns)
        has_full_year = any("全年" in row.text(0) for row in self.body)
        records = []
        for row in self.body:
            label = normalise(row.text(0))
            if not _BASIS.fullmatch(label) or has_full_year and "年初" in label:
                if not (_BASIS.fullmatch(label) or _CHANGE.search(label) or self.note_row(row)):
                    self._refuse_amounts(row, columns)
                for cell in row.cells:
                    self.ledger.note(cell, "row outside the form")
                continue
            self.ledger.note(row.cells[0], "item")
            basis = _basis_of([row.text(0)])
            records += [self._record(row, column, basis, item) for column, item in columns.items()]
        return records

    def _amount_rows(self) -> list[Row]:
        """The rows above the counts (团组数, 保有量 …) that some provinces print below."""
        counts = next(
            (i for i, row in enumerate(self.body) if any(map(_COUNTS.search, row.texts))),
            len(self.body),
        )
        for row in self.body[counts:]:
            for cell in row.cells:
                self.ledger.note(cell, "row outside the form")
        return self.body[:counts]

    def _record(self, row: Row, column: int, basis: str, item: str) -> dict:
        return {
            "page": row.page,
            "basis": basis,
            "item": item,
            "amount": self.amount(row, column),
            "cell": row.cells[column],
        }

    def _is_head(self, row: Row) -> bool:
        words = [normalise(text) for text in row.texts]
        return is_column_numbers(row) or any(re.search(r"[\u4e00-\u9fff]", w) for w in words)

    def _column(self, column: int) -> tuple[str, str] | None:
        """Basis and item of a column; None for one that some provinces add."""
        path = self.path(column)
        if any(re.search("会议费|培训费|机关运行", step) for step in path[-2:]):
            self.leave_out(column)
            return None
        basis, item = self._basis(path), _three_public_item(path)
        if basis == "":
            self.leave_out(column)
            return None
        if basis is None or item is None:
            raise self.unknown_column(column)
        return basis, item

    def _basis(self, path: list[str]) -> str | None:
        """Budget or final; "" for the initial budget where the full-year budget stands beside it.

        The budget of this form is the full-year one, as the form's own note defines it.
        """
        if any("年初" in step for step in path) and self._has_full_year_budget:
            return ""
        return _basis_of(path)

    @cached_property
    def _has_full_year_budget(self) -> bool:
        return any("全年" in step for c in range(self.width) for step in self.path(c))

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
            lambda path: "" if path[-1] in ("行次", "单位", "计量单位") else self._basis(path),
        )
        records, counts = [], False
        for row in self.body:
            text = row.text(label)
            item = _three_public_item([text])
            counts = counts or bool(_COUNTS.search(text))
            if counts or item is None:
                if not (counts or _OUTSIDE.search(normalise(text)) or self.note_row(row)):
                    self._refuse_amounts(row, columns)
                for cell in row.cells:
                    self.ledger.note(cell, "row outside the form")
                continue
            for cell in row.cells[: label + 1]:
                self.ledger.note(cell, "item")
            records += [self._record(row, column, basis, item) for column, basis in columns.items()]
        return records

    def _refuse_amounts(self, row: Row, columns: Iterable[int]):
        """A row that cannot be named must not carry an amount."""
        if not is_column_numbers(row) and any(re.search(r"\d", row.text(c)) for c in columns):
            raise self.table.error(
                f"the row {' '.join(row.texts)!r} is none of the form's items.",
                "Look at the page: its name is damaged, or the form has a row that is not known "
                "yet.",
                row.page,
            )


_BASIS = re.compile("(?:年初|全年)?预算数|决算数")
_CHANGE = re.compile("增减|增长|增加|减少|上年")
"""Rows that some provinces print below the budget and the final."""

_OUTSIDE = re.compile("会议费|培训费|机关运行|小计")
"""Rows that some provinces add to the three public expenses."""

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
        if re.search("合计|总计|三公", step):
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
        In the source's order; ``amount`` in 万元 as Decimal, or None for a blank cell, and the
        :class:`ruled_grids.Cell` that it is printed in as ``cell``.

    Raises
    ------
    ReportError
        A heading, a code or an amount cannot be read.
    """
    return READERS[table.form](table, unit, ledger).read()
