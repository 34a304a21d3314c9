"""xcrules test: the policy's own worked cases."""

from __future__ import annotations

import argparse

from xcrules.tell.readback.names import short_name
from xcrules.use.cases import CaseResult, run_cases
from xcrules.use.python.policy import load

from . import FINDINGS, OK
from .common import json_argument, policy_argument, print_json, tell


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    json_argument(command)


def run(options: argparse.Namespace) -> int:
    results = run_cases(load(options.policy))
    failed = [r for r in results if not r.holds]
    if options.json:
        print_json({"案例": [_json(r) for r in results], "通过": len(results) - len(failed), "不符": len(failed)})
        return FINDINGS if failed else OK
    for result in failed:
        tell(_block(result))
    print(f"{len(results)} 个案例，{len(results) - len(failed)} 个相符，{len(failed)} 个不符" if results else "这个政策没有案例")
    return FINDINGS if failed else OK


def _block(result: CaseResult) -> str:
    lines = [f"✗ {result.case.name}（{result.case.span}）"]
    lines += [f"    {short_name(d.clause)} {d.what}：应得 {d.expected}，算得 {d.got}" for d in result.differences]
    return "\n".join(lines)


def _json(result: CaseResult) -> dict[str, object]:
    return {
        "名称": result.case.name,
        "相符": result.holds,
        "不同": [{"条款": d.clause, "项": d.what, "应得": d.expected, "算得": d.got} for d in result.differences],
    }
