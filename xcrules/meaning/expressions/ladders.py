"""Which row of a 对照 holds where several do: of steps (达到 1亿元、达到 3亿元) the highest that is reached, else the first written.

A key whose rows all say from where on is of steps, also beside other keys: among the rows whose other cells hold, the
highest step reached holds, so the order in which they are written does not matter. Where every row says up to where
(不超过), the lowest holds. Of rows equally high the first holds. What that would decide against all likelihood, a row
without a step against a step or a higher step that gives less, must be written; a row that is never tried is a mistake.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from operator import or_

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.money import UNLIMITED, Number
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import BOOL, EnumType, Units, own_units, parse_literal

from . import cells, tiers
from .boxes import Box, Cases, bits, boxes, left, within
from .reader import Reader
from .scope import Typed

_Step = tuple[Number, bool]  # how far up, and whether the number itself is left out; of 不超过 with the sign turned
_LOWEST: _Step = (-UNLIMITED, False)


@frozen
class Ladder:
    """The order in which the rows of a table are tried, and which one is taken of several that hold: 最高的一档, or nothing to say."""

    order: tuple[int, ...]
    word: str = ""


@frozen(eq=False, slots=False)
class _Table:
    """The rows of a 对照 that are for something, as they are tried."""

    rows: Sequence[syntax.Row]
    boxes: list[tuple[Box, bool]]
    heights: list[tuple[_Step | None, ...]]  # of each row, by the columns of steps
    columns: dict[int, str]  # those, and the way each goes

    def others(self, n: int) -> Box:
        """What a row is for, its steps apart."""
        return tuple(cell for at, cell in enumerate(self.boxes[n][0]) if at not in self.columns)

    @cached_property
    def listed(self) -> int:
        """The rows that are not for all that no other is for, each a bit."""
        return sum(1 << n for n in range(len(self.rows)) if not self.rest(n))

    @cached_property
    def beside(self) -> list[int]:
        """Of each row the ones whose other keys may hold too."""
        return _meeting([self.others(n) for n in range(len(self.rows))])

    @cached_property
    def meeting(self) -> list[int]:
        """Of each row the ones that may hold too."""
        return _meeting([box for box, _ in self.boxes]) if self.columns else self.beside

    def level(self) -> list[int]:
        """Of each row the ones that are as high."""
        return _alike(self.heights)

    def together(self, among: Sequence[int] | None = None) -> Iterator[tuple[int, int]]:
        """Rows (of these) whose other keys may both hold, as written."""
        for one in bits(self.listed):
            found = self.beside[one] & self.listed & (-1 if among is None else among[one])
            yield from ((one, other) for other in bits(found >> one + 1 << one + 1))

    def rest(self, n: int) -> bool:
        """Whether a row is for all that no other is for."""
        return all(text in cells.OTHERS for text in self.keys(n))

    def keys(self, n: int) -> tuple[str, ...]:
        """What the cells of the keys say."""
        return self.rows[n].texts()[: len(self.boxes[n][0])]


def _meeting(all_boxes: Sequence[Box]) -> list[int]:
    """Of each box the ones that it meets, each a bit."""
    found = [(1 << len(all_boxes)) - 1] * len(all_boxes)
    for column in zip(*all_boxes, strict=True):
        met = _met(dict(zip(column, _alike(column), strict=True)))
        found = [x & met[cell] for x, cell in zip(found, column, strict=True)]
    return found


def _met(rows: dict[Cases, int]) -> dict[Cases, int]:
    """Of each cell of a column the rows of which it meets the cell; `rows` have it."""
    first, last = {c: (c & -c).bit_length() for c in rows}, {c: c.bit_length() for c in rows}
    if any(c & c + (c & -c) for c in rows):  # no stretch of neighbouring cases
        of_case = dict[int, int]()
        for cell, own in rows.items():
            of_case |= {case: of_case.get(case, 0) | own for case in bits(cell)}
        return {c: reduce(or_, (of_case[case] for case in bits(c)), 0) for c in rows}
    by_first, by_last = (sorted(filter(None, rows), key=x.__getitem__) for x in (first, last))
    begun, over = ([*accumulate((rows[c] for c in x), or_, initial=0)] for x in (by_first, by_last))
    return {
        c: begun[bisect_right(by_first, last[c], key=first.__getitem__)] & ~over[bisect_left(by_last, first[c], key=last.__getitem__)]
        if c
        else 0
        for c in rows
    }


def _alike(held: Sequence[object]) -> list[int]:
    """Of each the ones equal to it, each a bit."""
    rows: dict[object, int] = {}
    for n, x in enumerate(held):
        rows[x] = rows.get(x, 0) | 1 << n
    return [rows[x] for x in held]


def ladder(rows: Sequence[syntax.Row], keys: list[Typed], names: Sequence[str], read: Reader) -> Ladder | None:
    """The order of the rows; None after a finding."""
    units = read.scope.schema.units
    columns = {at: side for at, key in enumerate(keys) if (side := _side(rows, at, key))}
    heights = [tuple(_height(cell_text(row.cells[at]), side, units) for at, side in columns.items()) for row in rows]
    table = _Table(rows, boxes(rows, keys, units), heights, columns)
    for one, other in table.together(table.level()) if len(keys) == 1 and not cells.members_of(keys[0].type) else ():
        first, second = (tiers.tier(rows[n].values[0], units) for n in (one, other))
        if first is not None and second is not None:
            return cells.row_report(read, rows[other]).error(Code.OVERLAPPING_ROWS, f"「{rows[other].values[0]}」与前面的档有重叠", None, help=tiers.shared(first, second))
    ranked = table.together() if len(columns) > 1 or any(None in x for x in heights) else ()
    if (unsure := next((pair for pair in ranked if _unsure(*(heights[n] for n in pair))), None)) is not None:
        return cells.row_report(read, rows[unsure[1]]).error(Code.UNCLEAR_STEPS, f"「{'、'.join(cell_text(rows[unsure[1]].cells[at]) for at in columns)}」与别的档分不出高低", None,
                                                             help="分界的数直接写成数；两个依据各有高低的，每一行两头都写明，如 1亿元 以上 不满 3亿元")
    order = _order(table)
    if not _decided(table, order, read) or not _tried(table, order, read):
        return None
    return Ladder(tuple(order), _word(table, names))


def _order(table: _Table) -> list[int]:
    """Higher steps before lower ones, as far as they may hold together; the rest as written."""
    order = list(range(len(table.rows)))
    unplaced = table.listed if table.columns else 0
    while unplaced:
        kin = reached = unplaced & -unplaced
        while reached:
            unplaced &= ~reached
            reached = reduce(or_, (table.beside[n] for n in bits(reached))) & unplaced
            kin |= reached
        group = [*bits(kin)]
        ranked = sorted(group, key=lambda n: tuple(h or _LOWEST for h in table.heights[n]), reverse=True)
        for place, n in zip(group, ranked, strict=True):
            order[place] = n
    return order


def _decided(table: _Table, order: list[int], read: Reader) -> bool:
    """Whether no two rows that may hold together leave it open which of them is meant."""
    place = {n: at for at, n in enumerate(order)}
    alike = _alike([table.others(n) for n in range(len(order))])  # of these none is more special
    for pair in table.together([~x for x in alike]):
        high, low = sorted(pair, key=place.__getitem__)
        both: Box = tuple(a & b for a, b in zip(table.boxes[high][0], table.boxes[low][0], strict=True))
        if not _doubtful(table, high, low, read.scope.schema.units) or not all(both):
            continue
        if left(both, [table.boxes[n][0] for n in order[: place[high]] if table.boxes[n][1] and table.meeting[high] >> n & 1]):
            first, second = ("｜".join(table.keys(n)) for n in pair)
            written = "｜".join(_narrower(table, at, high, low) for at in range(len(both)))
            cells.row_report(read, table.rows[max(pair)]).error(
                Code.UNCLEAR_STEPS, f"「{first}」和「{second}」都合时，用哪一行，看不出来", None, help=f"两样都合的也写成一行：{written}，写在这两行前面")
            return False
    return True


def _doubtful(table: _Table, high: int, low: int, units: Units) -> bool:
    """Whether the lower row is the more special one, and has no step or gives more than the higher one."""
    if within(table.others(high), table.others(low)):
        return False
    if any(a != _LOWEST and b == _LOWEST for a, b in zip(table.heights[high], table.heights[low], strict=True)):
        return True
    results = zip(table.rows[high].texts()[len(table.boxes[high][0]) :], table.rows[low].texts()[len(table.boxes[low][0]) :], strict=True)
    return table.heights[high] != table.heights[low] and any(
        a is not None and b is not None and a.value < b.value
        for a, b in ((parse_literal(canonical(x), units), parse_literal(canonical(y), units)) for x, y in results))


def _narrower(table: _Table, at: int, high: int, low: int) -> str:
    """The cell of two rows that is for less."""
    one, other = (table.boxes[n][0][at] for n in (high, low))
    return (table.rows[high] if not one & ~other else table.rows[low]).texts()[at] or "（空）"


def _tried(table: _Table, order: list[int], read: Reader) -> bool:
    """Whether every row is for some case that the rows tried before it are not for."""
    written, tried = set[tuple[str, ...]](), {True: 0, False: 0}  # rows, each a bit
    alone: dict[bool, Cases] = {True: 0, False: 0}  # what rows of one key are for
    for n in order:
        rest, (box, sure) = table.rest(n), table.boxes[n]
        if not all(box):
            empty = next(text for text, cases in zip(table.keys(n), box, strict=True) if not cases)
            cells.row_report(read, table.rows[n]).error(Code.NEVER_TRUE, f"「{empty}」里没有一个数，这一行永远不会成立", None, help=tiers.THE_SMALLER_FIRST)
            return False
        new = table.keys(n) not in written and bool(
            box[0] & ~alone[rest] if len(box) == 1 else left(box, [table.boxes[m][0] for m in bits(tried[rest] & table.meeting[n])])
        )
        written.add(table.keys(n))
        if sure:
            tried[rest] |= 1 << n
            alone[rest] |= box[0]
        if new:
            continue
        cells.row_report(read, table.rows[n]).error(
            Code.OVERLAPPING_ROWS, f"「{'｜'.join(table.keys(n))}」这一行永远轮不到：它的情形，先看的行都写了", None,
            help="几行都合的，先看写在前的（达到某数的，先看高的）：写得窄的一行放到前面，多余的删去")
        return False
    return True


def _word(table: _Table, names: Sequence[str]) -> str:
    """What is taken of several rows that hold, as far as several can."""
    several = [x & table.listed & ~(1 << n) if table.listed >> n & 1 else 0 for n, x in enumerate(table.meeting)]
    sides = set(table.columns.values())
    if not sides:
        return "写在前的一行" if any(several) else ""
    key = "、".join(names[at] for at in table.columns) if len(names) > 1 else ""
    level = any(a & b for a, b in zip(several, table.level(), strict=True))
    return key + ("最近" if len(sides) > 1 else "最高" if ">" in sides else "最低") + "的一档" + ("，同一档的按写在前的一行" if level else "")


def _side(rows: Sequence[syntax.Row], at: int, key: Typed) -> str:
    """">" where every row of a column is open above, "<" where every one is open below; nothing if there is but one, or another."""
    if isinstance(key.type, EnumType) or key.type == BOOL:
        return ""
    found = [tiers.bounds(text, own_units(key.type)) for row in rows if (text := cell_text(row.cells[at])) not in cells.OTHERS]
    sides = {tiers.op_of(b[0])[0] if b is not None and len(b) == 1 and b[0].word else "" for b in found}
    return sides.pop() if len(found) > 1 and len(sides) == 1 and sides <= {">", "<"} else ""


def _height(text: str, side: str, units: Units) -> _Step | None:
    """How high a step is; None where that is no number yet, the lowest for a row that is for any."""
    if text in cells.OTHERS or (tier := tiers.tier(text, units)) is None:
        return _LOWEST if text in cells.OTHERS else None
    return (tier.low, not tier.low_in) if side == ">" else (-tier.high, not tier.high_in)


def _unsure(mine: tuple[_Step | None, ...], theirs: tuple[_Step | None, ...]) -> bool:
    """Whether a row is above another in one key and below it in another, or no number says which is above."""
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    return len(pairs) < len(mine) or (any(a < b for a, b in pairs) and any(a > b for a, b in pairs))
