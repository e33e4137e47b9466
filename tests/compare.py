"""Compare tables record by record."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd


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
