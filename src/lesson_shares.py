"""Lesson 2: per cent of what? Its questions, and what its figures show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

import key_figures
import year_over_year
from exercises import Absent, Asked, Number, Questions, by_key, choice, prediction
from helpers import Report, money, percent
from lesson_questions import QUARTERS, largest_class, named, quarter, rate
from terms import beside


def questions(report: Report) -> Questions:
    """The questions of the lesson by their keys, in their order."""
    return by_key(_questions(report))


def _questions(report: Report) -> Iterator[Asked]:
    yield _largest_class(report)
    yield _second_class(report)
    yield _project_share(report)
    yield _small_amount(report)
    yield _three_public_share(report)
    yield _which_base()
    yield _of_a_hundred(report)
    yield _medium_firms(report)
    yield _share_of_a_share(report)
    yield _points(report)
    yield _moved(report)
    yield _small_base(report)


def _classes_and_total(report: Report) -> tuple[pd.DataFrame, Decimal | None]:
    return key_figures.classes(report), key_figures.spending(report).get("合计")


def _largest_class(report: Report) -> Asked:
    classes, total = _classes_and_total(report)
    if classes.empty or not total:
        return Absent("predict_largest_class", "This report prints no spending by class (类).")
    first = classes.iloc[0]
    return prediction(
        "predict_largest_class",
        f"The largest class of spending is {beside(first['item'])}. How much of all spending (支出"
        "合计) is it?",
        QUARTERS,
        quarter(first["amount"], total),
        f"{money(first['amount'])} of {money(total)} 万元.",
    )


def _second_class(report: Report) -> Asked:
    classes, total = _classes_and_total(report)
    if len(classes) < 2 or not total or classes.iloc[1]["amount"] <= 0:
        return Absent("second_class", "This report has no second class (类) of spending.")
    first, second = classes["amount"].iloc[:2]
    projects = key_figures.spending(report).get("项目支出")
    return Number(
        "second_class",
        f"What share of all spending (支出合计) is the second largest class, "
        f"{named(classes.iloc[1])}?",
        f"100 × {money(second)} / {money(total)}.",
        [
            (rate(second, first), "That is per cent of the largest class. Of all spending!"),
            (
                rate(second, total - second),
                "You divided by the rest. The base is the whole, with the part in it.",
            ),
            (rate(total, second), "Upside down: divide the part by the whole."),
            (rate(second, projects), "That is per cent of project expenditure (项目支出)."),
            (rate(first, total), "That is the largest class; the second one was asked for."),
        ],
        "Divide the class's amount by the total of all spending, and multiply by 100.",
        rate(second, total),
        "%",
        1,
    )


def _project_share(report: Report) -> Asked:
    spent = key_figures.spending(report)
    total, basic, projects = (spent.get(kind) for kind in ("合计", "基本支出", "项目支出"))
    if not total or not basic or not projects:
        return Absent(
            "project_share", "This report does not print both basic and project expenditure."
        )
    return Number(
        "project_share",
        f"Basic expenditure (基本支出) is {money(basic)} 万元, project expenditure (项目支出) "
        f"{money(projects)} 万元, all spending {money(total)} 万元. What share of all spending is "
        "project expenditure?",
        f"100 × {money(projects)} / {money(total)}.",
        [
            (rate(basic, total), "That is the share of basic expenditure."),
            (
                rate(projects, basic),
                (
                    "That is project expenditure in per cent of basic expenditure: "
                    "one part measured by the other. The base is all spending."
                ),
            ),
            (rate(basic, projects), "That is one part in per cent of the other."),
            (rate(total, projects), "Upside down: divide the part by the whole."),
        ],
        "Part: project expenditure. Base: all spending.",
        rate(projects, total),
        "%",
        1,
    )


PARTS = ("Less than 1%", "1% to 5%", "5% to 20%", "More than 20%")


def three_public_bases(report: Report) -> dict[str, Decimal]:
    """What the three public expenses can be measured by, 万元: those that the report prints."""
    spent, people = key_figures.spending(report), key_figures.people_and_operations(report)
    amounts = {"支出合计": spent.get("合计"), "基本支出": spent.get("基本支出")} | people
    return {name: amounts[name] for name in ("支出合计", "基本支出", "公用经费") if amounts[name]}


def three_public_final(report: Report) -> Decimal | None:
    """What the three public expenses came to, 万元; None where that is blank or nothing."""
    return key_figures.three_public(report).get(("决算数", "合计")) or None


def _small_amount(report: Report) -> Asked:
    part, total = three_public_final(report), key_figures.spending(report).get("合计")
    if not part or not total:
        return Absent(
            "predict_small_amount",
            _NO_THREE_PUBLIC,
        )
    steps = [percent(part, total, 9) >= step for step in (1, 5, 20)]
    return prediction(
        "predict_small_amount",
        "Travel abroad, official cars and receptions (三公经费): how much of all spending?",
        PARTS,
        PARTS[sum(steps)],
        f"{money(part)} of {money(total)} 万元.",
    )


_NO_THREE_PUBLIC = (
    "In this report the three public expenses (三公经费) or the operating expenses (公用经费) are "
    "blank or zero, so that there is no share to compute."
)


def largest_three_public(report: Report) -> tuple[str, Decimal] | None:
    """The largest of the three public expenses and its amount, 万元; None where all are blank."""
    spent = key_figures.three_public(report)
    amounts = {item: spent.get(("决算数", item)) or Decimal(0) for item in key_figures.ITEMS}
    item = max(amounts, key=amounts.get)
    return (item, amounts[item]) if amounts[item] else None


def _three_public_share(report: Report) -> Asked:
    found, bases = largest_three_public(report), three_public_bases(report)
    if not found or len(bases) < 3:
        return Absent(
            "three_public_share",
            _NO_THREE_PUBLIC,
        )
    item, part = found
    total, basic, running = bases.values()
    three = three_public_final(report)
    return Number(
        "three_public_share",
        f"The largest of the three is {beside(item)}, {money(part)} 万元. What share of operating "
        "expenses (公用经费) is that?",
        f"100 × {money(part)} / {money(running)}.",
        [
            (rate(three, running), "That is the share of all three together."),
            (rate(part, three), "That is the share of the three public expenses (三公经费)."),
            (rate(part, total), "That is the share of all spending. Which base was asked for?"),
            (rate(part, basic), "That is the share of basic expenditure, which also pays people."),
            (
                rate(part, running - part),
                "You divided by the rest. The base is the whole, with the part in it.",
            ),
            (rate(running, part), "Upside down: divide the part by the whole."),
        ],
        "Part: the one expense. Base: 公用经费.",
        rate(part, running),
        "%",
        1,
    )


def _which_base() -> Asked:
    return choice(
        "which_base",
        "A newspaper wants to write: “Of every 100 yuan that the department spent, … yuan went to "
        "receptions.” Which base does it need?",
        {
            "The three public expenses (三公经费)": "That gives “of every 100 yuan for travel "
            "abroad, cars and receptions”.",
            "Operating expenses (公用经费)": "That gives “of every 100 yuan for offices and travel”, a "
            "small part of what was spent.",
            "All spending (支出合计)": None,
            "Project expenditure (项目支出)": "Then receptions would have to be paid out of "
            "projects, and the sentence to say so.",
        },
        "“Of every 100 yuan that it spent” names the base: all that it spent.",
        "The words after “of” name the base.",
    )


def _procured(report: Report) -> tuple[Decimal, Decimal, Decimal] | None:
    """Procurement, what SMEs won of it, and what small and micro firms won; None if not stated."""
    bought = key_figures.procurement(report)
    measures = ("采购支出", "授予中小企业合同金额", "授予小微企业合同金额")
    amounts = tuple(bought.get(("合计", measure)) for measure in measures)
    return amounts if all(amounts) else None


_NO_FIRMS = "This report does not state what small and micro firms (小微企业) won of procurement."


def _of_a_hundred(report: Report) -> Asked:
    amounts = _procured(report)
    if amounts is None:
        return Absent("predict_of_a_hundred", _NO_FIRMS)
    whole, smes, small = amounts
    return prediction(
        "predict_of_a_hundred",
        f"The report says: small and medium firms (中小企业) won {percent(smes, whole)}% of "
        f"procurement, small and micro firms (小微企业) {percent(small, smes)}%. How much of all "
        "procurement did small and micro firms win?",
        QUARTERS,
        quarter(small, whole),
        f"{money(small)} of {money(whole)} 万元. The second percentage has another base: what small "
        "and medium firms won.",
    )


def _medium_firms(report: Report) -> Asked:
    amounts = _procured(report)
    if amounts is None:
        return Absent("medium_firms", _NO_FIRMS)
    whole, smes, small = amounts
    won, of_it = percent(smes, whole), percent(small, smes)
    return Number(
        "medium_firms",
        f"Procurement was {money(whole)} 万元. Small and medium firms (中小企业) won {money(smes)} of "
        f"it; of that, small and micro ones (小微企业) won {money(small)}. The rest of it went to "
        "medium-sized firms: what share of all procurement?",
        f"100 × ({money(smes)} − {money(small)}) / {money(whole)}.",
        [
            (won - of_it, f"{won}% and {of_it}% have two bases; they cannot be subtracted."),
            (rate(smes - small, smes), "That is per cent of what small and medium firms won."),
            (rate(whole - smes, whole), "That is what large firms won."),
            (rate(whole - small, whole), "Large firms are in that, too."),
            (rate(smes, whole), "Small and micro firms are in that, too."),
        ],
        "Subtract amounts, or percentages with the same base; then ask: per cent of what?",
        rate(smes - small, whole),
        "%",
        1,
    )


def _share_of_a_share(report: Report) -> Asked:
    row, total = largest_class(report), key_figures.spending(report).get("合计")
    if row is None or not total:
        return Absent(
            "share_of_a_share", "No class (类) of this report has basic and project expenditure."
        )
    part, whole = row["项目支出"], row["合计"]
    outer, inner = percent(whole, total), percent(part, whole)
    right = (outer * inner / 100).quantize(Decimal(1), ROUND_HALF_UP)
    return Number(
        "share_of_a_share",
        f"{beside(row['item'])} is {outer}% of all spending, and project expenditure (项目支出) is "
        f"{inner}% of this class. How many per cent of all spending is project expenditure of this "
        "class? (A whole number.)",
        f"{outer}% of {inner}%: multiply and divide by 100.",
        [
            (inner, "That is per cent of the class; the base was to be all spending."),
            (outer, "That is the whole class."),
            (outer - inner, "The bases differ, so the percentages cannot be subtracted."),
            (outer + inner, "The bases differ, so the percentages cannot be added."),
            (
                rate(inner, outer),
                "Do not divide one by the other: a share of a share is a product.",
            ),
            ((outer + inner) / 2, "A mean does not help: a share of a share is a product."),
        ],
        "A share of a share: multiply the two, and divide by 100.",
        right,
        "%",
        0,
    )


def _points(report: Report) -> Asked:
    row, spent = largest_class(report), key_figures.spending(report)
    total, projects = spent.get("合计"), spent.get("项目支出")
    if row is None or not total or not projects:
        return Absent("points", "No class (类) of this report has basic and project expenditure.")
    inside, everywhere = percent(row["项目支出"], row["合计"]), percent(projects, total)
    return Number(
        "points",
        f"Project expenditure is {everywhere}% of all spending, but {inside}% of "
        f"{beside(row['item'])}. By how many percentage points is the share in this class higher? "
        "(Lower: with a minus.)",
        f"{inside} − {everywhere}. The difference of two percentages is counted in percentage "
        "points.",
        [
            (
                rate(inside - everywhere, everywhere),
                (
                    "That is the difference in per cent of a "
                    "percentage. Percentage points are simply subtracted."
                ),
            ),
            (inside + everywhere, "Subtract, do not add."),
            (rate(inside, everywhere), "Do not divide: percentage points are subtracted."),
        ],
        "Subtract the share of all spending from the share in the class.",
        inside - everywhere,
        "percentage points",
        1,
    )


def moves(report: Report) -> tuple[pd.Series, pd.Series] | None:
    """Of the figures known in both years the one that moved most in per cent, and in 万元.

    Returns
    -------
    tuple of pandas.Series or None
        Rows of :func:`year_over_year.compare` with ``rate`` (per cent of last year's, one
        decimal). None where both are one, or nothing is known.
    """
    both = year_over_year.compare(report)
    both = both.loc[[bool(row.last_year and row.change) for row in both.itertuples()]]
    if both.empty:
        return None
    rates = [percent(row.change, abs(row.last_year)) for row in both.itertuples()]
    both = both.assign(rate=rates)
    fastest = max(both.index, key=lambda at: abs(both.at[at, "rate"]))
    largest = max(both.index, key=lambda at: abs(both.at[at, "change"]))
    if abs(both.at[fastest, "change"]) >= abs(both.at[largest, "change"]):
        return None
    return both.loc[fastest], both.loc[largest]


_NO_MOVES = "This report tells too little of last year for a comparison of rates."


def _moved(report: Report) -> Asked:
    found = moves(report)
    if found is None:
        return Absent("predict_moved", _NO_MOVES)
    fast, large = found
    names = [beside(row["figure"]) for row in found]
    return prediction(
        "predict_moved",
        f"Against last year, {names[0]} changed by {fast['rate']:+}%, {names[1]} by "
        f"{large['rate']:+}%. Which changed by more money?",
        names,
        names[1],
        f"{money(abs(large['change']))} against {money(abs(fast['change']))} 万元.",
    )


def _small_base(report: Report) -> Asked:
    found = moves(report)
    if found is None:
        return Absent("small_base", _NO_MOVES)
    fast, large = found
    return Number(
        "small_base",
        f"{beside(fast['figure'])} changed by {fast['rate']:+}% in a year, which is "
        f"{money(abs(fast['change']))} 万元. If {beside(large['figure'])} (last year "
        f"{money(large['last_year'])} 万元) changed by that much money, how many per cent would that "
        "be? (Without a sign.)",
        f"100 × {money(abs(fast['change']))} / {money(large['last_year'])}. The same money is a "
        "large rate on a small base.",
        [
            (
                abs(fast["rate"]),
                "That is the rate on the small base; the money is the same, the base another.",
            ),
            (
                abs(large["rate"]),
                "That is its real change; asked is what the smaller sum would be.",
            ),
            (
                rate(abs(fast["change"]), large["this_year"]),
                "That is in per cent of this year's amount; a change is measured by last year's.",
            ),
        ],
        "Divide the change in money by last year's amount of the larger figure.",
        rate(abs(fast["change"]), large["last_year"]),
        "%",
        1,
    )
