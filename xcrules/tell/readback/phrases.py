"""Values as Chinese phrases: 增加额的5%, 级别为国家级或北京市级, 本年研发经费减去上年研发经费.

Written from the nodes, so a phrase says what will be judged; of the drafter's own text only the
comparison word and the form of a literal (1:0.5, 150万元) are kept. Makes no sentence and drops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import assert_never

from attrs import evolve, field, frozen

from xcrules.facts.tables import FactField, Schema
from xcrules.facts.types import YEAR, YEARS, DateType, NumberType, YearType
from xcrules.meaning import values

from .folds import days_compared, first_time, fold, month, of_the_year, same_words, shifted, sum_of, told_by, window
from .literals import called, counted, is_or, literal, nth_year, of_a_moment, opposite, per_unit, rounded_to, several_of, started, type_of
from .names import enjoyed, result_name
from .words import SIGNS, comparison, denied_name, is_kind, joined, quoted_denial, stretch, written_word

_AGO = ("本年", "上年", "前年")


@frozen
class Phrases:
    """Phrases in the scope of one part: its item's table, and 设定 that only rename a 逐年 fact."""

    schema: Schema
    table: str = ""
    renamed: Mapping[str, str] = field(factory=dict)
    who: str = "企业"  # what the enterprise is called: 个人, 单位
    kinds: bool = False  # said of the enterprise: 属于总部型企业
    apart: bool = False  # beside choices of the same words by another fact: each says by which

    @property
    def each(self) -> str:
        """每家企业, 各单位: every one that may apply."""
        return "每家企业" if self.who == "企业" else f"各{self.who}"

    # -- amounts and other values -------------------------------------------------------------------

    def value(self, node: values.Value) -> str:
        """Any value; a truth value is given as its condition."""
        match node:
            case values.Literal():
                return literal(node)
            case values.Fact():
                return self._fact(node)
            case values.Var(name):
                return self.renamed.get(name, name.rpartition(".")[2])
            case values.At(series, key):
                return self._year_word(key) + self.value(series)
            case values.Parameter(name, year):
                return name if self.years_ago(year) == 0 else self._year_word(year) + name
            case values.Used(value):
                return self.value(value)
            case values.Result(clauses, word):
                return result_name(clauses, word, node)
            case values.YearOf(date):
                return f"{self.value(date)}当年"
            case values.Arith():
                return self._arith(node)
            case values.Quotient():
                return self._quotient(node)
            case values.Pick():
                return self._pick(node) if (ranked := values.standing(node)) is None else self.value(ranked)
            case values.FoldItems():
                return fold(node, self)
            case values.FoldYears():
                return window(node, self)
            case values.Together(parts):
                return "、".join(map(self.value, parts))
            case values.Known() | values.Compare() | values.Member() | values.Logic():
                return self.condition(node)
            case _:
                assert_never(node)

    def _fact(self, fact: values.Fact) -> str:
        """The name alone where it can mean but one thing; else with the object it belongs to."""
        name, owner = fact.field.name, fact.field.table
        if fact.of_item or owner in ("", self.table):
            return name
        known = [t for t in self.schema.nested if t.kind == "一份" or t.name == self.table]
        return f"{owner}的{name}" if sum(t.field_named(name) is not None for t in known) > 1 else name

    def years_ago(self, key: values.Value) -> int | None:
        """0 for the base year, 1 for the year before it; None for another year."""
        match key:
            case values.Fact(field=FactField(role="基准年度")):
                return 0
            case values.Arith("-", values.Fact(field=FactField(role="基准年度")), values.Literal(Fraction() as n)) if n.denominator == 1:
                return int(n)
        return None

    def _year_word(self, key: values.Value) -> str:
        match self.years_ago(key):
            case None:
                return f"{self.value(key)}的"
            case n if 0 <= n < len(_AGO):
                return _AGO[n]
            case n:
                return f"前{n}年" if n > 0 else f"后{-n}年"

    def _arith(self, node: values.Arith) -> str:
        if not self.apart and same_words(node):
            return evolve(self, apart=True)._arith(node)
        if node.op == "历月":
            return f"自{month(node.left, self)}起至{month(node.right, self)}止的月数"
        if node.op in values.SPANS:
            return f"自{self.value(node.left)}至{self.value(node.right)}的{'' if node.op == '天数' else '整'}{node.op}"
        if node.op == "-" and values.standing(node.left) and values.standing(node.right):
            return f"自{self.value(node.right)}至{self.value(node.left)}上升的级数"
        if node.op in ("较小", "较大"):
            return self._bounded(node)
        if isinstance(node.type, YearType | DateType):
            return shifted(node, self)
        if (start := nth_year(node)) is not None:
            return f"自{self.value(start)}起第几年"
        if (said := started(node)) is not None:
            if (unit := rounded_to(said)) is not None:
                return f"{self.operand(said.value)}（四舍五入到{self.value(unit)}）"
            return self.operand(said.value).replace("的整", "的") + "".join(f"，{'不超过' if just else '不足'}{self.value(short)}的按{self.value(counts)}" for short, counts, just in said.steps)
        if node.op == "×":
            return self._product(node)
        if (
            node.op == "÷"
            and node.span is not None
            and isinstance(node.left, values.Arith)
            and node.left.op == "+"
            and node.left.span == node.span
        ):
            return self._average(node)
        if node.op in ("整除", "进整"):
            return f"{self.operand(node.left)}每{'满' * (node.op == '整除')}{self.operand(node.right)}的次数"
        if node.op == "+":
            return sum_of(node, self)
        return f"{self.before(node.left) if node.op != '÷' else self.operand(node.left)}{SIGNS[node.op]}{self.operand(node.right)}"

    def _average(self, node: values.Arith) -> str:
        """甲与乙的平均数: as many as the sum is divided by."""
        parts, left = list[values.Value](), node.left
        while isinstance(left, values.Arith) and isinstance(node.right, values.Literal) and len(parts) + 1 < node.right.value:  # type: ignore[operator]
            parts, left = [left.right, *parts], left.left
        return f"{'、'.join(map(self.operand, [left, *parts[:-1]]))}与{self.operand(parts[-1])}的平均数"

    def before(self, node: values.Value) -> str:
        """What 加上, 减去 follow: choices at its end are bracketed, or the last alone would seem added to."""
        return f"（{self.value(node)}）" if isinstance(node.right if isinstance(node, values.Arith) and node.op == "×" else node, values.Pick) else self.value(node)

    def operand(self, node: values.Value) -> str:
        """Bracketed where the words around it would take only a piece of it."""
        text = self.value(node)
        sum_like = isinstance(node, values.Arith) and (node.op in ("+", "-", "较小", "较大") or started(node) is not None)
        return f"（{text}）" if sum_like or isinstance(node, values.Pick) or (isinstance(node, values.Quotient) and text.endswith(("比例", "比率"))) else text

    def _bounded(self, node: values.Arith) -> str:
        if node.span is not None and node.span.text.startswith("孰"):
            match node:
                case values.Arith("较大", values.Arith("-", one, other, NumberType()), values.Literal(Fraction() as nothing)) if not nothing:
                    return f"{self.operand(one)}超过{self.operand(other)}的部分"
            parts = [self.operand(x) for x in several_of(node)]
            return f"{'、'.join(parts)}中{'最' if len(parts) > 2 else '较'}{node.span.text[1]}者"
        match node:
            case values.Arith("较小", value, values.Arith("较大", values.Arith("-", most, values.Used(used)), values.Literal())):
                return f"{self.value(value)}，但连同{self.value(used)}不超过{self.value(most)}"
        bound = "不超过" if node.op == "较小" else "不低于"
        again = isinstance(node.left, values.Arith) and node.left.op in ("较小", "较大")
        return f"{self.value(node.left)}，{'且' if again else '但'}{bound}{self.operand(node.right)}"

    def _product(self, node: values.Arith) -> str:
        match node:
            case values.Arith("×", values.Arith("整除", value, step), amount):
                said = self.operand(step)
                return f"{self.operand(value)}每满{said}{'计' * (said[-1:] == '%' or said[-1:].isdigit())}{self.operand(amount)}"
            case values.Arith() if (price := of_the_year(node)) is not node:
                return self.value(price)
            case values.Arith("×", values.Literal(type=NumberType(rate=True)) as rate, whole) | values.Arith(
                "×", whole, values.Literal(type=NumberType(rate=True)) as rate
            ):
                return f"{self._whole(whole)}的{literal(rate)}"
            case values.Arith("×", whole, values.Literal(type=NumberType(unit=(("㎡", _), ("亩", _))), span=None)):
                return f"{self.operand(whole)}（亩与平方米折算）"
            case values.Arith("×", whole, values.Pick(type=NumberType(rate=True)) as pick) if self.plain(pick):
                said = self._whole(whole)
                return f"{f'（{said}）' if '乘以' in said else said}的{self._pick(pick)}"
            case values.Arith("×", whole, values.Pick() as pick) if self.plain(pick):
                return f"{self.operand(whole)}乘以{self._pick(pick)}"
            case values.Arith("×", whole, values.Literal(Fraction() as times, NumberType(unit=())) as number) if times > 1:
                return f"{self._whole(whole)}的{literal(number).removesuffix('倍')}倍"
        first, second = (node.right, node.left) if per_unit(node.left) else (node.left, node.right)
        return f"{self.operand(first)}乘以{self.operand(second)}"

    def _whole(self, node: values.Value) -> str:
        """What a share is of: 甲与乙之和的5% needs no brackets."""
        return text if (text := self.value(node)).endswith("之和") else self.operand(node)

    def _quotient(self, node: values.Quotient) -> str:
        """产值同比增长的比率, 研发费占营业收入的比例, 税收除以面积的商（面积为0的，按0）."""
        match node:
            case values.Quotient(values.FoldItems(op="合计") as total, values.FoldItems(op="计数"), None):
                return fold(total, self, "的平均数")
            case values.Quotient(values.Arith("-", one, other), values.Arith("较大", base, values.Literal()), None) if base in (one, other):
                return self._growth(*((one, other, "增长") if base == other else (other, one, "下降")))
            case values.Quotient(left, right, None, NumberType(rate=True)) if node.span is None or "÷" not in node.span.text:
                return f"{self._whole(left)}占{self.operand(right)}的比例"
        if node.otherwise is not None and node.otherwise.span is None:  # nobody wrote what it is for a divisor of 0: it never is
            return f"{self.operand(node.left)}除以{self.operand(node.right)}的商"
        zero = "不适用" if node.otherwise is None else f"按{self.value(node.otherwise)}"
        return f"{self.operand(node.left)}除以{self.operand(node.right)}的商（{self.value(node.right)}为0的，{zero}）"

    def _growth(self, now: values.Value, base: values.Value, word: str) -> str:
        match now, base:
            case values.At(series, year), values.At(other, before) if series == other and self.years_ago(year) == 0:
                if self.years_ago(before) == 1:
                    return f"{self.value(series)}同比{word}的比率"
                return f"{self.value(series)}较{self._year_word(before).removesuffix('的')}{word}的比率"
        return f"{self.operand(now)}较{self.operand(base)}{word}的比率"

    # -- choices --------------------------------------------------------------------------------------

    def plain(self, pick: values.Pick) -> bool:
        """Whether each arm's value is a literal, so that 值（情形） reads well."""
        all_values = [*(v for _, v in pick.arms), *([pick.otherwise] if pick.otherwise else [])]
        return all(isinstance(v, values.Literal) for v in all_values)

    def _pick(self, pick: values.Pick) -> str:
        """12个月（缴费年限1年以上不满5年）、18个月（5年以上不满10年）."""
        what, exact = told_by(pick, self), isinstance(first := pick.arms[0][0], values.Compare) and first.op == "="
        if self.apart and isinstance(first, values.Member):
            what, exact = self.value(first.value), True
        return self.arms(pick, f"{what}为" if what and exact else what)

    def arms(self, pick: values.Pick, what: str = "") -> str:
        """100万元（国际标准）、40万元（国家标准）; `what` stands before the first case."""
        arms = [f"{self.value(v)}（{what if not i else ''}{self.case(t)}）" for i, (t, v) in enumerate(pick.arms)]
        if pick.otherwise is not None:
            arms.append(f"{self.value(pick.otherwise)}（其他）")
        return "、".join(arms)

    def case(self, test: values.Value) -> str:
        """The key of an arm, as short as in its table: 国家级; 500万元以上不满5000万元."""
        match test:
            case values.Member(members=members):
                return "、".join(members)
            case values.Logic("且", parts) if all(isinstance(x, values.Member) for x in parts):
                return "".join(self.case(x) for x in parts)
            case values.Compare("=", left, values.Literal(bool() as holds)):
                return self.value(left) if holds else denied_name(self.value(left))
            case values.Compare("=", _, right):
                return self.value(right)
            case values.Compare(_, _, right):
                return f"{self._word(test)}{self.value(right)}"
            case values.Logic("且", (values.Compare(">" | ">=" as above, left, low), values.Compare("<" | "<=" as below, other, high))) if left == other:
                return stretch(self.value(low), above, below, self.value(high))
            case values.Logic("或", parts) if all(isinstance(x, values.Compare | values.Logic) for x in parts):
                return "、".join(self.case(x) for x in parts)
        return self.condition(test)

    # -- conditions -------------------------------------------------------------------------------------

    def conditions(self, nodes: Iterable[values.Value]) -> str:
        """Several that must all hold: 甲、乙、丙, or with commas where one of them has 、 or 或 inside."""
        parts = self._merged([p for node in nodes for p in self.conjuncts(node)])
        texts = list(dict.fromkeys(f"（{t}）" if len(parts) > 1 and is_or(p) and "且" in (t := self.condition(p)) else self.condition(p) for p in parts))
        if (len(texts) > 1 and any("、" in t or "，" in t for t in texts)) or any(is_or(p) for p in parts):
            return "，".join(texts[:-1]) + ("，且" if len(texts) > 1 else "") + texts[-1]
        return "、".join(texts)

    def several(self, nodes: Iterable[values.Value]) -> bool:
        """Whether these come to more than one condition."""
        return sum(len(self.conjuncts(n)) for n in nodes) > 1

    def conjuncts(self, node: values.Value) -> list[values.Value]:
        """What must each hold for it, as far as there are words for each."""
        if isinstance(node, values.Logic) and node.op == "且" and self._set_phrase(node) is None:
            return [p for part in node.parts for p in self.conjuncts(part)]
        return [node]

    def _merged(self, parts: list[values.Value]) -> list[values.Value]:
        """不低于某年 and 自某年起未满五年 together are one span of years."""
        out: list[values.Value] = []
        for part in parts:
            match part, out[-1] if out else None:
                case (values.Compare("<", now, values.Arith("+", start, values.Literal(Fraction() as years), YearType())),
                      values.Compare(">=", left, right)) if (left, right) == (now, start):
                    last = values.Arith("+", start, values.Literal(years - 1, YEARS), YEAR)
                    out[-1] = values.Logic("且", (values.Compare(">=", left, start), values.Compare("<=", left, last)))
                case _:
                    out.append(part)
        return out

    def condition(self, node: values.Value) -> str:
        """A truth value, said so that 的 may follow it."""
        match node:
            case values.Literal(bool() as holds):
                return "任何情形" if holds else "没有这种情形"
            case values.Known(fact):
                return f"已报{self.value(fact)}"
            case values.Compare():
                return self._compare(node)
            case values.Member(value):
                return f"{self.value(value)}为{joined(called(node))}"
            case values.Logic("非", (part,)):
                return self._denied(part)
            case values.Logic("且"):
                return self._set_phrase(node) or "且".join(f"（{self.condition(p)}）" if is_or(p) else self.condition(p) for p in node.parts)
            case values.Logic():
                return self._set_phrase(node) or self._either(node)
            case values.Pick():
                return self._either(values.Logic("或", tuple(t for t, v in node.arms)))
        text = self.value(node)
        of_it = isinstance(node, values.Fact) and bool(self.table) and not node.field.table  # 企业属于科研机构, beside what is said of an item
        return f"{self.who if of_it else ''}属于{text}" if (self.kinds or of_it) and is_kind(node, text) else text

    def _either(self, node: values.Logic) -> str:
        compound = [isinstance(p, values.Logic) and p.op == "且" and self._set_phrase(p) is None for p in node.parts]
        texts = [f"（{t}）" if deep and "、" in t else t for t, deep in zip(map(self.condition, node.parts), compound, strict=True)]
        bare = [isinstance(p, values.Fact | values.Var) for p in node.parts]
        if all(bare):
            return joined(texts)
        if any(compound) or any("或" in t for t in texts):
            return "、或者".join(texts)
        if any(isinstance(x, values.Member) for p in node.parts for x in (p, *(p.parts if isinstance(p, values.Logic) else ()))):
            texts = [texts[n] for n in sorted(range(len(texts)), key=lambda n: not bare[n])]  # 甲或者行业不为乙, not 行业不为乙或者甲
        return "或者".join(texts)

    def _set_phrase(self, node: values.Logic) -> str | None:
        """Phrases of the language that have no kind of value of their own: 连续两年增加, 在…至…, 为甲或乙."""
        if (now := first_time(node)) is not None:
            return f"{self.value(now.left)}首次{'达到' if now.op == '>=' else '超过'}{self.value(now.right)}（以前填报的各年都没有）"
        comparisons = [p for p in node.parts if isinstance(p, values.Compare)]
        if len(comparisons) != len(node.parts):
            return None
        if node.op == "或":
            return enjoyed(comparisons) or self._one_of(comparisons)
        return self._trend(comparisons) or self._between(comparisons)

    def _one_of(self, parts: list[values.Compare]) -> str | None:
        if all(p.op == "=" and p.left == parts[0].left for p in parts):
            return f"{self.value(parts[0].left)}为{joined(self.value(p.right) for p in parts)}"
        return None

    def _between(self, parts: list[values.Compare]) -> str | None:
        if len(parts) != 2 or parts[0].left != parts[1].left or (parts[0].op, parts[1].op) != (">=", "<="):
            return None
        first, last = parts[0].right, parts[1].right
        match last:
            case values.Arith("+", start, values.Literal(Fraction() as years), YearType()) if start == first:
                return f"{self.value(parts[0].left)}在{self.value(first)}起{years + 1}年内"
        low, high = self.value(first), self.value(last)
        if low.startswith("第") and high.startswith("第"):  # 第一年 至 第五年: an ordinal's ends are in it
            return f"{self.value(parts[0].left)}为{low}至{high}"
        return f"{self.value(parts[0].left)}在{low}至{high}之间（含两端）"

    def _trend(self, parts: list[values.Compare]) -> str | None:
        for n, part in enumerate(parts):
            match part:
                case values.Compare(op, values.At(series, now), values.At(other, before)) if op == parts[0].op and op in "<>":
                    if series != other or (self.years_ago(now), self.years_ago(before)) != (n, n + 1):
                        return None
                case _:
                    return None
        first = parts[0].left
        assert isinstance(first, values.At)
        return f"{self.value(first.series)}连续{len(parts)}年{'增加' if parts[0].op == '>' else '减少'}"

    def _denied(self, part: values.Value) -> str:
        match part:
            case values.Member(value, (member,)):
                return f"{self.value(value)}不为{called(part)[0] if part.named else quoted_denial(member)}"
            case values.Member(value):
                return f"{self.value(value)}不属于{'、'.join(called(part))}"
            case values.Compare(op, left, right) if not of_a_moment(part):
                return self._compare(values.Compare(values.OPPOSITE[op], left, right))
            case values.Fact() | values.Var():
                text = self.value(part)
                return f"不属于{text}" if self.kinds and is_kind(part, text) else denied_name(text)
            case values.Logic("非", (inner,)):
                return self.condition(inner)
            case values.Logic() if (text := self._set_phrase(part) or "").startswith("已享受"):
                return f"未{text[1:]}"
            case values.Logic() if self._set_phrase(part) is None:
                return self.condition(opposite(part))
        return f"不属于“{self.condition(part)}”的情形"

    def _compare(self, node: values.Compare) -> str:
        if isinstance(node.right, values.Literal) and isinstance(node.right.value, bool) and node.op in ("=", "!="):
            return self.value(node.left) if node.right.value == (node.op == "=") else self._denied(node.left)
        if (of_days := days_compared(node, self)) is not None:
            return of_days
        return f"{self.value(node.left)}{self._word(node)}{self.value(node.right)}{counted(node, self.schema)}"

    def _word(self, node: values.Compare) -> str:
        """The drafter's word; days are earlier and later, not more and less."""
        if any(isinstance(type_of(x), DateType) for x in (node.left, node.right)):
            return comparison(node.op, dated=True)
        return written_word(node) or comparison(node.op)
