"""What a clause is called in a sentence: 2(1) is 第二条（一）."""

from __future__ import annotations

import re

_DIGITS = "〇一二三四五六七八九"
_NUMBER = re.compile(r"(\d+)(?:\((\d+)\))?(.*)")


def chinese(number: int) -> str:
    """26 → 二十六. From 1 to 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "〇"
    return text + (_DIGITS[ones] if ones else "")


def clause_name(number: str) -> str:
    """第二条（一）; 第三条（二）首次; a word that is no number stays as it is."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    article, paragraph, part = match.groups()
    return f"第{chinese(int(article))}条" + (f"（{chinese(int(paragraph))}）" if paragraph else "") + part
