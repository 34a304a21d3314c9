"""Odd policies on a small world: engines agree to the letter, the order of lines changes nothing, and whatever fills the gaps in was told as possible."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import attrs
from hypothesis import given

import xcrules
from tests.support.decisions import answer, settled, told
from tests.support.engines import ENGINES
from tests.support.odd_policies import Place, Raw, fillings, in_another_order, odd_policy, path_of, places, whole_sheet, without
from tests.support.random_policies import SEEDS
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import OUT_OF_FORCE, OUT_OF_SCOPE

TRIES = 8
NOTHING = (OUT_OF_FORCE, OUT_OF_SCOPE)  # which of them, is not told by what the clause asks


def made(text: str) -> xcrules.Policy | None:
    try:
        return xcrules.loads(text)
    except xcrules.XcrulesError:
        return None


@given(seed=SEEDS)
def test_odd_policies(seed: int) -> None:
    r = Random(seed)
    text = next((x for x in (odd_policy(r) for _ in range(TRIES)) if made(x) is not None), None)
    if text is None:
        return
    policy, other = xcrules.loads(text), made(in_another_order(r, text))
    raw = whole_sheet(r, tuple(dict.fromkeys(x.ledger for k in policy._engines.default.plan.clauses for x in k.claims)))
    for drawn in ([], r.sample(places(raw), 2)):
        gaps = [x for x in drawn if len(x) == 1 or (x[0],) not in drawn]
        sheet = without(raw, gaps)
        assert len({told(policy, sheet, engine=engine) for engine in ENGINES}) == 1, (gaps, sheet, text)
        decision = policy.decide(sheet)
        if other is not None:
            assert list(map(answer, decision.clauses)) == list(map(answer, other.decide(sheet).clauses)), (gaps, sheet, text)
        ways = [(chosen, policy.decide(filled)) for chosen, filled in fillings(sheet, gaps)] if gaps else []
        for clause in decision.clauses if gaps else ():
            assert_holds(clause, gaps, [(chosen, way[clause.number]) for chosen, way in ways], (sheet, text))


def said(clause: ClauseDecision) -> tuple[Any, ...]:
    """The answer; where nothing is paid this year, 0 and nothing are one."""
    return answer(attrs.evolve(clause, this_year=clause.this_year or None))


def assert_holds(clause: ClauseDecision, gaps: list[Place], ways: list[tuple[tuple[Any, ...], ClauseDecision]], where: Any) -> None:
    """A decision is every answer that may come, a range holds each; what is not asked for changes none."""
    asked = [i for i, gap in enumerate(gaps) if any(path_of(gap) == m or path_of(gap).startswith((m + ".", m + "[")) for m in clause.missing)]
    found: dict[str, set[Any]] = {}
    for chosen, way in ways:
        parts = dict(way.by_part) if clause.by_part else {}
        assert all(span[0] <= parts[x][0] and parts[x][1] <= span[1] for x, span in clause.by_part if x in parts), (clause.number, gaps, chosen, clause.by_part, parts, where)
        found.setdefault(repr([chosen[i] for i in asked]), set()).add("" if way.status in NOTHING else said(way))
        if settled(clause):
            assert said(way) == said(clause) or {way.status, clause.status} <= {*NOTHING}, (clause.number, gaps, chosen, where)
            continue
        ranges = ((clause.bound_range, way.bound), (clause.bound_range is None and clause.amount_range, way.amount), (clause.applied_range, way.applied), (clause.this_year_range, way.this_year))
        for span, value in ranges:
            assert not span or value is None or span[0] <= value <= span[1], (clause.number, gaps, chosen, span, value, where)
    assert all(len(x) == 1 for x in found.values()), (clause.number, gaps, clause.missing, where)


AWARDED = """事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 规模 | 元 | | |
| 比例 | 比率 | 核定 甲局，可缺 | |
| 核定 | 元 | 核定 甲局，可缺 | |

事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 角色 |
| 条款 | 文字 | 台账条款 |
| 核定年度 | 年度 | 台账年度 |
| 金额 | 元 | 台账金额 |

「第一条 给予下列。」
"""


def by_engines(lines: str, raw: Raw) -> ClauseDecision:
    policy = xcrules.loads(AWARDED + lines)
    assert len({told(policy, raw, engine=engine) for engine in ENGINES}) == 1
    return policy.decide(raw)["1"]


def test_what_an_open_award_pays_this_year() -> None:
    """5元 in two years beside an award of 0 to 4元: from 2.5 to 6.5; it was told as 6.5."""
    lines = "  分项：子\n  对象：企业\n  标准：5元\n  拨付：分 2年 等额，自 核定年度 起\n  分项：丑\n  对象：企业\n  裁量：核定，按 规模 × 比例\n  上限：单项 4元\n"
    assert by_engines(lines, {"年度": 2024, "比例": "50%"}).this_year_range == (Fraction(5, 2), Fraction(13, 2))


def test_what_rounding_takes_is_taken_of_what_is_paid_this_year() -> None:
    """1.33元, or 4, beside 5元 in two years: 6.33 comes to 6, of which the second part has 4.67 and 2.80 this year, in all 4.13; it was told as 4.33 at least."""
    lines = ("  分项：子\n  对象：企业\n  标准：4元 的 1/3\n  例外：规模 不低于 1元 的，4元\n  分项：丑\n  对象：企业\n  标准：5元\n  拨付：分 2年 按 60%、40%，自 核定年度 起\n"
             "「又一句，管两个分项。」\n  分项：子、丑\n  取整：到 元 截尾\n")
    assert [by_engines(lines, {"年度": 2024, "规模": x}).this_year for x in (0, 1)] == [Fraction(413, 100), 7]
    low, high = by_engines(lines, {"年度": 2024}).this_year_range or (7, 0)
    assert low <= Fraction(413, 100)
    assert high >= 7


def test_what_was_had_is_taken_off_awards_before_bounds() -> None:
    """100元 and an award of 100, less 60 had before: of the last, 40 are left, within its 50; in all 140, as of two 标准. Of an award of 30: 70."""
    lines = "  分项：子\n  对象：企业\n  标准：100元\n  分项：丑\n  对象：企业\n  {}\n  限次：合计 企业终身 一次，已得补差\n  上限：丑 企业终身 50元，已用 0元\n"
    had: Raw = {"年度": 2024, "规模": 0, "往年": [{"条款": "1子", "核定年度": 2020, "金额": 60}]}
    ruled = lines.format("裁量：由 甲局 核定，记入 核定\n  上限：单项 100元")
    assert [by_engines(x, {**had, "核定": y}).amount for x, y in ((lines.format("标准：100元"), 0), (ruled, 100), (ruled, 30))] == [140, 140, 70]
