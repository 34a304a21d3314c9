"""The chapters after the law as HTML: readings, caps, figures, worked cases, facts, parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from xcrules.meaning.program import Case, Program, Reading
from xcrules.tell.readback.names import place_name
from xcrules.tell.readback.reported import expected_text, plain_text

from . import tables
from .backing import Backing, strip
from .law import permalink, tag_link
from .markup import Html, el, join, table
from .view import Section, anchor_of, case_anchor, places


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


def compared(made: Iterable[tables.Table]) -> Html:
    """What an amendment changes, side by side."""
    return join(_table(t) for t in made)


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
    return el("article", head, *quoted, el("p", r.question), _choices(r), *noted, *why, *settled, strip(backing.readings.get(r.number, ())), id=r.number, class_="card s",
              data_default=r.default)


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


def limits(program: Program, sections: list[Section], backing: Backing) -> Html:
    return _table(tables.limits(program))


def amounts(program: Program, sections: list[Section], backing: Backing) -> Html:
    return _table(tables.amounts(program))


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
