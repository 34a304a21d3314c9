"""What one reading of a policy leaves for the next, so that after an edit only what changed is read again.

A Memo takes from what the reading before kept and gathers what this one keeps; it is handed along and never
global, so a policy that is dropped takes its memory with it. What is kept is a value and the text (or the very
objects) it was made from; the same text gives the same value, only its places may have to be moved. Decides
nothing: with an empty Memo everything comes out the same, later.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import attrs
from attrs import define, field, frozen

from xcrules.base.source import Source, Span

T = TypeVar("T")
Kept = Mapping[Hashable, Any]


@frozen(eq=False)
class _Made:
    """A value, the objects it was made from, and the keys of what was kept on the way."""

    inputs: tuple[object, ...]
    value: Any
    inner: tuple[Hashable, ...]


@define
class Memo:
    """`before` is what the last reading kept; `now` what this one does."""

    before: Kept = field(factory=dict)
    now: dict[Hashable, Any] = field(factory=dict)

    def recall(self, key: Hashable) -> Any:
        """What was kept under a key, or None."""
        return self.before.get(key)

    def keep(self, key: Hashable, value: T) -> T:
        self.now[key] = value
        return value

    def hand_on(self, kinds: Collection[str]) -> None:
        """Keep what the last reading knew of some kinds and this one, which stopped at an error, did not ask for."""
        self.now |= {k: v for k, v in self.before.items() if isinstance(k, tuple) and k[0] in kinds and k not in self.now}

    def same(self, value: T) -> T:
        """An equal value of the last reading in place of this one, so that what was made from it is found again."""
        held: T = self.before.get(("same", value), value)
        return self.keep(("same", value), held)

    def reuse(self, key: Hashable, inputs: Sequence[object], make: Callable[[], T]) -> T:
        """make(), unless the last reading made it from these very objects. What make() kept is kept with it."""
        held: _Made | None = self.before.get(key)
        if held is None or len(held.inputs) != len(inputs) or any(a is not b for a, b in zip(held.inputs, inputs, strict=True)):
            known = len(self.now)
            value = make()
            held = _Made(tuple(inputs), value, tuple(islice(self.now, known, None)))
        else:
            self.now |= {k: self.before[k] for k in held.inner if k in self.before}
        self.now[key] = held
        made: T = held.value
        return made


# -- the same value at another place -------------------------------------------------------------------------


def moved(value: T, source: Source, by: int) -> T:
    """The value with every span in it moved by so many characters into `source`."""
    made: T = _MOVERS[value.__class__](value, source, by)
    return made


_Mover = Callable[[Any, Source, int], Any]


class _Movers(dict[type, _Mover]):
    """How values of each class are moved, found when the first is met."""

    def __missing__(self, kind: type) -> _Mover:
        made = self[kind] = _mover(kind) if _holds_span(kind) else _stay
        return made


def _stay(value: Any, source: Source, by: int) -> Any:
    return value


def _mover(kind: type) -> _Mover:
    """A function written out for the class, as attrs writes its methods: thousands of values are moved at a time."""
    hints = typing.get_type_hints(kind)
    fields = ", ".join(f"m[v.{f.name}.__class__](v.{f.name}, s, by)" if _holds_span(hints[f.name]) else f"v.{f.name}"
                       for f in attrs.fields(kind))
    made: _Mover = eval(f"lambda v, s, by: kind({fields})", {"kind": kind, "m": _MOVERS})
    return made


_MOVERS = _Movers()
_MOVERS[Span] = lambda value, source, by: Span(source, value.start + by, value.end + by)
_MOVERS[tuple] = lambda value, source, by: tuple([_MOVERS[x.__class__](x, source, by) for x in value]) if value else value


def _holds_span(kind: Any) -> bool:
    """Whether a value of this type can have a span within."""
    seen: list[Any] = [kind]
    for each in seen:  # grows as it goes
        seen += [part for part in _parts(each) if part not in seen]
    return Span in seen


@cache
def _parts(kind: Any) -> tuple[Any, ...]:
    """The types that a type is made of, one step down."""
    if parts := typing.get_args(kind):
        return parts
    if not isinstance(kind, type) or not attrs.has(kind) or kind in (Span, Source):
        return ()
    return tuple(typing.get_type_hints(kind).values())
