"""What the pages of a form are called and how their headings are known again: its words, and the names of the facts.

Units that stand in a workbook beside the form's own words: 万元 in a heading, in 怎样填, in a number format.

A unit is taken exactly as it is written, or `UnclearUnit` is raised; it is never passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import get_args

from attrs import field, frozen

from xcrules.base.identity import normal
from xcrules.base.source import canonical
from xcrules.facts.asking.words import remarks, type_words
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import MULTIPLIERS, TEXT, LedgerType, NumberType, ScalarType, SeriesType, Type, parse_unit, units_of

_CUT = re.compile(r"[,;。、()\[\]【】〔〕:\n]")
_AROUND = re.compile(r"(?:计量|金额|货币|数额)?(?:单位)?(?:是|以|按|均为|为|用|/)?(.*?)(?:为单位|计算|计|填写|填报|填)?")
_SAYS_NOTHING = ("", "整数", "必填", "选填", "可为负", "小数", "数字", "*")
_RATES = {"%": Fraction(1, 100), "百分数": Fraction(1, 100), "百分比": Fraction(1, 100), "‰": Fraction(1, 1000), "千分数": Fraction(1, 1000)}
_TIMES = MULTIPLIERS | {"十": 10}
_TIMES_FIRST = re.compile("(" + "|".join(sorted(_TIMES, key=len, reverse=True)) + ")(.*)")
_RISKY = re.compile(r"[万亿千百%‰]|美元|美金|港元|港币|欧元|日元|英镑|usd|hkd|eur|jpy|gbp|\$|€|£")
_OTHER = r"(?:[十百千万亿]+元|[十百千万亿]*(?:美元|美金|港元|港币|欧元|日元|英镑))"
_WHOLE = re.compile(rf"(?:.*[(\[])?(?:(?:计量|金额|货币|数额)?单位[::为]?)?({_OTHER})[)\]]?")
_STATED = re.compile(r"(?:(?:单位|均?以|按|均为)[:为是]?|(?:金额|数额)[:为是])((?:十|百|千|万|亿)+元)")


class UnclearUnit(Exception):
    """A unit that does not fit the fact, or cannot be told."""


def factor(text: str, type_: NumberType, strict: bool = False) -> Fraction | None:
    """What a number written under these words is multiplied by; None if they say nothing of it.

    Raises UnclearUnit. `strict` wants every word to be a unit, as in a heading after the fact's name.
    """
    folded = _plain(text)
    said = set()
    for piece in filter(None, _CUT.split(folded)):
        core = piece if piece in _SAYS_NOTHING else (_AROUND.fullmatch(piece) or [piece, piece])[1]
        if core in _SAYS_NOTHING or (type_.rate and core == "比率"):
            continue
        found = _unit(core, type_)
        if found is not None:
            said.add(found)
        elif strict or _RISKY.search(piece):
            raise UnclearUnit(text)
    if len(said) > 1:
        raise UnclearUnit(text)
    return said.pop() if said else None


def _unit(core: str, type_: NumberType) -> Fraction | None:
    """The factor of one unit; None if these are other words. Raises UnclearUnit for a unit that is not the fact's."""
    if core in _RATES:
        if not type_.rate:
            raise UnclearUnit(core)
        return _RATES[core]
    times, rest = (_TIMES[m[1]], m[2]) if (m := _TIMES_FIRST.fullmatch(core)) else (1, core)
    while m := _TIMES_FIRST.fullmatch(rest):
        times, rest = times * _TIMES[m[1]], m[2]
    if rest == "" and times > 1 and not type_.rate:
        return Fraction(times)
    own = tuple(sorted((name.lower(), power) for name, power in type_.unit))  # as the text is folded: TEU is teu here
    unit = () if rest == "数" else parse_unit(rest, units_of(own)) if rest else None
    if unit is None:
        return None
    if type_.rate or unit != own:
        raise UnclearUnit(core)
    return Fraction(times)


def stated(text: str) -> str:
    """单位：万元 and the like in running text, "" if there is none."""
    match = _STATED.search(_plain(text))
    return match[1] if match else ""


def of_table(text: str) -> str:
    """The unit that a line about a whole table states, other than 元: 单位：万元, （万元）, 贷款（千元）, "" if there is none."""
    return found[1] if (found := _WHOLE.fullmatch(_plain(text))) else stated(text)


def _plain(text: str) -> str:
    folded = "".join(canonical(text).split()).lower().replace("￥", "¥")
    return re.sub("人民币|rmb|cny", "", folded).replace("¥", "元")


def agreed(claims: Iterator[Fraction | None]) -> Fraction | None:
    """The one factor that all who say something say. Raises UnclearUnit."""
    said = {c for c in claims if c is not None}
    if len(said) > 1:
        raise UnclearUnit("、".join(str(c) for c in said))
    return said.pop() if said else None


# -- the words of the form -------------------------------------------------------------------------------------------

SINGLE, YEARLY, GUIDE, CHOICES, REMARKS = "基本情况", "逐年数据", "填写说明", "选项", "备注"
GROUP, FACT, FILL, FIGURE, UNIT = "组别", "事实", "填写", "指标", "单位"
SERIAL, HOW, CLAUSE, WHETHER, WHOLE = "序号", "怎样填", "款号", "有没有", "（整体）"
WHO, EXPLAINED, ABOUT = "谁认定、不填怎么办", "说明", "条款"
NUMBER_GROUP = "（编号）"
NOTE_HEADINGS = frozenset(normal(w) for w in (WHO, EXPLAINED, REMARKS, "附注", "注", "注释", "备注（不读）", "填报说明", "填表说明", "依据", "证明材料"))
SERIAL_HEADINGS = frozenset(normal(w) for w in (SERIAL, "编号", "项次", "行号", "序", "No.", "No", "#"))
POLICY, EDITION = "xcrules 政策", "xcrules 填报表版次"  # custom properties of the file

_MARKS = "*＊★☆※"  # before a heading: must be filled in
_NUMBERED = r"(?:附?[表件][\d一二三四五六七八九十]*[:,、.]?|续表?[:]?|\(?[\d一二三四五六七八九十]{1,3}[)、.,:])*"
_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:年度?)?(.*)", re.S)
_REST = re.compile(r"\((?:必填|选填|可选|下拉|单选|年|年度|是/否|是否|日期)\)|\*|:")


@frozen
class ListColumn:
    """A column of a list: the path of its fact in the record, its type, and what stands after its name in the heading."""

    path: tuple[str, ...]
    type: Type
    field: FactField
    rest: str = ""

    @property
    def name(self) -> str:
        return ".".join(self.path)


@frozen
class Single:
    """A fact of its own: the object it belongs to ("" for the top level), and its field; whole for the object itself."""

    group: str
    field: FactField
    whole: bool = False

    @property
    def path(self) -> str:
        return f"{self.group}.{self.field.name}" if self.group else self.field.name


@frozen(slots=False, eq=False)
class Names:
    """All that a workbook may speak of, by the normal form of its name."""

    form: Form = field(repr=False)

    @cached_property
    def own_notes(self) -> frozenset[str]:
        """What the form itself writes as notes."""
        fields = [f for t in self.form.schema.tables for f in t.fields]
        return frozenset(normal(w) for f in fields for w in (f.note, remarks(f))) | {normal(w) for w in self.form.clause_titles.values()}

    @cached_property
    def hints(self) -> frozenset[str]:
        """What the form itself writes above its headings."""
        lists = [t for t in self.form.schema.tables if t.kind == "名单"]
        paths = [t.name if not f else f"{t.name}.{f.name}" for t in self.form.schema.tables for f in (None, *t.fields)]
        tops = [f.name for f in self.form.schema.top]
        texts = [SINGLE, YEARLY, SINGLE_HINT, YEARLY_HINT, LEDGER_HINT, *WHETHER_HINTS.values(), *map(list_hint, lists), *paths, *tops]
        return frozenset(map(normal, texts))

    @cached_property
    def lists(self) -> dict[str, FactTable]:
        return {normal(t.name): t for t in self.form.schema.nested if t.kind == "名单"}

    def table_spoken_of(self, words: str) -> str:
        """The list, ledger or page whose title this is, as 二、贷款情况 or 上级资金（续）; "" if it is no title."""
        said = re.sub("^" + _NUMBERED, "", normal(words))
        for name in (*self.lists, *self.ledgers, SINGLE, YEARLY):
            if said.startswith(name) and re.fullmatch(r"(?:\(.*|:|续表?|[总]?表|一览表?|明细表?|清单|名单|情况表?|台账)?", said[len(name):]):
                return name
        return ""

    @cached_property
    def groups(self) -> dict[str, str]:
        """What may stand in the column 组别, with the object that it means ("" for the top level)."""
        groups = {normal(group_words(t)): "" if t.kind == "顶层" else t.name for t in self.form.schema.tables if t.kind != "名单"}
        return groups | {normal(NUMBER_GROUP): ""}

    def group_words(self, single: Single) -> str:
        """What stands in the column 组别 for a fact."""
        return next(group_words(t) for t in self.form.schema.tables if t.kind != "名单" and single.field in t.fields)

    def _of_type(self, *types: type[Type]) -> Iterator[Single]:
        for table in self.form.schema.tables:
            if table.kind != "名单":
                yield from (Single("" if table.kind == "顶层" else table.name, f) for f in table.fields if isinstance(f.type, types))

    @cached_property
    def singles(self) -> tuple[Single, ...]:
        """Facts of their own, each whole object before its fields; the caller's number first."""
        wholes = [Single(t.name, FactField(WHOLE, TEXT), True) for t in self.form.schema.tables if t.kind == "一份"]
        return (Single("", FactField(NUMBER_KEY, TEXT)), *wholes, *self._of_type(*get_args(ScalarType)))

    @cached_property
    def series(self) -> tuple[Single, ...]:
        return tuple(self._of_type(SeriesType))

    @cached_property
    def ledgers(self) -> dict[str, Single]:
        """By the normal form of their path."""
        return {normal(s.path): s for s in self._of_type(LedgerType)}


def group_words(table: FactTable) -> str:
    """What a table is called in the column 组别."""
    return f"（{table.name}）" if table.kind == "顶层" else table.name


def column_of(words: str, table: FactTable) -> ListColumn | None:
    """The column of a list that a heading names; None if it names none."""
    said = normal(words).lstrip(_MARKS)
    for item in sorted(table.fields, key=lambda f: len(f.name), reverse=True):
        name = normal(item.name)
        if not said.startswith(name):
            continue
        rest = said[len(name):]
        match item.type:
            case SeriesType(element):
                if (year := year_of(rest.removeprefix("."))) is not None and rest.startswith(".") and fits(year[1], element):
                    return ListColumn((item.name, year[0]), element, item, year[1])
            case LedgerType(element):
                if rest.startswith(".") and len(rest) > 1:
                    return ListColumn((item.name, rest[1:]), element, item)
            case type_:
                if fits(rest, type_):
                    return ListColumn((item.name,), type_, item, rest)
    return None


def year_of(words: str) -> tuple[str, str] | None:
    """2023年（万元） → ("2023", "(万元)")."""
    match = _YEAR.fullmatch(normal(words))
    return (match[1], match[2]) if match and (not match[2] or not match[2][0].isdigit()) else None


def fits(rest: str, type_: Type) -> bool:
    """Whether what stands after a name in a heading is only a unit, or only says what every form says."""
    rest = _REST.sub("", rest)
    if not rest:
        return True
    if isinstance(type_, NumberType):
        try:
            return factor(rest, type_, strict=True) is not None or not re.sub(r"[()\s/]", "", rest)
        except UnclearUnit as why:
            return bool(re.search("[万亿千百元%‰]", str(why)))  # a unit, though not one that fits: told where a value stands
    return normal(type_words(type_)) == rest.strip("()")


def after(words: str, name: str) -> str | None:
    """What stands after a name in a text that begins with it; None if it does not."""
    said, known = normal(words).lstrip(_MARKS), normal(name)
    return said[len(known):] if said.startswith(known) else None


def edition(form: Form) -> str:
    """A fingerprint of what a form asks: the fact tables and the clause numbers."""
    lines = [form.title, *form.clause_titles]
    for table in form.schema.tables:
        lines.append(f"{table.kind} {table.name} {table.each} {table.closed}")
        lines += [f"{f.name} {type_words(f.type)} {f.default} {f.optional} {f.closed} {f.signed} {f.parameter}" for f in table.fields]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


GUIDE_LINES = (
    ("怎样填", "只填黄色的格子。有下拉箭头的从下拉里选；选中格子会显示单位和说明，列名上的红角是这一栏的说明。"),
    ("留空", "留空就是“未知”，不会当作 0 或“否”；确实是 0 的写 0，确实没有的在“有没有”里选“没有”。写明“不填按……”的按所写的算。"),
    ("不适用", "这一项对本企业没有意义的，写“不适用”。"),
    ("金额", "单位是元：六十万元写 600000，也可以写“60万元”。整列以万元填的，把列名改成“金额（万元）”并清空它下面的“怎样填”。比率写百分数，如 5%。"),
    ("日期", "写 2023-09-01、2023/9/1 或 2023年9月1日；年度写四位数，如 2023。"),
    ("表可以动", "可以插行、插列、移动列、改页名；列名和事实的名称照原来的写。不要合并要填的格子，不要写合计行；说明写在“备注”里。"),
    ("填完", "存盘后运行 xcrules decide 政策 这个文件.xlsx。填得不对的，会说出是哪一页哪一格。"),
)
SINGLE_HINT = "只填黄色的格子；不清楚就留空，留空是“未知”，不会当作 0 或“否”。"
YEARLY_HINT = "每年一列；没有数字的年度留空。要加年度，在右边接着写，如 2027年。"
NOTE_HOW = "写说明用，引擎不读"
LEDGER_HINT = "没有得到的款留空。"
WHETHER_HINTS = {closed: f"确定没有的选“没有”；留空而下面也没有填，{what}。" for closed, what in ((True, "按没有算，决定里会说明"), (False, "就是“未知”"))}


def list_hint(table: FactTable) -> str:
    return f"每{table.each}一行；整行留空的不算。"


def known_words(types: Iterable[Type]) -> frozenset[str]:
    """What 怎样填 says of these types, in the normal form."""
    return frozenset(normal(type_words(t)) for t in types)
