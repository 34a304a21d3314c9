"""Words of the language by themselves: comparisons, denials, kinds, units. Knows values, makes no phrase of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeGuard

from xcrules.meaning import values

SIGNS = {"+": "加上", "-": "减去", "×": "乘以", "÷": "除以"}
_COMPARED: dict[values.CompareOp, tuple[str, ...]] = {
    ">": ("高于", "超过", "多于", "晚于"), "<": ("低于", "不满", "不足", "少于", "早于"), "<=": ("不超过", "不高于", "不多于", "以下", "不晚于"),
    ">=": ("不低于", "达到", "不少于", "以上", "不早于"), "=": ("等于", "为"), "!=": ("不等于", "不为"),
}
_DATED: dict[values.CompareOp, str] = {">": "晚于", "<": "早于", "<=": "不晚于", ">=": "不早于", "=": "为", "!=": "不为"}


def joined(words: Iterable[str], last: str = "或") -> str:
    """甲、乙或丙."""
    items = list(words)
    return items[0] if len(items) == 1 else "、".join(items[:-1]) + last + items[-1]


def stretch(low: str, above: str, below: str, high: str) -> str:
    """500万元以上不满800万元; 1年至3年, both in it."""
    if (above, below) == (">=", "<="):
        return f"{low}至{high}"
    return f"{f'{low}以上' if above == '>=' else f'超过{low}'}{'不满' if below == '<' else '不超过'}{high}"


def unspaced(text: str) -> str:
    """The drafter's text without the blanks and breaks between its words."""
    return "".join(text.split())


def is_comparison(op: str) -> TypeGuard[values.CompareOp]:
    return op in _COMPARED


def comparison(op: values.CompareOp, dated: bool = False) -> str:
    """不低于; of days 不早于."""
    return _DATED[op] if dated or op in ("=", "!=") else _COMPARED[op][0]


_NEGATED = (("已", "未"), ("有", "没有"), ("是", "不是"), ("在", "不在"), ("属于", "不属于"), ("符合", "不符合"), ("经", "未经"),
            ("获", "未获"), ("取得", "未取得"), ("通过", "未通过"), ("享受", "未享受"), ("完成", "未完成"), ("纳入", "未纳入"),
            ("可以", "不可以"), ("能够", "不能够"), ("具有", "不具有"), ("具备", "不具备"), ("存在", "不存在"), ("曾", "未曾"), ("持有", "未持有"), ("违反", "未违反"))
_EXACT = {"合格": "不合格", "达标": "未达标"}
_NOT_VERBS = ("有限", "经济", "经营", "经费", "经理", "在建", "在孵", "在册", "在职", "在岗")
_WHEN = re.compile(r"(上|本|当|前一|近[一二三四五两\d]+)年度?内?(?=.)")
_DEEDS = ("裁员", "停业", "停产", "造假", "迁出", "迁入", "违约", "违规", "违法", "失信", "注销", "开工", "竣工", "投产", "达产", "验收", "挂牌", "退出")
_THINGS = ("记录", "纪录", "行为", "情形", "情况", "问题", "事故", "处罚")  # 违规执业不良记录: one has it or not
_VERBS = "在有是为已经获入占达"  # a name with one of these inside says something, it does not name a kind


def denied_name(name: str) -> str:
    """非小微企业 of a kind, 未享受补贴 and 没有数据造假 of a deed, 注册地不在南沙 of a place, “违法所得已退”不成立 of another sentence."""
    if (when := _WHEN.match(name)) and not (denied := denied_name(name[when.end():])).startswith(("非", "“")):
        return when[0] + denied  # 上年度未裁员
    kind = name.endswith(_KINDS) and not name.startswith(("属于", "是", "符合", "纳入"))
    noun = name.startswith(_NOT_VERBS)
    for word, denial in () if kind or noun else _NEGATED:
        if name.startswith(word) and len(name) > len(word):
            return denial + name.removeprefix(word)
    if name in _EXACT:
        return _EXACT[name]
    if not noun and name.count("在") == 1 and not any(ch in name for ch in _VERBS if ch != "在") and "现在" not in name and not name.endswith("在"):
        return name.replace("在", "不在")
    if name.startswith(_DEEDS):
        return f"没有{name}" if name.endswith(_THINGS) else f"未{name}"
    return f"“{name}”不成立" if not noun and any(ch in name for ch in _VERBS) else f"没有{name}" if name.endswith(_DEEDS) else f"非{name}"


def quoted_denial(member: str) -> str:
    """不为“没有上市”: a word that denies is set off from the denial before it."""
    return f"“{member}”" if member.startswith(("没有", "没", "无", "未", "不", "非")) else member


_KINDS = ("企业", "公司", "机构", "单位", "总部", "中心", "基地", "园区", "平台", "集团", "法人", "高校", "院所", "团队", "内资", "外资", "国企", "民企", "个人")


def is_kind(node: values.Value, name: str) -> bool:
    """A truth that is named by the kind of thing which it is true of."""
    return isinstance(node, values.Fact | values.Var) and name.endswith(_KINDS) and not name.startswith("属") and not any(v in name for v in "是为已有")


def written_word(node: values.Compare) -> str | None:
    """The comparison word between the two sides as the drafter wrote it, if it means this comparison."""
    whole, left, right = node.span, node.left.span, node.right.span
    if whole is None or left is None or right is None or not left.end <= right.start <= whole.end:
        return None
    between = unspaced(whole.source.text[max(left.end, whole.start) : right.start])  # of 按 甲（超过 5年 ……） the left stands before.strip("（）()")
    return between if between in _COMPARED[node.op] else None
