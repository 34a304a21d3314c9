"""The compiled evaluator: a plan lowered to Python over whole numbers, with the reference's decisions.

Facts come as records of whole numbers (facts/scaled), each clause becomes one function (expressions, clauses,
settle; compiled holds them), and what that returns becomes a clause decided (outcomes, details). A clause that meets an
unknown fact, or a form that is not covered here, is decided by the reference evaluator, which the caller
hands in. Nothing here knows a regulation.
"""

from __future__ import annotations

from .compiled import Compiled

__all__ = ["Compiled"]
