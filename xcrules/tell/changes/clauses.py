"""Clauses of two versions: which is which, what each says differently, and where the law's words differ.

修改前｜修改后: the law's words side by side, clause by clause, as amendments are published.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache

import attrs
from attrs import frozen

from xcrules.base.identity import figures_of
from xcrules.draft.labels import TAIL, Label
from xcrules.draft.outline import Placed, is_heading, outline
from xcrules.facts.tables import Schema
from xcrules.meaning import rules
from xcrules.meaning.program import Clause, Program
from xcrules.tell.readback import clause_name, read_back
from xcrules.tell.readback.names import WHOLE
from xcrules.tell.readback.part import PartText, part_text
from xcrules.tell.readback.phrases import Phrases

from .items import ADDED, CHANGED, REMOVED, Change, Provision, item_changes, items

ALIKE = 0.6  # how much of the law's words must agree for a renumbered 款 to count as the same one
FEW, NEAREST = 30, 6  # clauses that say the same three letters, and of them those that are looked at
_PIECE = re.compile(r"[^，。；：]*[，。；：]?")


def clause_changes(old: Program, new: Program) -> tuple[list[Change], dict[str, str]]:
    """Changes of all clauses in the order of the new law, and old number → new number."""
    laws = law_words(old), law_words(new)
    moved = matched(laws[0], laws[1])
    registered = _registered(old, new)
    back = {after: before for before, after in moved.items()}
    out: list[Change] = []
    gone = [n for n in laws[0] if n not in moved]  # said where they would have stood
    for is_new, number in sorted([*((False, n) for n in gone), *((True, n) for n in laws[1])], key=lambda x: (_order(x[1]), x[0])):
        if not is_new:
            out.append(_whole(number, laws[0], old, REMOVED))
        elif number not in back:
            out.append(_whole(number, laws[1], new, ADDED))
        else:
            out += _clause(back[number], number, laws, old, new, registered)
    return _said_once(out, new), moved


def _said_once(changes: list[Change], new: Program) -> list[Change]:
    """What changed alike in all 款 of an article, as a line of its lead does, is one change of the article's 款."""
    of_article: dict[str, list[str]] = {}
    for clause in new.clauses:
        if "(" in clause.number:
            of_article.setdefault(clause.number.partition("(")[0], []).append(clause_place(clause.number))
    wheres: dict[Change, set[str]] = {}
    for change in changes:
        wheres.setdefault(attrs.evolve(change, where=""), set()).add(change.where)
    once: dict[str, str] = {place: f"{clause_name(article)}各款" for article, places in of_article.items() if len(places) > 1 for place in places}
    every = {f"{clause_name(article)}各款": set(places) for article, places in of_article.items()}
    said = [
        attrs.evolve(x, where=once[x.where]) if x.where in once and wheres[attrs.evolve(x, where="")] >= every[once[x.where]] else x
        for x in changes
    ]
    return list(dict.fromkeys(said))


def law_words(program: Program) -> dict[str, str]:
    """Number → the law's words under it, titles included; clauses and preambles alike."""
    plan = outline(program.document.files)
    front = _front(plan.lines)
    found = {"": front} if front else {}
    for number in dict.fromkeys([x.number for x in plan.lines if x.number and x.quote]):
        found[number] = plan.words.get(number, "")
    titles = {n: "".join(t.split()) for n, t in plan.titles.items()}
    for number, title in titles.items():
        found[number] = (title if not "".join(found.get(number, "").split()).startswith(title) else "") + found.get(number, "")
    return dict(sorted(found.items(), key=lambda x: _order(x[0])))


def _front(lines: tuple[Placed, ...]) -> str:
    """The words before 第一条."""
    quotes = {id(x.quote): x.quote for x in lines if x.quote is not None and not x.number}
    return "".join("".join(q.words.split()) for q in quotes.values())


def _order(number: str) -> tuple[int, ...]:
    return figures_of(number) if number else ()


# -- which is which ---------------------------------------------------------------------------------------


def matched(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Old number → new number: by equal words, by number and likeness, by likeness, then by number alone."""
    pairs: dict[str, str] = {}
    stripped = [{n: _unnumbered(w) for n, w in law.items()} for law in (old, new)]

    def free() -> tuple[list[str], list[str]]:
        return [n for n in old if n not in pairs], [n for n in new if n not in pairs.values()]

    for number in [n for n in old if n in new and stripped[0][n] == stripped[1][n]]:
        pairs[number] = number
    left, right = free()
    for before in left:
        same = [n for n in right if stripped[1][n] == stripped[0][before] and _level(n) == _level(before)]
        if len(same) == 1 and stripped[0][before]:
            pairs[before] = same[0]
            right.remove(same[0])
    left, right = free()
    taken = {*pairs.values()}
    near = _near({n: stripped[0][n] for n in left}, {n: stripped[1][n] for n in right})
    for ratio, _same_number, before, after in sorted(
        ((_alike(stripped[0][a], stripped[1][b]), a == b, a, b) for a, b in near), reverse=True
    ):
        if ratio >= ALIKE and before not in pairs and after not in taken:
            pairs[before] = after
            taken.add(after)
    left, right = free()
    for number in left:
        if number in right and _alike(stripped[0][number], stripped[1][number]) > 0.25:
            pairs[number] = number
    return pairs


def _near(left: Mapping[str, str], right: Mapping[str, str]) -> set[tuple[str, str]]:
    """Of each clause the one of its number, and the few of the other side that share most with it of what few say: a long law is not held against itself, pair by pair."""
    said: dict[str, list[str]] = {}
    for number, words in right.items():
        for three in _threes(words):
            said.setdefault(three, []).append(number)
    pairs = {(n, n) for n in left if n in right}
    for number, words in left.items():
        shared = Counter(
            [x for three in _threes(words) if len(said.get(three, ())) <= FEW for x in said.get(three, ()) if _level(x) == _level(number)]
        )
        pairs |= {(number, x) for x, _ in shared.most_common(NEAREST)}
    return pairs


def _threes(words: str) -> set[str]:
    return {words[i:i + 3] for i in range(len(words) - 2)}


@lru_cache(maxsize=8192)
def _level(number: str) -> int:
    return len(_order(number))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _unnumbered(words: str) -> str:
    return re.sub(r"^(第[〇零一二三四五六七八九十百\d]+条|[一二三四五六七八九十百]+、|\d{1,3}[.．、](?!\d)|[（(]([一二三四五六七八九十]+|\d{1,3})[）)])", "", words)


# -- one clause -------------------------------------------------------------------------------------------


def clause_place(number: str) -> str:
    return clause_name(number) if number else "题头"


def _whole(number: str, words: Mapping[str, str], program: Program, kind: str) -> Change:
    """A clause that came or went, as it is read back; of one without rules the law's words."""
    text = read_back(program, number) if program.clause(number) else f"「{words[number]}」"
    subject = "本款" if "(" in number else "本条"
    if kind == ADDED:
        return Change(clause_place(number), ADDED, "条款", subject, new=text)
    return Change(f"原{clause_place(number)}", REMOVED, "条款", subject, old=text)


def _clause(before: str, after: str, laws: tuple[dict[str, str], dict[str, str]], old: Program, new: Program,
            registered: frozenset[str]) -> list[Change]:
    where = clause_place(after)
    out = [Change(where, CHANGED, "条款", "改列，原为", clause_name(before), clause_name(after))] if before != after else []
    one, other = old.clause(before), new.clause(after)
    out += _parts_changed(where, one, other)
    one = _renamed(one, other)
    mine = [clause_items(k, s) if k else [] for k, s in ((one, old.schema), (other, new.schema))]
    out += item_changes(where, mine[0], mine[1], registered)
    out += _readings_here(where, one, other, old, new)
    return out + law_changes(where, _unnumbered(laws[0][before]), _unnumbered(laws[1][after]))


def clause_items(clause: Clause, schema: Schema) -> list[Provision]:
    """Everything the clause's rules say, whatever the reading."""
    out: list[Provision] = []
    text = PartText((), Phrases(schema), "", "")
    names = {x.name for x in clause.parts}
    for part in clause.parts:
        text = part_text(part, schema, part.rules)
        out += items(part.rules, text, f"{part.name}：" if part.name else "")
    return out + items([_over_all(r, names) for r in (*clause.shared, *clause.totals)], text)


def _over_all(rule: rules.Rule, names: set[str]) -> rules.Rule:
    """A cap over all parts is one cap, however many parts there are."""
    if isinstance(rule.body, rules.Cap | rules.Floor) and rule.body.parts is not None and set(rule.body.parts) == names:
        return attrs.evolve(rule, body=attrs.evolve(rule.body, parts=None))
    return rule


def _new_names(one: Clause | None, other: Clause | None) -> dict[str, str]:
    """Parts that have another name now: as many went as came, so they answer each other in order."""
    names = [[x.name for x in k.parts] if k else [] for k in (one, other)]
    gone = [n for n in names[0] if n not in names[1]]
    come = [n for n in names[1] if n not in names[0]]
    return dict(zip(gone, come, strict=True)) if len(gone) == len(come) else {}


def _renamed(one: Clause | None, other: Clause | None) -> Clause | None:
    """The old clause with the new names of its parts."""
    names = _new_names(one, other)
    if one is None or not names:
        return one
    parts = tuple(attrs.evolve(x, name=names.get(x.name, x.name)) for x in one.parts)
    return attrs.evolve(one, parts=parts, totals=tuple(_with_names(r, names) for r in one.totals))


def _with_names(rule: rules.Rule, names: dict[str, str]) -> rules.Rule:
    if isinstance(rule.body, rules.Cap | rules.Floor) and rule.body.parts is not None:
        return attrs.evolve(rule, body=attrs.evolve(rule.body, parts=tuple(names.get(n, n) for n in rule.body.parts)))
    return rule


def _parts_changed(where: str, one: Clause | None, other: Clause | None) -> list[Change]:
    names = [[x.name for x in k.parts if x.name] if k else [] for k in (one, other)]
    if set(names[0]) == set(names[1]):
        return []
    return [Change(where, CHANGED, "分项", "分项", "、".join(names[0]) or "不分", "、".join(names[1]) or "不分")]


def _registered(old: Program, new: Program) -> frozenset[str]:
    """Readings that only one of the two registers has."""
    return frozenset({r.number for r in old.readings} ^ {r.number for r in new.readings})


def _readings_here(where: str, one: Clause | None, other: Clause | None, old: Program, new: Program) -> list[Change]:
    """新增读法 A63, said at the clauses whose lines carry it."""
    mine, theirs = (_tagged(k) for k in (one, other))
    come = [n for n in theirs if n not in mine and old.reading(n) is None]
    gone = [n for n in mine if n not in theirs and new.reading(n) is None]
    return [*(Change(where, ADDED, "读法", f"读法 {n}") for n in come), *(Change(where, REMOVED, "读法", f"读法 {n}") for n in gone)]


def _tagged(clause: Clause | None) -> list[str]:
    return list(dict.fromkeys(n for r in (clause.rules() if clause else ()) for n, _ in r.origin.tags))


# -- the law's words, and the rules of the whole policy --------------------------------------------------------


def law_changes(where: str, one: str, other: str) -> list[Change]:
    """The pieces between commas that differ, old → new."""
    if one == other:
        return []
    left, right = (_PIECE.findall(x)[:-1] or [""] for x in (one, other))
    out = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            before, after = (f"「{''.join(x)}」" if x else "" for x in (left[a:b], right[c:d]))
            kind = CHANGED if before and after else REMOVED if before else ADDED
            out.append(Change(where, kind, "原文", "原文", before, after))
    return out


def policy_changes(old: Program, new: Program) -> list[Change]:
    """适用, 施行, 时效, 竞合, 取整, 定义."""
    mine = [items(x.policy_rules, PartText((), Phrases(x.schema), "", ""), schema=x.schema) for x in (old, new)]
    return item_changes(WHOLE, mine[0], mine[1], _registered(old, new))


# -- 修改前｜修改后 --------------------------------------------------------------------------------------------------

Marked = tuple[tuple[str, bool], ...]  # pieces of a text, and whether each is different on the other side


@frozen
class Side:
    """A clause that says something else now: what it is called, what it said, what it says; empty where it was not there or no longer is."""

    where: str
    before: Marked
    after: Marked


def moved_clauses(old: Program, new: Program) -> dict[str, str]:
    """Old number → new number of the clauses that both versions have."""
    return matched(law_words(old), law_words(new))


def comparison(old: Program, new: Program) -> tuple[Side, ...]:
    """The clauses whose words or numbers differ, in the order of the new law; those that went stand where they would have stood."""
    laws = _without_tail(old), _without_tail(new)
    back = {after: before for before, after in matched(*laws).items()}
    rows: list[tuple[str, Side]] = [(n, Side(f"原{clause_place(n)}", ((w, True),), ())) for n, w in laws[0].items() if n not in back.values()]
    for number, words in laws[1].items():
        before = laws[0][back[number]] if number in back else ""
        if before != words:
            rows.append(
                (
                    number,
                    Side(clause_place(number), *(_marked(_headed(old, before), _headed(new, words)) if before else ((), ((words, True),)))),
                )
            )
    return tuple(side for _, side in sorted(rows, key=lambda r: figures_of(r[0]) if r[0] else ()))


def _without_tail(program: Program) -> dict[str, str]:
    """The words of the clauses; what stands behind the last one (抄送, 落款) is none of it."""
    words, tail = law_words(program), ""
    for quote in reversed([q for f in program.document.files for q in f.quotes]):
        if not any(x.label == Label.NATURE and x.text.startswith(TAIL) for x in quote.lines):
            break
        tail = "".join(quote.words.split()) + tail
    return {n: w.removesuffix(tail) for n, w in words.items()} if tail else words


_LETTERS = re.compile(r"\d[\d.,:-]*[%‰]?(?:[万亿]?元)?|[一-鿿]级|.")


def _headed(program: Program, words: str) -> str:
    """The words with the heading of their article apart from what follows."""
    heads = ((" ".join(q.words.split()), "".join(q.words.split())) for f in program.document.files for q in f.quotes if is_heading(q.words))
    return next((f"{head} {words.removeprefix(joined)}" for head, joined in heads if words.startswith(joined) and words != joined), words)


def _marked(before: str, after: str) -> tuple[Marked, Marked]:
    """Both texts cut where they differ, by letters and whole figures."""
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    one, two = (_LETTERS.findall(x) for x in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left += [("".join(one[a:b]), tag != "equal")] if b > a else []
        right += [("".join(two[c:d]), tag != "equal")] if d > c else []
    return tuple(left), tuple(right)
