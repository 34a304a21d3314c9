"""Of which year a figure is, and which way it goes (W336, W337): 本年 where the law says 上年, 减少 for 增加."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.draft import syntax
from xcrules.draft.labels import Label

from .passages import Passage, finding
from .phrases import GROWN, TREND, YEAR, by_word, says, senses

_Years = dict[str, str]  # the senses of years that the law has, each with its word


@frozen(slots=False)
class _Line:
    """A line and what its quote, its clause (`told`) say of years."""

    passage: Passage
    line: syntax.Line
    told: str

    @cached_property
    def nodes(self) -> list[object]:
        return self.passage.nodes_of(self.line)

    @cached_property
    def own(self) -> _Years:
        return senses(YEAR, self.passage.words)

    @cached_property
    def around(self) -> _Years:
        return senses(YEAR, self.told)

    @cached_property
    def trends(self) -> _Years:
        return senses(TREND, self.passage.words)

    @cached_property
    def trend(self) -> str:
        return next(iter(self.trends.values()), "")

    @cached_property
    def chosen(self) -> _Years:
        """〔T10 上一年度〕 says it of its line."""
        return {sense: word for t in self.line.tags for sense, word in senses(YEAR, t.choice or "").items()}

    @cached_property
    def beside(self) -> set[int]:
        """What is set against another year."""
        return {id(x) for n in self.nodes if _is_pair(n) for x in syntax.pieces_of(n)}

    @cached_property
    def of_numbers(self) -> dict[int, _Years]:
        """Of what is compared with a number: of which years the law speaks where it says the number; a growth is told over two."""
        found: dict[int, _Years] = {}
        for one in (n for n in self.nodes if isinstance(n, syntax.Compare)):
            laws = [law for n in self.passage.numbers_of(self.line, one.right.at) for law in self.passage.saying(n)]
            phrases = [self.passage.phrase(law.at).partition(law.text)[0] for law in laws]
            said = {sense: word for x in phrases if not senses(TREND, x) for sense, word in senses(YEAR, x).items()}
            found |= {id(x): said for x in syntax.pieces_of(one.left)} if said else {}
        return found

    def another(self, at: tuple[int, int], word: str, right: str, why: str) -> Iterator[Diagnostic]:
        """A year for which another stands, unless that is what the reading is about."""
        if not any(_takes(self.passage.nodes_of(other), right) for other in self.passage.others(self.line)):
            yield self.spans(at, f"这里取的是{word}的数，{why}", f"改为 {right}")

    def spans(self, at: tuple[int, int], message: str, help: str) -> Diagnostic:
        return finding(Code.LAW_SPANS_OTHERWISE, message, self.line.span_of(at), help)

    def compares(self, at: tuple[int, int], message: str, help: str) -> Diagnostic:
        return finding(Code.LAW_COMPARES_OTHERWISE, message, self.line.span_of(at), help)


def _is_pair(node: object) -> bool:
    """Whether two years are held against each other."""
    compared = isinstance(node, syntax.Compare) and any(isinstance(x, syntax.YearRef) for x in syntax.pieces_of(node.right))
    return compared or isinstance(node, syntax.Binary | syntax.Growth)


def _takes(nodes: list[object], word: str) -> bool:
    return any(isinstance(x, syntax.YearRef) and x.word == word for x in nodes)


def of_another_year(passage: Passage, line: syntax.Line, told: str) -> Iterator[Diagnostic]:
    """Of every year, growth and difference in a line."""
    x = _Line(passage, line, told)
    for node in x.nodes:
        match node:
            case syntax.YearRef():
                yield from _of_ref(node, x)
            case syntax.YearOf(word="当年" | "次年" | "下一年", at=at):
                yield from _of_start(node, at, x)
            case syntax.Growth(base=syntax.YEAR_ON_YEAR, now=syntax.YearRef(word="本年", at=at)) if (grew := _GREW.search(passage.words)):
                yield from x.another(at, "本年", "上年", f"原文说「{grew[0]}」")
            case syntax.Trend(direction=way, at=at) | syntax.Growth(word=way, at=at):
                if x.trends and not senses(TREND, way).keys() & x.trends:
                    yield x.compares(at, f"这里写的是「{way}」，原文说「{x.trend}」", f"改为 {_OTHER_WAY[way]}")
            case syntax.Compare(left=syntax.YearRef() as one, word=word, right=other):
                yield from _of_pair(one, other, word, node.at, x)
            case syntax.Binary(operator="+" | "-"):
                yield from _of_sum(node, x)


_GREW = re.compile("(?<![比较与])(?:上年|上一年)度?[^比较,。;]*?(?:同比|增长)")
_OTHER_WAY = {"增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长"}


def _of_ref(node: syntax.YearRef, x: _Line) -> Iterator[Diagnostic]:
    """本年 where the law says 上年, and the other way round; never by what it does not say."""
    word, alone, chosen = node.word, id(node) not in x.beside, next(iter(x.chosen), "")
    of_number = x.of_numbers.get(id(node), {})
    said = of_number or ({} if x.trends else x.own)
    name = node.series.text if isinstance(node.series, syntax.Name) else ""
    if word in ("本年", "上年") and alone and len(x.chosen) == 1 and chosen not in (word, "次年") and not _takes(x.nodes, chosen):
        yield from x.another(node.at, word, chosen, f"读法的选项说「{x.chosen[chosen]}」")
    elif word == "上年" and alone and of_number.keys() == {"本年"} and not _LATER.search(x.told):
        yield from x.another(node.at, word, "本年", f"原文说「{of_number['本年']}」")
    elif word == "前年" and alone and not x.trends and "前" not in x.told:
        if last := x.around.get("上年") or x.chosen.get("上年") or senses(YEAR, x.line.text).get("上年"):
            yield from x.another(node.at, word, "上年", f"原文说「{last}」")
    elif word == "本年" and alone and name and x.line.label == Label.STANDARD and (grown := says(GROWN, x.passage.words, name)):
        yield x.compares(node.at, f"这里按全年的 {name}，原文说「{grown}」", f"改为 （本年 {name} － 上年 {name}）")
    elif word == "本年" and alone and said.keys() == {"上年"}:
        yield from x.another(node.at, word, "上年", f"原文说「{said['上年']}」")


_LATER = re.compile("次年|翌年|下一?年度?")  # 次年下调: what is paid now is lowered by what was so last year


def _of_start(node: syntax.YearOf, at: tuple[int, int], x: _Line) -> Iterator[Diagnostic]:
    """自 当年 起 where the law says 次年."""
    said = {sense for sense, word in x.own.items() if sense in ("本年", "次年") and not word.startswith("该")}  # 该年度 is one spoken of, no start
    right = "次年" if node.word == "当年" else "当年"
    if said == {"次年" if right == "次年" else "本年"} and any(isinstance(n, syntax.NthYear) and n.start is node for n in x.nodes):
        yield from x.another(at, node.word, right, f"原文说「{x.own[said.pop()]}」")


def _of_pair(one: syntax.YearRef, other: object, word: str, at: tuple[int, int], x: _Line) -> Iterator[Diagnostic]:
    """本年 研发费 低于 上年 研发费, where the law says 增长; one year held against itself."""
    way = _WAYS.get(by_word().get(word, ""), "")
    if one.word == "本年" and isinstance(other, syntax.YearRef) and other.word == "上年" and way and x.trends and way not in x.trends:
        yield x.compares(at, f"这里写的是「{word}」上年，原文说「{x.trend}」", f"改为 {'高于' if way == '减少' else '低于'}")
    elif one == other:
        yield _twice(one, x)


_WAYS = {"高于": "增加", "不低于": "增加", "低于": "减少", "不超过": "减少"}


def _of_sum(node: syntax.Binary, x: _Line) -> Iterator[Diagnostic]:
    """Two years added or taken from each other, or one year later, as the law does not say."""
    match node:
        case syntax.Binary(operator="+", right=syntax.Literal(text="1年")) if x.own.keys() == {"上年"} and "后" not in x.passage.words:
            yield x.spans(node.at, f"这里往后一年，原文说「{x.own['上年']}」", "改为 － 1年")
        case syntax.Binary(operator="+", left=syntax.YearRef(word=one), right=syntax.YearRef(word=other)):
            if one != other and not {one, other} <= set(x.around):
                yield x.spans(node.left.at, f"「{one}」的数加上「{other}」的数，原文没有说两年合计", f"两个都写成 {one} 或 {other}")
        case syntax.Binary(operator="-", left=syntax.YearRef(word="本年"), right=syntax.YearRef(word="前年", at=at)):
            if x.trends and not re.search("前|[两二]年", x.told) and not any(t.choice for t in x.line.tags):
                yield x.spans(at, f"这里减的是前年的数，原文说「{x.trend}」，没有说隔一年", "改为 上年")
        case syntax.Binary(operator="-", left=syntax.YearRef() as one_year, right=other_year) if one_year == other_year:
            yield _twice(one_year, x)


def _twice(one: syntax.YearRef, x: _Line) -> Diagnostic:
    return x.spans(one.at, f"这里两边都是「{one.word}」的同一个数", "核对是不是一边该写另一年")
