"""总额 as a phrase: how much there is for all enterprises, and what becomes of applications beyond it."""

from __future__ import annotations

from xcrules.facts.types import DateType, YearType
from xcrules.meaning import rules

from .literals import type_of
from .names import named
from .phrases import Phrases
from .words import joined


def fund_text(body: rules.Fund, words: Phrases, of_policy: bool = False) -> str:
    """全部企业每年合计不超过300万元，超出的按各自申请额同比例核减；每家企业先列申请额，待统筹后确定."""
    whose = f"{joined(named(body.clauses), '与')}，" if of_policy else ""
    said = [f"全部{words.who}{'每年' if body.yearly else '在有效期内'}合计不超过{words.value(body.total)}"] if body.total is not None else []
    if body.shared:
        said.append("超出的按各自申请额同比例核减")
    if body.order is not None:
        said.append(f"{_order(body.order, words)}依次给予" + (f"，只给前{body.ranks}名" if body.ranks is not None else ""))
    if body.tie is not None:
        said.append(f"相同的{_order(body.tie, words)}排列")
    if body.tie_shared:
        said.append("相同的按各自申请额同比例分配")
    left = f"；{body.open.replace('怎么办', '的如何处理')}，没有规定" if body.open else ""
    kept = f"；统筹后分得的记入“{words.value(body.record)}”，没有记入的待统筹" if body.record is not None else f"；{words.each}先列申请额，待统筹后确定"
    return f"{whose}{'，'.join(said)}{left}{kept}"


def _order(order: rules.Order, words: Phrases) -> str:
    """按综合得分从高到低; 按申报日期从早到晚."""
    early, late = ("早", "晚") if isinstance(type_of(order.by), DateType | YearType) else ("低", "高")
    return f"按{words.value(order.by)}" + (f"从{late}到{early}" if order.way == "从高" else f"从{early}到{late}")
