"""What rules say that is allowed and hardly meant, told from what they come to, clause beside clause: a condition that one of many lacks,
a column that nobody has filled in yet, a table of rates that jumps. The law's words are not asked (law.py is).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Related
from xcrules.base.identity import clause_name, short_name
from xcrules.base.source import Span
from xcrules.draft.labels import Label
from xcrules.draft.numbering import pieces_of
from xcrules.facts.types import Type, show
from xcrules.meaning import governing, rules, values
from xcrules.meaning.clauses.coverage import plain_lets
from xcrules.meaning.possible import together, ways
from xcrules.meaning.program import Clause, Part, Program

# -- W319: a clause lacks a condition which all its neighbours have ----------------------------------------


_FEWEST = 3  # neighbours that must all have it


def lacking(program: Program) -> Iterator[Diagnostic]:
    """W319, among the 款 of one article, and among the articles that have none, if some other speaks of the same 对象."""
    beside: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        if any(part.rules for part in _gives(clause, program)):
            beside.setdefault("".join(pieces_of(clause.number)[:-1]), []).append(clause)
    for clauses in beside.values():
        held = [_conditions(_gives(k, program)) for k in clauses]
        common = {c for c, n in Counter(c for x in held for c in x).items() if n == len(held) - 1 >= _FEWEST}  # that all but one have
        for at, clause in enumerate(clauses if common else ()):
            other = held[0 if at else 1]
            missing = [c for c in other if c in common and c not in held[at] and _words(c) not in map(_words, held[at])
                       and len({x[c].origin.span for x in held if c in x}) > 1]  # of one line that is for all, 用于 says for whom it is not
            if missing and any(_tables(k) == _tables(clause) for k in clauses if k is not clause):
                yield _lacks(clause, missing[0], other[missing[0]], _grants_at(clause.parts) or clause.origin.span)


def _grants_at(parts: Iterable[Part]) -> Span | None:
    """Where the first line stands that gives something."""
    return next((r.origin.span for p in parts for r in p.rules if isinstance(r.body, rules.Standard | rules.Discretion)), None)


def _tables(clause: Clause) -> frozenset[str]:
    """Whom a clause speaks of: what is asked of an enterprise is not asked of a person who works there."""
    return frozenset(r.body.table for r in clause.rules() if isinstance(r.body, rules.Subject))


def _lacks(clause: Clause, condition: values.Value, rule: rules.Rule, place: Span | None) -> Diagnostic:
    words = _words(condition) or rule.origin.text.strip()  # alone, of a line that says more
    label = rule.origin.label if rule.origin.label == Label.EXCLUSION else Label.CONDITION
    related = (Related(rule.origin.span, "例如这一款有"),) if rule.origin.span is not None else ()
    return Diagnostic(Code.LACKS_A_CONDITION, f"旁边各款都有条件「{words}」，{short_name(clause.number)} 没有", place,
                      f"漏了的，补一行 {label}：{words}；原文本来没有的，用 静默：W319，理由", related=related)


def _words(condition: values.Value) -> str:
    """As it is written: a column of one list and that of another may be one condition."""
    return " ".join(condition.span.text.split()) if condition.span is not None else ""


def _gives(clause: Clause, program: Program) -> list[Part]:
    """The parts of a clause but for those that give back: who is barred still gives back."""
    back = _giving_back(clause, program)
    return [p for p in clause.parts if p.name not in back and back != [""]]


def _conditions(given: list[Part]) -> dict[values.Value, rules.Rule]:
    """What every part of a clause asks, condition by condition, whatever the reading."""
    parts = [{c: r for r in part.rules if isinstance(r.body, rules.Condition) for c in _single(r.body.condition)} for part in given]
    return {c: r for c, r in parts[0].items() if all(c in x for x in parts)}


def _single(condition: values.Value) -> tuple[values.Value, ...]:
    if isinstance(condition, values.Logic) and condition.op == "且":
        return tuple(c for part in condition.parts for c in _single(part))
    return (condition,)


# -- W328, W329: a clause that gives back spares those who owe it, or asks for what was never paid ---------


_SPARED: dict[rules.Gate, tuple[str, str]] = {"适用": ("不再是适用主体的（例如迁出）", "适用：不符 照行"), "施行": ("届满以后的", "施行：届满 照行")}


def refunds(program: Program) -> Iterator[Diagnostic]:
    """W328, W329: who has left, or is late, is just who must give back; the gates before all clauses would spare him."""
    policy = [r.body for r in program.policy_rules]
    gates: dict[rules.Gate, bool] = {"适用": any(isinstance(b, rules.Scope) for b in policy),
                                     "施行": any(isinstance(b, rules.Term) and b.last_day is not None for b in policy)}
    for clause in program.clauses:
        back, spared = _giving_back(clause, program), governing.spared(program.policy_rules, clause.number)
        shut = [gate for gate, there in gates.items() if there]
        names = back if back != [""] else [p.name for p in clause.parts]
        free = {(x.gate, name) for x in spared for name in names if not x.within or name in x.within}
        left = {gate: _SPARED[gate] for gate in shut if any((gate, name) not in free for name in names)}
        if left:
            parts = [p for p in clause.parts if p.name in back or back == [""]]
            place = _grants_at(parts) or clause.origin.span
            yield Diagnostic(Code.REFUND_BEHIND_GATES, f"{clause.number}{'、'.join(back)} 是退回的，先过 {'、'.join(left)}：{'、'.join(who for who, _ in left.values())}就不用退了", place,
                             f"在{'这一款的引文' if back == [''] else '这个分项'}下加一行 {'；再加一行 '.join(line for _, line in left.values())}；原文只对还在的收回的，用 静默：W328，理由")
        if back:
            yield from _bounded_together(clause, back, program)
            yield from _unpaid(clause, back, program)


def _bounded_together(clause: Clause, back: list[str], program: Program) -> Iterator[Diagnostic]:
    """A bound over whole clauses, of which one gives back, or a 分项 of one: at the bound less is owed back too."""
    for rule in program.policy_rules:
        if isinstance(rule.body, rules.SharedCap) and not rule.body.by_item and clause.number in rule.body.clauses:
            giving = "、".join(f"{clause.number}{p.name}" for p in clause.parts if back != [""] and p.name not in back)
            help = f"只列给的分项（把 {clause.number} 写成 {giving}）" if giving else f"不列 {clause.number}"
            yield Diagnostic(Code.REFUND_BEHIND_GATES, f"{clause.number}{'、'.join(back)} 是退回的，这个上限也管到它：到了上限，退的也少了", rule.origin.span,
                             f"{help}；几款之间还有竞合、从高，不能这样列的（E475），用 静默：W328，理由，到了上限的退回另算")


def _giving_back(clause: Clause, program: Program) -> list[str]:
    """The 分项 that give back, as 表述 says of them apart; "" of a clause that does as a whole."""
    said = governing.saying_of(program.policy_rules, clause.number, tuple(p.name for p in clause.parts))
    return [""] if governing.wholly_back(said) else governing.parts_back(said)


def _unpaid(clause: Clause, back: list[str], program: Program) -> Iterator[Diagnostic]:
    """W329: what was granted is owed back before it was ever paid; or is paid on beside what is owed back."""
    names = program.clause_names.keys
    slow = {k.number for k in program.clauses if k.paid_in_parts} - {clause.number}
    for rule in (r for p in clause.parts if p.name in back or back == [""] for r in p.rules):
        for value in values.nodes_of(rule.body) if isinstance(rule.body, rules.Standard | rules.Let) else ():
            if not isinstance(value, values.Result) or not (found := slow & {names.get(x, (x, ""))[0] for x in value.clauses}):
                continue
            number = min(found)
            if value.word == "历年已拨":
                yield from _paid_on(number, clause, program)
                return
            if value.word == "历年已得":
                yield Diagnostic(Code.REFUND_OF_UNPAID, f"{number} 分次拨付，历年已得 是核定的数：还没有拨的几期也要退了", rule.origin.span,
                                 f"只退拨了的：历史台账加一栏 元，角色 台账已拨，这里写 {number} 的 历年已拨；原文要退全部核定的，用 静默：W329，理由")
                return


def _paid_on(number: str, back: Clause, program: Program) -> Iterator[Diagnostic]:
    """What is paid over years goes on beside what is owed back: no 续拨 凭, and no 适用, which ends it for who has left."""
    scoped = any(isinstance(r.body, rules.Scope) for r in program.policy_rules)
    payments = ((r, r.body) for k in program.clauses if k.number == number and not scoped for r in k.rules())
    for rule, body in payments:
        if isinstance(body, rules.Payment) and body.in_parts and body.going is None and body.open is None:
            yield Diagnostic(Code.REFUND_OF_UNPAID, f"{short_name(back.number)} 说要退回的，这里以后各期还照样续拨：一边退，一边拨", rule.origin.span,
                             "行末接 ，续拨 凭 没有发生退回情形的条件；原文只退已拨的、余下的照拨的，用 静默：W329，理由")


# -- W347: what another clause sets before its 例外 is taken for what it pays ------------------------------


_CHANGES = rules.ConditionalAmount | rules.Relief


def before_exceptions(program: Program) -> Iterator[Diagnostic]:
    """第十八条 的 月标准, where 第十八条 pays 月标准 but for an 例外: the 例外 is no part of the name."""
    paid = dict(_paid(program))
    for clause in program.clauses:
        told = set[str]()
        for rule in clause.rules():
            for node in values.nodes_of(rule.body):
                if isinstance(node, values.Var) and node.name in paid and node.name not in told:
                    told.add(node.name)
                    title, change = paid[node.name]
                    yield Diagnostic(Code.LENT_WITHOUT_EXCEPTION, f"「{node.name}」没有算{title}的{change.origin.label}", node.span or rule.origin.span,
                                     f"要的是{title}给的数，写 {title} 的 金额；原文说的就是这个标准的，用 静默：W347，理由",
                                     related=(Related(change.origin.span, f"{title}的{change.origin.label}在这里"),) if change.origin.span else ())


def _paid(program: Program) -> Iterator[tuple[str, tuple[str, rules.Rule]]]:
    """Names, as other clauses call them, that are all of a 标准 which the same part changes in a case."""
    for clause in program.clauses:
        for part in clause.parts:
            title = clause_name(clause.number + part.name)
            for change in [r for r in part.rules if isinstance(r.body, _CHANGES)][:1]:
                for rule in part.rules:
                    if isinstance(rule.body, rules.Standard) and isinstance(rule.body.amount, values.Var):
                        yield f"{title}的{rule.body.amount.name}", (title, change)


# -- W344, W345: columns that an authority fills in --------------------------------------------------------


_Home = tuple[Clause, Part]


def settled(program: Program) -> Iterator[Diagnostic]:
    """W344 and W345, clause by clause."""
    for clause in program.clauses:
        for rule in clause.rules():
            yield from _read_as_nothing(rule)
    yield from _twice(program)


def _read_as_nothing(rule: rules.Rule) -> Iterator[Diagnostic]:
    """W344: 标准：核定面积 × 30元/㎡ of a column 核定，可缺: nothing while nobody has settled it, where 裁量 says that it is open."""
    if not isinstance(rule.body, rules.Standard) or rule.origin.label != Label.STANDARD:
        return
    facts = (x for x in values.nodes_of(rule.body.amount) if isinstance(x, values.Fact))
    fact = next((x for x in facts if x.field.optional and x.field.source.startswith("核定")), None)
    if fact is not None:
        name, text = fact.field.name, rule.origin.text.strip()
        yield Diagnostic(Code.SETTLED_IN_STANDARD, f"「{name}」要机关核定，还没有填的，这里按没有算，不是待核定", fact.span or rule.origin.span,
                         f"写成 裁量：核定，{'记入' if text == name else '按'} {text}；没有核定的就是不给的，用 静默：W344，理由")


def _twice(program: Program) -> Iterator[Diagnostic]:
    """W345: what is settled once is paid by each line that records it, where one item may be under both."""
    lines = [((clause, part), rule) for clause in program.clauses for part in clause.parts for rule in part.rules
             if isinstance(rule.body, rules.Discretion) and isinstance(rule.body.record, values.Fact)]
    told: set[object] = set()
    for (home, one), (away, other) in combinations(lines, 2):
        if _recorded(one) != _recorded(other) or not one.beside(other) or other.origin.span in told:
            continue
        if _weighed(program, home, away) or _apart(program, home, away):
            continue
        told.add(other.origin.span)
        name = other.body.record.field.name  # type: ignore[union-attr]  # both are Facts here
        yield Diagnostic(Code.SETTLED_TWICE, f"「{name}」在 {short_name(home[0].number)}{home[1].name} 也记入：核定一次，两处都给", other.origin.span,
                         "各有各的核定数的，事实表里各写一栏；只给一处的，写 从高，或在 条件 里写明哪一处不给；真要给两次的，用 静默：W345，理由",
                         related=(Related(one.origin.span, "另一行在这里"),) if one.origin.span else ())


def _recorded(rule: rules.Rule) -> tuple[str, str]:
    assert isinstance(rule.body, rules.Discretion)
    assert isinstance(rule.body.record, values.Fact)
    return rule.body.record.field.table, rule.body.record.field.name


def _weighed(program: Program, home: _Home, away: _Home) -> bool:
    """Whether 从高 lets only one of them stand."""
    if home[0] is away[0]:
        own = {(home[0].number, p.name) for p in (home[1], away[1])}
        sides = [{*r.body.sides} for r in program.policy_rules if isinstance(r.body, rules.OnlyOne)]
        return any(isinstance(r.body, rules.Highest) for r in home[0].rules()) or any(own <= x for x in sides)
    return any({home[0].number, away[0].number} <= set(r.body.clauses) for r in program.policy_rules if isinstance(r.body, rules.OnlyOne))


def _apart(program: Program, home: _Home, away: _Home) -> bool:
    """Whether nothing meets the conditions of both."""
    made = []
    for clause, part in (home, away):
        all_rules = (*clause.shared, *part.rules)
        lets = {**plain_lets(program.policy_rules), **plain_lets(all_rules)}
        made += [held for r in all_rules if isinstance(r.body, rules.Condition) and (held := ways(r.body.condition, lets)) is not None]
    return together(made) == []


# -- W346: full years or months against a most that 1 year 11 months is within -----------------------------


_DATED = {"<=": "不晚于", ">": "晚于", "=": "等于"}  # what says to the day what of full years reaches a year further


def spans(program: Program) -> Iterator[Diagnostic]:
    """自 创办日期 至 申报日期 的 年数 不超过 1年, wherever it stands."""
    told: set[object] = set()
    for rule in program.every_rule:
        for node in values.nodes_of(rule.body):
            if not isinstance(node, values.Compare) or node.op not in _DATED or node.span in told:
                continue
            if isinstance(node.left, values.Arith) and node.left.op in ("年数", "月数"):
                told.add(node.span)
                yield _floored(node, node.left, rule.origin)


def _floored(node: values.Compare, length: values.Arith, origin: values.Origin) -> Diagnostic:
    start, end, most = (x.span.text.strip() if x.span else "" for x in (length.left, length.right, node.right))
    unit = "年" if length.op == "年数" else "个月"
    word = _DATED[node.op]
    within = "不算超过" if node.op == ">" else "也算在内"
    right = f"写成 {end} {word} {start} ＋ {most}" if start and end and most else f"写成两个日期的比较（{word}）"
    right = f"满几年、几个月的写 不低于；正好那一天的，{right}" if node.op == "=" else right
    return Diagnostic(Code.FULL_YEARS_AT_MOST, f"「{length.op}」数的是整{unit[-1]}，零头不计：超过 {most or '这个数'}、不满再加 1{unit}的，{within}", node.span or origin.span,
                      f"{right}；原文数的就是整{unit[-1]}的，用 静默：W346，理由")


# -- W324: rates and 速算扣除数 that do not meet at an edge ------------------------------------------------


_Names = tuple[values.Value, str, str]  # 所得 × 税率 － 速算扣除数: what is multiplied, the two names


@frozen
class _Row:
    """A tier with its figures."""

    low: Fraction | None
    high: Fraction | None
    rate: Fraction
    deduction: Fraction


def uneven(program: Program) -> Iterator[Diagnostic]:
    """Tables whose product less the deduction jumps where two tiers meet."""
    for clause in program.clauses:
        for part in clause.parts:
            used = list(_used(part))
            for rule in part.rules:
                if isinstance(rule.body, rules.Lookup) and not rule.body.segments:
                    yield from _jumps(rule, rule.body, used)


def _used(part: Part) -> Iterator[_Names]:
    for rule in part.rules:
        for node in values.nodes_of(rule.body):
            match node:
                case values.Arith("-", values.Arith("×", key, values.Var(rate)), values.Var(deduction)):
                    yield key, rate, deduction
                case values.Arith("-", values.Arith("×", values.Var(rate), key), values.Var(deduction)):
                    yield key, rate, deduction


def _jumps(rule: rules.Rule, table: rules.Lookup, used: list[_Names]) -> Iterator[Diagnostic]:
    picks = {let.name: let.value for let in table.lets if isinstance(let.value, values.Pick)}
    for key, rate, deduction in used:
        if rate not in picks or deduction not in picks:
            continue
        rows = sorted(_rows(key, picks[rate], picks[deduction]), key=lambda r: (r.low is not None, r.low or 0))
        for one, other in pairwise(rows):
            edge = one.high
            if edge is None or edge != other.low or edge * one.rate - one.deduction == edge * other.rate - other.deduction:
                continue
            below, above, even = (show(x, picks[deduction].type) for x in (
                edge * one.rate - one.deduction, edge * other.rate - other.deduction, one.deduction + edge * (other.rate - one.rate)))
            yield Diagnostic(Code.UNEVEN_DEDUCTION, f"在 {show(edge, _type(key))} 处接不上：前一档算得 {below}，后一档算得 {above}", rule.origin.span,
                             f"核对后一档的 {rate} 和 {deduction}：{rate}对的话，{deduction}是 {even}")
            break


def _rows(key: values.Value, rates: values.Pick, deductions: values.Pick) -> Iterator[_Row]:
    for (test, rate), (_, deduction) in zip(rates.arms, deductions.arms, strict=True):
        figures = [v.value for v in (rate, deduction) if isinstance(v, values.Literal) and isinstance(v.value, Fraction)]
        bounds = test.parts if isinstance(test, values.Logic) and test.op == "且" else (test,)
        if len(figures) != 2 or not all(isinstance(b, values.Compare) and b.left == key for b in bounds):
            continue
        ends = {b.op[0]: b.right.value for b in bounds
                if isinstance(b, values.Compare) and isinstance(b.right, values.Literal) and isinstance(b.right.value, Fraction)}
        yield _Row(ends.get(">"), ends.get("<"), *figures)


def _type(key: values.Value) -> Type | None:
    match key:
        case values.Fact(field=spec):
            return spec.type
        case values.Arith(type=type_):
            return type_
    return None
