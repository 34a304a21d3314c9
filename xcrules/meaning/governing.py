"""What of the policy's own lines governs a clause: those under it, under its article, or of all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from attrs import evolve

from xcrules.base.identity import is_under

from . import rules, values


def in_one_fund(policy: Iterable[rules.Rule], numbers: Collection[str]) -> bool:
    """Whether all of these are met out of one 总额: an application that is the highest of them is so whatever the fund leaves of it."""
    return any(isinstance(r.body, rules.Fund) and {*numbers} <= {*r.body.clauses} for r in policy)


def saying_of(policy: Iterable[rules.Rule], number: str, parts: tuple[str, ...] = ()) -> rules.Saying | None:
    """表述 under a clause itself, else under its article, else that of the whole policy; what is paid by the month is always told as such.

    Where it stands beneath one of several 分项, `each` tells of all of them, if `parts` has their names.
    """
    policy = tuple(policy)
    return said_of((r.body for r in policy if isinstance(r.body, rules.Saying)), number, parts, by_month(policy, number))


def said_of(sayings: Iterable[rules.Saying], number: str, parts: tuple[str, ...] = (), monthly: bool = False) -> rules.Saying | None:
    """The same of all that is said in 表述."""
    own = [x for x in sayings if under(x.clause, number)]
    said = max((x for x in own if not x.within), key=lambda x: len(x.clause), default=None)
    if monthly:
        said = evolve(said or rules.Saying("支付", ""), monthly=True)
    apart = {name: x for x in own if x.clause == number for name in x.within}
    if not apart:
        return said
    base = said or rules.Saying("给予", "")  # check has every 分项 told of, where one is
    names = parts or (*apart, *([""] if said is not None else []))  # "": those of which nothing is said apart
    return evolve(base, each=tuple((name, evolve(apart.get(name, base), monthly=base.monthly, within=())) for name in names))


_BACK = re.compile("追回|收回|缴回|追缴")  # in the verb of a 表述
_PAID_IN = re.compile("(?:税款?|税额|费用?|押金|保证金)$")  # who gets these 退还 had paid them: it is a grant


def gives_back(policy: Iterable[rules.Rule], number: str) -> bool:
    """Whether what the clause comes to is owed by the enterprise, as its own 表述 says."""
    return wholly_back(saying_of(policy, number))


def wholly_back(said: rules.Saying | None) -> bool:
    """Whether all of a clause of which this is said is owed back."""
    return said is not None and len(parts_back(said)) == len(said.each or ("",))


def parts_back(said: rules.Saying | None) -> list[str]:
    """The 分项 of a clause that are owed back, "" for one of which nothing is said apart; what is said of the whole policy makes none so."""
    told = said.each or (("", said),) if said is not None else ()
    return [name for name, x in told if x.clause and _is_back(x)]


def _is_back(said: rules.Saying) -> bool:
    return bool(_BACK.search(said.verb)) or ("退" in said.verb and not _PAID_IN.search(said.noun))


_LEVIED = re.compile("应缴|应纳|缴纳|征收|加收|处以|罚")


def levied(policy: Iterable[rules.Rule], number: str, part: str) -> bool:
    """Whether it is the enterprise that pays what the clause, or this 分项 of it, comes to: no support, and nothing to hold against support."""
    said = saying_of(policy, number)
    told = said.of(part) if said is not None else None
    return told is not None and (_is_back(told) or bool(_LEVIED.search(told.verb))) and not told.verb.startswith(("免", "减"))


def by_month(policy: Iterable[rules.Rule], number: str) -> bool:
    """Whether the clause of this number is paid by the month."""
    return any(isinstance(r.body, rules.Monthly) and r.body.clause and under(r.body.clause, number) for r in policy)


def spared(policy: Iterable[rules.Rule], number: str) -> tuple[rules.Ungated, ...]:
    """The lines by which what holds for the others does not for the clause of this number, or some 分项 of it."""
    return tuple(r.body for r in policy if isinstance(r.body, rules.Ungated) and r.body.also is None and under(r.body.clause, number))


def ungated(policy: Iterable[rules.Rule], number: str) -> tuple[rules.Gate, ...]:
    """What the clause of this number is not asked as a whole: of what is given back, nothing is taken off for what others gave."""
    policy = tuple(policy)
    back: tuple[rules.Gate, ...] = ("竞合",) if gives_back(policy, number) else ()
    return tuple(dict.fromkeys((*(x.gate for x in spared(policy, number) if not (x.gate == "竞合" and x.within)), *back)))


def uncompared(policy: Iterable[rules.Rule], number: str) -> frozenset[str]:
    """The 分项 of the clause that 竞合 does not weigh: what others gave is not taken off their items, nor off what is given back."""
    policy = tuple(policy)
    return frozenset((*(name for x in spared(policy, number) if x.gate == "竞合" for name in x.within), *parts_back(saying_of(policy, number))))


def widened(policy: Iterable[rules.Rule], number: str) -> list[tuple[values.Value, values.Origin]]:
    """Whom the clause of this number is for besides whom the policy is for, each with where it stands."""
    return [(r.body.also, r.origin) for r in policy
            if isinstance(r.body, rules.Ungated) and r.body.also is not None and under(r.body.clause, number)]


def under(clause: str, number: str) -> bool:
    """Whether what stands under a clause or article ("": nowhere) is for the clause of this number."""
    return clause in ("", number) or is_under(number, clause)
