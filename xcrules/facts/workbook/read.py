"""A filled workbook as plain facts, and where each of them stands. given.py checks them as it does those of any door.

Nothing rests on a position: a page is known by its heading row, a column or row by the name of its fact. Every
filled cell is accounted for: it is read, or it is one of the form's own words, or there is a finding about it.

What a file is that was given as a filled workbook, and how to make an .xlsx of it if it is none.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.grids.xlsx import Book, open_book
from xcrules.base.identity import normal
from xcrules.facts.asking.words import NOT_APPLICABLE
from xcrules.facts.given import PlacedFacts
from xcrules.facts.tables import Form
from xcrules.facts.types import TEXT, EnumType, LedgerType
from xcrules.facts.unfit import Unfit

from .cells import Collected, value_of
from .layout import EDITION, GUIDE, GUIDE_LINES, NOTE_HEADINGS, POLICY, REMARKS, Names, edition, stated
from .lists import LedgerPage, ListPage
from .pages import Page
from .tables import SinglePage, TablePage, YearlyPage

_SAVE = "用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”，再读"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def other_kind(data: bytes, name: str) -> Diagnostic | None:
    """E892 for a table file of another kind than .xlsx, by what is in it; None if it may be a workbook."""
    what, help = _kind(data, name.lower())
    return Diagnostic(Code.NOT_XLSX, f"「{name}」{what}", path=name, help=help) if what else None


def _kind(data: bytes, name: str) -> tuple[str, str]:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        return "是空的文件", "看看是不是没有存完；" + _SAVE
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "有打开密码，读不了", "在 Excel 或 WPS 里打开，去掉密码（文件、信息、保护工作簿），另存为 .xlsx"
        return f"是老式的表格文件（{'WPS 的 .et' if name.endswith(('.et', '.ett')) else '.xls'}），不是 .xlsx", _SAVE
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(b"PAR1"):
        return "是 Parquet，不是一家企业的事实", "一批企业用 xcrules batch 算；写成一行一家的 .jsonl，也可以 xcrules decide 政策 文件 --stream"
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return "其实是网页（HTML），不是 Excel 工作簿", _SAVE
    if start.startswith(b"<?xml") or start.startswith(b"<workbook"):
        return "是 XML 表格，不是 .xlsx", _SAVE
    if start.startswith(b"%pdf"):
        return "是 PDF，不是 Excel 工作簿", "把填报表（.xlsx）本身交来"
    if name.endswith((".csv", ".tsv")) or (b"\0" not in data[:4096] and (b"," in start or b"\t" in start) and not start.startswith((b"{", b"["))):
        return "是 CSV 一类的文本，存不下几页表", "把数填进填报表（xcrules facts 政策 --xlsx 文件.xlsx）；" + _SAVE
    return "", ""


def _zipped(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {n.lower() for n in archive.namelist()[:5000]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "", ""  # said as damaged when it is opened
    if "xl/workbook.bin" in names:
        return "是二进制工作簿（.xlsb），不是 .xlsx", _SAVE
    if "content.xml" in names:
        return "是 OpenDocument 表格（.ods），不是 .xlsx", _SAVE
    if any(n.startswith("index/") for n in names):
        return "是 Numbers 表格，不是 .xlsx", "在 Numbers 里导出为 Excel（.xlsx）"
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return "是 Word 或 PowerPoint 文件，不是 Excel 工作簿", "把填报表（.xlsx）本身交来"
    return "", ""


# -- the workbook ----------------------------------------------------------------------------------------------------

_TOLD = 12  # 一页最多一处一处说的格子，其余合起来说


def read_workbook(data: bytes, form: Form, name: str = "工作簿") -> tuple[PlacedFacts, list[Diagnostic]]:
    """The facts in a workbook made by `form_book`, and what is wrong with its cells.

    The facts are plain nested values; `places` in them has the cell of each path, `notices` what is not wrong but
    should be known (W340 to W343).
    """
    book = other_kind(data, name) or open_book(data, name)
    if isinstance(book, Diagnostic):
        return PlacedFacts(), [book]
    reader = _Workbook(form, book, name)
    reader.read()
    return reader.into.facts, reader.into.found


class _Workbook:
    """One workbook being read."""

    def __init__(self, form: Form, book: Book, name: str) -> None:
        self.form, self.book, self.name = form, book, name
        self.names = Names(form)
        self.into = Collected(self.names, book.from_1904)

    def read(self) -> None:
        if not self._made_for_this():
            return
        pages = [(page, self._table(page)) for page in (Page(x, self.book.from_1904) for x in self.book.worksheets)]
        known = [(page, table) for page, table in pages if table is not None]
        if not known:
            self.into.say(Code.FORM_CHANGED, f"「{self.name}」里没有一页是填报表", self.name, "用 xcrules facts 政策 --xlsx 文件.xlsx 生成填报表")
            return
        for _, table in known:
            table.read()
        for page, held in pages:
            if held is not None:
                self._broken(page, held)
            self._left(page, held)
            self._beside(page)
            if held is not None and (hidden := page.hidden()):
                self.into.notice(Code.HIDDEN_CONTENT, f"「{page.name}」有隐藏的内容（{'，'.join(hidden)}），照样读了", page.name)
        self.into.finish()
        self._missing([table for _, table in known])

    def _made_for_this(self) -> bool:
        """Whether the form says that it was made for this policy, or does not say."""
        policy, held = self.book.properties.get(POLICY), self.book.properties.get(EDITION)
        if policy is not None and normal(policy) != normal(self.form.title):
            self.into.say(Code.FORM_OF_OTHER_POLICY, f"「{self.name}」是为「{policy}」做的填报表，不是「{self.form.title}」的", self.name,
                      "用 xcrules facts 政策 --xlsx 文件.xlsx 生成这份政策的填报表")
            return False
        if held is not None and held != edition(self.form):
            self.into.notice(Code.FORM_OUTDATED, f"「{self.name}」是按较早的版本做的填报表，要填的事实已有改动；名称对得上的照样读了", self.name)
        return True

    # -- which table a page is -----------------------------------------------------------------------

    def _table(self, page: Page) -> TablePage | None:
        kinds: tuple[type[TablePage], ...] = (SinglePage, LedgerPage, YearlyPage, ListPage)
        for kind in kinds:
            if (table := kind.known(page, self.into)) is not None:
                return table
        return None

    # -- what nobody has read -------------------------------------------------------------------------

    def _left(self, page: Page, table: TablePage | None) -> None:
        """Findings about the cells that are neither facts nor the form's own words."""
        if table is None:
            self._no_table(page)
        lost = table is None and self._speaks_of_a_table(page)
        grave = [x for x in page.left if lost or not (table.remark(*x) if table else page.prose(*x))]
        for row, column in grave[:_TOLD]:
            what = table.stray(row, column) if table else "这一页认不出是哪张表，这一格没有读"
            self.into.say(Code.FORM_CHANGED, what, page.address(row, column), "把它移到表里的黄色格子，或删去")
        if len(grave) > _TOLD:
            self.into.say(Code.FORM_CHANGED, f"「{page.name}」还有 {len(grave) - _TOLD} 格没有读", page.address(*grave[_TOLD]))
        light = sorted({*page.left} - {*grave})
        if light:
            place = page.address(*light[0])
            self.into.notice(Code.TEXT_OUTSIDE_TABLES, f"表外的文字「{page.word(*light[0])[:20]}」{f'等 {len(light)} 格' if len(light) > 1 else ''}没有读", place)

    def _broken(self, page: Page, table: TablePage) -> None:
        """Formulas without a result, and errors, in cells that hold no fact: what they answer (有没有, 怎样填, a unit) is not known."""
        told = {d.path for d in self.into.found}
        broken = {cell for cell in page.worksheet.distinct if cell.kind in ("错误", "无结果")}
        for place, cell in [((row, c), x) for row, cells in (page.by_row.items() if broken else ())
                            for c, x in cells.items() if x in broken and c not in page.unread(row)]:
            if (where := page.address(*place)) not in told and normal(page.word(table.head, place[1])) not in NOTE_HEADINGS:
                try:
                    value_of(cell, TEXT)
                except Unfit as why:
                    self.into.found.append(why.finding("这一格", where))

    def _beside(self, page: Page) -> None:
        """Comments and text boxes that are not the form's own."""
        words = [(cell, text) for cell, text in page.worksheet.beside if normal(text) not in self.names.own_notes]
        if words:
            cell, text = words[0]
            what = f"批注「{' '.join(text.split())[:20]}」" if cell else f"文本框里的「{' '.join(text.split())[:20]}」"
            more = f"等 {len(words)} 处" if len(words) > 1 else ""
            self.into.notice(Code.TEXT_OUTSIDE_TABLES, f"「{page.name}」页的{what}{more}没有读", f"{page.name}!{cell}" if cell else page.name, "是事实的，写到表里的黄色格子里")

    def _no_table(self, page: Page) -> None:
        """A page that is none of the tables: the guide, remarks, the words of the drop-downs."""
        choices = {m for t in self.form.schema.tables for f in t.fields if isinstance(f.type, EnumType) for m in f.type.members}
        if (left := page.left) and all(page.word(*x) in choices | {NOT_APPLICABLE} for x in left):
            page.take_all()
        elif normal(page.name).startswith((normal(GUIDE), normal(REMARKS))) or self._is_guide(page):
            own = {normal(text) for _, text in GUIDE_LINES}
            for place in left:
                cell = page.at(*place)
                if cell is not None and cell.kind == "文字":
                    page.take(*place)
                    if stated(cell.text) and normal(cell.text) not in own:
                        self.into.say(Code.UNCLEAR_UNIT, f"这里写着单位{stated(cell.text)}，表里却是元", page.address(*place), "把单位写在列名里，或删去")

    def _speaks_of_a_table(self, page: Page) -> bool:
        """Whether a page that was not recognised has the name of a list or ledger for its own or in its first row."""
        known = {*self.names.lists, *self.names.ledgers}
        first = min(page.by_row, default=0)
        return bool(known & {normal(page.name), *(normal(w) for _, w in page.words(first))})

    def _is_guide(self, page: Page) -> bool:
        words = {normal(page.word(*place)) for place in page.left}
        return normal(f"{self.form.title}　填报表") in words

    # -- what is not there ----------------------------------------------------------------------------

    def _missing(self, tables: list[TablePage]) -> None:
        """Facts whose absence means something, and for which the workbook has no room any more."""
        read = {path for table in tables for path in table.paths}
        for table in self.form.schema.tables:
            group = "" if table.kind == "顶层" else f"{table.name}."
            if table.kind == "名单":
                if table.closed and table.name not in read:
                    self.into.notice(Code.FORM_INCOMPLETE, f"填报表里没有「{table.name}」这一页，按没有算", table.name)
                continue
            for field in table.fields:
                if (field.closed or field.default is not None or field.parameter or field.optional) and group + field.name not in read:
                    where = "这一页" if isinstance(field.type, LedgerType) else "这一行"
                    what = "按没有算" if field.closed else "按公布的参数算" if field.parameter else "按缺省的数算" if field.default is not None else "按没有填算"
                    self.into.notice(Code.FORM_INCOMPLETE, f"填报表里没有「{group}{field.name}」{where}，{what}", group + field.name)
