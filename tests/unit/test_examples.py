"""The examples that help shows: in the policy's own names, and such as can be read."""

from __future__ import annotations

import pytest

import xcrules
from xcrules.draft.labels import Label
from xcrules.draft.parse.grammar import parse_line
from xcrules.facts.tables import Schema
from xcrules.meaning.expressions.examples import _KINDS, example, example_of
from xcrules.store.load import load_text

SHIPPED = xcrules.load("nansha-technology-2017").program.schema
SMALL = """事实：申报，顶层
| 名称 | 类型    | 要求 | 角色     |
| 哪年 | 年度    |      | 基准年度 |
| 开销 | 逐年 元 |      |          |

事实：讲座，逐场
| 名称 | 类型       |
| 规模 | 大型、小型 |
| 花费 | 元         |

事实：画展，逐次
| 名称   | 类型       |
| 场地   | 室内、室外 |
| 布展费 | 元         |

"""


@pytest.mark.parametrize("schema", [SHIPPED, Schema(())], ids=["of a policy", "of none"])
@pytest.mark.parametrize("label", [x for x in Label if x.card.example])
def test_every_example_can_be_read(label: Label, schema: Schema) -> None:
    text = example(label, schema)
    body, error = parse_line(label, text)
    assert error is None, text
    assert body is not None


def test_every_label_of_the_grammar_has_an_example() -> None:
    assert all(bool(x.card.example) == (x.card.start is not None) for x in Label)


def test_every_kind_of_name_is_used() -> None:
    forms = "".join(x.card.example for x in Label)
    assert {k for k in _KINDS if f"{{{k}}}" not in forms} == {"flag", "approved", "series"}
    assert example_of("flag", Schema(())) == "曾经得过"


def helps(lines: str) -> list[str]:
    return [d.help for d in load_text(SMALL + "「第一条 办讲座的给予补贴。」\n" + lines, "试").diagnostics]


@pytest.mark.parametrize(("line", "help"), [
    ("对象：", "例如 对象：每场 讲座，规模 为 大型"),
    ("例外：小型 的", "例如 例外：规模 为 小型，花费 不低于 10万元 的，花费 的 50%"),
    ("例外：室外 的", "例如 例外：场地 为 室外，布展费 不低于 10万元 的，布展费 的 50%"),
    ("定义：", "例如 定义：增加额 ＝ 本年 开销 － 上年 开销"),
    ("时效：", "例如 时效：哪年 在 2024年 至 2026年"),
    ("时效：哪年 在 2026年 至 2024年", "写成 哪年 在 2024年 至 2026年"),
    ("竞合：", "例如 竞合：同一 事项 与 别处支持，已得 补差，未得 择高"),
])
def test_examples_speak_of_the_policy(line: str, help: str) -> None:
    assert help in helps(f"  {line}\n")


def test_a_part_without_subject() -> None:
    assert "加一行，例如 对象：企业 或 对象：每场 讲座" in helps("  标准：1万元\n")
