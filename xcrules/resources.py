"""Where the shipped files are: the grammar and the policies.

The same answer from a checkout, an editable install and a wheel (which carries them in `_data`).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def grammar_file() -> Path:
    return _shipped("grammar") / "rules.lark"


def policies_folder() -> Path:
    return _shipped("policies")


def shipped_policies() -> list[str]:
    """Names of the policies that come with the package."""
    folder = policies_folder()
    return sorted(p.name for p in folder.iterdir() if (p / "条文.规则").is_file()) if folder.is_dir() else []
