"""What is reported of an enterprise and expected of a case, in words: requirements of facts, values, outcomes."""

from __future__ import annotations

from fractions import Fraction

from xcrules.base.identity import short_name
from xcrules.facts.tables import FactField, limits_text
from xcrules.facts.types import MONEY, LiteralValue, show
from xcrules.meaning.program import CaseCheck
from xcrules.run.results import AWARDED_NOTHING, GRANTED

_UNKNOWN = "缺了是未知"


def requirement(f: FactField) -> str:
    """Who certifies a fact and what its absence means: 由西城区税务局认定；必填，缺了是未知."""
    verb, _, authority = f.source.partition(" ")
    who = f"由{authority}{verb}" if authority else verb or "企业填报"
    absent = absence(f)
    return "；".join([who, f"必填，{absent}" if absent == _UNKNOWN else absent, *(["可以为负"] if f.signed else []), *filter(None, [limits_text(f)])])


def absence(f: FactField) -> str:
    """What is taken when a fact is not reported."""
    if f.default is not None:
        return f"缺省 {show(f.default, f.type)}"
    return "缺省取参数" if f.parameter else "可以不填" if f.optional else "没有填报的按没有计算" if f.closed else _UNKNOWN


def plain_text(value: object) -> str:
    """A value of a case's facts, as a person writes it."""
    match value:
        case LiteralValue():
            return show(value.value, value.type)
        case dict():
            return "，".join(_pair_text(k, v) for k, v in value.items()) or "无"
        case list() | tuple():
            return "；".join(plain_text(v) for v in value) or "无"
    return show(value)


def _pair_text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"非 {name}"
    text = plain_text(value)
    return f"{short_name(name)} {short_name(text) if isinstance(value, str) else text}"  # both may be a clause of a ledger


def expected_text(check: CaseCheck) -> str:
    """应予支持，金额 30万元，2023年 15万元，待投产日期拨付 4万元，争议 A17."""
    if check.status == GRANTED and ("金额", 0) in check.values:
        return f"不予支持（{AWARDED_NOTHING}）" if check.said == GRANTED else AWARDED_NOTHING
    return "，".join([*filter(None, [check.said]), *(_expected(key, value) for key, value in check.values if key not in ("方向", "表述"))])


def _expected(key: str, value: object) -> str:
    kind, _, when = key.partition(".")
    name = {"拨付计划": f"{when}年", "待拨付": f"待{when}拨付", "分项": when}.get(kind, key)
    return f"{name} {show(value, MONEY) if isinstance(value, Fraction) else plain_text(value)}"
