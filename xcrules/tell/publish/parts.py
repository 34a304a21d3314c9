"""The sections after the law: readings, caps, figures, worked cases, facts, parameters."""

from __future__ import annotations

from xcrules.facts.tables import FactField, FactTable, ParameterTable
from xcrules.facts.types import show
from xcrules.meaning.program import Case, Program, Reading
from xcrules.tell.readback import clause_name

from .law import permalink, tag_link
from .markup import Html, el, join, table
from .view import Section, anchor_of, caps, expected_text, figures, places, plain_text, sections, state_text, uses


def clause_link(number: str) -> Html:
    """A link to the 款; the policy's own rules have none."""
    return el("a", clause_name(number), href=f"#{anchor_of(number)}") if number else Html("全规定")


def links(numbers: tuple[str, ...]) -> Html:
    return join([clause_link(n) for n in numbers], "、") if numbers else Html("—")


def _tag_links(tags: tuple[tuple[str, str], ...]) -> Html:
    return join([tag_link(n, x) for n, x in tags], " ")


# -- 读法 -------------------------------------------------------------------------------------------------


def readings(program: Program) -> Html:
    intro = el("p", "法律文字没有写死的地方。每处列出问题、各种读法和理由；选一种读法，页面标出属于它的注，复述随之改变。",
               class_="intro")
    reset = el("p", el("button", "恢复全部默认读法", type="button", id="reset"), class_="js")
    at = places(sections(program))
    return join([intro, reset, *(_reading(r, at.get(r.number, ())) for r in program.readings)]) if program.readings else el("p", "没有登记读法。")


def _reading(r: Reading, at: tuple[Section, ...]) -> Html:
    head = el("h3", r.number, " ", el("span", f"风险{r.risk}", class_=f"risk r{'高中低'.find(r.risk)}"),
              el("span", r.clause, class_="at"), permalink(r.number, r.number))
    quoted = (el("p", f"「{r.words}」", class_="words"),) if r.words else ()
    why = (el("p", el("b", "理由 "), r.reason),) if r.reason else ()
    settled = (el("p", el("b", "解释 "), r.interpretation),) if r.interpretation else ()
    noted = (el("p", el("b", "注在 "), join([el("a", x.heading, href=f"#{x.anchor}") for x in at], "、")),) if at else ()
    return el("article", head, *quoted, el("p", r.question), _choices(r), *noted, *why, *settled, id=r.number, class_="card s",
              data_default=r.default)


def _choices(r: Reading) -> Html:
    needs = dict(r.manual)
    return el("ul", *(_choice(r, x, needs) for x in r.choices), class_="choices")


def _choice(r: Reading, choice: str, needs: dict[str, str]) -> Html:
    default = el("span", "默认", class_="default") if choice == r.default else Html("")
    if choice in needs:
        return el("li", el("span", choice, class_="manual"), el("span", f"没有建模，另需人工：{needs[choice]}", class_="need"))
    button = el("button", choice, type="button", class_="choice", data_reading=r.number, data_choice=choice,
                aria_pressed="true" if choice == r.default else "false")
    return el("li", button, default)


# -- 上限, 数额 -------------------------------------------------------------------------------------------


def limits(program: Program) -> Html:
    rows = [
        (clause_link(n), _state(r.origin.tags, program), r.origin.label, " ".join(r.origin.text.split()),
         f"「{''.join(r.origin.words.split())}」", _tag_links(r.origin.tags))
        for n, r in caps(program)
    ]
    return table(("款", "效力（默认读法下）", "栏目", "内容", "原文", "读法"), rows, "上限、下限与限次")


def _state(tags: tuple[tuple[str, str], ...], program: Program) -> Html:
    """现行, or with which choice of a reading the line would stand."""
    text = state_text(tags, program)
    return el("span", text, class_="state" if text == "现行" else "state alt")


def amounts(program: Program) -> Html:
    rows = [
        (clause_link(f.number), el("b", f.text), _state(f.tags, program), f.label, f.line, f"「{f.words}」", _tag_links(f.tags))
        for f in figures(program)
    ]
    return table(("款", "数额", "效力（默认读法下）", "栏目", "内容", "原文", "读法"), rows, "规定里的每一个数额")


# -- 案例 -------------------------------------------------------------------------------------------------


def cases(program: Program) -> Html:
    return join(_case(k) for k in program.cases) if program.cases else el("p", "没有案例。")


def _case(case: Case) -> Html:
    chosen = [tag_link(n, x) for n, x in case.readings]
    facts = el("dl", *(join([el("dt", k), el("dd", _fact_value(v))]) for k, v in case.facts.items()))
    result = el("ul", *(el("li", clause_link(x.clause), "：", expected_text(x)) for x in case.checks))
    return el("article", el("h3", case.name, " ", *chosen), result, el("details", el("summary", "事实"), facts), class_="card s")


def _fact_value(value: object) -> Html:
    if isinstance(value, list) and value:
        return el("ol", *(el("li", plain_text(x)) for x in value))
    return el("span", plain_text(value))


# -- 事实, 参数 -------------------------------------------------------------------------------------------


def facts(program: Program) -> Html:
    read = uses(program)
    return join(_facts(t, read) for t in program.schema.tables)


def _facts(t: FactTable, read: dict[tuple[str, str], tuple[str, ...]]) -> Html:
    kind = {"顶层": "直接填报", "名单": f"名单，逐{t.each}填报", "一份": "填一份"}[t.kind]
    note = "；没有填报的按没有计算" if t.closed else ""
    rows = [_fact(f, read.get((f.table, f.name), ())) for f in t.fields]
    head = el("h3", t.name, el("span", kind + note + (f"；{t.role}" if t.role else ""), class_="at"),
              permalink(f"事实-{t.name}", t.name))
    return el("section", head, table(("名称", "类型", "谁认定、缺了怎么办", "用于", "说明"), rows, f"{t.name}的各栏"),
              id=f"事实-{t.name}", class_="facts")


def _fact(f: FactField, numbers: tuple[str, ...]) -> tuple[object, ...]:
    role = f"；角色：{f.role}" if f.role else ""
    return el("b", f.name), str(f.type), requirement(f) + role, links(numbers), f.note


def requirement(f: FactField) -> str:
    """Who certifies it and what its absence means, in words."""
    who = "由" + f.source.partition(" ")[2] + f.source.partition(" ")[0] if " " in f.source else f.source
    absent = (
        f"缺省 {show(f.default, f.type)}" if f.default is not None
        else "缺省取参数" if f.parameter
        else "可以不填" if f.optional
        else "没有填报的按没有计算" if f.closed
        else "必填，缺了是未知"
    )
    return "；".join(x for x in (who or "企业填报", absent, "可以为负" if f.signed else "") if x)


def parameters(program: Program) -> Html:
    return join(_parameter(t) for t in program.parameters) if program.parameters else el("p", "没有参数。")


def _parameter(t: ParameterTable) -> Html:
    rows = [(show(year) + "年", "未公布" if value is None else show(value, t.type), source) for year, value, source in t.values]
    return table(("年度", "值", "来源"), rows, f"{t.name}（{t.type}）")
