"""Titles, readings, facts, parameters and cases of two versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from xcrules.facts.tables import FactField, FactTable, ParameterTable, limits_text
from xcrules.facts.types import EnumType, Type, show
from xcrules.meaning.program import Case, Program, Reading
from xcrules.tell.readback import clause_name
from xcrules.tell.readback.reported import absence, expected_text

from .items import ADDED, CHANGED, REMOVED, Change, came_and_went

Key = TypeVar("Key")
Thing = TypeVar("Thing")


def head_changes(old: Program, new: Program) -> list[Change]:
    """规定, 文号."""
    return [*_differs("规定", "规定", ("名称", old.title, new.title)), *_differs("规定", "文号", ("文号", old.number, new.number))]


def _differs(where: str, label: str, *pairs: tuple[str, str, str]) -> list[Change]:
    """Of (what it is, before, after) those that are not the same."""
    return [Change(where, CHANGED, label, subject, before or "（空）", after or "（空）") for subject, before, after in pairs if before != after]


def _each(where: str, label: str, name: tuple[str, str], old: Mapping[Key, Thing], new: Mapping[Key, Thing],
          said: Callable[[Thing], str], changes: Callable[[Thing, Thing], list[Change]]) -> list[Change]:
    """What is gone, then in the order of the new what came or `changes`; `said` of what has no other side, `name` is what stands around its own."""
    before, after = name
    gone = [Change(where, REMOVED, label, f"{before}{n}{after}", old=said(x)) for n, x in old.items() if n not in new]
    return gone + [change for n, x in new.items()
                   for change in (changes(old[n], x) if n in old else [Change(where, ADDED, label, f"{before}{n}{after}", new=said(x))])]


def _silent(_: object) -> str:
    return ""


# -- 读法 -------------------------------------------------------------------------------------------------


def reading_changes(old: Program, new: Program) -> list[Change]:
    """Readings that came, went, or have another default or other choices."""
    mine, theirs = ({r.number: r for r in x.readings} for x in (old, new))
    return _each("读法", "读法", ("读法 ", ""), mine, theirs, _reading, _one_reading)


def _reading(r: Reading) -> str:
    others = [x for x in r.choices if x != r.default]
    rest = f"，另有 {'、'.join(others)}" if others else ""
    return f"（风险{r.risk}）{r.question}默认 {r.default}{rest}"


def _one_reading(one: Reading, other: Reading) -> list[Change]:
    name = f"读法 {other.number}"
    pairs = [
        ("的默认", one.default, other.default), ("的风险", one.risk, other.risk), ("的问题", one.question, other.question),
        ("的原文", one.words, other.words), ("的理由", one.reason, other.reason), ("的条款", one.clause, other.clause),
        ("的解释文件", one.interpretation, other.interpretation),
    ]
    out = _differs("读法", "读法", *((name + what, before, after) for what, before, after in pairs))
    out += came_and_went("读法", "读法", f"{name}的选项", one.choices, other.choices)
    for choice in [x for x in other.choices if x in one.choices]:
        needs = [dict(r.manual).get(choice) for r in (one, other)]
        if needs[0] != needs[1]:
            texts = ["已建模" if n is None else f"另需人工（{n}）" for n in needs]
            out.append(Change("读法", CHANGED, "读法", f"{name}的选项 {choice}", *texts))
    return out


# -- 事实 -------------------------------------------------------------------------------------------------


def fact_changes(old: Program, new: Program) -> list[Change]:
    """Tables and columns that came, went or changed."""
    mine, theirs = ({t.name: t for t in x.schema.tables} for x in (old, new))
    return _each("事实", "事实表", ("事实表 ", ""), mine, theirs, lambda t: "、".join(f.name for f in t.fields), _table)


def _table(one: FactTable, other: FactTable) -> list[Change]:
    before, after = (f"{t.kind}{f'（逐{t.each}）' if t.each else ''}{'，闭世界' if t.closed else ''}{f'，{t.role}' if t.role else ''}" for t in (one, other))
    mine, theirs = ({f.name: f for f in t.fields} for t in (one, other))
    return [*_differs("事实", "事实", (f"{other.name}表", before, after)),
            *_each("事实", "事实", (f"{other.name}的“", "”"), mine, theirs, lambda f: f"（{f.type}）", lambda a, b: _fact(f"{other.name}的“{b.name}”", a, b))]


def _fact(name: str, one: FactField, other: FactField) -> list[Change]:
    pairs = [
        ("由谁认定", one.source, other.source), ("缺了怎么办", absence(one), absence(other)), ("角色", one.role, other.role),
        ("正负", *("可以为负" if f.signed else "不能为负" for f in (one, other))), ("说明", one.note, other.note),
    ]
    return _type(name, one.type, other.type) + _differs("事实", "事实", *((f"{name}的{what}", before, after) for what, before, after in pairs))


def _type(name: str, one: Type, other: Type) -> list[Change]:
    if isinstance(one, EnumType) and isinstance(other, EnumType):
        gone = [m for m in one.members if m not in other.members]
        come = [m for m in other.members if m not in one.members]
        out = [Change("事实", REMOVED, "事实", f"{name}的情形", old="、".join(gone))] if gone else []
        out += [Change("事实", ADDED, "事实", f"{name}的情形", new="、".join(come))] if come else []
        return out + _differs("事实", "事实", (f"{name}从低到高", "、".join(one.rising), "、".join(other.rising)))
    return _differs("事实", "事实", (f"{name}的类型", str(one), str(other)))


# -- 参数, 案例 -------------------------------------------------------------------------------------------


def parameter_changes(old: Program, new: Program) -> list[Change]:
    mine, theirs = ({t.name: t for t in x.parameters} for x in (old, new))
    return _each("参数", "参数", ("参数 ", ""), mine, theirs, _silent, _parameter)


def _parameter(one: ParameterTable, other: ParameterTable) -> list[Change]:
    mine, theirs = ({y: (f"{other.name} {y}年", "未公布" if v is None else show(v, t.type), source) for y, v, source in sorted(t.values)} for t in (one, other))
    return [*_differs("参数", "参数", (f"{other.name}的类型", str(one.type), str(other.type)), (f"{other.name}的幅度", limits_text(one), limits_text(other)),
                      (f"{other.name}以后每年", _growth(one), _growth(other))),
            *_each("参数", "参数", (f"{other.name} ", "年"), mine, theirs, lambda x: x[1],
                   lambda a, b: _differs("参数", "参数", (b[0], a[1], b[1]), (f"{b[0]}的来源", a[2], b[2])))]


def _growth(table: ParameterTable) -> str:
    return "" if table.growth is None else table.growth.text


def case_changes(old: Program, new: Program, moved: Mapping[str, str]) -> list[Change]:
    """Cases that came, went, start from other facts or expect something else; promises by their words."""
    mine, theirs = ({k.name: k for k in x.cases} for x in (old, new))
    texts = [{"".join(x.text.split()): "" for x in k.promises} for k in (old, new)]
    return [*_each("案例", "案例", ("案例 ", ""), mine, theirs, _silent, lambda a, b: _case(a, b, moved)),
            *_each("案例", "保证", ("保证 ", ""), texts[0], texts[1], str, lambda a, b: [])]


def _expected(case: Case, moved: Mapping[str, str]) -> dict[str, str]:
    """What a case expects of each clause; of its 分项 there may be lines of their own."""
    found: dict[str, str] = {}
    for k in case.checks:
        number = moved.get(k.clause, k.clause)
        found[number] = "，".join(filter(None, (found.get(number), expected_text(k))))
    return found


def _case(one: Case, other: Case, moved: Mapping[str, str]) -> list[Change]:
    name = f"案例 {other.name}"
    out = [Change("案例", CHANGED, "案例", f"{name}的事实改了")] if (one.facts, one.readings) != (other.facts, other.readings) else []
    mine, theirs = _expected(one, moved), _expected(other, {})
    return out + _differs("案例", "应得", *((f"{name}的应得 {clause_name(n)}", mine.get(n, ""), theirs.get(n, "")) for n in dict.fromkeys([*theirs, *mine])))
