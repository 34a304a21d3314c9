"""Characters that nobody sees: zero-width marks, odd blanks, control characters. Found before anything is read.

They come along when text is pasted from web pages and word processors, and make two words that look the
same different. A blank of another kind becomes a blank, all else is taken out; nothing else is looked at.
"""

from __future__ import annotations

import re
import unicodedata

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.identity import UNSEEN_NAMES
from xcrules.base.source import Source, Span

MOST = 100  # findings for one text
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f"
_UNSEEN = re.compile(
    f"[{_BLANKS}]|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffd\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]+"
)

def invisible(source: Source) -> list[Diagnostic]:
    """A finding for each run of such characters, with its name and the mend."""
    found: list[Diagnostic] = []
    for match in _UNSEEN.finditer(source.text):
        char, span = match[0][0], Span(source, *match.span())
        blank = bool(re.match(f"[{_BLANKS}]", char))
        name = UNSEEN_NAMES.get(char) or unicodedata.name(char, "控制字符" if ord(char) < 0xE000 else "私用区的字")
        found.append(
            Diagnostic(Code.INVISIBLE_CHARACTER, f"这里有看不见的字符：{name}（U+{ord(char):04X}）", span, "换成普通空格" if blank else "删去它；多半是从网页或文档里粘贴来的",
                       fixes=(Fix("换成空格" if blank else "删去", span, " " if blank else "", sure="\ufffd" not in match[0]),))
        )
        if len(found) == MOST:
            break
    return found
