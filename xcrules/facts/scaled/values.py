"""What stands in a record where no whole number does: not known, not given, not applicable, a default."""

from __future__ import annotations

from typing import Any, NoReturn

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
