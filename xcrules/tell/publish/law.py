"""The law on the left, its notes on the right at the height of their phrase, the read-back beneath."""

from __future__ import annotations

import re

from attrs import frozen

from xcrules.draft.labels import Group, card_of
from xcrules.draft.syntax import Line, Quote, Tag
from xcrules.meaning.program import Program

from .backing import Backing, strip
from .markup import Html, el, join
from .tables import expected_of
from .view import FactPlaces, Section, case_anchor, choice_state, fact_anchor, fact_places, is_note

_COLOURS = {Group.WHO: "who", Group.PART: "part", Group.GIVES: "give", Group.BOUNDS: "bound", Group.TIME: "time"}


@frozen(eq=False)
class _Beside:
    """What stands on the page beside the words."""

    program: Program
    backing: Backing
    facts: FactPlaces


def law(sections: list[Section], program: Program, backing: Backing) -> Html:
    """All of the law, article by article."""
    beside = _Beside(program, backing, fact_places(program))
    return join(_section(s, beside) for s in sections)


def _section(section: Section, beside: _Beside) -> Html:
    if section.kind == "章":
        return el("h2", section.heading, class_="chapter")
    rows = [_row(q, beside) for q in section.quotes]
    said = [_said(section)] if section.said else []
    level = "h2" if section.kind in ("条", "题头") else "h3"
    head = el(level, section.heading, permalink(section.anchor, section.heading))
    backed = () if section.again else (_cases(section.number, beside), strip(beside.backing.clauses.get(section.number, ())))
    return el("section", head, *rows, *said, *backed, id=section.anchor, class_=f"clause k-{_KIND[section.kind]}",
              data_readings=",".join(section.readings) or None, data_called=f"{section.number} {section.heading}")


def _cases(number: str, beside: _Beside) -> Html:
    """The worked cases of a clause, each with what it expects there."""
    found = expected_of(number, beside.program) if number else []
    if not found:
        return Html("")
    wrong = [case for _, case, _ in found if beside.backing.cases.get(case.name)]
    held = "" if not beside.backing.cases else f"，{len(wrong)} 个不符" if wrong else "，都相符"
    items = [el("li", el("a", case.name, href=f"#{case_anchor(i)}"), "：", text, " ✗" if case in wrong else "") for i, case, text in found]
    return el("details", el("summary", el("span", "案例", class_="label said-label"), f"{len(found)} 个{held}"), el("ul", *items), class_="of-clause")


_KIND = {"题头": "front", "条": "article", "款": "paragraph"}


def permalink(anchor: str, name: str) -> Html:
    return el("a", "#", href=f"#{anchor}", class_="perma", aria_label=f"{name}的固定链接", title="固定链接")


def _row(quote: Quote, beside: _Beside) -> Html:
    words = "\n".join(x.strip() for x in quote.words.strip().splitlines())
    notes = [_note(line, beside) for line in quote.lines if is_note(line)]
    backed = strip(beside.backing.lines.get((quote.span.source.name, quote.span.start), ()))
    return el("div", el("div", el("blockquote", words), backed), el("div", *notes, class_="notes"), class_="row s")


def _note(line: Line, beside: _Beside) -> Html:
    state = choice_state(line, beside.program)
    colour = _COLOURS.get(card_of(line.label).group, "quiet")
    body = [el("span", line.label, class_=f"label {colour}"), *(tag_link(t.reading, t.choice) for t in line.tags)]
    content = el("span", _linked(line, beside.facts), class_="text")
    backed = strip(beside.backing.lines.get((line.content.source.name, line.content.start), ()))
    return el("div", el("div", *body, content), *_rows(line), backed, class_="note alt" if state else "note", data_tags=_tags(line.tags))


def _linked(line: Line, facts: FactPlaces) -> Html:
    """The text of a line, each fact in it a link to where it is told what is reported."""
    pieces: list[object] = []
    done = line.content.start
    for start, end, table, name in facts.within(line.content):
        if start >= done:
            pieces += [line.text[done - line.content.start : start - line.content.start],
                       el("a", line.text[start - line.content.start : end - line.content.start], href=f"#{fact_anchor(table, name)}", class_="fact")]
            done = end
    pieces.append(line.text[done - line.content.start :])
    return join(x if isinstance(x, Html) else re.sub(r"\s+", " ", str(x)) for x in pieces)


def _tags(tags: tuple[Tag, ...]) -> str | None:
    chosen = [f"{t.reading}={t.choice}" for t in tags]
    return " ".join(chosen) or None


def tag_link(reading: str, choice: str) -> Html:
    return el("a", f"{reading} {choice}".strip(), href=f"#{reading}", class_="tag")


def _rows(line: Line) -> list[Html]:
    """The table beneath a 对照 line."""
    if not line.rows:
        return []
    head, *rest = [r.texts() for r in line.rows]
    return [el("table", el("thead", el("tr", *(el("th", x, scope="col") for x in head))),
               el("tbody", *(el("tr", *(el("td", x) for x in row)) for row in rest)), class_="inner")]


def _said(section: Section) -> Html:
    return el("p", el("span", "复述", class_="label said-label"), el("span", section.said.get("", ""), class_="sentence"),
              class_="said s", aria_live="polite")
