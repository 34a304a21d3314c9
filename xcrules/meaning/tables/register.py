"""〔A08 保底〕 against the register: unknown readings and choices, choices without a line, the law's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from xcrules.base.diagnostic import Code, Diagnostic, Fix, marked
from xcrules.base.identity import ClauseNames, Unclear, clause_key, in_figures
from xcrules.base.nearest import nearest
from xcrules.base.numerals import HAN, chinese, chinese_number
from xcrules.base.source import canonical
from xcrules.draft.outline import Outline, nearest_clauses
from xcrules.draft.syntax import Document, Line, Tag
from xcrules.meaning import keys
from xcrules.meaning.program import Reading

from .official import significant


def check_tags(lines: list[Line], register: tuple[Reading, ...], law: Outline) -> list[Diagnostic]:
    """Every tag names a registered reading and one of its modelled choices; every reading has a line."""
    known = {r.number: r for r in register}
    tags = [t for line in lines for t in line.tags]
    noted = {t.reading for t in tags}
    findings, misnumbered = _misnumbered(tags, known)
    for tag in tags:
        if tag.reading in misnumbered:
            continue
        reading = known.get(tag.reading)
        if reading is None or (tag.choice and tag.choice not in reading.modelled):
            used = {t.choice for t in tags if t.reading == tag.reading}
            number = law.number_at(tag.span)
            findings += marked([_tag(tag, _near_first(known, number), [r for r in known if r not in noted], used)],
                               spoils=keys.of_clause(number), rests_on=(keys.REGISTER, keys.reading(tag.reading)))
    return [*findings, *_unused(tags, register)]


def _misnumbered(tags: list[Tag], known: dict[str, Reading]) -> tuple[list[Diagnostic], set[str]]:
    """Numbers that several lines agree upon and one row has otherwise, of which no line speaks: one slip, in the register."""
    findings, misnumbered = [], set()
    for number in sorted({t.reading for t in tags} - known.keys()):
        uses = [t for t in tags if t.reading == number]
        choices = {t.choice for t in uses if t.choice}
        idle = [r for n, r in known.items() if all(t.reading != n for t in tags) and choices <= set(r.choices)]
        if len(choices) > 1 and len(idle) == 1:
            misnumbered.add(number)
            findings.append(Diagnostic(Code.UNREGISTERED_READING, f"读法 {number} 没有登记：{len(uses)} 行用到它，登记的 {idle[0].number} 却没有一行提到", idle[0].span,
                                       f"是不是把表里的 {idle[0].number} 改为 {number}？条文里写错了的，改各行", spoils=(keys.TAGS,)))
    return findings, misnumbered


def _near_first(known: dict[str, Reading], number: str) -> dict[str, Reading]:
    """The readings, first those that are registered for the article in which the line stands."""
    here = rf"(?<![\d(]){re.escape(keys.article(number))}(?!\d)" if number else "$"
    return dict(sorted(known.items(), key=lambda x: re.search(here, x[1].clause) is None))


def _meant(tag: Tag, known: dict[str, Reading], idle: list[str]) -> list[str]:
    """Which readings an unregistered number may stand for: those that have the choice, the idle and the alike first."""
    if tag.choice:
        having = [n for n, r in known.items() if tag.choice in r.choices]
        turned = [n for n in having if sorted(n) == sorted(tag.reading)]  # T51 for T15
        alike = [*turned, *nearest(tag.reading, having, len(having) or 1, 0.0)]
        return list(dict.fromkeys([*(n for n in idle if n in having), *alike])) or nearest(tag.reading, known)
    return list(dict.fromkeys([*nearest(tag.reading, idle), *nearest(tag.reading, known), *idle]))


def _tag(tag: Tag, known: dict[str, Reading], idle: list[str], used: set[str]) -> Diagnostic:
    reading = known.get(tag.reading)
    if reading is None:
        close = _meant(tag, known, idle)
        fixes = tuple(Fix(f"改为 {n}", tag.span, f"{n} {tag.choice}".strip()) for n in close[:2])
        return Diagnostic(Code.UNREGISTERED_READING, f"读法 {tag.reading} 没有登记", tag.span,
                          f"先在 读法 表里登记；是不是「{close[0]}」？" if close else "先在 读法 表里登记", fixes, spoils=(keys.TAGS,))
    if tag.choice in reading.choices:
        return Diagnostic(Code.MANUAL_CHOICE_MODELLED, f"读法 {tag.reading} 的「{tag.choice}」登记为另需人工，不能又写成规则", tag.span,
                          "从 另需人工 一栏去掉它，或删去这一行")
    fixes = tuple(Fix(f"改为 {n}", tag.span, f"{tag.reading} {n}") for n in nearest(tag.choice, reading.modelled, least=0.2))
    idle_choices = "」「".join(n for n in reading.modelled if n not in used)
    others = [n for n, r in known.items() if tag.choice in r.modelled]
    fixes = (*(Fix(f"改为 {n} {tag.choice}", tag.span, f"{n} {tag.choice}") for n in others[:1]), *fixes)
    spare = f"；登记的「{idle_choices}」没有一行用到，是表里写错的，把表里改为 {tag.choice}" if idle_choices else ""
    return Diagnostic(Code.UNKNOWN_CHOICE, f"读法 {tag.reading} 没有「{tag.choice}」这个选项", tag.span, "选项有：" + "、".join(reading.choices) + spare, fixes, spoils=(keys.TAGS,))


def _unused(tags: list[Tag], register: tuple[Reading, ...]) -> Iterator[Diagnostic]:
    noted, chosen = {t.reading for t in tags}, {t.reading for t in tags if t.choice}
    for reading in register:
        if reading.number not in noted:
            yield Diagnostic(Code.UNUSED_READING, f"读法 {reading.number} 登记了，却没有一行提到它", reading.span,
                             f"在有关的行写上〔{reading.number}〕，或从登记表删去", rests_on=(keys.TAGS, keys.LABELS, keys.REGISTER))
        elif len(reading.modelled) > 1 and reading.number not in chosen:
            yield Diagnostic(Code.UNUSED_CHOICE, f"读法 {reading.number} 的选项（{'、'.join(reading.modelled)}）没有一行写出", reading.span,
                             f"写成〔{reading.number} {reading.modelled[0]}〕；算不出来的选项列入 另需人工", rests_on=(keys.LABELS, keys.REGISTER))


def _likely_words(words: str, text: str) -> str:
    """The stretch of the law that looks most like these words."""
    wanted = "".join(words.split())
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
    hits = [i for i in range(len(text) - 1) if text[i : i + 2] in pairs]
    if not hits or len(wanted) > 200:
        return "原文一栏逐字抄录，不加引号"
    starts = {max(i - shift, 0) for i in hits for shift in range(0, len(wanted), 1)} if len(hits) * len(wanted) < 4000 else set(hits)
    score = {i: sum(text[j : j + 2] in pairs for j in range(i, i + len(wanted))) for i in starts}
    start = max(score, key=lambda i: (score[i], -i))
    best = SequenceMatcher(None, wanted, text[start : start + len(wanted) + 2], autojunk=False)
    blocks = [b for b in best.get_matching_blocks() if b.size]
    end = start + (blocks[-1].b + blocks[-1].size if blocks else len(wanted))
    begin = max(start + (blocks[0].b - blocks[0].a if blocks else 0), 0)
    return f"是不是「{text[begin:end]}」？原文一栏逐字抄录，不加引号"


_CLAUSE = re.compile(rf"(?:附\d*-)?附则第?(?:\d+|\(\d+\))[条款项.]?(?:\(\d+\)\d*)*|(?:附\d*-)?{HAN}+\d+(?:\(\d+\)\d*)*|" r"(?:附\d*-)?(?<![(\d])\d+(?:之[一二三四五六七八九十]+)?(?:\(\d+\)(?:\d+(?!\d*[%年月日元])(?:\(\d+\))?)?|(?=\W|$|等|至|和|及))")
_AFTER_NUMERAL = re.compile(rf"(?<={HAN})、(?=[(\d])")  # 二、(一) and 一、1 are one number


def check_clauses(register: tuple[Reading, ...], law: Outline) -> list[Diagnostic]:
    """The articles and 款 that the register names are there."""
    known = {*law.titles, *law.words}
    names = ClauseNames(tuple(known), {})
    findings = []
    for reading in register:
        for number in _CLAUSE.findall(_of_annex(_in_figures(reading.clause), known)) if law.titles else ():
            if isinstance(key := clause_key(number, names), Unclear):
                close = key.close if (listed := not any(n[0].isdigit() for n in law.titles)) else nearest_clauses(number, known)
                head = number.partition("(")[0]
                what = "这一款" if listed or head in law.titles or "附则" in head else f"第 {head} 条"
                instead = ("、" if reading.clause == number else " 或 ").join(_instead(reading.clause, number, n) for n in close)
                findings.append(Diagnostic(Code.BAD_READING_CLAUSE, f"读法 {reading.number} 写的条款「{reading.clause}」不对：没有{what}", reading.span,
                                        f"是不是 {instead}？" if instead else "照原文的编号写，如 " + next(iter(law.words), ""), rests_on=(keys.NUMBERING,)))
                break
    return findings


def _in_figures(text: str) -> str:
    """第二条第三项 as 2(3), 二之一 as the law writes it; 第三款 may be a paragraph without a number, so only its article is looked for."""
    text = in_figures(_AFTER_NUMERAL.sub("", canonical(text)))
    text = re.sub(r"(?<=\d)第?([一二三四五六七八九十\d]+)[款项]", lambda m: f"({chinese_number(m[1])})" if m[0].endswith("项") else "", text)
    return re.sub(r"(?<=\d)之(\d+)", lambda m: f"之{chinese(int(m[1]))}", text)


_LISTED_BEHIND = re.compile(r"(附则)(第?\d+[条款项]?)((?:\s*[、和及]\s*\d+(?![\d(之%年月日元]))+)")


def _of_annex(text: str, known: set[str]) -> str:
    """附则5、6: the 6 is of 附则 too, where there is such a one."""
    return _LISTED_BEHIND.sub(lambda m: m[1] + m[2] + re.sub(r"\d+", lambda n: f"附则{n[0]}" if f"附则{n[0]}" in known else n[0], m[3]), text)


def _instead(text: str, number: str, other: str) -> str:
    return re.sub(rf"(?<![(\d]){re.escape(number)}(?![(\d])", other, _in_figures(text))


def check_words(register: tuple[Reading, ...], document: Document) -> list[Diagnostic]:
    """The words that a reading is about stand in the law: in the official text, or where there is none in the quotes."""
    quotes = (q.words for f in document.files for q in f.quotes)
    text = significant("\n".join(quotes) if document.official is None else document.official.text)
    if not text:
        return []
    return [
        Diagnostic(Code.REGISTER_QUOTE_MISMATCH, f"读法 {r.number} 引的「{r.words}」不在原文里", r.span, _likely_words(r.words, text))
        for r in register
        if r.words and "".join(r.words.split()) not in text
    ]
