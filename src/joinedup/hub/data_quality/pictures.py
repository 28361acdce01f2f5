"""What the page of a feed's quality shows: each measure and field over its latest year, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.hub.data_quality.sparkline import polylines
from joinedup.terms import Every, Period, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.measures.quality import QualityMeasure, QualityRow
    from joinedup.workspace import Workspace

MONTHS = 12
OF_A_FEED = (
    "acceptance",
    "repeats",
    "delivered-in-time",
    "recorded-within-a-day",
    "recorded-within-28-days",
    "dated-to-the-day",
    "timed",
    "located",
    "heaped",
    "stated-area-agreement",
)
OF_A_FIELD = "completeness"
STATES = ("unknown", "refused", "missing")


@dataclass(frozen=True)
class Picture:
    """One line of the page: a measure of a feed, or one of its fields, over the months shown.

    ``numerator`` of ``denominator`` over all of them, with Wilson's interval in per cent; None where nothing
    came.
    """

    name: str
    measure: QualityMeasure
    months: Sequence[QualityRow]
    numerator: int
    denominator: int
    lower: float | None
    upper: float | None

    @property
    def per_cent(self) -> float | None:
        """The share over all months shown, in per cent."""
        return 100 * self.numerator / self.denominator if self.denominator else None

    @property
    def lines(self) -> list[str]:
        """The small graph."""
        return polylines([row.value for row in self.months])

    @property
    def missing(self) -> int:
        """How many of the months did not come."""
        return sum(row.denominator is None for row in self.months)


def latest_year(workspace: Workspace, viewer: Viewer, feed: str) -> Period | None:
    """The twelve months up to the latest that this feed delivered; None where nothing came."""
    from joinedup.measures.quality import QualityQuery
    from joinedup.release import quality

    rows = quality(workspace, viewer, QualityQuery("acceptance", (), (feed,), every=Every.MONTH)).rows
    there = [row.period.end for row in rows if row.denominator is not None]
    return Period(add_months(max(there), -MONTHS), max(there)) if there else None


def of_feed(workspace: Workspace, viewer: Viewer, feed: str, period: Period) -> list[Picture]:
    """The measures of the feed as a whole, those that apply to it."""
    return [
        picture
        for name in OF_A_FEED
        for picture in pictures(workspace, viewer, name, feed, period)
        if picture.denominator
    ]


def of_fields(
    workspace: Workspace, viewer: Viewer, feed: str, period: Period, measure: str = OF_A_FIELD
) -> list[Picture]:
    """One line for each field of the feed, in the order of the alphabet."""
    return pictures(workspace, viewer, measure, feed, period)


@dataclass(frozen=True)
class Beside:
    """How far a feed overlaps with another over the whole period, and how far chance alone would."""

    other: str
    overlap: QualityRow
    by_chance: QualityRow | None

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval of the overlap lies above that of chance: some events are known to both."""
        if self.by_chance is None or self.overlap.lower is None or self.by_chance.upper is None:
            return False
        return self.overlap.lower > self.by_chance.upper


def overlaps(workspace: Workspace, viewer: Viewer, feed: str, period: Period) -> list[Beside]:
    """The feed beside each other that one may see, those with the largest overlap first."""
    from joinedup.measures.quality import QualityQuery
    from joinedup.release import quality

    def told(measure: str) -> dict[str, QualityRow]:
        query = QualityQuery(measure, (), (feed,), period=period, every=Every.WHOLE)
        return {row.field: row for row in quality(workspace, viewer, query).rows if row.denominator}

    overlap = told("overlap")
    by_chance = told("overlap-by-chance") if overlap else {}
    found = [Beside(other, row, by_chance.get(other)) for other, row in overlap.items()]
    return sorted(found, key=lambda one: -(one.overlap.value or 0))


def pictures(workspace: Workspace, viewer: Viewer, measure: str, feed: str, period: Period) -> list[Picture]:
    """A line for each thing that the measure tells of the feed."""
    from joinedup.measures.quality import QualityQuery, quality_measure, together
    from joinedup.release import quality

    query = QualityQuery(measure, (), (feed,), period=period, every=Every.MONTH)
    monthly = quality(workspace, viewer, query).rows
    return [
        Picture(
            row.field,
            quality_measure(measure),
            [one for one in monthly if one.field == row.field],
            row.numerator or 0,
            row.denominator or 0,
            None if row.lower is None else 100 * row.lower,
            None if row.upper is None else 100 * row.upper,
        )
        for row in together(monthly)
    ]
