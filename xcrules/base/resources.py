"""Where things are: the shipped grammar and policies, and the main file of a policy.

The same answer from a checkout, an editable install and a wheel (which carries the shipped ones in `_data`).

Libraries that only some commands want: imported when used, and named with their extra where they are not installed.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

from .diagnostic import Code, Diagnostic, XcrulesError

PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
MAIN_FILE = "条文.规则"
LIMITS = "XCRULES_LIMITS"  # names limits other than the documented ones: MAX_ITEMS=200000,MAX_DEPTH=128


def shipped(name: str) -> str:
    """The folder of shipped files of this name."""
    inside = os.path.join(PACKAGE, "_data", name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(PACKAGE), name)


def grammar_file() -> Path:
    return Path(shipped("grammar"), "rules.lark")


def policies_folder() -> Path:
    return Path(shipped("policies"))


def shipped_policies() -> list[str]:
    """Names of the policies that come with the package."""
    folder = policies_folder()
    return sorted(p.name for p in folder.iterdir() if (p / MAIN_FILE).is_file()) if folder.is_dir() else []


def main_file(policy: str) -> str | None:
    """The main file of a policy given as folder, file or shipped name, if there is one."""
    if os.path.isdir(policy or "."):
        main = os.path.join(policy, MAIN_FILE)
        return main if os.path.isfile(main) else None
    if os.path.isfile(policy):
        return policy
    main = os.path.join(shipped("policies"), policy, MAIN_FILE)
    return main if os.path.isfile(main) else None


def policy_name(main: str) -> str:
    """What a policy with this main file is called: its folder, or the file without its ending."""
    folder, file = os.path.split(os.path.abspath(main))  # of 条文.规则 in the folder where one stands, too
    return os.path.basename(folder) if file == MAIN_FILE else os.path.splitext(file)[0]


_EXTRAS = {"xlsxwriter": ("excel", "写 Excel 工作簿"), "numpy": ("batch", "成批计算"), "pyarrow": ("batch", "成批计算"), "pyspark": ("spark", "在 Spark 上计算"),
           "z3": ("prove", "证明")}


# -- libraries -------------------------------------------------------------------------------------------------------

def needed(module: str, *others: str) -> ModuleType:
    """An optional library, where others are there too. Raises XcrulesError (E850) with the one sentence that names the extra of the first that is missing."""
    for name in (*others, module):
        try:
            found = importlib.import_module(name)
        except ImportError:
            extra, what = _EXTRAS[name.partition(".")[0]]
            raise XcrulesError([Diagnostic(Code.EXTRA_MISSING, f"{what}要先安装附加组件", path=name, help=f'运行 pip install "xcrules[{extra}]"')]) from None
    return found
