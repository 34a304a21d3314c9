"""A policy as one page to read: the law and its notes side by side, with everything that goes with them.

    publish_html(program)       one self-contained HTML file: no network, no other file
    publish_markdown(program)   the same for a repository or a mail

Made from the checked Program, and from what the door that asks for it knows beside (`Backing`: cases, coverage, slips, proofs);
nothing here decides, reads facts, writes a file or prints.
"""

from __future__ import annotations

from .backing import Backing, Place, Remark, Score
from .markdown import publish_markdown
from .page import publish_html
from .tables import Clauses, Marked, Row, Table

__all__ = ["Backing", "Clauses", "Marked", "Place", "Remark", "Row", "Score", "Table", "publish_html", "publish_markdown"]
