"""The command line as its users call it: output, exit codes, bad input of every kind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import xcrules
from tests.support.commands import XCRULES, command, process
from tests.support.policies import EXAMPLE, ROOT

SCHEMA = xcrules.decision_schema(closed=True)
GATES = {"政策兑现年度": 2023, "申报日期": "2023-09-01",
         "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True}}


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(GATES, ensure_ascii=False), encoding="utf-8")
    return path


def stream(lines: list[str], *more: str) -> tuple[int, list[dict[str, object]], str]:
    code, out, err = command("decide", "xicheng-2021", "-", "--stream", *more, stdin="\n".join(lines).encode("utf-8", "surrogateescape"))
    return code, [json.loads(x) for x in out.splitlines()], err


def test_check_says_there_is_nothing() -> None:
    code, out, _ = command("check", "xicheng-2021")
    assert code == 0
    assert out.startswith("没有问题")


def test_decide_shows_every_clause_and_the_total() -> None:
    code, out, _ = command("decide", "xicheng-2021", str(EXAMPLE))
    assert code == 0
    assert all(n in out for n in ("2(1)", "9(2)", "合计介于", "待补充：贷款第2笔的本年度缴纳利息", "按无既往支持计算"))


def test_decision_json_is_as_published() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for more in ((), ("--details",)):
        code, out, _ = command("decide", "xicheng-2021", str(EXAMPLE), "--json", *more)
        assert code == 0
        Draft202012Validator(SCHEMA).validate(json.loads(out))
    # 140万×1 ＋ 900000.50×0.5 ＝ 1850000.25; P1 已得 50万 → 135万＋... : 90万 ＋ 450000.25
    assert json.loads(out)["条款"]["2(1)"]["金额"] == "1350000.25"


def test_readings_are_switched() -> None:
    for flag in ("--读法", "--reading"):
        code, out, _ = command("decide", "xicheng-2021", str(EXAMPLE), "--json", flag, "A08=据实")
        assert code == 0
        assert json.loads(out)["条款"]["2(3)"]["金额"] == "60000.00"  # 增 120 万 × 5%
        assert json.loads(out)["读法"] == {"A08": "据实"}


def test_all_readings_lists_what_changes() -> None:
    code, out, _ = command("decide", "xicheng-2021", str(EXAMPLE), "--all-readings")
    assert code == 0
    assert "换一种读法" in out
    assert "A20" in out


@pytest.mark.parametrize(("pair", "code"), [("A08", "E532"), ("A99=甲", "E526"), ("A08=保地", "E528"), ("A12=按月", "E528")])
def test_wrong_readings(pair: str, code: str) -> None:
    status, _, err = command("decide", "xicheng-2021", str(EXAMPLE), "--读法", pair)
    assert status == 3
    assert code in err


def test_explain_has_law_facts_and_values() -> None:
    code, out, _ = command("explain", "xicheng-2021", str(EXAMPLE), "2(1)")
    assert code == 0
    for piece in ("企业年度配套资金总额不超过150万元", "上级资金第1笔", "级别 国家级", "竞合", "读作", "A37"):
        assert piece in out.replace("\n", "")


def test_explain_says_what_the_read_back_leans_on(tmp_path: Path) -> None:
    """The 定义 that a line reads, the one that this reads, none that it does not; the bound that the clause shares."""
    (tmp_path / "规定.规则").write_text("""
事实：申报，顶层
| 名称     | 类型 | 要求 | 角色 |
| 兑现年度 | 年度 |      | 基准年度 |
| 投资     | 元   |      |      |
| 本年已获 | 逐款 元 | 闭世界 | 本年台账 |
「第一条 对超额投资补贴10%，超额投资是净投资超过1万元的部分，净投资是投资的一半。」
  定义：净投资 ＝ 投资 × 50%
  定义：超额投资 ＝ （净投资 － 1万元），至少 0元
  定义：旁的 ＝ 投资 × 20%
  对象：企业
  标准：超额投资 的 10%
「第二条 另给投资的20%的一成。」
  对象：企业
  标准：旁的 的 10%
「第三条 两条合计每年不超过5万元。」
  上限：1、2 合计 企业年度 5万元
""", encoding="utf-8")
    (tmp_path / "事实.json").write_text('{"兑现年度": 2024, "投资": 100000}', encoding="utf-8")
    code, out, _ = command("explain", str(tmp_path / "规定.规则"), str(tmp_path / "事实.json"), "1", "--json")
    assert code == 0
    (clause,) = json.loads(out)
    assert [x[:6] for x in clause["所称"]] == ["所称净投资，", "所称超额投资", "第一条与第二"]
    assert "5万元" in clause["所称"][-1]
    _, out, _ = command("explain", str(tmp_path / "规定.规则"), str(tmp_path / "事实.json"), "1")
    assert all(x[:12] in out for x in clause["所称"])


def test_explain_why_not() -> None:
    code, out, _ = command("explain", "xicheng-2021", str(EXAMPLE), "9(1)", "--json")
    assert code == 0
    (clause,) = json.loads(out)
    assert clause["项目"][3]["不符"] == ["到账年度 为 政策兑现年度"]
    assert "理由" in clause


def test_explain_unknown_clause() -> None:
    code, _, err = command("explain", "xicheng-2021", str(EXAMPLE), "2(9)")
    assert code == 3
    assert "E543" in err


def test_test_runs_the_cases() -> None:
    code, out, _ = command("test", "xicheng-2021")
    assert code == 0
    assert "0 个不符" in out


def test_test_shows_the_difference(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "p")
    cases = folder / "案例.规则"
    cases.write_text(cases.read_text(encoding="utf-8").replace("应得：2(1) 应予支持 30万元", "应得：2(1) 应予支持 31万元", 1), encoding="utf-8")
    code, out, _ = command("test", str(folder))
    assert code == 1
    assert "应得 31万元，算得 30万元" in out


def test_fmt_check_and_write(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "p")
    assert command("fmt", str(folder), "--check")[0] == 0
    law = folder / "条文.规则"
    shaped = law.read_text(encoding="utf-8")
    law.write_text(shaped.replace("上限：单项 50万元", "上限 :   单项   ５０万元"), encoding="utf-8")
    assert command("fmt", str(folder), "--check")[0] == 1
    before = {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir()}
    code, shown, _ = command("fmt", str(folder), "--dry-run")
    assert (code, "没有改文件" in shown, "\n+" in shown) == (0, True, True)
    assert {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir()} == before
    assert command("fmt", str(folder))[0] == 0
    assert law.read_text(encoding="utf-8") == shaped


def test_fmt_splits_glued_words(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "p")
    law = folder / "条文.规则"
    shaped = law.read_text(encoding="utf-8")
    law.write_text(shaped.replace("标准：增加额 的 5%", "标准：增加额的5%"), encoding="utf-8")
    assert command("check", str(folder))[0] == 1
    assert command("fmt", str(folder), "--split")[0] == 0
    assert law.read_text(encoding="utf-8") == shaped


def test_cells_as_the_law_writes_them_stay_and_mean_the_same(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "tests" / "corpus" / "nansha-headquarters-2017", tmp_path / "p")
    law = folder / "条文.规则"
    assert command("fmt", str(folder))[0] == 0
    shaped, spaced = law.read_text(encoding="utf-8"), command("check", str(folder))[0]
    assert shaped.count(" 以上 不满 ") > 2
    law.write_text(shaped.replace(" 以上 不满 ", "以上不满"), encoding="utf-8")
    assert command("fmt", str(folder), "--split")[0] == 0
    assert " 以上 不满 " not in law.read_text(encoding="utf-8")
    assert command("check", str(folder))[0] == spaced
    assert command("diff", str(ROOT / "tests" / "corpus" / "nansha-headquarters-2017"), str(folder))[0] == 0


def test_check_fix_mends_and_dry_run_does_not(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "policies" / "xicheng-2021", tmp_path / "p")
    law = folder / "条文.规则"
    shaped = law.read_text(encoding="utf-8")
    wrong = shaped.replace("上限：单项 300万元", "上限：单项 300万")
    law.write_text(wrong, encoding="utf-8")
    code, out, _ = command("check", str(folder), "--fix", "--dry-run")
    assert (code, law.read_text(encoding="utf-8")) == (1, wrong)
    assert "+  上限：单项 300万元" in out
    assert command("check", str(folder), "--fix")[0] == 0
    assert law.read_text(encoding="utf-8") == shaped


def test_check_readings_lists_the_register() -> None:
    code, out, _ = command("check", "xicheng-2021", "--readings", "--json")
    assert code == 0
    assert len(json.loads(out)) == 62


# -- stream -----------------------------------------------------------------------------------------------


def test_stream_keeps_order_and_goes_on_after_bad_lines() -> None:
    good = json.dumps({**GATES, "编号": "甲"}, ensure_ascii=False)
    lines = [good, "{", '{"编号": "乙", "政策兑现年度": true}', "\udcff", '{"a": NaN}', good.replace("甲", "丙")]
    code, out, _ = stream(lines)
    assert code == 0
    assert [x.get("编号") for x in out] == ["甲", None, "乙", None, None, "丙"]
    assert [x["错误"][0]["代码"] if "错误" in x else "" for x in out] == ["", "E810", "E802", "E812", "E801", ""]  # type: ignore[index]
    assert [x.get("行") for x in out] == [None, 2, 3, 4, 5, None]
    assert out[1]["错误"][0]["位置"] == "第 2 行第 2 列"  # type: ignore[index]  # named once, also at the end of the line
    for answer in out:
        Draft202012Validator(SCHEMA).validate(answer)


def test_details_without_json_are_said_to_do_nothing() -> None:
    for more, said in (((), True), (("--json",), False)):
        assert ("--details" in command("decide", "xicheng-2021", "-", "--details", *more, stdin=json.dumps(GATES).encode()).err) is said


def test_several_objects_without_stream_are_told_of_it(tmp_path: Path) -> None:
    (tmp_path / "行.jsonl").write_text('{"政策兑现年度": 2023}\n{"政策兑现年度": 2024}\n', encoding="utf-8")
    refused = command("decide", "xicheng-2021", str(tmp_path / "行.jsonl"))
    assert refused.code == 3
    assert "行.jsonl:第 2 行第 1 列" in refused.err
    assert "--stream" in refused.err
    _, (answer,), _ = stream(["{}{}"])
    assert "提示" not in answer["错误"][0], "on one line it is no help"  # type: ignore[index]


def test_stream_echoes_numbers_and_odd_values() -> None:
    lines = [json.dumps({**GATES, "编号": n}) for n in (7, 1.5, [1], True, "x", 10**30, float("nan"))] + ['{"编号": 8, "上级资全": []}']
    code, out, _ = stream(lines)
    assert code == 0
    assert [x.get("编号") for x in out] == [7, "1.5", None, True, "x", "1" + "0" * 30, "NaN", 8]
    assert "「编号」要写文字或数，不是名单" in json.dumps(out[2], ensure_ascii=False)


def test_stream_amounts_are_decimal_strings() -> None:
    line = {**GATES, "上级资金": [{"类别": "科技重大专项", "级别": "国家级", "金额": 600000, "到账年度": 2023}]}
    _, (answer,), _ = stream([json.dumps(line, ensure_ascii=False)])
    assert answer["条款"]["2(1)"] == {"状态": "应予支持", "金额": "600000.00"}  # type: ignore[index]


def test_stream_flushes_each_line() -> None:
    running = subprocess.Popen([*XCRULES, "decide", "xicheng-2021", "-", "--stream"], cwd=ROOT,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert running.stdin is not None
    assert running.stdout is not None
    with running:
        for _ in range(2):
            running.stdin.write(json.dumps(GATES) + "\n")
            running.stdin.flush()
            assert "条款" in json.loads(running.stdout.readline())
        running.stdin.close()
    assert running.returncode == 0


def test_stream_unknown_policy_is_bad_input() -> None:
    done = command("decide", "xicheng-2012", "-", "--stream", stdin=b"{}")
    assert done.code == 3
    assert "xicheng-2021" in done.out


# -- bad input ------------------------------------------------------------------------------------------------

BAD = [
    ('{"政策兑现年度": 2023, "上级资全": []}', "E801", "上级资金"),
    ('{"政策兑现年度": "二〇二三"}', "E802", "政策兑现年度"),
    ('{"申报日期": "2023-02-30"}', "E807", "申报日期"),
    ('{"申报日期": 20231301}', "E807", "申报日期"),
    ('{"上级资金": [{"级别": "国家"}]}', "E808", "国家级"),
    ('{"上级资金": [{"金额": -1}]}', "E809", "上级资金[0].金额"),
    ('{"上级资金": [{"金额": NaN}]}', "E804", "上级资金[0].金额"),
    ('{"上级资金": [{"金额": -Infinity}]}', "E804", "上级资金[0].金额"),
    ('{"上级资金": [{"金额": 1e400}]}', "E805", "上级资金[0].金额"),
    ('{"上级资金": [{"金额": true}]}', "E802", "上级资金[0].金额"),
    ('{"上级资金": {"金额": 1}}', "E802", "上级资金"),
    ('{"上级资金": [7]}', "E802", "上级资金[0]"),
    ('{"专利": [{"件数": 1.5}]}', "E814", "专利[0].件数"),
    ('{"研发经费": {"去年": 3}}', "E802", "研发经费.去年"),
    ('{"本年度已获支持": {"2(11)": 3}}', "E801", "2(1)"),
    ('{"政策兑现年度": 2023, "政策兑现年度": 2024}', "E803", "政策兑现年度"),
    ('{"主体": {"西城区注册": 1}}', "E802", "主体.西城区注册"),
    ("[1, 2]", "E802", "对象"),
    ('{"a": }', "E810", "第 1 行"),
    ("", "E810", "第 1 行"),
    ("[" * 100000, "E806", "第 65 列"),
]


@pytest.mark.parametrize(("text", "code", "piece"), BAD, ids=[b[0][:30] for b in BAD])
def test_bad_facts_are_named(tmp_path: Path, text: str, code: str, piece: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    status, out, err = command("decide", "xicheng-2021", str(path))
    assert (status, out) == (3, "")
    assert code in err
    assert piece in err
    assert "Traceback" not in err


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"申报日期": 1, "上级资金": [{"金额": -1, "级别": "x"}]}', encoding="utf-8")
    _, out, _ = command("decide", "xicheng-2021", str(path), "--json")
    assert [e["代码"] for e in json.loads(out)["错误"]] == ["E807", "E809", "E808"]


def test_missing_files_and_unknown_policies(facts: Path) -> None:
    assert command("decide", "xicheng-2021", "no-such.json")[0] == 3
    code, _, err = command("decide", "xicheng-2012", str(facts))
    assert code == 3
    assert "xicheng-2021" in err


def limited(limits: str, text: str) -> tuple[int, str]:
    done = process("decide", "xicheng-2021", "-", "--json", stdin=text.encode(), env={"XCRULES_LIMITS": limits})
    return done.code, done.out + done.err


@pytest.mark.slow
def test_limits_can_be_set() -> None:
    two = json.dumps({**GATES, "贷款": [{}, {}]})
    assert limited("", two)[0] == 0
    code, out = limited("MAX_ITEMS=1", two)
    assert code == 3
    assert "E815" in out
    assert limited("MAX_DEPTH=2", json.dumps({**GATES, "贷款": [{}]}))[0] == 3
    assert limited("MAX_ITEMS", two)[0] == 2
    assert limited("NO_SUCH=1", two)[0] == 2


def test_usage() -> None:
    assert command()[0] == 2
    code, _, err = command("deside")
    assert code == 2
    assert "decide" in err
    code, _, err = command("decide", "xicheng-2021")
    assert code == 2
    assert "缺少参数" in err
    assert command("decide", "--help")[0] == 0


def test_a_clause_may_stand_behind_an_option() -> None:
    before, behind = (command("explain", "xicheng-2021", str(EXAMPLE), *x) for x in (["2(3)", "--读法", "A08=门槛"], ["--读法", "A08=门槛", "2(3)"]))
    assert before == behind
    assert before[0] == 0


def test_yaml_means_the_same(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("政策兑现年度: 2023\n申报日期: 2023-09-01\n主体:\n  西城区注册: 是\n  西城区纳税: true\n"
                    "  中关村高新技术企业认定: true\n上级资金:\n- {类别: 科技重大专项, 级别: 国家级, 金额: 100000.01, 到账年度: 2023}\n",
                    encoding="utf-8")
    code, out, _ = command("decide", "xicheng-2021", str(path), "--json")
    assert code == 0
    assert json.loads(out)["条款"]["2(1)"]["金额"] == "100000.01"


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "a: 1\na: 2", "a:\n\t- 1", "---\na: 1\n---\nb: 2", "{" * 5000])
def test_bad_yaml_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    code, _, err = command("decide", "xicheng-2021", str(path))
    assert code == 3
    assert "E8" in err


def test_standard_input_is_one_facts_object() -> None:
    code, out, _ = command("decide", "xicheng-2021", "-", "--json", stdin=json.dumps(GATES).encode())
    assert code == 0
    assert json.loads(out)["条款"]["6(5)"] == {"状态": "另行规定"}


@pytest.mark.parametrize("more", [[], ["--stream"], ["--json"]])
def test_a_standard_input_that_is_closed_is_no_empty_file(more: list[str]) -> None:
    done = subprocess.run([*XCRULES, "decide", "xicheng-2021", "-", *more], capture_output=True, text=True, encoding="utf-8", check=False,
                          preexec_fn=lambda: os.close(0))
    assert (done.returncode, "E811" in done.stdout + done.stderr) == (3, True)
