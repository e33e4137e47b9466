"""Lesson 1: which table answers which question? Its questions, and what its figures show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

import key_figures
import table_map
from exercises import Absent, Asked, Number, Questions, by_key, choice, prediction
from helpers import Report, money, percent
from lesson_questions import QUARTERS, largest_class, named, quarter, title

NINE = tuple(table_map.TELLS)
"""The statutory tables."""


def questions(report: Report) -> Questions:
    """The questions of the lesson by their keys, in their order."""
    return by_key(_questions(report))


def _questions(report: Report) -> Iterator[Asked]:
    yield _all_money()
    yield _which_table()
    yield _section_code(report)
    yield _project_of_class(report)
    yield _blank_cells(report)
    yield _blank_or_zero()
    yield _classes_with_money(report)
    yield _in_yuan(report)
    yield _year_balance(report)
    yield _carried_over()
    yield _basic_again(report)


def _all_money() -> Asked:
    names = ("revenue_expenditure", "expenditure", "general_budget", "three_public")
    why = "It holds all revenue and all expenditure, with what was carried over from year to year."
    return prediction(
        "predict_all_money",
        "One table holds all the money of the year, and the others tell of a part of it. Which?",
        map(title, names),
        title(names[0]),
        why,
    )


def _which_table() -> Asked:
    return choice(
        "which_table",
        "How much did the department pay for travel inside the country (差旅费) out of its basic "
        "expenditure? Which table has a line for it?",
        {
            title(
                "expenditure"
            ): "Its lines say what the money is for (支出功能分类), not what kind "
            "of thing it bought.",
            title("basic_expenditure"): None,
            title("three_public"): "It has three kinds of expenses only; travel inside the country "
            "is none of them.",
            title("revenue"): "It tells where money comes from, not what it is spent on.",
        },
        "Its lines are kinds of things: wages, printing, travel (支出经济分类).",
        "Ask first: is the question about what for, what kind of thing, or where from?",
    )


def items(report: Report) -> pd.DataFrame:
    """The items (项) of the expenditure table that have an amount, the largest first."""
    rows = report.table("expenditure").query("level == '项' and kind == '合计'")
    rows = rows[rows["amount"].notna() & rows["code"].str.fullmatch(r"\d{7}")]
    return rows.sort_values("amount", ascending=False, kind="stable")


def _section_code(report: Report) -> Asked:
    found = items(report)
    if found.empty:
        return Absent(
            "section_code", "The expenditure table of this report has no items (项) with an amount."
        )
    code = found.iloc[0]["code"]
    return Number(
        "section_code",
        f"The largest item (项) is {named(found.iloc[0])}. What is the code of the section (款) "
        "that it belongs to?",
        f"A section's code is the first five digits of its items' codes: {code[:5]}.",
        [
            (Decimal(code[:3]), "That is the class (类), with three digits; a section has five."),
            (Decimal(code), "That is the item itself; a section has fewer digits."),
            (
                Decimal(code[3:5]),
                "Keep the digits before, too: a section's code begins with that of its class.",
            ),
        ],
        "Codes are read from the left: three digits a class, five a section, seven an item.",
        Decimal(code[:5]),
        "",
        0,
    )


def _project_of_class(report: Report) -> Asked:
    row = largest_class(report)
    if row is None:
        return Absent(
            "project_of_class", "No class (类) of this report has basic and project expenditure."
        )
    total = key_figures.spending(report)
    return Number(
        "project_of_class",
        f"In the expenditure table: how much project expenditure (项目支出) has the class "
        f"{named(row)}?",
        f"The row with code {row['code']}, in the column 项目支出: {money(row['项目支出'])} 万元.",
        [
            (row["合计"], "That is the column 合计, which holds basic expenditure, too."),
            (row["基本支出"], "That is the column 基本支出, for running the department."),
            (total.get("项目支出"), "That is the row 合计, of all classes; look for the code."),
            (total.get("合计"), "That is the total of all spending: the wrong row and column."),
        ],
        "Find the row by its code, then go right to the column 项目支出.",
        row["项目支出"],
    )


def cells(report: Report) -> pd.DataFrame:
    """How many cells for amounts each of the nine tables has, by what is printed in them.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``cells`` (all of them), ``blank``, ``zero`` (printed as 0), and ``share``: the
        blank ones in per cent of all; a row for each table of the report.
    """
    found = []
    for name in NINE:
        amounts = report.table(name)["amount"]
        if len(amounts):
            blank = int(amounts.isna().sum())
            zero = sum(amount == 0 for amount in amounts.dropna())
            share = percent(Decimal(blank), Decimal(len(amounts)))
            found.append((name, len(amounts), blank, zero, share))
    return pd.DataFrame(found, columns=["table", "cells", "blank", "zero", "share"])


def _blank_cells(report: Report) -> Asked:
    counts = cells(report)[["cells", "blank", "zero"]].sum()
    whole, blank, zero = map(int, counts)
    if not whole:
        return Absent("predict_blank", "This report has none of the nine tables.")
    return prediction(
        "predict_blank",
        "Of all cells for amounts in the nine tables, how many are blank?",
        QUARTERS,
        quarter(blank, whole),
        f"{blank:,} of {whole:,} cells are blank; {zero} print a zero.",
    )


def _blank_or_zero() -> Asked:
    return choice(
        "blank_or_zero",
        "What does a blank cell of a statutory table tell?",
        {
            "Nothing was spent: a blank is a zero": "A printed 0.00 says zero. A blank says "
            "nothing; keep the two apart.",
            "The amount is secret": "What is secret is left out of a report altogether; that is "
            "not what a blank line of a form says.",
            "No amount is printed; the table alone does not say why": None,
            "The amount was lost when the PDF was read": "Look at the page: the cell is blank "
            "there, too.",
        },
        "Most blanks mean that there was no such money, but only a printed 0.00 says so. So the "
        "data keeps them apart.",
        "Compare a blank cell with one that prints 0.00.",
    )


_SUMS = r"本年支出合计|结余分配|年末结转和结余|总计"


def _classes_with_money(report: Report) -> Asked:
    rows = report.table("revenue_expenditure").query("side == '支出'")
    lines = rows[~rows["item"].str.fullmatch(_SUMS)]
    filled = lines.loc[[amount is not None and amount != 0 for amount in lines["amount"]]]
    if filled.empty:
        return Absent("classes_with_money", "The first table of this report has no spending.")
    sums = rows[rows["item"].str.fullmatch(_SUMS) & rows["amount"].notna()]
    return Number(
        "classes_with_money",
        "On the spending side (支出) of the first table (收入支出决算总表): on how many of the "
        "lines for purposes (一、二、三 …) was money spent?",
        f"{len(filled)} of the {len(lines)} printed lines have an amount.",
        [
            (
                Decimal(len(lines)),
                "That counts every printed line; the form prints all lines, also the blank ones.",
            ),
            (
                Decimal(len(filled) + len(sums)),
                "That counts the sums (本年支出合计, 总计 …), too, which are no purposes.",
            ),
        ],
        "Go down the right half of the table and count the amounts above 本年支出合计.",
        Decimal(len(filled)),
        "",
        0,
    )


def smallest_class(report: Report) -> pd.Series | None:
    """The smallest class (类) of the expenditure table that has money."""
    rows = key_figures.classes(report)
    rows = rows.loc[[amount > 0 for amount in rows["amount"]]]
    return rows.iloc[-1] if len(rows) else None


def in_yuan(amount: Decimal) -> Decimal:
    """An amount of 万元 in yuan, exact, with the decimals that it needs."""
    yuan = amount.scaleb(4)
    return yuan.quantize(Decimal(1)) if yuan == yuan.to_integral_value() else yuan.normalize()


def _in_yuan(report: Report) -> Asked:
    row = smallest_class(report)
    if row is None:
        return Absent("in_yuan", "No class (类) of this report has an amount.")
    amount, yuan = row["amount"], in_yuan(row["amount"])
    return Number(
        "in_yuan",
        f"The smallest class with money is {named(row)}: {money(amount)} 万元. How many yuan is "
        "that?",
        f"One 万元 is 10,000 yuan: {money(amount)} × 10,000 = {money(yuan)}.",
        [
            (amount, "That is the amount in 万元; in yuan it is a much larger number."),
            (amount * 1_000, "万 is ten thousand, not a thousand: four zeros."),
            (amount * 100_000, "One zero too many: 万 is ten thousand."),
            (amount * 1_000_000, "万 is ten thousand, not a million: four zeros."),
        ],
        "Multiply by 10,000: move the decimal point four places to the right.",
        yuan,
        "yuan",
        max(0, -yuan.as_tuple().exponent),
    )


REVENUE, BALANCE, EXPENDITURE = (
    *("Revenue of the year is larger", "They are equal", "Expenditure of the year is larger"),
)


def year_sums(report: Report) -> dict[tuple[str, str], Decimal | None]:
    """The sums at the foot of the first table: side and item to amount."""
    rows = report.table("revenue_expenditure")
    return dict(zip(zip(rows["side"], rows["item"], strict=True), rows["amount"], strict=True))


def _year_balance(report: Report) -> Asked:
    sums = year_sums(report)
    revenue, spent = sums.get(("收入", "本年收入合计")), sums.get(("支出", "本年支出合计"))
    if revenue is None or spent is None:
        return Absent(
            "predict_year_balance",
            "The first table of this report does not print the year's revenue and expenditure.",
        )
    right = BALANCE if revenue == spent else REVENUE if revenue > spent else EXPENDITURE
    return prediction(
        "predict_year_balance",
        "The two grand totals (总计) of the first table are always equal. What of the year's own "
        "revenue and expenditure (本年收入合计, 本年支出合计) in this report?",
        (REVENUE, BALANCE, EXPENDITURE),
        right,
        f"本年收入合计 is {money(revenue)} 万元, 本年支出合计 {money(spent)} 万元.",
    )


def _carried_over() -> Asked:
    return choice(
        "carried_over",
        "In some reports a department's expenditure of the year is larger than its revenue of the "
        "year. How can that be?",
        {
            "The report must be wrong: nobody can spend more than comes in": "Look at the lines "
            "between 本年收入合计 and 总计.",
            "It borrowed from a bank": "A department may not borrow; look at the lines above 总计.",
            "Blank cells were counted as zeros": "Adding a zero or a blank gives the same sum.",
            "It spent money carried over from earlier years": None,
        },
        "年初结转和结余 stands on the revenue side, between 本年收入合计 and 总计.",
        "Look at the lines between the year's sums and the grand totals (总计).",
    )


def _basic_again(report: Report) -> Asked:
    rows = report.table("general_budget").query("level == '合计' and kind == '基本支出'")
    amount = next(iter(rows["amount"]), None)
    if amount is None:
        return Absent(
            "basic_again",
            "The general public budget table of this report prints no basic expenditure.",
        )
    return choice(
        "basic_again",
        f"The general public budget table (一般公共预算财政拨款支出决算表) has {money(amount)} 万元 "
        "basic expenditure (基本支出) in its total line. Which table splits exactly this amount up?",
        {
            title("basic_expenditure"): None,
            title(
                "expenditure"
            ): "It can hold more: it counts spending out of other money than the "
            "public budget, too.",
            title("appropriation"): "It tells the funds apart, but has no column for basic "
            "expenditure.",
            title("three_public"): "Its expenses are only a part of basic expenditure, and may be "
            "paid from projects, too.",
        },
        "Both tables are about basic expenditure of the general public budget; if their totals "
        "differ, the report contradicts itself.",
        "Look for the table whose title names both 一般公共预算 and 基本支出.",
    )
