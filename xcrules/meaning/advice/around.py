"""What an edit of a line can look at, and what it can change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cached_property

from attrs import frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.money import PLACES
from xcrules.draft import syntax
from xcrules.draft.labels import card_of
from xcrules.facts.tables import FactField
from xcrules.meaning.clauses.place import Place
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.lint.numbers import Mention
from xcrules.meaning.lint.spoken import law_numbers


class Changes(Enum):
    """What an edit changes. Only what changes the form alone leaves what is paid as it was, and may be made unasked."""

    FORM = "写法"
    WORDS = "说法"
    NAME = "名称"
    NUMBER = "数"


@frozen(slots=False)
class Around:
    """What an edit can look at beside the text: the line, the words of the law above it, the names in sight."""

    line: syntax.Line
    words: str
    place: Place
    first: bool = True  # whether the text is still as typed
    own: tuple[str, ...] = ()  # what only lines of this kind name: of 应得 the clauses and what can become of them
    wrong: Callable[[syntax.Line], list[Diagnostic]] | None = None  # of a line of a case, which has no rules

    @property
    def label(self) -> str:
        return self.line.label

    @property
    def start(self) -> str:
        return card_of(self.line.label).start or ""

    @property
    def scope(self) -> NameScope:
        return self.place.scope

    def fact(self, name: str) -> FactField | None:
        """The fact of a name; in a line of a case, which may give any, 栏 and 表.栏 of every table."""
        if found := self.scope.fact(name):
            return found.field
        return next((f for t in self.scope.schema.tables if self.wrong for f in t.fields if name in (f.name, f"{t.name}.{f.name}")), None)

    @cached_property
    def known(self) -> list[str]:
        """Every name that may stand in the line."""
        item = [x for t in self.scope.schema.nested for x in self.scope.columns(t)] if self.scope.item is None else []
        units = tuple(PLACES) if self.start == "rounding" else ()
        granted = [*syntax.RESULTS, *(f"{self.place.number}{x}" for x in self.place.parts)] if "的" in self.line.text else []
        return list(
            dict.fromkeys(
                [
                    *self.own, *self.scope.names(), *self.scope.members(), *(t.name for t in self.scope.schema.nested), *item, *units,
                    *granted,
                ]
            )
        )

    @cached_property
    def law(self) -> list[Mention]:
        return law_numbers(self.words, self.scope.schema.units)


NAME = re.compile(r"[^\s，,；;、（）()＝=＋+×÷－]+")


def each(pattern: str, replacement: str | Callable[[re.Match[str]], str], text: str) -> Iterator[str]:
    """The text with one match after another replaced."""
    for match in re.finditer(pattern, text):
        yield (text[: match.start()]
               + (match.expand(replacement) if isinstance(replacement, str) else replacement(match))
               + text[match.end() :])
