"""One value of a fact: whatever holds it (JSON, YAML, a cell, Python, numpy, pandas) to the exact value of its type.

What can only mean one thing is read: ￥50,000.00, 50000元整, 5%, ２０２４年９月１日, 20240901, 是. Anything else is Unfit, with
what is wrong and the form to write.

A day as it is written: 2024-09-01, 2024. 9. 1, ２０２４年９月１日, 20240901, a date of Python; of times of day only midnight.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, assert_never

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import invisible, normal, one_width, points_elsewhere, rounded, says_nothing
from xcrules.base.money import decimal_text
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical

from . import types
from .tables import FactField, limits_text
from .unfit import NULL, NotANumber, Unfit, is_finite, kind_of, nothing_help, noticed, short

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


# -- a value ---------------------------------------------------------------------------------------------------------

MAX_DIGITS = 60  # 一个数最多的位数
MAX_WHOLE = 18  # 整数部分最多的位数
MOST_BITS = 10_000  # of a whole number that Python writes out; no fact is so long
MAX_TEXT = 10_000  # 一段文字最多的字数

Scalar = Fraction | str | bool | types.NotApplicable

_DIGITS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
YES, NO = frozenset(("true", "yes", "y", "是", *"√✓✔☑")), frozenset(("false", "no", "n", "否", *"×✗✘☒"))
UNKNOWN = "未知"


class TextScalar(str):
    """A YAML scalar: text whose type the schema decides."""


# -- what holds a value ---------------------------------------------------------------------------------------

_PLAIN = frozenset((str, bool, Decimal, float, dict, list, TextScalar, types.LiteralValue, type(None)))


def simple(value: object) -> object:
    """A scalar of numpy or pandas as the Python value that it is; pandas.NA and NaT are None. Arrays stay arrays. What is too long for any fact can still be told."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, int):
        return value if value.bit_length() < MOST_BITS else Decimal(value)  # whose text has no limit
    kind = type(value)
    if kind.__name__ in ("NAType", "NaTType") and kind.__module__.startswith("pandas"):
        return None
    if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
        return _numpy(value)
    return value


def _numpy(value: Any) -> object:
    match value.dtype.kind:
        case "b":
            return bool(value)
        case "i" | "u":
            return int(value)
        case "f":
            text = str(value.item() if value.dtype.itemsize == 8 else value)
            return Decimal(text) if math.isfinite(value) else NotANumber(text)
        case "M":
            moment = value.astype("datetime64[us]").item()
            return str(value) if moment is not None and value.dtype.str[-3:] in ("[Y]", "[M]") else moment  # a year or a month is no day
        case "U":
            return str(value)
    return value


def absent(value: object) -> bool:
    """Whether nothing was given: None, 未知, or a YAML scalar that says so."""
    return (value is None or (isinstance(value, str) and len(value) < 20 and value.strip() == UNKNOWN)
            or (isinstance(value, TextScalar) and value in ("", "null", "~")))


def not_applicable(value: object) -> bool:
    return isinstance(value, str) and (value == "不适用" or (len(value) < 20 and normal(value) == "不适用"))


# -- one value ------------------------------------------------------------------------------------------------


def read_scalar(field: FactField, type_: types.ScalarType, value: object, path: str, found: list[Diagnostic]) -> Scalar | None:
    """The exact value, None where it is absent or wrong; what is to be said goes to `found`. `value` is as `simple` leaves it."""
    if not_applicable(value):
        return types.NOT_APPLICABLE
    try:
        read = _read(field, type_, value)
    except Unfit as why:
        found.append(why.finding(path, path))
        return None
    if (isinstance(type_, types.NumberType) and type_.rate and isinstance(read, Fraction) and read > 1
        and "倍" not in field.name and not _says_percent(value)):
        shown = decimal_text(read)
        found.append(noticed(Code.RATE_ABOVE_ONE, f"「{path}」是 {shown}，即 {decimal_text(read * 100)}%；要是指 {shown}%，写 {decimal_text(read / 100)}", path))
    return read


def _read(field: FactField, type_: types.ScalarType, value: object) -> Scalar | None:
    match type_:
        case types.BoolType():
            return _bool(value)
        case types.EnumType(members):
            return _enum(members, value)
        case types.TextType():
            return identity(field, value)
        case types.DateType():
            return Fraction(day_of(value).toordinal()) if not isinstance(value, types.LiteralValue) else _literal(value, type_)
        case types.YearType():
            return _year(_number(value, type_))
        case types.NumberType():
            return _fitting(_number(value, type_), field, type_)
    assert_never(type_)


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = normal(value) if isinstance(value, str) and len(value) < 20 else ""
    if word in YES or word in NO:
        return word in YES
    raise Unfit(Code.WRONG_KIND, f"要写 true 或 false，不是{kind_of(value)}", "也可以写 是 或 否；不知道的留空或写 null")


_near = lru_cache(256)(nearest)  # of a long list the same word is often wrong in every row


def _enum(members: tuple[str, ...], value: object) -> str:
    if not isinstance(value, str):
        raise Unfit(Code.WRONG_KIND, f"要写文字，不是{kind_of(value)}", nothing_help(value))
    if value in members:
        return str.__str__(value)  # plain text, of an Enum that is text too
    same = [m for m in members if len(value) <= MAX_TEXT and normal(m) == normal(value)]
    seen = invisible(value)
    if len(same) == 1 and not seen:
        return same[0]
    close = same or _near(value, members) if len(value) < 200 else []
    raise Unfit(Code.NOT_A_MEMBER, "的一种" + (f"，里面有看不见的字符：{seen}" if seen else ""), before=f"「{short(value)}」不是",
                help=f"是不是「{close[0]}」？只有：{'、'.join(members)}" if close else "；".join(filter(None, (nothing_help(value), "只有：" + "、".join(members)))))


def identity(field: FactField, value: object) -> str:
    """A text is a mark or a name: only equality is meant. Raises Unfit for what is none."""
    if not isinstance(value, str):
        number = isinstance(value, int | Decimal) and not isinstance(value, bool) and is_finite(value) and len(str(value)) < 40
        help = f'加上引号："{value}"，开头的 0 也要写上' if number else nothing_help(value)
        raise Unfit(Code.WRONG_KIND, f"要写文字，不是{kind_of(value)}", help)
    if len(value) > MAX_TEXT:
        raise Unfit(Code.WRONG_KIND, "超过字数限制", f"至多 {MAX_TEXT} 字")
    text = str.__str__(value)
    if seen := invisible(text):
        raise Unfit(Code.INVISIBLE_IN_NAME, f"里有看不见的字符：{seen}", "删去它，重新键入这几个字；多半是从网页或文档里粘贴来的")
    if rounded(text):
        raise Unfit(Code.CHANGED_BY_EXCEL, f"写的是「{short(text)}」，是 Excel 缩写的长编号，后面的几位已经丢了", "按证照重新写全；单元格格式先改成“文本”")
    if points_elsewhere(text):
        raise Unfit(Code.WORD_FOR_NOTHING, f"写的是「{short(text)}」，不是名称或编号，不能拿它认是不是同一个", "把名称、编号写全")
    if says_nothing(text):
        if field.optional:
            raise Unfit(Code.READ_AS_NOTHING, f"写的是「{short(text)}」，按没有填计算")
        raise Unfit(Code.WORD_FOR_NOTHING, f"写的是「{short(text)}」，不是名称或编号，不能拿它认是不是同一个", "没有或不知道的，留空或写 null")
    return text


# -- days and years -------------------------------------------------------------------------------------------


def year_key(key: str) -> Fraction | None:
    """The year that a key of 逐年 facts says: 2023, 2023年, ２０２３, 2023年度."""
    text = "".join(one_width(key[:20]).split()).removesuffix("度").removesuffix("年")
    return Fraction(int(text)) if re.fullmatch("[0-9]{4}", text) else None


def _year(number: Fraction) -> Fraction:
    if number.denominator == 1 and 1900 <= number <= 2200:
        return number
    four = number.denominator == 1 and 1000 <= number <= 9999
    raise Unfit(Code.WRONG_KIND, f"写的是 {number} 年：年度在 1900 到 2200 之间" if four else "要写四位的年度", "写四位的年份，如 2023")


# -- numbers --------------------------------------------------------------------------------------------------


def _fitting(number: Fraction, field: FactField, type_: types.NumberType) -> Fraction:
    if number < 0 and not field.signed:
        raise Unfit(Code.NEGATIVE, "不能是负数", "核对这个数；没有的写 0，不知道的留空")
    if number.denominator != 1 and type_.whole:
        raise Unfit(Code.NOT_WHOLE, "要是整数", "核对这个数和单位")
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        raise Unfit(Code.OUTSIDE_LIMITS, f"是 {types.show(number, type_)}，超出规定的幅度", f"要{limits_text(field)}")
    return number


def _says_percent(value: object) -> bool:
    return isinstance(value, types.LiteralValue) or (isinstance(value, str) and not _DIGITS.fullmatch(value.strip()))


def _number(value: object, type_: types.YearType | types.NumberType) -> Fraction:
    """An exact number from whatever holds one."""
    if isinstance(value, types.LiteralValue):
        return _literal(value, type_)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction | float | str | NotANumber):
        raise Unfit(Code.WRONG_KIND, f"要写数，不是{kind_of(value)}", nothing_help(value) or _plainly("", type_))
    if not is_finite(value):
        raise Unfit(Code.NOT_A_NUMBER, f"是 {value}，不是数", NULL)
    if isinstance(value, str):
        return written(value, type_)
    if isinstance(value, float):
        return _decimal(Decimal(float.__repr__(value)))
    return _decimal(value) if isinstance(value, Decimal) else _small(Fraction(value))  # type: ignore[arg-type]


def _literal(value: types.LiteralValue, type_: types.ScalarType) -> Fraction:
    """150万元 and the like, from a case in the language: the unit must be the fact's."""
    if value.type == type_ or (isinstance(type_, types.YearType) and value.type == types.COUNT):  # 2023 under a heading 年度
        return value.value
    if isinstance(type_, types.DateType):
        raise Unfit(Code.NOT_A_DATE, f"要写日期，不是{kind_of(value)}", DAY_FORM)
    raise Unfit(Code.WRONG_KIND, f"是{type_}，写的却是{value.type}")


def written(value: str, type_: types.YearType | types.NumberType) -> Fraction:
    """A number in a text, of a cell as of JSON: bare, or with the marks of its own unit. Raises Unfit."""
    text = value.strip()
    if isinstance(type_, types.YearType) and (year := year_key(text)) is not None:
        return year
    if not _DIGITS.fullmatch(text) and len(text) <= MAX_TEXT:
        text = _bare(text, type_)
    if not _DIGITS.fullmatch(text):
        if (literal := _own(text, type_)) is not None:
            return _small(literal.value)
        said = types.own_literal(canonical(text), type_)
        if (said and isinstance(said.type, types.NumberType) and said.type not in (types.COUNT, type_)
            and type_ not in (types.COUNT, types.YEAR)):
            raise Unfit(Code.WRONG_KIND, f"的单位是{type_}，写的却是{said.type}（{short(value)}）", _plainly("", type_))
        raise Unfit(Code.WRONG_KIND, f"要写数，不是「{short(value)}」", nothing_help(value) or _plainly(text, type_))
    if len(text) > MAX_DIGITS:
        raise _too_long()
    try:
        return _decimal(Decimal(text))
    except InvalidOperation:
        raise _too_long() from None


def _bare(text: str, type_: types.Type) -> str:
    """The text with width folded, without grouping commas and without the marks of the type's own unit."""
    folded = figures(text)
    if type_ == types.MONEY and (match := re.fullmatch(r"(人民币|RMB|CNY)?([-+]?)(¥)?([-+]?[0-9].*?)(元|圆)?[整正]?", folded, re.I)):
        inner = match[2] + match[4]
        folded = inner if _GROUPED.fullmatch(inner) or _DIGITS.fullmatch(inner) else f"{inner}元" if match[1] or match[3] or match[5] else folded
    return folded.replace(",", "") if _GROUPED.fullmatch(folded) else folded


def figures(text: str) -> str:
    """The text with width folded and one minus sign, and without blanks that do not stand between figures."""
    folded = one_width(text).translate(str.maketrans("−﹣–", "---"))
    return folded if re.search(r"[0-9.,]\s+[0-9.,]", folded) else "".join(folded.split())


def _own(text: str, type_: types.Type) -> types.LiteralValue | None:
    """The literal of a text such as 5万元, 5% or 2023年, if its unit is the type's own."""
    literal = types.own_literal(canonical(text), type_)
    return literal if literal is not None and literal.type == type_ and (text[-1] in "%‰" or not getattr(type_, "rate", False)) else None


def _plainly(text: str, type_: types.Type) -> str:
    """How to write it: the bare number in the field's unit."""
    literal = types.own_literal(canonical(text), type_)
    unit = f"，单位是{type_}" if isinstance(type_, types.NumberType) and type_.unit else ""
    if literal is None or not isinstance(literal.type, types.NumberType | types.YearType):
        figure = re.fullmatch(r"(-?\d[\d.,]*)[^\W\d万亿千百十萬億仟佰拾a-zA-Z]+", text.strip())  # 2个, of what is told in 家
        if figure and unit:
            return f"写成 {figure[1]}{type_}；不写单位的是{type_}"
        if (below := re.fullmatch(r"(?:负|[(（](?=.*[)）]$))(\d[^)）]*)[)）]?", text.strip())) and types.own_literal(canonical(below[1]), type_) is not None:
            return _plainly(f"-{below[1]}", type_)
        return "写四位的年份，如 2023" if isinstance(type_, types.YearType) else f"只写数，如 50000{unit}" if unit else "只写数，如 0.05"
    shown = decimal_text(literal.value, 12)
    return f"不写分数，写成小数{unit}" if "/" in shown else f"只写数，不写单位：{shown}{unit}"


def _too_long() -> Unfit:
    return Unfit(Code.NUMBER_TOO_LARGE, f"的数太大或太长：整数不超过 {MAX_WHOLE} 位，连小数不超过 {MAX_DIGITS} 位", "核对这个数和单位")


def _decimal(value: Decimal) -> Fraction:
    if value == 0:  # however it is written: 0e50
        return Fraction(0)
    if len(value.as_tuple().digits) > MAX_DIGITS or value.adjusted() >= MAX_WHOLE or value.adjusted() < -MAX_DIGITS:
        raise _too_long()
    return Fraction(value)


def _small(value: Fraction) -> Fraction:
    if abs(value) < 10**MAX_WHOLE and max(abs(value.numerator), value.denominator) < 10**MAX_DIGITS:
        return value
    raise _too_long()
