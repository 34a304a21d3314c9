"""Amounts on complete facts, reckoned plainly, by nothing of the engine.

A clause is a list of claims in the order of the text; a step that brings a sum down takes from the last claim, a
bound comes down to the 分, and only the clause's total is rounded, once, and never past a bound. `specs` and `facts` draw a clause
and facts for it, `expected` says what comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

HEAD = """事实：申报，顶层
| 名称 | 类型    | 要求   | 角色     |
| 年   | 年度    |        | 基准年度 |
| 顶额 | 元      |        |          |
| 台账 | 逐款 元 | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型       | 要求       | 角色     |
| 类   | 甲类、乙类 |            |          |
| 名   | 文字       | 可缺       |          |
| 级   | 高、中、低 |            |          |
| 额   | 元         | 可负       |          |
| 件数 | 件         | 缺省 1件   | 件数     |
| 件   | 文字       | 可缺       | 事项标识 |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型               | 角色     |
| 哪件 | 文字               | 外部事项 |
| 数额 | 元                 | 外部金额 |
| 状态 | 已获得、符合未获得 | 外部状态 |

"""
UNITS = {"分": Fraction(1, 100), "元": Fraction(1), "十元": Fraction(10), "百元": Fraction(100), "千元": Fraction(1000), "万元": Fraction(10000)}
MODES: dict[str, Callable[[Fraction], int]] = {"四舍五入": lambda x: floor(x + Fraction(1, 2)), "截尾": floor, "进位": ceil, "四舍六入": round}
Spec = dict[str, Any]


def text_of(spec: Spec) -> str:
    lines = [f"取整：到 {spec['unit']} {spec['mode']}"]
    for name, part in spec["parts"].items():
        lines += [f"分项：{name}", f"对象：每项 项目，类 为 {name}类", f"标准：额 的 {part['rate']}"]
        lines += [f"上限：单项 {part['piece']}元"] if part["piece"] else []
        lines += [f"上限：同一 名 年度 {part['person']}元"] if part["person"] else []
        lines += [f"从高：同一 名{part['best']}"] if part["best"] is not None else []
        lines += [f"上限：{name} 企业年度 {part['cap']}元"] if part["cap"] else []
    lines += ["上限：合计 企业年度 顶额"] if spec["top"] else []
    against = f"  竞合：同一 件 与 别处，已获得 {spec['settle']}，符合未获得 择高\n" if spec["settle"] else "  性质：导向\n"
    return HEAD + "「第一条 甲和乙。」\n" + "".join(f"  {x}\n" for x in lines) + "「第二条 其他。」\n" + against


def specs(r: Random) -> Spec:
    def part() -> Spec:
        return {"rate": r.choice(("100%", "50%", "1/3")), "piece": r.choice(("", "", "40", "0.05", "5000")),
                "person": r.choice(("", "", "60", "33.34")), "best": r.choice((None, None, "", "，依 级（高、中）")),
                "cap": r.choice(("", "", "70.01", "7000"))}

    return {"parts": {"甲": part(), "乙": part()}, "top": r.random() < 0.6, "settle": r.choice(("", "补差", "即止")),
            "unit": r.choice(("分", "分", "元", "十元", "百元", "千元", "万元")), "mode": r.choice(("四舍五入", "四舍五入", "四舍五入", "截尾", "进位", "四舍六入"))}


def ledgers(r: Random, money: Callable[[], str]) -> dict[str, str]:
    """What was granted this year by parts; where all of them are told, with the whole clause sometimes, which may be more."""
    made = {f"1{x}": money().lstrip("-") for x in "甲乙" if r.random() < 0.35}
    if len(made) == 2 and r.random() < 0.5:
        whole = sum((Fraction(x) for x in made.values()), Fraction(0)) + r.choice((0, 0, 5))
        made["1"] = str(Decimal(whole.numerator) / whole.denominator)
    return made


def facts(r: Random) -> dict[str, Any]:
    def money() -> str:
        return r.choice(("0", "0", "1", "100", "100", "100.01", "33.33", "0.01", "0.012", "10000", "99.995", "12345.67", "-5"))

    def row() -> dict[str, Any]:
        made: dict[str, Any] = {"类": r.choice(("甲类", "乙类")), "级": r.choice(("高", "中", "低")), "额": money()}
        made |= {"名": r.choice("天地")} if r.random() < 0.8 else {}
        made |= {"件": r.choice("东西")} if r.random() < 0.4 else {}
        return made | ({"件数": r.choice((1, 2, 3))} if r.random() < 0.2 else {})

    return {"年": 2024, "顶额": money().lstrip("-"), "台账": ledgers(r, money),
            "项目": [row() for _ in range(r.choice((0, 1, 2, 3, 5)))],
            "别处": [{"哪件": r.choice("东西"), "数额": money().lstrip("-"), "状态": r.choice(("已获得", "符合未获得"))}
                     for _ in range(r.choice((0, 0, 1, 2)))]}


# -- the plain evaluator -----------------------------------------------------------------------------------------


def down(value: Fraction) -> Fraction:
    return Fraction(floor(value * 100), 100)


def room(part: dict[str, Any], name: str, ledger: dict[str, str]) -> Fraction:
    return max(down(Fraction(part["cap"]) - Fraction(ledger.get(f"1{name}", 0))), Fraction(0))


def top(raw: dict[str, Any], ledger: dict[str, str]) -> Fraction:
    used = max(sum(Fraction(ledger.get(f"1{x}", 0)) for x in "甲乙"), Fraction(ledger.get("1", 0)))
    return max(down(down(Fraction(raw["顶额"])) - used), Fraction(0))


class Plain:
    """The claims of a clause with what each has, and the stages that its total went through."""

    def __init__(self, spec: Spec, raw: dict[str, Any], ungranted: bool) -> None:
        self.rows: list[dict[str, Any]] = []
        for name, part in spec["parts"].items():
            for row in raw["项目"]:
                if row["类"] != f"{name}类":
                    continue
                rate = Fraction(part["rate"].strip("%")) / (100 if "%" in part["rate"] else 1)
                each = max(Fraction(row["额"]) * rate, Fraction(0))
                if part["piece"]:
                    each = min(each, Fraction(part["piece"]))
                self.rows.append({"part": name, "has": each * row.get("件数", 1), **row})
        self.stages: list[tuple[str, Fraction]] = [("额度用尽", self.total())]
        for name, part in spec["parts"].items():
            if part["best"] is not None:
                for group in self.groups("名", name):
                    order = "高中" if part["best"] else ""
                    kept = min(group, key=lambda x, o=order: ((o.find(x["级"]) if x["级"] in o else len(o)) if o else 0, -x["has"]))
                    for row in group:
                        row["has"] = row["has"] if row is kept else Fraction(0)
        self.stages.append(("额度用尽", self.total()))
        if spec["settle"] and not ungranted:
            for group in self.groups("件"):
                if "件" in group[0]:
                    self.match(group, spec, raw)
        self.stages.append(("从高不重复", self.total()))
        for name, part in spec["parts"].items():
            for group in self.groups("名", name) if part["person"] else ():
                self.cut(group, Fraction(part["person"]))
        for name, part in spec["parts"].items():
            if part["cap"]:
                self.cut([x for x in self.rows if x["part"] == name], room(part, name, {} if ungranted else raw["台账"]))
        self.stages.append(("额度用尽", self.total()))
        if spec["top"]:
            self.cut(self.rows, top(raw, {} if ungranted else raw["台账"]))
        self.stages.append(("额度用尽", self.total()))

    def total(self) -> Fraction:
        return sum((x["has"] for x in self.rows), Fraction(0))

    def groups(self, key: str, part: str = "") -> list[list[dict[str, Any]]]:
        found: dict[object, list[dict[str, Any]]] = {}
        for n, row in enumerate(self.rows):
            if not part or row["part"] == part:
                found.setdefault(row.get(key, n), []).append(row)
        return list(found.values())

    def cut(self, rows: list[dict[str, Any]], most: Fraction) -> None:
        over = sum((x["has"] for x in rows), Fraction(0)) - most
        for row in reversed(rows):
            less = min(max(over, Fraction(0)), row["has"])
            row["has"] -= less
            over -= less

    def match(self, group: list[dict[str, Any]], spec: Spec, raw: dict[str, Any]) -> None:
        mine = sum((x["has"] for x in group), Fraction(0))
        same = [x for x in raw["别处"] if x["哪件"] == group[0]["件"]]
        had = sum((Fraction(x["数额"]) for x in same if x["状态"] == "已获得"), Fraction(0))
        rival = max((Fraction(x["数额"]) for x in same if x["状态"] != "已获得"), default=Fraction(0))
        left = Fraction(0) if rival > mine else max(mine - had, Fraction(0)) if spec["settle"] == "补差" else mine if had <= 0 else Fraction(0)
        self.cut(group, left)


def capacity(plain: Plain, spec: Spec, raw: dict[str, Any]) -> Fraction | None:
    """How high all claims that have something might go under every bound; None without an end."""
    def lowest(*values: Fraction | None) -> Fraction | None:
        known = [x for x in values if x is not None]
        return min(known) if known else None

    def added(values: list[Fraction | None]) -> Fraction | None:
        return None if any(x is None for x in values) else sum((x for x in values if x is not None), Fraction(0))

    tops: list[Fraction | None] = []
    for name, part in spec["parts"].items():
        people = []
        for group in plain.groups("名", name):
            pieces = [Fraction(part["piece"]) * x.get("件数", 1) if part["piece"] else None for x in group if x["has"] > 0]
            people.append(lowest(added(pieces), Fraction(part["person"]) if part["person"] else None))
        tops.append(lowest(added(people), room(part, name, raw["台账"]) if part["cap"] else None))
    return lowest(added(tops), top(raw, raw["台账"]) if spec["top"] else None)


def rounded(plain: Plain, spec: Spec, raw: dict[str, Any]) -> Fraction:
    """The total brought to its unit, past no bound."""
    exact, most, unit = plain.total(), capacity(plain, spec, raw), UNITS[spec["unit"]]
    made = MODES[spec["mode"]](exact / unit) * unit
    return made if most is None or made <= most else (exact / unit).__floor__() * unit


def expected(spec: Spec, raw: dict[str, Any]) -> tuple[str, Fraction]:
    if not rounded(Plain(spec, raw, ungranted=True), spec, {**raw, "台账": {}}):
        return "不符合", Fraction(0)
    plain = Plain(spec, raw, ungranted=False)
    for status, total in plain.stages:
        if total == 0:
            return status, Fraction(0)
    amount = rounded(plain, spec, raw)
    return ("应予支持", amount) if amount else ("不符合", Fraction(0))
