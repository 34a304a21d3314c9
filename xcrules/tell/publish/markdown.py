"""The same page as Markdown: for a repository, a mail, a diff."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xcrules.draft.syntax import Line
from xcrules.facts.types import show
from xcrules.meaning.program import Program, Reading
from xcrules.tell.readback import clause_name, read_back_policy

from .parts import requirement
from .view import Section, caps, choice_state, expected_text, figures, is_note, plain_text, sections, state_text, uses

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def safe(text: object) -> str:
    """A piece of text that Markdown takes as it stands, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def publish_markdown(program: Program) -> str:
    """The policy as Markdown: the law as quotations, its notes as lists, the read-back beneath, then tables."""
    said = read_back_policy(program)
    head = [f"# {safe(program.title.strip('《》') or program.name)}", *([safe(program.number)] if program.number else [])]
    blocks = [*head, *(f"**{k}**：{safe(v)}" for k, v in said.items()), *_law(program), *_rest(program)]
    return "\n\n".join(blocks) + "\n"


def _law(program: Program) -> list[str]:
    return [b for s in sections(program) for b in _section(s, program)]


def _section(section: Section, program: Program) -> list[str]:
    level = "##" if section.kind != "款" else "###"
    blocks = [f"{level} {safe(section.heading)}"]
    for quote in section.quotes:
        blocks.append("\n".join(f"> {safe(x)}" for x in quote.words.strip().splitlines()))
        blocks += _notes(quote.lines, program)
    if section.said.get(""):
        blocks.append(f"**复述**：{safe(section.said[''])}")
    return blocks


def _notes(lines: Iterable[Line], program: Program) -> list[str]:
    blocks: list[str] = []
    for line in filter(is_note, lines):
        tags = f"〔{'，'.join(f'{t.reading} {t.choice}'.strip() for t in line.tags)}〕" if line.tags else ""
        state = f"（{found}）" if (found := choice_state(line, program)) else ""
        item = f"- **{safe(line.label)}**{safe(tags)}{state}：{safe(line.text)}"
        if line.rows:
            head, *rest = [r.texts() for r in line.rows]
            blocks += [item, table(head, rest)]
        elif blocks and blocks[-1].startswith("- "):
            blocks[-1] += "\n" + item
        else:
            blocks.append(item)
    return blocks


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = [safe(x) for x in head]
    body = ["| " + " | ".join(safe(x) for x in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(names) + " |", "|" + " --- |" * len(names), *body])


def _name(number: str) -> str:
    return clause_name(number) if number else "全规定"


def _tags(tags: tuple[tuple[str, str], ...]) -> str:
    return " ".join(f"{n} {x}".strip() for n, x in tags)


def _rest(program: Program) -> list[str]:
    limits = [(_name(n), state_text(r.origin.tags, program), r.origin.label, r.origin.text, r.origin.words, _tags(r.origin.tags))
              for n, r in caps(program)]
    amounts = [(_name(f.number), f.text, state_text(f.tags, program), f.label, f.line, f.words, _tags(f.tags)) for f in figures(program)]
    return [
        "## 读法", *([_readings(program)] if program.readings else ["没有登记读法。"]),
        "## 上限", table(("款", "效力（默认读法下）", "栏目", "内容", "原文", "读法"), limits),
        "## 数额", table(("款", "数额", "效力（默认读法下）", "栏目", "内容", "原文", "读法"), amounts),
        "## 案例", *(_cases(program) or ["没有案例。"]),
        "## 事实", *_facts(program),
        "## 参数", *(_parameters(program) or ["没有参数。"]),
    ]


def _readings(program: Program) -> str:
    rows = [(r.number, r.clause, r.risk, r.words, r.question, _choices(r), r.interpretation or r.reason) for r in program.readings]
    return table(("号", "条款", "风险", "原文", "问题", "读法（默认在前）", "理由"), rows)


def _choices(r: Reading) -> str:
    needs = dict(r.manual)
    ordered = [r.default, *(x for x in r.choices if x != r.default)]
    return "；".join(f"{x}（另需人工：{needs[x]}）" if x in needs else x for x in ordered)


def _cases(program: Program) -> list[str]:
    blocks = []
    for case in program.cases:
        tags = f"（{_tags(case.readings)}）" if case.readings else ""
        facts = [f"- {safe(k)}：{safe(plain_text(v))}" for k, v in case.facts.items()]
        checks = [f"- **{safe(_name(x.clause))}**：{safe(expected_text(x))}" for x in case.checks]
        blocks += [f"### {safe(case.name + tags)}", "\n".join([*facts, *checks])]
    return blocks


def _facts(program: Program) -> list[str]:
    read = uses(program)
    blocks = []
    for t in program.schema.tables:
        rows = [(f.name, f.type, requirement(f), "、".join(_name(n) for n in read.get((f.table, f.name), ())), f.note) for f in t.fields]
        blocks += [f"### {safe(t.name)}", table(("名称", "类型", "谁认定、缺了怎么办", "用于", "说明"), rows)]
    return blocks


def _parameters(program: Program) -> list[str]:
    blocks = []
    for t in program.parameters:
        rows = [(f"{y}年", "未公布" if v is None else show(v, t.type), source) for y, v, source in t.values]
        blocks += [f"### {safe(t.name)}", table(("年度", "值", "来源"), rows)]
    return blocks
