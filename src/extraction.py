"""From a report's PDF to tidy tables: the one door that notebooks, tests and benchmarks use.

``read_report`` reads one PDF. The files and columns that it gives are described, column by column,
in ``data/processed/datapackage.json``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from amounts import normalise
from number_audit import audit
from pdf_pages import Page, ReportError, open_pages
from statutory_tables import TITLES, SourceTable, survey
from tidy_rows import Ledger, read_table

__all__ = ["COLUMNS", "Extraction", "ReportError", "extract", "read_report"]

KEY = ["report", "year"]
COLUMNS = {
    "reports": [*KEY, "department", "unit", "pages", "file", "sha256"],
    "revenue_expenditure": [*KEY, "page", "side", "line", "item", "amount"],
    "revenue": [*KEY, "page", "code", "item", "level", "source", "amount"],
    "expenditure": [*KEY, "page", "code", "item", "level", "kind", "amount"],
    "appropriation": [*KEY, "page", "side", "line", "item", "fund", "amount"],
    "general_budget": [*KEY, "page", "code", "item", "level", "kind", "amount"],
    "basic_expenditure": [*KEY, "page", "code", "item", "level", "group", "amount"],
    "government_fund": [*KEY, "page", "code", "item", "level", "measure", "amount"],
    "state_capital": [*KEY, "page", "code", "item", "level", "measure", "amount"],
    "three_public": [*KEY, "page", "basis", "item", "amount"],
}
"""File name (without ``.csv``) to columns, in order."""


@dataclass
class Extraction:
    """What one report gave.

    Attributes
    ----------
    frames : dict of str to pandas.DataFrame
        As :func:`read_report` returns them.
    missing : list of ReportError
        One for each statutory table that the report does not hold.
    numbers : collections.Counter
        The numbers on the tables' pages by what became of them.
    """

    frames: dict[str, pd.DataFrame]
    missing: list[ReportError] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


def read_report(path: str | Path) -> dict[str, pd.DataFrame]:
    """Read one report.

    Parameters
    ----------
    path : str or Path
        A department's final accounts (部门决算) as PDF. Its file name without ``.pdf`` becomes the
        report's key.

    Returns
    -------
    dict of str to pandas.DataFrame
        The keys and columns of :data:`COLUMNS`. Amounts are :class:`decimal.Decimal` in 万元 with
        the printed decimals, or None where the cell is blank; codes are text. A table that the
        report does not hold is an empty frame.

    Raises
    ------
    ReportError
        The file is no readable report, holds no statutory table, or a part of a table cannot be
        read for certain. The message names file, page and remedy.
    """
    return extract(path).frames


def extract(path: str | Path) -> Extraction:
    """Read one report, and say what it lacks; see :func:`read_report`."""
    path = Path(path)
    with open_pages(path) as pages:
        found = survey(path, pages)
        if not found.tables:
            raise _no_tables(path, pages)
        _refuse_twins(found.tables)
        ledger = Ledger()
        units = _units(found.tables)
        records = {
            table.form: read_table(table, units[table.form], ledger) for table in found.tables
        }
        numbers = audit(path, found, pages, ledger)
        year = _year(path, pages)
        report = {
            "department": _department(path, pages),
            "unit": "、".join(dict.fromkeys(units.values())),
            "pages": len(pages),
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    key = {"report": path.stem, "year": year}
    frames = {"reports": _frame("reports", [report], key)}
    frames |= {name: _frame(name, records.get(name, []), key) for name in TITLES}
    missing = [
        ReportError(
            path,
            f"the table {title} is missing.",
            "If the report does hold it, its title is worded in a way that is not known yet; "
            "if it does not, the other tables are complete without it.",
        )
        for name, title in TITLES.items()
        if name not in records
    ]
    return Extraction(frames, missing, dict(numbers))


def _frame(name: str, records: list[dict], key: dict) -> pd.DataFrame:
    frame = pd.DataFrame([key | record for record in records], columns=COLUMNS[name])
    for column in ("year", "page", "pages"):
        if column in frame:
            frame[column] = frame[column].astype("int64")
    if "amount" in frame:
        frame["amount"] = frame["amount"].astype(object).where(frame["amount"].notna(), None)
    return frame


def _no_tables(path: Path, pages: list[Page]) -> ReportError:
    blank = [page for page in pages if not page.text.strip()]
    if len(blank) * 2 > len(pages):
        pictures = [page.number for page in blank if page.has_picture]
        return ReportError(
            path,
            "has no text that can be read: its pages are scanned pictures."
            if pictures
            else "has no text that can be read.",
            "Ask the publisher for the PDF saved from the original file, or recognise the text "
            "(OCR) and check it by hand.",
            (pictures or [blank[0].number])[0],
        )
    return ReportError(
        path,
        "holds none of the nine statutory tables (收入支出决算总表 …).",
        "Check that it is a department's final accounts (部门决算), not a budget (预算) or a notice.",
    )


def _refuse_twins(tables: list[SourceTable]):
    first: dict[str, SourceTable] = {}
    for table in tables:
        if table.form in first:
            raise table.error(
                f"the table stands in the report twice, on page {first[table.form].page} and on "
                f"page {table.page}.",
                "Keep one department's tables in one PDF; split the file into one for each.",
            )
        first[table.form] = table


def _units(tables: list[SourceTable]) -> dict[str, str]:
    """The printed unit of each table; one that names none shares the others', if they agree."""
    named = {table.unit for table in tables if table.unit}
    units = {}
    for table in tables:
        if table.unit is None and len(named) != 1:
            raise table.error(
                "no unit (单位：万元) is printed above it.",
                "Look at the page; without its unit no amount can be stated.",
            )
        units[table.form] = table.unit or next(iter(named))
    return units


_YEAR = re.compile(r"(20\d\d)年度?(?:(?!20\d\d).){0,60}?决算")
_CHINESE_YEAR = re.compile(r"二[〇○零OoО0]([〇○零一二三四五六七八九Oo0]{2})年度?")
_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○Oo0", "0")


def _year(path: Path, pages: list[Page]) -> int:
    """The accounts' year: the last one named before 决算 on the first page that names one."""
    for page in pages:
        plain = normalise(page.text)
        plain = _CHINESE_YEAR.sub(
            lambda m: "20" + "".join(_CHINESE_DIGITS[c] for c in m[1]) + "年", plain
        )
        if match := _YEAR.search(plain):
            return int(match[1])
    raise ReportError(
        path, "does not say which year's accounts it holds.", "Check that its cover is in the file."
    )


_DEPARTMENT_LABEL = re.compile(r"(?:部门|单位)(?:名称)?(?:[(（](?:公章|盖章)[)）])?[:：](.+)")
_COVER_WORDS = re.compile(
    r"(?:20\d\d|二[〇○零].{2})年(?:度|\d{1,2}月(?:\d{1,2}日)?)?|[(（]?(?:公开|编报|编制)?日期[)）]?[:：]?"
)
_ACCOUNTS = re.compile(r"(?:部门|单位)?决算.*", re.DOTALL)


def _department(path: Path, pages: list[Page]) -> str:
    """The department as the cover names it."""
    lines = ["".join(line.split()) for line in pages[0].text.splitlines()]
    lines = [line for line in lines if line]
    for line in lines:
        if match := _DEPARTMENT_LABEL.search(line):
            return match[1]
    cover = _COVER_WORDS.sub("", "".join(lines))
    before = _ACCOUNTS.sub("", cover)
    if before:
        return before
    after = [_COVER_WORDS.sub("", line) for line in lines if "决算" not in line]
    after = [line for line in after if re.search(r"[\u4e00-\u9fff]{2}", line) and "公开" not in line]
    if after:
        return after[0]
    raise ReportError(
        path, "does not name its department on the cover.", "Check that its cover is in the file.", 1
    )
