"""Blocks of enterprises: the rows of 「企业」, and beside them those of each list, in the same order; as the plain facts that `decide` takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.identity import normals
from xcrules.facts.given import NUMBER_KEY, Duplicates
from xcrules.facts.tables import FactField, Form
from xcrules.facts.types import NOT_APPLICABLE, LedgerType, SeriesType

from .schema import CARRIED, CLAUSE_OF, FIGURE_OF, KEY, WHOLE, YEAR_OF, Head, TableHeads, key_name, mark_name

Row = Mapping[str, Any]
_NOT_APPLICABLE = repr(NOT_APPLICABLE)
NONE, UNKNOWN, SOME = "没有", "未知", "有"
_CODES = {code.value: code for code in Code}
_EXACT = Context(prec=1000)
_PLAIN = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-."
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)
# columns of our own: the row of the file, what is wrong with it, a word on a list, what is carried along
ROW_NUMBER, FAULTS, WORD, CARRY = "\0行", "\0退回", "\0有没有：", "\0随带："


@frozen(eq=False)
class ListRows:
    """The rows of one list for the enterprises of a block: those of enterprise i are rows[offsets[i]:offsets[i + 1]]; `given` says of whom it is known."""

    rows: Any  # a pyarrow.Table whose columns are named as facts are
    offsets: Any  # numpy, of 64 bits
    given: Sequence[bool] | None = None  # None: of all


@frozen(eq=False)
class Block:
    """Some enterprises: their rows, whose columns are named as facts are (主体.注册, 研发.2023), and their lists."""

    rows: Any
    lists: Mapping[str, ListRows] = field(factory=dict)

    def take(self, at: Any) -> Block:
        """Some of its enterprises, by their places."""
        lists = {}
        for name, held in self.lists.items():
            lengths = np.diff(held.offsets)[at]
            rows = rows_at(held.offsets[:-1][at], lengths)
            lists[name] = ListRows(
                held.rows.take(pa.array(rows, pa.int64())), offsets_of(lengths), held.given and [held.given[i] for i in at.tolist()]
            )
        return Block(self.rows.take(pa.array(at, pa.int64())), lists)

    def pieces(self, size: int) -> Iterator[Block]:
        """The same, some enterprises at a time: as rows of Python they take many times the room."""
        for start in range(0, self.rows.num_rows, size):
            end = min(start + size, self.rows.num_rows)
            lists = {}
            for name, held in self.lists.items():
                offsets = held.offsets[start : end + 1]
                lists[name] = ListRows(
                    held.rows.slice(offsets[0], offsets[-1] - offsets[0]), offsets - offsets[0], held.given and held.given[start:end]
                )
            yield Block(self.rows.slice(start, end - start), lists)


def offsets_of(lengths: Any) -> Any:
    """Where the rows of each enterprise begin, and where those of the last end, by how many each has."""
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def rows_at(starts: Any, counts: Any) -> Any:
    """The places of rows that stand together, run after run: so many from each start."""
    return np.arange(int(counts.sum())) + np.repeat(starts - np.cumsum(counts) + counts, counts)


def block_of(table: Any, form: Form, key: str = "") -> Block:
    """A table with a row for each enterprise as a block. Raises XcrulesError (E801, E803, E840, E886) for columns that no fact has."""
    lists = {t.name: t for t in form.schema.nested if t.kind == "名单"}
    each_once(table.column_names)
    nested = {name: table.column(name).combine_chunks() for name in table.column_names
              if name in lists and _of_structs(table.schema.field(name).type)}
    flat = named(table.drop_columns(list(nested)), TableHeads(form, key=key))
    made = {}
    for name, column in nested.items():
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
        each_once([f.name for f in column.type.value_type], f"{name}.")
        lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        inner = named(_items(column.flatten(), name, lengths), TableHeads(form, lists[name]), keyless=True)
        made[name] = ListRows(inner, offsets_of(lengths), None if not column.null_count else column.is_valid().to_pylist())
    return Block(flat, made)


def _items(items: Any, name: str, lengths: Any) -> Any:
    """The items of a list as a table: a null among them is no object, and {} an item of which nothing is known."""
    made = {f.name: c for f, c in zip(items.type, items.flatten(), strict=True)}
    if items.null_count or not made:
        places = (i for n in lengths.tolist() for i in range(n))
        made[FAULTS] = pa.array([None if x else faults_text([Diagnostic(Code.WRONG_KIND, f"「{name}[{i}]」要是一个对象，不是空", help="没有内容的项删去")])
                                 for x, i in zip(items.is_valid().to_pylist(), places, strict=True)], pa.string())
    return pa.table(made)


def _plain(type_: Any) -> Any:
    """The type without views, which Arrow's own functions cannot take rows of."""
    if type_ in (pa.string_view(), pa.binary_view()):
        return pa.string() if type_ == pa.string_view() else pa.binary()
    if pa.types.is_struct(type_):
        return pa.struct([f.with_type(_plain(f.type)) for f in type_])
    return pa.list_(type_.value_field.with_type(_plain(type_.value_type))) if pa.types.is_list(type_) else type_


def each_once(names: Sequence[str], within: str = "") -> None:
    """Raises XcrulesError (E803) for columns of one name."""
    if twice := sorted({x for x in names if names.count(x) > 1}):
        raise XcrulesError([Diagnostic(Code.REPEATED_KEY, f"「{within}{x}」这一栏有两个", path=f"{within}{x}", help="只留一栏") for x in twice])


def _of_structs(type_: Any) -> bool:
    return bool((pa.types.is_list(type_) or pa.types.is_large_list(type_)) and pa.types.is_struct(type_.value_type))


def named(table: Any, heads: TableHeads, keyless: bool = False) -> Any:
    """The table under the names of its facts, its key as text; numbers under 万元 are multiplied. Raises XcrulesError with all that is wrong with the names."""
    if (plain := pa.schema([f.with_type(_plain(f.type)) for f in table.schema])) != table.schema:
        table = table.cast(plain)
    own = {x: table.column(x) for x in table.column_names if x.startswith("\0")}
    names = [x for x in table.column_names if x not in own]
    found, wrong = heads.read(names)
    if wrong := [d for d in wrong if not keyless or d.code != Code.KEYS_DO_NOT_JOIN]:
        raise XcrulesError(wrong)
    columns = {}
    for place, head in found.items():
        column = table.column(names[place])
        columns[column_name(head, pa.types.is_nested(column.type))] = key_column(column) if head.kind == KEY else multiplied(column, head)
    return pa.table(columns | own) if columns or own else table.select([])


def column_name(head: Head, nested: bool = False) -> str:
    """What the column of a head is called in a block."""
    return {WHOLE: "" if nested else WORD, CARRIED: CARRY}.get(head.kind, "") + head.name


def key_column(column: Any) -> Any:
    """Keys as text, without blanks around them; an empty one is null."""
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        column = pa.array(
            [
                None if x is None or x != x else format(Decimal(repr(x) if isinstance(x, float) else x).normalize(), "f")
                for x in column.to_pylist()
            ],
            pa.string(),
        )
    try:
        text = pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise XcrulesError([Diagnostic(Code.WRONG_KIND, "编号的一栏要写文字或数", path="编号")]) from None
    if plain_keys(text):
        return text
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def plain_keys(column: Any) -> bool:
    """Whether keys are of figures, capitals and a few signs alone, as most are: of such none is empty, and no two are one identity."""
    return not any(_letters(x).translate(None, _PLAIN) or 0 in np.diff(_ends(x)) for x in getattr(column, "chunks", (column,)) if len(x))


def _letters(text: Any) -> bytes:
    """All letters of an array of texts."""
    ends, held = _ends(text), text.buffers()[2]
    return b"" if held is None else bytes(held[int(ends[0]) : int(ends[-1])])


def _ends(text: Any) -> Any:
    return np.frombuffer(text.buffers()[1], np.int32)[text.offset : text.offset + len(text) + 1]


def identities(keys: Any) -> Any:
    """Keys as they are compared, in the normal form of identities; in capitals, so that plain ones are as they stand."""
    for form in (keys, pc.ascii_upper(keys)):
        if plain_keys(form):
            return form
    words = keys.to_pylist()
    forms = normals([x or "" for x in words])
    return pa.chunked_array(
        [pa.array([None if word is None else form.translate(_CAPITALS) for word, form in zip(words, forms, strict=True)], pa.string())]
    )


def multiplied(column: Any, head: Head) -> Any:
    """What stands under 万元 in the unit of its fact. Raises XcrulesError (E802) for a column of what is no number: a text may have a unit of its own."""
    if head.times is None or head.times == 1:
        return column
    times = Decimal(head.times.numerator) / Decimal(head.times.denominator)
    values = column.to_pylist()
    try:
        made = [None if x is None else _EXACT.multiply(Decimal(repr(x) if isinstance(x, float) else x), times) for x in values]
    except (TypeError, ValueError, ArithmeticError):
        made = None
    if made is None or pa.types.is_boolean(column.type):
        raise XcrulesError([Diagnostic(Code.WRONG_KIND, f"「{head.name}」的列名写着单位，这一列就要都是数", path=head.name, help="写成数；各格自己写单位的，列名里不写")])
    if all(x is None or x.is_finite() for x in made):
        return pa.array(made)
    return pa.array([None if x is None else format(x, "f") for x in made], pa.string())  # one by one, NaN is no number


# -- rows as facts ----------------------------------------------------------------------------------------------


def block_facts(form: Form) -> Callable[[Row], dict[str, object]]:
    """What turns a row (nested, as to_pylist has it) into facts. Raises XcrulesError where it contradicts itself."""
    key, mark = key_name(form), mark_name(form)
    keyed = NUMBER_KEY not in {f.name for f in form.schema.top}
    objects = {t.name: _by_key(t.fields) for t in form.schema.nested if t.kind == "一份"}
    lists = {t.name: _by_key(t.fields) for t in form.schema.nested if t.kind == "名单"}
    top = _by_key(form.schema.top)

    def facts(row: Row) -> dict[str, object]:
        found = _record({name: value for name, value in row.items() if name not in (key, mark)}, top, ())
        for name, keys in objects.items():
            if isinstance(found.get(name), dict):
                found[name] = _record(found[name], keys, ())
        for name, keys in lists.items():
            if isinstance(found.get(name), list):
                found[name] = [
                    _record({k: v for k, v in x.items() if k != mark}, keys, x.get(mark) or ()) if isinstance(x, dict) else x
                    for x in found[name]
                ]
        for path in row.get(mark) or ():
            _mark(found, path)
        if keyed and row.get(key) is not None:
            found[NUMBER_KEY] = row[key]
        return found

    return facts


def block_rows(block: Block, form: Form) -> list[dict[str, Any] | XcrulesError]:
    """The rows of a block, nested; for one that was wrong where it was read, or says of a list what is not so, the error."""
    rows = _records(
        block.rows, {f.name for f in form.schema.top} | {t.name for t in form.schema.nested} | {key_name(form), mark_name(form)}
    )
    for name, held in block.lists.items():
        inner = _records(held.rows, {f.name for t in form.schema.nested if t.name == name for f in t.fields} | {mark_name(form)})
        offsets, given = held.offsets.tolist(), held.given
        for i, row in enumerate(rows):
            if given is None or given[i]:
                row[name] = inner[offsets[i] : offsets[i + 1]]
    return (
        [_checked(row, form) for row in rows]  # type: ignore[return-value]
        if any(c.startswith("\0") for t in (block.rows, *(x.rows for x in block.lists.values())) for c in t.column_names)
        else rows
    )


def _checked(row: dict[str, Any], form: Form) -> dict[str, Any] | XcrulesError:
    """The row without what stands in columns of our own, which has been obeyed."""
    found = [*_faults(row)]
    for table in form.schema.nested:
        if isinstance(held := row.get(table.name), list):
            found += [evolve(d, path=f"{table.name}[{i}].{d.path}".rstrip(".")) for i, x in enumerate(held) if isinstance(x, dict) for d in _faults(x)]
    for column in [c for c in row if c.startswith(WORD)]:
        path, word = column.removeprefix(WORD), str(row.pop(column)).strip()
        outer, _, inner = path.rpartition(".")
        holder = row.setdefault(outer, {}) if outer else row
        held = holder.get(inner)
        if word == _NOT_APPLICABLE and not held:
            holder[inner] = word
        elif word == NONE and not held and not any(t.name == path and t.kind == "一份" for t in form.schema.nested):
            holder[inner] = [] if any(t.name == path for t in form.schema.nested) else {}
        elif word == UNKNOWN and not held:
            holder.pop(inner, None)
        elif not (word == SOME and held):
            found.append(_contradicted(path, word, held))
    return XcrulesError(found) if found else row


def _contradicted(path: str, word: str, held: Any) -> Diagnostic:
    if word not in (NONE, UNKNOWN, SOME, _NOT_APPLICABLE):
        message, help = f"「{path}」写的是「{word[:20]}」，看不出有没有", f"写 {NONE}、{UNKNOWN}、{_NOT_APPLICABLE}、{SOME} 之一，或者空着"
    else:
        message, help = f"「{path}」写着「{word}」，表里却{f'有 {len(held)} 行' if held else '没有'}", "改这一格，或者改表里的行"
    return Diagnostic(Code.PRESENCE_CONTRADICTED, message, path=path, help=help)


def _faults(row: dict[str, Any]) -> list[Diagnostic]:
    return [Diagnostic(_CODES[d[0]], d[1], path=d[2], help=d[3]) for d in json.loads(row.pop(FAULTS))] if FAULTS in row else []


def faults_text(found: Iterable[Diagnostic]) -> str:
    """What is wrong with a row where it was read, as its column of our own has it."""
    return json.dumps([(d.code.value, d.message, d.path, d.help) for d in found], ensure_ascii=False)


def _records(table: Any, fields: set[str]) -> list[dict[str, Any]]:
    """A dictionary for each row, of what is not null; 主体.注册 within 主体."""
    rows: list[dict[str, Any]] = [{} for _ in range(table.num_rows)]
    for name in table.column_names:
        column = table.column(name)
        if name == ROW_NUMBER or name.startswith(CARRY) or column.null_count == len(rows):
            continue
        values = _values(column)
        outer, _, inner = ("", "", name) if name in fields or name.startswith("\0") else name.partition(".")
        if not outer:
            for row, value in zip(rows, values, strict=True):
                if value is not None:
                    row[name] = value
            continue
        middle, _, last = inner.partition(".")
        for row, value in zip(rows, values, strict=True):
            if value is not None:
                held = row.setdefault(outer, {})
                if last:
                    held.setdefault(middle, {})[last] = value
                else:
                    held[middle] = value
    return rows


def _values(column: Any) -> list[Any]:
    """The values of a column; decimals that are whole as int, which the quick reader of facts takes for any number."""
    if not pa.types.is_decimal(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    try:
        return column.cast(pa.decimal128(38, 0)).cast(pa.int64()).to_pylist()  # type: ignore[no-any-return]
    except pa.ArrowInvalid:
        return [v if v is None or v != (whole := int(v)) else whole for v in column.to_pylist()]


def _by_key(fields: Iterable[FactField]) -> dict[str, str]:
    """The facts by year or clause, with what each of their figures is kept under."""
    keys = {SeriesType: YEAR_OF, LedgerType: CLAUSE_OF}
    return {f.name: keys[type(f.type)] for f in fields if isinstance(f.type, SeriesType | LedgerType)}


def _record(values: Mapping[str, Any], keys: Mapping[str, str], marked: Iterable[str]) -> dict[str, Any]:
    found = {name: value for name, value in values.items() if value is not None}
    for name, key in keys.items():
        held = found.get(name)
        if isinstance(held, list):
            found[name] = _figures(held, key)
    for path in marked:
        _mark(found, path)
    return found


def _figures(held: list[Any], key: str) -> object:
    """{"2023": …}, as the quick reader of facts takes it, of structs or of a map's pairs; what stands twice is kept for the finding."""
    given = [(x.get(key), x.get(FIGURE_OF)) if isinstance(x, dict) else x for x in held]
    pairs = [(str(k) if isinstance(k, int) else k, v) for k, v in given]
    made = dict(pairs)
    return made if len(made) == len(pairs) else Duplicates([(str(k), v) for k, v in pairs])


def _mark(found: dict[str, Any], path: str, whole: str = "") -> None:
    """不适用 at a name, a year or a clause within it (研发.2022), a field of an object. Raises XcrulesError where a value stands there too."""
    name, _, rest = path.partition(".")
    if rest and isinstance(held := found.setdefault(name, {}), dict):
        _mark(held, rest, whole or path)
    elif rest or found.get(name) not in (None, _NOT_APPLICABLE, {}):
        place = whole or path
        raise XcrulesError([Diagnostic(Code.REPEATED_KEY, f"「{place}」写了值，又写在不适用的项里", path=place, help="留一样：不适用的，值空着")])
    else:
        found[name] = _NOT_APPLICABLE
