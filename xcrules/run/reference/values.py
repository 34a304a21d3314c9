"""The reference meaning of values: each node to what is known of it, with the trace of how.

One case for each kind of value. Nothing raises for what facts may hold.
"""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from xcrules.base.identity import normal
from xcrules.base.money import UNLIMITED, Number
from xcrules.facts.given import Record
from xcrules.facts.types import BOOL, YEAR, BoolType, LedgerType, NumberType, SeriesType, Type, YearType, is_time
from xcrules.meaning import values
from xcrules.meaning.operators import multiply
from xcrules.plan.effort import FIRST, MAX_TOLD
from xcrules.run.ranges import abstract as a
from xcrules.run.ranges.abstract import Abstract, Num, Truth
from xcrules.run.ranges.meaning import (
    as_key,
    compared,
    computed,
    divided,
    folded,
    literal,
    logic,
    of_any_rows,
    of_years,
    one_of,
    together,
    year_of_day,
)

from .env import Env, Kept, Trace
from .leaves import entry, fact, holder_of, parameter

__all__ = ["Env", "Trace", "evaluate", "records_of"]


def evaluate(node: values.Value, env: Env) -> Trace:
    """What is known of the value of a node, and why."""
    match node:
        case values.Literal(value):
            return Trace(node, literal(value))
        case values.Fact():
            return fact(node, env)
        case values.Var(name):
            return _column(node, name, env) if node.of_item else _var(node, name, env)
        case values.At():
            return entry(node, evaluate(node.key, env), env)
        case values.Parameter(name, year):
            return parameter(node, name, evaluate(year, env), env)
        case values.Known(reported):
            inner = evaluate(reported, env)
            return Trace(node, a.of(inner.value.known), (inner,))
        case values.Used(value):
            return _granted(node, value, env)
        case values.Result():
            return _result(node, env)
        case values.YearOf(date):
            inner = evaluate(date, env)
            return Trace(node, year_of_day(inner.number), (inner,))
        case values.Arith():
            return _arith(node, env)
        case values.Quotient():
            return _quotient(node, env)
        case values.Compare():
            return _cmp(node, env)
        case values.Member():
            return _member(node, env)
        case values.Logic():
            return _logic(node, env)
        case values.Pick():
            return _pick(node, env)
        case values.FoldItems():
            return _fold_items(node, env)
        case values.FoldYears():
            return _fold_years(node, env)
        case values.Together(parts):
            several = tuple(evaluate(x, env) for x in parts)
            return Trace(node, together([as_key(x.value) for x in several]), several)
        case _:
            assert_never(node)


def _granted(node: values.Value, value: values.Value, env: Env) -> Trace:
    """What was granted before: 0 when asking what the facts alone would give."""
    inner = evaluate(value, env)
    if not env.ungranted:
        env.kept.read(inner.value)
    return Trace(node, a.NOTHING if env.ungranted else inner.value, (inner,))


def _result(node: values.Result, env: Env) -> Trace:
    if node.value is not None:
        return _granted(node, node.value, env)
    env.kept.granted = True
    assert env.results is not None  # check has refused it where no clause is decided yet
    return Trace(node, env.results.of(node.clauses, env.ungranted), path="、".join(node.clauses))


# -- names ----------------------------------------------------------------------------------------------


def _var(node: values.Var, name: str, env: Env) -> Trace:
    if name == "年度" and env.year is not None:
        return Trace(node, env.year)
    home = _home(name, env)
    assert home is not None, name
    if name not in home.memo:
        at = home
        home.memo[name] = env.kept.once(lambda: evaluate(at.lets[name].value, at), home.outer is None)
    inner = home.memo[name]
    return Trace(node, inner.value, (inner,))


def _column(node: values.Var, name: str, env: Env) -> Trace:
    """A column that 定义 makes, of the record at hand."""
    env = env.of_list(name.rpartition(".")[0])
    if name not in env.memo:
        home = _home(name, env)
        assert home is not None, name
        env.memo[name] = evaluate(home.lets[name].value, env)
    inner = env.memo[name]
    return Trace(node, inner.value, (inner,), path=f"{env.path}.{name.rpartition('.')[2]}")


def _home(name: str, env: Env) -> Env | None:
    """Where a name is said."""
    home: Env | None = env
    while home is not None and name not in home.lets:
        home = home.outer
    return home


# -- operators --------------------------------------------------------------------------------------------


def _arith(node: values.Arith, env: Env) -> Trace:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    moments = isinstance(node.type, YearType) or is_time(node.type)
    both = moments and (isinstance(node.type, NumberType) or is_time(_type_of(node.right, env)))
    return Trace(node, computed(node, left.number, right.number, moments, both), (left, right))


def _type_of(node: values.Value, env: Env) -> Type | None:
    """The type of a value, where it may be a day or a year."""
    return values.type_of(node, lambda name: home.lets[name].type if (home := _home(name, env)) is not None else YEAR)


def _quotient(node: values.Quotient, env: Env) -> Trace:
    """What stands for a divisor of 0 is looked at only where it may be one."""
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    x, y = left.number, right.number
    zero = y.lo <= a.ZERO <= y.hi or y.may_na
    other = evaluate(node.otherwise, env) if node.otherwise is not None and zero else None
    kids = (left, right) if other is None else (left, right, other)
    note = "" if not zero or y.lo != y.hi else "除数为 0，不适用" if other is None else "除数为 0"
    return Trace(node, divided(x, y, None if other is None else other.number), kids, note)


def _cmp(node: values.Compare, env: Env) -> Trace:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    return Trace(node, compared(node.op, left.value, right.value), (left, right))


def _member(node: values.Member, env: Env) -> Trace:
    inner = evaluate(node.value, env)
    word = inner.word
    held = word.value in node.members if not node.named or word.value is None else normal(word.value) in map(normal, node.members)
    return Trace(node, a.of(held) if word.known else Truth(True, True, word.needs), (inner,))


def _logic(node: values.Logic, env: Env) -> Trace:
    kids = tuple(evaluate(p, env) for p in node.parts)
    return Trace(node, logic(node.op, [k.truth for k in kids]), kids)


def _pick(node: values.Pick, env: Env) -> Trace:
    """The first arm that holds. Arms that may hold, and what follows them, stay possible."""
    kids: list[Trace] = []
    possible: list[Abstract] = []
    needs = a.NONE
    for condition, value in node.arms:
        test = evaluate(condition, env)
        kids.append(test)
        if not test.truth.yes:
            continue
        result = evaluate(value, env)
        kids.append(result)
        possible.append(result.value)
        needs |= test.truth.needs
        if not test.truth.no:
            return Trace(node, one_of(possible, needs, node.type), tuple(kids))
    if node.otherwise is None and node.covers_all:
        return Trace(node, one_of(possible, needs, node.type), tuple(kids))
    last = evaluate(node.otherwise, env) if node.otherwise is not None else None
    if last is not None:
        kids.append(last)
    possible.append(last.value if last else a.FALSE if isinstance(node.type, BoolType) else a.NOTHING)
    return Trace(node, one_of(possible, needs, node.type), tuple(kids), "" if last else f"{'还不知道在不在所列情形之内，不在的' * (len(possible) > 1) or '不在所列情形之内，'}按 0")


# -- folds --------------------------------------------------------------------------------------------------


def records_of(table: str, env: Env, closed: bool) -> tuple[Record, ...] | None:
    """The records of a list; None when the list itself is unknown."""
    held = env.facts.top.get(table)
    if held is None:
        return () if closed else None
    return held if isinstance(held, tuple) else ()


def _fold_items(node: values.FoldItems, env: Env) -> Trace:
    """A fold that reads no name is the same for every item: it is worked out once."""
    key, folds = (id(node), env.ungranted), env.kept.folds
    if key not in folds:
        folds[key] = None if values.reads_item(node) else env.kept.once(lambda: _folded_items(node, env), True)
    return folds[key] or _folded_items(node, env)


def _folded_items(node: values.FoldItems, env: Env) -> Trace:
    records = records_of(node.table, env, node.closed)
    if records is None:  # one of which nothing is known tells what else it rests on
        any_one = env.inside(None, node.table, whole_unknown=True)
        guard = _both(_alike(node, any_one, env), evaluate(node.guard, any_one) if node.guard is not None else None)
        if guard is not None and not guard.truth.yes:
            return Trace(node, a.NOTHING)
        one = a.point(Fraction(1)) if node.body is None else evaluate(node.body, any_one).number
        return Trace(node, of_any_rows(node.op, one, frozenset([node.table]).union(guard.truth.needs if guard is not None else a.NONE)))
    kids: list[Trace] = []
    names, refused = _telling(node, node.guard, env), dict[object, Trace]()
    counted: list[tuple[Truth, Num]] = []
    inner = env.inside(None, node.table)
    for rows in _apart(node, records, env):
        i, record = rows[0], records[rows[0]]
        said: object = i if names is None else tuple([record.get(name) for name in names])
        if said in refused:
            continue
        inner.record, inner.path, inner.memo = record, f"{node.table}[{i}]", {}
        alike = _alike(node, inner, env)
        if alike is not None and not alike.truth.yes:
            continue
        guard = _both(alike, evaluate(node.guard, inner) if node.guard is not None else None)
        passes = guard.truth if guard else a.TRUE
        if guard is not None and not passes.yes:
            refused[said] = guard
            continue
        body = evaluate(node.body, inner) if node.body is not None else None
        value = body.number if body else a.point(Fraction(1))
        counted += [(passes, value)] if len(rows) == 1 else _of_alike(node.op, passes, value, inner.path, rows, env.kept)
        kids += [t for t in (guard, body) if t] * len(rows)
    return Trace(node, folded(node.op, counted), tuple(kids), refused=tuple(refused.values()))


def _apart(node: values.FoldItems, records: tuple[Record, ...], env: Env) -> list[list[int]]:
    """The rows of a fold, in their order; at the end those that say the same as more before them than are ever told, together."""
    names = _telling(node, (node.guard, node.body), env) if len(records) > MAX_TOLD else None
    key = node.table, names
    if key not in env.kept.apart:
        alike: dict[object, list[int]] = {}
        for i, record in enumerate(records):
            alike.setdefault(i if names is None else tuple([record.get(name) for name in names]), []).append(i)
        many = [x for x in alike.values() if len(x) > MAX_TOLD + FIRST]
        one_by_one = sorted(i for x in alike.values() for i in (x[:FIRST] if len(x) > MAX_TOLD + FIRST else x))
        env.kept.apart[key] = [*([i] for i in one_by_one), *(x[FIRST:] for x in many)]
    return env.kept.apart[key]


def _of_alike(op: str, passes: Truth, value: Num, path: str, rows: list[int], kept: Kept) -> list[tuple[Truth, Num]]:
    """What rows that say the same come to, by the one at `path`: each rests on its own cells."""
    def of_each(needs: a.Needs) -> a.Needs:
        own = {x for x in needs if x.startswith(f"{path}.")}
        return a.joined((needs - own, *(kept.of_rows(path, x, rows) for x in own)))

    if op in ("合计", "计数"):
        one, count = a.if_inside(value, passes), Fraction(len(rows))
        return [(a.TRUE, Num(multiply(one.lo, count), multiply(one.hi, count), of_each(one.needs)))]
    each = Truth(passes.yes, passes.no, of_each(passes.needs)), Num(value.lo, value.hi, of_each(value.needs), value.na, value.may_na)
    return [each] * (len(rows) if op == "种数" else 1)


def _telling(node: values.FoldItems, held: object, env: Env) -> tuple[str, ...] | None:
    """The facts of a record by which a part of a fold (`held`) comes to what it does: of others that say the same it is the same. None where more is asked than these."""
    names: dict[str, None] = {}
    for n in () if node.alike else values.nodes_of(held):
        if isinstance(n, values.Var) and n.of_item and (home := _home(n.name, env)) is not None:
            own = _telling(node, home.lets[n.name].value, home)
        elif isinstance(n, values.Fact) and not isinstance(n.field.type, SeriesType | LedgerType):
            own = (n.field.name,) if n.of_item and n.field.table == node.table else ()
        else:
            own = None if isinstance(n, values.Fact | values.Var | values.FoldItems) else ()
        if own is None:
            return None
        names |= dict.fromkeys(own)
    return None if node.alike else tuple(names)


def _alike(node: values.FoldItems, inner: Env, env: Env) -> Trace | None:
    """Whether a record is alike to the item at hand; that one is to itself."""
    if not node.alike:
        return None
    if inner.path == env.path:
        return Trace(values.Literal(True, BOOL), a.TRUE)
    found: Trace | None = None
    for pair in node.alike:
        row, own = (evaluate(x, at) for x, at in zip(pair, (inner, env), strict=True))
        found = _both(found, Trace(values.Compare("=", *pair), compared("=", row.value, own.value), (row, own)))
    return found


def _both(one: Trace | None, other: Trace | None) -> Trace | None:
    """且 of what there is."""
    if one is None or other is None:
        return one or other
    return Trace(values.Logic("且", (one.node, other.node)), a.both((one.truth, other.truth)), (one, other))


def _fold_years(node: values.FoldYears, env: Env) -> Trace:
    first, last = evaluate(node.first, env), evaluate(node.last, env)
    assert isinstance(node.body.series, values.Fact)
    spec, mean, (holder, path) = node.body.series.field, node.op == "平均", holder_of(node.body.series, env)
    whole = path if holder is not None else path.rpartition(".")[0]
    none = a.NOT_APPLICABLE_NUM if mean else a.NOTHING
    if first.number.na:
        return Trace(node, none, (first, last), "不适用" if mean else "不适用，按 0")
    lo: Number = -UNLIMITED if spec.signed else a.ZERO
    if not (first.number.known and last.number.known):
        needs = first.number.needs | last.number.needs | {whole}
        return Trace(node, Num(lo, UNLIMITED, needs, may_na=mean), (first, last))
    start = int(first.number.exact)
    years = range(start, min(start + node.count - 1, int(last.number.exact)) + 1)
    if not years:
        return Trace(node, none, (first, last), "窗口内还没有年度，" + ("不适用" if mean else "按 0"))
    all_values, kids, left_out = [], [first, last], []
    for year in years:
        inner = env.inside(env.record, env.path, whole_unknown=env.whole_unknown)
        inner.year = a.point(Fraction(year))
        body = evaluate(node.body, inner)
        kids.append(body)
        if node.guard is not None and not evaluate(node.guard, inner).truth.yes:
            left_out.append(year)
            continue
        all_values.append(body.number)
    if not all_values:
        return Trace(node, Num(lo, UNLIMITED, frozenset([whole] if holder is None else (f"{path}.{y}" for y in years))), tuple(kids), "一个年度也没有报")
    note = f"未报 {'、'.join(map(str, left_out))} 年，不在{'选择之列' if node.op in ('最高', '最低') else '内'}" if left_out else ""
    return Trace(node, of_years(node.op, all_values), tuple(kids), note)
