"""What identifies: marks of matters, names of persons and units, clause numbers. One normal form for all of them.

Two texts are one identity if their normal forms are equal; what is shown stays as typed. A character that nobody
sees is never part of an identity (it is refused where facts are read), nor is a word that says "nothing".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from attrs import frozen

from .nearest import SIMPLE, nearest
from .numerals import HAN, chinese, chinese_number

# -- characters ---------------------------------------------------------------------------------------------

# rare 汉字 of names may be private (U+E000…) or carry an ideographic variation selector: those are seen, and may stand
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\uffff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
UNSEEN_NAMES = {"\u00a0": "不换行空格", "\u200b": "零宽空格", "\u200c": "零宽不连字", "\u200d": "零宽连字", "\u2060": "零宽连接符", "\ufeff": "字节次序标记", "\u00ad": "软连字符",
                "\u202e": "从右到左的控制符", "\u200e": "左右方向标记", "\u200f": "右左方向标记", "\u2028": "行分隔符", "\u2029": "段分隔符", "\ufffd": "替换字符（原来的字已丢失）"}
_VARIANTS = re.compile("[\U000e0100-\U000e01ef]")
_NUMBERED_YEAR = re.compile(r"[(\[【〔『「{〈《<]((?:19|20)\d\d)[)\]】〕」』}〉》>]")  # 京科发〔2023〕5号, for which keyboards have no bracket of its own
_LOOKS = {**dict.fromkeys("‐‑‒–—―−﹣~～_", "-"), **dict.fromkeys("[【〔「『{〈《<", "("), **dict.fromkeys("]】〕」』}〉》>", ")"),
          **dict.fromkeys("•・‧∙⋅●", "·"), **dict.fromkeys("\"'`“”‘’", "'"), **dict.fromkeys("。、，；:;", ","),
          **dict.fromkeys("○〇零oоο", "0"), **dict.fromkeys("il|ıіι", "1"), **dict(zip("авесрхуктмнѕј", "abecpxyktmhsj", strict=True)),
          **dict(zip("αβερχυκτμηνζ", "abepxyktmhnz", strict=True))}
_LOOKS_ALIKE = SIMPLE | str.maketrans(_LOOKS)
_SAYING = re.compile(r"[^\W_]")
_NOUGHTS = re.compile(r"(?<!\d)0+(?=\d)")
MOST_LOOKED_AT = 200  # a longer text is no mark; it is compared, but nobody is told that it looks like another


def invisible(text: str) -> str:
    """What to call the first character of a text that nobody sees, such as 零宽空格（U+200B）; empty if there is none."""
    match = None if text.isascii() and text.isprintable() else _UNSEEN.search(text)
    if match is None:
        return ""
    char = match[0]
    name = "半个字符（编码坏了）" if "\ud800" <= char <= "\udfff" else UNSEEN_NAMES.get(char) or unicodedata.name(char, "控制字符")
    return f"{name}（U+{ord(char):04X}）"


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """The form in which identities are compared: width, compatibility forms and case folded, all blanks left out, the year of a document in one kind of bracket."""
    return _normal(text)


def _normal(text: str) -> str:
    form, last = _VARIANTS.sub("", text), None
    while form != last:  # a mark may find a new letter to stand on when a blank goes
        form, last = "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", form).casefold()).split()), form
    return _NUMBERED_YEAR.sub(r"(\1)", form)


def normals(texts: Sequence[str]) -> list[str]:
    """The normal form of each of these texts."""
    return _of_each(_normal, texts)


def _of_each(made: Callable[[str], str], texts: Sequence[str]) -> list[str]:
    """What is made of each text, made of all at once: it must not reach over a NUL."""
    all_ = made("\0".join(texts)).split("\0")
    return all_ if len(all_) == len(texts) else [*map(made, texts)]  # one has a NUL itself


@lru_cache(maxsize=8192)
def looks(text: str) -> str:
    """A wider form: texts that differ only in dashes, brackets, quotes, leading zeros, letters of one shape or 凱 for 凯 share it.

    They stay two identities; a person should be told.
    """
    return _look(normal(text)).rstrip(",.")


def _look(form: str) -> str:
    return _NOUGHTS.sub("", form.translate(_LOOKS_ALIKE))


# -- words for nothing --------------------------------------------------------------------------------------

NOTHING = frozenset(
    ("无", "没有", "暂无", "尚无", "无此项", "无事项", "无标识", "无编号", "无名称", "无事项标识", "暂缺", "空", "空白", "未填", "未填写", "不填", "无内容", "无数据",
     "n/a", "na", "n.a.", "n.a", "#n/a", "none", "null", "nil", "nan", "nat", "<na>", "undefined", "(无)", "(空)", "(空白)", "(暂无)")
)
_NONE_OF_IT = re.compile("(?:目前|暂时?|尚|并)?(?:无|没有)(?:此|该|相关|有关)?(?:事项|项目|标识|编号|名称|文号|批号|号|代码|码|内容|数据|记录|信息|姓名|情况|项)*|x{2,}|(?:本[栏项格])?(?:不用|不需|无需|不必|免)?填写?|(?:本[栏项格])?不填写?")  # 无标识号, 暂时没有编号
UNKNOWN_WORDS = frozenset(("未知", "不详", "不明", "不清楚", "待定", "待填", "待补", "待补充", "待查", "待核", "tbd", "unknown", "?", "??"))
DITTO = frozenset(("同上", "同前", "同左", "同上行", "同上一行", "〃", "″", '"', "''", "′′", "ditto", "见上", "见附件", "详见附件", "见附表", "略",
                   "是", "否", "有"))  # 事项标识：有
_ELSEWHERE = re.compile(r"(?:详见|参见|见附|见后附|见备注|见说明|见合同).*|同上一?[行笔项条栏格人个]|同(?:序号|第)?\d+[号行笔项条]?")
_SEVERAL = re.compile("[、;,]")  # P1、P2: two marks in one cell, or a name with a comma
_ROUNDED = re.compile(r"\d(?:\.\d+)?e\+\d+")  # 9.11E+17, as Excel writes a long number into a CSV file


def is_for_nothing(word: str) -> bool:
    """Whether a word in the normal form stands for nothing, whatever signs are around it: 无, -无-, 暂无编号."""
    bare = word if word.isalnum() else re.sub(r"^\W+|\W+$", "", word)
    return word in NOTHING or bare in NOTHING or _NONE_OF_IT.fullmatch(bare) is not None


def says_nothing(text: str) -> bool:
    """Whether a text names nothing: empty, a word for nothing or for not knowing, zeros, or no letter and no digit at all."""
    return _nothing(normal(text).rstrip("。."))


def _nothing(word: str) -> bool:
    if word in UNKNOWN_WORDS or is_for_nothing(word):
        return True
    return word not in DITTO and (not word.strip("0.") or (_SAYING.search(word) is None and not _private(word)))


def points_elsewhere(text: str) -> bool:
    """Whether a text says where its meaning stands, as 同上 does, or answers a question, and is no identity by itself."""
    return _elsewhere(normal(text).rstrip("。."))


def _elsewhere(word: str) -> bool:
    return word in DITTO or _ELSEWHERE.fullmatch(word) is not None


def _no_name(word: str) -> bool:
    return _elsewhere(word) or _ROUNDED.fullmatch(word) is not None or _nothing(word) or _SEVERAL.search(word) is not None


def pieces(text: str) -> list[str]:
    """The several marks that a text may hold, in the normal form; none where it holds one."""
    found = [*filter(None, _SEVERAL.split(normal(text)))] if len(text) < MOST_LOOKED_AT else []
    return found if len(found) > 1 else []


def rounded(text: str) -> bool:
    """Whether a text is a long number of which only the first digits are left."""
    return _ROUNDED.fullmatch(normal(text)) is not None


def _forms(texts: Sequence[str]) -> list[tuple[str, str] | None]:
    """The two forms of each of these texts; None where something is to be said of it."""
    forms, unseen = normals(texts), invisible("\n".join(texts))
    return [
        None
        if (unseen and invisible(text)) or _no_name(form.rstrip("。.")) or (form == "不适用" and text != form)
        else (form, look.rstrip(",.") if len(text) < MOST_LOOKED_AT else form)
        for text, form, look in zip(texts, forms, _of_each(_look, forms), strict=True)
    ]


def all_plain(texts: Iterable[str]) -> bool:
    """Whether nothing is to be said of these texts: no two of them are one identity, or look like one."""
    distinct = [*set(texts)]
    forms = _forms(distinct)
    return None not in forms and len({f[0] for f in forms if f}) == len({f[1] for f in forms if f}) == len(distinct)


def plain_forms(texts: Iterable[str]) -> list[int]:
    """For each of these texts a number, the same for those that are one identity or look like one; -1 where something is to be said of it."""
    groups, given = dict[str, int](), [*texts]
    return [-1 if found is None or len(text) >= MOST_LOOKED_AT else groups.setdefault(found[1], len(groups))
            for text, found in zip(given, _forms(given), strict=True)]


def _private(word: str) -> bool:
    return any("\ue000" <= ch <= "\uf8ff" or ch >= "\U000f0000" for ch in word)


# -- clause numbers -----------------------------------------------------------------------------------------

_NUMBER = re.compile(rf"((?:附表?\d*|正文)-)?((?:附则)?\d+|{HAN}+)(之[一二三四五六七八九十]+)?((?:(?<={HAN})\d+)?(?:\((?:\d+|{HAN}+)\)\d*)*)")
_CIRCLED = re.compile("[\u2460-\u2473\u2488-\u249b\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf\u00b2\u00b3\u00b9\u2070-\u209c]")  # NFKC makes 3① to 31


def one_width(text: str) -> str:
    """What is to be read as a number or a day, its width folded; with the mark of a note in it as it stands: 50000① is not 500001."""
    return text.strip() if _CIRCLED.search(text) else unicodedata.normalize("NFKC", text).strip()


def is_under(number: str, other: str) -> bool:
    """Whether a clause is a 款 of another, however deep."""
    if not other or number == other or not number.startswith(other):
        return False
    return number[len(other)] == "(" or other.endswith(")") or (number[len(other)].isascii() and not other[-1].isascii())  # 一1 of 一


@frozen(eq=False)
class Unclear:
    """A text that is no clause number of this policy: why, and what it may have been meant for, which takes long to find."""

    reason: str
    text: str
    known: ClauseNames

    @property
    def close(self) -> tuple[str, ...]:
        """What looks like it, likeliest first."""
        return _close(self.text, self.known) if self.text else ()

    @property
    def help(self) -> str:
        return f"是不是「{'」「'.join(map(short_name, self.close))}」？" if self.close else ""


class _Names(NamedTuple):
    numbers: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]


class ClauseNames(_Names):
    """The clause numbers of a policy and the names of the 分项 of each clause that has any."""

    @cached_property
    def keys(self) -> dict[str, tuple[str, str]]:
        """Every number, and every number with its part (3(2)首次), to (number, part)."""
        found = {number: (number, "") for number in self.numbers}
        for number in self.numbers:
            for part in self.parts.get(number, ()):
                found.setdefault(number + part, (number, part))
        return found

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """What a row of earlier grants may name: a clause without 分项, or a part."""
        return tuple(key for key, (number, part) in self.keys.items() if part or number not in self.parts)

    def through(self, first: str, last: str) -> tuple[str, ...]:
        """第三条 至 第六条: the numbers from one to the other as the law has them, with what is beneath these; none where they stand the other way round."""
        start, end = ([i for i, n in enumerate(self.numbers) if n == x or is_under(n, x)] for x in (first, last))
        return self.numbers[start[0] : end[-1] + 1] if start and end else ()

    def article(self, text: str) -> str:
        """What has 款 beneath it, as 一 and 第一条 call it; what is no such thing as the law would number it."""
        listed = bool(self.numbers) and not any(n[:1].isascii() for n in self.numbers)
        return self._articles.get(normal(text)) or (normal(text) if listed else in_figures(text))

    @cached_property
    def _articles(self) -> dict[str, str]:
        """Each way to call what stands above clauses, as `spellings` has it for these."""
        above = dict.fromkeys(n[:end] for n in self.numbers for end in range(1, len(n)) if is_under(n, n[:end]))
        found = {normal(number): number for number in above}
        for number in above:
            for spelt in _spellings(number):
                if found.setdefault(spelt, number) != number and normal(found[spelt]) != spelt:
                    found[spelt] = ""
        return found

    def with_parts(self, number: str) -> tuple[str, ...]:
        """The keys of a clause's parts; none if it has no 分项."""
        return tuple(number + part for part in self.parts.get(number, ()))

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Each way to write a key that means it and nothing else, in the normal form; "" where it could mean two."""
        found: dict[str, str] = {normal(key): key for key in self.keys}
        for key, (number, part) in self.keys.items():
            for spelt in _spellings(number):
                for tail in _tails(normal(part)) if part else ("",):
                    if found.setdefault(spelt + tail, key) != key and normal(found[spelt + tail]) != spelt + tail:
                        found[spelt + tail] = ""
        return found


def clause_key(text: str, known: ClauseNames) -> str | Unclear:
    """The clause (3(1)), or clause and part (3(2)首次), that a text means.

    ３(1), "3(1) ", 3（1）, 第三条（一） and 三（一） all mean 3(1). What could be guessed but is not written so, as 3.1 or
    3-1, is Unclear and says what to write.
    """
    if text in known.keys:
        return text
    if seen := invisible(text):
        return Unclear(f"里有看不见的字符：{seen}", _UNSEEN.sub("", text), known)
    spelt = normal(text)
    if not spelt:
        return Unclear("是空的", "", known)
    if len(spelt) <= 80 and not _CIRCLED.search(text) and (key := known.spellings.get(spelt)):
        return key
    return Unclear("不是这个政策的款", text, known)


def _close(text: str, known: ClauseNames) -> tuple[str, ...]:
    """The keys with the same figures in it, else those that look like it."""
    spelt = normal(_CIRCLED.sub(lambda m: f"({normal(m[0])})", text))[:80]
    if spelt in known.spellings:
        return (known.spellings[spelt],) if known.spellings[spelt] else ()
    figures = _figures(spelt)
    same = [key for key in known.keys if figures and _figures(normal(key)) == figures and ("附则" in key) == ("附则" in spelt)]
    named = [key for key in same if known.keys[key][1] and normal(known.keys[key][1]) in spelt]
    bare = [key for key in same if not known.keys[key][1]]
    return tuple(named or bare or same or nearest(spelt, known.keys))[:3]


_NUMERALS = {chinese(n): n for n in range(1, 200)}


def _figures(text: str) -> tuple[int, ...]:
    """The whole numbers in a text, 三 and 十二 too."""
    return tuple(int(w) if w.isdigit() and w.isascii() else chinese_number(w) for w in re.findall(rf"[0-9]{{1,9}}|{HAN}+", text)
                 if w.isascii() or w.replace("零", "〇") in _NUMERALS)


def figures_of(number: str) -> tuple[int, ...]:
    """Of a clause number its figures, the annex first: 0, 2 and 1 of 2(1) and 二(一), 1, 2 and 1 of 附1-2(1); 附则5 is behind every article."""
    annex, dash, rest = normal(number).replace("附则", "9999999,").rpartition("-")
    return ((_figures(annex) or (1,))[0] if dash else 0, *_figures(rest)) if _figures(rest) else (0, 0)


def in_figures(text: str) -> str:
    """A clause number as it is written in the rules: 第三条(二) is 3(2). What is no number stays."""
    figures = re.sub(rf"{HAN}+(?=条|\(|\)|$)", lambda m: str(_figures(m[0])[0]) if _figures(m[0]) else m[0], normal(text))
    return re.sub(r"第?(\d+)条((?:之[一二三四五六七八九十]+)?)(?:第?(?=\())?", r"\1\2", figures)


def is_numbered(name: str) -> bool:
    """Whether a name of a 分项 could be the end of a clause number: 2 and (2) could, behind 3 or 3(1); 2次 could not."""
    return re.fullmatch(rf"(?=[0-9(之])(?:之{HAN}+)?\d*[.、]?(?:\((?:\d+|{HAN}+)\)\d*)*[款项目]?", normal(name)) is not None


def _spellings(number: str) -> Iterator[str]:
    """What a clause may be called: 第三条(二), 三(二), 3(2)款 …; of a deeper piece each level in its forms."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return
    annex, article, inserted, beneath = match[1] or "", match[2], match[3] or "", re.findall(r"\([^()]*\)|\d+", match[4])
    tails = [""]
    for place, piece in enumerate(beneath):
        value = _figures(piece)[0]
        forms = [spelt for word in _words(value) for spelt in _inner(word)] if piece[0] == "(" else [f"{value}", f"{value}.", f"{value}、", f"{value}目"]
        tails = [tail + spelt for tail in tails for spelt in (forms if place < 2 else forms[:2])]
    if not article[-1].isascii() and not (annex or inserted):
        yield from (tail for tail in tails if re.match(r"\([^\W\d]", tail))  # （七） where the pieces are numbered on from 一、 to 二、
    for word in _words(_figures(article)[0]):
        if word.isascii() and beneath and beneath[0][0] != "(":
            continue  # 11 would not be 一1
        heads: tuple[str, ...] = (word, f"{word}条", f"第{word}条", f"{word}、", f"第{word}")
        if article.startswith("附则"):
            heads = tuple(f"附则{x}" for x in (*heads, f"{word}.", f"第{word}款", f"第{word}项", *_inner(word)))
        if inserted:
            heads = (f"{word}{inserted}", f"{word}条{inserted}", f"第{word}条{inserted}")
        for head in heads:
            for said in _annexes(annex):
                yield from (said + head + tail for tail in tails)


def _annexes(annex: str) -> tuple[str, ...]:
    """附1-, 附件1, 附件一 of an annex."""
    kind, _, number = annex.rstrip("-").partition("附表" if annex.startswith("附表") else "附")
    if not annex or kind:
        return (annex, kind) if annex else ("",)
    name = "附表" if annex.startswith("附表") else "附件"
    return (annex, *(f"{name}{word}" for word in (_words(int(number)) if number else ("",))))


def _words(number: int) -> Iterable[str]:
    """12 and 十二; 102, 一百〇二 and 一百零二."""
    spelt = chinese(number) if 0 < number < 10_000 else ""
    return dict.fromkeys(x for x in (str(number), spelt, spelt.replace("〇", "零")) if x)


def _inner(word: str) -> Iterator[str]:
    for form in (f"({word})", f"第({word})"):
        yield from (form, f"{form}款", f"{form}项")


def _tails(part: str) -> Iterable[str]:
    return (part, f"·{part}", f"-{part}", f":{part}", f"、{part}", f",{part}", f"({part})")


_PIECES = re.compile(r"(?:(附表?)(\d*)-|(正文)-)?(?:(\d+)(之[一二三四五六七八九十]+)?|([一二三四五六七八九十百〇]+|附则\d+))((?:(?<=[一二三四五六七八九十百〇])\d+)?(?:\([^()]*\)\d*)*)(.*)")


def clause_name(number: str) -> str:
    """What a clause is called in a sentence: 第二条（一）; 第三条（二）首次; 附件1第二条（一）; 附则5（1）; a word that is no number stays as it is."""
    match = _PIECES.fullmatch(number)
    if match is None:
        return number
    annex, which, main, article, inserted, listed, beneath, part = match.groups()
    text = f"{'附表' if annex == '附表' else '附件'}{which}" if annex else main or ""
    head = f"第{chinese(int(article)).replace('〇', '零')}条{inserted or ''}" if article else listed
    inner = beneath.replace("(0)", "")
    if article:  # the first level beneath is （一）, deeper ones are figures
        inner = re.sub(r"^\((\d+)\)", lambda m: f"({chinese(int(m[1]))})", inner)
    return text + head + inner.replace("(", "（").replace(")", "）") + part


def short_name(number: str) -> str:
    """2(1) on a terminal; where the law says 二、（一） also there 二（一）."""
    return number if re.match(r"(附表?\d*-)?\d", number) else clause_name(number)
