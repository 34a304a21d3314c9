"""Titles, readings, facts, parameters and cases of two versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from xcrules.facts.tables import FactField, FactTable, ParameterTable
from xcrules.facts.types import EnumType, NumberType, Type, show
from xcrules.meaning.program import Case, Program, Reading
from xcrules.tell.readback import clause_name
from xcrules.tell.readback.reported import absence, expected_text

from .change import ADDED, CHANGED, REMOVED, Change


def head_changes(old: Program, new: Program) -> list[Change]:
    """规定, 文号."""
    return [x for x in (_differs("规定", "规定", "名称", old.title, new.title), _differs("规定", "文号", "文号", old.number, new.number)) if x]


def _differs(where: str, label: str, subject: str, before: str, after: str) -> Change | None:
    if before == after:
        return None
    return Change(where, CHANGED, label, subject, before or "（空）", after or "（空）")


def _come_and_gone(where: str, label: str, names: tuple[Iterable[str], Iterable[str]], said: tuple[Mapping[str, str], Mapping[str, str]]) -> list[Change]:
    before, after = (list(x) for x in names)
    return [
        *(Change(where, REMOVED, label, f"{label} {n}", old=said[0].get(n, "")) for n in before if n not in after),
        *(Change(where, ADDED, label, f"{label} {n}", new=said[1].get(n, "")) for n in after if n not in before),
    ]


# -- 读法 -------------------------------------------------------------------------------------------------


def reading_changes(old: Program, new: Program) -> list[Change]:
    """Readings that came, went, or have another default or other choices."""
    mine, theirs = ({r.number: r for r in x.readings} for x in (old, new))
    said = tuple({n: _reading(r) for n, r in x.items()} for x in (mine, theirs))
    out = _come_and_gone("读法", "读法", (mine, theirs), (said[0], said[1]))
    for number, reading in theirs.items():
        if number in mine:
            out += _one_reading(mine[number], reading)
    return out


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
    found = [_differs("读法", "读法", name + what, before, after) for what, before, after in pairs]
    out = [x for x in found if x]
    out += [Change("读法", REMOVED, "读法", f"{name}的选项", old=x) for x in one.choices if x not in other.choices]
    out += [Change("读法", ADDED, "读法", f"{name}的选项", new=x) for x in other.choices if x not in one.choices]
    for choice in [x for x in other.choices if x in one.choices]:
        needs = [dict(r.manual).get(choice) for r in (one, other)]
        if needs[0] != needs[1]:
            texts = ["已建模" if n is None else f"另需人工（{n}）" for n in needs]
            out.append(Change("读法", CHANGED, "读法", f"{name}的选项 {choice}", *texts))
    return out


# -- 事实 -------------------------------------------------------------------------------------------------


def fact_changes(old: Program, new: Program) -> list[Change]:
    """Tables and columns that came, went or changed."""
    mine, theirs = ({_table_key(t): t for t in x.schema.tables} for x in (old, new))
    said = tuple({n: "、".join(f.name for f in t.fields) for n, t in x.items()} for x in (mine, theirs))
    out = _come_and_gone("事实", "事实表", (mine, theirs), (said[0], said[1]))
    for name, table in theirs.items():
        if name in mine:
            out += _table(mine[name], table)
    return out


def _table_key(t: FactTable) -> str:
    return t.name


def _table(one: FactTable, other: FactTable) -> list[Change]:
    kinds = [f"{t.kind}{f'（逐{t.each}）' if t.each else ''}{'，闭世界' if t.closed else ''}{f'，{t.role}' if t.role else ''}" for t in (one, other)]
    changed = _differs("事实", "事实", f"{other.name}表", kinds[0], kinds[1])
    out = [changed] if changed else []
    mine, theirs = ({f.name: f for f in t.fields} for t in (one, other))
    for name in mine:
        if name not in theirs:
            out.append(Change("事实", REMOVED, "事实", f"{other.name}的“{name}”"))
    for name, fact in theirs.items():
        if name not in mine:
            out.append(Change("事实", ADDED, "事实", f"{other.name}的“{name}”", new=f"（{fact.type}）"))
        else:
            out += _fact(f"{other.name}的“{name}”", mine[name], fact)
    return out


def _fact(name: str, one: FactField, other: FactField) -> list[Change]:
    out = _type(name, one.type, other.type)
    pairs = [
        ("由谁认定", one.source, other.source), ("缺了怎么办", absence(one), absence(other)), ("角色", one.role, other.role),
        ("正负", *("可以为负" if f.signed else "不能为负" for f in (one, other))), ("说明", one.note, other.note),
    ]
    found = [_differs("事实", "事实", f"{name}的{what}", before, after) for what, before, after in pairs]
    return out + [x for x in found if x]


def _type(name: str, one: Type, other: Type) -> list[Change]:
    if isinstance(one, EnumType) and isinstance(other, EnumType):
        gone = [m for m in one.members if m not in other.members]
        come = [m for m in other.members if m not in one.members]
        out = [Change("事实", REMOVED, "事实", f"{name}的情形", old="、".join(gone))] if gone else []
        return out + ([Change("事实", ADDED, "事实", f"{name}的情形", new="、".join(come))] if come else [])
    changed = _differs("事实", "事实", f"{name}的类型", str(one), str(other))
    return [changed] if changed else []


# -- 参数, 案例 -------------------------------------------------------------------------------------------


def parameter_changes(old: Program, new: Program) -> list[Change]:
    mine, theirs = ({t.name: t for t in x.parameters} for x in (old, new))
    out = _come_and_gone("参数", "参数", (mine, theirs), ({}, {}))
    for name, table in theirs.items():
        if name in mine:
            out += _parameter(mine[name], table)
    return out


def _parameter(one: ParameterTable, other: ParameterTable) -> list[Change]:
    changed = _differs("参数", "参数", f"{other.name}的类型", str(one.type), str(other.type))
    out = [changed] if changed else []
    mine, theirs = ({y: (_figure(v, t.type), source) for y, v, source in t.values} for t in (one, other))
    for year in sorted(mine.keys() | theirs.keys()):
        name = f"{other.name} {year}年"
        if year not in mine:
            out.append(Change("参数", ADDED, "参数", name, new=theirs[year][0]))
        elif year not in theirs:
            out.append(Change("参数", REMOVED, "参数", name, old=mine[year][0]))
        else:
            found = [_differs("参数", "参数", name + what, a, b) for what, a, b in zip(("", "的来源"), mine[year], theirs[year], strict=True)]
            out += [x for x in found if x]
    return out


def _figure(value: Fraction | None, type_: NumberType) -> str:
    return "未公布" if value is None else show(value, type_)


def case_changes(old: Program, new: Program, moved: Mapping[str, str]) -> list[Change]:
    """Cases that came, went, start from other facts or expect something else; promises by their words."""
    mine, theirs = ({k.name: k for k in x.cases} for x in (old, new))
    out = _come_and_gone("案例", "案例", (mine, theirs), ({}, {}))
    for name, case in theirs.items():
        if name in mine:
            out += _case(mine[name], case, moved)
    texts = [["".join(x.text.split()) for x in k.promises] for k in (old, new)]
    return out + _come_and_gone("案例", "保证", (texts[0], texts[1]), ({}, {}))


def _case(one: Case, other: Case, moved: Mapping[str, str]) -> list[Change]:
    name = f"案例 {other.name}"
    out = [Change("案例", CHANGED, "案例", f"{name}的事实改了")] if (one.facts, one.readings) != (other.facts, other.readings) else []
    mine = {moved.get(k.clause, k.clause): expected_text(k) for k in one.checks}
    theirs = {k.clause: expected_text(k) for k in other.checks}
    for number in dict.fromkeys([*theirs, *mine]):
        changed = _differs("案例", "应得", f"{name}的应得 {clause_name(number)}", mine.get(number, ""), theirs.get(number, ""))
        out += [changed] if changed else []
    return out
