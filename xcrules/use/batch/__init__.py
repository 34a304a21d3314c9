"""Whole districts: many enterprises decided in blocks of Arrow, whatever carries them.

block: an Arrow block in, an Arrow block out. answers: what stands in it. The shapes of what goes in are in facts/arrow.
"""

from __future__ import annotations

BLOCK = 16_384  # enterprises decided together: of more, memory grows and nothing is gained
