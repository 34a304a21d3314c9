"""Arguments of the command line: argparse, speaking Chinese. What the arguments are, each command says."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from .exits import USAGE


class Parser(argparse.ArgumentParser):
    """argparse in Chinese."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        self._print_message(self.format_usage().replace("usage:", "用法："), sys.stderr)
        self.exit(USAGE, f"用法不对：{_translated(message)}\n用 {self.prog} --help 看说明\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """What cannot be written is no matter to argparse; here it is an OSError as of any command."""
        print(message, end="", file=file or sys.stderr, flush=True)

    def format_help(self) -> str:
        text = super().format_help()
        for english, chinese in (("usage:", "用法："), ("positional arguments:", "参数："), ("options:", "选项："),
                                 ("show this help message and exit", "显示这份说明")):
            text = text.replace(english, chinese)
        return text


def _translated(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required:", "缺少参数"), ("unrecognized arguments:", "不认得的参数"),
        ("expected one argument", "要跟一个值"), ("invalid choice:", "没有这个选项："), ("choose from", "可选"),
        ("argument ", "参数 "), ("expected at least one argument", "至少要跟一个值"),
    ):
        message = message.replace(english, chinese)
    return message
