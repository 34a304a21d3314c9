"""The law's words held against the lines beneath them: 150 against 15, 不超过 without 上限, 一次性 without 限次."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import clause_key, is_under
from xcrules.base.money import money_text
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label, card_of
from xcrules.draft.outline import Outline
from xcrules.facts.tables import Schema
from xcrules.facts.types import NO_UNITS, BoolType, EnumType, show
from xcrules.facts.units import MEASURES
from xcrules.meaning import keys
from xcrules.meaning.clauses.leads import EVERY
from xcrules.meaning.expressions.examples import example_of

from .exchanged import exchanged
from .logic import logic_of
from .members import asked_of, idle_arms, members_of
from .numbers import (
    DAY,
    MONEY,
    OTHER,
    RATE,
    YEAR,
    Mention,
    Sought,
    derived,
    digits,
    last_days,
    law_days,
    law_numbers,
    rule_numbers,
    same,
    totals,
)
from .passages import Passage, limits_read, passages_of, with_limits
from .phrases import AWARDS, UPWARDS, compared, promises
from .senses import senses_of
from .slips import cited, gaps, of_another_part, repeated


def law_and_lines(law: Outline, schema: Schema) -> Iterator[Diagnostic]:
    """Clause by clause; quotes without a line belong to none."""
    quotes: dict[str, list[tuple[int, syntax.Quote]]] = {}  # how manieth quote of the policy, and the quote
    for at, (quote, number) in enumerate(law.quotes):
        quotes.setdefault(number if quote.lines else "", []).append((at, quote))
    beneath: dict[str, list[syntax.Quote]] = {}  # what stands in the 款 of an article
    for quote, number in law.quotes:
        for lead in law.leading:
            if is_under(number, lead):
                beneath.setdefault(lead, []).append(quote)
    afar, limited = _from_afar(law), with_limits(x.line for x in law.lines)
    own_words: dict[str, list[syntax.Quote]] = {}
    for quote, number in law.quotes:
        own_words.setdefault(number, []).append(quote)
    days = {day for own in quotes.values() for _, q in own for day in law_days(q.words)}
    whole = canonical("。".join(q.words for q, _ in law.quotes))
    asked = {x.value.text for quote, _ in law.quotes for line in quote.lines for x in asked_of(line.body) if isinstance(x.value, syntax.Name)}
    defined = {
        x.body.name.text: {n.text for n in syntax.pieces_of(x.body.value) if isinstance(n, syntax.Name)}
        for quote, _ in law.quotes
        for x in quote.lines
        if isinstance(x.body, syntax.Let) and x.label == Label.DEFINITION and isinstance(x.body.value, _FLAGS)
    }
    flags = set(defined) | {f.name for table in schema.tables for f in table.fields if isinstance(f.type, BoolType) and len(f.name) > 1}
    yield from (d for quote, _ in law.quotes for d in repeated(quote))
    ruled = tuple(number for number, own in quotes.items() if any(not card_of(x.label).silent and x.label != Label.DEFINITION for _, quote in own for x in quote.notes))
    for number, own in quotes.items():
        if any(not card_of(line.label).silent for _, quote in own for line in quote.notes):
            article = [q for lead in law.leading if is_under(number, lead) for _, q in quotes.get(lead, [])]
            passages = passages_of(own, schema.units)
            around = [x for q in (*beneath.get(number, ()), *article) for x in q.notes if not card_of(x.label).silent]
            around += [line for key, line in afar if key in (number, EVERY) or is_under(number, key)]
            around += limits_read(limited, [x for _, q in own for x in q.notes])
            afield = [q for q, _ in law.quotes] if any(_CITES.search(p.words) for p in passages) else [*article, *beneath.get(number, ())]
            yield from _numbers(passages, [n for q in afield for n in law_numbers(q.words, schema.units)], around, days, _of_columns(passages, schema))
            yield from _promised_in_words(passages, around, schema)
            yield from exchanged(passages)
            yield from gaps(passages, schema.units)
            yield from cited(passages, ruled)
            yield from of_another_part(passages)
            yield from senses_of(passages, whole)
            named = list(members_of(passages, around, schema, asked, defined))
            yield from named
            yield from (x for x in idle_arms(passages) if all(x.span != d.span for d in named))
            yield from logic_of(passages, [q for n in range(1, len(number)) if is_under(number, number[:n]) for q in own_words.get(number[:n], ())], flags)


_CITES = re.compile("(?:按照?|依照|参照|比照)(?:[上前][一两二三]?[条款项]|第[^,。;]{1,8}[条款项])[^,。;]{0,8}(?:标准|规定|执行|计|收|缴|给)")  # whose numbers are these then


def _from_afar(law: Outline) -> list[tuple[str, syntax.Line]]:
    """Lines that stand under the words of another clause, each with a clause that it governs: beneath 用于, and of several clauses together."""
    home = {id(quote): number for quote, number in law.quotes}
    lines = [x for x in law.lines if x.quote is not None]
    named = (
        (key if key == EVERY else clause_key(key, law.names), x.line)
        for x in lines
        if isinstance(x.line.body, syntax.Cap | syntax.CountCap)
        for key in x.line.body.scope.clauses
    )
    return [*((key, line) for key, line in named if isinstance(key, str)), *((x.number, x.line) for x in lines if x.number != home.get(id(x.quote), x.number))]


def _of_columns(passages: list[Passage], schema: Schema) -> list[Mention]:
    """The numbers that the columns which the lines read say of themselves: 前12个月平均工资, in their name, 说明 or members, 三年以下有期徒刑."""
    text = "\n".join(line.text for passage in passages for line in passage.lines)
    return [
        n
        for table in schema.tables
        for f in table.fields
        if f.name in text
        for x in (f.name, f.note, *(f.type.members if isinstance(f.type, EnumType) else ()))
        for n in law_numbers(x, schema.units)
    ]


def _numbers(passages: list[Passage], above: list[Mention], beneath: list[syntax.Line], days: set[Fraction], columns: list[Mention]) -> Iterator[Diagnostic]:
    """W303 a number of a rule that the clause does not say; W304 a number of the law that no line takes up.

    A day that another article says (`days`) may stand in a line, where no day of the clause itself is left over. What a lead
    says may be taken up by the lines of its 款 (`beneath`), by the columns that are read (`columns`), and by 义务.
    """
    taken = [n for line in beneath for n in rule_numbers(line, passages[0].units if passages else NO_UNITS)]
    said = [n for passage in passages for n in passage.numbers] + above
    said += derived(said)
    paid_over_years = totals(said) if any(line.label == "拨付" for passage in passages for line in passage.lines) else []
    said_otherwise = [*paid_over_years, *(pair for passage in passages for pair in passage.of_wholes)]
    said += [other for _, other in said_otherwise]
    taken += columns
    anywhere = Sought(said)
    for passage in passages:
        taken = [*taken, *(n for note in passage.quote.notes if note.label == Label.DUTY for n in law_numbers(note.text, passage.units))]
        lines, up = [(line, passage.numbers_of(line)) for line in passage.lines], Sought(taken)
        forms = {n: [n, *(other for one, other in said_otherwise if one == n)] for n in passage.numbers}
        halved = any(line.label == Label.HALVING for line in passage.lines)  # that is 50%
        open_numbers = [
            n
            for n in passage.numbers
            if lines
            and not (halved and n.kind == RATE and n.value * 2 == 1)
            and _weighty(n, passage.words)
            and not any(same(n, x) for x in up.near(n))
            and not any(_taken(x, passage, passages) for x in forms[n])
        ]
        for line, numbers in lines:
            for rule in _to_be_said(line, numbers, passages):
                if (
                    rule.value == 0
                    or (rule.value == 1 and rule.kind != RATE)
                    or any(same(law, rule) and not _borne(law, rule, passage) for law in passage.said.near(rule))
                    or _follows(rule, passage, passages)
                ):
                    continue
                ordinal = rule.unit in ("", "数") and rule.kind == OTHER and any(n.kind == OTHER and not n.unit for n in passage.numbers)  # 次序 为 3 beneath 第二次
                if (
                    any(same(law, rule) and not _borne(law, rule, passage) for law in anywhere.near(rule))
                    and not ordinal
                    and not any(n.kind == rule.kind != DAY for n in open_numbers)
                    and not _replaced(line, numbers, rule, passage)
                ):
                    continue  # another quote of the clause says it, and nothing here is left over in its stead
                if rule.kind == DAY and rule.value in days and not any(n.kind == DAY for n in open_numbers):
                    continue
                yield _not_in_law(line, rule, open_numbers, passage)
                open_numbers = [n for n in open_numbers if n.kind != rule.kind and not _less_unit(n, rule)]
        for law in open_numbers:
            place = passage.place(law.at)
            yield Diagnostic(Code.LAW_NUMBER_UNUSED, f"原文说「{law.text}」，下面没有一行写到", place,
                             f"漏了的，补一行写到 {_share_texts(law, law, passage) or _as_rule(law, law) if law.unit or law.kind != OTHER else law.text + ''.join(law.measured)}；写错了数的，改过来；确实不必写的，用 静默：W304，理由", rests_on=(keys.phrase(place),))


def _replaced(line: syntax.Line, numbers: list[Mention], rule: Mention, passage: Passage) -> bool:
    """Whether another choice of the reading has, where this line has a number of another quote, one of its own."""
    others = [theirs[numbers.index(rule)] for theirs in map(passage.numbers_of, passage.others(line)) if len(theirs) == len(numbers)]
    return any(x.kind == rule.kind and x != rule and any(same(law, x) for law in passage.numbers) for x in others)


_ON_PUBLICATION = re.compile("(?:发布|印发|公布|颁布|下发|签发)之日(?:起|后|施行|实施|生效)")


def _to_be_said(line: syntax.Line, numbers: list[Mention], passages: list[Passage]) -> list[Mention]:
    """The numbers of a line that the law must say: not the first day of 施行 where that is the day of publication, which no text can name,
    nor 2年 of 60%、40% where it says 当年60%，次年40%."""
    if line.label == Label.PAYMENT:
        return [n for n in numbers if n.unit != "年" or n.value != sum(x.kind == RATE for x in numbers)]
    first = numbers[0] if numbers and line.label == Label.TERM and numbers[0].kind == DAY else None
    if first and any(law.kind == DAY and law.value in last_days(numbers) for passage in passages for law in passage.numbers):
        return []  # the law says the last day, the line how many years it is until then
    return numbers[1:] if first and any(_ON_PUBLICATION.search(passage.quote.words) for passage in passages) else numbers


def _follows(rule: Mention, passage: Passage, passages: list[Passage]) -> bool:
    """投资 的 50%, or 50万元 beside 100万元, where the clause says 减半; 100% where it says 全额, 18周岁 of 未成年人; 第二年 of 连续三年; 12月31日 of 年底."""
    if rule.text.startswith("第"):
        first = max([Fraction(1), *(law.value for law in passage.numbers if passage.words[: law.at[0]].endswith("第") and _ON.match(passage.words, law.at[1]))])
        return any(law.unit == "年" and law.value + first > rule.value for law in passage.numbers)
    if rule.kind == DAY and ((day := datetime.date.fromordinal(int(rule.value))) + datetime.timedelta(1)).day == 1:
        return re.search(rf"{day.year}年(?:{day.month}月){'?' if day.month == 12 else ''}年?[底末]", passage.words) is not None
    whole = rule.kind == RATE and rule.value == 1
    if any(fits and re.search(words, p.words) for fits, words in ((whole, "全额|足额|全部(?:给予|补贴|补助|拨付|兑现|发放|返还)"), (rule.text == "18周岁", "成年")) for p in passages) or (whole and _ALL_BY_ONE.search(passage.words)):
        return True  # in full is 100%; 民法典第17条
    return any((rule.value == times and rule.kind != MONEY) or any(law.kind == rule.kind == MONEY and rule.value == law.value * times for law in passage.numbers)
               for times, words in ((Fraction(1, 2), "减半|折半"), (2, "加倍|双倍")) if any(re.search(words, p.words) for p in passages))


_ON = re.compile("年?度?起")  # 自第二年起连续两年: the third is the last
_ALL_BY_ONE = re.compile("(?:^|[,。;:的])(?!比例)[^,。;\\d]{0,8}由[^,。;\\d、和与各]{1,16}(?:承担|负担)(?:[,。;]|$)")


_ALIKE = {"年": "时间", "步年": "时间", "年后": "时间", "月": "时间", "个月": "时间", "名": "人", "国家": "国", "个国家": "国", "平方米": "㎡"}


def _comparable(law: Mention, rule: Mention, passage: Passage) -> bool:
    """Whether one may be meant for the other: of one kind, counts of one unit."""
    if law.kind != OTHER or not rule.unit or law.kind != rule.kind:
        return law.kind == rule.kind or _less_unit(law, rule)
    if not law.unit:
        return re.match(rf"\s*(?:[A-Za-z]|{re.escape(rule.unit)})", passage.words[law.at[1] :]) is not None  # 2000TEU may be so many 件
    return _ALIKE.get(law.unit, law.unit) == _ALIKE.get(rule.unit, rule.unit)


def _less_unit(law: Mention, rule: Mention) -> bool:
    """5 for 5%."""
    return law.kind == RATE and rule.unit in ("", "数") and digits(law.text) == digits(rule.text)


def _not_in_law(line: syntax.Line, rule: Mention, missing: list[Mention], passage: Passage) -> Diagnostic:
    place = line.span_of(rule.at)
    if (other := next((n for n in passage.numbers if n.value == rule.value and n.measured and rule.measured and n.kind == rule.kind), None)) is not None:
        unit = other.measured[0]
        good = f"{other.text}/{unit}" if rule.kind == MONEY else other.text if other.text.endswith(unit) else f"{other.text}{unit}"
        return Diagnostic(Code.NUMBER_NOT_IN_LAW, f"「{rule.text}」不在原文里：原文说的是{'每' + unit if rule.kind == MONEY else ''}「{good.partition('/')[0]}」", place,
                          f"单位不是原文的：写成 {good}，填报的一栏单位不合的，改它的类型；已经折算过的，用 静默：W303，理由", spoils=(keys.figure(place),))
    if (other := next((n for n in passage.numbers if _borne(n, rule, passage)), None)) is not None:
        return Diagnostic(Code.NUMBER_NOT_IN_LAW, f"「{rule.text}」是一个比一个，原文的「{other.text}」说的是各占多少", place, f"写成各占的比例：{_share_texts(other, rule, passage)}", spoils=(keys.figure(place),))
    free = [n for n in missing if _comparable(n, rule, passage)]
    likely = sorted(free or [n for n in passage.numbers if _comparable(n, rule, passage)], key=lambda n: digits(n.text) != digits(rule.text))
    dated = rule.kind in (DAY, YEAR) or rule.unit in ("年", "步年")  # what another line takes up, or one year more, may be meant
    certain = not dated or (free and not any(n.unit == "年" and abs(n.value - rule.value) == 1 for n in free))
    meant = likely if free else [n for n in likely if digits(n.text).strip("0") == digits(rule.text).strip("0")]  # what another line takes up may be meant where only the place of a digit differs
    certain = certain and not any(n.kind == RATE == rule.kind and abs(rule.value - 1) == n.value for n in likely)  # 120% may be 超过20%
    forms = list(dict.fromkeys(_share_texts(n, rule, passage) or _as_rule(n, rule) for n in meant)) if certain else []
    texts = "」「".join(dict.fromkeys(n.text for n in likely[:4]))
    said = f"原文说的是「{texts}」" if likely else "上面这一款的原文里没有这个数"
    help = f"改为 {forms[0]}" if len(forms) == 1 else f"对照原文，看是不是 {' 或 '.join(forms[:4])}" if forms else ""
    perhaps = f" {_as_rule(likely[0], rule)}，" if len({n.value for n in likely}) == 1 else ""
    return Diagnostic(Code.NUMBER_NOT_IN_LAW, f"「{rule.text}」不在原文里：{said}", place, help or f"核对是不是{perhaps}多写或漏写了一位；另有依据的，用 静默：W303，理由",
                      spoils=(keys.figure(place),))


def _borne(law: Mention, rule: Mention, passage: Passage) -> bool:
    """Whether a rule has 6:4, a ratio, where the law says 按6:4的比例承担."""
    return ":" in rule.text and same(law, rule) and passage.borne(law)


def _share_texts(law: Mention, rule: Mention, passage: Passage) -> str:
    """60% 或 40% of 6:4; empty where the law has no shares."""
    return " 或 ".join(dict.fromkeys(_as_rule(other, rule) for one, other in passage.of_wholes if one == law and ":" in law.text))


def _as_rule(law: Mention, rule: Mention) -> str:
    if law.kind == MONEY:
        return law.text if law.text.endswith("元") and law.text[0].isdigit() else money_text(law.value)
    if law.kind == RATE and ":" not in law.text:
        return show(law.value * 100) + "%"
    if law.kind != OTHER:
        return law.text
    if law.unit == "个月" and "个月" in rule.text:
        return f"{show(law.value)}个月"
    return show(law.value) + (law.unit.removeprefix("个") or rule.unit.removeprefix("步"))


def _weighty(law: Mention, words: str) -> bool:
    """Numbers of the law that a rule should take up: money, rates, days, and counts of years, times, countries; what something must come up to, and how many things at most."""
    if law.kind in (MONEY, RATE, DAY):
        return law.value != 0
    if law.unit == "月" and (_CALENDAR_MONTH.match(words, law.at[1]) or re.search("年度?$", words[: law.at[0]])):
        return False  # 每年3月底前
    sense = compared(words, law)[0] if law.kind == OTHER and law.text[0].isdigit() else ""  # 不少于100人; 不超过20台
    return law.kind == OTHER and law.value > 1 and (sense in UPWARDS or (sense == "不超过" and law.unit in MEASURES) or law.unit in ("年", "国", "个国家", "国家", "月", "个月", "件")
                                                          or (law.unit == "次" and _TIMES_GIVEN.search(words[max(law.at[0] - 16, 0) : law.at[1] + 8]) is not None))


_CALENDAR_MONTH = re.compile("[份底初末前上中下]")
_TIMES_GIVEN = re.compile("给予|奖|补|资助|享受|申[请报]|领取|兑现|支持|减免|每年")  # how often something is given, not how often something happened


def _taken(law: Mention, passage: Passage, passages: list[Passage]) -> bool:
    """Some line takes the number up: beneath its quote, or in the clause beneath a quote that does not say it, or less often than its lines write it; 100% a bound or amount that is the whole of something."""
    if law.kind == RATE and law.value == 1 and any(isinstance(getattr(x.body, "amount", None), syntax.Name | syntax.YearRef | syntax.FoldOf) for x in passage.lines):
        return True
    if law.kind == DAY and any(law.value in last_days(rule_numbers(x)) for x in passage.lines if x.label in (Label.TERM, Label.YEARS)):
        return True
    if law.kind == RATE and any(isinstance(x.body, syntax.Payment) and "等额" in x.text and any(n.value * law.value == 1 for n in passage.numbers_of(x)) for x in passage.lines):
        return True  # 每年三分之一 of 分 3年 等额
    if law.unit == "次" and any(isinstance(x.body, syntax.Payment) and len(x.body.shares) == law.value for x in passage.lines):
        return True  # 分两次发放 of 分期 50%、50%
    if law.unit == "年" and any(isinstance(x.body, syntax.Payment) and len(x.body.shares) > law.value for x in passage.lines):
        return True  # 前四年 of five shares
    near = [x for x in passages if x is passage or (own := sum(same(law, n) or n == law for n in x.said.near(law))) == 0 or own < _times_written(law, x)]
    said = (any(same(law, n) for n in x.sought_of(line).near(law)) or (law.kind == OTHER and _says_years(line, law)) for x in near for line in x.lines)
    return any(said)


def _times_written(law: Mention, passage: Passage) -> int:
    """How often the lines beneath a quote write a number, those of several choices of a reading once; tables repeat theirs at will."""
    times = [(any(t.choice for t in line.tags), sum(same(law, n) for n in passage.sought_of(line).near(law))) for line in passage.lines if not line.rows]
    return sum(n for chosen, n in times if not chosen) + max((n for chosen, n in times if chosen), default=0)


def _says_years(line: syntax.Line, law: Mention) -> bool:
    """前年 is two years before, and the like: words that stand for a number."""
    return law.value == 2 and ("前年" in line.text or "上年" in line.text)


def _promised_in_words(passages: list[Passage], around: list[syntax.Line], schema: Schema) -> Iterator[Diagnostic]:
    """不超过 without 上限, 一次性 without 限次, 分三年 without 拨付, 经认定 without 条件 or 裁量; of a lead also in its 款, of a 款 also in its lead (`around`)."""
    for passage in passages:
        told_only = not passage.lines and bool(passage.quote.notes) and all(x.label in (Label.SAYING, Label.NOTE) for x in passage.quote.notes)
        if not passage.lines and not told_only:
            continue
        text = re.sub(r"\s", " ", passage.words)
        mates = [x for q in passages if q.part == passage.part or passage.part in q.part.split("、") for x in q.lines]
        for code, fine, missing, hint in (
            (Code.LAW_CAP_MISSING, _limits(mates), "没有 上限", "补一行 上限：范围 金额；说的是条件的，写成 条件"),
            (Code.LAW_ONCE_MISSING, _once(schema), "没有 限次", "补一行 限次：企业终身 一次 或 限次：单项 一次，已用 某事实"),
            (Code.LAW_INSTALMENTS_MISSING, lambda line: line.label == "拨付", "没有 拨付", "补一行 拨付：分 3年 等额，自 核定年度 起"),
            (Code.LAW_APPROVAL_MISSING, _approves, "没有 条件 或 裁量", f"补一行 条件：{example_of('approved', schema)} 或 裁量：由 机关 核定"),
        ):
            if told_only and not (mates and code in (Code.LAW_ONCE_MISSING, Code.LAW_INSTALMENTS_MISSING)):
                continue  # what is given stands elsewhere in the clause
            where = mates if code in (Code.LAW_ONCE_MISSING, Code.LAW_INSTALMENTS_MISSING) else passage.lines
            match = next((m for m in promises(code).finditer(text) if not _PROMISES_NOTHING.match(text, m.start())), None)
            if match and code == Code.LAW_INSTALMENTS_MISSING and "期" in match[0]:
                hint += " 或 拨付：分期 50%、50%，随 核定年度、投产日期；投产后分几年的写 拨付：分 3年 等额，自 投产日期 次年 起"
            if match and code == Code.LAW_CAP_MISSING and _of_award(passage, match.span()):
                where = tuple(x for x in where if not isinstance(x.body, syntax.Condition | syntax.Exclusion))
            if match and not any(fine(line) for line in (*where, *around)):
                place = passage.place(match.span())
                yield Diagnostic(code, f"原文说「{match[0]}」，下面{missing}", place, hint, spoils=(keys.phrase(place),))


_PROMISES_NOTHING = re.compile("一次性(?:组织|接待|达到|征收|收取|缴纳|缴清|还清|付清|结清|偿还|归还|投入|引进|购买|奖金|收入|支付给|[^,。;\\d]{0,6}(?:抚恤|伤残|工亡|就业|医疗|赔偿|补偿|退役|慰问|丧葬)[^,。;\\d]{0,4}金)|(?<=每[张套台件亩只头株])一次性|不超过(?:[^,。;]{1,20}部分|[一二两三四五\\d]+次)|(?:(?<=缓缴期限最长)|(?<=缓缴期限))不得?超过\\s*\\d+\\s*(?:日|天|个月)|分期(?:缴|交)")  # once for each thing, what an enterprise does or owes at once, a part of a quantity, how often


def _of_award(passage: Passage, at: tuple[int, int]) -> bool:
    """Whether 不超过 bounds what is given: a condition does not do that. 补助不超过50万元的企业 says of an enterprise."""
    number = next((n for n in passage.numbers if n.at[0] >= at[1]), None)
    return (number is not None and number.kind == MONEY and number.at[0] - at[1] < 3 and passage.words[number.at[1] : number.at[1] + 1] != "的"
            and AWARDS.search(passage.phrase(at)) is not None)


def _once(schema: Schema) -> Callable[[syntax.Line], bool]:
    """限次, 首次达到, or a 上限, a balance or an amount that counts what was had before; an item that is an event happens once."""
    ledgers = "|".join(re.escape(t.name) for t in schema.tables if t.role == "历史台账")
    had = re.compile(rf"[－-]\s*(?:[^（）()，]*已得|(?:合计|总和)[（(](?:{ledgers}) 的 )")
    used = re.compile(r"[，,]\s*已用")

    def fine(line: syntax.Line) -> bool:
        counts = isinstance(line.body, syntax.Cap | syntax.Floor) and line.body.used is not None
        if isinstance(line.body, syntax.Subject) and _EVENT.match(line.text.strip()):
            return True
        if any("首次" in row.values[0] for row in line.rows) or re.search("首次(达到|超过)", line.text):
            return True
        return counts or line.label == Label.COUNT_CAP or ((used if isinstance(line.body, syntax.Let) else had).search(line.text) is not None)

    return fine


def _limits(mates: list[syntax.Line]) -> Callable[[syntax.Line], bool]:
    """A line that bounds something from above: 上限, 从高 of the first few, 至多, a comparison, a tier table, a name that is a bound later."""

    def fine(line: syntax.Line) -> bool:
        if isinstance(line.body, syntax.Cap | syntax.Fund | syntax.Lookup | syntax.CountCap) or _BOUNDS.search(line.text) or (isinstance(line.body, syntax.Highest) and line.body.take):
            return True
        name = line.body.name.text if isinstance(line.body, syntax.Let) else ""
        return bool(name) and any(re.search(rf"至多\s*{re.escape(name)}", x.text) or (x.label == "上限" and name in x.text) for x in mates)

    return fine


_EVENT = re.compile("每[次场届期]")
_BOUNDS = re.compile("至多|孰低|不超过|不晚于|不高于|不多于|低于|不满|不足|少于|未满|在 .* 至|连续|内")
_FLAGS = (syntax.Chain, syntax.Not, syntax.Among, syntax.Compare, syntax.Between, syntax.All)


def _approves(line: syntax.Line) -> bool:
    conditional = isinstance(line.body, syntax.Standard | syntax.Cap | syntax.CountCap) and line.body.condition is not None
    return (conditional or isinstance(line.body, syntax.Condition | syntax.Exclusion | syntax.Scope | syntax.Discretion | syntax.ConditionalAmount | syntax.Relief) or line.label == Label.DEFINITION
            or (isinstance(line.body, syntax.Let) and isinstance(line.body.value, _FLAGS)) or (isinstance(line.body, syntax.Subject) and bool(line.body.conditions)))
