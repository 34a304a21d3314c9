"""xcrules: rules of Chinese government support policies as annotated law (经注体), decided with reasons.

Names are imported when they are asked for, so that each use pays for what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xcrules.base import money
    from xcrules.base.diagnostic import Diagnostic, XcrulesError
    from xcrules.facts.files import parse_json
    from xcrules.facts.objects import as_facts
    from xcrules.run.as_json import decision_schema
    from xcrules.run.decision import ClauseDecision, Decision, Reason, Reasons
    from xcrules.use import spark
    from xcrules.use.python.live import LivePolicy
    from xcrules.use.python.policy import Policy, load, loads

__all__ = ["ClauseDecision", "Decision", "Diagnostic", "LivePolicy", "Policy", "Reason", "Reasons", "XcrulesError", "as_facts",
           "decision_schema", "load", "loads", "money", "parse_json", "spark"]
__version__ = "0.2.0.dev0"

_MODULES = {"money": "xcrules.base.money", "spark": "xcrules.use.spark"}
_HOMES = {
    "base.diagnostic": ("Diagnostic", "XcrulesError"), "facts.files": ("parse_json",), "facts.objects": ("as_facts",),
    "run.decision": ("ClauseDecision", "Decision", "Reason", "Reasons"), "run.as_json": ("decision_schema",), "use.python.live": ("LivePolicy",),
    "use.python.policy": ("Policy", "load", "loads"),
}
_HOME = {name: f"xcrules.{module}" for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME and name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = import_module(_MODULES[name]) if name in _MODULES else getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
