"""The generator's own promises: identities, repeatability, and a truth that the pages bear out."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pypdfium2
import pytest

from generator import COLUMNS, generate
from generator.model import MEASURES, PLACES, TO_WAN, Line, draw_report
from generator.produce import TYPESETTERS

SEEDS = range(12)
HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def _assert_rolled_up(lines: list[Line]) -> None:
    for level in (3, 5, 7):
        below = [line for line in lines if len(line.code) == level]
        above = {line.code: line.amounts for line in lines if len(line.code) < level}
        parent = {3: 0, 5: 3, 7: 5}[level]
        for code in {line.code[:parent] for line in below}:
            parts = [line.amounts for line in below if line.code[:parent] == code]
            assert above[code] == tuple(map(sum, zip(*parts, strict=True)))


@pytest.mark.parametrize("seed", range(60))
def test_identities(seed: int) -> None:
    report = draw_report(seed)
    tables = (report.revenue, report.expenditure, report.general, report.fund, report.capital)
    for lines in tables:
        _assert_rolled_up(lines)
    for lines in tables[:3]:
        assert all(line.amounts[0] == sum(line.amounts[1:]) for line in lines)
    for line in report.fund + report.capital:
        of = dict(zip(MEASURES, line.amounts, strict=True))
        assert of["本年支出"] == of["基本支出"] + of["项目支出"]
        assert of["年初结转和结余"] + of["本年收入"] - of["本年支出"] == of["年末结转和结余"]
    assert report.income["总计"] == report.outlay["总计"]
    assert report.income["本年收入合计"] == report.revenue[0].amounts[0]
    assert report.outlay["本年支出合计"] == report.expenditure[0].amounts[0]
    assert report.funds_income["总计"] == report.funds_outlay["总计"][0]
    assert report.funds_outlay["本年支出合计"][1] == report.general[0].amounts[0]
    basic = report.basic
    assert basic["人员经费合计"] + basic["公用经费合计"] == report.general[0].amounts[1]
    classes = sum(amount for code, amount in basic.items() if len(code) == 3)
    details = sum(amount for code, amount in basic.items() if code.isdigit() and len(code) == 5)
    assert classes == details == report.general[0].amounts[1]


@pytest.mark.parametrize("typesetter", TYPESETTERS)
def test_same_seed_same_report(typesetter: str) -> None:
    choices = {"turn_wide": "rotate90"}
    first, second = (generate(3, typesetter, **choices) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("typesetter", TYPESETTERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_amount_stands_on_its_page(seed: int, typesetter: str) -> None:
    made = generate(seed, typesetter)
    unit, separator = made.report.unit, made.layout.separator.strip()
    wanted: dict[int, Counter[str]] = {}
    for file, rows in made.truth.items():
        assert all(tuple(row) == COLUMNS[file] for row in rows)
        for row in rows:
            if row.get("amount"):
                printed = abs(row["amount"]) / TO_WAN[unit]
                assert isinstance(printed, Decimal)
                text = f"{printed:,.{PLACES[unit]}f}".replace(",", separator)
                wanted.setdefault(row["page"], Counter())[text] += 1
    with pypdfium2.PdfDocument(made.pdf) as opened:
        assert len(opened) == made.truth["reports"][0]["pages"]
        for page, amounts in wanted.items():
            text = opened[page - 1].get_textpage().get_text_range()
            text = "".join(text.split()).translate(HALF_WIDTH)
            lacking = [amount for amount, n in amounts.items() if text.count(amount) < n]
            assert not lacking, f"page {page} lacks {lacking[:3]}"
