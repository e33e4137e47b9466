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
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil

from pdf_pages import ReportError

SECONDS = 600
"""How long one report may take. A report of 70 pages takes seconds."""

MEMORY = 4 * 2**30
"""How many bytes the process may take."""

PACE = 0.05
"""Seconds between two looks at what the process takes."""

START = 300
"""Seconds that the process may take to start, also on a machine that is very busy."""


class OutOfBounds(ReportError):
    """A report took too long or too much memory, or ended the process that read it."""


class BoundedReader:
    """Calls a function of a path in another process; use it in a ``with`` block.

    Parameters
    ----------
    read : callable
        A function of a module, since it is named to the other process.
    seconds : float, optional
    memory : int, optional
        In bytes.

    Attributes
    ----------
    peak : int
        How many bytes the process took at most in the last call, as far as we looked.
    """

    def __init__(self, read: Callable[..., Any], seconds: float = SECONDS, memory: int = MEMORY):
        self.seconds, self.memory = seconds, memory
        self.peak = 0
        self._command = [sys.executable, "-m", "bounded_reader", read.__module__, read.__name__]
        self._process: subprocess.Popen | None = None
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_):
        self._stop()
        self._thread.shutdown()

    def __call__(self, path: str | Path, *more: Any) -> Any:
        """What the function gives for a path, and what else it is to be called with.

        Raises
        ------
        OutOfBounds
            It took too long or too much memory, or crashed twice: the first time, something else
            may have ended the process.
        ReportError
            The function raised it.
        """
        path = Path(path).absolute()
        try:
            result = self._ask(path, *more)
            if result is _BROKEN:
                result = self._ask(path, *more)
        except BaseException:  # Ctrl-C, too: what the process is at is of no use any more
            self._stop()
            raise
        if result is _BROKEN:
            raise OutOfBounds(
                path,
                "makes the program that reads it crash.",
                "It is damaged or no report; download it again, or print it to a new PDF.",
            )
        if isinstance(result, ReportError):
            raise result
        return result

    def _ask(self, path: Path, *more: Any) -> Any:
        """What the process answers, or ``_BROKEN``."""
        if self._process is None:
            self._start()
        begun, self.peak = time.monotonic(), 0
        try:
            usage = psutil.Process(self._process.pid)
            pickle.dump((path, *more), self._process.stdin)
            self._process.stdin.flush()
            answer = self._thread.submit(pickle.load, self._process.stdout)
            while True:
                wait([answer], PACE)
                self.peak = max(self.peak, usage.memory_info().rss)
                if answer.done():
                    return answer.result()
                self._refuse_excess(path, time.monotonic() - begun)
        except (EOFError, OSError, pickle.UnpicklingError, psutil.NoSuchProcess):
            self._stop()
            return _BROKEN

    def _refuse_excess(self, path: Path, seconds: float):
        remedy = (
            "It is damaged or no report; open it, print it to a new PDF, and look what makes it so "
            "large."
        )
        if self.peak > self.memory:
            problem = f"needs more than {self.memory / 2**30:.4g} GB of memory."
            raise OutOfBounds(path, problem, remedy)
        if seconds > self.seconds:
            problem = f"takes longer to read than {self.seconds:g} seconds."
            raise OutOfBounds(path, problem, remedy)

    def _start(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            self._thread.submit(pickle.load, self._process.stdout).result(START)  # it is ready
        except (EOFError, TimeoutError) as error:
            raise RuntimeError("The process that reads the reports does not start.") from error

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            with suppress(OSError):  # a part of a question that it has not read
                self._process.stdin.close()
            self._process = None


_BROKEN = object()


def _serve(module: str, name: str):
    """Answer each question that comes in with what the function gives, or the error it raises."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing else gets between them
    read = getattr(importlib.import_module(module), name)
    pickle.dump("ready", answers)
    answers.flush()
    while True:
        try:
            question = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = read(*question)
        except ReportError as error:
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
