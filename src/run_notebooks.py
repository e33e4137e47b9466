"""Execute the notebooks from the command line, so that a second run changes nothing.

``python -m run_notebooks`` runs all of them in place. ``python -m run_notebooks --extract`` runs
those that extract, on the folders that the environment names: ``RAW`` (PDFs) and ``PROCESSED``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

import findings
import helpers
from safe_files import write_file

NOTEBOOKS = helpers.ROOT / "notebooks"
CLASSROOM = (NOTEBOOKS / "lessons", NOTEBOOKS / "solutions")


class _Client(NotebookClient):
    """Shows what the cells print while they run."""

    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            print(msg["content"]["text"], end="", flush=True)
        return super().output(outs, msg, display_id, cell_index)


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom on a new kernel, without leaving times in it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    folder : Path
        The kernel's working folder.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell failed.
    """
    with tempfile.TemporaryDirectory() as sockets:
        settings = {}
        if os.name == "posix":  # ipykernel warns about sockets that other machines could reach
            settings = {"KernelManager": {"transport": "ipc", "ip": str(Path(sockets) / "kernel")}}
        client = _Client(
            notebook,
            config=Config(settings),
            kernel_name="python3",
            timeout=None,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute()
    notebook.metadata.pop("language_info", None)  # it holds the version of this machine's Python
    return notebook


def with_parameters(notebook: nbformat.NotebookNode, **values) -> nbformat.NotebookNode:
    """Set parameters as papermill does: in a cell of its own after the one tagged parameters."""
    for index, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", []):
            source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
            injected = nbformat.v4.new_code_cell(source, id="injected-parameters")
            injected.metadata["tags"] = ["injected-parameters"]
            notebook.cells.insert(index + 1, injected)
            return notebook
    raise ValueError("The notebook has no cell tagged parameters.")


def in_order() -> list[Path]:
    """All notebooks, those that extract first: the others read what they write; then the lessons."""
    own = sorted(NOTEBOOKS.glob("*.ipynb"), key=lambda path: ("_extract_" not in path.name, path))
    return own + [path for folder in CLASSROOM for path in sorted(folder.glob("*.ipynb"))]


def main(arguments: list[str]) -> int:
    extract_only = arguments == ["--extract"]
    values = {}
    if extract_only:
        values = {name: os.environ.get(name, "") for name in ("RAW", "PROCESSED")}
        if not all(values.values()):
            print("Say which folders: make extract RAW=<folder of PDFs> PROCESSED=<folder>")
            return 2
        values = {name: str(Path(value).resolve()) for name, value in values.items()}
    for path in in_order():
        if extract_only and "_extract_" not in path.name:
            continue
        print(f"== {path.relative_to(NOTEBOOKS)}", flush=True)
        notebook = nbformat.read(path, as_version=4)
        if values:
            with_parameters(notebook, **values)
        try:
            execute(notebook, path.parent)
        except CellExecutionError as error:
            print(f"{path.name} stopped: {error.ename}\n{error.evalue}", file=sys.stderr)
            return 1
        if not values:
            write_file(path, (nbformat.writes(notebook) + "\n").encode("utf-8"))
    if not values:
        findings.write_readme(sorted(NOTEBOOKS.glob("*.ipynb")))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("Interrupted. The tables are whole: the earlier ones or the new ones.")
        sys.exit(130)
