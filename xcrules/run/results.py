"""What a decision is made of, as plain values; its sums.

Items, caps, conflicts and readings are named tuples, not attrs classes: a decision has some hundred of them, made by the
thousand. Amounts are exact 元.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import short_name
from xcrules.base.money import Number, Unlimited, money_text
from xcrules.base.nearest import did_you_mean
from xcrules.facts.scalars import simple
from xcrules.facts.unfit import short
from xcrules.meaning.rules import EACH_MONTH, Saying

if TYPE_CHECKING:
    from xcrules.meaning.values import Origin

    from .decision import ClauseDecision

GRANTED, DISCRETION, PENDING = "应予支持", "裁量", "待补充"
AWARDED_NOTHING, LEFT_NOTHING = "核定为0", "核定后减为0"  # what the authority said; what caps or other support took away
REFUSED, EXHAUSTED, OUTDONE = "不符合", "额度用尽", "从高不重复"
CONTINUED, OUT_OF_FORCE, OUT_OF_SCOPE = "分期续拨", "不在有效期", "不适用主体"
POOLED = "待统筹"  # what it comes to is applied for, out of a fund that is shared among all enterprises
STATUSES = (GRANTED, DISCRETION, POOLED, REFUSED, EXHAUSTED, OUTDONE, CONTINUED, PENDING, OUT_OF_SCOPE, OUT_OF_FORCE, "另行规定", "非资金条款")
ZERO_STATUSES = (REFUSED, EXHAUSTED, OUTDONE)
ELSEWHERE = "竞合"  # the label of what takes off other support, of one clause or as a cap of several
ZERO = Fraction(0)
AmountRange = tuple[Fraction, Number]  # 元, from and to; UNLIMITED has no upper end


class ItemResult(NamedTuple):
    """One claim: its path, whether it counts, and its amount (元) after all caps."""

    path: str
    part: str
    counts: bool | None  # None: depends on what is missing
    amount: Fraction | None
    failed: tuple[str, ...] = ()  # the lines that it did not meet
    matter: str | None = None  # the key of its matter (事项标识), if it has one
    labels: tuple[str, ...] = ()  # of the lines in `failed`: 条件, 除外, 限次 …
    recorded: Fraction | None = None  # 裁量: what the authority recorded, before any bound


Refusals = tuple[tuple[str, tuple[tuple[str, str], ...]], ...] | None  # part, then label and line of each condition that is not met


class CapResult(NamedTuple):
    """A cap at work on one group: what stood before and after, and whose claims were cut by how much."""

    text: str
    words: str
    group: str
    limit: AmountRange
    before: AmountRange
    after: AmountRange
    used: AmountRange | None = None
    cuts: tuple[tuple[str, str, Fraction], ...] = ()  # path, 分项: a row may stand in several
    label: str = "上限"  # or 限次


class Conflict(NamedTuple):
    """10(2)-like rules at work: one matter against other support, 元."""

    matter: str
    before: AmountRange
    received: AmountRange
    rival: AmountRange
    after: AmountRange


class Notice(NamedTuple):
    """What a person must look at; the decision stands."""

    code: str
    message: str
    place: str  # the path of a fact, or clause numbers


class Alternative(NamedTuple):
    """What another choice of a reading would give, in 元; `status` None where that is not worked out, and `needs` says why."""

    choice: str
    differs: bool
    status: str | None = None
    amount: Fraction | None = None
    bound: Number | None = None
    amount_range: AmountRange | None = None
    bound_range: AmountRange | None = None
    sure: Fraction = ZERO
    this_year: Fraction | None = None
    applied: Fraction | None = None
    applied_range: AmountRange | None = None
    saying: Saying | None = None
    reverse: bool = False
    by_part: tuple[tuple[str, AmountRange], ...] = ()
    needs: str = ""  # what a person would have to do: the choice is not modelled

    @property
    def outcome(self) -> str | None:
        """The same in a few words; None where it is not worked out."""
        return None if self.status is None else _shown(self.status, self)


class ReadingUse(NamedTuple):
    """A reading that the clause rests on, with the choice made and what the others would give."""

    number: str
    choice: str
    risk: str
    question: str
    alternatives: tuple[Alternative, ...]
    disputed: bool


if TYPE_CHECKING:
    Money: TypeAlias = ClauseDecision | Alternative  # 元 of a clause, as it was decided or would be under another choice


# -- over all clauses -----------------------------------------------------------------------------------------


def totals(clauses: Iterable[ClauseDecision]) -> dict[str, AmountRange]:
    """元 by what is said of them: from what is sure to what is possible. Bounds of 裁量 are never in it."""
    return _by_words([(k, k.amount, k.amount_range) for k in clauses])


def totals_this_year(clauses: Iterable[ClauseDecision]) -> dict[str, AmountRange]:
    """元 paid this year, from what is sure to what is possible: instalments where there are any, else the amounts."""
    return _by_words([(k, k.amount if k.this_year is None else k.this_year, k.this_year_range or k.amount_range) for k in clauses])


Part = tuple[Fraction | None, AmountRange | None]  # an amount, or from what is sure to what is possible


def _by_words(clauses: Iterable[tuple[ClauseDecision, Fraction | None, AmountRange | None]]) -> dict[str, AmountRange]:
    """One sum for each: what is owed one way is not added to what is given another. What may still come out either way (0 too) is possible in both."""
    plain: list[Part] = []
    found: dict[str, list[Part]] = {GRANTED: plain}
    for clause, amount, span in clauses:
        saying = clause.saying
        if saying is None:
            plain.append((amount, span))
            continue
        if len({own.words() for _, own in saying.each}) > 1:
            told = dict(clause.by_part)
            for name, own in saying.each:
                found.setdefault(own.words(), []).append((None, told.get(name)))
            continue
        open_ = bool(saying.reverse) and amount is None and span is not None and not span[0]
        for reverse in (False, True) if open_ else (clause.reverse,):
            part = (amount, (ZERO, span[1]) if open_ and span is not None else span)
            found.setdefault(saying.words(reverse), []).append(part)
    return {words: _summed(parts) for words, parts in found.items() if parts} or {GRANTED: (ZERO, ZERO)}


def by_part(clause: ClauseDecision, judged: Any) -> tuple[tuple[str, AmountRange], ...]:
    """元 of each 分项 of what a clause grants, and under 裁量 and of what has none (). Where they are told of apart, also of nothing, and
    from what is sure to what is possible. `judged`: what generated code gave, which knows it without items.
    """
    apart = clause.saying is not None and bool(clause.saying.each)
    amount, names = clause.amount, clause.parts
    if len(names) < 2 - apart or (amount is None and clause.amount_range is None) or not (amount or apart):
        return ()
    if amount is None:
        return tuple((name, (ZERO, clause.amount_range[1])) for name in names if clause.amount_range is not None)
    if not amount:
        return tuple((name, (ZERO, ZERO)) for name in names)
    if judged is not None:
        return tuple((name, (x, x)) for name, x in zip(names, judged.parts(), strict=True))
    if clause.at_hand is None:  # of a list too long for that, what each has is not told
        return tuple((name, (ZERO, amount)) for name in names)
    sure = {name: sum((x.amount for x in clause.items if x.part == name and x.amount), ZERO) for name in names}
    rest = amount - sum(sure.values(), ZERO)
    open_ = {x.part for x in clause.items if x.amount is None} | clause.reasons.unlisted
    return tuple((name, (sure[name], sure[name] + (rest if name in open_ else ZERO))) for name in names)


def told_by_part(money: Money) -> tuple[tuple[str, AmountRange], ...]:
    """元 of each 分项, where 表述 tells of them apart."""
    return money.by_part if money.saying is not None and money.saying.each else ()


def only_total(found: Mapping[str, AmountRange]) -> AmountRange:
    """The one total. Raises XcrulesError (E569) where there are several, or it is that of one month."""
    if (month := next((x for x in found if x.startswith(EACH_MONTH)), "")):
        raise XcrulesError([Diagnostic(Code.SEVERAL_TOTALS, f"{month} 是一个月的金额，不是一共给多少", help="看 totals、totals_this_year；JSON 里是 分别合计")])
    if len(found) > 1:
        raise XcrulesError([Diagnostic(Code.SEVERAL_TOTALS, f"{'、'.join(found)} 是几样金额，不能相加", help="各看各的：totals、totals_this_year；JSON 里是 分别合计")])
    return next(iter(found.values()))


def worded(status: str, money: Money) -> str:
    """A status as people are told it: by 表述 what is granted is 给予补贴, 应补税款. An award of 0 is in force and granted nothing:
    its 状态 stays 应予支持, for programs, but nobody is told that 0元 is to be given."""
    if status == GRANTED and money.amount == 0:
        return "不予支持" if money.saying is None else nothing(money)
    return status if status != GRANTED or money.saying is None or money.saying.each else money.saying.words(money.reverse)


def zero_of(line: Origin) -> str:
    """The status of a zero that this step made: other support, or what was granted before."""
    return OUTDONE if line.label == ELSEWHERE else EXHAUSTED


def nothing(money: Money) -> str:
    """Why an award in force comes to 0元: so it was awarded, or something was, and it was taken away."""
    return LEFT_NOTHING if any(i.counts and i.recorded for i in getattr(money, "items", ())) else AWARDED_NOTHING  # another choice has no items


def told_apart(money: Money) -> tuple[tuple[str, str], ...]:
    """奖励企业 7万元, 奖励个人 3万元 (words, and 元): what is granted, 分项 by 分项, where 表述 tells of them apart."""
    if money.saying is None or not money.amount:
        return ()
    return tuple((money.saying.of(name).words(), range_text(span)) for name, span in told_by_part(money) if span[1])


def of_parts(money: Money) -> tuple[str, ...]:
    """国家 7万元, 省 3万元: what is granted, 分项 by 分项."""
    return tuple(f"{name} {range_text(span)}" for name, span in money.by_part) if money.amount else ()


def verb(money: Money, otherwise: str, part: str = "") -> str:
    """给予, 应退: what people are told is done with the amount (of one 分项), as 表述 has it."""
    return otherwise if money.saying is None else money.saying.reverse if money.reverse else money.saying.of(part).verb


def direction(money: Money) -> str:
    """The verb of a clause that may be owed one way or the other; "" while that is open."""
    if money.saying is None or not money.saying.reverse or not money.amount:
        return ""
    return verb(money, "")


def _summed(parts: Iterable[Part]) -> AmountRange:
    over: dict[int, int] = {}  # numerators by denominator: adding fractions one to the other takes ten times as long
    spans: list[AmountRange] = []
    for amount, span in parts:
        if amount is None:
            if span is not None:
                spans.append(span)
        elif amount is not ZERO:
            numerator, denominator = amount.as_integer_ratio()
            over[denominator] = over.get(denominator, 0) + numerator
    whole = lcm(*over)
    sure = Fraction(sum([n * (whole // d) for d, n in over.items()]), whole) if over else ZERO
    if not spans:
        return sure, sure
    low = sum([first for first, _ in spans], sure)
    endless = next((last for _, last in spans if isinstance(last, Unlimited)), None)
    return low, endless or sum([last for _, last in spans if not isinstance(last, Unlimited)], sure)


def cents_of(clause: ClauseDecision) -> int | None:
    """分 of a decided clause; 0 where nothing can be granted."""
    if clause.amount is not None:
        return int(clause.amount * 100)
    return None if clause.status in (DISCRETION, POOLED, PENDING) else 0


def counted_twice(clauses: Iterable[ClauseDecision]) -> tuple[Notice, ...]:
    """Matters that come to something in several clauses: nothing is taken off for it, and what others gave is taken off in each."""
    found: dict[str, list[str]] = {}
    lessened: list[str] = []
    for clause in clauses:
        for item in clause.at_hand.items if clause.at_hand else ():
            if (item.counts and item.matter and item.amount != 0
                and not any(x.label == ELSEWHERE for x in clause.caps)
                and clause.number not in found.setdefault(item.matter, [])):
                found[item.matter].append(clause.number)
        lessened += [x.matter for x in clause.at_hand.conflicts if x.received[0] > 0] if clause.at_hand else []
    return tuple(Notice(Code.COUNTED_TWICE, f"同一事项 {m} 在 {'、'.join(map(short_name, n))} 几款都计入，几款之间没有扣减"
                        f"{'，别处已得的在每款里各扣了一次' if lessened.count(m) > 1 else ''}，请核对是否重复", "、".join(n))
                 for m, n in found.items() if len(n) > 1)


def given_otherwise(clauses: Iterable[ClauseDecision]) -> tuple[Notice, ...]:
    """Awards that the bounds, or 取整, do not leave as they were recorded; shares of a 总额 above what was applied for."""
    told = [k for k in clauses if k.status in (GRANTED, POOLED) and k.at_hand]
    above = (
        Notice(
            Code.AWARD_BOUNDED, f"{short_name(k.number)}：分得的是 {money_text(x.limit[0])}，高于申请的，{verb(k, '给')} {money_text(x.before[0])}", k.number,
        )
        for k in told
        if k.status == GRANTED
        for x in k.caps
        if x.label == "统筹" and not isinstance(x.limit[0], Unlimited) and x.before[1] < x.limit[0]
    )
    return (*above, *_awards(told))


def _awards(clauses: Iterable[ClauseDecision]) -> Iterable[Notice]:
    return (Notice(Code.AWARD_BOUNDED, f"{short_name(k.number)} {i.path}：核定的是 {money_text(i.recorded)}，{'按上限、从高、取整' if i.amount < i.recorded else '按下限、取整'}{verb(k, '给')} {money_text(i.amount)}", k.number)
                 for k in clauses for i in k.items
                 if i.recorded is not None and i.amount is not None and abs(i.recorded - i.amount) >= Fraction(1, 100))


def shown(clause: ClauseDecision) -> str:
    """The outcome in a few words: 应予支持 30万元."""
    return clause.exempt or _shown(clause.status, clause)


def _shown(status: str, money: Money) -> str:
    if status == PENDING:
        span = open_range(money)
        if span and not isinstance(span[1], Unlimited) and span[1]:
            return f"{PENDING}（{range_text(span)}）"
        return PENDING
    if apart := told_apart(money):
        return "，".join(map(" ".join, apart))
    if money.amount is not None and money.amount:
        return f"{worded(status, money)} {money_text(money.amount)}"
    if status == GRANTED and money.amount == 0:
        return f"不予支持（{nothing(money)}）" if money.saying is None else nothing(money)
    if money.applied is not None:
        return f"{status}，申请 {money_text(money.applied)}"
    if money.bound is not None:
        return f"{status}，{f'至少 {money_text(money.sure)}，' if money.sure else ''}上限 {money_text(money.bound)}"
    if money.this_year:
        return f"{status}，本年拨付 {money_text(money.this_year)}"
    return status


def open_range(money: Money) -> AmountRange | None:
    """元 of a 待补充 clause: from what is sure to the most that it may come to, which under 裁量 is its bound at the highest."""
    if money.bound_range is None:
        return money.applied_range or money.amount_range
    return (money.amount_range or (Fraction(0),))[0], money.bound_range[1]


def range_text(span: AmountRange) -> str:
    """30万元, or 10万元 至 30万元."""
    return money_text(span[0]) if span[0] == span[1] else f"{money_text(span[0])} 至 {money_text(span[1])}"


class UnknownClauseError(XcrulesError, KeyError):
    """E543, of whoever asks for a clause by its number; a KeyError too, as `decision["2(9)"]` of any mapping is."""

    __str__ = Exception.__str__  # not the repr that KeyError prints


def unknown_clause(number: object, numbers: Sequence[str]) -> Diagnostic:
    """E543: there is no clause of this number among these."""
    text = said(number)
    return Diagnostic(Code.UNKNOWN_CLAUSE, f"没有编号为 {short_name(text)} 的款", path=text, help=did_you_mean(text, numbers) or f"有：{'、'.join(numbers)}")


def said(value: object) -> str:
    """What the caller gave in the place of a name, to tell it."""
    return short(str(simple(value)))
