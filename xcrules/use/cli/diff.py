"""xcrules diff: what an amendment changes, in the policy's terms."""

from __future__ import annotations

import argparse

from xcrules.tell.changes import change_lines, changes_json, compare, moved_clauses
from xcrules.use.cases import results_changed
from xcrules.use.python.policy import load

from . import FINDINGS, OK
from .common import json_argument, print_json, tell


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="旧", help="旧的政策：文件夹、文件或随附政策的名字")
    command.add_argument("new", metavar="新", help="新的政策")
    json_argument(command)


def run(options: argparse.Namespace) -> int:
    policies = load(options.old), load(options.new)
    old, new = (p.program for p in policies)
    changes = compare(old, new)
    results = results_changed(*policies, moved_clauses(old, new)) if changes else ()
    if options.json:
        told = [{"案例": r.case.name, "款": r.clause, "旧": r.before, "新": r.after} for r in results]
        print_json({"旧": old.name, "新": new.name, "变化": changes_json(changes), "案例结果": told})
    elif changes:
        shown = ["", "旧的案例，照新的算：", *(f"  · {r.case.name}：{r}" for r in results)] if results else []
        tell("\n".join([*change_lines(changes), *shown, "", f"共 {len(changes)} 处变化{f'，{len(results)} 个案例结果不同' if results else ''}"]))
    else:
        print("没有变化：两个版本的意思相同")
    return FINDINGS if changes else OK
