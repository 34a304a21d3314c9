"""缺省 参数: a fact that was not given stands at the policy's figure for the base year."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from xcrules.facts.tables import FactField

from .scales import scale_of, scaled
from .values import UNKNOWN, DefaultNumber

Parameters = Mapping[str, Mapping[Fraction, Fraction | None]]


def is_published(spec: FactField) -> bool:
    """Whether the figure of the base year stands for a fact that was not given."""
    return bool(spec.parameter) and spec.default is None


def figures_of(parameters: Parameters, spec: FactField, money: int) -> dict[int, int]:
    """The policy's figures for such a fact by year, at its scale; one that is no whole number there is left out."""
    scale = scale_of(spec.type, money)
    figures = {int(y): scaled(v, scale) for y, v in parameters.get(spec.parameter, {}).items() if v is not None}
    return {year: figure for year, figure in figures.items() if isinstance(figure, int)}


def published(parameters: Parameters, spec: FactField, year: object, money: int) -> object:
    """What stands for such a fact in a year; UNKNOWN where there is no figure."""
    figure = figures_of(parameters, spec, money).get(int(year)) if isinstance(year, int | Fraction) else None
    return UNKNOWN if figure is None else DefaultNumber(figure)
