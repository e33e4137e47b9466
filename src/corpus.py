"""A province in one command: the same extraction over thousands of PDFs, with Dask.

``make corpus RAW=<folder> OUT=<folder>`` runs on all cores of this machine, or on the Dask cluster
whose scheduler ``DASK_SCHEDULER_ADDRESS`` names; there, all machines must see both folders under
the same paths. In ``OUT`` it makes

- ``<table>/year=<year>/part-0.parquet``: the tables of ``data/processed/datapackage.json``; the
  year is in the path, where readers of Parquet look for it,
- ``manifest.csv``: each PDF with its state (done or failed, and why), sha256, seconds and memory,
- ``.reports/``: what each report gave, so that a run that was cut short, or is made again, reads
  only what it has not read yet. The tables are made from it at the end.

Each worker reads its reports in a process of its own, which is ended when a report takes too long
or too much memory: such a PDF costs itself and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path

import dask
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, KilledWorker, LocalCluster, wait

import report_store
from bounded_reader import BoundedReader, OutOfBounds
from extraction import COLUMNS, ReportError
from helpers import PACKAGE
from safe_files import write_file

MANIFEST = ["report", "file", "state", "problem", "sha256", "seconds", "memory_mib"]
DONE, FAILED = "done", "failed"
PACE = 2
"""Seconds between two lines of progress."""
PATIENCE = 60
"""Seconds without an answer after which we look whether there are workers at all."""
ROWS = 20_000
"""A table's rows are written to Parquet whenever so many are together."""


@dataclass(frozen=True)
class Limits:
    """What one report may take: seconds, and memory in MiB."""

    seconds: float = 300
    memory: float = 2048


def extract_corpus(
    raw: str | Path,
    out: str | Path,
    client: Client | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    show: Callable[[str], None] = print,
) -> list[dict]:
    """Read every PDF below a folder into a Parquet dataset.

    Parameters
    ----------
    raw : str or Path
        PDFs, in folders of any depth. A file name without ``.pdf`` is the report's key.
    out : str or Path
        Made when it is not there.
    client : distributed.Client, optional
        A cluster; else the one that ``DASK_SCHEDULER_ADDRESS`` names, or else this machine.
    workers : int, optional
        How many processes on this machine; all cores if not given.
    limits : Limits, optional
    show : callable, optional
        Is given a line of progress now and then.

    Returns
    -------
    list of dict
        The manifest: one record for each PDF, with the columns of :data:`MANIFEST`.

    Raises
    ------
    FileNotFoundError
        The folder is not there, or holds no PDF.
    NoWorkers
        All workers are gone. Finished reports are kept for the next run.
    """
    raw, out = Path(raw).resolve(), Path(out).resolve()
    paths = sorted(path for path in raw.rglob("*") if path.suffix.lower() == ".pdf")
    if not paths:
        raise FileNotFoundError(f"{raw} holds no PDF. Put the reports there, as PDF files.")
    states, waiting = _known(paths, out / ".reports")
    show(f"{len(paths)} reports, of which {len(states)} are finished")
    progress = _Progress(len(waiting), show)
    if waiting:
        with _cluster(client, workers) as cluster:
            show(f"{len(waiting)} to read, by {sum(cluster.nthreads().values())} processes")
            for state in _run(cluster, waiting, limits or Limits()):
                states[state["path"]] = state
                progress.step(state)
        for path, entry in waiting:  # of a report that two workers read, what the last one left
            states[path] |= _kept(Path(entry)) or {}
    manifest = [states[str(path)] for path in paths]
    _write_tables(manifest, out)
    _write_manifest(manifest, raw, out)
    done = sum(state["state"] == DONE for state in manifest)
    show(f"{done} done, {len(manifest) - done} failed; see {out / 'manifest.csv'}")
    return manifest


# --- What is to be done ---------------------------------------------------------------------------


def _known(paths: list[Path], store: Path) -> tuple[dict[str, dict], list[tuple[str, str]]]:
    """States of the reports that are finished, and PDF and entry of those that are not."""
    keys = defaultdict(list)
    for path in paths:
        keys[path.stem].append(path)
    states, waiting = {}, []
    for path in paths:
        twins = [str(other) for other in keys[path.stem] if other != path]
        if twins:
            problem = f"has the same name as {twins[0]}. Rename one: the name is the report's key."
            states[str(path)] = _state(path, FAILED, problem)
            continue
        try:
            entry = report_store.entry(path, store)
        except ReportError as error:
            states[str(path)] = _state(path, FAILED, str(error))
            continue
        state = _kept(entry)
        if state:
            states[str(path)] = state | {"path": str(path)}
        else:
            waiting.append((str(path), str(entry)))
    return states, waiting


def _kept(entry: Path) -> dict | None:
    """The state that a worker left beside an entry, or None if the report is not finished."""
    try:
        state = json.loads(_beside(entry).read_text(encoding="utf-8"))
        whole = state["state"] == FAILED or entry.exists()
        return state if whole and set(MANIFEST) <= {"report", "file", *state} else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _beside(entry: Path) -> Path:
    return entry.with_name(entry.name.split(".")[0] + ".state.json")


def _state(path: Path, state: str, problem: str = "", **more) -> dict:
    return {"path": str(path), "state": state, "problem": problem} | {
        name: more.get(name, "") for name in ("entry", "sha256", "seconds", "memory_mib")
    }


# --- The cluster ----------------------------------------------------------------------------------


@contextmanager
def _cluster(client: Client | None, workers: int | None):
    """The caller's client, the cluster that the settings of Dask name, or processes here."""
    if client:
        yield client
    elif dask.config.get("scheduler-address", None):
        with Client() as named:
            yield named
    else:
        workers = workers or os.cpu_count()
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0"
            ) as local,
            Client(local) as own,
        ):
            yield own


def _run(client: Client, waiting: list[tuple[str, str]], limits: Limits) -> Iterator[dict]:
    """The states of the reports, as they are finished.

    Only a few reports for each worker are handed over at a time, so that memory does not grow with
    their number. When a worker dies, Dask gives its report to another one; a report with which
    several workers died is given up.
    """
    left = iter(waiting)
    owners = {}

    def submit(some):
        pairs = list(some)
        futures = [client.submit(_read_one, *pair, limits, pure=False) for pair in pairs]
        owners.update({future.key: pair for future, pair in zip(futures, pairs, strict=True)})
        return futures

    running = set(submit(islice(left, 3 * max(1, sum(client.nthreads().values())))))
    while running:
        try:
            done, running = wait(running, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        except TimeoutError:
            if not client.nthreads():
                raise NoWorkers(
                    "No worker is left to read reports. Start some and run again: reports that are "
                    "finished are kept."
                ) from None
            continue
        for future in done:
            path, _ = owners.pop(future.key)
            try:
                yield future.result()
            except KilledWorker:
                yield _state(Path(path), FAILED, f"{Path(path).name}: {_KILLS}")
            except Exception as error:  # noqa: BLE001 - one report stops no others
                yield _state(Path(path), FAILED, f"{Path(path).name}: {error!r}. Run again.")
        running |= set(submit(islice(left, len(done))))


class NoWorkers(Exception):
    """The cluster has no worker any more."""


_KILLS = "ends each worker that it is given to. Open it and save it anew, or leave it out."


def _read_one(path: str, entry: str, limits: Limits) -> dict:
    """Runs on a worker: have one report read by the reading process of this thread of it."""
    if not hasattr(_mine, "reader"):
        _mine.reader = BoundedReader(report_store.keep)
    reader = _mine.reader
    reader.seconds, reader.memory = limits.seconds, int(limits.memory * 2**20)
    begun, lasting = time.monotonic(), True
    try:
        missing = reader(path, entry)
        state, problem = DONE, " ".join(str(lack) for lack in missing)
    except ReportError as error:
        state, problem = FAILED, str(error)
        lasting = not isinstance(error, OutOfBounds)  # which may go better next time
    state = _state(
        Path(path),
        state,
        problem,
        entry=entry,
        sha256=hashlib.sha256(Path(path).read_bytes()).hexdigest(),
        seconds=round(time.monotonic() - begun, 3),
        memory_mib=round(reader.peak / 2**20),
    )
    if lasting:
        write_file(_beside(Path(entry)), json.dumps(state, ensure_ascii=False).encode())
    return state


_mine = threading.local()


# --- Progress, manifest, tables -------------------------------------------------------------------


class _Progress:
    """Says now and then how far a run is and when it will be finished."""

    def __init__(self, total: int, show: Callable[[str], None]):
        self.total, self.show = total, show
        self.begun = self.shown = time.monotonic()
        self.done = self.failed = 0

    def step(self, state: dict):
        self.done += 1
        if state["state"] == FAILED:
            self.failed += 1
            self.show(f"failed: {state['problem']}")
        now = time.monotonic()
        if now - self.shown < PACE and self.done < self.total:
            return
        self.shown = now
        pace = (now - self.begun) / self.done
        left = time.strftime("%H:%M:%S", time.gmtime(pace * (self.total - self.done)))
        self.show(
            f"[{self.done}/{self.total}] {self.failed} failed, {60 / pace:.0f} reports a minute, "
            f"{left} left"
        )


def _write_manifest(manifest: list[dict], raw: Path, out: Path):
    text = io.StringIO()
    writer = csv.DictWriter(text, MANIFEST, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for state in manifest:
        path = Path(state["path"])
        writer.writerow(state | {"report": path.stem, "file": path.relative_to(raw).as_posix()})
    write_file(out / "manifest.csv", text.getvalue().encode("utf-8-sig"))


@cache
def schema(table: str) -> pa.Schema:
    """The columns of a table in Parquet, without the year, which is in the path.

    Amounts are decimals with ten places: equal to the printed ones, whose own number of places the
    CSV files keep.
    """
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.decimal128(38, 10)}
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    (resource,) = [known for known in package["resources"] if known["name"] == table]
    kinds = {column["name"]: column["type"] for column in resource["schema"]["fields"]}
    return pa.schema([(name, types[kinds[name]]) for name in COLUMNS[table] if name != "year"])


def _write_tables(manifest: list[dict], out: Path):
    """Make the Parquet files from what the reports gave; the old ones stay until all are made.

    A report whose rows have no place there is marked as failed.
    """
    unfinished = out / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    writers: dict[tuple[str, int], _Writer] = {}
    for state in manifest:
        if state["state"] != DONE:
            continue
        entry = Path(state["entry"])
        try:
            records = report_store.load_records(entry)
            tables = {name: _to_arrow(name, rows) for name, rows in records.items()}
        except report_store.DAMAGED as error:
            entry.unlink(missing_ok=True)
            problem = (
                f"{Path(state['path']).name}: what it gave cannot be used ({error}). Run again."
            )
            state |= {"state": FAILED, "problem": problem}
            continue
        year = records["reports"][0]["year"]
        for name, table in tables.items():
            if (name, year) not in writers:
                folder = unfinished / name / f"year={year}"
                writers[name, year] = _Writer(folder / "part-0.parquet", table.schema)
            writers[name, year].add(table)
    for writer in writers.values():
        writer.close()
    for name in COLUMNS:
        shutil.rmtree(out / name, ignore_errors=True)
        if (unfinished / name).exists():
            os.replace(unfinished / name, out / name)
    shutil.rmtree(unfinished, ignore_errors=True)


def _to_arrow(name: str, records: list[dict]) -> pa.Table:
    """A table of one report; raises ArrowInvalid (a ValueError) for a number of too many places."""
    columns = schema(name)
    arrays = [
        pa.array([_value(record[field.name], field.type) for record in records], field.type)
        for field in columns
    ]
    return pa.Table.from_arrays(arrays, schema=columns)


def _value(value: object, kind: pa.DataType) -> object:
    if isinstance(value, str) and pa.types.is_decimal(kind):
        return Decimal(value) if value else None
    return value


class _Writer:
    """Writes one Parquet file, piece by piece."""

    def __init__(self, path: Path, columns: pa.Schema):
        path.parent.mkdir(parents=True)
        self.file = pq.ParquetWriter(path, columns, compression="zstd")
        self.waiting: list[pa.Table] = []
        self.rows = 0

    def add(self, table: pa.Table):
        self.waiting.append(table)
        self.rows += len(table)
        if self.rows >= ROWS:
            self._flush()

    def _flush(self):
        if self.waiting:
            self.file.write_table(pa.concat_tables(self.waiting).combine_chunks())
        self.waiting, self.rows = [], 0

    def close(self):
        self._flush()
        self.file.close()


def main() -> int:
    raw, out = os.environ.get("RAW", ""), os.environ.get("OUT", "")
    if not (raw and out):
        print("Say which folders: make corpus RAW=<folder of PDFs> OUT=<folder>")
        return 2
    try:
        manifest = extract_corpus(raw, out, show=lambda line: print(line, flush=True))
    except (FileNotFoundError, NoWorkers) as error:
        print(error, file=sys.stderr)
        return 1
    return int(any(state["state"] == FAILED for state in manifest))


if __name__ == "__main__":
    import corpus  # so that workers find under its name what they are to run

    sys.exit(corpus.main())
