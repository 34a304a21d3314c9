"""How much at most and of which: what stands on the lines 上限, 下限, 限次, 总额, 从高 and 竞合."""

from __future__ import annotations

from attrs import field, frozen

from .expressions import At, Expr, Name


@frozen
class Reach:
    """The reach of a 上限, 下限 or 限次."""

    reach: str  # 单项, 同一, 企业年度, 企业终身, 每月, 每次
    key: Name | None = None  # of 同一 X; several columns are one name (甲、乙)
    period: str | None = None  # 年度 or 终身, of 同一 X
    whole: str | None = None  # 合计, 各分项, or the name of a part
    whole_at: At | None = field(default=None, eq=False, repr=False)
    clauses: tuple[str, ...] = ()  # 2(1)、6(1) 合计: the reach goes over several clauses

    @property
    def over_all(self) -> bool:
        """Whether it is over all that an applicant gets, of whichever item."""
        return self.reach not in ("单项", "同一")


@frozen
class Cap:
    """上限."""

    scope: Reach
    amount: Expr
    used: Expr | None
    at_most: Expr | None = None  # a second amount, which check refuses
    condition: Expr | None = None  # 注册地在南沙 的: the bound holds in this case only
    paid: bool = False  # 按 拨付: of what is paid in the year, not of what is settled in it


@frozen
class Floor:
    """下限, written as a 上限 is."""

    scope: Reach
    amount: Expr
    used: Expr | None
    at_most: Expr | None = None
    condition: Expr | None = None
    paid: bool = False  # which check refuses


@frozen
class Order:
    """依 综合得分 从高到低: by what applications stand in order, and which way; 先到先得 alone goes by the day of application."""

    name: Name | None
    word: str  # 从高, 从低, 先到先得


@frozen
class Fund:
    """总额: its parts in the order written; one of a kind may stand twice, which check refuses."""

    clauses: tuple[str, ...]  # () is the clause above
    totals: tuple[tuple[str, Expr], ...]  # 每年 or 有效期内, and how much
    shares: int  # how often 超出按比例 is written
    orders: tuple[Order, ...]
    ranks: tuple[str, ...]
    ties: tuple[Order | None, ...]  # None is 按比例
    records: tuple[Name, ...]  # 记入 分得额


@frozen
class CountCap:
    """限次."""

    scope: Reach
    times: str
    used: Expr | None
    settle: str | None
    made_up: str | None = None  # before 从高 or after it
    condition: Expr | None = None  # 个人 的: it is limited in this case only


@frozen
class Highest:
    """从高: of those alike in a column, or (`key` None) of all. `order` is of words, `way` and `tied` as the line has them (从大到小), `take` too (3项)."""

    overall: bool
    key: Name | None
    rank: Name | None
    order: tuple[Name, ...]
    way: str = ""
    take: str | None = None
    tied: str | None = None
    of_each: bool = False  # 各款, under a lead


@frozen
class OnlyOne:
    """从高：1(1)、2 之间: of these clauses (none named: of those under the lead) only one is given. `key`: of what is alike in it; `split`: of their 分项 (各分项 之间)."""

    clauses: tuple[str, ...]
    key: Name | None = None
    split: bool = False


@frozen
class Against:
    """竞合 with another list of support."""

    key: Name
    outside: Name
    received: Name
    settle: str
    rival: Name
    spared: tuple[str, ...] = ()  # 除外 2、13: clauses that are not weighed
    settled: bool = False  # 含裁量: what an authority settles is weighed too
    summed: tuple[str, ...] = ()  # 3、4 合计: clauses of which what was received is taken off once


@frozen
class AgainstOrder:
    """竞合：先从高后封顶."""

    word: str
