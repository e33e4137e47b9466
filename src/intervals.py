"""What a rounded figure may have been before it was rounded: exact intervals.

A report that prints 12.3 % may have computed anything from 12.25 to just below 12.35. What follows
from printed figures is therefore an interval, too, and two of them contradict one another only
where their intervals have nothing in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Inexact
from typing import NamedTuple

_EXACT = Context(prec=60, traps=[Inexact])
_CENT = Decimal("0.01")


class Interval(NamedTuple):
    """All numbers from ``low`` on that are below ``high``; neither is negative.

    Parameters
    ----------
    low, high : Decimal
        In the unit of the figure.
    """

    low: Decimal
    high: Decimal

    def meets(self, other: Interval) -> bool:
        """Whether one number can lie in both."""
        return self.low < other.high and other.low < self.high

    def of(self, whole: Interval) -> Interval:
        """This share, in per cent, of a whole: in the unit of ``whole``, exact."""
        low, high = (_EXACT.multiply(a, b) for a, b in zip(self, whole, strict=True))
        return Interval(low.scaleb(-2, _EXACT), high.scaleb(-2, _EXACT))

    def in_percent_of(self, whole: Interval) -> Interval:
        """What share of a whole this is, in per cent, to 28 digits; ``whole`` is above 0."""
        return Interval(100 * self.low / whole.high, 100 * self.high / whole.low)

    def __str__(self) -> str:
        """From and to for readers: two decimals, rounded outwards."""
        low, high = self.low.quantize(_CENT, ROUND_FLOOR), self.high.quantize(_CENT, ROUND_CEILING)
        return f"{low:,}–{high:,}"


def printed(figure: Decimal, decimals: int = 0) -> Interval:
    """What a printed figure, rounded half up, may have been.

    Parameters
    ----------
    figure : Decimal
        Not negative; its decimals are the printed ones.
    decimals : int, optional
        How finely the figures beside it are printed: 39 beside 38.52 stands for 39.00.

    Raises
    ------
    ValueError
        The figure is negative.
    """
    if figure < 0:
        raise ValueError(f"{figure} is negative; intervals are of amounts and shares from 0 on.")
    exponent = min(figure.as_tuple().exponent, -decimals)
    half = Decimal(5).scaleb(exponent - 1)
    return Interval(max(figure - half, Decimal(0)), figure + half)


def total(parts: Iterable[Interval]) -> Interval:
    """What the sum of figures may have been."""
    low = high = Decimal(0)
    for part in parts:
        low, high = low + part.low, high + part.high
    return Interval(low, high)


def finest(figures: Iterable[Decimal]) -> int:
    """The most decimals with which any of the figures is printed."""
    return max((-figure.as_tuple().exponent for figure in figures), default=0)
