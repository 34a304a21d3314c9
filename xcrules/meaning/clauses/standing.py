"""What stands under every choice of the readings: an amount in each part, a setting for each name, nothing twice.

A line with 〔A01 甲〕 is there under one choice only. So it is asked for each choice that the lines in question
name whether what must be there is there, and whether what may be there once stands twice. Judges no line alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import combinations, product

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.base.nearest import nearest
from xcrules.draft.labels import LABELS, Label
from xcrules.draft.parse.limits import MAX_CHOICES, MAX_WRITTEN_OUT
from xcrules.draft.syntax import Line
from xcrules.facts.types import EnumType
from xcrules.meaning import rules, values
from xcrules.meaning.grants import filled_in
from xcrules.meaning.inlining import column_of, item_facts, lets_of, written_out
from xcrules.meaning.program import Clause, Program

Choices = dict[str, str]
_HINT = "两种读法各写一行，如 {0}〔{1} {2}〕；或者不用读法的，去掉〔 〕"


def check_tagged(lines: Iterable[Line]) -> list[Diagnostic]:
    """〔A01 甲〕 on a label that does not take it; 〔A01〕 only mentions the reading and may stand on 性质."""
    findings = []
    for line in lines:
        label = LABELS.get(line.label)
        if label is None or label.tags == "取舍" or not line.tags:
            continue
        tag = next((t for t in line.tags if t.choice), None) if label.tags == "提到" else line.tags[0]
        if tag is not None:
            help = ("一个分项只在一种读法下才有的，在它自己的 对象 和 标准（裁量）两行各写这个读法" if line.label == "分项" else
                    f"写成 {line.label}：{line.text}，只在一种读法下要的条件，在款里写 条件〔{tag.reading} 选项〕：……" if line.label == Label.LEAD and line.text else
                    f"去掉〔 〕；{line.label} 在各种读法下都一样")
            findings.append(Diagnostic(Code.TAG_NOT_ALLOWED, f"「{line.label}」不能按读法取舍", tag.span, help))
    return findings


def check_standing(program: Program) -> list[Diagnostic]:
    """All of it, for a policy whose lines each have a meaning."""
    known = {r.number: r.modelled for r in program.readings}
    findings = [*_bounded(program.policy_rules, known), *_policy(program, known)]
    for clause in program.clauses:
        ungranted = [d for part in clause.parts if not clause.nature for d in _grants(part.rules, known)]
        findings += ungranted or _no_part(clause, known)
        for part in clause.parts:
            findings += _bounded(part.rules, known)
            findings += _names((*part.rules,), (*part.rules, *program.policy_rules), known)
            findings += _twice(part.rules)
            findings += _without_effect(part.rules)
            findings += _reach(part.rules, part.rules)
        if clause.parts:
            findings += _names(clause.totals, (*clause.parts[0].rules, *program.policy_rules), known)
            findings += _reach(clause.totals, clause.parts[0].rules)
    findings += _names(program.policy_rules, program.policy_rules, known)
    return [*findings, *_marks(program), *_open_records(program)]


def choices_of(all_rules: Iterable[rules.Rule], known: dict[str, tuple[str, ...]], fixed: Choices) -> Iterator[Choices]:
    """Every way to choose for the readings that these rules name, beside what is fixed; none if there are too many."""
    numbers = [n for n in dict.fromkeys(n for r in all_rules for n, _ in r.choices) if n in known and n not in fixed]
    if _too_many(numbers, known):
        return
    for chosen in product(*(known[n] for n in numbers)):
        yield {**fixed, **dict(zip(numbers, chosen, strict=True))}


def _too_many(numbers: Iterable[str], known: dict[str, tuple[str, ...]]) -> bool:
    return math.prod(len(known[n]) for n in numbers) > MAX_CHOICES


def _bounded(all_rules: tuple[rules.Rule, ...], known: dict[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """So few readings in one part that every way to choose can be looked at."""
    wanted = rules.Subject | rules.Standard | rules.Discretion | rules.Let | rules.Lookup | rules.Term
    chosen = [r for r in all_rules if isinstance(r.body, wanted) and r.choices]
    numbers = dict.fromkeys(n for r in chosen for n, _ in r.choices if n in known)
    if _too_many(numbers, known):
        yield Diagnostic(Code.TOO_LONG_OR_DEEP, f"这里的对象、标准、设定按 {len(numbers)} 处读法取舍，超过 {MAX_CHOICES} 种搭配的限制", chosen[-1].origin.span,
                         "分成几款或几个分项")


def _said(chosen: Choices) -> str:
    return "、".join(f"{n} 取「{x}」" for n, x in chosen.items())


def _grants(all_rules: tuple[rules.Rule, ...], known: dict[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """A part has an amount wherever it has a 对象, and the other way round."""
    subjects = [r for r in all_rules if isinstance(r.body, rules.Subject)]
    giving = [r for r in all_rules if isinstance(r.body, rules.Standard | rules.Discretion)]
    for mine, theirs, what in ((subjects, giving, "标准或裁量"), (giving, subjects, "对象")):
        for chosen in choices_of([*mine, *theirs], known, {}):
            if (here := _standing(mine, chosen)) and not _standing(theirs, chosen):
                number, choice = next(iter(chosen.items()), ("", ""))
                yield Diagnostic(Code.READING_WITHOUT_GRANT, f"{_said(chosen)}时，这里没有{what}", (theirs or here)[0].origin.span, _HINT.format(what[:2], number, choice))
                break


def _standing(all_rules: Iterable[rules.Rule], chosen: Choices) -> list[rules.Rule]:
    return [r for r in all_rules if r.active(chosen)]


def _no_part(clause: Clause, known: dict[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """Under every choice something is left of a clause."""
    subjects = [r for part in clause.parts for r in part.rules if isinstance(r.body, rules.Subject)]
    if subjects and (chosen := _without(subjects, known, {})):
        yield Diagnostic(Code.READING_WITHOUT_GRANT, f"{_said(chosen)}时，{short_name(clause.number)} 没有一行对象", subjects[0].origin.span,
                         "对象不按读法取舍，条件按读法取舍；这种读法下不给的，写 除外")


def _names(all_rules: Iterable[rules.Rule], setting: tuple[rules.Rule, ...], known: dict[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """A name that a line reads is set under every choice under which the line is there."""
    setters: dict[str, list[rules.Rule]] = {}
    for rule in setting:
        for let in rules.lets_of(rule.body):
            setters.setdefault(let.name, []).append(rule)
    tagged = {n: rs for n, rs in setters.items() if all(r.choices for r in rs)}
    said: set[str] = set()
    for rule in all_rules if tagged else ():
        names = {v.name: v.span for v in values.nodes_of(rule.body) if isinstance(v, values.Var)}
        for name, span in names.items():
            if name in tagged and name not in said and (chosen := _without(tagged[name], known, dict(rule.choices))):
                said.add(name)
                number, choice = next(((n, x) for n, x in chosen.items() if n in dict(tagged[name][0].choices)), ("号", "选项"))
                if (meant := _misnamed(name, (number, choice), setting)) is not None:
                    yield meant
                    continue
                setter = tagged[name][0].origin
                used = (Related(span or rule.origin.span, "这里在各种读法下都用它"),) if span or rule.origin.span else ()  # type: ignore[arg-type]
                yield Diagnostic(Code.READING_WITHOUT_LET, f"{_said(chosen)}时，「{name}」没有设定，用它的行却在", setter.span,
                                 f"再加一行 {setter.label}〔{number} {choice}〕给出 {name}；读法写错了地方的，去掉这里的〔 〕；或让用它的行也只在这种读法下才有",
                                 related=used)


def _misnamed(name: str, choice: tuple[str, str], setting: tuple[rules.Rule, ...]) -> Diagnostic | None:
    """The line under that choice which sets nearly this name, if there is one."""
    for rule in setting:
        if choice in rule.choices and (close := nearest(name, [x.name for x in rules.lets_of(rule.body)])):
            return Diagnostic(Code.READING_WITHOUT_LET, f"{choice[0]} 取「{choice[1]}」时，「{name}」没有设定，这一行设定的是「{close[0]}」", rule.origin.span,
                              f"是不是「{name}」？同一个数在各种读法下用同一个名称")
    return None


def _without(all_rules: list[rules.Rule], known: dict[str, tuple[str, ...]], fixed: Choices) -> Choices | None:
    """A choice, beside what is fixed, under which none of these rules is there."""
    return next((chosen for chosen in choices_of(all_rules, known, fixed) if not _standing(all_rules, chosen)), None)


def _twice(all_rules: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """The same 加给 twice would count twice; a part is paid out in one way."""
    adding = [
        r
        for r in all_rules
        if (isinstance(r.body, rules.ConditionalAmount) and r.body.adds) or (isinstance(r.body, rules.Standard) and r.body.condition)
    ]
    paying = [r for r in all_rules if isinstance(r.body, rules.Payment)]
    for group, code, help in ((adding, Code.REPEATED_LINE, "删去一行；真要加两次的，把金额写成两倍"), (paying, Code.CONFLICTING_LINES, "留一行，或用读法分开")):
        alike: dict[object, list[rules.Rule]] = {}
        for rule in group:
            alike.setdefault(rule.body if code == Code.REPEATED_LINE else code, []).append(rule)
        for one, other in (pair for same in alike.values() for pair in combinations(same, 2)):
            if one.beside(other) and other.origin.span and one.origin.span:
                message = f"这一行{other.origin.label}写了两遍，会加两次" if code == Code.REPEATED_LINE else "同一处有两行拨付会同时成立"
                yield Diagnostic(code, message, other.origin.span, help, related=(Related(one.origin.span, "另一行在这里"),))
                break


def _without_effect(all_rules: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """例外, 加给 and 减半 beside 裁量: the authority settles the amount, they would count for nothing."""
    awards = [r for r in all_rules if isinstance(r.body, rules.Discretion)]
    for rule in (r for r in all_rules if isinstance(r.body, rules.ConditionalAmount | rules.Relief)):
        if any(rule.beside(a) for a in awards):
            yield Diagnostic(Code.ADJUSTED_DISCRETION, f"金额由机关核定（裁量），这一行{rule.origin.label}没有作用", rule.origin.span,
                             "给多少由机关定；至多多少按情形分的，写 上限：单项 按 ……（……）")


def _open_records(program: Program) -> Iterator[Diagnostic]:
    """裁量：……，按 …… in which nothing is the authority's to fill in: that is a 标准."""
    for part in (part for clause in program.clauses for part in clause.parts):
        lets = {name: let.value for name, let in lets_of((*program.policy_rules, *part.rules)).items()}
        for rule in part.rules:
            if isinstance(rule.body, rules.Discretion) and rule.body.record is not None and not filled_in(rule.body.record, lets):
                yield Diagnostic(Code.NOTHING_FILLED_IN, "这里没有一栏是机关核定的：都算得出来", rule.origin.span,
                                 f"核定的比例、单价写成事实的一栏，要求 核定 {rule.body.authority or '机关'}，可缺；没有要核定的，写 标准")


def _marks(program: Program) -> Iterator[Diagnostic]:
    """事项 见 where no 竞合 looks at it: the authority settles every amount that the line leads to, or a clause's grant is the matter."""
    weighed = {n for r in program.policy_rules if isinstance(r.body, rules.OnlyOne) and r.body.key for n in r.body.clauses}
    marked = [(r, part) for c in program.clauses if c.number not in weighed for part in c.parts
              for r in part.rules if isinstance(r.body, rules.Subject) and r.body.marked]
    against = [r.body.by_clause for r in program.policy_rules if isinstance(r.body, rules.Against)]
    if against and all(against):
        for span in dict.fromkeys(r.origin.span for r, _ in marked):
            yield Diagnostic(Code.IDLE_WORDS, "竞合按各款的给付比，「事项 见」没有作用", span, "去掉 ，事项 见 ……；别处的支持对应哪一款，填在那张名单里")
        return
    if any(isinstance(r.body, rules.Against) and r.body.settled for r in program.policy_rules):
        return
    reckoned = {r.origin.span for r, part in marked if any(isinstance(x.body, rules.Standard) and r.beside(x) for x in part.rules)}
    for span in dict.fromkeys(
        r.origin.span
        for r, part in marked
        if r.origin.span not in reckoned and any(isinstance(x.body, rules.Discretion) for x in part.rules)
    ):
        yield Diagnostic(Code.IDLE_WORDS, "金额由机关核定（裁量），竞合不管它，「事项 见」没有作用", span, "去掉 ，事项 见 ……；与别处政策从高不重复的，由机关核定时扣除，写成 注释")


def _reach(all_rules: tuple[rules.Rule, ...], part: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """A cap on what several items come to is not reckoned from the fields of one of them."""
    lets = lets_of(part)
    subject = next((r.body for r in part if isinstance(r.body, rules.Subject)), None)
    listed = subject is not None and subject.is_list
    for rule in all_rules:
        if isinstance(rule.body, rules.Payment) and listed and (own := next(item_facts(_events(rule.body), lets), None)) is not None:
            yield Diagnostic(Code.NOT_AN_EVENT, f"「{column_of(own)[1]}」是每一项的，拨付管的是本款合起来的金额", rule.origin.span,
                             "一项一份材料的（一艘船、一个项目各报各的），把名单写成一份表（去掉 逐项），拨付照写；一份材料里几项的，每一期写一个 分项，到那件事的年度才计：对象：每项 某名单，某日期 当年 等于 兑现年度，标准 … 的 50%；随的事是整件事的，写成企业的或一份表的日期")
        match rule.body:
            case rules.Cap(reach="分项" | "合计") as cap:
                read: tuple[values.Value | None, ...] = (cap.amount, cap.used)
            case rules.CountCap() as times if (
                times.condition is not None
                and times.reach != "单项"
                and (all_rules is not part or not times.by_history or (times.top_up and not times.key))
            ):
                read = (times.condition,)
            case _:
                continue
        fact = next(item_facts(read, lets), None) if listed else None
        if fact is not None:
            table, name = column_of(fact)
            yield Diagnostic(Code.ITEM_VALUE_IN_TOTAL, f"「{name}」是每一项的，这个{rule.origin.label}管的是各项合起来的数", rule.origin.span,
                             f"条件只看企业的事实；只数合这个条件的各项的，写 限次：{name} …… 的，企业年度 3件，或 同一 {name} 终身 ……" if isinstance(rule.body, rules.CountCap) else "管每一项的写 上限：单项 ……；" + (f"各种{name}各有限额的写 上限：同一 {name} 年度 按 {name}（{fact.field.type.members[0]} …元；……）"
                             if isinstance(fact, values.Fact) and isinstance(fact.field.type, EnumType) else f"按各项之和的写 合计（{table} 的 {name}）"))
        elif written_out(read, lets) > MAX_WRITTEN_OUT:
            yield Diagnostic(Code.TOO_LONG_OR_DEEP, f"这个上限里的设定展开来超过 {MAX_WRITTEN_OUT} 个运算的限制", rule.origin.span, "把设定改写成 定义")


def _events(paid: rules.Payment) -> tuple[values.Value, ...]:
    return tuple(x for x in (*(e.when for e in paid.events), paid.going) if x is not None)


def _policy(program: Program, known: dict[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """时效 works with 施行 only; the columns that 定义 makes are written out wherever they are read."""
    columns = {name: let for name, let in lets_of(program.policy_rules).items() if "." in name}
    sizes: dict[str, int] = {}
    for rule in program.policy_rules:
        if (isinstance(rule.body, rules.Let) and rule.body.name in columns
            and written_out(rule.body.value, columns, sizes) > MAX_WRITTEN_OUT):
            yield Diagnostic(Code.TOO_LONG_OR_DEEP, f"这一栏里别的栏展开来超过 {MAX_WRITTEN_OUT} 个运算的限制", rule.origin.span, "少用几次别的栏")
            break
    years = [r for r in program.policy_rules if isinstance(r.body, rules.Years)]
    terms = [r for r in program.policy_rules if isinstance(r.body, rules.Term)]
    for rule in years:
        if (chosen := _without(terms, known, dict(rule.choices))) is not None:
            when = f"{_said(chosen)}时，" if chosen else ""
            yield Diagnostic(Code.YEARS_WITHOUT_TERM, f"{when}没有 施行，时效不起作用", rule.origin.span, "加一行 施行：自 某日 起 几年，止于 前一日，凭 申报日期")
