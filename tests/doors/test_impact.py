"""xcrules impact: a small amendment worked out by hand, at every door: terminal, JSON, workbook, page."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import xcrules
from tests.support.commands import command
from tests.support.policies import ROOT
from xcrules.base.source import display_width
from xcrules.tell.impact.book import book
from xcrules.tell.impact.figures import wan, yuan
from xcrules.tell.impact.page import page
from xcrules.use.batch.block import PlainFacts
from xcrules.use.impact.compare import SideBySide
from xcrules.use.impact.weigh import Weigher

BLOCKS = dict(re.findall(r"(?ms)^```\S+ 存为 (\S+)\n(.*?)^```$", (ROOT / "docs" / "impact.md").read_text(encoding="utf-8")))
EVIL = "<script>alert('x')</script>&"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the page's reader."""
    monkeypatch.chdir(tmp_path)
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def told(*words: str, code: int = 0) -> dict[str, Any]:
    made = command("impact", *words, "--json")
    assert made.code == code, made.err
    return json.loads(made.out)  # type: ignore[no-any-return]


def test_sums_worked_out_by_hand(place: Path) -> None:
    """甲 10万+20万 → 12万+20万; 乙 97600 → 12万 (of 122000); 丙 9600+15000 → 12000+12000; 丁 4000+30000.25 → 5000+24000.20."""
    found = told("旧.规则", "新.规则", "企业.jsonl", "--by", "规模")
    assert found["合计"] == {"家数": 4, "旧": "456200.25", "新": "493000.20", "增减": "36799.95", "有金额": [4, 4],
                           "增加": {"家数": 2, "合计": "42400.00"}, "减少": {"家数": 2, "合计": "5600.05"}}
    assert [(k["款"], k["旧"], k["新"]) for k in found["按款"]] == [("1", "211200.00", "257000.00"), ("2", "245000.25", "236000.20")]
    assert [(k["款"], k["碰到"], k["新到"], k["不再"], k["封去"]) for k in found["上限"]] == [
        ("1", [1, 2], 1, 0, ["140000.00", "182000.00"]), ("2", [1, 1], 0, 0, ["300000.00", "200000.00"])]
    assert list(found["分组"]["规模"]) == ["大型", "中型", "小型"]
    assert found["分组"]["规模"]["小型"]["增减"] == "-5600.05"
    assert [x["编号"] for x in found["增加最多"]] == ["乙", "甲"]
    assert found["减少最多"][0]["款"] == {"1": ["4000.00", "5000.00"], "2": ["30000.25", "24000.20"]}


def test_a_policy_against_itself(place: Path) -> None:
    found = told("旧.规则", "旧.规则", "企业.jsonl")
    assert found["合计"]["旧"] == found["合计"]["新"]
    assert found["变化"] == found["增加最多"] == found["减少最多"] == []
    assert "都不变" in command("impact", "旧.规则", "旧.规则", "企业.jsonl").out


def test_the_new_one_may_be_an_amendment(place: Path) -> None:
    """甲 and 乙 of 第一条 up to 12万 at 800元 a head: 乙's 97600 stay, 甲's 24万 come to 12万 where they were 10万."""
    words = "按稳岗人数每人补贴800元，最高1{}万元。"
    amendment = f"规定：修改决定\n「将第一条中的“{words.format(0)}”修改为“{words.format(2)}”。」\n"
    (place / "修正案.规则").write_text(amendment, encoding="utf-8")
    assert next((k["款"], k["旧"], k["新"]) for k in told("旧.规则", "修正案.规则", "企业.jsonl")["按款"]) == ("1", "211200.00", "231200.00")
    assert "10万元 → 12万元" in command("diff", "旧.规则", "修正案.规则").out
    (place / "修正案.规则").write_text(amendment.replace("最高10", "最高11"), encoding="utf-8")
    assert "E603" in command("impact", "旧.规则", "修正案.规则", "企业.jsonl").err
    (place / "坏.规则").write_text("「第一条 每家“补贴1万元。」\n  标准：\n", encoding="utf-8")
    assert "E604" not in command("impact", "旧.规则", "坏.规则", "企业.jsonl").err  # no amendment: what is wrong with it as a policy is told


def test_faulty_enterprises_are_counted_and_left_out(place: Path) -> None:
    with open("企业.jsonl", "a", encoding="utf-8") as file:
        file.write('{"编号": "戊", "规模": "巨型"}\n不是 JSON\n')
    found = told("旧.规则", "新.规则", "企业.jsonl", code=1)
    assert (found["有误"], found["合计"]["家数"], found["合计"]["旧"]) == (2, 4, "456200.25")
    assert "另有 2 家的事实有误，没有算在内" in command("impact", "旧.规则", "新.规则", "企业.jsonl").out


def test_what_only_one_text_asks(place: Path) -> None:
    """A column that the old text does not know, a member that only one knows, a clause that is new and one that is gone."""
    text = BLOCKS["新.规则"].replace("大型、中型、小型", "大型、中型、小型、微型").replace("| 培训支出 | 元               |      |", "| 培训支出 | 元               |      |\n| 新招人数 | 人               |      |")
    text = text.replace("第二条 按培训支出的40%补贴，最高20万元。", "第三条 每新招一人补贴1000元。")
    text = re.sub(r"(?s)  标准：培训支出.*", "  标准：1000元/人 × 新招人数\n", text)
    Path("新.规则").write_text(text, encoding="utf-8")
    rows = ['{"编号": "甲", "规模": "大型", "稳岗人数": 1, "培训支出": 10, "新招人数": 2}', '{"编号": "乙", "规模": "大型", "稳岗人数": 1, "新招人数": 3}']
    Path("企业.jsonl").write_text("\n".join(rows), encoding="utf-8")
    found = told("旧.规则", "新.规则", "企业.jsonl")
    assert [(k["款"], k.get("在"), k["旧"], k["新"], k.get("待补充")) for k in found["按款"]] == [
        ("1", None, "1600.00", "2000.00", None), ("2", "旧", "5.00", "0.00", [1, 0]), ("3", "新", "0.00", "5000.00", None)]


def test_the_screen_fits_eighty_columns(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    tables = [x for x in command("impact", "旧.规则", "新.规则", "企业.jsonl", "--by", "规模").out.splitlines() if x.startswith(" ")]
    assert tables
    assert max(map(display_width, tables)) <= 80


def test_the_book_keeps_exact_amounts(place: Path) -> None:
    assert command("impact", "旧.规则", "新.规则", "企业.jsonl", "--by", "规模", "--xlsx", "试算.xlsx").code == 0
    made = openpyxl.load_workbook("试算.xlsx")
    assert made.sheetnames == ["概要", "按款", "上限", "按规模", "分布", "增减最多的企业", "说明"]
    rows = list(made["按款"].iter_rows(values_only=True))
    assert rows[-1][2:7] == (4, 456200.25, 493000.2, 36799.95, pytest.approx(36799.95 / 456200.25, abs=1e-6))
    cell = made["按款"].cell(2, 4)
    assert (cell.number_format, made["按款"].freeze_panes) == ("#,##0.00;[Red]-#,##0.00", "B2")
    assert command("impact", "旧.规则", "新.规则", "企业.jsonl", "--xlsx", "试算.xlsx").code == 3
    assert command("impact", "旧.规则", "新.规则", "企业.jsonl", "--xlsx", "试算.doc").code == 3


def test_the_page_stands_alone(place: Path) -> None:
    assert command("impact", "旧.规则", "新.规则", "企业.jsonl", "--by", "规模", "--html", "试算.html").code == 0
    text = Path("试算.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", text)
    assert text.count("<svg") >= 6
    assert "45.62 万元变为 49.30 万元" in text
    assert "第一条：标准 每人 800元" in text or "第一条" in text


def test_hostile_words_are_only_shown() -> None:
    text = BLOCKS["旧.规则"].replace("云溪县稳岗补贴办法", EVIL).replace("大型、", f"{'大型'}、")
    policy = xcrules.loads(text)
    made = SideBySide(Weigher(policy, {}), Weigher(xcrules.loads(text.replace("800元", "900元").replace("每人补贴900", "每人补贴900")), {}))
    found = made.result(made.of_facts([f"=1+1{EVIL}\x1b[31m{i}" for i in range(3)], [PlainFacts({"规模": "大型", "稳岗人数": 10 * i, "培训支出": 0}) for i in range(3)]))
    shown = page(found)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    names = [c.value for row in openpyxl.load_workbook(io.BytesIO(book(found)))["增减最多的企业"].iter_rows() for c in row]
    assert any(str(v).startswith("=1+1<script>") for v in names)


@pytest.mark.parametrize(("by", "help"), [("培训支出", "不是几种之一"), ("没有的", "没有这一栏"), ("规摸", "规模")])
def test_what_cannot_be_split_by_is_told(place: Path, by: str, help: str) -> None:
    made = command("impact", "旧.规则", "新.规则", "企业.jsonl", "--by", by)
    assert made.code == 3
    assert "E879" in made.err
    assert help in made.err


def test_figures_are_told_exactly() -> None:
    assert [wan(x) for x in (0, 49, 5_000, 4_999, 100_000_050_000, -1_499_999)] == ["0.00", "0.00", "0.01", "0.00", "100,000.05", "-1.50"]
    assert [wan(x, signed=True) for x in (1, 10_000, -10_000)] == ["0.00", "+0.01", "-0.01"]
    assert [yuan(x) for x in (-150, 5, 10**20)] == ["-1.50", "0.05", "1,000,000,000,000,000,000.00"]


@pytest.mark.slow
def test_several_processes_and_every_shape_of_data_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 60 enterprises over two processes, as tables and nested."""
    monkeypatch.setattr("xcrules.use.batch.work.BLOCK", 60)
    monkeypatch.setattr("xcrules.use.batch.workers.BLOCK", 60)
    for target in ("表", "一个.parquet"):
        assert command("generate", "iit-comprehensive-2018", "200", str(tmp_path / target), "--seed", "5").code == 0
    found = [told("iit-comprehensive-2018", "iit-comprehensive-2018", str(tmp_path / target), "--进程", n) for target, n in (("表", "1"), ("表", "2"), ("一个.parquet", "1"))]
    assert found[0] == found[1] == found[2]
    assert found[0]["合计"]["家数"] == 200


def test_a_worker_that_dies_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("work", "workers"):
        monkeypatch.setattr(f"xcrules.use.batch.{module}.BLOCK", 1)
    monkeypatch.setattr("xcrules.use.batch.workers.packed", lambda *_: 1)
    monkeypatch.setattr("xcrules.use.batch.workers._work", os._exit)
    made = command("impact", "旧.规则", "新.规则", "企业.jsonl", "--进程", "2")
    assert (made.code, "E843" in made.err) == (3, True)
