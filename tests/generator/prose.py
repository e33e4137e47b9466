"""The running text of a report: contents, duties, explanations, terms."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from .grid import Block, Para
from .model import Report


def _heading(text: str, size: float = 16) -> Para:
    return Para(text, size=size, bold=True, align="center", before=14, after=10)


def _text(text: str) -> Para:
    return Para(text, indent=2)


def contents(titles: list[str], report: Report, rng: Random) -> list[Block]:
    """A table of contents, which names every table's title."""
    page = rng.randint(3, 5)
    lines = ["第一部分　部门概况", f"第二部分　{report.year}年度部门决算表"]
    blocks: list[Block] = [_heading("目　录")]
    numbers = "一二三四五六七八九"
    lines += [f"{number}、{title}" for number, title in zip(numbers, titles, strict=True)]
    lines += [f"第三部分　{report.year}年度部门决算情况说明", "第四部分　名词解释"]
    dots = rng.choice(("……………………", "........................", ""))
    for line in lines:
        page += rng.randint(0, 2)
        blocks.append(Para(f"{line}{dots}{page}" if dots else line))
    return blocks


def opening(report: Report) -> list[Block]:
    """Part 1: duties and bodies."""
    name = report.department
    return [
        _heading("第一部分　部门概况"),
        Para("一、部门职责", bold=True),
        _text(
            f"{name}贯彻执行有关法律、法规和方针、政策，拟订发展规划、政策，并组织实施和监督检查。"
        ),
        _text("负责本系统的统计信息工作，承担综合协调、服务保障等职责，完成交办的其他任务。"),
        Para("二、机构设置及决算单位构成", bold=True),
        _text(
            f"内设机构包括：办公室、规划财务科、人事科、法规科。{report.year}年度部门决算汇总公开单位"
            f"包括{name}及所属单位。"
        ),
    ]


def narrative(report: Report, rng: Random, places: int) -> list[Block]:
    """Part 3: a few sentences with amounts, as they stand in reports."""
    unit = report.unit

    def money(amount: Decimal) -> str:
        return f"{amount:.{places}f}{unit}"

    income, outlay = report.income, report.outlay
    general = report.general[0].amounts
    change = rng.choice(("增加", "减少"))
    rate = rng.randint(1, 300) / 10
    public = report.three_public
    blocks: list[Block] = [
        _heading(f"第三部分　{report.year}年度部门决算情况说明"),
        Para("一、收入支出决算总体情况说明", bold=True),
        _text(
            f"{report.year}年度收、支总计{money(income['总计'])}。与上年相比，{change}"
            f"{money(income['总计'] / 10)}，变动{rate}%。收入支出决算总表反映总体情况。"
        ),
        Para("二、收入决算情况说明", bold=True),
        _text(f"{report.year}年度收入合计{money(income['本年收入合计'])}，详见收入决算表。"),
        Para("三、支出决算情况说明", bold=True),
        _text(f"{report.year}年度支出合计{money(outlay['本年支出合计'])}，详见支出决算表。"),
        Para("五、一般公共预算财政拨款支出决算情况说明", bold=True),
        _text(
            f"一般公共预算财政拨款支出{money(general[0])}，其中：基本支出{money(general[1])}，"
            f"项目支出{money(general[2])}。"
        ),
    ]
    for line in [line for line in report.general if len(line.code) == 3]:
        blocks.append(_text(f"{line.name}（类）{money(line.amounts[0])}。"))
    blocks += [
        Para("七、财政拨款“三公”经费支出决算情况说明", bold=True),
        _text(
            f"“三公”经费财政拨款支出预算为{money(public['预算数']['合计'])}，支出决算为"
            f"{money(public['决算数']['合计'])}。公务接待费{rng.randint(0, 90)}批次。"
        ),
    ]
    return blocks


def glossary() -> list[Block]:
    """Part 4."""
    return [
        _heading("第四部分　名词解释"),
        _text("一、财政拨款收入：指单位从同级财政部门取得的财政预算资金。"),
        _text(
            "二、年初结转和结余：指单位以前年度尚未完成、结转到本年仍按原规定用途继续使用的资金。"
        ),
    ]
