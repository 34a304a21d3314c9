"""Impact over all of DATA, in this process or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from xcrules.facts.form import Form
from xcrules.tell.impact.figures import Impact, added
from xcrules.use.batch.work import Task, Work
from xcrules.use.batch.workers import in_blocks
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

    def counting(self) -> Callable[[Task], Tally]:
        return self.comparison().of


def compared(texts: TwoTexts, work: Work, processes: int = 1, progress: Progress = lambda done, all: None) -> Impact:
    """The comparison over all enterprises. Raises XcrulesError where the data cannot be read, readings are not there, or a process dies (E843)."""
    made = texts.comparison()
    found = made.nothing
    for _, tally in in_blocks(texts.counting, enumerate(work.tasks()), work.count, processes, "加上 --进程 1"):
        found = added(found, tally)
        progress(found.count, work.count)
    return made.result(found, work.lost)
