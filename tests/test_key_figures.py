"""The key figures of the main report, and of reports that state them in another way or not at all."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from altered import Altered

import key_figures
from key_figures import share

MAIN = Altered()


def test_shares_are_rounded_half_up_and_none_where_they_cannot_be_computed():
    assert share(Decimal(1), Decimal(8)) == Decimal("12.5")
    assert share(Decimal("0.125"), Decimal(100), 2) == Decimal("0.13")
    assert share(Decimal(0), Decimal(8)) == Decimal("0.0")
    assert share(None, Decimal(8)) is None
    assert share(Decimal(1), None) is None
    assert share(Decimal(1), Decimal(0)) is None


def test_the_key_figures_of_the_main_report():
    spent = key_figures.spending(MAIN)
    assert (spent["合计"], spent["项目支出"]) == (Decimal("4133.00"), Decimal("2687.75"))
    assert spent["经营支出"] is None
    first = key_figures.classes(MAIN).iloc[0]
    assert (first["code"], first["amount"]) == ("208", Decimal("3199.52"))
    groups = key_figures.people_and_operations(MAIN)
    assert groups == {"人员经费": Decimal("1259.34"), "公用经费": Decimal("185.91")}
    assert key_figures.three_public(MAIN)["决算数", "合计"] == Decimal("34.49")
    assert key_figures.three_public(MAIN)["决算数", "公务用车购置费"] is None
    assert key_figures.staff(MAIN) == 49
    bought = key_figures.procurement(MAIN)
    assert key_figures.sme_share(bought) == Decimal("90.0")
    assert key_figures.sme_share(bought, "货物") == Decimal("93.6")
    assert key_figures.small_firms_share(bought) == Decimal("35.5")


def test_both_budgets_of_the_main_report():
    initial = key_figures.against_initial_budget(MAIN)
    assert (initial.budget, initial.final, initial.rate, initial.table) == (
        *(Decimal("2230.21"), Decimal("4133.00"), Decimal("185.3"), "narrative"),
    )
    full_year = key_figures.against_full_year_budget(MAIN)
    assert (full_year.budget, full_year.rate) == (Decimal("4415.73"), Decimal("93.6"))


def test_groups_without_lines_of_their_own_are_added_up_from_their_classes():
    rows = MAIN.table("basic_expenditure")
    altered = Altered(basic_expenditure=rows[rows["level"] != "合计"])
    assert key_figures.people_and_operations(altered) == key_figures.people_and_operations(MAIN)
    blank = Altered(basic_expenditure=rows.head(0))
    assert key_figures.people_and_operations(blank) == {"人员经费": None, "公用经费": None}


SENTENCE = "一般公共预算财政拨款支出年初预算为200.00万元，支出决算为150.00万元，完成年初预算的75%。"


@pytest.mark.parametrize(
    ("subject", "sentence", "rate"),
    [
        ("一般公共预算财政拨款支出年初预算", SENTENCE, "75.0"),
        ("“三公”经费财政拨款支出年初预算", SENTENCE, "185.3"),
        ("一般公共预算财政拨款支出预算", SENTENCE.replace("年初预算", "预算"), "185.3"),
    ],
    ids=["other words", "three public expenses", "a budget that is not the initial one"],
)
def test_the_initial_budget_is_that_of_all_appropriations(subject, sentence, rate):
    """Otherwise it is taken from the self-evaluation, which has the rate of the narrative."""
    row = {"report": MAIN.name, "year": 2024, "page": 1, "section": "五", "unit": "万元"}
    told = pd.DataFrame(
        [
            row | {"subject": subject, "measure": "预算数", "value": Decimal(200)},
            row | {"subject": "财政拨款支出", "measure": "决算数", "value": Decimal(150)},
        ]
    ).assign(sentence=sentence)
    found = key_figures.against_initial_budget(Altered(narrative=told))
    assert str(found.rate) == rate


def test_what_a_report_does_not_state_is_none():
    names = ("narrative", "performance_funding", "base_data", "procurement", "three_public")
    empty = Altered(**{name: MAIN.table(name).head(0) for name in names})
    assert key_figures.against_initial_budget(empty) is None
    assert key_figures.against_full_year_budget(empty) is None
    assert key_figures.staff(empty) is None
    assert key_figures.three_public(empty) == {}
    assert key_figures.sme_share(key_figures.procurement(empty)) is None


def test_a_share_of_small_firms_is_computed_or_as_stated():
    stated = {("合计", "中小企业占比"): Decimal("80.0"), ("合计", "采购支出"): Decimal(50)}
    assert key_figures.sme_share(stated) == Decimal("80.0")
    amounts = {("合计", "授予中小企业合同金额"): Decimal(30), ("合计", "采购支出"): Decimal(50)}
    assert key_figures.sme_share(stated | amounts) == Decimal("60.0")
