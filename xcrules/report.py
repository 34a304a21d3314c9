"""Findings and decisions as text for people: source lines with carets, tables, totals. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from .decision import ClauseDecision, Decision, Reason
from .diagnostic import Diagnostic, Severity
from .money import Unlimited, money_text
from .results import CONTINUED, DISCRETION, GRANTED, PENDING
from .source import Span, display_width

WIDTH = 110

# -- findings ---------------------------------------------------------------------------------------------


def render_diagnostics(found: Iterable[Diagnostic]) -> str:
    """Every finding with its source line, one after another, and a last line that counts them."""
    found = list(found)
    blocks = [render_diagnostic(d) for d in found]
    wrong = sum(d.is_error for d in found)
    counts = [f"{n} 处{what}" for n, what in ((wrong, Severity.ERROR), (len(found) - wrong, Severity.WARNING)) if n]
    return "\n\n".join([*blocks, "共 " + "，".join(counts)]) if found else ""


def render_diagnostic(d: Diagnostic) -> str:
    lines = [f"{d.severity} {d.code}：{d.message}"]
    if d.span:
        lines += _source_lines(d.span)
    elif d.path:
        lines.append(f"  --> {d.path}")
    for related in d.related:
        lines += [f"  另见 {related.span}：{related.message}"]
    lines += [f"  提示：{d.help}"] if d.help else []
    lines += [f"  改法：{f.title}" for f in d.fixes if f.title not in d.help]
    return "\n".join(lines)


def _source_lines(span: Span) -> list[str]:
    """The first line of a span with carets beneath it, aligned under full-width characters."""
    number, column = span.source.place(span.start)
    raw = span.source.line_text(number).replace("\t", " ")
    start, end = column - 1, min(column - 1 + max(span.end - span.start, 1), max(len(raw), column))
    raw, start, end = _clipped(raw, start, end)
    gutter = " " * len(str(number))
    lead = " " * display_width(raw[:start])
    return [
        f"  --> {span}",
        f" {gutter} |",
        f" {number} | {raw}",
        f" {gutter} | {lead}{'^' * max(display_width(raw[start:end]), 1)}",
    ]


def _clipped(raw: str, start: int, end: int) -> tuple[str, int, int]:
    """A long line shown around the place only."""
    if display_width(raw) <= WIDTH:
        return raw, start, end
    left = max(start - 20, 0)
    piece = raw[left : left + 50]
    mark = "……" if left else ""
    return mark + piece + "……", start - left + len(mark), min(end - left, len(piece)) + len(mark)


# -- decisions ----------------------------------------------------------------------------------------------

_COLOURS = {GRANTED: "green", CONTINUED: "green", DISCRETION: "cyan", PENDING: "yellow"}


def rendered(*parts: object, colour: bool = False, width: int = WIDTH) -> str:
    """Rich renderables as text."""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None,
                      legacy_windows=False, highlight=False)  # fmt: skip
    for part in parts:
        console.print(part)
    return out.getvalue().rstrip("\n")


def decision_table(decision: Decision) -> Table:
    """One row for each clause: status, amount or bound, what to know about it."""
    table = Table(title=decision.policy, title_style="bold", header_style="bold", pad_edge=False)
    for name, justify in (("款", "left"), ("事项", "left"), ("状态", "left"), ("金额或上限", "right"), ("说明", "left")):
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name in ("款", "状态", "金额或上限"))  # type: ignore[arg-type]
    for clause in decision.clauses:
        colour = _COLOURS.get(clause.status, "dim")
        table.add_row(clause.number, short_words(clause.words), Text(clause.status, style=colour), amount_text(clause),
                      clause_notes(clause))  # fmt: skip
    return table


def short_words(words: str, most: int = 16) -> str:
    """The beginning of the clause's own words, without its number."""
    text = words.partition("）")[2] if words.startswith("（") else words
    return text if len(text) <= most else text[:most] + "…"


def amount_text(clause: ClauseDecision) -> str:
    if clause.amount is not None and (clause.amount or clause.status == GRANTED):
        return money_text(clause.amount)
    if clause.bound is not None:
        return "至多 " + money_text(clause.bound)
    span = clause.amount_range or clause.bound_range
    if clause.status == PENDING and span and (span[1] != 0):
        high = "不限" if isinstance(span[1], Unlimited) else money_text(span[1])
        return f"{money_text(span[0])} 至 {high}"
    return "" if clause.status in (PENDING,) else "—"


def clause_notes(clause: ClauseDecision) -> str:
    """What a person should know at a glance: instalments, what is missing, what was cut, disputes."""
    notes = []
    if clause.this_year is not None and clause.this_year:
        years = "".join(f"，{y}年 {money_text(x)}" for y, x in (clause.schedule or ())[1:])
        notes.append(f"本年拨付 {money_text(clause.this_year)}{years}")
    if clause.bound is not None and clause.amount is not None:
        notes.append(f"已核定，上限 {money_text(clause.bound)}")
    if clause.missing:
        notes.append("待补：" + "、".join(clause.missing[:4]) + ("等" if len(clause.missing) > 4 else ""))
    notes += [f"封顶前 {money_text(k.before[0])}" for k in clause.caps if k.before[0] == k.before[1] != k.after[0] == k.after[1]
              and not isinstance(k.before[0], Unlimited)]  # fmt: skip
    notes += [f"竞合 {x.matter}：{money_text(x.before[0])}→{money_text(x.after[0])}" for x in clause.conflicts if x.before != x.after]
    if clause.disputes:
        notes.append("争议：" + "、".join(clause.disputes))
    return "；".join(notes)


def decision_summary(decision: Decision) -> str:
    """The total, this year's payment, what is missing and what was assumed."""
    low, high = decision.total
    lines = []
    if low == high:
        lines.append(f"合计应予支持 {money_text(low)}")
    else:
        lines.append(f"合计介于 {money_text(low)} 与 {money_text(high)} 之间，要看待补充的事实")
    if decision.this_year != low:
        lines.append(f"本年度拨付 {money_text(decision.this_year)}")
    open_bounds = [k for k in decision.clauses if k.status == DISCRETION]
    if open_bounds:
        lines.append("另有待主管部门核定：" + "；".join(f"{k.number} 至多 {money_text(k.bound or 0)}" for k in open_bounds))  # type: ignore[arg-type]
    if decision.missing:
        lines.append("待补充：" + "、".join(decision.missing))
    lines += [f"请注意：{w}" for w in decision.warnings]
    if decision.assumed:
        lines.append("没有填报 " + "、".join(decision.assumed) + "，按无既往支持计算")
    if decision.changed_readings:
        lines.append("改用的读法：" + "、".join(f"{n} {x}" for n, x in decision.changed_readings))
    return "\n".join(lines)


def readings_table(decision: Decision) -> Table:
    """Which readings change this enterprise's money, and by how much."""
    table = Table(title="换一种读法", header_style="bold", pad_edge=False)
    for name in ("款", "读法", "风险", "现取", "现结果", "备选", "备选的结果"):
        table.add_column(name, overflow="fold")
    from .results import shown

    for clause in decision.clauses:
        for use in clause.readings:
            for other in use.alternatives:
                if other.differs:
                    table.add_row(clause.number, use.number, use.risk, use.choice, shown(clause), other.choice, other.outcome)
                elif other.outcome is None and use.risk == "高" and use.disputed:
                    table.add_row(clause.number, use.number, use.risk, use.choice, shown(clause), other.choice,
                                  f"未建模（另需人工：{other.needs}）")  # fmt: skip
    return table


def reason_tree(reasons: list[Reason]) -> Tree:
    """The reasons of a clause: the first is the root, the others hang beneath it."""
    root = Tree(_reason_label(reasons[0], root=True), guide_style="dim")
    for kid in (*reasons[0].kids, *reasons[1:]):
        if kid.value or kid.kids or kid.holds is not None:
            _grow(root, kid)
    return root


def _grow(tree: Tree, reason: Reason) -> None:
    branch = tree.add(_reason_label(reason))
    for kid in reason.kids:
        _grow(branch, kid)


_MARKS = {True: ("✓ ", "green"), False: ("✗ ", "red"), None: ("", "")}


def _reason_label(reason: Reason, root: bool = False) -> Text:
    mark, colour = _MARKS[reason.holds]
    label = Text(mark, style=colour)
    label.append(reason.text, style="bold" if root else "")
    if reason.value:
        label.append("：" if reason.text else "").append(reason.value, style="bold")
    if reason.note:
        label.append(f"（{reason.note}）", style="dim")
    if reason.words:
        label.append(f"\n「{reason.words}」", style="italic dim")
    return label
