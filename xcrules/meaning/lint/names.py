"""Names that are easily taken for one another, and names that are phrases of other words run together.

Candidates are found by what they have in common, not by comparing each with each, so that the time grows with the
number of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.source import Span
from xcrules.draft.parse.grammar import parse_content
from xcrules.facts.tables import FactTable
from xcrules.facts.types import EnumType
from xcrules.meaning import rules
from xcrules.meaning.clauses.coverage import field_cell
from xcrules.meaning.expressions.words import MAX_RUN, known_words, splits_into, unknown_names
from xcrules.meaning.program import Program

Where = Callable[[], Span | None]  # found when asked for: the place of a name is seldom wanted


MOST_NAMES = 400  # beyond this many names in one place nobody compares them
_PAIRS = ("象像", "帐账", "己已", "巳已", "末未", "人入", "曰日", "—一", "ー一", "〇0", "○0", "О0", "o0", "O0", "l1", "I1", "锺钟")
_LOOKS = {ord(pair[0]): pair[1] for pair in _PAIRS}
_ORDINARY = [set(x) for x in (
    "一二三四五六七八九十首次", "本上前去下次今当往历后", "国省市区县级", "内外", "新旧老", "增减", "高低大小多少", "年月日季",
    "甲乙丙丁", "男女", "进出", "收支", "买卖", "总分", "全半单双", "正副", "是否有无未已", "东西南北", "博硕学专本",
)]


def alike(program: Program, law: str) -> Iterator[Diagnostic]:
    """W302: two names of one place that are easily taken for each other."""
    for group in _groups(program):
        places = dict(group)
        for one, other in alike_pairs(tuple(places)) if len(places) <= MOST_NAMES else ():
            if _told_apart(one, other, law):
                continue
            span, there = places[one](), places[other]()
            related = (Related(span, f"「{one}」在这里"),) if span and span != there else ()
            yield Diagnostic(Code.SIMILAR_LETS, f"「{other}」与「{one}」看上去几乎一样", there, "换一个一眼就能分开的名称；确是两件事的，静默并写明分别", related=related)
    yield from _alike_members(program, law)


def _told_apart(one: str, other: str, law: str) -> bool:
    """Whether the law itself has both words in which two names differ: 租房、购房; 残疾人证、残疾军人证."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return all(any(len(w) == 2 and w in law for w in (x[max(at - 1, 0) : at + 1], x[at : at + 2])) for x in (one, other))


def _groups(program: Program) -> Iterator[list[tuple[str, Where]]]:
    """Names that stand in one place: all that have no list of their own, the fields of a list, the 设定 of a part."""
    tables = program.schema.tables

    def fields(table: FactTable) -> list[tuple[str, Where]]:
        return [(f.name, lambda t=table, n=f.name: field_cell(program, t, n)) for f in table.fields]  # type: ignore[misc]

    top = [x for t in tables if t.kind != "名单" for x in fields(t)]
    top += [(x.name, lambda x=x: x.span) for x in program.schema.nested]  # type: ignore[misc]
    top += [(x.name, lambda x=x: x.span) for x in program.parameters]  # type: ignore[misc]
    yield top + _lets(program.policy_rules)
    yield from (fields(t) for t in tables if t.kind == "名单")
    yield from (_lets(part.rules) for clause in program.clauses for part in clause.parts)


def _lets(all_rules: Iterable[rules.Rule]) -> list[tuple[str, Where]]:
    """Those that stand here; 第三条的增加额 stands in another clause, under a shorter name."""
    return [(r.body.name, lambda r=r: r.origin.span) for r in all_rules  # type: ignore[misc]
            if isinstance(r.body, rules.Let) and ("." in r.body.name or r.body.name in r.origin.text)]


def _alike_members(program: Program, law: str) -> Iterator[Diagnostic]:
    for table in program.schema.tables:
        for field in table.fields:
            if isinstance(field.type, EnumType):
                for one, other in alike_pairs(field.type.members[:MOST_NAMES]):
                    if _told_apart(one, other, law):
                        continue
                    yield Diagnostic(Code.SIMILAR_LETS, f"「{field.name}」的「{other}」与「{one}」看上去几乎一样",
                                   field_cell(program, table, field.name), "核对是不是同一种情形写了两次")


@lru_cache(maxsize=2048)
def alike_pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The pairs that look alike, in the order in which they stand."""
    sharing: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        for trait in _traits(name):
            sharing.setdefault(trait, []).append(at)
    near = {pair for ats in sharing.values() for pair in combinations(ats, 2)}
    return tuple((names[i], names[j]) for i, j in sorted(near) if look_alike(names[i], names[j]))


def _traits(name: str) -> set[str]:
    """Of two names that look alike some trait is the same: the characters, or all but one of them in their order."""
    plain = _plain(name)
    dropped = {plain[:i] + plain[i + 1 :] for i in range(len(plain))} if len(plain) >= 5 else set()
    return {plain, "".join(sorted(plain)), *dropped}


def _plain(name: str) -> str:
    return name.translate(_LOOKS).replace("的", "")


def look_alike(one: str, other: str) -> bool:
    """Same but for characters that look the same, 的, order, or one unremarkable character of five or more."""
    if one == other:
        return False
    left, right = _plain(one), _plain(other)
    if left == right or (len(left) > 3 and sorted(left) == sorted(right)):
        return True
    if min(len(left), len(right)) < 5:
        return False
    return _one_apart(left, right)


def _one_apart(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(long) - len(short) == 1:
        return 0 < at < len(short) and short[at:] == long[at + 1 :]
    if len(long) != len(short) or short[at + 1 :] != long[at + 1 :]:
        return False
    pair = {short[at], long[at]}
    return not any(pair <= group for group in _ORDINARY) and not pair & set("0123456789")


def joined(program: Program) -> Iterator[Diagnostic]:
    """W316: a declared name that is a phrase of other words run together; glued text could then be read two ways."""
    tables = program.schema.tables
    names = frozenset(f.name for t in tables for f in t.fields) | frozenset(t.name for t in program.schema.nested)
    known = known_words(names)
    longest = max(map(len, known))
    for table in tables:
        for field in table.fields:
            for words in splits_into(field.name, known, longest) if len(field.name) <= MAX_RUN else ():
                body, error = parse_content("conditions", " ".join(words))
                if error is None and not unknown_names(body, names - {field.name}):
                    yield Diagnostic(Code.NAME_OF_SEVERAL_WORDS, f"名称「{field.name}」也可以读成「{' '.join(words)}」", field_cell(program, table, field.name),
                                   "换一个名称，免得词连写时有两种断法")
                    break
