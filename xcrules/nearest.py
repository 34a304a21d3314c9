"""The known words nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

# 字形、读音相近而常被写错的字，比较时当作同一个
_ALIKE = str.maketrans("像象帐账只支己已份分做作须需限线", "像像账账支支已已分分作作需需线线")


def _closeness(word: str, other: str) -> float:
    from difflib import SequenceMatcher

    left, right = word.translate(_ALIKE), other.translate(_ALIKE)
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def nearest(word: str, known: Iterable[str], most: int = 3, least: float = 0.5) -> list[str]:
    """Known words that look like `word`, closest first."""
    scored = sorted(((_closeness(word, k), k) for k in known), key=lambda p: (-p[0], p[1]))
    return [k for score, k in scored[:most] if score >= least and k != word]
