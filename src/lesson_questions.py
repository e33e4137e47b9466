"""The questions of the four lessons, made for whichever report a lesson is about.

Every number in them, the wrong answers too, is computed from the report's tables. Where a report
does not print what a question needs, :class:`exercises.Absent` says so in its place. The notebooks in
``notebooks/solutions`` work the exercises out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

import budget_execution
import checks
import damage_trial
import indicator_targets
import key_figures
import table_map
import three_public_budgets
import year_over_year
from check_figures import LABELS
from exercises import Absent, Asked, Choice, Number, Questions, by_key
from helpers import Report, money, percent
from terms import Words, beside

NINE = tuple(table_map.TELLS)
"""The statutory tables."""

QUARTERS = ("Less than a quarter", "A quarter to a half", "A half to three quarters", "More")


def _prediction(key: str, text: str, options: Iterable[str], right: str, why: str) -> Choice:
    hint = "Open the figure below and compare it with what you expected."
    return Choice(key, text, why, (), hint, right, tuple(options))


def _choice(key: str, text: str, options: dict[str, str | None], why: str, hint: str) -> Choice:
    """A choice among options, each with its hint; the right one has none (None)."""
    (right,) = (option for option, said in options.items() if said is None)
    mistakes = [(option, said) for option, said in options.items() if said]
    return Choice(key, text, why, mistakes, hint, right, tuple(options))


def _quarter(part: Decimal | int, whole: Decimal | int) -> str:
    """Which of :data:`QUARTERS` a share is in."""
    return QUARTERS[min(int(4 * part / whole), 3)] if part >= 0 else QUARTERS[0]


def title(table: str) -> str:
    """A table's title in English with the Chinese beside it."""
    return f"{Words('en').title(table)} ({Words('zh').title(table)})"


def _named(row: pd.Series) -> str:
    code = f", code {row['code']}" if row["code"] else ""
    return f"{beside(row['item'])}{code}"


def _place(check: pd.Series) -> str:
    """Where a check's stated figure is printed; in English, too, where all of its words are known."""
    words = check["scope"].split()
    english = [Words("en")(word) for word in words]
    known = all(e != word or word.isdecimal() for e, word in zip(english, words, strict=True))
    place = f"{', '.join(english)} ({check['scope']})" if known else check["scope"]
    return f"{place}, page {check['page']},"


# --- Lesson 1 -------------------------------------------------------------------------------------


def nine_tables(report: Report) -> Questions:
    """Lesson 1: which table answers which question?"""
    return by_key(_nine_tables(report))


def _nine_tables(report: Report) -> Iterator[Asked]:
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
    return _prediction(
        "predict_all_money",
        "One table holds all the money of the year, and the others tell of a part of it. Which?",
        map(title, names),
        title(names[0]),
        why,
    )


def _which_table() -> Asked:
    return _choice(
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
        f"The largest item (项) is {_named(found.iloc[0])}. What is the code of the section (款) "
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
        f"{_named(row)}?",
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
    return _prediction(
        "predict_blank",
        "Of all cells for amounts in the nine tables, how many are blank?",
        QUARTERS,
        _quarter(blank, whole),
        f"{blank:,} of {whole:,} cells are blank; {zero} print a zero.",
    )


def _blank_or_zero() -> Asked:
    return _choice(
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
        f"The smallest class with money is {_named(row)}: {money(amount)} 万元. How many yuan is "
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
    return _prediction(
        "predict_year_balance",
        "The two grand totals (总计) of the first table are always equal. What of the year's own "
        "revenue and expenditure (本年收入合计, 本年支出合计) in this report?",
        (REVENUE, BALANCE, EXPENDITURE),
        right,
        f"本年收入合计 is {money(revenue)} 万元, 本年支出合计 {money(spent)} 万元.",
    )


def _carried_over() -> Asked:
    return _choice(
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
    return _choice(
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


# --- Lesson 2 -------------------------------------------------------------------------------------


def shares(report: Report) -> Questions:
    """Lesson 2: per cent of what?"""
    return by_key(_shares(report))


def _shares(report: Report) -> Iterator[Asked]:
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
    return _prediction(
        "predict_largest_class",
        f"The largest class of spending is {beside(first['item'])}. How much of all spending (支出"
        "合计) is it?",
        QUARTERS,
        _quarter(first["amount"], total),
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
        f"{_named(classes.iloc[1])}?",
        f"100 × {money(second)} / {money(total)}.",
        [
            (_rate(second, first), "That is per cent of the largest class. Of all spending!"),
            (
                _rate(second, total - second),
                "You divided by the rest. The base is the whole, with the part in it.",
            ),
            (_rate(total, second), "Upside down: divide the part by the whole."),
            (_rate(second, projects), "That is per cent of project expenditure (项目支出)."),
            (_rate(first, total), "That is the largest class; the second one was asked for."),
        ],
        "Divide the class's amount by the total of all spending, and multiply by 100.",
        _rate(second, total),
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
            (_rate(basic, total), "That is the share of basic expenditure."),
            (
                _rate(projects, basic),
                (
                    "That is project expenditure in per cent of basic expenditure: "
                    "one part measured by the other. The base is all spending."
                ),
            ),
            (_rate(basic, projects), "That is one part in per cent of the other."),
            (_rate(total, projects), "Upside down: divide the part by the whole."),
        ],
        "Part: project expenditure. Base: all spending.",
        _rate(projects, total),
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
    return _prediction(
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
            (_rate(three, running), "That is the share of all three together."),
            (_rate(part, three), "That is the share of the three public expenses (三公经费)."),
            (_rate(part, total), "That is the share of all spending. Which base was asked for?"),
            (_rate(part, basic), "That is the share of basic expenditure, which also pays people."),
            (
                _rate(part, running - part),
                "You divided by the rest. The base is the whole, with the part in it.",
            ),
            (_rate(running, part), "Upside down: divide the part by the whole."),
        ],
        "Part: the one expense. Base: 公用经费.",
        _rate(part, running),
        "%",
        1,
    )


def _which_base() -> Asked:
    return _choice(
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
    return _prediction(
        "predict_of_a_hundred",
        f"The report says: small and medium firms (中小企业) won {percent(smes, whole)}% of "
        f"procurement, small and micro firms (小微企业) {percent(small, smes)}%. How much of all "
        "procurement did small and micro firms win?",
        QUARTERS,
        _quarter(small, whole),
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
            (_rate(smes - small, smes), "That is per cent of what small and medium firms won."),
            (_rate(whole - smes, whole), "That is what large firms won."),
            (_rate(whole - small, whole), "Large firms are in that, too."),
            (_rate(smes, whole), "Small and micro firms are in that, too."),
        ],
        "Subtract amounts, or percentages with the same base; then ask: per cent of what?",
        _rate(smes - small, whole),
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
                _rate(inner, outer),
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
                _rate(inside - everywhere, everywhere),
                (
                    "That is the difference in per cent of a "
                    "percentage. Percentage points are simply subtracted."
                ),
            ),
            (inside + everywhere, "Subtract, do not add."),
            (_rate(inside, everywhere), "Do not divide: percentage points are subtracted."),
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
    return _prediction(
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
                _rate(abs(fast["change"]), large["this_year"]),
                "That is in per cent of this year's amount; a change is measured by last year's.",
            ),
        ],
        "Divide the change in money by last year's amount of the larger figure.",
        _rate(abs(fast["change"]), large["last_year"]),
        "%",
        1,
    )


def _rate(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """A share in per cent, not rounded; None where it cannot be computed."""
    return 100 * part / whole if part is not None and whole else None


# --- Lesson 3 -------------------------------------------------------------------------------------


INITIAL, FULL_YEAR = "年初预算数", "全年预算数"


def budgets(report: Report) -> Questions:
    """Lesson 3: what became of the budget?"""
    return by_key(_budgets(report))


def _budgets(report: Report) -> Iterator[Asked]:
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
    steps = [_rate(final, initial) >= step for step in (90, 110, 150)]
    return _prediction(
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
            (_rate(final, full), "That is the rate of the full-year budget (全年预算数)."),
            (_rate(initial, final), _UPSIDE_DOWN),
            (
                _rate(final - initial, initial),
                (
                    "That is by how much the final differs from the budget. The rate is the whole "
                    "final, in per cent of the budget."
                ),
            ),
            (_rate(initial, full), "That compares the two budgets; nothing was spent in it."),
        ],
        "Divide the final by the initial budget. A rate can be above 100%.",
        _rate(final, initial),
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
            (_rate(final, initial), "That is the rate of the initial budget (年初预算数)."),
            (_rate(full, final), _UPSIDE_DOWN),
            (_rate(full - final, full), "That is what was left over."),
            (_rate(full, initial), "That compares the two budgets; nothing was spent in it."),
        ],
        "Divide the final by the full-year budget.",
        _rate(final, full),
        "%",
        1,
    )


def _what_a_full_rate_tells() -> Asked:
    return _choice(
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
    return _prediction(
        "predict_items_without_budget",
        f"The report lists {len(kinds)} items (项) with initial budget and final. How many of them "
        "had no initial budget at all?",
        QUARTERS,
        _quarter(none, len(kinds)),
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
                _rate(Decimal(len(added)), Decimal(len(items))),
                "That is the share of the items counted. Asked is the share of the money.",
            ),
            (_rate(whole - part, whole), "That is what was spent on the other items."),
            (_rate(part, whole - part), "You divided by the rest. The base is all spending."),
            (
                _rate(part, initial),
                ("That is per cent of the initial budget, in which these items were not."),
            ),
        ],
        "Part: the money for items without an initial budget. Base: the money for all items.",
        _rate(part, whole),
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
        f"{_named(row)}: initial budget {money(initial)} 万元, final {money(final)} 万元. What is its "
        "rate of execution (完成率)?",
        f"100 × {money(final)} / {money(initial)}.",
        [
            (_rate(initial, final), _UPSIDE_DOWN),
            (_rate(initial - final, initial), "That is what was not spent, in per cent."),
            (
                _rate(final - initial, initial),
                ("That is the change. The rate is the final itself, in per cent of the budget."),
            ),
        ],
        "Divide the final by the initial budget.",
        _rate(final, initial),
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
    return _prediction(
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
    return _choice(
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
    return _prediction(
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
                _rate(final, amounts.get(FULL_YEAR)),
                "That is the rate of the full-year budget (全年预算数).",
            ),
            (
                _rate(final, amounts.get("上年决算数")),
                "That is in per cent of last year's final, not of a budget.",
            ),
            (_rate(initial, final) if final else None, _UPSIDE_DOWN),
            (_rate(initial - final, initial), "That is what was not spent, in per cent."),
        ],
        "Divide the final by the initial budget.",
        _rate(final, initial),
        "%",
        1,
    )


# --- Lesson 4 -------------------------------------------------------------------------------------


def trust(report: Report) -> Questions:
    """Lesson 4: can you trust the report?"""
    return by_key(_trust(report))


def _trust(report: Report) -> Iterator[Asked]:
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
        f"One amount is smudged: that of {_named(row)}. What must it be, if the classes add up to the "
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
    return _prediction(
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
    return _choice(
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
    return _prediction(
        "predict_unprotected",
        f"Of the {whole:,} printed amounts, how many could be left blank or be ten times as large "
        "without any of the checks noticing it?",
        options,
        options[at],
        f"{alone} of {whole:,}: they stand alone, and no other figure depends on them.",
    )


def _same_slip() -> Asked:
    return _choice(
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
    return _choice(
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
    return _prediction(
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
    return _choice(
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


LESSONS = (nine_tables, shares, budgets, trust)
"""What makes the questions of each lesson, in the lessons' order."""
