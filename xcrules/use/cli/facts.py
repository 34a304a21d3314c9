"""xcrules facts: what an enterprise fills in, as a list, a JSON Schema, a blank YAML file, a workbook, a module."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.facts.asking import blank_yaml, json_schema, listing, module_text, rows
from xcrules.facts.workbook import form_book
from xcrules.use.python.policy import Policy

from . import OK
from .common import fail, json_argument, policy_argument, read_facts_argument, stopping, tell, usable_policy, written


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    json_argument(command)
    form = command.add_mutually_exclusive_group()
    form.add_argument("--schema", action="store_true", help="JSON Schema（2020-12）")
    form.add_argument("--yaml", action="store_true", help="空白的 YAML，每项带说明")
    form.add_argument("--python", action="store_true", help="带类型的 Python 模块（attrs 类）")
    form.add_argument("--xlsx", metavar="文件.xlsx", help="写一个 Excel 填报表")
    command.add_argument("--facts", metavar="事实", help="与 --xlsx 同用：把已有的事实填进去")
    command.add_argument("--覆盖", "--overwrite", dest="overwrite", action="store_true", help="填报表已经有了也写")


def run(options: argparse.Namespace) -> int:
    policy = usable_policy(options.policy, options.json)
    if options.schema:
        print(json.dumps(json_schema(policy.program.form), ensure_ascii=False, indent=2))
    elif options.yaml:
        print(blank_yaml(policy.program.form), end="")
    elif options.python:
        print(module_text(policy.program.form), end="")
    elif options.xlsx:
        return _workbook(policy, options)
    elif options.json:
        print(json.dumps(rows(policy.program.form), ensure_ascii=False, indent=2))
    else:
        tell("\n".join(listing(policy.program.form)).rstrip())
    return OK


def _workbook(policy: Policy, options: argparse.Namespace) -> int:
    target = Path(options.xlsx)
    if target.suffix.lower() != ".xlsx":
        fail([Diagnostic(Code.NOT_WRITABLE, f"「{target.name}」不是 .xlsx", path=str(target), help="文件名以 .xlsx 结尾")], options.json)
    if target.exists() and not options.overwrite:
        fail([Diagnostic(Code.ALREADY_THERE, f"「{target}」已经有了，内容会被换掉", path=str(target), help="换一个去处，或加上 --覆盖")], options.json)
    try:
        target.write_bytes(form_book(policy.program.form, _held(policy, options.facts, options.json)))
    except XcrulesError as error:
        return stopping(error, options.json)
    except OSError as error:
        fail([Diagnostic(Code.NOT_WRITABLE, f"写不了「{target}」：{error.strerror}", path=str(target), help="文件夹要先建好；文件不要在 Excel 里开着")], options.json)
    if options.json:
        return written([target])
    print(f"已写 {target}：填好后运行 xcrules decide {options.policy} {target}")
    return OK


def _held(policy: Policy, path: str | None, json_output: bool) -> Mapping[str, object] | None:
    """Facts to stand in the workbook, checked first."""
    if path is None:
        return None
    raw = read_facts_argument(path, policy, json_output)
    policy.facts(raw)  # type: ignore[arg-type]
    return raw  # type: ignore[return-value]
