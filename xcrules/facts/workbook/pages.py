"""A page of a filled workbook as it is looked through: its words, its merged cells, what is not yet read of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from xcrules.base.grids.workbook import address, column_name, plain_number
from xcrules.base.grids.worksheet import Area, Cell, Struck, Worksheet, moment_of, shown_by
from xcrules.base.identity import UNKNOWN_WORDS, is_for_nothing, normal, normals

_COVERED = 300_000  # 合并单元格一共最多盖住的格数
TOTAL = re.compile(  # and rows that show how to fill in: 示例, 例：…
    r"[\W_]*(?:[一二三四五六七八九十\d]{1,2}[、.)]+)?"
    r"(?:(?:(?:本页|本表|本年|全年|本期|以上|各项|金额)?(?:累计|总和|汇总|平均|平均值|total|subtotal|sum|grandtotal)|.{0,12}(?:合计|小计|总计|共计)"
    r"|总[额数]|总金额|加总|(?:以上|上述)?各项之和|[∑σ]|计)(?:数|额|金额|人数|[笔件项]数)?(?:[(:].*|\d+[笔项件人个次家户]?)?"
    r"|共\d+[笔项件人个次家户]|[承接转过][前上下次]页|(?:填[写报表]|参考)?(?:示例|样例|范例|举例|例子|例如)[行\d一二三]?(?:[:(].*)?|例[:.].*|例)[\W_]*|其中[:,].*"
)
_SUMMING = re.compile(r"\s*(?:SUM|SUBTOTAL|AGGREGATE|AVERAGE)\(", re.I)
_NOTE_ROW = re.compile(r"(?:注|备注|说明|附注|填表人?|制表人?|审核人?|复核人?|经办人?|填报人?|填报单位|填报日期|联系人|联系电话|单位负责人|负责人|(?:单位)?盖章|签字)[\d一二三]?[::(].*")
_DAY_WORDS = r"(?:19|20)\d\d(?:年(?:度|\d{1,2}月(?:\d{1,2}日)?)?|([-/.])\d{1,2}\1\d{1,2})"
_FURNITURE = re.compile(rf"附[件表][\d一二三四五六七八九十]*|表[\d一二三四五六七八九十]+|第\d+页(?:[,/]?共\d+页)?|共\d+页|(?:填报|填表|制表|审核|复核|打印|编制)(?:日期|时间):{_DAY_WORDS}"
                        r"|(?:联系)?(?:电话|方式|手机)(?:号码)?:[\d()+-]+")
_TITLE = re.compile(r".*(?:表|清单|台账|明细|名册|情况|汇总|材料)(?:\([^()]*\))?")  # 2024年度贷款情况表
_BLANK = re.compile(r"\(?(?:以下|此处|本页|下面)(?:为)?空白\)?")
_ODD = re.compile(f"{TOTAL.pattern}|{_NOTE_ROW.pattern}|{_BLANK.pattern}", re.S)
_COUNTED = re.compile(r"\d|[万亿千百%‰][元美]?|[一二两三四五六七八九十]+[笔项件人个元]")


def totals(words: Iterable[str]) -> bool:
    """Whether one of the words of a row says that it is made of other rows, or an example."""
    return any(TOTAL.fullmatch(normal(w)) for w in words)


def remarks(words: Collection[str]) -> bool:
    """Whether the words of a row speak of the table: 注：…, 填表人：…"""
    return any(_NOTE_ROW.fullmatch(normal(w)) for w in words) and all(not w.isdigit() for w in words)


def _is_empty(word: str) -> bool:
    """Whether a word in the normal form says that nothing stands here: —, 无."""
    return is_for_nothing(word) or not (word in UNKNOWN_WORDS or word.isalnum() or any(ch.isalnum() for ch in word))


def countless(words: str) -> bool:
    """Whether words in the normal form say no number beside days and years."""
    return not _COUNTED.search(re.sub(rf"^附[件表]\d*|{_DAY_WORDS}", "", words))


class Page:
    """One page being read: its cells by row and column from 0, and which columns of a row are read."""

    def __init__(self, worksheet: Worksheet, from_1904: bool = False) -> None:
        self.worksheet, self.name, self.from_1904 = worksheet, worksheet.name, from_1904
        blank = {cell for cell in worksheet.distinct if cell.kind == "文字" and not cell.text.strip()}
        self.by_row = {row: kept for row, cells in worksheet.rows.items()
                       if (kept := {c: x for c, x in cells.items() if x not in blank} if blank else cells)}
        self._taken: dict[int, Collection[int]] = {}
        self.read_rows: set[int] = set()

    def at(self, row: int, column: int) -> Cell | None:
        """The cell, None if nothing is in it."""
        return self.by_row[row].get(column) if row in self.by_row else None

    def word(self, row: int, column: int) -> str:
        """The words of a cell, or of the merged cell that covers it."""
        cell = self.at(row, column) or self.at(*self.corner(row, column))
        if cell is None or cell.kind != "数":
            return cell.text.strip() if cell is not None else ""
        day = moment_of(cell.number, self.from_1904) if shown_by(cell.style).day else None
        return plain_number(cell.number) if day is None else day.date().isoformat()

    def words(self, row: int) -> Iterator[tuple[int, str]]:
        """The columns of a row in which something is, with their words."""
        for column in self.by_row.get(row, ()):
            yield column, self.word(row, column)

    def address(self, row: int, column: int) -> str:
        return address(self.name, row, column)

    def take(self, row: int, *columns: int) -> None:
        """These cells are read, or told of."""
        cells, taken = self.by_row.get(row, {}), self._taken.get(row, ())
        if cells is not taken:
            now = {*taken, *columns}
            self._taken[row] = cells if cells.keys() <= now else now

    def take_row(self, row: int) -> None:
        self._taken[row] = self.by_row.get(row, ())

    def take_all(self) -> None:
        self._taken = {**self.by_row}

    def unread(self, row: int) -> list[int]:
        """The columns of the cells of a row that nobody has read."""
        taken = self._taken.get(row, ())
        return [column for column in self.by_row[row] if column not in taken]

    @property
    def left(self) -> list[tuple[int, int]]:
        """The places of all cells that nobody has read, in order."""
        return [(row, column) for row, cells in self.by_row.items() if self._taken.get(row) is not cells for column in self.unread(row)]

    # -- merged cells ---------------------------------------------------------------------------------

    @cached_property
    def _corners(self) -> dict[tuple[int, int], tuple[int, int]]:
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in self.worksheet.merged:
            if len(found) + (bottom - top + 1) * (right - left + 1) > _COVERED:
                continue  # such an area holds nothing but its corner, which stands for itself
            found |= {(r, c): (top, left) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        return found

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Where the content of a cell stands: itself, or the corner of the merged cell that covers it."""
        return self._corners.get((row, column), (row, column))

    @cached_property
    def _areas(self) -> dict[tuple[int, int], Area]:
        return {(area[0], area[1]): area for area in self.worksheet.merged if area[:2] != area[2:]}

    def bottom(self, row: int, column: int) -> int:
        """The last row of the merged cell that a cell is of, or its own."""
        return self._areas.get(self.corner(row, column), (row, column, row, column))[2]

    def spans(self, row: int, columns: Collection[int]) -> str:
        """The merged cell (C6:C8) with something in it that reaches from these cells to another row, or over two of them."""
        for column in columns:
            top, left, bottom, right = self._areas.get(self.corner(row, column), (row, column, row, column))
            if self.at(top, left) is not None and (bottom > top or sum(left <= c <= right for c in columns) > 1):
                return f"{column_name(left)}{top + 1}:{column_name(right)}{bottom + 1}"
        return ""

    def struck(self, row: int, columns: Iterable[int]) -> int | None:
        """The first of these columns whose words are struck out."""
        return next((c for c in sorted(columns) if (cell := self.at(row, c)) is not None and isinstance(cell.style, Struck)), None)

    # -- rows that are no data ------------------------------------------------------------------------

    def odd(self, words: Collection[str]) -> frozenset[Cell]:
        """The cells that may make a row other than one of data: struck out, a formula, or words of a total, of a remark, for nothing, or these (in the normal form)."""
        said = [cell for cell in self.worksheet.distinct if cell.kind == "文字"]
        odd = (cell for cell, form in zip(said, normals([cell.text for cell in said]), strict=True)
               if form in words or _ODD.fullmatch(form) or _is_empty(form))
        return frozenset((*odd, *(cell for cell in self.worksheet.distinct if cell.formula is not None or isinstance(cell.style, Struck))))

    @cached_property
    def merged_rows(self) -> frozenset[int]:
        """The rows over which a merged cell reaches, of those that are looked at."""
        return frozenset(row for row, _ in (*self._corners, *self._areas))

    def summing(self, row: int) -> bool:
        """合计, 小计, a row of SUMs: made of other rows."""
        cells = [self.at(row, column) for column in self.by_row.get(row, ())]
        if totals(c.text for c in cells if c is not None and c.kind == "文字"):
            return True
        reckoned = [c for c in cells if c is not None and c.formula is not None]
        return any(_SUMMING.match(c.formula or "") for c in reckoned) and len(reckoned) >= len(cells) - 1

    def remarking(self, row: int) -> bool:
        """注：…, 填表人：…: one text in a row, that speaks of the table."""
        return remarks([text for _, text in self.words(row)])

    def empty_words(self, row: int, columns: Collection[int]) -> bool:
        """Whether these cells of a row only say that it is empty: —, 无, 以下空白."""
        cells = [self.at(row, c) for c in columns]
        words = [normal(c.text) if c is not None and c.kind == "文字" and c.formula is None else "0" for c in cells]
        return all(map(_is_empty, words)) or (len(words) == 1 and _BLANK.fullmatch(words[0]) is not None)

    def prose(self, row: int, column: int) -> bool:
        """Words that say no number: no digit, no unit, no formula. 附件2, 填报日期：… and years in a remark are none."""
        cell = self.at(row, column)
        if cell is None or cell.kind != "文字" or cell.formula is not None:
            return False
        words = normal(cell.text)
        if _FURNITURE.fullmatch(words):
            return True
        return countless(words) if _NOTE_ROW.fullmatch(words) or _TITLE.fullmatch(words) else not _COUNTED.search(words)

    def hidden(self) -> list[str]:
        """What of the rows and columns with data in them is hidden."""
        if self.worksheet.hidden:
            return ["整页"]
        rows = sorted(self.worksheet.hidden_rows & self.read_rows)
        columns = {c for r in self.read_rows for c in self.by_row[r]} if self.worksheet.hidden_columns else ()
        names = [column_name(c) for c in sorted(columns) if any(a <= c <= b for a, b in self.worksheet.hidden_columns)]
        told = [f"第 {'、'.join(str(r + 1) for r in rows[:5])}{' 等' if len(rows) > 5 else ''} 行"] if rows else []
        return told + ([f"第 {'、'.join(names[:5])} 列"] if names else [])
