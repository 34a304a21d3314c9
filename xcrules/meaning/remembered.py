"""Clauses of the last reading that mean the same in this one, so that they are not checked again.

A clause is taken over, moved to its new place, if its quotes and lines are the same text in the same article,
nothing was found in it, and no word in it is declared to be something else now (see declared.py). Judges no line.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from attrs import define, field, frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import canonical
from xcrules.draft.outline import Outline, Stretch
from xcrules.draft.parse.memo import Memo, moved
from xcrules.facts.types import Type

from .expressions.scope import Scope
from .program import Clause
from .tables.declared import Declared

T = TypeVar("T")


@frozen
class _Held:
    """A clause without findings, and where it stood."""

    stretch: Stretch
    clause: Clause | None


@frozen
class _Meanings:
    """What the words of the policy meant at a reading."""

    index: Declared
    lost: frozenset[str]
    lets: tuple[tuple[str, Type | None], ...]

    def changed(self, before: _Meanings) -> frozenset[str]:
        mine, theirs = dict(self.lets), dict(before.lets)
        lets = {n for n in mine.keys() | theirs.keys() if n not in mine or n not in theirs or mine[n] != theirs[n]}
        return self.index.changed(before.index) | (self.lost ^ before.lost) | lets


@define
class Remembered:
    """Takes clauses over from the last reading, and keeps those of this one."""

    memo: Memo
    outline: Outline
    scope: Scope
    _divided: frozenset[str] = field(init=False)
    _keys: dict[str, Hashable] = field(factory=dict, init=False)  # of the clauses that are kept
    _taken: set[str] = field(factory=set, init=False)  # those that were taken over
    _stale: frozenset[str] | None = field(init=False)  # words that mean something else now; None: nothing is known

    def __attrs_post_init__(self) -> None:
        self._divided = self.outline.divided()
        now = _Meanings(self.scope.index, self.scope.lost, tuple((n, self.scope.let_type(n)) for n in sorted(self.scope.lets)))
        before: _Meanings | None = self.memo.recall("meanings")
        if not self.scope.blind:
            self.memo.keep("meanings", now)
        same_roles = before is not None and before.index.roles == now.index.roles
        self._stale = now.changed(before) if before is not None and same_roles else None

    def clause(self, number: str, found: list[Diagnostic], make: Callable[[], Clause | None]) -> Clause | None:
        """The clause as the last reading had it, or made now."""
        stretch = self.outline.stretches.get(number)
        if not number or stretch is None or self.scope.blind:
            return make()
        key = self._key(number, stretch)
        held: _Held | None = self.memo.recall(key)
        if held is not None and not self._is_stale(stretch):
            self._taken.add(number)
            return self._keep(number, key, stretch, _moved(held, stretch))
        known = len(found)
        made = make()
        return made if len(found) > known else self._keep(number, key, stretch, made)

    def carry(self, what: str, number: str, make: Callable[[], T]) -> T:
        """Something without places that follows from a clause: as it was, if the clause was taken over."""
        if number not in self._keys:
            return make()
        key = (what, self._keys[number])
        held: tuple[T] | None = self.memo.recall(key) if number in self._taken else None
        return self.memo.keep(key, held if held is not None else (make(),))[0]

    def _key(self, number: str, stretch: Stretch) -> Hashable:
        outline, article = self.outline, number.partition("(")[0]
        alone = number != article or article not in self._divided
        return "clause", number, alone, outline.titles.get(article, ""), outline.words.get(number, ""), stretch.text

    def _is_stale(self, stretch: Stretch) -> bool:
        if not self._stale:
            return self._stale is None
        text = stretch.source.folded[stretch.start : stretch.end]
        return any(word in text for word in map(canonical, self._stale))

    def _keep(self, number: str, key: Hashable, stretch: Stretch, made: Clause | None) -> Clause | None:
        self._keys[number] = key
        self.memo.keep(key, _Held(stretch, made))
        return made


def _moved(held: _Held, stretch: Stretch) -> Clause | None:
    old = held.stretch
    if old.source is stretch.source and old.start == stretch.start:
        return held.clause
    return moved(held.clause, stretch.source, stretch.start - old.start)
