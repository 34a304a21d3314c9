"""The law on the left, its notes on the right at the height of their phrase, the read-back beneath."""

from __future__ import annotations

from xcrules.draft.labels import Group, card_of
from xcrules.draft.syntax import Line, Quote, Tag
from xcrules.meaning.program import Program

from .markup import Html, el, join
from .view import Section, choice_state, is_note

_COLOURS = {Group.WHO: "who", Group.PART: "part", Group.GIVES: "give", Group.BOUNDS: "bound", Group.TIME: "time"}


def law(sections: list[Section], program: Program) -> Html:
    """All of the law, article by article."""
    return join(_section(s, program) for s in sections)


def _section(section: Section, program: Program) -> Html:
    if section.kind == "章":
        return el("h2", section.heading, class_="chapter")
    rows = [_row(q, program) for q in section.quotes]
    said = [_said(section)] if section.said else []
    level = "h2" if section.kind in ("条", "题头") else "h3"
    head = el(level, section.heading, permalink(section.anchor, section.heading))
    return el("section", head, *rows, *said, id=section.anchor, class_=f"clause k-{_KIND[section.kind]}",
              data_readings=",".join(section.readings) or None)


_KIND = {"题头": "front", "条": "article", "款": "paragraph"}


def permalink(anchor: str, name: str) -> Html:
    return el("a", "#", href=f"#{anchor}", class_="perma", aria_label=f"{name}的固定链接", title="固定链接")


def _row(quote: Quote, program: Program) -> Html:
    words = "\n".join(x.strip() for x in quote.words.strip().splitlines())
    notes = [_note(line, program) for line in quote.lines if is_note(line)]
    return el("div", el("blockquote", words), el("div", *notes, class_="notes"), class_="row s")


def _note(line: Line, program: Program) -> Html:
    state = choice_state(line, program)
    colour = _COLOURS.get(card_of(line.label).group, "quiet")
    body = [el("span", line.label, class_=f"label {colour}"), *(tag_link(t.reading, t.choice) for t in line.tags)]
    content = el("span", " ".join(line.text.split()), class_="text")
    return el("div", el("div", *body, content), *_rows(line), class_="note alt" if state else "note", data_tags=_tags(line.tags))


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
