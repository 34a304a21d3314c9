"""Small edits that people need, each by name: a mark taken for another, a unit left out, 或者 for 或, a name misspelt.

Gives contents for one faulty line, the likeliest first. Which of them mean something is tried by mends.py, and
what none of them may touch is said by keeps.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from attrs import frozen

from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS
from xcrules.facts.types import BoolType, EnumType, NumberType, parse_literal
from xcrules.meaning.clauses.bodies import Place
from xcrules.meaning.expressions.words import keywords, line_splits
from xcrules.meaning.lint.numbers import DAY, MONEY, RATE, Found, law_numbers

from .keeps import digits, spelled
from .reaches import scopes

MONEY_TYPE = NumberType((("元", 1),))


@frozen
class Edit:
    """Another content for the line. `form`: only marks, blanks and spelling differ, so that it can be made unasked.

    `frees`: it says the same in other words or is the one thing that can stand there, so keeps.py is not asked (0.3 → 30%).
    `drops`: a bound word of this kind (<=, >=, >) may go: 上限：企业年度 不超过 5万元. `alone`: counts only if no other does.
    """

    text: str
    form: bool = False
    frees: bool = False
    drops: str = ""
    alone: bool = False


def candidates(line: syntax.Line, words: str, place: Place) -> Iterator[Edit]:
    """Contents that the line may have been meant to have, the likeliest first."""
    text, start = line.text, LABELS[line.label].start or ""
    known = [*known_names(place), *(("分", "角", "元", "百元", "万元") if start == "rounding" else ())]
    item = place.scope.item
    enums = [f.name for f in item.fields if isinstance(f.type, EnumType)] if item else []
    forms = list(dict.fromkeys(islice(chain(_forms(text, line.label), _denied(text, known)), 40)))
    yield from (Edit(f, form=True) for f in forms)
    yield from (Edit(f, form=True) for f in _members(text, place))
    for form in [text, *forms]:
        yield from (Edit(x, form=True) for x in line_splits(start, form, [*known, *place.parts]))
        yield from (Edit(x, form=True) for x in _joined(form, [*known, *place.parts]))
    yield from _drifted(text, line.label)
    yield from (Edit(x) for x in _wordings(text, line.label, enums))
    numbered = list(dict.fromkeys(chain.from_iterable(_numbers(f, words, place) for f in [text, *forms[:6]])))
    yield from numbered
    for form in [text, *forms[:8]]:
        yield from (Edit(x, form=True) for x in _marks(form, start))
    stand = keywords() | frozenset(known)
    for form in [text, *forms[:8], *(e.text for e in numbered[:4])]:
        yield from (Edit(x) for x in scopes(form, start, place))
        yield from (Edit(x) for x in _names(form, known, place, () if form == text else stand))
    if (new := re.sub(r"\s*(?:没有达到|未达到?|达不到)\s*(?=\d)", " 低于 ", text)) != text:
        yield Edit(new, form=True, frees=True)
    yield from (Edit(x, frees=True) for x in _ranked(text, place))
    yield from (Edit(x, frees=True) for x in _needless(text, place))
    for form in [text, *forms[:4]]:
        yield from (Edit(x) for x in _drops(form))
    yield from (Edit(x, alone=True) for x in _fields(text, place))


def known_names(place: Place) -> list[str]:
    scope = place.scope
    item = [f.name for t in scope.schema.nested for f in t.fields] if scope.item is None else []
    return list(dict.fromkeys([*scope.names(), *scope.members(), *(t.name for t in scope.schema.nested), *item]))


# -- form: marks, spelling, blanks -----------------------------------------------------------------------

_BRACKETS = str.maketrans("【】｛｝{}《》〈〉[]〔〕", "（）（）（）（）（）（）（）")
_SPELLINGS = (
    (r"或者(?:是)?", "或"), (r"并且|而且", "且"), (r"\s*乘以?\s*", " × "), (r"\s*除以\s*", " ÷ "),
    (r"\s*加上?\s*(?=\S)", " ＋ "), (r"\s*减去?\s*", " － "), (r"帐", "账"), (r"己", "已"), (r"已经用|已使用|己用", "已用"), (r"其它", "其他"),
    (r"大于等于|高于等于|大于或等于|不少于|不小于|≥|>=", " 不低于 "), (r"小于等于|低于等于|小于或等于|不大于|≤|<=", " 不超过 "),
    (r"(?<!不)(?:大于|多于)|[>＞](?!=)", " 高于 "), (r"(?<!不)(?:小于|少于)|[<＜](?!=)", " 低于 "), (r"(?<=\S)\s*(?:属于|是)\s+", " 为 "),
    (r"\*|x(?=\s|\d)|Ｘ|X(?=\s)", " × "), (r"(?:不满|不足|不到|未到|未足|低于|少于)\s*(?=\d+年)", " 未满 "), (r"满了|已满", "满"),
    (r"(?:不属于|不是)\s+", " 不为 "), (r"的(?=\d)", " 的 "),
)


def _forms(text: str, label: str) -> Iterator[str]:
    """Other marks and spellings for the same thing."""
    if (new := re.sub(r"([，,；;、])(?:\s*\1)+", r"\1", text)) != text:
        yield new
    if (new := re.sub(r"^\s*[：:]+\s*", "", text)) != text:
        yield new
    cut = re.sub(r"[。．.；;，,、\s]+$", "", text)
    if cut != text.rstrip():
        yield cut
    plain = re.sub("[“”\"‘’']", "", cut)
    for new in (text.translate(_BRACKETS), text.translate(str.maketrans("“”‘’", "（）（）")), plain, spelled(text)):
        if new != text:
            yield new
    for pattern, replacement in _SPELLINGS:
        if (new := re.sub(pattern, replacement, text)) != text:
            yield " ".join(new.split())
    if match := re.fullmatch(r"由\s*([^\s，,]+?)\s*核定\s*[，,]?\s*(?:记入\s*(\S+))?", text) if label == "裁量" else None:
        yield f"由 {match[1]} 核定" + (f"，记入 {match[2]}" if match[2] else "")
    if label in ("设定", "定义"):  # 最多 6国, 不超过 6国: the tail is called 至多
        tailed = re.sub(r"[，,]\s*(?:最多|最高|最长|不超过|不多于|上限)\s*为?\s*", "，至多 ", text)
        tailed = re.sub(r"[，,]\s*(?:最少|最低|不少于|不低于|下限)\s*为?\s*", "，至少 ", tailed)
        if tailed != text:
            yield tailed
        if not re.search("[＝=]", text):  # 补贴面积 为 面积
            yield re.sub(r"^(\S+)\s*(?:为|是|等于|：|:)?\s+(?=\S)", r"\1 ＝ ", text)
    if (new := re.sub(rf"^{label}\s*[为是:：]?\s*", "", text)) != text:
        yield new
    yield from _balanced(text)


def _denied(text: str, known: Iterable[str]) -> Iterator[str]:
    """不 甲, 没有 甲, 注册地不在南沙: what is denied is written 非."""
    yield re.sub(r"(?:(?<=^)|(?<=[\s，,（(]))(?:不是|不属于|没有|未|不|无)\s*(?=[^\s，,）)])(?!为|低|超|高|少|多|等|满)", "非 ", text)
    names = set(known)
    for match in re.finditer(r"[^\s，,；;（）()]+", text):
        for denial in re.finditer("不是|不|未|没有|没|非", match[0]):
            bare = match[0][: denial.start()] + match[0][denial.end() :]
            with_is = match[0][: denial.start()] + "是" + match[0][denial.end() :]
            for name in (bare, with_is):
                if name in names:
                    yield text[: match.start()] + f"非 {name}" + text[match.end() :]


def _joined(text: str, known: Iterable[str]) -> Iterator[str]:
    """Words that a blank cut in two: 不 低于, 上市奖 核定金额, 企业 年度."""
    whole = {*known, *keywords()}
    for match in re.finditer(r"(?<=[^\s，,；;、（）()＝=])[ \t　]+(?=[^\s，,；;、（）()＝=])", text):
        left = re.search(r"[^\s，,；;、（）()＝=]+$", text[: match.start()])
        right = re.match(r"[^\s，,；;、（）()＝=]+", text[match.end() :])
        if left and right and left[0] + right[0] in whole:
            yield text[: match.start()] + text[match.end() :]


def _members(text: str, place: Place) -> Iterator[str]:
    """类别 为 甲，乙，领域 为 丙: what goes on with members goes on with 、; so does what stands in one pair of brackets."""
    members = set(place.scope.members())
    pieces = re.split(r"([，,；;/]\s*)", text)
    if (new := _listed(text, members)) != text:
        yield new
    out = pieces[0]
    for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        first = re.match(r"[^\s）)、；;]*", piece)
        alone = first is not None and first[0] in members and piece[first.end() : first.end() + 1] in ("", "、", "）", ")")
        out += ("、" if alone and re.search(r"(?:为|、|[（(])\s*[^\s，,]*$", out) else mark) + piece
    if out != text:
        yield out
    for match in re.finditer(r"[（(]([^（）()]*)[）)]", text):
        inner = re.sub(r"\s*[，,；;/]\s*", "、", match[1])
        if inner != match[1]:
            yield text[: match.start(1)] + inner + text[match.end(1) :]


def _listed(text: str, members: set[str]) -> str:
    """省级和市级: members joined by a word are joined by 、."""

    def split(match: re.Match[str]) -> str:
        parts = re.split("以及|[和与及或]", match[0])
        return "、".join(parts) if len(parts) > 1 and match[0] not in members and all(x in members for x in parts) else match[0]

    return re.sub(r"[^\s，,；;、（）()]+", split, text)


def _balanced(text: str) -> Iterator[str]:
    folded = canonical(text)
    opened, closed = folded.count("("), folded.count(")")
    if opened == closed + 1:
        yield text.rstrip() + "）"
        for match in re.finditer(r"\s(?=[或且]\s)|[，,]", text):
            yield text[: match.start()] + "）" + text[match.start() :]
    if closed == opened + 1:
        for match in reversed(list(re.finditer(r"[)）]", text))):
            yield text[: match.start()] + text[match.end() :]
        yield "（" + text
        for match in re.finditer(r"[，,；;]\s*|[“\"]", text):
            yield text[: match.end()].rstrip("“\"") + "（" + text[match.end() :]


def _marks(text: str, start: str) -> Iterator[str]:
    """Separators that were left out or taken for one another."""
    for mark in "，,、；;/／。":
        for other in "、，；":
            if mark in text and canonical(mark) != canonical(other):
                yield text.replace(mark, other)
    for match in re.finditer("[，,、；;/／。]", text):
        for other in ("、", "，", "；", " 或 ", " 且 "):
            if canonical(match[0]) != canonical(other) and (match[0] not in "，," or other != " 或 "):  # ， is 且
                yield text[: match.start()] + other + text[match.end() :]
    for match in re.finditer(r"\s(?=(?:已用|至多|至少|自|止于|凭|记入|事项|依|届满|已得)(?:\s|$|即|补))", text):
        yield text[: match.start()] + "，" + text[match.end() :]
    for match in re.finditer("[，,]\\s*", text) if start == "exception" else ():
        yield text[: match.start()] + " 的" + text[match.start() :]
    for match in re.finditer(r"[，,]\s*(?=[^\s\d，,；;]+\s*$)", text) if start in ("limit", "count_limit", "definition") else ():
        yield text[: match.end()] + "已用 " + text[match.end() :]
    for match in re.finditer(r"(?<!\S)(?=\S+\s*[（(])|(?<=\s)(?=\S+\s*[（(])", text):
        yield text[: match.start()] + "按 " + text[match.start() :]


# -- wordings that a person should look at --------------------------------------------------------------------

_PHRASES = (
    (r"以及|及", "且"), (r"(?<=\s)[并和与](?=\s)", "且"), (r"(?<=\s)[和与](?=\s)", "或"),
    (r"^(?:如果|若|当)\s*(.+?)\s*[，,]?\s*(?:那么|则|时[，,])\s*", r"\1 的，"), (r"(?:再给|另给|给予|另加)\s*", ""), (r"的部分|左右", ""),
)
_BOUND_WORDS = {"上限": (r"(?:不超过|不高于|最高|至多|最多|封顶)\s*(?:为|给予|补贴)?\s*", "<="),
                "下限": (r"(?:不低于|不少于|至少|最低|最少)\s*(?:为|给予|补贴)?\s*", ">=")}


def _drifted(text: str, label: str) -> Iterator[Edit]:
    """上限：企业年度 不超过 5万元: the label says it already. Only one bound may go: two caps are two lines."""
    if label == "上限" and (new := re.sub(r"(?<=\s)(?:超过|高于)\s*(?=\d\S*$)", "", text)) != text:
        yield Edit(new, drops=">")
    pattern, kind = _BOUND_WORDS.get("上限" if label == "限次" else label, ("", ""))
    if pattern and len(re.findall(pattern, text)) == 1 and not re.search(r"[，,]", text[: re.search(pattern, text).start()]):  # type: ignore[union-attr]
        yield Edit(re.sub(pattern, "", text), form=True, drops=kind)


def _wordings(text: str, label: str, enums: list[str]) -> Iterator[str]:
    for pattern, replacement in _PHRASES:
        if (new := re.sub(pattern, replacement, text)) != text:
            yield new
    if (new := _last_unit(text)) != text:
        yield new
    if (new := re.sub(r"(?<=[^\W\d])\s+(?=\d[\d.]*[%‰])", " 的 ", text)) != text:
        yield new
    if (new := re.sub(r"(\S+)\s*不在\s+(\S+\s*至\s*[^\s，,；;）)]+)", r"非 （\1 在 \2）", text)) != text:
        yield new
    if (new := re.sub(r"按\s*(?=[（(])", "按 ？", text)) != text:
        yield from (new.replace("？", n) for n in enums)


def _last_unit(text: str) -> str:
    """国际标准 100、国家标准 40、行业标准 20万元: the last unit is everybody's."""
    units = re.findall(r"\d(万?元|%)", text)
    return re.sub(r"(\d)(?=\s*[、，；;）)]|$)", rf"\1{units[-1]}", text) if units else text


def _numbers(text: str, words: str, place: Place) -> Iterator[Edit]:
    """A number with the unit that it lacks; one of the law only where it has the same digits."""
    said = law_numbers(words)
    if (new := re.sub(r"(?<=\d)[,，](?=\d)", "", text)) != text:
        yield Edit(new)  # 30,0000元
    if (new := _per_unit(text, place)) != text:
        yield Edit(new)
    written = list(re.finditer(r"\d(?:[\w.%‰/:]|,(?=\d{3}))*", canonical(text)))
    if (new := re.sub(r"\s*[×*]\s*(?=\d\S*[%‰:]\S*$)", " 的 ", text)) != text:
        yield Edit(new)
    if (new := re.sub(r"本年\s+(\S+)\s*([－-])\s*\S+$", r"本年 \1 \2 上年 \1", text)) != text:
        yield Edit(new)
    if (new := re.sub(r"(?<=为 )(?:首次|第一次)", "1", re.sub(r"(?<=为 )第?[二两]次", "2", text))) != text:
        yield Edit(new, frees=True)
    for match in written:
        typed = canonical(text)[match.start() : match.end()].rstrip("./")

        def at(form: str, match: re.Match[str] = match, typed: str = typed) -> str:
            return text[: match.start()] + form + text[match.start() + len(typed) :]

        literal = parse_literal(typed)
        for law in said:
            form = rule_form(law.kind, canonical(law.text).replace(" ", ""))
            if form and form != typed and digits(form) == digits(typed):
                yield Edit(at(form))
        if literal is None and (form := _only_one(typed, text, said)):
            yield Edit(at(form), frees=True)
        if literal is not None and literal.type == MONEY_TYPE:
            for unit in ("国", "件", "人", "部", "家", "项", "㎡", "月", "㎡·月"):
                yield Edit(at(f"{typed}/{unit}"))
        if re.fullmatch(r"0\.\d+", typed):
            yield Edit(at(f"{_percent(typed)}%"), frees=True)
        if re.fullmatch(r"\d+(?:\.\d+)?(?:万|亿)?", typed):
            ends = "元" if typed[-1] in "万亿" else "万元"
            units = ("年",) if re.fullmatch(r"(19|20|21)\d\d", typed) else (ends, "元", "%", "㎡", "年", "件", "国", "次", "人", "家", "月")
            yield from (Edit(at(typed + unit)) for unit in units)
        if literal is not None and typed[-1] not in "%‰" and (bare := re.match(r"[\d.,]+[万亿]?(?!:)", typed)) and bare[0] != typed:
            yield from (Edit(at(bare[0] + unit)) for unit in _units(place) if bare[0] + unit != typed)
    if len(written) > 1 and all(re.fullmatch(r"(19|20|21)\d\d", m[0]) for m in written):
        yield Edit(re.sub(r"(\d{4})(?!年)", r"\1年", text))


def _only_one(typed: str, text: str, said: list[Found]) -> str:
    """For what is no number, the one number of its kind that the law has here and the line has not: 1: → 1:0.5."""
    kind = RATE if re.search("[:%‰]", typed) else DAY if "年" in typed and "月" in typed else ""
    forms = {rule_form(n.kind, canonical(n.text).replace(" ", "")) for n in said if n.kind == kind}
    left = {f for f in forms if f and not re.search(rf"(?<![\d.:]){re.escape(f)}(?![\d.:])", canonical(text))}
    return left.pop() if len(left) == 1 else ""


def _per_unit(text: str, place: Place) -> str:
    """8万元 × 博士人数 ＋ 5万元 × 硕士人数: each amount by the unit of what it is multiplied with."""

    def per(match: re.Match[str]) -> str:
        fact = place.scope.fact(match[3])
        unit = str(fact.field.type) if fact and isinstance(fact.field.type, NumberType) and fact.field.type.unit else ""
        return f"{match[1]}/{unit}{match[2]}{match[3]}" if unit else match[0]

    return re.sub(r"(\d[\d.,]*[万亿]?元)(\s*[×*]\s*)([^\s，,；;、（）()＋－]+)", per, text)


def _units(place: Place) -> list[str]:
    """The units of the facts in sight, and money."""
    fields = [f for t in place.scope.schema.tables for f in t.fields if isinstance(f.type, NumberType)]
    return list(dict.fromkeys(["元", *(str(f.type) for f in fields if f.type.unit and str(f.type)), "%"]))  # type: ignore[union-attr]


def rule_form(kind: str, text: str) -> str:
    """How a number of the law is written in a rule: 150万元, 5%, 1:0.5, 3年."""
    if parse_literal(text) is not None:
        return text
    found = spelled(text if kind in (MONEY, RATE) else text.replace("个国家", "国").replace("个月", "月"))
    return found if parse_literal(found) is not None else ""


def _percent(text: str) -> str:
    whole, _, part = text.partition(".")
    shown = (whole + part[:2].ljust(2, "0")).lstrip("0") or "0"
    rest = part[2:].rstrip("0")
    return shown + (f".{rest}" if rest else "")


def _two_in_one(run: str, known: list[str]) -> bool:
    inside = [name for name in known if len(name) > 1 and name in run]
    return any(other in run.replace(name, " ", 1) for name in inside for other in inside)


def _names(text: str, known: list[str], place: Place, spared: Collection[str] = ()) -> Iterator[str]:
    """One word replaced by a known one that looks or sounds like it; a word put before a name."""
    runs = [m for m in re.finditer(r"[^\s，,；;、（）()＝=＋+×÷－]+", text) if not m[0][0].isdigit()]
    words = sorted(keywords())
    for match in runs:
        if match[0] in spared or (match[0] not in known and _two_in_one(match[0], known)):
            continue  # a name that stands is not the misspelt one; of two names written in one neither may be lost
        for name in [*nearest(match[0], [*known, *place.parts], 6, 0.4), *nearest(match[0], words, 3, 0.45)]:
            if not re.search(rf"(?<![^\s，,、（(]){re.escape(name)}(?![^\s，,、）)])", text):
                yield text[: match.start()] + name + text[match.end() :]
    for match in re.finditer(r"[^\s，,；;（）()]+、[^\s，,；;（）()]+", text):
        for name in nearest(match[0], known, 2, 0.5) if not _two_in_one(match[0], known) else ():
            yield text[: match.start()] + name + text[match.end() :]
    for match in runs:
        for before in ("本年", "上年"):
            yield text[: match.start()] + f"{before} {text[match.start():]}"
        for after in ("当年", "次年"):
            yield text[: match.end()] + f" {after}" + text[match.end() :]


_RANKED = re.compile(r"(\S+)\s*(高于|不低于|以上|低于|不高于|超过)\s*([^\s，,；;、（）()]+)")


def _ranked(text: str, place: Place) -> Iterator[str]:
    """级别 不低于 北京市级: an enumeration is not ranked; its members are named."""
    for match in _RANKED.finditer(text):
        field = place.scope.fact(match[1].split("，")[-1].split(",")[-1])
        members: tuple[str, ...] = getattr(field.field.type, "members", ()) if field else ()
        if match[3] not in members:
            continue
        at = members.index(match[3])
        chosen = {"高于": members[:at], "超过": members[:at], "不低于": members[: at + 1], "以上": members[: at + 1],
                  "低于": members[at + 1 :], "不高于": members[at:]}[match[2]]
        name = match[1].split("，")[-1].split(",")[-1]
        lead = match[1][: len(match[1]) - len(name)]
        yield text[: match.start()] + f"{lead}{name} 为 {'、'.join(chosen)}" + text[match.end() :]


def _needless(text: str, place: Place) -> Iterator[str]:
    """国际领先 高于 0元: what is 是 or 否 is held against nothing."""
    for match in re.finditer(r"([^\s，,；;（）()]+)\s+(?:高于|超过|多于|为|等于)\s+(?:0\S*|是)(?=$|[\s，,；;）)])", text):
        fact = place.scope.fact(match[1])
        if fact and isinstance(fact.field.type, BoolType):
            yield text[: match.start()] + match[1] + text[match.end() :]


def _fields(text: str, place: Place) -> Iterator[str]:
    """A fact of the item in place of another that does not fit there."""
    item = [f.name for f in place.scope.item.fields] if place.scope.item else []
    base = place.scope.schema.top_of_role("基准年度")
    for match in re.finditer(r"[^\s，,；;、（）()＝=＋+×÷－]+", text):
        for name in [*item, *([base.name] if base else [])] if match[0] in {*item, *place.scope.names()} else ():
            if name not in text.split():
                yield text[: match.start()] + name + text[match.end() :]


def _drops(text: str) -> Iterator[str]:
    """One word too many."""
    for match in re.finditer(r"\S+\s*", text):
        yield (text[: match.start()] + text[match.end() :]).strip()
