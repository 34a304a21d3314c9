"""按款汇总 and 说明: what all the answers come to, and by what they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field

from xcrules.run.results import STATUSES

from . import NO_ROW
from .answers import AMOUNT, APPLIED, BOUND, GIVEN, MISSING, MOST, NO_CLAUSE, REFUSED, STATUS, THIS_YEAR, TOTAL, WAY
from .texts import TEXT

if TYPE_CHECKING:
    from .running import Job

_SUMS = (AMOUNT, APPLIED, GIVEN, BOUND, THIS_YEAR)


@define
class Summary:
    """Counts and sums over all answers, clause by clause. 元 are exact."""

    amended: bool = False  # the policy has several texts
    rows_read: int = 0
    nobody: int = 0  # rows of them that are no enterprise's
    refused: int = 0  # enterprises
    granted: int = 0  # enterprises that have anything
    pending: int = 0  # enterprises of which something is wanting
    texts: Counter[str] = field(factory=Counter)  # of enterprises, by the text that they were decided by, where there are several
    statuses: dict[str, Counter[str]] = field(factory=dict)
    sums: dict[tuple[str, str, str], Decimal] = field(factory=dict)  # by clause, direction, column
    totals: dict[str, Decimal] = field(factory=dict)  # 合计, or one for each thing that is said

    def add(self, other: Summary) -> None:
        """Other enterprises as well."""
        self.rows_read, self.nobody = self.rows_read + other.rows_read, self.nobody + other.nobody
        self.refused += other.refused
        self.granted, self.pending = self.granted + other.granted, self.pending + other.pending
        self.texts.update(other.texts)
        for number, counts in other.statuses.items():
            self.statuses.setdefault(number, Counter()).update(counts)
        for key, amount in other.sums.items():
            self.sums[key] = self.sums.get(key, Decimal(0)) + amount
        for name, amount in other.totals.items():
            self.totals[name] = self.totals.get(name, Decimal(0)) + amount

    @classmethod
    def of(cls, table: Any, amended: bool) -> Summary:
        """That of one table of answers."""
        self, names = cls(amended, table.num_rows), table.column_names
        self.nobody = pc.sum(pc.match_substring(table.column(REFUSED), NO_ROW)).as_py() or 0
        self.refused = (pc.sum(pc.is_valid(table.column(REFUSED))).as_py() or 0) - self.nobody
        if amended:
            self.texts.update(x for x in table.column(TEXT).to_pylist() if x)
        self.granted = _any(table, [n for n in names if n.endswith(f".{AMOUNT}")], lambda c: pc.greater(c, 0))
        self.pending = _any(table, [n for n in names if n.endswith(f".{MISSING}")], lambda c: pc.greater(pc.list_value_length(c), 0))
        for name in (n for n in names if (n == TOTAL or n.startswith(f"{TOTAL}.")) and not n.endswith(f".{MOST}")):
            self.totals[name] = _sum(table.column(name))
        for name in (n for n in names if n.endswith(f".{STATUS}")):
            self._clause(table, name.removesuffix(f".{STATUS}"))
        return self

    def _clause(self, table: Any, number: str) -> None:
        counts = pc.value_counts(table.column(f"{number}.{STATUS}").unify_dictionaries()).to_pylist()
        self.statuses[number] = Counter({x["values"]: x["counts"] for x in counts if x["values"] is not None})
        way = f"{number}.{WAY}"
        ways = [""] if way not in table.column_names else [x for x in pc.unique(table.column(way)).to_pylist() if x]
        for one in ways:
            rows = table.filter(pc.equal(table.column(way), one)) if one else table
            for sort in _SUMS:
                if f"{number}.{sort}" in table.column_names:
                    self.sums[number, one, sort] = _sum(rows.column(f"{number}.{sort}"))

    @property
    def enterprises(self) -> int:
        return self.rows_read - self.nobody

    def counts(self, places: str = "") -> str:
        """How the numbers of enterprises add up."""
        others = f"；另有 {self.nobody} 行不是企业（合计、示例、说明）" if self.nobody else ""
        return f"共 {self.enterprises} 家：算出 {self.enterprises - self.refused} 家，退回 {self.refused} 家{places}{others}"

    @property
    def shared(self) -> Decimal | None:
        """What the funds gave, where there are any."""
        given = [x for (_, _, sort), x in self.sums.items() if sort == GIVEN]
        return sum(given, Decimal(0)) if given else None

    def rows(self, clauses: Mapping[str, str]) -> Iterator[list[object]]:
        """A row for each clause, and for each way that it is owed: its number, its words, how many of each status, the sums."""
        for number, counts in self.statuses.items():
            for place, way in enumerate(sorted({w for n, w, _ in self.sums if n == number}) or [""]):
                statuses = [counts[s] if not place else None for s in STATUSES]
                yield [number, way or None, clauses.get(number, ""), *statuses, *(self.sums.get((number, way, x)) for x in _SUMS)]


HEADER = ("款", "方向", "条文", *STATUSES, *(f"{x}合计" for x in _SUMS))


def _sum(column: Any) -> Decimal:
    return pc.sum(column).as_py() or Decimal(0)


def _any(table: Any, names: list[str], test: Any) -> int:
    """In how many rows one of these columns passes."""
    found = pa.chunked_array([pa.array([False] * table.num_rows)])
    for name in names:
        found = pc.or_(found, pc.fill_null(test(table.column(name)), False))
    return int(pc.sum(found).as_py() or 0)


def explanation(job: Job, summary: Summary, refused: int) -> list[tuple[str, str]]:
    """说明: which text, which engine, which readings, which data; how the numbers of enterprises add up."""
    from xcrules import __version__

    policy = job.policy
    changed = {k: v for k, v in job.readings.items() if policy.defaults.get(k) != v}
    lines = [("政策", policy.title or policy.name), ("版本", policy.edition), ("引擎", f"xcrules {__version__}（编译，没有填全的按区间算）"),
             ("读法", "、".join(f"{k}＝{v}" for k, v in changed.items()) or "都按默认"),
             ("家数", summary.counts()), ("其中", f"有给付 {summary.granted} 家，有待补充 {summary.pending} 家"),
             *([("文字", "，".join(f"{name}的 {n} 家" for name, n in sorted(summary.texts.items())) + f"；名单里写{NO_CLAUSE}的，是那一天的文字没有这一款")] if summary.amended else []),
             ("退回", f"{refused} 处"), *((name, f"{total:,.2f} 元（裁量的上限、待统筹的申请额不在内）") for name, total in summary.totals.items()),
             *([("分得", f"{summary.shared:,.2f} 元（总额分给各家的；没有写 记入 的不在合计之内）")] if summary.shared is not None else [])]
    return lines + [("数据", f"{a}：{b}") for a, b in job.work.notes]
