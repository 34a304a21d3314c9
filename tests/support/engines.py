"""The engines, all of them: a new one comes in here, and every chapter and every case of a policy is run on it.

What an engine cannot do yet is declared in GAPS and nowhere else. A gap that is none any more fails its test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import pytest

from xcrules.run.alternatives import Engine

DEFAULT: Engine = "compiled"
ENGINES: tuple[Engine, ...] = get_args(Engine)
GAPS: Mapping[tuple[str, str], str] = {}  # (engine, chapter:line or number of a case): why


def on_every_engine(examples: Iterable[tuple[str, Any]]) -> list[Any]:
    """Parameters (engine, example) for examples with their names."""
    return [
        pytest.param(engine, example, id=f"{engine}:{name}", marks=_gap(GAPS.get((engine, name))))
        for engine in ENGINES for name, example in examples
    ]


def _gap(why: str | None) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.xfail(strict=True, reason=why),) if why else ()
