"""What a faulty line was probably meant to be: edits are tried, the cheapest first, until the line has a meaning.

A candidate counts only if the whole line then parses and types without a finding, and leaves comparisons, denials and
numbers as they were (keeps.py). What changes the form alone becomes a fix; all else is only said. Changes nothing itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count, islice

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.nearest import nearest
from xcrules.base.source import Source, Span, canonical
from xcrules.draft import syntax
from xcrules.draft.labels import Label, Where, card_of
from xcrules.draft.parse.grammar import parse_line
from xcrules.meaning import rules
from xcrules.meaning.clauses import bodies
from xcrules.meaning.clauses.place import Place
from xcrules.meaning.expressions.words import names_in

from .around import NAME, Around, Changes
from .edits import EDITS, Edit
from .keeps import keeps, says_nothing
from .spelling import spelled

MAX_TRIES = 600  # per line with a fault
MAX_COST = 14  # of several edits together: one of marks and one of names, not one of numbers and one of names
MAX_LENGTH = 400  # longer lines are not tried
_SHOWN = 2
_WEIGHED = 8  # contents with a meaning among which those that lose least of what was typed come first
# whose own help says what to write
_ADVISED = (Code.TOO_LONG_OR_DEEP, Code.CIRCULAR_LET, Code.TWO_LIMITS_IN_LINE, Code.IDLE_WORDS, Code.RANGE_AS_DIFFERENCE, Code.MIXED_JOINS,
            Code.UNCLEAR_PARTS, Code.MISSING_REACH, Code.LIST_OR_SINGLE, Code.REPEATED_ARM, Code.BAD_SHARED_CAP, Code.BAD_DIVISOR)
_OF_TYPES = (Code.TYPE_MISMATCH, Code.NOT_MONEY, Code.NOT_A_CONDITION, Code.LIST_AS_VALUE)
_ANOTHER = (Code.UNKNOWN_NAME, *_OF_TYPES)  # what a wrong name in place would be next
# whose help says nothing particular
_GENERAL = (Code.SYNTAX, Code.UNFINISHED_LINE, Code.UNPAIRED_BRACKET, Code.UNKNOWN_NAME, Code.TYPE_MISMATCH, Code.UNKNOWN_NUMBER)


@frozen
class Candidate:
    """Another content for the line, and the edits that led to it; or another label for the same."""

    text: str
    edits: tuple[Edit, ...]
    label: str = ""

    @property
    def alone(self) -> bool:
        return any(e.alone for e in self.edits)

    def allowed(self, before: str) -> bool:
        """Whether it leaves the meaning that can be seen in the text."""
        spoken = tuple(kind for e in self.edits for kind in e.spoken)
        return not says_nothing(self.text) and (any(e.frees for e in self.edits) or keeps(before, self.text, spoken))

    def sure(self, before: str) -> bool:
        """Whether it may be made unasked: nothing but the form changes, 或, 且 and the grouping stay as they are; what breaks off behind a comma may lack the rest."""
        folded = canonical(before)
        return (not self.label and folded.strip()[-1:] not in (*",、;",)
                and all(e.changes is Changes.FORM for e in self.edits)
                and folded.count("(") == folded.count(")")
                and all(before.count(w) == self.text.count(w) for w in "或且"))


def candidates(around: Around, whole: Collection[str] = ()) -> Iterator[Candidate]:
    """Contents that the line may have been meant to have, the cheapest first; an edit goes on from what it or a cheaper one gave,
    where that is none of those that have a meaning already (`whole`)."""
    order = count()
    queue: list[tuple[int, int, str, tuple[Edit, ...], Edit]] = [(e.cost, next(order), around.line.text, (), e) for e in EDITS]
    heapify(queue)
    later = evolve(around, first=False)
    seen = {(around.line.text, e.frees, e.spoken) for e in EDITS}  # what one edit may not do another may
    while queue:
        cost, _, text, before, edit = heappop(queue)
        for new in edit.make(text, later if before else around):
            new = new.strip()
            if (new, edit.frees, edit.spoken) in seen:
                continue
            seen.add((new, edit.frees, edit.spoken))
            made = Candidate(new, (*before, edit))
            yield made
            goes_on = new not in whole and made.allowed(around.line.text)
            for e in EDITS:
                if goes_on and e.follows and e.cost >= edit.cost and cost + e.cost <= MAX_COST:
                    heappush(queue, (cost + e.cost, next(order), new, made.edits, e))


def rules_of(line: syntax.Line, words: str, place: Place) -> tuple[tuple[rules.Rule, ...], list[Diagnostic]]:
    """As bodies.rules_of; where the line has a fault, its first finding also says what was probably meant."""
    stated, findings = bodies.rules_of(line, words, place)
    told = _as_the_law_calls_it(findings[0], words, place.scope.names()) if findings else None
    if (not findings or len(line.text) > MAX_LENGTH
        or any((d.code in _ADVISED and (d.help or d.fixes)) or d.settled for d in findings)):
        return stated, findings
    # a name that no line declares is excused where one that may have a fault could; a mend of that line is to have none
    around = Around(line, words, evolve(place, scope=evolve(place.scope, blind=False, hazy=False)))
    first, findings = findings[0], [_readable(findings[0], around, _OF_TYPES), *findings[1:]]
    if alike := _alike(around):
        return stated, [alike]
    mends = _mends(around, _mends_nothing(findings[0]))
    if first.code == Code.TYPE_MISMATCH and first.span is not None and (name := first.span.text.strip()) in around.known:
        mends = [m for m in mends if m.label or m.text.count(name) >= line.text.count(name)]  # it was meant: another in its place says something else
    if told is not None:  # its words may be run together, or a number: then it is no name
        mends = [m for m in mends if m.edits and not any(e.changes is Changes.NAME or e.name.startswith("多了") for e in m.edits)]
        return stated, [_advised(first, line, mends)] if mends else [told, *findings[1:]]
    return stated, [_advised(_readable(first, around, _ANOTHER), line, mends)] if mends else [
        _that_help(findings[0], around), *findings[1:],
    ]


def meant(finding: Diagnostic, around: Around) -> Diagnostic:
    """The finding of a line of a case, which also says what was probably meant; of what names nothing that is known, what can be read."""
    if len(around.line.text) > MAX_LENGTH or not _mends_nothing(finding):
        return finding
    mends = _mends(around, False) or [
        m for m in _mends(evolve(around, wrong=lambda line: []), False) if all(e.changes is Changes.FORM for e in m.edits)
    ]
    return _advised(finding, around.line, mends) if mends else finding


def _mends_nothing(finding: Diagnostic) -> bool:
    """Whether the finding has no help but an example, or another name for one."""
    return not finding.help or finding.help.startswith(("例如", "是不是「"))


def _as_the_law_calls_it(finding: Diagnostic, words: str, names: Iterable[str]) -> Diagnostic | None:
    """计划取水量, which no table has, is no slip for 实际取水量 where the law itself says it: a column is missing. None of other findings,
    and of 综合贡献 where the law says 区综合贡献, which is a name."""
    name = re.fullmatch("没有叫「([^」]{3,})」的事实、设定或参数", finding.message)
    if name is None or finding.code != Code.UNKNOWN_NAME:
        return None
    longer = "|".join(re.escape(x) for x in names if name[1] in x)
    if name[1] not in (re.sub(longer, " ", canonical(words)) if longer else canonical(words)):
        return None
    perhaps = re.fullmatch("是不是「([^」]*)」？", finding.help)
    help = f"原文就叫「{name[1]}」：在 事实 表里加一栏，写明类型；机关公布的数写成 参数，算出来的用 设定 起名" + (f"；说的就是「{perhaps[1]}」的，写 {perhaps[1]}" if perhaps else "")
    return evolve(finding, help=help, fixes=())


def _readable(finding: Diagnostic, around: Around, wrong: tuple[Code, ...]) -> Diagnostic:
    """The finding without a whole content that parses but has no meaning: 捐赠额 ＋ 全额扣除."""
    kept = tuple(x for x in finding.fixes if x.span != around.line.content or not any(d.code in wrong for d in _found(x.text, around)))
    lost = finding.code == Code.SYNTAX and len(kept) < len(finding.fixes) and finding.help.startswith("是不是")
    return evolve(finding, help="", fixes=kept) if lost else finding


def _that_help(finding: Diagnostic, around: Around) -> Diagnostic:
    """The finding without fixes that would only be followed by another fault of the same place."""
    kept = tuple(x for x in finding.fixes if finding.code != Code.UNKNOWN_NAME or not _leads_on(x, around))
    if len(kept) == len(finding.fixes):
        return finding
    return evolve(finding, fixes=kept, help=finding.help if kept or not re.fullmatch("是不是「[^」]*」？", finding.help) else "")


def _leads_on(fix: Fix, around: Around) -> bool:
    content = around.line.content
    if fix.span.source is not content.source or not content.start <= fix.span.start <= fix.span.end <= content.end:
        return False
    begin = fix.span.start - content.start
    text = f"{content.text[:begin]}{fix.text}{content.text[fix.span.end - content.start:]}"
    found = _found(text, around)
    return any(d.code in _ANOTHER and d.span is not None and d.span.source.name == "改"
               and d.span.start < begin + len(fix.text) and begin < d.span.end for d in found)


def _mends(around: Around, relabel: bool) -> list[Candidate]:
    """Contents that have a meaning, the likeliest first: those that lose no known word that was typed, then the cheapest.
    Where each loses one, the label may be wrong (`relabel`)."""
    typed = [w for w in NAME.findall(around.line.text) if w in around.known]
    mends: list[tuple[int, int, Candidate]] = []
    whole: set[str] = set()
    for made in islice(candidates(around, whole), MAX_TRIES):
        if made.alone and mends and not mends[0][2].alone:
            break
        if made.text not in whole and made.allowed(around.line.text) and _has_meaning(made.text, around):
            whole.add(made.text)
            words = NAME.findall(made.text)
            mends.append(
                (sum(max(typed.count(w) - words.count(w), 0) for w in dict.fromkeys(typed)), _apart(around.line.text, made.text), made)
            )
            if len(mends) == _WEIGHED or [lost for lost, *_ in mends].count(0) > 2 * _SHOWN:
                break
    likely = [made for *_, made in sorted(mends, key=lambda x: x[:2])]
    if relabel and all(lost for lost, *_ in mends):
        likely = [*_relabelled(around), *likely]
    return [] if len(likely) > 1 and likely[0].alone else likely


def _apart(typed: str, made: str) -> int:
    """How many characters of what was typed are gone."""
    return sum((Counter("".join(spelled(typed).split())) - Counter(spelled(made))).values())


def _relabelled(around: Around) -> list[Candidate]:
    """The same content under another label that can hold it as it stands: one that the law has first, then those that look like the one written."""
    labels = [
        x for x in Label if x.card.start not in (None, around.start) and x.card.where in (Where.POLICY, Where.CLAUSE) and not x.card.silent
    ]
    close = nearest(around.label, labels, most=len(labels), least=0.3)
    likely = sorted(
        labels, key=lambda x: (x not in around.words, x.card.where is not Where.CLAUSE, close.index(x) if x in close else len(close))
    )
    return [Candidate(around.line.text, (), label) for label in likely if _has_meaning(around.line.text, around, label)]


def _has_meaning(text: str, around: Around, label: str = "") -> bool:
    body, error = parse_line(label or around.label, text)
    glued = any(_COMPARES.match(x.text) and x.text not in around.known for x in names_in(body))  # where names are excused, 不少于3家 would be one
    return error is None and not glued and not _found(text, around, label)


_COMPARES = re.compile("不?[少多高低早晚]于|不?超过|不[足满]|达到|至[多少]")


def _found(text: str, around: Around, label: str = "") -> list[Diagnostic]:
    """What would be wrong with another content of the line."""
    label = label or around.label
    body, error = parse_line(label, text)
    line = evolve(around.line, label=label, content=Span(Source("改", text), 0, len(text)), body=body, error=error, raw="")
    return around.wrong(line) if around.wrong is not None else bodies.rules_of(line, around.words, around.place)[1]


def _advised(finding: Diagnostic, line: syntax.Line, mends: list[Candidate]) -> Diagnostic:
    """The finding with the likely contents; made unasked only where the form alone changes and nothing else is likely."""
    typed = _words(line.text)
    alike: dict[str, list[Candidate]] = {}
    for made in mends[:_SHOWN]:
        alike.setdefault(made.label + _in_one_way(made.text), []).append(made)
    shown = [max(group, key=lambda m: (len(typed & _words(m.text)), m.text.count("；"))) for group in alike.values()]
    fixes = tuple(Fix(f"改为 {m.text}", line.content, m.text, len(mends) == 1) for m in shown if m.sure(line.text))
    guess = "是不是 " + "，或者 ".join(f"{m.label or line.label}：{m.text}{f'（{card_of(m.label).meaning}）' if m.label else ''}" for m in shown) + "？"
    if finding.help.startswith("改成") or (finding.code == Code.SYNTAX and finding.help.startswith("是不是") and finding.fixes):
        return finding  # the parse has a line that can be read
    if finding.code == Code.GLUED_WORDS and (not finding.fixes or any(finding.fixes[0].text.strip() == m.text for m in mends)):
        return finding
    particular = (finding.help and finding.code not in _GENERAL and not finding.help.startswith("例如")
                  and not (finding.code == Code.UNKNOWN_UNIT and finding.help.startswith("写成")))
    particular = particular or finding.help.startswith("几款之间") or "定义管全规定" in finding.help or any(m.label for m in shown)  # or the label is right, and this is how its content is written
    known = all(any(x.text in m.text for m in shown) for x in finding.fixes[:1])
    several = finding.fixes if len(finding.fixes) > 1 and known else ()  # one alone would seem to be the only mend
    return evolve(finding, help=f"{guess}{finding.help}" if particular else guess, fixes=fixes or several)


def _words(text: str) -> set[str]:
    return set(re.split(r"[\s，,；;、（）()]+", text))


_SAME_WORDS = (("少于", "低于"), ("多于", "高于"), ("超过", "高于"), ("不低于", "不少于"), ("不早于", "不少于"), ("不晚于", "不高于"), (" 且 ", "，"), (" × ", " 的 "), ("；", "，"))


def _in_one_way(text: str) -> str:
    """The content with one word for each relation, one spelling of numbers and no blanks, so that the same is not offered twice."""
    for word, other in _SAME_WORDS:
        text = text.replace(word, other)
    return "".join(spelled(text).split())


_TWINS = {"○": "圆圈", "〇": "汉字〇", "◯": "圆圈", "O": "字母 O", "o": "字母 o", "Ｏ": "字母 O", "О": "俄文字母", "Ο": "希腊字母", "ο": "希腊字母",
          "l": "字母 l", "I": "字母 I", "｜": "竖线", "ー": "日文长音符", "—": "破折号", "―": "横线", "‐": "连字符", "‑": "连字符", "‒": "横线", "一": "汉字一",
          "∶": "比号", "︰": "竖排冒号", "﹪": "小百分号", "•": "项目符号", "・": "日文中点"}
_MEANT = (  # where each stands for another
    (re.compile(r"(?<=\d)[○〇◯OoＯОΟο]+"), "0"), (re.compile(r"(?<=\d)[lI｜](?=[\d万亿%元])"), "1"),
    (re.compile(r"(?<=\s)[ー—―‐‑‒一](?=\s)"), "－"), (re.compile(r"(?<=\d)[∶︰](?=\d)"), ":"), (re.compile(r"(?<=\d)﹪"), "%"), (re.compile(r"(?<=[㎡米人月])[•・](?=[㎡平人月年])"), "·"),
)


def _alike(around: Around) -> Diagnostic | None:
    """A character that only looks like the right one: 1○万元, 甲 ー 乙, 1∶1."""
    line = around.line
    mended = line.text
    for pattern, right in _MEANT:
        mended = pattern.sub(lambda m, r=right: r * len(m[0]), mended)  # type: ignore[misc]
    at = next((i for i, (a, b) in enumerate(zip(line.text, mended, strict=True)) if a != b), None)
    if at is None or not _has_meaning(mended, around):
        return None
    return Diagnostic(Code.LOOKALIKE_CHARACTER, f"「{line.text[at]}」是{_TWINS.get(line.text[at], '另一个字')}，不是「{mended[at]}」", line.content.part(at, at + 1),
                      f"写成 {line.label}：{mended}", fixes=(Fix(f"改为 {mended}", line.content, mended),))
