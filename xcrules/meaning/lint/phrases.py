"""The law's phrases and what must stand beneath them: the one table that every comparison of words with lines reads.

A row is read on both sides: `law` are the words of a quote, `lines` those of a line, and what the one says the other
must not contradict. “…” stands for a number. docs/language.md shows the table as it is (a test holds the two equal).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from attrs import frozen

from xcrules.base.codes import Code
from xcrules.base.source import canonical

from .numbers import Mention

COMPARED, PERIOD, REACH, YEAR, TREND, CHOSEN, RANKED, ROUNDED, PAID, GROWN, MEMBER, JOINED, NOT, OLD, NUMBER, PROMISED = (
    "比较", "期间", "范围", "年份", "增减", "取高取低", "先后", "取整", "拨付的起年", "增量", "级别与种类", "或与且", "否定", "新旧", "数", "要有的行")
EITHER, BOTH, LISTED = "或", "且", "并列"
OTHERS = re.compile("其[他它余]|否则")  # what is said behind is not of what was named before


@frozen
class Phrase:
    """One row: a sense within its group, the words of the law for it, the words of a line for it, and the warning where they part."""

    group: str
    sense: str
    law: str  # words, with 、 between
    lines: str
    code: Code

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(canonical(self.law).split("、"))


TABLE = (
    Phrase(NUMBER, "数", "金额、比率、比例、日期、年数、件数（百分之五就是 5%，三年就是 3年）", "同一个数；几个数依原文的次序", Code.NUMBER_NOT_IN_LAW),
    Phrase(NUMBER, "数", "同上", "有一行写到它", Code.LAW_NUMBER_UNUSED),
    Phrase(COMPARED, "不低于", "不少于…、不低于…、不小于…、不短于…、不早于…、不得少于…、不得低于…、不得小于…、不得短于…、不得早于…、不应少于…、不应低于…、不能少于…、不能低于…、至少…、最低…、最少…、达到…、达…、满…、…以上、…及以上、…（含）以上、…（含）及以上、…（含本数）以上、…（含）至、超过…（含）、高于…（含）、大于…（含）", "不少于、不低于、不早于、达到、满、以上、下限", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "高于", "超过…、高于…、多于…、大于…、晚于…、…以上（不含）、…以上（不含本数）、…（不含）以上", "高于、超过、晚于", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "不超过", "不超过…、未超过…、不得超过…、不应超过…、不能超过…、不高于…、不多于…、不大于…、不晚于…、不得高于…、不得多于…、不得大于…、不得晚于…、不应高于…、至多…、最高…、最多…、最高达…、最多达…、最高可达…、最多可达…、最高给予…、最多给予…、…以下、…及以下、…（含）以下、…（含）及以下、…以内、…（含）以内、…内、…封顶、…为限、小于…（含）、低于…（含）、少于…（含）、不足…（含）、不满…（含）", "不超过、不高于、不多于、不晚于、至多、上限", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "低于", "低于…、少于…、不足…、不满…、未满…、小于…、未达到…、达不到…、未达…、早于…、…以下（不含）、…（不含）以下", "低于、少于、不足、不满、未满、早于", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "不低于", "…日以后、…日（含）以后、…日之后、…日后、…日起、…日（含）起、…日以来", "不早于、晚于", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "不超过", "…日以前、…日（含）以前、…日之前、…日前、…日止", "不晚于、早于", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "每满", "每满…、每增加…、每增…、每超过…", "每满", Code.LAW_COMPARES_OTHERWISE),
    Phrase(COMPARED, "至", "至…、-…", "不超过、低于、不满、（不含）", Code.LAW_COMPARES_OTHERWISE),
    Phrase(PERIOD, "年度", "每年、每年度、年度、该年度、单一年度、全年、当年、年资助、年补贴、年补助、年奖励、年支持", "企业年度、同一 某栏 年度", Code.LAW_SPANS_OTHERWISE),
    Phrase(PERIOD, "终身", "一次性、累计、终身、历年", "企业终身、同一 某栏 终身；单项", Code.LAW_SPANS_OTHERWISE),
    Phrase(REACH, "单项", "单项、单个项目、每个项目、单个版权、单笔、每笔、每项、每件、每部、每套、每处、每场、每人、每名", "单项、同一 某栏", Code.LAW_SPANS_OTHERWISE),
    Phrase(REACH, "企业", "单个企业、单家企业、每个企业、每家企业、每户企业、同一企业、同一家企业、一家企业、每户、单户", "企业年度、企业终身、同一 某栏", Code.LAW_SPANS_OTHERWISE),
    Phrase(YEAR, "上年", "上年、上年度、上一年、上一年度、上年末、前一年、前一年度、去年", "上年、－ 1年", Code.LAW_SPANS_OTHERWISE),
    Phrase(YEAR, "次年", "次年、次年度、下一年、下一年度", "次年 起", Code.LAW_SPANS_OTHERWISE),
    Phrase(YEAR, "本年", "本年、本年度、当年、当年度、该年度", "本年", Code.LAW_SPANS_OTHERWISE),
    Phrase(TREND, "增加", "增加、增长、新增、提高、上升、增量、超基数、基数、同比、环比", "增加、增长、上年", Code.LAW_COMPARES_OTHERWISE),
    Phrase(TREND, "减少", "减少、下降、降低、减幅", "减少、下降", Code.LAW_COMPARES_OTHERWISE),
    Phrase(CHOSEN, "低的", "就低、孰低、取低、较低者、低者", "孰低", Code.LAW_COMPARES_OTHERWISE),
    Phrase(CHOSEN, "高的", "就高、孰高、取高、较高者、高者", "孰高", Code.LAW_COMPARES_OTHERWISE),
    Phrase(RANKED, "高的在前", "由高到低、从高到低、由多到少、从多到少、从大到小、由大到小", "从高到低", Code.LAW_COMPARES_OTHERWISE),
    Phrase(RANKED, "低的在前", "由低到高、从低到高、由少到多、从少到多、从小到大、由小到大", "从低到高", Code.LAW_COMPARES_OTHERWISE),
    Phrase(ROUNDED, "截尾", "舍去、截尾、去尾、元的不计", "截尾", Code.LAW_COMPARES_OTHERWISE),
    Phrase(ROUNDED, "四舍五入", "四舍五入", "四舍五入", Code.LAW_COMPARES_OTHERWISE),
    Phrase(ROUNDED, "进位", "进位、进一", "进位", Code.LAW_COMPARES_OTHERWISE),
    Phrase(PAID, "次年起", "核定次年、认定次年、次年起分、次年起拨", "核定次年 起", Code.LAW_SPANS_OTHERWISE),
    Phrase(PAID, "当年起", "核定当年、认定当年、当年起分、当年起拨", "核定年度 起", Code.LAW_SPANS_OTHERWISE),
    Phrase(GROWN, "增加的部分", "新增…、…增量、…增长部分、…增加部分、…新增部分、…增加额、…增长额", "－ 上年 栏；－ 基数", Code.LAW_COMPARES_OTHERWISE),
    Phrase(MEMBER, "级别", "国际、国家级、省级、市级、区级、县级", "为 那一级；按 级别（……）；从高 依 由高到低", Code.LAW_NAMES_OTHERWISE),
    Phrase(MEMBER, "种类", "事实表里列举的情形、名单的名称、是否的名称；甲或乙", "为 那一种；对象：每项 那个名单；甲 或 乙", Code.LAW_NAMES_OTHERWISE),
    Phrase(JOINED, EITHER, "或、或者、/、之一、任一、任意、其中一、含、包括", "或；为 甲、乙", Code.LAW_NAMES_OTHERWISE),
    Phrase(JOINED, LISTED, "以及、及、和、与、;、顿号", "或；，；为 甲、乙", Code.LAW_NAMES_OTHERWISE),
    Phrase(JOINED, BOTH, "且、并、并且、同时、又", "，；且", Code.LAW_NAMES_OTHERWISE),
    Phrase(NOT, "不要", "非…、未…、不…、无…、没…、没有…、未有…、不是…、不属于…、除…、…除外、…以外", "非；不为；除外", Code.LAW_NAMES_OTHERWISE),
    Phrase(NOT, "停", "甲的，……、有下列情形之一的，……：停止、停发、暂停、终止、取消、不予、不给予、不发、不算、不补贴、不补助、不奖励、不再、不享受、不适用、不缴纳、不交纳、不退回、不退还、不追回、不得享受、不得领取、不得申报、不得申请", "除外：甲；非 甲", Code.LAW_NAMES_OTHERWISE),
    Phrase(NOT, "两样都行", "那一句、它的导言里有：不含、不包括、不包含、除外、排除在外、不列入、不计入、不算、不在奖励范围、不在支持范围、不在补贴范围、不享受、不予、不给予、不发、不补贴、不补助、不奖励、不得、不适用、不再、不缴纳、不缴、不交纳、不交、不征、不收、全部扣除、扣减、停止、终止、取消、一票否决、免征、免缴、免交、免收、免予、免于", "有没有 非 都行", Code.LAW_NAMES_OTHERWISE),
    Phrase(OLD, "不是新的", "现有、已有、原有、已设立、已落户、存量", "非 新…", Code.LAW_NAMES_OTHERWISE),
    Phrase(PROMISED, "封顶", "不超过、不得超过、不应超过、不能超过、不高于、不得高于、不多于、不得多于、至多、封顶、最高…、最多…", "上限、至多、孰低、总额、不超过、不晚于", Code.LAW_CAP_MISSING),
    Phrase(PROMISED, "一次", "一次性", "限次、首次、已用、减去从前已得的", Code.LAW_ONCE_MISSING),
    Phrase(PROMISED, "分期", "分…年、分…个年、分…期、分期、逐年拨付、逐年兑现、逐年发放", "拨付", Code.LAW_INSTALMENTS_MISSING),
    Phrase(PROMISED, "认定", "经……认定、经……评定、经……审定、经……认可", "条件、裁量", Code.LAW_APPROVAL_MISSING),
)
UPWARDS, DOWNWARDS = frozenset({"不低于", "高于"}), frozenset({"不超过", "低于"})
OPPOSITE = {"不低于": "低于", "低于": "不低于", "高于": "不超过", "不超过": "高于"}
AWARDS = re.compile("给予|奖励|补贴|补助|资助|配套|贴息")
LEVELS = ("国际", "国家", "省", "市", "区", "县")  # from high to low


@cache
def _of_group(group: str) -> re.Pattern[str]:
    """All words of a group, the longest first, those of other groups of whole words too: 上一年度 is no 年度."""
    words = {w for row in TABLE for w in row.words if row.group in (group, YEAR, TREND) and "…" not in w}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


@cache
def _sense(group: str) -> dict[str, str]:
    return {w: row.sense for row in TABLE if row.group == group for w in row.words}


def senses(group: str, words: str) -> dict[str, str]:
    """What a piece of the law says in a group, each sense with the word that says it."""
    said: dict[str, str] = {}
    for match in _of_group(group).finditer(canonical(words)):
        if (sense := _sense(group).get(match[0])) is not None:
            said.setdefault(sense, match[0])
    return said


@cache
def _around() -> list[tuple[str, str, str]]:
    """What stands before and after the …, and the sense; the longest first."""
    every = [(head, tail, row.sense) for row in TABLE if row.group == COMPARED for head, _, tail in (w.partition("…") for w in row.words)]
    return sorted(every, key=lambda x: -len(x[0] + x[1]))


def joins(group: str, words: str) -> dict[str, str]:
    """As `senses`, by the words of one group alone, 、 between two names too."""
    said = {sense: w for w, sense in _sense(group).items() if w in words}
    return {**said, LISTED: "、"} if group == JOINED and "、" in words else said


@cache
def _refusing() -> tuple[re.Pattern[str], ...]:
    """What refuses a name: before it, behind it; behind a case, so that it stops there; anywhere in its sentence."""
    near, stops, far = (row.law.rpartition("：")[2].split("、") for row in TABLE if row.group == NOT)
    around, (stop, anywhere) = [w.partition("…") for w in near], ("|".join(x).replace("不发", "不发(?![生达展])") for x in (stops, far))
    return (re.compile(f"(?:{'|'.join(h for h, _, _ in around if h)})$"), re.compile("|".join(t for _, _, t in around if t)),
            re.compile(f"(?:[^,。;:]{{0,6}}|[^。;:]*?(?:的|时|后|之日起),[^,。;:]{{0,6}}?)(?:{stop})"), re.compile(anywhere), re.compile(f"(?:下列|以下|之一)[^。;]*?(?:{stop})"))


@cache
def says(group: str, words: str, name: str = "") -> str:
    """The phrase of a group that a piece of the law has, … being a name; empty where it has none."""
    return next((said for row in TABLE if row.group == group for w in row.words if (said := w.replace("…", canonical(name))) in words), "")


def spoken_of_refusal(words: str) -> bool:
    """Whether a sentence speaks of what is not given: what it names may stand in a line either way."""
    return _refusing()[3].search(words) is not None


def stops(lead: str) -> bool:
    """Whether what is listed beneath a lead stops something: 有下列情形之一的，停止领取."""
    return _refusing()[4].search(lead) is not None


def stopped(words: str, at: tuple[int, int]) -> bool:
    """Whether something stops in the case that is named at a place: 重新就业的，停止领取, or in a list beneath such words."""
    start = words.rfind("。", 0, at[0]) + 1
    end = min((x for mark in "。;" if (x := words.find(mark, at[1])) >= 0), default=len(words))
    head, colon, _ = words[start : at[0]].rpartition(":")
    return _refusing()[2].match(words, at[1], end) is not None or (bool(colon) and stops(head))


def refuses(words: str, at: tuple[int, int], *, stopping: bool = False) -> set[bool]:
    """Whether the law refuses what it names at a place: 非总部型企业, 重新就业的，停止领取; both where its sentence speaks otherwise of what is not given."""
    before, after, _, _, _ = _refusing()
    start = max(words.rfind(mark, 0, at[0]) + 1 for mark in "。;")
    end = min((x for mark in "。;" if (x := words.find(mark, at[1])) >= 0), default=len(words))
    refused = before.search(words[: at[0]]) is not None or after.match(words[at[1] :]) is not None
    if stopping or stopped(words, at):
        return {not refused}
    return {True, False} if spoken_of_refusal(words[start:end]) else {refused}


_CHAIN = re.compile(r"(?:[\d.]+[万亿]*[^\W\d]{0,4}、)+$")  # 达到1亿元、5亿元、10亿元 says 达到 of each
_NO_END = r"(?:(?!及?以[上下内])[^\W\d])"
_AHEAD = re.compile(rf"{_NO_END}{{0,4}}(?:、[\d.]+[万亿]*{_NO_END}{{1,4}})+(?=以上|以下|以内)")  # and 1万、2万、5万立方米以上 says 以上; 1万元以下、2万元以上 each its own


_OF_WHAT = re.compile("([^\\W\\d]{1,4}?)(以上|以下|以内|\\(含\\))")  # 6家企业以上, 小于6小时(含)


def compared(words: str, number: Mention) -> tuple[str, str]:
    """How the law compares a number, by what stands before and after it: 不少于100人 is 不低于; and the words that say so. Empty where it does not."""
    before = _CHAIN.sub("", canonical(words[max(number.at[0] - 48, 0) : number.at[0]])).rstrip()
    after = re.sub(rf"^{_AHEAD.pattern}", "", canonical(words[number.at[1] : number.at[1] + 48]).lstrip())
    after = re.sub(r"(?<=含)\d[^()]*(?=\))", "", after[:32])[:8]  # 10万元以上(不含10万元)
    of, day = _OF_WHAT.match(after), "日" if re.search(r"月\d+日$", number.text) else ""
    sense, said = next(
        (
            (sense, head + number.text + tail.removeprefix(day))
            for head, tail, sense in _around()
            if before.endswith(head)
            and (after.startswith(tail) or (of and tail == of[2]) or (day and tail[:1] == day and (day + after).startswith(tail)))
        ),
        ("", ""),
    )
    not_yet = _NOT_YET.search(before) if sense in OPPOSITE else None
    return (OPPOSITE[sense], not_yet[0] + number.text) if not_yet and said.startswith(not_yet[1]) else (sense, said)


_NOT_YET = re.compile("未[^\\W\\d成来]{1,2}(满|达到|达|超过)$")  # 未领满24个月, 未能达到100万元


def one_way(said: str) -> bool:
    """Whether the law's words leave open if the day itself counts: 2023年1月1日以后."""
    return re.search(r"月\d+日(?:以后|之后|后|起|以来|以前|之前|前|止)$", said) is not None


_DENIED = ("未达到", "达不到", "未达", "未超过")  # 未达到规定比例 is not 达到


@cache
def _free() -> re.Pattern[str]:
    return re.compile(
        "|".join(
            head for head, tail, _ in _around() if (head in by_word() or head.startswith(("不", "未")) or head in _DENIED) and not tail
        )
    )


def freely_compared(words: str, numbers: Iterable[Mention]) -> dict[str, str]:
    """The comparisons of the law with what is no number, 强度高于平均水平: the senses, each with its word."""
    taken = {n.at[0] for n in numbers}
    sense_of = {head: sense for head, tail, sense in _around() if not tail}
    return {sense_of[m[0]]: m[0] for m in _free().finditer(words) if m.end() not in taken and m.end() + 1 not in taken}


@cache
def by_word() -> dict[str, str]:
    """The sense of each comparison of a line."""
    return {w: row.sense for row in reversed(TABLE) if row.group == COMPARED for w in row.lines.split("、")}


@cache
def promises(code: Code) -> re.Pattern[str]:
    """The words of a promise as a pattern: … within them is a number, at their end what is given, …… anything up to the next mark."""
    gaps = {"……": "[^,。;]{0,30}?", "…": r"[两二三四五六七八九十\d]+"}
    words = next(row.words for row in TABLE if row.group == PROMISED and row.code == code)
    return re.compile("|".join(
        w[:-1] + r"(?=[\d不可给支奖补资为达])" if w.endswith("…") else re.sub("……|…", lambda gap: gaps[gap[0]], w) for w in sorted(words, key=len, reverse=True)))


def chosen_otherwise(words: str, line: str) -> Iterator[tuple[Phrase, str, str]]:
    """孰高 of a line where the law says 就低, and the like: the phrase of the line, what the law says, what to write."""
    for group in (CHOSEN, RANKED, ROUNDED, PAID):
        rows = [row for row in TABLE if row.group == group]
        said = {row.lines: w for row in rows for w in row.words if w in words}
        if len(said) == 1 and not any(right in line for right in said):
            yield from ((row, w, right) for row in rows if row.lines in line for right, w in said.items())


def shown() -> list[str]:
    """The table as docs/language.md has it."""
    rows = [f"| {row.group} | {row.law} | {row.lines} | {row.code} |" for row in TABLE]
    return ["| 说的是 | 原文的话 | 下面的行 | 不合时 |", "| - | - | - | - |", *rows]
