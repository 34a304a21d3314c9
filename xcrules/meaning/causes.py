"""One mistake, one finding: what rests on something that another finding spoils is not told.

Only drops findings. Which those are is said where they are made: each names what it spoils and what it rests on (keys.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from xcrules.base.diagnostic import Diagnostic, Key, errors
from xcrules.draft.labels import LABELS, Label
from xcrules.draft.outline import Outline
from xcrules.draft.syntax import Document, Line

from . import keys
from .expressions.scope import OF_THE_TERM


def told_once(findings: Iterable[Diagnostic], spoilt: Collection[Key] = ()) -> list[Diagnostic]:
    """The findings that rest on nothing spoilt, be it before the check or by another; of several that spoil what they
    rest on themselves (two amounts in one clause, and two more) the first."""
    every = list(findings)
    spoilers: dict[Key, int] = dict.fromkeys(spoilt, -1)
    for at, finding in enumerate(every):
        for key in finding.spoils:
            spoilers.setdefault(key, at)
    told = [d for at, d in enumerate(every) if all(spoilers.get(key, at) == at for key in _rests_on(d))]
    hidden = errors(every) and not errors(told) and not spoilt  # in a circle: no policy may seem right because its errors hide each other
    return every if hidden else told


def _rests_on(finding: Diagnostic) -> tuple[Key, ...]:
    return finding.rests_on if finding.span is None else (*finding.rests_on, keys.line(finding.span))


def unread(document: Document, law: Outline) -> set[Key]:
    """What is spoilt before the check: by labels that are none (what is read in their place is a guess), by files that are not there."""
    spoilt: set[Key] = set()
    for line, number in ((x.line, x.number) for x in law.lines if _misread(x.line)):
        spoilt |= {keys.line(line.label_span), keys.LABELS, *keys.of_clause(number), keys.name(re.split("[＝=]", line.text)[0].strip())}
    if any(x.line.label == Label.TERM and x.line.error is not None for x in law.lines):
        spoilt |= {*map(keys.name, OF_THE_TERM)}
    for line in (x.line for x in law.lines if x.line.label == "单位" and x.line.error is not None):
        spoilt |= {*map(keys.unit, re.findall(r"[^\W\d]+", line.text))}
    named = {n.strip() for x in law.lines if x.line.label == "文件" for n in x.line.text.split("、")}
    if named - {f.source.name for f in document.files}:
        spoilt |= {keys.ROLES}
    return spoilt


def _misread(line: Line) -> bool:
    written = re.sub(r"\W", "", line.label_span.text)
    return line.label not in LABELS or (bool(written) and written not in LABELS)
