"""Read the words of a report: the explanation of its accounts (Part 3) and its glossary (Part 4).

The parts and their sections are found by their headings, the facts by the grammar of the sentences
that state them. In each sentence every amount (a number with its unit) is looked at together with
the words before it, its *head*: the first rule of :data:`RULES` that fits the head says what the
amount measures, and of what. An amount that no rule fits is never guessed at: its sentence is
listed in :attr:`Narrative.unread`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from amounts import in_wan_yuan, normalise, parse_amount
from amounts import plain_characters as _plain
from pdf_pages import Line, Page
from ruled_grids import grids_of

__all__ = ["LooseMatch", "Narrative", "read_narrative"]


@dataclass(frozen=True)
class LooseMatch:
    """An item of the text that is not worded as its row in general_budget.csv.

    Attributes
    ----------
    page : int
        The PDF's page, from 1, on which the item begins.
    text, table : tuple of str
        The names of 类, 款 and 项 in the text and in the table.
    code : str
        The table's code.
    reason : str
        In which way the two differ.
    """

    page: int
    text: tuple[str, str, str]
    code: str
    table: tuple[str, str, str]
    reason: str


@dataclass
class Narrative:
    """What Parts 3 and 4 state: records for four files, and what could not be read for certain.

    Attributes
    ----------
    narrative : list of dict
        page, section, subject, measure, value, unit, sentence.
    budget_execution : list of dict
        page, class, section, item, code, initial_budget, final, completion_rate, reason. Amounts
        in 万元, the rate in %, each as Decimal, None where the text states none.
    procurement : list of dict
        page, category, measure, value, unit.
    glossary : list of dict
        page, term, definition.
    unread : list of (int, str)
        Page and text of each sentence with an amount that stands in none of the records.
    loose : list of LooseMatch
        The items of ``budget_execution`` whose code rests on more than equal names.
    """

    narrative: list[dict] = field(default_factory=list)
    budget_execution: list[dict] = field(default_factory=list)
    procurement: list[dict] = field(default_factory=list)
    glossary: list[dict] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    loose: list[LooseMatch] = field(default_factory=list)


def read_narrative(pages: list[Page], first_page: int, general_budget: list[dict]) -> Narrative:
    """Read the explanation (部门决算情况说明) and the glossary (名词解释) of one report.

    Parameters
    ----------
    pages : list of Page
        The open report.
    first_page : int
        Where to begin to look for the parts, from 1. The table of contents may be among the
        pages: a part without a sentence is not the part itself.
    general_budget : list of dict
        The records of general_budget.csv: code, item, level, kind, amount (万元).

    Returns
    -------
    Narrative
        Without a record for a part that the report does not hold.
    """
    parts = _parts([page for page in pages if page.number >= first_page])
    result = Narrative()
    if "narrative" in parts:
        title, body = parts["narrative"]
        paragraphs = _paragraphs(body)
        reader = _PartReader(_accounts_year(title, paragraphs))
        reader.read(paragraphs)
        result.narrative = [fact.record() for fact in reader.facts]
        result.procurement = _procurement(reader.facts)
        result.unread = reader.unread
        for item in reader.items:
            code, loose = _match(item, general_budget)
            result.budget_execution.append(item.record(code))
            result.loose += [loose] if loose else []
    if "glossary" in parts:
        result.glossary = _glossary(_paragraphs(parts["glossary"][1]))
    return result


# --- Text: lines, paragraphs, sentences -----------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """A stretch of text as printed, with the page of each of its characters."""

    text: str
    pages: tuple[int, ...]

    @classmethod
    def joined(cls, lines: Iterable[Line]) -> Passage:
        pieces = [("".join(line.text.split()), line.page) for line in lines]
        pages = tuple(page for text, page in pieces for _ in text)
        return cls("".join(text for text, _ in pieces), pages)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.pages[0]

    @cached_property
    def plain(self) -> str:
        """The text in plain forms (（ is a parenthesis, ％ is %), character by character."""
        return _plain(self.text)

    def part(self, start: int, end: int | None = None) -> Passage:
        return Passage(self.text[start:end], self.pages[start:end])

    def sentences(self) -> list[Passage]:
        """Its sentences, each with its closing mark."""
        return [self.part(*match.span()) for match in _SENTENCE.finditer(self.plain)]


_SENTENCE = re.compile(r"[^。!?]*[。!?][”’\")」]*|[^。!?]+")
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_PART = re.compile(rf"第{_NUMERAL}(?:部分|章)(?P<title>[^。,;]{{0,60}})")
_PART_KINDS = {
    "narrative": re.compile("决算(?:数据|公开|收支|执行|分析)*(?:情况|说明|分析)"),
    "glossary": re.compile("(?:名词|术语)(?:的)?(?:解释|说明)"),
}
_ORDINAL = re.compile(rf"{_NUMERAL}、|\({_NUMERAL}\)|\d{{1,3}}(?:、|\.(?!\d))|\(\d{{1,3}}\)")
_TITLE = re.compile(rf"(?:{_ORDINAL.pattern})[^。,;]{{2,50}}(?:说明|情况|事项|解释)[:。]?")
_TITLE_REST = re.compile("(?:情况)?的?说明[:。]?")
_PAGE_NUMBER = re.compile(r"[-—–―·.第]*\d{1,4}(?:/\d{1,4})?[-—–―·.页]*(?:共\d+页)?")
_MARGIN = 0.12
"""Page numbers and running heads stand within this share of the page's height from its edges."""


def _parts(pages: list[Page]) -> dict[str, tuple[str, list[Line]]]:
    """Title and lines of each part, by the keys of :data:`_PART_KINDS`; the longest text counts."""
    lines = list(_running_text(pages))
    starts = [i for i, line in enumerate(lines) if _PART.fullmatch(normalise(line.text))]
    found: dict[str, tuple[str, list[Line]]] = {}
    for start, end in pairwise([*starts, len(lines)]):
        title, count = _part_title(lines[start:end])
        for kind, pattern in _PART_KINDS.items():
            body = lines[start + count : end]
            if not pattern.search(title) or not any("。" in line.text for line in body):
                continue
            if kind not in found or len(body) > len(found[kind][1]):
                found[kind] = title, body
    return found


def _part_title(lines: list[Line]) -> tuple[str, int]:
    """A part's title, which may run over some lines, and the number of its lines."""
    title, count = normalise(lines[0].text), 1
    for line in lines[1:4]:
        text = normalise(line.text)
        if _ORDINAL.match(text) or re.search("[。,;:]", text):
            break
        if any(kind.search(title) for kind in _PART_KINDS.values()) and text != "说明":
            break
        title, count = title + text, count + 1
    return title, count


def _running_text(pages: list[Page]) -> Iterator[Line]:
    """The lines outside tables, without page numbers and running heads."""
    texts = [grids_of(page)[1] for page in pages]
    edges = [_edges(page, lines) for page, lines in zip(pages, texts, strict=True)]
    heads = Counter(_without_digits(line) for lines in edges for line in lines)
    often = max(2, len(pages) // 3)
    for lines, edge in zip(texts, edges, strict=True):
        for line in lines:
            plain = _plain(line.text)
            repeated = heads[_without_digits(line)] > often and not _PART.match(plain)
            if line not in edge or not (repeated or _PAGE_NUMBER.fullmatch(plain)):
                yield line


def _edges(page: Page, lines: list[Line]) -> list[Line]:
    """The first two and last two lines of a page, where they stand in its margins."""
    outer = lines if len(lines) < 4 else [*lines[:2], *lines[-2:]]
    return [line for line in outer if _in_margin(line, page)]


def _without_digits(line: Line) -> str:
    return re.sub(r"\d", "", _plain(line.text))


def _in_margin(line: Line, page: Page) -> bool:
    height = page.size[1]
    return not _MARGIN * height < line.y < (1 - _MARGIN) * height


def _paragraphs(lines: list[Line]) -> list[Passage]:
    """Put lines together to paragraphs, over line and page breaks.

    A paragraph begins at an indented line, after a line that ends a heading, at an ordinal or
    after a gap when the line before it closed a sentence.
    """
    groups: list[list[Line]] = []
    left = _left_margin(lines)
    right = max((line.x1 for line in lines), default=0.0)
    for line in lines:
        if not groups or _begins_paragraph(line, groups[-1], left, right):
            groups.append([])
        groups[-1].append(line)
    return [Passage.joined(group) for group in groups]


def _left_margin(lines: list[Line]) -> float:
    """The leftmost place at which more than a stray line begins."""
    starts = sorted(line.x0 for line in lines)
    enough = max(1, len(starts) // 20)
    for start in starts:
        if sum(start <= other < start + 3 for other in starts) >= enough:
            return start
    return starts[0] if starts else 0.0


def _begins_paragraph(line: Line, group: list[Line], left: float, right: float) -> bool:
    plain, before = _plain(line.text), "".join(_plain(known.text) for known in group)
    if line.x0 - left > 1.3 * line.size:
        return True
    if _TITLE.fullmatch(before):
        return not _TITLE_REST.fullmatch(plain)
    closed = before.endswith(("。", ";", ":"))
    return closed and (bool(_ORDINAL.match(plain)) or group[-1].x1 < right - 3 * line.size)


def _accounts_year(title: str, paragraphs: list[Passage]) -> int | None:
    """The year of the accounts, from the part's title or else from its text."""
    if named := re.search(r"20\d\d", title):
        return int(named[0])
    text = "".join(paragraph.plain for paragraph in paragraphs)
    years = Counter(re.findall(r"(20\d\d)年度", text) or re.findall(r"(20\d\d)年", text))
    return int(years.most_common(1)[0][0]) if years else None


# --- Grammar --------------------------------------------------------------------------------------

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MINUS = "[-‐‑‒–—―−]"
_COUNTED = r"万人次|人次|批次|场次|万人|台\(套\)|台套|平方米|[个辆人件场次批项户家名台套分张份期]"
_AMOUNT = re.compile(
    rf"(?<![\d.])(?<!\d,)(?P<number>(?:(?<!\d){_MINUS})?{_DIGITS})"
    r"(?:(?P<money>亿元|万元|千元|百元|元)(?![/人每])|(?P<percent>%)"
    rf"|(?P<count>{_COUNTED})(?=[,;:。、()!?]|\d|$))"
    r"(?!\(?含?\)?及?以[上下])"
)
_LOOSE_AMOUNT = re.compile(r"\d[\d,.]*(?:[亿万千百]?元|%|个百分点)")

_COMPARED = (
    "(?:(?:与|同|和|比|较|相较于?)"
    r"(?:上一?年|去年|20\d\d年|年初|全年|调整)(?:度|后|同期|的|决算|预算|支出|收入|实际|执行|完成)*"
    "(?:数|额)?(?:相比较?|比较|对比)?|同比|环比)"
)
_UP = "增加|增长|上升|上涨|提高|增幅"
_DOWN = "减少|降低|下降|下跌|压减|降幅"
_IS = "(?:为|是|达到?|共计?|:)*"
_YEARS_OWN = "(?:年初|全年|年度|本年|当年|调整后?的?)"


@dataclass(frozen=True)
class Rule:
    """One way in which sentences state an amount.

    Attributes
    ----------
    name : str
    kinds : str
        What it applies to: money, percent, count.
    measure : str
        As in narrative.csv.
    pattern : re.Pattern
        Fits the whole head. Groups: ``subject`` and ``before`` (what is measured), ``name`` (the
        sort of budget or final), ``whole`` (what a share is taken of), ``up`` and ``down``.
    """

    name: str
    kinds: str
    measure: str
    pattern: re.Pattern

    @property
    def is_change(self) -> bool:
        return self.name in ("change", "change without direction")

    @property
    def is_plain(self) -> bool:
        """Whether it takes the head for a name, whatever its words."""
        return self.name in ("amount", "count", "rate")


def _rule(name: str, kinds: str, measure: str, pattern: str) -> Rule:
    return Rule(name, kinds, measure, re.compile(pattern))


_CHANGE = (
    f"(?:(?P<before>.*?){_COMPARED},?)?(?P<subject>.*?)"
    f"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|额|率|幅度?|金额|比例|数)*{_IS}"
)
_CHANGE_UNSIGNED = f"(?:{_COMPARED})?(?P<subject>)(?:变动|变化)(?:幅度|率)?{_IS}"
_COMPLETION = (
    f"(?P<subject>.*?)(?:完成了?[^,;]{{0,12}}?(?:预算|任务|目标|计划)数?的?"
    f"|(?:占|为|是|达到?){_YEARS_OWN}?预算数?的|(?:预算)?(?:完成|执行)率{_IS})"
)

RULES = (
    _rule("completion", "percent", "完成率", _COMPLETION),
    _rule(
        "share",
        "percent",
        "占比",
        f"(?P<subject>.*?)所?占(?P<whole>[^占]*?)的?(?:比重|比例|比)?{_IS}",
    ),
    _rule("change", "percent", "增减率", _CHANGE),
    _rule("change without direction", "percent", "增减率", _CHANGE_UNSIGNED),
    _rule("rate", "percent", "占比", f"(?P<subject>.+率){_IS}"),
    _rule("change", "money count", "增减额", _CHANGE),
    _rule("change without direction", "money count", "增减额", _CHANGE_UNSIGNED),
    _rule(
        "last year",
        "money",
        "上年数",
        "(?P<subject>.*?)(?:上一?年度?|去年)(?:同期)?(?:支出|收入)?(?:决算|执行|实际支出)?"
        f"(?:数|额)?{_IS}",
    ),
    _rule("involved", "money", "决算数", f"共?计?(?P<name>涉及财?政?(?:资金|金额|经费)){_IS}"),
    _rule("involved", "money", "预算数", f"共?计?(?P<name>涉及财?政?预算(?:资金|金额|经费)?){_IS}"),
    _rule(
        "budget",
        "money",
        "预算数",
        f"(?P<subject>.*?)(?P<name>{_YEARS_OWN}?(?<!公共)(?<!基金)(?<!经营)(?<!财政)预算"
        f"(?:数|安排|金额|总额|资金)*){_IS}",
    ),
    _rule(
        "final",
        "money",
        "决算数",
        f"(?P<subject>.*?)(?P<name>(?:全年)?执行(?:数|金额|额)|决算(?:数|金额|额)?|实际支出){_IS}",
    ),
    _rule("amount", "money", "决算数", "(?P<subject>.*)"),
    _rule("count", "count", "数量", "(?P<subject>.*)"),
)
"""In the order in which they are tried."""

_UNSURE = re.compile(r"分别|原因|由于|因为|(?:[\d~\-–—约近逾至多]|超过|不足|(?<!达)到)(?:为)?$")
"""A head with these words states no certain amount of its own."""

_LEADS = re.compile(
    rf"(?:{_ORDINAL.pattern}|{_NUMERAL}是|其中|另外|此外|以及|[、,:;)]"
    r"|[^的,]*?20\d\d年度?(?:\d+月)?(?:\d+日)?"
    r"|(?:本|我)(?:部门|单位|局|委|厅|院|校|中心|办)(?:\((?:单位|部门|本级)\))?(?:本级)?"
    r"|.*?共有|(?:开支)?(?:一般公共预算)?财政拨款(?:开支|安排|购置)?的"
    r"|(?:主要(?:是|用于|为|包括)|用于):?|全年(?!预算|执行)"
    r"|共计?(?=接待|安排|开支|涉及|完成|发生|组织)|累计"
    r"|(?:开支|涉及|安排|接待|完成|发生)(?!费|的|率|预算))"
)
_BEFORE_YEAR = re.compile(
    r"(?P<subject>(?:(?!20\d\d年)[^,;])+(?:费|费用|支出|收入))20\d\d年度?(?:支出|收入)?"
)
_TAILS = re.compile(r"(?:(?<=费)支出|(?<=费用)支出|总额|总金额|[、,:]|为|是|各|均|达到?|共计?)$")
_HALF_READ = re.compile(rf"{_COMPARED}|(?:{_UP}|{_DOWN}|变动|变化)[了额率数()]*(?:为|是)?$")
"""With these words an amount is a change or a share, and nothing else."""

_HEAD_LEAD = re.compile(rf"(?:{_ORDINAL.pattern}|其中|[、)])*")
_BARE = frozenset(("", "支出", "收入", "决算", "预算", "决算数", "支出数", "本年", "全年", "年初"))
"""Heads that name nothing: the amount belongs to the subject of the words before."""

_OWN_BUDGET = re.compile(f"{_YEARS_OWN}|金额")
_WHOLE_DEPARTMENT = ("整体支出", "部门整体支出")
_RELATIVE = re.compile(r"(?:[^,;:。]*[的中],)+(?=(?:采购|合同)?金额)")
_LABEL = re.compile(
    rf"(?:{_ORDINAL.pattern}|其中[:,]?)*(?P<label>[^,;:。]{{1,38}}(?:费|费用|支出|收入))"
    "(?:决算)?(?:情况)?(?:的)?(?:说明)?[:。]"
)
_REASON = re.compile("(?:主要)?原因(?:是|为|有|如下|:)*|主要(?:是)?(?:因为?|由于|系)")
_AFTER_REASON = re.compile(f";(?!{_NUMERAL}是)(?={_COMPARED}|完成|[^,;]{{0,30}}(?:预算|决算)数?为)")


# --- Facts ----------------------------------------------------------------------------------------


@dataclass
class Fact:
    """One amount and what the text says that it measures."""

    sentence: Passage
    section: str
    heading: str
    base: str
    subject: str
    measure: str
    value: Decimal
    unit: str
    whole: str = ""

    def record(self) -> dict:
        return {
            "page": self.sentence.page,
            "section": self.section,
            "subject": self.subject,
            "measure": self.measure,
            "value": self.value,
            "unit": self.unit,
            "sentence": self.sentence.text,
        }


@dataclass
class Item:
    """One numbered item: a functional class (类/款/项) with its budget, final and reason."""

    page: int
    names: tuple[str, str, str]
    initial_budget: Decimal | None = None
    final: Decimal | None = None
    completion_rate: Decimal | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        return self.names[2] or self.names[1]

    def take(self, fact: Fact) -> bool:
        """Keep a fact if it is one of the item's own figures; say whether it was kept."""
        column = {
            ("预算数", False): "initial_budget",
            ("决算数", False): "final",
            ("完成率", False): "completion_rate",
        }.get((fact.measure, "全年" in fact.subject or "调整" in fact.subject))
        if fact.base != self.name or column is None or getattr(self, column) is not None:
            return False
        setattr(self, column, fact.value)
        return True

    def record(self, code: str) -> dict:
        return {
            "page": self.page,
            "class": self.names[0],
            "section": self.names[1],
            "item": self.names[2],
            "code": code,
            "initial_budget": self.initial_budget,
            "final": self.final,
            "completion_rate": self.completion_rate,
            "reason": self.reason,
        }


class _SentenceReader:
    """Reads the amounts of one sentence.

    Parameters
    ----------
    sentence : Passage
    subject : str or None
        What the sentences before speak of; None where that is not certain.
    year : int or None
        The accounts' year.
    section, heading : str
        Where the sentence stands.
    """

    def __init__(
        self, sentence: Passage, subject: str | None, year: int | None, section: str, heading: str
    ):
        self.sentence, self.plain = sentence, sentence.plain
        self.subject, self.year = subject, year
        self.section, self.heading = section, heading
        self.facts: list[Fact] = []
        self.mains: list[str | None] = []
        self.covered: list[tuple[int, int]] = []
        self.reasons = _reason_spans(self.plain)
        self._listed = self._compared = False
        self._sign = 0

    def read(self):
        """Fill :attr:`facts`, and :attr:`covered` with the places that they were read from."""
        end = 0
        for amount in _AMOUNT.finditer(self.plain):
            if any(start <= amount.start() < stop for start, stop in self.reasons):
                continue
            self._look_between(end, amount.start())
            self._read(amount, self._head_start(end, amount.start()), end)
            end = amount.end()

    def next_subject(self) -> str | None:
        """What the next sentence speaks of if it names nothing itself."""
        if not self.facts:
            return self.subject
        mains = list(dict.fromkeys(self.mains))
        return mains[0] if len(mains) == 1 else None

    def unread(self) -> bool:
        """Whether an amount stands outside all that was read."""
        return any(
            not any(start <= match.start() and match.end() <= end for start, end in self.covered)
            for match in _LOOSE_AMOUNT.finditer(self.plain)
        )

    def _look_between(self, start: int, end: int):
        """What the words since the last amount change for the next one."""
        between = self.plain[start:end]
        if ";" in between and self._listed:
            self.subject = None
        if "其中" in between:
            self._listed = True
        if re.search(_COMPARED, between):
            self._compared = True
        for label in re.finditer(r"[^,;。]*:", between):
            if named := _LABEL.fullmatch(label[0]):
                place = start + label.start()
                self.subject = self._clean(place + named.start("label"), place + named.end("label"))

    def _head_start(self, after: int, end: int) -> int:
        """Where the words begin that belong to an amount."""
        start = max(
            [after, *(after + m.end() for m in re.finditer("[,;:。!?]", self.plain[after:end]))]
        )
        opened: list[int] = []
        for place in range(start, end):
            if self.plain[place] == "(":
                opened.append(place)
            elif self.plain[place] == ")" and opened:
                opened.pop()
        return opened[-1] + 1 if opened else start

    def _read(self, amount: re.Match, start: int, after: int):
        head = self.plain[start : amount.start()]
        if _UNSURE.search(head):
            return
        start = self._relative_start(start)
        lead = _HEAD_LEAD.match(self.plain, start, amount.start()).end()
        for rule in RULES:
            match = rule.pattern.fullmatch(self.plain, lead, amount.start())
            if amount.lastgroup not in rule.kinds.split() or match is None:
                continue
            if rule.is_change and not self._compared:
                continue
            if rule.is_plain and _HALF_READ.search(head):
                return
            if self._state(rule, match, amount, self._adjacent(after, amount)):
                self.covered.append((start, amount.end()))
            return

    def _adjacent(self, after: int, amount: re.Match) -> bool:
        """Whether nothing but a comma parts two counts, and nothing at all two other amounts."""
        if not self.facts or self.covered[-1][1] != after:
            return False
        between = self.plain[after : amount.start()]
        counted = amount["count"] and self.facts[-1].measure == "数量"
        return not between or bool(counted and between in ("、", ","))

    def _relative_start(self, start: int) -> int:
        """A bare 采购金额 belongs to the clauses before it that end in 的."""
        for match in _RELATIVE.finditer(self.plain):
            if match.end() == start:
                return match.start()
        return start

    def _state(self, rule: Rule, match: re.Match, amount: re.Match, adjacent: bool) -> bool:
        """Put down one fact, if it is certain what it is about."""
        value, measure = _value(amount), self._measure(rule, match)
        named = self._named(match)
        if value is None or measure is None:
            return False
        if rule.is_plain and not (named or adjacent or self._adds_up(match)):
            return False
        base = named or self.subject
        base, subject = self._with_own_name(rule, match, base)
        if not subject:
            return False
        if rule.is_change and self._direction(match) < 0:
            value = -value  # a printed 0 stays 0
        self._compared = rule.name == "last year" or (self._compared and rule.is_change)
        self.subject = base
        if not self._listed:
            self.mains.append(base)
        self.facts.append(
            Fact(
                self.sentence,
                self.section,
                self.heading,
                base or "",
                subject,
                measure,
                value,
                self._unit(amount),
                match.groupdict().get("whole") or "",
            )
        )
        return True

    def _adds_up(self, match: re.Match) -> bool:
        """累计1人次 says more of what was counted before."""
        counted = bool(self.facts) and self.facts[-1].measure == "数量"
        return counted and match["subject"] in ("累计", "共", "共计")

    def _with_own_name(
        self, rule: Rule, match: re.Match, base: str | None
    ) -> tuple[str | None, str | None]:
        """What comes next may refer to, and the fact's subject.

        A budget that has a name of its own (年初预算数) keeps it in the subject.
        """
        name = "name" in rule.pattern.groupindex and match["name"]
        printed = self.sentence.text[slice(*match.span("name"))] if name else ""
        if rule.name == "budget" and _OWN_BUDGET.search(name):
            base = None if base in _WHOLE_DEPARTMENT else base
            return base, (base or "") + printed
        if rule.name == "involved" and (base is None or match[0].startswith("共")):
            return printed, printed
        if rule.name == "final" and base is None:
            return printed, printed
        return base, base

    def _unit(self, amount: re.Match) -> str:
        if amount["money"]:
            return "万元"
        return amount["percent"] or self.sentence.text[slice(*amount.span("count"))]

    def _measure(self, rule: Rule, match: re.Match) -> str | None:
        """The rule's measure; an amount of the year before is 上年数, of another year unknown."""
        if rule.is_change:
            return rule.measure if self._direction(match) else None
        years = {int(year) for year in re.findall(r"(20\d\d)年", match[0])}
        if rule.name == "last year" or self.year is None or years <= {self.year}:
            return rule.measure
        return "上年数" if years == {self.year - 1} and rule.measure == "决算数" else None

    def _direction(self, match: re.Match) -> int:
        groups = match.groupdict()
        if groups.get("up") or groups.get("down"):
            self._sign = 1 if groups.get("up") else -1
        return self._sign

    def _named(self, match: re.Match) -> str | None:
        """The subject that the head itself names, or None."""
        for group in ("subject", "before"):
            if match.groupdict().get(group):
                subject = self._clean(*match.span(group))
                if _plain(subject) not in _BARE or self._is_another(match, subject):
                    return subject
        return None

    def _is_another(self, match: re.Match, bare: str) -> bool:
        """Whether 收入 or 支出, in a change, is another thing than what was spoken of before."""
        other = {"收入": "[支费]", "支出": "收"}.get(bare)
        changes = "up" in match.re.groupindex
        return bool(changes and other and re.search(other, self.subject or "收支"))

    def _clean(self, start: int, end: int) -> str:
        """The noun phrase without ordinals, year, department, verbs and copula, as printed."""
        if named := _BEFORE_YEAR.fullmatch(self.plain, start, end):
            end = named.end("subject")
        while match := _LEADS.match(self.plain, start, end):
            start = match.end()
        while match := _TAILS.search(self.plain[start:end]):
            end = start + match.start()
        return self.sentence.text[start:end]


def _value(amount: re.Match) -> Decimal | None:
    """The amount in 万元, %, or pieces; None if it is not printed as a number."""
    try:
        value = parse_amount(amount["number"])
    except ValueError:
        return None
    return in_wan_yuan(value, amount["money"]) if amount["money"] else value


def _reason_spans(plain: str) -> list[tuple[int, int]]:
    """Where a sentence gives reasons: from 主要原因是 to its end, or to the next statement."""
    spans, place = [], 0
    while match := _REASON.search(plain, place):
        after = _AFTER_REASON.search(plain, match.end())
        place = after.start() if after else len(plain)
        spans.append((match.end(), place))
    return spans


# --- Part 3: sections, items ----------------------------------------------------------------------

_SECTION = re.compile(rf"({_NUMERAL})、")
_SUBSECTION = re.compile(rf"\({_NUMERAL}\)")
_NUMBERED = re.compile(r"\d{1,2}(?:、|\.(?!\d))")
_ITEM = re.compile(
    rf"(?:{_ORDINAL.pattern}|\d{{1,2}})?(?P<class>[^()。,;:]{{2,30}})\(类\)[、,]?"
    r"(?P<section>[^。,;:]{2,50}?)\(款\)[、,]?(?:(?P<item>[^。,;:]{1,60}?)\(项\))?[。,:;]?"
)
_GOES_ON = re.compile(
    "(?:决算|支出决算|预算|年初预算|支出年初预算|全年预算|完成|与|比|较|同比|主要|其中)"
)
_MORE_REASON = re.compile(rf"{_NUMERAL}是|其{_NUMERAL}|同时|另外|此外")


class _PartReader:
    """Walks through the paragraphs of Part 3."""

    def __init__(self, year: int | None):
        self.year = year
        self.facts: list[Fact] = []
        self.items: list[Item] = []
        self.unread: list[tuple[int, str]] = []
        self._section = self._heading = ""
        self._subject: str | None = None
        self._item: Item | None = None
        self._reasoning = False

    def read(self, paragraphs: list[Passage]):
        for paragraph in paragraphs:
            rest = self._enter(paragraph)
            for sentence in rest.sentences():
                self._read_sentence(sentence)

    def _enter(self, paragraph: Passage) -> Passage:
        """Note a heading or an item at a paragraph's beginning; give what stands behind it."""
        plain = paragraph.plain
        section = _SECTION.match(plain)
        if section and _number(section[1]) > _number(self._section):
            self._section = section[1]
            return self._after_heading(paragraph, section.end())
        if match := _ITEM.match(plain):
            names = tuple(
                paragraph.text[slice(*match.span(g))] if match[g] else ""
                for g in ("class", "section", "item")
            )
            self._item = Item(paragraph.page, names)
            self.items.append(self._item)
            self._subject, self._reasoning = self._item.name, False
            return paragraph.part(match.end())
        if subsection := _SUBSECTION.match(plain):
            return self._after_heading(paragraph, subsection.end(), add=True)
        if _NUMBERED.match(plain):
            self._item = self._subject = None
        if self._item and self._item.final is not None and not _GOES_ON.match(plain):
            self._item = self._subject = None
        self._reasoning = self._reasoning and self._item is not None
        return paragraph

    def _after_heading(self, paragraph: Passage, start: int, add: bool = False) -> Passage:
        self._item = self._subject = None
        self._reasoning = False
        end = paragraph.plain.find("。", start)
        end = len(paragraph.text) if end < 0 else end + 1
        if _LOOSE_AMOUNT.search(paragraph.plain, start, end):
            end = start
        title = paragraph.plain[start:end]
        self._heading = f"{self._heading.split('/')[0]}/{title}" if add else title
        return paragraph.part(end)

    def _read_sentence(self, sentence: Passage):
        reader = _SentenceReader(sentence, self._subject, self.year, self._section, self._heading)
        if self._item and self._goes_on_reasoning(sentence):
            return
        reader.read()
        facts = reader.facts
        if self._item:
            facts = [fact for fact in facts if not self._item.take(fact)]
            self._take_reason(sentence, reader)
        else:
            self._subject = reader.next_subject()
            if label := _LABEL.fullmatch(sentence.plain):
                self._subject = sentence.text[slice(*label.span("label"))]
        self.facts += facts
        if reader.unread():
            self.unread.append((sentence.page, sentence.text))

    def _goes_on_reasoning(self, sentence: Passage) -> bool:
        """Whether the sentence is one more of the reasons of an item; if so, keep it."""
        if self._reasoning and _MORE_REASON.match(sentence.plain):
            self._item.reason += sentence.text
            return True
        return False

    def _take_reason(self, sentence: Passage, reader: _SentenceReader):
        self._reasoning = bool(reader.reasons)
        for start, end in reader.reasons:
            self._item.reason += sentence.text[start:end]
            reader.covered.append((start, end))


_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}


def _number(numeral: str) -> int:
    """十三 is 13; nothing is 0."""
    tens, ten, ones = numeral.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


# --- Items and the table --------------------------------------------------------------------------

_ALIKE = 0.6
"""Names of 类, 款 and 项 that differ share at least this much of their characters."""


@dataclass(frozen=True)
class _TableRow:
    code: str
    names: tuple[str, str, str]
    amount: Decimal | None


def _table_rows(general_budget: list[dict], depth: int) -> list[_TableRow]:
    """The rows of 项 (depth 7 digits) or 款 (5), each with its 类/款/项 names."""
    rows = [row for row in general_budget if row["kind"] == "合计" and row["code"]]
    names = {row["code"]: row["item"] for row in rows}
    return [
        _TableRow(
            row["code"],
            tuple(
                names.get(row["code"][:length], "") if length <= depth else ""
                for length in (3, 5, 7)
            ),
            row["amount"],
        )
        for row in rows
        if len(row["code"]) == depth
    ]


def _match(item: Item, general_budget: list[dict]) -> tuple[str, LooseMatch | None]:
    """The item's code, empty where no row or more than one fits, and how loosely it was matched.

    Equal names come first, then names equal but for 支出 at their ends, then names alike with the
    same amount.
    """
    rows = _table_rows(general_budget, 7 if item.names[2] else 5)
    text = tuple(normalise(name) for name in item.names)
    exact = [row for row in rows if tuple(map(normalise, row.names)) == text]
    stems = [row for row in rows if _stems(row.names) == _stems(item.names)]
    alike = [row for row in rows if _same_amount(item, row) and _likeness(item, row) >= _ALIKE]
    for found, why in (
        (exact, ""),
        (stems, "names differ by 支出"),
        (alike, "names differ, amount is equal"),
    ):
        if len(found) > 1:
            found = [row for row in found if _same_amount(item, row)]
        if len(found) != 1:
            continue
        row = found[0]
        if not _same_amount(item, row):
            why = f"{why + '; ' if why else ''}amount {item.final} is {row.amount} in the table"
        return row.code, LooseMatch(
            item.page, item.names, row.code, row.names, why
        ) if why else None
    return "", None


def _stems(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normalise(name).removesuffix("支出") for name in names)


def _likeness(item: Item, row: _TableRow) -> float:
    """How alike the names are, 0 to 1: that of the least alike of 类, 款 and 项."""
    pairs = zip(_stems(item.names), _stems(row.names), strict=True)
    return min(SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs)


def _same_amount(item: Item, row: _TableRow) -> bool:
    """Whether the text's final is the table's, rounded to the decimals that the text prints."""
    if item.final is None or row.amount is None:
        return False
    half = Decimal(5).scaleb(min(item.final.as_tuple().exponent, 0) - 1)
    return abs(item.final - row.amount) <= half


# --- Procurement and glossary ---------------------------------------------------------------------

_SPENT = re.compile(
    r"(?:政府)?采购(?P<after>货物|工程|服务)?(?:类)?(?:支出|采购|合同|总)?(?:金额|额)?(?:\([^)]*\))?"
    r"|(?P<before>货物|工程|服务)类?(?:政府)?采购(?:支出|合同)?(?:金额|总额|额)?(?:\([^)]*\))?"
)
_GRANTED = re.compile(
    r"(?:政府)?(?:采购)?(?P<category>货物|工程|服务)?类?(?:采购)?(?:支出)?(?:中)?,?"
    r"(?:授予|支付给?)(?P<size>中小|小微)企业的?(?:政府采购)?合同(?:总?金额|总额|额)?"
)


def _procurement(facts: list[Fact]) -> list[dict]:
    """What the facts say of government procurement, by category and measure."""
    about = [fact for fact in facts if "政府采购" in fact.heading] or facts
    return [
        {
            "page": fact.sentence.page,
            "category": place[0],
            "measure": place[1],
            "value": fact.value,
            "unit": fact.unit,
        }
        for fact in about
        if (place := _procurement_place(fact))
    ]


def _procurement_place(fact: Fact) -> tuple[str, str] | None:
    """Category and measure of a procurement fact; None for any other."""
    subject = normalise(fact.subject)
    match = _SPENT.fullmatch(subject) if fact.measure == "决算数" else None
    if match and ("政府采购" in subject or match["before"]):
        return match["after"] or match["before"] or "合计", "采购支出"
    if not (match := _GRANTED.fullmatch(subject)):
        return None
    category, size = match["category"] or "合计", match["size"]
    if fact.measure == "决算数":
        return category, f"授予{size}企业合同金额"
    # A share of 小微 is one of the SME amount; a share of all spending is another figure.
    of_sme = "中小" in fact.whole
    if fact.measure == "占比" and of_sme == (size == "小微"):
        return category, f"{size}企业占比"
    return None


_ENTRY = re.compile(
    rf"(?P<ordinal>{_ORDINAL.pattern})?(?P<term>(?:(?!是?指)[^。,;:]){{2,60}})(?:[:。]|(?=是?指))"
)


def _glossary(paragraphs: list[Passage]) -> list[dict]:
    """Terms and definitions.

    Ordinals count on; sentences without an ordinal go on with the definition before them, and what
    is neither (the title of an appendix) ends the glossary.
    """
    matches = [_ENTRY.match(paragraph.plain) for paragraph in paragraphs]
    first = next((i for i, match in enumerate(matches) if match), len(matches))
    entries: list[dict] = []
    style, last = None, 0
    for paragraph, match in zip(paragraphs[first:], matches[first:], strict=True):
        ordinal = (match["ordinal"] or "") if match else ""
        style = _ordinal_style(ordinal) if style is None else style
        if match and _ordinal_style(ordinal) == style and (not style or _rank(ordinal) > last):
            last = _rank(ordinal)
            term = paragraph.text[slice(*match.span("term"))]
            definition = paragraph.text[match.end() :]
            entries.append({"page": paragraph.page, "term": term, "definition": definition})
        elif paragraph.plain.endswith(("。", ";")):
            entries[-1]["definition"] += paragraph.text
        else:
            break
    return entries


def _ordinal_style(ordinal: str) -> str:
    return re.sub(rf"{_NUMERAL}|\d+", "#", ordinal)


def _rank(ordinal: str) -> int:
    if digits := re.search(r"\d+", ordinal):
        return int(digits[0])
    numeral = re.search(_NUMERAL, ordinal)
    return _number(numeral[0]) if numeral else 0
