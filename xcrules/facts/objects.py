"""Objects of attrs classes as plain facts: what embedders with a typed module hand in (asking/typed.py writes it)."""

from __future__ import annotations

import attrs


def as_facts(facts: object) -> dict[str, object]:
    """Plain nested values from attrs instances; None (unknown) is left out. Raises TypeError for other objects."""
    if not attrs.has(type(facts)):
        raise TypeError(f"{type(facts).__name__} is no attrs class")
    found = _plain(facts)
    assert isinstance(found, dict)
    return found


def _plain(value: object) -> object:
    kind = type(value)
    if attrs.has(kind):
        held = {f.metadata.get("名称", f.name): getattr(value, f.name) for f in attrs.fields(kind)}
        return {name: _plain(inner) for name, inner in held.items() if inner is not None}
    return [_plain(x) for x in value] if isinstance(value, list | tuple) else value
