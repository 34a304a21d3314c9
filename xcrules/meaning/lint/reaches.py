"""How long and how far a bound reaches, held against the law's words (W337): 年度, 终身, 单项."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.draft import syntax
from xcrules.facts.types import show
from xcrules.meaning import keys

from .numbers import MONEY
from .passages import Passage, finding
from .phrases import PERIOD, REACH, senses

_NAMED = {"年度": "一年", "终身": "历年", "单项": "每一项"}


def reached_otherwise(passage: Passage, line: syntax.Line, lists: dict[str, str]) -> Iterator[Diagnostic]:
    """Of a 上限 by the phrase that says its number, of a 限次 by its quote; `lists`: what its part has for 对象, 项目 by 个. A 下限 has but one reach."""
    body = line.body
    if isinstance(body, syntax.Cap):
        phrases = [passage.phrase(law.at) for n in passage.numbers_of(line) if n.kind == MONEY for law in passage.saying(n)]
        yield from _of_cap(passage, line, body.scope, phrases, lists)
    elif isinstance(body, syntax.CountCap) and not body.times.endswith("年"):
        yield from _counts_years(passage, line) or _of_times(passage, line, body, lists)


def _of_cap(passage: Passage, line: syntax.Line, scope: syntax.Reach, phrases: list[str], lists: dict[str, str]) -> Iterator[Diagnostic]:
    reach, by_choice = _reach(scope), _by_choice(line)
    said = by_choice if by_choice and phrases else [_periods(passage, x) for x in phrases]
    wrong = _differs(reach, said, phrases, lists)
    other = "" if wrong or not lists else _all_items(phrases, lists) if reach == "单项" else _only_items(scope, phrases, said)
    right = "企业" if other and reach == "单项" else "单项" if other else _right(said)
    if reach == "终身" and not any("终身" in x for x in said) and any(
        isinstance(x, syntax.YearRef) and x.word == "本年" for x in passage.nodes_of(line)
    ):
        yield finding(Code.LAW_SPANS_OTHERWISE, "这里管的是历年，限的却是本年的数", line.content, "改为 企业年度")
    elif wrong or other:
        where, words = "读法的选项" if by_choice and not other else "原文", "".join(phrases)
        yield from _spans(passage, line, scope, right, f"{where}说「{other or next(iter(said[0].values()))}」", lists, words)


def _of_times(passage: Passage, line: syntax.Line, body: syntax.CountCap, lists: dict[str, str]) -> Iterator[Diagnostic]:
    reach, by_choice, words = _reach(body.scope), _by_choice(line), passage.words
    if body.settle == "已得补差" and reach == "终身":
        return  # 当年晋级的，奖励差额: what was had in earlier years is taken off
    elsewhere = {_reach(x.body.scope) for x in passage.lines if x is not line and isinstance(x.body, syntax.CountCap)}  # 同一工种只领一次，每年最多3次
    if any(isinstance(x.body, syntax.Cap) and _reach(x.body.scope) != "单项" for x in passage.lines):
        elsewhere.add("年度")  # 每年不超过60万元 is said of the money
    said = by_choice or [_periods(passage, words, elsewhere)]
    if _differs(reach, said, [words], lists):
        where = "读法的选项" if by_choice else "原文"
        yield from _spans(passage, line, body.scope, _right(said), f"{where}说「{next(iter(said[0].values()))}」", lists, words)


def _counts_years(passage: Passage, line: syntax.Line) -> list[Diagnostic]:
    """3次 where the law has 3年."""
    count = next((n for n in passage.numbers_of(line) if n.value > 1), None)
    if count is None or {n.unit for n in passage.numbers if n.value == count.value} != {"年"}:
        return []
    years = f"{show(count.value)}年"
    return [finding(Code.LAW_SPANS_OTHERWISE, f"这里数的是「{count.text}」，原文说的是{years}", line.content, f"改为 企业终身 {years}")]


def _spans(
    passage: Passage, line: syntax.Line, scope: syntax.Reach, right: str, why: str, lists: dict[str, str], words: str
) -> Iterator[Diagnostic]:
    reach, others = _reach(scope), {_reach(x.body.scope) for x in passage.others(line) if isinstance(x.body, syntax.Cap)}
    if "单项" in (reach, right) and (right in others or (right == "企业" and others - {reach})):
        return  # each item or all, may be what the reading is about
    over = senses(REACH, words)
    whose = f"同一 {scope.key.text if scope.key else '某栏'}"
    yearly = f"{whose} 年度" if scope.key else f"企业年度（或 {whose} 年度）"
    once = "单项" if "单项" in over else "企业终身" if "企业" in over else "企业终身，或 单项"
    lasting = once if "一次性" in words else f"{whose} 终身" if scope.key or "单项" in over else "企业终身"
    yearly_each = f"{whose} 年度（某栏认得出是不是同一个；一年里各只有一行、只报一次的，写 单项）"
    each = yearly_each if "年度" in senses(PERIOD, words) else "单项"
    fits = {"单项": each, "年度": yearly, "终身": lasting, "企业": "企业年度；历年合起来的，写 企业终身"}[right]
    yield finding(Code.LAW_SPANS_OTHERWISE, f"这里管的是{_NAMED[reach]}，{why}", line.content, f"改为 {fits}", *map(keys.table, lists))


def _reach(scope: syntax.Reach) -> str:
    if scope.reach == "企业年度" or scope.period == "年度":
        return "年度"
    return "终身" if scope.reach == "企业终身" or scope.period == "终身" else "单项"


def _by_choice(line: syntax.Line) -> list[dict[str, str]]:
    """〔A06 每年〕 says it of its line."""
    return [x for t in line.tags if t.choice and (x := senses(PERIOD, t.choice))]


def _periods(passage: Passage, phrase: str, elsewhere: set[str] | None = None) -> dict[str, str]:
    """How long a phrase of the law says, but for what other lines take up: 一个年度内，……累计不超过3万元."""
    said = {sense: word for sense, word in senses(PERIOD, phrase).items() if sense not in (elsewhere or ())}
    framed = _WITHIN_A_YEAR.search(passage.words.partition(phrase)[0].rpartition("。")[2] + phrase)
    return said if framed is None else said | {"年度": framed[0]}


_WITHIN_A_YEAR = re.compile("(?:[一每]个|同一|单个)(?:自然|会计)?年度内?|[一每]年(?:度)?内")


def _right(said: list[dict[str, str]]) -> str:
    return "年度" if said and "年度" in said[0] else "终身"


def _differs(reach: str, said: list[dict[str, str]], phrases: list[str], lists: dict[str, str]) -> bool:
    """Whether a bound does not reach as far as any of the phrases says."""
    if not said or not all(_cannot(reach, x) for x in said):
        return False
    of_each = all(_EACH_YEAR.search(x) for x in phrases) or (lists and not any(_OVER_ITEMS.search(x) for x in phrases))
    return not (reach == "单项" and of_each)


_EACH_YEAR = re.compile("每(?!年|个?月|季|家|户?企)[^\\W\\d]{1,3}每(?:学)?年")  # 每生每年 is said of each item
_OVER_ITEMS = re.compile("总额|总计|合计|累计|企业|每家|单位|机构")  # else 每年 may be said of each item: one list is of one year


def _cannot(reach: str, said: dict[str, str]) -> bool:
    return (set(said) == {"年度"} and reach != "年度") or (set(said) == {"终身"} and reach == "年度")


def _only_items(scope: syntax.Reach, phrases: list[str], said: list[dict[str, str]]) -> str:
    """The word by which the law bounds each item, in all or in a year, where a line bounds the enterprise."""
    words = [senses(REACH, x).get("单项", "") for x in phrases]
    yearly = scope.reach == "企业年度" and not any(_OVER_ITEMS.search(x) for x in phrases)
    free = not any(said) or (yearly and not any("终身" in x for x in said))
    return words[0] if words and all(words) and free else ""


def _all_items(phrases: list[str], lists: dict[str, str]) -> str:
    """The word by which the law bounds an enterprise, where a line bounds each item; an item may be one itself, 每家 企业, 每户 孵化户."""
    said = [senses(REACH, x) for x in phrases]
    words = [x.get("企业", "") for x in said if "单项" not in x]
    own = any(f"每{counter}" in word or name[-1] == word[-1] for name, counter in lists.items() for word in words if word)
    return words[0] if words and len(words) == len(said) and all(words) and not own else ""
