"""A Sphinx extension: words lead on, pictures have texts, and the search finds Chinese.

The first time a term of the glossary stands on a page, it leads to its entry and says what it means
when one points at it. Names of notebooks and of tables lead to their pages.
"""

from __future__ import annotations

import html
import re
from functools import cache

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish
from sphinx.transforms.post_transforms import SphinxPostTransform

import helpers
import run_notebooks
import site_pages

UNLINKED = (nodes.raw, nodes.reference, nodes.title, nodes.literal, nodes.literal_block)
"""Where no term is linked."""

WIDTH = "860px"
"""Of a picture whose output does not say how wide it is to be shown."""


@cache
def _pattern() -> re.Pattern:
    return site_pages.pattern(site_pages.meanings())


@cache
def _chinese() -> dict[str, str]:
    """The Chinese of the English labels in tables; of several the first."""
    return {english: term for term, (english, _) in reversed(site_pages.meanings().items())}


def _meaning(term: str) -> str:
    return ": ".join(site_pages.meanings()[term])


@cache
def _pages() -> dict[str, str]:
    """The page of each notebook; the solutions of a lesson go by the name of the lesson."""
    paths = [path.relative_to(helpers.ROOT) for path in reversed(run_notebooks.in_order())]
    return {path.stem: path.with_suffix("").as_posix() for path in paths}


class Links(SphinxPostTransform):
    """Make references of terms, of names of notebooks, and of names of tables."""

    default_priority = 900  # after the outputs of the notebooks are chosen

    def run(self, **_) -> None:
        self.seen: set[str] = set()
        objects = self.env.domains.standard_domain.objects
        self.entries = {name: entry[1] for (kind, name), entry in objects.items() if kind == "term"}
        for node in list(self.document.findall(nodes.literal)):
            self._name(node)
        if self.env.docname == "glossary":
            return
        for node in list(self.document.findall(lambda n: isinstance(n, (nodes.Text, nodes.raw)))):
            if isinstance(node, nodes.raw):
                self._table(node)
            elif not _within(node, *UNLINKED):
                self._text(node)

    def _name(self, node: nodes.literal) -> None:
        """Lead from `03_check_accounts` to its page, from `checks.csv` to its description."""
        name = node.astext()
        page, anchor = _pages().get(name), ""
        if name.endswith(".csv") and name[:-4] in site_pages.tables():
            page, anchor = "dictionary", site_pages.anchor(name[:-4])
        if page and page != self.env.docname and not _within(node, nodes.reference, nodes.title):
            uri = self._uri(page, anchor)
            link = nodes.reference("", "", node.deepcopy(), internal=True, refuri=uri)
            node.parent.replace(node, link)

    def _text(self, node: nodes.Text) -> None:
        text, parts, end = str(node), [], 0
        for match in _pattern().finditer(text):
            if term := self._first(match[0]):
                look = {"classes": ["term"], "reftitle": _meaning(term), "internal": True}
                link = nodes.reference(term, term, refuri=self._entry(term), **look)
                parts += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
        if parts:
            node.parent.replace(node, [*parts, nodes.Text(text[end:])])

    def _table(self, node: nodes.raw) -> None:
        """Terms in the tables of outputs; what brings a script of its own is left as it is."""
        text = node.astext()
        if "<table" not in text or "<script" in text:
            return

        def linked(cell: re.Match) -> str:
            words = html.unescape(cell[2].strip())
            term = self._first(_chinese().get(words, words))
            if not term:
                return cell[0]
            uri, meaning = html.escape(self._entry(term)), html.escape(_meaning(term))
            return f'{cell[1]}<a class="term" href="{uri}" title="{meaning}">{cell[2]}</a>{cell[3]}'

        made = re.sub(r"(<t[dh][^>]*>)([^<]+)(</t[dh]>)", linked, text)
        node.parent.replace(node, nodes.raw("", made, format=node["format"]))

    def _first(self, term: str) -> str | None:
        """The term, if it has an entry and stands on the page for the first time."""
        if term in self.seen or term not in site_pages.meanings():
            return None
        self.seen.add(term)
        return term

    def _entry(self, term: str) -> str:
        return self._uri("glossary", self.entries[term])

    def _uri(self, page: str, anchor: str = "") -> str:
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        return f"{uri}#{anchor}" if anchor else uri


def _within(node: nodes.Node, *kinds: type) -> bool:
    """Whether a node lies in a node of one of some kinds."""
    while node := node.parent:
        if isinstance(node, kinds):
            return True
    return False


class Outputs(MimeRenderPlugin):
    """How outputs differ from those of myst-nb: pictures have alternative texts, tables scroll."""

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """What myst-nb calls for each output; None leaves it to myst-nb."""
        if data.mime_type == "text/html" and not inline:
            return [nodes.raw("", f'<div class="output">{data.string}</div>', format="html")]
        if data.mime_type != "image/png" or inline:
            return None
        picture, *rest = renderer.render_image(data)
        picture.setdefault("width", WIDTH)
        picture["alt"] = data.output_metadata.get(data.mime_type, {}).get("alt", "")
        if not picture["alt"]:
            renderer.logger.warning("a picture has no alternative text", line=data.line)
        return [picture, *rest]


class ChineseAndEnglish(SearchEnglish):
    """Words for the search: English by their stems, Chinese so that any part of a word is found.

    A run of Chinese characters is kept whole, since the page looks for a query within the words,
    and in pairs, since it compares queries of two characters with whole words only.
    """

    lang = "chinese_and_english"

    def split(self, text: str) -> list[str]:
        words = super().split(text)
        runs = [run for word in words for run in re.findall("[\u3400-\u9fff]{3,}", word)]
        pairs = [run[start : start + 2] for run in runs for start in range(len(run) - 1)]
        return [*words, *pairs]


def setup(app: Sphinx) -> dict:
    """What Sphinx calls."""
    app.add_post_transform(Links)
    app.add_search_language(ChineseAndEnglish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
