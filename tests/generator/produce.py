"""From a seed to a PDF and its truth."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pypdfium2

from . import document, fonts, layouts, look_alikes
from .grid import Document, Grid, Para, Record
from .layouts import Layout
from .model import Report, draw_report

TYPESETTERS = ("reportlab", "typst")

COLUMNS = {
    "reports": ("report", "year", "department", "unit", "pages", "file", "sha256"),
    "revenue_expenditure": ("report", "year", "page", "side", "line", "item", "amount"),
    "revenue": ("report", "year", "page", "code", "item", "level", "source", "amount"),
    "expenditure": ("report", "year", "page", "code", "item", "level", "kind", "amount"),
    "appropriation": ("report", "year", "page", "side", "line", "item", "fund", "amount"),
    "general_budget": ("report", "year", "page", "code", "item", "level", "kind", "amount"),
    "basic_expenditure": ("report", "year", "page", "code", "item", "level", "group", "amount"),
    "government_fund": ("report", "year", "page", "code", "item", "level", "measure", "amount"),
    "state_capital": ("report", "year", "page", "code", "item", "level", "measure", "amount"),
    "three_public": ("report", "year", "page", "basis", "item", "amount"),
}
"""The columns of each truth file, as the data contract has them."""

Truth = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Generated:
    """One generated report."""

    name: str
    pdf: bytes
    truth: Truth
    report: Report
    layout: Layout


def truth(report: Report, name: str, pdf: bytes, placed: list[tuple[int, Record]]) -> Truth:
    """The rows an extractor must find, file by file."""
    files: Truth = {file: [] for file in COLUMNS}
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = len(opened)
    files["reports"].append(
        {
            "report": name,
            "year": report.year,
            "department": report.department,
            "unit": report.unit,
            "pages": pages,
            "file": f"{name}.pdf",
            "sha256": hashlib.sha256(pdf).hexdigest(),
        }
    )
    for page, record in placed:
        files[record.file].append(
            {"report": name, "year": report.year, "page": page, **record.fields}
        )
    return files


def _texts(doc: Document) -> str:
    texts: list[str] = []
    for block in doc.blocks:
        if isinstance(block, Para):
            texts.append(block.text)
        elif isinstance(block, Grid):
            texts += [block.title, *block.notes, *(part for line in block.over for part in line)]
            texts += [cell.text for row in block.rows for cell in row.cells]
    return "".join(texts)


def generate(seed: int, typesetter: str | None = None, **choices: Any) -> Generated:
    """The report of a seed; `choices` set fields of its `Layout` to given values.

    Without a typesetter named, the seed picks one. The same seed and choices always give the
    same report.
    """
    if typesetter is None:
        typesetter = TYPESETTERS[seed % len(TYPESETTERS)]
    report = draw_report(seed)
    layout = replace(layouts.draw(seed, typesetter), **choices)
    doc = document.build(report, layout, seed)
    lacking = fonts.missing(_texts(doc).replace("\n", "").translate(look_alikes.ALIASES))
    if lacking:
        raise ValueError(f"the font has no glyph for {sorted(lacking)}")
    setter = import_module(f".typeset_{typesetter}", __package__)
    pdf, placed = setter.typeset(doc, layout, seed)
    name = f"generated-{typesetter}-{seed:05}"
    if layout.look_alikes:
        department = look_alikes.printed(report.department, layout.look_alikes)
        report = replace(report, department=department)
    return Generated(name, pdf, truth(report, name, pdf, placed), report, layout)


def write(generated: Generated, folder: Path) -> Path:
    """Write <folder>/<name>.pdf and <folder>/<name>/<file>.csv; return the PDF's path."""
    target = folder / f"{generated.name}.pdf"
    rows_folder = folder / generated.name
    rows_folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(generated.pdf)
    for file, columns in COLUMNS.items():
        with (rows_folder / f"{file}.csv").open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, columns, lineterminator="\n")
            writer.writeheader()
            for row in generated.truth[file]:
                writer.writerow(
                    {
                        key: format(value, "f") if key == "amount" and value is not None else value
                        for key, value in row.items()
                    }
                )
    return target
