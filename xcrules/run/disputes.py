"""争议: whether another choice of a reading gives a clause another outcome, for one enterprise.

What can be told from the policy alone is in `Use` and `Choice`, made once; what depends on the facts is
worked out when it is asked for, and no more of it than the question needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xcrules.base.diagnostic import XcrulesError

from .results import PENDING, ZERO_STATUSES, Alternative, ReadingUse, told_by_part
from .why import why

if TYPE_CHECKING:
    from .alternatives import Alternatives

NOT_TOLD = "名单太长，事实又没有填全，没有逐项说明"


class Choice(NamedTuple):
    """Another choice of a reading, and how it could change one clause."""

    name: str
    needs: str | None = None  # what a person would have to do: it is not modelled
    steps: bool = False  # the clause's own lines change
    rounding: bool = False
    gates: bool = False  # 有效期 or 适用主体 change


class Use(NamedTuple):
    """A reading that a clause rests on."""

    number: str
    chosen: str
    risk: str
    question: str
    choices: tuple[Choice, ...]
    live: tuple[Choice, ...]  # those of them that could change anything
    open: bool  # whether a person would have to say what some of them gives


def use(number: str, chosen: str, risk: str, question: str, choices: tuple[Choice, ...]) -> Use:
    """A reading with its other choices."""
    return Use(
        number, chosen, risk, question, choices, tuple(x for x in choices if x.steps or x.rounding or x.gates),
        any(x.needs is not None for x in choices),
    )


class Comparison:
    """Compares choices for one decision."""

    __slots__ = ("_closed", "_gates", "_gates_of", "_judged", "facts", "readings")

    def __init__(self, readings: Alternatives, facts: Any) -> None:
        self.readings, self.facts = readings, facts
        self._closed: dict[str, str] = {}
        self._gates_of: dict[int, bool] = {}  # whether the gates of a plan say something else
        self._gates: dict[tuple[str, str], bool] = {}
        self._judged: dict[tuple[str, str, str], Any] = {}

    def disputes(self, clause: Any) -> tuple[str, ...]:
        """争议: numbers of readings that made or could make a difference to the clause."""
        found, unsure = self.readings.quickly(self.facts, clause, self._gates_of)
        found |= {use.number for use, choice in unsure if use.number not in found and self._differs(use, choice, clause)}
        if open_ := self.readings.left_open(clause.number) - found:
            found |= open_ & clause.acting
        return tuple(sorted(found))

    def uses(self, clause: Any) -> tuple[ReadingUse, ...]:
        """Every reading that the clause rests on, with what its other choices would give."""
        return tuple(
            ReadingUse(use.number, use.chosen, use.risk, use.question,
                       tuple([self._alternative(use, x, clause) for x in use.choices]), self._disputed(use, clause))
            for use in self.readings.uses(clause.number)
        )

    def why(self, clause: Any) -> str:
        """原因: why the clause comes to 0 or is refused; of a list with gaps, too long for that, that it is not told."""
        try:
            return why(clause, self)
        except XcrulesError:
            return NOT_TOLD if clause.status in ZERO_STATUSES else ""

    def subjects(self, clause: str) -> tuple[tuple[str, str], ...]:
        return self.readings.subjects(clause)

    def earlier(self, ledger: str) -> tuple[str, ...]:
        return self.readings.earlier(self.facts, ledger)

    def withheld(self, clause: str) -> tuple[str, ...]:
        return self.readings.withheld(self.facts, clause)

    def given(self, table: str) -> bool | None:
        return self.readings.given(self.facts, table)

    def unfilled(self, clause: str) -> tuple[str, ...]:
        return self.readings.unfilled(self.facts, clause)

    def closed(self, status: str) -> str:
        if status not in self._closed:
            self._closed[status] = self.readings.closed(self.facts, status)
        return self._closed[status]

    def _disputed(self, use: Use, clause: Any) -> bool:
        return (use.number in self.readings.left_open(clause.number) and use.number in clause.acting) or any(
            self._differs(use, x, clause) for x in use.live
        )

    def _differs(self, use: Use, choice: Choice, clause: Any) -> bool:
        """Whether a choice makes a difference; one that was not worked out could."""
        other = self._other(use, choice, clause)
        if other is None:
            return choice.needs is None
        if _wants_parts(other, clause):
            return False
        return other is not clause and bool(other.outcome() != clause.outcome())

    def _alternative(self, use: Use, choice: Choice, clause: Any) -> Alternative:
        """What a choice would give."""
        other = self._other(use, choice, clause)
        if other is None:
            return Alternative(choice.name, choice.needs is None, needs="名单太长，没有再算" if choice.needs is None else choice.needs)
        if _wants_parts(other, clause):
            return Alternative(choice.name, False, needs="、".join(other.missing))
        return Alternative(choice.name, self._differs(use, choice, clause), other.status, other.amount, other.bound, other.amount_range,
                           other.bound_range, other.sure, other.this_year, other.applied, other.applied_range,
                           other.saying, other.reverse, told_by_part(other))

    def _other(self, use: Use, choice: Choice, clause: Any) -> Any:
        """The clause under a choice: itself, where nothing changes; None where the choice is not modelled."""
        if choice.needs is not None:
            return None
        if not (choice.steps or choice.gates or choice.rounding):
            return clause
        key = (use.number, choice.name, clause.number)
        if key not in self._judged:
            asked = choice.steps or (choice.rounding and not _nothing(clause)) or self._other_gates(use, choice, clause)
            self._judged[key] = self.readings.judge(self.facts, use.number, choice.name, clause) if asked else clause
        return self._judged[key]

    def _other_gates(self, use: Use, choice: Choice, clause: Any) -> bool:
        if not choice.gates:
            return False
        key = (use.number, choice.name)
        if key not in self._gates:
            self._gates[key] = self.readings.same_gates(self.facts, *key)
        return not self._gates[key]


def _wants_parts(other: Any, clause: Any) -> bool:
    """Whether only the ledger of the clause's parts is wanting under the other choice: a person must look it up."""
    if other is clause or other.status != PENDING or clause.status == PENDING:
        return False
    keys = [m.partition(".")[2] for m in other.missing]
    return bool(keys) and all(k.startswith(clause.number) and k[len(clause.number) :][:1] not in ("", "(") for k in keys)


def _nothing(clause: Any) -> bool:
    """No number that rounding could change."""
    return not clause.amount and all(
        x is None for x in (clause.bound, clause.amount_range, clause.bound_range, clause.applied, clause.applied_range)
    )
