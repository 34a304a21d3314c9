"""With which words people are told of what a clause comes to."""

from __future__ import annotations

from attrs import frozen

from xcrules.base.node import Node

EACH_MONTH = "每月"  # how people are told of an amount of one month, and the period of a bound on it
EACH_TIME = "每次"  # the period of a bound on what one application comes to


def span_of(period: str, who: str = "企业") -> str:
    """企业年度, 企业终身; 每次, 每月, of which no ledger tells."""
    return period if period in (EACH_MONTH, EACH_TIME) else f"{who}{period}"


@frozen(eq=False, repr=False)
class Saying(Node):
    """表述 of one clause, of the clauses of one article, or of all: verb and noun of what is granted; `reverse` the verb where it is below 0.

    `exempt` is the verb where nothing is due because of a 除外. Who pays stands in the verb (由基金支付), who receives in the noun (个人奖励). Of a clause whose 分项 are not all told alike, `each` has those of all.
    """

    verb: str
    noun: str
    reverse: str = ""
    clause: str = ""  # the clause or article under which it stands; "" for all
    monthly: bool = False  # 拨付：按月: it is what one month comes to
    within: tuple[str, ...] = ()  # the 分项 of that clause beneath which it stands; () for all
    each: tuple[tuple[str, Saying], ...] = ()
    exempt: str = ""

    def of(self, part: str) -> Saying:
        """What is said of one 分项."""
        return dict(self.each).get(part, self)

    def exempted(self) -> str:
        """免征税款, of what a 除外 takes out; "" where there is no word for it."""
        return self.exempt and self.exempt + self.noun

    def all_words(self) -> tuple[str, ...]:
        """All that is said of what it comes to, one way or the other."""
        if self.each:
            return tuple(dict.fromkeys(x.words() for _, x in self.each))
        return (self.words(), self.words(True)) if self.reverse else (self.words(),)

    def words(self, reverse: bool = False) -> str:
        """应补税款, or 应退税款; of what is paid by the month 每月支付津贴; 奖励企业、奖励个人."""
        if self.each:
            return "、".join(self.all_words())
        return EACH_MONTH * self.monthly + (self.reverse if reverse else self.verb) + self.noun
