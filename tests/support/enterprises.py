"""Random facts of the first regulation, as enterprises fill them in: amounts with cents, ties, repeats, zeros, holes.

Written from the format of facts, not from the policy's files, so that the oracle and the engine meet on facts that
neither of them chose. The same seed gives the same facts on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

Facts = dict[str, Any]
Make = Callable[[Random], Any]

PRESENT = 0.9  # how often an optional part is there at all


def one_of(*values: Any) -> Make:
    return lambda r: r.choice(values)


def mostly(value: Any, *others: Any) -> Make:
    return lambda r: value if r.random() < 0.75 else r.choice(others)


def money(least: int, most: int) -> Make:
    """元: often with cents, sometimes 0 or on a round figure."""

    def make(r: Random) -> Decimal:
        kind = r.random()
        if kind < 0.06:
            return Decimal(0)
        if kind < 0.4:
            return Decimal(r.randrange(least, most, 10_000))
        return Decimal(r.randrange(least * 100, most * 100)) / 100

    return make


def count(most: int) -> Make:
    return lambda r: r.randint(0, most)


def rare(make: Make, often: float = 0.3) -> Make:
    """A field that may be left out and mostly is."""
    return lambda r: make(r) if r.random() < often else None


YES = mostly(True, False)
MATTER = rare(one_of("甲", "乙", "丙"), 0.6)
AWARD = rare(money(0, 1_500_000), 0.6)
RECENT = mostly(0, -1, -2, 1)  # years from the base year
FUND_KINDS = one_of("科技重大专项", "科技重大专项", "出版专项", "设计专项", "国际交流合作项目", "其他")
LEVELS = one_of("国家级", "北京市级", "国家级", "西城区级", "其他")
MARKS = ("国际领先", "填补国内行业空白", "全球首发", "全国首发", "西城区落地应用", "形成示范推广效应", "取得一定效益", "经认定")
PLACE: dict[str, Make] = {"名称": one_of("东", "西", "南"), "经认定": YES, "本年度已获金额": rare(money(0, 12_000_000)), "核定金额": AWARD}

LISTS: dict[str, dict[str, Make]] = {
    "上级资金": {"类别": FUND_KINDS, "级别": LEVELS, "金额": money(1_000, 2_000_000), "到账年度": RECENT, "事项标识": MATTER},
    "创新平台与奖项": {"类型": one_of("创新平台", "科技奖项", "其他"), "级别": LEVELS, "自建研发机构": YES, "获得年度": RECENT,
                "经认定": YES, "以前已奖励": rare(one_of(True, False)), "核定金额": AWARD},
    "专利": {"类型": one_of("国内发明专利", "国外专利", "国外专利", "国内实用新型"), "途径": one_of("PCT", "巴黎公约", "直接申请"),
           "已授权": YES, "授权年度": RECENT, "件数": rare(count(40), 0.5), "本年度授权国家数": count(8),
           "以前年度已补贴国家数": rare(count(7), 0.5), "事项标识": MATTER},
    "标准": {"类别": one_of("国际标准", "国家标准", "行业标准", "团体标准"), "方式": one_of("主导", "参与", "主导和参与", "未参与"),
           "领域": one_of("基础技术", "产品", "工艺", "技术服务", "管理"), "已公布": YES, "公布年度": RECENT, "以前已补贴": rare(one_of(True, False))},
    "应用场景项目": dict.fromkeys(MARKS, mostly(True, True, True, True, False)) | {"实际投资总额": money(1_000, 15_000_000), "核定金额": AWARD},
    "孵化和加速基地": PLACE,
    "创新孵化平台": PLACE,
    "作品与设计获奖": {"奖项级别": one_of("国际", "国家", "北京市级", "区级"), "获奖年度": RECENT, "核定金额": AWARD},
    "版权衍生产品": {"类型": one_of("影视", "动漫影视", "游戏", "动漫书籍", "文创"), "自有版权": YES, "完成年度": RECENT, "数量": rare(count(3))},
    "园区出版作品": {"通过园区出版平台": YES, "成功出版": YES, "原创": YES, "版权签约费用": money(0, 900_000), "出版年度": RECENT, "数量": rare(count(3))},
    "人才称号": {"姓名": one_of("赵", "钱", "孙"), "称号类别": one_of("出版人才", "设计人才", "创新创业人才", "其他"),
             "级别": one_of("国家", "北京市", "中关村", "其他"), "获得年度": RECENT, "企业人才": YES,
             "个人本年度已获金额": rare(money(0, 1_100_000)), "核定金额": AWARD},
    "贷款": {"类型": one_of("信用贷款", "知识产权质押贷款", "抵押贷款", "其他"), "首次贷款": one_of(True, False), "用于创业创新": YES,
           "本年度缴纳利息": money(0, 3_000_000), "事项标识": MATTER},
    "历史已获支持": {"条款": one_of("3(1)", "3(2)首次", "3(2)首次", "3(2)二次"), "核定年度": one_of(-1, -2, -3, 0), "金额": one_of(300_000, 50_000, Decimal("100000.01"))},
    "其他区级政策支持": {"事项标识": one_of("甲", "乙", "研"), "金额": money(0, 800_000), "状态": one_of("已获得", "符合未获得")},
}
YEARS = ("到账年度", "获得年度", "授权年度", "公布年度", "获奖年度", "完成年度", "出版年度", "核定年度")
OBJECTS: dict[str, dict[str, Make]] = {
    "主体": {"西城区注册": mostly(True, True, True, False), "西城区纳税": mostly(True, True, True, False), "中关村高新技术企业认定": YES,
           "科技企业孵化机构认定": one_of(True, False), "入驻出版创意产业园区": YES, "出版园区企业共同认定": YES},
    "新入驻企业": {"新入驻": YES, "符合产业定位": YES, "重大影响力": one_of(True, False), "突出贡献": YES},
    "高新技术企业": {"新入驻": one_of(True, False), "持有国家高新技术企业证书": YES, "本年度取得证书次序": one_of(0, 1, 2, 3)},
}
SERIES = {"科技活动经费支出": 4_000_000, "研发经费": 9_000_000, "区综合贡献": 25_000_000}
CAPPED = ("2(1)", "2(2)", "2(3)", "3(3)", "3(4)", "6(1)", "6(2)", "6(3)", "7(1)", "8(2)", "9(1)")


def enterprise(seed: int, holes: float = 0.0) -> Facts:
    """One enterprise. `holes` is how often a fact is not given (unknown)."""
    r = Random(seed)
    year = r.choice((2021, 2022, 2023, 2023, 2024, 2025, 2026))
    facts: Facts = {
        "政策兑现年度": year, "申报日期": f"{max(year, 2022)}-{r.randint(1, 9):02}-{r.randint(1, 28):02}",
        "科技活动经费支出强度": r.choice((Decimal("0.07"), Decimal("0.06"), Decimal("0.0612"))), "西城园平均强度": Decimal("0.06"),
    }
    facts |= {name: {k: make(r) for k, make in fields.items()} for name, fields in OBJECTS.items()}
    facts["新入驻企业"]["西城区注册日期"] = f"{year - r.randint(0, 4)}-{r.randint(1, 12):02}-15"
    facts |= {name: _series(r, year, most) for name, most in SERIES.items()}
    facts |= {name: _records(r, year, name) for name in LISTS}
    facts["本年度已获支持"] = {k: money(0, 1_200_000)(r) for k in CAPPED if r.random() < 0.25}
    if r.random() < 0.4:
        facts["人才住房补贴核定金额"] = money(0, 500_000)(r)
    if r.random() < 0.5:
        facts["研发补贴事项标识"] = "研"
    return _with_holes(r, facts, holes) if holes else facts


def _series(r: Random, year: int, most: int) -> Facts:
    """A few years up to the base year, mostly growing."""
    values = sorted(money(0, most)(r) for _ in range(5))
    if r.random() < 0.3:
        r.shuffle(values)
    return {str(year - 4 + i): v for i, v in enumerate(values) if i > 1 or r.random() < 0.7}


def _records(r: Random, year: int, name: str) -> list[Facts]:
    return [_record(r, year, LISTS[name]) for _ in range(r.choice((0, 1, 1, 2, 2, 3)))]


def _record(r: Random, year: int, fields: dict[str, Make]) -> Facts:
    row = {k: make(r) for k, make in fields.items()}
    row = {k: v for k, v in row.items() if v is not None}
    return row | {k: year + row[k] for k in YEARS if k in row}


def _with_holes(r: Random, facts: Facts, holes: float) -> Facts:
    """The facts, some of them not given: whole parts a little less often than single fields."""
    out: Facts = {}
    for name, value in facts.items():
        if r.random() < holes / 2:
            continue
        if isinstance(value, dict):
            value = {k: v for k, v in value.items() if r.random() >= holes}
        elif isinstance(value, list):
            value = [{k: v for k, v in row.items() if r.random() >= holes} for row in value]
        out[name] = value
    return out
