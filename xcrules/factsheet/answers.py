"""A filled workbook as plain facts, and where each of them stands. Types are checked later, by facts.py.

Sheets are known by their header rows, not by their names. What a cell is for is read from the workbook
itself (怎样填), so that a number in a text column is text and 60万元 in a money column is money.
"""

from __future__ import annotations

import datetime
import re

from ..datatypes import NumberType, YearType, parse_literal, parse_unit
from ..diagnostic import Diagnostic
from ..facts import Placed, TextScalar
from ..source import canonical
from ..workbook import CellValue, Grid, blank, plain_number, read_grids, shortest
from .describe import ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE
from .form import CHOICES, CLAUSE, FACT, FIGURE, FILL, GROUP, GUIDE, HOW, SERIAL, UNIT, WHETHER, WHOLE

UNKNOWN = "未知"
_HEAD_ROWS = 12  # 表头在前几行里找


def read_workbook(data: bytes, name: str = "工作簿") -> tuple[Placed, list[Diagnostic]]:
    """The facts in a workbook made by `form_book`, and what is wrong with its cells.

    The facts are plain nested values; `places` in them has the cell of each path. Raises XcrulesError
    (E850) when the library is missing.
    """
    grids, found = read_grids(data, name)
    reader = _Answers(found)
    known = [reader.sheet(g) for g in grids if g.name not in (GUIDE, CHOICES)]
    if not found and not any(known):
        found.append(Diagnostic("E867", f"「{name}」里没有一页是填报表", path=name, help="用 xcrules facts 政策 --xlsx 文件.xlsx 生成填报表"))
    return reader.facts, found


class _Answers:
    """The facts of one workbook as they are read."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self.facts, self.found = Placed(), found
        self._given: set[str] = set()  # paths of single facts filled in

    def sheet(self, grid: Grid) -> bool:
        """Read a sheet by its kind; False if it is none of ours."""
        for row in range(min(_HEAD_ROWS, len(grid.rows))):
            match (_word(grid, row, 0), _word(grid, row, 1)):
                case (kind, _) if kind == SERIAL:
                    self._list(grid, row)
                case (kind, _) if kind == CLAUSE:
                    self._ledger(grid, row)
                case (kind, what) if (kind, what) == (GROUP, FACT):
                    self._single(grid, row)
                case (kind, what) if (kind, what) == (GROUP, FIGURE):
                    self._yearly(grid, row)
                case _:
                    continue
            return True
        return False

    # -- kinds of sheets ------------------------------------------------------------------------------

    def _single(self, grid: Grid, head: int) -> None:
        columns = self._columns(grid, head)
        fill, how = columns.get(FILL), columns.get(HOW)
        if fill is None or how is None:
            self._say("E867", f"这一页的表头缺「{FILL}」或「{HOW}」列", grid.address(head, 0))
            return
        for row in range(head + 1, len(grid.rows)):
            group, name = _word(grid, row, 0), _word(grid, row, 1)
            if not name:
                if not blank(grid.at(row, fill)):
                    self._say("E867", "这一行填了内容，却没有事实的名称", grid.address(row, fill))
                continue
            value = self._value(grid, row, fill, _word(grid, row, how))
            target, path = self._holder(group, name, grid, row)
            place = grid.address(row, fill)
            self.facts.places.setdefault(path, place)
            if value is not None:
                if path in self._given:
                    self._say("E867", f"「{path}」填了两次", place)
                self._given.add(path)
                target[path.rpartition(".")[2]] = value
        self._wholes(grid, head, fill)

    def _holder(self, group: str, name: str, grid: Grid, row: int) -> tuple[dict[str, object], str]:
        """The object that a fact belongs to, and its path."""
        if name == WHOLE:
            return {}, f"{group}.{WHOLE}"
        if group.startswith("（"):
            return self.facts, name
        self.facts.places.setdefault(group, grid.address(row, 0))
        held = self.facts.setdefault(group, {})
        return held if isinstance(held, dict) else {}, f"{group}.{name}"

    def _wholes(self, grid: Grid, head: int, fill: int) -> None:
        """不适用 for a whole group; a group of which nothing is known is left out."""
        for row in range(head + 1, len(grid.rows)):
            group, answer = _word(grid, row, 0), _word(grid, row, fill)
            if _word(grid, row, 1) != WHOLE:
                continue
            if answer == NOT_APPLICABLE and not self.facts.get(group):
                self.facts[group] = NOT_APPLICABLE
            elif answer:
                what = "写了“不适用”，下面却又填了" if answer == NOT_APPLICABLE else f"只能写“{NOT_APPLICABLE}”"
                self._say("E868", f"「{group}」的整体{what}", grid.address(row, fill))
        for group in [k for k, v in self.facts.items() if v == {}]:
            del self.facts[group]

    def _yearly(self, grid: Grid, head: int) -> None:
        columns = self._columns(grid, head)
        unit = columns.get(UNIT, 2)
        years = [(m[1], i) for n, i in columns.items() if (m := re.fullmatch(r"(\d{4})年?", n))]
        for row in range(head + 1, len(grid.rows)):
            group, name = _word(grid, row, 0), _word(grid, row, 1)
            if not name:
                continue
            target, path = self._holder(group, name, grid, row)
            self.facts.places.setdefault(path, grid.address(row, 1))
            held: dict[str, object] = {}
            for year, column in years:
                self.facts.places[f"{path}.{year}"] = grid.address(row, column)
                if (value := self._value(grid, row, column, _word(grid, row, unit))) is not None:
                    held[year] = value
            if held:
                target[name] = held
            elif not target and group in self.facts:
                del self.facts[group]
        known = {columns.get(n) for n in (GROUP, FIGURE, UNIT, "说明")} | {i for _, i in years}
        for column in range(len(grid.rows[head])):
            if column not in known:
                self._stray_column(grid, head, column)

    def _stray_column(self, grid: Grid, head: int, column: int) -> None:
        """Something filled in under no name, or under one that says nothing here."""
        name = _word(grid, head, column)
        what = f"「{name}」不是年度" if name else "这一格上面没有列名"
        for row in range(head + 1, len(grid.rows)):
            if not blank(grid.at(row, column)):
                self._say("E867", what, grid.address(row, column), "列名写成 2023年" if name else "")
                return

    def _ledger(self, grid: Grid, head: int) -> None:
        path = _word(grid, 0, 0)
        how = re.search(r"（(.+)）$", _word(grid, head, 1))
        held: dict[str, object] = {}
        for row in range(head + 1, len(grid.rows)):
            number = canonical(_word(grid, row, 0))
            value = self._value(grid, row, 1, how[1] if how else "")
            if number:
                self.facts.places[f"{path}.{number}"] = grid.address(row, 1)
            if value is not None and not number:
                self._say("E867", "这一行填了数，却没有款号", grid.address(row, 1))
            elif value is not None:
                held[number] = value
        self._put(path, self._answered(grid, head, held, {}), grid)

    def _list(self, grid: Grid, head: int) -> None:
        path = _word(grid, 0, 0)
        columns = {n: i for n, i in self._columns(grid, head).items() if i}
        has_how = _word(grid, head + 1, 0) == HOW
        hows = {n: _word(grid, head + 1, i) if has_how else "" for n, i in columns.items()}
        records: list[dict[str, object]] = []
        for row in range(head + 1 + has_how, len(grid.rows)):
            if all(blank(grid.at(row, i)) for i in columns.values()) and not any((row, i) in grid.faults for i in columns.values()):
                continue
            at = f"{path}[{len(records)}]"
            self.facts.places[at] = grid.address(row, 0)
            record: dict[str, object] = {}
            for name, column in columns.items():
                self.facts.places[f"{at}.{name}"] = grid.address(row, column)
                if (value := self._value(grid, row, column, hows[name])) is not None:
                    _nest(record, name, value)
            records.append(record)
        for column in range(1, len(grid.rows[head])):
            if not _word(grid, head, column):
                self._stray_column(grid, head, column)
        self._put(path, self._answered(grid, head, records, []), grid)

    def _put(self, path: str, value: object, grid: Grid) -> None:
        self.facts.places.setdefault(path, grid.address(0, 0))
        if path in self.facts:
            self._say("E867", f"「{path}」有两页", grid.address(0, 0), "只留一页")
        elif value is not None:
            group, _, name = path.rpartition(".")
            held = self.facts.setdefault(group, {}) if group else self.facts
            if isinstance(held, dict):
                held[name] = value

    def _answered(self, grid: Grid, head: int, filled: object, nothing: object) -> object:
        """What is filled in; if nothing is: none, 不适用 or unknown, as 有没有 says."""
        row = next((r for r in range(head) if _word(grid, r, 0) == WHETHER), None)
        answer, place = (_word(grid, row, 1), grid.address(row, 1)) if row is not None else ("", "")
        if answer not in ("", ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE, UNKNOWN):
            self._say("E868", f"“{WHETHER}”只能写 {ANSWER_SOME}、{ANSWER_NONE}、{NOT_APPLICABLE}，或留空", place)
        elif filled and answer in (ANSWER_NONE, NOT_APPLICABLE, UNKNOWN):
            self._say("E868", f"“{WHETHER}”写了“{answer}”，下面却填了内容", place, "删去下面的内容，或改写“有”")
        elif not filled and answer == ANSWER_SOME:
            self._say("E868", f"“{WHETHER}”写了“有”，下面却没有填", place, "把它们填上；不清楚的留空")
        elif not filled:
            return {ANSWER_NONE: nothing, NOT_APPLICABLE: NOT_APPLICABLE}.get(answer)
        return filled

    # -- cells ----------------------------------------------------------------------------------------

    def _say(self, code: str, message: str, place: str, help: str = "") -> None:
        self.found.append(Diagnostic(code, message, path=place, help=help))

    def _columns(self, grid: Grid, head: int) -> dict[str, int]:
        """Names in a header row with their columns."""
        names: dict[str, int] = {}
        for column in range(len(grid.rows[head])):
            name = _word(grid, head, column)
            if name in names:
                self._say("E867", f"列名「{name}」出现了两次", grid.address(head, column))
            elif name:
                names[name] = column
        return names

    def _value(self, grid: Grid, row: int, column: int, how: str) -> object:
        """A cell's fact, None if it is empty or says 未知."""
        if (row, column) in grid.faults:
            self._say("E866", "这一格是 Excel 的错误值，不是事实", grid.address(row, column), "改正公式，或直接写数")
            return None
        value = grid.at(row, column)
        if isinstance(value, str) and value.strip() in ("", UNKNOWN):
            return None
        return _fact(value, how)


def _word(grid: Grid, row: int, column: int) -> str:
    value = grid.at(row, column)
    return plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value).strip()


def _nest(record: dict[str, object], name: str, value: object) -> None:
    """研发经费.2023 is the year 2023 of 研发经费."""
    outer, _, inner = name.partition(".")
    if inner:
        held = record.setdefault(outer, {})
        assert isinstance(held, dict)
        held[inner] = value
    else:
        record[name] = value


def _fact(value: CellValue, how: str) -> object:
    """What a cell holds, as what its column is for."""
    if isinstance(value, str):
        return _written(value.strip(), how)
    if isinstance(value, bool):
        return ("是" if value else "否") if how == "文字" else value
    if isinstance(value, int | float):
        return plain_number(value) if how == "文字" else shortest(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return value if day and how != "文字" else str(value)


def _written(text: str, how: str) -> object:
    """A text: kept, unless the column is for days, numbers or 是否."""
    if how == "文字" or text == NOT_APPLICABLE:
        return text
    if how.startswith("日期"):
        match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
        return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else text
    if how.startswith("是或否"):
        return TextScalar(text)
    return _number(text) if _numeric(how) else text


def _numeric(how: str) -> bool:
    word = re.split("[，（；]", how)[0]
    return word in ("比率", "数", "年度") or ("、" not in word and bool(parse_unit(word)))


def _number(text: str) -> object:
    """600,000 without its commas; 60万元, 5% and 2023年 with their unit, which must be the fact's."""
    folded = canonical(text)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", folded):
        return folded.replace(",", "")
    literal = parse_literal(folded)
    if literal is not None and (isinstance(literal.type, YearType) or (isinstance(literal.type, NumberType) and literal.type != NumberType())):
        return literal
    return folded
