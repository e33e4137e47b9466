"""Do the books balance? Every identity between the figures of a report, computed exactly.

Each check compares a figure that the report states with what its other figures give. The tolerance
follows from the printed decimals: every figure was rounded by at most half a unit of its last
decimal, so a sum of n figures may differ from the rounded total by n + 1 half units. A difference
within it is ``rounding``, one beyond it ``fail``. A check that cannot be made is ``not applicable``
with the reason, never a pass. A blank cell of a printed line counts as nothing (0); where all cells
of a check are blank there is nothing to check.

Sources of the identities: the national forms 公开01–09表 and their notes; the wording of the
explanation (Part 3); the forms of the performance tables.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_UP, Decimal
from functools import cached_property
from itertools import groupby

import pandas as pd

from amounts import normalise
from statutory_tables import TITLES

__all__ = [
    "COLUMNS",
    "Books",
    "Check",
    "Figure",
    "Note",
    "check_report",
    "check_reports",
    "findings",
    "pose",
]

COLUMNS = [
    "report",
    "year",
    "page",
    "check",
    "scope",
    "stated",
    "computed",
    "difference",
    "tolerance",
    "verdict",
    "detail",
]
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


# --- Figures --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Figure:
    """A printed amount and where it stands.

    Attributes
    ----------
    amount : Decimal or None
        None for a blank cell.
    page : int or None
    place : str
        Table and row, in the report's words.
    key : tuple of (str, int, str) or None
        Table, row of its frame (from 0) and column; None for a figure that is not printed.
    exponent : int or None
        Of the finest decimals of its column, where 39 stands for 39.00.
    exact : bool
        It was counted or allotted, not rounded.
    """

    amount: Amount
    page: int | None
    place: str
    key: tuple[str, int, str] | None = None
    exponent: int | None = None
    exact: bool = False

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


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True)
class Outcome:
    """What one check gave."""

    verdict: str
    stated: Amount = None
    computed: Amount = None
    difference: Amount = None
    tolerance: Amount = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True)
class Note:
    """A check without amounts (of names), or one that cannot be made."""

    scope: str
    verdict: str
    detail: str
    page: int | None = None
    name: str = ""

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
_TOTAL_SCORE = "总分"
_OVERALL = "整体支出"
_PRINTED = re.compile(r"[<>≤≥=]*(-?\d[\d,]*(?:\.\d+)?|-?\.\d+)(?:%|万元|分)?")


def number(value: object) -> Amount:
    """The number that a cell holds: a Decimal, or text such as 93.6% or ≤288万元; None for none."""
    if isinstance(value, Decimal):
        return None if value.is_nan() else value
    if pd.isna(value):
        return None
    match = _PRINTED.fullmatch(normalise(str(value)))
    return Decimal(match[1].replace(",", "")) if match else None


@dataclass(frozen=True, eq=False)
class Row:
    """One record of a table and its figures, by column."""

    fields: dict[str, str]
    figures: dict[str, Figure]

    def __getitem__(self, column: str) -> str:
        return self.fields.get(column) or ""

    @property
    def figure(self) -> Figure:
        """Its one figure."""
        return next(iter(self.figures.values()))


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
            self.rows[table] = [] if frame is None else list(_rows(table, frame))
        years = [int(row["year"]) for rows in self.rows.values() for row in rows[:1] if row["year"]]
        self.year = years[0] if years else None

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
        if any(_ORDINAL.match(normalise(row["item"])) for row in found.items):
            found.items = [row for row in found.items if _ORDINAL.match(normalise(row["item"]))]
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
        return [name for name in names if name != _OVERALL]

    @cached_property
    def base(self) -> dict[tuple[str, str, str], Figure]:
        """Of the base data: item (without ordinal), period and basis to figure."""
        rows = self.rows["base_data"]
        return {(bare(row["item"]), row["period"], row["basis"]): row.figure for row in rows}


def _rows(table: str, frame: pd.DataFrame) -> Iterator[Row]:
    columns = [column for column in VALUES.get(table, ("amount",)) if column in frame]
    records = frame.to_dict("records")
    numbers = {column: [_number(record, column) for record in records] for column in columns}
    finest = {column: _finest(table, records, numbers[column]) for column in columns}
    for at, record in enumerate(records):
        fields = {name: "" if pd.isna(value) else str(value) for name, value in record.items()}
        place = " ".join(filter(None, (NAMES[table], *(fields.get(n, "") for n in LABELS[table]))))
        yield Row(
            fields,
            {
                column: Figure(
                    numbers[column][at],
                    int(fields["page"]) if fields.get("page") else None,
                    f"{place} {_COLUMN_WORDS[column]}" if column in _COLUMN_WORDS else place,
                    (table, at, column),
                    None if _is_rate(fields, column) else finest[column],
                    _is_exact(table, fields, column),
                )
                for column in columns
            },
        )


def _number(record: dict, column: str) -> Amount:
    if column in ("target", "actual") and "成本" not in str(record["level3"]):
        return None  # no amount of money
    return number(record[column])


def _finest(table: str, records: list[dict], numbers: list[Amount]) -> int | None:
    """The exponent of a column's finest amounts; none where each is worded by itself."""
    if table in ("narrative", "procurement", "performance_indicators"):
        return None
    exponents = [
        amount.as_tuple().exponent
        for record, amount in zip(records, numbers, strict=True)
        if amount is not None and record.get("unit", "万元") == "万元"
        if not _is_rate(record, "value")
    ]
    return min(exponents, default=None)


def _is_rate(fields: dict, column: str) -> bool:
    return column == "completion_rate" or "率" in str(fields.get("basis") or "")


def _is_exact(table: str, fields: dict[str, str], column: str) -> bool:
    if table == "performance_indicators":
        return column in ("points", "score") and fields["level1"] != _TOTAL_SCORE
    if fields.get("unit") == "万元":
        return fields["value"] == "0"
    if fields.get("unit"):
        return fields["unit"] not in ("%", "分")
    return fields.get("basis") == "分值"


_NUMERAL = "[一二三四五六七八九十]"
_ORDINAL = re.compile(rf"({_NUMERAL}{{1,3}})、")
_LEAD = re.compile(rf"(?:{_NUMERAL}{{1,3}}、|\({_NUMERAL}{{1,3}}\)|\d{{1,2}}[、.]|其中:?)*")
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


def pose(books: Books) -> list[Check | Note]:
    """All checks of a report, not yet computed. Which there are depends on no amount."""
    posed: list[Check | Note] = []
    for rule in IDENTITIES:
        lacking = books.lacks(rule.tables)
        found = [] if lacking else list(rule.checks(books))
        if not found:
            reason = f"{lacking} is not in the report" if lacking else "no line that it applies to"
            found = [not_applicable(NAMES[rule.tables[0]], reason)]
        posed += [replace(check, name=rule.name) for check in found]
    return posed


def check_report(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Compute every identity between the figures of one report.

    Parameters
    ----------
    frames : dict of str to DataFrame
        As :func:`extraction.read_report` gives them. Tables may be missing.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`; ``stated``, ``computed``, ``difference`` and ``tolerance``
        are Decimal or None. ``scope`` begins with the table's title, and ``detail`` names both
        places, each with its page and amount.
    """
    key = {"report": "", "year": None}
    for frame in frames.values():
        if len(frame) and "report" in frame:
            key = {"report": frame["report"].iloc[0], "year": int(frame["year"].iloc[0])}
            break
    records = [key | check.record() for check in pose(Books(frames))]
    checks = pd.DataFrame(records, columns=COLUMNS)
    checks["page"] = checks["page"].astype("Int64")
    for column in ("stated", "computed", "difference", "tolerance"):
        checks[column] = checks[column].astype(object).where(checks[column].notna(), None)
    return checks


def check_reports(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The checks of several reports whose tables stand below one another; see check_report."""
    named = [frame for frame in frames.values() if "report" in frame]
    reports = dict.fromkeys(report for frame in named for report in frame["report"])
    checked = [
        check_report({n: f[f["report"] == report] for n, f in frames.items() if "report" in f})
        for report in reports
    ]
    return pd.concat(checked, ignore_index=True) if checked else check_report({})


# --- Inside each table ----------------------------------------------------------------------------

_01 = "revenue_expenditure"

CODED = {
    "revenue": "source",
    "expenditure": "kind",
    "general_budget": "kind",
    "government_fund": "measure",
    "state_capital": "measure",
}
"""Tables whose rows are functional classes, and the column that names their columns."""

SOURCES = ["财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
KINDS = ["基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]

_COLUMNS_OF_ROWS = {
    "revenue": ("合计", SOURCES),
    "expenditure": ("合计", KINDS),
    "general_budget": ("合计", KINDS[:2]),
    "government_fund": ("本年支出", KINDS[:2]),
    "state_capital": ("本年支出", KINDS[:2]),
}

GENERAL, FUND, CAPITAL = FUNDS = (
    "一般公共预算财政拨款",
    "政府性基金预算财政拨款",
    "国有资本经营预算财政拨款",
)
_FUND_WORDS = {GENERAL: "一般公共预算", FUND: "政府性基金", CAPITAL: "国有资本经营"}
FUND_TABLES = {
    GENERAL: ("general_budget", "合计"),
    FUND: ("government_fund", "本年支出"),
    CAPITAL: ("state_capital", "本年支出"),
}
"""The table of each fund, and its column of the whole expenditure."""

TRAVEL, VEHICLES, BUYING, RUNNING, HOSTING = THREE_PUBLIC = (
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
        received = [row.figure for row in left.items if _of_fund(row, fund)]
        begun = [row.figure for row in left.parts if _of_fund(row, fund)]
        if grand and received and begun:
            yield Check(grand, Sum([*received, *begun]))


@identity("carried over by fund", "appropriation")
def begun_by_fund(books: Books) -> Iterator[Check]:
    """04: 年初财政拨款结转和结余 is the sum of its sub-items, one for each fund."""
    side = books.side("appropriation", "收入")
    begun = [row.figure for row in side.carried if "年初" in row["item"] or "上年" in row["item"]]
    if begun and side.parts:
        yield Check(begun[0], Sum([row.figure for row in side.parts]))


def _of_fund(row: Row, fund: str) -> bool:
    return _FUND_WORDS[fund] in row["item"]


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
        if not books.rows[table]:
            yield not_applicable(NAMES[table], f"{NAMES[table]} is not in the report")
            continue
        side = books.side("appropriation", "支出", fund)
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
        ours = [row.figure for row in whole.items if _of_fund(row, fund)]
        theirs = [row.figure for row in part.items if _of_fund(row, fund)]
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
            ("本年收入", [row for row in left.items if _of_fund(row, fund)]),
            ("年初结转和结余", [row for row in left.parts if _of_fund(row, fund)]),
            ("年末结转和结余", [row for row in right.carried if "年末" in row["item"]]),
        ):
            for stated in books.total(table, column):
                if rows:
                    yield Check(stated, Sum([row.figure for row in rows]))


@identity("03 ≥ 05 + 07 + 08", "expenditure", "general_budget")
def expenditure_and_funds(books: Books) -> Iterator[Check]:
    """03 holds what the funds pay (05, 07, 08), code by code; without other money it is that."""
    for kind in ("合计", *KINDS[:2]):
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
    """基本支出 of 05 is 人员经费 + 公用经费 of 06."""
    parts = [books.economic.get(group) for group in ("人员经费", "公用经费")]
    for stated in books.total("general_budget", "基本支出"):
        if all(parts):
            yield Check(stated, Sum(parts))


@identity("09 ≥ 06", "three_public", "basic_expenditure")
def three_public_and_basic(books: Books) -> Iterator[Check]:
    """A 三公 line of 06, which holds basic expenditure only, does not exceed the final of 09."""
    lines = {"30212": TRAVEL, "31013": BUYING, "30231": RUNNING, "30217": HOSTING}
    for code, item in lines.items():
        stated = books.three_public.get(("决算数", item))
        if stated and code in books.economic:
            yield Check(stated, Sum([books.economic[code]]), "≥")


# --- Text against tables --------------------------------------------------------------------------


@dataclass(frozen=True)
class Meaning:
    """What a subject of the explanation means: which figures of the tables it may be."""

    pattern: re.Pattern
    figures: Callable[[Books], list[Figure | None]]
    relation: str = "="


def _mean(
    pattern: str, figures: Callable[[Books], list[Figure | None]], relation: str = "="
) -> Meaning:
    return Meaning(re.compile(pattern), figures, relation)


def _three(item: str, basis: str = "决算数") -> Callable[[Books], list[Figure | None]]:
    return lambda books: [books.three_public.get((basis, item))]


def _line(code: str) -> Callable[[Books], list[Figure | None]]:
    return lambda books: [books.economic.get(code)]


_THREE_PUBLIC_WORDS = {
    "合计": "(?:.*财政拨款)?三公经费(?:.*支出)?",
    TRAVEL: r"因公出国\(境\)(?:费用?|经费|支出)*|出国经费",
    VEHICLES: "公务用车购置(?:费|和|及|与)*(?:运行|维护)+(?:经?费)(?:支出)?",
    BUYING: "(?:公务用车|公车)购置(?:费|经费)?(?:支出)?",
    RUNNING: "(?:公务用车|公车)运行(?:维护)?(?:费|经费)?(?:支出)?",
    HOSTING: "公务接待(?:费|经费)?(?:支出)?",
}

MEANINGS = (
    _mean("收(?:入)?支(?:出)?总计|[收支][入出]总计", lambda b: [b.side(_01, "收入").grand]),
    _mean(
        "财政拨款收(?:入)?支(?:出)?总计|财政拨款[收支][入出]总计",
        lambda b: [b.side("appropriation", "收入").grand],
    ),
    _mean("(?:本年)?收入合计", lambda b: [b.side(_01, "收入").total]),
    _mean("(?:本年)?支出合计", lambda b: [b.side(_01, "支出").total]),
    *(_mean(name, lambda b, name=name: b.total("revenue", name)) for name in SOURCES),
    _mean("一般公共预算(?:财政拨款)?基本支出", lambda b: b.total("general_budget", "基本支出")),
    _mean("一般公共预算(?:财政拨款)?项目支出", lambda b: b.total("general_budget", "项目支出")),
    _mean("一般公共预算项目", lambda b: b.total("general_budget", "项目支出"), "≤"),
    _mean("政府性基金预算项目", lambda b: b.total("government_fund", "本年支出"), "≤"),
    _mean("国有资本经营预算项目", lambda b: b.total("state_capital", "本年支出"), "≤"),
    *(
        _mean(
            f"{words}(?:预算)?(?:财政拨款)?支出(?:合计)?",
            lambda b, fund=fund: b.total(*FUND_TABLES[fund]),
        )
        for fund, words in _FUND_WORDS.items()
    ),
    *(
        _mean(
            f"(?:本年)?{words}(?:预算)?财政拨款(?:收入)?",
            lambda b, fund=fund: [
                *(r.figure for r in b.side("appropriation", "收入").items if _of_fund(r, fund)),
                *b.total(*FUND_TABLES[fund]),
            ],
        )
        for fund, words in _FUND_WORDS.items()
    ),
    _mean(
        "财政拨款支出(?:合计)?",
        lambda b: [
            *b.total("general_budget", "合计"),
            b.side("appropriation", "支出", "合计").total,
        ],
    ),
    _mean("涉及资金", lambda b: [b.side(_01, "支出").total], "≤"),
    *(
        _mean(
            name,
            lambda b, name=name: [*b.total("expenditure", name), *b.total("general_budget", name)],
        )
        for name in KINDS
    ),
    _mean("人员经费(?:支出)?", _line("人员经费")),
    _mean("(?:日常)?公用经费(?:支出)?", _line("公用经费")),
    _mean("机关运行经费(?:支出)?", _line("公用经费"), "≤"),
    _mean("会议费(?:支出)?", _line("30215"), "≥"),
    _mean("培训费(?:支出)?", _line("30216"), "≥"),
    *(_mean(words, _three(item)) for item, words in _THREE_PUBLIC_WORDS.items()),
)
"""The subjects of sums of the year (决算数), in the order in which they are tried."""


def _meaning(books: Books, subject: str, among: Iterable[Meaning]) -> tuple[list[Figure], str]:
    """The figures of the tables that a subject may mean, and the relation to them."""
    for meaning in among:
        if meaning.pattern.fullmatch(subject):
            return [figure for figure in meaning.figures(books) if figure], meaning.relation
    return [], "="


def _class(books: Books, subject: str) -> list[Figure]:
    """The class (类) that a subject names, in 05 and 03."""
    name = re.sub("支出$", "", subject)
    found = []
    for table in ("general_budget", "expenditure"):
        names = {re.sub("支出$", "", item): code for item, code in books.class_names(table).items()}
        fits = [item for item in names if name.endswith(item)]
        if fits:
            found.append(books.column(table, "合计").get(names[max(fits, key=len)]))
    return [figure for figure in found if figure]


def _figures_of(books: Books, fact: Fact) -> tuple[list[Figure], str]:
    """The figures that a fact states again, and the relation to them."""
    if fact.measure == "预算数":
        if "年初" in fact.subject:
            return [], "="
        budgets = [_mean(w, _three(item, "预算数")) for item, w in _THREE_PUBLIC_WORDS.items()]
        return _meaning(books, re.sub("预算数?$", "", fact.subject), budgets)
    figures, relation = _meaning(books, fact.subject, MEANINGS)
    return (figures, relation) if figures else (_class(books, fact.subject), "=")


@identity("text = tables", "narrative")
def text_and_tables(books: Books) -> Iterator[Check | Note]:
    """Every amount of the explanation is what the tables say of the same subject."""
    for fact in books.facts:
        if fact.unit != "万元" or fact.measure not in ("决算数", "预算数"):
            continue
        figures, relation = _figures_of(books, fact)
        if not figures and fact.row not in books.retold:
            yield not_applicable(fact.figure.place, "none of the nine tables states this amount")
        elif not figures:
            continue
        elif relation == "=":
            yield Check(fact.figure, Nearest(_of_same_sum(books, fact, figures)))
        else:
            yield Check(fact.figure, Sum(figures), relation)


def _of_same_sum(books: Books, fact: Fact, figures: list[Figure]) -> list[Figure]:
    """Of several figures those of the table whose total opens the sentence."""
    opening = next(f for f in books.facts if f.row["sentence"] == fact.row["sentence"])
    tables = {figure.key[0] for figure in _figures_of(books, opening)[0]}
    if opening.subject in ("本年支出合计", "支出合计"):
        tables = {"expenditure"}
    return [figure for figure in figures if figure.key[0] in tables] or figures


def _before(books: Books, fact: Fact, measure: str, same_sentence: bool = False) -> Fact | None:
    """The nearest fact above of the same subject and section that states this measure."""
    above = books.facts[: books.facts.index(fact)]
    return next(
        (
            other
            for other in reversed(above)
            if (other.section, other.measure, other.name) == (fact.section, measure, fact.name)
            and (not same_sentence or other.sentence == fact.sentence)
        ),
        None,
    )


def _changes(books: Books) -> Iterator[tuple[Fact, Fact]]:
    """Each change (增减额) with the amount (决算数) that it led to."""
    for fact in books.facts:
        if fact.measure == "增减额" and (final := _before(books, fact, "决算数")):
            yield fact, final


@identity("rate of change", "narrative")
def changes_agree(books: Books) -> Iterator[Check | Note]:
    """增减率 = 增减额 / (决算数 − 增减额): the change in percent of last year's amount."""
    for fact in books.facts:
        if fact.measure != "增减率":
            continue
        change = _before(books, fact, "增减额", same_sentence=True)
        final = _before(books, fact, "决算数")
        if change and final:
            whole = Sum([final.figure, change.figure], [1, -1])
            yield Check(fact.figure, Share(Sum([change.figure]), whole))
        else:
            yield not_applicable(fact.figure.place, "the text states no amount beside the rate")


@identity("change of 三公", "narrative")
def changes_add_up(books: Books) -> Iterator[Check]:
    """The change of 三公 is the sum of the changes of travel, vehicles and reception."""
    changes = {}
    for fact, _ in _changes(books):
        for item, words in _THREE_PUBLIC_WORDS.items():
            if re.fullmatch(words, fact.subject):
                changes.setdefault(item, fact.figure)
                break
    parts = [changes.get(item) for item in (TRAVEL, VEHICLES, HOSTING)]
    if "合计" in changes and all(parts):
        yield Check(changes["合计"], Sum(parts))


@identity("completion rate", "narrative")
def completion_of_text(books: Books) -> Iterator[Check | Note]:
    """完成率 = 决算数 / 预算数, in the explanation."""
    for fact in books.facts:
        if fact.measure != "完成率":
            continue
        final, budget = _before(books, fact, "决算数"), _before(books, fact, "预算数")
        if final and budget:
            yield Check(fact.figure, Share(Sum([final.figure]), Sum([budget.figure])))
        else:
            yield not_applicable(fact.figure.place, "the text states no budget or no final of it")


@identity("share", "narrative")
def shares(books: Books) -> Iterator[Check | Note]:
    """占比 = the amount before it in percent of what the sentence names, or of its first amount."""
    for fact in books.facts:
        if fact.measure != "占比":
            continue
        part, whole = _before(books, fact, "决算数"), _whole(books, fact)
        if part and whole and part.figure is not whole:
            yield Check(fact.figure, Share(Sum([part.figure]), Sum([whole])))
        else:
            reason = "the text does not state what it is a share of, or of which amount"
            yield not_applicable(fact.figure.place, reason)


def _whole(books: Books, fact: Fact) -> Figure | None:
    """What a share is taken of: the amount of that name above or in a table."""
    printed = re.escape(str(fact.figure.amount if fact.figure.amount is not None else "")) + "%"
    named = re.findall(rf"占([^占,;。%]*?)的?(?:比重|比例)?(?:为|达)?{printed}", fact.sentence)
    before = books.facts[: books.facts.index(fact)]
    same = (fact.measure, fact.sentence, fact.figure.amount)
    at = sum((f.measure, f.sentence, f.figure.amount) == same for f in before)
    name = stem(named[at]) if at < len(named) else ""
    above = [f for f in before if f.measure == "决算数"]
    if not name:
        return next((f.figure for f in above if f.row["sentence"] == fact.row["sentence"]), None)
    figures, _ = _meaning(books, name, MEANINGS)
    near = (f for f in reversed(above) if f.section == fact.section and f.subject.endswith(name))
    return next((f.figure for f in near), None) or (figures[0] if figures else None)


@identity("items of the text = 05", "budget_execution", "general_budget")
def items_and_table(books: Books) -> Iterator[Check | Note]:
    """五(三): each item's final is its line of 05, and the items' sum the 合计 of 05."""
    column = books.column("general_budget", "合计")
    finals = [row.figures["final"] for row in books.rows["budget_execution"]]
    for row in books.rows["budget_execution"]:
        if row["code"] in column:
            yield Check(row.figures["final"], Sum([column[row["code"]]]))
        else:
            yield not_applicable(row.figures["final"].place, "no line of 05 has this name")
    for total in books.total("general_budget", "合计"):
        yield Check(total, Sum(finals), "=" if _items_complete(books) else "≥")


def _items_complete(books: Books) -> bool:
    """Whether 五(三) has every line of 05 that is not itself a sum of lines."""
    codes = set(books.column("general_budget", "合计"))
    leaves = {code for code in codes if not any(c != code and c.startswith(code) for c in codes)}
    return leaves <= {row["code"] for row in books.rows["budget_execution"]}


@identity("items' budgets", "budget_execution", "narrative")
def items_budgets(books: Books) -> Iterator[Check]:
    """五(三): the initial budgets of the items add up to the one stated for all."""
    parts = [row.figures["initial_budget"] for row in books.rows["budget_execution"]]
    for fact in _initial_budgets(books):
        yield Check(fact.figure, Sum(parts), "=" if _items_complete(books) else "≥")


def _initial_budgets(books: Books) -> Iterator[Fact]:
    """Facts that state the initial budget of the whole general budget."""
    for fact in books.facts:
        is_initial = fact.measure == "预算数" and "年初" in fact.subject
        if is_initial and re.fullmatch("(?:一般公共预算)?财政拨款", fact.name):
            yield fact


@identity("items' completion rates", "budget_execution")
def items_completion(books: Books) -> Iterator[Check]:
    """五(三): 完成率 = 支出决算 / 年初预算, where it is printed."""
    for row in books.rows["budget_execution"]:
        share = Share(Sum([row.figures["final"]]), Sum([row.figures["initial_budget"]]))
        yield Check(row.figures["completion_rate"], share, optional=True)


@identity("procurement", "procurement")
def procurement_adds_up(books: Books) -> Iterator[Check]:
    """Goods, works and services add up; the SME amounts' shares are as stated."""
    told = {(row["category"], row["measure"]): row.figure for row in books.rows["procurement"]}
    spent, all_sme = told.get(("合计", "采购支出")), told.get(("合计", "授予中小企业合同金额"))
    small = told.get(("合计", "授予小微企业合同金额"))
    categories = [name for name in ("货物", "工程", "服务") if (name, "采购支出") in told]
    if spent and categories:
        yield Check(spent, Sum([told[name, "采购支出"] for name in categories]))
    for part, whole, measure in (
        (all_sme, spent, "中小企业占比"),
        (small, all_sme, "小微企业占比"),
    ):
        if part and whole and ("合计", measure) in told:
            yield Check(told["合计", measure], Share(Sum([part]), Sum([whole])))
            yield Check(part, Sum([whole]), "≤")
    pairs = [(told[c, "采购支出"], told.get((c, "中小企业占比"))) for c in categories]
    if all_sme and pairs and all(rate for _, rate in pairs):
        yield Check(all_sme, Weighted(pairs))


@identity("vehicles", "narrative")
def vehicles_add_up(books: Books) -> Iterator[Check]:
    """国有资产: the vehicles of each use add up to all vehicles."""
    for _, group in groupby(books.facts, key=lambda fact: (fact.section, fact.sentence)):
        counts = [fact for fact in group if fact.unit == "辆"]
        if len(counts) > 1 and re.fullmatch("(?:共有)?(?:公务)?(?:用车|车辆)", counts[0].subject):
            yield Check(counts[0].figure, Sum([fact.figure for fact in counts[1:]]))


# --- The appendix against all ---------------------------------------------------------------------


@identity("base data add up", "base_data")
def base_data_adds_up(books: Books) -> Iterator[Check]:
    """Base data: a heading is the sum of its numbered items, an item that of its own lines.

    Lines after 其中 (of which) may be less than the whole, but in all columns or in none.
    """
    for head, parts, relation in _base_groups(books.rows["base_data"]):
        printed = tuple(figure for part in parts for figure in part.values())
        sums = [
            Check(
                stated,
                Sum([part[column] for part in parts if column in part], unless_blank=printed),
                relation,
            )
            for column, stated in head.items()
        ]
        sums = [check for check in sums if check.formula.figures]
        for check, another in zip(sums, [*sums[1:], *sums[:1]], strict=True):
            yield check if relation == "=" else replace(check, equal_if=another)


@identity("control rates", "base_data")
def control_rates(books: Books) -> Iterator[Check]:
    """Base data: 控制率 = staff / posts, built / approved size, actual / budgeted investment."""
    told = {row["basis"]: row.figure for row in books.rows["base_data"]}
    for rate, part, whole in (
        ("控制率", "实际在职人数", "编制数"),
        ("规模控制率", "实际规模", "批复规模"),
        ("投资概算控制率", "实际投资", "预算投资"),
    ):
        if {rate, part, whole} <= set(told):
            yield Check(told[rate], Share(Sum([told[part]]), Sum([told[whole]])))


_BASE_HEADS = re.compile("三公.?经费|项目支出|公用经费|政府采购金额|.*预算调整|.*规模|.*投资")
_NUMBERED = re.compile(r"\d{1,2}[、.]")
BaseLine = dict[tuple[str, str], Figure]
"""The figures of one line of the base data, by period and basis."""


def _base_groups(rows: list[Row]) -> Iterator[tuple[BaseLine, list[BaseLine], str]]:
    """Each line with the lines that are its parts; ``≥`` where they need not be all of it."""
    head: BaseLine = {}
    numbered: list[BaseLine] = []
    own: list[BaseLine] = []
    item: BaseLine = {}
    exhaustive = True
    groups: list[tuple[BaseLine, list[BaseLine], str]] = []
    for name, group in groupby(rows, key=lambda row: row["item"]):
        line = {(row["period"], row["basis"]): row.figure for row in group}
        plain = normalise(name)
        if _BASE_HEADS.fullmatch(bare(name)) and not _NUMBERED.match(plain):
            head, numbered, item = line, [], line
            groups.append((head, numbered, "="))
            own, exhaustive = [], True
        elif _NUMBERED.match(plain):
            numbered.append(line)
            item, own, exhaustive = line, [], True
        elif item and bare(name).strip("."):
            if not own:
                exhaustive = not plain.startswith("其中") or "购置" in plain
                groups.append((item, own, "=" if exhaustive else "≥"))
            own.append(line)
    return (group for group in groups if group[1])


_BASE_MEANINGS = (
    *(_mean(words, _three(item)) for item, words in _THREE_PUBLIC_WORDS.items()),
    _mean(
        "项目支出",
        lambda b: [*b.total("expenditure", "项目支出"), *b.total("general_budget", "项目支出")],
    ),
    _mean("公用经费", _line("公用经费"), "≥"),
    _mean(
        "政府采购金额",
        lambda b: [
            row.figure
            for row in b.rows["procurement"]
            if (row["category"], row["measure"]) == ("合计", "采购支出")
        ],
    ),
)


@identity("base data = tables", "base_data")
def base_data_and_tables(books: Books) -> Iterator[Check]:
    """Base data, this year's finals: 03 or 05 (项目支出), 06 (公用经费), 09 (三公), procurement."""
    whole, general = books.total("expenditure", "合计"), books.total("general_budget", "合计")
    no_other_money = Check(whole[0], Sum(general)) if whole and general else None
    for (item, period, basis), stated in books.base.items():
        if period == str(books.year) and basis == "决算数":
            figures, relation = _meaning(books, item, _BASE_MEANINGS)
            if figures:
                yield Check(stated, Nearest(figures), relation, no_other_money)


@identity("base data = last year of the text", "base_data", "narrative")
def base_data_and_last_year(books: Books) -> Iterator[Check | Note]:
    """Base data, last year's finals: 三公 this year − 增减额 of the text; budgets likewise."""
    last = str(books.year - 1) if books.year else ""
    implied: dict[str, Sum] = {}
    for change, final in _changes(books):
        for item, words in _THREE_PUBLIC_WORDS.items():
            if re.fullmatch(words, change.subject):
                implied.setdefault(item, Sum([final.figure, change.figure], [1, -1]))
                break
    for (item, period, basis), stated in books.base.items():
        name = next((n for n, w in _THREE_PUBLIC_WORDS.items() if re.fullmatch(w, item)), "")
        if (period, basis) == (last, "决算数") and name in implied:
            yield Check(stated, implied[name])
        elif (period, basis) == (str(books.year), "预算数") and name:
            adjusted = books.three_public.get(("预算数", name))
            reason = "the base data may state the year's first budget, 09 the one after adjustment"
            yield not_applicable(stated.place, f"{reason}: {stated}, {adjusted or 'no 09'}")
    yield from _running_cost(books)


def _running_cost(books: Books) -> Iterator[Check]:
    """公用经费 of the base data against 机关运行经费 − its change against budget or last year."""
    for change, final in _changes(books):
        if re.fullmatch("机关运行经费(?:支出)?", change.subject):
            of_budget = re.search("[比较].{0,8}预算", change.sentence)
            year = books.year if of_budget else (books.year or 0) - 1
            stated = books.base.get(("公用经费", str(year), "预算数" if of_budget else "决算数"))
            same = books.economic.get("公用经费")
            if stated and same:
                equal_if = Check(final.figure, Sum([same]))
                yield Check(stated, Sum([final.figure, change.figure], [1, -1]), "≥", equal_if)


@identity("base data = self-evaluations", "base_data", "performance_funding")
def base_data_and_projects(books: Books) -> Iterator[Check | Note]:
    """A project's budget and final in the base data are those of its self-evaluation."""
    for (item, period, basis), stated in books.base.items():
        project = _project_of(item, books.projects)
        if project and period == str(books.year) and basis in ("预算数", "决算数"):
            column = "年初预算数" if basis == "预算数" else "全年执行数"
            figure = books.funding.get((project, "年度资金总额", column))
            if figure:
                yield Check(stated, Sum([figure]))


def _project_of(item: str, projects: list[str]) -> str:
    """The one project of that name; one name may be a part of the other."""
    if item in projects:
        return item
    fits = [p for p in projects if len(item) > 2 and item not in KINDS and (item in p or p in item)]
    return fits[0] if len(fits) == 1 else ""


@identity("sources of funds", "performance_funding")
def sources_add_up(books: Books) -> Iterator[Check]:
    """自评表: 年度资金总额 is the sum of its sources; overall also of 基本支出 and 项目支出."""
    for project in [_OVERALL, *books.projects]:
        parts = defaultdict(list)
        for (name, source, basis), figure in books.funding.items():
            if name == project and source != "年度资金总额":
                parts[basis].append(figure)
        printed = tuple(figure for figures in parts.values() for figure in figures)
        for basis in ("年初预算数", "全年预算数", "全年执行数", "按收入性质分", "按支出性质分"):
            total = "全年执行数" if basis.startswith("按") else basis
            stated = books.funding.get((project, "年度资金总额", total))
            if stated and parts[basis]:
                yield Check(stated, Sum(parts[basis], unless_blank=printed))


@identity("execution rate", "performance_funding")
def execution_rates(books: Books) -> Iterator[Check]:
    """自评表: 执行率 = 全年执行数 / 全年预算数."""
    for (project, source, basis), stated in books.funding.items():
        parts = [books.funding.get((project, source, b)) for b in ("全年执行数", "全年预算数")]
        if basis == "执行率" and all(parts):
            share = Share(Sum(parts[:1]), Sum(parts[1:]))
            yield Check(stated, share, optional=source != "年度资金总额")


@identity("score of execution", "performance_funding")
def execution_scores(books: Books) -> Iterator[Check]:
    """自评表: the execution's 得分 = 分值 × 执行率, which counts for no more than 100 %."""
    for (project, source, basis), stated in books.funding.items():
        if basis == "得分" and source == "年度资金总额":
            points = books.funding.get((project, source, "分值"))
            rate = books.funding.get((project, source, "执行率"))
            if points and rate:
                yield Check(stated, Score(points, rate))


@identity("points", "performance_indicators")
def points_add_up(books: Books) -> Iterator[Check | Note]:
    """自评表: points and scores add up, with those of the execution, to 总分; the points to 100."""
    by_project = defaultdict(list)
    for row in books.rows["performance_indicators"]:
        by_project[row["project"]].append(row)
    full = Figure(HUNDRED, None, "the form's full points", exact=True)
    for project, rows in by_project.items():
        total = next((row for row in rows if row["level1"] == _TOTAL_SCORE), None)
        if not total:
            yield not_applicable(f"{NAMES['performance_indicators']} {project}", "it has no 总分")
            continue
        yield Check(total.figures["points"], Sum([full]))
        for column, basis in (("points", "分值"), ("score", "得分")):
            execution = books.funding.get((project, "年度资金总额", basis))
            parts = [row.figures[column] for row in rows if row is not total]
            yield Check(total.figures[column], Sum([*parts, *([execution] if execution else [])]))


@identity("score ≤ points", "performance_indicators")
def scores_within_points(books: Books) -> Iterator[Check]:
    """自评表: no indicator scores more than its points."""
    for row in books.rows["performance_indicators"]:
        yield Check(row.figures["score"], Sum([row.figures["points"]]), "≤")


@identity("cost = execution", "performance_indicators", "performance_funding")
def costs_are_execution(books: Books) -> Iterator[Check]:
    """自评表: a project's 总成本 among the indicators is its 全年执行数, the target its budget."""
    for row in books.rows["performance_indicators"]:
        if re.fullmatch("项目(?:支出)?总?成本", row["level3"]):
            budgets = [
                books.funding.get((row["project"], "年度资金总额", basis))
                for basis in ("年初预算数", "全年预算数")
            ]
            final = books.funding.get((row["project"], "年度资金总额", "全年执行数"))
            if final:
                yield Check(
                    row.figures["actual"], Sum([final], unless_blank=(final,)), optional=True
                )
            if all(budgets):
                yield Check(row.figures["target"], Nearest(budgets, tuple(budgets)), optional=True)
        elif re.fullmatch("机关运行成本", row["level3"]) and "公用经费" in books.economic:
            yield Check(
                row.figures["actual"], Sum([books.economic["公用经费"]]), "≤", optional=True
            )


@identity("projects = 项目支出", "performance_funding")
def projects_and_expenditure(books: Books) -> Iterator[Check]:
    """全年执行数 of all projects is 项目支出, where the text says that all were evaluated."""
    whole = books.total("general_budget", "项目支出") or books.total("expenditure", "项目支出")
    told = [f.figure for f in books.facts if f.subject == "一般公共预算项目" and f.unit == "万元"]
    if not whole or not books.projects:
        return
    equal_if = Check(whole[0], Sum(told[:1])) if told else None
    yield Check(whole[0], Sum(_of_projects(books, "全年执行数")), "≥", equal_if)
    budget = books.base.get(("项目支出", str(books.year), "预算数"))
    if budget:
        yield Check(budget, Sum(_of_projects(books, "年初预算数")), "≥", equal_if)


def _of_projects(books: Books, basis: str) -> list[Figure]:
    keys = [(project, "年度资金总额", basis) for project in books.projects]
    return [books.funding[key] for key in keys if key in books.funding]


@identity("number of projects", "narrative", "performance_funding")
def project_counts(books: Books) -> Iterator[Check]:
    """The text's number of projects is the sum over the funds, and that of the self-evaluations."""
    for total in books.facts:
        if total.subject in ("项目", "涉及项目") and total.unit == "个":
            place = f"{NAMES['performance_funding']}: number of the projects'"
            count = Figure(Decimal(len(books.projects)), None, place, exact=True)
            yield Check(total.figure, Sum([count]))
            parts = [
                fact.figure
                for fact in books.facts
                if (fact.section, fact.unit) == (total.section, "个")
                and fact.subject.endswith("预算项目")
            ]
            if parts:
                yield Check(total.figure, Sum(parts))


@identity("graded projects", "narrative")
def graded_projects(books: Books) -> Iterator[Check]:
    """The projects of each grade (绩效评级为“优”的项目 …) add up to those evaluated."""
    counts = [fact for fact in books.facts if fact.unit == "个"]
    whole = [fact for fact in counts if re.fullmatch("绩效自评的.*项目", fact.subject)]
    parts = [fact.figure for fact in counts if re.fullmatch("绩效评级为.+的项目", fact.subject)]
    if whole and parts:
        yield Check(whole[0].figure, Sum(parts))


@identity("overall evaluation", "performance_funding")
def overall_evaluation(books: Books) -> Iterator[Check]:
    """整体支出自评表: its amounts are those of 01, 05 and the text."""
    column = {
        basis: books.funding.get((_OVERALL, "年度资金总额", basis))
        for basis in ("年初预算数", "全年预算数", "全年执行数", "执行率")
    }
    spent = [books.side(_01, "支出").total, books.side("appropriation", "支出", "合计").total]
    spent = [figure for figure in spent if figure]
    if column["全年执行数"] and spent:
        yield Check(column["全年执行数"], Nearest(spent))
    for (project, source, basis), stated in books.funding.items():
        if project == _OVERALL and basis in ("按收入性质分", "按支出性质分"):
            figures, _ = _meaning(books, _SOURCE_WORDS.get(source, source), MEANINGS)
            if figures:
                yield Check(stated, Nearest(figures))
    for fact in _initial_budgets(books):
        if column["年初预算数"]:
            yield Check(column["年初预算数"], Sum([fact.figure]))
    words = {"全年预算数": "全年预算数", "执行数": "全年执行数", "全年执行数": "全年执行数"}
    for fact in books.facts:
        name = "执行率" if fact.measure == "完成率" else words.get(fact.subject, "")
        if fact.subject in words and column.get(name):
            yield Check(fact.figure, Sum([column[name]]))
        if fact.unit == "分" and re.fullmatch("(?:整体支出)?绩效自评(?:得分|总?分)", fact.subject):
            yield from (Check(fact.figure, Sum([row.figures["score"]])) for row in _totals(books))


_SOURCE_WORDS = {"一般公共预算": f"{GENERAL}支出", "政府性基金拨款": f"{FUND}支出"}


def _totals(books: Books) -> Iterator[Row]:
    for row in books.rows["performance_indicators"]:
        if (row["project"], row["level1"]) == (_OVERALL, _TOTAL_SCORE):
            yield row


# --- Names ----------------------------------------------------------------------------------------


@identity("one code, one name", "expenditure")
def codes_have_one_name(books: Books) -> Iterator[Note]:
    """A functional code has the same name in 02, 03, 05, 07, 08 and in the text (五(三))."""
    named: dict[str, dict[str, Row]] = defaultdict(dict)
    places: Counter = Counter()
    for table in CODED:
        seen = set()
        for row in books.rows[table]:
            if row["code"] and row["code"] not in seen:
                seen.add(row["code"])
                places[row["code"]] += 1
                named[row["code"]].setdefault(_same_name(row["item"]), row)
    for row in books.rows["budget_execution"]:
        for length, column in ((3, "class"), (5, "section"), (7, "item")):
            if len(row["code"]) >= length and row[column]:
                code = row["code"][:length]
                places[code] += 1
                named[code].setdefault(_same_name(row[column]), row)
    for code, rows in sorted(named.items()):
        if places[code] > 1:
            yield _name_note(code, list(rows.values()))


def _same_name(item: str) -> str:
    return re.sub("支出$", "", normalise(item))


def _name_note(code: str, rows: list[Row]) -> Note:
    told = " ≠ ".join(f"{_place_of_name(code, row)}" for row in rows)
    first = rows[0]
    verdict = PASS if len(rows) == 1 else FAIL
    scope = f"{first.figure.place.split()[0]} {code} {first['item']}"
    return Note(scope, verdict, told, first.figure.page)


def _place_of_name(code: str, row: Row) -> str:
    table = row.figure.key[0]
    column = {3: "class", 5: "section"}.get(len(code), "item")
    name = row[column] if table == "budget_execution" else row["item"]
    return f"{NAMES[table]} {code} {name} (p. {row.figure.page})"


@identity("ordinals", "revenue_expenditure")
def ordinals_in_order(books: Books) -> Iterator[Note]:
    """01 and 04: the items' ordinals (一、二、三、…) go up."""
    for table in (_01, "appropriation"):
        for side in ("收入", "支出"):
            items = books.side(table, side, "合计" if table == "appropriation" else "").items
            yield from _out_of_order(f"{NAMES[table]} {side}", items)


def _out_of_order(scope: str, items: list[Row]) -> Iterator[Note]:
    numbered = [row for row in items if _ORDINAL.match(normalise(row["item"]))]
    values = [_value(_ORDINAL.match(normalise(row["item"]))[1]) for row in numbered]
    kept = _longest_rise(values)
    for at, row in enumerate(numbered):
        if at not in kept:
            around = [numbered[n] for n in (at - 1, at + 1) if 0 <= n < len(numbered)]
            beside = " and ".join(f"{r['item']} (p. {r.figure.page})" for r in around)
            detail = f"{row['item']} (p. {row.figure.page}) stands beside {beside}"
            yield Note(row.figure.place, FAIL, detail, row.figure.page)
    if numbered and len(kept) == len(numbered):
        detail = f"{numbered[0]['item']} to {numbered[-1]['item']}"
        yield Note(scope, PASS, detail, numbered[0].figure.page)


def _value(numeral: str) -> int:
    digits = "零一二三四五六七八九"
    tens, ten, ones = numeral.rpartition("十")
    return 10 * (digits.index(tens) if tens else 1) * bool(ten) + (
        digits.index(ones) if ones else 0
    )


def _longest_rise(values: list[int]) -> set[int]:
    """Places of the longest rising sequence."""
    best: list[list[int]] = []
    for at, value in enumerate(values):
        before = (chain for chain in best if values[chain[-1]] < value)
        best.append([*max(before, key=len, default=[]), at])
    return set(max(best, key=len, default=[]))


# --- Findings -------------------------------------------------------------------------------------


def findings(checks: pd.DataFrame) -> pd.DataFrame:
    """The contradictions among the checks, most important first.

    Parameters
    ----------
    checks : DataFrame
        As :func:`check_report` gives them; several reports may stand below one another.

    Returns
    -------
    DataFrame
        The fails, with a column ``sentence``: one plain English sentence for each.
    """
    weight = {rule.name: at for at, rule in enumerate(IDENTITIES)}
    fails = checks[checks["verdict"] == FAIL].copy()
    fails["sentence"] = [_sentence(record) for record in fails.to_dict("records")]
    order = sorted(
        range(len(fails)),
        key=lambda at: (
            weight.get(fails["check"].iloc[at], len(weight)),
            -abs(fails["difference"].iloc[at] or 0),
        ),
    )
    return fails.iloc[order].reset_index(drop=True)


def _sentence(record: dict) -> str:
    if record["computed"] is None:
        opening = _OPENINGS.get(record["check"], "Something is wrong with a name")
        return f"{opening}: {record['detail'].replace(' ≠ ', ' and ')}."
    rule = next((rule for rule in IDENTITIES if rule.name == record["check"]), None)
    meaning = f" ({rule.checks.__doc__.splitlines()[0].rstrip('.')})" if rule else ""
    stated = "nothing" if record["stated"] is None else record["stated"]
    more = "more" if record["difference"] > 0 else "less"
    return (
        f"{record['scope']} on page {record['page']} says {stated}, which is "
        f"{abs(record['difference']).normalize():f} {more} than the {record['computed']} that the "
        f"report's other figures give{meaning}."
    )


_OPENINGS = {
    "one code, one name": "One code has two names",
    "ordinals": "An ordinal is out of order",
}
