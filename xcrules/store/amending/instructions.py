"""The words of an amendment read: 将第二条第（一）项“甲”修改为“乙”, 增加一项, 删去, 序号相应调整. Knows no policy.

A quote of the amendment's file may be cut anywhere, also within “ ”: each piece of new law has its lines beneath it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.source import Span
from xcrules.draft.labels import Label
from xcrules.draft.syntax import File, Quote


@frozen(eq=False)
class Words:
    """What stands between “ and ”: its pieces, each with the quote that it is written in."""

    pieces: tuple[tuple[Span, Quote], ...]

    @property
    def text(self) -> str:
        return "".join(_inner(span.text) for span, _ in self.pieces)


@frozen(eq=False)
class Instruction:
    """One thing to be done: what, at which clause (as it is written, "" for the whole), with which words; `at` is where it says so."""

    do: str  # 改字, 改款, 加字, 加款, 删字, 删款, 改注, 改号, 调号
    target: str
    words: tuple[Words, ...]
    at: Span
    other: str = ""  # 加字: 之后 or 之前; 改号, 加款: the number that it has then
    everywhere: bool = False


def instructions(file: File) -> list[Instruction]:
    """What a file of an amendment says is to be done, in its order. Raises XcrulesError with what cannot be read, at its place."""
    out: list[Instruction] = []
    wrong: list[Diagnostic] = []
    last = ""
    for group in _groups(file):
        said, words = _outer(group)
        if any(x.label in _NOTHING_TO_DO for q in group for x in q.lines) and not _AMENDS.search(said):
            continue
        last = "" if _NUMBER.match(said) else last
        for piece in _sentences(said):
            at = Span(group[0].span.source, group[0].span.start, group[-1].span.end)
            read = _read(piece, words, last, at)
            if isinstance(read, Diagnostic) and len(group) == 1 and group[0].notes and not _AMENDS.search(said):  # law as it is, with other lines
                out.append(Instruction("改注", "", (Words(((group[0].span.part(1, 1 + len(group[0].words)), group[0]),)),), at))
                break
            if isinstance(read, Diagnostic):
                wrong.append(read)
            else:
                out += read
                last = read[-1].target or last
    if wrong:
        raise XcrulesError(wrong)
    return out


def amends(file: File) -> bool:
    """Whether it says what is to be done to another text: it is no policy itself."""
    words = "".join(q.words for q in file.quotes)
    return words.count("“") == words.count("”") and any("‹" in said and _AMENDS.search(said) for said, _ in map(_outer, _groups(file)))


def _groups(file: File) -> Iterator[list[Quote]]:
    """The quotes, those of one sentence together: what is quoted in it may be cut."""
    group: list[Quote] = []
    depth = 0
    for quote in file.quotes:
        group.append(quote)
        depth += quote.words.count("“") - quote.words.count("”")
        if depth <= 0:
            yield group
            group, depth = [], 0
    if group:
        raise XcrulesError([Diagnostic(Code.UNREADABLE_AMENDMENT, "“ 没有收尾的 ”", group[0].span, "在改成的话的末尾加上 ”")])


def _outer(group: list[Quote]) -> tuple[str, list[Words]]:
    """The sentence with ‹0›, ‹1› … where words are quoted in it, and these words."""
    said, depth = "", 0
    words: list[Words] = []
    pieces: list[tuple[Span, Quote]] = []
    for quote in group:
        start = 0
        for at, letter in enumerate(quote.words):
            if letter == "“":
                depth += 1
                start = at + 1 if depth == 1 else start
            elif letter == "”":
                depth -= 1
                if depth == 0:
                    pieces.append((quote.span.part(1 + start, 1 + at), quote))
                    said += f"‹{len(words)}›"
                    words.append(Words(tuple(p for p in pieces if p[0].text.strip() or len(pieces) == 1)))
                    pieces = []
            elif depth == 0 and not letter.isspace():
                said += letter
        if depth:
            pieces.append((quote.span.part(1 + start, 1 + len(quote.words)), quote))
            start = 0
    return said, words


def _inner(text: str) -> str:
    """Quoted once more, the law's own “ ” are ‘ ’."""
    return "".join(text.split()).replace("‘", "“").replace("’", "”")


_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)](?!项)|\d+[.．、])")
_NOTHING_TO_DO = (Label.NATURE, Label.TERM, Label.REPEAL)  # beneath a preamble, the day from which it holds; but new law may have them too
_AMENDS = re.compile("(?:[改整更]为|改成|增加|新增|加上|加入|插入)[^‹]*‹|删[去除]|顺延|序号|改列|第[^‹，。]*改为第")
_NEXT = re.compile(r"[；;。]|(?<=›)[，,、]?(?=原?第|并删|其|以下|此后)|[，,、](?=‹\d+›(?:统一|一律|均)?(?:修改|改|调整|变更|删|之?[后前]))|[，,](?=(?:并?将|并?删[去除]|并?增加|并?在|原?第[^‹，]*(?:改为第|顺延)|其?[以之余]?[下后余]))")
_VERB = "(?:一并|统一|一律|均)?(?:修改|改|调整|变更)(?:为|成)[：:]?"
_PLACE = "(?:中的?|里的?|的)?"
FORMS: tuple[tuple[str, str], ...] = (  # in this order; T is a clause, N a number, W words
    ("改字", rf"(?:将|把)?(?P<all>全文|文中|条文)?(?P<T>[^‹]*?){_PLACE}‹(?P<W>\d+)›(?P<every>一律|统一|均)?{_VERB}‹(?P<V>\d+)›"),
    ("加字", rf"(?:在)?(?P<T>[^‹]*?){_PLACE}‹(?P<W>\d+)›之?(?P<side>后|前)(?:增加|加上|加入|加|插入)‹(?P<V>\d+)›"),
    ("删字", rf"(?:删去|删除)(?P<T>[^‹]*?){_PLACE}‹(?P<W>\d+)›"),
    ("删字", rf"(?:将|把)?(?P<T>[^‹]*?){_PLACE}‹(?P<W>\d+)›(?:删去|删除)"),
    ("加款", r"(?:在)?(?P<T>[^‹]*?)(?:之?后|中)?(?:增加|新增)(?:[一二两三四五六七八九十]+)?个?[条款项](?:内容)?[，,]?(?:分别)?(?:作为(?P<N>[^‹：:]*))?[：:]?‹(?P<W>\d+)›"),
    ("改款", rf"(?:将|把)?(?P<T>[^‹]+?){_VERB}‹(?P<W>\d+)›"),
    ("删款", r"(?:删去|删除)(?P<T>[^‹]+)"),
    ("删款", r"(?:将|把)?(?P<T>[^‹]+?)(?:予以)?(?:删去|删除)"),
    ("调号", r"[^‹，,]*顺延"),
    ("调号", r"(?:原|其|以下|此后|以后|相关|有关)*[^‹]*?(?:序号|编号|顺序|条文|各条|各项|各款|条款)[^‹]*(?:顺延|调整)"),
    ("改号", r"(?:将|把)?原?(?P<T>第[^‹]+?)(?:依次|分别|相应)?(?:改为|调整为|顺延为|改作|改列为|作为)(?P<N>第[^‹]+)"),
)
_FORMS = tuple((do, re.compile(pattern)) for do, pattern in FORMS)


def _sentences(said: str) -> list[str]:
    return [x for piece in _NEXT.split(_NUMBER.sub("", said)) if (x := _NUMBER.sub("", piece).removeprefix("并")) and not re.fullmatch(r"[：:，,]*", x)]


_AND = re.compile(r"(?<=[条项款）)])(?:、|和|及|以及|与)(?=原?第|[（(])")  # between two clauses: 六、（一） is one
_TO = re.compile(rf"{_AND.pattern}|[至到](?=原?第|[（(])")  # of what is renumbered the first and the last are enough, those between follow


def _read(said: str, words: list[Words], last: str, at: Span) -> list[Instruction] | Diagnostic:
    for do, form in _FORMS:
        if match := form.fullmatch(said):
            held = match.groupdict()
            used = tuple(words[int(held[x])] for x in "WV" if held.get(x) is not None)
            named = [held.get("T") or ""] if do in ("改款", "加款") else (_TO if do == "改号" else _AND).split(held.get("T") or "")
            others = _TO.split(held["N"]) if do == "改号" else [held.get("N") or held.get("side") or ""] * len(named)
            if len(named) != len(others) or (len(named) > 1 and used and used[-1] is words[-1] and used[-1].pieces[-1][1].notes):
                return evolve(unreadable(_shown(said, words), at), help="一处写一句：几处下面的注不一定一样，号要一个对一个")
            out: list[Instruction] = []
            for one, other in zip(named, others, strict=True):
                last = _target(one, last)
                out.append(Instruction(do, last, used, at, other, bool(held.get("all") or held.get("every"))))
            return out
    return unreadable(_shown(said, words), at)


def _shown(said: str, words: list[Words]) -> str:
    return re.sub(r"‹(\d+)›", lambda m: f"“{words[int(m[1])].text[:12]}……”", said)


def unreadable(shown: str, at: Span | None) -> Diagnostic:
    """What to write, where a sentence is no instruction."""
    return Diagnostic(Code.UNREADABLE_AMENDMENT, f"读不懂这一项修正：{shown}", at,
                      "能读的有：将第几条第（几）项“甲”修改为“乙”；第几条修改为：“…”；第几条增加一项，作为第（几）项：“…”；在“甲”之后增加“乙”；删去第几条第（几）项；"
                      "删去……中的“甲”；序号相应调整；原文不改、注要改的，照抄那段引文，下面写它的注；不是修正内容的，下面写 性质")


def _target(written: str, last: str) -> str:
    """第（三）项 after 第二条第（一）项 is 第二条第（三）项."""
    text = written.strip("，,：:").removeprefix("原")
    if re.match(r"第?[（(]|第[一二三四五六七八九十]+项", text) and last:
        head = re.match(r"第[^条]+条(?:之[一二三四五六七八九十]+)?|[一二三四五六七八九十]+、", last)
        return (head[0] if head else "") + text
    return text or last
