"""A damaged PDF is read right, or an error or a finding tells; never wrong without a word."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from damage import KINDS, damaged, editable, sites_of
from fuzz_damage import outcome, problems_of
from generator import generate
from test_layouts import EMPTY, MIXED, PLAIN


@cache
def whole(typesetter, seed, folder):
    made = editable(generate(seed, typesetter, **PLAIN))
    return made, sites_of(made), problems_of(made, folder)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("whole")


@pytest.mark.parametrize(
    ("typesetter", "seed"), [("reportlab", MIXED), ("typst", EMPTY)], ids=["reportlab", "typst"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_never_silent(kind, typesetter, seed, folder):
    made, sites, usual = whole(typesetter, seed, folder)
    pdf, site = damaged(made, sites, kind, Random(f"{kind} {typesetter}"))
    verdict, reason = outcome(made, pdf, site, usual)
    assert verdict in ("right", "reported"), reason


@pytest.mark.parametrize("kind", ["letter_for_digit", "column_shifted", "overlapping_text"])
def test_damage_to_a_figure_is_told_with_its_place(kind, folder):
    """What cannot be read right at all, so that the trial itself is known to damage."""
    made, sites, usual = whole("reportlab", MIXED, folder)
    pdf, site = damaged(made, sites, kind, Random(1))
    assert outcome(made, pdf, site, usual)[0] == "reported"
