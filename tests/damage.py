"""Damage to the PDF of a report: what breaks when files are converted, cut, patched or recognised.

`damage(made, kind, rng)` changes one place of a generated report's PDF, in the file itself: its
text objects and rules are removed, moved or written anew. The amounts that it truly states are
known, so that it can be told whether the reader gives them, says that it cannot, or is wrong.
"""

from __future__ import annotations

import ctypes
import io
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pypdfium2
from generator import Generated
from pypdfium2 import raw

from pdf_pages import Page, open_pages
from ruled_grids import Cell, Grid
from statutory_tables import survey

AMOUNT = "0123456789.,"
LETTERS = {"0": "OoDQ", "1": "lIi", "2": "Zz", "5": "Ss", "6": "bG", "8": "B", "9": "gq"}


@dataclass(eq=False)
class Site:
    """An amount in a statutory table: where it stands, and which characters of the page it is."""

    page: int
    title: str
    grid: Grid
    cell: Cell
    characters: list[int]


@dataclass(eq=False)
class Sites:
    """What there is to damage in a report: amounts, and each page as the reader sees it."""

    amounts: list[Site]
    turns: dict[int, Callable[[float, float], tuple[float, float]]]
    characters: dict[int, dict[tuple, int]] = field(repr=False, default_factory=dict)
    whole: dict[int, bool] = field(default_factory=dict)
    """Whether a page is the same after it was only written anew; found out when it is asked for."""


def editable(made: Generated) -> Generated:
    """The report with a name of its own for each font, which pdfium needs to write pages anew.

    pdfium takes the subsets that reportlab makes of one font for one and the same.
    """
    pdf = re.sub(
        rb"/BaseFont /(AAAA)([A-Z]{2})\+..",
        lambda match: b"/BaseFont /%b%b+%b" % (match[1], match[2], match[2]),
        made.pdf,
    )
    return replace(made, pdf=pdf)


def sites_of(made: Generated) -> Sites:
    """The amounts in the statutory tables of a report that is not damaged yet."""
    sites = Sites([], {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(made.pdf)
        with open_pages(path) as pages:
            for table in survey(path, pages).tables:
                for grid in table.parts:
                    page = pages[grid.page - 1]
                    known = sites.characters.setdefault(grid.page, _characters(page))
                    sites.turns[grid.page] = _turner(page)
                    for cell in grid.distinct:
                        if cell.text and set(cell.text) <= set(AMOUNT) and "." in cell.text:
                            places = [known[_key(glyph)] for glyph in cell.glyphs]
                            sites.amounts.append(Site(grid.page, table.name, grid, cell, places))
    return sites


def _key(glyph) -> tuple:
    return glyph.text, round(glyph.x0, 3), round(glyph.y0, 3)


def _characters(page: Page) -> dict[tuple, int]:
    """Each glyph of a page and its place in the page's text."""
    box = [ctypes.c_double() for _ in range(4)]
    found = {}
    textpage = page._textpage.raw
    for index in range(raw.FPDFText_CountChars(textpage)):
        raw.FPDFText_GetCharBox(textpage, index, *box)
        left, right, bottom, top = (side.value for side in box)
        ((x0, y0, *_),) = page._upright_boxes(left, bottom, right, top)
        text = chr(raw.FPDFText_GetUnicode(textpage, index))
        found.setdefault((text, round(x0, 3), round(y0, 3)), index)
    return found


def _turner(page: Page) -> Callable[[float, float], tuple[float, float]]:
    """From a move on the upright page to the same move in the page's own coordinates."""
    turn = page._turn
    return lambda dx, dy: [(dx, dy), (-dy, dx), (-dx, -dy), (dy, -dx)][turn]


class Editor:
    """Changes the objects of one page of a PDF."""

    def __init__(self, document: pypdfium2.PdfDocument, number: int, sites: Sites) -> None:
        self.document = document
        self.page = document[number - 1]
        self.textpage = self.page.get_textpage()
        self.turn = sites.turns[number]
        self.of_object: dict[int, list[int]] = defaultdict(list)
        self.handles: dict[int, object] = {}
        for index in range(raw.FPDFText_CountChars(self.textpage.raw)):
            handle = raw.FPDFText_GetTextObject(self.textpage.raw, index)
            if handle:
                address = ctypes.addressof(handle.contents)
                self.of_object[address].append(index)
                self.handles[address] = handle

    def objects(self, characters: list[int]) -> set[int]:
        """The text objects in which some characters stand."""
        wanted = set(characters)
        return {at for at, indices in self.of_object.items() if wanted & set(indices)}

    def text(self, at: int) -> str:
        return "".join(
            chr(raw.FPDFText_GetUnicode(self.textpage.raw, index)) for index in self.of_object[at]
        )

    def retypeable(self, characters: list[int]) -> bool:
        """Whether nothing but figures would have to be written anew."""
        objects = self.objects(characters)
        return bool(objects) and all(
            set(self.text(at).strip()) <= set(AMOUNT) | set("- ") for at in objects
        )

    def retype(self, changes: dict[int, tuple[str, float, float]]) -> None:
        """Write characters anew: each changed one as given, moved by dx and dy."""
        x, y = ctypes.c_double(), ctypes.c_double()
        for at in self.objects(list(changes)):
            handle = self.handles[at]
            matrix, size = raw.FS_MATRIX(), ctypes.c_float()
            raw.FPDFPageObj_GetMatrix(handle, matrix)
            raw.FPDFTextObj_GetFontSize(handle, size)
            for index in self.of_object[at]:
                text = chr(raw.FPDFText_GetUnicode(self.textpage.raw, index))
                text, dx, dy = changes.get(index, (text, 0, 0))
                if not text.strip():
                    continue
                raw.FPDFText_GetCharOrigin(self.textpage.raw, index, x, y)
                move = self.turn(dx, dy)
                self._write(text, size.value, matrix, x.value + move[0], y.value + move[1])
            raw.FPDFPage_RemoveObject(self.page.raw, handle)

    def _write(self, text: str, size: float, matrix, x: float, y: float) -> None:
        new = raw.FPDFPageObj_NewTextObj(self.document.raw, b"Helvetica", size)
        letters = (text + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(new, ctypes.cast(letters, raw.FPDF_WIDESTRING))
        placed = raw.FS_MATRIX(matrix.a, matrix.b, matrix.c, matrix.d, x, y)
        raw.FPDFPageObj_SetMatrix(new, placed)
        raw.FPDFPage_InsertObject(self.page.raw, new)

    def write(self, text: str, like: int, dx: float, dy: float) -> None:
        """Write more text beside a character, as large as it."""
        (at,) = self.objects([like])
        matrix, size = raw.FS_MATRIX(), ctypes.c_float()
        raw.FPDFPageObj_GetMatrix(self.handles[at], matrix)
        raw.FPDFTextObj_GetFontSize(self.handles[at], size)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.textpage.raw, like, x, y)
        move = self.turn(dx, dy)
        self._write(text, size.value, matrix, x.value + move[0], y.value + move[1])

    def move(self, characters: list[int], dx: float, dy: float) -> None:
        """Move the text objects of some characters."""
        for at in self.objects(characters):
            raw.FPDFPageObj_Transform(self.handles[at], 1, 0, 0, 1, *self.turn(dx, dy))

    def remove(self, characters: list[int]) -> None:
        """Remove the text objects of some characters."""
        for at in self.objects(characters):
            raw.FPDFPage_RemoveObject(self.page.raw, self.handles[at])

    def rules(self) -> list:
        """The objects that draw rules, on their page."""
        handles = []
        for at in range(raw.FPDFPage_CountObjects(self.page.raw)):
            handle = raw.FPDFPage_GetObject(self.page.raw, at)
            if raw.FPDFPageObj_GetType(handle) == raw.FPDF_PAGEOBJ_PATH:
                handles.append(handle)
        return handles

    def save(self) -> None:
        raw.FPDFPage_GenerateContent(self.page.raw)


# -- the kinds of damage ---------------------------------------------------------------------------


class NotHere(Exception):
    """The kind of damage cannot be done at the place that was drawn."""


def _digits(site: Site) -> list[int]:
    return [at for at, glyph in enumerate(site.cell.glyphs) if glyph.text.isdigit()]


def letter_for_digit(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    places = [at for at in _digits(site) if site.cell.glyphs[at].text in LETTERS]
    if not places or not editor.retypeable(site.characters):
        raise NotHere
    at = rng.choice(places)
    letter = rng.choice(LETTERS[site.cell.glyphs[at].text])
    editor.retype({site.characters[at]: (letter, 0, 0)})


def rule_missing(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    raw.FPDFPage_RemoveObject(editor.page.raw, _rule(editor, rng))


def rule_shortened(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    rule = _rule(editor, rng)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(rule, left, bottom, right, top)
    share = rng.uniform(0.3, 0.9)
    fixed = (left.value, bottom.value) if rng.random() < 0.5 else (right.value, top.value)
    if right.value - left.value > top.value - bottom.value:
        raw.FPDFPageObj_Transform(rule, share, 0, 0, 1, fixed[0] * (1 - share), 0)
    else:
        raw.FPDFPageObj_Transform(rule, 1, 0, 0, share, 0, fixed[1] * (1 - share))


def rule_moved(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    way = rng.choice(((1, 0), (0, 1)))
    by = rng.choice((-1, 1)) * rng.uniform(4, 30)
    raw.FPDFPageObj_Transform(_rule(editor, rng), 1, 0, 0, 1, way[0] * by, way[1] * by)


def _rule(editor: Editor, rng: Random):
    rules = editor.rules()
    if not rules:
        raise NotHere
    return rng.choice(rules)


def cut_by_the_edge(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """The page ends inside a row: what lies beyond is gone, or still there but off the page."""
    cell, grid = site.cell, site.grid
    height = rng.uniform(cell.box[1], cell.box[3])
    if rng.random() < 0.5:
        inside = [g for c in grid.distinct for g in c.glyphs]
        known = sites.characters[site.page]
        gone = [known[_key(g)] for g in inside if g.y < height]
        editor.remove(gone)
        return
    left, bottom, right, top = editor.page.get_mediabox()
    up = editor.turn(0, 1)
    edge = {(0, 1): 1, (0, -1): 3, (1, 0): 0, (-1, 0): 2}[tuple(round(v) for v in up)]
    box = [left, bottom, right, top]
    box[edge] = box[edge] + height if edge < 2 else box[edge] - height
    editor.page.set_mediabox(*box)
    editor.page.set_cropbox(*box)


def overlapping_text(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """Something else is printed over an amount: another amount, a digit, or a stamp."""
    size = site.cell.glyphs[0].size
    text = rng.choice((f"{rng.uniform(0, 9999):.2f}", str(rng.randint(0, 9)), "COPY", "- 3 -"))
    like = rng.choice(site.characters)
    editor.write(text, like, rng.uniform(-3, 3) * size, rng.uniform(-0.6, 0.6) * size)


def column_shifted(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """The amounts of a column slide sideways, on one page."""
    column, wide = site.cell.col0, site.cell.box[2] - site.cell.box[0]
    moved = [
        index
        for other in sites.amounts
        if other.grid is site.grid and other.cell.col0 == column
        for index in other.characters
    ]
    editor.move(moved, rng.choice((-1, 1)) * rng.uniform(0.25, 1.05) * wide, 0)


def row_shifted(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """The amounts of a row slide up or down."""
    row, high = site.cell.row0, site.cell.box[3] - site.cell.box[1]
    moved = [
        index
        for other in sites.amounts
        if other.grid is site.grid and other.cell.row0 == row
        for index in other.characters
    ]
    editor.move(moved, 0, rng.choice((-1, 1)) * rng.uniform(0.25, 1.05) * high)


def digit_moved(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """The first or the last digits of an amount land in the cell beside, above or below."""
    if not editor.retypeable(site.characters):
        raise NotHere
    glyphs, (x0, y0, x1, y1) = site.cell.glyphs, site.cell.box
    count = rng.choice((1, 1, 1, 2, 3))
    order = sorted(range(len(glyphs)), key=lambda at: glyphs[at].x0)
    way = rng.choice(("left", "right", "up", "down"))
    taken = order[:count] if way == "left" or rng.random() < 0.3 else order[-count:]
    dx = dy = 0.0
    if way == "left":
        dx = x0 - glyphs[order[count - 1 if taken == order[:count] else -1]].x1 - rng.uniform(0, 6)
    elif way == "right":
        dx = x1 - min(glyphs[at].x0 for at in taken) + rng.uniform(0, 6)
    else:
        dy = (y1 - y0) * (1 if way == "up" else -1)
    editor.retype({site.characters[at]: (glyphs[at].text, dx, dy) for at in taken})


def amount_moved(editor: Editor, site: Site, sites: Sites, rng: Random) -> None:
    """A whole amount lands in the cell beside, above or below it."""
    x0, y0, x1, y1 = site.cell.box
    across, down = rng.choice(((1, 0), (-1, 0), (0, 1), (0, -1)))
    by = rng.uniform(0.4, 1.1)
    editor.move(site.characters, across * by * (x1 - x0), down * by * (y1 - y0))


KINDS = {
    kind.__name__: kind
    for kind in (
        letter_for_digit,
        rule_missing,
        rule_shortened,
        rule_moved,
        cut_by_the_edge,
        overlapping_text,
        column_shifted,
        row_shifted,
        digit_moved,
        amount_moved,
    )
}
"""Name to function: each changes one place of a page."""


def damaged(made: Generated, sites: Sites, kind: str, rng: Random) -> tuple[bytes, Site]:
    """The PDF with one damage of a kind, and the amount at or around which it was done."""
    for site in _shuffled(sites.amounts, rng):
        if site.page not in sites.whole:
            sites.whole[site.page] = _comes_back_whole(made.pdf, site.page, sites)
        if not sites.whole[site.page]:
            continue
        with pypdfium2.PdfDocument(made.pdf) as document:
            editor = Editor(document, site.page, sites)
            try:
                KINDS[kind](editor, site, sites, rng)
            except NotHere:
                continue
            editor.save()
            out = io.BytesIO()
            document.save(out)
        return out.getvalue(), site
    raise NotHere


def _comes_back_whole(pdf: bytes, number: int, sites: Sites) -> bool:
    """Whether pdfium can write a page anew at all: some subset fonts lose their letters."""
    with pypdfium2.PdfDocument(pdf) as document:
        before = document[number - 1].get_textpage().get_text_range()
        editor = Editor(document, number, sites)
        first = next(iter(editor.handles.values()))
        raw.FPDFPageObj_Transform(first, 1, 0, 0, 1, 0, 0)
        editor.save()
        out = io.BytesIO()
        document.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        return document[number - 1].get_textpage().get_text_range() == before


def _shuffled(sites: list[Site], rng: Random) -> Iterator[Site]:
    yield from rng.sample(sites, k=len(sites))
