"""What cannot be read whole is refused, with a message that says where, why and what to do."""

from __future__ import annotations

import importlib.util
import re

import pypdfium2
import pytest
import text_truth
from compare import printed
from pypdfium2 import raw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import extraction

PAGES = {
    "revenue_expenditure": (9, 10),
    "revenue": (11, 12),
    "expenditure": (13, 14),
    "appropriation": (15, 16),
    "general_budget": (17, 18),
    "basic_expenditure": (19, 20),
    "three_public": (22,),
}
"""The pages of the main report's tables; the other two share page 21."""

WHOLE = text_truth.PDF.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / text_truth.PDF.name


def refusal(path) -> str:
    with pytest.raises(extraction.ReportError) as caught:
        extraction.read_report(path)
    return str(caught.value)


def edit_pages(path, change):
    """Save the main report after ``change(document, main_report)``; pages count from 0."""
    with pypdfium2.PdfDocument(WHOLE) as document, pypdfium2.PdfDocument(WHOLE) as main:
        change(document, main)
        document.save(path)


def typeset(path, replace=("", ""), **canvas_choices):
    """Typeset the main report again with one line of its text, or its canvas, changed.

    The self-evaluations at its end are left out, for speed.
    """
    source = text_truth.TEXT.with_name("typeset_report.py")
    spec = importlib.util.spec_from_file_location("typeset_report", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = {
        number: [replace[1] if line == replace[0] else line for line in lines]
        for number, lines in module.read_text().items()
    }
    module.read_text = lambda: text
    module.SETTERS["evaluation"] = lambda paper, lines: None
    module.Canvas = lambda *args, **choices: Canvas(*args, **choices, **canvas_choices)
    module.typeset(path)


def contents_of_pages() -> list[tuple[int, int]]:
    """Where the contents of each page of the main report begin and end in the file."""
    streams = rb"/Filter \[ /ASCII85Decode /FlateDecode \] /Length (\d+)\s*>>\s*stream\r?\n"
    found = [(match.end(), match.end() + int(match[1])) for match in re.finditer(streams, WHOLE)]
    assert len(found) == 72
    return found


def scan(path, numbers):
    """Pictures of pages of the main report, without any text."""
    canvas = Canvas(str(path))
    with pypdfium2.PdfDocument(WHOLE) as main:
        for number in numbers:
            picture = main[number - 1].render(scale=1).to_pil()
            canvas.setPageSize(picture.size)
            canvas.drawImage(ImageReader(picture), 0, 0)
            canvas.showPage()
    canvas.save()


def replace_by_scans(path, numbers):
    """The main report with pictures in place of some of its pages."""
    scan(path, numbers)
    with pypdfium2.PdfDocument(path.read_bytes()) as pictures:

        def change(document, main):
            for index, number in enumerate(numbers):
                document.del_page(number - 1)
                document.import_pages(pictures, [index], number - 1)

        edit_pages(path, change)


# -- the file ------------------------------------------------------------------------------------


def test_a_missing_file_is_named(path):
    assert re.fullmatch(
        r"zhuzhou-hrss-2024.pdf: cannot be opened \(.+\)\. Check the path\.", refusal(path)
    )


def test_a_folder_in_place_of_a_file_is_named(path):
    path.mkdir()
    assert "zhuzhou-hrss-2024.pdf: cannot be opened" in refusal(path)


def test_an_empty_file_is_refused(path):
    path.touch()
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: is empty (0 bytes). Download the report again."
    )


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html>404</html>", b"PK\x03\x04word/document.xml", b"\0" * 5000]
)
def test_what_is_no_pdf_is_refused(path, content):
    path.write_bytes(content)
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: is not a PDF. Save the report as PDF and put that file here."
    )


def test_a_pdf_without_any_object_is_refused(path):
    path.write_bytes(b"%PDF-1.4\nnothing\n%%EOF\n")
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: is damaged: no page of it can be opened. Download the report again."
    )


@pytest.mark.parametrize("length", [9, 1000, 2048, len(WHOLE) // 10, len(WHOLE) // 2])
def test_the_beginning_of_a_pdf_is_refused(path, length):
    path.write_bytes(WHOLE[:length])
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: is cut short: the end of the PDF is missing. "
        "Download the report again."
    )


@pytest.mark.parametrize("lost", [4, 40, 400, 2000, 4000, 20000])
def test_a_pdf_that_lacks_its_last_bytes_is_refused(path, lost):
    path.write_bytes(WHOLE[:-lost])
    assert "is cut short: the end of the PDF is missing." in refusal(path)


@pytest.mark.parametrize(("page", "share"), [(9, 0.5), (11, 0.9), (12, 0.5), (16, 0.5), (18, 0.7)])
def test_a_pdf_with_damaged_bytes_in_a_table_is_refused(path, page, share):
    begin, end = contents_of_pages()[page - 1]
    at = begin + int(share * (end - begin))
    path.write_bytes(WHOLE[:at] + bytes(40) + WHOLE[at + 40 :])
    assert refusal(path).startswith("zhuzhou-hrss-2024.pdf")


def test_damage_inside_a_form_object_of_a_page_is_refused(path):
    """Some programs write a page's contents into an object that the page only places."""

    def into_a_form(document, main):
        width, height = document[10].get_size()
        document.del_page(10)
        page = document.new_page(width, height, 10)
        contents = raw.FPDF_NewXObjectFromPage(document.raw, main.raw, 10)
        form = raw.FPDF_NewFormObjectFromXObject(contents)
        raw.FPDFPage_InsertObject(page.raw, form)
        raw.FPDFPage_GenerateContent(page.raw)
        raw.FPDF_CloseXObject(contents)

    edit_pages(path, into_a_form)
    tables = extraction.read_report(path)
    assert printed(tables["revenue"]) == text_truth.expected()["revenue"]
    placed = path.read_bytes()
    at = placed.index(b"stream", placed.index(b"/Subtype/Form")) + 600
    path.write_bytes(placed[:at] + bytes(40) + placed[at + 40 :])
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf, page 11: is damaged: a part of the page's contents is lost. "
        "Download the report again."
    )


# -- protection ----------------------------------------------------------------------------------


def test_a_report_behind_a_password_is_refused(path):
    typeset(path, encrypt=StandardEncryption("open sesame", "owner", strength=128))
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: is protected by a password. "
        "Open it with its password and save a copy without one."
    )


def test_a_report_that_is_only_locked_against_copying_is_read(path):
    lock = StandardEncryption("", "owner", canPrint=0, canModify=0, canCopy=0, strength=128)
    typeset(path, encrypt=lock)
    assert b"/Encrypt" in path.read_bytes()
    tables = extraction.read_report(path)
    for table, records in text_truth.expected().items():
        assert printed(tables[table]) == records


# -- the report ----------------------------------------------------------------------------------


def test_a_scan_is_refused_with_its_first_page(path):
    scan(path, [1, 9, 10, 22])
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf, page 1: has no text that can be read: its pages are scanned "
        "pictures. Ask the publisher for the PDF saved from the original file, or recognise the "
        "text (OCR) and check it by hand."
    )


@pytest.mark.parametrize("number", [10, 12, 14, 16, 18, 20])
def test_a_table_that_goes_on_on_a_scanned_page_is_refused(path, number):
    replace_by_scans(path, [number])
    assert refusal(path).startswith(f"zhuzhou-hrss-2024.pdf, page {number}: ")
    assert "scanned" in refusal(path)


def test_a_report_whose_tables_alone_are_scans_is_refused_with_their_first_page(path):
    replace_by_scans(path, range(9, 23))
    assert refusal(path).startswith("zhuzhou-hrss-2024.pdf, page 9: ")
    assert "scanned" in refusal(path)


def test_a_report_without_its_tables_is_refused(path):
    edit_pages(path, lambda document, main: [document.del_page(8) for _ in range(14)])
    assert refusal(path) == (
        "zhuzhou-hrss-2024.pdf: holds none of the nine statutory tables (收入支出决算总表 …). "
        "Check that it is a department's final accounts (部门决算), not a budget (预算) or a "
        "notice, and that its tables are ruled."
    )


@pytest.mark.parametrize("lacking", PAGES)
def test_a_missing_table_is_named_and_the_others_are_whole(path, lacking):
    first, count = PAGES[lacking][0], len(PAGES[lacking])
    edit_pages(path, lambda document, main: [document.del_page(first - 1) for _ in range(count)])
    result = extraction.extract(path)
    title = extraction.TITLES[lacking]
    assert [str(problem).split(".")[:2] for problem in result.missing] == [
        ["zhuzhou-hrss-2024", f"pdf: the table {title} is missing"]
    ]
    for table, records in text_truth.expected().items():
        moved = [(*r[:2], r[2] - count * (r[2] > first), *r[3:]) for r in records]
        assert printed(result.frames[table]) == (moved if table != lacking else [])


def test_two_missing_tables_are_both_named(path):
    edit_pages(path, lambda document, main: document.del_page(20))
    assert [problem.problem for problem in extraction.extract(path).missing] == [
        "the table 政府性基金预算财政拨款收入支出决算表 is missing.",
        "the table 国有资本经营预算财政拨款支出决算表 is missing.",
    ]


@pytest.mark.parametrize("at", [12, 18, 72])
def test_a_table_that_stands_twice_is_refused(path, at):
    edit_pages(path, lambda document, main: document.import_pages(main, [10, 11], at))
    assert refusal(path) == (
        f"zhuzhou-hrss-2024.pdf, page {at + 1}: 收入决算表: the table stands in the report "
        f"twice, on page 11 and on page {at + 1}. Keep one department's tables in one PDF; split "
        "the file into one for each."
    )


def test_a_part_that_cannot_be_read_does_not_lose_the_others(path, monkeypatch):
    def read_narrative(*arguments):
        raise ZeroDivisionError("division by zero")

    path.write_bytes(WHOLE)
    monkeypatch.setattr(extraction, "read_narrative", read_narrative)
    result = extraction.extract(path)
    assert "".join(map(str, result.missing)) == (
        "zhuzhou-hrss-2024.pdf: met something that the program does not foresee "
        "(ZeroDivisionError: division by zero). Please report it to the project, with the file."
    )
    assert result.frames["narrative"].empty
    assert len(result.frames["performance_indicators"]) > 0
    assert printed(result.frames["revenue"]) == text_truth.expected()["revenue"]


# -- a cell --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["39.O0", "3g.00", "39..00", "3,9.00", "39.00*"])
def test_an_amount_that_cannot_be_read_is_quoted_with_its_page_and_row(path, wrong):
    line = "2101101\t行政单位医疗\t39.00\t39.00\t"
    typeset(path, (line, f"2101101\t行政单位医疗\t39.00\t{wrong}\t"))
    message = refusal(path)
    assert message.startswith(
        f"zhuzhou-hrss-2024.pdf, page 18: 一般公共预算财政拨款支出决算表: '{wrong}' (row "
    )
    assert "行政单位医疗" in message
    assert message.endswith(
        "cannot be read as an amount. Look at the page; if it is printed so, ask the publisher "
        "for a corrected report."
    )


@pytest.mark.parametrize("code", ["21O1101", "210110", "21011O1", "2101l01", "2101101a", ""])
def test_a_code_that_cannot_be_read_is_refused_with_its_page_and_row(path, code):
    line = "2101101\t行政单位医疗\t39.00\t39.00\t"
    typeset(path, (line, f"{code}\t行政单位医疗\t39.00\t39.00\t"))
    message = refusal(path)
    assert message.startswith(
        "zhuzhou-hrss-2024.pdf, page 18: 一般公共预算财政拨款支出决算表: the row "
        + repr(f"{code} 行政单位医疗 39.00 39.00".strip())
    )
    assert message.endswith(
        "has no classification code and name that can be read. Look at the page: one of them is "
        "missing, damaged, or parted from its row."
    )


@pytest.mark.parametrize("amounts", ["288.14\t288.14\t", "\t288.14\t"])
def test_a_row_without_its_code_at_the_top_of_a_page_is_refused(path, amounts):
    line = "20805\t行政事业单位养老支出\t288.14\t288.14\t"
    typeset(path, (line, f"\t行政事业单位养老支出\t{amounts}"))
    message = refusal(path)
    assert message.startswith("zhuzhou-hrss-2024.pdf, page ")
    assert "一般公共预算财政拨款支出决算表: " in message
    assert "行政事业单位养老支出" in message
