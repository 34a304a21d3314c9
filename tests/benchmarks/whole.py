"""The whole regulation on rich sheets: what a programmer would write by hand, over whole 分.

Reads plain dictionaries in which every fact is given and money is whole 元, under the default readings, and
knows nothing of unknown facts, reasons, instalments or readings: the least that anybody could get away with.
"""

from __future__ import annotations

import datetime
from typing import Any

Facts = dict[str, Any]
Outcome = tuple[str, int]  # 状态, and 分 (the amount, or the bound of 裁量)
WAN = 1_000_000  # 1万元 in 分
GRANTED, DISCRETION, REFUSED, USED_UP, OUTDONE = "应予支持", "裁量", "不符合", "额度用尽", "从高不重复"
FIRST, LAST = datetime.date(2021, 11, 1), datetime.date(2026, 10, 31)
HIGH = ("国家级", "北京市级")


def _granted(wants: list[tuple[int, str | None]], f: Facts, number: str, limit: int) -> Outcome:
    """Claims of (分, matter) against other support, then the yearly limit."""
    total = sum(amount for amount, _ in wants)
    if total == 0:
        return REFUSED, 0
    outside = f["其他区级政策支持"]
    if outside:
        total = _netted(wants, outside)
        if total == 0:
            return OUTDONE, 0
    total = min(total, max(limit - f["本年度已获支持"].get(number, 0) * 100, 0))
    return (GRANTED, total) if total else (USED_UP, 0)


def _netted(wants: list[tuple[int, str | None]], outside: list[Facts]) -> int:
    sums: dict[str, int] = {}
    total: int = 0
    for amount, matter in wants:
        if matter is None:
            total += amount
        else:
            sums[matter] = sums.get(matter, 0) + amount
    for matter, amount in sums.items():
        got: int = sum(x["金额"] * 100 for x in outside if x["事项标识"] == matter and x["状态"] == "已获得")
        best: int = max((x["金额"] * 100 for x in outside if x["事项标识"] == matter and x["状态"] == "符合未获得"), default=0)
        total += 0 if best > amount else max(amount - got, 0)
    return int(total)


def _decided(rows: list[tuple[int, int | None]], left: int) -> Outcome:
    """裁量: rows of (bound, award or None) under what is left of a total."""
    if not rows:
        return REFUSED, 0
    bound = min(sum(b for b, _ in rows), left)
    if bound == 0:
        return USED_UP, 0
    if any(award is None and b for b, award in rows):
        return DISCRETION, bound
    return GRANTED, min(sum(min(award or 0, b) for b, award in rows), bound)


def _by_name(rows: list[Facts], name: str, used: str, limit: int) -> list[tuple[int, int | None]]:
    groups: dict[str, list[Facts]] = {}
    for x in rows:
        groups.setdefault(x[name], []).append(x)
    made: list[tuple[int, int | None]] = []
    for members in groups.values():
        bound = max(limit - max(x.get(used, 0) for x in members) * 100, 0)
        awards = [x["核定金额"] for x in members if "核定金额" in x]
        made.append((bound, None if len(awards) < len(members) else sum(awards) * 100))
    return made


def _left(f: Facts, number: str, limit: int) -> int:
    return int(max(limit - f["本年度已获支持"].get(number, 0) * 100, 0))


def _matched(f: Facts, number: str, kinds: tuple[str, ...], limit: int, city: int, state: int) -> Outcome:
    year = f["政策兑现年度"]
    wants = [
        (x["金额"] * (state if x["级别"] == "国家级" else city), x.get("事项标识"))
        for x in f["上级资金"]
        if x["类别"] in kinds and x["级别"] in HIGH and x["到账年度"] == year
    ]
    return _granted(wants, f, number, limit)


def _growth(f: Facts) -> Outcome:
    year, spent, research = f["政策兑现年度"], f["科技活动经费支出"], f["研发经费"]
    more = research[str(year)] - research[str(year - 1)]
    grows = spent[str(year)] > spent[str(year - 1)] > spent[str(year - 2)]
    if not (grows and f["科技活动经费支出强度"] > f["西城园平均强度"] and more > 0):
        return REFUSED, 0
    want = min(max(more * 5, 10 * WAN), 50 * WAN)
    if f["其他区级政策支持"] and f.get("研发补贴事项标识"):
        want = _netted([(want, f["研发补贴事项标识"])], f["其他区级政策支持"])
        if want == 0:
            return OUTDONE, 0
    return (USED_UP, 0) if f["本年度已获支持"].get("2(3)", 0) > 0 else (GRANTED, want)


def _arrival(f: Facts) -> Outcome:
    x, year = f["新入驻企业"], f["政策兑现年度"]
    if not (x["新入驻"] and x["符合产业定位"] and (x["重大影响力"] or x["突出贡献"])):
        return REFUSED, 0
    if any(h["条款"] == "3(1)" for h in f["历史已获支持"]):
        return REFUSED, 0
    first = int(x["西城区注册日期"][:4])
    reported = f["区综合贡献"]
    years = [reported[str(y)] for y in range(first, min(first + 2, year) + 1) if str(y) in reported]
    best = max(years, default=0)
    return (GRANTED, min(best * 50, 1000 * WAN)) if best > 0 else (REFUSED, 0)


def _hitech(f: Facts) -> Outcome:
    x, year = f["高新技术企业"], f["政策兑现年度"]
    ledgers = {h["条款"] for h in f["历史已获支持"]}
    total = 0
    if ((x["新入驻"] and x["持有国家高新技术企业证书"]) or x["本年度取得证书次序"] == 1) and "3(2)首次" not in ledgers:
        total += 30 * WAN
    if x["本年度取得证书次序"] == 2 and "3(2)二次" not in ledgers:
        total += 5 * WAN
    going = any(h["条款"] == "3(2)首次" and 1 <= year - h["核定年度"] <= 2 and h["核定年度"] >= 2021 for h in f["历史已获支持"])
    return (GRANTED, total) if total else ("分期续拨" if going else REFUSED, 0)


def _patents(f: Facts) -> Outcome:
    year = f["政策兑现年度"]
    wants: list[tuple[int, str | None]] = []
    barred = 0
    for x in f["专利"]:
        if not (x["已授权"] and x["授权年度"] == year):
            continue
        n = x.get("件数", 1)
        if x["类型"] == "国内发明专利":
            wants.append((400000 * n, x.get("事项标识")))
        elif x["类型"] == "国外专利" and x["途径"] in ("PCT", "巴黎公约"):
            countries = min(x["本年度授权国家数"], max(6 - x.get("以前年度已补贴国家数", 0), 0))
            wants.append((countries * WAN * n, x.get("事项标识")))
            barred += min(x["本年度授权国家数"], 6) * n
    if barred and not sum(a for a, _ in wants):
        return USED_UP, 0
    return _granted(wants, f, "3(3)", 50 * WAN)


def _standards(f: Facts) -> Outcome:
    year = f["政策兑现年度"]
    worth = {"国际标准": 100 * WAN, "国家标准": 40 * WAN, "行业标准": 20 * WAN}
    total = sum(
        worth[x["类别"]]
        for x in f["标准"]
        if x["类别"] in worth and x["领域"] in ("基础技术", "产品", "工艺", "技术服务") and x["方式"] in ("主导", "参与", "主导和参与")
        and x["已公布"] and x["公布年度"] == year and not x.get("以前已补贴", False)
    )
    if not total:
        return REFUSED, 0
    total = min(total, _left(f, "3(4)", 100 * WAN))
    return (GRANTED, total) if total else (USED_UP, 0)


def _scenes(f: Facts) -> Outcome:
    rows: list[tuple[int, int | None]] = []
    for x in f["应用场景项目"]:
        if ((x["国际领先"] or x["填补国内行业空白"]) and (x["全球首发"] or x["全国首发"]) and x["西城区落地应用"]
                and x["形成示范推广效应"] and x["取得一定效益"] and x["经认定"] and x["实际投资总额"]):
            award = x.get("核定金额")
            rows.append((min(x["实际投资总额"] * 30, 300 * WAN), None if award is None else award * 100))
    return _decided(rows, sum(b for b, _ in rows))


def _works(f: Facts) -> Outcome:
    year = f["政策兑现年度"]
    worth = {"影视": 50 * WAN, "动漫影视": 50 * WAN, "游戏": 30 * WAN, "动漫书籍": 10 * WAN}
    total = sum(worth[x["类型"]] * x.get("数量", 1) for x in f["版权衍生产品"]
                if x["类型"] in worth and x["自有版权"] and x["完成年度"] == year)
    total += sum(min(x["版权签约费用"] * 30, 20 * WAN) * x.get("数量", 1) for x in f["园区出版作品"]
                 if x["通过园区出版平台"] and x["成功出版"] and x["原创"] and x["出版年度"] == year)
    if not total:
        return REFUSED, 0
    total = min(total, _left(f, "6(3)", 100 * WAN))
    return (GRANTED, total) if total else (USED_UP, 0)


def _loans(f: Facts) -> Outcome:
    wants = []
    for x in f["贷款"]:
        if x["用于创业创新"]:
            good = x["类型"] in ("信用贷款", "知识产权质押贷款") or x["首次贷款"]
            wants.append((x["本年度缴纳利息"] * (50 if good else 30), x.get("事项标识")))
    return _granted(wants, f, "7(1)", 100 * WAN)


def _prizes(f: Facts) -> Outcome:
    year = f["政策兑现年度"]
    rows = [
        (100 * WAN, x["核定金额"] * 100 if "核定金额" in x else None)
        for x in f["创新平台与奖项"]
        if x["级别"] in HIGH and ((x["类型"] == "创新平台" and x["自建研发机构"]) or x["类型"] == "科技奖项")
        and x["获得年度"] == year and x["经认定"] and not x.get("以前已奖励", False)
    ]
    return _decided(rows, _left(f, "2(2)", 100 * WAN))


def _awards(f: Facts) -> Outcome:
    year = f["政策兑现年度"]
    rows = [
        (100 * WAN, x["核定金额"] * 100 if "核定金额" in x else None)
        for x in f["作品与设计获奖"]
        if x["奖项级别"] in ("国际", "国家", "北京市级") and x["获奖年度"] == year
    ]
    return _decided(rows, _left(f, "6(2)", 100 * WAN))


def _talents(f: Facts, kinds: tuple[str, ...], levels: tuple[str, ...], limit: int) -> Outcome:
    year = f["政策兑现年度"]
    rows = [x for x in f["人才称号"] if x["称号类别"] in kinds and x["级别"] in levels and x["企业人才"] and x["获得年度"] == year]
    made = _by_name(rows, "姓名", "个人本年度已获金额", limit)
    return _decided(made, sum(b for b, _ in made))


def _bases(f: Facts, table: str, limit: int) -> Outcome:
    made = _by_name([x for x in f[table] if x["经认定"]], "名称", "本年度已获金额", limit)
    return _decided(made, sum(b for b, _ in made))


def _housing(f: Facts) -> Outcome:
    if f["区综合贡献"][str(f["政策兑现年度"])] <= 0:
        return REFUSED, 0
    award = f.get("人才住房补贴核定金额")
    left = _left(f, "8(2)", 30 * WAN)
    return _decided([(left, None if award is None else award * 100)], left)


def by_hand(f: Facts) -> dict[str, Outcome]:
    """状态 and 分 of each clause that may give money; nothing if the gates are shut."""
    day = datetime.date.fromisoformat(f["申报日期"])
    who = f["主体"]
    if not (FIRST <= day <= LAST and 2021 <= f["政策兑现年度"] <= 2026):
        return {}
    named = who["中关村高新技术企业认定"] or who["科技企业孵化机构认定"] or (who["入驻出版创意产业园区"] and who["出版园区企业共同认定"])
    if not (who["西城区注册"] and who["西城区纳税"] and named):
        return {}
    return {
        "2(1)": _matched(f, "2(1)", ("科技重大专项",), 150 * WAN, 50, 100),
        "2(2)": _prizes(f), "2(3)": _growth(f), "3(1)": _arrival(f), "3(2)": _hitech(f), "3(3)": _patents(f),
        "3(4)": _standards(f), "4": _scenes(f), "5(1)": _bases(f, "孵化和加速基地", 1000 * WAN),
        "5(2)": _bases(f, "创新孵化平台", 300 * WAN),
        "6(1)": _matched(f, "6(1)", ("出版专项", "设计专项"), 100 * WAN, 50, 50), "6(2)": _awards(f), "6(3)": _works(f),
        "6(4)": _talents(f, ("出版人才", "设计人才"), ("国家", "北京市"), 50 * WAN), "7(1)": _loans(f),
        "8(1)": _talents(f, ("创新创业人才",), ("国家", "北京市", "中关村"), 100 * WAN), "8(2)": _housing(f),
        "9(1)": _matched(f, "9(1)", ("国际交流合作项目",), 100 * WAN, 50, 50),
    }


# -- sheets -------------------------------------------------------------------------------------------------


def rich_sheet(seed: int = 0) -> Facts:
    """About 200 leaves: every list has a few items, some of which count; a different mix for each seed."""
    n = seed
    facts: Facts = {
        "政策兑现年度": 2023, "申报日期": "2023-09-01", "科技活动经费支出强度": 0.071, "西城园平均强度": 0.065,
        "科技活动经费支出": {str(y): 2000000 + (y - 2019) * 350000 for y in range(2020, 2024)},
        "研发经费": {str(y): 4000000 + (y - 2019) * 900000 for y in range(2020, 2024)},
        "区综合贡献": {str(y): 1000000 + y * 37 for y in range(2021, 2024)}, "研发补贴事项标识": "研发",
        "本年度已获支持": {"2(1)": 100000 * (n % 3), "7(1)": 2000}, "人才住房补贴核定金额": 200000,
        "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True, "科技企业孵化机构认定": False,
                 "入驻出版创意产业园区": False, "出版园区企业共同认定": False},
        "新入驻企业": {"新入驻": True, "符合产业定位": True, "重大影响力": n % 2 == 0, "突出贡献": False, "西城区注册日期": "2021-12-06"},
        "高新技术企业": {"新入驻": False, "持有国家高新技术企业证书": True, "本年度取得证书次序": 1 + n % 2},
        "历史已获支持": [{"条款": "3(2)首次", "核定年度": 2022, "金额": 300000}] if n % 4 == 1 else [],
        "其他区级政策支持": [{"事项标识": "甲", "金额": 50000, "状态": "已获得"}] if n % 5 == 2 else [],
    }
    facts["上级资金"] = [
        {"类别": kind, "级别": level, "金额": 300000 + 1000 * n, "到账年度": 2023 - late, "事项标识": matter}
        for kind, level, late, matter in (("科技重大专项", "国家级", 0, "甲"), ("科技重大专项", "北京市级", 0, "乙"),
            ("出版专项", "北京市级", 0, "丙"), ("国际交流合作项目", "国家级", n % 2, "丁"), ("其他", "区级", 0, "戊"))
    ]
    facts["创新平台与奖项"] = [
        {"类型": "创新平台", "级别": "国家级", "自建研发机构": True, "获得年度": 2023, "经认定": True, "核定金额": 300000},
        {"类型": "科技奖项", "级别": "北京市级", "自建研发机构": False, "获得年度": 2023, "经认定": n % 3 > 0, "核定金额": 900000},
    ]
    facts["专利"] = [
        {"类型": kind, "途径": way, "已授权": True, "授权年度": 2023, "件数": 1 + n % 3, "本年度授权国家数": 4, "以前年度已补贴国家数": 3}
        for kind, way in (("国内发明专利", "直接申请"), ("国外专利", "PCT"), ("国外专利", "其他"))
    ]
    facts["标准"] = [
        {"类别": kind, "方式": "参与", "领域": "产品", "已公布": True, "公布年度": 2023} for kind in ("国家标准", "行业标准", "团体标准")
    ]
    marks = ("国际领先", "填补国内行业空白", "全球首发", "全国首发", "西城区落地应用", "形成示范推广效应", "取得一定效益", "经认定")
    facts["应用场景项目"] = [{**dict.fromkeys(marks, True), "实际投资总额": 3000001 + n, "核定金额": 500000},
                       {**dict.fromkeys(marks, True), "全球首发": False, "全国首发": False, "实际投资总额": 100}]
    facts["孵化和加速基地"] = [{"名称": x, "经认定": True, "本年度已获金额": 1000000, "核定金额": 2000000} for x in ("东", "西")]
    facts["创新孵化平台"] = [{"名称": x, "经认定": True, "核定金额": 2000000} for x in ("南", "南")]
    facts["作品与设计获奖"] = [{"奖项级别": x, "获奖年度": 2023} for x in ("国际", "区级")]
    facts["版权衍生产品"] = [{"类型": x, "自有版权": True, "完成年度": 2023, "数量": 1} for x in ("影视", "动漫书籍", "文创")]
    facts["园区出版作品"] = [{"通过园区出版平台": True, "成功出版": True, "原创": True, "版权签约费用": 400000, "出版年度": 2023}] * 2
    facts["人才称号"] = [
        {"姓名": name, "称号类别": kind, "级别": "北京市", "获得年度": 2023, "企业人才": True, "核定金额": 300000}
        for name, kind in (("赵", "出版人才"), ("钱", "设计人才"), ("孙", "创新创业人才"))
    ]
    facts["贷款"] = [
        {"类型": kind, "首次贷款": False, "用于创业创新": True, "本年度缴纳利息": 123456 + n, "事项标识": "贷" + kind}
        for kind in ("信用贷款", "抵押贷款", "保证贷款")
    ]
    return facts


def leaves(value: Any) -> int:
    """How many single facts a sheet holds."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    return sum(map(leaves, value)) if isinstance(value, list) else 1
