"""The words of Parts 3 and 4 against what two reports print, and the grammar sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from narrative import read_narrative
from pdf_pages import Glyph

WIDTH = 32
"""Characters in a full line of a test page."""


@dataclass
class PrintedPage:
    """A page with text and nothing else, as :class:`pdf_pages.Page` gives it."""

    number: int
    glyphs: list[Glyph]
    size: tuple[float, float] = (595.0, 842.0)
    rules: tuple = ()


def printed_page(lines: list[str], number: int = 1, step: float = 20.0) -> PrintedPage:
    """A page with these lines; an ideographic blank moves what follows by one character."""
    glyphs = []
    for row, line in enumerate(lines):
        y = 780 - step * row
        glyphs += [
            Glyph(text, 70 + 14 * i, y, 83 + 14 * i, y + 13, y)
            for i, text in enumerate(line)
            if not text.isspace()
        ]
    return PrintedPage(number, glyphs)


def paragraph(text: str, width: int = WIDTH) -> list[str]:
    """A paragraph's lines, the first one indented by two characters."""
    text = "　　" + text
    return [text[i : i + width] for i in range(0, len(text), width)]


def read(*paragraphs: str, table=(), width: int = WIDTH, heading: str = "一、总体情况说明"):
    """Read paragraphs that stand in one section of Part 3 of the accounts of 2024."""
    lines = ["第三部分　2024年度部门决算情况说明"]
    for text in (heading, *paragraphs):
        lines += paragraph(text, width)
    return read_narrative([printed_page(lines)], 1, list(table))


def facts(*paragraphs: str, **options) -> list[str]:
    """The facts of paragraphs, each as one line: subject, measure, value, unit."""
    return [
        f"{r['subject']} {r['measure']} {r['value']} {r['unit']}"
        for r in read(*paragraphs, **options).narrative
    ]
