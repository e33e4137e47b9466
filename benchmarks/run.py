"""`make bench`: measure the extraction against other engines, and how it grows.

Writes ``docs/benchmarks.md`` and ``docs/benchmarks.png``. All is measured in one run on the same
PDFs: the main report, the published ones that lie in ``../shared/reports`` beside the checkout, and
generated ones. Rounds are interleaved: each engine in turn, and again. Ratios are of processor time,
which other programs on the machine disturb less than the time on the clock.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from statistics import median

import matplotlib.pyplot as plt
import psutil
import pypdfium2
from engines import ENGINES, TABULA

import corpus
import extraction
import report_store
from helpers import PROCESSED, RAW, ROOT, style
from pdf_pages import OPEN_PAGES
from statutory_tables import TITLES

FLOOR, CHARACTERS, GRIDS, WHOLE, CAMELOT = list(ENGINES)[:5]
PUBLISHED = ROOT.parent / "shared" / "reports"
SEEDS = (66, 13)
"""Of the generated reports, one from each typesetter."""
SMALL = 66
"""The seed of the report of which the many reports are copies."""


class Engine:
    """An engine in a process of its own, which runs when it is asked to."""

    def __init__(self, name: str, warm: Path, paths: list[Path]):
        program = str(Path(__file__).with_name("engines.py"))
        self.process = subprocess.Popen(
            [sys.executable, program, name, str(warm), *map(str, paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # warnings of engines about themselves
            text=True,
        )
        self._answer()  # it is ready

    def _answer(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[2]} stopped; see what engines.py says.")
        return line

    def run(self) -> dict:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self._answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# --- Reports and their truth ----------------------------------------------------------------------


def generated(seed: int, folder: Path) -> Path:
    """A generated report, with its truth in a folder beside it."""
    command = [sys.executable, "-m", "generator", "--seed", str(seed), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT / "tests", check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())


def reports(folder: Path) -> dict[Path, Path]:
    """PDF to the folder with its truth, as tables."""
    found = {RAW / "zhuzhou-hrss-2024.pdf": PROCESSED}  # held against its text by the tests
    for path in sorted(PUBLISHED.glob("*.pdf")):
        truth = ROOT / "tests" / "expected" / path.stem
        if truth.exists():
            found[path] = truth
    for seed in SEEDS:
        path = generated(seed, folder)
        found[path] = path.with_suffix("")
    return found


def true_amounts(folder: Path) -> Counter:
    """The amounts that the nine tables of a report print."""
    found: Counter = Counter()
    for name in TITLES:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found.update(
                str(Decimal(row["amount"]).normalize())
                for row in csv.DictReader(file)
                if row["amount"]
            )
    return found


def pages_of(paths) -> int:
    return sum(len(pypdfium2.PdfDocument(path)) for path in paths)


# --- Measurements ---------------------------------------------------------------------------------


def compare(found: dict[Path, Path], rounds: int, slow_rounds: int) -> dict[str, dict]:
    """Time, memory and right amounts of each engine."""
    names = list(ENGINES)
    if not shutil.which("java"):
        names.remove(TABULA)
    engines = {name: Engine(name, next(iter(found)), list(found)) for name in names}
    runs: dict[str, list[dict]] = {name: [] for name in names}
    for number in range(rounds):
        for name, engine in engines.items():
            if name == CAMELOT and number >= slow_rounds:
                continue
            runs[name].append(engine.run() | {"round": number})
            print(f"round {number + 1}: {name}: {runs[name][-1]['cpu']:.2f} s", flush=True)
    for engine in engines.values():
        engine.close()
    truth = [true_amounts(folder) for folder in found.values()]
    floors = {run["round"]: run["cpu"] for run in runs[FLOOR]}
    return {name: _summary(runs[name], floors, truth) for name in names}


def _summary(runs: list[dict], floors: dict[int, float], truth: list[Counter]) -> dict:
    right = sum(
        (Counter(seen) & true).total() for seen, true in zip(runs[0]["amounts"], truth, strict=True)
    )
    return {
        **_spread(runs),
        "wall": median(run["wall"] for run in runs),
        "runs": len(runs),
        "against floor": median(run["cpu"] / floors[run["round"]] for run in runs),
        "peak": max(run["peak"] for run in runs),
        "right": right / sum(true.total() for true in truth),
    }


def _spread(runs: list[dict]) -> dict[str, float]:
    seconds = [run["cpu"] for run in runs]
    return {"cpu": median(seconds), "low": min(seconds), "high": max(seconds)}


def growth_in_pages(sizes: list[int], folder: Path, rounds: int) -> list[dict]:
    """`read_report` on the main report, its pages after the tables repeated."""
    paths = {}
    for size in sizes:
        path = folder / f"pages-{size}.pdf"
        with pypdfium2.PdfDocument(RAW / "zhuzhou-hrss-2024.pdf") as source:
            count = len(source)
            order = [*range(min(size, count))]
            while len(order) < size:
                order += range(count // 3, count)
            made = pypdfium2.PdfDocument.new()
            made.import_pages(source, order[:size])
            made.save(path)
            made.close()
        paths[size] = path
    smallest = paths[min(sizes)]
    grown = _grown({size: Engine(WHOLE, smallest, [path]) for size, path in paths.items()}, rounds)
    return [{"pages": size} | row for size, row in grown.items()]


def growth_in_reports(counts: list[int], folder: Path, rounds: int) -> list[dict]:
    """`read_report` on report after report, in one process."""
    paths = copies(max(counts), folder)
    grown = _grown({n: Engine(WHOLE, paths[0], paths[:n]) for n in counts}, rounds)
    return [{"reports": count} | row for count, row in grown.items()]


def _grown(engines: dict[int, Engine], rounds: int) -> dict[int, dict]:
    """Processor time, and memory beyond what one small report took, by size; interleaved."""
    runs: dict[int, list[dict]] = {size: [] for size in engines}
    for _ in range(rounds):
        for size, engine in engines.items():
            runs[size].append(engine.run())
            print(f"size {size}: {runs[size][-1]['cpu']:.2f} s", flush=True)
    for engine in engines.values():
        engine.close()
    return {
        size: _spread(some) | {"growth": max(run["peak"] - run["before"] for run in some)}
        for size, some in runs.items()
    }


def copies(count: int, folder: Path) -> list[Path]:
    """One generated report under many names, each with other bytes at its end."""
    folder.mkdir(exist_ok=True)
    content = generated(SMALL, folder.parent).read_bytes()
    paths = [folder / f"report-{number:04}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(content + b"\n%% copy %d\n%%%%EOF\n" % number)
    return paths


def processes(numbers: list[int], count: int, folder: Path, rounds: int) -> list[dict]:
    """`make corpus` on many reports with one and more processes, already started; interleaved."""
    raw = folder / "many"
    copies(count, raw)
    (folder / "few").mkdir(exist_ok=True)
    for path in sorted(raw.iterdir())[: 4 * max(numbers)]:
        shutil.copy(path, folder / "few")
    runs: dict[int, list[dict]] = {number: [] for number in numbers}
    for turn in range(rounds):
        for number in numbers:
            with corpus.local_cluster(number) as client:
                for kind in ("few", "many"):  # the few start the reading processes
                    out = folder / f"out-{kind}-{number}-{turn}"
                    begun, own, theirs = time.perf_counter(), time.process_time(), _workers_cpu()
                    states = corpus.extract_corpus(folder / kind, out, client, show=_quietly)
                    seconds = time.perf_counter() - begun
                    own, theirs = time.process_time() - own, _workers_cpu() - theirs
                above = median(client.run(_own_mib).values())
            memory = [state["memory_mib"] for state in states]
            if len(memory) != count or not all(memory):
                raise RuntimeError("Reports were lost.")
            run = {"seconds": seconds, "own": own / count, "cpu": theirs / count, "above": above}
            runs[number].append(run | {"first": memory[:20], "last": memory[-20:]})
            print(f"{count} reports, {number} processes: {seconds:.1f} s", flush=True)
    return [
        {
            "processes": number,
            "seconds": median(run["seconds"] for run in runs[number]),
            "against one": median(
                one["seconds"] / run["seconds"]
                for one, run in zip(runs[numbers[0]], runs[number], strict=True)
            ),
            "cpu": median(run["cpu"] for run in runs[number]),
            "own": median(run["own"] for run in runs[number]),
            "above": max(run["above"] for run in runs[number]),
            "first": median(m for run in runs[number] for m in run["first"]),
            "last": median(m for run in runs[number] for m in run["last"]),
        }
        for number in numbers
    ]


def _workers_cpu() -> float:
    """The processor seconds that the workers and their reading processes have taken."""
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(spent.user + spent.system for spent in times)


def _own_mib() -> float:
    return psutil.Process().memory_info().rss / 2**20


def _quietly(line: str):
    pass


def nothing_twice(folder: Path, rounds: int) -> dict:
    """Seconds to read the main report, and to have it from the store."""
    path, store = RAW / "zhuzhou-hrss-2024.pdf", folder / "store"
    report_store.extract(path, store)
    read, kept = [], []
    for _ in range(rounds):
        read.append(_seconds(lambda: extraction.extract(path)))
        kept.append(_seconds(lambda: report_store.extract(path, store)))
    return {"read": median(read), "kept": median(kept)}


def _seconds(call) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


# --- What is written ------------------------------------------------------------------------------


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def targets(m: dict) -> list[list[str]]:
    """Each target, what was measured, and whether it is met."""
    engines = m["engines"]
    camelot = engines[CAMELOT]["cpu"] / engines[GRIDS]["cpu"]
    others = [n for n in engines if n.startswith(("pdfplumber", "PyMuPDF", "tabula"))]
    ahead = min(engines[name]["cpu"] / engines[GRIDS]["cpu"] for name in others)
    paces = [row["cpu"] / row["pages"] for row in m["pages"]]
    spread = max(paces) / min(paces) - 1
    growth = m["pages"][-1]["growth"]
    two = next((row["against one"] for row in m["processes"] if row["processes"] == 2), 0)
    lines = [
        ("grids at least 60 × faster than camelot's default", f"{camelot:.0f} ×", camelot >= 60),
        (
            "grids at most 4 × the text floor",
            f"{engines[GRIDS]['against floor']:.1f} ×",
            engines[GRIDS]["against floor"] <= 4,
        ),
        (f"grids ahead of {', '.join(others)}", f"at least {ahead:.1f} ×", ahead > 1),
        (
            "all amounts right",
            " % in the grids, ".join(f"{100 * engines[n]['right']:.2f}" for n in (GRIDS, WHOLE))
            + " % in the rows",
            engines[GRIDS]["right"] == engines[WHOLE]["right"] == 1,
        ),
        (
            "`read_report` whole at most 8 × the text floor",
            f"{engines[WHOLE]['against floor']:.1f} ×",
            engines[WHOLE]["against floor"] <= 8,
        ),
        ("time per page constant within 20 %", f"{100 * spread:.0f} %", spread <= 0.2),
        (
            f"memory grows by less than 100 MiB up to {m['pages'][-1]['pages']:,} pages",
            f"{growth:.0f} MiB",
            growth < 100,
        ),
        ("two processes at least 1.8 × as fast as one", f"{two:.2f} ×", two >= 1.8),
    ]
    return [[text, measured, "yes" if met else "**no**"] for text, measured, met in lines]


def why(m: dict) -> str:
    """Where time and memory go."""
    characters, grids, whole = (
        m["engines"][name]["against floor"] for name in (CHARACTERS, GRIDS, WHOLE)
    )
    return f"""Tables need the place of each character and rule, which the floor does not. pdfium gives it for one character, or one point of a rule, at a time; asked in sweeps over a page (`src/pdfium_marks.py`), and with the floor in it, that takes {characters:.1f} × the floor for all pages, before anything is made of them.
The grids of the statutory tables, on the pages that may carry one, take {grids:.1f} ×. `read_report` lays out all pages, and reads tables, text and appendix, audits the numbers and computes the checks: {whole:.1f} ×, of which no one step stands out.

The memory that a long report takes is that of the last {OPEN_PAGES} pages, which are kept open, of all lines of its text, of the rows made of its tables, and of the checks on these rows. Characters, and grids that have been read, are given back.

How much faster two processes are by the clock depends on whether both cores are free, so the processor time of a report with one and with two processes stands beside it."""


def document(m: dict) -> str:
    """The text of docs/benchmarks.md."""
    engines = table(
        ["engine", "processor seconds, median", "lowest – highest", "runs", "× the floor"]
        + ["seconds on the clock", "peak MiB", "amounts right"],
        [
            [name, f"{row['cpu']:.2f}", f"{row['low']:.2f} – {row['high']:.2f}", str(row["runs"])]
            + [f"{row['against floor']:.1f}", f"{row['wall']:.2f}", f"{row['peak']:.0f}"]
            + ["–" if name in (FLOOR, CHARACTERS) else f"{100 * row['right']:.2f} %"]
            for name, row in m["engines"].items()
        ]
        + [[name, "not run: no Java", *[""] * 6] for name in ENGINES if name not in m["engines"]],
    )
    growth, many = (
        table(
            [f"{kind}s", "processor seconds", "lowest – highest", f"ms a {kind}"]
            + ["memory added, MiB"],
            [
                [f"{r[f'{kind}s']:,}", f"{r['cpu']:.2f}", f"{r['low']:.2f} – {r['high']:.2f}"]
                + [f"{1000 * r['cpu'] / r[f'{kind}s']:.2f}", f"{r['growth']:.0f}"]
                for r in m[f"{kind}s"]
            ],
        )
        for kind in ("page", "report")
    )
    two = m["processes"][-1]
    shared = table(
        ["processes", "seconds by the clock", "reports a minute", "× one"]
        + [
            "processor ms a report, workers",
            "and the one that hands out",
            "MiB at first",
            "at last",
        ],
        [
            [str(r["processes"]), f"{r['seconds']:.1f}", f"{60 * m['count'] / r['seconds']:.0f}"]
            + [f"{r['against one']:.2f}", f"{1000 * r['cpu']:.0f}", f"{1000 * r['own']:.1f}"]
            + [f"{r['first']:.0f}", f"{r['last']:.0f}"]
            for r in m["processes"]
        ],
    )
    projected = table(
        ["processes, each with an idle core", "reports a minute, **projected**"],
        [[str(n), f"{60 / (two['cpu'] / n + two['own']):,.0f}"] for n in (1, 2, 8, 32, 128)],
    )
    return f"""# What it costs

`make bench` measures this page and writes it anew; `make bench OPTIONS=--quick` takes a few minutes.
Measured on {m["machine"]}.
Times are processor seconds where nothing else is said, since other programs disturb them less; all times hold as ratios within this one run.

![Processor time of each engine as a multiple of the text floor](benchmarks.png)

## Against other engines

{m["files"]} reports of {m["all pages"]} pages in all: {m["names"]}.
Each engine is loaded and warm; rounds are interleaved, each engine in turn and again.
The floor is what reading the text of these pages costs, without any table.
*Amounts right*: how many of the {m["amounts"]:,} amounts printed in the statutory tables stand in a cell of their own. Engines read the other tables of the reports too, so what they see beyond these amounts is not counted against them.
tabula runs in a Java machine inside the measured process, with its own threads.

{engines}

## Targets

{table(["target", "measured", "met"], m["targets"])}

{why(m)}

## Growth

One report with ever more pages (the main report, its pages after the tables repeated), `read_report` whole; memory is what comes on top of having read the smallest:

{growth}

One report after the other, in one process:

{many}

## Thousands of reports

`make corpus` on {m["count"]} reports of {m["report pages"]} pages, by the clock, worker processes already started, Parquet files included. Memory is that of a reading process with its {m["first"]} first and last reports.

{shared}

What more processes would do was not measured. This projection divides the workers' time of the last line among them, and adds the time of the one process that hands the reports out and writes the tables, which is not divided; it assumes a disk that is fast enough:

{projected}

A process that reads needs about {m["memory"]:.0f} MiB, the Dask worker above it {two["above"]:.0f} MiB more.

## Nothing twice

The main report again, unchanged: {m["twice"]["kept"]:.3f} s from the store instead of {m["twice"]["read"]:.2f} s.
"""


def plot(m: dict, path: Path):
    """Three panels: engines against the floor, and the growth in pages and in reports."""
    style()
    figure, axes = plt.subplots(1, 3, figsize=(13, 4), width_ratios=(1.3, 1, 1))
    names = list(m["engines"])[::-1]
    ratios = [m["engines"][name]["against floor"] for name in names]
    colours = [BLUE if name.startswith("ours") else GREY for name in names]
    bars = axes[0].barh(names, ratios, color=colours)
    axes[0].bar_label(bars, [f"{ratio:.1f}" for ratio in ratios], padding=3)
    axes[0].set(xscale="log", xlim=(0.8, 4 * max(ratios)))
    axes[0].xaxis.set_visible(False)
    axes[0].spines["bottom"].set_visible(False)
    axes[0].tick_params(axis="y", length=0)
    axes[0].set_title(
        "Processor time, multiples of the\ntext floor (the scale grows by factors)", loc="left"
    )
    for ax, kind in ((axes[1], "page"), (axes[2], "report")):
        sizes = [row[f"{kind}s"] for row in m[f"{kind}s"]]
        paces = [1000 * row["cpu"] / row[f"{kind}s"] for row in m[f"{kind}s"]]
        ax.plot(sizes, paces, "o-", color=BLUE)
        for at, (row, size, pace) in enumerate(zip(m[f"{kind}s"], sizes, paces, strict=True)):
            ax.annotate(
                f"{pace:.3g} ms\n+{row['growth']:.0f} MiB",
                (size, pace),
                (0, 10 if at % 2 else -10),
                textcoords="offset points",
                ha="center",
                va="bottom" if at % 2 else "top",
            )
        ax.set(xscale="log", xlabel=f"{kind}s", ylim=(0, 1.5 * max(paces)))
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
        ax.minorticks_off()
        ax.margins(x=0.2)
        ax.set_title(f"read_report: milliseconds a {kind},\nand memory added", loc="left")
    for ax in axes:
        ax.title.set_fontsize(10)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout(w_pad=3)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


BLUE, GREY = "#0072B2", "#999999"


def _load() -> str:
    """How busy the machine is; Windows does not say."""
    return f"{os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else "unknown numbers of"


def main():
    parser = argparse.ArgumentParser(prog="make bench OPTIONS=…", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of all engines")
    parser.add_argument("--slow-rounds", type=int, default=2, help="of camelot's default call")
    parser.add_argument("--growth-rounds", type=int, default=2, help="of growth and processes")
    parser.add_argument("--pages", type=int, nargs="+", default=[30, 300, 3000])
    parser.add_argument("--reports", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, up to 300 pages")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.slow_rounds, options.growth_rounds = 3, 1, 1
        options.pages, options.reports = [30, 300], [1, 40]
    rounds, count, begun = options.rounds, max(options.reports), _load()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        found = reports(folder)
        m = {
            "engines": compare(found, rounds, options.slow_rounds),
            "pages": growth_in_pages(options.pages, folder, options.growth_rounds),
            "reports": growth_in_reports(options.reports, folder / "copies", options.growth_rounds),
            "processes": processes([1, 2], count, folder, options.growth_rounds),
            "twice": nothing_twice(folder, rounds),
            "report pages": pages_of([folder / "many" / "report-0000.pdf"]),
            "names": ", ".join(f"`{path.stem}`" for path in found),
            "all pages": pages_of(found),
            "amounts": sum(true_amounts(truth).total() for truth in found.values()),
        }
    m |= {
        "count": count,
        "files": len(found),
        "first": min(20, count),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}; on average {begun} "
        f"programs were running or waiting for a core when it began, {_load()} when it ended",
        "memory": max(row["last"] for row in m["processes"]),
    }
    m["targets"] = targets(m)
    (options.out / "benchmarks.md").write_text(document(m), encoding="utf-8")
    plot(m, options.out / "benchmarks.png")
    print("\n".join(" | ".join(line) for line in m["targets"]))


if __name__ == "__main__":
    main()
