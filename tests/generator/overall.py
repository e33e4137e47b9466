"""The two-sided overall tables, the basic expenditure's blocks and the 三公 table."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from . import codes
from .grid import Cell, Column, Grid, Record, Row, full_row, spans_from_above
from .model import FUNDS, SOURCES, THREE_PUBLIC, ZERO, Report
from .printing import Printer, half_row_is_data, head_cell, line_cell, squeezed

Entry = tuple[str, tuple[Decimal, ...] | None, bool]
"""One side of a printed row: item, amounts (None: nothing is printed) and whether it is a sum."""

NOTHING: Entry = ("", None, False)


def _classes(
    report: Report, printer: Printer, amounts: dict[str, tuple[Decimal, ...]], width: int
) -> list[Entry]:
    listed = [
        code
        for code in codes.SUMMARY_CLASSES
        if printer.layout.classes_listed == "all" or code in amounts
    ]
    none = (ZERO,) * width
    return [
        (f"{codes.ORDINALS[at]}、{codes.SUMMARY_CLASSES[code]}", amounts.get(code, none), False)
        for at, code in enumerate(listed)
    ]


def _side_by_side(
    left: list[Entry], right: list[Entry], left_end: list[Entry], right_end: list[Entry]
) -> list[tuple[Entry, Entry]]:
    length = max(len(left), len(right))
    left = left + [NOTHING] * (length - len(left)) + left_end
    right = right + [NOTHING] * (length - len(right)) + right_end
    return list(zip(left, right, strict=True))


def _spaced(word: str, printer: Printer, is_sum: bool = True) -> str:
    """A sum's word, letter-spaced where the layout does so."""
    return " ".join(word) if is_sum and printer.layout.spaced_sums else word


class TwoSided:
    """收入支出决算总表 or 财政拨款收入支出决算总表."""

    def __init__(self, printer: Printer, file: str, measures: tuple[str, ...], rng: Random) -> None:
        self.printer = printer
        self.layout = printer.layout
        self.file = file
        self.measures = measures
        self.lines = self.layout.line_numbers
        lead = 2 if self.lines else 1
        self.right = lead + 1
        self.left_amount = lead
        self.right_amount = self.right + lead
        self.width = self.right_amount + max(len(measures), 1)
        self.rng = rng

    def grid(self, pairs: list[tuple[Entry, Entry]]) -> Grid:
        """The table without caption and notes."""
        kinds = ["name"] + ["line"] * self.lines + ["num"]
        kinds += ["name"] + ["line"] * self.lines + ["num"] * (self.width - self.right_amount)
        body = [self._row(at, len(pairs), *pair) for at, pair in enumerate(pairs)]
        return Grid("", [Column(kind) for kind in kinds], self._head(), body)

    def _head(self) -> list[Row]:
        printer = self.printer
        first = [
            printer.head(0, "收入", colspan=self.right),
            printer.head(self.right, "支出", colspan=self.width - self.right),
        ]
        second = [
            printer.head(0, "项目"),
            printer.head(self.left_amount, "金额"),
            printer.head(self.right, "项目"),
        ]
        if self.lines:
            second += [printer.head(1, "行次"), printer.head(self.right + 1, "行次")]
        if self.measures:
            second += [
                printer.head(self.right_amount + at, name) for at, name in enumerate(self.measures)
            ]
        else:
            second.append(printer.head(self.right_amount, "金额"))
        rows = [full_row(first, self.width), full_row(second, self.width)]
        if self.layout.column_numbers:
            numbers = [printer.head(0, "栏次"), line_cell(self.left_amount, 1)]
            numbers.append(printer.head(self.right, "栏次"))
            numbers += [
                line_cell(col, 2 + col - self.right_amount)
                for col in range(self.right_amount, self.width)
            ]
            rows.append(full_row(numbers, self.width))
        return rows

    def _row(self, at: int, length: int, left: Entry, right: Entry) -> Row:
        cells: list[Cell] = []
        records: list[Record] = []
        sides = (("收入", 0, at + 1, left), ("支出", self.right, at + 1 + length, right))
        for side, col, number, (item, amounts, is_sum) in sides:
            bold = is_sum and self.layout.bold_sums
            align = "center" if is_sum else "left"
            printed = item if is_sum else self.printer.name(item)
            kind = "sum" if is_sum else "name"
            cells.append(Cell(col, printed, align=align, bold=bold, kind=kind))
            line = str(number) if self.lines else ""
            if self.lines:
                cells.append(line_cell(col + 1, number))
            first = self.left_amount if side == "收入" else self.right_amount
            measures = self.measures if side == "支出" and self.measures else ("合计",)
            truths: list[Decimal | None] = [None] * len(measures)
            for n, amount in enumerate(amounts or ()):
                cell, truths[n] = self.printer.number(first + n, amount, bold)
                cells.append(cell)
            if half_row_is_data(item, truths):
                records += self._records(side, line, squeezed(item), measures, truths)
        row = full_row(cells, self.width)
        row.records = records
        return row

    def _records(
        self,
        side: str,
        line: str,
        item: str,
        measures: tuple[str, ...],
        truths: list[Decimal | None],
    ) -> list[Record]:
        records = []
        for measure, truth in zip(measures, truths, strict=True):
            fields: dict[str, str | Decimal | None] = {"side": side, "line": line, "item": item}
            if self.file == "appropriation":
                fields["fund"] = measure
            fields["amount"] = truth
            records.append(Record(self.file, fields))
        return records


def revenue_expenditure(report: Report, printer: Printer, rng: Random) -> Grid:
    """收入支出决算总表."""
    word = printer.layout.word
    names = [f"{fund}收入" for fund in FUNDS] + list(SOURCES[1:])
    income = dict(report.income)
    if printer.layout.income_style == "one":
        income["财政拨款收入"] = sum((income[name] for name in names[:3]), ZERO)
        names = list(SOURCES)
    left: list[Entry] = [
        (f"{codes.ORDINALS[at]}、{name}", (income[name],), False) for at, name in enumerate(names)
    ]
    amounts: dict[str, tuple[Decimal, ...]] = {
        code: (amount,) for code, amount in report.outlay.items()
    }
    right = _classes(report, printer, amounts, 1)
    ends: list[tuple[Entry, Entry]] = []
    for in_name, out_name, is_sum in (
        ("本年收入合计", "本年支出合计", True),
        ("使用非财政拨款结余", "结余分配", False),
        ("年初结转和结余", "年末结转和结余", False),
        ("总计", "总计", True),
    ):
        left_word = word(in_name) if in_name in ("使用非财政拨款结余", "总计") else in_name
        right_word = word(out_name) if out_name == "总计" else out_name
        pad = "　　" if not is_sum and printer.layout.indent_names else ""
        ends.append(
            (
                (pad + _spaced(left_word, printer, is_sum), (report.income[in_name],), is_sum),
                (pad + _spaced(right_word, printer, is_sum), (report.outlay[out_name],), is_sum),
            )
        )
    table = TwoSided(printer, "revenue_expenditure", (), rng)
    return table.grid(
        _side_by_side(left, right, [end[0] for end in ends], [end[1] for end in ends])
    )


def appropriation(report: Report, printer: Printer, rng: Random) -> Grid:
    """财政拨款收入支出决算总表."""
    word = printer.layout.word
    numbered = printer.layout.summary_style == "numbered"
    left: list[Entry] = [
        (f"{codes.ORDINALS[at]}、{fund}", (report.funds_income[fund],), False)
        for at, fund in enumerate(FUNDS)
    ]
    shown = 4 if printer.layout.capital_column or len(report.capital) > 1 else 3
    out = {name: amounts[:shown] for name, amounts in report.funds_outlay.items()}
    right = _classes(report, printer, out, shown)
    pad = "　　" if printer.layout.indent_names else ""
    left_end: list[Entry] = [
        (
            _spaced("本年收入合计", printer),
            (report.funds_income["本年收入合计"],),
            True,
        ),
        ("年初财政拨款结转和结余", (report.funds_income["年初财政拨款结转和结余"],), False),
    ]
    left_end += [
        (
            f"{codes.ORDINALS[at]}、{fund}" if numbered else pad + fund,
            (report.funds_income[f"年初{fund}"],),
            False,
        )
        for at, fund in enumerate(FUNDS)
    ]
    left_end.append((word("总计"), (report.funds_income["总计"],), True))
    right_end: list[Entry] = [
        (_spaced("本年支出合计", printer), out["本年支出合计"], True),
        ("年末财政拨款结转和结余", out["年末财政拨款结转和结余"], False),
        NOTHING,
        NOTHING,
        NOTHING,
        (word("总计"), out["总计"], True),
    ]
    table = TwoSided(printer, "appropriation", ("合计", *FUNDS)[:shown], rng)
    return table.grid(_side_by_side(left, right, left_end, right_end))


class BasicBlocks:
    """一般公共预算财政拨款基本支出决算表: lists side by side."""

    def __init__(self, report: Report, printer: Printer, rng: Random) -> None:
        self.report = report
        self.printer = printer
        self.layout = printer.layout
        self.rng = rng
        self.parts = 2 if self.layout.code_style == "split" else 1
        self.step = self.parts + 2
        listed = [code for code in codes.ECONOMIC if self.layout.basic_full or report.basic[code]]
        self.staff = [code for code in listed if code[:3] in codes.STAFF_CLASSES]
        self.public = [code for code in listed if code not in set(self.staff)]
        self.blocks = self._blocks()
        self.width = len(self.blocks) * self.step

    def _blocks(self) -> list[list[str]]:
        if self.layout.basic_blocks == 3:
            if self.layout.basic_full or self.rng.random() < 0.5:
                first = [code for code in self.public if code.startswith("302")]
            else:
                first = self.public[: (len(self.public) + 1) // 2]
            rest = [code for code in self.public if code not in set(first)]
            if rest:
                return [self.staff, first, rest]
        if self.layout.basic_blocks == 1:
            return [[*self.staff, "人员经费合计", *self.public, "公用经费合计"]]
        return [self.staff, self.public]

    def grid(self) -> Grid:
        """The table without caption and notes."""
        kinds = (["code"] * self.parts + ["name", "num"]) * len(self.blocks)
        body = [self._row(at) for at in range(max(len(block) for block in self.blocks))]
        if len(self.blocks) > 1:
            body.append(self._sums())
        return Grid("", [Column(kind) for kind in kinds], self._head(), body)

    def _head(self) -> list[Row]:
        printer = self.printer
        rows: list[list[Cell]] = []
        if self.layout.basic_group_heads and len(self.blocks) > 1:
            rows.append(
                [
                    head_cell(0, "人员经费", colspan=self.step),
                    head_cell(self.step, "公用经费", colspan=self.width - self.step),
                ]
            )
        names: list[Cell] = []
        marks: list[Cell] = []
        depth = 2 if self.parts == 2 else 1
        for first in range(0, self.width, self.step):
            names.append(printer.head(first, "经济科目代码", colspan=self.parts))
            names.append(printer.head(first + self.parts, "科目名称", rowspan=depth))
            names.append(printer.head(first + self.parts + 1, "金额", rowspan=depth))
            if depth == 2:
                marks += [head_cell(first, "类"), head_cell(first + 1, "款")]
        rows.append(names)
        if marks:
            rows.append(marks)
        bare = [Row(cells) for cells in rows]
        taken = spans_from_above(bare)
        return [
            full_row(row.cells, self.width, above) for row, above in zip(bare, taken, strict=True)
        ]

    def _record(
        self, code: str, item: str, level: str, group: str, truth: Decimal | None
    ) -> Record:
        fields = {"code": code, "item": item, "level": level, "group": group, "amount": truth}
        return Record("basic_expenditure", fields)

    def _row(self, at: int) -> Row:
        cells: list[Cell] = []
        records: list[Record] = []
        for number, block in enumerate(self.blocks):
            if at >= len(block):
                continue
            first, code = number * self.step, block[at]
            if not code[0].isdigit():
                new, record = self._sum(code, first, self.step)
                cells += new
                records.append(record)
                continue
            bold = self.layout.bold_sums and len(code) == 3
            name = codes.ECONOMIC[code]
            if self.parts == 2:
                cells.append(Cell(first, code[:3], kind="code", bold=bold))
                cells.append(Cell(first + 1, code[3:], kind="code", bold=bold))
            else:
                cells.append(Cell(first, code, kind="code", bold=bold))
            pad = "　" if self.layout.indent_names and len(code) > 3 else ""
            cells.append(Cell(first + self.parts, pad + name, kind="name", bold=bold))
            cell, truth = self.printer.number(first + self.parts + 1, self.report.basic[code], bold)
            cells.append(cell)
            group = "人员经费" if code[:3] in codes.STAFF_CLASSES else "公用经费"
            records.append(self._record(code, name, codes.level_of(code), group, truth))
        row = full_row(cells, self.width)
        row.records = records
        return row

    def _sum(self, name: str, first: int, width: int) -> tuple[list[Cell], Record]:
        bold = self.layout.bold_sums
        word = self.layout.word(name)
        cell, truth = self.printer.number(first + width - 1, self.report.basic[name], bold)
        label = Cell(first, word, colspan=width - 1, align="center", bold=bold, kind="sum")
        return [label, cell], self._record("", name, "合计", name[:4], truth)

    def _sums(self) -> Row:
        left, one = self._sum("人员经费合计", 0, self.step)
        right, two = self._sum("公用经费合计", self.step, self.width - self.step)
        row = full_row(left + right, self.width)
        row.records = [one, two]
        return row


def basic_expenditure(report: Report, printer: Printer, rng: Random) -> Grid:
    """一般公共预算财政拨款基本支出决算表."""
    return BasicBlocks(report, printer, rng).grid()


def _public_record(basis: str, item: str, truth: Decimal | None) -> Record:
    return Record("three_public", {"basis": basis, "item": item, "amount": truth})


def _public_heads(printer: Printer, first: int, top: int, each: int, last: int) -> list[list[Cell]]:
    """The two rows of item headings from a column on, `each` columns an item."""
    names = list(THREE_PUBLIC)
    upper = [
        printer.head(first, names[0], colspan=each, rowspan=last),
        printer.head(first + each, names[1], colspan=each, rowspan=last),
        printer.head(first + 2 * each, names[2], colspan=3 * each),
        printer.head(first + 5 * each, names[5], colspan=each, rowspan=last),
    ]
    lower = [
        head_cell(first + 2 * each, "小计", colspan=each),
        printer.head(first + 3 * each, names[3], colspan=each),
        printer.head(first + 4 * each, names[4], colspan=each),
    ]
    return [upper, lower]


def three_public(report: Report, printer: Printer, rng: Random) -> Grid:
    """财政拨款“三公”经费支出决算表, in one of three forms."""
    style = printer.layout.three_public
    values = report.three_public
    if style == "rows":
        return _public_rows(report, printer, rng)
    cells: list[Cell] = []
    records: list[Record] = []
    order = (
        [(basis, item) for basis in values for item in THREE_PUBLIC]
        if style == "blocks"
        else [(basis, item) for item in THREE_PUBLIC for basis in values]
    )
    for at, (basis, item) in enumerate(order):
        cell, truth = printer.number(at, values[basis][item])
        cells.append(cell)
        records.append(_public_record(basis, item, truth))
    if style == "blocks":
        left, right = _public_heads(printer, 0, 1, 1, 2), _public_heads(printer, 6, 1, 1, 2)
        rows = [
            [printer.head(0, "预算数", colspan=6), printer.head(6, "决算数", colspan=6)],
            left[0] + right[0],
            left[1] + right[1],
        ]
    else:
        rows = _public_heads(printer, 0, 1, 2, 2)
        rows.append([printer.head(at, basis) for at, (basis, _) in enumerate(order)])
        if rng.random() < 0.4:
            rows.insert(0, [head_cell(0, "财政拨款“三公”经费", colspan=12)])
    if printer.layout.column_numbers:
        rows.append([line_cell(at, at + 1) for at in range(12)])
    bare = [Row(row) for row in rows]
    taken = spans_from_above(bare)
    head = [full_row(row.cells, 12, above) for row, above in zip(bare, taken, strict=True)]
    body = full_row(cells, 12)
    body.records = records
    return Grid("", [Column("num")] * 12, head, [body])


def _public_rows(report: Report, printer: Printer, rng: Random) -> Grid:
    word = printer.layout.word
    labels = {
        "合计": word("合计"),
        "因公出国（境）费": f"1.{word('因公出国（境）费')}",
        "公务用车购置及运行维护费": f"2.{word('公务用车购置及运行维护费')}",
        "公务用车购置费": f"其中：（1）{word('公务用车购置费')}",
        "公务用车运行维护费": f"（2）{word('公务用车运行维护费')}",
        "公务接待费": f"3.{word('公务接待费')}",
    }
    order = list(labels)
    if rng.random() < 0.4:
        order = [order[n] for n in (0, 1, 5, 2, 3, 4)]
        labels["公务接待费"] = f"2.{word('公务接待费')}"
        labels["公务用车购置及运行维护费"] = f"3.{word('公务用车购置及运行维护费')}"
    head = [
        full_row([printer.head(0, "项目"), printer.head(1, "预算数"), printer.head(2, "决算数")], 3)
    ]
    if printer.layout.column_numbers:
        head.append(full_row([printer.head(0, "栏次"), line_cell(1, 1), line_cell(2, 2)], 3))
    body = []
    for item in order:
        cells = [Cell(0, labels[item], kind="name", align="center" if item == "合计" else "left")]
        records = []
        for at, (basis, values) in enumerate(report.three_public.items(), start=1):
            cell, truth = printer.number(at, values[item])
            cells.append(cell)
            records.append(_public_record(basis, item, truth))
        row = full_row(cells, 3)
        row.records = records
        body.append(row)
    return Grid("", [Column("name"), Column("num"), Column("num")], head, body)
