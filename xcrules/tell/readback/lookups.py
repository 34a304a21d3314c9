"""对照 as sentences: its rows by their cells, what each comes to; and what a name means."""

from __future__ import annotations

import re

from attrs import frozen

from xcrules.facts.types import BOOL
from xcrules.meaning import rules, values

from .folds import first_time, told_by
from .phrases import Phrases
from .words import unspaced

_DASH = re.compile("(?<!^)(?<![满过于到至少足])[-－‐‑–—―─−~～〜∼]{1,2}")  # not the sign of －5%


@frozen
class LookupText:
    """The words for the values of a table, and the verb of its part (给予, 应补)."""

    words: Phrases
    gives: str

    def table(self, rule: rules.Lookup) -> str:
        """奖金按级别、奖种确定：国家级金奖15万元；…；其他情形不予支持. 分段 has the rate of each part."""
        if rule.segments:
            whole = self._keys(rule.segments[0].tier)[0]
            names = [x.name for x in rule.lets] if len(rule.lets) > 1 else [""]
            parts = [f"{self.cell(x.tier)}的部分{'，' if names[0] else ''}"
                     + "、".join(f"{n}{'定额' if let.name in x.lumps else ''}{self.words.value(v)}" for n, let, v in zip(names, rule.lets, x.rates, strict=True)) for x in rule.segments]
            return f"{'、'.join(x.name for x in rule.lets)}按{whole}分段计算，各段相加：" + "；".join(parts)
        rows, other = lookup_rows(rule)
        keys = "、".join(dict.fromkeys(k for row in rows for k in self._keys(row.test)))
        verb = "分别为" if len(rule.lets) > 1 else "为"
        rest = 0 if rule.rest else next((n for n, row in enumerate(reversed(rows)) if not row.refused), 0)  # each kind of 其他 across a table is one case
        told = [f"{self.cell(row.test)}的{self.outcome(row, verb)}" for row in rows[: len(rows) - rest if rest > 1 else None]]
        last = [f"其他情形{self.outcome(rows[-1] if rest > 1 else other, verb)}"] if rule.rest or rest > 1 else []
        several = f"（同时符合几{'档' if '档' in rule.steps else '行'}的，按{rule.steps}）" if rule.steps else ""
        several += "（首次，是以前填报的各年都没有）" * any(first_time(x) for row in rows for x in values.nodes_of(row.test))
        return f"{'、'.join(x.name for x in rule.lets)}按{keys}确定{several}：" + "；".join([*told, *last])

    def outcome(self, row: LookupRow, verb: str = "") -> str:
        """不予支持 (of a tax or a fee 不计); 为15万元."""
        return ("不计" if self.gives.startswith(("应", "征", "缴")) else "不予支持") if row.refused else verb + "、".join(self.words.value(v) for v in row.values)

    def _keys(self, test: values.Value) -> list[str]:
        match first_time(test) or test:
            case values.Logic(parts=parts):
                return [k for x in parts for k in self._keys(x)]
            case values.Compare(left=node) | values.Member(value=node):
                return [self.words.value(node)]
        return [self.words.value(test)]

    def cell(self, test: values.Value) -> str:
        """The keys of a row as its cells say them: 500万元以上不满5000万元."""
        if (now := first_time(test)) is not None:
            return f"首次{self.cell(now)}"
        if isinstance(test, values.Logic) and test.op == "且" and not _tier(test):
            cells = (self.cell(x).replace("、", "或") if isinstance(x, values.Member) else self.cell(x) for x in test.parts)
            return ("且" if any(isinstance(x, values.Logic) and x.op == "非" for x in test.parts[:-1]) else "、").join(cells)  # 非甲、乙 would deny both
        if _tier(test) and test.span is not None:
            return _DASH.sub("至", unspaced(test.span.text)).replace("㎡", "平方米")
        return self.words.case(test)


@frozen
class LookupRow:
    """A row of a 对照: which case it is for, the value of each name, or that nothing is given."""

    test: values.Value
    values: tuple[values.Value, ...]
    refused: bool


def lookup_rows(rule: rules.Lookup) -> tuple[list[LookupRow], LookupRow]:
    """The rows of a 对照, and what holds for cases that are in none."""
    picks = [x.value for x in rule.lets if isinstance(x.value, values.Pick)]
    supported = rule.supported if isinstance(rule.supported, values.Pick) else None

    def refuses(arm: values.Value | None) -> bool:
        return supported is not None and arm == values.Literal(False, supported.type)

    rows = [
        LookupRow(test, tuple(x.arms[n][1] for x in picks), supported is not None and refuses(supported.arms[n][1]))
        for n, (test, _) in enumerate(picks[0].arms if picks else ())
    ]
    others = tuple(x.otherwise for x in picks if x.otherwise is not None)
    return rows, LookupRow(values.Literal(True, BOOL), others, supported is not None and refuses(supported.otherwise))


def _tier(test: values.Value) -> bool:
    """A cell such as 500万元 以上 不满 5000万元: bounds on one number."""
    parts = test.parts if isinstance(test, values.Logic) and test.op == "且" else (test,)
    bounds = [x for x in parts if isinstance(x, values.Compare) and x.op != "="]
    return len(bounds) == len(parts) and len({x.span and (x.span.start, x.span.end) for x in bounds}) == 1


def meaning(rule: rules.Let, words: Phrases) -> str:
    """所称增加额，是指本年研发经费减去上年研发经费; 所称收入额，工资薪金的是指收入，稿酬的是指收入的70%."""
    value = rule.value
    if not isinstance(value, values.Pick) and words.value(value) == rule.name:
        return ""  # 上年纳税总额 is 上年纳税总额: nothing to say
    many = isinstance(value, values.Logic) and value.op == "且" and len(value.parts) > 2
    name = rule.name.replace(".", "的")
    if isinstance(value, values.Pick) and not words.plain(value):
        told = [f"{words.case(t)}的是指{words.value(v)}" for t, v in value.arms]
        key = told_by(value, words)
        return f"所称{name}，{f'按{key}：' if key else ''}{'，'.join([*told, *([f'其他的是指{words.value(value.otherwise)}'] if value.otherwise is not None else [])])}"
    return f"所称{name}，是指{words.conditions([value]) if many else words.value(value)}"
