"""Two readers of facts, one answer: the quick one takes only what the explaining one has nothing to say about, and reads the same.

Plain, odd and spoiled facts of the shipped regulation and of random tables, as Python values and as JSON text.
"""

from __future__ import annotations

import datetime
import enum
import json
from collections import Counter, OrderedDict
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given

import xcrules
from tests.support.decisions import many
from tests.support.policies import shipped
from tests.support.random_policies import FACTS, SEEDS, random_facts, spoiled
from tests.support.strategies import Raw
from xcrules.facts.files import _explained, keys_of, read_json
from xcrules.facts.given import TextScalar, read_facts
from xcrules.facts.scaled import ScaledFacts, scaled_facts

SHIPPED = shipped()
SMALL = xcrules.loads(FACTS + "\n「第一条 支持。」\n  对象：企业\n  标准：费用\n")
READ: Counter[str] = Counter()


class Word(enum.StrEnum):
    YES = "是"


class Whole(int):
    pass


ODD = (None, 1.0, -0.0, 0.1, 1e22, 2.5e-7, Decimal("1.50"), Decimal("0E+3"), Decimal("-0"), Decimal("1E+2"), Decimal("1E-9"), Decimal("0.123456789"),
       Fraction(1, 3), Fraction(5), " 5", "5", "5%", "１２", "1_000", "1,000", "50万元", "+5", "2023", "2023年", 2023, Whole(7), True,
       datetime.date(2023, 9, 1), datetime.datetime(2023, 9, 1), "2023-9-1", "2023-09-01", "20230901", "2023-09-01T00:00:00", Word.YES, "是", "甲 ",
       "甲\u200b", "无", "同上", "不适用", TextScalar("5"), TextScalar(""), [], (), {}, set(), OrderedDict(), {"2023": None}, {2023: 5}, {"02023": 1},
       {"2023": 1, "2023年": 2}, {"2023": Decimal("0.5")}, {"2023": "不适用"}, {"１(1)": 5}, 10**18, 10**18 - 1, -(10**17), 10**400, float("inf"))


def oddly(r: Random, raw: Raw) -> None:
    """A few places with what people and libraries write there."""
    spots: list[tuple[Any, Any]] = [(raw, k) for k in raw]
    for held in raw.values():
        for inner in held if isinstance(held, list) else [held]:
            if isinstance(inner, dict):
                spots += [(inner, k) for k in inner]
    for home, key in r.sample(spots, min(len(spots), r.choice((1, 1, 2, 5)))):
        home[key] = r.choice(ODD)
    if r.random() < 0.2:
        raw["编号"] = r.choice((None, 7, "甲", 1.5, True, Decimal("2.0"), 10**20, [1], {"a": 1}, float("nan")))


def some_facts(r: Random, policy: xcrules.Policy) -> Raw:
    raw = random_facts(r, policy)
    for change in r.choice(((), (oddly,), (oddly,), (spoiled,), (oddly, spoiled))):
        if raw:
            change(r, raw)
    return raw


def same(policy: xcrules.Policy, raw: object, explained: object) -> None:
    """What the policy reads in `raw` is what the explaining reader reads in `explained`, findings and notices included."""
    slow, found = read_facts(explained, policy.program.schema, policy.program.clause_names)
    if found:
        READ["refused"] += 1
        with pytest.raises(xcrules.XcrulesError) as caught:
            policy.facts(raw)  # type: ignore[arg-type]
        assert list(caught.value.diagnostics) == found
        return
    facts = policy.facts(raw)  # type: ignore[arg-type]
    READ["quick" if isinstance(facts, ScaledFacts) else "explained"] += 1
    assert facts.top == slow.top, raw
    assert {k: repr(v) for k, v in facts.top.items()} == {k: repr(v) for k, v in slow.top.items()}  # to the class of each value
    assert repr(facts.number) == repr(slow.number)
    assert facts.notices == slow.notices
    assert scaled_facts(slow, policy._engines.records).top == slow.top


@many(4)
@given(seed=SEEDS)
def test_python_values(seed: int) -> None:
    r = Random(seed)
    policy = r.choice((SHIPPED, SMALL))
    raw = some_facts(r, policy)
    same(policy, raw, raw)


def json_text(r: Random, value: Any) -> str:
    """The value as some program writes it: numbers in many forms, blanks, keys twice now and then."""
    blank = r.choice(("", "", " ", "\n"))
    match value:
        case dict():
            pairs = [f"{json.dumps(str(k), ensure_ascii=r.random() < 0.1)}{blank}:{blank}{json_text(r, v)}" for k, v in value.items()]
            if pairs and r.random() < 0.01:
                pairs.append(r.choice(pairs))
            return "{" + f",{blank}".join(pairs) + "}"
        case list() | tuple() | set():
            return "[" + f",{blank}".join(json_text(r, x) for x in value) + "]"
        case Decimal():
            return str(value) if value.is_finite() else "NaN"
        case Fraction():
            return str(value.numerator)
        case datetime.date():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value, ensure_ascii=r.random() < 0.1)


@many(4)
@given(seed=SEEDS)
def test_json_text(seed: int) -> None:
    r = Random(seed)
    policy = r.choice((SHIPPED, SMALL))
    text = json_text(r, some_facts(r, policy))
    if r.random() < 0.1:
        place = r.randrange(len(text) + 1)
        text = text[:place] + r.choice(("", ",", '"', ":", "}", "\t", "\\u00e9", "\x01", "1e5")) + text[place + r.randrange(3):]
    (raw, found), (slow, right) = read_json(text, "甲"), _explained(text, "甲")
    assert found == right
    assert repr(raw) == repr(slow)
    assert type(raw) is type(slow)
    if not found:
        same(policy, raw, slow)
        if isinstance(slow, dict):
            same(policy, text, slow)


@pytest.mark.parametrize("text", ['{"费用": 1, "费用": 1}', '{"编号": "\\u003a", "费用": 1, "费用": 1}', '{"编号": "\\u003A", "费用": 1, "费用": 1}', '{"编号": ' + "[" * 70 + "]" * 70 + "}"])
def test_a_text_is_refused_as_what_it_holds_is(text: str) -> None:
    with pytest.raises(xcrules.XcrulesError) as caught:
        SMALL.decide(xcrules.parse_json(text))
    with pytest.raises(xcrules.XcrulesError) as again:
        SMALL.facts(text)
    assert again.value.diagnostics == caught.value.diagnostics


@pytest.mark.parametrize("text", [
    '{"a": 1, "a": 1}', '{"x": [{"a": 1, "b": {"c": 1, "c": 2}}]}', '{"a": ":", "b": 1, "b": 2}', '{"a": 1, "\\u0061": 2}',
])
def test_keys_that_stand_twice_are_seen(text: str) -> None:
    value, found = read_json(text)
    assert not found
    assert "keys_twice" in repr(_marks(value))


def _marks(value: object) -> list[object]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    own = [vars(value)] if hasattr(value, "keys_twice") else []
    return [*own, *(m for x in inner for m in _marks(x))]


def test_keys_are_counted_at_every_level() -> None:
    assert keys_of({"a": [{"b": 1}, [{"c": {}}]], "d": {"e": 1}}) == 5
    assert keys_of([1, "a:b"]) == 0


def test_both_readers_had_work() -> None:
    """Of the facts that these properties make, each kind of answer is common."""
    for r in map(Random, range(60)):
        policy = r.choice((SHIPPED, SMALL))
        raw = some_facts(r, policy)
        same(policy, raw, raw)
    assert min(READ[x] for x in ("quick", "explained", "refused")) > sum(READ.values()) / 20, READ
