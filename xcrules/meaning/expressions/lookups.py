"""对照: a table that sets names, by its keys. Complete over its keys, or with 其他."""

from __future__ import annotations

import re
from fractions import Fraction

from xcrules.base.codes import Code
from xcrules.base.money import UNLIMITED, Number
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import BOOL, COUNT, MONEY, EnumType, NumberType, Type, parse_literal
from xcrules.meaning import rules, values
from xcrules.meaning.report import Report

from .conditions import COMPARISONS
from .kinds import describe
from .reader import Reader
from .scope import Typed

REFUSED = "不予支持"
_EDGES: dict[str, values.CompareOp] = {"以上": ">=", "以下": "<=", "": "="}
Row = tuple[values.Value | None, dict[str, "values.Value | None"]]  # test (None: 其他), results (None: 不予支持)


def lookup_rule(line: syntax.Line, body: syntax.Lookup, read: Reader) -> rules.Body | None:
    """Names from the table, and the condition that a row supports the case."""
    columns = [*(k.text for k in body.keys), *(r.text for r in body.results)]
    if not line.rows or [cell_text(x) for x in line.rows[0].cells] != columns:
        read.report.error(Code.TABLE_HEADER_MISMATCH, "对照的表，列名要与 按 …… 定 …… 写的一样、次序也一样", None,
                          help="| " + " | ".join(columns) + " |")
        return None
    keys = [read.name(k) for k in body.keys]
    if any(k is None for k in keys):
        return None
    typed_keys = [k for k in keys if k is not None]
    types = _columns(line, body)
    rows: list[Row] = []
    for row in line.rows[1:]:
        made = _row(row, body, typed_keys, types, read)
        if made is None:
            return None
        rows.append(made)
    if not _complete(line, body, typed_keys, read):
        return None
    return _rule(line, rows, types)


def _columns(line: syntax.Line, body: syntax.Lookup) -> dict[str, Type]:
    """The types of the result columns whose numbers are of several: that of most cells; a bare number is the likelier slip."""
    types: dict[str, Type] = {}
    for at, name in enumerate(body.results, len(body.keys)):
        texts = [cell_text(row.cells[at]) for row in line.rows[1:] if at < len(row.cells)]
        kinds = [literal.type for text in texts if (literal := parse_literal(canonical(text))) is not None]
        if len(set(kinds)) > 1:
            types[name.text] = max(dict.fromkeys(kinds), key=lambda t: (kinds.count(t), t != COUNT))
    return types


def _row(row: syntax.Row, body: syntax.Lookup, keys: list[Typed], types: dict[str, Type], read: Reader) -> Row | None:
    if len(row.cells) != len(body.keys) + len(body.results):
        _report(read, row).error(Code.RAGGED_ROW, f"这一行有 {len(row.cells)} 格，应有 {len(body.keys) + len(body.results)} 格")
        return None
    tests: list[values.Value] = []
    for cell, key, name in zip(row.cells, keys, body.keys, strict=False):
        text = cell_text(cell)
        if text in ("其他", "") or (key.type == BOOL and {m.strip() for m in text.split("、")} == {"是", "否"}):
            continue
        test = _key_test(syntax.Line("对照", cell, (), cell), text, key, name, read)
        if test is None:
            return None
        tests.append(test)
    results: dict[str, values.Value | None] = {}
    for cell, name in zip(row.cells[len(body.keys) :], body.results, strict=True):
        made = _result(syntax.Line("对照", cell, (), cell), cell_text(cell), name.text, types, read)
        if made is False:
            return None
        results[name.text] = None if made is True else made
    test_value = tests[0] if len(tests) == 1 else values.Logic("且", tuple(tests), span=row.span) if tests else None
    return test_value, results


def _cell_reader(cell: syntax.Line, read: Reader, start: str) -> Reader:
    return Reader(read.scope, Report(cell, read.report.findings), start)


def _report(read: Reader, row: syntax.Row) -> Report:
    return Report(syntax.Line("对照", row.span, (), row.span), read.report.findings)


def _key_test(cell: syntax.Line, text: str, key: Typed, name: syntax.Name, read: Reader) -> values.Value | None:
    inner = _cell_reader(cell, read, "cell_key")
    if isinstance(key.type, EnumType) or key.type == BOOL:
        members = tuple(filter(None, (m.strip() for m in text.split("、"))))
        known = _members(key.type)
        for member in members:
            if member not in known:
                inner.report.error(Code.UNKNOWN_MEMBER, f"「{member}」不是「{name.text}」的一种", None, help=_members_help(member, known))
                return None
        if key.type == BOOL:
            return key.value if members == ("是",) else values.Logic("非", (key.value,))
        return values.Member(key.value, members, span=cell.content)
    bounds = _bounds(text)
    if bounds is None:
        inner.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help="写成 500万元 以上 不满 5000万元、500万元 至 5000万元，或一个值，或 其他")
        return None
    if bounds[0].word == "" and _glued_tier(text, inner):
        return None
    if bounds[0].word == "" and _is_measured(key.type):
        inner.report.error(Code.EXACT_OR_REACHED, f"「{text}」是正好等于它，还是达到它？", None, help=f"达到的写 {text} 以上；正好的写 等于 {text}",
                           fixes=((f"改为 {text} 以上", f"{text} 以上"), (f"改为 等于 {text}", f"等于 {text}")))
        return None
    tests: list[values.Value] = []
    for bound in bounds:
        test = _bound(bound, key, name, inner)
        if test is None:
            return None
        tests.append(test)
    return tests[0] if len(tests) == 1 else values.Logic("且", tuple(tests), span=cell.content)


_EDGE_WORDS = re.compile(r"\s*(以上|以下|不满|不足|超过|不超过|不低于|低于|高于)\s*")


def _glued_tier(text: str, inner: Reader) -> bool:
    """1亿元以上不满5亿元: the words stand apart."""
    apart = " ".join(_EDGE_WORDS.sub(r" \1 ", text).split())
    bounds = _bounds(apart) if apart != text else None
    if bounds is None or bounds[0].word == "":
        return False
    inner.report.error(Code.GLUED_WORDS, "有几个词连在了一起", None, help=f"词与词之间空一格：{apart}", fixes=(("空开", apart),), sure=True)
    return True


def _members(type_: Type) -> tuple[str, ...]:
    return type_.members if isinstance(type_, EnumType) else ("是", "否") if type_ == BOOL else ()


def _members_help(member: str, known: tuple[str, ...]) -> str:
    """What may stand in a cell; of 是否, what was probably meant by a mark."""
    if known != ("是", "否"):
        return "有：" + "、".join(known)
    meant = "是" if member in _YES else "否" if member in _NO else ""
    return "是否的格子写 是 或 否" + (f"；是不是 {meant}？" if meant else "") + "；不论是否的留空"


_YES = ("√", "✓", "✔", "对", "有", "真", "1", "Y", "y", "yes", "true", "是的")
_NO = ("×", "✗", "✘", "X", "x", "无", "假", "0", "N", "n", "no", "false", "不是")
_DASH = re.compile(r"\s*(?:至|到|[-－–—―−~～〜∼]{1,2})\s*")


def _bounds(text: str) -> tuple[syntax.Bound, ...] | None:
    """The bounds that a key cell means: two ends for 1亿元-3亿元 and 1亿元 至 3亿元, both included; a bare value has the word ""."""
    ends = [e.strip() for e in _DASH.split(text)] if parse_literal(canonical(text)) is None else [text]
    if len(ends) == 2 and all(parse_literal(canonical(e)) is not None for e in ends):
        low, high = (syntax.Literal(canonical(e), (text.index(e), text.index(e) + len(e))) for e in ends)
        return syntax.Bound("以上", low), syntax.Bound("以下", high)
    body, error = parse_content("cell_key", canonical(text))
    if error is not None:
        return None
    return body if isinstance(body, tuple) else (syntax.Bound("", body),)  # type: ignore[arg-type]


def _is_measured(type_: Type) -> bool:
    """Amounts, rates and areas, which are hardly ever just so much; pieces, persons and years may be."""
    if not isinstance(type_, NumberType):
        return False
    return type_.rate or any(unit not in _COUNTED for unit, _ in type_.unit)


_COUNTED = frozenset("件国部人家项次月年台套场册株户辆张处期")


def _bound(bound: syntax.Bound, key: Typed, name: syntax.Name, inner: Reader) -> values.Value | None:
    value = inner.of_type(bound.value, key.type, f"「{name.text}」")
    if value is None:
        return None
    op: values.CompareOp = _EDGES.get(bound.word) or COMPARISONS[bound.word]
    return values.Compare(op, key.value, value, span=inner.report.line.content)


def _result(cell: syntax.Line, text: str, name: str, types: dict[str, Type], read: Reader) -> values.Value | bool:
    """The value of a result cell; True for 不予支持, False after a finding."""
    if text == REFUSED:
        return True
    inner = _cell_reader(cell, read, "cell_value")
    body, error = parse_content("cell_value", canonical(text))
    if error is not None:
        inner.report.error(Code.UNREADABLE_CELL, f"读不懂这一格「{text}」", None, help="写一个数或一个名称，或 不予支持")
        return False
    typed = inner.read(body)  # type: ignore[arg-type]
    if typed is None:
        return False
    wanted = types.setdefault(name, typed.type)
    if typed.type != wanted:
        unit = ("元" if wanted == MONEY else "%" if isinstance(wanted, NumberType) and wanted.rate else "") if typed.type == COUNT else ""
        hint = f"写成 {text}{unit}" if unit else f"写成以{describe(wanted)}计的数"
        inner.report.error(Code.TYPE_MISMATCH, f"「{name}」别的格是{describe(wanted)}，「{text}」却是{describe(typed.type)}", help=hint)
        return False
    return typed.value


def _rule(line: syntax.Line, rows: list[Row], types: dict[str, Type]) -> rules.Lookup:
    supported_rows: list[tuple[values.Value, values.Value]] = []
    otherwise_supported = False
    lets = []
    for name, type_ in types.items():
        arms = [(t, r[name] or _zero(type_)) for t, r in rows if t is not None]
        last = next((r[name] for t, r in rows if t is None), None)
        lets.append(rules.Let(name, values.Pick(tuple(arms), last, type_, span=line.content), type_))
    for test, results in rows:
        fine = all(v is not None for v in results.values())
        if test is None:
            otherwise_supported = fine
        else:
            supported_rows.append((test, values.Literal(fine, BOOL)))
    supported = values.Pick(tuple(supported_rows), values.Literal(otherwise_supported, BOOL), BOOL, span=line.content)
    return rules.Lookup(tuple(lets), supported)


def _zero(type_: Type) -> values.Value:
    return values.Literal(Fraction(0), type_ if isinstance(type_, NumberType) else MONEY)


# -- completeness ---------------------------------------------------------------------------------


def _complete(line: syntax.Line, body: syntax.Lookup, keys: list[Typed], read: Reader) -> bool:
    """A table over one key says something of every value, or has 其他; tiers neither gap nor overlap."""
    texts = [row.texts()[: len(body.keys)] for row in line.rows[1:]]
    if not _apart(line, keys, read):
        return False
    if any(all(t in ("其他", "") for t in row) for row in texts):
        return _distinct(line, texts, read)
    members = _members(keys[0].type) if len(keys) == 1 else ()
    if members:
        named = {m.strip() for (t,) in texts for m in t.split("、")}
        if missing := [m for m in members if m not in named]:
            read.report.error(Code.UNCOVERED_CASE, f"对照没有写「{'」「'.join(missing)}」怎么办", None,
                              help="补上这些行，或加一行 其他 | 不予支持")
            return False
        return _distinct(line, texts, read)
    read.report.error(Code.UNCOVERED_CASE, "对照没有写其余情形怎么办", None, help="末尾加一行，第一格写 其他，结果写 不予支持")
    return False


_Tier = tuple[Number, bool, Number, bool]  # from (included?), to (included?)


def _apart(line: syntax.Line, keys: list[Typed], read: Reader) -> bool:
    """Tiers of a table over one number do not overlap."""
    if len(keys) != 1 or isinstance(keys[0].type, EnumType) or keys[0].type == BOOL:
        return True
    tiers = [(row, t) for row in line.rows[1:] if (t := _tier(row.values[0])) is not None]
    for i, (_, one) in enumerate(tiers):
        for row, other in tiers[i + 1 :]:
            if _overlap(one, other):
                _report(read, row).error(Code.OVERLAPPING_ROWS, f"「{row.values[0]}」与前面的档有重叠", None, help=_shared(one, other))
                return False
    return True


def _tier(text: str) -> _Tier | None:
    """The range of numbers that a key cell means."""
    bounds = _bounds(text) if text not in ("其他", "") else None
    if bounds is None:
        return None
    low: tuple[Number, bool] = (-UNLIMITED, False)
    high: tuple[Number, bool] = (UNLIMITED, False)
    for bound in bounds:
        literal = parse_literal(bound.value.text) if isinstance(bound.value, syntax.Literal) else None
        if literal is None:
            return None
        op = _EDGES.get(bound.word) or COMPARISONS[bound.word]
        if op in (">", ">=", "="):
            low = (literal.value, op != ">")
        if op in ("<", "<=", "="):
            high = (literal.value, op != "<")
    return (*low, *high)


def _overlap(one: _Tier, other: _Tier) -> bool:
    first, last = max(one[:2], other[:2], key=lambda x: (x[0], not x[1])), min(one[2:], other[2:], key=lambda x: (x[0], x[1]))
    return first[0] < last[0] or (first[0] == last[0] and first[1] and last[1])


def _shared(one: _Tier, other: _Tier) -> str:
    """What two tiers both have, and how to part them: the drafter says to which the edge belongs."""
    low, high = max(one[0], other[0]), min(one[2], other[2])
    if low == high:
        return "两档都含分界的那个数：归数小的一档的，数大的一档写 超过 它；归数大的一档的，数小的一档写 不满 它"
    return "两档有一段相同：核对分界的数；上一档到哪里为止，下一档就从哪里起"


def _distinct(line: syntax.Line, texts: list[tuple[str, ...]], read: Reader) -> bool:
    seen: set[tuple[str, ...]] = set()
    for row, text in zip(line.rows[1:], texts, strict=True):
        if text in seen:
            _report(read, row).error(Code.REPEATED_ARM, f"「{'、'.join(text)}」在对照里写了两次")
            return False
        seen.add(text)
    return True


