"""xcrules prove: what holds for every enterprise, and facts that show what does not."""

from __future__ import annotations

import argparse
from collections import Counter
from fractions import Fraction
from itertools import groupby

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import clause_name
from xcrules.base.source import display_width
from xcrules.facts.types import MONEY, NO_UNITS, parse_literal
from xcrules.facts.unfit import short
from xcrules.run.results import shown
from xcrules.use.proof.proving import AMENDED, BINDING, NO_OLDER, OPEN, PROVED, READING, REFUTED, ROWS, WRONG, Proof, bounds_of, prove
from xcrules.use.proof.sheets import Sheet, as_json
from xcrules.use.proof.told import Telling, binds, mark, samples_of, shows, statement, suggestion
from xcrules.use.python.policy import Policy, load

from . import common

_FIGURES = {*"0123456789,.-%万亿元"}


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("named", nargs="*", default=[], metavar="款", help="只证这几款，如 1(1)")
    command.add_argument("--款", "--clause", dest="clauses", action="append", default=[], metavar="款", help="也可以这样写，一次一款")
    common.arguments(command, "readings")
    command.add_argument("--against", metavar="旧版", help="与旧版相比：有没有谁少得，哪些款变了")
    command.add_argument("--rows", default=str(ROWS), metavar="行", help=f"每张名单至多几行，不写是 {ROWS}")
    command.add_argument("--jump", default="1万元", metavar="金额", help="多 1元 而变动超过它，就说出来；不写是 1万元")
    command.add_argument("--all", action="store_true", help="已证的也逐条列出")
    command.add_argument("--suggest", metavar="文件.规则", help="不成立的，把事实写成案例，应得留空，由人手算")
    common.overwrite_argument(command, "--suggest 的文件已经有了也写")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    rows, jump = _rows(options.rows), _jump(options.jump)
    policy = load(options.policy)
    target = common.free_target(options.suggest, options.overwrite) if options.suggest else None
    clauses = tuple(common.known_clause(x, policy.program.clause_names) for x in (*options.named, *options.clauses))
    against = load(options.against) if options.against else None
    readings = tuple(common.parse_readings(options.readings).items())
    policy.chosen(dict(readings))
    found = list(prove(policy, clauses, readings, rows, jump, against, other_readings=not clauses or bool(options.all)))
    if target is not None and (told := _tellings(found)):
        common.write_file(target, suggestion(policy.program, told, "结果"))
    counts = Counter(x.state for x in found)
    common.answer(options, {"范围": bounds_of(rows), **{x: counts[x] for x in (PROVED, REFUTED, OPEN, WRONG)}, "结果": [proof_json(x) for x in found]},
                  "\n".join([*_lines(found, policy, options.all), *_summary(found, counts, rows)]))
    return common.FINDINGS if any(x.state == WRONG or (x.state in (REFUTED, OPEN) and binds(x)) for x in found) else common.OK


def _rows(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise XcrulesError([Diagnostic(Code.UNFIT_OPTION, f"「{short(text)}」不是行数", path="--rows", help=f"写 1 以上的整数，如 {ROWS}；不写是 {ROWS}")])
    return int(text)


def _jump(text: str) -> Fraction:
    literal = parse_literal(text, NO_UNITS)
    if literal is None or literal.type != MONEY or literal.value <= 0:
        raise XcrulesError([Diagnostic(Code.UNFIT_OPTION, f"「{short(text)}」不是高于 0元 的金额", path="--jump", help="写成 5万元，连同单位；不写是 1万元")])
    return literal.value


def _tellings(found: list[Proof]) -> list[Telling]:
    return [Telling(x.clause, r, s, (f"{x.kind}：{x.text}",)) for x in found
            if x.sheets and (x.state == REFUTED or x.kind == READING)
            for s, r in zip(x.sheets, x.readings, strict=True)]


# -- for people ---------------------------------------------------------------------------------------------------


def _lines(found: list[Proof], policy: Policy, every: bool) -> list[str]:
    """Clause by clause: what matters one by one, what was borne out by its number; then what does not hold, with facts."""
    lines: list[str] = []
    samples = samples_of(policy.program)
    for clause, of_clause in groupby((x for x in found if x.kind != READING), lambda x: x.clause):
        proofs = list(of_clause)
        lines.append(clause_name(clause) if clause else "全文")
        listed = [x for x in proofs if every or x.state != PROVED or x.kind in BINDING]
        for x in listed:
            lines += told_lines(x, policy, samples)
        rest = Counter(x.kind for x in proofs if x not in listed)
        lines += [f"  ✓ {'、'.join(f'{kind} {n}' for kind, n in rest.items())}"] if rest else []
        lines.append("")
    readings = [x for x in found if x.kind == READING]
    if readings:
        lines.append("读法")
        differ = [x for x in readings if x.state == PROVED]
        lines += _folded(f"✓ 选哪个结果有时不同：{'、'.join(x.text.split('，')[0].removeprefix('读法 ') for x in differ)}", "  ", "    ") if differ and not every else []
        for x in readings:
            lines += told_lines(x, policy, samples) if every or x.state != PROVED else []
        lines.append("")
    return lines


def told_lines(x: Proof, policy: Policy, samples: dict[str, Sheet]) -> list[str]:
    """A proof, and the facts that show what does not hold."""
    lines = _folded(f"{mark(x)} {statement(x)}", "  ", "      ")
    for found in shows(x, policy.program.schema, samples):
        lines += _folded(found.head, "      ", "        ") if found.head else []
        for line in found.facts:
            lines += _folded(line, "        ", "          ")
        lines.append(f"      {found.comes_to}")
    return lines


def _folded(text: str, first: str, rest: str) -> list[str]:
    """A line as several that fit the terminal, broken behind a stop or a blank where there is one near the end."""
    width, lines, now = common.columns(), [], first
    for character in text:
        if display_width(now + character) > width:
            cut = max((i for i in range(len(now)) if now[i] in "，；、。 　"), default=-1)
            if cut < len(rest) + 8 or display_width(now[cut:]) > 24:
                cut = next(
                    (i for i in range(len(now) - 1, len(rest), -1) if not _holds_together(now[i], (now + character)[i + 1])), len(now) - 1
                )
            lines.append(now[: cut + 1].rstrip())
            now = rest + now[cut + 1:].lstrip()
        now += character
    return [*lines, now.rstrip()]


def _holds_together(one: str, other: str) -> bool:
    """Whether no line ends between two characters: within a figure and its unit, before a mark that closes."""
    return other in "」）)，、。；：" or one in "「（" or (one in _FIGURES and other in _FIGURES)


def _summary(found: list[Proof], counts: Counter[str], rows: int) -> list[str]:
    binding = [x for x in found if x.kind in BINDING and x.why != NO_OLDER]
    lines = [f"共 {len(found)} 条：已证 {counts[PROVED]}，不成立 {counts[REFUTED]}，未知 {counts[OPEN]}" + (f"，有误 {counts[WRONG]}" if counts[WRONG] else "")]
    if binding and not any(x.kind == AMENDED for x in binding):
        failed = sum(x.state != PROVED for x in binding)
        lines.append(f"条文的数与保证 {len(binding)} 条" + (f"，{failed} 条没有成立（✗）" if failed else "，都成立") + "；其余的供人判断（!）")
    changed = [x for x in binding if x.kind == AMENDED and not binds(x)]
    for state, what in ((REFUTED, "变了的款"), (PROVED, "没有变的款"), (OPEN, "没有证出来的款")):
        names = "、".join(dict.fromkeys(clause_name(x.clause) for x in changed if x.state == state))
        lines += _folded(f"{what}：{names}", "", "      ") if names else []
    return [*lines, *_folded(f"范围：{bounds_of(rows)}", "", "      ")]


def proof_json(x: Proof) -> dict[str, object]:
    """A proof as plain JSON values."""
    return {"条款": x.clause, "种类": x.kind, "说法": x.text, "依据": x.line, "结果": x.state, **({"原因": x.why} if x.why else {}),
            **({"事实": [as_json(s) for s in x.sheets], "算得": [shown(k) for k in x.comes_to], "读法": [dict(r) for r in x.readings]} if x.sheets else {})}
