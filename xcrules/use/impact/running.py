"""Impact over all of DATA, in this process or several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any

from attrs import frozen

from xcrules.facts.form import Form
from xcrules.use.batch import BLOCK
from xcrules.use.batch.work import Task, Work, packed, unpacked
from xcrules.use.python.policy import Policy

from .compare import By, SideBySide, Tally
from .reading import joint_form
from .weigh import Weigher

Readings = Mapping[str, str]
Progress = Callable[[int, int], None]  # enterprises that are done, and how many there are


@frozen
class TwoTexts:
    """Two policies, each under some readings, and the facts to split by."""

    old: Policy
    new: Policy
    readings: tuple[Readings, Readings]
    by: tuple[By, ...] = ()

    @property
    def form(self) -> Form:
        return joint_form(self.old.program.form, self.new.program.form)

    def comparison(self) -> SideBySide:
        return SideBySide(Weigher(self.old, self.readings[0], self.form), Weigher(self.new, self.readings[1], self.form), self.by)


def compared(texts: TwoTexts, work: Work, processes: int = 1, progress: Progress = lambda done, all: None) -> SideBySide:
    """The comparison over all enterprises. Raises XcrulesError where the data cannot be read, or readings are not there."""
    made, finished = texts.comparison(), 0
    if processes < 2 or work.count <= BLOCK:
        for task in work.tasks():
            finished += made.add(task)
            progress(finished, work.count)
        made.strays = work.lost
        return made
    context = multiprocessing.get_context("spawn")  # threads of Arrow do not survive a fork
    with ProcessPoolExecutor(processes, context, _start, (texts,)) as pool:
        for tally, count in _tallies(pool, work.tasks(), 2 * processes):
            made.merge(tally)
            finished += count
            progress(finished, work.count)
    made.strays = work.lost
    return made


def _tallies(pool: ProcessPoolExecutor, tasks: Iterator[Task], most: int) -> Iterator[tuple[Tally, int]]:
    """As they come; no more blocks in memory than are worked on, and as many ready."""
    waiting: set[Future[tuple[Tally, int]]] = set()
    for task in tasks:
        waiting.add(pool.submit(_work, packed(task)))
        if len(waiting) >= most:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (x.result() for x in done)
    yield from (x.result() for x in waiting)


_ASKED: list[TwoTexts] = []  # of this process


def _start(texts: TwoTexts) -> None:
    _ASKED[:] = [texts]


def _work(held: Any) -> tuple[Tally, int]:
    texts = _ASKED[0]
    made = texts.comparison()
    count = made.add(unpacked(held))
    return made.tally(), count
