"""What is to be proved of a clause: the law's own figures, 保证, and what tells a drafter something: monotony, tiers, conditions, bounds, jumps.

What holds by construction (a bound on its own line, a sum of its items) is no obligation: it is proved once, of the steps, by the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from xcrules.base.money import money_text
from xcrules.base.source import Span
from xcrules.draft.outline import outline
from xcrules.facts.scaled.values import scale_of
from xcrules.facts.types import NumberType, SeriesType, TextType, show
from xcrules.meaning import values
from xcrules.meaning.grants import LIFETIME, YEARLY, granted_before
from xcrules.meaning.lint.numbers import MONEY
from xcrules.meaning.lint.spoken import law_numbers
from xcrules.meaning.telling import EACH_TIME
from xcrules.run.lowered import claims as c, nodes as n
from xcrules.run.lowered.values import Lowering, Standpoint
from xcrules.run.smt.clause import Claimed, room_of
from xcrules.run.smt.outcome import ClauseTerms
from xcrules.run.smt.sheet import OpenSheet, Place, Raised
from xcrules.run.smt.terms import FAR, Symbol, Uncovered, both, constant, either, least, minus, most, no, pick, plus, positive
from xcrules.use.python.policy import Policy

from .proving import BOUND, CONDITION, LAW, LEAP, MONOTONE, TIER
from .questions import Question

MOST_MORE = 10**13  # by which a figure may be higher


@frozen(eq=False)
class Obligation:
    """A statement about a clause. `broken`: what would refute it, or (`shown`) what a sheet must have to bear it out.

    `varied`: the clause on a second sheet, where the statement is about two. `instead`: what is asked where this does not hold.
    """

    clause: str
    kind: str
    text: str
    line: str  # the line of the policy, or the words of the law, that it is about
    broken: tuple[Any, ...]
    shown: bool = False
    varied: tuple[ClauseTerms, OpenSheet] | None = None
    readings: tuple[tuple[str, str], ...] | None = None  # of the second, where it is the same sheet under other readings
    policy: Policy | None = None  # of the second, where that is an older one
    instead: Obligation | None = None
    at: Span | None = None  # where the line stands, or the quote


# -- the law's own figures -------------------------------------------------------------------------------------------

# what the words before an amount that is not to be passed say of its level; the first that is found counts
LEVELS = (("同一企业年度|企业年度|每家企业每年|每年|年度累计|全年", YEARLY), ("个人|每人|每名|单个.{0,8}年度|每个.{0,8}年度", "各个"),
          ("一次性|累计|总额", LIFETIME), ("合计每[次月]|[两二三四五各几述](?:项|款|条|者).{0,4}合计", EACH_TIME), ("", "单项"))
_AT_MOST = re.compile(r"(?:不得?超过|最高(?:不超过)?|最多(?:不超过)?|至多|封顶|上限为?)[^，。；、\d]{0,6}$")
_RATE = re.compile(r"每(?:平方米|平米|㎡|亩|月|日|天|小时|吨|公里|千瓦时?|度)[^，。；、]*$")  # 每平方米每月最高40元: of no amount the bound
_OF_A_PART = re.compile("(?:以内)?的(?:部分|[，。；、：])")  # 不超过1万元的，每件50元: what it is reckoned from
_SAID = {YEARLY: "连同本年已得", LIFETIME: "连同以前所得", EACH_TIME: "合计", "单项": "每一项", "各个": "同一个的合计"}


def of_law(q: Question) -> Iterator[Obligation]:
    """不超过150万元 in the words of a clause, at the level that they name."""
    part, held = "", q.held
    names = [each.part for each in held.clause.claims]
    for quote, number in outline(q.policy.program.document.files).quotes:
        if number != q.number:
            continue
        part = next((x.text.strip() for x in quote.notes if x.label == "分项"), part)
        found: dict[str, tuple[Fraction, str]] = {}
        for said in law_numbers(quote.words, q.policy.program.schema.units):
            before = quote.words[: said.at[0]]
            if (said.kind == MONEY and _AT_MOST.search(before) and not _RATE.search(before)
                and not _OF_A_PART.match(quote.words, said.at[1])):
                phrase = re.sub(r"^\s*[（(].{1,3}[）)]", "", re.split("[，。；;]", before)[-1])
                level = next(level for words, level in LEVELS if re.search(words, phrase))
                if said.value > found.get(level, (0,))[0]:  # where each tier has its own, the highest holds for all
                    found[level] = said.value, f"{phrase}{said.text}"
        for level, (limit, words) in found.items():
            yield evolve(_at_most(q, limit, level, part if part in names and not re.search("总额|合计", words) else "", words), at=quote.span)


def _at_most(q: Question, limit: Fraction, level: str, part: str, words: str) -> Obligation:
    held, clause = q.held, q.held.clause
    most_, worth = constant(int(limit * clause.scale)), held.worth
    lines = [x for x in held.lines if not part or clause.claims[x.part].part == part]
    if level == "各个" and not any(_whose(q, x) for x in lines):  # 每个研发机构……年度 where nothing tells rows apart: who applies
        level = YEARLY
    broken: tuple[Any, ...] = ()
    if (
        level in (YEARLY, LIFETIME)
        and (value := granted_before(q.number, (part,), level, q.policy.program.schema, clause.part_names if part else ())) is not None
    ):
        used, mine = valued(q, value, clause.scale), worth
        if part:  # of what an authority has said the part shows no bound any more
            mine = of_part(held, part)
            broken = (held.open if clause.claims[lines[0].part].authority else True,)
        broken = *broken, mine.value > 0, plus(mine, used).value > most_.value
    elif level == "单项":
        broken = (
            either(
                *(net.value > q.sheet.product(_count(x, clause), most_).value
                  for x, net in zip(held.lines, held.steps.each(), strict=True) if x in lines)
            ),
        )
    elif level == "各个":
        whose = [_whose(q, x) for x in lines]
        alike = [
            either(no(x.counts), both(*(both(no(a.absent), a.value == b.value) for a, b in zip(whose[0], mine, strict=False))))
            for x, mine in zip(lines[1:], whose[1:], strict=True)
        ]
        broken = worth.value > most_.value, *alike
    else:  # no ledger keeps what was had before
        broken = (worth.value > most_.value,)
    return Obligation(q.number, LAW, f"{_SAID[level]}不超过 {money_text(limit)}", f"「{words}」", broken)


def _whose(q: Question, line: Claimed) -> list[Symbol]:
    """What tells whose a row is: the key of its cap; where there is none, its texts that mark nothing else."""
    if key := next((k for k in line.keys if k is not None), None):
        return [key[0]]
    table, row = line.printer.item or ("", 0)
    held = q.sheet.schema.table(table)
    return [
        q.sheet.column(table, row, f.name) for f in (held.fields if held is not None else ()) if isinstance(f.type, TextType) and not f.role
    ]


def _count(line: Claimed, clause: c.Clause) -> Symbol:
    count = clause.claims[line.part].count
    return constant(1) if count is None else line.printer.term(count)


def valued(q: Question, value: values.Value, scale: int) -> Symbol:
    """A value beside the items, at a scale."""
    lets = {x.name: x for x in q.plan.lets}
    lowering = Lowering(lets, q.own.lowerer.figures)
    lowering.count(value, False)
    node = lowering.lower(value, Standpoint())
    if scale % node.scale:
        raise Uncovered("保证里的金额比分还细")
    return q.own.printer.about(lowering.names, None).at_scale(node, scale)


# -- two sheets -------------------------------------------------------------------------------------------------------


def of_part(held: ClauseTerms, part: str) -> Symbol:
    """What one part has before the total is rounded."""
    return held.steps.sum([i for i, line in enumerate(held.lines) if held.clause.claims[line.part].part == part])


def raised_in(q: Question, places: list[Place], step: int | None = None) -> tuple[ClauseTerms, OpenSheet, tuple[Any, ...]]:
    """The clause where one of these figures (of one column; which row is open) is higher, by any amount or by a step; and what that takes for granted."""
    by = q.sheet.fresh("more") if step is None else step
    which = q.sheet.fresh("row")
    raised, free = [], [by >= 1, either(*(which == i for i in range(len(places))))]
    year = q.sheet.fresh("year")
    for i, place in enumerate(places):
        spec = q.sheet.spec(place[0], place[2])
        series = isinstance(spec.type, SeriesType)
        high = MOST_MORE if series else q.sheet.column(*place).span[1]
        raised.append(Raised(place, Symbol(pick(which == i, by, 0), span=(0, high)), year if series else None))
        if not series:
            made = q.sheet.column(*place)
            free.append(either(which != i, both(no(made.absent), made.value + by <= high)))
        else:
            free.append(by <= high)
        if place[0] and (table := q.sheet.schema.table(place[0])) is not None and table.kind == "名单":
            free.append(either(which != i, q.sheet.present(place[0], place[1])))
    sheet = q.sheet.varied(tuple(raised))
    held = q.terms(sheet=sheet).outcome(q.number)
    gate = q.terms(sheet=sheet).open(q.number)
    return held, sheet, (*free, gate.value, gate.sure)


def columns_of(q: Question) -> dict[tuple[str, str], list[Place]]:
    """The figures that a clause reads: by table and column, in which rows."""
    _ = q.held.worth
    found: dict[tuple[str, str], list[Place]] = {}
    places = [p for p, spec, _ in q.sheet.variables() if isinstance(spec.type, NumberType)]
    places += dict.fromkeys(p for p, _ in q.sheet._read if isinstance(q.sheet.spec(p[0], p[2]).type, SeriesType))
    for place in places:
        found.setdefault((place[0], place[2]), []).append(place)
    return found


def figures(q: Question, jump: Fraction) -> Iterator[Obligation]:
    """Each figure: more of it never gives less (or never more); one 元 more never changes the amount by more than `jump`. What the term itself tells is not asked."""
    far = int(jump * q.held.clause.scale)
    for (table, column), places in columns_of(q).items():
        spec = q.sheet.spec(table, column)
        name = f"{table}.{column}" if table else column
        up, down, leap = (Obligation(q.number, kind, f"「{name}」{text}", name, (False,)) for kind, text in (
            (MONOTONE, "越多，应得只升不降"), (MONOTONE, "越多，应得只降不升"), (LEAP, f"多 1元，应得的变动不超过 {money_text(jump)}")))
        low, high = q.slopes.of(places, (1, MOST_MORE))
        if low >= 0 or high <= 0:
            yield up if low >= 0 else down
        else:
            after, more, less, sheet, given = _changed(q, places)
            yield evolve(up, broken=(*given, less.value > 0), varied=(after, sheet), instead=evolve(down, broken=(*given, more.value > 0)))
        type_ = spec.element
        if isinstance(type_, NumberType) and type_.unit == (("元", 1),):
            step = scale_of(type_)
            low, high = q.slopes.of(places, (step, step))
            if low >= -far and high <= far:
                yield leap
            else:
                after, more, less, sheet, given = _changed(q, places, step)
                yield evolve(leap, broken=(*given, either(more.value > far, less.value > far)), varied=(after, sheet))


def _changed(q: Question, places: list[Place], step: int | None = None) -> tuple[ClauseTerms, Symbol, Symbol, OpenSheet, tuple[Any, ...]]:
    """The clause on the raised sheet; how much more and less it comes to there, where a bound and an amount are not held against each other."""
    after, sheet, free = raised_in(q, places, step)
    same = (after.sure, True if after.open is False else after.open == q.held.open)
    return after, minus(after.worth, q.held.worth), minus(q.held.worth, after.worth), sheet, (*free, *same)


# -- what can happen at all -------------------------------------------------------------------------------------------


def happenings(q: Question) -> Iterator[Obligation]:
    """Conditions hold and fail, tiers are taken, bounds are reached and not reached: some sheet shows each."""
    held = q.held
    for part, claim in enumerate(held.clause.claims):
        line = next(x for x in held.lines if x.part == part)
        of = f"（{claim.part}）" if claim.part else ""
        yield Obligation(q.number, CONDITION, f"条件{of}能够都成立", f"{claim.origin.label}：{claim.origin.text}", (line.counts,), shown=True, at=claim.origin.span)
        for i, (guard, test) in enumerate(zip(claim.guards, line.guards, strict=True)):
            others = both(line.here, *(g.value for j, g in enumerate(line.guards) if j != i))
            yield Obligation(q.number, CONDITION, "其余条件成立时，这一条也会不成立", f"{guard.origin.label}：{guard.origin.text}", (others, test.sure, no(test.value)), shown=True, at=guard.origin.span)
        yield from _tiers(q, claim, line)
        yield from _item_bounds(q, claim, line)
    first = {id(step): (step, before, room) for step, _, before, room in reversed(held.awarded.rooms)}  # of a cap by key that of the first row
    for step, before, room in reversed(first.values()):
        yield from _reached(q, step.origin, before, room, above=True)


def _reached(q: Question, origin: values.Origin, before: Symbol, room: Symbol, above: bool, given: Any = True) -> Iterator[Obligation]:
    line = f"{origin.label}：{origin.text}"
    cut, free = ((before.value > room.value, both(before.value > 0, before.value < room.value)) if above
                 else (before.value < room.value, before.value > room.value))
    yield Obligation(q.number, BOUND, "会起作用", line, (given, cut), shown=True, at=origin.span)
    yield Obligation(q.number, BOUND, "也有不起作用的时候", line, (given, free), shown=True, at=origin.span)


def _item_bounds(q: Question, claim: c.Claim, line: Claimed) -> Iterator[Obligation]:
    clause, printer = q.held.clause, line.printer
    said = claim.award if claim.authority else claim.worth.amount
    amount = most(constant(0) if said is None else printer.at_scale(said, clause.scale), constant(0))
    for bound in claim.worth.bounds if said is not None else ():
        if isinstance(bound, c.MadeUp):
            amount = positive(minus(amount, printer.at_scale(bound.limit, clause.scale)))
            continue
        above = isinstance(bound, c.Ceiling)
        limit = room_of(bound, printer, clause) if isinstance(bound, c.Ceiling) else printer.at_scale(bound.limit, clause.scale)
        if limit.span[0] < FAR:
            yield from _reached(q, bound.origin, amount, limit, above, line.counts)
        amount = least(amount, limit) if above else most(amount, limit)


def _tiers(q: Question, claim: c.Claim, line: Claimed) -> Iterator[Obligation]:
    """Each arm of a table in the amount is taken by some sheet, and where nothing is said of the others none is left over."""
    held = (claim.worth, tuple(x.value for x in claim.names))
    seen: set[int] = set()
    for node in n.nodes_of(held):
        if (not isinstance(node, n.Choose) or isinstance(node.otherwise, n.Nothing) or id(node) in seen
            or any(map(_in_fold, n.nodes_of(tuple(test for test, _ in node.arms))))):
            continue
        seen.add(id(node))
        before: list[Any] = []
        for test, _ in node.arms:
            term = line.printer.term(test)
            yield Obligation(
                q.number, TIER, f"这一档轮得到：{told(test)}", f"{claim.grant.label}：{claim.grant.text}", (line.counts, term.sure, *(no(b) for b in before), term.value), shown=True, at=claim.grant.span,
            )
            before.append(term.value)


def _in_fold(node: n.Value) -> bool:
    return isinstance(node, n.Year) or (isinstance(node, n.Column) and isinstance(node.home, n.Folded))


def told(node: n.Value) -> str:
    """A condition in a few words."""
    match node:
        case n.Among(of=n.Column(name=name), members=members):
            return f"{name} 为 {'、'.join(members)}"
        case n.Compare(op=op, left=left, right=right):
            return f"{told(left)} {op} {told(right)}"
        case n.All(parts=parts):
            return " 且 ".join(map(told, parts))
        case n.Any(parts=parts):
            return " 或 ".join(map(told, parts))
        case n.Not(of=of):
            return f"非 {told(of)}"
        case n.Column(name=name) | n.Local(name=name):
            return name
        case n.Constant(value=bool() | str() as value):
            return show(value)
        case n.Constant(value=int() as value):
            return show(Fraction(value, node.scale))
        case _:
            return "……"
