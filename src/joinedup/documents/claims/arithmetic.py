"""The arithmetic of checks: what a share or a change may be, and which wholes and bases explain one.

Everything is exact: fractions in, fractions or whole numbers out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from joinedup.documents.claims.finding import Verdict
from joinedup.documents.claims.quantities import Number

_HUNDRED = 100


@dataclass(frozen=True)
class Range:
    """Numbers from ``least`` to ``most``, both inclusive; None is without end."""

    least: Fraction
    most: Fraction | None

    def meets(self, other: Range) -> bool:
        """Whether some number lies in both."""
        return (self.most is None or other.least <= self.most) and (
            other.most is None or self.least <= other.most
        )


def range_of(number: Number) -> Range:
    """What a number as written may stand for."""
    return Range(number.least, number.most)


def share_range(part: Number, whole: Number) -> Range | None:
    """In percentage points, the shares that part and whole allow; None where the whole may be nothing."""
    if whole.least <= 0:
        return None
    least = part.least / whole.most * _HUNDRED if whole.most is not None else Fraction(0)
    most = None if part.most is None else part.most / whole.least * _HUNDRED
    return Range(least, most)


def change_range(before: Number, now: Number) -> Range | None:
    """In percentage points without sign, the changes that two counts allow; None where one may be from 0."""
    if before.least <= 0:
        return None
    if before.is_exact and now.is_exact:
        size = abs(now.value - before.value) / before.value * _HUNDRED
        return Range(size, size)
    highest = None if now.most is None else now.most / before.least * _HUNDRED - _HUNDRED
    lowest = (Fraction(0) if before.most is None else now.least / before.most) * _HUNDRED - _HUNDRED
    if lowest >= 0:
        return Range(lowest, highest)
    if highest is not None and highest <= 0:
        return Range(-highest, -lowest)
    return Range(Fraction(0), None if highest is None else max(highest, -lowest))


def judged(said: Number, computed: Range | None, as_written: Fraction | None) -> Verdict:
    """Whether what is said meets what the numbers allow; a rounding where only "about" lets it.

    ``computed`` is all that the numbers may give, ``as_written`` what they give as they stand.
    """
    if computed is None or as_written is None:
        return Verdict.OPEN
    if not computed.meets(range_of(said)):
        return Verdict.DISAGREES
    return Verdict.AGREES if Range(as_written, as_written).meets(range_of(said)) else Verdict.ROUNDED


def bases(difference: Number, change: Number) -> tuple[int, int] | None:
    """The least and the most count before, of which ``difference`` is ``change`` per cent; None: no count."""
    if change.least <= 0 or change.most is None or difference.most is None:
        return None
    least = math.ceil(difference.least * _HUNDRED / change.most)
    most = math.floor(difference.most * _HUNDRED / change.least)
    return (least, most) if least <= most else None


def wholes(part: Number, share: Number) -> tuple[int, int] | None:
    """The least and the most whole number of which ``part`` is ``share``; None where there is none.

    A share written as 38.1 % is any that rounds to it, both ends taken in.
    """
    found = bases(part, share)
    if found is None:
        return None
    least = max(found[0], math.ceil(part.least))
    return (least, found[1]) if least <= found[1] else None


def in_common(ranges: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The whole numbers that lie in all of the ranges."""
    least, most = max(low for low, _ in ranges), min(high for _, high in ranges)
    return (least, most) if least <= most else None
