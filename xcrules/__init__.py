"""xcrules: rules of Chinese government support policies as annotated law (经注体), decided with reasons."""

from .decision import ClauseDecision, Decision
from .diagnostic import Diagnostic, XcrulesError
from .live import LivePolicy
from .policy import Policy, load, loads
from .typed import as_facts

__all__ = ["ClauseDecision", "Decision", "Diagnostic", "LivePolicy", "Policy", "XcrulesError", "as_facts", "load", "loads"]
__version__ = "0.1.0"
