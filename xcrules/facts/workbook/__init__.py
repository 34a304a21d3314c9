"""What an enterprise is asked, as an Excel workbook to fill in; and a filled workbook read back as plain facts.

Not here: what the facts mean, and whether they are right (given.py).
"""

from __future__ import annotations

from .read import read_workbook
from .write import form_book

__all__ = ["form_book", "read_workbook"]
