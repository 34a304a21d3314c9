"""Decisions as text for people: tables, totals. Prints nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from xcrules.base.identity import short_name
from xcrules.base.money import Unlimited, at_most, money_text
from xcrules.base.spoken import places_spoken, spoken, visible
from xcrules.run import results
from xcrules.run.decision import ClauseDecision, Decision, Reason
from xcrules.tell.readback.names import matter_text

from .findings import WIDTH as WIDTH

_COLOURS = {results.GRANTED: "green", results.CONTINUED: "green", results.DISCRETION: "cyan", results.POOLED: "cyan", results.PENDING: "yellow"}
NARROW = 100  # columns below which notes stand beneath the matter and not beside it


def rendered(*parts: object, colour: bool = False, width: int = WIDTH) -> str:
    """Rich renderables as text; a plain string is only shown, whatever stands in it."""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None,
                      legacy_windows=False, highlight=False, markup=False, emoji=False, _environ={})
    for part in parts:
        if isinstance(part, str):
            console.print(shown_text(part), soft_wrap=True)  # the terminal breaks it where it must
        else:
            console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip("\n")


def shown_text(text: str, style: str = "") -> Text:
    """Words of facts or of the law, for a table or a tree."""
    return Text(visible(text), style=style)


def decision_table(decision: Decision, counters: Mapping[str, str] | None = None, width: int = WIDTH) -> Table:
    """One row for each clause under the title of its article: status, amount or bound, what to know about it."""
    narrow = width < NARROW
    table = Table(title=shown_text(decision.policy), title_style="bold", header_style="bold", box=SIMPLE_HEAD, pad_edge=False,
                  padding=(0, 1), width=None if not narrow else width)
    table.add_column("款", no_wrap=True)
    table.add_column("事项", overflow="fold", ratio=None if not narrow else 1)
    table.add_column("状态", no_wrap=True)
    table.add_column("金额或上限", justify="right", overflow="fold")
    if not narrow:
        table.add_column("说明", overflow="fold")
    title = ""
    for clause in decision.clauses:
        if clause.title != title and re.search(r"\s|、.", clause.title):  # 第二条 支持创新, 一、支持创新; not 第二条 alone
            table.add_row("", shown_text(clause.title, "bold"), "", "")
        title = clause.title
        _add_row(table, clause, counters or {}, narrow)
    return table


def _add_row(table: Table, clause: ClauseDecision, counters: Mapping[str, str], narrow: bool) -> None:
    colour = _COLOURS.get(clause.status, "dim")
    notes = clause_notes(clause, counters)
    matter = shown_text(matter_text(clause.words))
    if narrow and notes:
        matter.append("\n" + visible(notes), style="dim")
    apart = results.told_apart(clause)  # words as long as these would leave no room for the matter
    amount = "" if apart else amount_text(clause, "\n")
    cells = [
        shown_text(short_name(clause.number)), matter, Text(visible(clause.exempt or results.worded(clause.status, clause)), style=colour),
        shown_text(amount),
    ]
    table.add_row(*cells, *([] if narrow else [shown_text(notes)]))
    for words, money in apart:
        table.add_row("", shown_text(words), "", shown_text(money))


def amount_text(clause: ClauseDecision, between: str = " ") -> str:
    if apart := results.told_apart(clause):
        return between.join(map(" ".join, apart))
    if clause.amount is not None:
        return money_text(clause.amount) if clause.amount else "—"
    if clause.applied is not None:
        return "申请 " + money_text(clause.applied)
    if clause.bound is not None:
        return between.join(_span_words((clause.sure, clause.bound)))
    span = results.open_range(clause)
    if clause.status == results.PENDING and span and (span[1] != 0):
        return between.join(_span_words(span))
    return "" if clause.status == results.PENDING else "—"


def _span_words(span: results.AmountRange) -> tuple[str, ...]:
    """至少 3万元 at 至多 5万元, as far as each is known."""
    low, high = span
    words = (f"至少 {money_text(low)}",) if low else ()
    return (*words, at_most(high))


BEFORE = {"限次": "补差前", results.ELSEWHERE: "竞合前"}  # a cap


def clause_notes(clause: ClauseDecision, counters: Mapping[str, str] | None = None) -> str:
    """What a person should know at a glance: why nothing, instalments, what is missing, what was cut, disputes."""
    counters = counters or {}
    notes = [clause.reason] if clause.reason else []
    if not results.told_apart(clause) and (parts := results.of_parts(clause)):
        notes.append("，".join(parts))
    if clause.this_year is not None and (clause.this_year or clause.schedule or clause.waiting):
        notes.append(f"本年拨付 {money_text(clause.this_year)}{_later(clause)}")
    if clause.bound is not None and clause.amount is not None and (who := _settled(clause)):
        notes.append(who if isinstance(clause.bound, Unlimited) else f"{who}，{'上限' if who == _ALL else '合计至多'} {money_text(clause.bound)}")
    if clause.missing:
        first = "、".join(spoken(m, counters) for m in clause.missing[:4])
        notes.append(f"待补：{first}" + (f" 等 {len(clause.missing)} 项" if len(clause.missing) > 4 else ""))
    if not clause.reason and clause.at_hand:
        # of the whole clause only: explain tells what was cut of one 分项 or one item
        notes += [f"{BEFORE.get(k.label, '封顶前')} {money_text(k.before[0])}" for k in clause.caps
                  if k.before[0] == k.before[1] != k.after[0] == k.after[1] == clause.amount and not isinstance(k.before[0], Unlimited)]
        notes += [f"竞合：{x.matter} 由 {money_text(x.before[0])} 减为 {money_text(x.after[0])}"
                  for x in clause.conflicts if x.before != x.after and x.before[0] == x.before[1] and x.after[0] == x.after[1]]
    if clause.disputes:
        notes.append("争议 " + "、".join(clause.disputes))
    return "；".join(notes)


_ALL = "已核定"


def _settled(clause: ClauseDecision) -> str:
    """What of a clause with 裁量 an authority has settled; of what the rules alone reckoned it is not said."""
    items = [x for x in clause.items if x.counts]
    recorded = [x.recorded is not None for x in items]
    reckoned = any(x.amount and x.recorded is None for x in items)
    return "" if not any(recorded) else "须核定的部分已核定" if reckoned else _ALL


def _later(clause: ClauseDecision) -> str:
    """What is paid after this year, and on what; beside earlier grants that go on, the whole plan of the new one."""
    plan = clause.schedule or ()
    now = bool(clause.this_year) and not clause.history
    told = [f"{y}年 {money_text(x)}" for y, x in plan[now:]] + [f"待{event} {money_text(x)}" for event, x in clause.waiting]
    return "，" * bool(told) + ("新核定的 " if clause.history and told else "") + "，".join(told)


def decision_summary(decision: Decision, counters: Mapping[str, str] | None = None) -> str:
    """The total, this year's payment, what is missing, what is disputed and what was assumed."""
    counters = counters or {}
    found = {words: span for words, span in decision.totals.items() if span[1]}  # what comes to nothing is told by its clause
    found = found or (dict(decision.totals) if len(decision.totals) == 1 else results.totals(()))
    lines = [f"合计{words if span[0] or words != results.GRANTED else ''} {money_text(span[0])}" if span[0] == span[1] else f"合计{words if len(found) > 1 or words != results.GRANTED else ''}{_sure(span)}，要看待补充的事实"
             for words, span in found.items()]
    lines += _this_year(decision)
    open_bounds = [k for k in decision.clauses if k.status == results.DISCRETION]
    lines += _each("另有待主管部门核定：", open_bounds)
    lines += _each("另有待统筹，不在合计之内：", [k for k in decision.clauses if k.status == results.POOLED])
    if decision.missing:
        lines.append("待补充：" + "、".join(spoken(m, counters) for m in decision.missing))
    lines += _disputed(decision)
    lines += [f"请注意：{places_spoken(w.message, counters)}" for w in decision.warnings]
    if decision.assumed:
        lines.append("没有填报 " + "、".join(decision.assumed) + "，按无既往支持计算")
    if decision.without:
        lines.append("没有填报 " + "、".join(decision.without) + "，按没有计算")
    if decision.changed_readings:
        lines.append("改用的读法：" + "、".join(f"{n} {x}" for n, x in decision.changed_readings))
    return visible("\n".join(lines))


def _each(head: str, clauses: list[ClauseDecision]) -> list[str]:
    """What is still to be said of each of these clauses: of one on the same line, of several a line each."""
    told = [f"{short_name(k.number)} {amount_text(k, '，')}" for k in clauses]
    return [head + told[0]] if len(told) == 1 else [head, *(f"  {x}" for x in told)] if told else []


def _sure(span: results.AmountRange) -> str:
    """介于 3万元 与 5万元 之间; 至少 3万元，上不封顶."""
    low, high = span
    return f"至少 {money_text(low)}，上不封顶" if isinstance(high, Unlimited) else f"介于 {money_text(low)} 与 {money_text(high)} 之间"


def _this_year(decision: Decision) -> list[str]:
    found = decision.totals_this_year
    return [f"本年度拨付{words if len(found) > 1 else ''}" + (f" {money_text(low)}" if low == high else _sure((low, high)))
            for words, (low, high) in found.items() if (low, high) != decision.totals[words] or (words == results.GRANTED and low != high)]


def _disputed(decision: Decision) -> list[str]:
    """Each disputed reading once: its question, the choice made, the clauses that it could change."""
    found: dict[str, tuple[str, list[str]]] = {}
    for clause in decision.clauses:
        for use in clause.readings if clause.disputes else ():
            if use.disputed:
                found.setdefault(use.number, (f"{use.question}取「{use.choice}」", []))[1].append(short_name(clause.number))
    lines = [f"  {n} {what}（{'、'.join(where)}）" for n, (what, where) in sorted(found.items())]
    return ["争议，换一种读法结果可能不同：", *lines] if lines else []


def readings_table(decision: Decision) -> Table:
    """Which readings change this enterprise's money, and by how much."""
    table = Table(title="换一种读法", header_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("款", "读法", "风险", "现取", "现结果", "备选", "备选的结果"):
        table.add_column(name, overflow="fold")
    for clause in decision.clauses:
        for use in clause.readings:
            for other in use.alternatives:
                result = _alternative(use, other)
                if result:
                    cells = (short_name(clause.number), use.number, use.risk, use.choice, results.shown(clause), other.choice, result)
                    table.add_row(*(shown_text(x) for x in cells))
    return table


def _alternative(use: results.ReadingUse, other: results.Alternative) -> str:
    if other.differs:
        return other.outcome or f"没有比较：{other.needs}"
    if other.outcome is None and use.risk == "高" and use.disputed:
        return f"未建模（另需人工：{other.needs}）"
    return ""


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
    label.append(visible(reason.text), style="bold" if root else "")
    if reason.value:
        label.append("：" if reason.text else "").append(visible(reason.value), style="bold")
    if reason.note:
        label.append(f"（{visible(reason.note)}）", style="dim")
    if reason.words:
        label.append(f"\n「{visible(_excerpt(reason.words) if root else reason.words)}」", style="italic dim")
    return label


def _excerpt(words: str, most: int = 220) -> str:
    """The head of a long clause; a table in it stays on lines of its own."""
    return words if len(words) <= most else words[:most] + "……"
