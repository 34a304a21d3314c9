"""One change, and changes as lines and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

ADDED, REMOVED, CHANGED = "新增", "删去", "修改"


@frozen
class Change:
    """Where (第二条（一）, 读法, 事实 …), what kind, and old and new text where there is one."""

    where: str
    kind: str  # 新增, 删去, 修改
    label: str  # 上限, 条件, 读法, 事实 …
    subject: str  # 企业年度上限; 级别的情形
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if self.kind == CHANGED:
            return f"{self.subject} {self.old} → {self.new}" if self.old or self.new else self.subject
        detail = self.new if self.kind == ADDED else self.old
        return f"{self.kind}{self.subject}{' ' if detail else ''}{detail}"


def came_and_went(where: str, label: str, subject: str, old: Iterable[str], new: Iterable[str]) -> list[Change]:
    """What of a list is gone, then what is new in it."""
    old, new = list(old), list(new)
    return [*(Change(where, REMOVED, label, subject, old=x) for x in old if x not in new), *(Change(where, ADDED, label, subject, new=x) for x in new if x not in old)]


def change_lines(changes: Iterable[Change], width: int = 60) -> list[str]:
    """第二条（一）：甲；乙 — or one line each where that would be long."""
    grouped: dict[str, list[str]] = {}
    for change in changes:
        grouped.setdefault(change.where, []).append(str(change))
    out: list[str] = []
    for where, texts in grouped.items():
        together = f"{where}：{'；'.join(texts)}"
        out += [together] if len(texts) == 1 or len(together) <= width else [f"{where}：", *(f"  · {t}" for t in texts)]
    return out


def changes_json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Each change as plain values."""
    return [{"处": c.where, "类别": c.kind, "栏目": c.label, "事项": c.subject, "旧": c.old, "新": c.new, "说明": str(c)} for c in changes]
