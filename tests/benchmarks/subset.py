"""Seven clauses as a small policy over plain facts, in xcrules, by hand, and in the peers' languages.

The facts are one flat object. The peers' expressions take Latin names only, so each fact has a second name;
renaming is done before anything is measured. Amounts are compared in whole 分.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import xcrules

Facts = dict[str, Any]
Amounts = tuple[int, ...]  # 分, by clause

TEXT = (Path(__file__).parent / "subset.规则").read_text(encoding="utf-8")
LATIN = {
    "国家级专项资金": "nat", "市级专项资金": "city", "经费支出本年": "s0", "经费支出上年": "s1", "经费支出前年": "s2",
    "经费支出强度": "si", "平均强度": "savg", "研发经费本年": "r0", "研发经费上年": "r1", "新入驻": "fresh", "持有证书": "cert",
    "取得证书次序": "seq", "国内专利件数": "dom", "国外专利国数": "forn", "以前补贴国数": "past", "国际标准数": "std1",
    "国家标准数": "std2", "行业标准数": "std3", "影视部数": "film", "游戏部数": "game", "书籍部数": "book",
    "版权签约费用": "fee", "普通贷款利息": "loan", "优惠贷款利息": "pref",
}
MONEY = ("国家级专项资金", "市级专项资金", "经费支出本年", "经费支出上年", "经费支出前年", "研发经费本年", "研发经费上年",
         "版权签约费用", "普通贷款利息", "优惠贷款利息")

ORDINARY: Facts = {
    "兑现年度": 2023, "国家级专项资金": 600000, "市级专项资金": 300000, "经费支出本年": 3000000, "经费支出上年": 2500000,
    "经费支出前年": 2000000, "经费支出强度": Decimal("0.07"), "平均强度": Decimal("0.06"), "研发经费本年": 9000000,
    "研发经费上年": 5000000, "新入驻": True, "持有证书": True, "取得证书次序": 1, "国内专利件数": 12, "国外专利国数": 9,
    "以前补贴国数": 2, "国际标准数": 0, "国家标准数": 1, "行业标准数": 2, "影视部数": 1, "游戏部数": 1, "书籍部数": 0,
    "版权签约费用": 500000, "普通贷款利息": 123456, "优惠贷款利息": 1000000,
}
SHEETS: tuple[Facts, ...] = (
    ORDINARY,
    {**ORDINARY, "国家级专项资金": 2000000, "取得证书次序": 2, "新入驻": False, "以前补贴国数": 6, "国际标准数": 3},
    {**ORDINARY, "经费支出上年": 3000000, "影视部数": 2, "书籍部数": 5, "版权签约费用": 700001, "国内专利件数": 200},
    # amounts that end in half a 分: a binary fraction may fall on either side
    {**ORDINARY, "市级专项资金": Decimal("300000.01"), "研发经费本年": Decimal("7000000.10"), "版权签约费用": Decimal("123456.45"),
     "普通贷款利息": Decimal("1.15"), "优惠贷款利息": Decimal("0.00")},
    {**ORDINARY, "普通贷款利息": Decimal("33.35"), "优惠贷款利息": Decimal("0.01"), "版权签约费用": Decimal("0.15")},
)


def latin(facts: Facts) -> Facts:
    """The same facts under the peers' names; Decimals as the floats that these take."""
    return {LATIN[k]: float(v) if isinstance(v, Decimal) else v for k, v in facts.items() if k in LATIN}


def whole_cents(facts: Facts) -> Facts:
    """Money in 分 and rates in millionths, for the hand-written function."""
    scales = {**dict.fromkeys(MONEY, 100), "经费支出强度": 10**6, "平均强度": 10**6}
    return {k: int(v * scales[k]) if k in scales else v for k, v in facts.items()}


def by_hand(f: Facts) -> Amounts:
    """What a programmer would write for these seven clauses, over whole 分."""
    funds = min((f["国家级专项资金"] * 2 + f["市级专项资金"] + 1) // 2, 150000000)
    growth = 0
    if f["经费支出本年"] > f["经费支出上年"] > f["经费支出前年"] and f["经费支出强度"] > f["平均强度"]:
        more = f["研发经费本年"] - f["研发经费上年"]
        if more > 0:
            growth = min(max((more + 10) // 20, 10000000), 50000000)
    order = f["取得证书次序"]
    hitech = 30000000 if (f["新入驻"] and f["持有证书"]) or order == 1 else 0
    if order == 2:
        hitech += 5000000
    countries = min(f["国外专利国数"], max(6 - f["以前补贴国数"], 0))
    patents = min(f["国内专利件数"] * 400000 + countries * 1000000, 50000000)
    standards = min(f["国际标准数"] * 100000000 + f["国家标准数"] * 40000000 + f["行业标准数"] * 20000000, 100000000)
    fees = min(f["版权签约费用"] * 3, 200000000)
    works = (f["影视部数"] * 50000000 + f["游戏部数"] * 30000000 + f["书籍部数"] * 10000000) * 10
    works = (min(works + fees, 1000000000) + 5) // 10
    interest = (min(f["普通贷款利息"] * 3 + f["优惠贷款利息"] * 5, 1000000000) + 5) // 10
    return funds, growth, hitech, patents, standards, works, interest


# -- the peers ----------------------------------------------------------------------------------------------

ZEN = (
    "min([nat + city * 0.5, 1500000])",
    "s0 > s1 and s1 > s2 and si > savg and r0 > r1 ? min([max([(r0 - r1) * 0.05, 100000]), 500000]) : 0",
    "((fresh and cert) or seq == 1 ? 300000 : 0) + (seq == 2 ? 50000 : 0)",
    "min([dom * 4000 + min([forn, max([6 - past, 0])]) * 10000, 500000])",
    "min([std1 * 1000000 + std2 * 400000 + std3 * 200000, 1000000])",
    "min([film * 500000 + game * 300000 + book * 100000 + min([fee * 0.3, 200000]), 1000000])",
    "min([loan * 0.3 + pref * 0.5, 1000000])",
)


def _least(one: str, other: str) -> str:
    return f"(({one}) < ({other}) ? ({one}) : ({other}))"


def _most(one: str, other: str) -> str:
    return f"(({one}) > ({other}) ? ({one}) : ({other}))"


def without_least(*, number: Callable[[str], str], both: str, either: str) -> tuple[str, ...]:
    """The seven in a language that has ? : but no min."""
    n = number
    growth = f"({n('r0')} - {n('r1')}) * {n('0.05')}"
    kept = _least(n("forn"), _most(f"{n('6')} - {n('past')}", n("0")))
    fee = _least(f"{n('fee')} * {n('0.3')}", n("200000"))
    works = f"{n('film')} * {n('500000')} + {n('game')} * {n('300000')} + {n('book')} * {n('100000')} + {fee}"
    standards = f"{n('std1')} * {n('1000000')} + {n('std2')} * {n('400000')} + {n('std3')} * {n('200000')}"
    return (
        _least(f"{n('nat')} + {n('city')} * {n('0.5')}", n("1500000")),
        f"(s0 > s1 {both} s1 > s2 {both} si > savg {both} r0 > r1) ? {_least(_most(growth, n('100000')), n('500000'))} : {n('0')}",
        f"((fresh {both} cert) {either} seq == 1 ? {n('300000')} : {n('0')}) + (seq == 2 ? {n('50000')} : {n('0')})",
        _least(f"{n('dom')} * {n('4000')} + {kept} * {n('10000')}", n("500000")),
        _least(standards, n("1000000")),
        _least(works, n("1000000")),
        _least(f"{n('loan')} * {n('0.3')} + {n('pref')} * {n('0.5')}", n("1000000")),
    )


def cents(values: Any) -> Amounts:
    """分, half up, of numbers in 元 as an engine gave them."""
    return tuple(int((Decimal(repr(v) if isinstance(v, float) else v) * 100).quantize(Decimal(1), ROUND_HALF_UP)) for v in values)


Run = Callable[[Any], Any]


class Engine:
    """One way to get the seven amounts: `prepare` is done before the clock starts, `run` is measured."""

    def __init__(self, name: str, run: Run, prepare: Run, amounts: Callable[[Any], Amounts], note: str = "") -> None:
        self.name, self.run, self.prepare, self.amounts, self.note = name, run, prepare, amounts, note


def zen_graph() -> Facts:
    """The seven as a decision graph."""
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "x", "type": "expressionNode", "name": "x", "content": {"expressions": [
            {"id": str(i), "key": f"k{i}", "value": x} for i, x in enumerate(ZEN)]}},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [{"id": "a", "type": "edge", "sourceId": "in", "targetId": "x"}, {"id": "b", "type": "edge", "sourceId": "x", "targetId": "out"}]
    return {"nodes": nodes, "edges": edges}


def zen_engines() -> list[Engine]:
    import json

    import zen

    expression = zen.compile_expression("[" + ", ".join(f"({x})" for x in ZEN) + "]")
    graph = zen.ZenEngine().create_decision(json.dumps(zen_graph()))

    def of_graph(made: Any) -> Amounts:
        return cents(made["result"][f"k{i}"] for i in range(7))

    return [
        Engine("zen-engine，一个编译好的表达式", expression.evaluate, latin, cents),
        Engine("zen-engine，决策图", graph.evaluate, latin, of_graph),
        Engine("zen-engine，决策图，带 trace", lambda f: graph.evaluate(f, {"trace": True}), latin, of_graph),
    ]


def cel_engine() -> Engine:
    import cel

    def number(text: str) -> str:
        return (text if "." in text else text + ".0") if text[0].isdigit() else f"double({text})"

    program = cel.compile("[" + ", ".join(without_least(number=number, both="&&", either="||")) + "]")
    return Engine("Rust CEL（common-expression-language）", program.execute, latin, cents)


def rule_engine_engine() -> Engine:
    import rule_engine

    rule = rule_engine.Rule("[" + ", ".join(without_least(number=str, both="and", either="or")) + "]")
    return Engine("rule-engine", rule.evaluate, latin, cents)


PEERS: tuple[tuple[str, str, Callable[[], list[Engine]]], ...] = (
    ("zen-engine", "zen", zen_engines),
    ("Rust CEL（common-expression-language）", "cel", lambda: [cel_engine()]),
    ("rule-engine", "rule_engine", lambda: [rule_engine_engine()]),
)


def peers() -> tuple[list[Engine], list[str]]:
    """The peers that are installed, and the names of those that are not and so are not measured."""
    found: list[Engine] = []
    absent: list[str] = []
    for name, module, make in PEERS:
        try:
            __import__(module)
        except ImportError:
            absent.append(name)
        else:
            found += make()
    return found, absent


# -- xcrules ------------------------------------------------------------------------------------------------


def subset_policy() -> xcrules.Policy:
    """The seven clauses, warm."""
    policy = xcrules.loads(TEXT, "七款子集")
    for _ in range(3):
        policy.decide(ORDINARY)
    return policy


def money_cents(decision: xcrules.Decision) -> Amounts:
    return tuple(int((clause.amount or 0) * 100) for clause in decision.clauses)


def with_amounts(decision: xcrules.Decision) -> list[Any]:
    return [(clause.status, clause.amount) for clause in decision.clauses]


def with_reasons(decision: xcrules.Decision) -> list[Any]:
    """Everything that a decision says of its reasons, but for other readings: items, caps, conflicts, instalments."""
    return [
        (k.status, k.amount, k.bound, k.items, k.caps, k.conflicts, k.reasons.touched, k.this_year, k.schedule, k.history, k.missing)
        for k in decision.clauses
    ]


def own_engines() -> list[Engine]:
    policy = subset_policy()
    return [
        Engine("手写 Python（整数分，不给理由）", by_hand, whole_cents, lambda x: tuple(x)),
        Engine("xcrules，只要金额（Policy.amounts）", policy.amounts, policy.facts, lambda x: tuple(x.values())),
        Engine("xcrules，决定（状态、金额、理由都记下）", policy.decide, policy.facts, money_cents),
        Engine("xcrules，决定并读出状态和金额", lambda f: with_amounts(policy.decide(f)), policy.facts,
               lambda x: tuple(int(a * 100) for _, a in x)),
        Engine("xcrules，决定并读出全部理由", lambda f: with_reasons(policy.decide(f)), policy.facts,
               lambda x: tuple(int(row[1] * 100) for row in x)),
    ]
