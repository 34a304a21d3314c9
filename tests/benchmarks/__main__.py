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
from typing import Any

import xcrules

from . import subset, whole

Row = tuple[str, float | None, str]  # what, microseconds (None: not measured), what is to be said of it


def micros(run: Callable[[], Any], quick: bool, rounds: int = 15) -> float:
    """The median of several rounds, in µs; each round takes about 20 ms (1 ms when quick)."""
    run()
    once = max(timeit.timeit(run, number=3) / 3, 1e-7)
    number = max(1, int((0.001 if quick else 0.02) / once))
    return statistics.median(timeit.repeat(run, number=number, repeat=3 if quick else rounds)) / number * 1e6


def differing(engine: subset.Engine, truth: list[subset.Amounts]) -> str:
    """Which sheets an engine answers otherwise, to the 分."""
    wrong = []
    for place, (sheet, right) in enumerate(zip(subset.SHEETS, truth, strict=True)):
        got = engine.amounts(engine.run(engine.prepare(sheet)))
        wrong += [f"第 {place + 1} 份的第 {i + 1} 款 {a / 100:.2f}（应为 {b / 100:.2f}）"
                  for i, (a, b) in enumerate(zip(got, right, strict=True)) if a != b]  # fmt: skip
    return "不同：" + "、".join(wrong) if wrong else "相同"


def subset_rows(quick: bool) -> list[Row]:
    """Seven clauses, decided; validation is measured apart."""
    found, absent = subset.peers()
    engines = [*subset.own_engines(), *found]
    truth = [subset.by_hand(subset.whole_cents(x)) for x in subset.SHEETS]
    rows: list[Row] = []
    for engine in engines:
        facts = engine.prepare(subset.ORDINARY)
        rows.append((engine.name, micros(lambda e=engine, f=facts: e.run(f), quick), differing(engine, truth)))  # type: ignore[misc]
    return [*rows, *((name, None, "没有安装，未测") for name in absent)]


def validation_rows(quick: bool) -> list[Row]:
    """Plain dictionaries to checked facts, beside msgspec.convert into equivalent structs."""
    policy = warm(xcrules.load("xicheng-2021"), whole.rich_sheet())
    small = subset.subset_policy()
    rows: list[Row] = []
    for what, one, raw in (("七款子集", small, subset.ORDINARY), ("整部规定", policy, whole.rich_sheet())):
        convert = one.sheets.convert
        if convert is None:
            rows.append((f"{what}：msgspec.convert", None, "没有安装 msgspec，未测"))
        else:
            rows.append((f"{what}：msgspec.convert", micros(lambda c=convert, r=raw: c(r), quick), f"{whole.leaves(raw)} 个事实"))  # type: ignore[misc]
        rows.append((f"{what}：Policy.facts", micros(lambda p=one, r=raw: p.facts(r), quick), "查错并换成整数"))  # type: ignore[misc]
    return rows


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
    convert = policy.sheets.convert or policy.facts
    rows: list[Row] = [
        ("手写整数函数，加 msgspec 查错", micros(lambda: (convert(raw), whole.by_hand(raw)), quick), "不给理由"),
        ("手写整数函数", micros(lambda: whole.by_hand(raw), quick), "不查错，不给理由"),
        ("xcrules，已查错的事实", micros(lambda: policy.decide(facts), quick), "决定已作出，没有读"),
        ("xcrules，字典进", micros(lambda: policy.decide(raw), quick), "查错并决定"),
        ("xcrules，字典进，读出状态和金额", micros(lambda: subset.with_amounts(policy.decide(raw)), quick), ""),
        ("xcrules，字典进，读出全部理由", micros(lambda: subset.with_reasons(policy.decide(raw)), quick), ""),
    ]
    if not quick:
        rows.append(("xcrules，读出全部理由和各读法的比较", micros(lambda: readings_too(policy, raw), True), "换一种读法各算一遍"))
        plan = policy.plan()
        rows.append(("参照求值器（不编译）", micros(lambda: reference(policy, plan, facts), True), "三值，全部理由"))
    return rows


def readings_too(policy: xcrules.Policy, raw: Any) -> Any:
    return [clause.readings for clause in policy.decide(raw).clauses]


def reference(policy: xcrules.Policy, plan: Any, facts: Any) -> Any:
    from xcrules.evaluate import evaluate_clauses

    return evaluate_clauses(plan, facts, policy.parameters, policy.history)


def table(title: str, rows: list[Row]) -> str:
    """Rows as Markdown, with the ratio to the first."""
    base = rows[0][1] or 1.0
    lines = [f"\n### {title}\n", "| | 微秒 | 倍数 | |", "|---|---:|---:|---|"]
    lines += [f"| {what} | {f'{time:.1f}' if time else '未测'} | {f'{time / base:.1f}' if time else ''} | {note} |"
              for what, time, note in rows]  # fmt: skip
    return "\n".join(lines)


def main(quick: bool = False) -> str:
    """All tables."""
    head = f"Python {platform.python_version()}，{platform.system()} {platform.machine()}，一次运行内的中位数。"
    wrong = agree(3 if quick else 40)
    pieces = [
        head,
        table("七款子集（事实已查好）", subset_rows(quick)),
        table("查错", validation_rows(quick)),
        table(f"整部规定，一份 {whole.leaves(whole.rich_sheet())} 个事实的材料", whole_rows(quick)),
        "\n手写函数与 xcrules " + ("逐款相同。" if not wrong else "不同：" + "；".join(wrong)),
    ]
    return "\n".join(pieces)


if __name__ == "__main__":
    print(main("--quick" in sys.argv))
