"""The tables of a policy: 事实, 参数, 读法. From rows of text to the schema, the figures, the register."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve, frozen

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, Fix
from xcrules.base.nearest import nearest
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import RISKS, ROLES, TABLE_ROLES
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.parse.limits import MAX_FIELDS, MAX_MEMBERS
from xcrules.draft.syntax import Heading, Line, Row, TypeText, cell_text
from xcrules.facts.tables import FactField, FactTable, ParameterTable, Schema
from xcrules.facts.types import (
    BOOL,
    COUNT,
    DATE,
    RATE,
    TEXT,
    UNITS,
    YEAR,
    EnumType,
    LedgerType,
    NumberType,
    SeriesType,
    Type,
    YearType,
    parse_literal,
    parse_unit,
    unit_text,
)
from xcrules.meaning.program import Reading

_SPOKEN_TYPES = {"时间": "日期", "日子": "日期", "百分比": "比率", "百分数": "比率", "比例": "比率", "金额": "元", "钱": "元", "布尔": "是否",
                 "是非": "是否", "文本": "文字", "字符": "文字", "数字": "数", "整数": "数", "数量": "数", "年份": "年度", "年": "年度",
                 "平方米": "㎡", "平米": "㎡", "平方": "㎡", "个月": "月"}
_TYPES: dict[str, Type] = {"比率": RATE, "数": COUNT, "年度": YEAR, "日期": DATE, "是否": BOOL, "文字": TEXT}
MEASURES = "笔项个名件部套家场次人台处户"  # 逐笔, 逐项 ……: the same as 每笔, 每项 in the grammar


@frozen
class Cell:
    """A cell and its place."""

    text: str
    span: Span


def _finding(code: Code, message: str, span: Span, help: str = "", *, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    return Diagnostic(code, message, span, help, fixes)


def records(line: Line, known: tuple[str, ...], required: tuple[str, ...],
            found: list[Diagnostic]) -> Iterator[tuple[Row, dict[str, Cell]]]:
    """Each row under the header as column → cell. Columns may stand in any order."""
    if not line.rows:
        found.append(_finding(Code.MISSING_TABLE, f"「{line.label}」下面没有表", line.label_span,
                              "表的第一行是列名：| " + " | ".join(known) + " |"))
        return
    header = [Cell(cell_text(s), s) for s in line.rows[0].cells]
    names = [h.text for h in header]
    for cell in header:
        if cell.text not in known:
            close = nearest(cell.text, known)
            fixes = tuple(Fix(f"改为 {n}", cell.span, n) for n in close)
            found.append(_finding(Code.UNKNOWN_COLUMN, f"「{line.label}」的表没有叫「{cell.text}」的列", cell.span,
                                  "列有：" + "、".join(known), fixes=fixes))
            return
    if missing := [n for n in required if n not in names]:
        found.append(_finding(Code.MISSING_COLUMN, f"「{line.label}」的表缺「{'」「'.join(missing)}」列", line.rows[0].span))
        return
    for row in line.rows[1:]:
        if len(row.cells) != len(header):
            found.append(_finding(Code.RAGGED_ROW, f"这一行有 {len(row.cells)} 格，表头有 {len(header)} 列", row.span,
                                  _lacking(row, names) + "每格用 | 隔开，空格子也要写；文字里的竖线写成 \\|"))
            continue
        yield row, {n: Cell(v, s) for n, v, s in zip(names, row.values, row.cells, strict=True)}


def _lacking(row: Row, names: list[str]) -> str:
    """Which cell a short row of the register seems to lack."""
    if len(row.cells) >= len(names) or "风险" not in names:
        return ""
    column = "条款" if any(cell_text(x) in RISKS for x in row.cells) else "风险"
    return "像是漏了 风险 一格（高、中、低）；" if column == "风险" else "像是漏了 条款 一格，如 1(1)；"


# -- 事实 -----------------------------------------------------------------------------------------


def schema(lines: list[Line]) -> tuple[Schema, list[Diagnostic]]:
    """All fact tables."""
    found: list[Diagnostic] = []
    tables: list[FactTable] = []
    names: set[str] = set()
    for line in lines:
        if line.label == "事实" and isinstance(line.body, Heading):
            table = _fact_table(line, line.body, found)
            if table.name in names:
                found.append(_finding(Code.REPEATED_NAME, f"「{table.name}」的事实表写了两次", line.content))
                continue
            names.add(table.name)
            tables.append(table)
    _check_top_names(tables, found)
    return Schema(tuple(tables)), found


def _fact_table(line: Line, heading: Heading, found: list[Diagnostic]) -> FactTable:
    kind, each, closed, role = "一份", "", False, ""
    for qualifier in heading.qualifiers:
        word = " ".join(n.text for n in qualifier)
        place = line.span_of((qualifier[0].at[0], qualifier[-1].at[1]))
        if word == "顶层":
            kind = "顶层"
        elif re.fullmatch(f"逐[{MEASURES}]", word):
            kind, each = "名单", word[1]
        elif word == "闭世界":
            closed = True
        elif word in TABLE_ROLES:
            role = word
        else:
            options = ("顶层", "逐笔", "逐项", "逐个", "逐名", "闭世界", *TABLE_ROLES)
            close = nearest(word, options)
            if re.fullmatch("逐.", word):  # a list all the same, so that 每项 is not an error too
                kind, each = "名单", word[1]
            found.append(_finding(Code.UNKNOWN_TABLE_WORD, f"事实表后面不认得「{word}」", place,
                                  "可以写：" + "、".join(options) + f"；逐字后面的量词有：{'、'.join(MEASURES)}",
                                  fixes=tuple(Fix(f"改为 {n}", place, n) for n in close)))
    fields: list[FactField] = []
    if len(line.rows) > MAX_FIELDS + 1:
        found.append(_finding(Code.TOO_LONG_OR_DEEP, f"这张表有 {len(line.rows) - 1} 栏，超过 {MAX_FIELDS} 栏的限制", line.content, "分成几张表"))
        line = evolve(line, rows=line.rows[: MAX_FIELDS + 1])
    for _, cells in records(line, ("名称", "类型", "要求", "角色", "说明"), ("名称", "类型"), found):
        field = _field(heading.name.text if kind != "顶层" else "", cells, found)
        if field and any(f.name == field.name for f in fields):
            found.append(_finding(Code.REPEATED_NAME, f"「{field.name}」在这张表里写了两次", cells["名称"].span, f"删去一行，或给第二个「{field.name}」另起名"))
        elif field:
            fields.append(field)
    odd_role = any(d.code == Code.UNKNOWN_ROLE and d.span and line.content.start <= d.span.start <= line.rows[-1].span.end for d in found)
    for needed in TABLE_ROLES.get(role, ()):
        if not any(f.role == needed for f in fields) and not odd_role:
            found.append(_finding(Code.MISSING_ROLE, f"{role}的表要有一栏角色是「{needed}」", line.content))
    return FactTable(heading.name.text, kind, tuple(fields), each, closed, role, line.content)


def _check_top_names(tables: list[FactTable], found: list[Diagnostic]) -> None:
    seen: set[str] = set()
    for name, span in [(f.name, t.span) for t in tables if t.kind == "顶层" for f in t.fields] + [
        (t.name, t.span) for t in tables if t.kind != "顶层"
    ]:
        if name in seen and span:
            found.append(_finding(Code.REPEATED_NAME, f"顶层有两个「{name}」", span))
        seen.add(name)


def _field(table: str, cells: dict[str, Cell], found: list[Diagnostic]) -> FactField | None:
    name = cells["名称"]
    if not re.fullmatch(r"[^\W\d][\w㎡·]*", name.text):
        found.append(_finding(Code.RESERVED_NAME, f"「{name.text}」不能做事实的名称", name.span, "用汉字或字母开头，中间没有空格和标点"))
        return None
    type_ = field_type(cells["类型"], found)
    if type_ is None:
        return None
    field = FactField(canonical(name.text), type_, table)  # the one form in which lines name it
    if needs := cells.get("要求"):
        field = _requirements(field, needs, found)
    role = cells.get("角色")
    if role and role.text:
        if role.text not in ROLES:
            close = nearest(role.text, ROLES)
            found.append(_finding(Code.UNKNOWN_ROLE, f"没有叫「{role.text}」的角色", role.span, "角色有：" + "、".join(ROLES),
                                  fixes=tuple(Fix(f"改为 {n}", role.span, n) for n in close)))
        else:
            field = evolve(field, role=role.text)
    return evolve(field, note=cells["说明"].text if "说明" in cells else "")


def field_type(cell: Cell, found: list[Diagnostic]) -> Type | None:
    """The type written in a cell: 元, 是否, 逐年 元, or the members of an enumeration."""
    if (single := _scalar(canonical(cell.text))) is not None:  # 元/㎡·月 is no word of the grammar
        return single
    body, error = parse_content("type", canonical(cell.text))
    if cell.text in ("是/否", "是、否", "是，否", "有/无", "是或否"):
        found.append(_finding(Code.UNREADABLE_TYPE, f"读不懂类型「{cell.text}」", cell.span, "写成 是否", fixes=(Fix("改为 是否", cell.span, "是否", sure=True),)))
        return None
    listed = re.sub(r"\s*[，,；;/]\s*", "、", cell.text).strip("、 ")
    if (error is not None or not isinstance(body, TypeText)) and listed != cell.text:
        found.append(_finding(Code.UNREADABLE_TYPE, f"读不懂类型「{cell.text}」", cell.span, f"各种情形用顿号列出：{listed.replace('其它', '其他')}",
                              fixes=(Fix(f"改为 {listed}", cell.span, listed, sure=True),)))
        return None
    if error is not None or not isinstance(body, TypeText):
        found.append(_finding(Code.UNREADABLE_TYPE, f"读不懂类型「{cell.text}」", cell.span,
                              "写 元、件、比率、年度、日期、是否、文字、逐年 元，或用顿号列出各种情形"))
        return None
    names = [n.text for n in body.names]
    if body.kind:
        element = _scalar(names[0])
        if isinstance(element, NumberType):
            return SeriesType(element) if body.kind == "逐年" else LedgerType(element)
        found.append(_finding(Code.UNREADABLE_TYPE, f"{body.kind} 后面要写单位，「{names[0]}」不是", cell.span, f"例如 {body.kind} 元"))
        return None
    if len(names) > MAX_MEMBERS:
        found.append(_finding(Code.TOO_LONG_OR_DEEP, f"这一栏列了 {len(names)} 种情形，超过 {MAX_MEMBERS} 种的限制", cell.span, "改成 文字，或分成几栏"))
        return None
    if len(names) > 1:
        for member in {n for n in names if names.count(n) > 1}:
            found.append(_finding(Code.REPEATED_MEMBER, f"「{member}」列了两次", cell.span, "删去一个，或改成漏写的那一种"))
        for member in dict.fromkeys(n for n in names if n in ("不适用", "未知")):
            found.append(_finding(Code.REPEATED_MEMBER, f"「{member}」不能列作一种情形：任何事实都可以是{member}，条件从不因它成立", cell.span,
                                  "删去它；要判断的，换一个说法，如 没有、其他"))
        return EnumType(tuple(dict.fromkeys(names)))
    type_ = _scalar(names[0])
    if type_ is None:
        kind = re.match("逐[年款]", names[0])
        meant = f"{kind[0]} {names[0][2:]}" if kind and len(names[0]) > 2 else _SPOKEN_TYPES.get(names[0], "")
        close = [meant] if meant else nearest(names[0], [*_TYPES, "元"])
        found.append(_finding(Code.UNREADABLE_TYPE, f"没有叫「{names[0]}」的类型", cell.span,
                              (f"是不是 {close[0]}？" if close else "") + "单位有：" + "、".join(UNITS) + "；列情形的，要两种以上，用顿号隔开",
                              fixes=tuple(Fix(f"改为 {n}", cell.span, n) for n in close)))
    return type_


def _scalar(word: str) -> Type | None:
    if word in _TYPES:
        return _TYPES[word]
    unit = parse_unit(word)
    return NumberType(unit) if unit else None


def _requirements(field: FactField, cell: Cell, found: list[Diagnostic]) -> FactField:
    for piece in re.split("[，,；;]", cell.text):
        word, _, rest = piece.strip().partition(" ")
        rest = rest.strip()
        match word:
            case "":
                pass
            case "可缺":
                field = evolve(field, optional=True)
            case "可负":
                field = evolve(field, signed=True)
            case "闭世界":
                field = evolve(field, closed=True)
            case "认定" | "核定" | "录入" if rest.rpartition("、")[2] in ("可缺", "可负", "闭世界"):
                body, _, last = piece.strip().rpartition("、")
                found.append(_finding(Code.UNKNOWN_REQUIREMENT, f"各项要求之间用逗号隔开：「{piece.strip()}」", cell.span, f"写成 {body}，{last}",
                                      fixes=_piece_fixes(cell, piece.strip(), [f"{body}，{last}"])))
            case "认定" | "核定" | "录入":
                field = evolve(field, source=piece.strip())
            case "缺省" if rest == "参数":
                field = evolve(field, parameter=field.name)
            case "缺省":
                field = _default(field, rest, cell, found)
            case _:
                known = ("可缺", "可负", "闭世界", "认定", "核定", "录入", "缺省")
                glued = next((k for k in known if word.startswith(k)), "")
                meant = "缺省" if word in ("默认", "预设", "缺失", "缺") else glued
                rest = word.removeprefix(glued) if glued else rest
                close = [f"{meant} {rest}".strip()] if meant else nearest(word, known)
                found.append(_finding(Code.UNKNOWN_REQUIREMENT, f"要求一栏不认得「{piece.strip()}」", cell.span,
                                      (f"是不是 {close[0]}？" if close else "")
                                      + "可以写：缺省 某值、可缺、可负、闭世界、认定 机关、核定 机关",
                                      fixes=_piece_fixes(cell, piece, close)))
    return field


def _piece_fixes(cell: Cell, piece: str, close: list[str]) -> tuple[Fix, ...]:
    """Fixes for one piece of a cell."""
    at = cell.span.text.find(piece)
    place = cell.span.part(at, at + len(piece)) if at >= 0 else cell.span
    return tuple(Fix(f"改为 {n}", place, n) for n in close)


def _default(field: FactField, text: str, cell: Cell, found: list[Diagnostic]) -> FactField:
    value = constant(text, field.type)
    if value is None:
        found.append(_finding(Code.VALUE_TYPE_MISMATCH, f"缺省「{text}」不是{field.type}", cell.span, f"写成 {_default_example(text, field.type)}"))
        return field
    return evolve(field, default=value)


def _default_example(text: str, type_: Type) -> str:
    """What a default of this type looks like."""
    match type_:
        case NumberType(rate=True):
            return "缺省 0%"
        case NumberType(unit=unit):
            digits = re.match(r"\d+", text)
            return f"缺省 {digits[0] if digits else '0'}{unit_text(unit) if unit else ''}"
        case EnumType(members):
            return f"缺省 {members[0]}"
    return "缺省 否" if type_ == BOOL else "缺省 某值"


def constant(text: str, type_: Type) -> Fraction | str | bool | None:
    """A value written in a cell, if it fits the type."""
    if type_ == BOOL:
        return {"是": True, "否": False}.get(text)
    if isinstance(type_, EnumType):
        return text if text in type_.members else None
    if type_ == TEXT:
        return text or None
    literal = parse_literal(canonical(text))
    if literal is None:
        return None
    return literal.value if literal.type == type_ or (literal.value == 0 and literal.type == COUNT) else None


# -- 参数 -----------------------------------------------------------------------------------------


def parameters(lines: list[Line]) -> tuple[tuple[ParameterTable, ...], list[Diagnostic]]:
    """Yearly figures; each row has its source."""
    found: list[Diagnostic] = []
    tables = []
    for line in lines:
        if line.label != "参数" or not isinstance(line.body, Heading):
            continue
        words = [" ".join(n.text for n in q) for q in line.body.qualifiers]
        type_ = _scalar(words[0]) if len(words) == 1 else None
        if not isinstance(type_, NumberType):
            found.append(_finding(Code.PARAMETER_WITHOUT_TYPE, "参数要写类型", line.content, "例如 参数：平均工资，元"))
            continue
        before = len(found)
        values = list(_parameter_rows(line, type_, found))
        if len(found) == before:
            _check_years(line, [v[0] for v in values], found)
        tables.append(ParameterTable(line.body.name.text, type_, tuple(values), line.content))
    return tuple(tables), found


def _parameter_rows(line: Line, type_: NumberType,
                    found: list[Diagnostic]) -> Iterator[tuple[Fraction, Fraction | None, str]]:
    for _, cells in records(line, ("年度", "值", "来源"), ("年度", "值", "来源"), found):
        year = parse_literal(canonical(cells["年度"].text))
        if year is None or not isinstance(year.type, YearType):
            text = cells["年度"].text
            fixes = (Fix(f"改为 {text}年", cells["年度"].span, f"{text}年", sure=True),) if re.fullmatch(r"(19|20|21)\d\d", text) else ()
            found.append(_finding(Code.NOT_A_YEAR, f"「{text}」不是年度", cells["年度"].span,
                                  f"写成 {text}年" if fixes else "写成 2023年", fixes=fixes))
            continue
        if cells["值"].text == "未公布":
            yield year.value, None, cells["来源"].text
            continue
        value = constant(cells["值"].text, type_)
        if not isinstance(value, Fraction):
            text = cells["值"].text
            form = (f"{text}%" if type_.rate else f"{text}{type_}") if re.fullmatch(r"\d+(\.\d+)?", text) else "未公布" if "公布" in text else ""
            found.append(_finding(Code.VALUE_TYPE_MISMATCH, f"「{text}」不是{type_}", cells["值"].span, f"写成 {form}" if form else "写成数，或 未公布",
                                  fixes=(Fix(f"改为 {form}", cells["值"].span, form),) if form else ()))
            continue
        yield year.value, value, cells["来源"].text


def _check_years(line: Line, years: list[Fraction], found: list[Diagnostic]) -> None:
    ordered = sorted(years)
    for year in sorted({y for y in years if years.count(y) > 1}):
        rows = [r for r in line.rows[1:] if any(cell_text(x) == f"{year}年" for x in r.cells)]
        hint = f"其中一行是不是 {year + 1}年？" if year + 1 not in years else "删去一行"
        found.append(_finding(Code.REPEATED_YEAR, f"{year}年写了两次", rows[-1].span if rows else line.content, hint))
        return
    for before, after in itertools.pairwise(ordered):
        if after - before > 1:
            gap = "、".join(f"{y}年" for y in range(int(before) + 1, int(after)))
            found.append(_finding(Code.MISSING_YEAR, f"参数中间缺 {gap}", line.content, "没有数字的年度写 未公布"))


# -- 读法 -----------------------------------------------------------------------------------------

_COLUMNS = ("号", "条款", "风险", "原文", "问题", "选项", "另需人工", "理由")


def readings(lines: list[Line]) -> tuple[tuple[Reading, ...], list[Diagnostic]]:
    """The register, with interpretation documents applied."""
    found: list[Diagnostic] = []
    register: dict[str, Reading] = {}
    for line in lines:
        if line.label == "读法":
            for row, cells in records(line, _COLUMNS, ("号", "风险", "问题", "选项"), found):
                reading = _reading(row, cells, found)
                if reading and reading.number in register:
                    spare = next(n for n in itertools.count(1) if f"A{n:02d}" not in register)
                    found.append(_finding(Code.REPEATED_READING, f"读法 {reading.number} 登记了两次", row.span,
                                          f"删去一行 {reading.number}，或换一个没有用过的号，如 {reading.number[0]}{spare:02d}"))
                elif reading:
                    register[reading.number] = reading
    for line in lines:
        if line.label == "解释":
            _interpret(line, register, found)
    return tuple(register.values()), found


def _reading(row: Row, cells: dict[str, Cell], found: list[Diagnostic]) -> Reading | None:
    def text(column: str) -> str:
        return cells[column].text if column in cells else ""

    if not re.fullmatch(r"[A-Za-z]+\d+", text("号")) or re.search(r"(?<!^)[Oo]\d", text("号")):
        meant = re.sub("(?<!^)[Oo]", "0", text("号")) if re.search(r"\d", text("号")) else ""
        meant = f"A{meant}" if meant.isdigit() else meant
        found.append(_finding(Code.BAD_READING_NUMBER, f"「{text('号')}」不像读法的号", cells["号"].span, (f"是不是 {meant}？" if meant else "")
                              + "写成 A01 这样：字母加数字",
                              fixes=(Fix(f"改为 {meant}", cells["号"].span, meant),) if meant else ()))
        return None
    if text("风险") not in RISKS:
        close = [r for r in RISKS if r in text("风险")]
        found.append(_finding(Code.UNKNOWN_RISK, f"风险只有高、中、低，没有「{text('风险')}」", cells["风险"].span,
                              f"是不是 {close[0]}？" if close else "写 高、中 或 低",
                              fixes=tuple(Fix(f"改为 {r}", cells["风险"].span, r) for r in close)))
    choices = tuple(filter(None, (p.strip() for p in text("选项").split("、"))))
    if any(re.search(r"[\s，,；;/]", choice) for choice in choices):
        mended = re.sub(r"\s*[\s，,；;/]\s*", "、", text("选项"))
        found.append(_finding(Code.UNREADABLE_CHOICES, f"读不懂选项「{text('选项')}」：各个选项用顿号隔开", cells["选项"].span, f"写成 {mended}",
                              fixes=(Fix(f"改为 {mended}", cells["选项"].span, mended, sure=True),)))
        return None
    if not choices or len(set(choices)) != len(choices):
        found.append(_finding(Code.UNREADABLE_CHOICES, "选项要有至少一个、不重名", cells["选项"].span, "用顿号隔开，默认在前"))
        return None
    manual = []
    for piece in filter(None, (p.strip() for p in re.split("[；;]", text("另需人工")))):
        name, _, need = canonical(piece).partition(":")
        if name.strip() not in choices:
            begins = [x for x in choices if name.strip().startswith(x)]
            hint = f"是不是 {begins[0]}：{name.strip().removeprefix(begins[0]).strip()}？" if begins else ""
            found.append(_finding(Code.MANUAL_NOT_A_CHOICE, f"另需人工里的「{name.strip()}」不是选项", cells["另需人工"].span,
                                  f"{hint}选项有：" + "、".join(choices)))
            return None
        manual.append((name.strip(), need.strip()))
    if choices[0] in dict(manual):
        found.append(_finding(Code.MANUAL_DEFAULT, f"默认的「{choices[0]}」不能另需人工", cells["另需人工"].span))
    return Reading(text("号"), text("条款"), text("风险"), text("原文"), text("问题"), choices, tuple(manual),
                   text("理由"), span=row.span)


_INTERPRETATION = re.compile(r"\s*([A-Za-z]+\d+)\s+取\s+([^\s，,]+)\s*[，,]\s*(.+)", re.S)


def _interpret(line: Line, register: dict[str, Reading], found: list[Diagnostic]) -> None:
    match = _INTERPRETATION.fullmatch(line.text)
    if match is None:
        found.append(_finding(Code.INCOMPLETE_INTERPRETATION, "解释写不全", line.content,
                              "写成 解释：A08 取 门槛，《关于……的解释》（文号），2022年5月1日"))
        return
    number, choice, document = match.groups()
    reading = register.get(number)
    if reading is None or choice not in reading.modelled:
        options = "、".join(reading.modelled) if reading else ""
        found.append(_finding(Code.INTERPRETS_UNREGISTERED, f"没有登记可选的读法「{number} {choice}」", line.content,
                              f"{number} 可选：{options}" if reading else "先在 读法 表里登记"))
        return
    register[number] = evolve(reading, chosen=choice, interpretation=document.strip())
