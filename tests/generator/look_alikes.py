"""Words printed with characters that look like the usual ones but are others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from .grid import Document, Grid, Para, Record, Row

RADICALS = dict(
    zip(
        "一二八十人入力口土士大女子小山工己心户手支文方日月木止毛水火生用田白目示立竹米老自至行衣"
        "见角言贝走足车辛里金长门青页风飞食马高鱼黄齐民西",
        "⼀⼆⼋⼗⼈⼊⼒⼝⼟⼠⼤⼥⼦⼩⼭⼯⼰⼼⼾⼿⽀⽂⽅⽇⽉⽊⽌⽑⽔⽕⽣⽤⽥⽩⽬⽰⽴⽵⽶⽼⾃⾄⾏⾐"
        "⻅⻆⾔⻉⾛⾜⻋⾟⾥⾦⻓⻔⻘⻚⻛⻜⻝⻢⾼⻥⻩⻬⺠⻄",
        strict=True,
    )
)
"""Characters that some programs write as the radicals that look like them."""

HALF = {"（": "(", "）": ")", "，": ",", "：": ":", "“": '"', "”": '"'}
ZERO_WIDTH, NO_BREAK = "\u200b", "\u00a0"
ALIASES = {ord(other): ord(usual) for usual, other in RADICALS.items()} | {
    ord(ZERO_WIDTH): ord(" "),
    ord(NO_BREAK): ord(" "),
}
"""Characters that the font has no glyph for, and the character whose glyph prints them."""


def _invisible(rng: Random) -> Callable[[str], str]:
    def change(text: str) -> str:
        if len(text) < 2 or not re.search(r"[\u4e00-\u9fff]", text) or rng.random() < 0.5:
            return text
        at = rng.randint(1, len(text) - 1)
        return text[:at] + rng.choice((ZERO_WIDTH, NO_BREAK)) + text[at:]

    return change


def _changer(kind: str, rng: Random) -> Callable[[str], str]:
    if kind == "invisible":
        return _invisible(rng)
    if kind == "dashes":
        return lambda text: re.sub(r"一(?=[ 　]*[般、）])", "—", text)
    return lambda text: text.translate(str.maketrans(RADICALS if kind == "radicals" else HALF))


def change_document(document: Document, kind: str, rng: Random) -> Document:
    """The document with its words, and what its truth says of them, in look-alikes."""
    change = _changer(kind, rng)
    blocks = []
    for block in document.blocks:
        if isinstance(block, Para):
            blocks.append(replace(block, text=change(block.text)))
        elif isinstance(block, Grid):
            over = [tuple(change(part) for part in line) for line in block.over]
            blocks.append(
                replace(
                    block,
                    title=change(block.title),
                    over=over,
                    notes=[change(note) for note in block.notes],
                    head=[_row(row, change) for row in block.head],
                    body=[_row(row, change) for row in block.body],
                )
            )
        else:
            blocks.append(block)
    return Document(blocks, change(document.running_head))


def printed(text: str, kind: str) -> str:
    """A word as it comes out of a document changed so; blanks and invisible marks are no text."""
    return text if kind == "invisible" else _changer(kind, Random(0))(text)


def _row(row: Row, change: Callable[[str], str]) -> Row:
    cells = [replace(cell, text=change(cell.text)) for cell in row.cells]
    return Row(cells, [_record(record, change) for record in row.records])


def _record(record: Record, change: Callable[[str], str]) -> Record:
    item = record.fields.get("item")
    if record.file == "three_public" or item in (None, "合计"):
        return record  # these are the standard's words, not the report's
    changed = change(str(item)).replace(ZERO_WIDTH, "").replace(NO_BREAK, "")
    return Record(record.file, record.fields | {"item": changed})
