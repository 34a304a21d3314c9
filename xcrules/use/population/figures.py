"""Whole numbers drawn with numpy: log-like around the figures of a policy, with each figure, one less and one more among them.

Everything is integer arithmetic, so the same seed gives the same numbers on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import exp, log
from statistics import NormalDist
from typing import Any
from zlib import crc32

import numpy as np

Ints = Any  # an array of int64
_LEVELS = 1024  # of a log-like distribution
_MOST = 4 * 10**17  # as an int64 with room for a sum
AT_EDGES, ZERO = 20, 3  # percent of numbers


def stream(seed: int, chunk: int, path: str) -> np.random.Generator:
    """Numbers of their own for each fact of each chunk: what is declared of one fact does not change the others."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, chunk, crc32(path.encode())])))


def percent(rng: np.random.Generator, n: int, share: Fraction | int) -> Any:
    """Which of n are among so many percent."""
    return rng.integers(0, 10_000, n, dtype=np.int64) < int(share * 100)


def picked(rng: np.random.Generator, n: int, weights: Sequence[int]) -> Ints:
    """Places in `weights`, each as often as it weighs."""
    ends = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(ends, rng.integers(0, int(ends[-1]), n, dtype=np.int64), side="right")


@lru_cache(maxsize=64)
def _multipliers(factor: Fraction) -> Ints:
    """The levels of a log-like distribution around 1, in thousandths."""
    normal = NormalDist(0, log(float(factor)) or 1e-9)
    return np.array([round(1000 * exp(normal.inv_cdf((i + 0.5) / _LEVELS))) for i in range(_LEVELS)], dtype=np.int64)


def spread(rng: np.random.Generator, centres: Ints, factor: Fraction) -> Ints:
    """Around each centre; between two levels as likely everywhere."""
    held = _multipliers(factor)
    level = rng.integers(0, _LEVELS, len(centres), dtype=np.int64)
    centres = np.minimum(centres, _MOST // int(held[-1]))
    made = centres * held[level] // 1000
    step = centres * (held[np.minimum(level + 1, _LEVELS - 1)] - held[level]) // 1000
    return made + rng.integers(0, np.maximum(step, 1), dtype=np.int64)


def sides(edges: Sequence[Fraction], unit: int) -> Ints:
    """Each figure in whole units, with one less and one more; of one that is not whole what lies below and above."""
    below = [x * unit // 1 for x in edges]
    return np.array(sorted({int(b) + d for b, x in zip(below, edges, strict=True) for d in (-1, 0, 1) if 0 <= b + d < _MOST}), dtype=np.int64)


def at_edges(rng: np.random.Generator, made: Ints, edges: Ints, share: int = AT_EDGES) -> Ints:
    """Some of the numbers put on the edges, which take turns."""
    if len(edges):
        chosen = np.flatnonzero(percent(rng, len(made), share))
        made[chosen] = edges[(np.arange(len(chosen)) + int(rng.integers(0, len(edges)))) % len(edges)]
    return made


def rounded(rng: np.random.Generator, made: Ints, steps: Sequence[tuple[int, int]]) -> Ints:
    """As people have figures: `steps` are (percent, step); what is smaller than a step stays."""
    lot = rng.integers(0, 100, len(made), dtype=np.int64)
    for share, step in steps:
        these = (lot < share) & (np.abs(made) >= step)
        made = np.where(these, made // step * step, made)
        lot = lot - share + 100 * (lot < share)
    return made


def few(rng: np.random.Generator, n: int) -> Ints:
    """Small counts: mostly 1 to 3, some 0, few above 6."""
    return picked(rng, n, (10, 40, 20, 12, 8, 4, 2, 1, 1, 1, 1))
