"""A policy read again after an edit is the policy read afresh: document, program, findings and every place in them."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.resources import policies_folder, shipped_policies
from xcrules.base.source import Source, Span
from xcrules.draft import syntax
from xcrules.draft.parse import Memo, parse_file
from xcrules.draft.parse.memo import moved
from xcrules.facts.tables import FactField
from xcrules.meaning import values
from xcrules.meaning.program import Program
from xcrules.store.load import Loaded, load_policy, load_text
from xcrules.use.python.live import LivePolicy

NOTHING = Loaded(None, None, ())


def places(value: Any) -> Iterator[tuple[str, int, int, str]]:
    """Every span within a value, in order, with the text it covers."""
    if isinstance(value, Span):
        yield value.source.name, value.start, value.end, value.text
    elif isinstance(value, tuple | list):
        for part in value:
            yield from places(part)
    elif attrs.has(type(value)) and not isinstance(value, Source | Loaded):
        for spec in attrs.fields(type(value)):
            if spec.name != "written":
                yield from places(getattr(value, spec.name))


def assert_same(again: Loaded, fresh: Loaded) -> None:
    assert again.diagnostics == fresh.diagnostics
    assert list(places(again.diagnostics)) == list(places(fresh.diagnostics))
    assert again.document == fresh.document
    for one, other in zip(again.document.files, fresh.document.files, strict=True) if again.document and fresh.document else ():
        assert one.source == other.source
        assert list(places((one.head, one.quotes, one.tail))) == list(places((other.head, other.quotes, other.tail)))
        assert all(span.source is one.source for span in spans_of(one))
    assert (again.program is None) == (fresh.program is None)
    if again.program is not None and fresh.program is not None:
        for field in attrs.fields(Program):
            if field.name not in ("written", "document"):
                assert getattr(again.program, field.name) == getattr(fresh.program, field.name), field.name
        assert list(places(again.program)) == list(places(fresh.program))


def spans_of(file: syntax.File) -> Iterator[Span]:
    for quote in file.quotes:
        yield quote.span
        for line in quote.lines:
            yield line.content
            yield from (row.span for row in line.rows)


# -- edits, at random but the same each time ------------------------------------------------------------------

SWAPS = (("万元", "元"), ("为", "不为"), ("，", "、"), ("企业年度", "单项"), ("：", " "), ("」", ""), ("「", ""), ("2023", "2024"), ("高于", "低于"),
         ("（", ""), ("条件", "除外"), ("〔", "["), ("|", ""), ("元", "件"), ("国家级", "国家"), ("缺省", "默认"), ("一次", "两次"), ("（一）", "（二）"),
         ("标准：", "标准:"), ("是否", "文字"), ("逐项", "逐笔"), ("第二条", "第三条"), ("A04", "A05"), ("应予支持", "不符合"))


def mangled(text: str, rng: random.Random) -> str:
    """One edit such as a person makes: a word for another, a line gone, doubled, moved, new, joined, a blank or a comment."""
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    match rng.randrange(9):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(at, rng.choice(["", "# 说明", "  注释：说明一句", "「添的一句」", "|", "  标准：1万元", "定义：新名 ＝ 1元", "事实：新表，逐项"]))
        case 3:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 4:
            lines[at] = lines[at].strip()
        case 5:
            lines[at] = "  " + lines[at]
        case _:
            fitting = [x for x in SWAPS if x[0] in text]
            old, new = rng.choice(fitting)
            spots = [i for i in range(len(text)) if text.startswith(old, i)]
            spot = rng.choice(spots)
            return text[:spot] + new + text[spot + len(old) :]
    return "\n".join(lines)


@pytest.mark.parametrize("name", shipped_policies())
def test_edits_one_after_another(name: str, tmp_path: Path) -> None:
    """Each reading helps the next, through good and broken versions; every third edit is taken back."""
    folder = shutil.copytree(policies_folder() / name, tmp_path / name)
    rng = random.Random(name)
    files = sorted(folder.glob("*.规则"))
    before = load_policy(folder, NOTHING)
    for turn in range(14):
        file = rng.choice(files)
        held = file.read_text("utf-8")
        file.write_text(mangled(held, rng), "utf-8")
        again = load_policy(folder, before)
        assert_same(again, load_policy(folder, NOTHING))
        before = again if again.remembered else before
        if turn % 3:
            file.write_text(held, "utf-8")
            before = load_policy(folder, before)
            if turn % 3 == 1:
                assert_same(before, load_policy(folder, NOTHING))


TEXT = """文号：试〔2020〕1号
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
| 额 | 元 |  |
| 级 | 甲、乙 |  |

「第一条 给钱的，每家不超过10万元。」
  对象：企业
  条件：级 为 甲
  标准：额 的 50%
  上限：单项 10万元
「第二条 再给钱的，每家不超过20万元。」
  对象：企业
  标准：额 的 50%
  上限：单项 20万元
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 级 | 甲、乙 |", "| 级 | 丙、乙 |"),  # a member that a clause names is gone
        ("| 额 | 元 |", "| 额 | 件 |"),  # another type
        ("| 额 | 元 |", "| 总额 | 元 |"),  # a name is gone
        ("「第二条 再给钱的，", "定义：级 ＝ 额 高于 1元\n「第二条 再给钱的，"),  # a name is hidden by a 定义
        ("「第二条", "「（一）"),  # another number
        ("「第二条 再给钱的，", "「第二条 再给钱的 」\n「（一）给谁，"),  # the article has 款 now
        ("10万元。", "15万元。"),  # the law's number
        ("文号：试", "文号：再试"),  # all places move
        ("  标准：额 的 50%\n  上限：单项 10万元", "# 说\n  标准：额 的 50%\n  上限：单项 10万元"),
        ("「第二条", "# 上面的说明\n「第二条"),
        ("  上限：单项 20万元\n", ""),
        ("「第二条 再给钱的，每家不超过20万元。」", "「第二条 再给钱的，每家不超过20万元。"),  # a quote without its end
    ],
)
def test_what_a_clause_reads_is_looked_at(old: str, new: str) -> None:
    before = load_text(TEXT)
    text = TEXT.replace(old, new)
    assert_same(load_text(text, before=before), load_text(text))
    assert_same(load_text(TEXT, before=load_text(text, before=before)), before)


def test_only_what_changed_is_read_again() -> None:
    """The clause that was not touched is the very same value in the very same place; below the edit it has moved."""
    before = load_text(TEXT)
    after = load_text(TEXT.replace("「第二条 再给", "「第二条 又给"), before=before)
    assert before.document is not None
    assert after.document is not None
    assert after.program is not None
    assert [k.number for k in after.program.clauses] == ["1", "2"]
    taken = {key[1] for key in after.remembered if isinstance(key, tuple) and key[0] == "clause" and key in before.remembered}
    assert taken == {"1"}
    pieces = [key for key in after.remembered if isinstance(key, tuple) and key[0] == "piece" and key not in before.remembered]
    assert [key[2].split("\n")[0] for key in pieces] == ["「第二条 又给钱的，每家不超过20万元。」"]


def test_memory_does_not_grow() -> None:
    """What a reading does not use is not handed on."""
    held = load_text(TEXT)
    size = len(held.remembered)
    for n in range(30):
        held = load_text(TEXT.replace("20万元", f"{n + 20}万元"), before=held)
        assert len(held.remembered) <= size
    for n in range(30):
        held = load_text(TEXT.replace("额 的 50%", f"额{n} 的 50%"), before=held)
        assert len(held.remembered) <= size + 4


def test_the_same_text_is_the_same_file() -> None:
    memo = Memo()
    file, _ = parse_file(Source("文", TEXT), memo)
    assert parse_file(Source("文", TEXT), Memo(memo.now))[0] is file
    assert parse_file(Source("别的文", TEXT), Memo(memo.now))[0] is not file


def test_moved_moves_every_place_and_nothing_else() -> None:
    loaded = load_text(TEXT)
    assert loaded.program is not None
    source = Source("那里", "　" * 1000)
    made = moved((loaded.program.clauses, loaded.diagnostics), source, 100)
    assert made[0] == loaded.program.clauses
    before, after = list(places(loaded.program.clauses)), list(places(made[0]))
    assert [(a + 100, b + 100) for _, a, b, _ in before] == [(a, b) for _, a, b, _ in after]
    assert {name for name, *_ in after} == {"那里"}
    assert len(after) == 19


def test_moved_knows_where_spans_are() -> None:
    """A class that gets a span later is moved too: by its types, not by a list."""
    here, there = Source("这里", "一二三"), Source("那里", "一二三四")
    finding = Diagnostic("E1", "话", Span(here, 0, 1))
    assert moved(finding, there, 1).span == Span(there, 1, 2)
    fact = values.Fact(FactField("甲", FactField))  # type: ignore[arg-type]
    assert moved(fact, there, 1).field is fact.field
    name = syntax.Name("甲", (0, 1))
    assert moved((name,), there, 1)[0] is name


def test_a_part_without_lines_is_a_finding_and_no_crash() -> None:
    text = TEXT.replace("  对象：企业\n  标准", "  分项：空的\n  分项：有的\n  对象：企业\n  标准", 1)
    assert [d.code for d in load_text(text).diagnostics] == ["E426"]
    twice = text.replace("分项：有的", "分项：空的")
    assert [d.code for d in load_text(twice).diagnostics] == ["E423"]


def test_a_live_policy_reads_only_what_changed(tmp_path: Path) -> None:
    """The second change is read with what the first reading left; a text that cannot be read does not lose it."""
    folder = shutil.copytree(policies_folder() / "xicheng-2021", tmp_path / "p")
    law = folder / "条文.规则"
    text = law.read_text("utf-8")
    live = LivePolicy(folder)
    for turn, edited in enumerate((text + "\n# 一\n", text + "\n\u200b\n", text.replace("不超过150万元", "不超过 150万元"))):
        law.write_text(edited, "utf-8")
        os.utime(law, ns=(turn, turn))
        live.current()
    assert live.problems == ()
    assert_same(live._read, load_policy(folder, NOTHING))
    held = [key for key in live._read.remembered if isinstance(key, tuple) and key[0] == "reading"]
    assert len(held) == 62
