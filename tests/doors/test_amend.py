"""xcrules amend: every place that goes with a change of the law's words, together or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.commands import command
from tests.support.policies import ROOT
from xcrules.base import writing
from xcrules.base.writing import PENDING, finish, is_pending, write_together

RULES = """规定：《甲县书店扶持办法》
原文：原文.txt
文件：读法.规则

事实：申报，顶层
| 名称     | 类型 | 要求            | 角色     |
| 兑现年度 | 年度 |                 | 基准年度 |
| 申报日期 | 日期 |                 | 申报日期 |
| 租金     | 元   |                 |          |
| 面积     | ㎡   |                 |          |
| 核定奖励 | 元   | 核定 县政府，可缺 |          |

「第一条 扶持」
「（一）书店的租金，按10%给予补贴，」
  对象：企业
  标准：租金 的 10%
「总共不超过3万元，」
  上限〔A01 每年〕：企业年度 3万元
  上限〔A01 每次〕：单项 30000元
  注释：3万元是与财政商定的
「面积100平方米以上的另给1万元。」
  加给：面积 不低于 100㎡ 的，1万元
「（二）有特殊贡献的，给予奖励，」
  对象：企业
  裁量〔A02 核定〕：由 县政府 核定，记入 核定奖励
  标准〔A02 按上限〕：5万元
「最高不超过5万元。」
  上限：单项 5万元

案例：封顶
  # 40万元 × 10% ＝ 4万元，至多 3万元
  给定：兑现年度 为 2024年，申报日期 为 2024-05-01，租金 为 40万元，面积 为 10㎡
  应得：1(1) 应予支持 3万元

案例：不到
  给定：兑现年度 为 2024年，申报日期 为 2024-05-01，租金 为 10万元，面积 为 10㎡
  应得：1(1) 应予支持 1万元

保证：1(1) 不超过 3万元
"""
REGISTER = """读法：登记
| 号  | 条款 | 风险 | 原文          | 问题               | 选项         | 另需人工 | 理由                 |
| A01 | 1(1) | 低   | 总共不超过3万元 | 3万元按年还是按次？ | 每年、每次   |          | 写了总共             |
| A02 | 1(2) | 低   | 最高不超过5万元 | 核定还是照付？     | 核定、按上限 |          | 原文没有写给多少     |
"""
OFFICIAL = "第一条 扶持\n（一）书店的租金，按 10%给予补贴，总共不超\n过 3 万元，面积 100 平方米以上的另给 1 万元。\n（二）有特殊贡献的，给予奖励，最高不超过 5 万元。\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "书店").mkdir()
    for name, text in (("条文.规则", RULES), ("读法.规则", REGISTER), ("原文.txt", OFFICIAL)):
        (tmp_path / "书店" / name).write_text(text, encoding="utf-8")
    return tmp_path / "书店"


def texts(folder: Path) -> Mapping[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.iterdir())}


def test_every_place_is_changed(folder: Path) -> None:
    assert command("check", "书店").code == 0
    code, out, _ = command("amend", "书店", "不超过3万元", "不超过3.5万元", "--款", "1(1)", "--json")
    said = json.loads(out)
    assert code == 0
    assert [x["栏目"] for x in said["修改"]] == ["原文", "引文", "上限〔A01 每年〕", "上限〔A01 每次〕", "读法 A01 的 原文"]
    after = texts(folder)
    assert "过 3.5 万元" in after["原文.txt"]
    assert "「总共不超过3.5万元，」\n  上限〔A01 每年〕：企业年度 3.5万元\n  上限〔A01 每次〕：单项 35000元\n  注释：3万元" in after["条文.规则"]
    assert "| 总共不超过3.5万元 | 3万元按年" in after["读法.规则"]
    assert command("check", "书店").code == 0
    told = [x["说明"] for x in said["待人工"]]
    assert told[0] == "案例「封顶」第一条（一） 应予支持 3万元 → 应予支持 3.5万元，重新手算"
    assert {x.split("提到")[0] for x in told[1:]} == {"案例「封顶」", "保证", "注释", "读法 A01 的问题"}
    assert "应得：1(1) 应予支持 3万元" in after["条文.规则"]  # worked out by hand, so nobody changes it unasked


def test_a_line_whose_own_quote_does_not_say_it_goes_along(folder: Path) -> None:
    command("amend", "书店", "最高不超过5万元", "最高不超过8万元")
    assert "标准〔A02 按上限〕：8万元" in texts(folder)["条文.规则"]


def test_lines_write_digits_whatever_the_law_writes(folder: Path) -> None:
    command("amend", "书店", "最高不超过5万元", "最高不超过八万元")
    assert "「最高不超过八万元。」\n  上限：单项 8万元" in texts(folder)["条文.规则"]


@pytest.mark.parametrize(("old", "new", "told"), [("100平方米以上", "100平方米以下", "加给"), ("书店的租金", "新华书店的租金", "对象、标准"), ("10%", "12%", ""), ("第一条 扶持", "第一条 奖补", "")])
def test_other_words_than_figures_are_for_a_person_to_look_at(folder: Path, old: str, new: str, told: str) -> None:
    said = [x["说明"] for x in json.loads(command("amend", "书店", old, new, "--json").out)["待人工"]]
    assert [x.split("：")[-1] for x in said if "不只是数" in x] == ([told] if told else [])


def test_words_that_are_all_of_a_quote_take_its_lines_along(folder: Path) -> None:
    assert command("amend", "书店", "面积100平方米以上的另给1万元。", "").code == 0
    assert "  注释：3万元是与财政商定的\n「（二）" in texts(folder)["条文.规则"]
    assert "加给" not in texts(folder)["条文.规则"]


def test_there_and_back(folder: Path) -> None:
    before = texts(folder)
    for old, new in (("10%", "12.5%"), ("100平方米", "80平方米"), ("另给1万元", "另给2万元"), ("以上的另给", "以上的，另外给予"), ("，总共", "总共")):
        assert command("amend", "书店", old, new, "--款", "1(1)").code == 0, (old, new)
        assert texts(folder) != before
        assert command("check", "书店").code == 0
        assert command("amend", "书店", new, old, "--款", "第一条（一）").code == 0
        assert texts(folder) == before, (old, new)


@pytest.mark.parametrize(("arguments", "said"), [
    (("不超过", "不高于"), "有 2 处「不超过」：第一条（一）、第一条（二）"),
    (("0平方米", "5平方米"), "没有「0平方米」"),  # no piece of a number
    (("7万元", "8万元"), "没有「7万元」"),
    (("3万元", "3 万元"), "没有改什么"),
    (("补贴，总共不超过", "补助，总共不高于"), "分在几段引文里"),
    (("3万元", "4万元", "--款", "9"), "没有编号为 9 的款"),
    (("第一条 扶持", "第三条 扶持"), "没有编号为 1(1) 的款"),  # the policy as a whole: its cases name the clause
])
def test_what_does_not_fit_is_refused(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    before = texts(folder)
    code, _, err = command("amend", "书店", *arguments)
    assert code == 3, err
    assert said in err
    assert texts(folder) == before


def test_dry_run_changes_nothing(folder: Path) -> None:
    before = texts(folder)
    code, out, _ = command("amend", "书店", "3万元", "4万元", "--dry-run")
    assert code == 0
    assert "要改 5 处" in out
    assert "没有改文件" in out
    assert texts(folder) == before


def test_words_are_needed(folder: Path) -> None:
    assert command("amend", "书店", "3万元").code == 2


# -- what somebody began by hand ------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [("原文.txt", "过 3 万元", "过 4 万元"), ("条文.规则", "3万元，」\n  上限〔A01 每年〕：企业年度 3万元", "4万元，」\n  上限〔A01 每年〕：企业年度 4万元")])
def test_check_does_not_offer_to_undo_it(folder: Path, first: tuple[str, str, str]) -> None:
    name, old, new = first
    (folder / name).write_text(texts(folder)[name].replace(old, new), encoding="utf-8")
    _, out, _ = command("check", "书店", "--json")
    (found,) = [d for d in json.loads(out)["问题"] if d["代码"] == "E601"]
    assert "改法" not in found
    assert "xcrules amend 政策" in found["提示"]


def test_the_official_text_came_first(folder: Path) -> None:
    (folder / "原文.txt").write_text(OFFICIAL.replace("过 3 万元", "过 4 万元"), encoding="utf-8")
    code, out, _ = command("amend", "书店", "3万元", "4万元", "--json")
    assert code == 0
    assert [x["栏目"] for x in json.loads(out)["修改"]] == ["引文", "上限〔A01 每年〕", "上限〔A01 每次〕", "读法 A01 的 原文"]
    assert command("check", "书店").code == 0


def test_the_rules_came_first(folder: Path) -> None:
    text = RULES.replace("不超过3万元", "不超过4万元").replace("企业年度 3万元", "企业年度 4万元").replace("30000元", "40000元")
    (folder / "条文.规则").write_text(text, encoding="utf-8")
    (folder / "读法.规则").write_text(REGISTER.replace("不超过3万元", "不超过4万元"), encoding="utf-8")
    code, out, _ = command("amend", "书店", "3万元", "4万元", "--json")
    assert code == 0
    assert [x["栏目"] for x in json.loads(out)["修改"]] == ["原文"]
    assert command("check", "书店").code == 0


def test_another_difference_is_mended_first(folder: Path) -> None:
    (folder / "原文.txt").write_text(OFFICIAL.replace("特殊", "突出"), encoding="utf-8")
    code, _, err = command("amend", "书店", "3万元", "4万元")
    assert code == 3
    assert "E603" in err


# -- all or nothing ------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


def test_killed_anywhere_all_or_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many steps were made: the texts are the old ones, or nothing is read until all are the new ones."""
    shutil.copytree(folder, folder.parent / "书店0")
    command("amend", "书店0", "3万元", "4万元")
    after, before = texts(folder.parent / "书店0"), texts(folder)
    steps, real = 0, (os.replace, os.fsync, Path.unlink)
    for last in range(20):
        shutil.rmtree(folder)
        folder.mkdir()
        for name, text in before.items():
            (folder / name).write_text(text, encoding="utf-8")
        steps = 0

        def step(call: object, *arguments: object, most: int = last, **more: object) -> object:
            nonlocal steps
            if steps >= most:
                raise Killed
            steps += 1
            return call(*arguments, **more)  # type: ignore[operator]

        monkeypatch.setattr(os, "replace", lambda *a: step(real[0], *a))
        monkeypatch.setattr(os, "fsync", lambda *a: step(real[1], *a))
        monkeypatch.setattr(Path, "unlink", lambda p, missing_ok=False: step(real[2], p, missing_ok=missing_ok))
        try:
            write_together(folder, after)
        except Killed:
            monkeypatch.undo()
            monkeypatch.chdir(folder.parent)
            if is_pending(folder):
                code, out, _ = command("check", "书店")
                assert (code, "E874" in out) == (3, True)
                assert command("amend", "书店", "--续写").code == 0
                assert texts(folder) == after
            else:
                assert {n: t for n, t in texts(folder).items() if not n.startswith(".")} == before
                assert command("amend", "书店", "3万元", "4万元").code == 0  # what was left lying about is in nobody's way
                assert {n: t for n, t in texts(folder).items() if not n.startswith(".")} == after
        else:
            monkeypatch.undo()
            assert texts(folder) == after
            assert last > 4
            return
    pytest.fail("it never ended")


def test_a_full_disk_leaves_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(folder)

    def full(*_: object) -> None:
        raise OSError(28, "设备上没有空间")

    monkeypatch.setattr(writing, "_new_file", full)
    code, _, err = command("amend", "书店", "3万元", "4万元")
    assert code == 3
    assert "一个文件也没有改" in err
    assert texts(folder) == before


def test_finishing_twice_is_no_harm(folder: Path) -> None:
    after = {"条文.规则": "甲", "读法.规则": "乙"}
    write_together(folder, after)
    (folder / PENDING).write_text("条文.规则\n读法.规则", encoding="utf-8")
    finish(folder)
    assert {n: texts(folder)[n] for n in after} == after


def test_a_shipped_policy_as_a_whole(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "西城")
    code, out, _ = command("amend", str(tmp_path / "西城"), "10-50万元", "20-60万元", "--款", "2(3)", "--json")
    assert code == 0
    said = json.loads(out)
    assert [x["栏目"] for x in said["修改"]] == ["原文", "引文", "下限〔A08 保底〕", "条件〔A08 门槛〕", "上限", "读法 A08 的 原文", "读法 A60 的 原文"]
    assert "案例「增量很小仍给十万」第二条（三） 应予支持 10万元 → 应予支持 20万元，重新手算" in [x["说明"] for x in said["待人工"]]
    assert command("check", str(tmp_path / "西城")).code == 0


def test_blanks_stay_around_several_figures_and_a_divisor_is_for_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """最高 30 万元，最低 1 万元 became 最高 40万元，最低2 万元; ÷ 2 of a mean went along with 连续两年."""
    monkeypatch.chdir(tmp_path)
    Path("书店").mkdir()
    Path("书店/条文.规则").write_text("""规定：《补贴办法》
原文：原文.txt

事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
| 营收 | 逐年 元 | |

「第一条 连续两年营收增长的，按平均营收的10%给予补贴，最高30万元，最低1万元。」
  对象：企业
  条件：营收 连续 2年 增加
  标准：（本年 营收 ＋ 上年 营收） ÷ 2 × 10%
  下限：单项 1万元
  上限：单项 30万元
""", encoding="utf-8")
    Path("书店/原文.txt").write_text("第一条 连续两年营收增长的，按平均营收的10%给予补贴， 最高 30 万元，最低 1 万元。\n", encoding="utf-8")
    command("amend", "书店", "最高30万元，最低1万元", "最高40万元，最低2万元")
    assert "最高 40 万元，最低 2 万元。" in Path("书店/原文.txt").read_text(encoding="utf-8")
    code, out, _ = command("amend", "书店", "连续两年", "连续三年")
    rules = Path("书店/条文.规则").read_text(encoding="utf-8")
    assert "条件：营收 连续 3年 增加" in rules
    assert "÷ 2 × 10%" in rules
    assert "标准里的 2 看不出跟着哪一处原文" in out
    assert code == 0


TABLE = """规定：《标准制定奖励办法》

事实：标准，逐项
| 名称 | 类型 |
| 级别 | 国际、国家、行业 |

「第一条 国际、国家、行业标准分别给予100万元、40万元、20万元奖励，」
  对象：每项 标准
  标准：按 级别（国际 100万元；国家 40万元；行业 20万元）
「每项至多100万元。附表：一级 10，二级 20」
  上限：单项 100万元
"""


@pytest.mark.parametrize("new", ["40万元、20万元、20万元", "40万元、20万元、10万元", "100万元、60万元、40万元", "20万元、100万元、40万元", "50万元、50万元、50万元"])
def test_figures_that_change_places_go_along_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new: str) -> None:
    """40万元 of the first was held to be that of the second, which stood still: half of the line was changed."""
    monkeypatch.chdir(tmp_path)
    Path("奖励.规则").write_text(TABLE, encoding="utf-8")
    assert command("amend", "奖励.规则", "分别给予100万元、40万元、20万元奖励", f"分别给予{new}奖励").code == 0
    one, two, three = new.split("、")
    assert f"国际 {one}；国家 {two}；行业 {three}）" in Path("奖励.规则").read_text(encoding="utf-8")


def test_a_figure_that_no_line_follows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("奖励.规则").write_text(TABLE, encoding="utf-8")
    code, out, _ = command("amend", "奖励.规则", "二级 20", "二级 25")
    assert code == 0
    assert "没有一行注跟着" in out
