"""The compiled evaluator: a plan lowered to Python over whole numbers, with the reference's decisions.

Facts are kept in sheets of whole numbers (sheet), each clause becomes one function (expressions, clauses,
settle; compiled holds them), and what that returns becomes a clause decided (outcomes, details). A clause that meets an
unknown fact, or a form that is not covered here, is decided by the reference evaluator, which the caller
hands in. Nothing here knows a regulation.
"""

from __future__ import annotations

from .compiled import Compiled
from .sheet import Sheets
from .sheetfacts import SheetFacts, on_sheet, quick_reader
from .structs import sheets_of

__all__ = ["Compiled", "SheetFacts", "Sheets", "on_sheet", "quick_reader", "sheets_of"]
