"""xcrules explain: the reasons of a decision as a tree, with the law's words and the values."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from xcrules.base.identity import clause_name
from xcrules.base.spoken import spoken
from xcrules.run.decision import ClauseDecision, Reason
from xcrules.run.results import shown
from xcrules.tell import explain
from xcrules.tell.readback import read_back_beside
from xcrules.tell.report import reason_tree
from xcrules.use.proof.proving import LEFT_ALONE, Qualifying
from xcrules.use.python.policy import Policy, load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "facts")
    command.add_argument("clause", nargs="?", metavar="款", help="只说一款，如 1(1)；不写则说所有与给付有关的款")
    command.add_argument("--how-to-qualify", "--怎样够格", dest="wanted", metavar="款", help="这一款怎样才给：最少改哪几项事实；要装 xcrules[prove]")
    common.arguments(command, "json", "readings")


def run(options: argparse.Namespace) -> int:
    readings = common.parse_readings(options.readings)
    policy = load(options.policy)
    if options.wanted is not None:
        return _how_to_qualify(policy, options, readings)
    number = common.known_clause(options.clause, policy.program.clause_names) if options.clause is not None else None
    policy.chosen(readings)
    facts = common.read_facts_argument(options.facts, policy)
    told_of = policy._told(facts, None if number is None else [number], readings)
    clauses = [k for k in told_of if number is not None or k.status not in ("另行规定", "非资金条款") or k.items]
    if options.json:
        common.print_json([_json(k, policy, readings) for k in clauses])
        return common.OK
    told = [_reasons(k, policy, readings, gates=number is not None or explain.has_own_gates(k)) for k in clauses]  # all before the first is printed: one may be refused
    gated = next((k for k in clauses if not explain.has_own_gates(k)), None)
    if number is None and gated is not None and (gates := explain.explain_gates(gated)):  # a policy may have neither
        told.insert(0, [Reason("两道门：各款都先过" + ("（写了 照行 的款另说）" if any(map(explain.has_own_gates, clauses)) else ""), "", kids=gates)])
    if policy.earlier:
        common.say(common.text_of(policy, facts))
    for reasons in told:
        common.say(reason_tree(reasons))
        print()
    return common.OK


def _how_to_qualify(policy: Policy, options: argparse.Namespace, readings: Mapping[str, str]) -> int:
    number = common.known_clause(options.wanted, policy.program.clause_names)
    found = policy.how_to_qualify(common.read_facts_argument(options.facts, policy), number, readings)
    common.answer(options, found.to_json(), "\n".join(_qualifying_lines(found, policy.counters)))
    return common.OK if found.decision is not None else common.FINDINGS


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
    read_back = explain.read_back_reason(
        policy.read_back(clause.number, readings), read_back_beside(policy.program, clause.number, policy.chosen(readings))
    )
    return [explain.explain_clause(clause, gates), read_back, explain.readings_reason(clause.readings)]


def _json(clause: ClauseDecision, policy: Policy, readings: Mapping[str, str]) -> dict[str, object]:
    details = {"条款": clause.number, **clause.to_json(), "提示": [explain.WHERE]} if explain.is_long(clause) else clause.details_json()
    return {
        **details, "读作": policy.read_back(clause.number, readings), "所称": read_back_beside(policy.program, clause.number, policy.chosen(readings)),
        "理由": explain.reason_json(explain.explain_clause(clause)),
    }
