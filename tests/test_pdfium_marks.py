"""What is asked of pdfium in sweeps is what it says of each character and each line by itself."""

import ctypes
import io

import numpy as np
import pypdfium2
import pytest
from pypdfium2 import raw
from reportlab.pdfgen import canvas

import helpers
import pdfium_marks
from pdf_pages import open_pages
from ruled_grids import grids_of, settle

MAIN = helpers.RAW / "zhuzhou-hrss-2024.pdf"


def one_by_one(function, textpage, results):
    """A function's results for each character, asked with objects for pointers, a row for each."""
    values = [ctypes.c_double() for _ in range(results)]
    rows = []
    for index in range(raw.FPDFText_CountChars(textpage)):
        assert function(textpage, index, *values)
        rows.append([value.value for value in values])
    return np.array(rows).T


@pytest.mark.parametrize("number", [1, 10, 60])
def test_sweeps_give_what_pdfium_says_of_each_character(number):
    with pypdfium2.PdfDocument(MAIN) as document:
        textpage = document[number - 1].get_textpage()
        count = raw.FPDFText_CountChars(textpage)
        assert count > 20
        expected = [raw.FPDFText_GetUnicode(textpage, index) for index in range(count)]
        assert pdfium_marks.codes(textpage).tolist() == expected
        expected = [raw.FPDFText_GetCharAngle(textpage, index) for index in range(count)]
        assert pdfium_marks.angles(textpage).tolist() == expected
        boxes = one_by_one(raw.FPDFText_GetCharBox, textpage, 4)
        assert (pdfium_marks.boxes(textpage, range(count)) == boxes).all()
        origins = one_by_one(raw.FPDFText_GetCharOrigin, textpage, 2)
        some = [3, 5, 19]
        assert (pdfium_marks.origins(textpage, some) == origins[:, some]).all()


def drawn(draw) -> pdfium_marks.Drawing:
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=(400, 300))
    page.drawString(50, 250, "Budget")
    draw(page)
    page.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        return pdfium_marks.drawing(document[0])


def turned(page):
    page.rotate(90)
    page.drawString(50, -250, "turned")


def slanted(page):
    page.rotate(30)
    page.drawString(50, 0, "watermark")


def turned_in_a_form(page):
    page.beginForm("form")
    page.drawString(0, 0, "inside")
    page.endForm()
    page.rotate(90)
    page.doForm("form")


def upside_down(page):
    page.rotate(180)
    page.drawString(-350, -250, "upside down")


@pytest.mark.parametrize("draw", [turned, slanted, turned_in_a_form, upside_down])
def test_a_page_with_turned_text_is_not_taken_for_upright(draw):
    assert not drawn(draw).upright


def test_upright_text_of_any_size_is_upright():
    assert drawn(lambda page: page.scale(2, 3) or page.drawString(10, 10, "large")).upright


def test_lines_are_found_however_they_are_drawn():
    def draw(page):
        page.line(10, 20, 110, 20)  # a stroke
        page.rect(10, 40, 100, 1, stroke=0, fill=1)  # a thin area
        page.rect(200, 100, 50, 30)  # a frame: four strokes
        page.line(10, 200, 110, 260)  # neither upright nor level
        page.setStrokeColorRGB(1, 1, 1)
        page.line(10, 60, 110, 60)  # white

    found = {tuple(round(side, 3) for side in box) for box in drawn(draw).segments}
    assert found == {
        (10, 20, 110, 20),
        (10, 40.5, 110, 40.5),
        (200, 100, 250, 100),
        (200, 130, 250, 130),
        (200, 100, 200, 130),
        (250, 100, 250, 130),
    }


def test_of_a_settled_page_its_lines_are_kept_and_no_grid():
    with open_pages(MAIN) as pages:
        some = pages[10:13]
        before = [[(line.text, line.x0, line.y) for line in grids_of(page)[1]] for page in some]
        grids = [len(grids_of(page)[0]) for page in settle(some)]
        assert min(grids) >= 1 and all(before)
        after = [grids_of(page) for page in some]
        assert [found for found, _ in after] == [[], [], []]
        assert [[(line.text, line.x0, line.y) for line in lines] for _, lines in after] == before
