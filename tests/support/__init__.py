"""What the tests share; no test stands here.

Making things up: `strategies` (facts for a clause, by Hypothesis), `programs` (clauses over one vocabulary), `holes` (anything may
be unknown), `random_policies` (policies and facts by a seed), `enterprises` (facts of the first regulation), `office` (workbooks as
offices leave them), `workbooks`, `mistakes` (the corpora), `policies` (texts that many tests begin with, and building a policy).
Knowing better: `law` (the first regulation in plain numbers), `oracle` (it decides), `plain` (amounts of any clause), `recompute`
(reasons worked out again). Asking: `engines` (all there are), `decisions` (what of a decision is compared), `chapters` (examples in
Markdown), `commands` (the command line, in this process and in one of its own).
"""
