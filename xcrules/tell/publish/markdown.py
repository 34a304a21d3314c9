"""The same page as Markdown: for a repository, a mail, a diff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from xcrules.draft.labels import Label
from xcrules.draft.syntax import Let, Line
from xcrules.meaning import rules
from xcrules.meaning.program import Program, Reading
from xcrules.tell.readback import read_back_policy
from xcrules.tell.readback.names import place_name
from xcrules.tell.readback.reported import expected_text, plain_text

from . import tables
from .backing import NOTHING, Backing, Score, lines_of
from .view import Section, bare_title, choice_state, is_note, sections

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def safe(text: object) -> str:
    """A piece of text that Markdown takes as it stands, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def publish_markdown(program: Program, compared: Sequence[tables.Table] = (), backing: Backing = NOTHING) -> str:
    """The policy as Markdown: the law as quotations, its notes as lists, the read-back beneath, then tables; what was `compared` with another text last."""
    said = read_back_policy(program)
    if not _named_outside(program):
        said.pop("定义", None)  # each is said beneath the words that define it
    head = [f"# {safe(bare_title(program.title) or program.name)}", *([safe(program.number)] if program.number else [])]
    about = [f"**{k}**：{safe(v)}" for k, v in (*said.items(), *backing.about)]
    more = [*(["## 证据", _table(backing.overview)] if backing.overview else []), *(["## 修改对照", *_titled(list(compared))] if compared else [])]
    blocks = [*head, *about, *(b for s in sections(program) for b in _section(s, program, backing)), *_rest(program, backing), *more]
    return "\n\n".join(blocks) + "\n"


def _named_outside(program: Program) -> bool:
    """Whether a 定义 stands beneath no quote of the law."""
    beneath = {line.body.key for f in program.document.files for q in f.quotes for line in q.lines
               if line.label == Label.DEFINITION and isinstance(line.body, Let)}
    return any(r.body.name not in beneath for r in program.policy_rules if isinstance(r.body, rules.Let))


def _section(section: Section, program: Program, backing: Backing) -> list[str]:
    level = "##" if section.kind != "款" else "###"
    blocks = [f"{level} {safe(section.heading)}"]
    for quote in section.quotes:
        blocks.append("\n".join(f"> {safe(x)}" for x in quote.words.strip().splitlines()))
        blocks += _backed(backing.lines.get((quote.span.source.name, quote.span.start), ()))
        blocks += _notes(quote.lines, program, backing)
    if section.said.get(""):
        blocks.append(f"**复述**：{safe(section.said[''])}")
    if section.number and not section.again:
        found = tables.expected_of(section.number, program)
        blocks += ["\n".join(["**案例**：", "", *(f"- {safe(case.name)}：{safe(text)}{'（不符）' if backing.cases.get(case.name) else ''}" for _, case, text in found)])] if found else []
        blocks += _backed(backing.clauses.get(section.number, ()))
    return blocks


def _backed(scores: tuple[Score, ...]) -> list[str]:
    return ["\n".join(["**证据**：", "", *lines_of(scores, safe)])] if scores else []


def _notes(lines: Iterable[Line], program: Program, backing: Backing) -> list[str]:
    blocks: list[str] = []
    for line in filter(is_note, lines):
        tags = f"〔{_tags(((t.reading, t.choice) for t in line.tags), '，')}〕" if line.tags else ""
        state = f"（{found}）" if (found := choice_state(line, program)) else ""
        item = f"- **{safe(line.label)}**{safe(tags)}{state}：{safe(line.text)}"
        item = "\n".join([item, *lines_of(backing.lines.get((line.content.source.name, line.content.start), ()), safe, "  ")])
        if line.rows:
            head, *rest = [tuple(r.texts()) for r in line.rows]
            blocks += [item, _table(tables.Table("", "", tuple(map(safe, head)), list(rest)))]
        elif blocks and blocks[-1].startswith("- "):
            blocks[-1] += "\n" + item
        else:
            blocks.append(item)
    return blocks


def _table(made: tables.Table) -> str:
    body = ["| " + " | ".join(safe(_cell(x)) for x in row) + " |" for row in made.rows]
    return "\n".join(["| " + " | ".join(made.head) + " |", "|" + " --- |" * len(made.head), *body])


def _cell(cell: tables.Cell) -> str:
    match cell:
        case str():
            return cell
        case tables.Clauses(numbers):
            return "、".join(place_name(n) for n in numbers)
        case tables.Tags(pairs):
            return _tags(pairs)
        case tables.Marked(pieces):
            return "".join(text for text, _ in pieces) or "—"
        case tables.State(text) | tables.FigureRow(text, _) | tables.Quoted(text):
            return text
        case _:
            assert_never(cell)


def _tags(tags: Iterable[tuple[str, str]], between: str = " ") -> str:
    return between.join(f"{n} {x}".strip() for n, x in tags)


def _rest(program: Program, backing: Backing) -> list[str]:
    return [
        "## 读法", *([_readings(program)] if program.readings else ["没有登记读法。"]),
        "## 上限", _table(tables.limits(program)),
        "## 数额", _table(tables.amounts(program)),
        *(["**证据**：\n\n" + "\n".join(x for n, scores in backing.readings.items() for x in [f"- {safe(n)}", *lines_of(scores, safe, "  ")])] if backing.readings else []),
        "## 案例", *(_cases(program) or ["没有案例。"]),
        "## 事实", *_titled(tables.facts(program)),
        "## 参数", *(_titled(tables.parameters(program)) or ["没有参数。"]),
    ]


def _titled(made: list[tables.Table]) -> list[str]:
    """Each under its name, with what holds of all its rows: how it is filled in, the limits of a figure."""
    return [block for t in made for block in (f"### {safe(t.title)}" + (f"（{safe(t.note)}）" if t.note else ""), _table(t))]


def _readings(program: Program) -> str:
    rows: list[tables.Row] = [
        (r.number, r.clause, r.risk, r.words, r.question, _choices(r), r.interpretation or r.reason) for r in program.readings
    ]
    return _table(tables.Table("读法", "", ("号", "条款", "风险", "原文", "问题", "读法（默认在前）", "理由"), rows))


def _choices(r: Reading) -> str:
    needs = dict(r.manual)
    ordered = [r.default, *(x for x in r.choices if x != r.default)]
    return "；".join(f"{x}（另需人工：{needs[x]}）" if x in needs else x for x in ordered)


def _cases(program: Program) -> list[str]:
    blocks = []
    for case in program.cases:
        tags = f"（{_tags(case.readings)}）" if case.readings else ""
        facts = [f"- {safe(k)}：{safe(plain_text(v))}" for k, v in case.facts.items()]
        checks = [f"- **{safe(place_name(x.clause))}**：{safe(expected_text(x))}" for x in case.checks]
        blocks += [f"### {safe(case.name + tags)}", "\n".join([*facts, *checks])]
    return blocks
