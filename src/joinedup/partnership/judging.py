"""When a gap in the data opens and when it closes: a rule over readings, and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.errors import BadInput
from joinedup.terms import Period

RUN = 3
"""A standard is missed, or met, when it is so in this many periods one after another."""


@dataclass(frozen=True)
class Reading:
    """What a measure of quality was in one period. ``value`` None: there was nothing to measure."""

    period: Period
    value: float | None
    numerator: int | None = None
    denominator: int | None = None


def meets(value: float, threshold: float, *, at_least: bool) -> bool:
    """Whether a value is on the right side of the threshold (on it is right)."""
    return value >= threshold if at_least else value <= threshold


def missed(readings: Sequence[Reading], threshold: float, *, at_least: bool) -> bool:
    """Whether the latest ``RUN`` readings were all there and all missed the standard."""
    return _all_latest(readings, threshold, at_least=at_least, right=False)


def held(readings: Sequence[Reading], threshold: float, *, at_least: bool) -> bool:
    """Whether the latest ``RUN`` readings were all there and all met the standard.

    A period in which nothing came proves nothing: withholding a file neither opens a gap nor closes one.
    """
    return _all_latest(readings, threshold, at_least=at_least, right=True)


def _all_latest(readings: Sequence[Reading], threshold: float, *, at_least: bool, right: bool) -> bool:
    for before, after in itertools.pairwise(readings):
        if after.period.start < before.period.end:
            raise BadInput("Readings come in the order of their periods", where=str(after.period))
    latest = readings[-RUN:]
    return len(latest) == RUN and all(
        reading.value is not None and meets(reading.value, threshold, at_least=at_least) is right
        for reading in latest
    )
