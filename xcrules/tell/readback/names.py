"""What a clause is called in a sentence: 2(1) is 第二条（一）."""

from __future__ import annotations

import re

from xcrules.base.numerals import chinese

WHOLE = "全规定"  # where the rules of the whole policy stand
_NUMBER = re.compile(r"(\d+)(之[一二三四五六七八九十]+)?(?:\((\d+)\))?(.*)")


def clause_name(number: str) -> str:
    """第二条（一）; 第三条（二）首次; a word that is no number stays as it is."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    article, inserted, paragraph, part = match.groups()
    return f"第{chinese(int(article))}条{inserted or ''}" + (f"（{chinese(int(paragraph))}）" if paragraph else "") + part


def place_name(number: str) -> str:
    """The clause, or the whole policy for ""."""
    return clause_name(number) or WHOLE
