"""xcrules prove: planted faults are found, with facts that the engine was asked about again; what holds is proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import command, python
from xcrules.base.diagnostic import XcrulesError
from xcrules.use.proof.asked import judged
from xcrules.use.proof.obligations import of_law
from xcrules.use.proof.proving import BINDING, OPEN, PROVED, REFUTED, WRONG, Proof, prove
from xcrules.use.proof.questions import Question
from xcrules.use.python.policy import Policy, load, loads

HEAD = """规定：《试行办法》

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 合格 | 是否 | | |
| 营收 | 元 | | |
| 已获 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 级别 | 甲、乙、丙 | | |
| 额 | 元 | | |
| 数量 | 件 | 缺省 1件 | 件数 |
| 事项 | 文字 | 可缺 | 事项标识 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型 | 要求 | 角色 |
| 事项 | 文字 | | 外部事项 |
| 金额 | 元 | | 外部金额 |
| 状态 | 已得、可得 | | 外部状态 |

"""
LAW = "「第一条 甲级、乙级项目，按额的10%补贴，企业年度总额不超过5万元。」\n"
SOUND = """  对象：每项 项目，级别 为 甲、乙
  标准：额 的 10%
  上限：企业年度 5万元
"""


def proofs(rules: str, head: str = HEAD + LAW) -> list[Proof]:
    return list(prove(loads(head + rules)))


def states(rules: str, *kinds: str) -> dict[str, str]:
    found = proofs(rules)
    assert all(x.state != WRONG for x in found), [(x.text, x.why) for x in found if x.state == WRONG]
    return {x.text: x.state for x in found if not kinds or x.kind in kinds}


def test_what_is_right_is_proved() -> None:
    assert set(states(SOUND).values()) == {PROVED}


@pytest.mark.parametrize("cap", ["上限：单项 5万元", "上限：企业年度 6万元", "注释：没有上限"])
def test_a_bound_that_is_not_the_laws_is_refuted_with_facts(cap: str) -> None:
    rules = SOUND.replace("上限：企业年度 5万元", cap)
    [broken] = [x for x in proofs(rules) if x.kind == "条文的数"]
    assert broken.state == REFUTED
    [sheet], [decided] = broken.sheets, broken.comes_to
    had = sum(int(v) for v in sheet.get("已获", {}).values())
    assert decided.amount is not None
    assert decided.amount + had > 50_000
    assert loads(HEAD + LAW + rules).decide(sheet)["1"].amount == decided.amount  # it replays


@pytest.mark.parametrize(("promise", "state"), [
    ("1 不超过 5万元", PROVED), ("1 不超过 4万元", REFUTED), ("1 随 额 不减", PROVED), ("1 随 额 不增", REFUTED), ("1 随 数量 不减", PROVED),
    ("若 1 高于 0元 则 1 在 0元 至 5万元", PROVED), ("若 1 高于 4万元 则 1 在 1万元 至 2万元", REFUTED), ("1 为 0元、5万元", REFUTED),
    ("1 不超过 合计（项目 的 额） 的 10%", REFUTED),  # a row may stand for several
    ("1 与 已获 合计 不超过 5万元", PROVED), ("1 与 已获 合计 不超过 4万元", REFUTED),
    ("每项 都可能 增加 1", PROVED), ("改后 不少于 改前", OPEN),
    ("1 随 额 每增 1元 至多增 103元", PROVED), ("1 随 额 每增 1元 至多增 102元", REFUTED),  # a tenth of it for each of at most 1023 pieces
])
def test_promises(promise: str, state: str) -> None:
    assert states(f"{SOUND}\n保证：{promise}\n", "保证") == {promise: state}


OWN = """「第二条 丙级项目给1万元，甲级给5万元，每家企业每年合计不超过5万元。」
  对象：每项 项目，级别 为 甲、丙
  标准：按 级别（丙 1万元；甲 5万元）
  上限：企业年度 5万元
"""


def test_a_row_that_never_adds_beside_one_like_it() -> None:
    """A second 甲 has no room under 5万元, a second 丙 has; with one row asked of each adds."""
    policy = loads(HEAD + LAW + SOUND + OWN + "\n保证：每项 都可能 增加 2\n")
    [broken] = [x for x in prove(policy, ("2",)) if x.kind == "保证"]
    assert (broken.state, "「级别 甲」" in broken.why) == (REFUTED, True)
    assert [[x["级别"] for x in sheet["项目"]] for sheet in broken.sheets] == [["甲", "甲"], ["甲"]]
    assert [k.amount for k in broken.comes_to] == [50_000, 50_000]
    assert [policy.decide(sheet)["2"].amount for sheet in broken.sheets] == [50_000, 50_000]
    assert [x.state for x in prove(policy, ("2",), rows=1) if x.kind == "保证"] == [PROVED]


def test_a_condition_on_another_clause() -> None:
    """第一条 gives at most 5万元, and where it gives more than 4万元 第二条 may give nothing."""
    found = states(f"{SOUND}{OWN}\n保证：若 1 高于 5万元 则 2 在 4万元 至 4万元\n保证：若 1 高于 4万元 则 2 在 1万元 至 5万元\n", "保证")
    assert [*found.values()] == [PROVED, REFUTED]


def test_each_that_applies_is_the_enterprise() -> None:
    """每个……年度 is of one person or unit where rows tell whose they are, else of who applies, with what was had this year."""
    law = HEAD + LAW.replace("企业年度总额", "每个单位单一年度合计")
    named = law.replace("| 额 | 元 | | |", "| 额 | 元 | | |\n| 名称 | 文字 | | |")
    for head, text in ((law, "连同本年已得不超过 5万元"), (named, "同一个的合计不超过 5万元")):
        q = Question(loads(head + SOUND), "1")
        assert [(x.text, x.state) for x in [judged(q, o) for o in of_law(q)]] == [(text, PROVED)]


def test_a_promise_that_other_support_breaks() -> None:
    rules = SOUND.replace("上限：企业年度", "下限：单项 1万元\n  上限：单项") + "  竞合：同一 事项 与 别处，已得 补差，可得 择高\n\n保证：若 1 高于 0元 则 1 在 1万元 至 100亿元\n"
    [broken] = [x for x in proofs(rules) if x.kind == "保证"]
    assert broken.state == REFUTED
    assert broken.sheets[0]["别处"]
    [kept] = [x for x in proofs(rules.replace("若 1", "若 未经竞合 的 1")) if x.kind == "保证"]
    assert kept.state == PROVED


@pytest.mark.parametrize(("promise", "code"), [("1 随 额 每增 营收 至多增 1元", "E546"), ("1 随 数量 每增 1元 至多增 1元", "E301"), ("1 随 额 每增 1件 至多增 1元", "E308")])
def test_a_slope_is_of_money(promise: str, code: str) -> None:
    with pytest.raises(XcrulesError) as wrong:
        loads(HEAD + LAW + SOUND + f"\n保证：{promise}\n")
    assert code in str(wrong.value)


@pytest.mark.parametrize(("rules", "text", "line"), [
    (SOUND + "  条件：额 不低于 0.00元\n", "其余条件成立时，这一条也会不成立", "条件：额 不低于 0.00元"),
    (SOUND + "  条件：额 的 10% 高于 10万元\n  条件：额 × 2 低于 50万元\n", "条件能够都成立", "对象：每项 项目，级别 为 甲、乙"),
    (SOUND.replace("额 的 10%", "孰低（额 的 10%、1万元）") + "  上限：单项 2万元\n", "会起作用", "上限：单项 2万元"),
    (SOUND.replace("额 的 10%", "按 额（5万元 以上 3万元；其他 1万元）") + "  条件：额 × 3 低于 9万元\n", "这一档轮得到：额 >= 50000", ""),
])
def test_what_never_happens_is_told(rules: str, text: str, line: str) -> None:
    found = [x for x in proofs(rules) if x.text == text and (not line or x.line == line)]
    assert [(x.state, x.sheets) for x in found] == [(REFUTED, ())]


def test_a_date_that_may_be_lacking_is_also_looked_at_without() -> None:
    head = HEAD.replace("| 额 | 元 | | |", "| 额 | 元 | | |\n| 完成 | 日期 | 可缺 | |\n| 届满 | 年度 | 可缺 | |") + LAW
    found = {x.line: x for x in proofs(SOUND + "  条件：完成 不早于 1990-01-01\n  条件：届满 不早于 1990年\n", head) if x.text == "其余条件成立时，这一条也会不成立"}
    for line, column in (("条件：完成 不早于 1990-01-01", "完成"), ("条件：届满 不早于 1990年", "届满")):
        assert found[line].state == PROVED
        assert column not in found[line].sheets[0]["项目"][0]


def test_more_that_gives_less_and_jumps() -> None:
    found = {x.text: x for x in proofs(SOUND.replace("额 的 10%", "按 额（不满 10万元 1万元；10万元 以上 不满 20万元 3万元；其他 0元）"))}
    assert found["「项目.额」越多，应得只升不降"].state == REFUTED
    less, more = found["「项目.额」越多，应得只升不降"].comes_to
    assert (less.amount or 0) > (more.amount or 0)
    assert found["「项目.额」多 1元，应得的变动不超过 1万元"].state == REFUTED


READINGS = """读法：登记
| 号  | 条款 | 风险 | 原文 | 问题 | 选项 | 理由 |
| A01 | 1 | 低 | 甲级、乙级 | 乙级算不算？ | 算、不算 | 原文有乙级 |
| A02 | 1 | 低 | 补贴 | 一样吗？ | 甲说、乙说 | 没有区别 |

"""


def test_products_of_unknowns_are_settled_by_what_they_are_made_of() -> None:
    """额 × 数量 × 单价: three unknowns; the cap of one 分项 is read of that, and a price for each ㎡ is no bound of an amount."""
    law = "「第一条 租用场地的，按每平方米每月最高40元补贴，」\n  分项：租用\n  对象：每处 场地，租用\n  标准：面积 × 孰低（40元/㎡·月、单价） × 月数\n「每年最高不超过200万元。」\n  上限：租用 企业年度 200万元\n"
    law += "「购置场地的，按每平方米800元补贴。」\n  分项：购置\n  对象：每处 场地，非 租用\n  标准：面积 × 800元/㎡\n"
    tables = "事实：场地，逐处\n| 名称 | 类型 |\n| 租用 | 是否 |\n| 面积 | ㎡ |\n| 单价 | 元/㎡·月 |\n| 月数 | 月 |\n\n"
    found = {x.text: x.state for x in proofs(law, HEAD + tables)}
    assert found["连同本年已得不超过 200万元"] == PROVED
    assert not any("40元" in text for text in found)
    assert {found[f"「场地.{name}」越多，应得只升不降"] for name in ("面积", "单价", "月数")} == {PROVED}
    broken = {x.text: x for x in proofs(law.replace("上限：租用 企业年度", "上限：租用 单项"), HEAD + tables)}["连同本年已得不超过 200万元"]
    assert broken.state == REFUTED


def test_readings_that_cannot_differ() -> None:
    rules = """  对象：每项 项目
  条件〔A01 算〕：级别 为 甲、乙
  条件〔A01 不算〕：级别 为 甲
  标准〔A02 甲说〕：额 的 10%
  标准〔A02 乙说〕：额 ÷ 10
  上限：企业年度 5万元
"""
    found = {x.text[:6]: x for x in proofs(rules, HEAD + READINGS + LAW) if x.kind == "读法"}
    assert (found["读法 A01"].state, found["读法 A02"].state) == (PROVED, REFUTED)
    one, two = found["读法 A01"].comes_to
    assert one.outcome() != two.outcome()
    promised = rules + OWN + "\n保证：读法 A01 只动 1\n保证：读法 A01 只动 2\n保证：读法 A02 只动 2\n"
    kept, broken, idle = (x for x in proofs(promised, HEAD + READINGS + LAW) if x.kind == "保证")
    assert [x.state for x in (kept, broken, idle)] == [PROVED, REFUTED, PROVED]
    assert broken.readings == ((), (("A01", "不算"),))
    assert [k.number for k in broken.comes_to] == ["1", "1"]


def test_a_clause_that_reads_what_an_authority_says() -> None:
    """第一条 is at most 5万元, of which 第二条 gives a tenth once it is said: never more than 5,000元."""
    head = HEAD.replace("| 营收 | 元 | | |", "| 营收 | 元 | | |\n| 核定额 | 元 | 核定，可缺 | |")
    law = "「第一条 经核定给予不超过5万元的奖励。」\n  对象：企业，合格\n  裁量：核定，记入 核定额\n  上限：单项 5万元\n「第二条 另按第一条奖励的10%补贴。」\n  对象：企业\n  标准：第一条 的 金额 的 10%\n"
    found = {x.text: x for x in proofs(law + "\n保证：2 不超过 5000元\n保证：2 不超过 4000元\n", head)}
    assert found["2 不超过 5000元"].state == PROVED
    assert found["2 不超过 4000元"].state == REFUTED
    assert all(x.state != OPEN for x in found.values())


def test_what_the_solver_is_not_told_is_open_with_its_reason() -> None:
    rules = SOUND.replace("额 的 10%", "额 × （营收 占 额）")
    found = proofs(rules)
    assert {x.state for x in found} == {OPEN}
    assert all("除以" in x.why for x in found)


PROMISED = "\n保证：改后 不少于 改前\n"


def test_nobody_less_is_promised_of_the_whole() -> None:
    old, new = loads(HEAD + LAW + SOUND + OWN), loads(HEAD + LAW + SOUND + OWN.replace("5万元", "6万元") + PROMISED)
    [kept] = [x for x in prove(new, against=old) if x.kind == "保证"]
    less, gone = (next(x for x in prove(loads(HEAD + text + PROMISED), against=old) if x.kind == "保证") for text in (LAW + SOUND.replace("10%", "8%") + OWN, LAW + SOUND))
    assert [kept.state, less.state, gone.state] == [PROVED, REFUTED, OPEN]
    assert "少得的：第一条" in less.why
    assert "第二条" in gone.why


def versions() -> tuple[Policy, Policy]:
    return loads(HEAD + LAW + SOUND), loads(HEAD + LAW.replace("5万元", "6万元").replace("10%", "20%") + SOUND.replace("5万元", "6万元").replace("10%", "20%"))


def test_against_an_older_version() -> None:
    old, new = versions()
    better, worse = ({x.text: x for x in prove(a, against=b)} for a, b in ((new, old), (old, new)))
    assert better["改后没有一家少得"].state == PROVED
    assert worse["改后没有一家少得"].state == REFUTED
    now, before = worse["改后没有一家少得"].comes_to
    assert (now.amount or 0) < (before.amount or 0)
    assert {x.text: x.state for x in prove(old, against=old)} == {"改后没有一家少得": PROVED, "修改前后结果一样": PROVED}


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("对.规则").write_text(HEAD + LAW + SOUND, encoding="utf-8")
    Path("错.规则").write_text(HEAD + LAW + SOUND.replace("企业年度 5万元", "单项 5万元"), encoding="utf-8")
    code, text, _ = command("prove", "对.规则")
    assert (code, "都成立" in text, "不成立 0" in text) == (0, True, True)
    code, text, _ = command("prove", "错.规则", "--suggest", "待算.规则")
    assert (code, "✗ 条文的数：" in text) == (1, True)
    assert "案例：待手算 1 1" in Path("待算.规则").read_text(encoding="utf-8")
    assert command("prove", "错.规则", "--suggest", "待算.规则")[0] == 3  # it is there already
    code, text, _ = command("prove", "错.规则", "--json", "--款", "1")
    assert (code, json.loads(text)["不成立"]) == (1, 1)
    assert command("prove", "错.规则", "--款", "9")[0] == 3
    code, text, _ = command("prove", "对.规则", "--against", "错.规则")
    assert (code, "变了的款：第一条" in text) == (1, True)


def test_who_loses_is_told_by_diff_and_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    second = "「第二条 丙级项目另给1万元。」\n  对象：每项 项目，级别 为 丙\n  标准：1万元\n"
    Path("旧.规则").write_text(HEAD + LAW + SOUND + second, encoding="utf-8")
    Path("新.规则").write_text(HEAD + LAW.replace("10%", "8%") + SOUND.replace("10%", "8%") + second, encoding="utf-8")
    code, text, _ = command("diff", "旧.规则", "新.规则", "--proofs")
    assert (code, "已证：第二条" in text, "✗ 修改前后：改后没有一家少得" in text, "→ 改前 第一条 应予支持" in text) == (1, True, True, True)
    made = json.loads(command("diff", "旧.规则", "新.规则", "--proofs", "--json")[1])
    assert [x["结果"] for x in made["谁会少得"]] == [REFUTED, PROVED]
    moved = list(prove(loads(HEAD + second.replace("第二条", "第一条")), against=loads(HEAD + LAW + SOUND + second)))
    assert [(x.state, x.why.partition("，")[0]) for x in moved] == [(OPEN, "编号变了"), (OPEN, "第一条没有了")]


def test_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    real = importlib.import_module
    monkeypatch.setattr(importlib, "import_module", lambda name, *more: real("没有这个库") if name == "z3" else real(name, *more))
    code, _, wrong = command("prove", "xicheng-2021")
    assert (code, "E850" in wrong, "xcrules[prove]" in wrong) == (3, True, True)


def told(seed: int, *options: str) -> str:
    """What a process of its own says, in which words are put in order otherwise and forgotten terms swept up at other times."""
    program = f"import gc, sys; gc.set_threshold({50 * seed}); from xcrules.use.cli import main; sys.exit(main(['prove', *sys.argv[1:]]))"
    ran = python(program, *options, env={"PYTHONHASHSEED": str(seed)})
    assert (ran.code in (0, 1), ran.err) == (True, "")
    return ran.out


@pytest.mark.slow
def test_the_same_text_whatever_was_asked_before() -> None:
    """A clause by itself says the same as after all that this process has proved, and other processes: also which facts are found."""
    alone = told(7, "nansha-headquarters-2017", "--款", "2(3)")
    assert "! 跳变：" in alone
    assert command("prove", "nansha-headquarters-2017", "--款", "2(3)").out == alone


@pytest.mark.slow
def test_the_same_text_of_a_whole_policy() -> None:
    assert command("prove", "nansha-headquarters-2017").out == told(5, "nansha-headquarters-2017")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "clauses"), [("xicheng-2021", ()), ("nansha-headquarters-2017", ("3(1)", "4")), ("iit-comprehensive-2018", ("11",))])
def test_shipped(name: str, clauses: tuple[str, ...]) -> None:
    """No sheet fails to replay; of the first regulation the law's own figures and every 保证 hold."""
    found = list(prove(load(name), clauses, other_readings=not clauses))
    assert [x for x in found if x.state == WRONG] == []
    assert [x for x in found if x.kind in BINDING and x.state != PROVED] == []
    assert sum(x.state == OPEN for x in found) * 100 <= 5 * len(found)


@pytest.mark.parametrize(("option", "text"), [("--rows", "0"), ("--rows", "-1"), ("--rows", "两行"), ("--jump", "很多"), ("--jump", "5"), ("--jump", "0元"), ("--jump", "5%")])
def test_numbers_behind_options_are_refused_not_replaced(tmp_path: Path, option: str, text: str) -> None:
    (tmp_path / "条文.规则").write_text(HEAD + LAW + SOUND, encoding="utf-8")
    ran = command("prove", str(tmp_path), f"{option}={text}")
    assert ran.code != 0
    assert "E880" in ran.err
    assert option in ran.err
