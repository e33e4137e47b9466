"""Turn a page's ruled lines into tables, with camelot's lattice parser.

camelot finds where rules cross, which of them belong to one table, and which rows and columns they
make. The rules and the glyphs come from :mod:`pdf_pages`, so that each glyph lands in the cell it
is printed in, also where a neighbour touches it, and so that a table that is nearly blank (a
statutory table without data) is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, pairwise
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from camelot.core import Table
from camelot.image_processing import coalesce_collinear_lines, find_joints_from_lines
from camelot.parsers import Lattice

from pdf_pages import Glyph, Line, Page, Rule, TextLine, lines_of

OVERSHOOT = 5.0
"""A rule that sticks out this far (points) beyond its last crossing is drawn carelessly; one that
goes on for longer opens one more column or row at a side without a border."""

EDGE_TOLERANCE = 2.0
"""Rules closer than this (points) are one rule."""


@dataclass(eq=False, slots=True)
class Cell:
    """One cell as a reader sees it: merged cells are one. Rows and columns count from 0."""

    row0: int
    row1: int
    col0: int
    col1: int
    box: tuple[float, float, float, float]
    glyphs: list[Glyph] = field(default_factory=list, repr=False)
    _text: str | None = field(default=None, repr=False)
    pieces: Sequence[Cell] = field(default=(), repr=False)
    _lines: list[TextLine] | None = field(default=None, repr=False)

    @classmethod
    def joined(cls, first: Cell, rest: Cell) -> Cell:
        """A cell that the end of a page cut in two."""
        text = first.text + rest.text
        return cls(
            first.row0,
            first.row1,
            first.col0,
            first.col1,
            first.box,
            first.glyphs + rest.glyphs,
            text,
            [*(first.pieces or [first]), rest],
        )

    @property
    def lines(self) -> list[TextLine]:
        if self._lines is None:
            self._lines = lines_of(self.glyphs)
        return self._lines

    @property
    def text(self) -> str:
        """The cell's text as printed, without blanks and line breaks."""
        if self._text is None:
            self._text = "".join([glyph.text for line in self.lines for glyph in line.glyphs])
        return self._text


@dataclass(eq=False)
class Grid:
    """One ruled table on one page.

    Attributes
    ----------
    page : int
        The PDF's page, from 1.
    xs : list of float
        Column borders, ascending, in points of the upright page.
    ys : list of float
        Row borders, descending.
    cells : list of list of Cell
        ``cells[row][column]``; a merged cell stands at each place that it covers.
    """

    page: int
    xs: list[float]
    ys: list[float]
    cells: list[list[Cell]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.ys) - 1, len(self.xs) - 1

    @cached_property
    def distinct(self) -> list[Cell]:
        """Every cell once, from the top down and from left to right."""
        return list(dict.fromkeys(cell for row in self.cells for cell in row))

    def columns(self, x: np.ndarray | list[float]) -> list[int]:
        """The columns that places inside the grid lie in."""
        return np.searchsorted(self.xs[1:-1], x, "right").tolist()

    def rows(self, y: np.ndarray) -> list[int]:
        """The rows that heights inside the grid lie in."""
        return np.searchsorted([-border for border in self.ys[1:-1]], -y, "right").tolist()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The grid as camelot shows a table: a merged cell's text at its upper left place."""
        rows, columns = self.shape
        data = [
            [
                cell.text if (cell.row0, cell.col0) == (r, c) else ""
                for c, cell in enumerate(self.cells[r])
            ]
            for r in range(rows)
        ]
        return pd.DataFrame(data, columns=range(columns))


class _RuleLattice(Lattice):
    """camelot's lattice parser, fed with rules instead of a rendered picture."""

    def __init__(self, page: int, rules: list[Rule]):
        super().__init__(engine="vector")
        self.page, self.rotation = page, ""
        self.horizontal_text, self.vertical_text = [], []
        self.horizontal_segments = _segments([r for r in rules if r.horizontal], "horizontal")
        self.vertical_segments = _vertical_segments([r for r in rules if not r.horizontal])
        self._close_sides()
        self._trim()

    def _close_sides(self):
        """Draw the outer borders of tables that have none: where full-width rules end together."""
        closing = []
        known = sorted(self.horizontal_segments, key=lambda h: (round(h[0]), round(h[2]), h[1]))
        for (x0, low, x1, _), (a, high, b, _) in pairwise(known):
            if abs(x0 - a) > EDGE_TOLERANCE or abs(x1 - b) > EDGE_TOLERANCE or high <= low:
                continue
            if any(
                x0 < v[0] < x1 and v[1] <= low + 2 and v[3] >= high - 2
                for v in self.vertical_segments
            ):
                closing += [(x0, low, x0, high), (x1, low, x1, high)]
        self.vertical_segments += _vertical_segments([Rule(*segment) for segment in closing])

    def _trim(self):
        """Cut off what sticks out beyond a rule's last crossing."""
        horizontal, vertical = self.horizontal_segments, self.vertical_segments
        self.horizontal_segments, self.vertical_segments = [], []
        for x0, y, x1, _ in horizontal:
            crossings = [v[0] for v in vertical if v[1] - 2 <= y <= v[3] + 2]
            start, end = _trimmed(x0, x1, crossings)
            self.horizontal_segments.append((start, y, end, y))
        for x, y0, _, y1 in vertical:
            crossings = [h[1] for h in horizontal if h[0] - 2 <= x <= h[2] + 2]
            start, end = _trimmed(y0, y1, crossings)
            self.vertical_segments.append((x, start, x, end))

    def _generate_table_bbox(self):
        joints = find_joints_from_lines(self.horizontal_segments, self.vertical_segments)
        self.table_bbox_parses = {box: {"joints": points} for box, points in joints.items()}
        self._compute_table_anchors()

    def tables(self) -> list[Table]:
        """camelot's tables of this page, top to bottom, with the borders of their cells set."""
        self._generate_table_bbox()
        found = []
        for order, box in enumerate(self.table_bboxes()):
            columns, rows, *_ = self._generate_columns_and_rows(box, None)
            table = self._initialize_new_table(order, box, columns, rows)
            _set_borders(table, self.vertical_segments, self.horizontal_segments)
            table.set_border()
            found.append(table)
        return sorted(found, key=lambda t: -t.rows[0][0])


def _segments(rules: list[Rule], direction: str) -> list[tuple[float, float, float, float]]:
    return coalesce_collinear_lines([(r.x0, r.y0, r.x1, r.y1) for r in rules], direction)


def _vertical_segments(rules: list[Rule]) -> list[tuple[float, float, float, float]]:
    return [segment for band in _bands(rules) for segment in _segments(band, "vertical")]


def _bands(vertical: list[Rule]) -> list[list[Rule]]:
    """Vertical rules by the tables that stand above one another on a page.

    Rules that are nearly in line become one; those of another table must not move them.
    """
    bands: list[list[Rule]] = []
    end = 0.0
    for rule in sorted(vertical, key=lambda rule: rule.y0):
        if not bands or rule.y0 > end + EDGE_TOLERANCE:
            bands.append([])
            end = rule.y1
        bands[-1].append(rule)
        end = max(end, rule.y1)
    return bands


def _trimmed(start: float, end: float, crossings: list[float]) -> tuple[float, float]:
    if crossings:
        first, last = min(crossings), max(crossings)
        start = first if 0 < first - start < OVERSHOOT else start
        end = last if 0 < end - last < OVERSHOOT else end
    return start, end


def _set_borders(table: Table, vertical, horizontal):
    """Mark the borders that a rule covers.

    camelot's own ``set_edges`` wants a rule to begin and end on a crossing; this asks, for each
    border of each cell, whether a rule passes its middle, so that broken rules count too.
    """
    lefts = [column[0] for column in table.cols] + [table.cols[-1][1]]
    tops = [row[0] for row in table.rows] + [table.rows[-1][1]]
    middles_x = [(a + b) / 2 for a, b in pairwise(lefts)]
    middles_y = [(a + b) / 2 for a, b in pairwise(tops)]
    for x, y0, _, y1 in vertical:
        for border in _near(lefts, x):
            for row, middle in enumerate(middles_y):
                if y0 < middle < y1:
                    if border < len(table.cols):
                        table.cells[row][border].left = True
                    if border > 0:
                        table.cells[row][border - 1].right = True
    for x0, y, x1, _ in horizontal:
        for border in _near(tops, y):
            for column, middle in enumerate(middles_x):
                if x0 < middle < x1:
                    if border < len(table.rows):
                        table.cells[border][column].top = True
                    if border > 0:
                        table.cells[border - 1][column].bottom = True


def _near(places: list[float], place: float) -> list[int]:
    return [i for i, p in enumerate(places) if abs(p - place) <= EDGE_TOLERANCE + 0.01]


def _merged_cells(table: Table, xs: list[float], ys: list[float]) -> list[list[Cell]]:
    """One :class:`Cell` for each area that borders enclose, at every place it covers."""
    rows, columns = len(ys) - 1, len(xs) - 1
    cells: list[list[Cell | None]] = [[None] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if cells[row][column] is not None:
                continue
            borders = table.cells[row][column]
            if borders.left and borders.right and borders.top and borders.bottom:
                box = (xs[column], ys[row + 1], xs[column + 1], ys[row])
                cells[row][column] = Cell(row, row, column, column, box)
                continue
            places, waiting = {(row, column)}, [(row, column)]
            while waiting:
                r, c = waiting.pop()
                borders = table.cells[r][c]
                for open_side, place in (
                    (not borders.right and c + 1 < columns, (r, c + 1)),
                    (not borders.left and c > 0, (r, c - 1)),
                    (not borders.bottom and r + 1 < rows, (r + 1, c)),
                    (not borders.top and r > 0, (r - 1, c)),
                ):
                    if open_side and place not in places:
                        places.add(place)
                        waiting.append(place)
            r0, r1 = min(p[0] for p in places), max(p[0] for p in places)
            c0, c1 = min(p[1] for p in places), max(p[1] for p in places)
            cell = Cell(r0, r1, c0, c1, (xs[c0], ys[r1 + 1], xs[c1 + 1], ys[r0]))
            for r, c in places:
                cells[r][c] = cell
    return cells


def grids_of(page: Page) -> tuple[list[Grid], list[Line]]:
    """The ruled tables of a page, top to bottom, and the text lines that stand outside them.

    Parameters
    ----------
    page : Page
        An open page of a report.

    Returns
    -------
    grids : list of Grid
    lines : list of TextLine, or BareLine once the page is settled
        Titles, units, notes, page numbers, running text; top to bottom.
    """
    if page not in _LAYOUTS:
        _LAYOUTS[page] = _lay_out(page)
    return _LAYOUTS[page]


def settle(pages: Iterable[Page]) -> Iterator[Page]:
    """Lay out each page, with texts and places of its cells and lines, but without their glyphs.

    Glyphs take most of the memory, and only the statutory tables are read glyph by glyph. Once the
    next page is asked for, of this one the lines are kept, and no grid.
    """
    for page in pages:
        grids, lines = grids_of(page)
        for grid in grids:
            for cell in grid.distinct:
                _ = cell.text
                cell.glyphs, cell._lines = _NONE, None
        _LAYOUTS[page] = grids, [line.bare() for line in lines]
        page.forget_glyphs()
        yield page
        _LAYOUTS[page] = [], _LAYOUTS[page][1]


_NONE: list[Glyph] = []

_LAYOUTS: WeakKeyDictionary[Page, tuple[list[Grid], list[Line]]] = WeakKeyDictionary()
"""Each page is laid out once, however many readers ask for it."""


def _lay_out(page: Page) -> tuple[list[Grid], list[TextLine]]:
    grids = []
    rules = page.rules
    if rules:
        for table in _RuleLattice(page.number, rules).tables():
            xs = [column[0] for column in table.cols] + [table.cols[-1][1]]
            ys = [row[0] for row in table.rows] + [table.rows[-1][1]]
            grids.append(Grid(page.number, xs, ys, _merged_cells(table, xs, ys)))
    glyphs, (x, y) = page.glyphs, page.middles.T
    free = np.ones(len(glyphs), bool)
    for grid in grids:
        x0, y0, x1, y1 = grid.box
        inside = np.flatnonzero(free & (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1))
        free[inside] = False
        rows, columns = grid.rows(y[inside]), grid.columns(x[inside])
        for place, row, column in zip(inside.tolist(), rows, columns, strict=True):
            grid.cells[row][column].glyphs.append(glyphs[place])
    return grids, lines_of([*compress(glyphs, free.tolist())], page.number)
