"""原因: why a clause comes to 0 or is refused, in a few words that are true.

Told from what every decision has, whoever decided it: the items with the lines they do not meet, the caps, the
conflicts. What stands in the facts beyond that (the ledger of earlier grants, the gates) is asked of the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xcrules.base.money import CENT, Unlimited, money_text

from . import results

if TYPE_CHECKING:
    from .disputes import Comparison

MOST = 3  # reasons named of a clause; of the rest it is said how many there are
ONCE, EXCLUDED, SUBJECT, TABLE, HIGHEST, SHARED_OUT = "限次", "除外", "对象", "对照", "从高", "统筹"


def why(clause: Any, ground: Comparison) -> str:
    """The reason of a clause without money, and that an instalment was held back; "" where there is money, or where it is still open."""
    told = _nothing_now(clause, ground)
    withheld = ground.withheld(clause.number) if told and clause.status != results.OUT_OF_SCOPE else ()
    return "；".join([told, *(f"以前核定的，本年的一期不拨：「{x}」不成立" for x in withheld)])


def _nothing_now(clause: Any, ground: Comparison) -> str:
    status = clause.status
    if status in (results.OUT_OF_FORCE, results.OUT_OF_SCOPE):
        return ground.closed(status)
    if status == results.REFUSED:
        return _refused(clause, ground)
    if status == results.EXHAUSTED:
        return _left_over(clause.caps) or _several(_used_up(k) for k in _zeroing(clause.caps)) or ("各项可用的额度都已用完" if any(map(_spent, clause.caps)) else "减去以前已得的以后，没有可给的")
    if status == results.OUTDONE:
        if lower := _lower(clause):
            return lower
        return (
            _several(
                [*(_outdone(x) for x in clause.conflicts if x.after[1] == 0 != x.before[1]),
                 *(_taken_off(k) for k in _zeroing(clause.caps) if k.label == results.ELSEWHERE)]
            )
            or "其他政策的支持不低于本款"
        )
    if status == results.CONTINUED:
        cut = [k for k in clause.caps if _spent(k) and k.after[1] < k.before[0]]
        own = _lower(clause) or _took(clause) or _left_over(cut)
        if not own and (clause.refusals is None or clause.refusals):
            own = _refused(clause, ground)
        return "本年没有新核定" + (f"（{own}）" if own else "") + "，续拨以前核定的分期"
    if status == results.GRANTED and clause.amount == 0:
        if clause.bound is None:
            return _rounded_away(clause, ground)
        return _took(clause) or results.nothing(clause)
    return ""


def _several(texts: Iterable[str]) -> str:
    found = list(dict.fromkeys(texts))
    return "；".join(found[:MOST]) + (f"；等 {len(found)} 条" if len(found) > MOST else "")


# -- 不符合 -----------------------------------------------------------------------------------------------------


def _refused(clause: Any, ground: Comparison) -> str:
    refusals: results.Refusals = clause.refusals
    if refusals is None:
        zeroing = _several("统筹以后分得 0元" if k.label == SHARED_OUT else f"上限「{k.text}」算得 0元" for k in _zeroing(clause.caps) if not _spent(k))
        return zeroing or _rounded_away(clause, ground)
    failing = [*_empty(clause, refusals, ground), *(x for part, lines in refusals for x in _failing(part, lines, clause, ground))]
    return _several(failing) or _rounded_away(clause, ground)  # of what may count or not, but comes to nothing either way


def _empty(clause: Any, refusals: Iterable[tuple[str, object]], ground: Comparison) -> list[str]:
    """Parts whose list has no row, or whose object does not apply."""
    there = {part for part, _ in refusals}
    tables = [table for part, table in ground.subjects(clause.number) if part not in there and table]
    return [f"「{x}」" + {True: "没有可计的一项", False: "没有填报，填了也不能改变结果", None: "没有填报，按没有计算"}[ground.given(x)] for x in tables]


def _failing(part: str, lines: tuple[tuple[str, str], ...], clause: Any, ground: Comparison) -> list[str]:
    """The first condition that an item does not meet; that it was had before only where nothing else is wrong."""
    wrong = [x for x in lines if x[0] != ONCE]
    if clause.exempt and wrong and wrong[0][0] == EXCLUDED:
        return [f"有{clause.saying.exempt}情形「{' '.join(wrong[0][1].split())}」"]
    return [_failed(*x, clause.number + part, ground) for x in (wrong or lines)[:1]]


def _failed(label: str, text: str, ledger: str, ground: Comparison) -> str:
    text = " ".join(text.split())
    if label == ONCE:
        rows = "、".join(ground.earlier(ledger)) if text.startswith("企业终身") else ""
        if rows and "连续" in text:
            return f"自首次享受的年度起已满「{text.split()[-1]}」（{rows}）"
        if rows and "一次" not in text:
            return f"已享受满「{text.split()[-1]}」（{rows}）"
        return f"已享受一次性支持（{rows}）" if rows else f"已享受过，限「{text}」"
    if label == EXCLUDED:
        return f"有除外情形「{text}」"
    if label == SUBJECT:
        return f"不属于「{text.partition('，')[2] or text}」"
    if label == HIGHEST:
        other, _, key = text.removeprefix("与 ").partition(" 之间，")
        return f"{key}的从高，让给 {other}"
    return f"对照「{text}」不予支持" if label == TABLE else f"条件「{text}」不成立"


def _rounded_away(clause: Any, ground: Comparison) -> str:
    """Nothing by the facts, or less than the unit of rounding."""
    reckoned = clause.reckoned
    cut = [k.before[0] for k in _zeroing(clause.caps) if _spent(k)] + [
        x.before[0] for x in clause.conflicts if x.after[1] == 0 != x.before[0]
    ]
    if cut and not reckoned:  # what was granted before, or other support, took only what would have been rounded away
        reckoned = cut[0] if len(cut) == 1 else None
        if reckoned is None or isinstance(reckoned, Unlimited):
            return "按所填的事实算得的数，取整后为 0元"
    if reckoned is None:
        return "按所填的事实，上限算得 0元"
    if not reckoned:
        names = ground.unfilled(clause.number)
        return f"算得 0元（{'、'.join(f'「{x}」' for x in names[:MOST])}没有填，按没有算）" if names else "按所填的事实算得 0元"
    less = "不足 0.01元" if reckoned < CENT else f"算得 {money_text(reckoned)}"
    return f"{less}，取整后为 0元"


# -- what was granted before, and other support -------------------------------------------------------------------


def _zeroing(caps: Iterable[results.CapResult]) -> list[results.CapResult]:
    return [k for k in caps if k.after[1] == 0 and k.before[1] != 0]


def _spent(cap: results.CapResult) -> bool:
    return cap.used is not None and cap.used[1] != 0


def _took(clause: Any) -> str:
    """What other support, and what was granted before, leave nothing of."""
    outdone = (_outdone(x) for x in clause.conflicts if x.after[1] == 0 != x.before[1])
    spent = [k for k in _zeroing(clause.caps) if _spent(k)]
    return _several([*outdone, *(_taken_off(k) if k.label == results.ELSEWHERE else _used_up(k) for k in spent)])


def _left_over(caps: Sequence[results.CapResult]) -> str:
    """That a bound leaves less than the unit of rounding."""
    rest = caps[-1].after[1] if caps and not _zeroing(caps) else results.ZERO
    return f"上限「{caps[-1].text}」只余 {money_text(rest)}，取整后为 0元" if rest and not isinstance(rest, Unlimited) else ""


def _used_up(cap: results.CapResult) -> str:
    group = f"（{cap.group}）" if cap.group not in ("", "合计") else ""
    if cap.label == ONCE:
        return f"{'本' if '年度' in cap.text else '以前各'}年度已享受，限「{cap.text}」{group}"
    used = cap.used[1] if cap.used else results.ZERO
    spent = f"（已用 {money_text(used)}）" if used and not isinstance(used, Unlimited) else ""
    return f"上限「{cap.text}」{group}已用完{spent}"


def _taken_off(cap: results.CapResult) -> str:
    group = f" {cap.group}" if cap.group not in ("", "合计") else ""
    return f"同一事项{group} 与别的款合计，其他政策的支持（前面的款扣过以后）{_ends(cap.used or (results.ZERO, results.ZERO))}，本款 {_ends(cap.before)} 不再给"


def _lower(clause: Any) -> str:
    """That another clause, of which only one is given, comes to more."""
    found = [k for k in clause.caps if k.label == HIGHEST and k.after[1] == 0 != k.limit[1]]
    if not found:
        return ""
    k = found[-1]
    return f"「{k.text}」只取一款：他款 {_ends(k.limit)}，本款 {_ends(k.before)}"


def _ends(span: results.AmountRange) -> str:
    low, high = span
    if isinstance(high, Unlimited):  # unknown facts, or an authority still to say it
        return f"至少 {money_text(low)}" if low and not isinstance(low, Unlimited) else "还没有定"
    return money_text(high) if low == high else f"至多 {money_text(high)}"


def _outdone(x: Any) -> str:
    if not isinstance(x.rival[0], Unlimited) and x.rival[0] > x.before[0]:
        return f"同一事项 {x.matter} 其他政策可得 {money_text(x.rival[0])}，高于本款 {money_text(x.before[0])}"
    return f"同一事项 {x.matter} 其他政策已给 {money_text(x.received[0])}，本款 {money_text(x.before[0])} 不再给"
