"""Nothing lost: every number printed on a table's pages is in its rows, or has a stated reason.

The pages' text layer is read a second time, as one stream and without any grid, and each number in
it must be accounted for by the cells that :mod:`tidy_rows` consumed or by the lines outside the
grids. What is left over is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from amounts import normalise
from pdf_pages import Page, ReportError
from ruled_grids import Cell, Grid
from statutory_tables import Survey
from tidy_rows import Ledger

_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
_AMOUNT = re.compile(r"\d[\d,]*\.\d")
_PROSE = re.compile(r"元|%|年|公开|^[(]?注|说明|备注|[。;:]|第.+页|表$")
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
    reasons: Counter = Counter()
    own = {id(part) for table in survey.tables for part in table.parts}
    above = {id(grid): lines for grid, lines in survey.other_grids}
    for number in sorted({page for table in survey.tables for page in table.pages}):
        layout = survey.layouts[number]
        ours: list[tuple[str, str]] = []
        for grid in layout.grids:
            for cell in _cells(grid):
                found = _NUMBER.findall(normalise(cell.text))
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
                        file, f"{cell.text!r} stands in a table, but in none of its rows.",
                        _LOOK, number,
                    )
                ours += [(text, reason) for text in found]
        for line in layout.lines:
            text = normalise(line.text)
            if _AMOUNT.search(text) and not _PROSE.search(text):
                raise ReportError(
                    file, f"{line.text!r} stands on a table's page, but in no cell.", _LOOK, number
                )
            ours += [(text, "outside the tables") for text in _NUMBER.findall(text)]
        _compare(file, number, pages[number - 1].text, ours)
        reasons.update(reason for _, reason in ours)
    return reasons


def _cells(grid: Grid) -> list[Cell]:
    found: dict[Cell, None] = {}
    for row in grid.cells:
        found.update(dict.fromkeys(row))
    return list(found)


def _is_titled(lines) -> bool:
    return any(re.search("表|情况", line.text) for line in lines)


def _compare(file: Path, page: int, text: str, ours: list[tuple[str, str]]):
    """Set the numbers of the text layer against those of the cells and lines.

    The two engines may part numbers differently: neighbours that nearly touch come as one in the
    text layer, a number wrapped in its cell comes as two. Both are resolved; anything else is not.
    """
    theirs = Counter(_digits(token) for token in _words(text))
    left_ours = Counter(_digits(token) for token, _ in ours)
    common = theirs & left_ours
    theirs -= common
    left_ours -= common
    decimals = {_digits(t): "." in t for t, reason in ours if reason == "amount"}
    for token in sorted(theirs.elements(), key=len, reverse=True):
        pieces = _pieces(token, left_ours) if theirs[token] else None
        if pieces:
            whole = [decimals[piece] for piece in pieces if piece in decimals]
            if any(whole) and not all(whole):
                raise ReportError(
                    file, f"the number {token} is cut in two by a rule of its table.", _LOOK, page
                )
            theirs[token] -= 1
            left_ours -= Counter(pieces)
    theirs = +theirs
    for token in sorted(left_ours.elements(), key=len, reverse=True):
        pieces = _pieces(token, theirs) if left_ours[token] else None
        if pieces:
            left_ours[token] -= 1
            theirs -= Counter(pieces)
    lost = [*(+theirs), *(+left_ours)]
    if lost:
        raise ReportError(
            file, f"the number {lost[0]} of the page's text is in none of the rows read.",
            _LOOK, page,
        )


def _words(text: str) -> list[str]:
    return [token for word in text.split() for token in _NUMBER.findall(normalise(word))]


def _digits(token: str) -> str:
    return re.sub("[,.]", "", token)


def _pieces(token: str, stock: Counter, depth: int = 0) -> list[str] | None:
    """Numbers of ``stock`` that make ``token`` when written without a gap, or None."""
    if token == "":
        return [] if depth > 1 else None
    for length in range(len(token), 0, -1):
        head = token[:length]
        if stock[head] > 0:
            stock[head] -= 1
            rest = _pieces(token[length:], stock, depth + 1)
            stock[head] += 1
            if rest is not None:
                return [head, *rest]
    return None
