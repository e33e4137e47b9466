"""What the notebooks found, each claim with its place: shown in them, and listed in the README."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
from IPython.display import Markdown

import helpers
from safe_files import write_file
from terms import Words

README = helpers.ROOT / "README.md"
_BEGIN, _END = "<!-- findings: written by `make run` -->", "<!-- end of findings -->"


class Finding(NamedTuple):
    """One claim, computed.

    Parameters
    ----------
    claim : str
        A sentence; its figures come from the data.
    section : str
        The heading of the notebook's section that shows it, without ``#``.
    table : str
        The table it rests on, and
    rows : pandas.DataFrame
        those of its rows.
    """

    claim: str
    section: str
    table: str
    rows: pd.DataFrame

    @property
    def place(self) -> str:
        """Table and pages."""
        return f"{Words('en').cite(self.table, self.rows)} (`{self.table}.csv`)"


def show(found: Iterable[Finding]) -> Markdown:
    """The findings as a list; the README's table is made of what stays in the output's metadata."""
    found = list(found)
    lines = [f"- {each.claim} <small>§ {each.section}; {each.place}</small>" for each in found]
    kept = [{"claim": each.claim, "section": each.section, "place": each.place} for each in found]
    return Markdown("\n".join(lines), metadata={"findings": kept})


def stated(notebook: nbformat.NotebookNode) -> list[dict[str, str]]:
    """The findings that an executed notebook shows: claim, section and place of each."""
    return [
        each
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for each in output.get("metadata", {}).get("text/markdown", {}).get("findings", [])
    ]


def listed(notebooks: Iterable[Path]) -> str:
    """The table of all findings in executed notebooks, as Markdown."""
    lines = ["| finding | where it is shown | what it rests on |", "| --- | --- | --- |"]
    for path in notebooks:
        link = f"[`{path.stem}`](notebooks/{path.name})"
        for each in stated(nbformat.read(path, as_version=4)):
            lines.append(f"| {each['claim']} | {link}, {each['section']} | {each['place']} |")
    return "\n".join(lines)


def write_readme(notebooks: Iterable[Path], readme: Path = README) -> None:
    """Put the table of findings into the README, between its two marks."""
    text = readme.read_text(encoding="utf-8")
    block = f"{_BEGIN}\n{listed(notebooks)}\n{_END}"
    fresh = re.sub(
        f"{re.escape(_BEGIN)}.*{re.escape(_END)}", lambda _: block, text, flags=re.DOTALL
    )
    if fresh != text:
        write_file(readme, fresh.encode("utf-8"))
