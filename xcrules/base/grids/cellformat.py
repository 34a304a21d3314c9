"""What a number format of Excel says: a day, a percentage, a unit, or a number shown as another than it is."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from attrs import frozen

from xcrules.base.source import canonical

_PIECE = re.compile(r'"([^"]*)"?|[\\!](.)|[_*].|\[\$([^\]-]*)[^\]]*\]|(\[(?:h+|m+|s+)\])|\[[^\]]*\]|(General)|(.)', re.S | re.I)
_LAST_DAY = 2_958_465  # 9999-12-31


@frozen
class Shown:
    """How a cell shows its number."""

    day: bool = False  # as a day or a time
    percent: bool = False
    words: str = ""  # the words beside the digits, in canonical form without blanks
    altered: bool = False  # digits moved, as by 0!.0, which shows 50000 as 5.0
    zeros: int = 0  # 000 shows 1 as 001


@lru_cache(maxsize=4096)
def shown_by(code: str) -> Shown:
    """What the format does to a positive number."""
    sections = _sections(code)
    kinds = [_section(s) for s in sections]
    first = kinds[0]
    if any(k.altered or k.words != first.words for k in kinds[1:] if k.words or k.altered):
        return Shown(first.day, first.percent, first.words, altered=True)
    return first


def _sections(code: str) -> list[list[re.Match[str]]]:
    found: list[list[re.Match[str]]] = [[]]
    for piece in _PIECE.finditer(code):
        if piece[6] == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _section(pieces: list[re.Match[str]]) -> Shown:
    digits = [i for i, p in enumerate(pieces) if p[6] and p[6] in "0#?"]
    words = percent = ""
    day = altered = False
    for place, piece in enumerate(pieces):
        literal, plain = piece[1] or piece[2] or piece[3] or "", piece[6] or ""
        inside = bool(digits) and digits[0] < place < digits[-1]
        if piece[4] or (plain and plain in "yYmMdDhHsS"):
            day = True
        elif plain == "%":
            percent = "%"
        elif plain == "," and digits and not inside:
            altered = True
        elif plain and plain not in "0#?.,Ee+-@()/ ":
            literal = plain
        if literal:
            altered = altered or (inside and bool(literal.strip()))
            words += literal
    width = len(digits) if digits and all(pieces[i][6] == "0" for i in digits) and len(digits) == len(pieces) else 0
    kept = "".join(canonical(words).split()).strip("()-+.:")
    return Shown(day, bool(percent), "" if day else kept, altered and not day, width if width > 1 else 0)


def moment_of(serial: Decimal, from_1904: bool) -> datetime.datetime | None:
    """The day and time that Excel counts so; None for what is no day (or 1900-02-29, which never was)."""
    serial += 1462 if from_1904 else 0
    if not 0 <= serial < _LAST_DAY + 1 or 60 <= serial < 61:
        return None
    start = datetime.datetime(1899, 12, 30 if serial >= 61 else 31)
    return start + datetime.timedelta(days=int(serial), seconds=round(serial % 1 * 86_400))


# the formats that a file names by a number only, as a Chinese Excel shows them
BUILT_IN = {
    "0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "5": "\"¥\"#,##0", "6": "\"¥\"#,##0", "7": "\"¥\"#,##0.00",
    "8": "\"¥\"#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?", "13": "# ??/??",
    "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00", "41": "#,##0", "42": "\"¥\"#,##0", "43": "#,##0.00",
    "44": "\"¥\"#,##0.00", "48": "##0.0E+0", "49": "@",
} | dict.fromkeys(("14", "15", "16", "17", "22", "27", "28", "29", "30", "31", "36", "50", "51", "52", "53", "54", "57", "58"), "yyyy-mm-dd") \
  | dict.fromkeys(("18", "19", "20", "21", "32", "33", "34", "35", "45", "46", "47", "55", "56"), "h:mm:ss")
