"""The page put together: template, style and script are files beside this one and go inside the output.

The chapters after the law as HTML: readings, caps, figures, worked cases, facts, parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from string import Template
from typing import assert_never

from xcrules.draft.labels import Where, labels
from xcrules.meaning.program import Case, Program, Reading
from xcrules.tell.readback import clause_name, read_back_definitions, read_back_policy
from xcrules.tell.readback.names import matter_text, place_name
from xcrules.tell.readback.reported import expected_text, plain_text

from . import tables
from .backing import NOTHING, Backing, strip
from .law import law, permalink, tag_link
from .markup import Html, el, join, script_json, table
from .tables import Table
from .view import Section, anchor_of, bare_title, case_anchor, places, sections


def _clause_link(number: str) -> Html:
    """A link to the 款; the policy's own rules have none."""
    return el("a", place_name(number), href=f"#{anchor_of(number)}") if number else Html(place_name(number))


def _cell(cell: tables.Cell) -> object:
    match cell:
        case str():
            return cell
        case tables.Clauses(numbers):
            return join([_clause_link(n) for n in numbers], "、") if numbers else "—"
        case tables.Tags(pairs):
            return join([tag_link(n, x) for n, x in pairs], " ")
        case tables.Marked(pieces):
            return join(el("strong", text) if changed else text for text, changed in pieces) if pieces else "—"
        case tables.State(text):
            return el("span", text, class_="state" if text == "现行" else "state alt")
        case tables.FigureRow(text, anchor):
            return el("b", text, id=anchor or None)
        case tables.Quoted(text):
            return f"「{text}」"
        case _:
            assert_never(cell)


def _table(made: tables.Table, caption: str = "") -> Html:
    return table(made.head, ([_cell(x) for x in row] for row in made.rows), caption or made.title)


# -- 读法 -------------------------------------------------------------------------------------------------


def readings(program: Program, sections: list[Section], backing: Backing) -> Html:
    if not program.readings:
        return el("p", "没有登记读法。")
    intro = el("p", "法律文字没有写死的地方。每处列出问题、各种读法和理由；选一种读法，页面标出属于它的注，复述随之改变。", class_="intro")
    reset = el("p", el("button", "恢复全部默认读法", type="button", id="reset"), class_="js")
    at = places(sections)
    return join([intro, reset, *(_reading(r, at.get(r.number, ()), backing) for r in program.readings)])


def _reading(r: Reading, at: tuple[Section, ...], backing: Backing) -> Html:
    head = el("h3", r.number, " ", el("span", f"风险{r.risk}", class_=f"risk r{'高中低'.find(r.risk)}"),
              el("span", r.clause, class_="at"), permalink(r.number, r.number))
    quoted = (el("p", f"「{r.words}」", class_="words"),) if r.words else ()
    why = (el("p", el("b", "理由 "), r.reason),) if r.reason else ()
    settled = (el("p", el("b", "解释 "), r.interpretation),) if r.interpretation else ()
    noted = (el("p", el("b", "注在 "), join([el("a", x.heading, href=f"#{x.anchor}") for x in at], "、")),) if at else ()
    return el(
        "article", head, *quoted, el("p", r.question), _choices(r), *noted, *why, *settled, strip(backing.readings.get(r.number, ())), id=r.number,
        class_="card s", data_default=r.default,
    )


def _choices(r: Reading) -> Html:
    needs = dict(r.manual)
    return el("ul", *(_choice(r, x, needs) for x in r.choices), class_="choices")


def _choice(r: Reading, choice: str, needs: dict[str, str]) -> Html:
    if choice in needs:
        return el("li", el("span", choice, class_="manual"), el("span", f"没有建模，另需人工：{needs[choice]}", class_="need"))
    default = el("span", "默认", class_="default") if choice == r.default else Html("")
    button = el("button", choice, type="button", class_="choice", data_reading=r.number, data_choice=choice,
                aria_pressed="true" if choice == r.default else "false")
    return el("li", button, default)


# -- 上限, 数额, 案例, 事实, 参数 ---------------------------------------------------------------------------------


def cases(program: Program, sections: list[Section], backing: Backing) -> Html:
    return join(_case(i, k, backing.cases.get(k.name, "")) for i, k in enumerate(program.cases)) if program.cases else el("p", "没有案例。")


def _case(index: int, case: Case, wrong: str) -> Html:
    chosen = [tag_link(n, x) for n, x in case.readings]
    facts = el("dl", *(join([el("dt", k), el("dd", _fact_value(v))]) for k, v in case.facts.items()))
    result = el("ul", *(el("li", _clause_link(x.clause), "：", expected_text(x)) for x in case.checks))
    differs = (el("p", el("b", "不符 "), wrong, class_="wrong"),) if wrong else ()
    return el("article", el("h3", case.name, " ", *chosen), result, *differs, el("details", el("summary", "事实"), facts), class_="card s", id=case_anchor(index))


def overview(made: tables.Table) -> Html:
    """How far each clause is backed."""
    intro = ("“案例看到”是各行的条件成立与不成立、每一档、上限的低于等于高于、各种状态，案例见过多少；“改动发现”是把一行改错一处，案例或检查会不会发现；"
             "“已证”对范围以内的所有企业成立。每一行旁边点开，是逐条的话；不成立的，举出事实。✗ 是错，! 供判断，? 没有证出来。")
    return join([el("p", intro, class_="intro"), _table(made)])


def _fact_value(value: object) -> Html:
    if isinstance(value, list) and value:
        return el("ol", *(el("li", plain_text(x)) for x in value))
    return el("span", plain_text(value))


def facts(program: Program, sections: list[Section], backing: Backing) -> Html:
    return join(_facts(t) for t in tables.facts(program))


def _facts(t: tables.Table) -> Html:
    head = el("h3", t.title, el("span", t.note, class_="at"), permalink(f"事实-{t.title}", t.title))
    return el("section", head, _table(t, f"{t.title}的各栏"), id=f"事实-{t.title}", class_="facts")


def parameters(program: Program, sections: list[Section], backing: Backing) -> Html:
    return join(_table(t, f"{t.title}（{t.note}）") for t in tables.parameters(program)) if program.parameters else el("p", "没有参数。")


CHAPTERS: tuple[tuple[str, str, Callable[[Program, list[Section], Backing], Html]], ...] = (
    ("读法", "readings", readings), ("上限", "caps", lambda program, *_: _table(tables.limits(program))), ("数额", "amounts", lambda program, *_: _table(tables.amounts(program))),
    ("案例", "cases", cases), ("事实", "facts", facts), ("参数", "parameters", parameters),
)
COMPARED, BACKED = ("修改对照", "compared"), ("证据", "backed")


def publish_html(program: Program, compared: Sequence[Table] = (), backing: Backing = NOTHING) -> str:
    """One HTML file that needs nothing else; every text of the policy is escaped. What was `compared` with another text stands last."""
    made = sections(program)
    title = bare_title(program.title) or program.name
    rest = join(_chapter(name, anchor, build(program, made, backing)) for name, anchor, build in CHAPTERS)
    more = [
        *([(*BACKED, overview(backing.overview))] if backing.overview else []),
        *([(*COMPARED, join(_table(t) for t in compared))] if compared else []),
    ]
    rest = join([rest, *(_chapter(*x) for x in more)])
    return Template(_resource("page.html")).substitute(
        title=el("title", title),
        style=_resource("page.css"),
        script=_resource("page.js"),
        heading=el("h1", title),
        summary=_summary(program, backing),
        contents=_contents(made, [x[:2] for x in more]),
        law=law(made, program, backing),
        rest=rest,
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
