"""Compare tables record by record, and a generated report with its truth."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from generator import Generated

import extraction


def printed(frame: pd.DataFrame) -> list[tuple]:
    """A table's records with each amount as its exact digits, printed decimals included."""
    return [tuple(_digits(name, v) for name, v in row.items()) for row in _records(frame)]


def numbers(frame: pd.DataFrame) -> list[tuple]:
    """A table's records with each amount as a Decimal, equal whatever its printed decimals."""
    return [tuple(row.values()) for row in _records(frame)]


def _records(frame: pd.DataFrame) -> list[dict]:
    records = frame.to_dict("records")
    for record in records:
        value = record.get("amount")
        if not (value is None or isinstance(value, Decimal)):
            raise TypeError(f"{value!r} is neither a Decimal nor None")
    return records


def _digits(name: str, value):
    return format(value, "f") if name == "amount" and value is not None else value


def assert_same_tables(found: dict[str, pd.DataFrame], truth: dict[str, list[dict]]):
    """Every table has the truth's columns and records, in its order; amounts are equal numbers."""
    assert [file for file in found if file in truth] == list(truth)
    for file, records in truth.items():
        wanted = [tuple(record.values()) for record in records]
        got = numbers(found[file])
        differ = [(at, a, b) for at, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b]
        assert not differ, f"{file}: {len(differ)} differ; at, found, truth: {differ[0]}"
        assert len(got) == len(wanted), file
        if records:
            assert list(found[file].columns) == list(records[0]), file


def read(made: Generated, folder) -> extraction.Extraction:
    """Write a generated report's PDF to a folder and read it."""
    path = folder / f"{made.name}.pdf"
    path.write_bytes(made.pdf)
    return extraction.extract(path)


def assert_read_whole(made: Generated, folder):
    """Every cell is as the generator printed it, and only the tables that it omits are missing.

    And nothing in the print of a report that is not damaged is found odd.
    """
    result = read(made, folder)
    lines = {"government_fund": made.report.fund, "state_capital": made.report.capital}
    omitted = [
        f"the table {extraction.TITLES[table]} is missing."
        for table, rows in lines.items()
        if made.layout.empty_fund == "omitted" and len(rows) == 1
    ]
    assert [problem.problem for problem in result.missing] == omitted
    assert_same_tables(result.frames, made.truth)
    checks = result.frames["checks"]
    odd = checks["detail"][checks["check"].isin(["places of amounts", "lost rows"])]
    assert odd.empty, f"nothing is damaged, but: {odd.iloc[0]}"
