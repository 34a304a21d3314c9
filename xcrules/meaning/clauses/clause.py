"""The clauses of the policy: lines under one number become parts, each part a set of typed rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Related, marked
from xcrules.base.identity import ClauseNames, Unclear, clause_key, is_under, short_name
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS, Group, Label, Where, card_of, labels
from xcrules.draft.numbering import level_of
from xcrules.draft.outline import Outline, Placed, is_heading, is_title
from xcrules.facts.types import DATE
from xcrules.meaning import governing, keys, rules, values
from xcrules.meaning.expressions.scope import OF_THE_TERM, Law, NameScope
from xcrules.meaning.program import Clause
from xcrules.meaning.report import unknown_clause
from xcrules.meaning.several import apart

from .leads import Leads, at_leads, counted_together, idle_lines, kept
from .lent import Lender
from .lets import term_names
from .parts import arrange, empty_parts, missing_part, part_of, read, total_rules, words_of
from .place import Place, origin_of
from .terms import years_of_terms
from .within import heads, not_owed, said_of_one, sayings_of, within

_GENERAL = labels(where=Where.POLICY)
NATURE_STATUS = {"另行规定": "另行规定", "导向": "非资金条款", "服务": "非资金条款", "非资金": "非资金条款"}


def working_lines(outline: Outline) -> dict[str, list[Placed]]:
    """Number → the lines of effect beneath it that speak of a clause."""
    working: dict[str, list[Placed]] = {}
    for placed in outline.lines:
        label = placed.line.label
        if label in LABELS and not of_policy(placed.line) and not card_of(label).of_file and card_of(label).group is not Group.NOTE:
            working.setdefault(placed.number, []).append(placed)
    return working


def policy_rules(outline: Outline, leads: Leads, scope: NameScope, findings: list[Diagnostic]) -> tuple[rules.Rule, ...]:
    """定义, 适用, 施行, 时效, 取整, 竞合, caps over several clauses; and notes that stand outside clauses."""
    all_rules: list[rules.Rule] = []
    terms = [r for x in outline.lines if isinstance(x.line.body, syntax.Term) for r in read([], x, Place(scope, number=x.number))]
    beneath = within(outline)
    spelt = [(evolve(x, line=line), tags) for x in outline.lines for line, tags in years_of_terms(x.line, terms)]
    for placed, more in spelt:
        placed = leads.shared.get(id(placed.line), placed)
        apart = beneath.get(id(placed.line), ())
        findings += said_of_one(placed, apart)
        if of_policy(placed.line) and placed.line.label != "解释":
            for rule in read(findings, placed, Place(evolve(scope, here=placed.number), number=placed.number), _passage(placed, outline)):
                if isinstance(rule.body, rules.Rounding | rules.Saying | rules.Ungated | rules.Monthly):
                    rule = evolve(rule, body=evolve(rule.body, clause=_clause_under(placed.number, outline)))
                if isinstance(rule.body, rules.Saying | rules.Ungated):
                    rule = evolve(rule, body=evolve(rule.body, within=apart))
                rule = _named(
                    evolve(rule, origin=evolve(rule.origin, tags=tuple(dict.fromkeys((*rule.origin.tags, *more))))) if more else rule,
                    scope.law, outline,
                )
                all_rules += (
                    [rule, *_days_of(rule, outline)]
                    if isinstance(rule.body, rules.Term)
                    else [*_summed(placed, rule, scope.law, outline), *_spared(placed, rule, scope.law, findings)]
                )
    return tuple(all_rules)


def _days_of(term: rules.Rule, outline: Outline) -> list[rules.Rule]:
    """施行之日 and 期满之日, where another line reads them."""
    assert isinstance(term.body, rules.Term)
    days = dict(zip(OF_THE_TERM, (term.body.first_day, term.body.last_day), strict=True))
    read = [(name, day) for name, day in days.items() if day is not None and name in term_names(outline.lines)]
    return [rules.Rule(rules.Let(name, values.Literal(day, DATE), DATE), term.origin) for name, day in read]


def _summed(placed: Placed, rule: rules.Rule, law: Law, outline: Outline) -> list[rules.Rule]:
    """竞合：……，3、4 合计: these are weighed together, by what they come to for one matter, the others each by itself."""
    line = placed.line.body
    if not isinstance(line, syntax.Against) or not isinstance(rule.body, rules.Against) or not line.summed:
        return [rule]
    over = _named(evolve(rule, body=rules.SharedCap(line.summed, None, "", key=line.key.text, against=rule.body)), law, outline)
    assert isinstance(over.body, rules.SharedCap)
    return [evolve(rule, body=evolve(rule.body, summed=over.body.clauses)), over]


def _spared(placed: Placed, rule: rules.Rule, law: Law, findings: list[Diagnostic]) -> Iterator[rules.Rule]:
    """竞合：……，除外 2、13: what 竞合：不适用 beneath each of them says."""
    for said in placed.line.body.spared if isinstance(placed.line.body, syntax.Against) else ():
        number = key if isinstance(key := clause_key(said, law.names), str) else law.names.article(said)
        if law.under(number):
            yield rules.Rule(rules.Ungated("竞合", number), rule.origin)
        else:
            findings.append(unknown_clause(said, law.names.numbers, rule.origin.span))


def _named(rule: rules.Rule, law: Law, outline: Outline) -> rules.Rule:
    """The clauses that a line names, each by its key: 第一条（一） and 一（一） are 1(1), or 一(一) where the law says so.

    An article that has 款 is all of them, where they are taken together.
    """
    if not isinstance(rule.body, rules.SharedCap | rules.OnlyOne | rules.Fund):
        return rule
    made: list[str] = []
    for number in rule.body.clauses:
        key, other = clause_key(number, law.names), clause_key(number, outline.names)
        under = (() if isinstance(rule.body, rules.OnlyOne) or not isinstance(key, Unclear)
                 else not_owed(law.under(law.names.article(number)), sayings_of(outline)))
        made += under or [key if not isinstance(key, Unclear) else number if isinstance(other, Unclear) else other]
    sides = tuple(law.names.keys.get(n, (n, "")) for n in made)
    if isinstance(rule.body, rules.OnlyOne | rules.SharedCap) and any(part for _, part in sides):
        return evolve(rule, body=evolve(rule.body, clauses=tuple(dict.fromkeys(n for n, _ in sides)), sides=sides))
    return evolve(rule, body=evolve(rule.body, clauses=tuple(made)))


def law_of(outline: Outline, leads: Leads) -> Law:
    """What lines may ask of other clauses: which give something, and the names of their parts."""
    working = working_lines(outline)
    lines = {n: [x.line for x in (*leads.over.get(n, ()), *own)] for n, own in working.items() if n and n not in leads.governing}
    giving = [n for n, own in lines.items() if any(card_of(x.label).grants for x in own)]
    parts = {n: tuple(dict.fromkeys(name for x in lines[n] for name in heads(x))) for n in giving}
    monthly = {
        x.number
        for x in outline.lines
        if x.number
        and (isinstance(x.line.body, syntax.Monthly) or (x.line.label == Label.PAYMENT and x.line.error and "月" in x.line.text))
    }
    return Law(
        ClauseNames(tuple(giving), {n: names for n, names in parts.items() if names}), frozenset(outline.words),
        frozenset(n for n in lines if any(governing.under(x, n) for x in monthly)),
        frozenset(n for n, own in lines.items() if any(map(_not_yearly, own))),
    )


def _not_yearly(line: syntax.Line) -> bool:
    """Whether a clause with this line gives something for more than the year at hand."""
    body = line.body
    return isinstance(body, syntax.Payment) or (
        isinstance(body, syntax.CountCap) and "年度" not in (body.scope.reach[2:], body.scope.period) and "年" not in body.times
    )


def _passage(placed: Placed, outline: Outline) -> str:
    """The words that a line rests on: its quote; 适用 stands under the last phrase of a sentence and means all of it."""
    if placed.line.label != Label.SCOPE or not placed.number or placed.quote is None:
        return words_of(placed)
    own = [quote for quote, number in outline.quotes if number == placed.number]
    last = next((n for n, quote in enumerate(own) if quote is placed.quote), 0)
    first = next((n + 1 for n in reversed(range(last)) if own[n].words.rstrip().endswith("。") or is_heading(own[n].words)), 0)
    return "".join(quote.words for quote in own[first : last + 1]) or words_of(placed)


def _clause_under(number: str, outline: Outline) -> str:
    """The clause, or the article with its clauses, that a 取整, 表述 or 照行 under it is for; "" where nothing is given under it."""
    given = {x.number for x in outline.lines if card_of(x.line.label).of_item and not of_policy(x.line)}
    return number if any(n == number or is_under(n, number) for n in given) else ""


def of_policy(line: syntax.Line) -> bool:
    """Whether a line speaks of the whole policy: by its label, or because it reaches over several clauses."""
    body = line.body
    if line.label in _GENERAL or isinstance(body, syntax.Monthly):
        return True
    return (isinstance(body, syntax.Fund | syntax.OnlyOne) and bool(body.clauses)) or (
        isinstance(body, syntax.Cap | syntax.Floor) and body.scope.whole == "几款"
    )


def check_shared(all_rules: tuple[rules.Rule, ...], made: tuple[Clause, ...]) -> list[Diagnostic]:
    """Clauses under one 上限, or of which only one is given, exist, and stand once each."""
    known = {k.number: k for k in made}
    findings = []
    for rule in all_rules:
        if not isinstance(rule.body, rules.SharedCap | rules.OnlyOne):
            continue
        numbers, span = rule.body.clauses, rule.origin.span
        unknown = [n for n in numbers if n not in known]
        if unknown:
            findings.append(unknown_clause(unknown[0], known, span))
        elif odd := [n for n in numbers if known[n].nature and known[n].parts]:
            findings.append(Diagnostic(Code.BAD_SHARED_CAP, f"{short_name(odd[0])} 的支持另行规定，没有金额", span, "去掉这一款；看它符合不符合的，把条件写在各款"))
        elif (isinstance(rule.body, rules.OnlyOne) and rule.body.key and len(rule.body.weighed) < 2
              and rule.origin.text.strip().startswith(("各款", "各分项"))):
            continue  # which of all can be weighed by the key, between says
        elif isinstance(rule.body, rules.OnlyOne) and (rule.body.sides or rule.body.split):
            if twice := next(
                (x for x in all_rules if x is not rule and isinstance(x.body, rules.OnlyOne)
                 and x.body.by_item and x.beside(rule) and {*x.body.clauses} & {*numbers}),
                None,
            ):
                findings.append(Diagnostic(Code.CONFLICTING_LINES, "分项之间从高的款，另有一行几款之间从高：这一行让出的，那一行还拿它比", span, "合成一行，列出要比的各分项、各款",
                                           related=(Related(twice.origin.span, "另一行在这里"),) if twice.origin.span else ()))
            if not apart(rule.body.sides):
                findings.append(Diagnostic(Code.BAD_SHARED_CAP, "分项之间从高，要写至少两个分项或款，每个一次，写了分项的不再写它的整款", span,
                                           "例如 1(1)甲、1(1)乙 之间；一款的各分项之间的，在那一款下写 各分项 之间；一款的各项里只取一项的，写 从高：全部"))
        elif isinstance(rule.body, rules.SharedCap) and rule.body.paid and rule.body.sides:
            findings.append(Diagnostic(Code.BAD_SHARED_CAP, "「按 拨付」管的是整款一年拨付多少，不能只管一个分项", span, "写整款的款号"))
        elif isinstance(rule.body, rules.SharedCap) and rule.body.sides:
            if not apart(rule.body.sides):
                findings.append(Diagnostic(Code.BAD_SHARED_CAP, "几个分项合计的上限，要写至少两个分项或款，每个一次，写了分项的不再写它的整款", span,
                                           "例如 1(1)奖励、1(2)奖励 合计 企业年度 20万元；管一个分项的，在那一款下写 上限：奖励 企业年度 ……"))
        elif len(set(numbers)) < max(len(numbers), 2) and isinstance(rule.body, rules.OnlyOne):
            findings.append(Diagnostic(Code.BAD_SHARED_CAP, "几款之间只取一款，要写至少两款，每款一次", span, "例如 1(1)、1(2) 之间；一款的各项里只取一项的，写 从高：全部"))
        elif len(set(numbers)) < max(len(numbers), 1 if _may_be_one(rule) else 2):
            findings.append(Diagnostic(Code.BAD_SHARED_CAP, "几款合计的上限要写至少两款，每款一次", span, "例如 1(1)、1(2) 合计 企业年度 200万元"))
    return findings


def _may_be_one(rule: rules.Rule) -> bool:
    """第一条 至 第二条 合计, and 合计 beneath a lead or 用于: of these some give nothing, or give back; what is paid in a year."""
    paid = isinstance(rule.body, rules.SharedCap) and rule.body.paid
    return paid or "至" in rule.origin.text or rule.origin.text.lstrip().startswith("合计")


def clauses(outline: Outline, leads: Leads, scope: NameScope, findings: list[Diagnostic]) -> tuple[Clause, ...]:
    """Every clause in the order of the law."""
    grouped: dict[str, list[Placed]] = {}
    for placed in outline.lines:
        label = placed.line.label
        if label in LABELS and not of_policy(placed.line) and not card_of(label).of_file and not counted_together(placed.line):
            grouped.setdefault(placed.number, []).append(placed)
    unread = outline.unread()
    lender = Lender({n: [*leads.over.get(n, ()), *own] for n, own in working_lines(outline).items()}, scope)
    scope = evolve(scope, lend=lender.lend)
    made: list[Clause] = []
    found: list[tuple[str, Diagnostic]] = []
    of_clauses: list[Diagnostic] = []  # in one list: how much was wrong before tells whether mends are still looked for
    for number, lines in grouped.items():
        about = _About(outline, number in unread, number in outline.leading, number in leads.governing, leads.over.get(number, ()))
        before = len(of_clauses)
        made += filter(None, [_clause(number, lines, about, scope, of_clauses)])
        found += [(number, d if _of_its_line(d) else marked([d], rests_on=(keys.clause(number),))[0]) for d in of_clauses[before:]]
    findings += at_leads(found, outline, leads)
    made = [lender.completed(k) for k in made]
    findings += idle_lines(leads, working_lines(outline), (r for k in made for r in k.rules()), findings)
    return tuple(made)


def _of_its_line(finding: Diagnostic) -> bool:
    """A line that cannot be read is one whatever its clause is; it may even be what swallowed the quote that is missing."""
    return finding.code.startswith("E2")


@frozen
class _About:
    """What a clause has to know of the rest of the law."""

    outline: Outline
    unread: bool  # a line of it is of no known label
    has_paragraphs: bool
    is_lead: bool = False
    above: tuple[Placed, ...] = ()  # the lines of the leads that govern it


def _clause(number: str, lines: list[Placed], about: _About, scope: NameScope,
            findings: list[Diagnostic]) -> Clause | None:
    outline, scope = about.outline, evolve(scope, here=number)
    status, natures = _nature(number, lines, about, scope, findings)
    working = [x for x in lines if card_of(x.line.label).group is not Group.NOTE]
    if not working and not status:
        return None
    if not number:
        if working:
            findings.append(_under_no_clause(working, about))
        return None
    if about.is_lead:
        return None
    if about.has_paragraphs and not about.unread and (idle := _gives_nothing(number, working)) is not None:
        return findings.append(idle)
    elsewhere = status == "另行规定" and not any(card_of(x.line.label).grants for x in (*about.above, *working))
    before = len(findings)
    shared, parts, totals = arrange([*about.above, *working], findings) if working else ([], [], [])
    names = tuple(name for name, _ in parts)
    lines_of = [kept([*shared, *part_lines]) for _, part_lines in parts]
    built = [part_of(name, part_lines, number, scope, names, findings, about.unread, elsewhere)
             for name, part_lines in zip(names, lines_of, strict=True)]
    findings += empty_parts(working, number, shared, parts)
    of_whole = total_rules(totals, list(zip(names, lines_of, strict=True)), number, scope, findings)
    if lacking := list(missing_part(working, number, scope)) if not about.unread else []:
        findings[before:] = [*lacking, *marked(findings[before:], rests_on=(keys.lines(number),))]
    title = outline.titles.get(number.partition("(")[0], "")
    notes = [x for x in lines if x.line.label in (Label.NOTE, Label.DUTY)]
    note_rules = tuple(rules.Rule(rules.Nature(x.line.label, x.line.text), origin_of(x.line, words_of(x))) for x in notes)
    origin = origin_of(lines[0].line, outline.words.get(number, ""))
    return Clause(number, title, outline.words.get(number, ""), (*natures, *note_rules), tuple(built), of_whole,
                    status if not working or elsewhere else "", origin)


def _gives_nothing(number: str, lines: list[Placed]) -> Diagnostic | None:
    """Lines under the words that open an article's 款: they give nothing themselves, and none of the 款 gives anything."""
    if not lines or any(card_of(x.line.label).grants for x in lines) or any(x.line.error is not None for x in lines):
        return None
    first = lines[0].line
    return Diagnostic(Code.CONDITION_UNDER_LEAD, f"「{first.label}」写在 {short_name(number)} 的导言下，下面没有一款给付，导言自己又没有写给多少", first.label_span,
                      f"导言管的是下面各款的 对象、条件、标准……：给付的款写出 标准 或 裁量；{short_name(number)} 自己给的，在这里写 对象 和 标准",
                      rests_on=keys.of_clause(number))


def _under_no_clause(lines: list[Placed], about: _About) -> Diagnostic:
    """Lines before the first article, or beneath a heading over several: said once."""
    first = lines[0]
    where = f"写在「{first.quote.words[:12].strip()}」之下" if first.quote is not None and is_title(first.quote.words) else "写在第一条之前"
    more = f"（这样的行共 {len(lines)} 行）" if len(lines) > 1 else ""
    help = "移到它所属的那一条的引文之下"
    if heading := about.outline.annex_of(first.quote):
        where, help = f"写在「{heading[:12]}」之下", "附表、附件里的表和话，前面写一行 用于：某条，就是那一条的行；给付的款，引文以条号开头"
    elif first.quote is not None and (level := level_of(first.quote.words)):
        help = ("原文只从（一）编起的，在文件最前面写一行 编号：（一）" if level == "（一）" else f"款的编号从 第一条、一、 或（一）来；{level} 是哪一级的，在文件最前面写明，例如 编号：一、（一）1.")
    elif first.quote is not None and (odd := re.match(r"\s*(第[〇零一二三四五六七八九十百\d]+[款项点]?[、，,:：.])", first.quote.words)):
        help = f"「{odd[1]}」不是条号：照原文写成 第一条、一、或（一）"
    return Diagnostic(Code.BEFORE_FIRST_ARTICLE, f"「{first.line.label}」{where}，不属于任何一款{more}", first.line.label_span, help)


def _nature(number: str, lines: list[Placed], about: _About, scope: NameScope,
            findings: list[Diagnostic]) -> tuple[str, tuple[rules.Rule, ...]]:
    """The status that 性质 gives a 款, or an article without 款 (the preamble of one with 款 gives none)."""
    kinds: list[str] = []
    all_rules: list[rules.Rule] = []
    for placed in lines:
        if placed.line.label != "性质":
            continue
        stated = read(findings, placed, Place(scope, number=number))
        kinds += [r.body.kind for r in stated if isinstance(r.body, rules.Nature)]
        all_rules += stated
    status = next((NATURE_STATUS[k] for k in ("另行规定", "非资金", "服务", "导向") if k in kinds), "")
    preamble = not number or about.has_paragraphs
    return ("" if preamble else status), tuple(all_rules)
