"""What the print of a table betrays where its sums still hold."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from compare import assert_same_tables, read
from damage import Editor, editable, sites_of
from generator import Generated, generate
from test_layouts import MIXED, PLAIN

import extraction
from check_figures import FAIL


@pytest.fixture(scope="module")
def made():
    return editable(generate(MIXED, "reportlab", **PLAIN))


@pytest.fixture(scope="module")
def sites(made):
    return sites_of(made)


@pytest.fixture(scope="module")
def site(sites):
    """An amount in the midst of 支出决算表."""
    return next(s for s in sites.amounts if s.title == "支出决算表" and s.cell.row0 == 5)


@pytest.fixture
def changed(made, sites, site, tmp_path):
    def change(alter) -> extraction.Extraction:
        with pypdfium2.PdfDocument(made.pdf) as document:
            editor = Editor(document, site.page, sites)
            alter(editor)
            editor.save()
            out = io.BytesIO()
            document.save(out)
        return read(
            Generated(made.name, out.getvalue(), made.truth, made.report, made.layout), tmp_path
        )

    return change


def told(result: extraction.Extraction, check: str) -> list[str]:
    checks = result.frames["checks"]
    return [*checks["detail"][(checks["check"] == check) & (checks["verdict"] == FAIL)]]


@pytest.mark.parametrize(
    ("across", "up", "words"),
    [
        (0, 0.3, "stands above or below the line of the others in their rows"),
        (-1.0, 0, "stands beside the place of the others in their cells"),
        (0, 1.45, "is printed over the rule of its cell"),
    ],
    ids=["above its line", "aside", "over the rule"],
)
def test_an_amount_off_its_place_is_read_and_told(across, up, words, made, site, changed):
    size = site.cell.glyphs[0].y1 - site.cell.glyphs[0].y0
    result = changed(lambda editor: editor.move(site.characters, across * size, up * size))
    truth = {name: rows for name, rows in made.truth.items() if name != "reports"}
    frames = {name: result.frames[name] for name in result.frames if name in truth}
    assert_same_tables(frames, truth)
    assert told(result, "places of amounts") == [f"{site.cell.text} (p. {site.page}) {words}"]


def test_an_amount_with_one_digit_more_than_all_others_is_told(site, changed):
    wide = site.cell.glyphs[-1].x1 - site.cell.glyphs[-2].x1
    result = changed(lambda editor: editor.write("7", site.characters[-1], wide, 0))
    assert told(result, "places of amounts") == [
        f"{site.cell.text}7 (p. {site.page}) is not written as the others, with as many decimals"
    ]


@pytest.mark.parametrize(
    ("across", "up", "words"),
    [
        (0, 0.25, "its digits do not stand on one line"),
        (-0.75, 0, "its digits are printed over each other"),
        (0, 0.6, "its lines are printed over each other"),
    ],
    ids=["uneven", "crossed", "two lines"],
)
def test_a_digit_printed_into_an_amount_is_refused(across, up, words, site, changed):
    last = site.cell.glyphs[-1]
    wide, high = last.x1 - site.cell.glyphs[-2].x1, last.y1 - last.y0
    step = (1 + across) * wide if up < 0.5 else wide
    with pytest.raises(extraction.ReportError) as caught:
        changed(lambda editor: editor.write("7", site.characters[-1], step, up * high))
    assert f", page {site.page}: 支出决算表: " in str(caught.value)
    assert str(caught.value.problem).endswith(f"is more than one number: {words}.")


def test_a_row_that_lost_its_text_is_told(sites, site, changed):
    known = sites.characters[site.page]
    row = [cell for cell in site.grid.distinct if cell.row0 == site.cell.row0]
    gone = [
        known[glyph.text, round(glyph.x0, 3), round(glyph.y0, 3)]
        for cell in row
        for glyph in cell.glyphs
    ]
    below = site.grid.cells[site.cell.row0 + 1][0].text
    result = changed(lambda editor: editor.remove(gone))
    assert told(result, "lost rows") == [
        f"an empty row (p. {site.page}) above {below} (p. {site.page})"
    ]
