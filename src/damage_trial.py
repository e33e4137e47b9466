"""How good are the checks? Damage one amount at a time, and count how often a check notices.

``python -m damage_trial [--times 2000] [--seed 7] [<report.pdf or folder of tables>]`` tries it on
the tables of a report. A damage counts as caught if a check fails that did not fail before. One
that changes a cell by no more than the smallest tolerance of its checks is rounding, which nobody
could notice, and does not count.

What no identity can notice: two parts of the same sum exchanged, a figure that stands alone (a
count of guests), and a rate left out that need not be printed.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random

import pandas as pd

from check_figures import FAIL, LABELS, Books, Check, Figure, as_printed
from checks import check_report, findings, pose
from extraction import read_report
from helpers import PROCESSED
from statutory_tables import TITLES

__all__ = ["KINDS", "Trial", "load_tables", "main", "run_trial", "share_caught", "unprotected"]

Amount = Decimal | None
Key = tuple[str, int, str]


# --- Damage ---------------------------------------------------------------------------------------


def _digit_changed(amount: Decimal, rng: Random) -> Decimal:
    sign, digits, exponent = _padded(amount)
    at = rng.randrange(len(digits))
    digits[at] = rng.choice([d for d in range(10) if d != digits[at]])
    return Decimal((sign, tuple(digits), exponent))


def _digits_swapped(amount: Decimal, rng: Random) -> Decimal | None:
    sign, digits, exponent = _padded(amount)
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    if not places:
        return None
    at = rng.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return Decimal((sign, tuple(digits), exponent))


def _point_moved(amount: Decimal, rng: Random) -> Decimal | None:
    return amount.scaleb(rng.choice((-1, 1))) if amount else None


def _padded(amount: Decimal) -> tuple[int, list[int], int]:
    """Sign, digits as printed (0.05 has three) and exponent."""
    sign, digits, exponent = amount.as_tuple()
    return sign, [0] * max(0, 1 - exponent - len(digits)) + list(digits), exponent


EXCHANGED, BLANKED = "two cells exchanged", "cell blanked"
CHANGES: dict[str, Callable[[Decimal, Random], Decimal | None]] = {
    "digit changed": _digit_changed,
    "two digits swapped": _digits_swapped,
    "decimal point moved": _point_moved,
}
KINDS = [*CHANGES, BLANKED, EXCHANGED]
"""The kinds of damage, drawn with equal chance."""


# --- The trial ------------------------------------------------------------------------------------


@dataclass
class Trial:
    """The tables of one report with their checks, to be damaged again and again.

    Which checks there are depends on no amount. So a damage needs no more than to compute those
    again that look at a changed figure.
    """

    frames: dict[str, pd.DataFrame]

    def __post_init__(self):
        self.books = Books(self.frames)
        self.checks = [check for check in pose(self.books) if isinstance(check, Check)]
        self.clean = [check.outcome() for check in self.checks]
        self.index: dict[Key, list[int]] = defaultdict(list)
        for at, check in enumerate(self.checks):
            for key in {figure.key for figure in check.figures if figure.key}:
                self.index[key].append(at)

    @cached_property
    def columns(self) -> dict[tuple[str, str], list[Figure]]:
        """Table and column to its cells, blank ones too; what two files repeat only once."""
        found: dict = defaultdict(list)
        for table in LABELS:
            for row in self.books.rows[table]:
                if row in self.books.retold:
                    continue
                for column, figure in row.figures.items():
                    found[table, column].append(figure)
        return found

    @cached_property
    def cells(self) -> list[Figure]:
        """The cells that print an amount."""
        return [f for cells in self.columns.values() for f in cells if f.amount is not None]

    def caught(self, changes: dict[Key, Amount]) -> str:
        """The first check that fails with these amounts and not without them; empty if none."""

        def read(figure: Figure) -> Amount:
            return changes.get(figure.key, figure.amount) if figure.key else as_printed(figure)

        touched = sorted({at for key in changes for at in self.index.get(key, ())})
        for at in touched:
            failed = self.clean[at].verdict == FAIL
            if not failed and self.checks[at].outcome(read).verdict == FAIL:
                return self.checks[at].name
        return ""

    def tolerance(self, figure: Figure) -> Decimal:
        """The smallest tolerance of the equations that look at a figure."""
        touching = self.index.get(figure.key, ())
        equations = [at for at in touching if self.checks[at].relation == "="] or touching
        tolerances = (self.clean[at].tolerance for at in equations)
        return min((t for t in tolerances if t is not None), default=Decimal(0))

    def is_beyond_rounding(self, figure: Figure, amount: Amount) -> bool:
        """Whether a new amount differs by more than rounding may explain."""
        change = abs((amount or Decimal(0)) - (figure.amount or Decimal(0)))
        return change > self.tolerance(figure)

    def damage(self, figure: Figure, kind: str, rng: Random) -> dict[Figure, Amount]:
        """The new amounts of the cells that a damage changes; none where it cannot be done."""
        if kind == BLANKED:
            return {figure: None}
        if kind == EXCHANGED:
            column = self.columns[figure.key[0], figure.key[2]]
            others = [other for other in column if other.amount != figure.amount]
            if not others:
                return {}
            other = rng.choice(others)
            return {figure: other.amount, other: figure.amount}
        amount = CHANGES[kind](figure.amount, rng)
        return {} if amount is None or amount == figure.amount else {figure: amount}


def run_trial(frames: dict[str, pd.DataFrame], times: int = 2000, seed: int = 7) -> pd.DataFrame:
    """Damage the tables of one report many times, one cell (or two, exchanged) at a time.

    Parameters
    ----------
    frames : dict of str to DataFrame
        As :func:`extraction.read_report` gives them.
    times : int
        How many damages.
    seed : int
        The same seed gives the same damages.

    Returns
    -------
    DataFrame
        One row for each damage: ``table``, ``place``, ``page``, ``kind``, ``before``, ``after``,
        ``beyond`` (it changes more than rounding may), ``caught`` and ``check`` (by which check).
    """
    trial, rng = Trial(frames), Random(seed)
    records = []
    while trial.cells and len(records) < times:
        figure, kind = rng.choice(trial.cells), rng.choice(KINDS)
        changes = trial.damage(figure, kind, rng)
        if changes:
            check = trial.caught({f.key: amount for f, amount in changes.items()})
            records.append(
                {
                    "table": figure.key[0],
                    "place": figure.place,
                    "page": figure.page,
                    "kind": kind,
                    "before": figure.amount,
                    "after": changes[figure],
                    "beyond": any(trial.is_beyond_rounding(f, a) for f, a in changes.items()),
                    "caught": bool(check),
                    "check": check,
                }
            )
    columns = ["table", "place", "page", "kind", "before", "after", "beyond", "caught", "check"]
    return pd.DataFrame(records, columns=columns)


def share_caught(damages: pd.DataFrame, by: str = "table") -> pd.DataFrame:
    """How many damages beyond rounding were caught, by ``table`` or by ``kind``.

    Parameters
    ----------
    damages : DataFrame
        As :func:`run_trial` gives it.
    by : str
        A column of it.

    Returns
    -------
    DataFrame
        Indexed by that column, and a last line for all: ``damages`` (beyond rounding), ``caught``
        and ``share`` (%).
    """
    beyond = damages[damages["beyond"]]
    found = beyond.groupby(by, sort=False)["caught"].agg(damages="size", caught="sum")
    order = [name for name in [*LABELS, *KINDS] if name in found.index]
    found = found.loc[[*order, *(name for name in found.index if name not in order)]]
    found.loc["all"] = [len(beyond), int(beyond["caught"].sum())]
    found["share"] = (100 * found["caught"] / found["damages"].where(found["damages"] > 0)).round(1)
    return found


def unprotected(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The cells in which not every gross damage is noticed.

    Each printed amount is blanked, multiplied and divided by ten.

    Returns
    -------
    DataFrame
        ``table``, ``place``, ``page``, ``amount``, ``noticed`` (how many of the damages),
        ``damages`` and ``why``.
    """
    trial = Trial(frames)
    records = []
    for figure in trial.cells:
        probes = [None, figure.amount.scaleb(1), figure.amount.scaleb(-1)]
        probes = [amount for amount in probes if (amount or 0) != figure.amount]
        if not figure.amount:
            probes = [Decimal(1000)]
        noticed = sum(bool(trial.caught({figure.key: amount})) for amount in probes)
        if noticed < len(probes):
            records.append(
                {
                    "table": figure.key[0],
                    "place": figure.place,
                    "page": figure.page,
                    "amount": figure.amount,
                    "noticed": noticed,
                    "damages": len(probes),
                    "why": _why(trial, figure),
                }
            )
    return pd.DataFrame(
        records, columns=["table", "place", "page", "amount", "noticed", "damages", "why"]
    )


def _why(trial: Trial, figure: Figure) -> str:
    touching = [trial.checks[at] for at in trial.index.get(figure.key, ())]
    made = [check for check in touching if check.outcome().difference is not None]
    if not touching:
        return "no other figure depends on it"
    if not made:
        return "its checks cannot be made"
    if all(check.outcome().verdict == FAIL for check in made):
        return "its checks fail already"
    return "its checks set a limit only, or have another choice"


# --- The command ----------------------------------------------------------------------------------


def load_tables(source: str | Path) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """The tables of a report's PDF, or of each report in a folder of CSV files, by report."""
    source = Path(source)
    if source.suffix.lower() == ".pdf":
        yield source.stem, read_report(source)
        return
    frames = {
        name: pd.read_csv(
            source / f"{name}.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False
        )
        for name in LABELS
        if (source / f"{name}.csv").exists()
    }
    if not frames:
        raise FileNotFoundError(f"{source} holds no tables. `make run` makes them.")
    reports = dict.fromkeys(name for frame in frames.values() for name in frame["report"])
    for report in reports:
        yield report, {n: f[f["report"] == report] for n, f in frames.items()}


def main(arguments: list[str] | None = None) -> None:
    """Run the trial and print what it found."""
    parser = argparse.ArgumentParser(prog="damage_trial", description=__doc__.partition("\n")[0])
    parser.add_argument("source", nargs="?", default=PROCESSED, help="a PDF, or a folder of tables")
    parser.add_argument("--times", type=int, default=2000, help="how many damages")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    for report, frames in load_tables(options.source):
        damages = run_trial(frames, options.times, options.seed)
        open_cells = unprotected(frames)
        clean = findings(check_report(frames))
        print(f"{report}: {len(damages)} damages, {int(damages['beyond'].sum())} beyond rounding\n")
        forms = share_caught(damages[damages["table"].isin(TITLES)]).loc["all"]
        print(share_caught(damages).to_string())
        print(f"of the nine statutory tables: {forms['share']} %\n")
        print(share_caught(damages, "kind").to_string(), "\n")
        print(f"Contradictions without any damage: {len(clean)}")
        for sentence in clean["sentence"]:
            print(f"  {sentence}")
        print(f"\nCells where some gross damage goes unnoticed: {len(open_cells)}")
        print(open_cells.groupby(["table", "why"], sort=False).size().to_string())


if __name__ == "__main__":
    main()
