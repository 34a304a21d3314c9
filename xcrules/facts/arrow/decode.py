"""One Arrow column as whole numbers: at the scale of its fact, days as ordinals, words as codes. Whatever is not plainly so is odd.

Columns of texts are read by the readers of single values, each text once.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import ClauseNames
from xcrules.facts.given import MAX_TEXT
from xcrules.facts.scalars import read_scalar
from xcrules.facts.scaled.values import MILLIONTHS, scale_of
from xcrules.facts.tables import FactField
from xcrules.facts.types import BoolType, DateType, EnumType, NumberType, ScalarType, TextType, YearType

LIMIT = 10**15  # a longer number goes to the rows: bounds of whole columns rest on the longest
_FIRST_DAY = 719_163  # the ordinal of 1970-01-01
_LAST_ORDINAL = 3_652_059
_ODD, _UNFIT = -(1 << 62), 1 << 62


@define(eq=False)
class Decoded:
    """`null` where nothing stands; `odd` and `unfit` (no whole number at its scale) may be None. What is marked stands as 0.

    `noted`: it is as it stands, and something is to be said of it.
    """

    data: Any
    null: Any
    odd: Any = None
    unfit: Any = None
    noted: Any = None


def one_array(column: Any) -> Any:
    """A column in one piece."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks() if pa.types.is_dictionary(column.type) else column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    return column


def null_mask(column: Any) -> Any:
    if not column.null_count:
        return np.zeros(len(column), bool)
    return column.is_null().to_numpy() if hasattr(column, "chunks") else column.is_null().to_numpy(zero_copy_only=False)


class Decoder:
    """What decodes the columns of a block; `code` gives the code of a word."""

    def __init__(self, clauses: ClauseNames, code: Callable[[str], int]) -> None:
        self.clauses, self.code = clauses, code

    def not_empty(self, column: Any) -> Any:
        """Where a column of lists has any entry."""
        column = one_array(column)
        if not pa.types.is_list(column.type):
            return ~null_mask(column)
        return np.asarray(column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)) > 0

    def decode(self, column: Any, spec: FactField, type_: ScalarType) -> Decoded:
        """The cells of a column."""
        column = one_array(column)
        null, kind = null_mask(column), column.type
        if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return self._words(column, null, spec, type_)
        if pa.types.is_boolean(kind) and isinstance(type_, BoolType):
            return Decoded(_filled(column, pa.int8()).astype(np.int64), null)
        if pa.types.is_date32(kind) and isinstance(type_, DateType):
            days = np.where(null, 0, _filled(column.cast(pa.int32()), pa.int32()).astype(np.int64) + _FIRST_DAY)
            return _sifted(days, null, None, ((days < 1) | (days > _LAST_ORDINAL)) & ~null)
        if isinstance(type_, NumberType | YearType):
            if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
                return _number(_filled(column, pa.int64()), 1, null, None, spec, type_)
            if pa.types.is_decimal128(kind) and 0 <= kind.scale <= 18:
                low, beyond = _decimals(column)
                return _number(low, 10**kind.scale, null, beyond, spec, type_)
            if pa.types.is_floating(kind):
                return _floats(column, null, spec, type_)
        return Decoded(np.zeros(len(column), np.int64), null, ~null)

    def _words(self, column: Any, null: Any, spec: FactField, type_: ScalarType) -> Decoded:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        words = encoded.dictionary
        if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
            return Decoded(np.zeros(len(column), np.int64), null, ~null)
        found = np.array([*(_ODD if w is None else self._word(w, spec, type_) for w in words.to_pylist()), 0], np.int64)
        data = found[np.where(null, len(words), _filled(encoded.indices, pa.int64()))]
        odd, unfit = data == _ODD, data == _UNFIT
        return _sifted(data, null, unfit, odd)

    def _word(self, word: str, spec: FactField, type_: ScalarType) -> int:
        if isinstance(type_, TextType):
            if spec.role == "台账条款":
                return self.code(word) if word in self.clauses.rows else _ODD
            return self.code(word) if len(word) <= MAX_TEXT else _ODD
        if isinstance(type_, EnumType) and word in type_.members and word != "不适用":
            return self.code(word)
        told: list[Diagnostic] = []
        read = read_scalar(spec, type_, word, "", told)
        if told or read is None:
            return _ODD
        if isinstance(read, str | bool):
            return self.code(read) if isinstance(read, str) else int(read)
        if not isinstance(read, Fraction):
            return _ODD  # 不适用
        number = read * scale_of(type_)
        return (_UNFIT if number.denominator != 1 else int(number)) if abs(number) <= LIMIT else _ODD


def _filled(column: Any, type_: Any) -> Any:
    """The values of a column as numpy has them, 0 where there is none."""
    column = pc.cast(column, type_) if column.type != type_ else column
    return (pc.fill_null(column, 0) if column.null_count else column).to_numpy(zero_copy_only=False)


def _decimals(column: Any) -> tuple[Any, Any]:
    """The lower 64 bits of decimals, and where these do not hold them."""
    pairs = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset : 2 * (column.offset + len(column))].reshape(-1, 2)
    low = np.ascontiguousarray(pairs[:, 0])
    if not np.bitwise_or.reduce(pairs[:, 1]) and low.min(initial=0) >= 0:
        return low, None
    return low, pairs[:, 1] != low >> 63


def _number(data: Any, below: int, null: Any, odd: Any, spec: FactField, type_: NumberType | YearType) -> Decoded:
    """Numbers ÷ below at the scale of their fact."""
    scale, unfit, times = scale_of(type_), None, 1
    if below <= scale:
        times = scale // below
    else:
        whole = data // np.int64(below // scale)
        unfit = whole * np.int64(below // scale) != data
        data, unfit = whole, unfit & ~null if unfit.any() else None
    least, most = (1900, 2200) if isinstance(type_, YearType) else (-LIMIT if spec.signed else 0, LIMIT)
    if spec.least is not None:
        least = max(least, min(ceil(spec.least * scale), LIMIT))
    if spec.most is not None:
        most = min(most, max(floor(spec.most * scale), -LIMIT))
    least, most = -(-least // times), most // times
    low, high = (int(data.min()), int(data.max())) if len(data) else (least, most)
    if low < least or high > most:
        beyond = (data < least) | (data > most)
        odd = beyond if odd is None else odd | beyond
        data = np.where(odd, 0, data)
    if unfit is not None and (isinstance(type_, YearType) or type_.whole or spec.least is not None or spec.most is not None):  # one between two whole numbers is for the readers of rows
        odd = unfit if odd is None else odd | unfit
        unfit = None if isinstance(type_, YearType) or type_.whole else unfit
    if times > 1:
        data = data * np.int64(times)
    noted = None
    if isinstance(type_, NumberType) and type_.rate and high * times >= MILLIONTHS:
        noted = (data > MILLIONTHS if unfit is None else (data > MILLIONTHS) | (unfit & (data == MILLIONTHS))) & ~null
    found = _sifted(data, null, unfit, odd)
    found.noted = noted
    return found


def _floats(column: Any, null: Any, spec: FactField, type_: NumberType | YearType) -> Decoded:
    """A float is the shortest decimal that reads as it: with no more than 15 digits that is the one that, divided, gives the float again."""
    values, scale = _filled(column, pa.float64()), scale_of(type_)
    narrow = not pa.types.is_float64(column.type)
    with np.errstate(all="ignore"):
        times = np.rint(values * scale)
        odd = ~(np.abs(times) < LIMIT) | (times / scale != values) | narrow
    return _number(np.where(odd, 0, times).astype(np.int64), scale, null, odd, spec, type_)


def _sifted(data: Any, null: Any, unfit: Any, odd: Any) -> Decoded:
    out = null
    if odd is not None:
        odd = odd & ~null if odd.any() else None
    if unfit is not None:
        unfit = unfit & ~null if unfit.any() else None
    for mask in (odd, unfit):
        if mask is not None:
            out = out | mask
    return Decoded(np.where(out, 0, data) if out.any() else data, null, odd, unfit)
