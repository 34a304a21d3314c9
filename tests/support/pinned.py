"""Facts put into the terms of the solver: what they come to on one sheet, beside what the reference decides."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import z3  # type: ignore[import-untyped]
from attrs import frozen

from tests.support.evaluated import Evaluated
from xcrules.base.money import Unlimited
from xcrules.facts.scaled.values import NA, NOT_GIVEN, UNKNOWN, Opaque, identifier
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, EnumType, LedgerType, TextType
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.results import CONTINUED, DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING
from xcrules.run.smt.outcome import STATUSES
from xcrules.run.smt.plan import PlanTerms, asked_whether_reported
from xcrules.run.smt.sheet import NO_WORD, TEXTS, OpenSheet, Place, _bounds
from xcrules.run.smt.terms import FAR, Symbol, Uncovered
from xcrules.use.python.policy import Policy

_ALWAYS = ("台账条款", "外部状态")
LACKING = None


@frozen
class Slot:
    """A fact as variables of the solver: their names, and what it may be where nothing is said."""

    table: str
    row: int
    attribute: str
    listed: bool  # a row of a list
    truth: bool
    word: bool
    words: tuple[str, ...]
    least: Any
    most: int
    away: bool  # may be 不适用
    value: str
    absent: str | None
    sure: str | None


def _slot(sheet: OpenSheet, place: Place, spec: FactField, made: Symbol) -> Slot:
    table = sheet.schema.table(place[0]) if place[0] else None
    truth, word = isinstance(spec.type, BoolType), isinstance(spec.type, EnumType | TextType)
    words = tuple(m for m in spec.type.members if m != "不适用") if isinstance(spec.type, EnumType) else sheet.ledgers if spec.role == "台账条款" else ()
    low, high = (0, 0) if truth or word else _bounds(spec)
    return Slot(place[0], place[1], identifier(place[2]), table is not None and table.kind == "名单", truth, word, words, words[0] if words else max(low, 0), high,
                made.absent is not False, made.value.decl().name(), _name(made.absent), _name(made.sure))


def _name(term: Any) -> str | None:
    return term.decl().name() if z3.is_expr(term) and z3.is_const(term) else None


class Beyond(Exception):
    """Facts that a sheet of the solver does not have: too many rows, 不适用 where it is not looked for; the reason."""


class Pinned:
    """A policy as terms, on sheets of so many rows. `away`: any fact may be 不适用, as exact answers have it."""

    def __init__(self, policy: Policy, rows: int = 3, away: bool = False) -> None:
        plan, self.policy, self.rows, schema = policy._engines.default.plan, policy, rows, policy.program.schema
        ledgers = tuple(sorted({each.ledger for k in plan.clauses for each in k.claims} | {*policy.clauses}))
        clauses = [k.number for k in plan.clauses if not (k.nature or k.elsewhere)]
        places = [(t.name if t.kind != "顶层" else "", i, f) for t in schema.tables for i in range(rows if t.kind == "名单" else 1) for f in t.fields]
        nullable = {(t, i, f.name) for t, i, f in places if f.role not in _ALWAYS} if away else set[Place]()
        lowerer = Lowerer(plan, schema, policy._engines.parameters, frozenset((t, name) for t, _, name in nullable))
        self.sheet = OpenSheet(schema, rows, ledgers, asked_whether_reported(lowerer, clauses), frozenset(nullable))
        terms = PlanTerms(lowerer, self.sheet)
        self.uncovered: dict[str, str] = {}
        self.cents: dict[str, int] = {}
        roots: list[Any] = []
        for number in clauses:
            try:
                o, gate = terms.outcome(number), terms.open(number)
                roots += [o.sure, o.status, o.amount.value, o.total.value, gate.value, gate.sure]
                self.cents[number] = o.clause.cent
            except Uncovered as why:
                self.uncovered[number] = str(why)
        for table in schema.nested:
            if table.kind == "名单" and ("present", table.name, 0) in self.sheet._made:
                self.sheet.present(table.name, rows - 1)
        self.code = Evaluated(self.sheet, roots)
        self.present = [(v.decl().name(), k[1], k[2]) for k, v in self.sheet._made.items() if k[0] == "present"]
        self.slots = [_slot(self.sheet, place, spec, made) for place, spec, made in self.sheet.variables()]
        self.series = [self._series(k[1], *v) for k, v in self.sheet._made.items() if k[0] == "figures"]

    def _series(self, place: Place, figures: Any, reported: Any) -> tuple[Place, str, str, dict[str, int] | None, bool]:
        """Where it stands in a record, its functions, of a ledger the words that are asked for with their codes, whether what is not told is 0."""
        spec = self.sheet.spec(place[0], place[2])
        words = {w: c for w, c in self.sheet.words.items() if (place, w) in self.sheet._read} if isinstance(spec.type, LedgerType) else None
        return (place[0], place[1], identifier(place[2])), figures.name(), reported.name(), words, spec.closed

    def disagreements(self, facts: Any, r: Random, seen: Counter[str], fillings: int = 2, most: int = 99) -> list[str]:
        """Where solver and reference part on these facts, of so many clauses taken at random; what is not filled in is filled at random for the solver, and must then be as the reference leaves open."""
        record = facts.record
        found: list[str] = []
        decided: dict[str, ClauseDecision] = {}
        asked = [*self.cents] if len(self.cents) <= most else r.sample([*self.cents], most)
        for _ in range(fillings):
            filling = _Filling(self, record, r)
            got = self.code.at(filling.values)
            if got is None:
                raise Beyond("超出求解器看的范围")
            decided = decided or {k.number: k for k in self.policy._engines.default.reference(facts, tuple(asked))}
            found += self._compared(got, decided, seen)
            if not filling.filled:
                break
        return found

    def _compared(self, got: tuple[Any, ...], decided: dict[str, ClauseDecision], seen: Counter[str]) -> list[str]:
        found = []
        for i, (number, cent) in enumerate(self.cents.items()):
            sure, status, amount, total, gate, gate_sure = got[6 * i: 6 * i + 6]
            if number not in decided:
                continue
            if not (sure and gate_sure):
                seen["not sure"] += 1
                continue
            k, word = decided[number], STATUSES[status] if gate else ""
            limit = None if word == DISCRETION and total > FAR else Fraction(total if word == DISCRETION else amount, 100 * cent)
            seen[k.status] += 1
            if not _agree(k, word, limit):
                found.append(f"{number}: solver {word} {limit}, reference {k.status} {k.amount} {k.bound} {k.amount_range} {k.bound_range} {k.missing}")
        return found


def _agree(k: ClauseDecision, word: str, limit: Fraction | None) -> bool:
    """Whether a status and an amount (of 裁量 its bound, None: none) are what was decided, or of what was left open."""
    if k.status in (OUT_OF_FORCE, OUT_OF_SCOPE) or not word:  # what was granted before may go on
        return not word and k.status in (OUT_OF_FORCE, OUT_OF_SCOPE, PENDING, CONTINUED)
    if k.status != PENDING:
        said = k.bound if word == DISCRETION else k.amount
        return word == k.status and (None if isinstance(said, Unlimited) else said) == limit
    span = k.bound_range if word == DISCRETION or k.amount_range is None else k.amount_range
    if span is None:
        return k.applied_range is not None
    low, high = span
    settled = word != DISCRETION and k.amount_range is None  # of 裁量 that is settled the bound is an upper end alone
    return (limit is None or settled or low <= limit) and (isinstance(high, Unlimited) or (limit is not None and limit <= high))


class _Filling:
    """The values of a sheet's variables on a record. Raises Beyond."""

    def __init__(self, pinned: Pinned, record: Any, r: Random) -> None:
        self.sheet, self.r, self.filled = pinned.sheet, r, False
        self.values: dict[str, Any] = {}
        self.rows: dict[str, list[Any]] = {"": [record]}
        for table in self.sheet.schema.nested:
            value = getattr(record, identifier(table.name))
            if value is NA or (isinstance(value, Opaque) and value.value is not None):
                raise Beyond("名单不适用")
            if isinstance(value, Opaque) and table.kind == "名单":
                self.filled = True
                value = NOT_GIVEN  # a list that is not known may be empty
            one = [] if isinstance(value, Opaque) or value is NOT_GIVEN else [value]
            self.rows[table.name] = one if table.kind != "名单" else [] if value is NOT_GIVEN else [*value]
            if len(self.rows[table.name]) > pinned.rows:
                raise Beyond("名单太长")
        for name, table, row in pinned.present:
            self.values[name] = row < len(self.rows[table])
        for slot in pinned.slots:
            self._pin(slot)
        for series in pinned.series:
            self._entries(*series)

    def _pin(self, slot: Slot) -> None:
        rows = self.rows[slot.table]
        value: Any = getattr(rows[slot.row], slot.attribute) if slot.row < len(rows) else UNKNOWN
        sure = away = False
        if value.__class__ is Opaque:
            if value.value is not None:
                raise Beyond("不是整数，或不适用")
            if slot.listed and slot.row >= len(rows):
                value = slot.least
            else:
                self.filled = True
                value, away = self._any(slot)
        elif value is NA and not slot.truth:
            if slot.absent is None and not slot.word:
                raise Beyond("不适用")
            away = sure = True
        else:
            sure = True
        if away:
            value = NO_WORD if slot.word else 0
        elif slot.word:
            value = value if isinstance(value, int) else self.sheet.code(str(value))
        else:
            value = bool(value) if slot.truth else int(value)
        self.values[slot.value] = value
        if slot.absent is not None:
            self.values[slot.absent] = away
        if slot.sure is not None:
            self.values[slot.sure] = sure

    def _any(self, slot: Slot) -> tuple[Any, bool]:
        """A value that may be, and whether it is 不适用."""
        r = self.r
        if slot.away and r.random() < 0.3:
            return None, True
        if slot.words:
            return r.choice(slot.words), False
        if slot.truth or slot.word:
            return r.randrange(2) if slot.truth else r.randrange(TEXTS), False
        return min(slot.most, slot.least + r.choice((0, 1, 10**4, 10**6, 10**8, 10**9))), False

    def _entries(self, place: Place, figures: str, reported: str, keys: dict[str, int] | None, closed: bool) -> None:
        table, row, name = place
        held = getattr(self.rows[table][row], name) if row < len(self.rows[table]) else {}
        if held.__class__ is Opaque:
            if held.value is not None:
                raise Beyond("不适用")
            self.filled, held = True, {}
        found, told = {}, {}
        for key, at in keys.items() if keys is not None else ((x, int(x)) for x in held):
            value = held.get(key, LACKING)
            if value.__class__ is Opaque or value is NA:
                raise Beyond("台账里写着不适用")
            self.filled |= value is None and not closed
            found[at], told[at] = int(value or 0), value is not None
        self.values[figures], self.values[reported] = found, told
