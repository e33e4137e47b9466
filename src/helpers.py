"""What the notebooks share: where files are, and how tables are loaded and saved."""

from __future__ import annotations

import json
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import matplotlib.style
import pandas as pd
from matplotlib import font_manager

from foreign_text import guarded, printed
from safe_files import complete, new_files

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
PACKAGE = PROCESSED / "datapackage.json"
FONTS = ROOT / "assets" / "fonts"
FIGURES = ROOT / "figures"


def style() -> None:
    """Give matplotlib the collection's own Chinese font, which no machine needs to have, and look."""
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    matplotlib.style.use(FONTS.parent / "figures.mplstyle")


def reports_in(folder: str | Path) -> list[Path]:
    """The PDF files of a folder, by name; others, hidden ones and folders are left alone."""
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder. Name the folder that holds the PDFs.")
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() == ".pdf" and not path.name.startswith(".") and path.is_file()
    )


def load(name: str, folder: str | Path = PROCESSED) -> pd.DataFrame:
    """Load one table that the extraction wrote.

    Parameters
    ----------
    name : str
        File name without ``.csv``, for instance ``"expenditure"``.
    folder : str or Path, optional

    Returns
    -------
    pandas.DataFrame
        Codes and other text are text, a blank one the empty string. Amounts (万元) and other
        numbers are :class:`decimal.Decimal`, None where the cell is blank.
    """
    complete(Path(folder))
    path = Path(folder) / f"{name}.csv"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there. `make run` makes it.")
    columns = _columns(name)
    texts = [column for column, kind in columns.items() if kind == "string"]
    integers = [column for column, kind in columns.items() if kind == "integer"]
    numbers = [column for column, kind in columns.items() if kind == "number"]
    frame = pd.read_csv(
        path,
        encoding="utf-8-sig",
        dtype=dict.fromkeys(texts, str) | dict.fromkeys(integers, "Int64"),
        keep_default_na=False,
        na_values={column: [""] for column in integers},
        converters=dict.fromkeys(numbers, lambda text: Decimal(text) if text else None),
    )
    for column in texts:
        frame[column] = frame[column].map(printed)
    return frame


def _columns(name: str) -> dict[str, str]:
    """The columns of a table with their types, as datapackage.json describes them."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] == name:
            return {column["name"]: column["type"] for column in resource["schema"]["fields"]}
    known = ", ".join(resource["name"] for resource in package["resources"])
    raise KeyError(f"{name} is no table of this collection; there are {known}.")


class Report:
    """One report among those that were extracted: what it is, and its rows in every table.

    Parameters
    ----------
    name : str, optional
        The report's key, its file name without ``.pdf``. None: the first of ``reports.csv``.
    folder : str or Path, optional
        The folder of the tables; None: ``data/processed``.

    Raises
    ------
    KeyError
        No report of that name was extracted.
    """

    def __init__(self, name: str | None = None, folder: str | Path | None = None):
        self.folder = Path(folder or PROCESSED)
        known = load("reports", self.folder).set_index("report")
        if name not in known.index and not (name is None and len(known)):
            raise KeyError(
                f"{name or 'No report'} was extracted; there are {list(known.index)}. "
                "Put the PDF into data/raw and say `make run`."
            )
        self.name: str = known.index[0] if name is None else name
        self.year = int(known.loc[self.name, "year"])
        self.department: str = known.loc[self.name, "department"]

    def table(self, name: str) -> pd.DataFrame:
        """The report's rows of one table (see :func:`load`), in the report's order."""
        frame = load(name, self.folder)
        return frame[frame["report"] == self.name]


def percent(part: Decimal, whole: Decimal, digits: int = 1) -> Decimal:
    """A share in per cent, exact, then rounded half up as the reports do; ``whole`` is not 0."""
    return (100 * part / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def money(amount: Decimal | None) -> str:
    """An amount for readers: with thousands separators and its own decimals; a blank stays one."""
    return "" if amount is None else f"{amount:,f}"


def save_tables(frames: dict[str, pd.DataFrame], folder: str | Path = PROCESSED) -> list[Path]:
    """Write tables as CSV (UTF-8 with BOM, LF), all of them or none.

    The files are written beside the old ones, validated against ``datapackage.json``, and only then
    put in their place. Text that a spreadsheet would run as a formula gets an apostrophe, which
    :func:`load` takes away (see :mod:`foreign_text`).

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        File name without ``.csv`` to table.
    folder : str or Path, optional
        Made when it is not there. ``datapackage.json`` is put beside the files.

    Raises
    ------
    ValueError
        A table is not as ``datapackage.json`` describes it; nothing was written.
    OSError
        The folder cannot be written; what is in it stays.
    """
    folder = Path(folder)
    with new_files(folder) as staged:
        for name, frame in frames.items():
            plain = frame.map(_written)
            plain.to_csv(
                staged / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
            )
        shutil.copyfile(PACKAGE, staged / PACKAGE.name)
        validate(staged)
        names = sorted(path.name for path in staged.iterdir())
    return [folder / name for name in names]


def _written(value):
    if isinstance(value, Decimal):
        return format(value, "f")
    return guarded(value) if isinstance(value, str) else value


def validate(folder: str | Path) -> None:
    """Check a folder's CSV files against the ``datapackage.json`` beside them.

    Raises
    ------
    ValueError
        With each file, row and column that is not as described.
    """
    from frictionless import Package, system  # a second to import, and only writing needs it

    with system.use_context(trusted=True):
        report = Package(str(Path(folder) / PACKAGE.name)).validate()
    if not report.valid:
        lines = [
            f"{task.name}.csv, row {row}, column {field}: {message}"
            for task in report.tasks
            for row, field, message in task.flatten(["rowNumber", "fieldName", "message"])
        ]
        raise ValueError("The tables are not as datapackage.json says:\n" + "\n".join(lines[:20]))
