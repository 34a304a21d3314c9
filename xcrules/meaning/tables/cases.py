"""案例, 样本, 给定, 应得 and 案例表: worked cases as facts and expectations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from attrs import define, evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.identity import ClauseNames, Unclear, clause_key, in_figures
from xcrules.base.nearest import did_you_mean, nearest
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.outline import Placed
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.syntax import cell_text
from xcrules.facts import types
from xcrules.facts.tables import FactField, Schema
from xcrules.meaning import keys
from xcrules.meaning.advice.spelling import spelled
from xcrules.meaning.clauses.wanting import STATUSES
from xcrules.meaning.governing import saying_of
from xcrules.meaning.program import Case, CaseCheck
from xcrules.meaning.report import unknown_clause
from xcrules.meaning.rules import Rule, Saying

from .rows import ragged

ITEM_KEYS = ("本年度拨付", "申请额", "至少", "上限", "争议", "缺失")
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
                name, base = _unbased(line, (line.text if "：" in line.text else canonical(line.text).replace(":", "：")).partition("：")[0], samples, findings)
                if name in samples:
                    findings.append(Diagnostic(Code.REPEATED_NAME, f"样本「{name}」写了两次", line.content, "另起一个名字"))
                _no_choices(line, name, findings)
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
    name, base = _unbased(line, text, samples, findings)
    _no_choices(line, text, findings)
    return Opened(name, line.content, _sample(base, samples, line.content, findings), [], readings)


def _no_choices(line: syntax.Line, text: str, findings: list[Diagnostic]) -> None:
    """What is left of a heading says nothing of readings: 〔A02 门槛〕 and 读法 A02=门槛 would choose nothing."""
    if odd := re.search(r"[，,]\s*读法[^，,]*|[，,][^，,]{0,3}\s*[A-Za-z]+\d+\s[^，,]*|〔[^〕]*[A-Za-z]+\d[^〕]*〕", text):
        meant = re.search(r"([A-Za-z]+\d+)[\s=＝:：]*([^\W\d_]\w*)", odd[0])
        good = f"，读法 {meant[1]} {meant[2]}" if meant else "，读法 A02 门槛"
        help = f"写成 {good}：号，空格，选项；几个各写一遍" if line.label == "案例" else f"{line.label}不选读法；写在案例上：案例：……{good}"
        findings.append(Diagnostic(Code.UNREADABLE_CASE_READING, "读不懂案例的读法", line.content, help))


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
        findings.append(Diagnostic(Code.UNKNOWN_SAMPLE, f"没有叫「{name}」的样本", span, did_you_mean(name, samples, "先写 样本：名称"),
                                spoils=(keys.sample(name),), rests_on=(keys.sample(name),)))
        return {}
    return _copied(samples[name].facts)


def _copied(facts: dict[str, object]) -> dict[str, object]:
    return {k: dict(v) if isinstance(v, dict) else list(v) if isinstance(v, list) else v for k, v in facts.items()}


# -- facts in the language ------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def known_literal(word: str, units: types.Units = types.NO_UNITS) -> types.LiteralValue | None:
    """What a literal says, with its sign; cases say the same few over and over."""
    text = canonical(word)
    literal = types.parse_literal(text.removeprefix("-"), units)
    if literal is None or not text.startswith("-"):
        return literal
    return types.LiteralValue(-literal.value, literal.type) if isinstance(literal.type, types.NumberType) else None


def _literal(word: str, type_: object = None) -> types.LiteralValue | None:
    return known_literal(word, types.own_units(type_)) if len(word) <= types.MAX_LITERAL else None


def plain(word: str, literal: bool, type_: types.Type | str | None) -> object:
    """A word or literal of a case as the plain value that a facts file would hold.

    What a word means rests on what is asked for: a text keeps the word as typed, a list (名单) takes 无 for none.
    """
    if isinstance(type_, types.TextType):
        return None if word in _UNKNOWN else word
    if isinstance(type_, types.EnumType) and word in type_.members:
        return word
    if word in ("是", "否"):
        return word == "是"
    if word in _UNKNOWN:
        return None
    if word in ("无", "没有") and type_ == "名单":
        return []
    value = _literal(word, type_) if literal else None
    return word if value is None else value


_UNKNOWN = ("未知", "空缺")


@frozen
class PathTypes:
    """What is asked for at a place of the facts."""

    schema: Schema

    def at(self, path: str) -> types.Type | str | None:
        """The type at 主体.注册, 上级资金[0].金额, 研发经费.2023; 名单 for a list as a whole."""
        field, deeper = self._field(path)
        if field is None:
            return "名单" if self.schema.is_list(path) else None
        return field.type if not isinstance(field.type, _KEYED) else field.type.element if deeper else None

    def keyed(self, path: str) -> bool:
        """Whether what stands there is told year by year or clause by clause: 已获 含（第十六条 为 1万元）."""
        field, deeper = self._field(path)
        return field is not None and isinstance(field.type, _KEYED) and not deeper

    def _field(self, path: str) -> tuple[FactField | None, bool]:
        """The field of a path, and whether the path goes on to a year or a clause of it."""
        names = [name for name, _ in _STEP.findall(path)]
        table = self.schema.table(names[0]) if names else None
        fields, at = (table.fields, 1) if table is not None else (self.schema.top, 0)
        return next((f for f in fields if names[at : at + 1] == [f.name]), None), len(names) > at + 1


_KEYED = types.SeriesType | types.LedgerType


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


def _record(assigns: tuple[syntax.Assign, ...], table: str, asked: PathTypes, line: syntax.Line, findings: list[Diagnostic]) -> dict[str, object]:
    made: dict[str, object] = {}
    own = Opened("", line.content, made)
    for a in assigns:
        own.once(a.path, line.span_of(a.at), findings)
        set_path(made, a.path, plain(a.value.text, a.value.literal, asked.at(f"{table}.{a.path}")), line.span_of(a.at), findings)
    return made


def _dict(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}


_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def set_path(facts: dict[str, object], path: str, value: object, span: Span, findings: list[Diagnostic]) -> None:
    """Put a value at 主体.注册, 研发经费.2023 or 上级资金[0].金额; the path's parents are made."""
    steps = [(m[1], m[2]) for m in _STEP.finditer(path)]
    if not steps:
        findings.append(Diagnostic(Code.UNNAMED_COLUMN, "这一列没有列名", span, "列名写事实的路径，如 展览.开支；应得写 应得 款号"))
        return
    target: dict[str, object] = facts
    for name, index in steps[:-1]:
        if index is None:
            target[name] = inner = _dict(target.get(name))
        else:
            held = target.get(name)
            rows = [*held] if isinstance(held, list) else []
            if int(index) > len(rows):
                findings.append(Diagnostic(Code.SKIPPED_INDEX, f"「{path}」：{name} 还没有第 {len(rows)} 项", span, "序号从 0 起，依次写"))
                return
            if int(index) == len(rows):
                rows.append({})
            rows[int(index)] = inner = _dict(rows[int(index)])
            target[name] = rows
        target = inner
    target[steps[-1][0]] = value


# -- expectations ------------------------------------------------------------------------------------------


def checked(body: syntax.Expected, span: Span, names: ClauseNames, policy: tuple[Rule, ...], findings: list[Diagnostic]) -> CaseCheck | None:
    numbers, key = dict.fromkeys(names.numbers), clause_key(body.clause, names)
    body = body if isinstance(key, Unclear) else evolve(body, clause=key)
    number, part = names.keys.get(body.clause, (body.clause, ""))
    if part:
        return _of_part(number, part, body, saying_of(policy, number), span, findings)
    if body.clause not in numbers:
        return findings.append(_unknown(body.clause, names, span))
    saying, values = saying_of(policy, body.clause), list[tuple[str, object]]()
    ways = tuple(filter(None, (saying.verb, saying.reverse, saying.words() * saying.monthly))) if saying is not None else ()
    said = body.status
    if saying is not None and saying.exempt == said:  # 免征: what 表述 says for 不符合 because of a 除外
        said, body = saying.exempted(), evolve(body, status="不符合")
        values.append(("表述", said))
    if saying is not None and (said in ways or (said == "应予支持" and not saying.reverse)):
        said = saying.words(said == saying.reverse)
    if saying is not None and body.status in ways:  # 应退 5000元: what 表述 says for 应予支持
        values += [("方向", body.status)] if saying.reverse else []
        body = evolve(body, status="应予支持")
    if (glued := re.match(f"({'|'.join((*STATUSES, *ways))})(?=\\d)", body.status)) is not None:
        good = f"{glued[0]} {body.status[glued.end() :]}"
        return findings.append(
            Diagnostic(
                Code.UNKNOWN_STATUS, f"「{body.status}」中间要空一格", span, f"写成 {good}", spoils=(keys.status(body.status),), rests_on=(keys.status(body.status),),
            )
        )
    if body.status not in STATUSES:
        return findings.append(Diagnostic(Code.UNKNOWN_STATUS, f"没有叫「{body.status}」的状态", span,
                                       did_you_mean(body.status, (*STATUSES, *ways)) + "状态有：" + "、".join((*STATUSES, *ways)) + "；条文另有说法的（免征、应交），先写 表述：征收 税款，除外 免征",
                                       spoils=(keys.status(body.status),), rests_on=(keys.status(body.status), keys.STATUSES)))
    if body.values:
        key = {"裁量": "上限", "待统筹": "申请额", "待补充": "缺失", "分期续拨": "本年度拨付"}.get(body.status, "金额")
        values.append((key, _expected_value(key, body.values, span, findings)))
    for item in body.items:
        if item.key.endswith("年") and item.key[:-1].isdigit():
            values.append((f"拨付计划.{item.key[:-1]}", _expected_value("金额", item.values, span, findings)))
        elif item.key.startswith("待") and len(item.key) > 1:  # 待投产日期 4万元
            values.append((f"待拨付.{item.key[1:]}", _expected_value("金额", item.values, span, findings)))
        elif item.key in names.parts.get(body.clause, ()):
            values.append((f"分项.{item.key}", _expected_value("金额", item.values, span, findings)))
        elif item.key in ITEM_KEYS:
            values.append((item.key, _expected_value(item.key, item.values, span, findings)))
        else:
            close = nearest(item.key, ITEM_KEYS)
            another = re.fullmatch(r"((?:附则)?\d+|[一二三四五六七八九十百]+\d*)(\([\d一二三四五六七八九十]+\)\d*)*", item.key) and item.values
            findings.append(Diagnostic(Code.UNKNOWN_EXPECTATION, f"应得里不认得「{item.key}」", span,
                                    f"一行只写一款，另起一行 应得：{item.key} {item.values[0]}" if another else f"是不是「{close[0]}」？" if close else "可以写：" + "、".join(ITEM_KEYS) + "、2023年 金额"))
    return CaseCheck(body.clause, body.status, said, tuple(values), span)


def _unknown(clause: str, names: ClauseNames, span: Span) -> Diagnostic:
    listed = any(not n[:1].isdigit() for n in names.numbers)
    return unknown_clause(clause if listed else in_figures(clause), names.numbers, span)


def _of_part(number: str, part: str, body: syntax.Expected, saying: Saying | None, span: Span, findings: list[Diagnostic]) -> CaseCheck | None:
    """应得：8凭证 应予支持 3元: what one 分项 has of what its clause comes to; of one with 表述 of its own 8凭证 免除 3元."""
    verb = saying.of(part).verb if saying is not None else ""
    given = body.status in ("应予支持", verb) and len(body.values) == 1
    if body.items or not (given or (body.status == "不符合" and not body.values)):
        return findings.append(Diagnostic(Code.UNKNOWN_STATUS, f"一个分项的应得，不能写「{' '.join((body.status, *body.values))}」", span, f"写成 {number}{part} 应予支持 3万元，或者 不符合；别的写在整款的应得里"))
    amount = _expected_value("金额", body.values, span, findings) if given else Fraction(0)
    return CaseCheck(number, "", "", ((f"分项.{part}", amount),), span)


def _expected_value(key: str, words: tuple[str, ...], span: Span, findings: list[Diagnostic]) -> object:
    if key in ("缺失", "争议"):
        return words
    literal = _literal(words[0])
    if literal is None or len(words) > 1:
        money = re.search(r"\d[\d.,]*[万亿]?元", words[0])  # 每月500元
        findings.append(Diagnostic(Code.EXPECTED_NOT_MONEY, f"「{'、'.join(words)}」不是金额", span, f"写成 {money[0] if money else plain if _literal(plain := spelled(words[0])) is not None else '10万元'}"))
        return None
    return literal.value


def _table(line: syntax.Line, samples: dict[str, Sample], names: ClauseNames, schema: Schema, policy: tuple[Rule, ...],
           findings: list[Diagnostic]) -> Iterable[Case]:
    """案例表：样本, a row for each case; columns are paths, 已获 2(1), and 应得 2(1)."""
    if len(line.rows) < 2:
        findings.append(Diagnostic(Code.MISSING_TABLE, "案例表下面没有表", line.label_span, "第一行是列名，第一列是案例名"))
        return
    header = [cell_text(x) for x in line.rows[0].cells]
    if twice := next((x for x in header if x and header.count(x) > 1), ""):
        findings.append(Diagnostic(Code.REPEATED_KEY, f"案例表里「{twice}」一列写了两次", line.rows[0].span, "删去一列：哪一列算数，看不出来"))
    _no_choices(line, line.text, findings)
    base = _sample(_READING.sub("", line.text).strip(), samples, line.content, findings)
    asked = [(cell, clause) for cell, x in zip(line.rows[0].cells, header, strict=True) if x.startswith("应得") and (clause := x.removeprefix("应得").strip())]
    strange = [_unknown(clause, names, cell) for cell, clause in asked if isinstance(clause_key(clause, names), Unclear)]
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
        held = _dict(case.facts.get(ledger.name))
        case.facts[ledger.name] = {**held, column.removeprefix("已获").strip(): plain(text, True, None)}
        return
    if (match := re.fullmatch(r"([^.\[\]]+)\.(.+)", column)) and schema.is_list(match[1]):
        path = f"{match[1]}[0].{match[2]}"
    set_path(case.facts, path, plain(text, True, PathTypes(schema).at(path)), cell, findings)
