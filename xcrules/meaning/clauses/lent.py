"""第三条 的 增加额: what a 设定 or 对照 of another clause comes to, read in this one.

The lines that set the name, and those on which they rest, become 设定 of the clause that reads it, under the name
第三条的增加额. They keep their words and their 〔读法〕, so reasons cite the clause that set them, and 争议 sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import define, evolve, field, frozen

from xcrules.base.identity import clause_name
from xcrules.base.nearest import did_you_mean
from xcrules.draft import syntax
from xcrules.draft.outline import Placed
from xcrules.facts.tables import FactTable
from xcrules.facts.types import MONEY, NumberType
from xcrules.meaning import rules, values
from xcrules.meaning.expressions.scope import Lent, NameScope
from xcrules.meaning.inlining import inlined, outside
from xcrules.meaning.program import Clause

from .leads import nearest_of
from .lets import let_lines
from .parts import arrange, read, scope_of_part
from .place import Place

_WORD = re.compile(r"[\w㎡·]+")
_MOST = 8  # clauses that read each other's names one after another
_Key = tuple[str, str, str]  # clause, 分项, name


@frozen(eq=False)
class _Part:
    """A part of a clause that may be asked for what it sets."""

    number: str
    name: str
    names: tuple[str, ...]
    lines: tuple[Placed, ...]
    scope: NameScope

    @cached_property
    def sets(self) -> dict[str, list[Placed]]:
        """Name → the lines that set it, under one reading or another."""
        found: dict[str, list[Placed]] = {}
        for placed in self.lines:
            for name in let_lines((placed.line,)):
                found.setdefault(name, []).append(placed)
        if plain := [x for x in self.lines if isinstance(x.line.body, syntax.Standard) and x.line.body.condition is None]:
            found.setdefault(values.STANDARD, plain)
        return found

    def behind(self, name: str) -> tuple[Placed, ...]:
        """The lines on which a name rests, in the order written."""
        names, left, found = set[str](), {name}, set[int]()
        while left:
            names |= left
            lines = [x.line for n in left for x in self.sets[n]]
            found |= {id(line) for line in lines}
            words = {
                w for line in lines for text in (line.text, *(c for row in line.rows for c in row.values)) for w in _WORD.findall(text)
            }
            left = (words & self.sets.keys()) - names
        return tuple(x for x in self.lines if id(x.line) in found)

    def refused_divisor(self, name: str) -> str:
        """A name by which is divided, on the way to this one, that has no number where its table says 不予支持; "" if there is none.

        Within the clause such cases are not given. Where the name is lent they read 0, and nobody has said what comes of that.
        """
        behind = self.behind(name)
        refused = {n for x in behind for n in let_lines((x.line,)) if isinstance(x.line.body, syntax.Lookup)
                   and any(_refuses(r.body) for r in read([], x, Place(self.scope, self.names, self.number)))}
        while more := {
            n
            for x in behind
            for n in let_lines((x.line,))
            if n not in refused and isinstance(x.line.body, syntax.Let) and refused & {*_names(x.line.body.value)}
        }:
            refused |= more
        return next((n for x in behind for below in _divisors(x.line.body) for n in _names(below) if n in refused), "")

    @property
    def title(self) -> str:
        return clause_name(self.number + self.name)


@define(eq=False)
class Lender:
    """Names of clauses that other clauses read. `lines`: clause → its lines, those of its leads first; `scope`: that of the policy."""

    lines: Mapping[str, list[Placed]]
    scope: NameScope
    _parts: dict[str, list[_Part]] = field(factory=dict)
    _asking: list[_Key] = field(factory=list)
    _circles: dict[_Key, tuple[_Key, ...]] = field(factory=dict)
    _lent: dict[str, tuple[_Part, str]] = field(factory=dict)

    def lend(self, here: str, clauses: tuple[str, ...], part: str, word: str, item: FactTable | None) -> Lent:
        """A name that one of these clauses sets, for a line of the clause `here` that is about this list or object."""
        asked = [x for number in clauses for x in self._parts_of(number) if part in ("", x.name)]
        found = [x for x in asked if word in x.sets]
        if here in clauses and found:
            return Lent(wrong="本款自己设定的不必写款号", help=f"写成 {word}")
        if not found:
            names = list(dict.fromkeys(n for x in asked for n in x.sets))
            return Lent(wrong=f"「{'、'.join(map(clause_name, clauses))}」没有「{word}」可引用", help=_help(word, names))
        first, *others = found
        if any([y.line.content for y in x.behind(word)] != [y.line.content for y in first.behind(word)] for x in others):
            return Lent(wrong=f"「{word}」在几处各设定了一个：{'、'.join(x.title for x in found)}", help=f"写明是哪一个，例如 {first.number}{first.name} 的 {word}")
        if first.scope.item is not None and first.scope.item.kind == "名单" and first.scope.item is not item:
            return Lent(wrong=f"{first.title}的对象是{first.scope.item.name}，每{first.scope.item.each}各有一个「{word}」", help=_of_list(first.scope.item, word, first.title))
        if any(values.ENJOYED in y.line.text for y in first.behind(word)):
            return Lent(wrong=f"「{word}」看的{values.ENJOYED}是{first.title}自己的", help="引用的 设定 里不写 " + values.ENJOYED)
        return self._typed(here, first, word)

    def _typed(self, here: str, part: _Part, word: str) -> Lent:
        key = (part.number, part.name, word)
        if key in self._asking or len(self._asking) > _MOST:
            way = tuple(self._asking[self._asking.index(key) if key in self._asking else 0 :])
            self._circles |= dict.fromkeys(way, way)
            return Lent()
        self._asking.append(key)
        type_, divisor = part.scope.with_standard().let_type(word), part.refused_divisor(word)
        self._asking.pop()
        if key in self._circles:
            return self._circular(here, self._circles[key])
        if divisor:
            return Lent(wrong=f"{part.title}的「{word}」除以「{divisor}」，那里不予支持的情形，引用到这里就是除以 0",
                        help=f"在{part.title}写明 除数为零 按多少（不适用）；那些情形这里也不给的，再写 条件：{part.title} 的 {divisor} 高于 0（带单位）")
        name = f"{part.title}的{word}"
        self._lent[name] = part, word
        return Lent(name, type_)

    def _circular(self, here: str, way: tuple[_Key, ...]) -> Lent:
        """Said in the clause that closes the circle, the last of the law."""
        order = list(self.lines)
        if here != max((number for number, _, _ in way), key=order.index):
            return Lent()
        shown = " → ".join(f"{clause_name(number + part)}的{name}" for number, part, name in (*way, way[0]))
        return Lent(wrong="设定绕成了圈：" + shown, help="其中一个要改成不依赖别的款的设定", circle=True)

    def _parts_of(self, number: str) -> list[_Part]:
        if number not in self._parts:
            shared, parts, _ = arrange(self.lines.get(number, []), [])
            names = tuple(name for name, _ in parts)
            found = [(name, nearest_of([*shared, *lines])) for name, lines in parts]
            scope = evolve(self.scope, here=number, lend=self.lend)
            self._parts[number] = [_Part(number, name, names, tuple(lines), scope_of_part(lines, scope, [])) for name, lines in found]
        return self._parts[number]

    # -- what is lent, in the clause that reads it ----------------------------------------------------------

    def completed(self, clause: Clause) -> Clause:
        """The clause with what it reads of others as 设定 of its parts."""
        if not self._lent:
            return clause
        return evolve(clause, parts=tuple(evolve(p, rules=(*self._rules((p.rules, clause.totals)), *p.rules)) for p in clause.parts))

    def _rules(self, held: object) -> list[rules.Rule]:
        made: dict[str, list[rules.Rule]] = {}
        left: list[object] = [held]
        while left:
            for name in dict.fromkeys(v.name for v in values.nodes_of(left.pop()) if isinstance(v, values.Var) and not v.of_item):
                if name in self._lent and name not in made:
                    made[name] = list(self._of(name))
                    left += [r.body for r in made[name]]
        return [r for found in made.values() for r in found]

    def _of(self, name: str) -> Iterator[rules.Rule]:
        """The 设定 of a name, once for each line that sets it; the names on which it rests are lent along with it."""
        part, word = self._lent[name]
        lent = {n: values.Var(f"{part.title}的{n}") for x in part.behind(word) for n in let_lines((x.line,))}
        self._lent |= {var.name: (part, n) for n, var in lent.items()}
        one = part.scope.item.name if part.scope.item is not None and part.scope.item.kind != "名单" else ""
        for placed in part.sets[word]:
            for rule in read([], placed, Place(part.scope, part.names, part.number)):
                lets = [
                    rules.Let(name, inlined(outside(_with_zero(x), {}, one), lent), x.type) for x in _set_by(rule.body) if x.name == word
                ]
                yield from (evolve(rule, body=x) for x in _as_written(rule.body, word, lets))


def _refuses(body: rules.Body) -> bool:
    return isinstance(body, rules.Lookup) and any(
        isinstance(x, values.Literal) and x.value is False for x in values.nodes_of(body.supported)
    )


def _names(node: object) -> Iterator[str]:
    return (x.text for x in syntax.pieces_of(node) if isinstance(x, syntax.Name))


def _divisors(held: object) -> Iterator[syntax.Expr]:
    """What a line divides by without a word on 0."""
    told = {id(x) for zeroed in syntax.pieces_of(held) if isinstance(zeroed, syntax.Zeroed) for x in syntax.pieces_of(zeroed)}
    return (x.right for x in syntax.pieces_of(held) if isinstance(x, syntax.Binary) and x.operator == "÷" and id(x) not in told)


def _set_by(body: rules.Body) -> Iterable[rules.Let]:
    """What a line sets; 标准 its amount."""
    return (rules.Let(values.STANDARD, body.amount, MONEY),) if isinstance(body, rules.Standard) else rules.lets_of(body)


def _as_written(body: rules.Body, word: str, lets: list[rules.Let]) -> Iterator[rules.Let | rules.Lookup]:
    """A column of a table is told as a table; that it refuses some (不予支持) is a matter of the clause that has it."""
    if isinstance(body, rules.Lookup) and not body.segments and word in (x.name for x in body.lets):
        yield evolve(body, lets=tuple(lets), supported=None, keys=())
    else:
        yield from lets


def _with_zero(let: rules.Let) -> values.Value:
    """What stands in no row, or is refused there, is 0 here."""
    if isinstance(let.value, values.Pick) and let.value.otherwise is None and isinstance(let.type, NumberType):
        return evolve(let.value, otherwise=values.Literal(Fraction(0), let.type))
    return let.value


def _help(word: str, names: list[str]) -> str:
    return did_you_mean(word, names) + "款后面的 的 接 金额、本年已得、上年已得、历年已得、历年已拨，或那一款设定的名称" + (f"：{'、'.join(names)}" if names else "")


def _of_list(table: FactTable, word: str, title: str) -> str:
    return f"把它定义成名单的一栏：定义：{table.name} 的 {word} ＝ ……，再写 合计（{table.name} 的 {word}）；要的是那张表、这里自己的基数的，写 对照：按 …… 定 {title} 的 {word}"
