"""What an explanation writes of a figure, as on paper, comes to that figure: read from the words alone, as a person with a calculator does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given

import xcrules
from tests.support.decisions import many
from tests.support.policies import EACH_SHIPPED
from tests.support.random_policies import SEEDS, random_facts, random_policy
from xcrules.run.decision import Reason
from xcrules.tell.explain import explain_clause

NOTE = re.compile(r"(?<=[^\s（])（[^（）]*）")  # said behind a figure, or part of a name
FIGURE = re.compile(r"(?:(?!与 )[^\s（）＋－×÷]+ )?(-?[\d,]+(?:\.\d+)?)(?:(万|亿)?(%|‰|[^\s\d（）%‰:/]+(?:/[^\s（）]+)?)?|/(\d+)|:([\d.]+))(?=[\s）]|$)")
SCALE = {"万": 10**4, "亿": 10**8, "%": Fraction(1, 100), "‰": Fraction(1, 1000)}


def figure(match: re.Match[str]) -> str:
    whole, scale, unit, below, ratio = match.groups()
    value = Fraction(whole.replace(",", ""))
    for word in (scale, unit):
        value *= SCALE.get(word or "", 1)
    value = value / Fraction(below) if below else Fraction(ratio) / value if ratio else value
    return f" F({value.numerator},{value.denominator}) "


def worked_out(text: str) -> Fraction | None:
    """＋ － × ÷, 与 …… 取低 and 取整, each bracket first; None where something is told that is no reckoning."""
    while (plain := NOTE.sub("", text)) != text:
        text = plain
    below = text.endswith("，小于 0 的按 0")
    text = FIGURE.sub(figure, text.removesuffix("，小于 0 的按 0")).replace("＋", "+").replace("－", "-").replace("×", "*").replace("÷", "/")
    while (inner := re.search(r"（([^（）]*)）", text)) is not None:
        if (value := _flat(inner[1])) is None:
            return None
        text = f"{text[: inner.start()]} F({value.numerator},{value.denominator}) {text[inner.end() :]}"
    value = _flat(text)
    return max(value, Fraction(0)) if below and value is not None else value


def _flat(text: str) -> Fraction | None:
    both = re.fullmatch(r"(.*) 与 (.*?) 取(低|高)\s*", text)
    if both:
        sides = [_flat(both[1]), _flat(both[2])]
        known = [x for x in sides if x is not None]
        return (min if both[3] == "低" else max)(known) if len(known) == 2 else None
    whole = text.rstrip().endswith("取整")
    text = text.rstrip().removesuffix("取整")
    if re.fullmatch(r"(\s|F\(-?\d+,\d+\)|[-+*/])+", text) is None:
        return None
    value = eval(text, {"F": Fraction})  # only figures and signs are left
    return Fraction(value // 1) if whole else Fraction(value)


def lines(reason: Reason) -> Iterator[tuple[str, str]]:
    """(working, figure) of each line X ＝ working ＝ figure, and of a 标准 that is told with its working."""
    parts = reason.text.split(" ＝ ")
    if len(parts) == 3:
        yield parts[1], parts[2]
    if reason.label == "标准" and any(" ＝ " in k.text for k in reason.kids) and reason.note and "低于" not in reason.value:
        yield reason.note, reason.value
    for kid in reason.kids:
        yield from lines(kid)


def check(reason: Reason) -> int:
    done = 0
    for text, shown in lines(reason):
        found, meant = worked_out(text), worked_out(shown)
        if found is not None and meant is not None:
            assert found == meant, (text, shown)
            done += 1
    return done


@pytest.mark.parametrize("name", [x for x in EACH_SHIPPED if x.values != ("xicheng-2021",)])  # no name of its is worked out on a line of its own
def test_of_the_cases_of_shipped_policies(name: str) -> None:
    policy, told, done = xcrules.load(name), 0, 0
    for case in policy.program.cases:
        for made in policy.decide(case.facts, dict(case.readings), engine="reference"):  # type: ignore[arg-type]
            reason = explain_clause(made, gates=False)
            told += sum(not re.search("未知|介于|至少|至多", text + shown) for text, shown in lines(reason))
            done += check(reason)
    assert told > 20
    assert done >= 0.9 * told, "most of what is written can be worked out by its words"


@many(4)
@given(SEEDS)
def test_of_random_policies(seed: int) -> None:
    r = Random(seed)
    try:
        policy = xcrules.loads(random_policy(r))
    except xcrules.XcrulesError:
        return
    for made in policy.decide(random_facts(r, policy), engine="reference"):
        check(explain_clause(made, gates=False))


MEANS = """规定：试
事实：标准
| 名称 | 类型 |
| 封顶 | 元/月 |
事实：缴费，逐笔
| 名称 | 类型 |
| 工资 | 元/月 |
「第一条　给予补贴。」
  对象：企业
  定义：本人工资 ＝ 平均（缴费 的 工资），至多 封顶 的 300%，至少 封顶 的 60%
  设定：另 ＝ 孰高（平均（缴费 的 工资）、合计（缴费 的 工资）） × 2
  标准：本人工资 × 1个月 ＋ 另 × 1个月 － 孰低（封顶、合计（缴费 的 工资）） × 1个月
"""


def test_a_sum_that_is_a_part_stands_in_brackets() -> None:
    made = xcrules.loads(MEANS).decide({"标准": {"封顶": "4000元/月"}, "缴费": [{"工资": "3000元/月"}, {"工资": "4000元/月"}]}, engine="reference")
    reason = explain_clause(made["1"], gates=False)
    assert check(reason) == 3
    assert "（（缴费第1笔的工资 3,000元/月 ＋ 缴费第2笔的工资 4,000元/月） ÷ 2 与 封顶" in "".join(text for text, _ in lines(reason))
    assert reason.words == "第一条　给予补贴。"


def test_a_wrong_line_is_noticed() -> None:
    assert worked_out("（收入 20万元 － 6万元（专项扣除 为 0）） × 3% ＋ 第二条（一）、（二）合计的金额 5,600元") == 9_800
    assert worked_out("计奖件数 75件 ÷ 30件 取整") == 2
    assert worked_out("本年租用月数 12个月 与 （36个月 － 30个月） 取低") == 6
    assert worked_out("20元/㎡·月 与 实付单价 12元/㎡·月 取低") == 12
    assert worked_out("介于 3元 与 5元") is None
