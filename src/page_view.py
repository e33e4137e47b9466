"""From any number back to the page: the picture of the place where a row is printed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw

import helpers
from amounts import normalise, plain_characters
from pdf_pages import Glyph, Page, ReportError, TextLine, open_pages
from ruled_grids import grids_of
from statutory_tables import TITLES, survey
from table_reader import Ledger
from tidy_rows import read_table

Box = tuple[float, float, float, float]

OUTLINE = "#D55E00"
SCALE = 2.0
"""Dots of the picture to the point of the page."""


def show_place(
    table: str,
    row: int,
    processed: str | Path = helpers.PROCESSED,
    raw: str | Path = helpers.RAW,
    context: float = 60.0,
) -> Image.Image:
    """The picture of the place on the page where a row is printed, with a frame around it.

    Parameters
    ----------
    table : str
        File name without ``.csv``, for instance ``"expenditure"``.
    row : int
        The row's label in ``helpers.load(table)``.
    processed, raw : str or Path, optional
        The folders of the tables and of the reports.
    context : float, optional
        How much of the page to show above and below, in points.

    Returns
    -------
    PIL.Image.Image
        The whole width of the page, cut to the place. A cell of a statutory table is framed; of
        the text and the appendix, the row's longest text is.

    Raises
    ------
    ReportError
        The PDF is not the one that the table was read from, or the place is not found on its page.
    ValueError
        The table is not printed but made: ``reports``, ``checks``.
    """
    if table in ("reports", "checks"):
        raise ValueError(f"{table} is printed nowhere; its rows name the places they come from.")
    frame = helpers.load(table, processed)
    place = frame.loc[row]
    path = _report_file(place["report"], Path(processed), Path(raw))
    with open_pages(path) as pages:
        page = pages[place["page"] - 1]
        if table in TITLES:
            position = int((frame["report"] == place["report"]).loc[: row - 1].sum())
            boxes = [_cell_box(path, pages, table, position)]
        else:
            boxes = _text_boxes(path, page, frame, row)
        return _framed(page, boxes, context)


def described(table: str, row: int, processed: str | Path = helpers.PROCESSED) -> dict:
    """What the picture of a place shows, for readers who do not see it.

    Parameters
    ----------
    table, row, processed
        As of :func:`show_place`.

    Returns
    -------
    dict
        For ``display(picture, metadata=...)``.
    """
    place = helpers.load(table, processed).loc[row]
    cells = place.drop(["report", "year", "page"]).dropna()
    words = ", ".join(f"{name} {cell}" for name, cell in cells.items() if str(cell))
    text = f"Page {place['page']} of {place['report']}, a frame around the place of: {words[:200]}"
    return {"image/png": {"alt": text}}


def _report_file(report: str, processed: Path, raw: Path) -> Path:
    known = helpers.load("reports", processed).set_index("report").loc[report]
    path = raw / Path(known["file"]).name  # never a place outside the folder
    if not path.exists():
        raise ReportError(path, "is not in the folder of the reports.", f"Put it into {raw.name}.")
    if hashlib.sha256(path.read_bytes()).hexdigest() != known["sha256"]:
        raise ReportError(
            path, "is another version than the one the tables were read from.", "Run `make run`."
        )
    return path


def _cell_box(path: Path, pages: list[Page], form: str, position: int) -> Box:
    found = next(table for table in survey(path, pages).tables if table.form == form)
    return read_table(found, "万元", Ledger())[position]["cell"].box


def _text_boxes(path: Path, page: Page, frame: pd.DataFrame, row: int) -> list[Box]:
    """Where the longest printed text of a row stands: its cell, or a box for each line of it."""
    grids, lines = grids_of(page)
    cells = [cell for grid in grids for cell in grid.distinct]
    for wanted, times in _printed_words(frame, row):
        holding = [cell for cell in cells if wanted in normalise(cell.text)]
        if holding:
            return [min(holding, key=lambda cell: len(cell.text)).box]
        if boxes := _stretch(lines, wanted, times):
            return boxes
    raise ReportError(
        path, f"does not hold the words of row {row} as one text.", "Look at the page.", page.number
    )


def _printed_words(frame: pd.DataFrame, row: int) -> Iterator[tuple[str, int]]:
    """What of a row is printed near its figure, the surest first, and how often before it."""
    place = frame.loc[row]
    if {"class", "section", "item"} <= set(frame.columns):
        yield normalise(f"{place['section']}（款）{place['item']}（项）"), 0
    printed = [name for name in frame.columns if name not in _OUR_WORDS]
    printed = sorted(printed, key=lambda name: -len(str(place[name])))
    for column in [*printed, *(name for name in ("level2", "level1") if name in frame)]:
        if words := normalise(str(place[column])):
            yield words, _times_before(frame, row, column)


_OUR_WORDS = {
    *("report", "year", "page", "section", "measure", "category", "basis", "unit", "period"),
    *("group", "project", "level1", "level2", "code", "matched"),
}
"""Columns whose words are the collection's own, or stand elsewhere than the row's figure."""


def _stretch(lines: list[TextLine], wanted: str, times: int) -> list[Box]:
    glyphs = [(number, glyph) for number, line in enumerate(lines) for glyph in line.glyphs]
    stream = plain_characters("".join(glyph.text for _, glyph in glyphs))
    start = _nth(stream, wanted, times)
    found: dict[int, list[Glyph]] = {}
    for number, glyph in glyphs[start : start + len(wanted)] if start >= 0 else []:
        found.setdefault(number, []).append(glyph)
    return [
        (line[0].x0, min(g.y0 for g in line), max(g.x1 for g in line), max(g.y1 for g in line))
        for line in found.values()
    ]


def _times_before(frame: pd.DataFrame, row: int, column: str) -> int:
    """How often a sentence stands on the page in earlier sections; elsewhere the first counts."""
    place = frame.loc[row]
    if "section" not in frame or column != "sentence":
        return 0
    same = frame.loc[:row].query("report == @place.report and page == @place.page")
    return same.loc[same[column] == place[column], "section"].nunique() - 1


def _nth(stream: str, wanted: str, times: int) -> int:
    """Where ``wanted`` stands after so many times; what the next page holds of it is left out."""
    for length in range(len(wanted), 5, -1):
        start = stream.find(wanted[:length])
        for _ in range(times):
            start = stream.find(wanted[:length], start + 1) if start >= 0 else start
        if start >= 0:
            return start
    return stream.find(wanted) if len(wanted) <= 5 else -1


def _framed(page: Page, boxes: list[Box], context: float) -> Image.Image:
    scale = page.bounded_scale(SCALE)
    picture = page.picture(SCALE).convert("RGB")
    height = picture.height
    draw = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in boxes:
        corners = (x0 * scale - 2, height - y1 * scale - 2, x1 * scale + 2, height - y0 * scale + 2)
        draw.rectangle(corners, outline=OUTLINE, width=3)
    top = height - (max(box[3] for box in boxes) + context) * scale
    bottom = height - (min(box[1] for box in boxes) - context) * scale
    return picture.crop((0, max(0, int(top)), picture.width, min(height, int(bottom))))
