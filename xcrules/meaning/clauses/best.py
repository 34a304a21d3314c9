"""从高 of items: of those alike, or of all, the highest by amount, by the order of a 枚举, or by a number; one of them or the first few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.draft import syntax
from xcrules.facts.types import EnumType
from xcrules.meaning import rules, values
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.inlining import columns_read
from xcrules.meaning.program import Clause, Part, Program

from .caps import item_key, told_outside
from .funds import order_of
from .place import Place

_EXAMPLE = "例如 从高：同一 排放口，依 污染当量数 从大到小，前 3项，并列 从高"
_TIES = "一样大的取金额高的，写 ，并列 从高；取金额低的，写 ，并列 从低。原文没有说的，登记一个读法，两种各写一行：合计不同的时候会列为争议"


def highest(body: syntax.Highest, read: Reader, place: Place) -> rules.Body | None:
    """从高 as a rule; None where a finding was made instead."""
    if body.of_each:
        return told_outside(read, None)
    key = item_key(body.key, read) if body.key is not None else _of_all(body, read)
    if key is None or not _is_well_said(body, read):
        return None
    take = int(re.match(r"\d+", body.take)[0]) if body.take is not None else 1  # type: ignore[index]  # looked at above
    rank: values.Value | None = None
    way: rules.Way | None = None
    if body.rank is not None and body.way:
        order = order_of(syntax.Order(body.rank, body.way), read)
        if order is None:
            return None
        rank, way = order.by, order.way
        if isinstance(rank, values.Fact) and not rank.of_item:
            return read.report.error(Code.BAD_FIRST, f"「{body.rank.text}」不是名单的一栏，各项都一样，排不出先后", body.rank.at, help=_EXAMPLE)
    elif body.rank is not None and (rank := _by_words(body, body.rank, read)) is None:
        return None
    return rules.Highest(
        place.parts if body.overall else (), key, rank, tuple(n.text for n in body.order), way, take, "从低" if body.tied == "从低" else "从高",
    )


def _of_all(body: syntax.Highest, read: Reader) -> values.Value | None:
    """全部: of all items; of the enterprise there is but one in each part."""
    item = read.scope.item
    if not body.overall and (item is None or item.kind != "名单") and not read.scope.hazy:
        return read.report.error(Code.IDLE_WORDS, "「全部」只有一项，没有可从高的", None, help="各分项的各项一共只取一项的，写 从高：合计 全部；名单里取一项的，对象写 每项 某名单")
    return values.EVERY


def _is_well_said(body: syntax.Highest, read: Reader) -> bool:
    """Whether 前 and 并列 say something: how many, and which of those that are alike in what they stand by."""
    take, tied, named = body.take or "", body.tied, f"「{body.rank.text}」" if body.rank is not None else ""
    unit = take.lstrip("0123456789")
    wrong = next(((what, help) for is_so, what, help in (
        (take and not re.fullmatch(r"[1-9]\d{0,8}\D*", take), f"「前 {take}」不是几项", _EXAMPLE),
        (unit and not read.scope.schema.units.measures(unit), f"「前 {take}」的「{unit}」不是数得出的一项一项", "写 前 3项，或者名单的量词：前 3人、前 3件"),
        (tied and not named, "没有写依哪一栏的，按金额取，一样高的取哪一项合计都一样", "去掉 并列；按某一栏排的，写 依 某栏 从大到小"),
        (tied not in (None, "从高", "从低"), "并列的只能写 从高 或 从低（按金额）", _TIES),
        (body.way and tied is None, f"没有写{named}一样大的取哪一项", _TIES)) if is_so), None)
    if wrong is not None:
        read.report.error(Code.BAD_FIRST, wrong[0], None, help=wrong[1])
    return wrong is None


def _by_words(body: syntax.Highest, name: syntax.Name, read: Reader) -> values.Value | None:
    typed = read.name(name)
    if typed is None:
        return None
    if not isinstance(typed.type, EnumType):
        return read.report.error(Code.TYPE_MISMATCH, f"「{name.text}」不是枚举，不能排先后", name.at, help=f"按数排的，写 依 {name.text} 从大到小，并列 从高")
    for member in body.order:
        if member.text not in typed.type.members:
            return read.report.error(Code.UNKNOWN_MEMBER, f"「{member.text}」不是「{name.text}」的一种", member.at, help=f"有：{typed.type}")
    if len(body.order) < 2:
        others = "、".join(m for m in typed.type.members if m != body.order[0].text)
        return read.report.error(Code.ORDER_OF_ONE, f"「依 {name.text}」只写了一种，排不出先后", body.order[0].at, help=f"从高到低写全，例如 {body.order[0].text}、……；另有 {others}")
    return typed.value


def check_firsts(program: Program) -> Iterator[Diagnostic]:
    """The first few, or by a number: of items that are reckoned, one piece each, of one 分项, and not beside another 从高 that may have dropped them. And 先补差后从高."""
    yield from _made_up_together(program)
    for clause in program.clauses:
        yield from _made_up_first(clause, program)
        own = [(r, (p,)) for p in clause.parts for r in p.rules]
        over = [(r, body, ps) for r, ps in (*own, *((r, clause.parts) for r in clause.totals)) if (body := _as_first(r.body)) is not None]
        for rule, body, parts in ((r, b, tuple(p for p in ps if p.name in b.parts or not b.parts)) for r, b, ps in over if b.of_several):
            limits = (r.body for p in parts for r in p.rules if isinstance(r.body, rules.CountCap) and r.beside(rule))
            times = next((b.times for b in limits if not (b.pieces or b.years)), 0)
            if times > 1 < body.take:
                yield Diagnostic(Code.COUNTED_APART, f"限次 只数以前几次，这一行只数这一次几项：得过 {times - 1} 次的，还能得 {body.take} 项", rule.origin.span,
                                 f"以前的和这一次的合起来至多几件的，去掉这一行，限次 写 {times}件（名单的量词）")
            others = ((b, ps) for r, b, ps in over if r is not rule and r.beside(rule))
            beside = [b for b, ps in others if any(p in parts for p in ps if p.name in b.parts or not b.parts)]
            if wrong := _unsupported(rule, body, parts, beside, program):
                yield Diagnostic(Code.BAD_FIRST, wrong[0], rule.origin.span, wrong[1])


def _as_first(body: rules.Body) -> rules.Highest | None:
    """限次：…… 3件 takes the first few too."""
    pieces = isinstance(body, rules.CountCap) and body.pieces
    return body if isinstance(body, rules.Highest) else rules.Highest((), values.EVERY, None, (), take=2) if pieces else None


def _unsupported(
    rule: rules.Rule, body: rules.Highest, parts: tuple[Part, ...], beside: list[rules.Highest], program: Program
) -> tuple[str, str] | None:
    bodies = [r.body for p in parts for r in p.rules if r.beside(rule)]
    if any(isinstance(b, rules.Discretion) for b in bodies):
        return "裁量的款不能取前几项、按数排：核定以前不知道各项多少", "金额由机关核定的，让核定的机关只核前几项；只取最高一项的，写 从高：同一 某栏"
    for table in (program.schema.table(b.table) for b in bodies if isinstance(b, rules.Subject) and b.is_list):
        if table is not None and (count := table.field_of_role("件数")) is not None:
            return f"「{table.name}」的一行可以代表几件（{count.name}），数不出前几项", "一件一行填，去掉角色 件数"
    if body.way is not None and body.parts and len(parts) > 1:
        return "各分项之间的不能按数排", "各分项各排各的，写在各分项下面；合在一起只按金额取的，去掉 依"
    if any(x.rank is not None for x in (body, *beside)) and beside:
        return "另有一行 从高，已经让出的各项还会占着名次", "合成一行；两行都只按金额取的，去掉 依"
    return None


def _made_up_together(program: Program) -> Iterator[Diagnostic]:
    """1、2 合计 企业终身 一次，已得补差: what was had of all is taken off each, so only one of these may be given."""
    limits = ((r, r.body) for c in program.clauses for r in c.rules() if isinstance(r.body, rules.CountCap))
    said = {r.origin.span: (r, body) for r, body in limits if body.top_up and body.groups and not body.key}
    for rule, body in said.values():
        if not any(isinstance(r.body, rules.OnlyOne) and not r.body.key and not r.body.sides
                   and r.beside(rule) and {n for n, _ in body.groups} <= {*r.body.clauses}
                   for r in program.policy_rules):
            yield Diagnostic(Code.IDLE_WORDS, "几款合起来已得的，不知道从哪一款里减", rule.origin.span,
                             "几款只取一款的，另写 从高：… 之间；每一款减自己已得的，各写 限次：企业终身 一次，已得补差（附则里写 各款 企业终身 一次，已得补差）；按项目看的，写 合计 同一 某栏 终身 一次，已得补差")


def _made_up_first(clause: Clause, program: Program) -> Iterator[Diagnostic]:
    """已得补差，先补差后从高 takes off each item what was had of what is alike; so of these 从高 must leave but one."""
    for rule, parts in (*((r, (p,)) for p in clause.parts for r in p.rules), *((r, clause.parts) for r in clause.totals)):
        if not isinstance(rule.body, rules.CountCap) or not rule.body.made_up_first:
            continue
        beside = [(r.body, (p,)) for p in parts for r in p.rules if r.beside(rule)] + [
            (r.body, tuple(p for p in clause.parts if p.name in r.body.parts))
            for r in clause.totals
            if isinstance(r.body, rules.Highest) and r.beside(rule)
        ]
        bests = [(x, ps) for x, ps in beside if isinstance(x, rules.Highest)]
        lists = [
            table for x, _ in beside if isinstance(x, rules.Subject) and x.is_list and (table := program.schema.table(x.table)) is not None
        ]
        one = [
            {p.name for p in ps}
            for x, ps in bests
            if x.take == 1 and (isinstance(x.key, values.Literal) or (bool(rule.body.key) and columns_read(x.key) == rule.body.key))
        ]
        if not bests and not any(isinstance(r.body, rules.OnlyOne) and clause.number in r.body.clauses for r in program.policy_rules):
            yield Diagnostic(Code.IDLE_WORDS, "没有一行 从高，说不上先后", rule.origin.span, "去掉 先补差后从高；同一件事得到几份只取一份的，加一行 从高")
        elif any(isinstance(x, rules.Discretion) for x, _ in beside):
            yield Diagnostic(Code.IDLE_WORDS, "裁量的款核定以前不知道各项多少，不能先补差", rule.origin.span, "去掉 先补差后从高")
        elif any(table.field_of_role("件数") is not None for table in lists) or (
            (lists or len(parts) > 1) and not any({p.name for p in parts} <= names for names in one)
        ):
            alike = f"同一 {rule.body.key}" if rule.body.key else "合计 全部" if len(parts) > 1 else "全部"
            yield Diagnostic(Code.BAD_FIRST, "先补差，从高以后却还可能剩几项，已得的会减几遍", rule.origin.span, f"只取一项的，从高 写 {alike}；先取后减的，去掉 先补差后从高")
