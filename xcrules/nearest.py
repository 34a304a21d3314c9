"""The known words nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

# 字形、读音相近而常被写错的字，比较时当作同一个
_ALIKE = str.maketrans("像象帐账只支己已份分做作须需限线", "像像账账支支已已分分作作需需线线")


def _closeness(left: str, right: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _may_reach(least: float, left: str, right: str) -> bool:
    """Whether two words have enough characters in common to be that close: quick to see for most that are not."""
    size = len(left) + len(right)
    if not size or 2.0 * min(len(left), len(right)) / size < least:
        return not size
    common = sum(min(left.count(char), right.count(char)) for char in set(left))
    return 2.0 * common / size >= least


def nearest(word: str, known: Iterable[str], most: int = 3, least: float = 0.5) -> list[str]:
    """Known words that look like `word`, closest first."""
    left = word.translate(_ALIKE)
    pairs = ((k, k.translate(_ALIKE)) for k in known)
    scored = sorted(((_closeness(left, r), k) for k, r in pairs if _may_reach(least, left, r)), key=lambda p: (-p[0], p[1]))
    return [k for score, k in scored[:most] if score >= least and k != word]
