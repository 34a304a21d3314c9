"""W346: full years or months are held against a most that 1 year 11 months is then within."""

from __future__ import annotations

from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.meaning import values
from xcrules.meaning.program import Program

_DATED = {"<=": "不晚于", ">": "晚于", "=": "等于"}  # what says to the day what of full years reaches a year further


def spans(program: Program) -> Iterator[Diagnostic]:
    """自 创办日期 至 申报日期 的 年数 不超过 1年, wherever it stands."""
    told: set[object] = set()
    for rule in (*program.policy_rules, *(r for clause in program.clauses for r in clause.rules())):
        for node in values.nodes_of(rule.body):
            if isinstance(node, values.Compare) and node.op in _DATED and isinstance(node.left, values.Arith) and node.left.op in ("年数", "月数") and node.span not in told:
                told.add(node.span)
                yield _floored(node, node.left, rule.origin)


def _floored(node: values.Compare, length: values.Arith, origin: values.Origin) -> Diagnostic:
    start, end, most = (x.span.text.strip() if x.span else "" for x in (length.left, length.right, node.right))
    unit = "年" if length.op == "年数" else "个月"
    word = _DATED[node.op]
    within = "不算超过" if node.op == ">" else "也算在内"
    right = f"写成 {end} {word} {start} ＋ {most}" if start and end and most else f"写成两个日期的比较（{word}）"
    right = f"满几年、几个月的写 不低于；正好那一天的，{right}" if node.op == "=" else right
    return Diagnostic(Code.FULL_YEARS_AT_MOST, f"「{length.op}」数的是整{unit[-1]}，零头不计：超过 {most or '这个数'}、不满再加 1{unit}的，{within}", node.span or origin.span,
                      f"{right}；原文数的就是整{unit[-1]}的，用 静默：W346，理由")
