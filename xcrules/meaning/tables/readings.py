"""读法 and 解释: the register of what the law leaves open, and the documents that settled some of it."""

from __future__ import annotations

import itertools
import re

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Fix, Key, marked
from xcrules.base.source import canonical
from xcrules.draft.labels import RISKS
from xcrules.draft.syntax import Line, Row
from xcrules.meaning import keys
from xcrules.meaning.program import Reading

from .rows import TableCell, records, row_at

_COLUMNS = ("号", "条款", "风险", "原文", "问题", "选项", "另需人工", "理由")


def readings(lines: list[Line]) -> tuple[tuple[Reading, ...], list[Diagnostic]]:
    """The register, with interpretation documents applied."""
    findings: list[Diagnostic] = []
    register: dict[str, Reading] = {}
    written = {cell for line in lines if line.label == "读法" for row in line.rows for cell in row.values}
    for line in lines:
        if line.label == "读法":
            before = len(findings)
            for row, cells in records(line, _COLUMNS, ("号", "风险", "问题", "选项"), findings):
                reading = _reading(row, cells, findings)
                if reading and reading.number in register:
                    head = reading.number.rstrip("0123456789")
                    spare = next(x for n in itertools.count(1) if (x := f"{head}{n:02d}") not in register and x not in written)
                    findings.append(Diagnostic(Code.REPEATED_READING, f"读法 {reading.number} 登记了两次", row.span,
                                          f"删去一行 {reading.number}，或换一个没有用过的号，如 {spare}"))
                elif reading:
                    register[reading.number] = reading
            findings[before:] = [marked([d], spoils=_spoilt(line, d))[0] for d in findings[before:]]
    for line in lines:
        if line.label == "解释":
            _interpret(line, register, findings)
    return tuple(register.values()), findings


def _spoilt(line: Line, finding: Diagnostic) -> tuple[Key, ...]:
    """What a fault in a row leaves unknown: the reading that it has, as far as its number can be seen; else the register."""
    row = row_at(line, finding.span)
    texts = (re.sub("(?<!^)[Oo]", "0", x) for x in row.values) if row is not None else ()
    numbers = [n for n in (f"A{x}" if re.fullmatch(r"\d{2}", x) else x for x in texts) if re.fullmatch(r"[A-Za-z]+\d+", n)]
    clear = numbers and finding.code not in (Code.REPEATED_READING, Code.BAD_READING_NUMBER)  # which of them was meant to be which?
    return tuple(map(keys.reading, numbers)) if clear else (keys.REGISTER,)


def _reading(row: Row, cells: dict[str, TableCell], findings: list[Diagnostic]) -> Reading | None:
    def text(column: str) -> str:
        return cells[column].text if column in cells else ""

    if not re.fullmatch(r"[A-Za-z]+\d+", text("号")) or re.search(r"(?<!^)[Oo]\d", text("号")):
        meant = re.sub("(?<!^)[Oo]", "0", text("号")) if re.search(r"\d", text("号")) else ""
        meant = f"A{meant}" if meant.isdigit() else meant
        return findings.append(Diagnostic(Code.BAD_READING_NUMBER, f"「{text('号')}」不像读法的号", cells["号"].span, (f"是不是 {meant}？" if meant else "")
                                     + "写成 A01 这样：字母加数字",
                                     fixes=(Fix(f"改为 {meant}", cells["号"].span, meant),) if meant else ()))
    if text("风险") not in RISKS:
        close = [r for r in RISKS if r in text("风险")]
        findings.append(Diagnostic(Code.UNKNOWN_RISK, f"风险只有高、中、低，没有「{text('风险')}」", cells["风险"].span,
                              f"是不是 {close[0]}？" if close else "写 高、中 或 低",
                              fixes=tuple(Fix(f"改为 {r}", cells["风险"].span, r) for r in close)))
    choices = tuple(filter(None, (p.strip() for p in text("选项").split("、"))))
    if any(re.search(r"[\s，,；;/]", choice) for choice in choices):
        mended = re.sub(r"\s*[\s，,；;/]\s*", "、", text("选项"))
        return findings.append(Diagnostic(Code.UNREADABLE_CHOICES, f"读不懂选项「{text('选项')}」：各个选项用顿号隔开", cells["选项"].span, f"写成 {mended}",
                                     fixes=(Fix(f"改为 {mended}", cells["选项"].span, mended, sure=True),)))
    if not choices or len(set(choices)) != len(choices):
        return findings.append(Diagnostic(Code.UNREADABLE_CHOICES, "选项要有至少一个、不重名", cells["选项"].span, "用顿号隔开，默认在前"))
    manual = []
    for piece in filter(None, (p.strip() for p in re.split("[；;]", text("另需人工")))):
        name, _, need = canonical(piece).partition(":")
        if name.strip() not in choices:
            begins = [x for x in choices if name.strip().startswith(x)]
            hint = f"是不是 {begins[0]}：{name.strip().removeprefix(begins[0]).strip()}？" if begins else ""
            return findings.append(Diagnostic(Code.MANUAL_NOT_A_CHOICE, f"另需人工里的「{name.strip()}」不是选项", cells["另需人工"].span,
                                         f"{hint}选项有：" + "、".join(choices) + "；要另需人工的读法，先列进选项一栏"))
        manual.append((name.strip(), need.strip()))
    if choices[0] in dict(manual):
        findings.append(Diagnostic(Code.MANUAL_DEFAULT, f"默认的「{choices[0]}」不能另需人工", cells["另需人工"].span))
    return Reading(text("号"), text("条款"), text("风险"), text("原文"), text("问题"), choices, tuple(manual), text("理由"), span=row.span)


_INTERPRETATION = re.compile(r"\s*([A-Za-z]+\d+)\s+取\s+([^\s，,]+)\s*[，,]\s*(.+)", re.S)


def _interpret(line: Line, register: dict[str, Reading], findings: list[Diagnostic]) -> None:
    match = _INTERPRETATION.fullmatch(line.text)
    if match is None:
        findings.append(Diagnostic(Code.INCOMPLETE_INTERPRETATION, "解释写不全", line.content, "写成 解释：A08 取 门槛，《关于……的解释》（文号），2022年5月1日"))
        return
    number, choice, document = match.groups()
    reading = register.get(number)
    if reading is None or choice not in reading.modelled:
        options = "、".join(reading.modelled) if reading else ""
        findings.append(Diagnostic(Code.INTERPRETS_UNREGISTERED, f"没有登记可选的读法「{number} {choice}」", line.content,
                              f"{number} 可选：{options}" if reading else "先在 读法 表里登记"))
        return
    register[number] = evolve(reading, chosen=choice, interpretation=document.strip())
