"""Works out again what a reason says, from its JSON alone: the expression and the values it names.

Written from the description of terms and from nothing of the engine. A number is a pair [from, to] of Fractions,
None for no end; a truth is a set of what it may be; a word is a string, None where it is not known.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil, inf
from typing import Any
from unicodedata import normalize

Json = dict[str, Any]
NA = "不适用"


def lines(reason: Json) -> Iterator[Json]:
    """A reason and all beneath it."""
    yield reason
    for kid in reason.get("因为", []):
        yield from lines(kid)


def wrong(reason: Json) -> list[str]:
    """What does not come to its figure, each said in a few words."""
    found = []
    for line in lines(reason):
        if "算式" in line:
            said, came = _plain(line["数值"]), Recomputer().value(line["算式"])
            if not _same(said, came):
                found.append(f"{line['说明']}: says {line['数值']}, comes to {came}: {line['算式']}")
    return found


def _same(said: Any, came: Any) -> bool:
    if isinstance(came, frozenset):
        return bool((came == frozenset([said])) if isinstance(said, bool) else said is None and len(came) == 2)
    if came == NA or said == NA:
        return said == came or _number(said) == _number(came)
    return bool(_number(said) == _number(came)) if not isinstance(came, str) else bool(said == came)


def _same_word(word: Any) -> Any:
    """A word as identities are compared: no blanks, one width, one case."""
    return "".join(normalize("NFKC", word).casefold().split()) if isinstance(word, str) else word


def _plain(value: Any) -> Any:
    return value


def _number(value: Any) -> tuple[Any, Any]:
    if value == NA:
        return Fraction(0), Fraction(0)
    if isinstance(value, tuple):
        return value
    if isinstance(value, list):
        return _end(value[0], -inf), _end(value[1], inf)
    return (-inf, inf) if value is None else (_end(value, inf), _end(value, inf))


def _end(text: Any, none: float) -> Any:
    if text is None:
        return none
    return date.fromisoformat(text).toordinal() if text.count("-") == 2 else Fraction(text)


BOTH = frozenset([True, False])
_MOVED, _APART = ("加年", "减年", "加天", "减天"), ("年数", "月数", "天数", "历月")


class Recomputer:
    """One line: names spelled out once are known by their name after that."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def value(self, term: Json) -> Any:
        kids = term.get("项", [])
        match term["运算"]:
            case "数" | "值":
                return self._given(term)
            case "名":
                if kids:
                    self.names[term["名"]] = self.value(kids[0])
                    assert _same(term["值"], self.names[term["名"]]), term
                return self.names[term["名"]] if term["名"] in self.names else self._given(term)
            case "取":
                return self._pick(kids)
            case "且" | "或" | "非" | "属于" | "已报":
                return self._truth(term["运算"], kids)
            case "合计" | "最高" | "最低" | "计数" | "平均" | "种数":
                return self._fold(term["运算"], kids, term)
            case "相除":
                return self._quotient(*(self.value(k) for k in kids))
            case "=" | "!=" | ">" | ">=" | "<" | "<=":
                return self._compare(term["运算"], *(self.value(k) for k in kids))
        found = [self.value(k) for k in kids]
        if term["运算"] == "不适用":
            assert NA in found, term
            return NA
        if (term["运算"] in _MOVED and found[0] == NA) or (term["运算"] in _APART and NA in found):
            return NA  # from no day there is none
        return self._arith(term["运算"], [_number(x) for x in found])

    def _given(self, term: Json) -> Any:
        value = term["值"]
        if isinstance(value, bool):
            return frozenset([value])
        if value is None and term["运算"] == "数":
            return inf, inf  # 不限
        if value is None and not term.get("单位"):
            return None
        if value == NA or (isinstance(value, str) and not term.get("单位") and not _is_number(value)):
            return value
        return _number(value)

    def _truth(self, op: str, kids: list[Json]) -> frozenset[bool]:
        if op == "已报":
            value = self.value(kids[0])
            return frozenset([value is not None and (not isinstance(value, tuple) or value[0] == value[1])])
        if op == "属于":
            word = self.value(kids[0])
            if word == NA:
                return frozenset([False])
            return BOTH if word is None or word == BOTH else frozenset([_same_word(word) in [_same_word(k["值"]) for k in kids[1:]]])
        parts = [_truth_of(self.value(k)) for k in kids]
        if op == "非":
            return frozenset(not x for x in parts[0])
        if op == "且":
            return frozenset(({True} if all(True in p for p in parts) else set()) | ({False} if any(False in p for p in parts) else set()))
        return frozenset(({True} if any(True in p for p in parts) else set()) | ({False} if all(False in p for p in parts) else set()))

    def _compare(self, op: str, left: Any, right: Any) -> frozenset[bool]:
        if left == NA or right == NA:
            return frozenset([False])
        if isinstance(left, frozenset) or isinstance(right, frozenset):
            pairs = [(x, y) for x in _truth_of(left) for y in _truth_of(right)]
            return frozenset((x == y) == (op == "=") for x, y in pairs)
        if left is None or right is None or isinstance(left, str) or isinstance(right, str):
            return BOTH if left is None or right is None else frozenset([(_same_word(left) == _same_word(right)) == (op == "=")])
        (a, b), (x, y) = _number(left), _number(right)
        may = {
            "<": (a < y, b >= x), "<=": (a <= y, b > x), ">": (b > x, a <= y), ">=": (b >= x, a < y),
            "=": (a <= y and x <= b, not a == b == x == y), "!=": (not a == b == x == y, a <= y and x <= b),
        }[op]
        return frozenset(x for x, can in zip((True, False), may, strict=True) if can)

    def _pick(self, kids: list[Json]) -> Any:
        found = []
        for kid in kids:
            parts = kid["项"]
            if kid["运算"] == "否则":
                found.append(self.value(parts[0]))
                break
            test = _truth_of(self.value(parts[0]))
            if True in test:
                found.append(self.value(parts[1]))
            if False not in test:
                break
        else:
            if not (len(kids) > 1 and _opposite(kids)):
                found.append(frozenset([False]) if found and isinstance(found[0], frozenset) else (Fraction(0), Fraction(0)))
        return _hull(found)

    def _fold(self, op: str, kids: list[Json], term: Json) -> Any:
        if not kids and isinstance(term["值"], list):
            return _number(term["值"])  # a list or years of which nothing is known
        if not kids and term["值"] == NA:
            return NA
        rows = []
        for kid in kids:
            if kid["运算"] != "若":
                rows.append((frozenset([True]), _number(self.value(kid))))
                continue
            test = _truth_of(self.value(kid["项"][0]))
            body = _number(self.value(kid["项"][1])) if len(kid["项"]) > 1 else (Fraction(1), Fraction(1))
            if True in test:
                rows.append((test, body))
        zero = (Fraction(0), Fraction(0))
        if op == "种数":
            known = {v[0] for t, v in rows if v[0] == v[1]}
            sure = {v[0] for t, v in rows if v[0] == v[1] and False not in t}
            open_ = [t for t, v in rows if v[0] != v[1]]
            return Fraction(len(sure) or any(False not in t for t in open_)), Fraction(len(known) + len(open_))
        if op in ("合计", "计数"):
            rows = [v if False not in t else (min(v[0], 0), max(v[1], 0)) for t, v in rows]
            return sum((v[0] for v in rows), Fraction(0)), sum((v[1] for v in rows), Fraction(0))
        if op == "平均":
            return tuple(sum((v[end] for _, v in rows), Fraction(0)) / len(rows) for end in (0, 1))
        if not rows:
            return zero
        sure = [v for t, v in rows if False not in t]
        every = [v for _, v in rows]
        if op == "最高":
            low = max((v[0] for v in sure), default=min(0, *(v[0] for v in every)))
            return low, max([v[1] for v in every] + ([] if sure else [Fraction(0)]))
        high = min((v[1] for v in sure), default=max(0, *(v[1] for v in every)))
        return min([v[0] for v in every] + ([] if sure else [Fraction(0)])), high

    def _quotient(self, left: Any, right: Any, other: Any = None) -> Any:
        """The other where the divisor is 0, or may be; without one the quotient does not apply there."""
        (a, b), (x, y) = _number(left), _number(right)
        zero = None if other is None else _number(other)
        if x == y == 0:
            return NA if zero is None else zero
        ends = [zero] if zero is not None and x <= 0 <= y else []
        for low, high in ((x, min(y, 0)), (max(x, 0), y)):
            if low < high or low == high != 0:
                inverses = [1 / Fraction(v) if abs(v) not in (0, inf) else (inf if low >= 0 else -inf) if v == 0 else Fraction(0) for v in (low, high)]
                ends.append(self._arith("×", [(a, b), (min(inverses), max(inverses))]))
        return min(e[0] for e in ends), max(e[1] for e in ends)

    def _arith(self, op: str, kids: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        (a, b), (x, y) = kids[0], kids[1] if len(kids) > 1 else (0, 0)
        match op:
            case "+":
                return a + x, b + y
            case "-":
                return a - y if a != inf else a, b - x if b != inf else b
            case "×":
                ends = [Fraction(0) if m == 0 or n == 0 else m * n for m in (a, b) for n in (x, y)]
                return min(ends), max(ends)
            case "÷":
                return self._arith("×", [(a, b), (1 / y, 1 / x)])
            case "整除":
                return tuple(v if abs(v) == inf else v // x for v in (a, b))  # type: ignore[return-value]
            case "进整":
                return tuple(v if abs(v) == inf else -(-v // x) for v in (a, b))  # type: ignore[return-value]
            case "较小":
                return min(a, x), min(b, y)
            case "较大":
                return max(a, x), max(b, y)
            case "向下取":
                return tuple(v if abs(v) == inf else v // x * x for v in (a, b))  # type: ignore[return-value]
            case "向上取":
                return tuple(v if abs(v) == inf else -(-v // x) * x for v in (a, b))  # type: ignore[return-value]
            case "四舍六入":
                return tuple(v if abs(v) == inf else round(v / x) * x for v in (a, b))  # type: ignore[return-value]
            case "四舍五入":
                return tuple(v if abs(v) == inf else (v + x / 2) // x * x for v in (a, b))  # type: ignore[return-value]
            case "年份":
                return tuple(v if abs(v) == inf else Fraction(date.fromordinal(int(v)).year) for v in (a, b))  # type: ignore[return-value]
            case "加天" | "减天":
                first, last = (x, y) if op == "加天" else (-y, -x)
                return tuple(v + (w if abs(w) == inf else ceil(w) if op == "加天" else -ceil(-w)) for v, w in ((a, first), (b, last)))  # type: ignore[return-value]
            case "年数" | "月数" | "天数" | "历月":
                return _apart(op, b, x), _apart(op, a, y)
            case "加年":
                return _later(a, x), _later(b, y)
            case "减年":
                return _later(a, -x), _later(b, -y)
        raise AssertionError(op)


def _apart(op: str, first: Any, last: Any) -> Any:
    """Full years, months or days between two days, counted one by one."""
    if abs(first) == inf or abs(last) == inf:
        return last if abs(last) == inf else -first
    if op == "天数":
        return last - first
    if op == "历月":
        one, other = date.fromordinal(int(first)), date.fromordinal(int(last))
        return Fraction(12 * (other.year - one.year) + other.month - one.month + 1)
    step, full = (1 if op == "年数" else Fraction(1, 12)), 0
    while _later(first, (full + 1) * step) <= last:
        full += 1
    while _later(first, full * step) > last:
        full -= 1
    return full


def _truth_of(value: Any) -> frozenset[bool]:
    if value == NA:
        return frozenset([False])
    return value if isinstance(value, frozenset) else BOTH


def _later(day: Any, years: Any) -> Any:
    if abs(day) == inf or abs(years) == inf:
        return day
    months, rest = divmod(Fraction(years) * 12, 1)
    due = _months_on(int(day), int(months))
    return due + (ceil((_months_on(int(day), int(months) + 1) - due) * rest) if rest else 0)


def _months_on(day: int, months: int) -> int:
    """The same day so many months later, or the last of a shorter month."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def _opposite(kids: list[Json]) -> bool:
    """是 and 否 of one thing: one of both arms holds."""
    tests = [k["项"][0] for k in kids]
    if [t["运算"] for t in tests] != ["=", "="]:
        return False
    (one, x), (other, y) = (t["项"] for t in tests)
    return bool(_unspelled(one) == _unspelled(other) and isinstance(x["值"], bool) and isinstance(y["值"], bool) and x["值"] != y["值"])


def _unspelled(term: Json) -> Json:
    """A name is spelled out where it first stands, and is the same name where it is not."""
    return {k: v for k, v in term.items() if k != "项"} if term["运算"] == "名" else term


def _hull(found: list[Any]) -> Any:
    if all(isinstance(v, frozenset) for v in found):
        return frozenset().union(*found)
    if any(v is None or (isinstance(v, str) and v != NA) for v in found):
        return found[0] if all(v == found[0] for v in found) else None
    numbers = [_number(v) for v in found]
    return min(n[0] for n in numbers), max(n[1] for n in numbers)


def _is_number(text: str) -> bool:
    try:
        Fraction(text)
    except ValueError:
        return text.count("-") == 2 and text.replace("-", "").isdigit()
    return True
