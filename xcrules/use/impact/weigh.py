"""What each clause comes to for many enterprises, with the caps that they come up to: from columns, and from the whole numbers of generated code.

The enterprises of DATA as plain facts, read by what either text asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from attrs import define, evolve

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.money import Unlimited
from xcrules.facts.arrow import Block, block_facts, block_rows, key_name
from xcrules.facts.arrow.cells import CellReader
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.scaled.values import Ask, identifier
from xcrules.facts.tables import FactField, FactTable, Form, Schema
from xcrules.facts.types import EnumType
from xcrules.run.columns.clause_columns import PLACE, ClauseColumns
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered import claims as c
from xcrules.run.lowered.bounds import Bounds
from xcrules.run.lowered.rows import INDEX, PART, is_endless
from xcrules.run.python.outcomes import Judged
from xcrules.run.results import DISCRETION, PENDING
from xcrules.use.batch.block import BlockDecider, JudgedBlock, PlainFacts
from xcrules.use.python.policy import Policy


def joint_form(old: Form, new: Form) -> Form:
    """What both ask: a table or field of either, words of an enumeration that either knows; what both have, as the new text has it."""
    if old.schema == new.schema:
        return new
    before = {t.name: t for t in old.schema.tables}
    tables = [_joint(before.pop(t.name, t), t) for t in new.schema.tables]
    top = {f.name for t in tables if t.kind == "顶层" for f in t.fields}
    rest = [evolve(t, fields=tuple(f for f in t.fields if f.name not in top)) if t.kind == "顶层" else t for t in before.values()]
    return evolve(new, schema=Schema((*tables, *rest), new.schema.units))


def _joint(old: FactTable, new: FactTable) -> FactTable:
    if old is new or (old.kind == "名单") != (new.kind == "名单"):
        return new
    before = {f.name: f for f in old.fields}
    fields = [_wider(before.pop(f.name, f), f) for f in new.fields]
    return evolve(new, fields=(*fields, *before.values()))


def reads_alike(own: Form, within: Form) -> bool:
    """Whether what a text asks stands in a wider form as it asks it, but for words that it does not know."""
    wider = {t.name: ({f.name: f for f in t.fields}, t.kind) for t in within.schema.tables}
    for table in own.schema.tables:
        fields, kind = wider[table.name]
        if kind != table.kind or not all(
            f.name in fields and (fields[f.name].type == f.type or _words(fields[f.name], f)) for f in table.fields
        ):
            return False
    return True


def pruner(schema: Schema) -> Callable[[Mapping[str, Any]], dict[str, object]]:
    """Facts without what a text does not ask."""
    top = {f.name for f in schema.top} | {NUMBER_KEY}
    inner = {t.name: {f.name for f in t.fields} for t in schema.nested}

    def pruned(raw: Mapping[str, Any]) -> dict[str, object]:
        made: dict[str, object] = {}
        for name, held in raw.items():
            if name in inner:
                keep = inner[name]
                made[name] = [_only(x, keep) for x in held] if isinstance(held, list) else _only(held, keep)
            elif name in top:
                made[name] = held
        return made

    return pruned


def _only(record: object, keep: set[str]) -> object:
    return {k: v for k, v in record.items() if k in keep} if isinstance(record, Mapping) else record


def _words(one: FactField, other: FactField) -> bool:
    return isinstance(one.type, EnumType) and isinstance(other.type, EnumType)


def _wider(old: FactField, new: FactField) -> FactField:
    if isinstance(old.type, EnumType) and isinstance(new.type, EnumType):
        return evolve(new, type=EnumType(tuple(dict.fromkeys((*new.type.members, *old.type.members)))))
    return new


# -- weighing --------------------------------------------------------------------------------------------------------

CAP = "上限"
SAFE = 1 << 55  # of so much many can be added up
Caps = dict[str, int]  # the line of a cap that is come up to → 分 that it cuts


class Weighed(NamedTuple):
    """A clause in 分; `bound` where an authority has still to say (None: without an end), `open` where facts are missing."""

    money: int
    caps: Caps
    awaited: bool = False
    bound: int | None = 0
    open: bool = False


@define(eq=False)
class WeighedColumns:
    """The same of a clause for many enterprises: arrays, a bound without an end marked in `endless`; each line of a cap with who comes up to it and 分 that it cuts."""

    money: Any
    awaited: Any
    bound: Any
    endless: Any
    open: Any
    caps: dict[str, tuple[Any, Any]]

    @classmethod
    def of(cls, size: int, found: ClauseColumns | None, rows: Mapping[int, Weighed]) -> WeighedColumns:
        """From columns where these say it, and from rows by their places."""
        none, zero = np.zeros(size, bool), np.zeros(size, np.int64)
        made = cls(zero, none, zero, none, none.copy(), {})
        if found is not None:
            told, made.awaited = ~found.open, ~found.open & (found.status == PLACE[DISCRETION])
            made.money, made.bound = np.where(told, np.maximum(found.amount, 0), 0), np.where(made.awaited, np.maximum(found.bound, 0), 0)
            made.endless = made.awaited & (found.bound < 0)
            made.caps = {
                text: (told & at, np.where(told, cut, 0)) for (label, text), (at, cut) in (found.caps or {}).items() if label == CAP
            }
        at, own = list(rows), list(rows.values())
        made.money, made.bound = _put(made.money, at, [x.money for x in own]), _put(made.bound, at, [x.bound or 0 for x in own])
        made.awaited, made.endless, made.open = (
            _put(x, at, y)
            for x, y in (
                (made.awaited, [x.awaited for x in own]), (made.endless, [x.awaited and x.bound is None for x in own]),
                (made.open, [x.open for x in own]),
            )
        )
        for text in dict.fromkeys(text for x in own for text in x.caps):
            met, cut = made.caps.get(text, (none, zero))
            here = [i for i, x in rows.items() if text in x.caps]
            made.caps[text] = _put(met, here, [True] * len(here)), _put(cut, here, [rows[i].caps[text] for i in here])
        return made


def total(amounts: Any) -> int:
    """The exact sum: of numbers of 64 bits the two halves apart."""
    return int(amounts.sum()) if amounts.dtype == object else (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())


def counted(mask: Any) -> int:
    """How many are marked."""
    return int(np.count_nonzero(mask))


def _put(held: Any, at: list[int], values: list[Any]) -> Any:
    """An array with other values in some places; of whole numbers of Python where 64 bits may not hold what comes of them."""
    if not at:
        return held
    held = held.astype(object) if any(abs(x) > SAFE for x in values) else held.copy()
    held[at] = values
    return held


class Weigher:
    """A policy, its text as amended, under its default readings but for these. Raises XcrulesError (E526, E528) for readings that are not there."""

    def __init__(self, policy: Policy, readings: Mapping[str, str], form: Form | None = None) -> None:
        """`form`: what the enterprises are asked, where that is more than the text asks."""
        self.policy = policy.texts[-1]  # what it costs is asked of data from before it was in force
        self.decider = d = BlockDecider(self.policy, readings, _weighed)
        d.kernels.kernels.caps = True
        own = self.policy.program.form
        self.prune: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
        self.by_columns = form is None or reads_alike(own, form)
        if form is not None and form.schema != own.schema:
            prune, as_facts = pruner(own.schema), block_facts(form)
            self.prune, d.form, d.key, d.to_facts = prune, form, key_name(form), lambda row: prune(as_facts(row))
            d.reader = CellReader(own, self.policy.program.clause_names, form)

    @property
    def clauses(self) -> Sequence[c.Clause]:
        """In the order of the law."""
        return self.decider.columns.clauses

    def judge(self, block: Block) -> JudgedBlock:
        """What each clause comes to in a block."""
        if self.by_columns:
            return self.decider.judge(block)
        return self.decider.judge_rows(block.rows.column(self.decider.key).to_pylist(), block_rows(block, self.decider.form))

    def judge_facts(self, keys: list[str], rows: Sequence[PlainFacts | XcrulesError]) -> JudgedBlock:
        """The same of plain facts."""
        return self.decider.judge_rows(keys, [x if isinstance(x, XcrulesError) else PlainFacts(self.prune(x.facts)) for x in rows])

    def weights(self, size: int, found: JudgedBlock) -> dict[str, WeighedColumns]:
        """By clause."""
        rows: list[dict[int, Weighed]] = [{} for _ in self.clauses]
        for i, row in found.rows.items():
            for place, told in row.beside.items():
                rows[place][i] = told
        return {
            k.number: WeighedColumns.of(size, None if found.settled is None else found.settled[place], rows[place])
            for place, k in enumerate(self.clauses)
        }


def _weighed(found: Judged | ClauseDecision) -> Weighed:
    return of_judged(found) if isinstance(found, Judged) else of_decision(found)


def of_judged(judged: Judged) -> Weighed:
    found, clause = judged.record, judged.clause.lowered
    sign = -1 if clause.saying is not None and clause.saying.reverse and judged.reversed() else 1
    caps = _caps(judged, clause.cent)
    if found.status == DISCRETION and not judged.applies:  # nobody's money yet, as in the totals of a decision
        return Weighed(0, caps, True, None if found.bound is None or is_endless(found.bound) else found.bound // clause.cent)
    return Weighed(sign * ((found.sure if found.amount is None else found.amount) // clause.cent), caps)


def _caps(judged: Judged, cent: int) -> Caps:
    caps: Caps = {}
    settled = judged.own.settled
    if settled is not None and not isinstance(settled, Bounds):  # bounds of 裁量 are nobody's money
        for step, _, room, before, after, _, _ in settled.caps:
            if before >= room and before > 0 and step.origin.label == CAP:
                text = step.origin.text
                caps[text] = caps.get(text, 0) + (before - after) // cent
        _item_caps(judged, caps)
    for cut in judged.cut.cuts if judged.cut is not None and judged.own.bound is None else ():
        if cut.before >= cut.room[0] and cut.before > 0 and cut.cap.origin.label == CAP:
            text = cut.cap.origin.text
            caps[text] = caps.get(text, 0) + cut.before - cut.after
    return caps


def _item_caps(judged: Judged, caps: Caps) -> None:
    """单项 caps that change what an item is worth. How much they cut is not kept."""
    compiled, facts = judged.clause, judged.read
    for part, claim in enumerate(compiled.lowered.claims):
        if any(b.origin.label == CAP for b in claim.worth.bounds):
            held: Any = getattr(facts, identifier(claim.table)) if claim.table else None
            for row in judged.own.rows:
                if row[PART] == part:
                    item = held[row[INDEX]] if claim.is_list else held
                    try:
                        acting = compiled.bounding(part)(facts, item)
                    except Ask:  # a gap that the amount does not rest on
                        continue
                    for bound, acts in zip(claim.worth.bounds, acting, strict=True):
                        if acts and bound.origin.label == CAP:
                            caps.setdefault(bound.origin.text, 0)


def of_decision(clause: ClauseDecision) -> Weighed:
    """The same of a clause with something unknown."""
    span = clause.applied_range or clause.amount_range
    money = (
        clause.amount if clause.amount is not None else clause.applied if clause.applied is not None else span[0] if span else Fraction(0)
    )
    caps: Caps = {}
    for cap in clause.caps if clause.bound is None else ():
        room, before, after = cap.limit[0], cap.before[0], cap.after[0]
        if cap.label == CAP and not isinstance(before, Unlimited) and not isinstance(room, Unlimited) and before >= room and before > 0:
            caps[cap.text] = caps.get(cap.text, 0) + (0 if isinstance(after, Unlimited) else int((before - after) * 100))
    cents = int(money * 100) * (-1 if clause.reverse else 1)
    if clause.status == DISCRETION:
        return Weighed(0, caps, True, None if clause.bound is None or isinstance(clause.bound, Unlimited) else int(clause.bound * 100))
    return Weighed(cents, caps, open=clause.status == PENDING)
