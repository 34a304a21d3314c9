"""The Arrow schemas of a form: as tables, and as blocks in which they are nested.

Which fact a column of a table holds: by its name, as a workbook's headings are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa
from attrs import evolve, frozen

from xcrules.base.diagnostic import Code, Diagnostic
from xcrules.base.identity import Unclear, clause_key, normal, short_name
from xcrules.base.nearest import nearest
from xcrules.facts.asking.words import absence, table_words, what_to_write
from xcrules.facts.given import NUMBER_KEY
from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, ScalarType, SeriesType, TextType, YearType
from xcrules.facts.workbook.layout import NOTE_HEADINGS, SERIAL_HEADINGS, UnclearUnit, column_of, factor, year_of

ENTERPRISES, MARK = "企业", "不适用"
YEAR_OF, CLAUSE_OF, FIGURE_OF = "年度", "款号", "数"  # what stands by year or by clause in a block
WORDS = ("没有", "未知", "不适用", "有")  # what may stand in 「企业」 for a list as a whole


def key_name(form: Form) -> str:
    """The column that joins the tables: 编号, or another name where a list has a fact of that name."""
    return _free((NUMBER_KEY, f"{ENTERPRISES}{NUMBER_KEY}"), form)


def mark_name(form: Form) -> str:
    """The column in which a record names what does not apply."""
    return _free((MARK, f"{MARK}的项"), form)


def enterprises_name(form: Form) -> str:
    """The table with a row for each enterprise."""
    return _free((ENTERPRISES, f"申报{ENTERPRISES}"), form)


def _free(names: Iterable[str], form: Form) -> str:
    """The first that no fact has; names of our own may be lengthened for ever."""
    taken = {x for t in form.schema.tables for x in (t.name if t.kind != "顶层" else "", *(f.name for f in t.fields))}
    last = ""
    for last in names:
        if last not in taken:
            return last
    while last in taken:
        last += "_"
    return last


def arrow_type(type_: ScalarType) -> Any:
    """The type of a single value."""
    match type_:
        case BoolType():
            return pa.bool_()
        case DateType():
            return pa.date32()
        case YearType():
            return pa.int32()
        case TextType():
            return pa.string()
        case EnumType():
            return pa.dictionary(pa.int32(), pa.string())
        case NumberType(rate=True):
            return pa.decimal128(20, 8)
        case NumberType(whole=True):
            return pa.int64()
        case NumberType(unit=(("元", 1),)):
            return pa.decimal128(20, 2)
        case NumberType():
            return pa.decimal128(24, 6)


# -- tables -------------------------------------------------------------------------------------------------


def table_schemas(form: Form) -> dict[str, Any]:
    """「企业」, then each list: a pyarrow.Schema by name. What to write in a column is in its metadata (说明)."""
    key, mark = pa.field(key_name(form), pa.string(), metadata={"说明": "企业的编号，各表都有，凭它对起来"}), _mark(form)
    top = [x for t in form.schema.tables if t.kind != "名单" for f in t.fields for x in _flat(f, form, f"{t.name}." if t.kind == "一份" else "")]
    whole = [pa.field(t.name, pa.string(), metadata={"说明": _whole(table_words(t))}) for t in form.schema.nested if t.kind == "名单"]
    whole += [pa.field(f"{t.name}.{f.name}" if t.kind == "一份" else f.name, pa.string(), metadata={"说明": _whole(absence(f))})
              for t in form.schema.tables if t.kind != "名单" for f in t.fields if isinstance(f.type, LedgerType)]
    tables = {enterprises_name(form): pa.schema([key, *top, *whole, mark])}
    for table in form.schema.nested:
        if table.kind == "名单":
            tables[table.name] = pa.schema(
                [key, *(x for f in table.fields for x in _flat(f, form, "")), mark], metadata={"说明": table_words(table)}
            )
    return tables


def _whole(words: str) -> str:
    return "；".join(filter(None, (f"{'、'.join(WORDS)}；空着的，有行就是有，没有行就是没有", words)))


def _mark(form: Form) -> Any:
    return pa.field(mark_name(form), pa.list_(pa.string()), metadata={"说明": "这一行里不适用的项的名称"})


def _flat(field: FactField, form: Form, lead: str) -> Iterator[Any]:
    """A column, or one for each year or clause."""
    keys = {SeriesType: form.years, LedgerType: form.clause_titles}.get(type(field.type))
    for name in [field.name] if keys is None else [f"{field.name}.{key}" for key in keys]:
        yield pa.field(lead + name, arrow_type(field.element), metadata={"说明": what_to_write(field)})


# -- blocks -------------------------------------------------------------------------------------------------


def block_schema(form: Form) -> Any:
    """One row for each enterprise: the key, the facts of the top level, objects as struct, lists as list<struct>."""
    nested = [pa.field(t.name, pa.list_(_record(t, form)) if t.kind == "名单" else _record(t, form)) for t in form.schema.nested]
    return pa.schema(
        [pa.field(key_name(form), pa.string()), *map(_column, form.schema.top), *nested, pa.field(mark_name(form), pa.list_(pa.string()))]
    )


def _record(table: FactTable, form: Form) -> Any:
    mark = [pa.field(mark_name(form), pa.list_(pa.string()))] if table.kind == "名单" else []
    return pa.struct([*map(_column, table.fields), *mark])


def _column(field: FactField) -> Any:
    key = {SeriesType: (YEAR_OF, pa.int32()), LedgerType: (CLAUSE_OF, pa.string())}.get(type(field.type))
    type_ = arrow_type(field.element)
    return pa.field(field.name, type_ if key is None else pa.list_(pa.struct([key, (FIGURE_OF, type_)])))


# -- which fact a column holds ----------------------------------------------------------------------------------------

KEY, WHOLE, NOTE, CARRIED = "键", "整体", "备注", "随带"  # what a column may be that holds no fact
NAMES = frozenset(("企业名称", "单位名称", "企业全称", "单位全称", "申报单位", "申报企业", "统一社会信用代码", "社会信用代码"))  # carried along unasked


@frozen
class Head:
    """A column: the path of its fact (主体, 注册; 研发, 2023), the type of one cell (None: nested, or no fact), what its unit multiplies by."""

    path: tuple[str, ...]
    type: ScalarType | None = None
    kind: str = ""  # of what is no single fact
    times: Fraction | None = None

    @property
    def name(self) -> str:
        return ".".join(self.path)


class TableHeads:
    """What the columns of one table may be called; `table` None for 「企业」."""

    def __init__(self, form: Form, table: FactTable | None = None, key: str = "", carried: Iterable[str] | None = None) -> None:
        self.key = key or key_name(form)  # what its column is called here
        self._advice = (f"改名为「{self.key}」", "先去掉") if carried is None else ("用 --键 写明", "用 --随带 写明")  # of a table in Python, on the command line
        self.carried = {normal(x) for x in carried or ()} | {normal(x) for x in NAMES}
        fields = _of_enterprise(form) if table is None else ()
        self.form, self._key, self._mark = form, key_name(form), mark_name(form)
        self._read: dict[tuple[str, ...], tuple[dict[int, Head], list[Diagnostic]]] = {}  # a file has the same names in each of its batches
        self._known = table or FactTable(enterprises_name(form), "名单", tuple(f for f, _ in fields))
        self._paths = {f.name: path for f, path in fields}
        self._whole = {normal(x): x for x in _wholes(form)} if table is None else {}

    def is_key(self, name: str) -> bool:
        return normal(name) == normal(self.key)

    def read(self, names: Sequence[str]) -> tuple[dict[int, Head], list[Diagnostic]]:
        """The columns by place; what is wrong with their names. Columns of notes are left out."""
        if (known := self._read.get(tuple(names))) is None:
            known = self._read[tuple(names)] = self._heads(names)
        return known

    def _heads(self, names: Sequence[str]) -> tuple[dict[int, Head], list[Diagnostic]]:
        found: dict[int, Head] = {}
        wrong: list[Diagnostic] = []
        first: dict[tuple[str, ...], str] = {}
        for place, name in enumerate(names):
            head = self._head(name)
            if isinstance(head, Diagnostic):
                wrong.append(head)
            elif head.kind != NOTE:
                if head.path in first:
                    wrong.append(Diagnostic(Code.REPEATED_KEY, f"「{self.name}」的「{name}」与「{first[head.path]}」是同一栏", path=f"{self.name}.{name}", help="只留一栏"))
                first[head.path] = name
                found[place] = head
        if not any(h.kind == KEY for h in found.values()):
            wrong.append(Diagnostic(Code.KEYS_DO_NOT_JOIN, f"「{self.name}」没有「{self.key}」这一栏", path=self.name,
                                    help="各表都要有企业的编号；叫别的名字的，" + self._advice[0]))
        return found, wrong

    @property
    def name(self) -> str:
        return self._known.name

    def _head(self, name: str) -> Head | Diagnostic:
        said = normal(name)
        if self.is_key(name):
            return Head((self._key,), kind=KEY)
        if said == normal(self._mark):
            return Head((self._mark,), kind=MARK)
        if said in self._whole:
            return Head((self._whole[said],), kind=WHOLE)
        known = column_of(name, self._known)
        if known is not None:
            path = (*self._paths.get(known.path[0], known.path[:1]), *known.path[1:])
            if isinstance(known.field.type, LedgerType):
                if isinstance(key := clause_key(path[-1], self.form.clause_names), Unclear):
                    help = key.help.replace("「", f"「{known.path[0]}.") or f"可写：{'、'.join(f'{known.path[0]}.{short_name(n)}' for n in self.form.clause_names.numbers[:6])}"
                    return Diagnostic(Code.UNKNOWN_FACT, f"「{self.name}」的列名「{name}」里的款号「{path[-1]}」{key.reason}", path=f"{self.name}.{name}", help=help)
                path = (*path[:-1], key)
            try:
                times = factor(known.rest, known.type, strict=True) if isinstance(known.type, NumberType) and known.rest else None
            except UnclearUnit as why:
                return Diagnostic(Code.UNCLEAR_UNIT, f"「{self.name}」的列名「{name}」里的单位「{why}」与这一栏不合", path=f"{self.name}.{name}", help="写成这一栏的单位，或它的万倍、亿倍")
            return Head(path, None if isinstance(known.type, SeriesType | LedgerType) else known.type, times=times)
        if (nested := next((f for f in self._known.fields if normal(f.name) == said), None)) is not None:  # 逐年 and 逐款 as one column
            return Head(self._paths.get(nested.name, (nested.name,)))
        if said in self.carried:
            return Head((name,), kind=CARRIED)
        if said in NOTE_HEADINGS or said in SERIAL_HEADINGS:
            return Head((name,), kind=NOTE)
        close = [*filter(None, (self._undotted(name, f) for f in self._known.fields))] or nearest(
            name, [f.name for f in self._known.fields]
        )
        return Diagnostic(Code.UNKNOWN_FACT, f"「{self.name}」没有「{name}」这一栏", path=f"{self.name}.{name}",
                          help=(f"是不是「{close[0]}」？" if close else "") + f"不是事实的栏，{self._advice[1]}")

    def _undotted(self, name: str, field: FactField) -> str:
        """研发.2022 for 研发2022, 已获.2(1) for 已获2(1)."""
        rest = name.removeprefix(field.name).strip(" .·-_—:：（(")
        if rest == name or not isinstance(field.type, SeriesType | LedgerType):
            return ""
        if isinstance(field.type, SeriesType):
            return f"{field.name}.{year[0]}" if (year := year_of(rest.rstrip("）)"))) is not None else ""
        key = clause_key(rest, self.form.clause_names)
        return "" if isinstance(key, Unclear) else f"{field.name}.{short_name(key)}"


def _of_enterprise(form: Form) -> tuple[tuple[FactField, tuple[str, ...]], ...]:
    """The facts that stand in 「企业」: those of objects under the object's name, and under their own where no other has it."""
    top = [(f, (f.name,)) for f in form.schema.top]
    objects = [(f, (t.name, f.name)) for t in form.schema.nested if t.kind == "一份" for f in t.fields]
    taken = [f.name for f, _ in (*top, *objects)] + [t.name for t in form.schema.nested]
    long = [(evolve(f, name=".".join(path)), path) for f, path in objects]
    return (*top, *long, *(x for x in objects if taken.count(x[0].name) == 1))


def _wholes(form: Form) -> Iterable[str]:
    """Lists and ledgers, of which 「企业」 may say in a word whether there are any."""
    yield from (t.name for t in form.schema.nested)
    for table in form.schema.tables:
        yield from (f"{table.name}.{f.name}" if table.kind == "一份" else f.name for f in table.fields if table.kind != "名单" and isinstance(f.type, LedgerType))
