"""The key figures of a report: those that an overview and a comparison are made of.

A figure that the report does not print, or leaves blank, is None; it never becomes a zero.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from amounts import normalise
from helpers import Report, percent

Amount = Decimal | None

ITEMS = ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")
"""The three public expenses (三公), which add up to their total."""
GROUPS = ("人员经费", "公用经费")

_APPROPRIATION = re.compile("(?:一般公共预算)?财政拨款支出(?:年初预算数?)?")


def share(part: Amount, whole: Amount, digits: int = 1) -> Amount:
    """A share in per cent (see :func:`helpers.percent`); None where it cannot be computed."""
    return percent(part, whole, digits) if part is not None and whole else None


def spending(report: Report) -> dict[str, Amount]:
    """The total line of 支出决算表: 合计, 基本支出, 项目支出 … to amount."""
    rows = report.table("expenditure").query("level == '合计'")
    return dict(zip(rows["kind"], rows["amount"], strict=True))


def classes(report: Report) -> pd.DataFrame:
    """The classes (类) of 支出决算表 that have an amount, the largest first: code, item, amount."""
    rows = report.table("expenditure").query("level == '类' and kind == '合计'")
    rows = rows[rows["amount"].notna()]
    return rows.sort_values("amount", ascending=False, kind="stable")


def people_and_operations(report: Report) -> dict[str, Amount]:
    """人员经费 and 公用经费 of basic expenditure, of the table's own lines or of its classes."""
    rows = report.table("basic_expenditure")
    sums = rows[(rows["level"] == "合计") & rows["group"].isin(GROUPS)]
    found = dict(zip(sums["group"], sums["amount"], strict=True))
    filled = rows[(rows["level"] == "类") & rows["amount"].notna()]
    for group in set(GROUPS) - {group for group, amount in found.items() if amount is not None}:
        amounts = filled.loc[filled["group"] == group, "amount"]
        found[group] = amounts.sum() if len(amounts) else None
    return {group: found[group] for group in GROUPS}


def three_public(report: Report) -> dict[tuple[str, str], Amount]:
    """The one line of 三公经费表: (预算数 or 决算数, item) to amount."""
    rows = report.table("three_public")
    return dict(zip(zip(rows["basis"], rows["item"], strict=True), rows["amount"], strict=True))


def staff(report: Report) -> int | None:
    """How many people the department employed at the end of the year (实际在职人数)."""
    rows = report.table("base_data")
    rows = rows[rows["item"].map(normalise).str.endswith("实际在职人数") & rows["value"].notna()]
    rows = rows[rows["period"].isin(["", str(report.year)])]
    return int(rows["value"].iloc[0]) if len(rows) else None


class Execution(NamedTuple):
    """A budget and what was spent of it, from one table, so that both cover the same money."""

    budget: Decimal
    final: Decimal
    table: str
    rows: pd.DataFrame

    @property
    def rate(self) -> Amount:
        """Spent, in per cent of the budget."""
        return share(self.final, self.budget)


def against_initial_budget(report: Report) -> Execution | None:
    """年初预算数 against the final, of fiscal appropriation as the narrative states both.

    Where it states none, those of the department's overall self-evaluation (整体支出).
    """
    rows = report.table("narrative")
    rows = rows[rows["subject"].map(_is_appropriation).astype(bool) & rows["value"].notna()]
    for sentence, told in rows.groupby("sentence", sort=False):
        values = dict(zip(told["measure"], told["value"], strict=True))
        if "年初预算" in normalise(sentence) and {"预算数", "决算数"} <= set(values):
            return Execution(values["预算数"], values["决算数"], "narrative", told)
    return _of_self_evaluation(report, "年初预算数")


def _is_appropriation(subject: str) -> bool:
    return bool(_APPROPRIATION.fullmatch(normalise(subject)))


def against_full_year_budget(report: Report) -> Execution | None:
    """全年预算数 against 全年执行数, as the department's overall self-evaluation has them."""
    return _of_self_evaluation(report, "全年预算数")


def _of_self_evaluation(report: Report, basis: str) -> Execution | None:
    rows = report.table("performance_funding")
    rows = rows[(rows["project"] == "整体支出") & (rows["source"] == "年度资金总额")]
    rows = rows[rows["basis"].isin([basis, "全年执行数"])]
    values = dict(zip(rows["basis"], rows["value"].map(_number), strict=True))
    budget, final = values.get(basis), values.get("全年执行数")
    if budget is None or final is None:
        return None
    return Execution(budget, final, "performance_funding", rows)


def _number(text: object) -> Amount:
    plain = normalise(str(text)).replace(",", "")
    return Decimal(plain) if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else None


def procurement(report: Report) -> dict[tuple[str, str], Amount]:
    """政府采购: (合计, 货物, 工程 or 服务; measure) to value."""
    rows = report.table("procurement")
    return dict(
        zip(zip(rows["category"], rows["measure"], strict=True), rows["value"], strict=True)
    )


def sme_share(bought: dict[tuple[str, str], Amount], category: str = "合计") -> Amount:
    """What small and medium firms won (中小企业), in per cent of a category's procurement.

    Of the amounts where the report states them, else as it states the share.
    """
    won, spent = (bought.get((category, m)) for m in ("授予中小企业合同金额", "采购支出"))
    computed = share(won, spent)
    return bought.get((category, "中小企业占比")) if computed is None else computed


def small_firms_share(bought: dict[tuple[str, str], Amount]) -> Amount:
    """What small and micro firms won (小微企业), in per cent of what all SMEs won."""
    small, all_firms = (
        bought.get(("合计", f"授予{who}合同金额")) for who in ("小微企业", "中小企业")
    )
    computed = share(small, all_firms)
    return bought.get(("合计", "小微企业占比")) if computed is None else computed
