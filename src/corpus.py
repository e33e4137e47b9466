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
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import dask
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, Future, KilledWorker, LocalCluster, wait

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
BATCH = 8
"""At most so many reports are handed to a worker at once."""
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
            states[path] |= _kept(Path(entry), path) or {}
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
        state = _kept(entry, str(path))
        if state:
            states[str(path)] = state
        else:
            waiting.append((str(path), str(entry)))
    return states, waiting


def _kept(entry: Path, path: str) -> dict | None:
    """The state that a worker left beside a PDF's entry, or None if it is not finished."""
    try:
        state = json.loads(_beside(entry).read_text(encoding="utf-8"))
        whole = state["state"] == FAILED or entry.exists()
        known = set(MANIFEST) <= {"report", "file", *state}
        return state | {"path": path} if whole and known else None
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
        with local_cluster(workers or os.cpu_count()) as own:
            yield own


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """Worker processes on this machine.

    Dask's own watching over memory and time is off, or rare: the reading processes are watched by
    :mod:`bounded_reader`, and on few cores it would take time from them.
    """
    seldom = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}
    with (
        dask.config.set(seldom),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _run(client: Client, waiting: list[tuple[str, str]], limits: Limits) -> Iterator[dict]:
    """The states of the reports, as they are finished.

    Reports are handed over a few at a time, since each handing over takes time, and fewer towards
    the end, so that all workers end together. Only two such batches for each worker are on their
    way, so that memory does not grow with the number of reports. When a worker dies, Dask gives its
    batch to another one, which reads what is not finished; a batch that fails for all that is
    handed over again one report at a time, and a report that fails alone is given up.
    """
    left = deque(waiting)
    running: set[Future] = set()
    batches: dict[str, list[tuple[str, str]]] = {}

    def hand_over(batch):
        future = client.submit(_read_batch, batch, limits, pure=False)
        batches[future.key] = batch
        running.add(future)

    while left or running:
        workers = max(1, sum(client.nthreads().values()))
        while left and len(running) < 2 * workers:
            size = max(1, min(BATCH, len(left) // (4 * workers)))
            hand_over([left.popleft() for _ in range(size)])
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
            batch = batches.pop(future.key)
            try:
                yield from future.result()
                continue
            except KilledWorker:
                problem = _KILLS
            except Exception as error:  # noqa: BLE001 - one report stops no others
                problem = f"{error!r}. Run again."
            for path, entry in batch:
                if kept := _kept(Path(entry), path):
                    yield kept
                elif len(batch) > 1:
                    hand_over([(path, entry)])
                else:
                    yield _state(Path(path), FAILED, f"{Path(path).name}: {problem}")


class NoWorkers(Exception):
    """The cluster has no worker any more."""


_KILLS = "ends each worker that it is given to. Open it and save it anew, or leave it out."


def _read_batch(batch: list[tuple[str, str]], limits: Limits) -> list[dict]:
    """Runs on a worker: the states of some reports, of which a worker that died may have read."""
    return [_kept(Path(entry), path) or _read_one(path, entry, limits) for path, entry in batch]


def _read_one(path: str, entry: str, limits: Limits) -> dict:
    """Have one report read by the reading process of this thread of the worker."""
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
            columns = report_store.load_columns(entry)
            tables = {name: _to_arrow(name, values) for name, values in columns.items()}
            year = columns["reports"]["year"][0]
        except report_store.DAMAGED as error:
            entry.unlink(missing_ok=True)
            problem = (
                f"{Path(state['path']).name}: what it gave cannot be used ({error}). Run again."
            )
            state |= {"state": FAILED, "problem": problem}
            continue
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


def _to_arrow(name: str, columns: dict[str, list]) -> pa.Table:
    """A table of one report; raises ArrowInvalid (a ValueError) for a number of too many places."""
    if not columns["report"]:
        return schema(name).empty_table()
    arrays = [_array(columns[field.name], field.type) for field in schema(name)]
    return pa.Table.from_arrays(arrays, schema=schema(name))


def _array(values: list, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):
        return pa.array([value or None for value in values], pa.string()).cast(kind)
    return pa.array(values, kind)


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
