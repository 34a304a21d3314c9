"""One row of a block as the plain facts that `decide` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, XcrulesError
from xcrules.facts.form import Form
from xcrules.facts.given import NUMBER_KEY, Duplicates
from xcrules.facts.tables import FactField
from xcrules.facts.types import NOT_APPLICABLE, LedgerType, SeriesType

from .schema import CLAUSE_OF, FIGURE_OF, YEAR_OF, key_name, mark_name

Row = Mapping[str, Any]
_NOT_APPLICABLE = repr(NOT_APPLICABLE)


def block_facts(form: Form) -> Callable[[Row], dict[str, object]]:
    """What turns a row into facts. Columns that are null are left out; what is in columns that no fact has is for the caller to refuse."""
    key, mark = key_name(form), mark_name(form)
    keyed = NUMBER_KEY not in {f.name for f in form.schema.top}
    objects = {t.name: _by_key(t.fields) for t in form.schema.nested if t.kind == "一份"}
    lists = {t.name: _by_key(t.fields) for t in form.schema.nested if t.kind == "名单"}
    top, own = _by_key(form.schema.top), {t.name for t in form.schema.nested} | {f.name for f in form.schema.top}

    def facts(row: Row) -> dict[str, object]:
        found = _record({name: row.get(name) for name in own}, top, ())
        for name, keys in objects.items():
            if name in found:
                found[name] = _record(found[name], keys, ())
        for name, keys in lists.items():
            if name in found and isinstance(found[name], list):
                found[name] = [x if not isinstance(x, dict) else _record({k: v for k, v in x.items() if k != mark}, keys, x.get(mark) or ()) for x in found[name]]
        for path in row.get(mark) or ():
            _mark(found, path)
        if keyed and row.get(key) is not None:
            found[NUMBER_KEY] = row[key]
        return found

    return facts


def _by_key(fields: Iterable[FactField]) -> dict[str, str]:
    """The facts by year or clause, with what each of their figures is kept under."""
    keys = {SeriesType: YEAR_OF, LedgerType: CLAUSE_OF}
    return {f.name: keys[type(f.type)] for f in fields if isinstance(f.type, SeriesType | LedgerType)}


def _record(values: Mapping[str, Any], keys: Mapping[str, str], marked: Iterable[str]) -> dict[str, Any]:
    found = {name: value for name, value in values.items() if value is not None}
    for name, key in keys.items():
        if isinstance(held := found.get(name), list):
            found[name] = _figures(held, key)
    for path in marked:
        _mark(found, path)
    return found


def _figures(held: list[Any], key: str) -> object:
    """{2023: …}, of structs or of a map's pairs; what stands twice is kept for the finding."""
    pairs = [(x.get(key), x.get(FIGURE_OF)) if isinstance(x, dict) else tuple(x) for x in held]
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = Duplicates({str(k): v for k, v in pairs})
    twice.keys_twice = tuple(str(k) for k, v in pairs if sum(k == other for other, _ in pairs) > 1)
    return twice


def _mark(found: dict[str, Any], path: str, whole: str = "") -> None:
    """不适用 at a name, a year or a clause within it (研发.2022), a field of an object. Raises XcrulesError where a value stands there too."""
    name, _, rest = path.partition(".")
    key: Any = int(name) if whole and name.isdigit() else name
    if rest and isinstance(held := found.setdefault(key, {}), dict):
        _mark(held, rest, whole or path)
    elif rest or found.get(key) not in (None, _NOT_APPLICABLE, {}):
        place = whole or path
        raise XcrulesError([Diagnostic(Code.REPEATED_KEY, f"「{place}」写了值，又写在不适用的项里", path=place, help="留一样：不适用的，值空着")])
    else:
        found[key] = _NOT_APPLICABLE
