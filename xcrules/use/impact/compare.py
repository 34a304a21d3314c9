"""Enterprises one by one under two texts, summed up; sums of several processes add up."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import define, field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.nearest import nearest
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.types import BoolType, EnumType, YearType
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.results import GRANTED
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.impact.figures import EDGES, LARGEST, Bands, Changed, Impact, OneCap, OneClause, OneGroup, Split, Sums, plus
from xcrules.tell.readback.matter import matter_text
from xcrules.use.batch.block import JudgedBlock, PlainFacts
from xcrules.use.batch.texts import in_order
from xcrules.use.batch.work import JsonTask, Task, rows_of

from .weigh import CAP, SAFE, WeighedColumns, Weigher, counted, total

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
        counted = [{k.number for k in w.clauses if not k.nature and _said(k) == self.words} for w in (self.old, self.new)]
        self.summed = counted[0] | counted[1]
        for number in in_order(*self.numbers):
            mine = [k for w in (self.new, self.old) for k in w.clauses if k.number == number]
            if any(not k.nature for k in mine):
                there = number in self.numbers[0], number in self.numbers[1]
                self.clauses[number] = OneClause(number, matter_text(mine[0].words), there, any(k.pooled for k in mine))
                for before, after in _paired(_cap_lines(self.old, number), _cap_lines(self.new, number)):
                    self.caps[number, before, after] = OneCap(number, before, after, of_items="单项" in (before or after))
        self.groups = [{} for _ in self.by]

    def add(self, task: Task) -> int:
        """Enterprises; those with faulty facts are counted and kept apart. Gives how many there are."""
        if isinstance(task, JsonTask):
            return self.add_facts(*rows_of(task))
        keys = [str(x) for x in task.rows.column(self.new.decider.key).to_pylist()]
        self._add(keys, self.old.judge(task), self.new.judge(task))
        return len(keys)

    def add_facts(self, keys: list[str], rows: Sequence[PlainFacts | XcrulesError]) -> int:
        """The same of plain facts."""
        self._add(keys, self.old.judge_facts(keys, rows), self.new.judge_facts(keys, rows))
        return len(keys)

    def _add(self, keys: Sequence[str], old: JudgedBlock, new: JudgedBlock) -> None:
        wrong = {w.row: w.found for found in (new, old) for w in found.wrong}
        self.wrong += len(wrong)
        self.refused += [(keys[i], XcrulesError(wrong[i])) for i in sorted(wrong)[: LARGEST - len(self.refused)]]
        right = np.ones(len(keys), bool)
        right[list(wrong)] = False
        groups = [_values(by, new, len(keys)) for by in self.by]
        self._count(keys, self.old.weights(len(keys), old), self.new.weights(len(keys), new), groups, right)

    def _count(self, keys: Sequence[str], old: Mapping[str, WeighedColumns], new: Mapping[str, WeighedColumns], groups: Sequence[Any], right: Any) -> None:
        nothing = WeighedColumns.of(len(right), None, {})
        sums = np.zeros(len(right), np.int64), np.zeros(len(right), np.int64)
        pairs = {number: (old.get(number, nothing), new.get(number, nothing)) for number in self.clauses}
        if sum(int(np.abs(x.money).max(initial=0)) for pair in pairs.values() for x in pair) > SAFE:
            sums = sums[0].astype(object), sums[1].astype(object)
        for number, (a, b) in pairs.items():
            clause = self.clauses[number]
            clause.sums.merge(sums_of(a.money[right], b.money[right]))
            if number in self.summed:
                sums = sums[0] + a.money, sums[1] + b.money
            clause.awaited = plus(clause.awaited, (counted(a.awaited & right), counted(b.awaited & right)))
            clause.bound = plus(clause.bound, (total(a.bound[right]), total(b.bound[right])))
            clause.endless = clause.endless[0] or bool((a.endless & right).any()), clause.endless[1] or bool((b.endless & right).any())
            clause.open = plus(clause.open, (counted(a.open & right), counted(b.open & right)))
        for (number, before, after), cap in self.caps.items():
            no_one = np.zeros(len(right), bool), np.zeros(len(right), np.int64)
            (was, less), (met, cut) = pairs[number][0].caps.get(before, no_one), pairs[number][1].caps.get(after, no_one)
            cap.merge(OneCap(number, before, after, (counted(was & right), counted(met & right)), (total(less[right]), total(cut[right])),
                             newly=counted(met & ~was & right), freed=counted(was & ~met & right)))
        self.total.merge(sums_of(sums[0][right], sums[1][right]))
        for held, values in zip(self.groups, groups, strict=True):
            for value in {*values[right].tolist()}:
                here = right & (values == value)
                held.setdefault(value, OneGroup(value)).sums.merge(sums_of(sums[0][here], sums[1][here]))
        change = np.where(right, sums[1] - sums[0], 0)
        self.bands.merge(bands_of(change[right]))
        for side, sign in zip(self.largest, (1, -1), strict=True):
            for i in _first(change * sign, keys):
                changed = tuple((x, int(a.money[i]), int(b.money[i])) for x, (a, b) in pairs.items() if x in self.summed and a.money[i] != b.money[i])
                push = heapq.heappush if len(side) < LARGEST else heapq.heappushpop
                push(side, (abs(int(change[i])), _later(keys[i]), Changed(keys[i], int(sums[0][i]), int(sums[1][i]), changed)))

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


def sums_of(old: Any, new: Any) -> Sums:
    """Of enterprises with so much before and after."""
    more, less, change = new > old, new < old, new - old
    return Sums(len(old), total(old), total(new), counted(old), counted(new), counted(more), total(change[more]), counted(less), total(change[less]))


def bands_of(change: Any) -> Bands:
    """By how much they change; an edge belongs to the band nearer to 0."""
    near = np.clip(change, EDGES[0] - 1, EDGES[-1] + 1).astype(np.int64)
    place = np.where(near == 0, -1, np.searchsorted(np.array(EDGES), near - (near > 0), side="right"))
    return Bands([counted(place == i) for i in range(len(EDGES) + 1)], [total(change[place == i]) for i in range(len(EDGES) + 1)], counted(place == -1))


def _first(gain: Any, keys: Sequence[str]) -> list[int]:
    """The places of those that gain most, of equal ones the first by their keys."""
    some = np.flatnonzero(gain > 0)
    if len(some) > LARGEST:
        some = some[gain[some] >= np.sort(gain[some])[-LARGEST]]
    return sorted(some.tolist(), key=lambda i: (gain[i], _later(keys[i])), reverse=True)[:LARGEST]


def _values(by: By, found: JudgedBlock, size: int) -> Any:
    """What each enterprise has there, as it is told."""
    values = np.full(size, NOT_GIVEN, object)
    if found.cells is not None:
        table = found.cells.tables[by.table]
        cells, words = table.facts[by.field.name], list(found.cells.codes)
        known = np.ones(size, bool) if cells.null is None else ~cells.null
        for code in {*cells.data[known].tolist()}:
            word = words[code] if isinstance(by.field.type, EnumType) else ("是" if code else "否") if isinstance(by.field.type, BoolType) else str(code)
            values[known & (cells.data == code)] = word
    for i, row in found.rows.items():
        if row.facts is not None and (found.cells is None or found.cells.odd[i]):
            values[i] = by.value(row.facts.top)
    return values


def _later(key: str) -> tuple[int, ...]:
    """So that of equal changes the first key stays."""
    return tuple(-ord(ch) for ch in key)


def _readings(weigher: Weigher) -> tuple[str, ...]:
    return tuple(f"{number} {choice}" for number, choice in weigher.decider.under.changed)


def _said(clause: c.Clause) -> str:
    return GRANTED if clause.saying is None else clause.saying.words()


def _words(weigher: Weigher) -> str:
    """What the sums are of: what is granted, or the last that the text says."""
    said = [_said(k) for k in weigher.clauses if not k.nature]
    return GRANTED if GRANTED in said or not said else said[-1]


def _cap_lines(weigher: Weigher, number: str) -> list[str]:
    """The lines of the caps that stand on a clause."""
    plan = weigher.decider.under.plan
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
