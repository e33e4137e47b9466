"""How a report looks: every choice that differs between real reports, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

TITLES = {
    "revenue_expenditure": ("收入支出决算总表",),
    "revenue": ("收入决算表",),
    "expenditure": ("支出决算表",),
    "appropriation": ("财政拨款收入支出决算总表",),
    "general_budget": ("一般公共预算财政拨款支出决算表",),
    "basic_expenditure": (
        "一般公共预算财政拨款基本支出决算明细表",
        "一般公共预算财政拨款基本支出决算表",
    ),
    "government_fund": ("政府性基金预算财政拨款收入支出决算表",),
    "state_capital": (
        "国有资本经营预算财政拨款支出决算表",
        "国有资本经营预算财政拨款收入支出决算表",
    ),
    "three_public": ("财政拨款“三公”经费支出决算表",),
}
"""The tables' titles; where there are several, a layout takes one of them."""

NEWER = tuple(TITLES)
"""Table order since 2021."""
OLDER = (*NEWER[:6], "three_public", "government_fund", "state_capital")
"""Table order before."""

_SYNONYMS = {
    "项目": ("项目", "项 目", "项　目"),
    "收入": ("收入", "收 入", "收　　入"),
    "支出": ("支出", "支 出", "支　　出"),
    "行次": ("行次",),
    "栏次": ("栏次", "栏 次"),
    "金额": ("金额", "决算数", "金额", "金　额"),
    "科目代码": (
        "科目代码",
        "科目编码",
        "功能分类科目编码",
        "支出功能分类科目编码",
        "功能分类科目代码",
    ),
    "经济科目代码": ("科目代码", "科目编码", "经济分类科目编码"),
    "科目名称": ("科目名称", "科目名称", "科 目 名 称"),
    "本年收入合计": ("本年收入合计", "合计", "本年收入合计"),
    "本年支出合计": ("本年支出合计", "合计", "本年支出合计"),
    "财政拨款收入": ("财政拨款收入", "财政拨款收入", "财政拨款"),
    "上级补助收入": ("上级补助收入",),
    "事业收入": ("事业收入",),
    "经营收入": ("经营收入",),
    "附属单位上缴收入": ("附属单位上缴收入", "附属单位缴款", "附属单位上缴收入"),
    "其他收入": ("其他收入",),
    "上缴上级支出": ("上缴上级支出", "上缴上级支出"),
    "经营支出": ("经营支出",),
    "对附属单位补助支出": ("对附属单位补助支出", "对附属单位补助"),
    "基本支出": ("基本支出",),
    "项目支出": ("项目支出",),
    "本年支出": ("本年支出",),
    "小计": ("小计", "合计"),
    "一般公共预算财政拨款": ("一般公共预算财政拨款", "一般公共预算"),
    "政府性基金预算财政拨款": ("政府性基金预算财政拨款", "政府性基金预算"),
    "国有资本经营预算财政拨款": ("国有资本经营预算财政拨款", "国有资本经营预算"),
    "年初结转和结余": ("年初结转和结余", "年初结转和结余", "年初财政拨款结转和结余"),
    "年末结转和结余": ("年末结转和结余",),
    "本年收入": ("本年收入",),
    "预算数": ("预算数",),
    "决算数": ("决算数",),
    "因公出国（境）费": ("因公出国（境）费", "因公出国（境）费用", "因公出国(境)费"),
    "公务用车购置及运行维护费": (
        "公务用车购置及运行维护费",
        "公务用车购置及运行费",
        "公务用车购置及运行维护费",
    ),
    "公务用车购置费": ("公务用车购置费", "公务用车购置费"),
    "公务用车运行维护费": ("公务用车运行维护费", "公务用车运行费", "公务用车运行维护费"),
    "公务接待费": ("公务接待费",),
    "使用非财政拨款结余": (
        "使用非财政拨款结余",
        "使用非财政拨款结余（含专用结余）",
        "用事业基金弥补收支差额",
    ),
    "合计": ("合计", "合 计", "合　计", "合　　计"),
    "总计": ("总计", "总 计", "总　计"),
    "人员经费合计": ("人员经费合计",),
    "公用经费合计": ("公用经费合计",),
}

WIDE = ("revenue", "expenditure", "appropriation", "basic_expenditure", "three_public")


@dataclass
class Layout:
    """One report's look; `draw` makes one."""

    typesetter: str = "reportlab"
    order: tuple[str, ...] = NEWER
    titles: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """The printed header word of each canonical one."""
    number_style: str = "公开01表"
    """none, or how a table's number is printed."""
    number_place: str = "right"
    """right (a line of its own), left, or title (in brackets after the title)."""
    title_spaced: bool = False
    title_prefix: str = "none"
    """none, year, department or both."""
    title_size: float = 15
    unit_label: str = "金额单位："
    unit_place: str = "own"
    """own line, with 部门 on one line, or stacked (部门 above, unit right below)."""
    department_line: bool = True
    column_numbers: bool = True
    """栏次 rows."""
    line_numbers: bool = True
    """行次 columns in the two-sided tables."""
    code_style: str = "joined"
    """joined, split (类, 款, 项 columns), or merged (such headers, but one code across them)."""
    sum_place: str = "first"
    sum_span: str = "name"
    """name, both (code and name columns) or code (the word stands in the code column)."""
    sum_in_head: bool = False
    """With split codes: 合计 stands in the row of the words 类, 款, 项."""
    three_public: str = "blocks"
    """blocks, pairs or rows."""
    basic_blocks: int = 3
    """3 or 2 blocks side by side, or 1 list."""
    basic_group_heads: bool = True
    basic_full: bool = True
    """Every economic code is listed, or only those with amounts."""
    capital_columns: int = 3
    blank_style: str = ""
    """What an amount that is not there prints: nothing, or a dash."""
    zero_share: float = 0.05
    """How many of the amounts that are not there print a zero instead."""
    zero_text: str = "0.00"
    negative: str = "-"
    """-, －, −, ( or （."""
    separator: str = ","
    wide_digits: bool = False
    classes_listed: str = "all"
    """The overall tables list all 26 类, or only those with amounts."""
    summary_style: str = "template"
    """Of 财政拨款收入支出决算总表's sub-items: template or numbered."""
    number_align: str = "right"
    number_valign: str = "middle"
    indent_names: bool = False
    stretch_names: bool = False
    """Wrapped lines of names are stretched to the column's width."""
    narrow_names: bool = False
    tight: bool = False
    """Columns hardly wider than their widest amount."""
    rules: str = "stroke"
    """stroke, cells (a rectangle a cell), fill (thin filled rectangles), dash or double; by
    reportlab also office (each cell's edges and corners filled one by one) and clip (a large area
    clipped to each rule)."""
    open_sides: bool = False
    shade_head: bool = False
    bold_sums: bool = False
    body_size: float = 9
    row_pad: float = 3
    text_order: str = "rows"
    """In which order a page's texts are written: rows, columns or shuffled."""
    repeat: str = "none"
    turn_wide: str = "portrait"
    turn_other: str = "portrait"
    table_flow: str = "pages"
    """pages: each table begins a page; flow: tables follow each other."""
    break_share: float = 0.1
    """How many tables get page breaks at odd places."""
    fillers: int = 0
    empty_fund: str = "sum"
    """A table without data: sum (合计 and empty rows), rows (empty rows), head, omitted."""
    empty_note: str = "说明：本部门没有相关收支，故本表无数据。"
    notes: bool = True
    toc: bool = True
    units_table: bool = False
    narrative: bool = True
    performance: bool = False
    base_data: bool = False
    """Never drawn, only chosen: it states the staff."""
    margin: float = 48
    page_numbers: bool = True
    cover: str = "lines"
    income_style: str = "funds"
    """收入支出决算总表's first lines: funds (one a fund) or one (财政拨款收入 as one line)."""
    spaced_sums: bool = False
    """本 年 收 入 合 计 and the like, letter-spaced."""
    capital_column: bool = True
    """国有资本经营预算 has its column in 财政拨款收入支出决算总表 even without any amount."""
    running_head: bool = False
    glyph_by_glyph: bool = False
    """Every character is written by an instruction of its own (reportlab only)."""
    bold_style: str = "font"
    """font, outline (filled and stroked) or twice (written twice, a little apart; reportlab)."""
    watermark: bool = False
    """Large pale slanting letters across the pages (reportlab only)."""
    spaced_names: str = ""
    """What stands between the characters of some items' names, and inside short ones."""
    touching: bool = False
    """Columns without any padding, so that their texts touch."""
    table_between: bool = False
    """A table of other things stands between the statutory ones."""
    look_alikes: str = ""
    """radicals (⼈ for 人, as some programs write), half (half-width marks in place of full-width
    ones), invisible (zero-width characters and no-break blanks) or dashes (— for 一); all but half
    by reportlab only."""

    def word(self, canonical: str) -> str:
        """The printed word of a canonical one."""
        return self.words.get(canonical, canonical)


def _words(rng: Random) -> dict[str, str]:
    plain = rng.random() < 0.35
    return {
        name: options[0] if plain or rng.random() < 0.4 else rng.choice(options)
        for name, options in _SYNONYMS.items()
    }


def draw(seed: int, typesetter: str = "reportlab") -> Layout:
    """The layout of one seed."""
    rng = Random(f"layout {seed} {typesetter}")

    def some(share: float) -> bool:
        return rng.random() < share

    def pick(options: dict[str, float]) -> str:
        return rng.choices(list(options), list(options.values()))[0]

    split = pick({"joined": 55, "split": 25, "merged": 20})
    sum_place = pick({"first": 75, "last": 25})
    rules = pick({"stroke": 40, "cells": 20, "fill": 22, "dash": 9, "double": 9})
    if typesetter == "reportlab" and rules in ("stroke", "fill"):
        rules = rng.choice((rules, rules, rules, "office", "clip"))
    blank_style = pick({"": 82, "-": 8, "—": 5, "--": 5})
    if rules == "dash":
        blank_style = ""  # a dash beside dashed rules is hard to tell from them
    column_numbers = some(0.6)
    return Layout(
        typesetter=typesetter,
        order=NEWER if some(0.7) else OLDER,
        titles={name: rng.choice(options) for name, options in TITLES.items()},
        words=_words(rng),
        number_style=pick(
            {"公开01表": 40, "公开 01 表": 15, "公开1表": 5, "表1": 4, "附表1": 3, "none": 33}
        ),
        number_place=pick({"right": 75, "left": 10, "title": 15}),
        title_spaced=some(0.1),
        title_prefix=pick({"none": 75, "year": 10, "department": 8, "both": 7}),
        title_size=rng.choice((14, 15, 16, 18)),
        unit_label=pick(
            {
                "金额单位：": 30,
                "单位：": 45,
                "单位:": 10,
                "金额单位:": 5,
                "计量单位：": 5,
                "单位： ": 5,
            }
        ),
        unit_place=pick({"own": 35, "with": 45, "stacked": 20}),
        department_line=some(0.75),
        column_numbers=column_numbers,
        line_numbers=some(0.55),
        code_style=split,
        sum_place=sum_place,
        sum_span=pick({"name": 55, "both": 35, "code": 10}),
        sum_in_head=split != "joined" and sum_place == "first" and some(0.6),
        three_public=pick({"blocks": 50, "pairs": 30, "rows": 20}),
        basic_blocks=rng.choices((3, 2, 1), (50, 38, 12))[0],
        basic_group_heads=some(0.7),
        basic_full=some(0.65),
        capital_columns=rng.choice((3, 6)),
        blank_style=blank_style,
        zero_share=rng.choice((0, 0, 0.05, 0.05, 0.3, 1.0)),
        zero_text=pick({"0.00": 70, "0": 30}),
        negative=pick({"-": 70, "－": 8, "−": 8, "(": 10, "（": 4}),
        separator=pick({",": 70, "": 26, " ": 2, "，": 2}),
        wide_digits=some(0.02),
        classes_listed=pick({"all": 75, "used": 25}),
        summary_style=pick({"template": 60, "numbered": 40}),
        number_align=pick({"right": 75, "center": 25}),
        number_valign=pick({"middle": 85, "top": 15}),
        indent_names=some(0.3),
        stretch_names=some(0.1),
        narrow_names=some(0.25),
        tight=some(0.25),
        rules=rules,
        open_sides=some(0.08),
        shade_head=some(0.15),
        bold_sums=some(0.3),
        body_size=rng.choice((7.5, 8, 9, 9, 10, 10.5)),
        row_pad=rng.choice((1.5, 2.5, 3, 4, 5.5, 8)),
        text_order=pick({"rows": 65, "columns": 20, "shuffled": 15}),
        repeat=pick({"none": 45, "head": 45, "all": 10}),
        turn_wide=pick(
            {"portrait": 40, "landscape": 38, "rotate90": 10, "rotate270": 5, "sideways": 7}
        ),
        turn_other=pick({"portrait": 80, "landscape": 17, "rotate90": 3}),
        table_flow=pick({"pages": 75, "flow": 25}),
        break_share=rng.choice((0, 0, 0.15, 0.5)),
        fillers=rng.choice((0, 0, 0, 1, 3, 6)),
        empty_fund=pick({"sum": 70, "rows": 12, "head": 8, "omitted": 10}),
        empty_note=rng.choice(
            (
                "说明：本部门没有相关收支，故本表无数据。",
                "注：本表无数据。",
                "本表为空表。",
                "注：本单位本年度无此项支出，故本表无数据。",
            )
        ),
        notes=some(0.7),
        toc=some(0.6),
        units_table=some(0.35),
        narrative=some(0.75),
        performance=some(0.3),
        margin=rng.choice((36, 48, 60, 72)),
        page_numbers=some(0.7),
        cover=rng.choice(("lines", "joined", "year_first")),
        income_style=pick({"funds": 85, "one": 15}),
        spaced_sums=some(0.1),
        capital_column=some(0.85),
        running_head=some(0.15),
        glyph_by_glyph=some(0.08),
        bold_style=pick({"font": 88, "outline": 7, "twice": 5}),
        watermark=some(0.03),
        spaced_names=pick({"": 90, " ": 6, "　": 4}),
        touching=some(0.1),
        table_between=some(0.15),
        look_alikes=_look_alikes(rng, typesetter),
    )


def _look_alikes(rng: Random, typesetter: str) -> str:
    kinds = ("radicals", "invisible", "dashes", "half") if typesetter == "reportlab" else ("half",)
    return rng.choice(kinds) if rng.random() < 0.12 else ""
