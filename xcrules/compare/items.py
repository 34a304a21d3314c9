"""Rules cut into the smallest things that can change: a condition, a cap, a row of a table.

Each has a key (what it means), a slot (what it is the value of), and words for a person. Two rules with
one key mean the same, whatever their lines look like.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from attrs import field, frozen

from .. import calculus as c
from .. import program as p
from ..datatypes import BOOL, DATE, show
from ..readback.clauses import against_text, order_text, rounding_text
from ..readback.part import PartText, payment

Key = tuple[object, ...]
Tags = tuple[tuple[str, str], ...]


@frozen
class Item:
    """One thing a rule says."""

    label: str
    slot: Key
    subject: str  # 企业年度上限
    text: str  # 150万元
    key: Key = field(repr=False)
    choices: Tags = ()  # readings it depends on
    notes: tuple[str, ...] = ()  # readings it only names

    @property
    def named(self) -> str:
        """〔A22 各自〕企业年度上限."""
        tags = "，".join(f"{n} {x}" for n, x in self.choices)
        return f"〔{tags}〕{self.subject}" if tags else self.subject


def meaning(node: object) -> Key:
    """A value as comparable plain data: places, types and the wording of facts left out, order where it is free."""
    match node:
        case c.Lit(value, type_):
            return ("Lit", value, str(type_))
        case c.FactField(name, table=table):
            return (table, name)
        case c.Logic(op, parts) if op != "非":
            return (op, *sorted((meaning(x) for part in parts for x in _same_op(op, part)), key=repr))
        case c.Member(value, members):
            return ("为", meaning(value), *sorted(members))
        case c.Pick(arms, otherwise) if all(_disjoint(t) for t, _ in arms):
            return ("按", *sorted((meaning(x) for x in arms), key=repr), meaning(otherwise))
        case tuple():
            return tuple(meaning(x) for x in node)
    if attrs.has(kind := type(node)):
        return (kind.__name__, *(meaning(getattr(node, f.name)) for f in attrs.fields(kind) if f.name not in ("span", "type")))
    return (node,)


def _same_op(op: str, part: c.Value) -> list[c.Value]:
    if isinstance(part, c.Logic) and part.op == op:
        return [x for inner in part.parts for x in _same_op(op, inner)]
    return [part]


def _disjoint(test: c.Value) -> bool:
    return isinstance(test, c.Member) or (isinstance(test, c.Cmp) and test.op == "=")


def items(rules: Iterable[p.Rule], text: PartText, whose: str = "", schema: p.Schema | None = None) -> list[Item]:
    """The rules of a part, or of the whole policy, as items; `whose` is said before each."""
    out = []
    for rule in rules:
        choices = tuple(sorted(rule.choices))
        notes = tuple(n for n, x in rule.origin.tags if not x)
        for item in _items(rule, text, schema or text.words.schema):
            out.append(attrs.evolve(item, subject=whose + item.subject, choices=choices, notes=notes))
    return out


def _items(rule: p.Rule, text: PartText, schema: p.Schema) -> list[Item]:
    label, body, words = rule.origin.label, rule.body, text.words
    match body:
        case p.SubjectRule(table):
            return [_item("对象", ("对象",), "对象", f"{'每' + text.each if text.each else ''}{table or '企业'}", body)]
        case p.ConditionRule(condition) | p.ScopeRule(condition):
            return _conditions(label, condition, text)
        case p.LetRule(name, value):
            return [_item(label, (label, name), f"{label} {name}", words.value(value), body)]
        case p.LookupRule():
            return _rows(body, text)
        case p.StandardRule(amount):
            return _standard(amount, text)
        case p.ExceptionRule(condition, amount):
            case_ = words.conditions([condition])
            return [_item(label, (label, meaning(condition)), f"{label}（{case_}的）", _bare(text.giving(amount)), body)]
        case p.DiscretionRule(authority, record):
            kept = f"，记入{words.value(record)}" if record is not None else ""
            return [_item("裁量", ("裁量",), "裁量", f"由{authority}核定{kept}", body)]
        case p.LimitRule():
            return [_limit(body, text)]
        case p.CountRule(reach=reach, period=period):
            return [_item("限次", ("限次", reach, period), "限次", text.times(body, rule.origin), body)]
        case p.HighestRule(overall=overall):
            return [_item("从高", ("从高", overall), "从高", text.highest(body), body)]
        case p.PaymentRule():
            return [_item("拨付", ("拨付",), "拨付", payment(body), body)]
    return [_policy_item(rule, text, schema)]


def _policy_item(rule: p.Rule, text: PartText, schema: p.Schema) -> Item:
    label, body = rule.origin.label, rule.body
    match body:
        case p.AgainstRule(outside):
            return _item("竞合", ("竞合", outside), f"与{outside}的竞合", against_text(body, schema), body)
        case p.OrderRule():
            return _item("竞合", ("竞合次序",), "竞合的次序", order_text(body), body)
        case p.TermRule(date, first, last):
            end = show(last, DATE) if last is not None else "没有止期"
            said = f"{show(first, DATE)}至{end}（以{text.words.value(date)}为准）"
            return _item("施行", ("施行",), "有效期", said, body)
        case p.YearsRule(year, first, last):
            return _item("时效", ("时效",), "时效", f"{text.words.value(year)} {first}年至{last}年", body)
        case p.SharedLimitRule(clauses, amount, period):
            reach = f"{'、'.join(clauses)} 合计 企业{period}"
            return _item("上限", ("上限", clauses, period), f"{reach}上限", text.words.value(amount), body)
        case p.RoundingRule():
            return _item("取整", ("取整",), "取整", rounding_text(body), body)
        case p.NatureRule(kind, reason):
            said = "，".join(x for x in (kind if label == "性质" else "", " ".join(reason.split())) if x)
            return attrs.evolve(_item(label, (label,), label, said, body), key=(label, "".join(said.split())))
    raise TypeError(type(body).__name__)


def _item(label: str, slot: Key, subject: str, text: str, body: object) -> Item:
    return Item(label, slot, subject, text, meaning(body))


def _standard(amount: c.Value, text: PartText) -> list[Item]:
    """One item, or one for each case of a 按 …（…）."""
    if not isinstance(amount, c.Pick):
        return [_item("标准", ("标准",), "标准", _bare(text.giving(amount)), amount)]
    arms = [*amount.arms, *([(c.Lit(True, BOOL), amount.otherwise)] if amount.otherwise is not None else [])]
    out = []
    for test, value in arms:
        case_ = "其他" if isinstance(test, c.Lit) else text.words.case(test)
        out.append(_item("标准", ("标准", meaning(test)), f"标准（{case_}）", _bare(text.giving(value)), (test, value)))
    return out


def _bare(giving: str) -> str:
    """给予30万元 → 30万元; 按金额的5%给予 → 金额的5%."""
    return giving.removeprefix("分别").removeprefix("给予").removeprefix("按").removesuffix("给予")


def _conditions(label: str, condition: c.Value, text: PartText) -> list[Item]:
    """Each conjunct by itself: it does not matter on which line it stands. 除外 of one thing is 非."""
    kind = label if label in ("除外", "适用") else "条件"
    out = []
    for part in _same_op("且", condition):
        said, subject = text.words.condition(part), kind
        if kind == "除外" and isinstance(part, c.Logic) and part.op == "非":
            said = text.words.conditions([part.parts[0]])
        out.append(Item(kind, ("条件", _operand(part)), subject, f"「{said}」", ("条件", meaning(part))))
    return out


def _operand(node: c.Value) -> Key:
    """What a condition is about, by which an old and a new one are matched."""
    match node:
        case c.Cmp(left=left) | c.Member(value=left):
            return meaning(left)
        case c.Logic("非", (part,)):
            return _operand(part)
        case c.Logic(parts=(first, *_)):
            return _operand(first)
    return meaning(node)


def _limit(limit: p.LimitRule, text: PartText) -> Item:
    label = "下限" if limit.floor else "上限"
    if limit.reach == "单项":
        reach = "单项"
    elif limit.reach == "同一":
        reach = f"同一{text.words.value(limit.key) if limit.key is not None else ''}{limit.period}"
    else:
        reach = f"企业{limit.period}"
    whole = "各分项" if limit.split else f"{limit.parts[0]}的" if limit.reach == "分项" and limit.parts else ""
    used = f"（含{text.words.value(limit.used)}）" if limit.used is not None else ""
    slot = (label, limit.reach, limit.period, limit.split)
    return _item(label, slot, f"{whole}{reach}{label}", text.words.value(limit.amount) + used, limit)


def _rows(rule: p.LookupRule, text: PartText) -> list[Item]:
    """A 对照 as one item for each row."""
    names = "、".join(x.name for x in rule.lets)
    picks = [x.value for x in rule.lets if isinstance(x.value, c.Pick)]
    tests = [t for t, _ in picks[0].arms] if picks else []
    out = []
    for n, test in enumerate(tests):
        values = tuple(x.arms[n][1] for x in picks)
        refused = isinstance(rule.supported, c.Pick) and rule.supported.arms[n][1] == c.Lit(False, rule.supported.type)
        said = "不予支持" if refused else "、".join(text.words.value(v) for v in values)
        slot = ("对照", names, meaning(test))
        out.append(Item("对照", slot, f"对照 {names}（{text.cell(test)}）", said, (*slot, refused or meaning(values))))
    last = tuple(x.otherwise for x in picks)
    if picks and isinstance(rule.supported, c.Pick):
        refused = rule.supported.otherwise == c.Lit(False, rule.supported.type)
        said = "不予支持" if refused else "、".join(text.words.value(v) for v in last if v is not None)
        out.append(Item("对照", ("对照", names, "其他"), f"对照 {names}（其他）", said, ("其他", names, refused or meaning(last))))
    return out
