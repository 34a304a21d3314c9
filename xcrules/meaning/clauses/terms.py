"""What goes beyond one clause: 竞合 with other support, 施行 and 时效, 取整."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.money import PLACES, Mode
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.facts.tables import FactTable
from xcrules.facts.types import DATE, YEAR, YEARS, EnumType, LiteralValue, NumberType, Type, parse_literal, show, unit_text
from xcrules.meaning import keys, rules, values
from xcrules.meaning.expressions.examples import example
from xcrules.meaning.expressions.kinds import compatible
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import OF_THE_TERM
from xcrules.meaning.operators import same_day


def against(body: syntax.Against, read: Reader) -> rules.Body | None:
    table = read.scope.table(body.outside.text)
    if table is None or table.role != "外部支持":
        known = [t.name for t in read.scope.schema.tables if t.role == "外部支持"]
        return read.report.error(Code.NOT_OUTSIDE_SUPPORT, f"「{body.outside.text}」不是标明 外部支持 的名单", body.outside.at,
                                 help="名单有：" + "、".join(known) if known else "在 事实：某名单，逐笔，闭世界，外部支持 里声明", rests_on=(keys.ROLES,))
    state = table.field_of_role("外部状态")
    if state is None or not isinstance(state.type, EnumType):
        return None
    for name in (body.received, body.rival):
        if name.text not in state.type.members:
            return read.report.error(Code.UNKNOWN_MEMBER, f"「{name.text}」不是「{state.name}」的一种", name.at, help=f"有：{state.type}")
    key = table.field_named(body.key.text)
    by_clause = key is not None and key.role == "台账条款"
    if by_clause and body.summed:
        return read.report.error(Code.BAD_GROUP_KEY, f"「{body.key.text}」说的是本规定的哪一款，几款不会相同，不能合计", body.key.at, help="外部支持的名单里加一栏角色 外部事项，写明是哪件事；各款各比的，去掉 合计")
    return (
        None
        if not by_clause and _strange_matter(body, read, table)
        else rules.Against(table.name, body.received.text, body.rival.text, body.settle == "补差", by_clause, body.settled)
    )


def _strange_matter(body: syntax.Against, read: Reader, table: FactTable) -> bool:
    """A key that names no field, or one that marks no matter: what is weighed is told by the columns with that role, never by another."""
    if read.scope.blind or body.key.text in read.scope.lost:
        return False
    fields = [f for t in read.scope.schema.tables for f in t.fields]
    marks = list(dict.fromkeys(f.name for role in ("事项标识", "外部事项") for f in fields if f.role == role))
    named = [f for f in fields if f.name == body.key.text]
    by_role = table.field_of_role("外部事项") is not None
    if not by_role and (column := table.field_of_role("台账条款")) is not None:
        marks, named = [column.name], [column]
    elif any(f.name in marks for f in named):
        return False
    close = nearest(body.key.text, marks, 1) or marks[:1]
    code, wrong = (Code.BAD_GROUP_KEY, "「同一」后面要写标明事项的一栏，「{}」不是") if named else (Code.UNKNOWN_NAME, "没有叫「{}」的事实")
    read.report.error(code, wrong.format(body.key.text), body.key.at,
                      help=(f"是不是「{close[0]}」？" if close else "先在名单里加一栏，角色 事项标识") + ("；要按它比的，把它那一栏的角色写成 事项标识" if named and close and by_role else ""),
                      fixes=tuple((f"改为 {n}", n) for n in close))
    return True


_Tags = tuple[tuple[str, str], ...]  # readings and their choices


def _dated(name: syntax.Name, wanted: Type, read: Reader) -> values.Value | None:
    typed = read.name(name)
    if typed is not None and not compatible(typed.type, wanted):
        return read.report.error(Code.TYPE_MISMATCH, f"「{name.text}」不是{wanted}", name.at)
    return typed.value if typed else None


def term(body: syntax.Term, read: Reader) -> rules.Body | None:
    day = _dated(body.date, DATE, read)
    first = parse_literal(canonical(body.start))
    if first is None:
        return read.report.error(Code.NOT_A_DAY, f"「{body.start}」不是一个日子", (0, len(body.start) + 2), help="例如 2024年3月1日")
    if day is None:
        return None
    last = None
    if body.years is not None:
        years = parse_literal(canonical(body.years))
        if years is None or years.type != YEARS or years.value.denominator != 1 or not 1 <= years.value <= 100:
            return read.report.error(Code.NOT_YEARS, f"「{body.years}」不是几年", None, help=_until(body, first, years))
        last = same_day(first.value, years.value) - (1 if body.last == "前一日" else 0)
    elif body.last is not None:
        end = parse_literal(canonical(body.last))
        if end is None or end.value <= first.value:
            wrong = f"「{body.last}」不是一个日子" if end is None else "施行要从一天到后面的一天"
            return read.report.error(Code.NOT_A_DAY, wrong, None, help=f"例如 自 {body.start} 起 3年，止于 前一日" if end is None else "核对两头的日子")
        last = end.value
    return rules.Term(day, first.value, last)


def _until(body: syntax.Term, first: LiteralValue, span: LiteralValue | None) -> str:
    """25个月 and 773天 as the form that names the last day."""
    per = {"年": 1, "月": 12, "天": 366}.get(unit_text(span.type.unit), 0) if span and isinstance(span.type, NumberType) else 0
    if span is None or not 0 < span.value <= 100 * per:
        return f"写成 自 {body.start} 起，至 最后一天，凭 {body.date.text}"
    end = first.value - -span.value // 1 if per == 366 else same_day(first.value, span.value / per)
    return f"写成 自 {body.start} 起，至 {show(end - (body.last == '前一日'), DATE)}，凭 {body.date.text}"


def years(body: syntax.Years, read: Reader) -> rules.Body | None:
    year = _dated(body.year, YEAR, read)
    said = [t for t in (body.first, body.last) if t.endswith("当年")]
    if said:  # else the days of 施行 have been put in
        name, _, _ = said[0].partition(" ")
        return read.report.error(Code.NO_TERM if name in OF_THE_TERM else Code.YEARS_REVERSED,
                                 f"说不出「{said[0]}」是哪一年" if name in OF_THE_TERM else f"时效的年度不从「{name}」来", None,
                                 help="写一行 施行：自 2024年1月1日 起 3年，止于 前一日，凭 某日期" if name in OF_THE_TERM
                                 else f"写成 {body.year.text} 在 {OF_THE_TERM[0]} 当年 至 {OF_THE_TERM[1]} 当年")
    first, last = (parse_literal(canonical(t)) for t in (body.first, body.last))
    if first is not None and last is not None and first.type == last.type == YEAR and first.value > last.value:
        return read.report.error(Code.YEARS_REVERSED, "时效要从一个年度到后面的年度", None, help=f"写成 {body.year.text} 在 {body.last} 至 {body.first}")
    if first is None or last is None or first.type != YEAR or last.type != YEAR:
        return read.report.error(Code.YEARS_REVERSED, "时效要从一个年度到后面的年度", None, help=f"例如 {example(Label.YEARS, read.scope.schema)}")
    return None if year is None else rules.Years(year, first.value, last.value)


def years_of_terms(line: syntax.Line, terms: Iterable[rules.Rule]) -> list[tuple[syntax.Line, _Tags]]:
    """A line 时效 with the years of 施行 put in; where readings of 施行 differ in these, once for each, with its tags."""
    body = line.body
    if not isinstance(body, syntax.Years) or not (body.first + body.last).count("之日"):
        return [(line, ())]
    made: dict[syntax.Years, list[_Tags]] = {}
    for rule in terms:
        assert isinstance(rule.body, rules.Term)
        days = {f"{n} 当年": d for n, d in zip(OF_THE_TERM, (rule.body.first_day, rule.body.last_day), strict=True) if d is not None}
        first, last = (f"{date.fromordinal(int(days[t])).year}年" if t in days else t for t in (body.first, body.last))
        made.setdefault(evolve(body, first=first, last=last), []).append(rule.origin.tags)
    if len(made) < 2:
        return [(evolve(line, body=next(iter(made), body)), ())]
    return [(evolve(line, body=x), tags) for x, several in made.items() for tags in several]


def rounding(body: syntax.Rounding, read: Reader) -> rules.Body | None:
    if body.unit.text not in PLACES:
        return read.report.error(Code.BAD_ROUNDING_UNIT, f"不能取整到「{body.unit.text}」", body.unit.at, help="可以到 " + "、".join(PLACES))
    if body.each and body.mode == "四舍六入":
        return read.report.error(Code.BAD_ROUNDING_UNIT, "单项的取整没有四舍六入", body.unit.at, help="写成 四舍五入、截尾、进位；合计四舍六入的，去掉 单项")
    return rules.Rounding(PLACES[body.unit.text], cast(Mode, body.mode), each=body.each)  # the grammar has no other words
