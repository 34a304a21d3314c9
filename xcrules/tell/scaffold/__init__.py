"""A small policy to start from: an invented county, five articles, a table, a cap, a reading, three cases.

Its texts are the files beside this one, `$name` for its name. It passes check without a finding and its cases hold.
Gives texts by file name; writes nothing.
"""

from __future__ import annotations

import re
from importlib.resources import files
from string import Template

from xcrules.base.diagnostic import Code, Diagnostic

_NAME = re.compile(r"[^\W_][^\\/:*?\"<>|「」\s]{0,59}")
_FILES = ("条文.规则", "事实.规则", "读法.规则", "案例.规则", "原文.txt", "README.md")


def wrong_name(name: str) -> Diagnostic | None:
    """Why a policy cannot be called so, if it cannot."""
    if _NAME.fullmatch(name):
        return None
    return Diagnostic(Code.BAD_POLICY_NAME, f"「{name}」不能做政策的名称", path=name, help="用汉字或字母开头，60 字以内，没有空格和 / \\ : 「 」 之类")


def scaffold(name: str) -> dict[str, str]:
    """The texts of a new policy by file name. The name stands in the law as its title."""
    folder = files(__package__)
    return {file: Template(folder.joinpath(file).read_text(encoding="utf-8")).substitute(name=name) for file in _FILES}
