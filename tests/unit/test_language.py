"""The grammar builds without a conflict; literals, widths, formatting, recovery."""

from __future__ import annotations

import io
import logging
from fractions import Fraction
from pathlib import Path

import pytest
from lark import Lark, logger

from tests.support.policies import ROOT
from xcrules.base.money import cents_text, money_text
from xcrules.base.resources import grammar_file
from xcrules.base.source import Source, canonical, display_width
from xcrules.draft.format import format_content, format_file, lossless
from xcrules.draft.parse import parse_file
from xcrules.draft.parse.grammar import STARTS
from xcrules.facts.types import MONEY, RATE, YEAR, parse_literal
from xcrules.store.load import load_text
from xcrules.tell.findings import render_diagnostic


def conflicts(grammar: str) -> str:
    """What Lark says of conflicts while building a grammar."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        Lark(grammar, parser="lalr", lexer="contextual", start=list(STARTS) if "conditions" in grammar else "start",
             import_paths=[str(grammar_file().parent)], source_path=str(grammar_file()), debug=True)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return heard.getvalue()


def test_grammar_has_no_conflict() -> None:
    assert "onflict" not in conflicts(grammar_file().read_text(encoding="utf-8"))


def test_a_conflict_would_be_heard() -> None:
    assert "onflict" in conflicts('start: a\na: "x" a? a? | "x"')


@pytest.mark.parametrize(("text", "value", "type_"), [
    ("150万元", 1500000, MONEY), ("1.5亿元", 150000000, MONEY), ("4000元", 4000, MONEY), ("1,500,000元", 1500000, MONEY),
    ("5%", Fraction(1, 20), RATE), ("3‰", Fraction(3, 1000), RATE), ("1:0.5", Fraction(1, 2), RATE), ("2/37", Fraction(2, 37), RATE),
    ("2021年", 2021, YEAR),
])
def test_literals_are_exact(text: str, value: object, type_: object) -> None:
    found = parse_literal(text)
    assert found is not None
    assert (found.value, found.type) == (value, type_)


@pytest.mark.parametrize("text", ["150万圆", "5％％", "2021年13月1日", "2021年2月30日", "1:", "0:1", "万元", "1.2.3元", "5元/", "元"])
def test_other_text_is_no_literal(text: str) -> None:
    assert parse_literal(canonical(text)) is None or text == "5元/"


def test_canonical_keeps_places() -> None:
    text = "（甲，乙）；１２３％：ＡＢ　＝＋－×÷／．"
    assert len(canonical(text)) == len(text)
    assert canonical(text) == "(甲,乙);123%:AB =+-×÷/."


def test_money_is_shown_as_written() -> None:
    assert [money_text(Fraction(x)) for x in ("0", "1500000", "4000", "499999", "0.01")] == ["0元", "150万元", "4,000元", "499,999元", "0.01元"]
    assert cents_text(Fraction("-0.05")) == "-0.05"


@pytest.mark.parametrize(("typed", "shaped"), [
    ("类别 为 甲 、 乙,级别 为 丙", "类别 为 甲、乙，级别 为 丙"),
    ("（甲,乙）或 丙", "（甲，乙） 或 丙"),
    ("金额×按 级别(国家级 1：1;北京市级 １:0.5)", "金额 × 按 级别（国家级 1:1；北京市级 1:0.5）"),
    ("增加额=本年 甲-上年 甲", "增加额 ＝ 本年 甲 － 上年 甲"),
    ("到账 含（日期 为 2023-09-01）", "到账 含（日期 为 2023-09-01）"),
])
def test_one_form(typed: str, shaped: str) -> None:
    assert format_content(typed) == shaped
    assert format_content(shaped) == shaped


@pytest.mark.parametrize("path", sorted((ROOT / "policies").rglob("*.规则")), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_formatting_shipped_files_loses_nothing(path: Path) -> None:
    file, _ = parse_file(Source(path.name, path.read_text(encoding="utf-8")))
    shaped = format_file(file)
    again, _ = parse_file(Source(path.name, shaped))
    assert lossless(file, again)
    assert format_file(again) == shaped


def test_carets_line_up_under_full_width_text() -> None:
    loaded = load_text("「第一条 甲」\n「（一）乙，」\n  对象：企业\n  标准：三百万元\n", "x.规则")
    lines = render_diagnostic(loaded.diagnostics[0]).split("\n")
    source = next(x for x in lines if "标准" in x)
    carets = next(x for x in lines if "^" in x)
    at = display_width(carets[: carets.index("^")])
    assert display_width(source[: source.index("三百万")]) == at


THREE = """事实：申报，顶层
| 名称 | 类型 |
| 年度 | 年度 |
| 投资 | 元   |
| 合格 | 是否 |

「第一条 甲」
「（一）甲，」
  对象：企业
  标准：投资 的 10%
「不超过5万元。」
  上限：企业年度 5万元
「（二）乙，」
  对象：企业
  条件：合格
  标准：投资 的 20%
「（三）丙，」
  对象：企业
  标准：投资 的 30%
"""


def test_three_mistakes_are_three_errors() -> None:
    assert [d for d in load_text(THREE).diagnostics if d.is_error] == []
    wrong = THREE.replace("10%", "10").replace("合格\n  标准", "和格\n  标准").replace("上限：企业年度", "上线：企业年度")
    found = [d for d in load_text(wrong).diagnostics if d.is_error]
    assert len(found) == 3
    assert sorted(d.code for d in found) == ["E104", "E301", "E304"]


def test_a_part_without_lines_is_a_finding() -> None:
    text = """文号：试〔2020〕1号
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
| 额 | 元 |  |

「第一条 给钱的。」
  分项：空的
  分项：有的
  对象：企业
  标准：额 的 50%
"""
    assert [d.code for d in load_text(text).diagnostics] == ["E426"]
    assert [d.code for d in load_text(text.replace("分项：有的", "分项：空的")).diagnostics] == ["E423"]


SMALL = """事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
| 日 | 日期 |  |
| 额 | 元 |  |
| 级别 | 国家级、省级、市级 |  |

「第一条 给予补贴。」
  对象：企业
  标准：额 的 50%
"""


@pytest.mark.parametrize(("text", "code", "help"), [
    (SMALL + "  条件：级别为省级或市级\n", "E202", "词与词之间空一格：级别 为 省级、市级"),
    (SMALL + "取整：每辆 到 分 四舍五入\n", "E203", "是不是 取整：单项 到 分 四舍五入？"),
    (SMALL + "取整：元\n", "E203", "写成 取整：到 元 四舍五入，或者 取整：到 元 截尾"),
    (SMALL + "  条件：日 早于 1月1日\n", "E305", "日期要写年份：2024年1月1日"),
    (SMALL + "  条件：日 早于 2023年2月30日\n", "E305", "没有 2月30日 这一天，2月只有 29 天"),
    (SMALL + "  条件：日 早于 2023年2月29日\n", "E305", "2023年的 2月没有 29日"),
    (SMALL + "  上限：单项 壹拾万元整\n", "E301", "是不是 上限：单项 10万元？"),
    (SMALL.replace("额 的 50%", "每满10件 1万元"), "E203", "前面写数的名称：某个数 每满 10件 1万元"),
    (SMALL.replace("」\n  对象", "」对象"), "E102", "引文单独成行，栏目另起一行"),
    (SMALL.replace("事实：申报，顶层\n", ""), "E103", "上面补一行栏目：企业自己填报的写 事实：申报，顶层；一笔一笔填的写 事实：某名单，逐笔"),
])
def test_one_mistake_is_one_finding_that_says_what_to_write(text: str, code: str, help: str) -> None:
    assert [(d.code, d.help) for d in load_text(text).diagnostics if d.is_error] == [(code, help)]
