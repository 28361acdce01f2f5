"""What a tally of quality is of, and the tally itself. Definitions only."""

from __future__ import annotations

from dataclasses import dataclass

from joinedup.terms import Period


@dataclass(frozen=True)
class Key:
    """A feed, one of its fields (empty: the feed as a whole) and a period."""

    feed: str
    field: str
    period: Period


@dataclass(frozen=True)
class Tally:
    """So many of so many (days: the numerator alone)."""

    numerator: int
    denominator: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.numerator + other.numerator, self.denominator + other.denominator)
