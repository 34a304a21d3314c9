"""What a change costs adds up to what `decide` says of each enterprise; nothing changes nothing; a higher cap lowers nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from random import Random

import numpy as np
from attrs import evolve
from hypothesis import assume, given

import xcrules
from tests.properties.test_columns import simple
from tests.support.policies import shipped
from tests.support.random_policies import SEEDS, Raw, random_facts, random_policy
from tests.support.tables import block_table, carried
from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.arrow import block_facts, block_of, block_rows
from xcrules.facts.types import BoolType, EnumType, YearType
from xcrules.tell.impact.figures import EDGES, Impact, added
from xcrules.use.batch.block import PlainFacts
from xcrules.use.impact.compare import By, SideBySide, TwoTexts, bands_of
from xcrules.use.impact.weigh import Weigher
from xcrules.use.python.policy import Policy

SHIPPED = shipped()
MONEY = re.compile(r"([\d.]+)(万元|千元|元)")


def compared(old: Policy, new: Policy, sheets: list[Raw], readings: dict[str, str] | None = None) -> Impact:
    made = SideBySide(Weigher(old, {}), Weigher(new, readings or {}))
    return made.result(made.of_facts(*rows_of(sheets)))


def rows_of(sheets: Sequence[Raw | XcrulesError], start: int = 0) -> tuple[list[str], list[PlainFacts | XcrulesError]]:
    return [f"e{start + i}" for i in range(len(sheets))], [x if isinstance(x, XcrulesError) else PlainFacts(x) for x in sheets]


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
def test_by_columns_it_comes_to_the_same(seed: int) -> None:
    """Between two texts that ask other facts, or two readings of one, split by each fact that has few values."""
    r, _, new, sheets = of_random(seed, 12)
    old = new if seed % 2 else of_random(seed + 1)[2]
    if seed % 3 == 0:
        old = new = SHIPPED
        sheets = [random_facts(r, new) for _ in range(12)]
    other = {x.number: r.choice(x.modelled) for x in new.program.readings if r.random() < 0.4}
    texts = TwoTexts(old, new, ({}, other), ())
    form, by = texts.form, []
    for t in new.program.schema.tables:
        by += [By("" if t.kind == "顶层" else t.name, f) for f in t.fields if t.kind != "名单" and isinstance(f.type, EnumType | BoolType | YearType)]
    sheets = [simple(carried(x)) for x in sheets]
    table = block_table([{**x, "编号": f"e{i}"} for i, x in enumerate(sheets)], new.program.form)
    made, block = evolve(texts, by=tuple(by)).comparison(), block_of(table, form)
    rows = rows_of([x if isinstance(x, XcrulesError) else block_facts(form)(x) for x in block_rows(block, form)])
    one, other_way = made.result(made.of(block)), made.result(made.of_facts(*rows))
    assert evolve(one, caps=()) == evolve(other_way, caps=())
    for cap, told in zip(one.caps, other_way.caps, strict=True):
        assert cap == told or cap.of_items  # of a clause that the reference evaluator decides no 单项 cap is told


@given(seed=SEEDS)
def test_counted_in_pieces_it_comes_to_the_same(seed: int) -> None:
    _, text, policy, sheets = of_random(seed, 7)
    new = xcrules.loads(text)
    whole = compared(policy, new, sheets)
    made = SideBySide(Weigher(policy, {}), Weigher(new, {}))
    parts = [made.of_facts(*rows_of(sheets[part.start : part.stop], part.start)) for part in (range(0, 3), range(3, 7))]
    assert made.result(reduce(added, parts, made.nothing)) == whole


@given(seed=SEEDS)
def test_bands_hold_every_change(seed: int) -> None:
    r = Random(seed)
    changes = [r.choice((0, 1, -1, r.choice(EDGES), -r.choice(EDGES), r.randrange(-10**10, 10**10))) for _ in range(20)]
    rows = bands_of(np.array(changes, object)).rows()
    assert sum(n for _, n, _ in rows) == len(changes)
    assert sum(s for *_, s in rows) == sum(changes)
    assert all((s > 0) == words.startswith("增加") for words, n, s in rows if n and words != "不变")
    assert len({words for words, *_ in rows}) == len(rows)
