"""A clause taken apart: its lines arranged into parts, each part a set of typed rules, and what a part must have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key, Related, marked
from xcrules.base.identity import is_numbered, short_name
from xcrules.draft import syntax
from xcrules.draft.labels import APPLICANTS, Group, Label, card_of
from xcrules.draft.numbering import level_of
from xcrules.draft.outline import Placed
from xcrules.draft.parse.limits import MAX_ADVISED
from xcrules.facts.tables import Schema
from xcrules.facts.types import EnumType
from xcrules.meaning import keys, rules
from xcrules.meaning.advice import search
from xcrules.meaning.expressions.examples import example_of
from xcrules.meaning.expressions.scope import NameScope
from xcrules.meaning.program import Part

from .bodies import rules_of
from .lets import Lets, above_nothing, check_let_names, let_lines
from .place import Place
from .within import heads


def words_of(placed: Placed) -> str:
    return placed.quote.words if placed.quote else ""


def read(findings: list[Diagnostic], placed: Placed, place: Place, words: str | None = None) -> tuple[rules.Rule, ...]:
    """The rules that a line states; where many lines are wrong already, without looking for what this one was meant to be."""
    line = placed.line
    stated, of_line = (search.rules_of if len(findings) <= MAX_ADVISED else rules_of)(
        line, words_of(placed) if words is None else words, place
    )
    if of_line:
        demanded = _demanded(line, place.scope) if len(findings) <= MAX_ADVISED else ()
        findings += marked(
            of_line, spoils=(*map(keys.name, _given(line)), *demanded, *((keys.STATUSES,) if line.label == Label.SAYING else ()))
        )
    return stated


def _given(line: syntax.Line) -> list[str]:
    """Names that a faulty line was to give: the left of ＝, the columns of a 对照."""
    left = [re.split("[＝=]", line.text)[0].strip()] if re.search("[＝=]", line.text) else []
    return [*left, *(line.rows[0].values if line.label == "对照" and line.rows else ())]


PartLines = tuple[str, list[Placed]]


Total = tuple[Placed, tuple[str, ...]]  # a line over several parts together, and which: those in whose common head it stands, else all (none named)


def arrange(lines: list[Placed], findings: list[Diagnostic]) -> tuple[list[Placed], list[PartLines], list[Total]]:
    """Lines before the first 分项 hold for all parts; lines that name their reach stand for the whole, beneath 分项：甲、乙 for these together."""
    shared: list[Placed] = []
    parts: list[PartLines] = []
    totals: list[Total] = []
    everywhere: list[Placed] = []
    named: list[tuple[str, Placed]] = []
    beneath, current, opened = _beneath(lines), list[list[Placed]](), tuple[str, ...]()
    has_parts = bool(beneath)
    for placed in lines:
        line = placed.line
        if line.label == Label.PART:
            opened = heads(line) if len(heads(line)) > 1 else ()
            current = _opened(heads(line), line, parts, beneath[id(line)], findings)
        elif has_parts and _stands_in_each(line) and not opened:
            everywhere.append(placed)
        elif has_parts and (whose := _stands_in_one(line)) is not None:
            named.append((whose, placed))
        elif has_parts and _reaches_whole(line):
            totals.append((placed, tuple(name for name, _ in parts if name in opened)))
        elif parts:
            findings += _unclear_among(line, opened)
            for part_lines in current:
                part_lines.append(placed)
        else:
            shared.append(placed)
    for name, part_lines in parts:
        part_lines += [*everywhere, *(placed for whose, placed in named if whose == name)]
    totals += [(placed, ()) for whose, placed in named if all(whose != name for name, _ in parts)]
    findings += _above_its_part(shared, parts)
    return (shared, parts, totals) if parts else ([], [("", shared)], [])


def _above_its_part(shared: list[Placed], parts: list[PartLines]) -> Iterator[Diagnostic]:
    """对象 above the first 分项, which then has none, while another has its own: the two lines changed places."""
    has = [any(x.line.label == Label.SUBJECT for x in lines) for _, lines in parts]
    above = next((x.line for x in shared[-1:] if x.line.label == Label.SUBJECT), None)
    if above is not None and any(has) and not has[0]:
        yield Diagnostic(Code.CONFLICTING_LINES, f"「对象」写在 分项：{parts[0][0]} 的上面，管到了各个分项", above.label_span, f"移到 分项：{parts[0][0]} 的下一行",
                         spoils=tuple(keys.line(x.line.content) for _, lines in parts for x in lines))


def _unclear_among(line: syntax.Line, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    """从高：同一 某栏 beneath 分项：甲、乙: one of them all, or one in each, is not said."""
    if names and isinstance(line.body, syntax.Highest):
        text = line.text.strip()
        yield Diagnostic(Code.UNCLEAR_PARTS, f"从高要写明是在 {'、'.join(names)} 之间，还是各在各的里", line.content,
                         f"之间只取一项的，写成 合计 {text}；各取各的，在每个分项下各写一行", fixes=(Fix(f"改为 合计 {text}", line.content, f"合计 {text}"),))


def _beneath(lines: list[Placed]) -> dict[int, list[Placed]]:
    """id of each line 分项 → the lines beneath it."""
    found: dict[int, list[Placed]] = {}
    for placed in lines:
        if placed.line.label == Label.PART:
            last = found[id(placed.line)] = []
        elif found:
            last.append(placed)
    return found


def _opened(
    names: tuple[str, ...], line: syntax.Line, parts: list[PartLines], beneath: list[Placed], findings: list[Diagnostic]
) -> list[list[Placed]]:
    """Where the lines beneath a line 分项 go: into a new one, or on with those above that it names, which 对象 and 标准 beneath it would begin anew."""
    known = dict(parts)
    if mark := re.search(r"[，,；;。：:]+(?=\s*$)", line.text):
        findings.append(Diagnostic(Code.SYNTAX, f"「{mark[0]}」写在这里读不懂：分项的名称里不用标点", line.content.part(*mark.span()), f"写成 分项：{'、'.join(names)}", (Fix("删去标点", line.content.part(*mark.span()), ""),)))
    if len(names) == 1 and (names[0] not in known or any(x.line.label == Label.SUBJECT or card_of(x.line.label).grants for x in beneath)):
        (name,) = names
        if name in known:
            findings.append(Diagnostic(Code.REPEATED_PART, f"分项「{name}」写了两次", line.content, "第二个另取一个名称，用原文里分得开的两个字；接着写前面那个分项的，下面不写 对象、标准、裁量", spoils=(keys.PARTS,)))
        if is_numbered(name):
            findings.append(Diagnostic(Code.NUMBERED_PART, f"分项的名称「{name}」像编号，台账上分不出是分项还是下一级的款", line.content,
                                       "取原文里的两个字，如 首次、国家级；原文编到这一级的，写 编号"))
        parts.append((name, []))
        return [parts[-1][1]]
    if unknown := [x for x in names if x not in known]:
        findings.append(Diagnostic(Code.UNKNOWN_PART, f"前面没有叫「{unknown[0]}」的分项", line.content,
                                   f"用顿号列出的，是接着写前面的几个分项{'：本款的分项有 ' + '、'.join(known) if known else ''}；新开一个分项，名称里不用顿号"))
    return [known[x] for x in dict.fromkeys(names) if x in known]


def _stands_in_each(line: syntax.Line) -> bool:
    """各分项 单项 实际支出: a bound on each item, or on items alike, is read in each part; the parts' items differ. 各分项 一次 too."""
    body = line.body
    if isinstance(body, syntax.CountCap):
        return body.scope.whole == "各分项"
    return isinstance(body, syntax.Cap | syntax.Floor) and body.scope.whole == "各分项" and body.scope.reach in ("单项", "同一")


def _stands_in_one(line: syntax.Line) -> str | None:
    """租用 单项 实付租金: the 分项 that the line names, whose items it is about, wherever it is written. 租用 一次 too."""
    body = line.body
    if not isinstance(body, syntax.Cap | syntax.Floor | syntax.CountCap) or body.scope.whole in (None, "合计", "各分项", "几款"):
        return None
    return body.scope.whole if isinstance(body, syntax.CountCap) or body.scope.reach in ("单项", "同一") else None


def _reaches_whole(line: syntax.Line) -> bool:
    match line.body:
        case syntax.Cap(scope=scope) | syntax.Floor(scope=scope) | syntax.CountCap(scope=scope):
            return scope.whole is not None
        case syntax.Highest(overall=overall):
            return overall
        case syntax.Fund():
            return True
    return False


def scope_of_part(lines: list[Placed], scope: NameScope, findings: list[Diagnostic], unread: bool = False) -> NameScope:
    """The scope of a part: the fields of its 对象, its 设定 and 对照, then what the policy has."""
    item, hazy = None, unread or any(card_of(x.line.label).names and x.line.error is not None for x in lines)
    for placed in lines:
        if isinstance(placed.line.body, syntax.Subject):
            name = placed.line.body.name.text
            item = scope.table(name)
            hazy = hazy or (item is None and name not in APPLICANTS)
            break
    inner = evolve(scope, item=item, hazy=hazy, above=frozenset(n for x in lines for n in above_nothing(x.line)))
    return Lets(inner, let_lines(x.line for x in lines), findings).scope()


def part_of(name: str, lines: list[Placed], number: str, scope: NameScope, names: tuple[str, ...], findings: list[Diagnostic], unread: bool,
            elsewhere: bool = False) -> Part:
    """`unread`: a line of the clause is of no known label, so what seems to be missing may be there. `elsewhere`: other rules say what is given."""
    before = len(findings)
    inner = scope_of_part(lines, scope, findings, unread or not any(x.line.label == "对象" for x in lines))
    check_let_names(lines, inner, findings)
    all_rules: list[rules.Rule] = []
    faulty = unread
    for placed in lines:
        told = len(findings)
        all_rules += read(findings, placed, Place(inner, names, number, name))
        faulty = faulty or len(findings) > told or placed.line.error is not None
    if lines and not faulty:
        _check_part(lines, all_rules, number, scope.schema, findings, elsewhere)
    if inner.item is not None:
        findings[before:] = marked(findings[before:], rests_on=(keys.table(inner.item.name),))
    return Part(name, tuple(all_rules))


def missing_part(lines: list[Placed], number: str, scope: NameScope) -> Iterator[Diagnostic]:
    """A second 对象 under another quote, each with an amount: where a part began, and was not said to.

    The lines after it are read of the wrong list, so it is told before what is wrong with them.
    """
    opened: list[list[int]] = [[]]  # of each part its 对象, those above the first part first
    for at, x in enumerate(lines):
        if x.line.label == Label.PART:
            opened.append([])
        elif isinstance(x.line.body, syntax.Subject) and not any(t.choice for t in x.line.tags) and not x.lead:
            name = x.line.body.name.text
            opened[-1] += [at] if name in APPLICANTS or scope.table(name) is not None else []
    above = [opened[0][0], next(x[0] for x in opened[1:] if x)] if opened[0] and any(opened[1:]) else []
    for first, other, *_ in (x for x in (above, *opened) if len(x) > 1):
        words = {words_of(lines[x]) for x in (first, other)}
        if (
            len(words) == 2
            and not {*map(level_of, words)} <= {*_ITEMS}
            and all(any(card_of(x.line.label).grants for x in some) for some in (lines[first:other], lines[other:]))
        ):
            line, beside = (lines[x].line for x in ((first, other) if [first, other] == above else (other, first)))
            yield Diagnostic(
                Code.CONFLICTING_LINES, "同一处有两行对象会同时成立", line.content, f"像是这一行上面漏了一行 分项：{_unopened(lines, number)}；不是另一部分的，留一行对象", related=(Related(beside.content, "另一行在这里"),),
                spoils=(keys.lines(number), keys.clause(number)), rests_on=keys.of_clause(number),
            )
            return


def _unopened(lines: list[Placed], number: str) -> str:
    """The part that lines name and no line opens."""
    named = [x.line.body.scope.whole for x in lines if isinstance(x.line.body, syntax.Cap | syntax.Floor | syntax.CountCap)]
    named += [m[1] for x in lines for m in re.finditer(rf"(?<!\S){re.escape(short_name(number))}([^\W\d_]\w*)(?=\s)", x.line.text)]
    made = {"合计", "各分项", "几款", None, *(name for x in lines if x.line.label == Label.PART for name in heads(x.line))}
    return next((x for x in named if x is not None and x not in made), "（原文里的两个字）")


def _demanded(line: syntax.Line, scope: NameScope) -> tuple[Key, ...]:
    """Which members are left by a condition that could not be read: of each enumeration that it seems to speak of."""
    card = card_of(line.label)
    demands = card.group is Group.WHO and card.start != "definition"
    fields = [*scope.schema.top, *(scope.item.fields if scope.item else ())] if demands else []
    return tuple(
        keys.members(f.name) for f in fields if isinstance(f.type, EnumType) and any(w in line.text for w in (f.name, *f.type.members))
    )


def total_rules(
    totals: list[Total], parts: list[PartLines], number: str, scope: NameScope, findings: list[Diagnostic]
) -> tuple[rules.Rule, ...]:
    """The rules of lines that name their reach, read in the scope of the first part that they are over."""
    all_rules: list[rules.Rule] = []
    for placed, over in totals:
        names = over or tuple(name for name, _ in parts)
        first = scope_of_part(dict(reversed(parts))[names[0]], scope, [])
        all_rules += read(findings, placed, Place(first, names, number))
    return tuple(all_rules)


def empty_parts(lines: list[Placed], number: str, shared: list[Placed], parts: list[PartLines]) -> list[Diagnostic]:
    """A 分项 with no line that holds for it; one whose name stands twice is said to be so already."""
    names = [name for name, _ in parts]
    empty = {name for name, part_lines in parts if not shared and not part_lines and names.count(name) == 1}
    return [Diagnostic(Code.MISSING_GRANT, "这里没有写给多少", x.line.label_span, "加一行 标准：（算得出金额）或 裁量：（由机关核定）",
                       rests_on=keys.of_clause(number))
            for x in lines if x.line.label == "分项" and x.line.text.strip() in empty]


_WHETHER = (Label.PART, Label.LOOKUP, Label.COUNT_CAP)  # with who and on what conditions: whether something is given, not how much


def _subject_meant(lines: list[Placed], schema: Schema) -> str:
    """The list whose columns the lines name."""
    words = {w for x in lines for w in re.findall(r"\w+", x.line.text)}
    named = [(len({f.name for f in t.fields} & words), t) for t in schema.nested if not t.role]
    most, table = max(named, key=lambda x: x[0], default=(0, None))
    if table is not None and most and [n for n, _ in named].count(most) == 1:
        return f"加一行 对象：{f'每{table.each} ' if table.kind == '名单' else ''}{table.name}"
    return f"加一行，例如 对象：企业 或 对象：每{example_of('each', schema)} {example_of('list', schema)}"


def _check_part(
    lines: list[Placed], all_rules: list[rules.Rule], number: str, schema: Schema, findings: list[Diagnostic], elsewhere: bool
) -> None:
    labels = [x.line.label for x in lines]
    first = next((x for x in lines if not x.lead), lines[0]).line
    if "对象" not in labels and any(card_of(x).of_item for x in labels):
        findings.append(Diagnostic(Code.MISSING_SUBJECT, "这里没有写对象：对谁、对什么判断", first.label_span,
                                _subject_meant(lines, schema)
                                + ("" if any(card_of(x).grants for x in labels) else "；管别的款的，上面写一行 用于：那一款的编号"), rests_on=keys.of_clause(number)))
        return
    if (
        elsewhere
        and (idle := next((x.line for x in lines if card_of(x.line.label).group is not Group.WHO and x.line.label not in _WHETHER), None))
        is not None
    ):
        findings.append(Diagnostic(Code.MISSING_GRANT, f"「{idle.label}」管的是给多少，这里给多少另行规定", idle.label_span,
                                   "性质：另行规定 下面只写够不够格：对象、条件、除外、设定、对照、限次；给多少写在这里的，去掉 性质，加一行 标准", rests_on=keys.of_clause(number)))
        return
    if not elsewhere and not any(card_of(x).grants for x in labels):
        between = isinstance(first.body, syntax.Highest) and len(labels) == 1  # of the clauses before it
        help = (f"管前面几款的，写明是哪几款：从高：1、2 之间，{first.text.strip()}（同一项目才从高，不同的可以叠加）" if between else "加一行 标准：（算得出金额）或 裁量：（由机关核定）")
        findings.append(Diagnostic(Code.MISSING_GRANT, "这里没有写给多少", first.label_span, help, rests_on=keys.of_clause(number)))
        return
    for kinds, what in (([Label.SUBJECT], "对象"), ([x for x in Label if x.card.grants], "标准或裁量")):
        same = [r for r in all_rules if r.origin.label in kinds and not isinstance(r.body, rules.Condition)]
        _check_one(same, what, number, findings)
    _check_replaced(all_rules, number, findings)


def _check_one(all_rules: list[rules.Rule], what: str, number: str, findings: list[Diagnostic]) -> None:
    """Two rules of which only one may hold must differ in the choice of some reading."""
    for one, other in combinations(all_rules, 2):
        if one.beside(other) and other.origin.span and one.origin.span and not (_is_part(one) and _is_part(other)):
            findings.append(
                Diagnostic(
                    Code.CONFLICTING_LINES, f"同一处有两行{what}会同时成立", _bare(one, other).origin.span,
                    _items(one, other, number) or _alike(one, other) + _apart(what, one, other), related=(Related(one.origin.span, "另一行在这里"),),
                    spoils=(keys.lines(number),), rests_on=keys.of_clause(number),
                )
            )
            return  # the others are the same mistake


def _is_part(rule: rules.Rule) -> bool:
    """标准：条件 的，金额: one of several that are added."""
    return isinstance(rule.body, rules.Standard) and rule.body.condition is not None


def _check_replaced(all_rules: list[rules.Rule], number: str, findings: list[Diagnostic]) -> None:
    """例外 beside 标准 that have conditions: which of them it replaces is not said."""
    for rule in all_rules:
        if isinstance(rule.body, rules.ConditionalAmount) and not rule.body.adds and any(_is_part(x) and rule.beside(x) for x in all_rules):
            findings.append(Diagnostic(Code.EXCEPTION_TO_PARTS, "标准各有条件、相加，看不出这个例外代替哪一行", rule.origin.span,
                                       "那一行 标准 的条件里写上 非 这种情形，另写一行 标准：这种情形 的，金额", spoils=(keys.lines(number),), rests_on=keys.of_clause(number)))
            return


_ITEMS = ("1.", "（1）", "①")  # levels of a numbering that only 编号 makes clauses of


def _items(one: rules.Rule, other: rules.Rule, number: str) -> str:
    """1. and 2. of one 款, which are clauses of their own only where 编号 says so."""
    above = [x.source.text[: x.start].rpartition("「")[2][:12] for r in (one, other) if (x := r.origin.span) is not None]
    levels = {level_of(words) for words in above}
    if len(set(above)) < 2 or len(levels) > 1 or not levels <= {*_ITEMS}:
        return ""
    first = "第一条" if number[:1].isdigit() else "一、"
    return f"各是一款的，文件最前面写一行 编号：{first}{'（一）' if '(' in number else ''}{levels.pop()}"


def _alike(one: rules.Rule, other: rules.Rule) -> str:
    above, below = one.origin, other.origin
    next_to = above.span is not None and below.span is not None and below.span.line == above.span.line + 1
    same = next_to and (above.label, above.tags, above.text.split()) == (below.label, below.tags, below.text.split())
    return "与上一行一模一样，删去一行；" if same else ""


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
    if what == "标准或裁量" and (_is_part(one) or _is_part(other)):
        return "几份相加的，每一行标准都写条件：标准：甲 的，金额；总是给的写一行 标准，某种情形另加的写 加给，代替它的写 例外"
    return (f"留一行标准或裁量；另加的写 加给，某种情形代替的写 例外，封顶的写 上限；两种读法用{example}分开"
            + (f"（如 {choices[0][0]} 的另一个选项）" if choices else "") + "；两部分用 分项 分开")
