"""Workbooks for the tests: made from plain rows, and edited cell by cell as a person would."""

from __future__ import annotations

import datetime
import io
import re
from functools import lru_cache

import openpyxl
import xlsxwriter

Rows = list[list[object]]
ERROR = object()  # a cell that holds #DIV/0!


def made(pages: dict[str, Rows]) -> bytes:
    """A workbook with these values."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "hh:mm"})
    for name, rows in pages.items():
        page = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is ERROR:
                    page.write_formula(row, column, "=1/0", None, "#DIV/0!")
                elif isinstance(value, datetime.time):
                    page.write_datetime(row, column, value, clock)
                elif isinstance(value, datetime.date):
                    page.write_datetime(row, column, value, days)
                elif isinstance(value, bool):
                    page.write_boolean(row, column, value)
                elif isinstance(value, int | float):
                    page.write_number(row, column, value)
                elif value != "":
                    page.write_string(row, column, str(value))
    book.close()
    return buffer.getvalue()


def pages_of(data: bytes) -> dict[str, Rows]:
    """The values of a workbook, as another library reads them."""
    return {title: [[*row] for row in rows] for title, rows in _pages(data).items()}


@lru_cache(maxsize=4)  # many tests edit one form
def _pages(data: bytes) -> dict[str, Rows]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {page.title: [[_plain(cell) for cell in row] for row in page.iter_rows(values_only=True)] for page in book.worksheets}


def _plain(value: object) -> object:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return "" if value is None else value


def edited(data: bytes, changes: dict[str, object]) -> bytes:
    """The workbook with some cells changed: {"条文!C12": "上线"}."""
    pages = pages_of(data)
    for place, value in changes.items():
        name, cell = place.split("!")
        match = re.fullmatch(r"([A-Z])(\d+)", cell)
        assert match, cell
        row, column = int(match[2]) - 1, ord(match[1]) - 65
        rows = pages[name]
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = value
    return made(pages)


def place_of(data: bytes, page: str, column: int, text: str) -> str:
    """The address of the first cell in a column (from 0) that holds a text."""
    for row, cells in enumerate(pages_of(data)[page], 1):
        if len(cells) > column and cells[column] == text:
            return f"{page}!{chr(65 + column)}{row}"
    raise AssertionError(f"{page} has no {text}")


def edited_by_lines(data: bytes, lines: list[str]) -> bytes:
    """The workbook after edits in words: 页!C6 为 值, 合并 页!D6:D7, 隐藏 页!6, 删去 页, 政策 为 名, 版次 为 号."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for line in lines:
        what, _, value = line.partition(" 为 ")
        if what.startswith("合并 "):
            page, _, area = what[3:].partition("!")
            book[page].merge_cells(area)
        elif what.startswith("隐藏 "):
            page, _, row = what[3:].partition("!")
            book[page].row_dimensions[int(row)].hidden = True
        elif what.startswith("删去 "):
            del book[what[3:]]
        elif what in ("政策", "版次"):
            name = "xcrules 政策" if what == "政策" else "xcrules 填报表版次"
            book.custom_doc_props[name].value = value
        else:
            page, _, place = what.partition("!")
            cell = book[page][place]
            cell.value = {"〈错误值〉": "#DIV/0!", "〈没有算过的公式〉": "=1+1"}.get(value, int(value) if value.isdigit() else value)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
