"""应得: what a case is to come to, clause by clause."""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import ClauseNames, Unclear, clause_key, in_figures
from xcrules.base.nearest import did_you_mean, nearest
from xcrules.base.source import Span
from xcrules.draft import syntax
from xcrules.meaning import keys
from xcrules.meaning.advice.spelling import spelled
from xcrules.meaning.clauses.wanting import STATUSES
from xcrules.meaning.governing import saying_of
from xcrules.meaning.program import CaseCheck
from xcrules.meaning.report import unknown_clause
from xcrules.meaning.rules import Rule, Saying

from .plain import literal_of

ITEM_KEYS = ("本年度拨付", "申请额", "至少", "上限", "争议", "缺失")


def checked(
    body: syntax.Expected, span: Span, names: ClauseNames, policy: tuple[Rule, ...], findings: list[Diagnostic]
) -> CaseCheck | None:
    """应得：1(1) 应予支持 10万元, by the words of its 表述 too; None where something is wrong."""
    numbers, key = dict.fromkeys(names.numbers), clause_key(body.clause, names)
    body = body if isinstance(key, Unclear) else evolve(body, clause=key)
    number, part = names.keys.get(body.clause, (body.clause, ""))
    if part:
        return _of_part(number, part, body, saying_of(policy, number), span, findings)
    if body.clause not in numbers:
        return findings.append(unknown(body.clause, names, span))
    saying, values = saying_of(policy, body.clause), list[tuple[str, object]]()
    ways = tuple(filter(None, (saying.verb, saying.reverse, saying.words() * saying.monthly))) if saying is not None else ()
    said = body.status
    if saying is not None and saying.exempt == said:  # 免征: what 表述 says for 不符合 because of a 除外
        said, body = saying.exempted(), evolve(body, status="不符合")
        values.append(("表述", said))
    if saying is not None and (said in ways or (said == "应予支持" and not saying.reverse)):
        said = saying.words(said == saying.reverse)
    if saying is not None and body.status in ways:  # 应退 5000元: what 表述 says for 应予支持
        values += [("方向", body.status)] if saying.reverse else []
        body = evolve(body, status="应予支持")
    if (glued := re.match(f"({'|'.join((*STATUSES, *ways))})(?=\\d)", body.status)) is not None:
        good = f"{glued[0]} {body.status[glued.end() :]}"
        return findings.append(
            Diagnostic(
                Code.UNKNOWN_STATUS, f"「{body.status}」中间要空一格", span, f"写成 {good}", spoils=(keys.status(body.status),), rests_on=(keys.status(body.status),),
            )
        )
    if body.status not in STATUSES:
        return findings.append(Diagnostic(Code.UNKNOWN_STATUS, f"没有叫「{body.status}」的状态", span,
                                       did_you_mean(body.status, (*STATUSES, *ways)) + "状态有：" + "、".join((*STATUSES, *ways)) + "；条文另有说法的（免征、应交），先写 表述：征收 税款，除外 免征",
                                       spoils=(keys.status(body.status),), rests_on=(keys.status(body.status), keys.STATUSES)))
    if body.values:
        key = {"裁量": "上限", "待统筹": "申请额", "待补充": "缺失", "分期续拨": "本年度拨付"}.get(body.status, "金额")
        values.append((key, _expected_value(key, body.values, span, findings)))
    for item in body.items:
        if item.key.endswith("年") and item.key[:-1].isdigit():
            values.append((f"拨付计划.{item.key[:-1]}", _expected_value("金额", item.values, span, findings)))
        elif item.key.startswith("待") and len(item.key) > 1:  # 待投产日期 4万元
            values.append((f"待拨付.{item.key[1:]}", _expected_value("金额", item.values, span, findings)))
        elif item.key in names.parts.get(body.clause, ()):
            values.append((f"分项.{item.key}", _expected_value("金额", item.values, span, findings)))
        elif item.key in ITEM_KEYS:
            values.append((item.key, _expected_value(item.key, item.values, span, findings)))
        else:
            close = nearest(item.key, ITEM_KEYS)
            another = re.fullmatch(r"((?:附则)?\d+|[一二三四五六七八九十百]+\d*)(\([\d一二三四五六七八九十]+\)\d*)*", item.key) and item.values
            findings.append(Diagnostic(Code.UNKNOWN_EXPECTATION, f"应得里不认得「{item.key}」", span,
                                    f"一行只写一款，另起一行 应得：{item.key} {item.values[0]}" if another else f"是不是「{close[0]}」？" if close else "可以写：" + "、".join(ITEM_KEYS) + "、2023年 金额"))
    return CaseCheck(body.clause, body.status, said, tuple(values), span)


def unknown(clause: str, names: ClauseNames, span: Span) -> Diagnostic:
    listed = any(not n[:1].isdigit() for n in names.numbers)
    return unknown_clause(clause if listed else in_figures(clause), names.numbers, span)


def _of_part(
    number: str, part: str, body: syntax.Expected, saying: Saying | None, span: Span, findings: list[Diagnostic]
) -> CaseCheck | None:
    """应得：8凭证 应予支持 3元: what one 分项 has of what its clause comes to; of one with 表述 of its own 8凭证 免除 3元."""
    verb = saying.of(part).verb if saying is not None else ""
    given = body.status in ("应予支持", verb) and len(body.values) == 1
    if body.items or not (given or (body.status == "不符合" and not body.values)):
        return findings.append(Diagnostic(Code.UNKNOWN_STATUS, f"一个分项的应得，不能写「{' '.join((body.status, *body.values))}」", span, f"写成 {number}{part} 应予支持 3万元，或者 不符合；别的写在整款的应得里"))
    amount = _expected_value("金额", body.values, span, findings) if given else Fraction(0)
    return CaseCheck(number, "", "", ((f"分项.{part}", amount),), span)


def _expected_value(key: str, words: tuple[str, ...], span: Span, findings: list[Diagnostic]) -> object:
    if key in ("缺失", "争议"):
        return words
    literal = literal_of(words[0])
    if literal is None or len(words) > 1:
        money = re.search(r"\d[\d.,]*[万亿]?元", words[0])  # 每月500元
        findings.append(Diagnostic(Code.EXPECTED_NOT_MONEY, f"「{'、'.join(words)}」不是金额", span, f"写成 {money[0] if money else plain if literal_of(plain := spelled(words[0])) is not None else '10万元'}"))
        return None
    return literal.value
