"""Workbooks as offices fill them: a form with facts in it, edited at random, by edits that keep its meaning and by edits that spoil it."""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xcrules.base.diagnostic import XcrulesError
from xcrules.facts.workbook import form_book, read_workbook

from .policies import policy
from .workbooks import made, pages_of

RULES = """
事实：申报，顶层
| 名称           | 类型    | 要求   | 角色     |
| 兑现年度       | 年度    |        | 基准年度 |
| 申报日期       | 日期    |        | 申报日期 |
| 合格           | 是否    |        |          |
| 营业额         | 元      |        |          |
| 占比           | 比率    |        |          |
| 研发费用       | 逐年 元 |        |          |
| 本年度已获支持 | 逐款 元 | 闭世界 | 本年台账 |

事实：贷款，逐笔
| 名称   | 类型             | 要求     |
| 种类   | 信用贷款、抵押贷款 |        |
| 利息   | 元               |          |
| 起始日 | 日期             |          |
| 标识   | 文字             | 可缺     |
| 件数   | 件               | 缺省 1件 |

「第一条 贷款利息补贴50%，占比达到5%、营业额和研发费用达到10万元的企业，每家全年不超过5万元。」
  对象：每笔 贷款
  条件：合格，占比 达到 5%，营业额 达到 10万元，本年 研发费用 达到 10万元
  条件：种类 为 信用贷款，起始日 不早于 2024年1月1日，件数 达到 1件
  标准：50% × 利息
  上限：企业年度 5万元
"""
FACTS: dict[str, Any] = {
    "兑现年度": 2024, "申报日期": "2024-09-01", "合格": True, "营业额": 600000, "占比": "0.053", "研发费用": {"2023": 90000, "2024": 123456.78},
    "本年度已获支持": {"1": 1000},
    "贷款": [{"种类": "信用贷款", "利息": 40000, "起始日": "2024-03-01", "标识": "甲1", "件数": 1},
             {"种类": "信用贷款", "利息": 30000.5, "起始日": "2024-05-06", "标识": "乙2", "件数": 2},
             {"种类": "抵押贷款", "利息": 20000, "起始日": "2024-07-08", "标识": "丙3", "件数": 1}],
}
POLICY = policy(RULES)
Edit = Callable[[Workbook, random.Random], None]


@cache
def form() -> bytes:
    return form_book(POLICY.program.form, FACTS)


def amount_of(raw: object) -> object:
    return {k.number: (k.status, k.amount) for k in POLICY.decide(raw).clauses}  # type: ignore[arg-type]


def cell_with(page: Worksheet, text: object) -> Any:
    return next(c for row in page.iter_rows() for c in row if c.value == text)


def loans(book: Workbook) -> Worksheet:
    """The page of the list, whatever it is called by now."""
    return next(s for s in book.worksheets if len({"种类", "起始日", "件数"} & {c.value for row in s.iter_rows() for c in row}) > 1)


def column(page: Worksheet, heading: str) -> list[Any]:
    """The filled cells of a list's column, below 怎样填."""
    head = cell_with(page, heading)
    return [c for c in (page.cell(r, head.column) for r in range(head.row + 2, page.max_row + 1)) if c.value is not None]


# -- edits that keep the meaning ----------------------------------------------------------------------------


def rows_inserted(book: Workbook, chance: random.Random) -> None:
    page = chance.choice(book.worksheets)
    page.insert_rows(chance.randint(1, 9), chance.choice([1, 2, 12]))


def columns_inserted(book: Workbook, chance: random.Random) -> None:
    page = chance.choice(book.worksheets)
    page.insert_cols(chance.randint(1, 6), chance.choice([1, 2]))


def renamed(book: Workbook, chance: random.Random) -> None:
    for page in book.worksheets:
        page.title = f"{chance.choice(['表', 'Sheet', '附件'])}{chance.randint(1, 99)}_{book.index(page)}"


def reordered(book: Workbook, chance: random.Random) -> None:
    chance.shuffle(book._sheets)  # type: ignore[attr-defined]


def other_formats(book: Workbook, chance: random.Random) -> None:
    for heading in ("利息", "件数"):
        for cell in column(loans(book), heading):
            cell.font = Font(name="宋体", size=chance.choice([9, 12]), bold=chance.random() < 0.5)
            cell.number_format = chance.choice(["General", "0.00", "#,##0.00", "@", "#,##0.00;[Red]-#,##0.00", "_(* #,##0.00_);_(* \\(#,##0.00\\);_(* \"-\"??_);_(@_)"])


def money_formats(book: Workbook, chance: random.Random) -> None:
    for cell in column(loans(book), "利息"):
        cell.number_format = chance.choice(['"¥"#,##0.00', '[$¥-804]#,##0.00', '0.00"元"'])


def remarks(book: Workbook, chance: random.Random) -> None:
    page = loans(book)
    head = cell_with(page, "备注")
    page.cell(head.row + chance.randint(2, 4), head.column, chance.choice(["见合同第3条", "财务已核", "2023年续贷"]))


def titles_merged(book: Workbook, chance: random.Random) -> None:
    for page in book.worksheets:
        if page["A1"].value and not page.merged_cells.ranges:
            page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=4)


def figures(page: Worksheet) -> list[Any]:
    """The figures of interest: after other edits a row of units may stand among them."""
    return [cell for cell in column(page, "利息") if str(cell.value).replace(".", "", 1).isdecimal()]


def texts_for_numbers(book: Workbook, chance: random.Random) -> None:
    for cell in figures(loans(book)):
        number = float(cell.value)
        cell.value = chance.choice([f"{number:,.2f}", f"￥{number:,.2f}", f"{number:.2f}元", f"{number / 10000:.5f}万元", f"{number:.2f}元整"])


def days_otherwise(book: Workbook, chance: random.Random) -> None:
    for cell in column(loans(book), "起始日"):
        day = cell.value.date() if isinstance(cell.value, datetime.datetime) else datetime.date.fromisoformat(str(cell.value))
        as_number = (day - datetime.date(1899, 12, 30)).days
        cell.number_format = "General"
        cell.value = chance.choice([f"{day.year}年{day.month}月{day.day}日", f"{day.year}. {day.month}. {day.day}", f"{day:%Y/%m/%d}", as_number,
                                    f"{day:%Y%m%d}", f"{day:%Y年%m月%d日}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))])


def ticks(book: Workbook, chance: random.Random) -> None:
    page = next(s for s in book.worksheets if any(c.value == "合格" for row in s.iter_rows() for c in row))
    name = cell_with(page, "合格")
    answer = next(c for c in page[name.row] if c.value in ("是", True))
    answer.value = chance.choice([True, "√", "是 ", "是"])


def unit_in_all(book: Workbook, chance: random.Random) -> None:
    page = loans(book)
    head = cell_with(page, "利息")
    if len(figures(page)) < len(column(page, "利息")):
        return  # other edits wrote units of their own
    for cell in figures(page):
        cell.value = float(cell.value) / 10000
    page.cell(head.row + 1, head.column).value = chance.choice(["万元", None])
    head.value = chance.choice(["利息（万元）", "利息/万元", "利息\n(单位：万元)"])


def rows_hidden(book: Workbook, chance: random.Random) -> None:
    loans(book).row_dimensions[column(loans(book), "利息")[0].row].hidden = True


def furniture(book: Workbook, chance: random.Random) -> None:
    """What an office writes around a table; years, days and telephone numbers there are no facts."""
    page = loans(book)
    last = column(page, "利息")[-1].row
    page.cell(last + 3, 1, chance.choice(["注：以上均为2024年的贷款", "填表日期：2024年9月1日", "联系电话：010-66666666", "第1页，共3页", "附件2"]))


def headings_starred(book: Workbook, chance: random.Random) -> None:
    for heading in chance.sample(["种类", "利息", "起始日", "件数"], k=2):
        cell_with(loans(book), heading).value = chance.choice(["*{}", "＊{}", "★{}", "{}（必填）", "{}(选填)"]).format(heading)


def serials_in_words(book: Workbook, chance: random.Random) -> None:
    page = loans(book)
    words = chance.choice(["一二三", "①②③", ["（1）", "（2）", "（3）"], ["第1笔", "第2笔", "第3笔"]])
    for word, cell in zip(words, column(page, "利息"), strict=True):
        page.cell(cell.row, cell_with(page, "序号").column, word)


def rows_crossed_out(book: Workbook, chance: random.Random) -> None:
    """Rows that are not used, as on paper."""
    page = loans(book)
    row, said = column(page, "利息")[-1].row + 1, chance.choice(["—", "/", "无", "以下空白"])
    columns = [cell_with(page, "标识").column] if said == "以下空白" else [cell_with(page, h).column for h in ("种类", "利息", "起始日", "标识")]
    for place in columns:
        page.cell(row, place, said)


def titled(book: Workbook, chance: random.Random) -> None:
    """A title of the office's own, with the year, above the table; and what is printed on every page."""
    page = loans(book)
    page.insert_rows(1)
    page.cell(1, 1, chance.choice(["2024年度贷款情况表", "2024年贷款明细（单位：元）", "附件2 某公司2024年1月贷款台账"]))
    page.oddFooter.center.text = chance.choice(["第 &P 页，共 &N 页", "2024年9月打印"])
    page.oddHeader.right.text = chance.choice(["单位：元", "某公司"])


HARMLESS: tuple[Edit, ...] = (rows_inserted, columns_inserted, renamed, reordered, other_formats, money_formats, remarks, titles_merged,
                              texts_for_numbers, days_otherwise, ticks, unit_in_all, rows_hidden, furniture, headings_starred,
                              serials_in_words, rows_crossed_out, titled)

# -- edits that spoil it --------------------------------------------------------------------------------------


def _some(book: Workbook, chance: random.Random, heading: str = "利息") -> Any:
    return chance.choice(column(loans(book), heading)[:2])


def heading_gone(book: Workbook, chance: random.Random) -> None:
    cell_with(loans(book), chance.choice(["种类", "利息", "起始日", "件数"])).value = chance.choice([None, "其他", "金额合计"])


def unit_in_heading(book: Workbook, chance: random.Random) -> None:
    cell_with(loans(book), "利息").value = chance.choice(["利息（美元）", "利息（千万）", "利息（万元）", "利息（含税）", "利息（%）"])


def unit_in_format(book: Workbook, chance: random.Random) -> None:
    _some(book, chance).number_format = chance.choice(['0.00"万元"', '0!.0000"万元"', "0.00%", '"US$"0.00', "#,##0,"])


def total_row(book: Workbook, chance: random.Random) -> None:
    cells = column(loans(book), "利息")
    row = cells[-1].row + chance.choice([1, 2])
    loans(book).cell(row, cells[-1].column - 1, chance.choice(["合计", "小 计", "总计：", "合计3笔"]))
    loans(book).cell(row, cells[-1].column, 90000.5)


def words_for_no_row(book: Workbook, chance: random.Random) -> None:
    """A subtotal that is no sum of what stands there, a page carried over, an example: what it is, is said only by a word among the marks."""
    page = loans(book)
    row = column(page, "利息")[-1].row + 1
    said = ["信用贷款小计", "（合计）", "*合计", "一、合计", "合计。", "共3笔", "总额", "承前页", "示例", "例：甲4", "（填写示例）"]
    for heading, value in (("种类", "信用贷款"), ("利息", 777), ("起始日", "2024-03-02"), ("标识", chance.choice(said))):
        page.cell(row, cell_with(page, heading).column, value)


def unit_in_a_note(book: Workbook, chance: random.Random) -> None:
    page = loans(book)
    cell = _some(book, chance)
    cell.value = 4
    page.cell(cell.row, cell_with(page, "备注").column, chance.choice(["万元", "（万元）", "单位：万元", "金额为万元", "美元"]))


def over_the_hints(book: Workbook, chance: random.Random) -> None:
    """A loan typed over what the form says of each column."""
    page = loans(book)
    row = cell_with(page, "怎样填").row
    for heading, value in (("种类", "信用贷款"), ("利息", 5000), ("起始日", "2024-03-02"), ("标识", "丁4"), ("件数", 1)):
        page.cell(row, cell_with(page, heading).column, value)


def total_without_a_word(book: Workbook, chance: random.Random) -> None:
    """What the rows above, or all below, add up to, in a row of its own, as a number or as a text."""
    page = loans(book)
    rows = [cell.row for cell in column(page, "利息")]
    before = chance.choice([rows[0], rows[2], rows[2] + 1, rows[2] + 3])
    total = sum(page.cell(r, cell_with(page, "利息").column).value for r in (rows if before == rows[0] else [r for r in rows if r < before]))
    page.insert_rows(before)
    page.cell(before, cell_with(page, "利息").column, chance.choice([total, str(total), f"{total:,.2f}"]))
    if chance.random() < 0.5:
        page.cell(before, cell_with(page, "标识").column, "全部贷款")


def no_day(book: Workbook, chance: random.Random) -> None:
    """What Excel shows as a day, or holds as one, and nobody has written: what a formula makes of an empty cell, a month or a day without a year typed into a cell."""
    cell = _some(book, chance, "起始日")
    if chance.random() < 0.5:
        cell.value, cell.number_format = 45352, chance.choice(['yyyy"年"m"月"', "mmm-yy", '[$-804]m"月"d"日"', "d-mmm", 'yyyy"年"', "dddd"])
    else:
        cell.value = chance.choice([0, 202403, 2024, 202412])


def merged_data(book: Workbook, chance: random.Random) -> None:
    first = column(loans(book), "利息")[0]
    loans(book).merge_cells(start_row=first.row, end_row=first.row + 1, start_column=first.column, end_column=first.column)


def formula(book: Workbook, chance: random.Random) -> None:
    _some(book, chance).value = "=20000+20000"


def broken(book: Workbook, chance: random.Random) -> None:
    _some(book, chance).value = chance.choice(["#REF!", "#DIV/0!", "#N/A"])


def astray(book: Workbook, chance: random.Random) -> None:
    page = chance.choice([s for s in book.worksheets if s.title not in ("填写说明", "备注", "选项")])
    page.cell(chance.randint(1, 40), chance.randint(14, 20), chance.choice([5000, "另有5000元", "="]))


def long_number(book: Workbook, chance: random.Random) -> None:
    _some(book, chance, "标识").value = chance.choice([110101199001011234, "1.10101E+17", 1.5])


def column_twice(book: Workbook, chance: random.Random) -> None:
    page = loans(book)
    head = cell_with(page, "备注")
    head.value = "利息"
    page.cell(head.row + 2, head.column, 1)


def ledger_twice(book: Workbook, chance: random.Random) -> None:
    page = book["本年度已获支持"]
    clause = cell_with(page, "款号")
    page.cell(clause.row + 5, clause.column, chance.choice(["1", "１", "第一条"]))
    page.cell(clause.row + 5, clause.column + 1, 7)


def year_twice(book: Workbook, chance: random.Random) -> None:
    page = next(s for s in book.worksheets if any(c.value == "研发费用" for row in s.iter_rows() for c in row))
    year = cell_with(page, "2024年")
    page.cell(year.row, page.max_column + 1, chance.choice([2024, "2024", "2024年度"]))
    page.cell(cell_with(page, "研发费用").row, page.max_column, 5)


def nonsense(book: Workbook, chance: random.Random) -> None:
    _some(book, chance, chance.choice(["利息", "起始日", "件数"])).value = chance.choice(["约5万", "/", "见附件", "2024年", "是"])


def value_beside(book: Workbook, chance: random.Random) -> None:
    """A fact in the column that says how to fill it in."""
    page = next(s for s in book.worksheets if any(c.value == "合格" for row in s.iter_rows() for c in row))
    row = cell_with(page, chance.choice(["合格", "营业额", "占比", "申报日期", "兑现年度"])).row
    fill, beside = (cell_with(page, heading).column for heading in ("填写", chance.choice(["怎样填", "说明"])))
    page.cell(row, beside).value = page.cell(row, fill).value
    page.cell(row, fill).value = None


def second_title(book: Workbook, chance: random.Random) -> None:
    """Rows of who knows what under a second title."""
    page = loans(book)
    cells = column(page, "利息")
    page.cell(cells[-1].row + 1, 1, chance.choice(["贷款（续）", "二、贷款情况", "基本情况", "附表3：本年度已获支持"]))
    for offset, cell in enumerate(page[cells[0].row][1:6], 2):
        page.cell(cells[-1].row + 2, offset, cell.value)


def struck_out(book: Workbook, chance: random.Random) -> None:
    """A row that somebody has drawn a line through; an amount with the one before it, struck out, in one cell."""
    page = loans(book)
    if chance.random() < 0.5:
        cell = _some(book, chance)
        cell.value = CellRichText(TextBlock(InlineFont(strike=True), "9"), f"{cell.value}")
        return
    row = chance.choice(column(page, "利息")).row
    for cell in page[row]:
        cell.font = Font(strike=True)


def unit_printed(book: Workbook, chance: random.Random) -> None:
    """A unit that stands on paper only, and another one on the page."""
    page = loans(book)
    part = chance.choice([page.oddHeader.right, page.oddHeader.left, page.oddFooter.center, page.firstHeader.right])
    part.text = chance.choice(["单位：万元", "（金额单位：万元）", "某公司\n单位：千元"])


HARMFUL: tuple[Edit, ...] = (heading_gone, unit_in_heading, unit_in_format, total_row, words_for_no_row, unit_in_a_note, over_the_hints, total_without_a_word, no_day, merged_data, formula, broken, astray, long_number,
                             column_twice, ledger_twice, year_twice, nonsense, value_beside, second_title, struck_out, unit_printed)

# -- the property ---------------------------------------------------------------------------------------------


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def office(seed: int, harmful: bool) -> tuple[list[str], bytes]:
    """A form after edits, and which they were; one in three is written again from its values by another library."""
    chance = random.Random(seed)
    book = openpyxl.load_workbook(io.BytesIO(form()))
    edits = [HARMFUL[seed % len(HARMFUL)]] if harmful else [HARMLESS[seed % len(HARMLESS)]]
    before = [e for e in chance.sample([rows_inserted, reordered, renamed], k=chance.randint(0, 2)) if e is not edits[0]]
    before = [e for e in before if e is not renamed or not harmful]  # some edits look for a page by its name
    if edits == [merged_data]:  # openpyxl moves rows away from under a merged cell, which no office does
        before = [e for e in before if e is not rows_inserted]
    edits = [*edits, *before] if harmful else [*before, *edits]
    for edit in edits:
        edit(book, chance)
    data = saved(book)
    if chance.random() < 0.34 and not {formula, broken, merged_data, unit_in_format, struck_out, unit_printed} & set(edits):
        data = made(pages_of(data))
    return [e.__name__ for e in edits], data


def read_right(data: bytes) -> tuple[bool, list[str]]:
    """Whether a workbook is read as the JSON facts are; else the places that the refusal names. Anything else fails."""
    answers, found = read_workbook(data, POLICY.program.form)
    if not found:
        try:
            decided = amount_of(answers)
        except XcrulesError as error:
            found = list(error.diagnostics)
        else:
            assert decided == amount_of(FACTS)
            return True, []
    return False, [d.path for d in found]


