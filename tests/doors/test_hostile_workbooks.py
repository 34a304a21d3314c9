"""Workbooks from strangers: bombs, false counts, other kinds of files. Each is read or refused, in bounded time and room."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest

import xcrules
from tests.support.commands import python
from tests.support.workbooks import made
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.grids.xlsx import MAX_DEPTH, MAX_ELEMENTS, Book, open_book
from xcrules.facts.workbook import form_book, read_workbook
from xcrules.store.load import load_text

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
XML = b'<?xml version="1.0" encoding="UTF-8"?>'


def with_part(name: str, content: bytes, texts: bytes = b"") -> bytes:
    """A workbook one part of which is another, and its shared strings if they are given."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made({"甲": [["乙"]]}))) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == name else (item.filename == TEXTS and texts) or old.read(item))
    return again.getvalue()


def test_false_counts_are_not_believed() -> None:
    book = open_book(with_part(TEXTS, XML + b'<sst count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'), "甲")
    assert not isinstance(book, Diagnostic)
    assert [c.text for c in book.worksheets[0].cells.values()] == ["a"]


@pytest.mark.parametrize(("name", "content"), [
    (SHEET, XML + b"<worksheet><sheetData><row r='1'>" + b"<c/>" * 20_000 + b"</row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet>" + b"<x>" * (MAX_DEPTH + 1) + b"</x>" * (MAX_DEPTH + 1) + b"</worksheet>"),
    pytest.param(SHEET, XML + b"<worksheet>" + b"<x/>" * (MAX_ELEMENTS + 1) + b"</worksheet>", marks=pytest.mark.slow),
    (SHEET, XML + b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'),
    (SHEET, XML + b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>7</v></c></row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>-1x</v></c></row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><sheetData><row r='1'><c r='A1'><v>1e999</v></c></row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><sheetData><row r='1'><c r='B9'><v>1</v></c></row></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><sheetData><row r='99999999999999999999'/></sheetData></worksheet>"),
    (SHEET, XML + b"<worksheet><mergeCells><mergeCell ref='A0:ZZZZ9'/></mergeCells></worksheet>"),
    (SHEET, b"\xff\xfe\x00"), (SHEET, b""), (SHEET, XML + b"<styleSheet><c r='A1'/></styleSheet>"), ("xl/workbook.xml", XML + b"<workbook><sheets><sheet/></sheets></workbook>"),
    ("xl/styles.xml", XML + b"<styleSheet><numFmts><numFmt/></numFmts></styleSheet>"),
])
def test_what_no_program_writes_is_refused(name: str, content: bytes) -> None:
    found = open_book(with_part(name, content), "甲")
    assert isinstance(found, Diagnostic)
    assert found.code == "E854"


CELLS = (b'<c r="A%d" s="1" t="s"><v>0</v></c>', b'<c r="B%d"><v> 1.5 </v></c>', b'<c r="C%d" t="str"><f>A1&amp;B1</f><v>x</v></c>', b'<c r="C%d" t="n"><f t="shared" si="0"/><v>7</v></c>',
         b'<c r="C%d" t="inlineStr"><is><t xml:space="preserve"> \xe7\x94\xb2 </t></is></c>', b'<c r="C%d" t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c>', b'<c r="D%d" s="1"/>',
         b'<c r="D%d" t="b"><v>1</v></c>', b'<c r="D%d" t="e"><v>#DIV/0!</v></c>', b'<c t="d" r="D%d"><v>2024-01-02</v></c>', b'<c r="AA%d"><f>1</f></c>', b'<c><v>3</v></c>', b'<!-- <c r="Z%d"/> -->')
ROWS = (b'<row r="%d">', b'<row r="%d" spans="1:3" ht="15">', b'<row r="%d" hidden="1">', b"<row  r='%d'>")


def test_words_taken_plainly_say_what_the_parser_reads_of_them() -> None:
    """Random rows, as programs write them and as they do not; with a comment in front nothing is taken plainly."""
    r = Random(7)
    for _ in range(60):
        rows = []
        for number in sorted(r.sample(range(1, 30), r.randint(1, 8))):
            cells = [r.choice([x for x in CELLS if letter in x[:16]]) for letter in (b'"A%', b'"B%', b'"C%', b'"D%', b'"AA%', b"<v>3", b"<!--") if r.random() < 0.5]
            rows.append(r.choice(ROWS) % number + b"".join(x % number if b"%d" in x else x for x in cells) + b"</row>" if cells else b'<row r="%d"/>' % number)
        texts = [r.choice((b"<si><t>%d</t></si>", b"<si><r><t>%d</t></r></si>", b"<si><t>a&amp;%d</t></si>")) % i for i in range(3)]
        sheet = b"<worksheet><sheetData>%b</sheetData><mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>" % b"".join(rows)
        taken, parsed = (open_book(with_part(SHEET, XML + before + sheet, XML + before + b"<sst>%b</sst>" % b"".join(texts)), "甲") for before in (b"", b"<!-- -->"))
        assert not isinstance(taken, Diagnostic), taken
        assert not isinstance(parsed, Diagnostic)
        assert plainly(taken) == plainly(parsed)


def plainly(book: Book) -> list[object]:
    return [(x.name, {place: (c.kind, c.text, c.style, c.formula) for place, c in x.cells.items()}, x.merged, x.hidden_rows) for x in book.worksheets]


@pytest.mark.slow
def test_a_bomb_is_refused_in_little_room() -> None:
    """400 KB that would be 400 MB of text: in a process of its own, whose memory is counted."""
    script = """
import resource
from tests.doors.test_hostile_workbooks import SHEET, with_part
from xcrules.base.grids.xlsx import open_book
bomb = with_part(SHEET, b"<worksheet><sheetData>" + b" " * 200_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = open_book(bomb, "x")
assert found.code == "E854", found
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = python(script)
    assert done.code == 0, done.err
    assert int(done.out) < 150_000  # KB


@pytest.mark.parametrize(("data", "words"), [
    (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "老式"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ("款号,填写\n1,500\n".encode("gbk"), "CSV"), (b"<html><table></table></html>", "网页"), (b"%PDF-1.7", "PDF"), (b"", "空的"),
    (b"PAR1", "Parquet"),
])
def test_other_files_are_named_with_a_mend(data: bytes, words: str) -> None:
    _, found = read_workbook(data, xcrules.load("xicheng-2021").program.form, "甲.xls")
    assert [d.code for d in found] == ["E892"]
    assert words in found[0].message
    assert (".xlsx" if data != b"PAR1" else "batch") in found[0].help


def test_lists_may_have_the_names_of_the_forms_own_sheets() -> None:
    rules = "\n".join(f"事实：{name}，逐项\n| 名称 | 类型 |\n| {name}之数 | 元 |\n| 金额 | 元 |\n" for name in ("选项", "填写说明", "备注", "基本情况"))
    rules += "\n「第一条 办法」\n  性质：标题\n"
    program = load_text("事实：申报，顶层\n| 名称 | 类型 |\n| 类别 | " + "、".join(f"很长的一种选项之{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒") +
                        " |\n\n" + rules).program
    assert program is not None
    facts = {name: [{f"{name}之数": 5, "金额": 7}] for name in ("选项", "填写说明", "备注", "基本情况")}
    answers, found = read_workbook(form_book(program.form, facts), program.form)
    assert found == []
    assert dict(answers) == facts
