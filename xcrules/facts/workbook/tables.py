"""The pages of a form with one row for each fact: single facts, yearly figures, ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from xcrules.base.codes import Code
from xcrules.base.grids.workbook import column_name
from xcrules.base.identity import normal
from xcrules.base.nearest import did_you_mean
from xcrules.facts.asking.words import ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE
from xcrules.facts.types import MONEY, TEXT, NumberType, Type

from .cells import UNKNOWN, Collected, holds
from .layout import (
    FACT,
    FIGURE,
    FILL,
    GROUP,
    HOW,
    NOTE_HEADINGS,
    UNIT,
    WHETHER,
    Single,
    UnclearUnit,
    after,
    agreed,
    factor,
    fits,
    of_table,
    year_of,
)
from .pages import Page, countless

HEAD_ROWS = 300  # 表头在前面这么多有内容的行里找
_UNIT_LINE = re.compile(r"\(?(?:计量|金额|货币|数额)?单位[::].*")
_UNIT_OF_TITLE = re.compile(r"(.+)\(((?:计量|金额|货币|数额)?单位[::].*)\)")  # 2024年度贷款情况表（单位：万元）

_ANSWERS = (ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE, UNKNOWN)


class TablePage:
    """A page that is known to be one of the form's tables: its heading row, what its columns are."""

    def __init__(self, page: Page, head: int, into: Collected) -> None:
        self.page, self.head, self.into = page, head, into
        self.paths: set[str] = set()  # the facts for which there is room here
        self.headings = dict(page.words(head))
        self.notes = {column for column, word in self.headings.items() if normal(word) in NOTE_HEADINGS}
        self.labels: set[int] = set(self.notes)  # columns in which words are no facts

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        raise NotImplementedError

    def read(self) -> None:
        raise NotImplementedError

    def rows(self) -> Iterator[int]:
        """The rows below the heading in which something stands."""
        return (row for row in self.page.by_row if row > self.head)

    # -- columns --------------------------------------------------------------------------------------

    def column(self, *names: str) -> int | None:
        """The first column of one of these names; its heading is read."""
        wanted = {normal(n) for n in names}
        for column, word in self.headings.items():
            if normal(word) in wanted:
                self.page.take(self.head, column)
                return column
        return None

    def once(self, column: int, first: int, what: str, help: str = "只留一列") -> None:
        """A column that stands a second time: said, if something is in it."""
        rows = [row for row in self.rows() if self.page.at(row, column) is not None]
        if rows:
            self.into.say(Code.REPEATED_KEY, f"{what} {self.page.address(self.head, first)}", self.page.address(self.head, column), help)
        for row in rows:
            self.page.take(row, column)

    def of_row(self, row: int, name: int, group: int | None, singles: Iterable[Single], filled: bool) -> tuple[Single, str] | None:
        """The fact that a row is for, by its name and its group, and what stands after its name; said where it is filled and there is none."""
        words, of = self.page.word(row, name), normal(self.page.word(row, group)) if group is not None else ""
        groups = self.into.names.groups
        near = [(s, rest) for s in singles if words and (rest := after(words, s.field.name)) is not None and fits(rest, s.field.element)]
        near = [x for x in near if not x[1]] or near
        if of:
            near = [x for x in near if of in groups and x[0].group == groups[of]]
        if len(near) == 1:
            return near[0]
        if filled:
            what = f"「{words}」是哪一组的看不出" if near else f"没有「{words}」这一项" if words else "这一行填了内容，却没有名称"
            self.into.say(
                Code.FORM_CHANGED, what, self.page.address(row, name),
                did_you_mean(words, [s.field.name for s in singles] if words and not near else [], "组别和名称照填报表原来的写"),
            )
            self.page.take_row(row)
        return None

    def fill(self) -> tuple[int, str] | None:
        """The column 填写, and the unit after its name."""
        for column, word in self.headings.items():
            if (rest := after(word, FILL)) is not None:
                self.page.take(self.head, column)
                return column, rest
        return None

    def take_notes(self) -> None:
        """Cells under 说明 and 备注 are notes; a unit that is stated there is not passed over."""
        for column in self.notes:
            self.page.take(self.head, column)
            numbers = []
            for row in self.rows():
                cell = self.page.at(row, column)
                if cell is None or column not in self.page.unread(row):
                    continue
                self.page.take(row, column)
                if cell.kind != "文字":
                    numbers.append(row)
                if cell.kind == "文字" and normal(cell.text) not in self.into.names.own_notes and (unit := of_table(cell.text)):
                    self.into.say(Code.UNCLEAR_UNIT, f"这里写着单位{unit}，表里却不是", self.page.address(row, column), "把单位写在列名里，或删去")
            if numbers:
                what = f"「{self.headings[column]}」列里的 {self.page.word(numbers[0], column)}{f' 等 {len(numbers)} 格' if len(numbers) > 1 else ''} 不是事实，没有读"
                self.into.notice(Code.TEXT_OUTSIDE_TABLES, what, self.page.address(numbers[0], column))

    # -- above the heading ----------------------------------------------------------------------------

    def above(self, path: str = "") -> tuple[Fraction | None, str, str]:
        """What stands above the heading: the unit for money, the answer to 有没有 and its cell."""
        said: list[Fraction | None] = []
        answer = place = ""
        own = self.into.names.hints
        for row in [r for r in self.page.by_row if r < self.head]:
            asked = -1
            for column, word in self.page.words(row):
                known = normal(word)
                rest = after(word, path) if path else None
                if asked >= 0 and known not in own and (word in _ANSWERS or column == asked + 1):
                    answer, place, asked = word, self.page.address(row, column), -1
                    self.page.take(row, column)
                elif known == normal(WHETHER):
                    asked = column
                    self.page.take(row, column)
                elif known in own:
                    self.page.take(row, column)
                elif (of_title := _UNIT_OF_TITLE.fullmatch(known)) and countless(of_title[1]):
                    self.page.take(row, column)
                    said.append(self._claim(of_title[2], MONEY, True, self.page.address(row, column)))
                elif _UNIT_LINE.fullmatch(known) or (rest is not None and fits(rest, MONEY)):
                    self.page.take(row, column)
                    said.append(self._claim(rest if rest is not None else word, MONEY, True, self.page.address(row, column)))
        said += [self._claim(words, MONEY, True, f"{self.page.name} 的页眉页脚") for words in self.page.worksheet.printed if _UNIT_LINE.fullmatch(normal(words))]
        if unit := re.search("[十百千万亿]+元", normal(self.page.name)):
            said.append(self._claim(unit[0], MONEY, True, self.page.name))
        return self._agreed(said, self.page.address(self.head, 0)), answer, place

    def _claim(self, words: str, type_: NumberType, strict: bool, place: str) -> Fraction | None:
        try:
            return factor(words, type_, strict)
        except UnclearUnit:
            self.into.say(Code.UNCLEAR_UNIT, f"「{words}」看不出是什么单位", place, f"这里的单位是{type_}；写成 {type_}{f' 或 万{type_}' if type_.unit and not type_.rate else ''}，或删去")
            return None

    def _agreed(self, said: Iterable[Fraction | None], place: str) -> Fraction | None:
        try:
            return agreed(iter(said))
        except UnclearUnit:
            self.into.say(Code.UNCLEAR_UNIT, "表里写的单位前后不一", place, "标题、列名、怎样填里的单位改成一样的")
            return None

    def times(self, type_: Type, page_unit: Fraction | None, words: Iterable[tuple[str, bool, str]]) -> Fraction | None:
        """What the words around a number (with whether they must be a unit, and their cells) say it is multiplied by."""
        if not isinstance(type_, NumberType):
            return None
        claims = [(self._claim(text, type_, strict, place), place) for text, strict, place in words if text]
        if type_ == MONEY:
            claims.append((page_unit, self.page.address(self.head, 0)))
        return self._agreed([c for c, _ in claims], next((p for c, p in claims if c not in (None, 1)), claims[0][1] if claims else ""))

    # -- 有没有 ---------------------------------------------------------------------------------------

    def answered(self, answer: str, place: str, filled: object, nothing: object) -> object:
        """What is filled in; if nothing is: none, 不适用 or unknown, as 有没有 says."""
        if answer and answer not in _ANSWERS:
            self.into.say(Code.PRESENCE_CONTRADICTED, f"“{WHETHER}”只能写 {ANSWER_SOME}、{ANSWER_NONE}、{NOT_APPLICABLE}，或留空", place)
        elif filled and answer in (ANSWER_NONE, NOT_APPLICABLE, UNKNOWN):
            self.into.say(Code.PRESENCE_CONTRADICTED, f"“{WHETHER}”写了“{answer}”，下面却填了内容", place, "删去下面的内容，或改写“有”")
        elif not filled and answer == ANSWER_SOME:
            self.into.say(Code.PRESENCE_CONTRADICTED, f"“{WHETHER}”写了“有”，下面却没有填", place, "把它们填上；不清楚的留空")
        elif not filled:
            return {ANSWER_NONE: nothing, NOT_APPLICABLE: NOT_APPLICABLE}.get(answer)
        return filled

    # -- rows that are no data ------------------------------------------------------------------------

    def aside(self, row: int, columns: set[int], total: bool = False) -> bool:
        """Whether a row holds something that is no fact, which is said: a total, a remark, cells merged over rows."""
        place = self.page.address(row, min(self.page.by_row[row]))
        if total or self.page.summing(row):
            self.into.say(Code.TOTALS_AMONG_ROWS, "这一行像是合计或示例，不是填报的一行", place, "删去这一行；合计由引擎来算")
        elif area := self.page.spans(row, columns):
            self.into.say(Code.MERGED_CELLS, f"合并的单元格 {area} 里填了内容，看不出是哪一行、哪一栏的", place, "取消合并，每行、每栏各写各的")
        elif (struck := self.page.struck(row, columns)) is not None:
            self.into.say(Code.TOTALS_AMONG_ROWS, "这一格的字划掉了（删除线），看不出还算不算", self.page.address(row, struck), "不算的删去这一行，算的去掉删除线")
        else:
            return False
        self.page.take_row(row)
        return True

    def remark(self, row: int, column: int) -> bool:
        """Whether a cell that nobody has read is only words beside the table."""
        if not self.page.prose(row, column) or self._titled(row, column):
            return False
        return row <= self.head or (row not in self.page.read_rows and (column in self.labels or self.page.remarking(row)))

    def _titled(self, row: int, column: int) -> str:
        """The table whose title stands below the heading of this one."""
        return self.into.names.table_spoken_of(self.page.word(row, column)) if row > self.head else ""

    def stray(self, row: int, column: int) -> str:
        """Why a cell is not read."""
        heading = self.page.word(self.head, column)
        if other := self._titled(row, column):
            return f"这里像是又一张表「{other}」的标题；一页只放一张表，下面的行分不清是哪一张的"
        if row < self.head:
            return "这一格在表头上面，没有读"
        if not heading:
            return f"{column_name(column)} 列没有列名，这一格没有读"
        return f"这一格没有读：它在「{heading}」列，这一列或这一行认不出是哪一项"


def heads(page: Page, into: Collected) -> Iterator[tuple[int, set[str], bool]]:
    """Rows that may be headings: their words, and whether one is 填写."""
    for row in list(page.by_row)[:HEAD_ROWS]:
        words = [word for _, word in page.words(row)]
        yield row, {normal(w) for w in words}, any(after(w, FILL) is not None and fits(after(w, FILL) or "", MONEY) for w in words)


class SinglePage(TablePage):
    """基本情况: a row for each fact of its own."""

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        return next((cls(page, row, into) for row, words, fill in heads(page, into) if fill and normal(FACT) in words), None)

    def read(self) -> None:
        name, group, how = self.column(FACT), self.column(GROUP), self.column(HOW)
        fill = self.fill()
        assert name is not None
        assert fill is not None
        self.labels |= {c for c in (name, group, how) if c is not None}
        unit, _, _ = self.above("基本情况")
        wholes = []
        for row in self.rows():
            at = self.page.at(row, fill[0])
            if at is not None and self.aside(row, {fill[0]}):
                continue
            if (found := self.of_row(row, name, group, self.into.names.singles, at is not None)) is None:
                continue
            single, rest = found
            self.page.take(row, *(c for c in (name, group, how) if c is not None))
            if single.whole:
                wholes.append((row, single))
                continue
            self.paths.add(single.path)
            around = [(fill[1], True), (rest, True), (self.page.word(row, how) if how is not None else "", False)]
            place = self.page.address(row, fill[0])
            times = self.times(single.field.type, unit, [(w, s, place) for w, s in around]) if at is not None else None
            if at is not None:
                self.page.read_rows.add(row)
            else:
                self._beside(row, single, [c for c in (how, *sorted(self.notes)) if c is not None])
            value = self.into.value(self.page, row, fill[0], single.field.type, single.path, times)
            self.into.put(single.group, single.field.name, value, place)
        for row, single in wholes:
            self._whole(row, fill[0], single.group)
        self.take_notes()

    def _beside(self, row: int, single: Single, columns: Iterable[int]) -> None:
        """A fact that is not filled in although its value stands in the column of another thing."""
        for column in columns:
            cell = self.page.at(row, column)
            if cell is not None and holds(cell, single.field.type):
                what = f"「{single.path}」没有填，它的值却像是写在了「{self.headings[column]}」列，没有读"
                self.into.say(Code.FORM_CHANGED, what, self.page.address(row, column), "移到「填写」列")

    def _whole(self, row: int, fill: int, group: str) -> None:
        """不适用 for a whole group; a group of which nothing is known is left out."""
        answer = self.into.value(self.page, row, fill, TEXT, group)
        if answer is None:
            return
        place = self.page.address(row, fill)
        if answer == NOT_APPLICABLE and not self.into.facts.get(group):
            self.into.facts[group] = NOT_APPLICABLE
            self.into.facts.places[group] = place
        else:
            what = "写了“不适用”，下面却又填了" if answer == NOT_APPLICABLE else f"只能写“{NOT_APPLICABLE}”"
            self.into.say(Code.PRESENCE_CONTRADICTED, f"「{group}」的整体{what}", place)


class YearlyPage(TablePage):
    """逐年数据: a row for each figure, a column for each year."""

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        for row, words, _ in heads(page, into):
            years = sum(year_of(w) is not None for w in words)
            if (normal(FIGURE) in words and (years or normal(UNIT) in words)) or (years > 1 and normal(GROUP) in words):
                return cls(page, row, into)
        return None

    def read(self) -> None:
        name, group, unit = self.column(FIGURE, "项目", FACT), self.column(GROUP), self.column(UNIT)
        if name is None:
            return
        self.labels |= {c for c in (name, group, unit) if c is not None}
        money, _, _ = self.above("逐年数据")
        years = self._years()
        columns = {column for column, _ in years.values()}
        for row in self.rows():
            filled = [c for c in columns if self.page.at(row, c) is not None]
            if filled and self.aside(row, columns):
                continue
            if (found := self.of_row(row, name, group, self.into.names.series, bool(filled))) is None:
                continue
            single, rest = found
            self.page.take(row, *(c for c in (name, group, unit) if c is not None))
            self.paths.add(single.path)
            place, held = self.page.address(row, name), {}
            self.into.facts.places.setdefault(single.path, place)
            for year, (column, after_year) in years.items():
                at = self.page.address(row, column)
                if self.page.at(row, column) is None:
                    self.into.facts.places.setdefault(f"{single.path}.{year}", at)
                    continue
                self.page.read_rows.add(row)
                around = [(rest, True, place), (after_year, True, at), (self.page.word(row, unit) if unit is not None else "", False, at)]
                times = self.times(single.field.element, money, around)
                value = self.into.value(self.page, row, column, single.field.element, f"{single.path}.{year}", times)
                self.into.facts.places[f"{single.path}.{year}"] = at
                if value is not None:
                    held[year] = value
            self.into.put(single.group, single.field.name, held or None, place)
        self.take_notes()

    def stray(self, row: int, column: int) -> str:
        heading = self.page.word(self.head, column)
        day = row >= self.head and re.match(r"(\d{4})[-/.年]\d", normal(heading))
        return f"列名「{heading}」是日期，不是年度，这一列没有读；写成 {day[1]}年" if day else super().stray(row, column)

    def _years(self) -> dict[str, tuple[int, str]]:
        """The column of each year, and what stands after it in the heading."""
        years: dict[str, tuple[int, str]] = {}
        for column, word in self.headings.items():
            if (found := year_of(word)) is None or not fits(found[1], MONEY):
                continue
            year, rest = found
            self.page.take(self.head, column)
            if year not in years:
                years[year] = column, rest
            else:
                self.once(column, years[year][0], f"{year} 年有两列，另一列是", "一年只留一列")
        return years
