"""What each measure of quality means. Frozen definitions; nothing here reads anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from joinedup.measures.nearest import no_such

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Ground(StrEnum):
    """What a measure of quality is counted from."""

    FIELDS = "fields"  # the states of each field of a delivery
    ROWS = "rows"  # what became of a delivery's rows
    RECORDS = "records"  # the records themselves, as known at the date
    DATES = "dates"  # when each record happened, was recorded and became known
    OVERLAP = "overlap"  # the events of two feeds, by place and day
    DAYS = "days"  # when deliveries came, against what was promised


@dataclass(frozen=True)
class QualityMeasure:
    """One measure of quality. Shares are 0 to 1 with Wilson's interval; days are whole days.

    ``numerator`` and ``denominator`` say in words what is counted; ``high_is_good`` which way is better.
    """

    name: str
    version: int
    title: str | _StrPromise
    meaning: str | _StrPromise
    numerator: str | _StrPromise
    denominator: str | _StrPromise
    ground: Ground
    high_is_good: bool

    @property
    def detail(self) -> str:
        """What it is told for beside a feed and a period: ``field``, ``other_feed``, or nothing (empty)."""
        return {Ground.FIELDS: "field", Ground.OVERLAP: "other_feed"}.get(self.ground, "")

    @property
    def unit(self) -> str:
        """The unit of its value."""
        return str(_("days") if self.ground is Ground.DAYS else _("share, 0 to 1"))


_ALL = (
    QualityMeasure(
        "completeness",
        1,
        _("Completeness"),
        _("In how many of the rows the owner gave a value that means something."),
        _("rows with a value"),
        _("all rows: with a value, empty, unknown, refused or invalid"),
        Ground.FIELDS,
        True,
    ),
    QualityMeasure(
        "missing",
        1,
        _("Left empty"),
        _("In how many rows the owner left the cell empty: nobody knows whether it was asked."),
        _("rows with an empty cell"),
        _("all rows"),
        Ground.FIELDS,
        False,
    ),
    QualityMeasure(
        "unknown",
        1,
        _("Given as unknown"),
        _("In how many rows the owner says that it is not known."),
        _("rows given as unknown"),
        _("all rows"),
        Ground.FIELDS,
        False,
    ),
    QualityMeasure(
        "refused",
        1,
        _("Declined to say"),
        _("In how many rows the person asked would not say."),
        _("rows in which the person declined"),
        _("all rows"),
        Ground.FIELDS,
        False,
    ),
    QualityMeasure(
        "validity",
        1,
        _("Validity"),
        _("How many of the values given can be what the contract says: a code of the list, a possible date."),
        _("values that can be"),
        _("values given, whether they can be or not"),
        Ground.FIELDS,
        True,
    ),
    QualityMeasure(
        "acceptance",
        1,
        _("Rows taken in"),
        _("How many of a delivery's rows became records; the others stand in quarantine with a reason."),
        _("rows that became records"),
        _("rows taken in or quarantined (those set aside by a rule are not counted)"),
        Ground.ROWS,
        True,
    ),
    QualityMeasure(
        "repeats",
        1,
        _("Exact repeats"),
        _("How many rows were whole copies of another row, and set aside by the contract's rule."),
        _("rows set aside as exact repeats"),
        _("all rows that came"),
        Ground.ROWS,
        False,
    ),
    QualityMeasure(
        "located",
        1,
        _("Located"),
        _("How many records have a point on the map."),
        _("records with a point"),
        _("all records"),
        Ground.RECORDS,
        True,
    ),
    QualityMeasure(
        "heaped",
        1,
        _("Heaped at one point"),
        _(
            "How many located events lie at a point that holds more than ten of them and more than a "
            "hundredth of all the feed's: often a town's centre, a station or a default stands for the place."
        ),
        _("located events at such a point"),
        _("events with a point"),
        Ground.RECORDS,
        False,
    ),
    QualityMeasure(
        "dated-to-the-day",
        1,
        _("Dated to the day"),
        _("How many events have a date to the day, or finer; the others say a month only."),
        _("events dated to the day or the minute"),
        _("events with a date"),
        Ground.RECORDS,
        True,
    ),
    QualityMeasure(
        "timed",
        1,
        _("Time of day known"),
        _("How many events have a time of day: without it no figure of hours or nights can count them."),
        _("events with a time of day"),
        _("events with a date"),
        Ground.RECORDS,
        True,
    ),
    QualityMeasure(
        "stated-area-agreement",
        1,
        _("Stated area agrees with the point"),
        _("How many records lie, by their point, in the area whose code the owner wrote."),
        _("records whose stated code is that of an area in which the point lies"),
        _("records with a stated code and a point"),
        Ground.RECORDS,
        True,
    ),
    QualityMeasure(
        "recorded-within-a-day",
        1,
        _("Recorded within a day"),
        _(
            "How many records their owner put into its system on the day that it happened or the day after. "
            "Only of feeds whose contract keeps that date (recorded_on)."
        ),
        _("records recorded by the day after the event (its last day, where it has one)"),
        _("records with a date of recording that is not before the event"),
        Ground.DATES,
        True,
    ),
    QualityMeasure(
        "recorded-within-28-days",
        1,
        _("Recorded within 28 days"),
        _(
            "How many records their owner put into its system within 28 days of the event: the others were "
            "reported, or written down, long after."
        ),
        _("records recorded within 28 days of the event (its last day, where it has one)"),
        _("records with a date of recording that is not before the event"),
        Ground.DATES,
        True,
    ),
    QualityMeasure(
        "delivered-in-time",
        1,
        _("Delivered in time"),
        _(
            "How many records had come by the day that the contract promises for the period in which they "
            "were recorded (or happened, where no date of recording is kept): others came in a later file."
        ),
        _("records first known by the promised day"),
        _("all records of feeds whose owner promised a day"),
        Ground.DATES,
        True,
    ),
    QualityMeasure(
        "overlap",
        1,
        _("Overlap with another feed"),
        _(
            "How many events have one of the other feed within 200 metres and a day: perhaps the same event, "
            "known to both. It proves nothing of a single one: hold it against overlap-by-chance."
        ),
        _("events with at least one of the other feed within 200 metres and a day"),
        _("events with a point, dated to within a week, of months that the other feed covers"),
        Ground.OVERLAP,
        True,
    ),
    QualityMeasure(
        "overlap-by-chance",
        1,
        _("Overlap by chance"),
        _(
            "How many events have one of the other feed within 200 metres and a day of the same weekday four "
            "weeks before: what busy places give though no event is the same."
        ),
        _("events with at least one of the other feed at that place four weeks before"),
        _("events with a point, dated to within a week, four weeks after a month that the other feed covers"),
        Ground.OVERLAP,
        False,
    ),
    QualityMeasure(
        "lateness",
        1,
        _("Days late"),
        _("How many days after the date that the contract promises a month came; 0 where it came in time."),
        _("days after the promised date"),
        _("no denominator"),
        Ground.DAYS,
        False,
    ),
)

QUALITY = {measure.name: measure for measure in _ALL}
"""Every measure of quality, by name."""


def quality_measure(name: str) -> QualityMeasure:
    """The measure of quality of that name; ``NotFound`` names the nearest ones."""
    if name in QUALITY:
        return QUALITY[name]
    raise no_such("There is no such measure of quality", name, QUALITY)
