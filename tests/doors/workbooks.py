"""Workbooks for the tests: made from plain rows, and edited cell by cell as a person would."""

from __future__ import annotations

import datetime
import io
import re

import python_calamine
import xlsxwriter

Rows = list[list[object]]
ERROR = object()  # a cell that holds #DIV/0!


def made(sheets: dict[str, Rows]) -> bytes:
    """A workbook with these values."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is ERROR:
                    sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")
                elif isinstance(value, datetime.time):
                    sheet.write_datetime(row, column, value, clock)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(row, column, value, days)
                elif isinstance(value, bool):
                    sheet.write_boolean(row, column, value)
                elif isinstance(value, int | float):
                    sheet.write_number(row, column, value)
                elif value != "":
                    sheet.write_string(row, column, str(value))
    book.close()
    return buffer.getvalue()


def sheets_of(data: bytes) -> dict[str, Rows]:
    """The values of a workbook."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {n: [list(r) for r in book.get_sheet_by_name(n).to_python(skip_empty_area=False)] for n in book.sheet_names}


def edited(data: bytes, changes: dict[str, object]) -> bytes:
    """The workbook with some cells changed: {"条文!C12": "上线"}."""
    sheets = sheets_of(data)
    for place, value in changes.items():
        name, cell = place.split("!")
        match = re.fullmatch(r"([A-Z])(\d+)", cell)
        assert match, cell
        row, column = int(match[2]) - 1, ord(match[1]) - 65
        rows = sheets[name]
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = value
    return made(sheets)


def place_of(data: bytes, sheet: str, column: int, text: str) -> str:
    """The address of the first cell in a column (from 0) that holds a text."""
    for row, cells in enumerate(sheets_of(data)[sheet], 1):
        if len(cells) > column and cells[column] == text:
            return f"{sheet}!{chr(65 + column)}{row}"
    raise AssertionError(f"{sheet} has no {text}")
