"""What a clause is called in a sentence: 2(1) is 第二条（一）, 二(一)1 is 二（一）1."""

from __future__ import annotations

import re

from xcrules.base.numerals import chinese

WHOLE = "全规定"  # where the rules of the whole policy stand
_NUMBER = re.compile(r"(?:(附表?)(\d*)-|(正文)-)?(?:(\d+)(之[一二三四五六七八九十]+)?|([一二三四五六七八九十百〇]+))((?:\([^()]*\)\d*)*)(.*)")


def clause_name(number: str) -> str:
    """第二条（一）; 第三条（二）首次; 附件1第二条（一）; a word that is no number stays as it is."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    annex, which, main, article, inserted, listed, beneath, part = match.groups()
    text = f"{'附表' if annex == '附表' else '附件'}{which}" if annex else main or ""
    head = f"第{chinese(int(article))}条{inserted or ''}" if article else listed
    inner = beneath.replace("(0)", "")
    if article:  # the first level beneath is （一）, deeper ones are figures
        inner = re.sub(r"^\((\d+)\)", lambda m: f"({chinese(int(m[1]))})", inner)
    return text + head + inner.replace("(", "（").replace(")", "）") + part


def short_name(number: str) -> str:
    """2(1) on a terminal; where the law says 二、（一） also there 二（一）."""
    return number if re.match(r"(附表?\d*-)?\d", number) else clause_name(number)


def place_name(number: str) -> str:
    """The clause, or the whole policy for ""."""
    return clause_name(number) or WHOLE
