"""What is wrong with a line that did not parse, said once and with its mend.

The commonest mistakes are looked for by name; the rest says what was met and what could stand there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Fix
from xcrules.base.source import canonical
from xcrules.draft.labels import LABELS, Group, Label, card_of
from xcrules.draft.parse.grammar import awaited, parse_content, reads
from xcrules.draft.parse.limits import MAX_LINE_CHARS, MAX_OPERATORS, MAX_PIECES
from xcrules.draft.syntax import At, Line, LineError
from xcrules.facts.tables import Schema
from xcrules.meaning import keys
from xcrules.meaning.advice.spelling import spelled
from xcrules.meaning.expressions.examples import example
from xcrules.meaning.expressions.reader import report_glued
from xcrules.meaning.expressions.words import line_splits, unknown_names
from xcrules.meaning.report import Report

from .likely import likely
from .wanting import STATUSES, TOLD, WANTING

_OPERATORS = ("＋", "－", "×", "÷", "+", "*")
_FEW = 6  # keywords worth listing
_PROSE = 12  # characters in two words: a sentence of the law
MOST_WEIGHED = 500  # characters of a line that is held against what drafters are likely to write
_BOUND_IN_STANDARD = re.compile(r"(?:(?<!\w)|(?<=[\d%‰元国件人]))(?:不超过|不高于|最高|至多|不多于|封顶|以内)")
_SECOND_CAP = re.compile(r"\s*[，,；;、]?\s*(?:且|并|但)?\s*(?<!\w)(?:最高|最多|合计|总额)?(?:不超过|不高于|不多于|最高|最多|至多|封顶|上限|不少于|不低于|最低|最少|至少)\s*为?\s*")
_CASE_FORMS = {
    "heading": ((r"[，,]\s*(?:[%％‰]|百分\w)\s*(?=$|[，,])", "，比率"), (r"\s*[、；;]\s*(?=\S)", "，")),
    "rounding": ((r"^\s*(?:(?:每|各)[^\W\d_]{1,6}?|分别)(?:各自|分别)?\s*(?=到)", "单项 "),),
}
_LIKELY = ("conditions", "definition", "standard", "exception", "limit", "subject", "highest", "fund", "lookup")
_NAMING = (
    Label.SAYING, Label.SUBJECT, Label.LET, Label.LOOKUP, Label.DISCRETION, Label.PAYMENT, Label.AGAINST, Label.HIGHEST, Label.TERM,
    Label.ROUNDING,
)  # whose words need be no known names
_SCOPES = ("单项", "企业年度", "企业终身", "合计", "各分项", "各款", "同一")


def explain_line(line: Line, error: LineError, names: Collection[str], schema: Schema) -> Report:
    """The finding for a line whose content did not parse; `schema` lends its names to the examples."""
    report = Report(line)
    start = card_of(line.label).start or ""
    if error.untried == "empty":
        _empty(report, example(line.label, schema, "", names))
        return report
    for find in (
        _limits, _two_labels, _two_amounts, _stages, _of_clauses, _cap_and_cap, _second_cap, _unbracketed, _before_or_after, _growth,
        _name_is_a_word, _case_of_bound, _cap_without_scope, _example_of_label, _likely_form, _bound_in_standard, _if_then, _unnamed,
        _no_equals, _wanting, _glued,
    ):
        find(report, error, start, names)
        if report.findings:
            return report
    _unexpected(report, error, example(line.label, schema, line.text, names))
    return report


def _limits(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    if error.untried != "too deep":
        return
    long = len(report.line.text) > MAX_LINE_CHARS
    limit = f"{MAX_LINE_CHARS} 字" if long else f"{MAX_OPERATORS} 个运算与括号、{MAX_PIECES} 段"
    report.error(Code.TOO_LONG_OR_DEEP, f"这一行超过{limit}的限制", error.at, help="用 设定 起名，分成几行写")


def _stages(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """拨付：投产后一次, 分 2期 30%、70%: paid as events happen."""
    if start != "payment" or not re.search("随|期|后|一次|月", report.line.text):
        return None
    if "月" in report.line.text:
        return report.error(Code.SYNTAX, f"「{report.line.text.strip()}」写在这里读不懂", None,
                            help="每月都给的写 按月；知道一共给几个月的，不写 拨付，标准写成 500元/月 × 24个月（或 × 月数）", fixes=(("改为 按月", "按月"),))
    return report.error(Code.SYNTAX, f"「{report.typed(error.at).strip() or report.line.text}」写在这里读不懂", error.at,
                        help="原文没有写各期多少的，写 分期，各期未定、分 3年，各期未定 或 分 5期，各期未定；一次付清、等一件事的写 一次，随 某日期；分几期的写 分期 50%、50%，随 核定年度、某日期；那件事满一年才拨的写 随 某日期 ＋ 1年；按年的写 分 2年 按 50%、50%，自 核定年度 起")


def _of_clauses(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """从高：1、2，同一 编号; 竞合：……，不含 2: clauses that are named in another way."""
    help = ""
    if start == "highest" and re.search(r"之间|^[^同全合]*、", report.line.text):
        help = "几款之间的写 1、2 之间；同一项目才从高、不同项目可以叠加的写 1、2 之间，同一 某栏"
    elif start == "against" and re.search("除|不含|不包括", report.line.text):
        help = "不比的几款写在行末：……，未得的状态 择高，除外 2、5；或在那一款下写 竞合：不适用"
    if help:
        report.error(Code.SYNTAX, f"「{report.typed(error.at).strip() or report.line.text}」写在这里读不懂", error.at, help=help)


def _empty(report: Report, sample: str) -> None:
    place = report.line.label_span
    report.error(Code.EMPTY_CONTENT, f"「{report.line.label}」后面没有内容", (place.start - report.line.content.start, 0),
                 help=f"例如 {report.line.label}：{sample or '……'}")


_LABEL_INSIDE = re.compile(rf"[\s，,；;。]+({'|'.join(LABELS)})\s*[：:]\s*(?=\S)")


def _two_labels(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """条件：甲，标准：10万元: two lines that were written in one."""
    match = _LABEL_INSIDE.search(report.line.text)
    if match is None or match.start() == 0:
        return
    first, second = report.line.text[: match.start()].strip(), report.line.text[match.end() :].strip()
    report.error(Code.SYNTAX, f"一行里写了两个栏目：「{report.line.label}」和「{match[1]}」", match.span(1), help=f"另起一行写 {match[1]}：{second}")
    report.findings[-1] = evolve(report.findings[-1], fixes=(Fix("写成两行", report.line.content, f"{first}\n  {match[1]}：{second}"),))


def _two_amounts(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """标准：甲 的，5万元；乙 的，3万元: each has a line; 甲 的 20%；3万元 are added."""
    pieces = [x.strip() for x in re.split("[；;。]", report.line.text) if x.strip()]
    if start not in ("standard", "exception") or len(pieces) < 2 or not all(_reads(start, x) for x in pieces):
        return
    head = report.line.label_span.source.text[report.line.label_span.start : report.line.content.start]
    cases = [x for x in pieces if re.search(r"的\s*[，,]", x)]
    if start == "exception" or len(cases) == len(pieces):
        help, mended = "一份一行", f"\n  {head}".join(pieces)
    elif cases:
        help, mended = "总给的写 标准，某种情形另给的写 加给", "\n  ".join(f"{'加给' if x in cases else '标准'}：{x}" for x in pieces).removeprefix("标准：")
    else:
        help, mended = "两份都给的，写 ＋", " ＋ ".join(pieces)
    report.error(Code.SYNTAX, f"一行里写了{len(pieces)}份金额", error.at, help=f"{help}：{report.line.label}：{mended}".replace("\n  ", " 另起一行 "))
    _whole(report, mended)


_DAY_AND_SIDE = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|\d{4}年)\s*(?:\([^()]*\))?\s*(以后|之后|后|起|以前|之前|前)(?=$|[\s，,、）)的])")


def _before_or_after(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """注册日期 2020年1月1日 以后: whether that day is in is for the drafter to say."""
    match = _DAY_AND_SIDE.search(canonical(report.line.text)) if start in ("conditions", "standard", "exception", "subject") else None
    if match is None or re.search("[早晚]于", report.line.text):
        return
    words = ("不早于", "晚于") if match[2] in ("以后", "之后", "后", "起") else ("不晚于", "早于")
    report.error(Code.SYNTAX, f"「{match[0]}」写在这里读不懂", match.span(), help=f"写成 {words[0]} {match[1]}（含那一天），或 {words[1]} {match[1]}（不含）")


def _cap_and_cap(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """单项 投资 的 20%，单项 50万元: each with its reach."""
    text = report.line.text
    match = re.search(rf"\s*[，,；;、]\s*(?=(?:{'|'.join(_SCOPES)})\s)", text) if start == "limit" else None
    if match is not None and _reads(start, text[: match.start()]) and _reads(start, text[match.end() :]):
        _two_caps(report, text[: match.start()].strip(), text[match.end() :].strip(), text[match.end() :].strip())


def _two_caps(report: Report, first: str, second: str, other: str) -> None:
    line = report.line
    head = line.label_span.source.text[line.label_span.start : line.content.start]
    report.error(Code.TWO_MOSTS_IN_LINE, f"一行里写了两个{'至多' if line.label == '上限' else '至少'}：「{first}」和「{second}」", None,
                 help=f"写成两行：{line.label}：{first} 另起一行 {line.label}：{other}（两个都管，取{'低' if line.label == '上限' else '高'}的）",
                 fixes=(("写成两行", f"{first}\n  {head}{other}"),))


def _second_cap(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """单项 投资，最高 300万元: two caps in one line are two lines, each with its reach."""
    text = report.line.text
    match = next((m for m in _SECOND_CAP.finditer(text) if m.start() > 0), None) if start == "limit" else None
    if match is None:
        return
    first, second = text[: match.start()].strip(), text[match.end() :].strip()
    words = first.split()
    reaches = (" ".join(words[:count]) for count in range(1, len(words)))
    other = next((f"{r} {second}" for r in reaches if _reads(start, f"{r} {second}")), "")
    if not other or not _reads(start, first):
        return
    _two_caps(report, first, second, other)


_GROWTH = re.compile(r"(?:本年\s*|年度?\s*)?(\w+?)\s*(?:同比|比上年|较上年)\s*(增长|增加|上升|提高|下降|减少)\s*(超过|高于|达到|不低于|不少于)?\s*(\d[\d.]*[%％])?")


def _growth(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """本年 产值 同比 增加 10%: 产值 同比增长 不低于 10%, if the 10% are in it."""
    match = _GROWTH.search(report.line.text) if start in ("conditions", "standard", "definition", "exception") else None
    if match is None:
        return None
    name, word = match[1], "增长" if match[2] in ("增长", "增加", "上升", "提高") else "下降"
    if start in ("standard", "definition") and match[4] and word == "增长" and "部分" in report.line.text[match.end() :]:
        return report.error(Code.SYNTAX, f"「{match[0].strip()}」写在这里读不懂", match.span(),
                            help=f"先另写一行 设定：增加额 ＝ 本年 {name} － 上年 {name}，这里写 （增加额 － 上年 {name} 的 {canonical(match[4])}） 的 某个比率", settled=True)
    form = f"{name} 同比{word} {match[3] or '不低于'} {canonical(match[4])}" if match[4] else f"{name} 同比{word} 高于 0%"
    more = "" if match[3] or not match[4] else "（不含的写 高于）"
    return report.error(Code.SYNTAX, f"「{match[0].strip()}」写在这里读不懂", match.span(), help=f"写成 {form}{more}；{name} 是逐年的事实")


def _reads(start: str, text: str) -> bool:
    return reads(start, canonical(text))


def _example_of_label(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """上限 written as 标准, 从高 as 竞合, and the like: the content fits another label, and only that."""
    line = report.line
    if card_of(line.label).group is Group.EXAMPLE:
        return
    text = canonical(line.text.strip())
    plain = canonical(spelled(line.text.strip()))
    if plain != text and start and reads(start, plain):
        return
    fitting = [x for x in Label if x.card.sign and x.card.start not in (None, start)
               and (x != Label.SUBJECT or not re.search(r"一次|\d", text)) and re.search(x.card.sign, text)
               and (body := parse_content(x.card.start or "", text)[0]) is not None
               and (x in _NAMING or not unknown_names(body, {*names, *STATUSES}))]
    fitting.sort(key=lambda x: not {*x} & {*line.label})
    if not fitting:
        return
    report.findings.append(
        Diagnostic(
            Code.SYNTAX, f"这一行的内容是「{fitting[0]}」的写法，栏目却是「{line.label}」", line.content, f"改成 {fitting[0]}：{line.text}", fixes=(Fix(f"改为 {fitting[0]}", line.label_span, fitting[0]),),
            spoils=tuple(map(keys.status, line.text.split())) if fitting[0] == Label.SAYING else (),
        )
    )


def _no_equals(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """设定：甲 的 30%: a name and ＝ are missing, or it is a 标准."""
    if start != "definition" or re.search("[＝=]", report.line.text) or not _reads("conditions", report.line.text):
        return
    report.error(Code.SYNTAX, f"「{report.line.label}」没有写 名称 ＝", None,
                 help=f"给多少的，改成 标准：{report.line.text}；起名的，写成 {report.line.label}：名称 ＝ {report.line.text}")


_UNNAMED_KEY = re.compile(r"^(按\s*(?:[^、＝=]*、)?)\s*([^、＝=]*?\S\s*[\s＋－×÷+\-*/（(]\s*\S[^、＝=]*?)((?:\s*、[^、＝=]*)?\s+(?:分段\s+)?定\s.*)$")
_IN_YEARS = re.compile(r"自\s*(\S+(?:\s*(?:当年|次年))?)\s*起\s*(\d+年)\s*(?:内|以内|之内)?$")


def _unnamed(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """按 所得 － 6万元 定 税额: what a table goes by has a name; 自 某年 起 5年 内 is a count of years."""
    text = report.line.text.strip()
    match = _UNNAMED_KEY.search(text) if start == "lookup" else None
    if match is not None:
        name = "".join(match[2].split()) if re.fullmatch(r"[^\W\d][\w\s]{2,9}", match[2]) else "名称"
        if _reads(start, named := f"{match[1].rstrip()}{'' if match[1].endswith('、') else ' '}{name} ＝ {match[2]}{match[3]}"):
            return report.error(Code.SYNTAX, f"「{match[2]}」不是一个名称，表的列名写不了它", match.span(2), help=f"给它起个名称，列名也写 {name}：{named}",
                                fixes=((f"改为 {name} ＝ {match[2]}", f"{name} ＝ {match[2]}"),))
    within = _IN_YEARS.search(text) if start in ("conditions", "standard", "exception") else None
    if within is None:
        return None
    return report.error(Code.SYNTAX, f"「{within[0]}」写在这里读不懂", within.span(), help=f"写成 自 {within[1]} 起 第几年 在 第一年 至 第{within[2]}（起的那一年是第一年）；"
                                                                                 f"按日子满几年的，写 {within[1].split()[0]} 未满 {within[2]}")


def _wanting(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """每满10件 1万元: of what is not said; 合计（开支）: of which list; 取整：元: how."""
    for form in (*TOLD, *WANTING):
        where, pattern, message, help = form
        if (not where or start in where.split()) and (match := re.search(pattern, report.line.text)):
            code = Code.UNFINISHED_LINE if match[1].strip() in _OPERATORS and match.end(1) == len(report.line.text) else Code.SYNTAX
            report.error(code, match.expand(message), match.span(1), help=match.expand(help), settled=form in TOLD)
            break


def _likely_form(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """近三年 产值 平均, 合计（展览 的 开支、租金）; 是 for 为 in 给定, 3-1 for 3(1) in 应得: meant as a form that can be read."""
    text = report.line.text
    words = awaited(start, canonical(text[: error.at[0]])) if start in _CASE_FORMS else ()
    before = text[: error.at[0]].rpartition(" ")[2]  # 到元四舍五入 has one of them already
    said = (spelled(text), *(f"{text[:error.at[0]].rstrip()} {w} {text[error.at[0]:].lstrip()}" for w in words if len(words) <= _FEW and not any(x in before for x in words)))
    forms = (chain(likely(text), said) if start in _LIKELY and len(text) <= MOST_WEIGHED
             else (*(re.sub(p, r, text) for p, r in _CASE_FORMS.get(start, ())), *said))
    mended = next((x for x in forms if x != text and _reads(start, x)), None)
    if mended is None:
        return
    shown = text[error.at[0] : error.at[1]].strip() or text.split()[-1]  # where more was to come
    report.error(Code.SYNTAX, f"「{shown}」写在这里读不懂", error.at, help=f"是不是 {report.line.label}：{mended}？")
    _whole(report, mended)


def _whole(report: Report, mended: str) -> None:
    """The last finding is mended by another content of its line."""
    report.findings[-1] = evolve(report.findings[-1], fixes=(Fix(f"改为 {mended}", report.line.content, mended),))


def _bound_in_standard(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    if start in ("exception", "standard") and (match := _BOUND_IN_STANDARD.search(report.line.text)):
        bound_in_standard(report, match.span())


def bound_in_standard(report: Report, at: At) -> None:
    """不超过 has no place in 标准."""
    report.error(Code.CAP_IN_STANDARD, f"「{report.line.label}」里写了「{report.typed(at)}」：至多给多少要另写一行", at,
                 help="标准只说给多少；上限另起一行，例如 上限：企业年度 10万元；由机关定金额的写 裁量")


def _unbracketed(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """A 的 10% ÷ 人数，除数为零 按 0元: what is said for 0 is bracketed."""
    mended = f"（{report.line.text.strip()}）"
    if re.search("[，,]\\s*除数为零\\s*按", mended) and _reads(start, mended):
        report.error(Code.SYNTAX, "这一步要括起来", None, help=f"写成 {mended}", fixes=((f"改为 {mended}", mended),))


def _name_is_a_word(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """上限：单项 最高: what a column is called begins something here."""
    begin, word = len(report.line.text.rstrip()), report.line.text.split()[-1]
    if error.at[0] >= begin and word in names and _reads(start, f"{report.line.text.rstrip()}额"):
        report.error(Code.RESERVED_NAME, f"「{word}」在这里是 {word} 多少 的开头，不能做名称", (begin - len(word), begin), help=f"换一个名称，如 {word}额，表里的列名也换")


def _case_of_bound(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    """上限：企业年度 新企业 的，3万元; 企业年度 3万元，新企业 的; 新企业 的，3万元: the case stands first, then the reach."""
    text = report.line.text.strip()
    behind = re.fullmatch(r"(.+?)[，,]\s*([^，,]+?)\s*的", text)
    between = re.fullmatch(r"((?:(?:合计|各分项)\s*)?(?:企业年度|企业终身|单项))\s*(.+?)\s*的\s*[，,]\s*(.+)", text)
    mended = f"{behind[2]} 的，{behind[1]}" if behind else f"{between[2]} 的，{between[1]} {between[3]}" if between else ""
    if start == "limit" and mended and _reads(start, mended):
        return report.error(Code.SYNTAX, "上限、下限的条件写在最前面", None, help=f"写成 {report.line.label}：{mended}", fixes=((f"改为 {mended}", mended),))
    case, _, amount = text.replace(",", "，").partition("的，")
    if start != "limit" or not amount or not _reads("exception", text) or not _reads(start, f"{case}的，单项 {amount}"):
        return None
    return report.error(Code.MISSING_REACH, f"「{report.line.label}」没有写范围：管每一项、每年还是终身", None,
                        help=f"写明范围，例如 {report.line.label}：{case}的，企业年度 {amount.strip()}",
                        fixes=tuple((f"改为 {k} {amount.strip()}", f"{case}的，{k} {amount.strip()}") for k in ("单项", "企业年度", "企业终身")))


def _cap_without_scope(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    if start not in ("limit", "count_limit"):
        return None
    text = report.line.text.strip()
    if any(canonical(text).startswith(s) for s in _SCOPES):
        return None
    kinds = _reaches(report.line.label, text)
    yearly = re.match(r"(?:每年度?|每个年度|年度)\s*", text)
    if yearly is not None and kinds != ("单项",) and _reads(start, mended := f"企业年度 {text[yearly.end() :]}"):
        fund = "；各家一共的，写 总额" if start == "limit" else ""
        report.error(Code.MISSING_REACH, f"「{report.line.label}」没有写范围：「{yearly[0].strip()}」是谁的", yearly.span(),
                     help=f"每家企业一年的，写成 {report.line.label}：{mended}{fund}")
        return _whole(report, mended)
    kinds = ("企业终身",) if re.match("累计|历年|终身|总共|一次性", text) and kinds != ("单项",) else kinds
    text = re.sub(r"^(?:每年度?\s+|累计|历年|总共|一次性|全年)?\s*(?:为|不低于|不少于|最低|至少|不超过|不高于|最高|至多)?\s*(?=\d)", "", text)
    if parse_content(start, canonical(f"单项 {text}"))[1] is not None:
        return None
    message = f"「{report.line.label}」没有写范围：管每一项、每年还是终身" if len(kinds) > 1 else f"「{report.line.label}」没有写范围：它只管{_REACHES[kinds[0]]}"
    return report.error(Code.MISSING_REACH, message, None,
                        help=f"写明范围，例如 {report.line.label}：{kinds[1] if kinds[0] == '单项' and len(kinds) > 1 else kinds[0]} {text}",
                        fixes=tuple((f"改为 {k} {text}", f"{k} {text}") for k in kinds))


_REACHES = {"单项": "每一项（对象是企业的，企业就是一项）", "企业终身": "终身"}


def _reaches(label: str, text: str) -> tuple[str, ...]:
    """Which reaches the line may be meant with: 下限 is of an item, so many years or times are of a lifetime."""
    if label == Label.FLOOR:
        return ("单项",)
    if label == Label.CAP or "已用" in text:
        return ("单项", "企业年度", "企业终身")
    return ("企业终身", "企业年度") if re.search(r"一次|(?<!\d)1次", text) else ("企业终身",)


def _if_then(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    text = report.line.text
    if start not in ("exception", "standard") or not text.lstrip().startswith("若"):
        return
    mended = re.sub(r"\s*则\s*", " 的，", re.sub(r"^\s*若\s*", "", text), count=1)
    report.error(Code.NEEDLESS_IF, f"{report.line.label}不用 若……则", None, help=f"写成 {mended}", fixes=(("改写", mended),),
                 sure=parse_content(start, canonical(mended))[1] is None)


def _glued(report: Report, error: LineError, start: str, names: Collection[str]) -> None:
    if contents := line_splits(start, report.line.text, names):
        report_glued(report, error.at, "有几个词连在了一起", contents)


def _unexpected(report: Report, error: LineError, sample: str) -> None:
    begin, end = error.at
    help = f"例如 {report.line.label}：{sample}" if sample else ""
    text = report.line.text
    words = awaited(card_of(report.line.label).start or "", canonical(text[:begin]))
    could = f"，可以写 {'、'.join(words)}" if 0 < len(words) <= _FEW else ""
    if begin >= len(text.rstrip()):
        last = text.split()[-1] if text.split() else ""
        report.error(Code.UNFINISHED_LINE, f"这一行没有写完，「{last}」后面还要有内容{could}", (max(begin - len(last), 0), begin), help=help)
        return
    if len(text) > _PROSE and len(text.split()) < 3 and card_of(report.line.label).of_item:
        help = f"像是照抄的一句话：要算的，写成事实表里的名称和数，{help}；只说给人看的，栏目写 义务、注释 或 性质"
    shown = text[begin:end]
    opened, closed = canonical(text).count("("), canonical(text).count(")")
    if opened != closed:
        report.error(Code.UNPAIRED_BRACKET, f"括号不成对：{opened} 个（，{closed} 个）", error.at, help=help)
        return
    report.error(Code.SYNTAX, f"「{shown}」写在这里读不懂{could}", error.at, help=help)
