"""What is known of a policy beside its words: which cases hold, what they have seen, which slips they notice, what is proved.

Values only, made by the door that publishes; where they stand on the page is told here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen

from .markup import Html, el, join
from .tables import Table

GOOD, JUDGE, FAULT, UNKNOWN = "✓", "!", "✗", "?"
_COLOUR = {GOOD: "good", JUDGE: "judge", FAULT: "fault", UNKNOWN: "open"}

Place = tuple[str, int]  # a file and where in it the content of a line begins, or a quote


@frozen
class Remark:
    """One thing that is known: borne out, for a person to judge, a fault, or open. `facts`: what shows it, a line each."""

    mark: str
    text: str
    facts: tuple[str, ...] = ()


@frozen
class Score:
    """How much of what was asked about a line or a clause was borne out, and each thing."""

    kind: str  # 看到, 改动, 证明
    good: int
    of: int
    remarks: tuple[Remark, ...]

    @property
    def mark(self) -> str:
        """The gravest."""
        return next((m for m in (FAULT, JUDGE, UNKNOWN) if any(r.mark == m for r in self.remarks)), GOOD)

    def __str__(self) -> str:
        return f"{self.kind} {self.good}/{self.of}"


@frozen
class Backing:
    """Beside a page: `about` the whole, by case what it does not bear out ("" where it holds), by line, clause and reading what is known of it."""

    about: tuple[tuple[str, str], ...] = ()
    cases: Mapping[str, str] = field(factory=dict)
    lines: Mapping[Place, tuple[Score, ...]] = field(factory=dict)
    clauses: Mapping[str, tuple[Score, ...]] = field(factory=dict)
    readings: Mapping[str, tuple[Score, ...]] = field(factory=dict)
    overview: Table | None = None


NOTHING = Backing()


# -- as HTML ------------------------------------------------------------------------------------------------------


def strip(scores: tuple[Score, ...]) -> Html:
    """The scores in one line, which opens to each thing."""
    if not scores:
        return Html("")
    chips = [el("span", f"{s.mark} {s}", class_=f"chip {_COLOUR[s.mark]}") for s in scores]
    said = el("ul", *(_remark(r) for s in scores for r in s.remarks))
    return el("details", el("summary", join(chips, " ")), said, class_="backing")


def _remark(remark: Remark) -> Html:
    facts = el("ul", *(el("li", x) for x in remark.facts), class_="facts-of") if remark.facts else ""
    return el("li", el("b", remark.mark), " ", remark.text, facts, class_=f"remark {_COLOUR[remark.mark]}")


# -- as Markdown: the scores on one line, and beneath it what is not borne out --------------------------------------


def lines_of(scores: tuple[Score, ...], safe: Callable[[str], str], indent: str = "") -> list[str]:
    """Items of a list."""
    told = [f"{indent}- {'，'.join(f'{s.mark} {s}' for s in scores)}"] if scores else []
    for r in (r for s in scores for r in s.remarks if r.mark != GOOD):
        told.append(f"{indent}  - {r.mark} {safe(r.text)}" + (f"（{safe('；'.join(r.facts))}）" if r.facts else ""))
    return told
