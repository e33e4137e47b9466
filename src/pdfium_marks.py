"""What pdfium knows of each character and each ruled line of a page, asked for as quickly as can be.

pdfium answers for one character, or one point of a path, at a time, and a report has tens of
thousands of them. So its functions are called here with addresses as whole numbers, and for all
characters in one sweep that writes into one array, without an object for each pointer and result.

All coordinates are the page's own, before it is turned upright.
"""

from __future__ import annotations

import ctypes
import sys
import unicodedata
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

RULE_THICKNESS = 4.0
"""A filled area thinner than this (points) is a ruled line; a thicker one is a shading."""

LINE_TOLERANCE = 0.6
"""A line that deviates more than this (points) from an axis is not a rule of a table."""

MOST_NESTED = 8
"""Form objects are looked into that lie this deep in one another."""


def _quick(function):
    """A function of pdfium that takes and gives addresses as whole numbers."""

    def plain(kind):
        is_pointer = hasattr(kind, "contents")
        return ctypes.c_void_p if is_pointer else kind

    kind = ctypes.CFUNCTYPE(plain(function.restype), *map(plain, function.argtypes))
    return kind(ctypes.cast(function, ctypes.c_void_p).value)


def _address(pointer) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value


# --- Characters -----------------------------------------------------------------------------------

_unicode = _quick(pdfium_c.FPDFText_GetUnicode)
_angle = _quick(pdfium_c.FPDFText_GetCharAngle)
_box = _quick(pdfium_c.FPDFText_GetCharBox)
_origin = _quick(pdfium_c.FPDFText_GetCharOrigin)


def codes(textpage: pdfium.PdfTextPage) -> np.ndarray:
    """The code of each character of a page's text."""
    return _one_by_one(_unicode, textpage, np.int64)


def angles(textpage: pdfium.PdfTextPage) -> np.ndarray:
    """How far (radians) each character of a page's text is turned clockwise."""
    return _one_by_one(_angle, textpage, float)


def _one_by_one(function, textpage: pdfium.PdfTextPage, kind: type) -> np.ndarray:
    count = pdfium_c.FPDFText_CountChars(textpage.raw)
    found = map(function, repeat(_address(textpage.raw)), range(count))
    return np.fromiter(found, kind, count)


def boxes(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> np.ndarray:
    """The left, right, lower and upper borders of some characters: four rows."""
    return _sweep(_box, 4, textpage, places)


def origins(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> np.ndarray:
    """Where some characters stand on their base lines, x and y: two rows."""
    return _sweep(_origin, 2, textpage, places)


def _sweep(function, results: int, textpage: pdfium.PdfTextPage, places: Sequence[int]):
    """What a function says of some characters: one row for each of its results."""
    found = np.zeros((results, len(places)))
    into = [range(row.ctypes.data, row.ctypes.data + row.nbytes, row.itemsize) for row in found]
    deque(map(function, repeat(_address(textpage.raw)), places, *into), maxlen=0)
    return found


def without_ink(codes: np.ndarray) -> np.ndarray:
    """Which characters are blanks, controls or invisible."""
    new = codes[_INK[codes] == _UNKNOWN]
    for code in set(new.tolist()):
        _INK[code] = not _leaves_no_ink(code)
    return _INK[codes] == 0


_UNKNOWN = -1
_INK = np.full(sys.maxunicode + 1, _UNKNOWN, np.int8)
"""Whether each character leaves ink (1) or not (0), found when it is first met."""


def _leaves_no_ink(code: int) -> bool:
    text = chr(code)
    return code <= 32 or text.isspace() or unicodedata.category(text) == "Cf"


# --- What is drawn --------------------------------------------------------------------------------

_count_objects = _quick(pdfium_c.FPDFPage_CountObjects)
_object = _quick(pdfium_c.FPDFPage_GetObject)
_count_in_form = _quick(pdfium_c.FPDFFormObj_CountObjects)
_object_in_form = _quick(pdfium_c.FPDFFormObj_GetObject)
_kind = _quick(pdfium_c.FPDFPageObj_GetType)
_matrix = _quick(pdfium_c.FPDFPageObj_GetMatrix)
_draw_mode = _quick(pdfium_c.FPDFPath_GetDrawMode)
_stroke_color = _quick(pdfium_c.FPDFPageObj_GetStrokeColor)
_fill_color = _quick(pdfium_c.FPDFPageObj_GetFillColor)
_clip_path = _quick(pdfium_c.FPDFPageObj_GetClipPath)
_count_clips = _quick(pdfium_c.FPDFClipPath_CountPaths)
_count_clip_points = _quick(pdfium_c.FPDFClipPath_CountPathSegments)
_clip_point = _quick(pdfium_c.FPDFClipPath_GetPathSegment)
_count_points = _quick(pdfium_c.FPDFPath_CountSegments)
_point = _quick(pdfium_c.FPDFPath_GetPathSegment)
_place = _quick(pdfium_c.FPDFPathSegment_GetPoint)
_step = _quick(pdfium_c.FPDFPathSegment_GetType)
_closes = _quick(pdfium_c.FPDFPathSegment_GetClose)

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Drawing(NamedTuple):
    """What the objects of a page tell.

    Attributes
    ----------
    segments : list of Box
        Its axis-parallel lines, each from its lower left end to the other.
    upright : bool
        Whether no text is turned, so that the characters need not be asked one by one.
    """

    segments: list[Box]
    upright: bool


def drawing(page: pdfium.PdfPage) -> Drawing:
    """Look through the objects of a page.

    Producers draw rules as strokes, as thin filled rectangles, as a large area clipped to a thin
    one, or as a stretched picture of one dot, on the page or inside a form object: all count.
    """
    reader = _ObjectReader()
    reader.read(_address(page.raw), _count_objects, _object)
    return Drawing(reader.segments, reader.upright)


class _Results:
    """Numbers that pdfium writes at addresses and we read."""

    def __init__(self, kind: str, count: int):
        self.values = array(kind, [0] * count)
        start, size = self.values.buffer_info()[0], self.values.itemsize
        self.addresses = [start + size * place for place in range(count)]


class _ObjectReader:
    """Collects the axis-parallel lines of a page, and whether its text is upright."""

    def __init__(self):
        self.segments: list[Box] = []
        self.upright = True
        self._matrix = _Results("f", 6)
        self._mode = _Results("i", 2)
        self._color = _Results("I", 4)
        self._place = _Results("f", 2)

    def read(self, container: int, count, get, outer: Matrix | None = None, depth: int = 0):
        items = [*map(get, repeat(container), range(count(container)))]
        at, inner = self._matrix.addresses[0], self._matrix.values
        for item, kind in zip(items, map(_kind, items), strict=True):
            if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                if self.upright:
                    _matrix(item, at)
                    a, _, c, *_ = inner if outer is None else _chain(inner, outer)
                    self.upright = c == 0 < a
            elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self._path(item, outer)
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                matrix = self._matrix_of(item, outer)
                self._area([_apply(matrix, *corner) for corner in ((0, 0), (1, 1))], None)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < MOST_NESTED:
                matrix = self._matrix_of(item, outer)
                self.read(item, _count_in_form, _object_in_form, matrix, depth + 1)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
                self.upright = False  # for all we know

    def _matrix_of(self, item: int, outer: Matrix | None) -> Matrix:
        _matrix(item, self._matrix.addresses[0])
        inner = tuple(self._matrix.values)
        return inner if outer is None else _chain(inner, outer)

    def _path(self, item: int, outer: Matrix | None):
        _draw_mode(item, *self._mode.addresses)
        fill, stroke = self._mode.values
        if not (fill or stroke) or self._is_invisible(item, stroke):
            return
        matrix = self._matrix_of(item, outer)
        clip = self._clip(item, outer)
        for points in self._subpaths(item, matrix):
            if stroke:
                for start, end in pairwise(points):
                    self._segment(start, end, clip)
            else:
                self._area(points, clip)

    def _is_invisible(self, item: int, stroke: int) -> bool:
        """White or fully transparent ink draws nothing that a reader could see as a rule."""
        get_color = _stroke_color if stroke else _fill_color
        if not get_color(item, *self._color.addresses):
            return False
        red, green, blue, alpha = self._color.values
        return alpha == 0 or (red >= 250 and green >= 250 and blue >= 250)

    def _subpaths(self, item: int, matrix: Matrix) -> Iterator[list[Point]]:
        points: list[Point] = []
        at, coordinates = self._place.addresses, self._place.values
        a, b, c, d, e, f = matrix
        for index in range(_count_points(item)):
            point = _point(item, index)
            _place(point, *at)
            x, y = coordinates
            if _step(point) == pdfium_c.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    yield points
                points = []
            points.append((a * x + c * y + e, b * x + d * y + f))
            if _closes(point):
                points.append(points[0])
        if len(points) > 1:
            yield points

    def _clip(self, item: int, outer: Matrix | None) -> Box | None:
        """The box that the object's clip paths leave visible, or None."""
        clip = _clip_path(item)
        box = None
        for index in range(_count_clips(clip) if clip else 0):
            points = []
            for place in range(_count_clip_points(clip, index)):
                _place(_clip_point(clip, index, place), *self._place.addresses)
                point = tuple(self._place.values)
                points.append(point if outer is None else _apply(outer, *point))
            if points:
                box = _intersect(box, _bounds(points))
        return box

    def _segment(self, start: Point, end: Point, clip: Box | None):
        (x0, y0), (x1, y1) = start, end
        if abs(x1 - x0) > LINE_TOLERANCE and abs(y1 - y0) > LINE_TOLERANCE:
            return
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        box = (x0, y0, x1, y1)
        if clip is not None:
            box = _intersect(box, clip)
        if box and (box[2] - box[0] > LINE_TOLERANCE or box[3] - box[1] > LINE_TOLERANCE):
            self.segments.append(box)

    def _area(self, points: list[Point], clip: Box | None):
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


def _apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(points: list[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _intersect(a: Box | None, b: Box | None) -> Box | None:
    if a is None or b is None:
        return b if a is None else a
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None
