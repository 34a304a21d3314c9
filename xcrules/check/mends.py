"""What a faulty line was probably meant to be: small edits are tried until the line has a meaning.

Every edit is one that people need (a full stop at the end, 150 without its unit, （ and 【, 或者 for 或); a
candidate counts only if the whole line then parses and types without a finding. Edits of form become fixes;
edits that touch numbers or names are only said. Decides nothing and changes nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from attrs import evolve, frozen

from .. import program as p
from .. import syntax as s
from ..datatypes import EnumType, NumberType, parse_literal
from ..diagnostic import Diagnostic, Fix
from ..labels import LABELS
from ..nearest import nearest
from ..parse.grammar import parse_line
from ..source import Source, Span, canonical
from . import rules
from .expressions import Reader
from .lint_numbers import MONEY, RATE, law_numbers, number
from .report import Report
from .rules import Place
from .scope import Scope
from .words import keywords, line_splits

MONEY_TYPE = NumberType((("元", 1),))
MAX_TRIES = 600  # per line with a fault
MAX_LENGTH = 400  # longer lines are not tried
_SHOWN = 2
_GENERAL = ("E203", "E205", "E206", "E301", "E302", "E305", "E308")  # whose help says nothing particular

Edit = tuple[str, bool]  # the new content, and whether only its form changed


@frozen
class Mend:
    """A content that would have a meaning."""

    text: str
    sure: bool


def rule_of(line: s.Line, words: str, place: Place) -> tuple[p.Rule | None, list[Diagnostic]]:
    """As rules.rule_of; where the line has a fault, its first finding also says what was probably meant."""
    rule, found = rules.rule_of(line, words, place)
    if rule is not None and not found:
        found = _subject_findings(line, place)
    if not found or len(line.text) > MAX_LENGTH or any(d.code in ("E902", "E421", "E442", "E443", "E445") for d in found):
        return rules.rule_of(line, words, place)
    if alike := _alike(line, words, place):
        return (None if line.label != "对象" else rule), [alike]
    mends = list(_mends(line, words, place))
    if not mends:
        return rules.rule_of(line, words, place)
    return (None if line.label != "对象" else rule), [_advised(found[0], line, mends)]


_TWINS = {"○": "圆圈", "〇": "汉字〇", "◯": "圆圈", "O": "字母 O", "o": "字母 o", "Ｏ": "字母 O", "О": "俄文字母", "Ο": "希腊字母", "ο": "希腊字母",
          "l": "字母 l", "I": "字母 I", "｜": "竖线", "ー": "日文长音符", "—": "破折号", "―": "横线", "‐": "连字符", "‑": "连字符", "‒": "横线", "一": "汉字一",
          "∶": "比号", "︰": "竖排冒号", "﹪": "小百分号"}  # fmt: skip
_DIGIT_TWINS = re.compile(r"(?<=\d)[○〇◯OoＯОΟο]+|(?<=\d)[lI｜](?=[\d万亿%元])")
_DASH_TWINS = re.compile(r"(?<=\s)[ー—―‐‑‒一](?=\s)")
_COLON_TWINS = re.compile(r"(?<=\d)[∶︰](?=\d)|(?<=\d)﹪")


def _alike(line: s.Line, words: str, place: Place) -> Diagnostic | None:
    """A character that only looks like the right one: 1○万元, 甲 ー 乙, 1∶1."""
    text = line.text
    mended = _DIGIT_TWINS.sub(lambda m: ("0" if m[0][0] not in "lI｜" else "1") * len(m[0]), text)
    mended = _COLON_TWINS.sub(lambda m: "%" if m[0] == "﹪" else ":", _DASH_TWINS.sub("－", mended))
    at = next((i for i, (a, b) in enumerate(zip(text, mended, strict=True)) if a != b), None)
    if at is None or not _means_something(line, mended, words, place):
        return None
    return Diagnostic("E207", f"「{text[at]}」是{_TWINS.get(text[at], '另一个字')}，不是「{mended[at]}」", line.content.part(at, at + 1),
                      f"写成 {line.label}：{mended}", fixes=(Fix(f"改为 {mended}", line.content, mended),))  # fmt: skip


def _subject_findings(line: s.Line, place: Place) -> list[Diagnostic]:
    report = Report(line)
    rules.subject_condition(line, Reader(_own_scope(line, place), report, "subject"))
    return report.found


def _own_scope(line: s.Line, place: Place) -> Scope:
    """A 对象 line opens the scope of its own table."""
    if isinstance(line.body, s.Subject):
        return evolve(place.scope, item=place.scope.table(line.body.name.text))
    return place.scope


def _advised(finding: Diagnostic, line: s.Line, mends: list[Mend]) -> Diagnostic:
    """The finding with the likely contents: a fix where only the form changes and just one is likely."""
    shown = mends[:_SHOWN]
    fixes = tuple(Fix(f"改为 {m.text}", line.content, m.text) for m in shown if m.sure)
    guess = "是不是 " + "，或者 ".join(f"{line.label}：{m.text}" for m in shown) + "？"
    particular = finding.help and finding.code not in _GENERAL and not finding.help.startswith("例如")
    if finding.help.startswith("改成"):
        return finding
    keep = finding.code in ("E306", "E412", "E402", "E406", "E318") and (finding.fixes or finding.help)
    if finding.code == "E202" and (not finding.fixes or any(finding.fixes[0].text.strip() == m.text for m in mends)):
        return finding
    if keep:
        return finding
    return evolve(finding, help=f"{guess}{finding.help}" if particular else guess, fixes=fixes or _plain(finding, line))


def _plain(finding: Diagnostic, line: s.Line) -> tuple[Fix, ...]:
    """The finding's own fixes, none of which may be called the only mend when a better one was found."""
    return finding.fixes if len(finding.fixes) > 1 else ()


def _mends(line: s.Line, words: str, place: Place) -> Iterator[Mend]:
    """Contents that have a meaning, the likeliest first."""
    tried: set[str] = {line.text}
    found = 0
    for text, sure in islice(_candidates(line, words, place), MAX_TRIES):
        text = text.strip()
        if text in tried:
            continue
        tried.add(text)
        if _means_something(line, text, words, place):
            yield Mend(text, sure and _same_logic(line.text, text))
            found += 1
            if found == _SHOWN + 1:
                return


def _same_logic(before: str, after: str) -> bool:
    """Whether an edit leaves 或, 且 and the grouping alone; where it does not, only a person may choose it."""
    folded = canonical(before)
    return folded.count("(") == folded.count(")") and all(before.count(w) == after.count(w) for w in "或且")


def _means_something(line: s.Line, text: str, words: str, place: Place) -> bool:
    body, error = parse_line(line.label, text)
    if error is not None:
        return False
    source = Source("改", text)
    new = evolve(line, content=Span(source, 0, len(text)), body=body, error=None, raw="")
    rule, found = rules.rule_of(new, words, place)
    return rule is not None and not found and not _subject_findings(new, place)


# -- edits, the likeliest first ------------------------------------------------------------------------


def _candidates(line: s.Line, words: str, place: Place) -> Iterator[Edit]:
    text = line.text
    start = LABELS[line.label].start or ""
    known = [*known_names(place), *(("分", "角", "元", "百元", "万元") if start == "rounding" else ())]
    item = place.scope.item
    enums = [f.name for f in item.fields if isinstance(f.type, EnumType)] if item else []
    forms = list(dict.fromkeys(islice(_forms(text, line.label, enums), 40)))
    yield from ((f, True) for f in forms)
    for form in [text, *forms]:
        yield from ((x, True) for x in line_splits(start, form, [*known, *place.parts]))
    numbered = list(dict.fromkeys(chain.from_iterable(_numbers(f, words) for f in [text, *forms[:6]])))
    yield from ((x, False) for x in numbered)
    for form in [text, *forms[:8]]:
        yield from ((x, True) for x in _marks(form, start))
    yield from ((re.sub(r"\s*(?:高于|低于|不低于|不超过|超过|等于)\s*\S+$", "", text), False) for _ in (0,))
    for form in [text, *forms[:8], *numbered[:4]]:
        yield from ((x, False) for x in _scopes(form, start, place))
        yield from ((x, False) for x in _names(form, known, place))
    for form in [text, *forms[:4]]:
        yield from ((x, False) for x in _drops(form))


def known_names(place: Place) -> list[str]:
    scope = place.scope
    item = [f.name for t in scope.schema.nested for f in t.fields] if scope.item is None else []
    return list(dict.fromkeys([*scope.names(), *scope.members(), *(t.name for t in scope.schema.nested), *item]))


_BRACKETS = str.maketrans("【】｛｝{}《》〈〉[]〔〕", "（）（）（）（）（）（）（）")
_WORDS = (
    (r"或者(?:是)?", "或"), (r"并且|而且|以及|及", "且"), (r"(?<=\s)[并和与](?=\s)", "且"), (r"(?<=\s)[和与](?=\s)", "或"),
    (r"\s*乘以?\s*", " × "), (r"\s*除以\s*", " ÷ "), (r"\s*加上?\s*(?=\S)", " ＋ "), (r"\s*减去?\s*", " － "),
    (r"^(?:如果|若|当)\s*(.+?)\s*[，,]?\s*(?:那么|则|时[，,])\s*", r"\1 的，"), (r"(?:再给|另给|给予|另加)\s*", ""), (r"的部分|左右|封顶$", ""),
    (r"帐", "账"), (r"己", "已"), (r"(?<=为 )(?:首次|第一次)", "1"), (r"(?<=为 )第?[二两]次", "2"),
    (r"已经用|已使用|己用", "已用"), (r"其它", "其他"), (r"大于等于|不少于|不小于|≥|>=", "不低于"), (r"小于等于|不大于|≤|<=", "不超过"),
    (r"大于|多于|>", "高于"), (r"小于|少于|<", "低于"), (r"(?<=\S)\s*(?:属于|是)\s+", " 为 "), (r"\*|x(?=\s|\d)|Ｘ", " × "),
)  # fmt: skip
_BOUND_WORDS = re.compile(r"(?:不超过|不高于|最高|至多|最多|不低于|不少于|至少|最低)\s*(?:为|给予|补贴)?\s*")
_ZERO = re.compile(r"(?<=\d)[oOОοＯ〇○]+|[oOОοＯ〇○](?=\d)")


def _last_unit(text: str) -> str:
    """国际标准 100、国家标准 40、行业标准 20万元: the last unit is everybody's."""
    units = re.findall(r"\d(万?元|%)", text)
    return re.sub(r"(\d)(?=\s*[、，；;）)]|$)", rf"\1{units[-1]}", text) if units else text


def _forms(text: str, label: str, enums: list[str]) -> Iterator[str]:
    """Other marks and spellings for the same thing."""
    cut = re.sub(r"[。．.；;，,、\s]+$", "", text)
    if cut != text.rstrip():
        yield cut
    plain = re.sub("[“”\"‘’']", "", cut)
    for new in (text.translate(_BRACKETS), text.translate(str.maketrans("“”‘’", "（）（）")), plain, _zeros(text), _spelled(text)):
        if new != text:
            yield new
    for pattern, replacement in _WORDS:
        if (new := re.sub(pattern, replacement, text)) != text:
            yield new
    if match := re.fullmatch(r"由\s*([^\s，,]+?)\s*核定\s*[，,]?\s*(?:记入\s*(\S+))?", text) if label == "裁量" else None:
        yield f"由 {match[1]} 核定" + (f"，记入 {match[2]}" if match[2] else "")
    if (new := _last_unit(text)) != text:
        yield new
    if (new := re.sub(r"按\s*(?=[（(])", "按 ？", text)) != text:
        yield from (new.replace("？", n) for n in enums)
    if label in ("设定", "定义"):  # 最多 6国, 不超过 6国: the tail is called 至多
        tailed = re.sub(r"[，,]\s*(?:最多|最高|最长|不超过|不多于|上限)\s*为?\s*", "，至多 ", text)
        tailed = re.sub(r"[，,]\s*(?:最少|最低|不少于|不低于|下限)\s*为?\s*", "，至少 ", tailed)
        if tailed != text:
            yield tailed
    if LABELS[label].start in ("limit", "count_limit") and (new := _BOUND_WORDS.sub("", text)) != text:
        yield new
    if (new := re.sub(rf"^{label}\s*[为是:：]?\s*", "", text)) != text:
        yield new
    yield from _balanced(text)


def _zeros(text: str) -> str:
    text = _ZERO.sub(lambda m: "0" * len(m[0]), text)
    return re.sub(r"(?<=\d)[lIｌ|](?=\d)|(?<=\d)[lI](?=[万亿%元])", "1", text)


_CN = "〇零一二两三四五六七八九十百千"


def _spelled(text: str) -> str:
    """五十万元 → 50万元, 百分之五 → 5%, 100W → 100万元, 1比0.5 → 1:0.5."""
    text = re.sub(rf"百分之([{_CN}\d.]+)", lambda m: f"{number(m[1])}%" if m[1][0] in _CN else f"{m[1]}%", text)
    text = re.sub(rf"([{_CN}])成", lambda m: f"{number(m[1]) * 10}%", text)
    text = re.sub("(?<![一-鿿])(?:一半|半数)", "50%", text)
    text = re.sub(rf"(?<![一-鿿])([{_CN}]+)(?=[万亿元年次国件家人部月])", lambda m: str(number(m[1])), text)
    text = re.sub(rf"(?<=连续)([{_CN}]+)年", lambda m: f" {number(m[1])}年 ", text)
    text = re.sub(r"(\d)\s*比\s*(\d)", r"\1:\2", text)
    text = re.sub(r"(\d+)[wWＷ](?![A-Za-z])", r"\1万", text)
    text = re.sub(r"(\d+(?:\.\d+)?万?)\s*[员远圆园块](?:钱)?", r"\1元", text)
    text = re.sub(r"(\d)\s+(?=[万亿元%])", r"\1", text)
    text = re.sub(r"(\d[万亿])(?![元美亿\w])", r"\1元", text)
    text = re.sub(r"元?\s*(?:每个?|／|/)\s*国家?", "元/国", text)
    text = re.sub(r"(\d)期", r"\1年", text)
    return re.sub(r"(?<!\d)((?:19|20|21)\d\d)年?\s*[-—~～至到]\s*((?:19|20|21)\d\d)年?", r"在 \1年 至 \2年", text)


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
            if canonical(match[0]) != canonical(other):
                yield text[: match.start()] + other + text[match.end() :]
    for match in re.finditer(r"\s(?=(?:已用|至多|至少|自|止于|凭|记入|事项|依|届满|已得)(?:\s|$|即|补))", text):
        yield text[: match.start()] + "，" + text[match.end() :]
    for match in re.finditer("[，,]\\s*", text):
        yield text[: match.end()] + "已用 " + text[match.end() :]
        if start == "exception":
            yield text[: match.start()] + " 的" + text[match.start() :]
    for match in re.finditer(r"(?<!\S)(?=\S+\s*[（(])|(?<=\s)(?=\S+\s*[（(])", text):
        yield text[: match.start()] + "按 " + text[match.start() :]


def _numbers(text: str, words: str) -> Iterator[str]:
    """A number replaced by one that the law's words above the line say; a bare share written as a percentage."""
    said = law_numbers(words)
    written = list(re.finditer(r"\d(?:[\w.%‰/:]|,(?=\d{3}))*", canonical(text)))
    for match in re.finditer(r"\s*[×*]\s*\d\S*$", text):
        yield from (f"{text[: match.start()]} 的 {rule_form(RATE, canonical(n.text))}" for n in said if n.kind == RATE)
    yield re.sub(r"本年\s+(\S+)\s*([－-])\s*\S+$", r"本年 \1 \2 上年 \1", text)
    for match in written:
        typed = canonical(text)[match.start() : match.end()].rstrip("./")
        literal = parse_literal(typed)
        for law in sorted(said, key=lambda n: _digits(n.text) != _digits(typed)):
            form = rule_form(law.kind, canonical(law.text).replace(" ", ""), literal is not None)
            if form and form != typed:
                yield text[: match.start()] + form + text[match.start() + len(typed) :]
        if literal is not None and (digits := re.match(r"[\d.]+", typed)):
            for unit in ("元", "%", "万元"):
                yield text[: match.start()] + digits[0] + unit + text[match.start() + len(typed) :]
        if literal is not None and literal.type == MONEY_TYPE:
            for unit in ("国", "件", "人", "部", "家", "项", "㎡", "月", "㎡·月"):
                yield text[: match.start()] + f"{typed}/{unit}" + text[match.start() + len(typed) :]
        if re.fullmatch(r"0\.\d+", typed):
            yield text[: match.start()] + f"{_percent(typed)}%" + text[match.start() + len(typed) :]
        if re.fullmatch(r"\d+(?:\.\d+)?(?:万|亿)?", typed):
            units = ("年",) if re.fullmatch(r"(19|20|21)\d\d", typed) else ("万元", "元", "%", "年", "件", "国", "次")
            for unit in units:
                yield text[: match.start()] + typed + unit + text[match.start() + len(typed) :]
    if len(written) > 1 and all(re.fullmatch(r"(19|20|21)\d\d", m[0]) for m in written):
        yield re.sub(r"(\d{4})(?!年)", r"\1年", text)


def _digits(text: str) -> str:
    found = re.match(r"[\d.:]+", canonical(text))
    return found[0].rstrip(":") if found else ""


def rule_form(kind: str, text: str, whole: bool = True) -> str:
    """How a number of the law is written in a rule: 150万元, 5%, 1:0.5, 3年."""
    if parse_literal(text) is not None:
        return text
    if kind in (MONEY, RATE):
        found = _spelled(text)
        return found if parse_literal(found) is not None else ""
    found = _spelled(text.replace("个国家", "国").replace("个月", "月"))
    return found if parse_literal(found) is not None else ""


def _percent(text: str) -> str:
    whole, _, part = text.partition(".")
    digits = (whole + part[:2].ljust(2, "0")).lstrip("0") or "0"
    rest = part[2:].rstrip("0")
    return digits + (f".{rest}" if rest else "")


def _scopes(text: str, start: str, place: Place) -> Iterator[str]:
    """上限 and 限次 whose reach is in other words."""
    if start not in ("limit", "count_limit"):
        return
    texts = [f.name for f in (place.scope.item.fields if place.scope.item else ()) if str(f.type) == "文字"]
    reaches = ["单项", "企业年度", "企业终身", *(f"同一 {n} 年度" for n in texts), *(f"合计 {r}" for r in ("企业年度",)), "各分项 企业年度"]
    if same := re.search(r"同一\s*(\S+)", text):
        yield from (text[: same.start(1)] + n + text[same.end(1) :] for n in texts)
    first, _, rest = text.strip().partition(" ")
    if first == "分别":
        yield f"各分项 {rest}"
    spoken = {"个": "同一", "每": "同一", "年度": "年度", "一次性": "企业终身", "终身": "企业终身", "项": "单项", "企业年度": "企业年度",
              "分别": "各分项", "各": "各分项", "版权": "单项", "项目": "单项", "每年": "企业年度", "每年度": "企业年度", "同一企业": "企业年度"}  # fmt: skip
    said = max((k for k in spoken if k in first), key=len, default="")
    wanted = [spoken[k] for k in spoken if k in first and (k not in said or k == said)]
    for reach in sorted(reaches, key=lambda r: -max((r.count(w) for w in wanted), default=0)):
        if any(w in reach for w in wanted) or nearest(first, [reach]):
            yield f"{reach} {rest}"
    for match in re.finditer(r"\d", text):
        for reach in reaches:
            yield f"{reach} {text[match.start():]}"
        break


def _names(text: str, known: list[str], place: Place) -> Iterator[str]:
    """One word replaced by a known one that looks or sounds like it, or fits its place; words put before a name."""
    runs = [m for m in re.finditer(r"[^\s，,；;、（）()＝=＋+×÷－]+", text) if not m[0][0].isdigit()]
    words = sorted(keywords())
    for match in runs:
        for name in [*nearest(match[0], [*known, *place.parts], 6, 0.3), *nearest(match[0], words, 3, 0.45)]:
            if not re.search(rf"(?<![^\s，,、（(]){re.escape(name)}(?![^\s，,、）)])", text):
                yield text[: match.start()] + name + text[match.end() :]
    for match in re.finditer(r"[^\s，,；;（）()]+、[^\s，,；;（）()]+", text):
        for name in nearest(match[0], known, 2, 0.5):
            yield text[: match.start()] + name + text[match.end() :]
    base = place.scope.schema.top_of_role("基准年度")
    for match in runs if base else ():
        yield text[: match.start()] + (base.name if base else "") + text[match.end() :]
    for match in runs:
        for before in ("本年", "上年"):
            yield text[: match.start()] + f"{before} {text[match.start():]}"
    item = [f.name for f in place.scope.item.fields] if place.scope.item else []
    for match in runs:
        for name in item if match[0] in known else ():
            if name != match[0]:
                yield text[: match.start()] + name + text[match.end() :]
    yield from _ranked(text, place)


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
                  "低于": members[at + 1 :], "不高于": members[at:]}[match[2]]  # fmt: skip
        name = match[1].split("，")[-1].split(",")[-1]
        lead = match[1][: len(match[1]) - len(name)]
        yield text[: match.start()] + f"{lead}{name} 为 {'、'.join(chosen)}" + text[match.end() :]


def _drops(text: str) -> Iterator[str]:
    """One word too many."""
    for match in re.finditer(r"\S+\s*", text):
        yield (text[: match.start()] + text[match.end() :]).strip()
    for match in re.finditer(r"\s*(?:高于|低于|不低于|不超过|超过|为)\s*\S+$", text):
        yield text[: match.start()]
