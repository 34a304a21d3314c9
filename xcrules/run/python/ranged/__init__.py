"""Clauses over ranges, where whole numbers meet unknown facts: generated code in which what is known stays a whole number.

filled: a record in which each unknown fact stands as what is known of it. printing, source: nodes as Python. helpers: what that
calls. What ranges mean is told in run/ranges.
"""
