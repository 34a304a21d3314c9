"""Whole numbers in 汉字, as articles are counted."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """26 → 二十六. From 1 to 9999."""
    thousands, below = divmod(number, 1000)
    hundreds, rest = divmod(below, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[thousands]}千" if thousands else ""
    if thousands and below and not hundreds:
        text += "〇"
    text += f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not text else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "〇"
    return text + (_DIGITS[ones] if ones else "")
