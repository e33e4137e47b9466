"""What must agree inside each statutory table and between them (公开01–09表 and their notes)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from amounts import normalise
from check_figures import (
    CODED,
    FAIL,
    NAMES,
    PASS,
    Books,
    Check,
    Figure,
    Note,
    Row,
    Side,
    Sum,
    bare,
    identity,
    not_applicable,
)
from statutory_tables import KINDS, SOURCES

# --- Inside each table ----------------------------------------------------------------------------

TABLE_01 = "revenue_expenditure"
BASIC_AND_PROJECT = [*KINDS][:2]

_COLUMNS_OF_ROWS = {
    "revenue": ("合计", SOURCES),
    "expenditure": ("合计", KINDS),
    "general_budget": ("合计", BASIC_AND_PROJECT),
    "government_fund": ("本年支出", BASIC_AND_PROJECT),
    "state_capital": ("本年支出", BASIC_AND_PROJECT),
}

GENERAL, FUND, CAPITAL = FUNDS = (
    "一般公共预算财政拨款",
    "政府性基金预算财政拨款",
    "国有资本经营预算财政拨款",
)
FUND_WORDS = {GENERAL: "一般公共预算", FUND: "政府性基金", CAPITAL: "国有资本经营"}
FUND_TABLES = {
    GENERAL: ("general_budget", "合计"),
    FUND: ("government_fund", "本年支出"),
    CAPITAL: ("state_capital", "本年支出"),
}
"""The table of each fund, and its column of the whole expenditure."""

TRAVEL, VEHICLES, BUYING, RUNNING, HOSTING = (
    "因公出国（境）费",
    "公务用车购置及运行维护费",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
)


@identity("row total", "expenditure")
def rows_add_up(books: Books) -> Iterator[Check]:
    """Each row's total is the sum of its columns (02, 03, 05, 07, 08)."""
    for table, (total, columns) in _COLUMNS_OF_ROWS.items():
        for code, stated in books.column(table, total).items():
            parts = [books.column(table, column).get(code) for column in columns]
            if any(parts):
                yield Check(stated, Sum([part for part in parts if part]))


@identity("row total of funds", "appropriation")
def funds_add_up(books: Books) -> Iterator[Check]:
    """04, expenditure: 合计 is the sum of the three funds' columns."""
    rows = (row for row in books.rows["appropriation"] if row["side"] == "支出")
    for _, group in groupby(rows, key=lambda row: (row["item"], row["line"])):
        by_fund = {row["fund"]: row.figure for row in group}
        parts = [by_fund[fund] for fund in FUNDS if fund in by_fund]
        if "合计" in by_fund and parts:
            yield Check(by_fund["合计"], Sum(parts))


@identity("classes", "expenditure")
def classes_add_up(books: Books) -> Iterator[Check]:
    """项 add up to their 款, 款 to their 类, 类 to 合计, in every column (02, 03, 05, 07, 08)."""
    for figures in books.coded.values():
        children = defaultdict(list)
        for code, figure in figures.items():
            parent = next(
                (code[:n] for n in (5, 3, 0) if n < len(code) and code[:n] in figures), ""
            )
            if code and parent in figures:
                children[parent].append(figure)
        for code, parts in children.items():
            yield Check(figures[code], Sum(parts))


@identity("carry-over", "government_fund")
def carried_over(books: Books) -> Iterator[Check]:
    """年末结转和结余 = 年初结转和结余 + 本年收入 − 本年支出 (07, and 08 where it has revenue)."""
    names = ["年初结转和结余", "本年收入", "本年支出"]
    for table in ("government_fund", "state_capital"):
        columns = [books.column(table, name) for name in names]
        for code, stated in books.column(table, "年末结转和结余").items():
            if all(code in column for column in columns):
                yield Check(stated, Sum([column[code] for column in columns], [1, 1, -1]))


def _sides(books: Books) -> Iterator[Side]:
    for side in ("收入", "支出"):
        yield books.side("revenue_expenditure", side)
    yield books.side("appropriation", "收入")
    for fund in ("合计", *FUNDS):
        yield books.side("appropriation", "支出", fund)


@identity("items of a side", "revenue_expenditure")
def items_add_up(books: Books) -> Iterator[Check]:
    """01 and 04: 本年收入合计 and 本年支出合计 are the sums of the items above, in each fund."""
    for side in _sides(books):
        if side.total and side.items:
            yield Check(side.total, Sum([row.figure for row in side.items]))


@identity("grand total", "revenue_expenditure")
def grand_totals(books: Books) -> Iterator[Check]:
    """01 and 04: 总计 = the year's total + what is carried over, on both sides, in each fund."""
    for side in _sides(books):
        if side.total and side.grand:
            yield Check(side.grand, Sum([side.total, *(row.figure for row in side.carried)]))


@identity("both sides", "revenue_expenditure")
def sides_balance(books: Books) -> Iterator[Check]:
    """01 and 04: 总计 is the same on both sides; 04: also what each fund received and spent."""
    for table, fund in (("revenue_expenditure", ""), ("appropriation", "合计")):
        left, right = books.side(table, "收入", fund), books.side(table, "支出", fund)
        if left.grand and right.grand:
            yield Check(right.grand, Sum([left.grand]))
    left = books.side("appropriation", "收入")
    for fund in FUNDS:
        grand = books.side("appropriation", "支出", fund).grand
        received = [row.figure for row in left.items if of_fund(row, fund)]
        begun = [row.figure for row in left.parts if of_fund(row, fund)]
        if grand and received and begun:
            yield Check(grand, Sum([*received, *begun]))


@identity("carried over by fund", "appropriation")
def begun_by_fund(books: Books) -> Iterator[Check]:
    """04: 年初财政拨款结转和结余 is the sum of its sub-items, one for each fund."""
    side = books.side("appropriation", "收入")
    begun = [row.figure for row in side.carried if "年初" in row["item"] or "上年" in row["item"]]
    if begun and side.parts:
        yield Check(begun[0], Sum([row.figure for row in side.parts]))


def of_fund(row: Row, fund: str) -> bool:
    return FUND_WORDS[fund] in row["item"]


@identity("economic classes", "basic_expenditure")
def economic_classes(books: Books) -> Iterator[Check]:
    """06: each 类 is the sum of its 款; 人员经费合计 and 公用经费合计 are the sums of their 类."""
    rows = [row for row in books.rows["basic_expenditure"] if row["code"]]
    for code, stated in books.economic.items():
        if len(code) == 3:
            parts = [r.figure for r in rows if len(r["code"]) > 3 and r["code"].startswith(code)]
            if parts:
                yield Check(stated, Sum(parts))
    for group in ("人员经费", "公用经费"):
        parts = [r.figure for r in rows if len(r["code"]) == 3 and r["group"] == group]
        if group in books.economic and parts:
            yield Check(books.economic[group], Sum(parts))


@identity("三公 total", "three_public")
def three_public_adds_up(books: Books) -> Iterator[Check]:
    """09: 合计 = travel + vehicles + reception; vehicles = buying + running; on both bases."""
    for basis in ("预算数", "决算数"):
        for total, items in (("合计", (TRAVEL, VEHICLES, HOSTING)), (VEHICLES, (BUYING, RUNNING))):
            parts = [books.three_public.get((basis, item)) for item in items]
            if (basis, total) in books.three_public and all(parts):
                yield Check(books.three_public[basis, total], Sum(parts))


# --- Between tables -------------------------------------------------------------------------------


@identity("01 = 02", "revenue_expenditure", "revenue")
def overall_and_revenue(books: Books) -> Iterator[Check]:
    """本年收入合计 and each source of 01 are the 合计 line of 02."""
    side = books.side("revenue_expenditure", "收入")
    for total in books.total("revenue", "合计"):
        if side.total:
            yield Check(total, Sum([side.total]))
    for source in SOURCES:
        parts = [row.figure for row in side.items if _source(bare(row["item"])) == source]
        for stated in books.total("revenue", source):
            if parts:
                yield Check(stated, Sum(parts))


def _source(name: str) -> str:
    return "财政拨款收入" if "财政拨款" in name else name


@identity("01 = 03", "revenue_expenditure", "expenditure")
def overall_and_expenditure(books: Books) -> Iterator[Check | Note]:
    """本年支出合计 of 01 is the 合计 of 03, and each item the 类 of its name."""
    side = books.side("revenue_expenditure", "支出")
    for total in books.total("expenditure", "合计"):
        if side.total:
            yield Check(total, Sum([side.total]))
    yield from _by_name(books, side.items, "expenditure", "合计")


@identity("04 = 05, 07, 08", "appropriation")
def appropriation_and_funds(books: Books) -> Iterator[Check | Note]:
    """Each fund's column of 04 is that fund's own table, in total and 类 by 类."""
    for fund, (table, column) in FUND_TABLES.items():
        side = books.side("appropriation", "支出", fund)
        if not books.rows[table]:
            if side.total and side.total.amount:
                yield Check(side.total, Sum([], nothing=f"{NAMES[table]} has no row"))
            else:
                yield not_applicable(NAMES[table], f"{NAMES[table]} has no row")
            continue
        for total in books.total(table, column):
            if side.total:
                yield Check(total, Sum([side.total]))
        yield from _by_name(books, side.items, table, column)


def _by_name(books: Books, items: list[Row], table: str, column: str) -> Iterator[Check | Note]:
    """Items against the 类 of the same name; a class that a table does not print is nothing."""
    codes, figures = books.class_names(table), books.column(table, column)
    unmatched = set(codes) - {bare(row["item"]) for row in items}
    if not codes and len(figures) > 1:
        yield not_applicable(NAMES[table], "it prints no 类")
        return
    for row in items:
        code = codes.get(bare(row["item"]), "")
        if code in figures and code:
            yield Check(row.figure, Sum([figures[code]]))
        elif not unmatched:
            yield Check(row.figure, Sum([], nothing=f"{NAMES[table]} has no such class"))
    for name in sorted(unmatched):
        reason = f"no line has the name of {codes[name]} {name}"
        yield not_applicable(f"{NAMES[table]} {codes[name]} {name}", reason)


@identity("01 ≥ 04", "revenue_expenditure", "appropriation")
def overall_and_appropriation(books: Books) -> Iterator[Check]:
    """What 04 says of the appropriations is a part of 01; each fund's revenue is the same."""
    for side in ("收入", "支出"):
        whole = books.side("revenue_expenditure", side)
        part = books.side("appropriation", side, "合计")
        if side == "收入":
            yield from _same_funds(whole, part)
        else:
            yield from _expenditure_of_funds(whole, part)
        if whole.grand and part.grand:
            yield Check(whole.grand, Sum([part.grand]), "≥")


def _same_funds(whole: Side, part: Side) -> Iterator[Check]:
    for fund in FUNDS:
        ours = [row.figure for row in whole.items if of_fund(row, fund)]
        theirs = [row.figure for row in part.items if of_fund(row, fund)]
        if ours and theirs:
            yield Check(ours[0], Sum(theirs))
    for row in whole.items:
        if bare(row["item"]) == "财政拨款收入" and part.total:
            yield Check(row.figure, Sum([part.total]))


def _expenditure_of_funds(whole: Side, part: Side) -> Iterator[Check]:
    if not (whole.total and part.total):
        return
    total = Check(whole.total, Sum([part.total]), "≥")
    yield total
    theirs = {bare(row["item"]): row.figure for row in part.items}
    for row in whole.items:
        if bare(row["item"]) in theirs:
            yield Check(row.figure, Sum([theirs[bare(row["item"])]]), "≥", total)


@identity("02 = 04", "revenue", "appropriation")
def revenue_and_appropriation(books: Books) -> Iterator[Check]:
    """财政拨款收入 of 02 is 本年收入合计 of 04; a fund's revenue (07, 08) is in 02 line by line."""
    side = books.side("appropriation", "收入")
    received = books.column("revenue", "财政拨款收入")
    if "" in received and side.total:
        yield Check(received[""], Sum([side.total]))
    for table in ("government_fund", "state_capital"):
        for code, figure in books.column(table, "本年收入").items():
            if code in received and code:
                yield Check(received[code], Sum([figure]), "≥")


@identity("04 = 07, 08, carried over", "appropriation", "government_fund")
def carried_of_funds(books: Books) -> Iterator[Check]:
    """Revenue, beginning and end of 07 and 08 are those of the fund in 04."""
    left = books.side("appropriation", "收入")
    for fund in (FUND, CAPITAL):
        table, _ = FUND_TABLES[fund]
        right = books.side("appropriation", "支出", fund)
        for column, rows in (
            ("本年收入", [row for row in left.items if of_fund(row, fund)]),
            ("年初结转和结余", [row for row in left.parts if of_fund(row, fund)]),
            ("年末结转和结余", [row for row in right.carried if "年末" in row["item"]]),
        ):
            for stated in books.total(table, column):
                if rows:
                    yield Check(stated, Sum([row.figure for row in rows]))


@identity("03 ≥ 05 + 07 + 08", "expenditure", "general_budget")
def expenditure_and_funds(books: Books) -> Iterator[Check]:
    """03 holds what the funds pay (05, 07, 08), code by code; without other money it is that."""
    for kind in ("合计", *BASIC_AND_PROJECT):
        whole = books.column("expenditure", kind)
        columns = [
            books.column(table, column if kind == "合计" else kind)
            for table, column in FUND_TABLES.values()
        ]
        made: dict[str, Check] = {}
        lengths = {len(code) for code in whole}
        for code in sorted(set(whole).union(*columns), key=lambda code: (len(code), code)):
            parts = Sum([column[code] for column in columns if code in column])
            parent = next((code[:n] for n in (5, 3, 0) if n < len(code) and code[:n] in made), None)
            equal_if = None if parent is None or not code else replace(made[parent], relation="=")
            if code in whole:
                made[code] = Check(
                    whole[code], parts, "≥", equal_if and replace(equal_if, equal_if=None)
                )
                yield made[code]
            elif len(code) in lengths:
                nothing = Sum([], nothing=f"{NAMES['expenditure']} has no such code")
                yield from (Check(figure, nothing) for figure in parts.figures)


@identity("05 = 06", "general_budget", "basic_expenditure")
def basic_totals(books: Books) -> Iterator[Check]:
    """基本支出 of 05 is 人员经费 + 公用经费 of 06, or the sum of its 类 where no total is printed."""
    parts: list[Figure] = []
    for group in ("人员经费", "公用经费"):
        total = books.economic.get(group)
        rows = [row for row in books.rows["basic_expenditure"] if row["group"] == group]
        classes = [row.figure for row in rows if len(row["code"]) == 3]
        if rows and not (total or classes):
            return
        parts += [total] if total else classes
    for stated in books.total("general_budget", "基本支出"):
        if parts:
            yield Check(stated, Sum(parts))


@identity("09 ≥ 06", "three_public", "basic_expenditure")
def three_public_and_basic(books: Books) -> Iterator[Check]:
    """A 三公 line of 06, which holds basic expenditure only, does not exceed the final of 09."""
    lines = {"30212": TRAVEL, "31013": BUYING, "30231": RUNNING, "30217": HOSTING}
    for code, item in lines.items():
        stated = books.three_public.get(("决算数", item))
        if stated and code in books.economic:
            yield Check(stated, Sum([books.economic[code]]), "≥")


# --- Whether the rows themselves are whole --------------------------------------------------------


@identity("codes in their classes", "expenditure")
def codes_in_their_classes(books: Books) -> Iterator[Note]:
    """Each 项 stands under its 款, each 款 under its 类, and none is cut off (02, 03, 05, 07, 08)."""
    tables = {
        table: {row["code"]: row for row in books.rows[table] if row["code"]} for table in CODED
    }
    parents = {table: {code[:n] for code in rows for n in (3, 5) if n < len(code)}
               for table, rows in tables.items()}  # fmt: skip
    for table, rows in tables.items():
        printed = {len(code) for code in rows}
        lacking = [
            (row, f"without {code[:n]}")
            for code, row in rows.items()
            for n in printed
            if n < len(code) and code[:n] not in rows
        ]
        others = set().union(*(parents[other] for other in tables if other != table))
        cut = [code for code in rows if code in others - parents[table]]
        if cut and cut == list(rows)[-1:]:  # more of them are a table that prints fewer levels
            lacking.append((rows[cut[0]], "last and without its parts, which other tables print"))
        for row, what in lacking:
            words = f"{row['code']} {row['item']}"
            page, detail = row.figure.page, f"{words} (p. {row.figure.page}) stands {what}"
            yield Note(f"{NAMES[table]} {words}", FAIL, detail, page, figures=(row.figure,))
        if rows and not lacking:
            page = next(iter(rows.values())).figure.page
            yield Note(NAMES[table], PASS, f"{len(rows)} codes", page)


@identity("digits in names", "revenue_expenditure")
def digits_in_names(books: Books) -> Iterator[Note]:
    """No digit stands among the words of an item, where it would be a lost part of an amount."""
    for table in (TABLE_01, "appropriation", *CODED, "basic_expenditure"):
        rows = books.rows[table]
        odd = {
            row["item"]: row
            for row in rows
            if _DIGIT.search(_LIST_NUMBER.sub("", normalise(row["item"])))
        }
        for item, row in odd.items():
            scope, page = f"{NAMES[table]} {item}", row.figure.page
            detail = f"{item} (p. {page}) has a digit among its words"
            yield Note(scope, FAIL, detail, page, figures=(row.figure,))
        if rows and not odd:
            yield Note(NAMES[table], PASS, "no item has one", rows[0].figure.page)


_DIGIT = re.compile(r"(?<![A-Za-z\d])\d")
_LIST_NUMBER = re.compile(r"(?:^|(?<=[:、]))[(]?\d{1,2}[.、)]|20\d\d年")


@identity("line numbers", "revenue_expenditure")
def line_numbers_rise(books: Books) -> Iterator[Note]:
    """01 and 04: the line numbers (行次) of each side go up."""
    for table in (TABLE_01, "appropriation"):
        for side in ("收入", "支出"):
            rows = [row for row in books.rows[table] if row["side"] == side and row["line"]]
            rows = list({row["line"]: row for row in rows}.values())
            scope = f"{NAMES[table]} {side} 行次"
            numbers = [int(row["line"]) if row["line"].isdecimal() else -1 for row in rows]
            for (one, before), (other, after) in pairwise(zip(rows, numbers, strict=True)):
                if after <= before:
                    detail = (
                        f"{before} {one['item']} (p. {one.figure.page}) stands before "
                        f"{after} {other['item']} (p. {other.figure.page})"
                    )
                    figures = (one.figure, other.figure)
                    yield Note(scope, FAIL, detail, other.figure.page, figures=figures)
                    break
            else:
                if rows:
                    yield Note(scope, PASS, f"{numbers[0]} to {numbers[-1]}", rows[0].figure.page)
