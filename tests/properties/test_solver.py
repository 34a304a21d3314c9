"""What is told to the solver is what the engines decide: sheets put into its terms, status and amount or bound compared."""

from __future__ import annotations

import datetime
from collections import Counter
from random import Random
from typing import Any

import pytest
import z3  # type: ignore[import-untyped]

import xcrules
from tests.soundness import FORMS, SHIPPED, Compared, random_ones
from tests.support.pinned import Pinned
from xcrules.base import dates
from xcrules.run.smt.calendar import months_between, months_later
from xcrules.run.smt.terms import Symbol


def agree(policy: xcrules.Policy, sheets: int, seed: int = 0, forms: tuple[tuple[int, bool], ...] = FORMS) -> Counter[str]:
    one = Compared(policy, forms)
    seen = one.more(sheets, seed)
    assert not one.parted
    return seen


@pytest.mark.parametrize(("name", "sheets"), [("xicheng-2021", 60), ("nansha-headquarters-2017", 12), ("iit-comprehensive-2018", 30)])
def test_shipped(name: str, sheets: int) -> None:
    assert agree(xcrules.load(name), sheets, forms=FORMS[:1])["sheets"] >= sheets // 3


@pytest.mark.parametrize("name", ["xicheng-2021", "nansha-technology-2017"])
def test_told_as_a_whole(name: str) -> None:
    assert not Pinned(xcrules.load(name), rows=1).uncovered


@pytest.mark.slow
def test_days() -> None:
    """The calendar of the solver beside that of the engines."""
    day, other, months = (z3.Int(x) for x in ("day", "other", "months"))
    low, high = datetime.date(2000, 1, 1).toordinal(), datetime.date(2040, 12, 31).toordinal()
    domain: list[Any] = []
    one, two = (Symbol(x, span=(low, high)) for x in (day, other))
    later = months_later(one, Symbol(months, span=(-400, 400)), domain).value
    full, touched = (months_between(one, two, whole, domain).value for whole in (True, False))
    solver, r = z3.SimpleSolver(), Random(3)
    solver.add(*domain)
    for n in range(12):
        x, y, m = r.randint(low, high), r.randint(low, high), r.randint(-300, 400)
        x = datetime.date(2000 + 4 * (n % 10), 2, 29).toordinal() if n % 3 == 0 else x
        solver.push()
        solver.add(day == x, other == y, months == m)
        assert solver.check() == z3.sat
        model = solver.model()
        assert [model.eval(v).as_long() for v in (later, full, touched)] == [dates.months_later(x, m), dates.from_to("月数", x, y), dates.from_to("历月", x, y)]
        solver.pop()
        for years in (0, 1, -3, 4, 10):
            assert months_later(Symbol(x, span=(low, high)), Symbol(12 * years, span=(12 * years, 12 * years)), domain).value == dates.months_later(x, 12 * years)


def test_rounding_of_an_award_passes_no_bound() -> None:
    """At most 1元 said, beside 1.5元 that is reckoned: 3元 would pass the bound of 2.5元."""
    policy = xcrules.loads("""事实：申报，顶层
| 名称   | 类型 | 要求            | 角色     |
| 年度   | 年度 |                 | 基准年度 |
| 经费   | 元   |                 |          |
| 核定率 | 比率 | 核定 局，可缺   |          |

「第一条 按经费的一定比例给予奖励，」
  分项：首次
  对象：企业
  裁量：由 局 核定，按 经费 的 核定率
「每年最高1元，」
  上限：首次 企业年度 1元
「另给1.5元。」
  分项：再次
  对象：企业
  标准：1.5元
「第二条 附则，到元。」
  取整：到 元 四舍五入
""")
    facts = policy.facts({"年度": 2024, "经费": 3, "核定率": "50%"})
    assert policy.decide(facts)["1"].amount == 2
    assert not Pinned(policy, rows=1).disagreements(policy._engines.scaled(facts), Random(0), Counter())


def random_policies(seeds: range, sheets: int) -> Counter[str]:
    seen = Counter[str]()
    for seed in seeds:
        seen += agree(next(random_ones(Random(seed))), sheets, seed, ((2, True),))
    return seen


def test_random_policies() -> None:
    assert random_policies(range(3), 12)["sheets"] >= 8


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_thousands(name: str) -> None:
    """All that python -m tests.soundness compares, in small."""
    assert agree(xcrules.load(name), 1000, seed=1000)["sheets"] >= 400


@pytest.mark.slow
def test_random_policies_by_the_dozen() -> None:
    assert random_policies(range(100, 120), 40)["sheets"] >= 300
