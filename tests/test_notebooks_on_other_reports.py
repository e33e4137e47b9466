"""The analysis notebooks run on reports that they were not written for, without a warning."""

from __future__ import annotations

import io
import shutil
import warnings
from contextlib import redirect_stderr
from pathlib import Path

import nbformat
import pytest
from generator import generate, write
from generator.layouts import OLDER
from test_lessons import MODULES, assert_answerable

import extraction
import helpers
import run_notebooks
from exercises import Absent, Verdict

NOTEBOOKS = [
    path
    for path in sorted(run_notebooks.NOTEBOOKS.glob("*.ipynb"))
    if path.stem.startswith("00_") or not path.stem.startswith("0")
]
"""Those that analyse: 01 to 03 show how the tables are made and tested."""

LESSONS, SOLUTIONS = (sorted(folder.glob("*.ipynb")) for folder in run_notebooks.CLASSROOM)

SHANGHAI = helpers.ROOT.parent / "shared" / "reports" / "shanghai-putuo-finance-2024.pdf"

ABSENT_FROM_GENERATED = (
    "13_procurement_and_smes",
    "14_budget_execution",
    "15_performance_self_evaluation",
)
ABSENT_FROM_SHANGHAI = ("15_performance_self_evaluation", "20_compare_reports")
"""Notebooks that have nothing to draw: the reports hold no such figures, or are not several."""

Folders = tuple[Path, Path]


@pytest.fixture(scope="session")
def generated(tmp_path_factory) -> Folders:
    """A folder with two generated reports of different layouts, and one with their tables."""
    raw = tmp_path_factory.mktemp("generated")
    write(generate(42, "reportlab"), raw)
    write(generate(25, "typst", order=OLDER, classes_listed="used"), raw)
    return raw, extracted(raw)


@pytest.fixture(scope="session")
def shanghai(tmp_path_factory) -> Folders:
    """A folder with a published report of another province, and one with its tables."""
    if not SHANGHAI.exists():
        pytest.skip(f"needs ../shared/reports/{SHANGHAI.name}, which is not part of the project")
    raw = tmp_path_factory.mktemp("published")
    shutil.copy(SHANGHAI, raw)
    return raw, extracted(raw)


def extracted(raw: Path) -> Path:
    """The folder of the tables, inside that of the reports."""
    results, _ = extraction.read_folder(raw, show=lambda line: None)
    assert len(results) == len(helpers.reports_in(raw))
    helpers.save_tables(extraction.combine(results), raw / "tables")
    return raw / "tables"


def run(path: Path, folders: Folders, figures: Path) -> list[Verdict]:
    """Execute a notebook on other folders, in this process: a kernel for each would cost more.

    It must not fail, warn, or write to stderr. What it says to answers is returned.
    """
    raw, processed = folders
    notebook = nbformat.read(path, as_version=4)
    values = {"RAW": str(raw), "PROCESSED": str(processed), "FIGURES": str(figures)}
    run_notebooks.with_parameters(notebook, **values)
    names: dict[str, object] = {}
    verdicts = []
    with redirect_stderr(io.StringIO()) as stderr, warnings.catch_warnings():
        warnings.simplefilter("error")
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.name}, cell {cell.id}", "exec"), names)  # noqa: S102
                if cell.source.endswith(".check(answer)"):
                    verdicts.append(eval(cell.source.splitlines()[-1], names))
    assert stderr.getvalue() == ""
    return verdicts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_on_generated_reports(path, generated, tmp_path):
    run(path, generated, tmp_path)
    drawn = {file.name for file in tmp_path.glob("*/*.png")}
    assert bool(drawn) == (path.stem not in ABSENT_FROM_GENERATED)
    if path.stem == "20_compare_reports":
        stems = ("classes", "kinds", "three_public")
        assert drawn == {f"{stem}.{language}.png" for stem in stems for language in ("en", "zh")}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_on_a_published_report_of_another_province(path, shanghai, tmp_path):
    run(path, shanghai, tmp_path)
    assert any(tmp_path.glob("*/*.png")) == (path.stem not in ABSENT_FROM_SHANGHAI)


def assert_run_in_class(path: Path, folders: Folders, figures: Path) -> None:
    """A lesson waits for answers; its solutions are right, or left out."""
    verdicts = run(path, folders, figures)
    assert verdicts
    for verdict in verdicts:
        is_answered = path in SOLUTIONS and not isinstance(verdict.question, Absent)
        assert verdict.kind == ("right" if is_answered else "open"), repr(verdict)


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS, ids=lambda path: path.parent.name + path.stem)
def test_lessons_and_solutions_run_on_generated_reports(path, generated, tmp_path):
    assert_run_in_class(path, generated, tmp_path)


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS, ids=lambda path: path.parent.name + path.stem)
def test_lessons_and_solutions_run_on_a_published_report(path, shanghai, tmp_path):
    assert_run_in_class(path, shanghai, tmp_path)


@pytest.mark.parametrize("lesson", MODULES, ids=lambda lesson: lesson.__name__)
def test_questions_of_lessons_fit_generated_reports(lesson, generated):
    for name in helpers.load("reports", generated[1])["report"]:
        assert_answerable(lesson.questions(helpers.Report(name, generated[1])))


@pytest.mark.parametrize("lesson", MODULES, ids=lambda lesson: lesson.__name__)
def test_questions_of_lessons_fit_a_published_report(lesson, shanghai):
    assert_answerable(lesson.questions(helpers.Report(SHANGHAI.stem, shanghai[1])))
