"""Document to Program: what is written, understood once. Reading this file is reading the design.

Each pass takes values and gives values and findings; none raises, none prints. The Program is given
even when there are findings, for editors; it may be used only when there is no error among them.
"""

from __future__ import annotations

from xcrules.base.diagnostic import Diagnostic, errors, first_of, in_order
from xcrules.draft.labels import LABELS
from xcrules.draft.outline import Outline, outline
from xcrules.draft.syntax import Document, Line

from .advice.blame import blamed, named_twice
from .advice.pointing import pointed
from .causes import told_once, unread
from .clauses.clause import check_shared, clauses, policy_rules
from .clauses.coverage import check_choices, check_policy, check_use
from .clauses.lets import policy_scope
from .clauses.lines import explain_line
from .clauses.sense import check_sense
from .clauses.standing import check_standing, check_tagged
from .expressions.scope import Scope, is_blind, lost_names
from .lint.quiet import quiet
from .lint.rules import lint
from .places import check_places, numbered_twice
from .program import Program, names_of
from .tables.casefacts import check_cases
from .tables.cases import cases, promises
from .tables.facts import schema
from .tables.official import check_quotes
from .tables.parameters import parameters
from .tables.readings import readings
from .tables.register import check_clauses, check_tags, check_words

MOST_WEIGHED = 2_000  # findings that are held against each other
_OWN_PASS = ("事实", "参数", "读法", "给定", "应得", "保证")  # lines whose syntax errors no rule pass reports


def check(document: Document) -> tuple[Program, list[Diagnostic]]:
    """The meaning of a policy and everything that is wrong with its text."""
    lines, law = document.lines(), outline(document.files)
    found: list[Diagnostic] = [*check_places(document, law), *check_quotes(law, document.official), *numbered_twice(law)]

    # the tables: what is reported, what the policy knows, what the law leaves open
    facts, fact_findings = schema(lines)
    figures, figure_findings = parameters(lines)
    register, register_findings = readings(lines)
    blind = is_blind(document, lines)
    found += [*fact_findings, *figure_findings, *register_findings]
    found += check_tags(lines, register, law) if not blind else []
    found += [*check_words(register, document), *check_clauses(register, law), *check_tagged(lines)]

    # the rules, clause by clause, in the scope of the tables and of 定义
    scope = policy_scope(Scope(facts, figures, lost=lost_names(lines, facts, figures), blind=blind), law.lines, found)
    rules = policy_rules(law, scope, found)
    made = clauses(law, scope, found)
    found += check_shared(rules, made)

    # what is promised of them, and the worked cases
    names = names_of(made)
    of_cases: list[Diagnostic] = []
    examples, samples = cases(law.lines, names, scope.schema, of_cases)
    promised = promises(law.lines, scope, names, found)
    found += _unparsed(lines, scope)
    program = Program(document.name, _head(lines, "规定"), _head(lines, "文号"), facts, figures, register, rules, made, examples, promised,
                      tuple(f.source for f in document.files), document)

    # what only the whole shows; some of it is asked only of a policy without errors, where nothing was left unread
    found += [*check_policy(program), *check_choices(program)]
    read = not blind and all(line.label in LABELS for line in lines)
    if read and not errors(found):
        found += [*check_standing(program), *check_sense(program)]
    found += check_use(program, errors(found))
    found += of_cases if errors(found) or not read else [*of_cases, *check_cases(program, samples)]
    found = _causes(first_of(found, MOST_WEIGHED), program, law)
    if not errors(found):
        found = told_once(quiet(document, [*found, *lint(program, law)]))
    return program, in_order(found)


def _causes(found: list[Diagnostic], program: Program, law: Outline) -> list[Diagnostic]:
    """One finding for each mistake, where it stands."""
    spoilt = unread(program.document, law) if found else set()
    found = told_once(named_twice(found), spoilt)
    found = told_once([*found, *blamed(found, program)], spoilt)
    return pointed(found, program, law)


def _head(lines: list[Line], label: str) -> str:
    return next((line.text.strip() for line in lines if line.label == label), "")


def _unparsed(lines: list[Line], scope: Scope) -> list[Diagnostic]:
    """Syntax errors of lines that are read by passes of their own."""
    wrong = [(line, line.error) for line in lines if line.error is not None and line.label in _OWN_PASS]
    names = [*scope.names(), *scope.members()] if wrong else []
    return [d for line, error in wrong for d in explain_line(line, error, names, scope.schema).found]
