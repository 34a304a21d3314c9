"""Writing files whole or not at all, and with the line ends they have: used by every command that changes files."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

CRLF, LF = "\r\n", "\n"


def line_end(text: str) -> str:
    """The line end of a text: that of its first line."""
    first = text.find("\n")
    return CRLF if first > 0 and text[first - 1] == "\r" else LF


def with_line_end(text: str, end: str) -> str:
    """`text` with one line end throughout."""
    plain = text.replace(CRLF, LF)
    return plain if end == LF else plain.replace(LF, end)


def write_text(path: Path, text: str) -> None:
    """Put `text` into a file in one step; what stood there stays if anything goes wrong. Raises OSError.

    A link stays a link: the file it leads to is written. A device or a pipe is written to, never replaced; so is
    a file that has several names, which keeps them all.
    """
    path = Path(os.path.realpath(path))
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    if found is not None and (not stat.S_ISREG(found.st_mode) or found.st_nlink > 1):
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(name, stat.S_IMODE(found.st_mode) if found is not None else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
