"""The read-back of any policy is Chinese: its marks pair and do not double, no denial is denied, no figure is left out."""

from __future__ import annotations

import re
from random import Random

from hypothesis import assume, given, strategies as st

import xcrules
from tests.properties.test_format import SPEC
from tests.support.chapters import Example, examples, policy_of
from tests.support.decisions import many
from tests.support.programs import load, programs
from tests.support.random_policies import SEEDS, random_policy
from xcrules.meaning import rules
from xcrules.meaning.lint.numbers import number as number_of
from xcrules.meaning.program import Program
from xcrules.tell.readback import read_back, read_back_policy

WRONG = {
    "两个标点相连": re.compile("[，；、：。](?=[，；、：。）”])|[（“](?=[，；、：。）”])|^[，；、：。]"),
    "否定再否定": re.compile("非非|不不|未未|非不|非未|不非|没有没有|不为不|不为没"),
    "半角标点": re.compile(r"[()\[\]<>=;,](?!\d{3})|(?<!\d):|:(?!\d)"),
    "量词连着同一个字": re.compile("每(?!每)(.)\\1"),
    "词说了两遍": re.compile("给予给予|的的|企业企业|属于属|但但|且且|或或|其中其中|加上上年|加上上个"),
    "月的量词": re.compile(r"\d月(?!\d+日)"),
    "编程的记号": re.compile("None|Fraction|Literal|Unlimited|㎡"),
}
PAIRS = {"）": "（", "”": "“", "」": "「", "》": "《"}
FIGURE = re.compile(r"(?<![\w(])\d+(?:\.\d+)?(?![\d(:])")
UNTOLD = ("注释", "静默", "对照", "保证", "读法", "分项", "性质", "施行", "时效")  # tables are told by their cells, days by the date


def faults(text: str) -> list[str]:
    found = [f"{name}：{m.group()}" for name, pattern in WRONG.items() for m in pattern.finditer(text)]
    held: list[str] = []
    for sign in text:
        if sign in PAIRS.values():
            held.append(sign)
        elif sign in PAIRS and (not held or held.pop() != PAIRS[sign]):
            found.append(f"没有开头的 {sign}")
    return found + [f"没有收尾的 {x}" for x in held]


def left_out(program: Program, number: str, chosen: dict[str, str], told: str) -> set[str]:
    """Figures of the lines of a clause that its sentences do not have."""
    clause = program.clause(number)
    assert clause is not None
    lines = [r for r in clause.rules() if r.active(chosen) and r.origin.label not in UNTOLD and not clause.nature and r.origin.words in clause.words]
    written = {x for r in lines if not isinstance(r.body, rules.Payment | rules.CountCap) for x in FIGURE.findall(r.origin.text)}
    clauses = {str(number_of(x)) for x in re.findall("[第（]([一二三四五六七八九十百]+)[条）]", told)}  # 3 的 金额 is said as 第三条的金额
    return written - {"0", "1"} - set(re.findall(r"\d+(?:\.\d+)?", told)) - clauses


def check(program: Program) -> None:
    chosen = {r.number: r.default for r in program.readings}
    for label, text in read_back_policy(program).items():
        assert not faults(text), (label, text)
    for clause in program.clauses:
        text = read_back(program, clause.number)
        assert text.endswith("。")
        assert not faults(text), (clause.number, text)
        assert not left_out(program, clause.number, chosen, text), (clause.number, text)


@many(10)
@given(SEEDS)
def test_of_random_policies(seed: int) -> None:
    try:
        policy = xcrules.loads(random_policy(Random(seed)))
    except xcrules.XcrulesError:
        assume(False)
    check(policy.program)


@many(4)
@given(programs())
def test_of_random_clauses(lines: str) -> None:
    check(load(lines).program)


@many(4)
@given(st.sampled_from([e for p in sorted(SPEC.glob("*.md")) for e in examples(p) if e.expected.kind == "结果"]))
def test_of_the_chapters(example: Example) -> None:
    check(policy_of(example.common + example.program, example.official).program)


def test_a_fault_is_noticed() -> None:
    for text in ("企业，，给予1元。", "企业非非小店的，给予1元。", "企业(小店)的。", "每项项目，给予1元。", "企业（小店的。", "按甲加上上年乙给予。", "不超过12月。"):
        assert faults(text), text
    assert not faults("每项专利，按金额的1:0.5（国家级）给予；自2021年1月1日起施行；不超过1,000元、12个月。")
