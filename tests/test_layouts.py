"""Generated reports in every layout, each compared cell by cell with its known truth."""

from __future__ import annotations

import pytest
from compare import assert_read_whole, assert_same_tables, read
from generator import generate
from generator.layouts import OLDER, Layout
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

PLAIN = {k: v for k, v in vars(Layout()).items() if k not in ("typesetter", "titles")}
"""Every choice at its default, so that a variation is the one thing that differs."""

MIXED = 42
"""A small report in 万元 with negative amounts, without 政府性基金, with 国有资本经营."""

EMPTY = 25
"""A small report in 元 with neither 政府性基金 nor 国有资本经营."""

VARIATIONS = {
    "plain": {},
    "older_table_order": {"order": OLDER},
    "codes_split": {"code_style": "split"},
    "codes_split_with_sum_in_head": {"code_style": "split", "sum_in_head": True},
    "codes_merged_under_split_heads": {"code_style": "merged"},
    "sum_last": {"sum_place": "last"},
    "sum_across_code_and_name": {"sum_span": "both"},
    "sum_in_code_column": {"sum_span": "code"},
    "three_public_blocks": {"three_public": "blocks"},
    "three_public_pairs": {"three_public": "pairs"},
    "three_public_rows": {"three_public": "rows"},
    "basic_two_blocks": {"basic_blocks": 2, "basic_group_heads": False},
    "basic_one_list": {"basic_blocks": 1},
    "basic_used_codes_only": {"basic_full": False},
    "no_form_numbers": {"number_style": "none"},
    "form_numbers_of_another_kind": {"number_style": "附表1", "number_place": "left"},
    "amounts_centred_at_the_top": {"number_align": "center", "number_valign": "top"},
    "no_contents_list": {"toc": False},
    "no_line_numbers": {"line_numbers": False},
    "no_line_or_column_numbers": {"line_numbers": False, "column_numbers": False},
    "used_classes_only": {"classes_listed": "used"},
    "two_funds_only": {"capital_column": False},
    "income_in_one_line": {"income_style": "one"},
    "capital_with_six_measures": {"capital_columns": 6},
    "blank_rows": {"fillers": 6},
    "dashes_for_blanks": {"blank_style": "—"},
    "zeros_for_blanks": {"zero_share": 1.0},
    "bare_zeros_and_no_thousands_separators": {
        "zero_share": 1.0, "zero_text": "0", "separator": "",
    },
    "full_width_digits_and_minus": {"wide_digits": True, "negative": "－"},
    "mathematical_minus_and_blanks_as_separators": {"negative": "−", "separator": " "},
    "negative_in_parentheses": {"negative": "("},
    "negative_in_full_width_parentheses": {"negative": "（"},
    "rules_a_rectangle_a_cell": {"rules": "cells"},
    "rules_filled": {"rules": "fill"},
    "rules_dashed": {"rules": "dash"},
    "rules_double": {"rules": "double"},
    "open_sides": {"open_sides": True},
    "shaded_head": {"shade_head": True},
    "landscape": {"turn_wide": "landscape", "turn_other": "landscape"},
    "rotated_90": {"turn_wide": "rotate90", "turn_other": "rotate90"},
    "rotated_270": {"turn_wide": "rotate270", "turn_other": "rotate270"},
    "content_turned": {"turn_wide": "sideways", "turn_other": "sideways"},
    "tables_on_one_page": {"table_flow": "flow"},
    "pages_break_head_not_repeated": {"break_share": 1.0},
    "pages_break_head_repeated": {"break_share": 1.0, "repeat": "head"},
    "pages_break_title_and_head_repeated": {"break_share": 1.0, "repeat": "all"},
    "long_titles_wrapped": {"title_prefix": "both", "title_size": 18, "margin": 72},
    "titles_and_sums_letter_spaced": {"title_spaced": True, "spaced_sums": True},
    "table_number_in_title_and_unit_beside_department": {
        "number_place": "title", "unit_place": "with",
    },
    "tight_columns": {"tight": True, "narrow_names": True},
    "stretched_names": {"narrow_names": True, "stretch_names": True},
    "text_written_in_no_order": {"text_order": "shuffled"},
    "text_written_glyph_by_glyph": {"glyph_by_glyph": True},
    "bold_sums_written_twice": {"bold_sums": True, "bold_style": "twice"},
    "watermark": {"watermark": True},
    "other_tables_around": {"units_table": True, "performance": True},
    "another_table_between": {"table_between": True, "table_flow": "flow"},
    "names_letter_spaced": {"spaced_names": " "},
    "columns_that_touch": {"touching": True},
    "rules_of_office_programs": {"rules": "office"},
    "rules_clipped_from_areas": {"rules": "clip"},
    "radicals_for_characters": {"look_alikes": "radicals"},
    "dashes_for_the_numeral_one": {"look_alikes": "dashes"},
    "half_width_marks": {"look_alikes": "half"},
    "invisible_characters": {"look_alikes": "invisible"},
}  # fmt: skip

BY_TYPST = (
    "plain", "rules_dashed", "rules_double", "open_sides", "rotated_90", "rotated_270",
    "content_turned", "pages_break_head_not_repeated", "pages_break_title_and_head_repeated",
    "codes_split_with_sum_in_head", "long_titles_wrapped",
)  # fmt: skip


@pytest.mark.parametrize("seed", [*range(8), 1168])  # the last: parentheses taller than digits
def test_random_reports_by_reportlab_are_read_whole(seed, tmp_path):
    assert_read_whole(generate(seed, "reportlab"), tmp_path)


@pytest.mark.parametrize("seed", range(8, 16))
def test_random_reports_by_typst_are_read_whole(seed, tmp_path):
    assert_read_whole(generate(seed, "typst"), tmp_path)


def test_a_table_whose_funds_are_named_again_on_its_next_page_goes_on(tmp_path):
    """The page ends above 年初财政拨款结转和结余, whose parts are named as the first rows are."""
    assert_read_whole(generate(227, "reportlab", base_data=True), tmp_path)


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_variation_is_read_whole(variation, tmp_path):
    assert_read_whole(generate(MIXED, "reportlab", **PLAIN | VARIATIONS[variation]), tmp_path)


@settings(max_examples=24, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    seed=st.sampled_from([MIXED, EMPTY]),
    typesetter=st.sampled_from(["reportlab", "typst"]),
    mixture=st.lists(st.sampled_from(sorted(VARIATIONS)), unique=True, min_size=2, max_size=7),
)
def test_mixtures_of_variations_are_read_whole(seed, typesetter, mixture, tmp_path_factory):
    choices = PLAIN | {k: v for name in mixture for k, v in VARIATIONS[name].items()}
    dashes_hard_to_tell_from_dashed_rules = choices["rules"] == "dash" and choices["blank_style"]
    assume(not dashes_hard_to_tell_from_dashed_rules)
    assume(typesetter == "reportlab" or choices["look_alikes"] in ("", "half"))
    assert_read_whole(generate(seed, typesetter, **choices), tmp_path_factory.mktemp("mixture"))


@pytest.mark.parametrize("variation", BY_TYPST)
def test_variations_are_read_whole_from_another_typesetter(variation, tmp_path):
    assert_read_whole(generate(MIXED, "typst", **PLAIN | VARIATIONS[variation]), tmp_path)


@pytest.mark.parametrize("typesetter", ["reportlab", "typst"])
@pytest.mark.parametrize("empty", ["sum", "rows", "head"])
def test_tables_without_data_under_a_note_are_read_as_printed(typesetter, empty, tmp_path):
    made = generate(EMPTY, typesetter, **PLAIN | {"empty_fund": empty, "fillers": 3})
    assert len(made.truth["government_fund"]) == (6 if empty == "sum" else 0)
    assert_read_whole(made, tmp_path)


def test_omitted_tables_are_missing_and_the_others_are_whole(tmp_path):
    made = generate(EMPTY, "reportlab", **PLAIN | {"empty_fund": "omitted"})
    result = read(made, tmp_path)
    assert [problem.problem for problem in result.missing] == [
        "the table 政府性基金预算财政拨款收入支出决算表 is missing.",
        "the table 国有资本经营预算财政拨款支出决算表 is missing.",
    ]
    assert_same_tables(result.frames, made.truth)


@pytest.mark.parametrize("typesetter", ["reportlab", "typst"])
def test_amounts_in_yuan_are_given_in_wan_yuan(typesetter, tmp_path):
    made = generate(EMPTY, typesetter, **PLAIN)
    assert made.truth["reports"][0]["unit"] == "元"
    assert_read_whole(made, tmp_path)


@pytest.mark.parametrize("typesetter", ["reportlab", "typst"])
@pytest.mark.parametrize(
    ("rows", "choices"),
    [
        pytest.param((1,), {}, id="after the first heading row"),
        pytest.param((2,), {"code_style": "split"}, id="in the heading of split codes"),
    ],
)
def test_a_page_may_end_inside_a_heading(rows, choices, typesetter, tmp_path, monkeypatch):
    monkeypatch.setattr("generator.document._breaks", lambda grid, layout, rng: set(rows))
    assert_read_whole(generate(MIXED, typesetter, **PLAIN | choices), tmp_path)


@pytest.mark.parametrize("typesetter", ["reportlab", "typst"])
@pytest.mark.parametrize("repeat", ["none", "head", "all"])
def test_a_row_may_stand_alone_on_a_page(repeat, typesetter, tmp_path, monkeypatch):
    def breaks(grid, layout, rng):
        second = len(grid.head) + 1
        return {row for row in (second, second + 1) if row < len(grid.rows)}

    monkeypatch.setattr("generator.document._breaks", breaks)
    assert_read_whole(generate(MIXED, typesetter, **PLAIN | {"repeat": repeat}), tmp_path)


@pytest.mark.parametrize("repeat", ["none", "head", "all"])
def test_a_page_may_end_after_the_heading(repeat, tmp_path, monkeypatch):
    monkeypatch.setattr("generator.document._breaks", lambda grid, *_: {len(grid.head)})
    assert_read_whole(generate(MIXED, "reportlab", **PLAIN | {"repeat": repeat}), tmp_path)
