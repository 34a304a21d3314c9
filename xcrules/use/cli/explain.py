"""xcrules explain: the reasons of a decision as a tree, with the law's words and the values."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.identity import Unclear, clause_key
from xcrules.facts.scalars import short
from xcrules.run.decision import ClauseDecision, Reason
from xcrules.tell.explain import explain_clause, explain_gates, read_back_reason, readings_reason, reason_json
from xcrules.tell.report import reason_tree
from xcrules.use.python.policy import Policy

from . import OK
from .common import (
    facts_argument,
    fail,
    json_argument,
    parse_readings,
    policy_argument,
    read_facts_argument,
    readings_argument,
    say,
    stopping,
    usable_policy,
)


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    facts_argument(command)
    command.add_argument("clause", nargs="?", metavar="款", help="只说一款，如 1(1)；不写则说所有与给付有关的款")
    json_argument(command)
    readings_argument(command)


def run(options: argparse.Namespace) -> int:
    readings = parse_readings(options.readings, options.json)
    policy = usable_policy(options.policy, options.json)
    wanted = None if options.clause is None else _known(options.clause, policy, options.json)
    try:
        policy.chosen(readings)
        raw = read_facts_argument(options.facts, policy, options.json)
        decision = policy.decide(raw, readings, engine="reference")  # type: ignore[arg-type]
        chosen = [k for k in decision.clauses if wanted in (None, k.number)]
        if options.clause is None:
            chosen = [k for k in chosen if k.status not in ("另行规定", "非资金条款")]
        told = [_json(k, policy, readings) if options.json else _reasons(k, policy, readings, options.clause is not None)
                for k in chosen]
        if options.clause is None and not options.json and chosen:
            told.insert(0, [Reason("两道门：各款都先过", "", kids=explain_gates(chosen[0]))])
    except XcrulesError as error:
        return stopping(error, options.json)
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return OK
    for reasons in told:
        say(reason_tree(reasons))  # type: ignore[arg-type]
        print()
    return OK


def _known(text: str, policy: Policy, json_output: bool) -> str:
    """The number of the clause that is meant; of a part (3(2)首次), its clause."""
    names = policy.program.clause_names
    key = clause_key(text, names)
    if isinstance(key, Unclear):
        help = key.help or "有：" + "、".join(policy.clauses)
        fail([Diagnostic(Code.UNKNOWN_CLAUSE, f"没有编号为 {short(text)} 的款", path=short(text), help=help)], json_output)
    return names.keys[key][0]


def _reasons(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str], gates: bool) -> list[Reason]:
    """One clause under the readings of the decision; the gates only where they do not stand at the head."""
    read_back = read_back_reason(policy.read_back(clause.number, readings))
    return [explain_clause(clause, gates), read_back, readings_reason(clause.readings)]


def _json(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str]) -> dict[str, object]:
    return {**clause.details_json(), "读作": policy.read_back(clause.number, readings), "理由": reason_json(explain_clause(clause))}
