"""Make the dataset of this folder again: generate reports, read them, keep what notebook 21 reads.

python make_dataset.py [HOW MANY]
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

import corpus
from helpers import ROOT

HERE = Path(__file__).resolve().parent
WORK = ROOT / ".cache" / "departments"
KEPT = {
    "reports": ["report", "department", "pages"],
    "expenditure": ["report", "page", "code", "item", "level", "kind", "amount"],
    "basic_expenditure": ["report", "page", "code", "item", "level", "group", "amount"],
    "three_public": ["report", "page", "basis", "item", "amount"],
    "base_data": ["report", "page", "group", "item", "period", "basis", "value", "unit"],
    "checks": ["report", "check", "verdict"],
}
"""The tables and columns that are kept; the year is in the path."""


def make(count: int):
    """Generate reports, one for each seed from 1, and write this folder's Parquet files."""
    shutil.rmtree(WORK, ignore_errors=True)
    command = [sys.executable, "-m", "generator", "--seed", "1", "--count", str(count)]
    command += ["--typesetter", "reportlab", "--staff", "--out", str(WORK / "reports")]
    subprocess.run(command, cwd=ROOT / "tests", check=True, stdout=subprocess.DEVNULL)
    corpus.extract_corpus(WORK / "reports", WORK / "tables")
    keep()


def keep():
    """Copy what is kept of the tables that were read."""
    for table, columns in KEPT.items():
        shutil.rmtree(HERE / table, ignore_errors=True)
        for path in sorted((WORK / "tables" / table).glob("year=*/*.parquet")):
            new = HERE / path.relative_to(WORK / "tables")
            new.parent.mkdir(parents=True)
            pq.write_table(pq.ParquetFile(path).read(columns), new, compression="zstd")


if __name__ == "__main__":
    make(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
