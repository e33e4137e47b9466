"""Cut the two fonts of this project out of Noto Sans SC.

The report typeset in ``data/raw`` and every chart need a Chinese font that is there on any
machine. A whole Noto Sans SC weighs about 10 MB a weight; the characters that Chinese public
accounts use fit into 3 MB. ``README.md`` beside this file says where the sources come from.

    python build_fonts.py REGULAR.ttf BOLD.ttf CHARACTERS.txt

CHARACTERS.txt is the 通用规范汉字表, its 8105 characters in any arrangement. The fonts are
written beside this program and are the same, byte for byte, on every run.
"""

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Budget Notebook Sans SC"
POSTSCRIPT = "BudgetNotebookSansSC"

# Blocks taken whole, as far as the source font has their characters.
BLOCKS = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x2000, 0x206F),  # general punctuation
    (0x2160, 0x217F),  # Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical signs
    (0x2460, 0x249B),  # circled and bracketed digits
    (0x2500, 0x25FF),  # box drawing, blocks, geometric shapes
    (0x3000, 0x303F),  # CJK punctuation
    (0x3220, 0x3243),  # bracketed CJK numbers
    (0x338E, 0x33D5),  # units: ㎡, ㎏, ㎞
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width signs
)


def gb2312() -> set[int]:
    """Return the code points of GB2312."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def code_points(characters: str) -> set[int]:
    """Return every code point that the fonts shall keep."""
    wanted = gb2312() | {ord(character) for character in characters if not character.isspace()}
    for first, last in BLOCKS:
        wanted.update(range(first, last + 1))
    return wanted


def rename(font: TTFont, style: str) -> None:
    """Give the font its own family name.

    Under the name Noto Sans SC a program may pick an installed font of that name instead. The
    records of copyright, trade mark and licence (IDs 0, 7, 8 to 14) stay as they are.
    """
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    version = font["name"].getDebugName(5).split(";")[0]
    names = {
        1: FAMILY,
        2: style,
        3: f"{version};{POSTSCRIPT}-{style}",
        4: full,
        6: f"{POSTSCRIPT}-{style}",
        16: FAMILY,
        17: style,
    }
    table = font["name"]
    kept = {0, 5, *range(7, 15)}
    table.names = [record for record in table.names if record.nameID in kept]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)


def build(source: Path, style: str, wanted: set[int]) -> Path:
    """Write the subset of one source font and return its path."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "prep", "gasp"],
    )
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    rename(font, style)
    target = Path(__file__).with_name(f"{POSTSCRIPT}-{style}.ttf")
    font.save(target)
    return target


def main() -> None:
    """Read the paths from the command line and build both fonts."""
    parser = argparse.ArgumentParser(description="Cut this project's fonts out of Noto Sans SC.")
    parser.add_argument("regular", type=Path, help="static Noto Sans SC Regular, a TTF")
    parser.add_argument("bold", type=Path, help="static Noto Sans SC Bold, a TTF")
    parser.add_argument("characters", type=Path, help="通用规范汉字表 as UTF-8 text")
    paths = parser.parse_args()
    wanted = code_points(paths.characters.read_text(encoding="utf-8"))
    for source, style in ((paths.regular, "Regular"), (paths.bold, "Bold")):
        target = build(source, style, wanted)
        print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
