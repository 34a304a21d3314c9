"""Arguments of the command line: argparse, speaking Chinese. What the arguments are, each command says."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from typing import Any, NoReturn

from xcrules.base.source import display_width

OK, FINDINGS, USAGE, BAD_INPUT = 0, 1, 2, 3  # exit codes: done, findings or failed cases, wrong usage, bad input
_PIECE = re.compile(r"(?:[!-~]+|.)[、，。；：）」』！？]* ?")  # no word is broken, and no line begins with its stop


class _Help(argparse.RawDescriptionHelpFormatter):
    """What an option does stands beneath it: argparse lays columns out by characters, of which a 汉字 takes two places."""

    def __init__(self, prog: str) -> None:
        self.columns = max(shutil.get_terminal_size().columns, 40)
        super().__init__(prog, max_help_position=6, width=self.columns * 4 // 5)  # 用法, in which about every fifth is wide

    def _split_lines(self, text: str, width: int) -> list[str]:
        lines = [""]
        for piece in _PIECE.findall(text):
            if display_width(lines[-1] + piece.rstrip()) > self.columns - 8:
                lines.append("")
            lines[-1] += piece
        return lines


class Parser(argparse.ArgumentParser):
    """argparse in Chinese."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, formatter_class=_Help)

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
