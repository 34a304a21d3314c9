"""Amendments said in the policy's terms; and what is no amendment is not reported."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from xcrules.base.resources import policies_folder, shipped_policies
from xcrules.meaning.program import Program
from xcrules.store.load import load_policy, load_text
from xcrules.tell.changes import Change, change_lines, changes_json, compare
from xcrules.use.cli import main

POLICY = """规定：《试行办法》
文号：试〔2020〕1号

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 | 说明 |
| 兑现年度 | 年度 | | 基准年度 | |
| 申报日期 | 日期 | | 申报日期 | |
| 在区注册 | 是否 | | | |
| 研发经费 | 逐年 元 | | | |
| 强度 | 比率 | | | |
| 平均强度 | 比率 | 缺省 参数 | | |
| 已获支持 | 逐款 元 | 闭世界 | 本年台账 | |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 | 说明 |
| 级别 | 国家级、省级、其他 | | | |
| 类别 | 专项、奖项、其他 | | | |
| 金额 | 元 | | | |
| 经认定 | 是否 | 认定 科技局 | | |
| 核定金额 | 元 | 核定 科技局，可缺 | | |

事实：历史支持，逐笔，闭世界，历史台账
| 名称 | 类型 | 要求 | 角色 | 说明 |
| 条款 | 文字 | | 台账条款 | |
| 何年 | 年度 | | 台账年度 | |
| 金额 | 元 | | 台账金额 | |

参数：平均强度，比率
| 年度 | 值 | 来源 |
| 2020年 | 5% | 统计局 |
| 2021年 | 未公布 | 统计局 |

读法：登记
| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |
| R1 | 2(2) | 高 | 给予补贴 | 不足一万元的给不给？ | 保底、门槛 | | 文义 |
| R2 | 2(1) | 低 | 配套 | 怎样算一项？ | 按文件 | | 惯例 |

「第一条 范围」
「在区注册的企业，适用本办法。」
  适用：在区注册

「第二条 支持」
「（一）对省级以上项目，」
  对象：每项 项目，类别 为 专项，级别 为 国家级、省级
「经认定的，按金额的30%给予配套，」
  条件：经认定
  标准：金额 的 30%
「单项不超过20万元，」
  上限：单项 20万元
「企业年度总额不超过150万元。」
  上限〔R2〕：企业年度 150万元
「（二）研发经费增加的，」
  对象：企业
  条件：本年 研发经费 － 上年 研发经费 高于 0元，强度 高于 平均强度
「按增加额的5%给予补贴。」
  设定：增加额 ＝ 本年 研发经费 － 上年 研发经费
  标准：增加额 的 5%
  下限〔R1 保底〕：单项 1万元
  条件〔R1 门槛〕：增加额 的 5% 不低于 1万元
  拨付：分 3年 等额，自 核定年度 起
「（三）对获奖项目分级奖励，国家级100万元，省级50万元。」
  对象：每项 项目，类别 为 奖项
  对照：按 级别 定 奖金
| 级别 | 奖金 |
| 国家级 | 100万元 |
| 省级 | 50万元 |
| 其他 | 不予支持 |
  标准：奖金
「（四）其他支持由科技局另行规定。」
  性质：另行规定，没有写出金额

「第三条 附则」
「本办法自2020年1月1日起施行，有效期3年。」
  施行：自 2020年1月1日 起 3年，止于 前一日，凭 申报日期
  时效：兑现年度 在 2020年 至 2022年
  取整：到 分 四舍五入

案例：配套三成
  给定：兑现年度 为 2020年，申报日期 为 2020-05-01，在区注册
  给定：项目 含（类别 为 专项，级别 为 国家级，金额 为 10万元，经认定）
  应得：2(1) 应予支持 3万元
"""


def program(text: str) -> Program:
    loaded = load_text(text)
    assert loaded.program is not None
    assert not [d for d in loaded.diagnostics if d.is_error], loaded.diagnostics
    return loaded.program


def amended(*edits: tuple[str, str]) -> Program:
    text = POLICY
    for old, new in edits:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return program(text)


@pytest.fixture(scope="module")
def base() -> Program:
    return program(POLICY)


def said(changes: tuple[Change, ...]) -> list[str]:
    return [f"{c.where}：{c}" for c in changes]


AMENDMENTS: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "企业年度上限": ([("企业年度 150万元", "企业年度 200万元")], ["第二条（一）：企业年度上限 150万元 → 200万元"]),
    "单项上限": ([("上限：单项 20万元", "上限：单项 25万元")], ["第二条（一）：单项上限 20万元 → 25万元"]),
    "上限换范围": ([("企业年度 150万元", "企业终身 150万元")],
                   ["第二条（一）：上限 企业年度上限 150万元 → 企业终身上限 150万元"]),
    "删上限": ([("  上限：单项 20万元\n", "  注释：不设上限\n")],
               ["第二条（一）：删去单项上限 20万元", "第二条（一）：新增注释 不设上限"]),
    "标准": ([("标准：金额 的 30%", "标准：金额 的 50%")], ["第二条（一）：标准 金额的30% → 金额的50%"]),
    "标准改裁量": ([("标准：金额 的 30%", "裁量：由 科技局 核定，记入 核定金额")],
                   ["第二条（一）：删去标准 金额的30%", "第二条（一）：新增裁量 由科技局核定（记入“核定金额”）"]),
    "条件加一种情形": ([("类别 为 专项，级别 为 国家级、省级", "类别 为 专项、奖项，级别 为 国家级、省级")],
                       ["第二条（一）：条件 「类别为专项」 → 「类别为专项或奖项」"]),
    "删条件": ([("高于 0元，强度 高于 平均强度", "高于 0元"), ("| 强度 | 比率 | | | |\n", "| 强度 | 比率 | | | |\n")],
               ["第二条（二）：删去条件 「强度高于平均强度」"]),
    "比较换成含本数": ([("强度 高于 平均强度", "强度 不低于 平均强度")],
                       ["第二条（二）：条件 「强度高于平均强度」 → 「强度不低于平均强度」"]),
    "设定": ([("增加额 ＝ 本年 研发经费 － 上年 研发经费", "增加额 ＝ 本年 研发经费 － 前年 研发经费")],
             ["第二条（二）：设定 增加额 本年研发经费减去上年研发经费 → 本年研发经费减去前年研发经费"]),
    "下限": ([("下限〔R1 保底〕：单项 1万元", "下限〔R1 保底〕：单项 2万元")], ["第二条（二）：〔R1 保底〕单项下限 1万元 → 2万元"]),
    "拨付": ([("分 3年 等额，自 核定年度 起", "分 2年 按 60%、40%，自 核定年度 起")],
             ["第二条（二）：拨付 自核定年度起分3年等额拨付，政策届满后继续拨付 → "
              "自核定年度起分2年拨付，各年依次为60%、40%，政策届满后继续拨付"]),
    "拨付随事件": ([("分 3年 等额，自 核定年度 起", "一次，随 核定年度，届满 停拨")],
                   ["第二条（二）：拨付 自核定年度起分3年等额拨付，政策届满后继续拨付 → 在核定当年一次拨付，政策届满后停止拨付"]),
    "总额": ([("  拨付：分 3年 等额，自 核定年度 起\n", "  拨付：分 3年 等额，自 核定年度 起\n  总额：每年 900万元，超出按比例\n")],
             ["第二条（二）：新增总额 全部企业每年合计不超过900万元，超出的按各自申请额同比例核减；每家企业先列申请额，待统筹后确定"]),
    "对照一行": ([("| 省级 | 50万元 |", "| 省级 | 60万元 |")], ["第二条（三）：对照 奖金（省级） 50万元 → 60万元"]),
    "对照其他": ([("| 其他 | 不予支持 |", "| 其他 | 5万元 |")], ["第二条（三）：对照 奖金（其他） 不予支持 → 5万元"]),
    "限次": ([("  标准：奖金\n", "  标准：奖金\n  限次：企业年度 一次\n")],
             ["第二条（三）：新增限次 每家企业每年度只给予一次，本年度已获支持的不再给予"]),
    "例外": ([("  标准：奖金\n", "  标准：奖金\n  例外：级别 为 国家级 且 经认定 的，200万元\n")],
             ["第二条（三）：新增例外（级别为国家级、经认定的） 200万元"]),
    "读法约束": ([("  上限：单项 20万元\n", "  上限〔R1 保底〕：单项 20万元\n")],
                 ["第二条（一）：单项上限 20万元 各种读法下都成立 → 只在读法 R1 保底 下成立"]),
    "读法默认": ([("| 保底、门槛 | |", "| 门槛、保底 | |")], ["读法：读法 R1的默认 保底 → 门槛"]),
    "读法新选项": ([("| 保底、门槛 | |", "| 保底、门槛、裁量 | 裁量：核定金额 |")], ["读法：新增读法 R1的选项 裁量"]),
    "新增读法": ([("| 怎样算一项？ | 按文件 | | 惯例 |\n", "| 怎样算一项？ | 按文件 | | 惯例 |\n"
                   "| R3 | 2(1) | 中 | 总额 | 含不含往年？ | 不含、含 | 含：往年数 | 文义 |\n"),
                  ("上限〔R2〕：企业年度 150万元", "上限〔R2，R3〕：企业年度 200万元")],
                 ["第二条（一）：企业年度上限 150万元 → 200万元", "第二条（一）：新增读法 R3",
                  "读法：新增读法 R3 （风险中）含不含往年？默认 不含，另有 含"]),
    "解释文件": ([("案例：配套三成", "解释：R1 取 门槛，《关于试行办法的解释》，2021年5月1日\n\n案例：配套三成")],
                 ["读法：读法 R1的默认 保底 → 门槛", "读法：读法 R1的解释文件 （空） → 《关于试行办法的解释》，2021年5月1日"]),
    "事实新栏": ([("| 核定金额 | 元 | 核定 科技局，可缺 | | |\n", "| 核定金额 | 元 | 核定 科技局，可缺 | | |\n| 面积 | ㎡ | | | |\n")],
                 ["事实：新增项目的“面积” （㎡）"]),
    "事实新情形": ([("| 级别 | 国家级、省级、其他 |", "| 级别 | 国家级、省级、市级、其他 |")], ["事实：新增项目的“级别”的情形 市级"]),
    "事实认定机关": ([("| 经认定 | 是否 | 认定 科技局 |", "| 经认定 | 是否 | 认定 发改局 |")],
                     ["事实：项目的“经认定”的由谁认定 认定 科技局 → 认定 发改局"]),
    "事实类型": ([("| 在区注册 | 是否 | | | |", "| 在区注册 | 是否 | 缺省 否 | | |")],
                 ["事实：申报的“在区注册”的缺了怎么办 缺了是未知 → 缺省 否"]),
    "参数": ([("| 2021年 | 未公布 | 统计局 |", "| 2021年 | 5.2% | 统计局 |\n| 2022年 | 未公布 | 统计局 |")],
             ["参数：平均强度 2021年 未公布 → 5.2%", "参数：新增平均强度 2022年 未公布"]),
    "有效期": ([("起 3年，止于 前一日", "起 5年，止于 前一日")],
               ["全规定：有效期 2020年1月1日至2022年12月31日（以申报日期为准） → 2020年1月1日至2024年12月31日（以申报日期为准）"]),
    "届满以后": ([("「（三）对获奖项目分级奖励，国家级100万元，省级50万元。」\n", "「（三）对获奖项目分级奖励，国家级100万元，省级50万元。」\n  施行：届满 照行\n")], ["全规定：新增施行 第二条（三）在有效期届满以后仍然施行"]),
    "不问主体": ([("「（三）对获奖项目分级奖励，国家级100万元，省级50万元。」\n", "「（三）对获奖项目分级奖励，国家级100万元，省级50万元。」\n  适用：不符 照行\n")], ["全规定：新增适用 第二条（三）不以适用主体为限，不符合适用条件的同样施行"]),
    "时效": ([("在 2020年 至 2022年", "在 2020年 至 2024年")],
             ["全规定：时效 兑现年度 2020年至2022年 → 兑现年度 2020年至2024年"]),
    "取整": ([("取整：到 分 四舍五入", "取整：到 元 截尾")],
             ["全规定：取整 每款的合计金额四舍五入到分 → 每款的合计金额舍去尾数，取到元"]),
    "各项取整": ([("取整：到 分 四舍五入", "取整：单项 到 分 四舍五入")],
                 ["全规定：取整 每款的合计金额四舍五入到分 → 每款的各项金额各自四舍五入到分，再相加"]),
    "原文一字": ([("「企业年度总额不超过150万元。」", "「企业年度总额不超过200万元。」")],
                 ["第二条（一）：原文 「企业年度总额不超过150万元。」 → 「企业年度总额不超过200万元。」"]),
    "文号": ([("文号：试〔2020〕1号", "文号：试〔2023〕9号")], ["规定：文号 试〔2020〕1号 → 试〔2023〕9号"]),
    "性质": ([("性质：另行规定，没有写出金额", "性质：服务")], ["第二条（四）：性质 另行规定，没有写出金额 → 服务"]),
    "案例的结果": ([("应得：2(1) 应予支持 3万元", "应得：2(1) 应予支持 4万元")],
                   ["案例：案例 配套三成的应得 第二条（一） 应予支持，金额 3万元 → 应予支持，金额 4万元"]),
}


@pytest.mark.parametrize("name", AMENDMENTS)
def test_amendment(base: Program, name: str) -> None:
    edits, expected = AMENDMENTS[name]
    new = amended(*edits)
    assert said(compare(base, new)) == expected
    back = compare(new, base)
    assert len(back) == len(expected)
    assert {c.kind for c in back} == {{"新增": "删去", "删去": "新增"}.get(c.kind, c.kind) for c in compare(base, new)}


def test_new_clause_in_the_middle(base: Program) -> None:
    """The clauses after it are renumbered, not rewritten."""
    new = amended(
        ("「（二）研发经费增加的，」", "「（二）对在区注册的企业，一次性给予8万元落户奖励。」\n  对象：企业\n  标准：8万元\n「（三）研发经费增加的，」"),
        ("「（三）对获奖项目", "「（四）对获奖项目"),
        ("「（四）其他支持", "「（五）其他支持"),
    )
    assert said(compare(base, new)) == [
        "第二条（二）：新增本款 企业，给予8万元。",
        "第二条（三）：改列，原为 第二条（二） → 第二条（三）",
        "第二条（四）：改列，原为 第二条（三） → 第二条（四）",
        "第二条（五）：改列，原为 第二条（四） → 第二条（五）",
    ]


def test_clause_left_out(base: Program) -> None:
    start, end = POLICY.index("「（四）其他支持"), POLICY.index("「第三条")
    new = program(POLICY[:start] + POLICY[end:])
    assert said(compare(base, new)) == ["原第二条（四）：删去本款 本款另行规定，不按本规定计算：没有写出金额。"]


def test_words_before_the_first_article(base: Program) -> None:
    """They come and go like any clause."""
    new = amended(("「第一条 范围」", "「为支持创新，制定本办法。」\n  性质：目的\n「第一条 范围」"))
    assert said(compare(base, new)) == ["题头：新增本条 「为支持创新，制定本办法。」"]
    assert said(compare(new, base)) == ["原题头：删去本条 「为支持创新，制定本办法。」"]


PARTS = """  分项：甲
  对象：每项 项目，类别 为 专项
  标准：按 级别（国家级 8万元；省级 6万元；其他 1万元）
  分项：乙
  对象：每项 项目，类别 为 奖项
  标准：5万元
  上限：合计 企业年度 30万元
"""


def in_parts(text: str) -> Program:
    start = POLICY.index("  对象：每项 项目，类别 为 奖项\n  对照")
    end = POLICY.index("「（四）其他支持")
    return program(POLICY[:start] + text + POLICY[end:])


def test_part_renamed_and_an_arm_changed() -> None:
    new = PARTS.replace("分项：甲", "分项：丙").replace("省级 6万元", "省级 7万元")
    assert said(compare(in_parts(PARTS), in_parts(new))) == [
        "第二条（三）：分项 甲、乙 → 丙、乙",
        "第二条（三）：丙：标准（省级） 6万元 → 7万元",
    ]


def test_part_added_under_the_same_total() -> None:
    new = PARTS.replace("  上限：", "  分项：丁\n  对象：企业\n  标准：2万元\n  上限：")
    assert said(compare(in_parts(PARTS), in_parts(new))) == [
        "第二条（三）：分项 甲、乙 → 甲、乙、丁",
        "第二条（三）：新增丁：对象 企业",
        "第二条（三）：新增丁：标准 2万元",
    ]


def test_total_becomes_a_limit_on_each_part() -> None:
    new = PARTS.replace("上限：合计 企业年度", "上限：各分项 企业年度")
    assert said(compare(in_parts(PARTS), in_parts(new))) == [
        "第二条（三）：上限 企业年度上限 30万元 → 各分项企业年度上限 30万元",
    ]


SAME = {
    "空行和注解": [("「第二条 支持」", "\n# 从这里起是支持\n\n「第二条 支持」")],
    "行的次序": [("  条件：经认定\n  标准：金额 的 30%\n", "  标准：金额 的 30%\n  条件：经认定\n")],
    "并成一行": [("类别 为 专项，级别 为 国家级、省级\n", "类别 为 专项，级别 为 国家级、省级，经认定\n"), ("  条件：经认定\n", "")],
    "同义的词": [("强度 高于 平均强度", "强度 超过 平均强度")],
    "同值的数": [("标准：金额 的 30%", "标准：金额 × 3/10")],
    "万元与元": [("上限：单项 20万元", "上限：单项 200,000元")],
    "成员次序": [("级别 为 国家级、省级\n", "级别 为 省级、国家级\n")],
    "全角半角": [("上限：单项 20万元", "上限: 单项　２０万元")],
    "引文断法": [("「单项不超过20万元，」\n  上限：单项 20万元\n「企业年度总额不超过150万元。」", "「单项不超过20万元，企业年度总额不超过150万元。」\n  上限：单项 20万元")],
    "列的次序": [("| 年度 | 值 | 来源 |\n| 2020年 | 5% | 统计局 |\n| 2021年 | 未公布 | 统计局 |",
                 "| 年度 | 来源 | 值 |\n| 2021年 | 统计局 | 未公布 |\n| 2020年 | 统计局 | 5% |")],
}


@pytest.mark.parametrize("name", SAME)
def test_no_amendment(base: Program, name: str) -> None:
    assert compare(base, amended(*SAME[name])) == ()


@pytest.mark.parametrize("name", shipped_policies())
def test_a_policy_does_not_differ_from_itself(name: str) -> None:
    one, other = load_policy(name).program, load_policy(name).program
    assert one is not None
    assert other is not None
    assert compare(one, other) == ()


def test_lines_are_grouped_by_clause() -> None:
    changes = (
        Change("第二条（一）", "修改", "上限", "企业年度上限", "150万元", "200万元"),
        Change("第二条（一）", "新增", "读法", "读法 A63"),
    )
    assert change_lines(changes) == ["第二条（一）：企业年度上限 150万元 → 200万元；新增读法 A63"]
    assert change_lines(changes, width=10) == ["第二条（一）：", "  · 企业年度上限 150万元 → 200万元", "  · 新增读法 A63"]
    assert changes_json(changes)[1] == {
        "处": "第二条（一）", "类别": "新增", "栏目": "读法", "事项": "读法 A63", "旧": "", "新": "", "说明": "新增读法 A63",
    }


# -- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(policies_folder() / "xicheng-2021", tmp_path / "新")
    return tmp_path / "新"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_command_says_the_amendment(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "条文.规则", "企业年度配套资金总额不超过150万元。」\n  上限〔A56，A57〕：企业年度 150万元",
         "企业年度配套资金总额不超过200万元。」\n  上限〔A56，A57〕：企业年度 200万元")
    official = folder / "原文.txt"  # the published text breaks lines and has blanks around figures
    text, n = re.subn(r"(?s)(配\s*套\s*资\s*金\s*总\s*额\s*不\s*超\s*过\s*)150", r"\g<1>200", official.read_text(encoding="utf-8"), count=1)
    assert n == 1
    official.write_text(text, encoding="utf-8")
    assert main(["diff", "xicheng-2021", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "企业年度上限 150万元 → 200万元" in out
    assert "原文 「企业年度配套资金总额不超过150万元。」 → 「企业年度配套资金总额不超过200万元。」" in out
    assert "共 2 处变化" in out


def test_command_without_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "xicheng-2021", str(folder)]) == 0
    assert "没有变化" in capsys.readouterr().out
    assert main(["diff", "xicheng-2021", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["变化"] == []


def test_command_with_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "坏.规则"
    bad.write_text("「第一条 甲」\n「乙」\n  标准：5\n", encoding="utf-8")
    assert main(["diff", "xicheng-2021", str(bad)]) == 3
    assert main(["diff", "没有这个政策", "xicheng-2021", "--json"]) == 3
    assert "E811" in capsys.readouterr().out
