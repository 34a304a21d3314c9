"""The tables that follow the law, before they are HTML or Markdown: caps, figures, facts, parameters. No markup here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from attrs import frozen

from xcrules.base.source import Span, canonical
from xcrules.facts.tables import FactTable, ParameterTable, limits_text
from xcrules.facts.types import MONEY, NumberType, show, value_in
from xcrules.meaning import rules, values
from xcrules.meaning.program import Case, Program
from xcrules.tell.readback.bounds import instalments
from xcrules.tell.readback.reported import expected_text, requirement

from .view import fact_anchor, state_text

_OF_SEVERAL = rules.SharedCap | rules.Fund
_MOST_NAMED = 5  # clauses named beside 全规定; a list of nearly all of them says no more


class Clauses(NamedTuple):
    """Numbers of clauses; "" is the policy's own rules."""

    numbers: tuple[str, ...]


class Tags(NamedTuple):
    """Readings with the choice that a line belongs to."""

    pairs: tuple[tuple[str, str], ...]


class Marked(NamedTuple):
    """A text in pieces, and whether each is different on the other side."""

    pieces: tuple[tuple[str, bool], ...]


class State(NamedTuple):
    """现行, or under which choice of a reading a line would stand."""

    text: str


class FigureRow(NamedTuple):
    """What the row is about, and by which name it is found."""

    text: str
    anchor: str = ""


class Quoted(NamedTuple):
    """Words of the law."""

    text: str


Cell = str | Clauses | Tags | Marked | State | FigureRow | Quoted
Row = tuple[Cell, ...]


@frozen
class Table:
    """A title, what is said beside it, and rows of cells under a head."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: list[Row]


def limits(program: Program) -> Table:
    """上限, 下限, 限次 and 总额 in the order of the law; of several clauses at the first of them."""
    bounds = [(rule.body.clauses if isinstance(rule.body, _OF_SEVERAL) else (number,), rule)
              for number, rule in numbered_rules(program) if isinstance(rule.body, rules.Cap | rules.Floor | rules.CountCap | _OF_SEVERAL)]
    order = {k.number: n for n, k in enumerate(program.clauses)}
    bounds.sort(key=lambda each: min(order.get(number, -1) for number in each[0]))
    parts = _parts(program)
    named = any(parts.values())
    rows = [
        (Clauses(numbers), *((parts.get(rule.origin.span, ""),) if named else ()), *_standing(rule, program), *_source(rule.origin))
        for numbers, rule in bounds
    ]
    return Table("上限、下限、限次与总额", "", ("款", *(("分项",) if named else ()), "效力（默认读法下）", "栏目", "内容", "原文", "读法"), rows)


def _parts(program: Program) -> dict[Span | None, str]:
    """The 分项 that a line stands in, by its place; nothing of a line that is for all of them."""
    found: dict[Span | None, str] = {}
    for clause in program.clauses:
        within: dict[Span | None, dict[str, None]] = {}
        for part in clause.parts:
            for rule in part.rules:
                within.setdefault(rule.origin.span, {})[part.name] = None
        found |= {span: "、".join(names) for span, names in within.items() if span is not None and len(names) < len(clause.parts)}
    return found


def amounts(program: Program) -> Table:
    """Every amount, rate and count in the rules, those of a line together, in the order of the law."""
    rows = [
        (Clauses((number,)), FigureRow("、".join(found)), *_standing(rule, program), *_source(rule.origin))
        for number, rule in numbered_rules(program)
        if not isinstance(rule.body, rules.Nature) and (found := dict.fromkeys(_figures(rule)))
    ]
    return Table("规定里的每一个数额", "", ("款", "数额", "效力（默认读法下）", "栏目", "内容", "原文", "读法"), rows)


def _standing(rule: rules.Rule, program: Program) -> Row:
    return State(state_text(rule.origin.tags, program)), rule.origin.label


def _source(origin: values.Origin) -> Row:
    return " ".join(origin.text.split()), Quoted("".join(origin.words.split())), Tags(origin.tags)


def expected_of(number: str, program: Program) -> list[tuple[int, Case, str]]:
    """The cases that say what a clause comes to: which it is, and what it expects there."""
    return [(i, case, expected_text(k) + "".join(f"，取 {n} {x}" for n, x in case.readings))
            for i, case in enumerate(program.cases) for k in case.checks if k.clause == number]


def facts(program: Program) -> list[Table]:
    """What is to be reported, and which clauses ask for it."""
    read = _uses(program)
    return [_facts(t, read) for t in program.schema.tables]


def _facts(t: FactTable, read: dict[tuple[str, str], tuple[str, ...]]) -> Table:
    kind = {"顶层": "直接填报", "名单": f"名单，逐{t.each}填报", "一份": "填一份"}[t.kind]
    note = "；".join(x for x in (kind, "没有填报的按没有计算" if t.closed else "", t.role) if x)
    rows: list[Row] = [
        (
            FigureRow(f.name, fact_anchor(f.table, f.name)), str(f.type), "；角色：".join(x for x in (requirement(f), f.role) if x),
            Clauses(read.get((f.table, f.name), ())), f.note,
        )
        for f in t.fields
    ]
    return Table(t.name, note, ("名称", "类型", "谁认定、缺了怎么办", "用于", "说明"), rows)


def parameters(program: Program) -> list[Table]:
    """The published figures of each year."""
    return [_parameter(t) for t in program.parameters]


def _parameter(t: ParameterTable) -> Table:
    rows: list[Row] = [(f"{year}年", "未公布" if value is None else show(value, t.type), source) for year, value, source in t.values]
    rows += [] if t.growth is None else [("以后每年", t.growth.text, t.growth.source)]
    return Table(t.name, "，".join(filter(None, (str(t.type), limits_text(t)))), ("年度", "值", "来源"), rows)


# -- rules, and the values in them -----------------------------------------------------------------------------


def numbered_rules(program: Program) -> list[tuple[str, rules.Rule]]:
    """Each rule once with the number of its clause; the policy's own rules first."""
    found: dict[tuple[int, int], tuple[str, rules.Rule]] = {}
    of_policy = [("", r) for r in program.policy_rules]
    for n, (number, rule) in enumerate([*of_policy, *((k.number, r) for k in program.clauses for r in k.rules())]):
        span = rule.origin.span
        found.setdefault((id(type(rule.body)), span.start) if span else (-1, n), (number, rule))
    return list(found.values())


def _figures(rule: rules.Rule) -> list[str]:
    match rule.body:
        case rules.Payment() as payment:
            return [instalments(payment)]
        case rules.CountCap(times=times, years=years):
            return [f"{times}{'年' if years else '次'}"]
        case rules.Rounding(unit=unit):
            return [show(unit, MONEY)]
    return [_literal(x) for x in values.nodes_of(rule.body) if isinstance(x, values.Literal) and _is_figure(x)]


def _is_figure(node: values.Literal) -> bool:
    """With a unit or a rate, and written out: the order of a certificate or a divisor is no amount."""
    if not isinstance(node.type, NumberType) or node.span is None or not (node.type.unit or node.type.rate):
        return False
    return isinstance(node.value, Fraction) and any(ch.isdigit() for ch in node.span.text)


def _literal(node: values.Literal) -> str:
    written = "".join(node.span.text.split()) if node.span else ""
    return written if value_in(canonical(written), node.type) == node.value else show(node.value, node.type)


def _uses(program: Program) -> dict[tuple[str, str], tuple[str, ...]]:
    """(table, fact) → the clauses whose rules read it, also by a 定义 or under their lead; "" is the policy's own rules."""
    meant: dict[str, tuple[values.Value, ...]] = {}
    of_policy: list[tuple[str, rules.Rule]] = []
    for rule in program.policy_rules:
        match rule.body:
            case rules.Let(name, value):
                meant[name] = (*meant.get(name, ()), value)
            case rules.SharedCap(clauses) | rules.Fund(clauses):
                of_policy += [(number, rule) for number in clauses]
            case _:
                of_policy.append(("", rule))
    found: dict[tuple[str, str], dict[str, None]] = {}
    for number, rule in [*of_policy, *((k.number, r) for k in program.clauses for r in k.rules())]:
        for key in _read(rule.body, meant, set()):
            found.setdefault(key, {})[number] = None
    order = {number: n for n, number in enumerate(["", *(k.number for k in program.clauses)])}
    return {key: ("",) if "" in numbers and len(numbers) > _MOST_NAMED else tuple(sorted(numbers, key=lambda x: order[x]))
            for key, numbers in found.items()}


def _read(held: object, meant: Mapping[str, tuple[values.Value, ...]], seen: set[str]) -> Iterator[tuple[str, str]]:
    for node in values.nodes_of(held):
        if isinstance(node, values.Fact):
            yield node.field.table, node.field.name
        elif isinstance(node, values.Var) and node.name in meant and node.name not in seen:
            seen.add(node.name)
            yield from _read(meant[node.name], meant, seen)
