"""xcrules check: everything that is wrong with a policy's text."""

from __future__ import annotations

import argparse
import json

from ..load import load_policy
from ..report import diagnostic_json, render_diagnostics
from . import BAD_INPUT, FINDINGS, OK
from .common import json_argument, policy_argument


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    json_argument(command)
    command.add_argument("--readings", action="store_true", help="列出登记的读法和选项")


def run(options: argparse.Namespace) -> int:
    loaded = load_policy(options.policy)
    if options.readings and loaded.program is not None:
        return _readings(loaded.program.readings, options.json)
    found = loaded.diagnostics
    if options.json:
        print(json.dumps({"问题": [diagnostic_json(d) for d in found]}, ensure_ascii=False, indent=2))
    elif found:
        print(render_diagnostics(found))
    else:
        assert loaded.program is not None
        program = loaded.program
        print(f"没有问题：{program.title or program.name}，{len(program.clauses)} 款，{len(program.readings)} 处读法，"
              f"{len(program.cases)} 个案例")  # fmt: skip
    if loaded.program is None:
        return BAD_INPUT
    return FINDINGS if found else OK


def _readings(register: object, json_output: bool) -> int:
    rows = [{"号": r.number, "条款": r.clause, "风险": r.risk, "问题": r.question, "默认": r.default,
             "可选": list(r.modelled), "另需人工": dict(r.manual)} for r in register]  # type: ignore[attr-defined]  # fmt: skip
    if json_output:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return OK
    for row in rows:
        manual = f"；另需人工：{'、'.join(row['另需人工'])}" if row["另需人工"] else ""
        print(f"{row['号']} {row['条款']}（{row['风险']}）{row['问题']} 默认 {row['默认']}，可选 {'、'.join(row['可选'])}{manual}")
    return OK
