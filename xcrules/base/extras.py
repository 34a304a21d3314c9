"""Libraries that only some commands want: imported when used, and named with their extra where they are not installed."""

from __future__ import annotations

import importlib
from types import ModuleType

from .diagnostic import Code, Diagnostic, XcrulesError

_EXTRAS = {"xlsxwriter": ("excel", "写 Excel 工作簿"), "numpy": ("batch", "成批计算"), "pyarrow": ("batch", "成批计算"), "pyspark": ("spark", "在 Spark 上计算"),
           "z3": ("prove", "证明")}


def needed(module: str, *others: str) -> ModuleType:
    """An optional library, where others are there too. Raises XcrulesError (E850) with the one sentence that names the extra of the first that is missing."""
    for name in (*others, module):
        try:
            found = importlib.import_module(name)
        except ImportError:
            extra, what = _EXTRAS[name.partition(".")[0]]
            raise XcrulesError([Diagnostic(Code.EXTRA_MISSING, f"{what}要先安装附加组件", path=name, help=f'运行 pip install "xcrules[{extra}]"')]) from None
    return found
