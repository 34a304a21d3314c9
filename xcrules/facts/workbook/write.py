"""The workbook to fill in: single facts, yearly figures, ledgers, a sheet for each list; drop-downs and notes.

An empty cell is unknown. A workbook can be made with facts already in it. answers.py reads it back by the
words in its header rows, so sheets may be renamed and columns moved.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.grids.workbook import address, column_name, finished, new_book, unfit
from xcrules.facts.asking.words import (
    ANSWER_NONE,
    ANSWER_SOME,
    NOT_APPLICABLE,
    absence,
    number_word,
    remarks,
    signs,
    type_words,
)
from xcrules.facts.form import Form
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable
from xcrules.facts.types import TEXT, BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, Type, YearType

from .layout import (
    ABOUT,
    CHOICES,
    CLAUSE,
    EDITION,
    EXPLAINED,
    FACT,
    FIGURE,
    FILL,
    GROUP,
    GUIDE,
    GUIDE_LINES,
    HOW,
    LEDGER_HINT,
    NOTE_HOW,
    NUMBER_GROUP,
    POLICY,
    REMARKS,
    SERIAL,
    SINGLE,
    SINGLE_HINT,
    UNIT,
    WHETHER,
    WHETHER_HINTS,
    WHO,
    WHOLE,
    YEARLY,
    YEARLY_HINT,
    edition,
    group_words,
    list_hint,
)
from .style import Raw, as_date, as_number, as_text, check_of, flattened, format_of, height_of, note_of, width_of

_SHOWN, _SPARE = 20, 500  # 名单页画好格子的行数、带下拉的行数
_LONGEST_LIST = 255  # Excel 直接写在下拉里的字数限制

_FONT = {"font_name": "微软雅黑", "font_size": 10, "font_color": "#1F2933", "valign": "vcenter"}
_BOX = _FONT | {"border": 1, "border_color": "#C9D1D9"}
_STYLES: dict[str, dict[str, object]] = {
    "title": _FONT | {"bold": True, "font_size": 15},
    "hint": _FONT | {"font_color": "#5B6875"},
    "ask": _FONT | {"bold": True, "align": "right"},
    "header": _BOX | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#34495E", "text_wrap": True},
    "how": _BOX | {"font_color": "#5B6875", "bg_color": "#EEF1F4", "font_size": 9, "text_wrap": True, "valign": "top"},
    "group": _BOX | {"bold": True, "bg_color": "#DCE9F7", "text_wrap": True},
    "name": _BOX | {"text_wrap": True},
    "note": _BOX | {"font_color": "#5B6875", "font_size": 9, "text_wrap": True},
    "serial": _BOX | {"font_color": "#8A96A3", "align": "center"},
}
_FILL = _BOX | {"bg_color": "#FFFBE6"}


def form_book(form: Form, facts: Raw | None = None) -> bytes:
    """The workbook; `facts` (plain values, already checked) stand in it if given.

    Raises XcrulesError: E850 when the library is missing, E851 and E852 for a text that no cell can hold.
    """
    buffer = io.BytesIO()
    book = new_book(buffer)
    writer = _Writer(book, form, facts or {})
    writer.write()
    if writer.unfit:
        raise XcrulesError(writer.unfit)
    return finished(book, buffer)


class _Writer:
    """One workbook being made."""

    def __init__(self, book: Any, form: Form, facts: Raw) -> None:
        self.book, self.form, self.facts = book, form, facts
        self.styles = {name: book.add_format(style) for name, style in _STYLES.items()}
        self.fills: dict[tuple[str, str], Any] = {}
        self.lists: dict[tuple[str, ...], int] = {}
        self.names: set[str] = {"history"}  # a name that Excel keeps for itself
        self.choices = ""  # the sheet with the words of long drop-downs
        self.unfit: list[Diagnostic] = []
        self.tabs: dict[str, str] = {}  # the sheet of each list
        self.title = form.title

    def write(self) -> None:
        schema = self.form.schema
        self.book.set_custom_property(POLICY, self.title)
        self.book.set_custom_property(EDITION, edition(self.form))
        guide = self._sheet(GUIDE)
        self._single()
        if series := [(t, f) for t in schema.tables if t.kind != "名单" for f in t.fields if isinstance(f.type, SeriesType)]:
            self._yearly(series)
        for table in schema.tables:
            for field in table.fields:
                if table.kind != "名单" and isinstance(field.type, LedgerType):
                    self._ledger(table, field)
        for table in schema.nested:
            if table.kind == "名单":
                self._list(table)
        self._remarks()
        self._choices()
        self._guide(guide)
        self.book.worksheets_objs[1].activate()

    # -- pieces ---------------------------------------------------------------------------------------

    def _free(self, name: str) -> str:
        """The name for a sheet that no other has, nor a list of the policy for which one is still to come."""
        shown, count = name[:31], 1
        kept = {t.name.lower() for t in self.form.schema.tables} - {name.lower()}
        while shown.lower() in self.names | kept:
            count += 1
            shown = f"{name[:28]}_{count}"
        self.names.add(shown.lower())
        return shown

    def _sheet(self, name: str, freeze: tuple[int, int] | None = None) -> Any:
        shown = self._free(name)
        sheet = self.book.add_worksheet(shown)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.title.replace('&', '&&')}　{shown}&R第 &P 页，共 &N 页")
        if freeze:
            sheet.freeze_panes(*freeze)
        return sheet

    def _texts(self, sheet: Any, row: int, column: int, texts: Iterable[str], style: str) -> None:
        for offset, text in enumerate(texts):
            sheet.write_string(row, column + offset, text, self.styles[style])

    def _fill(self, type_: Type, align: str) -> Any:
        """The format of a cell to fill in."""
        key = format_of(type_), align
        if key not in self.fills:
            self.fills[key] = self.book.add_format(_FILL | {"num_format": key[0], "align": align})
        return self.fills[key]

    def _value(self, sheet: Any, row: int, column: int, type_: Type, value: object, align: str = "general") -> None:
        """A fact already known, or an empty cell."""
        style = self._fill(type_, align)
        number = as_number(value) if isinstance(type_, NumberType | YearType) else None
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif number is not None:
            sheet.write_number(row, column, number, style)
        elif isinstance(type_, DateType) and (day := as_date(value)) is not None:
            sheet.write_datetime(row, column, day, style)
        else:
            text = as_text(value)
            if (wrong := unfit(text, address(sheet.get_name(), row, column))) is not None:
                self.unfit.append(wrong)
            else:
                sheet.write_string(row, column, text, style)

    def _rule(self, sheet: Any, first: tuple[int, int], last: tuple[int, int], type_: Type, name: str, note: str,
              signed: bool = False) -> None:
        """A drop-down or a check on cells, with what to write shown when one is chosen."""
        rule: dict[str, object] = {"input_title": name[:32], "input_message": note[:255], "error_title": f"{name[:24]}填得不对",
                                   "error_message": f"{note[:200]}；不适用的写“不适用”"}
        cell = f"{column_name(first[1])}{first[0] + 1}"
        match type_:
            case EnumType(members):
                rule |= {"validate": "list", "source": self._list_source((*members, NOT_APPLICABLE))}
            case BoolType():
                rule |= {"validate": "list", "source": ["是", "否", NOT_APPLICABLE]}
            case _ if (test := check_of(type_, cell, signed)) is not None:
                rule |= {"validate": "custom", "value": f'=OR({test},{cell}="{NOT_APPLICABLE}")'}
            case _:
                rule |= {"validate": "any"}
        sheet.data_validation(*first, *last, rule)

    def _list_source(self, words: tuple[str, ...]) -> object:
        if len(",".join(words)) <= _LONGEST_LIST:
            return list(words)
        column = self.lists.setdefault(words, len(self.lists))
        name = column_name(column)
        self.choices = self.choices or self._free(CHOICES)
        return f"='{self.choices}'!${name}$1:${name}${len(words)}"

    def _choices(self) -> None:
        if self.lists:
            sheet = self.book.add_worksheet(self.choices)
            for words, column in self.lists.items():
                for row, word in enumerate(words):
                    sheet.write_string(row, column, word)
            sheet.hide()

    # -- sheets ---------------------------------------------------------------------------------------

    def _guide(self, sheet: Any) -> None:
        lists = [t for t in self.form.schema.nested if t.kind == "名单"]
        tabs = [(t.name, f"每{t.each}一行：{'、'.join(f.name for f in t.fields)}") for t in lists]
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 96)
        sheet.write_string(0, 0, f"{self.title}　填报表", self.styles["title"])
        rows = [*GUIDE_LINES, *((name, words) for name, words in tabs)]
        for index, (head, text) in enumerate(rows, 2):
            if index < 2 + len(GUIDE_LINES):
                sheet.write_string(index, 0, head, self.styles["group"])
            else:
                sheet.write_url(index, 0, f"internal:'{self.tabs[head]}'!A1", self.styles["group"], head)
            sheet.write_string(index, 1, text, self.styles["name"])
            sheet.set_row(index, height_of(text, 96))

    def _remarks(self) -> None:
        sheet = self._sheet(REMARKS)
        sheet.set_column(0, 0, 110)
        self._head(sheet, REMARKS, "要说明的文字写在这一页；引擎不读这一页，这里写的数也不算。")

    def _head(self, sheet: Any, title: str, hint: str) -> None:
        sheet.write_string(0, 0, title, self.styles["title"])
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, hint, self.styles["hint"])

    def _single(self) -> None:
        sheet = self._sheet(SINGLE, (3, 2))
        self._head(sheet, SINGLE, SINGLE_HINT)
        for column, width in enumerate((16, 30, 24, 26, 34, 40)):
            sheet.set_column(column, column, width)
        self._texts(sheet, 2, 0, (GROUP, FACT, FILL, HOW, WHO, EXPLAINED), "header")
        number = FactField(NUMBER_KEY, TEXT, note="申报的编号，原样写进决定")
        index = self._single_row(sheet, 3, NUMBER_GROUP, number, self.facts.get(NUMBER_KEY))
        for table in (t for t in self.form.schema.tables if t.kind != "名单"):
            held = self.facts if table.kind == "顶层" else self.facts.get(table.name)
            group = group_words(table)
            if table.kind == "一份":
                index = self._whole_row(sheet, index, group, held)
            for field in table.fields:
                if not isinstance(field.type, SeriesType | LedgerType):
                    value = held.get(field.name) if isinstance(held, Mapping) else None
                    index = self._single_row(sheet, index, group, field, value)

    def _whole_row(self, sheet: Any, row: int, group: str, held: object) -> int:
        self._texts(sheet, row, 0, (group, WHOLE), "group")
        self._value(sheet, row, 2, TEXT, held if held == NOT_APPLICABLE else None)
        self._texts(sheet, row, 3, ("全组不适用才填", "", ""), "group")
        sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": [NOT_APPLICABLE]})
        return row + 1

    def _single_row(self, sheet: Any, row: int, group: str, field: FactField, value: object) -> int:
        sheet.write_string(row, 0, group, self.styles["group"])
        sheet.write_string(row, 1, field.name, self.styles["name"])
        self._value(sheet, row, 2, field.type, value, "left")
        how, who = type_words(field.type), "；".join(filter(None, (field.source, absence(field), signs(field))))
        self._texts(sheet, row, 3, (how, who, field.note), "note")
        sheet.set_row(row, max(height_of(how, 28), height_of(who, 37), height_of(field.note, 44), height_of(field.name, 30), height_of(group, 16)))
        self._rule(sheet, (row, 2), (row, 2), field.type, field.name, note_of(field), field.signed)
        return row + 1

    def _yearly(self, series: list[tuple[FactTable, FactField]]) -> None:
        sheet = self._sheet(YEARLY, (3, 3))
        self._head(sheet, YEARLY, YEARLY_HINT)
        held_years = {int(str(y).removesuffix("年")) for t, f in series for y in self._keyed(t, f)}
        shown = sorted({*self.form.years, *held_years}) or list(range(2020, 2027))
        for column, width in enumerate((14, 24, 8, 34, *([16] * len(shown)))):
            sheet.set_column(column, column, width)
        self._texts(sheet, 2, 0, (GROUP, FIGURE, UNIT, EXPLAINED, *(f"{y}年" for y in shown)), "header")
        for row, (table, field) in enumerate(series, 3):
            assert isinstance(field.type, SeriesType)
            group = group_words(table)
            self._texts(sheet, row, 0, (group, field.name, number_word(field.type.element)), "name")
            sheet.write_string(row, 3, remarks(field), self.styles["note"])
            held = {str(k).removesuffix("年"): v for k, v in self._keyed(table, field).items()}
            for column, year in enumerate(shown, 4):
                self._value(sheet, row, column, field.type.element, held.get(str(year)))
            last = (row, 3 + len(shown))
            self._rule(sheet, (row, 4), last, field.type.element, field.name, note_of(field), field.signed)
            sheet.set_row(row, max(height_of(remarks(field), 38), height_of(field.name, 24)))

    def _keyed(self, table: FactTable, field: FactField) -> Raw:
        """What is held of a 逐年 or 逐款 fact."""
        holder = self.facts if table.kind == "顶层" else self.facts.get(table.name)
        held = holder.get(field.name) if isinstance(holder, Mapping) else None
        return held if isinstance(held, Mapping) else {}

    def _ledger(self, table: FactTable, field: FactField) -> None:
        assert isinstance(field.type, LedgerType)
        path = field.name if table.kind == "顶层" else f"{table.name}.{field.name}"
        holder = self.facts if table.kind == "顶层" else self.facts.get(table.name)
        held = holder.get(field.name) if isinstance(holder, Mapping) else None
        sheet = self._sheet(field.name, (4, 0))
        self._head(sheet, path, LEDGER_HINT)
        self._whether(sheet, held, field.closed)
        for column, width in enumerate((12, 20, 76, 24)):
            sheet.set_column(column, column, width)
        self._texts(sheet, 3, 0, (CLAUSE, f"{FILL}（{number_word(field.type.element)}）", ABOUT, REMARKS), "header")
        titles = self.form.clause_titles
        rows = [*titles, *(k for k in (held if isinstance(held, Mapping) else {}) if k not in titles)]
        for row, number in enumerate(rows, 4):
            self._texts(sheet, row, 0, (number,), "name")
            self._value(sheet, row, 1, field.type.element, held.get(number) if isinstance(held, Mapping) else None)
            self._texts(sheet, row, 2, (titles.get(number, ""),), "note")
        self._rule(sheet, (4, 1), (4 + len(rows), 1), field.type.element, field.name, note_of(field), field.signed)

    def _whether(self, sheet: Any, held: object, closed: bool) -> None:
        """没有, 不适用, or blank: an empty list and an unknown one are two things."""
        answer = held if held == NOT_APPLICABLE else ANSWER_NONE if held in ([], {}, ()) and held is not None else None
        sheet.write_string(2, 0, WHETHER, self.styles["ask"])
        self._value(sheet, 2, 1, TEXT, answer)
        sheet.write_string(2, 2, WHETHER_HINTS[closed], self.styles["hint"])
        sheet.data_validation(2, 1, 2, 1, {"validate": "list", "source": [ANSWER_SOME, ANSWER_NONE, NOT_APPLICABLE]})

    def _list(self, table: FactTable) -> None:
        held = self.facts.get(table.name)
        records = held if isinstance(held, list | tuple) else ()
        sheet = self._sheet(table.name, (5, 1))
        self.tabs[table.name] = sheet.get_name()
        self._head(sheet, table.name, list_hint(table))
        self._whether(sheet, held, table.closed)
        sheet.repeat_rows(3, 4)
        columns = [x for f in table.fields for x in self._columns_of(f)]
        noted = not any(f.name == REMARKS for f in table.fields)
        sheet.set_column(0, 0, 8)
        self._texts(sheet, 3, 0, (SERIAL,), "header")
        self._texts(sheet, 4, 0, (HOW,), "how")
        rows = max(_SHOWN, len(records) + 10)
        for column, (name, type_, field) in enumerate(columns, 1):
            width = width_of(name, type_)
            sheet.set_column(column, column, width)
            self._texts(sheet, 3, column, (name,), "header")
            self._texts(sheet, 4, column, (type_words(type_),), "how")
            if note := remarks(field):
                sheet.write_comment(3, column, note, {"x_scale": 1.6, "y_scale": 0.8, "font_size": 9})
            self._rule(sheet, (5, column), (5 + rows + _SPARE, column), type_, name, note_of(field), field.signed)
        if noted:
            last = len(columns) + 1
            sheet.set_column(last, last, 24)
            self._texts(sheet, 3, last, (REMARKS,), "header")
            self._texts(sheet, 4, last, (NOTE_HOW,), "how")
            for row in range(5, 5 + rows):
                sheet.write_blank(row, last, None, self.styles["note"])
        sheet.set_row(4, max([30, *(height_of(type_words(t), width_of(n, t) * 1.2) for n, t, _ in columns)]))
        for index in range(rows):
            record = records[index] if index < len(records) else None
            self._record(sheet, 5 + index, index + 1, columns, record)

    def _columns_of(self, field: FactField) -> Iterator[tuple[str, Type, FactField]]:
        """A column, or one for each year or clause."""
        match field.type:
            case SeriesType(element):
                yield from ((f"{field.name}.{y}", element, field) for y in self.form.years or range(2020, 2027))
            case LedgerType(element):
                yield from ((f"{field.name}.{number}", element, field) for number in self.form.clause_titles)
            case scalar:
                yield field.name, scalar, field

    def _record(self, sheet: Any, row: int, serial: int, columns: list[tuple[str, Type, FactField]], record: object) -> None:
        sheet.write_number(row, 0, serial, self.styles["serial"])
        held = dict(flattened(record)) if isinstance(record, Mapping) else {}
        if isinstance(record, Mapping) and not held:
            held = {columns[0][0]: "未知"}  # a row of which nothing is known is still a row
        for column, (name, type_, _) in enumerate(columns, 1):
            self._value(sheet, row, column, type_, held.get(name))
