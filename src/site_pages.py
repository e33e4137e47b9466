"""The generated pages of the site: glossary, data dictionary, downloads. All are MyST Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import nbformat
import pandas as pd

import helpers
import run_notebooks
import terms
from foreign_text import in_markdown


def generated() -> dict[str, str]:
    """The pages by name."""
    return {"glossary": glossary(), "dictionary": dictionary(), "downloads": downloads()}


def _package() -> dict:
    return json.loads(helpers.PACKAGE.read_text(encoding="utf-8"))


@cache
def tables() -> list[str]:
    """The names of all tables."""
    return [resource["name"] for resource in _package()["resources"]]


def anchor(table: str) -> str:
    """The anchor of a table's section in the dictionary."""
    return f"table-{table.replace('_', '-')}"


def _table(head: tuple[str, ...], rows: Iterable[tuple]) -> str:
    """A table in Markdown; a column whose heading begins with a blank is set to the right."""
    lines = [head, ["---:" if name.startswith(" ") else "---" for name in head], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


# -- the start page --------------------------------------------------------------------------------


def reports() -> str:
    """Which reports the collection holds, and the first of them at one look."""
    lines, pictures = [], []
    for _, row in helpers.load("reports").iterrows():
        whose = f"{in_markdown(terms.beside(row['department']))}, {row['year']}"
        lines.append(f"- {whose}: {row['pages']} pages")
        picture = helpers.FIGURES / row["report"] / "overview.en.png"
        if picture.exists():
            path = picture.relative_to(helpers.ROOT).as_posix()
            pictures.append(f"![Key figures of {whose}](<{path}>)")
    return "\n\n".join(["## The reports", "\n".join(lines), *pictures[:1]]) + "\n"


# -- downloads -------------------------------------------------------------------------------------


def downloads() -> str:
    """The page of all files with their sizes."""
    rows = []
    for resource in _package()["resources"]:
        path = helpers.PROCESSED / resource["path"]
        frame = helpers.load(resource["name"])
        link = f"[{path.name}](data/processed/{path.name})"
        size = f"{max(1, round(path.stat().st_size / 1000)):,}\N{NO-BREAK SPACE}kB"
        rows.append((link, resource["title"], f"{len(frame):,}", len(frame.columns), size))
    pdfs = [
        (_report_link(row["file"]), in_markdown(row["department"]), row["year"], row["pages"])
        for _, row in helpers.load("reports").iterrows()
    ]
    return f"""# Downloads

Every table as CSV (UTF-8 with BOM, which Excel opens as it is), with the rows of all reports below
one another. Amounts are in 万元 (10,000 yuan), and a blank is not a zero. What each column holds
stands in the [data dictionary](dictionary.md).

{_table(("File", "What it is", " Rows", " Columns", " Size"), rows)}

[datapackage.json](data/processed/datapackage.json) describes all of them for programs. How they may
be used: [licence of the data](data/LICENSE.md).

## The reports

{_table(("PDF", "Department", " Year", " Pages"), pdfs)}

[Where the reports come from](data/raw/README.md)

## The figures

For slides and worksheets, with labels in English or Chinese.

{_table(("Figure", "Report", "English", "中文"), _figures())}
"""


def _figures() -> list[tuple]:
    """Each saved figure with links to its picture in both languages."""
    rows = []
    for path in sorted(helpers.FIGURES.glob("*/*.en.png")):
        name, folder = path.name.removesuffix(".en.png"), path.parent
        place = f"{folder.parent.name}/{folder.name}/{name}"
        links = [
            f"[PNG](<{place}.{language}.png> '{name}.{language}')" for language in ("en", "zh")
        ]
        rows.append((name.replace("_", " ").capitalize(), in_markdown(folder.name), *links))
    return rows


def _report_link(file: str) -> str:
    """A report's PDF, linked where it is at hand."""
    name = Path(file).name
    there = (helpers.RAW / name).exists()
    return f"[{in_markdown(name)}](<data/raw/{name}>)" if there else in_markdown(name)


# -- data dictionary -------------------------------------------------------------------------------


def dictionary() -> str:
    """The page of every table and column."""
    described = "[datapackage.json](data/processed/datapackage.json)"
    parts = ["# Data dictionary", f"Every table and every column, as {described} describes them."]
    for resource in _package()["resources"]:
        fields = [
            (
                f"`{field['name']}`",
                in_markdown(field["description"]),
                "; ".join([field["type"], *_limits(field.get("constraints", {}))]),
            )
            for field in resource["schema"]["fields"]
        ]
        parts += [
            f"({anchor(resource['name'])})=\n## {in_markdown(resource['title'])}",
            in_markdown(resource["description"]),
            f"File: [{resource['path']}](data/processed/{resource['path']})",
            _table(("Column", "What it holds", "Values"), fields),
        ]
    return "\n\n".join(parts) + "\n"


def _limits(constraints: dict) -> list[str]:
    """The constraints of a column, in words."""
    parts = ["not blank"] if constraints.get("required") else []
    if "enum" in constraints:
        parts.append("one of " + ", ".join(map(in_markdown, map(str, constraints["enum"]))))
    if "pattern" in constraints:
        parts.append("pattern `" + constraints["pattern"].replace("|", r"\|") + "`")
    if "minimum" in constraints:
        parts.append(f"at least {constraints['minimum']}")
    if "maximum" in constraints:
        parts.append(f"at most {constraints['maximum']}")
    return parts


# -- glossary --------------------------------------------------------------------------------------


@cache
def vocabulary() -> pd.DataFrame:
    """The terms of ``docs/terms.csv``: zh, en, definition (blank where the words say all)."""
    return pd.read_csv(terms.TERMS, encoding="utf-8", dtype=str, keep_default_na=False)


@cache
def meanings() -> dict[str, tuple[str, str]]:
    """The English and the definition of each term that has one."""
    table = vocabulary().query("definition != ''")
    return dict(zip(table["zh"], zip(table["en"], table["definition"], strict=True), strict=True))


def glossary() -> str:
    """The page of all terms: what they mean, what the reports say, and where they appear."""
    own, places = helpers.load("glossary"), _places()
    explained = dict.fromkeys([*meanings(), *own["term"]])
    plain = vocabulary()[~vocabulary()["zh"].isin(list(explained))]
    names = [
        (in_markdown(chinese), in_markdown(english), ", ".join(places.get(chinese, [])))
        for chinese, english in zip(plain["zh"], plain["en"], strict=True)
    ]
    entries = "\n\n".join(_entry(term, own, places) for term in explained)
    return f"""# Glossary

The terms of the reports in Chinese and English, with where they appear: in which notebooks, and in
which columns of the tables. Elsewhere on these pages a dotted line under a term leads here.

## Terms

:::{{glossary}}
{entries}
:::

## Names that need no definition

Lines of the classifications, headings and words of the tables.

{_table(("Chinese", "English", "Appears in"), names)}
"""


def _entry(term: str, own: pd.DataFrame, places: dict[str, list[str]]) -> str:
    """A term for Sphinx's glossary directive: what it means, the reports' own words, places."""
    paragraphs = []
    if term in meanings():
        english, definition = meanings()[term]
        paragraphs.append(f"**{in_markdown(english)}.** {in_markdown(definition)}")
    for _, row in own[own["term"] == term].iterrows():
        where = f"({in_markdown(row['report'])}, p. {row['page']})"
        paragraphs.append(f"In the report's own words: {in_markdown(row['definition'])} {where}")
    if term in places:
        paragraphs.append(f"<small>In {', '.join(places[term])}</small>")
    return "\n".join([in_markdown(term), "\n\n".join(f"  {paragraph}" for paragraph in paragraphs)])


def _places() -> dict[str, list[str]]:
    """Links to the notebooks and the columns of tables in which each term stands."""
    found: dict[str, list[str]] = {}
    known = {*vocabulary()["zh"], *helpers.load("glossary")["term"]}
    search = pattern(known)
    for path in run_notebooks.in_order():
        name = " ".join(path.relative_to(run_notebooks.NOTEBOOKS).with_suffix("").parts)
        link = f"[{name.replace('_', ' ')}]({path.relative_to(helpers.ROOT).as_posix()})"
        for term in sorted(set(search.findall(_text(path)))):
            found.setdefault(term, []).append(link)
    for table in tables():
        frame = helpers.load(table)
        for column in frame.select_dtypes(include="str"):
            for term in sorted(known.intersection(frame[column])):
                found.setdefault(term, []).append(f"[{table}.{column}](#{anchor(table)})")
    return found


def _text(path: Path) -> str:
    """The source of a notebook's cells and what they show, pictures aside."""
    cells = nbformat.read(path, as_version=4).cells
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    shown = [one.get(kind, "") for one in data for kind in ("text/html", "text/markdown")]
    return "\n".join([cell.source for cell in cells] + shown)


def pattern(words: Iterable[str]) -> re.Pattern:
    """What finds Chinese terms in a text: the longest, and none that is a part of a longer word."""
    chinese = [word for word in words if re.search("[\u4e00-\u9fff]", word)]
    longest_first = sorted(chinese, key=len, reverse=True)
    first = "".join(sorted({re.escape(word[0]) for word in chinese}))  # quick to look for
    words = "|".join(map(re.escape, longest_first))
    return re.compile(f"(?=[{first}])(?<![\u4e00-\u9fff])(?:{words})(?![\u4e00-\u9fff])")
