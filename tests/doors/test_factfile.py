"""Facts files: what is odd about JSON and YAML is said with its mend, in time that grows with the file and no faster."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import xcrules
from tests.support.decisions import many
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.source import Source
from xcrules.facts.files import read_fact_file, read_json, read_yaml
from xcrules.facts.given import Duplicates
from xcrules.facts.workbook import form_book
from xcrules.store.texts import find_policy

SECONDS = 20  # each takes well under one on an idle machine; a quadratic reader takes minutes


def yaml(text: str) -> tuple[object, list[tuple[str, str, str]]]:
    raw, found = read_yaml(Source("f", text))
    return raw, [(d.code, d.path, d.help) for d in found]


@pytest.mark.parametrize(("text", "place", "mend"), [
    ("年度：2023\n申报日：2023-09-01\n", "f:第 1 行第 3 列", "年度: 2023"), ("年度: 2023\n申报日:2023-09-01\n合格: 是\n", "f:第 2 行第 4 列", "申报日: 2023-09-01"),
    ("年度: 2023\n主体:\n  注册：是\n  纳税：是\n", "f:第 3 行第 5 列", "注册: 是"), ("获奖:\n  - 题名：甲\n    级别: 乙\n", "f:第 2 行第 7 列", "题名: 甲"),
    ("年度:2023\n", "f:第 1 行第 3 列", "年度: 2023"), ("获奖:\n  - 题名: 甲\n    奖金:2\n", "f:第 3 行第 7 列", "奖金: 2"),
])
def test_a_colon_that_is_none_is_shown_the_mend(text: str, place: str, mend: str) -> None:
    raw, found = yaml(text)
    assert raw is None
    ((code, at, help),) = found
    assert (code, at) == ("E810", place)
    assert f"写成「{mend}」" in help


@pytest.mark.parametrize(("text", "raw"), [
    ("说明: 注意：下周\n", {"说明": "注意：下周"}), ("说明: |\n  注意：下周\n", {"说明": "注意：下周\n"}), ("甲: 'x：y'\n乙: 12:30\n", {"甲": "x：y", "乙": "12:30"}),
    ("# 说明：无\n甲: 1\n", {"甲": "1"}), ("'甲：乙': 1\n", {"甲：乙": "1"}),
])
def test_a_colon_inside_a_text_is_none_of_our_business(text: str, raw: object) -> None:
    assert yaml(text) == (raw, [])


@many(3)
@given(st.lists(st.tuples(st.sampled_from(("甲", "乙", "丙", "申报日")), st.sampled_from(("1", "是", "2023-09-01", "甲公司"))), min_size=1, max_size=5, unique_by=lambda p: p[0]),
       st.integers(0, 4), st.sampled_from(("：", ":", "： ")))
def test_one_line_of_many_spoilt_is_the_line_that_is_named(pairs: list[tuple[str, str]], spoilt: int, colon: str) -> None:
    spoilt %= len(pairs)
    lines = [f"{k}{colon if i == spoilt else ': '}{v}" for i, (k, v) in enumerate(pairs)]
    raw, found = yaml("\n".join(lines) + "\n")
    assert raw is None
    assert found[0][1].startswith(f"f:第 {spoilt + 1} 行")
    assert "{}: {}".format(*pairs[spoilt]) in found[0][2]


def test_numbers_are_exact_and_odd_ones_wait_for_their_path() -> None:
    raw, found = read_json('{"a": 12, "b": 0.1, "c": 1e99999999999999999999, "d": %s, "e": -0, "f": 1E2}' % ("9" * 5000))
    assert found == []
    assert isinstance(raw, dict)
    assert (raw["a"], raw["b"], raw["e"], raw["f"]) == (12, Decimal("0.1"), 0, 100)
    assert all(Decimal(raw[k]).adjusted() > 900 for k in "cd")


@many(3)
@given(st.dictionaries(st.text(max_size=4), st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False).map(float), st.text(), st.booleans(), st.none())))
def test_what_json_says_is_read(value: dict[str, object]) -> None:
    """Exactly what Python's own reader makes of it, floats by their digits."""
    text = json.dumps(value)
    exact = json.loads(text, parse_float=Decimal)
    assert read_json(text) == (exact, [])
    assert read_json("\ufeff" + text) == (exact, [])
    assert xcrules.parse_json(text.encode()) == exact


BIG = 20_000_000
LARGE = {
    "20,000 keys twice": "{" + ",".join(f'"键{i}": 1' for i in [*range(20_000), *range(20_000)]) + "}",
    "a text of 20 MB": '{"甲": "' + "x" * BIG + '"}',
    "a text of escapes": '{"甲": "' + "\\n" * (BIG // 2) + '"}',
    "a text that does not end": '{"甲": "' + "\\\\" * (BIG // 2),
    "100,000 rows": '{"名单": [' + ", ".join(['{"金额": 1.25, "名称": "甲"}'] * 100_000) + "]}",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_texts_take_time_in_proportion(name: str) -> None:
    before = time.process_time()
    raw, found = read_json(LARGE[name])
    assert time.process_time() - before < SECONDS
    assert [d.code for d in found] == (["E810"] if name == "a text that does not end" else [])
    if name == "20,000 keys twice":
        assert isinstance(raw, Duplicates)
        assert len(raw.keys_twice) == 20_000


@pytest.mark.parametrize("name", ["企业.json", "企业"])
def test_a_workbook_is_known_whatever_its_name(name: str, tmp_path: Path) -> None:
    form = xcrules.load("iit-comprehensive-2018").program.form
    (tmp_path / name).write_bytes(form_book(form))
    raw, found = read_fact_file(tmp_path / name, form)
    assert isinstance(raw, dict)
    assert not [d for d in found if d.is_error]


def test_a_text_with_facts_in_it_is_no_facts() -> None:
    """JSON that was made into JSON twice: it was read a second time, and its lines were called those of no file."""
    twice = json.dumps(json.dumps({"政策兑现年度": 2023}))
    assert [d.code for d in read_json(twice)[1]] == ["E802"]
    assert [d.code for d in read_yaml(Source("f", twice))[1]] == ["E802"]
    with pytest.raises(xcrules.XcrulesError, match="E802"):
        xcrules.parse_json(twice)


def test_names_that_the_locale_cannot_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Under zh_CN.GB18030 there is no file 条文.规则, whatever the folder holds."""
    monkeypatch.setattr("sys.getfilesystemencoding", lambda: "gb18030")
    for policy in ("无此政策", tmp_path):
        found = find_policy(policy)
        assert isinstance(found, Diagnostic)
        assert "PYTHONUTF8=1" in found.help
