"""What many small attrs classes share: equality, hash and text, read from their fields.

attrs writes these methods for each class anew and compiles them, which is half the time of making a class; a
process that decides one enterprise makes a hundred classes and compares next to nothing. Subclasses say
`@frozen(eq=False, repr=False)`; fields keep their `eq=False` and `repr=False`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

import attrs

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def quick(kind: type[T]) -> type[T]:
    """As `frozen(eq=False, repr=False)`, for what is made by the hundred thousand: that nothing changes is for mypy to see, and making one takes a third."""
    return attrs.define(eq=False, repr=False)(kind)


class _Compared(dict[type, Callable[[object], object]]):
    """For each class, what gives the fields that count of an instance."""

    def __missing__(self, kind: type) -> Callable[[object], object]:
        names = [a.name for a in attrs.fields(kind) if a.eq]
        self[kind] = found = attrgetter(*names) if names else lambda _: ()
        return found


_COMPARED = _Compared()


class Node:
    """Equal to another of the same class whose compared fields are equal."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        kind = type(self)
        if type(other) is not kind:
            return NotImplemented
        compared = _COMPARED[kind]
        return bool(compared(self) == compared(other))

    def __hash__(self) -> int:
        kind = type(self)
        return hash((kind, _COMPARED[kind](self)))

    def __repr__(self) -> str:
        shown = (f"{a.name}={getattr(self, a.name)!r}" for a in attrs.fields(type(self)) if a.repr)  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(shown)})"


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(spec.name for spec in attrs.fields(kind) if spec.name not in ("span", "type", "origin", "field"))  # which hold no node


def parts_of(held: object) -> Iterable[Any]:
    """What stands directly in a node or a tuple."""
    return held if isinstance(held, tuple) else [getattr(held, name) for name in _fields(type(held))] if isinstance(held, Node) else ()  # type: ignore[arg-type]


def nodes_within(held: object, kinds: frozenset[type]) -> Iterator[Any]:
    """Every node of these kinds, itself first."""
    if isinstance(held, tuple):
        for x in held:
            yield from nodes_within(x, kinds)
    elif isinstance(held, Node):
        if type(held) in kinds:
            yield held
        for name in _fields(type(held)):  # type: ignore[arg-type]  # classes are hashable
            yield from nodes_within(getattr(held, name), kinds)


def rebuilt(held: T, made: Callable[[Any], Any]) -> T:
    """The same with what is made of each of its parts; itself where all stay what they are."""
    parts = [*parts_of(held)]
    new = [made(x) for x in parts]
    if all(a is b for a, b in zip(parts, new, strict=True)):
        return held
    return tuple(new) if isinstance(held, tuple) else attrs.evolve(held, **dict(zip(_fields(type(held)), new, strict=True)))  # type: ignore[return-value, misc, arg-type]
