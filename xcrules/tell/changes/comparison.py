"""修改前｜修改后: the law's words side by side, clause by clause, as amendments are published."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from attrs import frozen

from xcrules.base.identity import figures_of
from xcrules.draft.labels import TAIL, Label
from xcrules.draft.outline import is_heading
from xcrules.meaning.program import Program

from .clauses import clause_place, law_words, matched

Marked = tuple[tuple[str, bool], ...]  # pieces of a text, and whether each is different on the other side


@frozen
class Side:
    """A clause that says something else now: what it is called, what it said, what it says; empty where it was not there or no longer is."""

    where: str
    before: Marked
    after: Marked


def moved_clauses(old: Program, new: Program) -> dict[str, str]:
    """Old number → new number of the clauses that both versions have."""
    return matched(law_words(old), law_words(new))


def comparison(old: Program, new: Program) -> tuple[Side, ...]:
    """The clauses whose words or numbers differ, in the order of the new law; those that went stand where they would have stood."""
    laws = _without_tail(old), _without_tail(new)
    back = {after: before for before, after in matched(*laws).items()}
    rows: list[tuple[str, Side]] = [(n, Side(f"原{clause_place(n)}", ((w, True),), ())) for n, w in laws[0].items() if n not in back.values()]
    for number, words in laws[1].items():
        before = laws[0][back[number]] if number in back else ""
        if before != words:
            rows.append((number, Side(clause_place(number), *(_marked(_headed(old, before), _headed(new, words)) if before else ((), ((words, True),))))))
    return tuple(side for _, side in sorted(rows, key=lambda r: figures_of(r[0]) if r[0] else ()))


def _without_tail(program: Program) -> dict[str, str]:
    """The words of the clauses; what stands behind the last one (抄送, 落款) is none of it."""
    words, tail = law_words(program), ""
    for quote in reversed([q for f in program.document.files for q in f.quotes]):
        if not any(x.label == Label.NATURE and x.text.startswith(TAIL) for x in quote.lines):
            break
        tail = "".join(quote.words.split()) + tail
    return {n: w.removesuffix(tail) for n, w in words.items()} if tail else words


_PIECE = re.compile(r"\d[\d.,:-]*[%‰]?(?:[万亿]?元)?|[一-鿿]级|.")


def _headed(program: Program, words: str) -> str:
    """The words with the heading of their article apart from what follows."""
    heads = ((" ".join(q.words.split()), "".join(q.words.split())) for f in program.document.files for q in f.quotes if is_heading(q.words))
    return next((f"{head} {words.removeprefix(joined)}" for head, joined in heads if words.startswith(joined) and words != joined), words)


def _marked(before: str, after: str) -> tuple[Marked, Marked]:
    """Both texts cut where they differ, by letters and whole figures."""
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    one, two = (_PIECE.findall(x) for x in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left += [("".join(one[a:b]), tag != "equal")] if b > a else []
        right += [("".join(two[c:d]), tag != "equal")] if d > c else []
    return tuple(left), tuple(right)
