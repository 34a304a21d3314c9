"""Examples in Markdown, and what the engine says of each: a chapter of tests/spec, or a document.

A chapter is prose with blocks beside each other; what a block is, its first word says:

    ```规则            a policy (`规则 接公用`: put after the chapter's latest `规则 公用`)
    ```原文            the official text that the next policy's quotes are held against
    ```yaml            the facts of one enterprise (`yaml 读法 A01=乙 A02=丙`: decided under these readings)
    ```结果            what comes out of the policy and facts above; one line for each thing said of them
    ```错误            the errors of the policy above, or of the facts if they stand between: code, place
    ```案例            how the policy's own cases come out

Only what a 结果 block says is compared, each line in full; a 错误 block is the whole list of errors (and of
warnings, if it names one). The expectations are worked out by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Diagnostic, XcrulesError, in_order
from xcrules.base.money import Number, Unlimited
from xcrules.base.source import Source
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document
from xcrules.facts.files import read_yaml
from xcrules.meaning.check import check
from xcrules.meaning.clauses.dropped import check_dropped
from xcrules.meaning.program import Program
from xcrules.run.decision import ClauseDecision, Decision
from xcrules.run.results import AmountRange, CapResult, ItemResult, told_by_part
from xcrules.use.cases import run_cases
from xcrules.use.python.policy import Policy

from .engines import DEFAULT, Engine

EXPECTING = ("结果", "错误", "案例")
_BLOCK = re.compile(r"^```(\S+)[ \t]*([^\n]*)\n(.*?)^```[ \t]*$", re.M | re.S)
_CLAUSE = re.compile(r"((?:附\d*-)?(?:附则)?[\d一二三四五六七八九十]+(?:\([\d一二三四五六七八九十]+\)\d*)*)(?: (各项|各分项|封顶|争议))?")


# -- reading a chapter -------------------------------------------------------------------------------------


@frozen
class Block:
    """A fenced block: its kind, what stands after it, its text and where that text is in the chapter."""

    kind: str
    options: str
    text: str
    start: int
    end: int


@frozen
class Example:
    """A policy, perhaps facts and readings, and the block that says what comes of them."""

    place: str  # chapter:line of the expectation
    common: str = ""
    program: str = ""
    official: str = ""
    facts: str | None = None
    readings: tuple[tuple[str, str], ...] = ()
    expected: Block = field(default=Block("", "", "", 0, 0))


def blocks(text: str) -> list[Block]:
    return [Block(m[1], m[2].strip(), m[3], m.start(3), m.end(3)) for m in _BLOCK.finditer(text)]


def examples(chapter: Path) -> Iterator[Example]:
    """Every example of a chapter in order."""
    text = chapter.read_text(encoding="utf-8")
    common = official = ""
    current = Example("")
    for block in blocks(text):
        match block.kind:
            case "规则" if block.options == "公用":
                common = block.text
            case "规则":
                current = Example("", common if block.options == "接公用" else "", block.text, official)
                official = ""
            case "原文":
                official = block.text
            case "yaml":
                current = evolve(current, facts=block.text, readings=tuple(_readings(block.options)))
            case kind if kind in EXPECTING:
                line = text.count("\n", 0, block.start) + 1
                yield evolve(current, place=f"{chapter.stem}:{line}", expected=block)


def _readings(options: str) -> Iterator[tuple[str, str]]:
    for pair in options.removeprefix("读法").split():
        number, _, choice = pair.partition("=")
        yield number, choice


def texts(chapter: Path) -> Iterator[str]:
    """Every policy of a chapter in full, whether right or wrong."""
    common = ""
    for block in blocks(chapter.read_text(encoding="utf-8")):
        if block.kind == "规则":
            common = block.text if block.options == "公用" else common
            yield f"{common}\n{block.text}" if block.options == "接公用" else block.text


# -- running an example ------------------------------------------------------------------------------------


@cache
def checked(text: str, official: str) -> tuple[Program, tuple[Diagnostic, ...]]:
    """A policy from one text, as load does, with an official text if there is one."""
    file, found = parse_file(Source("规则", text))
    program, findings = check(Document("规则", (file,), Source("原文", official) if official else None))
    return program, tuple(in_order([*found, *findings]))


@cache
def policy_of(text: str, official: str) -> Policy:
    program, found = checked(text, official)
    wrong = [d for d in found if d.is_error]
    assert not wrong, "\n".join(f"[{d.code}] {d.place()} {d.message}　{d.help}" for d in wrong)
    assert not [*check_dropped(program, found)]
    return Policy(program, found)


def actual(example: Example, engine: Engine = DEFAULT) -> str:
    """What the expectation block of an example should say, for the lines that it has, by one of the engines."""
    kind, lines = example.expected.kind, example.expected.text.splitlines()
    if kind == "错误":
        return _joined(_errors(example, lines, engine))
    policy = policy_of(example.common + example.program, example.official)
    if kind == "案例":
        return _joined(_case_line(r.case.name, [f"{d.clause} {d.what} 应得 {d.expected}，算得 {d.got}" for d in r.differences])
                       for r in run_cases(policy, engine))
    decision = decide(policy, example, engine)
    return _joined(_result_line(line, decision) for line in lines)


def decide(policy: Policy, example: Example, engine: Engine) -> Decision:
    return policy.decide(raw_facts(example), dict(example.readings), engine=engine)


def raw_facts(example: Example) -> dict[str, object]:
    raw, wrong = read_yaml(Source("事实.yaml", example.facts or "{}"))
    assert not wrong, wrong
    assert isinstance(raw, dict | None)
    return raw or {}


def _joined(lines: Iterator[str] | list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _case_line(name: str, differences: list[str]) -> str:
    return f"✗ {name}：{'；'.join(differences)}" if differences else f"✓ {name}"


# -- what is said of an error ------------------------------------------------------------------------------


def _errors(example: Example, lines: list[str], engine: Engine) -> list[str]:
    """Code and place: a line of the block and the words there; a path for facts."""
    text = example.common + example.program
    if example.facts is not None:
        try:
            decide(policy_of(text, example.official), example, engine)
        except XcrulesError as error:
            return [f"{d.code} {d.place()}" for d in error.diagnostics]
        return []
    above = example.common.count("\n")
    warnings = any(line.startswith("W") for line in lines)
    found = [d for d in checked(text, example.official)[1] if d.is_error or warnings]
    return [f"{d.code} 第{d.span.line - above}行「{_marked(d)}」" if d.span else d.code for d in found]


def _marked(d: Diagnostic) -> str:
    assert d.span is not None
    first = d.span.text.strip().split("\n")[0]
    return first if len(first) <= 24 else first[:24] + "…"


# -- what is said of a decision ----------------------------------------------------------------------------


def _result_line(line: str, decision: Decision) -> str:
    """The line with what the engine says in place of what stands after its ：."""
    subject = line.partition("：")[0]
    match = _CLAUSE.fullmatch(subject)
    if match is None:
        said: dict[str, Callable[[], str]] = {
            "合计": lambda: _range(decision.total),
            "本年度拨付合计": lambda: _range(decision.paid_this_year_range),
            "按无既往支持计算": lambda: "、".join(decision.assumed) or "无",
        }
        said |= {f"合计{words}": lambda span=span: _range(span) for words, span in decision.totals.items()}  # type: ignore[misc]
        return f"{subject}：{said[subject]()}" if subject in said else f"读不懂的一行：{line}"
    if match[1] not in [k.number for k in decision.clauses]:
        return f"{subject}：没有这一款"
    clause = decision[match[1]]
    show = {"各项": _items, "各分项": _parts, "封顶": _caps, "争议": lambda k: "、".join(k.disputes) or "无", None: clause_text}[match[2]]
    return f"{subject}：{show(clause)}"


def _parts(clause: ClauseDecision) -> str:
    return "；".join(f"{name} {yuan(span[0]) if span[0] == span[1] else _range(span)}" for name, span in clause.by_part) or "无"


def clause_text(clause: ClauseDecision) -> str:
    """Status, then whatever goes with it."""
    status = clause.saying.words(clause.reverse) if clause.saying is not None and not clause.saying.each and clause.status == "应予支持" else clause.status
    said = [status + (f" {yuan(clause.amount)}" if clause.amount else "")]
    if clause.sure:
        said.append(f"至少 {yuan(clause.sure)}")
    if clause.bound is not None:
        said.append(f"上限 {yuan(clause.bound)}")
    if clause.applied is not None:
        said.append(f"申请 {yuan(clause.applied)}")
    if clause.applied_range:
        said.append(f"申请 {_range(clause.applied_range)}")
    if clause.amount_range and clause.status == "待补充":
        said.append(_range(clause.amount_range))
    said += [f"{name} {clause.saying.of(name).words()} {yuan(span[0]) if span[0] == span[1] else _range(span)}" for name, span in told_by_part(clause) if clause.saying is not None]
    if clause.bound_range:
        said.append(f"上限 {_range(clause.bound_range)}")
    if clause.this_year:
        said.append(f"本年度拨付 {yuan(clause.this_year)}")
    said += [f"{year}年 {yuan(part)}" for year, part in clause.schedule or ()]
    said += [f"待{event} {yuan(part)}" for event, part in clause.waiting]
    if clause.missing:
        said.append("缺失 " + "、".join(clause.missing))
    return "，".join(said)


def yuan(value: Number) -> str:
    """150万元, 4000元, 33.33元, 1/3元: independent of how the program shows money elsewhere."""
    if isinstance(value, Unlimited):
        return "不限"
    unit, name = (10000, "万元") if abs(value) >= 10000 else (1, "元")
    scaled = value / unit * 10**6
    if scaled.denominator != 1:
        return f"{value}元"
    whole, part = divmod(scaled.numerator, 10**6)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".") + name


def _range(span: AmountRange) -> str:
    low, high = span
    return yuan(low) if low == high else f"{yuan(low)} 至 {yuan(high)}"


def _items(clause: ClauseDecision) -> str:
    return "；".join(_item(i) for i in sorted(clause.items, key=lambda i: (i.path, i.part)))


def _item(item: ItemResult) -> str:
    name = f"{item.path}（{item.part}）" if item.part else item.path
    if item.counts is False:
        return f"{name} 不计"
    recorded = f"（核定 {yuan(item.recorded)}）" if item.recorded is not None and item.recorded != item.amount else ""
    return f"{name} {'未定' if item.amount is None else yuan(item.amount)}{recorded}"


def _caps(clause: ClauseDecision) -> str:
    return "；".join(map(_cap, clause.caps)) or "无"


def _cap(cap: CapResult) -> str:
    cut = "，".join(f"{path} 减 {yuan(part)}" for path, _, part in cap.cuts)
    return f"{cap.group} {_range(cap.before)} → {_range(cap.after)}" + (f"（{cut}）" if cut else "")


