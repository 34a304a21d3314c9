"""Facts brought to whole numbers: the form in which code made from rules reads them.

values: at which denominator a fact is a whole number, and what stands where there is none. classes: a policy's record
classes, which msgspec fills from plain values, and what it took, brought to scale. records: plain values or checked facts to a
record, and back; ScaledFacts, which hold one and are facts like any others.
"""

from __future__ import annotations

from .records import Records, ScaledFacts, scaled_facts

__all__ = ["Records", "ScaledFacts", "scaled_facts"]
