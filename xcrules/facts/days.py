"""A day as it is written: 2024-09-01, 2024. 9. 1, ２０２４年９月１日, 20240901, a date of Python; of times of day only midnight."""

from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal

from xcrules.base.codes import Code
from xcrules.base.identity import one_width

from .unfit import Unfit, kind_of, nothing_help, short

_MIDNIGHT = re.compile(r"(.*[0-9日号])(?:\s+|T)0?0:00(?::00(?:\.0+)?)?")
_DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?)|([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_AND_TIME = re.compile(r"[0-9]{4}.*[0-9日号](?:\s+|T)[0-9]{1,2}[:时点]")
DAY_FORM = "写成 2024-09-01，或 2024年9月1日"


def day_of(value: object) -> datetime.date:
    """The day that is written. Raises Unfit."""
    if isinstance(value, datetime.datetime) and (value.tzinfo is not None or value.time() != datetime.time()):
        raise Unfit(Code.NOT_A_DATE, "要写日期，不带时刻和时区", DAY_FORM)
    if isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    text = str(value) if whole else value if isinstance(value, str) else ""
    folded = _day_text(text) if len(text) < 60 else ""
    match = _DAY.fullmatch(folded)
    if match is None or (match[7] and not "1900" <= match[7] <= "2200"):
        if _DAY_AND_TIME.match(folded):
            raise Unfit(Code.NOT_A_DATE, f"要写日期，「{short(text)}」还带着时刻", f"去掉时刻，{DAY_FORM}")
        raise Unfit(Code.NOT_A_DATE, f"要写日期，不是{f'数 {short(text)}' if whole else kind_of(value)}", nothing_help(value) or DAY_FORM)
    year, month, day = (int(match[i]) for i in (1, 3, 5, 4, 6, 7, 8, 9) if match[i])
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise Unfit(Code.NOT_A_DATE, f"没有 {short(text)} 这一天", days_in(year, month)) from None


def days_in(year: int, month: int) -> str:
    """How many days a month has, for a day that it has not."""
    return f"{month}月只有 {calendar.monthrange(year, month)[1]} 天" if 1 <= month <= 12 and year else "一年有 12 个月"


def _day_text(text: str) -> str:
    """Full-width figures folded, a time of day that is midnight and blanks beside marks left out."""
    folded = one_width(text)
    if match := _MIDNIGHT.fullmatch(folded):
        folded = match[1]
    return re.sub(r"(?<=[-/.年月])\s+|\s+(?=[-/.年月日号])", "", folded)
