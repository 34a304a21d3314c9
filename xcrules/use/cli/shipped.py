"""xcrules list: the policies that come with the package, to be decided by name."""

from __future__ import annotations

import argparse

from xcrules.base.resources import policies_folder, shipped_policies
from xcrules.use.python.policy import load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    rows = [_row(name) for name in shipped_policies()]
    lines = [f"{row['名字']}\n    {row['标题']}\n    {row['款数']} 款，{row['读法']} 处读法，{row['案例']} 个案例；{row['文件夹']}" for row in rows]
    return common.answer(options, rows, "\n".join(lines))


def _row(name: str) -> dict[str, object]:
    program = load(name).program
    return {"名字": name, "标题": program.title or program.name, "款数": len(program.clauses), "读法": len(program.readings),
            "案例": len(program.cases), "文件夹": str(policies_folder() / name)}
