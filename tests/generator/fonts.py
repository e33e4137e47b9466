"""The font both typesetters use, and the width of text in it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

_ASSETS = Path(__file__).resolve().parents[2] / "assets" / "fonts"


@cache
def folder() -> Path:
    """Where the fonts are: `GENERATOR_FONTS` if set, else the repository's assets."""
    return Path(os.environ.get("GENERATOR_FONTS") or _ASSETS)


@cache
def path(bold: bool = False) -> Path:
    """The regular or the bold font file."""
    ending = "Bold.ttf" if bold else "Regular.ttf"
    for found in sorted(folder().glob(f"*{ending}")):
        if "Semi" not in found.name and "Extra" not in found.name:
            return found
    raise FileNotFoundError(f"no *{ending} in {folder()}; set GENERATOR_FONTS")


@cache
def family() -> str:
    """The family name that the font file gives itself."""
    names = TTFont(path())["name"]
    return names.getDebugName(16) or names.getDebugName(1)


@cache
def _advances(bold: bool) -> tuple[dict[int, int], int]:
    font = TTFont(path(bold))
    metrics = font["hmtx"].metrics
    cmap = font.getBestCmap()
    return {code: metrics[name][0] for code, name in cmap.items()}, font["head"].unitsPerEm


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text in points."""
    advances, em = _advances(bold)
    return sum(advances.get(ord(char), em) for char in text) * size / em


def missing(text: str) -> set[str]:
    """The characters of a text for which a font has no glyph."""
    return {char for char in set(text) if any(ord(char) not in _advances(b)[0] for b in (0, 1))}


def wrap(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Lines no wider than `room`, broken between any two Chinese characters.

    Digits, Latin letters and an amount's signs stay together as long as they fit.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in _words(part):
            if line and width(line + word, size, bold) > room:
                lines.append(line.rstrip())
                line = ""
            while width(word, size, bold) > room and len(word) > 1:
                fit = next(
                    (n for n in range(len(word) - 1, 1, -1) if width(word[:n], size, bold) <= room),
                    1,
                )
                lines.append(word[:fit])
                word = word[fit:]
            line += word
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    for char in text:
        last = words[-1] if words else " "
        together = char.isascii() and char != " " and last[-1].isascii() and last != " "
        if words and (together or (char in "，。、；：）”" and len(last) == 1)):
            words[-1] += char
        else:
            words.append(char)
    return words
