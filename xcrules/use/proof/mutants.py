"""The slips a drafter makes, each as a policy of its own: a number of its last place off, a member left out, a line dropped.

A slip is made in what one line means, wherever that stands (a line beneath a lead stands in every 款), and planned afresh; no text is
read again. A new kind of value or rule must say here in which ways it is got wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal as OneOf, TypeVar, assert_never

from attrs import evolve, frozen

from xcrules.base.node import parts_of, rebuilt
from xcrules.base.source import Span, canonical
from xcrules.draft.syntax.expressions import MOST_YEARS
from xcrules.facts.types import MONEY, MONTHS, YEAR, YEARS, DateType, NumberType, YearType, show, value_in
from xcrules.meaning import rules, values
from xcrules.meaning.grants import LIFETIME, YEARLY
from xcrules.meaning.program import Clause, Program
from xcrules.meaning.telling import EACH_TIME, span_of
from xcrules.plan import steps
from xcrules.plan.planner import Planner, piece_of, reaches
from xcrules.plan.policy import whole_policy

Held = TypeVar("Held")
Slip = tuple[Any, str, str]  # what stands in place of it, of which kind it is, what was changed in the words of the line
NUMBER, COMPARED, MEMBER, LOGIC, DROPPED, SCOPE, WHEN, OFTEN, ROUNDED, CHOSEN, OTHER = (
    "数值", "比较", "列举", "且或", "去掉一行", "上限范围", "年度", "限次", "取整", "读法", "其他")
_WORDS: dict[values.CompareOp, tuple[values.CompareOp, str]] = {
    "<": ("<=", "低于 改作 不高于"), "<=": ("<", "不高于 改作 低于"), ">": (">=", "高于 改作 不低于"), ">=": (">", "不低于 改作 高于"),
    "=": ("!=", "为 改作 不为"), "!=": ("=", "不为 改作 为")}
_FOLDS: dict[str, OneOf["最高", "最低", "合计", "平均"]] = {"最高": "最低", "最低": "最高", "合计": "平均", "平均": "合计"}
_SILENT = (rules.Nature, rules.Saying, rules.Subject)  # without them the money is the same, or nothing is left to decide


@frozen
class Mutant:
    """A policy with one slip in it: in which line (its rules as they were), what was changed there, the clauses that have it (none: the whole policy)."""

    kind: str
    what: str
    origin: values.Origin
    clauses: tuple[str, ...]
    line: tuple[rules.Rule, ...]
    program: Program
    choice: tuple[str, str] | None = None  # of a reading: nothing else is changed

    def plan(self, base: steps.Plan, planner: Planner) -> steps.Plan | None:
        """The plan that it makes of the policy's own (`base`, by `planner`) under the same readings; None where `check` refuses what is left."""
        chosen = dict(base.readings)
        if self.choice is not None:
            return evolve(planner.plan(chosen | dict([self.choice])), readings=base.readings)
        if not any(r.active(chosen) for r in self.line):
            return base
        if self.kind == DROPPED and _in_pieces(self.program, self.clauses, chosen):
            return None
        rest = base if self.clauses else whole_policy(self.program, chosen)
        hit = [
            k
            for k in self.program.clauses
            if (k.number in self.clauses if self.clauses else any(reaches(r.body, k.number) for r in self.line))
        ]
        old = {k.number: k for k in base.clauses}
        new = {k.number: node for k in hit if (node := piece_of(self.program, k).make(chosen)) != old[k.number]}
        return evolve(rest, clauses=tuple((old | new).values()), links=base.links, readings=base.readings)


def mutants(program: Program) -> Iterator[Mutant]:
    """Every natural slip of a policy, clause by clause in the order of the law."""
    lines: dict[tuple[str, int], list[tuple[str, rules.Rule]]] = {}
    for number, rule in [
        *((k.number, r) for k in program.clauses for r in {id(r): r for r in k.rules()}.values()), *(("", r) for r in program.policy_rules),
    ]:
        if rule.origin.span is not None:
            lines.setdefault((rule.origin.span.source.name, rule.origin.span.start), []).append((number, rule))
    for held in lines.values():
        found = [rule for _, rule in held]
        clauses = () if any(not number for number, _ in held) else tuple(dict.fromkeys(number for number, _ in held))
        for change, kind, what in _slips(list(dict.fromkeys(found))):
            made = {r: change(r) for r in dict.fromkeys(found)}  # a line of a lead stands in each 分项 and 款: as one it is got wrong
            yield Mutant(kind, what, found[0].origin, clauses, tuple(found), _with(program, {id(r): made[r] for r in found}))
    for reading in program.readings:
        origin = values.Origin("读法", reading.question, reading.words, span=reading.span)
        for choice in reading.modelled if len(reading.modelled) > 1 else ():
            if choice != reading.default:
                yield Mutant(CHOSEN, f"读法 {reading.number} {reading.default} 改作 {choice}", origin, (), (), program, (reading.number, choice))


def _with(program: Program, changed: Mapping[int, rules.Rule | None]) -> Program:
    """The policy with other rules in place of these (None: without them)."""
    def kept(rule_list: tuple[rules.Rule, ...]) -> tuple[rules.Rule, ...]:
        return tuple(made for r in rule_list if (made := changed.get(id(r), r)) is not None)

    def inside(k: Clause) -> Clause:
        if not any(id(r) in changed for r in k.rules()):
            return k
        return evolve(k, shared=kept(k.shared), parts=tuple(evolve(p, rules=kept(p.rules)) for p in k.parts), totals=kept(k.totals))

    return evolve(program, policy_rules=kept(program.policy_rules), clauses=tuple(inside(k) for k in program.clauses))


def _in_pieces(program: Program, clauses: tuple[str, ...], chosen: dict[str, str]) -> bool:
    """Whether something is missing that `check` asks for: an amount of a part, or the value of a name."""
    policy = [r for r in program.policy_rules if r.active(chosen)]
    for k in program.clauses if not clauses else (k for k in program.clauses if k.number in clauses):
        for part in k.parts:
            own = [r for r in part.rules if r.active(chosen)]
            kinds = {type(r.body) for r in own}
            if not k.nature and rules.Subject in kinds and not kinds & {rules.Standard, rules.Discretion}:
                return True
            if _nameless([*policy, *own, *(r for r in k.totals if r.active(chosen))]):
                return True
    return _nameless(policy)


def _nameless(rule_list: Iterable[rules.Rule]) -> bool:
    bodies = [r.body for r in rule_list]
    said = {let.name for body in bodies for let in rules.lets_of(body)} | {values.ENJOYED, "年度"}
    return any(isinstance(v, values.Var) and v.name not in said for body in bodies for v in values.nodes_of(body))


# -- the slips of a line --------------------------------------------------------------------------------


def _slips(line: list[rules.Rule]) -> Iterator[Slip]:
    """What can be made of the rules of one line: a change of each rule."""
    dropped = tuple(type(r.body) for r in line if not isinstance(r.body, _SILENT))
    if dropped:
        whole = "这一行" if len(dropped) == len(line) else "后面的限定"
        yield (lambda r: None if isinstance(r.body, dropped) else r), DROPPED, f"去掉{whole}"
    for body in dict.fromkeys(r.body for r in line):
        for made, kind, what in _of_body(body):
            yield (lambda r, old=body, new=made: evolve(r, body=new) if r.body == old else r), kind, what
    seen = set[tuple[Any, ...]]()
    for rule in line:
        found = list(_nodes(rule.body, rule.origin.span))
        divisors = {id(n.right) for n, _ in found if isinstance(n, values.Arith) and n.op in ("÷", "整除", "进整")}
        for node, where in found:
            key = (node, where.start, where.end) if node.span is not None and where is not None else (id(node),)
            if key in seen:
                continue
            seen.add(key)
            for made, kind, what in _of_value(node, " ".join(where.text.split()) if where is not None else ""):
                if id(node) in divisors and isinstance(made, values.Literal) and not made.value:
                    continue  # 每满 0年: check refuses it
                yield (lambda r, old=node, new=made: _put(r, old, new)), kind, what


def _nodes(held: object, where: Span | None) -> Iterator[tuple[values.Value, Span | None]]:
    """Every value with the words that it stands in."""
    if isinstance(held, values.Value):
        if values.standing(held) is not None:  # the order of the kinds stands in their type
            return
        where = held.span or where
        yield held, where
    for part in parts_of(held):
        yield from _nodes(part, where)


def _put(held: Held, old: values.Value, new: values.Value) -> Held:
    """The same with a value in place of another: a cell of a table may be read for several names."""
    if held is old or (type(held) is type(old) and old.span is not None and held.span == old.span and held == old):  # type: ignore[attr-defined]
        return new  # type: ignore[return-value]
    return rebuilt(held, lambda x: _put(x, old, new))


def _of_value(node: values.Value, where: str) -> Iterator[Slip]:
    match node:
        case values.Literal(bool() as value):
            yield evolve(node, value=not value), OTHER, f"「{where}」是否相反"
        case values.Literal(Fraction()):
            yield from _numbers(node, where)
        case values.At(key=values.Fact() as year):
            yield evolve(node, key=values.Arith("-", year, values.Literal(Fraction(1), YEARS), YEAR)), WHEN, f"「{where}」往前一年"
        case values.Arith("-", left, values.Used()):
            yield left, OTHER, f"「{where}」不减已用"
        case values.Arith("-", left, right) if values.standing(left) is not None and values.standing(right) is not None:
            yield evolve(node, left=right, right=left), OTHER, f"「{where}」两头对调"
        case values.Arith("较小" | "较大", left, right) if right.span is not None and isinstance(right, values.Literal):
            yield left, OTHER, f"「{where}」不看 {_words(right.span)}"
        case values.Arith("历月") if not where.endswith(("月初", "月末")):
            yield evolve(node, op="月数"), WHEN, f"「{where}」只数整月"
        case values.Compare(op):
            yield evolve(node, op=_WORDS[op][0]), COMPARED, f"「{where}」{_WORDS[op][1]}"
        case values.Member(values.Fact(field), (only,)):
            others = [x for x in getattr(field.type, "members", ()) if x != only]
            if others:
                yield evolve(node, members=(others[0],)), MEMBER, f"「{where}」{only} 改作 {others[0]}"
        case values.Member(_, members):
            for x in members if len(members) > 1 else ():
                yield evolve(node, members=tuple(m for m in members if m != x)), MEMBER, f"「{where}」去掉 {x}"
        case values.Logic("非", (inner,)):
            yield inner, LOGIC, f"「{where}」去掉否定"
        case values.Logic("且" | "或" as op, parts):
            yield evolve(node, op="或" if op == "且" else "且"), LOGIC, f"「{where}」{op} 改作 {'或' if op == '且' else '且'}"
            for part in parts:
                rest = tuple(x for x in parts if x is not part)
                made = rest[0] if len(rest) == 1 else evolve(node, parts=rest)
                if rest:
                    yield made, LOGIC, f"「{where}」去掉 {_words(part.span) if part.span is not None and _words(part.span) != where else '一项'}"
        case values.Pick(arms, otherwise):
            for i, (test, _) in enumerate(arms if len(arms) > 1 or otherwise is not None else ()):
                yield evolve(node, arms=(*arms[:i], *arms[i + 1:])) if len(arms) > 1 else otherwise, MEMBER, f"「{where}」去掉 {_words(test.span) or f'第{i + 1}种'} 一档"
        case values.Together(parts):
            for part in parts:
                rest = tuple(x for x in parts if x is not part)
                yield rest[0] if len(rest) == 1 else evolve(node, parts=rest), MEMBER, f"「{where}」不看 {_words(part.span)}"
        case values.FoldItems(op, guard=guard):
            if op in ("合计", "最高", "最低"):
                yield evolve(node, op="最低" if op == "最高" else "最高"), OTHER, f"「{where}」{op} 改作 {'最低' if op == '最高' else '最高'}"
            if guard is not None:
                yield evolve(node, guard=None), LOGIC, f"「{where}」不看条件"
        case values.FoldYears(op, count=count, guard=guard):
            yield evolve(node, op=_FOLDS[op]), OTHER, f"「{where}」{op} 改作 {_FOLDS[op]}"
            for n in (count - 1, count + 1) if count < MOST_YEARS else ():
                yield evolve(node, count=n), WHEN, f"「{where}」{count}年 改作 {n}年"
            if guard is not None:
                yield evolve(node, guard=None), OTHER, f"「{where}」去掉已报"
        case (
            values.Literal() | values.Fact() | values.Var() | values.At() | values.Parameter() | values.Known() | values.Used()
            | values.Result() | values.YearOf() | values.Arith() | values.Quotient() | values.Member() | values.Logic()
        ):
            pass
        case _:
            assert_never(node)


def _words(span: Span | None) -> str:
    return " ".join(span.text.split()) if span is not None else ""


_WRITTEN_OUT = ("年/月", "㎡/亩", "亩/㎡")


def _numbers(node: values.Literal, where: str) -> Iterator[Slip]:
    """One more and one less in the last place as it is written: 150万元 is 151万元 or 149万元, 1:0.5 is 1:0.6 or 1:0.4."""
    if node.span is None and (isinstance(node.type, DateType | YearType) or node.type == MONTHS or str(node.type) in _WRITTEN_OUT):
        return  # the day from which 年初, 月末 and their kin are counted, a month as a part of a year, a 亩 as ㎡: nobody writes them
    kind = WHEN if isinstance(node.type, DateType) or node.type in (YEAR, YEARS) else NUMBER
    for sign in (1, -1):
        value, text = _next(node, where, sign)
        if value >= 0 or node.number < 0:
            yield evolve(node, value=value), kind, f"{_words(node.span) or f'「{where}」里的 {show(node.number, node.type)}'} 改作 {text}"


def _next(node: values.Literal, where: str, sign: int) -> tuple[Fraction, str]:
    text = re.sub(r"\s", "", canonical(where)) if node.span is not None else ""
    last = list(re.finditer(r"\d[\d,]*(\.\d+)?", text))
    if isinstance(node.type, NumberType) and last and value_in(text, node.type) == node.value:
        place, number = Fraction(1, 10 ** max(len(last[-1][1] or ".") - 1, 0)), Fraction(last[-1][0].replace(",", ""))
        made = number + sign * place
        written = f"{text[:last[-1].start()]}{show(made)}{text[last[-1].end():]}"
        if made >= 0 and (read := value_in(written, node.type)) is not None:
            return read, written
    step = Fraction(1)
    if isinstance(node.type, NumberType):
        step = (
            Fraction(1, 100)
            if node.type.rate
            else Fraction(10000)
            if node.type == MONEY and node.number and node.number % 10000 == 0
            else step
        )
    value = node.number + sign * step
    return value, show(value, node.type)


def _of_body(body: rules.Body) -> Iterator[Slip]:
    """What is got wrong beside the values."""
    match body:
        case rules.Cap(reach, period=period, amount=amount, used=used):
            if reach in ("分项", "合计"):
                other = LIFETIME if period == YEARLY else YEARLY
                yield evolve(body, period=other), SCOPE, f"{span_of(period)} 改作 企业{other}"
                yield evolve(body, reach="单项", period="", used=None, split=False), SCOPE, f"企业{period} 改作 单项"
            elif any(isinstance(v, values.Fact | values.Var) for v in values.nodes_of(amount)):
                pass  # a figure of each row is none of all together
            elif reach == "单项":
                yield evolve(body, reach="合计", period=YEARLY, used=None), SCOPE, "单项 改作 企业年度"
            elif reach == "同一":
                yield evolve(body, reach="合计", key=None, used=None), SCOPE, "不分是不是同一个"
            if body.split:
                yield evolve(body, split=False), SCOPE, "各分项 改作 合计"
            if used is not None:
                yield evolve(body, used=None), SCOPE, "不减已用"
        case rules.SharedCap(against=rules.Against() as against):
            yield evolve(body, against=evolve(against, top_up=not against.top_up)), OTHER, "补差 改作 即止" if against.top_up else "即止 改作 补差"
        case rules.SharedCap(period=period, sides=sides):
            other = LIFETIME if period == YEARLY else YEARLY
            if body.paid:
                yield evolve(body, paid=False), SCOPE, "按 拨付 改作 按核定"
            elif body.key:
                yield evolve(body, key="", period=period or EACH_TIME), SCOPE, "不分是不是同一个"
            else:
                yield evolve(body, period=other), SCOPE, f"{span_of(period)} 改作 企业{other}"
            for side in sides if len(sides) > 2 else ():
                yield _without_side(body, side), MEMBER, f"去掉 {''.join(side)}"
        case rules.CountCap(reach, times, top_up=top_up, period=period):
            for n in (times - 1, times + 1) if reach == "企业终身" and not top_up else (times - 1,) if period == YEARLY and times > 1 else ():
                if n:
                    yield evolve(body, times=n), OFTEN, f"{times}次 改作 {n}次" if not body.years else f"{times}年 改作 {n}年"
            if (reach == "企业年度" and times == 1) or (period == LIFETIME and times == 1 and not body.years):
                yield evolve(body, top_up=not top_up), OFTEN, "已得补差 改作 已得即止" if top_up else "已得即止 改作 已得补差"
            if body.condition is not None:
                yield evolve(body, condition=None), LOGIC, "哪种情形都限"
            if top_up and body.made_up_first:
                yield evolve(body, made_up_first=False), OFTEN, "先补差后从高 改作 先从高后补差"
            if reach != "单项":
                reach, other = ("企业终身", LIFETIME) if period == YEARLY else ("企业年度", YEARLY)
                once = evolve(body, times=1, years="") if other == YEARLY else body  # more than once a year asks for a year to count in
                yield evolve(once, reach=reach, period=other, top_up=False, key="", groups=()), OFTEN, f"企业{period} 改作 {reach}"
        case rules.Highest(order=order, way=way, take=take):
            for n in (take - 1, take + 1) if take > 1 else ():
                yield evolve(body, take=n), OFTEN, f"前 {take}项 改作 前 {n}项"
            if way is not None:
                yield evolve(body, way="从低" if way == "从高" else "从高"), OTHER, "大小次序颠倒"
            if len(order) > 1:
                yield evolve(body, order=order[::-1]), OTHER, "高低次序颠倒"
        case rules.OnlyOne(sides=sides) if len(sides) > 2:
            for side in sides:
                yield _without_side(body, side), MEMBER, f"去掉 {''.join(side)}"
        case rules.OnlyOne(clauses, sides=()) if len(clauses) > 2:
            for x in clauses:
                yield evolve(body, clauses=tuple(n for n in clauses if n != x)), MEMBER, f"去掉 {x}"
        case rules.Against(top_up=top_up, settled=settled):
            if settled:
                yield evolve(body, settled=False), OTHER, "去掉 含裁量"
            yield evolve(body, top_up=not top_up), OTHER, "补差 改作 即止" if top_up else "即止 改作 补差"
        case rules.AgainstOrder(caps_first):
            yield evolve(body, caps_first=not caps_first), OTHER, "先后颠倒"
        case rules.Payment(shares, after, events):
            yield evolve(body, after_expiry=not after), OTHER, "照拨 改作 停拨" if after else "停拨 改作 照拨"
            if len({*shares}) == 1 and not events:
                for n in (len(shares) - 1, len(shares) + 1):
                    if n:
                        yield evolve(body, shares=(Fraction(1, n),) * n), WHEN, f"分{len(shares)}年 改作 分{n}年"
            elif len(shares) > 1:
                yield evolve(body, shares=shares[::-1]), NUMBER, "各期的比例颠倒"
        case rules.Term(_, first, last):
            yield from _days(body, "first_day", first, "首日", DateType())
            if last is not None:
                yield from _days(body, "last_day", last, "末日", DateType())
        case rules.Years(_, first, last):
            yield from _days(body, "first", first, "起始年度", YEAR)
            yield from _days(body, "last", last, "末年度", YEAR)
        case rules.Rounding(unit, mode):
            to, word = (Fraction(1), "元") if unit < 1 else (Fraction(1, 100), "分")
            yield evolve(body, unit=to), ROUNDED, f"改作到{word}"
            yield evolve(body, mode="截尾" if mode != "截尾" else "四舍五入"), ROUNDED, f"{mode} 改作 {'截尾' if mode != '截尾' else '四舍五入'}"
        case (
            rules.Subject() | rules.Condition() | rules.Let() | rules.Lookup() | rules.Standard() | rules.ConditionalAmount()
            | rules.Relief() | rules.Discretion() | rules.Floor() | rules.Fund() | rules.OnlyOne() | rules.Monthly() | rules.Ungated()
            | rules.Saying() | rules.Nature() | rules.Scope()
        ):
            pass  # beside their values nothing, or nothing that one enterprise sees
        case _:
            assert_never(body)


def _without_side(body: rules.OnlyOne | rules.SharedCap, side: tuple[str, str]) -> rules.Body:
    left = tuple(x for x in body.sides if x != side)
    return evolve(body, sides=left, clauses=tuple(dict.fromkeys(x for x, _ in left)))


def _days(body: rules.Body, name: str, value: Fraction, word: str, type_: Any) -> Iterator[Slip]:
    for n in (1, -1):
        yield evolve(body, **{name: value + n}), WHEN, f"{word} {show(value, type_)} 改作 {show(value + n, type_)}"  # type: ignore[arg-type]
