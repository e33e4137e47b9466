"""A published report from another province, against its tables as read by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from compare import printed

import extraction

TESTS = Path(__file__).resolve().parent
NAME = "shanghai-putuo-finance-2024"
PDF = TESTS.parents[1] / "shared" / "reports" / f"{NAME}.pdf"
EXPECTED = TESTS / "expected" / NAME

pytestmark = pytest.mark.skipif(
    not PDF.exists(), reason=f"needs ../shared/reports/{NAME}.pdf, which is not part of the project"
)


@pytest.fixture(scope="module")
def tables():
    return extraction.read_report(PDF)


@pytest.mark.parametrize("table", sorted(path.stem for path in EXPECTED.glob("*.csv")))
def test_every_record_of_a_table_is_as_the_published_report_has_it(tables, table):
    with (EXPECTED / f"{table}.csv").open(encoding="utf-8-sig", newline="") as lines:
        head, *rows = csv.reader(lines)
    wanted = [
        tuple(_value(name, text) for name, text in zip(head, row, strict=True)) for row in rows
    ]
    assert list(tables[table].columns) == head
    assert printed(tables[table]) == wanted


def test_all_ten_files_are_expected(tables):
    assert {path.stem for path in EXPECTED.glob("*.csv")} == {"reports", *extraction.TITLES}
    assert set(tables) == set(extraction.COLUMNS)


def _value(name: str, text: str):
    if name in ("year", "page", "pages"):
        return int(text)
    return (text or None) if name == "amount" else text
