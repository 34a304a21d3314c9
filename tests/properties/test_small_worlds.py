"""Every sheet of two rows over a few values, with every combination of gaps: what is left open holds whatever is filled in.

Nothing is drawn, so nothing is missed: of a step on claims each order, tie, zero and doubt occurs.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import xcrules
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import PENDING

TABLES = """事实：申报，顶层
| 名称   | 类型      | 要求   | 角色     |
| 年度   | 年度      |        | 基准年度 |
| 已获   | 逐款 元   | 闭世界 | 本年台账 |

事实：项目，逐项
| 名称 | 类型           | 要求 |
| 单位 | 文字           |      |
| 级别 | 国家级、市级   |      |
| 经费 | 元             |      |
| 认定 | 是否           |      |
| 核定 | 元             | 可缺 |

「第一条 办法」
  对象：每项 项目，认定
"""
DISCRETION = "  裁量：由 机关 核定，记入 核定\n  上限：单项 经费\n"
BY_RANK = "  从高：同一 单位，依 级别（国家级、市级）\n"
LEVELS, MONEY, YES, UNITS = ("国家级", "市级"), (0, 3), (True, False), ("甲", "乙")
WORLDS: dict[str, tuple[str, dict[str, tuple[Any, ...]]]] = {
    "by rank": (f"  标准：经费\n{BY_RANK}", {"级别": LEVELS, "经费": MONEY, "认定": YES}),
    "by amount": ("  标准：经费\n  从高：同一 单位\n", {"单位": UNITS, "经费": MONEY, "认定": YES}),
    "settled by rank": (DISCRETION + BY_RANK, {"级别": LEVELS, "经费": MONEY, "认定": YES}),
    "one of them settled": (DISCRETION + "  从高：同一 单位\n  上限：企业年度 3元\n", {"单位": UNITS, "经费": (2, 3), "认定": YES}),
    "a cap for each": ("  标准：经费\n  上限：级别 为 国家级 的，同一 单位 年度 4元\n  静默：W339，只看本次\n", {"单位": UNITS, "级别": LEVELS, "认定": YES}),
}
SHEETS = 665  # that have a gap: three values or a gap in each of six cells, less the whole ones


@pytest.mark.parametrize("world", WORLDS)
def test_what_is_open_holds_whatever_is_filled_in(world: str) -> None:
    lines, domain = WORLDS[world]
    policy = xcrules.loads(TABLES + lines)
    cells = [(row, name) for row in range(2) for name in domain]

    def decide(values: tuple[Any, ...]) -> ClauseDecision:
        rows: list[dict[str, Any]] = [{"单位": "甲", "级别": "国家级", "经费": 3, "认定": True, "核定": x} for x in (2, None if "one of" in world else 2)]
        for (row, name), value in zip(cells, values, strict=True):
            rows[row][name] = value
        return policy.decide({"年度": 2024, "项目": rows})["1"]

    whole = {values: _answer(decide(values)) for values in product(*(domain[name] for _, name in cells))}
    sheets = [values for values in product(*((*domain[name], None) for _, name in cells)) if None in values]
    assert len(sheets) == SHEETS
    for values in sheets:
        made = decide(values)
        ways = list(product(*(domain[name] if value is None else (value,) for (_, name), value in zip(cells, values, strict=True))))
        _holds(made, [whole[x] for x in ways], values)
        for place, (row, name) in enumerate(cells):
            if values[place] is None and f"项目[{row}].{name}" not in made.missing:
                assert all(whole[x] == whole[(*x[:place], other, *x[place + 1:])] for x in ways for other in domain[name]), (values, name)


def _answer(made: ClauseDecision) -> tuple[Any, ...]:
    return made.status, made.amount, made.bound


def _holds(made: ClauseDecision, answers: list[tuple[Any, ...]], values: tuple[Any, ...]) -> None:
    """A decision is every answer that may come; a range holds each."""
    if made.status != PENDING:
        assert {_answer(made)} == set(answers), values
    for told, place in ((made.amount_range, 1), (made.bound_range, 2)):
        assert told is None or all(told[0] <= x[place] <= told[1] for x in answers if x[place] is not None), (values, told)
