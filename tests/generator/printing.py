"""How amounts and words are printed, and what truth a printed cell has."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from .grid import Cell
from .layouts import Layout
from .model import PLACES, TO_WAN

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def squeezed(text: str) -> str:
    """Text without any whitespace, as the truth has it."""
    return "".join(text.split())


def half_row_is_data(item: str, amounts: list[Decimal | None]) -> bool:
    """Whether one side of a two-sided table's row is data; its 行次 alone is none."""
    return bool(item) or any(amount is not None for amount in amounts)


class Printer:
    """Prints one report's cells in its layout."""

    def __init__(self, layout: Layout, unit: str, rng: Random) -> None:
        self.layout = layout
        self.unit = unit
        self.rng = rng

    def amount(self, value: Decimal) -> tuple[str, Decimal | None]:
        """The printed text of an amount and its truth in 万元 (None for a blank)."""
        layout = self.layout
        if not value:
            if self.rng.random() >= layout.zero_share:
                return layout.blank_style, None
            return self._wide(layout.zero_text), Decimal(layout.zero_text)
        digits = f"{abs(value):,.{PLACES[self.unit]}f}".replace(",", layout.separator)
        if value < 0:
            sign = layout.negative
            close = {"(": ")", "（": "）"}.get(sign, "")
            digits = sign + digits + close
        return self._wide(digits), value * TO_WAN[self.unit]

    def name(self, text: str) -> str:
        """An item's name, letter-spaced where the layout does so."""
        blank = self.layout.spaced_names
        if blank and (len(text) < 7 or self.rng.random() < 0.3):
            return blank.join(text)
        return text

    def _wide(self, text: str) -> str:
        return text.translate(_WIDE) if self.layout.wide_digits else text

    def number(self, col: int, value: Decimal, bold: bool = False) -> tuple[Cell, Decimal | None]:
        """An amount's cell and its truth."""
        text, truth = self.amount(value)
        return Cell(col, text, kind="num", align=self.layout.number_align, bold=bold), truth

    def head(self, col: int, canonical: str, colspan: int = 1, rowspan: int = 1) -> Cell:
        """A heading cell with the layout's word for a canonical one."""
        return head_cell(col, self.layout.word(canonical), colspan, rowspan)


def head_cell(col: int, text: str, colspan: int = 1, rowspan: int = 1) -> Cell:
    """A heading cell."""
    return Cell(col, text, colspan, rowspan, kind="head", align="center")


def line_cell(col: int, number: int | str) -> Cell:
    """A cell of a 行次 or 栏次 number."""
    return Cell(col, str(number), kind="line", align="center")
