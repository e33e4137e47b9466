"""How the nine statutory tables hang together: a drawing, with each identity's amount computed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from check_figures import FAIL, NAMES, NOT_APPLICABLE
from figures import BLUE, GREY, ORANGE, canvas, headline, wrapped
from helpers import Report, money
from terms import Words

Point = tuple[float, float]


class Link(NamedTuple):
    """An identity between two tables: the rows of ``checks.csv`` that compute it, and its name."""

    start: str
    end: str
    check: str
    scope: str
    zh: str
    en: str


LINKS = (
    Link(
        *("revenue_expenditure", "revenue", "01 = 02", f"{NAMES['revenue']} 合计 合计"),
        *("本年收入", "revenue of the year"),
    ),
    Link(
        *("revenue_expenditure", "expenditure", "01 = 03", f"{NAMES['expenditure']} 合计 合计"),
        *("本年支出", "expenditure of the year"),
    ),
    Link(
        *("revenue_expenditure", "appropriation", "01 ≥ 04"),
        *(f"{NAMES['revenue_expenditure']} 支出 .*合计", "财政拨款支出", "spent of appropriations"),
    ),
    Link(
        *("revenue", "appropriation", "02 = 04", f"{NAMES['revenue']} 合计 财政拨款收入"),
        *("财政拨款收入", "appropriations received"),
    ),
    Link(
        *("appropriation", "general_budget", "04 = 05, 07, 08"),
        *(f"{NAMES['general_budget']} 合计 合计", "一般公共预算支出", "general public budget"),
    ),
    Link(
        *("appropriation", "government_fund", "04 = 05, 07, 08"),
        *(f"{NAMES['government_fund']} 合计 本年支出", "政府性基金支出", "government funds"),
    ),
    Link(
        *("appropriation", "state_capital", "04 = 05, 07, 08"),
        *(f"{NAMES['state_capital']} 合计 本年支出", "国有资本经营支出", "state capital"),
    ),
    Link(
        *("general_budget", "basic_expenditure", "05 = 06"),
        *(f"{NAMES['general_budget']} 合计 基本支出", "基本支出", "basic expenditure"),
    ),
    Link(
        *("basic_expenditure", "three_public", "09 ≥ 06", f"{NAMES['three_public']} 决算数 .*"),
        *("基本支出中的“三公”科目", "travel, vehicles, reception in basic expenditure"),
    ),
)

TELLS = {
    "revenue_expenditure": ("全部收支，含年初年末结转结余", "all money in and out, with balances"),
    "revenue": ("钱从哪里来", "where the money came from"),
    "expenditure": ("钱花在什么上，基本还是项目", "what for; basic or project expenditure"),
    "appropriation": ("其中由财政拨款的收支", "the part that the treasury paid, by fund"),
    "general_budget": ("税收等安排的支出", "paid out of taxes and the like"),
    "government_fund": ("土地出让等基金安排的支出", "paid out of land sales and the like"),
    "state_capital": ("国企利润安排的支出", "paid out of state firms' profits"),
    "basic_expenditure": ("工资、办公、差旅等", "wages, offices, travel, item by item"),
    "three_public": ("出国、公车、接待", "overseas travel, vehicles, reception"),
}
"""What each table tells, in Chinese and English."""


_EMPTY = ("本报告此表为空白或零", "blank or zero in this report")
_ABSENT = ("本报告无此表", "not in this report")


class State(NamedTuple):
    """What a report's figures make of a link.

    Attributes
    ----------
    verdict : str
        The worst among its checks; ``not applicable`` where there is nothing to compare.
    stated, computed : Decimal or None
        As in ``checks.csv``, summed over its checks; where some fail, over these.
    """

    verdict: str
    stated: Decimal | None
    computed: Decimal | None

    @property
    def was_made(self) -> bool:
        """There were amounts to compare."""
        return self.verdict != NOT_APPLICABLE


def checks_of(link: Link, checks: pd.DataFrame) -> pd.DataFrame:
    """Those of a report's checks (rows of ``checks.csv``) that compute a link."""
    rows = checks[(checks["check"] == link.check) & checks["scope"].str.fullmatch(link.scope)]
    return rows[rows["verdict"] != NOT_APPLICABLE]


def state(link: Link, checks: pd.DataFrame) -> State:
    """What the checks of a report make of a link."""
    rows = checks_of(link, checks)
    if rows.empty:
        return State(NOT_APPLICABLE, None, None)
    order = ["pass", "rounding", FAIL]
    worst = max(rows["verdict"], key=order.index)
    rows = rows[rows["verdict"] == FAIL] if worst == FAIL else rows
    return State(worst, _sum(rows["stated"]), _sum(rows["computed"]))


def _sum(amounts: pd.Series) -> Decimal | None:
    return amounts.dropna().sum() if amounts.notna().any() else None


# --- The drawing ----------------------------------------------------------------------------------

_WIDTH, _HEIGHT = 2.8, 0.86
_PLACES: dict[str, Point] = {
    "revenue_expenditure": (4.8, 6.55),
    "revenue": (1.5, 5.3),
    "expenditure": (8.1, 5.3),
    "appropriation": (4.8, 3.75),
    "general_budget": (1.5, 2.05),
    "government_fund": (4.8, 2.05),
    "state_capital": (8.1, 2.05),
    "basic_expenditure": (1.5, 0.45),
    "three_public": (8.1, 0.45),
}
"""The middle of each table's box, in inches."""


def draw(report: Report, words: Words) -> Figure:
    """The map of a report's tables: a box for each, and the amount of each identity at its arrow.

    An arrow is orange where the two tables differ beyond rounding, and dashed where cells are blank
    or a table is not in the report, so that there is nothing to compare.
    """
    figure, axes = canvas(8.3)
    axes.set(xlim=(0, 9.6), ylim=(-0.05, 7.05))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    checks = report.table("checks")
    states = [state(link, checks) for link in LINKS]
    for link, found in zip(LINKS, states, strict=True):
        _draw_link(axes, link, found, words)
    for table in _PLACES:
        _draw_box(axes, table, report.table(table), words)
    headline(figure, _finding(states, words))
    axes.set_title(
        words.either(
            zh="万元；箭头两端的表应有同一金额；橙色：不符；虚线：无数可比",
            en="10,000 yuan. An arrow joins tables that state the same amount; "
            "orange: they differ; dashed: nothing to compare",
        )
    )
    return figure


def _finding(states: list[State], words: Words) -> str:
    held = sum(found.verdict != FAIL for found in states if found.was_made)
    made = sum(found.was_made for found in states)
    if held == made:
        en = f"All {made} identities between the tables that can be computed hold"
        return words.either(zh=f"表与表之间可核对的{made}处勾稽关系全部相符", en=en)
    fails = made - held
    return words.either(
        zh=f"表与表之间可核对的{made}处勾稽关系中，{fails}处不符",
        en=f"{fails} of the {made} identities between the tables that can be computed "
        f"{'does' if fails == 1 else 'do'} not hold",
    )


def _draw_box(axes: Axes, table: str, rows: pd.DataFrame, words: Words) -> None:
    x, y = _PLACES[table]
    corner = (x - _WIDTH / 2, y - _HEIGHT / 2)
    filled = any(rows["amount"].dropna())
    colours = {"facecolor": "#E3EFF7" if filled else "white", "edgecolor": BLUE if filled else GREY}
    style = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch(corner, _WIDTH, _HEIGHT, boxstyle=style, **colours))
    title = wrapped(words.title(table), _WIDTH - 0.15, 10)
    zh, en = TELLS[table]
    tells = words.either(zh=zh, en=en)
    if not filled:
        zh, en = _EMPTY if len(rows) else _ABSENT
        tells = words.either(zh=zh, en=en)
    axes.text(x, y + 0.12, title, ha="center", va="center", fontsize=10, weight="bold")
    axes.text(
        x,
        y - (0.29 if "\n" in title else 0.2),
        tells,
        ha="center",
        va="center",
        fontsize=8.5,
        color=GREY,
    )


def _draw_link(axes: Axes, link: Link, found: State, words: Words) -> None:
    colour = ORANGE if found.verdict == FAIL else BLUE if found.was_made else GREY
    line = {"color": colour, "linewidth": 2.2 if found.was_made else 1, "shrinkA": 0, "shrinkB": 0}
    *way, last = _way(link)
    axes.plot(*zip(*way, strict=True), color=colour, linewidth=line["linewidth"], zorder=0)
    arrow = {"arrowstyle": "-|>", "linestyle": "-" if found.was_made else "--"} | line
    axes.annotate("", last, way[-1], arrowprops=arrow, zorder=0)
    x, y, side = _label_place(link)
    name = words.either(zh=link.zh, en=link.en)
    vertical = "center" if side != "center" else "bottom"
    text = f"{wrapped(name, 2.0, 9)}\n{_amounts(link, found, words)}"
    axes.text(x, y, text, ha=side, va=vertical, fontsize=9, color=colour, linespacing=1.25)


def _amounts(link: Link, found: State, words: Words) -> str:
    if not found.was_made:
        return words.either(zh="无数可比", en="nothing to compare")
    if found.stated == found.computed:
        return money(found.stated)
    if found.verdict == FAIL:
        sign = "≠" if "=" in link.check else "<"
        stated = money(found.stated) or words.either(zh="空白", en="blank")
        return f"{stated} {sign} {money(found.computed)}"
    return words.either(
        zh=f"{money(found.computed)}（共{money(found.stated)}）",
        en=f"{money(found.computed)} of {money(found.stated)}",
    )


def _way(link: Link) -> list[Point]:
    """The corners of an arrow, from box to box."""
    (x0, y0), (x1, y1) = _PLACES[link.start], _PLACES[link.end]
    half, high = _WIDTH / 2, _HEIGHT / 2
    if x0 == x1 and link.start != "appropriation":
        return [(x0, y0 - high), (x1, y1 + high)]
    if y0 == y1:
        return [(x0 + half, y0), (x1 - half, y1)]
    if link.end == "appropriation":  # down, then sideways into it
        return [(x0, y0 - high), (x0, y1), (x1 - half, y1)]
    if link.start == "revenue_expenditure":  # sideways, then down
        return [(x0 + (half if x1 > x0 else -half), y0), (x1, y0), (x1, y1 + high)]
    fork = y0 - high - 0.22
    return [(x0, y0 - high), (x0, fork), (x1, fork), (x1, y1 + high)]


def _label_place(link: Link) -> tuple[float, float, str]:
    """Where the words of an arrow stand, and how they are aligned there."""
    way = _way(link)
    (x0, y0), (x1, y1) = way[-2:]
    if len(way) == 3 and link.start == "revenue_expenditure":
        return (way[0][0] + x1) / 2, way[0][1] + 0.04, "center"
    if y0 == y1:
        return (x0 + x1) / 2, y0 + 0.04, "center"
    right_edge = x1 > 8
    return x1 + (-0.1 if right_edge else 0.1), (y0 + y1) / 2, "right" if right_edge else "left"
