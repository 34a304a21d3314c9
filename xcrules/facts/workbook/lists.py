"""The pages of a form with one row for each record of a list, and those with one for each clause: what was granted under it."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import ClassVar

from xcrules.base.codes import Code
from xcrules.base.grids.worksheet import Cell, Memo
from xcrules.base.identity import normal
from xcrules.facts.asking.words import ANSWER_NONE
from xcrules.facts.tables import FactTable
from xcrules.facts.types import MONEY, TEXT, EnumType, LiteralValue, NumberType, TextType
from xcrules.facts.unfit import Unfit

from .cells import Collected, holds, value_of
from .layout import ABOUT, CLAUSE, FACT, HOW, NOTE_HOW, SERIAL_HEADINGS, WHETHER, ListColumn, Single, column_of, fits, known_words
from .pages import Page, remarks
from .tables import HEAD_ROWS, TablePage, heads

_SERIAL = re.compile(r"(?:第|no\.?|\()?(?:\d+|[一二三四五六七八九十百]+)(?:[).、,]|笔|项|行|号|条|件|个|人)?")  # 3, ③, 三, （3）, 第3笔


_Column = tuple[int, ListColumn, Fraction | None, dict[Cell, object]]  # where it stands, its fact, what its numbers are multiplied by, what its cells came to


class ListPage(TablePage):
    """A list: a row for each record, a column for each fact of it."""

    table: FactTable
    columns: dict[int, ListColumn]
    at: list[int]  # the rows of the records

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        """The row in which most names of one list's facts stand."""
        best: list[tuple[int, int, FactTable]] = []  # how many, row, table
        for row in list(page.by_row)[:HEAD_ROWS]:
            words = [word for _, word in page.words(row)]
            serial = any(normal(w) in SERIAL_HEADINGS for w in words)
            for name, table in into.names.lists.items():
                count = len({c.path for w in words if (c := column_of(w, table)) is not None})
                if count > 1 or (count == 1 and (serial or name in cls._titles(page, row))):
                    best.append((count, row, table))
        if not best:
            return None
        most = max(count for count, _, _ in best)
        head = next(row for count, row, _ in best if count == most)
        which = cls._which(page, head, [t for count, row, t in best if row == head and count == most], into)
        if which is None:
            return None
        found = cls(page, head, into)
        found.table = which
        return found

    @staticmethod
    def _titles(page: Page, head: int) -> list[str]:
        """What stands above the heading, then the page's name, in the normal form."""
        return [*(normal(w) for row in page.by_row if row < head for _, w in page.words(row)), normal(page.name)]

    @classmethod
    def _which(cls, page: Page, head: int, near: list[FactTable], into: Collected) -> FactTable | None:
        """Of the lists with these headings, the one of which the title or the page's name speaks."""
        named = [t for said in cls._titles(page, head) for name, t in into.names.lists.items()
                 if said == name or (said.startswith(name) and said[len(name):len(name) + 1] == "(")]
        of_title, of_tab = named[:1], [t for t in named if normal(page.name).startswith(normal(t.name))]
        if of_title and of_title[0] not in near and of_title != of_tab[:1]:
            into.say(Code.FORM_CHANGED, f"标题是「{of_title[0].name}」，列名却是「{near[0].name}」的", page.address(head, 0), "标题和列名改成一致的")
            page.take_all()
            return None
        fitting = [t for t in named if t in near]
        if len({t.name for t in fitting}) > 1:
            other = next(t for t in fitting if t.name != fitting[0].name)
            into.say(Code.FORM_CHANGED, f"标题说是「{fitting[0].name}」，另一个标题或页名说是「{other.name}」", page.address(head, 0), "一页只放一张表，标题和页名改成一致的")
            page.take_all()
            return None
        if fitting or len(near) == 1:
            return fitting[0] if fitting else near[0]
        into.say(Code.FORM_CHANGED, f"看不出这一页是「{'」还是「'.join(t.name for t in near)}」", page.address(head, 0), "在列名上面写明表名")
        page.take_all()
        return None

    # -- reading --------------------------------------------------------------------------------------

    def read(self) -> None:
        path = self.table.name
        self.columns, self.at = self._columns(), []
        self.paths |= {path, *(f"{path}.{c.path[0]}" for c in self.columns.values())}
        serial = self._serial()
        if serial is not None:
            self.labels.add(serial)
        how = self._how(serial)
        unit, answer, place = self.above(path)
        rows = [row for row in self.rows() if row != how]
        columns: list[_Column] = [(column, known, self._times(column, rows, how, unit), {}) for column, known in self.columns.items()]
        sums = self._sums([row for row in rows if not self.columns.keys().isdisjoint(self.page.by_row[row])])
        odd, unusual = self.page.odd({*map(normal, self.headings.values())}), sums | self.page.merged_rows
        records: list[dict[str, object]] = []
        own = {*self.columns}
        numbered = own if serial is None else own | {serial}
        for row in rows:
            cells = self.page.by_row[row]
            known = (numbered if serial is not None and (cell := cells.get(serial)) is not None
                     and (cell.kind == "数" or _SERIAL.fullmatch(normal(cell.text))) else own)
            if own.isdisjoint(cells) or row in unusual or not odd.isdisjoint(cells.values()):
                self.page.take(row, *(known - own))
                if self._no_record(row, own & cells.keys(), row in sums):
                    continue
            self.page.take(row, *known)
            records.append(self._record(row, len(records), columns))
            self.at.append(row)
        self.page.read_rows.update(self.at)
        self.into.facts.rows[path] = self._place
        self.take_notes()
        self.into.put("", path, self.answered(answer, place, records, []), place or self.page.address(self.head, 0))
        if records:
            self._absent()

    def _columns(self) -> dict[int, ListColumn]:
        """The columns of facts; one that stands twice is said if both are filled."""
        found: dict[int, ListColumn] = {}
        first: dict[tuple[str, ...], int] = {}
        for column, word in self.headings.items():
            if (known := column_of(word, self.table)) is None:
                continue
            self.page.take(self.head, column)
            self.notes.discard(column)
            self.labels.discard(column)
            if known.path not in first:
                first[known.path] = column
                found[column] = known
            else:
                self.once(column, first[known.path], f"列名「{known.name}」出现了两次，另一处在")
        return found

    def _serial(self) -> int | None:
        """The column of running numbers: by its heading, or left of all facts and counting from 1."""
        for column, word in self.headings.items():
            if column not in self.columns and normal(word) in SERIAL_HEADINGS:
                self.page.take(self.head, column)
                return column
        for column in range(min(self.columns, default=0)):
            cells = [(r, self.page.at(r, column)) for r in self.rows()]
            numbers = [c.text for _, c in cells if c is not None and c.kind == "数"]
            if len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]:
                self.page.take(self.head, column)
                return column
        return None

    def _how(self, serial: int | None) -> int | None:
        """The row that says how to fill in; what it says of units is looked at in `_times`."""
        words = known_words(c.type for c in self.columns.values())
        for row in [r for r in self.rows() if r <= self.head + 6][:2]:
            cells = {column: normal(word) for column, word in self.page.words(row)}
            alike = sum(word in words for column, word in cells.items() if column in self.columns)
            if (cells.get(serial if serial is not None else -1) == normal(HOW)
                or normal(HOW) in cells.values() or alike * 2 > len(cells) > 1):
                strange = {column for column, word in cells.items() if column in self.columns and word not in words}
                typed = any(holds(self.page.by_row[row][c], self.columns[c].type) for c in strange)  # a record over the form's words
                known = {serial, *self.columns} - (strange if typed else set())
                self.page.take(row, *(c for c, word in cells.items() if c in known or word in (normal(HOW), normal(NOTE_HOW))))
                return row
        return None

    def _times(self, column: int, rows: list[int], how: int | None, unit: Fraction | None) -> Fraction | None:
        """What numbers of a column are multiplied by; what is wrong with its unit is said only if it is filled."""
        known = self.columns[column]
        if not isinstance(known.type, NumberType) or not any(column in self.page.by_row[row] for row in rows):
            return None
        place = self.page.address(self.head, column)
        return self.times(
            known.type, unit, [(known.rest, True, place), (self.page.word(how, column) if how is not None else "", False, place)]
        )

    def _sums(self, rows: list[int]) -> set[int]:
        """Rows that hold only numbers and names, not all that most rows have, each number the sum of its column: of the rows since the last such row, of all above or all below."""
        known = Memo[tuple[int, ...], frozenset[int]](lambda held: frozenset(self.columns.keys() & held))
        filled = {r: known[(*self.page.by_row[r],)] for r in rows}
        shapes = Counter(filled.values())
        usual = {c for c in self.columns if sum(n for shape, n in shapes.items() if c in shape) * 2 > len(rows)}
        odd = {shape for shape in shapes if usual - shape and all(isinstance(self.columns[c].type, NumberType | TextType) for c in shape)}
        rare = {r for r in rows if filled[r] in odd} if odd else set[int]()
        numbers = {c for shape in odd for c in shape if isinstance(self.columns[c].type, NumberType)}
        if len(rows) < 3 or not numbers:
            return set()
        held = {r: {c: self._figure(r, c) for c in numbers & filled[r]} for r in rows}
        found: set[int] = set()
        for order, last in ((rows, False), (rows[::-1], True)):  # from the top, each of them; from the bottom, the first row of all
            since, others, passed = dict.fromkeys(numbers, Fraction()), dict.fromkeys(numbers, Fraction()), 0
            for r in order:
                own = held[r]
                if (passed > 1 and r in rare and any(own.values()) and (r == rows[0] or not last)
                    and any(all(own[c] == sums[c] for c in own) for sums in (since, others))):
                    found.add(r)
                    since = dict.fromkeys(numbers, Fraction())
                    continue
                passed += 1
                for c, figure in own.items():
                    since[c] += figure or 0
                    others[c] += figure or 0
        return found

    def _figure(self, row: int, column: int) -> Fraction | None:
        """The number in a cell, None if there is none."""
        cell = self.page.at(row, column)
        try:
            value = None if cell is None else cell.number if cell.kind == "数" else value_of(cell, self.columns[column].type)
        except Unfit:
            return None
        value = value.value if isinstance(value, LiteralValue) else value
        return Fraction(value) if isinstance(value, int | Decimal | Fraction) else None

    def _no_record(self, row: int, filled: set[int], total: bool) -> bool:
        """Whether a row has no fact, is made of others, repeats the heading, is a remark or says that nothing stands there, which is said."""
        if not filled:
            if self.page.unread(row) and self.page.summing(row):
                self.aside(row, set())
            return True
        if self.aside(row, {*self.columns}, total):
            return True
        place = self.page.address(row, min(filled))
        if self.page.empty_words(row, filled) and not any(
            isinstance(t := self.columns[c].type, EnumType) and self.page.word(row, c) in t.members for c in filled
        ):
            self.into.notice(Code.TEXT_OUTSIDE_TABLES, f"这一行只写了「{self.page.word(row, min(filled))}」，按空行；整张名单都没有的，在“{WHETHER}”里选“{ANSWER_NONE}”", place)
            self.page.take_row(row)
            return True
        if len(filled) > 1 and all(normal(self.page.word(row, c)) == normal(self.headings[c]) for c in filled):
            self.into.say(Code.TOTALS_AMONG_ROWS, "列名又出现了一次，不是填报的一行", place, "删去这一行")
        elif len(filled) == 1 and remarks([self.page.word(row, min(filled))]):  # whatever running number the form has before it
            self.into.say(Code.TOTALS_AMONG_ROWS, "这一行像是说明，不是填报的一行", place, "移到“备注”一页，或删去")
        else:
            return False
        self.page.take_row(row)
        return True

    def _place(self, index: int, name: str) -> str:
        """The cell of a fact in a record, of the record where it has no such column; none of one that was added since."""
        if index >= len(self.at):
            return ""
        row = self.at[index]
        named = [column for column, known in self.columns.items() if known.name == name]
        return self.page.address(row, min(named or self.columns.keys() & self.page.by_row[row].keys()))

    def _record(self, row: int, index: int, columns: list[_Column]) -> dict[str, object]:
        """The facts of a row; a cell that came before in its column is read once."""
        record: dict[str, object] = {}
        cells = self.page.by_row[row]
        for column, known, times, values in columns:
            cell = cells.get(column)
            if cell is None:
                continue
            value = values.get(cell)
            if value is None:
                value = self.into.read(cell, self.page, row, column, known.type, partial(self._spoken, index, known), times)
                if value is None:
                    continue
                values[cell] = value
            if len(known.path) == 1:
                record[known.path[0]] = value
            elif isinstance(held := record.setdefault(known.path[0], {}), dict):
                held[known.path[1]] = value
        return record

    def _spoken(self, index: int, known: ListColumn) -> str:
        return f"{self.table.name}第{index + 1}{self.table.each or '行'}的{known.name}"

    def _absent(self) -> None:
        """Columns that are gone although their absence means something."""
        for item in self.table.fields:
            if (item.default is not None or item.closed or item.optional) and f"{self.table.name}.{item.name}" not in self.paths:
                what = "按缺省的算" if item.default is not None or item.closed else "按没有填算"
                self.into.notice(Code.FORM_INCOMPLETE, f"「{self.table.name}」没有「{item.name}」这一列，{what}", self.page.address(self.head, 0))


# -- ledgers ---------------------------------------------------------------------------------------------------------

class LedgerPage(TablePage):
    """A ledger: a row for each clause."""

    single: Single
    _CLAUSE_HEADINGS: ClassVar = (CLAUSE, "条款号", "款", "条款编号")

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        clauses = {normal(w) for w in cls._CLAUSE_HEADINGS}
        for row, words, fill in heads(page, into):
            if fill and (words & clauses or cls._by_content(page, row, into) is not None) and normal(FACT) not in words:
                single = cls._which(page, row, into)
                if single is not None:
                    found = cls(page, row, into)
                    found.single = single
                    return found
        return None

    @staticmethod
    def _by_content(page: Page, head: int, into: Collected) -> int | None:
        """The column in which clause numbers stand, where its heading is gone."""
        numbers = set(map(normal, into.names.form.clause_names.numbers))
        counts: dict[int, int] = {}
        for row in (r for r in list(page.by_row)[:HEAD_ROWS] if r > head):
            for column, word in page.words(row):
                counts[column] = counts.get(column, 0) + (normal(word) in numbers)
        best = max(counts, key=lambda c: (counts[c], -c), default=None)
        return best if best is not None and counts[best] > 1 else None

    @staticmethod
    def _which(page: Page, head: int, into: Collected) -> Single | None:
        """The ledger of this page: the only one, or the one of which the title or the page's name speaks."""
        ledgers = into.names.ledgers
        titles = [normal(w) for row in page.by_row if row < head for _, w in page.words(row)]
        for said in (*titles, normal(page.name)):
            for path, single in ledgers.items():
                if said == path or (said.startswith(path) and fits(said[len(path):], MONEY)):
                    return single
        return next(iter(ledgers.values())) if len(ledgers) == 1 else None

    def read(self) -> None:
        element, path = self.single.field.element, self.single.path
        fill = self.fill()
        clause = self.column(*self._CLAUSE_HEADINGS)
        if clause is None:
            clause = self._by_content(self.page, self.head, self.into)
        if fill is None or clause is None:
            return
        self.notes |= {c for c, w in self.headings.items() if normal(w) == normal(ABOUT) and c != clause}
        self.labels |= {clause, *self.notes}
        self.paths.add(path)
        money, answer, place = self.above(path)
        held: dict[str, object] = {}
        seen: dict[str, str] = {}
        for row in self.rows():
            at = self.page.address(row, fill[0])
            if self.page.at(row, fill[0]) is not None and self.aside(row, {fill[0]}):
                continue
            if self.page.at(row, clause) is None and self.page.at(row, fill[0]) is None:
                continue
            number = self.into.value(self.page, row, clause, TEXT, "款号")
            times = (
                self.times(element, money, [(fill[1], True, self.page.address(self.head, fill[0]))]) if self.page.at(row, fill[0]) else None
            )
            value = self.into.value(self.page, row, fill[0], element, f"{path}.{number or ''}", times)
            if number is None:
                if value is not None:
                    self.into.say(Code.FORM_CHANGED, "这一行填了数，却没有款号", at)
                continue
            self.into.facts.places[f"{path}.{number}"] = at
            if value is None:
                continue
            self.page.read_rows.add(row)
            if normal(str(number)) in seen:
                self.into.say(Code.REPEATED_KEY, f"「{path}」的 {number} 写了两次，另一处在 {seen[normal(str(number))]}", at, "同一款只写一次")
                continue
            seen[normal(str(number))] = at
            held[str(number)] = value
        self.take_notes()
        self.into.put(self.single.group, self.single.field.name, self.answered(answer, place, held, {}), place or self.page.address(0, 0))
