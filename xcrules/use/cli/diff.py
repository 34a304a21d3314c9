"""xcrules diff: what an amendment changes, in the policy's terms."""

from __future__ import annotations

import argparse
import json

from xcrules.tell.changes import change_lines, changes_json, compare

from . import FINDINGS, OK
from .common import json_argument, tell, usable_policy


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="旧", help="旧的政策：文件夹、文件或随附政策的名字")
    command.add_argument("new", metavar="新", help="新的政策")
    json_argument(command)


def run(options: argparse.Namespace) -> int:
    old, new = usable_policy(options.old, options.json).program, usable_policy(options.new, options.json).program
    changes = compare(old, new)
    if options.json:
        print(json.dumps({"旧": old.name, "新": new.name, "变化": changes_json(changes)}, ensure_ascii=False, indent=2))
    elif changes:
        tell("\n".join([*change_lines(changes), "", f"共 {len(changes)} 处变化"]))
    else:
        print("没有变化：两个版本的意思相同")
    return FINDINGS if changes else OK
