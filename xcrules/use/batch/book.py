"""The answers as a workbook that an official forwards: 名单, 按款汇总, 待补清单, 退回, 说明."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.grids.workbook import MAX_CELL, MAX_ROWS, excel_length, lines, new_book, printed, tall
from xcrules.base.identity import short_name

from .answers import AMOUNT, APPLIED, BOUND, GIVEN, MOST, NOTICES, REFUSED, STATUS, THIS_YEAR, TOTAL, TOTAL_THIS_YEAR, WAY
from .folder import words_of
from .running import ANSWERS, DETAILS, WANTING, Job, parts, refused_count, refused_tables
from .summary import HEADER, Summary, explanation

HEAD = 3  # rows above the first row of a list: the title, a remark, the heading
_EXACT = 15  # digits that Excel keeps of a number
_READ = 300  # units of width that can still be read on one page
_LEAST = 10  # the width of a column that nobody gave one


def too_large(job: Job) -> Diagnostic | None:
    """E853, before the work begins."""
    if job.work.count + HEAD <= MAX_ROWS:
        return None
    return Diagnostic(Code.SHEET_TOO_LARGE, f"有 {job.work.count} 家，Excel 一页只有 {MAX_ROWS} 行", path=str(job.out),
                      help="去处写成文件夹（不带 .xlsx），就写成 Parquet，多少家都行；或按街道、批次分开算")


def write_book(job: Job, summary: Summary, pools: Any | None) -> int:
    """The workbook, put in its place when it is whole. How many rows 退回 has. Raises XcrulesError (E863)."""
    half, refused = job.aside / "工作簿.半", refused_count(job)
    made = _Book(str(half), job)
    made.answers(parts(job.aside / ANSWERS))
    made.page("按款汇总", "各款各种结果的家数，和合计的金额（元）。裁量的上限、待统筹的申请额不是给付。", HEADER, summary.rows(words_of(job)), (10, 8, 60))
    if pools is not None:
        made.page("统筹", "总额在各家之间怎样分：申请额、名次、分得。分得空着的没有分，原因在说明里。", pools.column_names, _rows(pools), (50, 8, 18, 10, 20, 16, 8, 16, 40))
    made.wanting()
    made.page("退回", "这些行没有算：改好以后再算一次。", None, refused_tables(job), (18, 14, 24, 10, 18, 8, 60, 50))
    if job.explained:
        made.page("明细", "每一笔给付：为哪一项，给多少，哪一行压了它。", None, parts(job.aside / DETAILS), (18, 10, 10, 24, 10, 16, 50, 60))
    made.page("说明", "", ("项", "内容"), explanation(job, summary, refused), (18, 100))
    try:
        made.book.close()
        os.replace(half, job.out)
    except OSError as error:
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"写不了「{job.out}」：{error.strerror or error}", path=str(job.out), help="文件夹要先建好；文件不要在 Excel 里开着")]) from error
    shutil.rmtree(job.aside)
    return refused


class _Book:
    """A workbook being written row by row: no more of it is in memory than a page's last row."""

    def __init__(self, path: str, job: Job) -> None:
        self.job = job
        self.book = new_book(path, constant_memory=True)
        add = self.book.add_format
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.title = add({**font, "bold": True, "font_size": 14})
        self.remark = add({**font, "font_color": "#666666"})
        self.head = add({**font, "bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#BBBBBB", "text_wrap": True, "align": "center"})
        self.text = add({**font, "border": 1, "border_color": "#DDDDDD"})
        self.wrapped = add({**font, "border": 1, "border_color": "#DDDDDD", "text_wrap": True})
        self.money = add({**font, "border": 1, "border_color": "#DDDDDD", "num_format": "#,##0.00"})
        self.whole = add({**font, "border": 1, "border_color": "#DDDDDD", "num_format": "0"})

    # -- pages ----------------------------------------------------------------------------------------------

    def answers(self, tables: Iterable[Any]) -> None:
        """名单: a row for each enterprise, a column for each clause."""
        shown = _Shown(self.job)
        rows = (row for table in tables for row in shown.rows(table))
        first = [*islice(rows, 1)]  # with it the header is known
        self.page(ANSWERS, "金额单位元。没有给付的写着结果；裁量的写着上限，待统筹的写着申请额，都不在合计之内。", shown.header or ["编号"],
                  chain(first, rows), (20, *shown.widths), shown.fixed)

    def wanting(self) -> None:
        """待补清单, by who must supply."""
        tables = list(parts(self.job.aside / WANTING))
        if not tables:
            return
        key = tables[0].column_names[0]
        table = pa.concat_tables(tables).sort_by([("由谁补", "ascending"), (key, "ascending"), ("款", "ascending")])
        table = table.select(["由谁补", key, "款", "事实", "怎样填", "表", "文件", "行", "栏"])
        self.page(WANTING, "还缺这些事实，按由谁补排列；补上以后再算一次。", table.column_names, _rows(table), (18, 18, 10, 36, 40, 14, 20, 8, 18))

    def page(
        self, name: str, remark: str, header: Iterable[str] | None, rows: Iterable[Any], widths: tuple[float, ...], fixed: int = 1
    ) -> None:
        """A list, on as many pages as it takes; `header` None: rows are tables, which have their own."""
        if header is None:
            tables = iter(rows)
            top = [*islice(tables, 1)]
            header = top[0].column_names if top else ["编号"]
            rows = (row for table in chain(top, tables) for row in _rows(table))
        names, left = list(header), iter(rows)
        room = [*widths, *[_LEAST] * (len(names) - len(widths))]
        self._page(name, remark, names, islice(left, MAX_ROWS - HEAD), room, fixed)
        for page, more in enumerate(left, 2):
            self._page(f"{name}{page}", remark, names, chain([more], islice(left, MAX_ROWS - HEAD - 1)), room, fixed)

    def _page(self, name: str, remark: str, names: list[str], rows: Iterable[Any], room: list[float], fixed: int) -> None:
        """One page under its title."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.repeat_rows(HEAD - 1)
        sheet.repeat_columns(0, fixed - 1)
        sheet.freeze_panes(HEAD, fixed)
        sheet.write_string(0, 0, f"{self.job.policy.title or self.job.policy.name}　{name}", self.title)
        sheet.write_string(1, 0, remark, self.remark)
        for column, word in enumerate(names):
            sheet.write_string(HEAD - 1, column, word, self.head)
        last = HEAD
        for row in rows:
            if (most := max(self._cell(sheet, last, column, value, room) for column, value in enumerate(row))) > 1:
                sheet.set_row(last, tall(most))
            last += 1
        for column, width in enumerate(room):
            sheet.set_column(column, column, width)
        printed(sheet, f"{self.job.policy.title}　{name}", sum(room) > 200, across=-(-int(sum(room)) // _READ))
        sheet.autofilter(HEAD - 1, 0, max(last - 1, HEAD), len(names) - 1)

    def _cell(self, sheet: Any, row: int, column: int, value: object, room: list[float]) -> int:
        """Lines that it takes. An amount is seen whole: its column gets wide enough, Excel would show ####."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, Decimal):
            room[column] = max(room[column], len(f"{value:,.2f}") + 3)
            if len(value.as_tuple().digits) <= _EXACT:
                sheet.write_number(row, column, value, self.money)
            else:
                sheet.write_string(row, column, f"{value:,.2f}", self.text)  # Excel would round it
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.whole)
        else:
            text = str(value)
            if excel_length(text) > MAX_CELL:
                text = text[:MAX_CELL // 2 - 20] + "……（余下的见 Parquet）"
            taken = lines(text, room[column] - 1)
            sheet.write_string(row, column, text, self.wrapped if taken > 1 else self.text)
            return taken
        return 1


def _rows(table: Any) -> Iterator[tuple[object, ...]]:
    for batch in table.to_batches(max_chunksize=4096):
        yield from zip(*(c.to_pylist() for c in batch.columns), strict=True)


class _Shown:
    """An enterprise's answers as a person reads them: an amount, or the words of what came out."""

    def __init__(self, job: Job) -> None:
        self.header: list[str] = []
        self.widths: tuple[float, ...] = ()
        self.fixed = 1
        self.job = job

    def rows(self, table: Any) -> Iterator[list[object]]:
        names = table.column_names
        numbers = [n.removesuffix(f".{STATUS}") for n in names if n.endswith(f".{STATUS}")]
        carried = names[1 : names.index(f"{numbers[0]}.{STATUS}")] if numbers else []
        paid = any(n.endswith(f".{THIS_YEAR}") for n in names)
        sums = [n for n in names if not n.endswith(f".{MOST}") and (n.split(".")[0] == TOTAL or (paid and n.split(".")[0] == TOTAL_THIS_YEAR))]
        if not self.header:
            self.header = [names[0], *carried, *map(short_name, numbers), *sums, NOTICES, REFUSED]
            told = {n.rpartition(".")[0] for n in names if n.endswith((f".{BOUND}", f".{APPLIED}"))}  # 裁量，上限 200,000.00
            self.widths = (*([24] * len(carried)), *(26 if n in told else 14 for n in numbers), *([16] * len(sums)), 30, 40)
            self.fixed = 1 + len(carried)
        for batch in table.to_batches(max_chunksize=4096):
            for row in batch.to_pylist():
                clauses = [self._clause(row, n) for n in numbers]
                yield [
                    row[names[0]], *(row[c] for c in carried), *clauses, *(row[s] for s in sums), "；".join(row[NOTICES] or ()), row[REFUSED],
                ]

    def _clause(self, row: dict[str, Any], number: str) -> object:
        status, amount = row[f"{number}.{STATUS}"], row.get(f"{number}.{AMOUNT}")
        if amount and not row.get(f"{number}.{WAY}"):
            return amount
        if amount:
            return f"{row[f'{number}.{WAY}']} {amount:,.2f}"
        if (share := row.get(f"{number}.{GIVEN}")) is not None:
            return f"申请 {row[f'{number}.{APPLIED}']:,.2f}，分得 {share:,.2f}"
        for name in (APPLIED, BOUND):
            if (value := row.get(f"{number}.{name}")) is not None and status != "应予支持":
                return f"{status}，{name} {value:,.2f}"
        if (now := row.get(f"{number}.{THIS_YEAR}")):
            return f"{status}，本年拨付 {now:,.2f}"
        return status
