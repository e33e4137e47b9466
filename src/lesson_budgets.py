"""Lesson 3: what became of the budget? Its questions, and what its figures show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

import budget_execution
import three_public_budgets
import year_over_year
from exercises import Absent, Asked, Number, Questions, by_key, choice, prediction
from helpers import Report, money
from lesson_questions import QUARTERS, named, quarter, rate
from terms import beside

INITIAL, FULL_YEAR = "年初预算数", "全年预算数"


def questions(report: Report) -> Questions:
    """The questions of the lesson by their keys, in their order."""
    return by_key(_questions(report))


def _questions(report: Report) -> Iterator[Asked]:
    yield _total_against_plan(report)
    yield _initial_rate(report)
    yield _full_year_rate(report)
    yield _what_a_full_rate_tells()
    yield _items_without_budget(report)
    yield _unbudgeted_share(report)
    yield _item_rate(report)
    yield _direction(report)
    yield _last_year_amount(report)
    yield _compared_with(report)
    yield _when_made()
    yield _three_public_rate(report)


def total_budgets(report: Report) -> dict[str, Decimal]:
    """The budgets of all spending and the final beside them, 万元, in time order.

    Returns
    -------
    dict of str to Decimal
        年初预算数, 全年预算数 and 决算数: those that the report states.
    """
    stated = {basis: budget_execution.budget(report, basis) for basis in (INITIAL, FULL_YEAR)}
    found = {basis: budget.amount for basis, budget in stated.items() if budget}
    final = next((budget.final for budget in stated.values() if budget and budget.final), None)
    return found | ({"决算数": final} if final is not None else {})


PLAN = ("Less than 90% of it", "90% to 110%", "110% to 150%", "More than 150%")


def _total_against_plan(report: Report) -> Asked:
    amounts = total_budgets(report)
    initial, final = amounts.get(INITIAL), amounts.get("决算数")
    if not initial or final is None:
        return Absent("predict_total", _NO_BUDGET)
    steps = [rate(final, initial) >= step for step in (90, 110, 150)]
    return prediction(
        "predict_total",
        "The initial budget (年初预算) was approved at the start of the year. How much of it was "
        "spent in the end?",
        PLAN,
        PLAN[sum(steps)],
        f"{money(final)} 万元 were spent; the initial budget was {money(initial)}.",
    )


_NO_BUDGET = "This report states no budget of all its spending beside the final."
_UPSIDE_DOWN = "Upside down: how much of the budget was spent? The budget is the base."


def _initial_rate(report: Report) -> Asked:
    amounts = total_budgets(report)
    initial, final, full = (amounts.get(name) for name in (INITIAL, "决算数", FULL_YEAR))
    if not initial or not final:
        return Absent("initial_rate", _NO_BUDGET)
    return Number(
        "initial_rate",
        f"The initial budget (年初预算数) was {money(initial)} 万元, the final accounts (决算数) are "
        f"{money(final)} 万元. What is the rate of execution (完成率), in per cent of the initial "
        "budget?",
        f"100 × {money(final)} / {money(initial)}. A rate above 100% means that money was added "
        "during the year.",
        [
            (rate(final, full), "That is the rate of the full-year budget (全年预算数)."),
            (rate(initial, final), _UPSIDE_DOWN),
            (
                rate(final - initial, initial),
                (
                    "That is by how much the final differs from the budget. The rate is the whole "
                    "final, in per cent of the budget."
                ),
            ),
            (rate(initial, full), "That compares the two budgets; nothing was spent in it."),
        ],
        "Divide the final by the initial budget. A rate can be above 100%.",
        rate(final, initial),
        "%",
        1,
    )


def _full_year_rate(report: Report) -> Asked:
    amounts = total_budgets(report)
    initial, final, full = (amounts.get(name) for name in (INITIAL, "决算数", FULL_YEAR))
    if not full or not final:
        return Absent("full_year_rate", "This report states no full-year budget (全年预算数).")
    return Number(
        "full_year_rate",
        f"With what was added and taken away during the year, the full-year budget (全年预算数) was "
        f"{money(full)} 万元. How many per cent of it were spent?",
        f"100 × {money(final)} / {money(full)}.",
        [
            (rate(final, initial), "That is the rate of the initial budget (年初预算数)."),
            (rate(full, final), _UPSIDE_DOWN),
            (rate(full - final, full), "That is what was left over."),
            (rate(full, initial), "That compares the two budgets; nothing was spent in it."),
        ],
        "Divide the final by the full-year budget.",
        rate(final, full),
        "%",
        1,
    )


def _what_a_full_rate_tells() -> Asked:
    return choice(
        "what_a_full_rate_tells",
        "A department spent 100% of its full-year budget (全年预算). What does that tell?",
        {
            "It planned the year exactly": "The plan was the initial budget. When was the full-year "
            "budget fixed?",
            "Little: that budget is adjusted during the year and follows the spending": None,
            "It spent exactly what was approved at the start of the year": "That was the initial "
            "budget (年初预算).",
            "It wasted money": "No rate tells whether money was spent well.",
        },
        "The closer to the end of the year a budget is adjusted, the closer it is to the final.",
        "Ask when the budget was fixed, before or after the money was spent.",
    )


def _items_without_budget(report: Report) -> Asked:
    kinds = list(budget_execution.changes(report)["kind"])
    none = kinds.count(budget_execution.UNBUDGETED)
    if not kinds or kinds.count(budget_execution.UNKNOWN) == len(kinds):
        return Absent(
            "predict_items_without_budget", "This report lists no items with their initial budgets."
        )
    return prediction(
        "predict_items_without_budget",
        f"The report lists {len(kinds)} items (项) with initial budget and final. How many of them "
        "had no initial budget at all?",
        QUARTERS,
        quarter(none, len(kinds)),
        f"{none} of {len(kinds)} items.",
    )


def _unbudgeted_share(report: Report) -> Asked:
    items = budget_execution.changes(report)
    items = items[items["final"].notna()]
    added = items[items["kind"] == budget_execution.UNBUDGETED]
    if added.empty or added["final"].sum() == 0:
        return Absent(
            "unbudgeted_share",
            "Every item that this report lists with its budget had an initial one.",
        )
    part, whole = added["final"].sum(), items["final"].sum()
    initial = items["initial_budget"].dropna().sum()
    return Number(
        "unbudgeted_share",
        f"{len(added)} of the {len(items)} items had an initial budget of 0. {money(part)} 万元 were "
        f"spent on them, and {money(whole)} 万元 on all items. What share of the spending was in no "
        "initial budget?",
        f"100 × {money(part)} / {money(whole)}.",
        [
            (
                rate(Decimal(len(added)), Decimal(len(items))),
                "That is the share of the items counted. Asked is the share of the money.",
            ),
            (rate(whole - part, whole), "That is what was spent on the other items."),
            (rate(part, whole - part), "You divided by the rest. The base is all spending."),
            (
                rate(part, initial),
                ("That is per cent of the initial budget, in which these items were not."),
            ),
        ],
        "Part: the money for items without an initial budget. Base: the money for all items.",
        rate(part, whole),
        "%",
        1,
    )


def changed_most(report: Report) -> pd.Series | None:
    """The item with an initial budget whose final differs most from it; None where none does."""
    items = budget_execution.changes(report)
    items = items[items["kind"].isin([budget_execution.RAISED, budget_execution.CUT])]
    items = items.loc[[bool(budget) for budget in items["initial_budget"]]]
    return (
        None
        if items.empty
        else items.loc[max(items.index, key=lambda at: abs(items.at[at, "change"]))]
    )


def _item_rate(report: Report) -> Asked:
    row = changed_most(report)
    if row is None:
        return Absent(
            "item_rate", "In this report no item's final differs from its initial budget."
        )
    initial, final = row["initial_budget"], row["final"]
    return Number(
        "item_rate",
        f"{named(row)}: initial budget {money(initial)} 万元, final {money(final)} 万元. What is its "
        "rate of execution (完成率)?",
        f"100 × {money(final)} / {money(initial)}.",
        [
            (rate(initial, final), _UPSIDE_DOWN),
            (rate(initial - final, initial), "That is what was not spent, in per cent."),
            (
                rate(final - initial, initial),
                ("That is the change. The rate is the final itself, in per cent of the budget."),
            ),
        ],
        "Divide the final by the initial budget.",
        rate(final, initial),
        "%",
        1,
    )


ROSE, SAME, FELL = "More than last year", "The same", "Less than last year"


def total_change(report: Report) -> pd.Series | None:
    """A total that is known in both years and changed: a row of year_over_year.compare.

    What was spent of fiscal appropriations goes first, for budgets are of these.
    """
    both = year_over_year.compare(report)
    both = both.loc[
        [bool(row.last_year and row.this_year and row.change) for row in both.itertuples()]
    ]
    budgeted = both[both["figure"].isin(["财政拨款支出", "一般公共预算财政拨款支出"])]
    found = budgeted if len(budgeted) else both
    return found.iloc[0] if len(found) else None


_NO_LAST_YEAR = "Nothing in this report says what an amount was last year."


def _direction(report: Report) -> Asked:
    row = total_change(report)
    if row is None:
        return Absent("predict_direction", _NO_LAST_YEAR)
    return prediction(
        "predict_direction",
        f"You know now how the final compares with the initial budget. And with last year: was "
        f"{beside(row['figure'])} more or less?",
        (ROSE, SAME, FELL),
        ROSE if row["change"] > 0 else FELL,
        f"It changed by {row['change']:+,} 万元. A budget and a year are two different bases.",
    )


def _last_year_amount(report: Report) -> Asked:
    row = total_change(report)
    if row is None:
        return Absent("last_year_amount", _NO_LAST_YEAR)
    this, change = row["this_year"], row["change"]
    words = "less" if change < 0 else "more"
    return Number(
        "last_year_amount",
        f"{beside(row['figure'])} is {money(this)} 万元, {money(abs(change))} 万元 {words} than last "
        "year. What was it last year?",
        f"This year less the change: {money(this)} − ({change:+,}).",
        [
            (this + change, f"If it is {words} now, was it more or less before?"),
            (
                total_budgets(report).get(INITIAL),
                ("That is this year's initial budget, not last year's final."),
            ),
            (abs(change), "That is the change."),
        ],
        f"This year it is {words}; go back by the change.",
        this - change,
    )


def told_change(report: Report) -> tuple[str, str] | None:
    """A sentence of the report that states a change, and what it is compared with.

    One that compares with a budget goes before one that compares with last year.
    """
    books = year_over_year.books_of(report)
    for base in (year_over_year.BUDGET, year_over_year.LAST_YEAR):
        for change in year_over_year.changes(books, base):
            if change.change:
                return change.fact.row["sentence"], base
    return None


def _compared_with(report: Report) -> Asked:
    found = told_change(report)
    if found is None:
        return Absent("compared_with", "No sentence of this report states a change of an amount.")
    sentence, base = found
    words = {
        year_over_year.LAST_YEAR: "Last year's final accounts (上年决算)",
        year_over_year.BUDGET: "A budget of this year (预算)",
    }
    hint = "Look for the word after 比, 较 or 与: it names what is compared with."
    return choice(
        "compared_with",
        f"“{sentence}” — less or more than what?",
        {text: None if key == base else hint for key, text in words.items()}
        | {"Another department": "No other department is named."},
        "The base of a change is named in the sentence; the same words can mean very different "
        "changes.",
        hint,
    )


def _when_made() -> Asked:
    options = (
        "At the start of the year, before anything was spent",
        "In the middle of the year",
        "At the end of the year, when the spending was known",
    )
    return prediction(
        "predict_when_made",
        "If a department spends exactly 100.0% of a budget of its travel, cars and receptions, to "
        "the last yuan: when was that budget most likely made?",
        options,
        options[2],
        "Nobody can plan receptions to the yuan a year ahead.",
    )


def three_public_budgets_of(report: Report) -> dict[str, Decimal]:
    """Last year's final, the budgets and the final of the three public expenses (三公经费), 万元."""
    rows = three_public_budgets.measures(report)
    rows = rows[rows["item"] == three_public_budgets.TOTAL]
    return dict(zip(rows["measure"], rows["amount"], strict=True))


def _three_public_rate(report: Report) -> Asked:
    amounts = three_public_budgets_of(report)
    initial, final = amounts.get(INITIAL), amounts.get("决算数")
    if not initial or final is None:
        return Absent(
            "three_public_rate",
            "This report does not state an initial budget (年初预算) of the three public expenses.",
        )
    return Number(
        "three_public_rate",
        f"The initial budget of the three public expenses (三公经费) was {money(initial)} 万元, the "
        f"final {money(final)} 万元. What is the rate of execution against the initial budget?",
        f"100 × {money(final)} / {money(initial)}.",
        [
            (
                rate(final, amounts.get(FULL_YEAR)),
                "That is the rate of the full-year budget (全年预算数).",
            ),
            (
                rate(final, amounts.get("上年决算数")),
                "That is in per cent of last year's final, not of a budget.",
            ),
            (rate(initial, final) if final else None, _UPSIDE_DOWN),
            (rate(initial - final, initial), "That is what was not spent, in per cent."),
        ],
        "Divide the final by the initial budget.",
        rate(final, initial),
        "%",
        1,
    )
