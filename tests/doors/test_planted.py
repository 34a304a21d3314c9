"""Planted faults in shipped policies: each ends as 不成立 with facts on which the faulty policy decides what refutes it, and the policy itself does not."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.support.policies import ROOT
from xcrules.use.proof import asked
from xcrules.use.proof.obligations import figures, happenings, of_law
from xcrules.use.proof.proving import BOUND, CONDITION, JUMP, LAW, LEAP, MONOTONE, PROMISE, PROVED, REFUTED, TIER, Proof
from xcrules.use.proof.questions import Question
from xcrules.use.python.policy import Policy, load

X, H = "xicheng-2021", "nansha-headquarters-2017"
MADE = {LAW: of_law, PROMISE: lambda q: asked._promises(q, {q.number: q}, {}), MONOTONE: lambda q: figures(q, JUMP), LEAP: lambda q: figures(q, JUMP), CONDITION: happenings, BOUND: happenings, TIER: happenings}
NEVER = (CONDITION, BOUND, TIER)  # what never happens has no facts that show it

# policy, clause, what must not hold any more, the law's words or the line before it, what stands there, what is planted
PLANTED = [
    (X, "2(1)", LAW, "企业年度配套资金总额不超过150万元。」\n", "上限〔A56，A57〕：企业年度 150万元", "上限〔A56，A57〕：单项 150万元"),
    (X, "2(1)", LAW, "企业年度配套资金总额不超过150万元。」\n", "上限〔A56，A57〕：企业年度 150万元", "上限〔A56，A57〕：企业年度 160万元"),
    (X, "2(1)", LAW, "企业年度配套资金总额不超过150万元。」\n", "上限〔A56，A57〕：企业年度 150万元", "注释〔A56，A57〕：没有上限"),
    (X, "2(1)", PROMISE, "企业年度配套资金总额不超过150万元。」\n", "上限〔A56，A57〕：企业年度 150万元", "上限〔A56，A57〕：企业年度 151万元"),
    (X, "2(1)", LAW, "企业年度配套资金总额不超过150万元。」\n", "上限〔A56，A57〕：企业年度 150万元", "上限〔A56，A57〕：企业终身 150万元"),
    (X, "2(1)", MONOTONE, "1:0.5的比例给予配套资金支持，」\n", "标准：金额 × 按 级别（国家级 1:1；北京市级 1:0.5）", "标准：金额 × 按 金额（不满 100万元 50%；其他 10%）"),
    (X, "6(3)", LEAP, "按照版权签约费用的30%给予补贴，」\n", "标准：版权签约费用 的 30%", "标准：按 版权签约费用（不满 10万元 1万元；其他 20万元）"),
    (X, "2(1)", CONDITION, "1:0.5的比例给予配套资金支持，」\n", "标准：金额 × 按 级别（国家级 1:1；北京市级 1:0.5）", "条件：金额 不低于 0.00元\n  标准：金额 × 按 级别（国家级 1:1；北京市级 1:0.5）"),
    (X, "2(1)", BOUND, "1:0.5的比例给予配套资金支持，」\n", "标准：金额 × 按 级别（国家级 1:1；北京市级 1:0.5）", "标准：孰低（金额、1万元）\n  上限：单项 2万元"),
    (X, "2(1)", TIER, "1:0.5的比例给予配套资金支持，」\n", "标准：金额 × 按 级别（国家级 1:1；北京市级 1:0.5）", "标准：金额 × 按 金额（不满 100万元 50%；100万元 以上 不满 200万元 20%；其他 10%）\n  条件：金额 × 2 低于 100万元"),
    (X, "2(2)", LAW, "企业年度奖励资金总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：企业年度 120万元"),
    (X, "2(2)", LAW, "企业年度奖励资金总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：单项 100万元"),
    (X, "2(2)", LAW, "企业年度奖励资金总额不超过100万元。」\n", "上限：企业年度 100万元", "注释：没有上限"),
    (X, "2(3)", PROMISE, "给予10-50万元补贴。」\n", "上限：单项 50万元", "上限：单项 60万元"),
    (X, "2(3)", PROMISE, "给予10-50万元补贴。」\n", "上限：单项 50万元", "注释：没有上限"),
    (X, "2(3)", BOUND, "给予10-50万元补贴。」\n", "下限〔A08 保底〕：单项 10万元", "下限〔A08 保底〕：单项 0.00元"),
    (X, "3(1)", LAW, "给予一次性不超过1000万元奖励。」\n", "上限〔A14〕：企业终身 1000万元", "上限〔A14〕：企业终身 2000万元"),
    (X, "3(1)", LAW, "给予一次性不超过1000万元奖励。」\n", "上限〔A14〕：企业终身 1000万元", "注释〔A14〕：没有上限"),
    (X, "3(2)", PROMISE, "给予30万元奖励，」\n", "标准：30万元", "标准：31万元"),
    (X, "3(3)", LAW, "企业年度补贴总额不超过50万元。」\n", "上限〔A22 合计〕：合计 企业年度 50万元", "上限〔A22 合计〕：合计 企业年度 60万元"),
    (X, "3(3)", LAW, "企业年度补贴总额不超过50万元。」\n", "上限〔A22 合计〕：合计 企业年度 50万元", "上限〔A22 合计〕：国外 企业年度 50万元"),
    (X, "3(4)", LAW, "企业年度补贴总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：企业年度 200万元"),
    (X, "3(4)", LAW, "企业年度补贴总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：单项 100万元"),
    (X, "4", LAW, "单个项目支持金额不超过300万元。」\n", "上限：单项 300万元", "上限：单项 400万元"),
    (X, "4", LAW, "单个项目支持金额不超过300万元。」\n", "上限：单项 300万元", "注释：没有上限"),
    (X, "5(1)", LAW, "单个基地年度支持总额不超过1000万元。」\n", "上限：同一 名称 年度 1000万元", "上限：同一 名称 年度 1100万元"),
    (X, "5(2)", LAW, "单个平台年度支持总额不超过300万元。」\n", "上限：同一 名称 年度 300万元，已用 本年度已获金额", "上限：单项 300万元"),
    (X, "5(2)", LAW, "单个平台年度支持总额不超过300万元。」\n", "上限：同一 名称 年度 300万元", "上限：同一 名称 年度 400万元"),
    (X, "6(1)", LAW, "企业年度配套资金总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：企业年度 110万元"),
    (X, "6(1)", LAW, "企业年度配套资金总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：单项 100万元"),
    (X, "6(2)", LAW, "企业年度奖励总额不超过100万元。」\n", "上限：企业年度 100万元", "注释：没有上限"),
    (X, "6(3)", LAW, "单个版权补贴不超过20万元。」\n", "上限：单项 20万元", "上限：单项 30万元"),
    (X, "6(4)", LAW, "个人年度奖励总额不超过50万元。」\n", "上限：同一 姓名 年度 50万元，已用 个人本年度已获金额", "上限：单项 50万元"),
    (X, "6(4)", LAW, "个人年度奖励总额不超过50万元。」\n", "上限：同一 姓名 年度 50万元", "上限：同一 姓名 年度 60万元"),
    (X, "7(1)", LAW, "同一企业年度贷款贴息补助总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：企业年度 150万元"),
    (X, "7(1)", LAW, "同一企业年度贷款贴息补助总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：单项 100万元"),
    (X, "7(1)", PROMISE, "给予贴息补助。」\n", "标准〔A49〕：本年度缴纳利息 的 30%", "标准〔A49〕：本年度缴纳利息 的 130%"),
    (X, "7(1)", PROMISE, "给予贴息补助。」\n", "例外〔A26 替代，A50〕：类型 为 信用贷款、知识产权质押贷款 或 首次贷款 的，本年度缴纳利息 的 50%",
     "例外〔A26 替代，A50〕：类型 为 信用贷款、知识产权质押贷款 或 首次贷款 的，本年度缴纳利息 的 150%"),
    (X, "8(1)", LAW, "给予最高100万元奖励。」\n", "上限〔A06 每人每年〕：同一 姓名 年度 100万元", "上限〔A06 每人每年〕：同一 姓名 年度 200万元"),
    (X, "8(2)", LAW, "人才住房补贴。」\n", "上限：企业年度 30万元", "上限：企业年度 40万元"),
    (X, "9(1)", LAW, "企业年度配套资金总额不超过100万元。」\n", "上限：企业年度 100万元", "上限：企业终身 100万元"),
    (X, "9(1)", LAW, "企业年度配套资金总额不超过100万元。」\n", "上限：企业年度 100万元", "注释：没有上限"),
    (X, "4", BOUND, "单个项目支持金额不超过300万元。」\n", "上限：单项 300万元", "上限：单项 300万元\n  上限：单项 400万元"),
    (X, "8(2)", BOUND, "人才住房补贴。」\n", "上限：企业年度 30万元", "上限：企业年度 3万元\n  上限：企业年度 30万元"),
    (H, "2(3)", LAW, "", "上限：单项 500万元", "上限：单项 550万元"),
    (H, "6", LAW, "每年最高不超过300万元。」\n", "上限：租用 企业年度 300万元", "上限：租用 单项 300万元"),
    (H, "6", LAW, "补贴金额不超过1000万元。」\n", "上限：购置 企业终身 1000万元", "上限：购置 企业终身 1200万元"),
    (H, "7", LAW, "500万元的上市奖励。」\n", "上限：企业终身 500万元", "上限：企业终身 600万元"),
]


READINGS = [  # clause, reading and choice that must not make a difference any more, the line of the other choice, what is planted
    ("2(3)", "A07", "两年平均", "设定〔A07 两年平均〕：增加额 ＝ （本年 基数 － 前年 基数） ÷ 2", "设定〔A07 两年平均〕：增加额 ＝ 2 × （本年 基数 － 上年 基数） ÷ 2"),
    ("2(3)", "A09", "含", "条件〔A09 含，A11〕：科技活动经费支出强度 不低于 西城园平均强度", "条件〔A09 含，A11〕：科技活动经费支出强度 － 西城园平均强度 高于 0%"),
]


@cache
def shipped(name: str) -> Policy:
    return load(name)


def with_fault(folder: Path, name: str, clause: str, before: str, line: str, fault: str) -> Policy:
    """The policy with the line replaced that stands after these words in the clause's article (of a law that numbers so)."""
    shutil.copytree(ROOT / "policies" / name, folder)
    rules = folder / "条文.规则"
    text = rules.read_text(encoding="utf-8")
    at = max(text.find(f"「第{'零一二三四五六七八九十'[int(clause.split('(')[0])]}条 "), 0)
    at = text.index(line, text.index(before, at) if before else at)
    rules.write_text(text[:at] + fault + text[at + len(line):], encoding="utf-8")
    return load(str(folder))


def ended(policy: Policy, clause: str, kind: str) -> list[Proof]:
    """The end of each obligation of a kind."""
    q = Question(policy, clause)
    return [o if isinstance(o, Proof) else asked.judged(q, o) for o in MADE[kind](q) if o.kind == kind]


@cache
def before(name: str, clause: str, kind: str) -> frozenset[tuple[str, str]]:
    """What the policy itself has that does not hold."""
    return frozenset((x.text, x.line) for x in ended(shipped(name), clause, kind) if x.state == REFUTED)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "clause", "kind", "words", "line", "fault"), PLANTED)
def test_planted(tmp_path: Path, name: str, clause: str, kind: str, words: str, line: str, fault: str) -> None:
    policy = with_fault(tmp_path / name, name, clause, words, line, fault)
    found = [x for x in ended(policy, clause, kind) if x.state == REFUTED and (x.text, x.line) not in before(name, clause, kind)]
    assert found
    for sheet, decided in zip(found[0].sheets, found[0].comes_to, strict=True):
        assert policy.decide(sheet, engine="reference")[clause].outcome() == decided.outcome()
    assert found[0].sheets or kind in NEVER


@pytest.mark.slow
@pytest.mark.parametrize(("clause", "reading", "choice", "line", "fault"), READINGS)
def test_readings_that_cannot_differ_any_more(tmp_path: Path, clause: str, reading: str, choice: str, line: str, fault: str) -> None:
    def differ(policy: Policy) -> str:
        plan = policy._engines.under(policy.chosen({reading: choice})).plan
        return asked.difference(Question(policy, clause), plan, "", "", ((reading, choice),)).state

    assert differ(shipped(X)) == PROVED
    assert differ(with_fault(tmp_path / X, X, clause, "", line, fault)) == REFUTED


def test_there_are_enough() -> None:
    assert len(PLANTED) + len(READINGS) >= 40
    assert {kind for _, _, kind, *_ in PLANTED} == MADE.keys()
