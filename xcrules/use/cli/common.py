"""What several commands share: reading a policy, facts and readings, and saying what is wrong."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

from xcrules.base.codes import Code

from . import BAD_INPUT, OK, Stop

if TYPE_CHECKING:  # imported where they are wanted: what a command does not use, it does not wait for
    from xcrules.base.diagnostic import Diagnostic, XcrulesError
    from xcrules.use.python.policy import Policy


def policy_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", metavar="政策", help="政策的文件夹、文件，或随附政策的名字，如 xicheng-2021")


def facts_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("facts", metavar="事实", help="事实文件（.json、.yaml、.xlsx），- 是标准输入的 JSON")


def json_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="用 JSON 输出")


def readings_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("--读法", "--reading", dest="readings", action="append", default=[], metavar="号=选项",
                         help="改用某一读法，如 A08=门槛；可以写几次")


def parse_readings(pairs: Iterable[str], json_output: bool = False) -> dict[str, str]:
    """A08=门槛 → {"A08": "门槛"}."""
    found = {}
    for pair in pairs:
        number, sign, choice = pair.partition("=")
        if not sign:
            from xcrules.base.diagnostic import Diagnostic

            fail([Diagnostic(Code.BAD_READING_ARGUMENT, f"「{pair}」不像读法", path=pair, help="写成 A08=门槛")], json_output)
        found[number.strip()] = choice.strip()
    return found


def fail(found: Iterable[Diagnostic], json_output: bool = False, code: int = BAD_INPUT) -> NoReturn:
    """Print findings and stop."""
    show(found, json_output)
    raise Stop(code)


def in_colour(out: TextIO) -> bool:
    """Whether escape codes are wanted: on a terminal that has them, unless NO_COLOR says otherwise."""
    return out.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")


def columns() -> int:
    """The width of the terminal; what is written to a file or a pipe has the usual width."""
    from xcrules.tell.report import WIDTH

    return max(shutil.get_terminal_size((WIDTH, 24)).columns, 40)


def say(*parts: object) -> None:
    """Tables, trees and lines for people, as wide as the terminal; words of facts and law are never obeyed."""
    from xcrules.tell.report import rendered

    print(rendered(*parts, colour=in_colour(sys.stdout), width=columns()))


def tell(text: str) -> None:
    """A few lines for people, with words of the policy or of facts in them."""
    from xcrules.base.terminal import visible

    print(visible(text))


def show(found: Iterable[Diagnostic], json_output: bool) -> None:
    found = list(found)
    if json_output:
        from xcrules.base.diagnostic import diagnostic_json

        print(json.dumps({"错误": [diagnostic_json(d) for d in found]}, ensure_ascii=False))
    else:
        from xcrules.tell.report import render_diagnostics

        print(render_diagnostics(found, in_colour(sys.stderr)), file=sys.stderr)


def usable_policy(name: str, json_output: bool = False) -> Policy:
    """The policy, or its errors printed and the command stopped."""
    from xcrules.base.diagnostic import errors
    from xcrules.store.load import load_policy
    from xcrules.use.python.policy import Policy

    loaded = load_policy(name)
    if not loaded.usable or loaded.program is None:
        fail(errors(loaded.diagnostics), json_output)
    assert loaded.program is not None
    return Policy(loaded.program, loaded.diagnostics)


def read_facts_argument(path: str, policy: Policy, json_output: bool = False) -> object:
    """The plain facts of a file or of standard input."""
    from xcrules.facts.files import read_fact_file, read_fact_input

    raw, found = read_fact_input(input_bytes()) if path == "-" else read_fact_file(path, policy.program.form)
    if found:
        fail(found, json_output)
    return raw


def written(paths: Iterable[Path]) -> int:
    """What a command that writes files says in JSON."""
    print(json.dumps({"已写": [str(path) for path in paths]}, ensure_ascii=False))
    return OK


def input_bytes() -> BinaryIO | None:
    """Standard input as bytes; None if the caller closed it."""
    return getattr(sys.stdin, "buffer", None)


def opened(path: str) -> AbstractContextManager[BinaryIO]:
    """The lines to be decided: standard input for -, which stays open, else a file of them."""
    if path == "-":
        return nullcontext(input_bytes() or io.BytesIO())
    from xcrules.base.diagnostic import Diagnostic
    from xcrules.base.files import open_file

    stream = open_file(Path(path), "事实文件")
    if isinstance(stream, Diagnostic):
        fail([stream], json_output=True)
    return stream


def stopping(error: XcrulesError, json_output: bool) -> int:
    show(error.diagnostics, json_output)
    return BAD_INPUT
