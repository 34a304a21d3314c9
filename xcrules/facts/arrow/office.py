"""What offices write in cells, of a CSV file or a workbook, as columns of the types that facts have.

A cell that cannot be read is a fault of its row; nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.grids.worksheet import Cell
from xcrules.facts.scalars import identity
from xcrules.facts.tables import FactField
from xcrules.facts.types import NOT_APPLICABLE, LiteralValue, NumberType, ScalarType, TextType, YearType
from xcrules.facts.unfit import Unfit
from xcrules.facts.workbook.cells import plain, value_of

from .block import FAULTS, ROW_NUMBER, column_name, faults_text
from .schema import KEY, MARK, WHOLE, Head, arrow_type

_PLACES = 38  # that Arrow knows of a number
_OF_KEY = FactField(KEY, TextType())
_APART = re.compile(r"[、，,；;]")
_NOT_APPLICABLE = repr(NOT_APPLICABLE)


class Cells:
    """The rows of a table being read, cell by cell: into columns, marks of what does not apply, faults. A text that came before is read once."""

    def __init__(self, heads: Mapping[int, Head], mark: str, from_1904: bool = False) -> None:
        self.heads, self.mark, self.from_1904 = heads, mark, from_1904
        self._known: dict[tuple[int, str], object] = {}

    def table(self, rows: Sequence[Mapping[int, Cell | str]], numbers: Sequence[int], faults: Mapping[int, Sequence[Diagnostic]]) -> Any:
        """The rows as a table; `numbers` are those of the file, `faults` what is wrong already, by the row's place."""
        found = {i: list(x) for i, x in faults.items()}
        marks: dict[int, list[str]] = {}
        columns: dict[str, Any] = {}
        for place, head in self.heads.items():
            values: list[object] = []
            for i, row in enumerate(rows):
                value = self._read(place, head, row.get(place))
                if isinstance(value, Diagnostic):
                    found.setdefault(i, []).append(value)
                    value = None
                elif value == _NOT_APPLICABLE and head.type is not None:
                    marks.setdefault(i, []).append(head.name)
                    value = None
                values.append(value)
            if head.kind == MARK:
                for i, words in enumerate(values):
                    marks.setdefault(i, []).extend(filter(None, map(str.strip, _APART.split(str(words or "")))))
            else:
                columns[column_name(head)] = _column(values, head.type)
        columns[self.mark] = pa.array([marks.get(i) for i in range(len(rows))], pa.list_(pa.string()))
        columns[ROW_NUMBER] = pa.array(numbers, pa.int64())
        columns[FAULTS] = pa.array([faults_text(found[i]) if found.get(i) else None for i in range(len(rows))], pa.string())
        return pa.table(columns)

    def _read(self, place: int, head: Head, cell: Cell | str | None) -> object:
        if cell is None or cell == "":
            return None
        if isinstance(cell, Cell):
            return self._value(head, cell)
        key = place, cell
        if key not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[key] = self._value(head, Cell("文字", cell, "", None))
        return self._known[key]

    def _value(self, head: Head, cell: Cell) -> object:
        """The value, None where it is not known, what is wrong with it."""
        if head.kind in (WHOLE, MARK) and cell.kind == "文字":
            return cell.text.strip() or None
        type_: ScalarType = head.type or TextType()
        try:
            value = value_of(cell, type_, head.times, self.from_1904)
            if head.kind == KEY and value is not None and str(value).strip("0"):
                identity(_OF_KEY, str(value))  # 无, 同上 and 9.11E+17 would be one enterprise
        except Unfit as why:
            return why.finding(head.name, head.name)
        if head.kind == KEY and value is not None:
            return str(value).strip() or None
        value = plain(value.value) if isinstance(value, LiteralValue) else value
        return Diagnostic(Code.NUMBER_TOO_LARGE, f"「{head.name}」的数太长", path=head.name, help="核对这个数和单位") if isinstance(value, Fraction) else value


def _column(values: list[object], type_: ScalarType | None) -> Any:
    """The values in the type of the fact if it holds each of them, else as texts, which are read one by one."""
    if type_ is None or isinstance(type_, TextType):
        return pa.array(values, pa.string())
    whole = isinstance(type_, YearType) or (isinstance(type_, NumberType) and type_.whole and not type_.rate)
    try:
        if any(isinstance(v, Decimal) and int(v.as_tuple().exponent) < -_PLACES for v in values):
            raise ValueError  # of 1E-41 Arrow makes 0.00, and says nothing
        return pa.array([int(v) if whole and isinstance(v, Decimal) and v == int(v) else v for v in values], arrow_type(type_))
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return pa.array([None if v is None else format(v, "f") if isinstance(v, Decimal) else str(v) for v in values], pa.string())
