"""Tables joined by the enterprise's key: blocks of enterprises with their rows, and the rows that belong to none.

In memory are some enterprises at a time with their rows, a *stretch*. Where every table ascends by its key, the tables are gone through side by side.
Else the rows of lists are put away twice: by a hash of their key, so that those of a few enterprises can be looked up, then by the stretch that their
enterprise stands in. Either way stretches follow 「企业」, whose rows are only ever read in their order, and the rows of an enterprise keep theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.facts.tables import Form

from .block import FAULTS, ROW_NUMBER, Block, ListRows, faults_text, identities, offsets_of
from .schema import enterprises_name, key_name
from .shelves import Shelves, together

MOST = 48_000_000  # bytes of tables that are joined at one time
_SOME = 8_192  # strays told at one time


class Stray(NamedTuple):
    """A row of a list that belongs to no enterprise."""

    table: str
    row: int  # as its file counts it
    key: str | None
    found: Diagnostic


class Tables(Protocol):
    """Tables by name ("": 「企业」), named as facts are, with the numbers of their rows; gone through as often as one likes."""

    def rows(self, table: str) -> Iterator[Any]:
        """At least one pyarrow.Table."""

    def keys(self, table: str) -> Iterator[Any]:
        """The column of keys of each."""

    def extent(self, table: str) -> tuple[int, int]:
        """How many rows, about how many bytes."""


class Joined:
    """「企业」 and its lists."""

    def __init__(
        self, form: Form, tables: Tables, lists: Sequence[str], shelves: Shelves, lost: Callable[[list[Stray]], None], most: int = MOST
    ) -> None:
        self.form, self.key, self.tables, self.lists = form, key_name(form), tables, lists
        self.shelves, self.most = shelves, most
        self._lost = lost  # told of strays while blocks are made
        extents = [tables.extent(name) for name in ("", *lists)]
        self.count = extents[0][0]
        self._size = sum(size for _, size in extents)
        self.without_rows: Counter[str] = Counter()  # how many enterprises have no row, by list; when all blocks are made

    def blocks(self, size: int) -> Iterator[Block]:
        """In the order of 「企业」, of so many enterprises each."""
        self.without_rows = Counter()
        each = size * max(1, self.most * self.count // max(self._size, 1) // size)
        for enterprises, lists, twice in self._stretches(each):
            yield from self._stretch(enterprises, lists, twice).blocks(size)

    def _stretches(self, each: int) -> Iterator[tuple[Any, dict[str, Any], Any]]:
        if self._size <= self.most:
            return iter([(together([*self.tables.rows("")]), {name: together([*self.tables.rows(name)]) for name in self.lists}, None)])
        ascending = all(_ascends(self.tables.keys(name), strictly=not name) for name in ("", *self.lists))
        return self._side_by_side(each) if ascending else self._put_away(each)

    def _stretch(self, enterprises: Any, lists: Mapping[str, Any], twice: Any) -> _Stretch:
        made = _Stretch(enterprises, self.key, enterprises_name(self.form), twice)
        for name, rows in lists.items():
            self._stray(name, made.add(name, rows))
        self.without_rows.update(made.without_rows())
        return made

    def _stray(self, name: str, rows: Any) -> None:
        for start in range(0, rows.num_rows, _SOME):
            some, found = rows.slice(start, _SOME), []
            for key, row in zip(some.column(self.key).to_pylist(), some.column(ROW_NUMBER).to_pylist(), strict=True):
                said, help = ((f"「{key}」不在「{enterprises_name(self.form)}」里", "改编号，或在企业表里补上这一家") if key is not None
                              else ("没有写是哪家企业的", f"填上{self.key}"))
                found.append(Stray(name, row, key, Diagnostic(Code.KEYS_DO_NOT_JOIN, f"这一行{said}", path=self.key, help=help)))
            self._lost(found)

    # -- all tables ascend ------------------------------------------------------------------------------------------

    def _side_by_side(self, each: int) -> Iterator[tuple[Any, dict[str, Any], Any]]:
        rest = {name: _Ascending(self.tables.rows(name), self.key) for name in self.lists}
        for enterprises in _cut(self.tables.rows(""), each):
            last = identities(enterprises.column(self.key)[-1:])[0].as_py() if enterprises.num_rows else None
            yield enterprises, {name: held.until(last) for name, held in rest.items()}, None
        for name, held in rest.items():
            for rows in held.pieces:
                self._stray(name, rows)

    # -- or not -----------------------------------------------------------------------------------------------------

    def _put_away(self, each: int) -> Iterator[tuple[Any, dict[str, Any], Any]]:
        shelves, count, at = self.shelves, -(-self._size // self.most), 0
        for keys in map(identities, self.tables.keys("")):
            table = pa.table({"key": keys, "place": np.arange(at, at + len(keys))})
            at += len(keys)
            self._scatter("键", table.filter(keys.is_valid()), lambda x: _hashed(x.column("key"), count))
        for i, name in enumerate(self.lists):
            for rows in self.tables.rows(name):
                self._scatter(f"散{i}", rows, lambda x: _hashed(identities(x.column(self.key)), count))
        for bucket in range(count):
            self._look_up(bucket, each)
        empty = {name: next(self.tables.rows(name)).slice(0, 0) for name in self.lists}
        for stretch, enterprises in enumerate(_cut(self.tables.rows(""), each)):
            lists = {name: together([*shelves.take(f"归{i}-{stretch}")] or [empty[name]]) for i, name in enumerate(self.lists)}
            yield enterprises, lists, together([*shelves.take(f"重-{stretch}")] or [pa.table({"key": pa.array([], pa.string())})]).column("key")
            for i in range(len(self.lists)):
                shelves.drop(f"归{i}-{stretch}")

    def _look_up(self, bucket: int, each: int) -> None:
        """The enterprises of a bucket, and to which stretch the rows that belong to them go."""
        shelves = self.shelves
        homes = [*shelves.take(f"键-{bucket}")]
        keys, places = (None, None) if not homes else (together(homes).column(name) for name in ("key", "place"))
        if keys is not None:
            self._scatter("重", together(homes).filter(_repeated(keys)), lambda x: x.column("place").to_numpy() // each)
        for i, name in enumerate(self.lists):
            for rows in shelves.take(f"散{i}-{bucket}"):
                if keys is None:
                    self._stray(name, rows)
                    continue
                found = pc.index_in(identities(rows.column(self.key)), value_set=keys.combine_chunks())
                self._stray(name, rows.filter(pc.is_null(found)))
                where = pc.take(places, pc.drop_null(found)).to_numpy() // each
                self._scatter(f"归{i}", rows.filter(pc.is_valid(found)), lambda _, where=where: where)  # type: ignore[misc]
            shelves.drop(f"散{i}-{bucket}")
        shelves.drop(f"键-{bucket}")

    def _scatter(self, name: str, rows: Any, places: Callable[[Any], Any]) -> None:
        """Rows to the shelves, each to its place."""
        if not rows.num_rows:
            return
        where = places(rows)
        order = np.argsort(where, kind="stable")
        rows, where = rows.take(pa.array(order)), where[order]
        starts = [0, *(np.flatnonzero(where[1:] != where[:-1]) + 1).tolist(), len(where)]
        for start, end in pairwise(starts):
            self.shelves.put(f"{name}-{where[start]}", rows.slice(start, end - start))


class _Stretch:
    """Some enterprises and the rows of their lists, in memory."""

    def __init__(self, enterprises: Any, key: str, name: str, twice: Any) -> None:
        keys = identities(enterprises.column(key))
        self.enterprises, self.key = _faulty_keys(enterprises, keys, key, name, twice), key
        self._keys = keys.combine_chunks()
        self.lists: dict[str, tuple[Any, Any]] = {}

    def add(self, name: str, rows: Any) -> Any:
        """The rows of a list; those that belong to none of the enterprises come back."""
        keys = self._keys
        homes = pc.index_in(identities(rows.column(self.key)), value_set=pc.drop_null(keys))
        homes = pc.take(pa.array(np.flatnonzero(keys.is_valid().to_numpy(zero_copy_only=False))), homes) if keys.null_count else homes
        lost = rows.filter(pc.is_null(homes))
        place = (pc.fill_null(homes, -1).to_numpy() if isinstance(homes, pa.ChunkedArray)
                 else pc.fill_null(homes, -1).to_numpy(zero_copy_only=False))
        known = place >= 0
        order = np.flatnonzero(known)
        if (place[order][1:] < place[order][:-1]).any():  # unsorted: rows of one enterprise stay in their order
            order = order[np.argsort(place[order], kind="stable")]
        offsets = offsets_of(np.bincount(place[order], minlength=len(keys)))
        rows = rows.drop_columns([self.key])
        self.lists[name] = (rows if known.all() and (order == np.arange(len(order))).all() else rows.take(pa.array(order)), offsets)
        return lost

    def blocks(self, size: int) -> Iterator[Block]:
        return Block(self.enterprises, {name: ListRows(rows, offsets) for name, (rows, offsets) in self.lists.items()}).pieces(size)

    def without_rows(self) -> dict[str, int]:
        """How many enterprises have no row, by list."""
        return {name: int((offsets[1:] == offsets[:-1]).sum()) for name, (_, offsets) in self.lists.items()}


def _faulty_keys(table: Any, keys: Any, key: str, name: str, twice: Any) -> Any:
    """Enterprises without a key, or with one that another has (`twice`; None: another of these): their rows are faulty."""
    wrong = pc.or_(pc.is_null(keys), _repeated(keys) if twice is None else pc.is_in(keys, value_set=twice.combine_chunks()))
    if not pc.any(wrong).as_py():
        return table
    faults = table.column(FAULTS).to_pylist() if FAULTS in table.column_names else [None] * table.num_rows
    for place in pc.indices_nonzero(wrong).to_pylist():
        value = table.column(key)[place].as_py()
        said = f"{key}「{value}」在「{name}」里不止一家" if value is not None else f"没有{key}"
        help = f"一家一行，{key}各不相同；重复的行删去" if value is not None else f"填上{key}"
        faults[place] = faults[place] or faults_text([Diagnostic(Code.KEYS_DO_NOT_JOIN, said, path=key, help=help)])
    column = pa.array(faults, pa.string())
    return (table.set_column(table.column_names.index(FAULTS), FAULTS, column) if FAULTS in table.column_names
            else table.append_column(FAULTS, column))


def _repeated(keys: Any) -> Any:
    """Of which keys there are several."""
    counts = pc.value_counts(keys)
    twice = pc.filter(counts.field(0), pc.greater(counts.field(1), 1))
    return pc.is_in(keys, value_set=pc.drop_null(twice))


# -- rows in their order --------------------------------------------------------------------------------------------


def _ascends(columns: Iterable[Any], strictly: bool) -> bool:
    """Whether each key is after the one before, as its letters stand in Unicode: those of the form in which they are compared."""
    last: str | None = None
    after = pc.less if strictly else pc.less_equal
    for keys in columns:
        keys = identities(keys).combine_chunks()
        if keys.null_count:
            return False
        if not len(keys):
            continue
        first = keys[0].as_py()
        if last is not None and (last > first or (strictly and last == first)):
            return False
        if not pc.all(after(keys.slice(0, len(keys) - 1), keys.slice(1))).as_py():
            return False
        last = keys[-1].as_py()
    return True


def _cut(pieces: Iterable[Any], size: int) -> Iterator[Any]:
    """The rows of the pieces in their order, so many at a time; at least one table."""
    held: list[Any] = []
    count, cut = 0, False
    for piece in pieces:
        held.append(piece)
        count += piece.num_rows
        while count >= size:
            whole = together(held)
            yield whole.slice(0, size)
            held, count, cut = [whole.slice(size)], count - size, True
    if count or not cut:
        yield together(held)


class _Ascending:
    """The rows of a list whose keys ascend."""

    def __init__(self, pieces: Iterator[Any], key: str) -> None:
        self._rest, self.key = pieces, key
        self._hold(next(pieces))

    def _hold(self, rows: Any) -> None:
        self._held, self._keys = rows, identities(rows.column(self.key))

    def until(self, last: Any) -> Any:
        """The rows that are left up to this key."""
        found = []
        while True:
            count = 0 if last is None else bisect_right(range(len(self._keys)), last, key=lambda i: self._keys[i].as_py())
            found.append(self._held.slice(0, count))
            self._held, self._keys = self._held.slice(count), self._keys.slice(count)
            more = next(self._rest, None) if not self._held.num_rows else None
            if more is None:
                return together(found)
            self._hold(more)

    @property
    def pieces(self) -> Iterator[Any]:
        """What is left."""
        yield self._held
        yield from self._rest


def _hashed(keys: Any, count: int) -> Any:
    """A number below `count` for each key, the same for the same key."""
    coded = pc.fill_null(keys, "").combine_chunks().dictionary_encode()
    return np.array([crc32(x.encode()) % count for x in coded.dictionary.to_pylist()], np.int64)[coded.indices.to_numpy()]
