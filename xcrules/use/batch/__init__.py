"""Whole districts: many enterprises decided in blocks of Arrow, whatever carries them.

block: an Arrow block in, an Arrow block out. answers: what stands in it. The shapes of what goes in are in facts/arrow.
"""

from __future__ import annotations

NO_ROW = "不是填报的一行"  # of a total, an example, a remark: such a row is refused, and no enterprise
PIECE = 2_048  # enterprises that are rows of Python at one time
BLOCK = 65_536  # enterprises decided together: of fewer the calls of numpy weigh as much as what they do, of more memory grows and nothing is gained
