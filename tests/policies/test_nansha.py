"""The two Nansha policies against cases worked by hand: other shapes of law, every engine.

The cases stand in nansha_cases.jsonl (政策 names the folder, 读法 the choices that differ from the
defaults) and in each folder's 案例.规则. Knows nothing of how the engine decides.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from tests.support.cases import Case, differences, worked
from tests.support.engines import ENGINES, Engine, on_every_engine
from tests.support.policies import ROOT, shipped
from xcrules.run.decision import ClauseDecision
from xcrules.store.load import load_policy
from xcrules.use.cases import run_cases

FOLDERS = ("nansha-technology-2017", "nansha-headquarters-2017")
CLAUSES = {
    FOLDERS[0]: (*map(str, range(1, 8)), *(f"8({k})" for k in range(1, 5)), *map(str, range(9, 24)),
                 *(f"24({k})" for k in range(1, 5)), *map(str, range(25, 35)), "36"),
    FOLDERS[1]: ("2(1)", "2(2)", "2(3)", "3(1)", "3(2)", "3(3)", "4", "5", "6", "7", "8", "9", "10"),
}
POLICIES = ROOT / "policies"
CASES = worked("nansha_cases")


def told(decision: ClauseDecision) -> dict[str, object]:
    return {"状态": decision.status, "金额": decision.amount, "上限": decision.bound, "缺失": decision.missing}


def test_cases_cover_every_clause_of_both_policies() -> None:
    covered = {(case["政策"], clause) for case in CASES for clause in case["期望"]}
    covered |= {(folder, check.clause) for folder in FOLDERS for case in shipped(folder).program.cases for check in case.checks}
    assert covered == {(folder, clause) for folder, clauses in CLAUSES.items() for clause in clauses}
    assert max(Counter(case["编号"] for case in CASES).values()) == 1


@pytest.mark.parametrize(("engine", "case"), on_every_engine((case["编号"], case) for case in CASES))
def test_case(engine: Engine, case: Case) -> None:
    decision = shipped(case["政策"]).decide(case["事实"], case.get("读法"), engine=engine)
    wrong = [x for clause, expected in case["期望"].items() for x in differences(expected, told(decision[clause]), whole=True)]
    assert not wrong, f"{case['理由']}：{'；'.join(wrong)}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_policy_has_no_finding(folder: str) -> None:
    loaded = load_policy(POLICIES / folder)
    assert loaded.document is not None
    assert loaded.document.official is not None
    assert [str(d.message) for d in loaded.diagnostics] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_numbering_comes_from_the_quotes(folder: str) -> None:
    assert shipped(folder).clauses == CLAUSES[folder]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_policys_own_cases_hold(folder: str, engine: Engine) -> None:
    results = run_cases(shipped(folder), engine)
    assert len(results) >= 12
    assert [f"{r.case.name}：{d}" for r in results for d in r.differences] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_choice_of_every_reading_makes_a_difference_to_some_case(folder: str) -> None:
    """A modelled choice that changes no case is not tested, or does nothing."""
    chosen = {(number, choice) for case in CASES if case["政策"] == folder for number, choice in case.get("读法", {}).items()}
    chosen |= {choice for case in shipped(folder).program.cases for choice in case.readings}
    others = {(r.number, x) for r in shipped(folder).program.readings for x in r.modelled if x != r.default}
    assert chosen == others


def test_a_total_written_before_the_parts_is_one_cap() -> None:
    case = next(c for c in CASES if c["编号"] == "T26-08")
    caps = shipped(FOLDERS[0]).decide(case["事实"])["26"].caps
    assert [(k.text, k.before[0], k.after[0]) for k in caps] == [("合计 企业年度 300万元", Fraction(3_040_000), Fraction(3_000_000))]


def test_the_share_of_a_reckoned_and_a_recorded_grant_under_one_cap() -> None:
    """第五条: 40% reckoned (8万) beside a recorded 20万, cut to 20万 in the order of application."""
    case = next(c for c in CASES if c["编号"] == "H5-15")
    items = shipped(FOLDERS[1]).decide(case["事实"])["5"].items
    paid = {(i.path, i.part): i.amount for i in items if i.counts}
    assert paid == {("人才[0]", "骨干"): 40_000, ("人才[1]", "骨干"): 80_000, ("人才[1]", "高管"): 120_000}
