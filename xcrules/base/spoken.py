"""Paths as people say them: 贷款[1].金额 is 贷款第2笔的金额. The path itself stays in JSON.

What may stand on a terminal: words of facts and of the law are shown, never obeyed. The one place for it.

A control character, a direction override or any other invisible character is written out (\\x1b, \\u202e), so that
it can neither move the cursor nor hide or reverse what is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

BESIDE = "\x1f"  # between the words of a key of several columns, which no text that is reported holds
_PLACE = re.compile(r"([^.\[\]\s「]+)\[(\d+)\]")


def spoken(path: str, counters: Mapping[str, str]) -> str:
    """A path with places counted from 1 and the list's own word for one of its rows; `counters` are 表 → 笔."""
    return places_spoken(path, counters).replace(".", "的")


def places_spoken(sentence: str, counters: Mapping[str, str]) -> str:
    """A sentence in which rows are counted so: 5(1) 孵化基地[0]：核定的是…… is 5(1) 孵化基地第1个：核定的是……"""
    return _PLACE.sub(lambda m: f"{m[1]}第{int(m[2]) + 1}{counters.get(m[1], '项')}", sentence)


def spoken_group(key: str) -> str:
    """What a group is called: by its key; "" if the key of its one claim is not known, or does not apply."""
    return "" if key.startswith("\0") else key.replace(BESIDE, "、")


# -- on a terminal ---------------------------------------------------------------------------------------------------

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
