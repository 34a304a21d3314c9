"""Odd small policies by a seed, of what random_policies does not draw, and sheets of a small world whose gaps can all be filled in.

Bounds, 限次, 从高 and 拨付 of every form beside each other, said beneath the clause, its lead, 用于 or 分项：甲、乙; figures are few, so that
ties, zeros and bounds that are just reached are common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

Raw = dict[str, Any]

FACTS = """规定：《零碎办法》
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 日期 | 日期 | | 申报日期 |
| 成立日 | 日期 | | |
| 甲真 | 是否 | | |
| 乙真 | 是否 | | |
| 等级 | 一级、二级、其他 | | |
| 费用 | 元 | | |
| 盈亏 | 元 | 可负 | |
| 税率 | 比率 | | |
| 收入 | 逐年 元 | | |
| 标识 | 文字 | 可缺 | |
| 名号 | 文字 | 可缺 | |
| 控制人 | 文字 | 可缺 | |
| 别家 | 元 | 缺省 0元 | |
| 核定 | 元 | 核定 甲局，可缺 | |
| 核率 | 比率 | 核定 甲局，可缺 | |
| 分得 | 元 | 可缺 | |
| 开工日 | 日期 | 可缺 | |
| 投产 | 是否 | 可缺 | |
| 月租 | 元/月 | | |
| 今得 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 名号 | 文字 | 可缺 | |
| 人员 | 文字 | 可缺 | |
| 级别 | 高、中、低，从高到低 | | |
| 目标 | 高、中、低，从高到低 | 可缺 | |
| 数额 | 元 | | |
| 净额 | 元 | 可负 | |
| 优良 | 是否 | | |
| 补过 | 是否 | 缺省 否 | |
| 已得 | 元 | 缺省 0元 | |
| 天数 | 天 | | |
| 认定 | 元 | 核定 甲局，可缺 | |
| 事项 | 文字 | 可缺 | 事项标识 |

事实：套件，逐件
| 名称 | 类型 | 要求 | 角色 |
| 价值 | 元 | | |
| 件数 | 件 | 缺省 1件 | 件数 |
| 人员 | 文字 | 可缺 | |

事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 要求 | 角色 |
| 条款 | 文字 | | 台账条款 |
| 核定年度 | 年度 | | 台账年度 |
| 金额 | 元 | | 台账金额 |
| 已拨 | 元 | 缺省 0元 | 台账已拨 |
| 人员 | 文字 | 可缺 | |
| 名号 | 文字 | 可缺 | |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型 | 要求 | 角色 |
| 哪件 | 文字 | | 外部事项 |
| 钱数 | 元 | | 外部金额 |
| 状态 | 得了、没得 | | 外部状态 |

读法：登记
| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |
| A01 | 1 | 中 | | 怎样算？ | 宽、严 | | 文义 |

"""
MONEY = ("0元", "2元", "3元", "4元", "5元", "7.5元", "1/3")
TOP = ("甲真", "非 乙真", "等级 为 一级", "等级 不为 一级", "费用 多于 2元", "费用 不足 4元", "费用 不等于 3元", "盈亏 不多于 0元", "盈亏 不高于 2元", "成立日 晚于 2021年6月30日", "成立日 不晚于 2022年1月1日",
       "收入 连续 2年 减少", "成立日 未满 2年", "自 成立日 起 未满 30个月", "自 成立日 次月 至 日期 上月 的 月数 不少于 20月", "自 成立日 当月 至 年度 年末 的 月数 不超过 36月", "日期 不早于 年度 年初",
       "自 成立日 当年 起 第几年 在 第二年 至 第三年", "成立日 前一年 的 收入 高于 2元", "本年 收入 占 上年 收入 的 比重 不低于 100%", "享受年次 不超过 2年", "（自 成立日 至 日期 的 年数） × 20%/年 低于 60%", "计数（项目，优良） 不少于 1", "已享受 本款", "非 已享受 第二条",
       "（自 成立日 至 日期 的 月数） ＋ 1月 不多于 24月", "收入 首次超过 3元", "本款 的 历年已得 低于 5元", "甲真 或 （乙真 且 等级 为 二级）", "盈亏 高于 －2元", "自 成立日 月初 至 成立日 的 天数 不满 15天", "日期 不早于 成立日 次月 月末", "日期 不晚于 成立日 次年 年末")
ITEM = ("优良", "级别 为 高", "级别 不为 低", "数额 多于 2元", "净额 不高于 0元", "计数（项目，同一 人员） 不多于 1", "合计（项目 的 数额，同一 名号，优良） 不足 6元", "天数 不少于 5天", "甲真", "人员 不为 “乙”", "级别 不低于 中", "级别 低于 目标", "级别 在 低 至 中")
TOP_WORTH = ("费用", "盈亏", "费用 － 3元", "盈亏 每满 2元 3元", "费用 的 50%", "按 等级（一级 4元；二级 2元；其他 0元）", "孰高（费用、盈亏）", "收入 自 成立日 当年 起 3年 内 最低一年", "近 2年 收入 的 合计",
             "按 费用（不满 3元 1元；3元 以上 4元）", "（自 成立日 至 日期 的 年数） × 2元/年", "费用 × （上年 收入 占 本年 收入 的 比重）", "（税率 － 5%） 每满 1% 1元", "10元 × 税率", "4元 × 按 享受年次（第一年 100%；第二年 50%；其他 0%）",
             "本款 的 历年已拨 ＋ 1元", "合计（项目 的 净额，优良）", "费用 ÷ 3", "5元 － 本款 的 本年已得", "5元 － 本款 的 上年已得", "按 盈亏（不满 －1元 －2元；－1元 以上 不满 1元 1元；1元 以上 3元）", "（费用，到 2元 四舍五入）", "最低（项目 的 数额）")
ITEM_WORTH = ("数额", "数额 ＋ 按 级别（高 4元；中 0元；低 －2元）", "（净额，到 2元 四舍五入）", "（数额，到 3元 进位）", "净额", "数额 的 1/3", "3元", "按 级别（高 4元；中 2元；低 1元）", "数额 － 2元", "天数 每满 4天 2元", "数额 × 税率", "孰低（数额、费用）", "合计（项目 的 数额，同一 名号） ÷ 2", "（自 目标 至 级别 的 级数） × 2元", "按 级别（中以上 3元；低 1元）")
BEST = ("从高：同一 名号", "从高：全部", "从高：全部，前 2项", "从高：同一 人员，前 1项", "从高：全部，依 天数 从大到小，前 1项，并列 从高", "从高：全部，依 净额 从小到大，前 1项，并列 从低", "从高：同一 名号，依 级别（高、中、低）",
        "从高：同一 人员，依 级别 从高到低，前 1项，并列 从高", "从高：同一 人员，依 天数 从低到高，前 1项，并列 从低", "从高：同一 名号，依 级别（中、低）")
PAID = ("分 2年 等额，自 核定年度 起", "分 3年 按 50%、30%、20%，自 核定次年 起", "一次，自 核定次年 起", "分期 30%、70%，随 核定年度、开工日 ＋ 1年", "一次，随 投产", "分 2年 按 60%、40%，自 开工日 次年 起", "分 2年 等额，自 开工日 当年 起", "分期，各期未定")


def amount(r: Random) -> str:
    return r.choice(MONEY[:-1])


def top_line(r: Random) -> str:
    """A line of an enterprise's clause beside what it gives."""
    return r.choice((f"条件：{r.choice(TOP)}", f"除外：{r.choice(TOP)}", f"减半：{r.choice(TOP)}", f"加给：{r.choice(TOP)} 的，{r.choice(TOP_WORTH)}", f"例外：{r.choice(TOP)} 的，{r.choice(TOP_WORTH)}",
                     f"下限：单项 {amount(r)}", f"下限：{r.choice(TOP)} 的，单项 {amount(r)}", f"上限：单项 {r.choice((amount(r), '费用', '盈亏'))}", f"上限：{r.choice(TOP)} 的，单项 {amount(r)}"))


def item_line(r: Random) -> str:
    own = (f"条件：{r.choice(ITEM)}", f"除外：{r.choice(ITEM)}", f"减半：{r.choice(ITEM)}", f"加给：{r.choice(ITEM)} 的，{r.choice(ITEM_WORTH)}", f"例外：{r.choice(ITEM)} 的，{r.choice(ITEM_WORTH)}",
           f"下限：单项 {amount(r)}", f"下限：{r.choice(ITEM)} 的，单项 {amount(r)}", f"上限：单项 {r.choice((amount(r), '数额', '净额'))}", f"上限：{r.choice(ITEM)} 的，单项 {amount(r)}", "上限：单项 5元，已用 已得")
    alike = (f"上限：同一 {r.choice(('名号', '人员'))} {r.choice(('年度', '终身'))} {amount(r)}，已用 已得", f"上限：{r.choice(ITEM)} 的，同一 人员 年度 {amount(r)}，已用 已得", "限次：单项 一次，已用 补过",
             "限次：同一 名号 终身 一次，已得补差", "限次：同一 人员 年度 2次", "限次：同一 名号 终身 一次")
    return r.choice(own if r.random() < 0.6 else alike)


def whole_line(r: Random) -> str:
    """A bound on what a clause comes to."""
    return r.choice((f"上限：企业年度 {r.choice((amount(r), '费用', '盈亏'))}", f"上限：企业终身 {amount(r)}", f"上限：{r.choice(TOP)} 的，企业年度 {amount(r)}", "限次：企业年度 一次，已得即止", "限次：企业年度 一次，已得补差",
                     "限次：企业终身 2次", "限次：企业终身 2年", "限次：企业终身 连续 2年", "限次：企业终身 一次，已得补差", "限次：企业年度 2次", f"上限：企业终身 {amount(r)}，已用 本款 的 历年已得 ＋ 本款 的 本年已得",
                     f"上限：同一 控制人 年度 {amount(r)}，已用 别家"))


def of_whole(r: Random, line: str) -> str:
    """The same of a clause with 分项."""
    return re.sub("^(上限|限次)：(.* 的，)?(?=企业|同一)", lambda m: f"{m[1]}：{m[2] or ''}{r.choice(('合计', '合计', '各分项', '子'))} ", line)


def subject(r: Random) -> str:
    return r.choice(("企业", "企业，事项 见 标识", "每项 项目", "每项 项目", "每项 项目", "每件 套件"))


def given(r: Random, home: str) -> list[str]:
    """What a part gives and the lines beside it."""
    if home == "每件 套件":
        lines = [f"标准：{r.choice(('价值', '价值 的 1/3', '价值 － 2元'))}"]
        for line, often in (("上限：单项 3元", 0.4), ("下限：单项 1元", 0.3), ("上限：同一 人员 年度 5元，已用 别家", 0.3), ("减半：价值 多于 2元", 0.3), ("从高：同一 人员", 0.2)):
            lines += [line] if r.random() < often else []
        return lines
    item = home.startswith("每项")
    ruled = r.random() < 0.2
    if ruled:
        lines = [r.choice(("裁量：由 甲局 根据 成效 核定，记入 认定", "裁量：核定，按 数额 × 核率") if item else ("裁量：由 甲局 根据 成效、规模 核定，记入 核定", "裁量：核定，按 费用 × 核率"))]
        lines += [f"上限：单项 {r.choice(('4元', '7.5元'))}"]
    else:
        worth, cond = (ITEM_WORTH, ITEM) if item else (TOP_WORTH, TOP)
        parted = r.random() < 0.2
        lines = [f"标准：{r.choice(cond)} 的，{r.choice(worth)}" for _ in range(r.choice((1, 2)))] if parted else [f"标准：{r.choice(worth)}"]
    more = item_line if item else top_line
    beside = [more(r) for _ in range(r.choice((0, 1, 1, 2, 3)))]
    lines += [x for x in beside if not (x.startswith(("加给", "减半", "例外")) if ruled else x.startswith("例外") and (any("的，" in y for y in lines) or sum(y.startswith("例外") for y in beside) > 1))]
    if item and r.random() < 0.3:
        lines.append(r.choice(BEST[:2] if ruled else BEST))
    if not ruled and r.random() < 0.15:
        lines.append(f"拨付：{r.choice(PAID)}")
    return lines


def clause(r: Random, number: str) -> list[str]:
    """One clause: single, or of two 分项 and a sentence for both."""
    lines = [f"「第{number}条 某款，给下列。」"]
    if r.random() < 0.55:
        home = subject(r)
        lines += [f"对象：{home}", *given(r, home), *(whole_line(r) for _ in range(r.choice((0, 0, 1, 1, 2))))]
        if r.random() < 0.1:
            lines.append(r.choice(("总额：每年 6元，超出按比例，记入 分得", "总额：有效期内 6元，依 费用 从低到高，同分 先到先得", "总额：每年 3元，先到先得，记入 分得")))
        return lines
    common = [of_whole(r, whole_line(r)) for _ in range(r.choice((0, 1, 1, 2)))]
    for name in "子丑":
        home = subject(r)
        lines += [f"分项：{name}", f"对象：{home}", *given(r, home), *(["竞合：不适用"] if r.random() < 0.1 else [])]
    lines += common + ([r.choice(("从高：合计 同一 名号", "从高：合计 全部", "从高：各分项 之间"))] if r.random() < 0.2 else [])
    if r.random() < 0.4:
        lines += ["「又一句，管两个分项。」", "分项：子、丑", r.choice((f"条件：{r.choice(TOP)}", f"上限：单项 {amount(r)}", f"减半：{r.choice(TOP)}", f"上限：合计 企业年度 {amount(r)}", "取整：到 元 截尾", "取整：到 元 进位"))]
    return lines


def led(r: Random) -> list[str]:
    """An article with a lead: what it says of each 款 and of all."""
    home = r.choice(("每项 项目", "企业"))
    item = home != "企业"
    lead = [f"对象：{home}", f"标准：{r.choice(ITEM_WORTH if item else TOP_WORTH)}", *((item_line if item else top_line)(r) for _ in range(r.choice((0, 1, 2))))]
    lead = [re.sub("^(上限|限次)：(.* 的，)?(?=同一)", lambda m: f"{m[1]}：{m[2] or ''}各款 ", x) for x in lead]
    lead += [re.sub("^(上限|限次)：(.* 的，)?(?=企业|同一)", lambda m: f"{m[1]}：{m[2] or ''}{r.choice(('各款', '合计'))} ", whole_line(r)) for _ in range(r.choice((0, 1, 2)))]
    lines = ["「第三条 下列各款：」", *lead]
    for name in "一二":
        lines += [f"「（{name}）一款，」", f"条件：{r.choice(ITEM if item else TOP)}"]
        lines += [r.choice((f"标准：{r.choice(ITEM_WORTH if item else TOP_WORTH)}", *([f"导言：不适用 {x}" for x in ("上限", "条件", "加给") if any(y.startswith(x) for y in lead)]), f"上限：单项 {amount(r)}"))] if r.random() < 0.5 else []
    return lines


def odd_policy(r: Random) -> str:
    lines = ["「总则：本办法自2022年起。」", r.choice(("施行：自 2022年1月1日 起 3年，止于 对应日，凭 日期", "适用：甲真 或 费用 多于 0元", "性质：导向"))]
    if r.random() < 0.5:
        lines.append(r.choice(("取整：到 元 截尾", "取整：到 元 进位", "取整：到 元 四舍六入", "取整：单项 到 元 四舍五入", "取整：到 角 四舍五入")))
    if r.random() < 0.3:
        lines += [f"竞合：同一 事项 与 别处，得了 {r.choice(('补差', '即止'))}，没得 择高{r.choice(('', '，含裁量'))}", r.choice(("竞合：先从高后封顶", "竞合：先封顶后从高"))]
    one, two = clause(r, "一"), clause(r, "二")
    lines += one + two
    if r.random() < 0.35:
        lines += led(r)
    if r.random() < 0.35:
        part = r.choice(("", "", *("子" if "分项：子" in x else "" for x in (one, two))))
        where = r.choice(("第一条", "第二条", "第一条、第二条", "各款"))
        where = f"第一条{part}" if part and "分项：子" in one else where
        many, extra = where in ("第一条、第二条", "各款"), whole_line(r) if r.random() < 0.5 else top_line(r)
        lines += ["「第五条 另有规定，照此办理。」", f"用于：{where}", re.sub("^(上限|限次)：(.* 的，)?(?=企业|同一)", lambda m: f"{m[1]}：{m[2] or ''}{r.choice(('各款', '合计') if many else ('各款',))} " if many or part else m[0], extra)]
    if r.random() < 0.3:
        lines += ["「第六条 几款合起来。」", r.choice((f"上限：1、2 合计 企业年度 {amount(r)}", f"上限：1、2 合计 企业终身 {amount(r)}", "从高：1、2 之间", "从高：1、2 之间，同一 名号", "限次：1、2 合计 企业终身 2次", f"上限：1、2 合计 同一 控制人 年度 {amount(r)}，已用 别家",
                                          "限次：1、2 合计 同一 名号 终身 一次，已得补差"))]
    if r.random() < 0.3:
        lines += ["「第七条 再给一点。」", "对象：企业", f"标准：{r.choice(('第一条 的 金额 的 50%', '第一条、第二条 的 金额 － 2元', '费用 － 第二条 的 金额', '第二条 的 历年已拨', '第一条 的 本年已得 ＋ 1元'))}", *([whole_line(r)] if r.random() < 0.4 else [])]
    if r.random() < 0.15:
        lines += ["「第八条 每月发给。」", "对象：企业", "拨付：按月", "标准：月租 的 1/3", r.choice(("上限：每月 2元/月", "下限：单项 1元/月", "减半：甲真"))]
    text = FACTS + "\n".join(lines) + "\n"
    return _read_two_ways(r, text)


def _read_two_ways(r: Random, text: str) -> str:
    """One line of a clause in a wide and a strict reading; without, the register is gone."""
    every = [m for m in re.finditer("^(条件|标准|上限|下限|除外|从高|限次|加给|减半)：.*$", text, re.M) if " 的，" not in m[0]]
    if r.random() < 0.6 or not every:
        return re.sub("读法：登记\n(?:\\|.*\n)+\n", "", text)
    line = r.choice(every)
    other = r.choice([x[0] for x in every if x[1] == line[1]])
    return text[: line.start()] + line[0].replace("：", "〔A01 宽〕：", 1) + "\n" + other.replace("：", "〔A01 严〕：", 1) + text[line.end() :]


_LINES = ("条件", "除外", "标准", "例外", "加给", "减半", "下限", "上限", "限次", "拨付", "总额", "取整", "表述", "裁量")


def in_another_order(r: Random, text: str) -> str:
    """The lines beneath a quote or 分项 in another order: not 从高, nor bounds by what is alike and over several clauses, which are as they are written."""
    made: list[str] = []
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith(_LINES) and "同一" not in line and not re.search(r"[\d)] 合计", line):
            block.append(line)
        else:
            r.shuffle(block)
            made += [*block, line]
            block = []
    return "\n".join(made[:-1])


# -- sheets of a small world ---------------------------------------------------------------------------------

DOMAIN: dict[str, tuple[Any, ...]] = {
    "甲真": (True, False), "乙真": (True, False), "等级": ("一级", "二级", "其他"), "费用": (0, 3, 5), "盈亏": (-2, 0, 4), "税率": ("5%", "7.5%", "50%"), "标识": ("甲", "乙", None), "名号": ("甲", "乙", None),
    "控制人": ("甲", None), "别家": (0, 2), "核定": (None, 0, 2, 9), "核率": (None, "0%", "50%"), "分得": (None, 0, 2), "开工日": (None, "2023-05-01", "2024-05-01", "2026-05-01"), "投产": (None, True, False), "月租": (0, 4, 9),
    "日期": ("2024-06-01", "2025-01-01", "2025-01-02"), "成立日": ("2020-02-29", "2022-01-01", "2022-06-01", "2024-06-01"),
    "人员": ("甲", "乙", None), "级别": ("高", "中", "低"), "目标": ("高", "中", "低", None), "数额": (0, 2, 4, 5), "净额": (-3, 0, 4), "优良": (True, False), "补过": (False, True), "已得": (0, 2), "天数": (3, 4, 9), "认定": (None, 0, 2, 9), "事项": ("甲", "乙", None),
    "价值": (0, 2, 5), "件数": (0, 1, 3),
    "项目": ([], [{"名号": "甲", "人员": "乙", "级别": "高", "数额": 4, "净额": -3, "优良": True, "天数": 9}, {"名号": "甲", "级别": "低", "数额": 2, "净额": 4, "优良": True, "天数": 3, "认定": 2}]),
    "套件": ([], [{"价值": 5, "件数": 3, "人员": "甲"}]),
}
ITEM_FIELDS = ("名号", "人员", "级别", "目标", "数额", "净额", "优良", "补过", "已得", "天数", "认定", "事项")
TOP_FIELDS = ("日期", "成立日", "甲真", "乙真", "等级", "费用", "盈亏", "税率", "标识", "名号", "控制人", "别家", "核定", "核率", "分得", "开工日", "投产", "月租")
OPEN = ("日期", "成立日", "甲真", "乙真", "等级", "费用", "盈亏", "税率", "月租", "级别", "数额", "净额", "优良", "天数", "价值")  # not filled in, these are unknown
LEDGERS = ("1", "1", "2", "1子", "1丑", "2子", "3(1)", "3(2)")


def whole_sheet(r: Random, ledgers: tuple[str, ...]) -> Raw:
    """Everything filled in; of what may be wanting, None is left out."""
    raw: Raw = {"年度": 2024, **{k: r.choice(DOMAIN[k]) for k in TOP_FIELDS}}
    raw["收入"] = {str(y): r.choice((0, 2, 3, 4)) for y in range(2019, 2028)}
    raw["项目"] = [{k: r.choice(DOMAIN[k]) for k in ITEM_FIELDS} for _ in range(r.choice((0, 1, 2, 2, 3)))]
    raw["套件"] = [{k: r.choice(DOMAIN[k]) for k in ("价值", "件数", "人员")} for _ in range(r.choice((0, 1, 2)))]
    raw["今得"] = {k: r.choice((0, 1, 2)) for k in ledgers if r.random() < 0.25}
    raw["往年"] = [{"条款": r.choice(ledgers), "核定年度": r.choice((2021, 2022, 2023, 2023, 2024, 2025)), "金额": r.choice((0, 1, 3, 6)), "已拨": r.choice((0, 1)), "人员": r.choice(("甲", "乙", None)), "名号": r.choice(("甲", "乙", None))}
                   for _ in range(r.choice((0, 0, 1, 2, 3)))]
    raw["别处"] = [{"哪件": r.choice(("甲", "乙")), "钱数": r.choice((0, 1, 3, 4)), "状态": r.choice(("得了", "没得"))} for _ in range(r.choice((0, 0, 1, 2)))]
    return bare(raw)


def bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if v is not None}
    return [bare(x) for x in value] if isinstance(value, list) else value


Place = tuple[Any, ...]  # where a cell stands: its keys


def places(raw: Raw) -> list[Place]:
    """Cells that are unknown where they are left out."""
    found: list[Place] = [(k,) for k in TOP_FIELDS if k in OPEN]
    found += [("收入", str(y)) for y in (2023, 2024)]  # 首次超过 reads of earlier years what there is, and asks for none
    for name in ("项目", "套件"):
        found += [(name,), *((name, i, k) for i, row in enumerate(raw[name]) for k in row if k in OPEN)]
    return found


def without(raw: Raw, gaps: list[Place]) -> Raw:
    made = _copy(raw)
    for gap in gaps:
        _held(made, gap).pop(gap[-1], None)
    return made


def fillings(raw: Raw, gaps: list[Place]) -> Iterator[tuple[tuple[Any, ...], Raw]]:
    """Every way to fill the gaps in, with what was put there."""
    for chosen in product(*(((0, 2, 3, 4) if gap[0] == "收入" else DOMAIN[gap[-1]]) for gap in gaps)):
        made = _copy(raw)
        for gap, value in zip(gaps, chosen, strict=True):
            _held(made, gap)[gap[-1]] = value
        yield chosen, made


def path_of(gap: Place) -> str:
    return f"{gap[0]}[{gap[1]}].{gap[2]}" if len(gap) == 3 else ".".join(gap)


def _held(raw: Raw, gap: Place) -> Any:
    held: Any = raw
    for key in gap[:-1]:
        held = held[key]
    return held


def _copy(value: Any) -> Any:
    return {k: _copy(v) for k, v in value.items()} if isinstance(value, dict) else [_copy(x) for x in value] if isinstance(value, list) else value
