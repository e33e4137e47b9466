"""Targets of a self-evaluation against its results: which are numbers, and which were met.

Targets are printed freely: ``≥1600人``, ``8万人``, ``95%``, ``90天之内``, ``5万元/家``, ``效果显著``.
Nothing is guessed here. A text is a quantity only where it is clearly one number with one unit, and
a target is compared with its result only where both are quantities of the same unit and it is clear
whether more or less is asked for. Of every other pair is said why it is not compared.

The reasons and verdicts are words that readers see; ``docs/terms.csv`` has them in English.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from amounts import normalise, parse_amount

TOTAL = "总分"
"""The ``level1`` of the row that holds a form's sums."""

AT_LEAST, AT_MOST, EXACTLY = "不少于", "不超过", "等于"
MET, MISSED = "达到", "未达到"
BLANK, WORDS, UNCLEAR = "未填写", "文字描述", "不是单一数值"
UNITS, DIRECTION, BOUND = "单位不一致", "未说明方向", "结果只是界限"
"""Why a pair is not compared: target or result is blank; both are words; one is not clearly one
number; the units differ; more or less? the text does not say; the result may be either side."""


class Quantity(NamedTuple):
    """One number with one unit.

    Parameters
    ----------
    value : Decimal
        In ``unit``: 1.6万人 is 16000 人.
    unit : str
        As printed, without 万; the empty string where none is printed.
    relation : str
        ``≥``, ``≤``, ``>``, ``<``, ``=`` or the empty string.
    """

    value: Decimal
    unit: str
    relation: str = ""


_DURATIONS = "天|个?工作日|个月|小时|分钟|周"
_COUNTERS = (
    "人次?|人日|人天|名|位|户次?|家次?|个|项目?|项次|场次?|期|批次?|次|件|份|台套?|套|辆次?|篇|本|册|条|例|起"
    "|宗|座|处|间|所|张|只|头|棵|株|亩|公顷|(?:平方)?公里|平方米|m2|立方米|米|吨|千克|公斤|笔|单|门|种|类"
    "|支|部|幅|组|班|课时|学时|节|堂"
)
_UNITS = f"{_DURATIONS}|{_COUNTERS}|个百分点|元|分|%|‰"
# A bare 年, 月, 日, 季度 or 号 is rather a date than an amount (12月底, 2024年), so it is no unit;
# what an amount is paid for may be one (元/年).
_PER = f"{_DURATIONS}|{_COUNTERS}|年|月|日|学年|学期|季度|生"
_SCALES = {"": 0, "百": 2, "千": 3, "万": 4, "亿": 8}

_BEFORE = {
    "≥": "≥|>=|≧|不低于|不少于|不小于|大于(?:或)?等于|至少",
    "≤": "≤|<=|≦|不高于|不超过|不多于|不大于|小于(?:或)?等于|至多",
    ">": ">|大于|超过|高于|多于",
    "<": "<|小于|低于|少于",
    "=": "=|等于",
}
_AFTER = {"≥": "及?以上", "≤": "及?以内|之内|内|及?以下"}

_QUANTITY = re.compile(
    rf"(?P<before>{'|'.join(_BEFORE.values())}|(?P<kept>控制在))?"
    rf"(?P<number>\d[\d,]*(?:\.\d+)?)"
    rf"(?P<scale>[百千万亿])?(?P<unit>{_UNITS})?"
    rf"(?P<per>(?:[/·](?:{_PER}))*)"
    rf"(?P<after>{'|'.join(_AFTER.values())})?"
)


def read(text: str) -> Quantity | None:
    """Read a target or a result.

    Returns
    -------
    Quantity or None
        None for words, ranges, dates, lists, approximate and negative numbers, and units that are
        not known.
    """
    if any(unicodedata.category(character) == "No" for character in text):  # ², ½, ①
        return None
    match = _QUANTITY.fullmatch(normalise(text))
    if not match or (match["per"] and not match["unit"]):
        return None
    relations = {_relation(_BEFORE, match["before"]), _relation(_AFTER, match["after"])} - {""}
    if len(relations) > 1 or (match["kept"] and relations != {"≤"}):
        return None
    try:
        number = parse_amount(match["number"])
    except ValueError:  # thousands separators in odd places
        return None
    value = number.scaleb(_SCALES[match["scale"] or ""])
    per = sorted(re.split("[/·]", match["per"])[1:])
    return Quantity(value, "/".join([match["unit"] or "", *per]), "".join(relations))


def _relation(patterns: dict[str, str], text: str | None) -> str:
    return next((sign for sign, words in patterns.items() if re.fullmatch(words, text or "")), "")


_BAD = re.compile("事故|投诉|违规|违法|差错|死亡|伤亡|纠纷|舆情|逾期|超")
_GOOD_RATE = re.compile(
    r".*(?<![不未非欠])(?:满意|及时|按时|完成|合格|达标|到位|覆盖|准确|正确|通过|优秀|优良|利用|知晓|参与"
    r"|验收|公开|成功|就业|落实|履约|办结|结案|响应|完好|兑现|适岗|就学|入学)(?:率|度|比例)?"
)


def direction(target: Quantity, level1: str, level2: str, level3: str) -> str | None:
    """Whether a target asks for at least, at most or exactly its number.

    The printed relation says so. Without one it is clear for some kinds of indicator only: costs
    are not to be exceeded, neither are days; what is delivered is to be reached, and so is a rate
    of satisfaction, completion and the like. None where it is not clear.
    """
    if target.relation:
        return {"≥": AT_LEAST, ">": AT_LEAST, "≤": AT_MOST, "<": AT_MOST}.get(
            target.relation, EXACTLY
        )
    name = normalise(level3)
    if "成本" in level1 + level2:
        return AT_MOST if target.unit == "元" else None
    if re.fullmatch(_DURATIONS, target.unit):
        return AT_MOST if "时效" in level2 else None
    if target.unit in ("%", "分", "‰"):
        asked = _GOOD_RATE.fullmatch(name)
    else:
        counted = re.fullmatch(_COUNTERS, target.unit) or not target.unit
        asked = "数量" in level2 and counted and not _BAD.search(name)
    return AT_LEAST if asked and target.value else None


class Comparison(NamedTuple):
    """What comparing a target with its result gave.

    Parameters
    ----------
    asked : str or None
        ``AT_LEAST``, ``AT_MOST``, ``EXACTLY``, or None where it is not clear.
    verdict : str or None
        ``MET`` or ``MISSED``; None where they cannot be compared, and
    reason : str
        why; the empty string where they can.
    percent : Decimal or None
        The result in per cent of the target; None for a target of 0 and without a verdict.
    """

    asked: str | None = None
    verdict: str | None = None
    reason: str = ""
    percent: Decimal | None = None


def compare(
    target: str, actual: str, level1: str = "", level2: str = "", level3: str = ""
) -> Comparison:
    """Compare a printed target with its printed result.

    Parameters
    ----------
    target, actual : str
    level1, level2, level3 : str, optional
        The indicator's place and name, which tell what is asked for where no relation is printed.
    """
    if not (is_filled(target) and is_filled(actual)):
        return Comparison(reason=BLANK)
    if not re.search(r"\d", normalise(target + actual)):
        return Comparison(reason=WORDS)
    goal, result = read(target), read(actual)
    if not goal or not result:
        return Comparison(reason=UNCLEAR)
    if goal.unit != result.unit:
        return Comparison(reason=UNITS)
    asked = direction(goal, level1, level2, level3)
    if not asked and not (goal.value == result.value and not result.relation):
        return Comparison(reason=DIRECTION)
    met = _is_met(goal, result, asked)
    if met is None:
        return Comparison(asked, reason=BOUND)
    percent = 100 * result.value / goal.value if goal.value else None
    return Comparison(asked, MET if met else MISSED, percent=percent)


def _is_met(goal: Quantity, result: Quantity, asked: str | None) -> bool | None:
    """Whether it is met; None where the result is a bound that leaves it open."""
    if asked == AT_LEAST:
        beyond, bounds = result.value > goal.value, "≥>"
    elif asked == AT_MOST:
        beyond, bounds = result.value < goal.value, "≤<"
    else:
        beyond, bounds = False, ""
    strict = goal.relation in (">", "<")
    equal = result.value == goal.value and (not strict or result.relation == goal.relation)
    if result.relation in ("", "="):
        return beyond or equal
    return True if result.relation in bounds and (beyond or equal) else None


def is_filled(text: str) -> bool:
    """Whether a cell says anything; placeholders (``.....``) do not."""
    return any(character.isalnum() for character in text)


def assessed(indicators: pd.DataFrame) -> pd.DataFrame:
    """The indicators of self-evaluations, each with points lost and its target compared.

    Parameters
    ----------
    indicators : pandas.DataFrame
        Rows of ``performance_indicators``.

    Returns
    -------
    pandas.DataFrame
        Without the rows of sums and those that hold placeholders only. ``points`` and ``score`` are
        Decimal, None where no number is printed; ``lost`` is their difference; ``asked``,
        ``verdict``, ``reason`` and ``percent`` are those of :class:`Comparison`.
    """
    cells = indicators[["target", "actual", "points", "score"]]
    filled = cells.map(is_filled).any(axis=1) & (indicators["level1"] != TOTAL)
    records = []
    for row in indicators[filled].to_dict("records"):
        points, score = plain_number(row["points"]), plain_number(row["score"])
        lost = None if points is None or score is None else points - score
        place = (row["level1"], row["level2"], row["level3"])
        found = compare(row["target"], row["actual"], *place)
        records.append(row | {"points": points, "score": score, "lost": lost} | found._asdict())
    columns = [*indicators.columns, "lost", *Comparison._fields]
    return pd.DataFrame(records, columns=columns, dtype=object)


def plain_number(text: str) -> Decimal | None:
    """Points or a rate: the number that is printed with 分, % or no unit; None for any other."""
    quantity = read(text)
    plain = quantity and not quantity.relation and quantity.unit in ("", "分", "%")
    return quantity.value if plain else None
