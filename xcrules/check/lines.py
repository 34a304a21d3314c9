"""What is wrong with a line that did not parse, said once and with its mend.

The commonest mistakes are looked for by name; the rest says what was met and what could stand there.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..labels import LABELS
from ..parse.grammar import parse_content
from ..parse.limits import MAX_LINE_CHARS, MAX_OPERATORS
from ..program import Schema
from ..source import canonical
from ..syntax import At, Line, LineError
from .examples import example
from .expressions import report_glued
from .report import Report
from .words import line_splits

_BOUND_IN_STANDARD = re.compile(r"不超过|不高于|最高|至多|不多于|封顶|以内")
_SCOPES = ("单项", "企业年度", "企业终身", "合计", "各分项", "同一")


def explain_line(line: Line, error: LineError, names: Collection[str], schema: Schema) -> Report:
    """The finding for a line whose content did not parse; `schema` lends its names to the examples."""
    report = Report(line)
    start = LABELS[line.label].start or ""
    if error.expected == ("EMPTY",):
        _empty(report, example(start, schema))
        return report
    for find in (_limits, _example_of_label, _bound_in_standard, _cap_without_scope, _if_then, _glued):
        if find(report, error, start, names):
            return report
    _unexpected(report, error, example(start, schema, line.text))
    return report


def _limits(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    if error.expected != ("TOO_DEEP",):
        return False
    long = len(report.line.text) > MAX_LINE_CHARS
    limit = f"{MAX_LINE_CHARS} 字" if long else f"{MAX_OPERATORS} 个运算与括号"
    report.error("E902", f"这一行超过{limit}的限制", error.at, help="用 设定 起名，分成几行写")
    return True


def _empty(report: Report, sample: str) -> None:
    place = report.line.label_span
    report.error("E201", f"「{report.line.label}」后面没有内容", (place.start - report.line.content.start, 0),
                 help=f"例如 {report.line.label}：{sample or '……'}")  # fmt: skip


def _example_of_label(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    """限次 written as 上限, 上限 as 限次, and the like: the content fits another label."""
    folded = canonical(report.line.text)
    others = {"limit": ("count_limit", "限次"), "count_limit": ("limit", "上限"), "conditions": ("exception", "例外")}
    other = others.get(start)
    if other is None or parse_content(other[0], folded)[1] is not None:
        return False
    report.error("E203", f"这一行的内容是「{other[1]}」的写法，栏目却是「{report.line.label}」",
                 help=f"改成 {other[1]}：{report.line.text}")  # fmt: skip
    return True


def _bound_in_standard(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    if report.line.label not in ("标准", "例外", "加给"):
        return False
    match = _BOUND_IN_STANDARD.search(report.line.text)
    if not match:
        return False
    bound_in_standard(report, match.span())
    return True


def bound_in_standard(report: Report, at: At) -> None:
    """不超过 has no place in 标准."""
    report.error("E401", f"「{report.line.label}」里写了「{report.typed(at)}」：至多给多少要另写一行", at,
                 help="标准只说给多少；上限另起一行，例如 上限：企业年度 10万元；由机关定金额的写 裁量")  # fmt: skip


def _cap_without_scope(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    if start not in ("limit", "count_limit"):
        return False
    text = report.line.text.strip()
    if any(canonical(text).startswith(s) for s in _SCOPES):
        return False
    if parse_content(start, canonical(f"单项 {text}"))[1] is not None:
        return False
    kinds = ("单项", "企业年度", "企业终身") if start == "limit" else ("企业终身", "企业年度")
    report.error("E402", f"「{report.line.label}」没有写范围：管每一项、每年还是终身", None,
                 help=f"写明范围，例如 {report.line.label}：{kinds[1]} {text}",
                 fixes=tuple((f"改为 {k} {text}", f"{k} {text}") for k in kinds))  # fmt: skip
    return True


def _if_then(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    text = report.line.text
    if start != "exception" or not text.lstrip().startswith("若"):
        return False
    mended = re.sub(r"\s*则\s*", " 的，", re.sub(r"^\s*若\s*", "", text), count=1)
    report.error("E204", "例外、加给不用 若……则", None, help=f"写成 {mended}", fixes=(("改写", mended),),
                 sure=parse_content(start, canonical(mended))[1] is None)
    return True


def _glued(report: Report, error: LineError, start: str, names: Collection[str]) -> bool:
    found = line_splits(start, report.line.text, names)
    if not found:
        return False
    report_glued(report, error.at, "有几个词连在了一起", found)
    return True


def _unexpected(report: Report, error: LineError, sample: str) -> None:
    begin, end = error.at
    help = f"例如 {report.line.label}：{sample}" if sample else ""
    text = report.line.text
    if begin >= len(text.rstrip()):
        last = text.split()[-1] if text.split() else ""
        report.error("E205", f"这一行没有写完，「{last}」后面还要有内容", (max(begin - len(last), 0), begin), help=help)
        return
    shown = text[begin:end]
    opened, closed = canonical(text).count("("), canonical(text).count(")")
    if opened != closed:
        report.error("E206", f"括号不成对：{opened} 个（，{closed} 个）", error.at, help=help)
        return
    report.error("E203", f"「{shown}」写在这里读不懂", error.at, help=help)
