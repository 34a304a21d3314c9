"""Enterprises one by one under two texts, summed up; sums of several processes add up."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from attrs import define, field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.nearest import nearest
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import BoolType, EnumType, YearType
from xcrules.meaning.program import Program
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.results import GRANTED
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.impact.figures import LARGEST, Bands, Changed, Impact, OneCap, OneClause, OneGroup, Split, Sums
from xcrules.tell.readback.matter import matter_text
from xcrules.use.batch.texts import in_order

from .weigh import CAP, NOTHING, Weighed, Weigher

Raw = Mapping[str, object]
Entry = tuple[str, Raw | XcrulesError]  # the enterprise's key, and its facts or what is wrong with them
NOT_GIVEN = "没有填"


@frozen
class By:
    """A fact to split by: of the top level, or of an object."""

    table: str
    field: FactField

    @property
    def name(self) -> str:
        return f"{self.table}.{self.field.name}" if self.table else self.field.name

    def value(self, top: Mapping[str, Any]) -> str:
        held = top.get(self.table) if self.table else top
        value = held.get(self.field.name) if isinstance(held, Mapping) else None
        return NOT_GIVEN if value is None else ("是" if value else "否") if isinstance(value, bool) else str(value)

    def order(self, values: Iterable[str]) -> list[str]:
        members = self.field.type.members if isinstance(self.field.type, EnumType) else ("是", "否") if isinstance(self.field.type, BoolType) else ()
        return sorted(values, key=lambda v: (v == NOT_GIVEN, members.index(v) if v in members else len(members), v))


def by_fact(text: str, schema: Schema) -> By:
    """The fact that is meant. Raises XcrulesError (E879) for one that is not there, or has not one of a few values for an enterprise."""
    known = {f.name if t.kind == "顶层" else f"{t.name}.{f.name}": By("" if t.kind == "顶层" else t.name, f)
             for t in schema.tables if t.kind != "名单" for f in t.fields if isinstance(f.type, EnumType | BoolType | YearType)}
    found = [by for name, by in known.items() if name == text] or [by for by in known.values() if by.field.name == text]
    if len(found) == 1:
        return found[0]
    if found:
        raise _wrong(text, "有几栏叫这个名字", "写成 " + "、".join(by.name for by in found))
    every = {f.name: t for t in schema.tables for f in t.fields}
    if (table := every.get(text.rpartition(".")[2])) is not None:
        raise _wrong(text, _why_not(table), "可以按：" + "、".join([*known][:12]))
    close = nearest(text, [*known, *every])
    raise _wrong(text, "没有这一栏", f"是不是「{close[0]}」？" if close else "可以按：" + "、".join([*known][:12]))


def _why_not(table: FactTable) -> str:
    return "是名单的一栏，一家企业不止一个" if table.kind == "名单" else "不是几种之一，分不出几组"


def _wrong(text: str, what: str, help: str) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.UNFIT_SPLIT, f"「{text[:40]}」{what}", path="--by", help=help)])


class Tally(NamedTuple):
    """What one process has counted."""

    total: Sums
    clauses: dict[str, OneClause]
    caps: dict[tuple[str, str, str], OneCap]
    groups: list[dict[str, OneGroup]]
    bands: Bands
    largest: tuple[list[Any], list[Any]]
    refused: list[tuple[str, XcrulesError]]
    wrong: int


@define(eq=False, slots=False)
class SideBySide:
    """Two weighers over the same enterprises."""

    old: Weigher
    new: Weigher
    by: tuple[By, ...] = ()
    total: Sums = field(factory=Sums)
    clauses: dict[str, OneClause] = field(factory=dict)
    caps: dict[tuple[str, str, str], OneCap] = field(factory=dict)
    groups: list[dict[str, OneGroup]] = field(factory=list)
    bands: Bands = field(factory=Bands)
    largest: tuple[list[Any], list[Any]] = field(factory=lambda: ([], []))
    refused: list[tuple[str, XcrulesError]] = field(factory=list)
    wrong: int = 0
    strays: int = 0  # rows of lists that belong to no enterprise

    def __attrs_post_init__(self) -> None:
        old, new = self.old.policy.program, self.new.policy.program
        self.numbers = tuple(k.number for k in old.clauses), tuple(k.number for k in new.clauses)
        self.words = _words(self.new)
        counted = [{k.number for k in _lowered(w) if not k.nature and _said(k) == self.words} for w in (self.old, self.new)]
        self.summed = counted[0] | counted[1]
        for number in in_order(*self.numbers):
            mine = [k for w in (self.new, self.old) for k in _lowered(w) if k.number == number]
            if any(not k.nature for k in mine):
                there = number in self.numbers[0], number in self.numbers[1]
                self.clauses[number] = OneClause(number, matter_text(mine[0].words), there, any(k.pooled for k in mine))
                for before, after in _paired(_cap_lines(self.old, number), _cap_lines(self.new, number)):
                    self.caps[number, before, after] = OneCap(number, before, after, of_items="单项" in (before or after))
        self.groups = [{} for _ in self.by]
        self.same_facts = self.old.policy is self.new.policy
        alike = old.schema == new.schema
        self.pruned = [None if alike else _pruner(p) for p in (old, new)]

    def add(self, key: str, raw: Raw | XcrulesError) -> None:
        """One enterprise; one with faulty facts is counted and kept apart."""
        try:
            if isinstance(raw, XcrulesError):
                raise raw
            facts = [(prune(raw) if prune else raw) for prune in self.pruned]
            before = self.old.facts(facts[0])
            after = before if self.same_facts else self.new.facts(facts[1])
            found = dict(zip(self.numbers[0], self.old.weigh(before), strict=True)), dict(zip(self.numbers[1], self.new.weigh(after), strict=True))
        except XcrulesError as error:
            self.wrong += 1
            if len(self.refused) < LARGEST:
                self.refused.append((key, error))
            return
        self._count(key, *found, [by.value(after.top) for by in self.by])

    def _count(self, key: str, old: Mapping[str, Weighed], new: Mapping[str, Weighed], groups: Sequence[str]) -> None:
        sums, changed = [0, 0], []
        for number, clause in self.clauses.items():
            a, b = old.get(number, NOTHING), new.get(number, NOTHING)
            clause.sums.add(a.money, b.money)
            if number in self.summed:
                sums[0] += a.money
                sums[1] += b.money
                if a.money != b.money:
                    changed.append((number, a.money, b.money))
            if a.awaited or b.awaited:
                clause.awaited = clause.awaited[0] + a.awaited, clause.awaited[1] + b.awaited
                clause.bound = clause.bound[0] + (a.bound or 0), clause.bound[1] + (b.bound or 0)
                clause.endless = clause.endless[0] or a.bound is None, clause.endless[1] or b.bound is None
            if a.open or b.open:
                clause.open = clause.open[0] + a.open, clause.open[1] + b.open
        for (number, before, after), cap in self.caps.items():
            self._meet(cap, old.get(number, NOTHING).caps.get(before), new.get(number, NOTHING).caps.get(after))
        self.total.add(sums[0], sums[1])
        for held, value in zip(self.groups, groups, strict=True):
            held.setdefault(value, OneGroup(value)).sums.add(sums[0], sums[1])
        change = sums[1] - sums[0]
        self.bands.add(change)
        if change:
            side = self.largest[change < 0]
            push = heapq.heappush if len(side) < LARGEST else heapq.heappushpop
            push(side, (abs(change), _later(key), Changed(key, sums[0], sums[1], tuple(changed))))

    def _meet(self, cap: OneCap, before: int | None, after: int | None) -> None:
        if before is not None or after is not None:
            cap.met = cap.met[0] + (before is not None), cap.met[1] + (after is not None)
            cap.cut = cap.cut[0] + (before or 0), cap.cut[1] + (after or 0)
            cap.newly += before is None
            cap.freed += after is None

    def tally(self) -> Tally:
        """What was counted, without the policies."""
        return Tally(self.total, self.clauses, self.caps, self.groups, self.bands, self.largest, self.refused, self.wrong)

    def merge(self, other: Tally) -> None:
        """What another process has counted over other enterprises."""
        self.total.merge(other.total)
        self.bands.merge(other.bands)
        for number, clause in self.clauses.items():
            clause.merge(other.clauses[number])
        for line, cap in self.caps.items():
            cap.merge(other.caps[line])
        for held, more in zip(self.groups, other.groups, strict=True):
            for value, group in more.items():
                held.setdefault(value, OneGroup(value)).sums.merge(group.sums)
        self.largest = tuple(heapq.nlargest(LARGEST, [*a, *b]) for a, b in zip(self.largest, other.largest, strict=True))  # type: ignore[assignment]
        for side in self.largest:
            heapq.heapify(side)
        self.wrong += other.wrong
        self.refused = [*self.refused, *other.refused][:LARGEST]

    def result(self) -> Impact:
        old, new = self.old.policy, self.new.policy
        splits = tuple(Split(by.name, tuple(held[v] for v in by.order(held))) for by, held in zip(self.by, self.groups, strict=True))
        largest = [tuple(x for *_, x in sorted(side, key=lambda e: (-e[0], e[2].key))) for side in self.largest]
        changes = () if old.program is new.program else tuple(change_lines(compare(old.program, new.program)))
        return Impact(
            old.title or old.name, new.title or new.name, (old.edition, new.edition), (_readings(self.old), _readings(self.new)), changes, self.wrong, self.strays,
            "" if self.words == GRANTED else self.words, self.total, tuple(self.clauses.values()), tuple(self.caps.values()), splits, self.bands, *largest,
        )


def _later(key: str) -> tuple[int, ...]:
    """So that of equal changes the first key stays."""
    return tuple(-ord(ch) for ch in key)


def _readings(weigher: Weigher) -> tuple[str, ...]:
    return tuple(f"{number} {choice}" for number, choice in weigher.under.changed)


def _lowered(weigher: Weigher) -> list[c.Clause]:
    compiled = weigher.under.compiled
    return [compiled.clause(i).lowered for i in range(len(compiled.plan.clauses))]


def _said(clause: c.Clause) -> str:
    return GRANTED if clause.saying is None else clause.saying.words()


def _words(weigher: Weigher) -> str:
    """What the sums are of: what is granted, or the last that the text says."""
    said = [_said(k) for k in _lowered(weigher) if not k.nature]
    return GRANTED if GRANTED in said or not said else said[-1]


def _cap_lines(weigher: Weigher, number: str) -> list[str]:
    """The lines of the caps that stand on a clause."""
    plan = weigher.under.plan
    found: list[str] = []
    for clause in plan.clauses:
        if clause.number == number:
            found += [s.origin.text for s in clause.steps if isinstance(s, steps.Cap) and s.origin.label == CAP]
    found += [s.origin.text for s in plan.shared if isinstance(s, steps.SharedCap) and number in s.clauses]
    return list(dict.fromkeys(found))


def _paired(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Caps that read alike, then the others in their order."""
    rest = [x for x in old if x not in new]
    made = []
    for line in new:
        made.append((line, line) if line in old else (rest.pop(0) if rest else "", line))
    return [*made, *((x, "") for x in rest)]


def _pruner(program: Program) -> Any:
    """Facts without what a text does not ask."""
    schema = program.schema
    top = {f.name for f in schema.top} | {"编号"}
    inner = {t.name: {f.name for f in t.fields} for t in schema.nested}

    def pruned(raw: Raw) -> dict[str, object]:
        made: dict[str, object] = {}
        for name, held in raw.items():
            if name in inner:
                keep = inner[name]
                made[name] = ([_only(x, keep) for x in held] if isinstance(held, list) else _only(held, keep))
            elif name in top:
                made[name] = held
        return made

    return pruned


def _only(record: object, keep: set[str]) -> object:
    return {k: v for k, v in record.items() if k in keep} if isinstance(record, Mapping) else record
