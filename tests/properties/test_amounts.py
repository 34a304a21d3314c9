"""Amounts on complete facts, held against a plain evaluator that shares nothing with the engine (tests/support/plain.py)."""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

import xcrules
from tests.support import plain
from tests.support.decisions import by_every_engine
from tests.support.policies import EARLIER
from xcrules.base.money import cents_by_year
from xcrules.run.decision import ClauseDecision


def decided(policy: xcrules.Policy, raw: dict[str, Any]) -> ClauseDecision:
    """The clause by any engine: to the letter the same."""
    return by_every_engine(policy, raw)["1"]


@given(seed=st.integers(0, 2**40))
def test_amounts_are_those_of_the_plain_evaluator(seed: int) -> None:
    for step in range(6):
        r = Random(seed * 7 + step)
        spec = plain.specs(r)
        policy = xcrules.loads(plain.text_of(spec))
        for _ in range(6):
            raw = plain.facts(r)
            made = decided(policy, raw)
            assert (made.status, made.amount) == plain.expected(spec, raw), (plain.text_of(spec), raw)
            _bounds_hold(made, spec, raw)


def _bounds_hold(made: ClauseDecision, spec: plain.Spec, raw: dict[str, Any]) -> None:
    """At every level, after every rounding; and the claims add up."""
    shares = [(i.part, raw["项目"][int(i.path[3:-1])], i.amount or Fraction(0)) for i in made.reasons.items if i.counts]
    assert sum((x for _, _, x in shares), Fraction(0)) == made.amount
    for name, part in spec["parts"].items():
        own = [(row, x) for p, row, x in shares if p == name]
        assert all(100 % x.denominator == 0 and x >= 0 for _, x in own)
        if part["piece"]:
            assert all(x <= Fraction(part["piece"]) * row.get("件数", 1) for row, x in own)
        if part["person"]:
            for person in "天地":
                assert sum(x for row, x in own if row.get("名") == person) <= Fraction(part["person"])
        if part["cap"]:
            assert sum(x for _, x in own) <= plain.room(part, name, raw["台账"])


@given(seed=st.integers(0, 2**40))
def test_a_step_that_touches_nothing_changes_nothing(seed: int) -> None:
    """从高 where every name stands once, and 竞合 without other support: amounts and shares stay."""
    r = Random(seed)
    for _ in range(4):
        spec = plain.specs(r)
        for part in spec["parts"].values():
            part["best"] = None
        spec["settle"] = ""
        raw = plain.facts(r) | {"别处": [{"哪件": "南", "数额": "5", "状态": "已获得"}]}
        names = itertools.count()
        raw["项目"] = [{**row, "名": f"名{next(names)}"} for row in raw["项目"]]
        before = decided(xcrules.loads(plain.text_of(spec)), raw)
        for part in spec["parts"].values():
            part["best"] = r.choice(("", "，依 级（高、中）"))
        spec["settle"] = "补差"
        after = decided(xcrules.loads(plain.text_of(spec)), raw)
        assert (after.status, after.amount, [i.amount for i in after.reasons.items]) == (before.status, before.amount, [i.amount for i in before.reasons.items])


# -- instalments ---------------------------------------------------------------------------------------------------

PAID = """事实：申报，顶层
| 名称 | 类型 | 角色     |
| 年   | 年度 | 基准年度 |
| 额   | 元   |          |

{earlier}「第一条 奖励分年拨付。」
  对象：企业
  标准：额
  拨付：分 {years}年 {how}，自 核定年度 起
"""


@pytest.mark.parametrize(("years", "how"), [(3, "等额"), (2, "等额"), (3, "按 50%、30%、20%"), (4, "按 10%、20%、30%、40%"), (7, "等额")])
@given(cents=st.integers(1, 10**7))
def test_instalments_over_the_years_add_up(years: int, how: str, cents: int) -> None:
    """Each later year's payment is that of the plan, and together they are the grant."""
    policy = xcrules.loads(PAID.format(years=years, how=how, earlier=EARLIER))
    grant = Fraction(cents, 100)
    first = decided(policy, {"年": 2021, "额": f"{cents // 100}.{cents % 100:02d}"})
    plan = dict(first.schedule or ())
    assert first.this_year == plan.get(2021, 0)
    later = [decided(policy, {"年": 2021 + n, "额": 0, "往年": [{"条款": "1", "年度": 2021, "金额": grant}]}).this_year for n in range(1, years + 1)]
    assert later == [plan.get(2021 + n, 0) for n in range(1, years + 1)]
    assert sum(plan.values()) == grant


STAGED = """事实：申报，顶层
| 名称   | 类型 | 要求 | 角色     |
| 年     | 年度 |      | 基准年度 |
| 额     | 元   |      |          |
| 开工日 | 日期 | 可缺 |          |
| 投产年 | 年度 | 可缺 |          |
| 验收   | 是否 | 可缺 |          |

{earlier}「第一条 奖励随进度拨付。」
  对象：企业
  标准：额
  拨付：分期 10%、25%、25%、40%，随 核定年度、开工日、投产年、验收
"""


@given(st.integers(1, 10**7), st.lists(st.integers(2018, 2026), min_size=3, max_size=3))
def test_every_share_is_paid_once_when_its_event_happens(cents: int, happened: list[int]) -> None:
    """Asked anew each year with what has happened by then, the years together pay the grant, a share in the year of its event or of the grant."""
    policy, grant = xcrules.loads(STAGED.format(earlier=EARLIER)), Fraction(cents, 100)
    begun, running, accepted = happened

    def known(year: int) -> dict[str, object]:
        said = {"年": year, "开工日": f"{begun}-07-01" if begun <= year else None, "投产年": running if running <= year else None}
        return {**said, "验收": year == accepted or (year == 2021 and accepted < 2021)}

    first = decided(policy, {**known(2021), "额": grant})
    assert sum((x for _, x in (first.schedule or ()) + first.waiting), Fraction(0)) == grant
    paid = {2021: first.this_year or 0}
    for year in range(2022, 2028):
        paid[year] = decided(policy, {**known(year), "额": 0, "往年": [{"条款": "1", "年度": 2021, "金额": grant}]}).this_year or 0
    shares = dict(zip((2021, *(max(y, 2021) for y in happened)), (0, 0, 0, 0), strict=False))
    for year, share in zip((2021, *(max(y, 2021) for y in happened)), cents_by_year(cents, [Fraction(x, 20) for x in (2, 5, 5, 8)]), strict=True):
        shares[year] += share
    assert {y: x * 100 for y, x in paid.items() if x} == {y: x for y, x in shares.items() if x}
