"""`xcrules batch`: the tables of a district in, the answers out; the same from every kind of file; nothing is dropped, nothing is left half written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commands import XCRULES, command, python
from tests.support.policies import ROOT
from xcrules.base.grids import workbook
from xcrules.base.source import display_width
from xcrules.use.batch import book, running, sharing, work, workers

POLICY = """规定：试行办法
事实：申报，顶层
| 名称   | 类型 | 要求 |
| 投资额 | 元   |      |
| 营收   | 逐年 元 | 可缺 |
| 核定额 | 元   | 核定 商务局，可缺 |

事实：主体
| 名称   | 类型 | 要求 |
| 在本县 | 是否 | 认定 税务局 |

事实：贷款，逐笔
| 名称 | 类型 |
| 类型 | 信用贷款、其他 |
| 利息 | 元   |

「第一条 按投资额的10%补贴，每家不超过50万元。」
  对象：企业
  条件：在本县
  标准：投资额 的 10%
  上限：单项 50万元
「第二条 贷款按利息的一半贴息，每家每年不超过1万元。」
  对象：每笔 贷款，类型 为 信用贷款
  标准：利息 的 50%
「第三条 由商务局核定，不超过20万元。」
  对象：企业
  裁量：由 商务局 核定，记入 核定额
  上限：单项 20万元
"""
ENTERPRISES = [["编号", "企业名称", "投资额（万元）", "在本县", "营收.2023", "贷款"],
               ["001", "甲厂", "100", "是", "12.5", ""], ["002", "乙，厂", "￥1,000.01万元", "√", "", ""], ["003", "丙厂", "", "否", "", "未知"],
               ["004", "丁厂", "3", "不适用", "", "没有"]]
LOANS = [["利息", "类型", "编号", "备注"], ["20000", "信用贷款", "002", "一"], ["0.01", "信用贷款", "001", ""], ["100.10", "信用贷款", "001", ""], ["5", "其他", "001", ""]]
Write = Callable[[Path, str, list[list[str]]], None]


def as_csv(encoding: str) -> Write:
    def write(folder: Path, name: str, rows: list[list[str]]) -> None:
        text = "\r\n".join(",".join(f'"{x}"' if "," in x or "，" in x else x for x in row) for row in rows)
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return write


def as_sheet(folder: Path, name: str, rows: list[list[str]]) -> None:
    path = folder / "汇总表.xlsx"
    held = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    if not path.exists():
        held.remove(held.active)
    sheet = held.create_sheet(name)
    sheet.append([f"{name}一览表"])
    sheet.append([])
    for row in rows:
        sheet.append([float(x) if x.replace(".", "").isdigit() and not x.startswith("00") else x or None for x in row])
    held.save(path)


def as_parquet(folder: Path, name: str, rows: list[list[str]]) -> None:
    columns: dict[str, Any] = {}
    for place, head in enumerate(rows[0]):
        values = [row[place] or None for row in rows[1:]]
        if head == "投资额（万元）":
            columns[head] = pa.array([Decimal(100), Decimal("1000.01"), None, Decimal(3)])
        elif head == "在本县":
            columns[head] = pa.array([True, True, False, None])
            columns["不适用"] = pa.array([None, None, None, ["主体.在本县"]], pa.list_(pa.string()))
        elif head in ("利息", "营收.2023"):
            columns[head] = pa.array([None if v is None else Decimal(v) for v in values])
        else:
            columns[head] = pa.array(values, pa.string())
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


CARRIERS: dict[str, Write] = {"utf-8": as_csv("utf-8"), "utf-8-sig": as_csv("utf-8-sig"), "gb18030": as_csv("gb18030"), "xlsx": as_sheet, "parquet": as_parquet}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(POLICY, encoding="utf-8")
    (tmp_path / "数据").mkdir()
    return tmp_path


def filled(here: Path, write: Write = CARRIERS["utf-8"], enterprises: list[list[str]] = ENTERPRISES, loans: list[list[str]] = LOANS) -> Path:
    write(here / "数据", "企业", enterprises)
    write(here / "数据", "贷款", loans)
    return here / "数据"


def answers(out: Path) -> list[dict[str, Any]]:
    return pa.concat_tables([pq.read_table(p) for p in sorted((out / "名单").glob("*.parquet"))]).to_pylist()


def batch(here: Path, *words: str, data: str = "数据", out: str = "结果") -> Any:
    return command("batch", str(here / "办法"), str(here / data), str(here / out), *words)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_same_from_every_kind_of_table(here: Path, carrier: str) -> None:
    filled(here, CARRIERS[carrier])
    ran = batch(here)
    assert ran.code == 0, ran
    one, two, three, four = answers(here / "结果")
    assert [x["编号"] for x in (one, two, three, four)] == ["001", "002", "003", "004"]
    assert [x["企业名称"] for x in (one, two, three, four)] == ["甲厂", "乙，厂", "丙厂", "丁厂"]
    assert (one["1.金额"], one["2.金额"], one["3.状态"], one["3.上限"]) == (100000, Decimal("50.06"), "裁量", 200000)
    assert (two["1.金额"], two["2.金额"], two["合计"]) == (500000, 10000, 510000)
    assert (three["1.状态"], three["2.状态"], three["2.缺失"]) == ("不符合", "待补充", ["贷款"])
    assert (four["1.状态"], four["2.状态"]) == ("不符合", "不符合")
    wanting = pq.read_table(next((here / "结果" / "待补清单").glob("*.parquet"))).to_pylist()
    assert [(x["编号"], x["款"], x["事实"], x["由谁补"]) for x in wanting] == [("003", "2", "贷款", "企业")]
    told = {x["项"]: x["内容"] for x in json.loads((here / "结果" / "说明.json").read_text(encoding="utf-8"))}
    assert told["家数"] == "共 4 家：算出 4 家，退回 0 家"
    assert told["合计"].startswith("610,050.06 元")
    assert sorted(p.name for p in here.iterdir()) == ["办法", "数据", "结果"]


def test_lines_and_a_nested_file_come_to_the_same(here: Path) -> None:
    filled(here, CARRIERS["parquet"])
    assert batch(here).code == 0
    want = [{k: v for k, v in row.items() if k != "企业名称"} for row in answers(here / "结果")]
    sheets = [{"编号": "001", "投资额": 1000000, "主体": {"在本县": True}, "营收": {"2023": 12.5},
               "贷款": [{"类型": "信用贷款", "利息": 0.01}, {"类型": "信用贷款", "利息": 100.1}, {"类型": "其他", "利息": 5}]},
              {"编号": "002", "投资额": 10000100, "主体": {"在本县": True}, "贷款": [{"类型": "信用贷款", "利息": 20000}]},
              {"编号": "003", "主体": {"在本县": False}}, {"编号": "004", "投资额": 30000, "主体": {"在本县": "不适用"}, "贷款": []}]
    (here / "全部.jsonl").write_text("\n\n".join(json.dumps(x, ensure_ascii=False) for x in sheets), encoding="utf-8")
    assert batch(here, data="全部.jsonl", out="行").code == 0
    assert answers(here / "行") == want
    rows = [x | {"主体": {"在本县": None} if x["编号"] == "004" else x["主体"], "不适用": ["主体.在本县"] if x["编号"] == "004" else None,
                 "营收": [{"年度": 2023, "数": Decimal("12.5")}] if "营收" in x else None} for x in sheets]
    pq.write_table(pa.Table.from_pylist([{k: row.get(k) for k in ("编号", "投资额", "主体", "营收", "贷款", "不适用")} for row in rows]), here / "嵌套.parquet")
    assert batch(here, data="嵌套.parquet", out="嵌").code == 0
    assert answers(here / "嵌") == want


def test_wrong_lines_are_told_by_their_number_in_the_file(here: Path) -> None:
    (here / "全部.jsonl").write_text('{"编号": "甲", "投资额": 1}\n\n\n不是\n[1]\n{"编号": "乙", "投资额": -1}\n', encoding="utf-8")
    assert batch(here, data="全部.jsonl").code == 1
    rows = pq.read_table(here / "结果" / "退回.parquet").to_pylist()
    assert [(x["编号"], x["行"], x["栏"], x["代码"]) for x in rows] == [("第4行", 4, "第 1 列", "E810"), ("第5行", 5, "", "E802"), ("乙", 6, "投资额", "E809")]
    assert all(x["问题"] and x["改法"] for x in rows)


def test_wrong_rows_are_told_counted_and_never_dropped(here: Path) -> None:
    filled(here, enterprises=[*ENTERPRISES[:2], ["002", "乙", "很多", "是", "", ""], ["003", "丙", "1", "是", "", "没有"], ["005", "戊", "1", "是", "", ""], ["005", "戊", "2", "是", "", ""],
                              ["", "无", "1", "是", "", ""], ["006", "己", "-1", "是", "", ""], ["007", "庚", "1" + "0" * 30, "是", "", ""]],
           loans=[*LOANS, ["7", "信用贷款", "009", ""], ["8", "信用", "001", ""], ["9", "信用贷款", "003", ""]])
    ran = batch(here, "--json")
    assert ran.code == 1
    assert json.loads(ran.out) == {"已写": str(here / "结果"), "家数": 8, "退回的家": 8, "退回": 9, "待补充的家": 0, "合计": "0.00"}
    rows = pq.read_table(here / "结果" / "退回.parquet").to_pylist()
    assert [(x["编号"], x["文件"], x["行"], x["栏"], x["代码"]) for x in rows] == [
        ("009", "贷款.csv", 6, "编号", "E840"), ("001", "贷款.csv", 7, "类型", "E808"), ("002", "企业.csv", 3, "投资额", "E802"),
        ("003", "企业.csv", 4, "贷款", "E868"), ("005", "企业.csv", 5, "编号", "E840"), ("005", "企业.csv", 6, "编号", "E840"), (None, "企业.csv", 7, "编号", "E840"),
        ("006", "企业.csv", 8, "投资额", "E809"), ("007", "企业.csv", 9, "投资额", "E805")]
    assert all(x["问题"] and x["改法"] for x in rows)
    assert all(row["退回"] and row["1.状态"] is None for row in answers(here / "结果"))


def test_a_column_that_no_fact_has_is_carried_only_if_it_is_said(here: Path) -> None:
    filled(here, enterprises=[["编号", "街道", "投资额"], ["1", "东街", "10"]])
    ran = batch(here)
    assert (ran.code, "没有「街道」这一栏" in ran.err, "--随带" in ran.err) == (3, True, True)
    assert batch(here, "--随带", "街道").code == 1  # the loans belong to others
    assert answers(here / "结果")[0]["街道"] == "东街"


def test_empty_tables_to_fill_in(here: Path) -> None:
    assert command("facts", str(here / "办法"), "--tables", str(here / "空表")).code == 0
    assert sorted(p.name for p in (here / "空表").iterdir()) == ["企业.csv", "栏目.json", "贷款.csv"]
    assert (here / "空表" / "贷款.csv").read_text(encoding="utf-8-sig") == "编号,类型,利息,不适用\n"
    told = json.loads((here / "空表" / "栏目.json").read_text(encoding="utf-8"))
    assert [x["栏"] for x in told["企业"]] == ["编号", "投资额", "核定额", "主体.在本县", "贷款", "不适用"]
    assert next(x for x in told["贷款"] if x["栏"] == "利息") == {"栏": "利息", "类型": "decimal128(20, 2)", "说明": "元"}
    assert batch(here, data="空表").code == 0
    assert "E864" in command("facts", str(here / "办法"), "--tables", str(here / "空表")).err


def test_the_key_may_have_another_name(here: Path) -> None:
    filled(here, enterprises=[["信用代码", "投资额"], ["1", "10"]], loans=[["信用代码", "利息", "类型"], ["1", "5", "其他"]])
    assert batch(here).code == 3
    assert batch(here, "--键", "信用代码").code == 0
    filled(here, enterprises=[["信用代码", "投资额"], ["1", "10"], ["合计", "10"], ["2", "-1"]], loans=[["信用代码", "利息", "类型"], ["1", "5", "其他"]])
    ran = batch(here, "--键", "信用代码", "--明细", out="二")
    assert (ran.code, "共 2 家：算出 1 家，退回 1 家（2 处）；另有 1 行不是企业" in ran.out) == (1, True), ran
    for path in (here / "二").rglob("*.parquet"):
        assert path.name == "按款汇总.parquet" or pq.read_schema(path).names[0] == "信用代码", path
    assert batch(here, "--键", "信用代码", out="三.xlsx").code == 1
    held = openpyxl.load_workbook(here / "三.xlsx")
    assert [[c.value for c in held[x][3]][i] for x, i in (("名单", 0), ("待补清单", 1), ("退回", 0))] == ["信用代码"] * 3


def test_a_parquet_file_that_is_none_is_told_in_chinese(here: Path) -> None:
    filled(here, CARRIERS["parquet"])
    (here / "数据" / "企业.parquet").write_bytes(b"PAR1" + b"0" * 100)
    ran = batch(here)
    assert (ran.code, "：「企业.parquet」读不了：不是 Parquet，或者不完整、坏了\n" in ran.err) == (3, True), ran


def test_a_book_that_an_official_forwards(here: Path) -> None:
    filled(here)
    assert batch(here, "--明细", out="结果.xlsx").code == 0
    held = openpyxl.load_workbook(here / "结果.xlsx")
    assert held.sheetnames == ["名单", "按款汇总", "待补清单", "退回", "明细", "说明"]
    names = [[c.value for c in row] for row in held["名单"].iter_rows(min_row=3)]
    assert names[0] == ["编号", "企业名称", "1", "2", "3", "合计", "提示", "退回"]
    assert names[1][:6] == ["001", "甲厂", 100000, 50.06, "裁量，上限 200,000.00", 100050.06]
    assert names[3][2:4] == ["不符合", "待补充"]
    details = [[c.value for c in row] for row in held["明细"].iter_rows(min_row=4)]
    assert ["001", "2", "应予支持", "贷款第2笔", None, 50.05, None, "第二条 贷款按利息的一半贴息，每家每年不超过1万元。"] in [[x or None for x in row] for row in details]
    assert ["002", "1", 500000] in [[row[0], row[1], row[5]] for row in details]
    assert [c.value for c in held["按款汇总"][4]][:4] == ["1", None, "第一条 按投资额的10%补贴，每家不超过50万元。", 2]


def test_whatever_stands_in_the_book_is_seen(here: Path) -> None:
    """No amount is wider than its column (Excel shows ####), no words than theirs, unless the row is higher."""
    filled(here, enterprises=[ENTERPRISES[0], ["001", "甲" * 40, *ENTERPRISES[1][2:]]], loans=[*LOANS[:1], ["9" * 13, "信用贷款", "001", ""]])
    assert batch(here, out="结果.xlsx").code == 0
    held = openpyxl.load_workbook(here / "结果.xlsx")
    for page in held:
        for row in page.iter_rows(min_row=4):
            for cell in row:
                room = page.column_dimensions[cell.column_letter].width
                if isinstance(cell.value, int | float):
                    assert cell.number_format == "0" or len(f"{cell.value:,.2f}") < room, (page.title, cell.coordinate)
                elif cell.value:
                    high = page.row_dimensions[cell.row].height or 15
                    assert display_width(cell.value) <= room * (high // 13), (page.title, cell.coordinate)


def test_a_wide_list_is_printed_so_that_it_can_be_read(tmp_path: Path) -> None:
    """A page of A3 takes some 190 units of width at full size; of what is wider each page has whose row it is."""
    (tmp_path / "数据").mkdir()
    (tmp_path / "数据" / "企业.csv").write_text("编号,政策兑现年度\n001,2022\n", encoding="utf-8")
    assert command("batch", "xicheng-2021", str(tmp_path / "数据"), str(tmp_path / "结果.xlsx")).code == 0
    for page in openpyxl.load_workbook(tmp_path / "结果.xlsx"):
        width = sum(x.width * (x.max - x.min + 1) for x in page.column_dimensions.values())
        across = page.page_setup.fitToWidth or 1
        assert width / across < 190 / 0.6, page.title
        assert across == 1 or page.print_title_cols == "$A:$A", page.title


def test_a_heading_of_two_rows(here: Path) -> None:
    """主体 over 在本县, 编号 and the rest merged down; a word above that no fact has is told, not passed over."""
    book_ = openpyxl.Workbook()
    page = book_.active
    assert page is not None
    page.title = "企业"
    for row in (["企业情况表"], ["编号", "投资额（万元）", "主体"], [None, None, "在本县"], ["001", "100", "是"]):
        page.append(row)
    for area in ("A1:C1", "A2:A3", "B2:B3"):
        page.merge_cells(area)
    book_.save(here / "数据" / "册.xlsx")
    assert batch(here).code == 0
    assert answers(here / "结果")[0]["1.金额"] == 100000
    page["C2"] = "计划"
    book_.save(here / "数据" / "册.xlsx")
    ran = batch(here, "--覆盖")
    assert (ran.code, "没有「计划.在本县」这一栏" in ran.err) == (3, True)


def test_a_list_longer_than_a_page_goes_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three loans of 001 and 002 with an award, one row each, on pages of two rows: none is lost."""
    filled(here)
    assert batch(here, "--明细", out="全.xlsx").code == 0
    monkeypatch.setattr(book, "too_large", lambda _: None)
    monkeypatch.setattr(book, "MAX_ROWS", book.HEAD + 2)
    assert batch(here, "--明细", out="分.xlsx").code == 0
    whole, split = (openpyxl.load_workbook(here / f"{x}.xlsx") for x in "全分")
    assert "明细2" in split.sheetnames
    for name in ("名单", "明细"):
        rows = [r for p in split if p.title.startswith(name) for r in p.iter_rows(min_row=4, values_only=True)]
        assert rows == [*whole[name].iter_rows(min_row=4, values_only=True)]


def test_more_rows_than_excel_has_are_refused_before_the_work(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(here)
    monkeypatch.setattr(book, "MAX_ROWS", 5)
    ran = batch(here, out="结果.xlsx")
    assert (ran.code, "E853" in ran.err, "Parquet" in ran.err) == (3, True, True)
    assert workbook.MAX_ROWS == 1_048_576
    assert sorted(p.name for p in here.iterdir()) == ["办法", "数据"]


def test_what_is_there_is_not_overwritten_unasked(here: Path) -> None:
    filled(here)
    assert batch(here).code == 0
    assert "E864" in batch(here).err
    assert batch(here, "--覆盖").code == 0


def test_only_what_a_run_wrote_is_replaced(here: Path) -> None:
    """A device or a pipe is no folder and no book, a link stays one, and other people's files are never cleared away."""
    filled(here)
    os.mkfifo(here / "管道.xlsx")
    (here / "真的").mkdir()
    (here / "结果").symlink_to("真的")
    for out in ("管道.xlsx", "数据", "."):
        ran = batch(here, "--覆盖", out=out)
        assert (ran.code, "E864" in ran.err or "E863" in ran.err) == (3, True)
    assert (here / "管道.xlsx").is_fifo()
    for out in ("数据/结果.xlsx", "数据/一/结果"):
        assert "E863" in batch(here, out=out).err  # the next run would read it
    for _ in range(2):
        assert batch(here, "--覆盖").code == 0
    assert (here / "结果").is_symlink()
    assert len(answers(here / "真的")) == 4
    os.symlink("/dev/null", here / "无底")  # by a link, so that nothing is lost if this fails
    assert "E863" in batch(here, "--覆盖", out="无底").err
    assert (here / "无底").is_char_device()


def test_the_page_of_the_docs_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "batch.md").read_text(encoding="utf-8"), re.S)
    exec(compile(block, "docs/batch.md", "exec"), {})


def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (running, work, workers):
        monkeypatch.setattr(module, "BLOCK", 1)


def test_a_run_that_was_stopped_goes_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(here)
    assert batch(here, out="全").code == 0
    small_blocks(monkeypatch)
    whole, left = running._write, [2]

    def stopping(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(running, "_write", stopping)
    assert batch(here, "--进程", "1").code == 1
    assert not (here / "结果").exists()
    monkeypatch.setattr(running, "_write", whole)
    assert "--resume" in batch(here).err
    (here / "数据" / "贷款.csv").touch()
    ran = batch(here, "--resume", "--进程", "1")
    assert ("E842" in ran.err, "数据" in ran.err) == (True, True)
    assert batch(here, "--覆盖", "--进程", "1").code == 0
    assert answers(here / "结果") == answers(here / "全")


def test_a_run_that_goes_on_keeps_what_was_done(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(here)
    assert batch(here, out="全").code == 0
    small_blocks(monkeypatch)
    whole, done = running._write, list[int]()

    def counting(aside: Path, number: int, result: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(number)
        whole(aside, number, result)

    monkeypatch.setattr(running, "_write", counting)
    batch(here, "--进程", "1")
    done.clear()
    assert batch(here, "--resume", "--进程", "1").code == 0
    assert done == [2, 3]
    assert answers(here / "结果") == answers(here / "全")


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_no_half_written_output(here: Path) -> None:
    rows = [["编号", "投资额", "在本县"], *([str(i), str(i), "是"] for i in range(60_000))]
    filled(here, enterprises=rows, loans=LOANS[:1])
    for wait in (0.5, 2, 3, 4, 6):
        with subprocess.Popen([*XCRULES, "batch", str(here / "办法"), str(here / "数据"), str(here / "结果"), "--覆盖"], stdout=subprocess.DEVNULL) as run:
            time.sleep(wait)
            run.kill()
        assert not (here / "结果").exists() or len(answers(here / "结果")) == 60_000
    workers = "from xcrules.use.batch import workers; workers.BLOCK = 1; from xcrules.use.cli import main; raise SystemExit(main())"
    for wait in (2, 4):
        with subprocess.Popen([sys.executable, "-c", workers, "batch", str(here / "办法"), str(here / "数据"), str(here / "终"), "--覆盖", "--进程", "2"], stderr=subprocess.PIPE) as run:
            time.sleep(wait)
            run.terminate()
            assert run.stderr is not None
            told = run.stderr.read().decode()
        assert run.returncode in (143, 0), told
        assert "Warning" not in told, told  # of semaphores that leak
        assert "Traceback" not in told, told
    assert batch(here, "--覆盖").code == 0
    assert len(answers(here / "结果")) == 60_000


LARGER = """
import resource, sys
from functools import partial
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[3]) * 10**6,) * 2)
import xcrules
from xcrules.use.batch import work
if sys.argv[2] == "all":
    work.Joined = partial(work.Joined, most=10**12)
policy = xcrules.load(sys.argv[1] + "/办法")
with work.work_of(Path(sys.argv[1] + "/数据"), policy.program.form, Path(sys.argv[1] + "/架")) as found:
    counts = [(block.rows.num_rows, block.lists["贷款"].rows.num_rows) for block in found.tasks()]
    print(sum(a for a, _ in counts), sum(b for _, b in counts), found.lost)
"""


@pytest.mark.slow
def test_a_district_larger_than_memory(here: Path) -> None:
    """300 MB of unsorted tables are joined where 450 MB of memory are all that there is; held at once, they do not fit."""
    count = 400_000
    keys = pa.array([f"E{i * 7_919 % count:06}" for i in range(count)])  # 7919 is prime: all of them, in no order
    name = pa.array(["某某区某某街道某某大厦某某有限责任公司" * 12] * count).dictionary_encode()
    pq.write_table(pa.table({"编号": keys, "企业名称": name.cast(pa.string())}), here / "数据" / "企业.parquet")
    pq.write_table(pa.table({"编号": pa.array([f"E{i * 104_729 % count:06}" for i in range(count)]), "利息": pa.array([Decimal(5)] * count)}), here / "数据" / "贷款.parquet")
    system = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}  # no more is asked of the system than is used
    ran = python(LARGER, str(here), "some", "450", env=system)
    assert (ran.out, ran.code) == (f"{count} {count} 0\n", 0), ran.err
    assert not (here / "架").exists()
    assert python(LARGER, str(here), "all", "450", env=system).code != 0


def test_a_worker_that_dies_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(here)
    small_blocks(monkeypatch)
    monkeypatch.setattr(workers, "packed", lambda *_: 1)
    monkeypatch.setattr(workers, "_work", os._exit)
    ran = batch(here, "--进程", "2")
    assert (ran.code, "E843" in ran.err, (here / "结果").exists()) == (3, True, False)


def test_two_processes_come_to_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(here)
    assert batch(here, "--进程", "1").code == 0
    small_blocks(monkeypatch)
    assert batch(here, "--进程", "2", out="二").code == 0
    assert answers(here / "结果") == answers(here / "二")
    assert len(list((here / "二" / "名单").iterdir())) == 4


FUND = """事实：申报，顶层
| 名称   | 类型 | 要求 | 角色 |
| 年度   | 年度 |      | 基准年度 |
| 投资额 | 元   |      |      |
| 得分   | 数   |      |      |
| 分得额 | 元   | 可缺 |      |

「第一条 按投资额的10%补贴，每年安排10万元，超出的按比例压缩。」
  对象：企业
  标准：投资额 的 10%
  总额：每年 10万元，超出按比例，记入 分得额
「第二条 奖励3万元，每年安排5万元，按得分从高到低安排。」
  对象：企业
  标准：3万元
  总额：每年 5万元，依 得分 从高，同分 按比例
"""


def test_a_fund_is_shared_out_among_all(tmp_path: Path) -> None:
    """2023: 甲 asks 10万, 乙 5万, 丙 has had 4万 recorded, so 6万 are for 15万: 4万 and 2万. 2024: 丁 alone."""
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(FUND, encoding="utf-8")
    (tmp_path / "数据").mkdir()
    CARRIERS["utf-8"](tmp_path / "数据", "企业", [["编号", "年度", "投资额", "得分", "分得额"], ["甲", "2023", "1000000", "80", ""], ["乙", "2023", "500000", "90", ""],
                                            ["丙", "2023", "600000", "70", "40000"], ["丁", "2024", "500000", "1", ""]])
    assert batch(tmp_path).code == 0
    rows = answers(tmp_path / "结果")
    assert [(x["1.申请额"], x["1.分得"], x["1.金额"]) for x in rows] == [(100000, 40000, 40000), (50000, 20000, 20000), (None, None, 40000), (50000, 50000, 50000)]
    assert [(x["1.状态"], x["2.状态"], x["合计"]) for x in rows] == [("应予支持", "待统筹", x) for x in (40000, 20000, 40000, 50000)]
    assert [(x["2.申请额"], x["2.分得"]) for x in rows] == [(30000, 20000), (30000, 30000), (30000, 0), (30000, 30000)]
    pools = pq.read_table(tmp_path / "结果" / "统筹.parquet").to_pylist()
    assert [(x["年度"], x["编号"], x["名次"]) for x in pools if x["款"] == "2"] == [("2023", "甲", 2), ("2023", "乙", 1), ("2023", "丙", 3), ("2024", "丁", 1)]
    totals = {x["款"]: x["分得合计"] for x in pq.read_table(tmp_path / "结果" / "按款汇总.parquet").to_pylist()}
    assert totals == {"1": 110000, "2": 80000}
    ran = batch(tmp_path, out="结果.xlsx")
    assert (ran.code, "合计 150,000.00 元，总额分得 190,000.00 元" in ran.out) == (0, True)  # what 第二条 gives is recorded nowhere
    held = openpyxl.load_workbook(tmp_path / "结果.xlsx")
    assert [c.value for c in held["名单"][4]][:3] == ["甲", 40000, "申请 30,000.00，分得 20,000.00"]
    assert "统筹" in held.sheetnames


def test_whoever_has_not_told_the_year_may_ask_in_any(tmp_path: Path) -> None:
    """甲 asks 8万 of 10万; 丁, of no year, 3万: too much for both. In 2024 乙's 7万 and 丁's 3万 are what there is."""
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(FUND.partition("「第二条")[0], encoding="utf-8")
    (tmp_path / "数据").mkdir()
    CARRIERS["utf-8"](tmp_path / "数据", "企业", [["编号", "年度", "投资额"], ["甲", "2023", "800000"], ["乙", "2024", "700000"], ["丁", "", "300000"]])
    assert batch(tmp_path).code == 0
    assert [(x["编号"], x["年度"], x["分得"], x["说明"]) for x in pq.read_table(tmp_path / "结果" / "统筹.parquet").to_pylist()] == [
        ("乙", "2024", 70000, ""), ("甲", "2023", None, "还有 1 家没有定，补齐以后再统筹"), ("丁", "未知", None, "没有填年度，不知道分哪一年的")]


CHAINED = """事实：申报，顶层
| 名称   | 类型 | 要求   | 角色     |
| 年度   | 年度 |        | 基准年度 |
| 投资额 | 元   |        |          |
| 甲分得 | 元   | 可缺   |          |
| 乙分得 | 元   | 可缺   |          |
| 历史   | 逐款 元 | 闭世界 | 本年台账 |

「第一条 按投资额的10%补贴，分三年等额拨付，每年安排10万元，超出的按比例压缩。」
  对象：企业
  标准：投资额 的 10%
  总额：每年 10万元，超出按比例，记入 甲分得
  拨付：分 3年 等额，自 核定年度 起
「第二条 按投资额的10%奖励，与第一条合计不超过12万元，每年安排15万元，超出的按比例压缩。」
  对象：企业
  标准：投资额 的 10%
  上限：1、2 合计 企业年度 12万元
  总额：每年 15万元，超出按比例，记入 乙分得
「第三条 按投资额的10%补助，与第一条合计不超过12万元。」
  对象：企业
  标准：投资额 的 10%
  上限：1、3 合计 企业年度 12万元
"""


@pytest.mark.parametrize("lines", [False, True])
def test_what_was_given_feeds_on(tmp_path: Path, lines: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """10万 for 10万 + 5万 + 5万: 5万, 2.5万, 2.5万; so 第二条 is asked 12万 − 5万 = 7万 by 甲, 5万, 5万, of which 15 of 17 parts are there, and
    第三条 has room for 7万. As who fills the shares in and runs again."""
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(CHAINED, encoding="utf-8")
    head = ["编号", "年度", "投资额", "甲分得", "乙分得"]
    rows = [["甲", "2023", "1000000", "", ""], ["乙", "2023", "500000", "", ""], ["丙", "2023", "500000", "", ""], ["丁", "2023", "0", "", ""]]

    def run(out: str, *words: str) -> list[dict[str, Any]]:
        data = tmp_path / f"数据{out}{'.jsonl' if lines else ''}"
        if data.exists():
            pass
        elif lines:
            data.write_text("\n".join(json.dumps({k: x for k, x in zip(head, row, strict=True) if x}, ensure_ascii=False) for row in rows), encoding="utf-8")
        else:
            data.mkdir()
            CARRIERS["utf-8"](data, "企业", [head, *rows])
        ran = batch(tmp_path, "--进程", "1", "--明细", *words, data=data.name, out=out)
        assert ran.code == 0, ran
        return answers(tmp_path / out)

    once = run("一")
    some = ("1.申请额", "1.金额", "1.本年度拨付", "2.申请额", "2.分得", "3.金额", "合计")
    assert [[str(x[k]) for k in some] for x in once[:2]] == [["100000.00", "50000.00", "16666.67", "70000.00", "61764.70", "70000.00", "181764.70"],
                                                           ["50000.00", "25000.00", "8333.34", "50000.00", "44117.65", "50000.00", "119117.65"]]
    assert once[3]["1.状态"] == "不符合"
    details = pa.concat_tables([pq.read_table(p) for p in (tmp_path / "一" / "明细").glob("*")]).to_pylist()
    assert sorted((x["编号"], x["款"], x["状态"]) for x in details) == sorted((k, c, "应予支持") for k in "甲乙丙" for c in "123")
    small_blocks(monkeypatch)
    held, left = sharing._put, [1]

    def stopping(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        held(*arguments)

    monkeypatch.setattr(sharing, "_put", stopping)
    with contextlib.suppress(AssertionError):
        run("二")
    monkeypatch.setattr(sharing, "_put", held)
    assert not (tmp_path / "二").exists()
    assert run("二", "--resume") == once
    for row, answer in zip(rows, once, strict=True):
        row[3:] = [str(answer["1.分得"] or ""), str(answer["2.分得"] or "")]
    own = [{k: v for k, v in x.items() if not k.endswith(("申请额", "分得"))} for x in once]
    assert [{k: v for k, v in x.items() if not k.endswith(("申请额", "分得"))} for x in run("三")] == own


def test_a_fund_stays_open_while_someone_may_still_ask(tmp_path: Path) -> None:
    (tmp_path / "办法").mkdir()
    (tmp_path / "办法" / "条文.规则").write_text(FUND, encoding="utf-8")
    (tmp_path / "数据").mkdir()
    CARRIERS["utf-8"](tmp_path / "数据", "企业", [["编号", "年度", "投资额", "得分"], ["甲", "2023", "1000000", "80"], ["乙", "2023", "", "90"]])
    assert batch(tmp_path).code == 0
    pools = pq.read_table(tmp_path / "结果" / "统筹.parquet").to_pylist()
    assert [(x["编号"], x["款"], x["分得"], x["说明"]) for x in pools] == [
        ("甲", "1", None, "还有 1 家没有定，补齐以后再统筹"), ("甲", "2", Decimal(20000), ""), ("乙", "2", Decimal(30000), "")]


def test_nought_is_nought_in_every_form(here: Path) -> None:
    """Programs write a decimal nought as 0E-8; Excel has cut nothing of it, as it may have of 5.1E+7."""
    filled(here, loans=[LOANS[0], ["0E-8", "信用贷款", "001", ""], ["5.1E+7", "信用贷款", "002", ""]])
    batch(here)
    assert [(x["编号"], x["代码"]) for x in pq.read_table(here / "结果" / "退回.parquet").to_pylist()] == [("002", "E890")]


@pytest.mark.parametrize(("key", "code"), [("9.11E+17", "E890"), ("同上", "E871"), ("无", "E871"), ("0", None)])
def test_what_names_no_enterprise(here: Path, key: str, code: str | None) -> None:
    """Rows of whoever has no number, or a number that Excel has cut, are nobody's: they were all those of one enterprise."""
    filled(here, enterprises=[ENTERPRISES[0], ENTERPRISES[1], [key, "戊厂", "1", "是", "", ""]], loans=[*LOANS[:1], ["7", "信用贷款", key, ""]])
    batch(here)
    told = pq.read_table(here / "结果" / "退回.parquet").to_pylist()
    assert [(x["表"], x["代码"]) for x in told] == ([] if code is None else [("贷款", "E840"), ("企业", code)])
