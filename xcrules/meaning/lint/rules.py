"""Warnings: what is allowed but hardly meant. Run on a policy without errors; each may be silenced in place.

The law's words are compared with the lines beneath them (不超过 without 上限, 150 against 15); what needs
today's date is asked for by `as_of`. Numbers are read in lint_numbers.py, 静默 in lint_quiet.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.dates import year_of
from xcrules.base.diagnostic import Diagnostic, Related, marked
from xcrules.base.money import money_text
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.outline import Outline
from xcrules.facts.tables import Schema
from xcrules.facts.types import DATE, show
from xcrules.meaning import keys, rules, values
from xcrules.meaning.expressions.examples import example_of
from xcrules.meaning.program import Clause, Program

from .names import alike, joined
from .numbers import DAY, MONEY, OTHER, RATE, YEAR, Found, derived, law_days, law_numbers, rule_numbers, same, totals

_SILENT = (
    "性质", "注释", "义务", "静默", "废止", "解释", "案例", "样本", "案例表", "给定", "应得", "保证", "规定", "文号", "事实", "参数", "读法",
)  # lines that are no rule of the quote above them
_LIMIT_WORDS = re.compile(r"不得?超过|不高于|不多于|至多|封顶|最[高多](?=[\d不可给支奖补资为达])")
_ONCE_WORDS = re.compile(r"一次性")
_SPREAD_WORDS = re.compile(r"分[两二三四五六七八九十\d]+(?:个)?年|分[两二三四五六七八九\d]*期|逐年(?:拨付|兑现|发放)")
_APPROVED_WORDS = re.compile(r"经[^，。；]{0,30}?(?:认定|评定|审定|认可)")


def lint(program: Program, law: Outline) -> list[Diagnostic]:
    """All warnings but those that 静默 lines put to rest (see lint_quiet.quiet)."""
    found = list(_law_and_lines(program.document, law, program.schema))
    for look in (joined, alike, _wordless, _caseless):
        found += look(program)
    for clause in program.clauses:
        found += _idle_caps(clause)
    found += _sourceless(program)
    found += _continuing_any_year(program)
    return found


def warning(code: Code, message: str, span: Span | None, help: str, related: tuple[Related, ...] = ()) -> Diagnostic:
    return Diagnostic(code, message, span, help, related=related)


# -- the law's words and the lines beneath -------------------------------------------------------------


@frozen
class _Piece:
    """A quote of a clause with its lines and the part it stands in."""

    quote: syntax.Quote
    lines: tuple[syntax.Line, ...]
    part: str

    numbers: tuple[Found, ...]  # in the quote

    @property
    def works(self) -> bool:
        """Whether some line beneath the quote has an effect."""
        return any(line.label not in _SILENT for line in self.lines)


def _law_and_lines(document: syntax.Document, law: Outline, schema: Schema) -> Iterator[Diagnostic]:
    """Clause by clause."""
    quotes = _quotes(document, law)
    days = {day for own in quotes.values() for _, q in own for day in law_days(q.words)}
    for number, own in quotes.items():
        if not any(line.label not in _SILENT for _, quote in own for line in quote.notes):
            continue
        article = [q for _, q in quotes.get(number.partition("(")[0], [])] if "(" in number else []
        pieces = _pieces(own)
        above = [n for q in article for n in law_numbers(q.words)]
        yield from _numbers(pieces, above, days)
        yield from _promised_in_words(pieces, schema)


_Placed = list[tuple[int, syntax.Quote]]  # how manieth quote of the policy, and the quote


def _quotes(document: syntax.Document, law: Outline) -> dict[str, _Placed]:
    """The quotes by clause; those without a line belong to none."""
    numbers = {id(x.quote): x.number for x in law.lines if x.quote is not None}
    grouped: dict[str, _Placed] = {}
    for at, quote in enumerate(q for f in document.files for q in f.quotes):
        grouped.setdefault(numbers.get(id(quote), ""), []).append((at, quote))
    return grouped


def _pieces(own: _Placed) -> list[_Piece]:
    """The quotes of a clause with their parts: one that goes on after other quotes begins anew."""
    pieces: list[_Piece] = []
    part, last = "", -1
    for at, quote in own:
        part = part if at == last + 1 else ""
        last = at
        part = next((line.text.strip() for line in quote.notes if line.label == "分项"), part)
        pieces.append(_Piece(quote, quote.notes, part, tuple(law_numbers(quote.words))))
    return pieces


def _at_quote(quote: syntax.Quote, at: tuple[int, int]) -> Span:
    return quote.span.part(1 + at[0], 1 + at[1])


def _numbers(pieces: list[_Piece], above: list[Found], days: set[Fraction]) -> Iterator[Diagnostic]:
    """W303 a number of a rule that the clause does not say; W304 a number of the law that no line takes up.

    A day that another article says (`days`) may stand in a line, where no day of the clause itself is left over.
    """
    said = [n for piece in pieces for n in piece.numbers] + above
    said += derived(said)
    paid_over_years = totals(said) if any(line.label == "拨付" for piece in pieces for line in piece.lines) else []
    said += [total for _, total in paid_over_years]
    for piece in pieces:
        if not piece.works:
            continue
        lines = [(line, rule_numbers(line)) for line in piece.lines if line.label not in _SILENT]
        wholes = {n: [n, *(total for one, total in paid_over_years if one == n)] for n in piece.numbers}
        open_numbers = [n for n in piece.numbers if _weighty(n) and not any(_taken(x, piece, pieces) for x in wholes[n])]
        for line, numbers in lines:
            for rule in numbers:
                if (rule.value in (0, 1) and rule.kind != RATE) or any(same(law, rule) for law in said):
                    continue
                if rule.kind == DAY and rule.value in days and not any(n.kind == DAY for n in open_numbers):
                    continue
                yield _not_in_law(line, rule, open_numbers, list(piece.numbers))
                open_numbers = [n for n in open_numbers if n.kind != rule.kind]
        for law in open_numbers:
            place = _at_quote(piece.quote, law.at)
            yield from marked([warning(Code.LAW_NUMBER_UNUSED, f"原文说「{law.text}」，下面没有一行写到", place,
                                       "核对是不是漏了一行，或写错了数；确实不必写的，用 静默：W304，理由")], rests_on=(keys.phrase(place),))


def _not_in_law(line: syntax.Line, rule: Found, missing: list[Found], own: list[Found]) -> Diagnostic:
    free = [n for n in missing if n.kind == rule.kind]
    likely = free or [n for n in own if n.kind == rule.kind]
    dated = rule.kind in (DAY, YEAR) or rule.unit in ("年", "步年")  # what another line takes up, or one year more, may be meant
    certain = not dated or (free and not any(n.unit == "年" and abs(n.value - rule.value) == 1 for n in free))
    forms = list(dict.fromkeys(_as_rule(n, rule) for n in likely)) if certain else []
    texts = "」「".join(dict.fromkeys(n.text for n in likely[:4]))
    said = f"原文说的是「{texts}」" if likely else "上面这一款的原文里没有这个数"
    help = f"改为 {forms[0]}" if len(forms) == 1 else f"对照原文，看是不是 {' 或 '.join(forms[:4])}" if forms else ""
    return warning(Code.NUMBER_NOT_IN_LAW, f"「{rule.text}」不在原文里：{said}", line.span_of(rule.at),
                   help or "核对是不是多写或漏写了一位；另有依据的，用 静默：W303，理由")


def _as_rule(law: Found, rule: Found) -> str:
    if law.kind == MONEY:
        return law.text if law.text.endswith("元") and law.text[0].isdigit() else money_text(law.value)
    if law.kind == RATE and ":" not in law.text:
        return show(law.value * 100) + "%"
    if law.kind != OTHER:
        return law.text
    return show(law.value) + (law.unit.removeprefix("个") or rule.unit.removeprefix("步"))


def _weighty(law: Found) -> bool:
    """Numbers of the law that a rule should take up: money, rates, days, and counts of years, times, countries."""
    if law.kind in (MONEY, RATE, DAY):
        return law.value != 0
    return law.kind == OTHER and law.value > 1 and law.unit in ("年", "次", "国", "个国家", "国家", "月", "个月", "件")


def _taken(law: Found, piece: _Piece, pieces: list[_Piece]) -> bool:
    """Some line takes the number up: beneath its quote, or in the clause beneath a quote that does not say it."""
    for other in pieces:
        if other is not piece and any(same(law, n) or n == law for n in other.numbers):
            continue
        if any(same(law, n) for line in other.lines if line.label not in _SILENT for n in rule_numbers(line)):
            return True
        if law.kind == OTHER and any(_says_years(line, law) for line in other.lines):
            return True
    return False


def _says_years(line: syntax.Line, law: Found) -> bool:
    """前年 is two years before, and the like: words that stand for a number."""
    return law.value == 2 and ("前年" in line.text or "上年" in line.text)


def _promised_in_words(pieces: list[_Piece], schema: Schema) -> Iterator[Diagnostic]:
    """不超过 without 上限, 一次性 without 限次, 分三年 without 拨付, 经认定 without 条件 or 裁量."""
    for piece in pieces:
        if not piece.works:
            continue
        text = re.sub(r"\s", " ", piece.quote.words)
        mates = [x for q in pieces if q.part == piece.part for x in q.lines]
        for code, pattern, fine, missing, hint in (
            (Code.LAW_CAP_MISSING, _LIMIT_WORDS, _limits(mates), "没有 上限", "补一行 上限：范围 金额；说的是条件的，写成 条件"),
            (Code.LAW_ONCE_MISSING, _ONCE_WORDS, _once, "没有 限次", "补一行 限次：企业终身 一次 或 限次：单项 一次，已用 某事实"),
            (Code.LAW_INSTALMENTS_MISSING, _SPREAD_WORDS, lambda line: line.label == "拨付", "没有 拨付", "补一行 拨付：分 3年 等额，自 核定年度 起"),
            (Code.LAW_APPROVAL_MISSING, _APPROVED_WORDS, _approves, "没有 条件 或 裁量", f"补一行 条件：{example_of('approved', schema)} 或 裁量：由 机关 核定"),
        ):
            where = mates if code in (Code.LAW_ONCE_MISSING, Code.LAW_INSTALMENTS_MISSING) else piece.lines
            match = pattern.search(text)
            if match and not any(fine(line) for line in where):
                place = _at_quote(piece.quote, match.span())
                yield from marked([warning(code, f"原文说「{match[0]}」，下面{missing}", place, hint)], spoils=(keys.phrase(place),))


def _once(line: syntax.Line) -> bool:
    """限次, or a 上限 or a balance that counts what was had before."""
    counts = isinstance(line.body, syntax.Cap | syntax.Floor) and line.body.used is not None
    return line.label == "限次" or counts or (isinstance(line.body, syntax.Let) and re.search(r"[，,]\s*已用", line.text) is not None)


def _limits(mates: list[syntax.Line]) -> Callable[[syntax.Line], bool]:
    """A line that bounds something from above: 上限, 至多, a comparison, a tier table, a name that is a bound later."""

    def fine(line: syntax.Line) -> bool:
        if line.label in _SILENT:
            return False
        if line.label in ("上限", "对照", "限次") or _BOUNDS.search(line.text):
            return True
        name = line.body.name.text if isinstance(line.body, syntax.Let) else ""
        return bool(name) and any(re.search(rf"至多\s*{re.escape(name)}", x.text) or (x.label == "上限" and name in x.text) for x in mates)

    return fine


_BOUNDS = re.compile("至多|不超过|不高于|不多于|低于|不满|不足|少于|未满|在 .* 至|连续|内")
_FLAGS = (syntax.Chain, syntax.Not, syntax.Among, syntax.Compare, syntax.Between, syntax.All)


def _approves(line: syntax.Line) -> bool:
    if line.label in ("条件", "除外", "裁量", "适用", "定义"):
        return True
    if isinstance(line.body, syntax.Let):
        return isinstance(line.body.value, _FLAGS)
    return isinstance(line.body, syntax.Subject) and bool(line.body.conditions)


# -- readings, cases, parameters -------------------------------------------------------------------------


def _wordless(program: Program) -> Iterator[Diagnostic]:
    for reading in program.readings:
        if not reading.words:
            yield warning(Code.READING_WITHOUT_WORDS, f"读法 {reading.number} 没有写原文：疑义出在哪几个字？", reading.span, "在 原文 一栏逐字抄录有疑义的文字")


def _caseless(program: Program) -> Iterator[Diagnostic]:
    for case in program.cases:
        if not case.checks:
            yield warning(Code.CASE_WITHOUT_EXPECTATION, f"案例「{case.name}」没有写应得什么", case.span, "加一行 应得：1(1) 应予支持 10万元")


def _sourceless(program: Program) -> Iterator[Diagnostic]:
    for table in program.parameters:
        for year, _, source in table.values:
            if not source.strip():
                yield warning(Code.PARAMETER_WITHOUT_SOURCE, f"参数「{table.name}」{year}年没有写来源", table.span, "在 来源 一栏写明文件或公布的地方")


# -- caps that cannot bind -------------------------------------------------------------------------------

Choices = tuple[tuple[str, str], ...]
_Amounts = dict[Choices, tuple[rules.Rule, tuple[Fraction, Fraction] | None]]


def _idle_caps(clause: Clause) -> Iterator[Diagnostic]:
    """W311, by simple arithmetic on constants: 单项 above 年度, a fixed 标准 that stays below."""
    totals = _least_totals(clause.rules())
    for part in clause.parts:
        listed = any(isinstance(r.body, rules.Subject) and r.body.is_list for r in part.rules)
        amounts = _amounts(part.rules)
        for rule in part.rules:
            body = rule.body
            if isinstance(body, rules.Cap) and (value := _constant(body)) is not None:
                yield from _above_total(rule, value, totals)
                yield from _above_standard(rule, body, value, amounts, listed)


def _least_totals(all_rules: Iterable[rules.Rule]) -> list[tuple[rules.Rule, Fraction]]:
    """Of the caps on the whole under the same choices, the lowest."""
    least: dict[Choices, tuple[rules.Rule, Fraction]] = {}
    for rule in all_rules:
        most = _constant(rule.body) if isinstance(rule.body, rules.Cap) and rule.body.reach == "合计" else None
        if most and (rule.choices not in least or most < least[rule.choices][1]):
            least[rule.choices] = rule, most
    return list(least.values())


def _amounts(all_rules: Iterable[rules.Rule]) -> _Amounts:
    """What is paid under the same choices: the first such line, the sum and the most; None where that is not fixed."""
    found: _Amounts = {}
    for rule in all_rules:
        if isinstance(rule.body, rules.Standard | rules.ConditionalAmount | rules.Discretion):
            first, sums = found.get(rule.choices, (rule, (Fraction(0), Fraction(0))))
            amount = _fixed(rule)
            found[rule.choices] = first, None if sums is None or amount is None else (sums[0] + amount, max(sums[1], amount))
    return found


def _constant(cap: rules.Cap) -> Fraction | None:
    value = cap.amount.value if isinstance(cap.amount, values.Literal) else None
    return value if isinstance(value, Fraction) else None


def _above_total(rule: rules.Rule, value: Fraction, totals: list[tuple[rules.Rule, Fraction]]) -> Iterator[Diagnostic]:
    if not isinstance(rule.body, rules.Cap) or rule.body.reach not in ("单项", "同一") or rule.body.period == "终身":
        return
    for other, most in totals:
        if value > most and rule.beside(other):
            related = (Related(other.origin.span, f"企业上限 {money_text(most)}"),) if other.origin.span else ()
            yield warning(Code.IDLE_CAP, f"这个上限（{money_text(value)}）比企业的上限（{money_text(most)}）还高，永远用不着", rule.origin.span,
                          "核对两个数有没有写反", related)
            return


def _above_standard(rule: rules.Rule, cap: rules.Cap, value: Fraction, paid: _Amounts, listed: bool) -> Iterator[Diagnostic]:
    """A fixed amount below the cap: of each item for 单项, of the one enterprise for 合计."""
    shared = cap.parts is not None and len(cap.parts) > 1
    if cap.reach not in ("单项", "合计") or (cap.reach == "合计" and (listed or shared or cap.period == "终身")):
        return
    amounts = [sums for first, sums in paid.values() if rule.beside(first)]
    known = [sums for sums in amounts if sums is not None]
    if known and len(known) == len(amounts) and sum(total for total, _ in known) < value:
        yield warning(Code.IDLE_CAP, f"金额固定，至多 {money_text(max(most for _, most in known))}，到不了这个上限（{money_text(value)}）", rule.origin.span,
                      "核对两个数；多余的上限可以删去")


def _fixed(rule: rules.Rule) -> Fraction | None:
    """The most that a line with constants gives; None where it depends on facts or an authority."""
    amount = rule.body.amount if isinstance(rule.body, rules.Standard | rules.ConditionalAmount) else None
    all_values: list[values.Value] = [amount] if isinstance(amount, values.Literal) else [v for _, v in amount.arms] if isinstance(amount, values.Pick) else []
    if isinstance(amount, values.Pick) and amount.otherwise is not None:
        all_values.append(amount.otherwise)
    numbers = [v.value for v in all_values if isinstance(v, values.Literal) and isinstance(v.value, Fraction)]
    return max(numbers) if all_values and len(numbers) == len(all_values) else None


def _continuing_any_year(program: Program) -> Iterator[Diagnostic]:
    """Instalments of earlier grants go on whatever their year; with 施行 the policy is one of several in time, and 时效 could part them."""
    kinds = {type(r.body) for r in program.policy_rules}
    if rules.Term not in kinds or rules.Years in kinds or program.schema.table_of_role("历史台账") is None:
        return
    paid = [r for k in program.clauses for r in k.rules() if isinstance(r.body, rules.Payment) and len(r.body.shares) > 1]
    base = next((f.name for f in program.schema.top if f.role == "基准年度"), "年度")
    for rule in paid[:1]:
        yield warning(Code.CONTINUES_ANY_YEAR, "没有时效：台账里不论哪一年核定的，都在这里续拨", rule.origin.span,
                      f"写明本规定管哪些年度，例如 时效：{base} 在 2021年 至 2026年；旧规定核定的也由本规定续拨的，用 静默：W317，理由")


# -- what depends on the day -----------------------------------------------------------------------------


def as_of(program: Program, day: Fraction) -> list[Diagnostic]:
    """Periods past on `day` (an ordinal), parameters running out; under the default readings."""
    chosen = {r.number: r.default for r in program.readings}
    year = Fraction(year_of(int(day)))
    all_rules = [r for r in program.policy_rules if r.active(chosen)]
    return [*_periods(all_rules, day, year), *_parameters(program, all_rules, day, year)]


def _periods(all_rules: Iterable[rules.Rule], day: Fraction, year: Fraction) -> Iterator[Diagnostic]:
    for rule in all_rules:
        match rule.body:
            case rules.Term(first_day=first) if day < first:
                yield warning(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，本规定还没有施行（{show(first, DATE)}起）", rule.origin.span, "")
            case rules.Term(last_day=last) if last is not None and last < day:
                yield warning(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，本规定已经届满（到 {show(last, DATE)}为止）", rule.origin.span,
                              "不再作新的核定；有新规定的，另立一个政策")
            case rules.Years(last=last) if last < year:
                yield warning(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，可以兑现的年度已过（到 {last}年为止）", rule.origin.span, "")


def _parameters(program: Program, all_rules: list[rules.Rule], day: Fraction, year: Fraction) -> Iterator[Diagnostic]:
    ends = [r.body.last_day for r in all_rules if isinstance(r.body, rules.Term) and r.body.last_day is not None]
    going_on = not ends or max(ends) >= day
    if not going_on:
        return
    last_needed = year_of(int(max(ends))) if ends else int(year) + 1
    for table in program.parameters:
        last = max((y for y, _, _ in table.values), default=Fraction(0))
        if last < min(year + 1, Fraction(last_needed)):
            yield warning(Code.PARAMETERS_RUNNING_OUT, f"参数「{table.name}」只写到 {last}年，{last + 1}年起没有数", table.span, "补上以后各年；没有公布的写 未公布")
        open_years = [f"{y}年" for y, v, _ in table.values if v is None and y < year]
        if open_years:
            yield warning(Code.PAST_YEAR_UNPUBLISHED, f"参数「{table.name}」{'、'.join(open_years)}还写着未公布", table.span, "已经公布的，补上数和来源")
