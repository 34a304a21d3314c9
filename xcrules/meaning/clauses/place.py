"""Where a line stands, and where a rule comes from."""

from __future__ import annotations

from attrs import frozen

from xcrules.draft import syntax
from xcrules.meaning import values
from xcrules.meaning.expressions.scope import NameScope


@frozen
class Place:
    """Where a line stands: its scope, the names of the parts of its clause, and the number of that."""

    scope: NameScope
    parts: tuple[str, ...] = ()
    number: str = ""


def origin_of(line: syntax.Line, words: str) -> values.Origin:
    tags = tuple((t.reading, t.choice) for t in line.tags)
    return values.Origin(line.label, line.text, words, tags, span=line.content)
