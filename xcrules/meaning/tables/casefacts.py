"""Facts of cases that are no facts of the policy, and 样本 that are not there: each said once, where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import ClauseNames
from xcrules.base.source import Span
from xcrules.facts.given import read_facts
from xcrules.facts.tables import Schema
from xcrules.meaning.program import Case

Base = tuple[str, dict[str, object], Span]  # a 样本: name, facts, place


def wrong_facts(bases: Iterable[Base], cases: Iterable[Case], schema: Schema, names: ClauseNames) -> list[Diagnostic]:
    """What is wrong with facts: those of a 样本 are told there, and not again at each case that begins with it."""
    found: list[Diagnostic] = []
    said: set[tuple[str, str, str]] = set()
    for name, facts, span in bases:
        wrong = read_facts(facts, schema, names)[1]
        said |= {(d.code, d.path, d.message) for d in wrong}
        found += [evolve(d, span=span, message=f"样本「{name}」：{d.message}") for d in wrong]
    for case in cases:
        own = [d for d in read_facts(case.facts, schema, names)[1] if (d.code, d.path, d.message) not in said]
        found += [evolve(d, span=case.span, message=f"案例「{case.name}」：{d.message}") for d in own]
    return found


def missing_once(found: list[Diagnostic]) -> list[Diagnostic]:
    """One word about a 样本 that is not there, however many cases begin with it."""
    groups: dict[str, list[Diagnostic]] = {}
    for d in found:
        if d.code == Code.UNKNOWN_SAMPLE:
            groups.setdefault(d.message, []).append(d)
    kept = [d for d in found if d.code != Code.UNKNOWN_SAMPLE or d is groups[d.message][0]]
    return [evolve(d, help=f"{d.help}另有 {more} 个案例也以它开头") if d.code == Code.UNKNOWN_SAMPLE and (more := len(groups[d.message]) - 1) else d
            for d in kept]
