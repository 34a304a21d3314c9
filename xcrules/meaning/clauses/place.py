"""Where a line stands, and where a rule comes from."""

from __future__ import annotations

from attrs import frozen

from xcrules.draft import syntax
from xcrules.meaning import values
from xcrules.meaning.expressions.scope import NameScope


@frozen
class Place:
    """Where a line stands: its scope, the names of the parts of its clause, the number of that, and its own part."""

    scope: NameScope
    parts: tuple[str, ...] = ()
    number: str = ""
    part: str = ""  # beneath which 分项


def origin_of(line: syntax.Line, words: str) -> values.Origin:
    tags = tuple((t.reading, t.choice) for t in line.tags)
    return values.Origin(line.label, line.text, words, tags, span=line.content)
