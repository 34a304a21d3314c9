"""How large the house is: lines of code without blanks, comments and docstrings, room by room.

    python -m tests.support.sizes [FOLDER]
"""

from __future__ import annotations

import ast
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .policies import ROOT

PACKAGE = ROOT / "xcrules"
TO_DECISION = ("base", "draft", "facts", "meaning", "plan", "run/ranges", "run/reference")  # from text to decision,
WIDTH = 140  # columns
BESIDE = ("draft/book", "facts/arrow")  # but for the five-column workbook, and what only whole districts need


@cache
def tree_of(path: Path) -> ast.Module:
    """What a module is made of; many tests ask."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def code_lines(path: Path) -> int:
    """Lines that are neither blank, nor a comment, nor of a docstring."""
    text = path.read_text(encoding="utf-8")
    lines = {at for at, line in enumerate(text.splitlines(), 1) if line.strip() and not line.lstrip().startswith("#")}
    return len(lines - docstring_lines(tree_of(path)))


def docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            match node.body[0]:
                case ast.Expr(ast.Constant(value=str())) as first:
                    lines |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def wide_lines(path: Path) -> list[int]:
    """Lines whose code reaches beyond WIDTH columns; what stands in quotation marks or a comment is text and does not count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = dict(enumerate(map(len, lines), 1))
    for (first, begin), (last, end) in _texts(path):
        if first == last:
            columns[first] -= end - begin
        else:
            columns |= dict.fromkeys(range(first, last + 1), 0)
    return [at for at, width in columns.items() if width > WIDTH]


def _texts(path: Path) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where strings and comments begin and end. From Python 3.12 on an f-string is several tokens."""
    starts: list[tuple[int, int]] = []
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            name = tokenize.tok_name[token.type]
            if name == "FSTRING_START":
                starts.append(token.start)
            elif name == "FSTRING_END":
                if len(starts) == 1:
                    yield starts[0], token.end
                starts.pop()
            elif name in ("STRING", "COMMENT") and not starts:
                yield token.start, token.end


def files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "_data" not in p.parts]


def total(folder: Path = PACKAGE) -> int:
    return sum(map(code_lines, files(folder)))


def by_room(folder: Path = PACKAGE) -> Counter[str]:
    rooms: Counter[str] = Counter()
    for path in files(folder):
        parts = path.relative_to(folder).parts
        rooms[parts[0] if len(parts) > 1 else "(root)"] += code_lines(path)
    return rooms


def to_decision() -> int:
    """From the text of a policy to a decision by the reference."""
    return sum(total(PACKAGE / room) for room in TO_DECISION) - sum(total(PACKAGE / room) for room in BESIDE)


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else PACKAGE
    for room, lines in sorted(by_room(folder).items()):
        print(f"{lines:6} {room}")
    print(f"{total(folder):6} together")
    if folder == PACKAGE:
        print(f"{to_decision():6} from text to decision ({'、'.join(TO_DECISION)}, without {'、'.join(BESIDE)})")


if __name__ == "__main__":
    main(sys.argv[1:])
