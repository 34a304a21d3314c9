"""Bounds as they are told: a case without one, a recorded award that came down. Of what they come to see tests/spec/11-上限.md."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.recompute import wrong
from xcrules.draft.outline import outline
from xcrules.store.load import load_text
from xcrules.tell.explain import reason_json
from xcrules.use.python.policy import Policy

TEXT = """事实：申报，顶层
| 名称 | 类型 | 要求      |
| 领军 | 是否 |           |
| 核定 | 元   | 核定 局，可缺 |

「第一条 由局核定，一次最高10万元，全年最高8万元，领军不限。」
  对象：企业
  裁量：由 局 核定，记入 核定
  上限：单项 10万元
  上限：非 领军 的，企业年度 8万元
「第二条 由局核定，领军不限，别的最高8万元。」
  对象：企业
  裁量：由 局 核定，记入 核定
  上限：非 领军 的，企业年度 8万元
"""


def policy(text: str = TEXT) -> Policy:
    loaded = load_text(text)
    assert loaded.program is not None, loaded.diagnostics
    return Policy(loaded.program)


def told(facts: dict[str, Any], number: str) -> list[str]:
    """What each 上限 of the clause is said to have done; every figure of it recomputes."""
    reason = policy().explain(facts, number)
    assert not wrong(reason_json(reason))
    found, left = [], [reason]
    while left:
        one = left.pop(0)
        left = [*one.kids, *left]
        found += [one.value] if one.label == "上限" else []
    return found


@pytest.mark.parametrize(("facts", "number", "said"), [
    ({"领军": False, "核定": 150000}, "1", ["15万元 → 10万元", "10万元 → 8万元"]),
    ({"领军": True, "核定": 150000}, "1", ["15万元 → 10万元", "10万元，这里没有上限"]),
    ({"领军": False, "核定": 50000}, "1", ["5万元，没有超过", "5万元，没有超过"]),
    ({"领军": False}, "1", ["至多 10万元", "10万元 → 8万元"]),
    ({"领军": False, "核定": 150000}, "2", ["15万元 → 8万元"]),
    ({"领军": True}, "2", ["这里没有上限"]),
    ({}, "2", ["上限至少 8万元"]),
])
def test_what_a_bound_did(facts: dict[str, Any], number: str, said: list[str]) -> None:
    assert told(facts, number) == said


RIVALS = """事实：申报，顶层
| 名称   | 类型 | 要求      |
| 投资   | 元   |           |
| 核定额 | 元   | 核定 局，可缺 |

「第一条 奖投资的10%。」
  对象：企业
  标准：投资 的 10%
「第二条 由局核定，最高500万元。」
  对象：企业
  裁量：由 局 核定，记入 核定额
  上限：企业年度 500万元
「第三条 两条只取其一。」
  从高：1、2 之间
"""


@pytest.mark.parametrize(("settled", "said"), [
    ({}, "至多 500万元，核定以后再比"), ({"核定额": 500000}, "50万元 → 0元，他款更高"), ({"核定额": 3000000}, "300万元，取这一款"),
])
def test_which_of_two_is_taken_is_not_said_before_it_is_settled(settled: dict[str, Any], said: str) -> None:
    reason = policy(RIVALS).explain({"投资": 10_000_000, **settled}, "2")
    assert [kid.value for kid in reason.kids if kid.label == "从高"] == [said]


@pytest.mark.parametrize(("investment", "clause", "said", "holds"), [
    (5_000_000, "2", "50万元 → 0元，一样高，取条文在前的一款", False), (5_000_000, "1", "50万元，取这一款", True), (None, "1", "还没有定，还不能确定取哪一款", None),
])
def test_of_two_alike_the_first_is_taken_and_nothing_is_taken_before_it_is_known(investment: int | None, clause: str, said: str, holds: bool | None) -> None:
    """10 % of 500万 is 50万, as much as is recorded of the other."""
    reason = policy(RIVALS).explain({"投资": investment, "核定额": 500_000}, clause)
    assert [(kid.value, kid.holds) for kid in reason.kids if kid.label == "从高"] == [(said, holds)]


def test_words_of_a_table_stay_rows_and_an_article_has_its_title() -> None:
    law = """「第一条 【落户奖】按下表给予：
甲级 | 3万元
乙级\t2万元」
  性质：导向
「（一）按投资的10%。」
  对象：企业
  标准：投资 的 10%
「第二条 对扩大投资的再给予：」
「（一）按投资的5%。」
  对象：企业
  标准：投资 的 5%
"""
    made = policy(RIVALS[: RIVALS.index("「")] + law)
    decision = made.decide({"投资": 1_000_000})
    assert [k.title for k in decision.clauses] == ["第一条 【落户奖】", "第二条 对扩大投资的再给予"]
    assert outline(made.program.document.files).words["1"] == "第一条 【落户奖】按下表给予：\n甲级 | 3万元\n乙级 2万元"
