"""python -m tests.benchmarks [--quick]: the tables of docs/performance.md, in Markdown.

All figures are medians of one run, in one process; ratios are to hand-written Python on the same facts.
"""

from __future__ import annotations

import platform
import statistics
import sys
import timeit
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import xcrules
from xcrules.facts.scaled.classes import convert

from . import parsing, service, starting, subset, whole

Row = tuple[str, float | None, str]  # what, microseconds (None: not measured), what is to be said of it


Timed = tuple[str, Callable[[], Any], str]


def timed(runs: list[Timed], quick: bool) -> list[Row]:
    """The median of many short rounds of each, in µs. The rounds take turns, so that a busy machine slows all alike."""
    numbers = []
    for _, run, _ in runs:
        run()
        once = max(timeit.timeit(run, number=3) / 3, 1e-7)
        numbers.append(max(1, int((0.0005 if quick else 0.005) / once)))
    rounds: list[list[float]] = [[] for _ in runs]
    for _ in range(3 if quick else 41):
        for (_, run, _), number, times in zip(runs, numbers, rounds, strict=True):
            times.append(timeit.timeit(run, number=number) / number * 1e6)
    return [(what, statistics.median(times), note) for (what, _, note), times in zip(runs, rounds, strict=True)]


def differing(engine: subset.Engine, truth: list[subset.Amounts]) -> str:
    """Which sheets an engine answers otherwise, to the 分."""
    wrong = []
    for place, (sheet, right) in enumerate(zip(subset.SHEETS, truth, strict=True)):
        got = engine.amounts(engine.run(engine.prepare(sheet)))
        wrong += [f"第 {place + 1} 份的第 {i + 1} 款 {a / 100:.2f}（应为 {b / 100:.2f}）"
                  for i, (a, b) in enumerate(zip(got, right, strict=True)) if a != b]
    return "不同：" + "、".join(wrong) if wrong else "相同"


def subset_rows(quick: bool) -> list[Row]:
    """Seven clauses, decided; validation is measured apart."""
    found, absent = subset.peers()
    engines = [*subset.own_engines(), *found]
    truth = [subset.by_hand(subset.whole_cents(x)) for x in subset.SHEETS]
    runs: list[Timed] = [(e.name, partial(e.run, e.prepare(subset.ORDINARY)), differing(e, truth)) for e in engines]
    return [*timed(runs, quick), *((name, None, "没有安装，未测") for name in absent)]


def validation_rows(quick: bool) -> list[list[Row]]:
    """Plain dictionaries to checked facts, beside msgspec.convert into equivalent structs."""
    small, policy = subset.subset_policy(), warm(xcrules.load("xicheng-2021"), whole.rich_sheet())
    tables: list[list[Row]] = []
    for what, one, raw in (("整部规定", policy, whole.rich_sheet()), ("七款子集", small, subset.ORDINARY)):
        class_ = one._engines.records.classes[0]
        runs: list[Timed] = [(f"{what}：msgspec.convert", partial(convert, raw, class_), f"{whole.leaves(raw)} 个事实"),
                             (f"{what}：Policy.facts", partial(one.facts, raw), "查错并换成整数")]
        tables.append(timed(runs, quick))
    return tables


def warm(policy: xcrules.Policy, raw: Any) -> xcrules.Policy:
    """The policy after its first decisions: compiled."""
    for _ in range(3):
        subset.with_reasons(policy.decide(raw))
    return policy


def outcomes(decision: xcrules.Decision) -> dict[str, whole.Outcome]:
    """状态 and 分 of each clause, as the hand-written function gives them."""
    made = {}
    for clause in decision.clauses:
        money = clause.bound if clause.status == whole.DISCRETION else clause.amount
        made[clause.number] = (clause.status, int(money * 100) if isinstance(money, Fraction) else 0)
    return made


def agree(sheets: int) -> list[str]:
    """Where the hand-written function and xcrules differ over the whole regulation."""
    policy = warm(xcrules.load("xicheng-2021"), whole.rich_sheet())
    wrong = []
    for seed in range(sheets):
        raw = whole.rich_sheet(seed)
        ours, theirs = outcomes(policy.decide(raw)), whole.by_hand(raw)
        wrong += [f"{seed} {number}: {ours[number]} {theirs[number]}" for number in theirs if ours[number] != theirs[number]]
    return wrong


def whole_rows(quick: bool) -> list[Row]:
    """The whole regulation on a rich sheet, plain dictionary in."""
    raw = whole.rich_sheet()
    policy = warm(xcrules.load("xicheng-2021"), raw)
    facts = policy.facts(raw)
    class_ = policy._engines.records.classes[0]
    runs: list[Timed] = [
        ("手写整数函数，加 msgspec 查错", lambda: (convert(raw, class_), whole.by_hand(raw)), "不给理由"),
        ("手写整数函数", lambda: whole.by_hand(raw), "不查错，不给理由"),
        ("xcrules，已查错的事实", lambda: policy.decide(facts), "理由都已记下，没有读"),
        ("xcrules，字典进，只要金额", lambda: policy.amounts(raw), "查错并算"),
        ("xcrules，字典进", lambda: policy.decide(raw), "查错并决定"),
        ("xcrules，字典进，读出状态和金额", lambda: subset.with_amounts(policy.decide(raw)), ""),
        ("xcrules，字典进，读出全部理由", lambda: subset.with_reasons(policy.decide(raw)), "各项、封顶、竞合、拨付"),
    ]
    if not quick:
        runs.append(("xcrules，字典进，不带争议的 JSON 出", lambda: policy.decide(raw).to_json(disputes=False), ""))
        runs.append(("xcrules，字典进，JSON 出", lambda: policy.decide(raw).to_json(), "含争议：换一种读法各算一遍"))
        runs.append(("xcrules，字典进，明细 JSON 出", lambda: policy.decide(raw).to_json(details=True), "含全部理由、各备选的结果"))
        runs += [(f"{e.name}，只七款", partial(e.run, e.prepare(subset.ORDINARY)), "") for e in subset.peers()[0] if "trace" in e.name]
        runs.append(("参照求值器（不编译）", lambda: policy.decide(facts, engine="reference"), "三值，全部理由"))
    return timed(runs, quick)


def table(title: str, rows: list[Row]) -> str:
    """Rows as Markdown, with the ratio to the first that was measured."""
    base = next((time for _, time, _ in rows if time), 1.0)
    lines = [f"\n### {title}\n", "| | 微秒 | 倍数 | |", "|---|---:|---:|---|"]
    lines += [f"| {what} | {f'{time:.1f}' if time else '未测'} | {f'{time / base:.1f}' if time else ''} | {note} |"
              for what, time, note in rows]
    return "\n".join(lines)


def main(quick: bool = False) -> str:
    """All tables."""
    head = f"Python {platform.python_version()}，{platform.system()} {platform.machine()}，一次运行内的中位数。"
    wrong = agree(3 if quick else 40)
    pieces = [
        head,
        table("七款子集（事实已查好）", subset_rows(quick)),
        *(table("查错：" + rows[0][0].partition("：")[0], rows) for rows in validation_rows(quick)),
        table(f"整部规定，一份 {whole.leaves(whole.rich_sheet())} 个事实的材料", whole_rows(quick)),
        "\n手写函数与 xcrules " + ("逐款相同。" if not wrong else "不同：" + "；".join(wrong)),
        service.report(quick),
        table("从起一个进程到印出决定", starting.rows(quick)),
        parsing.report(quick),
    ]
    return "\n".join(pieces)


if __name__ == "__main__":
    print(main("--quick" in sys.argv))
