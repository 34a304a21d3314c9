"""Amending a policy: every place that goes with a change of the law's words is changed together, or none is.

    amend(loaded, old, new, number)    one change of words, with all that goes along
    amend_by(loaded, source)           an amendment as a document
"""

from __future__ import annotations
