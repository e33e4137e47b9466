"""Read printed amounts exactly, and compare printed words.

An amount is a :class:`decimal.Decimal` with the printed decimals, or ``None`` for a blank cell.
Nothing is guessed: what is no well-formed number raises ``ValueError``.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal, Inexact
from functools import lru_cache

UNITS = {
    "亿元": Decimal("0.0001"),
    "万元": Decimal(1),
    "千元": Decimal(10),
    "百元": Decimal(100),
    "元": Decimal(10000),
}
"""How many of a printed unit make one 万元."""

_MINUS = "-‐‑‒–—―−﹣－ー─━"
_BLANK = re.compile(rf"[{_MINUS}]*")
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?|\.\d+")
_EXACT = Context(prec=60, traps=[Inexact])


_RADICALS = str.maketrans(
    "⺁⺝⺠⺬⺮⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰",
    "厂月民示竹虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
)
"""Radicals (CJK Radicals Supplement) that some programs write for the characters that look like
them; of these, Unicode's compatibility forms cover only the others. Source: Unicode's
EquivalentUnifiedIdeograph.txt."""

_RADICAL = re.compile("[\u2e80-\u2eff]")

_DASH_FOR_ONE = re.compile(rf"[{_MINUS}](?:(?<![{_MINUS}\d].)(?=[般、])|(?<=[(（].)(?=[)）]))")
"""A dash that stands where only the numeral 一 makes a word: 一般, 一、, （一）."""


def _usual(text: str) -> str:
    """Words with the usual characters in place of look-alikes (⻋ for 车, — for 一)."""
    if _RADICAL.search(text):
        text = text.translate(_RADICALS)
    return _DASH_FOR_ONE.sub("一", text)


class _PlainForms(dict):
    """Each character's plain form where that is one character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        form = unicodedata.normalize("NFKC", chr(code))
        self[code] = form if len(form) == 1 else chr(code)
        return self[code]


_FORMS = _PlainForms()


@lru_cache(1 << 12)  # the lines of a report's text, which are looked at again and again
def plain_characters(text: str) -> str:
    """The plain form of each character, in its place: blanks stay, and so does the length."""
    return _usual(text.translate(_FORMS))


def normalise_once(text: str) -> str:
    """The form in which printed words are compared; the printed form is what is stored.

    Compatibility forms (full-width letters and digits, ⼀ for 一, （ for parentheses) become
    their plain forms, look-alikes the usual characters, and blanks and invisible characters go.
    """
    plain = "".join(_usual(unicodedata.normalize("NFKC", text)).split())
    if plain.isprintable():  # so it has no invisible character
        return plain
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")


normalise = lru_cache(1 << 13)(normalise_once)
"""The same for the words of a report, which are asked for again and again."""


def parse_amount(text: str) -> Decimal | None:
    """Read one printed amount, in the unit it is printed in.

    Parameters
    ----------
    text : str
        A cell's text. Thousands separators, full-width digits, blanks inside the number, any kind
        of minus sign, and parentheses for a negative amount are understood.

    Returns
    -------
    decimal.Decimal or None
        With the printed decimals. None for a blank cell; a dash alone is a blank too.

    Raises
    ------
    ValueError
        The text is neither blank nor one well-formed number.
    """
    plain = normalise(text)
    if _BLANK.fullmatch(plain):
        return None
    negative = plain[0] in _MINUS
    digits = plain[1:] if negative else plain
    if any(_changes_meaning(c) for c in text):
        raise ValueError(f"{text!r} is not an amount")
    if not negative and digits.startswith("(") and digits.endswith(")"):
        negative, digits = True, digits[1:-1]
    if not digits.isascii() or not _NUMBER.fullmatch(digits):
        raise ValueError(f"{text!r} is not an amount")
    return Decimal(("-" if negative else "") + digits.replace(",", ""))


def _changes_meaning(c: str) -> bool:
    """Whether the plain form of a character is another number: ², ½, ①."""
    harmless = "\uff00" <= c <= "\uffef" or c in _MINUS or c.isspace()  # full-width forms
    return not harmless and unicodedata.normalize("NFKC", c) != c


def in_wan_yuan(amount: Decimal | None, unit: str) -> Decimal | None:
    """Convert an amount from its printed unit to 万元, exactly.

    Parameters
    ----------
    amount : decimal.Decimal or None
        An amount in ``unit``.
    unit : str
        A key of :data:`UNITS`.

    Returns
    -------
    decimal.Decimal or None
        In 万元, with at least the printed decimals.
    """
    if amount is None or unit == "万元":
        return amount
    # A division keeps the printed decimals where they suffice, and adds what exactness needs.
    exact = _EXACT.divide(amount, UNITS[unit])
    return exact if exact.as_tuple().exponent <= 0 else exact.quantize(Decimal(1))
