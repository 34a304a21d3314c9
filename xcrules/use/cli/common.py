"""What several commands share: their arguments; reading a policy, facts and readings; printing and writing.

What is wrong is raised as XcrulesError, which the command line prints (see __init__).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeVar

from xcrules.base import writing
from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError, diagnostic_json
from xcrules.base.files import open_file
from xcrules.base.identity import ClauseNames, Unclear, clause_key
from xcrules.base.resources import needed
from xcrules.base.spoken import visible
from xcrules.facts.types import DateType, show as day_text
from xcrules.facts.unfit import short

from .parser import BAD_INPUT as BAD_INPUT, FINDINGS as FINDINGS, OK as OK, USAGE as USAGE

if TYPE_CHECKING:  # imported where it is wanted: what a command does not use, it does not wait for
    from xcrules.facts.given import Facts
    from xcrules.use.python.policy import Policy

Found = TypeVar("Found")

# -- arguments --------------------------------------------------------------------------------------------


_SHARED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "policy": (("policy",), {"metavar": "政策", "help": "政策的文件夹、文件，或随附政策的名字，如 xicheng-2021"}),
    "facts": (("facts",), {"metavar": "事实", "help": "事实文件（.json、.yaml、.xlsx），- 是标准输入的 JSON"}),
    "json": (("--json",), {"action": "store_true", "help": "用 JSON 输出"}),
    "readings": (("--读法", "--reading"), {"dest": "readings", "action": "append", "default": [], "metavar": "号=选项",
                                          "help": "改用某一读法，如 A08=门槛；可以写几次"}),
    "key": (("--键", "--key"), {"dest": "key", "default": "", "metavar": "栏", "help": "各表里企业编号那一栏的名字，不写就是 编号"}),
}


def arguments(command: argparse.ArgumentParser, *names: str) -> None:
    """Arguments that several commands have."""
    for flags, given in map(_SHARED.__getitem__, names):
        command.add_argument(*flags, **given)


def many_tables() -> None:
    """What goes through tables of many rows. Raises XcrulesError (E850) where it is not installed."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # that of Arrow holds a fifth more, and a tenth of the time goes to clearing it
    needed("pyarrow", "numpy")


def at_least_argument(command: argparse.ArgumentParser, help: str) -> None:
    command.add_argument("--at-least", dest="least", type=int, metavar="百分数", help=help)


def reached(part: int, whole: int, least: int) -> bool:
    """Whether a part is at least so many percent of the whole."""
    return part * 100 >= least * whole


def percent(part: int, whole: int) -> str:
    """96.4%, down to a tenth: what is not whole is not said to be."""
    tenths = part * 1000 // whole if whole else 1000
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def overwrite_argument(command: argparse.ArgumentParser, help: str) -> None:
    command.add_argument("--覆盖", "--overwrite", dest="overwrite", action="store_true", help=help)


# -- reading ----------------------------------------------------------------------------------------------


def parse_readings(pairs: Iterable[str]) -> dict[str, str]:
    """A08=门槛 → {"A08": "门槛"}."""
    chosen = {}
    for pair in pairs:
        number, sign, choice = pair.partition("=")
        if not sign:
            raise XcrulesError([Diagnostic(Code.BAD_READING_ARGUMENT, f"「{pair}」不像读法", path=pair, help="写成 A08=门槛")])
        chosen[number.strip()] = choice.strip()
    return chosen


def known_clause(text: str, names: ClauseNames) -> str:
    """The number of the clause that is meant; of a part (3(2)首次), its clause."""
    key = clause_key(text, names)
    if isinstance(key, Unclear):
        help = key.help or "有：" + "、".join(names.numbers)
        raise XcrulesError([Diagnostic(Code.UNKNOWN_CLAUSE, f"没有编号为 {short(text)} 的款", path=short(text), help=help)])
    return names.keys[key][0]


def read_facts_argument(path: str, policy: Policy) -> Any:
    """The plain facts of a file or of standard input, as they are written: what is no mapping is refused where they are checked."""
    from xcrules.facts.files import read_fact_file, read_fact_input

    raw, findings = read_fact_input(input_bytes()) if path == "-" else read_fact_file(path, policy.program.form)
    if findings:
        raise XcrulesError(findings)
    return raw


def text_of(policy: Policy, facts: Mapping[str, object] | Facts) -> str:
    """Of a policy with amendments, which of its texts holds."""
    chosen = policy.in_force(facts).program
    behind = [e for e in policy.earlier if e.program is chosen]
    day = day_text(Fraction((behind or policy.earlier[-1:])[0].until), DateType())
    return f"用{day}修正{'以前' if behind else '以后'}的文字"


def input_bytes() -> BinaryIO:
    """Standard input as bytes. Raises XcrulesError (E811) if the caller closed it: nothing there is not an empty file."""
    if (found := getattr(sys.stdin, "buffer", None)) is None:
        raise XcrulesError([Diagnostic(Code.NOT_FOUND, "标准输入是关着的，没有可读的", path="标准输入", help="用管道送进来，或写事实文件的名字")])
    return found  # type: ignore[no-any-return]


def opened(path: str) -> AbstractContextManager[BinaryIO]:
    """The lines to be decided: standard input for -, which stays open, else a file of them."""
    if path == "-":
        return nullcontext(input_bytes())
    return right(open_file(Path(path), "事实文件"))


def right(found: Found | Diagnostic) -> Found:
    """What was looked for; raises XcrulesError with the finding that there is instead."""
    if isinstance(found, Diagnostic):
        raise XcrulesError([found])
    return found


def load_new(old: str, new: str) -> Policy:
    """The new policy of two; where it is an amendment, the old one with it. Raises XcrulesError as they are read."""
    from xcrules.draft.parse import parse_file
    from xcrules.store.amending.instructions import amends
    from xcrules.store.amending.one_edit import amend_by
    from xcrules.store.load import load_policy
    from xcrules.store.texts import read_source
    from xcrules.use.python.policy import Policy, load

    try:
        return load(new)
    except XcrulesError:
        path = Path(new)
        if not path.is_file() or isinstance(source := read_source(path, path.name), Diagnostic) or not amends(parse_file(source)[0]):
            raise
    return Policy(amend_by(load_policy(old, amended=True), source).program)


# -- printing ---------------------------------------------------------------------------------------------


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
    print(visible(text))


def print_json(value: object, indent: int | None = 2) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent))


def answer(options: argparse.Namespace, value: object, text: str, indent: int | None = 2) -> int:
    """What a command comes to, as JSON where that is asked for, else as lines for people."""
    if options.json:
        print_json(value, indent)
    else:
        tell(text)
    return OK


def show(findings: Iterable[Diagnostic], options: argparse.Namespace) -> None:
    """What is wrong: as JSON where the command's output is JSON, else for people, beside the output."""
    if getattr(options, "json", False) or getattr(options, "stream", False):
        print_json({"错误": [diagnostic_json(d) for d in findings]}, None)
    else:
        from xcrules.tell.findings import render_diagnostics

        print(render_diagnostics(findings, in_colour(sys.stderr)), file=sys.stderr)


# -- writing ----------------------------------------------------------------------------------------------


def written(options: argparse.Namespace, paths: Iterable[Path], text: str) -> int:
    """What a command that writes files says."""
    return answer(options, {"已写": [str(path) for path in paths]}, text, None)


def unwritable(path: Path, error: OSError, help: str = "文件夹要先建好；文件不要在 Excel 里开着") -> XcrulesError:
    return XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"写不了「{path}」：{error.strerror}", path=str(path), help=help)])


def already_there(*paths: Path) -> XcrulesError:
    return XcrulesError([Diagnostic(Code.ALREADY_THERE, f"「{path}」已经有了，内容会被换掉", path=str(path), help="换一个去处，或加上 --覆盖") for path in paths])


def write_file(target: Path, content: str | bytes) -> None:
    try:
        writing.write_file(target, content)
    except OSError as error:
        raise unwritable(target, error) from error


def free_target(name: str, overwrite: bool) -> Path:
    """A file or folder that may be written. Raises XcrulesError if it is there already."""
    target = Path(name)
    if target.exists() and not overwrite:
        raise already_there(target)
    return target


def workbook_target(name: str, overwrite: bool) -> Path:
    """A workbook that may be written. Raises XcrulesError if it is none by its name, or is there already."""
    if (target := Path(name)).suffix.lower() != ".xlsx":
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"「{target.name}」不是 .xlsx", path=str(target), help="文件名以 .xlsx 结尾")])
    return free_target(name, overwrite)


@contextmanager
def bar(total: int | None = None, unit: str = "家") -> Iterator[Callable[[int, int], None]]:
    """A bar of the enterprises (or of what `unit` says) that are done, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeElapsedColumn(), TextColumn("还要"), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("准备", total=total)  # reading, sorting: nothing is done yet
        yield lambda done, of: shown.update(task, description="计算", completed=done, total=of)
