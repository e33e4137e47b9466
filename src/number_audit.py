"""Nothing lost: every number printed on a table's pages is in its rows, or has a stated reason.

The pages' text layer is read a second time, as one stream and without any grid, and each number in
it must be accounted for by the cells that :mod:`tidy_rows` consumed or by the lines outside the
grids. What is left over is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from amounts import normalise
from pdf_pages import Page, ReportError
from ruled_grids import Grid
from statutory_tables import Survey
from table_reader import Ledger

_NUMBER = re.compile(r"\d(?:[\d,.，．]*\d)?")
_AMOUNT = re.compile(r"\d[\d,]*\.\d")
_PROSE = re.compile(
    r"万元|亿元|\d元|单位|%|\d年|公开\d|^[(]?(?:注|说明|备注)|[。;:]|,(?!\d)|第.+页|表$"
)
"""What tells a caption, a note or running text from a row that lies outside its grid."""
_LOOK = "Look at the page: a rule of the table is missing or text stands outside its cell."


def audit(file: Path, survey: Survey, pages: list[Page], ledger: Ledger) -> Counter:
    """Account for every number on the pages of the statutory tables.

    Parameters
    ----------
    file : Path
        The report, for messages.
    survey : Survey
        Where its tables stand.
    pages : list of Page
    ledger : Ledger
        What became of each cell of the tables.

    Returns
    -------
    collections.Counter
        Numbers by what became of them: amount, code, item, line, header, …, outside the tables.

    Raises
    ------
    ReportError
        A number on a page is in no row and has no reason.
    """
    for table, grid in survey.orphans:
        if any(_AMOUNT.search(normalise(cell.text)) for cell in grid.distinct):
            raise table.error(
                "a ruled table follows it that has amounts, but neither a title nor its columns.",
                "Look at the page: if the table goes on there, its rules are damaged.",
                grid.page,
            )
    reasons: Counter = Counter()
    own = {id(part) for table in survey.tables for part in table.parts}
    above = {id(grid): lines for grid, lines in survey.other_grids}
    for number in sorted({page for table in survey.tables for page in table.pages}):
        layout = survey.layouts[number]
        ours: list[tuple[str, str]] = []
        for grid in layout.grids:
            for cell in grid.distinct:
                found = _NUMBER.findall(cell.text)
                if not found:
                    continue
                if id(grid) in own:
                    reason = ledger.reasons.get(cell)
                elif _is_titled(above[id(grid)]) or not _AMOUNT.search(normalise(cell.text)):
                    reason = "another table"
                else:
                    reason = None
                if reason is None:
                    raise ReportError(
                        file,
                        f"{cell.text!r} stands in a table, but in none of its rows.",
                        _LOOK,
                        number,
                    )
                ours += [(text, reason) for text in found]
        for line in layout.lines:
            text = normalise(line.text)
            if _AMOUNT.search(text) and not _PROSE.search(text):
                raise ReportError(
                    file, f"{line.text!r} stands on a table's page, but in no cell.", _LOOK, number
                )
            ours += [(text, "outside the tables") for text in _NUMBER.findall(line.text)]
        _refuse_cut_text(file, number, pages[number - 1], layout.grids, ledger)
        _compare(file, number, pages[number - 1], ours)
        reasons.update(reason for _, reason in ours)
    return reasons


def _is_titled(lines) -> bool:
    return any(re.search("表|情况", line.text) for line in lines)


def _refuse_cut_text(file: Path, number: int, page: Page, grids: list[Grid], ledger: Ledger):
    """A number or a name must not go on across a border: it would be two wrong ones."""
    home = {id(g): cell for grid in grids for cell in grid.distinct for g in cell.glyphs}
    placed = [(glyph, home.get(id(glyph))) for glyph in page.glyphs]
    for (left, first), (right, second) in pairwise(placed):
        if first is second or first is None or second is None:
            continue
        cells = first, second
        reasons = {ledger.reasons.get(cell) for cell in cells}
        touching = abs(left.base - right.base) < 1 and -1 < right.x0 - left.x1 < 0.15 * right.size
        texts = [cell.text for cell in cells]
        if touching and reasons == {"item"} and not (left.text + right.text).isascii():
            raise ReportError(
                file,
                f"{texts[0]!r} and {texts[1]!r} are one name that a rule cuts in two.",
                _LOOK,
                number,
            )
        if touching and reasons == {"amount"} and len({"." in text for text in texts}) == 2:
            raise ReportError(
                file,
                f"{texts[0]!r} and {texts[1]!r} are one number that a rule cuts in two.",
                _LOOK,
                number,
            )


def _compare(file: Path, number: int, page: Page, ours: list[tuple[str, str]]):
    """Set the digits of the page's text stream against those of the cells and lines."""
    theirs = Counter(c for c in page.text if c.isdecimal())
    theirs -= Counter(c for c in page.left_out if c.isdecimal())
    mine = Counter(c for text, _ in ours for c in text if c.isdecimal())
    lost = (theirs - mine) + (mine - theirs)
    if lost:
        raise ReportError(
            file,
            f"the digits {' '.join(sorted(lost.elements()))} of the page's text are in none of "
            "the rows read.",
            _LOOK,
            number,
        )
