"""What a line compares, held against how its quote compares it (W336): 超过 for 不低于, 孰高 for 就低."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS, Label

from .compares import Compared, in_body, in_cells
from .numbers import OTHER, RATE, Mention
from .passages import Passage, finding
from .phrases import DOWNWARDS, OPPOSITE, UPWARDS, by_word, chosen_otherwise, compared, freely_compared, one_way, stopped

_Said = list[tuple[str, str]]  # senses, each with the words of the law


def compared_otherwise(passages: list[Passage], passage: Passage, line: syntax.Line) -> Iterator[Diagnostic]:
    """Of a line beneath one of the passages of a clause."""
    for one in (*in_cells(passage, line), *in_body(passage, line)):
        own = [n for n in passage.numbers_of(line, one.right) if n.at[1] <= one.right[1] and n.value]
        if wrong := _of_numbers(one, own, passages, passage, line) if own else _of_words(one, passage, line):
            yield wrong


def _of_numbers(one: Compared, own: list[Mention], passages: list[Passage], passage: Passage, line: syntax.Line) -> Diagnostic | None:
    if right := _as_chosen(one, line):
        return _otherwise(one, right, own[0].text)
    if exchanged := _given(one, own[0], passages) or _within(one, own[0], passage, line):
        return exchanged
    for number in own:
        anywhere = _as_said(number, passages)
        said = _as_said(number, [passage]) or (anywhere if line.label == Label.CONDITION else [])  # another quote of the clause may say it
        if wrong := _against(one, said, anywhere, passage, line, number):
            return wrong
    return None


def _as_said(number: Mention, passages: list[Passage]) -> _Said:
    """How the law compares a number, wherever it says it; and the other way round where it denies that."""
    told = [(p, law) for p in passages for law in p.saying(number) if not _IN_BRACKETS.search(p.words[: law.at[0]])]
    said: _Said = []
    for passage, law in [x for x in told if x[1].unit or not number.unit] or told:  # 一个国家, and not 唯一, for 1国
        sense, word = compared(passage.words, law)
        said.append((sense, word))
        others = _THE_OTHERS.search(passage.words, law.at[1])
        if sense in OPPOSITE and (others or _NEVER.search(passage.words[: law.at[0]]) or stopped(passage.words, law.at)):
            said.append((OPPOSITE[sense], word))
    return said


_IN_BRACKETS = re.compile("[(（]不?含$")  # 10万元以上（不含10万元）
_THE_OTHERS = re.compile("[,;。](?:超[过出]|不足|不满|未达到|达不到)的(?=[^\\d,;。]{0,3}(?:分|按|[,;。]))")  # 10万元以内的一次拨付，超过的分三年
_NEVER = re.compile("(?:未曾|从未|没有|不存在|不属于|未(?:发生|出现|受|被|获|享受|因))[^，。；,;、]*$")  # 未曾受过10万元以上处罚 is below


# -- two numbers exchanged ---------------------------------------------------------------------------------


def _given(one: Compared, number: Mention, passages: list[Passage]) -> Diagnostic | None:
    """A comparison with what the law gives, 补贴1万元, where it compares another number so: the two were exchanged."""
    here = [(p, n) for p in passages for n in p.saying(number) if n.kind == number.kind]
    if not here or not all(_GIVES.search(p.words[: n.at[0]]) and not compared(p.words, n)[0] for p, n in here):
        return None
    law = [(n.text, compared(p.words, n)) for p in passages for n in p.numbers if n.kind == number.kind]
    others = [(text, said) for text, (sense, said) in law if sense == one.sense]
    if len(others) != 1 or not (one.left is not None or one.word == Label.CAP):
        return None
    (right, said), = others
    return _exchanged(one, f"「{number.text}」，原文给的是它，要比的是「{said}」", right)


def _within(one: Compared, number: Mention, passage: Passage, line: syntax.Line) -> Diagnostic | None:
    """不低于 5% 的，增加额 的 30% where the law has 增长30%以上的，按5%: the number compared is not compared, another of the line is."""
    here = passage.saying(number)
    behind = (n for n in passage.numbers_of(line) if (n.kind, n.unit) == (number.kind, number.unit) and n.at[0] >= one.right[1])
    other = next(behind, None) if here else None
    if other is None or any(compared(passage.words, law)[0] or _RANGE.match(passage.words, law.at[1]) for law in here):
        return None
    said = [compared(passage.words, law) for law in passage.saying(other)]
    if not said or any(sense != one.sense for sense, _ in said):
        return None
    return _exchanged(one, f"「{number.text}」，原文要比的是「{said[0][1]}」", other.text)


def _exchanged(one: Compared, what: str, right: str) -> Diagnostic:
    return finding(Code.LAW_COMPARES_OTHERWISE, f"这里比的是{what}", one.at, f"改为 {right}，看是不是两个数写反了")


_RANGE = re.compile("[^\\W\\d]{0,3}(?:至|到|-|~)\\s*\\d")  # 90周岁至99周岁
_GIVES = re.compile("(?:给予|奖励|补贴|补助|资助|发给)$")


# -- one number compared otherwise -------------------------------------------------------------------------


def _as_chosen(one: Compared, line: syntax.Line) -> str:
    """What a comparison should be by the name of the choice, 〔A01 不含本数〕; empty where the two agree."""
    words = [m[0] for t in line.tags if (m := _INCLUDED.search(t.choice or "")) and "本数" in (t.choice or "")]
    right = {"不低于": "高于", "不超过": "低于"} if words and words[0][0] == "不" else {"高于": "不低于", "低于": "不超过"} if words else {}
    return right.get(one.sense, "")


_INCLUDED = re.compile("不[含包算]|(?<!不)[含包]")


def _against(one: Compared, said: _Said, anywhere: _Said, passage: Passage, line: syntax.Line, number: Mention) -> Diagnostic | None:
    """The comparison of a number that the law compares otherwise, wherever it says it."""
    if isinstance(line.body, syntax.Lookup) and line.body.segments:
        return None  # parts of an amount that are added come to the same, to whichever an edge belongs
    ways = {sense for sense, _ in said}
    if one.word in ("至多", "至少"):
        if (number.kind == RATE and number.value == 1) or _held_to(one, number, passage):
            return None  # no more than the whole goes without saying
        if not ways - {""}:
            return _in_words(one, number, passage)
    near = any(_alike(one.sense, x) for x in ways)
    if not ways or "" in ways or one.sense in ways or (one.sense in DOWNWARDS and "至" in ways) or (near and _loose(one, said, number, line)):
        return None
    if _denied(one, ways, passage, line, number) or (near and (_at_both(one, said, anywhere) or _of_reading(one, ways, passage, line))):
        return None
    if any(c.sense in ways for c in in_cells(passage, line, number.value)):
        return None  # another tier of the table has the number as the law has it: 2000万元 以上 beside 不满 2000万元
    return _otherwise(one, *min(said, key=lambda x: (x[0] == "至", not _alike(one.sense, x[0]))))


def _in_words(one: Compared, number: Mention, passage: Passage) -> Diagnostic | None:
    """捐赠额未超过应纳税所得额百分之三十的部分: the law compares with what stands before the number."""
    phrases = [passage.phrase(law.at) for law in passage.saying(number)]
    ways = freely_compared(phrases[0], ()) if phrases else {}
    if not ways or any(_alike(one.sense, x) for x in ways):
        return None
    return _otherwise(one, *next(iter((freely_compared(passage.words, passage.numbers) or ways).items())))


def _held_to(one: Compared, number: Mention, passage: Passage) -> bool:
    """高于平均工资300%的，按照平均工资的300%计算: what the law names beyond the number, and says the number again, is held to it."""
    phrases = [passage.phrase(law.at) for law in passage.saying(number)]
    return len(phrases) > 1 and any(OPPOSITE.get(one.sense) in freely_compared(x, ()) for x in phrases)


def _loose(one: Compared, said: _Said, number: Mention, line: syntax.Line) -> bool:
    """Whether only the direction counts: of so many years from a day, or of a day that may count or not."""
    lasting = one.sense in DOWNWARDS and number.unit in _TIMES and number.kind == OTHER and line.label != Label.CONDITION
    return one.loose or lasting or all(one_way(word) for _, word in said)


_TIMES = ("年", "步年", "月", "个月")


def _denied(one: Compared, ways: set[str], passage: Passage, line: syntax.Line, number: Mention) -> bool:
    """Whether a line may well say it the other way round."""
    if one.back and any(_alike(_BACKWARDS[one.sense], x) for x in ways):
        return True
    if "不超过" in ways and one.sense == "低于" and (isinstance(one.left, syntax.CountOf) or getattr(one.left, "text", "").startswith("已")):
        return True  # of those before this one: at most three times is fewer than three before
    opposite = OPPOSITE.get(one.sense)
    return opposite in ways and (
        line.label == Label.EXCLUSION  # 不低于500万元 may stand as 除外：低于 500万元
        or any(_FAILING.search(passage.words, law.at[1]) for law in passage.saying(number))  # 应占三分之一以上，达不到的，扣减
        or (
            not any(_alike(one.sense, x) for x in ways)
            and any((c.left, c.sense) == (one.left, opposite) and c.written(line) == one.written(line) for c in in_body(passage, line))
        )  # 不满 60周岁 beside 60周岁 以上 in one 按: the number is where the law has it
    )


_BACKWARDS = {"不低于": "不超过", "不超过": "不低于", "高于": "低于", "低于": "高于"}
_FAILING = re.compile("[,;。](?:达不到|未达到|未达标|不达标|不足)(?:的|上述|规定|要求|标准|该)")


def _at_both(one: Compared, said: _Said, anywhere: _Said) -> bool:
    """300毫升(含)以下, 至300毫升, and 300毫升以上: the bare word gives way, or the number is in both tiers."""
    ways = {"不超过" if sense == "至" else sense for sense, _ in (*said, *anywhere)}
    return {"不低于", "不超过"} <= ways and any(_alike(one.sense, sense) and re.search("[^)及]以[上下]$", word) for sense, word in said)


def _of_reading(one: Compared, ways: set[str], passage: Passage, line: syntax.Line) -> bool:
    """高于 and 不低于 may be what the reading is about."""
    return any(c.left == one.left and c.sense in ways for x in passage.others(line) for c in in_body(passage, x))


# -- what is no number -------------------------------------------------------------------------------------


def _of_words(one: Compared, passage: Passage, line: syntax.Line) -> Diagnostic | None:
    """A comparison with what is no number: that of the law must go the same way; 除外 may say either."""
    if one.with_nothing(line) or line.label == Label.EXCLUSION or one.sense == "每满":
        return None
    said = freely_compared(passage.words, passage.numbers).items()
    ways = {
        sense: word for sense, word in said
        if (not one.word.endswith(_DATES) or word.endswith(_DATES)) and not (word == "满" and _IN_FULL.search(passage.words))
    }
    if one.word == "至多" and _BEYOND.search(re.sub(r"\([^()]*\)", "", passage.words)):
        return None  # 超过限额的部分由个人承担: what is held to the limit is the rest
    return None if not ways or any(_alike(one.sense, x) for x in ways) else _otherwise(one, *next(iter(ways.items())))


_IN_FULL = re.compile("[领期届缴付发]满")  # 领满, 尚未期满: all of it, no bound
_DATES = ("早于", "晚于")  # 不超过建设投入 says nothing of a day
_BEYOND = re.compile("超[过出][^,。;]{1,12}部分")


def ranked_otherwise(passage: Passage, line: syntax.Line) -> Iterator[Diagnostic]:
    """孰高 for 就低, 从高到低 for 由低到高, 四舍五入 for 舍去."""
    folded = canonical(line.text)
    for phrase, said, right in chosen_otherwise(passage.words, alike := folded.replace("从大到小", "从高到低").replace("从小到大", "从低到高")):
        at = alike.index(phrase.lines), alike.index(phrase.lines) + len(phrase.lines)
        yield finding(phrase.code, f"这里写的是「{folded[slice(*at)]}」，原文说「{said}」", line.span_of(at), f"改为 {right}")


# -- the finding -------------------------------------------------------------------------------------------


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= UPWARDS or {one, other} <= DOWNWARDS


def _otherwise(one: Compared, sense: str, said: str) -> Diagnostic:
    up = sense in UPWARDS
    if one_way(said):
        means, right = ("那一天以后的", "不早于") if up else ("那一天以前的", "不晚于")
    else:
        alike = (w for w in by_word() if said.startswith(w) and (w not in _OF_DAYS or one.word in _OF_DAYS))
        means, right = _MEANS[sense], _BOUNDS.get(one.word) or next(alike, sense)
    help = f"改为 {'下限' if up else '上限'}，或核对这个数是不是写在这里" if one.word in LABELS else f"改为 {right}"
    if one.by_day and sense in _BY_DAY:  # 2 years 11 months are 2 full ones
        help = f"年数、月数不计零头，写成 {one.by_day.format(_BY_DAY[sense])}"
    return finding(Code.LAW_COMPARES_OTHERWISE, f"这里写的是「{one.word}」，原文说「{said}」：{means}", one.at, help)


_BOUNDS = {"至多": "至少", "至少": "至多", "满": "未满", "未满": "满"}
_BY_DAY = {"不超过": "不晚于", "高于": "晚于"}
_OF_DAYS = ("满", "未满")  # said of how long, where a number wants 达到
_MEANS = {"不低于": "正好是这个数的也算", "高于": "正好是这个数的不算", "不超过": "正好是这个数的也算", "低于": "正好是这个数的不算", "至": "到这个数为止", "每满": "每满这个数算一份"}
