"""What is measured: each engine reads the tables of PDFs, and gives the cells that it saw.

An engine is a function from the path of a PDF to the texts of the cells that it found. Each runs in
a process of its own (``python engines.py NAME WARM PDF …``), so that its memory is its own; it reads
the PDF ``WARM`` once, says that it is ready, and then answers each line of input with one measured
run over the PDFs.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import unicodedata
import warnings
from collections import Counter
from decimal import Decimal
from pathlib import Path

import psutil

Cells = list[str]


def floor():
    """The text of all pages, read by pypdfium2: no tables at all."""
    import pypdfium2

    def read(path: Path) -> Cells:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            page.get_textpage().get_text_range()
        document.close()
        return []

    return read


def ours_characters():
    """The place of each character and of each rule of all pages, as we ask pdfium for them."""
    from extraction import no_garbage
    from pdf_pages import open_pages

    def read(path: Path) -> Cells:
        with no_garbage(), open_pages(path) as pages:
            for page in pages:
                _ = page.glyphs, page.rules
                page.forget_glyphs()
        return []

    return read


def ours_grids():
    """Our grids of the nine statutory tables, as `read_report` makes them."""
    from extraction import no_garbage
    from pdf_pages import open_pages
    from statutory_tables import survey

    def read(path: Path) -> Cells:
        with no_garbage(), open_pages(path) as pages:
            layouts = survey(path, pages).layouts.values()
            grids = [grid for layout in layouts for grid in layout.grids]
            return [cell.text for grid in grids for cell in grid.distinct]

    return read


def ours_whole():
    """Our `read_report`: nine tidy tables, the number audit, text, appendix and checks."""
    import extraction
    from statutory_tables import TITLES

    def read(path: Path) -> Cells:
        frames = extraction.read_report(path)
        return [str(amount) for name in TITLES for amount in frames[name]["amount"]]

    return read


def camelot_default():
    """`camelot.read_pdf(path, pages="all")`."""
    return _camelot()


def camelot_vector():
    """`camelot.read_pdf` with `engine="vector"` and `split_text=True`."""
    return _camelot(engine="vector", split_text=True)


def _camelot(**options):
    import camelot

    def read(path: Path) -> Cells:
        tables = camelot.read_pdf(str(path), pages="all", **options)
        return [text for table in tables for text in table.df.to_numpy().ravel()]

    return read


def pdfplumber():
    """`page.extract_tables()` of pdfplumber."""
    import pdfplumber

    def read(path: Path) -> Cells:
        found = []
        with pdfplumber.open(path) as document:
            for page in document.pages:
                found += [c for table in page.extract_tables() for row in table for c in row]
                page.close()
        return found

    return read


def pymupdf():
    """`page.find_tables()` of PyMuPDF."""
    import pymupdf

    def read(path: Path) -> Cells:
        with pymupdf.open(path) as document:
            tables = [table for page in document for table in page.find_tables().tables]
            return [text for table in tables for row in table.extract() for text in row]

    return read


def tabula():
    """tabula-java in lattice mode, in a Java machine that is already running."""
    import tabula

    def read(path: Path) -> Cells:
        tables = tabula.read_pdf(path, pages="all", lattice=True, output_format="json", silent=True)
        return [cell["text"] for table in tables for row in table["data"] for cell in row]

    return read


TABULA = "tabula (Java, warm)"
ENGINES = {
    "pypdfium2, text only (the floor)": floor,
    "ours, characters and rules only": ours_characters,
    "ours, grids of the statutory tables": ours_grids,
    "ours, read_report whole": ours_whole,
    "camelot, default": camelot_default,
    "camelot, vector, split_text": camelot_vector,
    "pdfplumber": pdfplumber,
    "PyMuPDF": pymupdf,
    TABULA: tabula,
}


def amounts(cells: Cells) -> Counter:
    """The amounts among cells, by value; a cell that holds anything else is none."""
    found: Counter = Counter()
    for text in cells:
        plain = re.sub(r"\s|,", "", unicodedata.normalize("NFKC", str(text or "")))
        if re.fullmatch(r"-?\d+\.\d+|0", plain):
            found[str(Decimal(plain).normalize())] += 1
    return found


def peak_mib() -> float:
    """The most memory that this process has had; where the system does not say, what it has now.

    The peak of ``getrusage`` would be that of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return psutil.Process().memory_info().rss / 2**20


def main(name: str, warm: str, *paths: str):
    """Say that the engine is ready, and answer each line of input with a measured run."""
    warnings.simplefilter("ignore")
    logging.disable()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an engine prints is no answer
    read = ENGINES[name]()
    read(Path(warm))  # what is loaded at the first use is no part of the measurement
    before = peak_mib()
    print("ready", file=answers, flush=True)
    for _ in sys.stdin:
        busy = wall = 0.0
        found = []
        for path in paths:
            begun, so_far = time.perf_counter(), time.process_time()
            cells = read(Path(path))
            busy += time.process_time() - so_far
            wall += time.perf_counter() - begun
            found.append(amounts(cells))  # not measured
        answer = {
            "cpu": busy,
            "wall": wall,
            "before": before,
            "peak": peak_mib(),
            "amounts": found,
        }
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
