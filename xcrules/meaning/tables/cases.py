"""案例, 样本, 给定, 应得 and 案例表: worked cases as facts and expectations."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.identity import ClauseNames, Unclear, clause_key
from xcrules.base.nearest import did_you_mean
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.outline import Placed
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.syntax import cell_text
from xcrules.facts.tables import Schema
from xcrules.meaning import keys
from xcrules.meaning.program import Case, CaseCheck
from xcrules.meaning.rules import Rule

from .expected import checked, unknown
from .plain import PathTypes, as_dict, plain, set_path
from .rows import ragged

_BASED_ON = re.compile(r"(.+?)[，,]\s*以\s+(\S+)\s*")
_READING = re.compile(r"[，,]\s*读法\s+([A-Za-z]+\d+)\s+([^\s，,]+)")


@define
class Opened:
    """A case being read."""

    name: str
    span: Span
    facts: dict[str, object]
    checks: list[CaseCheck] = field(factory=list)
    readings: tuple[tuple[str, str], ...] = ()
    said: set[str] = field(factory=set)  # the paths that its own lines give
    expects: bool = True  # a 样本 does not

    def once(self, path: str, span: Span, findings: list[Diagnostic]) -> None:
        if path in self.said:
            findings.append(Diagnostic(Code.REPEATED_KEY, f"「{path}」写了两次", span, "删去一个：哪一个算数，看不出来"))
        self.said.add(path)

    def done(self) -> Case:
        return Case(self.name, self.facts, tuple(self.checks), self.readings, self.span)


@frozen
class Sample:
    """样本: facts that several cases, or other 样本, begin with."""

    name: str
    facts: dict[str, object]
    span: Span


def cases(
    lines: Iterable[Placed], names: ClauseNames, schema: Schema, policy: tuple[Rule, ...], findings: list[Diagnostic]
) -> tuple[tuple[Case, ...], tuple[Sample, ...]]:
    """All worked cases in order, and what they begin with; whether their facts and readings are of the policy is not asked."""
    asked = PathTypes(schema)
    samples: dict[str, Sample] = {}
    done: list[Opened | Case] = []
    current: Opened | None = None
    for line in (x.line for x in lines):
        match line.label:
            case "样本":
                text = line.text if "：" in line.text else canonical(line.text).replace(":", "：")
                name, base = _unbased(line, _no_choices(line, text.partition("：")[0], findings), samples, findings)
                if name in samples:
                    findings.append(Diagnostic(Code.REPEATED_NAME, f"样本「{name}」写了两次", line.content, "另起一个名字"))
                samples[name] = Sample(name, _sample(base, samples, line.content, findings), line.content)
                current = Opened(name, line.content, samples[name].facts, expects=False)
            case "案例":
                current = _case(line, samples, findings)
                done.append(current)
            case "给定" if current is not None and isinstance(line.body, syntax.Given):
                for item in line.body.items:
                    put(current, item, line, asked, findings)
            case "应得" if current is not None and current.expects and isinstance(line.body, syntax.Expected):
                if check := checked(line.body, line.span_of(line.body.at), names, policy, findings):
                    current.checks.append(check)
            case "给定" | "应得" if line.error is None:
                findings.append(Diagnostic(Code.CASE_LINE_WITHOUT_CASE, f"「{line.label}」上面没有案例", line.label_span, "先写 案例：名称"))
            case "案例表":
                current = None
                done += _table(line, samples, names, schema, policy, findings)
    return tuple(x.done() if isinstance(x, Opened) else x for x in done), tuple(samples.values())


def _case(line: syntax.Line, samples: dict[str, Sample], findings: list[Diagnostic]) -> Opened:
    readings = tuple((m[1], m[2]) for m in _READING.finditer(line.text))
    text = _READING.sub("", line.text)
    numbers = [number for number, _ in readings]
    if twice := next((n for n in numbers if numbers.count(n) > 1), ""):
        findings.append(Diagnostic(Code.UNREADABLE_CASE_READING, f"读法 {twice} 选了两次", line.content, "一个案例里一个读法只取一个选项；两种都要看的，写成两个案例"))
    name, base = _unbased(line, _no_choices(line, text, findings), samples, findings)
    return Opened(name, line.content, _sample(base, samples, line.content, findings), [], readings)


def _no_choices(line: syntax.Line, text: str, findings: list[Diagnostic]) -> str:
    """What is left of a heading, which says nothing of readings: 〔A02 门槛〕 and 读法 A02=门槛 would choose nothing."""
    if odd := re.search(r"[，,]\s*读法[^，,]*|[，,][^，,]{0,3}\s*[A-Za-z]+\d+\s[^，,]*|〔[^〕]*[A-Za-z]+\d[^〕]*〕", text):
        meant = re.search(r"([A-Za-z]+\d+)[\s=＝:：]*([^\W\d_]\w*)", odd[0])
        good = f"，读法 {meant[1]} {meant[2]}" if meant else "，读法 A02 门槛"
        help = f"写成 {good}：号，空格，选项；几个各写一遍" if line.label == "案例" else f"{line.label}不选读法；写在案例上：案例：……{good}"
        findings.append(Diagnostic(Code.UNREADABLE_CASE_READING, "读不懂案例的读法", line.content, help))
        return text.replace(odd[0], "").strip()
    return text


def _unbased(line: syntax.Line, text: str, samples: dict[str, Sample], findings: list[Diagnostic]) -> tuple[str, str]:
    """The name and what it begins with; said where that is written in another way: 两项 以 甲馆, 两项，用 甲馆."""
    name, base = _based(text)
    if not base and (match := re.fullmatch(r"(\S.*?)\s*[，,、；;。（(]?\s*(?:以|(?<=[，,\s])(?:用|按照?|根据|基于))\s+([^\s）)]+)\s*[）)]?\s*", text)) and match[2] in samples:
        good = f"{match[1]}，以 {match[2]}"
        findings.append(Diagnostic(Code.UNKNOWN_SAMPLE, f"{line.label}要写 ，以 {match[2]}，这样写样本没有用上", line.content, f"写成 {line.label}：{good}",
                                   (Fix(f"改为 {good}", line.content, line.text.replace(text, good)),)))
        return match[1], match[2]
    return name, base


def _based(text: str) -> tuple[str, str]:
    """A name and the 样本 that it begins with, or "": 两项，以 甲馆."""
    match = _BASED_ON.fullmatch(text)
    return (match[1].strip(), match[2]) if match else (text.strip(), "")


def _sample(name: str, samples: dict[str, Sample], span: Span, findings: list[Diagnostic]) -> dict[str, object]:
    if not name:
        return {}
    if name not in samples:
        findings.append(Diagnostic(Code.UNKNOWN_SAMPLE, f"没有叫「{name}」的样本", span, did_you_mean(name, samples, f"先写 样本：{name}；写在后面的，移到用它的案例前面"),
                                spoils=(keys.sample(name),), rests_on=(keys.sample(name),)))
        return {}
    return _copied(samples[name].facts)


def _copied(facts: dict[str, object]) -> dict[str, object]:
    return {k: dict(v) if isinstance(v, dict) else list(v) if isinstance(v, list) else v for k, v in facts.items()}


def put(case: Opened, item: syntax.Assign | syntax.Gather, line: syntax.Line, asked: PathTypes, findings: list[Diagnostic]) -> None:
    facts = case.facts
    if isinstance(item, syntax.Assign):
        case.once(item.path, line.span_of(item.at), findings)
        value = plain(item.value.text, item.value.literal, asked.at(item.path))
        set_path(facts, item.path, value, line.span_of(item.at), findings)
        return
    records = [_record(r, item.path, asked, line, findings) for r in item.records]
    if asked.keyed(item.path) or all(re.match(r"\d", a.path) for r in item.records for a in r):
        for key, value in (x for r in records for x in r.items()):
            case.once(path := f"{item.path}.{key.removesuffix('年')}", line.span_of(item.at), findings)
            set_path(facts, path, value, line.span_of(item.at), findings)
        return
    held = facts.get(item.path)
    facts[item.path] = [*(held if isinstance(held, list) else []), *records]


def _record(
    assigns: tuple[syntax.Assign, ...], table: str, asked: PathTypes, line: syntax.Line, findings: list[Diagnostic]
) -> dict[str, object]:
    made: dict[str, object] = {}
    own = Opened("", line.content, made)
    for a in assigns:
        own.once(a.path, line.span_of(a.at), findings)
        set_path(made, a.path, plain(a.value.text, a.value.literal, asked.at(f"{table}.{a.path}")), line.span_of(a.at), findings)
    return made


# -- 案例表 -----------------------------------------------------------------------------------------------


def _table(line: syntax.Line, samples: dict[str, Sample], names: ClauseNames, schema: Schema, policy: tuple[Rule, ...],
           findings: list[Diagnostic]) -> Iterable[Case]:
    """案例表：样本, a row for each case; columns are paths, 已获 2(1), and 应得 2(1)."""
    if len(line.rows) < 2:
        findings.append(Diagnostic(Code.MISSING_TABLE, "案例表下面没有表", line.label_span, "第一行是列名，第一列是案例名"))
        return
    header = [cell_text(x) for x in line.rows[0].cells]
    if twice := next((x for x in header if x and header.count(x) > 1), ""):
        findings.append(Diagnostic(Code.REPEATED_KEY, f"案例表里「{twice}」一列写了两次", line.rows[0].span, "删去一列：哪一列算数，看不出来"))
    base = _sample(_no_choices(line, line.text, findings), samples, line.content, findings)
    asked = [(cell, x.removeprefix("应得").strip()) for cell, x in zip(line.rows[0].cells, header, strict=True) if x.startswith("应得")]
    strange = [unknown(clause, names, cell) for cell, clause in asked if clause and isinstance(clause_key(clause, names), Unclear)]
    findings += strange  # once, not at each case
    wanting = {cell_text(d.span) for d in strange if d.span is not None}
    for row in line.rows[1:]:
        texts = row.texts()
        if len(texts) != len(header):
            findings.append(ragged(row, header))
            continue
        opened = Opened(texts[0], row.span, _copied(base))
        for column, text, cell in zip(header[1:], texts[1:], row.cells[1:], strict=True):
            if text and column not in wanting:
                _cell(opened, column, text, cell, names, schema, policy, findings)
        yield opened.done()


def _cell(case: Opened, column: str, text: str, cell: Span, names: ClauseNames, schema: Schema, policy: tuple[Rule, ...],
          findings: list[Diagnostic]) -> None:
    if column.startswith("应得"):
        body, error = parse_content("expected", canonical(f"{column.removeprefix('应得').strip()} {text}"))
        if error is not None or not isinstance(body, syntax.Expected):
            findings.append(Diagnostic(Code.UNREADABLE_EXPECTATION, f"读不懂应得「{text}」", cell, "写成 应予支持 10万元"))
        elif check := checked(body, cell, names, policy, findings):
            case.checks.append(check)
        return
    path = column
    if column.startswith("已获") and (ledger := schema.top_of_role("本年台账")):
        held = as_dict(case.facts.get(ledger.name))
        case.facts[ledger.name] = {**held, column.removeprefix("已获").strip(): plain(text, True, None)}
        return
    if (match := re.fullmatch(r"([^.\[\]]+)\.(.+)", column)) and schema.is_list(match[1]):
        path = f"{match[1]}[0].{match[2]}"
    set_path(case.facts, path, plain(text, True, PathTypes(schema).at(path)), cell, findings)
