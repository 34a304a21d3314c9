"""One filled cell as the value of a fact of a known type, or what is wrong with it and how to write it.

What is read from a workbook so far: the facts with their cells, findings, remarks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from attrs import define, field

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.grids.workbook import plain_number
from xcrules.base.grids.worksheet import Cell, moment_of, shown_by
from xcrules.base.identity import normal, says_nothing
from xcrules.base.source import canonical
from xcrules.facts.asking.words import NOT_APPLICABLE
from xcrules.facts.given import PlacedFacts
from xcrules.facts.scalars import DAY_FORM, NO, UNKNOWN as UNKNOWN, YES, day_of, figures, written
from xcrules.facts.types import MONEY, BoolType, DateType, EnumType, LiteralValue, NumberType, TextType, Type, YearType
from xcrules.facts.unfit import Unfit, short

from .layout import Names, UnclearUnit, factor
from .pages import Page

_LONG = 10**15  # Excel keeps fifteen digits
_BARE = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_ROUNDED = re.compile(r"[+-]?[1-9](?:\.[0-9]+)?[eE][+-]?[0-9]+")  # nought is nought in every form
_SIGNED = re.compile(r"(?:(?:人民币|RMB|CNY)[-+]?¥?|[-+]?¥[-+]?)[0-9.,]+", re.I)  # ￥5, which is no 5万元


def value_of(cell: Cell, type_: Type, times: Fraction | None = None, from_1904: bool = False) -> object:
    """The plain value that given.py takes; None if it is unknown. Raises Unfit.

    `times` is what the unit written above the cell multiplies a bare number by, None if nothing is written.
    """
    text = ""
    if cell.kind == "文字":
        text = cell.text.strip()
        if not text or text == UNKNOWN:
            return None
        if text == NOT_APPLICABLE:
            return text
    elif cell.kind == "错误":
        raise Unfit(Code.EXCEL_ERROR_VALUE, f"是 Excel 的错误值（{short(cell.text)}），不是事实", "改正公式，或直接写数")
    elif cell.kind == "无结果":
        raise Unfit(Code.FORMULA_WITHOUT_VALUE, "是公式，但没有存下结果", "用 Excel 或 WPS 打开并保存一次，再读")
    match type_:
        case NumberType():
            return _number(cell, text, type_, times)
        case YearType():
            return _year(cell, text)
        case DateType():
            return _date(cell, text, from_1904)
        case BoolType():
            return _bool(cell, text)
        case EnumType() | TextType():
            return _text(cell, text, Code.NOT_A_MEMBER if isinstance(type_, EnumType) else Code.WRONG_KIND)
    raise AssertionError(type_)


def holds(cell: Cell, type_: Type) -> bool:
    """Whether a cell in which no fact belongs has a value of this type all the same; of words nobody can tell."""
    try:
        value = None if isinstance(type_, TextType) else value_of(cell, type_)
    except Unfit:
        return False
    return value is not None and (not isinstance(type_, EnumType) or value in type_.members)


# -- numbers ------------------------------------------------------------------------------------------


def _number(cell: Cell, text: str, type_: NumberType, times: Fraction | None) -> object:
    if cell.kind == "数":
        value, own = _typed(cell), _said(cell.style, type_)
        as_shown = type_.rate and own == 1
        if own is not None and times is not None and own != times and not as_shown:
            raise Unfit(Code.UNCLEAR_UNIT, "的数字格式与列名、怎样填里的单位不一致", "把单位改成一样的")
        return _times(value, own if own is not None else times)
    how = _how(type_)
    if cell.kind == "是否":
        raise Unfit(Code.WRONG_KIND, "要写数，不是是否（TRUE、FALSE）", how)
    folded = figures(text)
    if _BARE.fullmatch(folded):
        return _times(Decimal(folded.replace(",", "")), times) if len(folded) <= 80 else folded
    if _ROUNDED.fullmatch(folded):
        raise Unfit(Code.CHANGED_BY_EXCEL, f"写的是「{short(text)}」，Excel 只显示了前几位，后面的可能已经丢了", how)
    if times not in (None, 1) and _SIGNED.fullmatch(folded):
        raise Unfit(Code.UNCLEAR_UNIT, f"「{short(text)}」带着 ￥，与列名、怎样填里的单位不一致", how)
    try:
        said = written(text, type_)
    except Unfit as why:
        raise Unfit(why.code, why.message, "确实是 0 的写 0；没有填的事、不清楚的留空" if says_nothing(text) else how) from None
    return LiteralValue(said, type_) if type_.rate and said > 1 else plain(said)  # 150% is meant, 1.5 may not be


def _typed(cell: Cell) -> Decimal:
    value = cell.number
    if abs(value) >= _LONG:
        raise Unfit(Code.CHANGED_BY_EXCEL, "的数超过 15 位，Excel 存不准，末尾几位可能已经丢了", "把单元格格式改成“文本”，再重新写")
    return value


@lru_cache(maxsize=1024)
def _said(style: str, type_: NumberType) -> Fraction | None:
    """What the number format says of the unit."""
    shown = shown_by(style)
    if shown.day:
        raise Unfit(Code.WRONG_KIND, "要写数，Excel 却把它当成了日期", "把单元格格式改成“数值”，再重新写")
    if shown.altered:
        raise Unfit(Code.UNCLEAR_UNIT, "的数字格式显示的不是它存的数", "把单元格格式改成“数值”，核对后再写")
    try:
        own = factor(shown.words, type_, strict=True)
    except UnclearUnit:
        own = None
        unclear = True
    else:
        unclear = shown.percent and (not type_.rate or own is not None)
    if unclear:
        raise Unfit(Code.UNCLEAR_UNIT, f"的数字格式是另一种单位（{shown.words or '%'}），这里要{type_}", _how(type_))
    return Fraction(1) if shown.percent else own


def _times(value: Decimal, times: Fraction | None) -> object:
    return plain(value if times is None or times == 1 else Fraction(value) * times)


def plain(value: Decimal | Fraction) -> int | Decimal | Fraction:
    """The number as JSON would give it; a Fraction where no decimal places that fit say it."""
    if isinstance(value, Fraction):
        if Fraction(places := Decimal(value.numerator) / Decimal(value.denominator)) != value:
            return value
        value = places
    return whole if (whole := int(value)) == value else value


def _how(type_: NumberType) -> str:
    if type_.rate:
        return "写成 5% 或 0.05"
    return "写成 50000 或 5万元" if type_ == MONEY else "写成 3" + ("" if not type_.unit else f"，单位是{type_}")


# -- years, days, 是否, words --------------------------------------------------------------------------


def _year(cell: Cell, text: str) -> object:
    how = "写成 2023"
    if cell.kind == "数":
        shown = shown_by(cell.style)
        if shown.day or shown.percent or shown.altered or shown.words not in ("", "年", "年度"):
            raise Unfit(Code.WRONG_KIND, "要写四位的年度，Excel 却把它当成了别的（日期、百分数）", "把单元格格式改成“常规”，" + how)
        return plain(cell.number)
    match = re.fullmatch(r"(\d{4})(?:\.0+)?(?:年度?)?", "".join(canonical(text).split()))
    if cell.kind == "是否" or match is None:
        raise Unfit(Code.WRONG_KIND, f"要写四位的年度，不是「{short(text) or 'TRUE'}」", how)
    return int(match[1])


def _date(cell: Cell, text: str, from_1904: bool) -> object:
    if cell.kind == "是否":
        raise Unfit(Code.NOT_A_DATE, "要写日期，不是「TRUE」", DAY_FORM)
    if cell.kind == "文字":
        return day_of(text)
    number = cell.number
    if number == number.to_integral_value() and len(plain_number(number)) == 8:  # 20240901
        return day_of(plain_number(number))
    shown = shown_by(cell.style)
    if 1900 <= number <= 2200 or (190_000 < number < 220_013 and 1 <= number % 100 <= 12):  # as days these are of 1905, and of 2420 and later
        raise Unfit(Code.NOT_A_DATE, f"只写了一个数 {plain_number(number)}，是不是只写了年{'月' if number > 2200 else ''}？", DAY_FORM)
    if number < 1 and not from_1904:  # what an empty cell comes to by a formula; Excel shows the day 0 of January 1900
        raise Unfit(Code.NOT_A_DATE, f"要写日期，不是 {plain_number(number)}", DAY_FORM + "；没有的留空")
    moment = moment_of(number, from_1904) if not (shown.percent or shown.words or shown.altered) else None
    if moment is None or not (shown.day or 1900 < moment.year <= 2200):
        raise Unfit(Code.NOT_A_DATE, f"要写日期，不是 {plain_number(number)}", DAY_FORM)
    if shown.day and not shown.whole_day:  # typed as 2023年5月: Excel keeps the first of the month, of 5月1日 this year
        raise Unfit(Code.NOT_A_DATE, f"在 Excel 里只显示了一部分（存的是 {moment.date().isoformat()}），看不出填的是哪一天", "把单元格格式改成年月日都显示的日期，核对后再写")
    return day_of(moment)


def _bool(cell: Cell, text: str) -> bool:
    if cell.kind == "是否":
        return cell.text == "1"
    word = canonical(text).strip().lower()
    if word in YES or word in NO:
        return word in YES
    shown = text or plain_number(cell.number)
    raise Unfit(Code.WRONG_KIND, f"要写 是 或 否，不是「{short(shown)}」", "从下拉里选 是 或 否；不清楚的留空")


def _text(cell: Cell, text: str, code: Code) -> str:
    if cell.kind == "文字":
        return text
    if cell.kind == "是否":
        raise Unfit(code, "要写文字，Excel 却把它当成了 TRUE 或 FALSE", "把单元格格式改成“文本”，再重新写")
    shown = shown_by(cell.style)
    if shown.day or shown.percent or shown.altered or shown.words:
        raise Unfit(Code.CHANGED_BY_EXCEL, "要写文字，Excel 却把它当成了日期、百分数或带单位的数", "把单元格格式改成“文本”，再重新写")
    words = plain_number(_typed(cell))
    if "." in words:  # of 1.10 Excel keeps 1.1
        raise Unfit(Code.CHANGED_BY_EXCEL, f"要写文字，Excel 却把它当成了小数 {words}，末尾的 0 可能已经丢了", "把单元格格式改成“文本”，再重新写")
    return words.zfill(shown.zeros) if words.isdigit() else words


# -- what is read so far ---------------------------------------------------------------------------------------------

@define
class Collected:
    """The facts of one workbook as they are read."""

    names: Names
    from_1904: bool = False
    facts: PlacedFacts = field(factory=PlacedFacts)
    found: list[Diagnostic] = field(factory=list)
    _digits: dict[str, str] = field(factory=dict)  # texts that were typed as numbers, and where
    _noughts: dict[str, tuple[str, str]] = field(factory=dict)  # texts with noughts in front, by what is left without them

    def say(self, code: Code, message: str, place: str, help: str = "") -> None:
        self.found.append(Diagnostic(code, message, path=place, help=help))

    def notice(self, code: Code, message: str, place: str, help: str = "") -> None:
        self.facts.notices.append(Diagnostic(code, message, path=place, help=help))

    def value(self, page: Page, row: int, column: int, type_: Type, name: str | Callable[[], str], times: Fraction | None = None) -> object:
        """The fact in a cell, None if it is unknown or unfit (which is said, with its name)."""
        page.take(row, column)
        return None if (cell := page.at(row, column)) is None else self.read(cell, page, row, column, type_, name, times)

    def read(
        self, cell: Cell, page: Page, row: int, column: int, type_: Type, name: str | Callable[[], str], times: Fraction | None = None
    ) -> object:
        """The same of a cell that is taken."""
        try:
            value = value_of(cell, type_, times, self.from_1904)
        except Unfit as why:
            self.found.append(why.finding(name if isinstance(name, str) else name(), page.address(row, column)))
            return None
        if isinstance(type_, TextType) and isinstance(value, str):
            if cell.kind == "数":
                self._digits.setdefault(value, page.address(row, column))
            elif value.startswith("0") and value.isdigit():
                self._noughts.setdefault(value.lstrip("0"), (value, page.address(row, column)))
        return value

    def finish(self) -> None:
        """001 typed as text in one cell and as a number in another: Excel has taken the noughts of the second away."""
        for text in sorted(self._digits.keys() & self._noughts.keys()):
            other, place = self._noughts[text]
            self.say(Code.CHANGED_BY_EXCEL, f"这一格是数 {text}，{place} 却写着「{other}」；是不是 Excel 去掉了前面的 0？", self._digits[text], "把单元格格式改成“文本”，再重新写")
        for group in [k for k, v in self.facts.items() if v == {} and normal(k) not in self.names.ledgers]:
            del self.facts[group]

    def holder(self, group: str, place: str) -> dict[str, object] | None:
        """The object that facts of a group belong to; None if something else stands there."""
        if not group:
            return self.facts
        self.facts.places.setdefault(group, place)
        held = self.facts.setdefault(group, {})
        return held if isinstance(held, dict) else None

    def put(self, group: str, name: str, value: object, place: str) -> None:
        """A fact with its value; said if it is there already."""
        path = f"{group}.{name}" if group else name
        self.facts.places.setdefault(path, place)
        if value is None:
            return
        held = self.holder(group, place)
        if held is None:
            self.say(Code.PRESENCE_CONTRADICTED, f"「{group}」写了“不适用”，下面却又填了", place)
        elif name in held:
            self.say(Code.REPEATED_KEY, f"「{path}」写了两次，另一处在 {self.facts.places[path]}", place, "只留一处")
        else:
            self.facts.places[path] = place
            held[name] = value
