"""Phrases as drafters are likely to write them, and as the language has them: 近三年 产值 平均 → 近 3年 产值 的 平均."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from xcrules.meaning.lint.numbers import number

_N = r"(\d+|[一二两三四五六七八九十]+)"
_W = r"[^\s，,；;、（()）]+"
_P = r"[^\W\d_]\w*"
_END = r"(?=$|[\s，,）)])"
_FOLDS = "合计|最高|最低|平均|计数"
_OF = "平均|合计|累计|总和|最高|最低"
_HAS_WORDS = ("高于", "超过", "低于", "不", "达到", "等于", "多于", "少于", "早于", "晚于")


def _figure(text: str) -> str:
    return text if text.isdigit() else str(number(text))


def _recent(word: str, years: str, name: str, of: str) -> str:
    return f"{word} {_figure(years)}年 {name} 的 {'合计' if of in ('累计', '总和') else of}"


def _extreme(match: re.Match[str]) -> str:
    return f"孰{match[2]}（" + "、".join(re.split(r"[\s、，,与和]+", match[1])) + "）"


def _one_of(match: re.Match[str]) -> str:
    which = {"小": "低", "大": "高"}.get(match[1][1], match[1][1])
    return f"孰{which}（{'、'.join(x.strip() for x in re.split('[、，,]', match[2]))}）"


def _time(match: re.Match[str]) -> str:
    return f"{match[1]} {_figure(match[2])}{''.join(match[3].split())}"


def _from_to(match: re.Match[str]) -> str:
    unit = match[3][-1]
    return f"{match[1]} 的 {'天' if unit in '天日' else unit}数{match[2]}{match[3]}"


def _over(match: re.Match[str]) -> str:
    """不满 6个月 按 半年，超过 6个月 按 1年: just six months, of which neither speaks, stays with the lower."""
    return f"，{'不足' if match[3] == '满' else '不超过'} {match[1]} 按 {match[2]}，不足 {match[4]} 按 {match[4]}"


def _range(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2] or match[4]} 至 {match[3]}{match[4]}"


_ENDED = {"高": "于", "低": "于", "超": "过", "少": "于", "多": "于", "达": "到"}
_CN = "一二三四五六七八九十百"
_MONTH = "(?:当月|次月|下月|上月)"
_FORMS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # clauses as the document numbers them
    (rf"(?<![\w）)])([{_CN}]+)、\s*(?=[（(][{_CN}\d]+[）)])", r"\1"),  # 二、（一）1
    (rf"(?<![\w）)])([{_CN}]+)、\s*(?=的)", r"\1 "), (r"(第\S*条\S*|\d\S*[)）])\s+(?=金额)", r"\1 的 "), (r"(\S+)\s+已享受(?=$|[，,])", r"已享受 \1"),
    (rf"(?<=[）)\d{_CN}条])\s*(?:和|与|以及|及)\s*(?=[第{_CN}\d][^，,]*(?:合计|之间|的\s*金额))", "、"),
    (r"(?<=[^\s\d：:])\s*[：:]\s*(?=\d)", " "), (r"^(?:每?年度|全年)\s+(?=\d)", "每年 "), (r"^(每年|有效期内)\s*(?:不超过|至多|最多|安排)\s*", r"\1 "),
    (r"(?:超额)?累进(?:计算)?|分段(?:计算|累计|累进)|分档(?:累计|累进|计算)|逐段(?:计算)?", "分段"),
    (rf"(?<=\S)\s+(?:的|[×*])\s*(\d[\d.]*)\s+倍{_END}", r" × \1"),  # 的 20 倍
    (r"(?<=的[，,])\s*(?:再|另)?(?:上浮|上调|提高|增加|增发|加发)\s*(?=\d[\d.]*[%％])", "标准 的 "),  # 甲级 的，上浮 20%
    (r"按\s+([^\s（(：:]+)\s*[：:]\s*([^（()）]+)$", r"按 \1（\2）"), (rf"至\s+({_W})\s+{_N}年\s*[之以]?内", lambda m: f"至 {m[1]} ＋ {_figure(m[2])}年"),
    # over a list
    (rf"({_FOLDS})\s*[（(]\s*({_W})\s+({_W})\s+的\s+({_W})\s*[）)]", r"\1（\3 的 \4，\2）"),  # 合计（原创 展览 的 开支）
    (rf"((?:{_FOLDS})\s*[（(][^（()）]*)[）)]\s*其中\s*({_W})", r"\1，\2）"), (r"(?<=[，,])\s*(?:其中|且|要|须)\s*(?=\S)", ""),
    (rf"计数\s*[（(]\s*({_W})\s+的\s+({_W})\s*[）)]", r"计数（\1，\2）"),
    (rf"({_FOLDS})\s*[（(]\s*([^\s，,；;、（()）.]+)[\s.]+([^\s，,；;、（()）.]+)\s*([，,）)])", r"\1（\2 的 \3\4"),
    (rf"({_FOLDS})\s*[（(]\s*({_W})\s+的\s+({_W})\s*、\s*({_W})\s*([，,）)])", r"\1（\2 的 \3 ＋ \4\5"),
    (rf"(?<![\w\]])({_P})[.．·]({_P})(?![\w(（])", r"\1 的 \2"),  # 主体.行业
    (r"(最[高大晚早]|较[大晚早]|最[低小]|较小|取[高低晚早]|就[高低])(?:值|者|日)?\s*[（(]([^（()）]*[、，,][^（()）]*)[）)]", _one_of),
    # one by another
    (rf"(?<!\S)(?<!为 )({_P})\s*[/／]\s*(?=[^\s\d])", r"\1 ÷ "),  # but 类型 为 甲/乙 are two of a list
    (rf"(占\s+{_W})\s*(?:的\s*)?(比例|比重|占比)(?=\s)", r"\1 的 比例"),
    (r"[，,]\s*(?:除数|分母)?\s*为?\s*(?:零|0)\s*(?:时|的)?[，,]?\s*按\s*", "，除数为零 按 "), (r"\s*[，,]?\s*除数为零\s*按?\s*(?=\S)", "，除数为零 按 "),
    (r"\s比\s+(?=[^，,]*(?:增长|下降))", " 较 "), (r"(?<!自\s)(?<!\S)(\S+\s+(?:当年|次年)\s+起\s+第几年)", r"自 \1"),
    (rf"(增长|下降|占\s+{_W}(?:\s+的\s+比[例重])?)\s+({_W}[%％])\s*(?:及)?\s*以上", r"\1 不低于 \2"),
    (rf"(增长|下降|占\s+{_W}(?:\s+的\s+比[例重])?)\s+({_W}[%％])\s*(?:及)?\s*以下", r"\1 不超过 \2"),
    (r"(?<!\S)(不?[高低超少多达])\s+(?=\d)", lambda m: f"{m[1]}{_ENDED[m[1][-1]]} "),  # 开支 不高 5万元
    (rf"(?<!\S)({_W})\s+(增长|下降)\s*(\d[\d.]*[%％])(?:\s*以上)?", r"\1 同比\2 不低于 \3"),
    (rf"(连续\s*{_N}年\s*)增长", r"\1增加"), (rf"(连续\s*{_N}年\s*)下降", r"\1减少"),
    (rf"(?<!\S)({_W}(?:\s*(?:[、，,]|与|和)\s*{_W})+)\s*(?:两者|二者)?(?:中|之间)?(?:孰|取其?|较)(高|低|晚|早)(?:者|的|值)?(?!\s*[（(])", _extreme),
    (rf"\s的\s+(?=\d[\d.,]*[万亿]?元{_END})", " 的，"), (rf"((?:当年|次年|下一年|前一年|上一年))\s+(?={_P}{_END})", r"\1 的 "),
    (r"(?<=[（(；;、])\s*(第?\d[\d.]*)([^\W\d]*)\s*[-－—–~～]{1,2}\s*(第?\d[\d.]*)([^\W\d]+)\s*(?=\s)", _range),  # 按 年次（1-3年 50%
    # years, days
    (rf"({_P})\s+上年度?\s+(?:的\s+)?(?={_P})", r"\1 前一年 的 "),
    (r"([，,]\s*至[多少]\s*[^，,]+?)((?:\s*[，,]\s*(?:不满|不足|不超过)\s*\S+\s+按\s+[^\s，,]+)+)\s*$", r"\2\1"),  # what is left over comes before 至多
    (r"[，,]\s*(?:不满|不足|不超过)\s*(\S+)\s+按\s+([^\s，,]+)\s*[，,]\s*(超过|满)\s*\1\s*(?:的\s*)?按\s+([^\s，,）)]+)", _over),
    (rf"(近|前)\s*{_N}\s*年\s*(?:的)?\s*({_W})\s*(?:的)?\s*({_OF})(?:值|数|额)?{_END}", lambda m: _recent(m[1], m[2], m[3], m[4])),
    (rf"(近|前)\s*{_N}\s*年\s*(?:的)?\s*({_OF})\s*(?:的)?\s*({_W})", lambda m: _recent(m[1], m[2], m[4], m[3])),
    (rf"({_W})\s*(近|前)\s*{_N}\s*年\s*(?:的)?\s*({_OF})(?:值|数|额)?{_END}", lambda m: _recent(m[2], m[3], m[1], m[4])),
    (rf"(未?满)\s*{_N}\s*(年|个?\s*月|天|日){_END}", _time),
    (r"([年月天]数)\s+(?:为|是)\s+(?=\d)", r"\1 等于 "),
    (rf"(自\s+\S+\s+至\s+\S+?)\s*(年数|月数|天数|日数){_END}", lambda m: f"{m[1]} 的 {m[2].replace('日', '天')}"),
    (rf"(自\s+\S+\s+至\s+\S+)(\s+(?:{'|'.join(_HAS_WORDS)})\S*\s+)(\d+(?:年|个月|月|天|日))", _from_to),
    (rf"(?<!\S)(?<!自\s)({_W}\s+至\s+{_W}\s+的\s+(?:年数|月数|天数))", r"自 \1"),
    (rf"({_MONTH})\s*起\s*(?:计算)?\s*至\s*", r"\1 至 "), (rf"({_MONTH}|年末)\s*止\s*(?=的)", r"\1 "), (r"的\s*月份数", "的 月数"),
    (rf"(?<!\S)(?<!自\s)({_W}\s+{_MONTH}\s+至\s)", r"自 \1"),
)


def likely(text: str) -> Iterator[str]:
    """What may have been meant by a text that cannot be read: one form mended, then all of them."""
    whole = text
    for pattern, replacement in _FORMS:
        mended = re.sub(pattern, replacement, text)
        if mended != text:
            yield mended
        whole = re.sub(pattern, replacement, whole)
    yield whole
