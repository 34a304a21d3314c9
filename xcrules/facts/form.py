"""What an office is asked by a policy."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from xcrules.base.identity import ClauseNames

from .tables import Schema

_SPREAD = 2  # years before the policy's own that are asked for: growth is measured from them
_TITLE = 40  # characters of a clause that are shown beside its number


@frozen(slots=False, eq=False)
class Form:
    """The facts that a policy asks for, and the words that stand around them. All that files and workbooks know of a policy."""

    name: str  # as commands take it
    policy: str  # its title
    schema: Schema
    clause_names: ClauseNames
    clauses: tuple[tuple[str, str], ...]  # number and words of each clause that gives money
    in_force: tuple[tuple[int, int], ...] = ()  # first and last years

    @property
    def title(self) -> str:
        return self.policy or self.name

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that the policy covers, and those before that growth is measured from; none if it does not say."""
        if not self.in_force:
            return ()
        return tuple(range(min(first for first, _ in self.in_force) - _SPREAD, max(last for _, last in self.in_force) + 1))

    @cached_property
    def clause_titles(self) -> dict[str, str]:
        """The clauses that give money, with their words cut short."""
        return {number: words[:_TITLE] + ("……" if len(words) > _TITLE else "") for number, words in self.clauses}
