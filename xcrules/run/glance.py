"""A decision at a glance: one line for a prompt, a small table for a notebook."""

from __future__ import annotations

from collections import Counter
from html import escape

from .results import DecisionView, range_text, shown, total


def decision_line(decision: DecisionView) -> str:
    """<Decision 某办法：合计 30万元；应予支持 2 款，不符合 5 款>."""
    counted = Counter(k.status for k in decision.clauses)
    who = "" if decision.number is None else f" {str(decision.number)[:40]!r}"
    tally = "，".join(f"{status} {n} 款" for status, n in counted.most_common())
    return f"<Decision{who} {decision.policy[:40]}：合计 {range_text(total(decision.clauses))}；{tally}>"


def decision_html(decision: DecisionView) -> str:
    """One row for each clause: its number, what it came to, what is missing."""
    head = "".join(f"<th>{name}</th>" for name in ("款", "结果", "待补"))
    rows = "".join(
        f"<tr><td>{escape(k.number)}</td><td>{escape(shown(k))}</td><td>{escape('、'.join(k.missing))}</td></tr>" for k in decision.clauses
    )
    caption = f"{escape(decision.policy)}：合计 {escape(range_text(total(decision.clauses)))}"
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


