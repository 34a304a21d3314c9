"""What a faulty line was probably meant to be: small edits are tried until the line has a meaning.

The edits are those of edits.py, tried in their order. A candidate counts only if the whole line then parses and
types without a finding, and leaves comparisons, denials and numbers as they were (keeps.py). Edits of form become
fixes; edits that touch names are only said. Decides nothing and changes nothing itself.
"""

from __future__ import annotations

import re
from itertools import islice

from attrs import evolve, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Fix
from xcrules.base.source import Source, Span, canonical
from xcrules.draft import syntax
from xcrules.draft.parse.grammar import parse_line
from xcrules.meaning import rules
from xcrules.meaning.clauses import bodies
from xcrules.meaning.clauses.bodies import Place
from xcrules.meaning.expressions.reader import Reader
from xcrules.meaning.expressions.scope import Scope
from xcrules.meaning.report import Report

from .edits import Edit, candidates
from .keeps import keeps

MAX_TRIES = 600  # per line with a fault
MAX_LENGTH = 400  # longer lines are not tried
_SHOWN = 2
_KEPT = (Code.MIXED_JOINS, Code.UNCLEAR_PARTS, Code.MISSING_REACH, Code.LIST_OR_SINGLE, Code.REPEATED_ARM, Code.BAD_SHARED_CAP)  # whose own help is better than a guess
_GENERAL = (Code.SYNTAX, Code.UNFINISHED_LINE, Code.UNPAIRED_BRACKET, Code.UNKNOWN_NAME, Code.TYPE_MISMATCH, Code.UNKNOWN_NUMBER, Code.NOT_MONEY)  # whose help says nothing particular


@frozen
class Mend:
    """A content that would have a meaning."""

    text: str
    sure: bool
    alone: bool = False


def rule_of(line: syntax.Line, words: str, place: Place) -> tuple[rules.Rule | None, list[Diagnostic]]:
    """As bodies.rule_of; where the line has a fault, its first finding also says what was probably meant."""
    rule, found = bodies.rule_of(line, words, place)
    if rule is not None and not found:
        found = _subject_findings(line, place)
    if not found or len(line.text) > MAX_LENGTH or any(d.code in (Code.TOO_LONG_OR_DEEP, Code.CIRCULAR_LET, Code.TWO_LIMITS_IN_LINE, Code.IDLE_WORDS, Code.RANGE_AS_DIFFERENCE) for d in found):
        return bodies.rule_of(line, words, place)
    if alike := _alike(line, words, place):
        return (None if line.label != "对象" else rule), [alike]
    mends = _mends(line, words, place)
    if not mends:
        return bodies.rule_of(line, words, place)
    return (None if line.label != "对象" else rule), [_advised(found[0], line, mends)]


_TWINS = {"○": "圆圈", "〇": "汉字〇", "◯": "圆圈", "O": "字母 O", "o": "字母 o", "Ｏ": "字母 O", "О": "俄文字母", "Ο": "希腊字母", "ο": "希腊字母",
          "l": "字母 l", "I": "字母 I", "｜": "竖线", "ー": "日文长音符", "—": "破折号", "―": "横线", "‐": "连字符", "‑": "连字符", "‒": "横线", "一": "汉字一",
          "∶": "比号", "︰": "竖排冒号", "﹪": "小百分号"}
_DIGIT_TWINS = re.compile(r"(?<=\d)[○〇◯OoＯОΟο]+|(?<=\d)[lI｜](?=[\d万亿%元])")
_DASH_TWINS = re.compile(r"(?<=\s)[ー—―‐‑‒一](?=\s)")
_COLON_TWINS = re.compile(r"(?<=\d)[∶︰](?=\d)|(?<=\d)﹪")


def _alike(line: syntax.Line, words: str, place: Place) -> Diagnostic | None:
    """A character that only looks like the right one: 1○万元, 甲 ー 乙, 1∶1."""
    text = line.text
    mended = _DIGIT_TWINS.sub(lambda m: ("0" if m[0][0] not in "lI｜" else "1") * len(m[0]), text)
    mended = _COLON_TWINS.sub(lambda m: "%" if m[0] == "﹪" else ":", _DASH_TWINS.sub("－", mended))
    at = next((i for i, (a, b) in enumerate(zip(text, mended, strict=True)) if a != b), None)
    if at is None or not _means_something(line, mended, words, place):
        return None
    return Diagnostic(Code.LOOKALIKE_CHARACTER, f"「{text[at]}」是{_TWINS.get(text[at], '另一个字')}，不是「{mended[at]}」", line.content.part(at, at + 1),
                      f"写成 {line.label}：{mended}", fixes=(Fix(f"改为 {mended}", line.content, mended),))


def _subject_findings(line: syntax.Line, place: Place) -> list[Diagnostic]:
    report = Report(line)
    bodies.subject_condition(line, Reader(_own_scope(line, place), report, "subject"))
    return report.found


def _own_scope(line: syntax.Line, place: Place) -> Scope:
    """A 对象 line opens the scope of its own table."""
    if isinstance(line.body, syntax.Subject):
        return evolve(place.scope, item=place.scope.table(line.body.name.text))
    return place.scope


def _advised(finding: Diagnostic, line: syntax.Line, mends: list[Mend]) -> Diagnostic:
    """The finding with the likely contents; made unasked only where the form alone changes and nothing else is likely."""
    shown = [m for at, m in enumerate(mends[:_SHOWN]) if not any(_in_one_way(m.text) == _in_one_way(x.text) for x in mends[:at])]
    fixes = tuple(Fix(f"改为 {m.text}", line.content, m.text, m.sure and len(mends) == 1) for m in shown if m.sure)
    guess = "是不是 " + "，或者 ".join(f"{line.label}：{m.text}" for m in shown) + "？"
    particular = finding.help and finding.code not in _GENERAL and not finding.help.startswith("例如")
    if finding.help.startswith("改成") or (finding.code in _KEPT and (finding.fixes or finding.help)):
        return finding
    if finding.code == Code.GLUED_WORDS and (not finding.fixes or any(finding.fixes[0].text.strip() == m.text for m in mends)):
        return finding
    return evolve(finding, help=f"{guess}{finding.help}" if particular else guess, fixes=fixes or _plain(finding, line))


_SAME_WORDS = (("少于", "低于"), ("多于", "高于"), ("超过", "高于"), ("不低于", "不少于"), ("不早于", "不少于"), ("不晚于", "不高于"), (" 且 ", "，"), (" × ", " 的 "))


def _in_one_way(text: str) -> str:
    """The content with one word for each relation, so that the same is not offered twice."""
    for word, other in _SAME_WORDS:
        text = text.replace(word, other)
    return text


def _plain(finding: Diagnostic, line: syntax.Line) -> tuple[Fix, ...]:
    """The finding's own fixes, none of which may be called the only mend when a better one was found."""
    return finding.fixes if len(finding.fixes) > 1 else ()


def _mends(line: syntax.Line, words: str, place: Place) -> list[Mend]:
    """Contents that have a meaning, the likeliest first; one more than is shown, so that it is known whether there are more."""
    tried: set[str] = {line.text}
    found: list[Mend] = []
    for edit in islice(candidates(line, words, place), MAX_TRIES):
        text = edit.text.strip()
        if text in tried or (edit.alone and found and not found[0].alone):
            continue
        tried.add(text)
        if _allowed(line.text, edit) and _means_something(line, text, words, place):
            found.append(Mend(text, edit.form and _same_logic(line.text, text), edit.alone))
            if len(found) > _SHOWN:
                break
    return [] if len(found) > 1 and found[0].alone else found


def _allowed(before: str, edit: Edit) -> bool:
    """Whether an edit leaves the meaning that can be seen in the text."""
    if re.search(r"(?:^|[\s，,（(])(\S+) (?:不?[低高]于|不?[超多少]\S|等于|为) \1(?:$|[\s，,）)])", edit.text):
        return False  # 甲 不低于 甲 says nothing
    if edit.frees:
        return True
    return keeps(before, edit.text, edit.drops)


def _same_logic(before: str, after: str) -> bool:
    """Whether an edit leaves 或, 且 and the grouping alone; where it does not, only a person may choose it."""
    folded = canonical(before)
    return folded.count("(") == folded.count(")") and all(before.count(w) == after.count(w) for w in "或且")


def _means_something(line: syntax.Line, text: str, words: str, place: Place) -> bool:
    body, error = parse_line(line.label, text)
    if error is not None:
        return False
    source = Source("改", text)
    new = evolve(line, content=Span(source, 0, len(text)), body=body, error=None, raw="")
    rule, found = bodies.rule_of(new, words, place)
    return rule is not None and not found and not _subject_findings(new, place)
