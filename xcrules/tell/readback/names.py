"""What a clause is called in a sentence: 2(1) is 第二条（一）, 二(一)1 is 二（一）1."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xcrules.base.identity import clause_name


def named(numbers: Iterable[str]) -> list[str]:
    """第二条（一）, （二）, （三）, 第三条: of three and more in an article the first alone names it; “三” of 三、."""
    names = [clause_name(n) for n in numbers]
    heads = [re.split("(?=（)", x, maxsplit=1) for x in names]
    many = {h[0] for h in heads if len(h) == 2 and sum(g[0] == h[0] for g in heads) > 2}
    out = list[str]()
    for before, name, (head, *rest) in zip([[""], *heads], names, heads, strict=False):
        out.append(rest[0] if rest and head in many and before[0] == head else f"“{name}”" if _BARE.fullmatch(name) else name)
    return out


_BARE = re.compile("[一二三四五六七八九十百〇]+")
WHOLE = "全规定"  # where the rules of the whole policy stand


def place_name(number: str) -> str:
    """The clause, or the whole policy for ""."""
    return clause_name(number) or WHOLE
