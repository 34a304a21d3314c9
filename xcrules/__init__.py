"""xcrules: rules of Chinese government support policies as annotated law (经注体), decided with reasons.

Names are imported when they are asked for, so that each use pays for what it uses.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import money
    from .decision import ClauseDecision, Decision, Reason, Reasons, decision_schema
    from .diagnostic import Diagnostic, XcrulesError
    from .factfile import parse_json
    from .live import LivePolicy
    from .policy import Policy, load, loads
    from .typed import as_facts

__all__ = ["ClauseDecision", "Decision", "Diagnostic", "LivePolicy", "Policy", "Reason", "Reasons", "XcrulesError", "as_facts",
           "decision_schema", "load", "loads", "money", "parse_json"]  # fmt: skip
__version__ = "0.1.0"

_HOMES = {"ClauseDecision": "decision", "Decision": "decision", "Diagnostic": "diagnostic", "LivePolicy": "live",
          "Policy": "policy", "Reason": "decision", "Reasons": "decision", "XcrulesError": "diagnostic", "as_facts": "typed",
          "decision_schema": "decision", "load": "policy", "loads": "policy", "parse_json": "factfile"}  # fmt: skip


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "money":
        return import_module(".money", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


class _Package(ModuleType):
    """`xcrules.load` is the function; the module of that name is reached by `from xcrules.load import …`."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):  # what importing xcrules/load.py would put here
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
