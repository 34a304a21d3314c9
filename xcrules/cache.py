"""Checked policies kept between processes, so that the second start does not parse and check again.

A kept policy is used only for exactly the same texts, the same xcrules (by its files) and the same Python.
The folder and the files must belong to this user and be writable by nobody else: what is kept is a pickle,
and a pickle that somebody else could have written is never opened. Anything odd means: not kept.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
OFF = "XCRULES_NO_CACHE"  # set to anything to keep nothing
KEPT = 32
_MAGIC = b"xcrules\n"


def fingerprint(texts: Iterable[tuple[str, str]]) -> str:
    """A key for these (name, text) pairs under this xcrules and this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for part in _engine():
        digest.update(part.encode())
    for name, text in texts:
        digest.update(f"\0{name}\0{len(text)}\0".encode())
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _engine() -> Iterable[str]:
    """Every file of the package with its size and time: an edited engine never reads an old policy."""
    for root, folders, names in os.walk(_PACKAGE):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "policies"))
        for name in sorted(names):
            if name.endswith((".py", ".lark")):
                found = os.stat(os.path.join(root, name))
                yield f"{root}/{name}:{found.st_size}:{found.st_mtime_ns}"


def folder() -> Path:
    """Where kept policies live."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "xcrules"


def load(key: str) -> object | None:
    """What was kept under a key, or None."""
    if os.environ.get(OFF):
        return None
    path = folder() / key
    try:
        if not (_ours(path.parent) and _ours(path)):
            return None
        data = path.read_bytes()
        if not data.startswith(_MAGIC) or hashlib.sha256(data[len(_MAGIC) + 32 :]).digest() != data[len(_MAGIC) :][:32]:
            return None
        kept: object = pickle.loads(data[len(_MAGIC) + 32 :])  # our own file, untouched since written
        return kept
    except (OSError, pickle.PickleError, EOFError, AttributeError, ImportError, IndexError, ValueError, TypeError):
        return None


def save(key: str, value: object) -> None:
    """Keep a value, whole or not at all; a folder that cannot be written is no fault."""
    if os.environ.get(OFF):
        return
    try:
        home = folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(home):
            return
        body = pickle.dumps(value, protocol=5)
        handle, name = tempfile.mkstemp(dir=home)
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(body).digest() + body)
        os.replace(name, home / key)
        _prune(home)
    except (OSError, pickle.PickleError, RecursionError):
        return


def _prune(home: Path) -> None:
    """Only the newest few are kept."""
    files = sorted(home.iterdir(), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for old in files[KEPT:]:
        old.unlink(missing_ok=True)


def _ours(path: Path) -> bool:
    """Not a link, owned by this user, writable by nobody else."""
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
