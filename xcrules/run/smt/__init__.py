"""The lowering printed for a solver (z3): what clauses come to for every sheet of facts at once, within stated bounds.

terms: numbers and truths of the solver. sheet: facts that are not known, and the bounds they keep to. printing: a node as a term.
clause: claims and steps. outcome: status, amount and bound. plan: gates and clauses of a plan. What is not covered raises
Uncovered with its reason. Needs z3 (pip install 'xcrules[prove]'): to be imported inside functions. Nothing here knows a regulation.
"""
