"""A checked policy as it is kept between processes.

It is used only for exactly the same files, the same xcrules (by its files), the same limits and the same Python; all of these are
kept with it and compared. Each of them is in the file's name too: two installations that share a home keep theirs side by side.
"""

from __future__ import annotations

import functools
import os
import stat
import sys
from collections.abc import Iterable
from hashlib import blake2b

from xcrules.base.resources import LIMITS, PACKAGE, shipped

from . import cache

MOST = 16_000_000  # bytes; a larger file is not looked at here

Files = tuple[tuple[str, bytes], ...]  # names beside the main file, and what they hold; the main file is the first


def find(main: str, name: str) -> object | None:
    """What was kept of the policy with this main file and name, if its files are still the same."""
    try:
        first = read(main, os.path.basename(main))
        match cache.load(_key(name, first)):
            case str() as seal, tuple() as files, held if seal == _seal(name):
                same = files[0][1] == first and all(read(main, other) == data for other, data in files[1:])
                return held if same else None
    except OSError:
        pass
    return None


def keep(name: str, files: Files, held: object) -> None:
    """Keep what was made from these files of a policy."""
    cache.save(_key(name, files[0][1]), (_seal(name), files, held))


def read(main: str, name: str) -> bytes:
    """What a file beside the main one holds. Raises OSError, also for a link, a folder or a very large file."""
    path = os.path.join(os.path.dirname(main), name)
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MOST:
        raise OSError(path)
    with open(path, "rb") as file:
        return file.read()


def _key(name: str, first: bytes) -> str:
    """One for each policy, main file and xcrules. Policies that differ only in other files share one: the newest is kept."""
    return blake2b(f"{_seal(name)}\0".encode("utf-8", "surrogatepass") + first, digest_size=16).hexdigest()


def _seal(name: str) -> str:
    """The policy's name, this Python, the limits in force (under others it may be refused), and this xcrules."""
    return "\0".join([name, sys.version, os.environ.get(LIMITS, ""), _engine()])


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
