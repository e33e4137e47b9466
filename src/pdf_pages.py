"""Open a PDF and read the glyphs and the ruled lines of its pages.

Everything is read through pdfium, and everything is given in the *upright* coordinates of a
page: the unit is the point (1/72 inch), x grows to the right, y grows upwards, and text reads from
left to right whatever ``/Rotate`` or the page's own content does to it.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import playa
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from playa.pdftypes import ContentStream, literal_name, resolve1

RULE_THICKNESS = 4.0
"""A filled area thinner than this (points) is a ruled line; a thicker one is a shading."""

MOST_DOTS = 5e7
"""A picture of a page has at most this many dots."""

OPEN_PAGES = 128
"""So many pages of a report are kept open; one that is needed again later is opened again."""

LINE_TOLERANCE = 0.6
"""A line that deviates more than this (points) from an axis is not a rule of a table."""


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


@dataclass(frozen=True, slots=True)
class Rule:
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
        return max(glyph.x1 for glyph in self.glyphs)

    @cached_property
    def y(self) -> float:
        return sum(glyph.y for glyph in self.glyphs) / len(self.glyphs)

    @cached_property
    def size(self) -> float:
        """That of its largest glyph."""
        return max(glyph.size for glyph in self.glyphs)

    def forget_glyphs(self):
        """Keep what a reader of lines asks for, and not the glyphs, which take ten times that."""
        _ = self.text, self.x0, self.x1, self.y, self.size
        self.glyphs = []


def lines_of(glyphs: list[Glyph], page: int = 0) -> list[TextLine]:
    """Group glyphs into printed lines, top to bottom, each from left to right.

    Glyphs belong to one line when their base lines lie closer than half of the taller glyph.
    """
    lines: list[list[Glyph]] = []
    reach = 0.0
    for glyph in sorted(glyphs, key=attrgetter("base"), reverse=True):
        height = 0.5 * max(glyph.y1 - glyph.y0, 3.0)
        if lines and lines[-1][0].base - glyph.base < max(reach, height):
            reach = max(reach, height)
            lines[-1].append(glyph)
        else:
            reach = height
            lines.append([glyph])
    return [TextLine(sorted(line, key=attrgetter("x0")), page) for line in lines]


_CELL = 2.0
"""Size (points) of the squares by which glyphs are looked up."""
_COLUMN, _CHARACTER = 1 << 20, 1 << 40
"""How the number of a square grows to the right and from character to character; upwards by 1."""


def _second_prints(glyphs: list[Glyph]) -> set[int]:
    """Where in the list a character stands (nearly) on the place of the same one before it."""
    side = 2 * _CELL  # of a square, for coordinates added up
    squares = [
        ord(text) * _CHARACTER + int((x0 + x1) // side) * _COLUMN + int((y0 + y1) // side)
        for text, x0, y0, x1, y1, _ in glyphs
    ]
    filled = set(squares)
    crowded = set()
    if len(filled) < len(squares):
        crowded = {square for square, count in Counter(squares).items() if count > 1}
    for step in (1, _COLUMN - 1, _COLUMN, _COLUMN + 1):
        for square in filled & {square - step for square in filled}:
            crowded |= {square, square + step}
    taken: dict[tuple, Glyph] = {}
    return {
        place
        for place, square in enumerate(squares)
        if square in crowded and _is_printed_again(glyphs[place], taken)
    }


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


def _leaves_no_ink(text: str) -> bool:
    """Whether a character is a blank, a control or an invisible character."""
    return ord(text) <= 32 or text.isspace() or unicodedata.category(text) == "Cf"


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
    def _marks(self) -> tuple[list[tuple[int, str, int]], list[str]]:
        """Place in the text, character, and angle in quarter turns clockwise of all that is
        printed upright; and the other characters: blanks and slanted marks."""
        textpage = self._textpage.raw
        marks: list[tuple[int, str, int]] = []
        others: list[str] = []
        for index in range(pdfium_c.FPDFText_CountChars(textpage)):
            text = chr(pdfium_c.FPDFText_GetUnicode(textpage, index))
            if not text.isprintable() and _leaves_no_ink(text) or text == " ":
                others.append(text)
                continue
            turns = pdfium_c.FPDFText_GetCharAngle(textpage, index) / (math.pi / 2)
            nearest = round(turns)
            if abs(turns - nearest) < 0.05:
                marks.append((index, text, nearest % 4))
            else:
                others.append(text)  # a watermark is slanted
        return marks, others

    @cached_property
    def _turn(self) -> int:
        """How many quarter turns clockwise bring the page's text upright."""
        angles = Counter(angle for _, _, angle in self._marks[0])
        if angles:
            return -angles.most_common(1)[0][0] % 4
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

    def _upright(self, x: float, y: float) -> tuple[float, float]:
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

    def _upright_box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, ...]:
        ax, ay = self._upright(x0, y0)
        bx, by = self._upright(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @cached_property
    def _characters(self) -> tuple[list[Glyph], list[str]]:
        """The printed glyphs, and the characters of the text that are no glyph of their own."""
        textpage = self._textpage.raw
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        marks, others = self._marks
        glyphs: list[Glyph] = []
        in_place = self._turn == 0 and self._box[:2] == (0, 0)  # as nearly all pages are
        for index, text, _ in marks:
            pdfium_c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
            pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y)
            x0, y0, x1, y1, base = left.value, bottom.value, right.value, top.value, y.value
            if not (in_place and x0 <= x1 and y0 <= y1):
                x0, y0, x1, y1 = self._upright_box(x0, y0, x1, y1)
                base = self._upright(x.value, base)[1]
            glyphs.append(Glyph(text, x0, y0, x1, y1, base))
        del self._marks  # not needed again, and many
        again = _second_prints(glyphs)
        if not again:
            return glyphs, others
        left_out = [*others, *(glyphs[place].text for place in again)]
        return [g for place, g in enumerate(glyphs) if place not in again], left_out

    @property
    def glyphs(self) -> list[Glyph]:
        """Every printed character of the page, in the order of the file.

        Left out are blanks, slanted text (a watermark is no part of a table), and the second print
        of a character on itself, by which some programs make text bold.
        """
        return self._characters[0]

    @property
    def left_out(self) -> str:
        """The characters of the text that :attr:`glyphs` leaves out."""
        return "".join(self._characters[1])

    def forget_glyphs(self):
        """Give back the memory that the glyphs take; they are read again when asked for."""
        self.__dict__.pop("_characters", None)

    @property
    def rules(self) -> list[Rule]:
        """Every horizontal or vertical ruled line of the page, however it was drawn."""
        reader = _RuleReader()
        reader.read(self._page.raw, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject)
        return [Rule(*self._upright_box(*segment)) for segment in reader.segments]

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


Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _matrix_of(item) -> Matrix:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _chain(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (
        a * A + b * C,
        a * B + b * D,
        c * A + d * C,
        c * B + d * D,
        e * A + f * C + E,
        e * B + f * D + F,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


class _RuleReader:
    """Collects axis-parallel segments from a page's paths, in the page's own coordinates.

    Producers draw rules as strokes, as thin filled rectangles, as a large area clipped to a thin
    one, or as a stretched picture of one dot, on the page or inside a form object: all count.
    """

    def __init__(self):
        self.segments: list[tuple[float, float, float, float]] = []
        self._x = ctypes.c_float()
        self._y = ctypes.c_float()

    def read(self, container, count, get, outer: Matrix = IDENTITY, depth: int = 0):
        for index in range(count(container)):
            item = get(container, index)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self._path(item, _chain(_matrix_of(item), outer), outer)
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                matrix = _chain(_matrix_of(item), outer)
                self._area([_apply(matrix, *corner) for corner in ((0, 0), (1, 1))], None)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < 8:
                self.read(
                    item,
                    pdfium_c.FPDFFormObj_CountObjects,
                    pdfium_c.FPDFFormObj_GetObject,
                    _chain(_matrix_of(item), outer),
                    depth + 1,
                )

    def _path(self, item, matrix: Matrix, outer: Matrix):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
        if not (fill.value or stroke.value):
            return
        color = (
            pdfium_c.FPDFPageObj_GetStrokeColor
            if stroke.value
            else (pdfium_c.FPDFPageObj_GetFillColor)
        )
        if _invisible(item, color):
            return
        clip = self._clip(item, outer)
        for points in self._subpaths(item, matrix):
            if stroke.value:
                for (x0, y0), (x1, y1) in pairwise(points):
                    self._segment(x0, y0, x1, y1, clip)
            else:
                self._area(points, clip)

    def _subpaths(self, item, matrix: Matrix):
        points: list[tuple[float, float]] = []
        for index in range(pdfium_c.FPDFPath_CountSegments(item)):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
            pdfium_c.FPDFPathSegment_GetPoint(segment, self._x, self._y)
            if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    yield points
                points = []
            points.append(_apply(matrix, self._x.value, self._y.value))
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if len(points) > 1:
            yield points

    def _clip(self, item, outer: Matrix):
        """The box that the object's clip paths leave visible, or None."""
        clip = pdfium_c.FPDFPageObj_GetClipPath(item)
        box = None
        for index in range(max(0, pdfium_c.FPDFClipPath_CountPaths(clip)) if clip else 0):
            points = []
            for s in range(max(0, pdfium_c.FPDFClipPath_CountPathSegments(clip, index))):
                segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, index, s)
                pdfium_c.FPDFPathSegment_GetPoint(segment, self._x, self._y)
                points.append(_apply(outer, self._x.value, self._y.value))
            if points:
                box = _intersect(box, _bounds(points))
        return box

    def _segment(self, x0, y0, x1, y1, clip):
        if abs(x1 - x0) > LINE_TOLERANCE and abs(y1 - y0) > LINE_TOLERANCE:
            return
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if clip is not None:
            box = _intersect(box, clip)
        if box is not None and max(box[2] - box[0], box[3] - box[1]) > LINE_TOLERANCE:
            self.segments.append(box)

    def _area(self, points, clip):
        box = _bounds(points)
        if clip is not None:
            box = _intersect(box, clip)
        if box is None:
            return
        x0, y0, x1, y1 = box
        width, height = x1 - x0, y1 - y0
        if min(width, height) > RULE_THICKNESS or max(width, height) <= LINE_TOLERANCE:
            return
        if width >= height:
            self.segments.append((x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
        else:
            self.segments.append(((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))


def _bounds(points):
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _intersect(a, b):
    if a is None or b is None:
        return b if a is None else a
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


def _invisible(item, get_color) -> bool:
    """White or fully transparent ink draws nothing that a reader could see as a rule."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get_color(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250


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
