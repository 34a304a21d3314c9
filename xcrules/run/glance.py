"""A decision at a glance: one line for a prompt, a small table for a notebook."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .as_json import echo
from .results import range_text, shown, totals

if TYPE_CHECKING:
    from .decision import Decision


def decision_line(decision: Decision) -> str:
    """<Decision 某办法：合计 30万元；应予支持 2 款，不符合 5 款>."""
    counted = Counter(k.status for k in decision.clauses)
    who = "" if decision.number is None else f" {str(echo(decision.number))[:40]!r}"
    tally = "，".join(f"{status} {n} 款" for status, n in counted.most_common())
    return f"<Decision{who} {decision.policy[:40]}：{_sums(decision)}；{tally}>"


def _sums(decision: Decision) -> str:
    """合计 30万元; by what is said of them, where that is several things."""
    found = totals(decision.clauses)
    return "，".join(f"{f'合计{words}' if len(found) > 1 else '合计'} {range_text(span)}" for words, span in found.items())


def decision_html(decision: Decision) -> str:
    """One row for each clause: its number, what it came to, what is missing."""
    from html import escape  # only a notebook wants it

    head = "".join(f"<th>{name}</th>" for name in ("款", "结果", "待补"))
    rows = "".join(
        f"<tr><td>{escape(k.number)}</td><td>{escape(shown(k))}</td><td>{escape('、'.join(k.missing))}</td></tr>" for k in decision.clauses
    )
    caption = f"{escape(decision.policy)}：{escape(_sums(decision))}"
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
