"""Nothing twice: what a report gave is kept, and used again while report and code are the same.

An entry is one file, known by the sha256 of the PDF, its name, and the code and libraries that read
it (``src/`` and ``requirements.txt``). An entry that is damaged, or of other code, is made again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd

import checks
import extraction
from extraction import Extraction, ReportError
from helpers import ROOT
from pdf_pages import content_of
from safe_files import write_file

STORE = ROOT / ".cache" / "reports"
"""Where ``make run`` keeps what it read; git ignores it."""


DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error)
"""What reading an entry raises that is not there, or damaged."""


@cache
def fingerprint() -> str:
    """What stands for the code and the versions of the libraries that read a report."""
    digest = hashlib.sha256()
    for path in [*sorted((ROOT / "src").glob("*.py")), ROOT / "requirements.txt"]:
        digest.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def entry(path: str | Path, store: str | Path = STORE) -> Path:
    """The file of a store that belongs to a PDF as it is now, read by the code as it is now.

    Raises
    ------
    ReportError
        The PDF cannot be opened.
    """
    path = Path(path)
    content = content_of(path)
    known = "\n".join((fingerprint(), path.name, hashlib.sha256(content).hexdigest()))
    name = hashlib.sha256(known.encode()).hexdigest()
    return Path(store) / name[:2] / f"{name}.json.gz"


def extract(path: str | Path, store: str | Path = STORE) -> Extraction:
    """As :func:`extraction.extract`, but a report that is unchanged is not read again.

    Parameters
    ----------
    path : str or Path
    store : str or Path, optional
        The folder of entries; made when it is not there. What cannot be written is not kept.
    """
    kept = entry(path, store)
    try:
        return load(kept)
    except DAMAGED:
        pass  # not there, or damaged
    result = extraction.extract(path)
    try:
        save(result, kept)
    except OSError:
        pass  # a full disk or a read-only folder costs time next time, nothing else
    return result


def keep(path: str | Path, kept: str | Path) -> list[ReportError]:
    """Read a report, save what it gave as an entry, and return what it lacks."""
    result = extraction.extract(path)
    save(result, Path(kept))
    return result.missing


def save(result: Extraction, path: Path) -> None:
    """Write an entry in one step: it is there whole, or not at all."""
    content = {
        "frames": {name: [list(frame), *_rows(frame)] for name, frame in result.frames.items()},
        "tables": result.tables,
        "missing": [[e.file, e.problem, e.remedy, e.page] for e in result.missing],
        "numbers": result.numbers,
    }
    text = json.dumps(content, ensure_ascii=False, default=_plain)
    write_file(path, gzip.compress(text.encode(), compresslevel=1, mtime=0))


def load(path: Path) -> Extraction:
    """Read an entry.

    Raises
    ------
    DAMAGED
        It is not there or damaged.
    """
    content = _content(path)
    frames = {}
    for name, records in _records(content).items():
        is_checks = name == "checks"
        frames[name] = checks.frame_of(records) if is_checks else extraction.frame_of(name, records)
    missing = [ReportError(*error) for error in content["missing"]]
    return Extraction(frames, content["tables"], missing, content["numbers"])


def load_records(path: Path) -> dict[str, list[dict]]:
    """The records of an entry's tables, which are quicker to have than frames; see load."""
    return _records(_content(path))


def _content(path: Path) -> dict:
    return json.loads(gzip.decompress(path.read_bytes()), object_hook=_exact)


def _records(content: dict) -> dict[str, list[dict]]:
    found = {}
    for name in extraction.COLUMNS:
        columns, *rows = content["frames"][name]
        found[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def _rows(frame: pd.DataFrame) -> list[tuple]:
    """The rows of a table, with None for whatever pandas holds for a missing value."""
    columns = [
        [None if missing else value for value, missing in zip(values, blank, strict=True)]
        for values, blank in (
            (column.to_numpy(object), column.isna()) for _, column in frame.items()
        )
    ]
    return list(zip(*columns, strict=True))


def _plain(value: object) -> dict:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    raise TypeError(f"{value!r} has no place in an entry")


def _exact(value: dict) -> object:
    return Decimal(value["decimal"]) if value.keys() == {"decimal"} else value
