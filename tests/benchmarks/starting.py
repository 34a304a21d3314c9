"""From the start of a process to a printed decision: the command line, beside zen-engine with trace and bare Python.

zen-engine decides the seven clauses of subset.py from a JSON graph; xcrules the whole regulation, from a policy
that an earlier process stored. Every process is a new one; files and bytecode are warm. Times in µs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import subset

ROOT = Path(__file__).resolve().parents[2]
Row = tuple[str, float | None, str]
ZEN = """import json, sys, zen
graph, facts = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
print(json.dumps(zen.ZenEngine().create_decision(graph).evaluate(json.loads(facts), {"trace": True})))
"""
COMPLETE, EXAMPLE = ROOT / "tests" / "doors" / "complete.json", ROOT / "policies" / "xicheng-2021" / "示例企业.json"


def commands(folder: Path) -> list[tuple[str, list[str], str]]:
    """What is run, and what is to be said of it; the first is what the others are compared with."""
    made = []
    if not any(name == "zen-engine" for name in subset.peers()[1]):
        graph, facts = folder / "graph.json", folder / "facts.json"
        graph.write_text(json.dumps(subset.zen_graph()), encoding="utf-8")
        facts.write_text(json.dumps(subset.latin(subset.ORDINARY)), encoding="utf-8")
        made.append(("zen-engine，七款，带 trace", ["-c", ZEN, str(graph), str(facts)], ""))
    decide = ["-m", "xcrules", "decide", "xicheng-2021"]
    return [
        *made,
        ("Python 什么都不做", ["-c", "pass"], ""),
        ("xcrules decide，材料齐全", [*decide, str(COMPLETE), "--json"], "整部规定，含争议"),
        ("xcrules decide，缺一个事实", [*decide, str(EXAMPLE), "--json"], "缺的由参照求值器判"),
        ("xcrules decide，材料齐全，不用留存", [*decide, str(COMPLETE), "--json"], "每次重新解析和检查"),
    ]


def rows(quick: bool) -> list[Row]:
    """Medians over many processes that take turns."""
    with tempfile.TemporaryDirectory() as name:
        runs = commands(Path(name))
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "XCRULES_NO_CACHE")}
        environment |= {"XDG_CACHE_HOME": name, "PYTHONPATH": str(ROOT)}
        times: list[list[float]] = [[] for _ in runs]
        for round_ in range(3 if quick else 23):
            for (what, arguments, _), found in zip(runs, times, strict=True):
                seconds = _timed(arguments, environment | ({"XCRULES_NO_CACHE": "1"} if "不用留存" in what else {}))
                found += [seconds] if round_ >= 2 else []  # the first two write bytecode and what is stored
        absent: list[Row] = [] if len(runs) == 5 else [("zen-engine，七款，带 trace", None, "没有安装，未测")]
        return [*absent, *((what, statistics.median(t) * 1e6, note) for (what, _, note), t in zip(runs, times, strict=True))]


def _timed(arguments: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
