"""What an amendment changes, said in the policy's own terms: 企业年度上限 150万元 → 200万元.

    compare(old, new)       the changes in the order of the law; none if both mean the same
    comparison(old, new)    修改前｜修改后: the law's words side by side

Two checked Programs are compared by what they mean: the order of lines, blanks, comments, where a line
is cut or which of two equal words it uses are no change. Decides nothing, reads no facts, prints nothing.
"""

from __future__ import annotations

from xcrules.meaning.program import Program

from .clauses import Side, clause_changes, comparison, moved_clauses, policy_changes
from .items import Change, change_lines, changes_json
from .tables import case_changes, fact_changes, head_changes, parameter_changes, reading_changes

__all__ = ["Change", "Side", "change_lines", "changes_json", "compare", "comparison", "moved_clauses"]


def compare(old: Program, new: Program) -> tuple[Change, ...]:
    """Every change from `old` to `new`; an empty tuple if there is none."""
    clauses, moved = clause_changes(old, new)
    found = [*head_changes(old, new), *clauses, *policy_changes(old, new), *reading_changes(old, new),
             *fact_changes(old, new), *parameter_changes(old, new), *case_changes(old, new, moved)]
    places = list(dict.fromkeys(c.where for c in found))
    return tuple(sorted(found, key=lambda c: places.index(c.where)))
