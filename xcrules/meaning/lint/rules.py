"""Warnings: what is allowed but hardly meant. Run on a policy without errors; each may be silenced in place.

The law's words are compared with the lines beneath them (不超过 without 上限, 150 against 15); what needs
today's date is asked for by `as_of`. Numbers are read in numbers.py, 静默 in quiet.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from xcrules.base.dates import year_of
from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.base.money import money_text
from xcrules.draft.labels import Label
from xcrules.draft.outline import Outline
from xcrules.draft.syntax import UnitWords
from xcrules.facts.types import DATE, TextType, show
from xcrules.meaning import governing, keys, matters, rules, values
from xcrules.meaning.grants import YEARLY, tells
from xcrules.meaning.inlining import columns_read
from xcrules.meaning.program import Clause, Program

from .doubtful import before_exceptions, lacking, refunds, settled, spans, uneven
from .law import law_and_lines
from .names import alike, joined


def lint(program: Program, law: Outline) -> list[Diagnostic]:
    """All warnings but those that 静默 lines put to rest (see quiet.py)."""
    findings = list(law_and_lines(law, program.schema))
    findings += alike(program, "。".join(quote.words for quote, _ in law.quotes))
    for look in (
        joined, lacking, refunds, _wordless, _caseless, _idle_units, uneven, settled, spans, before_exceptions, _idle_wherever_it_stands,
        _raised_and_cut, _of_what_is_paid, _sourceless, _continuing_any_year, _of_one_application, _open_funds, _not_weighed,
        _whole_clauses,
    ):
        findings += look(program)
    return findings


# -- readings, cases, parameters -------------------------------------------------------------------------


def _wordless(program: Program) -> Iterator[Diagnostic]:
    for reading in program.readings:
        if not reading.words:
            yield Diagnostic(Code.READING_WITHOUT_WORDS, f"读法 {reading.number} 没有写原文：疑义出在哪几个字？", reading.span, "在 原文 一栏逐字抄录有疑义的文字")


def _caseless(program: Program) -> Iterator[Diagnostic]:
    for case in program.cases:
        if not case.checks:
            yield Diagnostic(Code.CASE_WITHOUT_EXPECTATION, f"案例「{case.name}」没有写应得什么", case.span, "加一行 应得：1(1) 应予支持 10万元")


def _idle_units(program: Program) -> Iterator[Diagnostic]:
    """W318: a unit that no table and no line is told in."""
    lines = program.document.lines()
    told = "\n".join(x for line in lines if line.label != Label.UNITS for x in (line.text, *(c for row in line.rows for c in row.values)))
    for line in lines:
        for name in line.body.names if isinstance(line.body, UnitWords) else ():
            if name.text not in told:
                yield Diagnostic(Code.UNUSED_UNIT, f"单位「{name.text}」没有一处用到", line.span_of(name.at), "删去它；是不是金额、事实的类型里漏了单位？")


def _sourceless(program: Program) -> Iterator[Diagnostic]:
    for table in program.parameters:
        for year, source in (*((f"{y}年", x) for y, _, x in table.values), *(() if table.growth is None else (("以后每年", table.growth.source),))):
            if not source.strip():
                yield Diagnostic(Code.PARAMETER_WITHOUT_SOURCE, f"参数「{table.name}」{year}没有写来源", table.span, "在 来源 一栏写明文件或公布的地方")


# -- caps that cannot bind -------------------------------------------------------------------------------

Choices = tuple[tuple[str, str], ...]
_Amounts = dict[Choices, tuple[rules.Rule, tuple[Fraction, Fraction] | None]]


def _idle_wherever_it_stands(program: Program) -> Iterator[Diagnostic]:
    """A line may stand in several 款 (it is of their lead) or 分项: it is idle if it is so in each."""
    parts = [part for clause in program.clauses for part in clause.parts]
    stands = Counter(r.origin.span for part in parts for r in part.rules if isinstance(r.body, rules.Cap))
    counted = program.schema.top_of_role("本年台账") is not None
    idle = [d for clause in program.clauses for d in _idle_caps(clause, counted)]
    found = Counter(d.span for d in idle)
    return (d for d in idle if found[d.span] >= stands[d.span])


def _idle_caps(clause: Clause, counted: bool) -> Iterator[Diagnostic]:
    """W311, by simple arithmetic on constants: 单项 above 年度, a fixed 标准 that stays below, if no earlier grant of the year is `counted`."""
    totals = _least_totals(clause.rules())
    for part in clause.parts:
        listed = any(isinstance(r.body, rules.Subject) and r.body.is_list for r in part.rules)
        amounts = _amounts(part.rules)
        for rule in part.rules:
            body = rule.body
            if isinstance(body, rules.Cap) and (value := _constant(body)) is not None:
                yield from _above_total(rule, value, totals)
                if not (counted and body.period == YEARLY):
                    yield from _above_standard(rule, body, value, amounts, listed)


def _raised_and_cut(program: Program) -> Iterator[Diagnostic]:
    """What 加给 adds is cut again: its own sentence has a higher bound (上浮50%，但不得超过100万元), or 标准 comes up to the one beneath it by itself."""
    told = set[object]()
    for clause, part in ((k, p) for k in program.clauses for p in k.parts):
        listed = any(isinstance(r.body, rules.Subject) and r.body.is_list for r in part.rules)
        bounds: dict[str, list[tuple[rules.Rule, Fraction]]] = {}  # by the sentence in which they stand
        for r in (*clause.rules(), *program.policy_rules):
            if isinstance(r.body, rules.Cap | rules.SharedCap) and (value := _constant(r.body)) is not None:
                bounds.setdefault(r.origin.words, []).append((r, value))
        for cap in part.rules:
            of_one = isinstance(cap.body, rules.Cap) and cap.body.reach in (("单项",) if listed else ("单项", "合计"))
            if (most := _constant(cap.body) if of_one else None) is None:  # type: ignore[arg-type]
                continue
            additions = (r for r in part.rules if isinstance(r.body, rules.ConditionalAmount) and r.body.adds)
            adding = [r for r in additions if r.beside(cap) and r.origin.span not in told]
            if not adding:
                continue
            fixed = [_fixed(r) for r in part.rules if isinstance(r.body, rules.Standard | rules.Discretion) and r.beside(cap)]
            full = bool(fixed) and all(x is not None and x >= most for x in fixed)
            for add in adding:
                own = bounds.get(add.origin.words, []) if add.origin.words != cap.origin.words else []
                higher = [x for r, x in own if x > most and r.beside(cap)]
                if higher or full:
                    told.add(add.origin.span)
                    why = f"同一句说的 {money_text(min(higher))} 用不着" if higher else "加的一分也给不到"
                    yield Diagnostic(Code.IDLE_CAP, f"{short_name(clause.number)} 加给以后还封在 {money_text(most)}：{why}", add.origin.span,
                                     f"连最高数一起加的，最高数写进标准：标准：孰低（……、{money_text(most)}），不写那一行上限；加了还是至多这么多的，用 静默：W311，理由",
                                     related=(Related(cap.origin.span, "封在这里"),) if cap.origin.span else ())


_HAD_IN_A_YEAR = re.compile("(?:每年|每个?年度|全年|当年|同一年度|单一年度)[^，。；]{0,30}?(?:获得|拨付|兑现|领取|到账|支付)")


def _of_what_is_paid(program: Program) -> Iterator[Diagnostic]:
    """W337: 每年获得的资金总额不超过300万元, while some clause is paid over years: the line weighs what is settled in the year."""
    slow = {k.number for k in program.clauses if k.paid_in_parts}
    shared = ((r, r.body) for r in program.policy_rules if isinstance(r.body, rules.SharedCap))
    lines = [(r, body.clauses) for r, body in shared if not (body.by_item or body.paid)]
    lines += [(r, (k.number,)) for k in program.clauses for r in k.rules() if isinstance(r.body, rules.Cap) and r.body.reach == "合计"]
    yearly = {r.origin.span: (r, n) for r, n in lines if r.body.period == YEARLY}  # type: ignore[union-attr]
    for rule, numbers in yearly.values():
        late, said = [short_name(n) for n in numbers if n in slow], _HAD_IN_A_YEAR.search(rule.origin.words)
        if late and said:
            yield Diagnostic(Code.LAW_SPANS_OTHERWISE, f"原文说「{said[0]}」，{late[0]} 分次拨付：这一行管的是一年核定的数，不是一年拨付的数", rule.origin.span,
                             f"管一年拨付多少的，写 {rule.origin.text.strip()}，按 拨付；管核定数的，用 静默：W337，理由")


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
    amounts: _Amounts = {}
    for rule in all_rules:
        if isinstance(rule.body, rules.Standard | rules.ConditionalAmount | rules.Discretion):
            first, sums = amounts.get(rule.choices, (rule, (Fraction(0), Fraction(0))))
            amount = _fixed(rule)
            amounts[rule.choices] = first, None if sums is None or amount is None else (sums[0] + amount, max(sums[1], amount))
    return amounts


def _constant(cap: rules.Cap | rules.SharedCap) -> Fraction | None:
    value = cap.amount.value if isinstance(cap.amount, values.Literal) else None
    return value if isinstance(value, Fraction) else None


def _above_total(rule: rules.Rule, value: Fraction, totals: list[tuple[rules.Rule, Fraction]]) -> Iterator[Diagnostic]:
    if not isinstance(rule.body, rules.Cap) or rule.body.reach not in ("单项", "同一") or rule.body.period == "终身":
        return
    for other, most in totals:
        if value > most and rule.beside(other):
            related = (Related(other.origin.span, f"企业上限 {money_text(most)}"),) if other.origin.span else ()
            yield Diagnostic(Code.IDLE_CAP, f"这个上限（{money_text(value)}）比企业的上限（{money_text(most)}）还高，永远用不着", rule.origin.span,
                          "核对两个数有没有写反", related=related)
            return


def _above_standard(rule: rules.Rule, cap: rules.Cap, value: Fraction, paid: _Amounts, listed: bool) -> Iterator[Diagnostic]:
    """A fixed amount below the cap: of each item for 单项, of the one enterprise for 合计."""
    shared = cap.parts is not None and len(cap.parts) > 1
    if cap.reach not in ("单项", "合计") or (cap.reach == "合计" and (listed or shared or cap.period == "终身")):
        return
    amounts = [sums for first, sums in paid.values() if rule.beside(first)]
    known = [sums for sums in amounts if sums is not None]
    if known and len(known) == len(amounts) and sum(total for total, _ in known) < value:
        yield Diagnostic(Code.IDLE_CAP, f"金额固定，至多 {money_text(max(most for _, most in known))}，到不了这个上限（{money_text(value)}）", rule.origin.span,
                      "核对两个数；多余的上限可以删去", rests_on=(keys.figure(rule.origin.span),) if rule.origin.span else ())


def _fixed(rule: rules.Rule) -> Fraction | None:
    """The most that a line with constants gives; None where it depends on facts or an authority."""
    amount = rule.body.amount if isinstance(rule.body, rules.Standard | rules.ConditionalAmount) else None
    all_values = [] if amount is None else [amount]
    if isinstance(amount, values.Pick):
        all_values = [x for x in (*(v for _, v in amount.arms), amount.otherwise) if x is not None]
    numbers = [v.value for v in all_values if isinstance(v, values.Literal) and isinstance(v.value, Fraction)]
    return max(numbers) if all_values and len(numbers) == len(all_values) else None


def _continuing_any_year(program: Program) -> Iterator[Diagnostic]:
    """Instalments of earlier grants go on whatever their year; with 施行 the policy is one of several in time, and 时效 could part them."""
    kinds = {type(r.body) for r in program.policy_rules}
    if rules.Term not in kinds or rules.Years in kinds or program.schema.table_of_role("历史台账") is None:
        return
    payments = ((r, r.body) for k in program.clauses for r in k.rules() if isinstance(r.body, rules.Payment))
    paid = [(rule, body) for rule, body in payments if body.in_parts and body.open is None]
    base = next((f.name for f in program.schema.top if f.role == "基准年度"), "年度")
    terms = [r.body for r in program.policy_rules if isinstance(r.body, rules.Term)]
    first = year_of(int(terms[0].first_day))
    last = year_of(int(terms[0].last_day)) if terms[0].last_day is not None else first + 2
    last += max((len(body.shares) - 1 for _, body in paid), default=0)
    for rule, _ in paid[:1]:
        yield Diagnostic(Code.CONTINUES_ANY_YEAR, "没有时效：台账里不论哪一年核定的，都在这里续拨", rule.origin.span,
                      f"写明本规定管哪些年度，例如 时效：{base} 在 {first}年 至 {last}年；旧规定核定的也由本规定续拨的，用 静默：W317，理由")


def _of_one_application(program: Program) -> Iterator[Diagnostic]:
    """同一 姓名 年度 5万元: no ledger tells what one person had before, so that without a column for it a second application begins anew."""
    seen: set[object] = set()
    for rule in (r for k in program.clauses for r in k.rules()):
        body = rule.body
        if not isinstance(body, rules.Cap) or body.reach != "同一" or not body.period or body.used is not None or rule.origin.span in seen:
            continue
        if not tells(program.schema.table_of_role("历史台账"), columns_read(body.key), body.period, program.schema):
            seen.add(rule.origin.span)
            had = "本年已得" if body.period == "年度" else "历年已得"
            yield Diagnostic(Code.SAME_FROM_NOTHING, f"「{rule.origin.text.strip()}」没有写以前得过多少在哪一栏：再申报一次，又从头算", rule.origin.span,
                             f"历史台账里加一栏 {columns_read(body.key)}；或者名单里加一栏 {had}（元，缺省 0元），行末接 ，已用 {had}；{'一年' if body.period == '年度' else '一共'}只申报一次的，用 静默：W339，理由")


def _open_funds(program: Program) -> Iterator[Diagnostic]:
    """总额 that does not say what becomes of the applications that it does not reach for, or of equal ones."""
    for rule in program.every_rule:
        if isinstance(rule.body, rules.Fund) and (left := rule.body.open):
            help = "，超出按比例；或 ，依 综合得分 从高" if left == "超出怎么办" else "，同分 按 申报日期 先到先得；或 ，同分 按比例"
            yield Diagnostic(Code.FUND_LEAVES_OPEN, f"总额没有写{left}", rule.origin.span, f"原文写了的，接着写 {help}；原文没有写的，用 静默：W325，理由")


def _not_weighed(program: Program) -> Iterator[Diagnostic]:
    """竞合 beside clauses that it does not weigh."""
    rule = next((r for r in program.policy_rules if isinstance(r.body, rules.Against)), None)
    parts = {k.number + p: (k.number, p) for k in program.clauses for p in ("", *(x.name for x in k.parts))}
    levied = {n for n, part in parts.items() if governing.levied(program.policy_rules, *part)}
    without = {why: left for why, numbers in matters.covered(program)[1].items() if (left := [n for n in numbers if n not in levied])}
    if rule is None or not without:
        return
    helps = {matters.UNMARKED: "企业的款写 对象：企业，事项 见 某栏，名单的在事实表里加一栏角色 事项标识", matters.SETTLED: "裁量的也按核定的数比的，接着写 ，含裁量；别处已得的由机关核定时扣除的，不写", matters.MONTHLY: "按月支付的，一个月的数不与别处的一笔比"}
    yield Diagnostic(Code.NOT_WEIGHED, "竞合管不到这几款：" + "；".join(f"{'、'.join(numbers)} {why}" for why, numbers in without.items()), rule.origin.span,
                     "；".join(helps[why] for why in without) + "。在别处的支持之外另给的，在那一款下写 竞合：不适用；别的，用 静默：W326，理由")


def _whole_clauses(program: Program) -> Iterator[Diagnostic]:
    """从高 between clauses that give item by item, of lists that have a column in common: two different items are then rivals too."""
    for rule in program.policy_rules:
        if isinstance(rule.body, rules.OnlyOne) and not rule.body.by_item and (columns := [_texts(program, n) for n in rule.body.clauses]):
            common = next((x for x in columns[0] if all(x in other for other in columns)), "")
            if common:
                yield Diagnostic(Code.WHOLE_CLAUSES_COMPARED, f"比的是整款：{common} 不同的也只给一款", rule.origin.span,
                                 f"同一 {common} 才从高、不同的可以叠加的，写成 {rule.origin.text.strip()}，同一 {common}；几款真的只取一款的，用 静默：W327，理由")


def _texts(program: Program, number: str) -> list[str]:
    """The columns of text that the lists of all parts of a clause have; none of a clause that gives to an enterprise."""
    clause = program.clause(number)
    subjects = [r.body for part in clause.parts for r in part.rules if isinstance(r.body, rules.Subject)] if clause is not None else []
    tables = [program.schema.table(x.table) if x.is_list else None for x in subjects]
    found = [[f.name for f in t.fields if isinstance(f.type, TextType)] if t is not None else [] for t in tables]
    return [x for x in found[0] if all(x in other for other in found)] if found else []


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
                yield Diagnostic(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，本规定还没有施行（{show(first, DATE)}起）", rule.origin.span, "")
            case rules.Term(last_day=last) if last is not None and last < day:
                yield Diagnostic(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，本规定已经届满（到 {show(last, DATE)}为止）", rule.origin.span,
                              "不再作新的核定；有新规定的，另立一个政策")
            case rules.Years(last=last) if last < year:
                yield Diagnostic(Code.NOT_IN_FORCE, f"截至 {show(day, DATE)}，可以兑现的年度已过（到 {last}年为止）", rule.origin.span, "")


def _parameters(program: Program, all_rules: list[rules.Rule], day: Fraction, year: Fraction) -> Iterator[Diagnostic]:
    ends = [r.body.last_day for r in all_rules if isinstance(r.body, rules.Term) and r.body.last_day is not None]
    if ends and max(ends) < day:
        return
    last_needed = year_of(int(max(ends))) if ends else int(year) + 1
    for table in program.parameters:
        last = max((y for y, _, _ in table.values), default=Fraction(0))
        if table.growth is None and last < min(year + 1, Fraction(last_needed)):
            yield Diagnostic(Code.PARAMETERS_RUNNING_OUT, f"参数「{table.name}」只写到 {last}年，{last + 1}年起没有数", table.span, "补上以后各年；没有公布的写 未公布")
        open_years = [f"{y}年" for y, v, _ in table.values if v is None and y < year]
        if open_years:
            yield Diagnostic(Code.PAST_YEAR_UNPUBLISHED, f"参数「{table.name}」{'、'.join(open_years)}还写着未公布", table.span, "已经公布的，补上数和来源")
