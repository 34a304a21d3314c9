"""xcrules amend: a change of the law's words, and every place that goes with it, together or not at all."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from xcrules.base.identity import clause_name
from xcrules.base.resources import MAIN_FILE
from xcrules.base.writing import finish, is_pending, write_together
from xcrules.store.amending.one_edit import Amended, amend, amend_by, clauses_of
from xcrules.store.amending.places import ByHand
from xcrules.store.load import Loaded, load_policy
from xcrules.store.texts import find_policy, read_source, sources_of
from xcrules.use.cases import results_changed, run_cases
from xcrules.use.python.policy import Policy

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("old", nargs="?", metavar="旧", help="原文里现在的字，如 不超过20万元；或修正案的文件，如 修正案.规则")
    command.add_argument("new", nargs="?", metavar="新", help="改成的字，如 不超过25万元")
    command.add_argument("--款", "--clause", dest="clause", metavar="款", help="在哪一款里，如 第六条（三）；原文里只有一处的，不必写")
    command.add_argument("-o", "--output", metavar="文件夹", help="修正以后的政策写到哪个文件夹，旧的不动；修正案不写它就只显示")
    command.add_argument("--dry-run", action="store_true", help="只显示要改什么，不改文件")
    command.add_argument("--续写", "--finish", dest="finish", action="store_true", help="上一次修正没有写完的，写完它")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    main = common.right(find_policy(options.policy))
    if options.finish:
        return _finish(main.parent, options)
    by_document = (
        options.old is not None
        and options.new is None
        and (Path(options.old).suffix == ".规则" or Path(options.old).name != options.old or Path(options.old).is_file())
    )
    if not by_document and (options.old is None or options.new is None):
        print('用法不对：写出旧的字和新的字，如 xcrules amend 政策 "不超过20万元" "不超过25万元" --款 第六条（三）；或修正案的文件', file=sys.stderr)
        return common.USAGE
    loaded = load_policy(options.policy, amended=by_document)
    if by_document:
        path = Path(options.old)
        done = amend_by(loaded, common.right(read_source(path, path.name)))
    else:
        number = common.known_clause(options.clause, clauses_of(loaded)) if options.clause is not None else ""
        done = amend(loaded, options.old, options.new, number)
    options.dry_run = options.dry_run or (by_document and not options.output)
    if not options.dry_run:
        _write(main, done, Path(options.output) if options.output else None)
    _say(done, _by_hand(loaded, done, by_document), options)
    return common.OK


def _write(main: Path, done: Amended, folder: Path | None) -> None:
    """The changed texts in their place, or all of them in another folder."""
    texts = done.texts
    if folder is not None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise common.already_there(folder)
        texts = {MAIN_FILE if s.name == main.name else s.name: s.text for s in sources_of(done.program)}
        texts[MAIN_FILE] = re.sub(r"(?m)^[ \t]*修正[ \t]*[：:].*\n", "", texts[MAIN_FILE], count=1)  # they are in it
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        write_together(folder or main.parent, texts)
    except OSError as error:
        raise common.unwritable(folder or main.parent, error, "核对文件夹能不能写；一个文件也没有改") from error


def _finish(folder: Path, options: argparse.Namespace) -> int:
    there = is_pending(folder)
    if there:
        finish(folder)
    return common.answer(options, {"续写": there}, "写完了" if there else "没有没写完的修正", None)


def _by_hand(loaded: Loaded, done: Amended, by_document: bool) -> list[ByHand]:
    """What is left to a person: first the cases that come to something else; under a whole amendment those whose 应得 no longer holds."""
    after = Policy(done.program)
    if loaded.usable and loaded.program is not None and not by_document:
        cases = [ByHand(str(k.case.span), f"案例「{k.case.name}」{k}，重新手算") for k in results_changed(Policy(loaded.program), after)]
    else:
        cases = [ByHand(str(r.case.span), f"案例「{r.case.name}」{d}，重新手算")
                 for r in run_cases(after) for d in r.differences]
    return [*cases, *done.effects.by_hand]


def _say(done: Amended, by_hand: list[ByHand], options: argparse.Namespace) -> None:
    edits = done.effects.edits
    lines = [clause_name(done.effects.number)] if done.effects.number else []
    for edit in edits:
        lines += [f"  {edit.what}　{edit.span.source.name}:{edit.span.line}", *(f"    {sign} {' '.join(text.split())}" for sign, text in (("－", edit.before), ("＋", edit.after)) if text.strip())]
    lines += ["待人工：", *(f"  {x.place}　{x.what}" for x in by_hand)] if by_hand else []
    told = f"，{len(by_hand)} 处待人工" if by_hand else ""
    lines += ["", f"要改 {len(edits)} 处{told}（没有改文件）" if options.dry_run else f"改了 {len(edits)} 处{told}"]
    common.answer(options, {
        "款": done.effects.number, "改文件": not options.dry_run,
        "修改": [{"处": str(e.span), "栏目": e.what, "旧": e.before, "新": e.after} for e in edits],
        "待人工": [{"处": x.place, "说明": x.what} for x in by_hand],
    }, "\n".join(lines))
