"""Read reports in a process of its own, within bounds of time and memory.

A PDF can be made, or damaged, so that a program that reads it never ends, fills the memory or
crashes: a few kilobytes that unpack to gigabytes, pages that nest in one another, a million lines.
Read in a process of its own, it costs that process only, and the other reports are read.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from pdf_pages import ReportError

SECONDS = 600
"""How long one report may take. A report of 70 pages takes seconds."""

MEMORY = 4 * 2**30
"""How many bytes the process may take."""


class BoundedReader:
    """Calls a function of a path in another process; use it in a ``with`` block.

    Parameters
    ----------
    read : callable
        A function of a module, since it is named to the other process.
    seconds : float, optional
    memory : int, optional
        In bytes; Linux keeps to it, macOS and Windows do not.
    """

    def __init__(self, read: Callable[[Path], Any], seconds: float = SECONDS, memory: int = MEMORY):
        self.seconds, self.memory = seconds, memory
        self._command = [sys.executable, "-m", "bounded_reader", read.__module__, read.__name__]
        self._process: subprocess.Popen | None = None
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_):
        self._stop()
        self._thread.shutdown()

    def __call__(self, path: str | Path) -> Any:
        """What the function gives for a path.

        Raises
        ------
        ReportError
            The function raised it, or it took too long, too much memory, or crashed.
        """
        path = Path(path).absolute()
        if self._process is None:
            self._process = subprocess.Popen(
                [*self._command, str(self.memory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        try:
            pickle.dump(path, self._process.stdin)
            self._process.stdin.flush()
            answer = self._thread.submit(pickle.load, self._process.stdout)
            result = answer.result(self.seconds)
        except TimeoutError:
            self._stop()
            raise ReportError(
                path,
                f"takes longer to read than {self.seconds:g} seconds.",
                "It is damaged or no report; open it, print it to a new PDF, and look what makes "
                "it so large.",
            ) from None
        except (EOFError, OSError, pickle.UnpicklingError):
            self._stop()
            raise ReportError(
                path,
                f"cannot be read within {self.memory / 2**30:g} GB of memory, or makes the "
                "program crash.",
                "It is damaged or no report; download it again, or print it to a new PDF.",
            ) from None
        except BaseException:  # Ctrl-C: what the process is at is of no use any more
            self._stop()
            raise
        if isinstance(result, ReportError):
            raise result
        return result

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _serve(module: str, name: str, memory: int):
    """Answer each path that comes in with what the function gives, or the error it raises."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing else gets between them
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):  # no such bound on this system
        pass
    read = getattr(importlib.import_module(module), name)
    while True:
        try:
            path = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = read(path)
        except ReportError as error:
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
