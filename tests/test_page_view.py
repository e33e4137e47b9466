"""From a row back to the page: the frame is drawn around what the row says."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import helpers
import page_view
from pdf_pages import ReportError, open_pages

PDF = helpers.RAW / "zhuzhou-hrss-2024.pdf"


@pytest.fixture
def framed(monkeypatch):
    """The boxes that the picture was framed with, and the text of the page inside them."""
    seen = {}

    def keep(page, boxes, context):
        x0, y0, x1, y1 = boxes[0]
        inside = [g for g in page.glyphs if x0 <= g.x <= x1 and y0 <= g.y <= y1]
        seen["page"], seen["text"] = page.number, "".join(g.text for g in inside)
        return draw(page, boxes, context)

    draw = page_view._framed
    monkeypatch.setattr(page_view, "_framed", keep)
    return seen


@pytest.mark.parametrize(
    ("table", "query", "page", "text"),
    [
        ("expenditure", "code == '208' and kind == '项目支出'", 13, "1,976.55"),
        ("revenue_expenditure", "item == '总计' and side == '支出'", 10, "4,133.00"),
        ("basic_expenditure", "item == '公用经费合计'", 20, "185.91"),
        ("three_public", "basis == '决算数' and item == '公务接待费'", 22, "8.91"),
        ("government_fund", "measure == '本年收入'", 21, ""),
        ("procurement", "category == '货物' and measure == '中小企业占比'", 33, "93.6"),
        ("base_data", "item == '2、出国经费'", 52, "2、出国经费"),
        ("budget_execution", "code == '2013202'", 25, "组织事务（款）一般行政管理"),
    ],
)
def test_the_frame_is_around_the_rows_cell_or_words(framed, table, query, page, text):
    row = helpers.load(table).query(query).index[0]
    page_view.show_place(table, row)
    assert framed == {"page": page, "text": text}


def test_a_sentence_that_stands_in_two_sections_is_framed_in_its_own(framed):
    narrative = helpers.load("narrative")
    row = narrative.query("section == '四' and measure == '增减率'").index[0]
    page_view.show_place("narrative", row)
    assert framed == {"page": 24, "text": "2024年度财政拨款收、支总计4133.00万元，与上年相比，"}


def test_the_picture_shows_the_frame_and_its_surroundings():
    row = helpers.load("expenditure").query("code == '208'").index[0]
    picture = page_view.show_place("expenditure", row, context=50)
    with open_pages(PDF) as pages:
        assert picture.width == round(pages[12].size[0] * page_view.SCALE)
    assert 200 < picture.height < 260  # 50 points above and below, at two dots to the point
    orange = (np.asarray(picture) == (0xD5, 0x5E, 0x00)).all(axis=2)
    assert orange.sum() > 300


def test_a_table_that_is_not_printed_is_refused():
    with pytest.raises(ValueError, match="checks is printed nowhere"):
        page_view.show_place("checks", 0)


def test_another_version_of_the_report_is_refused(tmp_path):
    (tmp_path / PDF.name).write_bytes(PDF.read_bytes() + b"\n")
    with pytest.raises(ReportError, match="is another version than the one the tables were read"):
        page_view.show_place("expenditure", 0, raw=tmp_path)


def test_a_report_that_is_not_there_is_named(tmp_path):
    shutil.copytree(helpers.PROCESSED, tmp_path / "tables")
    with pytest.raises(ReportError, match="zhuzhou-hrss-2024.pdf: is not in the folder"):
        page_view.show_place("expenditure", 0, tmp_path / "tables", tmp_path)


def test_a_picture_is_described_for_those_who_do_not_see_it():
    frame = helpers.load("three_public")
    row = frame.index[(frame["basis"] == "决算数") & (frame["item"] == "公务接待费")][0]
    assert page_view.described("three_public", row) == {
        "image/png": {
            "alt": "Page 22 of zhuzhou-hrss-2024, a frame around the place of: "
            "basis 决算数, item 公务接待费, amount 8.91"
        }
    }
