"""Text to Document: never raises, prints nothing, recovers at every line.

What a line that did not parse should have been is said by check, which knows the declared names.
"""

from __future__ import annotations

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Source, Span
from xcrules.draft.syntax import File

from .grammar import parse_content, parse_line
from .invisible import invisible
from .layout import lay_out
from .limits import MAX_FILE_CHARS

__all__ = ["parse_content", "parse_file", "parse_line"]


def parse_file(source: Source) -> tuple[File, list[Diagnostic]]:
    """The quotes and lines of one rule file, and what is wrong with its layout."""
    if len(source.text) > MAX_FILE_CHARS:
        found = Diagnostic(Code.FILE_TOO_LARGE, f"文件有 {len(source.text)} 字，超过 {MAX_FILE_CHARS} 字的限制", Span(source, 0, 1),
                           help="把规定分成几个文件，用 文件： 列出")
        return File(source, (), ()), [found]
    if unseen := invisible(source):
        return File(source, (), ()), unseen
    return lay_out(source, parse_line)
