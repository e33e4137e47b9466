"""What the main report must give, read from its transcription without any of the project's code.

In the text a heading begins a table, tabs part its cells, and a blank line inside it is the end of
a page. What the transcription lost, and what is known instead, is written here by hand; each place
names the line of ``data/raw/README.md`` ("README") that says so.
"""

from __future__ import annotations

import re
from pathlib import Path

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
NAME = "zhuzhou-hrss-2024"
PDF = RAW / f"{NAME}.pdf"
TEXT = RAW / "typesetting" / f"{NAME}.txt"

KEY = (NAME, 2024)
FUNDS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
SOURCES = (
    "合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入",
)  # fmt: skip
KINDS = ("合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
MEASURES = ("年初结转和结余", "本年收入", "本年支出", "基本支出", "项目支出", "年末结转和结余")

Row = tuple[int, list[str]]
"""A printed row: its page in the PDF, and its cells without blanks and marks."""


def data_rows(title: str, first_page: int, width: int) -> list[Row]:
    """The rows of a table from its first data row on, each with ``width`` cells.

    README: rows may be one or two cells short or long, where only blank cells are concerned.
    """
    lines = TEXT.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if re.fullmatch(rf"##+ {title}", line))
    start = next(i for i in range(start, len(lines)) if "\t" in lines[i])
    rows, page, body = [], first_page, False
    for line, following in zip(lines[start:], lines[start + 1 :], strict=False):
        if not line and "\t" not in following:
            break
        if not line:
            page += 1
            continue
        cells = [re.sub(r"<[^>]+>|\s", "", cell) for cell in line.split("\t")]
        if body:
            if any(cells[width:]):
                raise ValueError(f"a filled cell beyond column {width}: {line}")
            rows.append((page, (cells + [""] * width)[:width]))
        body = body or "栏次" in cells or cells[:3] == ["科目代码", "科目名称", "决算数"]
    return rows


def amount(text: str) -> str | None:
    """A printed amount without its thousands separators, None for a blank cell."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d", text):
        raise ValueError(f"{text} is not printed as the report prints amounts")
    return text.replace(",", "")


def two_sided(title: str, first_page: int, funds: tuple[str, ...]) -> list[tuple]:
    """收入 then 支出 of each printed row; a half with neither item nor amount is no data."""
    found = []
    for page, cells in data_rows(title, first_page, 5 + max(len(funds), 1)):
        for side, half in (("收入", cells[:3]), ("支出", cells[3:])):
            item, line, *amounts = half
            if not item and not any(amounts):
                continue
            names = ("合计", *funds[1:]) if funds and side == "支出" else ("合计",)
            for name, text in zip(names, amounts, strict=True):
                fund = (name,) if funds else ()
                found.append((*KEY, page, side, line, item, *fund, amount(text)))
    return found


def coded(title: str, first_page: int, columns: tuple[str, ...]) -> list[tuple]:
    """One record for each amount cell of a row; 合计 stands beside either label column."""
    found = []
    for page, (code, item, *amounts) in data_rows(title, first_page, 2 + len(columns)):
        if "合计" in (code, item):
            code, item, level = "", "合计", "合计"
        else:
            level = {3: "类", 5: "款", 7: "项"}[len(code)]
        for column, text in zip(columns, amounts, strict=True):
            found.append((*KEY, page, code, item, level, column, amount(text)))
    return found


def basic_expenditure() -> list[tuple]:
    """Three lists side by side, and under them the two sums in merged cells."""
    found = []
    for page, cells in data_rows("一般公共预算财政拨款基本支出决算明细表", 19, 9):
        if cells[0] == "人员经费合计":
            for label, place, group in ((0, 2, "人员经费"), (3, 8, "公用经费")):
                record = ("", cells[label], "合计", group, amount(cells[place]))
                found.append((*KEY, page, *record))
            continue
        for first in (0, 3, 6):
            code, item, text = cells[first : first + 3]
            if not code and not item and not text:
                continue
            group = "人员经费" if first == 0 else "公用经费"
            level = {3: "类", 5: "款"}[len(code)]
            found.append((*KEY, page, code, item, level, group, amount(text)))
    return found


def three_public() -> list[tuple]:
    """README, 三公经费: nine of twelve cells are left, out of order; Part 3 states each figure."""
    budget_and_final = (
        ("合计", "34.49"),
        ("因公出国（境）费", "6.98"),
        ("公务用车购置及运行维护费", "18.60"),
        ("公务用车购置费", None),
        ("公务用车运行维护费", "18.60"),
        ("公务接待费", "8.91"),
    )
    return [
        (*KEY, 22, basis, item, text)
        for basis in ("预算数", "决算数")
        for item, text in budget_and_final
    ]


def expected() -> dict[str, list[tuple]]:
    """Every record of the nine tables, in order; amounts as their printed digits."""
    whole = ("合计", *FUNDS)
    return {
        "revenue_expenditure": two_sided("收入支出决算总表", 9, ()),
        "revenue": coded("收入决算表", 11, SOURCES),
        "expenditure": coded("支出决算表", 13, KINDS),
        "appropriation": two_sided("财政拨款收入支出决算总表", 15, whole),
        "general_budget": coded("一般公共预算财政拨款支出决算表", 17, KINDS[:3]),
        "basic_expenditure": basic_expenditure(),
        "government_fund": coded("政府性基金预算财政拨款收入支出决算表", 21, MEASURES),
        "state_capital": coded("国有资本经营预算财政拨款支出决算表", 21, MEASURES[2:5]),
        "three_public": three_public(),
    }
