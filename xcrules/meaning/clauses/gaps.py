"""Cases that no row of a 对照 or no arm of 按（…） speaks of: the cases of each key laid side by side and walked through.

Of a number the cases are the stretches between the ends of the rows and the ends themselves, so tiers that meet are complete,
on one key or on several; of what is counted nothing lies between 3件 and 4件. What conditions exclude need not be spoken of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import define, field

from xcrules.base.money import UNLIMITED, Number, Unlimited
from xcrules.facts.tables import FactField
from xcrules.facts.types import BOOL, EnumType, LedgerType, NumberType, SeriesType, Type, show
from xcrules.meaning import rules, values
from xcrules.meaning.possible import MOST_WAYS, Bound, OneOf, Range, Way, Ways, natural, term_of, ways

_Open = dict[object, Bound]  # a case that nothing speaks of: what each key is that matters


def gap_of(tests: Iterable[values.Value], given: Ways, lets: Mapping[str, rules.Let]) -> tuple[str, str, tuple[str, ...]] | None:
    """A case that passes what is `given` and meets no test: in words, as a row would say it, and the names that it is told by.

    None where there is none, or too many cases to look at.
    """
    walk = _Walk({name: let.value for name, let in lets.items()}, {name: let.type for name, let in lets.items()})
    rows: list[Way] = []
    for test in tests:
        walk.listen(test)
        rows += ways(test, walk.lets) or []
    keys = tuple(dict.fromkeys(key for row in rows for key in row))
    for way in given:
        if (found := walk.uncovered(tuple(rows), keys, way)) is not None:
            told = {key: cell for key, case in found.items() if (cell := walk.cell(key, case))}
            said = "，".join(walk.said(key, cell) for key, cell in told.items())
            return said or "其余情形", "，".join(told.values()) or "其他", tuple(walk.names[key] for key in told)
    return None


@define
class _Walk:
    """What the keys are called and of which type they are; where nothing was found open."""

    lets: Mapping[str, values.Value]
    types: Mapping[str, Type]
    names: dict[object, str] = field(factory=dict)
    kinds: dict[object, Type] = field(factory=dict)
    covered: set[tuple[int, ...]] = field(factory=set)

    def listen(self, test: values.Value) -> None:
        """Keep what each key of a test is called, and its type."""
        match test:
            case values.Logic(parts=parts):
                for part in parts:
                    self.listen(part)
            case values.Compare(left=key, right=values.Literal(type=kind)):
                self._keep(key, kind)
            case values.Member(value=values.Fact(field=FactField(type=kind)) as key):
                self._keep(key, kind)
            case values.Member(value=values.Var(name) as key) if name in self.types:
                self._keep(key, self.types[name])
            case values.Var(name) if isinstance(self.lets.get(name), values.Logic | values.Compare | values.Member):
                self.listen(self.lets[name])
            case _:
                self._keep(test, BOOL)

    def _keep(self, key: values.Value, kind: Type) -> None:
        name = (
            key.field.name
            if isinstance(key, values.Fact)
            else key.name
            if isinstance(key, values.Var)
            else key.span.text
            if key.span
            else "它"
        )
        self.names.setdefault(term_of(key, self.lets), name.rpartition(".")[2])
        self.kinds.setdefault(term_of(key, self.lets), kind)

    def uncovered(self, rows: tuple[Way, ...], keys: tuple[object, ...], given: Way) -> _Open | None:
        """A case in none of the rows. Neighbouring ones that are open alike are one."""
        seen = (len(keys), *map(id, rows))
        if not rows:
            return {}
        if not keys or seen in self.covered or len(self.covered) > MOST_WAYS * 16:
            return None
        key, *rest = keys
        found: tuple[Bound, _Open] | None = None
        bounds = [row.get(key) for row in rows]
        cases = [*self._cases(key, [b for b in bounds if b is not None], given.get(key))]
        for case, held in zip(cases, _holding(cases, bounds), strict=True):
            others = self.uncovered(tuple([rows[i] for i in held]), tuple(rest), given)
            if found is not None and isinstance(case, Range) and others != found[1]:
                break
            if others is not None and (found is None or others == found[1]):
                found = (case if found is None else _joined(found[0], case), others)
        if found is None:
            self.covered.add(seen)
            return None
        return {key: found[0], **found[1]} if found[0] != _ANY else found[1]

    def _cases(self, key: object, bounds: list[Bound], given: Bound | None) -> Iterator[Bound]:
        ranges = [b for b in bounds if isinstance(b, Range)]
        if ranges:
            every = natural(key).meet(given) if isinstance(given, Range) else natural(key)
            yield from (made for piece in _pieces(ranges) if not (made := self._counted(key, piece.meet(every))).empty)
        elif bounds:
            cases = (OneOf(frozenset({m})) for m in self._members(key, bounds))
            yield from (x for x in cases if not isinstance(given, OneOf) or _within(x, given))
        else:
            yield _ANY

    def _members(self, key: object, bounds: list[Bound]) -> Iterable[object]:
        """All that a key can be: a text or a name without an end can always be something else."""
        kind = self.kinds.get(key)
        if isinstance(kind, EnumType):
            return kind.members
        if isinstance(key, tuple):
            return "<=>"
        return (True, False) if kind == BOOL else (*(m for b in bounds if isinstance(b, OneOf) for m in b.members), "别的")

    def _counted(self, key: object, piece: Range) -> Range:
        """Of what is told in whole numbers only these."""
        if isinstance(self.kinds.get(key), NumberType) and not _is_counted(key, self.lets):
            return piece
        low = piece.low if piece.low_in or isinstance(piece.low, Unlimited) else Fraction(piece.low // 1 + 1)
        high = piece.high if piece.high_in or isinstance(piece.high, Unlimited) else Fraction(-(-piece.high // 1) - 1)
        return Range(low, not isinstance(low, Unlimited), high, not isinstance(high, Unlimited))

    def said(self, key: object, cell: str) -> str:
        """收入 500万元 以上 不满 800万元; 级别 为 省级、市级; 非 原创."""
        name, kind = self.names[key], self.kinds[key]
        return f"{name} 为 {cell}" if isinstance(kind, EnumType) else f"{name} {cell}" if kind != BOOL else f"非 {name}" if cell == "否" else name

    def cell(self, key: object, case: Bound) -> str:
        """The case as the cell of a row says it: 超过 500万元 不满 800万元; 省级、市级; 否. Nothing for what no row can say."""
        kind = self.kinds.get(key)
        if isinstance(case, OneOf):
            listed = kind.members if isinstance(kind, EnumType) else ()
            return (
                "、".join(m for m in listed if m in case.members)
                if listed
                else ""
                if kind != BOOL or len(case.members) > 1
                else show(True in case.members)
            )
        if case.low == case.high:
            return f"等于 {show(case.low, kind)}"
        low = "" if case.low == natural(key).low else f"{show(case.low, kind)} 以上" if case.low_in else f"超过 {show(case.low, kind)}"
        high = "" if case.high == UNLIMITED else f"{'不超过' if case.high_in else '不满'} {show(case.high, kind)}"
        return f"{low} {high}".strip()


_ANY = OneOf(frozenset(), True)


def _within(case: Bound, bound: Bound) -> bool:
    """Whether a case, which no end cuts, is one of these."""
    return type(case) is type(bound) and not case.meet(bound).empty  # type: ignore[arg-type]


def _holding(cases: list[Bound], bounds: list[Bound | None]) -> Iterator[list[int]]:
    """Of each case, which no end cuts, the places of the bounds (None: there is none) that it is within."""
    of_any = [i for i, b in enumerate(bounds) if b is None]
    begins, ends, of_member = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list), defaultdict[object, list[int]](list)
    stretches = [x for x in cases if isinstance(x, Range)]
    for i, bound in enumerate(bounds):
        if isinstance(bound, Range):
            begins[bisect_left(stretches, True, key=lambda x: not Range(bound.low, bound.low_in).meet(x).empty)].append(i)
            ends[bisect_left(stretches, True, key=lambda x: Range(high=bound.high, high_in=bound.high_in).meet(x).empty)].append(i)
        elif bound is not None:
            for case in cases if bound.denied else ():
                if _within(case, bound):
                    of_member[case].append(i)
            for member in () if bound.denied else bound.members:
                of_member[OneOf(frozenset({member}))].append(i)
    held = of_any
    for place, case in enumerate(cases):
        if isinstance(case, Range):
            gone = {*ends[place]}
            held = sorted({*(i for i in held if i not in gone), *begins[place]} - gone) if gone or begins[place] else held
            yield held
        else:
            yield sorted([*of_any, *of_member[case]])


def _joined(one: Bound, other: Bound) -> Bound:
    if isinstance(one, Range) and isinstance(other, Range):
        return Range(one.low, one.low_in, other.high, other.high_in)
    return OneOf(one.members | other.members) if isinstance(one, OneOf) and isinstance(other, OneOf) else one


def _pieces(ranges: Iterable[Range]) -> Iterator[Range]:
    """The numbers cut at every end: up to the first, it alone, up to the next."""
    ends: list[Number] = sorted({x for r in ranges for x in (r.low, r.high)} | {-UNLIMITED, UNLIMITED})
    for low, high in pairwise(ends):
        yield Range(low, False, high, False)
        yield Range(high, True, high, True)


def _is_counted(key: object, lets: Mapping[str, values.Value], deep: int = 20) -> bool:
    """Whether a value can only be a whole number."""
    def counted(*parts: object) -> bool:
        return deep > 0 and all(_is_counted(part, lets, deep - 1) for part in parts)

    match term_of(key, lets) if isinstance(key, values.Value) else key:
        case values.Literal(Fraction() as number):
            return number.denominator == 1
        case values.Fact(
            field=FactField(type=NumberType(whole=whole) | SeriesType(NumberType(whole=whole)) | LedgerType(NumberType(whole=whole)))
        ):
            return whole
        case values.Fact(field=FactField(type=kind)):
            return not isinstance(kind, NumberType)
        case values.Var(values.ENJOYED) | values.YearOf() | values.FoldItems("计数" | "种数") | values.Arith("整除" | "进整" | "年数" | "月数" | "天数" | "历月"):
            return True
        case values.Arith("+" | "-" | "×" | "较小" | "较大", left, right):
            return counted(left, right)
    return False
