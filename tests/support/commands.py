"""The command line, run in one place: in this process, or in one of its own where the process is the point."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from xcrules.use.cli import main

from .policies import ROOT

XCRULES = (sys.executable, "-m", "xcrules")


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


def command(*words: str, stdin: bytes = b"") -> Ran:
    """`xcrules WORDS`, in this process."""
    given, out, err = (io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="") for data in (stdin, b"", b""))
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", given):
        try:
            code = main(list(words))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out.flush()
        err.flush()
    return Ran(code, *(x.buffer.getvalue().decode() for x in (out, err)))  # type: ignore[attr-defined]


def process(*words: str, stdin: bytes = b"", cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Ran:
    """The same in a process of its own, which must end by itself within a minute."""
    return started(*XCRULES, *words, stdin=stdin, cwd=cwd, env=env)


def python(program: str, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """A program in a Python of its own, at the root of the checkout: xcrules and tests.support can be imported."""
    return started(sys.executable, "-c", program, *arguments, stdin=stdin, env=env)


def started(*words: str, stdin: bytes = b"", cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Ran:
    done = subprocess.run(words, input=stdin, capture_output=True, cwd=cwd, env={**os.environ, **(env or {})}, timeout=120, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
