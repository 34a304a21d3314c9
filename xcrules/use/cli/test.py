"""xcrules test: the policy's own worked cases, and what they have seen of its lines."""

from __future__ import annotations

import argparse
from itertools import groupby

from xcrules.base.identity import clause_name, short_name
from xcrules.base.source import display_width
from xcrules.tell.readback.names import place_name
from xcrules.use.cases import CaseResult, run_cases
from xcrules.use.proof.coverage import Coverage, coverage
from xcrules.use.python.policy import load

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("--coverage", action="store_true", help="另说案例看到了各行的多少：条件成立与不成立、各档、上限的低于等于高于、各种状态、各处读法")
    common.at_least_argument(command, "与 --coverage 同用：看到的不到它，退出码就是 1")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    results = run_cases(policy)
    failed = [r for r in results if not r.holds]
    found = None
    if options.coverage or options.least is not None:
        found = coverage(policy)
    if options.json:
        common.print_json(
            {
                "案例": [_json(r) for r in results], "通过": len(results) - len(failed), "不符": len(failed), **(_coverage_json(found) if found else {}),
            }
        )
    else:
        for line in (*map(_block, failed), *(_beside(found) if found is not None else ())):
            common.tell(line)
        print(f"{len(results)} 个案例，{len(results) - len(failed)} 个相符，{len(failed)} 个不符" if results else "这个政策没有案例")
    return (
        common.FINDINGS
        if failed or (found is not None and options.least is not None and not common.reached(*found.counts, options.least))
        else common.OK
    )


def _block(result: CaseResult) -> str:
    lines = [f"✗ {result.case.name}（{result.case.span}）"]
    lines += [f"    {short_name(d.clause)} {d.what}：应得 {d.expected}，算得 {d.got}" for d in result.differences]
    return "\n".join(lines)


def _json(result: CaseResult) -> dict[str, object]:
    return {
        "名称": result.case.name,
        "相符": result.holds,
        "不同": [{"条款": d.clause, "项": d.what, "应得": d.expected, "算得": d.got} for d in result.differences],
    }


# -- what the cases have seen -----------------------------------------------------------------------------


def _beside(found: Coverage) -> list[str]:
    """Each line with a mark, and beneath it what no case has seen of it."""
    lines: list[str] = []
    for clause, of_clause in groupby(found.lines, lambda x: x.clause):
        lines.append(clause_name(clause) or place_name(""))
        for line in of_clause:
            missing = [f"{_absent(seen)}：{words}" for (_, _, words), seen in line.points.items() if _absent(seen)]
            lines.append(_clipped(f"  {'✗' if missing else '✓'} {line.origin.label}：{' '.join(line.origin.text.split())}"))
            lines += [_clipped(f"      没有 {x}") for x in missing]
        lines += [f"  ✗ 没有出现过的状态：{_absent(found.statuses[clause])}"] if _absent(found.statuses.get(clause, {})) else []
    lines += [f"✗ 没有选过的读法：{number} {_absent(seen)}" for number, seen in found.readings.items() if _absent(seen)]
    seen, every = found.counts
    return [*lines, "", f"看到 {seen} 处，共 {every} 处：{common.percent(seen, every)}"]


def _absent(seen: dict[str, bool]) -> str:
    return "、".join(x for x, yes in seen.items() if not yes)


def _clipped(text: str) -> str:
    """What fits in a line of the terminal."""
    width = common.columns()
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 2:
        text = text[:-1]
    return text + "…"


def _coverage_json(found: Coverage) -> dict[str, object]:
    seen, every = found.counts
    lines = [{"条款": x.clause, "位置": str(x.origin.span), "行": f"{x.origin.label}：{x.origin.text}", "看到": {words: seen for (_, _, words), seen in x.points.items()}}
             for x in found.lines]
    return {"覆盖": {"看到": seen, "共": every, "份额": common.percent(seen, every), "行": lines, "状态": found.statuses, "读法": found.readings}}
