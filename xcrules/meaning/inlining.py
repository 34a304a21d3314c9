"""Names put in the place of what they stand for: 设定 that rename a 逐年 fact, and 设定 read by a cap on the whole.

A 设定 belongs to the items of its part. A cap on the total of a clause is worked out beside them; so what it
names is written out there, and the fields of the one object a clause is about are read from the object itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import attrs

from xcrules.base.node import parts_of, rebuilt
from xcrules.facts.types import SeriesType

from . import rules, values

B = TypeVar("B")
WHOLE = ("分项", "合计")  # caps on what several items come to
Values = Mapping[str, values.Value]


def lets_of(all_rules: Iterable[rules.Rule]) -> dict[str, rules.Let]:
    """What is set by these rules; of several under one name (under different choices) the last."""
    return {let.name: let for rule in all_rules for let in rules.lets_of(rule.body)}


def series_names(lets: Mapping[str, rules.Let], outer: Mapping[str, values.Fact]) -> dict[str, values.Fact]:
    """Names that only rename a 逐年 fact, over those that hold outside."""
    facts = dict(outer)
    for name, let in lets.items():
        if isinstance(let.type, SeriesType):
            fact = facts.get(let.value.name) if isinstance(let.value, values.Var) else let.value
            if isinstance(fact, values.Fact):
                facts[name] = fact
    return facts


def inlined(node: B, names: Values) -> B:
    """A value, a rule or a tuple of them, with the names put in place."""
    return _inlined(node, names, {}) if names else node  # type: ignore[return-value]


def _inlined(node: object, names: Values, done: dict[int, tuple[object, object]]) -> object:
    """Shared pieces stay shared: what stands for a name is made once."""
    if isinstance(node, values.Var) and node.name in names:
        held = _inlined(names[node.name], names, done)
        return attrs.evolve(held, span=node.span) if isinstance(held, values.Fact) else held
    if id(node) not in done:
        done[id(node)] = (node, rebuilt(node, lambda x: _inlined(x, names, done)))
    return done[id(node)][1]


def outside(value: B, lets: Values, one: str) -> B:
    """A value of a cap on the whole: names of the part written out; fields of the object `one` read from it."""
    return _of_object(inlined(value, lets), one) if one else inlined(value, lets)


def _of_object(node: B, table: str) -> B:
    if isinstance(node, values.Fact):
        return attrs.evolve(node, of_item=False) if node.of_item and node.field.table == table else node
    return rebuilt(node, lambda x: _of_object(x, table))


def item_facts(node: object, lets: Mapping[str, rules.Let]) -> Iterator[values.Fact | values.Var]:
    """The fields and columns of the item at hand that a value reads, through the names it uses; those of lists gone over are not."""
    yield from _item_facts(node, lets, set())


def column_of(node: values.Fact | values.Var) -> tuple[str, str]:
    """The list of a field or column of the item at hand, and its name."""
    if isinstance(node, values.Fact):
        return node.field.table, node.field.name
    table, _, name = node.name.rpartition(".")
    return table, name


def columns_read(key: values.Value | None) -> str:
    """What the columns are called by which items are alike (甲、乙); "" of all."""
    parts = key.parts if isinstance(key, values.Together) else (key,)
    return "、".join(column_of(x)[1] for x in parts if isinstance(x, values.Fact | values.Var))


def _item_facts(node: object, lets: Mapping[str, rules.Let], seen: set[str]) -> Iterator[values.Fact | values.Var]:
    if isinstance(node, values.Var):
        if node.of_item:
            yield node
        elif node.name in lets and node.name not in seen:
            seen.add(node.name)
            yield from _item_facts(lets[node.name].value, lets, seen)
    elif isinstance(node, values.Fact):
        if node.of_item:
            yield node
    elif isinstance(node, values.FoldItems):
        yield from _item_facts(tuple(own for _, own in node.alike), lets, seen)
        yield from (x for x in _item_facts((node.guard, node.body), lets, seen) if column_of(x)[0] != node.table)
    else:
        for part in parts_of(node):
            yield from _item_facts(part, lets, seen)


def written_out(node: object, lets: Mapping[str, rules.Let], sizes: dict[str, int] | None = None) -> int:
    """How many values a value comes to when its names are written out, without writing them out."""
    sizes = {} if sizes is None else sizes
    if isinstance(node, values.Var) and node.name in lets:
        if node.name not in sizes:
            sizes[node.name] = 1
            sizes[node.name] = written_out(lets[node.name].value, lets, sizes)
        return sizes[node.name]
    return isinstance(node, values.Value) + sum(written_out(x, lets, sizes) for x in parts_of(node))
