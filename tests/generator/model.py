"""A random department's final accounts whose tables satisfy the accounts' identities.

Amounts are whole numbers of the report's smallest printed step while they are drawn and
`decimal.Decimal` in the report's own unit in the finished `Report`; a zero stands for "nothing
here", and only the layout decides whether it is printed as blank, as 0, as 0.00 or as a dash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from . import codes

ZERO = Decimal(0)

PLACES = {"元": 2, "万元": 2, "亿元": 6}
"""Decimals printed in each unit."""

TO_WAN = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}
"""The exact factor from each unit to 万元."""

SOURCES = ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
KINDS = ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
FUNDS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
MEASURES = ("年初结转和结余", "本年收入", "本年支出", "基本支出", "项目支出", "年末结转和结余")
THREE_PUBLIC = (
    "合计",
    "因公出国（境）费",
    "公务用车购置及运行维护费",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
)


@dataclass(frozen=True)
class Line:
    """One printed line of a functional table: a code, its name and one amount a column."""

    code: str
    name: str
    amounts: tuple[Decimal, ...]


@dataclass
class Report:
    """One department's year; the nine tables' amounts without any layout."""

    department: str
    year: int
    unit: str
    depth: int
    revenue: list[Line] = field(default_factory=list)
    """合计 and the six `SOURCES`; the first line is the 合计 line (code "")."""
    expenditure: list[Line] = field(default_factory=list)
    """合计 and the five `KINDS`."""
    general: list[Line] = field(default_factory=list)
    """合计, 基本支出, 项目支出."""
    fund: list[Line] = field(default_factory=list)
    """The six `MEASURES`; only a 合计 line of zeros when the department has none."""
    capital: list[Line] = field(default_factory=list)
    income: dict[str, Decimal] = field(default_factory=dict)
    """收入支出决算总表, left side, by canonical name."""
    outlay: dict[str, Decimal] = field(default_factory=dict)
    """收入支出决算总表, right side: 类 codes and the closing lines."""
    funds_income: dict[str, Decimal] = field(default_factory=dict)
    """财政拨款收入支出决算总表, left side."""
    funds_outlay: dict[str, tuple[Decimal, ...]] = field(default_factory=dict)
    """财政拨款收入支出决算总表, right side: 合计 and the three `FUNDS`."""
    basic: dict[str, Decimal] = field(default_factory=dict)
    """基本支出 by economic code, with 人员经费合计 and 公用经费合计."""
    three_public: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """预算数 and 决算数, each by `THREE_PUBLIC` item."""


_PLACES = (
    "株洲市 上海市普陀区 杭州市余杭区 成都市 深圳市龙岗区 哈尔滨市道里区 湘西土家族苗族自治州 "
    "南京市 贵阳市 乌鲁木齐市 青岛市 长沙县 浏阳市 泰安市岱岳区 北京市海淀区 广东省 甘肃省 "
    "凉山彝族自治州 昆明市 西安市雁塔区 宁波市 荆州市 桂林市"
)
_OFFICES = (
    "财政局 人力资源和社会保障局 教育局 民政局 卫生健康委员会 发展和改革委员会 审计局 林业局 "
    "农业农村局 交通运输局 文化广电旅游体育局 生态环境局 住房和城乡建设局 退役军人事务局 "
    "应急管理局 市场监督管理局 水利局 档案馆 残疾人联合会 红十字会 医疗保障局 妇女联合会 "
    "人民政府办公室 机关事务服务中心 第一中学 疾病预防控制中心 住房公积金管理中心 "
    "巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作领导小组办公室 总工会 信访局"
)


class _Draw:
    """Random whole amounts of one report's size."""

    def __init__(self, rng: Random, unit: str) -> None:
        self.rng = rng
        top = {"元": 7.5, "万元": 3.0, "亿元": 5.5}[unit] + rng.uniform(-1.5, 1.5)
        self.centre = top + 2
        self.limit = 9_999_999_999 if unit == "万元" else 99_999_999_999

    def amount(self) -> int:
        """A positive amount; now and then the smallest or a very large one."""
        pick = self.rng.random()
        if pick < 0.02:
            return self.rng.randint(1, 9)
        if pick < 0.03:
            return self.rng.randint(self.limit // 20, self.limit)
        value = int(10 ** self.rng.gauss(self.centre, 0.8))
        if self.rng.random() < 0.2:
            value = max(value - value % 100, 100)
        if value > self.limit // 10:
            return self.rng.randint(self.limit // 100, self.limit // 10)
        return max(value, 1)

    def part(self, whole: int) -> int:
        """A part of a whole: often all or none of it."""
        pick = self.rng.random()
        if pick < 0.4:
            return whole
        if pick < 0.6:
            return 0
        return self.rng.randint(0, whole)

    def share(self, whole: int, parts: int) -> list[int]:
        """`whole` as the sum of `parts` non-negative amounts."""
        if parts == 0:
            return []
        cuts = sorted(self.rng.randint(0, whole) for _ in range(parts - 1))
        return [b - a for a, b in zip([0, *cuts], [*cuts, whole], strict=True)]


def _leaves(rng: Random, table: dict[str, str], wanted: int, depth: int) -> list[str]:
    """Codes of the lowest level, so many that with their parents about `wanted` lines come out."""
    everything = sorted({code[:depth] for code in table if len(code) == 7})
    if rng.random() < 0.5:
        classes = sorted({code[:3] for code in everything})
        some = set(rng.sample(classes, k=max(1, min(len(classes), wanted // 6))))
        everything = [code for code in everything if code[:3] in some]
    rng.shuffle(everything)
    chosen: list[str] = []
    lines: set[str] = set()
    for code in everything:
        if len(lines) >= wanted:
            break
        chosen.append(code)
        lines |= {code[:n] for n in (3, 5, 7) if n <= depth}
    return sorted(chosen)


def _rolled(leaves: dict[str, list[int]], width: int, step: Decimal) -> list[Line]:
    """合计 and every 类, 款 and 项 as the sums of the leaves below them, in the codes' order."""
    sums: dict[str, list[int]] = {"": [0] * width}
    for code, amounts in leaves.items():
        for key in {"", *(code[:n] for n in (3, 5, 7) if n <= len(code))}:
            old = sums.setdefault(key, [0] * width)
            sums[key] = [a + b for a, b in zip(old, amounts, strict=True)]
    return [
        Line(code, codes.name_of(code) if code else "合计", tuple(n * step for n in sums[code]))
        for code in sorted(sums)
    ]


def _by_class(leaves: dict[str, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for code, amount in leaves.items():
        sums[code[:3]] = sums.get(code[:3], 0) + amount
    return sums


def _line_count(rng: Random) -> int:
    pick = rng.random()
    if pick < 0.25:
        return rng.randint(6, 14)
    if pick < 0.80:
        return rng.randint(15, 70)
    if pick < 0.97:
        return rng.randint(70, 180)
    return rng.randint(180, 390)


def draw_report(seed: int) -> Report:
    """The report of one seed."""
    rng = Random(f"report {seed}")
    unit = rng.choices(("万元", "元", "亿元"), (70, 27, 3))[0]
    depth = 5 if rng.random() < 0.08 else 7
    name = rng.choice(_PLACES.split()) + rng.choice(_OFFICES.split())
    if rng.random() < 0.1:
        name += "（本级）"
    report = Report(name, rng.randint(2017, 2025), unit, depth)
    step = Decimal(1).scaleb(-PLACES[unit])
    draw = _Draw(rng, unit)

    general = _leaves(rng, codes.FUNCTIONAL, _line_count(rng), depth)
    fund = []
    if rng.random() < 0.5:
        fund = _leaves(rng, codes.GOVERNMENT_FUND, rng.randint(3, 14), depth)
    fund = [code for code in fund if code not in general]
    capital = []
    if rng.random() < 0.3:
        capital = _leaves(rng, codes.STATE_CAPITAL, rng.randint(3, 9), depth)
    _functional(report, draw, general, fund, capital, step)
    _basic(report, draw, step)
    _three_public(report, draw, step)
    return report


def _functional(
    report: Report,
    draw: _Draw,
    general: list[str],
    fund: list[str],
    capital: list[str],
    step: Decimal,
) -> None:
    """Tables 01 to 05, 07 and 08 of one report, from amounts of the lowest level."""
    rng = draw.rng
    rich = rng.random() < 0.3  # has 事业, 经营 and other money of its own
    spent: dict[str, list[int]] = {}
    received: dict[str, list[int]] = {}
    in_general: dict[str, list[int]] = {}
    measured: dict[str, dict[str, list[int]]] = {"fund": {}, "capital": {}}
    begin = [0, 0, 0, 0]  # three funds, and the department's own money
    end = [0, 0, 0, 0]

    for code in general:
        whole = draw.amount()
        basic = draw.part(whole)
        in_general[code] = [whole, basic, whole - basic]
        appropriated = whole if rng.random() < 0.8 else draw.amount()
        carried = draw.amount() if rng.random() < 0.15 else 0
        if appropriated + carried < whole and rng.random() < 0.9:
            carried = whole - appropriated
        begin[0] += carried
        end[0] += carried + appropriated - whole
        own = [0] * 5
        own_in = [0] * 5
        if rich and rng.random() < 0.4:
            for at in rng.sample(range(5), k=rng.randint(1, 3)):
                own_in[at] = draw.amount()
            kind = rng.choices(range(5), (6, 6, 1, 2, 1))[0]
            own[kind] = sum(own_in) if rng.random() < 0.7 else draw.amount()
            short = max(sum(own) - sum(own_in), 0)
            begin[3] += short
            end[3] += short + sum(own_in) - sum(own)
        kinds = [basic + own[0], whole - basic + own[1], *own[2:]]
        spent[code] = [sum(kinds), *kinds]
        received[code] = [appropriated + sum(own_in), appropriated, *own_in]

    for which, (name, chosen) in enumerate((("fund", fund), ("capital", capital)), start=1):
        for code in chosen:
            whole = draw.amount()
            basic = draw.part(whole) if rng.random() < 0.2 else 0
            arrived = whole if rng.random() < 0.6 else draw.amount()
            carried = draw.amount() if rng.random() < 0.3 else 0
            if carried + arrived < whole and rng.random() < 0.85:
                carried = whole - arrived
            left = carried + arrived - whole
            measured[name][code] = [carried, arrived, whole, basic, whole - basic, left]
            spent[code] = [whole, basic, whole - basic, 0, 0, 0]
            received[code] = [arrived, arrived, 0, 0, 0, 0, 0]
            begin[which] += carried
            end[which] += left

    report.revenue = _rolled(received, 7, step)
    report.expenditure = _rolled(spent, 6, step)
    report.general = _rolled(in_general, 3, step)
    report.fund = _rolled(measured["fund"], 6, step)
    report.capital = _rolled(measured["capital"], 6, step)

    by_fund = [
        {code: amounts[0] for code, amounts in in_general.items()},
        {code: amounts[2] for code, amounts in measured["fund"].items()},
        {code: amounts[2] for code, amounts in measured["capital"].items()},
    ]
    arrived_by_fund = [sum(received[code][1] for code in leaves) for leaves in by_fund]
    _overall(report, received, spent, arrived_by_fund, begin, end, draw, step)
    _appropriation(report, by_fund, arrived_by_fund, begin, end, step)


def _overall(
    report: Report,
    received: dict[str, list[int]],
    spent: dict[str, list[int]],
    arrived: list[int],
    begin: list[int],
    end: list[int],
    draw: _Draw,
    step: Decimal,
) -> None:
    """收入支出决算总表."""
    totals = [sum(row[at] for row in received.values()) for at in range(7)]
    used = draw.amount() if draw.rng.random() < 0.1 else 0
    shared_out = draw.rng.randint(0, used)
    start, finish = sum(begin), sum(end) + used - shared_out
    income = {
        "一般公共预算财政拨款收入": arrived[0],
        "政府性基金预算财政拨款收入": arrived[1],
        "国有资本经营预算财政拨款收入": arrived[2],
        **dict(zip(SOURCES[1:], totals[2:], strict=True)),
        "本年收入合计": totals[0],
        "使用非财政拨款结余": used,
        "年初结转和结余": start,
        "总计": totals[0] + used + start,
    }
    outlay = _by_class({code: row[0] for code, row in spent.items()})
    whole = sum(outlay.values())
    outlay |= {
        "本年支出合计": whole,
        "结余分配": shared_out,
        "年末结转和结余": finish,
        "总计": whole + shared_out + finish,
    }
    if income["总计"] != outlay["总计"]:
        raise AssertionError("收入支出决算总表 does not balance")
    report.income = {name: n * step for name, n in income.items()}
    report.outlay = {name: n * step for name, n in outlay.items()}


def _appropriation(
    report: Report,
    by_fund: list[dict[str, int]],
    arrived: list[int],
    begin: list[int],
    end: list[int],
    step: Decimal,
) -> None:
    """财政拨款收入支出决算总表."""
    income = dict(zip(FUNDS, arrived, strict=True))
    income["本年收入合计"] = sum(arrived)
    income["年初财政拨款结转和结余"] = sum(begin[:3])
    for name, amount in zip(FUNDS, begin, strict=False):
        income[f"年初{name}"] = amount
    income["总计"] = sum(arrived) + sum(begin[:3])
    outlay: dict[str, list[int]] = {}
    for at, leaves in enumerate(by_fund):
        for code, amount in _by_class(leaves).items():
            outlay.setdefault(code, [0, 0, 0])[at] = amount
    year = [sum(leaves.values()) for leaves in by_fund]
    outlay["本年支出合计"] = year
    outlay["年末财政拨款结转和结余"] = end[:3]
    outlay["总计"] = [a + b for a, b in zip(year, end, strict=False)]
    if income["总计"] != sum(outlay["总计"]):
        raise AssertionError("财政拨款收入支出决算总表 does not balance")
    report.funds_income = {name: n * step for name, n in income.items()}
    report.funds_outlay = {
        name: tuple(n * step for n in (sum(row), *row)) for name, row in outlay.items()
    }


def _basic(report: Report, draw: _Draw, step: Decimal) -> None:
    """The economic split of 一般公共预算 basic expenditure."""
    rng = draw.rng
    whole = int(report.general[0].amounts[1] / step)
    staff_total = int(whole * rng.uniform(0.5, 0.98))
    leaves = [code for code in codes.ECONOMIC if len(code) == 5]
    amounts: dict[str, int] = {}
    for total, staff in ((staff_total, True), (whole - staff_total, False)):
        pool = [code for code in leaves if (code[:3] in codes.STAFF_CLASSES) is staff]
        chosen = rng.sample(pool, k=rng.randint(3, len(pool)))
        for code, amount in zip(chosen, draw.share(total, len(chosen)), strict=True):
            amounts[code] = amount
    amounts |= _by_class(amounts)
    report.basic = {code: amounts.get(code, 0) * step for code in codes.ECONOMIC}
    report.basic["人员经费合计"] = staff_total * step
    report.basic["公用经费合计"] = (whole - staff_total) * step


def _three_public(report: Report, draw: _Draw, step: Decimal) -> None:
    """Budget and outcome of the 三公 expenses."""
    rng = draw.rng
    limit = max(int(report.general[0].amounts[0] / step) // 20, 10)
    none_at_all = rng.random() < 0.12
    for basis in ("预算数", "决算数"):
        abroad, buying, running, hosting = (
            0 if none_at_all or rng.random() < 0.3 else rng.randint(1, limit) for _ in range(4)
        )
        values = (
            abroad + buying + running + hosting,
            abroad,
            buying + running,
            buying,
            running,
            hosting,
        )
        report.three_public[basis] = {
            name: n * step for name, n in zip(THREE_PUBLIC, values, strict=True)
        }
