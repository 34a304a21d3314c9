"""xcrules diff: what an amendment changes, in the policy's terms."""

from __future__ import annotations

import argparse

from xcrules.tell.changes import change_lines, changes_json, compare
from xcrules.use.python.policy import load

from . import FINDINGS, OK
from .common import json_argument, print_json, tell


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="旧", help="旧的政策：文件夹、文件或随附政策的名字")
    command.add_argument("new", metavar="新", help="新的政策")
    json_argument(command)


def run(options: argparse.Namespace) -> int:
    old, new = load(options.old).program, load(options.new).program
    changes = compare(old, new)
    if options.json:
        print_json({"旧": old.name, "新": new.name, "变化": changes_json(changes)})
    elif changes:
        tell("\n".join([*change_lines(changes), "", f"共 {len(changes)} 处变化"]))
    else:
        print("没有变化：两个版本的意思相同")
    return FINDINGS if changes else OK
