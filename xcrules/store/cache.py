"""Values stored between processes in files of this user, so that the second start does not make them again.

Where: $XDG_CACHE_HOME/xcrules, else ~/.cache/xcrules; XCRULES_NO_CACHE stores nothing. What is stored is a pickle, and a pickle that
somebody else could have written is never opened: the folder and those above it, and the file, must be such that nobody else can
write or replace them, and what is checked is the open file itself. Anything odd means: not stored. Whether a stored value
still fits is for whoever stores it to say (see policies.py).
"""

from __future__ import annotations

import os
import pickle
import re
import stat
from binascii import crc32
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from threading import get_ident

OFF = "XCRULES_NO_CACHE"  # set to anything to store nothing
MOST = 64  # files, over all installations
SUFFIX = ".stored"
_NAME = re.compile(rf"[0-9a-f]{{32}}{re.escape(SUFFIX)}(?:\.\d+\.\d+)?")  # also what a killed process left half written
_MAGIC = b"xcrules\n"
_HEAD = len(_MAGIC) + 4  # then four bytes that tell damage to the rest
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_POSIX = hasattr(os, "getuid") and os.open in os.supports_dir_fd  # elsewhere a home is nobody else's anyway


def folder() -> Path:
    """Where stored values live."""
    stated = os.environ.get("XDG_CACHE_HOME", "")  # one that is not absolute is to be ignored
    return Path(stated if os.path.isabs(stated) else os.path.expanduser("~/.cache"), "xcrules")


def key_of(*known: str) -> str:
    """The key of what was made of these, and of nothing else."""
    return blake2b("\0".join(known).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def load(key: str) -> object | None:
    """What was stored under a key, or None."""
    if os.environ.get(OFF):
        return None
    try:
        data = _read(key + SUFFIX)
        if data[: len(_MAGIC)] != _MAGIC or crc32(data[_HEAD:]).to_bytes(4, "big") != data[len(_MAGIC) : _HEAD]:
            return None
        value: object = pickle.loads(data[_HEAD:])  # our own file, untouched since written
        return value
    except (OSError, pickle.PickleError, EOFError, AttributeError, ImportError, LookupError, ValueError, TypeError, RecursionError):
        return None


def _read(name: str) -> memoryview:
    """The bytes of a file that only this user can have written. Raises OSError for any other."""
    with _opened() as home:
        handle = os.open(name if _POSIX else folder() / name, os.O_RDONLY | _NOFOLLOW, dir_fd=home)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or not _ours(found):
                raise PermissionError(name)
            return memoryview(file.read())


def save(key: str, value: object) -> None:
    """Store a value, whole or not at all; a folder that cannot be written is no fault."""
    if os.environ.get(OFF):
        return
    try:
        body = pickle.dumps(value, protocol=5)
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        with _opened() as home:
            _write(key + SUFFIX, _MAGIC + crc32(body).to_bytes(4, "big") + body, home)
            _prune(home)
    except (OSError, pickle.PickleError, RecursionError):
        return


def _write(name: str, data: bytes, home: int | None) -> None:
    """A file in the open folder, first under a name of this process."""
    place = "" if _POSIX else f"{folder()}{os.sep}"
    passing = f"{place}{name}.{os.getpid()}.{get_ident()}"
    handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NOFOLLOW, 0o600, dir_fd=home)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(passing, place + name, src_dir_fd=home, dst_dir_fd=home)
    except OSError:  # a full disk
        os.unlink(passing, dir_fd=home)
        raise


def _prune(home: int | None) -> None:
    """Only the newest few stay. Files of other names are somebody else's."""
    with os.scandir(home if home is not None else folder()) as entries:
        mine = [e for e in entries if _NAME.fullmatch(e.name) and not e.is_dir(follow_symlinks=False)]
    for old in sorted(mine, key=lambda e: e.stat(follow_symlinks=False).st_mtime_ns, reverse=True)[MOST:]:
        os.unlink(old.name if home is not None else old.path, dir_fd=home)


@contextmanager
def _opened() -> Iterator[int | None]:
    """The folder, open, so that it cannot be exchanged; None where systems have no such thing. Raises OSError if it is not safe."""
    if not _POSIX:
        yield None
        return
    home = os.path.abspath(folder())
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | _NOFOLLOW)
    try:
        if not _ours(os.fstat(handle)):
            raise PermissionError(home)
        yield handle
    finally:
        os.close(handle)


def _ours(found: os.stat_result) -> bool:
    """Owned by this user, writable by nobody else."""
    return not _POSIX or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
