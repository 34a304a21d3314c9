"""xcrules decide: one enterprise, or one per line of standard input."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping

from attrs import evolve

from xcrules.base.diagnostic import Diagnostic, XcrulesError, diagnostic_json
from xcrules.base.files import bounded_lines, decode
from xcrules.base.identity import clause_name
from xcrules.facts.files import MAX_FACT_BYTES, read_json
from xcrules.run.as_json import echo
from xcrules.run.decision import Decision
from xcrules.run.exact import Exact
from xcrules.use.python.policy import Policy, load

from . import common

FEW = 50  # claims in a list


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "facts", "json", "readings")
    command.add_argument("--details", action="store_true", help="JSON 里加上各项、封顶、竞合和读法的明细，要和 --json 或 --stream 一起用")
    command.add_argument("--无争议", "--no-disputes", dest="disputes", action="store_false", help="JSON 里不比较别的读法，快得多")
    command.add_argument("--exact", action="store_true", help="待补充的各款和合计，求出没有填的怎样填会是哪些金额，不只是区间；要装 xcrules[prove]")
    command.add_argument("--all-readings", action="store_true", help="列出换一种读法会改变结果的各款")
    command.add_argument("--stream", action="store_true", help="逐行读 JSON，逐行写决定，坏行写错误后继续")


def run(options: argparse.Namespace) -> int:
    readings = common.parse_readings(options.readings)
    if options.details and not (options.json or options.stream):
        print("提示：--details 加在 JSON 里，要有 --json 或 --stream；一款是怎样算出来的，看 xcrules explain", file=sys.stderr)
    policy = load(options.policy)
    policy.chosen(readings)
    if options.stream:
        return _stream(policy, readings, options)
    raw = common.read_facts_argument(options.facts, policy)
    facts = policy.facts(raw)
    # few claims are decided before code that would decide them is made
    decision = policy.decide(facts, readings, engine="reference" if facts.longest() <= FEW else "compiled")
    possible = policy.exact(raw, decision) if options.exact else Exact()
    if options.json:
        made = decision.to_json(options.details, options.disputes)
        common.print_json(possible.added_to(made) if options.exact else made)
    else:
        if policy.earlier:
            common.say(common.text_of(policy, facts))
        _show(decision, options.all_readings, policy.counters)
        for line in _exact_lines(possible):
            common.say(line)
    return common.OK


def _exact_lines(possible: Exact) -> list[str]:
    """Each open clause with what it may come to, the total, and what was not found."""
    lines = [f"  {clause_name(number)} {x}" for number, x in possible.clauses.items()] + ([f"  合计 {possible.total}"] if possible.total is not None else [])
    return [*(["没有填的怎样填，金额只会是：", *lines] if lines else []), *(f"提示 {d.code}：{d.message}" for d in possible.notices)]


def _show(decision: Decision, all_readings: bool, counters: Mapping[str, str]) -> None:
    from xcrules.tell.report import decision_summary, decision_table, readings_table

    common.say(decision_table(decision, counters, common.columns()))
    common.say(decision_summary(decision, counters))
    if all_readings:
        common.say(readings_table(decision))


def _stream(policy: Policy, readings: dict[str, str], options: argparse.Namespace) -> int:
    """One facts object a line in, one decision or error object a line out, in order, each flushed; a count at the end."""
    total = wrong = 0
    with common.opened(options.facts) as source:
        for number, line in enumerate(bounded_lines(source, MAX_FACT_BYTES), 1):
            if isinstance(line, bytes) and not line.strip():
                continue
            answer = _answer(policy, readings, line, number, (options.details, options.disputes), options.exact)
            total, wrong = total + 1, wrong + ("错误" in answer)
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    print(f"共 {total} 行，{wrong} 行有误", file=sys.stderr)
    return common.OK


def _answer(
    policy: Policy, readings: dict[str, str], line: bytes | Diagnostic, number: int, form: tuple[bool, bool], exact: bool
) -> dict[str, object]:
    place = f"第 {number} 行"
    source = evolve(line, path=place) if isinstance(line, Diagnostic) else decode(line, "这一行", {"path": place})
    if isinstance(source, Diagnostic):
        return _errors([source], number, None)
    raw, found = read_json(source.text.rstrip("\r\n"), "")
    echoed = raw.get("编号") if isinstance(raw, dict) else None
    if found:
        return _errors([evolve(d, path=d.path.replace("第 1 行", place)) for d in found], number, echoed)
    try:
        decision = policy.decide(raw, readings)  # type: ignore[arg-type]
        made = decision.to_json(*form)
        return policy.exact(raw, decision).added_to(made) if exact else made  # type: ignore[arg-type]
    except XcrulesError as error:
        return _errors(error.diagnostics, number, echoed)


def _errors(found: Iterable[Diagnostic], number: int, echoed: object) -> dict[str, object]:
    out: dict[str, object] = {"错误": [diagnostic_json(d) for d in found], "行": number}
    if (number_given := echo(echoed)) is not None:
        out["编号"] = number_given
    return out
