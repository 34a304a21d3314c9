"""Random policies in the typed fragment, and facts of any policy, by a seed: complete, full of holes, or spoiled in one place."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

import xcrules
from xcrules.facts.tables import FactField, FactTable
from xcrules.facts.types import (
    BoolType,
    DateType,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    TextType,
    Type,
    YearType,
)

Raw = dict[str, Any]
SEEDS = st.integers(0, 2**48)

# -- facts from a schema ------------------------------------------------------------------------------------

ROUND = (0, 1, 100, 4000, 10000, 33333, 50000, 99999, 100000, 150000, 600000, 1000000, 2000000, 5000000)


def money(r: Random, signed: bool) -> Any:
    """元 near the bounds of the rules, in every form that a fact may have."""
    value = r.choice(ROUND) * r.choice((1, 1, 2, 3)) if r.random() < 0.7 else r.randrange(3_000_000)
    value = -value if signed and r.random() < 0.2 else value
    form = r.random()
    if form < 0.85:
        return value
    if form < 0.93:
        return Decimal(value) + Decimal(r.randrange(100)) / 100
    if form < 0.95:
        return Decimal(value) + Decimal(r.randrange(100000)) / 100000
    if form < 0.97:
        return value + 0.5
    return str(value) if form < 0.985 else Fraction(value) + Fraction(1, 3)


def scalar(r: Random, spec: FactField, type_: Type, ledgers: list[str]) -> Any:
    if r.random() < 0.002 and spec.role not in ("台账条款", "外部状态"):
        return "不适用"
    match type_:
        case BoolType():
            return r.random() < 0.85
        case EnumType(members):
            return members[min(int(r.expovariate(0.7)), len(members) - 1)] if r.random() < 0.8 else r.choice(members)
        case TextType():
            return r.choice(ledgers or ["甲"]) if spec.role == "台账条款" else r.choice(("甲", "甲", "乙", "丙"))
        case DateType():
            if spec.role == "申报日期" and r.random() < 0.9:
                return f"{r.choice((2022, 2023, 2023, 2024))}-12-0{r.randrange(1, 9)}"
            return (datetime.date(2019, 6, 1) + datetime.timedelta(days=r.randrange(2900))).isoformat()
        case YearType():
            return 2023 if r.random() < 0.8 else r.randrange(2019, 2029)
        case NumberType(rate=True):
            return Decimal(r.randrange(2000)) / 10000
        case NumberType(unit=unit) if any(name == "元" for name, _ in unit):
            return money(r, spec.signed)
        case NumberType(unit=()):
            return r.choice((0, 1, 1, 2, 3))
        case _:
            return r.choice((0, 1, 1, 1, 2, 3, 7))


def value(r: Random, spec: FactField, clauses: tuple[str, ...], ledgers: list[str]) -> Any:
    match spec.type:
        case SeriesType(element):
            level = r.randrange(2_000_000)
            years = {}
            for year in range(2019, 2028):
                level += r.randrange(-100_000, 400_000)
                if r.random() < 0.9:
                    years[str(year)] = max(level, 0) if r.random() < 0.8 else scalar(r, spec, element, ledgers)
            return years
        case LedgerType(element):
            return {k: scalar(r, spec, element, ledgers) for k in clauses if r.random() < 0.15}
        case type_:
            return scalar(r, spec, type_, ledgers)


def random_facts(r: Random, policy: xcrules.Policy) -> Raw:
    """Facts of a policy: complete or nearly so, or with many holes."""
    holes = r.choice((0, 0, 0, 0.01, 0.05, 0.3))
    schema, clauses = policy.program.schema, policy.clauses
    ledgers = sorted({each.ledger for clause in policy._engines.default.plan.clauses for each in clause.claims})

    def given_(spec: FactField) -> bool:
        may_lack = spec.default is not None or spec.optional or spec.closed
        return r.random() >= (0.5 if may_lack else holes)

    def record(table: FactTable) -> Raw:
        return {f.name: value(r, f, clauses, ledgers) for f in table.fields if given_(f)}

    raw = {f.name: value(r, f, clauses, ledgers) for f in schema.top if given_(f)}
    for table in schema.nested:
        if r.random() >= (0.5 if table.closed else holes / 2):
            raw[table.name] = record(table) if table.kind == "一份" else [record(table) for _ in range(r.choice((0, 1, 1, 2, 3)))]
    return raw


# -- facts that are wrong ----------------------------------------------------------------------

BAD = (None, "", "x", -1, 1.5, float("nan"), True, [], {}, 10**30, "不适用", Decimal("NaN"), "2023-02-30", "1e5", [{}], {"2023": 1})


def spoiled(r: Random, raw: Raw) -> None:
    """One place overwritten by something else, or one key too many."""
    spots: list[tuple[Any, Any]] = [(raw, k) for k in raw]
    for held in raw.values():
        for inner in held if isinstance(held, list) else [held]:
            if isinstance(inner, dict):
                spots += [(inner, k) for k in inner] + [(inner, "多余")]
    home, key = r.choice(spots)
    home[key] = r.choice(BAD)


# -- policies --------------------------------------------------------------------------------

FACTS = """规定：随机
单位：艘
单位：总吨，可有小数
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 日期 | 日期 | | 申报日期 |
| 强度 | 比率 | | |
| 均值 | 比率 | 缺省 5% | |
| 费用 | 元 | | |
| 补助 | 元 | 可缺 | |
| 分得 | 元 | 可缺 | |
| 核定率 | 比率 | 核定 甲局，可缺 | |
| 合格 | 是否 | | |
| 逐年费用 | 逐年 元 | | |
| 逐年贡献 | 逐年 元 | 可负 | |
| 已获 | 逐款 元 | 闭世界 | 本年台账 |
| 标识 | 文字 | 可缺 | |
| 开工日 | 日期 | 可缺 | |
| 已投产 | 是否 | 可缺 | |
| 船数 | 艘 | | |
| 每艘吨位 | 总吨/艘 | | |
| 月费 | 元/月 | | |

事实：情况
| 名称 | 类型 | 要求 | 角色 |
| 新设 | 是否 | | |
| 次序 | 数 | | |
| 设立日 | 日期 | | |
| 规模 | 逐年 元 | 闭世界 | |

事实：项目，逐项
| 名称 | 类型 | 要求 | 角色 |
| 类别 | 甲类、乙类、丙类、其他 | | |
| 级别 | 国家级、市级、区级 | | |
| 经费 | 元 | | |
| 获得年度 | 年度 | | |
| 有效 | 是否 | | |
| 享受过 | 是否 | 缺省 否 | |
| 数量 | 件 | 缺省 1件 | 件数 |
| 国数 | 国 | | |
| 补过 | 国 | 缺省 0国 | |
| 单位 | 文字 | | |
| 单位已得 | 元 | 缺省 0元 | |
| 核定额 | 元 | 可缺 | |
| 事项 | 文字 | 可缺 | 事项标识 |
| 产出 | 逐年 元 | 可负 | |
| 月薪 | 元/月 | 可缺 | |

事实：台账，逐笔，闭世界，历史台账
| 名称 | 类型 | 要求 | 角色 |
| 条款 | 文字 | | 台账条款 |
| 核定年度 | 年度 | | 台账年度 |
| 金额 | 元 | | 台账金额 |
| 单位 | 文字 | 可缺 | |

事实：外部，逐笔，闭世界，外部支持
| 名称 | 类型 | 要求 | 角色 |
| 事项 | 文字 | | 外部事项 |
| 金额 | 元 | | 外部金额 |
| 状态 | 得了、没得 | | 外部状态 |

事实：各款外部，逐笔，闭世界，外部支持
| 名称 | 类型 | 要求 | 角色 |
| 条款 | 文字 | | 台账条款 |
| 金额 | 元 | | 外部金额 |
| 状态 | 得了、没得 | | 外部状态 |
"""


def amount(r: Random) -> str:
    return f"{r.choice((1, 3, 5, 10, 12.5, 30, 33.333, 50, 200))}万元"


def rate(r: Random) -> str:
    return r.choice(("5%", "30%", "50%", "1:0.5", "1/3", "2/37", "7‰"))


def base(r: Random, item: bool) -> str:
    """An amount of 元 before rates."""
    own = ("经费", "经费", "（经费 ＋ 补助）", "经费 × 2/3", "余额", "合计（项目 的 余额，同一 单位）", "最高（项目 的 经费，同一 级别，有效）",
           "（本年 产出 － 获得年度 上一年 的 产出）", "近 2年 产出 的 平均", "产出 自 获得年度 起 2年 内 已报 最高一年", "上年 规模")
    top = ("费用", "补助", "（本年 逐年费用 － 上年 逐年费用）", "（费用 － 补助）", "合计（项目 的 经费）", "最高（项目 的 经费）",
           "（费用 × 费用 ÷ 补助，除数为零 按 1万元）", "费用 × （补助 占 费用）",
           "孰高（费用、补助）", "（自 设立日 至 日期 的 天数） × 100元/天", "近 3年 逐年贡献 的 平均", "逐年贡献 自 设立日 当年 起 3年 内 平均", "平均（项目 的 经费，有效）",
           "孰低（平均（项目 的 经费）、费用）", "孰高（合计（项目 的 经费）、平均（项目 的 经费，有效）、费用）", "（费用 － 合计（项目 的 经费））",
           "合计（项目 的 余额，级别 为 国家级、市级）", "最低（项目 的 经费 的 50% － 1万元，有效）", "合计（项目 的 单位余额，有效）", "合计（项目 的 本年 产出，产出 同比增长 高于 0%）", "设立日 下一年 的 规模",
           "逐年贡献 自 设立日 当年 起 3年 内 已报 最高一年", "逐年贡献 自 日期 次年 起 2年 内 最高一年", "本年 逐年贡献", "历年 逐年费用 的 最高", "船数 × 每艘吨位 × 5000元/总吨")
    return r.choice(own if item else top)


def worth(r: Random, item: bool) -> str:
    forms = [lambda: amount(r), lambda: f"{base(r, item)} 的 {rate(r)}", lambda: base(r, item),
             lambda: f"{base(r, item)} 的 {rate(r)} ＋ {amount(r)}"]
    if item:
        forms += [lambda: f"按 费用（不满 5万元 {amount(r)}；5万元 以上 不超过 50万元 {amount(r)}；超过 50万元 {amount(r)}）",
                  lambda: f"按 类别（甲类 {amount(r)}；乙类、丙类 {amount(r)}；其他 0元）", lambda: f"经费 × 按 级别（国家级 {rate(r)}；市级 {rate(r)}；区级 0%）",
                  lambda: "1万元/国 × 可补国数", lambda: f"{amount(r)[:-1]}元/件 × 数量"]
    return r.choice(forms)()


def segments(r: Random, key: str) -> list[str]:
    """A 对照 分段 that sets 段数."""
    name = key.split()[0]
    return [f"对照：按 {key} 分段 定 段数", f"| {name} | 比例 |", f"| 不超过 1万元 | {rate(r)} |", f"| 1万元—50万元 | {rate(r)} |", f"| 超过 50万元 的部分 | {rate(r)} |"]


def condition(r: Random, item: bool) -> str:
    own = ["类别 为 甲类、乙类", "级别 不为 区级", "有效", "获得年度 为 年度", "经费 超过 1万元", "有效，类别 为 甲类 或 级别 为 市级",
           "非 享受过", "国数 不少于 1国", "（有效，级别 为 国家级） 或 经费 不低于 5万元", "产出 连续 1年 增加"]
    top = ["合格", "强度 高于 均值", "强度 不低于 均值", "费用 在 1万元 至 500万元", "逐年费用 连续 2年 增加", "计数（项目，有效） 等于 1",
           "非 合格 或 费用 达到 10万元", "本年 逐年贡献 高于 0元", "自 设立日 至 日期 的 年数 不低于 2年", "（自 设立日 至 日期 的 天数） － 90天 不超过 800天", "设立日 满 30个月", "日期 早于 设立日 ＋ 1000天", "日期 不早于 设立日 － 9个月",
           "逐年费用 首次达到 50万元", "逐年费用 同比增长 不低于 10%", "上年 逐年费用 同比下降 低于 5%", "费用 占 补助 超过 30%", "非 逐年贡献 较 前年 下降 高于 1/3"]
    return r.choice(own + top[:4] if item else top)


FUNDS = ("每年 50万元，超出按比例", "每年 50万元，超出按比例，记入 分得", "每年 费用，依 强度 从高，前 20名，同分 按比例", "前 3名，先到先得，同分 按 年度 从高到低")
EVENTS = ("一次，随 开工日", "分期 40%、60%，随 开工日、开工日 ＋ 1年", "分 2年 按 60%、40%，自 开工日 次年 起", "一次，自 开工日 次年 起", "分期 30%、70%，随 核定年度、已投产", "分期 20%、30%、50%，随 开工日、已投产、核定年度")


def part(r: Random, name: str, item: bool, single: bool) -> list[str]:
    """The lines of one part: whom it is for, conditions, what is given, bounds on one item."""
    lines = [f"分项：{name}"] if name else []
    lines.append("对象：" + ("每项 项目" if item else r.choice(("企业", "企业，事项 见 标识"))))
    lines += [f"条件：{condition(r, item)}" for _ in range(r.choice((0, 1, 1, 2)))]
    if not item and r.random() < 0.2:
        lines[1 if name else 0] = "对象：情况"
        lines = [x for x in lines if not x.startswith("条件")] + [f"条件：{r.choice(('新设', '次序 等于 1', '新设 或 次序 等于 2'))}"]
    discretion = r.random() < 0.2
    value_ = worth(r, item)
    if r.random() < 0.15 and not discretion:
        lines += segments(r, "经费" if item else r.choice(("费用", "差额 ＝ 费用 － 补助")))
        value_ = r.choice(("段数", "段数 ＋ 1万元"))
    if r.random() < 0.1 and not discretion:
        key = "产出" if item and r.random() < 0.5 else "逐年费用"
        lines += [f"对照：按 {key} 定 奖金", f"| {key} | 奖金 |", f"| 首次达到 5万元 | {amount(r)} |", f"| 首次超过 30万元 | {amount(r)} |"]
        value_ = "奖金"
    if "可补国数" in value_ and not discretion:
        lines.append("设定：可补国数 ＝ 国数，至多 6国" + r.choice(("", "，已用 补过")))
    if discretion:
        lines.append(f"裁量：{r.choice(('由 甲局 ', ''))}核定，" + r.choice(("记入 核定额", "按 经费 的 核定率") if item else ("记入 补助", "按 （费用 － 1万元） × 核定率")))
    else:
        parted = r.random() < 0.15
        lines.append(f"标准：{condition(r, item) + ' 的，' if parted else ''}{value_}")
        if parted and r.random() < 0.7:
            lines.append(f"标准：{condition(r, item)} 的，{base(r, item)} 的 {rate(r)}")
        elif not parted and item and r.random() < 0.3:
            lines.append(f"{r.choice(('例外', '加给'))}：{r.choice(('有效', '类别 为 乙类', '级别 为 国家级'))} 的，{amount(r)}")
    if r.random() < 0.2:
        lines.append(f"下限：单项 {r.choice(('1万元', '5千元'))}")
    if r.random() < 0.4:
        lines.append(f"上限：单项 {amount(r)}")
    if r.random() < 0.2:
        lines.append("限次：单项 一次，已用 享受过" if item and r.random() < 0.6 else r.choice(("限次：企业终身 一次", "限次：企业终身 2年", "限次：企业终身 连续 2年", "限次：企业终身 一次，已得补差",
                                                                                                             *(("限次：同一 单位 终身 一次", "限次：同一 单位 终身 一次，已得补差") if item else ()))))
    if item and r.random() < 0.25:
        lines.append(f"上限：同一 单位 年度 {amount(r)}，已用 单位已得")
    if item and r.random() < 0.15:
        lines.append(f"上限：同一 {r.choice(('级别', '获得年度'))} 年度 {r.choice((amount(r), '费用'))}")
    if not item and single and r.random() < 0.15:
        lines.append(f"上限：同一 标识 {r.choice(('年度', '终身'))} {amount(r)}，已用 补助")
    if item and single and r.random() < 0.2:
        lines.append(r.choice(("从高：同一 单位", "从高：全部", "从高：同一 单位，依 级别（国家级、市级）")))
    if not discretion and r.random() < 0.25:
        lines.append(f"拨付：{r.choice(('分期，各期未定', '分 3年，各期未定', '分 5期，各期未定'))}" if r.random() < 0.1 else f"拨付：{r.choice(EVENTS)}，届满 {r.choice(('照拨', '停拨'))}{r.choice(('', '，续拨 凭 合格 或 费用 高于 1万元'))}" if r.random() < 0.5 else f"拨付：分 {r.choice((2, 3))}年 等额，自 {r.choice(('核定年度', '核定次年'))} 起，届满 {r.choice(('照拨', '停拨'))}")
    return lines


def clause(r: Random, number: int) -> list[str]:
    single = r.random() < 0.6
    lines = [f"「第{'一二三四五'[number]}条 某款，」"]
    parts = [part(r, "" if single else name, r.random() < 0.75, single) for name in (["全"] if single else ["首次", "再次"])]
    apart = not single and r.random() < 0.4 and not any(x.startswith("拨付：") for own in parts for x in own)
    for i, own in enumerate(parts):
        lines += ([f"「第{i}部分，」"] if i else []) + own + ([f"表述：{('奖励 企业', '由 基金 支付 个人 补助', '奖励 企业')[i + r.choice((0, 1))]}"] if apart else [])
    lines.append("「总额。」")
    tail = [] if single else ["分项：首次、再次"]
    if not single and r.random() < 0.2:
        tail += ["分项：首次", f"条件：{condition(r, False)}", tail[0]]
    if not single and r.random() < 0.3:
        tail += [r.choice((f"条件：{condition(r, False)}", "取整：到 元 截尾", f"上限：单项 {amount(r)}"))]
    if r.random() < 0.6:
        scope = "" if single else r.choice(("合计 ", "各分项 ", "首次 "))
        tail.append(f"上限：{scope}{r.choice(('企业年度', '企业年度', '企业终身'))} {amount(r)}")
    if not single and r.random() < 0.3:
        tail.append(f"上限：{r.choice(('首次', '再次'))} 企业终身 {amount(r)}")
    if single and r.random() < 0.2:
        tail.append(f"限次：企业年度 一次，{r.choice(('已得即止', '已得补差'))}")
    if r.random() < (0.4 if any(x.startswith("拨付") for x in lines) else 0.15):
        tail.append(f"总额：{r.choice(FUNDS)}")
    said = "\n".join(lines + tail)
    if single and said.count("标准：") == 1 and not re.search("每项|裁量：|下限：|总额：|拨付：", said) and r.random() < 0.7:
        tail.append("表述：应补 税款，反向 应退")
    return lines + (tail or ["注释：没有"])


def led(r: Random) -> list[str]:
    """An article whose lead governs its 款: what they have of it, what they say themselves, what they refuse."""
    item = r.random() < 0.7
    value_ = worth(r, item)
    lines = ["「第六条 下列各款：」", f"对象：{'每项 项目' if item else '企业'}", f"条件：{condition(r, item)}", f"标准：{value_}"]
    if "可补国数" in value_:
        lines.append("设定：可补国数 ＝ 国数，至多 6国")
    for bound, often in ((f"合计 企业{r.choice(('年度', '终身'))} {r.choice((amount(r), '费用'))}", 0.5), (f"各款 企业年度 {amount(r)}", 0.4),
                         (f"单项 {amount(r)}", 0.3), (f"各款 同一 单位 {amount(r)}", 0.2 if item else 0)):
        lines += [f"上限：{bound}"] if r.random() < often else []
    lines += ["限次：各款 企业终身 一次"] if r.random() < 0.2 else []
    lines += ["从高：各款 同一 单位"] if item and r.random() < 0.2 else []
    for name in "一二三":
        lines += [f"「（{name}）一款，」"]
        if name != "二" or r.random() < 0.5:
            lines += [f"条件：{condition(r, item)}"]
            continue
        alike = r.random() < 0.5
        lines += [r.choice(("导言：不适用 条件", "注释：都要")) if alike else "导言：不适用", *part(r, "", item if alike else not item, single=False)]
    return [x for x in lines if not x.startswith("拨付")]


def monthly(r: Random) -> list[str]:
    """A clause that is paid by the month, and one that reads what it comes to."""
    item = r.random() < 0.6
    own = r.choice(("月薪", "（月薪 ＋ 月费）") if item else ("月费", "月费 － 1万元/月"))
    lines = ["「第七条 每月，」", f"对象：{'每项 项目' if item else '企业'}", "拨付：按月", f"条件：{condition(r, item)}", f"标准：{own} 的 {rate(r)}"]
    for line, often in (("加给：合格 的，500元/月", 0.3), ("下限：单项 1000元/月", 0.3), ("上限：单项 3万元/月", 0.4), ("上限：每月 月费", 0.5),
                        ("表述：发给 津贴", 0.5), ("限次：企业终身 2年", 0.2), ("取整：到 元 截尾", 0.3), ("取整：单项 到 元 四舍五入", 0.3), ("从高：同一 单位", 0.3 if item else 0)):
        lines += [line] if r.random() < often else []
    return [*lines, "「第八条 再给，」", "对象：企业", "标准：第七条 的 金额 × 3个月"]


def elsewhere(r: Random) -> list[str]:
    """A clause that says who qualifies for what other rules give."""
    item = r.random() < 0.5
    return ["「第九条 按别的办法给予，」", f"对象：{'每项 项目' if item else '企业'}", *(f"条件：{condition(r, item)}" for _ in range(r.choice((0, 1, 2)))),
            *(["限次：企业终身 一次"] if r.random() < 0.3 else []), "性质：另行规定"]


def governing(r: Random, given: list[list[str]]) -> list[str]:
    """A later sentence whose lines are those of the clauses before it, or of one 分项."""
    numbers = r.sample(range(len(given)), r.choice((1, len(given))))
    parts = [f"第{'一二三'[i]}条{r.choice(['', *(x.partition('：')[2] for x in given[i] if x.startswith('分项：') and '、' not in x)])}" for i in numbers]
    every, ruled = r.random() < 0.2, any(x.startswith("裁量：") for i in numbers for x in given[i])
    lines = ["「第五条 另有规定。」", f"用于：{'各款' if every else '、'.join(parts)}"]
    for line, often in ((f"除外：{condition(r, False)}", 0.5), (f"条件：{condition(r, False)}", 0.3), (f"上限：合计 企业年度 {amount(r)}", 0.4), (f"上限：单项 {amount(r)}", 0.3),
                        (f"减半：{condition(r, False)}", 0 if every or ruled else 0.4), (f"加给：{condition(r, False)} 的，1万元", 0 if every or ruled else 0.3)):
        lines += [line] if r.random() < often else []
    return lines if len(lines) > 2 else [*lines, "除外：合格"]


def referring(r: Random, lines: list[str], earlier: list[str]) -> list[str]:
    """Now and then a clause asks what another gives, or what was had before."""
    if r.random() < 0.6:
        return lines
    own = [f"本款 的 {r.choice(('历年已得', '本年已得'))}"]
    what = r.choice([f"{x} 的 {r.choice(('金额', '金额', '本年已得', '历年已得'))}" for x in earlier] * 3 + own)
    at = r.choice([i for i, x in enumerate(lines) if x.startswith(("标准：", "裁量："))])
    how = r.choice((" ＋ {} 的 10%", " － {} 的 50%", "，{} 不满 20万元", "，非 已享受 {}", "，至多"))
    if len(earlier) > 1 and r.random() < 0.5:
        what = " 的 ".join((r.choice((" 至 ", "、")).join(earlier[:2]), what.rpartition(" ")[2]))
    name = what.rpartition(" 的 ")[0]
    if "，" not in how and lines[at].startswith("标准："):
        return [*lines[:at], lines[at] + how.format(what), *lines[at + 1 :]]
    if how == "，至多":
        return [*lines[:at], lines[at], f"上限：单项 {what} ＋ 1万元", *lines[at + 1 :]]
    condition_ = (how if "已享受" in how else "，{} 不满 20万元")[1:].format(name if "已享受" in how else what)
    return [*lines[:at], f"条件：{condition_}", *lines[at:]]


def lent(r: Random, given: list[list[str]]) -> list[list[str]]:
    """Where it can be, a clause of the enterprise sets what another reads."""
    lends = [i for i, x in enumerate(given) if "对象：企业" in x and not any(y.startswith("分项") for y in x)]
    reads = [i for i, x in enumerate(given) if any(y.startswith("标准：") and "，" not in y for y in x)]
    pairs = [(i, j) for i in lends for j in reads if i != j]
    if not pairs:
        return given
    i, j = r.choice(pairs)
    at = given[i].index("对象：企业") + 1
    given[i][at:at] = ["设定：基准额 ＝ 费用 － 1万元"]
    at = next(k for k, y in enumerate(given[j]) if y.startswith("标准：") and "，" not in y)
    given[j][at] += f" ＋ 第{'一二三'[i]}条 的 基准额 的 1%"
    return given


def random_policy(r: Random) -> str:
    lines = [FACTS, "「总则」", "适用：合格 或 费用 高于 0元" if r.random() < 0.5 else "性质：导向"]
    if r.random() < 0.7:
        lines.append("施行：自 2021年11月1日 起 5年，止于 前一日，凭 日期")
        lines.append("时效：年度 在 2021年 至 2026年")
    lines.append(r.choice(("取整：到 分 四舍五入", "取整：到 分 截尾", "取整：到 元 四舍五入", "取整：到 十元 进位", "取整：到 角 四舍六入", "# 默认")))
    if r.random() < 0.6:
        lines.append(f"竞合：同一 {r.choice(('事项 与 外部', '事项 与 外部', '条款 与 各款外部'))}，得了 {r.choice(('补差', '即止'))}，没得 择高{r.choice(('', '', '，含裁量', '，除外 1', '，含裁量，除外 1'))}")
        lines.append(r.choice(("竞合：先从高后封顶", "竞合：先封顶后从高")))
    count = r.choice((1, 2, 3))
    if count > 1 and r.random() < 0.4:
        lines.append(f"上限：{'、'.join('123'[:count])} 合计 企业{r.choice(('年度', '终身'))} {r.choice((amount(r), '费用'))}")
    given: list[list[str]] = []
    for number in range(count):
        given.append(referring(r, clause(r, number), [f"第{'一二三'[i]}条" for i, x in enumerate(given) if not any("总额：" in y for y in x)]))
    by_item = [str(i + 1) for i, each in enumerate(given) if not any(x.startswith(("从高：", "总额：")) or x in ("对象：企业", "对象：情况") or "金额" in x or "已享受" in x or "反向" in x for x in each)]
    if len(by_item) > 1 and r.random() < 0.7:
        lines.append(f"从高：{'、'.join(by_item) if r.random() < 0.7 else '各款'} 之间，同一 {r.choice(('单位', '级别', '事项'))}")
    elif count > 1 and r.random() < 0.4 and not any(word in x for each in given for x in each for word in ("总额：", "反向", "的 金额", "已享受", "的 增加额")):
        lines.append(f"从高：{'、'.join(sorted(r.sample('123'[:count], r.choice((2, count)))))} 之间")
    for each in given:
        if any(x.startswith("施行：自") for x in lines) and r.random() < 0.25 and not any(x.startswith(("拨付：", "总额：")) for x in each):
            each.append("施行：届满 照行")
        if any(x.startswith("适用：") for x in lines) and r.random() < 0.25:
            each.append(r.choice(("适用：不符 照行", "适用：含 费用 低于 50万元，情况 的 新设")))
        if any(x.startswith("竞合：同一") and "除外" not in x for x in lines) and r.random() < 0.15:
            each.append("竞合：不适用")
    lines += [f"限次：{'、'.join('123'[:count])} 合计 企业终身 {r.choice(('一次', '2年'))}"] if count > 1 and r.random() < 0.15 else []
    lines += [x for each in lent(r, given) for x in each]
    lines += governing(r, given) if r.random() < 0.3 else []
    lines += led(r) if r.random() < 0.4 else []
    lines += monthly(r) if r.random() < 0.3 else []
    lines += elsewhere(r) if r.random() < 0.3 else []
    lines += weighed_together(r, lines)
    text = "\n".join(lines) + "\n"
    text = defined(text if "「第四条" in text else numbered(r, otherwise_laid_out(r, text)))
    text = text.replace("，事项 见 标识", "") if "同一 条款 与" in text else text
    if "标准：" in text and "反向" not in text and r.random() < 0.3:
        text = text.replace("「总则」\n", f"「总则」\n取整：单项 到 {r.choice(('分', '元', '百元'))} {r.choice(('四舍五入', '截尾', '进位'))}\n", 1)
    return text.replace("事实：项目，逐项\n", "事实：项目，逐项，闭世界\n") if r.random() < 0.3 else text


def weighed_together(r: Random, lines: list[str]) -> list[str]:
    """Two clauses that are weighed with other support by what they come to together."""
    at = next((i for i, x in enumerate(lines) if x.startswith("竞合：同一 事项")), None)
    if at is None or "竞合：先封顶后从高" in lines or r.random() < 0.4:
        return []
    lines[at] += "，4(1)、4(2) 合计"
    one, other = (["对象：企业，事项 见 标识", f"标准：{r.choice((amount(r), '费用 的 30%'))}"] if r.random() < 0.3 else ["对象：每项 项目", f"标准：{r.choice(('经费', '经费 的 40%', amount(r)))}"] for _ in range(2))
    bounds = [r.choice(("# 不封顶", "上限：单项 5万元", "上限：企业年度 8万元", "下限：单项 1万元")) for _ in range(2)]
    return ["「第四条 合起来比：」", "「（一）先扣，」", *one, bounds[0], "「（二）后扣。」", *other, bounds[1]]


def by_authority(r: Random, number: int) -> list[str]:
    """A clause of what an authority says, under bounds of every reach and beside what was had before."""
    single, lines = r.random() < 0.75, [f"「第{'一二三'[number]}条 核定，」"]
    for name in ("",) if single else ("首次", "再次"):
        item = r.random() < 0.7
        lines += [f"分项：{name}"] if name else []
        lines += ["对象：每项 项目" if item else "对象：企业，事项 见 标识"]
        lines += [f"裁量：由 甲局 核定，{r.choice(('记入 核定额', '按 经费 的 核定率') if item else ('记入 补助', '按 费用 的 核定率'))}" if single or r.random() < 0.7 else f"标准：{worth(r, item)}"]
        lines += ["设定：可补国数 ＝ 国数，至多 6国"] if "可补国数" in lines[-1] else []
        for line, often in (("下限：单项 1万元", 0.2), (f"上限：单项 {amount(r)}", 0.7), ("限次：同一 单位 终身 一次，已得补差", 0.5 if item else 0), ("限次：同一 单位 终身 一次", 0.1 if item else 0),
                            (f"上限：同一 单位 年度 {amount(r)}，已用 单位已得", 0.25 if item else 0), ("从高：同一 单位", 0.1 if item and single else 0),
                            (f"上限：同一 标识 终身 {amount(r)}，已用 费用", 0.2 if single and not item else 0)):
            lines += [line] if r.random() < often else []
    lines += [] if single else ["分项：首次、再次"]
    for line, often in ((f"上限：{'' if single else '合计 '}{r.choice(('企业年度', '企业终身'))} {amount(r)}", 0.4), (f"限次：{'' if single else '合计 '}企业终身 一次，已得补差", 0.15),
                        ("限次：企业年度 一次，已得补差", 0.15 if single else 0)):
        lines += [line] if r.random() < often else []
    return lines


def policy_by_authority(r: Random) -> str:
    """A small policy of 裁量: what random policies have in one clause of a hundred."""
    lines = [FACTS, "「总则」", r.choice(("取整：到 分 四舍五入", "取整：到 元 截尾", "# 默认"))]
    weighed = "，含裁量" if r.random() < 0.4 else ""
    if weighed or r.random() < 0.2:
        lines += [f"竞合：同一 事项 与 外部，得了 {r.choice(('补差', '即止'))}，没得 择高{weighed}", r.choice(("竞合：先从高后封顶", "竞合：先封顶后从高"))]
    text = "\n".join(lines + [x for number in range(r.choice((1, 2, 3))) for x in by_authority(r, number)]) + "\n"
    return defined(text if weighed else text.replace("，事项 见 标识", ""))


def otherwise_laid_out(r: Random, text: str) -> str:
    """Now and then of persons and not of enterprises; the last article as one of 附则; articles as 1. beneath 一、."""
    text = re.sub("对象：企业(?=\n)", "对象：个人", text) if r.random() < 0.15 else text
    if r.random() < 0.2 and "「第六条" not in text:
        *_, last = re.finditer("「第[一二三五七八九]条 ", text)
        if last.start() and not re.search(f"{last[0][1:-1]}|(?<![\\d(]){'一二三四五六七八九'.index(last[0][2]) + 1}(、| 合计| 之间|$)", text[: last.start()], re.M):
            return text[: last.start()] + "「附则」\n「1. " + text[last.end() :]
    if r.random() < 0.15 and "「第六条" not in text:
        text = re.sub("「第([一二三五七八九])条 ", lambda m: f"「{'一二三四五六七八九'.index(m[1]) + 1}. ", text).replace("「1. ", "「一、支持」\n「1. ", 1)
        text = re.sub("第([一二三七])条", lambda m: f"一{'一二三四五六七'.index(m[1]) + 1}", text)
        text = re.sub(r"^(上限|限次|从高)：((?:\d、)*\d)(?= 合计| 之间)|(，除外) (\d)", _listed, text, flags=re.M)
        return text.replace("规定：随机\n", "规定：随机\n编号：一、1.\n")
    return text


def _listed(match: re.Match[str]) -> str:
    return f"{match[3]} 一{match[4]}" if match[3] else f"{match[1]}：" + "、".join(f"一{x}" for x in match[2].split("、"))


def numbered(r: Random, text: str) -> str:
    """As laws number articles, or as notices do."""
    return re.sub(r"「第([一二三四五六七八九])条 ", r"「\1、", text) if r.random() < 0.2 else text


COLUMNS = {"余额": "经费 － 单位已得", "单位余额": "合计（项目 的 余额，同一 单位） 的 50%，至多 20万元"}


def defined(text: str) -> str:
    """The policy with the columns of its list that it reads: each is an error where nothing does."""
    for name, value_ in reversed(COLUMNS.items()):
        if re.search(rf"(?<!\w){name}(?!\w)", text):
            text = text.replace("「总则」\n", f"「总则」\n定义：项目 的 {name} ＝ {value_}\n", 1)
    return text


