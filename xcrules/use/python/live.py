"""A policy that follows its files: the old one keeps working until the new one is good.

Safe to share between threads. A broken file never replaces a good policy; what is wrong with it is in
`problems`. Decisions already under way finish with the policy they began with, because policies are values.
"""

from __future__ import annotations

import threading
from pathlib import Path

from attrs import define, field

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.store.load import read_policy
from xcrules.store.texts import amendments_named, find_policy, read_sources

from .policy import Policy, load

Stamp = tuple[tuple[str, int, int], ...]


@define
class LivePolicy:
    """A policy by folder, file or shipped name that follows its files; `problems` are the errors of a newer text that is not used.

    Raises XcrulesError where it is made, if the text is not usable then.
    """

    path: str | Path
    problems: tuple[Diagnostic, ...] = field(default=(), init=False)
    _policy: Policy = field(init=False)
    _names: tuple[str, ...] = field(default=(), init=False)  # the files that the last reading read
    _stamp: Stamp = field(init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self._look()
        self._policy = load(self.path)

    def current(self) -> Policy:
        """The newest good policy; looks at the files' times and sizes, and reads them again if they changed. Raises nothing."""
        if self.problems:  # a file that was missing may be there now
            self._names = self._files()
        if self._now() != self._stamp:
            with self._lock:
                if self._now() != self._stamp:
                    self._look()
                    self._renew()
        return self._policy

    def _look(self) -> None:
        """Which files there are and when they were written, before they are read."""
        self._names = self._files()
        self._stamp = self._now()

    def _files(self) -> tuple[str, ...]:
        main = find_policy(self.path)
        if isinstance(main, Diagnostic):
            return ()
        sources = read_sources(main)[0]
        return tuple(sorted({main.name, *(s.name for s in sources), *(name for s in sources[:1] for name, _ in amendments_named(s))}))

    def _renew(self) -> None:
        loaded = read_policy(self.path)
        self.problems = tuple(d for d in loaded.diagnostics if d.is_error)
        if not loaded.usable or loaded.program is None:
            return
        if not loaded.program.clauses and self._policy.clauses:  # a file that is just being written
            self.problems = (Diagnostic(Code.NOT_FOUND, "条文是空的，没有一款；仍用原来的政策", path=str(self.path)),)
            return
        self._policy = Policy(loaded.program, loaded.diagnostics, loaded.earlier)

    def _now(self) -> Stamp:
        main = find_policy(self.path)
        if isinstance(main, Diagnostic):
            return ()
        stamps = []
        for name in self._names:
            try:
                found = (main.parent / name).stat()
            except OSError:
                continue
            stamps.append((name, found.st_mtime_ns, found.st_size))
        return tuple(stamps)
