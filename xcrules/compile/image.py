"""A policy to its image: every clause compiled, under the defaults and under each other choice that may matter."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from typing import Any

from ..runtime.compare import Use
from ..runtime.forms import Clause
from ..runtime.image import Choice, Image, Variant
from .compiled import Compiled
from .expressions import NotCovered


class _Codes:
    """Code objects as bytes, each once."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.codes: list[bytes] = []

    def place(self, source: str) -> int:
        """Where the code of a source is; -1 for no source."""
        if not source:
            return -1
        if source not in self.places:
            self.places[source] = len(self.codes)
            self.codes.append(marshal.dumps(compile(source, "<rules>", "exec")))
        return self.places[source]


def image_of(
    base: Compiled, uses: Callable[[str], tuple[Use, ...]], other: Callable[[str, str], Compiled], readings: Mapping[str, str],
    title: str, edition: str,
) -> Image | None:  # fmt: skip
    """The image of a policy. `uses` are the readings of a clause; `other` compiles the plan under one other choice.

    None where its plans or its facts are for the reference evaluator.
    """
    layout = base.sheets.layout
    schema = base.sheets.schema
    if layout is None or base.plan.shared or any(t.closed and not t.role for t in schema.nested):
        return None
    codes = _Codes()
    numbers = base.numbers()
    used = {number: uses(number) for number in numbers}
    wanted: dict[Choice, set[int]] = {}
    for place, number in enumerate(numbers):
        for use in used[number]:
            for choice in use.live:
                wanted.setdefault((use.number, choice.name), set()).add(place)
    return Image(
        title, edition, dict(readings),
        tuple([f.name for f in schema.top if f.closed] + [t.name for t in schema.nested if t.closed]),
        layout, base.parameter_names, (), _variant(base, range(len(numbers)), codes),
        {key: _variant(other(*key), places, codes) for key, places in wanted.items()},
        _failing(base, codes), used,
    )._replace(codes=tuple(codes.codes))  # fmt: skip


def _variant(compiled: Compiled, places: Any, codes: _Codes) -> Variant:
    clauses: dict[int, tuple[Clause, int]] = {}
    for place in sorted(places):
        coded = compiled.coded(place)
        clauses[place] = coded.clause, codes.place(coded.source)
    return Variant(compiled.calls.frame, codes.place(compiled.gate_source() or ""), clauses)


def _failing(base: Compiled, codes: _Codes) -> dict[tuple[int, int], int]:
    found = {}
    for place, clause in enumerate(base.plan.clauses):
        for part in range(len(clause.claims)) if base.coded(place).source else ():
            try:
                found[place, part] = codes.place(base.failing_source(place, part))
            except NotCovered:
                continue
    return found
