"""Whole districts: many enterprises decided in blocks of Arrow, whatever carries them.

block: an Arrow block in, an Arrow block out. answers: what stands in it. The shapes of what goes in are in facts/arrow.
"""

from __future__ import annotations

PIECE = 2_048  # enterprises that are rows of Python at one time
BLOCK = 16_384  # enterprises decided together: of more with their lists, memory grows and nothing is gained
