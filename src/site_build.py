"""The collection as static pages: ``python -m site_build`` writes them to ``site/``.

Notebooks, documents and tables are laid out for Sphinx as they lie in the repository, so that their
links hold as they are, with the pages that :mod:`site_pages` writes. Nothing is executed: the pages
show what the notebooks hold.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from fontTools import subset
from fontTools.ttLib import TTFont

import helpers
import run_notebooks
import site_pages

SITE = helpers.ROOT / "site"
SOURCES = (
    *("README*.md", "LICENSE", "CITATION.cff", "environment.yml", "requirements.txt"),
    *("docs/*.md", "docs/*.csv", "docs/*.png", "docs/*.svg", "figures/*/*.png"),
    *("data/*.md", "data/*/*.md", "data/raw/*.csv", "data/raw/*.pdf", "data/processed/*"),
)
"""What the pages are made of and link to, besides the notebooks."""

GROUPS = {
    "Start": ("notebooks/00_*",),
    "Lessons": ("notebooks/lessons/*",),
    "From the page to the data": ("notebooks/0[1-9]_*",),
    "What the money says": ("notebooks/1?_*",),
    "Several reports": ("notebooks/[2-9]?_*",),
    "For teachers": ("docs/teaching.md", "notebooks/solutions/*"),
    "Reference": (
        *("glossary.md", "dictionary.md", "downloads.md", "docs/*.md"),
        *("data/*/README.md", "data/LICENSE.md", "README*.md"),
    ),
}
"""The contents of the site: patterns of pages; a page stands where it is found first."""

TITLES = {"README": "About this collection <README>"}
"""How the contents name a page that they do not name by its heading."""

SCRAPS = (".buildinfo", "objects.inv", "*webpack-macros.html", "*.map")
"""What Sphinx and its theme leave that no page uses."""


def gather(folder: Path) -> None:
    """Lay out what Sphinx reads.

    Parameters
    ----------
    folder : Path
        Empty.
    """
    for pattern in SOURCES:
        for path in helpers.ROOT.glob(pattern):
            _put(folder, path, path.read_bytes())
    for path in run_notebooks.in_order():
        _put(folder, path, nbformat.writes(_for_readers(path)).encode("utf-8"))
    for name, text in site_pages.generated().items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    start = (folder / "docs" / "index.md").rename(folder / "index.md")
    parts = [start.read_text(encoding="utf-8"), contents(folder), site_pages.reports()]
    start.write_text("\n".join(parts), encoding="utf-8")
    shutil.copyfile(helpers.ROOT / "docs" / "conf.py", folder / "conf.py")
    shutil.copytree(helpers.ROOT / "docs" / "_static", folder / "_static")
    _write_fonts(folder)


def contents(folder: Path) -> str:
    """The lists of pages by group, for the start page; a group without pages has none."""
    lists, listed = [], set()
    for group, patterns in GROUPS.items():
        found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
        pages = [page for page in dict.fromkeys(found) if page not in listed]
        listed.update(pages)
        names = [page.relative_to(folder).with_suffix("").as_posix() for page in pages]
        names = [TITLES.get(name, name) for name in names]
        if names:
            lists.append(
                "\n".join(["```{toctree}", f":caption: {group}", ":maxdepth: 1", "", *names, "```"])
            )
    return "\n\n".join(lists) + "\n"


def _put(folder: Path, path: Path, content: bytes) -> None:
    target = folder / path.relative_to(helpers.ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _for_readers(path: Path) -> nbformat.NotebookNode:
    """A notebook whose code is folded; of a picture in two formats only the sharper one is kept."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "hide-input"})
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.data.pop("image/jpeg", None)
    return notebook


def _write_fonts(folder: Path) -> None:
    """The project's font for the browser, with the characters of the pages only."""
    texts = (path for path in folder.rglob("*") if path.suffix in {".md", ".ipynb"})
    used = set("".join(path.read_text(encoding="utf-8") for path in texts))
    for path in sorted(helpers.FONTS.glob("*.ttf")):
        font = TTFont(path)
        cut = subset.Subsetter(subset.Options(notdef_outline=True))
        cut.populate(text="".join(sorted(used)))
        cut.subset(font)
        font.flavor = "woff"
        font.save(folder / "_static" / f"{path.stem}.woff")


def build(site: Path = SITE) -> None:
    """Write the pages; an earlier site is replaced once the new one is whole.

    Parameters
    ----------
    site : Path, optional
        The folder of the pages.

    Raises
    ------
    RuntimeError
        Sphinx found a fault, for instance a link that leads nowhere; the earlier site stays.
    """
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory() as scratch:
        sources, pages, trees = (Path(scratch) / name for name in ("sources", "pages", "trees"))
        sources.mkdir()
        gather(sources)
        options = ["-W", "--keep-going", "-q", "-b", "html", "-d", str(trees)]
        if build_main([*options, str(sources), str(pages)]):
            raise RuntimeError("The site was not built: each fault is named above.")
        if site.exists():
            shutil.rmtree(site)
        shutil.copytree(pages, site, ignore=shutil.ignore_patterns(*SCRAPS))


if __name__ == "__main__":
    try:
        build()
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"Open {SITE / 'index.html'} in a browser.")
