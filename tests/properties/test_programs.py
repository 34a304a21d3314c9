"""The evaluator on random programs: soundness of 缺失 everywhere, exactness where Kleene and intervals can see it.

Soundness (all programs): complete the facts in two ways that agree on what is reported missing, and the decision
is the same; revealing narrows; items add up; order does not matter.

Exactness (programs that read each fact once, over a small finite domain, by enumeration): every reported fact can
matter: two completions that differ in it alone have different outcomes. Outside of this, a reported fact may not
matter, because the evaluator does not see that two places hold the same fact, in programs where
- a fact stands in two places (甲真 或 非 甲真; 总额 － 总额; a condition and the amount of one line both ask for it),
- a 例外 gives what the 标准 gives in the cases left open, by way of different caps or floors,
- a year is unknown at which a series is read.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from tests.support.decisions import answer, judged, many, narrower, settled
from tests.support.programs import POLICY_LINES, TOP_ATOMS, conditions, load, programs, read_once
from tests.support.strategies import Place, Raw, Values, asked_for, facts, hints, unknowns, value_at
from xcrules.base.diagnostic import XcrulesError
from xcrules.run.results import GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE
from xcrules.use.python.policy import Policy

NUMBER = "1(1)"


@st.composite
def worlds(draw: st.DrawFn, partial: bool, through: bool = True) -> tuple[str, Raw]:
    """The lines of a program and facts for it."""
    lines = draw(programs())
    return lines, draw(facts(load(lines), NUMBER, partial, through=through))


def filled(policy: Policy, raw: Raw, places: list[Place], data: st.DataObject) -> Raw:
    values = Values(hints(policy, NUMBER), int(raw.get("兑现之年") or 2023))
    for place in places:
        raw = place.put(raw, data.draw(value_at(values, place)))
    return raw


@many(3)
@given(world=worlds(partial=True) | worlds(partial=True, through=False), data=st.data())
def test_what_is_not_asked_for_cannot_matter(world: tuple[str, Raw], data: st.DataObject) -> None:
    policy, raw = load(world[0]), world[1]
    missing = judged(policy, NUMBER, raw).missing
    places = unknowns(policy, NUMBER, raw)
    kept = [p for p in places if asked_for(p, missing)]
    loose = [p for p in places if p not in kept]
    assume(loose)
    common = filled(policy, raw, kept, data)
    one, two = (judged(policy, NUMBER, filled(policy, common, loose, data)) for _ in range(2))
    if {one.status, two.status} != {OUT_OF_SCOPE, OUT_OF_FORCE}:
        assert answer(one) == answer(two)


@many(3)
@given(world=worlds(partial=True, through=False), data=st.data())
def test_revealing_narrows(world: tuple[str, Raw], data: st.DataObject) -> None:
    policy, raw = load(world[0]), world[1]
    places = unknowns(policy, NUMBER, raw)
    assume(places)
    before = judged(policy, NUMBER, raw)
    after = judged(policy, NUMBER, filled(policy, raw, [data.draw(st.sampled_from(places))], data))
    narrower(before, after)


@many(2)
@given(world=worlds(partial=False))
def test_complete_facts_are_decided_and_items_add_up(world: tuple[str, Raw]) -> None:
    policy, raw = load(world[0]), world[1]
    made = judged(policy, NUMBER, raw)
    assert settled(made)
    assert made.missing == ()
    shares = [i.amount for i in made.items if i.amount is not None]
    assert all(x >= 0 for x in shares)
    if made.status == GRANTED:
        assert sum(shares) == made.amount


@many(2)
@given(world=worlds(partial=False) | worlds(partial=True), data=st.data())
def test_order_of_lists(world: tuple[str, Raw], data: st.DataObject) -> None:
    policy, raw = load(world[0]), world[1]
    other = {k: data.draw(st.permutations(v)) if isinstance(v, list) else v for k, v in raw.items()}
    assert answer(judged(policy, NUMBER, raw)) == answer(judged(policy, NUMBER, other))


# -- what the properties found once, as small as it gets --------------------------------------------------------

TODAY: Raw = {"兑现之年": 2023, "申报之日": "2023-06-01"}
BESIDE_THE_LIST = ("条件：甲真\n  标准：3元", "标准：总额", "标准：3元\n  上限：单项 总额", "标准：3元\n  上限：同一 姓名 年度 总额")


@pytest.mark.parametrize("lines", BESIDE_THE_LIST)
def test_a_list_not_given_does_not_hide_what_else_is_unknown(lines: str) -> None:
    policy = load(f"  对象：每项 清单\n  {lines}\n")
    asked = policy.decide(TODAY)[NUMBER].missing
    assert "清单" in asked
    assert {"甲真", "总额"} & set(asked)
    assert policy.decide({**TODAY, "甲真": True, "总额": 1, "另额": 1})[NUMBER].missing == ("清单",)


def test_a_list_of_which_no_record_could_count_is_not_asked_for() -> None:
    """A condition on the enterprise fails whatever the list says; a cap that is used up still tells 不符合 from 额度用尽."""
    made = load(f"  对象：每项 清单\n  {BESIDE_THE_LIST[0]}\n").decide({**TODAY, "甲真": False})[NUMBER]
    assert (made.status, made.missing) == ("不符合", ())
    used = load("  对象：每项 清单\n  标准：3元\n  上限：企业年度 6元\n").decide({**TODAY, "今年已得": {NUMBER: 6}})[NUMBER]
    assert (used.status, used.missing, used.amount_range) == ("待补充", ("清单",), (0, 0))


def test_a_list_that_cannot_change_the_total_is_not_asked_for() -> None:
    """One part gives what the cap allows: what the other would give is cut."""
    policy = load("  分项：一\n  对象：企业\n  标准：9元\n  分项：二\n  对象：每项 清单\n  标准：3元\n  上限：合计 企业年度 6元\n")
    made = policy.decide(TODAY)[NUMBER]
    assert (made.status, made.amount, made.missing) == (GRANTED, 6, ())


def test_other_support_matters_although_the_list_is_not_given() -> None:
    policy = load("  对象：每项 清单\n  标准：3元\n「第二条 余」\n「其余。」\n  性质：导向\n" + POLICY_LINES[2])
    rows = [{"哪事": "甲", "何状": "已得"}, {"何状": "已得"}]
    assert policy.decide({**TODAY, "别家": rows})[NUMBER].missing == ("别家[0].几钱", "别家[1].几钱", "别家[1].哪事", "清单")


def test_an_earlier_grant_of_an_unknown_clause_may_pay_this_year() -> None:
    policy = load("  对象：企业\n  条件：甲真\n  标准：3元\n  拨付：分 2年 等额，自 核定年度 起\n")
    raw = {**TODAY, "甲真": False, "往年": [{"哪年": 2022, "多少": 4}]}
    assert policy.decide(raw)[NUMBER].missing == ("往年[0].哪款",)


@pytest.mark.parametrize(("awards", "status"), [((3, 5), GRANTED), ((5, 3), GRANTED), ((3, None), "裁量"), ((None, 3), "裁量")])
def test_the_highest_award_of_one_key_in_any_order(awards: tuple[int | None, int | None], status: str) -> None:
    policy = load("  对象：每项 清单\n  裁量：由 机关 核定，记入 核准\n  从高：同一 姓名\n")
    made = policy.decide({**TODAY, "清单": [{"姓名": "甲", "核准": x} for x in awards]})[NUMBER]
    assert (made.status, made.amount) == (status, 5 if status == GRANTED else None)


# -- exactness, by enumeration --------------------------------------------------------------------------------

DOMAIN: dict[str, tuple[Any, ...]] = {
    "甲真": (True, False), "乙真": (True, False), "丙真": (True, False), "品类": ("金", "银", "铜"),
    "另额": (Fraction(1), Fraction(3)), "总额": tuple(map(Fraction, (0, 1, 2, 4, 10))),
}


def completions(policy: Policy, known: Raw) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The answer for every way to complete the facts."""
    spaces = [DOMAIN[name] if name not in known else (known[name],) for name in DOMAIN]
    return {values: answer(judged(policy, NUMBER, dict(zip(DOMAIN, values, strict=True)))) for values in product(*spaces)}


def matters(name: str, answers: dict[tuple[Any, ...], tuple[Any, ...]]) -> bool:
    """Whether two completions that differ in this fact alone have different answers."""
    at = list(DOMAIN).index(name)
    groups: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
    for values, got in answers.items():
        groups.setdefault(values[:at] + values[at + 1 :], set()).add(got)
    return any(len(found) > 1 for found in groups.values())


@many(2)
@given(lines=read_once(), data=st.data())
def test_what_is_asked_for_can_matter(lines: str, data: st.DataObject) -> None:
    policy = load(lines)
    names = data.draw(st.lists(st.sampled_from(tuple(DOMAIN)), min_size=1, max_size=4, unique=True))
    known = {name: data.draw(st.sampled_from(DOMAIN[name])) for name in DOMAIN if name not in names}
    made = judged(policy, NUMBER, known)
    answers = completions(policy, known)
    needed = {name for name in names if matters(name, answers)}
    assert needed == set(made.missing)
    assert settled(made) == (len(set(answers.values())) == 1)


# -- the laws of three values ---------------------------------------------------------------------------------


def holds(text: str, raw: Raw) -> tuple[str, tuple[str, ...]]:
    try:
        policy = load(f"  对象：企业\n  条件：{text}\n  标准：1元\n")
    except XcrulesError as refused:
        assume(any(d.code != "E446" for d in refused.diagnostics))  # a condition that never holds is no policy
        raise
    made = judged(policy, NUMBER, raw)
    return made.status, made.missing


@given(text=conditions(TOP_ATOMS), raw=facts(load("  对象：企业\n  标准：1元\n"), NUMBER, partial=True))
def test_true_and_false_hide_what_is_unknown(text: str, raw: Raw) -> None:
    raw = {**raw, "丙真": True}
    plain = holds(text, raw)
    assert holds(f"丙真 或 （{text}）", raw)[0] == GRANTED
    assert holds(f"（{text}） 且 非 丙真", raw)[0] == "不符合"
    assert holds(f"（{text}） 且 丙真", raw) == plain
    assert holds(f"（{text}） 或 非 丙真", raw) == plain
    assert holds(f"非 （非 （{text}））", raw) == plain


@given(one=conditions(TOP_ATOMS), two=conditions(TOP_ATOMS), data=st.data())
def test_de_morgan_and_order(one: str, two: str, data: st.DataObject) -> None:
    raw = data.draw(facts(load("  对象：企业\n  标准：1元\n"), NUMBER, partial=True))
    assert holds(f"非 （（{one}） 且 （{two}））", raw) == holds(f"（非 （{one}）） 或 （非 （{two}））", raw)
    assert holds(f"（{one}） 或 （{two}）", raw) == holds(f"（{two}） 或 （{one}）", raw)
    assert holds(f"（{one}） 且 （{two}）", raw) == holds(f"{two}，{one}", raw) or " 或 " in one + two
