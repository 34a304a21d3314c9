"""The reaches of 上限 and 限次 in the words of people: 每家 for 企业年度, 每个 for 同一."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.nearest import nearest
from xcrules.meaning.clauses.bodies import Place


def scopes(text: str, start: str, place: Place) -> Iterator[str]:
    """上限 and 限次 whose reach is in other words."""
    if start not in ("limit", "count_limit") or re.match(r"(?:单项|企业年度|企业终身|合计|各分项)\s", text):
        return
    texts = [f.name for f in (place.scope.item.fields if place.scope.item else ()) if str(f.type) == "文字"]
    reaches = ["单项", "企业年度", "企业终身", *(f"同一 {n} 年度" for n in texts), *(f"合计 {r}" for r in ("企业年度",)), "各分项 企业年度"]
    if same := re.search(r"同一\s*(\S+)", text):
        yield from (text[: same.start(1)] + n + text[same.end(1) :] for n in texts)
    first, _, rest = text.strip().partition(" ")
    if first in texts:
        yield f"同一 {text.strip()}"
    if first == "分别":
        yield f"各分项 {rest}"
    spoken = {"个": "同一", "每": "同一", "年度": "年度", "一次性": "企业终身", "终身": "企业终身", "累计": "企业终身", "项": "单项", "企业年度": "企业年度",
              "分别": "各分项", "各": "各分项", "版权": "单项", "项目": "单项", "每年": "企业年度", "每年度": "企业年度", "全年": "企业年度",
              "同一企业": "企业年度", "每家": "企业年度"}
    said = max((k for k in spoken if k in first), key=len, default="")
    wanted = [spoken[k] for k in spoken if k in first and (k not in said or k == said)]
    for reach in sorted(reaches, key=lambda r: -max((r.count(w) for w in wanted), default=0)):
        if any(w in reach for w in wanted) or nearest(first, [reach]):
            yield f"{reach} {rest}"
    for match in re.finditer(r"\d", text):
        for reach in reaches:
            yield f"{reach} {text[match.start():]}"
        break
