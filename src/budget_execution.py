"""Budgets against final accounts: the stated totals, what each item changed, and why."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

import helpers
from amounts import UNITS, in_wan_yuan

UNBUDGETED, RAISED, CUT, UNKNOWN = "年初无预算", "增加", "减少", "年初预算未列明"
"""What became of an item's initial budget. An unchanged item has none of these words."""

_TOTAL = "(?:一般公共预算)?财政拨款(?:支出)?"
_NAMES = {"年初预算数": "年初预算数?", "全年预算数": "(?:全年|调整后?)预算数?"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Budget(NamedTuple):
    """A budget of the report's whole spending, and the final accounts that it is compared with.

    Parameters
    ----------
    basis : str
        年初预算数 (approved at the start of the year) or 全年预算数 (with the year's adjustments).
    amount, final : Decimal or None
        In 万元; ``final`` is None where it is not stated beside the budget.
    table : str
        The table that states them, and
    rows : pandas.DataFrame
        those of its rows.
    """

    basis: str
    amount: Decimal
    final: Decimal | None
    table: str
    rows: pd.DataFrame

    @property
    def rate(self) -> Decimal | None:
        """The final in per cent of the budget; None where one is missing or the budget is 0."""
        if self.final is None or not self.amount:
            return None
        return helpers.percent(self.final, self.amount)


def budget(report: helpers.Report, basis: str) -> Budget | None:
    """The budget of a basis that a report states for all its spending; None where it states none.

    The narrative's sentence on fiscal appropriation comes first, then the self-evaluation of the
    whole department (整体支出).
    """
    return _told(report, basis) or _evaluated(report, basis)


def _told(report: helpers.Report, basis: str) -> Budget | None:
    told = report.table("narrative")
    told = told[told["unit"] == "万元"]
    subject = re.compile(_TOTAL + _NAMES[basis])
    for row in told[told["measure"] == "预算数"].itertuples():
        if subject.fullmatch(row.subject) and row.value is not None:
            beside = told[(told["sentence"] == row.sentence) & (told["page"] == row.page)]
            finals = beside[(beside["measure"] == "决算数") & (beside.index > row.Index)].head(1)
            final = next(iter(finals["value"]), None)
            return Budget(
                basis, row.value, final, "narrative", told.loc[[row.Index, *finals.index]]
            )
    return None


def _evaluated(report: helpers.Report, basis: str) -> Budget | None:
    table = report.table("performance_funding")
    whole = table[(table["project"] == "整体支出") & (table["source"] == "年度资金总额")]
    rows = whole[whole["basis"].isin([basis, "全年执行数"])]
    values = {row.basis: _number(row.value) for row in rows.itertuples()}
    if values.get(basis) is None:
        return None
    return Budget(basis, values[basis], values.get("全年执行数"), "performance_funding", rows)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def changes(report: helpers.Report) -> pd.DataFrame:
    """The items of ``budget_execution.csv`` with what became of their budgets.

    Returns
    -------
    pandas.DataFrame
        Two more columns: ``change``, the final less the initial budget (万元), None where one of
        them is blank, for a blank is no zero; and ``kind``, one of the words above or ``""``.
    """
    items = report.table("budget_execution").copy()
    pairs = list(zip(items["initial_budget"], items["final"], strict=True))
    items["change"] = pd.Series(
        [None if None in pair else pair[1] - pair[0] for pair in pairs], items.index, object
    )
    items["kind"] = [_kind(initial, final) for initial, final in pairs]
    return items


def _kind(initial: Decimal | None, final: Decimal | None) -> str:
    if initial is None or final is None:
        return UNKNOWN
    if final == initial:
        return ""
    return UNBUDGETED if not initial else RAISED if final > initial else CUT


class Step(NamedTuple):
    """A step from the initial budget to the final accounts: one item, or several together."""

    kind: str
    change: Decimal
    items: pd.DataFrame


def steps(items: pd.DataFrame, most: int) -> list[Step]:
    """Lead from budget to final: the largest changes one by one, the rest of each kind together.

    Parameters
    ----------
    items : pandas.DataFrame
        Of :func:`changes`. Those that did not change, or lack a figure, make no step.
    most : int
        How many items have a step of their own. A rest of one item has its own, too.

    Returns
    -------
    list of Step
        Items without initial budget, then raised ones, then cut ones; in each the largest change
        first and the rest last. Their changes add up to that of all items.
    """
    changed = items[items["kind"].isin([UNBUDGETED, RAISED, CUT])]
    order = changed["change"].map(abs).astype(object).sort_values(ascending=False, kind="stable")
    named = set(order.index[:most])
    result = []
    for kind in (UNBUDGETED, RAISED, CUT):
        of_kind = changed.loc[[row for row in order.index if changed.at[row, "kind"] == kind]]
        rest = of_kind[~of_kind.index.isin(named)]
        alone = of_kind.drop(rest.index) if len(rest) > 1 else of_kind
        groups = [alone.loc[[row]] for row in alone.index] + ([rest] if len(rest) > 1 else [])
        result += [Step(kind, group["change"].sum(), group) for group in groups]
    return result


_AMOUNT = re.compile(
    rf"([^，、；。：]*?)(\d+(?:,\d{{3}})*(?:\.\d+)?)({'|'.join(sorted(UNITS, key=len, reverse=True))})"
)


def named_amounts(reason: str) -> list[tuple[str, Decimal]]:
    """The amounts that a reason names, each with the words before it.

    Returns
    -------
    list of (str, Decimal)
        The words from the mark before the amount to its unit, as printed; the amount in 万元.
    """
    return [
        (match[0], in_wan_yuan(Decimal(match[2].replace(",", "")), match[3]))
        for match in _AMOUNT.finditer(reason)
    ]
