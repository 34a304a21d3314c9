"""从高 of the first few by an order: sums worked out by trying every way that unknown cells may turn out, on every engine.

Values are few, so that rows are alike in their key, their rank and their amount, and 0 is among them.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
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
from xcrules.run.results import PENDING

Row = dict[str, Any]
COLUMNS = {"排口": ["甲", "乙", ""], "量": [0, 1, 2], "级": ["高", "中", "低"], "日": ["2024-01-01", "2024-02-01", ""], "额": [0, 5, 5, 7], "计": [True, True, False]}
HEAD = """事实：申报，顶层
| 名称 | 类型 | 角色     |
| 年   | 年度 | 基准年度 |

""" + "".join(f"""事实：{name}，逐项
| 名称 | 类型       | 要求 |
| 排口 | 文字       | 可缺 |
| 量   | 数         |      |
| 级   | 高、中、低 |      |
| 日   | 日期       | 可缺 |
| 额   | 元         |      |
| 计   | 是否       |      |

""" for name in ("名册", "另册"))
RANKS = ("", "，依 量 从大到小", "，依 量 从小到大", "，依 日 先到先得", "，依 级（高、中）", "，依 占比 从大到小")


class Rule:
    """A line of 从高 and what it means, told plainly."""

    def __init__(self, r: Random) -> None:
        self.key, self.rank, self.take, self.low = r.choice(("同一 排口", "同一 排口", "全部")), r.choice(RANKS), r.choice((1, 2, 2, 3)), r.random() < 0.5
        self.two = r.random() < 0.3
        if self.two and self.rank not in ("", "，依 级（高、中）"):
            self.rank = ""
        tied = f"，并列 {'从低' if self.low else '从高'}" if self.rank else ""
        self.low = self.low and bool(tied)
        self.line = f"{'合计 ' if self.two else ''}{self.key}{self.rank}，前 {self.take}项{tied}"

    def text(self) -> str:
        part = "  对象：每项 {}，计\n" + ("  设定：占比 ＝ 量 ÷ （量 ＋ 1），除数为零 按 0\n" if "占比" in self.rank else "") + "  标准：额\n"
        parts = "  分项：一\n" + part.format("名册") + "  分项：二\n" + part.format("另册") if self.two else part.format("名册")
        return HEAD + f"「第一条 按次序取前几项。」\n{parts}  从高：{self.line}\n"

    def place(self, row: Row) -> Any:
        """Where a row stands, the lowest first."""
        if "从大到小" in self.rank:
            return -(row["量"] or 0)
        return {"": 0, "，依 量 从小到大": row["量"], "，依 日 先到先得": row["日"], "，依 级（高、中）": {"高": 0, "中": 1}.get(row["级"], 2)}[self.rank]

    def total(self, rows: list[Row]) -> Fraction:
        """What the first of each key come to: of one place the highest amount, or the lowest, first."""
        groups: dict[Any, list[Row]] = {}
        for i, row in enumerate(rows):
            if row["计"]:
                groups.setdefault("" if self.key == "全部" else row["排口"] or i, []).append(row)
        return Fraction(sum(x["额"] for held in groups.values() for x in sorted(held, key=lambda x: (self.place(x), x["额"] if self.low else -x["额"]))[: self.take]))


def rows_of(r: Random, most: int, holes: int) -> list[Row]:
    """Rows with so many unknown cells (None); "" is what is wanting and may be."""
    rows = [{name: r.choice(values) for name, values in COLUMNS.items()} for _ in range(r.randint(0, most))]
    for row in r.sample(rows, min(len(rows), holes)):
        row[r.choice(("量", "级", "额", "计"))] = None
    return rows


def sheet(rows: list[Row], other: list[Row] | None) -> Row:
    return {"年": 2024, **{name: [{k: v for k, v in row.items() if v not in (None, "")} for row in held] for name, held in (("名册", rows), ("另册", other)) if held is not None}}


def fillings(rows: list[Row]) -> list[list[Row]]:
    """All ways in which the unknown cells may turn out, as far as these values go."""
    gaps = [(i, name) for i, row in enumerate(rows) for name, value in row.items() if value is None]
    made = []
    for values in product(*(COLUMNS[name] for _, name in gaps)):
        filled = [dict(row) for row in rows]
        for (i, name), value in zip(gaps, values, strict=True):
            filled[i][name] = value
        made.append(filled)
    return made


@many(6)
@given(seed=SEEDS)
def test_unknown_cells(seed: int) -> None:
    """Every way they may turn out lies within the range; what is decided is so in every way, and where all is known to the 分; what is not asked for changes nothing."""
    r = Random(seed)
    rule = Rule(r)
    policy = xcrules.loads(rule.text())
    for holes in (0, 0, 0, 1, 2, 2):
        rows, other = rows_of(r, 5 + (not holes), holes), rows_of(r, 2, min(holes, 1)) if rule.two else []
        made = by_every_engine(policy, sheet(rows, other), note=rule.line)["1"]
        ways = [rule.total(x) for x in fillings([*rows, *other])]
        low, high = amounts(made)
        assert low <= min(ways), (rule.line, rows, other, made.amount_range)
        assert isinstance(high, Unlimited) or max(ways) <= high, (rule.line, rows, other, made.amount_range)
        if made.status != PENDING:
            assert {*ways} == {made.amount}, (rule.line, rows, other)
            continue
        assert holes, (rule.line, rows, other)
        asked = {m.replace("另册[", f"名册[{len(rows)}+") for m in made.missing}
        every = [*rows, *other]
        given_ = [dict(row) for row in every]
        for i, row in enumerate(every):
            for name, value in row.items():
                path = f"名册[{i}].{name}" if i < len(rows) else f"名册[{len(rows)}+{i - len(rows)}].{name}"
                if value is None and path in asked:
                    given_[i][name] = r.choice(COLUMNS[name])
        assert len({rule.total(x) for x in fillings(given_)}) == 1, (rule.line, rows, other, made.missing)


@given(seed=SEEDS)
def test_a_list_that_was_not_given(seed: int) -> None:
    r = Random(seed)
    rule = Rule(r)
    while not rule.two:
        rule = Rule(r)
    rows = rows_of(r, 4, 1)
    made = by_every_engine(xcrules.loads(rule.text()), sheet(rows, None), note=rule.line)["1"]
    low, _ = amounts(made)
    assert "另册" in made.missing
    assert low <= min(rule.total([*x, *rows_of(r, 3, 0)]) for x in fillings(rows) for _ in range(5))


@given(seed=SEEDS)
def test_by_columns(seed: int) -> None:
    r = Random(seed)
    rule = Rule(r)
    policy = xcrules.loads(rule.text())
    sheets = [{**sheet(rows_of(r, 6, r.choice((0, 0, 1))), rows_of(r, 3, 0) if rule.two else []), "编号": f"e{i}"} for i in range(12)]
    assert_both_ways(policy, block_table(sheets, policy.program.form))


@given(seed=SEEDS)
def test_told_to_the_solver(seed: int) -> None:
    r = Random(seed)
    rule = Rule(r)
    policy = xcrules.loads(rule.text())
    terms = Pinned(policy, rows=4)
    assert bool(terms.uncovered) == ("占比" in rule.rank)
    for _ in range(3):
        facts = policy.facts(sheet(rows_of(r, 4, r.choice((0, 1))), rows_of(r, 3, 0) if rule.two else []))
        assert not terms.disagreements(facts, r, Counter())
