"""What is asked of each 总额: gathered block by block, shared out when all enterprises are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from xcrules.base.money import Unlimited
from xcrules.facts.given import Facts
from xcrules.meaning import rules, values
from xcrules.plan import steps
from xcrules.run.decision import ClauseDecision
from xcrules.run.funds import Allotted, Application, of_items, share_out
from xcrules.run.reference import environment
from xcrules.run.reference.values import evaluate
from xcrules.run.results import GRANTED, PENDING, POOLED
from xcrules.use.python.engines import Under

ASKED, SETTLED, OPEN, BY_AUTHORITY = "申请", "已定", "未定", "机关定"
APPLYING = ("总额", "年度", "一共", "类", "编号", "款", "项", "分", "次序", "同分")  # texts: whole 分 may be longer than 64 bits
UNTOLD = "未知"  # the year of who has not told it
POOL = ("总额", "年度", "编号", "款", "项", "申请额", "名次", "分得", "说明")


class Pool(NamedTuple):
    """One 总额 in one year: its room, what is asked of it, what may still be asked."""

    fund: steps.Fund
    year: str
    total: int | None
    settled: int
    asked: list[Application]
    open: list[int | None]
    by_authority: list[tuple[str, str]]
    unclear: str = ""  # why nothing of it is shared out


class Applying:
    """The 总额 of a plan."""

    def __init__(self, under: Under) -> None:
        self.under, self.first = under, 0  # the place of its first among those of all texts
        found = {(k.fund.clauses, k.fund.origin.text): k.fund for k in under.plan.clauses if k.fund is not None}
        self.funds = list(found.values())
        self.of_clause = {
            k.number: list(found).index((k.fund.clauses, k.fund.origin.text)) for k in under.plan.clauses if k.fund is not None
        }

    def rows(self, key: str, facts: Facts) -> Iterator[tuple[str | None, ...]]:
        """What one enterprise asks of them."""
        for clause in self.under.clauses(facts, "compiled", tuple(self.of_clause)):
            place = self.of_clause[clause.number]
            head = _Reader(self.under, facts)
            for sort, item, cents, by, tie in _asked(clause, self.funds[place], head):
                yield str(self.first + place), head.year, head.total(self.funds[place]), sort, key, clause.number, item, cents, by, tie


def pools(funds: Sequence[steps.Fund], tables: Iterable[Any]) -> list[Pool]:
    """Everything that was asked, by 总额 and year; texts of a policy that say the same of the same clauses have one 总额."""
    first: dict[tuple[object, ...], int] = {}
    same = [str(first.setdefault((f.clauses, f.origin.text), i)) for i, f in enumerate(funds)]
    made: dict[tuple[str, str], Pool] = {}
    for table in tables:
        for number, year, total, sort, key, clause, item, cents, by, tie in zip(*(c.to_pylist() for c in table.columns), strict=True):
            number = same[int(number)]
            fund = funds[int(number)]
            year = year if fund.yearly else ""
            pool = made.setdefault((number, year), Pool(fund, year, None if total is None else int(total), 0, [], [], []))
            if sort == ASKED:
                pool.asked.append(Application(key, clause, item, int(cents), _fraction(by), _fraction(tie)))
            elif sort == OPEN:
                pool.open.append(None if cents is None else int(cents))
            elif sort == BY_AUTHORITY:
                pool.by_authority.append((key, clause))
            else:
                made[number, year] = pool._replace(settled=pool.settled + int(cents))
    for untold in [x for x in made.values() if x.year == UNTOLD]:
        some = [*(x.asked for x in untold.asked), *untold.open, *(None for _ in untold.by_authority), *filter(None, [untold.settled])]
        for pool in made.values():
            if pool.fund is untold.fund and pool is not untold:  # they may ask in this year as well
                pool.open.extend(some)
    return [x._replace(unclear=_unclear(x, made.values())) for x in made.values()]


def _unclear(pool: Pool, pools: Iterable[Pool]) -> str:
    if pool.year == UNTOLD:
        return "没有填年度，不知道分哪一年的"
    other_text = any({*pool.fund.clauses} & {*x.fund.clauses} and (x.year == pool.year or {x.year, pool.year} & {"", UNTOLD})
                     for x in pools if x.fund is not pool.fund)
    return "这一年前后两份文字的总额不一样，怎样分由机关定" if other_text else ""


def shared_rows(pool: Pool) -> Iterator[tuple[object, ...]]:
    """Rows of 统筹: what each is given."""
    name = f"{'、'.join(pool.fund.clauses)}：{pool.fund.origin.text}"
    room = None if pool.total is None else max(pool.total - pool.settled, 0)
    open_ = [Allotted(None, None, pool.unclear)] * len(pool.asked)
    times = Counter((x.enterprise, x.clause, x.item) for x in pool.asked)
    for x, share in zip(pool.asked, open_ if pool.unclear else share_out(pool.fund, room, pool.asked, pool.open), strict=True):
        if times[x.enterprise, x.clause, x.item] > 1:  # lines of JSON and nested files may have them
            share = Allotted(None, share.rank, "有几家写着这个编号，分不清是哪一家的")
        yield name, pool.year or None, x.enterprise, x.clause, x.item, x.asked, share.rank, share.given, share.why
    for key, clause in pool.by_authority:
        yield name, pool.year or None, key, clause, "", None, None, None, "金额由机关定"


def _asked(clause: ClauseDecision, fund: steps.Fund, head: _Reader) -> Iterator[tuple[str, str, str | None, str | None, str | None]]:
    if clause.status == PENDING:
        high = (clause.applied_range or (0, Fraction(0)))[1]
        if isinstance(high, Unlimited) or high:
            yield OPEN, "", None if isinstance(high, Unlimited) else _cents(high), None, None
    elif clause.status == GRANTED and clause.amount:
        yield SETTLED, "", _cents(clause.amount), None, None
    elif clause.status == POOLED and clause.applied is None:
        yield BY_AUTHORITY, "", None, None, None
    elif clause.status == POOLED and clause.applied is not None:
        items = [(i.path, i.amount) for i in clause.items if i.counts and i.amount] if of_items(fund) else [("", clause.applied)]
        for path, amount in items:
            yield ASKED, path, _cents(amount or Fraction(0)), head.value(fund.order, path), head.value(fund.tie, path)


class _Reader:
    """What an enterprise, or one of its items, stands in order by."""

    def __init__(self, under: Under, facts: Facts) -> None:
        self.facts = facts
        self.env = environment(under.plan, facts, under.engines.parameters)
        self.base = under.plan.base_year

    @property
    def year(self) -> str:
        return "" if self.base is None else self._number(self.base, "") or UNTOLD

    def total(self, fund: steps.Fund) -> str | None:
        found = self._number(fund.total, "") if fund.total is not None else None
        return None if found is None else str(int(Fraction(found) * 100))

    def value(self, order: rules.Order | None, path: str) -> str | None:
        return None if order is None else self._number(order.by, path)

    def _number(self, node: values.Value, path: str) -> str | None:
        table, _, index = path.rstrip("]").partition("[")
        rows = self.facts.list_of(table) if index else None
        env = self.env if rows is None else self.env.inside(rows[int(index)], path)
        found = evaluate(node, env).number
        return str(found.lo) if found.known and not found.na and isinstance(found.lo, Fraction) else None


def _cents(amount: Fraction) -> str:
    return str(int(amount * 100))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def given(rows: Iterable[tuple[object, ...]]) -> Mapping[tuple[str, str], int | None]:
    """分 of each enterprise and clause that applies; None where something of it is open."""
    found: dict[tuple[str, str], int | None] = {}
    for _, _, key, clause, _, _, _, amount, _ in rows:
        at = str(key), str(clause)
        before = found.get(at, 0)
        found[at] = None if amount is None or before is None else before + int(str(amount))
    return found
