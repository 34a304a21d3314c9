"""What it costs as a workbook that an office forwards: 概要, 按款, 上限, one page for each fact that it is split by, 分布, 企业, 说明.

Amounts are 元 with two places; an amount that Excel would not keep exactly stands as text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from xcrules.base.grids.workbook import finished, height, new_book
from xcrules.base.identity import clause_name
from xcrules.facts.workbook.style import as_number

from .figures import Impact, Sums, headline, left_out, who, yuan
from .page import method
from .screen import cap_words, title

_FONT = {"font_name": "微软雅黑", "font_size": 10, "font_color": "#1F2933", "valign": "top"}
_BOXED = _FONT | {"border": 1, "border_color": "#C9D1D9"}
_STYLES: dict[str, dict[str, object]] = {
    "words": _BOXED | {"text_wrap": True},
    "money": _BOXED | {"num_format": "#,##0.00;[Red]-#,##0.00", "align": "right"},
    "count": _BOXED | {"num_format": "#,##0", "align": "right"},
    "share": _BOXED | {"num_format": '+0.0%;[Red]-0.0%;0%', "align": "right"},
    "head": _BOXED | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#34495E", "text_wrap": True, "valign": "vcenter", "align": "center"},
    "total": _BOXED | {"bold": True, "bg_color": "#ECEEF0"},
    "title": _FONT | {"bold": True, "font_size": 12, "text_wrap": True},
    "plain": _FONT | {"text_wrap": True},
}
WORDS, MONEY, COUNT, SHARE = "words", "money", "count", "share"
Column = tuple[str, str, float]  # its head, what stands in it, its width
_SUMS: tuple[Column, ...] = (
    ("企业\n家", COUNT, 9), ("旧\n元", MONEY, 19), ("新\n元", MONEY, 19), ("增减\n元", MONEY, 19), ("增减", SHARE, 9), ("增加\n家", COUNT, 9),
    ("增加合计\n元", MONEY, 19), ("减少\n家", COUNT, 9), ("减少合计\n元", MONEY, 19))


def book(found: Impact) -> bytes:
    """The bytes of the .xlsx file. Raises XcrulesError (E850) where the extra is missing."""
    buffer = io.BytesIO()
    made = _Book(new_book(buffer), found)
    made.write()
    return finished(made.book, buffer)


def _sums(s: Sums) -> list[object]:
    return [s.count, s.old, s.new, s.change, Fraction(s.change, abs(s.old)) if s.old else None, s.winners, s.won, s.losers, -s.lost]


class _Book:
    def __init__(self, book: Any, found: Impact) -> None:
        self.book, self.found = book, found
        self.styles = {name: book.add_format(style) for name, style in _STYLES.items()}
        self.bold = {name: book.add_format(_STYLES[name] | {"bold": True, "bg_color": "#ECEEF0"}) for name in (WORDS, MONEY, COUNT, SHARE)}

    def write(self) -> None:
        found = self.found
        self._front()
        clauses = [[clause_name(k.number), k.words + k.marks, *_sums(k.sums)] for k in found.clauses]
        self._page("按款", (("款", WORDS, 14), ("事项", WORDS, 44), *_SUMS), clauses, ["", f"{found.words}合计", *_sums(found.total)])
        waiting = [[clause_name(k.number), k.words, *k.awaited, *("没有上限" if e else b for b, e in zip(k.bound, k.endless, strict=True)), *k.open]
                   for k in found.clauses if any(k.awaited) or any(k.open)]
        if waiting:
            self._page("待核定待补充", (("款", WORDS, 14), ("事项", WORDS, 44), ("旧\n待核定家", COUNT, 11), ("新\n待核定家", COUNT, 11), ("旧\n上限合计元", MONEY, 19),
                                  ("新\n上限合计元", MONEY, 19), ("旧\n待补充家", COUNT, 11), ("新\n待补充家", COUNT, 11)), waiting)
        caps = [
            [clause_name(k.clause), cap_words(k), *k.met, k.newly, k.freed, *(("不计", "不计") if k.of_items else k.cut)]
            for k in found.caps
            if any(k.met)
        ]
        if caps:
            self._page("上限", (("款", WORDS, 14), ("上限", WORDS, 44), ("旧\n碰到家", COUNT, 10), ("新\n碰到家", COUNT, 10), ("新到\n家", COUNT, 10), ("不再\n家", COUNT, 10),
                              ("旧\n封去元", MONEY, 19), ("新\n封去元", MONEY, 19)), caps)
        for split in found.splits:
            self._page(f"按{split.name.rpartition('.')[2]}"[:28], ((split.name, WORDS, 22), *_SUMS), [[g.value, *_sums(g.sums)] for g in split.groups],
                       ["合计", *_sums(found.total)])
        self._page("分布", (("每家增减", WORDS, 24), ("企业\n家", COUNT, 10), ("增减合计\n元", MONEY, 19)), [list(r) for r in found.bands.rows()])
        largest = [[way, x.key, x.old, x.new, x.change, "；".join(f"{clause_name(n)} {'增' if b > a else '减'} {yuan(abs(b - a))}" for n, a, b in x.clauses)]
                   for way, held in (("增加", found.winners), ("减少", found.losers)) for x in held]
        if largest:
            self._page("增减最多的企业", (("", WORDS, 8), ("企业", WORDS, 18), ("旧\n元", MONEY, 19), ("新\n元", MONEY, 19), ("增减\n元", MONEY, 19), ("涉及的款，元", WORDS, 60)), largest)
        self._said("说明", method(found))

    def _front(self) -> None:
        found = self.found
        lines = [f"对同样的 {found.total.count:,} 家企业各算一遍" + (f"；{said}" if (said := left_out(found)) else "") + "。",
                 headline(found) + "。", who(found) + "。"]
        lines += ["", "改了什么：", *(f"　{x.strip()}" for x in found.changes if x.strip())] if found.changes else []
        self._said("概要", lines, f"试算：{title(found)}")

    def _said(self, name: str, lines: Iterable[str], heading: str = "") -> None:
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 104)
        sheet.hide_gridlines(2)
        rows = [(heading, "title")] * bool(heading) + [(x, "plain") for x in lines]
        for row, (text, style) in enumerate(rows):
            sheet.set_row(row, height([text], [80 if style == "title" else 98]) + 6)
            sheet.write_string(row, 0, text, self.styles[style])

    def _sheet(self, name: str, wide: bool = False) -> Any:
        taken = {s.get_name() for s in self.book.worksheets()}
        name = next(n for n in (name, *(f"{name}{i}" for i in range(2, 99))) if n not in taken)
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_header("&L&A&R" + f"试算：{title(self.found)}".replace("&", "&&")[:200])
        sheet.set_footer("&R第 &P 页，共 &N 页")
        if wide:
            sheet.set_landscape()
        return sheet

    def _page(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]], total: Sequence[object] | None = None) -> None:
        sheet = self._sheet(name, sum(w for *_, w in columns) > 90)
        sheet.set_row(0, 32)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 1)
        for i, (head, _, width) in enumerate(columns):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, head, self.styles["head"])
        for row, held in enumerate([*rows, *([total] if total is not None else [])], 1):
            formats = self.bold if row > len(rows) else self.styles
            words = [i for i, column in enumerate(columns) if column[1] == WORDS]
            sheet.set_row(row, height((str(held[i]) for i in words), (columns[i][2] - 1 for i in words)))
            for i, value in enumerate(held):
                self._put(sheet, row, i, value, columns[i][1], formats)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)

    def _put(self, sheet: Any, row: int, column: int, value: object, kind: str, formats: Any) -> None:
        style = formats[kind]
        exact = Fraction(value, 100) if kind == MONEY and isinstance(value, int) else value
        if value is None or value == "":
            sheet.write_blank(row, column, None, style)
        elif kind == SHARE and isinstance(exact, Fraction):
            sheet.write_number(row, column, round(float(exact), 6), style)
        elif isinstance(exact, str) or (number := as_number(exact)) is None:
            sheet.write_string(row, column, exact if isinstance(exact, str) else yuan(int(value)), style)  # type: ignore[call-overload]
        else:
            sheet.write_number(row, column, number, style)
