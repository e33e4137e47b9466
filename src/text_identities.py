"""What must agree between the narrative, the appendix and the tables, and in the names of codes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from amounts import normalise
from check_figures import (
    CODED,
    FAIL,
    HUNDRED,
    NAMES,
    ORDINAL,
    OVERALL,
    PASS,
    TOTAL_SCORE,
    Books,
    Check,
    Fact,
    Figure,
    Nearest,
    Note,
    Row,
    Score,
    Share,
    Sum,
    Weighted,
    bare,
    identity,
    not_applicable,
    stem,
)
from statutory_tables import KINDS, SOURCES
from table_identities import (
    BUYING,
    FUND,
    FUND_TABLES,
    FUND_WORDS,
    GENERAL,
    HOSTING,
    RUNNING,
    TABLE_01,
    TRAVEL,
    VEHICLES,
    of_fund,
)

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


_CARS = "(?:公务用车|公务车辆?|公车)"
_COST = "(?:费用?|经费|支出)*"
THREE_PUBLIC_WORDS = {
    "合计": "(?:.*财政拨款)?三公经费(?:.*支出)?(?:合计)?",
    TRAVEL: rf"(?:因公)?(?:临时)?出国(?:\(境\)|境)?{_COST}",
    VEHICLES: f"{_CARS}购置(?:费|和|及|与)*(?:运行|维护|运维|和)+{_COST}",
    BUYING: f"{_CARS}购置{_COST}",
    RUNNING: f"{_CARS}(?:运行|维护|运维|和)+{_COST}",
    HOSTING: f"公务接待{_COST}|接待费用?(?:支出)?",
}
"""How reports word the items of 09, without ordinals and marks."""

MEANINGS = (
    _mean("收(?:入)?支(?:出)?总计|[收支][入出]总计", lambda b: [b.side(TABLE_01, "收入").grand]),
    _mean(
        "财政拨款收(?:入)?支(?:出)?总计|财政拨款[收支][入出]总计",
        lambda b: [b.side("appropriation", "收入").grand],
    ),
    _mean("(?:本年)?收入合计", lambda b: [b.side(TABLE_01, "收入").total]),
    _mean("(?:本年)?支出合计", lambda b: [b.side(TABLE_01, "支出").total]),
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
        for fund, words in FUND_WORDS.items()
    ),
    *(
        _mean(
            f"(?:本年)?{words}(?:预算)?财政拨款(?:收入)?",
            lambda b, fund=fund: [
                *(r.figure for r in b.side("appropriation", "收入").items if of_fund(r, fund)),
                *b.total(*FUND_TABLES[fund]),
            ],
        )
        for fund, words in FUND_WORDS.items()
    ),
    _mean(
        "财政拨款支出(?:合计)?",
        lambda b: [
            *b.total("general_budget", "合计"),
            b.side("appropriation", "支出", "合计").total,
        ],
    ),
    _mean("涉及资金", lambda b: [b.side(TABLE_01, "支出").total], "≤"),
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
    *(_mean(words, _three(item)) for item, words in THREE_PUBLIC_WORDS.items()),
)
"""The subjects of sums of the year (决算数), in the order in which they are tried."""


def meaning(books: Books, subject: str, among: Iterable[Meaning]) -> tuple[list[Figure], str]:
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
        budgets = [_mean(w, _three(item, "预算数")) for item, w in THREE_PUBLIC_WORDS.items()]
        return meaning(books, re.sub("预算数?$", "", fact.subject), budgets)
    figures, relation = meaning(books, fact.subject, MEANINGS)
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


def before(books: Books, fact: Fact, measure: str, same_sentence: bool = False) -> Fact | None:
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
        if fact.measure == "增减额" and (final := before(books, fact, "决算数")):
            yield fact, final


@identity("rate of change", "narrative")
def changes_agree(books: Books) -> Iterator[Check | Note]:
    """增减率 = 增减额 / (决算数 − 增减额): the change in percent of last year's amount."""
    for fact in books.facts:
        if fact.measure != "增减率":
            continue
        change = before(books, fact, "增减额", same_sentence=True)
        final = before(books, fact, "决算数")
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
        for item, words in THREE_PUBLIC_WORDS.items():
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
        final, budget = before(books, fact, "决算数"), before(books, fact, "预算数")
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
        part, whole = before(books, fact, "决算数"), _whole(books, fact)
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
    figures, _ = meaning(books, name, MEANINGS)
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
    for head, parts, relation in base_groups(books.rows["base_data"]):
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


def base_groups(rows: list[Row]) -> Iterator[tuple[BaseLine, list[BaseLine], str]]:
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
    *(_mean(words, _three(item)) for item, words in THREE_PUBLIC_WORDS.items()),
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
            figures, relation = meaning(books, item, _BASE_MEANINGS)
            if figures:
                yield Check(stated, Nearest(figures), relation, no_other_money)


@identity("base data = last year of the text", "base_data", "narrative")
def base_data_and_last_year(books: Books) -> Iterator[Check | Note]:
    """Base data, last year's finals: 三公 this year − 增减额 of the text; budgets likewise."""
    last = str(books.year - 1) if books.year else ""
    implied: dict[str, Sum] = {}
    for change, final in _changes(books):
        for item, words in THREE_PUBLIC_WORDS.items():
            if re.fullmatch(words, change.subject):
                implied.setdefault(item, Sum([final.figure, change.figure], [1, -1]))
                break
    for (item, period, basis), stated in books.base.items():
        name = next((n for n, w in THREE_PUBLIC_WORDS.items() if re.fullmatch(w, item)), "")
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
        project = project_of(item, books.projects)
        if project and period == str(books.year) and basis in ("预算数", "决算数"):
            column = "年初预算数" if basis == "预算数" else "全年执行数"
            figure = books.funding.get((project, "年度资金总额", column))
            if figure:
                yield Check(stated, Sum([figure]))


def project_of(item: str, projects: list[str]) -> str:
    """The one project of that name; one name may be a part of the other."""
    if item in projects:
        return item
    fits = [p for p in projects if len(item) > 2 and item not in KINDS and (item in p or p in item)]
    return fits[0] if len(fits) == 1 else ""


@identity("sources of funds", "performance_funding")
def sources_add_up(books: Books) -> Iterator[Check]:
    """自评表: 年度资金总额 is the sum of its sources; overall also of 基本支出 and 项目支出."""
    for project in [OVERALL, *books.projects]:
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
        total = next((row for row in rows if row["level1"] == TOTAL_SCORE), None)
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
        basis: books.funding.get((OVERALL, "年度资金总额", basis))
        for basis in ("年初预算数", "全年预算数", "全年执行数", "执行率")
    }
    spent = [books.side(TABLE_01, "支出").total, books.side("appropriation", "支出", "合计").total]
    spent = [figure for figure in spent if figure]
    if column["全年执行数"] and spent:
        yield Check(column["全年执行数"], Nearest(spent))
    for (project, source, basis), stated in books.funding.items():
        if project == OVERALL and basis in ("按收入性质分", "按支出性质分"):
            figures, _ = meaning(books, _SOURCE_WORDS.get(source, source), MEANINGS)
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
        if (row["project"], row["level1"]) == (OVERALL, TOTAL_SCORE):
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
    figures = tuple(row.figure for row in rows)
    return Note(scope, verdict, told, first.figure.page, figures=figures)


def _place_of_name(code: str, row: Row) -> str:
    table = row.figure.key[0]
    column = {3: "class", 5: "section"}.get(len(code), "item")
    name = row[column] if table == "budget_execution" else row["item"]
    return f"{NAMES[table]} {code} {name} (p. {row.figure.page})"


@identity("ordinals", "revenue_expenditure")
def ordinals_in_order(books: Books) -> Iterator[Note]:
    """01 and 04: the items' ordinals (一、二、三、…) go up."""
    for table in (TABLE_01, "appropriation"):
        for side in ("收入", "支出"):
            items = books.side(table, side, "合计" if table == "appropriation" else "").items
            yield from _out_of_order(f"{NAMES[table]} {side}", items)


def _out_of_order(scope: str, items: list[Row]) -> Iterator[Note]:
    numbered = [row for row in items if ORDINAL.match(normalise(row["item"]))]
    values = [_value(ORDINAL.match(normalise(row["item"]))[1]) for row in numbered]
    kept = _longest_rise(values)
    for at, row in enumerate(numbered):
        if at not in kept:
            around = [numbered[n] for n in (at - 1, at + 1) if 0 <= n < len(numbered)]
            beside = " and ".join(f"{r['item']} (p. {r.figure.page})" for r in around)
            detail = f"{row['item']} (p. {row.figure.page}) stands beside {beside}"
            figures = tuple(r.figure for r in (row, *around))
            yield Note(row.figure.place, FAIL, detail, row.figure.page, figures=figures)
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
