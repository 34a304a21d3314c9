"""A checked policy as it is kept between processes: in parts, each read when it is asked for.

A kept policy is used only for exactly the same files, the same xcrules (by its files), the same limits and the
same Python; all of these are kept with it and compared. Nothing here imports attrs or the language: whoever
needs one small part pays for that part. What the parts are, is for whoever keeps them to say (see load.py).
"""

from __future__ import annotations

import functools
import io
import os
import pickle
import stat
import sys
from binascii import crc32
from collections.abc import Iterable, Mapping, Sequence

from . import cache
from .later import Later
from .resources import LIMITS as LIMITS
from .resources import PACKAGE, shipped

MOST = 16_000_000  # bytes; a larger file is not looked at here

Files = tuple[tuple[str, bytes], ...]  # names beside the main file, and what they hold; the main file is the first


class Kept:
    """What was kept of a policy, and the files it was made from."""

    __slots__ = ("_parts", "files")

    def __init__(self, files: Files, parts: Mapping[str, bytes]) -> None:
        self.files = files
        self._parts = parts

    def part(self, name: str, known: Sequence[object] = ()) -> object | None:
        """A part by its name, or None. `known` are the objects that `keep` was told of, in that order.

        Another part that stands in it comes as a Later.
        """
        try:
            return self.surely(name, known)
        except (LookupError, pickle.PickleError, EOFError, AttributeError, ImportError, ValueError, TypeError):
            return None

    def surely(self, name: str, known: Sequence[object] = ()) -> object:
        """A part that must be there and readable."""
        return _Reader(self._parts[name], self, known).load()


def find(main: str, name: str) -> Kept | None:
    """What was kept of the policy with this main file and name, if its files are still the same."""
    try:
        first = read(main, os.path.basename(main))
        match cache.load(_key(name, first)):
            case str() as seal, tuple() as files, dict() as parts if seal == _seal(name):
                same = files[0][1] == first and all(read(main, other) == data for other, data in files[1:])
                return Kept(files, parts) if same else None
    except OSError:
        pass
    return None


def keep(name: str, files: Files, parts: Mapping[str, object], known: Sequence[object] = (), inner: Sequence[str] = ()) -> None:
    """Keep the parts of a policy that was made from these files.

    Objects in `known` are not written: `Kept.part` is given them again. The parts named in `inner` stand in others,
    and there only their name is written.
    """
    places: dict[int, int | str] = {id(x): i for i, x in enumerate(known)} | {id(parts[key]): key for key in inner}
    try:
        written = {key: _written(part, places) for key, part in parts.items()}
    except (pickle.PickleError, RecursionError):
        return
    cache.save(_key(name, files[0][1]), (_seal(name), files, written))


def read(main: str, name: str) -> bytes:
    """What a file beside the main one holds. Raises OSError, also for a link, a folder or a very large file."""
    path = os.path.join(os.path.dirname(main), name)
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MOST:
        raise OSError(path)
    with open(path, "rb") as file:
        return file.read()


def _key(name: str, first: bytes) -> str:
    """Policies that differ only in other files have one key: the newest is kept."""
    return f"{crc32(name.encode('utf-8', 'surrogatepass')):08x}{crc32(first):08x}{len(first):x}"


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


class _Writer(pickle.Pickler):
    """Writes a part; what is known or is a part by itself is only named."""

    def __init__(self, out: io.BytesIO, part: object, places: Mapping[int, int | str]) -> None:
        super().__init__(out, protocol=5)
        self.part, self.places = part, places

    def persistent_id(self, held: object) -> int | str | None:
        return self.places.get(id(held)) if held is not self.part else None


class _Reader(pickle.Unpickler):
    """Reads a part that this user's own process wrote (cache.py sees to that)."""

    def __init__(self, held: bytes, kept: Kept, known: Sequence[object]) -> None:
        super().__init__(io.BytesIO(held))
        self.kept, self.known = kept, known

    def persistent_load(self, place: int | str) -> object:
        return self.known[place] if isinstance(place, int) else Later(functools.partial(self.kept.surely, place, self.known))


def _written(part: object, places: Mapping[int, int | str]) -> bytes:
    out = io.BytesIO()
    _Writer(out, part, places).dump(part)
    return out.getvalue()
