"""A rate by deprivation of the area: what is asked of released rows, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GradientRow:
    """One number. ``of`` is fifth (``group`` 1 is the most deprived, 5 the least), ratio (of the most to the
    least deprived fifth: numerator and denominator are the two counts), slope or concentration.

    A fifth's value and the slope are in the figure's unit, for 1,000 residents.
    """

    of: str
    group: str
    areas: int
    numerator: int | None
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Gradient:
    """The answer: rows, how many areas were taken, and sentences for the reader."""

    rows: Sequence[GradientRow]
    areas: int
    notes: tuple[str, ...]
