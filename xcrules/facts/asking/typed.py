"""A policy's facts as a typed Python module, for embedders whose editor and mypy should know the fields.

Text in the shape of attrs classes; nothing is generated at run time and nothing here decides.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterator

from xcrules.facts.tables import FactField, FactTable, Form
from xcrules.facts.types import BoolType, DateType, EnumType, LedgerType, NumberType, SeriesType, TextType, Type, YearType

_NUMBER = "Decimal | int"


def module_text(form: Form) -> str:
    """The module's source: a class for each fact table, and Facts for all of an enterprise."""
    tables = list(form.schema.nested)
    parts = [_head(form), *(_class(_identifier(t.name + suffix(t)), t.fields, f"{t.name}：{f'每{t.each}一行' if t.kind == '名单' else '一份'}。") for t in tables), _facts(form, tables)]
    return "\n\n".join(parts)


def suffix(table: FactTable) -> str:
    """Class names differ from field names: 上级资金行 for a record of a list, 主体表 for an object."""
    return "行" if table.kind == "名单" else "表"


def _quotable(text: str) -> str:
    """Text for within three quotation marks."""
    return text.replace("\\", "\\\\").replace('"', "”")


def _identifier(name: str) -> str:
    """The name as Python has it: one form of each character, and none that may not stand in a name."""
    plain = "".join(ch if f"_{ch}".isidentifier() else "_" for ch in unicodedata.normalize("NFKC", name))
    return f"{plain}_" if plain in _TAKEN or plain.startswith("__") or not plain.isidentifier() else plain


def _head(form: Form) -> str:
    title = _quotable(form.title)
    return (
        f'"""Facts of {title}. Written by `xcrules facts {_quotable(form.name)} --python`; do not edit.\n\n'
        "None is unknown. Money is in 元: Decimal or int, never float.\n"
        '"""\n\n'
        "from __future__ import annotations\n\n"
        "import datetime\n"
        "from collections.abc import Mapping, Sequence\n"
        "from decimal import Decimal\n"
        "from typing import Literal\n\n"
        "from attrs import field, frozen\n\n"
        "import xcrules\n"
    )


def _class(name: str, fields: tuple[FactField, ...], note: str) -> str:
    return "\n".join([f"@frozen(kw_only=True)\nclass {name}:", f'    """{_quotable(note)}"""\n', *_fields(fields)]) + "\n"


def _fields(fields: tuple[FactField, ...]) -> Iterator[str]:
    for f in fields:
        note = "，".join(filter(None, (str(f.type) if not isinstance(f.type, EnumType) else "", f.source, f.note)))
        yield _field(f.name, annotation(f.type)) + (f"  # {note}" if note else "")


# Words that the module uses, or that Python keeps for itself
_TAKEN = {*keyword.kwlist, "int", "str", "bool", "datetime", "Decimal", "Literal", "Mapping", "Sequence", "field", "frozen",
          "object", "dict", "xcrules", "as_facts", "self"}


def _field(name: str, type_: str) -> str:
    """A field; one whose name is taken, or is none in Python, stands under another and remembers its own."""
    if (own := _identifier(name)) != name:
        return f'    {own}: {type_} | None = field(default=None, metadata={{"名称": {name!r}}})'
    return f"    {name}: {type_} | None = None"


def annotation(type_: Type) -> str:
    """The Python type of a fact's plain value."""
    match type_:
        case EnumType(members):
            return f"Literal[{', '.join(repr(m) for m in members)}]"
        case BoolType():
            return "bool"
        case TextType():
            return "str"
        case DateType():
            return "datetime.date"
        case YearType():
            return "int"
        case SeriesType():
            return f"Mapping[int, {_NUMBER}]"
        case LedgerType():
            return f"Mapping[str, {_NUMBER}]"
        case NumberType():
            return _NUMBER


def _facts(form: Form, tables: list[FactTable]) -> str:
    lines = ["@frozen(kw_only=True)\nclass Facts:", '    """The whole sheet of one enterprise."""\n', *_fields(form.schema.top)]
    for table in tables:
        inner = _identifier(table.name + suffix(table))
        held = f"Sequence[{inner}]" if table.kind == "名单" else inner
        lines.append(_field(table.name, held))
    lines += ["    编号: str | int | None = field(default=None)  # echoed in the decision\n",
              "    def as_facts(self) -> dict[str, object]:",
              '        """What policy.decide takes."""',
              "        return xcrules.as_facts(self)"]
    return "\n".join(lines) + "\n"
