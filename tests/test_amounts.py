"""Printed amounts are read exactly, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amounts import in_wan_yuan, normalise, parse_amount


def digits(amount: Decimal | None) -> str | None:
    """The amount with its printed decimals; Decimal("1") == Decimal("1.00") would hide them."""
    return None if amount is None else str(amount)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4,133.00", "4133.00"),
        ("155.50", "155.50"),
        ("0.00", "0.00"),
        ("0", "0"),
        ("7", "7"),
        ("1,234,567.891", "1234567.891"),
        ("12345678901234567.89", "12345678901234567.89"),
        (".50", "0.50"),
        ("４，１３３．００", "4133.00"),  # full-width digits, comma and dot
        ("1 445.25", "1445.25"),
        ("1\u00a0445\u3000.2\n5", "1445.25"),  # no-break, full-width blank, line break
        ("\ufeff12.30\u200b", "12.30"),  # invisible characters
    ],
)
def test_a_number_keeps_its_printed_decimals(text, expected):
    assert digits(parse_amount(text)) == expected


@pytest.mark.parametrize(
    "minus", ["-", "‐", "‑", "‒", "–", "—", "―", "−", "﹣", "－", "ー", "─", "━"]
)
def test_every_kind_of_minus_makes_an_amount_negative(minus):
    assert digits(parse_amount(f"{minus}287.95")) == "-287.95"
    assert digits(parse_amount(f"{minus} 1,287.95")) == "-1287.95"


@pytest.mark.parametrize("text", ["(287.95)", "（287.95）", "（２８７．９５）", "( 287.95 )"])
def test_parentheses_make_an_amount_negative(text):
    assert digits(parse_amount(text)) == "-287.95"


@pytest.mark.parametrize("text", ["", " ", "\u3000\n", "-", "--", "—", "——", "－", "─", "− −"])
def test_an_empty_cell_or_dashes_alone_are_a_blank(text):
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1,23.00",
        "12,34",
        "1234,567.00",
        ",123.00",
        "1,,234.00",
        "1,234,56",
        "0,123.00",
        "1.234,00",
        "1,234.",
    ],
)
def test_malformed_grouping_is_refused(text):
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text)


@pytest.mark.parametrize("text", ["4,133.O0", "l55.50", "1O.00", "I.00", "155.5o", "〇.00", "一"])
def test_a_letter_in_place_of_a_digit_is_refused(text):
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3",
        "155..50",
        "007.50",
        "00.50",
        "01",
        "--1.00",
        "-(1.00)",
        "(-1.00)",
        "()",
        "(1.00",
        "1.00)",
        "1.00-",
        "+1.00",
        "1e3",
        "155.50元",
        "93.6%",
        "¥1.00",
        "1.00/2.00",
        ".",
        "NaN",
        "²",
        "155.50²",  # a mark of a note, no digit
        "155.50①",
        "155.50⑴",
        "½",
        "١٢",
    ],
)
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text)


def test_the_refusal_quotes_the_cell_as_printed():
    with pytest.raises(ValueError, match="^'4,133.O0' is not an amount$"):
        parse_amount("4,133.O0")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        ("41330000.00", "元", "4133.0000"),
        ("41330000.05", "元", "4133.000005"),
        ("0.01", "元", "0.000001"),
        ("-12345.67", "元", "-1.234567"),
        ("123", "元", "0.0123"),
        ("41330.5", "千元", "4133.05"),
        ("413.305", "百元", "4.13305"),
        ("4133.00", "万元", "4133.00"),
        ("0.413300", "亿元", "4133"),
        ("12", "亿元", "120000"),
        ("0.00000001", "亿元", "0.0001"),
        ("99999999999999999999.99", "元", "9999999999999999.999999"),
    ],
)
def test_units_are_converted_exactly(amount, unit, expected):
    assert in_wan_yuan(Decimal(amount), unit) == Decimal(expected)


@pytest.mark.parametrize("text", ["4133.00", "0.00", "0", "155.5"])
def test_an_amount_in_wan_yuan_keeps_its_printed_decimals(text):
    assert digits(in_wan_yuan(Decimal(text), "万元")) == text


@pytest.mark.parametrize("unit", ["元", "千元", "百元"])
def test_a_printed_zero_stays_a_zero_with_its_decimals(unit):
    assert digits(in_wan_yuan(Decimal("0.00"), unit)) == "0.00"


@pytest.mark.parametrize("amount", ["12", "1200", "0.413300"])
def test_a_converted_amount_is_written_without_an_exponent(amount):
    assert "E" not in str(in_wan_yuan(Decimal(amount), "亿元"))


@pytest.mark.parametrize("unit", ["元", "千元", "万元", "亿元"])
def test_a_blank_stays_blank_in_every_unit(unit):
    assert in_wan_yuan(None, unit) is None


def test_an_unknown_unit_is_refused():
    with pytest.raises(KeyError):
        in_wan_yuan(Decimal(1), "美元")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("项　 目", "项目"),
        ("本年支出\n合计", "本年支出合计"),
        ("因公出国（境）费", "因公出国(境)费"),
        ("⼀般公共预算", "一般公共预算"),  # a Kangxi radical
        ("公务⽤⻋", "公务用车"),  # and one that Unicode's compatibility forms leave out
        ("—般公共预算", "一般公共预算"),  # a dash for the numeral
        ("—、一般公共服务支出", "一、一般公共服务支出"),
        ("（－）", "(一)"),
        ("2023—2024年", "2023—2024年"),  # and dashes that are dashes
        ("收入—支出", "收入—支出"),
        ("一，二．三", "一,二.三"),
        ("二〇二四", "二〇二四"),
        ("２０２４Ａ", "2024A"),
        ("单位\u200b：\ufeff万\u00ad元", "单位:万元"),
    ],
)
def test_words_are_compared_in_their_plain_form(text, expected):
    assert normalise(text) == expected


CENTS = st.integers(min_value=-(10**18), max_value=10**18)


@settings(deadline=None)
@given(CENTS.map(lambda cents: Decimal(cents).scaleb(-2)))
def test_an_amount_with_thousands_separators_comes_back_exactly(amount):
    assert digits(parse_amount(f"{amount:,.2f}")) == f"{amount:.2f}"
