"""The command line: one module for each command, loaded only when it is called.

argparse, not a larger library: it is there already, and a decision is printed before a larger one would have been imported.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.nearest import nearest
from xcrules.base.resources import LIMITS

from .parser import BAD_INPUT, FINDINGS, OK, USAGE, Parser

COLLECT_AFTER = 300_000  # objects: most commands are done before, and what they make is all in use

class Command(NamedTuple):
    """One command: what it does, a call that works, what its exit codes mean."""

    what: str
    example: str
    done: str = "完成"
    findings: str = ""  # "" where a command never ends with 1
    module: str = ""  # "" where it has the command's name


# the order of the help
COMMANDS = {
    "list": Command("随附的政策，和各有几款、几处读法", "xcrules list", module="shipped"),
    "check": Command("检查政策的文字：词语、类型、读法、与原文是否一致", "xcrules check xicheng-2021", "没有问题", "有错误或警告"),
    "decide": Command("对一家企业（或逐行的许多企业）作出决定", "xcrules decide xicheng-2021 企业.json --json", "作出了决定，待补充也在内"),
    "batch": Command("整个区的企业一次算完：各张表进，名单、汇总、待补清单、退回出", "xcrules batch xicheng-2021 数据/ 结果.xlsx", "都算出来了", "有退回的行"),
    "explain": Command("说明决定的理由：依据哪句话、哪个事实、哪个上限；或怎样才够格", "xcrules explain xicheng-2021 企业.json",
                       findings="（--怎样够格）能改的都改也不给，或没有算出来"),
    "test": Command("运行政策自带的案例", "xcrules test xicheng-2021", "全部相符", "有案例不符"),
    "mutate": Command("把政策一次改错一处，看案例会不会发现", "xcrules mutate xicheng-2021 2（1） --at-least 95", "没有漏过的，或达到 --at-least",
                      "有漏过而又能分辨的，或没有达到 --at-least"),
    "amend": Command("修正条文：改一处字，原文、引文、注、读法登记里凡跟着的一起改，或一处也不改", 'xcrules amend 我的政策 "不超过20万元" "不超过25万元" --款 第六条（三）',
                     "改好了"),
    "prove": Command("证明条文的数、保证对任何企业都成立；不成立的，举出事实", "xcrules prove xicheng-2021 4", "条文的数与保证都成立", "有不成立的，或没有证出来的"),
    "fmt": Command("把规则文件排整齐，不改意思", "xcrules fmt 我的政策 --check", "已经排好", "有文件没有排好（--check）"),
    "publish": Command("把政策排成一页可读的网页（或 Markdown）：原文、注、读法、上限、案例、事实",
                       "xcrules publish xicheng-2021 -o 政策.html"),
    "diff": Command("比较两个版本的政策，用政策的话说出改了什么", "xcrules diff 旧版 新版", "意思相同", "有变化"),
    "impact": Command("修订或读法要花多少钱：总数、各款、谁增谁减、上限", "xcrules impact 旧版 新版 企业.jsonl",
                      findings="有企业的事实有误，没有算在内"),
    "sheet": Command("政策与五栏表（Excel）互相转换：export 导出，import 写回", "xcrules sheet export xicheng-2021 五栏表.xlsx",
                     findings="写回了，但检查有问题"),
    "facts": Command("要填报哪些事实：清单、JSON Schema、空白 YAML、Excel 填报表", "xcrules facts xicheng-2021 --xlsx 填报表.xlsx"),
    "generate": Command("造一批企业：围着政策的门槛和上限，供试算和压力测试", "xcrules generate xicheng-2021 1000 造的企业 --seed 7"),
    "new": Command("新建一个能运行的小政策，照着改", "xcrules new 云溪县技能补贴办法"),
    "completion": Command("命令行补全：把输出交给 bash、zsh 或 fish", 'eval "$(xcrules completion bash)"'),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Without `argv` the process is there for nothing else."""
    if argv is not None:
        return _main(list(argv))
    gc.set_threshold(COLLECT_AFTER)
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, _told_to_end)  # processes and semaphores are given back, which Python would warn of
    code = _main(sys.argv[1:])
    gc.freeze()  # the collection at the end of the process has nothing to look through
    return code


def _told_to_end(number: int, _: object) -> None:
    print("已中断", file=sys.stderr)
    raise SystemExit(128 + number)


def _main(arguments: list[str]) -> int:
    _utf8()
    try:
        code = _asked(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _nowhere()
        return OK
    except OSError as error:  # a full disk behind standard output or error: files that are read have findings of their own
        _nowhere()
        with suppress(OSError):
            print(f"写不出去：{error.strerror or error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return FINDINGS


def _asked(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        return _run(arguments[0], arguments[1:])
    if arguments and arguments[0] in ("-h", "--help"):
        print(_overview())
        return OK
    options = _top_options(arguments)
    if options.version:
        from xcrules import __version__

        print(__version__)
        return OK
    if options.command is None:
        print(_overview())
        return USAGE
    close = nearest(options.command, COMMANDS)
    hint = f"，是不是 {close[0]}？" if close else "；命令有：" + "、".join(COMMANDS)
    print(f"没有叫「{options.command}」的命令{hint}", file=sys.stderr)
    return USAGE


def _top_options(arguments: list[str]) -> argparse.Namespace:
    """What stands before a command, or is none."""
    top = Parser(prog="xcrules", description="经注体规则引擎：政策原文作经，规则作注")
    top.add_argument("--version", action="store_true", help="显示版本")
    top.add_argument("command", nargs="?", metavar="命令", help="、".join(COMMANDS))
    top.add_argument("rest", nargs="...", metavar="……", help="命令的参数；xcrules 命令 --help 看说明")
    return top.parse_args(arguments)


def _overview() -> str:
    lines = ["xcrules：经注体规则引擎——政策原文作经，规则作注", "", "用法：xcrules 命令 ……", ""]
    lines += [f"  {name:<12}{command.what}" for name, command in COMMANDS.items()]
    return "\n".join([*lines, "", "退出码：0 完成，1 有问题或案例不符，2 用法不对，3 输入有误", "xcrules 命令 --help 看每个命令的说明和例子"])


def _run(name: str, arguments: list[str]) -> int:
    if (wrong := _set_limits(os.environ.get(LIMITS, ""))) is not None:
        print(wrong, file=sys.stderr)
        return USAGE
    return _command(name, parser_of(name).parse_intermixed_args(arguments))  # a 款 may stand behind an option too


def _nowhere() -> None:
    """What is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command(name: str, options: argparse.Namespace) -> int:
    """Run a command; what is wrong with the policy, the facts or a file is said here, for every command alike."""
    from .common import show

    try:
        code: int = _module(name).run(options)
        return code
    except XcrulesError as error:
        show(error.diagnostics, options)
        return BAD_INPUT


def parser_of(name: str) -> argparse.ArgumentParser:
    """The arguments of a command, with its example and exit codes in the help."""
    command = COMMANDS[name]
    ones = [f"1 {command.findings}"] if command.findings else []
    exits = "；".join([f"0 {command.done}", *ones, "2 用法不对", "3 政策、事实或文件有误"])
    parser = Parser(f"xcrules {name}", command.what, f"例：{command.example}\n退出码：{exits}")
    _module(name).arguments(parser)
    return parser


def _module(name: str) -> Any:
    return importlib.import_module(f".{COMMANDS[name].module or name}", __package__)


LIMITED = {"MAX_DIGITS": "facts.scalars", "MAX_WHOLE": "facts.scalars", "MAX_ITEMS": "facts.given", "MAX_FAULTS": "facts.given", "MAX_TEXT": "facts.scalars",
           "MAX_DEPTH": "facts.files", "MAX_STEPS": "plan.effort", "MAX_GAPS": "plan.effort", "MAX_UNSURE": "plan.effort", "MAX_TOLD": "plan.effort", "MAX_ASKED": "plan.effort",
           "MAX_FACT_BYTES": "facts.files", "MAX_BYTES": "store.texts", "MAX_LINE_CHARS": "draft.parse.limits", "MAX_OPERATORS": "draft.parse.limits"}


def _set_limits(text: str) -> str | None:
    """Put other limits in force for this run, or say what is wrong with them."""
    for piece in filter(None, (p.strip() for p in text.split(","))):
        name, _, value = piece.partition("=")
        if name not in LIMITED or not value.isascii() or not value.isdigit() or len(value) > 12:
            return f"{LIMITS} 写得不对：「{piece}」；写成 MAX_ITEMS=200000，可设的有 {'、'.join(LIMITED)}"
        setattr(importlib.import_module(f"xcrules.{LIMITED[name]}"), name, int(value))
    return None


def _utf8() -> None:
    """Chinese whatever the terminal's locale says."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (until the process ends)
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace" if stream is not sys.stdin else "strict")
