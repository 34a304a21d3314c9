"""Values kept between processes in files of this user, so that the second start does not make them again.

The folder and the files must belong to this user and be writable by nobody else: what is kept is a pickle,
and a pickle that somebody else could have written is never opened. Anything odd means: not kept. Whether a kept
value still fits is for whoever keeps it to say (see kept.py).
"""

from __future__ import annotations

import os
import stat
from binascii import crc32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OFF = "XCRULES_NO_CACHE"  # set to anything to keep nothing
KEPT = 64  # files; a policy has two, itself and its image
_MAGIC = b"xcrules\n"
_HEAD = len(_MAGIC) + 4  # then four bytes that tell damage to the rest


def folder() -> Path:
    """Where kept values live."""
    from pathlib import Path

    return Path(_home())


def _home() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "xcrules")


def load(key: str) -> object | None:
    """What was kept under a key, or None."""
    if os.environ.get(OFF):
        return None
    import pickle

    try:
        data = _read(key)
        if data[: len(_MAGIC)] != _MAGIC or crc32(data[_HEAD:]).to_bytes(4, "big") != data[len(_MAGIC) : _HEAD]:
            return None
        kept: object = pickle.loads(data[_HEAD:])  # our own file, untouched since written
        return kept
    except (OSError, pickle.PickleError, EOFError, AttributeError, ImportError, IndexError, ValueError, TypeError):
        return None


def _read(key: str) -> memoryview:
    """The bytes of a file, if it is ours; else nothing."""
    home = _home()
    path = os.path.join(home, key)
    if not (_ours(home) and _ours(path)):
        return memoryview(b"")
    with open(path, "rb") as file:
        return memoryview(file.read())


def save(key: str, value: object) -> None:
    """Keep a value, whole or not at all; a folder that cannot be written is no fault."""
    if os.environ.get(OFF):
        return
    import pickle
    import tempfile

    try:
        home = _home()
        os.makedirs(home, mode=0o700, exist_ok=True)
        if not _ours(home):
            return
        body = pickle.dumps(value, protocol=5)
        handle, name = tempfile.mkstemp(dir=home)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + crc32(body).to_bytes(4, "big") + body)
            os.replace(name, os.path.join(home, key))
        except OSError:  # a full disk
            os.unlink(name)
        _prune(home)
    except (OSError, pickle.PickleError, RecursionError):
        return


def _prune(home: str) -> None:
    """Only the newest few are kept."""
    files = sorted(os.scandir(home), key=lambda e: e.stat().st_mtime_ns, reverse=True)
    for old in files[KEPT:]:
        os.unlink(old.path)


def _ours(path: str) -> bool:
    """Not a link, owned by this user, writable by nobody else."""
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
