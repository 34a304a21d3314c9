"""What it costs as plain JSON values; 元 as exact text, as in decisions."""

from __future__ import annotations

from .figures import Changed, Impact, Sums, yuan


def impact_json(found: Impact) -> dict[str, object]:
    return {
        "旧": _side(found, 0), "新": _side(found, 1), "有误": found.refused, "对不上": found.strays, "变化": [x.strip() for x in found.changes if x.strip()], "合计": _sums(found.total),
        "按款": [{"款": k.number, "事项": k.words, **({} if all(k.there) else {"在": "新" if k.there[1] else "旧"}), **({"申请额": True} if k.applied else {}), **_sums(k.sums),
                **({"待核定": list(k.awaited), "上限合计": [None if e else _money(b) for b, e in zip(k.bound, k.endless, strict=True)]} if any(k.awaited) else {}),
                **({"待补充": list(k.open)} if any(k.open) else {})} for k in found.clauses],
        "上限": [{"款": k.clause, "旧": k.before, "新": k.after, "碰到": list(k.met), "新到": k.newly, "不再": k.freed,
                **({} if k.of_items else {"封去": [_money(x) for x in k.cut]})} for k in found.caps],
        "分组": {s.name: {g.value: _sums(g.sums) for g in s.groups} for s in found.splits},
        "分布": [{"每家增减": words, "家数": n, "增减": _money(cents)} for words, n, cents in found.bands.rows()],
        "增加最多": [_changed(x) for x in found.winners], "减少最多": [_changed(x) for x in found.losers],
    }


def _side(found: Impact, side: int) -> dict[str, object]:
    return {"政策": (found.old, found.new)[side], "版本": found.editions[side], "读法": list(found.readings[side])}


def _sums(s: Sums) -> dict[str, object]:
    return {"家数": s.count, "旧": _money(s.old), "新": _money(s.new), "增减": _money(s.change), "有金额": [s.had, s.have], "增加": {"家数": s.winners, "合计": _money(s.won)},
            "减少": {"家数": s.losers, "合计": _money(-s.lost)}}


def _changed(x: Changed) -> dict[str, object]:
    return {"编号": x.key, "旧": _money(x.old), "新": _money(x.new), "增减": _money(x.change), "款": {n: [_money(a), _money(b)] for n, a, b in x.clauses}}


def _money(cents: int) -> str:
    return yuan(cents).replace(",", "")
