"""The Python door: load a policy, decide enterprises.

    policy = xcrules.load("xicheng-2021")
    decision = policy.decide({"政策兑现年度": 2023, ...})
    decision["2(1)"].status, decision["2(1)"].amount

A Policy is a value: it may be shared by threads and forked workers. Nothing here prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from . import calculus as c
from .datatypes import LedgerType
from .decision import ClauseDecision, Decision
from .diagnostic import Diagnostic, XcrulesError
from .effort import Crossing, crossings, too_long_to_ask, too_many_steps
from .evaluate import HistoryFields, evaluate_clauses, evaluate_gates
from .facts import Facts, read_facts
from .load import Loaded, load_policy, load_text
from .nearest import nearest
from .plan import Planner, default_readings
from .program import Program
from .readings import Alternatives, Judge
from .results import cents_of
from .runtime.compare import Comparison
from .runtime.forms import ASK_ALL

if TYPE_CHECKING:
    from pathlib import Path

    from .compile import Compiled, Sheets
    from .runtime.image import Image


class Kept(dict[Any, Any]):
    """What a policy made and can make again: not copied to other processes."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, ()


@frozen
class Policy:
    """A checked policy under its default readings."""

    program: Program
    diagnostics: tuple[Diagnostic, ...] = ()  # warnings; a policy with errors is never made
    _plans: dict[tuple[tuple[str, str], ...], c.Plan] = field(factory=dict, eq=False, repr=False, init=False)
    _compiled: Kept = field(factory=Kept, eq=False, repr=False, init=False)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def title(self) -> str:
        return self.program.title

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """The numbers of the clauses, in the order of the law."""
        return tuple(k.number for k in self.program.clauses)

    @cached_property
    def edition(self) -> str:
        """A fingerprint of the policy's texts: the same text, the same edition."""
        return self.program.edition

    @cached_property
    def _planner(self) -> Planner:
        return Planner(self.program)

    @cached_property
    def counters(self) -> dict[str, str]:
        """名单 → the word for one of its rows: 笔, 项."""
        return {t.name: t.each for t in self.program.schema.nested if t.each}

    @cached_property
    def defaults(self) -> dict[str, str]:
        return default_readings(self.program)

    @cached_property
    def parameters(self) -> dict[str, dict[Fraction, Fraction | None]]:
        return {p.name: {y: v for y, v, _ in p.values} for p in self.program.parameters}

    @cached_property
    def history(self) -> HistoryFields | None:
        """Where the ledger of earlier grants keeps what, if the policy has one."""
        table = self.program.schema.table_of_role("历史台账")
        if table is None:
            return None
        names = [table.field_of_role(r) for r in ("台账条款", "台账年度", "台账金额")]
        return HistoryFields(table.name, *(f.name if f else "" for f in names))

    def plan(self, readings: Mapping[str, str] | None = None) -> c.Plan:
        """The plan under the defaults, with these choices in their place. Raises XcrulesError for unknown ones."""
        return self.plan_of(self.defaults | self._checked(readings or {}))

    def plan_of(self, chosen: Mapping[str, str]) -> c.Plan:
        """The plan under a full set of modelled choices."""
        key = tuple(sorted(chosen.items()))
        if key not in self._plans:
            self._plans[key] = self._planner.plan(chosen)
        return self._plans[key]

    def _checked(self, readings: Mapping[str, str]) -> dict[str, str]:
        found = [d for number, choice in readings.items() if (d := self._wrong_reading(number, choice))]
        if found:
            raise XcrulesError(found)
        return dict(readings)

    def _wrong_reading(self, number: str, choice: str) -> Diagnostic | None:
        reading = self.program.reading(number)
        if reading is None:
            close = nearest(number, self.defaults)
            return Diagnostic("E526", f"没有登记读法「{number}」", path=number, help=f"是不是「{close[0]}」？" if close else "")
        if choice in reading.modelled:
            return None
        need = dict(reading.manual).get(choice)
        message = f"读法 {number} 的「{choice}」没有建模" if need is not None else f"读法 {number} 没有「{choice}」这个选项"
        hint = f"另需人工：{need}；" if need else ""
        return Diagnostic("E528", message, path=number, help=f"{hint}可选：{'、'.join(reading.modelled)}")

    def facts(self, facts: Mapping[str, object]) -> Facts:
        """The facts checked against the policy's tables. Raises XcrulesError with every fault and its path."""
        if self._compiled and (quick := self._read(facts)) is not None:
            return quick
        checked, found = read_facts(facts, self.program.schema, self.program.clause_names)
        if found:
            raise XcrulesError(found)
        return checked

    def decide(self, facts: Mapping[str, object] | Facts, readings: Mapping[str, str] | None = None) -> Decision:
        """Decide one enterprise. `readings` are choices such as {"A08": "门槛"}; amounts in 元.

        Raises XcrulesError for facts that are wrong (unknown key, wrong type, NaN …) or unknown readings.
        """
        checked = self._measured(facts if isinstance(facts, Facts) else self.facts(facts))
        if not readings and (ready := self._compiled.get("ready")) is not None:
            decision: Decision = ready[checked.money].decide(checked)
            return _surely(decision, checked)
        chosen = self.defaults | self._checked(readings or {})
        # caps over clauses are applied by the reference; and compiling pays from a process's second decision on
        if self.plan_of(chosen).shared or not (self._compiled or _long(checked)):
            self._compiled.setdefault("begun", True)
            made = self.reference(checked, chosen, None)
            frame = self._frame(chosen, checked)
            compare = frame.pop("compare")
            return Decision(clauses=tuple(evolve(k, compare=compare) for k in made), **frame)
        if chosen == self.defaults:
            self._ready()
        return _surely(self.compiled(chosen, checked.money).decide(checked), checked)

    @cached_property
    def _crossings(self) -> frozenset[Crossing]:
        return crossings(self.plan_of(self.defaults))

    def _measured(self, facts: Facts) -> Facts:
        """The facts, if a decision on them takes no more steps than it may. Raises XcrulesError."""
        if self._crossings and (found := too_many_steps(facts, self._crossings)) is not None:
            raise XcrulesError([found])
        return facts

    def _ready(self) -> Mapping[int, Compiled]:
        """The plan under the defaults, compiled for both kinds of sheet."""
        if "ready" not in self._compiled:
            scales = (self.whole_sheets.money, self.sheets.money)
            self._compiled["ready"] = {money: self.compiled(self.defaults, money) for money in scales}
        made: Mapping[int, Compiled] = self._compiled["ready"]
        return made

    def amounts(self, facts: Mapping[str, object] | Facts) -> dict[str, int | None]:
        """分 of each clause under the default readings, for pipelines that want nothing else.

        None where the amount is open (裁量 not yet recorded, 待补充); what is paid over years is in it whole. The
        same figures as `decide`, without its reasons. Raises XcrulesError for facts that are wrong.
        """
        checked = self._measured(facts if isinstance(facts, Facts) else self.facts(facts))
        if (ready := self._compiled.get("ready")) is not None:
            made: dict[str, int | None] = ready[checked.money].amounts(checked)
            return made
        if self.plan_of(self.defaults).shared:
            return {k.number: cents_of(k) for k in self.decide(checked).clauses}
        return self._ready()[checked.money].amounts(checked)

    def reference(self, facts: Facts, readings: Mapping[str, str], only: tuple[str, ...] | None) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) by the reference evaluator, under a full set of readings.

        Raises XcrulesError where a list is too long for it.
        """
        if _long(facts) and (found := too_long_to_ask(facts, self.plan_of(readings), only)) is not None:
            raise XcrulesError([found])
        return evaluate_clauses(self.plan_of(readings), facts, self.parameters, self.history, only)

    def judge(self, readings: Mapping[str, str], money: int) -> Judge:
        """What decides single clauses under a full set of readings: for comparing choices."""
        def reference(facts: Facts, clause: ClauseDecision) -> ClauseDecision:
            (other,) = self.reference(facts, readings, (clause.number,))
            return other

        if self.plan_of(readings).shared:
            return reference
        compiled = self.compiled(readings, money)
        return lambda facts, clause: compiled.judge(facts, clause) if hasattr(facts, "sheet") else reference(facts, clause)

    @cached_property
    def _read(self) -> Callable[[object], Facts | None]:
        from .compile import quick_reader

        return quick_reader(self.whole_sheets, self.sheets)

    @cached_property
    def sheets(self) -> Sheets:
        """What reads facts into the whole numbers that compiled rules work on: amounts in 分."""
        from .compile import sheets_of

        return sheets_of(self.program.schema, self.program.clause_names, self.parameters)

    @cached_property
    def whole_sheets(self) -> Sheets:
        """The same for facts in which every amount is whole 元, as most are: nothing is to be multiplied."""
        from .compile import sheets_of

        return sheets_of(self.program.schema, self.program.clause_names, self.parameters, 1)

    def compiled(self, chosen: Mapping[str, str], money: int = 100) -> Compiled:
        """The plan under a full set of modelled choices as generated Python; made once, kept.

        `money` is the scale of the sheets it works on: 100 for 分, 1 for whole 元.
        """
        key = (money, *sorted(chosen.items()))
        if self._compiled.get(key) is None:
            from .compile import Compiled

            plan = self.plan_of(chosen)

            def reference(facts: Facts, only: tuple[str, ...]) -> tuple[ClauseDecision, ...]:
                return self.reference(facts, chosen, only)

            def frame(facts: Facts) -> dict[str, Any]:
                return self._frame(chosen, facts)

            sheets = self.whole_sheets if money == 1 else self.sheets
            self._compiled[key] = Compiled(plan, sheets, self.history, reference, frame, self._compiled.setdefault("shared", {}))
        made: Compiled = self._compiled[key]
        return made

    def _frame(self, chosen: Mapping[str, str], facts: Facts) -> dict[str, Any]:
        """What a Decision says besides its clauses; `compare` goes to each of these."""
        return {
            "policy": self.title or self.name, "edition": self.edition, "readings": tuple(sorted(chosen.items())),
            "changed_readings": tuple(sorted((n, x) for n, x in chosen.items() if self.defaults[n] != x)),
            "assumed": self._left_out(facts, True), "without": self._left_out(facts, False),
            "number": facts.number, "notices": facts.notices,
            "compare": Comparison(self._alternatives(chosen), facts),
        }  # fmt: skip

    def image(self) -> Image | None:
        """The policy compiled under its defaults, as data that another process can decide with; see runtime/image.py."""
        from .compile import image_of

        found = self._alternatives(self.defaults)

        def other(number: str, choice: str) -> Compiled:
            return self.compiled({**self.defaults, number: choice})

        title = self.title or self.name
        return image_of(self.compiled(self.defaults), found.uses, other, self.defaults, title, self.edition)

    def _alternatives(self, chosen: Mapping[str, str]) -> Alternatives:
        key = ("alternatives", *sorted(chosen.items()))
        made: Alternatives = self._compiled.get(key) or self._compiled.setdefault(key, Alternatives(self, chosen))
        return made

    def same_gates(self, facts: Facts, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
        """Whether 有效期 and 适用主体 come out the same under two full sets of readings."""
        if hasattr(facts, "sheet"):
            states = [self.compiled(readings, facts.money).gate(facts) for readings in (one, other)]
            if ASK_ALL not in states:
                return states[0] == states[1]
        passed = [evaluate_gates(self.plan_of(readings), facts, self.parameters) for readings in (one, other)]
        return (passed[0].in_force, passed[0].scope) == (passed[1].in_force, passed[1].scope)

    def closed(self, facts: Facts, readings: Mapping[str, str], status: str) -> str:
        """What of 有效期 (or of 适用主体, for 不适用主体) is not met, under a full set of readings."""
        from .explain import gate_text

        plan = self.plan_of(readings)
        return gate_text(plan, evaluate_gates(plan, facts, self.parameters), status)

    def read_back(self, number: str, readings: Mapping[str, str] | None = None) -> str:
        """The clause as one Chinese sentence made from its lines."""
        from .readback import read_back

        return read_back(self.program, number, self.defaults | self._checked(readings or {}))

    def _left_out(self, facts: Facts, ledgers: bool) -> tuple[str, ...]:
        """Closed lists that were not given, ledgers of support or others: the decision takes them as empty and says so."""
        return tuple(name for name, ledger in self._closed if ledger is ledgers and not facts.gives(name))

    @cached_property
    def _closed(self) -> tuple[tuple[str, bool], ...]:
        """What may be left out and then counts as empty, and whether it is a ledger of support."""
        schema = self.program.schema
        top = [(f.name, isinstance(f.type, LedgerType)) for f in schema.top if f.closed]
        return (*top, *((t.name, bool(t.role)) for t in schema.nested if t.closed))


LONG = 200  # records in one list from which compiling pays at once


def _long(facts: Facts) -> bool:
    return facts.longest() > LONG


def _surely(decision: Decision, facts: Facts) -> Decision:
    """The decision; on long lists once every status is known, so that what is wrong is said now and not when they are read."""
    for clause in decision.clauses if _long(facts) else ():
        assert clause.status
    return decision


def load(policy: str | Path) -> Policy:
    """A policy by folder, file or shipped name. Raises XcrulesError with every error in its text."""
    return _usable(load_policy(policy))


def loads(text: str, name: str = "规则") -> Policy:
    """A policy from one text. Raises XcrulesError with every error in it."""
    return _usable(load_text(text, name))


def _usable(loaded: Loaded) -> Policy:
    if not loaded.usable or loaded.program is None:
        raise XcrulesError([d for d in loaded.diagnostics if d.is_error])
    return Policy(loaded.program, loaded.diagnostics)


