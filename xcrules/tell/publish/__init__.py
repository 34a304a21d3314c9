"""A policy as one page to read: the law and its notes side by side, with everything that goes with them.

    publish_html(program)       one self-contained HTML file: no network, no other file
    publish_markdown(program)   the same for a repository or a mail

Made from the checked Program; nothing here decides, reads facts, writes a file or prints.
"""

from __future__ import annotations

from .markdown import publish_markdown
from .page import publish_html
from .tables import Marked, Row, Table

__all__ = ["Marked", "Row", "Table", "publish_html", "publish_markdown"]
