"""Enterprises one by one under two texts, summed up; sums of several processes add up.

Impact over all of DATA, in this process or several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.nearest import did_you_mean
from xcrules.facts.tables import FactField, Form, Schema
from xcrules.facts.types import BoolType, EnumType, YearType
from xcrules.plan import steps
from xcrules.run.lowered import claims as c
from xcrules.run.results import GRANTED
from xcrules.tell.changes import change_lines, compare
from xcrules.tell.impact.figures import EDGES, LARGEST, Bands, Changed, Impact, OneCap, OneClause, OneGroup, Split, Sums, added
from xcrules.tell.readback.names import matter_text
from xcrules.use.batch.block import JudgedBlock, PlainFacts
from xcrules.use.batch.texts import in_order
from xcrules.use.batch.work import JsonTask, Task, Work, rows_of
from xcrules.use.batch.workers import in_blocks
from xcrules.use.python.policy import Policy

from .weigh import CAP, SAFE, WeighedColumns, Weigher, counted, joint_form, total

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
        members = (
            self.field.type.members
            if isinstance(self.field.type, EnumType)
            else ("是", "否")
            if isinstance(self.field.type, BoolType)
            else ()
        )
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
        raise _wrong(text, "是名单的一栏，一家企业不止一个" if table.kind == "名单" else "不是几种之一，分不出几组", "可以按：" + "、".join([*known][:12]))
    raise _wrong(text, "没有这一栏", did_you_mean(text, [*known, *every], "可以按：" + "、".join([*known][:12])))


def _wrong(text: str, what: str, help: str) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.UNFIT_SPLIT, f"「{text[:40]}」{what}", path="--by", help=help)])


@frozen
class Tally:
    """What was counted of some enterprises."""

    total: Sums
    clauses: dict[str, OneClause]
    caps: dict[tuple[str, str, str], OneCap]
    groups: tuple[dict[str, OneGroup], ...]
    bands: Bands
    largest: tuple[list[Changed], list[Changed]]
    wrong: int

    @property
    def count(self) -> int:
        return self.total.count + self.wrong


class SideBySide:
    """Two weighers over the same enterprises."""

    def __init__(self, old: Weigher, new: Weigher, by: tuple[By, ...] = ()) -> None:
        self.old, self.new, self.by = old, new, by
        self.words = _words(new)
        said = [{k.number for k in w.clauses if not k.nature and _said(k) == self.words} for w in (old, new)]
        self.summed = said[0] | said[1]
        numbers = [tuple(k.number for k in w.policy.program.clauses) for w in (old, new)]
        clauses: dict[str, OneClause] = {}
        caps: dict[tuple[str, str, str], OneCap] = {}
        for number in in_order(*numbers):
            mine = [k for w in (new, old) for k in w.clauses if k.number == number]
            if any(not k.nature for k in mine):
                there = number in numbers[0], number in numbers[1]
                clauses[number] = OneClause(number, matter_text(mine[0].words), there, any(k.pooled for k in mine))
                for before, after in _paired(_cap_lines(old, number), _cap_lines(new, number)):
                    caps[number, before, after] = OneCap(number, before, after, of_items="单项" in (before or after))
        self.nothing = Tally(Sums(), clauses, caps, tuple({} for _ in by), Bands(), ([], []), 0)

    def of(self, task: Task) -> Tally:
        """The enterprises of a task; those with faulty facts are only counted."""
        if isinstance(task, JsonTask):
            return self.of_facts(*rows_of(task))
        keys = [str(x) for x in task.rows.column(self.new.decider.key).to_pylist()]
        return self._of(keys, self.old.judge(task), self.new.judge(task))

    def of_facts(self, keys: list[str], rows: Sequence[PlainFacts | XcrulesError]) -> Tally:
        """The same of plain facts."""
        return self._of(keys, self.old.judge_facts(keys, rows), self.new.judge_facts(keys, rows))

    def _of(self, keys: Sequence[str], old: JudgedBlock, new: JudgedBlock) -> Tally:
        wrong = {w.row for found in (new, old) for w in found.wrong}
        right = np.ones(len(keys), bool)
        right[list(wrong)] = False
        weighed, empty = [w.weights(len(keys), x) for w, x in ((self.old, old), (self.new, new))], WeighedColumns.of(len(keys), None, {})
        pairs = {number: (weighed[0].get(number, empty), weighed[1].get(number, empty)) for number in self.nothing.clauses}
        large = sum(int(np.abs(x.money).max(initial=0)) for pair in pairs.values() for x in pair) > SAFE
        was, has = (
            sum((pairs[n][side].money for n in pairs if n in self.summed), np.zeros(len(keys), object if large else np.int64))
            for side in (0, 1)
        )
        change = np.where(right, has - was, 0)
        clauses = {number: _counted(self.nothing.clauses[number], *pair, right) for number, pair in pairs.items()}
        caps = {line: _met(cap, *pairs[line[0]], right) for line, cap in self.nothing.caps.items()}
        groups = []
        for values in (_values(by, new, len(keys)) for by in self.by):
            here = {value: right & (values == value) for value in {*values[right].tolist()}}
            groups.append({value: OneGroup(value, sums_of(was[some], has[some])) for value, some in here.items()})

        def changed(i: int) -> Changed:
            own = ((n, int(a.money[i]), int(b.money[i])) for n, (a, b) in pairs.items() if n in self.summed)
            return Changed(keys[i], int(was[i]), int(has[i]), tuple(x for x in own if x[1] != x[2]))

        largest = [changed(i) for i in _first(change, keys)], [changed(i) for i in _first(-change, keys)]
        return Tally(sums_of(was[right], has[right]), clauses, caps, tuple(groups), bands_of(change[right]), largest, len(wrong))

    def result(self, found: Tally, strays: int = 0) -> Impact:
        """What it comes to, with rows of lists that belong to no enterprise."""
        old, new = self.old.policy, self.new.policy
        splits = tuple(Split(by.name, tuple(held[v] for v in by.order(held))) for by, held in zip(self.by, found.groups, strict=True))
        largest = [tuple(sorted(side, key=lambda x: (-abs(x.change), x.key))[:LARGEST]) for side in found.largest]
        changes = () if old.program is new.program else tuple(change_lines(compare(old.program, new.program)))
        return Impact(
            old.title or old.name, new.title or new.name, (old.edition, new.edition), (_readings(self.old), _readings(self.new)), changes,
            found.wrong, strays, "" if self.words == GRANTED else self.words, found.total, tuple(found.clauses.values()),
            tuple(found.caps.values()), splits, found.bands, *largest,
        )


def _counted(clause: OneClause, a: WeighedColumns, b: WeighedColumns, right: Any) -> OneClause:
    return evolve(clause, sums=sums_of(a.money[right], b.money[right]), bound=(total(a.bound[right]), total(b.bound[right])),
                  endless=(bool((a.endless & right).any()), bool((b.endless & right).any())),
                  awaited=(counted(a.awaited & right), counted(b.awaited & right)), open=(counted(a.open & right), counted(b.open & right)))


def _met(cap: OneCap, a: WeighedColumns, b: WeighedColumns, right: Any) -> OneCap:
    no_one = np.zeros(len(right), bool), np.zeros(len(right), np.int64)
    (was, less), (met, cut) = a.caps.get(cap.before, no_one), b.caps.get(cap.after, no_one)
    return evolve(cap, met=(counted(was & right), counted(met & right)), cut=(total(less[right]), total(cut[right])),
                  newly=counted(met & ~was & right), freed=counted(was & ~met & right))


def sums_of(old: Any, new: Any) -> Sums:
    """Of enterprises with so much before and after."""
    more, less, change = new > old, new < old, new - old
    return Sums(
        len(old), total(old), total(new), counted(old), counted(new), counted(more), total(change[more]), counted(less), total(change[less])
    )


def bands_of(change: Any) -> Bands:
    """By how much they change; an edge belongs to the band nearer to 0."""
    near = np.clip(change, EDGES[0] - 1, EDGES[-1] + 1).astype(np.int64)
    place = np.where(near == 0, -1, np.searchsorted(np.array(EDGES), near - (near > 0), side="right"))
    bands = [place == i for i in range(len(EDGES) + 1)]
    return Bands(tuple(map(counted, bands)), tuple(total(change[x]) for x in bands), counted(place == -1))


def _first(gain: Any, keys: Sequence[str]) -> list[int]:
    """The places of those that gain most, of equal ones the first by their keys."""
    some = np.flatnonzero(gain > 0)
    if len(some) > LARGEST:
        some = some[gain[some] >= np.sort(gain[some])[-LARGEST]]
    return sorted(some.tolist(), key=lambda i: (-gain[i], keys[i]))[:LARGEST]


def _values(by: By, found: JudgedBlock, size: int) -> Any:
    """What each enterprise has there, as it is told."""
    values = np.full(size, NOT_GIVEN, object)
    if found.cells is not None:
        table = found.cells.tables[by.table]
        cells, words = table.facts[by.field.name], list(found.cells.codes)
        known = np.ones(size, bool) if cells.null is None else ~cells.null
        for code in {*cells.data[known].tolist()}:
            word = (
                words[code]
                if isinstance(by.field.type, EnumType)
                else ("是" if code else "否")
                if isinstance(by.field.type, BoolType)
                else str(code)
            )
            values[known & (cells.data == code)] = word
    for i, row in found.rows.items():
        if row.facts is not None and (found.cells is None or found.cells.odd[i]):
            values[i] = by.value(row.facts.top)
    return values


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


# -- over all of DATA, in one process or several ---------------------------------------------------------------------

Readings = Mapping[str, str]
Progress = Callable[[int, int], None]  # enterprises that are done, and how many there are


@frozen
class TwoTexts:
    """Two policies, each under some readings, and the facts to split by."""

    old: Policy
    new: Policy
    readings: tuple[Readings, Readings]
    by: tuple[By, ...] = ()

    @property
    def form(self) -> Form:
        return joint_form(self.old.program.form, self.new.program.form)

    def comparison(self) -> SideBySide:
        return SideBySide(Weigher(self.old, self.readings[0], self.form), Weigher(self.new, self.readings[1], self.form), self.by)

    def counting(self) -> Callable[[int, Task], Tally]:
        compare = self.comparison().of
        return lambda _, task: compare(task)


def compared(texts: TwoTexts, work: Work, processes: int = 1, progress: Progress = lambda done, all: None) -> Impact:
    """The comparison over all enterprises. Raises XcrulesError where the data cannot be read, readings are not there, or a process dies (E843)."""
    made = texts.comparison()
    found = made.nothing
    for _, tally in in_blocks(texts.counting, enumerate(work.tasks()), work.count, processes, "加上 --进程 1"):
        found = added(found, tally)
        progress(found.count, work.count)
    return made.result(found, work.lost)
