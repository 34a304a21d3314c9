"""Findings with what stands beside them in the text: the day that the law says, the choices that the lines name.

Looks at what other passes found and only adds to its help; judges nothing.
"""

from __future__ import annotations

import re

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft.outline import Outline
from xcrules.meaning import rules, values
from xcrules.meaning.program import Program

_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


def pointed(findings: list[Diagnostic], program: Program, law: Outline) -> list[Diagnostic]:
    """The findings, each where it helps most."""
    at = {Code.NOT_A_DAY: lambda d: _day(d, law), Code.UNKNOWN_NAME: lambda d: _set_elsewhere(d, program)}
    return [at.get(d.code, lambda d: _readings(d, program, law))(d) for d in findings]


def _set_elsewhere(d: Diagnostic, program: Program) -> Diagnostic:
    """A 设定 or 对照 of another clause, called by its name alone."""
    name = d.span.text.strip() if d.span else ""
    setting = [clause.number for clause in program.clauses for rule in clause.rules() for made in _made(rule.body) if made == name]
    if name and not setting and (declared := nearest(name, _never_used(program), 1)):
        return evolve(d, help=f"定义写的是「{declared[0]}」，没有别处用它：两处要一样，这里改为 {declared[0]}，或那里改为 {name}")
    if not name or d.span is None or not setting or not d.help.startswith(("先在", "是不是「")):
        return d
    whole = re.match(r"\s*(?:定义|适用|保证)|[^：:]*[：:].*\s合计\s", d.span.source.line_text(d.span.line))
    help = f"各处都用的数写成 定义：{name} ＝ ……" if whole else f"要它的数，写 {setting[0]} 的 {name}；各处都用的，写成 定义：{name} ＝ ……"
    return evolve(d, help=f"「{name}」是 {setting[0]} 的设定，只在那一款里用；{help}", fixes=())


def _never_used(program: Program) -> list[str]:
    """The names of 定义 that no line that could be read uses."""
    used = {v.name for r in program.every_rule for v in values.nodes_of(r.body) if isinstance(v, values.Var)}
    return [r.body.name for r in program.policy_rules if isinstance(r.body, rules.Let) and r.body.name not in used]


def _made(body: rules.Body) -> tuple[str, ...]:
    return (body.name,) if isinstance(body, rules.Let) else tuple(x.name for x in body.lets) if isinstance(body, rules.Lookup) else ()


def _day(d: Diagnostic, law: Outline) -> Diagnostic:
    """2021年11月31日: the one day that the quote names."""
    quote = next((x.quote for x in law.lines if d.span and x.line.content.source is d.span.source
                  and x.line.content.start <= d.span.start <= x.line.content.end), None)
    written = d.span.source.line_text(d.span.line) if d.span else ""
    days = set(_DAY.findall("".join(canonical(quote.words).split()))) - set(_DAY.findall(written)) if quote else set()
    return evolve(d, help=f"原文写的是 {days.pop()}") if len(days) == 1 else d


def _readings(d: Diagnostic, program: Program, law: Outline) -> Diagnostic:
    """Readings by their choices; what the lines say of a reading whose row has a fault."""
    if match := re.search(r"〔(\S+) 选项〕", d.help):
        reading = program.reading(match[1])
        return evolve(d, help=d.help.replace(match[0], "、".join(f"〔{reading.number} {x}〕" for x in reading.modelled))) if reading else d
    if d.code not in (Code.UNREADABLE_CHOICES, Code.RAGGED_ROW) or d.span is None:
        return d
    row = re.search(r"[A-Za-z]+\d+", d.span.source.line_text(d.span.line))
    tagged = [(x.number, t.choice) for x in law.lines for t in x.line.tags if row and t.reading == row[0]]
    choices = "、".join(dict.fromkeys(choice for _, choice in tagged if choice))
    if d.code == Code.UNREADABLE_CHOICES and choices and not d.fixes:
        return evolve(d, help=f"条文里写到的选项有：{choices}；{d.help}")
    if d.code == Code.RAGGED_ROW and tagged:
        return evolve(d, help=d.help.replace("如 1(1)", f"条文里用在 {'、'.join(sorted({n for n, _ in tagged}))}"))
    return d
