"""What a clause is called in a sentence: 2(1) is 第二条（一）, 二(一)1 is 二（一）1."""

from __future__ import annotations

import re

from xcrules.draft.numbering import clause_name

WHOLE = "全规定"  # where the rules of the whole policy stand


def short_name(number: str) -> str:
    """2(1) on a terminal; where the law says 二、（一） also there 二（一）."""
    return number if re.match(r"(附表?\d*-)?\d", number) else clause_name(number)


def place_name(number: str) -> str:
    """The clause, or the whole policy for ""."""
    return clause_name(number) or WHOLE
