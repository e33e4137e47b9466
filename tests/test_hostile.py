"""Reports made to harm: they cost bounded time and memory, and nothing in them is run."""

from __future__ import annotations

import re
import zlib
from decimal import Decimal

import nbformat
import pypdfium2
import pytest
from compare import read
from generator import generate
from hypothesis import example, given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from test_layouts import MIXED, PLAIN
from test_narrative import read as read_narrative

import extraction
import helpers
import run_notebooks
from amounts import normalise, parse_amount
from bounded_reader import BoundedReader
from foreign_text import guarded, in_markdown, printed
from pdf_pages import open_pages

# -- files that cost too much ----------------------------------------------------------------------

PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</XObject<</A 5 0 R>>>>>>"
)


def pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects, of which the first is the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\n" % (
        size, table, size
    ) + b"startxref\n%d\n%%%%EOF\n" % len(data)  # fmt: skip


def one_page(contents: bytes, *more: bytes, page: bytes = PAGE) -> bytes:
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, page, stream(contents), *more)


def stream(contents: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(contents, 9)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (
        entries, len(packed), packed
    )  # fmt: skip


def form(contents: bytes, inner: int) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>"
    return stream(contents, entries % inner)


MANY = 5000
HARMFUL = {
    "a page that unpacks to two gigabytes": one_page(b" " * 2**31),
    "forms that nest ten to the ninth": one_page(
        b"/A Do " * 10, *(form(b"/A Do " * 10, 6 + level) for level in range(9))
    ),
    "a tree of pages that holds itself": pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 99999999>>",
        PAGE,
        stream(b""),
    ),
    "arrays in arrays": one_page(b"", b"[" * 10**5 + b"]" * 10**5),
    "a page of a thousand kilometres": one_page(
        b"0 0 m 9 9 l S", page=PAGE.replace(b"0 0 595 842", b"-1e9 -1e9 1e9 1e9")
    ),
    "thousands of pages": pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * MANY, MANY),
        PAGE,
        stream(b"0 0 m 9 9 l S"),
    ),
}


@pytest.fixture(scope="module")
def bounded():
    with BoundedReader(extraction.extract, seconds=8, memory=2**30) as reader:
        yield reader


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_that_costs_too_much_is_refused_within_bounds(name, bounded, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(HARMFUL[name])
    with pytest.raises(extraction.ReportError, match=r"^report\.pdf.*: .+\. .+\.$"):
        bounded(path)


def test_after_a_harmful_file_the_next_report_is_read(bounded, tmp_path):
    harmful, path = tmp_path / "harmful.pdf", tmp_path / "report.pdf"
    harmful.write_bytes(HARMFUL["forms that nest ten to the ninth"])
    made = generate(MIXED, "reportlab", **PLAIN)
    path.write_bytes(made.pdf)
    with BoundedReader(extraction.extract, seconds=0.2) as hasty:
        with pytest.raises(extraction.ReportError, match="takes longer to read than 0.2 seconds"):
            hasty(harmful)
        hasty.seconds = 60
        assert len(hasty(path).frames["expenditure"]) == len(made.truth["expenditure"])


def test_the_picture_of_a_huge_page_is_bounded(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(one_page(b"", page=PAGE.replace(b"595 842", b"14400 14400")))
    with open_pages(path) as pages:
        picture = pages[0].picture(3)
    assert picture.width == picture.height
    assert picture.width * picture.height < 6e7


def test_a_script_in_a_report_is_not_run(tmp_path):
    """pdfium is built without a script engine, and the report with a script reads as without."""
    assert not {"V8", "XFA"} & set(pypdfium2.PDFIUM_INFO.flags)
    made = generate(MIXED, "reportlab", **PLAIN)
    script = b"/OpenAction<</S/JavaScript/JS(app.launchURL('http://example.org'))>>"
    scripted = made.pdf.replace(b"/Type /Catalog", b"/Type /Catalog" + script)
    assert scripted != made.pdf
    path = tmp_path / f"{made.name}.pdf"
    path.write_bytes(scripted)
    plain, found = read(made, tmp_path).frames, None
    path.write_bytes(scripted)
    found = extraction.read_report(path)
    for name in made.truth:
        assert name == "reports" or found[name].equals(plain[name])


# -- words that a program could run ----------------------------------------------------------------

FONT = "BudgetNotebookSansSC-Regular"


def report_with(item: str, path):
    """A report whose general budget has one class, of the given name."""
    pdfmetrics.registerFont(TTFont(FONT, helpers.FONTS / f"{FONT}.ttf"))
    canvas = Canvas(str(path), pagesize=(595, 842))
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["", "合计", "9.00", "9.00", ""],
        ["208", item, "9.00", "9.00", ""],
    ]
    xs, ys = [40, 110, 350, 420, 490, 560], [740, 720, 700, 300]
    for size, y, line in (
        (18, 800, "某局2023年度部门决算"),
        (14, 770, "一般公共预算财政拨款支出决算表"),
        (9, 750, "单位：万元"),
    ):
        canvas.setFont(FONT, size)
        canvas.drawString(40, y, line)
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    for row, top in zip(rows, ys, strict=False):
        for text, x in zip(row, xs, strict=False):
            size = 8 if len(text) < 60 else 2
            canvas.setFont(FONT, size)
            across = 60 if size == 8 else 100
            for at in range(0, len(text), across):
                line = text[at : at + across]
                canvas.drawString(x + 2, top - 1.2 * size * (1 + at / across) - 2, line)
    canvas.save()
    return path


FORMULAS = ['=HYPERLINK("http://example.org","x")', "+cmd|'/Ccalc'!A0", "@SUM(A1)", "-1+cmd|A0"]


@pytest.mark.parametrize("item", FORMULAS)
def test_a_formula_in_a_report_is_none_in_a_spreadsheet_and_stays_as_printed(item, tmp_path):
    frames = extraction.read_report(report_with(item, tmp_path / "=report.pdf"))
    assert set(frames["general_budget"]["item"]) == {"合计", item}
    helpers.save_tables(frames, tmp_path)
    for path in tmp_path.glob("*.csv"):
        cells = re.split(r'[,\n]"?', path.read_text("utf-8-sig"))
        assert [cell for cell in cells if cell[:1] in "=+@" and cell] == [], path.name
    loaded = helpers.load("general_budget", tmp_path)
    assert list(loaded["item"]) == list(frames["general_budget"]["item"])
    assert set(loaded["report"]) == {"=report"}


@given(st.text() | st.from_regex(r"'*[=+\-@]?[\d.,%]*x?", fullmatch=True))
@example("'=x")
@example("''=x")
def test_guarded_text_is_no_formula_and_comes_back(text):
    assert printed(guarded(text)) == text
    formula = re.match(r"[=+\-@\t\r]", guarded(text))
    assert not formula or re.fullmatch(r"[+\-－＋]?[\d,.]*[%％]?|[-－]+", text)


@pytest.mark.parametrize("text", ["-5.00", "-", "--", "-12.5%", "+3", "一、其他支出", "'quoted'"])
def test_numbers_dashes_and_words_are_written_as_printed(text):
    assert guarded(text) == text


HTML = "<script>alert(1)</script><img/src=x/onerror=alert(2)>[a](javascript:b)"


def test_html_in_a_report_is_shown_and_not_run_in_the_notebook(tmp_path):
    assert in_markdown(HTML) == (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img/src=x/onerror=alert(2)&gt;"
        r"\[a\](javascript:b)"
    )
    report_with(HTML, tmp_path / "report.pdf")
    notebook = nbformat.read(run_notebooks.NOTEBOOKS / "01_extract_tables.ipynb", as_version=4)
    choices = {"RAW": str(tmp_path), "PROCESSED": str(tmp_path / "out"), "TABLE": "general_budget"}
    run_notebooks.with_parameters(notebook, **choices)
    notebook.cells.pop()  # it says which tables the report lacks
    run_notebooks.execute(notebook, tmp_path)
    shown = [
        text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for kind, text in output.get("data", {}).items()
        if kind in ("text/html", "text/markdown")
    ]
    assert any("&lt;script&gt;alert(1)" in text for text in shown)
    assert not any("<script" in text or "<img" in text for text in shown)


def test_an_absurdly_long_cell_is_read_as_printed(tmp_path):
    item = "".join(chr(0x4E00 + n % 50 * 7 % 40) for n in range(10_000))
    item = re.sub("[^一丁七万丈三上下不与且世业丛东丝两严中丰]", "支", item)
    frames = extraction.read_report(report_with(item, tmp_path / "report.pdf"))
    assert list(frames["general_budget"]["item"].unique()) == ["合计", item]


# -- the parsers -----------------------------------------------------------------------------------

SIGNS = "0123456789.,-+()（）％%，．－−—　 \u00a0\u200bOolI〇零一²½①元万"


@given(st.text(SIGNS, max_size=14) | st.text(max_size=8))
def test_number_parser_invents_no_digit(text):
    try:
        amount = parse_amount(text)
    except ValueError:
        return
    digits = "".join(c for c in normalise(text) if c.isdigit())
    if amount is None:
        assert digits == ""
    else:
        assert isinstance(amount, Decimal)
        assert re.sub(r"[-.]", "", f"{amount:f}").lstrip("0") == digits.lstrip("0")


WORDS = st.sampled_from(
    [
        "年初预算",
        "支出决算",
        "为",
        "万元",
        "亿元",
        "元",
        "%",
        "，",
        "。",
        "；",
        "：",
        "、",
        "（",
        "）",
        "增加",
        "减少",
        "比上年",
        "其中",
        "分别",
        "公务接待费",
        "一般公共服务",
        "（类）",
        "（款）",
        "（项）",
        "完成",
        "占",
        "辆",
        "人次",
        "批次",
        "“三公”经费",
        "主要原因是",
        "2023年",
        "1.",
        "一、",
        "（一）",
        "0",
        "12.50",
        "3,456.78",
        "-7",
        "100",
    ]
) | st.text(max_size=4)


@given(st.lists(WORDS, max_size=25))
def test_narrative_parser_invents_no_digit_and_never_fails(words):
    text = "".join("".join(words).split())
    result = read_narrative(text)
    printed_digits = "".join(c for c in normalise(text) if c.isdigit())
    for record in result.narrative:
        digits = re.sub(r"[-.]", "", f"{record['value']:f}").strip("0")
        assert digits in printed_digits
