"""Facts files to plain nested values: JSON, YAML and workbooks. Findings carry the place; nothing raises.

JSON numbers are read exactly, as int or Decimal; YAML scalars as text, which the schema types. Objects in which a key
stands twice are kept as such, for the finding to name the path; `parse_json` refuses them, since a copy would not know.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.files import STANDARD_INPUT, decode, read_file, read_input
from xcrules.base.source import Source

from .given import Duplicates, NotANumber, TextScalar, repeated_keys
from .tables import Form
from .unfit import kind_of, wrong

SPREADSHEETS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".et", ".ett", ".xlsb", ".ods", ".csv", ".tsv", ".numbers")
MAX_FACT_BYTES = 32_000_000
MAX_DEPTH = 64
_TOO_DEEP = f"嵌套超过 {MAX_DEPTH} 层的限制"


def read_fact_file(path: str | Path, form: Form) -> tuple[object, list[Diagnostic]]:
    """The plain values in a facts file, by its ending; a workbook, read by the names of the form's facts, is known by how it begins, too."""
    file = Path(path)
    data = read_file(file, MAX_FACT_BYTES, "事实文件")
    if isinstance(data, Diagnostic):
        return None, [data]
    if file.suffix.lower() in SPREADSHEETS or data.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0", b"PAR1")):
        from .workbook import read_workbook

        return read_workbook(data, form, file.name)
    source = decode(data, file.name, {"path": str(path)})
    if isinstance(source, Diagnostic):
        return None, [source]
    return read_yaml(source) if file.suffix.lower() in (".yaml", ".yml") else read_json(source.text, file.name)


def read_fact_input(stream: BinaryIO | None) -> tuple[object, list[Diagnostic]]:
    """The plain values in the JSON of standard input."""
    data = read_input(stream, MAX_FACT_BYTES)
    source = data if isinstance(data, Diagnostic) else decode(data, STANDARD_INPUT, {"path": STANDARD_INPUT})
    return (None, [source]) if isinstance(source, Diagnostic) else read_json(source.text, STANDARD_INPUT)


# -- JSON -----------------------------------------------------------------------------------------------


def _object(pairs: list[tuple[str, Any]]) -> dict[str, object]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Duplicates(pairs)


def read_json(text: str, name: str = "事实") -> tuple[object, list[Diagnostic]]:
    """One JSON value; a byte order mark before it is no part of it."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_FACT_BYTES:
        return None, [Diagnostic(Code.FILE_TOO_LARGE, f"「{name}」超过 {MAX_FACT_BYTES // 1_000_000} MB 的限制", path=name)]
    if sys.getrecursionlimit() > _ORDINARY_RECURSION and (found := _too_deep(text, name)):
        return None, found
    value = quick_json(text)
    return _no_text(*((value, []) if value is not None and keys_of(value) is not None else _explained(text, name)))


def _no_text(value: object, found: list[Diagnostic]) -> tuple[object, list[Diagnostic]]:
    """What was read; a text is refused here, that nobody looks for facts in it once more."""
    return (None, [wrong("", f"事实要是一个对象（键和值），不是{kind_of(value)}")]) if isinstance(value, str) else (value, found)


def _explained(text: str, name: str) -> tuple[object, list[Diagnostic]]:
    """The same for a text in which something may be odd, and what is wrong with it."""
    try:
        value = _EXPLAINING.decode(text)
    except (json.JSONDecodeError, RecursionError) as error:
        found = _too_deep(text, name)
        if isinstance(error, RecursionError) and not found:
            raise  # the caller is that deep himself
        place = error.pos if isinstance(error, json.JSONDecodeError) else 0
        help = "一行一家的，加上 --stream；一批企业也可以用 batch" if text[:place].endswith("}\n") and text.startswith("{", place) else ""
        return None, found or [Diagnostic(Code.MALFORMED_TEXT, f"JSON 写得不对：{_json_message(error)}", help=help, path=_line_column(text, place, name))]
    return (value, []) if keys_of(value) is not None else (None, _too_deep(text, name))


def parse_json(text: str | bytes) -> dict[str, Any]:
    """The plain facts in a JSON text, numbers exact: what `Policy.decide` takes.

    Raises XcrulesError for a text that is no JSON or no UTF-8, is nested too deep, or holds no object, and (E803) for keys that
    stand twice, of which a dict has but one. A number that is none is found by `decide`, with its path.
    """
    value = plain_json(text)
    if found := repeated_keys(value):
        raise XcrulesError(found)
    return value


def plain_json(text: str | bytes) -> dict[str, Any]:
    """The same, for what looks for keys that stand twice itself."""
    value, found = read_json(json_text(text))
    if not isinstance(value, dict):
        raise XcrulesError(found or [Diagnostic(Code.WRONG_KIND, "事实要是一个对象（键和值）", path="（整份事实）")])
    return value


def json_text(given: str | bytes) -> str:
    """The text of bytes. Raises XcrulesError for those that are none."""
    if isinstance(given, str):
        return str.__str__(given)
    source = decode(given, "事实", {"path": "事实"})
    if isinstance(source, Diagnostic):
        raise XcrulesError([source])
    return source.text


def quick_json(text: str) -> object | None:
    """What a JSON text holds, where no key stands twice; None where that is for read_json to say. How deep it nests is not looked at."""
    if len(text) > MAX_FACT_BYTES or sys.getrecursionlimit() > _ORDINARY_RECURSION or "\\u003a" in text or "\\u003A" in text:
        return None
    try:
        value: object = _QUICK.decode(text)
        return value if msgspec.json.encode(value).count(b":") == text.count(":") else None
    except (ValueError, InvalidOperation, OverflowError, RecursionError):
        return None


def _whole(text: str) -> object:
    return int(text) if len(text) <= _INT_DIGITS else _TOO_LARGE


def _decimal(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal holds
        return _TOO_LARGE


_INT_DIGITS = 4_300  # of more, Python makes no int
_TOO_LARGE = Decimal("1e999")  # in the place of a number that cannot be held, for the finding
_QUICK = msgspec.json.Decoder(float_hook=Decimal)
_EXPLAINING = json.JSONDecoder(parse_float=_decimal, parse_int=_whole, parse_constant=NotANumber, object_pairs_hook=_object)
_ORDINARY_RECURSION = 5_000  # under it the decoder gives up on what is too deep before the stack does
_CONTAINERS = frozenset({dict, list, Duplicates})


def keys_of(value: object) -> int | None:
    """How many keys there are in all objects, gone through level by level; None where they nest too deep."""
    keys = 0
    level: list[Any] = [value] if value.__class__ in _CONTAINERS else []
    for _ in range(MAX_DEPTH):
        if not level:
            return keys
        keys += sum(len(x) for x in level if x.__class__ is not list)
        level = [x for held in level for x in (held if held.__class__ is list else held.values()) if x.__class__ in _CONTAINERS]
    return None if level else keys


_MARKS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.S)


def _too_deep(text: str, name: str) -> list[Diagnostic]:
    """Where brackets outside strings nest too deep. A plain scan: one pass, no recursion."""
    depth = 0
    for match in _MARKS.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return [Diagnostic(Code.TOO_DEEP, _TOO_DEEP, path=_line_column(text, match.start(), name))]
        elif mark in "]}":
            depth -= 1
    return []


def _line_column(text: str, offset: int, name: str = "") -> str:
    line, column = Source(name, text).place(min(offset, len(text)))
    return f"{name + ':' if name else ''}第 {line} 行第 {column} 列"


_MESSAGES = {"Expecting value": "这里缺一个值", "Expecting ',' delimiter": "这里缺逗号",
             "Expecting ':' delimiter": "键后面缺冒号",
             "Expecting property name enclosed in double quotes": "键要写在双引号里",
             "Unterminated string starting at": "文字缺收尾的双引号",
             "Extra data": "一份事实之后还有多余的内容",
             "Invalid control character at": "文字里有不能直接写的控制字符",
             "Illegal trailing comma before end of": "最后一项后面多了逗号"}


def _json_message(error: Exception) -> str:
    return next((m for k, m in _MESSAGES.items() if str(error).startswith(k)), "读不懂这里")


# -- YAML -----------------------------------------------------------------------------------------------


def read_yaml(source: Source) -> tuple[object, list[Diagnostic]]:
    """One YAML document; anchors and aliases are refused."""
    import yaml

    events = _guarded(yaml.parse(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), source)
    try:
        value = _value(first, events, source) if (first := next(events, None)) is not None else None
        for _ in events:
            pass  # a second document is refused
        return _no_text(value, [])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source.name}:第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else source.name
        if "nesting depth" in str(error.problem):
            return None, [Diagnostic(Code.TOO_DEEP, _TOO_DEEP, path=place)]
        last = mark.line if mark else -1
        for line in range(last, -1, -1):
            if wrong := _colon(source, line, last - line < 2):
                return None, [wrong]
        return None, [Diagnostic(Code.MALFORMED_TEXT, f"YAML 写得不对：{_yaml_message(error, source)}", path=place)]
    except (yaml.YAMLError, RecursionError):
        return None, [Diagnostic(Code.MALFORMED_TEXT, "YAML 写得不对", path=source.name)]
    except _Refused as refused:
        return None, [refused.found]


_COLON = re.compile(r"""(\s*(?:-\s+)*)([^\s:：#"'\[\]{},&*!|>%@`-][^\s:：#"'\[\]{},]*)(：\s*|:(?=[^\s/]))(.*)""")


def _colon(source: Source, line: int, either: bool) -> Diagnostic | None:
    """A line that begins with a key and a full-width colon, or (`either`) a colon without a blank: it is no key to YAML."""
    try:
        match = _COLON.match(source.line_text(line + 1)[:500])
    except IndexError:  # the end of the text
        match = None
    if match is None:
        return None
    _, key, colon, rest = match.groups()
    if ":" in colon and not (either and re.search("[\u3400-\u9fff]", key)):
        return None
    what = "键后面的冒号要用半角的，后面空一格" if "：" in colon else "键的冒号后面要空一格"
    place = f"{source.name}:第 {line + 1} 行第 {match.start(3) + 1} 列"
    return Diagnostic(Code.MALFORMED_TEXT, f"YAML 写得不对：{what}", path=place, help=f"写成「{key}: {rest.strip()[:40]}」；整段是文字的，加上引号")


class _Refused(Exception):
    def __init__(self, found: Diagnostic) -> None:
        self.found = found
        super().__init__(found.message)


def _refused(event: Any, source: Source, message: str, code: Code = Code.MALFORMED_TEXT) -> _Refused:
    place = f"第 {event.start_mark.line + 1} 行第 {event.start_mark.column + 1} 列" if event.start_mark else ""
    return _Refused(Diagnostic(code, message, path=f"{source.name}:{place}"))


def _guarded(events: Iterable[Any], source: Source) -> Iterator[Any]:
    """Only the events of one plain document, nested not too deep."""
    depth = documents = 0
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise _refused(event, source, "事实里不用 YAML 的锚点和别名（& 与 *）")
        if kind == "ScalarEvent":
            if not event.style and (":" in event.value or "：" in event.value) and (wrong := _colon(source, event.start_mark.line, True)):
                raise _Refused(wrong)
        elif kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise _refused(event, source, "一个文件只写一份事实")
        depth += kind in _BEGINS
        depth -= kind in _ENDS
        if depth > MAX_DEPTH:
            raise _refused(event, source, _TOO_DEEP, Code.TOO_DEEP)
        if kind == "ScalarEvent" or kind in _BEGINS or kind in _ENDS:
            yield event


_BEGINS, _ENDS = ("MappingStartEvent", "SequenceStartEvent"), ("MappingEndEvent", "SequenceEndEvent")


def _value(event: Any, events: Iterator[Any], source: Source) -> object:
    match type(event).__name__:
        case "ScalarEvent":
            quoted = event.style in ("'", '"')
            return None if not quoted and event.value in ("", "null", "~") else TextScalar(event.value)
        case "SequenceStartEvent":
            out = []
            while type(inner := next(events)).__name__ != "SequenceEndEvent":
                out.append(_value(inner, events, source))
            return out
    pairs: list[tuple[str, Any]] = []
    while type(key := next(events)).__name__ != "MappingEndEvent":
        if type(key).__name__ != "ScalarEvent":
            raise _refused(key, source, "键要写成文字，不能是名单或对象")
        pairs.append((key.value, _value(next(events), events, source)))
    return _object(pairs)


def _yaml_message(error: Any, source: Source) -> str:
    problem, mark = str(error.problem or ""), error.problem_mark
    if "found character" in problem and mark and source.line_text(mark.line + 1)[mark.column:].startswith("\t"):
        return "缩进不能用制表符，用空格"
    if "mapping values are not allowed" in problem:
        return "这里不能再有冒号；缩进或引号可能不对"
    if "expected <block end>" in problem or "expected key" in problem or "expected '-' indicator" in problem:
        return "缩进没有对齐"
    return "读不懂这里"
