"""The pages of the site are whole: links, pictures, glossary, dictionary, downloads.

What they look like and do in a browser is tested in test_site_in_browser.py.
"""

import csv
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fontTools.ttLib import TTFont

import helpers
import run_notebooks
import site_build
import site_pages

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
REQUESTS = {"src", "srcset", "poster", "data"}
"""Attributes whose address a browser fetches by itself; so it does a link's `href`."""


class Page(HTMLParser):
    """What of a page the tests look at."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path
        self.links: list[str] = []  # that a reader may follow
        self.assets: list[str] = []  # that a browser fetches
        self.ids: Counter[str] = Counter()
        self.images: list[dict] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "link" and {"stylesheet", "icon"} & set(values.get("rel", "").split()):
            self.assets.append(values["href"])
        self.assets += [values[name] for name in REQUESTS & set(values) if values[name]]
        if tag == "img":
            self.images.append(values)
        if "id" in values:
            self.ids[values["id"]] += 1

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self._open):
            self.text += data


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Page]:
    found = {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}
    assert len(found) > 15
    return found


def is_local(address: str) -> bool:
    return not urlsplit(address).scheme and not urlsplit(address).netloc


def test_every_link_anchor_and_asset_is_there(site, pages):
    broken = []
    for name, page in pages.items():
        for address in filter(is_local, page.links + page.assets):
            parts = urlsplit(address)
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            if not target.is_file() or not target.is_relative_to(site.resolve()):
                broken.append((name, address))
            elif parts.fragment and target.suffix == ".html":
                ids = pages[target.relative_to(site.resolve()).as_posix()].ids
                if unquote(parts.fragment) not in ids:
                    broken.append((name, address))
    assert broken == []


def test_nothing_is_fetched_from_another_host(site, pages):
    for name, page in pages.items():
        foreign = [a for a in page.assets if not is_local(a) and not a.startswith("data:")]
        assert foreign == [], name
    for path in site.rglob("*.css"):
        addresses = re.findall(r"url\(\s*['\"]?([^'\")]+)", path.read_text(encoding="utf-8"))
        imports = re.findall(r"@import\s+['\"]([^'\"]+)", path.read_text(encoding="utf-8"))
        for address in addresses + imports:
            assert is_local(address) or address.startswith("data:"), (path.name, address)


def test_no_address_is_one_of_the_machine_that_built_the_site(pages):
    for name, page in pages.items():
        assert not [a for a in page.links + page.assets if a.startswith(("/", "file:"))], name


def test_every_picture_has_an_alternative_text(pages):
    pictures = [(name, image) for name, page in pages.items() for image in page.images]
    assert len(pictures) > 40
    for name, image in pictures:
        assert image.get("alt", "").strip(), (name, image.get("src", "")[:80])
        assert not image["alt"].endswith((".png", ".svg")), (name, image["alt"])


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_font_of_the_site_has_every_chinese_character_of_its_pages(site, pages, weight):
    font = TTFont(site / "_static" / f"BudgetNotebookSansSC-{weight}.woff")
    used = set(re.findall("[\u3001-\u9fff\uff01-\uff5e]", "".join(p.text for p in pages.values())))
    assert len(used) > 500
    assert used - set(map(chr, font.getBestCmap())) == set()


def test_every_notebook_has_a_page_that_the_start_page_leads_to(pages):
    paths = run_notebooks.in_order()
    assert len(paths) >= 11
    for path in paths:
        name = path.relative_to(helpers.ROOT).with_suffix(".html").as_posix()
        assert name in pages
        assert name in pages["index.html"].links


def test_the_page_of_a_notebook_shows_its_outputs(pages):
    tables = pages["notebooks/10_spending_composition.html"]
    assert "3,199.52" in tables.text
    assert len(tables.images) == 5
    assert tables.path.read_text(encoding="utf-8").count("<details") == 9  # all code is folded


def test_every_table_and_column_is_in_the_dictionary(pages):
    text = pages["dictionary.html"].path.read_text(encoding="utf-8")
    package = json.loads(helpers.PACKAGE.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        anchor = f'id="table-{resource["name"].replace("_", "-")}"'
        section = text.split(anchor, 1)[1].split("</table>", 1)[0]
        columns = re.findall(r'<tr[^>]*><td><p><code[^>]*><span class="pre">(\w+)<', section)
        assert columns == [field["name"] for field in resource["schema"]["fields"]]


def test_every_term_is_in_the_glossary_and_says_where_it_appears(pages):
    text = pages["glossary.html"].text
    with (helpers.ROOT / "docs" / "terms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["zh"] for row in rows if row["zh"] not in text] == []
    assert [row["en"] for row in rows if row["en"].replace("'", "’") not in text] == []
    own = helpers.load("glossary").iloc[0]
    assert own["definition"].replace("\n", "") in text
    entry = text.split("\n基本支出#", 1)[1].split("\n#", 1)[0]
    assert "10 spending composition" in entry
    assert "expenditure.kind" in entry


def test_a_term_on_a_page_leads_to_its_entry_and_says_what_it_means(pages):
    page = pages["notebooks/10_spending_composition.html"]
    source = page.path.read_text(encoding="utf-8")
    links = re.findall(r'<a class="term[^>]*title="([^"]+)"[^>]*>([^<]+)</a>', source)
    assert len({words for _, words in links}) == len(links) > 5
    meaning = {words: title for title, words in links}["部门决算"]
    assert meaning.startswith("Departmental final accounts: What a government department")
    href = re.search(r'<a class="term[^>]*href="([^"]+)"[^>]*>部门决算', source)[1]
    entry = pages["glossary.html"].path.read_text(encoding="utf-8").split(f'id="{href[17:]}"', 1)
    assert href.startswith("../glossary.html#")
    assert entry[1].startswith(">部门决算<")


def test_the_downloads_are_the_files_themselves(site, pages):
    page = pages["downloads.html"]
    files = {
        Path(link).name: page.path.parent / link for link in page.links if "_downloads" in link
    }
    pictures = list(helpers.FIGURES.rglob("*.png"))
    assert len(pictures) > 40
    expected = [*helpers.PROCESSED.glob("*.csv"), helpers.PACKAGE, *pictures]
    for path in expected:
        assert files[path.name].read_bytes() == path.read_bytes()
    rows = len(helpers.load("expenditure"))
    assert re.search(rf"expenditure\.csv\s+Expenditure[^\n]+\s+{rows}\s+8\s+\d+\skB", page.text)


def test_markup_in_a_report_is_shown_and_not_run_in_the_glossary(monkeypatch):
    own = helpers.load("glossary").head(1).assign(term="<b>x", definition="<script>1</script> *a*")
    monkeypatch.setattr(helpers, "load", lambda name: own)
    page = site_pages.glossary()
    assert "\n&lt;b&gt;x\n" in page
    assert r"&lt;script&gt;1&lt;/script&gt; \*a\*" in page
    assert "<script" not in page


def test_a_fault_stops_the_build_and_leaves_the_earlier_site(tmp_path, monkeypatch, capfd):
    earlier = tmp_path / "site"
    earlier.mkdir()
    (earlier / "index.html").write_text("earlier", encoding="utf-8")

    def only_a_page_with_a_dead_link(folder):
        (folder / "conf.py").write_text('extensions = ["myst_nb"]\nnb_execution_mode = "off"\n')
        (folder / "index.md").write_text("# Start\n\n[nowhere](gone.md)\n", encoding="utf-8")

    monkeypatch.setattr(site_build, "gather", only_a_page_with_a_dead_link)
    with pytest.raises(RuntimeError, match="named above"):
        site_build.build(earlier)
    assert "gone.md" in capfd.readouterr().err
    assert (earlier / "index.html").read_text(encoding="utf-8") == "earlier"
