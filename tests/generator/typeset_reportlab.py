"""Typesetter 1: every text and rule placed by hand on a reportlab canvas."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from random import Random

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from . import fonts
from .grid import Cell, Document, Grid, PageBreak, Para, Record, Row, cut
from .layouts import Layout
from .look_alikes import ALIASES
from .measure import A4, Fit, fit, page_size

_LEADING = 1.3
_SHADE = Color(0.87, 0.9, 0.95)
Box = tuple[float, float, float, float]


@dataclass
class _Text:
    x: float
    y: float
    text: str
    size: float
    bold: bool
    spacing: float = 0.0
    col: int = -1


@dataclass
class _Page:
    turn: str
    texts: list[_Text] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    tables: list[list[Box]] = field(default_factory=list)


class Typesetter:
    """Lays a document out on pages (y downwards from the top) and then writes them."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self.layout = layout
        self.rng = Random(f"reportlab {seed}")
        self.pages: list[_Page] = []
        self.y = 0.0
        self.placed: list[tuple[int, Record]] = []
        self.running_head = ""

    # -- flow ---------------------------------------------------------------------------------

    def lay_out(self, document: Document) -> bytes:
        """The document as PDF; `placed` then tells each record's page."""
        self.running_head = document.running_head
        self._new_page("portrait")
        for block in document.blocks:
            if isinstance(block, PageBreak):
                self._break("portrait")
            elif isinstance(block, Para):
                self._para(block)
            else:
                self._grid(block)
        while len(self.pages) > 1 and not self._used():
            self.pages.pop()
        return self._write()

    def _new_page(self, turn: str) -> None:
        self.pages.append(_Page(turn))
        self.y = self.layout.margin

    def _used(self) -> bool:
        page = self.pages[-1]
        return bool(page.texts or page.tables)

    def _break(self, turn: str) -> None:
        """A new page, unless the current one is still empty."""
        if self._used():
            self._new_page(turn)
        else:
            self.pages[-1].turn = turn

    @property
    def _bottom(self) -> float:
        return page_size(self.pages[-1].turn)[1] - self.layout.margin

    @property
    def _room(self) -> float:
        return page_size(self.pages[-1].turn)[0] - 2 * self.layout.margin

    def _put(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        spacing: float = 0.0,
        col: int = -1,
    ) -> None:
        """A line of text whose box's top is y."""
        if text.strip():
            base = y + 0.95 * size + (_LEADING - 1) * size / 2
            self.pages[-1].texts.append(_Text(x, base, text, size, bold, spacing, col))

    def _para(self, para: Para) -> None:
        if self.pages[-1].turn != "portrait":
            self._break("portrait")
        self._paragraph(para)

    def _paragraph(self, para: Para) -> None:
        lead = para.size * 1.6
        if self._used():
            self.y += para.before
        text = "　" * para.indent + para.text
        for line in fonts.wrap(text, para.size, self._room, para.bold):
            if self.y + lead > self._bottom:
                self._new_page(self.pages[-1].turn)
            x = self.layout.margin
            if para.align == "center":
                x += (self._room - fonts.width(line, para.size, para.bold)) / 2
            self._put(x, self.y, line, para.size, para.bold)
            self.y += lead
        self.y += para.after

    # -- tables -------------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> None:
        measures = fit(grid, self.layout)
        rows = grid.rows
        heights = self._heights(rows, measures, grid.breaks)
        if grid.new_page or self.pages[-1].turn != measures.turn:
            self._break(measures.turn)
        first_rows = sum(heights[: len(grid.head) + 1])
        if self._used() and self.y + 90 + first_rows > self._bottom:
            self._break(measures.turn)
        if self._used():
            self.y += 16
        self._caption(grid, measures)
        at = 0
        while at < len(rows):
            if at:
                self._new_page(measures.turn)
                self._again(grid, measures, heights, at)
            end = self._reach(at, heights, grid.breaks)
            self._part(cut(rows, at, end), heights[at:end], measures, at, len(grid.head))
            at = end
        self.y += 4
        for note in grid.notes:
            self._paragraph(Para(note, size=min(9, measures.size + 1), before=0, after=1))

    def _again(self, grid: Grid, measures: Fit, heights: list[float], at: int) -> None:
        """What a table repeats at the top of a following page."""
        if at < len(grid.head) or grid.repeat == "none":
            return
        if grid.repeat == "all":
            self._caption(grid, measures)
        head = [Row(row.cells) for row in cut(grid.rows, 0, len(grid.head))]
        self._part(head, heights[: len(head)], measures, 0, len(head))

    def _reach(self, at: int, heights: list[float], breaks: set[int]) -> int:
        """The row after the last one that still stands on this page."""
        end, y = at, self.y
        while end < len(heights) and (end == at or end not in breaks):
            if y + heights[end] > self._bottom and end > at:
                break
            y += heights[end]
            end += 1
        return end

    def _caption(self, grid: Grid, measures: Fit) -> None:
        size = self.layout.title_size
        for line in fonts.wrap(grid.title, size, self._room, True):
            x = self.layout.margin + (self._room - fonts.width(line, size, True)) / 2
            self._put(x, self.y, line, size, True)
            self.y += size * 1.5
        small = max(measures.size, 8)
        left = self.layout.margin + (self._room - sum(measures.widths)) / 2
        right = left + sum(measures.widths)
        for texts in grid.over:
            widths = [fonts.width(text, small) for text in texts]
            lines = [texts]
            beside = 2 * max(widths[0], widths[2]) + widths[1] if widths[1] else sum(widths)
            if beside + 20 > right - left:
                lines = [(texts[0], "", ""), ("", texts[1], texts[2])]
            for start, middle, end in lines:
                self._put(left, self.y, start, small)
                self._put((left + right - widths[1]) / 2, self.y, middle, small)
                self._put(right - widths[2], self.y, end, small)
                self.y += small * 1.5
        self.y += 3

    def _lines(self, cell: Cell, measures: Fit) -> list[str]:
        width = sum(measures.widths[cell.col : cell.col + cell.colspan]) - 2 * measures.pad
        if cell.kind in ("num", "code", "line"):
            return [cell.text]
        return fonts.wrap(cell.text, measures.size, width, cell.bold)

    def _heights(self, rows: list[Row], measures: Fit, breaks: set[int]) -> list[float]:
        """Row heights; a cell over several rows has room in those before the next break."""
        lead = measures.size * _LEADING
        pad = 2 * self.layout.row_pad
        heights = [lead + pad] * len(rows)
        for at, row in enumerate(rows):
            for cell in row.cells:
                if cell.rowspan == 1:
                    heights[at] = max(heights[at], len(self._lines(cell, measures)) * lead + pad)
        for at, row in enumerate(rows):
            for cell in row.cells:
                if cell.rowspan > 1:
                    need = len(self._lines(cell, measures)) * lead + pad
                    ends = [at + cell.rowspan, len(rows), *(stop for stop in breaks if stop > at)]
                    last = min(ends) - 1
                    lack = need - sum(heights[at : last + 1])
                    heights[last] += max(lack, 0)
        return heights

    def _part(
        self, rows: list[Row], heights: list[float], measures: Fit, first: int, heads: int
    ) -> None:
        """Rows that stand together on this page."""
        left = self.layout.margin + (self._room - sum(measures.widths)) / 2
        xs = [left + sum(measures.widths[:n]) for n in range(len(measures.widths) + 1)]
        ys = [self.y + sum(heights[:n]) for n in range(len(heights) + 1)]
        boxes: list[Box] = []
        for at, row in enumerate(rows):
            for cell in row.cells:
                box = (xs[cell.col], ys[at], xs[cell.col + cell.colspan], ys[at + cell.rowspan])
                boxes.append(box)
                if self.layout.shade_head and first + at < heads:
                    self.pages[-1].shades.append(box)
                self._cell(cell, box, measures)
            self.placed += [(len(self.pages), record) for record in row.records]
        self.pages[-1].tables.append(boxes)
        self.y = ys[-1]

    def _cell(self, cell: Cell, box: Box, measures: Fit) -> None:
        size, pad = measures.size, measures.pad
        x0, y0, x1, y1 = box
        lines = self._lines(cell, measures)
        height = len(lines) * size * _LEADING
        y = y0 + (y1 - y0 - height) / 2
        if cell.kind == "num" and self.layout.number_valign == "top":
            y = y0 + 1
        for number, line in enumerate(lines):
            wide = fonts.width(line, size, cell.bold)
            x, spacing = x0 + pad, 0.0
            if cell.align == "center":
                x = (x0 + x1 - wide) / 2
            elif cell.align == "right":
                x = x1 - pad - wide
            elif (
                self.layout.stretch_names
                and cell.kind == "name"
                and len(line) > 1
                and number < len(lines) - 1
            ):
                spacing = max(x1 - x0 - 2 * pad - wide, 0) / (len(line) - 1)
            self._put(x, y + number * size * _LEADING, line, size, cell.bold, spacing, cell.col)

    # -- writing ------------------------------------------------------------------------------

    def _write(self) -> bytes:
        for bold in (False, True):
            pdfmetrics.registerFont(TTFont(_font(bold), str(fonts.path(bold))))
            # reportlab takes the first font of a file for all its names
            face = pdfmetrics.getFont(_font(bold)).face
            for other, usual in ALIASES.items():
                face.charToGlyph[other] = face.charToGlyph[usual]
                face.charWidths[other] = face.charWidths[usual]
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1)
        for number, page in enumerate(self.pages, start=1):
            self._write_page(canvas, page, number)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _write_page(self, canvas: Canvas, page: _Page, number: int) -> None:
        width, height = A4
        canvas.setPageRotation({"rotate90": 90, "rotate270": 270}.get(page.turn, 0))
        upright = page.turn in ("portrait", "sideways")  # reportlab wants the size as seen
        canvas.setPageSize((width, height) if upright else (height, width))
        if page.turn in ("rotate90", "sideways"):
            canvas.transform(0, 1, -1, 0, width, 0)
        elif page.turn == "rotate270":
            canvas.transform(0, -1, 1, 0, 0, height)
        seen_width, seen_height = page_size(page.turn)
        canvas.setFillColor(_SHADE)
        for x0, y0, x1, y1 in page.shades:
            canvas.rect(x0, seen_height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        canvas.setFillColor(Color(0, 0, 0))
        for boxes in page.tables:
            self._rules(canvas, boxes, seen_height)
        texts = list(page.texts)
        if self.layout.text_order == "columns":
            texts.sort(key=lambda text: text.col)
        elif self.layout.text_order == "shuffled":
            self.rng.shuffle(texts)
        if self.layout.page_numbers and number > 1:
            mark = f"- {number} -"
            x = (seen_width - fonts.width(mark, 9)) / 2
            texts.append(_Text(x, seen_height - self.layout.margin / 2, mark, 9, False))
        if self.running_head and number > 1:
            wide = fonts.width(self.running_head, 8)
            x = (seen_width - wide) / 2
            texts.insert(0, _Text(x, self.layout.margin * 0.6, self.running_head, 8, False))
        if self.layout.watermark and number > 1:
            self._watermark(canvas, seen_width, seen_height)
        for text in texts:
            self._write_text(canvas, text, seen_height)

    def _watermark(self, canvas: Canvas, width: float, height: float) -> None:
        canvas.saveState()
        canvas.setFillColor(Color(0.88, 0.88, 0.88))
        canvas.setFont(_font(False), 60)
        canvas.translate(width / 2, height / 2)
        canvas.rotate(40)
        canvas.drawCentredString(0, 0, "部门决算公开")
        canvas.restoreState()

    def _write_text(self, canvas: Canvas, text: _Text, height: float) -> None:
        """One line, its characters together or one by one, its bold in the layout's way."""
        style = self.layout.bold_style if text.bold else "font"
        canvas.setFont(_font(text.bold and style == "font"), text.size)
        mode = 2 if style == "outline" else 0
        canvas.setLineWidth(0.3)
        y = height - text.y
        for shift in (0, 0.25) if style == "twice" else (0,):
            if not self.layout.glyph_by_glyph:
                canvas.drawString(text.x + shift, y, text.text, mode=mode, charSpace=text.spacing)
                continue
            x = text.x + shift
            for char in text.text:
                if not char.isspace():
                    canvas.drawString(x, y, char, mode=mode)
                x += fonts.width(char, text.size, text.bold) + text.spacing

    def _rules(self, canvas: Canvas, boxes: list[Box], height: float) -> None:
        """The rules of one table part in the layout's style."""
        style = self.layout.rules
        canvas.setLineWidth(0.5)
        canvas.setDash()
        if style == "cells" and not self.layout.open_sides:
            for x0, y0, x1, y1 in boxes:
                canvas.rect(x0, height - y1, x1 - x0, y1 - y0)
            return
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
        across = {(y, x0, x1) for x0, y0, x1, y1 in boxes for y in (y0, y1)}
        down = {(x, y0, y1) for x0, y0, x1, y1 in boxes for x in (x0, x1)}
        if self.layout.open_sides:
            down = {edge for edge in down if edge[0] not in (left, right)}
        if style == "office":
            self._office_rules(canvas, boxes, height)
            return
        if style in ("fill", "clip"):
            thick = 0.6
            draw = _clipped if style == "clip" else _filled
            for y, x0, x1 in sorted(across):
                draw(canvas, x0, height - y - thick / 2, x1 - x0, thick)
            for x, y0, y1 in sorted(down):
                draw(canvas, x - thick / 2, height - y1, thick, y1 - y0)
            return
        if style == "dash":
            canvas.setDash(2, 1.5)
        for y, x0, x1 in _merged(across):
            canvas.line(x0, height - y, x1, height - y)
        for x, y0, y1 in _merged(down):
            canvas.line(x, height - y0, x, height - y1)
        if style == "double":
            gap = 1.6
            for y in (top - gap, bottom + gap):
                canvas.line(left - gap, height - y, right + gap, height - y)
            if not self.layout.open_sides:
                for x in (left - gap, right + gap):
                    canvas.line(x, height - top + gap, x, height - bottom - gap)
        canvas.setDash()

    def _office_rules(self, canvas: Canvas, boxes: list[Box], height: float) -> None:
        """Each cell's edges as filled areas that end short of its corners, and the corners."""
        thick = 0.48
        half = thick / 2
        for x0, y0, x1, y1 in boxes:
            bottom, top = height - y1, height - y0
            for x in (x0, x1):
                _filled(canvas, x - half, bottom + half, thick, top - bottom - thick)
                for y in (bottom, top):
                    _filled(canvas, x - half, y - half, thick, thick)
            for y in (bottom, top):
                _filled(canvas, x0 + half, y - half, x1 - x0 - thick, thick)


def _filled(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.rect(x, y, width, height, stroke=0, fill=1)


def _clipped(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """A large filled area that only the rule is left of."""
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x, y, width, height)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.rect(x - 20, y - 20, width + 40, height + 40, stroke=0, fill=1)
    canvas.restoreState()


def _merged(edges: set[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Edges on one line that touch or overlap, joined."""
    joined: list[tuple[float, float, float]] = []
    for at, start, end in sorted(edges):
        if joined and joined[-1][0] == at and start <= joined[-1][2] + 0.01:
            joined[-1] = (at, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((at, start, end))
    return joined


def _font(bold: bool) -> str:
    return "GeneratorBold" if bold else "GeneratorRegular"


def typeset(
    document: Document, layout: Layout, seed: int
) -> tuple[bytes, list[tuple[int, Record]]]:
    """The PDF, and every record with the page on which its row stands."""
    setter = Typesetter(layout, seed)
    pdf = setter.lay_out(document)
    return pdf, setter.placed
