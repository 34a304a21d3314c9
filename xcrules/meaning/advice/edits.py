"""Small edits that people need, each with a name, what it changes and what it costs: a mark taken for another, a unit left
out, 或者 for 或, a name misspelt.

EDITS is the whole of it. search.py tries them by cost; what none of them may touch is said by keeps.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from attrs import frozen

from xcrules.base.money import PLACES
from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft.syntax import RESULTS
from xcrules.facts.types import BoolType, DateType, EnumType
from xcrules.meaning.expressions.words import keywords, line_splits
from xcrules.meaning.lint.numbers import digits

from . import tokens
from .around import NAME, Around, Changes, each
from .awaited import awaited_words
from .figures import numbers, only_number
from .spelling import spelled

_WORD = r"[^\s，,；;、（）()＝=]+"


# -- form: marks, spelling, blanks -----------------------------------------------------------------------

_SPELLINGS = (
    (r"或者(?:是)?", "或"), (r"\s*乘以?\s*", " × "), (r"\s*除以\s*", " ÷ "),
    (r"\s*加上?\s*(?=\S)", " ＋ "), (r"\s*减去?\s*", " － "), (r"帐", "账"), (r"己", "已"), (r"其它", "其他"),
    (r"[大高多晚]于或?等于|不小于|≥|>=", " 不低于 "), (r"[小低少早]于或?等于|不大于|≤|<=", " 不超过 "),
    (r"(?<=\S)\s*(?:属于|是)\s+", " 为 "), (r"\*|x(?=\s|\d)|Ｘ|X(?=\s)", " × "), (r"(?:不满|不足|不到|未到|未足|低于|少于)\s*(?=\d+(?:年|个?月|天|日))", " 未满 "), (r"满了|已满", "满"),
    (r"的(?=\d)", " 的 "), (r"(?<=\d)。(?=\d)", "."), (r"((?:不?(?:低|少|高|超)[于过]|达到|满)\s*[^\s，,；;]+?)及?以[上下内](?=$|[\s，,；;])", r"\1"), (r"(?<=[\d)）])[，,]\s*(?=\d{1,2}(?:[（(，,\s]|$))", "、"), (r"(?<=[^\W\d])\s*[：:]\s*(?=\S)", " "),
    (r"(?<=为)\s*(?:负|[—–―]+)\s*(?=\d)", " －"), (r"(?<=为)\s*[（(]\s*(\d[^）)]*)[）)]", r" －\1"),
    (r"(?<=[）)])(?=[^\W\d])", " "), (r"(?<![.\w])(\d{4})年度?\s*(?:的\s*)?([^\W\d]\w*)(?=\s+为)", r"\2.\1"),
)
_BRACKETS = str.maketrans("【】｛｝{}《》〈〉[]〔〕", "（）（）（）（）（）（）（）")
_QUOTES = str.maketrans("“”‘’", "（）（）")
_TAILS = ((r"[，,]\s*(?:最多|最高|最长|至多)?(?:最多|最高|最长|不超过|不多于|不高于|不大于|上限)\s*为?\s*", "，至多 "), (r"[，,]\s*(?:最少|最低|不少于|不低于|不小于|下限)\s*为?\s*", "，至少 "))


def _forms(text: str, around: Around) -> Iterator[str]:
    """Other marks and spellings for the same thing."""
    cut = re.sub(r"[。．.；;，,、\s]+$", "", text)
    yield _OF_NUMBERS.sub(lambda m: f"{m[1]} {_OF_DAYS[next(k for k in (3, 4, 5, 6) if m[k])]} " if _is_day(m[1], around) else m[0], text)
    yield re.sub(r"(?<=[（(；;，,])\s*([√✓✔])\s*|(?<=[（(；;，,])\s*[×✗✕✘]\s*", lambda m: "是 " if m[1] else "否 ", text)
    yield from (text.translate(_BRACKETS), text.translate(_QUOTES), re.sub("[“”\"‘’']", "", cut), spelled(text))
    if "期" not in around.words:  # else so many instalments are what the law says
        yield re.sub(r"(?<=\d)期", "年", text)
    for pattern, replacement in _SPELLINGS:
        yield " ".join(re.sub(pattern, replacement, text).split())
    if around.label == "裁量" and (match := re.fullmatch(r"由\s*([^\s，,]+?)\s*核定\s*[，,]?\s*(?:(记入|按)\s*(\S.*))?", text)):
        yield f"由 {match[1]} 核定" + (f"，{match[2]} {spelled(match[3])}" if match[2] else "")
    if around.start == "payment":
        yield re.sub(r"(?<=%)\s*[，,]\s*(?=\d)", "、", re.sub(r"^分\s*(\d+)\s*[年期]\s*[，,]?\s*按?\s*(?=\d)", r"分 \1年 按 ", text))
    if around.start == "rounding" and (place := re.search("|".join(sorted(PLACES, key=len, reverse=True)), text)) and (way := re.search("四舍五入|四舍六入|截尾|进位", text)):
        yield f"到 {place[0]} {way[0]}"  # 四舍五入精确到元
    if around.label == "表述":
        yield re.sub(r"[\s，,、；;]*反向[\s：:]*(?=\S)", "，反向 ", text)
    if around.start == "definition":
        tailed = re.sub(*_TAILS[1], re.sub(*_TAILS[0], text))
        yield from (tailed, text if re.search("[＝=]", text) else re.sub(r"^(\S+)\s*(?:为|是|等于|：|:)?\s+(?=\S)", r"\1 ＝ ", text))  # 补贴面积 为 面积
    yield re.sub(rf"^{around.label}\s*[为是:：]?\s*", "", text)
    yield from _balanced(text)


_OF_NUMBERS = re.compile(r"([^\s，,；;（）()＝=]+?)\s*((不[小少低]于|[大高多晚]于或?等于|>=|≥)|(不[大多高]于|不超过|[小低少早]于或?等于|<=|≤)|([大多高]于|超过|[>＞])|([小少低]于|不满|[<＜]))\s*(?=\S)")
_OF_DAYS = {3: "不早于", 4: "不晚于", 5: "晚于", 6: "早于"}


def _is_day(name: str, around: Around) -> bool:
    fact = around.fact(name)
    return isinstance(fact.type, DateType) if fact else name.endswith(("日期", "之日"))


def _balanced(text: str) -> Iterator[str]:
    """A bracket that was left out, at each place where it may belong."""
    folded = canonical(text)
    missing = folded.count("(") - folded.count(")")
    if missing == 1:
        yield text.rstrip() + "）"
        yield from each(r"\s(?=(?:[或且×÷]|不?(?:等于|低于|高于|少于|多于|超过)|达到)\s)|[，,]", r"）\g<0>", text)
    if missing == -1:
        yield from reversed(list(each(r"[)）]", "", text)))
        yield "（" + text
        yield from each(r"[，,；;]\s*|[“\"]", lambda m: m[0].rstrip("“\"") + "（", text)


def _denied(text: str, around: Around) -> Iterator[str]:
    """不 甲, 没有 甲, 注册地不在某地: what is denied is written 非."""
    yield re.sub(r"(?:(?<=^)|(?<=[\s，,（(]))(?:不是|不属于|没有|未|不|无)\s*(?=[^\s，,）)])(?!为|低|超|高|少|多|等|满)", "非 ", text)
    yield re.sub(r"(?<=[\s，,（(])(?:除去|除|不含|不包括|排除)\s*([^\s，,；;（）()]+?)(?:\s*(?:以外|之外|外))?(?=$|[\s，,；;）)])", r"非 \1", text)
    yield re.sub(r"([^\s，,；;（）()]+)\s+(?:不成立|不满足|为假)(?=$|[\s，,；;）)])", r"非 \1", text)
    names = set(around.known)
    for match in re.finditer(r"[^\s，,；;（）()]+", text):
        for denial in re.finditer("(?:并|尚|从)?(?:不是|不|未|没有|没|非)", match[0]):
            before, behind = match[0][: denial.start()], match[0][denial.end() :]
            yield from (text[: match.start()] + f"非 {n}" + text[match.end() :] for n in (before + behind, f"{before}是{behind}") if n in names)


def _members(text: str, around: Around) -> Iterator[str]:
    """类别 为 甲，乙，领域 为 丙: what goes on with members goes on with 、; so does what stands in one pair of brackets."""
    members = set(around.scope.members())
    any_of = "|".join(map(re.escape, sorted(members, key=len, reverse=True)))
    if any_of:  # 省级和市级, 省级 或 市级, 省级 市级
        yield re.sub(rf"(?<![^\s（(、和与及或])({any_of})(?:\s*(?:以及|[和与及或])\s*|\s+)(?=(?:{any_of})(?:$|[\s，,；;、）)和与及或](?!\s*不?为\s)))", r"\1、", text)
    pieces = re.split(r"([，,；;/]\s*)", text)
    out = pieces[0]
    for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        first = re.match(r"[^\s）)、；;]*", piece)
        alone = first is not None and first[0] in members and piece[first.end() : first.end() + 1] in ("", "、", "）", ")")
        out += ("、" if alone and re.search(r"(?:为|、|[（(])\s*[^\s，,]*$", out) else mark) + piece
    yield out
    yield from each(r"(?<=[（(])[^（）()]*(?=[）)])", lambda m: re.sub(r"\s*[，,；;/]\s*", "、", m[0]), text)


def _splits(text: str, around: Around) -> Iterator[str]:
    """Words that were run together, and words that a blank cut in two: 不 低于, 上市奖 核定金额."""
    names = [*around.known, *around.place.parts]
    yield from line_splits(around.start, text, names, around.scope.schema.units)
    whole = {*names, *keywords()}
    for match in re.finditer(rf"(?<={_WORD[:-1]})[ \t　]+(?={_WORD[:-1]})", text):
        left, right = re.search(rf"{_WORD}$", text[: match.start()]), re.match(_WORD, text[match.end() :])
        if left and right and left[0] + right[0] in whole:
            yield text[: match.start()] + text[match.end() :]


def _marks(text: str, around: Around) -> Iterator[str]:
    """Separators that were left out or taken for one another."""
    for mark in "，,、；;/／。":
        yield from (text.replace(mark, other) for other in ("、", "，", "；", " 或 ") if canonical(mark) != canonical(other) and (mark not in "，," or other != " 或 "))
    for match in re.finditer("[，,、；;/／。]", text):
        for other in ("、", "，", "；", " 或 ", " 且 ", " ＋ ", " "):
            if (
                canonical(match[0]) != canonical(other)
                and (match[0] not in "，," or other != " 或 ")
                and not (other == " ＋ " and re.match(r"\s*\d", text[match.end() :]))
            ):  # ， is 且; 分别 5万元、3万元 are no sum
                yield text[: match.start()] + other + text[match.end() :]
    yield from each("[，,]\\s*", r" 的\g<0>", text) if around.start in ("exception", "standard") else ()
    yield from each(r"[，,]\s*(?=[^\s\d，,；;]+\s*$)", r"\g<0>已用 ", text) if around.start in ("limit", "count_limit", "definition") else ()


def _not_reached(text: str, around: Around) -> Iterator[str]:
    if around.start == "highest":
        yield re.sub("[＞>→]+", "、", text)  # 国家级＞省级
    yield re.sub(r"\s*(?:没有达到|未达到?|达不到)\s*(?=\d)", " 低于 ", text)
    for zero in ("0元", "0", "0%"):
        yield re.sub(r"\s*(?:为|是|大于)?\s*(?:正数?|大于零)(?=$|[\s，,；;）)])", f" 高于 {zero}", text)


# -- wordings that a person should look at --------------------------------------------------------------------

_BOUND_WORDS = {"上限": r"(?:不超过|不高于|最高|至多|最多|封顶)\s*(?:为|给予|补贴)?\s*", "下限": r"(?:不低于|不少于|至少|最低|最少)\s*(?:为|给予|补贴)?\s*"}
_BOUND_WORDS |= {"限次": _BOUND_WORDS["上限"], "从高": r"\s*[取就择][其最]?高(?:的|者)?\S{0,2}$"}


def _said_by_label(text: str, around: Around) -> Iterator[str]:
    """上限：企业年度 不超过 5万元: the label says it already. Only one bound may go: two caps are two lines."""
    pattern = _BOUND_WORDS.get(around.label)
    words = list(re.finditer(pattern, text)) if pattern else []
    if len(words) == 1 and not re.search(r"[，,]", text[: words[0].start()]):
        yield text[: words[0].start()] + text[words[0].end() :]


def _above_in_cap(text: str, around: Around) -> Iterator[str]:
    if around.label == "上限":
        yield re.sub(r"(?<=\s)(?:超过|高于)\s*(?=\d\S*$)", "", text)


_CLAUSE = r"(?:第[一二三四五六七八九十百\d]+条(?:[（(][一二三四五六七八九十\d]+[）)])*|\d+[（(]\d+[）)])"
_PHRASES = (
    (r"(\S+)\s+[与和同]\s*(\S+?)\s*(?:相同|一致|相等|相符)(?=$|[\s，,；;）)])", r"\1 为 \2"), (r"(?<!\S)本[条项](?=\s*的\s)", "本款"),
    (rf"({_CLAUSE})\s*(?:[、，]?[到至]|[-—－~～]+)\s*(?={_CLAUSE})", r"\1 至 "), (r"^((?:[^，,；;（(]|[（(][^（）()]*[）)])*?)\s*[，,；;]\s*(?=(?:或者?|且)\s)", r"\1 "),
    (r"(?:如果|若|当)\s*(\S+?)\s*[，,]?\s*(?:那么|则|为|取|的[，,]?)\s*(\S+?)\s*[，,；;]?\s*(?:否则|不然|反之|其他)\s*(?:则|为|取)?\s*(\S+)", r"按 \1（是 \2；否 \3）"),
    (r"^(?:按照?)?\s*(.+?)\s*的?\s*(\d[\d.]*[%‰])\s*的?(?:比例)?(?:给予|计算|计|补|奖)?\S{0,3}$", r"\1 的 \2"),
    (rf"({_CLAUSE})\s*(?={'|'.join(RESULTS)})", r"\1 的 "), (rf"({_CLAUSE})(?=\s*(?:$|[，,；;）)＋－×÷]))", r"\1 的 金额"), (r"(?<![第\w])(?=[一二三四五六七八九十百]+条)", "第"),
    (r"以及|及", "且"),
    (r"^(?:如果|若|当)\s*(.+?)\s*[，,]?\s*(?:那么|则|时[，,])\s*", r"\1 的，"), (r"[^\s，,（(、]+(?:、[^\s，,（(、]+?)+(?:中的?任[一意何]\w?|(?:其中)?之一)", lambda m: re.sub("中的?任..?$|(?:其中)?之一$", "", m[0]).replace("、", " 或 ")),
    (r"(?<![^\s，,的])[^\s\d，,；;（(]{1,6}(\d[^\s，,；;（）()]*?[元%年])(?:的?(?:一次性)?(?:资金)?(?:奖励|补[贴助]|资助|支持|配套|比例)\w{0,2})?(?=$|[\s，,])", r"\1"),
    (r"([^\s（(，,]+\s*[＋－+-]\s*[^\s，,]+)(?=\s+(?![＋－+-])\S)", r"（\1）"),
    (r"(\S+)\s*不在\s+(\S+\s*至\s*[^\s，,；;）)]+)", r"非 （\1 在 \2）"),
)


_BEHIND = re.compile(r"([^\W\d]\w*?)\s*(\d[\d.,]*[^\s，,；;、（）()]*?)\s*(?:及|[（(]含(?:本数)?[）)])?以([上下内])(?=$|[\s，,；;）)])")


def _joined_names(text: str, around: Around) -> Iterator[str]:
    """甲并乙: two names and what joins them."""
    names = set(around.known)
    for run in NAME.finditer(text):
        parts = re.split("(并且?|而且|同时|且|以及|[和与及]|或者?)", run[0])
        if len(parts) > 2 and run[0] not in names and names.issuperset(parts[::2]):
            yield text[: run.start()] + " ".join(("或" if x[0] == "或" else "且") if i % 2 else x for i, x in enumerate(parts)) + text[run.end() :]


def _wordings(text: str, around: Around) -> Iterator[str]:
    yield from _joined_names(text, around)
    for pattern, replacement in _PHRASES:
        yield re.sub(pattern, replacement, text)
    yield _BEHIND.sub(lambda m: f"{m[1]} {'不低于' if m[3] == '上' else '不超过'} {m[2]}", spelled(text))  # 开支 10万元以上
    if around.label == "定义":
        yield from (f"{t.name} 的 {text}" for t in around.scope.schema.nested if t.kind == "名单" and any(f.name in text for f in t.fields))  # what each of its items has
    yield from _arms(text, around)
    units = re.findall(r"\d(万?元|%)", text)
    yield re.sub(r"(\d)(?=\s*[、，；;）)]|$)", rf"\1{units[-1]}", text) if units else text  # 100、40、20万元: the last unit is everybody's
    if re.search(r"按\s*(?=[（(])", text) and around.scope.item:
        yield from (re.sub(r"按\s*(?=[（(])", f"按 {f.name}", text) for f in around.scope.item.fields if isinstance(f.type, EnumType))


_ARM = re.compile(r"(?:([^\W\d]\w*)\s+(?:为|是)\s+)?([^\W\d]\w*?(?:、[^\W\d]\w*?)*)(?:\s*的)?\s*[，,]?\s*(\d[^\s，,；;、]*)")


def _arms(text: str, around: Around) -> Iterator[str]:
    """国家级 3万元；省级 1万元, 级别 为 国家级，3万元；级别 为 省级，1万元: what each kind gets is 按 级别（……）."""
    arms = list(_ARM.finditer(text))
    if len(arms) < 2 or re.search(r"[^\s，,；;、]", _ARM.sub("", text)):
        return
    named, members = {m[1] for m in arms} - {None}, {x for m in arms for x in m[2].split("、")} - {"其他"}
    tables = (around.scope.item,) if around.scope.item else around.scope.schema.tables
    for name in (
        f.name for t in tables for f in t.fields if isinstance(f.type, EnumType) and members <= set(f.type.members) and named <= {f.name}
    ):
        yield f"按 {name}（{'；'.join(f'{m[2]} {m[3]}' for m in arms)}）"


def _reaches(text: str, around: Around) -> Iterator[str]:
    """上限 and 限次 whose reach is in the words of people: 每家 for 企业年度, 每个 for 同一."""
    if around.start not in ("limit", "count_limit"):
        return
    if case := _CASE_BEFORE.fullmatch(text):  # 若 个人，企业年度 5台
        yield f"{case[1]} 的，{case[2]}"
    if case := _CASE_BEHIND.fullmatch(text):  # 企业年度 5台，个人 的
        yield f"{case[2]} 的，{case[1]}"
    fields = [f for f in (around.scope.item.fields if around.scope.item else ()) if str(f.type) == "文字"]
    texts = [f.name for f in fields if not f.role] or [f.name for f in fields]
    yield from (re.sub(r"同一\s+(?=(?:年度|终身)\s)", f"同一 {n} ", text) for n in texts)  # which of them are alike was left out
    yield from (re.sub(r"(?<!\S)(?:[每单各]一?个?[人名位]|个人)\s*(?:(每?年度?)|\s)\s*(?:年度\s+)?(?=\S)", f"同一 {n} 年度 ", text) for n in texts)  # 每人每年 1万元
    yield re.sub(r"^(?:每个?|各个|所有)分项", "各分项", text)
    yield re.sub(r"^(\d\S*)\s+(单项|企业年度|企业终身|每[月次]|(?:合计\s+|各分项\s+)?(?:企业年度|企业终身|单项)|同一\s.*)$", r"\2 \1", text)  # 50万元 单项
    if re.match(r"(?:单项|企业年度|企业终身|合计|各分项)\s", text):
        return
    reaches = ["单项", "企业年度", "企业终身", *(f"同一 {n} 年度" for n in texts), "合计 企业年度", "各分项 企业年度"]
    if body := re.fullmatch(r"(.+[、和与].+?)\s*(?:(?:每|单)次\S*)?\s*合计\s+(\D*)(\d.*)", text):  # 第一条、第二条 合计 1万元
        yield from (f"{body[1]} 合计 {reach} {body[3]}" for reach in (("每次", "企业年度") if "次" in text else ("企业年度", "每次", "企业终身")))
    if same := re.search(r"同一\s*(\S+)", text):
        yield from (text[: same.start(1)] + n + text[same.end(1) :] for n in texts)
    first, _, rest = text.strip().partition(" ")
    if around.start == "limit" and re.match("[每单一]次", first):  # 每次申报 1万元, 单次 1万元
        yield f"每次 {rest}"
    if first in around.place.parts:
        yield from (f"{first} {reach} {rest}" for reach in ("企业年度", "单项", "企业终身"))
    if kept := re.match(r"(同一\s*\S+)\s+(\S+)\s+(?=\d)", text):  # 同一 企业名称 累计 3000万元
        yield from (f"{kept[1]} {x} {text[kept.end():]}" for x in ("年度", "终身") if x in _SPOKEN_REACHES.get(kept[2], ""))
    if first in texts:
        yield f"同一 {text.strip()}"
    spoken = max((k for k in _SPOKEN_REACHES if k in first), key=len, default="")
    wanted = [_SPOKEN_REACHES[k] for k in _SPOKEN_REACHES if k in first and (k not in spoken or k == spoken)]
    for reach in sorted(reaches, key=lambda r: -sum(r.count(w) for w in wanted)):
        if any(w in reach for w in wanted) or nearest(first, [reach]):
            yield f"{reach} {rest}"
    if (amount := re.search(r"\d", text)) and "合计" not in text:
        yield from (f"{reach} {text[amount.start():]}" for reach in reaches)


_CASE_BEFORE = re.compile(r"(?:若|如果|对|对于)?\s*([^\d、]+?)\s*(?<!合计)(?<!各分项)(?<!各款)(?:的)?[\s，,]\s*((?:单项|企业年度|企业终身|每次|每月|同一|合计|各分项)\s.*)")
_CASE_BEHIND = re.compile(r"((?:单项|企业年度|企业终身|每次|每月|同一|合计|各分项)\s[^，,]*\d[^，,]*)[，,]\s*(?:只限|限|若|如果)?\s*(.+?)(?:\s*的)?")
_SPOKEN_REACHES = {"个": "同一", "每": "同一", "年度": "年度", "一次性": "企业终身", "终身": "企业终身", "累计": "企业终身", "项": "单项", "企业年度": "企业年度",
                   "分别": "各分项", "各": "各分项", "版权": "单项", "项目": "单项", "每年": "企业年度", "每年度": "企业年度", "全年": "企业年度",
                   "同一企业": "企业年度", "每家": "企业年度"}


_RANKED = re.compile(r"([^\s，,]+)\s*(高于|不低于|以上|低于|不高于|超过)\s*([^\s，,；;、（）()]+)")


def _ranked(text: str, around: Around) -> Iterator[str]:
    """级别 不低于 市级: an enumeration is not ranked; its members are named. 获奖 高于 0元: what is 是 or 否 is held against nothing."""
    for match in _RANKED.finditer(text):
        fact = around.fact(match[1])
        members: tuple[str, ...] = getattr(fact.type, "members", ()) if fact else ()
        if match[3] in members:
            at = members.index(match[3])
            chosen = {"高于": members[:at], "超过": members[:at], "不低于": members[: at + 1], "以上": members[: at + 1],
                      "低于": members[at + 1 :], "不高于": members[at:]}[match[2]]
            yield text[: match.start()] + f"{match[1]} 为 {'、'.join(chosen)}" + text[match.end() :]
    for match in re.finditer(r"([^\s，,；;（）()]+)\s+(?:高于|超过|多于|为|等于)\s+(?:0\S*|是)(?=$|[\s，,；;）)])", text):
        fact = around.fact(match[1])
        if fact and isinstance(fact.type, BoolType):
            yield text[: match.start()] + match[1] + text[match.end() :]


def _one_word_less(text: str, around: Around) -> Iterator[str]:
    yield from (x.strip() for x in each(r"\S+\s*", "", text))


# -- names ----------------------------------------------------------------------------------------------------


def _two_in_one(run: str, known: list[str]) -> bool:
    inside = [name for name in known if len(name) > 1 and name in run]
    return any(other in run.replace(name, " ", 1) for name in inside for other in inside)


def _names(text: str, around: Around) -> Iterator[str]:
    """One word replaced by a known one that looks or sounds like it; a word put before a name.

    A name that stands is not the misspelt one where the text was edited already; of two names written in one neither may be lost.
    """
    known = around.known
    standing = () if around.first else keywords() | frozenset(known)
    yield from (
        text[: m.start()] + n + text[m.end() :]
        for m in NAME.finditer(text)
        for n in around.own
        if n != m[0] and digits(n) and digits(n) == digits(m[0]) and not re.search("[元%万亿]", m[0])
    )  # 3-1 for 3(1)
    runs = [m for m in NAME.finditer(text) if not m[0][0].isdigit()]
    words = sorted(keywords())
    for match in runs:
        if match[0] in standing or (match[0] not in known and _two_in_one(match[0], known)):
            continue
        for name in [*nearest(match[0], [*known, *around.place.parts], 6, 0.4), *nearest(match[0], words, 3, 0.45)]:
            if name in RESULTS or not re.search(rf"(?<![^\s，,、（(]){re.escape(name)}(?![^\s，,、）)])", text):
                yield text[: match.start()] + name + text[match.end() :]
    for match in re.finditer(r"[^\s，,；;（）()]+、[^\s，,；;（）()]+", text):
        for name in nearest(match[0], known, 2, 0.5) if not _two_in_one(match[0], known) else ():
            yield text[: match.start()] + name + text[match.end() :]
    for match in runs:
        yield from (text[: match.start()] + f"{before} {text[match.start():]}" for before in ("本年", "上年"))
        yield from (text[: match.end()] + f" {after}" + text[match.end() :] for after in ("当年", "次年"))


def _another_field(text: str, around: Around) -> Iterator[str]:
    """A fact of the item in place of another that does not fit there."""
    item = [f.name for f in around.scope.item.fields] if around.scope.item else []
    base = around.scope.schema.top_of_role("基准年度")
    for match in NAME.finditer(text):
        for name in [*item, *([base.name] if base else [])] if match[0] in {*item, *around.scope.names()} else ():
            if name not in text.split():
                yield text[: match.start()] + name + text[match.end() :]


# -- the table ------------------------------------------------------------------------------------------------


@frozen
class Edit:
    """One kind of edit: its name, what it changes, its cost and how it is made from a text.

    `follows`: it may also be made of a text that a cheaper edit gave. `frees`: it says the same in other words or is the
    one thing that can stand there, so keeps.py is not asked. `spoken`: bound words of these kinds may go, because the
    label says them. `alone`: counts only where nothing else was found.
    """

    name: str
    changes: Changes
    cost: int
    make: Callable[[str, Around], Iterator[str]]
    follows: bool = False
    frees: bool = False
    spoken: tuple[str, ...] = ()
    alone: bool = False


EDITS = (
    Edit("标点与写法", Changes.FORM, 1, lambda text, around: chain(_forms(text, around), _denied(text, around))),
    Edit("几种情形之间用顿号", Changes.FORM, 2, _members),
    Edit("词与词之间空一格", Changes.FORM, 3, _splits, follows=True),
    Edit("几个词之间漏了标点", Changes.WORDS, 3, tokens.parted),
    Edit("词的次序不对", Changes.WORDS, 4, tokens.moved),
    Edit("多了一个读不懂的词", Changes.WORDS, 4, tokens.one_too_many),
    Edit("栏目已经说了的词", Changes.FORM, 4, _said_by_label, spoken=("<=", ">=")),
    Edit("上限里的超过", Changes.WORDS, 4, _above_in_cap, spoken=(">",)),
    Edit("规则里的说法", Changes.WORDS, 5, _wordings),
    Edit("漏了是哪一栏", Changes.WORDS, 5, tokens.member_alone),
    Edit("每一项怎样称呼", Changes.WORDS, 5, tokens.each_of),
    Edit("这里该有的词", Changes.WORDS, 5, awaited_words, follows=True),
    Edit("数的单位", Changes.NUMBER, 6, numbers, follows=True),
    Edit("只能是这个数", Changes.NUMBER, 6, only_number, follows=True, frees=True),
    Edit("漏了怎样比", Changes.WORDS, 7, tokens.relation_left_out, frees=True),
    Edit("漏了一个词", Changes.WORDS, 7, tokens.left_out),
    Edit("漏了一个逗号", Changes.WORDS, 7, tokens.mark_left_out),
    Edit("漏了一对括号", Changes.WORDS, 7, tokens.pair_left_out),
    Edit("漏了一个数", Changes.NUMBER, 8, tokens.number_left_out, frees=True),
    Edit("分隔的标点", Changes.FORM, 9, _marks, follows=True),
    Edit("范围", Changes.WORDS, 10, _reaches, follows=True),
    Edit("相近的名称", Changes.NAME, 10, _names, follows=True),
    Edit("没有达到写作低于", Changes.FORM, 11, _not_reached, frees=True),
    Edit("枚举不比高低", Changes.WORDS, 12, _ranked, frees=True),
    Edit("多了一个词", Changes.WORDS, 13, _one_word_less, follows=True),
    Edit("只有这个词读得通", Changes.WORDS, 14, tokens.another_word, alone=True),
    Edit("另一栏", Changes.NAME, 15, _another_field, alone=True),
)
