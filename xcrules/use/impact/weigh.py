"""What each clause comes to for one enterprise, with the caps that it comes up to, read from the whole numbers of generated code."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from xcrules.base.money import Unlimited
from xcrules.facts.scaled import ScaledFacts
from xcrules.facts.scaled.scales import identifier
from xcrules.facts.scaled.values import Ask
from xcrules.run.decision import ClauseDecision
from xcrules.run.lowered.bounds import Bounds
from xcrules.run.lowered.rows import INDEX, PART, is_endless
from xcrules.run.python.outcomes import Judged
from xcrules.run.results import DISCRETION, PENDING
from xcrules.use.python.policy import Policy

CAP = "上限"
Caps = dict[str, int]  # the line of a cap that is come up to → 分 that it cuts


class Weighed(NamedTuple):
    """A clause in 分; `bound` where an authority has still to say (None: without an end), `open` where facts are missing."""

    money: int
    caps: Caps
    awaited: bool = False
    bound: int | None = 0
    open: bool = False


NOTHING = Weighed(0, {})


class Weigher:
    """A policy, its text as amended, under its default readings but for these. Raises XcrulesError (E526, E528) for readings that are not there."""

    def __init__(self, policy: Policy, readings: Mapping[str, str]) -> None:
        self.policy = policy.texts[-1]  # what it costs is asked of data from before it was in force
        self.engines = self.policy._engines
        self.under = self.engines.under(policy.chosen(readings))

    def facts(self, raw: Mapping[str, object]) -> ScaledFacts:
        """Raises XcrulesError as `Policy.decide` does."""
        return self.engines.scaled(self.engines.measured(self.policy.facts(raw)))

    def weigh(self, facts: ScaledFacts) -> list[Weighed]:
        """Every clause in the order of the law."""
        compiled = self.under.compiled
        outcomes = compiled.outcomes(facts)
        unsure = [i for i, x in enumerate(outcomes) if x is None]
        asked = iter(compiled.unsettled(facts, unsure, None) if unsure else ())
        return [of_decision(next(asked)) if x is None else of_judged(x) for x in outcomes]


def of_judged(judged: Judged) -> Weighed:
    found, clause = judged.record, judged.clause.lowered
    sign = -1 if clause.saying is not None and clause.saying.reverse and judged.reversed() else 1
    caps = _caps(judged, clause.cent)
    if found.status == DISCRETION and not judged.applies:  # nobody's money yet, as in the totals of a decision
        return Weighed(0, caps, True, None if found.bound is None or is_endless(found.bound) else found.bound // clause.cent)
    return Weighed(sign * ((found.sure if found.amount is None else found.amount) // clause.cent), caps)


def _caps(judged: Judged, cent: int) -> Caps:
    caps: Caps = {}
    settled = judged.own.settled
    if settled is not None and not isinstance(settled, Bounds):  # bounds of 裁量 are nobody's money
        for step, _, room, before, after, _, _ in settled.caps:
            if before >= room and before > 0 and step.origin.label == CAP:
                text = step.origin.text
                caps[text] = caps.get(text, 0) + (before - after) // cent
        _item_caps(judged, caps)
    for cut in judged.cut.cuts if judged.cut is not None else ():
        if cut.after < cut.before and cut.cap.origin.label == CAP:
            text = cut.cap.origin.text
            caps[text] = caps.get(text, 0) + cut.before - cut.after
    return caps


def _item_caps(judged: Judged, caps: Caps) -> None:
    """单项 caps that change what an item is worth. How much they cut is not kept."""
    compiled, facts = judged.clause, judged.read
    for part, claim in enumerate(compiled.lowered.claims):
        if any(b.origin.label == CAP for b in claim.worth.bounds):
            held: Any = getattr(facts, identifier(claim.table)) if claim.table else None
            for row in judged.own.rows:
                if row[PART] == part:
                    item = held[row[INDEX]] if claim.is_list else held
                    try:
                        acting = compiled.bounding(part)(facts, item)
                    except Ask:  # a gap that the amount does not rest on
                        continue
                    for bound, acts in zip(claim.worth.bounds, acting, strict=True):
                        if acts and bound.origin.label == CAP:
                            caps.setdefault(bound.origin.text, 0)


def of_decision(clause: ClauseDecision) -> Weighed:
    """The same of a clause with something unknown."""
    span = clause.applied_range or clause.amount_range
    money = clause.amount if clause.amount is not None else clause.applied if clause.applied is not None else span[0] if span else Fraction(0)
    caps: Caps = {}
    for cap in clause.caps if clause.bound is None else ():
        room, before, after = cap.limit[0], cap.before[0], cap.after[0]
        if cap.label == CAP and not isinstance(before, Unlimited) and not isinstance(room, Unlimited) and before >= room and before > 0:
            caps[cap.text] = caps.get(cap.text, 0) + (0 if isinstance(after, Unlimited) else int((before - after) * 100))
    cents = int(money * 100) * (-1 if clause.reverse else 1)
    if clause.status == DISCRETION:
        return Weighed(0, caps, True, None if clause.bound is None or isinstance(clause.bound, Unlimited) else int(clause.bound * 100))
    return Weighed(cents, caps, open=clause.status == PENDING)
