"""事实: from rows of text to the tables of what an enterprise reports, each field with its type, role and requirements."""

from __future__ import annotations

import re
from typing import assert_never

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key, marked
from xcrules.base.nearest import nearest
from xcrules.base.source import Span, canonical
from xcrules.draft.labels import ROLES, TABLE_ROLES
from xcrules.draft.parse.grammar import parse_content
from xcrules.draft.parse.limits import MAX_FIELDS, MAX_MEMBERS
from xcrules.draft.syntax import Heading, Line, TypeText
from xcrules.facts import types
from xcrules.facts.tables import FactField, FactTable, Schema
from xcrules.facts.units import MEASURES, read_unit
from xcrules.meaning import keys

from .rows import TableCell, constant, records, row_at
from .units import before_first, unfit, unknown_units

_SPOKEN_TYPES = {"时间": "日期", "日子": "日期", "百分比": "比率", "百分数": "比率", "比例": "比率", "金额": "元", "钱": "元", "布尔": "是否",
                 "是非": "是否", "有无": "是否", "文本": "文字", "字符": "文字", "名称": "文字", "数字": "数", "整数": "数", "数量": "数", "年份": "年度", "年": "年度", "平方": "㎡", "千米": "公里", "人民币": "元", "人民币元": "元", "字符串": "文字", "年月日": "日期", "小数": "数", "天数": "天", "月数": "月"}
_KINDS_OF_CASES = ("枚举", "单选", "选项", "选择", "情形", "其他", "类别", "种类")
_TYPES: dict[str, types.Type] = {"比率": types.RATE, "数": types.COUNT, "年度": types.YEAR, "日期": types.DATE, "是否": types.BOOL, "文字": types.TEXT}
_UNIT_CHARS = 4  # of a word that is likelier a unit than a slip


def schema(lines: list[Line], units: types.Units = types.NO_UNITS) -> tuple[Schema, list[Diagnostic]]:
    """All fact tables."""
    findings: list[Diagnostic] = []
    tables: list[FactTable] = []
    names: set[str] = set()
    for line in lines:
        if line.label == "事实" and isinstance(line.body, Heading):
            table = _fact_table(line, line.body, units, findings)
            if table.name in names:
                findings.append(Diagnostic(Code.REPEATED_NAME, f"「{table.name}」的事实表写了两次", line.content))
                continue
            names.add(table.name)
            tables.append(table)
    _check_top_names(tables, findings)
    return Schema(tuple(tables), units), findings


def _fact_table(line: Line, heading: Heading, units: types.Units, findings: list[Diagnostic]) -> FactTable:
    kind, each, closed, role = "一份", "", False, ""
    for x in heading.within:
        findings.append(Diagnostic(Code.UNKNOWN_TABLE_WORD, f"事实表后面不写幅度「{line.span_of(x.at).text}」", line.span_of(x.at), "幅度写在参数上：参数：名称，类型，在 … 至 …；填报的这一栏，要求写 缺省 参数"))
    for qualifier in heading.qualifiers:
        word = " ".join(n.text for n in qualifier)
        place = line.span_of((qualifier[0].at[0], qualifier[-1].at[1]))
        if word == "顶层":
            kind = "顶层"
        elif word[:1] == "逐" and units.measures(word[1:]):
            kind, each = "名单", word[1:]
        elif word == "闭世界":
            closed = True
        elif word in TABLE_ROLES:
            role, closed = word, True  # what was had before, and elsewhere: one that was not given is taken as empty, which the decision says
        else:
            options = ("顶层", "逐笔", "逐项", "逐个", "逐名", "闭世界", *TABLE_ROLES)
            close = nearest(word, options)
            listed = re.fullmatch("[逐按每分]([^\\W\\d_]{1,6})", word)
            if listed:  # a list all the same, so that 每项 is not an error too
                kind, each = "名单", listed[1]
            help, fixes = "可以写：" + "、".join(options), tuple(Fix(f"改为 {n}", place, n) for n in close)
            if word == "一份":
                help, fixes = "一份的，后面什么都不写", ()
            elif listed and listed[1] in MEASURES:
                help = f"写成 逐{listed[1]}"
            elif listed and listed[1] not in types.UNITS:
                help = f"在文件前面加一行 单位：{listed[1]}；或者改用 {'、'.join(f'逐{m}' for m in MEASURES)}"
                at, add = before_first(place.source), f"单位：{listed[1]}"
                fixes = (Fix(f"加一行 {add}", at, f"{add}\n"),)
            findings.append(Diagnostic(Code.UNKNOWN_TABLE_WORD, f"事实表后面不认得「{word}」", place, help, fixes,
                                       spoils=(keys.table(heading.name.text), keys.ROLES)))
    fields: list[FactField] = []
    before = len(findings)
    if len(line.rows) > MAX_FIELDS + 1:
        findings.append(Diagnostic(Code.TOO_LONG_OR_DEEP, f"这张表有 {len(line.rows) - 1} 栏，超过 {MAX_FIELDS} 栏的限制", line.content, "分成几张表"))
        line = evolve(line, rows=line.rows[: MAX_FIELDS + 1])
    for _, cells in records(line, ("名称", "类型", "要求", "角色", "说明"), ("名称", "类型"), findings):
        field = _field(heading.name.text if kind != "顶层" else "", cells, units, findings)
        if field and any(f.name == field.name for f in fields):
            findings.append(Diagnostic(Code.REPEATED_NAME, f"「{field.name}」在这张表里写了两次", cells["名称"].span, f"删去一行，或给第二个「{field.name}」另起名"))
        elif field:
            fields.append(field)
    findings[before:] = [marked([d], spoils=_spoilt(line, d.span))[0] for d in findings[before:]]
    for needed in TABLE_ROLES.get(role, ()):
        if not any(f.role == needed or (needed == "外部事项" and f.role == "台账条款") for f in fields):
            findings.append(Diagnostic(Code.MISSING_ROLE, f"{role}的表要有一栏角色是「{needed}」", line.content, rests_on=(keys.ROLES,), spoils=(keys.LEDGERS,)))
    return FactTable(heading.name.text, kind, tuple(fields), each, closed, role, line.content)


def _spoilt(line: Line, span: Span | None) -> tuple[Key, ...]:
    """What a fault in a row leaves unknown: its name, and its role if it has one; in the header all of both."""
    row = row_at(line, span)
    if row is None or row is line.rows[0]:
        return keys.ROLES, *(key for r in line.rows[1:] if r.values for key in (keys.name(r.values[0]), keys.members(r.values[0])))
    roles = [] if "角色" not in line.rows[0].values else row.values[line.rows[0].values.index("角色") :][:1]
    return keys.name(row.values[0]), keys.members(row.values[0]), *([keys.ROLES] if any(roles) else [])


def _check_top_names(tables: list[FactTable], findings: list[Diagnostic]) -> None:
    seen: set[str] = set()
    for name, span in [(f.name, t.span) for t in tables if t.kind == "顶层" for f in t.fields] + [
        (t.name, t.span) for t in tables if t.kind != "顶层"
    ]:
        if name in seen and span:
            findings.append(Diagnostic(Code.REPEATED_NAME, f"顶层有两个「{name}」", span))
        seen.add(name)


def _field(table: str, cells: dict[str, TableCell], units: types.Units, findings: list[Diagnostic]) -> FactField | None:
    name = cells["名称"]
    if scalar(canonical(name.text), units) is not None and field_type(cells["类型"], units, []) is None:
        good = f"| {cells['类型'].text} | {name.text} |"
        findings.append(Diagnostic(Code.UNREADABLE_TYPE, f"「{name.text}」是类型，名称和类型像是写反了", name.span, f"写成 {good}"))
        return _field(table, {**cells, "名称": cells["类型"], "类型": name}, units, [])
    if not re.fullmatch(r"[^\W\d][\w㎡·]*", name.text):
        return findings.append(Diagnostic(Code.RESERVED_NAME, f"「{name.text}」不能做事实的名称", name.span, "用汉字或字母开头，中间没有空格和标点"))
    type_ = field_type(cells["类型"], units, findings)
    if type_ is None:
        return None
    if table and isinstance(type_, types.LedgerType):
        return findings.append(Diagnostic(Code.NESTED_LEDGER, f"「{type_}」只能写在顶层的表里，「{table}」不是", cells["类型"].span,
                                       "台账写到顶层的表里，角色 本年台账", rests_on=(keys.table(table),)))
    field = FactField(canonical(name.text), type_, table)  # the one form in which lines name it
    if needs := cells.get("要求"):
        field = _requirements(field, needs, findings)
    role = cells.get("角色")
    if role and role.text:
        if role.text not in ROLES:
            close = nearest(role.text, ROLES)
            findings.append(Diagnostic(Code.UNKNOWN_ROLE, f"没有叫「{role.text}」的角色", role.span, "角色有：" + "、".join(ROLES),
                                  fixes=tuple(Fix(f"改为 {n}", role.span, n) for n in close)))
        else:
            field = evolve(field, role=role.text)
    return evolve(field, note=cells["说明"].text if "说明" in cells else "")


def field_type(cell: TableCell, units: types.Units, findings: list[Diagnostic]) -> types.Type | None:
    """The type written in a cell: 元, 是否, 逐年 元, or the members of an enumeration."""
    if (single := scalar(canonical(cell.text), units)) is not None:  # 元/㎡·月 is no word of the grammar
        return single
    if by_year := re.fullmatch(r"(逐[年款])(\s*)(\S*[·/]\S*)", canonical(cell.text)):  # 逐年 元/月
        element = scalar(by_year[3], units)
        if isinstance(element, types.NumberType) and by_year[2]:
            return types.SeriesType(element) if by_year[1] == "逐年" else types.LedgerType(element)
        good, strange = f"{by_year[1]} {by_year[3] if element else '元/月'}", list(unknown_units(by_year[3], units, cell.span)) if element is None else []
        findings += strange or [Diagnostic(Code.UNREADABLE_TYPE, f"读不懂类型「{cell.text}」", cell.span, f"写成 {good}" if element else f"{by_year[1]} 后面写单位，例如 {good}",
                                           fixes=(Fix(f"改为 {good}", cell.span, good),) if element else ())]
        return None
    words = re.split("[·/]每?", canonical(cell.text))
    if len(words) > 1 and any(units.knows(w) for w in words) and (strange := list(unknown_units(canonical(cell.text), units, cell.span))):
        findings += strange  # 元/艘, not 有/无
        return None
    body, error = parse_content("type", canonical(cell.text))
    if error is not None or not isinstance(body, TypeText) or cell.text in ("是、否", "是或否"):
        help, typed, sure = _meant(cell.text, units)
        fixes = (Fix(f"改为 {typed}", cell.span, typed, sure=sure),) if typed else ()
        return findings.append(Diagnostic(Code.UNREADABLE_TYPE, f"读不懂类型「{cell.text}」", cell.span, help, fixes=fixes))
    names = [n.text for n in body.names]
    if body.kind:
        element = scalar(names[0], units)
        if isinstance(element, types.NumberType):
            return types.SeriesType(element) if body.kind == "逐年" else types.LedgerType(element)
        strange = list(unknown_units(canonical(names[0]), units, cell.span)) if element is None else []
        findings += strange or [Diagnostic(Code.UNREADABLE_TYPE, f"{body.kind} 后面要写单位，「{names[0]}」不是", cell.span, f"例如 {body.kind} 元")]
        return None
    if len(names) > MAX_MEMBERS:
        return findings.append(Diagnostic(Code.TOO_LONG_OR_DEEP, f"这一栏列了 {len(names)} 种情形，超过 {MAX_MEMBERS} 种的限制", cell.span, "改成 文字，或分成几栏"))
    if body.order == "先到先得":
        return findings.append(Diagnostic(Code.UNREADABLE_TYPE, "几种情形没有先后", cell.span, "有高低的写 从高到低 或 从低到高"))
    if len(names) > 1:
        for member in {n for n in names if names.count(n) > 1}:
            findings.append(Diagnostic(Code.REPEATED_MEMBER, f"「{member}」列了两次", cell.span, "删去一个，或改成漏写的那一种"))
        for member in dict.fromkeys(n for n in names if n in ("不适用", "未知")):
            findings.append(Diagnostic(Code.REPEATED_MEMBER, f"「{member}」不能列作一种情形：任何事实都可以是{member}，条件从不因它成立", cell.span,
                                  "删去它；要判断的，换一个说法，如 没有、其他"))
        members = tuple(dict.fromkeys(names))
        return types.EnumType(members, members[::-1] if body.order.startswith(("从高", "从大")) else members if body.order else ())
    type_ = scalar(names[0], units) if not body.order else None
    if body.order:
        findings.append(Diagnostic(Code.UNREADABLE_TYPE, f"「{names[0]}」没有几种情形，排不出高低", cell.span, "有高低的几种，从高到低用顿号列出：甲级、乙级、丙级，从高到低"))
    elif type_ is None:
        meant, close, plain = types_meant(names[0], units)
        if len(listed := re.split("或者?|以及|[和及]", names[0])) > 1 and not close and all(len(x) > 1 for x in listed):
            meant, close = "、".join(listed), ["、".join(listed)]
        one_case = names[0] in _KINDS_OF_CASES or names[0].endswith("级")
        if (
            not close
            and not one_case
            and len(names[0]) <= _UNIT_CHARS
            and (strange := list(unknown_units(canonical(names[0]), units, cell.span)))
        ):
            findings += [evolve(d, help=f"{d.help}；列情形的，要两种以上，用顿号隔开") for d in strange]
            return None
        others = "各种情形用顿号列出，要两种以上，如 甲级、乙级、其他" if one_case else f"单位有：{'、'.join(types.UNITS)}{'' if unfit(names[0]) else f'；别的单位，在文件前面加一行 单位：{names[0]}'}；列情形的，要两种以上，用顿号隔开"
        findings.append(Diagnostic(Code.UNREADABLE_TYPE, f"没有叫「{names[0]}」的类型", cell.span,
                              f"写成 {meant}" + (f"；填报时照写 5{names[0]}" if plain else "") if meant else (f"是不是 {close[0]}？" if close else "") + others,
                              fixes=tuple(Fix(f"改为 {n}", cell.span, n) for n in close)))
    return type_


def types_meant(word: str, units: types.Units) -> tuple[str, list[str], str]:
    """Of a word that is no type: what people call by it, else what looks like it; and the unit of 万元, 万吨."""
    kind = re.match("逐[年款]", word)
    scaled = re.fullmatch("[十百千万亿]+(.+)", word)
    plain = scaled[1] if scaled and isinstance(scalar(scaled[1], units), types.NumberType) else ""
    meant = f"{kind[0]} {word[2:]}" if kind and len(word) > 2 else _SPOKEN_TYPES.get(word, plain)
    return meant, [meant] if meant else nearest(word, [*_TYPES, *([] if word.endswith("元") else ["元"]), *units]), plain  # 港元 is no slip


def _meant(text: str, units: types.Units) -> tuple[str, str, bool]:
    """What to write for 是/否, 元（可负） and 甲，乙: told, as a type, and whether nothing else can be meant."""
    if text in ("是/否", "是、否", "是，否", "有/无", "是或否"):
        return "写成 是否", "是否", True
    if plain := _without_brackets(canonical(text), units):
        return f"写成 {plain[0]}" + (f"；{plain[1]}" if plain[1] else ""), plain[0], False
    if isinstance(scalar(each := re.sub(r"[/·]?\s*每个?\s*", "/", canonical(text)), units), types.NumberType):
        return f"写成 {each}", each, False
    plain_unit = re.sub("[万亿](?=元)", "", canonical(text))
    if read := read_unit(plain_unit, units):  # 万元/亩, 元/万吨
        plain_unit = types.unit_text(read[0])
        return f"写成 {plain_unit}；填报时照写 5{canonical(text)}", plain_unit, False
    if any(scalar(part, units) is not None for part in plain_unit.split("/")):  # 比率/年 is no list
        return ("写成 比率；按年、按月的，在规则里折算，如 贷款额 × 年利率 × 月数 ÷ 12月" if plain_unit.startswith("比率") else "写成认得的单位，例如 元/月"), "", False
    if (by := re.fullmatch(r"(?:[逐按分每各]?(年度?|款|条|项))\s*(\S+)", canonical(text))) and isinstance(scalar(by[2], units), types.NumberType):
        typed = f"{'逐年' if by[1][0] == '年' else '逐款'} {by[2]}"
        return f"写成 {typed}", typed, False
    listed = re.sub(r"\s*[，,；;/]\s*", "、", text).strip("、 ")
    if listed != text and "、" not in listed:
        return f"各种情形用顿号列出，要两种以上，如 {listed}、其他", "", False
    if listed != text:
        return f"各种情形用顿号列出：{listed.replace('其它', '其他')}", listed, "/" not in text
    return "写 元、件、比率、年度、日期、是否、文字、逐年 元（一年一个数）、逐款 元（台账，一款一个数），或用顿号列出各种情形", "", False


def _without_brackets(text: str, units: types.Units) -> tuple[str, str] | None:
    """元（可负）, 逐年（元）, 单选：甲、乙 and 甲（一级）、乙 as they are written, and what else to do."""
    head, inner = match.groups() if (match := re.fullmatch(r"([^():]+?)\s*[(:]\s*([^():]+?)\s*\)?", text)) else ("", "")
    if (head in _KINDS_OF_CASES and "、" in inner) or (head in _SPOKEN_TYPES and scalar(inner, units) is not None):
        return inner, ""
    if head in ("逐年", "逐款") and scalar(inner, units) is not None:
        return f"{head} {inner}", ""
    if scalar(head, units) is not None:
        return head, f"{inner} 写在「要求」一栏" if inner in ("可负", "可缺", "闭世界") else f"（{inner}）写在「说明」一栏"
    bare = re.sub(r"\([^()]*\)", "", inside := re.sub(r"\(([^()]*)\)(?=\w)", r"\1", text))  # 浙江(上海)展会, 甲(一级)
    noted = bare != inside and len(set(bare.split("、"))) == len(bare.split("、"))
    body, error = parse_content("type", bare := bare if noted else re.sub("[()]", "", text)) if bare != text else (None, None)
    return (bare, "括号里的写在「说明」一栏" if noted else "名称里不用括号") if isinstance(body, TypeText) and error is None and len(body.names) > 1 else None


def scalar(word: str, units: types.Units = types.NO_UNITS) -> types.Type | None:
    unit = None if word in _TYPES else types.parse_unit(word, units)
    return types.NumberType(unit, whole=units.whole(unit)) if unit else _TYPES.get(word)


def _requirements(field: FactField, cell: TableCell, findings: list[Diagnostic]) -> FactField:
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
                findings.append(Diagnostic(Code.UNKNOWN_REQUIREMENT, f"各项要求之间用逗号隔开：「{piece.strip()}」", cell.span, f"写成 {body}，{last}",
                                      fixes=_piece_fixes(cell, piece.strip(), [f"{body}，{last}"])))
            case "认定" | "核定" | "录入":
                field = evolve(field, source=piece.strip())
            case "缺省" if rest == "参数":
                field = evolve(field, parameter=field.name)
            case "缺省":
                field = _default(field, rest, cell, findings)
            case _ if told := re.fullmatch(r"[由经报]?\s*(\S+?)\s*(?:(认|评|审)定|(核定|核准|审[批核]|批准))的?", piece.strip()):
                good = f"{'核定' if told[3] else '认定'} {told[1]}"
                findings.append(Diagnostic(Code.UNKNOWN_REQUIREMENT, f"要求一栏不认得「{piece.strip()}」", cell.span, f"写成 {good}", fixes=_piece_fixes(cell, piece.strip(), [good])))
            case _:
                known = ("可缺", "可负", "闭世界", "认定", "核定", "录入", "缺省")
                glued = next((k for k in (*known, "默认", "预设", "缺失") if word.startswith(k)), "缺" if word == "缺" else "")
                meant = glued if glued in known else "缺省" if glued else ""
                rest = (word.removeprefix(glued) if glued else "") or rest
                rest = "参数" if rest.endswith("参数") else rest
                close = [f"{n} {rest}".strip() for n in ([meant] if meant else nearest(word, known))]
                findings.append(Diagnostic(Code.UNKNOWN_REQUIREMENT, f"要求一栏不认得「{piece.strip()}」", cell.span,
                                      (f"是不是 {close[0]}？" if close else "")
                                      + "可以写：缺省 某值、可缺、可负、闭世界、认定 机关、核定 机关",
                                      fixes=_piece_fixes(cell, piece, close)))
    return field


def _piece_fixes(cell: TableCell, piece: str, close: list[str]) -> tuple[Fix, ...]:
    """Fixes for one piece of a cell."""
    at = cell.span.text.find(piece)
    place = cell.span.part(at, at + len(piece)) if at >= 0 else cell.span
    return tuple(Fix(f"改为 {n}", place, n) for n in close)


def _default(field: FactField, text: str, cell: TableCell, findings: list[Diagnostic]) -> FactField:
    if isinstance(field.type, types.LedgerType):  # of each clause a figure of its own: one for all would be had by each
        findings.append(Diagnostic(Code.UNKNOWN_REQUIREMENT, f"逐款的一栏没有「缺省 {text}」", cell.span, "没有列出的款没有得过的，写 闭世界", fixes=_piece_fixes(cell, f"缺省 {text}", ["闭世界"])))
        return field
    value = constant(text, field.type)
    if value is None:
        findings.append(Diagnostic(Code.VALUE_TYPE_MISMATCH, f"缺省「{text}」不是{field.type}", cell.span, f"写成 {_default_example(text, field.type)}"))
        return field
    return evolve(field, default=value)


def _default_example(text: str, type_: types.Type) -> str:
    """What a default of this type looks like."""
    match type_:
        case types.NumberType(rate=True):
            return "缺省 0%"
        case types.NumberType(unit=unit):
            digits = re.match(r"\d+", text)
            return f"缺省 {digits[0] if digits else '0'}{types.unit_text(unit) if unit else ''}"
        case types.EnumType(members):
            return f"缺省 {members[0]}"
        case types.BoolType():
            return "缺省 否"
        case types.YearType():
            return "缺省 2024年"
        case types.DateType():
            return "缺省 2024-01-01"
        case types.TextType():
            return "缺省 某值"
        case types.SeriesType() | types.LedgerType():  # one figure for all years that are not told would be had in each of them
            return "闭世界"
        case _:
            assert_never(type_)
