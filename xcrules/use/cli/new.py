"""xcrules new: a small policy that runs, to be changed into one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from xcrules.base.diagnostic import Code, Diagnostic, XcrulesError
from xcrules.base.writing import write_file
from xcrules.tell.scaffold import scaffold, wrong_name

from . import common


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="名称", help="政策的名称，写进标题，如 云溪县技能补贴办法")
    command.add_argument("folder", metavar="文件夹", nargs="?", help="放在哪个文件夹；不写就新建与名称相同的")
    common.arguments(command, "json")


def run(options: argparse.Namespace) -> int:
    name = str(options.name).strip()
    if (wrong := wrong_name(name)) is not None:
        raise XcrulesError([wrong])
    folder = Path(options.folder or name)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise XcrulesError([Diagnostic(Code.ALREADY_THERE, f"「{folder}」已经有了，里面不是空的", path=str(folder), help="换一个名称，或指定一个空文件夹")])
        folder.mkdir(parents=True, exist_ok=True)
        texts = scaffold(name)
        for file, text in texts.items():
            write_file(folder / file, text)
    except OSError as error:
        raise common.unwritable(folder, error, "核对文件夹的名字和权限") from error
    return common.written(options, [folder / file for file in texts], f"已写 {folder}：条文、事实、读法、案例和原文\n接着运行：xcrules check {folder}　　xcrules test {folder}")
