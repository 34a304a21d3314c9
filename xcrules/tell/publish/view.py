"""What stands on the page, in order, before it is HTML or Markdown. Pure; no markup here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

import attrs
from attrs import field, frozen

from xcrules.base.money import decimal_text
from xcrules.base.source import canonical
from xcrules.draft.labels import FILE_LABELS
from xcrules.draft.outline import is_heading, outline
from xcrules.draft.syntax import Let, Line, Quote
from xcrules.facts.tables import FactField
from xcrules.facts.types import LiteralValue, NumberType, parse_literal, show
from xcrules.meaning import rules, values
from xcrules.meaning.program import CaseCheck, Program, Reading
from xcrules.tell.readback import clause_name, read_back, read_back_definitions, read_back_policy

MOST_SENTENCES = 240  # combinations of readings for which a clause's sentence is worked out
POLICY_LABELS = ("适用", "施行", "时效", "竞合", "取整", "废止")


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


@frozen
class Figure:
    """An amount, rate or count in the rules, and where it comes from."""

    number: str
    label: str
    text: str
    line: str
    words: str
    tags: tuple[tuple[str, str], ...]


def anchor_of(number: str) -> str:
    """2(1) → 2-1, stable as long as the law's numbering is."""
    return number.replace("(", "-").replace(")", "") or "0"


def sections(program: Program) -> list[Section]:
    """The law in its order, cut at chapters, articles and 款."""
    plan = outline(program.document.files)
    numbers = {id(x.quote): x.number for x in plan.lines if x.quote is not None}
    articles = {title: number for number, title in plan.titles.items()}
    made: list[Section] = []
    for file in program.document.files:
        for quote in file.quotes:
            title = " ".join(quote.words.split())
            if id(quote) not in numbers and is_heading(quote.words):
                number = articles.get(title, "")
                made.append(Section("条", number, title) if number else Section("章", "", title))
            else:
                _place(made, quote, numbers.get(id(quote), made[-1].number if made else ""))
    return [_with_sentences(s, program) for s in made]


def _place(made: list[Section], quote: Quote, number: str) -> None:
    if made and made[-1].number == number and made[-1].kind != "章":
        made[-1] = attrs.evolve(made[-1], quotes=(*made[-1].quotes, quote))
        return
    kind = "款" if "(" in number else "条" if number else "题头"
    again = sum(s.number == number and s.kind != "章" for s in made)
    made.append(Section(kind, number, clause_name(number) if number else "题头", (quote,), again=again))


# -- what the rules say -------------------------------------------------------------------------------


def _with_sentences(section: Section, program: Program) -> Section:
    lines = [line for q in section.quotes for line in q.lines]
    labels = {line.label for line in lines} & {*POLICY_LABELS, "定义"}
    if program.clause(section.number) is None and not labels:
        return section
    used = {t.reading for line in lines for t in line.tags if t.choice and line.label not in ("注释", "性质")}
    register = [r for r in program.readings if r.number in used and len(r.modelled) > 1]
    names = [line.body.name.text for line in lines if line.label == "定义" and isinstance(line.body, Let)]
    said = {key: _said(program, section.number, labels, names, dict(chosen)) for key, chosen in _combinations(register)}
    kept = {key: text for key, text in said.items() if text}
    return attrs.evolve(section, readings=tuple(r.number for r in register), said=kept)


def _said(program: Program, number: str, labels: set[str], names: list[str], readings: Mapping[str, str]) -> str:
    """The clause, then the rules of the whole policy that stand in it, then the names it defines."""
    own = read_back(program, number, readings) if program.clause(number) else ""
    policy = read_back_policy(program, readings) if labels else {}
    defined = read_back_definitions(program, readings) if names else {}
    meanings = "；".join(defined[n] for n in dict.fromkeys(names) if n in defined)
    all_rules = "".join(policy[label] for label in POLICY_LABELS if label in labels and label in policy)
    return own + all_rules + (meanings + "。" if meanings else "")


def _combinations(register: list[Reading]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every set of choices as its key and its pairs; one change at a time where there would be too many."""
    count = 1
    for reading in register:
        count *= len(reading.modelled)
    options = [[(r.number, x) for x in (r.default, *(y for y in r.modelled if y != r.default))] for r in register]
    defaults = {r.number: r.default for r in register}
    if count <= MOST_SENTENCES:
        sets = [list(pairs) for pairs in product(*options)]
    else:
        sets = [[], *([pair] for pairs in options for pair in pairs[1:])]
    for pairs in sets:
        changed = [(n, x) for n, x in pairs if defaults[n] != x]
        yield key_of(changed), changed


def key_of(changed: list[tuple[str, str]]) -> str:
    return ",".join(f"{n}={x}" for n, x in changed)


# -- figures, caps, uses ---------------------------------------------------------------------------------


def numbered_rules(program: Program) -> list[tuple[str, rules.Rule]]:
    """Each rule once with the number of its clause; the policy's own rules first."""
    found: dict[tuple[int, int], tuple[str, rules.Rule]] = {}
    own = [("", r) for r in program.policy_rules]
    for n, (number, rule) in enumerate([*own, *((k.number, r) for k in program.clauses for r in k.rules())]):
        span = rule.origin.span
        found.setdefault((id(type(rule.body)), span.start) if span else (-1, n), (number, rule))
    return list(found.values())


def walk(node: object) -> Iterator[values.Value]:
    """The values held anywhere in a rule's body or a value."""
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif attrs.has(kind := type(node)) and not isinstance(node, FactField | values.Origin):
        if isinstance(node, values.Value):
            yield node
        for spec in attrs.fields(kind):
            if spec.name not in ("span", "type"):
                yield from walk(getattr(node, spec.name))


def figures(program: Program) -> list[Figure]:
    """Every amount, rate and count in the rules, in the order of the law."""
    out: list[Figure] = []
    for number, rule in numbered_rules(program):
        if rule.origin.label in ("性质", "注释", "义务"):
            continue
        texts = dict.fromkeys(_figure_texts(rule))
        o = rule.origin
        out += [Figure(number, o.label, t, _line(o), "".join(o.words.split()), o.tags) for t in texts]
    return out


def _line(origin: values.Origin) -> str:
    return " ".join(origin.text.split())


def _figure_texts(rule: rules.Rule) -> list[str]:
    match rule.body:
        case rules.Payment(shares):
            each = "等额" if len(set(shares)) == 1 else "、".join(decimal_text(x * 100) + "%" for x in shares)
            return [f"分{len(shares)}年{each}"]
        case rules.CountLimit(times=times):
            return [f"{times}次"]
        case rules.Rounding(unit=unit):
            return [show(unit, NumberType((("元", 1),)))]
    return [_literal(x) for x in walk(rule.body) if isinstance(x, values.Literal) and _is_figure(x)]


def _is_figure(node: values.Literal) -> bool:
    """With a unit or a rate, and written out: the order of a certificate or a divisor is no amount."""
    if not isinstance(node.type, NumberType) or node.span is None or not (node.type.unit or node.type.rate):
        return False
    return isinstance(node.value, Fraction) and any(ch.isdigit() for ch in node.span.text)


def _literal(node: values.Literal) -> str:
    written = "".join(node.span.text.split()) if node.span else ""
    meant = parse_literal(canonical(written))
    return written if meant is not None and meant.value == node.value else show(node.value, node.type)


def caps(program: Program) -> list[tuple[str, rules.Rule]]:
    """上限, 下限 and 限次 in the order of the law."""
    return [(n, r) for n, r in numbered_rules(program) if isinstance(r.body, rules.Limit | rules.CountLimit)]


def uses(program: Program) -> dict[tuple[str, str], tuple[str, ...]]:
    """(table, fact) → the clauses whose rules read it; "" is the policy's own rules."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for number, rule in numbered_rules(program):
        for node in walk(rule.body):
            if isinstance(node, values.Fact):
                found.setdefault((node.field.table, node.field.name), {})[number] = None
    return {key: tuple(numbers) for key, numbers in found.items()}


def places(made: list[Section]) -> dict[str, tuple[Section, ...]]:
    """Reading → the sections with a note that names it."""
    found: dict[str, dict[str, Section]] = {}
    for section in made:
        for tag in [t for q in section.quotes for line in q.lines for t in line.tags]:
            found.setdefault(tag.reading, {})[section.anchor] = section
    return {number: tuple(at.values()) for number, at in found.items()}


# -- cases -----------------------------------------------------------------------------------------------


def plain_text(value: object) -> str:
    """A value of a case's facts, as a person writes it."""
    if isinstance(value, LiteralValue):
        return show(value.value, value.type)
    if isinstance(value, dict):
        return "，".join(_pair_text(k, v) for k, v in value.items()) or "无"
    if isinstance(value, list | tuple):
        return "；".join(plain_text(v) for v in value) or "无"
    return show(value)


def _pair_text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"非 {name}"
    return f"{name} {plain_text(value)}"


def expected_text(check: CaseCheck) -> str:
    """应予支持 30万元，2023年 15万元，争议 A17."""
    money = NumberType((("元", 1),))
    parts = [check.status]
    for key, value in check.values:
        shown = show(value, money) if isinstance(value, Fraction) else plain_text(value)
        name = key.removeprefix("拨付计划.") + "年" if key.startswith("拨付计划.") else key
        parts.append(f"{name} {shown}")
    return "，".join(parts)


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
    return line.label != "静默" and (line.label not in FILE_LABELS or line.label == "保证")
