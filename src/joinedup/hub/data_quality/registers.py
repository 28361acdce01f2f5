"""The registers, filled: readings for each standard, and deliveries for section 17A."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.terms import LONDON, Every, Period, RecordType, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.partnership import Line, Reading
    from joinedup.partnership.models import DataGap, GapEvent, Holding, Standard
    from joinedup.workspace import Workspace


def readings_of(workspace: Workspace, viewer: Viewer, standard: Standard) -> list[Reading]:
    """What a standard's measure was in each month of its feed, oldest first."""
    from joinedup.measures.quality import QualityQuery
    from joinedup.partnership import Reading
    from joinedup.release import quality

    fields = (standard.field,) if standard.field else ()
    query = QualityQuery(
        standard.measure, sources=(), feeds=(standard.feed,), fields=fields, every=Every.MONTH
    )
    rows = quality(workspace, viewer, query).rows
    return [Reading(row.period, row.value, row.numerator, row.denominator) for row in rows]


def review_gaps(workspace: Workspace, viewer: Viewer) -> list[GapEvent]:
    """Hold the data against every standard; gaps open and close by it. Returns what changed."""
    from joinedup.partnership import review, standards

    readings = {one.pk: readings_of(workspace, viewer, one) for one in standards()}
    return review(readings, by=viewer)


def gaps_seen(workspace: Workspace, viewer: Viewer, *, state: str | None = None) -> list[DataGap]:
    """The gaps that exist for this person: not those that a restricted feed's standard opened, outside."""
    from joinedup.partnership import gaps

    exists = _exists(workspace, viewer)
    return [one for one in gaps(state=state) if exists(one.standard)]


def gap_seen(workspace: Workspace, viewer: Viewer, reference: str) -> DataGap:
    """The gap of this reference. Raises NotFound where there is none that exists for this person."""
    from joinedup.errors import NotFound
    from joinedup.partnership import gap_named

    found = gap_named(reference)
    if not _exists(workspace, viewer)(found.standard):
        raise NotFound(
            "There is no data gap of that reference", where=reference, next_step="See: joinedup gaps"
        )
    return found


def history_seen(workspace: Workspace, viewer: Viewer, gap: DataGap) -> list[GapEvent]:
    """What happened to a gap; without what was measured for whoever does not see the feed's deliveries as
    they are, because a count of rows could undo the protection of its figures."""
    from joinedup.release import Decisions

    events = list(gap.history.all())
    standard = gap.standard
    if standard is None or Decisions(workspace, viewer).sees_deliveries(standard.feed):
        return events
    for event in events:  # these copies only: nothing is saved
        event.numerator = event.denominator = event.value = None
    return events


def proof_in_words(standard: Standard | None) -> str:
    """What proves a gap: the measure of quality, of which field of which feed, and its bound."""
    from joinedup.measures.quality import QUALITY
    from joinedup.measures.quality.definitions import Ground

    if standard is None:
        return ""
    measure = QUALITY[standard.measure]
    in_days, least = measure.ground is Ground.DAYS, standard.threshold
    bound = _("{number} days").format(number=f"{least:g}") if in_days else f"{100 * least:g}%"
    of = f"{standard.feed} {standard.field}".rstrip()
    return f"{measure.title} ({of}): {standard.get_bound_display()} {bound}"


def latest_readings(workspace: Workspace, viewer: Viewer, standard: Standard) -> list[Reading]:
    """What a standard was judged by last, for whoever sees the feed's deliveries as they are."""
    from joinedup.partnership import RUN
    from joinedup.release import Decisions

    if not Decisions(workspace, viewer).sees_deliveries(standard.feed):
        return []
    return readings_of(workspace, viewer, standard)[-RUN:]


def standards_seen(workspace: Workspace, viewer: Viewer) -> list[Standard]:
    """The standards that stand and exist for this person."""
    from joinedup.partnership import standards

    exists = _exists(workspace, viewer)
    return [one for one in standards() if exists(one)]


def _exists(workspace: Workspace, viewer: Viewer) -> Callable[[Standard | None], bool]:
    from joinedup.release import Decisions

    decisions = Decisions(workspace, viewer)
    return lambda standard: standard is None or decisions.knows(standard.feed)


def holdings_seen(workspace: Workspace, viewer: Viewer) -> list[Holding]:
    """Which feeds are named for section 17A, those that exist for this person."""
    from joinedup.partnership import holdings
    from joinedup.release import Decisions

    decisions = Decisions(workspace, viewer)
    return [one for one in holdings() if decisions.knows(one.feed)]


def section_17a(workspace: Workspace, viewer: Viewer, period: Period | None = None) -> list[Line]:
    """The register of section 17A for a period (None: the latest two quarters that have ended)."""
    from joinedup.partnership import register
    from joinedup.release import provenance

    seen = provenance(workspace, viewer)
    named = holdings_seen(workspace, viewer)
    return register(period or latest_quarters(2), named, list(seen.deliveries))


def some_shared(lines: Iterable[Line]) -> bool:
    """Whether a feed stands at several kinds of one quarter, each time with all its rows."""
    named = [(line.period.start, line.feed, line.kind.number) for line in lines if line.feed]
    return len({(start, feed) for start, feed, _kind in named}) < len(set(named))


def ready_counts(workspace: Workspace, viewer: Viewer) -> dict[str, str]:
    """The title of each feed of ready-made counts that is there for this person and named for no kind."""
    from joinedup.feeds import contracts
    from joinedup.partnership import holdings
    from joinedup.release import contracts_known

    known, named = contracts_known(workspace, viewer), {one.feed for one in holdings()}
    return {
        feed: contract.title
        for feed, contract in sorted(contracts(workspace).items())
        if contract.record_type is RecordType.RETURN and feed in known and feed not in named
    }


def latest_with_any(workspace: Workspace, viewer: Viewer) -> Period | None:
    """The latest quarter of which a feed of the register delivered anything; None where none ever did."""
    from joinedup.partnership import holdings
    from joinedup.release import provenance

    named = {one.feed for one in holdings()}
    ends = [
        row.period.last
        for row in provenance(workspace, viewer).deliveries
        if row.feed in named and row.period
    ]
    if not ends:
        return None
    first = _first_of_quarter(max(ends))
    return Period(first, add_months(first, 3))


def latest_quarters(number: int, today: dt.date | None = None) -> Period:
    """So many whole calendar quarters, up to the latest that has ended."""
    today = today or dt.datetime.now(LONDON).date()
    this_quarter = _first_of_quarter(today)
    return Period(add_months(this_quarter, -3 * number), this_quarter)


def _first_of_quarter(day: dt.date) -> dt.date:
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
