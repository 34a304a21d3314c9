"""Tables joined by the enterprise's key: blocks of enterprises with their rows, and the rows that belong to none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.facts.form import Form

from .block import FAULTS, ROW_NUMBER, Block, ListRows, faults_text
from .schema import enterprises_name, key_name


class Stray(NamedTuple):
    """A row of a list that belongs to no enterprise."""

    table: str
    row: int  # as its file counts it
    key: str | None
    found: Diagnostic


class Joined:
    """「企业」 and its lists, in memory. Both are named as facts are, and have the numbers of their rows."""

    def __init__(self, form: Form, enterprises: Any, lists: Mapping[str, Any]) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        self.form, self.key = form, key_name(form)
        self.enterprises = _faulty_keys(enterprises, self.key, enterprises_name(form))
        keys = self.enterprises.column(self.key).combine_chunks()
        self.strays: list[Stray] = []
        self.lists: dict[str, tuple[Any, Any]] = {}
        for name, rows in lists.items():
            homes = pc.index_in(rows.column(self.key), value_set=pc.drop_null(keys))
            homes = pc.take(pa.array(np.flatnonzero(keys.is_valid().to_numpy(zero_copy_only=False))), homes) if keys.null_count else homes
            self._strays(name, rows, homes)
            place = pc.fill_null(homes, -1).to_numpy() if isinstance(homes, pa.ChunkedArray) else pc.fill_null(homes, -1).to_numpy(zero_copy_only=False)
            known = place >= 0
            order = np.flatnonzero(known)
            if (place[order][1:] < place[order][:-1]).any():  # unsorted: rows of one enterprise stay in their order
                order = order[np.argsort(place[order], kind="stable")]
            offsets = np.searchsorted(place[order], np.arange(len(keys) + 1))
            rows = rows.drop_columns([self.key])
            self.lists[name] = (rows if known.all() and (order == np.arange(len(order))).all() else rows.take(pa.array(order)), offsets)

    def _strays(self, name: str, rows: Any, homes: Any) -> None:
        import pyarrow.compute as pc

        lost = rows.filter(pc.is_null(homes))
        for key, row in zip(lost.column(self.key).to_pylist(), lost.column(ROW_NUMBER).to_pylist(), strict=True):
            said = f"「{key}」不在「{enterprises_name(self.form)}」里" if key is not None else "没有写是哪家企业的"
            self.strays.append(Stray(name, row, key, Diagnostic(Code.KEYS_DO_NOT_JOIN, f"这一行{said}", path=self.key, help="改编号，或在企业表里补上这一家")))

    def blocks(self, size: int) -> Iterator[Block]:
        for start in range(0, self.enterprises.num_rows, size):
            end = min(start + size, self.enterprises.num_rows)
            lists = {}
            for name, (rows, offsets) in self.lists.items():
                first, last = int(offsets[start]), int(offsets[end])
                lists[name] = ListRows(rows.slice(first, last - first), (offsets[start : end + 1] - first).tolist())
            yield Block(self.enterprises.slice(start, end - start), lists)

    def without_rows(self) -> dict[str, int]:
        """How many enterprises have no row, by list."""
        return {name: int((offsets[1:] == offsets[:-1]).sum()) for name, (_, offsets) in self.lists.items()}


def _faulty_keys(table: Any, key: str, name: str) -> Any:
    """Enterprises without a key, or with one that another has: their rows are faulty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = table.column(key)
    counts = pc.value_counts(keys)
    twice = pc.filter(counts.field(0), pc.greater(counts.field(1), 1))
    wrong = pc.or_(pc.is_null(keys), pc.is_in(keys, value_set=pc.drop_null(twice)))
    if not pc.any(wrong).as_py():
        return table
    faults = table.column(FAULTS).to_pylist() if FAULTS in table.column_names else [None] * table.num_rows
    for place in pc.indices_nonzero(wrong).to_pylist():
        value = keys[place].as_py()
        said = f"编号「{value}」在「{name}」里不止一家" if value is not None else "没有编号"
        help = "一家一行，编号各不相同；重复的行删去" if value is not None else "填上编号"
        faults[place] = faults[place] or faults_text([Diagnostic(Code.KEYS_DO_NOT_JOIN, said, path=key, help=help)])
    column = pa.array(faults, pa.string())
    return table.set_column(table.column_names.index(FAULTS), FAULTS, column) if FAULTS in table.column_names else table.append_column(FAULTS, column)
