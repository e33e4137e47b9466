"""How often are reports that nobody has seen read right? `make fuzz N=500`.

Each of N random reports is typeset by each typesetter, read, and compared cell by cell with its
truth. Every failure is printed with the seed that makes the report again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compare import assert_read_whole
from generator import generate
from generator.produce import TYPESETTERS

import extraction


def outcome(seed: int, typesetter: str) -> tuple[str, str]:
    """right, refused (a report without fault) or wrong, and what went wrong."""
    made = generate(seed, typesetter)
    with tempfile.TemporaryDirectory() as folder:
        try:
            assert_read_whole(made, Path(folder))
        except extraction.ReportError as error:
            return "refused", str(error)
        except AssertionError as error:
            return "wrong", str(error)
    return "right", ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many reports by each typesetter")
    parser.add_argument("--seed", type=int, default=1000, help="the first seed")
    options = parser.parse_args()
    all_right = True
    for typesetter in TYPESETTERS:
        outcomes: Counter[str] = Counter()
        for seed in range(options.seed, options.seed + options.count):
            verdict, reason = outcome(seed, typesetter)
            outcomes[verdict] += 1
            if verdict != "right":
                print(f"{typesetter}, seed {seed}: {verdict}: {reason}", flush=True)
        right = outcomes["right"]
        print(
            f"{typesetter}: {right} of {options.count} reports right in every cell "
            f"({right / options.count:.1%}), {outcomes['refused']} refused, "
            f"{outcomes['wrong']} wrong",
            flush=True,
        )
        all_right &= right == options.count
    return 0 if all_right else 1


if __name__ == "__main__":
    sys.exit(main())
