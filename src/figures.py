"""How figures and tables are shown to readers: one look, both languages, their source below."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from IPython.display import HTML, Image
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

import helpers
from dataset import Dataset
from safe_files import write_file
from terms import LANGUAGES, Words

GREY, PALE = "#767676", "#D0D0D0"
BLUE, ORANGE, GREEN, SKY, AMBER, PINK = (
    *("#0072B2", "#D55E00", "#009E73", "#56B4E9", "#E69F00", "#CC79A7"),
)
COLOURS = {
    "基本支出": BLUE,
    "项目支出": ORANGE,
    "上缴上级支出": PINK,
    "经营支出": GREEN,
    "对附属单位补助支出": GREY,
    "人员经费": SKY,
    "公用经费": AMBER,
    "上年决算数": PALE,
    "年初预算数": SKY,
    "全年预算数": GREEN,
    "决算数": BLUE,
    "增加": GREEN,
    "减少": PINK,
    "年初有预算": SKY,
    "年初无预算": AMBER,
    "年初预算未列明": PALE,
    "货物": AMBER,
    "工程": GREY,
    "服务": SKY,
    "中小企业": GREEN,
    "小微企业": BLUE,
    "因公出国（境）费": PINK,
    "公务用车购置费": GREY,
    "公务用车运行维护费": BLUE,
    "公务用车购置及运行维护费": BLUE,
    "公务接待费": AMBER,
    "全年执行数": BLUE,
    "执行率": GREY,
    "产出指标": BLUE,
    "效益指标": GREEN,
    "满意度指标": PINK,
    "成本指标": AMBER,
    "其他": PALE,
    "达到": BLUE,
    "未达到": ORANGE,
    "扣分": ORANGE,
    "未扣分": PALE,
    "可比数值": BLUE,
    "不可比数值": GREY,
    "文字描述": AMBER,
}
"""The same colour for the same thing in all notebooks, of Okabe and Ito's palette, which
colour-blind readers can tell apart. What has no colour of its own is ``BLUE``; what a figure only
sets it against is ``PALE``."""

WIDTH = 9.6
"""Of every figure, in inches."""


def canvas(height: float, rows: int = 1, columns: int = 1, **options) -> tuple[Figure, Axes]:
    """An empty figure of the collection's width and look, and its axes.

    Parameters
    ----------
    height : float
        In inches.
    rows, columns : int, optional
        How many axes; more than one come as an array.
    **options
        As of :meth:`matplotlib.figure.Figure.subplots`.
    """
    helpers.style()
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


def headline(figure: Figure, text: str) -> None:
    """Say above a figure what it shows, in as many lines as it needs; it is the alt text, too."""
    figure.set_label(text)
    lines = wrapped(text, WIDTH - 0.3, 14)
    figure.suptitle(lines, x=0.01, ha="left", fontsize=14, weight="bold", linespacing=1.3)


def bars(
    axes: Axes,
    labels: Sequence[str],
    amounts: Sequence[Decimal | None],
    colours: str | Sequence[str] = BLUE,
    notes: Sequence[str] | None = None,
    label_width: float = 3.0,
    starts: Sequence[Decimal] | None = None,
    rows: Sequence[float] | None = None,
    height: float = 0.72,
) -> None:
    """Draw horizontal bars from the top down, with what they amount to at their right ends.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of str
        Broken into lines where wider than ``label_width`` inches.
    amounts : sequence of Decimal or None
        A blank has no bar.
    colours : str or sequence of str, optional
    notes : sequence of str, optional
        The texts at the ends; without them the amounts, as :func:`helpers.money` writes them.
    label_width : float, optional
    starts : sequence of Decimal, optional
        Where the bars begin; without them at 0.
    rows : sequence of float, optional
        Where the middles of the bars are, downwards; without them 0, 1, 2 …
    height : float, optional
        Of a bar.
    """
    lengths = [float(amount or 0) for amount in amounts]
    left = [0.0] * len(lengths) if starts is None else [float(start) for start in starts]
    notes = [helpers.money(amount) for amount in amounts] if notes is None else notes
    rows = range(len(labels)) if rows is None else rows
    axes.barh(rows, lengths, left=left, color=colours, height=height)
    for row, start, length, note in zip(rows, left, lengths, notes, strict=True):
        _note(axes, note, max(start, start + length), row)
    name_rows(axes, labels, label_width, rows)
    if not any(lengths):
        axes.set_xlim(0, 1)  # else the line of zero stands in the middle
    axes.axvline(0, color=GREY, linewidth=0.8)


def bar_chart(
    labels: Sequence[str],
    amounts: Sequence[Decimal | None],
    title: str,
    finding: str,
    colours: str | Sequence[str] = BLUE,
    notes: Sequence[str] | None = None,
) -> Figure:
    """A figure of one group of horizontal bars.

    Parameters
    ----------
    labels, amounts, colours, notes
        As of :func:`bars`.
    title : str
        The unit, and what is measured.
    finding : str
        The headline.
    """
    figure, axes = canvas(1.6 + 0.42 * len(labels))
    bars(axes, labels, amounts, colours, notes)
    axes.set_title(title)
    headline(figure, finding)
    return figure


def bars_beside_texts(
    labels: Sequence[str],
    amounts: Sequence[Decimal],
    colours: Sequence[str],
    notes: Sequence[str],
    texts: Sequence[str],
) -> tuple[Figure, Axes]:
    """A figure of horizontal bars from the top down with a text beside each of them.

    Parameters
    ----------
    labels, amounts, colours, notes
        As of :func:`bars`.
    texts : sequence of str
        Of any length: each row is as high as its text needs.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.axes.Axes
        The axes are those of the bars.
    """
    names = [wrapped(label, 2.0, 10) for label in labels]
    texts = [wrapped(text, 4.4, 9) for text in texts]
    lines = [
        max(name.count("\n"), text.count("\n")) + 1 for name, text in zip(names, texts, strict=True)
    ]
    heights = [0.24 + 0.16 * count for count in lines]
    middles = [sum(heights[:row]) + height / 2 for row, height in enumerate(heights)]
    figure, (axes, side) = canvas(1.7 + sum(heights), 1, 2, sharey=True, width_ratios=(2.2, 4.4))
    bars(axes, labels, amounts, colours, notes, 2.0, rows=middles, height=0.26)
    side.axis("off")
    for middle, text in zip(middles, texts, strict=True):
        side.text(0.02, middle, text, va="center", fontsize=9, linespacing=1.25)
    axes.set_ylim(sum(heights), 0)
    return figure, axes


def stacks(
    axes: Axes, labels: Sequence[str], parts: Mapping[str, Sequence[Decimal]], words: Words
) -> None:
    """Draw horizontal bars of 100% from the top down, each part with its share where it has room.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of str
    parts : mapping of str to sequence of Decimal
        Term to its share in each bar, in per cent; its colour is that of ``COLOURS``.
    words : terms.Words
    """
    left = [0.0] * len(labels)
    for term, shares in parts.items():
        lengths = [float(share) for share in shares]
        axes.barh(range(len(labels)), lengths, left=left, color=COLOURS[term], height=0.72)
        for row, (start, length, share) in enumerate(zip(left, lengths, shares, strict=True)):
            if length >= 6:
                place, ink = (start + length / 2, row), ink_on(COLOURS[term])
                axes.text(*place, f"{share}%", ha="center", va="center", fontsize=9, color=ink)
        left = [start + length for start, length in zip(left, lengths, strict=True)]
    name_rows(axes, labels)
    axes.set_xlim(0, 100)
    key(axes, words, *parts)


class Bar(NamedTuple):
    """A bar of a group: its amount (a blank has none), the note at its end, and how it looks."""

    amount: Decimal | None
    note: str
    colour: str = BLUE
    hatch: str = ""


def groups(
    axes: Axes, labels: Sequence[str], groups_of_bars: Sequence[Sequence[Bar]], width: float = 3.0
) -> None:
    """Draw groups of horizontal bars from the top down, a label before each group.

    A hatched bar is drawn in outline. For the height of the figure count a fifth of an inch a bar,
    and half of that between groups.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of str
    groups_of_bars : sequence of sequences of Bar
    width : float, optional
        Of the labels, in inches.
    """
    place, centres = 0.0, []
    for own in groups_of_bars:
        centres.append(place + (len(own) - 1) / 2)
        for bar in own:
            length = float(bar.amount or 0)
            face, edge = ("white", GREY) if bar.hatch else (bar.colour, bar.colour)
            look = {"color": face, "edgecolor": edge, "hatch": bar.hatch, "linewidth": 0.8}
            axes.barh(place, length, height=0.82, **look)
            _note(axes, bar.note, max(length, 0), place)
            place += 1
        place += 0.6
    name_rows(axes, labels, width, centres)
    axes.set_ylim(place - 0.9, -0.6)
    axes.axvline(0, color=GREY, linewidth=0.8)


def key(axes: Axes, words: Words, *terms: str) -> None:
    """Name the colours of ``terms`` above the axes, on the right; more than two below them."""
    patches = [Patch(color=COLOURS[term], label=words(term)) for term in terms]
    above = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": 2}
    below = {"loc": "upper right", "bbox_to_anchor": (1, 0), "ncols": 4}
    place = above if len(patches) <= 2 else below
    axes.legend(handles=patches, borderpad=0, fontsize=9, **place)


def _note(axes: Axes, note: str, end: float, row: float) -> None:
    """Write at the right end of a bar, for on the left stand the labels."""
    axes.annotate(note, (end, row), (4, 0), textcoords="offset points", va="center", fontsize=9)


def name_rows(
    axes: Axes, labels: Sequence[str], width: float = 3.0, rows: Sequence[float] | None = None
) -> None:
    """Name horizontal bars from the top down, without an axis of amounts.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of str
    width : float, optional
        Labels wider than this many inches are broken into lines.
    rows : sequence of float, optional
        Where the middles of the bars are, downwards; without them 0, 1, 2 …
    """
    rows = range(len(labels)) if rows is None else rows
    axes.set_yticks(rows, [wrapped(label, width, 10) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.xaxis.set_visible(False)
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    red, green, blue = (part**2.2 for part in to_rgb(colour))
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.2 else "black"


def wrapped(text: str, width: float, size: float) -> str:
    """Break a text into lines of about ``width`` inches: at blanks, or between Chinese characters.

    No line begins with a closing mark or ends with an opening one.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line.strip() and _width((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line.rstrip()])


def _width(text: str, size: float) -> float:
    """About how wide a text is, in inches: a Chinese character is a square."""
    return sum(1 if _is_wide(character) else 0.57 for character in text) * size / 72


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _pieces(text: str) -> list[str]:
    """What must stay together on a line."""
    pieces: list[str] = []
    for character in text:
        if not pieces:
            pieces.append(character)
            continue
        last = pieces[-1][-1]
        may_part = last == " " or _is_wide(character) or _is_wide(last)
        closes = unicodedata.category(character) in ("Pe", "Pf", "Po", "Zs")
        opens = unicodedata.category((pieces[-1].rstrip() or " ")[-1]) in ("Ps", "Pi")
        if may_part and not closes and not opens:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def crowded(figure: Figure) -> list[str]:
    """The labels of a figure that overlap or are cut by its edge, a sentence for each."""
    FigureCanvasAgg(figure).draw()  # places the labels
    ticks = {
        id(label): (axis, tick)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.majorTicks, *axis.minorTicks)
        for label in tick.get_children()
    }
    texts = {
        id(text): text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and _is_drawn(*ticks.get(id(text), ()))
    }
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts.values()]
    edge = figure.bbox
    found = [
        f"{text!r} is cut by the edge"
        for text, box in boxes
        if box.x0 < edge.x0 - 1
        or box.x1 > edge.x1 + 1
        or box.y0 < edge.y0 - 1
        or box.y1 > edge.y1 + 1
    ]
    for (text, box), (other, other_box) in combinations(boxes, 2):
        if box.padded(-1).overlaps(other_box.padded(-1)):
            found.append(f"{text!r} and {other!r} overlap")
    return found


def _is_drawn(axis: Axis | None = None, tick: Tick | None = None) -> bool:
    """Whether a label is: one of a tick is not when it is off the axis."""
    if axis is None:
        return True
    low, high = sorted(axis.get_view_interval())
    return axis.get_visible() and low <= tick.get_loc() <= high


Sources = Mapping[str, pd.DataFrame] | Sequence[str]
"""What a figure rests on: tables with the rows of them, or, of several reports, tables alone."""


class Gallery:
    """The figures and tables of a notebook: figures saved in both languages, shown in one.

    Parameters
    ----------
    report : helpers.Report, sequence of helpers.Report, or dataset.Dataset
        Whose figures they are; its name names their folder. Several share the folder
        ``comparison``, and their pages are not cited.
    language : str
        ``"zh"`` or ``"en"``: that of the figures that are shown.
    folder : str or Path, optional
        None: ``figures/``.
    """

    def __init__(
        self,
        report: helpers.Report | Sequence[helpers.Report] | Dataset,
        language: str,
        folder: str | Path | None = None,
    ):
        self.report = report
        self.words = Words(language)
        name = "comparison" if isinstance(report, Sequence) else report.name
        self.folder = Path(folder or helpers.FIGURES) / name

    def show(
        self,
        draw: Callable[[Words], Figure],
        name: str,
        sources: Sources,
    ) -> Image:
        """Draw a figure in each language, save it as SVG and PNG, and give the one to look at.

        Parameters
        ----------
        draw : callable
            Takes a :class:`terms.Words` and gives the figure, its headline set.
        name : str
            ``<name>.<language>.svg`` and ``.png`` are written.
        sources : mapping of str to pandas.DataFrame, or sequence of str
            For the foot line: tables, and the rows of them that the figure rests on; of a dataset,
            the tables alone.

        Warns
        -----
        UserWarning
            Labels overlap, or are cut by the edge.

        Raises
        ------
        ValueError
            The project's fonts have no glyph for a character of a label; nothing was written.
        """
        files, shown = {}, None
        for language in LANGUAGES:
            words = Words(language)
            figure, rendered = self._rendered(draw, name, sources, words, ("svg", "png"))
            files |= {f"{name}.{language}.{kind}": rendered[kind] for kind in rendered}
            if language == self.words.language:
                shown = _image(figure, rendered["png"])
        for file, content in files.items():
            write_file(self.folder / file, content)
        return shown

    def picture(
        self, draw: Callable[[Words], Figure], name: str, sources: Mapping[str, pd.DataFrame]
    ) -> Image:
        """As :meth:`show`, but in the gallery's language only, and nothing is saved."""
        figure, rendered = self._rendered(draw, name, sources, self.words, ("png",))
        return _image(figure, rendered["png"])

    def table(self, frame: pd.DataFrame, caption: str) -> HTML:
        """A table for readers: headings and names in the language, figures as reports print them.

        Parameters
        ----------
        frame : pandas.DataFrame
            Its index is not shown. Numbers are :class:`decimal.Decimal`, int or None.
        caption : str
            With the unit.
        """
        shown = frame.rename(columns=self.words).map(
            lambda value: self.words(value) if isinstance(value, str) else value
        )
        numbers = [
            name for name in shown if any(isinstance(v, (Decimal, int)) for v in shown[name])
        ]
        table = (
            shown.style.format(_printed, escape="html")
            .hide(axis="index")
            .set_caption(caption)
            .set_uuid(hashlib.md5(caption.encode("utf-8")).hexdigest()[:8])
            .set_properties(subset=numbers, **{"text-align": "right"})
            .set_table_styles([{"selector": "caption", "props": "text-align: left"}])
        )
        return HTML(table.to_html())  # a Styler also prints its address, another in each run

    def _rendered(
        self,
        draw: Callable[[Words], Figure],
        name: str,
        sources: Sources,
        words: Words,
        kinds: Sequence[str],
    ) -> tuple[Figure, dict[str, bytes]]:
        """A figure with its foot line, and its bytes; warns where its labels have no room."""
        figure = draw(words)
        self._sign(figure, words, sources)
        rendered = {kind: _rendered(figure, name, kind) for kind in kinds}
        for sentence in crowded(figure):
            warnings.warn(f"Figure {name}.{words.language}: {sentence}.", stacklevel=3)
        return figure, rendered

    def _sign(self, figure: Figure, words: Words, sources: Sources) -> None:
        if isinstance(self.report, helpers.Report):
            places = [words.cite(table, rows) for table, rows in sources.items()]
            whose = f"{words(self.report.department)}, {self.report.year}"
        else:
            several = isinstance(self.report, Sequence)
            whose = _several(self.report, words) if several else self.report.described(words)
            places = [words.title(table) for table in sources]
        line = words.either(zh="资料来源：", en="Source: ") + f"{'; '.join(places)}. {whose}"
        figure.supxlabel(wrapped(line, WIDTH - 0.3, 8), x=0.01, ha="left", fontsize=8, color=GREY)


def _several(reports: Sequence[helpers.Report], words: Words) -> str:
    """Whose figures they are: three reports by their names, more by their number and years."""
    if len(reports) <= 3:
        return "; ".join(f"{words(report.department)}, {report.year}" for report in reports)
    first, last = min(report.year for report in reports), max(report.year for report in reports)
    years = f"{first}" if first == last else f"{first}–{last}"
    return words.either(zh=f"{len(reports)}份决算，{years}", en=f"{len(reports)} reports, {years}")


def _printed(value: object) -> str:
    """A cell's text: money and counts with thousands separators, a blank where there is none."""
    if isinstance(value, Decimal):
        return helpers.money(value)
    if isinstance(value, int):
        return f"{value:,}"
    return "" if pd.isna(value) else str(value)


def _image(figure: Figure, png: bytes) -> Image:
    return Image(png, width=860, alt=figure.get_label())


def _rendered(figure: Figure, name: str, kind: str) -> bytes:
    """The bytes of a figure, the same in each run."""
    buffer = io.BytesIO()
    stamps = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            figure.savefig(buffer, format=kind, metadata=stamps[kind])
        except UserWarning as warning:
            raise ValueError(
                f"Figure {name}: the project's fonts lack a character. {warning}. "
                "Build them anew with it, as assets/fonts/README.md says."
            ) from None
    return buffer.getvalue()
