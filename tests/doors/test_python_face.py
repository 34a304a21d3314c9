"""The Python face: what may be seen, what travels, what is typed."""

from __future__ import annotations

import copy
import inspect
import multiprocessing
import pickle
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from typing import Any

import pytest

import xcrules
from tests.support.commands import python, started
from tests.support.policies import ROOT, shipped

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"), re.S)
POLICY = shipped()
GOOD = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": True, "西城区纳税": True, "中关村高新技术企业认定": True},
        "上级资金": [{"类别": "科技重大专项", "级别": "北京市级", "金额": 600000, "到账年度": 2023}]}
BAD = {**GOOD, "上级资全": [], "申报日期": "昨天"}


def public(value: object) -> set[str]:
    return {n for n in dir(value) if not n.startswith("_")}


def test_few_names() -> None:
    assert public(POLICY) == {"amounts", "amounts_frame", "chosen", "clauses", "counters", "decide", "decide_clauses", "decide_table", "defaults", "diagnostics", "earlier", "edition", "exact", "explain", "facts",
                              "facts_schema", "how_to_qualify", "in_force", "name", "program", "read_back", "text_in_force", "texts", "title"}
    assert "decision_schema" in public(xcrules)


def test_every_public_name_says_what_it_is() -> None:
    """Shapes, units and errors stand in docstrings, of the names themselves and of what they offer."""
    bare = []
    for name in xcrules.__all__:
        value = getattr(xcrules, name)
        bare += [name] if not inspect.getdoc(value) else []
        held = {} if inspect.ismodule(value) or not inspect.isclass(value) else vars(value)
        for key, member in held.items():
            function = getattr(member, "fget", None) or getattr(member, "func", None) or member
            if not key.startswith("_") and inspect.isfunction(function) and not inspect.getdoc(function):
                bare.append(f"{name}.{key}")
    assert bare == []


def test_money_is_there_after_the_import() -> None:
    code = "import xcrules; assert str(xcrules.money.UNLIMITED) == 'UNLIMITED'"
    assert python(code).code == 0


def test_a_decision_shows_itself_in_a_line_and_in_a_table() -> None:
    decision = POLICY.decide({**GOOD, "编号": "甲"})
    assert repr(decision).startswith("<Decision '甲' 《北京市西城区")
    assert len(repr(decision)) < 250
    assert repr(decision["2(1)"]) == "<ClauseDecision 2(1) 应予支持 30万元>"
    assert "<td>2(1)</td><td>应予支持 30万元</td>" in decision._repr_html_()
    assert len(repr(POLICY)) < 150


def test_words_of_facts_are_no_markup_in_a_notebook() -> None:
    policy = xcrules.loads("规定：《<b>办法》\n事实：申报，顶层\n| 名称 | 类型 |\n| 合格 | 是否 |\n\n「第一条 办法」\n「（一）给予1万元。」\n"
                           "  对象：企业\n  条件：合格\n  标准：1万元\n")
    assert "<b>" not in policy.decide({"合格": True})._repr_html_()


# -- what travels -----------------------------------------------------------------------------------------


def test_a_decision_travels_small_and_says_the_same() -> None:
    decision = POLICY.decide(GOOD)
    held = pickle.dumps(decision)
    assert len(held) <= 5000
    again = pickle.loads(held)
    assert again == decision
    assert again.to_json() == decision.to_json()
    assert again.warnings == decision.warnings
    assert pickle.loads(pickle.dumps(again)).to_json() == decision.to_json()
    for ask in (lambda: again.reasons, lambda: again["2(1)"].items, lambda: again["2(1)"].readings, lambda: again.to_json(details=True)):
        with pytest.raises(xcrules.XcrulesError, match="E830") as caught:
            ask()
        assert "policy.explain" in caught.value.diagnostics[0].help
    assert decision["2(1)"].items  # at home they are still there


def test_copies_keep_their_reasons() -> None:
    decision = POLICY.decide(GOOD)
    assert copy.deepcopy(decision)["2(1)"].items == copy.copy(decision)["2(1)"].items != ()


def test_a_policy_travels_once_for_each_worker() -> None:
    held = pickle.dumps(POLICY)
    assert len(held) < 100_000
    one, other = pickle.loads(held), pickle.loads(held)
    assert one is other
    assert one == POLICY
    assert one.decide(GOOD).to_json(details=True) == POLICY.decide(GOOD).to_json(details=True)


def test_an_error_travels_with_its_diagnostics() -> None:
    with pytest.raises(xcrules.XcrulesError) as caught:
        POLICY.decide(BAD)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.diagnostics == caught.value.diagnostics
    assert str(again) == str(caught.value)
    with pytest.raises(xcrules.XcrulesError) as wrong:
        xcrules.loads("「第一条 办法」\n  标准：1\n")
    assert pickle.loads(pickle.dumps(wrong.value)).diagnostics == wrong.value.diagnostics


def codes(future: Any) -> list[str]:
    with pytest.raises(xcrules.XcrulesError) as caught:
        future()
    return [d.code for d in caught.value.diagnostics]


def test_pools_survive_wrong_facts() -> None:
    context = multiprocessing.get_context("spawn")
    right = POLICY.decide(GOOD).to_json()
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        wrong = pool.submit(POLICY.decide, BAD)
        assert "E801" in codes(lambda: wrong.result(120))
        assert pool.submit(POLICY.decide, GOOD).result(120).to_json() == right
    with context.Pool(1) as old:
        assert "E801" in codes(lambda: old.apply_async(POLICY.decide, (BAD,)).get(120))
        assert old.apply_async(POLICY.decide, (GOOD,)).get(120).to_json() == right


# -- what is asked of it, and typed --------------------------------------------------------------------------


def test_other_choices_are_values() -> None:
    """A08: 60万元 × 50% = 30万元, whatever the choice says of it stands in fields."""
    uses = [u for k in POLICY.decide(GOOD) for u in k.readings]
    worked = [a for u in uses for a in u.alternatives if a.status is not None]
    assert worked
    for other in worked:
        assert other.outcome is not None
        assert other.outcome.startswith(str(other.status))
    assert all(a.needs for u in uses for a in u.alternatives if a.status is None)


def test_schemas() -> None:
    import jsonschema

    assert jsonschema.validate(POLICY.decide(GOOD).to_json(details=True), xcrules.decision_schema()) is None
    assert jsonschema.validate(GOOD, POLICY.facts_schema()) is None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"条款": {}}, xcrules.decision_schema())


def test_keys_of_a_later_version_are_of_the_schema() -> None:
    """docs/facts.md promises that keys are only added: who holds results to this schema is not stopped by one."""
    import jsonschema

    later = POLICY.decide(GOOD).to_json(details=True)
    later |= {"新的键": 1, "条款": {n: {**k, "新的键": {}} for n, k in later["条款"].items()}}
    jsonschema.validate(later, xcrules.decision_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(later, xcrules.decision_schema(closed=True))


NO_CLAUSE: dict[str, Callable[[Any], object]] = {
    "explain": lambda number: POLICY.explain(GOOD, number), "decide_clauses": lambda number: POLICY.decide_clauses(GOOD, [number]),
    "read_back": POLICY.read_back, "decision": lambda number: POLICY.decide(GOOD)[number],
}


@pytest.mark.parametrize("door", NO_CLAUSE)
def test_a_clause_that_is_not_there(door: str) -> None:
    """Coded, and a KeyError too; it prints as any finding does and travels."""
    assert NO_CLAUSE[door]("2(1)")
    for number in ("2(9)", 9, "\ud83d"):
        with pytest.raises(xcrules.XcrulesError, match=r"\[E543\]") as raised:
            NO_CLAUSE[door](number)
        again = pickle.loads(pickle.dumps(raised.value))
        assert isinstance(again, KeyError)
        assert str(again) == str(raised.value)


def test_a_decision_is_looked_up_by_number() -> None:
    decision = POLICY.decide(GOOD)
    assert "2(1)" in decision
    assert "2(9)" not in decision
    assert next(iter(decision)) in decision
    assert POLICY.decide_clauses(GOOD, "2(1)") == POLICY.decide_clauses(GOOD, ["2(1)"]) == (decision["2(1)"],)


def test_another_engine_is_refused() -> None:
    for engine in ("nonsense", None):
        for door in (POLICY.decide, lambda facts, engine: POLICY.decide_clauses(facts, "2(1)", engine=engine)):
            with pytest.raises(xcrules.XcrulesError, match="E808"):
                door(GOOD, engine=engine)  # type: ignore[operator]


@pytest.mark.parametrize(("readings", "code"), [
    ({"A08": ["门槛"]}, "E528"), ({"A08": None}, "E528"), ({1: 2}, "E526"), ("A08=门槛", "E526"), ([("A08", "门槛")], "E526"), ({"\ud83d": "门槛"}, "E526"),
])
def test_readings_of_wrong_types(readings: Any, code: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as raised:
        POLICY.decide(GOOD, readings)
    assert [d.code for d in raised.value.diagnostics] == [code]
    assert str(raised.value).encode()


def test_keys_that_stand_twice_are_refused_before_a_copy_loses_one() -> None:
    with pytest.raises(xcrules.XcrulesError) as raised:
        xcrules.parse_json('{"贷款": [{"类型": "其他"}, {"类型": "其他", "主体": {"甲": 1, "甲": 2}}], "编号": 1, "编号": 2}')
    assert [d.told() for d in raised.value.diagnostics] == ["[E803] 编号：「编号」写了两次", "[E803] 贷款[1].主体.甲：「贷款[1].主体.甲」写了两次"]


def test_a_text_that_holds_no_object() -> None:
    with pytest.raises(xcrules.XcrulesError, match="E802"):
        xcrules.parse_json("[1]")


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The blocks that need no library of somebody else's types."""
    folder = tmp_path_factory.mktemp("snippets")
    paths = []
    for i, block in enumerate(b for b in BLOCKS if not re.search("pandas|fastapi|flask", b)):
        path = folder / f"snippet_{i}.py"
        path.write_text(block, encoding="utf-8")
        paths.append(str(path))
    assert len(paths) >= 4
    return paths


@pytest.mark.slow
def test_snippets_pass_mypy(snippets: list[str]) -> None:
    done = started(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", *snippets)
    assert done.code == 0, done.out


@pytest.mark.slow
def test_snippets_pass_pyright(snippets: list[str]) -> None:
    done = started(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *snippets)
    assert done.code == 0, done.out + done.err


def test_facts_checked_for_one_policy_are_not_decided_by_another() -> None:
    """What the other does not know would be left aside without a word: 应予支持 0 元 of an enterprise that nobody looked at."""
    policy, other = xcrules.load("xicheng-2021"), xcrules.load("nansha-technology-2017")
    plain = {"政策兑现年度": 2023, "申报日期": "2023-09-01", "主体": {"西城区注册": False}, "研发经费": {"2023": Fraction(1, 3)}}  # no record of whole numbers
    for checked in (policy.facts({**plain, "研发经费": {}}), policy.facts(plain)):
        assert policy.decide(checked) == pickle.loads(pickle.dumps(policy)).decide(checked) == policy.decide(pickle.loads(pickle.dumps(checked)))
        for door in (other.decide, other.amounts, lambda f: other.explain(f, "1"), lambda f: other.decide_clauses(f, other.clauses)):
            with pytest.raises(xcrules.XcrulesError, match="另一个政策"):
                door(checked)
