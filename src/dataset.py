"""A Parquet dataset of many reports, as :mod:`corpus` writes it, asked where it lies with SQL.

Only the columns and rows that a question needs are read, so the dataset may be larger than memory.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from helpers import ROOT
from terms import Words

GENERATED = ROOT / "data" / "generated"


class Dataset:
    """The tables of many reports; amounts are exact, in 万元.

    Parameters
    ----------
    folder : str or Path, optional
        What ``make corpus`` wrote, or a part of it; None: ``data/generated``.
    memory : str, optional
        What a question may take, for instance ``"256MB"``.

    Attributes
    ----------
    name : str
        The folder's.
    reports, generated : int
        How many reports it holds, and how many of them are generated.

    Raises
    ------
    FileNotFoundError
        The folder holds no dataset.
    """

    def __init__(self, folder: str | Path | None = None, memory: str = "256MB"):
        folder = Path(folder or GENERATED).resolve()
        self.name = folder.name
        self._database = duckdb.connect(config={"memory_limit": memory, "threads": 1})
        for table in sorted({path.parents[1] for path in folder.glob("*/year=*/*.parquet")}):
            self._database.read_parquet(
                str(table / "*" / "*.parquet"), hive_partitioning=True
            ).create_view(table.name)
        if ("reports",) not in self._database.sql("show tables").fetchall():
            raise FileNotFoundError(
                f"{folder} holds no dataset. `make corpus` writes one from a folder of PDFs."
            )
        ((self.reports, self.generated, self._first, self._last),) = self._database.sql(
            "select count(*), count(*) filter (report like 'generated-%'), min(year), max(year) "
            "from reports"
        ).fetchall()

    def ask(self, query: str) -> pd.DataFrame:
        """The answer to a question in SQL; each table is known by its name.

        Returns
        -------
        pandas.DataFrame
            Amounts are :class:`decimal.Decimal`, what is blank is None.
        """
        answer = self._database.sql(query)
        return pd.DataFrame(answer.fetchall(), columns=answer.columns, dtype=object)

    def described(self, words: Words) -> str:
        """Whose figures these are, for the foot line of a figure; says how many are made up."""
        years = str(self._first)
        if self._last != self._first:
            years += f"–{self._last}"
        if not self.generated:
            return words.either(
                zh=f"{self.reports:,}份决算，{years}", en=f"{self.reports:,} reports, {years}"
            )
        which = self.generated if self.generated < self.reports else words.either(zh="均", en="all")
        return words.either(
            zh=f"{self.reports:,}份决算，{years}，{which}为随机生成，不涉及任何真实部门",
            en=f"{self.reports:,} reports, {years}, {which} of them generated at random, of no real "
            "department",
        )
