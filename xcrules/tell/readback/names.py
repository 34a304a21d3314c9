"""What a clause is called in a sentence: 2(1) is 第二条（一）, 二(一)1 is 二（一）1; what was granted under it: 第五条的金额, 已享受第五条; what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from xcrules.base.identity import clause_name
from xcrules.meaning import values

from .words import joined


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


# -- what a clause is about ----------------------------------------------------------------------------------

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


# -- what clauses were granted -------------------------------------------------------------------------------

def result_name(clauses: tuple[str, ...], word: str, node: values.Value) -> str:
    """第五条的金额; 第二条（一）、（二）、（三）合计的历年已得; 第五条至第十二条合计的金额, as it was written."""
    said = node.span.text if node.span is not None else ""
    names = [named(x)[0] for x in (clauses[:1], clauses[-1:])] if "至" in said and "、" not in said and len(clauses) > 2 else named(clauses)
    return f"{('至' if len(names) < len(clauses) else '、').join(names)}{'合计' if len(clauses) > 1 else ''}的{word}"


def enjoyed(parts: Iterable[values.Compare]) -> str | None:
    """已享受第五条或第六条: more than nothing, now or by a ledger."""
    found, parts = list[str](), list(parts)
    for part in parts:
        match part:
            case values.Compare(">", values.Result(clauses), values.Literal(Fraction(numerator=0))):
                found += clauses
            case _:
                return None
    words = {part.left.word for part in parts if isinstance(part.left, values.Result)}
    return f"已享受{joined(named(dict.fromkeys(found)))}" if len(words) > 1 else None
