"""What the largest lists may cost: processor time and memory of a whole command, as the system counts them.

The bounds are generous, for a machine that is busy; what would pass them is work that grows faster than the facts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
import yaml

from tests.support.enterprises import LISTS, YEARS, enterprise
from xcrules import load
from xcrules.base.numerals import chinese
from xcrules.facts.workbook import form_book

ROWS = 100_000
SECONDS, MEGABYTES = 20, 1000
GRANTED = 60  # the seed of an enterprise in force and in scope
OPEN = 62  # of one whose claims name the matters 甲, 乙 and 研
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[3:], stdin=open(sys.argv[1], "rb"), stdout=open(sys.argv[2], "wb"))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


class Run(NamedTuple):
    code: int
    seconds: float
    megabytes: float
    said: str


def run(facts: Path, *arguments: str) -> Run:
    """A command of its own process, with the facts as standard input."""
    out = facts.with_suffix(".out")
    command = [sys.executable, "-c", MEASURE, str(facts), str(out), sys.executable, "-m", "xcrules", *arguments]
    code, seconds, megabytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return Run(int(code), float(seconds), float(megabytes), out.read_text(encoding="utf-8"))


def written(folder: Path, name: str, count: int) -> Path:
    """Facts with so many rows in one list, each with a mark or a name of its own, on one line."""
    known, r = enterprise(GRANTED), Random(5)
    year = known["政策兑现年度"]
    rows = []
    for i in range(count):
        row = {k: value for k, make in LISTS[name].items() if (value := make(r)) is not None}
        row |= {k: year + row[k] for k in YEARS if k in row}
        row |= {k: f"{k}{i}" for k in ("事项标识", "姓名") if k in row}
        rows.append(row)
    path = folder / "facts.json"
    path.write_text(json.dumps({**known, name: rows}, ensure_ascii=False, default=float), encoding="utf-8")
    return path


def within(done: Run) -> Run:
    assert done.seconds < SECONDS, done[:3]
    assert done.megabytes < MEGABYTES, done[:3]
    return done


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
def test_a_list_as_long_as_may_be(name: str, tmp_path: Path) -> None:
    """With 争议 and 原因, of which no list makes a book; and one line of a stream says the same."""
    facts = written(tmp_path, name, ROWS)
    done = within(run(facts, "decide", "xicheng-2021", "-", "--json"))
    assert done.code == 0
    made = json.loads(done.said)
    assert made["条款"]["2(1)"]["状态"] not in ("不适用主体", "不在有效期")
    assert len(done.said) < 20_000
    streamed = within(run(facts, "decide", "xicheng-2021", "-", "--stream"))
    assert json.loads(streamed.said) == made


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "times"), [("xlsx", 5), ("yaml", 6)])
def test_a_form_and_a_yaml_with_a_list_as_long_as_may_be(ending: str, times: int, tmp_path: Path) -> None:
    """They say what the same facts say in JSON, for so many times its processor time at most, busy or not; of the form half a million cells are read."""
    facts = written(tmp_path, "贷款", ROWS)
    raw, path = json.loads(facts.read_text(encoding="utf-8")), tmp_path / f"facts.{ending}"
    if ending == "xlsx":
        path.write_bytes(form_book(load("xicheng-2021").program.form, raw))
    else:
        path.write_text(yaml.dump(raw, Dumper=getattr(yaml, "CDumper", yaml.Dumper), allow_unicode=True), encoding="utf-8")
    done, plain = (within(run(facts, "decide", "xicheng-2021", of, "--json")) for of in (str(path), "-"))
    assert json.loads(done.said) == json.loads(plain.said)
    assert done.seconds < times * plain.seconds, (done[:3], plain[:3])


@pytest.mark.slow
def test_much_other_support_of_which_the_state_is_not_known(tmp_path: Path) -> None:
    """Each row may be received or not, under every reading: what they come to for a matter is worked out once."""
    raw = enterprise(OPEN)
    raw["其他区级政策支持"] = [{"事项标识": "甲乙研"[i % 3], "金额": i * 8} for i in range(ROWS)]
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(raw, ensure_ascii=False, default=float), encoding="utf-8")
    done = within(run(path, "decide", "xicheng-2021", "-", "--json"))
    assert any(len(clause.get("缺失", ())) > ROWS / 4 for clause in json.loads(done.said)["条款"].values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["专利", "历史已获支持", "其他区级政策支持"])
def test_the_table_of_a_long_list(name: str, tmp_path: Path) -> None:
    assert within(run(written(tmp_path, name, ROWS), "decide", "xicheng-2021", "-")).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["专利", "历史已获支持", "贷款"])
def test_the_reasons_of_a_long_list(name: str, tmp_path: Path) -> None:
    """The first items, the sums of all, the caps: nothing is left out of a figure."""
    done = within(run(written(tmp_path, name, ROWS), "explain", "xicheng-2021", "-"))
    assert done.code == 0
    assert len(done.said) < 60_000


def test_many_earlier_grants_are_counted(tmp_path: Path) -> None:
    """Ten told one by one, of the others their number; 500 rows of one clause, once in a lifetime."""
    raw = enterprise(GRANTED)
    row = {"条款": "3(2)首次", "核定年度": raw["政策兑现年度"] - 1, "金额": 300_000}
    raw |= {"历史已获支持": [row] * 500, "高新技术企业": {"新入驻": False, "持有国家高新技术企业证书": True, "本年度取得证书次序": 1}}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(raw, ensure_ascii=False, default=float), encoding="utf-8")
    done = within(run(path, "decide", "xicheng-2021", "-", "--json"))
    reason = json.loads(done.said)["条款"]["3(2)"]["原因"]
    assert "等 500 笔" in reason
    assert reason.count("30万元") == 10


@pytest.mark.slow
@pytest.mark.parametrize(("name", "left_out"), [("上级资金", ""), ("上级资金", "级别"), ("专利", "件数"), ("贷款", "")])
def test_a_long_list_with_a_cell_wanting_in_every_row(name: str, left_out: str, tmp_path: Path) -> None:
    """Another one in each row, or the same in all: what each claim has may rest on all before it, and is not told again for each."""
    path, r = written(tmp_path, name, ROWS), Random(3)
    raw = json.loads(path.read_text(encoding="utf-8"))
    for row in raw[name]:
        row.pop(left_out or r.choice([*row]), None)
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    done = within(run(path, "decide", "xicheng-2021", "-", "--json"))
    assert done.code == 0
    assert json.loads(done.said)["条款"]


@pytest.mark.slow
def test_a_long_list_that_is_wrong_in_every_row(tmp_path: Path) -> None:
    """A thousand faults of one kind are told one by one, the others counted."""
    path = written(tmp_path, "上级资金", ROWS)
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["上级资金"] = [{**row, "级别": "国家"} for row in raw["上级资金"]]
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    done = within(run(path, "decide", "xicheng-2021", "-", "--json"))
    found = json.loads(done.said)["错误"]
    assert (done.code, len(found)) == (3, 1001)
    assert found[-1]["信息"] == "另有 99000 处同样的情形"


CLAUSE = "「第{n}条 对获得国家级奖励的企业，给予1万元奖励，每年不超过3万元。」\n  对象：每笔 奖励，类别 为 国家级\n  条件：{name} 不低于 1万元\n  标准：1万元\n  上限：企业年度 3万元\n\n"
TABLES = """规定：大政策

事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |

事实：主体
| 名称 | 类型 |
| 收入 | 元   |

事实：奖励，逐笔
| 名称 | 类型         |
| 类别 | 国家级、市级 |

"""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("主体 的 收入", 0), ("主体.收入", 1)])
def test_five_thousand_lines_of_rules(name: str, code: int, tmp_path: Path) -> None:
    """Many clauses alike, right or all with one mistake: no clause is held against every other one."""
    path = tmp_path / "大政策.规则"
    path.write_text(TABLES + "".join(CLAUSE.format(n=chinese(n), name=name) for n in range(1, 831)), encoding="utf-8")
    assert within(run(path, "check", str(path))).code == code


def crossed(regions: int) -> str:
    """A 对照 of seven levels in each region, of which the law says every figure."""
    levels = "甲乙丙丁戊己庚"
    cells = [(f"区{i}", level, f"{(i * len(levels) + j + 1) * 100}元") for i in range(regions) for j, level in enumerate(levels)]
    table = "".join(f"| {' | '.join(x)} |\n" for x in cells)
    facts = f"事实：奖励，逐笔\n| 名称 | 类型 |\n| 地区 | {'、'.join(dict.fromkeys(x for x, *_ in cells))} |\n| 级别 | {'、'.join(levels)} |\n\n"
    law = f"「第一条 按地区、级别给予：{'；'.join(map(''.join, cells))}。」\n"
    return TABLES.partition("事实：主体")[0] + facts + law + f"  对象：每笔 奖励\n  对照：按 地区、级别 定 奖金\n| 地区 | 级别 | 奖金 |\n{table}  标准：奖金\n"


@pytest.mark.slow
def test_a_table_of_4900_rows(tmp_path: Path) -> None:
    """No figure of it is held against every other one of the law: seven times the rows take seven times as long, and a start."""
    short, long = (tmp_path / f"{n}.规则" for n in ("短", "长"))
    short.write_text(crossed(100), encoding="utf-8")
    long.write_text(crossed(700), encoding="utf-8")
    one, seven = (within(run(x, "check", str(x))) for x in (short, long))
    assert one.code == seven.code == 0
    assert seven.seconds < 9 * one.seconds, (one[:3], seven[:3])


@pytest.mark.slow
def test_two_versions_of_five_thousand_lines(tmp_path: Path) -> None:
    """Every clause says something else, and none is held against every other one."""
    paths = [tmp_path / f"{n}.规则" for n in ("旧", "新")]
    text = TABLES + "".join(CLAUSE.format(n=chinese(n), name="主体 的 收入") for n in range(1, 831))
    paths[0].write_text(text, encoding="utf-8")
    paths[1].write_text(text.replace("1万元奖励", "2万元奖励").replace("标准：1万元", "标准：2万元"), encoding="utf-8")
    done = within(run(paths[0], "diff", *map(str, paths)))
    assert done.code == 1
    assert "共 1660 处变化" in done.said


FILLED = """规定：六栏

事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |

事实：奖励，逐笔
| 名称 | 类型 |
| 类别 | 国家级、市级 |
| 姓名 | 文字 |
| 金额 | 元 |
| 年份 | 年度 |
| 到账日 | 日期 |
| 已核实 | 是否 |

「第一条 对获得国家级奖励的企业，按金额的10%给予奖励，每年不超过3万元。」
  对象：每笔 奖励，类别 为 国家级，已核实
  标准：金额 × 10%
  上限：企业年度 3万元
"""


@pytest.mark.slow
def test_a_form_of_six_columns_as_long_as_may_be(tmp_path: Path) -> None:
    """700,000 filled cells with the running numbers, half of them like no other."""
    path, book = tmp_path / "六栏.规则", tmp_path / "facts.xlsx"
    path.write_text(FILLED, encoding="utf-8")
    rows = [{"类别": "国家级", "姓名": f"姓名{i}", "金额": f"{i}.25", "年份": 2020 + i % 5, "到账日": f"2023-{1 + i % 12:02}-{1 + i % 28:02}", "已核实": i % 3 > 0} for i in range(ROWS)]
    book.write_bytes(form_book(load(path).program.form, {"年度": 2023, "奖励": rows}))
    done = within(run(tmp_path / "facts.xlsx", "decide", str(path), str(book), "--json"))
    assert json.loads(done.said)["合计"] == "30000.00"

