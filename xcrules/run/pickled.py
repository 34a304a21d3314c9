"""What of a decision travels to another process: all that it says, and not the facts and policy that its reasons rest on.

争议 and the warnings are worked out before it leaves, so that `to_json()` says the same at both ends; items, caps and
readings stay behind, and asking for them is an error that names the way to them.
"""

from __future__ import annotations

import pickle
import zlib
from typing import Any, NoReturn

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError

_SAID = ("number", "title", "words", "status", "amount", "bound", "sure", "amount_range", "bound_range", "this_year", "this_year_range", "applied", "applied_range", "saying", "reverse", "parts", "by_part",
         "schedule", "waiting", "missing", "disputes", "reason", "exempt")


def left_behind(*_: object) -> NoReturn:
    """What asking for reasons that did not travel ends in."""
    help_ = "理由要在作出决定的进程里读；或在这里用同一政策、同一份事实 policy.decide(事实)，或 policy.explain(事实, 款号)"
    raise XcrulesError([Diagnostic(Code.REASONS_LEFT_BEHIND, "这份决定是从别的进程传来的，没有带上理由（各项、封顶、竞合、读法）", help=help_)])


class _Stayed:
    """In the place of reasons, and of what compares readings: 争议 travelled, the comparison itself did not."""

    reasons = evidence = acting = refusals = uses = disputes = why = left_behind


_STAYED = _Stayed()


def clause_state(clause: object) -> dict[str, Any]:
    """What a clause says."""
    return {name: getattr(clause, name) for name in _SAID}


def clause_again(state: dict[str, Any]) -> dict[str, Any]:
    """The fields of a clause that travelled."""
    return {**state, "_why": _STAYED, "_compare": _STAYED}


def decision_state(said: dict[str, Any]) -> bytes:
    """The fields of a decision, packed: the words of the law are most of it."""
    return zlib.compress(pickle.dumps(said, protocol=5))


def decision_again(state: bytes) -> dict[str, Any]:
    """The fields of a decision that travelled."""
    held: dict[str, Any] = pickle.loads(zlib.decompress(state))  # inside a pickle that is being read already
    return held
