"""What stands on a line, read by Lark into the values of syntax.

One LALR parser with a start symbol for each kind of label.
"""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr
from lark.parsers.lalr_interactive_parser import InteractiveParser

from xcrules.base.resources import grammar_file
from xcrules.base.source import canonical
from xcrules.draft import syntax
from xcrules.draft.labels import LABELS, Label, card_of

from .build import Build
from .limits import too_deep

CELL_STARTS = ("cell_key", "cell_value", "type")
STARTS = (*dict.fromkeys(card.start for card in LABELS.values() if card.start), *CELL_STARTS)


_BUILD = Build()


_KEPT: list[bytes] = []  # what an earlier process made, if it is at hand


@cache
def parser() -> Lark:
    """The LALR parser of the language, built once per process."""
    if _KEPT:
        return Lark.load(BytesIO(_KEPT[0]))
    return Lark.open(str(grammar_file()), parser="lalr", lexer="contextual", start=list(STARTS),
                     propagate_positions=True, maybe_placeholders=True)


def tables_key() -> str:
    """What the parser's tables are made of, this module too (they may name what stands in it): they serve as long as this is the same."""
    texts = (Path(__file__), *sorted(grammar_file().parent.glob("*.lark")))
    return "\0".join([*(p.read_text("utf-8") for p in texts), *STARTS, lark.__version__, sys.version])


def tables() -> bytes:
    """The parser's tables, for `use_tables` of a later process: to make them takes as long as to check a policy."""
    out = BytesIO()
    parser().save(out)
    return out.getvalue()


def use_tables(made: bytes) -> None:
    """Read the parser from tables, where none was built yet."""
    _KEPT.append(made)


_NO_KEYWORDS = ("NAME", "PATH", "DATE", "QUANTITY", "FRACTION", "CLAUSE", "ARTICLE", "LISTED", "LISTED_ALONE", "OF_PART", "PART_ALONE", "ORDINAL", "CLAUSE_OF", "EACH")


@cache
def terminal_words() -> dict[str, tuple[str, ...]]:
    """Of each terminal of the grammar the keywords that it is."""
    found = {t.name: (t.pattern.value,) if isinstance(t.pattern, PatternStr) else tuple(re.findall("[一-鿿]+", t.pattern.value.partition("(?")[0]))
             for t in parser().terminals if t.name not in _NO_KEYWORDS}
    return {name: kept for name, words in found.items() if (kept := tuple(w for w in words if re.fullmatch("[一-鿿]+", w)))}


@lru_cache(maxsize=4096)
def awaited(start: str, folded: str) -> tuple[str, ...]:
    """The keywords that may come next after canonical text; none where that cannot be read so far, or is free text."""
    if not start:
        return ()
    read = parser().parse_interactive(folded, start=start)
    try:
        read.exhaust_lexer()
    except UnexpectedInput:
        return ()
    stands = (start, *read.parser_state.state_stack)
    if stands not in _AWAITED:  # of many lines alike
        names = sorted(read.choices())  # type: ignore[no-untyped-call]
        _AWAITED[stands] = tuple(w for name in names if name in terminal_words() and _takes(read, name) for w in terminal_words()[name])
    return _AWAITED[stands]


_AWAITED: dict[tuple[object, ...], tuple[str, ...]] = {}  # by the state of the parser; there are no more than its states may follow each other


def _takes(read: InteractiveParser, name: str) -> bool:
    try:
        read.copy().feed_token(Token(name, ""))  # type: ignore[no-untyped-call]
    except UnexpectedToken:
        return False
    return True


def parse_line(label: str, content: str) -> tuple[syntax.Body | None, syntax.LineError | None]:
    """The content of a line of `label`; free text has no body and no error."""
    start = card_of(label).start
    if start is None:
        return None, None
    read, error = parse_content(start, canonical(content))
    return (None if error is not None else _of_label(label, read)), error


def _of_label(label: str, content: Any) -> syntax.Body:
    """What a label makes of its content: some labels are written alike."""
    match label:
        case Label.CONDITION:
            return syntax.Condition(content)
        case Label.EXCLUSION:
            return syntax.Exclusion(content)
        case Label.ADDITION:
            return syntax.ConditionalAmount(content.condition, content.amount, adds=True)
        case Label.HALVING:
            return syntax.Relief((syntax.ReliefCase(content),))
        case Label.FLOOR:
            return syntax.Floor(content.scope, content.amount, content.used, content.at_most, content.condition, content.paid)
        case _:
            return content  # type: ignore[no-any-return]


@lru_cache(maxsize=65536)
def parse_content(start: str, folded: str) -> tuple[syntax.Content | None, syntax.LineError | None]:
    """The value of canonical text for a start symbol, or where and why it is none."""
    if (deep := too_deep(folded, start)) is not None:
        return None, syntax.LineError((deep, deep + 1), "too deep")
    if not folded.strip():
        return None, syntax.LineError((0, len(folded)), "empty")
    try:
        return _BUILD(parser().parse(folded, start=start)), None
    except UnexpectedInput as error:
        return None, _line_error(error, folded)


def reads(start: str, folded: str) -> bool:
    """Whether canonical text can be read from a start symbol; why it cannot is not looked for."""
    if not folded.strip() or too_deep(folded, start) is not None:
        return False
    try:
        parser().parse(folded, start=start)
    except UnexpectedInput:
        return False
    return True


def _line_error(error: UnexpectedInput, folded: str) -> syntax.LineError:
    match error:
        case UnexpectedToken(token=token) if token.type != "$END":
            start = token.start_pos or 0
            return syntax.LineError((start, start + len(token)))
        case UnexpectedCharacters():
            position = error.pos_in_stream or 0
            return syntax.LineError((position, run_end(folded, position)))
        case UnexpectedToken() | UnexpectedEOF():
            end = len(folded.rstrip())
            return syntax.LineError((end, end))
        case _:
            return syntax.LineError((0, len(folded)))


def run_end(text: str, start: int) -> int:
    """Where the run of characters that begins at `start` ends: at a blank or a separating mark."""
    end = start
    while end < len(text) and text[end] not in " \n\t,;()=+×÷、":
        end += 1
    return max(end, start + 1)
