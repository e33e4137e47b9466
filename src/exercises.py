"""Questions that a reader answers in the page or in Python, with a hint for each usual mistake.

A question knows the right answer and the wrong ones that usual misunderstandings lead to; its
author computes all of them from the report's tables. The same table of verdicts answers in both
places: :meth:`Question.check` in Python, and the script of ``assets/question.html`` in the page,
without a server or a network. In the page the table is encoded, so that the answer is not read in
passing.

jupyterquiz would serve, but its ids differ in each run, each of its questions takes 43 kB, its
labels cannot be translated, and its forms lack labels and a spoken verdict.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, cached_property
from html import escape

from IPython.display import HTML, Image

import helpers
from amounts import normalise

PREDICTION = "predict_"
"""How the key of a prediction begins; the other questions of a lesson are its exercises."""

PAGE = helpers.ROOT / "assets" / "question.html"
"""Look and script of a question in the page."""

Mistakes = Sequence[tuple[Decimal | str | None, str]]
"""Wrong answers, each with a hint that names the misunderstanding. None is left out, and so is a
wrong answer that is the right one in this report; of two mistakes with one answer the first
counts."""

_UNITS = {
    "%": ("%", "percent"),
    "percentage points": ("percentagepoints", "percentagepoint", "个百分点", "百分点", "%"),
    "万元": ("万元", "万"),
    "yuan": ("yuan", "元"),
}
"""What may stand behind a number, without blanks and in small letters."""

_OPEN = "No answer yet."
_NUMBER = re.compile(r"([+-]?)([0-9]{1,12})(?:[.,]([0-9]*))?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_MINUS = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer; shown, it is the question with the answer and what is said.

    Parameters
    ----------
    question : Question or Absent
    given : str
        The answer as text; empty where there is none.
    kind : str
        ``"right"``, ``"wrong"`` or, where nothing was answered, ``"open"``.
    text : str
        The explanation of a right answer, or the hint.
    """

    question: Question | Absent
    given: str
    kind: str
    text: str

    def __str__(self) -> str:
        opening = {"right": "✓ Right. ", "wrong": "✗ Not yet. ", "open": ""}[self.kind]
        return opening + self.text

    def __repr__(self) -> str:
        return f"{self.question.text}\n{self}"

    def _repr_html_(self) -> str:
        return self.question.html(self)


@dataclass(frozen=True)
class Absent:
    """Stands for a question that this report's tables do not allow, with the reason."""

    key: str
    text: str

    def check(self, answer: object = None) -> Verdict:
        """Nothing to answer, so that the exercise's cell runs."""
        return Verdict(self, "", "open", "This exercise is left out.")

    def key_cells(self) -> str:
        """Its cells in :func:`answer_key`."""
        return f'<td colspan="3" style="text-align: left">{escape(self.text)}</td>'

    def html(self, verdict: Verdict) -> str:
        """The reason as a paragraph."""
        return f"<p>{escape(self.text)} {escape(verdict.text)}</p>"


@dataclass(frozen=True)
class Question:
    """What :class:`Number` and :class:`Choice` share.

    Parameters
    ----------
    key : str
        Its name in the lesson.
    text : str
        The question.
    why : str
        Told with a right answer: how it comes about.
    mistakes : sequence of (answer, hint)
        See :data:`Mistakes`.
    hint : str
        For any other wrong answer.
    """

    key: str
    text: str
    why: str
    mistakes: Mistakes
    hint: str

    def check(self, answer: object = None) -> Verdict:
        """Say whether an answer is right, and if not, what may be misunderstood.

        Parameters
        ----------
        answer : str, int, float, Decimal or a function, optional
            Of a choice its letter or its text. A function computes the answer; a question that
            this report does not allow (:class:`Absent`) does not call it. None: no answer yet.
        """
        given = _as_text(answer() if callable(answer) else answer)
        if not given.strip():
            return Verdict(self, "", "open", _OPEN)
        kind, text = self._verdict(given)
        return Verdict(self, given, kind, text)

    @cached_property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Each known answer, in one form, with the kind of its verdict and the text."""
        found = {self._form(self.right): ("right", self.why)}
        for wrong, hint in [*self.mistakes, *self._near()]:
            if wrong is not None:
                found.setdefault(self._form(wrong), ("wrong", hint))
        return found

    def key_cells(self) -> str:
        """Its cells in :func:`answer_key`: the question, the answer, the usual wrong answers."""
        usual = dict.fromkeys(self._form(wrong) for wrong, _ in self.mistakes if wrong is not None)
        wrong = [(form, self.verdicts[form]) for form in usual]
        lines = [f"{form}: {escape(hint)}" for form, (kind, hint) in wrong if kind == "wrong"]
        cells = (escape(self.text), escape(self.answer), "<br>".join(lines))
        return "".join(f'<td style="text-align: left">{cell}</td>' for cell in cells)

    def _near(self) -> Iterable[tuple[Decimal, str]]:
        return ()

    def html(self, verdict: Verdict) -> str:
        """The question as a form, with the answer and the verdict filled in."""
        told = {"verdicts": self.verdicts, "otherwise": self.hint, "open": _OPEN} | self._told()
        encoded = base64.b64encode(json.dumps(told).encode("ascii")).decode("ascii")
        return (
            # method=dialog: without the script the form does nothing, and leads nowhere.
            f'<form class="question" method="dialog" data-question="{encoded}">\n'
            f"<fieldset>\n<legend>{escape(self.text)}</legend>\n"
            f"{self._fields(verdict.given)}\n"
            f'<button type="submit">Check</button>\n'
            f'<output aria-live="polite" data-verdict="{verdict.kind}">'
            f"{escape(verdict.text) if verdict.given else ''}</output>\n"
            f"</fieldset>\n</form>\n{_page()}"
        )


@dataclass(frozen=True)
class Number(Question):
    """A question for a number.

    Parameters
    ----------
    right : Decimal
        Exact or as printed.
    unit : str
        ``"万元"``, ``"%"``, … or empty for a count or a code.
    decimals : int
        To how many an answer is rounded before it is compared: those that the report prints.
    """

    right: Decimal
    unit: str = "万元"
    decimals: int = 2

    def _form(self, number: Decimal) -> str:
        return _fixed(number, self.decimals)

    def _near(self) -> Iterable[tuple[Decimal, str]]:
        """Mistakes that any number invites."""
        if self.unit:
            yield -self.right, "Look at the sign: is it more or less, a rise or a fall?"
        if self.unit in ("万元", "yuan"):
            other = "Look at the unit: one 万元 is 10,000 yuan."
            yield from ((self.right * 10_000, other), (self.right / 10_000, other))
        if self.unit == "%":
            yield self.right / 100, "That is the share as a fraction; per cent means of each 100."
        if self.decimals:
            steps = {0: ROUND_HALF_UP, self.decimals - 1: ROUND_HALF_UP, self.decimals: ROUND_DOWN}
            for digits, way in steps.items():
                close = self.right.quantize(Decimal(1).scaleb(-digits), way)
                yield close, f"Close. Give it with {_decimals(self.decimals)}, rounded half up."

    def _verdict(self, given: str) -> tuple[str, str]:
        number = _number(given, _UNITS.get(self.unit, ()))
        if number is None:
            return "wrong", self._unreadable
        return self.verdicts.get(self._form(number), ("wrong", self.hint))

    @property
    def _unreadable(self) -> str:
        unit = f" in {self.unit}" if self.unit else ""
        return f"Write one plain number{unit}, with nothing else beside it."

    def _told(self) -> dict:
        units = _UNITS.get(self.unit, ())
        return {"decimals": self.decimals, "units": units, "unreadable": self._unreadable}

    def _fields(self, given: str) -> str:
        wanted = ", ".join(filter(None, [self.unit, _decimals(self.decimals)]))
        return (
            f'<label>Your answer ({escape(wanted)}): <input type="text" name="answer" '
            f'inputmode="decimal" autocomplete="off" value="{escape(given)}"></label>'
        )

    @property
    def answer(self) -> str:
        """The right answer for an answer key."""
        unit = "%" if self.unit == "%" else f" {self.unit}" if self.unit else ""
        return self._form(self.right) + unit


@dataclass(frozen=True)
class Choice(Question):
    """A question with options, of which one is right; they are lettered A, B, C …

    Parameters
    ----------
    right : str
        One of the options.
    options : sequence of str
        In the order in which they are shown.
    """

    right: str
    options: tuple[str, ...] = field(default=())

    def __post_init__(self):
        wrong = {option for option, _ in self.mistakes}
        if not {self.right, *wrong} <= set(self.options):
            raise ValueError(f"{self.key}: an answer is none of the options {self.options}.")

    def _form(self, option: str) -> str:
        return chr(ord("A") + self.options.index(option))

    def _verdict(self, given: str) -> tuple[str, str]:
        words = {normalise(option).lower(): self._form(option) for option in self.options}
        letters = {letter.lower(): letter for letter in words.values()}
        plain = normalise(given).lower()
        letter = words.get(plain) or letters.get(plain.rstrip(".)、"))
        if letter is None:
            return "wrong", f"Answer with one of the letters {', '.join(letters.values())}."
        return self.verdicts.get(letter, ("wrong", self.hint))

    def _told(self) -> dict:
        return {}

    def _fields(self, given: str) -> str:
        plain = normalise(given).lower()
        lines = []
        for option in self.options:
            letter = self._form(option)
            chosen = plain.rstrip(".)、") == letter.lower() or plain == normalise(option).lower()
            lines.append(
                f'<label><input type="radio" name="answer" value="{letter}"'
                f"{' checked' if chosen else ''}> {letter}. {escape(option)}</label>"
            )
        return "\n".join(lines)

    @property
    def answer(self) -> str:
        """The right answer for an answer key."""
        return f"{self._form(self.right)}. {self.right}"


def prediction(key: str, text: str, options: Iterable[str], right: str, why: str) -> Choice:
    """A choice that is made before its figure is opened, which shows what is right."""
    hint = "Open the figure below and compare it with what you expected."
    return Choice(key, text, why, (), hint, right, tuple(options))


def choice(key: str, text: str, options: dict[str, str | None], why: str, hint: str) -> Choice:
    """A choice among options, each with its hint; the right one has none (None)."""
    (right,) = (option for option, said in options.items() if said is None)
    mistakes = [(option, said) for option, said in options.items() if said]
    return Choice(key, text, why, mistakes, hint, right, tuple(options))


Asked = Question | Absent
Questions = Mapping[str, Asked]


def by_key(questions: Iterable[Asked]) -> Questions:
    """The questions of a lesson by their keys, in their order."""
    return {question.key: question for question in questions}


def answer_key(questions: Questions) -> HTML:
    """A table for teachers: the questions of a lesson with their answers in this report.

    Beside each answer stand the usual wrong ones, with the misunderstanding behind each. Questions
    are numbered as the exercises of the lesson are; predictions have no number.
    """
    rows, number = [], 0
    for key, question in questions.items():
        number += not key.startswith(PREDICTION)
        name = "Prediction" if key.startswith(PREDICTION) else f"Exercise {number}"
        rows.append(f"<tr><th>{name}</th>{question.key_cells()}</tr>")
    head = "".join(f"<th>{name}</th>" for name in ("", "Question", "Answer", "Usual wrong answers"))
    return HTML(
        f'<table class="dataframe"><thead><tr>{head}</tr></thead>\n<tbody>'
        + "\n".join(rows)
        + "</tbody></table>"
    )


def reveal(picture: Image, summary: str = "Show the figure") -> HTML:
    """A figure that opens on a click, so that a prediction can come before it.

    Parameters
    ----------
    picture : IPython.display.Image
        Of :meth:`figures.Gallery.picture`.
    summary : str, optional
        The words to click on.
    """
    data = base64.b64encode(picture.data).decode("ascii")
    look = f"width: 100%; min-width: 34em; max-width: {picture.width}px"
    return HTML(
        f"<details><summary>{escape(summary)}</summary>\n"
        # On a phone the labels stay readable, and the figure is moved sideways.
        f'<div style="overflow-x: auto" tabindex="0"><img src="data:image/png;base64,{data}" '
        f'style="{look}" alt="{escape(picture.alt or "")}"></div>\n</details>'
    )


@cache
def _page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _as_text(answer: object) -> str:
    """What was answered as text; a number without exponent."""
    if answer is None:
        return ""
    text = str(answer)
    if isinstance(answer, str):
        return text
    try:
        return format(Decimal(text), "f")
    except InvalidOperation:
        return text


def _number(text: str, units: tuple[str, ...]) -> Decimal | None:
    """The number that a pupil wrote, with or without its unit; None where it is not plain."""
    plain = _MINUS.sub("-", normalise(text).lower().rstrip("?="))
    unit = next((unit for unit in units if plain.endswith(unit)), "")
    plain = plain.removesuffix(unit)
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    parts = _NUMBER.fullmatch(plain)
    return Decimal(f"{parts[1]}{parts[2]}.{parts[3] or 0}") if parts else None


def _fixed(number: Decimal, decimals: int) -> str:
    """A number rounded half up to so many decimals; no zero has a sign."""
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return format(abs(rounded) if not rounded else rounded, "f")


def _decimals(count: int) -> str:
    return {0: "a whole number", 1: "1 decimal"}.get(count, f"{count} decimals")
