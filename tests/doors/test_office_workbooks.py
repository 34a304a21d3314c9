"""Workbooks as offices fill them: whatever is done to a form, it is read right or refused with the cell.

A form with facts in it is edited at random, by edits that keep its meaning and by edits that spoil it, and written
by three programs. What is read must decide as the facts in JSON do; what is refused must name a cell; of the
harmless edits nine in ten must be read.
"""

from __future__ import annotations

import copy
import datetime
import io
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from tests.support.office import (
    FACTS,
    HARMLESS,
    POLICY,
    Edit,
    amount_of,
    cell_with,
    column,
    form,
    loans,
    long_number,
    no_day,
    office,
    over_the_hints,
    read_right,
    rows_hidden,
    saved,
    struck_out,
    unit_in_a_note,
    words_for_no_row,
)
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.grids.worksheet import Cell
from xcrules.base.grids.xlsx import Book, open_book
from xcrules.facts.scalars import read_scalar
from xcrules.facts.tables import FactField
from xcrules.facts.types import COUNT, MONEY, RATE, YEAR, NumberType, YearType
from xcrules.facts.unfit import Unfit
from xcrules.facts.workbook import form_book, read_workbook
from xcrules.facts.workbook.cells import value_of


def share_read(seeds: range) -> float:
    """The share of harmless workbooks that are read; asserts the rest."""
    read = 0
    for seed in seeds:
        for harmful in (False, True):
            names, data = office(seed, harmful)
            try:
                good, places = read_right(data)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {names} decides otherwise: {error}") from error
            assert good or all("!" in place for place in places), (seed, names, places)
            if not harmful:
                read += good
    return read / len(seeds)


def test_the_facts_pay() -> None:
    """Worked by hand: 40,000 × 50% + 30,000.5 × 50% = 35,000.25, no more than 50,000 − 1,000."""
    assert amount_of(copy.deepcopy(FACTS)) == {"1": ("应予支持", Fraction("35000.25"))}


def test_office_workbooks_are_read_right_or_refused() -> None:
    assert share_read(range(10)) >= 0.9


def test_what_is_not_read_is_told() -> None:
    """A column that is gone though it may be left empty, and a number among the remarks: read without them, and said."""
    book = openpyxl.load_workbook(io.BytesIO(form()))
    page = loans(book)
    cell = page.cell(column(page, "利息")[0].row, cell_with(page, "备注").column, 40000)
    page.delete_cols(cell_with(page, "标识").column)
    answers, found = read_workbook(saved(book), POLICY.program.form)
    assert not found
    told = {(d.code, d.path) for d in answers.notices}
    assert ("W340", f"{page.title}!A{cell_with(page, '序号').row}") in told
    assert ("W343", f"{page.title}!{cell.coordinate}") in told


def test_comments_and_text_boxes_are_told() -> None:
    """The form's own comments on its headings are none; what somebody writes beside the cells is named, with its page."""
    book = openpyxl.load_workbook(io.BytesIO(form()))
    sheet = loans(book)
    assert not [d for d in read_workbook(saved(book), POLICY.program.form)[0].notices if d.code == "W343"]
    for row in (9, 10):
        sheet.cell(row, 2).comment = Comment("经办：\n利息以 5 万元为准", "张三")
    answers, found = read_workbook(saved(book), POLICY.program.form)
    assert not found
    assert [(d.message, d.path) for d in answers.notices if d.code == "W343"] == [
        (f"「{sheet.title}」页的批注「经办： 利息以 5 万元为准」等 2 处没有读", f"{sheet.title}!B9")]


def test_text_boxes_are_read_as_words_beside_the_cells() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet("甲")
        page.insert_textbox(1, 1, "利息 5 万元")
        page.write_comment("C3", "请核对")
    opened = open_book(made.getvalue(), "甲.xlsx")
    assert isinstance(opened, Book)
    assert sorted(opened.worksheets[0].beside) == [("", "利息 5 万元"), ("C3", "请核对")]
    answers, _ = read_workbook(made.getvalue(), POLICY.program.form)
    assert not answers


def test_a_day_in_the_place_of_a_year() -> None:
    """A heading that Excel has taken for a day: its column is refused by what it is, not by the number that a day is to Excel."""
    book = openpyxl.load_workbook(io.BytesIO(form()))
    head = cell_with(book["逐年数据"], "2024年")
    head.value, head.number_format = datetime.date(2024, 1, 1), "yyyy-mm-dd"
    _, found = read_workbook(saved(book), POLICY.program.form)
    assert {d.message for d in found if d.code == "E867"} == {"列名「2024-01-01」是日期，不是年度，这一列没有读；写成 2024年"}


def test_a_time_within_a_day() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form()))
    cell = cell_with(book["基本情况"], datetime.datetime(2024, 9, 1))
    cell.value, cell.number_format = datetime.datetime(2024, 9, 1, 10, 30), "yyyy-mm-dd hh:mm"
    _, found = read_workbook(saved(book), POLICY.program.form)
    assert [(d.code, d.message) for d in found] == [("E807", "「申报日期」要写日期，不带时刻和时区")]


def test_a_note_typed_behind_a_running_number() -> None:
    """The form has numbered the row already: words about the table are no further loan."""
    book = openpyxl.load_workbook(io.BytesIO(form()))
    sheet = loans(book)
    last = cell_with(sheet, FACTS["贷款"][-1]["利息"]).row
    sheet.cell(last + 1, 2, "注：以上均已核实")
    assert isinstance(sheet.cell(last + 1, 1).value, int)
    answers, found = read_workbook(saved(book), POLICY.program.form)
    assert [(d.code, d.message) for d in found] == [("E888", "这一行像是说明，不是填报的一行")]
    assert len(answers["贷款"]) == len(FACTS["贷款"])


@pytest.mark.parametrize(("total", "refused"), [("357.5", True), ("357", False), (None, False)])
def test_a_last_row_that_adds_up(total: str | None, refused: bool) -> None:
    """100 + 250.5 + 7: a row of nothing but that sum is a total, though no word says so; a row with a kind in it is none."""
    rows = [{"种类": FACTS["贷款"][0]["种类"], "利息": n} for n in (100, 250.5, 7)]
    book = openpyxl.load_workbook(io.BytesIO(form_book(POLICY.program.form, {**FACTS, "贷款": rows})))
    sheet = loans(book)
    row = cell_with(sheet, 250.5).row + 1
    sheet.cell(row + 1, cell_with(sheet, "利息").column, float(total or 357.5))
    if total is None:
        sheet.cell(row + 1, cell_with(sheet, "种类").column, rows[0]["种类"])
    answers, found = read_workbook(saved(book), POLICY.program.form)
    assert [d.code for d in found] == (["E888"] if refused else [])
    assert len(answers["贷款"]) == (3 if refused else 4)  # type: ignore[arg-type]


@pytest.mark.parametrize("edit", [words_for_no_row, unit_in_a_note, over_the_hints, no_day, long_number, struck_out])
def test_what_nobody_can_have_meant_is_refused(edit: Edit) -> None:
    """Read, some of these would decide as before, because a row or a word is lost."""
    for seed in range(6):
        book = openpyxl.load_workbook(io.BytesIO(form()))
        edit(book, random.Random(seed))
        assert not read_right(saved(book))[0], seed


@pytest.mark.parametrize(("text", "type_", "right"), [
    ("￥5万", MONEY, 50_000), ("¥-5000", MONEY, -5000), ("5000元正", MONEY, 5000), ("５，０００．５０ 元", MONEY, Fraction(5000.5)), ("5000圆整", MONEY, 5000),
    ("5万", MONEY, None), ("5 000", MONEY, None), ("5. 5", MONEY, None), ("(5000)", MONEY, None), ("٥٠٠٠", MONEY, None), ("5000美元", MONEY, None),
    ("8.3%", RATE, Fraction(83, 1000)), ("-5%", RATE, Fraction(-1, 20)), ("1:12", RATE, None), ("2023/5", RATE, None), ("2倍", RATE, None), ("10:30", RATE, None),
    ("5千", COUNT, 5000), ("2023年度", YEAR, 2023), ("2023年5月", YEAR, None),
])
def test_a_text_is_one_number_at_every_door(text: str, type_: NumberType | YearType, right: int | Fraction | None) -> None:
    """A cell and a text in JSON: 1:12 of a rate was 12 in a workbook only, and nothing was said."""
    found: list[Diagnostic] = []
    assert read_scalar(FactField("甲", type_, signed=True), type_, text, "甲", found) == right
    assert bool(found) == (right is None)
    try:
        read = value_of(Cell("文字", text, "@", None), type_)
    except Unfit:
        read = None
    assert read == right


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1000, 125))  # each twice, once harmed: in parts, so that several workers have something to do
def test_two_thousand_office_workbooks(first: int) -> None:
    assert share_read(range(first, first + 125)) >= 0.9


@pytest.mark.libreoffice
def test_workbooks_that_libreoffice_saved_again(tmp_path: Path) -> None:
    """The same edits, through the office that many use instead of Excel."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is missing: install it, or leave these tests out by -m 'not libreoffice'"
    wanted = [e for e in HARMLESS if e is not rows_hidden]
    for seed in range(len(wanted)):
        (tmp_path / f"{seed}.xlsx").write_bytes(office(seed, harmful=False)[1])
    out = tmp_path / "out"
    subprocess.run([soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir", str(out),
                    *map(str, sorted(tmp_path.glob("*.xlsx")))], check=True, capture_output=True, timeout=300)
    results = [read_right(path.read_bytes()) for path in sorted(out.glob("*.xlsx"))]
    assert len(results) == len(wanted)
    assert sum(good for good, _ in results) >= 0.9 * len(results), results
