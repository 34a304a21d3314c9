"""The law's words held against the lines beneath them, clause by clause: each of the checks has a module of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from xcrules.base.diagnostic import Diagnostic
from xcrules.base.identity import clause_key, is_under
from xcrules.draft import syntax
from xcrules.draft.labels import Label, card_of
from xcrules.draft.outline import Outline
from xcrules.facts.tables import Schema
from xcrules.facts.types import BoolType, EnumType
from xcrules.meaning.clauses.leads import EVERY

from .comparisons import compared_otherwise, ranked_otherwise
from .exchanged import exchanged
from .figures import figures
from .logic import logic_of
from .members import asked_of, idle_arms, members_of
from .numbers import RATE, Mention
from .passages import Passage, limits_read, mates_of, passages_of, with_limits
from .promised import FLAGS, promised
from .reaches import reached_otherwise
from .slips import cited, gaps, of_another_part, repeated
from .spoken import law_days, law_numbers
from .years import of_another_year


def law_and_lines(law: Outline, schema: Schema) -> Iterator[Diagnostic]:
    """Clause by clause; quotes without a line belong to none."""
    yield from (d for quote, _ in law.quotes for d in repeated(quote))
    policy = _Policy(law, schema)
    for number, own in policy.quotes.items():
        if any(_works(line) for _, quote in own for line in quote.notes):
            yield from _of_clause(number, own, policy)


def _of_clause(number: str, own: list[tuple[int, syntax.Quote]], policy: _Policy) -> Iterator[Diagnostic]:
    schema = policy.schema
    passages, around = passages_of(own, schema.units), policy.around(number, own)
    above = [n for q in policy.afield(number, passages) for n in law_numbers(q.words, schema.units)]
    yield from figures(passages, above, around, policy.days, _of_columns(passages, schema), policy.paid_over, policy.rates(passages))
    yield from promised(passages, around, schema)
    yield from exchanged(passages)
    yield from gaps(passages, schema.units)
    yield from cited(passages, policy.ruled)
    yield from of_another_part(passages)
    yield from _said_otherwise(passages, around)
    named = list(members_of(passages, around, schema, policy.asked, policy.defined))
    yield from named
    yield from (x for x in idle_arms(passages) if all(x.span != d.span for d in named))
    yield from logic_of(passages, policy.leads(number), policy.flags)


def _said_otherwise(passages: list[Passage], around: list[syntax.Line]) -> Iterator[Diagnostic]:
    """Line by line what compares, reaches or counts from otherwise than its quote."""
    told = " ".join(passage.words for passage in passages)
    for passage in passages:
        own = [x.body for x in mates_of(passage, passages) if isinstance(x.body, syntax.Subject)]
        subjects = own or [x.body for x in around if isinstance(x.body, syntax.Subject)]  # of its lead
        lists = {x.name.text: x.each for x in subjects if x.each}
        for line in passage.lines:
            yield from compared_otherwise(passages, passage, line)
            yield from reached_otherwise(passage, line, lists)
            yield from of_another_year(passage, line, told)
            yield from ranked_otherwise(passage, line)


def _of_columns(passages: list[Passage], schema: Schema) -> list[Mention]:
    """The numbers that the columns which the lines read say of themselves: 前12个月平均工资, in their name, 说明 or members, 三年以下有期徒刑."""
    text = "\n".join(line.text for passage in passages for line in passage.lines)
    read = [f for table in schema.tables for f in table.fields if f.name in text]
    said = (x for f in read for x in (f.name, f.note, *(f.type.members if isinstance(f.type, EnumType) else ())))
    return [n for x in said for n in law_numbers(x, schema.units)]


def _works(line: syntax.Line) -> bool:
    return not card_of(line.label).silent


@frozen(slots=False)
class _Policy:
    """What a clause is held against beside its own quotes: the quotes and lines of others, and all that the policy names."""

    law: Outline
    schema: Schema

    @cached_property
    def quotes(self) -> dict[str, list[tuple[int, syntax.Quote]]]:
        """Those of each clause that have lines: how manieth of the policy, and the quote."""
        found: dict[str, list[tuple[int, syntax.Quote]]] = {}
        for at, (quote, number) in enumerate(self.law.quotes):
            found.setdefault(number if quote.lines else "", []).append((at, quote))
        return found

    @cached_property
    def _words(self) -> dict[str, list[syntax.Quote]]:
        """All quotes of each clause."""
        found: dict[str, list[syntax.Quote]] = {}
        for quote, number in self.law.quotes:
            found.setdefault(number, []).append(quote)
        return found

    @cached_property
    def _beneath(self) -> dict[str, list[syntax.Quote]]:
        """What stands in the 款 of an article."""
        return {lead: [q for q, number in self.law.quotes if is_under(number, lead)] for lead in self.law.leading}

    @cached_property
    def paid_over(self) -> int:
        """The most years over which something is paid."""
        paid = (x.line.body for x in self.law.lines if isinstance(x.line.body, syntax.Payment))
        return max((int(m[0]) if (m := re.match(r"\d+", x.years)) else len(x.shares) for x in paid), default=0)

    def leads(self, number: str) -> list[syntax.Quote]:
        """The quotes of what a clause stands under."""
        return [q for n in range(1, len(number)) if is_under(number, number[:n]) for q in self._words.get(number[:n], ())]

    def _beside(self, number: str) -> list[syntax.Quote]:
        """What stands in the 款 of a clause, and in the lead of its article."""
        article = [q for lead in self.law.leading if is_under(number, lead) for _, q in self.quotes.get(lead, [])]
        return [*self._beneath.get(number, ()), *article]

    def afield(self, number: str, passages: list[Passage]) -> list[syntax.Quote]:
        """The quotes that may say the numbers of a clause: any, where it goes by another."""
        return [q for q, _ in self.law.quotes] if any(_CITES.search(p.words) for p in passages) else self._beside(number)

    def around(self, number: str, own: list[tuple[int, syntax.Quote]]) -> list[syntax.Line]:
        """The lines that do something in a clause and stand elsewhere."""
        lines = [x for q in self._beside(number) for x in q.notes if _works(x)]
        lines += [line for key, line in self._afar if key in (number, EVERY) or is_under(number, key)]
        return lines + limits_read(self._limited, [x for _, q in own for x in q.notes])

    @cached_property
    def _afar(self) -> list[tuple[str, syntax.Line]]:
        """Lines that stand under the words of another clause, each with a clause that it governs: beneath 用于, and of several clauses together."""
        law, home = self.law, {id(quote): number for quote, number in self.law.quotes}
        lines = [x for x in law.lines if x.quote is not None]
        bounds = [(x.line.body.scope, x.line) for x in lines if isinstance(x.line.body, syntax.Cap | syntax.CountCap)]
        named = ((key if key == EVERY else clause_key(key, law.names), line) for scope, line in bounds for key in scope.clauses)
        moved = ((x.number, x.line) for x in lines if x.number != home.get(id(x.quote), x.number))
        return [*((key, line) for key, line in named if isinstance(key, str)), *moved]

    @cached_property
    def _limited(self) -> list[syntax.Line]:
        return with_limits(x.line for x in self.law.lines)

    @cached_property
    def days(self) -> set[Fraction]:
        return {day for quote, _ in self.law.quotes for day in law_days(quote.words)}

    def rates(self, passages: list[Passage]) -> set[Fraction]:
        """Those that any article says, where a clause speaks of points more or less."""
        words = [q.words for q, _ in self.law.quotes] if any("百分点" in p.words for p in passages) else ()
        return {n.value for x in words for n in law_numbers(x, self.schema.units) if n.kind == RATE and not n.text.endswith("点")}

    @cached_property
    def _lines(self) -> list[syntax.Line]:
        return [line for quote, _ in self.law.quotes for line in quote.lines]

    @cached_property
    def asked(self) -> set[str]:
        """The fields that conditions go by."""
        return {x.value.text for line in self._lines for x in asked_of(line.body) if isinstance(x.value, syntax.Name)}

    @cached_property
    def defined(self) -> dict[str, set[str]]:
        """What definitions call 是 or 否, with the names in each."""
        lets = [x.body for x in self._lines if isinstance(x.body, syntax.Let) and x.label == Label.DEFINITION]
        named = {x.name.text: syntax.pieces_of(x.value) for x in lets if isinstance(x.value, FLAGS)}
        return {name: {n.text for n in pieces if isinstance(n, syntax.Name)} for name, pieces in named.items()}

    @cached_property
    def flags(self) -> set[str]:
        """What is 是 or 否."""
        fields = (f for table in self.schema.tables for f in table.fields)
        return {*self.defined, *(f.name for f in fields if isinstance(f.type, BoolType) and len(f.name) > 1)}

    @cached_property
    def ruled(self) -> tuple[str, ...]:
        """The clauses in which something is done."""
        return tuple(n for n, own in self.quotes.items() if any(_works(x) and x.label != Label.DEFINITION for _, q in own for x in q.notes))


_CITES = re.compile("(?:按照?|依照|参照|比照)(?:[上前][一两二三]?[条款项]|第[^,。;]{1,8}[条款项])[^,。;]{0,8}(?:标准|规定|执行|计|收|缴|给)")  # whose numbers are these then
