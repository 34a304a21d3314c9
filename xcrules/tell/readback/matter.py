"""What a clause is about, in its own words."""

from __future__ import annotations

import re


def matter_text(words: str, most: int = 40) -> str:
    """What the clause is about: its own first phrase, without its number."""
    text = _NUMBERED.sub("", words.partition("\n")[0])
    found, *others = [x for x in _PHRASE.split(text) if x] or [text]
    for more in others:
        if len(found) >= 8:
            break
        found += "，" + more
    shown = found if len(found) <= most else found[: most - 1]
    return (_OPEN.sub("", shown) or shown) + "…" * (shown != found)


_NUMBERED = re.compile(r"^\s*(第[一二三四五六七八九十百〇零两]+条\s*|[（(][一二三四五六七八九十百]+[)）]\s*|[一二三四五六七八九十]+、\s*|\d{1,3}[.．、](?!\d)\s*|[（(]\d{1,3}[)）]\s*)+")
_OPEN = re.compile(r"[（(][^（()）]*$")  # a bracket that what is shown does not close
_PHRASE = re.compile(r"[，,。；;]|[：:](?!\d)|(?<!\d)[：:]")  # not 6：4
