"""One page that tells a report's story: small panels, as many as the report has data for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure, SubFigure

import helpers
import key_figures
from figures import BLUE, COLOURS, PALE, WIDTH, bars, headline, wrapped
from helpers import Report, money
from key_figures import share
from terms import Words

MOST = 5
"""Classes to show; the rest is one bar."""


class Panel(NamedTuple):
    """A finding, what is measured, and its bars.

    Attributes
    ----------
    bars : sequence of (str, Decimal or None, str, str)
        Label, amount, colour, and the text at the end.
    sources : mapping of str to pandas.DataFrame
        Table to the rows that the panel rests on.
    """

    finding: str
    measure: str
    bars: Sequence[tuple[str, Decimal | None, str, str]]
    sources: Mapping[str, pd.DataFrame]


def panels(report: Report, words: Words) -> list[Panel]:
    """The panels of a report, in one language; one that it has no data for is left out."""
    made = [
        make(report, words)
        for make in (_classes, _execution, _kinds, _people, _three_public, _procurement)
    ]
    return [panel for panel in made if panel]


def sources(report: Report) -> dict[str, pd.DataFrame]:
    """For the foot line: the tables of all panels, and the rows that they rest on."""
    found: dict[str, pd.DataFrame] = {}
    for panel in panels(report, Words("zh")):
        for table, rows in panel.sources.items():
            found[table] = pd.concat([found[table], rows]) if table in found else rows
    return found


def draw(report: Report, words: Words) -> Figure:
    """The panels in two columns; of an odd number, the first takes the whole width."""
    made = panels(report, words)
    wide = len(made) % 2
    rows = [made[:wide]] * wide + [made[at : at + 2] for at in range(wide, len(made), 2)]
    heights = [0.85 + 0.36 * max(len(panel.bars) for panel in row) for row in rows]
    helpers.style()
    figure = Figure(figsize=(WIDTH, 1 + sum(heights)), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.1, w_pad=0.08)
    bands = figure.subfigures(len(rows), 1, squeeze=False, height_ratios=heights, hspace=0.04)
    for row, (band,) in zip(rows, bands, strict=True):
        places = band.subfigures(1, len(row), squeeze=False, wspace=0.04)[0]
        for place, panel in zip(places, row, strict=True):
            _draw_panel(place, panel, WIDTH / len(row) - 0.3)
    headline(figure, _finding(report, words))
    return figure


def _draw_panel(place: SubFigure, panel: Panel, width: float) -> None:
    labels, amounts, colours, notes = zip(*panel.bars, strict=True)
    axes = place.subplots()
    bars(axes, labels, amounts, colours, notes, label_width=1.75 if width < WIDTH / 2 else 3)
    axes.set_title(panel.measure, fontsize=9)
    style = {"ha": "left", "fontsize": 12, "weight": "bold"}
    place.suptitle(wrapped(panel.finding, width, 12), x=0.02, **style)


def _finding(report: Report, words: Words) -> str:
    total = key_figures.spending(report).get("合计")
    name, year = words(report.department), report.year
    if total is None:
        return f"{name}, {year}"
    return words.either(
        zh=f"{name}{year}年支出{money(total)}万元",
        en=f"{name}, {year}: {money(total / 100)} million yuan spent",
    )


# --- The panels -----------------------------------------------------------------------------------


def _classes(report: Report, words: Words) -> Panel | None:
    """What the money is for: the largest classes."""
    total, rows = key_figures.spending(report).get("合计"), key_figures.classes(report)
    if not total or rows.empty:
        return None
    names, amounts = [words(item) for item in rows["item"]], list(rows["amount"])
    if len(names) > MOST + 1:
        others = len(names) - MOST
        names[MOST:] = [words.either(zh=f"其余{others}类", en=f"{others} other classes")]
        amounts[MOST:] = [sum(amounts[MOST:])]
    first = share(amounts[0], total)
    return Panel(
        words.either(zh=f"{names[0]}占{first}%", en=f"{names[0]}: {first}%"),
        words.either(
            zh="按功能分类的支出，万元（占比）", en="Expenditure by function, 10,000 yuan"
        ),
        [
            (name, amount, PALE if at else BLUE, _with_share(amount, total))
            for at, (name, amount) in enumerate(zip(names, amounts, strict=True))
        ],
        {"expenditure": rows},
    )


def _kinds(report: Report, words: Words) -> Panel | None:
    """Basic and project expenditure, and other kinds that have an amount."""
    spent = key_figures.spending(report)
    total = spent.pop("合计", None)
    if not total or not any(spent.values()):
        return None
    shown = {k: a for k, a in spent.items() if a or k in ("基本支出", "项目支出")}
    part = share(spent.get("项目支出"), total)
    zh, en = f"项目支出占支出的{part}%", f"Projects: {part}% of spending"
    if part is None:
        zh, en = "没有列项目支出", "No project expenditure is stated"
    rows = report.table("expenditure").query("level == '合计'")
    return Panel(
        words.either(zh=zh, en=en),
        words.either(zh="按支出性质，万元（占比）", en="Expenditure by kind, 10,000 yuan"),
        [(words(k), a, COLOURS.get(k, BLUE), _with_share(a, total)) for k, a in shown.items()],
        {"expenditure": rows},
    )


def _people(report: Report, words: Words) -> Panel | None:
    """People and operations, of basic expenditure."""
    groups = key_figures.people_and_operations(report)
    total = sum(amount for amount in groups.values() if amount is not None)
    part = share(groups["人员经费"], total)
    if part is None:
        return None
    rows = report.table("basic_expenditure")
    return Panel(
        words.either(zh=f"人员经费占基本支出的{part}%", en=f"People: {part}% of basic expenditure"),
        words.either(zh="一般公共预算基本支出，万元（占比）", en="Basic expenditure, 10,000 yuan"),
        [(words(g), a, COLOURS[g], _with_share(a, total)) for g, a in groups.items()],
        {"basic_expenditure": rows[rows["level"] == "合计"]},
    )


def _execution(report: Report, words: Words) -> Panel | None:
    """The initial and the full-year budget against the final."""
    initial = key_figures.against_initial_budget(report)
    full_year = key_figures.against_full_year_budget(report)
    known = {"年初预算数": initial, "全年预算数": full_year}
    known = {name: each for name, each in known.items() if each and each.rate is not None}
    if not known:
        return None
    name, first = next(iter(known.items()))
    shown = {name: each.budget for name, each in known.items()} | {"决算数": first.final}
    return Panel(
        words.either(
            zh=f"决算为{name}的{first.rate}%", en=f"Spent: {first.rate}% of the {_budget(name)}"
        ),
        words.either(zh="预算与决算，万元", en="Budget and final accounts, 10,000 yuan"),
        [(words(name), a, COLOURS[name], money(a)) for name, a in shown.items()],
        {each.table: each.rows for each in known.values()},
    )


def _budget(name: str) -> str:
    return {"年初预算数": "initial budget", "全年预算数": "full-year budget"}[name]


def _three_public(report: Report, words: Words) -> Panel | None:
    """Travel, vehicles and reception, with the budget that the table prints."""
    spent = key_figures.three_public(report)
    if not any(amount is not None for amount in spent.values()):
        return None
    total = spent.get(("决算数", "合计"))
    part = share(total, key_figures.spending(report).get("合计"), 2)
    zh = f"“三公”经费{money(total)}万元" + (f"，占支出的{part}%" if part is not None else "")
    en = f"Three public expenses: {money(total)}" + (f", {part}% of spending" if part else "")
    if total is None:
        zh, en = "“三公”经费决算数空白", "Three public expenses: final left blank"
    return Panel(
        words.either(zh=zh, en=en),
        words.either(zh="决算数（预算数），万元", en="Final (budget), 10,000 yuan"),
        [
            (words(item), spent.get(("决算数", item)), COLOURS[item], _pair(spent, item, words))
            for item in key_figures.ITEMS
        ],
        {"three_public": report.table("three_public")},
    )


def _pair(spent: Mapping[tuple[str, str], Decimal | None], item: str, words: Words) -> str:
    blank = words.either(zh="空白", en="blank")
    final, budget = (money(spent.get((basis, item))) or blank for basis in ("决算数", "预算数"))
    return f"{final} ({budget})"


def _procurement(report: Report, words: Words) -> Panel | None:
    """Goods, works and services, with what small and medium firms won of each."""
    bought = key_figures.procurement(report)
    shown = {c: bought.get((c, "采购支出")) for c in ("货物", "工程", "服务")}
    if not any(shown.values()):
        return None
    part = key_figures.sme_share(bought)
    zh, en = f"中小企业得到采购额的{part}%", f"Small and medium firms won {part}% of procurement"
    if part is None:
        largest = max(shown, key=lambda category: shown[category] or 0)
        amount = money(shown[largest])
        zh, en = (
            f"采购最多的是{largest}：{amount}万元",
            f"Procurement, mostly {words(largest).lower()}",
        )
    notes = {
        c: _won(amount, key_figures.sme_share(bought, c), words) for c, amount in shown.items()
    }
    return Panel(
        words.either(zh=zh, en=en),
        words.either(zh="政府采购支出，万元", en="Government procurement, 10,000 yuan"),
        [(words(c), amount, COLOURS[c], notes[c]) for c, amount in shown.items()],
        {"procurement": report.table("procurement")},
    )


def _won(amount: Decimal | None, part: Decimal | None, words: Words) -> str:
    if part is None:
        return money(amount) or words.either(zh="空白", en="blank")
    return words.either(
        zh=f"{money(amount)}（中小企业{part}%）", en=f"{money(amount)} (SMEs {part}%)"
    )


def _with_share(amount: Decimal | None, total: Decimal) -> str:
    return "" if amount is None else f"{money(amount)} ({share(amount, total)}%)"
