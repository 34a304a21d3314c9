"""An image: a compiled policy under its default readings, with every variant that a comparison of readings needs.

Kept between processes (kept.py), so that a process which decides one enterprise parses, checks, plans and
compiles nothing. Code is kept as marshalled bytes, each piece read when it is first run. What the image
cannot decide it asks of `Help`, who loads the whole engine.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from ..identity import all_plain
from ..results import OUT_OF_FORCE, OUT_OF_SCOPE
from .calls import Calls
from .compare import Comparison, Use
from .details import Failing
from .forms import ASK_ALL, Clause, Frame
from .reading import Column, Fault, Layout, read
from .run import Run, judged
from .values import Ask
from .view import ClauseOutcome, DecisionOutcome

# What the gates may name; CLOSED goes by whether the beneficiary is in scope.
GATE_NAMES = {"CLOSED": ((OUT_OF_FORCE, False), (OUT_OF_FORCE, True)), "EARLY": (OUT_OF_FORCE,), "SCOPE": (OUT_OF_SCOPE,),
              "ASK": ASK_ALL}

Choice = tuple[str, str]  # the number of a reading, and a choice of it


class Variant(NamedTuple):
    """A plan: its frame, its gates and its clauses; under another reading only the clauses that it judges."""

    frame: Frame
    gates: int  # a place among the codes; -1 where the reference passes them
    clauses: dict[int, tuple[Clause, int]]  # by place, with the place of the code (-1: none)


class Image(NamedTuple):
    """A compiled policy as data."""

    policy: str
    edition: str
    readings: dict[str, str]
    closed: tuple[str, ...]  # ledgers whose absence means that there was nothing
    layout: Layout
    parameters: dict[str, dict[int, int]]
    codes: tuple[bytes, ...]
    base: Variant
    others: dict[Choice, Variant]
    failing: dict[tuple[int, int], int]  # by place and part, the code that tells which conditions an item fails
    uses: dict[str, tuple[Use, ...]]


class Help(Protocol):
    """The whole engine, for what an image cannot decide."""

    def reference(self, readings: Mapping[str, str], only: tuple[str, ...]) -> tuple[Any, ...]:
        """These clauses under a full set of readings."""

    def earlier(self, ledger: str) -> tuple[str, ...]:
        """Earlier grants under a clause or part."""

    def closed(self, status: str) -> str:
        """What of the gates is not met."""

    def same_gates(self, number: str, choice: str) -> bool:
        """Whether the gates come out under another choice as they do under the defaults."""


class Machine:
    """One variant of an image at work on one enterprise."""

    __slots__ = ("_functions", "_names", "calls", "compare", "help", "image", "readings", "variant")

    def __init__(self, image: Image, variant: Variant, readings: Mapping[str, str], help_: Help) -> None:
        self.image, self.variant, self.readings, self.help = image, variant, readings, help_
        self.calls = Calls(variant.frame)
        self.compare: Comparison | None = None
        self._names = {**image.parameters, **self.calls.names(), **GATE_NAMES}
        self._functions: dict[int, Any] = {}

    def gates(self, sheet: Any) -> Any:
        """None where clauses are to be judged; else a record that closes every clause, or asks."""
        return self._function(self.variant.gates, "gates", {})(sheet) if self.variant.gates >= 0 else ASK_ALL

    def record(self, place: int, sheet: Any) -> Any:
        """What a clause comes to; None where the reference must be asked."""
        clause, code = self.variant.clauses[place]
        if clause.nature:
            return (clause.nature,)
        return self._function(code, clause.function, {f"{clause.function}_data": clause})(sheet) if code >= 0 else None

    def _function(self, code: int, name: str, more: Mapping[str, Any]) -> Any:
        if code not in self._functions:
            names = {**self._names, **more}
            exec(marshal.loads(self.image.codes[code]), names)
            self._functions[code] = names[name]
        return self._functions[code]

    # -- what a run asks for ------------------------------------------------------------------------------

    def clause(self, place: int) -> Clause:
        return self.variant.clauses[place][0]

    def failing(self, place: int, part: int) -> Failing:
        code = self.image.failing.get((place, part))
        if code is None:
            raise Ask
        made: Failing = self._function(code, "failing", {})
        return made

    def view(self, run: Run, place: int) -> ClauseOutcome:
        return ClauseOutcome(run, place)

    def numbers(self) -> tuple[str, ...]:
        return tuple(clause.number for clause, _ in self.image.base.clauses.values())

    def reference(self, _facts: Any, only: tuple[str, ...]) -> tuple[Any, ...]:
        return self.help.reference(self.readings, only)

    def frame(self, _facts: Any) -> Mapping[str, Any]:
        return {"compare": self.compare}


class Others:
    """The other choices of readings, for one enterprise."""

    __slots__ = ("_gate", "_machines", "base", "places")

    def __init__(self, base: Machine, gate: Any) -> None:
        self.base, self._gate = base, gate
        self.places = {number: i for i, number in enumerate(base.numbers())}
        self._machines: dict[Choice, tuple[Machine, Any]] = {}

    def uses(self, clause: str) -> tuple[Use, ...]:
        return self.base.image.uses[clause]

    def subjects(self, clause: str) -> tuple[tuple[str, str], ...]:
        return tuple((part.name, part.table) for part in self.base.clause(self.places[clause]).parts)

    def earlier(self, _sheet: Any, ledger: str) -> tuple[str, ...]:
        return self.base.help.earlier(ledger)

    def given(self, sheet: Any, table: str) -> bool:
        places = {part.table: part.place for clause, _ in self.base.image.base.clauses.values() for part in clause.parts}
        return getattr(sheet, places[table]) is not None

    def closed(self, _sheet: Any, status: str) -> str:
        return self.base.help.closed(status)

    def same_gates(self, sheet: Any, number: str, choice: str) -> bool:
        other = self._machine(sheet, number, choice)[1]
        if ASK_ALL in (other, self._gate):
            return self.base.help.same_gates(number, choice)
        return bool(other == self._gate)

    def judge(self, sheet: Any, number: str, choice: str, clause: Any) -> Any:
        machine, gate = self._machine(sheet, number, choice)
        place = self.places[clause.number]
        record = machine.record(place, sheet) if gate is None else gate
        return judged(machine, sheet, sheet, place, record, clause)

    def _machine(self, sheet: Any, number: str, choice: str) -> tuple[Machine, Any]:
        key = (number, choice)
        if key not in self._machines:
            image = self.base.image
            machine = Machine(image, image.others[key], {**image.readings, number: choice}, self.base.help)
            self._machines[key] = machine, machine.gates(sheet)
        return self._machines[key]


class Row:
    """A sheet, or a record on one."""

    def __init__(self, **values: Any) -> None:
        self.__dict__ = values


def _records(sheet: Any, layout: Layout) -> Iterator[tuple[Any, tuple[Column, ...]]]:
    yield sheet, layout.columns
    for table in layout.tables:
        held = getattr(sheet, table.place)
        rows = held if held.__class__ is list else [held] if held.__class__ is Row else []
        yield from ((row, table.columns) for row in rows)


def decide(image: Image, raw: dict[str, Any], help_: Help) -> DecisionOutcome:
    """The decision on plain facts under the default readings. Raises Fault for facts that are to be read in full."""
    sheet = read(raw, image.layout, Row, dict.fromkeys((t.name for t in image.layout.tables), Row))
    texts = [getattr(record, x.place) for record, columns in _records(sheet, image.layout) for x in columns if x.kind == "文字"]
    if not all_plain([x for x in texts if x.__class__ is str]):
        raise Fault
    machine = Machine(image, image.base, image.readings, help_)
    gate = machine.gates(sheet)
    machine.compare = Comparison(Others(machine, gate), sheet)
    records = [machine.record(place, sheet) if gate is None else gate for place in image.base.clauses]
    run = Run(machine, sheet, sheet, records)
    clauses = tuple(run.clause(place, record) for place, record in enumerate(records))
    assumed = tuple(name for name in image.closed if raw.get(name) is None)
    return DecisionOutcome(image.policy, image.edition, clauses, assumed, raw.get(image.layout.number_key))
