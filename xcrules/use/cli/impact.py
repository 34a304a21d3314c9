"""xcrules impact: what an amendment, or another reading, costs; who gains and who loses."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from xcrules.use.python.policy import load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="旧", help="旧的政策：文件夹、文件或随附政策的名字")
    command.add_argument("new", metavar="新", help="新的政策，或修正案的文件；比较读法的，与旧的一样")
    command.add_argument("data", metavar="数据", help="企业的事实：放各张表的文件夹，一个嵌套的 .parquet，或一行一家的 .jsonl")
    common.arguments(command, "json", "readings")
    command.add_argument("--旧读法", "--old-reading", dest="old_readings", action="append", default=[], metavar="号=选项", help="旧的一边改用某一读法；--读法 管新的一边")
    command.add_argument("--by", "--按", dest="by", action="append", default=[], metavar="栏", help="按这一项事实分（几种之一、是否、年度），如 主体.规模；可以写几次")
    command.add_argument("--xlsx", metavar="文件.xlsx", help="另写一个 Excel 工作簿")
    command.add_argument("--html", metavar="文件.html", help="另写一个网页，单个文件，不用联网")
    common.arguments(command, "key")
    command.add_argument("--进程", "--processes", dest="processes", type=int, default=0, metavar="数", help="用几个进程；不写，家数多时用全部核")
    common.overwrite_argument(command, "--xlsx、--html 的文件已经有了也写")


def run(options: argparse.Namespace) -> int:
    common.many_tables()
    from xcrules.use.batch.work import work_of
    from xcrules.use.impact.compare import TwoTexts, by_fact, compared

    book = common.workbook_target(options.xlsx, options.overwrite) if options.xlsx else None
    page = common.free_target(options.html, options.overwrite) if options.html else None
    old = load(options.old)
    new = old if options.new == options.old else common.load_new(options.old, options.new)
    readings = common.parse_readings(options.old_readings), common.parse_readings(options.readings)
    texts = TwoTexts(old, new, readings, tuple(by_fact(x, new.program.schema) for x in options.by))
    with work_of(Path(options.data), texts.form, None, options.key) as work, common.bar(work.count) as progress:
        found = compared(texts, work, options.processes or os.cpu_count() or 1, progress)
    if book is not None:
        from xcrules.tell.impact.book import book as book_of

        common.write_file(book, book_of(found))
    if page is not None:
        from xcrules.tell.impact.page import page as page_of

        common.write_file(page, page_of(found))
    if options.json:
        from xcrules.tell.impact.figures import impact_json

        common.print_json(impact_json(found))
    else:
        from xcrules.tell.impact.screen import screen

        common.say(*screen(found), *(f"已写 {x}" for x in (book, page) if x is not None))
    return common.FINDINGS if found.refused or found.strays else common.OK
