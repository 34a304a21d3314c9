"""xcrules explain: the reasons of a decision as a tree, with the law's words and the values."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from xcrules.run.decision import ClauseDecision, Reason
from xcrules.tell.explain import explain_clause, explain_gates, has_own_gates, read_back_reason, readings_reason, reason_json
from xcrules.tell.report import reason_tree
from xcrules.use.python.policy import Policy, load

from . import OK
from .common import (
    facts_argument,
    json_argument,
    known_clause,
    parse_readings,
    policy_argument,
    print_json,
    read_facts_argument,
    readings_argument,
    say,
)


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    facts_argument(command)
    command.add_argument("clause", nargs="?", metavar="款", help="只说一款，如 1(1)；不写则说所有与给付有关的款")
    json_argument(command)
    readings_argument(command)


def run(options: argparse.Namespace) -> int:
    readings = parse_readings(options.readings)
    policy = load(options.policy)
    number = known_clause(options.clause, policy.program.clause_names) if options.clause is not None else None
    policy.chosen(readings)
    decision = policy.decide(read_facts_argument(options.facts, policy), readings, engine="reference")  # type: ignore[arg-type]
    clauses = [k for k in decision.clauses if k.number == number or (number is None and (k.status not in ("另行规定", "非资金条款") or k.items))]
    if options.json:
        print_json([_json(k, policy, readings) for k in clauses])
        return OK
    told = [_reasons(k, policy, readings, gates=number is not None or has_own_gates(k)) for k in clauses]  # all before the first is printed: one may be refused
    common = next((k for k in clauses if not has_own_gates(k)), None)
    if number is None and common is not None:
        told.insert(0, [Reason("两道门：各款都先过" + ("（写了 照行 的款另说）" if any(map(has_own_gates, clauses)) else ""), "", kids=explain_gates(common))])
    for reasons in told:
        say(reason_tree(reasons))
        print()
    return OK


def _reasons(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str], gates: bool) -> list[Reason]:
    """One clause under the readings of the decision; the gates only where they do not stand at the head."""
    read_back = read_back_reason(policy.read_back(clause.number, readings))
    return [explain_clause(clause, gates), read_back, readings_reason(clause.readings)]


def _json(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str]) -> dict[str, object]:
    return {**clause.details_json(), "读作": policy.read_back(clause.number, readings), "理由": reason_json(explain_clause(clause))}
