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

import extraction
from extraction import Extraction, ReportError
from helpers import ROOT
from pdf_pages import content_of
from safe_files import write_file

STORE = ROOT / ".cache" / "reports"
"""Where ``make run`` keeps what it read; git ignores it."""


DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zlib.error)
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
        "frames": {name: _columns(frame) for name, frame in result.frames.items()},
        "tables": result.tables,
        "missing": [[e.file, e.problem, e.remedy, e.page] for e in result.missing],
        "numbers": result.numbers,
    }
    text = json.dumps(content, ensure_ascii=False)
    write_file(path, gzip.compress(text.encode(), compresslevel=1, mtime=0))


def load(path: Path) -> Extraction:
    """Read an entry.

    Raises
    ------
    DAMAGED
        It is not there or damaged.
    """
    content = _content(path)
    frames = {
        name: extraction.frame_of(name, {key: _values(column) for key, column in columns.items()})
        for name, columns in content["frames"].items()
    }
    missing = [ReportError(*error) for error in content["missing"]]
    return Extraction(frames, content["tables"], missing, content["numbers"])


def load_columns(path: Path) -> dict[str, dict[str, list]]:
    """The values of an entry's tables by column, amounts as text; see load."""
    return {
        name: {key: _as_kept(column) for key, column in columns.items()}
        for name, columns in _content(path)["frames"].items()
    }


def _content(path: Path) -> dict:
    content = json.loads(gzip.decompress(path.read_bytes()))
    if content["frames"].keys() != extraction.COLUMNS.keys():
        raise ValueError("other tables")
    return content


def _columns(frame: pd.DataFrame) -> dict[str, list | dict]:
    return {name: _kept(column) for name, column in frame.items()}


def _kept(column: pd.Series) -> list | dict:
    """A column as an entry holds it: None for what is missing, decimals as text and called so."""
    values = column.tolist()
    if column.hasnans:
        values = [
            None if lacks else v for v, lacks in zip(values, column.isna().tolist(), strict=True)
        ]
    if column.dtype == object and any(isinstance(value, Decimal) for value in values):
        if not all(value is None or isinstance(value, Decimal) for value in values):
            raise TypeError(f"{column.name} holds decimals and other values")
        return {"decimals": [None if value is None else str(value) for value in values]}
    return values


def _as_kept(column: list | dict) -> list:
    return column["decimals"] if isinstance(column, dict) else column


def _values(column: list | dict) -> list:
    if not isinstance(column, dict):
        return column
    return [None if text is None else Decimal(text) for text in column["decimals"]]
