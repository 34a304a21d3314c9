"""Promises of the law that no line keeps: 不超过 without 上限 (W306), 一次性 without 限次 (W307), 分三年 without 拨付 (W308), 经认定 without 条件 or 裁量 (W309)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label
from xcrules.facts.tables import Schema
from xcrules.facts.types import show
from xcrules.meaning import keys
from xcrules.meaning.expressions.examples import example_of

from .numbers import MONEY, OTHER
from .passages import Passage
from .phrases import AWARDS, promises

_Keeps = Callable[[syntax.Line], bool]
FLAGS = (syntax.Chain, syntax.Not, syntax.Among, syntax.Compare, syntax.Between, syntax.All)  # what is 是 or 否


def promised(passages: list[Passage], around: list[syntax.Line], schema: Schema) -> Iterator[Diagnostic]:
    """Of a lead also in its 款, of a 款 also in its lead (`around`)."""
    once = _once(schema)
    approval = f"补一行 条件：{example_of('approved', schema)} 或 裁量：由 机关 核定"
    for passage in passages:
        notes, own = passage.quote.notes, passage.lines
        mates = [x for q in passages if q.part == passage.part or passage.part in q.part.split("、") for x in q.lines]
        if not own and not (notes and all(x.label in (Label.SAYING, Label.NOTE) for x in notes)):
            continue
        each = any(isinstance(x.body, syntax.Subject) and x.body.each for x in mates)
        for code, where, keeps, missing, hint in (
            (Code.LAW_CAP_MISSING, own, _limits(mates), "没有 上限", ""),
            (Code.LAW_ONCE_MISSING, mates, once, "没有 限次", _ONCE_EACH if each else "补一行 限次：企业终身 一次"),
            (Code.LAW_INSTALMENTS_MISSING, mates, _pays, "没有 拨付", ""),
            (Code.LAW_APPROVAL_MISSING, own, _approves, "没有 条件 或 裁量", approval),
        ):
            if (said := _promise(code, passage) if where else None) is None:  # of 表述 alone what is given stands elsewhere in the clause
                continue
            kept: Iterable[syntax.Line] = (*where, *around)
            if code == Code.LAW_CAP_MISSING and _of_award(passage, said.span()):
                kept = (*(x for x in where if not isinstance(x.body, syntax.Condition | syntax.Exclusion)), *around)
            if not any(map(keeps, kept)):
                if code == Code.LAW_CAP_MISSING:
                    hint = _bound_of(passage, said)
                elif code == Code.LAW_INSTALMENTS_MISSING:
                    hint = f"补一行 拨付：{_over_years(passage, said)}，自 核定年度 起" + (_IN_PHASES if "期" in said[0] else "")
                place = passage.place(said.span())
                yield Diagnostic(code, f"原文说「{said[0]}」，下面{missing}", place, hint, spoils=(keys.phrase(place),))


_ONCE_EACH = "补一行 限次：单项 一次，已用 某事实 或 限次：同一 某栏 终身 一次（每件、每处只给一次）；一家一共只给一次的写 限次：企业终身 一次"
_IN_PHASES = " 或 拨付：分期 50%、50%，随 核定年度、投产日期；投产后分几年的写 拨付：分 3年 等额，自 投产日期 次年 起"


def _bound_of(passage: Passage, said: re.Match[str]) -> str:
    """What bounds money; of 最多奖励5名 what takes no more than five."""
    law = next((n for n in passage.numbers if n.at[0] >= said.end()), None)
    if law is None or law.kind != OTHER or not (unit := law.unit or "".join(law.measured)) or unit in ("年", "月", "个月", "次"):
        return "补一行 上限：范围 金额；说的是条件的，写成 条件"
    many = f"{show(law.value)}{unit.removeprefix('个')}"
    listed = f"；名单里只取几项的，写 从高：全部，前 {many}" if law.unit else ""
    return f"一个数至多这么多的，写 设定：计数 ＝ 某数，至多 {many}{listed}；说的是条件的，写成 条件"


def _over_years(passage: Passage, said: re.Match[str]) -> str:
    """分 3年 按 5:3:2 where the law tells as many shares, equal ones where it does not."""
    text = canonical(passage.words)[said.end() :].partition("。")[0]
    years = next((show(n.value) for n in passage.numbers if n.unit == "年" and said.start() <= n.at[0] < said.end()), "")
    shares = _SHARES.search(text)
    of = re.split("[:、]", shares[0]) if shares else []
    return f"分 {years}年 按 {shares[0]}" if shares and str(len(of)) == years else f"分 {years or '3'}年 等额"


_SHARES = re.compile("\\d+(?:\\.\\d+)?(?::\\d+(?:\\.\\d+)?)+|\\d+(?:\\.\\d+)?%(?:、\\d+(?:\\.\\d+)?%)+")


def _promise(code: Code, passage: Passage) -> re.Match[str] | None:
    text = re.sub(r"\s", " ", passage.words)
    return next((m for m in promises(code).finditer(text) if not _PROMISES_NOTHING.match(text, m.start())), None)


_PROMISES_NOTHING = re.compile(  # once for each thing, what an enterprise does or owes at once, a part of a quantity, how often
    "一次性(?:组织|接待|达到|征收|收取|缴纳|缴清|还清|付清|结清|偿还|归还|投入|引进|购买|奖金|收入|支付给"
    "|[^,。;\\d]{0,6}(?:抚恤|伤残|工亡|就业|医疗|赔偿|补偿|退役|慰问|丧葬)[^,。;\\d]{0,4}金)"
    "|(?<=每[张套台件亩只头株])一次性|不超过(?:[^,。;]{1,20}部分|[一二两三四五\\d]+次)"
    "|(?:(?<=缓缴期限最长)|(?<=缓缴期限))不得?超过\\s*\\d+\\s*(?:日|天|个月)|分期(?:缴|交)"
)


def _of_award(passage: Passage, at: tuple[int, int]) -> bool:
    """Whether 不超过 bounds what is given: a condition does not do that. 补助不超过50万元的企业 says of an enterprise."""
    number = next((n for n in passage.numbers if n.at[0] >= at[1]), None)
    if number is None or number.kind != MONEY or number.at[0] - at[1] >= 3:
        return False
    return passage.words[number.at[1] : number.at[1] + 1] != "的" and AWARDS.search(passage.phrase(at)) is not None


# -- what keeps a promise ----------------------------------------------------------------------------------


def _once(schema: Schema) -> _Keeps:
    """限次, 首次达到, or a 上限, a balance or an amount that counts what was had before; an item that is an event happens once."""
    ledgers = "|".join(re.escape(t.name) for t in schema.tables if t.role == "历史台账")
    had = re.compile(rf"[－-]\s*(?:[^（）()，]*已得|(?:合计|总和)[（(](?:{ledgers}) 的 )")
    used = re.compile(r"[，,]\s*已用")

    def keeps(line: syntax.Line) -> bool:
        counts = isinstance(line.body, syntax.Cap | syntax.Floor) and line.body.used is not None
        event = isinstance(line.body, syntax.Subject) and _EVENT.match(line.text.strip())
        first = any("首次" in row.values[0] for row in line.rows) or re.search("首次(达到|超过)", line.text)
        taken_off = (used if isinstance(line.body, syntax.Let) else had).search(line.text)
        return bool(counts or event or first or line.label == Label.COUNT_CAP or taken_off)

    return keeps


def _limits(mates: list[syntax.Line]) -> _Keeps:
    """A line that bounds something from above: 上限, 从高 of the first few, 至多, a comparison, a tier table, a name that is a bound later."""

    def keeps(line: syntax.Line) -> bool:
        if isinstance(line.body, syntax.Cap | syntax.Fund | syntax.Lookup | syntax.CountCap) or _BOUNDS.search(line.text):
            return True
        if not isinstance(line.body, syntax.Let):
            return isinstance(line.body, syntax.Highest) and bool(line.body.take)
        name = line.body.name.text
        return any(re.search(rf"至多\s*{re.escape(name)}", x.text) or (x.label == Label.CAP and name in x.text) for x in mates)

    return keeps


_EVENT = re.compile("每[次场届期]")
_BOUNDS = re.compile("至多|孰低|不超过|不晚于|不高于|不多于|低于|不满|不足|少于|未满|在 .* 至|连续|内")


def _pays(line: syntax.Line) -> bool:
    return line.label == Label.PAYMENT


def _approves(line: syntax.Line) -> bool:
    match line.body:
        case syntax.Standard(condition=condition) | syntax.Cap(condition=condition) | syntax.CountCap(condition=condition):
            return condition is not None
        case syntax.Let(value=value):
            return line.label == Label.DEFINITION or isinstance(value, FLAGS)
        case syntax.Subject(conditions=conditions):
            return bool(conditions)
    deciding = syntax.Condition | syntax.Exclusion | syntax.Scope | syntax.Discretion | syntax.ConditionalAmount | syntax.Relief
    return isinstance(line.body, deciding)
