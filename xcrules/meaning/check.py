"""Document to Program: what is written, understood once. Reading this file is reading the design.

Each pass takes values and gives values and findings; none raises, none prints. The Program is given
even when there are findings, for editors; it may be used only when there is no error among them.
"""

from __future__ import annotations

from xcrules.base.codes import Code
from xcrules.base.diagnostic import Diagnostic, errors, first_of, in_order
from xcrules.draft.labels import LABELS
from xcrules.draft.outline import announces, is_heading, outline
from xcrules.draft.syntax import Document, Line

from .advice.causes import causes
from .clauses.clause import Base, check_shared, clauses, policy_rules, policy_scope
from .clauses.coverage import check_choices, check_policy, check_use
from .clauses.lines import explain_line
from .clauses.sense import check_sense
from .clauses.standing import check_standing, check_tagged
from .expressions.scope import Scope, is_blind, lost_names
from .lint.quiet import quiet
from .lint.rules import lint
from .places import check_places
from .program import Program, names_of
from .tables import cases as worked
from .tables.facts import parameters, readings, schema
from .tables.official import check_quotes
from .tables.register import check_clauses, check_tags, check_words

MOST_WEIGHED = 2_000  # findings that are held against each other
_OWN_PASS = ("事实", "参数", "读法", "给定", "应得", "保证")  # lines whose syntax errors no rule pass reports


def check(document: Document) -> tuple[Program, list[Diagnostic]]:
    """The meaning of a policy and everything that is wrong with its text."""
    lines = document.lines()
    found: list[Diagnostic] = []
    facts, fact_findings = schema(lines)
    figures, figure_findings = parameters(lines)
    register, register_findings = readings(lines)
    found += fact_findings + figure_findings + register_findings
    blind = is_blind(document, lines)
    found += check_tags(lines, register) if not blind else []
    found += check_words(register, document.official)
    found += check_tagged(lines)
    found += check_quotes(document.files, document.official)
    found += check_places(document)
    found += _empty_quotes(document)
    plan = outline(document.files)
    found += plan.found
    found += check_clauses(register, plan)
    found += _two_minds(document)
    base = Base(facts, figures, lost_names(lines, facts, figures), blind)
    scope = policy_scope(base, plan.lines, found)
    rules = policy_rules(plan, scope, found)
    made = clauses(plan, scope, found)
    found += check_shared(rules, made)
    names = names_of(made)
    case_findings: list[Diagnostic] = []
    examples = worked.cases(plan.lines, names, scope, register, case_findings)
    program = Program(
        name=document.name, title=_head(lines, "规定"), number=_head(lines, "文号"), schema=facts, parameters=figures,
        readings=register, policy_rules=rules, clauses=made, cases=examples,
        promises=worked.promises(plan.lines, scope, names, found),
        sources=tuple(f.source for f in document.files), document=document,
    )
    found += _unparsed(lines, scope)
    found += check_policy(program)
    found += check_choices(program)
    read = not blind and all(line.label in LABELS for line in lines)
    if read and not errors(found):
        found += check_standing(program)
        found += check_sense(program)
    found += check_use(program, [d for d in found if d.is_error])
    found += [d for d in case_findings if d.code not in worked.OF_GOOD or (read and not errors(found))]
    found = causes(first_of(found, MOST_WEIGHED), program, plan)
    if not errors(found):
        found = quiet(document, [*found, *lint(program, plan)])
    return program, in_order(found)


def _head(lines: list[Line], label: str) -> str:
    return next((line.text.strip() for line in lines if line.label == label), "")


def _empty_quotes(document: Document) -> list[Diagnostic]:
    return [
        Diagnostic(Code.LAW_WITHOUT_NOTES, "这段原文下面没有注", quote.span, "写明它的效果；没有效果的写 性质：导向 之类")
        for file in document.files
        for quote in file.quotes
        if not quote.notes and not is_heading(quote.words) and not announces(quote.words)
    ]


def _two_minds(document: Document) -> list[Diagnostic]:
    """A quote that is said to have no effect and has lines with one."""
    found = []
    for quote in (q for f in document.files for q in f.quotes):
        nature = next((x for x in quote.lines if x.label == "性质" and x.text.strip()[:2] in ("导向", "服务", "非资")), None)
        working = next((x for x in quote.lines if x.label in ("对象", "标准", "裁量")), None)
        if nature is not None and working is not None:
            found.append(Diagnostic(Code.NATURE_WITH_GRANT, f"这段原文写了性质（没有给付效果），又写了{working.label}", nature.content,
                                    f"有给付效果的，删去 性质：{nature.text.strip()}；没有的，删去{working.label}等各行"))
    return found


def _unparsed(lines: list[Line], scope: Scope) -> list[Diagnostic]:
    """Syntax errors of lines that are read by passes of their own."""
    wrong = [(line, line.error) for line in lines if line.error is not None and line.label in _OWN_PASS]
    names = [*scope.names(), *scope.members()] if wrong else []
    return [d for line, error in wrong for d in explain_line(line, error, names, scope.schema).found]
