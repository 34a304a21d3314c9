"""Which clauses rest on which: by 第五条 的 金额, and by bounds over several clauses, where earlier ones go first.

One order holds under every reading: a clause that reads another under some of them comes after it under all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from attrs import frozen

from . import rules, values

Unit = tuple[str, ...]  # clauses that are decided together, in the order of the law


@frozen(eq=False)
class Links:
    """The clauses of a policy (in the order of the law) and, for each unit of them, the clauses that it reads or comes after."""

    units: tuple[Unit, ...]
    before: Mapping[str, frozenset[str]]  # a clause → those that it rests on, of its own unit too
    linked: bool  # whether any clause rests on the amount of another

    @cached_property
    def beside(self) -> Mapping[str, frozenset[str]]:
        """Clause → the others of its unit."""
        return {n: frozenset(unit) - {n} for unit in self.units for n in unit}

    @cached_property
    def order(self) -> tuple[Unit, ...]:
        """The units, each after those on which it rests, else as in the law; those in a circle are left out."""
        left, done, out = list(self.units), set[str](), list[Unit]()
        while ready := next((u for u in left if self._of(u) <= (done | {*u} if len(u) == 1 else done)), None):
            left.remove(ready)
            done |= {*ready}
            out.append(ready)
        return tuple(out)

    def _of(self, unit: Unit) -> set[str]:
        return {x for number in unit for x in self.before.get(number, ())}

    @cached_property
    def _around(self) -> Mapping[str, frozenset[str]]:
        return {n: self.before.get(n, frozenset()) | mates for n, mates in self.beside.items()}

    def behind(self, number: str) -> frozenset[str]:
        """All clauses on which one rests, through others too."""
        found, left = set[str](), [number]
        while left:
            last = left.pop()
            new = (self.before.get(last, frozenset()) | self.beside.get(last, frozenset())) - found - {number}
            found |= new
            left += new
        return frozenset(found)

    def circle(self, reads: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """The first way round along which clauses read each other; () if there is none."""
        stuck = {n for u in self.units for n in u} - {n for u in self.order for n in u}
        return next((way for n in (n for u in self.units for n in u) if n in stuck and (way := _way_back(n, self._around, reads))), ())


def _way_back(start: str, before: Mapping[str, frozenset[str]], reads: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """From a clause over those on which it rests back to it, shortest first; it begins with an amount that is read."""
    ways: list[tuple[str, ...]] = [(start, n) for n in sorted(reads.get(start, ()))]
    seen = set[str]()
    for way in ways:
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [(*way, n) for n in sorted(before.get(way[-1], ()))]
    return ()


def links_of(numbers: Iterable[str], reads: Mapping[str, frozenset[str]], together: Iterable[tuple[tuple[str, ...], frozenset[str]]],
             choices: Iterable[tuple[str, ...]] = ()) -> Links:
    """`together`: the clauses of each bound over several, with those whose amounts its ceiling reads; `choices`: those of which one is given."""
    numbers, together, before = tuple(numbers), tuple(together), {n: set(found) for n, found in reads.items()}
    units = _units(numbers, [{*x} for x in choices], [{*clauses} for clauses, _ in together])
    mates = {n: unit for unit in units for n in unit}
    for clauses, asked in together:
        listed = [n for n in numbers if n in clauses]
        for i, number in enumerate(listed):
            before.setdefault(number, set()).update((n for n in listed[:i] if n not in mates[number]), asked)
    return Links(units, {n: frozenset(x) for n, x in before.items()}, any(reads.values()) or any(x for _, x in together))


def _units(numbers: tuple[str, ...], choices: list[set[str]], caps: list[set[str]]) -> tuple[Unit, ...]:
    """One for each clause, but those of a choice are decided together, with all that stand under a bound with one of them."""
    joined: list[set[str]] = []
    for group in choices:
        for bound in (x for _ in caps for x in caps if x & group):
            group = group | bound
        joined = [x for x in joined if not x & group] + [group.union(*(x for x in joined if x & group))]
    return tuple(tuple(n for n in numbers if n in unit) for number in numbers
                 for unit in [next((x for x in joined if number in x), {number})]
                 if number == next(n for n in numbers if n in unit))


# -- what reads what -----------------------------------------------------------------------------------------


def reads_of(held: object, lets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The clauses whose amounts are read in a value, a rule or a tuple of these; `lets`: those that 定义 read."""
    found = set[str]()
    for node in values.nodes_of(held):
        if isinstance(node, values.Result) and node.value is None:
            found |= {*node.clauses}
        elif isinstance(node, values.Var):
            found |= lets.get(node.name, frozenset())
    return frozenset(found)


def lets_read(policy: Iterable[rules.Rule]) -> dict[str, frozenset[str]]:
    """The clauses whose amounts each 定义 reads, through others too; nothing of those that read none."""
    named = [x for r in policy for x in rules.lets_of(r.body)]
    found: dict[str, frozenset[str]] = {}
    while True:
        new = {x.name: found.get(x.name, frozenset()) | more for x in named if (more := reads_of(x.value, found))}
        if new == found:
            return found
        found = new


def shared_of(policy: Iterable[rules.Rule]) -> Iterator[rules.Rule]:
    """The rules over several finished clauses."""
    return (r for r in policy if isinstance(r.body, rules.SharedCap | rules.OnlyOne) and not r.body.by_item)


NO_LINKS = Links((), {}, False)
