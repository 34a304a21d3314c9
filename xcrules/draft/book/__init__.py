"""The five-column book: a policy as a workbook that an office edits, and back without loss.

条款｜原文｜栏目｜读法｜内容, one row for each labelled line; the tables stand on pages of their own. 条款 is
there for reading only. Not here: facts of an enterprise (facts/), reading and writing files (cli).
"""

from .read import Imported, import_book
from .write import export_book

__all__ = ["Imported", "export_book", "import_book"]
