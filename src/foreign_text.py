"""Keep text of a report from being run by the programs in which it is shown.

A cell of a CSV file that begins with ``=``, ``+``, ``-`` or ``@`` is a formula for a spreadsheet,
also a quoted one, and a formula can call programs. A report's text may begin so, by accident or on
purpose. Such text is written with an apostrophe before it, as one would type it;
:func:`helpers.load` takes the apostrophe away. Numbers, rates and lone dashes are no formulas and
stay as printed. In a notebook, HTML in a text is shown and not run.
"""

from __future__ import annotations

import re
from html import escape

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_HARMLESS = re.compile(r"[+\-－＋]?[\d,.]*[%％]?|[-－]+")


def guarded(text: str) -> str:
    """The form in which text is written to a CSV file."""
    return "'" + text if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def printed(text: str) -> str:
    """The text of a CSV file as it was before :func:`guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def in_markdown(text: str) -> str:
    """The Markdown that shows text as it is printed."""
    return re.sub(r"([\\`*_\[\]#|~])", r"\\\1", escape(text, quote=False))
