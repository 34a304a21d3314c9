"""西行规发〔2021〕1号 in plain numbers, for tests: the caps of each 款 and what one row comes to by itself.

Written from the regulation, not from the engine: ints and Fractions, no import of it. Default readings.
Not an oracle of decisions (that is oracle.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
ZERO = Fraction(0)

DETERMINATE = ("2(1)", "2(3)", "3(1)", "3(2)", "3(3)", "3(4)", "6(1)", "6(3)", "7(1)", "9(1)")
DISCRETIONARY = ("2(2)", "4", "5(1)", "5(2)", "6(2)", "6(4)", "8(1)", "8(2)")
CLAUSES = DETERMINATE + DISCRETIONARY

YEARLY = {  # 企业年度……总额不超过; 2(3) 给予10-50万元; 8(2) 每年最高30万元
    "2(1)": 1_500_000, "2(2)": 1_000_000, "2(3)": 500_000, "3(3)": 500_000, "3(4)": 1_000_000, "6(1)": 1_000_000,
    "6(2)": 1_000_000, "6(3)": 1_000_000, "7(1)": 1_000_000, "8(2)": 300_000, "9(1)": 1_000_000,
}
ONCE = {"3(1)": 10_000_000, "3(2)首次": 300_000, "3(2)二次": 50_000}  # 一次性
PER_NAME = {  # 单个基地、单个平台、个人年度; 8(1) 每人最高100万元
    "5(1)": 10_000_000, "5(2)": 3_000_000, "6(4)": 500_000, "8(1)": 1_000_000,
}
TABLE = {
    "2(1)": "上级资金", "6(1)": "上级资金", "9(1)": "上级资金", "2(2)": "创新平台与奖项", "3(4)": "标准", "3(3)": "专利",
    "4": "应用场景项目", "5(1)": "孵化和加速基地", "5(2)": "创新孵化平台", "6(2)": "作品与设计获奖", "6(4)": "人才称号",
    "8(1)": "人才称号", "7(1)": "贷款",
}
NAME = {"5(1)": "名称", "5(2)": "名称", "6(4)": "姓名", "8(1)": "姓名"}
HAD = {"5(1)": "本年度已获金额", "5(2)": "本年度已获金额", "6(4)": "个人本年度已获金额", "8(1)": "个人本年度已获金额"}
PROGRAMMES = {"2(1)": ("科技重大专项",), "6(1)": ("出版专项", "设计专项"), "9(1)": ("国际交流合作项目",)}


def money(value: Any) -> Fraction:
    """元; what is left out is 0."""
    return ZERO if value is None else Fraction(value)


def down(value: Fraction) -> Fraction:
    """Down to the 分."""
    return Fraction(math.floor(value * 100), 100)


def up(value: Fraction) -> Fraction:
    """Up to the 分."""
    return Fraction(math.ceil(value * 100), 100)


def left(cap: int, had: Any) -> Fraction:
    """What a cap leaves after what was had."""
    return max(cap - money(had), ZERO)


# -- which rows of a list count -----------------------------------------------------------------------------


def counts(clause: str, row: Row, year: int) -> bool:
    """Whether a complete row meets what the 款 asks of it."""
    tests = {
        "2(1)": _fund, "6(1)": _fund, "9(1)": _fund, "2(2)": _platform, "3(3)": _patent, "3(4)": _standard, "4": _scene,
        "5(1)": _approved, "5(2)": _approved, "6(2)": _prize, "6(4)": _talent, "8(1)": _talent, "7(1)": _loan,
    }
    return tests[clause](clause, row, year)


def _fund(clause: str, row: Row, year: int) -> bool:
    return row["类别"] in PROGRAMMES[clause] and row["级别"] in ("国家级", "北京市级") and row["到账年度"] == year


def _platform(clause: str, row: Row, year: int) -> bool:
    kind = row["类型"] == "科技奖项" or (row["类型"] == "创新平台" and row["自建研发机构"])
    first = not row.get("以前已奖励")
    return kind and row["级别"] in ("国家级", "北京市级") and row["获得年度"] == year and row["经认定"] and first


def _patent(clause: str, row: Row, year: int) -> bool:
    home = row["类型"] == "国内发明专利"
    abroad = row["类型"] == "国外专利" and row["途径"] in ("PCT", "巴黎公约")
    return (home or abroad) and row["已授权"] and row["授权年度"] == year


def _standard(clause: str, row: Row, year: int) -> bool:
    return (
        row["类别"] in ("国际标准", "国家标准", "行业标准")
        and row["领域"] in ("基础技术", "产品", "工艺", "技术服务")
        and row["方式"] in ("主导", "参与", "主导和参与")
        and row["已公布"]
        and row["公布年度"] == year
        and not row.get("以前已补贴")
    )


def _scene(clause: str, row: Row, year: int) -> bool:
    new = row["国际领先"] or row["填补国内行业空白"]
    first = row["全球首发"] or row["全国首发"]
    rest = ("西城区落地应用", "形成示范推广效应", "取得一定效益", "经认定")
    return new and first and all(row[name] for name in rest)


def _approved(clause: str, row: Row, year: int) -> bool:
    return bool(row["经认定"])


def _prize(clause: str, row: Row, year: int) -> bool:
    return row["奖项级别"] in ("国际", "国家", "北京市级") and row["获奖年度"] == year


def _talent(clause: str, row: Row, year: int) -> bool:
    kinds = ("出版人才", "设计人才") if clause == "6(4)" else ("创新创业人才",)
    levels = ("国家", "北京市") if clause == "6(4)" else ("国家", "北京市", "中关村")
    return row["称号类别"] in kinds and row["级别"] in levels and row["企业人才"] and row["获得年度"] == year


def _loan(clause: str, row: Row, year: int) -> bool:
    return bool(row["用于创业创新"])


# -- what a row may come to at most -------------------------------------------------------------------------


def ceiling(clause: str, path: str, part: str, facts: Row) -> Fraction | None:
    """元 that one item may come to before any cap on groups, as an exact number; None: nothing bounds it."""
    year = facts["政策兑现年度"]
    if "[" not in path:
        return _of_enterprise(clause, part)
    table, _, index = path.rstrip("]").partition("[")
    row = facts[table][int(index)]
    if clause == "6(3)":
        return _copyright(part, row, year)
    if not counts(clause, row, year):
        return ZERO
    return _of_row(clause, row)


def _of_enterprise(clause: str, part: str) -> Fraction | None:
    fixed = {"2(3)": 500_000, "3(1)": 10_000_000, "8(2)": 300_000}
    return Fraction(ONCE[clause + part] if clause == "3(2)" else fixed[clause])


def _of_row(clause: str, row: Row) -> Fraction | None:
    match clause:
        case "2(1)":
            return money(row["金额"]) * (1 if row["级别"] == "国家级" else Fraction(1, 2))
        case "6(1)" | "9(1)":
            return money(row["金额"]) / 2
        case "3(3)":
            return _patent_amount(row)
        case "3(4)":
            return Fraction({"国际标准": 1_000_000, "国家标准": 400_000, "行业标准": 200_000}[row["类别"]])
        case "4":
            return min(down(money(row["实际投资总额"]) * 30 / 100), Fraction(3_000_000))
        case "7(1)":
            special = row["首次贷款"] or row["类型"] in ("信用贷款", "知识产权质押贷款")
            return money(row["本年度缴纳利息"]) * (50 if special else 30) / 100
        case "5(1)" | "5(2)" | "6(4)" | "8(1)":
            return left(PER_NAME[clause], row.get(HAD[clause]))
    return None


def _patent_amount(row: Row) -> Fraction:
    number = money(row.get("件数", 1))
    if row["类型"] == "国内发明专利":
        return 4000 * number
    room = max(6 - money(row.get("以前年度已补贴国家数")), ZERO)
    return 10_000 * min(money(row["本年度授权国家数"]), room) * number


def _copyright(part: str, row: Row, year: int) -> Fraction:
    number = money(row.get("数量", 1))
    if part == "衍生":
        each = {"影视": 500_000, "动漫影视": 500_000, "游戏": 300_000, "动漫书籍": 100_000}.get(row["类型"], 0)
        return number * each if row["自有版权"] and row["完成年度"] == year else ZERO
    good = row["通过园区出版平台"] and row["成功出版"] and row["原创"] and row["出版年度"] == year
    return number * min(money(row["版权签约费用"]) * 30 / 100, Fraction(200_000)) if good else ZERO


def by_name(clause: str, facts: Row) -> dict[str, Fraction]:
    """What the cap on each person or unit leaves: of several rows the highest 已获 counts."""
    had: dict[str, Fraction] = {}
    for row in facts[TABLE[clause]]:
        if counts(clause, row, facts["政策兑现年度"]):
            name = row[NAME[clause]]
            had[name] = max(had.get(name, ZERO), money(row.get(HAD[clause])))
    return {name: left(PER_NAME[clause], x) for name, x in had.items()}
