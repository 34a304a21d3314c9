"""The five-column book: out and back without loss, every fault of a workbook at its cell, safe to open."""

from __future__ import annotations

import datetime
import io
import re
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, strategies as st

from tests.support.decisions import many
from tests.support.policies import EACH_SHIPPED
from tests.support.workbooks import ERROR, edited, made, pages_of, place_of
from xcrules.base.diagnostic import XcrulesError
from xcrules.base.resources import policies_folder
from xcrules.base.source import Source
from xcrules.draft.book import export_book, import_book
from xcrules.draft.format import lossless
from xcrules.draft.labels import LABELS
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document
from xcrules.store.load import load_policy, load_text
from xcrules.tell.scaffold import scaffold
from xcrules.use.cli import main

# -- out and back -------------------------------------------------------------------------------------


def back(document: Document) -> list[bool]:
    """Whether each file of a document comes back as it went."""
    made_again = import_book(export_book(document))
    assert [d.message for d in made_again.diagnostics if d.is_error and d.code != "E863"] == []
    assert [s.name for s in made_again.files] == [f.source.name for f in document.files]
    assert [made_again.texts[f.source.name] for f in document.files] == [f.source.text for f in document.files]
    return [lossless(f, parse_file(s)[0]) for f, s in zip(document.files, made_again.files, strict=True)]


@pytest.mark.parametrize("name", EACH_SHIPPED)
def test_shipped_policies_come_back(name: str) -> None:
    loaded = load_policy(name)
    assert loaded.document is not None
    assert all(back(loaded.document))
    official = import_book(export_book(loaded.document, loaded.program.title, (), loaded.diagnostics)).official
    held = loaded.document.official
    assert (official and "".join(official.text.split())) == (held and "".join(held.text.split()))


@pytest.mark.parametrize("name", EACH_SHIPPED)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_shipped_policies_come_back_to_the_letter(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, ends: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for path in (policies_folder() / name).iterdir():
        if path.suffix in (".规则", ".txt"):
            (folder / path.name).write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", ends.encode()))
    book, again = tmp_path / "书.xlsx", tmp_path / "again"
    assert main(["sheet", "export", str(folder), str(book)]) == 0
    assert main(["sheet", "import", str(book), str(again)]) == 0
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}
    capsys.readouterr()


LOOSE = """\
规定：试验


# 算例的说明
样本：甲
  给定：a 为 1

# 手算：二加二

案例：乙，以 甲
  给定：b 为 2

案例表：甲
|不|齐|
| 1 |2|
# 末尾


"""


def test_an_edited_workbook_keeps_what_nobody_touched() -> None:
    """Blank lines, paddings and comments stay; what was changed is written anew where it stands."""
    file, _ = parse_file(Source("条文.规则", LOOSE.replace("\n", "\r\n")))
    book = export_book(Document("试", (file,)))
    data = edited(book, {place_of(book, "条文", 4, "b 为 2"): "b 为 3"})
    assert import_book(data).texts["条文.规则"] == LOOSE.replace("b 为 2", "b 为 3").replace("\n", "\r\n")


HARD = """\
# 文件头上的说明
规定：试验 # 不是说明
参数：甲，比率
| 年度 | 值 | 来源 |
# 表里的说明
| 2021年 | 未公布 | 有\\|竖线 |

参数：乙，元
# 列名上面的说明
| 年度 | 来源 | 值 |
| 2021年 |  | 1元 |
参数：丙，元
| 年度 | 来源 | 值 |
| 2022年 |  | 2元 |
参数：甲，比率
| 年度 | 值 | 来源 |
# 引文上面的说明
「第一条 总则
  第二行」
「第二条」
# 行上面的说明
  条件〔A01 甲，A02〕：甲
      为 乙
  注释：=HYPERLINK("http://x")
  注释：_x000D_ +1 -1 @SUM(A1)
「」
  性质：标题
「（一）空着的，」
# 末尾的说明
"""


def test_every_kind_of_row_comes_back() -> None:
    """Comments in every place, tables alike and not, a table with only its header, quotes empty and of two lines."""
    file, found = parse_file(Source("条文.规则", HARD))
    assert not found
    assert len(file.head) == 5
    assert [len(line.rows) for line in file.head] == [0, 2, 2, 2, 1]
    assert len(file.quotes) == 4
    assert back(Document("试", (file,))) == [True]


def test_a_changed_document_is_told_apart() -> None:
    """The comparison used above does see a lost comment, a lost choice and a changed cell."""
    file, _ = parse_file(Source("条文.规则", HARD))
    for old, new in (("# 表里的说明\n", ""), ("A01 甲", "A01 乙"), ("| 1元 |", "| 2元 |"), ("第二行", "第三行")):
        assert old in HARD
        other, _ = parse_file(Source("条文.规则", HARD.replace(old, new)))
        assert not lossless(file, other)


_CHARS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs", "Mn"), exclude_characters="\ufffc\ufffd\u115f\u1160「」〔〕【】[]：:｜\\|\u3000\xa0\u2028\u2029\x85")
_WORDS = st.sampled_from(["金额", "5%", "1:0.5", "=1+1", "#", "2021年11月1日", "不满 5000万元", "_x4E00_", "’", "  ", "，", "true", "1e5"])
_TEXT = st.lists(st.one_of(_WORDS, st.text(_CHARS, max_size=6)), max_size=6).map(lambda p: " ".join("".join(p).split()))
_CELL = st.one_of(_TEXT, st.sampled_from(["", "甲|乙", "-", "年度"])).map(lambda t: t.replace("|", "\\|"))
_TAG = st.one_of(st.just(""), st.sampled_from(["〔A01〕", "〔A01 甲〕", "〔A01 甲，A02 乙〕", "〔B3〕"]))
_COMMENT = st.one_of(st.just(""), st.just(""), _TEXT.map(lambda t: f"# {t}\n"))
_PLAIN = [name for name, label in LABELS.items() if not label.table and name not in ("文件", "原文")]
_TABLE = [name for name, label in LABELS.items() if label.table]


@st.composite
def _rows(draw: st.DrawFn) -> str:
    """A table: a header and rows of as many cells, with comments between."""
    width = draw(st.integers(1, 4))
    header = draw(st.one_of(st.just(["年度", "值", "来源", "说明"][:width]), st.lists(_CELL.filter(bool), min_size=width, max_size=width)))
    rows = [header, *draw(st.lists(st.lists(_CELL, min_size=width, max_size=width), max_size=3))]
    lines = [draw(_COMMENT) + "| " + " | ".join(row) + " |\n" for row in rows]
    keep = [x for x, row in zip(lines, rows, strict=True) if not (set("".join(row)) <= set("-:： ") and all(row)) and row[-1:] != [""]]
    return "".join(keep) if keep and keep[0] == lines[0] else ""


@st.composite
def _line(draw: st.DrawFn) -> str:
    """A labelled line of any content, perhaps over two physical lines, perhaps with a table."""
    comment, tag = draw(_COMMENT), draw(_TAG)
    if draw(st.integers(0, 3)) == 0:
        label, content = draw(st.sampled_from(_TABLE)), draw(_TEXT)
        return f"{comment}{label}{tag}：{content}\n{draw(_rows())}"
    label, content = draw(st.sampled_from(_PLAIN)), draw(_TEXT)
    more = draw(st.one_of(st.just(""), st.just(""), _TEXT)).replace(":", "")
    goes_on = more and more[0] not in "#|｜「" and content
    return f"{comment}{label}{tag}：{content}\n" + (f"    {more}\n" if goes_on else "")


@st.composite
def _file_text(draw: st.DrawFn) -> str:
    """A rule file whose layout is sound; what its lines say is anything."""
    parts = draw(st.lists(_line(), max_size=3))
    for _ in range(draw(st.integers(0, 3))):
        words = draw(st.one_of(_TEXT, st.tuples(_TEXT, _TEXT).map("\n  ".join), st.sampled_from(["第一条 总则", "（二）甲的，"])))
        parts.append(draw(_COMMENT) + f"「{words}」\n")
        parts += draw(st.lists(_line(), max_size=3))
    return "".join(parts) + draw(_COMMENT)


@many(2)
@given(st.lists(_file_text(), min_size=1, max_size=3), st.sampled_from(["\n", "\r\n", "\n\n", "\n \n"]))
def test_any_rule_files_come_back(texts: list[str], ends: str) -> None:
    """To the letter, whatever stands between the lines; and without the draft still without loss."""
    between = [t if ends in ("\n", "\r\n") else re.sub(r"\n(?=[^ ]|$)", ends, t) for t in texts]
    texts = [t.replace("\n", "\r\n") if ends == "\r\n" else t for t in between]
    files = [parse_file(Source(f"甲{i}.规则", text)) for i, text in enumerate(texts)]
    assert [d for _, found in files for d in found ] == []
    document = Document("试", tuple(f for f, _ in files))
    assert all(back(document))
    bare = {name: rows for name, rows in pages_of(export_book(document)).items() if name != "底稿"}
    again = import_book(made(bare))
    assert all(lossless(f, parse_file(Source("", again.texts[f.source.name]))[0]) for f in document.files)


def test_text_that_is_no_line_is_kept_and_named() -> None:
    """A line without a label is in the workbook, and import says where."""
    loaded = load_text("「甲」 尾巴\n随手写的一句话\n  性质：标题\n")
    assert loaded.document is not None
    data = export_book(loaded.document, loaded.program.title, (), loaded.diagnostics)
    cells = [row[4] for row in pages_of(data)["条文"]]
    assert "随手写的一句话" in cells
    assert "尾巴" in cells
    # row 1 is the header, row 2 the band; the quote's own row takes the tail behind it
    assert [(d.code, d.path) for d in import_book(data).diagnostics][:2] == [("E860", "条文!C3"), ("E860", "条文!C4")]


# -- faults of a workbook ---------------------------------------------------------------------------------

HEAD = ["条款", "原文", "栏目", "读法", "内容"]
BAND = ["文件", "条文.规则"]


def faults(*rows: list[object], **tables: list[list[object]]) -> list[tuple[str, str]]:
    """What import finds in a workbook of these rows: codes and cells."""
    return [(d.code, d.path) for d in import_book(made({"条文": [HEAD, BAND, *rows], **tables})).diagnostics]


TABLE_LINE = ["", "", "事实", "", "主体"]
FAULTS: dict[str, tuple[list[tuple[str, str]], list[list[object]], dict[str, list[list[object]]]]] = {
    "misspelt label": ([("E856", "条文!C3")], [["", "甲", "上线", "", "企业年度 1元"]], {}),
    "no label": ([("E860", "条文!C3")], [["", "甲", "", "", "企业年度 1元"]], {}),
    "reading without a line": ([("E860", "条文!C3")], [["", "", "", "A01", ""]], {}),
    "two lines in a cell": ([("E858", "条文!E3")], [["", "甲", "条件", "", "甲\n上限：单项 1元"]], {}),
    "a quote in a cell": ([("E858", "条文!E3")], [["", "甲", "条件", "", "甲\n「乙」"]], {}),
    "a comment in a cell": ([("E858", "条文!E3")], [["", "甲", "注释", "", "甲\n# 乙"]], {}),
    "a table in a cell": ([("E858", "条文!E3")], [["", "甲", "注释", "", "甲\n| 乙 |"]], {}),
    "quote that closes early": ([("E859", "条文!B3")], [["", "甲」乙", "性质", "", "标题"]], {}),
    "quote with a line": ([("E859", "条文!B3")], [["", "甲\n条件：乙", "性质", "", "标题"]], {}),
    "reading not a reading": ([("E857", "条文!D3")], [["", "甲", "条件", "保底", "甲"]], {}),
    "reading on two lines": ([("E857", "条文!D3")], [["", "甲", "条件", "A01\nA02", "甲"]], {}),
    "a time": ([("E865", "条文!E3")], [["", "甲", "标准", "", datetime.time(1, 30)]], {}),
    "an error value": ([("E865", "条文!E4")], [["", "甲", "性质", "", "标题"], ["", "", "标准", "", ERROR]], {}),
    "path as file name": ([("E863", "条文!B3")], [["文件", "../甲.规则"]], {}),
    "hidden file": ([("E863", "条文!B3")], [["文件", ".甲"]], {}),
    "a file twice": ([("E863", "条文!B3")], [["文件", "条文.规则"]], {}),
    "table without a line": ([("E861", "事实!A2")], [TABLE_LINE], {"事实": [["表", "名称"], ["主题", "甲"]]}),
    "row of no table": ([("E862", "事实!A2")], [TABLE_LINE], {"事实": [["表", "名称"], ["", "甲"]]}),
    "row without header": ([("E862", "事实!A1")], [TABLE_LINE], {"事实": [["主体", "甲"]]}),
    "full-width bar": ([("E858", "事实!B2")], [TABLE_LINE], {"事实": [["表", "名称", "类型"], ["主体", "甲｜乙", "元"]]}),
    "row of dashes": ([("E858", "事实!B2")], [TABLE_LINE], {"事实": [["表", "名称", "类型"], ["主体", "-", "--"]]}),
    "comment under the table": ([("E862", "事实!A3")], [TABLE_LINE], {"事实": [["表", "名称"], ["主体", "甲"], ["# 完"]]}),
    "time in a table": ([("E865", "事实!C2")], [TABLE_LINE], {"事实": [["表", "名称", "类型"], ["主体", "甲", datetime.time(1)]]}),
    "columns that change": (
        [("E862", "事实!A4")], [TABLE_LINE],
        {"事实": [["表", "名称"], ["主体", "甲"], ["表", "类型"], ["主体", "元"]]},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_its_cell(name: str) -> None:
    expected, rows, tables = FAULTS[name]
    assert faults(*rows, **tables) == expected


def test_nearest_label_and_table_are_offered() -> None:
    book = made({"条文": [HEAD, BAND, ["", "甲", "上线", "", "乙"], TABLE_LINE], "事实": [["表", "名称"], ["主题", "甲"]]})
    assert [d.help.split("？")[0] for d in import_book(book).diagnostics] == ["是不是「上限」", "是不是「主体」"]


def _with_cell(cell: str, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook whose first page has one more piece of XML."""
    made_again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made({"条文": [HEAD]}))) as old, zipfile.ZipFile(made_again, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, data.replace(b"</sheetData>", cell.encode() + b"</sheetData>") if item.filename == name else data)
    return made_again.getvalue()


@pytest.mark.parametrize("cell", [
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "<row r='1048576'><c r='xfd1048576'/></row>", '<row r="99999999999"><c/></row>',
    '<row r="2"><c a=">" r="XFD1048576"/></row>', '<row r="2"><c r="A1" r="XFD1048576"/></row>', '<row r="2"><c r="A99999999999999999999"/></row>',
    '<x:row r="1048576"><x:c\n r = "XFD1048576"/></x:row>', '<row r="2"><c r="A0"/></row>', '<row r="2"><c r="ZZZZZZZ2"/></row>',
])
def test_a_few_cells_far_apart_take_no_room(cell: str) -> None:
    """Room is made for the cells that are there, not for all that a page spans; what no program writes is refused."""
    assert [d.code for d in import_book(_with_cell(cell)).diagnostics] in (["E854"], ["E855"])


@pytest.mark.slow
def test_an_archive_that_expands_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * 400_000_001)
    assert ["解压后" in d.message for d in import_book(buffer.getvalue()).diagnostics] == [True]


@pytest.mark.parametrize(("data", "code"), [
    (b"", "E854"), (b"PK\x03\x04 broken", "E854"), ("规则".encode(), "E854"),
    (made({"别的": [["甲"]]}), "E855"), (made({"条文": [["原文", "内容"]]}), "E855"), (made({"条文": [HEAD]}), "E855"),
])
def test_what_is_no_such_workbook(data: bytes, code: str) -> None:
    assert [d.code for d in import_book(data).diagnostics] == [code]


def test_what_excel_made_of_typing_is_text_again() -> None:
    """A number is its shortest form, a day is written out; columns may stand in another order."""
    book = made({"条文": [["内容", "栏目", "原文", "读法"], ["标题", "性质", "甲", ""], [0.1, "标准", "", "〔A01 甲〕"],
                          [datetime.date(2021, 11, 1), "注释：", "", ""], [600000, "注释", "", ""]]})
    assert import_book(book).files[0].text == "「甲」\n  性质：标题\n  标准〔A01 甲〕：0.1\n  注释：2021年11月1日\n  注释：600000\n"


def test_a_file_that_nothing_reads_is_named() -> None:
    found = faults(["", "", "文件", "", "事实.规则"], ["文件", "事实.规则"], ["文件", "读法.规则"])
    assert found == [("E863", "条文!B5")]


# -- safe to open ---------------------------------------------------------------------------------------------


def exported(text: str) -> bytes:
    loaded = load_text(text)
    assert loaded.document is not None
    return export_book(loaded.document, loaded.program.title, [tag for r in loaded.program.readings for tag in r.tags], loaded.diagnostics)


def xml(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","甲")', "+1+1", "-1", "@SUM(A1)", "{=1+1}", "http://x.example/", "0012"])
def test_no_formula_link_or_number_is_made_of_text(text: str) -> None:
    data = exported(f"「甲」\n  注释：{text}\n「{text}」\n  性质：标题\n")
    page = xml(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in page
    assert "<hyperlink" not in page
    assert {row[4] for row in pages_of(data)["条文"]} >= {text}
    assert re.findall(r"<c [^>]*>", page) != []
    assert all('t="s"' in c or c.endswith("/>") for c in re.findall(r"<c [^>]*>", page))


def test_a_cell_too_long_is_an_error_at_its_cell() -> None:
    """Excel counts a character beyond the basic plane twice."""
    for text in ("甲" * 32768, "𠀀" * 16384):
        with pytest.raises(XcrulesError) as raised:
            exported(f"「甲」\n  注释：{text}\n")
        assert [(d.code, d.path) for d in raised.value.diagnostics] == [("E851", "条文!E3")]
    assert import_book(exported(f"「甲」\n  注释：{'甲' * 32767}\n")).usable


def test_a_character_that_excel_cannot_hold() -> None:
    with pytest.raises(XcrulesError) as raised:
        exported("「甲\ufffe」\n  性质：标题\n")
    assert [(d.code, d.path) for d in raised.value.diagnostics] == [("E852", "条文!B3")]


# -- what an office sees ----------------------------------------------------------------------------------


def test_header_filter_lists_and_notes() -> None:
    data = exported("「甲」\n  上线〔A01 甲〕：企业年度 1元\n读法：登记\n| 号 | 风险 | 问题 | 选项 |\n| A01 | 低 | 何解？ | 甲、乙 |\n")
    page = xml(data, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in page
    assert '<autoFilter ref="A1:E4"' in page
    assert page.count("<dataValidation ") == 2
    assert page.count("<cfRule ") >= 5
    assert 'customHeight="1"' not in page
    lists = pages_of(data)["选项"]
    assert [r[0] for r in lists[1:]] == list(LABELS)
    assert [r[1] for r in lists[1:] if r[1]] == ["A01", "A01 甲", "A01 乙"]
    notes = xml(data, "xl/comments1.xml")
    assert "没有叫「上线」的栏目" in notes
    assert 'ref="C3"' in notes
    listed = pages_of(data)["检查"]
    assert ["条文!C3", "错误", "E104"] in [r[:3] for r in listed]


def test_like_tables_make_one_list() -> None:
    """Two fact tables with the same columns have one header; a third with other columns brings its own."""
    table = "| 名称 | 类型 |\n| 甲 | 元 |\n"
    data = exported(f"事实：一，逐笔\n{table}事实：二\n{table}事实：三\n| 名称 | 类型 | 说明 |\n| 甲 | 元 | 丙 |\n")
    assert pages_of(data)["事实"] == [
        ["表", "名称", "类型", ""], ["一", "甲", "元", ""], ["二", "甲", "元", ""],
        ["表", "名称", "类型", "说明"], ["三", "甲", "元", "丙"],
    ]


# -- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A policy folder."""
    folder = tmp_path / "小办法"
    folder.mkdir()
    for name, text in scaffold("小办法").items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_export_and_import_by_command(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, other = tmp_path / "甲.xlsx", tmp_path / "新"
    assert main(["sheet", "export", str(small), str(book)]) == 0
    assert main(["sheet", "import", str(book), str(small)]) == 0
    assert "没有改动" in capsys.readouterr().out
    assert main(["sheet", "import", str(book), str(other)]) == 0
    assert main(["test", str(other)]) == 0
    for name in ("条文.规则", "事实.规则", "读法.规则", "案例.规则"):
        before, after = (parse_file(Source(name, (f / name).read_text(encoding="utf-8")))[0] for f in (small, other))
        assert lossless(before, after)
    assert main(["fmt", str(other), "--check"]) == 0


def test_nothing_is_overwritten_unasked(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "甲.xlsx"
    assert main(["sheet", "export", str(small), str(book)]) == 0
    assert main(["sheet", "export", str(small), str(book)]) == 3
    cell = place_of(book.read_bytes(), "条文", 4, "招用年度 为 申报年度，合同年限 不低于 1年")
    book.write_bytes(edited(book.read_bytes(), {cell: "合同年限 达到 1年，招用年度 为 申报年度"}))
    before = {p.name: p.read_bytes() for p in small.iterdir()}
    assert main(["sheet", "import", str(book), str(small)]) == 3
    assert "E864" in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in small.iterdir()} == before
    assert main(["sheet", "import", str(book), str(small), "--覆盖"]) == 0
    assert "  条件：合同年限 达到 1年，招用年度 为 申报年度\n" in (small / "条文.规则").read_text(encoding="utf-8")
    assert (small / "事实.规则").read_bytes() == before["事实.规则"]


def test_what_check_finds_is_told_by_cell(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "甲.xlsx"
    main(["sheet", "export", str(small), str(book)])
    cell = place_of(book.read_bytes(), "条文", 4, "含税价款 的 10%")
    type_cell = place_of(book.read_bytes(), "事实", 1, "合同年限").replace("!B", "!C")
    book.write_bytes(edited(book.read_bytes(), {cell: "含税价歀 的 10%", type_cell: "年份"}))
    assert main(["sheet", "import", str(book), str(tmp_path / "新")]) == 1
    shown = capsys.readouterr().err
    assert f"--> {cell}" in shown
    assert f"--> {type_cell}" in shown


def test_a_character_that_nobody_sees(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule file with one is not read at all, so it is not exported; in a workbook its cell is named."""
    book = tmp_path / "甲.xlsx"
    main(["sheet", "export", str(small), str(book)])
    cell = place_of(book.read_bytes(), "条文", 4, "企业年度 20万元")
    book.write_bytes(edited(book.read_bytes(), {cell: "企业年度\u200b 20万元"}))
    assert [(d.code, d.path) for d in import_book(book.read_bytes()).diagnostics] == [("E108", cell)]
    rules = small / "条文.规则"
    rules.write_text(rules.read_text(encoding="utf-8").replace("企业年度 20万元", "企业年度\u200b 20万元"), encoding="utf-8")
    assert main(["sheet", "export", str(small), str(tmp_path / "乙.xlsx")]) == 3
    assert "E108" in capsys.readouterr().err


def test_broken_workbook_writes_nothing(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, other = tmp_path / "甲.xlsx", tmp_path / "新"
    book.write_bytes(b"PK")
    assert main(["sheet", "import", str(book), str(other)]) == 3
    assert not other.exists()
    assert main(["sheet", "import", str(tmp_path / "没有.xlsx"), str(other)]) == 3
    assert "E811" in capsys.readouterr().err


@pytest.mark.parametrize(("page", "named", "code"), [("事实", "事实表", 3), ("读法", "登记", 3), ("原文", "官方", 3), ("说明", "读我", 0)])
def test_a_page_that_has_another_name_is_missed(small: Path, tmp_path: Path, page: str, named: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Its tables would be written away; a page of the office's own is left alone, and told."""
    book, other = tmp_path / "甲.xlsx", tmp_path / "新"
    (small / "原文.txt").write_text("第一条 给。\n", encoding="utf-8")
    rules = small / "条文.规则"
    rules.write_text("原文：原文.txt\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["sheet", "export", str(small), str(book)]) == 0
    held = openpyxl.load_workbook(book)
    held.create_sheet("会议记录")["A1"] = "甲"
    held[page].title = named
    held.save(book)
    assert main(["sheet", "import", str(book), str(other)]) in (code, 1 - code)
    assert other.exists() == (code == 0)
    ran = capsys.readouterr()
    assert (f"没有『{page}』页" in ran.err, "『会议记录』页没有读" in ran.out + ran.err) == (code == 3, code == 0)


def test_missing_library_is_one_sentence(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(["sheet", "export", str(small), str(tmp_path / "甲.xlsx")]) == 3
    assert 'pip install "xcrules[excel]"' in capsys.readouterr().err
