"""Each label has one card: a section in the reference, a place in the chapters, and no list of labels stands beside the cards."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import xcrules
from tests.support.sizes import tree_of
from xcrules.base.codes import Code
from xcrules.draft.labels import LABELS, Label, Where
from xcrules.draft.parse.grammar import STARTS
from xcrules.store.load import load_text

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(xcrules.__file__).parent
REFERENCE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
CHAPTERS = {p.stem: p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests" / "spec").glob("*.md"))}


@pytest.mark.parametrize("label", Label)
def test_a_section_and_a_chapter(label: Label) -> None:
    assert re.search(rf"(?m)^### {label}$", REFERENCE)
    assert any(re.search(rf"(?m)^ *{label}(〔[^〕]*〕)?：", text) for text in CHAPTERS.values())


def test_the_reference_has_no_other_labels() -> None:
    part = REFERENCE.partition("\n## 栏目\n")[2].partition("\n## ")[0]
    assert re.findall(r"(?m)^### (.+)$", part) == list(LABELS)


def test_every_start_is_a_rule_of_the_grammar() -> None:
    grammar = (ROOT / "grammar" / "rules.lark").read_text(encoding="utf-8")
    assert all(re.search(rf"(?m)^{start}:", grammar) for start in STARTS)


# -- what a card forbids is refused -------------------------------------------------------------------------

TEXT = """文号：试〔2020〕1号
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
| 额 | 元 |  |
| 得过 | 是否 |  |

读法：
| 号 | 风险 | 问题 | 选项 |
| A01 | 低 | 哪一种 | 甲、乙 |

「第一条 给予补贴。」
  对象：企业
  标准：额 的 50%
"""


@pytest.mark.parametrize("label", [x for x in Label if x.card.tags == "不带" and not x.card.table])
def test_a_reading_is_refused(label: Label) -> None:
    content = label.card.example or "内容"
    text = f"{TEXT}\n案例：一\n" if label.card.where is Where.CASE else TEXT
    found = load_text(f"{text}  {label}〔A01 甲〕：{content}\n").diagnostics
    assert Code.TAG_NOT_ALLOWED in [d.code for d in found]


@pytest.mark.parametrize("label", [x for x in Label if x.card.where is Where.HEAD])
def test_a_line_of_the_head_beneath_a_quote_is_refused(label: Label) -> None:
    assert Code.NEVER_READ in [d.code for d in load_text(f"{TEXT}  {label}：某.txt\n").diagnostics]


@pytest.mark.parametrize("label", [x for x in Label if x.card.once])
def test_a_second_is_refused(label: Label) -> None:
    assert Code.NEVER_READ in [d.code for d in load_text(f"{label}：某\n{label}：某\n{TEXT}").diagnostics]


@pytest.mark.parametrize("label", [x for x in Label if x.card.of_item and not x.card.table])
def test_a_line_of_an_item_wants_a_subject(label: Label) -> None:
    of_start = {"conditions": "额 高于 1元", "exception": "额 高于 1元 的，1元", "relief": "额 高于 1元 的，30%"}
    said = {"标准": "1元", "裁量": "由 区政府 核定", "限次": "单项 一次，已用 得过"}.get(label) or of_start.get(label.card.start or "", label.card.example)
    assert Code.MISSING_SUBJECT in [d.code for d in load_text(TEXT.replace("对象：企业", f"{label}：{said}")).diagnostics]


@pytest.mark.parametrize("label", [x for x in Label if x.card.where is Where.CASE])
def test_a_line_of_a_case_wants_a_case(label: Label) -> None:
    said = {"给定": "额 为 1元", "应得": "1 应予支持 1元"}[label]
    assert Code.CASE_LINE_WITHOUT_CASE in [d.code for d in load_text(f"{TEXT}\n{label}：{said}\n").diagnostics]


# -- one place for lists of labels --------------------------------------------------------------------------

ALLOWED = {
    ("draft/parse/called.py", "标准 条件 对象"): "contents without a sign of their own, in the order in which they are offered",
    ("draft/syntax/lines.py", "施行 适用 竞合"): "what a clause may be spared",
    ("meaning/rules.py", "施行 适用 竞合"): "the same, of the meaning",
    ("meaning/lint/doubtful.py", "适用 施行"): "whom each of the two would let off",
    ("tell/readback/clauses.py", "施行 适用 竞合"): "the sentence of each of the three",
    ("use/cli/mutate.py", "读法 事实"): "keys of a result, not labels",
    ("use/proof/mutants.py", "限次 取整 读法"): "kinds of slips, not labels",
    ("draft/book/rows.py", "原文 读法"): "columns of the workbook, not labels",
    ("facts/workbook/layout.py", "事实 单位"): "headings of the form, not labels",
    ("meaning/lint/promised.py", "表述 注释"): "what stands beneath a quote and promises no money",
    ("meaning/advice/edits.py", "上限 下限"): "how each is said in other words",
    ("meaning/advice/edits.py", "限次 从高"): "how each is said in other words",
    ("meaning/clauses/unparsed.py", "表述 对象 设定 对照 裁量 拨付 竞合 从高 施行 取整"): "whose words need not be known names",
    ("meaning/clauses/dropped.py", "案例 应得 保证"): "what of the examples comes to something of its own",
    ("meaning/clauses/clause.py", "注释 义务"): "the two notes that are for the reader of the law",
    ("meaning/tables/expected.py", "裁量 上限"): "a status and what it is about, not labels",
    ("run/why.py", "限次 除外 对象 对照 从高"): "constants of reasons",
    ("store/amending/instructions.py", "性质 施行 废止"): "what stands beneath a quote of an amendment that is none of its instructions",
    ("store/amending/following.py", "应得 保证 用于"): "lines in which a number alone may be a clause",
    ("store/amending/following.py", "规定 文号"): "what is said of the amendment itself",
    ("store/amending/places.py", "案例 样本"): "what begins an example of its own",
    ("tell/publish/tables.py", "原文 读法"): "columns of a page, not labels",
    ("tell/readback/clauses.py", "适用 定义 施行 时效 竞合 从高 废止"): "the sentence of each, every one made in another way",
    ("tell/readback/clauses.py", "上限 总额 表述 取整"): "what may be of several clauses, in the order of a page",
    ("use/cli/shipped.py", "读法 案例"): "what is counted, not labels",
    ("meaning/expressions/granted.py", "标准 例外 加给"): "from which what was had before is taken off",
    ("meaning/lint/figures.py", "施行 时效"): "what carries the days of a term",
    ("meaning/clauses/parts.py", "分项 对照 限次"): "what says whether, beside the group that says whom",
    ("use/batch/applying.py", "总额 编号"): "columns of applications to a 总额, not labels",
    ("use/batch/book.py", "事实 文件"): "columns, not labels",
    ("use/batch/results.py", "编号 事实"): "columns, not labels",
    ("use/batch/details.py", "编号 分项 原文"): "columns, not labels",
    ("use/cli/prove.py", "事实 读法"): "keys of a result, not labels",
    ("use/proof/proving.py", "保证 条件 读法"): "kinds of what is to be proved, not labels",
}


def named(node: ast.expr) -> str | None:
    """The label that an expression names: "上限", or Label.CAP."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in LABELS:
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Label":
        return str(Label[node.attr])
    return None


def tables(path: Path) -> Iterator[str]:
    """The labels of each tuple, list, set or dict that names two or more."""
    for node in ast.walk(tree_of(path)):
        parts = [*node.keys, *node.values] if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        found = dict.fromkeys(name for part in parts if part is not None and (name := named(part)))
        if len(found) > 1:
            yield " ".join(found)


def test_no_list_of_labels_beside_the_cards() -> None:
    files = [p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts]
    found = {(p.relative_to(PACKAGE).as_posix(), names) for p in files for names in tables(p)}
    assert sorted(found - set(ALLOWED)) == []
