"""The main report with some of its tables replaced."""

from __future__ import annotations

import pandas as pd

import helpers


class Altered(helpers.Report):
    """The main report, but for the tables that are given."""

    def __init__(self, **tables: pd.DataFrame):
        super().__init__()
        self.tables = tables

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name] if name in self.tables else super().table(name)
