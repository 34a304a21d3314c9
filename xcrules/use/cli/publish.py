"""xcrules publish: the policy as one page to read, HTML or Markdown."""

from __future__ import annotations

import argparse
import datetime
from itertools import pairwise
from pathlib import Path

from xcrules.tell.changes import comparison, moved_clauses
from xcrules.tell.publish import Marked, Row, Table, publish_html, publish_markdown
from xcrules.tell.readback.names import place_name
from xcrules.use.cases import results_changed
from xcrules.use.proof.beside import cases_beside, everything_beside, who_loses
from xcrules.use.python.policy import Policy, load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "json")
    command.add_argument("-o", "--output", metavar="文件", help="写到哪个文件，- 是标准输出；不写就用 政策名.html")
    command.add_argument("--对照", "--against", dest="against", metavar="旧", help="末尾加上与旧的政策的对照表：修改前、修改后，和结果变了的案例")
    command.add_argument("--proofs", action="store_true", help="每一行旁边加上案例看到了多少、改错会不会发现、证出了什么；有对照的另证谁会少得；要装 xcrules[prove]，要几十秒")
    command.add_argument("--markdown", action="store_true", help="写成 Markdown；文件名以 .md 结尾的不用写")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    program = policy.program
    steps = [load(options.against)] if options.against else [Policy(e.program) for e in policy.earlier]
    compared = [t for old, new in pairwise([*steps, Policy(program)])
                for t in [*_compared(old, new), *([who_loses(old, new)] if options.proofs else [])]]
    markdown = options.markdown or Path(options.output or "").suffix.lower() in (".md", ".markdown")
    backing = (everything_beside if options.proofs else cases_beside)(policy, datetime.date.today())
    page = publish_markdown(program, compared, backing) if markdown else publish_html(program, compared, backing)
    name = options.output or program.name + (".md" if markdown else ".html")
    if name == "-":
        print(page, end="" if page.endswith("\n") else "\n")
        return common.OK
    common.write_file(Path(name), page)
    return common.written(options, [Path(name)], f"已写好 {name}（{len(page.encode()) // 1024} KB，单个文件，不用联网）")


def _compared(old: Policy, new: Policy) -> list[Table]:
    """What the law said and says, and which cases come to something else."""
    sides = comparison(old.program, new.program)
    results = results_changed(old, new, moved_clauses(old.program, new.program))
    made = [Table("条文", "", ("条款", "修改前", "修改后"), [(x.where, Marked(x.before), Marked(x.after)) for x in sides])]
    if results:
        rows: list[Row] = [(r.case.name, place_name(r.clause), r.before, r.after) for r in results]
        made.append(Table("结果变了的案例", "", ("案例", "条款（修改前的编号）", "修改前", "修改后"), rows))
    return made
