"""An oracle for 西行规发〔2021〕1号 under the default readings: plain Python beside the law, no engine.

`decide(facts)` judges the 23 clauses of facts.md. A clause is a function on one complete row that
says whether, and with how much, the row counts; oracle_facts.py tries the unknown fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from .oracle_facts import (
    NOT_APPLICABLE,
    Elsewhere,
    Facts,
    Result,
    Row,
    annual_balance,
    combined,
    elsewhere,
    floored,
    lacking,
    ledger,
    number,
    possible,
    possible_object,
    possible_rows,
    rounded,
    rows,
    yearly,
    yes,
)

FIRST_DAY, LAST_DAY = "2021-11-01", "2026-10-31"  # 10(3), A42
YEARS = range(2021, 2027)  # A43


@dataclass(frozen=True)
class Item:
    """确定金额款的一项. `full`: nothing is left of the 6 国 although there are countries this year."""

    amount: Fraction
    matter: str | None = None
    full: bool = False


@dataclass(frozen=True)
class Unit:
    """裁量款的一项: who or what shares the cap, the cap, what was had this year, the 核定金额."""

    key: str
    cap: Fraction | None = None
    got: Fraction = Fraction(0)
    approved: Fraction | None = None


# ---- results ----


def not_met(*disputes: str) -> Result:
    return {"状态": "不符合", "金额": Fraction(0)} | ({"争议": list(disputes)} if disputes else {})


def used_up(*disputes: str) -> Result:
    return not_met(*disputes) | {"状态": "额度用尽"}


def grant(amount: Fraction, *disputes: str) -> Result:
    return not_met(*disputes) | {"状态": "应予支持", "金额": amount}


def reckoned(amount: Fraction, *disputes: str) -> Result:
    """Rounded once, at the end; what rounds to nothing is no grant."""
    return grant(rounded(amount), *disputes) if rounded(amount) else not_met(*disputes)


# ---- 第一条, 10(3): the two gates ----


def in_force(facts: Facts) -> tuple[bool | None, list[str]]:
    """10(3) 自2021年11月1日起实施，有效期5年; one of the two outside is enough to be outside."""
    day, year = facts.get("申报日期"), facts.get("政策兑现年度")
    if day is not None and not FIRST_DAY <= str(day) <= LAST_DAY:
        return False, []
    if year is not None and year not in YEARS:
        return False, []
    missing = [name for name in ("申报日期", "政策兑现年度") if facts.get(name) is None]
    return (None if missing else True), missing


def in_scope(facts: Facts) -> tuple[bool | None, list[str]]:
    """第一条: 注册、纳税 govern all three kinds (A01)."""

    def judge(row: Row) -> bool:
        return yes(row["西城区注册"]) and yes(row["西城区纳税"]) and (
            yes(row["中关村高新技术企业认定"])
            or yes(row["科技企业孵化机构认定"])
            or (yes(row["入驻出版创意产业园区"]) and yes(row["出版园区企业共同认定"]))
        )

    results, missing = possible_object(facts, "主体", 0, judge)
    return (results[0] if len(results) == 1 else None), missing


# ---- 10(2) and the order of a determinate clause ----


def settle(items: Sequence[Item | None], others: Sequence[Elsewhere], balance: Fraction) -> Result:
    """facts.md 次序 ④–⑧."""
    live = [item for item in items if item is not None]
    if not live:
        return not_met()
    if all(item.amount == 0 for item in live):  # ⑤
        return used_up() if any(item.full for item in live) else not_met()
    per_matter: dict[str, Fraction] = {}
    for index, item in enumerate(live):
        key = item.matter if item.matter is not None else f"\0{index}"  # 无标识的不比
        per_matter[key] = per_matter.get(key, Fraction(0)) + item.amount
    net, changed = Fraction(0), False
    for matter, amount in per_matter.items():
        had = sum((o.amount for o in others if o.matter == matter and o.had), Fraction(0))
        could = max((o.amount for o in others if o.matter == matter and not o.had), default=0)
        kept = Fraction(0) if could > amount else max(amount - had, Fraction(0))  # A37
        net, changed = net + kept, changed or kept != amount
    disputes = ["A37"] if changed else []
    if net == 0:
        return not_met(*disputes) | {"状态": "从高不重复"}
    if balance == 0:
        return used_up(*disputes)
    return reckoned(min(net, balance), *disputes)  # A38: net first, then the cap


Judge = Callable[[Row, int], Item | None]


def determinate(facts: Facts, clause: str, year: int, cap: int, **sources: Judge) -> Result:
    unknown = [name for name in sources if rows(facts, name) is None]
    options: list[list[Any]] = []
    missing = list(unknown)
    for name, judge in sources.items():
        found, paths = possible_rows(facts, name, year, matched(judge, year))
        options += found
        missing += paths
    if unknown and (taken := takes_up_all(options, annual_balance(facts, clause, cap))) is not None:
        return taken
    if unknown:  # ① even one list of 6(3)
        return lacking(missing + elsewhere(facts, None)[1])
    matters = {item.matter for option in options for item in option if item is not None and item.matter}
    policies, paths = elsewhere(facts, matters)
    balance, count = annual_balance(facts, clause, cap), len(options)
    return combined(
        [*options, *policies], missing + paths,
        lambda choice: settle(choice[:count], choice[count:], balance),
    )


def takes_up_all(options: list[list[Any]], balance: Fraction) -> Result | None:
    """A list that was not given adds nothing where the other (without 事项标识) takes up the balance in every case."""
    least = sum((min((Fraction(0) if x is None else x.amount) for x in option) for option in options), Fraction(0))
    named = any(x is not None and x.matter for option in options for x in option)
    return grant(rounded(balance)) if 0 < balance <= least and not named else None


def matched(judge: Judge, year: int) -> Callable[[Row], Item | None]:
    """The item with its 事项标识."""

    def item_of(row: Row) -> Item | None:
        item, matter = judge(row, year), row["事项标识"]
        return item if item is None or matter in (None, NOT_APPLICABLE) else replace(item, matter=matter)

    return item_of


# ---- 确定金额 ----


def fund(kinds: set[str], national: Fraction, municipal: Fraction) -> Judge:
    """2(1) 1:1 and 1:0.5 in order (A03); 6(1), 9(1) 1:0.5 for both levels (A30)."""

    def judge(row: Row, year: int) -> Item | None:
        rate = {"国家级": national, "北京市级": municipal}.get(row["级别"])
        if row["类别"] not in kinds or rate is None or row["到账年度"] != year:
            return None
        return Item(number(row["金额"]) * rate)

    return judge


def clause_2_3(facts: Facts, year: int) -> Result:
    """连续两年增加 ∧ 强度高于平均 ∧ 研发经费增加 (A10): clamp(5%, 10万, 50万) (A08)."""
    spent, research = "科技活动经费支出", "研发经费"
    years = range(year - 2, year + 1)
    values = {f"{name}.{y}": yearly(facts, name, y) for name in (spent, research) for y in years}
    for name in ("科技活动经费支出强度", "西城园平均强度"):
        values[name] = None if facts.get(name) is None else number(facts[name])
    higher_than = [
        (f"{spent}.{year - 1}", f"{spent}.{year - 2}"),
        (f"{spent}.{year}", f"{spent}.{year - 1}"),
        (f"{research}.{year}", f"{research}.{year - 1}"),
        ("科技活动经费支出强度", "西城园平均强度"),  # A09: 高于 is not 等于
        (f"{spent}.{year}", f"{spent}.{year - 2}"),  # follows from the first two; decides if Y−1 is unknown
    ]
    for more, less in higher_than:
        high, low = values[more], values[less]
        if high is not None and low is not None and high <= low:
            return not_met()
    missing = [path for pair in higher_than for path in pair if values[path] is None]
    if missing:
        return lacking(missing)
    increase = number(values[f"{research}.{year}"]) - number(values[f"{research}.{year - 1}"])
    share = increase * Fraction(5, 100)
    matter = facts.get("研发补贴事项标识")
    item = Item(min(max(share, Fraction(100_000)), Fraction(500_000)), matter)
    got = (facts.get("本年度已获支持") or {}).get("2(3)") or 0
    balance = Fraction(0 if number(got) > 0 else 500_000)  # A60: once a year
    policies, paths = elsewhere(facts, set() if matter in (None, NOT_APPLICABLE) else {matter})
    result = combined(policies, paths, lambda others: settle([item], others, balance))
    if share < 100_000 and result["状态"] == "应予支持":
        result["争议"] = sorted([*result.get("争议", []), "A08"])
    return result


def clause_3_1(facts: Facts, year: int) -> Result:
    """注册后三年内任意一个年度 (A12: N, N+1, N+2; not after the year of 兑现) 50%, once, ≤1000万."""
    if any(row.get("条款") == "3(1)" for row in ledger(facts, "历史已获支持")):
        return not_met()  # once in a lifetime

    def judge(row: Row) -> tuple[bool, int]:
        weighty = yes(row["重大影响力"]) or yes(row["突出贡献"])
        applies = weighty and yes(row["新入驻"]) and yes(row["符合产业定位"])
        day = row["西城区注册日期"]
        return (False, 0) if not applies or day == NOT_APPLICABLE else (True, int(str(day)[:4]))

    def outcome(applies: bool, first: int) -> Result:
        window = [y for y in range(first, first + 3) if y <= year]
        if not applies or not window:
            return not_met()
        reported = [v for y in window if (v := yearly(facts, "区综合贡献", y)) is not None]
        if not reported:
            return lacking(f"区综合贡献.{y}" for y in window)
        if max(reported) <= 0:
            return not_met()
        disputes = ["A13"] if len(reported) < len(window) else []  # 择报: the unreported is not chosen
        return reckoned(min(max(reported) / 2, Fraction(10_000_000)), *disputes)

    results, missing = possible_object(facts, "新入驻企业", year, judge)
    outcomes = [outcome(*result) for result in results]
    if all(one == outcomes[0] for one in outcomes):
        return outcomes[0]
    if len({first for applies, first in results if applies}) == 1:  # the window is known
        missing += [path for one in outcomes for path in one.get("缺失", [])]
    return lacking(missing)


def third(amount: Fraction, later: int) -> Fraction:
    """金额÷3 of a grant, so many years later: cents that do not divide by three fall on the earlier years."""
    cents = math.floor(amount * 100)
    return Fraction(cents // 3 + (later < cents % 3), 100)


def due(facts: Facts, year: int) -> tuple[set[Fraction], list[str]]:
    """分三年拨付: a third in each of the two years after 核定, if 核定 in 2021–2026 (A45)."""
    totals, missing = {Fraction(0)}, []
    for index, row in enumerate(ledger(facts, "历史已获支持")):
        if row.get("条款") == "3(2)首次":
            found, paths = possible(
                f"历史已获支持[{index}]", "历史已获支持", row, year, (),
                lambda r: third(number(r["金额"]), year - r["核定年度"])
                if r["核定年度"] in YEARS and year - r["核定年度"] in (1, 2) else Fraction(0),
            )
            totals = {total + one for total, one in product(totals, found)}
            missing += paths
    return totals, missing


def instalment_only(paid: Fraction, late: bool) -> Result:
    result: Result = {"状态": "分期续拨", "金额": Fraction(0), "本年度拨付": rounded(paid)}
    return result | ({"争议": ["A18"]} if late else {})


def clause_3_2(facts: Facts, year: int) -> Result:
    """(新入驻 ∧ 持证) ∨ 首次取得: 30万 in three years (A15, A16); 第二次取得: 5万 once (A17: both)."""
    had = {row.get("条款") for row in ledger(facts, "历史已获支持")}

    def judge(row: Row) -> tuple[bool, bool]:
        order = row["本年度取得证书次序"]
        first = order == 1 or (yes(row["新入驻"]) and yes(row["持有国家高新技术企业证书"]))
        return first and "3(2)首次" not in had, order == 2 and "3(2)二次" not in had

    def outcome(new: tuple[bool, bool], old: Fraction) -> Result:
        first, second = new
        if not first and not second:
            return instalment_only(old, late=False) if old > 0 else not_met() | {"本年度拨付": Fraction(0)}
        plan = {year + i: Fraction(100_000) for i in range(3)} if first else {year: Fraction(0)}
        plan[year] += 50_000 if second else 0
        disputes = (["A17"] if first and second else []) + (["A18"] if max(plan) > YEARS[-1] else [])
        return grant(sum(plan.values(), Fraction(0)), *disputes) | {
            "本年度拨付": rounded(plan[year] + old),
            "拨付计划": {str(y): amount for y, amount in plan.items()},
        }

    grants, missing = possible_object(facts, "高新技术企业", year, judge)
    olds, paths = due(facts, year)
    outcomes = [outcome(new, old) for new, old in product(grants, sorted(olds))]
    return outcomes[0] if all(one == outcomes[0] for one in outcomes) else lacking(missing + paths)


def patent(row: Row, year: int) -> Item | None:
    """3(3): 4000元 a piece; 1万元 a country, 6 countries for each patent over all years (A20, A23)."""
    if not yes(row["已授权"]) or row["授权年度"] != year:  # A19
        return None
    pieces = number(row["件数"])
    if row["类型"] == "国内发明专利":
        return Item(4000 * pieces)
    if row["类型"] != "国外专利" or row["途径"] not in {"PCT", "巴黎公约"}:
        return None
    countries = number(row["本年度授权国家数"])
    left = max(6 - number(row["以前年度已补贴国家数"]), Fraction(0))
    return Item(10_000 * min(countries, left) * pieces, full=left == 0 and countries * pieces > 0)


def standard(row: Row, year: int) -> Item | None:
    """3(4): 100万、40万、20万, each standard once (A24, A25)."""
    amount = {"国际标准": 1_000_000, "国家标准": 400_000, "行业标准": 200_000}.get(row["类别"])
    meets = (
        row["方式"] in {"主导", "参与", "主导和参与"}
        and row["领域"] in {"基础技术", "产品", "工艺", "技术服务"}
        and yes(row["已公布"]) and row["公布年度"] == year and not yes(row["以前已补贴"])
    )
    return Item(Fraction(amount)) if amount and meets else None


def derived(row: Row, year: int) -> Item | None:
    """6(3)前句: 影视（含动漫类影视）50万, 游戏30万, 动漫（书籍类）10万 for each 部 (A33, A62)."""
    each = {"影视": 500_000, "动漫影视": 500_000, "游戏": 300_000, "动漫书籍": 100_000}.get(row["类型"])
    if each is None or not yes(row["自有版权"]) or row["完成年度"] != year:
        return None
    return Item(each * number(row["数量"]))


def published(row: Row, year: int) -> Item | None:
    """6(3)后句: 30% of the fee, at most 20万 for each 版权."""
    meets = yes(row["通过园区出版平台"]) and yes(row["成功出版"]) and yes(row["原创"])
    if not meets or row["出版年度"] != year:
        return None
    each = min(number(row["版权签约费用"]) * Fraction(30, 100), Fraction(200_000))
    return Item(each * number(row["数量"]))


def loan(row: Row, year: int) -> Item | None:
    """7(1): 50% instead of 30%, not on top of it (A26)."""
    if not yes(row["用于创业创新"]):
        return None
    special = row["类型"] in {"信用贷款", "知识产权质押贷款"} or yes(row["首次贷款"])
    return Item(number(row["本年度缴纳利息"]) * Fraction(50 if special else 30, 100))


# ---- 裁量 ----


UnitJudge = Callable[[Row, int], Unit | None]


def discretionary(
    facts: Facts, clause: str, year: int, cap: int | None, source: str, judge: UnitJudge
) -> Result:
    if rows(facts, source) is None:
        return lacking([source])
    options, missing = possible_rows(facts, source, year, lambda row: judge(row, year))
    balance = None if cap is None else annual_balance(facts, clause, cap)
    return combined(options, missing, lambda choice: allow(choice, balance))


def allow(choice: Sequence[Unit | None], balance: Fraction | None) -> Result:
    """Each unit under its own cap, all together under the year's (facts.md 裁量款, 单体与个人)."""
    units: dict[str, list[Unit]] = {}
    for index, unit in enumerate(choice):
        if unit is not None:
            units.setdefault(unit.key or f"\0{index}", []).append(unit)
    if not units:
        return not_met()
    total, given, all_approved = Fraction(0), Fraction(0), True
    for members in units.values():
        own = members[0].cap
        room = None if own is None else floored(max(own - max(m.got for m in members), Fraction(0)))
        if room == 0:
            continue  # nothing left to decide for this one
        approved = [m.approved for m in members if m.approved is not None]
        all_approved = all_approved and len(approved) == len(members)
        given += sum(approved, Fraction(0)) if room is None else min(sum(approved, Fraction(0)), room)
        total += room or 0
    limit = total if balance is None else balance
    if limit == 0:
        return used_up()
    if not all_approved:
        return {"状态": "裁量", "上限": limit}
    return grant(rounded(min(given, limit))) | {"上限": limit}


def approved(row: Row) -> Fraction | None:
    return None if row["核定金额"] is None else number(row["核定金额"])


def platform_or_prize(row: Row, year: int) -> Unit | None:
    """2(2): 自建研发机构 belongs to the platform only; each 资质 or 奖项 once (A61)."""
    kind = row["类型"] == "科技奖项" or (row["类型"] == "创新平台" and yes(row["自建研发机构"]))
    meets = kind and row["级别"] in {"国家级", "北京市级"} and row["获得年度"] == year and yes(row["经认定"])
    return Unit("", approved=approved(row)) if meets and not yes(row["以前已奖励"]) else None


def scenario(row: Row, year: int) -> Unit | None:
    """4: ≤30% of the investment and ≤300万 for each project."""
    meets = (
        (yes(row["国际领先"]) or yes(row["填补国内行业空白"]))
        and (yes(row["全球首发"]) or yes(row["全国首发"]))
        and yes(row["西城区落地应用"]) and yes(row["形成示范推广效应"])
        and yes(row["取得一定效益"]) and yes(row["经认定"])
    )
    invested = number(row["实际投资总额"])
    if not meets or invested == 0:
        return None
    return Unit("", floored(min(invested * Fraction(30, 100), Fraction(3_000_000))), approved=approved(row))


def incubator(cap: int) -> UnitJudge:
    """5(1), 5(2): rows of one name are one unit."""
    return lambda row, year: (
        Unit(str(row["名称"]), Fraction(cap), number(row["本年度已获金额"]), approved(row))
        if yes(row["经认定"]) else None
    )


def award(row: Row, year: int) -> Unit | None:
    """6(2)."""
    meets = row["奖项级别"] in {"国际", "国家", "北京市级"} and row["获奖年度"] == year
    return Unit("", approved=approved(row)) if meets else None


def title(cap: int, kinds: set[str], levels: set[str]) -> UnitJudge:
    """6(4), 8(1): rows of one name are one person."""
    return lambda row, year: (
        Unit(str(row["姓名"]), Fraction(cap), number(row["个人本年度已获金额"]), approved(row))
        if row["称号类别"] in kinds and row["级别"] in levels
        and row["获得年度"] == year and yes(row["企业人才"]) else None
    )


def clause_8_2(facts: Facts, year: int) -> Result:
    """按照区综合贡献: no contribution, no ground (A34)."""
    contribution = yearly(facts, "区综合贡献", year)
    if contribution is None:
        return lacking([f"区综合贡献.{year}"])
    if contribution <= 0:
        return not_met("A34")
    decided = facts.get("人才住房补贴核定金额")
    unit = Unit("", approved=None if decided is None else number(decided))
    return allow([unit], annual_balance(facts, "8(2)", 300_000))


# ---- all clauses ----

HALF, ONE = Fraction(1, 2), Fraction(1)
RULES: dict[str, Callable[[Facts, int], Result]] = {
    "2(1)": lambda f, y: determinate(f, "2(1)", y, 1_500_000, 上级资金=fund({"科技重大专项"}, ONE, HALF)),
    "2(2)": lambda f, y: discretionary(f, "2(2)", y, 1_000_000, "创新平台与奖项", platform_or_prize),
    "2(3)": clause_2_3,
    "3(1)": clause_3_1,
    "3(2)": clause_3_2,
    "3(3)": lambda f, y: determinate(f, "3(3)", y, 500_000, 专利=patent),
    "3(4)": lambda f, y: determinate(f, "3(4)", y, 1_000_000, 标准=standard),
    "4": lambda f, y: discretionary(f, "4", y, None, "应用场景项目", scenario),
    "5(1)": lambda f, y: discretionary(f, "5(1)", y, None, "孵化和加速基地", incubator(10_000_000)),
    "5(2)": lambda f, y: discretionary(f, "5(2)", y, None, "创新孵化平台", incubator(3_000_000)),
    "6(1)": lambda f, y: determinate(
        f, "6(1)", y, 1_000_000, 上级资金=fund({"出版专项", "设计专项"}, HALF, HALF)),
    "6(2)": lambda f, y: discretionary(f, "6(2)", y, 1_000_000, "作品与设计获奖", award),
    "6(3)": lambda f, y: determinate(f, "6(3)", y, 1_000_000, 版权衍生产品=derived, 园区出版作品=published),
    "6(4)": lambda f, y: discretionary(
        f, "6(4)", y, None, "人才称号", title(500_000, {"出版人才", "设计人才"}, {"国家", "北京市"})),
    "6(5)": lambda f, y: {"状态": "另行规定"},
    "7(1)": lambda f, y: determinate(f, "7(1)", y, 1_000_000, 贷款=loan),
    "7(2)": lambda f, y: {"状态": "非资金条款"},
    "7(3)": lambda f, y: {"状态": "另行规定"},
    "8(1)": lambda f, y: discretionary(
        f, "8(1)", y, None, "人才称号", title(1_000_000, {"创新创业人才"}, {"国家", "北京市", "中关村"})),
    "8(2)": clause_8_2,
    "8(3)": lambda f, y: {"状态": "非资金条款"},
    "9(1)": lambda f, y: determinate(
        f, "9(1)", y, 1_000_000, 上级资金=fund({"国际交流合作项目"}, HALF, HALF)),
    "9(2)": lambda f, y: {"状态": "非资金条款"},
}


CLAUSES = tuple(RULES)


def gated(facts: Facts, clause: str) -> Result:
    """两道门: outside the period, then outside the scope, then unknown, then the clause."""
    force, no_period = in_force(facts)
    scope, no_scope = in_scope(facts)
    year = facts.get("政策兑现年度")
    if force is False:
        return expired(facts, scope, no_scope) if clause == "3(2)" else {"状态": "不在有效期"}
    if scope is False:
        return {"状态": "不适用主体"}
    inside = [RULES[clause](facts, y) for y in (YEARS if year is None else [year])]
    if force and scope:
        return inside[0]
    if scope and year is not None and inside[0]["状态"] == "分期续拨":
        return inside[0]  # only 申报日期 is unknown, and old instalments do not ask for it (settled.md 1)
    # what the clause itself lacks can still matter (settled.md 5)
    return lacking([*no_period, *no_scope, *(path for one in inside for path in one.get("缺失", []))])


def expired(facts: Facts, scope: bool | None, no_scope: list[str]) -> Result:
    """3(2) outside the period: no new grant, but instalments of old grants (settled.md 1, A18)."""
    year: Any = facts.get("政策兑现年度")
    found = [due(facts, y) for y in (range(2021, 2029) if year is None else [year])]
    amounts = set().union(*(amounts for amounts, _ in found))
    missing = ["政策兑现年度"] * (year is None) + [path for _, paths in found for path in paths]
    if amounts == {0}:
        return {"状态": "不在有效期"}
    if len(amounts) > 1 or scope is None:
        return lacking((missing if len(amounts) > 1 else []) + no_scope)
    return instalment_only(amounts.pop(), late=True) if scope else {"状态": "不适用主体"}


def decide(facts: Facts) -> dict[str, Result]:
    """The decision of every clause, amounts as Fraction in 元."""
    return {clause: gated(facts, clause) for clause in CLAUSES}
