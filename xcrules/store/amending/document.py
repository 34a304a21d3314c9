"""修正案 as a document: a file that quotes the amending text, with the lines of the new law beneath, put to the policy that it amends.

    consolidated(document, amendment, units)    the policy's texts as amended, where each piece was written, what is left to a person

Instruction by instruction, each on what the one before it left; numbers are those of the old text until all are done. Reads and writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import ClauseNames, Unclear, clause_key, clause_name, figures_of
from xcrules.base.source import Span
from xcrules.draft.labels import TAIL, Label
from xcrules.draft.outline import opening
from xcrules.draft.syntax import Document, File
from xcrules.facts.types import Units

from .following import Moved, renumbered, with_supplements, without_the_deleted
from .instructions import Instruction, instructions, unreadable
from .letters import Letters
from .places import ByHand, changed, misfit
from .recut import Consolidated, NewQuote, inserted, new_quote, recut, whole_quotes
from .woven import made


def consolidated(document: Document, amendment: File, units: Units) -> Consolidated:
    """The policy with an amendment in it. Raises XcrulesError with what does not fit, at its place in the amendment."""
    work = Consolidated.of(document)
    todo = instructions(amendment)
    if not todo:
        raise XcrulesError([Diagnostic(Code.UNREADABLE_AMENDMENT, "没有一句修正的话", Span(amendment.source, 0, 1), "写成「将第二条第（一）项“甲”修改为“乙”。」")])
    before = tuple(dict.fromkeys(n for _, n in work.letters().outline.quotes if n))
    moved: list[Moved] = []
    wrong: list[Diagnostic] = []
    states: list[tuple[Consolidated, Instruction]] = []  # what each was put to
    for one in todo:
        try:
            number = _number(work, one, one.target) if one.do != "调号" else ""
            if one.do == "改号":
                moved.append(Moved(number, one.other, one.at))
            elif one.do == "调号":
                moved.append(Moved("", "", one.at))
            else:
                states.append((work, one))
                work = _DO[one.do](work, one, number, units)
        except XcrulesError as error:
            by = None if _there(work, one) else next((x for state, x in reversed(states) if x is not one and _there(state, one)), None)
            told = _changed_before(one, by).diagnostics if by is not None else error.diagnostics
            wrong += [evolve(d, span=one.at, path="") for d in told]
    if wrong:
        raise XcrulesError(wrong)
    work = without_the_deleted(work, {*before} - {n for q, n in work.letters().outline.quotes if not work.is_new(q)})
    work = renumbered(work, moved, before) if moved else work
    work = work.put((), _jumps(work), None)
    return with_supplements(work, amendment)  # they name the clauses as they are now


def _jumps(work: Consolidated) -> list[ByHand]:
    """New clauses with a number that none stands before: （六） behind （三）."""
    quotes = work.letters().outline.quotes
    known = {(figures_of(n), "之" in n) for _, n in quotes if n}  # 第一条之一 is no （一）
    new = {n: q for q, n in quotes if n and work.is_new(q)}
    return [ByHand(f"{q.span.source.name}:{q.span.line}", f"增加的是{clause_name(n)}，它的前一个号空着，核对编号")
            for n, q in new.items() if (own := figures_of(n))[-1] > 1 and ((*own[:-1], own[-1] - 1), "之" in n) not in known]


def _there(work: Consolidated, one: Instruction) -> bool:
    """Whether the words, or else the clause, that an instruction means are in the text."""
    try:
        number = _number(work, one, one.target)
    except XcrulesError:
        return False
    first, last = work.letters().within(number)
    return bool(work.letters().find(one.words[0].text, number)) if one.do in ("改字", "加字", "删字") else first < last


def _changed_before(one: Instruction, by: Instruction) -> XcrulesError:
    place = one.target + (f"的「{one.words[0].text}」" if one.do in ("改字", "加字", "删字") else "")
    return misfit(f"{place}，前面的一项（{by.at.source.name}:{by.at.line}）已经{'删去' if by.do in ('删字', '删款') else '改'}了", "同一处只写一项：写修正以前的字和最后改成的字")


def _number(work: Consolidated, one: Instruction, written: str) -> str:
    """The clause that an instruction names: 第二条第（一）项, 第二条第一款第（一）项 (款 without numbers are not counted), "" for the whole."""
    text = re.sub(r"第[一二三四五六七八九十]+款(?=第)|(?<=条)第[一二三四五六七八九十]+款$", "", re.sub(r"(中|里|的|之?后|之?前|原文|，)+$", "", written))
    text = re.sub(r"第([一二三四五六七八九十]+)项", r"第（\1）项", text)
    if one.do in ("改款", "删款") and (item := re.search(r"条(第[一二三四五六七八九十]+款)$", written)):
        raise misfit(f"款没有编号，数不出{item[1]}", "引那一款的话：删去第几条中的“……”；将第几条中的“……”修改为“……”")
    if not text or text in ("全文", "文中", "条文", "办法", "规定"):
        return ""
    law = work.letters().outline
    key = clause_key(text, ClauseNames(tuple(dict.fromkeys([*law.titles, *law.words])), {}))
    if isinstance(key, Unclear):
        if re.search("[，,；;]|[条项款）)](?:[、和及与至到])", written):
            raise XcrulesError([evolve(unreadable(written, one.at), help="一句只写一处：几条几项的，一条一项写一句")])
        if written.startswith(("附表", "附件")):
            raise misfit(f"原文里没有编号是「{written}」的", "附表抄成引文的，不写附表：将“甲”修改为“乙”，甲多引几个字，到全文只有一处；写成参数表的，把那张表抄进修正案，只写改了的行")
        raise misfit(f"原文里没有「{written}」", key.help or "核对条款的编号：用修正以前的编号")
    return key


def _one_place(law: Letters, words: str, number: str) -> int:
    found = law.find(words, number)
    where = f"{clause_name(number)}里" if number else "全文里"
    if not found:
        raise misfit(f"{where}没有「{words}」", "照修正以前的原文抄，一字不差；空格、换行不算")
    if len(found) > 1:
        raise misfit(f"{where}有 {len(found)} 处「{words}」", "说明是哪一条哪一项，或多引几个字；处处都改的，写成 将全文中的“甲”统一修改为“乙”")
    return found[0]


def _new_quotes(one: Instruction) -> list[NewQuote]:
    return [new_quote(span, quote) for words in one.words[-1:] for span, quote in words.pieces]


def _replace(work: Consolidated, one: Instruction, at: int, old: str, new: str, units: Units) -> Consolidated:
    """Other words at a letter: the lines beneath are those of the instruction if it has any, else they carry the figures."""
    law = work.letters()
    quotes = _new_quotes(one)
    if any(q.lines for q in quotes) or len(quotes) > 1:
        if one.do == "加字":
            said = made(old, one.at)
            first, last = quotes[0], quotes[-1]
            quotes[0] = evolve(first, words=(said, *first.words)) if one.other == "后" else first
            if one.other == "前":
                quotes[-1] = evolve(quotes[-1] if len(quotes) == 1 else last, words=(*quotes[-1].words, said))
        return work.put(recut(law, at, at + len(old), quotes, one.at), (), one.at)
    effects = changed(law, at, old, new, units)
    return work.put(effects.edits, effects.by_hand, one.at)


def _words(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    old, new = (w.text for w in one.words)
    if not one.everywhere:
        return _replace(work, one, _one_place(work.letters(), old, number), old, new, units)
    found = work.letters().find(old, number)
    if not found:
        raise misfit(f"全文里没有「{old}」", "照修正以前的原文抄")
    for at in reversed(found):
        effects = changed(work.letters(), at, old, new, units)
        work = work.put(effects.edits, effects.by_hand, one.at)
    elsewhere = [ByHand(f.source.name, f"还写着「{old}」，第 {'、'.join(str(f.source.place(at)[0]) for at in lines)} 行")
                 for f in work.document.files if (lines := [m.start() for m in re.finditer(re.escape(old), f.source.text)])]
    return evolve(work, by_hand=(*work.by_hand, *elsewhere))


def _beside(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    old, more = (w.text for w in one.words)
    return _replace(work, one, _one_place(work.letters(), old, number), old, old + more if one.other == "后" else more + old, units)


def _without_words(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    old = one.words[0].text
    at = _one_place(work.letters(), old, number)
    lines = new_quote(*one.words[0].pieces[-1])
    if lines.lines:
        return work.put(recut(work.letters(), at, at + len(old), [evolve(lines, words=())], one.at), (), one.at)
    if whole_quotes(work.letters(), at, at + len(old)):  # with the lines that rest on them
        return work.put(recut(work.letters(), at, at + len(old), [], one.at), (), one.at)
    effects = changed(work.letters(), at, old, "", units)
    return work.put(effects.edits, effects.by_hand, one.at)


def _lines(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    """A quote of the law as it is, with other lines beneath."""
    law = work.letters()
    text = "".join(one.words[0].pieces[0][0].text.split())
    found = [q for q, _ in law.outline.quotes if "".join(q.words.split()) == text]
    if len(found) != 1:
        raise XcrulesError([unreadable(text[:40], one.at)])
    own = [i for i, (q, _) in enumerate(law.places) if q is found[0]]
    edits = [e for e in recut(law, own[0], own[-1] + 1, _new_quotes(one), one.at) if e.what != "原文"]
    return work.put(edits, (), one.at)


def _all_of(law: Letters, number: str) -> tuple[int, int]:
    first, last = law.within(number)
    if first == last:
        raise misfit(f"原文里没有 {clause_name(number)}", "核对条款的编号：用修正以前的编号")
    return first, last


def _clause(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    law = work.letters()
    first, last = _all_of(law, number)
    quotes = _new_quotes(one)
    if not any(q.lines for q in quotes) and len(quotes) == 1 and law.places[first][0] is law.places[last - 1][0]:
        return _replace(work, one, first, law.text[first:last], one.words[0].text, units)
    return work.put(recut(law, first, last, quotes, one.at), (), one.at)


_ITEM = re.compile(r"[（(]([一二三四五六七八九十百]+)[）)]")


def _added(work: Consolidated, one: Instruction, number: str, units: Units) -> Consolidated:
    law = work.letters()
    text = one.words[0].text
    known = list(dict.fromkeys(n for _, n in law.outline.quotes if n))
    article, item = opening(one.words[0].pieces[0][0].text), _ITEM.match(text)
    if article is not None:
        tops = [n for n in known if "(" not in n]
        behind = number or next((n for n in reversed(tops) if figures_of(n) < figures_of(article.number)), "")
        at = law.within(behind)[1] if behind else law.within(tops[0])[0]
    elif item is not None and number:
        head = number.partition("(")[0]
        own = [n for n in known if n.startswith(f"{head}(")]
        before = [n for n in own if figures_of(n) < figures_of(f"{head}({item[1]})")]
        at = law.within(before[-1])[1] if before else law.within(own[0])[0] if own else law.within(head)[1]
    elif number and not re.search(r"第[一二三四五六七八九十]+款", one.other):
        at = law.within(number)[1]
    else:
        raise misfit("看不出增加的放在哪里" + (f"：款没有编号，数不出{one.other}" if one.other else ""),
                     "写明 第几条增加一项，作为第（几）项：“（几）……”；放在一条末尾的，写 第几条增加一款，作为最后一款：“……”")
    return work.put(inserted(law, _before_the_tail(law, at), _new_quotes(one), one.at), (), one.at)


def _before_the_tail(law: Letters, at: int) -> int:
    """What stands behind the last article, 抄送 and the like, stays behind."""
    while at == len(law.text) or law.places[at - 1][0].lines:
        quote = law.places[at - 1][0]
        if not any(x.label == Label.NATURE and x.text.startswith(TAIL) for x in quote.lines):
            break
        at = next(i for i, (q, _) in enumerate(law.places) if q is quote)
    return at


_DO: dict[str, Callable[[Consolidated, Instruction, str, Units], Consolidated]] = {
    "改字": _words, "加字": _beside, "删字": _without_words, "改款": _clause, "删款": _clause, "加款": _added, "改注": _lines,
}
