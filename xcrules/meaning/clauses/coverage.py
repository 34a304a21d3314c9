"""What a policy must have as a whole: every case of an enumeration, every fact used, readings that differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from xcrules.base.diagnostic import Code, Diagnostic, Related, marked
from xcrules.base.nearest import nearest
from xcrules.base.source import Span
from xcrules.draft.labels import Label, card_of
from xcrules.draft.parse.limits import MAX_ADVISED, MAX_EXCEPTIONS, MAX_READINGS
from xcrules.draft.syntax import AgainstOrder, Ungated
from xcrules.facts.tables import FactTable
from xcrules.facts.types import BOOL, TEXT, NumberType, Type
from xcrules.meaning import governing, keys, rules, values
from xcrules.meaning.expressions.scope import REFUSED
from xcrules.meaning.inlining import columns_read, lets_of
from xcrules.meaning.matters import columns_of
from xcrules.meaning.possible import together, ways
from xcrules.meaning.program import Clause, Program

from .gaps import gap_of
from .lets import shown

_MOST_NEAR = 500  # 设定 that an unused one is held against


# -- choices ------------------------------------------------------------------------------------------


def check_choices(program: Program) -> list[Diagnostic]:
    """按 …… says something of every member that can reach it; two 例外 do not both hold."""
    findings: list[Diagnostic] = []
    ungated = tuple(r for r in program.policy_rules if not isinstance(r.body, rules.Scope))  # 适用 reads 定义 of those too whom it leaves out
    for rule in ungated:
        findings += _picks(rule, ungated)
    for clause in program.clauses:
        wider = "适用" in governing.ungated(program.policy_rules, clause.number) or governing.widened(program.policy_rules, clause.number)
        findings += marked(_choices(clause, ungated if wider else program.policy_rules), rests_on=(keys.clause(clause.number),))
    return findings


def _choices(clause: Clause, policy: tuple[rules.Rule, ...]) -> list[Diagnostic]:
    findings = [*_too_many_readings("一款", clause.rules())]
    for part in clause.parts:
        for rule in part.rules:
            findings.extend(_picks(rule, (*policy, *part.rules)))
        findings.extend(_exceptions(part.rules, policy))
        findings.extend(_reliefs(part.rules, policy))
    for rule in clause.totals:
        findings.extend(_picks(rule, (*policy, *(clause.parts[0].rules if clause.parts else ()))))
    return findings


def _too_many_readings(where: str, all_rules: Iterable[rules.Rule]) -> Iterator[Diagnostic]:
    """Each choice of a reading is worked out for all lines that stand beside it."""
    numbers: set[str] = set()
    for rule in all_rules:
        numbers |= {number for number, _ in rule.choices}
        if len(numbers) > MAX_READINGS:
            yield Diagnostic(Code.TOO_LONG_OR_DEEP, f"{where}里按读法取舍的行用了超过 {MAX_READINGS} 处读法", rule.origin.span, "并成几处读法，或把这一款分成几款")
            return


def _picks(rule: rules.Rule, all_rules: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """按（…） and 对照 that say nothing of a case which the conditions beside them leave open."""
    table = rule.body if isinstance(rule.body, rules.Lookup) else None
    if table is not None and table.lets and not table.rest and not table.segments and isinstance(pick := table.lets[0].value, values.Pick):
        yield from _gap(pick, rule, all_rules)
    for value in values.nodes_of(rule.body if table is None else table.keys):
        if isinstance(value, values.Pick) and value.otherwise is None and (table is not None or rule.origin.label != Label.LOOKUP):
            yield from _gap(value, rule, all_rules)


def _gap(pick: values.Pick, rule: rules.Rule, all_rules: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    lets, tests = lets_of(all_rules), [test for test, _ in pick.arms]
    if gap_of(tests, [{}], lets) is None:
        return
    plain = {name: let.value for name, let in lets.items()}
    beside = [
        r.body.condition
        for r in all_rules
        if isinstance(r.body, rules.Condition | rules.Scope) and rule.beside(r) and set(r.choices) <= set(rule.choices)
    ]
    demanded = [held for x in beside if (held := ways(x, plain)) is not None]
    found = gap_of(tests, together(demanded) or [{}], lets)
    if found is None:
        return
    said, row, names = found
    if rule.origin.label == Label.LOOKUP:
        what, help = "对照", f"补上 {row} 这一行，或者末尾加一行，第一格写 其他，结果写 {REFUSED}"
    else:
        arm = "" if row == "其他" else f"{row.removeprefix('等于 ')} 某值，或写 "
        what, help = "按（……）", f"在（ ）里补上 {arm}其他 某值；不给的写 0元"
    if row.startswith("等于 0") and not row[4:5].isdigit() and row[4:5] != ".":  # 第几次: what is counted from 1 on
        help = f"从 1 数起、不会是 0 的，写一行 条件：{said.replace(' 等于 0', ' 不低于 1')}；可能是 0 的，{help}"
    yield Diagnostic(Code.UNCOVERED_CASE, f"{what}没有写 {said} 的怎么办", pick.span, help + "；条件已经排除的不用写",
                     rests_on=tuple(map(keys.members, names)))


def _exceptions(all_rules: tuple[rules.Rule, ...], policy: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """Two 例外 with different results whose conditions do not exclude each other."""
    replacing = [(r, r.body) for r in all_rules if isinstance(r.body, rules.ConditionalAmount) and not r.body.adds]
    if len(replacing) > MAX_EXCEPTIONS:
        yield _too_many([r for r, _ in replacing])
        return
    lets = plain_lets((*policy, *all_rules))
    held = [ways(body.condition, lets) for _, body in replacing]
    for i, (one, mine) in enumerate(replacing):
        for j, (other, theirs) in enumerate(replacing[i + 1 :], i + 1):
            if mine.amount == theirs.amount or not one.beside(other) or together((held[i], held[j])) == []:
                continue
            related = (Related(one.origin.span, "另一个例外在这里"),) if one.origin.span else ()
            yield Diagnostic(Code.OVERLAPPING_EXCEPTIONS, "两个例外可能同时成立，结果却不同", other.origin.span,
                             f"例如 {_witness(mine.condition)}，{_witness(theirs.condition)}；写明哪一个优先，"
                             "或给其中一个加上 非 另一个的条件", related=related)
            break


def _too_many(lines: list[rules.Rule]) -> Diagnostic:
    return Diagnostic(Code.TOO_LONG_OR_DEEP, f"这里有 {len(lines)} 个{lines[0].origin.label}，超过 {MAX_EXCEPTIONS} 个的限制", lines[MAX_EXCEPTIONS].origin.span, "改用 对照 列成一张表")


def _reliefs(all_rules: tuple[rules.Rule, ...], policy: tuple[rules.Rule, ...]) -> Iterator[Diagnostic]:
    """Two 减半, 减征 that may hold at once: whether both are taken off, or one, is not said."""
    reliefs = [r for r in all_rules if isinstance(r.body, rules.Relief)]
    if len(reliefs) > MAX_EXCEPTIONS:
        yield _too_many(reliefs)
        return
    lets = plain_lets((*policy, *all_rules)) if len(reliefs) > 1 else {}
    held = [(r, ways(r.body.condition, lets)) for r in reliefs if isinstance(r.body, rules.Relief)]
    for (one, mine), (other, theirs) in combinations(held, 2):
        if one.beside(other) and together((mine, theirs)) != []:
            yield Diagnostic(Code.CONFLICTING_LINES, f"同一处有两行{other.origin.label}会同时成立", other.origin.span,
                             "只减一半的，写成一行：减半：情形 或 情形；只能享受一项的，写成一行：减征：情形 的，30%；情形 的，20%；或给其中一行加上 非 另一行的情形；减一半再减一半的，写成 例外；两种读法用〔号 选项〕分开",
                             related=(Related(one.origin.span, "另一行在这里"),) if one.origin.span else ())
            return


def plain_lets(all_rules: Iterable[rules.Rule]) -> dict[str, values.Value]:
    """设定 that mean the same under every reading."""
    lets = [r.body for r in all_rules if isinstance(r.body, rules.Let)]
    times = Counter(x.name for x in lets)
    return {x.name: x.value for x in lets if times[x.name] == 1}


def _witness(value: values.Value) -> str:
    """Facts that make a condition hold, as a person would say them."""
    match value:
        case values.Member(values.Fact(field=field), members):
            return f"{field.name} 为 {members[0]}"
        case values.Logic(op="或", parts=parts):
            return _witness(parts[0])
        case values.Logic(op="且", parts=parts):
            return "且".join(_witness(x) for x in parts)
        case values.Fact(field=field):
            return field.name
    return value.span.text if value.span else "条件成立"


# -- the policy as a whole --------------------------------------------------------------------------------


def check_policy(program: Program) -> list[Diagnostic]:
    """Two 适用 or 施行 at once, an order of nothing, a reading whose choices make no difference."""
    findings = [*_too_many_readings("管全文的行", program.policy_rules), *_alone(program)]
    orders = [r for r in program.policy_rules if isinstance(r.body, rules.AgainstOrder)]
    if orders and not any(line.label == "竞合" and not isinstance(line.body, AgainstOrder | Ungated) for line in program.document.lines()):
        findings.append(Diagnostic(Code.ORDER_WITHOUT_AGAINST, f"「{orders[0].origin.text}」排的是竞合与封顶的先后，可没有一行竞合", orders[0].origin.span,
                                "补一行 竞合：同一 某栏 与 某名单，某状态 补差，某状态 择高；或删去这一行"))
    for kind, what in (
        (rules.Term, "施行"), (rules.Years, "时效"), (rules.Rounding, "取整"), (rules.Saying, "表述"), (rules.Monthly, "按月"), (rules.Ungated, "照行或不适用"), (rules.Against, "竞合"),
        (rules.AgainstOrder, "竞合的先后"),
    ):
        for one, other in combinations([r for r in program.policy_rules if isinstance(r.body, kind)], 2):
            if one.beside(other) and _same_clause(one.body, other.body):
                findings.append(Diagnostic(Code.CONFLICTING_LINES, f"有两行{what}会同时成立", other.origin.span, "留一行，或用读法分开"))
    return findings


def _alone(program: Program) -> Iterator[Diagnostic]:
    """取整：单项 where no 标准 reckons an item, or where it may be owed the other way."""
    for rule in program.policy_rules:
        if isinstance(rule.body, rules.Rounding) and rule.body.each:
            governed = [c for c in program.clauses if governing.under(rule.body.clause, c.number)]
            both = any((said := governing.saying_of(program.policy_rules, c.number)) is not None and said.reverse for c in governed)
            if both or not any(isinstance(r.body, rules.Standard) for c in governed for r in c.rules()):
                yield Diagnostic(Code.IDLE_WORDS, "有反向的款只有一项" if both else "这里没有标准算出各项的数，「单项」没有作用", rule.origin.span, f"写成 取整：{rule.origin.text.replace('单项', '').strip()}",
                                 rests_on=tuple(key for c in governed for key in keys.of_clause(c.number)))


def _same_clause(one: rules.Body, other: rules.Body) -> bool:
    """Two 取整, 表述, 照行 or 不适用 of different clauses may stand together; that of a clause goes before that of its article or of all."""
    local = rules.Rounding | rules.Saying | rules.Monthly | rules.Ungated
    if isinstance(one, rules.Saying) and isinstance(other, rules.Saying) and one.within != other.within:
        return one.clause == other.clause and bool({*one.within} & {*other.within})
    parts = [{*x.within} for x in (one, other) if isinstance(x, rules.Ungated) and x.within]
    if len(parts) == 2 and not parts[0] & parts[1]:
        return False
    gates = {
        (x.gate, x.also) if isinstance(x, rules.Ungated) else x.each for x in (one, other) if isinstance(x, rules.Ungated | rules.Rounding)
    }
    return len(gates) < 2 and not (isinstance(one, local) and isinstance(other, local) and one.clause != other.clause)


def facts_read(all_rules: Iterable[rules.Rule]) -> set[tuple[str, str]]:
    """The facts (table and name) that some rules read."""
    return {(v.field.table, v.field.name) for r in all_rules for v in values.nodes_of(r.body) if isinstance(v, values.Fact)}


def check_use(program: Program) -> list[Diagnostic]:
    """设定 and 定义 that nothing reads; facts that nothing reads. Only asked of a policy without errors."""
    names = {v.name for r in program.every_rule for v in values.nodes_of(r.body) if isinstance(v, values.Var)}
    findings: list[Diagnostic] = []
    lent = {r.origin.span for r in program.every_rule if isinstance(r.body, rules.Let) and r.body.name in names}  # under another name in another clause
    said: set[str] = set()
    for rule_list in (program.policy_rules, *(part.rules for k in program.clauses for part in k.parts)):
        lets = [(r.body.name, r.origin.span, r.body.type) for r in rule_list if isinstance(r.body, rules.Let)]
        for name, span, type_ in lets:
            if name not in names and name not in said and span not in lent:
                said.add(name)
                near = lets[:_MOST_NEAR] if len(said) <= MAX_ADVISED else ()
                close = nearest(name, dict.fromkeys(other for other, _, _ in near if other != name))
                use = f"用 {name}" if "." not in name else f"写 合计（{shown(name)}）" if isinstance(type_, NumberType) else _of_each(name, program)
                findings.append(Diagnostic(Code.UNUSED_LET, f"「{shown(name)}」设定了，却没有一行用它", span,
                                           (f"是不是「{shown(close[0])}」？" if close else "") + f"删去，或在标准、条件里{use}"))
    return [*findings, *_unused_facts(program)]


def _of_each(name: str, program: Program) -> str:
    """How a column that is no number is used: of the items of its list, one by one."""
    table, _, column = name.partition(".")
    held = program.schema.table(table)
    return f"写 对象：每{held.each if held is not None and held.each else '项'} {table}，再用 {column}"


def _unused_facts(program: Program) -> Iterator[Diagnostic]:
    used = facts_read(program.every_rule)
    alike = {r.body.key for r in program.every_rule if isinstance(r.body, rules.OnlyOne | rules.SharedCap | rules.CountCap)}
    alike |= {
        columns_read(r.body.key)
        for r in program.every_rule
        if isinstance(r.body, rules.Cap) and r.body.reach == "同一" and r.body.used is None and r.body.period
    }
    used |= {(name, x) for key in alike for x in columns_of(key) for name in ("", *(t.name for t in program.schema.nested))}
    for table in program.schema.tables:
        for field in table.fields:
            if (field.table, field.name) not in used and not field.role:
                if (copied := _copied_mark(field.name, field.table, program)) is not None:
                    yield copied
                    continue
                told = _told(field.name, field.type, program)
                yield Diagnostic(
                    Code.UNUSED_FACT,
                    f"「{table.name}」的「{field.name}」没有一款用到{'，原文却说到' if told else ''}",
                    told or field_cell(program, table, field.name),
                    (f"漏了的，在这段引文下面补上 {field.name}；" if told else "")
                    + _by_each(field.type, program)
                    + "不用就删去，免得白填"
                    + ("；用来认这一行的（号牌、名称），角色写 事项标识" if table.kind == "名单" and field.type == TEXT else ""),
                    rests_on=(keys.name(field.name), keys.table(table.name)),
                )


def _copied_mark(name: str, table: str, program: Program) -> Diagnostic | None:
    """事项 见 甲标识 in two lines, and 乙标识 in none: of the two the one whose law speaks of 乙."""
    marks = [
        (r, r.body.matter.field)
        for r in program.every_rule
        if isinstance(r.body, rules.Subject) and r.body.marked and isinstance(r.body.matter, values.Fact)
    ]
    names = [f.name for _, f in marks]
    for rule, other in marks:
        tail = next((n for n, (a, b) in enumerate(zip(name[::-1], other.name[::-1], strict=False)) if a != b), 0)
        own = name[: len(name) - tail]
        if (other.table == table and names.count(other.name) > 1 and tail > 1 and len(own) > 1
            and own in rule.origin.words and rule.origin.span):
            return Diagnostic(Code.UNUSED_FACT, f"「{name}」没有一款用到，「{other.name}」却有两行都写 事项 见 它", rule.origin.span, f"这段原文说的是{own}：是不是 事项 见 {name}？",
                              rests_on=(keys.name(name), keys.table(table)))
    return None


def _told(name: str, kind: Type, program: Program) -> Span | None:
    """Where the law names what is asked or counted, as a whole or in two words, in a quote with lines: 贷款按利息的50%."""
    if kind != BOOL and not isinstance(kind, NumberType):
        return None
    halves = [(name[:at], name[at:]) for at in range(2, len(name) - 1)] if isinstance(kind, NumberType) else []
    quotes = [q for f in program.document.files for q in f.quotes if any(not card_of(x.label).silent for x in q.lines)]
    for parts in ((name,), *halves) if len(name) > 2 or kind == BOOL else halves:
        if found := next((q for q in quotes if all(x in q.words for x in parts)), None):
            at = found.words.find(parts[-1]) + 1
            return found.span.part(at, at + len(parts[-1]))
    return None


def _by_each(kind: Type, program: Program) -> str:
    """每人补贴1500元 beside 人数 that no line reads: 标准：1500元 gives one of them."""
    unit = str(kind) if isinstance(kind, NumberType) and len(kind.unit) == 1 else "元"
    said = re.search(f"每(?:{_EACH.get(unit, re.escape(unit))})", "".join(q.words for f in program.document.files for q in f.quotes)) if unit != "元" else None
    return f"原文说「{said[0]}」的，标准要乘上它，如 100元/{unit} × 这一栏；" if said else ""


_EACH = {"人": "人|名|位", "㎡": "平方米|平米", "月": "个?月"}


def field_cell(program: Program, table: FactTable, name: str, column: int = 0) -> Span | None:
    """Where a field is declared: its cell in the table (in column 1 its type)."""
    place = table.span
    file = next((f for f in program.document.files if place is not None and f.source == place.source), None)
    for line in file.lines() if file is not None else ():
        if line.label == "事实" and line.content == place:
            return next((r.cells[column] for r in line.rows if len(r.cells) > column and r.cells[0].text.strip() == name), place)
    return place
