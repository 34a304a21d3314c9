"""Distributions that somebody declares: a YAML file in the shape of a file of facts, with a distribution where a value would stand.

    缺: 1%                            # of every fact that must be filled in
    企业规模: {大型: 1, 中型: 4}       # weights
    主体: {西城区注册: 95%}            # 是否: the share of 是
    上级资金:
      项数: {0: 5, 1: 3, 4: 1}        # of a list: how many records
      金额: {中位: 50万元, 离散: 3}    # log-like: two thirds lie between 中位 ÷ 3 and 中位 × 3
      到账年度: {当年: 8, 上年: 1}     # or years such as 2023
    西城区注册日期: {从: 2020-01-01, 至: 2023-12-31, 缺: 5%}   # as likely everywhere
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.nearest import did_you_mean
from xcrules.base.source import canonical
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import BoolType, DateType, EnumType, NumberType, TextType, YearType, own_literal
from xcrules.facts.unfit import short

MISSING, ROWS = "缺", "项数"
_MIDDLE, _FACTOR, _LOW, _HIGH = "中位", "离散", "从", "至"
YEARS = {"后年": 2, "次年": 1, "当年": 0, "上年": -1, "前年": -2}  # from the base year

Value = Fraction | str | bool


@frozen
class Weights:
    """Values (years from the base year as text) with how often each is drawn among all."""

    values: tuple[tuple[Value, int], ...]


@frozen
class Spread:
    """Log-like around a middle: two thirds between middle ÷ factor and middle × factor."""

    middle: Fraction
    factor: Fraction


@frozen
class Evenly:
    """As likely everywhere from one end to the other; days as ordinals."""

    low: Fraction
    high: Fraction


@frozen
class Distribution:
    """How a fact is drawn; None: as the policy suggests. `missing`: the share that is not filled in; None: as with the others."""

    drawn: Weights | Spread | Evenly | None = None
    missing: Fraction | None = None


@frozen
class Distributions:
    """What was declared, by (table, field); by (list, 项数) of a list. `missing` is that of all facts that must be filled in."""

    of: Mapping[tuple[str, str], Distribution] = field(factory=dict)
    missing: Fraction = Fraction(0)

    def law(self, table: str, name: str) -> Distribution:
        return self.of.get((table, name), Distribution())


def read_distributions(raw: object, schema: Schema) -> Distributions:
    """The distributions of a file that was read. Raises XcrulesError with all that is wrong, each with its path."""
    reader = _Reader()
    laws = reader.read(raw, schema)
    if reader.found:
        raise XcrulesError(reader.found)
    return laws


class _Unfit(Exception):
    """What is wrong with a distribution, and what to write."""


class _Reader:
    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def read(self, raw: object, schema: Schema) -> Distributions:
        of: dict[tuple[str, str], Distribution] = {}
        top, tables = {f.name: f for f in schema.top}, {t.name: t for t in schema.nested}
        missing = Fraction(0)
        for name, held in self._named(raw, "", [MISSING, *top, *tables]):
            if name in top:
                of["", name] = self._law(top[name], held, name)
            elif name in tables:
                of |= {(name, inner): law for inner, law in self._table(tables[name], held)}
            else:
                missing = self._told(MISSING, _share, held) or missing
        return Distributions(of, missing)

    def _table(self, table: FactTable, raw: object) -> Iterator[tuple[str, Distribution]]:
        rows = [ROWS] if table.kind == "名单" else []
        for name, held in self._named(raw, table.name, [*rows, *(f.name for f in table.fields)]):
            path = f"{table.name}.{name}"
            if (spec := table.field_named(name)) is not None:
                yield name, self._law(spec, held, path)
            elif (counts := self._told(path, _counts, held)) is not None:
                yield name, Distribution(counts)

    def _named(self, raw: object, path: str, known: list[str]) -> Iterator[tuple[str, object]]:
        if not isinstance(raw, Mapping):
            self._wrong(path, "要是一个对象（名称和分布）", "每项一行，如 金额: {中位: 50万元, 离散: 3}")
            return
        for key, held in raw.items():
            if key in known:
                yield key, held
            else:
                self._wrong(f"{path}.{key}".strip("."), "没有这一项事实", did_you_mean(str(key), known, "有：" + "、".join(known[:12])))

    def _law(self, spec: FactField, raw: object, path: str) -> Distribution:
        return self._told(path, lambda held: _law(spec, held), raw) or Distribution()

    def _told(self, path: str, read: Any, raw: object) -> Any:
        try:
            return read(raw)
        except _Unfit as wrong:
            self._wrong(path, *wrong.args)
            return None

    def _wrong(self, path: str, message: str, help: str) -> None:
        self.found.append(Diagnostic(Code.UNFIT_DISTRIBUTION, f"「{short(path)}」{message}" if path else message, path=path, help=help))


def _law(spec: FactField, raw: object) -> Distribution:
    type_ = spec.element
    if isinstance(type_, BoolType) and not isinstance(raw, Mapping):
        yes = _share(raw)
        return Distribution(_weights([(True, yes), (False, 1 - yes)]))
    if not isinstance(raw, Mapping) or not raw:
        raise _Unfit("要写怎样分布", f"写成 {_example(type_)}")
    rest = {str(k): v for k, v in raw.items() if k != MISSING}
    missing = _share(raw[MISSING]) if MISSING in raw else None
    if not rest:
        return Distribution(None, missing)
    made: Weights | Spread | Evenly
    if set(rest) == {_MIDDLE, _FACTOR} and isinstance(type_, NumberType):
        made = Spread(_value(type_, rest[_MIDDLE]), _factor(rest[_FACTOR]))  # type: ignore[arg-type]
    elif set(rest) == {_LOW, _HIGH} and isinstance(type_, NumberType | DateType | YearType):
        made = Evenly(_value(type_, rest[_LOW]), _value(type_, rest[_HIGH]))  # type: ignore[arg-type]
        if made.low > made.high:
            raise _Unfit(f"从 {short(str(rest[_LOW]))} 比 至 {short(str(rest[_HIGH]))} 还大", "从 写小的，至 写大的")
    elif {_MIDDLE, _FACTOR, _LOW, _HIGH} & {*rest}:
        raise _Unfit("写了 中位、离散、从、至，凑不成一种分布", f"写成 {_example(type_)}")
    else:
        made = _weights([(_value(type_, k), _weight(v)) for k, v in rest.items()])
    return evolve(Distribution(made), missing=missing)


def _example(type_: object) -> str:
    match type_:
        case BoolType():
            return "95%（是的份额），或 {是: 3, 否: 1}"
        case EnumType(members):
            return "{" + "，".join(f"{m}: {n}" for m, n in zip(members[:2], (3, 1), strict=False)).replace("，", ", ") + "}，数是份量"
        case YearType():
            return "{当年: 8, 上年: 1}，或 {从: 2021, 至: 2023}"
        case DateType():
            return "{从: 2021-01-01, 至: 2023-12-31}"
        case TextType():
            return "{甲: 3, 乙: 1}，数是份量"
        case _:
            return "{中位: 50万元, 离散: 3}、{从: 0元, 至: 100万元}，或 {0元: 1, 50万元: 2}，单位照这一栏"


def _counts(raw: object) -> Weights:
    if not isinstance(raw, Mapping) or not raw or not all(str(k).isdecimal() and int(str(k)) <= 10_000 for k in raw):
        raise _Unfit("要写几项的各有多少", "写成 {0: 5, 1: 3, 4: 1}，一张名单至多 10000 项")
    return _weights([(Fraction(int(str(k))), _weight(v)) for k, v in raw.items()])


def _weights(found: list[tuple[Value, Fraction]]) -> Weights:
    """Weights as whole numbers."""
    total = sum((w for _, w in found), Fraction(0))
    if total <= 0:
        raise _Unfit("各种的份量合起来是 0", "至少一种的份量大于 0")
    return Weights(tuple((v, round(w / total * 1_000_000)) for v, w in found))


def _value(type_: object, raw: object) -> Value:
    text = str(raw)
    match type_:
        case BoolType() if text in ("是", "否", "True", "False"):
            return text in ("是", "True")
        case EnumType(members) if text in members:
            return text
        case TextType():
            return text
        case YearType() if text in YEARS:
            return text
        case YearType() if text.isdecimal() and 1900 <= int(text) <= 2200:
            return Fraction(int(text))
        case DateType() | NumberType():
            number = _decimal(text)
            if number is not None and isinstance(type_, NumberType) and not type_.unit:
                return number
            literal = own_literal(canonical(text), type_)
            if literal is not None and literal.type == type_:
                return literal.value
        case _:
            pass
    raise _Unfit(f"的「{short(text)}」不是这一栏的值", f"写成 {_example(type_)}")


def _decimal(text: str) -> Fraction | None:
    try:
        return Fraction(text) if "/" not in text else None
    except ValueError:
        return None


def _share(raw: object) -> Fraction:
    text = canonical(str(raw))
    number = _decimal(text.removesuffix("%"))
    if number is None or not 0 <= (share := number / (100 if text.endswith("%") else 1)) <= 1:
        raise _Unfit(f"的「{short(str(raw))}」不是 0% 至 100% 的份额", "写成 95%")
    return share


def _weight(raw: object) -> Fraction:
    number = _decimal(canonical(str(raw)).removesuffix("%"))
    if number is None or not 0 <= number <= 10**6:
        raise _Unfit(f"的份量「{short(str(raw))}」不是数", "份量写 0 或正数，如 3")
    return number


def _factor(raw: object) -> Fraction:
    number = _decimal(canonical(str(raw)))
    if number is None or not 1 <= number <= 100:
        raise _Unfit(f"的离散「{short(str(raw))}」不在 1 至 100 之间", "写 3：三分之二的数在 中位 的三分之一与三倍之间")
    return number
