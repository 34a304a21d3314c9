"""Numbers in 汉字, as articles are counted and shares are told: written, and read."""

from __future__ import annotations

from fractions import Fraction

HAN = "[〇零一二三四五六七八九十百]"  # a character of a number, in a pattern
_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """26 → 二十六. From 1 to 9999; what is greater is no article of a law, and stays in figures."""
    if number > 9999:
        return str(number)
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


_VALUES = {d: i for i, d in enumerate(_DIGITS)} | {"零": 0, "两": 2, "○": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"亿": 10**8, "万": 10**4}


def chinese_number(text: str) -> int:
    """二十六, 廿六, 二六, 26 → 26; 一百〇一, 一〇一 → 101; 万, 一万 → 10000; 七万二千, 7万2千 → 72000."""
    if text.isascii() and text.isdigit():
        return int(text)
    for word, scale in _GREAT.items():
        above, found, below = text.rpartition(word)
        if found:
            return chinese_number(above or "一") * scale + chinese_number(below or "零")
    if not set(text) & {*_TENS, "廿", "卅"}:
        return int("".join(str(_VALUES[ch]) if ch in _VALUES else str(int(ch)) for ch in text))
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        elif char in "廿卅":
            total += 20 if char == "廿" else 30
        else:
            digit = _VALUES[char] if char in _VALUES else int(char)
    return total + digit


def chinese_decimal(text: str) -> Fraction:
    """零点五, 0.5 → 1/2; 二点二五 → 9/4; 三百二十 → 320."""
    whole, _, rest = text.replace(".", "点").partition("点")
    digits = "".join(str(chinese_number(ch)) for ch in rest)
    return chinese_number(whole) + Fraction(int(digits or 0), 10 ** len(digits))
