"""Several reports in one folder, and folders that cannot be written: all tables or none."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from compare import assert_same_tables
from generator import generate
from test_layouts import EMPTY, MIXED, PLAIN

import extraction
import helpers
import safe_files


@pytest.fixture(scope="module")
def made():
    return [generate(seed, "reportlab", **PLAIN) for seed in (MIXED, EMPTY)]


def file_of(result: extraction.Extraction) -> str:
    return result.frames["reports"]["file"][0]


def read(folder) -> tuple[list[str], list[str]]:
    """The files that were read, and the problems."""
    results, problems = extraction.read_folder(folder, lambda line: None)
    return [file_of(result) for result in results], [str(problem) for problem in problems]


def amended(pdf: bytes) -> bytes:
    """The same report in another file: with one page more."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.new_page(595, 842)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


# -- the reports of a folder -----------------------------------------------------------------------


def test_departments_under_odd_names_are_read_and_other_files_left_alone(made, tmp_path):
    names = ["决算 报告（2023）[终稿] #1.PDF", "report ..%2F.., 100% 'final'.pdf"]
    for name, report in zip(names, made, strict=True):
        (tmp_path / name).write_bytes(report.pdf)
    (tmp_path / "notes.docx").write_bytes(b"PK")
    (tmp_path / "._report.pdf").write_bytes(b"what macOS leaves")
    (tmp_path / "...pdf").write_bytes(made[0].pdf)  # named .. it would be a folder above
    (tmp_path / "old.pdf").mkdir()
    results, problems = extraction.read_folder(tmp_path, lambda line: None)
    assert problems == []
    found = {file_of(result): result.frames for result in results}
    assert sorted(found) == sorted(names)
    for name, report in zip(names, made, strict=True):
        truth = {
            table: [record | {"report": name[:-4]} for record in records]
            for table, records in report.truth.items()
            if table != "reports"
        }
        assert_same_tables({table: found[name][table] for table in truth}, truth)


def test_a_report_and_its_amended_version_are_both_named_and_neither_counts(made, tmp_path):
    (tmp_path / "first.pdf").write_bytes(made[0].pdf)
    (tmp_path / "amended.pdf").write_bytes(amended(made[0].pdf))
    (tmp_path / "other.pdf").write_bytes(made[1].pdf)
    files, problems = read(tmp_path)
    department, year = made[0].report.department, made[0].report.year
    assert files == ["other.pdf"]
    assert problems == [
        f"{one}.pdf: holds the accounts of {department} for {year}, and so does {two}.pdf, with "
        "other contents. Keep the one that holds (an amended version replaces the earlier one) "
        "and move the other out of the folder. If they are two departments' after all, read each "
        "from a folder of its own."
        for one, two in (("amended", "first"), ("first", "amended"))
    ]


def test_two_years_of_one_department_both_count(made, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(made[0].pdf)
    first = extraction.extract(path)
    later = {
        "report": "b",
        "file": "b.pdf",
        "sha256": "1",
        "year": first.frames["reports"].year + 1,
    }
    second = replace(
        first, frames=first.frames | {"reports": first.frames["reports"].assign(**later)}
    )
    assert extraction.without_same_reports([first, second]) == ([first, second], [])
    again = replace(
        second, frames=first.frames | {"reports": first.frames["reports"].assign(sha256="2")}
    )
    assert extraction.without_same_reports([first, again])[0] == []


def test_of_two_copies_one_is_read_and_the_other_is_named(made, tmp_path):
    for name in ("a.pdf", "copy of a.pdf"):
        (tmp_path / name).write_bytes(made[0].pdf)
    assert read(tmp_path) == (
        ["a.pdf"],
        ["copy of a.pdf: is a copy of a.pdf, which was read. Remove one of the two."],
    )


def test_names_that_differ_only_in_the_ending_are_both_refused(made, tmp_path):
    (tmp_path / "a.PDF").write_bytes(made[0].pdf)
    (tmp_path / "a.pdf").write_bytes(made[1].pdf)
    files, problems = read(tmp_path)
    assert files == []
    assert [problem.split(".")[0] for problem in problems] == ["a", "a"]
    assert all("has the same name as a." in problem for problem in problems)


def test_an_empty_folder_is_named(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileNotFoundError, match="holds no PDF. Put the reports there"):
        extraction.read_folder(tmp_path)


# -- the folder of the tables ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def old_and_new(made, tmp_path_factory):
    """Two sets of tables, each as files in a folder and as frames."""
    sets = []
    for report in made:
        folder = tmp_path_factory.mktemp("tables")
        pdf = folder / "report.pdf"
        pdf.write_bytes(report.pdf)
        frames = extraction.read_report(pdf)
        helpers.save_tables(frames, folder / "out")
        sets.append((contents(folder / "out"), frames))
    return sets


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def put(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["full disk", "Ctrl-C"])
@pytest.mark.parametrize(
    ("where", "what", "call"),
    [
        ("helpers.pd.DataFrame", "to_csv", 7),
        ("helpers.shutil", "copyfile", 1),
        ("safe_files.shutil", "copy2", 5),
        *(("safe_files.os", "replace", call) for call in (1, 2, 3, 12, 22)),
    ],
)
def test_a_run_that_is_stopped_leaves_the_earlier_tables(
    old_and_new, tmp_path, monkeypatch, error, where, what, call
):
    (old, _), (_, frames) = old_and_new
    folder = put(old, tmp_path / "out")
    owner = {"helpers.pd.DataFrame": helpers.pd.DataFrame, "helpers.shutil": shutil,
             "safe_files.shutil": shutil, "safe_files.os": os}[where]  # fmt: skip
    whole, calls = getattr(owner, what), []

    def stopping(*args, **choices):
        calls.append(args)
        if len(calls) == call:
            raise error
        return whole(*args, **choices)

    monkeypatch.setattr(helpers, "validate", lambda folder: None)
    monkeypatch.setattr(owner, what, stopping)
    with pytest.raises((OSError, KeyboardInterrupt)) as stopped:
        helpers.save_tables(frames, folder)
    assert len(calls) >= call
    assert contents(folder) == old
    if error is FULL:
        assert "out cannot be written ([Errno 28] No space left on device). The files" in str(
            stopped.value
        )


@pytest.mark.parametrize("moment", ["before", "amid"])
def test_a_run_that_is_killed_leaves_tables_that_the_next_reader_finds_whole(
    old_and_new, tmp_path, moment
):
    (old, _), (new, frames) = old_and_new
    folder = put(old, tmp_path / "out")
    if moment == "before":
        put(dict(list(new.items())[:4]), folder / ".unfinished-1")
        assert helpers.load("reports", folder)["department"][0] in old["reports.csv"].decode()
        helpers.save_tables(frames, folder)
    else:
        names = sorted(new)
        put({name: new[name] for name in names[:9]}, folder)
        put({name: new[name] for name in names[9:]}, folder / ".complete-1")
        assert helpers.load("reports", folder)["department"][0] in new["reports.csv"].decode()
    assert contents(folder) == new


@pytest.mark.skipif(os.name != "posix", reason="signals and locks of POSIX systems")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_runs_at_once_and_a_stopped_one_leave_a_whole_set(old_and_new, tmp_path, stop):
    (old, _), (new, _) = old_and_new
    folder = put(old, tmp_path / "out")
    for number, files in enumerate((old, new)):
        put(files, tmp_path / str(number))
    program = (
        "import sys, helpers\n"
        "helpers.validate = lambda folder: None\n"
        "one, out = sys.argv[1:]\n"
        "names = [r for r in __import__('extraction').COLUMNS]\n"
        "frames = {name: helpers.load(name, one) for name in names}\n"
        "print('ready', flush=True)\n"
        "while True: helpers.save_tables(frames, out)\n"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / str(number)), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number in (0, 1)
    ]
    try:
        for run in runs:
            run.stdout.readline()
        for run in runs:
            time.sleep(0.5)
            run.send_signal(stop)
            run.wait(20)
    finally:
        for run in runs:
            run.kill()
            run.wait()
            run.stdout.close()
    helpers.load("reports", folder)
    assert {name: (folder / name).read_bytes() for name in new} in (old, new)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX systems")
def test_a_folder_that_may_not_be_written_is_named(old_and_new):
    (old, _), (_, frames) = old_and_new
    with tempfile.TemporaryDirectory() as parent:
        os.chmod(parent, 0o755)
        folder = put(old, Path(parent) / "out")
        folder.chmod(0o555)
        mine = os.geteuid()
        try:
            if mine == 0:
                os.seteuid(65534)  # root may write anywhere
            with pytest.raises(OSError, match="out cannot be written .+ name another folder"):
                helpers.save_tables(frames, folder)
        finally:
            os.seteuid(mine)
            folder.chmod(0o755)
        assert contents(folder) == old


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX systems")
def test_another_run_waits_until_the_folder_is_free(old_and_new, tmp_path):
    (old, _), _ = old_and_new
    folder = put(old, tmp_path / "out")
    put({"reports.csv": old["reports.csv"]}, folder / ".complete-1")
    program = "import sys, helpers; helpers.load('reports', sys.argv[1])"
    with safe_files.alone(folder):
        run = subprocess.Popen([sys.executable, "-c", program, str(folder)])
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(4)
    assert run.wait(30) == 0
    assert not list(folder.glob(".complete-*"))
