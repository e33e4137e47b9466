"""From a report's PDF to tidy tables: the one door that notebooks, tests and benchmarks use.

``read_report`` reads one PDF. The files and columns that it gives are described, column by column,
in ``data/processed/datapackage.json``.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

import checks
from amounts import normalise, normalise_once, parse_amount, plain_characters
from bounded_reader import BoundedReader
from check_figures import Note
from helpers import reports_in
from narrative import Narrative, read_narrative
from number_audit import audit
from pdf_pages import Page, ReportError, lines_of, open_pages, refuse_damaged
from performance_tables import Performance, read_performance
from print_faults import print_faults
from ruled_grids import settle
from statutory_tables import TITLES, SourceTable, Survey, survey
from table_reader import Ledger
from tidy_rows import read_table

__all__ = [
    "COLUMNS",
    "Extraction",
    "IncompleteExtraction",
    "ReportError",
    "combine",
    "extract",
    "raise_problems",
    "read_folder",
    "read_report",
]

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
    "narrative": [*KEY, "page", "section", "subject", "measure", "value", "unit", "sentence"],
    "budget_execution": [
        *KEY,
        "page",
        "class",
        "section",
        "item",
        "code",
        "initial_budget",
        "final",
        "completion_rate",
        "reason",
    ],
    "procurement": [*KEY, "page", "category", "measure", "value", "unit"],
    "base_data": [*KEY, "page", "group", "item", "period", "basis", "value", "unit"],
    "performance_funding": [*KEY, "page", "project", "source", "basis", "value"],
    "performance_indicators": [
        *KEY,
        "page",
        "project",
        "level1",
        "level2",
        "level3",
        "target",
        "actual",
        "points",
        "score",
        "deviation",
    ],
    "glossary": [*KEY, "page", "term", "definition"],
    "loose_matches": [*KEY, "page", "text", "code", "matched", "reason"],
    "unread": [*KEY, "page", "text"],
    "checks": checks.COLUMNS,
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
        One for each statutory table that the report does not hold, and for each part after the
        tables that could not be read.
    tables : list of str
        The statutory tables that the report does hold, in its order.
    numbers : dict of str to int
        The numbers on the tables' pages by what became of them.
    """

    frames: dict[str, pd.DataFrame]
    tables: list[str]
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
    try:
        with no_garbage():
            return _extract(path)
    except ReportError:
        raise
    except Exception as error:
        raise _unforeseen(path, error) from error


@contextmanager
def no_garbage():
    """Look for no garbage while a report is read: its glyphs and cells are many and all needed."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_folder(
    folder: str | Path,
    show: Callable[[str], None] = print,
    read: Callable[[Path], Extraction] = extract,
) -> tuple[list[Extraction], list[ReportError]]:
    """Read every PDF of a folder; one that cannot be read does not stop the others.

    Each is read within bounds of time and memory (see :mod:`bounded_reader`).

    Parameters
    ----------
    folder : str or Path
    show : callable, optional
        Is given one line of progress for each report.
    read : callable, optional
        Reads one report; :func:`report_store.extract` reads an unchanged one only once.

    Returns
    -------
    results : list of Extraction
        One for each report that was read, by file name.
    problems : list of ReportError
        What could not be read, and the tables that reports lack.

    Raises
    ------
    FileNotFoundError
        The folder is not there, or holds no PDF.
    """
    paths = reports_in(folder)
    if not paths:
        raise FileNotFoundError(f"{folder} holds no PDF. Put the reports there, as PDF files.")
    results: list[Extraction] = []
    problems: list[ReportError] = []
    with BoundedReader(read) as bounded:
        for number, path in enumerate(paths, 1):
            try:
                _refuse_same_key(path, paths)
                result = bounded(path)
            except ReportError as error:
                problems.append(error)
                show(f"[{number}/{len(paths)}] {error}")
                continue
            results.append(result)
            problems += result.missing
            rows = sum(len(result.frames[name]) for name in TITLES)
            tables = len(result.tables)
            pages = result.frames["reports"]["pages"][0]
            show(
                f"[{number}/{len(paths)}] {path.name}: {pages} pages, {tables} of {len(TITLES)} "
                f"tables, {rows} rows"
            )
    results, same = without_same_reports(results)
    for error in same:
        show(str(error))
    return results, problems + same


def without_same_reports(
    results: list[Extraction],
) -> tuple[list[Extraction], list[ReportError]]:
    """Leave out reports that stand in a folder more than once: their amounts would count twice.

    Of copies of one file, the first is kept. Of files with different contents for the same
    department and year, such as a report and its amended version, none is, since nothing in them
    says which one holds.

    Parameters
    ----------
    results : list of Extraction

    Returns
    -------
    results : list of Extraction
        Without them.
    problems : list of ReportError
        One for each report left out, naming both files.
    """
    kept: dict[tuple[str, int], list[Extraction]] = {}
    problems = []
    for result in results:
        report = result.frames["reports"].iloc[0]
        same = kept.setdefault((normalise(report["department"]), int(report["year"])), [])
        for other in same:
            if other.frames["reports"]["sha256"].iloc[0] == report["sha256"]:
                problems.append(
                    ReportError(
                        report["file"],
                        f"is a copy of {other.frames['reports']['file'].iloc[0]}, which was read.",
                        "Remove one of the two.",
                    )
                )
                break
        else:
            same.append(result)
    for (department, year), same in kept.items():
        files = [result.frames["reports"]["file"].iloc[0] for result in same]
        problems += [
            ReportError(
                file,
                f"holds the accounts of {department} for {year}, and so does "
                f"{files[1] if file == files[0] else files[0]}, with other contents.",
                "Keep the one that holds (an amended version replaces the earlier one) and move "
                "the other out of the folder. If they are two departments' after all, read each "
                "from a folder of its own.",
            )
            for file in files
            if len(files) > 1
        ]
    single = [id(same[0]) for same in kept.values() if len(same) == 1]
    return [result for result in results if id(result) in single], problems


def combine(results: list[Extraction]) -> dict[str, pd.DataFrame]:
    """The tables of several reports below one another, as they are saved."""
    return {
        name: pd.concat([result.frames[name] for result in results], ignore_index=True)
        for name in COLUMNS
    }


class IncompleteExtraction(Exception):
    """Some report of a folder was not extracted whole; the message lists each problem."""


def raise_problems(problems: list[ReportError]) -> None:
    """Raise :class:`IncompleteExtraction` with all problems, if there are any."""
    if problems:
        raise IncompleteExtraction("\n".join(str(problem) for problem in problems))


def _refuse_same_key(path: Path, paths: list[Path]):
    twins = [other.name for other in paths if other.stem == path.stem and other != path]
    if twins:
        raise ReportError(
            path,
            f"has the same name as {twins[0]}, but for the ending.",
            "Rename one of the two: the file name is the report's key.",
        )


def _extract(path: Path) -> Extraction:
    key, records, faults, result = _read(path)
    frames = result.frames
    for name, names in COLUMNS.items():
        if name != "checks":
            found = records.pop(name, [])  # so that they are not in memory twice
            columns = {column: [record.get(column) for record in found] for column in names}
            columns |= {column: [value] * len(found) for column, value in key.items()}
            frames[name] = frame_of(name, columns)
    try:
        frames["checks"] = checks.check_report(frames, faults)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        frames["checks"] = checks.frame_of({column: [] for column in checks.COLUMNS})
        result.missing.append(_unforeseen(path, error))
    return result


def _read(path: Path) -> tuple[dict, dict[str, list[dict]], list[Note], Extraction]:
    """The report's key, its records by table, what its print shows, an extraction without frames."""
    with open_pages(path) as pages:
        found = survey(path, pages)
        if not found.tables:
            raise _no_tables(path, pages)
        refuse_damaged(path, sorted({page for table in found.tables for page in table.pages}))
        _refuse_twins(found.tables)
        ledger = Ledger()
        units = _units(found.tables)
        records = {
            table.form: read_table(table, units[table.form], ledger) for table in found.tables
        }
        numbers = audit(path, found, pages, ledger)
        faults = print_faults(found.tables, ledger)
        year = _year(path, pages)
        report = {
            "department": _department(path, pages),
            "unit": "、".join(dict.fromkeys(units.values())),
            "pages": len(pages),
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        missing = [_missing(path, name, pages) for name in TITLES if name not in records]
        missing += [
            table.error(
                "the table is there, but no row of it.",
                "Look at its pages: if it has rows, they are damaged. Use another copy of the "
                "report.",
            )
            for table in found.tables
            if not records[table.form] and not _may_be_blank(table, found)
        ]
        records |= _after_the_tables(path, pages, records, missing)
    records["reports"] = [report]
    tables = [table.form for table in found.tables]
    key = {"report": path.stem, "year": year}
    return key, records, faults, Extraction({}, tables, missing, dict(numbers))


_Part = TypeVar("_Part")


def _after_the_tables(
    path: Path, pages: list[Page], tables: dict[str, list[dict]], problems: list[ReportError]
) -> dict[str, list[dict]]:
    """The narrative, the glossary and the performance tables.

    When one of them cannot be read, that is a problem of its own: the statutory tables still stand.
    """
    settled = settle(pages)
    performance = _part(path, lambda: read_performance(path, settled), problems)
    _part(path, lambda: deque(settled, maxlen=0), problems)  # the rest, if that was broken off
    text = _part(path, lambda: read_narrative(pages, 1, tables.get("general_budget", [])), problems)
    text, performance = text or Narrative(), performance or Performance()
    unread = text.unread + performance.unread
    base_data = [_with_number(record, unread) for record in performance.base_data]
    return {
        "narrative": text.narrative,
        "budget_execution": text.budget_execution,
        "procurement": text.procurement,
        "glossary": text.glossary,
        "base_data": base_data,
        "performance_funding": performance.funding,
        "performance_indicators": performance.indicators,
        "loose_matches": [
            {
                "page": match.page,
                "text": " ".join(match.text),
                "code": match.code,
                "matched": " ".join(match.table),
                "reason": match.reason,
            }
            for match in text.loose
        ],
        "unread": [{"page": page, "text": sentence} for page, sentence in sorted(unread)],
    }


def _part(path: Path, read: Callable[[], _Part], problems: list[ReportError]) -> _Part | None:
    """What one part of a report gives; None where it cannot be read, and the problem is listed."""
    try:
        return read()
    except ReportError as error:
        problems.append(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        problems.append(_unforeseen(path, error))
    return None


def _unforeseen(path: Path, error: Exception) -> ReportError:
    return ReportError(
        path,
        f"met something that the program does not foresee ({type(error).__name__}: {error}).",
        "Please report it to the project, with the file.",
    )


def _with_number(record: dict, unread: list[tuple[int, str]]) -> dict:
    """A record of the base data with its value as a number; other text goes to the unread."""
    try:
        return record | {"value": parse_amount(record["value"])}
    except ValueError:
        unread.append((record["page"], f"{record['item']} {record['value']}"))
        return record | {"value": None}


_WHOLE = {"year", "page", "pages"}
_NUMBERS = {"amount", "value", "initial_budget", "final", "completion_rate"}


def frame_of(name: str, columns: dict[str, list]) -> pd.DataFrame:
    """A table of :data:`COLUMNS` from the values of its columns."""
    if name == "checks":
        return checks.frame_of(columns)
    if not columns["report"]:
        return _blank(name).copy()

    def values(column: str):
        if column in _WHOLE:
            return np.array(columns[column], "int64")
        if column in _NUMBERS:
            return pd.Series(columns[column], dtype=object)
        return columns[column]

    return pd.DataFrame({column: values(column) for column in COLUMNS[name]})


@cache
def _blank(name: str) -> pd.DataFrame:
    kinds = {column: "int64" if column in _WHOLE else object for column in COLUMNS[name]}
    return pd.DataFrame({column: pd.Series([], dtype=kind) for column, kind in kinds.items()})


_NO_TEXT = (
    "Ask the publisher for the PDF saved from the original file, or recognise the text (OCR) and "
    "check it by hand."
)


def _no_tables(path: Path, pages: list[Page]) -> ReportError:
    scans = [page.number for page in pages if page.is_scan]
    if scans:
        problem = "has no text that can be read: its pages are scanned pictures."
        if len(scans) < len(pages):
            problem = (
                "holds no statutory table that can be read: this page and "
                f"{len(scans) - 1} more are scanned pictures."
            )
        return ReportError(path, problem, _NO_TEXT, scans[0])
    if not any(page.text.strip() for page in pages):
        return ReportError(path, "has no text that can be read.", _NO_TEXT, 1)
    return ReportError(
        path,
        "holds none of the nine statutory tables (收入支出决算总表 …).",
        "Check that it is a department's final accounts (部门决算), not a budget (预算) or a "
        "notice, and that its tables are ruled.",
    )


def _missing(path: Path, name: str, pages: list[Page]) -> ReportError:
    scans = [str(page.number) for page in pages if page.is_scan]
    if scans:
        return ReportError(
            path,
            f"the table {TITLES[name]} is missing, and the pages {', '.join(scans)} are scanned "
            "pictures.",
            _NO_TEXT,
        )
    return ReportError(
        path,
        f"the table {TITLES[name]} is missing.",
        "If the report does hold it, its title is worded in a way that is not known yet, or it is "
        "not ruled; if it does not, the other tables are complete without it.",
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


_NO_DATA = re.compile("无数据|为空|空表|没有|本年度无|未发生|未安排")


def _may_be_blank(table: SourceTable, found: Survey) -> bool:
    """Whether a statutory table may be without a row: some departments have nothing to put there.

    Every department has revenue and expenditure. Of the other tables, one that departments seldom
    leave blank must say so in a note.
    """
    if table.form in ("revenue", "expenditure"):
        return False
    printed = [*found.layouts[table.pages[-1]].lines, *table.parts[-1].distinct]
    return table.form in ("government_fund", "state_capital") or any(
        _NO_DATA.search(normalise(item.text)) for item in printed
    )


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
_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys(
    "〇○Oo0", "0"
)


def _year(path: Path, pages: list[Page]) -> int:
    """The accounts' year: the last one named before 决算 on the first page that names one."""
    for page in pages:
        plain = normalise_once(page.text)
        plain = _CHINESE_YEAR.sub(
            lambda m: "20" + "".join(_CHINESE_DIGITS[c] for c in m[1]) + "年", plain
        )
        if match := _YEAR.search(plain):
            return int(match[1])
    raise ReportError(
        path, "does not say which year's accounts it holds.", "Check that its cover is in the file."
    )


_DEPARTMENT_LABEL = re.compile(r"(?:部门|单位)(?:名称)?(?:[(](?:公章|盖章)[)])?[:](.+)")
_COVER_WORDS = re.compile(
    r"(?:20\d\d|二[〇○零].{2})年(?:度|\d{1,2}月(?:\d{1,2}日)?)?|^关于|附件[\d一二三四五]{0,2}[:：]?|"
    r"[(（]?(?:公开|编报|编制)?日期[)）]?[:：]?"
)
_ACCOUNTS = re.compile(r"(?:部门|单位)?决算.*", re.DOTALL)


def _without(pattern: re.Pattern, printed: str) -> str:
    """What is left of a printed text without the words that a pattern finds in its plain form."""
    kept, at = [], 0
    for match in pattern.finditer(plain_characters(printed)):
        kept.append(printed[at : match.start()])
        at = match.end()
    return "".join([*kept, printed[at:]])


def _department(path: Path, pages: list[Page]) -> str:
    """The department as the cover names it."""
    lines = [line.text for line in lines_of(pages[0].glyphs)]
    for line in lines:
        if match := _DEPARTMENT_LABEL.search(plain_characters(line)):
            return line[match.start(1) :]
    cover = _without(_COVER_WORDS, "".join(lines))
    before = _without(_ACCOUNTS, cover)
    if before:
        return before
    after = [_without(_COVER_WORDS, line) for line in lines if "决算" not in line]
    after = [
        line for line in after if re.search(r"[\u4e00-\u9fff]{2}", line) and "公开" not in line
    ]
    if after:
        return "".join(after)
    raise ReportError(
        path,
        "does not name its department on the cover.",
        "Check that its cover is in the file.",
        1,
    )
