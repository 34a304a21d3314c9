"""Rules cut into the smallest things that can change: a condition, a cap, a row of a table.

Each has a key (what it means), a slot (what it is the value of), and words for a person. Two rules with
one key mean the same, whatever their lines look like.

Old items against new ones: what is the same, what changed its value, what is gone and what is new; each Change, and changes as lines and as JSON values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

import attrs
from attrs import field, frozen

from xcrules.draft.labels import Label, card_of
from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import BOOL, DATE, show
from xcrules.meaning import rules, values
from xcrules.meaning.telling import span_of
from xcrules.tell.readback.bounds import bound, fund_text, payment, roof
from xcrules.tell.readback.clauses import (
    against_text,
    monthly_text,
    only_one_text,
    order_text,
    rounding_text,
    saying_text,
    shared_text,
    ungated_text,
)
from xcrules.tell.readback.lookups import lookup_rows
from xcrules.tell.readback.part import PartText, award_text, settled_by

ADDED, REMOVED, CHANGED = "新增", "删去", "修改"


@frozen
class Change:
    """Where (第二条（一）, 读法, 事实 …), what kind, and old and new text where there is one."""

    where: str
    kind: str  # 新增, 删去, 修改
    label: str  # 上限, 条件, 读法, 事实 …
    subject: str  # 企业年度上限; 级别的情形
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if self.kind == CHANGED:
            return f"{self.subject} {self.old} → {self.new}" if self.old or self.new else self.subject
        detail = self.new if self.kind == ADDED else self.old
        return f"{self.kind}{self.subject}{' ' if detail else ''}{detail}"


def came_and_went(where: str, label: str, subject: str, old: Iterable[str], new: Iterable[str]) -> list[Change]:
    """What of a list is gone, then what is new in it."""
    old, new = list(old), list(new)
    return [*(Change(where, REMOVED, label, subject, old=x) for x in old if x not in new),
            *(Change(where, ADDED, label, subject, new=x) for x in new if x not in old)]


def change_lines(changes: Iterable[Change], width: int = 60) -> list[str]:
    """第二条（一）：甲；乙 — or one line each where that would be long."""
    grouped: dict[str, list[str]] = {}
    for change in changes:
        grouped.setdefault(change.where, []).append(str(change))
    out: list[str] = []
    for where, texts in grouped.items():
        together = f"{where}：{'；'.join(texts)}"
        out += [together] if len(texts) == 1 or len(together) <= width else [f"{where}：", *(f"  · {t}" for t in texts)]
    return out


def changes_json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Each change as plain values."""
    return [{"处": c.where, "类别": c.kind, "栏目": c.label, "事项": c.subject, "旧": c.old, "新": c.new, "说明": str(c)} for c in changes]


Key = tuple[object, ...]
Tags = tuple[tuple[str, str], ...]


# -- the rules of one version ----------------------------------------------------------------------------------------

@frozen
class Provision:
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
        case values.Literal(value, type_):
            return ("Lit", value, str(type_))
        case FactField(name, table=table):
            return (table, name)
        case values.Logic(op, parts) if op != "非":
            return (op, *sorted((meaning(x) for part in parts for x in _same_op(op, part)), key=repr))
        case values.Member(value, members):
            return ("为", meaning(value), *sorted(members))
        case values.Pick(arms, otherwise) if all(_disjoint(t) for t, _ in arms):
            return ("按", *sorted((meaning(x) for x in arms), key=repr), meaning(otherwise))
        case tuple():
            return tuple(meaning(x) for x in node)
    if attrs.has(kind := type(node)):
        return (kind.__name__, *(meaning(getattr(node, f.name)) for f in attrs.fields(kind) if f.name not in ("span", "type")))
    return (node,)


def _same_op(op: str, part: values.Value) -> list[values.Value]:
    if isinstance(part, values.Logic) and part.op == op:
        return [x for inner in part.parts for x in _same_op(op, inner)]
    return [part]


def _disjoint(test: values.Value) -> bool:
    return isinstance(test, values.Member) or (isinstance(test, values.Compare) and test.op == "=")


def items(all_rules: Iterable[rules.Rule], text: PartText, whose: str = "", schema: Schema | None = None) -> list[Provision]:
    """The rules of a part, or of the whole policy, as items; `whose` is said before each."""
    out = []
    for rule in all_rules:
        choices = tuple(sorted(rule.choices))
        notes = tuple(n for n, x in rule.origin.tags if not x)
        for item in _items(rule, text, schema or text.words.schema):
            out.append(attrs.evolve(item, subject=whose + item.subject, choices=choices, notes=notes))
    return out


def _items(rule: rules.Rule, text: PartText, schema: Schema) -> list[Provision]:
    label, body, words = rule.origin.label, rule.body, text.words
    match body:
        case rules.Subject(table):
            return [_item("对象", ("对象",), "对象", f"{'每' + text.each if text.each else ''}{table or body.who}", body)]
        case rules.Condition(condition) | rules.Scope(condition):
            return _conditions(label, condition, text)
        case rules.Let(name, value):
            return [_item(label, (label, name), f"{label} {name.replace('.', ' 的 ')}", words.value(value), body)]
        case rules.Lookup():
            return _rows(body, text)
        case rules.Standard():
            return _standard(body, text)
        case rules.ConditionalAmount(condition, amount):
            case_ = words.conditions([condition])
            return [_item(label, (label, meaning(condition)), f"{label}（{case_}的）", _bare(text.giving(amount)), body)]
        case rules.Relief():
            return [_item(label, (label,), label, text.relief(body), body)]
        case rules.Discretion(record=record):
            return [_item("裁量", ("裁量",), "裁量", f"{settled_by(body)}{award_text(record, words)}", body)]
        case rules.Floor(amount=amount):
            return [_item("下限", ("下限",), "单项下限", bound("", amount, words), body)]
        case rules.Cap():
            return [_cap(body, text)]
        case rules.CountCap(reach=reach, period=period):
            return [_item("限次", ("限次", reach, period), "限次", text.times(body, rule.origin), body)]
        case rules.Highest(parts=parts):
            return [_item("从高", ("从高", parts), "从高", text.highest(body), body)]
        case rules.Payment():
            return [_item("拨付", ("拨付",), "拨付", payment(body, text.words), body)]
        case _:
            return [_policy_item(label, body, text, schema)]


_PolicyBody = (
    rules.Against | rules.AgainstOrder | rules.Monthly | rules.Term | rules.Ungated | rules.Years | rules.SharedCap | rules.OnlyOne
    | rules.Fund | rules.Rounding | rules.Saying | rules.Nature
)


def _policy_item(label: str, body: _PolicyBody, text: PartText, schema: Schema) -> Provision:
    match body:
        case rules.Against(outside):
            return _item("竞合", ("竞合", outside), f"与{outside}的竞合", against_text(body, schema), body)
        case rules.AgainstOrder():
            return _item("竞合", ("竞合次序",), "竞合的次序", order_text(body), body)
        case rules.Term(date, first, last):
            end = show(last, DATE) if last is not None else "没有止期"
            said = f"{show(first, DATE)}至{end}（以{text.words.value(date)}为准）"
            return _item("施行", ("施行",), "有效期", said, body)
        case rules.Monthly():
            return _item("拨付", ("按月",), "拨付", monthly_text(body), body)
        case rules.Ungated(gate, clause, _, within):
            return _item(gate, (gate, clause, within), gate, ungated_text(body, text.words), body)
        case rules.Years(year, first, last):
            return _item("时效", ("时效",), "时效", f"{text.words.value(year)} {first}年至{last}年", body)
        case rules.SharedCap(amount=None):
            return _item("竞合", ("竞合", body.called), f"{'、'.join(body.called)} 合计的竞合", shared_text(body, text.words), body)
        case rules.SharedCap(_, amount, period):
            assert amount is not None
            reach = f"{'、'.join(body.called)} 合计 {f'同一 {body.key} {period}'.rstrip() if body.key else span_of(period)}"
            return _item("上限", ("上限", body.called, period, body.paid), f"{reach}{'拨付' if body.paid else ''}上限", bound("", amount, text.words), body)
        case rules.OnlyOne():
            return _item("从高", ("从高", body.weighed), "几款之间从高", only_one_text(body), body)
        case rules.Fund(clauses):
            return _item("总额", ("总额", clauses), "总额", fund_text(body, text.words, of_policy=len(clauses) > 1), body)
        case rules.Saying():
            return _item("表述", ("表述", *body.within), "表述", saying_text(body), body)
        case rules.Rounding():
            return _item("取整", ("取整", body.each), "取整", rounding_text(body), body)
        case rules.Nature(kind, reason):
            said = "，".join(x for x in (kind if label == "性质" else "", " ".join(reason.split())) if x)
            return attrs.evolve(_item(label, (label,), label, said, body), key=(label, "".join(said.split())))
        case _:
            assert_never(body)


def _item(label: str, slot: Key, subject: str, text: str, body: object) -> Provision:
    return Provision(label, slot, subject, text, meaning(body))


def _standard(rule: rules.Standard, text: PartText) -> list[Provision]:
    """One item, or one for each case of a 按 …（…）."""
    amount = rule.amount
    if rule.condition is not None:
        return [_item("标准", ("标准", meaning(rule.condition)), f"标准（{text.words.conditions([rule.condition])}的）", _bare(text.giving(amount)), rule)]
    if not isinstance(amount, values.Pick):
        return [_item("标准", ("标准",), "标准", _bare(text.giving(amount)), amount)]
    arms = [*amount.arms, *([(values.Literal(True, BOOL), amount.otherwise)] if amount.otherwise is not None else [])]
    out = []
    for test, value in arms:
        case_ = "其他" if isinstance(test, values.Literal) else text.words.case(test)
        out.append(_item("标准", ("标准", meaning(test)), f"标准（{case_}）", _bare(text.giving(value)), (test, value)))
    return out


def _bare(giving: str) -> str:
    """给予30万元 → 30万元; 按金额的5%给予 → 金额的5%."""
    return giving.removeprefix("分别").removeprefix("给予").removeprefix("按").removesuffix("给予")


def _conditions(label: str, condition: values.Value, text: PartText) -> list[Provision]:
    """Each conjunct by itself: it does not matter on which line it stands. 除外 of one thing is 非."""
    kind = "条件" if label == Label.SUBJECT else label
    out = []
    for part in _same_op("且", condition):
        said, subject = text.words.condition(part), kind
        if kind == "除外" and isinstance(part, values.Logic) and part.op == "非":
            said = text.words.conditions([part.parts[0]])
        out.append(Provision(kind, ("条件", _operand(part)), subject, f"「{said}」", ("条件", meaning(part))))
    return out


def _operand(node: values.Value) -> Key:
    """What a condition is about, by which an old and a new one are matched."""
    match node:
        case values.Compare(left=left) | values.Member(value=left):
            return meaning(left)
        case values.Logic("非", (part,)):
            return _operand(part)
        case values.Logic(parts=(first, *_)):
            return _operand(first)
    return meaning(node)


def _cap(cap: rules.Cap, text: PartText) -> Provision:
    if cap.reach == "单项":
        reach = "单项"
    elif cap.reach == "同一":
        reach = f"同一{text.words.value(cap.key) if cap.key is not None else ''}{cap.period}"
    else:
        reach = f"同一{roof(cap.others, text.words)[0]}{cap.period}" if cap.others is not None else span_of(cap.period)
    whole = "各分项" if cap.split else f"{cap.parts[0]}的" if cap.reach == "分项" and cap.parts else ""
    used = f"（含{text.words.value(cap.used)}）" if cap.used is not None else ""
    used += f"（别家已得的，见{roof(cap.others, text.words)[1]}）" if cap.others is not None else ""
    slot = ("上限", cap.reach, cap.period, cap.split)
    return _item("上限", slot, f"{whole}{reach}上限", bound("", cap.amount, text.words) + used, cap)


def _rows(rule: rules.Lookup, text: PartText) -> list[Provision]:
    """A 对照 as one item for each row."""
    names = "、".join(x.name for x in rule.lets)
    rows, other = lookup_rows(rule)
    out = [_item("对照", ("对照", x.name), f"对照 {names} 的 {x.name}", text.words.value(x.value), x) for x in rule.keys]
    for part in rule.segments:
        slot = ("分段", names, meaning(part.tier))
        rates = "、".join(text.words.value(v) for v in part.rates)
        out.append(Provision("对照", slot, f"对照 {names}（{text.lookups.cell(part.tier)}的部分）", rates, (*slot, meaning(part.rates))))
    for row in rows:
        slot = ("对照", names, meaning(row.test))
        out.append(Provision("对照", slot, f"对照 {names}（{text.lookups.cell(row.test)}）", text.lookups.outcome(row), (*slot, row.refused or meaning(row.values))))
    if rule.rest:
        key = ("其他", names, other.refused or meaning(other.values))
        out.append(Provision("对照", ("对照", names, "其他"), f"对照 {names}（其他）", text.lookups.outcome(other), key))
    return out


# -- old against new -------------------------------------------------------------------------------------------------

Pairing = Callable[[Provision], Key]


def item_changes(where: str, old: list[Provision], new: list[Provision], registered: frozenset[str]) -> list[Change]:
    """The changes among one clause's items. `registered` are readings that were added to or left the register:
    that they are named at a line is said with them."""
    out: list[Change] = []
    left, right = list(old), list(new)
    for one, other in _matched(left, right, lambda x: (x.key, x.choices)):
        out += _notes(where, one, other, registered)
    for one, other in _matched(left, right, lambda x: (x.label, x.key)):
        out.append(_reading_changed(where, one, other))
    for how in _WAYS:
        for one, other in _matched(left, right, how):
            out.append(_value_changed(where, one, other))
    out += [Change(where, REMOVED, x.label, x.named, old=x.text) for x in left]
    out += [Change(where, ADDED, x.label, x.named, new=x.text) for x in right]
    return out


# from the surest to the loosest; conditions and rows are only matched by what they are about
_WAYS: tuple[Pairing, ...] = (lambda x: (x.slot, x.subject, x.choices), lambda x: (x.slot, x.choices),
                              lambda x: (x.label, x.choices, card_of(x.label).many and (x.slot, x.text)))


def _matched(left: list[Provision], right: list[Provision], how: Pairing) -> list[tuple[Provision, Provision]]:
    """Pairs with one key, taken out of both lists, in the order of the new one."""
    pairs = []
    for other in list(right):
        one = next((x for x in left if how(x) == how(other)), None)
        if one is not None:
            pairs.append((one, other))
            _drop(left, one)
            _drop(right, other)
    return pairs


def _drop(items: list[Provision], item: Provision) -> None:
    del items[next(n for n, x in enumerate(items) if x is item)]


def _notes(where: str, one: Provision, other: Provision, registered: frozenset[str]) -> list[Change]:
    """Readings that are named at the line and were not, or were and are not."""
    known = ([n for n in x.notes if n not in registered] for x in (one, other))
    return came_and_went(where, other.label, f"{other.subject}旁的读法", *known)


def _reading_changed(where: str, one: Provision, other: Provision) -> Change:
    return Change(where, CHANGED, other.label, f"{other.subject} {other.text}", _under(one), _under(other))


def _under(item: Provision) -> str:
    return "只在读法 " + "、".join(f"{n} {x}" for n, x in item.choices) + " 下成立" if item.choices else "各种读法下都成立"


def _value_changed(where: str, one: Provision, other: Provision) -> Change:
    if one.subject == other.subject:
        if one.text == other.text:  # the words are the same, what they stand for is not: 设定 of another part, say
            return Change(where, CHANGED, other.label, f"{other.named} {other.text}（所指不同）")
        return Change(where, CHANGED, other.label, other.named, one.text, other.text)
    return Change(where, CHANGED, other.label, other.label, f"{one.named} {one.text}", f"{other.named} {other.text}")
