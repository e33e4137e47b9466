"""Lesson 4: can you trust the report? Its questions, and what its figures show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

import checks
import damage_trial
import indicator_targets
import key_figures
from check_figures import LABELS
from exercises import Absent, Asked, Number, Questions, by_key, choice, prediction
from helpers import Report, money
from lesson_questions import named
from terms import Words


def questions(report: Report) -> Questions:
    """The questions of the lesson by their keys, in their order."""
    return by_key(_questions(report))


def _questions(report: Report) -> Iterator[Asked]:
    yield _hidden_class(report)
    yield _fails(report)
    yield _rounded_sum(report)
    yield _tolerance()
    yield _unprotected(report)
    yield _same_slip()
    yield _contradiction(report)
    yield _which_is_right()
    yield _points_lost(report)
    yield _execution_points(report)
    yield _words_for_targets(report)


def hidden_class(report: Report) -> pd.Series | None:
    """The class (类) whose amount a pupil finds again from the others: the third largest, or last."""
    classes = key_figures.classes(report)
    total = key_figures.spending(report).get("合计")
    return classes.iloc[min(2, len(classes) - 1)] if len(classes) > 1 and total else None


def _hidden_class(report: Report) -> Asked:
    row = hidden_class(report)
    if row is None:
        return Absent("hidden_class", "This report does not print several classes and their total.")
    amounts = key_figures.classes(report)["amount"]
    total, others = key_figures.spending(report)["合计"], amounts.drop(row.name)
    return Number(
        "hidden_class",
        f"One amount is smudged: that of {named(row)}. What must it be, if the classes add up to the "
        "total?",
        f"The total less all other classes: {money(total)} − {money(others.sum())}.",
        [
            (others.sum(), "That is the sum of the other classes. What is missing to the total?"),
            (total, "That is the total, not the missing part of it."),
            (
                total - others.sum() + others.min(),
                "A class is missing in your sum: the smallest one.",
            ),
            (total - others.max(), "You took off the largest class only."),
            (total + others.sum(), "Subtract: the missing class is a part of the total."),
        ],
        "Add the other classes up, and take the sum off the total.",
        total - others.sum(),
    )


def made(report: Report) -> pd.DataFrame:
    """The checks of a report that could be computed: rows of ``checks.csv``."""
    checks_made = report.table("checks")
    return checks_made[checks_made["verdict"] != "not applicable"]


FEW = ("None", "Less than 1%", "1% to 5%", "More than 5%")


def _few(part: int, whole: int) -> str:
    """Which of :data:`FEW` a share is."""
    return FEW[0] if not part else FEW[1 + (100 * part >= whole) + (100 * part >= 5 * whole)]


def _fails(report: Report) -> Asked:
    rows = made(report)
    if rows.empty:
        return Absent("predict_fails", "No check could be computed for this report.")
    fails = int((rows["verdict"] == "fail").sum())
    return prediction(
        "predict_fails",
        f"{len(rows):,} such checks can be computed for this report. In how many does the report "
        "contradict itself?",
        FEW,
        _few(fails, len(rows)),
        f"{fails} of {len(rows):,}.",
    )


def rounded_sum(report: Report) -> pd.Series | None:
    """A check that differs by rounding only: a row of ``checks.csv`` with a printed total."""
    rows = made(report)
    rows = rows[(rows["verdict"] == "rounding") & rows["check"].isin(["row total", "classes"])]
    return rows.iloc[0] if len(rows) else None


def _rounded_sum(report: Report) -> Asked:
    row = rounded_sum(report)
    if row is None:
        return Absent("rounded_sum", "In this report every total is exactly the sum of its parts.")
    right = "Rounding: every amount was rounded before it was printed"
    return choice(
        "rounded_sum",
        f"{_place(row)} is printed as {money(row['stated'])}. Its printed parts "
        f"add up to {money(row['computed'])}. What is the most likely reason?",
        {
            "Somebody put the difference into his pocket": "Look at the size of the difference, and "
            "at which decimal it changes.",
            "The total was typed wrongly": "A wrong digit seldom changes the last decimal "
            "only. What happens to amounts before they are printed in 万元?",
            right: None,
            "The PDF was misread": "Look at the page: these are the printed figures.",
        },
        "The accounts are kept in yuan and fen; each amount is rounded for the report by itself.",
        "By how much do they differ, and in which decimal?",
    )


def _tolerance() -> Asked:
    half = Decimal("0.005")
    return Number(
        "tolerance",
        "Two parts and their total are printed with two decimals, so each of the three was rounded "
        "by up to 0.005. By how much can the sum of the two printed parts differ from the printed "
        "total at most, if nothing is wrong?",
        "Three figures were rounded, each by up to 0.005.",
        [
            (2 * half, "The total was rounded, too."),
            (half, "That is for one rounded figure. How many are there?"),
            (
                6 * half,
                "A rounded figure is off by half a unit of its last decimal, not a whole one.",
            ),
            (Decimal(0), "Each printed figure may be off a little; so may their sum."),
        ],
        "How many figures were rounded, and by how much each?",
        3 * half,
        "",
        3,
    )


def protection(report: Report) -> pd.DataFrame:
    """How many printed amounts of each table no check protects.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``cells`` (all that damage_trial can damage), ``alone``: those that can be
        blanked, multiplied and divided by ten without any check noticing it.
    """
    frames = {name: report.table(name) for name in LABELS}
    alone = damage_trial.unprotected(frames)
    alone = alone.loc[alone["noticed"] == 0, "table"].value_counts()
    cells_of = pd.Series(
        [f.key[0] for f in damage_trial.Trial(frames).cells], dtype=str
    ).value_counts()
    rows = [(name, cells_of[name], alone.get(name, 0)) for name in frames if name in cells_of]
    return pd.DataFrame(rows, columns=["table", "cells", "alone"])


def _unprotected(report: Report) -> Asked:
    counts = protection(report)[["cells", "alone"]].sum()
    whole, alone = int(counts["cells"]), int(counts["alone"])
    if not whole:
        return Absent("predict_unprotected", "This report prints no amounts.")
    options = ("None", "Less than 10%", "10% to 50%", "More than half")
    at = 0 if not alone else 1 + (10 * alone >= whole) + (2 * alone > whole)
    return prediction(
        "predict_unprotected",
        f"Of the {whole:,} printed amounts, how many could be left blank or be ten times as large "
        "without any of the checks noticing it?",
        options,
        options[at],
        f"{alone} of {whole:,}: they stand alone, and no other figure depends on them.",
    )


def _same_slip() -> Asked:
    return choice(
        "same_slip",
        "A clerk books a payment of the department twice. All tables are made from these books. "
        "What do the checks between the tables notice?",
        {
            "The totals no longer add up": "All tables come from the same books, so they add up.",
            "The table of receipts differs from that of payments": "What is left at the end of the "
            "year is computed from the same books, too.",
            "Nothing: figures that are wrong together agree": None,
            "A warning in the narrative": "The narrative repeats the figures of the tables.",
        },
        "Checks find contradictions, not errors. Whether the books are true, auditors must see.",
        "Which two figures would differ?",
    )


def contradiction(report: Report) -> pd.Series | None:
    """The most important contradiction between figures: a row of checks.findings, or None."""
    found = checks.findings(report.table("checks"))
    found = found[found["stated"].notna() & found["computed"].notna()]
    return found.iloc[0] if len(found) else None


def _contradiction(report: Report) -> Asked:
    row = contradiction(report)
    if row is None:
        return Absent("contradiction", "In this report no figures contradict one another.")
    stated, given = row["stated"], row["computed"]
    finest = max(0, *(-amount.as_tuple().exponent for amount in (stated, given)))
    return Number(
        "contradiction",
        f"{_place(row)} is printed as {money(stated)}; the report's other "
        f"figures give {money(given)}. By how much do they contradict one another? (Without a "
        "sign.)",
        f"{money(max(stated, given))} − {money(min(stated, given))}. Rounding explains at most "
        f"{row['tolerance'].normalize():f}.",
        [
            (stated, "That is what is printed."),
            (given, "That is what the other figures give."),
            (stated + given, "Subtract, do not add."),
        ],
        "Subtract the smaller from the larger.",
        abs(stated - given),
        "",
        finest,
    )


def _which_is_right() -> Asked:
    return choice(
        "which_is_right",
        "Two figures of a report contradict one another. Which of them is right?",
        {
            "The one in the table": "Tables are typed by people, too.",
            "The one that was computed from the others": "Its parts are printed figures, too; one of "
            "them may be wrong.",
            "The mean of both": "A mean of a right and a wrong figure is a second wrong one.",
            "The report alone does not tell": None,
        },
        "One asks the department, names both places, and corrects neither.",
        "What would you have to know to decide?",
    )


def evaluated(report: Report) -> pd.DataFrame:
    """The indicators of the self-evaluations with points and score (see indicator_targets)."""
    rows = indicator_targets.assessed(report.table("performance_indicators"))
    return rows.loc[[lost is not None for lost in rows["lost"]]]


_NO_EVALUATION = "This report prints no self-evaluation (绩效自评) with points."


def _points_lost(report: Report) -> Asked:
    rows = evaluated(report)
    points, lost = rows["points"].sum(), rows["lost"].sum()
    if not points:
        return Absent("predict_points", _NO_EVALUATION)
    options = ("Less than 10%", "10% to 25%", "25% to 50%", "More than half")
    return prediction(
        "predict_points",
        "The department gives points to its own work, indicator by indicator. Of all these points, "
        "how many did it take off?",
        options,
        options[sum(lost >= points * step / 100 for step in (10, 25, 50))],
        f"{money(lost)} of {money(points)} points.",
    )


def execution_score(report: Report) -> tuple[Decimal, Decimal] | None:
    """The points for execution in the evaluation of the whole department, and the printed rate."""
    rows = report.table("performance_funding")
    rows = rows[(rows["project"] == "整体支出") & (rows["source"] == "年度资金总额")]
    printed = dict(zip(rows["basis"], rows["value"], strict=True))
    points, rate = (
        indicator_targets.plain_number(printed.get(basis, "")) for basis in ("分值", "执行率")
    )
    return (points, rate) if points and rate else None


def _execution_points(report: Report) -> Asked:
    found = execution_score(report)
    if found is None:
        return Absent("execution_points", _NO_EVALUATION)
    points, rate = found
    return Number(
        "execution_points",
        f"The evaluation of the whole department (整体支出) has {money(points)} points for spending "
        f"its budget, given in proportion to the rate of execution, {money(rate)}%. How many points "
        "is that?",
        f"{money(points)} × {money(rate)} / 100. The points reward spending, whatever it was for.",
        [
            (points, "That would be for 100%."),
            (rate, "That is the rate; it is worth a part of the points only."),
            (points - points * rate / 100, "Those are the points lost."),
            (100 * points / rate, "Multiply by the rate, do not divide."),
        ],
        "Take the rate in per cent of the points.",
        points * rate / 100,
        "",
        2,
    )


def target_in_words(report: Report) -> pd.Series | None:
    """An indicator with full points whose target and result are words; None where there is none."""
    rows = evaluated(report)
    rows = rows[
        (rows["reason"] == indicator_targets.WORDS) & (rows["lost"] == 0) & (rows["points"] > 0)
    ]
    return rows.iloc[0] if len(rows) else None


def _words_for_targets(report: Report) -> Asked:
    row = target_in_words(report)
    if row is None:
        return Absent("words_for_targets", "This report has no indicator with a target in words.")
    return choice(
        "words_for_targets",
        f"An indicator of the self-evaluation: “{row['level3']}”. Target: “{row['target']}”. Result: "
        f"“{row['actual']}”. Points: {row['score']} of {row['points']}. What can a reader check?",
        {
            "That the target was met": "Say how you would measure it.",
            "That the work was good": "The points are the department's own.",
            "Nothing: neither target nor result can be measured": None,
            "That the money was well spent": "No money stands in this indicator.",
        },
        "A target that can be checked has a number, a unit and a date.",
        "Which number would tell you that the target was missed?",
    )


def _place(check: pd.Series) -> str:
    """Where a check's stated figure is printed; in English, too, where all of its words are known."""
    words = check["scope"].split()
    english = [Words("en")(word) for word in words]
    known = all(e != word or word.isdecimal() for e, word in zip(english, words, strict=True))
    place = f"{', '.join(english)} ({check['scope']})" if known else check["scope"]
    return f"{place}, page {check['page']},"
