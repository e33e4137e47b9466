"""The figures of a report, and what a check is: a stated figure and what should give it.

Here is what the identities are made of: figures with their places, formulas (sums, shares, scores),
checks with their tolerance and verdict, the books of one report, and the register of identities.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

import pandas as pd

from amounts import normalise
from statutory_tables import TITLES

PASS, ROUNDING, FAIL, NOT_APPLICABLE = "pass", "rounding", "fail", "not applicable"

NAMES = TITLES | {
    "narrative": "决算情况说明",
    "budget_execution": "决算情况说明五(三)",
    "procurement": "政府采购支出说明",
    "base_data": "绩效评价基础数据表",
    "performance_funding": "绩效自评表",
    "performance_indicators": "绩效自评表",
}
"""How each table is called in scope and detail."""

Amount = Decimal | None
ZERO, HUNDRED = Decimal(0), Decimal(100)

CODED = {
    "revenue": "source",
    "expenditure": "kind",
    "general_budget": "kind",
    "government_fund": "measure",
    "state_capital": "measure",
}
"""Tables whose rows are functional classes, and the column that names their columns."""


# --- Figures --------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Figure:
    """A printed amount and where it stands.

    Attributes
    ----------
    amount : Decimal or None
        None for a blank cell.
    page : int or None
    named : str or tuple of str
        What it is; or the texts of its row, of which the first are the labels of its table.
    key : tuple of (str, int, str) or None
        Table, row of its frame (from 0) and column; None for a figure that is not printed.
    exponent : int or None
        Of the finest decimals of its column, where 39 stands for 39.00.
    exact : bool
        It was counted or allotted, not rounded.
    """

    amount: Amount
    page: int | None
    named: str | tuple[str, ...]
    key: tuple[str, int, str] | None = None
    exponent: int | None = None
    exact: bool = False

    @property
    def place(self) -> str:
        """Table and row, in the report's words."""
        if isinstance(self.named, str):
            return self.named
        table, _, column = self.key
        labels = self.named[: len(LABELS[table])]
        return " ".join(filter(None, (NAMES[table], *labels, _COLUMN_WORDS.get(column))))

    def half_unit(self, amount: Amount) -> Decimal:
        """By how much rounding may have changed the figure, if it is ``amount``."""
        if self.exact or amount is None:
            return ZERO
        printed = amount.as_tuple().exponent
        finest = printed if self.exponent is None else min(printed, self.exponent)
        return Decimal((0, (5,), finest - 1))

    def __str__(self) -> str:
        where = f" (p. {self.page})" if self.page else ""
        return f"{self.place}{where} {'blank' if self.amount is None else self.amount}"


Reading = Callable[[Figure], Amount]


def as_printed(figure: Figure) -> Amount:
    """The usual reading of a figure; the trial of the checks replaces some."""
    return figure.amount


class Unknown(Exception):
    """The figures give no value; the message says why."""


# --- Formulas: what figures give ------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Sum:
    """Figures added up, or subtracted where the sign is −1.

    ``nothing`` is what to say where there are none. Where all of ``unless_blank`` are blank, the
    form was not filled in so far, and the sum says nothing.
    """

    figures: list[Figure]
    signs: list[int] | None = None
    nothing: str = "no such line"
    unless_blank: tuple[Figure, ...] = ()

    def value(self, read: Reading, stated: Decimal) -> tuple[Decimal, Decimal]:
        """What they give, and by how much rounding may have changed it."""
        if self.unless_blank and all(read(figure) is None for figure in self.unless_blank):
            raise Unknown("the parts are blank")
        total, half = ZERO, ZERO
        for figure, sign in zip(self.figures, self._signs, strict=True):
            amount = read(figure)
            if amount is not None:
                total += amount * sign
                half += figure.half_unit(amount)
        return total, half

    def __str__(self) -> str:
        signed = list(zip(self.figures, self._signs, strict=True))
        filled = [(figure, sign) for figure, sign in signed if figure.amount is not None]
        if not signed:
            return self.nothing
        if len(filled) > 4:
            return f"sum of {len(filled)} figures, from {filled[0][0]} to {filled[-1][0]}"
        signed = filled or signed[:1]
        text = " ".join(f"{'−' if sign < 0 else '+'} {figure}" for figure, sign in signed)
        return text.removeprefix("+ ")

    @property
    def _signs(self) -> list[int]:
        return self.signs or [1] * len(self.figures)


@dataclass(frozen=True, eq=False)
class Nearest:
    """The one of several figures that a text may mean which comes nearest.

    Where all of ``unless_blank`` are blank, they say nothing.
    """

    figures: list[Figure]
    unless_blank: tuple[Figure, ...] = ()

    def value(self, read: Reading, stated: Decimal) -> tuple[Decimal, Decimal]:
        """The amount that is nearest, a blank one counting as 0."""
        if self.unless_blank and all(read(figure) is None for figure in self.unless_blank):
            raise Unknown("nothing is printed there")
        best = min(self.figures, key=lambda figure: abs((read(figure) or ZERO) - stated))
        return read(best) or ZERO, best.half_unit(read(best))

    def __str__(self) -> str:
        return " or ".join(map(str, self.figures))


_FINE = Decimal("0.0001")
"""Percentages are computed to this."""


@dataclass(frozen=True, eq=False)
class Share:
    """A sum of figures in percent of another sum."""

    part: Sum
    whole: Sum

    @property
    def figures(self) -> list[Figure]:
        return [*self.part.figures, *self.whole.figures]

    def value(self, read: Reading, stated: Decimal) -> tuple[Decimal, Decimal]:
        """The percentage, and by how much the rounding of both may have changed it."""
        part, half_part = self.part.value(read, stated)
        whole, half_whole = self.whole.value(read, stated)
        if whole == 0:
            raise Unknown(f"a percentage of nothing ({self.whole}: 0)")
        rate = part / whole * HUNDRED
        slack = (half_part * HUNDRED + abs(rate) * half_whole) / abs(whole) + _FINE / 2
        return rate.quantize(_FINE), slack.quantize(_FINE, ROUND_UP)

    def __str__(self) -> str:
        return f"{self.part} in % of {self.whole}"


@dataclass(frozen=True, eq=False)
class Score:
    """Points times the rate of execution, which counts for no more than 100 %."""

    points: Figure
    rate: Figure

    @property
    def figures(self) -> list[Figure]:
        return [self.points, self.rate]

    def value(self, read: Reading, stated: Decimal) -> tuple[Decimal, Decimal]:
        """The score, and by how much the rounding of the rate may have changed it."""
        points, rate = read(self.points) or ZERO, read(self.rate)
        if rate is None:
            raise Unknown(f"{self.rate.place}: no rate is printed")
        half = abs(points) * self.rate.half_unit(rate) / HUNDRED
        return points * min(rate, HUNDRED) / HUNDRED, half

    def __str__(self) -> str:
        return f"{self.points} × {self.rate} %"


@dataclass(frozen=True, eq=False)
class Weighted:
    """Amounts, each times its percentage, added up."""

    pairs: list[tuple[Figure, Figure]]

    @property
    def figures(self) -> list[Figure]:
        return [figure for pair in self.pairs for figure in pair]

    def value(self, read: Reading, stated: Decimal) -> tuple[Decimal, Decimal]:
        """The sum, and by how much the rounding of all may have changed it."""
        total, slack = ZERO, ZERO
        for figure, rate in self.pairs:
            amount, percent = read(figure) or ZERO, read(rate) or ZERO
            total += amount * percent / HUNDRED
            slack += abs(amount) * rate.half_unit(read(rate)) / HUNDRED
            slack += abs(percent) * figure.half_unit(read(figure)) / HUNDRED
        return total, slack

    def __str__(self) -> str:
        return " + ".join(f"{figure} × {rate} %" for figure, rate in self.pairs)


Formula = Sum | Nearest | Share | Score | Weighted

# --- Checks ---------------------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What one check gave."""

    verdict: str
    stated: Amount = None
    computed: Amount = None
    difference: Amount = None
    tolerance: Amount = None
    reason: str = ""


@dataclass(eq=False, slots=True)
class Check:
    """One comparison: a stated figure, and the formula that should give it.

    Attributes
    ----------
    stated : Figure
    formula : Formula
    relation : str
        ``=``; ``≤`` or ``≥`` where the stated figure may be smaller, or larger.
    equal_if : Check or None
        With ``≤`` and ``≥``: where the two sides of this check are equal, so must these be.
    optional : bool
        The stated figure may be left out.
    name : str
        The identity's name; :func:`pose` fills it in.
    """

    stated: Figure
    formula: Formula
    relation: str = "="
    equal_if: Check | None = None
    optional: bool = False
    name: str = ""

    @property
    def figures(self) -> Iterator[Figure]:
        """All figures on which the outcome depends."""
        yield self.stated
        yield from self.formula.figures
        if self.equal_if:
            yield from self.equal_if.figures

    def outcome(self, read: Reading = as_printed) -> Outcome:
        """Compute the check, with the figures as ``read`` gives them."""
        printed = read(self.stated)
        if printed is None:
            if self.optional:
                return Outcome(NOT_APPLICABLE, reason="it is not printed")
            if not any(read(figure) is not None for figure in self.formula.figures):
                return Outcome(NOT_APPLICABLE, reason="blank, and nothing to compare it with")
        stated = printed or ZERO
        try:
            computed, slack = self.formula.value(read, stated)
        except Unknown as reason:
            return Outcome(NOT_APPLICABLE, printed, reason=str(reason))
        tolerance = slack + self.stated.half_unit(printed)
        difference = stated - computed
        verdict = self._verdict(difference, tolerance, read)
        return Outcome(verdict, printed, computed, difference, tolerance)

    def _verdict(self, difference: Decimal, tolerance: Decimal, read: Reading) -> str:
        if difference == 0:
            return PASS
        if self.relation == ("≤" if difference < 0 else "≥") and not self._must_equal(read):
            return PASS
        return ROUNDING if abs(difference) <= tolerance else FAIL

    def _must_equal(self, read: Reading) -> bool:
        if not self.equal_if:
            return False
        outcome = self.equal_if.outcome(read)
        return outcome.difference is not None and abs(outcome.difference) <= outcome.tolerance

    def record(self) -> dict:
        """The record of ``checks.csv``, without report and year."""
        outcome = self.outcome()
        detail = f"{self.stated} {self.relation} {self.formula}"
        if outcome.reason:
            detail = f"{outcome.reason}; {detail}"
        return {
            "page": self.stated.page,
            "check": self.name,
            "scope": self.stated.place,
            "stated": outcome.stated,
            "computed": outcome.computed,
            "difference": outcome.difference,
            "tolerance": outcome.tolerance,
            "verdict": outcome.verdict,
            "detail": detail,
        }


@dataclass(slots=True)
class Note:
    """A check without amounts (of names), or one that cannot be made."""

    scope: str
    verdict: str
    detail: str
    page: int | None = None
    name: str = ""
    figures: tuple[Figure, ...] = ()

    def record(self) -> dict:
        """The record of ``checks.csv``, without report and year."""
        empty = dict.fromkeys(("stated", "computed", "difference", "tolerance"))
        record = {"page": self.page, "check": self.name, "scope": self.scope}
        return record | empty | {"verdict": self.verdict, "detail": self.detail}


def not_applicable(scope: str, reason: str) -> Note:
    """A check that cannot be made."""
    return Note(scope, NOT_APPLICABLE, reason)


# --- The books: rows and figures of one report ----------------------------------------------------

LABELS = {
    "revenue_expenditure": ("side", "item"),
    "revenue": ("code", "item", "source"),
    "expenditure": ("code", "item", "kind"),
    "appropriation": ("side", "item", "fund"),
    "general_budget": ("code", "item", "kind"),
    "basic_expenditure": ("code", "item"),
    "government_fund": ("code", "item", "measure"),
    "state_capital": ("code", "item", "measure"),
    "three_public": ("basis", "item"),
    "narrative": ("section", "subject", "measure"),
    "budget_execution": ("code", "item"),
    "procurement": ("category", "measure"),
    "base_data": ("item", "period", "basis"),
    "performance_funding": ("project", "source", "basis"),
    "performance_indicators": ("project", "level2", "level3"),
}
"""The columns that say which row of a table it is."""

VALUES = {
    "narrative": ("value",),
    "budget_execution": ("initial_budget", "final", "completion_rate"),
    "procurement": ("value",),
    "base_data": ("value",),
    "performance_funding": ("value",),
    "performance_indicators": ("points", "score", "target", "actual"),
}
"""The columns of figures, where it is not ``amount``."""

_COLUMN_WORDS = {
    "initial_budget": "年初预算",
    "final": "支出决算",
    "completion_rate": "完成率",
    "points": "分值",
    "score": "得分",
    "target": "年度指标值",
    "actual": "实际完成值",
}
TOTAL_SCORE = "总分"
OVERALL = "整体支出"
_PRINTED = re.compile(r"[<>≤≥=]*(-?\d[\d,]*(?:\.\d+)?|-?\.\d+)(?:%|万元|分)?")


def number(value: object) -> Amount:
    """The number that a cell holds: a Decimal, or text such as 93.6% or ≤288万元; None for none."""
    if isinstance(value, Decimal):
        return None if value.is_nan() else value
    if pd.isna(value):
        return None
    match = _PRINTED.fullmatch(normalise(str(value)))
    return Decimal(match[1].replace(",", "")) if match else None


class _Places(dict[str, int]):
    """Where the text of each column stands in a row; that of an unknown column, at its end."""

    def __missing__(self, column: str) -> int:
        return -1


@dataclass(eq=False, slots=True)
class Row:
    """One record of a table: its texts, and the figures of its numeric columns.

    The columns, and where each of them stands among the texts, are the same object for all rows.
    The last text is empty: that of a column that the table does not have.
    """

    places: _Places
    texts: tuple[str, ...]
    numeric: list[str]
    numbers: tuple[Figure, ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.texts[self.places[column]]

    @property
    def figure(self) -> Figure:
        """Its one figure, or the first."""
        return self.numbers[0]

    @property
    def figures(self) -> dict[str, Figure]:
        """Its figures by column."""
        return dict(zip(self.numeric, self.numbers, strict=True))


@dataclass
class Side:
    """One side of a two-sided table, for one fund."""

    items: list[Row] = field(default_factory=list)
    """The numbered items above the total of the year."""
    total: Figure | None = None
    """本年收入合计 or 本年支出合计"""
    carried: list[Row] = field(default_factory=list)
    """What stands between it and the grand total: 年初结转和结余 …"""
    parts: list[Row] = field(default_factory=list)
    """The sub-items of what is carried over, one for each fund."""
    grand: Figure | None = None
    """总计"""


class Books:
    """The tables of one report, looked up by what their rows are.

    Parameters
    ----------
    frames : dict of str to DataFrame
        As :func:`extraction.read_report` gives them; tables may be missing.
    """

    def __init__(self, frames: dict[str, pd.DataFrame]):
        self.rows: dict[str, list[Row]] = {}
        for table in LABELS:
            frame = frames.get(table)
            self.rows[table] = [] if frame is None else _rows(table, frame)
        filled = [f for f in map(frames.get, LABELS) if f is not None and len(f) and "year" in f]
        self.year = int(filled[0]["year"].iloc[0]) if filled else None
        self._sides: dict[tuple[str, str, str], Side] = {}

    def lacks(self, tables: Iterable[str]) -> str:
        """The first of these tables that holds no row; empty if all do."""
        return next((NAMES[table] for table in tables if not self.rows[table]), "")

    @cached_property
    def coded(self) -> dict[tuple[str, str], dict[str, Figure]]:
        """Of the tables of functional classes: (table, column) to code to figure; "" is 合计."""
        found: dict = defaultdict(dict)
        for table, column in CODED.items():
            for row in self.rows[table]:
                found[table, row[column]].setdefault(row["code"], row.figure)
        return found

    def column(self, table: str, column: str) -> dict[str, Figure]:
        """Code to figure, for one column of a table of functional classes."""
        return self.coded.get((table, column), {})

    def total(self, table: str, column: str) -> list[Figure]:
        """The figure on the 合计 line, if there is one."""
        return [self.column(table, column)[""]] if "" in self.column(table, column) else []

    def class_names(self, table: str) -> dict[str, str]:
        """Name (without ordinal) to code of the 类 of a table."""
        rows = (row for row in self.rows[table] if len(row["code"]) == 3)
        return {bare(row["item"]): row["code"] for row in rows}

    def side(self, table: str, side: str, fund: str = "") -> Side:
        """One side of a two-sided table; of 04 one fund's column."""
        if (table, side, fund) not in self._sides:
            self._sides[table, side, fund] = self._side(table, side, fund)
        return self._sides[table, side, fund]

    def _side(self, table: str, side: str, fund: str) -> Side:
        rows = [
            row
            for row in self.rows[table]
            if row["side"] == side and (not fund or row["fund"] == fund)
        ]
        found, above = Side(), True
        for row in rows:
            name = bare(row["item"])
            if _YEAR_TOTAL.fullmatch(name):
                found.total, above = row.figure, False
            elif _GRAND_TOTAL.fullmatch(name):
                found.grand = row.figure
            elif above:
                found.items.append(row)
            else:
                (found.parts if _PART.match(name) else found.carried).append(row)
        if any(ORDINAL.match(normalise(row["item"])) for row in found.items):
            found.items = [row for row in found.items if ORDINAL.match(normalise(row["item"]))]
        return found

    @cached_property
    def economic(self) -> dict[str, Figure]:
        """Of 06: code to figure, and 人员经费 and 公用经费 to their totals ("" is that of both)."""
        rows = self.rows["basic_expenditure"]
        return {row["code"] or row["group"]: row.figure for row in rows}

    @cached_property
    def three_public(self) -> dict[tuple[str, str], Figure]:
        """Of 09: basis and item to figure."""
        return {(row["basis"], row["item"]): row.figure for row in self.rows["three_public"]}

    @cached_property
    def facts(self) -> list[Fact]:
        """Of the explanation: its facts, in its order."""
        return [Fact(row) for row in self.rows["narrative"]]

    @cached_property
    def retold(self) -> list[Row]:
        """Rows of the explanation that ``procurement`` holds once more."""
        told = {(r["page"], r["unit"], r.figure.amount) for r in self.rows["procurement"]}
        rows = self.rows["narrative"]
        return [row for row in rows if (row["page"], row["unit"], row.figure.amount) in told]

    @cached_property
    def funding(self) -> dict[tuple[str, str, str], Figure]:
        """Of the self-evaluations: project, source and basis to figure."""
        return {
            (row["project"], row["source"], row["basis"]): row.figure
            for row in self.rows["performance_funding"]
        }

    @cached_property
    def projects(self) -> list[str]:
        """The projects that have a self-evaluation of their own."""
        names = dict.fromkeys(row["project"] for row in self.rows["performance_funding"])
        return [name for name in names if name != OVERALL]

    @cached_property
    def base(self) -> dict[tuple[str, str, str], Figure]:
        """Of the base data: item (without ordinal), period and basis to figure."""
        rows = self.rows["base_data"]
        return {(bare(row["item"]), row["period"], row["basis"]): row.figure for row in rows}


def _rows(table: str, frame: pd.DataFrame) -> list[Row]:
    columns = [column for column in VALUES.get(table, ("amount",)) if column in frame]
    labels = LABELS[table]
    names = [*labels, *(name for name in frame if name not in (*labels, "report", "year"))]
    places = _Places({name: place for place, name in enumerate(names)})
    known: dict[str, str] = {}  # most texts stand in many rows, and need be in memory once

    def texts_of(column: str) -> list[str]:
        if column not in frame:
            return [""] * len(frame)
        return [known.setdefault(text, text) for text in map(_text, frame[column].tolist())]

    texts = zip(*map(texts_of, places), repeat(""))
    rows = [Row(places, row, columns) for row in texts]
    found = []
    for column in columns:
        values = zip(frame[column].tolist(), rows, strict=True)
        numbers = [_number(value, row, column) for value, row in values]
        finest = _finest(table, rows, numbers)
        of_column = enumerate(zip(rows, numbers, strict=True))
        found.append([_figure(table, at, column, *pair, finest) for at, pair in of_column])
    if found:
        for row, figures in zip(rows, zip(*found, strict=True), strict=True):
            row.numbers = figures
    return rows


def _figure(
    table: str, at: int, column: str, row: Row, amount: Amount, finest: int | None
) -> Figure:
    return Figure(
        amount,
        int(row["page"]) if row["page"] else None,
        row.texts,
        (table, at, column),
        None if _is_rate(row, column) else finest,
        _is_exact(table, row, column),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else str(value)


def _number(value: object, row: Row, column: str) -> Amount:
    if column in ("target", "actual") and "成本" not in row["level3"]:
        return None  # no amount of money
    return number(value)


def _finest(table: str, rows: list[Row], numbers: list[Amount]) -> int | None:
    """The exponent of a column's finest amounts; none where each is worded by itself."""
    if table in ("narrative", "procurement", "performance_indicators"):
        return None
    exponents = [
        amount.as_tuple().exponent
        for row, amount in zip(rows, numbers, strict=True)
        if amount is not None and ("unit" not in row.places or row["unit"] == "万元")
        if not _is_rate(row, "value")
    ]
    return min(exponents, default=None)


def _is_rate(row: Row, column: str) -> bool:
    return column == "completion_rate" or "率" in row["basis"]


def _is_exact(table: str, row: Row, column: str) -> bool:
    if table == "performance_indicators":
        return column in ("points", "score") and row["level1"] != TOTAL_SCORE
    if row["unit"] == "万元":
        return row["value"] == "0"
    if row["unit"]:
        return row["unit"] not in ("%", "分")
    return row["basis"] == "分值"


_NUMERAL = "[一二三四五六七八九十]"
ORDINAL = re.compile(rf"({_NUMERAL}{{1,3}})、")
_LEAD = re.compile(
    rf"(?:{_NUMERAL}{{1,3}}、|\((?:{_NUMERAL}{{1,3}}|\d{{1,2}})\)|\d{{1,2}}[、.]|其中:?)*"
)
_YEAR_TOTAL = re.compile("本年(?:收入|支出)?合计|(?:收入|支出)?合计")
_GRAND_TOTAL = re.compile("(?:收入|支出)?总计")
_PART = re.compile("一般公共预算|政府性基金|国有资本经营|(?:基本|项目)支出结转|经营结余")


def bare(item: str) -> str:
    """An item's name without its ordinal."""
    plain = normalise(item)
    return plain[_LEAD.match(plain).end() :].rstrip(":")


def stem(text: str) -> str:
    """What a text names, without year, marks and words that make no difference."""
    plain = re.sub(r"\([类款项]\)|[“”\"'、]|20\d\d年度?", "", normalise(text))
    return re.sub(r"(?:总额|总金额)$", "", plain)


_BUDGET_OR_FINAL = re.compile("(?:支出)?(?:(?:年初|全年)?(?:预算|执行|决算)数?)?$")


class Fact:
    """An amount of the explanation and what it measures."""

    def __init__(self, row: Row):
        self.row, self.figure = row, row.figure
        self.section, self.measure, self.unit = row["section"], row["measure"], row["unit"]
        self.subject = stem(row["subject"])
        self.name = re.sub(_BUDGET_OR_FINAL, "", self.subject)
        self.sentence = normalise(row["sentence"])


# --- The register of identities -------------------------------------------------------------------

Identities = Callable[[Books], Iterator[Check | Note]]


@dataclass(frozen=True)
class Identity:
    """A named relation between figures, the tables that it needs, and what poses its checks."""

    name: str
    tables: tuple[str, ...]
    checks: Identities


IDENTITIES: list[Identity] = []
"""In the order of their weight."""


def identity(name: str, *tables: str) -> Callable[[Identities], Identities]:
    """Enter a function that poses the checks of one identity into the register."""

    def enter(function: Identities) -> Identities:
        IDENTITIES.append(Identity(name, tables, function))
        return function

    return enter
