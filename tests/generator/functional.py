"""The tables by functional code: 收入, 支出, 一般公共预算, 政府性基金, 国有资本经营."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from . import codes
from .grid import Cell, Column, Grid, Record, Row, full_row, spans_from_above
from .layouts import Layout
from .model import KINDS, MEASURES, SOURCES, Line, Report
from .printing import Printer, head_cell, line_cell, squeezed

Spec = list[str | tuple[str, tuple[str, ...]]]
"""Heading words of the amount columns; a tuple is a heading over several columns."""


@dataclass(frozen=True)
class _Plan:
    """One table's columns: heading spec, truth's measure field and its values."""

    file: str
    spec: Spec
    field: str
    values: tuple[str, ...]


def _plan(file: str, layout: Layout, rng: Random) -> _Plan:
    if file == "revenue":
        return _Plan(file, ["本年收入合计", *SOURCES], "source", ("合计", *SOURCES))
    if file == "expenditure":
        return _Plan(file, ["本年支出合计", *KINDS], "kind", ("合计", *KINDS))
    spent = ("本年支出", ("小计", "基本支出", "项目支出"))
    if file == "general_budget":
        flat: Spec = ["本年支出合计", "基本支出", "项目支出"]
        values = ("合计", "基本支出", "项目支出")
        return _Plan(file, [spent] if rng.random() < 0.6 else flat, "kind", values)
    if file == "state_capital" and layout.capital_columns == 3:
        return _Plan(file, [spent], "measure", MEASURES[2:5])
    return _Plan(file, ["年初结转和结余", "本年收入", spent, "年末结转和结余"], "measure", MEASURES)


def _number_heads(printer: Printer, spec: Spec, first: int, depth: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[] for _ in range(depth)]
    col = first
    for entry in spec:
        if isinstance(entry, str):
            rows[0].append(printer.head(col, entry, rowspan=depth))
            col += 1
            continue
        over, under = entry
        rows[0].append(printer.head(col, over, colspan=len(under)))
        for word in under:
            rows[1].append(printer.head(col, word, rowspan=depth - 1))
            col += 1
    return rows


def _sum_cell(col: int, word: str, bold: bool, colspan: int = 1) -> Cell:
    return Cell(col, word, colspan, kind="sum", align="center", bold=bold)


class FunctionalTable:
    """Builds one table by functional code."""

    def __init__(self, printer: Printer, file: str, lines: list[Line], rng: Random) -> None:
        self.printer = printer
        self.layout = printer.layout
        self.lines = lines
        self.rng = rng
        self.plan = _plan(file, self.layout, rng)
        self.parts = 1 if self.layout.code_style == "joined" else 3
        self.name_col = self.parts
        self.first = self.parts + 1
        self.width = self.first + len(self.plan.values)
        self.empty = len(lines) == 1
        self.in_head = self.layout.sum_in_head and not (
            self.empty and self.layout.empty_fund != "sum"
        )

    def grid(self) -> Grid:
        """The table without caption and notes."""
        kinds = ["code"] * self.parts + ["name"] + ["num"] * len(self.plan.values)
        head, body = self._head(), self._body()
        return Grid("", [Column(kind) for kind in kinds], head, body)

    def _head(self) -> list[Row]:
        """The heading; where 合计 stands beside 类款项, the cells of 类款项 reach into its row."""
        layout, printer = self.layout, self.printer
        grouped = any(not isinstance(entry, str) for entry in self.plan.spec)
        if self.parts == 1:
            over = grouped or self.rng.random() < 0.5
            rows = self._joined_head(over, 2 if over else 1)
        else:
            rows = _number_heads(printer, self.plan.spec, self.first, 2)
            rows[0].append(printer.head(0, "项目", colspan=4))
            rows[1].append(printer.head(0, "科目代码", colspan=3))
            rows[1].append(printer.head(3, "科目名称"))
            if not (self.in_head or (layout.column_numbers and self.rng.random() < 0.5)):
                rows = _number_heads(printer, self.plan.spec, self.first, 3)
                rows[0].append(printer.head(0, "项目", colspan=4))
                rows[1].append(printer.head(0, "科目代码", colspan=3))
                rows[1].append(printer.head(3, "科目名称", rowspan=2))
                rows[2] += [head_cell(at, word) for at, word in enumerate("类款项")]
                if layout.column_numbers:
                    rows.append(self._column_numbers())
            elif layout.column_numbers:
                span = 2 if self.in_head else 1
                words = [head_cell(at, word, rowspan=span) for at, word in enumerate("类款项")]
                rows.append([*words, *self._column_numbers()[1:]])
        return self._filled(rows)

    def _joined_head(self, over: bool, depth: int) -> list[list[Cell]]:
        printer = self.printer
        rows = _number_heads(printer, self.plan.spec, self.first, depth)
        if over and self.rng.random() < 0.8:
            rows[0].append(printer.head(0, "项目", colspan=2))
            rows[1] += [printer.head(0, "科目代码"), printer.head(1, "科目名称")]
        else:
            rows[0].append(printer.head(0, "科目代码", rowspan=depth))
            rows[0].append(printer.head(1, "科目名称", rowspan=depth))
        if self.layout.column_numbers:
            rows.append(self._column_numbers())
        return rows

    def _column_numbers(self) -> list[Cell]:
        """The 栏次 row; its first cell covers the code columns when it stands before the name."""
        numbers = [line_cell(self.first + n, n + 1) for n in range(len(self.plan.values))]
        if self.rng.random() < 0.5 or self.in_head or self.parts == 3:
            return [
                Cell(0, colspan=self.parts),
                self.printer.head(self.name_col, "栏次"),
                *numbers,
            ]
        return [self.printer.head(0, "栏次", colspan=self.parts + 1), *numbers]

    def _filled(self, rows: list[list[Cell]]) -> list[Row]:
        bare = [Row(sorted(cells, key=lambda cell: cell.col)) for cells in rows]
        taken = spans_from_above(bare)
        return [
            full_row(row.cells, self.width, above) for row, above in zip(bare, taken, strict=True)
        ]

    def _body(self) -> list[Row]:
        layout = self.layout
        blank = [full_row([], self.width) for _ in range(layout.fillers)]
        total, *lines = self.lines
        if self.empty:
            blank = [full_row([], self.width) for _ in range(self.rng.randint(1, 7))]
            if layout.empty_fund == "head":
                return []
            if layout.empty_fund == "rows":
                return blank
        rows = [self._line(line) for line in lines]
        if self.in_head:
            return [self._sum_in_head(total), *rows, *blank]
        if layout.sum_place == "first":
            return [self._sum(total), *rows, *blank]
        return [*rows, *blank, self._sum(total)]

    def _amounts(self, line: Line, item: str) -> tuple[list[Cell], list[Record]]:
        cells, records = [], []
        values = line.amounts[2:5] if len(self.plan.values) == 3 < len(line.amounts) else None
        bold = self.layout.bold_sums and len(line.code) in (0, 3)
        for at, amount in enumerate(values or line.amounts):
            cell, truth = self.printer.number(self.first + at, amount, bold)
            cells.append(cell)
            fields: dict[str, str | Decimal | None] = {
                "code": line.code,
                "item": squeezed(item),
                "level": codes.level_of(line.code),
                self.plan.field: self.plan.values[at],
                "amount": truth,
            }
            records.append(Record(self.plan.file, fields))
        return cells, records

    def _line(self, line: Line) -> Row:
        cells, records = self._amounts(line, line.name)
        bold = self.layout.bold_sums and len(line.code) == 3
        name = self.printer.name(line.name)
        if self.layout.indent_names:
            name = "　" * ((len(line.code) - 3) // 2) + name
        cells.append(Cell(self.name_col, name, kind="name", bold=bold))
        if self.layout.code_style == "split":
            pieces = (line.code[:3], line.code[3:5], line.code[5:])
            cells += [Cell(at, part, kind="code", bold=bold) for at, part in enumerate(pieces)]
        else:
            cells.append(Cell(0, line.code, colspan=self.parts, kind="code", bold=bold))
        row = full_row(cells, self.width)
        row.records = records
        return row

    def _sum(self, total: Line) -> Row:
        cells, records = self._amounts(total, "合计")
        word, bold = self.layout.word("合计"), self.layout.bold_sums
        span = self.layout.sum_span
        if span == "both" or (span == "code" and self.parts == 3):
            cells.append(_sum_cell(0, word, bold, self.parts + 1))
        elif span == "code":
            cells.append(_sum_cell(0, word, bold))
        else:
            cells += [Cell(0, colspan=self.parts), _sum_cell(self.name_col, word, bold)]
        row = full_row(cells, self.width)
        row.records = records
        return row

    def _sum_in_head(self, total: Line) -> Row:
        cells, records = self._amounts(total, "合计")
        bold = self.layout.bold_sums
        word = self.layout.word("合计")
        cells.append(_sum_cell(self.name_col, word, bold))
        taken: set[int] = set()
        if self.layout.column_numbers:
            taken = {0, 1, 2}
        else:
            cells += [head_cell(at, mark) for at, mark in enumerate("类款项")]
        row = full_row(cells, self.width, taken)
        row.records = records
        return row


def build(report: Report, printer: Printer, file: str, rng: Random) -> Grid:
    """The grid of one functional table."""
    lines = {
        "revenue": report.revenue,
        "expenditure": report.expenditure,
        "general_budget": report.general,
        "government_fund": report.fund,
        "state_capital": report.capital,
    }[file]
    return FunctionalTable(printer, file, lines, rng).grid()
