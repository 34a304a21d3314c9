"""从高：1、2 之间，同一 某栏: of two clauses the one counts that gives more where nothing weighs them, whatever bounds each has on what is alike."""

from __future__ import annotations

from random import Random

from hypothesis import given

import xcrules
from tests.properties.test_columns import assert_both_ways
from tests.support.decisions import by_every_engine, many
from tests.support.random_policies import SEEDS
from tests.support.tables import block_table

HEAD = """事实：申报，顶层
| 名称     | 类型 | 角色     |
| 兑现年度 | 年度 | 基准年度 |

事实：人才，逐名
| 名称     | 类型 |
| 身份证号 | 文字 |
| 甲       | 是否 |
| 乙       | 是否 |
| 额       | 元   |
| 已得     | 元   |

"""
CAPS = ("", "", "单项 5万元", "同一 身份证号 年度 9万元", "同一 身份证号 年度 20万元，已用 已得", "同一 身份证号 年度 额 × 1.5，已用 已得", "甲 的，同一 身份证号 年度 8万元")
WHOLE = ("", "从高：合计 同一 身份证号", "上限：合计 同一 身份证号 年度 12万元，已用 已得", "上限：合计 同一 身份证号 年度 12万元\n从高：合计 同一 身份证号")


def _lines(r: Random, who: str) -> str:
    cap = r.choice(CAPS)
    return f"对象：每名 人才，{who}\n标准：{r.choice(('额', '额 的 50%', '3万元', '7万元'))}\n" + (f"上限：{cap}\n" if cap else "")


def _clause(r: Random, number: str) -> str:
    if r.random() < 0.5:
        return f"「第{number}条 。」\n" + _lines(r, "甲") + r.choice(("", "从高：同一 身份证号\n"))
    return f"「第{number}条 。」\n分项：一\n" + _lines(r, "甲") + "分项：二\n" + _lines(r, "乙") + r.choice(WHOLE) + "\n"


def test_what_is_weighed_is_what_is_given() -> None:
    weighed = 0
    for seed in range(14):
        r = Random(seed)
        clauses = HEAD + _clause(r, "一") + _clause(r, "二")
        policy, alone = xcrules.loads(clauses + "「第三条 。」\n从高：1、2 之间，同一 身份证号\n"), xcrules.loads(clauses)
        if any(d.code == "W326" for d in policy.diagnostics):
            continue  # a bound that cannot be seen
        for _ in range(3):
            rows = [{"身份证号": "一", "甲": r.random() < 0.7, "乙": r.random() < 0.6, "额": r.randint(0, 20) * 10000, "已得": r.randint(0, 6) * 10000} for _ in range(r.randint(1, 3))]
            facts = {"兑现年度": 2020, "人才": rows}
            one, other = (alone.amounts(facts)[n] or 0 for n in ("1", "2"))
            expected = {"1": one, "2": 0} if one >= other else {"1": 0, "2": other}
            assert policy.amounts(facts) == expected, seed
            assert {k.number: (k.amount or 0) * 100 for k in policy.decide(facts, engine="reference").clauses} == expected, seed
            weighed += one > 0 and other > 0
    assert weighed >= 12


# -- 分项 among themselves, and with other clauses ------------------------------------------------------------------

SIDES = HEAD.replace("| 兑现年度 | 年度 | 基准年度 |\n", "| 兑现年度 | 年度 | 基准年度 |\n| 投入     | 元   |          |\n")
EVERY = {"1育": "甲", "1贴": "", "2": "乙", "3育": "乙", "3贴": "甲"}  # which rows count; "" is the enterprise
RATES = {"1育": 1, "1贴": 1, "2": 2, "3育": 1, "3贴": 3}


def _side(name: str, cap: int | None) -> str:
    who = f"每名 人才，{EVERY[name]}" if EVERY[name] else "企业"
    part = name[1:]
    return (f"分项：{part}\n" if part else "") + f"对象：{who}\n标准：{'额' if EVERY[name] else '投入'} × {RATES[name]}\n" + (f"上限：{part + ' ' if part else ''}企业年度 {cap}元\n" if cap else "")


def _worth(name: str, facts: dict[str, object], key: str | None, cap: int | None) -> int:
    """What a side comes to, for a key or for all."""
    if not EVERY[name]:
        return min(int(str(facts["投入"])) * RATES[name], cap or 10**9)
    rows = [x for x in facts["人才"] if x[EVERY[name]] and key in (None, x["身份证号"])]  # type: ignore[attr-defined]
    total = sum(x["额"] * RATES[name] for x in rows)
    return min(total, cap) if cap and key is None else total


def _sheet(r: Random, holes: bool = False) -> dict[str, object]:
    rows = [{"身份证号": r.choice("一二"), "甲": r.random() < 0.7, "乙": r.random() < 0.6, "额": r.choice((0, 10, 10, 20, 35)), "已得": 0} for _ in range(r.randint(0, 4))]
    for row in rows:
        if holes and r.random() < 0.3:
            row.pop(r.choice(("甲", "乙", "额", "身份证号")))
    return {"兑现年度": 2020, "投入": r.choice((0, 10, 20, 50)), "人才": rows}


@many(4)
@given(seed=SEEDS)
def test_parts(seed: int) -> None:
    """Of the sides the one that comes to most, of equal ones the first in the law, stays; with a key so for each key. What is not weighed stays."""
    r = Random(seed)
    caps = {name: r.choice((None, None, 30, 60)) for name in EVERY}
    keyed = r.random() < 0.4
    sides = sorted(r.sample([x for x in EVERY if not keyed or EVERY[x]], r.randint(2, 4)))
    if {"3育", "3贴"} <= {*sides} and r.random() < 0.3:
        sides, line = ["3育", "3贴"], "各分项 之间"
    else:
        line = "、".join(r.sample(sides, len(sides))) + " 之间"
    caps = {name: None if keyed else cap for name, cap in caps.items()}
    text = SIDES + "".join(f"「第{number}条 。」\n" + "".join(_side(x, caps[x]) for x in EVERY if x.startswith(str(i))) for i, number in ((1, "一"), (2, "二"), (3, "三")))
    rule = f"从高：{line}{'，同一 身份证号' if keyed else ''}\n"
    policy = xcrules.loads(text + (rule if line.startswith("各分项") else f"「第四条 。」\n{rule}"))
    if all(x == "2" for x in sides):
        return
    for _ in range(3):
        facts = _sheet(r)
        made = by_every_engine(policy, facts)
        left = dict.fromkeys(EVERY, 0)
        for key in ("一", "二") if keyed else (None,):
            worth = {x: _worth(x, facts, key, caps[x]) for x in EVERY if EVERY[x] or key != "二"}
            best = max(sides, key=lambda x: worth[x])
            for x, amount in worth.items():
                left[x] += amount if x == best or x not in sides else 0
        assert {n: made[n].amount for n in "123"} == {n: sum(a for x, a in left.items() if x.startswith(n)) for n in "123"}, (rule, facts)
    by_every_engine(policy, _sheet(r, holes=True))
    sheets = [{**_sheet(r), "编号": f"e{i}"} for i in range(8)]
    assert_both_ways(policy, block_table(sheets, policy.program.form))


@many(3)
@given(seed=SEEDS)
def test_one_bound_over_parts(seed: int) -> None:
    """上限：1育、3贴 合计: in the order of the law each side has what those before it leave; what is not under it stays. In thirds of a 分 no more than the bound is given."""
    r = Random(seed)
    caps = {name: r.choice((None, None, 30, 60)) for name in EVERY}
    totals = {i: r.choice((None, 40)) for i in "13"}
    sides, most, thirds = sorted(r.sample([*EVERY], r.randint(2, 5))), r.choice((0, 30, 50, 90)), r.random() < 0.3
    if all(x == "2" for x in sides):
        return
    text = SIDES + "".join(f"「第{number}条 。」\n" + "".join(_side(x, caps[x]) for x in EVERY if x.startswith(str(i))) + (f"上限：合计 企业年度 {totals[str(i)]}元\n" if totals.get(str(i)) else "")
                           for i, number in ((1, "一"), (2, "二"), (3, "三")))
    policy = xcrules.loads((text.replace("标准：额", "标准：额 ÷ 3 ÷ 100") if thirds else text) + f"「第四条 。」\n上限：{'、'.join(r.sample(sides, len(sides)))} 合计 企业年度 {most}元\n")
    for _ in range(3):
        facts = _sheet(r)
        made = by_every_engine(policy, facts)
        if thirds:
            assert sum(i.amount or 0 for x in sides for i in made[x[0]].items if i.part == x[1:]) <= most
            continue
        worth = {x: _worth(x, facts, None, caps[x]) for x in EVERY}
        room, came = most, dict(worth)
        for side in sorted(EVERY):
            before = sum(worth[x] for x in EVERY if x < side and x[0] == side[0])
            own = min(worth[side], max((totals.get(side[0]) or 10**9) - before, 0))
            came[side] = min(worth[side], room) if side in sides else worth[side]
            room = max(room - own, 0) if side in sides else room
        assert {n: made[n].amount for n in "123"} == {n: min(sum(a for x, a in came.items() if x.startswith(n)), totals.get(n) or 10**9) for n in "123"}, (sides, facts)
    by_every_engine(policy, _sheet(r, holes=True))
    sheets = [{**_sheet(r), "编号": f"e{i}"} for i in range(8)]
    assert_both_ways(policy, block_table(sheets, policy.program.form))


# -- with what others give, several clauses together ----------------------------------------------------------------

TOGETHER = """事实：申报，顶层
| 名称     | 类型 | 角色     |
| 兑现年度 | 年度 | 基准年度 |
| 投入     | 元   |          |
| 本人     | 文字 |          |

事实：人才，逐名
| 名称     | 类型 | 要求 | 角色     |
| 身份证号 | 文字 | 可缺 | 事项标识 |
| 甲       | 是否 |      |          |
| 乙       | 是否 |      |          |
| 额       | 元   |      |          |
| 已得     | 元   |      |          |

事实：别处，逐笔，闭世界，外部支持
| 名称 | 类型             | 角色     |
| 何人 | 文字             | 外部事项 |
| 给了 | 元               | 外部金额 |
| 状态 | 得了、可得、不予 | 外部状态 |

"""
GIVING = {"1": ("每名 人才，甲", "额", 1), "2": ("每名 人才，乙", "额", 2), "3": ("企业，事项 见 本人", "投入", 1), "4": ("每名 人才", "额", 1)}


def _given_elsewhere(r: Random, holes: bool = False) -> dict[str, object]:
    rows = [{"何人": r.choice("一二"), "给了": r.choice((0, 5, 20, 45, 200)), "状态": r.choice(("得了", "得了", "可得", "不予"))} for _ in range(r.randint(0, 3))]
    for row in rows if holes else ():
        if r.random() < 0.3:
            row.pop(r.choice(("何人", "给了", "状态")))
    facts: dict[str, object] = {**_sheet(r, holes), "本人": r.choice("一二"), "别处": rows}
    if r.random() < 0.2:
        for person in facts["人才"]:  # type: ignore[attr-defined]
            person.pop("身份证号", None)  # these are nobody's matter
    return facts


@many(4)
@given(seed=SEEDS)
def test_what_others_gave_is_taken_off_once(seed: int) -> None:
    """竞合：……，1、3 合计: of each matter what these come to, less what was received, the first in the law less first; none of it where a rival is above. Others each by itself."""
    r = Random(seed)
    over, settle, cap = sorted(r.sample([*GIVING], r.randint(2, 4))), r.choice(("补差", "补差", "即止")), r.choice((None, 25))
    line = f"竞合：同一 身份证号 与 别处，得了 {settle}，可得 择高，{'、'.join(r.sample(over, len(over)))} 合计\n"
    text = TOGETHER + "".join(f"「第{'一二三四'[int(n) - 1]}条 。」\n对象：{who}\n标准：{what} × {rate}\n" + (f"上限：企业年度 {cap}元\n" if cap and n == over[0] else "") for n, (who, what, rate) in GIVING.items())
    policy = xcrules.loads(text + "「第五条 。」\n" + line)

    def share(n: str, key: str | None, facts: dict[str, object]) -> int:
        if n == "3":
            return int(str(facts["投入"])) if facts["本人"] == key else 0
        return sum(x["额"] * GIVING[n][2] for x in facts["人才"] if x.get("身份证号") == key and (n == "4" or x["甲" if n == "1" else "乙"]))  # type: ignore[attr-defined]

    for _ in range(3):
        facts = _given_elsewhere(r)
        made, left = by_every_engine(policy, facts), dict.fromkeys(GIVING, 0)
        for key in ("一", "二", None):
            told = [x for x in facts["别处"] if x["何人"] == key]  # type: ignore[attr-defined]
            had, rival = sum(x["给了"] for x in told if x["状态"] == "得了"), max([x["给了"] for x in told if x["状态"] == "可得"], default=0)
            for group in (over, *([n] for n in GIVING if n not in over)):
                worth = {n: share(n, key, facts) for n in group}
                nothing, off = rival > sum(worth.values()) or (settle == "即止" and had > 0), had
                for n, amount in worth.items():
                    left[n] += 0 if nothing else max(amount - off, 0)
                    off = max(off - amount, 0)
        left[over[0]] = min(left[over[0]], cap or 10**9)
        assert {n: made[n].amount for n in GIVING} == left, (line, facts)
    by_every_engine(policy, _given_elsewhere(r, holes=True))
    sheets = [{**_given_elsewhere(r), "编号": f"e{i}"} for i in range(8)]
    assert_both_ways(policy, block_table(sheets, policy.program.form))
