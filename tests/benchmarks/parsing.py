"""Reading and checking long policies, beside a tokenizer of one regular expression over the same text.

The policies come from long_policy.py. All times are wall times in one process, the least of several rounds
(garbage collection as it is in use); a fresh check begins with every cache of read lines empty, and nothing
stored between processes is used. LivePolicy reads afresh after an edit, so these are its times too.
"""

from __future__ import annotations

import functools
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from xcrules.draft.labels import LABELS
from xcrules.draft.parse import parse_file
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.syntax import Document
from xcrules.meaning.check import check
from xcrules.meaning.expressions.words import keywords
from xcrules.meaning.lint.names import alike_pairs
from xcrules.meaning.tables.plain import known_literal
from xcrules.store.load import Loaded, read_policy
from xcrules.store.texts import read_sources

from .long_policy import lines_in, long_policy, rules_text, write

SIZES = (2, 4, 9, 17)  # copies of the articles: about 1,250, 2,400, 5,250 and 9,850 lines
Token = tuple[str | None, str, int]

TOKEN = re.compile(
    r"""(?P<引文>「[^」]*」)
      | (?P<说明>(?m:^)\#[^\n]*)
      | (?P<日期>\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})
      | (?P<款号>\d+[(（]\d+[)）]\w*)
      | (?P<比例>\d[\d,]*(?:\.\d+)?[:：]\d[\d,]*(?:\.\d+)?)
      | (?P<比率>\d[\d,]*(?:\.\d+)?[%‰％])
      | (?P<数>\d{1,3}(?:,\d{3})+(?:\.\d+)?[\w㎡·/]*|\d+(?:\.\d+)?[\w㎡·/]*)
      | (?P<名>[^\W\d][\w㎡·]*(?:\[\d+\])?(?:\.[\w㎡·]+)*)
      | (?P<号>[，,；;：:（）()〔〕＝=＋+－×÷、|｜-])
      | (?P<空>[ \t　\r]+)
      | (?P<行>\n)
      | (?P<余>.)""",
    re.X,
)


def forget() -> None:
    """Drop what is remembered of texts read before."""
    for known in (parse_content, known_literal, alike_pairs):
        known.cache_clear()


@functools.cache
def words() -> frozenset[str]:
    return keywords() | frozenset(LABELS)


def tokens(text: str) -> list[Token]:
    """The text cut into (kind, characters, place). A word that is a keyword is found in a set: 147 alternatives
    within the expression would take a third longer."""
    known, made = words(), []
    for match in TOKEN.finditer(text):
        kind, found = match.lastgroup, match[0]
        made.append(("词" if kind == "名" and found in known else kind, found, match.start()))
    return made


# -- measuring -----------------------------------------------------------------------------------------------


def least(run: Callable[[], Any], rounds: int, before: Callable[[], Any] = lambda: None) -> float:
    """Seconds of the quickest round; `before` is not counted."""
    times = []
    for _ in range(rounds):
        before()
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


@frozen
class Times:
    """Seconds for one size."""

    lines: int
    tokenizer: float
    parse: float
    check: float
    load: float

    def ratio(self, seconds: float) -> float:
        return seconds / self.tokenizer


def parsed(folder: Path) -> Document:
    sources, found = read_sources(folder / "条文.规则")
    assert not found
    files = [parse_file(source) for source in sources if not source.official]
    assert not any(findings for _, findings in files)
    return Document(folder.name, tuple(file for file, _ in files), sources[-1])


def loaded(folder: Path) -> Loaded:
    made = read_policy(folder)
    assert made.usable, made.diagnostics[:3]
    return made


def measure(folder: Path, copies: int, rounds: int) -> Times:
    """A policy of one size: every part by itself, and the whole."""
    texts = long_policy(copies)
    home, text = write(texts, folder / f"p{copies}"), rules_text(texts)
    document = parsed(home)
    return Times(
        lines_in(t for n, t in texts.items() if n.endswith(".规则")),
        least(lambda: tokens(text), rounds * 2),
        least(lambda: parsed(home), rounds, forget),
        least(lambda: check(document), rounds, forget),
        least(lambda: loaded(home), rounds, forget),
    )


def report(quick: bool = False) -> str:
    """The table, in Markdown."""
    sizes, rounds = ((1, 2), 1) if quick else (SIZES, 5)
    with tempfile.TemporaryDirectory() as name:
        times = [measure(Path(name), copies, rounds) for copies in sizes]
    lines = ["\n### 读入和检查（毫秒；括号里是分词器的倍数）\n", "| 行 | 分词器 | 只读入 | 只检查 | 读入并检查 | 每行微秒 |", "|---:|---:|---:|---:|---:|---:|"]
    for t in times:
        cells = [f"{x * 1000:.0f}（{t.ratio(x):.1f}）" for x in (t.parse, t.check, t.load)]
        lines.append(f"| {t.lines} | {t.tokenizer * 1000:.1f} | {' | '.join(cells)} | {t.load / t.lines * 1e6:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(report("--quick" in sys.argv))
