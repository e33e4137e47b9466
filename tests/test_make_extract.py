"""``make extract``: a folder of reports in, tables out; run as a user does."""

import os
import shutil
import subprocess
import sys

import pypdfium2
import pytest
from compare import assert_same_tables
from generator import generate

import helpers

MAIN = helpers.RAW / "zhuzhou-hrss-2024.pdf"


def extract(raw, processed, cwd) -> subprocess.CompletedProcess:
    """What the recipe of ``make extract`` runs, on the folders that the environment names."""
    return subprocess.run(
        [sys.executable, "-m", "run_notebooks", "--extract"],
        env=os.environ | {"RAW": str(raw), "PROCESSED": str(processed)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folders(tmp_path):
    raw, processed = tmp_path / "决算 报告 (2024)", tmp_path / "输出 表"
    raw.mkdir()
    return raw, processed


def test_relative_chinese_paths_work_and_give_the_committed_tables(folders, tmp_path):
    raw, processed = folders
    shutil.copy(MAIN, raw)
    (raw / "notes.txt").write_text("not a report", encoding="utf-8")
    done = extract(raw.relative_to(tmp_path), processed.relative_to(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[1/1] zhuzhou-hrss-2024.pdf: 72 pages, 9 of 9 tables" in done.stdout
    committed = files(helpers.PROCESSED)
    assert files(processed) == committed


def test_a_bad_report_is_named_at_the_end_and_does_not_stop_the_others(folders, tmp_path):
    raw, processed = folders
    shutil.copy(MAIN, raw)
    (raw / "a-notice.pdf").write_bytes(b"<html>404</html>")
    done = extract(raw, processed, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "a-notice.pdf: is not a PDF. Save the report as PDF and put that file here."
    )
    assert "Traceback" not in done.stderr + done.stdout
    assert files(processed) == files(helpers.PROCESSED)


def test_reports_of_other_layouts_are_extracted_side_by_side(folders, tmp_path):
    raw, processed = folders
    made = [
        generate(3, "reportlab", empty_fund="head"),
        generate(4, "typst", empty_fund="sum"),
    ]
    for report in made:
        (raw / f"{report.name}.pdf").write_bytes(report.pdf)
    done = extract(raw, processed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in made[0].truth:
        both = [record for report in made for record in report.truth[name]]
        assert_same_tables({name: helpers.load(name, processed)}, {name: both})


def test_a_report_that_lacks_a_table_is_written_and_the_table_is_named(folders, tmp_path):
    raw, processed = folders
    with pypdfium2.PdfDocument(MAIN) as report:
        report.del_page(21)
        report.save(raw / "report.PDF")
    done = extract(raw, processed, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "report.PDF: the table 财政拨款“三公”经费支出决算表 is missing. If the report does hold it,"
    )
    assert len(helpers.load("revenue", processed)) == 287
    assert len(helpers.load("three_public", processed)) == 0


def test_when_no_report_can_be_read_the_earlier_tables_stay(folders, tmp_path):
    raw, processed = folders
    (raw / "empty.pdf").touch()
    processed.mkdir()
    (processed / "revenue.csv").write_bytes(b"earlier")
    done = extract(raw, processed, cwd=tmp_path)
    assert done.returncode == 1
    assert "empty.pdf: is empty (0 bytes). Download the report again." in done.stderr
    assert files(processed) == {"revenue.csv": b"earlier"}


@pytest.mark.parametrize("raw", ["", "nowhere"])
def test_a_folder_that_is_not_there_is_named(tmp_path, raw):
    done = extract(raw, tmp_path / "out", cwd=tmp_path)
    assert done.returncode != 0
    assert ("nowhere" if raw else "make extract RAW=") in done.stderr + done.stdout
    assert not (tmp_path / "out").exists()
