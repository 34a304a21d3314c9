"""The page put together: template, style and script are files beside this one and go inside the output."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from string import Template

from xcrules.draft.labels import Where, labels
from xcrules.meaning.program import Program
from xcrules.tell.readback import clause_name, read_back_definitions, read_back_policy
from xcrules.tell.readback.names import matter_text

from . import parts
from .backing import NOTHING, Backing
from .law import law
from .markup import Html, el, join, script_json
from .tables import Table
from .view import Section, bare_title, sections

CHAPTERS = (
    ("读法", "readings", parts.readings), ("上限", "caps", parts.limits), ("数额", "amounts", parts.amounts),
    ("案例", "cases", parts.cases), ("事实", "facts", parts.facts), ("参数", "parameters", parts.parameters),
)


COMPARED, BACKED = ("修改对照", "compared"), ("证据", "backed")


def publish_html(program: Program, compared: Sequence[Table] = (), backing: Backing = NOTHING) -> str:
    """One HTML file that needs nothing else; every text of the policy is escaped. What was `compared` with another text stands last."""
    made = sections(program)
    title = bare_title(program.title) or program.name
    rest = join(_chapter(name, anchor, build(program, made, backing)) for name, anchor, build in CHAPTERS)
    more = [*([(*BACKED, parts.overview(backing.overview))] if backing.overview else []), *([(*COMPARED, parts.compared(compared))] if compared else [])]
    rest = join([rest, *(_chapter(*x) for x in more)])
    return Template(_resource("page.html")).substitute(
        title=el("title", title), style=_resource("page.css"), script=_resource("page.js"),
        heading=el("h1", title), summary=_summary(program, backing), contents=_contents(made, [x[:2] for x in more]), law=law(made, program, backing), rest=rest,
        sentences=script_json({s.anchor: s.said for s in made if s.said}),
        chosen=script_json({r.number: r.default for r in program.readings}),
    )


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _chapter(name: str, anchor: str, body: Html) -> Html:
    return el("section", el("h2", name), body, id=anchor, class_="chapter-section")


# what is said of the whole policy in one line each; 定义 have a row of their own
_SUMMARY = [x for x in labels(where=Where.POLICY) if not x.card.silent and not x.card.names]


def _summary(program: Program, backing: Backing) -> Html:
    """What the whole policy says of itself, before its clauses."""
    said = read_back_policy(program)
    shown: list[tuple[str, object]] = [(k, text) for k, text in said.items() if k in _SUMMARY]
    rows = [("文号", program.number), *shown, ("定义", _definitions(program))]
    counts = f"{len(program.clauses)}款，{len(program.readings)}处读法，{len(program.cases)}个案例"
    rows += [("收录", counts), *backing.about]
    return el("dl", *(join([el("dt", k), el("dd", v)]) for k, v in rows if v), class_="summary")


def _definitions(program: Program) -> Html:
    found = list(read_back_definitions(program).values())
    if not found:
        return Html("")
    return el("details", el("summary", f"{len(found)}个名称"), el("ul", *(el("li", x) for x in found)))


def _contents(made: list[Section], more: list[tuple[str, str]]) -> Html:
    articles = [s for s in made if s.kind == "条"]
    items = [el("li", el("a", _entry(s), href=f"#{s.anchor}"), _paragraphs(s, made)) for s in articles]
    rest = [el("li", el("a", name, href=f"#{anchor}")) for name, anchor in (*(c[:2] for c in CHAPTERS), *more)]
    return el("ul", *items, *rest)


def _entry(article: Section) -> str:
    """第二条 as it is headed; of a 一、 text with what it is about, for its title stands in the words: 三、政策兑现."""
    listed = article.quotes and article.number[:1] not in "0123456789" and article.heading == article.number
    return f"{article.heading}、{matter_text(article.quotes[0].words)}" if listed else article.heading


def _paragraphs(article: Section, made: list[Section]) -> Html:
    own = [s for s in made if s.kind == "款" and s.number.startswith(f"{article.number}(")]
    if not own:
        return Html("")
    return el("span", *(el("a", s.heading.removeprefix(clause_name(article.number)), href=f"#{s.anchor}", aria_label=s.heading) for s in own), class_="ks")
