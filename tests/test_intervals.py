"""Intervals that rounding leaves hold every number that would be printed so, and no other."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intervals import Interval, finest, printed, total


def interval(low: str, high: str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


def inside(number: Decimal, where: Interval) -> bool:
    return where.low <= number < where.high


@pytest.mark.parametrize(
    ("figure", "decimals", "low", "high"),
    [
        ("93.6", 0, "93.55", "93.65"),
        ("90.0", 0, "89.95", "90.05"),
        ("94", 0, "93.5", "94.5"),
        ("39", 2, "38.995", "39.005"),  # beside amounts with two decimals
        ("119.33", 1, "119.325", "119.335"),
        ("0", 2, "0", "0.005"),  # no amount is below 0
        ("0.00", 0, "0", "0.005"),
    ],
)
def test_printed_figure(figure, decimals, low, high):
    assert printed(Decimal(figure), decimals) == interval(low, high)


def test_a_negative_figure_is_refused():
    with pytest.raises(ValueError, match="-0.1 is negative"):
        printed(Decimal("-0.1"))


@settings(max_examples=200)
@given(st.decimals(0, 10**9, places=5), st.integers(0, 4))
def test_a_number_lies_in_the_interval_of_its_rounded_figure_and_in_no_other(number, places):
    step = Decimal(1).scaleb(-places)
    figure = number.quantize(step, ROUND_HALF_UP)
    assert inside(number, printed(figure))
    assert not inside(number, printed(figure + step))
    if figure > step:
        assert not inside(number, printed(figure - step))


def test_a_share_of_an_amount_is_exact():
    share = printed(Decimal("93.6")).of(printed(Decimal("119.33")))
    assert share == interval("111.6285375", "111.7572275")


def test_share_of_a_share():
    small = printed(Decimal("35.5")).of(printed(Decimal("90.0")))
    assert small == interval("31.887275", "32.012775")


def test_sum_of_shares_meets_a_stated_total_or_does_not():
    rates = {"119.33": "93.6", "65.13": "53.3", "468.04": "94.3"}
    parts = [printed(Decimal(rate)).of(printed(Decimal(spent))) for spent, rate in rates.items()]
    assert total(parts) == interval("587.4305875", "588.1072075")
    assert total(parts).meets(printed(Decimal("587.57")))
    assert not total(parts).meets(printed(Decimal("587.42")))
    assert not total(parts).meets(printed(Decimal("588.12")))


def test_intervals_that_touch_have_no_number_in_common():
    assert not printed(Decimal("1.5")).meets(printed(Decimal("1.6")))
    assert printed(Decimal("1.5")).meets(printed(Decimal(2)))


def test_in_percent_of():
    rate = printed(Decimal("208.82")).in_percent_of(printed(Decimal("652.51")))
    assert (f"{rate.low:.4f}", f"{rate.high:.4f}") == ("32.0016", "32.0036")


def test_readers_see_an_interval_rounded_outwards():
    assert str(interval("1111.6285375", "1111.7572275")) == "1,111.62–1,111.76"
    assert str(interval("93.55", "93.65")) == "93.55–93.65"


@settings(max_examples=200)
@given(st.decimals(0, 10**6, places=3), st.decimals(1, 10**6, places=3))
def test_a_share_computed_before_rounding_is_in_what_the_rounded_amounts_give(part, whole):
    assume(part <= whole)
    cent = Decimal("0.01")
    figures = [amount.quantize(cent, ROUND_HALF_UP) for amount in (part, whole)]
    share = printed(figures[0]).in_percent_of(printed(figures[1]))
    assert share.low <= 100 * part / whole <= share.high


def test_total_of_nothing_and_finest():
    assert total([]) == interval("0", "0")
    assert finest([]) == 0
    assert finest(map(Decimal, ["39", "38.5", "0.25", "1.1"])) == 2
