"""Reading and checking long policies, beside a tokenizer of one regular expression over the same text.

The policies come from long_policy.py. All times are wall times in one process, the least of several rounds
(garbage collection as it is in use); a fresh check begins with every cache of read lines empty, and nothing
kept between processes is used. After an edit of one line the policy is loaded again as LivePolicy does.
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
from xcrules.draft.syntax import Document
from xcrules.meaning.check import check
from xcrules.meaning.expressions.words import keywords
from xcrules.store.load import Loaded, forget, load_policy, read_sources

from .long_policy import lines_in, long_policy, rules_text, write

SIZES = (2, 4, 9, 17)  # copies of the articles: about 1,250, 2,400, 5,250 and 9,850 lines
MAIN = 9
NOTHING = Loaded(None, None, ())  # an earlier reading that helps nothing: nor is a policy kept by another process used
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


# -- edits of one line ---------------------------------------------------------------------------------------


@frozen
class Edit:
    """One line changed in one file; `fine` says whether the policy still checks without an error."""

    what: str
    file: str
    before: str
    after: str
    fine: bool = True

    def on(self, texts: dict[str, str], turn: int) -> dict[str, str]:
        """The edit made at one of the places where it fits: another one for each `turn`, near the middle first."""
        text = texts[self.file]
        places = [m.start() for m in re.finditer(re.escape(self.before), text)]
        assert places, self.what
        at = places[(len(places) // 2 + turn) % len(places)]
        return texts | {self.file: text[:at] + self.after + text[at + len(self.before) :]}


EDITS = (
    Edit("金额行里的一个数", "条文.规则", "  标准：4000元\n", "  标准：4500元\n"),
    Edit("一个条件", "条文.规则", "增加额 高于 0元\n", "增加额 高于 100元\n"),
    Edit("引文的一行（多一个空格）", "条文.规则", "「企业年度奖励总额不超过", "「企业年度 奖励总额不超过"),
    Edit("事实表的一行", "事实.规则", "缺省 0国 ", "缺省 1国 "),
    Edit("读法登记的一行", "读法.规则", "三项须并存", "三项都须并存"),
    Edit("算例的一行", "案例.规则", " 不符合\n", " 待补充\n"),
    Edit("引文与原文不同（有错）", "条文.规则", "「企业年度奖励总额不超过", "「企业年度的奖励总额不超过", fine=False),
    Edit("条件里的名称写错（有错）", "条文.规则", "增加额 高于 0元\n", "增加颔 高于 0元\n", fine=False),
)


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
    made = load_policy(folder, NOTHING)
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


def edited(folder: Path, copies: int, rounds: int) -> list[tuple[str, float]]:
    """Seconds to load again after each kind of edit, the policy itself being loaded before."""
    texts = long_policy(copies)
    home = write(texts, folder / "edited")
    rows = []
    for edit in EDITS:
        write(texts, home)
        before, times = loaded(home), []
        for turn in range(rounds):
            write(edit.on(texts, turn), home)
            start = time.perf_counter()
            after = load_policy(home, before)
            times.append(time.perf_counter() - start)
            assert after.usable == edit.fine, edit.what
        rows.append((edit.what, min(times)))
    return rows


def report(quick: bool = False) -> str:
    """The tables, in Markdown."""
    sizes, main, rounds = (((1, 2), 1, 1) if quick else (SIZES, MAIN, 5))
    with tempfile.TemporaryDirectory() as name:
        times = [measure(Path(name), copies, rounds) for copies in sizes]
        again = edited(Path(name), main, rounds)
    whole = times[sizes.index(main)]
    return "\n".join([*_sizes(times), *_edits(again, whole)])


def _sizes(times: list[Times]) -> list[str]:
    lines = ["\n### 读入和检查（毫秒；括号里是分词器的倍数）\n", "| 行 | 分词器 | 只读入 | 只检查 | 读入并检查 | 每行微秒 |", "|---:|---:|---:|---:|---:|---:|"]
    for t in times:
        cells = [f"{x * 1000:.0f}（{t.ratio(x):.1f}）" for x in (t.parse, t.check, t.load)]
        lines.append(f"| {t.lines} | {t.tokenizer * 1000:.1f} | {' | '.join(cells)} | {t.load / t.lines * 1e6:.0f} |")
    return lines


def _edits(again: list[tuple[str, float]], whole: Times) -> list[str]:
    lines = [f"\n### 改一行以后再读入和检查（{whole.lines} 行；全部 {whole.load * 1000:.0f} 毫秒）\n", "| 改的是 | 毫秒 | 占全部 |", "|---|---:|---:|"]
    return lines + [f"| {what} | {seconds * 1000:.0f} | {seconds / whole.load:.1%} |" for what, seconds in again]


if __name__ == "__main__":
    import sys

    print(report("--quick" in sys.argv))
