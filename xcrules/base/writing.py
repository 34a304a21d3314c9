"""Writing files whole or not at all, one or several together, and with the line ends they have: used by every command that changes files."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
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


PENDING = ".修正中"  # in a folder whose files are being changed together: the names of those that are written aside
_ASIDE = ".修正后"


def write_together(folder: Path, texts: Mapping[str, str]) -> None:
    """Put several texts into files of a folder, all of them or none. Raises OSError.

    All are written aside; then a list of them is, in one step, and from there on they are the texts of the folder, although a process
    that ends before all have their names leaves that to `finish`. Whoever reads the folder looks for the list first.
    """
    if several := [name for name in texts if (folder / name).exists() and (folder / name).stat().st_nlink > 1]:
        raise OSError(errno.EPERM, f"{'、'.join(several)} 有几个名字（硬链接），换不了")
    asides = {name: _aside(folder, name) for name in texts}
    try:
        for name, text in texts.items():
            _new_file(asides[name], text, folder / name)
        _new_file(folder / f"{PENDING}.新", "\n".join(texts), None)
        os.replace(folder / f"{PENDING}.新", folder / PENDING)
    except BaseException:
        for path in (*asides.values(), folder / f"{PENDING}.新"):
            path.unlink(missing_ok=True)
        raise
    finish(folder)


def is_pending(folder: Path) -> bool:
    """Whether files of a folder were being changed together and not all have their names."""
    return os.path.exists(os.path.join(folder, PENDING))


def finish(folder: Path) -> None:
    """Give the files that were written aside their names; nothing is lost if this ends half way. Raises OSError."""
    for name in (folder / PENDING).read_text(encoding="utf-8").splitlines():
        if (aside := _aside(folder, name)).exists():
            os.replace(aside, os.path.realpath(folder / name))
    (folder / PENDING).unlink()


def _aside(folder: Path, name: str) -> Path:
    real = Path(os.path.realpath(folder / name))
    return real.with_name(f".{real.name}{_ASIDE}")


def _new_file(path: Path, text: str, like: Path | None) -> None:
    """A file with the rights of another, on the disk before this returns."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if like is not None and like.exists():
        os.chmod(path, stat.S_IMODE(like.stat().st_mode))


def write_file(path: Path, content: str | bytes) -> None:
    """Put `content` into a file in one step; what stood there stays if anything goes wrong. Raises OSError.

    A link stays a link: the file it leads to is written. A device or a pipe is written to, never replaced; so is
    a file that has several names, which keeps them all.
    """
    import tempfile  # most commands write nothing

    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    if found is not None and (not stat.S_ISREG(found.st_mode) or found.st_nlink > 1):
        with open(path, "wb") as file:
            file.write(data)
        return
    path = Path(os.path.realpath(path))  # not before: of a pipe behind /dev/stdout the real name is none
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, stat.S_IMODE(found.st_mode) if found is not None else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
