"""Tables of a district as offices spoil them: each enterprise is answered right or told, never less and never another figure."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.styles import Font

from tests.support.commands import command

RULES = """规定：试行办法
事实：申报，顶层
| 名称   | 类型 |
| 营业额 | 元   |

事实：贷款，逐笔
| 名称 | 类型 | 要求 |
| 种类 | 信用贷款、其他 | |
| 利息 | 元   | |
| 标识 | 文字 | 可缺 |

「第一条 营业额1万元以上的，贷款按利息的一半贴息。」
  对象：每笔 贷款，种类 为 信用贷款
  条件：营业额 达到 1万元
  标准：利息 的 50%
"""
Table = list[list[str]]
Damage = Callable[[dict[str, Table], random.Random], None]


def district(chance: random.Random) -> dict[str, Table]:
    firms, loans = [["编号", "营业额", "企业名称", "备注"]], [["编号", "种类", "利息", "标识", "备注"]]
    for number in range(6):
        firms.append([f"K{number}", str(chance.choice([9000, 20000, 345678])), f"第{number}厂", ""])
        loans += [[f"K{number}", chance.choice(["信用贷款", "信用贷款", "其他"]), f"{chance.randint(1, 900000) / 100:.2f}", f"M{number}{i}", ""] for i in range(chance.randint(0, 3))]
    return {"企业": firms, "贷款": loans}


def expected(tables: dict[str, Table]) -> dict[str, Decimal]:
    """Worked out without the engine: half of the interest of each 信用贷款, rounded once."""
    sums = {firm[0]: sum((Decimal(x[2]) for x in tables["贷款"][1:] if x[0] == firm[0] and x[1] == "信用贷款"), Decimal()) for firm in tables["企业"][1:]}
    return {firm[0]: (sums[firm[0]] / 2).quantize(Decimal("0.01"), ROUND_HALF_UP) if Decimal(firm[1]) >= 10000 else Decimal() for firm in tables["企业"][1:]}


def _row(tables: dict[str, Table], chance: random.Random) -> list[str]:
    return chance.choice(tables[chance.choice(["企业", "贷款"])][1:])


def quote_opened(tables: dict[str, Table], chance: random.Random) -> None:
    row = _row(tables, chance)
    place = chance.randrange(len(row))
    row[place] = "raw:" + '"' + row[place]


def quotes_in_two_rows(tables: dict[str, Table], chance: random.Random) -> None:
    quote_opened(tables, chance)
    row = _row(tables, chance)
    place = chance.randrange(len(row))
    row[place] = "raw:" + row[place].removeprefix("raw:") + '"'


def total(tables: dict[str, Table], chance: random.Random) -> None:
    name = chance.choice(["企业", "贷款"])
    place = 1 if name == "企业" else 2
    row = [""] * len(tables[name][0])
    row[place] = str(sum(Decimal(x[place]) for x in tables[name][1:]))
    row[chance.choice([0, 0, -1] if name == "企业" else [0, 0, 3])] = chance.choice(["合计", "小 计", "总计", "共计：", "合计6家", "其中：信用贷款"])
    tables[name].append(row)


def remark(tables: dict[str, Table], chance: random.Random) -> None:
    tables[chance.choice(["企业", "贷款"])].append([chance.choice(["注：以上均已核实", "填表人：张三", "备注：2024年"])])


def nameless_column(tables: dict[str, Table], chance: random.Random) -> None:
    name = chance.choice(["企业", "贷款"])
    place = chance.randrange(1, 4)
    for row in tables[name]:
        row.insert(place, "")
    chance.choice(tables[name][1:])[place] = "5000"


def unit_in_a_remark(tables: dict[str, Table], chance: random.Random) -> None:
    if rows := tables["贷款"][1:]:
        row = chance.choice(rows)
        row[2], row[4] = format(Decimal(row[2]) / 10000, "f"), chance.choice(["单位：万元", "金额单位为万元"])


def unit_above(tables: dict[str, Table], chance: random.Random) -> None:
    """The figures stand in 万元, and the words above the heading say so."""
    for row in tables["贷款"][1:]:
        row[2] = str(Decimal(row[2]) / 10000)
    tables["贷款"].insert(0, [chance.choice(["单位：万元", "贷款情况表（单位：万元）", "贷款（万元）", "金额单位:万元"])])


def unit_beneath(tables: dict[str, Table], chance: random.Random) -> None:
    for row in tables["贷款"][1:]:
        row[2] = str(Decimal(row[2]) / 10000)
    tables["贷款"].insert(chance.choice([1, len(tables["贷款"])]), chance.choice([["", "", "万元"], ["单位：万元"], ["注：金额以万元计"]]))


def heading_again(tables: dict[str, Table], chance: random.Random) -> None:
    name = chance.choice(["企业", "贷款"])
    tables[name].insert(chance.randint(2, len(tables[name])), list(tables[name][0]))


def comma_within(tables: dict[str, Table], chance: random.Random) -> None:
    row = tables["贷款"][1]
    row[2] = "raw:" + f"{Decimal(row[2].removeprefix('raw:')):,.2f}"


def lines_within(tables: dict[str, Table], chance: random.Random) -> None:
    _row(tables, chance)[-1] = chance.choice(["两行\n文字", '说："好"', "甲，乙", "甲,乙"])


DAMAGES: tuple[Damage, ...] = (quote_opened, quotes_in_two_rows, total, remark, nameless_column, unit_above, unit_beneath, unit_in_a_remark, heading_again, comma_within, lines_within)


def text_of(table: Table) -> str:
    """CSV; a cell that begins with raw: stands as it is."""
    lines = []
    for row in table:
        pieces = []
        for cell in row:
            held = io.StringIO()
            csv.writer(held).writerow([cell, ""])
            pieces.append(cell[4:] if cell.startswith("raw:") else held.getvalue()[:-3])
        lines.append(",".join(pieces))
    return "\r\n".join(lines)


def tried(folder: Path, seed: int) -> bool:
    """Whether a spoiled district was answered in full; that nothing in it is false is asserted."""
    chance = random.Random(seed)
    tables = district(chance)
    want = expected(tables)
    damage = DAMAGES[seed % len(DAMAGES)]
    damage(tables, chance)
    data, out = folder / f"数据{seed}", folder / f"结果{seed}"
    data.mkdir()
    for name, table in tables.items():
        (data / f"{name}.csv").write_bytes(text_of(table).encode(chance.choice(["utf-8", "utf-8-sig", "gb18030"])))
    ran = command("batch", str(folder / "办法"), str(data), str(out), "--进程", "1")
    where = f"seed {seed}, {damage.__name__}: {ran.err}"
    if ran.code == 3:
        assert "错误 E" in ran.err, where
        return False
    answers = pa.concat_tables([pq.read_table(p) for p in (out / "名单").glob("*.parquet")]).to_pylist()
    told = {x["编号"] for x in pq.read_table(out / "退回.parquet").to_pylist()} if ran.code else set()
    refused = {x["编号"] for x in answers if x["退回"]} | told
    assert set(want) <= {x["编号"] for x in answers} | refused, where
    assert all(x["1.金额"] == want.get(x["编号"]) for x in answers if x["编号"] not in refused), where
    return not refused


def reach(folder: Path, seeds: range) -> None:
    (folder / "办法").mkdir()
    (folder / "办法" / "条文.规则").write_text(RULES, encoding="utf-8")
    full = [DAMAGES[seed % len(DAMAGES)] for seed in seeds if tried(folder, seed)]
    assert {unit_above, lines_within} <= set(full)  # what keeps the meaning is read


def test_spoiled_tables_are_answered_right_or_told(tmp_path: Path) -> None:
    reach(tmp_path, range(30))


@pytest.mark.slow
def test_many_spoiled_tables_are_answered_right_or_told(tmp_path: Path) -> None:
    reach(tmp_path, range(300))


def test_what_is_printed_and_what_is_struck_out(tmp_path: Path) -> None:
    """By hand: 3 of 万元, as the printed header says, half of it 15,000元; the enterprise whose row somebody has drawn a line through is sent back."""
    (tmp_path / "条文.规则").write_text(RULES, encoding="utf-8")
    (tmp_path / "数据").mkdir()
    book = openpyxl.Workbook()
    firms, loans = book.active, book.create_sheet("贷款")
    assert firms is not None
    firms.title = "企业"
    for row in (["编号", "营业额"], ["K0", 20000], ["K1", 20000]):
        firms.append(row)
    for row in (["编号", "种类", "利息"], ["K0", "信用贷款", 3], ["K1", "信用贷款", 5]):
        loans.append(row)
    loans.oddHeader.right.text = "单位：万元"
    loans["C3"].font = Font(strike=True)
    book.save(tmp_path / "数据" / "汇总.xlsx")
    assert command("batch", str(tmp_path), str(tmp_path / "数据"), str(tmp_path / "结果"), "--进程", "1").code == 1
    rows = pa.concat_tables([pq.read_table(p) for p in (tmp_path / "结果" / "名单").glob("*.parquet")]).to_pylist()
    assert [(r["编号"], r["1.金额"]) for r in rows if not r["退回"]] == [("K0", Decimal("15000.00"))]
    assert "删除线" in str(pq.read_table(tmp_path / "结果" / "退回.parquet").to_pylist())
