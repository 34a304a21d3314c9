"""What stands on the page, in order, before it is HTML or Markdown. Pure; no markup here."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod

import attrs
from attrs import field, frozen

from xcrules.base.source import Span
from xcrules.draft.labels import Group, Label, Where, card_of, labels
from xcrules.draft.outline import is_heading, outline
from xcrules.draft.syntax import Let, Line, Quote, Ungated
from xcrules.meaning import rules, values
from xcrules.meaning.program import Program, Reading
from xcrules.tell.readback import clause_name, read_back, read_back_definitions, read_back_over_several, read_back_policy

MOST_SENTENCES = 240  # combinations of readings for which a clause's sentence is worked out


@frozen
class Section:
    """A chapter's title, an article, or a 款: its quotes in order and what its rules say."""

    kind: str  # 题头, 章, 条, 款
    number: str
    heading: str
    quotes: tuple[Quote, ...] = ()
    readings: tuple[str, ...] = ()  # those that change its sentence, in the order of the register
    said: dict[str, str] = field(factory=dict, eq=False)  # choices that are not the default, A08=门槛 → sentence
    again: int = 0  # how many sections of this number stand before it (a chapter's title may cut an article)

    @property
    def anchor(self) -> str:
        return anchor_of(self.number) + (f"-续{self.again}" if self.again else "")


def bare_title(title: str) -> str:
    """试行办法 of 《试行办法》; 《条例》第五章 stays as it is."""
    whole = re.fullmatch("《((?:[^《》]|《[^《》]*》)*)》", title)
    return whole[1] if whole else title


def anchor_of(number: str) -> str:
    """2(1) → 2-1, 2(1)3 → 2-1-3, stable as long as the law's numbering is."""
    return re.sub(r"\)?\(|\)(?=.)", "-", number).replace(")", "") or "0"


def sections(program: Program) -> list[Section]:
    """The law in its order, cut at chapters, articles and 款."""
    plan = outline(program.document.files)
    numbers = {id(x.quote): x.number for x in plan.lines if x.quote is not None}
    announced = {id(quote): number for quote, number in plan.quotes}  # 第二十四条 对下列企业给予奖励：, without notes
    articles = {title: number for number, title in plan.titles.items()}
    made: list[Section] = []
    for file in program.document.files:
        for quote in file.quotes:
            title = " ".join(quote.words.split())
            if id(quote) not in numbers and is_heading(quote.words):
                number = articles.get(title, "")
                made.append(Section("条", number, title) if number else Section("章", "", title))
            else:
                _place(made, quote, numbers.get(id(quote)) or announced[id(quote)] or (made[-1].number if made else ""))
    return [_with_sentences(s, program) for s in made]


def _place(made: list[Section], quote: Quote, number: str) -> None:
    if made and made[-1].number == number and made[-1].kind != "章":
        made[-1] = attrs.evolve(made[-1], quotes=(*made[-1].quotes, quote))
        return
    if made and not number and made[-1].kind == "章":  # 附则, whose sentences have no number: they stand under its words
        made[-1] = attrs.evolve(made[-1], kind="题头", quotes=(quote,), again=sum(not s.number and s.kind != "章" for s in made))
        return
    kind = "款" if "(" in number else "条" if number else "题头"
    again = sum(s.number == number and s.kind != "章" for s in made)
    made.append(Section(kind, number, clause_name(number) if number else "题头", (quote,), again=again))


# -- what the rules say -------------------------------------------------------------------------------


def _with_sentences(section: Section, program: Program) -> Section:
    lines = [line for q in section.quotes for line in q.lines]
    stated = {(line.content.source.name, line.content.start) for line in lines}
    several = [r for r in program.policy_rules if isinstance(r.body, _OVER_SEVERAL) and _told_here(r, section.number, stated)]
    general = {line.label for line in lines if not isinstance(line.body, Ungated)} & {*labels(where=Where.POLICY)}
    if program.clause(section.number) is None and not general and not several:
        return section
    used = {t.reading for line in lines for t in line.tags if t.choice and card_of(line.label).group is not Group.NOTE}
    used |= {number for r in several for number, _ in r.choices}
    if (clause := program.clause(section.number)) is not None:  # lines of its lead too
        used |= {number for part in clause.parts for r in part.rules for number, _ in r.choices}
    register = [r for r in program.readings if r.number in used and len(r.modelled) > 1]
    names = [line.body.key for line in lines if line.label == Label.DEFINITION and isinstance(line.body, Let)]
    said = {key: _said(program, section.number, general, several, names, dict(chosen)) for key, chosen in _combinations(register)}
    said = {key: text for key, text in said.items() if text}
    return attrs.evolve(section, readings=tuple(r.number for r in register), said=said)


_OVER_SEVERAL = rules.SharedCap | rules.Fund | rules.Saying | rules.Rounding


def _told_here(rule: rules.Rule, number: str, stated: set[tuple[str, int]]) -> bool:
    """Whether a line over several clauses stands here, or bounds the clause that does."""
    at = rule.origin.span
    return (at is not None and (at.source.name, at.start) in stated) or (
        isinstance(rule.body, rules.SharedCap | rules.Fund) and number in rule.body.clauses
    )


def _said(
    program: Program, number: str, general: set[str], several: list[rules.Rule], names: list[str], readings: Mapping[str, str]
) -> str:
    """The clause, then the rules of the whole policy that stand in it or bound it, then the names it defines."""
    own = read_back(program, number, readings) if program.clause(number) else ""
    policy = read_back_policy(program, readings) if general else {}
    each = [text for rule, text in read_back_over_several(program, readings) if rule in several] if several else []
    defined = read_back_definitions(program, readings) if names else {}
    meanings = "；".join(defined[n] for n in dict.fromkeys(names) if n in defined)
    labels_told = general - {Label.DEFINITION, *(r.origin.label for r in program.policy_rules if isinstance(r.body, _OVER_SEVERAL))}
    all_rules = "".join(text for label, text in policy.items() if label in labels_told) + ("；".join(each) + "。" if each else "")
    return own + all_rules + (meanings + "。" if meanings else "")


def _combinations(register: list[Reading]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every set of choices as its key and its pairs; one change at a time where there would be too many."""
    options = [[(r.number, x) for x in (r.default, *(y for y in r.modelled if y != r.default))] for r in register]
    defaults = {pairs[0] for pairs in options}
    if prod(len(pairs) for pairs in options) <= MOST_SENTENCES:
        sets = [list(pairs) for pairs in product(*options)]
    else:
        sets = [[], *([pair] for pairs in options for pair in pairs[1:])]
    for pairs in sets:
        changed = [pair for pair in pairs if pair not in defaults]
        yield ",".join(f"{n}={x}" for n, x in changed), changed


# -- what belongs where ------------------------------------------------------------------------------------


def case_anchor(index: int) -> str:
    """Where the card of a case stands, counted from 0."""
    return f"案例-{index + 1}"


def fact_anchor(table: str, name: str) -> str:
    """Where it is told what a fact is."""
    return f"事实-{table}-{name}" if table else f"事实--{name}"


@frozen(eq=False)
class FactPlaces:
    """Where the lines of a policy name facts: by file, beginning, end, table and name."""

    found: Mapping[str, list[tuple[int, int, str, str]]]

    def within(self, span: Span) -> list[tuple[int, int, str, str]]:
        """Those in a piece of a file, in its order."""
        held = self.found.get(span.source.name, [])
        return held[bisect_left(held, (span.start,)) : bisect_right(held, (span.end,))]


def fact_places(program: Program) -> FactPlaces:
    """Every fact that a rule names, where it names it."""
    found: dict[str, set[tuple[int, int, str, str]]] = {}
    for rule in program.every_rule:
        for node in values.nodes_of(rule.body):
            if isinstance(node, values.Fact) and (at := node.span) is not None:
                found.setdefault(at.source.name, set()).add((at.start, at.end, node.field.table, node.field.name))
    return FactPlaces({name: sorted(held) for name, held in found.items()})


def places(made: list[Section]) -> dict[str, tuple[Section, ...]]:
    """Reading → the sections with a note that names it."""
    found: dict[str, dict[str, Section]] = {}
    for section in made:
        for tag in [t for q in section.quotes for line in q.lines for t in line.tags]:
            found.setdefault(tag.reading, {})[section.anchor] = section
    return {number: tuple(at.values()) for number, at in found.items()}


def choice_state(line: Line, program: Program) -> str:
    """"" for a line of the default readings, 备选 for a line of another one."""
    return "" if in_force(((t.reading, t.choice) for t in line.tags), program) else "备选"


def in_force(tags: Iterable[tuple[str, str]], program: Program) -> bool:
    """Whether a line with these readings stands under the defaults."""
    for number, choice in tags:
        reading = program.reading(number)
        if choice and reading is not None and reading.default != choice:
            return False
    return True


def state_text(tags: Iterable[tuple[str, str]], program: Program) -> str:
    """现行 for what stands under the default readings; else with which choice it would."""
    tags = tuple(tags)
    if in_force(tags, program):
        return "现行"
    chosen = [f"{n} {x}" for n, x in tags if x and not in_force(((n, x),), program)]
    return f"备选，取 {'、'.join(chosen)} 时"


def is_note(line: Line) -> bool:
    """Whether a line belongs beneath its quote on the page: 静默 speaks to the checker and not to the reader of the law."""
    return line.label == Label.PROMISE or not (card_of(line.label).of_file or line.label == Label.QUIET)
