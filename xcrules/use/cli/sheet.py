"""xcrules sheet: a policy as a five-column workbook, and the workbook back to rule files."""

from __future__ import annotations

import argparse
from pathlib import Path

from xcrules.base.diagnostic import Diagnostic, XcrulesError, diagnostic_json, errors, in_order
from xcrules.base.files import read_file
from xcrules.base.resources import MAIN_FILE
from xcrules.base.source import Source
from xcrules.draft.book import Imported, export_book, import_book
from xcrules.draft.format import lossless
from xcrules.draft.parse import parse_file
from xcrules.draft.syntax import Document
from xcrules.facts.files import MAX_FACT_BYTES
from xcrules.meaning.check import check
from xcrules.store.load import UNREADABLE, load_policy
from xcrules.store.texts import read_source

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", metavar="export|import", choices=("export", "import"),
                         help="export 政策 文件.xlsx：写成五栏表；import 文件.xlsx 文件夹：写回规则文件")
    command.add_argument("source", metavar="来源", help="export：政策的文件夹、文件或名字；import：工作簿")
    command.add_argument("target", metavar="去处", help="export：要写的 .xlsx；import：政策的文件夹")
    common.overwrite_argument(command, "已有内容不同的文件，也写")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    return _export(options) if options.action == "export" else _import(options)


# -- export -------------------------------------------------------------------------------------------


def _export(options: argparse.Namespace) -> int:
    loaded = load_policy(options.source, amended=False)
    if loaded.document is None:
        raise XcrulesError(errors(loaded.diagnostics))
    if unread := [d for d in loaded.diagnostics if d.code in UNREADABLE]:
        raise XcrulesError(unread)
    target = common.workbook_target(options.target, options.overwrite)
    registered = loaded.program.readings if loaded.program else ()
    choices = [x for r in registered for x in (r.number, *(f"{r.number} {choice}" for choice in r.modelled))]
    common.write_file(target, export_book(loaded.document, loaded.program.title if loaded.program else "", choices, loaded.diagnostics))
    notes = f"；检查发现 {len(loaded.diagnostics)} 处问题，见批注和『检查』页" if loaded.diagnostics else ""
    return common.answer(options, {"已写": [str(target)], "问题": [diagnostic_json(d) for d in loaded.diagnostics]}, f"已写 {target}{notes}", None)


# -- import -------------------------------------------------------------------------------------------


def _import(options: argparse.Namespace) -> int:
    book = Path(options.source)
    made = import_book(common.right(read_file(book, MAX_FACT_BYTES, "工作簿")), book.name)
    if not made.usable:
        raise XcrulesError(made.diagnostics)
    folder = Path(options.target)
    changed = [s for s in made.files if _differs(folder / s.name, s, rules=True)]
    texts = [made.texts[s.name] for s in changed]
    if made.official and _differs(folder / made.official.name, made.official, rules=False):
        changed, texts = [*changed, made.official], [*texts, made.official.text]
    there = [folder / s.name for s in changed if (folder / s.name).exists()]
    if there and not options.overwrite:
        raise common.already_there(*there)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise common.unwritable(folder, error) from error
    for source, text in zip(changed, texts, strict=True):
        common.write_file(folder / source.name, text)
    return _report(made, folder, changed, options)


def _differs(path: Path, source: Source, rules: bool) -> bool:
    """Whether writing would change what a file says; its blanks and line ends are left alone."""
    if not path.is_file():
        return True
    old = read_source(path, source.name)
    if isinstance(old, Diagnostic):
        return True
    if not rules:
        return "".join(old.text.split()) != "".join(source.text.split())
    before, wrong = parse_file(Source(source.name, old.text.replace("\r\n", "\n")))
    after, _ = parse_file(source)
    return bool(wrong) or not lossless(before, after)


def _report(made: Imported, folder: Path, changed: list[Source], options: argparse.Namespace) -> int:
    """What was written, and what check says of it, with cells for places."""
    if not options.json:
        written = "、".join(s.name for s in changed)
        print(f"已写 {folder}：{written}" if changed else f"{folder} 里的文件与工作簿一致，没有改动")
    name = folder.name if made.files[0].name == MAIN_FILE else Path(made.files[0].name).stem
    read = [parse_file(s) for s in made.files]
    _, checked = check(Document(name, tuple(f for f, _ in read), made.official))
    found = [*made.diagnostics, *in_order([*(d for _, wrong in read for d in wrong), *checked])]
    if options.json:
        paths = [str(folder / s.name) for s in changed]
        common.print_json({"已写": paths, "问题": [diagnostic_json(d) for d in made.at_cells(found)]}, None)
    elif found:
        common.show(made.at_cells(found), options)
    return common.FINDINGS if found else common.OK
