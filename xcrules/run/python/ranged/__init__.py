"""Clauses over ranges, where whole numbers meet unknown facts: generated code in which what is known stays a whole number.

filled: a record in which each unknown fact stands as what is known of it. printing: nodes as Python. helpers: what that
calls. claims, outcome: what a clause comes to by them. What ranges mean is told in run/ranges.
"""
