"""Which row of a 对照 holds where several do: of steps (达到 1亿元、达到 3亿元) the highest that is reached, else the first written.

A key whose rows all say from where on is of steps, also beside other keys: among the rows whose other cells hold, the
highest step reached holds, so the order in which they are written does not matter. Where every row says up to where
(不超过), the lowest holds. Of rows equally high the first holds. What that would decide against all likelihood, a row
without a step against a step or a higher step that gives less, must be written; a row that is never tried is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.money import UNLIMITED, Number
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.syntax import cell_text
from xcrules.facts.types import BOOL, EnumType, Units, own_units, parse_literal

from . import cells, tiers
from .boxes import Box, boxes, left, meets, within
from .reader import Reader
from .scope import Typed

_Step = tuple[Number, bool]  # how far up, and whether the number itself is left out; of 不超过 with the sign turned
_LOWEST: _Step = (-UNLIMITED, False)


@frozen
class Ladder:
    """The order in which the rows of a table are tried, and which one is taken of several that hold: 最高的一档, or nothing to say."""

    order: tuple[int, ...]
    word: str = ""


@frozen
class _Table:
    """The rows of a 对照 that are for something, as they are tried."""

    rows: Sequence[syntax.Row]
    boxes: list[tuple[Box, bool]]
    heights: list[tuple[_Step | None, ...]]  # of each row, by the columns of steps
    columns: dict[int, str]  # those, and the way each goes

    def others(self, n: int) -> Box:
        """What a row is for, its steps apart."""
        return tuple(cell for at, cell in enumerate(self.boxes[n][0]) if at not in self.columns)

    def together(self) -> Iterator[tuple[int, int]]:
        """Rows whose other keys may both hold, as written."""
        for one, other in combinations(range(len(self.rows)), 2):
            if not self.rest(one) and not self.rest(other) and meets(self.others(one), self.others(other)):
                yield one, other

    def rest(self, n: int) -> bool:
        """Whether a row is for all that no other is for."""
        return all(text in cells.OTHERS for text in self.keys(n))

    def keys(self, n: int) -> tuple[str, ...]:
        """What the cells of the keys say."""
        return self.rows[n].texts()[: len(self.boxes[n][0])]


def ladder(rows: Sequence[syntax.Row], keys: list[Typed], names: Sequence[str], read: Reader) -> Ladder | None:
    """The order of the rows; None after a finding."""
    units = read.scope.schema.units
    columns = {at: side for at, key in enumerate(keys) if (side := _side(rows, at, key))}
    heights = [tuple(_height(cell_text(row.cells[at]), side, units) for at, side in columns.items()) for row in rows]
    table = _Table(rows, boxes(rows, keys, units), heights, columns)
    for one, other in table.together() if len(keys) == 1 and not cells.members_of(keys[0].type) else ():
        first, second = (tiers.tier(rows[n].values[0], units) for n in (one, other))
        if heights[one] == heights[other] and first is not None and second is not None:
            return cells.row_report(read, rows[other]).error(Code.OVERLAPPING_ROWS, f"「{rows[other].values[0]}」与前面的档有重叠", None, help=tiers.shared(first, second))
    if (unsure := next((pair for pair in table.together() if _unsure(*(heights[n] for n in pair))), None)) is not None:
        return cells.row_report(read, rows[unsure[1]]).error(Code.UNCLEAR_STEPS, f"「{'、'.join(cell_text(rows[unsure[1]].cells[at]) for at in columns)}」与别的档分不出高低", None,
                                                             help="分界的数直接写成数；两个依据各有高低的，每一行两头都写明，如 1亿元 以上 不满 3亿元")
    order = _order(table)
    if not _decided(table, order, read) or not _tried(table, order, read):
        return None
    return Ladder(tuple(order), _word(table, order, names))


def _order(table: _Table) -> list[int]:
    """Higher steps before lower ones, as far as they may hold together; the rest as written."""
    order = list(range(len(table.rows)))
    kin: dict[int, set[int]] = {n: {n} for n in order}
    for one, other in table.together() if table.columns else ():
        kin[one] |= kin[other]
        kin |= dict.fromkeys(kin[other], kin[one])
    for group in {id(x): sorted(x) for x in kin.values()}.values():
        ranked = sorted(group, key=lambda n: tuple(h or _LOWEST for h in table.heights[n]), reverse=True)
        for place, n in zip(group, ranked, strict=True):
            order[place] = n
    return order


def _decided(table: _Table, order: list[int], read: Reader) -> bool:
    """Whether no two rows that may hold together leave it open which of them is meant."""
    place = {n: at for at, n in enumerate(order)}
    for pair in table.together():
        high, low = sorted(pair, key=place.__getitem__)
        both: Box = tuple(a & b for a, b in zip(table.boxes[high][0], table.boxes[low][0], strict=True))
        if not _doubtful(table, high, low, read.scope.schema.units) or not all(both):
            continue
        if left(both, [table.boxes[n][0] for n in order[: place[high]] if table.boxes[n][1]]):
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
    return (table.rows[high] if one <= other else table.rows[low]).texts()[at] or "（空）"


def _tried(table: _Table, order: list[int], read: Reader) -> bool:
    """Whether every row is for some case that the rows tried before it are not for."""
    for place, n in enumerate(order):
        if not all(table.boxes[n][0]):
            empty = next(text for text, cases in zip(table.keys(n), table.boxes[n][0], strict=True) if not cases)
            cells.row_report(read, table.rows[n]).error(Code.NEVER_TRUE, f"「{empty}」里没有一个数，这一行永远不会成立", None, help=tiers.THE_SMALLER_FIRST)
            return False
        before = [m for m in order[:place] if table.rest(m) == table.rest(n)]
        if not any(table.keys(m) == table.keys(n) for m in before) and left(table.boxes[n][0], [table.boxes[m][0] for m in before if table.boxes[m][1]]):
            continue
        cells.row_report(read, table.rows[n]).error(
            Code.OVERLAPPING_ROWS, f"「{'｜'.join(table.keys(n))}」这一行永远轮不到：它的情形，先看的行都写了", None,
            help="几行都合的，先看写在前的（达到某数的，先看高的）：写得窄的一行放到前面，多余的删去")
        return False
    return True


def _word(table: _Table, order: list[int], names: Sequence[str]) -> str:
    """What is taken of several rows that hold, as far as several can."""
    place = {n: at for at, n in enumerate(order)}
    pairs = [sorted(x, key=place.__getitem__) for x in combinations(place, 2) if not any(map(table.rest, x)) and meets(*(table.boxes[n][0] for n in x))]
    sides = set(table.columns.values())
    if not sides:
        return "写在前的一行" if pairs else ""
    key = "、".join(names[at] for at in table.columns) if len(names) > 1 else ""
    level = any(table.heights[a] == table.heights[b] for a, b in pairs)
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
