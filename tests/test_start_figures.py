"""The map of the tables and the page of panels: right amounts, and nothing made up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from altered import Altered
from matplotlib.figure import SubFigure
from matplotlib.text import Text

import checks
import overview
import table_map
from figures import ORANGE, Gallery, crowded
from statutory_tables import TITLES
from terms import Words

MAIN = Altered()
EN, ZH = Words("en"), Words("zh")


def texts(figure) -> dict[str, str]:
    """What is written in a figure, in one line each, and its colour."""
    return {text.get_text().replace("\n", " "): text.get_color() for text in figure.findobj(Text)}


def checked(**tables) -> Altered:
    """The main report with other tables, and their checks."""
    frames = {name: tables.get(name, MAIN.table(name)) for name in TITLES}
    return Altered(**tables, checks=checks.check_report(frames))


# -- the map ---------------------------------------------------------------------------------------


def test_the_map_shows_the_amount_of_each_identity():
    assert set(table_map.TELLS) == set(TITLES)
    states = [table_map.state(link, MAIN.table("checks")) for link in table_map.LINKS]
    amounts = ["4133.00"] * 5 + [None] * 2 + ["1445.25", "34.49"]
    assert [state.computed for state in states] == [a and Decimal(a) for a in amounts]
    assert all(state.stated == state.computed for state in states)
    shown = texts(table_map.draw(MAIN, EN))
    assert "All 7 identities between the tables that can be computed hold" in shown
    assert "basic expenditure 1,445.25" in shown
    assert "government funds nothing to compare" in shown


def test_an_identity_that_does_not_hold_is_orange_with_both_amounts():
    rows = MAIN.table("general_budget").copy()
    total = (rows["level"] == "合计") & (rows["kind"] == "合计")
    rows.loc[total, "amount"] = [Decimal("4000.00")]
    figure = table_map.draw(checked(general_budget=rows), EN)
    shown = texts(figure)
    assert shown["general public budget 4,000.00 ≠ 4,133.00"] == ORANGE
    assert "1 of the 7 identities between the tables that can be computed does not hold" in shown
    assert crowded(figure) == []


def test_a_part_that_exceeds_its_whole_does_not_hold():
    rows = MAIN.table("three_public").copy()
    rows.loc[(rows["basis"] == "决算数") & (rows["item"] == "公务接待费"), "amount"] = None
    shown = texts(table_map.draw(checked(three_public=rows), ZH))
    assert shown["基本支出中的“三公”科目 空白 < 8.91"] == ORANGE


def test_a_table_that_is_not_in_the_report_says_so():
    rows = MAIN.table("government_fund").head(0)
    shown = texts(table_map.draw(checked(government_fund=rows), EN))
    assert list(shown).count("not in this report") == 1


# -- the page of panels ----------------------------------------------------------------------------

FINDINGS = [
    "社会保障和就业支出占77.4%",
    "决算为年初预算数的185.3%",
    "项目支出占支出的65.0%",
    "人员经费占基本支出的87.1%",
    "“三公”经费34.49万元，占支出的0.83%",
    "中小企业得到采购额的90.0%",
]


def test_the_panels_of_the_main_report():
    assert [panel.finding for panel in overview.panels(MAIN, ZH)] == FINDINGS
    assert "株洲市人力资源和社会保障局（本级）2024年支出4,133.00万元" in texts(
        overview.draw(MAIN, ZH)
    )
    assert set(overview.sources(MAIN)) == {
        *("expenditure", "basic_expenditure", "three_public", "procurement"),
        *("narrative", "performance_funding"),
    }


@pytest.mark.parametrize(
    ("lacking", "left_out"),
    [
        (["procurement"], FINDINGS[5:]),
        (["narrative", "performance_funding"], FINDINGS[1:2]),
        (["narrative", "performance_funding", "procurement"], FINDINGS[1:2] + FINDINGS[5:]),
        (["basic_expenditure"], FINDINGS[3:4]),
    ],
    ids=", ".join,
)
def test_a_panel_without_data_is_left_out_and_the_rest_fills_the_page(lacking, left_out):
    report = Altered(**{name: MAIN.table(name).head(0) for name in lacking})
    figure = overview.draw(report, ZH)
    shown = [finding for finding in FINDINGS if finding in texts(figure)]
    assert shown == [finding for finding in FINDINGS if finding not in left_out]
    assert crowded(figure) == []
    widths = {p.get_suptitle(): p.bbox.width for p in figure.findobj(SubFigure)}
    parts = 1 if len(shown) % 2 else 2
    assert widths[shown[0]] == pytest.approx(figure.bbox.width / parts, rel=0.05)
    assert widths[shown[1]] == pytest.approx(figure.bbox.width / 2, rel=0.05)


def test_blank_three_public_expenses_are_no_zero():
    rows = MAIN.table("three_public").copy()
    rows.loc[rows["basis"] == "决算数", "amount"] = None
    (panel,) = (p for p in overview.panels(Altered(three_public=rows), EN) if "public" in p.finding)
    assert panel.finding == "Three public expenses: final left blank"
    assert [(amount, note) for _, amount, _, note in panel.bars] == [
        (None, "blank (6.98)"),
        (None, "blank (18.60)"),
        (None, "blank (8.91)"),
    ]


# -- figures of several reports --------------------------------------------------------------------


def test_figures_of_several_reports_have_a_folder_of_their_own_and_name_them(tmp_path):
    gallery = Gallery([MAIN, MAIN], "zh", tmp_path)
    figure = overview.draw(MAIN, ZH)
    gallery._sign(figure, ZH, {"expenditure": MAIN.table("expenditure")})
    name = "株洲市人力资源和社会保障局（本级）, 2024"
    assert f"资料来源：支出决算表. {name}; {name}" in texts(figure)
    many = Gallery([MAIN] * 4, "zh", tmp_path)
    many._sign(figure, ZH, {"expenditure": MAIN.table("expenditure")})
    assert "资料来源：支出决算表. 4份决算，2024" in texts(figure)
    assert gallery.folder == tmp_path / "comparison"
