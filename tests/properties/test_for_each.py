"""上限：1、2、3 合计 同一 姓名: what each person gets under several lists, reckoned plainly, on every engine and with unknown cells.

Values are few, so that names meet, bounds are reached, and 0 is among them; a third of 元 is no whole 分.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

from hypothesis import given

import xcrules
from tests.properties.test_columns import assert_both_ways
from tests.support.decisions import amounts, by_every_engine, many
from tests.support.pinned import Pinned
from tests.support.random_policies import SEEDS
from tests.support.tables import block_table
from xcrules.base.money import Unlimited

Row = dict[str, Any]
LISTS = ("安家", "租房", "培训")
COLUMNS: dict[str, list[Any]] = {"姓名": ["甲", "乙", "丙"], "费": [0, 1, 3, 4, 7, 10], "计": [True, True, False]}
HEAD = "事实：申报，顶层\n| 名称 | 类型 | 角色     |\n| 年   | 年度 | 基准年度 |\n\n" + "".join(
    f"事实：{name}，逐笔\n| 名称 | 类型 |\n| 姓名 | 文字 |\n| 费   | 元   |\n| 计   | 是否 |\n\n" for name in LISTS) + (
    "事实：历史，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 核定年度 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n| 姓名 | 文字 | |\n\n")


class Rule:
    """A line over three lists, and what each clause has of its own."""

    def __init__(self, r: Random) -> None:
        self.period, self.most = r.choice(("年度 ", "终身 ", "")), r.choice((5, 8, 12))
        self.each, self.person, self.best = r.random() < 0.4, r.random() < 0.4, r.random() < 0.4
        self.whole = r.choice((0, 0, 3, 9, 14))  # a bound around it, over the same clauses; 0: none

    def text(self) -> str:
        clauses = (("一", "费", "  上限：单项 4元\n" * self.each), ("二", "费 的 三分之一", "  从高：同一 姓名\n" * self.best), ("三", "费", "  上限：同一 姓名 6元\n" * self.person))
        return HEAD + "".join(f"「第{n}条 给予补贴。」\n  对象：每笔 {name}，计\n  标准：{amount}\n{more}" for (n, amount, more), name in zip(clauses, LISTS, strict=True)) + (
            f"「第四条 各项合计封顶。」\n  上限：第一条、第二条、第三条 合计 同一 姓名 {self.period}{self.most}元\n" + f"  上限：第一条、第二条、第三条 合计 每次 {self.whole}元\n" * bool(self.whole))

    def totals(self, sheet: Row) -> list[Fraction]:
        """元 of each clause: in the order of the law, in each list in the order of the rows."""
        left: dict[str, Fraction] = defaultdict(lambda: Fraction(self.most))
        for had in sheet["历史"]:
            if self.period.strip() == "终身" or (self.period and had["核定年度"] == sheet["年"]):
                left[had["姓名"]] -= had["金额"]
        made = []
        for name in LISTS:
            rows = [(x["姓名"], Fraction(x["费"], 3 if name == "租房" else 1)) for x in sheet[name] if x["计"]]
            if name == "安家" and self.each:
                rows = [(who, min(x, Fraction(4))) for who, x in rows]
            sums: dict[str, Fraction] = defaultdict(Fraction)
            for who, x in rows:
                sums[who] = max(sums[who], x) if name == "租房" and self.best else sums[who] + x
            if name == "培训" and self.person:
                sums = defaultdict(Fraction, {who: min(x, Fraction(6)) for who, x in sums.items()})
            total = sum((min(x, max(left[who], Fraction(0))) for who, x in sums.items()), Fraction(0))
            made.append(Fraction(floor(total * 100 + Fraction(1, 2)), 100))
            for who, x in sums.items():
                left[who] -= Fraction(ceil(x * 100), 100)
        rest = Fraction(self.whole)
        for at, total in enumerate(made if self.whole else ()):
            made[at] = min(total, rest)
            rest -= made[at]
        return made


def sheet_of(r: Random, holes: int) -> Row:
    """With so many unknown cells (None)."""
    sheet: Row = {"年": 2025, **{name: [{k: r.choice(v) for k, v in COLUMNS.items()} for _ in range(r.randint(0, 3))] for name in LISTS}}
    rows = [row for name in LISTS for row in sheet[name]]
    for row in r.sample(rows, min(holes, len(rows))):
        row[r.choice([*COLUMNS])] = None
    sheet["历史"] = [{"条款": r.choice("123"), "核定年度": r.choice((2024, 2025)), "金额": r.choice((0, 2, 9)), "姓名": r.choice(COLUMNS["姓名"])} for _ in range(r.randint(0, 2))]
    return sheet


def told(sheet: Row) -> Row:
    return {k: [{a: b for a, b in row.items() if b is not None} for row in v] if isinstance(v, list) else v for k, v in sheet.items()}


def filled(sheet: Row, r: Random) -> Row:
    return {k: [{a: r.choice(COLUMNS[a]) if b is None else b for a, b in row.items()} for row in v] if k in LISTS else v for k, v in sheet.items()}


@many(4)
@given(seed=SEEDS)
def test_by_every_engine(seed: int) -> None:
    r = Random(seed)
    rule = Rule(r)
    policy = xcrules.loads(rule.text())
    for holes in (0, 0, 1, 2):
        sheet = sheet_of(r, holes)
        made = by_every_engine(policy, told(sheet), note=(rule.text(), sheet))
        for way in [filled(sheet, r) for _ in range(1 + 5 * holes)]:
            for number, total in zip("123", rule.totals(way), strict=True):
                low, high = amounts(made[number])
                assert low <= total, (number, rule.text(), sheet, way)
                assert isinstance(high, Unlimited) or total <= high, (number, rule.text(), sheet, way)
                assert holes or low == high


@given(seed=SEEDS)
def test_by_columns_and_told_to_the_solver(seed: int) -> None:
    r = Random(seed)
    policy = xcrules.loads(Rule(r).text())
    assert_both_ways(policy, block_table([{**told(sheet_of(r, r.choice((0, 0, 1)))), "编号": f"e{i}"} for i in range(8)], policy.program.form))
    terms = Pinned(policy, rows=3)
    assert not terms.uncovered
    assert not terms.disagreements(policy.facts(told(sheet_of(r, r.choice((0, 1))))), r, Counter())
