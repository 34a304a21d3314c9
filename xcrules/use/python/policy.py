"""The Python door: load a policy, decide enterprises.

    policy = xcrules.load("xicheng-2021")
    decision = policy.decide({"政策兑现年度": 2023, ...})
    decision["2(1)"].status, decision["2(1)"].amount

A Policy is a value: it may be shared by threads, forked workers and, pickled, by other processes. Nothing here prints.
"""

from __future__ import annotations

import datetime
import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.nearest import did_you_mean
from xcrules.base.resources import needed
from xcrules.facts.files import json_text, plain_json
from xcrules.facts.given import Facts, PlacedFacts, few, read_facts
from xcrules.facts.scalars import absent, read_scalar, simple
from xcrules.facts.scaled import ScaledFacts
from xcrules.facts.tables import Form
from xcrules.facts.types import DateType
from xcrules.meaning.program import Program
from xcrules.plan.planner import Made
from xcrules.run.alternatives import Engine
from xcrules.run.decision import ClauseDecision, Decision, Reason
from xcrules.run.exact import Exact
from xcrules.run.results import UnknownClauseError, said, unknown_clause
from xcrules.store.load import Earlier, Loaded, load_policy, load_text
from xcrules.store.texts import without_document

from .engines import Engines, Under

if TYPE_CHECKING:
    from xcrules.use.proof.proving import Qualifying


@frozen(slots=False)
class Policy:
    """A checked policy: decides enterprises, says what it asks and what it means.

    `program` is what its text means, each rule with the words of the law and the place that it comes from; `diagnostics` are the
    warnings about the text. A policy with errors is never made. Readings are the defaults of its register where no other is asked for.
    """

    program: Program
    diagnostics: tuple[Diagnostic, ...] = ()
    earlier: tuple[Earlier, ...] = ()  # the texts before each of its amendments; every decision takes the one in force on its day
    _later: Form | None = field(default=None, eq=False, repr=False)  # of a text before an amendment: what the one as amended asks, of which it leaves aside what it does not know
    _made: Made = field(factory=dict, eq=False, repr=False)
    _engines: Engines = field(init=False, eq=False, repr=False)

    @_engines.default
    def _make_engines(self) -> Engines:
        return Engines(self.program, self._made)

    @property
    def name(self) -> str:
        """The name of its folder, or of its file without the ending."""
        return self.program.name

    @property
    def title(self) -> str:
        """What 规定： says; "" if nothing does."""
        return self.program.title

    @property
    def clauses(self) -> tuple[str, ...]:
        """The numbers of the clauses, in the order of the law: "2(1)" is 第二条（一）."""
        return self._engines.clauses

    @property
    def edition(self) -> str:
        """A fingerprint of the policy's texts, 16 hexadecimal digits: the same text, the same edition."""
        return self.program.edition

    @cached_property
    def counters(self) -> dict[str, str]:
        """名单 → the word for one of its rows: 笔, 项."""
        return {t.name: t.each for t in self.program.schema.nested if t.each}

    @property
    def defaults(self) -> dict[str, str]:
        """Reading → its choice where no other is asked for: {"A08": "门槛"}."""
        return dict(self._engines.defaults)

    def decide(self, facts: Mapping[str, object] | Facts, readings: Mapping[str, str] | None = None, *,
               engine: Engine = "compiled") -> Decision:
        """Decide one enterprise.

        `facts` is a mapping shaped as `facts_schema` says: amounts in 元 (int, Decimal, Fraction, or exact text such as "1350000.25"),
        rates as a share of 1 or "5%", years as int, days as "2023-09-01", lists of mappings, ledgers as {clause: 元}. What is absent or
        None is unknown, or what the policy says of its absence. `readings` are choices such as {"A08": "门槛"} in place of the defaults.

        The decision has every clause in the order of the law; its amounts are Fractions of 元. Both engines give the same decision:
        "compiled" is generated code, which asks the other about unknown facts; "reference" is the evaluator that defines the meaning.

        Raises XcrulesError with every fault and its path: facts that are not as the policy's tables say (E801–E815, E870–E873), lists
        that are too long (E815, E817, E818), readings that are not registered or not modelled (E526, E528).
        """
        policy = self.in_force(facts)
        decision = policy._under(readings, engine).decide(policy._engines.measured(policy.facts(facts)), engine)
        return evolve(decision, text=self._text_names[self.text_in_force(facts)]) if self.earlier else decision

    def decide_clauses(self, facts: Mapping[str, object] | Facts, clauses: Iterable[str], readings: Mapping[str, str] | None = None, *,
                       engine: Engine = "compiled") -> tuple[ClauseDecision, ...]:
        """These clauses alone (of a text, the one of that number), each as `decide` decides it, in the order of the law.

        Raises XcrulesError as `decide` does, and (E543) for a clause that is not there.
        """
        policy = self.in_force(facts)
        only = policy._known(clauses)
        return policy._under(readings, engine).clauses(policy._engines.measured(policy.facts(facts)), engine, only)

    def in_force(self, facts: Mapping[str, object] | Facts) -> Policy:
        """The policy whose text holds for these facts: itself, or as it was before an amendment that their day comes before.

        Raises XcrulesError (E875) where the policy has amendments and the day is not known.
        """
        place = self.text_in_force(facts)
        return self if place == len(self.earlier) else self.texts[place]

    def text_in_force(self, facts: Mapping[str, object] | Facts) -> int:
        """The place of that text among all, `texts`."""
        if not self.earlier:
            return 0
        if not isinstance(facts, Mapping | Facts):
            self.texts[-1].facts(facts)  # raises
        date = self.earlier[0].date
        day = facts.top.get(date) if isinstance(facts, Facts) else self._day(facts.get(date), date)
        if not isinstance(day, Fraction):
            raise XcrulesError([Diagnostic(Code.TEXT_NOT_CHOSEN, f"没有填「{date}」，不知用修正前后哪一份文字", path=date, help=f"填上 {date}")])
        return next((i for i, e in enumerate(self.earlier) if day < e.until), len(self.earlier))

    def _day(self, value: object, date: str) -> object:
        found: list[Diagnostic] = []
        field = next(f for f in self.program.schema.top if f.name == date)
        value = simple(value)
        day = None if absent(value) else read_scalar(field, DateType(), value, date, found)
        if found:
            raise XcrulesError(found)
        return day

    @cached_property
    def _text_names(self) -> tuple[str, ...]:
        """What each of `texts` is called in answers."""
        days = [datetime.date.fromordinal(e.until).isoformat() for e in self.earlier]
        return (*(f"{day}以前" for day in days), *(f"{day}以后" for day in days[-1:]))

    @cached_property
    def texts(self) -> tuple[Policy, ...]:
        """One policy for each text that is in force at some day, in their order; the last is the one as amended."""
        return (*(Policy(e.program, e.diagnostics, later=self.program.form) for e in self.earlier),
                Policy(self.program, self.diagnostics) if self.earlier else self)

    def _under(self, readings: Mapping[str, str] | None, engine: object = "compiled") -> Under:
        if engine not in ("compiled", "reference"):
            raise XcrulesError([Diagnostic(Code.NOT_A_MEMBER, f"没有叫「{said(engine)}」的引擎", path="engine", help="只有：compiled、reference")])
        return self._engines.under(self.chosen(readings)) if readings else self._engines.default

    def amounts(self, facts: Mapping[str, object] | Facts) -> dict[str, int | None]:
        """分 of each clause under the default readings, for pipelines that want nothing else.

        None where the amount is open (裁量 not yet recorded, 待补充), 0 where nothing can be granted; of what is paid by the month (拨付：按月) that of one month; what is paid over years is in
        it whole. The same figures as `decide`, without its reasons. Raises XcrulesError as `decide` does.
        """
        policy = self.in_force(facts)
        return policy._engines.default.amounts(policy._engines.measured(policy.facts(facts)))

    def decide_table(self, table: Any, readings: Mapping[str, str] | None = None) -> Any:
        """Decide many enterprises: a pyarrow.Table with a row for each in, one with their answers out, in the same order. Wants the extra [batch].

        Columns in: 编号 and the facts, lists as list<struct>, objects as struct or 主体.注册, years as 研发.2023 (facts/arrow). Columns out: 编号; by clause
        `2(1).状态`, `2(1).金额` and so on; 合计; 退回, which says why a row was not decided (use/batch/answers). 元 are decimal128(38, 2).
        A row comes to what `decide` says of its facts. Raises XcrulesError for columns that no fact has (E801, E803, E840, E886), for what is no table (E802).
        """
        needed("pyarrow", "numpy")
        from xcrules.use.batch.frames import decided_table

        return decided_table(self, table, readings)

    def amounts_frame(self, frame: Any) -> Any:
        """分 of each clause for a frame of pandas or Polars with a row for each enterprise, shaped as for `decide_table`; a frame of the same kind.

        Whole numbers (Int64), never floats; null where the amount is open, or the row was not decided: then 退回 says why. Raises XcrulesError (E802) for no frame.
        """
        needed("pyarrow", "numpy")
        from xcrules.use.batch.frames import amounts_frame

        return amounts_frame(self, frame)

    def explain(self, facts: Mapping[str, object] | Facts, clause: str, readings: Mapping[str, str] | None = None) -> Reason:
        """Why a clause comes to what it does: a tree from the clause down to single facts, in the words of the law.

        Each reason has the line that acted (`label`), the words of the law that it stands under (`words`), the expression with every
        value it names (`term`, amounts as exact text in 元). Raises XcrulesError as `decide` does, and (E543) for a clause that is not there.
        """
        from xcrules.tell.explain import explain_clause

        return explain_clause(self._told(facts, [clause], readings)[0])

    def _told(
        self, facts: Mapping[str, object] | Facts, clauses: Iterable[str] | None = None, readings: Mapping[str, str] | None = None
    ) -> tuple[ClauseDecision, ...]:
        """These clauses (None: all) as `decide_clauses` gives them, with the traces that reasons are told from."""
        policy = self.in_force(facts)
        only = None if clauses is None else policy._known(clauses)
        return policy._under(readings).told(policy._engines.measured(policy.facts(facts)), only)

    def _known(self, clauses: Iterable[str]) -> tuple[str, ...]:
        only = tuple(dict.fromkeys([clauses] if isinstance(clauses, str) or not isinstance(clauses, Iterable) else clauses))
        if unknown := [unknown_clause(number, self.clauses) for number in only if number not in self.clauses]:
            raise UnknownClauseError(unknown)
        return only

    def how_to_qualify(self, facts: Mapping[str, object], clause: str, readings: Mapping[str, str] | None = None) -> Qualifying:
        """The fewest facts that would have to be otherwise for a clause to give something (应予支持, or 裁量), each by as little as may be. Wants the extra [prove].

        Left alone is what nobody can change any more: the base year and the day of application, days and years gone by and rows of such years, ledgers and other
        support, identities, published figures. Raises XcrulesError as `decide` does, (E543) for a clause that is not there, (E850) where there is no solver.
        """
        needed("z3")
        from xcrules.use.proof.qualify import how_to_qualify

        return how_to_qualify(self, facts, clause, readings)

    def exact(self, facts: Mapping[str, object], decision: Decision) -> Exact:
        """What a decision on these facts may come to, whatever is filled in: of each open clause the amounts that are possible, or the least and the most where
        there are many, and of all clauses together. Wants the extra [prove].

        A fact that stands in several places is the same in all of them, which a range does not see. What the solver does not bring to an end (or is not told: 裁量,
        lists that are not given) has a notice (W351) and its range alone. Raises XcrulesError (E850) where there is no solver.
        """
        needed("z3")
        from xcrules.use.proof.exact import exact

        return exact(self, facts, decision)

    def facts(self, facts: Mapping[str, object] | Facts | str | bytes) -> Facts:
        """The facts checked against the policy's tables, to be decided any number of times; of a JSON text as of what `parse_json` makes of it, and sooner.

        Raises XcrulesError with every fault and its path.
        """
        if isinstance(facts, Facts):
            if facts.schema not in (None, self.program.schema):
                raise XcrulesError([Diagnostic(Code.WRONG_KIND, "这份事实是照另一个政策的事实表检查的", path="（整份事实）", help="把原来的事实交给这个政策")])
            return facts
        if isinstance(facts, str | bytes):
            text = json_text(facts)
            if self.earlier or (record := self._engines.records.read_text(text)) is None:
                return self.facts(plain_json(text))
            return ScaledFacts(self._engines.records, record)
        if (policy := self.in_force(facts)) is not self:
            return policy.facts(facts)
        if (record := self._engines.records.read(facts)) is not None:
            return ScaledFacts(self._engines.records, record, few(facts.notices) if isinstance(facts, PlacedFacts) else ())
        checked, found = read_facts(facts, self.program.schema, self.program.clause_names, self._later)
        if found:
            raise XcrulesError(found)
        return checked

    def facts_schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the facts that `decide` takes. What it cannot say, `facts` still refuses."""
        from xcrules.facts.asking import json_schema

        return json_schema(self.program.form)

    def read_back(self, number: str, readings: Mapping[str, str] | None = None) -> str:
        """The clause as a few Chinese sentences made from its lines, under these readings.

        Raises XcrulesError for a number that is no clause (E543, a KeyError too) and for unknown readings (E526, E528).
        """
        from xcrules.tell.readback import read_back

        return read_back(self.program, self._known(number)[0], self.chosen(readings))

    def chosen(self, readings: Mapping[str, str] | None = None) -> dict[str, str]:
        """The choice of every reading: the defaults, with these in their place. Raises XcrulesError (E526, E528) for unknown ones."""
        pairs = dict(readings or {}).items() if isinstance(readings, Mapping | None) else [(readings, None)]  # what is no mapping is no reading
        found = [d for number, choice in pairs if (d := self._wrong_reading(number, choice))]
        if found:
            raise XcrulesError(found)
        return self._engines.defaults | dict(readings or {})

    def _wrong_reading(self, number: object, choice: object) -> Diagnostic | None:
        reading = self.program.reading(number) if isinstance(number, str) else None
        if reading is None:
            return Diagnostic(Code.UNREGISTERED_READING, f"没有登记读法「{said(number)}」", path=said(number), help=did_you_mean(said(number), self._engines.defaults))
        if isinstance(choice, str) and choice in reading.modelled:
            return None
        need = dict(reading.manual).get(choice) if isinstance(choice, str) else None
        message = f"读法 {number} 的「{choice}」没有建模" if need is not None else f"读法 {number} 没有「{said(choice)}」这个选项"
        return Diagnostic(Code.UNKNOWN_CHOICE, message, path=reading.number, help=(f"另需人工：{need}；" if need else "") + f"可选：{'、'.join(reading.modelled)}")

    # -- to other processes -------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<Policy {self.title or self.name} {self.edition}，{len(self.clauses)} 款>"

    def __copy__(self) -> Policy:
        return self

    def __deepcopy__(self, memo: object) -> Policy:
        return self

    def __reduce__(self) -> tuple[Callable[[str, bytes], Policy], tuple[str, bytes]]:
        return _arrived, self._packed

    @cached_property
    def _packed(self) -> tuple[str, bytes]:
        """The checked policy without what can be made from it, and its fingerprint."""
        held = zlib.compress(
            pickle.dumps(
                (without_document(self.program), self.diagnostics,
                 tuple(evolve(e, program=without_document(e.program)) for e in self.earlier), self._later),
                protocol=5,
            )
        )
        return hashlib.sha256(held).hexdigest(), held


_HERE: dict[str, Policy] = {}  # policies that came from other processes, the latest last
_MOST_HERE = 16


def _arrived(mark: str, held: bytes) -> Policy:
    """A policy from another process; one that came before is the same object, with all that it has compiled by now."""
    policy = _HERE.pop(mark, None) or Policy(*pickle.loads(zlib.decompress(held)))
    _HERE[mark] = policy
    while len(_HERE) > _MOST_HERE:
        _HERE.pop(next(iter(_HERE)), None)
    return policy


def load(policy: str | Path) -> Policy:
    """A policy by folder, file or shipped name. A policy that was checked before is taken from the store of this user.

    Raises XcrulesError with every error in its text, and where it is not found or cannot be read (E811, E812, E816, E901).
    """
    return _usable(load_policy(policy))


def loads(text: str, name: str = "规则") -> Policy:
    """A policy from one text, called `name`; it names no other files. Raises XcrulesError with every error in it."""
    return _usable(load_text(text, name))


def _usable(loaded: Loaded) -> Policy:
    if not loaded.usable or loaded.program is None:
        raise XcrulesError([d for d in loaded.diagnostics if d.is_error])
    return Policy(loaded.program, loaded.diagnostics, loaded.earlier, made=loaded.made)
