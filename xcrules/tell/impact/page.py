"""What it costs as one HTML page that needs nothing beside it: sentences, bars drawn as SVG, tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from xcrules.base.identity import clause_name

from .figures import Changed, Impact, OneClause, Sums, headline, left_out, share, standing, wan, who
from .screen import cap_words, title

_OLD, _NEW, _UP, _DOWN = "#9aa5b1", "#1f4e79", "#3f7050", "#b3261e"  # as in page.css
_WIDE = 1000  # units of a bar


def page(found: Impact) -> str:
    """The whole page."""
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    heading = escape(title(found))
    return (f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>试算：{heading}</title>\n<style>\n{css}</style>\n</head>\n<body>\n<main>\n" + "\n".join(_parts(found)) + "\n</main>\n</body>\n</html>\n")


def _parts(found: Impact) -> Iterator[str]:
    said = left_out(found)
    yield f"<h1>试算：{escape(title(found))}</h1>"
    yield f'<p class="soft">对同样的 {found.total.count:,} 家企业各算一遍{"；" * bool(said)}{said}。单位：万元，四舍五入到百元。</p>'
    yield f'<p class="say">{escape(headline(found))}。</p><p>{escape(who(found))}。</p>'
    yield _tiles(found)
    if found.changes:
        yield "<h2>改了什么</h2>" + _listed(found.changes)
    yield "<h2>按款</h2>"
    yield f'<p class="key"><span><i style="background:{_OLD}"></i>旧</span><span><i style="background:{_NEW}"></i>新</span></p>'
    shown = standing(found.clauses)
    most = max((max(abs(k.sums.old), abs(k.sums.new)) for k in shown), default=1) or 1
    yield "".join(_clause(k, most) for k in shown)
    yield _awaited(found)
    if not found.same:
        yield "<h2>每家增减的分布</h2>" + _bands(found)
    for split in found.splits:
        yield f"<h2>按 {escape(split.name)}</h2>" + _sums_table(split.name, [(g.value, g.sums) for g in split.groups], found.total)
    yield from _caps(found)
    for name, held in (("增加最多的企业", found.winners), ("减少最多的企业", found.losers)):
        if held:
            yield f"<h2>{name}</h2>" + _largest(held)
    yield "<h2>怎样算的</h2>" + _listed(method(found))


def _tiles(found: Impact) -> str:
    t = found.total
    tiles = ((wan(t.change, signed=True), f"万元，{share(t.change, t.old)}", t.change), (f"{t.winners:,} 家", f"增加，共 {wan(t.won)} 万元", t.won),
             (f"{t.losers:,} 家", f"减少，共 {wan(-t.lost)} 万元", t.lost), (f"{t.have:,} 家", f"有金额（原 {t.had:,} 家）", 0))
    return '<div class="tiles">' + "".join(f'<div class="tile"><b class="{_way(way)}">{a}</b><span>{b}</span></div>' for a, b, way in tiles) + "</div>"


def _way(change: int) -> str:
    return "up" if change > 0 else "down" if change < 0 else ""


def _bar(part: int, most: int, colour: str, words: str) -> str:
    """A bar as long as its part of the longest."""
    length = abs(part) * _WIDE // most if most else 0
    length = max(length, 3) if part else 0
    return (f'<svg viewBox="0 0 {_WIDE} 10" preserveAspectRatio="none" role="img" aria-label="{escape(words)}">'
            f'<rect width="{length}" height="10" fill="{colour}"/></svg>')


def _clause(k: OneClause, most: int) -> str:
    s = k.sums
    bars = "".join(_bar(x, most, colour, f"{name} {wan(x)} 万元") + f"<span>{wan(x)}</span>" for x, colour, name in ((s.old, _OLD, "旧"), (s.new, _NEW, "新")))
    note = ""
    if s.winners or s.losers:
        told = [f"{s.winners:,} 家增加"] * bool(s.winners) + [f"{s.losers:,} 家减少"] * bool(s.losers)
        note = f'<span class="note"><b class="{_way(s.change)}">{wan(s.change, signed=True)}</b>（{share(s.change, s.old)}）　{"，".join(told)}</span>'
    return f'<div class="row"><div class="name"><b>{escape(clause_name(k.number))}</b>{escape(k.words + k.marks)}</div><div class="bars">{bars}{note}</div></div>'


def _awaited(found: Impact) -> str:
    """What is not in the sums: what authorities have still to say, facts that are missing."""
    rows = []
    for k in found.clauses:
        if any(k.awaited):
            bounds = ["没有上限" if endless else wan(b) for b, endless in zip(k.bound, k.endless, strict=True)]
            rows.append([escape(clause_name(k.number)), "待核定", f"{k.awaited[0]:,}", f"{k.awaited[1]:,}", *bounds])
        if any(k.open):
            rows.append([escape(clause_name(k.number)), "待补充", f"{k.open[0]:,}", f"{k.open[1]:,}", "", ""])
    if not rows:
        return ""
    return '<h2>不在合计之内的</h2><p class="soft">待主管部门核定的，至多到上限；缺事实的（待补充），按确定的部分计。</p>' + _table(
        ("款", "", "旧 家", "新 家", "旧 上限合计", "新 上限合计"), rows, "kk")


def _bands(found: Impact) -> str:
    rows = [r for r in found.bands.rows() if r[1]]
    most = max((n for w, n, _ in rows if w != "不变"), default=1)
    made = ""
    for words, n, cents in rows:
        colour = _UP if cents > 0 else _DOWN
        bar = _bar(n, most, colour, f"{words}：{n} 家") if words != "不变" else "<i></i>"
        told = f"共 {wan(cents, signed=True)}" if cents else ""
        made += f'<div class="row"><div class="name">{words}</div><div class="bars">{bar}<span>{n:,} 家</span><span class="note">{told}</span></div></div>'
    return made


def _caps(found: Impact) -> Iterator[str]:
    rows = [[escape(clause_name(k.clause)), escape(cap_words(k)), f"{k.met[0]:,}", f"{k.met[1]:,}", f"{k.newly:,}", f"{k.freed:,}",
             *(["—", "—"] if k.of_items else [wan(x) for x in k.cut])] for k in found.caps if any(k.met)]
    if rows:
        yield '<h2>碰到上限的</h2><p class="soft">新到：原来没有碰到、现在碰到的。封去：上限封去的万元；单项的上限不计封去多少。</p>' + _table(
            ("款", "上限", "旧 家", "新 家", "新到 家", "不再 家", "旧 封去", "新 封去"), rows, "kw")


def _sums_table(name: str, groups: Iterable[tuple[str, Sums]], total: Sums) -> str:
    every = [*groups, ("合计", total)]
    rows = [[escape(v), f"{s.count:,}", wan(s.old), wan(s.new), f'<b class="{_way(s.change)}">{wan(s.change, signed=True)}</b>', share(s.change, s.old),
             f"{s.winners:,}", wan(s.won), f"{s.losers:,}", wan(-s.lost)] for v, s in every]
    return _table((escape(name.rpartition(".")[2]), "家", "旧", "新", "增减", "", "增加 家", "共", "减少 家", "共"), rows, "w", total=True)


def _largest(held: Iterable[Changed]) -> str:
    rows = [[escape(x.key), wan(x.old), wan(x.new), f'<b class="{_way(x.change)}">{wan(x.change, signed=True)}</b>',
             "；".join(f"{escape(clause_name(n))} {wan(b - a, signed=True)}" for n, a, b in x.clauses)] for x in held]
    return _table(("企业", "旧", "新", "增减", "涉及的款"), rows, "k...w")


def _table(names: Iterable[str], rows: Iterable[Iterable[str]], kinds: str, total: bool = False) -> str:
    """`kinds`: of each column k (a key), w (words) or . (a number); the rest are numbers."""
    def cells(tag: str, held: Iterable[str]) -> str:
        return "".join(f"<{tag}{_class(kinds[i : i + 1])}>{x}</{tag}>" for i, x in enumerate(held))

    held = [list(r) for r in rows]
    last = ' class="sum"' if total else ""
    body = "".join(f"<tr{last if r is held[-1] else ''}>{cells('td', r)}</tr>" for r in held)
    return f'<div class="wide"><table><thead><tr>{cells("th", names)}</tr></thead><tbody>{body}</tbody></table></div>'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind in ("k", "w") and kind else ""


def _listed(lines: Iterable[str]) -> str:
    told = (f'<li class="in">{escape(x[2:])}</li>' if x.startswith("· ") else f"<li>{escape(x)}</li>" for x in map(str.strip, lines) if x)
    return "<ul>" + "".join(told) + "</ul>"


def method(found: Impact) -> list[str]:
    """How to read the figures."""
    return [
        f"旧：{found.old}，版本 {found.editions[0]}，{'、'.join(found.readings[0]) or '默认读法'}。",
        f"新：{found.new}，版本 {found.editions[1]}，{'、'.join(found.readings[1]) or '默认读法'}。",
        f"合计是{found.words or '应予支持'}的各款金额相加；待统筹的款按申请额计，不经统筹；待补充的按确定的部分计；待核定的上限不在合计之内。",
        "碰到上限：上限之前的数不少于上限余下的数。单项的上限，有一项碰到就算；裁量的款不计。",
        "企业按编号列出，增减相同的按编号的次序。",
    ]
