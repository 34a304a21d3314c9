"""The benchmarks run, and all engines agree on the amounts. No timing is asserted here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import xcrules
from xcrules.base.source import canonical
from xcrules.store.load import read_policy

from . import blocks, parsing, rows, subset
from .__main__ import agree, main, validation_rows
from .long_policy import long_policy, rules_text, write


def truth() -> list[subset.Amounts]:
    return [subset.by_hand(subset.whole_cents(x)) for x in subset.SHEETS]


def test_by_hand_is_right_on_sums_done_on_paper() -> None:
    """1:1 and 1:0.5 of 60 and 30 万; 5 % of 400 万; 30 万; 12 × 0.4 ＋ 4 × 1 万; 40 ＋ 2 × 20 万; 50 ＋ 30 ＋ 15 万; interest."""
    wan = 1_000_000
    assert truth()[0] == (75 * wan, 20 * wan, 30 * wan, 8 * wan + 80 * 10_000, 80 * wan, 95 * wan, 3_703_680 + 50 * wan)


@pytest.mark.parametrize("engine", subset.own_engines(), ids=lambda e: e.name)
def test_own_engines_agree(engine: subset.Engine) -> None:
    assert [engine.amounts(engine.run(engine.prepare(x))) for x in subset.SHEETS] == truth()


def test_peers_agree_where_money_is_whole() -> None:
    """Peers that are installed; where amounts end in half a 分 they may differ, and the table says so."""
    found, absent = subset.peers()
    for engine in found:
        assert [engine.amounts(engine.run(engine.prepare(x))) for x in subset.SHEETS[:3]] == truth()[:3], engine.name
    assert len(found) + len(absent) >= 3


def test_whole_regulation_agrees_with_the_function_by_hand() -> None:
    assert agree(20) == []


def test_blocks_agree_with_polars_and_sql_by_hand() -> None:
    policy = subset.subset_policy()
    table = blocks.table_of(policy, 500)
    answers = policy.decide_table(table)
    assert blocks.differing(answers, blocks.by_hand(table)) == 0
    assert blocks.differing(answers, blocks.as_we_answer(table)) == 0
    assert blocks.differing(answers, blocks.by_sql(table)) == 0


@pytest.mark.slow
def test_rows_of_the_whole_regulation_as_decide_says_them() -> None:
    """The comparison of 100,000 rows, on some of them; it does tell where something differs."""
    policy, seen = xcrules.load("xicheng-2021"), Counter[str]()
    assert [x for table in rows.tables(policy, 400, 8) for x in rows.differing(policy, table, seen)] == []
    assert {"应予支持", "待补充", "额度用尽"} <= {*+seen}
    decision = policy.decide({"政策兑现年度": 2023})
    assert {rows.expected(decision)[x] for x in ("2(1).状态", "退回")} == {"待补充", None}


@pytest.mark.slow
def test_the_command_prints_its_tables() -> None:
    text = main(quick=True)
    assert text.count("\n### ") == 7
    for name in subset.peers()[1]:
        assert f"| {name} | 未测 |" in text
    assert all(row[1] is None or row[1] > 0 for rows in validation_rows(True) for row in rows)


@pytest.mark.slow
def test_long_policies_check_with_no_finding(tmp_path: Path) -> None:
    """Three times eight articles: 33 clauses of the regulation, of which 2 to 9 hold 29 (headings aside)."""
    texts = long_policy(3)
    loaded = read_policy(write(texts, tmp_path / "p"))
    assert loaded.diagnostics == ()
    assert loaded.program is not None
    short = read_policy(write(long_policy(1), tmp_path / "q")).program
    assert short is not None
    copied = [k for k in short.clauses if 2 <= int(k.number.partition("(")[0]) <= 9]
    assert len(loaded.program.clauses) == len(short.clauses) + 2 * len(copied)
    assert len(set(texts["条文.规则"].splitlines())) > 2 * len(set(long_policy(1)["条文.规则"].splitlines()))


def test_the_tokenizer_loses_nothing() -> None:
    text = rules_text(long_policy(1))
    made = parsing.tokens(text)
    assert "".join(found for _, found, _ in made) == text
    assert all(text.startswith(found, at) for _, found, at in made)
    kinds = {kind: found for kind, found, _ in reversed(made)}
    assert set(kinds) == {"引文", "说明", "日期", "款号", "比例", "比率", "数", "词", "名", "号", "空", "行", "余"}
    assert kinds["词"] == "规定"
    assert canonical(kinds["比例"]) == "1:1"
