"""The cells of a 对照: which case a key cell means, which value a result cell holds; one finding for each that says neither."""

from __future__ import annotations

import re

from xcrules.base.codes import Code
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.syntax import cell_text
from xcrules.facts import types
from xcrules.facts.types import BOOL, COUNT, MONEY, RATE, EnumType, NumberType, Type, Units, parse_literal, unit_text
from xcrules.meaning import values
from xcrules.meaning.advice.spelling import spelled
from xcrules.meaning.report import Report
from xcrules.meaning.tables.rows import ragged

from . import tiers
from .grades import spread
from .kinds import describe, truth_meant
from .reader import Reader
from .scope import REFUSED, Typed

OTHERS = ("其他", "")
_PART = re.compile(r"\s*的?\s*(?:部分)?$")
_REFUSALS = ("不支持", "不予", "不给", "不补", "不奖", "不予补贴", "不予奖励", "不享受", "无", "没有", "—", "-", "/")  # what people write in a cell for 不予支持
_COUNTED = frozenset("月年天")  # beside what is whole


def column_types(line: syntax.Line, body: syntax.Lookup, units: Units) -> dict[str, Type]:
    """The types of the result columns whose numbers are of several: that of most cells; a bare number is the likelier slip, but for 1 and 0.8."""
    types: dict[str, Type] = {}
    for at, name in enumerate(body.results, len(body.keys)):
        texts = [cell_text(row.cells[at]) for row in line.rows[1:] if at < len(row.cells)]
        found = [literal for text in texts if (literal := parse_literal(canonical(text), units)) is not None]
        kinds = [literal.type for literal in found]
        bare = all(literal.value > 1 for literal in found if literal.type == COUNT)
        if len(set(kinds)) > 1:
            types[name.text] = max(dict.fromkeys(kinds), key=lambda t: (t != COUNT and (bare or t != RATE), kinds.count(t), t != COUNT))
    return types


def row_report(read: Reader, row: syntax.Row) -> Report:
    """Findings about a whole row."""
    return Report(syntax.Line("对照", row.span, (), row.span), read.report.findings)


def full(row: syntax.Row, body: syntax.Lookup, read: Reader) -> bool:
    """Whether the row has a cell for every column."""
    wanted = len(body.keys) + len(body.results)
    if len(row.cells) != wanted:
        read.report.findings.append(ragged(row, [x.text for x in (*(k.name for k in body.keys), *body.results)]))
    return len(row.cells) == wanted


def _cell_reader(cell: syntax.Line, read: Reader, start: str) -> Reader:
    return Reader(read.scope, Report(cell, read.report.findings), start)


# -- keys -----------------------------------------------------------------------------------------


def key_test(span: Span, key: Typed, name: str, read: Reader) -> values.Value | None:
    """The condition that a key cell means; None after a finding."""
    cell, text = syntax.Line("对照", span, (), span), cell_text(span)
    inner = _cell_reader(cell, read, "cell_key")
    if isinstance(key.type, EnumType) or key.type == BOOL:
        return _member_test(cell, text, key, name, inner)
    listed = all(parse_literal(canonical(x.strip()), inner.scope.schema.units) is not None for x in text.split("、"))  # 4年、5年
    tests = [_between(one, cell, key, name, inner) for one in (text.split("、") if listed else (text,))]
    return values.joined("或", tests, cell.content)


def _between(text: str, cell: syntax.Line, key: Typed, name: str, inner: Reader) -> values.Value | None:
    if (found := bounds_in(text.strip(), key, name, inner)) is None:
        return None
    return values.joined("且", [values.Compare(op, key.value, value, span=cell.content) for op, value in found], cell.content)


def part_bounds(span: Span, key: Typed, name: str, read: Reader) -> tuple[tuple[values.CompareOp, values.Value], ...] | None:
    """The bounds of a part of a number, as laws put it: 超过 36000元 至 144000元 的部分; None after a finding."""
    return bounds_in(cell_text(bare(span)), key, name, _cell_reader(syntax.Line("对照", span, (), span), read, "cell_key"))


def bare(span: Span) -> Span:
    """The cell without 的部分."""
    return Span(span.source, span.start, span.start + len(_PART.sub("", span.text)))


def bounds_in(text: str, key: Typed, name: str, inner: Reader) -> tuple[tuple[values.CompareOp, values.Value], ...] | None:
    """The bounds that the text of a cell names, read by the reader of the cell."""
    units = inner.scope.schema.units
    found = tiers.bounds(text, units)
    bare = found is not None and found[0].word == "" and isinstance(found[0].value, syntax.Literal | syntax.Name)
    exact = bare and found is not None and (parse_literal(canonical(text), units) is not None or text in inner.scope.names())
    ends = {getattr(parse_literal(canonical(b.value.text), units), "type", None) for b in found or () if isinstance(b.value, syntax.Literal)}
    strange = any(isinstance(b.value, syntax.Name) and b.value.text not in inner.scope.names() for b in found or ())  # 超过 l亿元
    if (found is None or (bare and not exact) or len(ends) > 1 or strange) and (said := tiers.meant(text, units)) is not None:
        if isinstance(key.type, NumberType) and key.type.whole and _OR_UP_TO.match(said) and tiers.bounds(said, units) is not None:
            return bounds_in(said, key, name, inner)  # 90—99周岁: of whole numbers none stands at two ends
        return inner.report.error(
            Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help=f"写成 {said}" + _OR_UP_TO.sub(r"；下一档从 \2 起的，写成 \1 以上 不满 \2", said if _OR_UP_TO.match(said) else ""), fixes=((f"改为 {said}", said),),
        )
    if found is None or text.endswith("部分") or (bare and not exact and re.search(r"\d", text)):
        part = "每一段只按本段的比率算、各段相加的，写 按 …… 分段 定 ……；" if text.endswith("部分") else ""
        return inner.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help=part + _forms(key.type))
    if exact and _is_measured(key.type):
        whole = text + unit_text(key.type.unit) if isinstance(key.type, NumberType) and text[-1] in "0123456789万亿" else text
        return inner.report.error(Code.EXACT_OR_REACHED, f"「{text}」是正好等于它，还是达到它？", None, help=f"达到的写 {whole} 以上；正好的写 等于 {whole}",
                                  fixes=((f"改为 {whole} 以上", f"{whole} 以上"), (f"改为 等于 {whole}", f"等于 {whole}")))
    good: list[tuple[values.CompareOp, values.Value]] = []
    for bound in found:
        if (value := inner.of_type(bound.value, key.type, f"「{name}」")) is None:
            return None  # the other end is of the same wrong unit: one mistake
        good.append((tiers.op_of(bound), value))
    return tuple(good)


_OR_UP_TO = re.compile(r"^(\d\S*?)\s*[-—–－~～至到]+\s*(\d\S*)$")


def _forms(type_: Type) -> str:
    """How a range of such a key is written."""
    if isinstance(type_, types.DateType):
        return "写成 早于 2024年1月1日、2024年1月1日 至 2024年6月30日、不早于 2024年7月1日，或 其他"
    unit = (
        "年"
        if isinstance(type_, types.YearType)
        else "%"
        if type_ == types.RATE
        else unit_text(type_.unit)
        if isinstance(type_, NumberType) and type_.unit
        else ""
    )
    low, high = (n + unit for n in (("500万", "5000万") if type_ == MONEY else ("2020", "2023") if isinstance(type_, types.YearType) else ("5", "10")))
    return f"写成 {low} 以上 不满 {high}、{low} 至 {high}，或一个值，或 其他"


def _member_test(cell: syntax.Line, text: str, key: Typed, name: str, inner: Reader) -> values.Value | None:
    members = tuple(x for m in text.split("、") if m.strip() for x in spread(m.strip(), key.type))
    known = members_of(key.type)
    for member in members:
        if member not in known:
            return inner.report.error(Code.UNKNOWN_MEMBER, f"「{member}」不是「{name}」的一种", None, help=_members_help(member, known))
    if key.type == BOOL:
        return key.value if members == ("是",) else values.Logic("非", (key.value,))
    return values.Member(key.value, members, span=cell.content)


def members_of(type_: Type) -> tuple[str, ...]:
    """What a key of this type can be, if that is a closed list."""
    return type_.members if isinstance(type_, EnumType) else ("是", "否") if type_ == BOOL else ()


def _members_help(member: str, known: tuple[str, ...]) -> str:
    """What may stand in a cell; of 是否, what was probably meant by a mark."""
    if known != ("是", "否"):
        return "有：" + "、".join(known)
    meant = truth_meant(member)
    return "是否的格子写 是 或 否" + (f"；是不是 {meant}？" if meant else "") + "；不论是否的留空"


def _is_measured(type_: Type) -> bool:
    """Amounts, rates and areas, which are hardly ever just so much; pieces, persons and years may be."""
    if not isinstance(type_, NumberType):
        return False
    return type_.rate or (not type_.whole and any(unit not in _COUNTED for unit, _ in type_.unit))


# -- results --------------------------------------------------------------------------------------


def result(span: Span, name: str, types: dict[str, Type], read: Reader) -> values.Value | bool:
    """The value of a result cell; True for 不予支持, False after a finding. `types` gains the type of the column."""
    text = cell_text(span)
    if text == REFUSED:
        return True
    if text in _REFUSALS:
        _cell_reader(syntax.Line("对照", span, (), span), read, "cell_value").report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help=f"不给的写 {REFUSED}", fixes=((f"改为 {REFUSED}", REFUSED),))
        return False
    inner = _cell_reader(syntax.Line("对照", span, (), span), read, "cell_value")
    body, error = parse_content("cell_value", canonical(text))
    if error is not None:
        inner.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help="写一个数或一个名称，或 不予支持")
        return False
    if (parse_literal(plain := canonical(spelled(text)), inner.scope.schema.units) is not None
        and plain != canonical(text) and parse_literal(canonical(text), inner.scope.schema.units) is None):
        inner.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help=f"写成 {plain}", fixes=((f"改为 {plain}", plain),))  # 一千万元
        return False
    typed = inner.read(body)  # type: ignore[arg-type]
    if typed is None:
        return False
    wanted = types.setdefault(name, typed.type)
    if typed.type != wanted:
        unit = ("%" if wanted.rate else str(wanted)) if typed.type == COUNT and isinstance(wanted, NumberType) else ""
        bare = re.match(r"[\d.,]+[万亿]?", text) if str(wanted).startswith(f"{typed.type}/") else None  # 120元 among 元/月
        hint = f"写成 {text}万元 或 {text}元，照原文" if typed.type == COUNT and wanted == MONEY and text[-1] not in "万亿" else f"写成 {text}{unit}" if unit else f"写成 {bare[0]}{wanted}" if bare else f"写成{describe(wanted)}"
        inner.report.error(Code.TYPE_MISMATCH, f"「{name}」别的格是{describe(wanted)}，「{text}」却是{describe(typed.type)}", help=hint)
        return False
    return typed.value
