"""What a report's figures were the year before, and how that is known.

A report seldom prints last year's amounts; it prints changes. For each figure last year's amount is
*stated* (the base data table or a sentence prints it), *derived* (this year's amount less the stated
change), or it comes from the department's *own report* of that year, where the folder holds it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import product
from typing import NamedTuple

import pandas as pd

import helpers
from amounts import UNITS, in_wan_yuan, normalise, parse_amount
from check_figures import HUNDRED, LABELS, ZERO, Books, Fact, Figure, bare, stem
from figures import BLUE, PALE, Bar, wrapped
from terms import Words
from text_identities import MEANINGS, Meaning, base_groups, before

STATED, DERIVED, OWN = "stated", "derived", "own report"
"""How last year's amount is known. Where it is known in several ways, the report of that year goes
before what a later one says of it, and what is printed before what is computed."""

ORIGINS = {STATED: "报告列示", DERIVED: "推算", OWN: "当年报告"}
"""The Chinese term for each."""

SUBJECTS = {
    "总计": ("收、支总计", "收入合计", "支出合计", "基本支出", "项目支出"),
    "财政拨款": ("财政拨款收、支总计", "财政拨款支出", "一般公共预算财政拨款支出"),
    "公用经费": ("公用经费", "机关运行经费"),
    "三公经费": (
        *("三公经费", "因公出国（境）费", "公务用车购置及运行维护费"),
        *("公务用车购置费", "公务用车运行维护费", "公务接待费"),
    ),
}
"""The figures that are compared, by group. What other words mean the same, ``MEANINGS`` knows."""

COLUMNS = [
    *("group", "figure", "this_year", "last_year", "change", "origin"),
    *(STATED, DERIVED, "own_report", "agree"),
    *("stated_change", "stated_rate", "rate_low", "rate_high", "rate_agrees"),
]


# --- The reports of one department ----------------------------------------------------------------


def books_of(report: helpers.Report) -> Books:
    """The tables of a report, looked up by what their rows are."""
    return Books({name: report.table(name) for name in LABELS})


def same_department(report: helpers.Report) -> dict[int, list[str]]:
    """The keys of all reports of a report's department in its folder, by year.

    Two names are one department if they are equal in the form in which words are compared; an
    addition such as （本级） makes another department, for its report covers other units. A report
    without a name has only itself.
    """
    known = helpers.load("reports", report.folder)
    name = normalise(report.department)
    same = known[[bool(name) and normalise(other) == name for other in known["department"]]]
    years: dict[int, list[str]] = {}
    for key, year in zip(same["report"], same["year"], strict=True):
        if not pd.isna(year):
            years.setdefault(int(year), []).append(key)
    return dict(sorted((years | {report.year: [report.name]}).items()))


def reports_by_year(report: helpers.Report) -> dict[int, helpers.Report]:
    """The department's report of each year; a year of which the folder holds several is left out.

    Of the report's own year it is the report itself.
    """
    return {
        year: helpers.Report(names[0], report.folder)
        for year, names in same_department(report).items()
        if len(names) == 1
    }


# --- One figure of one report ---------------------------------------------------------------------


def subject_of(words: str) -> Meaning | None:
    """What the words of a text or a table name; None where no rule knows them."""
    plain = stem(words)
    return next((known for known in MEANINGS if known.pattern.fullmatch(plain)), None)


def figure_of(books: Books, subject: str) -> Figure | None:
    """This year's figure: the tables', else the text's, else the base data table's.

    Where several tables may be meant, it is the one that comes nearest to the text's amount, and
    without one the widest.
    """
    wanted = subject_of(subject)
    told = next((f.figure for f in books.facts if f.measure == "决算数" and _is(f, wanted)), None)
    printed = [figure for figure in wanted.figures(books) if figure and figure.amount is not None]
    if wanted.relation != "=" or not printed:
        return told or _base_figure(books, wanted, books.year)
    if told:
        return min(printed, key=lambda figure: abs(figure.amount - told.amount))
    return max(printed, key=lambda figure: figure.amount)


def _is(fact: Fact, wanted: Meaning) -> bool:
    return fact.unit == "万元" and subject_of(fact.subject) is wanted


def _base_figure(books: Books, wanted: Meaning, year: int) -> Figure | None:
    """The final of a year that the base data table prints; None where it is blank."""
    for (item, period, basis), figure in books.base.items():
        if (period, basis) == (str(year), "决算数") and subject_of(item) is wanted:
            return figure if figure.amount is not None else None
    return None


# --- Changes that the text states -----------------------------------------------------------------

LAST_YEAR, BUDGET = "上年", "预算"

_THAN = "(?:与|同|和|比|较|相较于?)"
_KIND = "(?:20\\d\\d年度?|上一?年度?|去年|年初|全年|本年|当年|年度|调整后?|的|部门|支出)"
_COMPARISON = re.compile(
    f"(?P<budget>(?:[比较]{_KIND}*|{_THAN}{_KIND}+|{_THAN}(?=预算数?相?比))预算)"
    f"|(?P<last>{_THAN}(?:上一?年|去年)|同比)"
    f"|{_THAN}(?P<year>20\\d\\d)年"
)
_UNCHANGED = re.compile(f"(?:{_COMPARISON.pattern})[^,;。]*?,?(?:基本)?持平")
_CHANGED = re.compile(
    "(?:增加|增长|增|上升|上涨|提高|减少|降低|下降|下跌|压减|减|变动|变化)[^\\d,;。]{0,6}?"
    rf"([\d,]*\d(?:\.\d+)?)({'|'.join(UNITS)})"
)


def compared_with(fact: Fact, year: int) -> str:
    """What a change is a change from, as its sentence says.

    Parameters
    ----------
    fact : check_figures.Fact
        A change (增减额) in 万元.
    year : int
        The report's.

    Returns
    -------
    str
        ``LAST_YEAR``, ``BUDGET``, or empty: another year, or the sentence does not tell.
    """
    amount = fact.figure.amount
    end = next(
        (m.start() for m in _CHANGED.finditer(fact.sentence) if _amount(m) == abs(amount)),
        len(fact.sentence),
    )
    found = list(_COMPARISON.finditer(fact.sentence, 0, end))
    return _base(found[-1], year) if found else ""


def _amount(printed: re.Match) -> Decimal | None:
    try:
        return in_wan_yuan(parse_amount(printed[1]), printed[2])
    except ValueError:
        return None


def _base(comparison: re.Match, year: int) -> str:
    if comparison["budget"]:
        return BUDGET
    return LAST_YEAR if comparison["last"] or int(comparison["year"]) == year - 1 else ""


class Change(NamedTuple):
    """A stated change.

    Parameters
    ----------
    fact : check_figures.Fact
        The sentence that states it.
    final, change : Decimal
        The amount that it led to, and the change, 万元.
    half, slack : Decimal
        By how much rounding may have changed the amount, and the amount and the change together.
    rate : check_figures.Figure or None
        The stated rate, %.
    """

    fact: Fact
    final: Decimal
    change: Decimal
    half: Decimal
    slack: Decimal
    rate: Figure | None = None


def changes(books: Books, base: str) -> Iterator[Change]:
    """The stated changes against ``LAST_YEAR`` or ``BUDGET``; 持平 (as before) is a change of 0."""
    for fact in books.facts:
        half = _half(fact.figure)
        if fact.unit == "万元" and fact.measure == "增减额":
            final = before(books, fact, "决算数")
            if final and compared_with(fact, books.year) == base:
                amounts = final.figure.amount, fact.figure.amount
                halves = _half(final.figure), _half(final.figure) + half
                yield Change(fact, *amounts, *halves, _rate_beside(books, fact))
        elif fact.measure == "决算数" and _unchanged_from(books, fact) == base:
            yield Change(fact, fact.figure.amount, ZERO, half, half)


def _rate_beside(books: Books, change: Fact) -> Figure | None:
    """The rate (增减率) of the same subject that follows a change in its sentence."""
    after = books.facts[books.facts.index(change) + 1 :]
    same = (change.section, change.name, change.sentence)
    for fact in after:
        if (fact.section, fact.name, fact.sentence) != same or fact.measure == "增减额":
            return None
        if fact.measure == "增减率":
            return fact.figure
    return None


def _unchanged_from(books: Books, fact: Fact) -> str:
    """As what its sentence says that an amount is, where it speaks of no other final or change."""
    same = [f for f in books.facts if (f.section, f.sentence) == (fact.section, fact.sentence)]
    measures = [f.measure for f in same]
    named = _UNCHANGED.search(fact.sentence)
    alone = measures.count("决算数") == 1 and "增减额" not in measures
    return _base(named, books.year) if named and alone else ""


def _half(figure: Figure) -> Decimal:
    return figure.half_unit(figure.amount)


def last_year_from_rate(final: Decimal, rate: Figure, half: Decimal) -> tuple[Decimal, Decimal]:
    """Between which amounts last year's lies, if the stated rate was rounded as printed.

    Parameters
    ----------
    final : Decimal
        This year's amount, 万元.
    rate : check_figures.Figure
        The stated rate of change in per cent.
    half : Decimal
        By how much rounding may have changed ``final``.

    Returns
    -------
    tuple of Decimal
        The least and the largest amount, rounded outwards to the decimals of ``final``.

    Raises
    ------
    ValueError
        The rate is −100% or about so: any amount may have become nothing.
    """
    grown = [1 + (rate.amount + sign * _half(rate)) / HUNDRED for sign in (-1, 1)]
    if min(grown) <= 0:
        raise ValueError(f"A change of {rate.amount}% does not tell from which amount.")
    bounds = [(final + sign * half) / factor for sign, factor in product((-1, 1), grown)]
    places = Decimal(1).scaleb(min(final.as_tuple().exponent, -2))
    return min(bounds).quantize(places, ROUND_FLOOR), max(bounds).quantize(places, ROUND_CEILING)


# --- Both years -----------------------------------------------------------------------------------


def compare(report: helpers.Report) -> pd.DataFrame:
    """Each figure of a report this year and last year.

    Parameters
    ----------
    report : helpers.Report

    Returns
    -------
    pandas.DataFrame
        A row for each figure of :data:`SUBJECTS` of which either year is known, in this order:

        - ``group``, ``figure``; ``this_year``, ``last_year``, ``change`` (Decimal, 万元, None where
          not known), ``origin`` of last year's amount (empty where not known);
        - ``stated``, ``derived``, ``own_report``: last year's amount in each way it is known;
          ``agree``: whether these are equal within rounding, None where there are not two;
        - ``stated_change``, ``stated_rate`` (%), ``rate_low`` and ``rate_high``: between which
          amounts last year's lies by the rate alone; ``rate_agrees``: whether the amount less the
          change does. A change against a budget is none of these.
    """
    books, earlier = books_of(report), reports_by_year(report).get(report.year - 1)
    old = books_of(earlier) if earlier else None
    rows = [
        dict.fromkeys(COLUMNS)
        | {"group": group, "figure": subject}
        | _both_years(books, old, subject)
        for group, subjects in SUBJECTS.items()
        for subject in subjects
    ]
    known = [row for row in rows if not (row["this_year"] is None and row["last_year"] is None)]
    return pd.DataFrame(known, columns=COLUMNS, dtype=object)


def _both_years(books: Books, old: Books | None, subject: str) -> dict:
    wanted = subject_of(subject)
    this = figure_of(books, subject)
    change = next((c for c in changes(books, LAST_YEAR) if _is(c.fact, wanted)), None)
    stated = _stated(books, subject)
    own = figure_of(old, subject) if old else None
    known = {
        OWN: (own.amount, _half(own)) if own else None,
        STATED: (stated.amount, _half(stated)) if stated else None,
        DERIVED: (change.final - change.change, change.slack) if change else None,
    }
    return _row(this, known) | _rates(change)


def _stated(books: Books, subject: str) -> Figure | None:
    """Last year's amount as the base data table or a sentence prints it."""
    wanted = subject_of(subject)
    told = (f.figure for f in books.facts if f.measure == "上年数" and _is(f, wanted))
    return _base_figure(books, wanted, books.year - 1) or next(told, None)


def _row(this: Figure | None, known: dict[str, tuple[Decimal, Decimal] | None]) -> dict:
    """Last year's amount of those known, its origin, and whether they agree within rounding."""
    given = {origin: value for origin, value in known.items() if value}
    origin = next(iter(given), "")
    last = given[origin][0] if origin else None
    amount = this.amount if this else None
    low = max((value - half for value, half in given.values()), default=None)
    high = min((value + half for value, half in given.values()), default=None)
    return {
        "this_year": amount,
        "last_year": last,
        "change": None if amount is None or last is None else amount - last,
        "origin": origin,
        STATED: known[STATED] and known[STATED][0],
        DERIVED: known.get(DERIVED) and known[DERIVED][0],
        "own_report": known[OWN] and known[OWN][0],
        "agree": low <= high if len(given) > 1 else None,
    }


def _rates(change: Change | None) -> dict:
    if change is None:
        return {}
    told = {"stated_change": change.change, "stated_rate": change.rate and change.rate.amount}
    if change.rate is None:
        return told
    try:
        low, high = last_year_from_rate(change.final, change.rate, change.half)
    except ValueError:
        return told
    derived = change.final - change.change
    agrees = low - change.slack <= derived <= high + change.slack and derived != 0
    return told | {"rate_low": low, "rate_high": high, "rate_agrees": agrees}


def lines(report: helpers.Report, head: str) -> pd.DataFrame:
    """The lines below one heading of the base data table, this year and last year.

    A line that is itself split without remainder is replaced by its parts, so that the lines of a
    heading whose parts are not only "of which" (其中) add up to it. Lines that are blank in both
    years are left out.

    Parameters
    ----------
    report : helpers.Report
    head : str
        ``"项目支出"``, ``"公用经费"``, …

    Returns
    -------
    pandas.DataFrame
        ``item``, ``this_year``, ``last_year``, ``change``, ``origin``, ``stated``, ``own_report``,
        ``agree`` as in :func:`compare`; ``budget``, this year's as this table prints it, 万元;
        ``movement``, a Chinese term: 新增 (from 0), 结束 (to 0), 增加, 减少, 持平, and 上年空白 or
        本年空白 where one of the years is blank, which is no zero.
    """
    books, earlier = books_of(report), reports_by_year(report).get(report.year - 1)
    old = _finals(books_of(earlier), head) if earlier else {}
    rows = []
    for item, line in _leaves(books, head):
        this, last, budget = (
            line.get(key)
            for key in (
                (str(books.year), "决算数"),
                (str(books.year - 1), "决算数"),
                (str(books.year), "预算数"),
            )
        )
        known = {OWN: old.get(item), STATED: _with_half(last)}
        row = {"item": item} | _row(this, known) | {"budget": budget.amount if budget else None}
        rows.append(row | {"movement": _movement(row["last_year"], row["this_year"])})
    frame = pd.DataFrame(rows, columns=[*_LINE_COLUMNS], dtype=object)
    return frame[frame["this_year"].notna() | frame["last_year"].notna()].reset_index(drop=True)


_LINE_COLUMNS = (
    *("item", "this_year", "last_year", "change", "origin", STATED, "own_report", "agree"),
    *("budget", "movement"),
)


def _with_half(figure: Figure | None) -> tuple[Decimal, Decimal] | None:
    return (figure.amount, _half(figure)) if figure and figure.amount is not None else None


def _finals(books: Books, head: str) -> dict[str, tuple[Decimal, Decimal] | None]:
    """Of the report of the year before: that year's finals, by line."""
    key = (str(books.year), "决算数")
    return {item: _with_half(line.get(key)) for item, line in _leaves(books, head)}


def _leaves(books: Books, head: str) -> list[tuple[str, dict]]:
    """The lines below a heading by name; lines of the same name are numbered, to tell them apart."""
    split = list(base_groups(books.rows["base_data"]))
    parts = (part for line, ps, _ in split if _item(books, line) == head for part in ps)
    found = [leaf for part in parts for leaf in _split(books, part, split)]
    times, seen = Counter(item for item, _ in found), Counter()
    named = []
    for item, line in found:
        seen[item] += 1
        named.append((f"{item} ({seen[item]})" if times[item] > 1 else item, line))
    return named


def _split(books: Books, line: dict, split: list) -> Iterator[tuple[str, dict]]:
    """The parts of a line that make it up, or the line itself."""
    parts = [p for whole, ps, relation in split if whole is line and relation == "=" for p in ps]
    if any(figure.amount is not None for part in parts for figure in part.values()):
        for part in parts:
            yield from _split(books, part, split)
    else:
        yield _item(books, line), line


def _item(books: Books, line: dict) -> str:
    """The item's name as printed, without its ordinal."""
    figure = next(iter(line.values()))
    return bare(books.rows["base_data"][figure.key[1]]["item"])


def _movement(last: Decimal | None, this: Decimal | None) -> str:
    if last is None or this is None:
        return "上年空白" if last is None else "本年空白"
    if last == this:
        return "持平"
    if last == 0 or this == 0:
        return "新增" if last == 0 else "结束"
    return "增加" if this > last else "减少"


MOVEMENTS = ("上年空白", "新增", "增加", "持平", "减少", "结束", "本年空白")


def by_movement(frame: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Lines in the order of :data:`MOVEMENTS`, in each from the largest rise to the largest fall.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of :func:`lines`.
    most : int, optional
        Keep so many with the largest change; where one year is blank the other's amount counts.
    """
    rows = frame.to_dict("records")
    sizes = [row["change"] for row in rows]
    for at, row in enumerate(rows):
        if sizes[at] is None:
            sizes[at] = row["last_year"] if row["this_year"] is None else row["this_year"]
    large = sorted(range(len(rows)), key=lambda at: -abs(sizes[at]))[:most]
    large.sort(key=lambda at: (MOVEMENTS.index(rows[at]["movement"]), -sizes[at], at))
    return frame.iloc[large].reset_index(drop=True)


# --- All years ------------------------------------------------------------------------------------


def history(report: helpers.Report) -> pd.DataFrame:
    """Each figure in all years that the folder's reports of the department tell of.

    Returns
    -------
    pandas.DataFrame
        ``figure``, ``year``, ``amount`` (万元) and ``origin``: own report, or for a year
        without a report of its own, stated or derived by the report of the year after. Figures in
        the order of :data:`SUBJECTS`, years going up. Amounts that are not known have no row.
    """
    return _all_years({y: compare(own) for y, own in reports_by_year(report).items()}, "figure")


def line_history(report: helpers.Report, head: str) -> pd.DataFrame:
    """As :func:`history`, for the lines below a heading of the base data table (``item``).

    Lines are the same if they have the same name.
    """
    return _all_years({y: lines(own, head) for y, own in reports_by_year(report).items()}, "item")


def _all_years(by_year: dict[int, pd.DataFrame], name: str) -> pd.DataFrame:
    """What frames of both years, by year, tell of all; the latest gives the order of names."""
    known: dict[tuple[str, int], tuple[Decimal, str]] = {}
    for year, frame in sorted(by_year.items()):
        for row in frame.to_dict("records"):
            if row["origin"] in (STATED, DERIVED):
                known.setdefault((row[name], year - 1), (row["last_year"], row["origin"]))
            if row["this_year"] is not None:
                known[row[name], year] = row["this_year"], OWN
    order = list(dict.fromkeys(n for _, f in sorted(by_year.items())[::-1] for n in f[name]))
    rows = [(*key, *value) for key, value in known.items()]
    rows.sort(key=lambda row: (order.index(row[0]), row[1]))
    return pd.DataFrame(rows, columns=[name, "year", "amount", "origin"])


def year_bars(
    rows: pd.DataFrame, years: Iterable[int], shown: int, words: Words, colour: str = BLUE
) -> list[Bar]:
    """One bar a year of a figure, for :func:`figures.groups`; the origin is marked.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of :func:`history`, one figure's.
    years : iterable of int
        From the top down.
    shown : int
        The report's year, the only one in ``colour``.
    words : terms.Words
    colour : str, optional
    """
    known = {row["year"]: row for row in rows.to_dict("records")}
    bars = []
    for year in years:
        row = known.get(year)
        if row is None:
            nothing = words.either(zh="无数字", en="no amount")
            bars.append(Bar(None, f"{year}  {nothing}"))
            continue
        note = f"{year}  {helpers.money(row['amount'])}"
        if year == shown:
            bars.append(Bar(row["amount"], note, colour))
        else:
            hatch = "////" if row["origin"] == DERIVED else ""
            bars.append(Bar(row["amount"], f"{note}  {words(ORIGINS[row['origin']])}", PALE, hatch))
    return bars


def bars_title(
    rows: Iterable[Iterable[Bar]], report: helpers.Report, words: Words, width: float = 6.2
) -> str:
    """The title over bars of :func:`year_bars`: the unit, what hatches say, other years' reports.

    It is broken into lines of ``width`` inches.
    """
    zh, en = "决算数，万元", "Final accounts in 10,000 yuan"
    if any(bar.hatch for row in rows for bar in row):
        zh, en = f"{zh}；斜线：由增减额推算", f"{en}; hatched: derived from the stated change"
    others = [own.name for year, own in reports_by_year(report).items() if year != report.year]
    if others:
        zh, en = f"{zh}；{words(ORIGINS[OWN])}：", f"{en}; {words(ORIGINS[OWN])}: "
    return wrapped(words.either(zh=zh, en=en) + ", ".join(others), width, 10)
