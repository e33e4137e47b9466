"""The words of labels in Chinese or English, from one table of terms: ``docs/terms.csv``."""

from __future__ import annotations

import json
import re
from functools import cache

import pandas as pd

from helpers import PACKAGE, ROOT

TERMS = ROOT / "docs" / "terms.csv"
LANGUAGES = ("zh", "en")


@cache
def _english() -> dict[str, str]:
    table = pd.read_csv(TERMS, encoding="utf-8", dtype=str, keep_default_na=False)
    return dict(zip(table["zh"], table["en"], strict=True))


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """The title of each table in Chinese and English, of datapackage.json's ``English (中文)``."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    titles = {}
    for resource in package["resources"]:
        english, _, chinese = resource["title"].partition(" (")
        titles[resource["name"]] = (chinese.removesuffix(")") or english, english)
    return titles


_MARKS = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[、.]|其中[：:])+|[：:]$")


def _in_english(term: str) -> str | None:
    """A term in English, also where an ordinal is printed before it (一、教育支出)."""
    known = _english()
    return known.get(term) or known.get(_MARKS.sub("", term))


def beside(term: str) -> str:
    """For prose: a term in English with the Chinese beside it."""
    english = _in_english(term)
    return f"{english} ({term})" if english else term


class Words:
    """Labels in one language.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``.

    Raises
    ------
    ValueError
        Another language.
    """

    def __init__(self, language: str):
        if language not in LANGUAGES:
            raise ValueError(f"LANGUAGE is {language!r}; it can be {' or '.join(LANGUAGES)}.")
        self.language = language

    def __call__(self, term: str) -> str:
        """A Chinese term in this language; as printed where the table of terms does not know it."""
        return term if self.language == "zh" else _in_english(term) or term

    def either(self, *, zh: str, en: str) -> str:
        """Of two sentences that say the same, the one in this language."""
        return zh if self.language == "zh" else en

    def cite(self, table: str, rows: pd.DataFrame) -> str:
        """Where figures come from: the title of their table and the pages of its ``rows``."""
        pages = _ranges(sorted({int(page) for page in rows["page"]}))
        place = self.either(zh=f"第{pages}页", en=f"p. {pages}") if pages else ""
        return f"{self.title(table)}{', ' if place else ''}{place}"

    def title(self, table: str) -> str:
        """The title of a table, in this language."""
        chinese, english = _titles()[table]
        return self.either(zh=chinese, en=english)


def _ranges(pages: list[int]) -> str:
    """Page numbers as people write them: 17–18, 22."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
