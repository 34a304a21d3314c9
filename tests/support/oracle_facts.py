"""Reading facts for the oracle: unknown fields are tried with every value that could make a difference.

The clauses in oracle.py are written two-valued, on complete rows, as the law is. An unknown field
(key missing or null, facts.md 三值约定) is filled in with representative values; if every filling
gives the same result the field cannot matter, otherwise it is 缺失. So there is no Kleene logic here
that an engine could share by mistake: 确定为假压倒未知 follows by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, TypeVar

Facts = Mapping[str, Any]
Row = Mapping[str, Any]
Result = dict[str, Any]
T = TypeVar("T", bound=Hashable)

NOT_APPLICABLE = "不适用"  # settled.md 10: what reads it is false or 0
BOOL = (True, False)
MONEY = (Fraction(0), Fraction(1, 100), Fraction(100), Fraction(10**12))  # nothing … above every cap
COUNT = (Fraction(0), Fraction(1), Fraction(10**6))
YEAR = "year"  # stands for (this year, another year)
NAME = "name"  # stands for every name in the list, and as many others as there are rows

FUND = {"级别": ("国家级", "北京市级", "其他"), "金额": MONEY, "到账年度": YEAR,
        "类别": ("科技重大专项", "出版专项", "设计专项", "国际交流合作项目", "其他")}
INCUBATOR = {"名称": NAME, "经认定": BOOL}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "主体": dict.fromkeys(("西城区注册", "西城区纳税", "中关村高新技术企业认定", "科技企业孵化机构认定",
                         "入驻出版创意产业园区", "出版园区企业共同认定"), BOOL),
    "上级资金": FUND,
    "创新平台与奖项": {"类型": ("创新平台", "科技奖项", "其他"), "级别": ("国家级", "北京市级", "其他"),
                "自建研发机构": BOOL, "获得年度": YEAR, "经认定": BOOL},
    "新入驻企业": dict.fromkeys(("新入驻", "符合产业定位", "重大影响力", "突出贡献"), BOOL)
    | {"西城区注册日期": "date"},
    "高新技术企业": {"新入驻": BOOL, "持有国家高新技术企业证书": BOOL, "本年度取得证书次序": (0, 1, 2)},
    "专利": {"类型": ("国内发明专利", "国外专利", "其他"), "途径": ("PCT", "其他"), "已授权": BOOL,
           "授权年度": YEAR, "本年度授权国家数": COUNT},
    "标准": {"类别": ("国际标准", "国家标准", "行业标准", "其他"), "方式": ("主导", "其他"),
           "领域": ("产品", "其他"), "已公布": BOOL, "公布年度": YEAR},
    "应用场景项目": dict.fromkeys(("国际领先", "填补国内行业空白", "全球首发", "全国首发", "西城区落地应用",
                            "形成示范推广效应", "取得一定效益", "经认定"), BOOL) | {"实际投资总额": MONEY},
    "孵化和加速基地": INCUBATOR,
    "创新孵化平台": INCUBATOR,
    "作品与设计获奖": {"奖项级别": ("国际", "其他"), "获奖年度": YEAR},
    "版权衍生产品": {"类型": ("影视", "游戏", "动漫书籍", "其他"), "自有版权": BOOL, "完成年度": YEAR},
    "园区出版作品": {"通过园区出版平台": BOOL, "成功出版": BOOL, "原创": BOOL, "版权签约费用": MONEY,
               "出版年度": YEAR},
    "人才称号": {"姓名": NAME, "称号类别": ("出版人才", "创新创业人才", "其他"), "企业人才": BOOL,
             "级别": ("国家", "中关村", "其他"), "获得年度": YEAR},
    "贷款": {"类型": ("信用贷款", "其他"), "首次贷款": BOOL, "用于创业创新": BOOL, "本年度缴纳利息": MONEY},
    "历史已获支持": {"核定年度": YEAR, "金额": MONEY},
    "其他区级政策支持": {"金额": MONEY, "状态": ("已获得", "符合未获得")},
}
DEFAULTS: Mapping[str, Any] = {  # facts.md 缺省; null is like a missing key
    "以前已奖励": False, "以前已补贴": False, "件数": 1, "数量": 1, "以前年度已补贴国家数": 0,
    "本年度已获金额": 0, "个人本年度已获金额": 0, "核定金额": None, "事项标识": None, "条款": None,
}


def number(value: Any) -> Fraction:
    """An exact number; 不适用 reads as 0, decimal strings are accepted (settled.md 9, 10)."""
    if value == NOT_APPLICABLE:
        return Fraction(0)
    if isinstance(value, (bool, float)) or not isinstance(value, (int, Decimal, Fraction, str)):
        raise TypeError(f"not an exact number: {value!r}")
    return Fraction(value)


def yes(value: Any) -> bool:
    return value is True


def rounded(amount: Fraction) -> Fraction:
    """A46: half up to the cent, once, at the end."""
    return Fraction(math.floor(amount * 100 + Fraction(1, 2)), 100)


def floored(cap: Fraction) -> Fraction:
    """A cap is cut down to the cent: 不超过 must not be exceeded by rounding."""
    return Fraction(math.floor(cap * 100), 100)


def rows(facts: Facts, name: str) -> list[Row] | None:
    """The list, or None when it is unknown as a whole."""
    value = facts.get(name)
    return [] if value == NOT_APPLICABLE else value


def ledger(facts: Facts, name: str) -> list[Row]:
    """闭世界: a missing ledger is an empty one."""
    return rows(facts, name) or []


def yearly(facts: Facts, name: str, year: int) -> Fraction | None:
    """科技活动经费支出, 研发经费, 区综合贡献: {} says nothing about any year."""
    series = facts.get(name)
    if series == NOT_APPLICABLE:
        return Fraction(0)
    value = (series or {}).get(str(year))
    return None if value is None else number(value)


def annual_balance(facts: Facts, clause: str, cap: int) -> Fraction:
    """余额：年度上限 − 本年度已获支持[同一条款号]，不小于 0."""
    got = (facts.get("本年度已获支持") or {}).get(clause)
    return floored(max(cap - number(got or 0), Fraction(0)))


def _candidates(choice: Any, year: int, names: Iterable[Any], path: str) -> tuple[Any, ...]:
    if choice == YEAR:
        return (year, year - 1, year - 2, 1900)
    if choice == NAME:
        return tuple(dict.fromkeys(names))
    if choice == "date":  # one date for each window that can meet the years up to `year`
        return tuple(f"{y}-06-30" for y in range(year - 6, year + 2))
    return tuple(choice)


def possible(
    path: str, kind: str, row: Row, year: int, names: Iterable[Any], judge: Callable[[Row], T]
) -> tuple[list[T], list[str]]:
    """All results of `judge` over the fillings of the row's unknown fields, and the fields that matter."""
    filled: dict[str, Any] = {**DEFAULTS, **{key: value for key, value in row.items() if value is not None}}
    open_fields = [field for field in FIELDS[kind] if field not in filled]
    choices = [_candidates(FIELDS[kind][field], year, names, path) for field in open_fields]
    seen = {
        values: judge(filled | dict(zip(open_fields, values, strict=True))) for values in product(*choices)
    }
    missing = []
    for index, field in enumerate(open_fields):
        by_rest: dict[tuple[Any, ...], set[T]] = {}
        for values, result in seen.items():
            by_rest.setdefault(values[:index] + values[index + 1:], set()).add(result)
        if any(len(results) > 1 for results in by_rest.values()):
            missing.append(f"{path}.{field}")
    return list(dict.fromkeys(seen.values())), missing


def possible_object(
    facts: Facts, name: str, year: int, judge: Callable[[Row], T]
) -> tuple[list[T], list[str]]:
    """The same for a single object; unknown as a whole it is one missing fact (对象整体未知)."""
    value = facts.get(name)
    if value == NOT_APPLICABLE:
        value = dict.fromkeys(FIELDS[name], NOT_APPLICABLE)
    results, missing = possible(name, name, value or {}, year, (), judge)
    return results, ([name] if missing and value is None else missing)


def possible_rows(
    facts: Facts, name: str, year: int, judge: Callable[[Row], T]
) -> tuple[list[list[T]], list[str]]:
    """For each row of a known list its possible results; and the missing facts of all rows."""
    items = rows(facts, name) or []
    names = [row[key] for row in items for key in ("名称", "姓名") if row.get(key) is not None]
    names += [f"{name}[{index}]" for index in range(len(items))]  # nameless rows may be one and the same
    options, missing = [], []
    for index, row in enumerate(items):
        results, paths = possible(f"{name}[{index}]", name, row, year, names, judge)
        options.append(results)
        missing += paths
    return options, missing


def combined(
    options: Sequence[Sequence[Any]], missing: list[str], judge: Callable[[Sequence[Any]], Result]
) -> Result:
    """The one result of all combinations, or 待补充 (③ 能证明它不影响结果的，可以直接给结果)."""
    if math.prod(len(option) for option in options) > 50_000:
        return lacking(missing)
    results = [judge(choice) for choice in product(*options)]
    first = {key: value for key, value in results[0].items() if key != "争议"}
    if any({key: value for key, value in result.items() if key != "争议"} != first for result in results):
        return lacking(missing)
    certain = set.intersection(*(set(result.get("争议", [])) for result in results))
    return first | ({"争议": sorted(certain)} if certain else {})


def lacking(missing: Iterable[str]) -> Result:
    return {"状态": "待补充", "缺失": list(dict.fromkeys(missing))}


@dataclass(frozen=True)
class Elsewhere:
    """Another district policy's support for a matter."""

    matter: str
    amount: Fraction
    had: bool


def elsewhere(facts: Facts, matters: set[str] | None) -> tuple[list[list[Elsewhere]], list[str]]:
    """其他区级政策支持 for these matters; a row without 事项标识 is not compared (A39)."""
    options: list[list[Elsewhere]] = []
    missing: list[str] = []
    for index, row in enumerate(ledger(facts, "其他区级政策支持")):
        matter = row.get("事项标识")
        if matter is not None and (matters is None or matter in matters):  # None: any matter
            path = f"其他区级政策支持[{index}]"
            found, paths = possible(
                path, "其他区级政策支持", row, 0, (),
                lambda r: Elsewhere(str(r["事项标识"]), number(r["金额"]), r["状态"] == "已获得"),
            )
            options.append(found)
            missing += paths
    return options, missing
