"""Caps over whole sequences of applications, within a year and over years.

The test keeps the books as an office would: what was granted goes back into the ledgers of the next
application (本年度已获支持, 历史已获支持, 个人本年度已获金额, 以前年度已补贴国家数 …). Whatever the sequence, no book
passes its cap. Caps are the plain numbers of law.py; the books are plain dictionaries.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support import law
from tests.support.policies import shipped
from tests.support.strategies import Raw, facts
from xcrules.run.decision import ClauseDecision
from xcrules.run.results import GRANTED, ItemResult

SHIPPED = shipped()
ONE_PLACE = {"2(2)": "以前已奖励", "3(4)": "以前已补贴"}  # 一次性，每项
PATENT = 60_000  # 1万元 × 6个国家
LAST_YEAR = 2026


def index(item: ItemResult) -> int:
    return int(item.path.rstrip("]").partition("[")[2])


def decide(number: str, raw: Raw) -> ClauseDecision:
    (made,) = SHIPPED._engines.default.reference(SHIPPED.facts(raw), (number,))
    return made


class Books(RuleBasedStateMachine):
    """An enterprise, its applications and what it has had."""

    @initialize(year=st.integers(2021, 2025))
    def begin(self, year: int) -> None:
        self.year = year
        self.this_year: dict[str, Fraction] = defaultdict(Fraction)
        self.grants_this_year: dict[str, int] = defaultdict(int)
        self.names: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self.history: list[Raw] = []
        self.countries: dict[str, int] = defaultdict(int)
        self.patents: dict[str, Fraction] = defaultdict(Fraction)
        self.done: dict[tuple[str, str], int] = defaultdict(int)
        self.due: dict[int, Fraction] = defaultdict(Fraction)
        self.granted_by_instalments = Fraction(0)
        self.paid = Fraction(0)

    # -- applications -------------------------------------------------------------------------------------

    @rule(number=st.sampled_from(law.DETERMINATE), data=st.data())
    def apply_for_what_is_reckoned(self, number: str, data: st.DataObject) -> None:
        self.apply(number, data)

    @rule(number=st.sampled_from(law.DISCRETIONARY), data=st.data())
    def apply_for_what_is_decided(self, number: str, data: st.DataObject) -> None:
        self.apply(number, data)

    @rule(number=st.sampled_from(("3(1)", "3(2)", "3(3)", "8(1)")), data=st.data())
    def apply_for_what_reaches_over_years(self, number: str, data: st.DataObject) -> None:
        self.apply(number, data)

    def apply(self, number: str, data: st.DataObject) -> None:
        if self.year > LAST_YEAR:
            return
        raw = self.with_books(number, data.draw(facts(SHIPPED, number, year=self.year)), data)
        made = decide(number, {k: v for k, v in raw.items() if k != "_keys"})
        if made.status == GRANTED and made.amount:
            self.enter(number, raw, made)

    def with_books(self, number: str, raw: Raw, data: st.DataObject) -> Raw:
        """The application with the books' figures in the place of those drawn."""
        raw = {**raw, "本年度已获支持": dict(self.this_year), "历史已获支持": list(self.history)}
        table = law.TABLE.get(number)
        if table is None or table not in raw:
            return raw
        keys = data.draw(st.permutations(["一", "二", "三", "四"]))
        rows = [self.row(number, row, key) for row, key in zip(raw[table], keys, strict=False)]
        return {**raw, table: rows, "_keys": keys}

    def row(self, number: str, row: Raw, key: str) -> Raw:
        if number in law.PER_NAME:
            return {**row, law.HAD[number]: self.names[number, row[law.NAME[number]]]}
        if number in ONE_PLACE:
            return {**row, ONE_PLACE[number]: self.done[number, key] > 0}
        if number == "3(3)" and row["类型"] == "国外专利":
            return {**row, "件数": 1, "以前年度已补贴国家数": self.countries[key]}
        return row

    def enter(self, number: str, raw: Raw, made: ClauseDecision) -> None:
        assert made.amount is not None
        self.this_year[number] += made.amount
        self.grants_this_year[number] += 1
        for item in made.items:
            if item.amount:
                self.enter_item(number, raw, item, item.amount)
        for year, part in made.schedule or ():
            self.due[year] += part
            self.granted_by_instalments += part
            self.paid += part if year == self.year else 0

    def enter_item(self, number: str, raw: Raw, item: ItemResult, amount: Fraction) -> None:
        if number in law.PER_NAME:
            self.names[number, raw[law.TABLE[number]][index(item)][law.NAME[number]]] += amount
        elif number in ("3(1)", "3(2)"):
            self.history.append({"条款": number + item.part, "核定年度": self.year, "金额": amount})
        elif number in ONE_PLACE:
            self.done[number, raw["_keys"][index(item)]] += 1
        elif number == "3(3)" and item.part == "国外":
            key = raw["_keys"][index(item)]
            self.patents[key] += amount
            self.countries[key] += math.ceil(amount / 10_000)

    # -- years --------------------------------------------------------------------------------------------

    @rule()
    def next_year(self) -> None:
        """A new year: yearly books are empty; instalments of earlier grants are paid, expired or not."""
        if self.year > LAST_YEAR + 2:
            return
        self.year += 1
        self.this_year.clear()
        self.grants_this_year.clear()
        self.names.clear()
        made = decide("3(2)", self.nothing_new())
        assert (made.this_year or 0) == self.due[self.year]
        self.paid += made.this_year or 0

    def nothing_new(self) -> Raw:
        """An application of this year that brings nothing but what was granted before."""
        scope: dict[str, Any] = dict.fromkeys(("西城区注册", "西城区纳税", "中关村高新技术企业认定"), True)
        none = {"新入驻": False, "持有国家高新技术企业证书": False, "本年度取得证书次序": 0}
        return {"政策兑现年度": self.year, "申报日期": f"{self.year}-06-01", "主体": scope, "高新技术企业": none,
                "历史已获支持": list(self.history)}

    # -- what must hold -----------------------------------------------------------------------------------

    @invariant()
    def no_year_passes_its_cap(self) -> None:
        for number, cap in law.YEARLY.items():
            assert self.this_year[number] <= cap, number
        assert self.grants_this_year["2(3)"] <= 1

    @invariant()
    def no_name_passes_its_cap(self) -> None:
        for (number, name), had in self.names.items():
            assert had <= law.PER_NAME[number], (number, name)

    @invariant()
    def no_life_passes_its_cap(self) -> None:
        for ledger, cap in law.ONCE.items():
            had = [row["金额"] for row in self.history if row["条款"] == ledger]
            assert len(had) <= 1, ledger
            assert sum(had) <= cap, ledger

    @invariant()
    def nothing_is_given_twice(self) -> None:
        assert all(n <= 1 for n in self.done.values())
        assert all(had <= PATENT for had in self.patents.values())

    @invariant()
    def instalments_are_paid_out(self) -> None:
        assert self.paid <= self.granted_by_instalments
        if all(year <= self.year for year in self.due):
            assert self.paid == self.granted_by_instalments


TestBooks = Books.TestCase
