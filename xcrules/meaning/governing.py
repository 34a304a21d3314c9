"""What of the policy's own lines governs a clause: those under it, under its article, or of all."""

from __future__ import annotations

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
    own = [r.body for r in policy if isinstance(r.body, rules.Saying) and under(r.body.clause, number)]
    said = max((x for x in own if not x.within), key=lambda x: len(x.clause), default=None)
    if by_month(policy, number):
        said = evolve(said or rules.Saying("支付", ""), monthly=True)
    apart = {name: x for x in own if x.clause == number for name in x.within}
    if not apart:
        return said
    base = said or rules.Saying("给予", "")  # check has every 分项 told of, where one is
    return evolve(
        base, each=tuple((name, evolve(apart.get(name, base), monthly=base.monthly, within=())) for name in parts or tuple(apart))
    )


_BACK = ("退", "追回", "收回", "缴回", "追缴")  # in a 表述


def gives_back(policy: Iterable[rules.Rule], number: str) -> bool:
    """Whether what the clause comes to is owed by the enterprise, as its own 表述 says."""
    saying = saying_of(policy, number)
    return all_back([x.verb for _, x in saying.each] or [saying.verb] if saying and (saying.clause or saying.each) else [])


def all_back(verbs: list[str]) -> bool:
    """Whether these verbs of 表述 all say that something is given back."""
    return bool(verbs) and all(any(x in verb for x in _BACK) for verb in verbs)


_LEVIED = (*_BACK, "应缴", "应纳", "缴纳", "征收", "加收", "处以", "罚")


def levied(policy: Iterable[rules.Rule], number: str, part: str) -> bool:
    """Whether it is the enterprise that pays what the clause, or this 分项 of it, comes to: no support, and nothing to hold against support."""
    saying = saying_of(policy, number)
    told = dict(saying.each).get(part, saying) if saying is not None else None
    return told is not None and any(x in told.verb for x in _LEVIED) and not told.verb.startswith(("免", "减"))


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
    saying = saying_of(policy, number)
    back = (name for name, x in (saying.each if saying else ()) if all_back([x.verb]))
    return frozenset((*(name for x in spared(policy, number) if x.gate == "竞合" for name in x.within), *back))


def widened(policy: Iterable[rules.Rule], number: str) -> list[tuple[values.Value, values.Origin]]:
    """Whom the clause of this number is for besides whom the policy is for, each with where it stands."""
    return [(r.body.also, r.origin) for r in policy
            if isinstance(r.body, rules.Ungated) and r.body.also is not None and under(r.body.clause, number)]


def under(clause: str, number: str) -> bool:
    """Whether what stands under a clause or article ("": nowhere) is for the clause of this number."""
    return clause in ("", number) or is_under(number, clause)
