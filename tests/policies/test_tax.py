"""The income tax against the table of 速算扣除数, another way to the same sum, on every engine; and its own cases."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from tests.support.engines import ENGINES, Engine
from tests.support.policies import ROOT, shipped
from xcrules.base.money import UNLIMITED
from xcrules.plan import effort
from xcrules.store.load import load_policy
from xcrules.use.cases import run_cases

FOLDER = "iit-comprehensive-2018"
TABLE = ((36000, 3, 0), (144000, 10, 2520), (300000, 20, 16920), (420000, 25, 31920), (660000, 30, 52920), (960000, 35, 85920), (None, 45, 181920))
SHARES = {"工资薪金": Fraction(1), "劳务报酬": Fraction(4, 5), "稿酬": Fraction(14, 25), "特许权使用费": Fraction(4, 5)}


def tax(income: Fraction) -> Fraction:
    """By rate and quick deduction, to the 分."""
    rate, less = next((rate, less) for top, rate, less in TABLE if top is None or income <= top)
    return ((income * rate / 100 - less) * 100 + Fraction(1, 2)).__floor__() / Fraction(100)


def test_policy_has_no_finding() -> None:
    loaded = load_policy(ROOT / "policies" / FOLDER)
    assert loaded.document is not None
    assert loaded.document.official is not None
    assert [str(d.message) for d in loaded.diagnostics] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_its_own_cases_hold(engine: Engine) -> None:
    results = run_cases(shipped(FOLDER), engine)
    assert len(results) >= 12
    assert [r.case.name for r in results if not r.holds] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_the_balance_is_owed_one_way_or_the_other(engine: Engine) -> None:
    r = Random(6)
    for _ in range(60):
        rows = [(r.choice(tuple(SHARES)), r.choice((36000, 60000, 96000, 250000, 700000, 12345)) * r.randrange(1, 3)) for _ in range(r.randrange(1, 4))]
        saved, paid = r.choice((0, 12000, 45000)), r.choice((0, 1080, 5000, 90000))
        owed = tax(max(sum((SHARES[kind] * income for kind, income in rows), Fraction(0)) - 60000 - saved, Fraction(0)))
        made = shipped(FOLDER).decide({"纳税年度": 2024, "综合所得": [{"所得项目": kind, "收入": income} for kind, income in rows],
                                       "纳税人": {"境内有住所": True, "住房公积金": saved, "已预缴税额": paid}}, engine=engine)
        assert made["3(1)"].amount == owed
        assert made["11"].amount == abs(owed - paid)
        assert made["11"].direction == ("应补" if owed > paid else "应退" if owed < paid else "")


def test_a_long_list_with_gaps_is_told_without_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tax rests on a list, the balance on the tax. 100,000元 are sure: 40,000元 above the 60,000, taxed 1,080 + 400."""
    monkeypatch.setattr(effort, "MAX_UNSURE", 1)
    policy = shipped("iit-comprehensive-2018")
    monkeypatch.setattr(policy._engines.default.compiled, "reference", None)
    rows = [{"所得项目": "工资薪金", "收入": 1000}] * 100 + [{"所得项目": "工资薪金"}]
    decision = policy.decide({"纳税年度": 2023, "纳税人": {"境内有住所": True, "已预缴税额": 0}, "综合所得": rows, "公益捐赠": []})
    assert [(k.number, k.amount_range, k.missing, k.reverse) for k in decision] == [
        (number, (1480, UNLIMITED), ("综合所得[100].收入",), False) for number in ("3(1)", "11")]
