"""Targets and results are read as numbers only where they clearly are, and compared so."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

import helpers
from indicator_targets import (
    AT_LEAST,
    AT_MOST,
    BLANK,
    BOUND,
    DIRECTION,
    EXACTLY,
    MET,
    MISSED,
    UNCLEAR,
    UNITS,
    WORDS,
    Quantity,
    assessed,
    compare,
    plain_number,
    read,
)


@pytest.mark.parametrize(
    ("text", "value", "unit", "relation"),
    [
        ("≥1600人", "1600", "人", "≥"),
        ("8万人", "80000", "人", ""),
        ("≥1.6万人", "16000", "人", "≥"),
        ("2000人次", "2000", "人次", ""),
        ("95%", "95", "%", ""),
        ("９５％", "95", "%", ""),
        ("≥95％以上", "95", "%", "≥"),
        ("≤288万元", "2880000", "元", "≤"),
        ("<40万元", "400000", "元", "<"),
        ("1.2亿元", "120000000", "元", ""),
        ("3,705 人", "3705", "人", ""),
        ("90天之内", "90", "天", "≤"),
        ("不超过10个工作日", "10", "个工作日", "≤"),
        ("控制在5天以内", "5", "天", "≤"),
        ("不少于3场次", "3", "场次", "≥"),
        ("=12期", "12", "期", "="),
        ("5万元/家", "50000", "元/家", ""),
        ("3万元/年/人", "30000", "元/人/年", ""),
        ("3万元/人·年", "30000", "元/人/年", ""),
        ("6个月", "6", "个月", ""),
        ("5千米", "5000", "米", ""),
        ("200千克", "200", "千克", ""),
        ("150", "150", "", ""),
        ("0", "0", "", ""),
    ],
)
def test_one_number_with_one_unit(text, value, unit, relation):
    assert read(text) == Quantity(Decimal(value), unit, relation)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".....",
        "效果显著",
        "按时拨付",
        "12月底完成",
        "12月",
        "2024年",
        "15日",
        "90%-95%",
        "1-2次",
        "约100人",
        "100人左右",
        "第3次",
        "三次",
        "-5%",
        "1,23人",
        "①",
        "5½天",
        "10²",
        "100人/",
        "5/家",
        "100人200次",
        "≥5天以内",
        "控制在5天",
        "按A类人才200万元、B类100万元发放",
        "7光年",
    ],
)
def test_anything_else_is_no_quantity(text):
    assert read(text) is None


QUANTITY = ("产出指标", "数量指标")
COST = ("成本指标", "经济成本指标")
TIME = ("产出指标", "时效指标")
QUALITY = ("产出指标", "质量指标")
SOCIAL = ("效益指标", "社会效益指标")
CONTENT = ("满意度指标", "服务对象满意度指标")


@pytest.mark.parametrize(
    ("target", "actual", "place", "asked", "verdict", "percent"),
    [
        ("3500人", "15790人", (*QUANTITY, "等级认定人数"), AT_LEAST, MET, "451.14"),
        ("≥1600人", "994人", (*QUANTITY, "评审人数"), AT_LEAST, MISSED, "62.12"),
        ("≥1.6万人", "13500人", (*QUANTITY, "转移就业人数"), AT_LEAST, MISSED, "84.38"),
        ("150", "125", (*QUANTITY, "公开招聘人数"), AT_LEAST, MISSED, "83.33"),
        ("95%", "100%", (*TIME, "完成及时率"), AT_LEAST, MET, "105.26"),
        ("98%", "97%", (*CONTENT, "服务满意度"), AT_LEAST, MISSED, "98.98"),
        ("90分", "95分", (*CONTENT, "公众满意度"), AT_LEAST, MET, "105.56"),
        ("≤288万元", "285.89万元", (*COST, "项目总成本"), AT_MOST, MET, "99.27"),
        ("<40万元", "40万元", (*COST, "项目总成本"), AT_MOST, MISSED, "100.00"),
        (">40人", "40人", (*QUANTITY, "人数"), AT_LEAST, MISSED, "100.00"),
        ("20万元", "21万元", (*COST, "项目总成本"), AT_MOST, MISSED, "105.00"),
        ("90天之内", "90天之内", (*TIME, "鉴定时限"), AT_MOST, MET, "100.00"),
        ("30天", "31天", (*TIME, "拨付进度"), AT_MOST, MISSED, "103.33"),
        ("≤2次", "0次", (*QUALITY, "返工"), AT_MOST, MET, "0.00"),
        ("≤0次", "0次", (*QUALITY, "事故"), AT_MOST, MET, None),
        ("≤0次", "1次", (*QUALITY, "事故"), AT_MOST, MISSED, None),
        ("=5人", "6人", (*QUANTITY, "人数"), EXACTLY, MISSED, "120.00"),
        ("≥5人", "≥5人", (*QUANTITY, "人数"), AT_LEAST, MET, "100.00"),
        ("5万元/家", "5万元/家", (*COST, "补助标准"), None, MET, "100.00"),
    ],
)
def test_pairs_that_can_be_compared(target, actual, place, asked, verdict, percent):
    found = compare(target, actual, *place)
    assert (found.asked, found.verdict, found.reason) == (asked, verdict, "")
    rounded = None if found.percent is None else f"{found.percent:.2f}"
    assert rounded == percent


@pytest.mark.parametrize(
    ("target", "actual", "place", "reason"),
    [
        ("效果显著", "效果显著", SOCIAL, WORDS),
        ("95%", "", QUALITY, BLANK),
        (".....", "95%", QUALITY, BLANK),
        ("30天", "按时拨付", TIME, UNCLEAR),
        ("12月底完成", "12月底完成", TIME, UNCLEAR),
        ("1次", "0", QUANTITY, UNITS),
        ("20万元", "19.25", COST, UNITS),
        ("100人", "100人次", QUANTITY, UNITS),
        ("100人", "120人", SOCIAL, DIRECTION),
        ("5万元/家", "4万元/家", COST, DIRECTION),
        ("95%", "96%", (*QUALITY, "不合格率"), DIRECTION),
        ("3%", "2%", (*QUALITY, "差错率"), DIRECTION),
        ("5件", "3件", (*QUANTITY, "投诉件数"), DIRECTION),
        ("0次", "2次", (*QUANTITY, "检查次数"), DIRECTION),
        ("≥95%", "≥90%", QUALITY, BOUND),
        ("≥95%", "≤99%", QUALITY, BOUND),
        ("≥95%", "<95%", QUALITY, BOUND),
        ("<40万元", "≤40万元", COST, BOUND),
    ],
)
def test_pairs_that_cannot_be_compared_say_why(target, actual, place, reason):
    found = compare(target, actual, *place)
    assert (found.verdict, found.percent, found.reason) == (None, None, reason)


@pytest.mark.parametrize(
    ("text", "points"),
    [("10", "10"), ("9.36", "9.36"), ("10分", "10"), ("99.67%", "99.67"), ("0", "0")],
)
def test_points(text, points):
    assert plain_number(text) == Decimal(points)


@pytest.mark.parametrize("text", ["", ".....", "无", "≥10", "10人", "8/10"])
def test_no_points(text):
    assert plain_number(text) is None


def test_the_indicators_of_the_main_report():
    found = assessed(helpers.Report("zhuzhou-hrss-2024").table("performance_indicators"))
    assert Counter(found["reason"]) == {"": 69, WORDS: 35, UNCLEAR: 3, UNITS: 2}
    assert Counter(found["verdict"].dropna()) == {MET: 62, MISSED: 7}
    assert found["lost"].map(type).eq(Decimal).all()
    missed = found[found["verdict"] == MISSED]
    assert list(zip(missed["target"], missed["actual"], missed["lost"], strict=True)) == [
        ("17场", "10场", 5),
        ("8万人", "5万人", 5),
        ("≥1.6万人", "1.35万人", 8),
        ("≥1600人", "994人", 5),
        ("4000人次", "3962人次", 5),
        ("150", "125", 5),
        ("80人", "76人", 0),
    ]
    lost = found[found["lost"] > 0]
    assert lost["lost"].sum() == 63  # 10 each where a target was exceeded, or nothing was done
    assert (lost["deviation"] == "").sum() == 2


def test_no_indicators_at_all():
    report = helpers.Report("zhuzhou-hrss-2024").table("performance_indicators").iloc[:0]
    found = assessed(report)
    assert len(found) == 0 and {"lost", "verdict", "percent"} <= set(found)
