"""拨付: a grant over years, or in shares that are paid as events happen."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from xcrules.base.codes import Code
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.facts.types import BOOL, DATE, YEAR, YEARS, parse_literal
from xcrules.meaning import rules, values
from xcrules.meaning.expressions.kinds import describe
from xcrules.meaning.expressions.reader import Reader

GRANTING = "核定年度"  # the grant itself, as an event
OPEN_STAGES = "各期核定"  # what all of it waits for under 各期未定


def payment(body: syntax.Payment, read: Reader) -> rules.Payment | None:
    """拨付 as a rule; None where a finding was made instead."""
    if read.base_year((0, len(read.report.line.text)), "拨付") is None:
        return None
    paid = _open(body, read) if body.open else _over_years(body, read) if body.years else _on_events(body, read)
    going = read.condition(body.going) if body.going is not None else None
    return None if paid is None or (body.going is not None and going is None) else evolve(paid, going=going)


def _open(body: syntax.Payment, read: Reader) -> rules.Payment | None:
    """分 3年，各期未定; 分 5期，各期未定: as on an event that no fact tells of, so nothing is paid this year, and all of it waits."""
    said = canonical(body.years)
    if said.endswith("期") and not (said[:-1].isdigit() and 2 <= int(said[:-1]) <= 50):
        return read.report.error(Code.NOT_YEARS, f"「{body.years}」不是几期", None, help="写成 分 5期，各期未定；没有说几期的，写 分期，各期未定")
    if said and not said.endswith("期"):
        if (years := _years(body, read)) is None:
            return None
        said = f"{years}年"
    return rules.Payment((Fraction(1),), True, (rules.Event(OPEN_STAGES, values.Literal(False, BOOL), dated=False),), open=said)


def _years(body: syntax.Payment, read: Reader) -> int | None:
    years = parse_literal(canonical(body.years))
    if years is None or years.type != YEARS or not 1 <= years.value <= 50 or years.value.denominator != 1:
        staged = "几期各拨多少、随哪件事的，写 分期 50%、50%，随 核定年度、某日期；没有写各期多少的，写 分 5期，各期未定；一年一期的，写 "
        return read.report.error(Code.NOT_YEARS, f"「{body.years}」不是几年", None, help=f"{staged if '期' in body.years else '写成 '}分 3年 等额")
    return int(years.value)


def _over_years(body: syntax.Payment, read: Reader) -> rules.Payment | None:
    if (years := _years(body, read)) is None:
        return None
    shares = _shares(body) or (Fraction(1, years),) * years
    if len(shares) != years or sum(shares) != 1:
        return read.report.error(Code.SHARES_NOT_WHOLE, f"各年的比例要有 {years} 个，合起来是 100%", None, help="例如 分 3年 按 50%、30%、20%")
    events = _since(body.since, len(shares), read) if body.since is not None else ()
    if events is None:
        return None
    return rules.Payment((Fraction(0), *shares) if body.next_year else shares, body.after != "停拨", events)


def _since(said: syntax.Expr, count: int, read: Reader) -> tuple[rules.Event, ...] | None:
    """自 投产日期 次年 起: each share in a year of its own, all counted from one event; none is due before it has happened."""
    day = said.date if isinstance(said, syntax.YearOf) else said
    event = _event(day, read)
    if event is None:
        return None
    if event.when is None or not event.dated:
        return read.report.error(Code.NOT_AN_EVENT, f"「{event.name}」没有自己的日子，数不出以后的年度", day.at, help="写一个日期（如 投产日期）或年度；自核定数起的，写 自 核定年度 起、自 核定次年 起")
    first = 0 if not isinstance(said, syntax.YearOf) else {"当年": 0, "次年": 1, "下一年": 1}.get(said.word, -1)
    if first < 0:
        return read.report.error(Code.NOT_AN_EVENT, "那件事以前的年度没有什么可拨的", said.at, help=f"写成 自 {_told(day)[0]} 当年 起，或 自 {_told(day)[0]} 次年 起")
    return tuple(
        evolve(
            event, when=values.Arith("+", event.when, values.Literal(Fraction(n), YEARS), YEAR, span=event.when.span) if n else event.when,
            later=n,
        )
        for n in range(first, first + count)
    )


def _shares(body: syntax.Payment) -> tuple[Fraction, ...]:
    """40%、30%、30%, or 4:3:3 of the whole."""
    said = [Fraction(x) for x in body.shares[0].split(":")] if body.shares and ":" in body.shares[0] else []
    return tuple(x / (sum(said) or 1) for x in said) or tuple(x.value for x in map(parse_literal, map(canonical, body.shares)) if x)


def _on_events(body: syntax.Payment, read: Reader) -> rules.Payment | None:
    shares, report = _shares(body) or (Fraction(1),), read.report
    names = ["".join(_told(x)) for x in body.events]
    if sum(shares) != 1:
        return report.error(Code.SHARES_NOT_WHOLE, "各期的比例合起来要是 100%", None, help="例如 分期 30%、30%、40%，随 开工日期、投产日期、达产日期")
    if len(names) != len(shares):
        told = f"分 {len(shares)} 期，随 {len(names)} 件事" if names else "没有写随哪件事拨付"
        return report.error(Code.STAGES_AND_EVENTS, f"{told}，一期要有一件", None, help="例如 分期 50%、50%，随 核定年度、投产日期；按年拨付的写 分 3年 按 30%、30%、40%，自 核定年度 起")
    twice = next((i for i, x in enumerate(names) if x in names[:i]), None)
    if twice is not None:
        return report.error(Code.STAGES_AND_EVENTS, f"「{names[twice]}」写了两次", body.events[twice].at, help="同一件事的两期，合成一期，比例相加")
    events = [_event(x, read) for x in body.events]
    found = tuple(x for x in events if x is not None)
    return rules.Payment(shares, body.after != "停拨", found) if len(found) == len(events) else None


def _told(event: syntax.Expr) -> tuple[str, str]:
    """投产日期, and 满1年 after it."""
    if isinstance(event, syntax.Binary):
        assert isinstance(event.right, syntax.Literal)
        return _told(event.left)[0], f"满{canonical(event.right.text)}"
    assert isinstance(event, syntax.Name)
    return event.text, ""


def _event(said: syntax.Expr, read: Reader) -> rules.Event | None:
    """投产日期, 通过验收; 投产日期 ＋ 1年: the day on which the event is so long ago."""
    name, after = _told(said)
    if name == GRANTING and not after:
        return rules.Event(GRANTING, None, dated=True)
    if name == GRANTING or (isinstance(said, syntax.Binary) and canonical(said.operator) == "-"):
        return read.report.error(Code.NOT_AN_EVENT, f"「{name}」{'没有日子，数不出满几年' if name == GRANTING else '以前没有什么可拨的'}", said.at,
                                 help="某件事以后多久才拨的，写 随 某日期 ＋ 1年；核定以后分几年的，写 分 2年 按 70%、30%，自 核定年度 起")
    typed = read.read(said)
    day = read.read(said.left) if isinstance(said, syntax.Binary) else typed
    if typed is None or day is None:
        return None
    if typed.type not in (DATE, YEAR, BOOL):
        return read.report.error(Code.NOT_AN_EVENT, f"「{name}」是{describe(typed.type)}，不是一件事的日子", said.at,
                                 help="写一个日期（如 投产日期）、年度，或说本年发生没有的是否；核定时就拨的写 核定年度")
    if isinstance(day.value, values.Fact) and typed.type != BOOL and not (day.value.field.optional or day.value.field.closed):
        return read.report.error(Code.NOT_AN_EVENT, f"「{name}」没有写 可缺：还没有发生的，会一直待补充", said.at,
                                 help=f"在 事实 表里给「{name}」的要求写 可缺，没有填就是还没有发生", settled=True)
    when = values.YearOf(typed.value, span=typed.value.span) if typed.type == DATE else typed.value
    return rules.Event(name + after, when, dated=typed.type != BOOL)
