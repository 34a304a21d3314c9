"""Slips that do not depend on which words they are: two neighbours that changed places, a word left out, words run together
where a mark was to part them.

They are looked for around the place where the line stops being readable; what may be put in there is what the grammar awaits,
what the line names already and what the law above it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.source import canonical
from xcrules.draft.parse.grammar import awaited, parse_line
from xcrules.facts.types import BoolType, EnumType
from xcrules.meaning.expressions.words import is_word, keywords, names_in, splits
from xcrules.meaning.lint.numbers import digits

from .around import NAME, Around, each
from .spelling import rule_form

_TOKEN = re.compile(r"[，,、；;（）()＝=＋+×÷－]|[^\s，,、；;（）()＝=＋+×÷－]+")
_RUN = re.compile(r"[，,；;（）()＝=＋+×÷－]|[^\s，,；;（）()＝=＋+×÷－]+")  # of which 甲、乙 is one
_MARKS = "，,、；;（）()"
_RELATES = re.compile("不?为|在|不?[高低多少早晚]于|不?超过|不[足满]|达到|等于")
_MOST_SPLITS = 12
_REACH = 3  # words on either side of the fault


def _broken(text: str, around: Around, token: re.Pattern[str] = _TOKEN) -> tuple[list[re.Match[str]], int] | None:
    """The tokens of a text that cannot be read, and which of them is the first that cannot: or is a keyword where a name must stand."""
    body, stop = parse_line(around.label, text)
    if stop is not None and stop.untried:
        return None
    at = stop.at[0] if stop is not None else next((n.at[0] for n in names_in(body) if n.text in keywords()), None)
    tokens = list(token.finditer(text))
    return None if at is None else (tokens, next((i for i, t in enumerate(tokens) if t.end() > at), len(tokens)))


def _joined(*parts: str) -> str:
    """The parts with one blank between words, none beside marks that take none."""
    text = " ".join(" ".join(parts).split())
    return re.sub(r"\s*([，、；）.])\s*", r"\1", re.sub(r"（\s+", "（", text)).replace("）", "） ").replace("） ，", "），").replace("） ；", "）；").replace("） ）", "））").replace("含 （", "含（").strip()


def moved(text: str, around: Around) -> Iterator[str]:
    """行业 现代农业 为, 甲 2万元 每满 1万人次: a word that stands elsewhere, the shortest way first, then next to the fault."""
    if (broken := _broken(text, around, _RUN)) is None:
        return
    tokens, at = broken
    near = range(max(at - _REACH, 0), min(at + _REACH, len(tokens)))
    ways = [(i, j) for i in near if tokens[i][0] not in _MARKS for j in near if j != i]
    for i, j in sorted(ways, key=lambda w: (abs(w[1] - w[0]), abs(2 * w[0] + 1 - 2 * at))):  # the word i behind the word j, or before it where it goes back
        if any(t[0] in _MARKS for t in tokens[min(i, j) : max(i, j) + 1]):
            continue
        words = [t[0] for t in tokens[min(i, j) : max(i, j) + 1]]
        units = [re.sub(r"[\d.,:]+[万亿]?", "", w) for w in words if w[0].isdigit()]
        if len(units) > len({*units}) or any(_RELATES.fullmatch(w) for w in (words[1:] if i < j else words[:-1])):
            continue  # 5万元 每满 2万元: what is paid and for how much, nobody knows; nor on which side of 为 上年 belongs
        yield _joined(
            text[: tokens[min(i, j)].start()], *([*words[1:], words[0]] if i < j else [words[-1], *words[:-1]]),
            text[tokens[max(i, j)].end() :],
        )


def one_too_many(text: str, around: Around) -> Iterator[str]:
    """孵化器 最高，…; 甲，，乙: the text without a mark at the fault, without a word there or next to it."""
    if (broken := _broken(text, around)) is None:
        return
    tokens, at = broken
    for mark in re.finditer(r"(?<!\d)[，,、；;。．.:：!！?？*#~～_“”\"'‘’]|[，,、；;。．.:：!！?？*#~～_“”\"'‘’](?!\d)", text):  # of 1.5 and 1:0.5 none
        if at < len(tokens) and abs(mark.start() - tokens[at].start()) <= len(tokens[at][0]):
            yield re.sub(r"\s+(?=[，,、；;）)])", "", f"{text[: mark.start()].rstrip()} {text[mark.end() :].lstrip()}")
    for i in (at - 1, at, at - 2):
        if 0 <= i < len(tokens) and tokens[i][0] not in _MARKS and not re.match(r"－\d", text[tokens[i].start() :]):  # －80元 is no 80元
            yield _joined(text[: tokens[i].start()], text[tokens[i].end() :])


def another_word(text: str, around: Around) -> Iterator[str]:
    """申报日期 落入 甲 至 乙: whatever keyword may stand in place of the word that cannot be read."""
    if (broken := _broken(text, around)) is None:
        return
    tokens, at = broken
    for token in [t for t in tokens[max(at - 1, 0) : at + 1] if t[0] not in _MARKS]:
        before = text[: token.start()]
        yield from (_joined(before, word, text[token.end() :]) for word in awaited(around.start, canonical(before)))


def _gaps(text: str, around: Around) -> Iterator[tuple[str, str]]:
    """What stands before and behind each place where something may have been left out: at the fault, then one token before it, then behind."""
    if (broken := _broken(text, around)) is None:
        return
    tokens, at = broken
    for i in (at, at - 1, at + 1):
        if 0 <= i <= len(tokens):
            begin = tokens[i].start() if i < len(tokens) else len(text)
            yield text[:begin], text[begin:]


def left_out(text: str, around: Around) -> Iterator[str]:
    """The text with one word or mark more: what may come there, a name of the line or of the law."""
    said = [n for n in around.known if n in text] + [n for n in around.known if len(n) > 1 and n in around.words and n not in text]
    for before, behind in _gaps(text, around):
        words = [*awaited(around.start, canonical(before)), *_kinds(before, around), *(f"，{w}" for w in awaited(around.start, canonical(f"{before}，")))]
        joins = [x for x in ("或", "且") if x in words and f" {x} " in text]  # what joins the others
        yield from (_joined(before, x, behind) for x in dict.fromkeys((*joins, "，", "、", "的", "×", "＝", "；", *words, *said)))


def pair_left_out(text: str, around: Around) -> Iterator[str]:
    """合计 甲 的 乙: both brackets, as little in them as can be: what is added behind it is no part of it."""
    for before, behind in _gaps(text, around):
        inside = re.split(r"[（＋+－]|\s-", behind)[0]
        yield from (_joined(f"{before.rstrip()}（{behind[:t.end()]}）", behind[t.end() :]) for t in _TOKEN.finditer(inside))


def mark_left_out(text: str, around: Around) -> Iterator[str]:
    """例外：甲 不低于 3 的 乙: a comma between any two words, where a line is read amiss long before."""
    yield from each(r"(?<=[^\s，,；;、（(])\s+(?=[^\s，,；;、）)])", "，", text)


def _kinds(before: str, around: Around) -> list[str]:
    """What a fact can be, where that was left out: those that the law names first."""
    match = re.search(r"([^\s，,；;、（）()]+)\s+不?为\s*$", before)
    fact = around.fact(match[1]) if match else None
    return sorted(fact.type.members, key=lambda x: x not in around.words) if fact and isinstance(fact.type, EnumType) else []


def number_left_out(text: str, around: Around) -> Iterator[str]:
    """上限：企业年度: the number that the law has and the line has not."""
    forms = dict.fromkeys(rule_form(n.kind, canonical(n.text).replace(" ", "")) for n in around.law)
    missing = [f for f in forms if f and digits(f) not in digits(text)]
    for before, behind in _gaps(text, around):
        yield from (_joined(before, form, behind) for form in missing)


_RELATIONS = (("不低于", "(?:不[低少]于|达到|达|满|至少|最少)$", "^及?(?:[（(]含(?:本数)?[）)])?以上"), ("不超过", "(?:不[超高多][过于]|至多|最多|最高)$", "^及?(?:[（(]含(?:本数)?[）)])?以[下内]"),
              ("高于", "(?:高于|超过|多于|大于)$", ""), ("低于", "(?:低于|少于|不满|不足|未满|小于)$", ""))


def relation_left_out(text: str, around: Around) -> Iterator[str]:
    """客房数 8间: 不低于, as the law says of that number."""
    for before, behind in _gaps(text, around):
        for law in around.law if behind[:1].isdigit() else ():
            figure = canonical(law.text).replace(" ", "")
            if behind.startswith((rule_form(law.kind, figure) or figure, figure)):
                words = canonical(around.words)
                head, tail = words[: law.at[0]].rstrip(), words[law.at[1] :].lstrip()
                yield from [_joined(before, word, behind) for word, left, right in _RELATIONS
                            if re.search(left, head) or (right and re.search(right, tail))][:1]


def parted(text: str, around: Around) -> Iterator[str]:
    """影视动漫影视、游戏, 已授权授权年度 为 …: two words in one run, with the mark between them."""
    names = [*around.known, *around.place.parts]
    for run in NAME.finditer(text):
        if is_word(run[0], names, around.scope.schema.units):
            continue
        for words in splits(run[0], names, around.scope.schema.units)[:_MOST_SPLITS]:
            for i in range(1, len(words)):
                behind = words[i + 1 :] if words[i] == "的" else words[i:]
                yield from (_joined(text[: run.start()], *words[:i], mark, *behind, text[run.end() :]) for mark in ("，、." if around.wrong else "，、"))


def member_alone(text: str, around: Around) -> Iterator[str]:
    """中部 for 地区 为 中部: which fact it is of."""
    members = set(around.scope.members())
    for run in NAME.finditer(text):
        if run[0] in members and not re.search(r"为\s*$|、$", text[: run.start()]):
            named = [f.name for t in around.scope.schema.tables if t is around.scope.item or t.kind == "顶层"
                     for f in t.fields if isinstance(f.type, EnumType) and run[0] in f.type.members]
            yield from (f"{text[: run.start()]}{name} 为 {text[run.start() :]}" for name in named)


def each_of(text: str, around: Around) -> Iterator[str]:
    """每 科技服务, 科技服务: how the items of a list are counted."""
    for table in around.scope.schema.nested if around.start == "subject" else ():
        if table.kind == "名单":
            of_it = "|".join(re.escape(f.name) for f in table.fields if isinstance(f.type, BoolType))
            if of_it:  # 每名 骨干人才
                yield re.sub(rf"^\s*(?:每\S*\s+)?(?=(?:{of_it})(?:\s*[，,]|$))", f"每{table.each} {table.name}，", text)
            yield re.sub(rf"^\s*(?:每\S*\s+)?(?={re.escape(table.name)}(?:\s*[，,]|$))", f"每{table.each} ", text)
