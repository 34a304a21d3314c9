"""The workbook to fill in: single facts, yearly figures, ledgers, a page for each list; drop-downs and notes.

An empty cell is unknown. A workbook can be made with facts already in it. read.py reads it back by the
words in its header rows, so pages may be renamed and columns moved.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.base.grids.workbook import address, column_name, finished, height, new_book, printed, unfit
from xcrules.base.identity import normal
from xcrules.facts.asking.words import ANSWER_NONE, ANSWER_SOME, NOT_APPLICABLE, absence, remarks, signs, type_words, what_to_write
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.scalars import year_key
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import TEXT, BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, Type, YearType

from . import layout
from .layout import Names, Single
from .style import Raw, as_date, as_number, as_text, check_of, flattened, format_of, width_of

_WHOLE = FactField(layout.WHOLE, TEXT)
_YEARS = list(range(2020, 2027))  # where the policy says none
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
        self.taken: set[str] = {"history"}  # a name that Excel keeps for itself
        self.choices = ""  # the page with the words of long drop-downs
        self.unfit: list[Diagnostic] = []
        self.tabs: dict[str, str] = {}  # the page of each list
        self.names = Names(form)

    def write(self) -> None:
        self.book.set_custom_property(layout.POLICY, self.form.title)
        self.book.set_custom_property(layout.EDITION, layout.edition(self.form))
        guide = self._page(layout.GUIDE)
        self._single()
        if self.names.series:
            self._yearly()
        for ledger in self.names.ledgers.values():
            self._ledger(ledger)
        for table in self.names.lists.values():
            self._list(table)
        self._page(layout.REMARKS, "要说明的文字写在这一页；引擎不读这一页，这里写的数也不算。", (110,))
        self._choices()
        self._guide(guide)
        self.book.worksheets_objs[1].activate()

    def _given(self, single: Single) -> object:
        """What is already known of a fact."""
        holder = self.facts.get(single.group) if single.group else self.facts
        return holder.get(single.field.name) if isinstance(holder, Mapping) else None

    # -- pieces ---------------------------------------------------------------------------------------

    def _free(self, name: str) -> str:
        """The name for a page that no other has, nor a list of the policy for which one is still to come, as after the guide."""
        shown, count = name[:31], 1
        stored = {t.name.lower() for t in self.form.schema.tables} - ({name.lower()} - {layout.GUIDE})
        while shown.lower() in self.taken | stored:
            count += 1
            shown = f"{name[:28]}_{count}"
        self.taken.add(shown.lower())
        return shown

    def _page(self, name: str, hint: str = "", widths: Iterable[float] = (), freeze: tuple[int, int] | None = None, title: str = "") -> Any:
        """A worksheet with its title, a hint below it, and the widths of its columns."""
        shown = self._free(name)
        page = self.book.add_worksheet(shown)
        page.hide_gridlines(2)
        printed(page, f"{self.form.title}　{shown}")
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        if freeze:
            page.freeze_panes(*freeze)
        if hint:
            page.write_string(0, 0, title or name, self.styles["title"])
            page.set_row(0, 26)
            page.write_string(1, 0, hint, self.styles["hint"])
        return page

    def _texts(self, page: Any, row: int, column: int, texts: Iterable[str], style: str) -> None:
        for offset, text in enumerate(texts):
            page.write_string(row, column + offset, text, self.styles[style])

    def _fill(self, type_: Type, align: str) -> Any:
        """The format of a cell to fill in."""
        key = format_of(type_), align
        if key not in self.fills:
            self.fills[key] = self.book.add_format(_FILL | {"num_format": key[0], "align": align})
        return self.fills[key]

    def _value(self, page: Any, row: int, column: int, type_: Type, value: object, align: str = "general") -> None:
        """A fact already known, or an empty cell."""
        style = self._fill(type_, align)
        number = as_number(value) if isinstance(type_, NumberType | YearType) else None
        if value is None:
            page.write_blank(row, column, None, style)
        elif number is not None:
            page.write_number(row, column, number, style)
        elif isinstance(type_, DateType) and (day := as_date(value)) is not None:
            page.write_datetime(row, column, day, style)
        else:
            text = as_text(value)
            if (wrong := unfit(text, address(page.get_name(), row, column))) is not None:
                self.unfit.append(wrong)
            else:
                page.write_string(row, column, text, style)

    def _rule(self, page: Any, first: tuple[int, int], last: tuple[int, int], type_: Type, field: FactField, name: str = "") -> None:
        """A drop-down or a check on cells, with what to write shown when one is chosen."""
        name, note = name or field.name, what_to_write(field)
        rule: dict[str, object] = {"input_title": name[:32], "input_message": note[:255], "error_title": f"{name[:24]}填得不对",
                                   "error_message": f"{note[:200]}；不适用的写“不适用”"}
        cell = f"{column_name(first[1])}{first[0] + 1}"
        match type_:
            case EnumType(members):
                rule |= {"validate": "list", "source": self._list_source((*members, NOT_APPLICABLE))}
            case BoolType():
                rule |= {"validate": "list", "source": ["是", "否", NOT_APPLICABLE]}
            case _ if (test := check_of(type_, cell, field.signed)) is not None:
                rule |= {"validate": "custom", "value": f'=OR({test},{cell}="{NOT_APPLICABLE}")'}
            case _:
                rule |= {"validate": "any"}
        page.data_validation(*first, *last, rule)

    def _list_source(self, words: tuple[str, ...]) -> object:
        if len(",".join(words)) <= _LONGEST_LIST:
            return list(words)
        column = self.lists.setdefault(words, len(self.lists))
        name = column_name(column)
        self.choices = self.choices or self._free(layout.CHOICES)
        return f"='{self.choices}'!${name}$1:${name}${len(words)}"

    def _choices(self) -> None:
        if self.lists:
            page = self.book.add_worksheet(self.choices)
            for words, column in self.lists.items():
                for row, word in enumerate(words):
                    page.write_string(row, column, word)
            page.hide()

    # -- pages ----------------------------------------------------------------------------------------

    def _guide(self, page: Any) -> None:
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 96)
        page.write_string(0, 0, f"{self.form.title}　填报表", self.styles["title"])
        for row, (head, text) in enumerate(layout.GUIDE_LINES, 2):
            page.write_string(row, 0, head, self.styles["group"])
            self._guided(page, row, text)
        for row, (name, tab) in enumerate(self.tabs.items(), 2 + len(layout.GUIDE_LINES)):
            table = self.names.lists[normal(name)]
            page.write_url(row, 0, f"internal:'{tab}'!A1", self.styles["group"], name)
            self._guided(page, row, f"每{table.each}一行：{'、'.join(f.name for f in table.fields)}")

    def _guided(self, page: Any, row: int, text: str) -> None:
        page.write_string(row, 1, text, self.styles["name"])
        page.set_row(row, height([text], [96]))

    def _single(self) -> None:
        page = self._page(layout.SINGLE, layout.SINGLE_HINT, (16, 30, 24, 26, 34, 40), (3, 2))
        self._texts(page, 2, 0, (layout.GROUP, layout.FACT, layout.FILL, layout.HOW, layout.WHO, layout.EXPLAINED), "header")
        number = FactField(NUMBER_KEY, TEXT, note="申报的编号，原样写进决定")
        self._single_row(page, 3, layout.NUMBER_GROUP, Single("", number))
        rows = [
            (layout.group_words(t), Single("" if t.kind == "顶层" else t.name, f, whole=f is _WHOLE))
            for t in self.form.schema.tables
            if t.kind != "名单"
            for f in ((_WHOLE,) if t.kind == "一份" else ()) + tuple(f for f in t.fields if not isinstance(f.type, SeriesType | LedgerType))
        ]
        for row, (group, single) in enumerate(rows, 4):
            if single.whole:
                self._whole_row(page, row, group)
            else:
                self._single_row(page, row, group, single)

    def _whole_row(self, page: Any, row: int, group: str) -> None:
        self._texts(page, row, 0, (group, layout.WHOLE), "group")
        self._value(page, row, 2, TEXT, NOT_APPLICABLE if self.facts.get(group) == NOT_APPLICABLE else None)
        self._texts(page, row, 3, ("全组不适用才填", "", ""), "group")
        page.data_validation(row, 2, row, 2, {"validate": "list", "source": [NOT_APPLICABLE]})

    def _single_row(self, page: Any, row: int, group: str, single: Single) -> None:
        field = single.field
        page.write_string(row, 0, group, self.styles["group"])
        page.write_string(row, 1, field.name, self.styles["name"])
        self._value(page, row, 2, field.type, self._given(single), "left")
        how, who = type_words(field.type), "；".join(filter(None, (field.source, absence(field), signs(field))))
        self._texts(page, row, 3, (how, who, field.note), "note")
        page.set_row(row, height((how, who, field.note, field.name, group), (28, 37, 44, 30, 16)))
        self._rule(page, (row, 2), (row, 2), field.type, field)

    def _yearly(self) -> None:
        figures = [(s, self._given(s)) for s in self.names.series]
        years = self._years(given for _, given in figures)
        page = self._page(layout.YEARLY, layout.YEARLY_HINT, (14, 24, 8, 34, *([16] * len(years))), (3, 3))
        self._texts(page, 2, 0, (layout.GROUP, layout.FIGURE, layout.UNIT, layout.EXPLAINED, *(f"{y}年" for y in years)), "header")
        for row, (single, given) in enumerate(figures, 3):
            field = single.field
            self._texts(page, row, 0, (self.names.group_words(single), field.name, type_words(single.field.element)), "name")
            page.write_string(row, 3, remarks(field), self.styles["note"])
            for column, year in enumerate(years, 4):
                self._value(page, row, column, single.field.element, _by_year(given, years).get(year))
            self._rule(page, (row, 4), (row, 3 + len(years)), single.field.element, field)
            page.set_row(row, height((remarks(field), field.name), (38, 24)))

    def _ledger(self, single: Single) -> None:
        given, titles = self._given(single), self.form.clause_titles
        page = self._page(single.field.name, layout.LEDGER_HINT, (12, 20, 76, 24), (4, 0), title=single.path)
        self._whether(page, given, single.field.closed)
        self._texts(page, 3, 0, (layout.CLAUSE, f"{layout.FILL}（{type_words(single.field.element)}）", layout.ABOUT, layout.REMARKS), "header")
        numbers = dict.fromkeys((*titles, *_keyed(given)))
        for row, number in enumerate(numbers, 4):
            page.write_string(row, 0, number, self.styles["name"])
            self._value(page, row, 1, single.field.element, _keyed(given).get(number))
            page.write_string(row, 2, titles.get(number, ""), self.styles["note"])
        self._rule(page, (4, 1), (4 + len(numbers), 1), single.field.element, single.field)

    def _whether(self, page: Any, given: object, closed: bool) -> None:
        """没有, 不适用, or blank: an empty list and an unknown one are two things."""
        answer = given if given == NOT_APPLICABLE else ANSWER_NONE if given in ([], {}, ()) and given is not None else None
        page.write_string(2, 0, layout.WHETHER, self.styles["ask"])
        self._value(page, 2, 1, TEXT, answer)
        page.write_string(2, 2, layout.WHETHER_HINTS[closed], self.styles["hint"])
        page.data_validation(2, 1, 2, 1, {"validate": "list", "source": [ANSWER_SOME, ANSWER_NONE, NOT_APPLICABLE]})

    def _list(self, table: FactTable) -> None:
        given = self.facts.get(table.name)
        records = given if isinstance(given, list | tuple) else ()
        rows = max(_SHOWN, len(records) + 10)
        columns = [x for f in table.fields for x in self._columns_of(f, records)]
        widths = [width_of(name, type_) for name, type_, _ in columns]
        page = self._page(table.name, layout.list_hint(table), (8, *widths, 24), (5, 1))
        self.tabs[table.name] = page.get_name()
        self._whether(page, given, table.closed)
        page.repeat_rows(3, 4)
        self._texts(page, 3, 0, (layout.SERIAL, *(name for name, *_ in columns)), "header")
        self._texts(page, 4, 0, (layout.HOW, *(type_words(type_) for _, type_, _ in columns)), "how")
        page.set_row(4, max(30, height((type_words(type_) for _, type_, _ in columns), (width * 1.2 for width in widths))))
        for column, (name, type_, field) in enumerate(columns, 1):
            if note := remarks(field):
                page.write_comment(3, column, note, {"x_scale": 1.6, "y_scale": 0.8, "font_size": 9})
            self._rule(page, (5, column), (5 + rows + _SPARE, column), type_, field, name)
        if not any(f.name == layout.REMARKS for f in table.fields):
            last = len(columns) + 1
            page.write_string(3, last, layout.REMARKS, self.styles["header"])
            page.write_string(4, last, layout.NOTE_HOW, self.styles["how"])
            for row in range(5, 5 + rows):
                page.write_blank(row, last, None, self.styles["note"])
        for index in range(rows):
            self._record(page, 5 + index, index + 1, columns, records[index] if index < len(records) else None)

    def _years(self, given: Iterable[object]) -> list[int]:
        """The years for which there is a column: those of the policy, and those of which something is known."""
        return sorted({*self.form.years, *(year for x in given for year in _by_year(x))}) or _YEARS

    def _columns_of(self, field: FactField, records: Iterable[object]) -> Iterator[tuple[str, Type, FactField]]:
        """A column, or one for each year or clause."""
        match field.type:
            case SeriesType(element):
                years = self._years(r.get(field.name) for r in records if isinstance(r, Mapping))
                yield from ((f"{field.name}.{y}", element, field) for y in years)
            case LedgerType(element):
                yield from ((f"{field.name}.{number}", element, field) for number in self.form.clause_titles)
            case scalar:
                yield field.name, scalar, field

    def _record(self, page: Any, row: int, serial: int, columns: list[tuple[str, Type, FactField]], record: object) -> None:
        page.write_number(row, 0, serial, self.styles["serial"])
        known = _keyed(record)
        given = dict(flattened(known))
        for name, _, field in columns:
            year = int(name.rpartition(".")[2]) if isinstance(field.type, SeriesType) else 0
            if (value := _by_year(known.get(field.name), (year,)).get(year)) is not None:
                given[name] = value
        if isinstance(record, Mapping) and not given:
            given = {columns[0][0]: "未知"}  # a row of which nothing is known is still a row
        for column, (name, type_, _) in enumerate(columns, 1):
            self._value(page, row, column, type_, given.get(name))


def _by_year(given: object, years: Iterable[int] = ()) -> dict[int, object]:
    """What is known of each year; of what does not apply as a whole these years do not."""
    if given == NOT_APPLICABLE:
        return dict.fromkeys(years, NOT_APPLICABLE)
    return {int(year): value for key, value in _keyed(given).items() if (year := year_key(str(key))) is not None}


def _keyed(given: object) -> Raw:
    """What is known by year or by clause."""
    return given if isinstance(given, Mapping) else {}
