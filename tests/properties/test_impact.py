"""What a change costs adds up to what `decide` says of each enterprise; nothing changes nothing; a higher cap lowers nobody."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import assume, given

import xcrules
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, Raw, random_facts, random_policy
from xcrules.base.diagnostic import XcrulesError
from xcrules.tell.impact.figures import EDGES, Bands, Impact
from xcrules.use.impact.compare import SideBySide
from xcrules.use.impact.weigh import Weigher
from xcrules.use.python.policy import Policy

SHIPPED = shipped()
MONEY = re.compile(r"([\d.]+)(万元|千元|元)")


def compared(old: Policy, new: Policy, sheets: list[Raw], readings: dict[str, str] | None = None) -> Impact:
    made = SideBySide(Weigher(old, {}), Weigher(new, readings or {}))
    for i, raw in enumerate(sheets):
        made.add(f"e{i}", raw)
    return made.result()


def of_random(seed: int, count: int = 6, without: str = "\0") -> tuple[Random, str, Policy, list[Raw]]:
    """A policy in whose text nothing matches `without`, and facts for it."""
    r = Random(seed)
    text = next(t for _ in range(100) if not re.search(without, t := random_policy(r)))
    try:
        policy = xcrules.loads(text)
    except XcrulesError:
        assume(False)
    return r, text, policy, [random_facts(r, policy) for _ in range(count)]


@given(seed=SEEDS)
def test_a_policy_against_itself_changes_nothing(seed: int) -> None:
    _, text, policy, sheets = of_random(seed)
    for new in (policy, xcrules.loads(text)):
        found = compared(policy, new, sheets)
        assert found.same
        assert found.total.old == found.total.new
        assert not found.winners
        assert not found.losers
        assert not any(k.newly or k.freed for k in found.caps)
        assert all(k.bound[0] == k.bound[1] and k.awaited[0] == k.awaited[1] and k.open[0] == k.open[1] for k in found.clauses)
        assert found.bands.same == found.total.count


def raised(r: Random, text: str) -> str:
    """Some caps of the text a little or much higher."""
    def higher(line: re.Match[str]) -> str:
        return MONEY.sub(lambda m: f"{Decimal(m[1]) * r.choice((1, 2, 3, 10))}{m[2]}", line[0])

    return re.sub(r"(?m)^ *上限：.*$", higher, text)


@given(seed=SEEDS)
def test_a_higher_cap_lowers_nobody(seed: int) -> None:
    """Where no fund is shared out, no clause reads another's amount, and nothing is chosen by its amount."""
    r, text, policy, sheets = of_random(seed, 4, "总额：|的 金额|已享受|从高|反向|竞合")
    try:
        new = xcrules.loads(raised(r, text))
    except XcrulesError:
        return  # 上限 above which a 下限 or a whole says nothing more
    found = compared(policy, new, sheets)
    assert not found.losers, text
    if "合计" not in text:  # under a cap over several clauses one takes what another then lacks
        assert all(k.sums.losers == 0 for k in found.clauses), text


@given(seed=SEEDS)
def test_the_sums_are_those_of_decisions(seed: int) -> None:
    """Of the whole regulation under two readings, enterprise by enterprise."""
    r = Random(seed)
    other = {x.number: r.choice(x.modelled) for x in SHIPPED.program.readings if r.random() < 0.4}
    sheets = [random_facts(r, SHIPPED) for _ in range(3)]
    found = compared(SHIPPED, SHIPPED, sheets, other)
    sums: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    winners = 0
    for raw in sheets:
        totals = []
        for side, readings in zip(sums, ({}, other), strict=True):
            decision = SHIPPED.decide(raw, readings, engine="reference")
            own = {k.number: k.amount if k.amount is not None else k.amount_range[0] if k.amount_range else Fraction(0) for k in decision}
            side.update(own)  # type: ignore[arg-type]
            totals.append(sum(own.values()))
            assert totals[-1] == decision.total[0]
        winners += totals[1] > totals[0]
    for clause in found.clauses:
        assert (Fraction(clause.sums.old, 100), Fraction(clause.sums.new, 100)) == (sums[0][clause.number], sums[1][clause.number]), clause.number
    assert found.total.winners == winners
    assert Fraction(found.total.new, 100) == sum(sums[1].values())


@given(seed=SEEDS)
def test_counted_in_pieces_it_comes_to_the_same(seed: int) -> None:
    _, text, policy, sheets = of_random(seed, 7)
    new = xcrules.loads(text)
    whole = compared(policy, new, sheets)
    pieces = SideBySide(Weigher(policy, {}), Weigher(new, {}))
    for part in (range(0, 3), range(3, 7)):
        own = SideBySide(Weigher(policy, {}), Weigher(new, {}))
        for i in part:
            own.add(f"e{i}", sheets[i])
        pieces.merge(own.tally())
    assert pieces.result() == whole


@given(seed=SEEDS)
def test_bands_hold_every_change(seed: int) -> None:
    r = Random(seed)
    bands = Bands()
    changes = [r.choice((0, 1, -1, r.choice(EDGES), -r.choice(EDGES), r.randrange(-10**10, 10**10))) for _ in range(20)]
    for change in changes:
        bands.add(change)
    rows = bands.rows()
    assert sum(n for _, n, _ in rows) == len(changes)
    assert sum(s for *_, s in rows) == sum(changes)
    assert all((s > 0) == words.startswith("增加") for words, n, s in rows if n and words != "不变")
    assert len({words for words, *_ in rows}) == len(rows)
