"""Document to Program: what is written, understood once. Reading this file is reading the design.

Each pass takes values and gives values and findings; none raises, none prints. The Program is given
even when there are findings, for editors; it may be used only when there is no error among them.
"""

from __future__ import annotations

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, errors, first_of, in_order
from xcrules.draft.labels import LABELS, Where, card_of
from xcrules.draft.outline import Outline, outline
from xcrules.draft.syntax import Document, Line

from . import keys
from .advice.blame import blamed, named_twice
from .advice.pointing import pointed
from .causes import told_once, unread
from .clauses.best import check_firsts
from .clauses.borrowed import borrowing
from .clauses.clause import check_shared, clauses, law_of, policy_rules, working_lines
from .clauses.coverage import check_choices, check_policy, check_use
from .clauses.crossed import uncrossed
from .clauses.elsewhere import read_elsewhere
from .clauses.funds import check_funds
from .clauses.jointly import check_jointly
from .clauses.leads import leads_of, of_all
from .clauses.lets import policy_scope
from .clauses.monthly import check_monthly
from .clauses.results import check_results
from .clauses.sayings import check_sayings
from .clauses.sense import check_sense
from .clauses.standing import check_standing, check_tagged
from .clauses.ungated import check_ungated, held_apart
from .clauses.unparsed import explain_line
from .clauses.weighed import check_between, over_all
from .expressions.scope import NameScope, is_blind, lost_names
from .lint.quiet import quiet
from .lint.rules import lint
from .misplaced import check_places, numbered_twice
from .program import Program, names_of
from .tables.casefacts import CaseLines, check_cases
from .tables.cases import cases
from .tables.facts import schema
from .tables.official import check_quotes
from .tables.parameters import parameters, within_limits
from .tables.promises import promises
from .tables.readings import readings
from .tables.register import check_clauses, check_tags, check_words
from .tables.units import units

MOST_WEIGHED = 2_000  # findings that are held against each other


def check(document: Document) -> tuple[Program, list[Diagnostic]]:
    """The meaning of a policy and everything that is wrong with its text."""
    lines, written = document.lines(), outline(document.files)
    moving: list[Diagnostic] = []
    law = borrowing(uncrossed(of_all(read_elsewhere(written, moving)), moving), moving)
    findings: list[Diagnostic] = [*moving, *check_places(document, law), *check_quotes(law, document.official), *numbered_twice(law)]

    # the tables: what is reported, what the policy knows, what the law leaves open
    declared, unit_findings = units(lines)
    facts, fact_findings = schema(lines, declared)
    figures, figure_findings = parameters(lines, declared)
    facts = within_limits(facts, figures)
    register, register_findings = readings(lines)
    blind = is_blind(document, lines)
    findings += [*unit_findings, *fact_findings, *figure_findings, *register_findings]
    findings += check_tags(lines, register, law) if not blind else []
    findings += [*check_words(register, document), *check_clauses(register, law), *check_tagged(lines)]

    # the rules, clause by clause, in the scope of the tables and of 定义
    leads = leads_of(law, working_lines(law), findings)
    scope = policy_scope(
        NameScope(facts, figures, lost=lost_names(lines, facts, figures), blind=blind, law=law_of(law, leads)), law.lines, findings
    )
    rules = policy_rules(law, leads, scope, findings)
    every_clause = clauses(law, leads, scope, findings)
    rules = over_all(rules, every_clause, facts)
    every_clause = held_apart(rules, every_clause)
    findings += check_shared(rules, every_clause)
    findings += check_funds(rules, every_clause)

    # what is promised of them, and the worked cases
    names = names_of(every_clause)
    of_cases: list[Diagnostic] = []
    of_a_case = CaseLines(scope, names, rules, register)
    examples, samples = cases(law.lines, names, scope.schema, rules, of_cases)
    promised = promises(law.lines, scope, every_clause, register, findings)
    findings += _unparsed(lines, scope, of_a_case)
    program = Program(document.name, _head(lines, "规定"), _head(lines, "文号"), facts, figures, register, rules, every_clause, examples, promised,
                      tuple(f.source for f in document.files), document)

    # what only the whole shows; some of it is asked only of a policy without errors, where nothing was left unread
    findings += [
        *check_results(program), *check_policy(program), *check_sayings(program), *check_monthly(program), *check_between(program),
        *check_jointly(program), *check_firsts(program), *check_ungated(program), *check_choices(program),
    ]
    all_read = not blind and all(line.label in LABELS for line in lines)
    if all_read and not errors(findings):
        findings += [*check_standing(program), *check_sense(program)]
    findings += check_use(program) if all_read and not errors(findings) else []
    findings += of_cases if errors(findings) or not all_read else [*of_cases, *check_cases(program, samples, of_a_case)]
    findings = _causes(first_of(findings, MOST_WEIGHED), program, law)
    if not errors(findings):
        findings = told_once(quiet(document, [*findings, *lint(program, law)]))
    else:  # what is put to rest stays so; if a 静默 is idle is not seen yet
        findings = [d for d in quiet(document, findings) if d.code not in (Code.IDLE_SILENCE, Code.BAD_SILENCE)]
    return program, in_order(findings)


def _causes(findings: list[Diagnostic], program: Program, law: Outline) -> list[Diagnostic]:
    """One finding for each mistake, where it stands."""
    spoilt = unread(program.document, law) if findings else set()
    findings = told_once(named_twice(findings), spoilt)
    findings = told_once([*findings, *blamed(findings, program)], spoilt)
    return pointed(findings, program, law)


def _head(lines: list[Line], label: str) -> str:
    return next((line.text.strip() for line in lines if line.label == label), "")


def _unparsed(lines: list[Line], scope: NameScope, of_a_case: CaseLines) -> list[Diagnostic]:
    """Syntax errors of lines that are read by passes of their own."""
    wrong = [(line, line.error) for line in lines if line.error is not None and card_of(line.label).of_file]
    names = [*scope.names(), *scope.members()] if wrong else []
    found = [(line, d) for line, error in wrong for d in explain_line(line, error, names, scope.schema).findings]
    return [evolve(of_a_case.meant(d, line) if card_of(line.label).where is Where.CASE else d,
                   spoils=(*d.spoils, *(keys.name(row.values[0]) for row in line.rows[1:] if row.values))) for line, d in found]
