"""The register of section 17A of the Crime and Disorder Act 1998: who owes which information, when it came.

The Crime and Disorder (Prescribed Information) Regulations 2007 (SI 2007/1831) name twelve kinds of
information that an authority which holds it discloses to the others, depersonalised and electronically, for
each period of three months, by the end of the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.terms import LONDON, Every, Period, Role, Viewer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from joinedup.partnership.models import Holding
    from joinedup.records import DeliveryRow, Telling


@dataclass(frozen=True)
class Kind:
    """One of the twelve kinds of information: who is named as holding it, and what it is."""

    number: int
    holder: str | _StrPromise
    what: str | _StrPromise


KINDS = (
    Kind(
        1,
        _("police"),
        _(
            "each incident of anti-social behaviour, transport and public safety or welfare: category, time, "
            "date, place"
        ),
    ),
    Kind(2, _("police"), _("the sub-category of each crime: time, date, place")),
    Kind(
        3,
        _("fire and rescue"),
        _(
            "deliberate primary fires (vehicles apart), deliberate secondary fires, violence against staff, "
            "fires in dwellings without a smoke alarm"
        ),
    ),
    Kind(4, _("fire and rescue"), _("malicious false alarms")),
    Kind(5, _("council"), _("road collisions; adults and children killed, seriously or slightly injured")),
    Kind(6, _("council"), _("exclusions from school: age, gender, school, reason")),
    Kind(7, _("council"), _("racial incidents")),
    Kind(
        8,
        _("council"),
        _("anti-social behaviour identified by or reported to it: category, time, date, place"),
    ),
    Kind(
        9,
        _("health"),
        _(
            "admissions to hospital for assault, drugs and alcohol (listed ICD-10 codes): outward postcode, "
            "date"
        ),
    ),
    Kind(10, _("health"), _("admissions to hospital for domestic abuse")),
    Kind(
        11,
        _("health"),
        _("counts of first outpatient attendances for mental illness and of people in drug treatment"),
    ),
    Kind(12, _("health"), _("ambulance calls to crime and disorder: category, place, time, date")),
)
"""The Schedule to SI 2007/1831, in our words. The health bodies of 2007 are today's integrated care board."""


@dataclass(frozen=True)
class Line:
    """What is known of one kind of information for one period of three months.

    ``feed`` and ``item`` are empty where nobody has said which feed brings it. ``months`` of the period's
    three have come; ``received`` is the day on which the last of them came, None until all have. ``late``
    counts days after ``due`` (to today, where it has not come), None where it is not late. ``kept`` of
    ``rows_in`` rows were usable, by the latest whole file of each month and what was added to it since;
    mended rows are those that were refused, and no more. ``uncounted`` are the periods of files whose rows
    are in neither number: they are of more months than this period, or a later file has some of their months,
    and the ledger does not count a file's rows by month.
    """

    kind: Kind
    item: str
    holder: str
    feed: str
    period: Period
    due: dt.date
    received: dt.date | None
    late: int | None
    months: int
    rows_in: int
    kept: int
    uncounted: tuple[Period, ...] = ()

    @property
    def state(self) -> str:
        """``nobody`` (no feed is named), ``received``, ``late`` or ``awaited``."""
        if not self.feed:
            return "nobody"
        if self.received is not None:
            return "received"
        return "late" if self.late else "awaited"


def assign(
    kind: int, feed: str, *, holder: str, by: Viewer, item: str = "", since: dt.date | None = None
) -> Holding:
    """Say which feed brings a kind of information (or a part of it) and which agency holds it."""
    from joinedup.partnership.models import Holding

    _require_editor(by)
    if kind not in {one.number for one in KINDS}:
        raise BadInput("Section 17A has kinds of information 1 to 12", where=str(kind))
    try:
        with transaction.atomic():
            made = Holding.objects.create(
                kind=kind, item=item, holder=holder, feed=feed, since=since or _today()
            )
            what = f"named {feed} as bringing kind {kind} of section 17A"
            record_act("administration", by=by, purpose=None, what=what)
    except IntegrityError:
        raise BadInput(
            "That feed is named for that kind already",
            where=f"kind {kind}, {feed}",
            next_step="To correct it, first: joinedup section-17a unassign",
        ) from None
    return made


def unassign(
    kind: int, feed: str, *, by: Viewer, item: str = "", last: dt.date | None = None
) -> Holding | None:
    """Say that a feed brings a kind of information (or a part of it) no longer.

    ``last`` is the last day for which it did: earlier quarters still list it. Without it the feed was named
    by mistake, and is listed for none (then the answer is None). Raises NotFound where it is not named.
    """
    from joinedup.partnership.models import Holding

    _require_editor(by)
    holding = Holding.objects.filter(kind=kind, feed=feed, item=item).first()
    if holding is None:
        raise NotFound(
            "That feed is not named for that kind",
            where=f"kind {kind}, {feed}{', ' if item else ''}{item}",
            next_step="See: joinedup section-17a holdings",
        )
    with transaction.atomic():
        if last is None:
            holding.delete()
            what = f"took back that {feed} brings kind {kind} of section 17A"
        else:
            holding.until = last
            holding.save(update_fields=["until"])
            what = f"ended that {feed} brings kind {kind} of section 17A: until {last}"
        record_act("administration", by=by, purpose=None, what=what)
    return None if last is None else holding


def _require_editor(by: Viewer) -> None:
    if by.role not in {Role.ANALYST, Role.ADMINISTRATOR}:
        raise NotPermitted(
            "Only an analyst or an administrator keeps the register of section 17A",
            next_step="Ask an analyst of the partnership",
        )


def holdings() -> list[Holding]:
    """Which feed brings what, by kind."""
    from joinedup.partnership.models import Holding

    return list(Holding.objects.all())


def register(
    period: Period, held: Iterable[Holding], deliveries: Sequence[DeliveryRow], *, on: dt.date | None = None
) -> list[Line]:
    """A line for each kind (and feed) and each quarter of ``period``, in the order of the Schedule.

    ``deliveries`` are those that may be shown; ``on`` (None: today in London) is the day it is looked at.
    """
    on = on or _today()
    by_kind: dict[int, list[Holding]] = {}
    for one in held:
        by_kind.setdefault(one.kind, []).append(one)
    lines = []
    for quarter in period.each(Every.QUARTER):
        for kind in KINDS:
            named = [one for one in by_kind.get(kind.number, []) if _brings(one, quarter)]
            for holding in named or (None,):
                lines.append(_line(kind, holding, quarter, deliveries, on))
    return lines


def _brings(holding: Holding, quarter: Period) -> bool:
    """Whether a feed is named for any day of a quarter.

    When it was named (``since``) does not count: what came before counts as well.
    """
    return holding.until is None or holding.until >= quarter.start


def due(quarter: Period) -> dt.date:
    """The last day of the three months after a period of three months."""
    return quarter.shifted(quarter.months).last


def _line(
    kind: Kind, holding: Holding | None, quarter: Period, deliveries: Sequence[DeliveryRow], on: dt.date
) -> Line:
    limit = due(quarter)
    if holding is None:
        return Line(kind, "", "", "", quarter, limit, None, None, 0, 0, 0)
    own = [
        row
        for row in deliveries
        if row.feed == holding.feed and row.state == "standing" and _meets(row, quarter)
    ]
    came = [_first_came(own, month) for month in quarter.each(Every.MONTH)]
    there = [day for day in came if day is not None]
    received = max(there) if len(there) == len(came) else None
    late = ((received or on) - limit).days
    counted, others = _counted(own, quarter)
    return Line(
        kind=kind,
        item=holding.item,
        holder=holding.holder,
        feed=holding.feed,
        period=quarter,
        due=limit,
        received=received,
        late=late if late > 0 else None,
        months=len(there),
        rows_in=sum(one.came for one in counted),
        kept=sum(one.kept for one in counted),
        uncounted=others,
    )


def _counted(own: Sequence[DeliveryRow], quarter: Period) -> tuple[list[Telling], tuple[Period, ...]]:
    """The deliveries of which every row is of the quarter and still tells, and the periods of the others."""
    from joinedup.records import still_telling

    told = still_telling(own)
    whole = {one.delivery.number for one in told if not one.in_part and _within(one.delivery, quarter)}
    whole -= {one.delivery.number for one in told if one.home is not None and one.home not in whole}
    counted = [one for one in told if one.delivery.number in whole]
    others = {one.delivery.period for one in told if one.delivery.number not in whole and one.delivery.period}
    return counted, tuple(sorted(others, key=lambda period: (period.start, period.end)))


def _within(row: DeliveryRow, period: Period) -> bool:
    return row.period is not None and period.start <= row.period.start and row.period.end <= period.end


def _meets(row: DeliveryRow, period: Period) -> bool:
    return row.period is not None and row.period.start < period.end and row.period.end > period.start


def _first_came(own: Sequence[DeliveryRow], month: Period) -> dt.date | None:
    days = [row.known_from.astimezone(LONDON).date() for row in own if _meets(row, month)]
    return min(days, default=None)


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()
