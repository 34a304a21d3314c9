"""Amending a policy: every place that goes with a change of the law's words is changed together, or none is.

    changed(law, at, old, new)    what one change of words brings about, and what is left to a person
    checked(...)                  the policy afterwards, read and checked as a whole
"""

from __future__ import annotations
