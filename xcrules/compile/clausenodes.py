"""Walking the values of a plan."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .. import calculus as c


def nodes_of(held: object) -> Iterator[c.Value]:
    """Every value inside a value, itself first."""
    if isinstance(held, tuple):
        for x in held:
            yield from nodes_of(x)
    elif isinstance(held, c.Value):
        yield held
        for spec in attrs.fields(type(held)):
            yield from nodes_of(getattr(held, spec.name))
