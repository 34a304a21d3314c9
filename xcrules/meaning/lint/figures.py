"""Numbers of a clause held against those of its lines: W303 one that the law does not say, W304 one of the law that no line takes up."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.money import money_text
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.facts.types import MULTIPLIERS, NO_UNITS, show
from xcrules.facts.units import MEASURES
from xcrules.meaning import keys

from .exchanged import before_going, told_shares
from .following import derived, last_days, stepped, totals
from .numbers import ALIKE, DAY, MONEY, MULT, OTHER, RATE, YEAR, Mention, Sought, digits, same, told_as
from .passages import Passage
from .phrases import UPWARDS, compared
from .spoken import law_numbers
from .written import rule_numbers

_Forms = list[tuple[Mention, Mention]]  # numbers of the law, and what lines may write for them


@frozen
class _Clause:
    """The passages of a clause, and what may be written beneath each of them."""

    passages: list[Passage]
    anywhere: Sought  # what the clause, its lead and its 款 say
    forms: _Forms
    days: set[Fraction]  # that any article says


def figures(
    passages: list[Passage], above: list[Mention], beneath: list[syntax.Line], days: set[Fraction], columns: list[Mention],
    paid_over: int = 0, rates: Iterable[Fraction] = (),
) -> Iterator[Diagnostic]:
    """Of a clause; a day that another article says (`days`) may stand in a line, where no day of the clause itself is left over;
    what points are added to or taken from is among `rates`.

    What a lead says may be taken up by the lines of its 款 (`beneath`), by the columns that are read (`columns`), and by 义务.
    What is given is paid over `paid_over` years at most.
    """
    said = [n for passage in passages for n in passage.numbers] + above
    said += derived(said)
    if any(line.label == Label.YEARS for passage in passages for line in passage.lines):  # 时效 goes on while something is paid of what it gave
        said += [evolve(n, value=n.value + more) for n in said if n.kind == YEAR for more in range(1, paid_over + 1)]
    paid = any(line.label == Label.PAYMENT for passage in passages for line in passage.lines)
    forms = [*(totals(said) if paid else ()), *(pair for passage in passages for pair in passage.of_wholes)]
    forms += (pair for passage in passages for pair in stepped(passage.numbers, passage.words, rates))
    clause = _Clause(passages, Sought([*said, *(other for _, other in forms)]), forms, days)
    units = passages[0].units if passages else NO_UNITS
    taken = [n for line in beneath for n in rule_numbers(line, units)] + columns
    for passage in passages:
        taken += (n for note in passage.quote.notes if note.label == Label.DUTY for n in law_numbers(note.text, units))
        left = _left_over(passage, clause, Sought(taken)) if passage.lines else []
        for line in passage.lines:
            yield from _unsaid(line, passage, clause, left)
        yield from (_unused(law, passage) for law in left)


# -- W303 --------------------------------------------------------------------------------------------------


def _unsaid(line: syntax.Line, passage: Passage, clause: _Clause, left: list[Mention]) -> Iterator[Diagnostic]:
    """What a line says and the law does not; what it may have been meant for is no longer `left` over."""
    for rule in _to_be_said(line, passage, clause.passages):
        if (
            rule.value != 0
            and (rule.value != 1 or rule.kind == RATE)
            and not _says(passage.saying(rule), rule, passage)
            and not _follows(rule, passage, clause.passages)
            and not _said_elsewhere(line, rule, passage, clause, left)
        ):
            yield _not_in_law(line, rule, left, passage)
            left[:] = [n for n in left if n.kind != rule.kind and not _less_unit(n, rule)]


def _says(laws: list[Mention], rule: Mention, passage: Passage) -> bool:
    return any(not _borne(law, rule, passage) for law in laws)


def _said_elsewhere(line: syntax.Line, rule: Mention, passage: Passage, clause: _Clause, left: list[Mention]) -> bool:
    """Whether another quote of the clause says it, and nothing here is left over in its stead; or another article the day."""
    if rule.kind == DAY and rule.value in clause.days and not any(n.kind == DAY for n in left):
        return True
    ordinal = rule.unit in ("", "数") and rule.kind == OTHER and any(n.kind == OTHER and not n.unit for n in passage.numbers)  # 次序 为 3 beneath 第二次
    in_its_stead = ordinal or any(n.kind == rule.kind != DAY for n in left)
    return not in_its_stead and _says(clause.anywhere.laws_for(rule), rule, passage) and not _replaced(line, rule, passage)


def _replaced(line: syntax.Line, rule: Mention, passage: Passage) -> bool:
    """Whether another choice of the reading has, where this line has a number of another quote, one of its own."""
    numbers = passage.numbers_of(line)
    others = [theirs[numbers.index(rule)] for theirs in map(passage.numbers_of, passage.others(line)) if len(theirs) == len(numbers)]
    return any(x.kind == rule.kind and x != rule and passage.saying(x) for x in others)


def _to_be_said(line: syntax.Line, passage: Passage, passages: list[Passage]) -> list[Mention]:
    """The numbers of a line that the law must say: not the first day of 施行 where that is the day of publication, which no text can name,
    nor 2年 of 60%、40% where it says 当年60%，次年40%."""
    numbers = passage.numbers_of(line)
    if line.label == Label.PAYMENT:
        numbers = before_going(passage, line)  # what then is given back, another article says
        told = told_shares(passage, line)[0]  # in another order, exchanged.py says it
        return [n for n in numbers if not (told and n.kind == RATE) and (n.unit != "年" or n.value != sum(x.kind == RATE for x in numbers))]
    if line.label != Label.TERM or not numbers or numbers[0].kind != DAY:
        return numbers
    if any(law.kind == DAY and law.value in last_days(numbers) for p in passages for law in p.numbers):
        return []  # the law says the last day, the line how many years it is until then
    return numbers[1:] if any(_ON_PUBLICATION.search(p.quote.words) for p in passages) else numbers


_ON_PUBLICATION = re.compile("(?:发布|印发|公布|颁布|下发|签发)之日(?:起|后|施行|实施|生效)")


def _follows(rule: Mention, passage: Passage, passages: list[Passage]) -> bool:
    """投资 的 50%, or 50万元 beside 100万元, where the clause says 减半; 100% where it says 全额, 18周岁 of 未成年人; 第二年 of 连续三年; 12月31日 of 年底."""
    words = passage.words
    if rule.text.startswith("第"):
        begun = (law.value for law in passage.numbers if words[: law.at[0]].endswith("第") and _ON.match(words, law.at[1]))
        first = max([Fraction(1), *begun])
        return any(law.unit == "年" and law.value + first > rule.value for law in passage.numbers)
    if rule.kind == YEAR:
        return "次年" in words and any(law.kind == YEAR and law.value + 1 == rule.value for law in passage.numbers)
    if rule.kind == DAY:
        day = datetime.date.fromordinal(int(rule.value))
        month = f"(?:{day.month}月){'?' if day.month == 12 else ''}"
        return (day + datetime.timedelta(1)).day == 1 and re.search(rf"{day.year}年{month}年?[底末]", words) is not None
    whole = rule.kind == RATE and rule.value == 1
    said = "。".join(p.words for p in passages)
    if (whole and (_IN_FULL.search(said) or _ALL_BY_ONE.search(words))) or (rule.text == "18周岁" and "成年" in said):
        return True
    times = [t for t, spoken in ((Fraction(1, 2), "减半|折半"), (Fraction(2), "加倍|双倍")) if re.search(spoken, said)]
    if rule.kind == OTHER and any(rule.value == MULTIPLIERS[many] for many in _EACH_OF_MANY.findall(words)):
        return True
    if rule.kind == MONEY:
        return any(law.kind == MONEY and rule.value == law.value * t for law in passage.numbers for t in times)
    return rule.value in times


_EACH_OF_MANY = re.compile(f"每(?:满|增加|超过|超)?({MULT})")  # 每万千瓦时
_ON = re.compile("年?度?起")  # 自第二年起连续两年: the third is the last
_IN_FULL = re.compile("全额|足额|全部(?:给予|补贴|补助|拨付|兑现|发放|返还)")
_ALL_BY_ONE = re.compile("(?:^|[,。;:的])(?!比例)[^,。;\\d]{0,8}由[^,。;\\d、和与各]{1,16}(?:承担|负担)(?:[,。;]|$)")


def _not_in_law(line: syntax.Line, rule: Mention, left: list[Mention], passage: Passage) -> Diagnostic:
    place = line.span_of(rule.at)
    if found := _in_another_unit(rule, passage, place):
        return found
    if (law := next((n for n in passage.saying(rule) if _borne(n, rule, passage)), None)) is not None:
        said = f"「{rule.text}」是一个比一个，原文的「{law.text}」说的是各占多少"
        return _number(place, said, f"写成各占的比例：{_share_texts(law, rule, passage)}")
    free = [n for n in left if _comparable(n, rule, passage)]
    likely = free or [n for n in passage.numbers if _comparable(n, rule, passage)]
    likely = sorted(likely, key=lambda n: digits(n.text) != digits(rule.text))
    forms = _may_be_meant(rule, free, likely, passage)
    said = f"原文说的是「{'」「'.join(dict.fromkeys(_told(n) for n in likely[:4]))}」" if likely else "上面这一款的原文里没有这个数"
    if forms:
        help = f"改为 {forms[0]}" if len(forms) == 1 else f"对照原文，看是不是 {' 或 '.join(forms[:4])}"
    else:
        perhaps = f" {_as_rule(likely[0], rule)}，" if len({n.value for n in likely}) == 1 else ""
        help = f"核对是不是{perhaps}多写或漏写了一位；另有依据的，用 静默：W303，理由"
    return _number(place, f"「{rule.text}」不在原文里：{said}", help)


def _told(law: Mention) -> str:
    """1兆瓦, of which 兆瓦 is no unit of the policy."""
    return law.text if law.unit or law.kind != OTHER else law.text + "".join(law.measured)


def _number(place: Span, said: str, help: str) -> Diagnostic:
    return Diagnostic(Code.NUMBER_NOT_IN_LAW, said, place, help, spoils=(keys.figure(place),))


def _in_another_unit(rule: Mention, passage: Passage, place: Span) -> Diagnostic | None:
    """15亩 where the law has 15公顷, 40元/亩 where it has 每公顷40元."""
    alike = (n for n in passage.numbers if n.value == rule.value and n.measured and rule.measured and n.kind == rule.kind)
    if (law := next(alike, None)) is None:
        return None
    unit, each = law.measured[0], rule.kind == MONEY
    right = f"{law.text}/{unit}" if each else law.text.removesuffix(unit) + unit
    said = f"「{rule.text}」不在原文里：原文说的是{'每' + unit if each else ''}「{right.partition('/')[0]}」"
    return _number(place, said, f"单位不是原文的：写成 {right}，填报的一栏单位不合的，改它的类型；已经折算过的，用 静默：W303，理由")


def _may_be_meant(rule: Mention, free: list[Mention], likely: list[Mention], passage: Passage) -> list[str]:
    """What a line should say: a number that is left over; what another line takes up, where only the place of a digit differs. None where one cannot tell."""
    dated = rule.kind in (DAY, YEAR) or rule.unit in ("年", "步年")  # what another line takes up, or one year more, may be meant
    if dated and (not free or any(n.unit == "年" and abs(n.value - rule.value) == 1 for n in free)):
        return []
    if any(n.kind == RATE == rule.kind and abs(rule.value - 1) == n.value for n in likely):
        return []  # 120% may be 超过20%
    meant = likely if free else [n for n in likely if digits(n.text).strip("0") == digits(rule.text).strip("0")]
    return list(dict.fromkeys(_share_texts(n, rule, passage) or _as_rule(n, rule) for n in meant))


def _comparable(law: Mention, rule: Mention, passage: Passage) -> bool:
    """Whether one may be meant for the other: of one kind, counts of one unit, so much for each of something."""
    if law.kind == rule.kind == MONEY:
        return _for_each(law, passage) if "/" in rule.unit else passage.words[law.at[1] : law.at[1] + 1] != "/"
    if law.kind != OTHER or not rule.unit or law.kind != rule.kind or told_as(law, rule) is not None:
        return law.kind == rule.kind or _less_unit(law, rule)
    if not law.unit:
        return re.match(rf"\s*(?:[A-Za-z]|{re.escape(rule.unit)})", passage.words[law.at[1] :]) is not None  # 2000TEU may be so many 件
    said, told = ALIKE.get(law.unit, law.unit), ALIKE.get(rule.unit, rule.unit)
    return said == told or {said, told} == {"年", "月"}


def _for_each(law: Mention, passage: Passage) -> bool:
    """Whether the law pays it for each of something: 500元/吨, 每月补贴500元; not 最高500万元, 销售额500万元以上."""
    before = re.split("[。;]", passage.words[: law.at[0]])[-1]
    if passage.words[law.at[1] : law.at[1] + 1] == "/":
        return True
    return re.search("[每按]", re.split("[,:]", before)[-1] if compared(passage.words, law)[0] else before) is not None


def _less_unit(law: Mention, rule: Mention) -> bool:
    """5 for 5%."""
    return law.kind == RATE and rule.unit in ("", "数") and digits(law.text) == digits(rule.text)


def _borne(law: Mention, rule: Mention, passage: Passage) -> bool:
    """Whether a rule has 6:4, a ratio, where the law says 按6:4的比例承担."""
    return ":" in rule.text and same(law, rule) and passage.borne(law)


def _share_texts(law: Mention, rule: Mention, passage: Passage) -> str:
    """60% 或 40% of 6:4; empty where the law has no shares."""
    return " 或 ".join(dict.fromkeys(_as_rule(other, rule) for one, other in passage.of_wholes if one == law and ":" in law.text))


def _as_rule(law: Mention, rule: Mention) -> str:
    if law.kind == MONEY:
        each = "/" + rule.text.partition("/")[2] if law.kind == rule.kind and "/" in rule.unit and told_as(law, rule) in (None, law.value) else ""
        return (law.text if law.text.endswith("元") and law.text[0].isdigit() else money_text(law.value)) + each
    if law.kind == OTHER and (value := told_as(law, rule)) is not None and rule.text.endswith(rule.measured[0]):
        return show(value) + rule.measured[0]
    if law.kind == RATE and ":" not in law.text:
        return show(law.value * 100) + "%"
    if law.kind != OTHER:
        return law.text
    if law.unit == "个月" and "个月" in rule.text:
        return f"{show(law.value)}个月"
    own = "" if {law.unit, rule.unit} <= {*MEASURES} else law.unit.removeprefix("个")  # 5名 of a list told 逐名, where the law has 5人
    return show(law.value) + (own or rule.unit.removeprefix("步"))


# -- W304 --------------------------------------------------------------------------------------------------


def _unused(law: Mention, passage: Passage) -> Diagnostic:
    place = passage.place(law.at)
    told = law.unit or law.kind != OTHER
    right = _share_texts(law, law, passage) or _as_rule(law, law) if told else _told(law)
    return Diagnostic(Code.LAW_NUMBER_UNUSED, f"原文说「{law.text}」，下面没有一行写到", place,
                      f"漏了的，补一行写到 {right}；写错了数的，改过来；确实不必写的，用 静默：W304，理由", rests_on=(keys.phrase(place),))


def _left_over(passage: Passage, clause: _Clause, beneath: Sought) -> list[Mention]:
    """The numbers of a passage that some line should take up and none does."""
    halved = any(line.label == Label.HALVING for line in passage.lines)  # that is 50%
    return [
        n
        for n in passage.numbers
        if not (halved and n.kind == RATE and n.value * 2 == 1)
        and _weighty(n, passage.words)
        and not beneath.rules_for(n)
        and not any(_taken(x, passage, clause.passages) for x in (n, *(other for one, other in clause.forms if one == n)))
    ]


def _weighty(law: Mention, words: str) -> bool:
    """Numbers of the law that a rule should take up: money, rates, days, and counts of years, times, countries; what something must come up to, and how many things at most."""
    if law.kind in (MONEY, RATE, DAY):
        return law.value != 0
    if law.kind != OTHER or law.value <= 1:
        return False
    if law.unit == "月" and (_CALENDAR_MONTH.match(words, law.at[1]) or re.search("年度?$", words[: law.at[0]])):
        return False  # 每年3月底前
    if law.unit in ("年", "国", "个国家", "国家", "月", "个月", "件"):
        return True
    if law.unit == "次" and _TIMES_GIVEN.search(words[max(law.at[0] - 16, 0) : law.at[1] + 8]):
        return True
    sense = compared(words, law)[0] if law.text[0].isdigit() else ""
    return sense in UPWARDS or (sense == "不超过" and law.unit in MEASURES)  # 不少于100人; 不超过20台


_CALENDAR_MONTH = re.compile("[份底初末前上中下]")
_TIMES_GIVEN = re.compile("给予|奖|补|资助|享受|申[请报]|领取|兑现|支持|减免|每年")  # how often something is given, not how often something happened


def _taken(law: Mention, passage: Passage, passages: list[Passage]) -> bool:
    """Some line takes the number up: beneath its quote, or in the clause beneath a quote that does not say it, or less often than its lines write it."""
    if any(_taken_otherwise(law, line, passage) for line in passage.lines):
        return True
    return any(
        x.sought_of(line).rules_for(law) or (law.kind == OTHER and law.value == 2 and ("前年" in line.text or "上年" in line.text))
        for x in passages
        if x is passage or not (own := sum(same(law, n) or n == law for n in x.said.near(law))) or own < _times_written(law, x)
        for line in x.lines
    )


def _taken_otherwise(law: Mention, line: syntax.Line, passage: Passage) -> bool:
    """Whether a line does what a number says without the number."""
    body = line.body
    if isinstance(body, syntax.Payment):
        equal = law.kind == RATE and "等额" in line.text and any(n.value * law.value == 1 for n in passage.numbers_of(line))  # 每年三分之一 of 分 3年 等额
        twice = law.unit == "次" and len(body.shares) == law.value  # 分两次发放 of 分期 50%、50%
        return equal or twice or law.text in told_shares(passage, line)[0].split("、") or (law.unit == "年" and len(body.shares) > law.value)  # 前四年 of five shares
    if law.kind == DAY:
        return line.label in (Label.TERM, Label.YEARS) and law.value in last_days(passage.numbers_of(line))
    whole = law.kind == RATE and law.value == 1  # a bound or amount that is the whole of something
    return whole and isinstance(getattr(body, "amount", None), syntax.Name | syntax.YearRef | syntax.FoldOf)


def _times_written(law: Mention, passage: Passage) -> int:
    """How often the lines beneath a quote write a number, those of several choices of a reading once; tables repeat theirs at will."""
    times = [(any(t.choice for t in x.tags), len(passage.sought_of(x).rules_for(law))) for x in passage.lines if not x.rows]
    return sum(n for chosen, n in times if not chosen) + max((n for chosen, n in times if chosen), default=0)
