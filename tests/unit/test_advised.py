"""What a drafter is told: each entry a text that was typed, and the words of the finding that say what to write instead."""

from __future__ import annotations

import pytest

import xcrules
from tests.support.policies import EARLIER, FIRM, codes, read
from xcrules.base.diagnostic import Diagnostic
from xcrules.store.load import load_text


def test_a_figure_of_each_year_may_be_in_a_unit_with_a_stroke() -> None:
    text = "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年 | 年度 | 基准年度 |\n| 月工资 | 逐年 元/月 | |\n「第一条 给予一个月工资。」\n  对象：企业\n  标准：上年 月工资 × 1个月\n"
    made = xcrules.loads(text).decide({"年": "2024年", "月工资": {"2023": "5000元/月"}})
    assert made["1"].amount == 5000


def test_years_of_one_part_are_counted_as_advised() -> None:
    """Interest in 2023 alone: of 100元 insured in 2024 for the first time 40 %, where 享受年次 of the clause has its second year."""
    facts = "事实：申，顶层\n| 名称 | 类型 | 角色 |\n| 兑现 | 年度 | 基准年度 |\n| 保费 | 元 | |\n\n事实：得过，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 何年 | 年度 | 台账年度 |\n| 金额 | 元 | 台账金额 |\n\n"
    text = facts + "「第一条 给；」\n  分项：息\n  对象：企业\n  标准：0元\n「给。」\n  分项：保\n  对象：企业\n{}  标准：保费 × 按 {}\n"
    loaded = load_text(text.format("", "享受年次（第一年 40%；第二年 以上 20%）"))
    told = next(d for d in loaded.diagnostics if d.code == "W355")
    assert "设定：得过几次 ＝ 计数（得过，条款 为 1保，何年 早于 兑现），0 次" in (told.help or "")
    given = {"兑现": 2024, "保费": 100, "得过": [{"条款": "1息", "何年": 2023, "金额": 10}]}
    right = text.format("  设定：得过几次 ＝ 计数（得过，条款 为 1保，何年 早于 兑现）\n", "得过几次（0 40%；其他 20%）")
    assert "W355" not in {d.code for d in load_text(right).diagnostics}
    assert xcrules.loads(right).decide(given)["1"].amount == 40
    everywhere = text.replace("标准：0元", "标准：按 享受年次（第一年 1元；其他 0元）").format("", "享受年次（第一年 40%；第二年 以上 20%）")
    assert "W355" not in {d.code for d in load_text(everywhere).diagnostics}


def test_an_office_may_have_brackets_in_its_name() -> None:
    """县（市、区）: who pays, who is paid, who settles it."""
    text = FIRM + "  标准：1万元\n  表述：由 市、县（市、区）财政 支付 村（社区） 补助\n"
    made = xcrules.loads(text).decide({})
    assert "由市、县（市、区）财政支付" in str(made.to_json())
    assert errors(FIRM + "  裁量：由 县（市、区） 核定\n") == []
    assert [d.code for d in errors(FIRM + "  标准：1万元\n  表述：由 县（市、区 支付 补助\n")] == ["E206"]


def errors(text: str) -> list[Diagnostic]:
    return [d for d in read(text).diagnostics if d.is_error]


def warned(text: str) -> set[str]:
    return {d.code for d in read(text).diagnostics} - {"W301"}


@pytest.mark.parametrize(("text", "code", "advice"), [
    ("「第二条 下列给予支持：」\n  条件：合格\n「（一）给。」\n  性质：导向\n", "E563", "在这里写 对象 和 标准"),
    ("「第二条 下列给予支持：」\n  对象：企业\n  上限：企业年度 1万元\n「（一）给。」\n  标准：1万元\n", "E470", "上限：合计 企业年度 1万元"),
    ("「第二条 下列给予支持：」\n  对象：企业\n  限次：企业终身 一次\n「（一）给。」\n  标准：1万元\n", "E470", "限次：各款 企业终身 一次"),
    ("「第二条 下列给予支持：」\n  对象：企业\n  条件：合格\n「（一）给。」\n  导言：不管 条件\n  标准：1万元\n", "E472", "导言：不适用 对象"),
    (FIRM + "  导言：不适用\n  标准：1万元\n", "E472", "删去这一行"),
    (FIRM + "  标准：1万元\n  上限：各款 企业年度 5000元\n", "E473", "去掉 各款"),
    (FIRM + "  标准：1万元\n  限次：各款 企业年度 一次\n", "E473", "去掉 各款"),
    (FIRM + "  标准：1万元\n  上限：企业年度 分别 5万元、3万元\n", "E203", "按 某栏（甲 5万元；乙 3万元；其他 1万元）"),
    (FIRM + "  设定：比 ＝ 投资 ÷ 盈亏，除数为零 不适用\n  条件：比 高于 5%\n  标准：1万元\n", "E203", "，除数为零 按 不适用"),
    (FIRM + "  设定：年次 ＝ 申报日 当年 起 第几年\n  条件：年次 等于 1年\n  标准：1万元\n", "E203", "自 申报日 当年 起 第几年"),
    (FIRM + "  标准：1万元\n  总额：每年 不超过 300万元\n", "E203", "总额：每年 300万元"),
    (FIRM + "  标准：第二条 金额 的 10%\n", "E203", "第二条 的 金额 的 10%"),
    (FIRM + "  标准：5000元/件\n", "E308", "再乘以有几件"),
    (FIRM + "  标准：投资 × 5元/件\n", "E308", "金额乘了金额"),
    (FIRM + "  对照：按 本年 研发费 定 奖\n  | 研发费 | 奖 |\n  | 其他 | 1万元 |\n  标准：奖\n", "E203", "按 本年研发费 ＝ 本年 研发费 定 奖"),
    (FIRM + "  对照：按 研发费 定 奖\n  | 研发费 | 奖 |\n  | 其他 | 1万元 |\n  标准：奖\n", "E302", "按 本年研发费 ＝ 本年 研发费 定"),
    (FIRM + "  标准：1万元\n  上限：1、1 和 1 合计 企业年度 5万元\n", "E203", "上限：1、1、1 合计 企业年度 5万元"),
    ("「一、甲」\n「（一）甲」\n  对象：企业\n  标准：1万元\n「（二）乙」\n  对象：企业\n  除外：已享受 一、（一）\n  标准：1万元\n", "E203", "已享受 一（一）"),
    ("事实：补，一份\n| 名称 | 类型 |\n| 栏 | 元 |\n" + FIRM + "  标准：栏\n", "E506", "后面什么都不写"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 元（可负） |\n" + FIRM + "  标准：栏\n", "E510", "写成 元；可负 写在「要求」一栏"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 逐年（元） |\n" + FIRM + "  标准：1万元\n", "E510", "写成 逐年 元"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 浙江（上海）展销会、浙江（南京）展销会、甲（一级） |\n" + FIRM + "  标准：1万元\n", "E510", "写成 浙江上海展销会、浙江南京展销会、甲；"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 展销会（上海）、展销会（南京） |\n" + FIRM + "  标准：1万元\n", "E510", "写成 展销会上海、展销会南京；名称里不用括号"),
    (FIRM + "  对照：按 投资 定 奖\n  | 投资 | 奖 |\n  | 100-200元 | 1万元 |\n  | 其他 | 0元 |\n  标准：奖\n", "E419", "写成 100元-200元；下一档从 200元 起的，写成 100元 以上 不满 200元"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 万吨 |\n" + FIRM + "  标准：1万元\n", "E510", "写成 吨；填报时照写 5万吨"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 字符串 |\n" + FIRM + "  标准：1万元\n", "E510", "写成 文字"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 甲级 |\n" + FIRM + "  标准：1万元\n", "E510", "要两种以上，如 甲级、乙级、其他"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 标准集装箱 |\n" + FIRM + "  标准：1万元\n", "E510", "加一行 单位：标准集装箱"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 单选：甲、乙 |\n" + FIRM + "  标准：1万元\n", "E510", "写成 甲、乙"),
    (FIRM + "  标准：1万元\n  施行：自 2019年1月1日 起 25个月，凭 申报日\n", "E203", "自 2019年1月1日 起，至 最后一天，凭 申报日"),
    (FIRM + "  标准：1万元\n  施行：自 2019年1月1日 起 0年，止于 前一日，凭 申报日\n", "E317", "自 2019年1月1日 起，至 最后一天，凭 申报日"),
    (FIRM + "  标准：投资 的 20 倍\n", "E203", "投资 × 20"),
    ("「第一条 超过计划投资的部分补贴一成。」\n  对象：企业\n  标准：（投资 － 计划投资） 的 10%\n", "E301", "原文就叫「计划投资」：在 事实 表里加一栏"),
    (FIRM + "  标准：投资 的 10%\n  加给：合格 的，上浮 20%\n", "E203", "合格 的，标准 的 20%"),
    (FIRM + "  标准：（自 申报日 至 申报日 的 年数，不满 6个月 按 半年，超过 6个月 按 1年） × 10元/年\n", "E203", "，不超过 6个月 按 半年，不足 1年 按 1年）"),
    (FIRM + "  标准：投资 的 10%\n  加给：合格 的，20%\n", "E308", "写成 标准 的 20%"),
    ("单位：倍\n" + FIRM + "  标准：投资\n", "E466", "单位是一个词"),
    (FIRM + "  标准：按 自 申报日 当年 起 第几年（第一年 50元；其他 0元）\n", "E203", "设定：年次 ＝ 自 申报日 当年 起 第几年，这里写 按 年次"),
    (FIRM + "  标准：1万元\n  上限：同一 名 年度 5万元\n事实：补，顶层\n| 名称 | 类型 |\n| 名 | 是否 |\n", "E410", "一年至多多少，写 上限：企业年度 ……；每人、每项各有上限的，列成名单"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 逐年元/月 |\n" + FIRM + "  标准：1万元\n", "E510", "写成 逐年 元/月"),
    ("事实：补\n| 名称 | 类型 |\n| 栏 | 逐年 元/（人·月） |\n" + FIRM + "  标准：1万元\n", "E510", "逐年 后面写单位，例如 逐年 元/月"),
    (FIRM + "  设定：基 ＝ 投资，至少 5元，至多 6\n  标准：基\n", "E303", "写成 6元"),
    (FIRM + "  设定：基 ＝ 自 申报日 至 申报日 的 年数，至少 0年，不满 6个月 按 半年，不满 1年 按 1年\n  标准：基 × 10元/年\n", "E203", "的 年数，不满 6个月 按 半年，不满 1年 按 1年，至少 0年"),
    (FIRM + "  标准：投资 的 1%\n  下限：单项 5元，不少于 6元\n", "E460", "下限：单项 6元"),
    (FIRM + "  标准：最高（投资、盈亏）\n", "E203", "孰高（投资、盈亏）"),
    (FIRM + "  设定：基 ＝ 较小（投资，盈亏）\n  标准：基\n", "E203", "孰低（投资、盈亏）"),
    (FIRM + "  条件：本年 研发费 同比 增长\n  标准：1万元\n", "E203", "研发费 同比增长 高于 0%"),
    (FIRM + "  条件：研发费 同比增长\n  标准：1万元\n", "E307", "研发费 同比增长 高于 0%"),
    (FIRM + "  条件：研发费 较上年 增加\n  标准：1万元\n", "E203", "研发费 同比增长 高于 0%"),
    (FIRM + "  条件：研发费 增长 10%以上\n  标准：1万元\n", "E203", "研发费 同比增长 不低于 10%"),
    (FIRM + "  条件：研发费 连续 2年 增长\n  标准：1万元\n", "E203", "研发费 连续 2年 增加"),
    (FIRM + "  条件：近三年 研发费 平均值 高于 5元\n  标准：1万元\n", "E203", "近 3年 研发费 的 平均 高于 5元"),
    (FIRM + "  条件：研发费 前 2年 累计 高于 5元\n  标准：1万元\n", "E203", "前 2年 研发费 的 合计 高于 5元"),
    (FIRM + "  条件：投资 占 盈亏 5% 以上\n  标准：1万元\n", "E203", "投资 占 盈亏 不低于 5%"),
    (FIRM + "  条件：投资 占盈亏 的 比例 不低于 5%\n  标准：1万元\n", "E202", "投资 占 盈亏 的 比例 不低于 5%"),
    (FIRM + "  条件：投资/盈亏 不低于 5%\n  标准：1万元\n", "E203", "投资 ÷ 盈亏 不低于 5%"),
    (FIRM + "  标准：投资、盈亏 孰低\n", "E203", "孰低（投资、盈亏）"),
    (FIRM + "  标准：合计（额）\n", "E203", "合计（某名单 的 额）"),
    (FIRM + "  标准：合计（合格 项目 的 额）\n", "E203", "合计（项目 的 额，合格）"),
    (FIRM + "  标准：合计（项目 的 额，其中 合格）\n", "E203", "合计（项目 的 额，合格）"),
    (FIRM + "  条件：申报日 满 十八个月\n  标准：1万元\n", "E203", "申报日 满 18个月"),
    (FIRM + "  条件：自 申报日 至 申报日 不低于 3个月\n  标准：1万元\n", "E203", "自 申报日 至 申报日 的 月数 不低于 3个月"),
    (FIRM + "  条件：申报日 早于 施行日期\n  标准：1万元\n", "E301", "施行之日"),
    (FIRM + "  条件：研发费 同比 下降 10%\n  标准：1万元\n", "E203", "研发费 同比下降 不低于 10%"),
    (FIRM + "  标准：档\n  对照：按 合格 定 档\n  | 合格 | 档 |\n  | √ | 1万元 |\n  | 否 | 0元 |\n", "E315", "是不是 是？"),
    (FIRM + "  标准：1万元\n  文件：别的.规则\n", "E561", "最前面"),
    (FIRM + "  标准：1万元\n  原文：别的.txt\n", "E561", "最前面"),
    ("规定：甲\n规定：乙\n" + FIRM + "  标准：1万元\n", "E561", "留一行"),
    (FIRM + "  标准：1万元\n\n案例：一\n  给定：合格\n  应得：1 应予支持 1万元，2(1) 不符合\n", "E545", "应得：2(1) 不符合"),
    ("「1.给一万元。」\n  对象：企业\n  标准：1万元\n", "E422", "编号：一、（一）1."),
    ("「（一）给一万元。」\n  对象：企业\n  标准：1万元\n", "E422", "编号：（一）"),
    ("编号：（一）一、\n「一、给一万元。」\n  对象：企业\n  标准：1万元\n", "E570", "编号：一、（一）1."),
    ("编号：第一条（一）1.\n「一、给一万元。」\n  对象：企业\n  标准：1万元\n", "E571", "照原文的编号写"),
    (FIRM + "  标准：1万元\n  上限：每年 1万元\n", "E402", "上限：企业年度 1万元；各家一共的，写 总额"),
    (FIRM + "  标准：1万元\n  限次：丙 企业年度 一次\n", "E409", "限次：企业年度 一次？"),
    (FIRM + "  条件：非 主体.合格\n  标准：1万元\n", "E203", "条件：非 主体 的 合格"),
    (FIRM + "  设定：年次 ＝ 自 申报日 当年 起 第几年\n  标准：投资 的 按 年次（1-3年 50%；4年 20%；其他 0%）\n", "E203", "按 年次（1年 至 3年 50%；4年 20%；其他 0%）"),
    (FIRM + "  标准：档\n  对照：按 投资 定 档\n  | 投资 | 档 |\n  | 1件 以上 不满 5件 | 1万元 |\n  | 其他 | 0元 |\n", "E302", "写成 1元"),
    # as people write a comparison, a number, a choice
    (FIRM + "  条件：投资 10万元以上\n  标准：1万元\n", "E203", "条件：投资 不低于 10万元？"),
    (FIRM + "  条件：投资10万元以下\n  标准：1万元\n", "E301", "条件：投资 不超过 10万元？"),
    (FIRM + "  条件：投资 10万元（含）以上，盈亏 5万元 以内\n  标准：1万元\n", "E203", "条件：投资 不低于 10万元，盈亏 不超过 5万元？"),
    (FIRM + "  标准：投资 10万元以上 的，1万元\n", "E203", "标准：投资 不低于 10万元 的，1万元？"),
    (FIRM + "  条件：投资 不高 5万元\n  标准：1万元\n", "E203", "条件：投资 不高于 5万元？"),
    (FIRM + "  条件：投资 超 5万元，盈亏 不少 3万元\n  标准：1万元\n", "E203", "条件：投资 超过 5万元，盈亏 不少于 3万元？"),
    (FIRM + "  条件：成立 满 3 年\n  标准：1万元\n", "E203", "条件：成立 满 3年？"),
    ("事实：馆，顶层\n| 名称 | 类型 |\n| 面积 | ㎡ |\n" + FIRM + "  条件：面积 500 平方米以上\n  标准：1万元\n", "E203", "条件：面积 不低于 500㎡？"),
    (FIRM + "  标准：最大值（投资，1万元）\n", "E203", "标准：孰高（投资、1万元）？"),
    (FIRM + "  标准：级别 为 甲，3万元；级别 为 乙、丙，1万元\n", "E203", "标准：按 级别（甲 3万元；乙、丙 1万元）？"),
    (FIRM + "  标准：甲 3万元；乙 1万元；丙 0元\n", "E203", "标准：按 级别（甲 3万元；乙 1万元；丙 0元）？"),
    (FIRM + "  标准：投资 的 10%，至少 1万元\n", "E203", "下限：单项 1万元"),
    # units as people call them, marks and words for 是 and 否
    (FIRM + "  标准：30萬元\n", "E465", "标准：30万元？"),
    (FIRM + "  标准：1万元\n  上限：企业年度 3,000,000\n", "E303", "是不是 上限：企业年度 3000000元？"),  # not 3000000万元 too
    (FIRM + "  条件：合格 不成立\n  标准：1万元\n", "E203", "条件：非 合格？"),
    (FIRM + "  条件：成立 早于 2016.12.31\n  标准：1万元\n", "E203", "条件：成立 早于 2016年12月31日？"),
    (FIRM + "  条件：投资 不低於 5万元\n  标准：1万元\n", "E203", "条件：投资 不低于 5万元？"),
    ("单位：立方米\n事实：补，顶层\n| 名称 | 类型 |\n| 水 | 立方米 |\n" + FIRM + "  标准：水 × 2元/方\n", "E465", "2元/立方米"),
    ("事实：补，顶层\n| 名称 | 类型 |\n| 外资 | 美金 |\n" + FIRM + "  标准：1万元\n", "E465", "写成 美元"),
    ("单位：间\n事实：补，顶层\n| 名称 | 类型 |\n| 客房 | 间 |\n" + FIRM + "  条件：客房 不少于 8个\n  标准：1万元\n", "E465", "条件：客房 不少于 8间？"),
    ("单位：间\n事实：补，顶层\n| 名称 | 类型 |\n| 客房 | 间 |\n" + FIRM + "  标准：客房 × 5元每间\n", "E305", "标准：客房 × 5元/间？"),
    ("事实：补，顶层\n| 名称 | 类型 |\n| 租期 | 月 |\n" + FIRM + "  条件：投资 超过 3个月\n  标准：1万元\n", "E302", "以月计的数有：租期"),
    (FIRM + "  标准：按 合格（√ 5元；× 3元）\n", "E203", "按 合格（是 5元；否 3元）？"),
    (FIRM + "  标准：按 合格（有 5元；无 3元）\n", "E315", "写成 是"),
    (FIRM + "  标准：按 合格（合格 5元；其他 3元）\n", "E315", "写成 是"),
    (FIRM + "  标准：按 级别（甲 5元；乙 3元；丙 不予支持）\n", "E301", "不给的写 0元"),
    (FIRM + "  条件：合格 为 合格\n  标准：5元\n", "E307", "只写名称"),
    # two in a line, what is no rule, dates, numbers of pieces
    (FIRM + "  标准：合格 的，5元；级别 为 甲 的，3元\n", "E203", "标准：合格 的，5元 另起一行 标准：级别 为 甲 的，3元"),
    (FIRM + "  标准：投资 的 20%；3万元\n", "E203", "标准：投资 的 20% ＋ 3万元"),
    (FIRM + "  标准：5元\n  条件：享受扶持后十年内不迁出本区、不改变纳税义务、不减少注册资本\n", "E203", "栏目写 义务、注释 或 性质"),
    (FIRM + "  条件：成立 超过 2年\n  标准：5元\n", "E302", "成立 满 2年（正好 2年 的也算）"),
    (FIRM + "  标准：投资 ＋ 50%\n", "E302", "写成 投资 的 50%"),
    (FIRM + "  条件：合格 为 有\n  标准：5元\n", "E315", "写成 是"),
    (FIRM + "  条件：成立 不足 6个月\n  标准：5元\n", "E302", "成立 未满 6个月？"),
    ("单位：标箱\n事实：补，顶层\n| 名称 | 类型 |\n| 量 | 标箱 |\n" + FIRM + "  条件：量 超过 1万箱\n  标准：量 × 2元/标箱\n", "E465", "1万标箱"),
    ("事实：补，顶层\n| 名称 | 类型 |\n| 重 | 顿 |\n" + FIRM + "  标准：重 × 2元/吨\n", "E465", "写成 吨"),
    ("事实：补，顶层\n| 名称 | 类型 |\n| 月数 | 月 |\n" + FIRM + "  标准：月数 ＋ 300元/月\n", "E302", "月数 × 300元/月"),
    (FIRM + "  设定：额 ＝ 投资，不小于 5元\n  标准：额\n", "E203", "额 ＝ 投资，至少 5元？"),
    (FIRM + "  设定：年次 ＝ 自 成立 当年 起 第几年\n  条件：年次 在 第一年~第五年\n  标准：5元\n", "E203", "年次 在 第一年 至 第五年？"),
    (FIRM + "「1. 甲，5元。」\n  标准：5元\n「2. 乙，3元。」\n  标准：3元\n", "E427", "编号：第一条1."),
    ("事实：补，顶层\n| 名称 | 类型 |\n| 栏 | 逐条 元 |\n" + FIRM + "  标准：1万元\n", "E510", "写成 逐款 元"),
    ("「第一、给。」\n  对象：企业\n  标准：1万元\n", "E422", "「第一、」不是条号"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1 应予支持 -1万元\n", "E203", "应得：1 应予支持 1万元？"),
    # cases
    (FIRM + "  标准：1万元\n案例：一\n  给定：盈亏 为 —5万元\n", "E203", "给定：盈亏 为 －5万元？"),
    (FIRM + "  标准：1万元\n案例：一\n  给定：盈亏 为 （5万元），合格\n", "E203", "给定：盈亏 为 －5万元，合格？"),
    (FIRM + "  标准：1万元\n案例：一\n  给定：历史 含（条款 为 “16”，金额 为 1万元）\n", "E203", "条款 为 16，金额"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1 应予支持 1万元；1 不符合\n", "E203", "应得：1 应予支持 1万元 另起一行 应得：1 不符合"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1、2 应予支持 1万元\n", "E203", "应得：1 应予支持 1万元 另起一行 应得：2 应予支持 1万元"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：应予支持 1万元\n", "E203", "应得：1(1) 应予支持 1万元"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1 1万元\n", "E203", "应得：1 应予支持 1万元"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1 甲 应予支持 1万元\n", "E203", "应得：1 应予支持 1万元"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：第一 应予支持 1万元\n", "E203", "应得：第一条 应予支持 1万元"),
    (FIRM + "  标准：1万元\n样本：甲\n  给定：合格\n案例：一 以 甲\n  应得：1 应予支持 1万元\n", "E541", "案例：一，以 甲"),
    (FIRM + "  标准：1万元\n样本：甲\n  给定：合格\n案例表：甲\n| 案例 | 合恪 | 应得 1 |\n| 一 | 是 | 应予支持 1万元 |\n| 二 | 否 | 应予支持 1万元 |\n", "E801", "是不是「合格」？"),
    (FIRM + "  标准：1万元\n案例表：\n| 案例 | 应得 2 |\n| 一 | 应予支持 1万元 |\n| 二 | 应予支持 1万元 |\n", "E543", "是不是 1？"),
    (FIRM + "  标准：1万元\n案例：一\n  给定：申报日 为 2024-06-31\n", "E807", "6月只有 30 天"),
    (FIRM + "  标准：1万元\n案例：一\n  给定：申报日 为 2024-13-01\n", "E807", "一年有 12 个月"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：1. 应予支持 1万元\n", "E203", "应得：1 应予支持 1万元？"),
    (FIRM + "  标准〔A01 甲〕：1万元\n  标准〔A01 乙〕：2万元\n案例：一\n  应得：1 应予支持 1万元，争议A01\n", "E205", "应得：1 应予支持 1万元，争议 A01"),
    (FIRM + "  标准：1万元\n案例：一\n  应得：10000 应予支持 1万元\n", "E543", ""),
    (FIRM + "  标准：1万元\n案例：一\n  给定：投资 5万元\n", "E203", "给定：投资 为 5万元"),
    ("事实：店\n| 名称 | 类型 |\n| 面积 | ㎡ |\n" + FIRM + "  标准：店.面积 × 1元/㎡\n".replace("店.", "") + "案例：一\n  给定：店面积 为 5㎡\n", "E801", "给定：店.面积 为 5㎡？"),
    ("事实：店\n| 名称 | 类型 |\n| 月租 | 元/月 |\n" + FIRM + "  标准：月租 × 1月\n案例：一\n  给定：店.月租 为 5元\n", "E802", "5元/月"),
    (FIRM + "  标准：1万元\n案例表：\n| 案例 | 投资 | 1 |\n| 一 | 5元 | 应予支持 1万元 |\n", "E801", "应得 1"),
    ("事实：店\n| 名称 | 类型 |\n| ㎡ | 面积 |\n" + FIRM + "  标准：面积 × 1元/㎡\n", "E510", "写成 | 面积 | ㎡ |"),
    # a word that stands elsewhere, a mark too many
    (FIRM + "  标准：投资 5% 的\n", "E203", "标准：投资 的 5%？"),
    (FIRM + "  条件：合格，，投资 高于 5元\n  标准：1万元\n", "E203", "条件：合格，投资 高于 5元？"),
    # what is not there: a part that no line opens, what a quote without notes was to say
    (FIRM + "  分项：甲\n  对象：企业\n  标准：1万元\n「给。」\n  对象：企业\n  标准：投资\n「全年不超过2万元。」\n  上限：甲 企业年度 2万元\n  上限：乙 企业年度 2万元\n", "E427", "漏了一行 分项：乙"),
    (FIRM + "  标准：1万元\n  条件：大户\n「大户，是指投资多的。」\n", "E602", "漏了一行 设定：大户 ＝ ……"),
    # parameters
    ("参数：价，百分比\n| 年度 | 值 | 来源 |\n| 2024年 | 5% | 公告 |\n" + FIRM + "  标准：1万元\n", "E514", "写成 参数：价，比率"),
    ("参数：价，元/吨\n| 年度 | 值 | 来源 |\n| 2023年 | 5元 | 公告 |\n| 2024年 | 6元 | 公告 |\n" + FIRM + "  标准：投资 × 本年 价\n", "E513", "写成 参数：价，元，或改各年的值"),
    # days are early and late, not small and great
    (FIRM + "  条件：申报日 ≥ 成立\n  标准：1万元\n", "E203", "申报日 不早于 成立"),
    (FIRM + "  对照：按 投资 定 奖\n  | 投资 | 奖 |\n  | 100元 以上  1万元 |\n  | 其他 | 0元 |\n  标准：奖\n", "E504", "「100元 以上  1万元」像是两格"),
    ("事实：用工\n| 名称 | 类型 |\n| 人数 | 人 |\n「第一条 奖励。」\n  对象：企业\n  对照：按 人数 分段 定 奖\n  | 人数 | 单价 |\n  | 3人（含3人）以下 | 2000元/人 |\n  | 3人以上 | 3000元/人 |\n  标准：奖\n", "E432", "3人 两段都含：归上一段的，这一段写 超过 3人"),
    (FIRM + "  对照：按 投资 分段 定 奖\n  | 投资 | 比例 |\n  | 不超过 1000元 | 1% |\n  | 超过 100元 的部分 | 2% |\n  标准：奖\n", "E432", "上一段到 1000元 止，这一段却从 100元 起"),
])
def test_one_finding_says_what_to_write(text: str, code: str, advice: str) -> None:
    found = errors(text)
    assert [d.code for d in found] == [code]
    assert advice in found[0].help
    assert found[0].message.isprintable()


def test_a_matter_copied_with_its_line_is_told_where_the_law_speaks_of_the_other() -> None:
    table = "事实：单位\n| 名称 | 类型 | 要求 |\n| 新秀标识 | 文字 | 可缺 |\n| 老店标识 | 文字 | 可缺 |\n"
    clause = "「第{}条 {}奖，每家一万元。」\n  对象：单位，事项 见 新秀标识\n  标准：1万元\n"
    found = [d for d in read(table + clause.format("一", "新秀") + clause.format("二", "老店")).diagnostics if d.code == "W301" and "标识" in d.message]
    assert [(d.span.text, d.help) for d in found if d.span] == [("单位，事项 见 新秀标识", "这段原文说的是老店：是不是 事项 见 老店标识？")]


def test_a_column_of_a_list_in_a_definition_is_not_blamed_on_its_table() -> None:
    text = FIRM + "  定义：大 ＝ 额 高于 5元\n  定义：小 ＝ 额 低于 5元\n  标准：1万元\n  条件：大，小\n"
    assert {d.span.text for d in errors(text) if d.span} == {"额"}
    assert all("设定" in d.help for d in errors(text))


def test_a_lifetime_cap_has_a_ledger() -> None:
    no_ledger = "事实：申报，顶层\n| 名称 | 类型 |\n| 额 | 元 |\n" + FIRM
    for text, wanted in (("  标准：额\n  上限：企业终身 3万元\n", ["E562"]), ("  标准：额\n  上限：企业年度 3万元\n", []),
                         ("  标准：额\n  上限：企业终身 3万元，已用 额\n", [])):
        assert [d.code for d in load_text(no_ledger + text).diagnostics if d.is_error] == wanted
    assert codes(FIRM + "  标准：投资\n  上限：企业终身 3万元\n") == set()
    items = "「第一条 给。」\n  对象：每项 项目\n  标准：额\n  上限：同一 题名 终身 3万元"
    assert (codes(items + "\n"), codes(items + "，已用 前\n")) == ({"E562"}, set())


def test_a_parameter_may_be_in_one_unit_for_another() -> None:
    table = "参数：汇率，元/件\n| 年度 | 值 | 来源 |\n| 2024年 | {} | 公布 |\n"
    assert codes(table.format("7元/件") + FIRM + "  标准：1万元\n") == set()
    assert "7元/件" in errors(table.format("7") + FIRM + "  标准：1万元\n")[0].help


def test_a_cell_of_both_is_either() -> None:
    text = FIRM + "  标准：档\n  对照：按 合格 定 档\n  | 合格 | 档 |\n  | 是、否 | 1万元 |\n"
    assert codes(text) == set()


def test_a_heading_that_ends_in_a_colon_needs_no_line() -> None:
    assert codes("「第二条 下列给予支持：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == set()
    assert codes("「第二条」\n「对利用资本市场的企业给予奖励：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == set()
    assert codes("「第二条」\n「对企业给予10万元奖励：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == {"E602"}
    assert codes("「第二条 给予10万元：」\n「（一）给。」\n  对象：企业\n  标准：1万元\n") == {"E602"}


def test_a_bound_is_not_written_in_notes_or_reasons() -> None:
    law = "「第二条 每年不超过2万元。」\n  对象：企业\n  标准：2万元\n"
    assert "W306" in warned(law) & warned(law + "  注释：不超过2万元\n")
    assert not warned(law + "  静默：W306，不超过2万元是总额\n") & {"W306", "W391"}


def test_numbers_of_cases_are_no_rule_of_the_last_clause() -> None:
    law = "「第二条 给2万元。」\n  对象：企业\n  标准：2万元\n\n"
    assert warned(law + "样本：甲\n  给定：年度 为 2024年\n案例：一，以 甲\n  给定：投资 为 123456元\n  应得：2 应予支持 2万元\n") == set()


@pytest.mark.parametrize("label", ["标准", "下限", "条件", "除外", "例外", "加给", "上限", "取整", "拨付", "限次"])
@pytest.mark.parametrize("subject", ["企业", "每项 项目"])
def test_the_example_for_a_line_is_itself_accepted(label: str, subject: str) -> None:
    head = f"「第一条 给。」\n  对象：{subject}\n"
    text = head + ("" if label == "标准" else "  标准：1万元\n") + f"  {label}：（（）\n"
    found = errors(text)
    assert len(found) == 1
    sample = found[0].help.removeprefix(f"例如 {label}：")
    assert codes(text.replace("（（）", sample)) == set()


# -- numbers, clauses and keys ----------------------------------------------------------------------------------

OTHER_SUPPORT = """事实：申报，顶层
| 名称   | 类型 | 角色     |
| 年度   | 年度 | 基准年度 |
| 申报日 | 日期 | 申报日期 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型       | 角色     |
| 何事 | 文字       | 外部事项 |
| 金额 | 元         | 外部金额 |
| 状态 | 已得、可得 | 外部状态 |

事实：展览，逐项
| 名称     | 类型   | 角色     |
| 事项标识 | 文字   | 事项标识 |
| 开支     | 元     |          |
| 等级     | 甲、乙 |          |

「第一条 展览按开支的10%补贴，同一展览取高。」
  对象：每项 展览
  标准：开支 的 10%
"""
AGAINST = "竞合：同一 事项标识 与 别处，已得 补差，可得 择高"


@pytest.mark.parametrize(("lines", "wanted"), [
    (f"「第二条 不重复。」\n  {AGAINST}\n", []),
    (f"「第二条 不重复。」\n  {AGAINST.replace('标识', '标志')}\n", [("E301", "事项标识")]),
    (f"「第二条 不重复。」\n  {AGAINST.replace('事项标识', '开支')}\n", [("E410", "事项标识")]),
    ("  从高：同一 事项标志\n", [("E301", "从高：同一 事项标识")]),
    ("  上限：同一 事项标志 年度 5万元\n", [("E301", "事项标识")]),
    ("「第二条 不重复。」\n  竞合：先封顶后从高\n", [("E564", "补一行 竞合")]),
    (f"「第二条 不重复。」\n  {AGAINST}\n  竞合：先封顶后从高\n", []),
    (f"「第二条 不重复。」\n  {AGAINST}\n  竞合：先封顶后从高\n  竞合：先从高后封顶\n", [("E427", "留一行")]),
])
def test_a_match_with_other_support_is_never_lost(lines: str, wanted: list[tuple[str, str]]) -> None:
    found = [d for d in load_text(OTHER_SUPPORT + lines).diagnostics if d.is_error]
    assert [d.code for d in found] == [code for code, _ in wanted]
    assert all(advice in d.help for d, (_, advice) in zip(found, wanted, strict=True))


@pytest.mark.parametrize(("cells", "wrong", "advice"), [
    (("3", "2%", "1%"), "3", "3%"), (("3%", "2", "1%"), "2", "2%"), (("3%", "2%", "1"), "1", "1%"),
    (("3", "2", "1%"), "3", "3%"), (("1", "0.8", "5%"), "5%", "没有单位的数"), (("3", "2", "1元"), "3", "3万元 或 3元"), (("3万", "2元", "1元"), "3万", "写成 3万元"),
    (("3元", "2%", "1%"), "3元", "比率"), (("3", "2%", "不予支持"), "3", "3%"), (("2%", "3", "不予支持"), "3", "3%"),
])
def test_of_a_column_of_percents_the_other_cell_is_wrong(cells: tuple[str, ...], wrong: str, advice: str) -> None:
    rows = "".join(f"  | {level} | {cell} |\n" for level, cell in zip("甲乙丙", cells, strict=True))
    found = errors(FIRM + "  标准：投资 × 率\n  对照：按 级别 定 率\n  | 级别 | 率 |\n" + rows)
    assert [(d.code, d.span.text if d.span else "") for d in found] == [("E302", wrong)]
    assert advice in found[0].help


ARTICLES = "「第三条 甲」\n「（一）给1万元。」\n  对象：企业\n  标准：1万元\n「（十二）给1万元。」\n  对象：企业\n  标准：1万元\n「第四条 给1万元。」\n  对象：企业\n"
FOURTH = "  标准：1万元\n"


@pytest.mark.parametrize(("typed", "clause"), [
    ("第四条", "4"), ("四条", "4"), ("4", "4"), ("4条", "4"), ("第三条（一）", "3(1)"), ("三（一）", "3(1)"), ("第三条第（一）项", "3(1)"),
    ("３（1）", "3(1)"), ("第三条（十二）", "3(12)"), ("3（十二）", "3(12)"),
])
def test_a_case_names_a_clause_as_the_law_does(typed: str, clause: str) -> None:
    single = read(ARTICLES + FOURTH + f"\n案例：一\n  应得：{typed} 应予支持 1万元\n")
    table = read(ARTICLES + FOURTH + f"\n样本：甲\n  给定：合格\n\n案例表：甲\n| 名 | 应得 {typed} |\n| 一 | 应予支持 1万元 |\n")
    for loaded in (single, table):
        assert [d for d in loaded.diagnostics if d.is_error] == []
        assert loaded.program is not None
        assert [check.clause for case in loaded.program.cases for check in case.checks] == [clause]


@pytest.mark.parametrize(("typed", "close"), [("第五条", "4"), ("三（二）", "3(1)"), ("3(11)", "3(12)")])
def test_a_clause_that_is_not_there_is_the_nearest_by_distance(typed: str, close: str) -> None:
    found = errors(ARTICLES + FOURTH + f"\n案例：一\n  应得：{typed} 应予支持 1万元\n")
    assert [d.code for d in found] == ["E543"]
    assert f"是不是 {close}" in found[0].help.replace("第四条", "4")  # written as typed
    row = f"\n读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n| A09 | {typed} | 低 | 给 | 怎么给 | 子、丑 | | 例子 |\n"
    found = errors(row + ARTICLES + "  标准〔A09 子〕：1万元\n  标准〔A09 丑〕：2万元\n")
    assert [d.code for d in found] == ["E534"]
    assert f"是不是 {close}" in found[0].help


@pytest.mark.parametrize(("typed", "close"), [("第三条第二项", "3(1)"), ("第三条第（二）项", "3(1)"), ("第五条第一款", "4"), ("第三条之一", "3"), ("第三条第一款", ""), ("第三条第一项、第四条", "")])
def test_a_register_names_clauses_as_laws_do(typed: str, close: str) -> None:
    """第一款 may be a paragraph that has no number; its article is looked for."""
    row = f"\n读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n| A09 | {typed} | 低 | 给 | 怎么给 | 子、丑 | | 例子 |\n"
    found = errors(row + ARTICLES + "  标准〔A09 子〕：1万元\n  标准〔A09 丑〕：2万元\n")
    assert [d.code for d in found] == ["E534"] * bool(close)
    assert all(close in d.help for d in found)


def test_what_a_lead_says_is_said_of_its_clauses() -> None:
    """一次性 in the words of a 款 is met by the 限次 under the lead, and so are its figures."""
    law = ("「第二条 对下列企业：」\n  对象：企业\n  限次：各款 企业终身 一次\n  上限：各款 企业年度 3万元\n"
           "「（一）一次性给投资的1%，不超过3万元。」\n  标准：投资 的 1%\n")
    table = "事实：历史，逐笔，闭世界，历史台账\n| 名称 | 类型 | 角色 |\n| 条款 | 文字 | 台账条款 |\n| 核定年度 | 年度 | 台账年度 |\n| 额 | 元 | 台账金额 |\n"
    assert not warned(table + law) & {"W303", "W304", "W306", "W307"}


def test_a_unit_that_is_not_known_says_which_are() -> None:
    found = [d for d in load_text("事实：申报，顶层\n| 名称 | 类型 |\n| 箱量 | 集装箱个数 |\n").diagnostics if d.code == "E510"]
    assert len(found) == 1
    assert all(unit in found[0].help for unit in ("元、", "件、", "吨、", "公里"))


def test_a_quote_without_a_note_hides_no_fault_of_another_article() -> None:
    lead = "「第二条 下列给予支持：」\n  条件：合格\n「（一）给1万元。」\n  性质：导向\n"
    assert [d.code for d in errors(lead + "「第五条 给2万元。」\n")] == ["E563", "E602"]
    assert [d.code for d in errors("「第二条 下列给予支持：」\n  对象：企业\n  条件：合格\n「（一）给1万元。」\n")] == ["E602"]


ADVISED = [  # each line, and what its advice makes of it, which then has no fault
    ("  标准：1万元\n  限次：每年 一次\n", "E402", "限次：每年 一次", "限次：企业年度 一次"),
    ("  标准：1万元\n  限次：3年\n", "E402", "限次：3年", "限次：企业终身 3年"),
    ("  标准：投资 的 1%\n  下限：5万元\n", "E402", "下限：5万元", "下限：单项 5万元"),
    ("  标准：投资 的 1%\n  下限：每年 不低于 5万元\n", "E402", "下限：每年 不低于 5万元", "下限：单项 5万元"),
    ("  标准：研发费增长部分 的 30%\n", "E301", "研发费增长部分", "（本年 研发费 － 上年 研发费）"),
    ("  标准：新增研发费 的 30%\n", "E301", "新增研发费", "（本年 研发费 － 上年 研发费）"),
    ("  标准：27个月 的 投资\n", "E302", "27个月 的 投资", "投资 × 27"),
    ("  设定：租期 ＝ （自 成立 至 申报日 的 月数） ＋ 5年\n  标准：租期 × 1000元/月\n", "E302", "5年", "60个月"),
    ("  标准：1万元\n  施行：自 2019年7月1日 至 2021年12月31日，凭 申报日\n", "E203", "自 2019年7月1日 至 2021年12月31日，凭 申报日", "自 2019年7月1日 起，至 2021年12月31日，凭 申报日"),
    ("  标准：1万元\n  施行：自 2019年7月1日 起，止于 2021年12月31日，凭 申报日\n", "E203", "自 2019年7月1日 起，止于 2021年12月31日，凭 申报日", "自 2019年7月1日 起，至 2021年12月31日，凭 申报日"),
    ("  标准：1万元\n  施行：自 2019年7月1日 起 3年，止于 2021年12月31日，凭 申报日\n", "E203", "自 2019年7月1日 起 3年，止于 2021年12月31日，凭 申报日", "自 2019年7月1日 起，至 2021年12月31日，凭 申报日"),
    ("  标准：1万元\n  施行：自 2019年7月1日 起 3年，凭 申报日\n", "E203", "自 2019年7月1日 起 3年，凭 申报日", "自 2019年7月1日 起 3年，止于 前一日，凭 申报日"),
    ("  标准：1万元\n  施行：自 2019年1月1日 起 25个月，止于 前一日，凭 申报日\n", "E317", "自 2019年1月1日 起 25个月，止于 前一日，凭 申报日", "自 2019年1月1日 起，至 2021年1月31日，凭 申报日"),
    ("  标准：1万元\n  施行：自 2019年11月20日 起 773天，止于 前一日，凭 申报日\n", "E317", "自 2019年11月20日 起 773天，止于 前一日，凭 申报日", "自 2019年11月20日 起，至 2021年12月31日，凭 申报日"),
    ("  设定：基 ＝ 成立 前一年 研发费\n  标准：基\n", "E203", "成立 前一年 研发费", "成立 前一年 的 研发费"),
    ("  设定：基 ＝ 投资 与 盈亏 取低\n  标准：基\n", "E203", "投资 与 盈亏 取低", "孰低（投资、盈亏）"),
    ("  标准：1万元\n  加给：合格 的 2万元\n", "E203", "合格 的 2万元", "合格 的，2万元"),
]


@pytest.mark.parametrize(("lines", "code", "typed", "mended"), ADVISED)
def test_advice_that_is_followed_leaves_no_fault(lines: str, code: str, typed: str, mended: str) -> None:
    (found,) = errors(FIRM + lines)
    assert found.code == code
    assert mended.rpartition("：")[2] in found.help
    assert errors(FIRM + lines.replace(typed, mended)) == []
    for fix in found.fixes:  # nor does any that is offered
        text = found.span.source.text if found.span is not None else ""
        assert not [d for d in load_text(text[: fix.span.start] + fix.text + text[fix.span.end :]).diagnostics if d.is_error]


def test_the_column_of_the_item_is_not_unknown_in_the_brackets_of_a_list() -> None:
    lists = "事实：到账，逐笔\n| 名称 | 类型 |\n| 题名 | 文字 |\n| 到账额 | 元 |\n「第一条 给。」\n  对象：每项 项目\n"
    (found,) = errors(lists + "  标准：合计（到账 的 到账额，到账额 高于 前）\n")
    assert found.code == "E301"
    assert "「前」是手头的 项目 的一栏" in found.message
    assert found.help == "先另写一行 设定：本项前 ＝ 前，这里写 本项前"
    assert errors(lists + "  设定：本项前 ＝ 前\n  标准：合计（到账 的 到账额，到账额 高于 本项前）\n") == []


def test_an_example_is_made_of_what_the_line_holds() -> None:
    (found,) = errors(FIRM + "  设定：基 ＝ 投资 几何 3\n  标准：基\n")
    assert found.help.endswith("设定：基 ＝ 投资 的 50%")
    (found,) = errors(FIRM + "  设定：基 ＝ 研发费 几何 3\n  标准：基\n")
    assert "本年 研发费 － 上年 研发费" in found.help


def test_clauses_weighed_item_by_item_are_told_what_is_missing() -> None:
    (found,) = errors(FIRM + "  标准：1万元\n  从高：1、2 之间，同一 题名\n")
    assert found.code == "E543"
    (found,) = errors(FIRM + "  标准：1万元\n「第二条 再给1万元。」\n  对象：企业\n  标准：1万元\n  从高：1、2 之间，同一 题名\n")
    assert found.code == "E410"
    assert "去掉 ，同一" in found.help
    assert not found.fixes
    (found,) = errors(FIRM + "  标准：1万元\n  从高：1、2，同一 题名\n")
    assert "1、2 之间，同一 某栏" in found.help


def test_so_many_instalments_are_never_made_so_many_years() -> None:
    head = "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n\n「第一条 给予1万元，分五期兑现。」\n  对象：企业\n  标准：1万元\n  拨付："
    for typed, mended in (("分 5期 等额，自 核定年度 起", None), ("分五期，各期未定", "分 5期，各期未定"), ("分 5期，各期未定", "")):
        found = [d for d in load_text(f"{head}{typed}\n").diagnostics if d.is_error]
        fixes = [d.fixes[0].text.strip() if d.fixes else None for d in found]
        assert fixes == ([] if mended == "" else [mended])
    told = xcrules.loads(f"{head}分 5期，各期未定\n").read_back("1")
    assert "分5期拨付，各期拨付多少另行核定" in told


def test_a_column_of_yes_and_no_is_not_to_be_added_up() -> None:
    text = ("事实：车辆，逐辆\n| 名称 | 类型 |\n| 购置税 | 元 |\n| 新能源 | 是否 |\n| 免税 | 是否 |\n\n定义：车辆 的 免征 ＝ 新能源 且 免税\n\n"
            "「第一条 按购置税给予。」\n  对象：企业\n  标准：合计（车辆 的 购置税）\n")
    assert [d.help for d in errors(text)] == ["删去，或在标准、条件里写 对象：每辆 车辆，再用 免征"]


@pytest.mark.parametrize("line", ["标准：选拔年度 至 年度 的 年数 × 1万元/年", "条件：年度 高于 2010年，选拔年度 至 年度 的 年数 达到 1年", "条件：选拔年度 至 年度 的 年数 达到 1年"])
def test_a_span_of_years_that_wants_its_first_word(line: str) -> None:
    text = f"事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 选拔年度 | 年度 | |\n\n「第一条 给予1万元。」\n  对象：企业\n  {line}\n  标准：1万元\n"
    assert any(d.code == "E203" and "自 选拔年度 至 年度 的 年数" in d.help for d in errors(text))


# -- the words of the law and the lines: what one mistake by a drafter looks like, and what is none ---------------------

_ONCE = "「第二条 给予一次性补贴1万元。」\n  对象：企业\n  标准：1万元\n"


@pytest.mark.parametrize(("text", "wanted"), [
    ("「第二条 未曾受到10万元以上处罚的，补贴1万元。」\n  对象：企业\n  条件：投资 低于 10万元\n  标准：1万元\n", set()),
    ("「第二条 投资10万元以内的补贴1万元，超过的分三年补贴。」\n  对象：企业\n  条件：投资 超过 10万元\n  标准：1万元\n  拨付：分 3年 等额，自 核定年度 起\n", set()),
    ("「第二条 投资10万元以内的补贴1万元，超过的由县长决定。」\n  对象：企业\n  条件：投资 超过 10万元\n  标准：1万元\n", {"W336"}),
    ("「第二条 未停业、投资10万元以上的，补贴1万元。」\n  对象：企业\n  条件：投资 低于 10万元\n  标准：1万元\n", {"W336"}),
    ("「第二条 按投资的10%补贴，每家每年不少于1万元。」\n  对象：企业\n  标准：投资 的 10%\n  下限：单项 1万元\n", set()),
    ("「第二条 按投资的一半补贴，最低1万元。」\n  对象：企业\n  标准：投资 的 50%\n  上限：企业年度 1万元\n", {"W336"}),
    ("「第二条 按投资的10%和1万元就低补贴。」\n  对象：企业\n  标准：孰高（投资 的 10%、1万元）\n", {"W336"}),
    ("「第二条 按投资的10%和1万元就低补贴。」\n  对象：企业\n  标准：孰低（投资 的 10%、1万元）\n", set()),
    ("「第二条 补贴投资的1%，不足一元的舍去。」\n  对象：企业\n  标准：投资 的 1%\n  取整：到 元 进位\n", {"W336"}),
    ("「第二条 补贴投资的1%，不足1元的按1元计算。」\n  对象：企业\n  标准：投资 的 1%\n  取整：到 元 进位\n", set()),
    ("「第二条 按投资由高到低取前20名，每名补贴1万元。」\n  对象：企业\n  标准：1万元\n  总额：前 20名，依 投资 从低到高，同分 按比例\n", {"W336"}),
    ("「第二条 补贴1万元，自核定次年起分三年拨付。」\n  对象：企业\n  标准：1万元\n  拨付：分 3年 等额，自 核定年度 起\n", {"W337"}),
    ("「第二条 投资10万元以上的，」\n  对象：企业\n  条件：投资 不低于 1万元\n「补贴1万元。」\n  标准：10万元\n", {"W336"}),
    ("「第二条 合格的不予补贴，其余补贴1万元。」\n  对象：企业\n  条件：合格\n  标准：1万元\n", {"W338"}),
    (_ONCE + "「第三条 只享受一次。」\n  限次：各款 企业终身 一次\n", set()),
    (_ONCE + "「第三条 只享受一次。」\n  限次：合计 企业终身 一次\n", set()),
    (_ONCE + "「第三条 只享受一次。」\n  用于：第二条\n  限次：企业终身 一次\n", set()),
    (_ONCE + "「第三条 补贴1万元。」\n  对象：企业\n  标准：1万元\n「第四条 两条共享受一次。」\n  限次：第二条、3 合计 企业终身 一次\n", set()),
    (_ONCE + "「第三条 补贴1万元。」\n  对象：企业\n  标准：1万元\n  限次：企业终身 一次\n", {"W307"}),
    (FIRM + "  标准：1万元\n  条件：自 成立 至 申报日 的 年数 等于 1年\n", {"W303", "W346"}),
])
def test_the_words_of_the_law_are_held_against_the_lines(text: str, wanted: set[str]) -> None:
    assert warned(EARLIER + text) == wanted


def test_a_silence_may_be_of_one_figure() -> None:
    law = "「第二条 补贴1万元，另加2万元。」\n  对象：企业\n  标准：3万元\n  加给：合格 的，5万元\n"
    for silence, left in (("", ["3万元", "5万元"]), ("  静默：W303 3万元，相加的\n", ["5万元"]), ("  静默：W303，相加的\n", [])):
        assert [d.span.text for d in read(law + silence).diagnostics if d.code == "W303" and d.span] == left
    assert "W391" in warned(law + "  静默：W303 4万元，相加的\n")


def test_a_silence_of_a_bound_is_of_its_figure_too_and_says_which_words_it_is_of() -> None:
    law = "「第二条 补贴2万元，不超过5万元。」\n  对象：企业\n  标准：{}\n"
    assert warned(law.format("2万元")) == {"W306"}
    assert warned(law.format("2万元") + "  静默：W306，由局管\n") == warned(law.format("2万元") + "  静默：W306 不超过，由局管\n") == set()
    assert warned(law.format("投资") + "  静默：W306，由局管\n") == {"W304"}  # of 2万元
    told = [d for d in read(law.format("2万元") + "  静默：W306 5万元，由局管\n").diagnostics if d.code == "W391"]
    assert [d.message for d in told] == ["这里的 W306 说的是「不超过」，不是「5万元」"]
    assert "静默：W306 不超过，理由" in told[0].help


def test_a_set_number_that_is_at_least_one_may_divide() -> None:
    law = FIRM + "  设定：有效 ＝ 投资，至少 {}\n  标准：盈亏 ÷ 有效 × 1万元\n"
    assert codes(law.format("1元")) == set()
    assert codes(law.format("0元")) == codes(law.format("1元，至多 0元")) == {"E311"}


def test_a_number_that_another_clause_sets_is_named_with_it() -> None:
    law = FIRM + "  设定：基数 ＝ 投资 的 10%\n  标准：基数\n「第二条 给。」\n  对象：企业\n  标准：{}\n"
    (found,) = errors(law.format("基数"))
    assert "写 1 的 基数" in found.help
    assert codes(law.format("1 的 基数")) == set()
    (found,) = errors(law.format("1万元\n  上限：1、2 合计 企业年度 基数"))
    assert "定义：基数 ＝" in found.help
    assert " 的 基数" not in found.help


def test_a_heading_may_have_a_colon_or_commas() -> None:
    text = "「第二章：支持展览，支持创新」\n「第二条：支持展览」\n「（一）给。」\n  对象：企业\n  标准：1万元\n「第三章 支持展览，支持创新和消费」\n「第三条 给。」\n  对象：企业\n  标准：1万元\n"
    assert codes(text) == set()


def test_a_word_for_yes_in_a_case_is_told_how_a_case_says_it() -> None:
    for case in ("案例表：\n| 案例 | 合格 | 应得 1 |\n| 一 | 对 | 应予支持 1万元 |\n", "案例：一\n  给定：合格 为 对\n  应得：1 应予支持 1万元\n"):
        (found,) = errors(FIRM + "  条件：合格\n  标准：1万元\n\n" + case)
        assert (found.code, "true" in found.message + found.help, "写 合格 或 非 合格" in found.help) == ("E802", False, True)
