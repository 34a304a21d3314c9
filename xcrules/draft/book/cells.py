"""What the cells of a workbook hold, as the text that stands for it in a rule file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from attrs import define, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.grids.workbook import CellValue, plain_number
from xcrules.base.source import Source
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import File


@frozen
class ReadRow:
    """One row of a table's page: the text of its line, its cells with addresses, the comments above."""

    values: tuple[str, ...]
    addresses: tuple[str, ...]
    comments: tuple[str, ...]


@define
class KeyedRows:
    """The rows of one key."""

    place: str
    header: ReadRow | None
    rows: list[ReadRow] = field(factory=list)
    used: bool = False


def typed_text(value: CellValue) -> str | None:
    """What was typed, or None where Excel has made something else of it."""
    match value:
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n")
        case bool():
            return "是" if value else "否"
        case Decimal():
            return plain_number(value)
        case datetime.datetime() if value.time() != datetime.time():
            return None
        case datetime.date():
            return f"{value.year}年{value.month}月{value.day}日"
    return None


def alone(piece: str) -> tuple[File, list[Diagnostic]]:
    """A piece read by itself, and what is wrong with its 〔读法〕; whatever else is wrong is for check to say."""
    file, found = parse_file(Source("", piece))
    return file, [d for d in found if d.code in (Code.NO_READING_TAG, Code.MISPLACED_TAG)]


def continued(cell: str) -> str:
    """Content over several physical lines: those after the first are indented, none is blank."""
    first, *rest = [x.rstrip(" \t\r　") for x in cell.strip(" \t\n　").split("\n")]
    return "\n".join([first, *(x if x[0] in " \t　" else f"    {x}" for x in rest if x)])
