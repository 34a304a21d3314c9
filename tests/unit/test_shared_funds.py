"""A 总额 shared out among all who apply: figures worked out by hand, cents that add up, nothing given that the rule leaves open."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, strategies as st

import xcrules
from xcrules.plan import steps
from xcrules.run.funds import Application, share_out

TABLES = """事实：申报，顶层
| 名称     | 类型 | 要求 | 角色     |
| 申报日期 | 日期 |      | 申报日期 |
| 得分     | 数   |      |          |
| 成立日期 | 日期 |      |          |

事实：项目，逐项
| 名称 | 类型 |
| 评分 | 数   |
| 经费 | 元   |

"""


def fund(line: str, of: str = "企业") -> steps.Fund:
    amount = "经费" if of != "企业" else "1万元"
    policy = xcrules.loads(f"{TABLES}「第一条 补贴，总额有限。」\n  对象：{of}\n  标准：{amount}\n  总额：{line}\n")
    found = policy._engines.default.plan.clauses[0].fund
    assert found is not None
    return found


def asks(*amounts: int, by: tuple[int | None, ...] = (), tie: tuple[int | None, ...] = ()) -> list[Application]:
    def at(values: tuple[int | None, ...], i: int) -> Fraction | None:
        return Fraction(x) if i < len(values) and (x := values[i]) is not None else None

    return [Application("abcde"[i], "1", "", amount, at(by, i), at(tie, i)) for i, amount in enumerate(amounts)]


def given_of(line: str, room: int | None, applications: list[Application], others: tuple[int | None, ...] = ()) -> list[int | None]:
    return [x.given for x in share_out(fund(line), room, applications, others)]


def test_what_suffices_is_given_whole() -> None:
    assert given_of("每年 300万元，超出按比例", 30, asks(10, 20)) == [10, 20]
    assert given_of("每年 300万元", 30, asks(10, 20)) == [10, 20]


def test_by_proportion_the_cents_add_up() -> None:
    assert given_of("每年 300万元，超出按比例", 100, asks(100, 100, 100)) == [34, 33, 33]  # 33⅓ each, one 分 is left: equal ones by name
    assert given_of("每年 300万元，超出按比例", 10, asks(1, 2, 20)) == [0, 1, 9]  # 0.43, 0.87, 8.70: the two larger remainders


def test_in_order_until_it_is_used_up() -> None:
    line = "每年 300万元，依 得分 从高，同分 按比例"
    assert given_of(line, 25, asks(10, 10, 10, by=(70, 90, 80))) == [5, 10, 10]
    assert given_of(line, 15, asks(10, 10, 10, by=(90, 80, 80))) == [10, 3, 2]
    assert given_of("每年 300万元，依 得分 从低到高，同分 按比例", 15, asks(10, 10, by=(70, 90))) == [10, 5]


def test_ranks() -> None:
    line = "前 2名，依 得分 从高，同分 按 成立日期 先到先得"
    assert given_of(line, None, asks(10, 20, 30, by=(1, 2, 3))) == [0, 20, 30]
    assert given_of(line, None, asks(10, 20, 30, by=(1, 1, 3), tie=(8, 7, 9))) == [0, 20, 30]
    assert given_of("前 2名，依 得分 从高，同分 按比例", None, asks(10, 21, 30, by=(1, 1, 3))) == [5, 10, 30]  # 31 for two, one place: 15


def test_what_the_rule_leaves_open_stays_open() -> None:
    silent = "每年 300万元，依 得分 从高"
    assert given_of(silent, 15, asks(10, 10, 10, by=(9, 8, 8))) == [10, None, None]
    assert given_of(silent, 30, asks(10, 10, 10, by=(9, 8, 8))) == [10, 10, 10]
    assert given_of(silent, 10, asks(10, 10, 10, by=(9, 8, 8))) == [10, 0, 0]
    assert given_of("每年 300万元", 15, asks(10, 10)) == [None, None]
    assert "同分" in share_out(fund(silent), 15, asks(10, 10, 10, by=(9, 8, 8)))[1].why


def test_nothing_is_given_away_while_others_may_still_ask() -> None:
    line = "每年 300万元，超出按比例"
    assert given_of(line, 30, asks(10), (20,)) == [10]
    assert given_of(line, 29, asks(10), (20,)) == [None]
    assert given_of(line, 29, asks(10), (None,)) == [None]
    assert given_of("每年 300万元，依 得分 从高，同分 按比例", 5, asks(10, 10, by=(1, None))) == [None, None]


def test_one_enterprise_takes_one_place_with_all_its_clauses() -> None:
    applications = [Application("甲", "1", "", 10, Fraction(5)), Application("甲", "2", "", 10, Fraction(5)), Application("乙", "1", "", 10, Fraction(4))]
    shares = share_out(fund("每年 300万元，依 得分 从高，前 1名，同分 按比例"), 15, applications)
    assert [(x.given, x.rank) for x in shares] == [(10, 1), (5, 1), (0, 2)]


def test_items_stand_in_order_by_themselves() -> None:
    made = fund("前 2名，依 评分 从高，同分 按比例", "每项 项目")
    applications = [Application("甲", "1", "项目[0]", 10, Fraction(5)), Application("甲", "1", "项目[1]", 10, Fraction(3)), Application("乙", "1", "项目[0]", 10, Fraction(4))]
    assert [x.given for x in share_out(made, None, applications)] == [10, 0, 10]


@pytest.mark.parametrize("line", ["每年 300万元，超出按比例", "每年 300万元，依 得分 从高，前 3名，同分 按比例", "每年 300万元，依 得分 从低，同分 按 成立日期 先到先得"])
@given(seed=st.integers(0, 2**40))
def test_never_more_than_there_is_nor_than_was_asked_and_the_order_of_rows_does_not_matter(line: str, seed: int) -> None:
    r = Random(seed)
    applications = [Application(f"e{i}", r.choice("12"), "", r.randrange(1, 60), Fraction(r.randrange(4)), Fraction(r.randrange(40))) for i in range(r.randrange(1, 9))]
    room = r.randrange(200)
    shares = share_out(fund(line), room, applications)
    known = [x.given for x in shares if x.given is not None]
    assert sum(known) <= room
    assert all(x.given is None or 0 <= x.given <= a.asked for x, a in zip(shares, applications, strict=True))
    if "超出" in line:
        assert sum(known) == min(room, sum(a.asked for a in applications))
    mixed = r.sample(range(len(applications)), len(applications))
    assert share_out(fund(line), room, [applications[i] for i in mixed]) == [shares[i] for i in mixed]
