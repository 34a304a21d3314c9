"""What unknown facts leave of a value, and of a clause: ranges with the facts they rest on. Both engines read their meaning here.

abstract: ranges, truths, words. meaning: single facts, comparisons, choices, folds. groups, caps, best, against: the steps on claims.
outcome: what a clause may come to. entry: the gates, and what stays possible past them.
"""
