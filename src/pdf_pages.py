"""Open a PDF and read the glyphs and the ruled lines of its pages.

Everything is read through pdfium, and everything is given in the *upright* coordinates of a
page: the unit is the point (1/72 inch), x grows to the right, y grows upwards, and text reads from
left to right whatever ``/Rotate`` or the page's own content does to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from operator import itemgetter, sub
from pathlib import Path
from typing import NamedTuple

import numpy as np
import playa
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from playa.pdftypes import ContentStream, literal_name, resolve1

import pdfium_marks
from pdfium_marks import Drawing, without_ink

MOST_DOTS = 5e7
"""A picture of a page has at most this many dots."""

OPEN_PAGES = 96
"""So many pages of a report are kept open; one that is needed again later is opened again."""


class ReportError(Exception):
    """A report cannot be read as it stands.

    The message is one sentence for the person at the keyboard: which file, which page where there
    is one, what is wrong with it, and what to do.
    """

    def __init__(self, file: str | Path, problem: str, remedy: str, page: int | None = None):
        self.file = Path(file).name
        self.problem = problem
        self.remedy = remedy
        self.page = page
        place = self.file if page is None else f"{self.file}, page {page}"
        super().__init__(f"{place}: {problem} {remedy}")

    def __reduce__(self):  # so that another process can raise it
        return ReportError, (self.file, self.problem, self.remedy, self.page)


class Glyph(NamedTuple):
    """One printed character: its box, and the base line it stands on."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float

    @property
    def size(self) -> float:
        """The taller of its height and width."""
        return max(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.y0 + self.y1) / 2


class Rule(NamedTuple):
    """A horizontal or vertical ruled line, from its lower or left end to the other."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(eq=False)
class TextLine:
    """The glyphs of one printed line, from left to right."""

    glyphs: list[Glyph]
    page: int

    @cached_property
    def text(self) -> str:
        return "".join([glyph.text for glyph in self.glyphs])

    @cached_property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @cached_property
    def x1(self) -> float:
        return max([glyph.x1 for glyph in self.glyphs])

    @cached_property
    def y(self) -> float:
        return sum([glyph.y for glyph in self.glyphs]) / len(self.glyphs)

    @cached_property
    def size(self) -> float:
        """That of its largest glyph."""
        return max([max(g.x1 - g.x0, g.y1 - g.y0) for g in self.glyphs])

    def bare(self) -> BareLine:
        """What a reader of lines asks for, without the glyphs, which take ten times the memory."""
        texts, lefts, lows, rights, tops, _ = zip(*self.glyphs, strict=True)
        middles = [(low + top) / 2 for low, top in zip(lows, tops, strict=True)]
        widest = max(map(sub, rights, lefts))
        highest = max(map(sub, tops, lows))
        return BareLine(
            self.page,
            "".join(texts),
            lefts[0],
            max(rights),
            sum(middles) / len(middles),
            max(widest, highest),
        )


@dataclass(eq=False, slots=True)
class BareLine:
    """What is kept of a :class:`TextLine`."""

    page: int
    text: str
    x0: float
    x1: float
    y: float
    size: float


Line = TextLine | BareLine


_left, _base = itemgetter(1), itemgetter(5)


def lines_of(glyphs: list[Glyph], page: int = 0) -> list[TextLine]:
    """Group glyphs into printed lines, top to bottom, each from left to right.

    Glyphs belong to one line when their base lines lie closer than half of the taller glyph.
    """
    if len({glyph.base for glyph in glyphs}) == 1:  # as in nearly every cell of a table
        return [TextLine(sorted(glyphs, key=_left), page)]
    lines: list[list[Glyph]] = []
    reach = 0.0
    for glyph in sorted(glyphs, key=_base, reverse=True):
        height = 0.5 * max(glyph.y1 - glyph.y0, 3.0)
        if lines and lines[-1][0].base - glyph.base < max(reach, height):
            reach = max(reach, height)
            lines[-1].append(glyph)
        else:
            reach = height
            lines.append([glyph])
    return [TextLine(sorted(line, key=_left), page) for line in lines]


_CELL = 2.0
"""Size (points) of the squares by which glyphs are looked up."""
_ROW, _CHARACTER = 1 << 20, 1 << 40
"""How the number of a square grows upwards and from character to character; to the right by 1."""


def _second_prints(glyphs: list[Glyph], codes: np.ndarray, middles: np.ndarray) -> set[int]:
    """Where in the list a character stands (nearly) on the place of the same one before it."""
    column, row = np.floor(middles / _CELL).astype(np.int64).T
    suspects: set[int] = set()
    for up in (0, 1):  # neighbours above one another share one of two higher squares
        squares = codes * _CHARACTER + ((row + up) >> 1) * _ROW + column
        filled = np.sort(squares)
        near = np.flatnonzero(np.diff(filled) <= 1)
        if len(near):
            beside = np.concatenate([filled[near], filled[near + 1]])
            suspects.update(np.flatnonzero(np.isin(squares, beside)).tolist())
    taken: dict[tuple, Glyph] = {}
    return {place for place in sorted(suspects) if _is_printed_again(glyphs[place], taken)}


def _is_printed_again(glyph: Glyph, taken: dict[tuple, Glyph]) -> bool:
    """Whether the same character stands (nearly) there already; else remember this one."""
    column, row = int(glyph.x // _CELL), int(glyph.y // _CELL)
    near = 0.2 * glyph.size
    for i in (column - 1, column, column + 1):
        for j in (row - 1, row, row + 1):
            other = taken.get((glyph.text, i, j))
            if other and abs(other.x - glyph.x) < near and abs(other.y - glyph.y) < near:
                return True
    taken[glyph.text, column, row] = glyph
    return False


class _Characters(NamedTuple):
    """The printed glyphs of a page, their middles, and the characters that are no glyph."""

    glyphs: list[Glyph]
    middles: np.ndarray
    left_out: str


Places = float | np.ndarray
"""One coordinate, or those of many places."""


@dataclass(eq=False)
class Page:
    """One page of an open PDF. What it holds is read when it is first asked for."""

    number: int
    _opened: Callable[[int], _OpenPage] = field(repr=False)

    @property
    def _page(self) -> pdfium.PdfPage:
        return self._opened(self.number).page

    @property
    def _textpage(self) -> pdfium.PdfTextPage:
        return self._opened(self.number).text

    @cached_property
    def text(self) -> str:
        """The page's text as pdfium reads it, in the order of the file."""
        return self._textpage.get_text_range()

    @cached_property
    def _drawing(self) -> Drawing:
        return pdfium_marks.drawing(self._page)

    @cached_property
    def _marks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each character of the text its code, whether it is printed upright, and its angle in
        quarter turns clockwise; blanks and the slanted marks of a watermark are not upright."""
        codes = pdfium_marks.codes(self._textpage)
        if self._drawing.upright:
            return codes, ~without_ink(codes), np.zeros(len(codes), int)
        turns = pdfium_marks.angles(self._textpage) / (math.pi / 2)
        nearest = np.rint(turns)
        upright = (abs(turns - nearest) < 0.05) & ~without_ink(codes)
        return codes, upright, nearest.astype(int) % 4

    @cached_property
    def _turn(self) -> int:
        """How many quarter turns clockwise bring the page's text upright."""
        _, upright, angles = self._marks
        if upright.any():
            return int(-np.bincount(angles[upright]).argmax() % 4)
        return pdfium_c.FPDFPage_GetRotation(self._page.raw)

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        return self._page.get_mediabox()

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page, in points."""
        left, bottom, right, top = self._box
        width, height = right - left, top - bottom
        return (height, width) if self._turn % 2 else (width, height)

    def _upright(self, x: Places, y: Places) -> tuple[Places, Places]:
        left, bottom, right, top = self._box
        match self._turn:
            case 0:
                return x - left, y - bottom
            case 1:
                return y - bottom, right - x
            case 2:
                return right - x, top - y
            case _:
                return top - y, x - left

    def _upright_boxes(self, x0: Places, y0: Places, x1: Places, y1: Places) -> np.ndarray:
        """One row for each box: left, lower, right and upper border on the upright page."""
        ax, ay = self._upright(x0, y0)
        bx, by = self._upright(x1, y1)
        borders = np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)
        return np.column_stack(borders)

    @cached_property
    def _characters(self) -> _Characters:
        codes, upright, _ = self._marks
        places = np.flatnonzero(upright).tolist()
        left, right, bottom, top = pdfium_marks.boxes(self._textpage, places)
        borders = self._upright_boxes(left, bottom, right, top)
        middles = (borders[:, :2] + borders[:, 2:]) / 2
        bases = self._upright(*pdfium_marks.origins(self._textpage, places))[1]
        texts = map(chr, codes[upright].tolist())
        del self._marks  # not needed again, and many
        parts = zip(texts, *borders.T.tolist(), bases.tolist(), strict=True)
        glyphs = [*map(tuple.__new__, repeat(Glyph), parts)]
        again = _second_prints(glyphs, codes[upright], middles)
        left_out = [*map(chr, codes[~upright].tolist()), *(glyphs[place].text for place in again)]
        if again:
            kept = [place for place in range(len(glyphs)) if place not in again]
            glyphs, middles = [glyphs[place] for place in kept], middles[kept]
        return _Characters(glyphs, middles, "".join(left_out))

    @property
    def glyphs(self) -> list[Glyph]:
        """Every printed character of the page, in the order of the file.

        Left out are blanks, slanted text (a watermark is no part of a table), and the second print
        of a character on itself, by which some programs make text bold.
        """
        return self._characters.glyphs

    @property
    def middles(self) -> np.ndarray:
        """x and y of the middle of each glyph, a row for each."""
        return self._characters.middles

    @property
    def left_out(self) -> str:
        """The characters of the text that :attr:`glyphs` leaves out."""
        return self._characters.left_out

    def forget_glyphs(self):
        """Give back the memory that the glyphs take; they are read again when asked for."""
        self.__dict__.pop("_characters", None)
        self.__dict__.pop("_drawing", None)

    @property
    def rules(self) -> list[Rule]:
        """Every horizontal or vertical ruled line of the page, however it was drawn."""
        if not self._drawing.segments:
            return []
        borders = self._upright_boxes(*np.array(self._drawing.segments).T)
        return [*map(tuple.__new__, repeat(Rule), borders.tolist())]

    @cached_property
    def is_scan(self) -> bool:
        """Whether the page is a picture: no text, and an image over a good part of it."""
        if self.text.strip():
            return False
        left, bottom, right, top = self._box
        area = (right - left) * (top - bottom)
        for item in self._page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
            x0, y0, x1, y1 = item.get_bounds()
            if (x1 - x0) * (y1 - y0) > 0.3 * area:
                return True
        return False

    def bounded_scale(self, scale: float) -> float:
        """A picture's scale (1 is 72 dots to the inch), less on a page that is far too large."""
        return min(scale, math.sqrt(MOST_DOTS / (self.size[0] * self.size[1])))

    def picture(self, scale: float = 1.5):
        """The upright page as a PIL image at :meth:`bounded_scale`."""
        scale = self.bounded_scale(scale)
        image = self._page.render(scale=scale).to_pil()
        turns = (self._turn - pdfium_c.FPDFPage_GetRotation(self._page.raw)) % 4
        return image.rotate(-90 * turns, expand=True) if turns else image


def content_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    ReportError
        It cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportError(
            path, f"cannot be opened ({error.strerror}).", "Check the path."
        ) from None


@contextmanager
def open_pages(path: str | Path):
    """Open a PDF and give its pages, first to last, as a list of :class:`Page`.

    Raises
    ------
    ReportError
        The file is missing, empty, not a PDF, cut short, or locked by a password.
    """
    path = Path(path)
    data = content_of(path)
    if not data:
        raise ReportError(path, "is empty (0 bytes).", "Download the report again.")
    if b"%PDF-" not in data[:1024]:
        raise ReportError(path, "is not a PDF.", "Save the report as PDF and put that file here.")
    if b"%%EOF" not in data[-2048:]:
        raise ReportError(
            path, "is cut short: the end of the PDF is missing.", "Download the report again."
        )
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise ReportError(
                path,
                "is protected by a password.",
                "Open it with its password and save a copy without one.",
            ) from None
        raise ReportError(
            path, "is damaged: no page of it can be opened.", "Download the report again."
        ) from None

    @lru_cache(OPEN_PAGES)
    def opened(number: int) -> _OpenPage:
        try:
            return _OpenPage(document[number - 1])
        except pdfium.PdfiumError:
            raise ReportError(
                path, "is damaged: the page cannot be opened.", "Download the report again.", number
            ) from None

    try:
        yield [Page(index + 1, opened) for index in range(len(document))]
    finally:
        opened.cache_clear()
        document.close()


@dataclass
class _OpenPage:
    """What pdfium holds of a page."""

    page: pdfium.PdfPage

    @cached_property
    def text(self) -> pdfium.PdfTextPage:
        return self.page.get_textpage()


def refuse_damaged(path: str | Path, numbers: list[int]) -> None:
    """Check that the contents of some pages are whole.

    pdfium draws what it can of a damaged page and drops the rest without a word. The contents are
    compressed with a checksum, which tells.

    Parameters
    ----------
    path : str or Path
    numbers : list of int
        Pages, from 1.

    Raises
    ------
    ReportError
        A page's contents are damaged.
    """
    known: set[int] = set()
    with playa.open(Path(path)) as document:
        for number in numbers:
            page = document.pages[number - 1]
            for stream in (*page.streams, *_forms(page.resources, known)):
                try:
                    stream.decode(strict=True)
                except ValueError:
                    raise ReportError(
                        path,
                        "is damaged: a part of the page's contents is lost.",
                        "Download the report again.",
                        number,
                    ) from None


def _forms(resources, known: set[int]) -> Iterator[ContentStream]:
    """The form objects among the resources of a page and inside them, but for the known ones."""
    objects = resolve1(resources.get("XObject")) or {}
    for form in map(resolve1, objects.values()):
        if isinstance(form, ContentStream) and form.objid not in known:
            known.add(form.objid)
            if literal_name(form.get("Subtype")) == "Form":
                yield form
                yield from _forms(resolve1(form.get("Resources")) or {}, known)
