"""What readers are shown: figures without crowded labels, in two languages, the same in each run."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.display import Markdown
from matplotlib.backends.backend_agg import FigureCanvasAgg

import findings
import helpers
from figures import Gallery, bars, bars_beside_texts, canvas, crowded, headline, wrapped
from terms import TERMS, Words

ROWS = pd.DataFrame({"page": [13, 14, 17]})


# -- labels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("财政拨款支出年初预算数", 4, "财政拨款\n支出年初\n预算数"),
        ("财政拨款支出，年初", 6, "财政拨款支\n出，年初"),  # the comma stays with 出
        ("年初（一般公共预算）", 3, "年初\n（一般\n公共预\n算）"),  # and （ with 一
        ("追加104.00万元", 4, "追加\n104.00\n万元"),  # a number is not broken
        ("one two three", 5, "one two\nthree"),
        ("short", 9, "short"),
        ("", 9, ""),
    ],
)
def test_lines_break_where_they_may(text, characters, expected):
    assert wrapped(text, characters * 10 / 72, 10) == expected


@settings(max_examples=200, deadline=None)
@given(st.text("财政年初预算支出ab1 ，。；：、）（“”《》%.", max_size=60), st.integers(4, 12))
def test_no_line_begins_with_a_closing_mark_and_nothing_is_lost(text, characters):
    lines = wrapped(text, characters * 10 / 72, 10).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines[1:]:
        assert unicodedata.category(line[0]) not in ("Pe", "Pf", "Po"), lines
    for line in lines[:-1]:
        assert unicodedata.category(line[-1]) not in ("Ps", "Pi"), lines


@pytest.mark.parametrize(
    "text",
    [
        "年中财政追加2024年高技能人才培训补助资金628.99万元、2024年技能大师工作室补助资金50万元。",
        "The report gives reasons for 16 of 21 changes; the others stand without a word of it.",
    ],
)
def test_drawn_lines_are_no_wider_than_asked(text):
    figure, axes = canvas(2.0)
    drawn = axes.text(0, 0, wrapped(text, 2.5, 10), fontsize=10)
    FigureCanvasAgg(figure).draw()
    assert drawn.get_text().count("\n") >= 1
    assert drawn.get_window_extent().width <= 2.5 * figure.dpi


def test_a_clean_figure_is_not_crowded():
    figure, axes = canvas(2.5)
    bars(axes, ["工资", "差旅", "退回"], [Decimal("12.5"), None, Decimal(-40)])
    headline(figure, "工资是12.5万元")
    assert crowded(figure) == []


def test_texts_of_any_length_have_room_beside_their_bars():
    amounts = [Decimal(5), Decimal(-60)]
    texts = ["年中财政追加补助资金628.99万元。" * 12, "无"]
    figure, _ = bars_beside_texts(["甲", "乙"], amounts, ["C0", "C1"], ["+5", "-60"], texts)
    headline(figure, "原因")
    assert crowded(figure) == []


def test_labels_that_overlap_or_are_cut_are_found():
    figure, axes = canvas(2.5)
    axes.set_axis_off()
    axes.text(0.5, 0.5, "one label")
    axes.text(0.51, 0.5, "another")
    figure.text(0.99, 0.9, "beyond the edge")
    figure.text(0.1, 0.9, "alone")
    assert sorted(crowded(figure)) == [
        "'beyond the edge' is cut by the edge",
        "'one label' and 'another' overlap",
    ]


# -- the gallery -----------------------------------------------------------------------------------


def draw(label_zh="工资", label_en="Wages"):
    """A function that draws one bar."""

    def drawn(words):
        figure, axes = canvas(1.5)
        bars(axes, [words.either(zh=label_zh, en=label_en)], [Decimal("1234.50")])
        headline(figure, words.either(zh="一条", en="One bar"))
        return figure

    return drawn


@pytest.fixture
def gallery(tmp_path):
    return Gallery(helpers.Report("zhuzhou-hrss-2024"), "en", tmp_path)


def files(folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_figure_is_four_files_and_a_second_run_writes_the_same_bytes(gallery, tmp_path):
    shown = gallery.show(draw(), "one_bar", {"expenditure": ROWS})
    first = files(tmp_path)
    assert set(first) == {
        f"zhuzhou-hrss-2024/one_bar.{language}.{kind}"
        for language in ("zh", "en")
        for kind in ("svg", "png")
    }
    assert shown.data == first["zhuzhou-hrss-2024/one_bar.en.png"]
    assert shown.alt == "One bar"
    assert first["zhuzhou-hrss-2024/one_bar.zh.png"] != first["zhuzhou-hrss-2024/one_bar.en.png"]
    gallery.show(draw(), "one_bar", {"expenditure": ROWS})
    assert files(tmp_path) == first


def test_crowded_labels_warn_with_the_name_of_the_figure(gallery):
    def overlapping(words):
        figure = draw()(words)
        figure.text(0.5, 0.5, "one label")
        figure.text(0.5, 0.5, "another")
        return figure

    with pytest.warns(UserWarning, match=r"Figure one_bar\.(zh|en): 'one label' and 'another'"):
        gallery.show(overlapping, "one_bar", {"expenditure": ROWS})


@pytest.mark.parametrize("labels", [("ก", "Wages"), ("工资", "ก")], ids=["zh", "en"])
def test_a_character_without_glyph_is_named_and_nothing_is_written(gallery, tmp_path, labels):
    with pytest.raises(ValueError, match=r"one_bar.*THAI CHARACTER KO KAI"):
        gallery.show(draw(*labels), "one_bar", {"expenditure": ROWS})
    assert files(tmp_path) == {}


def test_a_table_shows_figures_as_reports_print_them(gallery):
    frame = pd.DataFrame(
        {"合计": ["合计", "零"], "amount": [Decimal("1234.50"), None]}, dtype=object
    )
    html = gallery.table(frame, "Amounts, 万元").data
    assert "1,234.50" in html and "<caption>Amounts, 万元</caption>" in html
    assert html.count("Total") == 2 and "None" not in html and "nan" not in html
    assert gallery.table(frame, "Amounts, 万元").data == html


# -- findings --------------------------------------------------------------------------------------


def executed(tmp_path, name, shown: Markdown):
    """A notebook file with one output."""
    data, metadata = {"text/markdown": shown.data}, {"text/markdown": shown.metadata}
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cells = [nbformat.v4.new_code_cell("findings", id="a", outputs=[output])]
    path = tmp_path / f"{name}.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


@pytest.fixture
def notebook(tmp_path):
    found = findings.Finding("Wages are 5% of it.", "1. What?", "expenditure", ROWS)
    return executed(tmp_path, "10_what", findings.show([found]))


LINE = (
    "| Wages are 5% of it. | [`10_what`](notebooks/10_what.ipynb), 1. What? "
    "| Expenditure by function and kind, p. 13–14, 17 (`expenditure.csv`) |"
)


def test_findings_are_listed_with_their_place(notebook):
    assert findings.listed([notebook]).splitlines() == [
        "| finding | where it is shown | what it rests on |",
        "| --- | --- | --- |",
        LINE,
    ]


def test_the_readme_keeps_what_stands_outside_the_marks(notebook, tmp_path):
    begin, end = "<!-- findings: written by `make run` -->", "<!-- end of findings -->"
    readme = tmp_path / "README.md"
    before, after = "# Title \\1 ü\n\n", "\n\n## Folders\n"
    readme.write_text(f"{before}{begin}\nold\n{end}{after}", encoding="utf-8")
    findings.write_readme([notebook], readme)
    text = readme.read_text(encoding="utf-8")
    assert text == f"{before}{begin}\n{findings.listed([notebook])}\n{end}{after}"
    assert LINE in text
    findings.write_readme([notebook], readme)
    assert readme.read_text(encoding="utf-8") == text


# -- figures in words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "digits", "expected"),
    [
        ("2687.75", "4133.00", 1, "65.0"),
        ("4133.00", "2230.21", 1, "185.3"),
        ("1", "8", 0, "13"),  # half up, as the reports do
        ("1", "3", 2, "33.33"),
        ("-1", "8", 0, "-13"),
        ("0", "5", 1, "0.0"),
    ],
)
def test_shares_are_exact_and_rounded_half_up(part, whole, digits, expected):
    assert str(helpers.percent(Decimal(part), Decimal(whole), digits)) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("4133.00", "4,133.00"),
        ("1234567.5", "1,234,567.5"),
        ("-1074.98", "-1,074.98"),
        ("0", "0"),
        ("0.00", "0.00"),
        ("0.00000001", "0.00000001"),
        (None, ""),
    ],
)
def test_money_keeps_its_decimals_and_a_blank_stays_blank(amount, expected):
    assert helpers.money(None if amount is None else Decimal(amount)) == expected


def test_a_report_that_was_not_extracted_is_named_with_those_that_were():
    with pytest.raises(KeyError, match=r"nowhere-2024 was .*zhuzhou-hrss-2024.*make run"):
        helpers.Report("nowhere-2024")


def test_without_a_name_the_first_report_is_meant():
    report = helpers.Report()
    assert (report.name, report.year) == ("zhuzhou-hrss-2024", 2024)
    assert set(report.table("reports")["report"]) == {"zhuzhou-hrss-2024"}


def test_a_folder_without_reports_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="make run"):
        helpers.Report(None, tmp_path)
    header = (helpers.PROCESSED / "reports.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    (tmp_path / "reports.csv").write_text(header + "\n", encoding="utf-8-sig")
    with pytest.raises(KeyError, match="No report was extracted"):
        helpers.Report(None, tmp_path)


# -- terms -----------------------------------------------------------------------------------------


def test_a_term_is_shown_in_the_language_or_as_printed():
    zh, en = Words("zh"), Words("en")
    assert (zh("基本支出"), en("基本支出")) == ("基本支出", "Basic expenditure")
    assert (zh("没有的词"), en("没有的词")) == ("没有的词", "没有的词")
    assert (zh.either(zh="一", en="one"), en.either(zh="一", en="one")) == ("一", "one")


def test_another_language_is_refused():
    with pytest.raises(ValueError, match=r"'fr'; it can be zh or en"):
        Words("fr")


def test_the_place_of_a_figure_is_cited_with_runs_of_pages():
    assert Words("en").cite("expenditure", ROWS).endswith(", p. 13–14, 17")
    assert Words("zh").cite("expenditure", ROWS) == "支出决算表, 第13–14, 17页"
    assert Words("zh").cite("expenditure", ROWS.head(0)) == "支出决算表"


def test_each_term_stands_once_and_has_both_languages():
    table = pd.read_csv(TERMS, encoding="utf-8", dtype=str, keep_default_na=False)
    assert list(table[["zh", "en"]].columns) == ["zh", "en"]
    assert table["zh"][table["zh"].duplicated()].tolist() == []
    assert table[(table["zh"].str.strip() == "") | (table["en"].str.strip() == "")].empty
