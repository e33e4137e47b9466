"""What the questions of several lessons share; those of each lesson stand in a module of its own.

These are ``lesson_tables``, ``lesson_shares``, ``lesson_budgets`` and ``lesson_trust``. Every number
in a question, the wrong answers too, is computed from the tables of whichever report a lesson is
about. Where a report does not print what a question needs, :class:`exercises.Absent` says so in its
place. The notebooks in ``notebooks/solutions`` work the exercises out.
"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from helpers import Report
from terms import Words, beside

QUARTERS = ("Less than a quarter", "A quarter to a half", "A half to three quarters", "More")


def quarter(part: Decimal | int, whole: Decimal | int) -> str:
    """Which of :data:`QUARTERS` a share is in."""
    return QUARTERS[min(int(4 * part / whole), 3)] if part >= 0 else QUARTERS[0]


def title(table: str) -> str:
    """A table's title in English with the Chinese beside it."""
    return f"{Words('en').title(table)} ({Words('zh').title(table)})"


def named(row: pd.Series) -> str:
    """The item of a row with its code, where it has one."""
    code = f", code {row['code']}" if row["code"] else ""
    return f"{beside(row['item'])}{code}"


def rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """A share in per cent, not rounded; None where it cannot be computed."""
    return 100 * part / whole if part is not None and whole else None


def largest_class(report: Report) -> pd.Series | None:
    """The largest class (类) that has basic and project expenditure, a value for each kind."""
    rows = report.table("expenditure").query("level == '类'")
    wide = rows.pivot_table(
        index=["code", "item"], columns="kind", values="amount", aggfunc="first", sort=False
    )
    kinds = ["合计", "基本支出", "项目支出"]
    if wide.empty or not set(kinds) <= set(wide):
        return None
    wide = wide.reset_index().dropna(subset=kinds)
    wide = wide.loc[[bool(row["基本支出"] and row["项目支出"]) for _, row in wide.iterrows()]]
    wide = wide.sort_values("合计", ascending=False, kind="stable")
    return wide.iloc[0] if len(wide) else None
