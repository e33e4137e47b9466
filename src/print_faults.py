"""What in the print of a table speaks against its figures, also where they add up.

A file that was converted, patched or cut shows it: an amount hangs over a rule or stands off the
line on which all others stand, has a decimal more than all others, or a row is empty between
others. None of this proves that a figure is wrong, so none of it stops a report: it is a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from statistics import median

from amounts import normalise
from check_figures import CODED, FAIL, NAMES, Note
from pdf_pages import Glyph, TextLine
from ruled_grids import Cell
from statutory_tables import SourceTable
from table_reader import TOTAL, Ledger

FEWEST = 8
"""So many amounts make a habit."""
HABIT = 0.9
"""The share of amounts that must keep to a place for the others to be off it."""
SAME = 0.1
"""Amounts whose places differ by less, in heights of a digit, stand in the same place."""
OFF = 0.15
"""An amount is off its line by more than this, in heights of a digit."""
WIDER = 0.07
"""By how much each character of bold figures may be wider, so that they begin or end elsewhere."""
ODD_FORMS = 40
"""At most one amount in so many is written otherwise than the rest by damage; more are a habit."""


@dataclass(frozen=True, eq=False)
class _Amount:
    """A printed amount of one line, and where it stands in its table."""

    cell: Cell
    line: TextLine
    column: int
    page: int
    row: str

    @cached_property
    def digits(self) -> list[Glyph]:
        """Its glyphs without marks, which may be higher (full-width brackets)."""
        digits = [glyph for glyph in self.cell.glyphs if glyph.text.isdecimal()]
        return digits or self.cell.glyphs

    @cached_property
    def height(self) -> float:
        return max(glyph.y1 - glyph.y0 for glyph in self.digits)

    @property
    def over_rule(self) -> bool:
        """Whether it is printed over the rule above or below its cell, which has room for it."""
        (_, low, _, high), height = self.cell.box, self.height
        hangs = low - min(glyph.y0 for glyph in self.digits)
        rises = max(glyph.y1 for glyph in self.digits) - high
        return max(hangs, rises) > 0.15 * height and high - low > 1.15 * height


def _heights(amount: _Amount) -> list[tuple[float, float]]:
    """How high its base line is above the bottom, the middle and the top of its cell.

    Each in heights of its digits, and with how much more or less is off that place.
    """
    _, low, _, high = amount.cell.box
    base = amount.cell.glyphs[0].base
    return [((base - y) / amount.height, OFF) for y in (low, (low + high) / 2, high)]


def _indents(amount: _Amount) -> list[tuple[float, float]]:
    """How far it is from the left, the middle and the right of its cell; as :func:`_heights`."""
    left, _, right, _ = amount.cell.box
    first, last = amount.line.glyphs[0], amount.line.glyphs[-1]
    places = first.x - left, (first.x + last.x - left - right) / 2, last.x - right
    wider = WIDER * max(4, len(amount.cell.text)) + (not last.text.isdigit())  # parentheses
    reaches = SAME + wider, SAME + wider / 2, SAME + wider
    return [(x / amount.height, reach) for x, reach in zip(places, reaches, strict=True)]


def print_faults(tables: list[SourceTable], ledger: Ledger) -> list[Note]:
    """What the print of a report's statutory tables shows.

    Parameters
    ----------
    tables : list of SourceTable
    ledger : Ledger
        What became of each of their cells.

    Returns
    -------
    list of Note
        One for each fault; none for a table that is printed as it should be.
    """
    amounts = {table.form: list(_amounts(table, ledger)) for table in tables}
    forms = Counter(_form(a) for found in amounts.values() for a in found if _form(a))
    notes = []
    for table in tables:
        name, found = NAMES[table.form], amounts[table.form]
        faults: dict[Cell, str] = {}
        for amount in _in_one_place(_off_place(found, _indents)):
            faults[amount.cell] = "stands beside the place of the others in their cells"
        for amount in _in_one_place(_off_place(found, _heights)):
            faults[amount.cell] = "stands above or below the line of the others in their rows"
        for amount in _odd_forms(found, forms):
            faults[amount.cell] = "is not written as the others, with as many decimals"
        for amount in _in_one_place([amount for amount in found if amount.over_rule]):
            faults[amount.cell] = "is printed over the rule of its cell"
        notes += [
            Note(
                f"{name} {a.row}",
                FAIL,
                f"{a.cell.text} (p. {a.page}) {faults[a.cell]}",
                a.page,
                "places of amounts",
            )
            for a in found
            if a.cell in faults
        ]
        notes += _lost_rows(table, ledger)
    return notes


def _amounts(table: SourceTable, ledger: Ledger) -> Iterator[_Amount]:
    for row in table.rows():
        for column, cell in enumerate(row.cells):
            if ledger.reasons.get(cell) != "amount" or row.cells.index(cell) != column:
                continue
            lines = cell.lines
            if len(lines) == 1:
                words = [text for text in row.texts if text != cell.text]
                yield _Amount(cell, lines[0], column, row.page, " ".join(words[:2]))


def _form(amount: _Amount) -> str:
    """How an amount is written: its decimals, and whether a digit stands before the point.

    An integer has no form: who drops decimals, drops them there.
    """
    text = normalise(amount.cell.text).strip("()-−")
    whole, point, decimals = text.partition(".")
    return f"{'0' if whole else ''}.{len(decimals)}" if point else ""


def _odd_forms(amounts: list[_Amount], report: Counter[str]) -> list[_Amount]:
    """Amounts written otherwise than nearly all of the report, and than most of their table."""
    formed = [amount for amount in amounts if _form(amount)]
    if not formed:
        return []
    usual, count = report.most_common(1)[0]
    odd = [amount for amount in formed if _form(amount) != usual]
    rare = (report.total() - count) * ODD_FORMS <= report.total()
    return odd if rare and len(formed) >= FEWEST and len(odd) * 5 <= len(formed) else []


def _in_one_place(odd: list[_Amount]) -> list[_Amount]:
    """Amounts that are odd all in one row or one column; more of them are how the table is set."""
    rows = {(amount.page, amount.cell.row0) for amount in odd}
    columns = {amount.column for amount in odd}
    return odd if 1 in (len(rows), len(columns)) else []


Places = Callable[[_Amount], list[tuple[float, float]]]


def _off_place(amounts: list[_Amount], places: Places) -> list[_Amount]:
    """Amounts off the place where nearly all of the table, or else of their column, stand."""
    kept = _habit(amounts, places)
    if kept is not None:
        return [amount for amount in amounts if amount not in kept]
    off = []
    for _, group in groupby(sorted(amounts, key=lambda a: a.column), key=lambda a: a.column):
        column = list(group)
        kept = _habit(column, places)
        off += [amount for amount in column if kept is not None and amount not in kept]
    return off


def _habit(amounts: list[_Amount], places: Places) -> set[_Amount] | None:
    """Those that keep to a place where most of them are in their cells; None without such a place.

    In cells of one size the three places are one.
    """
    if len(amounts) < FEWEST:
        return None
    kept: set[_Amount] | None = None
    for stands in zip(*[places(amount) for amount in amounts], strict=True):
        middle = median(place for place, _ in stands)
        off = [abs(place - middle) for place, _ in stands]
        if sum(distance <= SAME for distance in off) >= HABIT * len(off):
            near = {a for a, d, (_, reach) in zip(amounts, off, stands, strict=True) if d <= reach}
            kept = near if kept is None else kept | near
    return kept


def _lost_rows(table: SourceTable, ledger: Ledger) -> Iterator[Note]:
    """Rows of a coded table in which nothing is printed, above a row of a class; no class at all.

    Above the total, and at the end, empty rows fill up the form.
    """
    if table.form == "basic_expenditure":
        yield from _lost_total(table, ledger)
    if table.form not in CODED:
        return
    scope, empty, total, classes = NAMES[table.form], [], None, 0
    for row in table.rows():
        reasons = {ledger.reasons.get(cell) for cell in row.cells if cell.text}
        if not row.texts:
            empty.append(row)
        elif reasons & {"amount", "code", "item"}:
            name = row.texts[0]
            if TOTAL.fullmatch(normalise(name)):
                total = row
            else:
                classes += 1
                if empty:
                    page = empty[0].page
                    rows = "an empty row" if len(empty) == 1 else f"{len(empty)} empty rows"
                    detail = f"{rows} (p. {page}) above {name} (p. {row.page})"
                    yield Note(scope, FAIL, detail, page, "lost rows")
            empty = []
    if total and not classes and any(re.search("[1-9]", normalise(text)) for text in total.texts):
        pages = " and ".join(f"p. {page}" for page in table.pages)
        detail = f"no class is printed on {pages}, but {' '.join(total.texts[:2])}"
        yield Note(scope, FAIL, detail, total.page, "lost rows")


def _lost_total(table: SourceTable, ledger: Ledger) -> Iterator[Note]:
    """06 ends with an empty row, and has no total."""
    rows = table.rows()
    names = [
        normalise(cell.text)
        for row in rows
        for cell in row.cells
        if ledger.reasons.get(cell) == "item"
    ]
    if names and not rows[-1].texts and not any(name.endswith(("合计", "总计")) for name in names):
        page = rows[-1].page
        detail = f"no total is printed, but an empty row ends the table (p. {page})"
        yield Note(NAMES[table.form], FAIL, detail, page, "lost rows")
