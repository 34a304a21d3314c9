"""Whatever is unknown: 缺失 names all that can matter, nothing known later leaves what was said to be possible, and
every sheet has a decision, the same from both evaluators.

Completions may be 不适用 wherever a sheet may say so. What is not exact: see test_what_is_asked_for_can_matter.
"""

from __future__ import annotations

import os
from random import Random

import holes
import pytest
from helpers import ZERO, amounts, bounds, within
from holes import NUMBER, Raw

from xcrules.decision import ClauseDecision
from xcrules.policy import Policy
from xcrules.results import GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING

MANY = {"nightly": 20_000, "look": 1_000}.get(os.environ.get("XCRULES_HYPOTHESIS", ""), 250)


def judged(policy: Policy, raw: Raw) -> ClauseDecision:
    (made,) = policy._engines.default.reference(policy.facts(holes.fitting(policy, raw)), (NUMBER,))
    return made


def world(seed: int, most: float = 0.4) -> tuple[Random, Policy, str, Raw]:
    r = Random(seed)
    lines = holes.usable(seed // 4)
    return r, holes.load(lines), lines, holes.sheet(r, r.choice((0.05, 0.15, most)))


def excused(one: ClauseDecision, other: ClauseDecision) -> bool:
    """主体 is judged before dates are known: 不适用主体 may become 不在有效期."""
    return {one.status, other.status} == {OUT_OF_SCOPE, OUT_OF_FORCE}


def asked_for(path: str, missing: tuple[str, ...]) -> bool:
    return any(path == m or path.startswith((m + ".", m + "[")) or m.startswith(path + ".") for m in missing)


def test_what_is_not_asked_for_cannot_matter() -> None:
    for seed in range(MANY):
        r, policy, lines, raw = world(seed)
        missing = judged(policy, raw).missing
        paths = holes.open_paths(raw)
        loose = [p for p in paths if not asked_for(p, missing)]
        common = holes.completed(r, raw, [p for p in paths if p not in loose])
        one, two = (judged(policy, holes.completed(r, common, loose)) for _ in range(2))
        assert excused(one, two) or one.outcome() == two.outcome(), (seed, lines, raw, missing, one.outcome(), two.outcome())


def test_revealing_narrows() -> None:
    for seed in range(MANY):
        r, policy, lines, raw = world(seed)
        before = judged(policy, raw)
        paths = holes.open_paths(raw)
        r.shuffle(paths)
        for path in paths[:6]:
            raw = holes.closed(r, raw, path)
            after = judged(policy, raw)
            where = (seed, lines, raw, path, before.outcome(), after.outcome())
            if before.status != PENDING:
                assert excused(before, after) or before.outcome() == after.outcome(), where
            elif before.bound_range is None:
                assert within(amounts(after), amounts(before)), where
            else:
                assert within(bounds(after), bounds(before)), where
                assert after.amount is None or ZERO <= after.amount <= before.bound_range[1], where
            assert set(after.missing) <= set(before.missing) or any(m.startswith(path) for m in after.missing) or path in holes.TABLES or (
                before.status == PENDING), where  # fmt: skip
            before = after


def test_pending_and_missing_go_together() -> None:
    """待补充 names what is open indeed (or a parameter that is not published), and a decision asks for nothing."""
    for seed in range(MANY):
        _, policy, lines, raw = world(seed)
        made = judged(policy, raw)
        assert (made.status == PENDING) == bool(made.missing), (seed, lines, raw, made.outcome())
        paths = holes.open_paths(raw)
        for path in made.missing:
            known_words = path in ("参数 均数：2023年未公布", "投入")  # 投入: the year at which it is read is unknown
            assert known_words or any(p == path or path.startswith(p) or p.startswith(path) for p in paths), (seed, path)


def test_complete_sheets_are_decided_and_items_add_up() -> None:
    for seed in range(MANY):
        _, policy, lines, raw = world(seed, 0)
        if holes.open_paths(raw):
            continue
        made = judged(policy, raw)
        where = (seed, lines, raw, made.missing)
        assert made.status != PENDING or made.missing == ("参数 均数：2023年未公布",), where
        if made.status == GRANTED:
            assert sum(i.amount for i in made.items if i.amount is not None) == made.amount, where


@pytest.mark.parametrize("odd", ["odd", "plain"])
def test_every_sheet_is_decided_alike_by_both(odd: str) -> None:
    """The first days and the last, 不适用 anywhere: a decision, and one that does not depend on who makes it."""
    for seed in range(MANY // 2):
        r, policy, lines, raw = world(seed)
        if odd == "odd":
            raw |= {n: r.choice((*holes.ODD_DAYS, "不适用")) for n in ("申报日", "起日", "缺日") if r.random() < 0.7}
            raw |= {"租期": r.choice(("不适用", 0, "0.1", 1, 999999999999999999))} if r.random() < 0.7 else {}
        facts = policy.facts(holes.fitting(policy, raw))
        slow = policy._engines.default.reference(facts, None)
        quick = policy.decide(facts)
        assert tuple(k.outcome() for k in quick.clauses) == tuple(k.outcome() for k in slow), (seed, lines, raw)
        assert [k.missing for k in quick.clauses] == [k.missing for k in slow], (seed, lines, raw)
        assert quick.to_json(details=True)
