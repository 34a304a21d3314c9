"""Whatever is unknown: 缺失 names all that can matter, nothing known later leaves what was said to be possible, and
all facts have a decision, the same by every engine.

Completions may be 不适用 wherever facts may say so. What is not exact: see test_what_is_asked_for_can_matter.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from attrs import evolve
from hypothesis import settings

import xcrules
from tests.support import holes
from tests.support.decisions import ZERO, amounts, bounds, by_every_engine, within
from tests.support.holes import NUMBER, Raw
from xcrules.base.money import CENT, UNLIMITED, Number
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import DISCRETION, GRANTED, OUT_OF_FORCE, OUT_OF_SCOPE, PENDING, open_range
from xcrules.use.python.policy import Policy

MANY = settings.default.max_examples * 12


def judged(policy: Policy, raw: Raw) -> ClauseDecision:
    (made,) = policy._engines.default.reference(policy.facts(holes.fitting(policy, raw)), (NUMBER,))
    return made


def world(seed: int, most: float = 0.4) -> tuple[Random, Policy, str, Raw]:
    r = Random(seed)
    lines = holes.usable(seed // 4)
    return r, holes.load(lines), lines, holes.facts(r, r.choice((0.05, 0.15, most)))


def excused(one: ClauseDecision, other: ClauseDecision) -> bool:
    """主体 is judged before dates are known: 不适用主体 may become 不在有效期."""
    return {one.status, other.status} == {OUT_OF_SCOPE, OUT_OF_FORCE}


def decided(made: ClauseDecision) -> tuple[object, ...]:
    """The outcome, without what is sure under 裁量: more of it may become known without being asked for."""
    return evolve(made, sure=ZERO).outcome()


def still_sure(before: ClauseDecision, after: ClauseDecision) -> bool:
    """What was sure under 裁量 stays so, whatever becomes known."""
    return DISCRETION not in (before.status, after.status) or after.sure >= before.sure


def asked_for(path: str, missing: tuple[str, ...]) -> bool:
    return any(path == m or path.startswith((m + ".", m + "[")) or m.startswith(path + ".") for m in missing)


def sure_of(made: ClauseDecision) -> tuple[Fraction, Number]:
    """What of the total is this clause's: 元 granted, from what is sure to what is possible."""
    return (made.amount, made.amount) if made.amount is not None else made.amount_range or (ZERO, ZERO)


def test_what_is_not_asked_for_cannot_matter() -> None:
    for seed in range(MANY):
        r, policy, lines, raw = world(seed)
        before = judged(policy, raw)
        missing = before.missing
        paths = holes.open_paths(raw)
        loose = [p for p in paths if not asked_for(p, missing)]
        common = holes.completed(r, raw, [p for p in paths if p not in loose])
        one, two = (judged(policy, holes.completed(r, common, loose)) for _ in range(2))
        where = (seed, lines, raw, missing, before.outcome(), one.outcome(), two.outcome())
        assert excused(one, two) or decided(one) == decided(two), where
        assert still_sure(before, one), where
        assert still_sure(before, two), where


def test_revealing_narrows() -> None:
    for seed in range(MANY):
        r, policy, lines, raw = world(seed)
        before = judged(policy, raw)
        paths = holes.open_paths(raw)
        r.shuffle(paths)
        for path in paths[:6]:
            raw = holes.closed(r, raw, path)
            after = judged(policy, raw)
            where = (seed, lines, raw, path, before.outcome(), after.outcome())
            if before.status != PENDING:
                assert excused(before, after) or decided(before) == decided(after), where
                assert still_sure(before, after), where
            elif before.bound_range is None:
                assert within(amounts(after), amounts(before)), where
            else:
                no_end = after.bound_range == (ZERO, UNLIMITED)  # so is said of a bound that has no end, too
                nothing_left = (after.bound, after.bound_range) == (None, None)  # for the authority to settle
                assert no_end or nothing_left or within(bounds(after), bounds(before)), where
                assert not no_end or before.bound_range[1] == UNLIMITED, where
                # a bound comes down to the 分; what is reckoned beside 裁量 is rounded with the rest, once
                assert after.amount is None or (after.amount >= ZERO and after.amount - CENT <= before.bound_range[1]), where
                if not path.endswith("核准"):  # what is recorded later is no unknown: until then it is not granted
                    least, most = before.amount_range or (ZERO, ZERO)
                    assert within(sure_of(after), (least, most)), where
            told = open_range(before)
            assert before.status != PENDING or told is None or after.amount is None or told[0] <= after.amount, where  # 至少 is what is sure
            assert set(after.missing) <= set(before.missing) or any(m.startswith(path) for m in after.missing) or path in holes.TABLES or (
                before.status == PENDING), where
            before = after


def test_pending_and_missing_go_together() -> None:
    """待补充 names what is open indeed (or a parameter that is not published), and a decision asks for nothing."""
    for seed in range(MANY):
        _, policy, lines, raw = world(seed)
        made = judged(policy, raw)
        assert (made.status == PENDING) == bool(made.missing), (seed, lines, raw, made.outcome())
        paths = holes.open_paths(raw)
        for path in made.missing:
            known_words = path in ("参数 均数：2023年未公布", "投入")  # 投入: the year at which it is read is unknown
            assert known_words or any(p == path or path.startswith(p) or p.startswith(path) for p in paths), (seed, path)


def test_complete_facts_are_decided_and_items_add_up() -> None:
    complete = 0
    for seed in range(MANY):
        _, policy, lines, raw = world(seed, 0)
        if holes.open_paths(raw):
            continue
        complete += 1
        made = judged(policy, raw)
        where = (seed, lines, raw, made.missing)
        assert made.status != PENDING or made.missing == ("参数 均数：2023年未公布",), where
        if made.status == GRANTED and not ("均数" in lines and any(i.amount is None for i in made.items)):  # a total under a cap, its shares open
            assert sum(i.amount for i in made.items if i.amount is not None) == made.amount, where
    assert complete > MANY / 10


@pytest.mark.parametrize("odd", ["odd", "plain"])
def test_all_facts_are_decided_alike_by_every_engine(odd: str) -> None:
    """The first days and the last, 不适用 anywhere: a decision, and one that does not depend on who makes it."""
    for seed in range(MANY // 2):
        r, policy, lines, raw = world(seed)
        if odd == "odd":
            raw |= {n: r.choice((*holes.ODD_DAYS, "不适用")) for n in ("申报日", "起日", "缺日") if r.random() < 0.7}
            raw |= {"租期": r.choice(("不适用", 0, "0.1", 1, 999999999999999999))} if r.random() < 0.7 else {}
        note = (seed, lines, raw)
        assert by_every_engine(policy, holes.fitting(policy, raw), note=note).clauses, note


# -- worked out by hand ---------------------------------------------------------------------------------------------------

BASE: Raw = {"年度": 2023, "申报日": "2023-06-01"}


@pytest.mark.parametrize(("condition", "facts", "status"), [
    ("起日 满 3年", {"起日": "9999-12-31"}, "不符合"),
    ("起日 满 3年", {"起日": "0001-01-01"}, GRANTED),
    ("起日 满 3年", {"起日": "不适用"}, "不符合"),
    ("起日 － 租期 低于 申报日", {"起日": "0001-01-01", "租期": 3}, GRANTED),
    ("起日 未满 3年", {"起日": "不适用"}, "不符合"),
    ("非 起日 满 3年", {"起日": "不适用"}, GRANTED),
    ("起日 未满 3年", {"起日": "2021-05-01"}, GRANTED),
    ("起日 未满 3年", {}, PENDING),
    ("缺日 未满 1年", {}, "不符合"),
    ("首年 未满 2年", {"首年": "不适用"}, "不符合"),
    ("起日 ＋ 租期 不高于 申报日", {"起日": "2022-05-01", "租期": 1}, GRANTED),
    ("起日 ＋ 租期 不高于 申报日", {"起日": "2022-05-01", "租期": "1.9"}, "不符合"),
    ("起日 ＋ 租期 不高于 申报日", {"起日": "2022-05-01"}, PENDING),
    ("总额 不低于 0元", {}, PENDING),
    ("闭数 等于 0元", {}, GRANTED),
])
def test_days_and_what_does_not_apply(condition: str, facts: Raw, status: str) -> None:
    policy = holes.load(f"  对象：企业\n  条件：{condition}\n  标准：3元\n{holes.REST}")
    assert policy.decide(BASE | facts)[NUMBER].status == status


def test_other_support_of_an_unknown_matter() -> None:
    policy = holes.load(f"  对象：每项 清单\n  标准：钱数\n{holes.REST}{holes.WHOLE[1]}")
    facts = {**BASE, "清单": [{"钱数": 3, "事由": "天"}], "别家": [{"几钱": 2, "何状": "已得"}]}
    made = policy.decide(facts)[NUMBER]
    assert (made.status, made.amount_range, made.missing) == (PENDING, (1, 3), ("别家[0].哪事",))


@pytest.mark.parametrize("facts", [
    {"别家": [{"哪事": "天", "几钱": 2, "何状": "不适用"}]}, {"往年": [{"哪款": "不适用", "哪年": 2022, "多少": 2}]},
])
def test_a_state_and_a_clause_always_apply(facts: Raw) -> None:
    policy = holes.load(f"  对象：每项 清单\n  标准：钱数\n{holes.REST}{holes.WHOLE[1]}")
    with pytest.raises(xcrules.XcrulesError, match=r"E802|E872"):
        policy.decide({**BASE, "清单": [], **facts})


def test_a_claim_whose_record_is_not_known_may_be_the_one_that_stays() -> None:
    """Of two awards without a bound the higher stays: 9, if that one counts at all, cut to 5; else 3."""
    lines = "  对象：每项 另册\n  条件：成立\n  裁量：由 机关 核定，记入 核准\n  从高：同一 姓名\n  上限：企业年度 总额\n"
    policy = holes.load(lines + holes.REST)
    rows = [{"姓名": "子", "核准": 9}, {"姓名": "子", "成立": True, "核准": 3}]
    made = policy.decide({**BASE, "总额": 5, "另册": rows})[NUMBER]
    assert (made.status, made.missing) == (PENDING, ("另册[0].成立",))
    assert [policy.decide({**BASE, "总额": 5, "另册": [{**rows[0], "成立": x}, rows[1]]})[NUMBER].amount for x in (True, False)] == [5, 3]


def test_a_row_that_may_not_count_is_under_its_own_ceiling() -> None:
    """Whether or not the second counts, it adds nothing: its own ceiling is 0."""
    policy = holes.load(f"  对象：每项 清单\n  条件：成立\n  标准：钱数\n  上限：同一 姓名 年度 限额\n{holes.REST}")
    rows = [{"姓名": "子", "成立": True, "钱数": 0, "限额": 2}, {"姓名": "子", "限额": 0}]
    made = policy.decide({**BASE, "清单": rows})[NUMBER]
    assert (made.status, made.missing) == ("不符合", ())


def test_one_award_beside_a_share_that_is_not_known() -> None:
    """3 recorded and 2 reckoned, of whoever they are: no more than 4 of one person. 4 or 5; nothing else is asked for."""
    lines = "  分项：一\n  对象：每项 清单\n  标准：钱数\n  分项：二\n  对象：每项 另册\n  裁量：由 机关 核定，记入 核准\n  上限：单项 3元\n  上限：合计 同一 姓名 年度 {}元\n"
    facts = {**BASE, "清单": [{"姓名": "子", "钱数": 2}], "另册": [{"核准": 3}]}
    made = holes.load(lines.format(4) + holes.REST).decide(facts)[NUMBER]
    assert (made.status, made.missing) == (PENDING, ("另册[0].姓名",))
    for most, amount in ((5, 5), (50, 5)):
        made = holes.load(lines.format(most) + holes.REST).decide(facts)[NUMBER]
        assert (made.status, made.amount, made.missing) == (GRANTED, amount, ()), most


def test_an_earlier_grant_of_no_year_rests_on_the_base_year_too() -> None:
    policy = holes.load(f"  对象：企业\n  条件：总额 高于 9元\n  标准：3元\n  拨付：分 2年 等额，自 核定年度 起\n{holes.REST}")
    facts = {"总额": 0, "往年": [{"哪款": NUMBER, "多少": 3}]}
    made = policy.decide(facts)[NUMBER]
    assert (made.status, made.missing) == (PENDING, ("年度", "往年[0].哪年"))
    assert policy.decide({**facts, "年度": "不适用"})[NUMBER].status == "不符合"


def test_a_name_that_is_not_known_is_not_asked_for_where_no_bound_cuts() -> None:
    policy = holes.load(f"  对象：每项 清单\n  标准：钱数\n  上限：同一 姓名 年度 50元\n{holes.REST}")
    made = policy.decide({**BASE, "清单": [{"姓名": "子", "钱数": 10}, {"钱数": 10}]})[NUMBER]
    assert (made.status, made.amount, made.missing) == (GRANTED, 20, ())


def test_what_was_used_by_a_row_that_may_not_count() -> None:
    policy = holes.load(f"  对象：每项 清单\n  条件：成立\n  标准：钱数\n  上限：同一 姓名 年度 5元，已用 已得\n{holes.REST}")
    rows = [{"姓名": "子", "钱数": 9, "已得": 5}, {"姓名": "子", "钱数": 9}]
    assert policy.decide({**BASE, "清单": rows})[NUMBER].amount_range == (0, 5)
    rows = [{**rows[0], "成立": False}, {**rows[1], "成立": True}]
    assert policy.decide({**BASE, "清单": rows})[NUMBER].amount == 5


@pytest.mark.parametrize(("rows", "granted", "bound"), [
    ([{"限额": 2, "核准": 5}, {"核准": 1}], (2, 3), (2, UNLIMITED)),  # 5 cut to 2, and of 1 what the second bound leaves
    ([{"限额": 2, "核准": 5}, {}], (0, 2), (2, UNLIMITED)),  # the second may have a bound of 0; if not it is still to be decided
    ([{"核准": 5}], (0, 5), (0, UNLIMITED)),
    ([{}], None, (0, UNLIMITED)),
])
def test_what_was_recorded_counts_in_the_total_while_a_bound_is_open(rows: list[Raw], granted: object, bound: object) -> None:
    policy = holes.load(f"  对象：每项 清单\n  裁量：由 机关 核定，记入 核准\n  上限：单项 限额\n{holes.REST}")
    made = policy.decide({**BASE, "清单": rows})
    assert (made[NUMBER].status, made[NUMBER].amount_range, made[NUMBER].bound_range) == (PENDING, granted, bound)
    assert made.total == made.paid_this_year_range == (granted or (0, 0))


def test_which_award_counts_is_open_while_a_name_is() -> None:
    lines = "  对象：每项 清单\n  裁量：由 机关 核定，记入 核准\n  从高：同一 姓名\n"
    made = holes.load(lines + holes.REST).decide({**BASE, "清单": [{"姓名": "子", "核准": 3}, {"核准": 9}]})
    assert made.total[0] <= 9, "one person has the higher of two, and no more is sure"
    assert made.total[1] == 12


def test_a_list_not_given_may_come_first_by_rank() -> None:
    lines = "  分项：一\n  对象：每项 清单\n  标准：钱数\n  分项：二\n  对象：每项 另册\n  标准：钱数\n  从高：合计 同一 姓名，依 级别（高、中、低）\n"
    made = holes.load(lines + holes.REST).decide({**BASE, "清单": [{"姓名": "子", "级别": "中", "钱数": 5}]})[NUMBER]
    assert (made.status, made.amount_range[0] if made.amount_range else None, made.missing) == (PENDING, 0, ("另册",))


def test_not_applicable_and_unknown_are_no_members() -> None:
    with pytest.raises(xcrules.XcrulesError, match="E511"):
        xcrules.loads(holes.VOCABULARY.replace("金、银、铜", "金、银、未知") + "  对象：企业\n  标准：3元\n" + holes.REST)


def test_a_span_that_is_not_known_is_taken_off_a_day() -> None:
    policy = holes.load("  对象：企业\n  条件：起日 － 租期 高于 申报日\n  标准：3元\n" + holes.REST)
    (made,) = (k for k in by_every_engine(policy, {"申报日": "2023-05-31", "起日": "2023-06-01", "年度": 2023}).clauses if k.number == NUMBER)
    assert (made.amount_range, made.missing) == ((ZERO, Fraction(3)), ("租期",))
