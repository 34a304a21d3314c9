"""What an amendment, or another reading, costs: sums over many enterprises, before and after. Whole 分 throughout.

Of an enterprise and a clause the *money* is the amount; of an application to a fund (待统筹) what it applies for; of what is still open
(待补充, 裁量 without a record) what is sure. What authorities may still add is the *bound*, kept apart.

What it costs as plain JSON values; 元 as exact text, as in decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve, fields, frozen

WAN = 1_000_000  # 分
EDGES = tuple(x * WAN for x in (-500, -100, -50, -10, -5, -1, 0, 1, 5, 10, 50, 100, 500))  # between the bands of change
LARGEST = 20  # winners and losers that are told one by one


@frozen
class Sums:
    """Enterprises and their money before and after."""

    count: int = 0
    old: int = 0
    new: int = 0
    had: int = 0  # enterprises with money before
    have: int = 0
    winners: int = 0
    won: int = 0
    losers: int = 0
    lost: int = 0  # below 0

    @property
    def change(self) -> int:
        return self.new - self.old


@frozen
class OneClause:
    """A clause of either text; `there` is in which of them (旧, 新) it stands."""

    number: str
    words: str
    there: tuple[bool, bool] = (True, True)
    applied: bool = False  # its money is applied for, out of a fund
    sums: Sums = Sums()
    bound: tuple[int, int] = (0, 0)  # what authorities may still say at most, before and after; none where any has no end
    endless: tuple[bool, bool] = (False, False)
    awaited: tuple[int, int] = (0, 0)  # enterprises of which an authority has still to say the amount
    open: tuple[int, int] = (0, 0)  # enterprises of which facts are missing (待补充)

    @property
    def marks(self) -> str:
        """What is said behind its words."""
        return ("" if all(self.there) else "（新设）" if self.there[1] else "（取消）") + ("（申请额）" if self.applied else "")


@frozen
class OneCap:
    """A cap of a clause, as both texts write it or each its own: how many enterprises come up to it, and what it cuts."""

    clause: str
    before: str  # its line in the old text; "" where it has none
    after: str
    met: tuple[int, int] = (0, 0)
    cut: tuple[int, int] = (0, 0)
    of_items: bool = False  # 单项: what it cuts is not kept
    newly: int = 0  # met after and not before
    freed: int = 0


@frozen
class OneGroup:
    """The enterprises with one value of a fact."""

    value: str
    sums: Sums = Sums()


@frozen
class Split:
    """By a fact with few values, in its own order."""

    name: str
    groups: tuple[OneGroup, ...]


@frozen
class Changed:
    """An enterprise that gains or loses, with the clauses that changed."""

    key: str
    old: int
    new: int
    clauses: tuple[tuple[str, int, int], ...]

    @property
    def change(self) -> int:
        return self.new - self.old


@frozen
class Bands:
    """How many enterprises change by how much: below the first edge, between two, and above the last; unchanged ones apart."""

    counts: tuple[int, ...] = (0,) * (len(EDGES) + 1)
    sums: tuple[int, ...] = (0,) * (len(EDGES) + 1)
    same: int = 0

    def rows(self) -> list[tuple[str, int, int]]:
        """Words, enterprises and 分 of each band, the largest loss first; unchanged ones in the middle."""
        made = [(_band(i), n, s) for i, (n, s) in enumerate(zip(self.counts, self.sums, strict=True))]
        middle = EDGES.index(0) + 1
        return [*made[:middle], ("不变", self.same, 0), *made[middle:]]


def _band(place: int) -> str:
    """减少 1 万至 5 万; 增加 500 万以上."""
    low, high = (EDGES[place - 1] if place else None), (EDGES[place] if place < len(EDGES) else None)
    word = "减少" if (high is not None and high <= 0) else "增加"
    ends = sorted(abs(x) // WAN for x in (low, high) if x is not None)
    if len(ends) == 1:
        return f"{word} {ends[0]} 万以上"
    return f"{word}不到 {ends[1]} 万" if ends[0] == 0 else f"{word} {ends[0]} 万至 {ends[1]} 万"


def added(one: Any, other: Any) -> Any:
    """What was counted of other enterprises as one: numbers add up, of bools either, lists behind each other; a value that is neither stays."""
    match one:
        case bool():
            return one or other
        case int():
            return one + other
        case list():
            return one + other
        case tuple():
            return tuple(map(added, one, other))
        case dict():
            return {**one, **other, **{k: added(one[k], other[k]) for k in one.keys() & other.keys()}}
        case str():
            return one
    return evolve(one, **{f.name: added(getattr(one, f.name), getattr(other, f.name)) for f in fields(type(one))})


@frozen
class Impact:
    """Two texts (or two readings of one) over the same enterprises."""

    old: str
    new: str
    editions: tuple[str, str]
    readings: tuple[tuple[str, ...], tuple[str, ...]]  # other than the default ones, as 号 选项
    changes: tuple[str, ...]  # what the new text changes, in the policy's words
    refused: int  # enterprises with faulty facts, of which nothing is in the sums
    strays: int  # rows of lists that belong to no enterprise, in no sum either
    words: str  # what is said of the money that the sums over clauses hold; money said otherwise is in its clause only
    total: Sums
    clauses: tuple[OneClause, ...]
    caps: tuple[OneCap, ...]
    splits: tuple[Split, ...]
    bands: Bands
    winners: tuple[Changed, ...]  # the largest gain first
    losers: tuple[Changed, ...]

    @property
    def same(self) -> bool:
        """Whether nobody's money changes, in any clause."""
        return not any(k.sums.winners or k.sums.losers for k in self.clauses)


# -- as people read it ------------------------------------------------------------------------------------


def wan(cents: int, signed: bool = False) -> str:
    """万元 with two places, exact to the 元 that they show: 1,234.56, +0.50."""
    whole = (abs(cents) * 2 + 10_000) // 20_000  # hundredths of a 万元, half up
    sign = "-" if cents < 0 and whole else "+" if signed and cents > 0 and whole else ""
    return f"{sign}{whole // 100:,}.{whole % 100:02}"


def yuan(cents: int) -> str:
    """元 to the 分: -1,234.50."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{rest:02}"


def share(part: int, whole: int) -> str:
    """+5.3%, to a tenth; — of nothing."""
    if not whole:
        return "—"
    tenths = (abs(part) * 2000 + abs(whole)) // (2 * abs(whole))
    if not tenths:
        return "不到 0.1%" if part else "0%"
    return f"{'-' if (part < 0) != (whole < 0) else '+'}{tenths // 10:,}.{tenths % 10}%"


def standing(clauses: Sequence[OneClause]) -> list[OneClause]:
    """Those that have something to tell."""
    return [k for k in clauses if k.sums.old or k.sums.new or any(k.awaited) or any(k.open) or not all(k.there)]


def left_out(found: Impact) -> str:
    """What of the data is in no sum; "" if all is."""
    told = [f"{found.refused:,} 家的事实有误"] * bool(found.refused) + [f"{found.strays:,} 行对不上企业"] * bool(found.strays)
    return f"另有 {'，'.join(told)}，没有算在内" if told else ""


def headline(found: Impact) -> str:
    """In one sentence what it comes to."""
    total = found.total
    if found.same:
        return f"{total.count:,} 家企业的金额都不变，{found.words}合计 {wan(total.new)} 万元"
    way = "增加" if total.change > 0 else "减少" if total.change < 0 else "不变"
    by = f" {wan(abs(total.change))} 万元（{share(total.change, total.old)}）" if total.change else ""
    return f"{found.words}合计由 {wan(total.old)} 万元变为 {wan(total.new)} 万元，{way}{by}"


def who(found: Impact) -> str:
    """Winners and losers in one sentence."""
    t = found.total
    same = t.count - t.winners - t.losers
    return (f"{t.winners:,} 家增加，共 {wan(t.won)} 万元；{t.losers:,} 家减少，共 {wan(-t.lost)} 万元；{same:,} 家不变。"
            f"有金额的由 {t.had:,} 家变为 {t.have:,} 家")


# -- as plain JSON values --------------------------------------------------------------------------------------------

def impact_json(found: Impact) -> dict[str, object]:
    return {
        "旧": _side(found, 0),
        "新": _side(found, 1),
        "有误": found.refused,
        "对不上": found.strays,
        "变化": [x.strip() for x in found.changes if x.strip()],
        "合计": _sums(found.total),
        "按款": [
            {
                "款": k.number,
                "事项": k.words,
                **({} if all(k.there) else {"在": "新" if k.there[1] else "旧"}),
                **({"申请额": True} if k.applied else {}),
                **_sums(k.sums),
                **(
                    {"待核定": list(k.awaited), "上限合计": [None if e else _money(b) for b, e in zip(k.bound, k.endless, strict=True)]}
                    if any(k.awaited)
                    else {}
                ),
                **({"待补充": list(k.open)} if any(k.open) else {}),
            }
            for k in found.clauses
        ],
        "上限": [
            {
                "款": k.clause, "旧": k.before, "新": k.after, "碰到": list(k.met), "新到": k.newly, "不再": k.freed,
                **({} if k.of_items else {"封去": [_money(x) for x in k.cut]}),
            }
            for k in found.caps
        ],
        "分组": {s.name: {g.value: _sums(g.sums) for g in s.groups} for s in found.splits},
        "分布": [{"每家增减": words, "家数": n, "增减": _money(cents)} for words, n, cents in found.bands.rows()],
        "增加最多": [_changed(x) for x in found.winners],
        "减少最多": [_changed(x) for x in found.losers],
    }


def _side(found: Impact, side: int) -> dict[str, object]:
    return {"政策": (found.old, found.new)[side], "版本": found.editions[side], "读法": list(found.readings[side])}


def _sums(s: Sums) -> dict[str, object]:
    return {"家数": s.count, "旧": _money(s.old), "新": _money(s.new), "增减": _money(s.change), "有金额": [s.had, s.have], "增加": {"家数": s.winners, "合计": _money(s.won)},
            "减少": {"家数": s.losers, "合计": _money(-s.lost)}}


def _changed(x: Changed) -> dict[str, object]:
    return {"编号": x.key, "旧": _money(x.old), "新": _money(x.new), "增减": _money(x.change), "款": {n: [_money(a), _money(b)] for n, a, b in x.clauses}}


def _money(cents: int) -> str:
    return yuan(cents).replace(",", "")
