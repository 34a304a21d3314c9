"""xcrules publish: the policy as one page to read, HTML or Markdown."""

from __future__ import annotations

import argparse
from pathlib import Path

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.writing import write_text
from xcrules.tell.publish import publish_html, publish_markdown
from xcrules.use.python.policy import load

from . import OK
from .common import json_argument, policy_argument, written


def arguments(command: argparse.ArgumentParser) -> None:
    policy_argument(command)
    json_argument(command)
    command.add_argument("-o", "--output", metavar="文件", help="写到哪个文件，- 是标准输出；不写就用 政策名.html")
    command.add_argument("--markdown", action="store_true", help="写成 Markdown")


def run(options: argparse.Namespace) -> int:
    program = load(options.policy).program
    page = publish_markdown(program) if options.markdown else publish_html(program)
    name = options.output or program.name + (".md" if options.markdown else ".html")
    if name == "-":
        print(page, end="" if page.endswith("\n") else "\n")
        return OK
    _write(Path(name), page)
    if options.json:
        return written([Path(name)])
    print(f"已写好 {name}（{len(page.encode()) // 1024} KB，单个文件，不用联网）")
    return OK


def _write(path: Path, page: str) -> None:
    try:
        write_text(path, page)
    except OSError as error:
        raise XcrulesError([Diagnostic(Code.NOT_FOUND, f"写不了文件「{path}」", path=str(path), help="核对文件夹是否存在、能否写入")]) from error
