"""The three public expenses (三公经费) as budgeted and spent, and what a visit or a vehicle costs.

Reports print one or two of three budgets under the same heading 预算数: the initial one (年初预算数),
the one after the year's adjustments (全年预算数), or do not say which. Which one a table prints is
read from the words of the report, never assumed.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pandas as pd

import helpers
from check_figures import ZERO, Books, Fact, Figure, bare, stem
from table_identities import BUYING, HOSTING, RUNNING, TRAVEL
from text_identities import THREE_PUBLIC_WORDS, project_of
from year_over_year import SUBJECTS, books_of, compare

INITIAL, ADJUSTED = "年初预算数", "全年预算数"
TABLE, BASE = "三公经费表预算数", "基础数据表预算数"
"""What a budget is called whose table does not tell which of the two it is."""

TOTAL, *ITEMS = SUBJECTS["三公经费"]
"""The total, and its parts; purchase and running are parts of 公务用车购置及运行维护费."""


def item_of(words: str) -> str | None:
    """The item of the three public expenses that a report's words name; None for another thing.

    ``1、公务用车购置和维护经费`` is 公务用车购置及运行维护费, ``2、出国经费`` 因公出国（境）费.
    """
    plain = stem(bare(words))
    for item, pattern in THREE_PUBLIC_WORDS.items():
        if re.fullmatch(pattern, plain):
            return TOTAL if item == "合计" else item
    return None


# --- Which budget is which ------------------------------------------------------------------------


class Kind(NamedTuple):
    """Which budget a table prints: ``INITIAL``, ``ADJUSTED`` or empty, and how that is known."""

    name: str
    because: str


Amounts = dict[str, Figure]
"""By item; blank cells are left out."""


def told_budgets(books: Books) -> dict[str, Amounts]:
    """The budgets that the text states of the items, by kind: those that it says the kind of."""
    found: dict[str, Amounts] = {INITIAL: {}, ADJUSTED: {}}
    for fact in books.facts:
        if fact.measure == "预算数" and fact.unit == "万元":
            item = item_of(_BUDGET_WORDS.sub("", fact.subject))
            kind = _kind_in_words(fact)
            if item and kind:
                found[kind].setdefault(item, fact.figure)
    return found


_OF_YEAR = "(?:年初|全年|年度|本年|当年|调整后?的?)"
_BUDGET_WORDS = re.compile(f"{_OF_YEAR}?预算(?:数|安排|金额|总额|资金)*$")
_INITIAL, _ADJUSTED = re.compile("年初"), re.compile("全年|调整")


def _kind_in_words(fact: Fact) -> str:
    """The kind that the budget's own name tells, or what its sentence says was completed."""
    completed = re.search("完成了?([^,;。]{0,8})预算", fact.sentence)
    for words in (fact.subject, completed[1] if completed else ""):
        if _INITIAL.search(words):
            return INITIAL
        if _ADJUSTED.search(words):
            return ADJUSTED
    return ""


def table_budgets(books: Books) -> Amounts:
    """The budgets of the table of the three public expenses."""
    found = {
        TOTAL if item == "合计" else item: figure
        for (basis, item), figure in books.three_public.items()
        if basis == "预算数" and figure.amount is not None
    }
    return {item: found[item] for item in (TOTAL, *ITEMS) if item in found}


def base_budgets(books: Books) -> Amounts:
    """This year's budgets of the base data table."""
    found: Amounts = {}
    for (name, period, basis), figure in books.base.items():
        item = item_of(name)
        if item and (period, basis) == (str(books.year), "预算数") and figure.amount is not None:
            found.setdefault(item, figure)
    return found


def kinds(books: Books) -> dict[str, Kind]:
    """Which budget the table of the three public expenses and the base data table print.

    The text may name the kind of a budget that a table prints, too. The base data table's budgets
    may be those of the self-evaluations, which print both kinds of each project. And a budget that
    differs from the initial one is one after adjustment.

    Returns
    -------
    dict of str to Kind
        For ``TABLE`` and ``BASE``.
    """
    told, table, base = told_budgets(books), table_budgets(books), base_budgets(books)
    of_table, of_base = _from_text(told, table), _from_text(told, base)
    of_base = of_base if of_base.name or not base else _from_projects(books)
    if not of_table.name and of_base.name == INITIAL and _different(table, base):
        because = "it differs from the base data table's, which is the initial one"
        of_table = Kind(ADJUSTED, because)
    return {TABLE: of_table, BASE: of_base}


def _from_text(told: dict[str, Amounts], printed: Amounts) -> Kind:
    initial, adjusted = (_compared(told[kind], printed) for kind in (INITIAL, ADJUSTED))
    if initial and not all(initial):
        return Kind(ADJUSTED, "it differs from the initial budget (年初预算) that the text states")
    if initial and not adjusted:
        return Kind(INITIAL, "the text states the same amounts as the initial budget (年初预算)")
    if adjusted and all(adjusted) and not initial:
        return Kind(ADJUSTED, "the text states the same amounts as the budget after adjustment")
    return Kind("", "no sentence of the text names its kind")


def _compared(told: Amounts, printed: Amounts) -> list[bool]:
    """For each item that both state, and not both as 0: whether they are equal."""
    pairs = [(told[item], printed[item]) for item in told if item in printed]
    return [_equal(one, other) for one, other in pairs if one.amount or other.amount]


def _different(one: Amounts, other: Amounts) -> bool:
    return not all(_compared(one, other))


def _equal(one: Figure, other: Figure) -> bool:
    """Equal within rounding, a blank counting as 0."""
    slack = one.half_unit(one.amount) + other.half_unit(other.amount)
    return abs((one.amount or ZERO) - (other.amount or ZERO)) <= slack


def _from_projects(books: Books) -> Kind:
    """By the projects whose two budgets the self-evaluations print: which does the table repeat?"""
    votes = {INITIAL: 0, ADJUSTED: 0}
    for (name, period, basis), stated in books.base.items():
        project = project_of(name, books.projects)
        if project and (period, basis) == (str(books.year), "预算数") and stated.amount is not None:
            both = {kind: books.funding.get((project, "年度资金总额", kind)) for kind in votes}
            if all(both.values()) and not _equal(*both.values()):
                for kind, figure in both.items():
                    votes[kind] += _equal(stated, figure)
    if bool(votes[INITIAL]) == bool(votes[ADJUSTED]):
        return Kind("", "neither the text nor the self-evaluations tell its kind")
    kind = max(votes, key=votes.get)
    word = "initial budgets" if kind == INITIAL else "budgets after adjustment"
    count = votes[kind]
    of = f"those of {count} project{'s' * (count != 1)}"
    return Kind(kind, f"its budgets repeat the {word} ({kind}) of the self-evaluations, {of}")


def measures(report: helpers.Report) -> pd.DataFrame:
    """Each item's amounts in time order: last year's final, the budgets, this year's final.

    Returns
    -------
    pandas.DataFrame
        ``item``, ``measure`` (上年决算数, 年初预算数, 全年预算数, 决算数, or for a budget of which
        the report does not tell the kind 三公经费表预算数 or 基础数据表预算数), ``amount`` (万元),
        ``origin`` (of last year's; empty otherwise) and ``source``: narrative, three_public or
        base_data; empty for the finals. Amounts that are not stated have no row.
    """
    books, known = books_of(report), compare(report).set_index("figure")
    budgets = _budgets(books)
    rows = []
    for item in (TOTAL, *ITEMS):
        if item in known.index and known.loc[item, "last_year"] is not None:
            last = known.loc[item, ["last_year", "origin"]]
            rows.append((item, "上年决算数", *last, ""))
        for measure in (INITIAL, BASE, ADJUSTED, TABLE):
            if (item, measure) in budgets:
                figure, source = budgets[item, measure]
                rows.append((item, measure, figure.amount, "", source))
        if item in known.index and known.loc[item, "this_year"] is not None:
            rows.append((item, "决算数", known.loc[item, "this_year"], "", ""))
    return pd.DataFrame(rows, columns=["item", "measure", "amount", "origin", "source"])


def _budgets(books: Books) -> dict[tuple[str, str], tuple[Figure, str]]:
    """Item and measure to figure and source; what a table prints goes before what the text says."""
    kind = kinds(books)
    found: dict[tuple[str, str], tuple[Figure, str]] = {}
    for name, source, amounts in (
        (TABLE, "three_public", table_budgets(books)),
        (BASE, "base_data", base_budgets(books)),
    ):
        for item, figure in amounts.items():
            found.setdefault((item, kind[name].name or name), (figure, source))
    for name, amounts in told_budgets(books).items():
        for item, figure in amounts.items():
            found.setdefault((item, name), (figure, "narrative"))
    return found


# --- What one costs -------------------------------------------------------------------------------


class Ratio(NamedTuple):
    """An expense and the quantity that it is divided by: words of its subject, and units."""

    item: str
    per: str
    subject: re.Pattern
    units: tuple[str, ...]


_TIMES = ("个", "批", "批次", "次", "场次")
_PEOPLE = ("人次", "人", "万人次", "万人")
RATIOS = (
    Ratio(RUNNING, "车辆", re.compile(".*保有量?"), ("辆",)),
    Ratio(BUYING, "购置车辆", re.compile("(?=.*购置).*车.*"), ("辆",)),
    Ratio(HOSTING, "来宾", re.compile(".*(?:来宾|接待|来访|外宾).*"), _PEOPLE),
    Ratio(HOSTING, "来访团组", re.compile(".*(?:来宾|接待|来访|外宾).*"), _TIMES),
    Ratio(TRAVEL, "出国团组", re.compile(".*(?:出国|出境|出访).*"), _TIMES),
    Ratio(TRAVEL, "出国人次", re.compile(".*(?:出国|出境|出访).*"), _PEOPLE),
)
TEN_THOUSAND = Decimal(10000)


def unit_costs(report: helpers.Report) -> pd.DataFrame:
    """The expenses divided by the quantities that the text states, in yuan.

    Returns
    -------
    pandas.DataFrame
        A row for each of :data:`RATIOS`: ``item``, ``per``, ``amount`` (万元), ``quantity`` and its
        ``unit``, ``yuan`` (rounded to whole yuan); ``why``, empty or why there is no ``yuan``.
    """
    books, known = books_of(report), compare(report).set_index("figure")["this_year"]
    rows = []
    for ratio in RATIOS:
        amount = known.get(ratio.item)
        quantity, why = _quantity(books, ratio)
        if amount is None:
            why = "The report states no amount."
        elif quantity == 0:
            why = "The report counts none."
        yuan = None if why else (amount * TEN_THOUSAND / quantity).quantize(1, ROUND_HALF_UP)
        unit = ratio.units[0] if ratio.units != _TIMES else ""
        rows.append((ratio.item, ratio.per, amount, quantity, unit, yuan, why))
    columns = ["item", "per", "amount", "quantity", "unit", "yuan", "why"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _quantity(books: Books, ratio: Ratio) -> tuple[Decimal | None, str]:
    """How many the text states, among the sentences about the three public expenses; or why not.

    Of several numbers the first counts if the others are part of it (其中, or they add up to it);
    those at home and abroad are added; others are not certain.
    """
    sections = {f.section for f in books.facts if f.unit == "万元" and item_of(f.name)}
    facts = [
        fact
        for fact in books.facts
        if fact.measure == "数量" and fact.section in sections and fact.unit in ratio.units
        if ratio.subject.fullmatch(fact.subject)
    ]
    distinct = list({(f.subject, _count(f)): f for f in facts}.values())
    counts = [_count(fact) for fact in distinct]
    if not counts:
        return None, "The report states no number of them."
    if len(counts) == 1 or counts[0] == sum(counts[1:]):
        return counts[0], ""
    first, *others = distinct
    after = first.sentence[first.sentence.find(first.subject) :]
    if "其中" in after and all(fact.sentence == first.sentence for fact in others):
        return counts[0], ""
    if len(counts) == 2 and sum("国内" in f.subject for f in distinct) == 1 and _abroad(distinct):
        return sum(counts, ZERO), ""
    return None, "The report states several numbers; which is the whole is not certain."


def _abroad(facts: list[Fact]) -> bool:
    return sum(bool(re.search(r"外事|外宾|国\(?境?\)?外|国际", f.subject)) for f in facts) == 1


def _count(fact: Fact) -> Decimal:
    return fact.figure.amount * (TEN_THOUSAND if fact.unit.startswith("万") else 1)


# --- Against basic expenditure --------------------------------------------------------------------


def against_basic(report: helpers.Report) -> pd.DataFrame:
    """The finals of the items beside the lines of basic expenditure of the same names.

    Returns
    -------
    pandas.DataFrame
        ``item``, ``final`` and ``basic`` (万元, None where blank or not printed), ``difference``
        (final less basic, a blank counting as nothing; None where neither is printed).
    """
    lines: dict[str, list] = {}
    for row in books_of(report).rows["basic_expenditure"]:
        if row["level"] == "款" and (item := item_of(row["item"])):
            lines.setdefault(item, []).append(row)
    finals = compare(report).set_index("figure")["this_year"]
    rows = []
    for item in (TRAVEL, BUYING, RUNNING, HOSTING):
        amounts = [r.figure.amount for r in lines.get(item, []) if r.figure.amount is not None]
        final, basic = finals.get(item), sum(amounts, ZERO) if amounts else None
        known = not (final is None and basic is None)
        rows.append((item, final, basic, (final or ZERO) - (basic or ZERO) if known else None))
    return pd.DataFrame(rows, columns=["item", "final", "basic", "difference"], dtype=object)
