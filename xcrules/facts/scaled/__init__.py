"""Facts brought to whole numbers: the form in which code made from rules reads them.

values: what stands where no number does. scales: at which denominator a fact is a whole number. structs: a policy's record
classes, which msgspec fills from plain values. scaling: bringing what it read to the scales. records: the classes of one policy,
and the way from checked facts to a record and back. facts: ScaledFacts, which hold a record and are facts like any others.
"""

from __future__ import annotations

from .facts import ScaledFacts, quick_reader, scaled_facts
from .records import Records
from .structs import records_of

__all__ = ["Records", "ScaledFacts", "quick_reader", "records_of", "scaled_facts"]
