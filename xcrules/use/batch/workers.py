"""Blocks worked on in their order, by this process or several."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError

from . import BLOCK
from .work import Task, packed, unpacked

Made = TypeVar("Made")
_HERE: list[Callable[[int, Task], Any]] = []  # what works on blocks in this process


def in_blocks(opened: Callable[[], Callable[[int, Task], Made]], tasks: Iterable[tuple[int, Task | None]], count: int, processes: int,
              help: str) -> Iterator[tuple[int, Made | None]]:
    """What is made of numbered blocks, of `count` enterprises together; None of one that is None. What is `opened`, once in each process, works on
    them. Raises XcrulesError (E843 with `help`) where a process dies."""
    if processes < 2 or count <= BLOCK:
        work = opened()
        yield from ((number, None if task is None else work(number, task)) for number, task in tasks)
        return
    context = multiprocessing.get_context("spawn")  # threads of Arrow do not survive a fork
    waiting: deque[tuple[int, Future[Any] | None]] = deque()
    try:
        workers = ProcessPoolExecutor(processes, context, _start, (opened, gc.get_threshold()))
        with TemporaryDirectory() as folder, workers as pool, _ended():
            for number, task in tasks:
                waiting.append((number, None if task is None else pool.submit(_work, packed(number, task, Path(folder)))))
                while len(waiting) > 2 * processes:  # no more blocks in memory than are worked on, and as many ready
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
    except BrokenProcessPool:
        at = f"第 {waiting[0][0] + 1} 块" if waiting else ""
        raise XcrulesError([Diagnostic(Code.WORKER_DIED, "算的进程停了，多半是内存不够", path=at, help=help)]) from None


@contextmanager
def _ended() -> Iterator[None]:
    """Who is told to stop does not wait for blocks that nobody will take."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        for child in multiprocessing.active_children():
            child.terminate()
        raise


def _first(waiting: deque[tuple[int, Future[Any] | None]]) -> tuple[int, Any]:
    number, future = waiting[0]
    made = None if future is None else future.result()
    waiting.popleft()
    return number, made


def _start(opened: Callable[[], Callable[[int, Task], Any]], collecting: tuple[int, int, int]) -> None:
    gc.set_threshold(*collecting)  # as the process that started this one
    if (parent := multiprocessing.parent_process()) is not None:  # killed, it cannot end its workers
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _HERE[:] = [opened()]


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _work(held: Any) -> Any:
    with unpacked(held) as (number, task):
        return _HERE[0](number, task)
