"""What a typesetter gets: paragraphs, page breaks and ruled grids, with the truth of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal


@dataclass(frozen=True)
class Record:
    """One row of one truth file, but for report, year and page."""

    file: str
    fields: dict[str, str | Decimal | None]


@dataclass(frozen=True)
class Cell:
    """A cell, placed by its first column; `kind` says how it is set."""

    col: int
    text: str = ""
    colspan: int = 1
    rowspan: int = 1
    kind: str = "text"
    """text, head, code, num, line (a 行次 or 栏次 number) or sum."""
    align: str = "left"
    bold: bool = False
    indent: int = 0
    """Leading indentation in full-width spaces, set as geometry."""


@dataclass
class Row:
    """A printed row: its cells in column order and the truth that it carries."""

    cells: list[Cell]
    records: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    """A column: how its width is found."""

    kind: str
    """code, name, num or line."""
    weight: float = 1.0


@dataclass
class Grid:
    """A table: caption, heading rows, body rows and notes."""

    title: str
    columns: list[Column]
    head: list[Row]
    body: list[Row]
    over: list[tuple[str, str, str]] = field(default_factory=list)
    """Lines between title and table: what stands left, in the middle and right."""
    notes: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    """Rows (heading rows counted) before which a page is ended on purpose."""
    turn: str = "portrait"
    """portrait, landscape, rotate90, rotate270 (by /Rotate) or sideways (turned content)."""
    new_page: bool = True
    repeat: str = "none"
    """What the next page repeats: none, head, or all (title and unit line too)."""

    @property
    def rows(self) -> list[Row]:
        """Heading and body rows."""
        return self.head + self.body


@dataclass(frozen=True)
class Para:
    """A paragraph of running text, or a heading."""

    text: str
    size: float = 11
    bold: bool = False
    align: str = "left"
    indent: int = 0
    before: float = 4
    after: float = 4


@dataclass(frozen=True)
class PageBreak:
    """The next block begins a page."""


Block = Para | PageBreak | Grid


@dataclass
class Document:
    """A whole report in reading order."""

    blocks: list[Block]
    running_head: str = ""
    """Printed in the top margin of every page but the first."""

    def grids(self) -> Iterator[Grid]:
        """Every table."""
        return (block for block in self.blocks if isinstance(block, Grid))


def full_row(cells: Iterable[Cell], width: int, taken: Iterable[int] = ()) -> Row:
    """A row of `width` columns; columns neither given nor `taken` from above are empty cells."""
    given = sorted(cells, key=lambda cell: cell.col)
    covered = set(taken)
    for cell in given:
        covered |= set(range(cell.col, cell.col + cell.colspan))
    given += [Cell(col) for col in range(width) if col not in covered]
    return Row(sorted(given, key=lambda cell: cell.col))


def spans_from_above(rows: list[Row]) -> list[set[int]]:
    """For each row the columns that a cell of an earlier row covers."""
    taken: list[set[int]] = [set() for _ in rows]
    for at, row in enumerate(rows):
        for cell in row.cells:
            for below in range(at + 1, min(at + cell.rowspan, len(rows))):
                taken[below] |= set(range(cell.col, cell.col + cell.colspan))
    return taken


def cut(rows: list[Row], first: int, last: int) -> list[Row]:
    """Rows first..last-1 as a table of their own: spans end at the cut, their text above it."""
    part: list[list[Cell]] = [list(row.cells) for row in rows[first:last]]
    for at, row in enumerate(rows[:last]):
        for cell in row.cells:
            end = at + cell.rowspan
            if at < first < end:
                rest = replace(cell, text="", rowspan=min(end, last) - first)
                part[0].append(rest)
            elif at >= first and end > last:
                cells = part[at - first]
                cells[cells.index(cell)] = replace(cell, rowspan=last - at)
    return [
        Row(sorted(cells, key=lambda cell: cell.col), row.records)
        for cells, row in zip(part, rows[first:last], strict=True)
    ]
