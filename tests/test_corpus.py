"""Thousands of reports in one command: resumable, and no PDF or worker stops the others."""

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import polars
import psutil
import pytest
from distributed import Client, LocalCluster
from generator import generate

import corpus
import extraction

SEEDS = (66, 36, 100)
"""Of the quickest generated reports."""
COUNT = 200
KILL_AFTER = 40
PORT = "127.0.0.1:0"
"""Any free one, for the page on which Dask shows what it does."""


def quietly(line):
    pass


def manifest(out: Path) -> dict[str, dict]:
    with (out / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["report"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def cluster():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=PORT) as local,
        Client(local) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def reports():
    """Three generated reports, each of another layout."""
    return [generate(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def raw(reports, tmp_path_factory):
    """200 different files of three reports, in folders of several depths, one of them damaged."""
    folder = tmp_path_factory.mktemp("省 reports")
    for number in range(COUNT):
        place = folder / f"市 {number % 7}" / "2024" if number % 3 else folder
        place.mkdir(parents=True, exist_ok=True)
        content = reports[number % len(reports)].pdf + b"\n%% copy %d\n%%%%EOF\n" % number
        (place / f"report-{number:03}.pdf").write_bytes(content)
    (folder / "cut-short.pdf").write_bytes(reports[0].pdf[:5000])
    return folder


@pytest.fixture(scope="module")
def made(raw, cluster, tmp_path_factory):
    """The dataset, made while a worker and the reading process of another one are killed."""
    out = tmp_path_factory.mktemp("out")
    killed = []

    def kill(line):
        if line.startswith("[") and int(line[1:].split("/")[0]) >= KILL_AFTER and not killed:
            first, second = cluster.run(os.getpid).values()
            (reader,) = psutil.Process(second).children()
            killed.extend([first, reader.pid])
            os.kill(first, signal.SIGKILL)
            os.kill(reader.pid, signal.SIGKILL)

    records = corpus.extract_corpus(raw, out, client=cluster, show=kill)
    assert len(killed) == 2
    return out, records


def test_a_killed_worker_or_reading_process_costs_no_report(made):
    out, records = made
    states = manifest(out)
    assert Counter(row["state"] for row in states.values()) == {"done": COUNT, "failed": 1}
    assert len(records) == COUNT + 1
    assert states["cut-short"]["problem"] == (
        "cut-short.pdf: is cut short: the end of the PDF is missing. Download the report again."
    )


def test_the_manifest_states_for_each_pdf_its_sum_seconds_and_memory(made, raw):
    out, _ = made
    states = manifest(out)
    for path in raw.rglob("*.pdf"):
        row = states[path.stem]
        assert row["file"] == path.relative_to(raw).as_posix()
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert float(row["seconds"]) < 60 and 50 < int(row["memory_mib"]) < 1000


def test_the_tables_hold_what_reading_each_report_gives(made, raw, reports):
    out, _ = made
    for number in (0, 1, 2):
        path = next(raw.rglob(f"report-{number:03}.pdf"))
        for name, frame in extraction.read_report(path).items():
            stored = pd.read_parquet(out / name, filters=[("report", "==", path.stem)])
            assert sorted(stored) == sorted(frame)
            assert cells(stored[list(frame)]) == cells(frame), name


def cells(frame: pd.DataFrame) -> list[list]:
    """The cells of a table, amounts by their value, blank ones as None."""
    columns = [frame[name].to_numpy(object) for name in frame]
    return [[None if pd.isna(v) else v for v in row] for row in zip(*columns, strict=True)]


def test_pandas_duckdb_and_polars_read_the_same_rows_and_exact_sums(made, reports):
    out, _ = made
    truth = [r["amount"] for r in reports[0].truth["expenditure"] if r["amount"] is not None]
    named = "report-000"
    by_pandas = pd.read_parquet(out / "expenditure")
    assert by_pandas[by_pandas["report"] == named]["amount"].dropna().sum() == sum(truth)
    files = out / "expenditure" / "**" / "*.parquet"
    query = f"select sum(amount), any_value(year) from '{files}' where report = '{named}'"
    assert duckdb.sql(query).fetchall() == [(sum(truth), reports[0].report.year)]
    by_polars = polars.scan_parquet(out / "expenditure").filter(polars.col("report") == named)
    assert by_polars.select(polars.col("amount").sum()).collect().item() == sum(truth)
    assert len(by_pandas) == duckdb.sql(f"select count(*) from '{files}'").fetchall()[0][0]


def test_partitions_are_years(made, reports):
    out, _ = made
    years = {f"year={report.report.year}" for report in reports}
    assert len(years) == 3
    assert {path.name for path in (out / "revenue").iterdir()} == years


def test_finished_reports_are_not_read_again(made, raw, cluster):
    out, _ = made
    before = contents(out)
    (out / "manifest.csv").unlink()  # as if the run had been cut short at its end
    shutil.rmtree(out / "revenue")
    lines = []
    corpus.extract_corpus(raw, out, client=cluster, show=lines.append)
    assert lines[0] == f"{COUNT + 1} reports, of which {COUNT + 1} are finished"
    assert contents(out) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_report_that_makes_its_batch_fail_costs_no_other(tmp_path, monkeypatch):
    waiting = [(f"report-{number:02}.pdf", str(tmp_path / str(number))) for number in range(40)]
    asked = []

    def read(path, entry, limits):
        asked.append(path)
        if path == "report-05.pdf":
            raise OSError("the disk is full")
        return corpus._state(Path(path), corpus.DONE, entry=entry)

    monkeypatch.setattr(corpus, "_read_one", read)
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=PORT
        ) as local,
        Client(local) as client,
    ):
        states = list(corpus._run(client, waiting, corpus.Limits()))
    assert sorted(state["path"] for state in states) == [path for path, _ in waiting]
    (failed,) = [state for state in states if state["state"] == corpus.FAILED]
    assert failed["path"] == "report-05.pdf"
    assert failed["problem"] == "report-05.pdf: OSError('the disk is full'). Run again."
    assert asked.count("report-05.pdf") == 2  # in its batch, and then alone


def test_when_all_workers_are_gone_the_run_ends_and_the_next_one_goes_on(
    raw, tmp_path, monkeypatch
):
    monkeypatch.setattr(corpus, "PATIENCE", 1)
    monkeypatch.setattr(corpus, "PACE", 0)
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(raw.glob("report-*.pdf"))[:3]:
        shutil.copy(path, few)
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=PORT
        ) as local,
        Client(local) as client,
    ):

        def end(line):
            if line.startswith("["):
                local.scale(0)

        with pytest.raises(corpus.NoWorkers, match="reports that are finished are kept"):
            corpus.extract_corpus(few, tmp_path / "out", client=client, show=end)
    lines = []
    corpus.extract_corpus(few, tmp_path / "out", workers=1, show=lines.append)
    assert lines[0].startswith("3 reports, of which ") and not lines[0].startswith(
        "3 reports, of which 0"
    )
    assert lines[1].endswith(" to read, by 1 processes")
    assert lines[-1].startswith("3 done, 0 failed")


def test_the_command_uses_the_cluster_that_the_environment_names(tmp_path, reports):
    raw, out = tmp_path / "raw", tmp_path / "out"
    for place in ("a/report.pdf", "b/report.pdf", "c/other.pdf"):
        (raw / place).parent.mkdir(parents=True)
        (raw / place).write_bytes(reports[0].pdf)
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=PORT) as local,
        Client(local) as client,
    ):
        address = {"DASK_SCHEDULER_ADDRESS": local.scheduler_address}
        done = subprocess.run(
            [sys.executable, "-m", "corpus"],
            env=os.environ | {"RAW": str(raw), "OUT": str(out)} | address,
            capture_output=True,
            text=True,
            check=False,
        )
        readers = client.run(lambda: len(psutil.Process().children()))
    assert list(readers.values()) == [1]
    assert done.returncode == 1 and done.stdout.splitlines()[-1].startswith("1 done, 2 failed")
    for row in csv.DictReader((out / "manifest.csv").open(encoding="utf-8-sig", newline="")):
        twin = row["report"] == "report"
        assert row["state"] == ("failed" if twin else "done")
        assert ("has the same name as" in row["problem"]) == twin


def poisonous(content: bytes, times: int) -> bytes:
    """A PDF of one page with the same contents many times, packed."""
    packer = zlib.compressobj(1)
    block = content * 10_000
    packed = b"".join([packer.compress(block) for _ in range(times // 10_000)]) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    return pdf + head + b"trailer<</Size 5/Root 1 0 R>>startxref %d\n%%%%EOF" % len(pdf)


def test_a_poisonous_pdf_is_bounded_in_memory_and_time_and_named(tmp_path, cluster, reports):
    raw = tmp_path / "raw"
    raw.mkdir()
    poison = raw / "a-poison.pdf"
    (raw / "b-report.pdf").write_bytes(reports[0].pdf)
    for content, limits, problem in (
        (
            poisonous(b"1 0 0 1 0 0 cm ", 40_000_000),
            corpus.Limits(seconds=300, memory=512),
            "needs more than 0.5 GB of memory",
        ),
        (
            poisonous(b"0 0 m 9 9 l S ", 3_000_000),
            corpus.Limits(seconds=0.5, memory=9999),
            "takes longer to read than 0.5 seconds",
        ),
    ):
        poison.write_bytes(content)
        corpus.extract_corpus(raw, tmp_path / "out", client=cluster, limits=limits, show=quietly)
        states = manifest(tmp_path / "out")
        assert states["a-poison"]["state"] == "failed"
        assert states["a-poison"]["problem"].startswith(f"a-poison.pdf: {problem}. It is damaged")
        assert states["b-report"]["state"] == "done"  # read in the first run
