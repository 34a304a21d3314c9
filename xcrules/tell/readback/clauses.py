"""A clause, and the policy's own rules, as Chinese sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from xcrules.base.money import PLACES
from xcrules.facts.tables import Schema
from xcrules.facts.types import DATE, show
from xcrules.meaning import matters, rules, values
from xcrules.meaning.program import Clause, Program
from xcrules.meaning.telling import span_of

from .bounds import bound, fund_text, limits_in_order, roof
from .literals import all_compared
from .lookups import meaning
from .names import named
from .part import PartText, of_kind, part_text
from .phrases import Phrases
from .words import joined

_PLACES = {amount: name for name, amount in PLACES.items()}
_BROUGHT = {"四舍五入": "四舍五入到", "截尾": "舍去尾数，取到", "进位": "有零头就进一，取到", "四舍六入": "四舍六入、逢五取双，取到"}
_FULL = str.maketrans(",;:()", "，；：（）")
_NATURES = {
    "导向": "本款是导向性规定，不产生给付", "服务": "本款是服务事项，不产生资金给付", "非资金": "本款不是资金支持",
    "另行规定": "本款另行规定，不按本规定计算", "解释权": "本款规定解释权，不产生给付", "职责": "本款规定职责，不产生给付",
    "程序": "本款规定程序，不产生给付",
}

GOES_ON: dict[rules.Gate, str] = {"施行": "在有效期届满以后仍然施行", "适用": "不以适用主体为限，不符合适用条件的同样施行",
                                  "竞合": "在他项支持之外另给，不与他项支持从高"}


def clause_text(
    clause: Clause, schema: Schema, readings: Mapping[str, str], saying: rules.Saying | None = None,
    ungated: tuple[rules.Ungated, ...] = (), who: str = "企业", also: tuple[values.Value, ...] = (),
) -> str:
    """The clause under one choice for each reading."""
    if not clause.parts or not any(part.rules for part in clause.parts):
        return _ended([_nature(clause, readings), *_duties(clause, readings, who)])
    elsewhere = _nature(clause, readings).removeprefix("本款") if clause.nature else ""
    texts = [
        evolve(part_text(part, schema, _active(part.rules, readings), who), saying=saying and saying.of(part.name), elsewhere=elsewhere)
        for part in clause.parts
    ]
    over_all, sentences = _active(clause.totals, readings), list[str]()
    meant = [text.meanings(clause.words, over_all) for text in texts]
    common = [x for x in (*meant[0][0], *meant[0][1]) if len(texts) > 1 and all(x in lets or x in tables for lets, tables in meant)]
    for part, text, (lets, tables) in zip(clause.parts, texts, meant, strict=True):
        sentences.append(f"{part.name}：{text.sentence()}" if part.name else text.sentence())
        sentences += ["；".join(x for x in lets if x not in common), *(x for x in tables if x not in common)]
    sentences.append("；".join(_totals(over_all, texts[0], tuple(part.name for part in clause.parts))))
    sentences += ["；".join(x for x in meant[0][0] if x in common), *(x for x in meant[0][1] if x in common)]
    return _ended([*sentences, *_duties(clause, readings, who), f"本款{'；'.join(_going(x) for x in ungated)}" if ungated else "",
                   *(f"本款{_also(x, Phrases(schema, who=who))}" for x in also)])


def _active(all_rules: tuple[rules.Rule, ...], readings: Mapping[str, str]) -> tuple[rules.Rule, ...]:
    return tuple(r for r in all_rules if r.active(dict(readings)))


def _ended(sentences: list[str]) -> str:
    return "".join(s if s.endswith("。") else s + "。" for s in sentences if s)


def _nature(clause: Clause, readings: Mapping[str, str]) -> str:
    found = [b for b in of_kind(_active(clause.shared, readings), rules.Nature) if b.kind in _NATURES]
    chosen = next((b for kind in ("另行规定", "非资金", "服务", "导向") for b in found if b.kind == kind), None)
    chosen = chosen or next(iter(found), None)
    if chosen is None:
        return "本款不产生给付"
    said: dict[str, dict[str, None]] = {chosen.kind: {}}
    for body in found:
        if body.reason and body.reason not in said.setdefault(body.kind, {}):
            said[body.kind][body.reason] = None
    told = [_NATURES[kind] + ("：" + "；".join(x.translate(_FULL) for x in reasons) if reasons else "")
            for kind, reasons in said.items() if reasons or kind == chosen.kind]
    return "。".join(told)


def _duties(clause: Clause, readings: Mapping[str, str], who: str) -> list[str]:
    return [f"受益{who}的义务：{b.reason.strip()}" for b in of_kind(_active(clause.shared, readings), rules.Nature) if b.kind == "义务"]


def _totals(all_rules: tuple[rules.Rule, ...], text: PartText, names: tuple[str, ...]) -> list[str]:
    """Rules that name their reach over the parts."""
    out = []
    for rule in limits_in_order(all_rules, as_written=True):
        match rule.body:
            case rules.Floor(parts, amount):
                out.append(bound(f"{_each_of(parts or names)}不少于", amount, text.words))
            case rules.Cap(reach="单项") as cap:
                out.append(text.bounded(f"{_each_of(cap.parts or names)}不超过", cap))
            case rules.Cap() as cap:
                out.append(text.cap(cap, _whose(cap, names)))
            case rules.CountCap() as count:
                out.append(_all(names) + text.times(count, rule.origin))
            case rules.Highest() as highest:
                out.append(_all(highest.parts or names) + text.highest(highest))
            case rules.Fund() as fund:
                out.append(fund_text(fund, text.words))
    return out


def _each_of(parts: tuple[str, ...]) -> str:
    """甲与乙的每一项."""
    reached = [n for n in parts if n]
    return f"{joined(reached, '与')}{'的' if reached else ''}每一项"


def _all(names: tuple[str, ...]) -> str:
    return f"{joined(names, '与')}合在一起，" if len(names) > 1 else ""


def _whose(cap: rules.Cap, names: tuple[str, ...]) -> str:
    reached = tuple(n for n in cap.parts or names if n)
    if len(reached) < 2:
        return f"{reached[0]}的" if reached else ""
    return f"{joined(reached, '与')}{'各自的' if cap.split else '合计，'}"


# -- the policy's own rules -----------------------------------------------------------------------------


def chosen_of(program: Program, readings: Mapping[str, str] | None) -> dict[str, str]:
    """A choice for every reading: those left out stand at their default."""
    return {r.number: r.default for r in program.readings} | dict(readings or {})


def read_back_policy(program: Program, readings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The rules that hold for the whole policy, 适用, 定义, 施行, 时效, 竞合, 取整, 废止: label → sentence; labels without a rule are left out."""
    readings = chosen_of(program, readings)
    all_rules = _active(program.policy_rules, readings)
    words = Phrases(program.schema, who=program.applicant)
    each = read_back_over_several(program, readings)
    made = {
        "适用": "；".join(filter(None, [_scope(all_rules, words), *_going_on(all_rules, "适用", words)])),
        "定义": "；".join(filter(None, read_back_definitions(program, readings).values())),
        "施行": "；".join([*(_term(b, words) for b in of_kind(all_rules, rules.Term)), *_going_on(all_rules, "施行", words)]),
        "时效": "；".join(f"{words.value(b.year)}限于{b.first}年至{b.last}年" for b in of_kind(all_rules, rules.Years)),
        "竞合": "；".join(
            filter(
                None,
                [
                    *(against_text(b, program.schema) for b in of_kind(all_rules, rules.Against)),
                    *(order_text(b) for b in of_kind(all_rules, rules.AgainstOrder)),
                    weighed_text(program, readings) if of_kind(all_rules, rules.Against) else "", *_going_on(all_rules, "竞合", words),
                ],
            )
        ),
        **{label: "；".join(text for rule, text in each if rule.origin.label == label) for label in ("上限", "总额", "表述", "取整")},
        "从高": "；".join(only_one_text(b) for b in of_kind(all_rules, rules.OnlyOne)),
        "废止": "；".join(f"同时废止{b.reason.strip()}" for b in of_kind(all_rules, rules.Nature) if b.kind == "废止"),
    }
    return {label: _ended([text]) for label, text in made.items() if text}


def read_back_over_several(program: Program, readings: Mapping[str, str] | None = None) -> list[tuple[rules.Rule, str]]:
    """Each line over several clauses (上限, 总额) and each that is of one article or of all (表述, 取整), with its sentence, in the order written."""
    words, found = Phrases(program.schema, who=program.applicant), list[tuple[rules.Rule, str]]()
    giving = [k.number for k in program.clauses if k.parts and not k.nature]
    for rule in _active(program.policy_rules, chosen_of(program, readings)):
        match rule.body:
            case rules.SharedCap() as body:
                found.append((rule, shared_text(body, words, giving)))
            case rules.Fund() as body:
                found.append((rule, fund_text(body, words, of_policy=True)))
            case rules.Saying() as body:
                found.append((rule, saying_text(body)))
            case rules.Rounding() as body:
                found.append((rule, rounding_text(body)))
    return found


def shared_text(body: rules.SharedCap, words: Phrases, giving: Sequence[str] = ()) -> str:
    """第二条（一）与第六条（一）合计，企业年度不超过200万元; 各款合计 where it is over many clauses and all that give (`giving`)."""
    whose = "各款" if len(giving) > 3 and [*body.called] == [*giving] else joined(named(body.called), "与")
    if body.against is not None:
        taken = "从前面的款扣起，只扣一次" if body.against.top_up else "都不再给予"
        return (f"{whose}合计，{body.key}相同的与{body.against.outside}从高不重复：他项支持为“{body.against.received}”的，{taken}；"
                f"为“{body.against.rival}”的，他项金额高于合计时都不再给予")
    assert body.amount is not None
    if body.key:
        return f"{whose}合计，" + bound(f"{body.key}相同的各项{body.period or '一次'}不超过", body.amount, words)
    if body.others is None:
        span = "" if body.period == rules.EACH_MONTH else span_of(body.period, words.who)  # the amount says it: 每月250元
        if body.paid:
            several = "合计" if len(body.called) > 1 else ""
            return f"{whose}{several}，" + bound(f"{span}拨付的（先是以前核定、今年续拨的，再是今年核定、今年拨的）不超过", body.amount, words)
        return f"{whose}合计，" + bound(f"{span}不超过", body.amount, words)
    key, used = roof(body.others, words)
    return f"{whose}合计，" + bound(f"同一{key}的各{words.who}{body.period}不超过", body.amount, words) + f"（别家已得的，见{used}）"


def only_one_text(body: rules.OnlyOne) -> str:
    """第一条（一）、第一条（二）与第二条从高不重复，只给予金额最高的一款（金额相同的，取条文在前的一款）."""
    sides, one = joined(named(n + part for n, part in body.weighed), "与"), "一个" if body.sides else "一款"
    if body.key:
        return f"{sides}之间，{body.key}相同的从高不重复，只在合计金额最高的{one}计入（金额相同的，取条文在前的{one}），不同的可以叠加"
    if body.sides:
        return f"{sides}从高不重复，只给予合计金额最高的一个（金额相同的，取条文在前的一个）"
    return f"{sides}从高不重复，只给予金额最高的一款（金额相同的，取条文在前的一款）"


def rivals_text(policy: tuple[rules.Rule, ...], readings: Mapping[str, str], number: str) -> str:
    """本款与第二条从高不重复，只给予金额最高的一款. Of each choice in which the clause stands."""
    found = [b for b in of_kind(_active(policy, readings), rules.OnlyOne) if number in b.clauses]
    return _ended([only_one_text(b) if b.sides else f"本款与{joined(named(n for n in b.clauses if n != number), '、')}"
                   + (f"之间，{b.key}相同的只在合计金额最高的一款计入" if b.key else "从高不重复，只给予金额最高的一款") for b in found])


def read_back_definitions(program: Program, readings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Each 定义 by its name, 所称……，是指……, in the order written and without a full stop."""
    words = Phrases(program.schema, who=program.applicant)
    return {b.name: meaning(b, words) for b in of_kind(_active(program.policy_rules, chosen_of(program, readings)), rules.Let)}


def _scope(all_rules: tuple[rules.Rule, ...], words: Phrases) -> str:
    conditions = [b.condition for b in of_kind(all_rules, rules.Scope)]
    if not conditions:
        return ""
    said = evolve(words, kinds=True).conditions(conditions)
    if said.startswith("属于") and not words.several(conditions) and not any(isinstance(c, values.Logic) for c in conditions):
        return f"适用于{said.removeprefix('属于')}"
    return f"适用于{said}的{words.who}" if all_compared(conditions) else f"适用对象：{said}的"


def _term(rule: rules.Term, words: Phrases) -> str:
    end = f"，至{show(rule.last_day, DATE)}止（含当日）" if rule.last_day is not None else "，没有写明止期"
    return f"自{show(rule.first_day, DATE)}起施行{end}，以{words.value(rule.date)}为准"


def ungated_text(rule: rules.Ungated, words: Phrases) -> str:
    """施行：届满 照行; 适用：不符 照行; 适用：含 分支机构; 竞合：不适用."""
    return named([rule.clause])[0] + (_going(rule) if rule.also is None else _also(rule.also, words))


def _going(rule: rules.Ungated) -> str:
    return f"{'的' * bool(rule.within)}{'、'.join(rule.within)}{GOES_ON[rule.gate]}"


def _also(condition: values.Value, words: Phrases) -> str:
    return f"的适用对象，还包括{words.conditions([condition])}的"


def _going_on(all_rules: tuple[rules.Rule, ...], gate: rules.Gate, words: Phrases) -> list[str]:
    return [ungated_text(b, words) for b in of_kind(all_rules, rules.Ungated) if b.gate == gate]


def against_text(rule: rules.Against, schema: Schema) -> str:
    """竞合 with another list of support."""
    table = schema.table(rule.outside)
    key = table.field_of_role("外部事项") if table else None
    same = "里对应同一款的支持" if rule.by_clause else f"{key.name}相同的" if key else "属同一事项的"
    received = "只补足差额" if rule.top_up else "不再给予"
    return (f"{'各款的给付' * rule.by_clause}与{rule.outside}{same}，从高不重复：他项支持为“{rule.received}”的，{received}；"
            f"为“{rule.rival}”的，他项金额较高时不再给予" + "；由机关核定的，按核定的数比" * rule.settled)


def weighed_text(program: Program, readings: Mapping[str, str]) -> str:
    """管第一条；不管第二条（金额由机关核定）: for which clauses 竞合 holds."""
    within, without = matters.covered(program, readings)
    said = [f"管的是{'、'.join(named(within))}"] if within else []
    said += ["不管" + "，".join(f"{'、'.join(named(numbers))}（{why}）" for why, numbers in without.items())] if without else []
    return "；".join(said)


def order_text(rule: rules.AgainstOrder) -> str:
    """竞合：先从高后封顶."""
    return "先按上限封顶，再与他项支持从高" if rule.caps_first else "先与他项支持从高，再按上限封顶"


def saying_text(rule: rules.Saying) -> str:
    """表述."""
    whose = (named([rule.clause])[0] if rule.clause else "各款") + (f"{joined(rule.within, '与')}" if rule.within else "")
    return f"{whose}的结果称“{rule.words()}”" + (f"，小于0的称“{rule.words(True)}”" if rule.reverse else "") + (f"，因除外而不计的称“{rule.exempted()}”" if rule.exempt else "")


def monthly_text(rule: rules.Monthly) -> str:
    """拨付：按月."""
    return f"{named([rule.clause])[0]}按月支付"


def rounding_text(rule: rules.Rounding) -> str:
    """取整."""
    return f"{named([rule.clause])[0] if rule.clause else '每款'}的{'各项金额各自' if rule.each else '合计金额'}{_BROUGHT[rule.mode]}{_PLACES[rule.unit]}{'，再相加' * rule.each}"
