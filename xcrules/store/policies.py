"""A checked policy stored between processes: one pickle of its program, of the warnings about it, and of the pieces of plans that checking made.

It is used only for exactly the same texts, the same xcrules (by its files), the same limits and the same Python. The name of
its file says all of these and the main text; the other texts are compared. So two installations that share a home store theirs
side by side, and of policies that differ only in other texts the newest is stored.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.resources import LIMITS, PACKAGE, policy_name, shipped
from xcrules.base.source import Source
from xcrules.meaning.program import Program

from . import cache
from .texts import read_source, sources_of, without_document

if TYPE_CHECKING:
    from xcrules.plan.planner import Made

Checked = tuple[Program, tuple[Diagnostic, ...], "Made"]


def find(main: Path) -> Checked | None:
    """What was stored of the policy with this main file, if its texts are still the same."""
    match read_source(main, main.name):
        case Source() as first:
            pass
        case _:
            return None
    match cache.load(_key(policy_name(str(main)), first)):
        case Program() as program, tuple() as warnings, dict() as made if all(_unchanged(main, s) for s in sources_of(program)[1:]):
            return program, warnings, made
    return None


def _unchanged(main: Path, source: Source) -> bool:
    now = read_source(main.parent / source.name, source.name)
    return isinstance(now, Source) and now.text == source.text


def store(main: Path, program: Program, warnings: tuple[Diagnostic, ...], made: Made) -> None:
    """Store what was made of a policy with this main file."""
    cache.save(_key(policy_name(str(main)), program.sources[0]), (without_document(program), warnings, made))


def _key(name: str, first: Source) -> str:
    """One for each policy, main text and xcrules, which under other limits may refuse it."""
    return cache.key_of(name, sys.version, os.environ.get(LIMITS, ""), _engine(), first.text)


@functools.cache
def _engine() -> str:
    """The engine of this process; one that was edited never reads an old policy."""
    return "\0".join(_engine_files())


def _engine_files() -> Iterable[str]:
    """Every file of the package and its grammar with its size and time."""
    for top in (PACKAGE, shipped("grammar")):
        for root, folders, names in os.walk(top):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", "policies"))
            for name in sorted(names):
                if name.endswith((".py", ".lark")):
                    found = os.stat(os.path.join(root, name))
                    yield f"{root}/{name}:{found.st_size}:{found.st_mtime_ns}"
