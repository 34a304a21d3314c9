"""What a line compares, how long and how far a bound reaches, and of which year a figure is: held against its quote (W336, W337)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.source import Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS, Label
from xcrules.facts.types import show
from xcrules.meaning import keys

from . import phrases
from .numbers import MONEY, OTHER, RATE, Mention, same
from .passages import Passage, beginning_in, finding
from .phrases import GROWN, PERIOD, REACH, TREND, UPWARDS, YEAR, by_word, chosen_otherwise, compared, freely_compared, one_way, says, senses

_UP, _DOWN = UPWARDS, frozenset({"不超过", "低于"})
_TIMES = ("年", "步年", "月", "个月")


@frozen
class _Compared:
    """A comparison of a line: its sense and word, what it is held against, and whether only its direction counts (so many years from a day)."""

    sense: str
    word: str
    right: tuple[int, int]
    at: Span
    loose: bool = False
    left: object = None  # what is compared
    back: bool = False  # with a day so long before another: 不早于 退休日期 － 5年 is within 5年


def senses_of(passages: list[Passage], law: str) -> Iterator[Diagnostic]:
    """Of every line of a clause; `law`: all that is quoted."""
    told = " ".join(passage.words for passage in passages)
    for passage in passages:
        lists = [x.body.name.text for p in passages if p.part == passage.part for x in p.lines if isinstance(x.body, syntax.Subject) and x.body.each]
        for line in passage.lines:
            yield from _compares(passage, line, passages)
            yield from _reaches(passage, line, lists)
            yield from _years(passage, line, told, law)
            yield from _chosen(passage, line)


def _chosen(passage: Passage, line: syntax.Line) -> Iterator[Diagnostic]:
    folded = canonical(line.text)
    for phrase, said, right in chosen_otherwise(passage.words, alike := folded.replace("从大到小", "从高到低").replace("从小到大", "从低到高")):
        at = alike.index(phrase.lines)
        yield finding(phrase.code, f"这里写的是「{folded[at : at + len(phrase.lines)]}」，原文说「{said}」", line.span_of((at, at + len(phrase.lines))), f"改为 {right}")


# -- comparisons -------------------------------------------------------------------------------------------


def _compares(passage: Passage, line: syntax.Line, passages: list[Passage]) -> Iterator[Diagnostic]:
    numbers = passage.numbers_of(line)
    table = [c for row in line.rows[1:] for c in row.cells]
    cells = [c for n in numbers if n.at[0] >= len(line.text) and (c := _of_cell(n, line, table)) is not None]
    for one in (*cells, *_of_body(passage, line)):
        own = [n for n in beginning_in(numbers, *one.right) if n.at[1] <= one.right[1] and n.value]
        said = {n.value: _as_said(n, [passage]) or (_as_said(n, passages) if line.label == Label.CONDITION else []) for n in own}  # another quote of the clause may say it
        if own and (right := _as_chosen(one, line)):
            yield _otherwise(one, right, own[0].text)
            continue
        if own and (exchanged := _given(one, own[0], passages) or _within(one, own[0], numbers, passage)) is not None:
            yield exchanged
            continue
        wrong = next((x for n in own if (x := _against(one, said[n.value], _as_said(n, passages), passage, line, n)) is not None), None) if own else None if _is_nothing(one, line) else _directions(one, passage, line)
        if wrong is not None:
            yield wrong


def _is_nothing(one: _Compared, line: syntax.Line) -> bool:
    """高于 0元: that there is any, whatever else the law compares."""
    return re.fullmatch(r"0\D*", _written(one, line)) is not None


def _written(one: _Compared, line: syntax.Line) -> str:
    """What a comparison is with, as it stands in the line."""
    return canonical(line.text)[slice(*one.right)].strip()


def _as_said(number: Mention, passages: list[Passage]) -> list[tuple[str, str]]:
    told = [(passage, law) for passage in passages for law in passage.numbers if same(law, number)]
    told = [(p, law) for p, law in told if not re.search("[(（]不?含$", p.words[: law.at[0]])]  # 10万元以上（不含10万元）
    told = [x for x in told if x[1].unit or not number.unit] or told  # 一个国家, and not 唯一, for 1国
    said = [(compared(passage.words, law), _NEVER.search(passage.words[: law.at[0]]) or phrases.stopped(passage.words, law.at)) for passage, law in told]
    return [x for (sense, word), denied in said for x in ((sense, word), *([(_OPPOSITE[sense], word)] if denied and sense in _OPPOSITE else []))]


_NEVER = re.compile("(?:未曾|从未|没有|不存在|不属于|未(?:发生|出现|受|被|获|享受|因))[^，。；,;、]*$")  # 未曾受过10万元以上处罚 is below
_OPPOSITE = {"不低于": "低于", "低于": "不低于", "高于": "不超过", "不超过": "高于"}


def _given(one: _Compared, number: Mention, passages: list[Passage]) -> Diagnostic | None:
    """A comparison with what the law gives, 补贴1万元, where it compares another number so: the two were exchanged."""
    law = [(p, n) for p in passages for n in p.numbers if n.kind == number.kind]
    here = [(p, n) for p, n in law if same(n, number)]
    if not here or not all(_GIVES.search(p.words[: n.at[0]]) and not compared(p.words, n)[0] for p, n in here):
        return None
    others = [(n.text, said) for p, n in law for sense, said in (compared(p.words, n),) if sense == one.sense]
    if len(others) != 1 or not (one.left is not None or one.word == Label.CAP):
        return None
    return finding(Code.LAW_COMPARES_OTHERWISE, f"这里比的是「{number.text}」，原文给的是它，要比的是「{others[0][1]}」", one.at, f"改为 {others[0][0]}，看是不是两个数写反了")


def _within(one: _Compared, number: Mention, numbers: list[Mention], passage: Passage) -> Diagnostic | None:
    """不低于 5% 的，增加额 的 30% where the law has 增长30%以上的，按5%: the number compared is not compared, another of the line is."""
    here = [law for law in passage.numbers if same(law, number)]
    other = next((n for n in numbers if (n.kind, n.unit) == (number.kind, number.unit) and n.at[0] >= one.right[1]), None) if here else None
    if other is None or any(compared(passage.words, law)[0] or _RANGE.match(passage.words, law.at[1]) for law in here):
        return None
    said = [x for law in passage.numbers if same(law, other) for x in (compared(passage.words, law),)]
    if not said or any(sense != one.sense for sense, _ in said):
        return None
    return finding(Code.LAW_COMPARES_OTHERWISE, f"这里比的是「{number.text}」，原文要比的是「{said[0][1]}」", one.at, f"改为 {other.text}，看是不是两个数写反了")


_RANGE = re.compile("[^\\W\\d]{0,3}(?:至|到|-|~)\\s*\\d")  # 90周岁至99周岁
_GIVES = re.compile("(?:给予|奖励|补贴|补助|资助|发给)$")
_INCLUDED = re.compile("不[含包算]|(?<!不)[含包]")


def _as_chosen(one: _Compared, line: syntax.Line) -> str:
    """What a comparison should be by the name of the choice, 〔A01 不含本数〕; empty where the two agree."""
    words = [m[0] for t in line.tags if (m := _INCLUDED.search(t.choice or "")) and "本数" in (t.choice or "")]
    right = {"不低于": "高于", "不超过": "低于"} if words and words[0][0] == "不" else {"高于": "不低于", "低于": "不超过"} if words else {}
    return right.get(one.sense, "")


_BESIDE_DAYS = frozenset({"早于", "晚于", "不早于", "不晚于"})
_BACKWARDS = {"不低于": "不超过", "不超过": "不低于", "高于": "低于", "低于": "高于"}
_FAILING = re.compile("[,;。](?:达不到|未达到|未达标|不达标|不足)(?:的|上述|规定|要求|标准|该)")


def _against(one: _Compared, said: list[tuple[str, str]], anywhere: list[tuple[str, str]], passage: Passage, line: syntax.Line, number: Mention) -> Diagnostic | None:
    """The comparison of a number that the law compares otherwise, wherever it says it."""
    ways = {sense for sense, _ in said}
    if one.back and any(_alike(_BACKWARDS[one.sense], x) for x in ways):
        return None
    if line.label == Label.EXCLUSION and _OPPOSITE.get(one.sense) in ways:
        return None  # 不低于500万元 may stand as 除外：低于 500万元
    if _OPPOSITE.get(one.sense) in ways and any(same(law, number) and _FAILING.search(passage.words, law.at[1]) for law in passage.numbers):
        return None  # 应占三分之一以上，达不到的，扣减
    if isinstance(line.body, syntax.Lookup) and line.body.segments:
        return None  # parts of an amount that are added come to the same, to whichever an edge belongs
    if "不超过" in ways and one.sense == "低于" and (isinstance(one.left, syntax.CountOf) or (isinstance(one.left, syntax.Name) and one.left.text.startswith("已"))):
        return None  # of those before this one: at most three times is fewer than three before
    if not any(_alike(one.sense, x) for x in ways) and any(
        c.left == one.left and c.sense in ways and c.sense == _OPPOSITE.get(one.sense) and _written(c, line) == _written(one, line)
        for c in _of_body(passage, line)
    ):
        return None  # 不满 60周岁 beside 60周岁 以上 in one 按: the number is where the law has it
    if one.word in ("至多", "至少") and ((number.kind == RATE and number.value == 1) or _held_to(one, number, passage)):
        return None  # no more than the whole goes without saying
    if not ways - {""} and one.word in ("至多", "至少"):  # 捐赠额未超过应纳税所得额百分之三十的部分
        ways = set(freely_compared(next((passage.phrase(law.at) for law in passage.numbers if same(law, number)), ""), ()))
        return _otherwise(one, *next(iter(freely_compared(passage.words, passage.numbers).items()))) if ways and not any(_alike(one.sense, x) for x in ways) else None
    loose = one.loose or all(one_way(word) for _, word in said) or (one.sense in _DOWN and number.unit in _TIMES and number.kind == OTHER and line.label != Label.CONDITION)
    if not ways or "" in ways or one.sense in ways or (one.sense in _DOWN and "至" in ways) or (loose and any(_alike(one.sense, x) for x in ways)):
        return None
    if {"不低于", "不超过"} <= {"不超过" if x == "至" else x for x in ways | {sense for sense, _ in anywhere}} and any(_alike(one.sense, sense) and re.search("[^)及]以[上下]$", word) for sense, word in said):
        return None  # 300毫升(含)以下, 至300毫升, and 300毫升以上: the bare word gives way, or the number is in both tiers
    others = [c for x in passage.others(line) for c in _of_body(passage, x) if c.left == one.left and c.sense in ways]  # 高于 and 不低于 may be what the reading is about
    return None if _tier_agrees(passage, line, number, ways) or (others and any(_alike(one.sense, x) for x in ways)) else _otherwise(one, *min(said, key=lambda x: (x[0] == "至", not _alike(one.sense, x[0]))))


def _held_to(one: _Compared, number: Mention, passage: Passage) -> bool:
    """高于平均工资300%的，按照平均工资的300%计算: what the law names beyond the number, and says the number again, is held to it."""
    phrases = [passage.phrase(law.at) for law in passage.numbers if same(law, number)]
    return len(phrases) > 1 and any(_OPPOSITE.get(one.sense) in freely_compared(x, ()) for x in phrases)


def _tier_agrees(passage: Passage, line: syntax.Line, number: Mention, ways: set[str]) -> bool:
    """Whether another tier of the table has the number as the law has it: 2000万元 以上 beside 不满 2000万元."""
    table = [c for row in line.rows[1:] for c in row.cells]
    cells = [_of_cell(n, line, table) for n in passage.numbers_of(line) if n.at[0] >= len(line.text) and n.value == number.value]
    return any(c is not None and c.sense in ways for c in cells)


def _directions(one: _Compared, passage: Passage, line: syntax.Line) -> Diagnostic | None:
    """A comparison with what is no number: that of the law must go the same way; 除外 may say either."""
    ways = {sense: word for sense, word in freely_compared(passage.words, passage.numbers).items() if one.word[-2:] not in _DATES or word[-2:] in _DATES}
    if one.word == "至多" and _BEYOND.search(re.sub(r"\([^()]*\)", "", passage.words)):
        return None  # 超过限额的部分由个人承担: what is held to the limit is the rest
    if not ways or line.label == Label.EXCLUSION or one.sense == "每满" or any(_alike(one.sense, x) for x in ways):
        return None
    return _otherwise(one, *next(iter(ways.items())))


_BEYOND = re.compile("超[过出][^,。;]{1,12}部分")


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= _UP or {one, other} <= _DOWN


def _otherwise(one: _Compared, sense: str, said: str) -> Diagnostic:
    bounds = {"至多": "至少", "至少": "至多", "满": "未满", "未满": "满"}
    written = bounds.get(one.word) or next((w for w in by_word() if said.startswith(w) and (w not in _OF_DAYS or one.word in _OF_DAYS)), sense)
    if one_way(said):
        means, written = ("那一天以后的", "不早于") if sense in _UP else ("那一天以前的", "不晚于")
    else:
        means = _MEANS[sense]
    help = f"改为 {'下限' if sense in _UP else '上限'}，或核对这个数是不是写在这里" if one.word in LABELS else f"改为 {written}"
    return finding(Code.LAW_COMPARES_OTHERWISE, f"这里写的是「{one.word}」，原文说「{said}」：{means}", one.at, help)


_DATES = ("早于", "晚于")  # 不超过建设投入 says nothing of a day
_OF_DAYS = ("满", "未满")  # said of how long, where a number wants 达到
_MEANS = {"不低于": "正好是这个数的也算", "高于": "正好是这个数的不算", "不超过": "正好是这个数的也算", "低于": "正好是这个数的不算", "至": "到这个数为止", "每满": "每满这个数算一份"}


def _of_body(passage: Passage, line: syntax.Line) -> list[_Compared]:
    """The comparisons of a line, but for those under 非."""
    nodes = passage.nodes_of(line)
    negated = [x.part for x in nodes if isinstance(x, syntax.Not)]
    skipped = {id(x) for part in negated for x in syntax.pieces_of(part)}
    found: list[_Compared] = []
    body = line.body
    if isinstance(body, syntax.Cap | syntax.Floor) and isinstance(body.amount, syntax.Literal | syntax.PartOf):
        found.append(_Compared(by_word()[line.label], line.label, body.amount.at, line.label_span))
    for node in nodes:
        if id(node) in skipped:
            continue
        match node:
            case syntax.Compare(word=word, right=right) if word in by_word():
                steps, back = isinstance(right, syntax.Binary), isinstance(right, syntax.Binary) and right.operator == "-" and word in _BESIDE_DAYS
                found.append(_Compared(by_word()[word], word, right.at, _word_at(line, word, node.left.at[1], right.at[0]), steps, node.left, back))
            case syntax.AtMost(amount=amount):
                found.append(_Compared("不超过", "至多", amount.at, line.span_of(amount.at), True))
            case syntax.AtLeast(amount=syntax.PartOf(at=at)):
                found.append(_Compared("不低于", "至少", at, line.span_of(at), True))
            case syntax.Elapsed(negated=negated_time, at=at):
                found.append(_Compared("低于" if negated_time else "不低于", "未满" if negated_time else "满", at, line.span_of(at), True))
            case syntax.KeyBounds(bounds=bounds):
                found += [_Compared(by_word()[w], w, x.at, line.span_of(x.at)) for w, x in bounds if w in by_word()]
    return found


def _word_at(line: syntax.Line, word: str, start: int, end: int) -> Span:
    at = canonical(line.text).find(word, start, end)
    return line.span_of((at, at + len(word)) if at >= 0 else (start, end))


def _of_cell(number: Mention, line: syntax.Line, table: list[Span]) -> _Compared | None:
    """How a cell of a table compares a number: it is written as the law writes it."""
    start = line.content.start
    place = bisect_right(table, start + number.at[0], key=lambda c: c.start) - 1
    if place < 0 or start + number.at[0] >= (cell := table[place]).end:
        return None
    inside = Mention(number.kind, number.value, number.text, (number.at[0] + start - cell.start, number.at[1] + start - cell.start), number.unit)
    sense, word = compared(cell.text, inside)
    return _Compared(sense, word, number.at, cell) if sense and sense != "至" else None


# -- how long and how far --------------------------------------------------------------------------------------


def _reaches(passage: Passage, line: syntax.Line, lists: list[str]) -> Iterator[Diagnostic]:
    """年度, 终身 and 单项 of a 上限 by the phrase that says its number, of a 限次 by its quote."""
    body = line.body
    if not isinstance(body, syntax.Cap | syntax.CountCap):  # a 下限 has but one reach
        return
    times = isinstance(body, syntax.CountCap)
    others_say = {_reach(x.body.scope) for x in passage.lines if x is not line and isinstance(x.body, syntax.CountCap)} if times else set[str]()  # 同一工种只领一次，每年最多3次
    if times and any(isinstance(x.body, syntax.Cap) and _reach(x.body.scope) != "单项" for x in passage.lines):
        others_say |= {"年度"}  # 每年不超过60万元 is said of the money
    if isinstance(body, syntax.CountCap):
        where = [passage.words] if not body.times.endswith("年") else []
        count = next((n for n in passage.numbers_of(line) if n.value > 1), None)
        if count is not None and where and {n.unit for n in passage.numbers if n.value == count.value} == {"年"}:
            yield finding(Code.LAW_SPANS_OTHERWISE, f"这里数的是「{count.text}」，原文说的是{show(count.value)}年", line.content, f"改为 企业终身 {show(count.value)}年")
            return
    else:
        where = [passage.phrase(law.at) for n in passage.numbers_of(line) if n.kind == MONEY for law in passage.numbers if same(law, n)]
    chosen = [x for t in line.tags if t.choice and (x := senses(PERIOD, t.choice))]  # 〔A06 每年〕 says it of its line
    said = chosen if chosen and where else [{sense: word for sense, word in senses(PERIOD, x).items() if sense not in others_say} for x in where]
    if not chosen:  # 一个年度内，……累计不超过3万元
        said = [x | {"年度": framed[0]} if (framed := _WITHIN_A_YEAR.search(passage.words.partition(phrase)[0].rpartition("。")[2] + phrase)) is not None else x for x, phrase in zip(said, where, strict=True)]
    reach = _reach(body.scope)
    if times and isinstance(body, syntax.CountCap) and body.settle == "已得补差" and reach == "终身":
        return  # 当年晋级的，奖励差额: what was had in earlier years is taken off
    wrong = bool(said) and all(_cannot(reach, x) for x in said) and not (reach == "单项" and (all(_EACH_YEAR.search(x) for x in where) or (lists and not any(_OVER_ITEMS.search(x) for x in where))))
    alone = "" if wrong or times or not lists else _only_items(reach, where, said)
    right = "单项" if alone else "年度" if wrong and "年度" in said[0] else "终身"
    others = {_reach(x.body.scope) for x in passage.others(line) if isinstance(x.body, syntax.Cap)}  # what 每年不超过 is for, each item or all, may be what the reading is about
    if reach == "终身" and not times and "终身" not in [sense for x in said for sense in x] and any(isinstance(x, syntax.YearRef) and x.word == "本年" for x in passage.nodes_of(line)):
        yield finding(Code.LAW_SPANS_OTHERWISE, "这里管的是历年，限的却是本年的数", line.content, "改为 企业年度")
    elif (wrong or alone) and not (right in others and "单项" in (reach, right)):
        fits = {"单项": "单项", "年度": f"同一 {body.scope.key.text} 年度" if body.scope.key else "企业年度（或 同一 某栏 年度）", "终身": "企业终身，或 单项"}[right]
        yield finding(Code.LAW_SPANS_OTHERWISE, f"这里管的是{_NAMED[reach]}，{'读法的选项' if chosen and not alone else '原文'}说「{alone or next(iter(said[0].values()))}」", line.content, f"改为 {fits}", *map(keys.table, lists))


_WITHIN_A_YEAR = re.compile("(?:[一每]个|同一|单个)(?:自然|会计)?年度内?|[一每]年(?:度)?内")
_EACH_YEAR = re.compile("每(?!年|个?月|季|家|户?企)[^\\W\\d]{1,3}每(?:学)?年")  # 每生每年 is said of each item
_OVER_ITEMS = re.compile("总额|总计|合计|累计|企业|每家|单位|机构")  # else 每年 may be said of each item: one list is of one year
_NAMED = {"年度": "一年", "终身": "历年", "单项": "每一项"}


def _reach(scope: syntax.Reach) -> str:
    if scope.reach == "企业年度" or scope.period == "年度":
        return "年度"
    return "终身" if scope.reach == "企业终身" or scope.period == "终身" else "单项"


def _cannot(reach: str, said: dict[str, str]) -> bool:
    if set(said) == {"年度"}:
        return reach != "年度"
    return set(said) == {"终身"} and reach == "年度"


def _only_items(reach: str, where: list[str], said: list[dict[str, str]]) -> str:
    words = [senses(REACH, x).get("单项", "") for x in where]
    return words[0] if words and reach != "单项" and all(words) and not any(said) else ""


# -- which year, and which way ------------------------------------------------------------------------------------


def _years(passage: Passage, line: syntax.Line, told: str, law: str) -> Iterator[Diagnostic]:
    """上年 that the law does not say, 本年 where it says 上年; 减少 for 增加."""
    nodes = passage.nodes_of(line)
    dated = [
        x
        for x in nodes
        if isinstance(x, syntax.YearRef | syntax.YearOf | syntax.Trend | syntax.Growth)
        or (isinstance(x, syntax.Compare | syntax.Binary) and (isinstance(x.left, syntax.YearRef) or getattr(x.right, "text", "") == "1年"))
    ]
    if not dated:
        return
    beside = {id(x) for n in nodes if isinstance(n, syntax.Binary | syntax.Growth) or (isinstance(n, syntax.Compare) and any(isinstance(y, syntax.YearRef) for y in syntax.pieces_of(n.right))) for x in syntax.pieces_of(n)}  # set against another year
    chosen = {sense: word for t in line.tags for sense, word in senses(YEAR, t.choice or "").items()}  # 〔T10 上一年度〕 says it of its line
    of_numbers = {id(x): said for n in nodes if isinstance(n, syntax.Compare) for x in syntax.pieces_of(n.left) if (said := _years_of(n, passage, line))}
    own, around, trends = senses(YEAR, passage.words), senses(YEAR, told), senses(TREND, passage.words)
    for node in dated:
        match node:
            case syntax.YearRef(word="本年" | "上年" as word, at=at) if len(chosen) == 1 and not {word, "次年"} & {*chosen} and id(node) not in beside and not any(isinstance(x, syntax.YearRef) and x.word in chosen for x in nodes):
                yield from _another_year(passage, line, at, word, next(iter(chosen)), f"读法的选项说「{next(iter(chosen.values()))}」")
            case syntax.YearRef(word="上年", at=at) if "上年" not in around and (not trends or id(node) not in beside) and not _said_of(node, law) and not _both_years(node, passage):
                yield from _another_year(passage, line, at, "上年", "本年", "原文没有说上一年")
            case syntax.YearRef(word="上年", at=at) if id(node) not in beside and set(of_numbers.get(id(node), {})) == {"本年"}:
                yield from _another_year(passage, line, at, "上年", "本年", f"原文说「{of_numbers[id(node)]['本年']}」")
            case syntax.YearRef(word="前年", at=at) if id(node) not in beside and not trends and "前" not in told and (last := around.get("上年") or chosen.get("上年") or senses(YEAR, line.text).get("上年")):
                yield from _another_year(passage, line, at, "前年", "上年", f"原文说「{last}」")
            case syntax.YearRef(word="本年", series=syntax.Name(text=name), at=at) if line.label == Label.STANDARD and id(node) not in beside and (grown := says(GROWN, passage.words, name)):
                yield finding(Code.LAW_COMPARES_OTHERWISE, f"这里按全年的 {name}，原文说「{grown}」", line.span_of(at), f"改为 （本年 {name} － 上年 {name}）")
            case syntax.YearOf(word=("当年" | "次年" | "下一年") as word, at=at) if (one := set(own) & {"本年", "次年"}) and len(one) == 1 and one != {"本年" if word == "当年" else "次年"} and any(isinstance(x, syntax.NthYear) and x.start is node for x in nodes):
                yield from _another_year(passage, line, at, word, "次年" if word == "当年" else "当年", f"原文说「{own[one.pop()]}」")
            case syntax.YearRef(word="本年", at=at) if id(node) not in beside and set(of_numbers.get(id(node), {} if trends else own)) == {"上年"}:
                yield from _another_year(passage, line, at, "本年", "上年", f"原文说「{of_numbers.get(id(node), own)['上年']}」")
            case syntax.Growth(base=syntax.YEAR_ON_YEAR, now=syntax.YearRef(word="本年", at=at)) if (grew := _GREW.search(passage.words)) is not None:
                yield from _another_year(passage, line, at, "本年", "上年", f"原文说「{grew[0]}」")
            case syntax.Binary(operator="+", right=syntax.Literal(text="1年"), at=at) if set(own) == {"上年"} and "后" not in passage.words:
                yield finding(Code.LAW_SPANS_OTHERWISE, f"这里往后一年，原文说「{own['上年']}」", line.span_of(at), "改为 － 1年")
            case syntax.Compare(left=syntax.YearRef(word="本年"), word=word, right=syntax.YearRef(word="上年"), at=at) if (way := _WAYS.get(by_word().get(word, ""), "")) and trends and way not in trends:
                yield finding(Code.LAW_COMPARES_OTHERWISE, f"这里写的是「{word}」上年，原文说「{next(iter(trends.values()))}」", line.span_of(at), f"改为 {'高于' if way == '减少' else '低于'}")
            case syntax.Binary(operator="+", left=syntax.YearRef(at=at) as one, right=syntax.YearRef() as other) if one.word != other.word and not {one.word, other.word} <= set(around):
                yield finding(Code.LAW_SPANS_OTHERWISE, f"「{one.word}」的数加上「{other.word}」的数，原文没有说两年合计", line.span_of(at), f"两个都写成 {one.word} 或 {other.word}")
            case syntax.Binary(operator="-", left=syntax.YearRef(word="本年"), right=syntax.YearRef(word="前年", at=at)) if trends and not re.search("前|[两二]年", told) and not any(t.choice for t in line.tags):
                yield finding(Code.LAW_SPANS_OTHERWISE, f"这里减的是前年的数，原文说「{next(iter(trends.values()))}」，没有说隔一年", line.span_of(at), "改为 上年")
            case syntax.Compare(left=syntax.YearRef(at=at) as one, right=other) | syntax.Binary(operator="-", left=syntax.YearRef(at=at) as one, right=other) if one == other:
                yield finding(Code.LAW_SPANS_OTHERWISE, f"这里两边都是「{one.word}」的同一个数", line.span_of(at), "核对是不是一边该写另一年")
            case syntax.Trend(direction=way, at=at) | syntax.Growth(word=way, at=at) if trends and not set(senses(TREND, way)) & set(trends):
                yield finding(Code.LAW_COMPARES_OTHERWISE, f"这里写的是「{way}」，原文说「{next(iter(trends.values()))}」", line.span_of(at), f"改为 {_OTHER_WAY[way]}")


def _said_of(node: syntax.YearRef, law: str) -> bool:
    """Whether another clause says of which year this figure is: 上年用人单位在职职工人数."""
    return isinstance(node.series, syntax.Name) and re.search(f"上一?年度?[^,。;、]{{0,12}}{re.escape(node.series.text)}", law) is not None


def _both_years(node: syntax.YearRef, passage: Passage) -> bool:
    """Whether 连续两年 is said, and this year's figure is asked beside last year's."""
    return re.search("连续[两二2]年", passage.words) is not None and any(isinstance(x, syntax.YearRef) and x.word == "本年" and x.series == node.series for line in passage.lines for x in passage.nodes_of(line))


def _years_of(one: syntax.Compare, passage: Passage, line: syntax.Line) -> dict[str, str]:
    """Of which years the law speaks where it says the number of a comparison; a growth is told over two."""
    own = [n for n in passage.numbers_of(line) if one.right.at[0] <= n.at[0] < one.right.at[1]]
    phrases = [passage.phrase(law.at).partition(law.text)[0] for n in own for law in passage.numbers if same(law, n)]
    return {sense: word for x in phrases if not senses(TREND, x) for sense, word in senses(YEAR, x).items()}


_GREW = re.compile("(?<![比较与])(?:上年|上一年)度?[^比较,。;]*?(?:同比|增长)")
_WAYS = {"高于": "增加", "不低于": "增加", "低于": "减少", "不超过": "减少"}
_OTHER_WAY = {"增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长"}


def _another_year(passage: Passage, line: syntax.Line, at: tuple[int, int], word: str, right: str, why: str) -> Iterator[Diagnostic]:
    if not any(isinstance(x, syntax.YearRef) and x.word == right for other in passage.others(line) for x in passage.nodes_of(other)):
        yield finding(Code.LAW_SPANS_OTHERWISE, f"这里取的是{word}的数，{why}", line.span_of(at), f"改为 {right}")
