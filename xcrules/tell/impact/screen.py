"""What it costs, on a terminal of 80 columns: the sums, clause by clause, who gains and who loses, caps, groups, bands."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from xcrules.base.identity import short_name
from xcrules.tell.report import shown_text

from .figures import Changed, Impact, OneCap, Sums, headline, left_out, share, standing, wan, who

_FEW = 5  # winners and losers that are shown
_BAR = 20


def screen(found: Impact) -> Iterator[str | Table]:
    """What is to be shown, from top to bottom."""
    yield title(found)
    if said := left_out(found):
        yield said
    yield headline(found)
    yield who(found)
    if found.same:
        return
    yield clauses_table(found)
    yield from _notes(found)
    for split in found.splits:
        yield _groups(split.name, [(g.value, g.sums) for g in split.groups])
    if any(k.newly or k.freed for k in found.caps):
        yield _caps([k for k in found.caps if k.newly or k.freed])
    yield _bands(found)
    for name, held in (("增加最多", found.winners), ("减少最多", found.losers)):
        if held:
            yield _largest(name, held[:_FEW])


def title(found: Impact) -> str:
    """What is compared with what."""
    if found.editions[0] == found.editions[1]:
        return f"{found.old}：{reading_words(found, 0)} → {reading_words(found, 1)}"
    same = found.old == found.new
    names = [f"{n}（{e[:6]}{'，' if r else ''}{'、'.join(r)}）" for n, e, r in zip((found.old, "" if same else found.new), found.editions, found.readings, strict=True)]
    return " → ".join(names)


def reading_words(found: Impact, side: int) -> str:
    return "、".join(found.readings[side]) or "默认读法"


def _table(*names: str, title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for i, name in enumerate(names):
        words = not i or name in ("事项", "上限", "涉及的款", "")
        table.add_column(name, justify="left" if words else "right", overflow="fold", no_wrap=not words or name == "款")
    return table


def clauses_table(found: Impact) -> Table:
    table = _table("款", "事项", "旧 万元", "新 万元", "增减 万元", "增/减 家", title="按款")
    shown = [k for k in standing(found.clauses) if k.sums.winners or k.sums.losers or not all(k.there)]
    for k in shown:
        table.add_row(short_name(k.number), shown_text(_short(k.words) + k.marks), wan(k.sums.old), wan(k.sums.new),
                      _tinted(k.sums.change), f"{k.sums.winners:,}/{k.sums.losers:,}")
    rest = [k for k in standing(found.clauses) if k not in shown]
    if rest:
        table.add_row("", f"其余 {len(rest)} 款不变", wan(sum(k.sums.old for k in rest)), wan(sum(k.sums.new for k in rest)), "0.00", "")
    table.add_section()
    table.add_row("", found.words + "合计", wan(found.total.old), wan(found.total.new), _tinted(found.total.change), f"{found.total.winners:,}/{found.total.losers:,}")
    return table


def _short(words: str, most: int = 12) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _tinted(change: int) -> Text:
    return Text(wan(change, signed=True), style="green" if change > 0 else "red" if change < 0 else "")


def _notes(found: Impact) -> Iterator[str]:
    """What is not in the sums."""
    for name, counts in (("待主管部门核定（不在合计之内）", [k.awaited for k in found.clauses]), ("待补充（按确定的部分计）", [k.open for k in found.clauses])):
        old, new = (sum(c[i] for c in counts) for i in (0, 1))
        if old or new:
            yield f"{name}：{old:,} 款次 → {new:,} 款次"


def _groups(name: str, groups: list[tuple[str, Sums]]) -> Table:
    table = _table("", "家", "旧 万元", "新 万元", "增减 万元", "增减", "增/减 家", title=f"按 {name}")
    for value, s in groups:
        table.add_row(shown_text(value), f"{s.count:,}", wan(s.old), wan(s.new), _tinted(s.change), share(s.change, s.old), f"{s.winners:,}/{s.losers:,}")
    return table


def cap_words(cap: OneCap) -> str:
    """企业年度 150万元 → 200万元."""
    if cap.before == cap.after:
        return cap.after
    return f"{cap.before or '（没有）'} → {cap.after or '（没有）'}"


def _caps(caps: list[OneCap]) -> Table:
    table = _table("款", "上限", "旧 家", "新 家", "新到 家", "不再 家", title="碰到上限的")
    for k in caps:
        table.add_row(short_name(k.clause), shown_text(cap_words(k)), f"{k.met[0]:,}", f"{k.met[1]:,}", f"{k.newly:,}", f"{k.freed:,}")
    return table


def _bands(found: Impact) -> Table:
    table = _table("", "家", "万元", "", title="每家增减的分布")
    rows = [r for r in found.bands.rows() if r[1]]
    most = max((n for w, n, _ in rows if w != "不变"), default=1)
    for words, n, cents in rows:
        bar = "" if words == "不变" else "█" * max(round(n * _BAR / most), 1)
        table.add_row(words, f"{n:,}", wan(cents, signed=True) if cents else "", Text(bar, style="green" if cents > 0 else "red"))
    return table


def _largest(name: str, held: tuple[Changed, ...]) -> Table:
    table = _table("企业", "旧 万元", "新 万元", "增减 万元", "涉及的款", title=name)
    for x in held:
        table.add_row(shown_text(x.key), wan(x.old), wan(x.new), _tinted(x.change), "、".join(short_name(n) for n, _, _ in x.clauses))
    return table
