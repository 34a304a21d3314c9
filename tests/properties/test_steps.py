"""A 对照 of several keys gives what its own sentence says, on every engine; what is refused is in doubt or never used.

The tables are written at random, the sentence is taken at its word over all cases, and the rows are judged once more
as they are written, in plain numbers.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

from hypothesis import given, note, strategies as st

import xcrules
from xcrules.store.load import load_text
from xcrules.tell.readback import read_back

HEAD = "规定：试行办法\n事实：申报，顶层\n| 名称 | 类型 |\n| 产值 | 元 |\n| 重点 | 是否 |\n| 级别 | 甲级、乙级、丙级 |\n\n「第一条 试」\n  对象：企业\n  对照：按 产值、重点、级别 定 奖金\n  | 产值 | 重点 | 级别 | 奖金 |\n"
TIERS = ["", "达到 2元", "达到 6元", "超过 6元", "达到 10元", "不超过 8元", "2元 以上 不满 8元"]  # even, so that something lies between
STEPS = [t for t in TIERS if t.startswith(("达到", "超过"))]


class Row(NamedTuple):
    tier: str
    major: str
    level: str
    amount: int

    def holds(self, output: int, major: bool, level: str) -> bool:
        return self.reached(output) and self.major in ("", "是" if major else "否") and (not self.level or level in self.level.split("、"))

    def reached(self, output: int) -> bool:
        match self.tier.split(" "):
            case ["达到", bound]:
                return output >= int(bound[:-1])
            case ["超过", bound]:
                return output > int(bound[:-1])
            case ["不超过", bound]:
                return output <= int(bound[:-1])
            case [low, "以上", "不满", high]:
                return int(low[:-1]) <= output < int(high[:-1])
        return True

    @property
    def height(self) -> float:
        return int(self.tier[3:-1]) + (0.5 if self.tier.startswith("超过") else 0) if self.tier else -1


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    tiers = st.sampled_from(draw(st.sampled_from((["", *STEPS], STEPS, TIERS))))
    keys = st.tuples(tiers, st.sampled_from(["", "", "是", "否"]), st.sampled_from(["", "", "甲级", "乙级", "甲级、丙级"]))
    rows = draw(st.lists(keys.filter(any), min_size=2, max_size=5, unique=True))
    amounts = sorted(draw(st.lists(st.integers(1, 99), min_size=len(rows), max_size=len(rows), unique=True)))
    ordered = amounts if draw(st.booleans()) else draw(st.permutations(amounts))
    return [Row(*key, amount) for key, amount in zip(rows, ordered, strict=True)]


CASES = list(product(range(12), (True, False), ("甲级", "乙级", "丙级")))


def steps(rows: list[Row]) -> bool:
    """Whether the key 产值 is of steps."""
    written = [row.tier for row in rows if row.tier]
    return len(written) > 1 and all(t in STEPS for t in written)


def in_turn(rows: list[Row]) -> list[Row]:
    """The rows in the order in which they are asked."""
    return sorted(rows, key=lambda row: -row.height) if steps(rows) else rows


def by_the_sentence(sentence: str, rows: list[Row], case: tuple[int, bool, str]) -> int:
    """What the sentence says of a case: its arms, and which of them where several hold."""
    told = [next(row for row in rows if row.amount == int(amount)) for amount in re.findall(r"为(\d+)元(?=；)", sentence)]
    assert sorted(told) == sorted(rows)
    holding = [row for row in told if row.holds(*case)]
    if len(holding) < 2:
        return holding[0].amount if holding else 0
    rule = re.search(r"同时符合几[档行]的，按(.*?)）：", sentence)
    assert rule is not None, sentence
    if rule[1] == "写在前的一行":
        return holding[0].amount
    best = [row for row in holding if row.height == max(x.height for x in holding)]
    assert rule[1] == "产值最高的一档，同一档的按写在前的一行" or (rule[1] == "产值最高的一档" and len(best) == 1), sentence
    return best[0].amount


@given(tables())
def test_a_table_gives_what_its_sentence_says(rows: list[Row]) -> None:
    text = HEAD + "".join(f"  | {r.tier} | {r.major} | {r.level} | {r.amount}元 |\n" for r in rows) + "  | 其他 | | | 不予支持 |\n  标准：奖金\n"
    note(text)
    loaded = load_text(text)
    codes = {d.code for d in loaded.diagnostics if d.is_error}
    winners = {case: next((row for row in in_turn(rows) if row.holds(*case)), None) for case in CASES}
    if codes or loaded.program is None:
        assert codes in ({"E432"}, {"E481"}), codes
        assert codes == {"E481"} or set(rows) - set(winners.values()), "every row is used"
        assert codes == {"E432"} or steps(rows), "no steps to be in doubt about"
        return
    assert set(rows) <= set(winners.values()), "a row that is never used"
    policy, sentence = xcrules.loads(text), read_back(loaded.program, "1")
    for case in CASES:
        given_ = dict(zip(("产值", "重点", "级别"), case, strict=True))
        said = by_the_sentence(sentence, rows, case)
        assert winners[case] == next((row for row in rows if row.amount == said), None)
        for engine in ("reference", "compiled"):
            (decision,) = policy.decide(given_, engine=engine).clauses
            assert decision.amount == said, (case, engine)
