"""What many small classes share: equality, hash, text and how they are made, read from their fields.

attrs writes these methods for each class anew and compiles them, which is most of the time of making a class; a
process that decides one enterprise makes a hundred classes, compares next to nothing and makes few of most. Subclasses say
`@tree`, to mypy an attrs class and to `attrs.evolve` and `attrs.fields` too; fields keep their `eq=False` and `repr=False`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar, dataclass_transform

import attrs

__all__ = ["Node", "nodes_within", "parts_of", "quick", "rebuilt", "tree"]

T = TypeVar("T")

if TYPE_CHECKING:
    from attrs import frozen as tree
else:

    def tree(kind):
        """A frozen class as attrs makes them, without equality and text; how one is made is compiled when the first is."""
        kind.__attrs_attrs__ = own = (*getattr(kind, "__attrs_attrs__", ()), *_declared(kind))
        for field in own:
            if isinstance(vars(kind).get(field.name), _FIELD):
                delattr(kind, field.name)
        kind.__match_args__ = tuple(f.name for f in own if f.init and not f.kw_only)
        kind.__init__, kind.__setattr__, kind.__delattr__, kind.__getstate__ = _first, _refuse, _refuse, _fields_held
        return kind


class _Field(NamedTuple):
    """What attrs says of a field, as far as it is asked."""

    name: str
    alias: str
    default: Any
    init: bool
    kw_only: bool
    converter: Callable[[Any], Any] | None
    eq: bool
    repr: bool


_FIELD = type(attrs.field())


def _declared(kind: type) -> Iterator[_Field]:
    """The fields of a class that are annotated in it, in their order."""
    for name, annotation in vars(kind).get("__annotations__", {}).items():
        if not annotation.startswith("ClassVar"):
            x = vars(kind).get(name, attrs.NOTHING)
            x = x if isinstance(x, _FIELD) else attrs.field(default=x)
            yield _Field(name, x.alias or name.lstrip("_"), x._default, x.init, bool(x.kw_only), x.converter, bool(x.eq), bool(x.repr))


def _first(self: Any, *args: Any, **named: Any) -> None:
    """How the first of a class is made: by what all others are then made by."""
    kind = type(self)
    made: dict[str, Any] = {"__nothing": attrs.NOTHING, "__fields": {f.name: f for f in kind.__attrs_attrs__}}
    exec("\n".join(_written(kind.__attrs_attrs__)), made)
    kind.__init__ = made["__init__"]
    kind.__init__(self, *args, **named)


def _written(fields: tuple[_Field, ...]) -> Iterator[str]:
    asked = [f for f in fields if f.init]
    named = [f for f in asked if f.kw_only]
    texts = [f.alias + ("" if f.default is attrs.NOTHING else "=__nothing") for f in [*(f for f in asked if not f.kw_only), *named]]
    texts.insert(len(asked) - len(named), "*" if named else "")
    yield f"def __init__(self, {', '.join(filter(None, texts))}):\n __held = self.__dict__"
    for f in fields:
        default = f"__fields[{f.name!r}].default"
        if isinstance(f.default, attrs.Factory):  # type: ignore[arg-type]
            default += f".factory({'self' if f.default.takes_self else ''})"
        value = f.alias if f.default is attrs.NOTHING else f"{default} if {f.alias} is __nothing else {f.alias}" if f.init else default
        yield f" __held[{f.name!r}] = " + (value if f.converter is None else f"__fields[{f.name!r}].converter({value})")


def _fields_held(self: Any) -> dict[str, Any]:
    """What is stored or sent: without what was worked out from it."""
    return {f.name: self.__dict__[f.name] for f in self.__attrs_attrs__}


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    raise attrs.exceptions.FrozenInstanceError


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
