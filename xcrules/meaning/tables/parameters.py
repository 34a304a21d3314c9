"""参数: the yearly figures of the policy itself, each with its source."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Fix, marked
from xcrules.base.source import canonical
from xcrules.draft.syntax import Binary, Expr, Heading, Line, Literal, Name, PartOf, YearRef, cell_text, pieces_of
from xcrules.facts.tables import FactField, Indexing, ParameterTable, Schema, limits_text
from xcrules.facts.types import COUNT, NumberType, Units, YearType, own_units, parse_literal, show
from xcrules.meaning import keys
from xcrules.meaning.advice.spelling import percent
from xcrules.meaning.expressions.grades import COMPARISONS

from .facts import scalar, types_meant
from .rows import constant, records
from .units import unknown_units


def parameters(lines: list[Line], units: Units) -> tuple[tuple[ParameterTable, ...], list[Diagnostic]]:
    """Yearly figures; each row has its source."""
    findings: list[Diagnostic] = []
    tables: list[ParameterTable] = []
    asked: list[_Asked] = []
    for line in lines:
        if line.label != "参数" or not isinstance(line.body, Heading):
            continue
        words = [" ".join(n.text for n in q) for q in line.body.qualifiers]
        type_ = scalar(words[0], units) if len(words) == 1 else None
        if type_ is None and len(words) == 1 and (strange := list(unknown_units(words[0], units, line.content))):
            findings += marked(strange, spoils=(keys.name(line.body.name.text),))
            continue
        if type_ is None and len(words) == 1:
            close = [x for x in types_meant(words[0], units)[1] if isinstance(scalar(x, units), NumberType)]
            place = line.span_of((line.body.qualifiers[0][0].at[0], line.body.qualifiers[0][-1].at[1]))
            findings.append(Diagnostic(Code.PARAMETER_WITHOUT_TYPE, f"没有叫「{words[0]}」的类型", place, f"写成 参数：{line.body.name.text}，{close[0]}" if close else _typed(line, units),
                                       tuple(Fix(f"改为 {x}", place, x) for x in close)))
            continue
        if not isinstance(type_, NumberType):
            other = type_ is not None
            findings.append(Diagnostic(Code.PARAMETER_WITHOUT_TYPE, f"参数是逐年的数，不能是 {words[0]}" if other else "参数要写类型", line.content,
                                       "一个日子写成 定义：某日 ＝ 2020年12月31日；各家不同的写进事实表" if other else _typed(line, units)))
            continue
        if len(told := _values_types(line, units)) > 1 and {*told} == {held := told[0]} != {str(type_)}:
            place = line.span_of((line.body.qualifiers[0][0].at[0], line.body.qualifiers[0][-1].at[1]))
            findings.append(Diagnostic(Code.VALUE_TYPE_MISMATCH, f"类型写的是 {type_}，{'幅度和' if line.body.within else ''}各年的值写的是 {held}", place, f"两处要一样：写成 参数：{line.body.name.text}，{held}，或改各年的值",
                                       (Fix(f"改为 {held}", place, held),), spoils=(keys.name(line.body.name.text),)))
            continue
        before = len(findings)
        reckoned = [x for x in line.body.within if any(not isinstance(y, Literal) for _, y in x.bounds)]
        limits = _limits(line, evolve(line.body, within=tuple(x for x in line.body.within if x not in reckoned)), type_, findings)
        values, growth = list(_parameter_rows(line, type_, limits, findings)), _growth(line, type_, findings)
        if len(findings) == before:
            _check_years(line, [v[0] for v in values], findings)
        text = "，".join(line.text[x.at[0] : x.at[1]].strip() for x in reckoned)
        tables.append(ParameterTable(line.body.name.text, type_, tuple(values), line.content, *limits, growth, text))
        asked.append((line, tables[-1], [pair for x in reckoned for pair in x.bounds]))
    return tuple(tables), [*findings, *_out_of_reckoned(asked, {t.name: t for t in tables})]


_Asked = tuple[Line, ParameterTable, list[tuple[str, Expr]]]  # what a line asks of its figures, reckoned from others


def _out_of_reckoned(asked: list[_Asked], tables: Mapping[str, ParameterTable]) -> Iterator[Diagnostic]:
    """不低于 上年 人均消费支出 的 40%: of each year of which both are told."""
    for line, table, bounds in asked:
        for word, expr in bounds:
            read = [x for x in pieces_of(expr) if isinstance(x, Name)]
            strange = next((x.text for x in read if x.text not in tables or tables[x.text].type != table.type), None)
            if strange is not None or not read or COMPARISONS[word] not in _ENDS:
                yield Diagnostic(Code.BAD_LIMITS, f"参数「{table.name}」的幅度：「{strange or word}」{'不是单位相同的参数' if strange else '不含那个数，也不是幅度'}", line.content,
                                 "写成 不低于 上年 人均支出 的 40%：里面的数是另一个 参数 的，单位一样")
                continue
            for year, figure, _ in table.values:
                bound = _reckoned(expr, year, tables)
                if figure is not None and bound is not None and (figure < bound if COMPARISONS[word] == ">=" else figure > bound):
                    cell = next((r.cells[1] for r in line.rows[1:] if cell_text(r.cells[0]) == f"{year}年"), None)
                    yield Diagnostic(Code.OUT_OF_LIMITS, f"{year}年的「{show(figure, table.type)}」超出原文给的幅度", cell if cell is not None else line.content, f"{table.name}要{table.bounds}（{show(bound, table.type)}）")


def _reckoned(expr: Expr, year: Fraction, tables: Mapping[str, ParameterTable]) -> Fraction | None:
    """A limit of one year; None where a figure is not told, or this is more than shares and sums of them."""
    match expr:
        case Literal(text):
            return None if (held := parse_literal(canonical(text))) is None else held.value if isinstance(held.value, Fraction) else None
        case Name(text):
            return tables[text].figures.get(year)
        case YearRef(word, series):
            return _reckoned(series, year - ("本年", "上年", "前年").index(word), tables)
        case PartOf(one, other) | Binary(one, "×", other):
            left, right = _reckoned(one, year, tables), _reckoned(other, year, tables)
            return None if left is None or right is None else left * right
    return None


def _typed(line: Line, units: Units) -> str:
    """The heading with the type that the values in the table have."""
    told = _values_types(line, units)
    return f"写成 参数：{line.text.strip()}，{told[0]}" if told else "例如 参数：平均工资，元"


def _values_types(line: Line, units: Units) -> list[str]:
    """The types of the values in the table that have one of their own, and of the limits."""
    limits = [y.text for x in line.body.within for _, y in x.bounds if isinstance(y, Literal)] if isinstance(line.body, Heading) else []
    found = (parse_literal(canonical(x), units) for x in [*limits, *(cell_text(cell) for row in line.rows[1:] for cell in row.cells[1:2])])
    return [str(x.type) for x in found if x is not None and isinstance(x.type, NumberType) and x.type != COUNT]


def within_limits(schema: Schema, tables: Iterable[ParameterTable]) -> Schema:
    """The facts, those that stand for a parameter (缺省 参数) within what the law allows of it."""
    known = {t.name: t for t in tables if t.least is not None or t.most is not None}

    def limited(field: FactField) -> FactField:
        held = known.get(field.parameter)
        return field if held is None else evolve(field, least=held.least, most=held.most)

    return evolve(schema, tables=tuple(evolve(t, fields=tuple(map(limited, t.fields))) for t in schema.tables)) if known else schema


_ENDS = {">=": 0, "<=": 1}


def _limits(line: Line, body: Heading, type_: NumberType, findings: list[Diagnostic]) -> tuple[Fraction | None, Fraction | None]:
    """What the law allows: at least, at most."""
    ends: list[Fraction | None] = [None, None]
    for word, key in (pair for x in body.within for pair in x.bounds):
        end, literal = _ENDS.get(COMPARISONS[word]), parse_literal(canonical(key.text), own_units(type_))
        if end is None or literal is None or literal.type != type_ or ends[end] is not None:
            why = (f"「{word}」不含那个数，也不是幅度" if end is None else f"「{key.text}」不是{type_}" if literal is None or literal.type != type_ else "一头写了两次")
            findings.append(Diagnostic(Code.BAD_LIMITS, f"参数「{body.name.text}」的幅度：{why}", line.content, "写成 在 50元 至 300元（两头都含），或 不低于 1.5%、不超过 20%"))
            return None, None
        ends[end] = literal.value
    if None not in ends and ends[0] > ends[1]:  # type: ignore[operator]
        findings.append(Diagnostic(Code.BAD_LIMITS, f"参数「{body.name.text}」的幅度前后颠倒", line.content, "小的写在前面"))
        return None, None
    return ends[0], ends[1]


def _parameter_rows(line: Line, type_: NumberType, limits: tuple[Fraction | None, Fraction | None],
                    findings: list[Diagnostic]) -> Iterator[tuple[Fraction, Fraction | None, str]]:
    for _, cells in records(line, _COLUMNS, _COLUMNS, findings):
        if _LATER.fullmatch(cells["年度"].text):
            continue
        year = parse_literal(canonical(cells["年度"].text))
        if year is None or not isinstance(year.type, YearType):
            text = cells["年度"].text
            meant = f"{text}年" if re.fullmatch(r"(19|20|21)\d\d", text) else "以后每年" if re.search("后|每年|逐年", text) else f"20{text[:2]}年" if re.fullmatch(r"\d\d年?", text) else ""
            fixes = (Fix(f"改为 {meant}", cells["年度"].span, meant, sure=meant == f"{text}年"),) if meant else ()
            turned = (other := parse_literal(canonical(cells["值"].text))) is not None and isinstance(other.type, YearType)
            findings.append(Diagnostic(Code.NOT_A_YEAR, f"「{text}」不是年度", cells["年度"].span,
                                  f"年度和值像是写反了：| {cells['值'].text} | {text} |" if turned else f"写成 {meant or '2023年'}", fixes=fixes))
            continue
        if cells["值"].text == "未公布":
            yield year.value, None, cells["来源"].text
            continue
        value = constant(cells["值"].text, type_)
        if not isinstance(value, Fraction):
            text = cells["值"].text
            forms = [percent(text), f"{text}%"] if type_.rate and re.fullmatch(r"0\.\d+", text) else [f"{text}{'%' if type_.rate else type_}"] if re.fullmatch(r"\d+(\.\d+)?", text) else ["未公布"] if "公布" in text else []
            findings.append(Diagnostic(Code.VALUE_TYPE_MISMATCH, f"「{text}」不是{type_}", cells["值"].span, f"写成 {'，或者 '.join(forms)}" if forms else "写成数，或 未公布",
                                  fixes=tuple(Fix(f"改为 {x}", cells["值"].span, x) for x in forms)))
            continue
        if (limits[0] is not None and value < limits[0]) or (limits[1] is not None and value > limits[1]):
            findings.append(Diagnostic(Code.OUT_OF_LIMITS, f"「{cells['值'].text}」超出原文给的幅度", cells["值"].span, f"{line.text.partition('，')[0]}要{limits_text(ParameterTable('', type_, (), None, *limits))}"))
        yield year.value, value, cells["来源"].text


_COLUMNS = ("年度", "值", "来源")
_LATER = re.compile("以后(?:每年|各年)(?:度)?")
_GROWS = re.compile(r"递(增|减)\s*(\S.*)")


def _growth(line: Line, type_: NumberType, findings: list[Diagnostic]) -> Indexing | None:
    """以后每年 | 递增 5%: behind the last year that is told; 百分点 are added to a 比率, a share is of the year before."""
    every = [cells for _, cells in records(line, _COLUMNS, _COLUMNS, [])]
    for place, cells in enumerate(every):
        if not _LATER.fullmatch(cells["年度"].text):
            continue
        said = _GROWS.fullmatch(" ".join(cells["值"].text.split()))
        literal = parse_literal(canonical(said[2]), own_units(type_)) if said is not None else None
        share = literal is not None and isinstance(literal.type, NumberType) and literal.type.rate and not said[2].endswith("百分点")  # type: ignore[index]
        wrong = ("前面没有一年的数" if not place or every[place - 1]["值"].text == "未公布" else "下面还有一行" if place + 1 < len(every) else
                 f"「{cells['值'].text}」不是递增多少" if literal is None or not (share or literal.type == type_) else "")
        if wrong or literal is None or said is None:
            return findings.append(Diagnostic(Code.VALUE_TYPE_MISMATCH, f"以后每年：{wrong}", cells["值"].span, f"写在最后一行，上一年有数：| 以后每年 | 递增 5% | …… |，或 递增 {'0.5个百分点' if type_.rate else f'10{type_}'}、递减 ……",
                                              (Fix(f"改为 递{up[1]} {up[2]}", cells["值"].span, f"递{up[1]} {up[2]}"),) if (up := re.fullmatch(r"(?:每年)?[^\d]*([增减])[^\d]*(\d.*)", cells["值"].text)) and not said else ()))
        return Indexing(literal.value if said[1] == "增" else -literal.value, not share, f"递{said[1]} {said[2]}", cells["来源"].text)
    return None


def _check_years(line: Line, years: list[Fraction], findings: list[Diagnostic]) -> None:
    ordered = sorted(years)
    for year in (a for a, b in itertools.pairwise(ordered) if a == b):
        rows = [r for r in line.rows[1:] if any(cell_text(x) == f"{year}年" for x in r.cells)]
        hint = f"其中一行是不是 {year + 1}年？" if year + 1 not in years else "删去一行"
        findings.append(Diagnostic(Code.REPEATED_YEAR, f"{year}年写了两次", rows[-1].span if rows else line.content, hint))
        return
    for before, after in itertools.pairwise(ordered):
        if after - before > 1:
            gap = "、".join(f"{y}年" for y in range(int(before) + 1, int(after)))
            later = next((r.cells[0] for r in line.rows[1:] if cell_text(r.cells[0]) == f"{after}年"), line.content)
            findings.append(Diagnostic(Code.MISSING_YEAR, f"参数中间缺 {gap}", later, f"写错了年度的改过来；没有数字的年度也写一行 | {int(before) + 1}年 | 未公布 |"))
