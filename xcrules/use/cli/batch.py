"""xcrules batch: all enterprises of a district in one go."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.resources import needed
from xcrules.use.python.policy import load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("data", metavar="数据", help="放各张表的文件夹（Parquet、CSV、Excel），或一个嵌套的 .parquet，或一行一家的 .jsonl")
    command.add_argument("out", metavar="去处", help="一个新文件夹（Parquet），或一个 .xlsx")
    common.arguments(command, "json", "readings", "key")
    command.add_argument("--随带", "--carry", dest="carried", default="", metavar="栏，栏", help="企业表里不是事实、照样写进名单的栏")
    command.add_argument("--明细", "--details", dest="explained", action="store_true", help="另写每一笔给付：为哪一项，给多少，哪一行压了它")
    command.add_argument("--进程", "--processes", dest="processes", type=int, default=0, metavar="个", help="用几个进程，不写就是处理器的个数")
    command.add_argument("--接着做", "--resume", dest="resume", action="store_true", help="上一次没有做完的，接着做")
    common.overwrite_argument(command, "去处已经有了、上一次没有做完的，也从头写")


def run(options: argparse.Namespace) -> int:
    common.many_tables()
    from xcrules.use.batch.book import too_large, write_book
    from xcrules.use.batch.folder import not_ours, write_folder
    from xcrules.use.batch.running import Job, decide_all, summary_of
    from xcrules.use.batch.sharing import shared
    from xcrules.use.batch.work import work_of

    out = Path(os.path.realpath(common.free_target(options.out, options.overwrite)))  # a link stays one
    book = out.suffix.lower() == ".xlsx"
    if book:
        needed("xlsxwriter")
    if not (out.is_file() if book else out.is_dir()) and (out.exists() or (out.suffix and not book)):
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"「{out.name}」不是 .xlsx 文件，也不是文件夹", path=str(out), help="写成 结果.xlsx，或不带点的文件夹名")])
    if out.is_dir() and (others := not_ours(out)):
        raise XcrulesError([Diagnostic(Code.ALREADY_THERE, f"「{out}」里有别的东西：{'、'.join(others[:3])}{'等' * (len(others) > 3)}", path=str(out), help="换一个去处；整个文件夹会被换掉")])
    if Path(os.path.realpath(options.data)) in out.parents:
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"「{out.name}」在数据的文件夹里，下一次会当作数据来读", path=str(out), help="写到「数据」的文件夹以外")])
    policy = load(options.policy)
    carried = tuple(filter(None, (x.strip() for x in options.carried.replace("，", ",").replace("、", ",").split(","))))
    try:
        with work_of(Path(options.data), policy.program.form, out.parent / f".{out.name}.对表", options.key, carried) as work:
            job = Job(
                policy, common.parse_readings(options.readings), Path(options.data), out, work, options.explained,
                options.processes or os.cpu_count() or 1, options.resume, options.overwrite,
            )
            if book and (wrong := too_large(job)) is not None:
                raise XcrulesError([wrong])
            with common.bar(work.count) as progress:
                summary = decide_all(job, progress)
            if (pools := shared(job)) is not None:
                summary = summary_of(job)
            refused = (write_book if book else write_folder)(job, summary, pools)
    except OSError as error:
        raise common.unwritable(out, error) from error
    besides = {"不是企业的行": summary.nobody} if summary.nobody else {}
    totals = {name: f"{x:.2f}" for name, x in summary.totals.items()}
    sums = "".join(f"，{name} {x:,.2f} 元" for name, x in (summary.totals | ({} if summary.shared is None else {"总额分得": summary.shared})).items())
    common.answer(
        options, {"已写": options.out, "家数": summary.enterprises, **besides, "退回的家": summary.refused, "退回": refused, "待补充的家": summary.pending, **totals},
        f"{summary.counts(f'（{refused} 处）')}；{summary.pending} 家还有待补充{sums}\n已写 {options.out}", None)
    return common.FINDINGS if refused else common.OK
