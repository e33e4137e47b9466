"""Budgets against final accounts: totals, changes, steps and the amounts of reasons."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import budget_execution
import helpers
from budget_execution import CUT, RAISED, UNBUDGETED, UNKNOWN, changes, named_amounts, steps


class Told:
    """A report whose tables a test writes."""

    def __init__(self, **tables: pd.DataFrame):
        self.tables = tables

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def listed(*pairs: tuple[str | None, str | None]) -> Told:
    """A report with an item for each pair of initial budget and final."""
    numbers = [[None if text is None else Decimal(text) for text in pair] for pair in pairs]
    frame = pd.DataFrame(numbers, columns=["initial_budget", "final"], dtype=object)
    return Told(budget_execution=frame.assign(item=[f"item {n}" for n in range(len(pairs))]))


def stated(facts=(), funding=()) -> Told:
    columns = ["subject", "measure", "value", "unit", "sentence", "page"]
    return Told(
        narrative=pd.DataFrame(
            [
                (subject, measure, Decimal(value), unit, "s", 1)
                for subject, measure, value, unit in facts
            ],
            columns=columns,
        ),
        performance_funding=pd.DataFrame(
            [("整体支出", "年度资金总额", basis, value, 2) for basis, value in funding],
            columns=["project", "source", "basis", "value", "page"],
        ),
    )


# -- the totals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "amount", "rate", "table", "pages"),
    [
        ("年初预算数", "2230.21", "185.3", "narrative", {25}),
        ("全年预算数", "4415.73", "93.6", "performance_funding", {53}),
    ],
)
def test_the_main_report_states_two_budgets(basis, amount, rate, table, pages):
    found = budget_execution.budget(helpers.Report("zhuzhou-hrss-2024"), basis)
    assert (str(found.amount), str(found.rate), found.table) == (amount, rate, table)
    assert found.final == Decimal(4133)
    assert set(found.rows["page"]) == pages


def test_the_budget_of_a_part_is_not_that_of_all_spending():
    report = stated([("“三公”经费财政拨款支出年初预算", "预算数", "0.95", "万元")])
    assert budget_execution.budget(report, "年初预算数") is None


def test_a_budget_without_final_or_of_nothing_has_no_rate():
    alone = stated(funding=[("年初预算数", "10.00"), ("全年执行数", "")])
    assert budget_execution.budget(alone, "年初预算数")[1:3] == (Decimal("10.00"), None)
    assert budget_execution.budget(alone, "年初预算数").rate is None
    nothing = stated(
        [
            ("财政拨款支出年初预算数", "预算数", "0", "万元"),
            ("财政拨款支出", "决算数", "5.00", "万元"),
        ]
    )
    assert budget_execution.budget(nothing, "年初预算数").final == 5
    assert budget_execution.budget(nothing, "年初预算数").rate is None


# -- items -----------------------------------------------------------------------------------------


def test_each_item_has_its_kind_and_a_blank_is_no_zero():
    items = changes(
        listed(
            ("0", "1.5"), ("2", "3"), ("3", "2"), ("2", "2.0"), (None, "2"), ("2", None), ("0", "0")
        )
    )
    assert list(items["kind"]) == [UNBUDGETED, RAISED, CUT, "", UNKNOWN, UNKNOWN, ""]
    assert list(items["change"]) == [*map(Decimal, ("1.5", "1", "-1", "0")), None, None, 0]


def test_the_largest_changes_have_steps_and_the_rest_is_one_of_each_kind():
    items = changes(
        listed(("0", "9"), ("0", "1"), ("0", "2"), ("9", "1"), ("9", "8"), ("5", "6"), (None, "7"))
    )
    found = [(step.kind, step.change, list(step.items.index)) for step in steps(items, 2)]
    assert found == [
        (UNBUDGETED, 9, [0]),
        (UNBUDGETED, 3, [2, 1]),
        (RAISED, 1, [5]),
        (CUT, -8, [3]),
        (CUT, -1, [4]),
    ]


def test_an_item_with_a_negative_final_is_a_step_too():
    items = changes(listed(("0", "-3"), ("2", "-1")))
    assert [(step.kind, step.change) for step in steps(items, 9)] == [(UNBUDGETED, -3), (CUT, -3)]


def test_no_items_make_no_steps():
    assert steps(changes(listed()), 9) == []


def test_the_steps_of_the_main_report_lead_from_its_budget_to_its_final():
    items = changes(helpers.Report("zhuzhou-hrss-2024"))
    found = steps(items, 10)
    assert items["initial_budget"].sum() + sum(step.change for step in found) == Decimal("4133.00")
    assert [len(step.items) for step in found].count(1) == len(found) - 2
    counts = items["kind"].value_counts().to_dict()
    assert counts == {UNBUDGETED: 12, CUT: 9}


# -- reasons ---------------------------------------------------------------------------------------


def test_a_reason_names_amounts_each_with_its_words():
    reason = (
        "年中财政追加引才工作经费104.00万元、人才发展专项资金1,050.5万元；结转上年5000元，共5人。"
    )
    assert named_amounts(reason) == [
        ("年中财政追加引才工作经费104.00万元", Decimal("104.00")),
        ("人才发展专项资金1,050.5万元", Decimal("1050.5")),
        ("结转上年5000元", Decimal("0.5")),
    ]
    assert named_amounts("2024年有5名退休人员死亡，发放抚恤金、丧葬费。") == []
