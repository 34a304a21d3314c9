"""xcrules facts: what an enterprise fills in, as a list, a JSON Schema, a blank YAML file, a workbook, a module."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from xcrules.facts.asking import blank_yaml, json_schema, listing, module_text, rows
from xcrules.facts.workbook import form_book
from xcrules.use.python.policy import Policy, load

from . import OK
from .common import (
    json_argument,
    overwrite_argument,
    policy_argument,
    print_json,
    read_facts_argument,
    tell,
    workbook_target,
    write_workbook,
    written,
)


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    json_argument(command)
    form = command.add_mutually_exclusive_group()
    form.add_argument("--schema", action="store_true", help="JSON Schema（2020-12）")
    form.add_argument("--yaml", action="store_true", help="空白的 YAML，每项带说明")
    form.add_argument("--python", action="store_true", help="带类型的 Python 模块（attrs 类）")
    form.add_argument("--xlsx", metavar="文件.xlsx", help="写一个 Excel 填报表")
    command.add_argument("--facts", metavar="事实", help="与 --xlsx 同用：把已有的事实填进去")
    overwrite_argument(command, "填报表已经有了也写")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    if options.schema:
        print_json(json_schema(policy.program.form))
    elif options.yaml:
        print(blank_yaml(policy.program.form), end="")
    elif options.python:
        print(module_text(policy.program.form), end="")
    elif options.xlsx:
        return _workbook(policy, options)
    elif options.json:
        print_json(rows(policy.program.form))
    else:
        tell("\n".join(listing(policy.program.form)).rstrip())
    return OK


def _workbook(policy: Policy, options: argparse.Namespace) -> int:
    target = workbook_target(options.xlsx, options.overwrite)
    write_workbook(target, form_book(policy.program.form, _given(policy, options.facts)))
    if options.json:
        return written([target])
    print(f"已写 {target}：填好后运行 xcrules decide {options.policy} {target}")
    return OK


def _given(policy: Policy, path: str | None) -> Mapping[str, object] | None:
    """Facts to stand in the workbook, checked first."""
    if path is None:
        return None
    raw = read_facts_argument(path, policy)
    policy.facts(raw)  # type: ignore[arg-type]
    return raw  # type: ignore[return-value]
