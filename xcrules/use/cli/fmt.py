"""xcrules fmt: the rule files in one form; --check only says which are not."""

from __future__ import annotations

import argparse

from xcrules.base.diagnostic import Code, XcrulesError, errors
from xcrules.base.fixes import mend, unified
from xcrules.base.source import Source
from xcrules.base.writing import write_file
from xcrules.draft.format import format_file
from xcrules.draft.parse import parse_file
from xcrules.store.load import Loaded, load_policy
from xcrules.store.texts import find_policy

from . import common

MOST_ROUNDS = 50  # cells of one table
_GLUED = frozenset({Code.GLUED_WORDS})


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "json")
    command.add_argument("--check", action="store_true", help="只检查，不改文件；有没排好的文件时退出码为 1")
    command.add_argument("--dry-run", action="store_true", help="只显示要改什么，不改文件")
    command.add_argument("--split", action="store_true", help="先把只有一种断法的连写词断开")


def run(options: argparse.Namespace) -> int:
    main = common.right(find_policy(options.policy))
    loaded = load_policy(options.policy, amended=False)
    if loaded.document is None:
        raise XcrulesError(errors(loaded.diagnostics))
    if wrong := [d for d in loaded.diagnostics if d.code.startswith(("E1", "E8", "E9"))]:
        raise XcrulesError(wrong)
    changed = _changed(loaded, options.split)
    if options.dry_run:
        shown = unified({f.source.name: f.source.text for f in loaded.document.files}, changed)
        common.answer(options, {"改动的文件": list(changed), "差异": shown}, f"{shown}\n要排 {len(changed)} 个文件（没有改文件）", None)
        return common.FINDINGS if changed and options.check else common.OK
    if not options.check:
        for name, text in changed.items():
            write_file(main.parent / name, text)
    told = ("没有排好：" if options.check else "排好了：") + "、".join(changed) if changed else "已经排好，没有改动"
    common.answer(options, {"改动的文件": list(changed)}, told, None)
    return common.FINDINGS if changed and options.check else common.OK


def _changed(loaded: Loaded, split: bool) -> dict[str, str]:
    """File names with their new text, only those that change."""
    assert loaded.document is not None
    mended = _split(loaded) if split else {}
    out = {}
    for file in loaded.document.files:
        name, text = file.source.name, file.source.text
        shaped = format_file(parse_file(Source(name, mended[name]))[0] if name in mended else file)
        if shaped != text:
            out[name] = shaped
    return out


def _split(loaded: Loaded) -> dict[str, str]:
    """File names with their texts once all words that are split in one way only are; of a table a check names one cell, so it is asked again."""
    from xcrules.store.mending import read_again  # with it comes the whole checker

    assert loaded.document is not None
    texts: dict[str, str] = {}
    document, found = loaded.document, loaded.diagnostics
    for _ in range(MOST_ROUNDS):
        made = {m.name: m.text for m in mend(found, _GLUED)}
        if not made:
            break
        texts |= made
        read = read_again(document, texts)
        document, found = read.document, read.found
    return texts
