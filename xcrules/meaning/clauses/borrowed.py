"""对照：按 破产财产 定 第十三条（一） 的 受理费: the table of another clause, gone by with another figure.

The rows are read in the clause that borrows them, under the key that its line names; so names of its own list may stand there, and what the
table says is told, traced and proved as if it stood twice. It is written once, and an amendment changes it once.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, marked
from xcrules.base.identity import clause_name, is_under
from xcrules.base.nearest import nearest
from xcrules.draft import syntax
from xcrules.draft.outline import Outline, Placed
from xcrules.meaning import keys

from .elsewhere import law_in
from .within import within


def borrowing(outline: Outline, findings: list[Diagnostic]) -> Outline:
    """The outline with the rows of the tables that lines name: once for each line that sets the name there, under its 〔读法〕."""
    if not any(isinstance(x.line.body, syntax.Lookup) and x.line.body.lent for x in outline.lines):
        return outline
    lines: list[Placed] = []
    for placed in outline.lines:
        lines += (_borrowed(placed, placed.line.body, outline, findings)
                  if isinstance(placed.line.body, syntax.Lookup) and placed.line.body.lent else [placed])
    return evolve(outline, lines=tuple(lines))


def _borrowed(placed: Placed, body: syntax.Lookup, outline: Outline, findings: list[Diagnostic]) -> list[Placed]:
    line, name = placed.line, body.results[0].text

    def refuse(message: str, help: str, names: Iterable[str] = ()) -> list[Placed]:
        findings.extend(marked([Diagnostic(Code.BAD_BORROWING, message, line.content, help)], spoils=tuple(map(keys.name, (name, *names)))))
        return []

    where = law_in(outline).named(body.lent)
    if where is None:
        return refuse(f"没有编号为 {body.lent} 的款（分项）", "写那张表上面的款号，例如 对照：按 申请金额 定 第十三条（一） 的 受理费")
    number, part = where
    inside = within(outline)
    tables = [
        (x.line, x.line.body)
        for x in outline.lines
        if x.number == number or is_under(number, x.number)
        if isinstance(x.line.body, syntax.Lookup) and not x.line.body.lent and (not part or part in inside.get(id(x.line), (part,)))
    ]
    found = [(x, b) for x, b in tables if name in (r.text for r in b.results)]
    title = clause_name(number + part)
    if not found:
        names = list(dict.fromkeys(r.text for _, b in tables for r in b.results))
        close = nearest(name, names)
        return refuse(f"「{title}」没有定出「{name}」的表可借", (f"是不是 {close[0]}？" if close else "") + (f"那里的表定出：{'、'.join(names)}" if names else "那里没有自己写的 对照；借来的表不再借"), names)
    if line.rows:
        return refuse(f"借的是{title}的表，下面又写了一张", "用自己的表，写 对照：按 …… 定 名称；借用的，删去这张表")
    if body.segments != found[0][1].segments and body.segments:
        return refuse(f"{title}的表不是分段的", "去掉 分段：借来的表怎样算，照那张表")
    if (number == placed.number and len({inside.get(id(x), ()) for x, _ in found}) == 1
        and inside.get(id(line), ()) == inside.get(id(found[0][0]), ())):
        return refuse("这张表就在本款（本分项）", f"直接写 {name}；另用一个基数的，写成两款或两个分项")
    if len({inside.get(id(x), ()) for x, _ in found}) > 1:
        return refuse(f"{title}的几个分项各有一张表定「{name}」", f"写明是哪一个，例如 {number}{next(iter(inside.get(id(found[0][0]), ('',))))} 的 {name}")
    made = []
    for lender, table in found:
        if (by := _keys(body, table)) is None:
            return refuse(f"{title}的表按 {'、'.join(k.name.text for k in table.keys)}，这里按的对不上", f"依据照那张表的次序写全：按 {'、'.join('某数 ＝ ……' if k.value is not None else k.name.text for k in table.keys)} 定 {body.lent} 的 {name}")
        at = len(table.keys) + [r.text for r in table.results].index(name)
        keep = [*range(len(table.keys)), at]
        rows = tuple(
            evolve(r, values=tuple(r.values[i] for i in keep), cells=tuple(r.cells[i] for i in keep)) if len(r.cells) > at else r
            for r in lender.rows
        )
        made.append(
            evolve(
                placed, line=evolve(line, tags=(*line.tags, *lender.tags), rows=rows, body=evolve(body, keys=by, segments=table.segments))
            )
        )
    return made


def _keys(body: syntax.Lookup, table: syntax.Lookup) -> tuple[syntax.LookupKey, ...] | None:
    """What the table goes by here: as many as it has in its order, whatever they are called; fewer by their names, the others as there."""
    theirs, own = [k.name.text for k in table.keys], {k.name.text: k for k in body.keys}
    if len(theirs) == len(body.keys):
        return body.keys if all(n not in theirs or n == t for n, t in zip(own, theirs, strict=False)) else None
    return tuple(own.get(n, k) for n, k in zip(theirs, table.keys, strict=True)) if own.keys() <= {*theirs} else None
