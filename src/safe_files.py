"""Write files so that they are the old ones or the new ones whole, whatever happens.

A single file is replaced in one step. Of a set, the new files are made in a hidden folder beside
the old ones. When they are complete, that folder is renamed, which takes one step, and its files
take their places. A program that is killed before the renaming leaves the old set; one that is
killed after it leaves a set that the next reader or writer completes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where two runs at once are not kept apart
    fcntl = None

UNFINISHED, COMPLETE = ".unfinished-", ".complete-"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other program writes to a folder, and keep others waiting meanwhile.

    The system ends the lock with the program that holds it, so that none is ever left behind.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """A hidden folder whose files, when the block ends without an error, take their places.

    Parameters
    ----------
    folder : Path
        It is locked meanwhile; the files in it that get no new version are left alone.

    Yields
    ------
    Path
        The hidden folder, empty.

    Raises
    ------
    OSError
        The folder cannot be written; all files in it are as they were.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            _complete(folder)
            _remove_unfinished(folder)
            staged = Path(tempfile.mkdtemp(dir=folder, prefix=UNFINISHED))
            try:
                yield staged
                _replace_all(staged, folder)
            finally:
                shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise OSError(
            f"{folder} cannot be written ({error}). The files in it are as they were. See to it "
            "that the folder can be written and the disk is not full, or name another folder."
        ) from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file in one step; its folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def complete(folder: Path) -> None:
    """Put the files in place that a program, killed while it did so, left."""
    if any(folder.glob(f"{COMPLETE}*")):
        with alone(folder):
            _complete(folder)


def _complete(folder: Path):
    for left in sorted(folder.glob(f"{COMPLETE}*")):
        for path in sorted(left.iterdir()):
            if path.is_file():
                os.replace(path, folder / path.name)
        shutil.rmtree(left)


def _remove_unfinished(folder: Path):
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _replace_all(staged: Path, folder: Path):
    """Put files in place of the old ones; when one cannot be, put the old ones back."""
    names = sorted(path.name for path in staged.iterdir())
    old = staged / "old"
    old.mkdir()
    for name in names:
        if (folder / name).exists():
            shutil.copy2(folder / name, old / name)
    ready = folder / (COMPLETE + staged.name.removeprefix(UNFINISHED))
    os.replace(staged, ready)
    try:
        for name in names:
            os.replace(ready / name, folder / name)
    except BaseException:
        os.replace(ready, staged)  # from here on, to be killed leaves what is in place by now
        for name in names:
            if (staged / name).exists():
                continue
            if (staged / "old" / name).exists():
                os.replace(staged / "old" / name, folder / name)
            else:
                (folder / name).unlink()
        raise
    shutil.rmtree(ready, ignore_errors=True)
