"""What is written to a folder: all tables or none, and the same values when they are loaded."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
import text_truth
from compare import printed

import extraction
import helpers


@pytest.fixture(scope="module")
def tables():
    return extraction.read_report(text_truth.PDF)


def contents(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_table_is_written_beside_its_description(tables, tmp_path):
    folder = tmp_path / "a new" / "文件夹"
    written = helpers.save_tables(tables, folder)
    names = sorted([*(f"{name}.csv" for name in tables), "datapackage.json"])
    assert sorted(contents(folder)) == names
    assert sorted(path.name for path in written) == names
    assert (folder / "datapackage.json").read_bytes() == helpers.PACKAGE.read_bytes()


def test_a_file_has_a_byte_order_mark_a_header_row_and_line_feeds(tables, tmp_path):
    helpers.save_tables(tables, tmp_path)
    content = (tmp_path / "expenditure.csv").read_bytes()
    lines = content.decode("utf-8").split("\n")
    assert lines[:2] + lines[13:15] + lines[-1:] == [
        "\ufeffreport,year,page,code,item,level,kind,amount",
        "zhuzhou-hrss-2024,2024,13,,合计,合计,合计,4133.00",
        "zhuzhou-hrss-2024,2024,13,20101,人大事务,款,合计,1.50",
        "zhuzhou-hrss-2024,2024,13,20101,人大事务,款,基本支出,",
        "",
    ]
    assert b"\r" not in content
    assert len(lines) == 1 + 246 + 1


def test_every_table_comes_back_as_it_was_saved(tables, tmp_path):
    helpers.save_tables(tables, tmp_path)
    for name, frame in tables.items():
        loaded = helpers.load(name, tmp_path)
        assert list(loaded.columns) == list(frame.columns)
        assert printed(loaded) == printed(frame)


def test_a_zero_a_blank_a_code_and_a_line_come_back_as_printed(tables, tmp_path):
    helpers.save_tables(tables, tmp_path)
    capital = helpers.load("state_capital", tmp_path)
    assert [str(v) for v in capital["amount"]] == ["None", "0.00", "None"]
    assert list(capital["code"]) == ["", "", ""]
    assert helpers.load("revenue", tmp_path)["code"][7] == "201"
    assert helpers.load("revenue_expenditure", tmp_path)["line"][0] == "1"


@pytest.mark.parametrize(
    "amount", ["0.0000000001", "12345678901234567890.12", "-0.50", "100000000", "4133.0000"]
)
def test_an_amount_is_written_digit_by_digit(tables, tmp_path, amount):
    changed = tables["three_public"].copy()
    changed.loc[0, "amount"] = Decimal(amount)
    helpers.save_tables(tables | {"three_public": changed}, tmp_path)
    assert f",预算数,合计,{amount}\n" in (tmp_path / "three_public.csv").read_text("utf-8-sig")
    assert format(helpers.load("three_public", tmp_path)["amount"][0], "f") == amount


@pytest.mark.parametrize(
    ("table", "column", "wrong"),
    [
        ("expenditure", "kind", "其他"),
        ("expenditure", "code", "21"),
        ("revenue", "item", ""),
        ("three_public", "page", 0),
        ("three_public", "amount", "34,49"),
        ("reports", "sha256", "unknown"),
    ],
)
def test_a_wrong_value_leaves_the_earlier_files_as_they_were(
    tables, tmp_path, table, column, wrong
):
    helpers.save_tables(tables, tmp_path)
    before = contents(tmp_path)
    changed = tables[table].astype(object)
    changed.loc[0, column] = wrong
    other = tables["basic_expenditure"].iloc[:-1]
    with pytest.raises(ValueError, match="not as datapackage.json says") as refused:
        helpers.save_tables(tables | {"basic_expenditure": other, table: changed}, tmp_path)
    assert contents(tmp_path) == before
    assert f"{table}.csv, row 2, column {column}: " in str(refused.value)


def test_a_refusal_to_write_names_the_file(tables, tmp_path):
    wrong = tables["expenditure"].assign(kind="其他")
    with pytest.raises(ValueError, match="expenditure"):
        helpers.save_tables(tables | {"expenditure": wrong}, tmp_path)


def test_a_file_that_cannot_be_replaced_leaves_the_earlier_files_as_they_were(tables, tmp_path):
    helpers.save_tables(tables, tmp_path)
    (tmp_path / "revenue.csv").unlink()
    (tmp_path / "revenue.csv").mkdir()  # as a file that another program keeps open on Windows
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(OSError, match="revenue.csv"):
        helpers.save_tables({name: frame.iloc[:1] for name, frame in tables.items()}, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_table_that_lacks_a_column_leaves_an_empty_folder_empty(tables, tmp_path):
    lacking = tables["revenue"].drop(columns="source")
    with pytest.raises(ValueError, match='missing label in the header\'s field "source"'):
        helpers.save_tables(tables | {"revenue": lacking}, tmp_path)
    assert contents(tmp_path) == {}


def test_a_report_that_is_listed_twice_is_not_written(tables, tmp_path):
    twice = pd.concat([tables["reports"]] * 2)
    with pytest.raises(ValueError, match="violates the primary key"):
        helpers.save_tables(tables | {"reports": twice}, tmp_path)
    assert contents(tmp_path) == {}


def test_an_older_file_of_another_kind_is_left_alone(tables, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    helpers.save_tables(tables, tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_loading_what_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"revenue\.csv is not there\. `make run` makes it"):
        helpers.load("revenue", tmp_path)


def test_the_pdfs_of_a_folder_are_listed_by_name(tmp_path):
    for name in ("b.pdf", "a.PDF", "二.pdf", "a.csv", "pdf"):
        (tmp_path / name).touch()
    (tmp_path / "typesetting").mkdir()
    assert [path.name for path in helpers.reports_in(tmp_path)] == ["a.PDF", "b.pdf", "二.pdf"]
    with pytest.raises(FileNotFoundError, match="nowhere is no folder"):
        helpers.reports_in(tmp_path / "nowhere")
