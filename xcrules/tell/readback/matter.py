"""What a clause is about, in its own words."""

from __future__ import annotations

import re


def matter_text(words: str, most: int = 40) -> str:
    """What the clause is about: its own first phrase, without its number."""
    text = _NUMBERED.sub("", words.partition("\n")[0])
    phrases = [x for x in _PHRASE.split(text) if x]
    found = phrases[0] if phrases else text
    for more in phrases[1:]:
        if len(found) >= 8:
            break
        found += "，" + more
    return found if len(found) <= most else found[: most - 1] + "…"


_NUMBERED = re.compile(r"^\s*(第[一二三四五六七八九十百〇零两]+条\s*|[（(][一二三四五六七八九十百]+[)）]\s*|[一二三四五六七八九十]+、\s*|\d{1,3}[.．、](?!\d)\s*|[（(]\d{1,3}[)）]\s*)+")
_PHRASE = re.compile(r"[，,。；;：:]")
