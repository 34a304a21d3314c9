"""Running a policy's own cases: each 应得 against the decision, with a difference a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from attrs import evolve, frozen

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.identity import clause_name
from xcrules.base.money import Number, money_text
from xcrules.meaning.program import Case, CaseCheck
from xcrules.run.alternatives import Engine
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import shown

from .python.policy import Policy


@frozen
class Difference:
    """What a case expected of a clause and what came out."""

    clause: str
    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{clause_name(self.clause)} {self.what}：应得 {self.expected}，算得 {self.got}"


@frozen
class CaseResult:
    """One case: the differences found, none if it holds."""

    case: Case
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def run_cases(policy: Policy, engine: Engine = "compiled") -> tuple[CaseResult, ...]:
    """All cases of a policy in order, decided by one of the engines."""
    return tuple(_run(*_as_then(policy, case), engine) for case in policy.program.cases)


def _as_then(policy: Policy, case: Case) -> tuple[Policy, Case]:
    """Of a policy with amendments the text that holds on the case's day, and the case as that text has it."""
    try:
        then = policy.in_force(case.facts)
    except XcrulesError:
        return policy, case
    if then.program is policy.program:
        return policy, case
    manieth = [k for k in policy.program.cases if k.name == case.name].index(case)  # two cases may have one name
    return then, next(islice((k for k in then.program.cases if k.name == case.name), manieth, None), case)


def _run(policy: Policy, case: Case, engine: Engine) -> CaseResult:
    try:
        made = policy.decide_clauses(case.facts, [*dict.fromkeys(k.clause for k in case.checks)], dict(case.readings), engine=engine)
    except XcrulesError as error:  # one case that cannot be decided does not stop the others
        wrong = "；".join(d.told() for d in error.diagnostics)
        return CaseResult(case, (Difference("、".join(k.clause for k in case.checks), "判断", "能算", wrong),))
    decided = {k.number: k for k in made}
    return CaseResult(case, tuple(d for check in case.checks for d in differences(check, decided[check.clause])))


@frozen
class ResultChanged:
    """A clause of a case that comes to something else under another text of the policy."""

    case: Case
    clause: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{clause_name(self.clause)} {self.before} → {self.after}"


def results_changed(old: Policy, new: Policy, moved: Mapping[str, str] | None = None) -> tuple[ResultChanged, ...]:
    """The cases of `old` whose clauses come to something else under `new`, whatever they expect; `moved`: old number → new number."""
    old, new = (Policy(p.program) if p.earlier else p for p in (old, new))  # two texts are compared, whatever the day
    found: list[ResultChanged] = []
    for case in old.program.cases:
        numbers = {k.clause: moved.get(k.clause, "") if moved is not None else k.clause for k in case.checks}
        now = evolve(case, facts=_renamed(case.facts, {a: b for a, b in (moved or {}).items() if a != b}))
        before, after = _outcomes(old, case, numbers), _outcomes(new, now, [n for n in numbers.values() if n])
        found += [ResultChanged(case, n, before[n][0], then[0]) for n in before if before[n] != (then := after.get(numbers[n], ("没有这一款", None)))]
    return tuple(found)


def _renamed(held: Any, moved: Mapping[str, str]) -> Any:
    """Facts of a case with the ledgers' clauses by their new numbers, those of 分项 (3(2)首次) too."""
    if not moved:
        return held
    if isinstance(held, dict):
        return {_renamed(k, moved): _renamed(x, moved) for k, x in held.items()}
    if isinstance(held, list):
        return [_renamed(x, moved) for x in held]
    old = (
        next(
            (
                n
                for n in moved
                if isinstance(held, str) and held.startswith(n) and held[len(n) : len(n) + 1] not in ("(", *"0123456789.年万元")
            ),
            None,
        )
        if "(" in str(held)
        else None
    )
    return held if old is None else moved[old] + held[len(old) :]


def _outcomes(policy: Policy, case: Case, numbers: Iterable[str]) -> dict[str, tuple[str, object]]:
    """Clause → what it comes to, in words and in figures."""
    out: dict[str, tuple[str, object]] = {}
    for number in dict.fromkeys(numbers):
        try:
            k = policy.decide_clauses(case.facts, [number], dict(case.readings), engine="reference")[0]
        except XcrulesError as error:
            out[number] = "；".join(f"[{d.code}] {d.message}" for d in error.diagnostics), None
        else:
            year = f"，本年度拨付 {money_text(k.this_year)}" if k.this_year is not None and k.this_year != k.amount else ""
            limit = f"，上限 {money_text(k.bound)}" if k.bound is not None and k.amount else ""
            out[number] = shown(k) + limit + year, (k.amount, k.bound, k.this_year, k.schedule)
    return out


def differences(check: CaseCheck, got: ClauseDecision, unasked: tuple[str, ...] = ()) -> list[Difference]:
    """What a case expected of a clause and did not get; `unasked`: what is not looked at."""
    found = []
    if check.status and check.status != got.status:
        missing = f"，缺 {'、'.join(got.missing)}" if got.missing else ""
        found.append(Difference(check.clause, "状态", check.said, shown(got) + missing))
    for key, expected in check.values:
        if key not in unasked and (difference := _difference(check.clause, key, expected, got)) is not None:
            found.append(difference)
    return found


def _difference(clause: str, key: str, expected: object, got: ClauseDecision) -> Difference | None:
    if key in ("缺失", "争议"):
        held = got.missing if key == "缺失" else got.disputes
        absent = [x for x in expected if x not in held]  # type: ignore[attr-defined]
        return Difference(clause, key, "、".join(absent), "、".join(held) or "没有") if absent else None
    if key in ("方向", "表述"):
        said = got.direction if key == "方向" else got.exempt
        return Difference(clause, key, str(expected), said or "没有") if said != expected else None
    what, value = _came_to(key, got)
    if value == expected:
        return None
    assert isinstance(expected, Fraction)
    waits = "、".join(f"待{name} {money_text(amount)}" for name, amount in got.waiting) if key.startswith("待拨付.") else ""
    return Difference(clause, what, money_text(expected), "没有" + f"，有 {waits}" * bool(waits) if value is None else money_text(value))


def _came_to(key: str, got: ClauseDecision) -> tuple[str, Number | None]:
    """What an amount that a case expects is called, and what it is."""
    kind, _, which = key.partition(".")
    match kind:
        case "拨付计划":
            return f"{which}年拨付", dict(got.schedule or ()).get(int(which))
        case "待拨付":
            return f"待{which}", dict(got.waiting).get(which)
        case "分项":
            least, most = dict(got.by_part).get(which, (got.amount, got.amount))  # of a clause that comes to 0, each comes to 0
            return which, least if least == most else None
    return key, {"金额": got.amount, "上限": got.bound, "申请额": got.applied, "至少": got.sure, "本年度拨付": got.this_year}[key]
