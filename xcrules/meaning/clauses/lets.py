"""设定, 定义 and 对照: the names that lines set, the types of these, and what is wrong with the names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from attrs import define, evolve, field

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.draft.outline import Placed
from xcrules.draft.parse.limits import MAX_LETS
from xcrules.facts.types import DATE, Type, parse_literal
from xcrules.meaning import keys, rules
from xcrules.meaning.expressions.grades import COMPARISONS
from xcrules.meaning.expressions.lookups import lookup_rule
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import NO_ENDS, OF_THE_TERM, REFUSED, Ends, NameScope, hull
from xcrules.meaning.expressions.words import names_in
from xcrules.meaning.report import Report


@define
class Lets:
    """Types of 设定 and 定义, found when asked for; a cycle is one finding with its path."""

    base: NameScope
    lines: dict[str, list[syntax.Line]]
    findings: list[Diagnostic]
    types: dict[str, Type | None] = field(factory=dict)
    path: list[str] = field(factory=list)
    depth: dict[str, int] = field(factory=dict)  # how many 设定 stand on top of one another
    stopped: bool = False
    _scope: NameScope | None = None  # the same for every line

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
        self.depth[name] = 1 + max((self.depth.get(n, 0) for x in self.lines[name] for n in self._names(name, x)), default=0)
        if self.depth[name] > MAX_LETS:
            self._too_deep(name)
            return None
        known = [t for t in types if t is not None]
        self.types.setdefault(name, known[0] if known else None)
        if len(set(map(str, known))) > 1:
            line = self.lines[name][1]
            self.findings.append(Diagnostic(Code.TYPE_VARIES_BY_READING, f"「{shown(name)}」在不同读法下类型不同：{'、'.join(map(str, known))}", line.content,
                                         rests_on=tuple(keys.series(n.text) for x in self.lines[name] for n in names_in(x.body))))
        return self.types[name]

    def _names(self, name: str, line: syntax.Line) -> Iterator[str]:
        """The names that a line may read; of a column's line those of other columns are meant first."""
        table, _, column = name.rpartition(".")
        for each in names_in(line.body):
            yield each.text
            if table and each.text != column:
                yield f"{table}.{each.text}"

    def _line_type(self, line: syntax.Line) -> Type | None:
        if line.label == "对照":
            assert isinstance(line.body, syntax.Lookup)
            read = Reader(self.scope(), Report(line), "lookup")
            key = next((k for k in line.body.keys if k.value is not None and k.name.text == self.path[-1]), None)
            if key is not None and key.value is not None:  # the cells may speak of it
                typed = read.read(key.value)
                return typed.type if typed else None
            made = lookup_rule(line, line.body, read)
            lets = made.lets if isinstance(made, rules.Lookup) else ()
            return next((x.type for x in lets if x.name == self.path[-1]), None)
        assert isinstance(line.body, syntax.Let)
        typed = Reader(scope_of(self.scope(), line.body), Report(line), "definition").read(line.body.value)
        return typed.type if typed else None

    def scope(self) -> NameScope:
        if self._scope is None:
            own = {name: hull([_between(name, x) for x in lines]) for name, lines in self.lines.items()}
            self._scope = evolve(
                self.base, lets=self.base.lets | frozenset(self.lines), between={**self.base.between, **own}, let_type=self.type_of
            )
        return self._scope

    def _too_deep(self, name: str) -> None:
        """Said once: what stands on this name is not looked at."""
        self.types[name] = None
        self.depth[name] = 0
        if not self.stopped:
            self.findings.append(Diagnostic(Code.TOO_LONG_OR_DEEP, f"设定一个套一个，超过 {MAX_LETS} 层的限制", self.lines[name][0].content, "合并几个设定"))
        self.stopped = True

    def _cycle(self, name: str) -> None:
        loop = [*self.path[self.path.index(name) :], name]
        line = self.lines[name][0]
        related = tuple(Related(self.lines[n][0].content, f"「{shown(n)}」在这里设定") for n in loop[1:-1] if n in self.lines)
        self.findings.append(
            Diagnostic(Code.CIRCULAR_LET, "设定绕成了圈：" + " → ".join(map(shown, loop)), line.content, _uncircled(name, loop, self.base), related=related,
                       rests_on=(keys.name(name),))
        )
        for n in loop:
            self.types[n] = None


def _between(name: str, line: syntax.Line) -> Ends:
    """有效天数 ＝ 天数，至少 1天; 税率 ＝ 按 税目（粮食 5%；其他 10%）; a column of a 对照 in which only numbers stand."""
    match line.body:
        case syntax.Let(bounds=(*_, syntax.AtLeast(amount=syntax.Literal(text)))):
            return _number(text), None
        case syntax.Let(bounds=(*_, syntax.AtLeast(amount=syntax.Literal(least)), syntax.AtMost(amount=syntax.Literal(most)))):
            return min((x for x in map(_number, (least, most)) if x is not None), default=None), _number(most)
        case syntax.Let(value=syntax.Literal(text), bounds=()):
            return (_number(text),) * 2
        case syntax.Let(value=syntax.Pick(arms=arms), bounds=()):
            return hull([(_number(x.value.text),) * 2 if isinstance(x.value, syntax.Literal) else NO_ENDS for x in arms])
        case syntax.Lookup(keys=keys, results=results, segments=False) if name in (names := [r.text for r in results]):
            at = len(keys) + names.index(name)
            return hull(
                [(_number(row.values[at]),) * 2 if len(row.values) > at else NO_ENDS for row in line.rows[1:]
                 if row.values[at : at + 1] != (REFUSED,)]
            )
    return NO_ENDS


def above_nothing(line: syntax.Line) -> Iterator[str]:
    """人数 of 条件：人数 不低于 2人, whichever readings are chosen."""
    value = line.body.value if isinstance(line.body, syntax.Condition) and not line.tags else None
    for one in value.parts if isinstance(value, syntax.All) else (value,):
        match one:
            case syntax.Compare(left=syntax.Name(text=name), word=word, right=syntax.Literal(text=text)) if (
                number := _number(text)
            ) is not None:
                if COMPARISONS.get(word) == ">" or (COMPARISONS.get(word) in (">=", "=") and number > 0):
                    yield name


def _number(text: str) -> Fraction | None:
    """In a unit that every policy has."""
    literal = parse_literal(canonical(text))
    return literal.value if literal is not None else None


def shown(name: str) -> str:
    """The name as it is written: 展览 的 自付 of a column."""
    return name.replace(".", " 的 ")


def scope_of(scope: NameScope, body: syntax.Let) -> NameScope:
    """What a 设定 or 定义 may name: for the column of a list the other columns too."""
    return evolve(scope, item=scope.table(body.of.text)) if body.of is not None else scope


def _uncircled(name: str, loop: list[str], scope: NameScope) -> str:
    if len(loop) > 2:
        return "其中一个要改成不依赖别的设定"
    close = nearest(name, [n for n in scope.names() if n != name], 3, 0.2)
    return f"等号右边不能再用「{shown(name)}」" + (f"；是不是「{'」「'.join(close)}」？" if close else "")


def let_lines(lines: Iterable[syntax.Line]) -> dict[str, list[syntax.Line]]:
    """Which lines set which name."""
    set_by: dict[str, list[syntax.Line]] = {}
    for line in lines:
        match line.body:
            case syntax.Let(key=key):
                set_by.setdefault(key, []).append(line)
            case syntax.Lookup(keys, results):
                for name in (*(k.name for k in keys if k.value is not None), *results):
                    set_by.setdefault(name.text, []).append(line)
    return set_by


def policy_scope(tables: NameScope, placed: Iterable[Placed], findings: list[Diagnostic]) -> NameScope:
    """What the tables declare, and 定义."""
    placed = list(placed)
    days = dict.fromkeys(term_names(placed), DATE)
    lets = Lets(
        evolve(tables, lets=tables.lets | frozenset(days)), let_lines(x.line for x in placed if x.line.label == Label.DEFINITION), findings,
        {**days},
    )
    for name, lines in lets.lines.items():
        lets.type_of(name)
        _check_twice(name, lines, findings)
    return lets.scope()


def term_names(placed: Iterable[Placed]) -> tuple[str, ...]:
    """施行之日, 期满之日: those that a line 施行 can say and some other line reads."""
    lines = [x.line for x in placed]
    terms = [x.body for x in lines if isinstance(x.body, syntax.Term)]
    read = [x.text for x in lines if x.body is not None and not isinstance(x.body, syntax.Term | syntax.Years)]
    said = OF_THE_TERM if any(t.last is not None for t in terms) else OF_THE_TERM[: bool(terms)]
    return tuple(name for name in said if any(name in text for text in read))


def _check_twice(name: str, lines: list[syntax.Line], findings: list[Diagnostic]) -> None:
    """A name set twice where both may stand."""
    for one, other in combinations(lines, 2):
        mine = {t.reading: t.choice for t in one.tags if t.choice}
        if all(mine.get(t.reading, t.choice) == t.choice for t in other.tags if t.choice):
            related = (Related(one.content, "第一次在这里"),)
            findings.append(Diagnostic(Code.REDEFINED_NAME, f"「{shown(name)}」定义了两次", other.content, "换一个名称，删去一行，或用读法分开", related=related,
                                    spoils=(keys.name(name),), rests_on=(keys.TAGS,)))
            return


def check_let_names(lines: list[Placed], scope: NameScope, findings: list[Diagnostic]) -> None:
    """A 设定 must not take the name of a fact it would hide."""
    taken = {f.name for f in scope.schema.top} | (set(scope.columns(scope.item)) if scope.item else set())
    for name, at in let_lines(x.line for x in lines).items():
        if name in taken:
            others = "、".join(n for n in let_lines(x.line for x in lines) if n != name)
            findings.append(Diagnostic(Code.NAME_IS_A_FACT, f"「{name}」已经是一个事实，设定要另起名", at[0].content,
                                    "换一个名称" + (f"；这里别的设定叫：{others}" if others else ""), spoils=(keys.name(name),)))
            continue
        if name not in scope.lets:
            continue
        scope.let_type(name)
        _check_twice(name, at, findings)
