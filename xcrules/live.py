"""A policy that follows its files: the old one keeps working until the new one is good.

Safe to share between threads. A broken file never replaces a good policy; what is wrong with it is in
`problems`. Decisions already under way finish with the policy they began with, because policies are values.
"""

from __future__ import annotations

import threading
from pathlib import Path

from attrs import define, field

from .diagnostic import Diagnostic
from .load import Loaded, find_policy, load_policy, read_sources
from .policy import Policy, load

Stamp = tuple[tuple[str, int, int], ...]


@define
class LivePolicy:
    """`current()` is the newest good policy. Raises XcrulesError if there never was one."""

    path: str | Path
    problems: tuple[Diagnostic, ...] = field(default=(), init=False)
    _policy: Policy = field(init=False)
    _read: Loaded = field(default=Loaded(None, None, ()), init=False)  # the last reading, so that the next is quick
    _stamp: Stamp = field(init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self._stamp = self._now()
        self._policy = load(self.path)

    def current(self) -> Policy:
        """The newest good policy; looks at the files' times and reads them again if they changed."""
        stamp = self._now()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._renew()
                    self._stamp = stamp
        return self._policy

    def _renew(self) -> None:
        loaded = load_policy(self.path, self._read)
        self._read = loaded if loaded.remembered else self._read
        self.problems = tuple(d for d in loaded.diagnostics if d.is_error)
        if loaded.usable and loaded.program is not None:
            self._policy = Policy(loaded.program, loaded.diagnostics)

    def _now(self) -> Stamp:
        main = find_policy(self.path)
        if isinstance(main, Diagnostic):
            return ()
        stamps = []
        for name in sorted({main.name, *(s.name for s in read_sources(main)[0])}):
            try:
                found = (main.parent / name).stat()
            except OSError:
                continue
            stamps.append((name, found.st_mtime_ns, found.st_size))
        return tuple(stamps)


