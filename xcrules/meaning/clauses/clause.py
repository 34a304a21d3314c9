"""The clauses of the policy: lines under one number become parts, each part a set of typed rules."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import assert_never

from attrs import define, evolve, field, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Related
from xcrules.base.nearest import nearest
from xcrules.draft import syntax
from xcrules.draft.labels import FILE_LABELS, LABELS
from xcrules.draft.outline import Outline, Placed, is_title, nearest_clauses
from xcrules.draft.parse.limits import MAX_ADVISED, MAX_LETS
from xcrules.facts.tables import ParameterTable, Schema
from xcrules.facts.types import Type
from xcrules.meaning import rules, values
from xcrules.meaning.advice import search
from xcrules.meaning.expressions.examples import example_of
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import Scope
from xcrules.meaning.expressions.words import names_in
from xcrules.meaning.program import Clause, Part
from xcrules.meaning.report import Report

from .bodies import rules_of
from .place import Place, origin_of

POLICY_LABELS = ("定义", "适用", "施行", "时效", "取整", "竞合", "废止", "解释")
NATURE_STATUS = {"另行规定": "另行规定", "导向": "非资金条款", "服务": "非资金条款", "非资金": "非资金条款"}
_NAMING = ("对象", "设定", "对照")  # one of these that cannot be read leaves names unknown through no fault of others
_NEEDS_SUBJECT = ("条件", "除外", "标准", "例外", "加给", "裁量", "上限", "下限", "限次", "对照", "拨付")


@frozen
class Base:
    """What every clause can see: facts, parameters, and the definitions of the policy."""

    schema: Schema
    parameters: tuple[ParameterTable, ...]
    lost: frozenset[str] = frozenset()
    blind: bool = False


@define
class _Lets:
    """Types of 设定 and 定义, found when asked for; a cycle is one finding with its path."""

    base: Scope
    lines: dict[str, list[syntax.Line]]
    found: list[Diagnostic]
    types: dict[str, Type | None] = field(factory=dict)
    path: list[str] = field(factory=list)
    depth: dict[str, int] = field(factory=dict)  # how many 设定 stand on top of one another
    stopped: bool = False

    def type_of(self, name: str) -> Type | None:
        if name in self.types:
            return self.types[name]
        if name not in self.lines:
            return self.base.let_type(name)
        if name in self.path:
            self._cycle(name)
            return None
        if len(self.path) > MAX_LETS:
            self._too_deep(name)
            return None
        self.path.append(name)
        types = [self._line_type(line) for line in self.lines[name]]
        self.path.pop()
        self.depth[name] = 1 + max((self.depth.get(n.text, 0) for x in self.lines[name] for n in names_in(x.body)), default=0)
        if self.depth[name] > MAX_LETS:
            self._too_deep(name)
            return None
        known = [t for t in types if t is not None]
        self.types.setdefault(name, known[0] if known else None)
        if len(set(map(str, known))) > 1:
            line = self.lines[name][1]
            self.found.append(Diagnostic(Code.TYPE_VARIES_BY_READING, f"「{name}」在不同读法下类型不同：{'、'.join(map(str, known))}", line.content))
        return self.types[name]

    def _line_type(self, line: syntax.Line) -> Type | None:
        if line.label == "对照":
            from xcrules.meaning.expressions.lookups import lookup_rule

            assert isinstance(line.body, syntax.Lookup)
            made = lookup_rule(line, line.body, Reader(self.scope(), Report(line), "lookup"))
            lets = made.lets if isinstance(made, rules.Lookup) else ()
            return next((x.type for x in lets if x.name == self.path[-1]), None)
        assert isinstance(line.body, syntax.Let)
        typed = Reader(self.scope(), Report(line), "definition").read(line.body.value)
        return typed.type if typed else None

    def scope(self) -> Scope:
        return evolve(self.base, lets=self.base.lets | frozenset(self.lines), let_type=self.type_of)

    def _too_deep(self, name: str) -> None:
        """Said once: what stands on this name is not looked at."""
        self.types[name] = None
        self.depth[name] = 0
        if not self.stopped:
            self.found.append(Diagnostic(Code.TOO_LONG_OR_DEEP, f"设定一个套一个，超过 {MAX_LETS} 层的限制", self.lines[name][0].content, "合并几个设定"))
        self.stopped = True

    def _cycle(self, name: str) -> None:
        loop = [*self.path[self.path.index(name) :], name]
        line = self.lines[name][0]
        related = tuple(Related(self.lines[n][0].content, f"「{n}」在这里设定") for n in loop[1:-1] if n in self.lines)
        self.found.append(
            Diagnostic(Code.CIRCULAR_LET, "设定绕成了圈：" + " → ".join(loop), line.content, _uncircled(name, loop, self.base), related=related)
        )
        for n in loop:
            self.types[n] = None


def _uncircled(name: str, loop: list[str], scope: Scope) -> str:
    if len(loop) > 2:
        return "其中一个要改成不依赖别的设定"
    close = nearest(name, [n for n in scope.names() if n != name], 3, 0.2)
    return f"等号右边不能再用「{name}」" + (f"；是不是「{'」「'.join(close)}」？" if close else "")


def let_lines(lines: Iterable[syntax.Line]) -> dict[str, list[syntax.Line]]:
    """Which lines set which name."""
    found: dict[str, list[syntax.Line]] = {}
    for line in lines:
        match line.body:
            case syntax.Let(name=name):
                found.setdefault(name.text, []).append(line)
            case syntax.Lookup(results=results):
                for name in results:
                    found.setdefault(name.text, []).append(line)
    return found


def policy_scope(base: Base, placed: Iterable[Placed], found: list[Diagnostic]) -> Scope:
    """Facts, parameters and 定义."""
    plain = Scope(base.schema, base.parameters, lost=base.lost, blind=base.blind)
    lets = _Lets(plain, let_lines(x.line for x in placed if x.line.label == "定义"), found)
    scope = lets.scope()
    for name, lines in lets.lines.items():
        lets.type_of(name)
        _check_twice(name, lines, found)
    return scope


def _check_twice(name: str, lines: list[syntax.Line], found: list[Diagnostic]) -> None:
    """A name set twice where both may stand."""
    for one, other in combinations(lines, 2):
        mine = {t.reading: t.choice for t in one.tags if t.choice}
        if all(mine.get(t.reading, t.choice) == t.choice for t in other.tags if t.choice):
            related = (Related(one.content, "第一次在这里"),)
            found.append(Diagnostic(Code.REDEFINED_NAME, f"「{name}」定义了两次", other.content, "换一个名称，删去一行，或用读法分开", related=related))
            return


def _read(found: list[Diagnostic], line: syntax.Line, words: str, place: Place) -> tuple[tuple[rules.Rule, ...], list[Diagnostic]]:
    """The rules that a line states; where many lines are wrong already, without looking for what this one was meant to be."""
    return (search.rules_of if len(found) <= MAX_ADVISED else rules_of)(line, words, place)


def policy_rules(outline: Outline, scope: Scope, found: list[Diagnostic]) -> tuple[rules.Rule, ...]:
    """定义, 适用, 施行, 时效, 取整, 竞合; and notes that stand outside clauses."""
    all_rules = []
    for placed in outline.lines:
        if of_policy(placed.line) and placed.line.label != "解释":
            stated, findings = _read(found, placed.line, _passage(placed, outline), Place(scope))
            found.extend(findings)
            for rule in stated:
                if isinstance(rule.body, rules.Rounding):
                    rule = evolve(rule, body=evolve(rule.body, clause=_rounded_clause(placed.number, outline)))
                all_rules.append(rule)
    return tuple(all_rules)


def _passage(placed: Placed, outline: Outline) -> str:
    """The words that a line rests on: its quote; 适用 stands under the last phrase of a sentence and means all of it."""
    if placed.line.label == "适用" and placed.number:
        return outline.words.get(placed.number, "") or _words(placed)
    return _words(placed)


def _rounded_clause(number: str, outline: Outline) -> str:
    """The clause, or the article with its clauses, that a 取整 under it is for; "" where nothing is given under it."""
    given = {x.number for x in outline.lines if x.line.label in _NEEDS_SUBJECT and not of_policy(x.line)}
    return number if any(n == number or n.startswith(f"{number}(") for n in given) else ""


def of_policy(line: syntax.Line) -> bool:
    """Whether a line speaks of the whole policy: by its label, or because it reaches over several clauses."""
    return line.label in POLICY_LABELS or (isinstance(line.body, syntax.Cap | syntax.Floor) and line.body.scope.whole == "几款")


def check_shared(all_rules: tuple[rules.Rule, ...], made: tuple[Clause, ...]) -> list[Diagnostic]:
    """Clauses under one 上限 exist, stand once each, and are not paid over years."""
    known = {k.number: k for k in made}
    found = []
    for rule in all_rules:
        if not isinstance(rule.body, rules.SharedCap):
            continue
        numbers, span = rule.body.clauses, rule.origin.span
        unknown = [n for n in numbers if n not in known]
        paid = [n for n in numbers if n in known and any(isinstance(r.body, rules.Payment) for r in known[n].rules())]
        if unknown:
            close = nearest_clauses(unknown[0], known)
            found.append(Diagnostic(Code.UNKNOWN_CLAUSE, f"没有编号为 {unknown[0]} 的款", span, f"是不是 {close[0]}？" if close else ""))
        elif len(set(numbers)) < max(len(numbers), 2):
            found.append(Diagnostic(Code.BAD_SHARED_CAP, "几款合计的上限要写至少两款，每款一次", span, "例如 1(1)、1(2) 合计 企业年度 200万元"))
        elif paid:
            found.append(Diagnostic(Code.BAD_SHARED_CAP, f"{'、'.join(paid)} 分年拨付，不能列入几款合计的上限", span, "在该款自己的上限里写"))
    return found


def clauses(outline: Outline, scope: Scope, found: list[Diagnostic]) -> tuple[Clause, ...]:
    """Every clause in the order of the law."""
    grouped: dict[str, list[Placed]] = {}
    for placed in outline.lines:
        label = placed.line.label
        if label in LABELS and not of_policy(placed.line) and label not in (*FILE_LABELS, "解释"):
            grouped.setdefault(placed.number, []).append(placed)
    unread, divided = outline.unread(), outline.divided()
    made = []
    for number, lines in grouped.items():
        about = _About(outline, number in unread, number in divided and "(" not in number, outline.other_numbering)
        made.append(_clause(number, lines, about, scope, found))
    return tuple(k for k in made if k)


@frozen
class _About:
    """What a clause has to know of the rest of the law."""

    outline: Outline
    unread: bool  # a line of it is of no known label
    has_paragraphs: bool
    other_numbering: bool = False


def _clause(number: str, lines: list[Placed], about: _About, scope: Scope,
            found: list[Diagnostic]) -> Clause | None:
    outline = about.outline
    status, natures = _nature(number, lines, about, scope, found)
    working = [x for x in lines if x.line.label not in ("性质", "注释", "静默", "义务")]
    if not working and not status:
        return None
    if not number:
        if working:
            found.append(_under_no_clause(working, about))
        return None
    if about.has_paragraphs and not about.unread and (idle := _gives_nothing(number, working)) is not None:
        found.append(idle)
        return None
    shared, parts, totals = _arrange(working, found) if working else ([], [], [])
    names = tuple(name for name, _ in parts)
    built: list[Part] = []
    for name, part_lines in parts:
        built.append(_part(name, [*shared, *part_lines], scope, names, found, about.unread))
    found += _empty_parts(working, shared, parts)
    total_rules = _total_rules(totals, built, parts, shared, scope, names, found)
    title = outline.titles.get(number.partition("(")[0], "")
    notes = [x for x in lines if x.line.label in ("注释", "义务")]
    note_rules = tuple(rules.Rule(rules.Nature(x.line.label, x.line.text), origin_of(x.line, _words(x))) for x in notes)
    origin = origin_of(lines[0].line, outline.words.get(number, ""))
    return Clause(number, title, outline.words.get(number, ""), (*natures, *note_rules), tuple(built), total_rules,
                    status if not working else "", origin)


def _gives_nothing(number: str, lines: list[Placed]) -> Diagnostic | None:
    """Lines under the words that open an article's 款: they give nothing themselves, and reach none of the 款."""
    labels = [x.line.label for x in lines]
    if not lines or "标准" in labels or "裁量" in labels or any(x.line.error is not None for x in lines):
        return None
    first = lines[0].line
    return Diagnostic(Code.CONDITION_UNDER_LEAD, f"「{first.label}」写在第 {number} 条的导言下，管不到下面各款，导言自己又没有写给多少", first.label_span,
                      f"各款都要的，在每一款的引文下各写一行；很长的，写一行 定义：名称 ＝ ……，各款写 条件：名称；{number} 条自己也给的，在这里写 对象 和 标准")


def _under_no_clause(lines: list[Placed], about: _About) -> Diagnostic:
    """Lines before the first article, or beneath a heading over several: said once."""
    first = lines[0]
    where = f"写在「{first.quote.words[:12].strip()}」之下" if first.quote is not None and is_title(first.quote.words) else "写在第一条之前"
    more = f"（这样的行共 {len(lines)} 行）" if len(lines) > 1 else ""
    help = "移到它所属的那一条的引文之下"
    if about.other_numbering:
        help = "款的编号只从 第一条 和（一）来，这份文件用 一、（一）1. 编号：现在还不能照写；把引文核对的原文另存一份，一、改写成 第一条，下面的（一）不变"
    return Diagnostic(Code.BEFORE_FIRST_ARTICLE, f"「{first.line.label}」{where}，不属于任何一款{more}", first.line.label_span, help)


def _empty_parts(lines: list[Placed], shared: list[Placed], parts: list[_PartLines]) -> list[Diagnostic]:
    """A 分项 with no line that holds for it; one whose name stands twice is said to be so already."""
    names = [name for name, _ in parts]
    empty = {name for name, part_lines in parts if not shared and not part_lines and names.count(name) == 1}
    return [Diagnostic(Code.MISSING_GRANT, "这里没有写给多少", x.line.label_span, "加一行 标准：（算得出金额）或 裁量：（由机关核定）")
            for x in lines if x.line.label == "分项" and x.line.text.strip() in empty]


def _words(placed: Placed) -> str:
    return placed.quote.words if placed.quote else ""


def _nature(number: str, lines: list[Placed], about: _About, scope: Scope,
            found: list[Diagnostic]) -> tuple[str, tuple[rules.Rule, ...]]:
    """The status that 性质 gives a 款, or an article without 款 (the preamble of one with 款 gives none)."""
    kinds: list[str] = []
    all_rules: list[rules.Rule] = []
    for placed in lines:
        if placed.line.label != "性质":
            continue
        stated, findings = _read(found, placed.line, _words(placed), Place(scope))
        found.extend(findings)
        kinds += [r.body.kind for r in stated if isinstance(r.body, rules.Nature)]
        all_rules += stated
    status = next((NATURE_STATUS[k] for k in ("另行规定", "非资金", "服务", "导向") if k in kinds), "")
    preamble = not number or about.has_paragraphs
    return ("" if preamble else status), tuple(all_rules)


_PartLines = tuple[str, list[Placed]]


def _arrange(lines: list[Placed], found: list[Diagnostic]) -> tuple[list[Placed], list[_PartLines], list[Placed]]:
    """Lines before the first 分项 hold for all parts; lines that name their reach stand for the whole."""
    shared: list[Placed] = []
    parts: list[_PartLines] = []
    totals: list[Placed] = []
    everywhere: list[Placed] = []
    has_parts = any(x.line.label == "分项" for x in lines)
    for placed in lines:
        line = placed.line
        if line.label == "分项":
            name = line.text.strip()
            if any(name == other for other, _ in parts):
                found.append(Diagnostic(Code.REPEATED_PART, f"分项「{name}」写了两次", line.content, "每个分项的名称要不同，取原文里分得开的两个字"))
            parts.append((name, []))
        elif has_parts and _stands_in_each(line):
            everywhere.append(placed)
        elif has_parts and _reaches_whole(line):
            totals.append(placed)
        elif parts:
            parts[-1][1].append(placed)
        else:
            shared.append(placed)
    for _, part_lines in parts:
        part_lines += everywhere
    return (shared, parts, totals) if parts else ([], [("", shared)], [])


def _stands_in_each(line: syntax.Line) -> bool:
    """各分项 单项 实际支出: a bound on each item, or on items alike, is read in each part; the parts' items differ."""
    body = line.body
    return isinstance(body, syntax.Cap | syntax.Floor) and body.scope.whole == "各分项" and body.scope.reach in ("单项", "同一")


def _reaches_whole(line: syntax.Line) -> bool:
    match line.body:
        case syntax.Cap(scope=scope) | syntax.Floor(scope=scope) | syntax.CountCap(scope=scope):
            return scope.whole is not None
        case syntax.Highest(overall=overall):
            return overall
    return False


def _scope_of(lines: list[Placed], scope: Scope, found: list[Diagnostic], unread: bool = False) -> Scope:
    """The scope of a part: the fields of its 对象, its 设定 and 对照, then what the policy has."""
    item, hazy = None, unread or any(x.line.label in _NAMING and x.line.error is not None for x in lines)
    for placed in lines:
        if isinstance(placed.line.body, syntax.Subject):
            name = placed.line.body.name.text
            item = scope.table(name)
            hazy = hazy or (item is None and name != "企业")
            break
    inner = evolve(scope, item=item, hazy=hazy)
    return _Lets(inner, let_lines(x.line for x in lines if x.line.label in ("设定", "对照")), found).scope()


def _part(name: str, lines: list[Placed], scope: Scope, names: tuple[str, ...], found: list[Diagnostic],
          unread: bool = False) -> Part:
    """`unread`: a line of the clause is of no known label, so what seems to be missing may be there."""
    inner = _scope_of(lines, scope, found, unread or not any(x.line.label == "对象" for x in lines))
    _check_let_names(lines, inner, found)
    all_rules: list[rules.Rule] = []
    faulty = unread
    for placed in lines:
        stated, findings = _read(found, placed.line, _words(placed), Place(inner, names))
        found.extend(findings)
        faulty = faulty or bool(findings) or placed.line.error is not None
        all_rules += stated
    if lines and not faulty:
        _check_part(lines, all_rules, scope.schema, found)
    return Part(name, tuple(all_rules))


def _total_rules(totals: list[Placed], built: list[Part], parts: list[_PartLines], shared: list[Placed], scope: Scope,
                 names: tuple[str, ...], found: list[Diagnostic]) -> tuple[rules.Rule, ...]:
    if not totals:
        return ()
    first = _scope_of([*shared, *parts[0][1]], scope, [])
    all_rules: list[rules.Rule] = []
    for placed in totals:
        stated, findings = _read(found, placed.line, _words(placed), Place(first, names))
        found.extend(findings)
        all_rules += stated
    return tuple(all_rules)


# -- what a part must have ----------------------------------------------------------------------------


def _check_let_names(lines: list[Placed], scope: Scope, found: list[Diagnostic]) -> None:
    """A 设定 must not take the name of a fact it would hide."""
    taken = {f.name for f in scope.schema.top} | ({f.name for f in scope.item.fields} if scope.item else set())
    for name, at in let_lines(x.line for x in lines).items():
        if name in taken:
            others = "、".join(n for n in let_lines(x.line for x in lines) if n != name)
            found.append(Diagnostic(Code.NAME_IS_A_FACT, f"「{name}」已经是一个事实，设定要另起名", at[0].content,
                                    "换一个名称" + (f"；这里别的设定叫：{others}" if others else "")))
            continue
        if name not in scope.lets:
            continue
        scope.let_type(name)
        _check_twice(name, at, found)


def _check_part(lines: list[Placed], all_rules: list[rules.Rule], schema: Schema, found: list[Diagnostic]) -> None:
    labels = [x.line.label for x in lines]
    first = lines[0].line
    if "对象" not in labels and any(x in labels for x in _NEEDS_SUBJECT):
        found.append(Diagnostic(Code.MISSING_SUBJECT, "这里没有写对象：对谁、对什么判断", first.label_span,
                                f"加一行，例如 对象：企业 或 对象：每{example_of('each', schema)} {example_of('list', schema)}"))
        return
    if "标准" not in labels and "裁量" not in labels:
        found.append(Diagnostic(Code.MISSING_GRANT, "这里没有写给多少", first.label_span, "加一行 标准：（算得出金额）或 裁量：（由机关核定）"))
        return
    for kinds, what in ((("标准", "裁量"), "标准或裁量"), (("对象",), "对象")):
        same = [r for r in all_rules if r.origin.label in kinds and not isinstance(r.body, rules.Condition)]
        _check_one(same, what, found)


def _check_one(all_rules: list[rules.Rule], what: str, found: list[Diagnostic]) -> None:
    """Two rules of which only one may hold must differ in the choice of some reading."""
    for one, other in combinations(all_rules, 2):
        if can_both_stand(one, other) and other.origin.span and one.origin.span:
            found.append(
                Diagnostic(Code.CONFLICTING_LINES, f"同一处有两行{what}会同时成立", _bare(one, other).origin.span, _apart(what, one, other),
                           related=(Related(one.origin.span, "另一行在这里"),))
            )
            return  # the others are the same mistake


def _bare(one: rules.Rule, other: rules.Rule) -> rules.Rule:
    """The rule that is to be mended: the one that names a reading without its choice, else the later one."""
    bare = {t[0] for t in one.origin.tags if not t[1]} & {t[0] for t in other.origin.tags if t[1]}
    return one if bare else other


def _apart(what: str, one: rules.Rule, other: rules.Rule) -> str:
    """How the two could stand beside each other."""
    choices = [*one.choices, *other.choices]
    example = f"〔{choices[0][0]} 选项〕" if choices else "〔号 选项〕"
    if what == "对象":
        return f"留一行对象；两种读法用{example}分开；两部分用 分项 分开"
    return (f"留一行标准或裁量；另加的写 加给，某种情形代替的写 例外，封顶的写 上限；两种读法用{example}分开"
            + (f"（如 {choices[0][0]} 的另一个选项）" if choices else "") + "；两部分用 分项 分开")


def can_both_stand(one: rules.Rule, other: rules.Rule) -> bool:
    mine = dict(one.choices)
    return not mine or all(mine.get(number, choice) == choice for number, choice in other.choices)


def rule_values(rule: rules.Rule) -> list[values.Value]:
    """The values of the calculus that a rule holds."""
    found: list[values.Value] = []
    match rule.body:
        case rules.Condition(value) | rules.Scope(value) | rules.Standard(value) | rules.Let(value=value):
            found = [value]
        case rules.ConditionalAmount(condition, amount):
            found = [condition, amount]
        case rules.Lookup(lets, supported):
            found = [x.value for x in lets] + ([supported] if supported else [])
        case rules.Discretion(record=record):
            found = [record] if record else []
        case rules.SharedCap(amount=amount) | rules.Floor(amount=amount):
            found = [amount]
        case rules.Cap(key=key, amount=amount, used=used):
            found = [amount, *(v for v in (key, used) if v)]
        case rules.CountCap(used=used):
            found = [used] if used else []
        case rules.Highest(key=key, rank=rank):
            found = [key, *([rank] if rank else [])]
        case rules.Term(date=date):
            found = [date]
        case rules.Years(year=year):
            found = [year]
        case rules.Subject(matter=matter):
            found = [matter] if matter else []
        case rules.Against() | rules.AgainstOrder() | rules.Payment() | rules.Rounding() | rules.Nature():
            found = []
        case _:
            assert_never(rule.body)
    return found
