"""A dataset of many reports is asked where it lies, and its notebook runs on any."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from generator import generate
from test_notebooks_on_other_reports import run

import run_notebooks
from corpus import schema
from dataset import Dataset
from terms import Words

NOTEBOOK = run_notebooks.NOTEBOOKS / "21_compare_a_thousand.ipynb"
FIGURES = ("distribution_of_shares", "failing_checks", "outliers", "three_public_per_employee")


def write(folder: Path, table: str, rows: list[dict], year: int = 2024):
    """Rows as `make corpus` writes them; what a row does not name is blank."""
    columns = schema(table)
    path = folder / table / f"year={year}" / "part-0.parquet"
    path.parent.mkdir(parents=True)
    rows = [{name: row.get(name) for name in columns.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(rows, columns), path)


def write_reports(folder: Path, public: dict[str, str | None], staff: int | None):
    """Reports that spend 100.00, half of it on projects, and what `public` says."""
    named = [{"report": name} for name in public]
    write(folder, "reports", [row | {"department": f"{row['report']}局"} for row in named])
    kinds = {"合计": "100.00", "基本支出": "50.00", "项目支出": "50.00"}
    total = {"level": "合计", "item": "合计"}
    write(
        folder,
        "expenditure",
        [r | total | {"kind": k, "amount": Decimal(a)} for r in named for k, a in kinds.items()],
    )
    groups = [("人员经费", Decimal("40.00")), ("公用经费", Decimal("10.00"))]
    rows = [row | total | {"group": g, "amount": amount} for row in named for g, amount in groups]
    write(folder, "basic_expenditure", rows)
    spent = {name: None if amount is None else Decimal(amount) for name, amount in public.items()}
    base = {"basis": "决算数", "item": "合计"}
    write(folder, "three_public", [r | base | {"amount": spent[r["report"]]} for r in named])
    count = {"item": "实际在职人数", "period": "2024", "unit": "人"}
    stated = [row | count | {"value": staff} for row in named if staff is not None]
    write(folder, "base_data", stated)
    write(folder, "checks", [row | {"check": "classes", "verdict": "pass"} for row in named])


def test_answers_are_exact_and_blanks_stay_blank(tmp_path):
    write_reports(tmp_path / "city", {"a": "0.10", "b": "0.20", "c": None}, 10)
    data = Dataset(tmp_path / "city")
    assert (data.name, data.reports, data.generated) == ("city", 3, 0)
    rows = data.ask("select report, year, amount from three_public order by report")
    assert rows.to_numpy().tolist() == [
        ["a", 2024, Decimal("0.10")],
        ["b", 2024, Decimal("0.20")],
        ["c", 2024, None],
    ]
    assert data.ask("select sum(amount) from three_public").iloc[0, 0] == Decimal("0.30")
    assert data.described(Words("en")) == "3 reports, 2024"


def test_a_folder_without_a_dataset_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no dataset. `make corpus` writes one"):
        Dataset(tmp_path)


def test_the_generated_dataset_says_so_and_holds_what_the_generator_makes():
    data = Dataset()
    assert data.reports == data.generated == 1000
    assert "all of them generated at random" in data.described(Words("en"))
    assert "均为随机生成" in data.described(Words("zh"))
    made = generate(7, "reportlab", base_data=True)
    for table, column in (("expenditure", "kind"), ("three_public", "basis")):
        truth = [(row["item"], row[column], row["amount"]) for row in made.truth[table]]
        rows = data.ask(f"select item, {column}, amount from {table} where report = '{made.name}'")
        assert sorted(rows.itertuples(index=False, name=None), key=str) == sorted(
            ((item, kind, amount and Decimal(amount)) for item, kind, amount in truth), key=str
        )


@pytest.mark.parametrize(
    "public, staff, drawn",
    [
        (
            {"a": "1.00", "b": "2.00", "c": "900.00", "d": None},
            10,
            set(FIGURES[::2]) | {FIGURES[3]},
        ),
        ({"a": "1.00", "b": "1.00"}, 10, {FIGURES[0], FIGURES[3]}),  # none can stand out
        ({"a": "0.00"}, 10, {FIGURES[0]}),
        ({"a": None, "b": None}, None, {FIGURES[0]}),
    ],
    ids=["unequal", "equal", "nothing spent", "nothing stated"],
)
def test_the_notebook_runs_on_any_dataset(public, staff, drawn, tmp_path):
    write_reports(tmp_path / "city", public, staff)
    run(NOTEBOOK, DATA=str(tmp_path / "city"), FIGURES=str(tmp_path))
    pictures = {file.name for file in (tmp_path / "city").glob("*.en.png")}
    assert pictures == {f"{name}.en.png" for name in drawn}
