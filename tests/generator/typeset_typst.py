"""Typesetter 2: the document as Typst markup, broken into lines and pages by Typst itself."""

from __future__ import annotations

import ctypes
import io
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import typst

from . import fonts
from .grid import Block, Cell, Document, Grid, PageBreak, Para, Record, Row, cut
from .layouts import Layout
from .measure import Fit, fit

_WHEN = datetime(2025, 8, 20, tzinfo=UTC)


def _string(text: str) -> str:
    """A Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@dataclass
class _Writer:
    """Collects markup, and which record each numbered mark in it stands for."""

    layout: Layout
    rng: Random
    lines: list[str] = field(default_factory=list)
    marks: list[list[Record]] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        """Append lines of markup."""
        self.lines += lines

    def mark(self, records: list[Record]) -> str:
        """Invisible markup that lets Typst tell the page of some records."""
        self.marks.append(records)
        return f"#metadata({len(self.marks) - 1})<row>"

    def turned(self, turn: str) -> str:
        """Invisible markup on the first and the last page of a turned section."""
        self.turns.append(turn)
        return f"#metadata({len(self.turns) - 1})<turn>"

    # -- document -----------------------------------------------------------------------------

    def document(self, document: Document) -> str:
        """The whole document's markup."""
        self._preamble(document.running_head)
        group: list[Block] = []
        turn = "portrait"
        for block in document.blocks:
            own = "portrait"
            if isinstance(block, Grid):
                own = fit(block, self.layout).turn
            if own != turn or (own != "portrait" and isinstance(block, Grid) and block.new_page):
                self._group(group, turn)
                group, turn = [], own
            group.append(block)
        self._group(group, turn)
        self.add(
            "#context [#metadata(query(<row>).map(m => m.location().page()))<rows>]",
            "#context [#metadata(query(<turn>).map(m => m.location().page()))<turns>]",
        )
        return "\n".join(self.lines)

    def _preamble(self, running_head: str) -> None:
        layout = self.layout
        footer = header = "none"
        if running_head:
            header = (
                "context if counter(page).get().first() > 1 "
                f"{{ align(center, text(size: 8pt, {_string(running_head)})) }}"
            )
        if layout.page_numbers:
            footer = (
                "context if counter(page).get().first() > 1 "
                "{ align(center, text(size: 9pt)[— #counter(page).display() —]) }"
            )
        spacing = self.rng.choice(("none", "auto"))
        self.add(
            "#set document(date: none)",
            f'#set page(paper: "a4", margin: {layout.margin}pt, header: {header}, '
            f"footer: {footer})",
            f"#set text(font: {_string(fonts.family())}, size: {layout.body_size}pt, "
            f'lang: "zh", region: "cn", cjk-latin-spacing: {spacing}, fallback: false)',
            "#set par(leading: 0.45em, spacing: 0.6em)",
            "#set table.cell(breakable: false)",
        )

    def _group(self, blocks: list[Block], turn: str) -> None:
        """Blocks on pages that are turned the same way."""
        while turn != "portrait" and blocks and isinstance(blocks[0], PageBreak):
            blocks = blocks[1:]
        if not blocks:
            return
        if turn != "portrait":
            self.add("#page(flipped: true)[", self.turned(turn))
        for at, block in enumerate(blocks):
            if isinstance(block, PageBreak):
                self.add("#pagebreak(weak: true)")
            elif isinstance(block, Para):
                self._para(block)
            else:
                if block.new_page and at:
                    self.add("#pagebreak(weak: true)")
                self._grid(block)
        if turn != "portrait":
            self.add(self.turned(turn), "]")

    def _para(self, para: Para) -> None:
        weight = "bold" if para.bold else "regular"
        indent = f"#h({para.indent}em)" if para.indent else ""
        self.add(
            f"#block(above: {para.before + 4}pt, below: {para.after + 4}pt, "
            f"width: 100%)["
            f'#set text(size: {para.size}pt, weight: "{weight}"); #set align({para.align}); '
            f"{indent}#{_string(para.text)}]"
        )

    # -- tables -------------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> None:
        measures = fit(grid, self.layout)
        caption = self._caption(grid, measures)
        heads, rows = len(grid.head), grid.rows
        stops = sorted(at for at in grid.breaks if at < len(rows))
        if grid.repeat != "none":
            stops = [at for at in stops if at > heads]
        if grid.repeat != "all":
            self.add(f"#block(sticky: true, above: 16pt, below: 4pt, width: 100%)[{caption}]")
        self.add("#[", f"#set text(size: {measures.size}pt)")
        for first, last in zip([0, *stops], [*stops, len(rows)], strict=True):
            if first:
                self.add("#pagebreak()")
            if grid.repeat == "none":
                self._table(cut(rows, first, last), first, heads, measures)
                continue
            head = [Row(row.cells) for row in cut(rows, 0, heads)]
            body = cut(rows, max(first, heads), last)
            over = caption if grid.repeat == "all" else ""
            self._table([*head, *body], 0, heads, measures, repeated=heads, caption=over)
        self.add("]")
        for note in grid.notes:
            self._para(Para(note, size=min(9, measures.size + 1), before=0, after=0))

    def _caption(self, grid: Grid, measures: Fit) -> str:
        layout = self.layout
        wide = sum(measures.widths)
        size, title = layout.title_size, _string(grid.title)
        lines = [f'#align(center, text(size: {size}pt, weight: "bold", {title}))']
        small = max(measures.size, 8)
        for texts in grid.over:
            rows = [texts]
            if sum(fonts.width(text, small) for text in texts) + 40 > wide:
                rows = [(texts[0], "", ""), ("", texts[1], texts[2])]
            for row in rows:
                left, middle, right = (f"text(size: {small}pt, {_string(text)})" for text in row)
                lines.append(
                    f"#align(center, block(width: {wide:.2f}pt, above: 5pt, below: 5pt, "
                    f"grid(columns: (auto, 1fr, auto), align: (left, center, right), "
                    f"{left}, {middle}, {right})))"
                )
        return "\n".join(lines)

    def _table(
        self,
        rows: list[Row],
        first: int,
        heads: int,
        measures: Fit,
        repeated: int = 0,
        caption: str = "",
    ) -> None:
        """One table; `repeated` rows are its heading, under the caption if one is given."""
        layout = self.layout
        columns = ", ".join(f"{width:.2f}pt" for width in measures.widths)
        gutter = "1.4pt" if layout.rules == "double" else "0pt"
        self.add(
            "#align(center, table(",
            f"columns: ({columns},), gutter: {gutter}, stroke: none,",
            f"inset: (x: {measures.pad}pt, y: {layout.row_pad + 1.5}pt),",
        )
        down = 0
        if repeated:
            self.add("table.header(repeat: true,")
            if caption:
                down = 1
                self.add(
                    f"table.cell(x: 0, y: 0, colspan: {len(measures.widths)}, inset: (x: 0pt, "
                    f"y: 3pt), align: center)[{caption}],"
                )
        for at, row in enumerate(rows):
            if repeated and at == repeated:
                self.add("),")
            mark = self.mark(row.records) if row.records else ""
            if not any(cell.text for cell in row.cells):
                mark += "#box(height: 0.8em)"
            for cell in row.cells:
                self._cell(cell, at + down, first + at < heads, measures, mark)
                mark = ""
        if repeated and len(rows) == repeated:
            self.add("),")
        self.add("))")

    def _cell(self, cell: Cell, y: int, in_head: bool, measures: Fit, mark: str) -> None:
        layout = self.layout
        valign = "horizon"
        if cell.kind == "num" and layout.number_valign == "top":
            valign = "top"
        fill = 'rgb("#dfe6f2")' if layout.shade_head and in_head else "none"
        text = f"#{_string(cell.text)}" if cell.text else ""
        if text and cell.bold:
            text = f"#strong({_string(cell.text)})"
        if text and cell.kind in ("num", "code", "line"):
            text = f"#box[{text}]"
        elif text and cell.kind == "name" and layout.stretch_names:
            text = f"#set par(justify: true); {text}"
        spans = ""
        if cell.colspan > 1:
            spans += f", colspan: {cell.colspan}"
        if cell.rowspan > 1:
            spans += f", rowspan: {cell.rowspan}"
        stroke = self._stroke(cell, len(measures.widths))
        self.add(
            f"table.cell(x: {cell.col}, y: {y}{spans}, align: {cell.align} + {valign}, "
            f"fill: {fill}, stroke: {stroke})[{mark}{text}],"
        )

    def _stroke(self, cell: Cell, width: int) -> str:
        pen = {
            "dash": '(thickness: 0.5pt, dash: "densely-dashed")',
            "fill": "(thickness: 0.7pt)",
            "cells": "(thickness: 0.35pt)",
        }.get(self.layout.rules, "(thickness: 0.5pt)")
        sides = {"left": pen, "right": pen, "top": pen, "bottom": pen}
        if self.layout.open_sides:
            if cell.col == 0:
                sides["left"] = "none"
            if cell.col + cell.colspan == width:
                sides["right"] = "none"
        return "(" + ", ".join(f"{side}: {value}" for side, value in sides.items()) + ")"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(fonts.path(bold).parent) for bold in (False,)],
    )


def _pages(compiler: typst.Compiler, label: str) -> list[int]:
    answer: Any = json.loads(compiler.query(f"<{label}>", field="value", one=True))
    return answer


def _turn_pages(pdf: bytes, turns: list[tuple[str, int, int]]) -> bytes:
    """Turn the content of some pages by 90°, and with /Rotate make them upright again or not."""
    turned = [entry for entry in turns if entry[0] in ("rotate90", "rotate270", "sideways")]
    if not turned:
        return pdf
    raw = pypdfium2.raw
    with pypdfium2.PdfDocument(pdf) as opened:
        for turn, first, last in turned:
            for number in range(first - 1, last):
                page = opened[number]
                width, height = page.get_size()
                if turn == "rotate270":
                    matrix = raw.FS_MATRIX(0, -1, 1, 0, 0, width)
                else:
                    matrix = raw.FS_MATRIX(0, 1, -1, 0, height, 0)
                clip = raw.FS_RECTF(0, width, height, 0)
                raw.FPDFPage_TransFormWithClip(page, ctypes.byref(matrix), ctypes.byref(clip))
                page.set_mediabox(0, 0, height, width)
                page.set_rotation({"rotate90": 90, "rotate270": 270}.get(turn, 0))
                page.close()
        out = io.BytesIO()
        opened.save(out)
    # the second half of a saved file's ID is random
    return re.sub(
        rb"<[0-9A-F]{32}>\]>>(?=\s+startxref)", b"<" + b"0" * 32 + b">]>>", out.getvalue()
    )


def typeset(
    document: Document, layout: Layout, seed: int
) -> tuple[bytes, list[tuple[int, Record]]]:
    """The PDF, and every record with the page on which its row stands."""
    writer = _Writer(layout, Random(f"typst {seed}"))
    markup = writer.document(document)
    with TemporaryDirectory() as folder:
        source = Path(folder) / "report.typ"
        source.write_text(markup, encoding="utf-8")
        compiler = typst.Compiler(source, font_paths=_fonts())
        pdf = compiler.compile(format="pdf", timestamp=_WHEN, pdf_tags=writer.rng.random() < 0.5)
        rows, turned = _pages(compiler, "rows"), _pages(compiler, "turns")
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    ranges = [(writer.turns[at], turned[at], turned[at + 1]) for at in range(0, len(turned), 2)]
    placed = [
        (page, record)
        for page, records in zip(rows, writer.marks, strict=True)
        for record in records
    ]
    return _turn_pages(pdf, ranges), placed
