"""Whatever is cut, doubled, garbled or made long: refused with a code, or obeyed; never a crash, never time without end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, strategies as st

from tests.support.policies import FACTS, FIRM, HEAD, REGISTER
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.resources import shipped_policies
from xcrules.base.source import Source
from xcrules.draft.labels import LABELS
from xcrules.meaning.program import Case
from xcrules.store.load import Loaded, load_sources, load_text
from xcrules.store.texts import find_policy, read_sources
from xcrules.use.cases import run_cases
from xcrules.use.python.policy import Policy, loads


def used(loaded: Loaded, known: frozenset[str] = frozenset(), r: random.Random | None = None) -> None:
    """A usable policy runs its cases, each with a full decision; one that is not has an error with a code.

    Of the cases that are `known` (hundreds, and the same for every line) some are chosen by `r`, others for each line.
    """
    if not loaded.usable:
        assert any(d.is_error for d in loaded.diagnostics)
        return
    assert loaded.program is not None
    cases = loaded.program.cases
    if r is not None:
        old = [case for case in cases if shown(case) in known]
        cases = (*(case for case in cases if shown(case) not in known), *r.sample(old, min(SOME, len(old))))
    for done in run_cases(Policy(evolve(loaded.program, cases=cases))):
        assert done.case


SOME = 4


def shown(case: Case) -> str:
    return repr((case.facts, case.readings))


def swept(name: str, twice: bool, choose: Callable[[list[int]], list[int]]) -> None:
    """Lines of the rule files cut or doubled in turn: of each file those that are chosen."""
    main = find_policy(name)
    assert isinstance(main, Path)
    sources, found = read_sources(main)
    loaded = load_sources(name, sources, found)
    assert loaded.usable
    used(loaded)
    assert loaded.program is not None
    known, r = frozenset(map(shown, loaded.program.cases)), random.Random(name)
    for at, source in enumerate(sources):
        lines = source.text.split("\n")
        numbers = [i for i, line in enumerate(lines) if line.strip() and not source.official]
        if source.name.endswith("案例.规则"):
            numbers = numbers[::8]  # thousands of lines that are alike
        for i in choose(numbers):
            text = "\n".join(lines[:i] + [lines[i]] * (2 if twice else 0) + lines[i + 1 :])
            used(load_sources(name, [*sources[:at], Source(source.name, text), *sources[at + 1 :]], []), known, r)


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("name", [n for n in shipped_policies() if not n.startswith("nansha")])  # all of them below
def test_some_lines_cut_or_doubled(name: str, twice: bool) -> None:
    r = random.Random(f"{name} {twice}")
    swept(name, twice, lambda numbers: r.sample(numbers, min(1, len(numbers))))


THIRDS = 3  # so that several workers have something to do


@pytest.mark.slow
@pytest.mark.parametrize("third", range(THIRDS))
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("name", shipped_policies())
def test_many_lines_cut_or_doubled(name: str, twice: bool, third: int) -> None:
    every = THIRDS * (5 if twice else 4) * (2 if name.startswith("nansha") else 1)  # every fourth line, of the long texts every eighth; what is doubled is mostly refused at once
    swept(name, twice, lambda numbers: numbers[third::every])


# -- every label in every place ---------------------------------------------------------------------------------

LINES = {
    "规定": "甲", "单位": "箱", "表述": "减免 税款", "文号": "甲〔2024〕1号", "编号": "一、（一）", "原文": "甲.txt", "文件": "甲.规则", "修正": "甲.规则", "定义": "大户 ＝ 投资 高于 1元", "适用": "合格", "废止": "某办法",
    "施行": "自 2025年1月1日 起 3年，止于 前一日，凭 申报日", "时效": "年度 在 2025年 至 2026年", "取整": "到 万元 截尾", "性质": "导向", "分项": "一", "用于": "1", "导言": "不适用",
    "解释": "A01 取 乙，《某解释》（某〔2024〕1号），2024年1月1日", "对象": "企业", "条件": "非 合格", "除外": "合格", "设定": "半 ＝ 投资 的 50%",
    "标准": "3万元", "例外": "合格 的，3万元", "加给": "合格 的，3万元", "减半": "合格", "减征": "合格 的，30%", "裁量": "由 某局 核定", "下限": "单项 9万元", "上限": "单项 1000元",
    "限次": "企业终身 一次", "从高": "同一 题名", "竞合": "先封顶后从高", "拨付": "分 3年 等额，自 核定年度 起", "总额": "每年 9万元，超出按比例", "义务": "不迁出", "注释": "说明",
    "静默": "W303，说明", "样本": "甲", "案例": "又一", "给定": "非 合格", "应得": "1 不符合", "保证": "1 不超过 1元",
    "对照": "按 级别 定 档", "案例表": "甲", "事实": "又，顶层", "参数": "率，元", "读法": "登记",
}
NO_EFFECT = ("规定", "表述", "单位", "文号", "废止", "义务", "注释", "静默", "性质", "样本", "案例", "保证", "给定", "应得", "限次")  # told, or seen in cases, ledgers
_WITH_OTHERS = {"竞合": ("款", "导言", "引文之前", "案例里", "表下"), "原文": ("引文之前", "表下"), "文件": ("引文之前", "表下"), "修正": ("引文之前", "表下"), "分项": ("款", "案例里")}  # orders a 竞合, read by the loader, names what is one
BODY = "  标准：20001元\n"
PLACES = {
    "款": HEAD + REGISTER + "「第一条 办法」\n「（一）给。」\n  对象：企业\n{}  标准：20001元\n",
    "导言": HEAD + REGISTER + "「第一条 给下列：」\n{}「（一）给。」\n  对象：企业\n  标准：20001元\n",
    "引文之前": HEAD + REGISTER + "{}" + FIRM + BODY,
    "案例里": HEAD + REGISTER + FIRM + BODY + "\n案例：一\n  给定：合格\n{}",
    "表下": HEAD + "{}" + REGISTER + FIRM + BODY,
}


def outcome(loaded: Loaded) -> object:
    """What comes of a policy, under each choice of the reading."""
    assert loaded.program is not None
    policy = Policy(loaded.program)
    readings = [{"A01": x} for x in loaded.program.readings[0].modelled] if loaded.program.readings else [{}]
    paid = [[(k.number, k.status, k.amount) for k in policy.decide(FACTS, r).clauses] for r in readings]
    return paid, len(loaded.program.cases), [case.holds for case in run_cases(policy)]


def test_the_table_has_every_label() -> None:
    assert set(LINES) == set(LABELS)


@pytest.mark.parametrize("place", PLACES)
def test_a_line_in_any_place_is_obeyed_or_refused(place: str) -> None:
    frame = PLACES[place].replace("{}", "\0").replace(REGISTER, "").replace("\0", "{}")
    bare = load_text(frame.format(""))
    known, before = sorted(d.code for d in bare.diagnostics), outcome(bare)
    silent = []
    for label, content in LINES.items():
        loaded = load_text(frame.format(f"  {label}：{content}\n"))
        if sorted(d.code for d in loaded.diagnostics) == known and label not in NO_EFFECT and place not in _WITH_OTHERS.get(label, ()) and outcome(loaded) == before:
            silent.append(label)
    assert silent == []


@pytest.mark.parametrize("place", PLACES)
def test_a_line_with_a_reading_in_any_place_is_refused_or_can_be_used(place: str) -> None:
    for label, content in LINES.items():
        used(load_text(PLACES[place].format(f"  {label}〔A01 甲〕：{content}\n")))


# -- garbled and long texts ------------------------------------------------------------------------------------------

_SMALL = HEAD + REGISTER + FIRM + "  标准〔A01 甲〕：投资 的 1%\n  标准〔A01 乙〕：1万元\n  上限：企业年度 5万元\n\n案例：一\n  给定：合格\n  应得：1 待补充 投资\n"
_PIECES = st.sampled_from([*"「」〔〕（）|：，、；。\n #＝×%", "  ", "第一条 ", "（一）", "\u200b", "1万元", "按 级别（甲 1元）", *LABELS, "A01", "𠮷", "\r"])


@given(st.lists(st.tuples(st.integers(0, len(_SMALL)), st.integers(0, 6), st.lists(_PIECES, max_size=3)), max_size=4))
def test_garbled_texts_never_crash_and_every_door_says_the_same(edits: list[tuple[int, int, list[str]]]) -> None:
    text = _SMALL
    for at, cut, pieces in edits:
        text = text[:at] + "".join(pieces) + text[at + cut :]
    loaded = load_text(text)
    used(loaded)
    try:
        loads(text)
        refused: list[str] = []
    except XcrulesError as error:
        refused = [d.code for d in error.diagnostics if d.is_error]
    assert sorted(refused) == sorted(d.code for d in loaded.diagnostics if d.is_error)


def _registered(n: int) -> str:
    rows = "".join(f"| B{i} | 1 | 低 | 给 | 怎么给{i} | 甲、乙 | | 例子 |\n" for i in range(n))
    return "读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n" + rows


SHAPES = {
    "条件": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  条件：投资 高于 {i}元\n" for i in range(n)),
    "标准": lambda n: FIRM + "".join(f"  标准：{i}元\n" for i in range(n)),
    "案例": lambda n: FIRM + "  标准：1万元\n\n" + "".join(f"案例：{i}\n  给定：投资 为 {i}元\n  应得：1 应予支持 1万元\n" for i in range(n // 3)),
    "读法": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  条件〔B{i} 甲〕：投资 高于 {i}元\n" for i in range(n)),
    "设定": lambda n: FIRM + "".join(f"  设定：半{i} ＝ 投资 的 {i % 97 + 1}%\n" for i in range(n)) + "  标准：半3\n",
    "用的设定": lambda n: FIRM + "".join(f"  设定：半{i} ＝ 投资 的 1%\n  条件：半{i} 高于 {i}元\n" for i in range(n // 2)) + "  标准：半3\n",
    "上限": lambda n: FIRM + "  标准：20001元\n" + "".join(f"  上限：单项 {i + 1}元\n" for i in range(n)),
    "年度上限": lambda n: FIRM + "  标准：20001元\n" + "".join(f"  上限：{('单项', '企业年度')[i % 2]} {i + 1}元\n" for i in range(n)),
    "加给": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  加给：投资 高于 {i}元 的，{i + 1}元\n" for i in range(n)),
    "例外": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  例外：投资 高于 {i}元 的，{i + 1}元\n" for i in range(n)),
    "对照": lambda n: FIRM + "".join(f"  对照：按 级别 定 档{i}\n    | 级别 | 档{i} |\n" + "".join(f"    | {x} | 1元 |\n" for x in "甲乙丙") + f"  条件：档{i} 高于 0元\n" for i in range(n // 6)) + "  标准：档3\n",
    "名称": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  条件：无名{i}\n" for i in range(n)),
    "语法": lambda n: FIRM + "  标准：1万元\n" + "".join(f"  条件：投资 高 {i}元 甚\n" for i in range(n)),
    "定义": lambda n: "".join(f"  定义：户{i} ＝ 投资 高于 {i}元\n" for i in range(n // 2)) + FIRM + "  标准：1万元\n" + "".join(f"  条件：户{i}\n" for i in range(n // 2)),
    "一款的读法": lambda n: _registered(n // 2) + FIRM + "  标准：1万元\n" + "".join(f"  条件〔B{i} 甲〕：投资 高于 {i}元\n" for i in range(n // 2)),
    "各款的读法": lambda n: _registered(n // 5) + "".join(f"「第{i + 1}条 给。」\n  对象：企业\n  标准：1万元\n  条件〔B{i} 甲〕：投资 高于 {i}元\n" for i in range(n // 5)),
    "款": lambda n: "「第一条 给：」\n" + "".join(f"「第{i}条 给1万元。」\n  对象：企业\n  标准：1万元\n" for i in range(2, n // 3)),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_five_thousand_lines_end_soon(shape: str) -> None:
    begin = time.process_time()
    load_text(HEAD + SHAPES[shape](5_000))
    assert time.process_time() - begin < 10
