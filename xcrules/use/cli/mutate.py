"""xcrules mutate: whether the worked cases would notice a slip."""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import groupby
from pathlib import Path

from xcrules.base.identity import clause_name
from xcrules.tell.readback.names import place_name
from xcrules.use.proof.mutation import ALIKE, KILLED, REFUSED, TOLD, UNTOLD, Verdict, mutate, tellings
from xcrules.use.proof.sheets import as_json
from xcrules.use.proof.told import suggestion
from xcrules.use.python.policy import load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("clause", nargs="?", metavar="款", help="只改这一款的行，如 1(1)；不写则改整个政策的")
    command.add_argument("--suggest", metavar="文件.规则", help="漏过的，把能分出它们的事实写成案例，应得留空，由人手算")
    common.at_least_argument(command, "发现率不低于它，退出码就是 0")
    common.overwrite_argument(command, "--suggest 的文件已经有了也写")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    target = common.free_target(options.suggest, options.overwrite) if options.suggest else None
    clause = common.known_clause(options.clause, policy.program.clause_names) if options.clause is not None else None
    with common.bar(unit="处改动") as progress:
        found = list(mutate(policy, clause, progress))
    counts = Counter(v.state for v in found)
    if target is not None and counts[TOLD]:
        common.write_file(target, suggestion(policy.program, tellings(found)))
    told = counts[KILLED], counts[KILLED] + counts[TOLD]  # noticed, of those that some facts are known to tell
    common.answer(
        options,
        {
            "改动": len(found), **{x: counts[x] for x in (KILLED, REFUSED, TOLD, UNTOLD, ALIKE)}, "发现率": common.percent(*told),
            "漏过": [_json(v) for v in found if v.state in (TOLD, UNTOLD)],
        },
        "\n".join([*_lines(found), *_summary(len(found), counts, target)]),
    )
    return common.OK if (common.reached(*told, options.least) if options.least is not None else not counts[TOLD]) else common.FINDINGS


def _lines(found: list[Verdict]) -> list[str]:
    """What the cases let pass: clause, line, and what was changed in it."""
    lines: list[str] = []
    left = [v for v in found if v.state in (TOLD, UNTOLD)]
    for clauses, of_clause in groupby(left, lambda v: v.mutant.clauses):
        lines.append("、".join(map(clause_name, clauses)) or place_name(""))
        for origin, of_line in groupby(of_clause, lambda v: v.mutant.origin):
            lines.append(f"  {origin.span}　{origin.label}：{' '.join(origin.text.split())}")
            lines += [f"    {'✗' if v.state == TOLD else '?'} {v.mutant.what}" for v in of_line]
        lines.append("")
    return lines


def _summary(total: int, counts: Counter[str], target: Path | None) -> list[str]:
    told, untold, alike = counts[TOLD], counts[UNTOLD], counts[ALIKE]
    lines = [f"改了 {total} 处，一次一处：{counts[KILLED]} 处案例发现，{counts[REFUSED]} 处检查不让过，{told + untold} 处漏过" + (f"，{alike} 处改了也一样（已证）" if alike else "")]
    lines += [f"漏过的里面 {told} 处已有可分辨的事实（✗），{untold} 处未分出（?，也许改了也一样）"] if told + untold else []
    lines += [f"发现率 {common.percent(counts[KILLED], counts[KILLED] + told)}，不计未分出的{'和改了也一样的' if alike else ''}"]
    if target is not None:
        lines += [f"已写 {target}：按条文手算，填上应得再用" if told else f"没有要补的案例，没有写 {target}"]
    return lines


def _json(v: Verdict) -> dict[str, object]:
    m = v.mutant
    return {"条款": [*m.clauses], "位置": str(m.origin.span), "行": f"{m.origin.label}：{m.origin.text}", "种类": m.kind, "改动": m.what, "状态": v.state,
            **({"款": v.clause, "读法": dict(v.readings), "事实": as_json(v.sheet)} if v.sheet is not None else {})}
