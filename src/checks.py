"""Do the books balance? Every identity between the figures of a report, computed exactly.

Each check compares a figure that the report states with what its other figures give. The tolerance
follows from the printed decimals: every figure was rounded by at most half a unit of its last
decimal, so a sum of n figures may differ from the rounded total by n + 1 half units. A difference
within it is ``rounding``, one beyond it ``fail``. A check that cannot be made is ``not applicable``
with the reason, never a pass. A blank cell of a printed line counts as nothing (0); where all cells
of a check are blank there is nothing to check.

Sources of the identities: the national forms 公开01–09表 and their notes; the wording of the
explanation (Part 3); the forms of the performance tables.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

import table_identities  # noqa: F401 - enters its identities into the register
import text_identities  # noqa: F401 - and these theirs
from check_figures import FAIL, IDENTITIES, NAMES, Books, Check, Figure, Note, not_applicable

__all__ = [
    "COLUMNS",
    "Books",
    "Check",
    "Figure",
    "Note",
    "check_report",
    "check_reports",
    "findings",
    "pose",
]

COLUMNS = [
    "report",
    "year",
    "page",
    "check",
    "scope",
    "stated",
    "computed",
    "difference",
    "tolerance",
    "verdict",
    "detail",
]


def pose(books: Books) -> list[Check | Note]:
    """All checks of a report, not yet computed. Which there are depends on no amount."""
    posed: list[Check | Note] = []
    for rule in IDENTITIES:
        lacking = books.lacks(rule.tables)
        found = [] if lacking else list(rule.checks(books))
        if not found:
            reason = f"{lacking} is not in the report" if lacking else "no line that it applies to"
            found = [not_applicable(NAMES[rule.tables[0]], reason)]
        for check in found:
            check.name = rule.name
        posed += found
    return posed


def check_report(frames: dict[str, pd.DataFrame], faults: Iterable[Note] = ()) -> pd.DataFrame:
    """Compute every identity between the figures of one report.

    Parameters
    ----------
    frames : dict of str to DataFrame
        As :func:`extraction.read_report` gives them. Tables may be missing.
    faults : iterable of Note, optional
        What the print of the tables shows (:mod:`print_faults`), which the frames do not hold.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`; ``stated``, ``computed``, ``difference`` and ``tolerance``
        are Decimal or None. ``scope`` begins with the table's title, and ``detail`` names both
        places, each with its page and amount.
    """
    key = {"report": "", "year": None}
    for frame in frames.values():
        if len(frame) and "report" in frame:
            key = {"report": frame["report"].iloc[0], "year": int(frame["year"].iloc[0])}
            break
    records = [check.record() for check in (*pose(Books(frames)), *faults)]
    columns = {name: [record.get(name) for record in records] for name in COLUMNS}
    return frame_of(columns | {name: [value] * len(records) for name, value in key.items()})


def frame_of(columns: dict[str, list]) -> pd.DataFrame:
    """The table of checks from the values of its columns."""
    kinds = {"page": "Int64"} | dict.fromkeys(
        ("stated", "computed", "difference", "tolerance"), object
    )
    return pd.DataFrame(
        {
            name: pd.array(columns[name], dtype=kinds[name]) if name in kinds else columns[name]
            for name in COLUMNS
        }
    )


def check_reports(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The checks of several reports whose tables stand below one another; see check_report."""
    named = [frame for frame in frames.values() if "report" in frame]
    reports = dict.fromkeys(report for frame in named for report in frame["report"])
    checked = [
        check_report({n: f[f["report"] == report] for n, f in frames.items() if "report" in f})
        for report in reports
    ]
    return pd.concat(checked, ignore_index=True) if checked else check_report({})


# --- Findings -------------------------------------------------------------------------------------


def findings(checks: pd.DataFrame) -> pd.DataFrame:
    """The contradictions among the checks, most important first.

    Parameters
    ----------
    checks : DataFrame
        As :func:`check_report` gives them; several reports may stand below one another.

    Returns
    -------
    DataFrame
        The fails, with a column ``sentence``: one plain English sentence for each.
    """
    weight = {rule.name: at for at, rule in enumerate(IDENTITIES)}
    fails = checks[checks["verdict"] == FAIL].copy()
    fails["sentence"] = [_sentence(record) for record in fails.to_dict("records")]
    order = sorted(
        range(len(fails)),
        key=lambda at: (
            weight.get(fails["check"].iloc[at], len(weight)),
            -abs(fails["difference"].iloc[at] or 0),
        ),
    )
    return fails.iloc[order].reset_index(drop=True)


def _sentence(record: dict) -> str:
    if record["computed"] is None:
        opening = _OPENINGS.get(record["check"], "Something is wrong with a name")
        return f"{opening}: {record['detail'].replace(' ≠ ', ' and ')}."
    rule = next((rule for rule in IDENTITIES if rule.name == record["check"]), None)
    meaning = f" ({rule.checks.__doc__.splitlines()[0].rstrip('.')})" if rule else ""
    stated = "nothing" if record["stated"] is None else record["stated"]
    more = "more" if record["difference"] > 0 else "less"
    return (
        f"{record['scope']} on page {record['page']} says {stated}, which is "
        f"{abs(record['difference']).normalize():f} {more} than the {record['computed']} that the "
        f"report's other figures give{meaning}."
    )


_OPENINGS = {
    "one code, one name": "One code has two names",
    "ordinals": "An ordinal is out of order",
    "codes in their classes": "A row is missing beside another",
    "digits in names": "An item's name is damaged",
    "line numbers": "A line number is out of order",
    "places of amounts": "An amount may have slipped",
    "lost rows": "A row may be lost",
}
