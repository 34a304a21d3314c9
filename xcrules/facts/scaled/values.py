"""What stands in a record: the whole number that a fact becomes at its scale, or where there is none not known, not given, not applicable, a default;
and its name in records and code.

A scale is the common denominator of all values of one type: 元 are counted in 分, a 比率 in millionths. A value that is no whole
number at its scale is Opaque, so that only the clauses that read it go to the reference evaluator.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

from xcrules.base.money import UNLIMITED, Number
from xcrules.facts.tables import FactField, FactTable, ParameterTable
from xcrules.facts.types import LedgerType, NumberType, SeriesType, Type

NA = False  # 不适用 of a number or a word: counts as 0, and every comparison asks first


class Ask(Exception):
    """Code on whole numbers met what it does not cover: the reference evaluator must be asked."""


class Opaque:
    """A value that code on whole numbers must not use: every use raises Ask. `value` None is an unknown fact."""

    __slots__ = ("value",)

    def __init__(self, value: object = None) -> None:
        object.__setattr__(self, "value", value)

    def _ask(self, *_: object) -> NoReturn:
        raise Ask

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __iter__ = __len__ = __int__ = _ask
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __rfloordiv__ = __neg__ = _ask
    __contains__ = __getitem__ = __index__ = __str__ = __format__ = _ask

    def __getattr__(self, name: str) -> NoReturn:
        raise Ask

    def __reduce__(self) -> tuple[Any, ...]:
        return (_opaque, (self.value,))

    def __repr__(self) -> str:
        return f"Opaque({self.value!r})"


UNKNOWN = Opaque()


def _opaque(value: object) -> Opaque:
    """The one UNKNOWN again after a record went to another process."""
    return UNKNOWN if value is None else Opaque(value)


class DefaultNumber(int):
    """A number that was not given and stands at its default (scaled), or 0 and 1 for 是否."""

    __slots__ = ()


class DefaultText(str):
    """A word that was not given and stands at its default."""

    __slots__ = ()


class Empty:
    """A closed-world list or ledger that was not given: empty, and known not to have been written."""

    __slots__ = ()

    def get(self, _key: object, other: Any) -> Any:
        return other

    def __contains__(self, _key: object) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = Empty()


def known(value: object) -> bool:
    """已报 of a single fact."""
    return value.__class__ is not Opaque or value.value is not None


def is_given(value: Any) -> bool:
    """Whether a value was given; NA, which may be the fact that something is not so, counts as given."""
    return value is not UNKNOWN and value is not NOT_GIVEN and value.__class__ not in (DefaultNumber, DefaultText)


# -- numbers at their scale ------------------------------------------------------------------------------------------

CENTS, MILLIONTHS = 100, 10**6


class Yearly(dict[Fraction, Fraction | None]):
    """A 参数: its figures by year (None: 未公布), none of which may be below `least` or above `most`."""

    def __init__(self, table: ParameterTable) -> None:
        super().__init__(table.figures)
        self.least: Number = Fraction(0) if table.least is None else table.least
        self.most: Number = UNLIMITED if table.most is None else table.most


Parameters = Mapping[str, Yearly]  # a policy's figures by name and year


def scale_of(type_: Type) -> int:
    """The denominator at which numbers of this type are counted; 1 for what is no number."""
    match type_:
        case SeriesType(element) | LedgerType(element):
            return scale_of(element)
        case NumberType(rate=True):
            return MILLIONTHS
        case NumberType(unit=unit, whole=whole):
            return 1 if not unit or whole else CENTS
        case _:
            return 1


def scaled(value: Fraction, scale: int) -> int | Opaque:
    """The whole number that stands for `value`, or the value made opaque."""
    times = value * scale
    return times.numerator if times.denominator == 1 else Opaque(value)


# -- what was not given -------------------------------------------------------------------------------------


def absent(field: FactField) -> object:
    """What stands in a record for a fact that was not given."""
    default = field.default
    if isinstance(default, bool):
        return DefaultNumber(default)
    if isinstance(default, str):
        return DefaultText(default)
    if isinstance(default, Fraction):
        number = scaled(default, scale_of(field.type))
        return DefaultNumber(number) if isinstance(number, int) else UNKNOWN
    if field.parameter:
        return UNKNOWN
    if isinstance(field.type, SeriesType | LedgerType):
        return NOT_GIVEN if field.closed else UNKNOWN
    if field.closed and isinstance(field.type, NumberType):
        return DefaultNumber(0)
    if field.optional or field.closed:
        return DefaultNumber(0) if str(field.type) == "是否" else NA
    return UNKNOWN


def absent_table(table: FactTable) -> object:
    """What stands in a record for a list or an object that was not given."""
    return NOT_GIVEN if table.closed and table.kind == "名单" else UNKNOWN


def published(parameters: Parameters, field: FactField) -> dict[int, DefaultNumber]:
    """缺省 参数: what stands by base year for a fact that was not given; a figure that is no whole number at its scale is left out."""
    if not field.parameter or field.default is not None:
        return {}
    figures = {int(y): scaled(v, scale_of(field.type)) for y, v in parameters.get(field.parameter, {}).items() if v is not None}
    return {year: DefaultNumber(figure) for year, figure in figures.items() if isinstance(figure, int)}


# -- names --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def identifier(name: str, prefix: str = "f_") -> str:
    """A name that Python takes for itself; a word that it would change or refuse is written by its characters."""
    same = unicodedata.normalize("NFKC", name) == name and name.isidentifier() and not name.startswith("_")
    if same and not keyword.iskeyword(name) and not name.isascii():
        return name
    return prefix + "_".join(f"{ord(c):x}" for c in name)
