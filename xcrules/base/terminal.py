"""What may stand on a terminal: words of facts and of the law are shown, never obeyed. The one place for it.

A control character, a direction override or any other invisible character is written out (\\x1b, \\u202e), so that
it can neither move the cursor nor hide or reverse what is read.
"""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[ -~\n一-鿿　-〿！-～]*")  # needs no look
_KEPT = "\n"
_NEVER = ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")


def visible(text: str) -> str:
    """The text with every character that could act on a terminal written out; line ends stay."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(ch if ch in _KEPT or unicodedata.category(ch) not in _NEVER else _written(ch) for ch in text.replace("\t", " "))


def _written(ch: str) -> str:
    code = ord(ch)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
