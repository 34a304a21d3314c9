"""One 分项 (or a clause without any) as a sentence, in the order of judging whatever the order of its lines.

Knows nothing of other parts or of the policy's own rules; see clauses.py for those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TypeVar

from attrs import evolve, frozen

from xcrules.facts.tables import FactTable, Schema
from xcrules.facts.types import NumberType, SeriesType
from xcrules.meaning import rules, values
from xcrules.meaning.grants import ledgers_of
from xcrules.meaning.program import Part

from .bounds import bound, fund_text, limits_in_order, payment, roof
from .folds import measure, of_the_year, told_by
from .lookups import LookupText, meaning
from .names import named
from .phrases import Phrases

Body = TypeVar("Body")


def of_kind(all_rules: Iterable[rules.Rule], kind: type[Body]) -> list[Body]:
    """The bodies of one kind, in the order written."""
    return [r.body for r in all_rules if isinstance(r.body, kind)]


def settled_by(body: rules.Discretion) -> str:
    """由文旅局根据课题完成度核定; of a text that names nobody 另行核定."""
    who, weighed = f"由{body.authority}" if body.authority else "", f"根据{'、'.join(body.basis)}" if body.basis else ""
    return f"{who}{weighed}核定" if who or weighed else "另行核定"


def award_text(record: values.Value | None, words: Phrases) -> str:
    """（记入“核定金额”）, or by what is settled: ，按投资额乘以核定比例计算."""
    return "" if record is None else f"（记入“{words.value(record)}”）" if isinstance(record, values.Fact | values.Var) else f"，按{words.value(record)}计算"


@frozen
class PartText:
    """Sentences of one part: its active rules and the words for its values."""

    lines: tuple[rules.Rule, ...]
    words: Phrases
    each: str  # 笔, 项; empty when there is but one
    piece: str  # 件, 部: what a record may stand for several of
    saying: rules.Saying | None = None
    elsewhere: str = ""  # what is said of money that other rules give

    @property
    def gives(self) -> str:
        """给予, or as 表述 has it: 给予补贴, 应补税款."""
        return self.saying.words() if self.saying is not None else "给予"

    @property
    def comes_to(self) -> str:
        """The same behind what it is reckoned by: 按增加额的5%给予补贴, 按贷款的3%征收税款, 按贷款的3%计算应缴税款."""
        return f"计算{self.gives}" if self.gives.startswith("应") else self.gives

    def sentence(self) -> str:
        """The main sentence and its limits."""
        head = self._head()
        paid = [payment(x, self.words) for x in of_kind(self.lines, rules.Payment)]
        funds = [fund_text(x, self.words) for x in of_kind(self.lines, rules.Fund)]
        limits = filter(None, (*self._limits(), *paid, *funds, self._matter()))
        return "；".join([head + self._grant() + self._item_limits(), *limits])

    @property
    def lookups(self) -> LookupText:
        """How its tables are told."""
        return LookupText(self.words, self.gives)

    @property
    def unit(self) -> str:
        """每笔, 每件; empty for the enterprise itself."""
        return f"每{self.piece or self.each}" if self.each else ""

    # -- who, and under what conditions ---------------------------------------------------------------

    def _subject(self) -> rules.Subject:
        """The enterprise, if a faulty policy says of nobody."""
        return next(iter(of_kind(self.lines, rules.Subject)), rules.Subject("", False, None))

    def _head(self) -> str:
        """Who, under which conditions: those on the enterprise are said of it, those on the item of the item."""
        subject = self._subject()
        of_items = self._of_items(subject)
        needed = [r.body.condition for r in self.lines if isinstance(r.body, rules.Condition) and r.origin.label != "除外"]
        parts = [p for node in needed for p in self.words.conjuncts(node)]
        enterprise = self._enterprise([p for p in parts if not of_items(p)])
        barred = self._excluded(lambda node: not of_items(node))
        if not subject.table:
            return f"{enterprise or self.words.who}{barred}，"
        own = self.words.conditions([p for p in parts if of_items(p)])
        opening = f"每{self.each}{subject.table}" if subject.is_list else subject.table
        start = f"{enterprise or self.words.who}{barred}，" if enterprise or barred else ""
        return f"{start}{opening}{f'，{own}的' if own else ''}{self._excluded(of_items)}，"

    def _enterprise(self, needed: list[values.Value]) -> str:
        """企业属于适格企业、注册地在本区的; nothing without a condition."""
        words = evolve(self.words, kinds=True, table="")
        said = words.conditions(needed)
        if not said or said.startswith(self.words.who):  # 企业类型为…的, not 企业企业类型
            return f"{said}的" if said else ""
        between = "，" if self._starts_apart(needed[0], said) else "" if self._starts_with_comparison(needed[0]) or said.startswith("属于") else (
            "同时满足" if words.several(needed) else "")
        return f"{self.words.who}{between}{said}的"

    def _of_items(self, subject: rules.Subject) -> Callable[[values.Value], bool]:
        """Whether a condition speaks of the item at hand; of one object (a 一份 table) all do, of the enterprise none."""
        named: set[str] = set()
        if not subject.is_list:
            return lambda node: bool(subject.table)

        def speaks(node: values.Value) -> bool:
            nodes = [*values.nodes_of(node)]
            named_so = any(isinstance(x, values.Var) and (x.of_item or x.name in named) for x in nodes)
            return named_so or any(isinstance(x, values.Fact) and x.field.table == subject.table for x in nodes)

        lets = [*of_kind(self.lines, rules.Let), *(x for table in of_kind(self.lines, rules.Lookup) for x in table.lets)]
        while found := {x.name for x in lets if x.name not in named and speaks(x.value)}:
            named |= found
        return speaks

    def _matter(self) -> str:
        """By what the single claim of an enterprise is known as one matter; items of a list have a column for it."""
        subject = self._subject()
        if subject.matter is None or subject.is_list:
            return ""
        return f"是否同一事项以{self.words.value(subject.matter)}识别"

    def _starts_apart(self, node: values.Value, said: str) -> bool:
        """Whether the condition begins with what 企业 would run into: 企业，合格的各场课程……; 企业，（甲加上乙）……"""
        first = node
        while isinstance(first, values.Logic | values.Compare | values.Arith | values.Quotient):
            first = first.parts[0] if isinstance(first, values.Logic) else first.left
        return said.startswith(("（", "第")) or (isinstance(first, values.FoldItems) and not said.startswith("各"))

    def _starts_with_comparison(self, node: values.Value) -> bool:
        while isinstance(node, values.Logic):
            node = node.parts[0]
        return isinstance(node, values.Compare | values.Member)

    def _excluded(self, which: Callable[[values.Value], bool]) -> str:
        texts = []
        for rule in self.lines:
            if isinstance(rule.body, rules.Condition) and rule.origin.label == "除外" and which(rule.body.condition):
                match rule.body.condition:
                    case values.Logic("非", (inner,)):
                        said = self.words.conditions([inner])
                        texts.append(said.replace("、", "且") if self.words.several([inner]) and "，且" not in said else said)  # 甲、乙的除外 would be either of them
                    case other:
                        texts.append(self.words.condition(values.Logic("非", (other,))))
        return "（" + "；".join(f"但{t}的除外" for t in texts) + "）" if texts else ""

    # -- how much ---------------------------------------------------------------------------------------

    def _grant(self) -> str:
        awards = of_kind(self.lines, rules.Discretion)
        if awards:
            monthly, what = (rules.EACH_MONTH * self.saying.monthly, f"{self.gives}的") if self.saying is not None else ("", "支持")
            return f"{monthly}{what}金额{settled_by(awards[0])}{award_text(awards[0].record, self.words)}"
        standards = of_kind(self.lines, rules.Standard)
        unit = self.unit if self.piece else ""
        given = [unit + self.giving(x.amount) if x.condition is None else f"{self.words.conditions([x.condition])}的，{unit}{self.giving(x.amount)}"
                 for x in standards]
        main = ("；".join(given) + ("（符合几项的，相加）" if len(given) > 1 else "")) or self.elsewhere or "不给予资金"
        less = [f"其中{self.relief(x)}" for x in of_kind(self.lines, rules.Relief)]
        other = [f"小于0的，{self.saying.words(True)}"] if self.saying is not None and self.saying.reverse else []
        return "；".join([main, *(self._exception(x) for x in of_kind(self.lines, rules.ConditionalAmount)), *less, *other])

    def relief(self, relief: rules.Relief) -> str:
        """小微企业的，减半给予; 甲的，减30%，至多减1.5万元；乙的，减按75%（符合几项的，只取减得最多的一项）."""
        said = []
        for x in relief.cases:
            share = self.words.value(x.share)
            how = f"减按{share}{self.comes_to}" if x.reduced_to else f"减{share}" if x.share.span is not None else f"减半{self.comes_to}"
            said.append(f"{self.words.conditions([x.condition])}的，{how}" + (f"，至多减{self.words.value(x.most)}" if x.most is not None else ""))
        return "；".join(said) + ("（符合几项的，只取减得最多的一项）" if len(said) > 1 else "")

    def giving(self, amount: values.Value) -> str:
        """给予30万元; 按增加额的5%给予; 分别给予100万元（国际标准）、40万元（国家标准）."""
        match amount if isinstance(amount, values.Pick) else of_the_year(amount):
            case values.Literal() as amount:
                return self.gives + self.words.value(amount).removeprefix(rules.EACH_MONTH if self.gives.startswith(rules.EACH_MONTH) else "")
            case values.Pick(arms, otherwise) as pick if all(isinstance(v, values.Literal) for _, v in arms) and isinstance(
                otherwise, values.Literal | None
            ):
                key = told_by(pick, self.words)
                return f"{'按' * bool(key)}{key}分别{self.gives}{self.words.arms(pick)}"
            case values.Pick(arms, otherwise):
                return "、".join(f"{self.words.case(t)}的{self.giving(v)}" for t, v in arms) + (
                    f"、其他的{self.giving(otherwise)}" if otherwise is not None else "")
        return f"按{(said := self.words.value(amount))}{'的数额' * self.comes_to.startswith(said[-2:])}{self.comes_to}"  # 按应缴存的数额缴存保证金

    def _exception(self, rule: rules.ConditionalAmount) -> str:
        how = self.giving(rule.amount)
        verb = "另" if rule.adds else "改" if how.startswith("按") else "改为"
        return f"其中{self.words.conditions([rule.condition])}的，{verb}{how}"

    def _item_limits(self) -> str:
        awarded = "（核定为0的不给）" if of_kind(self.lines, rules.Discretion) else ""
        floors = [bound("不少于", x.amount, self.words) + awarded for x in of_kind(self.lines, rules.Floor)]
        caps = [self.bounded("不超过", x) for x in self._single()]
        cases = {self.words.conditions([h[0]]) + "的，" for x in self._single() if (h := values.in_a_case(x.amount)) is not None}
        several = [*floors, *caps]
        alike = next((c for c in cases if len(several) > 1 and all(x.startswith(c) for x in several)), "")  # one case for both ends
        cased = [x for x in self._single() if values.in_a_case(x.amount) is not None]
        bounds = alike + ("；" if not alike and len(cased) == len(several) else "，且").join(x.removeprefix(alike) for x in several)
        adjusted = any(isinstance(r.body, rules.ConditionalAmount | rules.Relief) for r in self.lines)
        both = self.saying is not None and bool(self.saying.reverse)
        stop = "；" if adjusted or both else "，"  # a bound is not of the last exception alone
        apart = "，" if self.unit and not bounds.startswith(("不少于", "不超过")) else ""
        return f"{stop}{'均' if both else ''}{self.unit}{apart}{bounds}" if bounds else ""

    def _single(self) -> list[rules.Cap]:
        return [x for x in of_kind(self.lines, rules.Cap) if x.reach == "单项"]

    def bounded(self, start: str, cap: rules.Cap) -> str:
        """不超过30万元（含已付）: a cap, with what was had before."""
        several = "均" if isinstance(cap.amount, values.Pick) and values.in_a_case(cap.amount) is None else ""
        if cap.others is not None:
            return bound(start, cap.amount, self.words) + f"（别家已得的，见{roof(cap.others, self.words)[1]}）"
        return bound(start, cap.amount, self.words) + (f"（{several}含{self.words.value(cap.used)}）" if cap.used is not None else "")

    # -- limits over groups, times, years -------------------------------------------------------------

    def _limits(self) -> Iterator[str]:
        """What bounds several items, several times, several years."""
        for rule in limits_in_order(self.lines):
            match rule.body:
                case rules.CountCap() as limit:
                    yield self.times(limit, rule.origin)
                case rules.Cap(reach=reach) as cap if reach != "单项":
                    yield self.cap(cap, "")
                case rules.Highest() as best:
                    yield self.highest(best)

    def cap(self, cap: rules.Cap, whose: str) -> str:
        """企业年度总额不超过150万元; `whose` names the parts it is over."""
        if cap.reach == "同一":
            key = self.words.value(cap.key) if cap.key is not None else "项目"
            reach = f"同一{key}的{cap.period}总额"
        else:
            over = f"同一{roof(cap.others, self.words)[0]}的各" if cap.others is not None else ""
            alone = {} if over else {rules.EACH_MONTH: "合计", rules.EACH_TIME: "每次合计"}
            reach = alone.get(cap.period or "", f"{over}{self.words.who}{cap.period}总额")
        return self.bounded(f"{whose}{reach}不超过", cap)

    def times(self, rule: rules.CountCap, origin: values.Origin) -> str:
        """每家企业终身只给予一次."""
        often = f"{rule.times}年" if rule.years else f"{rule.times}{rule.pieces}（连同以前得过的，这一次的先取金额高的）" if rule.pieces else "一次" if rule.times == 1 else f"{rule.times}次"
        all_of = f"{'、'.join(named(ledgers_of(rule.groups)))}合起来，" if rule.groups else ""
        whose = {"单项": f"每{self.each}" if self.each else "", "企业年度": f"{self.words.each}每年度", "企业终身": f"{all_of}{self.words.each}终身",
                 "同一": all_of + _same(origin)}.get(rule.reach, "")
        used = "以前已获支持" if rule.top_up else ""
        if rule.reach == "企业年度" and not rule.by_history:
            used = "本年度已获支持"
        elif rule.used is not None:
            used = self.words.condition(rule.used)
        first = "（每项先减去已得的，再从高）" if rule.made_up_first else ""
        tail = f"，{used}的{f'只补足差额{first}' if rule.top_up else '不再给予'}" if used else ""
        given = {"": "只给予" if often == "一次" else "至多给予", "累计": "至多享受", "连续": "自首次享受的年度起至多连续享受"}[rule.years]
        case = f"{self.words.conditions([rule.condition])}的，" if rule.condition is not None else ""
        return f"{case}{whose}{given}{often}{tail}"

    def highest(self, rule: rules.Highest) -> str:
        """同一专利项目从高不重复，只取金额最高的一项; 同一排放口的按污染当量数从大到小，只取前3项（一样大的，取金额高的）."""
        alike = "全部" if isinstance(rule.key, values.Literal) else f"同一{self.words.value(rule.key)}的"
        one = self.each or "项"
        few, by = f"前{rule.take}{one}" if rule.take > 1 else f"一{one}", self.words.value(rule.rank) if rule.rank is not None else "金额"
        tied = f"一样的，取金额{rule.tied[1]}的" if rule.way is not None or rule.tied == "从低" else ""
        if rule.way is not None:
            way = {"从高": "从大到小", "从低": "从小到大", "先到先得": "从早到晚"}[rule.way].translate({} if values.standing(rule.rank) is None else {ord("大"): "高", ord("小"): "低"})
            return f"{alike}按{by}{way}，只取{few if rule.take > 1 else f'第一{one}'}（{tied}）"
        notes = "；".join(filter(None, (f"依次为{'、'.join(rule.order)}" if rule.order else "", tied)))
        how = f"{by}最高的{few}{f'（{notes}）' if notes else ''}"
        return f"{alike}只取{how}" if alike == "全部" else f"{alike}从高不重复，只取{how}" if rule.take == 1 else f"{alike}从高，只取{how}"

    # -- names --------------------------------------------------------------------------------------------

    def meanings(self, own: str, totals: tuple[rules.Rule, ...]) -> tuple[list[str], list[str]]:
        """所称…… of each name, and the tables. A name set under a lead (not in `own`, the clause's words) is told where it is read."""
        bodies = [r.body for r in (*self.lines, *totals)]
        read = {v.name for b in bodies for v in values.nodes_of(b) if isinstance(v, values.Var)}
        set_by = ((r, {x.name for x in rules.lets_of(r.body)}) for r in self.lines)
        lines = [r.body for r, names in set_by if r.origin.words in own or not names or names & read]
        named = [x for b in lines for x in ((b,) if isinstance(b, rules.Let) else b.keys if isinstance(b, rules.Lookup) else ())]
        lets = [*filter(None, (meaning(x, self.words) for x in named if x.name not in self.words.renamed))]
        if any(isinstance(v, values.Var) and v.name == values.ENJOYED for r in self.lines for v in values.nodes_of(r.body)):
            lets.append(f"所称{values.ENJOYED}，是指以前各年度中已享受本款的年数加一")
        return lets, [self.lookups.table(b) for b in lines if isinstance(b, rules.Lookup)]


def _same(origin: values.Origin) -> str:
    match = re.search(r"同一\s*([\w㎡·]+(?:\s*、\s*[\w㎡·]+)*)(?:\s*(年度|终身))?", origin.text)
    columns = "".join(match[1].split()) if match else "项目"
    return f"同一{columns}{'的每' * ('、' in columns and match[2] == '年度')}{match[2] or ''}" if match else "同一项目"


def part_text(part: Part, schema: Schema, all_rules: tuple[rules.Rule, ...], who: str = "企业") -> PartText:
    """The part under the readings that `rules` were picked by."""
    subject = next((r.body for r in all_rules if isinstance(r.body, rules.Subject)), None)
    table = schema.table(subject.table) if subject else None
    renamed = {
        r.body.name: r.body.value.field.name
        for r in all_rules
        if isinstance(r.body, rules.Let) and isinstance(r.body.type, SeriesType) and isinstance(r.body.value, values.Fact)
    }
    words = Phrases(schema, table.name if table else "", renamed, subject.who if subject and not table else who)
    each = measure(table.each, table.name) if table and table.kind == "名单" else ""
    return PartText(all_rules, words, each, _piece(table))


def _piece(table: FactTable | None) -> str:
    """件 of 专利, 部 of 版权衍生产品: the unit of the field that counts like items."""
    counted = table.field_of_role("件数") if table else None
    if counted is None or not isinstance(counted.type, NumberType):
        return ""
    return next((name for name, power in counted.type.unit if power == Fraction(1)), "件")
