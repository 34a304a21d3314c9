"""Random programs: rule texts over one small vocabulary, with everything that can stand in a clause.

`programs()` gives the lines of one clause, `load` makes them a policy. A fact may be read in several places;
in `read_once()` at most in one, so that what Kleene logic and intervals see is all there is to see.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from hypothesis import assume, strategies as st

import xcrules
from xcrules.use.python.policy import Policy

LEDGERS = """事实：往年，逐笔，闭世界，历史台账
| 名称 | 类型 | 要求 | 角色 |
| 哪款 | 文字 | | 台账条款 |
| 哪年 | 年度 | | 台账年度 |
| 多少 | 元 | | 台账金额 |
| 姓名 | 文字 | 可缺 | |

事实：别家，逐笔，闭世界，外部支持
| 名称 | 类型 | 要求 | 角色 |
| 哪事 | 文字 | | 外部事项 |
| 几钱 | 元 | | 外部金额 |
| 何状 | 已得、可得 | | 外部状态 |

"""  # of earlier grants and of other support
VOCABULARY = f"""规定：《试规》
文号：试〔2023〕1号

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 兑现之年 | 年度 | | 基准年度 |
| 申报之日 | 日期 | | 申报日期 |
| 甲真 | 是否 | | |
| 乙真 | 是否 | | |
| 丙真 | 是否 | | |
| 品类 | 金、银、铜 | | |
| 总额 | 元 | | |
| 另额 | 元 | | |
| 投入 | 逐年 元 | | |
| 开办之日 | 日期 | | |
| 今年已得 | 逐款 元 | 闭世界 | 本年台账 |

事实：清单，逐项
| 名称 | 类型 | 要求 | 角色 |
| 姓名 | 文字 | | |
| 成立 | 是否 | | |
| 认可 | 是否 | | |
| 等第 | 高、中、低 | | |
| 钱数 | 元 | | |
| 从前 | 是否 | 缺省 否 | |
| 已得 | 元 | 缺省 0元 | |
| 核准 | 元 | 核定 机关，可缺 | |
| 几件 | 件 | 缺省 1件 | 件数 |
| 事由 | 文字 | 可缺 | 事项标识 |

{LEDGERS}「第一条 试」
「（一）试。」
"""
POLICY_LINES = ("", "  适用：甲真 或 乙真\n", "  竞合：同一 事由 与 别家，已得 补差，可得 择高\n",
                "  施行：自 2021年1月1日 起 5年，止于 前一日，凭 申报之日\n  时效：兑现之年 在 2021年 至 2025年\n")

TOP_ATOMS = ("甲真", "乙真", "丙真", "非 甲真", "品类 为 金", "品类 为 金、银", "品类 不为 铜", "总额 高于 2元", "总额 不低于 另额",
             "投入 连续 1年 增加", "总额 在 1元 至 3元", "自 申报之日 次年 起 第几年 在 第一年 至 第三年", "投入 同比增长 不低于 10%", "上年 投入 较 前年 增长 高于 0%", "非 投入 同比下降 高于 50%", "总额 占 另额 高于 50%", "总额 ÷ 4元 不低于 50%",
             "自 开办之日 至 申报之日 的 月数 不低于 6月", "（自 开办之日 至 申报之日 的 月数） ＋ 1月 不超过 6月", "开办之日 满 18个月", "非 开办之日 未满 400天", "申报之日 不晚于 开办之日 ＋ 30天",
             "平均（清单 的 钱数，成立） 超过 2元", "近 3年 投入 的 最低 低于 2元",
             "（总额 ÷ 另额，除数为零 按 200%） 不超过 100%")
ITEM_ATOMS = ("成立", "认可", "非 认可", "等第 为 高", "等第 为 高、中", "钱数 高于 2元", "钱数 不超过 4元",
              "计数（清单，同一 姓名，成立） 不少于 2", "姓名 为 “ 甲　”、“乙”", "姓名 不为 \"丙\"")
TOP_AMOUNTS = ("3元", "总额", "总额 的 50%", "本年 投入 － 上年 投入", "按 品类（金 4元；银 2元；其他 1元）", "总额 × 2", "总额 的 三分之一", "另额 ÷ 3",
               "按 兑现之年（2021年 至 2022年 2元；2023年 以上 总额；其他 1元）",
               "总额 ＋ 另额", "总额 － 另额", "合计（清单 的 钱数 － 1元，认可）", "最高（清单 的 钱数 的 50%，等第 为 高，成立）",
               "孰低（总额、另额、3元）", "近 2年 投入 的 平均", "孰高（前 2年 投入 的 合计、总额）",
               "（总额 × 3 ÷ 另额，除数为零 按 300%） × 1元", "另额 × （总额 占 另额）", "4元 × （总额 较 另额 增长）", "4元 × 孰低（总额 ÷ 4元、80%）")
ITEM_AMOUNTS = ("钱数", "钱数 的 50%", "按 等第（高 4元；其他 2元）", "3元", "钱数 ÷ 3", "钱数 － 1元",
                "合计（清单 的 钱数 － 1元，同一 姓名）")
TABLES = (("对照：按 {0} 分段 定 表数", "| {0} | 比例 |", "| 不超过 2元 | 50% |", "| 超过2元至4元的部分 | 1/3 |", "| 超过 4元 | 0% |"),
          ("对照：按 差数 ＝ {0} － 1元 分段 定 表数", "| 差数 | 比例 |", "| 2元 以下 | 10% |", "| 2元（不含）以上 | 100% |"),
          ("对照：按 {0} 定 表数", "| {0} | 表数 |", "| 达到 1元 | 2元 |", "| 超过 3元 | 4元 |", "| 其他 | 不予支持 |"),
          ("对照：按 {0}、甲真 定 表数", "| {0} | 甲真 | 表数 |", "| 达到 1元 | 是 | 2元 |", "| 达到 3元 | | 4元 |", "| 达到 2元 | 否 | 总额 |", "| 其他 | | 不予支持 |"),
          ("对照：按 差数 ＝ {0} ＋ 另额 定 表数", "| 差数 | 表数 |", "| 超过 2元 至 4元 | 差数 的 50% |", "| 4元（不含）以上 | 3元 |", "| 其他 | 不予支持 |"))


@st.composite
def conditions(draw: st.DrawFn, atoms: tuple[str, ...]) -> str:
    """A condition of one to three atoms."""
    parts = draw(st.lists(st.sampled_from(atoms), min_size=1, max_size=3))
    join = draw(st.sampled_from((" 或 ", " 且 ")))
    text = join.join(parts)
    if len(parts) > 1 and draw(st.booleans()):
        return f"（{text}） {'且' if join == ' 或 ' else '或'} {draw(st.sampled_from(atoms))}"
    return text


@st.composite
def clause_lines(draw: st.DrawFn) -> list[str]:
    """The lines of a clause in one part."""
    is_list = draw(st.booleans())
    atoms = (*ITEM_ATOMS, *TOP_ATOMS[:5]) if is_list else TOP_ATOMS
    amounts = (*ITEM_AMOUNTS, "总额 的 10%") if is_list else TOP_AMOUNTS
    lines = ["对象：每项 清单" if is_list else "对象：企业"]
    if draw(st.integers(0, 3)) == 0:
        lines += [x.format("钱数" if is_list else "总额") for x in draw(st.sampled_from(TABLES))]
        amounts = (*amounts, "表数", "表数", "表数 ＋ 1元")
    lines += [f"条件：{x}" for x in draw(st.lists(conditions(atoms), max_size=2))]
    lines += draw(st.sampled_from([[], [], [f"除外：{draw(st.sampled_from(atoms))}"]]))
    if is_list and draw(st.integers(0, 2)) == 0:
        lines.append("裁量：由 机关 核定，记入 核准")
    else:
        parts = draw(st.sampled_from((0, 0, 0, 0, 1, 2, 3)))
        standards = [f"标准：{draw(conditions(atoms))} 的，{draw(st.sampled_from(amounts))}" for _ in range(parts)]
        lines += dict.fromkeys(standards) or [f"标准：{draw(st.sampled_from(amounts))}"]
        for label in draw(st.lists(st.sampled_from(("加给",) if parts else ("例外", "加给")), max_size=1)):
            lines.append(f"{label}：{draw(conditions(atoms))} 的，{draw(st.sampled_from(amounts))}")
        if draw(st.integers(0, 5)) == 0:
            lines.append(f"减半：{draw(conditions(atoms))}")
    item = ("限次：单项 一次，已用 从前", "限次：同一 姓名 终身 一次，已得补差", "上限：同一 姓名 年度 5元，已用 已得", "从高：同一 姓名", "从高：全部", "从高：同一 姓名，依 等第（高、中）")
    every = ("下限：单项 1元", "上限：单项 3元", "上限：单项 总额", "上限：企业年度 6元", "上限：企业终身 7元", "上限：总额 高于 6元 的，单项 2元",
             "上限：总额 高于 6元 的，企业年度 5元", "下限：总额 高于 6元 的，单项 2元", "限次：企业终身 一次", "限次：企业终身 2年",
             "上限：单项 按 享受年次（第一年 3元；第二年 至 第三年 2元；其他 1元）",
             "限次：企业年度 一次，已得即止", "限次：企业年度 一次，已得补差", "限次：企业终身 一次，已得补差", "拨付：分 2年 等额，自 核定年度 起")
    return lines + draw(st.lists(st.sampled_from((*every, *item) if is_list else every), max_size=3, unique=True))


OTHERS = ("", "", "「第三条 再。」\n  对象：企业\n  标准：1(1) 的 金额 的 50% ＋ 另额\n",
          "「第三条 再。」\n  对象：每项 清单\n  除外：已享受 1(1)\n  标准：钱数\n  上限：1(1)、3 合计 企业年度 5元\n",
          "「第三条 再。」\n  对象：企业\n  标准：另额 ＋ 1元\n  从高：1(1)、3 之间\n「第四条 又。」\n  对象：企业\n  标准：3 的 金额\n",
          "「第三条 再。」\n  对象：企业\n  标准：总额 － 1(1) 的 金额 － 本款 的 历年已得\n  上限：企业年度 1(1) 的 金额\n「第四条 又。」\n  对象：企业\n  标准：3 的 金额\n  条件：已享受 第三条、1(1)\n")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The lines of a clause, 1(1), and some for the policy as a whole."""
    lines = "".join(f"  {x}\n" for x in draw(clause_lines()))
    whole = "".join(draw(st.lists(st.sampled_from(POLICY_LINES), max_size=2, unique=True)))
    text = lines + "「第二条 余」\n「其余。」\n  性质：导向\n" + whole + draw(st.sampled_from(OTHERS))
    assume(_can_hold(text))
    return text


def _can_hold(text: str) -> bool:
    """Whether no condition of it is refused because it could never hold."""
    try:
        load(text)
    except xcrules.XcrulesError as error:
        if {d.code for d in error.diagnostics} != {"E446"}:
            raise
        return False
    return True


@lru_cache(maxsize=128)
def load(lines: str) -> Policy:
    """The vocabulary and these lines as a policy; raises if a line is wrong, which no line here is."""
    return xcrules.loads(VOCABULARY + lines)


# -- programs that read each fact once --------------------------------------------------------------------


@st.composite
def read_once(draw: st.DrawFn) -> str:
    """A clause over 企业 in which each fact stands in one place: conditions, a tier or an exception, caps."""
    bools = draw(st.permutations(("甲真", "乙真", "丙真")))
    number = count()
    words = [draw(st.sampled_from(("", "非 "))) + b for b in bools]
    words.append(draw(st.sampled_from(("品类 为 金", "品类 不为 金、银"))))
    words.append(draw(st.sampled_from(("另额 高于 2元", "另额 不超过 2元"))))
    used = draw(st.permutations(words))[: draw(st.integers(0, 4))]
    lines = ["对象：企业"]
    while used:
        size = draw(st.integers(1, len(used)))
        taken, used = used[:size], used[size:]
        join = draw(st.sampled_from((" 或 ", " 且 ")))
        label = "条件" if next(number) else draw(st.sampled_from(("条件", "例外")))
        text = join.join(taken)
        lines.append(f"条件：{text}" if label == "条件" else f"例外：{text} 的，1元")
    lines.append("标准：" + draw(st.sampled_from(("3元", "总额", "总额 的 50%", "总额 ＋ 1元"))))
    lines += draw(st.lists(st.sampled_from(("上限：单项 2元", "上限：企业年度 3元", "下限：单项 1元")), max_size=2, unique=True))
    return "".join(f"  {x}\n" for x in lines)
