"""Is a damaged report ever read wrong without a word? `make fuzz-damage N=1000`.

One place in each of N generated PDFs is damaged, and the outcome is one of three: *right* (every
cell is as the report truly states it), *reported* (an error or a finding that an undamaged copy
does not give), or *silent*: a wrong cell and not a word about it. Of the last, a 0 where there was
a blank, or the other way round, is counted by itself: it changes no value.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

from compare import assert_same_tables, read
from damage import KINDS, NotHere, Site, damaged, editable, sites_of
from generator import Generated, generate
from generator.model import draw_report

import extraction
from check_figures import FAIL

MOST_LINES = 30


def problems_of(made: Generated, folder: Path) -> tuple[extraction.Extraction | None, set[str]]:
    """What a reading says of a report: errors, missing tables, and the findings of the checks."""
    try:
        result = read(made, folder)
    except extraction.ReportError as error:
        return None, {str(error)}
    checks = result.frames["checks"]
    fails = checks[checks["verdict"] == FAIL]
    said = {str(problem) for problem in result.missing}
    return result, said | {f"{row.check}: {row.detail}" for row in fails.itertuples()}


def outcome(made: Generated, pdf: bytes, site: Site, usual: set[str]) -> tuple[str, str]:
    """right, reported (and whether its place is named) or silent, and what was said or is wrong."""
    copy = Generated(made.name, pdf, made.truth, made.report, made.layout)
    with tempfile.TemporaryDirectory() as folder:
        result, said = problems_of(copy, Path(folder))
    said -= usual
    wrong = ""
    if result is not None:
        tables = {name: rows for name, rows in made.truth.items() if name != "reports"}
        frames = {name: result.frames[name] for name in result.frames if name in tables}
        try:
            assert_same_tables(frames, tables)
            return "right", "; ".join(sorted(said))
        except AssertionError as error:
            wrong = str(error)
    if not said:
        same_values = all(_values(frames[name]) == _values(tables[name]) for name in tables)
        return "zero for blank" if same_values else "silent", wrong
    named = any(
        re.search(rf"page {site.page}\b|p\. {site.page}\b", text) or site.title in text
        for text in said
    )
    return "reported" if named else "reported elsewhere", min(said)


def _values(records) -> list[tuple]:
    """A table's records, with nothing for a zero: as the sums of the table take it."""
    rows = records if isinstance(records, list) else records.to_dict("records")
    return [tuple((row | {"amount": row["amount"] or None}).values()) for row in rows]


def trial(seed: int) -> list[tuple[str, str, str]]:
    """Kind, outcome and reason for each damaged copy of the report of a seed.

    Long reports are passed over, for speed: damage is done at one place.
    """
    if len(draw_report(seed).revenue) > MOST_LINES:
        return []
    made = editable(generate(seed))
    with tempfile.TemporaryDirectory() as folder:
        _, usual = problems_of(made, Path(folder))
    sites = sites_of(made)
    found = []
    for kind in KINDS:
        rng = Random(f"damage {seed} {kind}")
        try:
            pdf, site = damaged(made, sites, kind, rng)
        except NotHere:
            continue
        found.append((kind, *outcome(made, pdf, site, usual)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz-damage", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many damaged reports")
    parser.add_argument("--seed", type=int, default=5000, help="the first seed")
    parser.add_argument("--verbose", action="store_true", help="print every outcome")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    done, seed = 0, options.seed
    while done < options.count:
        for kind, verdict, reason in trial(seed)[: options.count - done]:
            counts[kind][verdict] += 1
            done += 1
            if options.verbose or verdict in ("zero for blank", "silent"):
                print(f"seed {seed}, {kind}: {verdict}: {reason}", flush=True)
        seed += 1
    verdicts = ("right", "reported", "reported elsewhere", "zero for blank", "silent")
    print(f"{'damage':20}" + "".join(f"{verdict:>20}" for verdict in verdicts))
    for kind in KINDS:
        print(f"{kind:20}" + "".join(f"{counts[kind][verdict]:20}" for verdict in verdicts))
    total: Counter[str] = sum(counts.values(), Counter())
    print(f"{'all':20}" + "".join(f"{total[verdict]:20}" for verdict in verdicts))
    return 1 if total["silent"] else 0


if __name__ == "__main__":
    sys.exit(main())
