"""`python -m generator --seed 7 --count 20 --out DIR`: write reports and their truth."""

from __future__ import annotations

import argparse
from pathlib import Path

from .produce import TYPESETTERS, generate, write


def main() -> None:
    """Write the reports of consecutive seeds."""
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many reports")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--typesetter", choices=TYPESETTERS, help="default: they alternate")
    parser.add_argument("--staff", action="store_true", help="with a table that states the staff")
    options = parser.parse_args()
    choices = {"base_data": True} if options.staff else {}
    for seed in range(options.seed, options.seed + options.count):
        print(write(generate(seed, options.typesetter, **choices), options.out))


if __name__ == "__main__":
    main()
