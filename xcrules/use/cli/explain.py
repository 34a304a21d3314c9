"""xcrules explain: the reasons of a decision as a tree, with the law's words and the values."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from xcrules.base.identity import clause_name
from xcrules.base.spoken import spoken
from xcrules.run.decision import ClauseDecision, Reason
from xcrules.run.results import shown
from xcrules.tell.explain import (
    WHERE,
    explain_clause,
    explain_gates,
    has_own_gates,
    is_long,
    read_back_reason,
    readings_reason,
    reason_json,
)
from xcrules.tell.report import reason_tree
from xcrules.use.proof.qualifying import LEFT_ALONE, Qualifying
from xcrules.use.python.policy import Policy, load

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
    tell,
)
from .exits import FINDINGS, OK


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    facts_argument(command)
    command.add_argument("clause", nargs="?", metavar="款", help="只说一款，如 1(1)；不写则说所有与给付有关的款")
    command.add_argument("--how-to-qualify", "--怎样够格", dest="wanted", metavar="款", help="这一款怎样才给：最少改哪几项事实；要装 xcrules[prove]")
    json_argument(command)
    readings_argument(command)


def run(options: argparse.Namespace) -> int:
    readings = parse_readings(options.readings)
    policy = load(options.policy)
    if options.wanted is not None:
        return _how_to_qualify(policy, options, readings)
    number = known_clause(options.clause, policy.program.clause_names) if options.clause is not None else None
    policy.chosen(readings)
    told_of = policy._told(read_facts_argument(options.facts, policy), None if number is None else [number], readings)  # type: ignore[arg-type]
    clauses = [k for k in told_of if number is not None or k.status not in ("另行规定", "非资金条款") or k.items]
    if options.json:
        print_json([_json(k, policy, readings) for k in clauses])
        return OK
    told = [_reasons(k, policy, readings, gates=number is not None or has_own_gates(k)) for k in clauses]  # all before the first is printed: one may be refused
    common = next((k for k in clauses if not has_own_gates(k)), None)
    if number is None and common is not None and (gates := explain_gates(common)):  # a policy may have neither
        told.insert(0, [Reason("两道门：各款都先过" + ("（写了 照行 的款另说）" if any(map(has_own_gates, clauses)) else ""), "", kids=gates)])
    for reasons in told:
        say(reason_tree(reasons))
        print()
    return OK


def _how_to_qualify(policy: Policy, options: argparse.Namespace, readings: Mapping[str, str]) -> int:
    number = known_clause(options.wanted, policy.program.clause_names)
    found = policy.how_to_qualify(read_facts_argument(options.facts, policy), number, readings)  # type: ignore[arg-type]
    if options.json:
        print_json(found.to_json())
    else:
        tell("\n".join(_qualifying_lines(found, policy.counters)))
    return OK if found.decision is not None else FINDINGS


def _qualifying_lines(found: Qualifying, counters: Mapping[str, str]) -> list[str]:
    """What would have to be otherwise, and what the clause then comes to."""
    name = clause_name(found.clause)
    head = f"{name} 现在 {shown(found.now)}" + (f"：{found.now.reason}" if found.now.reason else "")
    if found.decision is None:
        return [head, f"改不成：{found.why}", *([f"挡住的，不能改：{'、'.join(found.fixed)}"] if found.fixed else []), f"没有动的：{LEFT_ALONE}"]
    if not found.changes:
        return [head, "已经够格，不用改"]
    rows = [f"  {spoken(x.path, counters)}：{'新增一行' if x.new else x.before or '没有填'} → {x.after}" for x in found.changes]
    return [head, f"最少改 {len(rows)} 项：", *rows, f"→ {name} {shown(found.decision)}", f"没有动的：{LEFT_ALONE}"]


def _reasons(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str], gates: bool) -> list[Reason]:
    """One clause under the readings of the decision; the gates only where they do not stand at the head."""
    read_back = read_back_reason(policy.read_back(clause.number, readings))
    return [explain_clause(clause, gates), read_back, readings_reason(clause.readings)]


def _json(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str]) -> dict[str, object]:
    details = {"条款": clause.number, **clause.to_json(), "提示": [WHERE]} if is_long(clause) else clause.details_json()
    return {**details, "读作": policy.read_back(clause.number, readings), "理由": reason_json(explain_clause(clause))}
