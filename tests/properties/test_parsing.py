"""Text of any kind: parsing and checking never raise, and one mistake is one error.

Texts are random, random bytes, or the shipped files with lines, cells and characters lost, doubled or moved.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, note, strategies as st

from tests.support.decisions import many
from tests.support.policies import shipped
from xcrules.base.diagnostic import Diagnostic
from xcrules.base.files import decode
from xcrules.base.resources import policies_folder
from xcrules.base.source import Source
from xcrules.draft.labels import LABELS
from xcrules.draft.parse import parse_content, parse_file
from xcrules.draft.parse.grammar import STARTS
from xcrules.draft.syntax import Document, File, Quote
from xcrules.facts.given import read_facts
from xcrules.meaning.check import check
from xcrules.store.load import load_text

SHIPPED = shipped()
FILES = {p.name: p.read_text(encoding="utf-8") for p in sorted((policies_folder() / "xicheng-2021").glob("*.规则"))}
RULES = FILES["条文.规则"]
MARKS = "：:，,；;（）()、|｜\t\n 〔〕「」#＋－×÷＝%‰./0123456789年月日元万亿国件" + "的或且为自起内按非在至"
LINES = [line for text in FILES.values() for line in text.splitlines()]

words = st.sampled_from([*LABELS, "高于", "连续", "每满", "企业年度", "同一", "已用", "至多", "上级资金", "150万元", "1:0.5", "5%"])
anything = st.text(max_size=60)
markup = st.lists(st.one_of(words, st.sampled_from(MARKS), st.text(max_size=3), st.sampled_from(LINES)), max_size=25).map("".join)


def whole(file: File) -> None:
    """What every parse must give: spans inside the text, in order, and every quote and line of it."""
    size = len(file.source.text)
    for quote in file.quotes:
        assert 0 <= quote.span.start <= quote.span.end <= size
    for line in file.lines():
        assert 0 <= line.label_span.start <= line.label_span.end <= line.content.end <= size
        assert line.body is None or line.error is None


def findings_stand(found: list[Diagnostic], size: int) -> None:
    for finding in found:
        assert finding.message
        assert finding.code
        for span in filter(None, (finding.span, *(f.span for f in finding.fixes), *(r.span for r in finding.related))):
            assert 0 <= span.start <= span.end <= size + 1


@many(6)
@given(text=st.one_of(anything, markup))
def test_parsing_any_text(text: str) -> None:
    file, found = parse_file(Source("文", text))
    whole(file)
    findings_stand(found, len(text))


@many(6)
@given(text=st.one_of(anything, markup), start=st.sampled_from(STARTS))
def test_parsing_any_line(text: str, start: str) -> None:
    body, error = parse_content(start, text)
    assert (body is None) != (error is None)
    assert error is None or 0 <= error.at[0] <= error.at[1] <= max(len(text), 1)


@many(3)
@given(text=markup)
def test_checking_any_text(text: str) -> None:
    loaded = load_text(text)
    findings_stand(list(loaded.diagnostics), len(text))


@many(6)
@given(data=st.one_of(st.binary(max_size=60), st.text(max_size=20).map(lambda x: x.encode("gb18030", "replace")),
                      st.sampled_from(LINES).map(lambda x: x.encode()[1:])))
def test_any_bytes(data: bytes) -> None:
    found = decode(data, "文", {})
    assert isinstance(found, Diagnostic) or found.text == data.decode("utf-8-sig")


# -- the shipped files, broken ------------------------------------------------------------------------------

EDITS = ("lose", "double", "swap", "lose characters", "double characters", "insert", "cells")


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """The text after one to four small accidents."""
    lines = text.split("\n")
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4)):
        i, j = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        _accident(draw, lines, edit, i, j)
    return "\n".join(lines)


def _accident(draw: st.DrawFn, lines: list[str], edit: str, i: int, j: int) -> None:
    line = lines[i]
    at = draw(st.integers(0, len(line)))
    size = draw(st.integers(1, 4))
    match edit:
        case "lose" if len(lines) > 1:
            lines.pop(i)
        case "double":
            lines.insert(j, line)
        case "swap":
            lines[i], lines[j] = lines[j], lines[i]
        case "lose characters":
            lines[i] = line[:at] + line[at + size :]
        case "double characters":
            lines[i] = line[: at + size] + line[at:]
        case "insert":
            lines[i] = line[:at] + draw(st.sampled_from(MARKS)) + line[at:]
        case "cells":
            cells = line.split("|")
            lines[i] = "|".join(draw(st.permutations(cells))) if draw(st.booleans()) else "|".join(cells[:-2])


@many(2)
@given(name=st.sampled_from(sorted(FILES)), data=st.data())
def test_checking_broken_files(name: str, data: st.DataObject) -> None:
    texts = {**FILES, name: data.draw(broken(FILES[name]))}
    note(texts[name])
    files = [parse_file(Source(n, texts[n]))[0] for n in sorted(texts, key=lambda n: n != "条文.规则")]
    official = SHIPPED.program.document.official
    program, found = check(Document("试", tuple(files), official))
    assert program.document.files == tuple(files)
    for finding in found:
        assert finding.span is None or finding.span.end <= len(finding.span.source.text) + 1


# -- three mistakes, three errors ---------------------------------------------------------------------------

MISTAKES = {
    "a name misspelt": (r"(到账年度|获奖年度|出版年度|公布年度|授权年度|完成年度|获得年度)", r"\1〇"),
    "a label misspelt": (r"^  标准：", "  标淮："),
    "no unit": (r"(?<=企业年度 )(\d+)万元", r"\g<1>万"),
    "a cap without its reach": (r"^(  上限(?:〔[^〕]*〕)?：)(?:合计 )?企业年度 ", r"\1"),
    "words glued": (r"级别 为 国家级、", "级别为国家级、"),
    "a foreign member": (r"为 (国家级、北京市级|国际、国家|PCT)", r"为 \1、火星级"),
    "a bracket lost": (r"^(  (条件|标准)[^（\n]*)（", r"\1"),
    "not finished": (r"^(  标准：.*) (的|×) [^ \n]+$", r"\1 \2"),
    "a bound in 标准": (r"^(  标准：.*的 \d+%)$", r"\1，最高 5万元"),
}


def clause_places() -> dict[tuple[str, str], list[tuple[int, int]]]:
    """By kind of mistake and clause: where in the main file it can be made."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    file = SHIPPED.program.document.files[0]
    number = ""
    for quote in file.quotes:
        number = _number(quote, number)
        end = quote.lines[-1].content.end if quote.lines else quote.span.end
        for kind, (pattern, _) in MISTAKES.items():
            for match in re.compile(pattern, re.MULTILINE).finditer(RULES, quote.span.end, end):
                found.setdefault((kind, number), []).append(match.span())
    return {k: v for k, v in found.items() if "(" in k[1]}


def _number(quote: Quote, number: str) -> str:
    if match := re.match(r"第(.+?)条", quote.words):
        return match[1]
    if match := re.match(r"（(.+?)）", quote.words):
        return number.partition("(")[0] + f"({match[1]})"
    return number


PLACES = clause_places()


def mistaken(text: str, kind: str, place: tuple[int, int]) -> str:
    pattern, new = MISTAKES[kind]
    match = re.compile(pattern, re.MULTILINE).match(text, place[0])
    assert match is not None
    return text[: match.start()] + match.expand(new) + text[match.end() :]


@cache
def other_file(name: str) -> tuple[File, list[Diagnostic]]:
    """One of those in which no mistake is made."""
    return parse_file(Source(name, FILES[name]))


def errors_of(text: str) -> list[Diagnostic]:
    files = [parse_file(Source("条文.规则", text)), *(other_file(n) for n in sorted(FILES) if n != "条文.规则")]
    _, found = check(Document("试", tuple(f for f, _ in files), SHIPPED.program.document.official))
    return [d for d in (*files[0][1], *found) if d.is_error]


def test_the_shipped_files_have_no_error() -> None:
    assert errors_of(RULES) == []


@pytest.mark.parametrize("kind", MISTAKES)
def test_every_single_mistake_is_one_error(kind: str) -> None:
    """Wherever in the regulation it is made."""
    places = [(number, p) for (k, number), found in PLACES.items() if k == kind for p in found]
    assert len(places) >= 2
    for number, place in places:
        found = errors_of(mistaken(RULES, kind, place))
        assert len(found) == 1, (number, RULES[slice(*place)], [(d.code, d.place(), d.message) for d in found])


@given(data=st.data())
def test_three_mistakes_in_three_clauses_are_three_errors(data: st.DataObject) -> None:
    """Of three kinds: the same name misspelt alike in two clauses is one mistake, and is said once."""
    chosen: list[tuple[tuple[int, int], str]] = []
    numbers: set[str] = set()
    for kind in data.draw(st.permutations(sorted(MISTAKES)))[:3]:
        number = data.draw(st.sampled_from(sorted(n for k, n in PLACES if k == kind and n not in numbers)))
        numbers.add(number)
        chosen.append((data.draw(st.sampled_from(PLACES[kind, number])), kind))
    text = RULES
    for place, kind in sorted(chosen, reverse=True):
        text = mistaken(text, kind, place)
    found = errors_of(text)
    assert len(found) == 3, [(d.code, d.place(), d.message) for d in found]


# -- facts of any shape -------------------------------------------------------------------------------------

KEYS = [f.name for t in SHIPPED.program.schema.tables for f in t.fields] + [t.name for t in SHIPPED.program.schema.tables]
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(), st.text(max_size=8),
                    st.dates(), st.datetimes(), st.binary(max_size=4), st.sampled_from(["不适用", "1e999", "2023-02-30", "NaN", "１２"]),
                    st.integers(10**17, 10**60))
keys = st.one_of(st.sampled_from(KEYS), st.sampled_from(["2023", "2(1)", "编号"]), st.text(max_size=4), st.integers())
values: Any = st.recursive(scalars, lambda x: st.one_of(st.lists(x, max_size=3), st.dictionaries(keys, x, max_size=4)), max_leaves=12)


@many(8)
@given(raw=st.one_of(values, st.dictionaries(st.sampled_from(KEYS), values, max_size=5)))
def test_reading_facts_of_any_shape(raw: object) -> None:
    facts, found = read_facts(raw, SHIPPED.program.schema, SHIPPED.program.clause_names)
    for finding in found:
        assert finding.message
        assert finding.path
    if not found:
        assert len(SHIPPED.decide(facts).clauses) == len(SHIPPED.clauses)
