"""导言: the lines under an article's lead, each written once and read in every 款 that the lead governs.

A lead governs its 款 if it gives nothing itself, or if one of them has no 标准 or 裁量 of its own. What a 款 says itself
goes before what its lead says: its 对象, 标准 or 裁量, 拨付, and 设定 of one name; conditions and bounds add up.
A line keeps its quote, so its reasons cite the words of the lead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Related
from xcrules.base.identity import Unclear, clause_key, in_figures, is_under
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.draft.labels import Label, card_of
from xcrules.draft.outline import Outline, Placed
from xcrules.meaning import keys, rules
from xcrules.meaning.report import unknown_clause

from .lets import let_lines
from .within import not_owed, sayings_of

EVERY = "各款"  # all clauses of the policy, where a line stands under none that gives and none that leads
_OFF = re.compile(r"不适用(?:[\s　]+(\S.*))?")
_EVERY = frozenset(Label)
OF_ARTICLE = (syntax.Rounding, syntax.Saying, syntax.Ungated, syntax.Monthly)  # lines of a whole article
_WORD = re.compile(r"[\w㎡·]+")


@frozen
class Leads:
    """Which lines of which leads govern which 款."""

    governing: frozenset[str]  # numbers whose lines are for the 款 beneath, and no clause of their own
    over: Mapping[str, tuple[Placed, ...]]  # 款 → the lines of its leads, the outermost first
    shared: Mapping[int, Placed]  # id of a line of a lead → the cap, or the fund, over its 款 together
    heirs: Mapping[str, tuple[str, ...]]  # lead → the 款 that it governs


def of_all(outline: Outline) -> Outline:
    """The outline in which 各款 of a line under 附则, where nothing is given, are all clauses of the policy."""
    giving = {x.number for x in outline.lines if card_of(x.line.label).grants}
    alone = {n for n in {x.number for x in outline.lines} if not any(g == n or is_under(g, n) for g in giving)}
    own = {n for n in giving if not any(is_under(x, n) for x in giving)}
    parted = {x.number for x in outline.lines if x.line.label == Label.PART}
    lines = (_of_all(x) if x.number in alone else _of_own_parts(x, parted) if x.number in own else x for x in outline.lines)
    return evolve(outline, lines=tuple(lines))


def _of_own_parts(placed: Placed, parted: Collection[str]) -> Placed:
    """从高：各分项 之间 beneath a clause: of its own 分项. 企业年度 ……，按 拨付: of the whole clause, finished."""
    match placed.line.body:
        case syntax.OnlyOne(clauses=(), split=True) as one:
            return evolve(placed, line=evolve(placed.line, body=evolve(one, clauses=(placed.number,))))
        case syntax.Cap(paid=True, scope=scope) as cap if scope.whole == "合计" or (scope.whole is None and placed.number not in parted):
            return evolve(placed, line=evolve(placed.line, body=evolve(cap, scope=evolve(scope, whole="几款", clauses=(placed.number,)))))
    return placed


def _of_all(placed: Placed) -> Placed:
    match placed.line.body:
        case syntax.OnlyOne(clauses=()) as one:
            return evolve(placed, line=evolve(placed.line, body=evolve(one, clauses=(EVERY,))))
        case syntax.CountCap(scope=scope) as count if scope.whole in ("合计", EVERY) and not scope.clauses:
            scope = evolve(scope, whole="几款" if scope.whole == "合计" else EVERY, clauses=(EVERY,))
            return evolve(placed, line=evolve(placed.line, body=evolve(count, scope=scope)))
    return placed


def leads_of(outline: Outline, working: Mapping[str, list[Placed]], findings: list[Diagnostic]) -> Leads:
    """The leads among the numbers that have lines of effect."""
    elsewhere = frozenset(x.number for x in outline.lines if x.line.label == Label.NATURE and x.line.text.strip().startswith("另行规定"))
    governing = frozenset(n for n in working if n and _governs(n, working, outline.unread() | elsewhere))
    heirs = {lead: tuple(n for n in working if is_under(n, lead) and n not in governing) for lead in governing}
    off = _refused(outline, governing, working, findings)
    over: dict[str, list[Placed]] = {}
    shared: dict[int, Placed] = {}
    sayings = sayings_of(outline)
    for lead in sorted(governing, key=len):
        for placed in (x for x in working[lead] if not counted_together(x.line)):
            reached = [n for n in heirs[lead] if not any(placed.line.label in off.get(k, ()) for k in (n, *_between(lead, n, working)))]
            reached = [*not_owed(reached, sayings)] if bounds(placed.line.body) else reached
            if together(placed.line.body):
                shared[id(placed.line)] = over_all_of(placed, tuple(reached))
            elif (wrong := unclear(placed)) is not None:
                findings.append(wrong)
            else:
                for number in reached:
                    line = each_of(placed.line, working[number], tuple(reached))
                    over.setdefault(number, []).append(evolve(placed, line=line, lead=lead))
    for placed in (x for x in outline.lines if counted_together(x.line)):
        scope = placed.line.body.scope  # type: ignore[union-attr]  # a CountCap
        every = not_owed([n for n in working if n and n not in governing and _grants((*over.get(n, ()), *working[n]))], sayings)
        found = {n: clause_key(n, outline.names) for n in scope.clauses if n != EVERY}
        numbers = every if EVERY in scope.clauses else tuple(key for key in found.values() if not isinstance(key, Unclear))
        for n in (n for n, key in found.items() if isinstance(key, Unclear)):
            findings.append(_of_a_part(n, placed.line, working) or unknown_clause(n, outline.names.numbers, placed.line.content))
        for number in numbers:
            line = each_of(placed.line, working[number], numbers) if scope.whole == EVERY else _together_in(placed.line, numbers)
            over.setdefault(number, []).append(evolve(placed, line=line, lead=placed.number))
    return Leads(governing, {n: tuple(lines) for n, lines in over.items()}, shared, heirs)


def counted_together(line: syntax.Line) -> bool:
    """限次：2(1)、2(2) 合计 企业终身 一次: it is read in each of these, wherever it stands. So is one over all clauses."""
    return isinstance(line.body, syntax.CountCap) and bool(line.body.scope.clauses)


def _of_a_part(text: str, line: syntax.Line, working: Mapping[str, list[Placed]]) -> Diagnostic | None:
    """限次：1吸纳、2 合计: what is had of one 分项 is not counted together with other clauses."""
    parts = {number + x.line.text.strip(): number for number, lines in working.items() for x in lines if x.line.label == Label.PART}
    if (whole := parts.get(in_figures(text).replace(" ", ""))) is None:
        return None
    return Diagnostic(Code.UNKNOWN_CLAUSE, f"几款合计的限次数的是整款，不能只数分项 {text}", line.content,
                      f"{whole} 的哪个分项得过都算的，写 {whole}；只看这个分项的，事实里加一栏（是否）填以前得过没有，写 除外")


def _together_in(line: syntax.Line, numbers: tuple[str, ...]) -> syntax.Line:
    return evolve(line, body=evolve(line.body, scope=evolve(line.body.scope, whole="几款", clauses=numbers)))  # type: ignore[union-attr, misc]  # with a scope


def _governs(number: str, working: Mapping[str, list[Placed]], unread: frozenset[str]) -> bool:
    below = [n for n in working if is_under(n, number)]
    bare = (n for n in below if n not in unread and not _grants(working[n]) and not any(is_under(k, n) for k in working))
    return bool(below) and (not _grants(working[number]) or next(bare, None) is not None)


def _grants(lines: Iterable[Placed]) -> bool:
    return any(card_of(x.line.label).grants for x in lines)


def _between(lead: str, number: str, working: Iterable[str]) -> list[str]:
    return [n for n in working if is_under(n, lead) and is_under(number, n)]


# -- what a 款 refuses of its lead -------------------------------------------------------------------------


def _refused(outline: Outline, governing: frozenset[str], working: Mapping[str, list[Placed]],
             findings: list[Diagnostic]) -> dict[str, frozenset[str]]:
    """导言：不适用, 导言：不适用 条件、上限: the labels whose lines of the lead are not for this 款."""
    off: dict[str, frozenset[str]] = {}
    for placed in (x for x in outline.lines if x.line.label == Label.LEAD):
        lines = [y for lead in governing if is_under(placed.number, lead) for y in working[lead]]
        read = _of_article(placed, outline) or _read_off(placed.line, lines)
        if isinstance(read, Diagnostic):
            findings.append(evolve(read, rests_on=keys.of_clause(placed.number)))
        else:
            off[placed.number] = off.get(placed.number, frozenset()) | read
    return off


def _of_article(placed: Placed, outline: Outline) -> Diagnostic | None:
    """A line of the lead that is for the whole article, which no 款 can be spared: what 导言：不适用 means to leave out with the others."""
    match = _OFF.fullmatch(placed.line.text.strip())
    named = _WORD.findall(match[1] or "") if match else []
    own = {x.line.label for x in outline.lines if x.number == placed.number}  # goes before that of the article
    for x in outline.lines:
        if (match and x.number and is_under(placed.number, x.number) and isinstance(x.line.body, OF_ARTICLE)
            and x.line.label not in own and (not named or x.line.label in named)):
            said = f"{x.line.label}：{x.line.text.strip()}"
            help = f"把这一行写在要它的各款自己的下面；别的行不管这一款的，写明是哪些：导言：不适用 条件{'；或在这一款下写它自己的 ' + x.line.label if isinstance(x.line.body, syntax.Rounding | syntax.Saying) else ''}"
            return Diagnostic(Code.NO_SUCH_LEAD, f"「{said}」管导言下的每一款，导言：不适用 去不掉它", placed.line.content, help, related=(Related(x.line.content, "写在这里"),))
    return None


def _read_off(line: syntax.Line, lines: list[Placed]) -> frozenset[str] | Diagnostic:
    match = _OFF.fullmatch(line.text.strip())
    has = list(dict.fromkeys(x.line.label for x in lines))
    if not lines:
        return Diagnostic(Code.NO_SUCH_LEAD, "上面没有导言的行管到这里，没有什么可以不适用", line.content, "删去这一行；写在一款的引文之下，它的条的导言下要有 条件、对象 这样的行")
    if match is None:
        return Diagnostic(Code.NO_SUCH_LEAD, f"「{line.text.strip()}」读不懂：这里只写导言的哪些行不管这一款", line.content, f"写成 导言：不适用 {has[0]}；都不管的，写 导言：不适用")
    named = _WORD.findall(match[1] or "")
    wrong = next((n for n in named if n not in has), None)
    if wrong is not None:
        return Diagnostic(Code.NO_SUCH_LEAD, f"导言下没有「{wrong}」的行", line.content, f"导言下有：{'、'.join(has)}")
    return frozenset(named) if named else _EVERY


# -- bounds of each 款, and of all of them -------------------------------------------------------------------


def together(body: syntax.Body | None) -> bool:
    """合计 企业年度, 总额 or 各款 之间 under a lead: one cap, one fund, one choice, over its 款."""
    return isinstance(body, syntax.Fund | syntax.OnlyOne) or (isinstance(body, syntax.Cap) and body.scope.whole == "合计" and body.scope.over_all)


def bounds(body: syntax.Body | None) -> bool:
    """What bounds grants, of each or together: what is owed back is none, unless it is named by itself."""
    return together(body) or isinstance(body, syntax.Cap | syntax.CountCap | syntax.Floor)


def over_all_of(placed: Placed, numbers: tuple[str, ...]) -> Placed:
    body = placed.line.body
    if isinstance(body, syntax.Fund | syntax.OnlyOne):
        return evolve(placed, line=evolve(placed.line, body=evolve(body, clauses=body.clauses or numbers)))
    return evolve(placed, line=_together_in(placed.line, numbers))


def unclear(placed: Placed) -> Diagnostic | None:
    """A line that cannot govern several 款 as it stands."""
    line, body = placed.line, placed.line.body
    if line.label == Label.PART:
        return Diagnostic(Code.PART_UNDER_LEAD, "分项写在导言下：它分的是一款，不是几款", line.label_span, "写在要分的那一款的引文之下；几款各给各的，不必分项",
                          rests_on=keys.of_clause(placed.number))
    text = line.text.strip()
    match body:
        case syntax.CountCap(scope=scope) if scope.whole == "合计" and (scope.reach == "企业终身" or scope.period == "终身"):
            return None
        case syntax.Cap(scope=scope) | syntax.CountCap(scope=scope) if scope.reach != "单项" and scope.whole in (None, "合计"):
            totals = scope.over_all if isinstance(body, syntax.Cap) else "终身" in (scope.reach[2:], scope.period)
        case syntax.Highest(of_each=False):
            totals = False
        case _:
            return None
    bare = re.sub(r"^\s*合计\s*", "", text)
    words = [f"合计 {bare}", f"各款 {bare}"] if totals else [f"各款 {bare}"]
    help = (f"几款一共这么多的，写 {line.label}：{words[0]}；每一款各有这么多的，写 {line.label}：{words[1]}" if totals
            else f"每一款各算各的，写 {line.label}：{words[0]}；几款合起来的{'，写 上限：合计 企业年度 ……' if line.label == '上限' else '，现在写不出'}")
    return Diagnostic(Code.UNCLEAR_CLAUSES, f"管着几款，这一行{line.label}没有写明是每一款各算，还是几款合计", line.content, help,
                      fixes=tuple(_fix(line, w) for w in words))


def _fix(line: syntax.Line, text: str) -> Fix:
    return Fix(f"改为 {text}", line.content, text)


def each_of(line: syntax.Line, own: Iterable[Placed], numbers: tuple[str, ...], part: str = "") -> syntax.Line:
    """各款 企业年度 is in each 款 its own 企业年度, over all its 分项 if it has any, or over one `part` of it; 限次：合计 企业终身 counts all 款."""
    whole = part or "合计" if any(x.line.label == Label.PART for x in own) else None
    match line.body:
        case syntax.Cap(scope=scope) | syntax.CountCap(scope=scope) | syntax.Floor(scope=scope) if scope.whole == "各款":
            return evolve(line, body=evolve(line.body, scope=evolve(scope, whole=whole if scope.reach != "单项" else None, clauses=())))
        case syntax.CountCap(scope=scope) if scope.whole == "合计":
            return _together_in(line, numbers)
        case syntax.Highest(of_each=True):
            return evolve(line, body=evolve(line.body, of_each=False, overall=whole == "合计"))
    return line


# -- what goes before what ---------------------------------------------------------------------------------


def nearest_of(lines: list[Placed]) -> list[Placed]:
    """The lines of a part without those of its leads that it replaces."""
    return [x for x in lines if not x.lead or not any(_nearer(y, x) and _replaces(y.line, x.line) for y in lines)]


def kept(lines: list[Placed]) -> list[Placed]:
    """The lines of a part without those of its leads that it replaces, and without 设定 of a lead that it does not use."""
    standing = nearest_of(lines)
    unread = any(x.line.error is not None for x in standing)
    while True:
        left = [x for x in standing if unread or not x.lead or _used(x, standing)]
        if len(left) == len(standing):
            return left
        standing = left


def _nearer(one: Placed, other: Placed) -> bool:
    return not one.lead or is_under(one.lead, other.lead)


def _replaces(one: syntax.Line, other: syntax.Line) -> bool:
    if card_of(one.label).grants and card_of(other.label).grants:
        return True
    names = set(let_lines((other,)))
    alike = one.label == other.label and card_of(one.label).own_first
    return alike or (bool(names) and names <= set(let_lines((one,))))


def _used(placed: Placed, lines: list[Placed]) -> bool:
    """Whether a name that the line sets is read by another; a 对照 that refuses some is a condition too."""
    names = set(let_lines((placed.line,)))
    if not names or any("不予支持" in cell for row in placed.line.rows for cell in row.values):
        return True
    others = (x.line for x in lines if x is not placed)
    texts = (text for line in others for text in (line.text, *(cell for row in line.rows for cell in row.values)))
    return any(names & set(_WORD.findall(text)) for text in texts)


# -- what is found of them ---------------------------------------------------------------------------------


def idle_lines(
    leads: Leads, working: Mapping[str, list[Placed]], made: Iterable[rules.Rule], findings: Iterable[Diagnostic]
) -> list[Diagnostic]:
    """Lines of a lead that came to nothing in any 款."""
    said = {id(r.origin.span) for r in made}
    wrong = [d.span for d in findings if d.span is not None]
    idle = []
    for lead in leads.governing:
        for placed in working[lead]:
            line = placed.line
            if id(line.content) in said or id(line) in leads.shared or any(_within(line, at) for at in wrong):
                continue
            idle.append(Diagnostic(Code.IDLE_LEAD_LINE, f"导言下的这一行{line.label}没有管到一款", line.label_span,
                                   "各款都另写了自己的，或者没有一款用它：删去；某一款不该另写的，删去那一款的", rests_on=keys.of_clause(lead)))
    return idle


def _within(line: syntax.Line, at: Span) -> bool:
    ends = [line.content.end, *(row.span.end for row in line.rows)]
    return at.source is line.content.source and line.label_span.start <= at.start <= max(ends)


def at_leads(found: Iterable[tuple[str, Diagnostic]], law: Outline, leads: Leads) -> list[Diagnostic]:
    """What is found in several 款 of one line of their lead, told once; where it is wrong in some of them only, in which.

    `found`: each finding with the 款 in which it was made.
    """
    told: dict[object, tuple[Diagnostic, list[str]]] = {}
    for number, finding in found:
        above = law.number_at(finding.span)
        of_several = finding.span is not None and (above in leads.governing or above != number)  # or of a line that is read elsewhere
        one = (finding.code, finding.span and (finding.span.source.name, finding.span.start, finding.span.end)) if of_several else finding
        told.setdefault(one, (finding, []))[1].append(number)
    return [_where(finding, numbers, law, leads) for finding, numbers in told.values()]


def _where(finding: Diagnostic, numbers: list[str], law: Outline, leads: Leads) -> Diagnostic:
    lead = law.number_at(finding.span)
    if lead not in leads.governing or set(numbers) >= set(leads.heirs[lead]):
        return finding
    quotes = [q.span for n in dict.fromkeys(numbers) for q in [next((q for q, at in law.quotes if at == n), None)] if q is not None]
    label = next((x.line.label for x in law.lines if finding.span is not None and _within(x.line, finding.span)), "")
    related = tuple(Related(at, "导言的这一行也管这一款，在这里不对") for at in quotes[:3])
    out = f"不管这一款的，在它下面写 导言：不适用 {label}"
    return evolve(finding, related=(*finding.related, *related), help="；".join(filter(None, (finding.help, out))))
