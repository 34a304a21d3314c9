"""Applying fixes: findings that carry just one mend, and a sure one, to the texts they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from .diagnostic import Diagnostic, Fix


@frozen
class Mended:
    """A source's text after its fixes, and which findings they answered."""

    name: str
    text: str
    applied: tuple[Diagnostic, ...]


def obvious(found: Iterable[Diagnostic], codes: frozenset[str] | None = None) -> list[tuple[Diagnostic, Fix]]:
    """Findings with exactly one fix that is sure; of several, and of what changes a meaning, only a person may choose."""
    return [(d, d.fixes[0]) for d in found if len(d.fixes) == 1 and d.fixes[0].sure and (codes is None or d.code in codes)]


def mend(found: Iterable[Diagnostic], codes: frozenset[str] | None = None) -> tuple[Mended, ...]:
    """The texts after all obvious fixes; of two that overlap only the first is applied."""
    chosen: dict[str, list[tuple[Diagnostic, Fix]]] = {}
    texts: dict[str, str] = {}
    for diagnostic, fix in obvious(found, codes):
        name = fix.span.source.name
        texts[name] = fix.span.source.text
        chosen.setdefault(name, []).append((diagnostic, fix))
    return tuple(_apply(name, texts[name], pairs) for name, pairs in chosen.items())


def _apply(name: str, text: str, pairs: list[tuple[Diagnostic, Fix]]) -> Mended:
    applied: list[Diagnostic] = []
    pieces: list[str] = []
    at = 0
    for diagnostic, fix in sorted(pairs, key=lambda p: (p[1].span.start, p[1].span.end)):
        if fix.span.start < at:
            continue
        pieces += [text[at : fix.span.start], fix.text]
        at = fix.span.end
        applied.append(diagnostic)
    return Mended(name, "".join(pieces) + text[at:], tuple(applied))


def unified(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The change of each file as a unified diff, for --dry-run."""
    from difflib import unified_diff

    lines: list[str] = []
    for name, text in after.items():
        lines += unified_diff(before[name].splitlines(), text.splitlines(), name, name, lineterm="")
    return "\n".join(lines)
