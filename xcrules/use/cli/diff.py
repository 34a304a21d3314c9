"""xcrules diff: what an amendment changes, in the policy's terms."""

from __future__ import annotations

import argparse

from xcrules.base.identity import clause_name
from xcrules.tell.changes import change_lines, changes_json, compare, moved_clauses
from xcrules.use.cases import results_changed
from xcrules.use.proof.proving import PROVED, ROWS, Proof, bounds_of, prove
from xcrules.use.proof.told import samples_of
from xcrules.use.python.policy import Policy, load

from . import common
from .prove import proof_json, told_lines


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="旧", help="旧的政策：文件夹、文件或随附政策的名字")
    command.add_argument("new", metavar="新", help="新的政策，或修正案的文件")
    command.add_argument("--proofs", action="store_true", help="每一款另证：改后有没有一家少得，有的举出事实；要装 xcrules[prove]")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    policies = load(options.old), common.load_new(options.old, options.new)
    old, new = (p.program for p in policies)
    changes = compare(old, new)
    results = results_changed(*policies, moved_clauses(old, new)) if changes else ()
    proofs = [x for x in prove(Policy(new), against=Policy(old)) if x.text != "修改前后结果一样"] if options.proofs else []
    if options.json:
        told = [{"案例": r.case.name, "款": r.clause, "旧": r.before, "新": r.after} for r in results]
        common.print_json(
            {
                "旧": old.name, "新": new.name, "变化": changes_json(changes), "案例结果": told, **({"谁会少得": [proof_json(x) for x in proofs]} if options.proofs else {}),
            }
        )
    elif changes:
        shown = ["", "旧的案例，照新的算：", *(f"  · {r.case.name}：{r}" for r in results)] if results else []
        common.tell("\n".join([*change_lines(changes), *shown, *_who_loses(proofs, Policy(new)), "", f"共 {len(changes)} 处变化{f'，{len(results)} 个案例结果不同' if results else ''}"]))
    else:
        print("没有变化：两个版本的意思相同")
    return common.FINDINGS if changes else common.OK


def _who_loses(proofs: list[Proof], policy: Policy) -> list[str]:
    """Clause by clause whether somebody gets less, with facts of one that does."""
    if not proofs:
        return []
    samples = samples_of(policy.program)
    proved = "、".join(clause_name(x.clause) for x in proofs if x.state == PROVED)
    lines = ["", "改后没有一家少得吗：", *([f"  ✓ 已证：{proved}"] if proved else [])]
    for x in proofs:
        lines += [clause_name(x.clause), *told_lines(x, policy, samples)] if x.state != PROVED else []
    return [*lines, f"范围：{bounds_of(ROWS)}"]
