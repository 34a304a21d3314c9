"""The pages of a form with one row for each clause: what was granted under it."""

from __future__ import annotations

from typing import ClassVar

from xcrules.base.codes import Code
from xcrules.base.identity import normal
from xcrules.facts.types import MONEY, TEXT

from .cells import Collected
from .layout import ABOUT, CLAUSE, FACT, Single, fits
from .pages import Page
from .tables import HEAD_ROWS, TablePage, heads


class LedgerPage(TablePage):
    """A ledger: a row for each clause."""

    single: Single
    _CLAUSE_HEADINGS: ClassVar = (CLAUSE, "条款号", "款", "条款编号")

    @classmethod
    def known(cls, page: Page, into: Collected) -> TablePage | None:
        clauses = {normal(w) for w in cls._CLAUSE_HEADINGS}
        for row, words, fill in heads(page, into):
            if fill and (words & clauses or cls._by_content(page, row, into) is not None) and normal(FACT) not in words:
                single = cls._which(page, row, into)
                if single is not None:
                    found = cls(page, row, into)
                    found.single = single
                    return found
        return None

    @staticmethod
    def _by_content(page: Page, head: int, into: Collected) -> int | None:
        """The column in which clause numbers stand, where its heading is gone."""
        numbers = set(map(normal, into.names.form.clause_names.numbers))
        counts: dict[int, int] = {}
        for row in (r for r in list(page.by_row)[:HEAD_ROWS] if r > head):
            for column, word in page.words(row):
                counts[column] = counts.get(column, 0) + (normal(word) in numbers)
        best = max(counts, key=lambda c: (counts[c], -c), default=None)
        return best if best is not None and counts[best] > 1 else None

    @staticmethod
    def _which(page: Page, head: int, into: Collected) -> Single | None:
        """The ledger of this page: the only one, or the one of which the title or the page's name speaks."""
        ledgers = into.names.ledgers
        titles = [normal(w) for row in page.by_row if row < head for _, w in page.words(row)]
        for said in (*titles, normal(page.name)):
            for path, single in ledgers.items():
                if said == path or (said.startswith(path) and fits(said[len(path):], MONEY)):
                    return single
        return next(iter(ledgers.values())) if len(ledgers) == 1 else None

    def read(self) -> None:
        element, path = self.single.element, self.single.path
        fill = self.fill()
        clause = self.column(*self._CLAUSE_HEADINGS)
        if clause is None:
            clause = self._by_content(self.page, self.head, self.into)
        if fill is None or clause is None:
            return
        self.notes |= {c for c, w in self.headings.items() if normal(w) == normal(ABOUT) and c != clause}
        self.labels |= {clause, *self.notes}
        self.paths.add(path)
        money, answer, place = self.above(path)
        held: dict[str, object] = {}
        seen: dict[str, str] = {}
        for row in self.rows():
            at = self.page.address(row, fill[0])
            if self.page.at(row, fill[0]) is not None and self.aside(row, {fill[0]}):
                continue
            if self.page.at(row, clause) is None and self.page.at(row, fill[0]) is None:
                continue
            number = self.into.value(self.page, row, clause, TEXT, "款号")
            times = self.times(element, money, [(fill[1], True, self.page.address(self.head, fill[0]))]) if self.page.at(row, fill[0]) else None
            value = self.into.value(self.page, row, fill[0], element, f"{path}.{number or ''}", times)
            if number is None:
                if value is not None:
                    self.into.say(Code.FORM_CHANGED, "这一行填了数，却没有款号", at)
                continue
            self.into.facts.places[f"{path}.{number}"] = at
            if value is None:
                continue
            self.page.read_rows.add(row)
            if normal(str(number)) in seen:
                self.into.say(Code.REPEATED_KEY, f"「{path}」的 {number} 写了两次，另一处在 {seen[normal(str(number))]}", at, "同一款只写一次")
                continue
            seen[normal(str(number))] = at
            held[str(number)] = value
        self.take_notes()
        self.into.put(self.single.group, self.single.field.name, self.answered(answer, place, held, {}), place or self.page.address(0, 0))
