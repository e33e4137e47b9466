"""An unchanged report is read once; a changed one, changed code or a damaged entry is read anew."""

import gzip

import pandas as pd
import pytest

import extraction
import helpers
import report_store

MAIN = helpers.RAW / "zhuzhou-hrss-2024.pdf"


@pytest.fixture
def read(monkeypatch):
    """The names of the reports that were really read."""
    names = []

    def counting(path, whole=extraction.extract):
        names.append(path.name)
        return whole(path)

    monkeypatch.setattr(extraction, "extract", counting)
    return names


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "a-report.pdf"
    path.write_bytes(MAIN.read_bytes())
    return path


def test_the_kept_report_is_the_read_one_to_the_last_cell_and_type(read, report, tmp_path):
    first = report_store.extract(report, tmp_path / "store")
    again = report_store.extract(report, tmp_path / "store")
    assert read == ["a-report.pdf"]
    assert again.frames.keys() == first.frames.keys()
    for name, frame in first.frames.items():
        pd.testing.assert_frame_equal(again.frames[name], frame, check_exact=True)
        both = [f.astype(object).map(repr).to_numpy().tolist() for f in (frame, again.frames[name])]
        assert both[0] == both[1], name
    assert (again.tables, again.numbers) == (first.tables, first.numbers)


def test_what_a_report_lacks_is_kept_too(report, tmp_path, monkeypatch):
    lack = extraction.ReportError("a-report.pdf", "lacks a table.", "Look at it.", 7)
    whole = extraction.extract(report)
    monkeypatch.setattr(
        extraction, "extract", lambda path: extraction.Extraction(whole.frames, [], [lack])
    )
    for _ in range(2):
        (kept,) = report_store.extract(report, tmp_path / "store").missing
        assert str(kept) == "a-report.pdf, page 7: lacks a table. Look at it."


def test_another_file_under_the_same_name_and_another_name_are_read(read, report, tmp_path):
    store = tmp_path / "store"
    report_store.extract(report, store)
    report.write_bytes(report.read_bytes() + b"\n")
    report_store.extract(report, store)
    result = report_store.extract(report.rename(tmp_path / "b-report.pdf"), store)
    assert read == ["a-report.pdf", "a-report.pdf", "b-report.pdf"]
    assert set(result.frames["revenue"]["report"]) == {"b-report"}


@pytest.mark.parametrize("changed", ["src/amounts.py", "requirements.txt"])
def test_after_a_change_of_the_code_or_the_lock_a_report_is_read_again(
    read, report, tmp_path, monkeypatch, changed
):
    for name in ("src/amounts.py", "src/tidy_rows.py", "requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(report_store, "ROOT", tmp_path)
    for text in ("as it was", "other"):
        report_store.fingerprint.cache_clear()
        (tmp_path / changed).write_text(text)
        report_store.extract(report, tmp_path / "store")
        report_store.extract(report, tmp_path / "store")
    report_store.fingerprint.cache_clear()
    assert len(read) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda old: b"",
        lambda old: old[: len(old) // 2],
        lambda old: b"{}" + old,
        lambda old: gzip.compress(b'{"frames": []}'),
    ],
)
def test_a_damaged_entry_is_made_again(read, report, tmp_path, damage):
    store = tmp_path / "store"
    first = report_store.extract(report, store)
    entry = report_store.entry(report, store)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    again = report_store.extract(report, store)
    assert len(read) == 2
    assert entry.read_bytes() == whole
    pd.testing.assert_frame_equal(again.frames["revenue"], first.frames["revenue"])


def test_a_store_that_cannot_be_written_stops_nothing(report, tmp_path):
    (tmp_path / "store").write_text("a file where the folder should be")
    result = report_store.extract(report, tmp_path / "store")
    assert len(result.frames["revenue"]) == 287


def test_reading_a_report_writes_nothing(report, tmp_path):
    extraction.read_report(report)
    assert [path.name for path in tmp_path.iterdir()] == ["a-report.pdf"]
