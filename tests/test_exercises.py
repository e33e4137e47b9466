"""Answers in Python and in the page get the same verdicts, whatever a pupil writes."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal

import pytest

from exercises import PAGE, Absent, Choice, Number, answer_key, by_key

SHARE = Number(
    "share",
    "What share is it?",
    "100 × 3,199.52 / 4,133.00.",
    [
        (Decimal("34.968"), "That is the share of basic expenditure."),
        (Decimal("77.41"), "The same as the right answer, so it is no mistake."),
        (None, "This report does not print it."),
    ],
    "Divide by the total.",
    Decimal("77.4139849"),
    "%",
    1,
)
MONEY = Number(
    "money",
    "How much is <b>it</b> & more?",
    "It is printed.",
    [(Decimal("1234.56"), "That is another line.")],
    "Look it up.",
    Decimal("-4133.00"),
)
COUNT = Number("count", "How many?", "Counted.", [], "Count again.", Decimal(7), "", 0)
TABLE = Choice(
    "table",
    "Which table?",
    "It tells all.",
    [("支出决算表", "It tells only what was spent.")],
    "Look at the titles.",
    "Revenue (收入)",
    ("支出决算表", "Revenue (收入)", "None of “these”"),
)

ANSWERS = [
    (SHARE, "77.4", "right"),
    (SHARE, " 77.4 % ", "right"),
    (SHARE, "77.4 percent", "right"),
    (SHARE, "７７．４％", "right"),
    (SHARE, "77,4", "right"),
    (SHARE, "77.4?", "right"),
    (SHARE, "= 77.4", "wrong"),
    (SHARE, "+77.4", "right"),
    (SHARE, "077.40", "right"),
    (SHARE, "77.4139849", "right"),
    (SHARE, "77.449999999", "right"),
    (SHARE, "77." + "4" * 60, "right"),
    (SHARE, "77.35", "right"),
    (SHARE, "77.3499", "wrong"),
    (SHARE, "77.45", "wrong"),
    (SHARE, "77", "Close."),
    (SHARE, "-77.4", "Look at the sign"),
    (SHARE, "0.774", "That is the share as a fraction"),
    (SHARE, "34.97", "That is the share of basic expenditure."),
    (SHARE, "35.0", "That is the share of basic expenditure."),
    (SHARE, "0", "Divide by the total."),
    (SHARE, "77.4万元", "Write one plain number"),
    (SHARE, "about 77.4", "Write one plain number"),
    (SHARE, "seventy", "Write one plain number"),
    (SHARE, "77.4.1", "Write one plain number"),
    (SHARE, "7,7.4", "Write one plain number"),
    (SHARE, "<script>alert(1)</script>", "Write one plain number"),
    (SHARE, "9" * 40, "Write one plain number"),
    (SHARE, "٧٧.٤", "Write one plain number"),
    (SHARE, "", "No answer yet."),
    (SHARE, "  ", "No answer yet."),
    (MONEY, "-4133", "right"),
    (MONEY, "−4,133.00 万元", "right"),
    (MONEY, "－４，１３３．００万元", "right"),
    (MONEY, "—4133", "right"),
    (MONEY, "-4133万", "right"),
    (MONEY, "-4133元", "Write one plain number"),
    (MONEY, "- 4 133.00", "right"),
    (MONEY, "-4133.004", "right"),
    (MONEY, "4133", "Look at the sign"),
    (MONEY, "-41330000", "Look at the unit"),
    (MONEY, "-4,13", "Look it up."),
    (MONEY, "1,234.56", "That is another line."),
    (MONEY, "1,234,56", "Write one plain number"),
    (MONEY, "-0", "Look it up."),
    (COUNT, "7", "right"),
    (COUNT, "7.0", "right"),
    (COUNT, "⑦", "right"),
    (COUNT, "-7", "Count again."),
    (COUNT, "8", "Count again."),
    (TABLE, "B", "right"),
    (TABLE, "A", "It tells only what was spent."),
    (TABLE, "C", "Look at the titles."),
    (TABLE, "", "No answer yet."),
]


def says(kind: str, text: str, expected: str) -> bool:
    return kind == expected if expected in ("right", "wrong") else text.startswith(expected)


@pytest.mark.parametrize(("question", "answer", "expected"), ANSWERS)
def test_answers_in_python(question, answer, expected):
    verdict = question.check(answer)
    assert says(verdict.kind, verdict.text, expected), verdict


def test_other_kinds_of_answers_in_python():
    assert SHARE.check(None).kind == "open"
    assert SHARE.check(77.4).kind == "right"
    assert SHARE.check(Decimal("7.74E+1")).kind == "right"
    assert COUNT.check(7).kind == "right"
    assert COUNT.check(True).kind == "wrong"
    assert SHARE.check(float("nan")).text.startswith("Write one plain number")
    for answer in ("b", "B.", "b)", "revenue（收入）", "Revenue (收入)"):
        assert TABLE.check(answer).kind == "right", answer
    assert TABLE.check("D").text == "Answer with one of the letters A, B, C."


def test_an_answer_may_be_computed_by_a_function():
    assert COUNT.check(lambda: 3 + 4).kind == "right"
    assert COUNT.check(lambda: None).kind == "open"


def test_a_question_left_out_says_why():
    verdict = Absent("share", "This report prints no shares.").check("77")
    assert (verdict.kind, str(verdict)) == ("open", "This exercise is left out.")
    assert (
        verdict._repr_html_() == "<p>This report prints no shares. This exercise is left out.</p>"
    )


def test_an_option_that_there_is_not_is_an_error_of_the_author():
    with pytest.raises(ValueError, match="none of the options"):
        Choice("key", "?", "", [("yes", "hint")], "", "no", ("no", "maybe"))


def test_a_verdict_as_text():
    assert repr(COUNT.check()) == "How many?\nNo answer yet."
    assert repr(COUNT.check(7)) == "How many?\n✓ Right. Counted."
    assert repr(COUNT.check(8)) == "How many?\n✗ Not yet. Count again."


# -- in the page -----------------------------------------------------------------------------------


def test_the_page_holds_no_markup_of_a_text_and_does_not_show_the_answer():
    page = MONEY.check('"><img src=x>')._repr_html_()
    assert "How much is &lt;b&gt;it&lt;/b&gt; &amp; more?" in page
    assert "<img" not in page and "<b>" not in page
    assert "4133" not in SHARE.check()._repr_html_() + MONEY.check()._repr_html_()
    assert "It is printed." not in MONEY.check()._repr_html_()
    assert "checked" not in TABLE.check()._repr_html_()


def test_an_answer_given_in_python_is_shown_in_the_page():
    page = SHARE.check(35)._repr_html_()
    assert 'value="35"' in page
    assert 'data-verdict="wrong">That is the share of basic expenditure.</output>' in page
    assert re.findall('value="(.)" checked', TABLE.check("Revenue (收入)")._repr_html_()) == ["B"]


def test_every_field_has_a_label_and_the_verdict_is_spoken():
    for question in (SHARE, TABLE):
        page = question.check()._repr_html_()
        fields = re.findall(r"<input", page)
        assert len(fields) == len(re.findall(r"<label>[^\n]*<input[^\n]*</label>", page)) > 0
        assert '<output aria-live="polite"' in page
        assert f"<legend>{question.text}</legend>" in page
        assert " id=" not in page  # two copies of a question can stand in one page


def test_the_page_asks_no_other_host_for_anything():
    assert not re.search(r"https?://|@import|url\(", PAGE.read_text(encoding="utf-8"))


HARNESS = """
const handlers = {};
globalThis.window = { addEventListener() {} };
globalThis.document = { addEventListener: (kind, act) => { handlers[kind] = act; } };
globalThis.FormData = class { constructor(form) { this.get = () => form.answer; } };
const [script, cases] = JSON.parse(require("fs").readFileSync(0, "utf8"));
eval(script);
console.log(JSON.stringify(cases.map(([question, answer]) => {
  const output = { dataset: {} };
  const form = { answer, dataset: { question }, querySelector: () => output };
  form.closest = () => form;
  handlers.submit({ target: form, preventDefault() {} });
  return [output.dataset.verdict, output.textContent];
})));
"""


@pytest.mark.skipif(not shutil.which("node"), reason="needs node to run the script of the page")
def test_answers_in_the_page_get_the_verdicts_of_python():
    script = re.search(r"<script>(.*)</script>", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    cases = [
        (re.search('data-question="([^"]*)"', question.check()._repr_html_())[1], answer)
        for question, answer, _ in ANSWERS
    ]
    told = subprocess.run(
        ["node", "-e", HARNESS],
        input=json.dumps([script, cases]),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    verdicts = [question.check(answer) for question, answer, _ in ANSWERS]
    assert json.loads(told) == [[verdict.kind, verdict.text] for verdict in verdicts]


def test_what_the_page_knows_is_what_python_knows():
    encoded = re.search('data-question="([^"]*)"', SHARE.check()._repr_html_())[1]
    known = json.loads(base64.b64decode(encoded))
    assert known["verdicts"]["77.4"] == ["right", "100 × 3,199.52 / 4,133.00."]
    assert known["verdicts"]["35.0"] == ["wrong", "That is the share of basic expenditure."]
    assert len(known["verdicts"]) == 5  # and the sign, the fraction, a whole number


def test_an_answer_key_lists_answers_and_usual_mistakes():
    guess = replace(COUNT, key="predict_count")
    questions = by_key([guess, SHARE, MONEY, TABLE, Absent("gone", "Not printed.")])
    table = answer_key(questions).data
    for cell in ("77.4%", "-4133.00 万元", "B. Revenue (收入)", "Not printed."):
        assert f">{cell}</td>" in table
    assert ">35.0: That is the share of basic expenditure.</td>" in table
    assert "no mistake" not in table and "does not print it" not in table
    names = re.findall("<th>([^<]+)</th>", table)[3:]
    assert names == ["Prediction", "Exercise 1", "Exercise 2", "Exercise 3", "Exercise 4"]
