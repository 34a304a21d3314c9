"""A run over all enterprises: over several processes, written aside and renamed when it is whole; a run that was stopped goes on.

Beside OUT stands a folder `.OUT.未完成`. Each block's files are renamed into it when they are whole, 名单 last: what is there is done.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.use.python.policy import Policy

from . import BLOCK
from .results import REFUSED as REFUSED_COLUMNS, BlockResult, table_of
from .summary import Summary
from .texts import Deciders
from .work import Task, Work, called, done, placed, stamp_of
from .workers import Made, in_blocks

ANSWERS, WANTING, REFUSED, DETAILS, ASKED = "名单", "待补清单", ".退回", "明细", ".申请"
STATE = "进度.json"
Progress = Callable[[int, int], None]  # enterprises that are done, and how many there are


@frozen
class Job:
    """What is to be done: the policy under some readings, the data, where the answers go."""

    policy: Policy
    readings: Mapping[str, str]
    data: Path
    out: Path
    work: Work = field(repr=False)
    explained: bool = False
    processes: int = 1
    resume: bool = False
    overwrite: bool = False

    @property
    def aside(self) -> Path:
        return self.out.parent / f".{self.out.name}.未完成"

    @property
    def stamp(self) -> dict[str, object]:
        """What must be the same for a run to go on."""
        from xcrules import __version__

        return {"政策": self.policy.name, "版本": self.policy.edition, "引擎": __version__, "读法": dict(self.policy.chosen(self.readings)), "数据": stamp_of(self.data),
                "家数": self.work.count, "每块": BLOCK, "明细": self.explained}


def decide_all(job: Job, progress: Progress) -> Summary:
    """Every block decided, its tables in the folder aside; what they come to. Raises XcrulesError (E842, E864) where something else stands there."""
    aside = job.aside
    _begin(job, aside)
    made = Summary(bool(job.policy.earlier))
    ready = {p.name for p in (aside / ANSWERS).glob("*.parquet")}
    tasks = ((i, None if part_name(i) in ready else task) for i, task in enumerate(job.work.tasks()))
    for number, found in _in_blocks(job, partial(_written, aside, made.amended), tasks):
        made.add(Summary.of(parts_of(aside / ANSWERS / part_name(number)), made.amended) if found is None else found)
        progress(made.rows_read, job.work.count)
    rows = sum(_rows(p) for p in sorted((aside / ANSWERS).glob("*.parquet")))
    if rows != job.work.count:  # an exception in a thread of a writer leaves a short file that looks whole
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"应有 {job.work.count} 家，写下的是 {rows} 家", path=str(aside), help="磁盘可能满了；空出地方再用 --resume 接着做")])
    return made


def _begin(job: Job, aside: Path) -> None:
    state = aside / STATE
    if aside.exists():
        if job.resume:
            held = json.loads(state.read_text(encoding="utf-8")) if state.exists() else None
            if held != job.stamp:
                different = "、".join(k for k, v in job.stamp.items() if held is None or held.get(k) != v)
                raise XcrulesError([Diagnostic(Code.NOT_TO_BE_RESUMED, f"上一次没有做完的与这一次不同：{different}", path=str(aside), help="从头做：加上 --覆盖")])
            return
        if not job.overwrite:
            raise XcrulesError([Diagnostic(Code.ALREADY_THERE, f"上一次没有做完，留下了「{aside}」", path=str(aside), help="加上 --resume 接着做，或 --覆盖 从头做")])
        shutil.rmtree(aside)
    for name in (ANSWERS, WANTING, REFUSED, ASKED, *((DETAILS,) if job.explained else ())):
        (aside / name).mkdir(parents=True, exist_ok=True)
    state.write_text(json.dumps(job.stamp, ensure_ascii=False), encoding="utf-8")


def results(job: Job, tasks: Iterable[tuple[int, Task | None]]) -> Iterator[tuple[int, BlockResult | None]]:
    """Blocks in their order; None for one that is None."""
    return _in_blocks(job, _came_back, tasks)


def _in_blocks(
    job: Job, then: Callable[[int, BlockResult], Made], tasks: Iterable[tuple[int, Task | None]]
) -> Iterator[tuple[int, Made | None]]:
    opened = partial(_opened, job.policy, dict(job.readings), job.explained, job.work.files, job.work.key, then)
    return in_blocks(opened, tasks, job.work.count, job.processes, "加上 --进程 1 --resume 接着做")


def _opened(
    policy: Policy, readings: Mapping[str, str], explained: bool, files: tuple[str, ...], key: str, then: Callable[[int, BlockResult], Made]
) -> Callable[[int, Task], Made]:
    deciders = Deciders(policy, readings)

    def work(number: int, task: Task) -> Made:
        found = done(deciders, task, explained)
        found = found._replace(wanting=placed(found.wanting, files), refused=placed(found.refused, files))
        answers, wanting, refused, details = (None if x is None else called(x, key) for x in found[:4])
        return then(number, BlockResult(answers, wanting, refused, details, found.applying))

    return work


def _came_back(_: int, result: BlockResult) -> BlockResult:
    return result


def _written(aside: Path, amended: bool, number: int, result: BlockResult) -> Summary:
    """Written where it was worked out: the tables of a district are no small thing to send to another process."""
    _write(aside, number, result)
    return Summary.of(result.answers, amended)


# -- files ----------------------------------------------------------------------------------------------------------


def part_name(number: int) -> str:
    """The file of a block."""
    return f"part-{number:05}.parquet"


def _write(aside: Path, number: int, result: BlockResult) -> None:
    tables = {WANTING: result.wanting, REFUSED: result.refused, DETAILS: result.details, ASKED: result.applying, ANSWERS: result.answers}  # what says that it is done, last
    for name, table in tables.items():
        if table is not None:
            write_parquet(aside / name / part_name(number), table)


def write_parquet(path: Path, table: Any) -> None:
    """A Parquet file, whole or not at all."""
    write_tables(path, (table,))


def write_tables(path: Path, tables: Iterable[Any]) -> None:
    """The same of several tables with the same columns, of which one is in memory at a time."""
    half, rest = path.with_suffix(".半"), iter(tables)
    first = next(rest)
    coded = [x.name for x in first.schema if pa.types.is_string(x.type) or pa.types.is_dictionary(x.type)][1:]  # of keys and amounts few are alike
    try:
        with pq.ParquetWriter(half, first.schema, compression="zstd", write_statistics=first.schema.names[:1], use_dictionary=coded) as writer:
            for table in chain((first,), rest):
                writer.write_table(table)
        os.replace(half, path)
    except OSError as error:
        raise XcrulesError([Diagnostic(Code.NOT_WRITABLE, f"写不了「{path}」：{error.strerror or error}", path=str(path), help="磁盘可能满了；空出地方再用 --resume 接着做")]) from error


def _rows(path: Path) -> int:
    return int(pq.ParquetFile(path).metadata.num_rows)


def parts(folder: Path) -> Iterator[Any]:
    """The tables of the parts, in their order."""
    yield from (parts_of(path) for path in sorted(folder.glob("*.parquet")))


def parts_of(path: Path, columns: list[int] | None = None) -> Any:
    """The table of one part, of these columns by their places."""
    with pq.ParquetFile(path) as file:
        return file.read(None if columns is None else [file.schema_arrow.names[i] for i in columns])


def summary_of(job: Job) -> Summary:
    """That of what is written."""
    made = Summary(bool(job.policy.earlier))
    for table in parts(job.aside / ANSWERS):
        made.add(Summary.of(table, made.amended))
    return made


def refused_tables(job: Job) -> Iterator[Any]:
    """退回 of the whole run: rows of lists that belong to nobody, then what was wrong with enterprises. At least one table."""
    for table in chain((placed(table_of(REFUSED_COLUMNS, ()), job.work.files),), job.work.strays()):
        yield called(table, job.work.key)
    yield from parts(job.aside / REFUSED)


def refused_count(job: Job) -> int:
    return job.work.lost + sum(map(_rows, (job.aside / REFUSED).glob("*.parquet")))

