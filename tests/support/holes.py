"""Random policies and facts in which anything may be unknown, not applicable, or far from ordinary.

Two lists in two parts, an object, days and years, a parameter that is not published, other support whose matter must
be named, ledgers, awards: what is unknown there can hide behind the other things.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

import xcrules
from xcrules.use.python.policy import Policy

from .programs import LEDGERS

Raw = dict[str, Any]
NUMBER = "1(1)"
VOCABULARY = f"""规定：《试规》

事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 申报日 | 日期 | | 申报日期 |
| 甲真 | 是否 | | |
| 品类 | 金、银、铜 | | |
| 总额 | 元 | | |
| 盈亏 | 元 | 可负 | |
| 闭数 | 元 | 闭世界 | |
| 缺日 | 日期 | 可缺 | |
| 核定 | 元 | 可缺 | |
| 起日 | 日期 | | |
| 租期 | 年 | | |
| 首年 | 年度 | | |
| 投入 | 逐年 元 | | |
| 得过 | 逐款 元 | 闭世界 | 本年台账 |

事实：园区
| 名称 | 类型 | 要求 | 角色 |
| 面积 | 元 | | |
| 挂牌 | 是否 | | |

事实：清单，逐项
| 名称 | 类型 | 要求 | 角色 |
| 姓名 | 文字 | | |
| 级别 | 高、中、低 | | |
| 成立 | 是否 | | |
| 钱数 | 元 | | |
| 已得 | 元 | 缺省 0元 | |
| 限额 | 元 | | |
| 核准 | 元 | 可缺 | |
| 事由 | 文字 | 可缺 | 事项标识 |

事实：另册，逐项
| 名称 | 类型 | 要求 | 角色 |
| 姓名 | 文字 | | |
| 级别 | 高、中、低 | | |
| 成立 | 是否 | | |
| 钱数 | 元 | | |
| 限额 | 元 | | |
| 核准 | 元 | 可缺 | |
| 事由 | 文字 | 可缺 | 事项标识 |

{LEDGERS}参数：均数，元
| 年度 | 值 | 来源 |
| 2022年 | 2元 | 公报 |
| 2023年 | 未公布 | 公报 |

「第一条 试」
「（一）试。」
"""
REST = "「第二条 余」\n「其余。」\n  性质：导向\n"
TOP = ("甲真", "非 甲真", "品类 为 金", "品类 不为 铜", "总额 不低于 0元", "总额 高于 2元", "非 总额 低于 0元", "起日 满 3年", "起日 未满 3年",
       "起日 ＋ 租期 不低于 申报日", "非 起日 － 租期 高于 申报日", "缺日 满 1年", "缺日 未满 1年", "闭数 等于 0元", "首年 满 2年", "首年 未满 2年",
       "年度 － 首年 不少于 2年", "起日 次年 不高于 年度", "投入 连续 1年 增加", "总额 高于 均数", "盈亏 不高于 0元")
ITEM = ("成立", "非 成立", "级别 为 高", "级别 不为 低", "钱数 高于 1元", "钱数 不低于 0元")
TOP_WORTH = ("3元", "总额", "总额 － 盈亏", "盈亏", "按 品类（金 4元；银 2元；其他 1元）", "本年 投入", "总额 ＋ 闭数", "合计（清单 的 钱数）", "均数",
             "投入 自 首年 起 2年 内 最高一年", "投入 自 起日 当年 起 2年 内 最高一年", "总额 每满 2元 1元", "首年 的 投入",
             "（总额 ÷ 盈亏，除数为零 按 0） 每满 100% 2元", "（总额 占 闭数） 每满 1% 1元")
ITEM_WORTH = ("钱数", "钱数 的 50%", "3元", "按 级别（高 4元；中 2元；其他 0元）", "钱数 － 1元")
ROUNDINGS = ("取整：到 元 四舍五入", "取整：到 元 截尾", "取整：到 十元 进位", "取整：到 千元 四舍六入")
PAID = ("拨付：分 2年 等额，自 核定年度 起", "拨付：分 2年 等额，自 核定年度 起，续拨 凭 品类 为 金", "拨付：分期 40%、60%，随 缺日、甲真，续拨 凭 总额 高于 2元",
        "拨付：分期 50%、30%、20%，随 核定年度、甲真、缺日，届满 停拨", "拨付：一次，随 缺日 ＋ 6个月", "拨付：分 2年 按 60%、40%，自 缺日 起", "拨付：一次，随 甲真，届满 停拨")
WHOLE = ("  适用：甲真 或 总额 高于 0元\n", "  竞合：同一 事由 与 别家，已得 补差，可得 择高\n", "  竞合：同一 事由 与 别家，已得 即止，可得 择高\n  竞合：先封顶后从高\n",
         "  施行：自 2021年1月1日 起 5年，止于 前一日，凭 申报日\n  时效：年度 在 2021年 至 2025年\n")


@lru_cache(maxsize=256)
def load(lines: str) -> Policy:
    return xcrules.loads(VOCABULARY + lines)


def condition(r: Random, atoms: tuple[str, ...]) -> str:
    parts = r.sample(atoms, r.choice((1, 1, 2)))
    return r.choice((" 或 ", " 且 ")).join(parts)


def part(r: Random, home: str, discretionary: bool) -> list[str]:
    """The lines of one part about a list, the object or the enterprise."""
    of_list = home in ("清单", "另册")
    lines = [f"对象：{'每项 ' if of_list else ''}{home}"]
    atoms = ITEM + TOP[:4] if of_list else (*TOP, "挂牌", "面积 高于 1元") if home == "园区" else TOP
    lines += [f"条件：{condition(r, atoms)}" for _ in range(r.choice((0, 1, 1, 2)))]
    if discretionary:
        return [*lines, f"裁量：由 机关 核定，记入 {'核准' if of_list else '核定'}"]
    lines.append(f"标准：{r.choice(ITEM_WORTH if of_list else TOP_WORTH)}")
    if r.random() < 0.3:
        lines.append(f"{r.choice(('例外', '加给'))}：{condition(r, atoms)} 的，{r.choice(ITEM_WORTH if of_list else TOP_WORTH)}")
    if r.random() < 0.15:
        lines.append(f"减半：{condition(r, atoms)}")
    return lines


def program(r: Random) -> str:
    """The lines of one clause in one part or two, and some for the policy."""
    homes = r.choice((["清单"], ["企业"], ["园区"], ["清单", "另册"], ["清单", "另册"], ["企业", "清单"]))
    discretionary = [r.random() < (0.2 if i == 0 else 0.5) and home != "园区" for i, home in enumerate(homes)]
    if r.random() < 0.5:
        discretionary = discretionary[:1] * len(homes)
    lines: list[str] = []
    for i, home in enumerate(homes):
        lines += [f"分项：{'一二'[i]}"] if len(homes) > 1 else []
        lines += part(r, home, discretionary[i] and home != "园区")
        if home == "清单":
            used = "" if r.random() < 0.5 else "，已用 已得"
            inner = (f"上限：同一 姓名 年度 5元{used}", f"上限：同一 姓名 年度 限额{used}", "上限：单项 限额", "下限：单项 1元")
            lines += r.sample(inner, r.choice((0, 0, 1, 1, 2)))
            if len(homes) == 1 and r.random() < 0.3:
                lines.append(r.choice(("从高：同一 姓名", "从高：同一 姓名，依 级别（高、中、低）")))
        if len(homes) == 1 and r.random() < 0.2 and not any(discretionary):
            lines.append(r.choice(PAID))
    whole = "合计 " if len(homes) > 1 else ""
    outer = [f"上限：{whole}企业年度 6元", f"上限：{whole}企业终身 7元", f"上限：{whole}企业年度 总额"]
    if homes == ["清单", "另册"]:
        outer += ["从高：合计 同一 姓名", "从高：合计 同一 姓名，依 级别（高、中、低）"]
    lines += r.sample(outer, r.choice((0, 0, 1, 1, 2)))
    lines = [*([r.choice(ROUNDINGS)] if r.random() < 0.3 else []), *lines]
    return "".join(f"  {x}\n" for x in lines) + REST + "".join(r.sample(WHOLE, r.choice((0, 1, 1, 2))))


@lru_cache(maxsize=4096)
def usable(seed: int) -> str:
    """The lines of a program that can be loaded: one whose conditions can hold, and of one 竞合."""
    r = Random(seed)
    while True:
        lines = program(r)
        try:
            load(lines)
        except xcrules.XcrulesError as error:
            if {d.code for d in error.diagnostics} - {"E427", "E446"}:
                raise
            continue
        return lines


# -- facts ------------------------------------------------------------------------------------------------------

MONEY = (0, 0, 1, 2, 3, "2.005", 5, 9)
DAYS = ("2023-06-01", "2020-06-01", "2024-02-29", "2020-05-31", "2019-01-01")
ODD_DAYS = ("0001-01-01", "9999-12-31", "9997-01-01", "0004-02-29")
CHOICES: dict[str, tuple[Any, ...]] = {
    "年度": (2023, 2022, 2023), "申报日": ("2023-06-01", "2023-06-01", "2023-05-31"), "甲真": (True, False), "品类": ("金", "银", "铜"), "总额": MONEY,
    "盈亏": (*MONEY, -3), "闭数": MONEY, "核定": MONEY, "缺日": DAYS, "起日": DAYS, "租期": (0, 1, 3, "1.5", "1.9"), "首年": (2021, 2022, 2023), "面积": MONEY,
    "挂牌": (True, False), "姓名": ("子", "丑", "子"), "级别": ("高", "中", "低"), "成立": (True, True, False), "钱数": MONEY, "已得": (0, 2, 5),
    "限额": MONEY, "核准": MONEY, "事由": ("天", "地", "天"), "哪款": (NUMBER, "2"), "哪年": (2022, 2021), "多少": MONEY, "哪事": ("天", "地"),
    "几钱": MONEY, "何状": ("已得", "可得"), "投入.2021": MONEY, "投入.2022": MONEY, "投入.2023": MONEY,
}
TOPS = ("年度", "申报日", "甲真", "品类", "总额", "盈亏", "闭数", "缺日", "起日", "租期", "首年", "核定")
TABLES = {"园区": ("面积", "挂牌"), "清单": ("姓名", "级别", "成立", "钱数", "已得", "限额", "核准", "事由"),
          "另册": ("姓名", "级别", "成立", "钱数", "限额", "核准", "事由"), "往年": ("哪款", "哪年", "多少"), "别家": ("哪事", "几钱", "何状")}
ABSENCE_IS_KNOWN = ("闭数", "核定", "缺日", "已得", "核准", "事由")
NOT_NA = ("何状", "哪款")  # refused: other support is of one state or another; a grant was under some clause


def value(r: Random, name: str, na: float = 0.08) -> Any:
    return "不适用" if name not in NOT_NA and r.random() < na else r.choice(CHOICES[name])


def record(r: Random, table: str, holes: float) -> Raw:
    return {n: value(r, n) for n in TABLES[table] if r.random() >= (0.4 if n in ABSENCE_IS_KNOWN else holes)}


def facts(r: Random, holes: float) -> Raw:
    raw: Raw = {n: value(r, n, 0.03) for n in TOPS if r.random() >= (0.4 if n in ABSENCE_IS_KNOWN else holes)}
    years = {str(y): value(r, f"投入.{y}") for y in (2021, 2022, 2023) if r.random() >= holes}
    raw["投入"] = {str(y): 1 for y in range(1990, 2031)} | {str(y): None for y in (2021, 2022, 2023)} | years
    for table in TABLES:
        if table == "园区":
            raw |= {table: record(r, table, holes)} if r.random() >= holes / 2 else {}
        elif table in ("往年", "别家"):
            raw |= {table: [record(r, table, holes) for _ in range(r.choice((0, 1, 2)))]} if r.random() < 0.5 else {}
        elif r.random() >= holes / 2:
            raw[table] = [record(r, table, holes) for _ in range(r.choice((0, 1, 2, 2, 3)))]
    return raw


def fitting(policy: Policy, raw: Raw) -> Raw:
    """The facts as this policy wants it: a ledger names the part of a clause that has parts."""
    parts = [each.part for each in policy._engines.default.plan.clauses[0].claims]
    if not raw.get("往年") or not parts[0]:
        return raw
    return {**raw, "往年": [{**x, "哪款": NUMBER + parts[i % 2]} if x.get("哪款") == NUMBER else x for i, x in enumerate(raw["往年"])]}


# -- what is open, and ways to close it ---------------------------------------------------------------------------------


def open_paths(raw: Raw) -> list[str]:
    """The paths of what is unknown; a list or object that was not given is one."""
    found = [n for n in TOPS if raw.get(n) is None and n not in ABSENCE_IS_KNOWN]
    found += [f"投入.{y}" for y in ("2021", "2022", "2023") if raw["投入"].get(y) is None]
    for table, names in TABLES.items():
        held = raw.get(table)
        if held is None:
            found += [] if table in ("往年", "别家") else [table]
        elif isinstance(held, dict):
            found += [f"{table}.{n}" for n in names if n not in held]
        elif held != "不适用":
            found += [f"{table}[{i}].{n}" for i, x in enumerate(held) for n in names if n not in x and n not in ABSENCE_IS_KNOWN]
    return found


def closed(r: Random, raw: Raw, path: str) -> Raw:
    """The facts with one thing more known, whatever it may be."""
    if path in TABLES:
        made: Any = "不适用" if r.random() < 0.2 else record(r, path, 0)
        return {**raw, path: made if path == "园区" or made == "不适用" else [record(r, path, 0) for _ in range(r.choice((0, 1, 2)))]}
    head, _, name = path.rpartition(".")
    if not head:
        return {**raw, name: value(r, name, 0.15)}
    if head == "投入":
        return {**raw, head: {**raw[head], name: value(r, path, 0.15)}}
    table, _, place = head.partition("[")
    if not place:
        return {**raw, table: {**raw[table], name: value(r, name, 0.15)}}
    rows = [{**x, name: value(r, name, 0.15)} if i == int(place[:-1]) else x for i, x in enumerate(raw[table])]
    return {**raw, table: rows}


def completed(r: Random, raw: Raw, paths: list[str]) -> Raw:
    for path in paths:
        raw = closed(r, raw, path)
    return raw
