"""Facts pinned in the solver: what its terms come to on one sheet, beside what the engine decides."""

from __future__ import annotations

from typing import Any

import z3  # type: ignore[import-untyped]

from xcrules.facts.scaled.scales import identifier
from xcrules.facts.scaled.values import NA, NOT_GIVEN, Opaque
from xcrules.facts.types import EnumType, SeriesType, TextType
from xcrules.run.lowered.lower import Lowerer
from xcrules.run.results import DISCRETION, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING
from xcrules.run.smt.outcome import STATUSES
from xcrules.run.smt.plan import PlanTerms, asked_whether_reported
from xcrules.run.smt.sheet import OpenSheet
from xcrules.run.smt.terms import FAR, Uncovered
from xcrules.use.python.policy import Policy


class Pinned:
    """A policy as terms, of which each sheet is asked for in turn."""

    def __init__(self, policy: Policy, rows: int = 3) -> None:
        plan, self.policy, self.rows = policy._engines.default.plan, policy, rows
        lowerer = Lowerer(plan, policy.program.schema, policy._engines.parameters)
        ledgers = tuple(sorted({each.ledger for k in plan.clauses for each in k.claims} | {*policy.clauses}))
        clauses = [k.number for k in plan.clauses if not (k.nature or k.elsewhere)]
        self.sheet = OpenSheet(policy.program.schema, rows, ledgers, asked_whether_reported(lowerer, clauses))
        terms = PlanTerms(lowerer, self.sheet)
        self.entries: dict[Any, Any] = {}
        self.uncovered: dict[str, str] = {}
        self.terms: dict[str, tuple[Any, ...]] = {}
        for number in clauses:
            try:
                o, gate = terms.outcome(number), terms.open(number)
                self.terms[number] = (o.sure, o.status, o.amount.value, o.total.value, o.clause.cent, gate.value, gate.sure)
            except Uncovered as why:
                self.uncovered[number] = str(why)
        self.solver = z3.SimpleSolver()
        self.solver.add(*[d for d in self.sheet.domain if d is not True])

    def disagreements(self, raw: Any) -> tuple[int, list[str]]:
        """How many clauses were compared on these facts, and where solver and engine part."""
        facts = self.policy.facts(raw)
        record = self.policy._engines.scaled(facts).record
        pins = self.pins(record)
        if pins is None:
            return 0, []
        self.solver.push()
        self.solver.add(*pins)
        if self.solver.check() != z3.sat:
            self.solver.pop()
            return 0, []
        model, found, count = self.solver.model(), [], 0
        decided = self.policy.decide(facts)
        for number, term in self.terms.items():
            sure, status, amount, total, cent, gate, gate_sure = (_value(model, x) for x in term)
            if not (sure and gate_sure):
                continue
            k = decided[number]
            if k.status == PENDING:  # an entry of a ledger was left open: what is not told is not pinned
                continue
            if not gate:
                said: tuple[Any, ...] = ("",)
                got: tuple[Any, ...] = ("",) if k.status in (OUT_OF_FORCE, OUT_OF_SCOPE) else (k.status,)
            else:
                word = STATUSES[status]
                said = (word, None if total > FAR else total // cent) if word == DISCRETION else (word, amount // cent)
                limit = k.bound if k.status == DISCRETION else k.amount
                got = (k.status, None if limit is None or not hasattr(limit, "denominator") else int(limit * 100))
            count += 1
            if said != got:
                found.append(f"{number}: solver {said}, engine {got}")
        self.solver.pop()
        return count, found

    def pins(self, record: Any) -> list[Any] | None:
        """The sheet's variables at the values of a record; None where that is beyond the sheet."""
        sheet, pins = self.sheet, []
        held: dict[str, Any] = {"": [record]}
        for table in sheet.schema.nested:
            value = getattr(record, identifier(table.name))
            if isinstance(value, Opaque):
                return None
            held[table.name] = [] if value is NOT_GIVEN else [*value] if table.kind == "名单" else [value]
            if len(held[table.name]) > self.rows:
                return None
            if table.kind == "名单":
                pins += [sheet.present(table.name, i) == (i < len(held[table.name])) for i in range(self.rows)]
        for (table, row, name), spec, made in sheet.variables():
            if row >= len(held[table]):
                continue
            value = getattr(held[table][row], identifier(name))
            if isinstance(value, Opaque):
                if made.sure is True or value.value is not None:
                    return None
                pins.append(z3.Not(made.sure))
            elif value is NA and made.absent is not False:
                pins.append(made.absent)
            else:
                word = isinstance(spec.type, EnumType | TextType)
                pins.append(made.value == (sheet.code(str(value)) if word else bool(value) if z3.is_bool(made.value) else int(value)))
                pins += [z3.Not(made.absent)] if made.absent is not False else []
                pins += [made.sure] if made.sure is not True else []
        for (place, _), (at, (figure, reported)) in self._entries().items():
            if place[1] < len(held[place[0]]):
                value = getattr(held[place[0]][place[1]], identifier(place[2]))
                if isinstance(value, Opaque) or isinstance(value := value.get(at, None), Opaque):
                    return None
                pins += [reported == (value is not None), figure == (value or 0)]
        return pins


    def _entries(self) -> dict[Any, Any]:
        """Every year of a series, and every word of a ledger, that a sheet may have figures for: where, and the solver's terms."""
        if not self.entries:
            words = {c: w for w, c in self.sheet.words.items()}
            for key, made in self.sheet._made.items():
                if key[0] == "figures":
                    series = isinstance(self.sheet.spec(key[1][0], key[1][2]).type, SeriesType)
                    codes = range(2010, 2036) if series else [at for place, at in self.sheet._read if place == key[1]]
                    for code in codes:
                        number = code if series else self.sheet.code(code)
                        self.entries[key[1], number] = code if series else words[number], (made[0](number), made[1](number))
        return self.entries


def _value(model: Any, value: Any) -> Any:
    if isinstance(value, int):
        return value
    found = model.eval(value, model_completion=True)
    return z3.is_true(found) if z3.is_bool(found) else found.as_long()
