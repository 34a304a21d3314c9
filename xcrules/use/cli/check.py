"""xcrules check: everything that is wrong with a policy's text; --fix mends what has one mend."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from fractions import Fraction

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError, diagnostic_json, errors
from xcrules.base.fixes import unified
from xcrules.base.writing import write_file
from xcrules.meaning.program import Reading
from xcrules.store.load import Loaded, load_policy
from xcrules.store.texts import find_policy
from xcrules.tell.findings import render_diagnostics

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "json")
    command.add_argument("--readings", action="store_true", help="列出登记的读法和选项")
    command.add_argument("--fix", action="store_true", help="改掉只有一种改法的问题")
    command.add_argument("--dry-run", action="store_true", help="与 --fix 同用：只显示要改什么，不改文件")
    command.add_argument("--截至", "--as-of", dest="as_of", metavar="日期", help="另查到这一天已届满的期限、快用完的参数，如 2026-06-01")


def run(options: argparse.Namespace) -> int:
    day = _day(options.as_of) if options.as_of is not None else None
    if options.fix:
        return _fix(options)
    loaded = load_policy(options.policy)
    if options.readings and loaded.program is not None:
        register = loaded.program.readings
        return common.answer(options, [_json(r) for r in register], "\n".join(map(_line, register)))
    found = list(loaded.diagnostics)
    if day is not None and loaded.program is not None:
        from xcrules.meaning.lint.rules import as_of  # with it comes the whole checker, which a stored policy can do without

        found += as_of(loaded.program, day)
    _say(loaded, found, options.json)
    if loaded.program is None:
        return common.BAD_INPUT
    return common.FINDINGS if found else common.OK


def _say(loaded: Loaded, found: Sequence[Diagnostic], json_output: bool) -> None:
    if json_output:
        common.print_json({"问题": [diagnostic_json(d) for d in found]})
    elif found:
        print(render_diagnostics(found, common.in_colour(sys.stdout)))
    elif loaded.program is not None:
        p = loaded.program
        common.tell(f"没有问题：{p.title or p.name}，{len(p.clauses)} 款，{len(p.readings)} 处读法，{len(p.cases)} 个案例")


def _day(text: str) -> Fraction:
    try:
        return Fraction(datetime.date.fromisoformat(text).toordinal())
    except ValueError:
        raise XcrulesError([Diagnostic(Code.NOT_A_DATE, f"「{text}」不是日期", path="--截至", help="写成 2026-06-01")]) from None


# -- fixes ------------------------------------------------------------------------------------------------


def _fix(options: argparse.Namespace) -> int:
    from xcrules.store.mending import Read, mended

    main = common.right(find_policy(options.policy))
    loaded = load_policy(options.policy, amended=False)
    if loaded.document is None:
        raise XcrulesError(errors(loaded.diagnostics))
    before = {f.source.name: f.source.text for f in loaded.document.files}
    after, answered = mended(Read(loaded.document, loaded.program, loaded.diagnostics))
    changed = {f.source.name: f.source.text for f in after.document.files if f.source.text != before[f.source.name]}
    total = len(answered)
    if options.dry_run:
        shown = unified(before, changed)
        common.answer(options, {"可改": total, "差异": shown}, f"{shown}\n可以改 {total} 处（没有改文件）", None)
        return common.FINDINGS if loaded.diagnostics else common.OK
    for name, text in changed.items():
        write_file(main.parent / name, text)
    loaded = load_policy(options.policy, amended=False)
    if not options.json:
        print(f"改了 {total} 处")
    _say(loaded, loaded.diagnostics, options.json)
    return common.FINDINGS if loaded.diagnostics else common.OK


def _json(r: Reading) -> dict[str, object]:
    return {"号": r.number, "条款": r.clause, "风险": r.risk, "问题": r.question, "默认": r.default, "可选": list(r.modelled),
            "另需人工": dict(r.manual), "解释": r.interpretation}


def _line(r: Reading) -> str:
    manual = f"；另需人工：{'、'.join(n for n, _ in r.manual)}" if r.manual else ""
    return f"{r.number} {r.clause}（{r.risk}）{r.question} 默认 {r.default}，可选 {'、'.join(r.modelled)}{manual}"
