"""JSON text in, JSON text out, over a few hundred different random sheets: what one request of a service costs.

zen-engine answers the seven clauses of subset.py with trace, xcrules the whole regulation with all statuses, amounts
and 缺失, then with 争议 and 原因. Every sheet is decided once a round, none is repeated within one; rounds of both take turns.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from random import Random

import xcrules
from tests.support.enterprises import enterprise

from . import subset

Answer = Callable[[str], str]
Run = tuple[str, list[str], Answer]
HOLES = 0.01  # of the facts are not given
ROUNDS = 5


def texts(count: int, holes: float = 0.0) -> list[str]:
    """Random sheets as a portal sends them; amounts have cents, and numbers are JSON numbers."""
    return [json.dumps(enterprise(seed, holes), ensure_ascii=False, default=_number) for seed in range(count)]


def _number(value: object) -> object:
    assert isinstance(value, Decimal)
    return int(value) if value == value.to_integral_value() else float(value)  # at most 2 of 10 places: exact as written


def flat_texts(count: int) -> list[str]:
    """The same for the seven clauses of the subset, in the peers' names."""
    made = []
    for seed in range(count):
        r = Random(seed)
        facts = {k: _varied(r, v) if k in subset.MONEY else v for k, v in subset.SHEETS[seed % 3].items()}
        made.append(json.dumps(subset.latin(facts)))
    return made


def _varied(r: Random, value: object) -> Decimal:
    assert isinstance(value, int)
    return Decimal(value * r.randint(50, 150) + r.randint(0, 99)) / 100


def answers(policy: xcrules.Policy, disputes: bool) -> Answer:
    def answer(text: str) -> str:
        return json.dumps(policy.decide(policy.facts(text)).to_json(disputes=disputes, reasons=disputes), ensure_ascii=False)

    return answer


def zen(count: int) -> list[Run]:
    """zen-engine with trace, if it is installed."""
    if any(name == "zen-engine" for name in subset.peers()[1]):
        return []
    import zen

    graph = zen.ZenEngine().create_decision(json.dumps(subset.zen_graph()))

    def answer(text: str) -> str:
        return json.dumps(graph.evaluate(json.loads(text), {"trace": True}))

    return [("zen-engine，七款，带 trace", flat_texts(count), answer)]


def runs(count: int) -> list[Run]:
    policy = xcrules.load("xicheng-2021")
    plain, full = answers(policy, False), answers(policy, True)
    settled, holed = texts(count), texts(count, HOLES)
    pending = [t for t in holed if "待补充" in plain(t)]
    return [
        *zen(count),
        ("xcrules，填全的，不带争议和原因", settled, plain),
        ("xcrules，填全的，都带", settled, full),
        (f"xcrules，缺事实的（{len(pending)} 份有待补充的款），不带争议和原因", pending, plain),
        ("xcrules，缺事实的，都带", pending, full),
    ]


def measured(count: int, rounds: int = ROUNDS) -> list[tuple[str, float, float]]:
    """For each: p50 and p99 in µs of processor time, over the least of every sheet's times: others work on the machine too."""
    made = runs(count)
    times: list[list[list[float]]] = [[[] for _ in given] for _, given, _ in made]
    for _ in range(rounds + 1):
        for (_, given, answer), found in zip(made, times, strict=True):
            for text, one in zip(given, found, strict=True):
                start = time.process_time()
                answer(text)
                one.append((time.process_time() - start) * 1e6)
    out = []
    for (what, _, _), found in zip(made, times, strict=True):
        each = sorted(min(one[1:]) for one in found)  # the first round compiles
        out.append((what, each[len(each) // 2], each[int(len(each) * 0.99)]))
    return out


def report(quick: bool) -> str:
    """The table, in Markdown; 倍数 is p50 to zen-engine's."""
    found = measured(20 if quick else 300, 1 if quick else ROUNDS)
    base = found[0][1] if found[0][0].startswith("zen") else None
    lines = ["\n### JSON 文字进，JSON 文字出：几百份不同的材料\n", "| | p50 微秒 | p99 微秒 | p50 倍数 |", "|---|---:|---:|---:|"]
    lines += ["| zen-engine | 未测 | | |"] if base is None else []
    lines += [f"| {what} | {middle:.0f} | {late:.0f} | {f'{middle / base:.2f}' if base else ''} |" for what, middle, late in found]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report("--quick" in sys.argv))
