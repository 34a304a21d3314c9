"""总额 shared out among all enterprises, and what each was given fed on: who has a share that the rule records is decided once more with it.

The applications that blocks left are not touched, so a run that is stopped here shares out again and comes to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xcrules.facts.arrow import mark_name
from xcrules.meaning import values
from xcrules.plan import steps

from .answers import APPLIED, GIVEN, money_column
from .applying import POOL, given, pools, shared_rows
from .running import ANSWERS, ASKED, DETAILS, WANTING, Job, part_name, parts_of, results, write_parquet
from .texts import Deciders
from .work import Task, called, taken

Fed = dict[str, dict[str, str]]  # by enterprise, the facts that record its shares


class Shares(NamedTuple):
    """What comes of sharing out: rows of 统筹, and the facts that record what enterprises were given."""

    rows: list[tuple[object, ...]]
    fed: Fed

    def table(self) -> Any:
        """统筹."""
        columns: list[Any] = list(zip(*self.rows, strict=True)) or [()] * len(POOL)
        return pa.table({name: money_column(list(x)) if name in ("申请额", "分得") else pa.array(x, pa.int64() if name == "名次" else pa.string())
                         for name, x in zip(POOL, columns, strict=True)})

    def by_clause(self) -> ByClause:
        return ByClause(given(self.rows), _applied(self.rows))


def shared(job: Job) -> Any | None:
    """统筹: what each 总额 gives each who applies, which is put beside what he applies for in 名单; None where there is no 总额."""
    funds = Deciders(job.policy, job.readings).funds
    if not funds:
        return None
    asked = {path.name: parts_of(path) for path in sorted((job.aside / ASKED).glob("*.parquet"))}
    made = shares(funds, asked.values, lambda new: _decide_again(job, new, asked))
    found = made.by_clause()
    for path in sorted((job.aside / ANSWERS).glob("*.parquet")):
        write_parquet(path, found.beside(parts_of(path)))
    return called(made.table(), job.work.key, POOL.index("编号"))


def shares(funds: list[steps.Fund], asked: Callable[[], Iterable[Any]], again: Callable[[Fed], None]) -> Shares:
    """`asked` gives the tables of what is asked as it stands; `again` decides those once more who were given something that a fact records."""
    fed: Fed = {}
    kept: list[tuple[object, ...]] = []
    while True:
        made = [(pool.fund, [*shared_rows(pool)]) for pool in sorted(pools(funds, asked()), key=lambda x: funds.index(x.fund))]
        new: Fed = {}
        first: steps.Fund | None = None
        for fund, rows in made:
            if (column := _record(fund, funds)) is not None and (not new or fund is first):
                first = fund
                found = {key: cents for (key, _), cents in given(rows).items() if cents is not None and column not in fed.get(key, {})}
                new |= {key: {**fed.get(key, {}), column: format(Decimal(cents).scaleb(-2), "f")} for key, cents in found.items()}
                kept += [row for row in rows if row[2] in found]
        if not new:
            break
        fed |= new
        again(new)  # one 总额 after the other: what is asked of the next may rest on what this one gave
    rows = [*kept, *(row for _, rows in made for row in rows)]
    order = [*dict.fromkeys(row[:2] for row in rows)]
    rows.sort(key=lambda row: order.index(row[:2]))
    return Shares(rows, fed)


def _record(fund: steps.Fund, funds: list[steps.Fund]) -> str | None:
    """The fact that records a share of this 总额 and no other's."""
    fact = fund.record
    if not isinstance(fact, values.Fact):
        return None
    others = {f.clauses for f in funds if isinstance(f.record, values.Fact) and f.record.field.name == fact.field.name}
    return fact.field.name if len(others) == 1 else None


def _applied(rows: list[tuple[object, ...]]) -> Mapping[tuple[str, str], int]:
    """分 that each enterprise applied for under a clause."""
    found: Counter[tuple[str, str]] = Counter()
    for _, _, key, clause, _, cents, *_ in rows:
        found[str(key), str(clause)] += int(str(cents or 0))
    return found


class ByClause(NamedTuple):
    """分 by enterprise and clause: what it was given (None: open), and what it applied for."""

    given: Mapping[tuple[str, str], int | None]
    applied: Mapping[tuple[str, str], int]

    def beside(self, table: Any) -> Any:
        """名单 with 分得 after each 申请额, which says what was applied for also where the share has become an amount."""
        keys = table.column(0).to_pylist()
        for name in [n for n in table.column_names if n.endswith(f".{APPLIED}")]:
            number = name.removesuffix(f".{APPLIED}")
            if f"{number}.{GIVEN}" not in table.column_names:
                asked = money_column([self.applied.get((key, number)) or None for key in keys])
                place = table.column_names.index(name)
                table = table.set_column(place, name, asked)
                table = table.add_column(place + 1, f"{number}.{GIVEN}", money_column([self.given.get((key, number)) for key in keys]))
        return table


# -- decided once more --------------------------------------------------------------------------------------------


def _decide_again(job: Job, fed: Fed, asked: dict[str, Any]) -> None:
    """Enterprises with what they were given; their rows in 名单, 待补清单, 明细 and what they ask now."""
    places: dict[int, tuple[list[int], Any]] = {}

    def tasks() -> Iterator[tuple[int, Task | None]]:
        for number, task in enumerate(job.work.tasks()):
            keys = parts_of(job.aside / ANSWERS / part_name(number), columns=[0]).column(0).combine_chunks()
            if at := [i for i, key in enumerate(keys.to_pylist()) if key in fed]:
                places[number] = at, keys
                yield number, taken(task, at, [fed[keys[i].as_py()] for i in at], mark_name(job.policy.program.form))

    for number, result in results(job, tasks()):
        assert result is not None
        name, (at, keys) = part_name(number), places.pop(number)
        asked[name] = _in_place_of(asked[name], "编号", keys, at, result.applying)
        for folder, table in ((WANTING, result.wanting), (DETAILS, result.details)):
            path = job.aside / folder / name
            if table is not None:
                held = parts_of(path)
                write_parquet(path, _in_place_of(held, table.column_names[0], keys, at, table))
        _put(job.aside / ANSWERS / name, at, result.answers)


def exchanged(table: Any, key: str, whose: Any, new: Any) -> Any:
    """Without the rows of these enterprises, and the new ones behind."""
    return pa.concat_tables([table.filter(pc.invert(pc.is_in(table.column(key), value_set=whose))), new])


def _in_place_of(table: Any, key: str, keys: Any, at: list[int], new: Any) -> Any:
    """The rows of these enterprises exchanged; all in the order of the keys."""
    made = exchanged(table, key, keys.take(pa.array(at, pa.int64())), new)
    order = pc.index_in(made.column(key), value_set=keys).to_numpy()
    return made.take(pa.array(order.argsort(kind="stable")))


def _put(path: Path, at: list[int], new: Any) -> None:
    write_parquet(path, at_places(parts_of(path), at, new))


def at_places(held: Any, at: list[int], new: Any) -> Any:
    """名单 with these rows in the places of others."""
    order = np.arange(held.num_rows)
    order[at] = held.num_rows + np.arange(len(at))
    return pa.concat_tables([held.select(new.column_names), new]).unify_dictionaries().take(pa.array(order))
