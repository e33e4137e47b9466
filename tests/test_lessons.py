"""The lessons ask what they should, and the solutions answer all of it rightly."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

import helpers
import lesson_budgets
import lesson_shares
import lesson_tables
import lesson_trust
import run_notebooks
from exercises import PREDICTION, Absent, Choice, Number

FOLDERS = [run_notebooks.NOTEBOOKS / name for name in ("lessons", "solutions")]
LESSONS = sorted(FOLDERS[0].glob("*.ipynb"))
MODULES = (lesson_tables, lesson_shares, lesson_budgets, lesson_trust)
PAIRS = list(zip(LESSONS, MODULES, strict=True))


def assert_answerable(questions) -> None:
    """Every question can be answered; its hints fit their mistakes and do not tell the answer."""
    for key, question in questions.items():
        assert question.key == key
        assert "None" not in question.text
        if isinstance(question, Absent):
            assert question.check().kind == "open"
            continue
        assert question.check(question.right).kind == "right"
        for wrong, hint in question.mistakes:
            if wrong is not None and question._form(wrong) != question._form(question.right):
                verdict = question.check(wrong)
                assert verdict.kind == "wrong"
                assert verdict.text in {hint for _, hint in question.mistakes}
        if isinstance(question, Number):
            hints = [text for kind, text in question.verdicts.values() if kind == "wrong"]
            for figure in re.findall(r"[\d,]*\.?\d+", " ".join([*hints, question.hint])):
                assert question.check(figure).kind == "wrong", (key, figure)
        if isinstance(question, Choice):
            assert len(set(question.options)) == len(question.options) > 1


def asked(path: Path) -> list[str]:
    """The keys of the questions that a notebook asks, in order."""
    cells = nbformat.read(path, as_version=4).cells
    return [
        key
        for cell in cells
        if cell.cell_type == "code"
        for key in re.findall(r'^questions\["(\w+)"\]\.check\(answer\)$', cell.source, re.MULTILINE)
    ]


@pytest.mark.parametrize(("path", "lesson"), PAIRS, ids=[path.stem for path in LESSONS])
def test_a_lesson_asks_all_its_questions_and_its_solutions_the_exercises(path, lesson):
    questions = lesson.questions(helpers.Report())
    assert asked(path) == list(questions)
    exercises = [key for key in questions if not key.startswith(PREDICTION)]
    assert asked(FOLDERS[1] / path.name) == exercises
    assert 5 <= len(exercises) <= 8


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_solutions_are_right(path):
    solutions = FOLDERS[1] / path.name
    verdicts = [
        output.data["text/plain"]
        for cell in nbformat.read(solutions, as_version=4).cells
        if cell.cell_type == "code" and ".check(answer)" in cell.source
        for output in cell.outputs
    ]
    assert len(verdicts) == len(asked(solutions))
    assert [text for text in verdicts if "\n✓ Right. " not in text] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_states_its_minutes_and_they_add_up(path):
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    minutes = [
        int(m)
        for text in cells
        for m in re.findall(r"^## .*\((\d+) minutes\)$", text, re.MULTILINE)
    ]
    assert sum(minutes) == 45
    assert "About 45 minutes" in cells[0]
    assert "**After this lesson you can**" in cells[0]


@pytest.mark.parametrize("lesson", MODULES, ids=lambda lesson: lesson.__name__)
def test_questions_of_lessons_fit_the_main_report(lesson):
    questions = lesson.questions(helpers.Report())
    assert_answerable(questions)
    assert not [question for question in questions.values() if isinstance(question, Absent)]
