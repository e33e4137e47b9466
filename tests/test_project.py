"""The project holds together: dependencies, descriptions, notebooks and committed results."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient.exceptions import CellExecutionError
from packaging.markers import Marker
from packaging.requirements import Requirement
from PIL import Image

import extraction
import findings
import helpers
import run_notebooks

ROOT = helpers.ROOT
NOTEBOOKS = sorted(run_notebooks.NOTEBOOKS.glob("*.ipynb"))
CLASSROOM = [path for path in run_notebooks.in_order() if path not in NOTEBOOKS]
"""The lessons and their solutions."""
TEXT_FILES = [
    path
    for path in ROOT.rglob("*")
    if path.is_file()
    and path.suffix in {".py", ".md", ".ipynb", ".toml", ".yml", ".txt", ".cff", ".csv", ".json"}
    and not {".venv", ".git", ".cache", "site"} & set(path.relative_to(ROOT).parts)
]


def locked_versions() -> dict[str, str]:
    """Name to version, for the Python that environment.yml names."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    python = {"python_version": "3.11", "python_full_version": "3.11.0"}
    pins = re.findall(r"^([a-z0-9.-]+)==([^ ;]+)(?: ; ([^\\\n]+))?", lock, flags=re.MULTILINE)
    return {
        name: version
        for name, version, marker in pins
        if not marker or Marker(marker.strip()).evaluate(python)
    }


def direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {Requirement(line).name for line in project["dependencies"]}


# -- dependencies ----------------------------------------------------------------------------------


def test_environment_yml_names_the_direct_dependencies_in_the_locked_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [line for line in environment["dependencies"] if isinstance(line, str)]
    (pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    assert "-e ." in pip
    pins = dict(re.fullmatch(r"([a-z0-9-]+)==(.+)", line).groups() for line in pip if "==" in line)
    pins |= dict(line.split("=") for line in plain if "=" in line)
    assert pins.pop("python") == "3.11"
    assert set(pins) == direct_dependencies()
    locked = locked_versions()
    for name, version in pins.items():
        assert (locked[name] + ".").startswith(version + "."), name


def test_every_locked_package_has_hashes():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[a-z0-9.-]+==)", lock)
    assert len(packages) > 100
    assert [text.split()[0] for text in packages if "--hash=sha256:" not in text] == []


def test_every_module_of_src_is_installed():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    modules = sorted(path.stem for path in (ROOT / "src").glob("*.py"))
    assert tool["setuptools"]["py-modules"] == modules


# -- descriptions ----------------------------------------------------------------------------------


def test_datapackage_describes_the_columns_that_the_extraction_gives():
    package = json.loads(helpers.PACKAGE.read_text(encoding="utf-8"))
    described = {
        resource["name"]: [column["name"] for column in resource["schema"]["fields"]]
        for resource in package["resources"]
    }
    assert described == extraction.COLUMNS
    for resource in package["resources"]:
        assert resource["path"] == resource["name"] + ".csv"
        assert resource["description"] or resource["title"]
        assert all(column["description"] for column in resource["schema"]["fields"])


def test_readme_names_every_file_and_notebook():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in extraction.COLUMNS if f"`{name}.csv`" not in readme] == []
    paths = [path.relative_to(ROOT).as_posix() for path in NOTEBOOKS + CLASSROOM]
    assert [path for path in paths if f"({path})" not in readme] == []


def test_the_chinese_readme_follows_the_revision_of_the_english_one():
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    written, _, found = english.partition("<!-- findings")
    written += found.partition("<!-- end of findings -->")[2]  # made by `make run`, English only
    revision = hashlib.sha256(written.encode("utf-8")).hexdigest()[:10]
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert re.findall(r"修订号 `(\w+)`", chinese) == [revision], "bring README.zh-CN.md up to date"


def test_the_promises_name_tests_and_variations_that_there_are():
    promises = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*.py"))
    named = re.findall(r"`(test_\w+)`", promises)
    assert len(named) > 15
    assert [name for name in named if f"def {name}(" not in tests] == []
    files = re.findall(r"`(test_\w+\.py)`", promises)
    assert [name for name in files if not (ROOT / "tests" / name).exists()] == []


def test_links_of_the_documents_lead_somewhere():
    for path in TEXT_FILES:
        if path.suffix == ".md":
            for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
                assert (path.parent / link).exists(), f"{path.name}: {link}"


# -- the main report -------------------------------------------------------------------------------


def test_typesetting_makes_the_main_report_byte_for_byte(tmp_path):
    made = tmp_path / "report.pdf"
    script = helpers.RAW / "typesetting" / "typeset_report.py"
    subprocess.run([sys.executable, str(script), str(made)], check=True, cwd=tmp_path)
    assert made.read_bytes() == (helpers.RAW / "zhuzhou-hrss-2024.pdf").read_bytes()


def test_the_sources_list_the_committed_report_with_its_sum():
    report = helpers.RAW / "zhuzhou-hrss-2024.pdf"
    sha256 = hashlib.sha256(report.read_bytes()).hexdigest()
    with (helpers.RAW / "SOURCES.csv").open(encoding="utf-8-sig", newline="") as file:
        sums = {row["report"]: row["sha256"] for row in csv.DictReader(file)}
    assert sums["zhuzhou-hrss-2024"] == sha256
    assert sha256 in (helpers.RAW / "README.md").read_text(encoding="utf-8")


# -- notebooks -------------------------------------------------------------------------------------


def name_of(path: Path) -> str:
    return path.relative_to(run_notebooks.NOTEBOOKS).as_posix()


@pytest.mark.parametrize("path", NOTEBOOKS + CLASSROOM, ids=name_of)
def test_notebooks_are_executed_in_order_without_errors_or_warnings(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        assert len(cell.source.splitlines()) <= 30, cell.source
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
    assert notebook.cells[0].source.startswith("# ")
    assert "?" in notebook.cells[0].source.splitlines()[0]
    assert ["parameters"] in [cell.metadata.get("tags") for cell in code]
    nbformat.validate(notebook)


def drifted_cells(committed, fresh) -> list[str]:
    """The ids of the cells whose committed outputs are not those of a fresh run."""
    cells = [cell for cell in fresh.cells if cell.id != "injected-parameters"]
    return [
        old.id
        for old, new in zip(committed.cells, cells, strict=True)
        if old.cell_type == "code" and without_counts(old.outputs) != without_counts(new.outputs)
    ]


def without_counts(outputs):
    return [{k: v for k, v in output.items() if k != "execution_count"} for output in outputs]


def drifted_files(committed: Path, fresh: Path) -> list[str]:
    """The names of freshly made figures that the committed folder holds otherwise, or not."""
    made = [path.relative_to(fresh) for path in sorted(fresh.rglob("*")) if path.is_file()]
    return [
        path.as_posix()
        for path in made
        if not (committed / path).exists()
        or (committed / path).read_bytes() != (fresh / path).read_bytes()
    ]


@pytest.mark.parametrize("path", NOTEBOOKS + CLASSROOM, ids=name_of)
def test_committed_outputs_and_figures_are_what_the_code_gives(path, tmp_path):
    committed = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    if "_extract_" in path.name:  # the one that writes
        run_notebooks.with_parameters(fresh, PROCESSED=str(tmp_path))
    elif draws(fresh):
        run_notebooks.with_parameters(fresh, FIGURES=str(tmp_path))
    run_notebooks.execute(fresh, path.parent)
    assert drifted_cells(committed, fresh) == []
    if draws(fresh):
        assert drifted_files(helpers.FIGURES, tmp_path) == []


def draws(notebook) -> bool:
    """Whether a notebook saves figures."""
    return any("FIGURES = None" in cell.source for cell in notebook.cells)


def test_every_committed_figure_is_shown_by_a_notebook():
    code = [
        cell.source
        for path in NOTEBOOKS
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]
    shown = set(re.findall(r'"(\w+)"', "\n".join(code)))
    names = {path.name for path in helpers.FIGURES.rglob("*.*")}
    assert names
    assert names <= {f"{s}.{lang}.{kind}" for s in shown for lang in LANGUAGES for kind in KINDS}


LANGUAGES, KINDS = ("zh", "en"), ("svg", "png")


@pytest.fixture(scope="module")
def composition():
    return nbformat.read(run_notebooks.NOTEBOOKS / "10_spending_composition.ipynb", as_version=4)


def damaged(notebook, kind, change):
    """A copy in which the first output of a kind is changed, and the id of its cell."""
    copy = deepcopy(notebook)
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            if kind in output.get("data", {}):
                output.data[kind] = change(output.data[kind])
                return copy, cell.id
    raise AssertionError(f"no output of kind {kind}")


def dotted(encoded: str) -> str:
    """A PNG in which one dot has another colour."""
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    picture.putpixel((5, 5), (255, 0, 0))
    buffer = io.BytesIO()
    picture.save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("text/markdown", lambda text: text.replace("77.4", "77.5")),
        ("text/html", lambda text: text.replace("3,199.52", "3,199.53")),
        ("image/png", dotted),
    ],
    ids=["a printed number", "a table cell", "a figure"],
)
def test_a_change_of_a_committed_output_is_noticed(composition, kind, change):
    copy, cell = damaged(composition, kind, change)
    assert drifted_cells(composition, composition) == []
    assert drifted_cells(copy, composition) == [cell]


def test_a_change_of_a_committed_figure_is_noticed(tmp_path):
    committed, fresh = tmp_path / "committed", tmp_path / "fresh"
    for folder in (committed, fresh):
        shutil.copytree(helpers.FIGURES, folder)
    assert drifted_files(committed, fresh) == []
    figure = min(committed.rglob("*.svg"))
    figure.write_bytes(figure.read_bytes().replace(b"L", b"M", 1))
    gone = max(committed.rglob("*.png"))
    gone.unlink()
    assert drifted_files(committed, fresh) == [
        path.relative_to(committed).as_posix() for path in (figure, gone)
    ]


def test_a_glyph_that_would_be_a_box_stops_the_figure(composition, tmp_path):
    copy = deepcopy(composition)
    for cell in copy.cells:  # an English label in a script that the project's fonts do not have
        cell.source = cell.source.replace("share of the total", "share of the total \u0e01")
    run_notebooks.with_parameters(copy, FIGURES=str(tmp_path))
    with pytest.raises(CellExecutionError, match="lack"):
        run_notebooks.execute(copy, run_notebooks.NOTEBOOKS)
    assert not list(tmp_path.rglob("*.*"))


def test_the_findings_of_the_readme_are_those_of_the_notebooks():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = findings.listed(NOTEBOOKS)
    assert listed in readme
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        headings = {c.source.splitlines()[0] for c in notebook.cells if c.cell_type == "markdown"}
        for each in findings.stated(notebook):
            assert f"## {each['section']}" in headings


def test_the_picture_of_the_readme_is_the_notebooks():
    notebook = nbformat.read(ROOT / "notebooks" / "01_extract_tables.ipynb", as_version=4)
    picture, *_ = [
        base64.b64decode(output.data["image/png"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert picture == (ROOT / "docs" / "grid.png").read_bytes()


# -- the committed tables --------------------------------------------------------------------------


def test_the_committed_tables_are_what_the_extraction_gives(tmp_path):
    results, problems = extraction.read_folder(helpers.RAW, show=lambda line: None)
    assert problems == []
    for path in helpers.save_tables(extraction.combine(results), tmp_path):
        assert path.read_bytes() == (helpers.PROCESSED / path.name).read_bytes(), path.name


def test_nothing_in_the_repository_names_a_path_of_one_machine():
    for path in TEXT_FILES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/(?:home|Users|root|tmp|work)/\w", text), path


def test_helpers_is_small():
    assert len(Path(helpers.__file__).read_text(encoding="utf-8").splitlines()) < 250
