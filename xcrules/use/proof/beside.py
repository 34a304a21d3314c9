"""What cases, slips and proofs say of each line, for the published page."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from attrs import evolve, frozen

from xcrules import __version__
from xcrules.base.source import Span
from xcrules.meaning.program import Program
from xcrules.tell.publish import Backing, Clauses, Place, Remark, Row, Score, Table
from xcrules.tell.readback.names import place_name
from xcrules.use.cases import run_cases
from xcrules.use.proof.told import given_lines
from xcrules.use.python.policy import Policy

from .coverage import Coverage, coverage
from .mutation import ALIKE, KILLED, REFUSED, TOLD, UNTOLD, Verdict, mutate
from .proving import BINDING, NOBODY_LESS, OPEN, PROVED, READING, ROWS, Proof, bounds_of, prove
from .sheets import Sheet
from .told import begins_with, binds, mark, samples_of, shows, statement

SEEN, SLIPS, PROOFS = "看到", "改动", "证明"
K = TypeVar("K", bound=Hashable)


@frozen(eq=False)
class _Known:
    """Something that is known of a line, else of a reading, else of clauses: how much of it was asked for and is good."""

    kind: str
    clauses: tuple[str, ...]
    remark: Remark
    good: int
    of: int = 1
    at: Place | None = None
    reading: str = ""


def cases_beside(policy: Policy, today: datetime.date) -> Backing:
    """Which text and engine made a page, and whether its cases hold."""
    results = run_cases(policy)
    wrong = sum(not r.holds for r in results)
    cases = f"{len(results)} 个，{f'{wrong} 个不符' if wrong else '都相符'}"
    about = (("版本", policy.edition), ("引擎", f"xcrules {__version__}，{today.isoformat()} 排印"), *([("案例", cases)] if results else []))
    return Backing(about, {r.case.name: "；".join(map(str, r.differences)) for r in results})


def everything_beside(policy: Policy, today: datetime.date) -> Backing:
    """That, and what cases have seen of each line, which slips they notice, what is proved. Raises XcrulesError (E850) where there is no solver."""
    own, policy = cases_beside(policy, today), policy.texts[-1]  # of one that was amended the text of now
    proofs, seen, verdicts = list(prove(policy)), coverage(policy), list(mutate(policy))
    samples = samples_of(policy.program)
    known = [*_seen(seen), *(_slip(v, policy.program, samples) for v in verdicts), *(_proof(x, policy.program, samples) for x in proofs)]
    return evolve(
        own, about=(*own.about, *_about(seen, verdicts, proofs)), overview=_overview(policy.program, known, proofs),
        lines=_scores((x.at, x) for x in known if x.at is not None and not x.reading),
        readings=_scores((x.reading, x) for x in known if x.reading),
        clauses=_scores((n, x) for x in known if x.at is None and not x.reading for n in x.clauses),
    )


# -- each thing ---------------------------------------------------------------------------------------------------


def _place(span: Span | None) -> Place | None:
    return None if span is None else (span.source.name, span.start)


def _seen(found: Coverage) -> Iterator[_Known]:
    for line in found.lines:
        for (_, _, words), each in line.points.items():
            yield _of_coverage((line.clause,), each, words, at=_place(line.origin.span))
    for clause, statuses in found.statuses.items():
        if statuses:
            yield _of_coverage((clause,), statuses, "状态")
    for number, choices in found.readings.items():
        yield _of_coverage((), choices, "选过", reading=number)


def _of_coverage(clauses: tuple[str, ...], each: dict[str, bool], words: str, at: Place | None = None, reading: str = "") -> _Known:
    yes, absent = ("、".join(x for x, seen in each.items() if seen is wanted) for wanted in (True, False))
    said = f"案例看到：{words}　{yes}" if not absent else f"案例没有看到：{words}　{absent}"
    return _Known(SEEN, clauses, Remark("!" if absent else "✓", said), sum(each.values()), len(each), at, reading)


_BECAME = {KILLED: "案例「{case}」发现", REFUSED: "检查不让过", ALIKE: "改了也一样，已证", TOLD: "没有案例发现，这样的事实分得出", UNTOLD: "没有案例发现，也没有找到分得出的事实"}


def _slip(v: Verdict, program: Program, samples: dict[str, Sheet]) -> _Known:
    facts: list[str] = []
    if v.sheet is not None:
        name = begins_with(v.sheet, samples)
        facts = [*([f"以 {name}"] if name else []), *given_lines(v.sheet, samples.get(name, {}), program.schema)]
    good = v.state in (KILLED, REFUSED, ALIKE)
    said = Remark("✓" if good else "!" if v.state == TOLD else "?", f"{v.mutant.what}：{_BECAME[v.state].format(case=v.case)}", tuple(facts))
    return _Known(SLIPS, v.mutant.clauses, said, good, at=_place(v.mutant.origin.span), reading=v.mutant.choice[0] if v.mutant.choice else "")


def _proof(x: Proof, program: Program, samples: dict[str, Sheet]) -> _Known:
    facts = tuple(line for found in shows(x, program.schema, samples)
                  for line in (*([found.head] if found.head else []), *found.facts, found.comes_to))
    reading = x.text.removeprefix("读法 ").split(" ")[0] if x.kind == READING else ""
    said = Remark(mark(x), statement(x, at_line=x.at is not None or x.kind == READING) + ("，已证" if x.state == PROVED else ""), facts)
    return _Known(PROOFS, (x.clause,), said, x.state == PROVED, at=_place(x.at), reading=reading)


# -- together -----------------------------------------------------------------------------------------------------


def _scores(known: Iterable[tuple[K, _Known]]) -> dict[K, tuple[Score, ...]]:
    """By what they are known of, one score for each kind; a line of several clauses says which."""
    by: dict[K, list[_Known]] = {}
    for key, x in known:
        by.setdefault(key, []).append(x)
    made = {}
    for key, held in by.items():
        several = len({n for x in held for n in x.clauses if x.kind != SLIPS}) > 1
        kinds = {kind: [x for x in held if x.kind == kind] for kind in (SEEN, SLIPS, PROOFS)}
        made[key] = tuple(
            Score(kind, sum(x.good for x in each), sum(x.of for x in each), tuple(_named(x) if several else x.remark for x in each))
            for kind, each in kinds.items()
            if each
        )
    return made


def _named(x: _Known) -> Remark:
    return evolve(x.remark, text=f"{'、'.join(map(place_name, x.clauses))}　{x.remark.text}") if x.clauses else x.remark


def _about(seen: Coverage, verdicts: list[Verdict], proofs: list[Proof]) -> Iterator[tuple[str, str]]:
    became, ended = Counter(v.state for v in verdicts), Counter(x.state for x in proofs)
    some, every = seen.counts
    yield "覆盖", f"各行的条件、档次、上下限，各款的状态，各处读法共 {every} 处，案例看到 {some} 处"
    left = became[TOLD] + became[UNTOLD]
    yield "改动", (f"一次改错一处，共 {len(verdicts)} 处：案例发现 {became[KILLED]}，检查不让过 {became[REFUSED]}，漏过 {left}"
                 + (f"，改了也一样 {became[ALIKE]}" if became[ALIKE] else ""))
    binding = [x.state == PROVED for x in proofs if binds(x)]
    yield "证明", f"共 {len(proofs)} 条：" + "，".join(f"{state} {n}" for state, n in ended.items()) + f"；条文的数与保证 {len(binding)} 条，成立 {sum(binding)} 条"
    yield "范围", f"已证是在这个范围里：{bounds_of(ROWS)}"


def _overview(program: Program, known: list[_Known], proofs: list[Proof]) -> Table:
    """How far each clause is backed."""
    rows: list[Row] = []
    for number in dict.fromkeys(x.clause for x in proofs if x.clause):
        own = [x for x in proofs if x.clause == number]
        binding, rest = [x for x in own if x.kind in BINDING], [x for x in own if x.kind not in BINDING]
        cells = [_part([x for x in known if x.kind == kind and number in x.clauses]) for kind in (SEEN, SLIPS)]
        cases = sum(any(k.clause == number for k in c.checks) for c in program.cases)
        ended = Counter("未知" if x.state == OPEN else "已证" if x.state == PROVED else "供判断" for x in rest)
        rows.append((Clauses((number,)), str(cases), *cells, f"{sum(x.state == PROVED for x in binding)}/{len(binding)}" if binding else "—",
                     "，".join(f"{k} {ended[k]}" for k in ("已证", "供判断", "未知") if ended[k]) or "—"))
    return Table("各款的证据", "", ("款", "案例", "案例看到", "改动发现", "条文的数、保证已证", "其余证明"), rows)


def _part(known: list[_Known]) -> str:
    return f"{sum(x.good for x in known)}/{sum(x.of for x in known)}" if known else "—"


def who_loses(old: Policy, new: Policy) -> Table:
    """Clause by clause whether somebody gets less under the new text, with facts of one that does."""
    rows: list[Row] = []
    samples = samples_of(new.program)
    for x in prove(new, against=old):
        if x.text in (NOBODY_LESS, ""):
            facts = "；".join(
                line for found in shows(x, new.program.schema, samples) for line in (found.head, *found.facts, found.comes_to) if line
            )
            rows.append((Clauses((x.clause,)), f"{mark(x)} {x.state}", x.why or facts or "—"))
    return Table("改后有没有一家少得", "", ("条款", "没有一家少得", "举出的一家"), rows)
