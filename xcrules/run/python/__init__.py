"""The compiled evaluator: nodes (run/lowered) printed as Python, with the reference's decisions.

printing: a node as an expression. writing: a clause as a function. clause, compiled: a plan as functions over records of facts.
outcomes, details: what these return, as clauses decided and their reasons. variants: the same under other choices of readings,
compared. helpers: what generated code calls. A clause that meets an unknown fact is decided by the reference evaluator, which the
caller hands in. Nothing here knows a regulation.
"""

from __future__ import annotations

from .compiled import Compiled

__all__ = ["Compiled"]
