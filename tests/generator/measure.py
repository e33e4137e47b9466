"""Column widths and font sizes with which a table fits its page."""

from __future__ import annotations

from dataclasses import dataclass

from . import fonts
from .grid import Grid
from .layouts import Layout

A4 = (595.28, 841.89)
_SMALLEST = 5.0
_READABLE = 6.5


@dataclass(frozen=True)
class Fit:
    """A table's measures in points."""

    turn: str
    size: float
    widths: tuple[float, ...]
    pad: float


def page_size(turn: str) -> tuple[float, float]:
    """The page as a reader sees it, or, for sideways, as the table is written."""
    return A4 if turn == "portrait" else (A4[1], A4[0])


def _least(grid: Grid, size: float, pad: float, layout: Layout) -> tuple[list[float], list[float]]:
    """For each column the least width and the width it would like."""
    least = [2 * pad + size for _ in grid.columns]
    liked = list(least)
    slack = 0.3 if layout.touching else 1.5 if layout.tight else 5.0
    for row in grid.rows:
        for cell in row.cells:
            if cell.colspan > 1 or not cell.text:
                continue
            own = max(fonts.width(line, size, cell.bold) for line in cell.text.split("\n"))
            own += 2 * pad
            at = cell.col
            if cell.kind in ("num", "code", "line"):
                least[at] = max(least[at], own + slack)
                liked[at] = max(liked[at], own + slack + size)
            elif cell.kind == "sum" and grid.columns[at].kind == "code":
                least[at] = max(least[at], own + slack)
            elif cell.kind in ("name", "sum"):
                floor = min(own, 2 * pad + 6 * size) + 1
                least[at] = max(least[at], floor)
                liked[at] = max(liked[at], own * (0.55 if layout.narrow_names else 1) + 1, floor)
            else:
                least[at] = max(least[at], 2 * pad + 2.1 * size)
                liked[at] = max(liked[at], min(own, 2 * pad + 4.1 * size))
    for row in grid.rows:  # a code that spans the 类, 款 and 项 columns
        for cell in row.cells:
            if cell.colspan > 1 and cell.kind == "code":
                span = range(cell.col, cell.col + cell.colspan)
                lack = fonts.width(cell.text, size, cell.bold) + 2 * pad + slack
                lack -= sum(least[at] for at in span)
                for at in span:
                    least[at] += max(lack, 0) / cell.colspan
                    liked[at] = max(liked[at], least[at])
    return least, [max(a, b) for a, b in zip(least, liked, strict=True)]


def _widths(grid: Grid, room: float, size: float, pad: float, layout: Layout) -> list[float] | None:
    least, liked = _least(grid, size, pad, layout)
    spare = room - sum(least)
    if spare < 0:
        return None
    wishes = [b - a for a, b in zip(least, liked, strict=True)]
    share = min(1.0, spare / sum(wishes)) if sum(wishes) else 0.0
    widths = [a + share * wish for a, wish in zip(least, wishes, strict=True)]
    if not (layout.tight or layout.touching):
        rest = room - sum(widths)
        weights = [column.weight if column.kind != "code" else 0.3 for column in grid.columns]
        widths = [
            width + rest * weight / sum(weights)
            for width, weight in zip(widths, weights, strict=True)
        ]
    return widths


def fit(grid: Grid, layout: Layout) -> Fit:
    """Measures with which the table fits: a smaller font, if need be a landscape page."""
    turns = [grid.turn] if grid.turn != "portrait" else ["portrait", "landscape"]
    for turn in turns:
        room = page_size(turn)[0] - 2 * layout.margin
        size = layout.body_size
        floor = _READABLE if turn == "portrait" else _SMALLEST
        while size >= floor:
            pad = 0.2 if layout.touching else 1.2 if layout.tight else 3.0
            widths = _widths(grid, room, size, pad, layout)
            if widths:
                return Fit(turn, size, tuple(widths), pad)
            size -= 0.5
    raise ValueError(f"{grid.title} does not fit on a page")
