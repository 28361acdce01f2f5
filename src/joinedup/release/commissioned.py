"""The door for commissioned services: which exist for somebody, and what was delivered; logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.interventions import Asked, month_query, monthly, refuse_breaks
from joinedup.release.naming import all_exist, require_counts, require_nameable
from joinedup.terms import AreaLevel, Engine, Flag, Period, Purpose, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.measures.commissioning import DeliveredRow
    from joinedup.partnership.commissioned import Service
    from joinedup.partnership.models import CommissionedService
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedDelivery:
    """A reading that has passed the door: of which months, its rows, and what its counts rest on."""

    service: Service
    period: Period
    rows: tuple[DeliveredRow, ...]
    notes: tuple[str, ...]
    known_on: dt.datetime | None
    deliveries: tuple[int, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row."""
        fixed = {"service": self.service.name, "period": str(self.period)}
        beside = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "deliveries": list(self.deliveries),
        }
        return [{**fixed, **row.to_json(), **beside} for row in self.rows]


@dataclass(frozen=True)
class _Counted:
    """The counts of the months that are known, and what they rest on."""

    by: str
    counts: dict[Period, int]
    flags: frozenset[Flag] = frozenset()
    known_on: dt.datetime | None = None
    deliveries: frozenset[int] = frozenset()
    basis: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asking:
    """Who asks what of which service, as known when, counted by which engine, what for."""

    workspace: Workspace
    viewer: Viewer
    row: CommissionedService
    wanted: Period
    as_at: dt.datetime | None
    engine: Engine
    purpose: Purpose
    reason: str


def add_services(
    workspace: Workspace, viewer: Viewer, planned: Sequence[Service]
) -> list[CommissionedService]:
    """Enter services, all or none. Raises what ``require_nameable`` and the register raise."""
    from joinedup.partnership import commissioned, keeping

    keeping.require_keeper(viewer)
    for one in planned:
        keeping.require_area(workspace, one.level, one.area, of=one.name)
        for name, where in (
            (one.delivered_measure, one.delivered_where),
            (one.outcome_measure, one.outcome_where),
        ):
            if name:
                require_nameable(workspace, viewer, name, where, of=one.name)
    return commissioned.add_services(planned, by=viewer)


def services_seen(workspace: Workspace, viewer: Viewer, *, closed: bool = False) -> list[CommissionedService]:
    """The services whose measures exist for this person."""
    from joinedup.partnership.commissioned import service_of, services

    return [row for row in services(closed=closed) if all_exist(workspace, viewer, service_of(row).measures)]


def service_seen(workspace: Workspace, viewer: Viewer, name: str) -> CommissionedService:
    """The service of this name. Raises NotFound where there is none that exists for this person."""
    from joinedup.partnership.commissioned import no_such_service, service_named, service_of

    row = service_named(name)
    if not all_exist(workspace, viewer, service_of(row).measures):
        raise no_such_service(name)
    return row


def released_delivery(  # noqa: PLR0913 - the parts of a question, each with its default
    workspace: Workspace,
    viewer: Viewer,
    name: str,
    period: Period | None = None,
    *,
    as_at: dt.datetime | None = None,
    engine: Engine = Engine.DUCKDB,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedDelivery:
    """What a service delivered and achieved in the whole months of a period (None: since it began), against
    its contract, and what each cost.

    Raises ``NotPermitted`` for whoever sees protected tables of a measure that it names, and for counts that
    were typed in, unless they keep the register; ``BadInput`` across a break in recording, and where there is
    no whole month or nothing is counted.
    """
    from joinedup.partnership.commissioned import DELIVERED, OUTCOME, service_of

    row = service_seen(workspace, viewer, name)
    service = service_of(row)
    asking = _Asking(workspace, viewer, row, _wanted(service, period), as_at, engine, purpose, reason)
    parts = {of: part for of in (DELIVERED, OUTCOME) if (part := _counted(asking, of)) is not None}
    if not parts:
        raise BadInput(
            _("Nothing counts what this service delivers or achieves"),
            where=name,
            next_step=_("Type counts in: joinedup commissioned count"),
        )
    for of, part in parts.items():
        _log(asking, of, part, channel)
    rows = tuple(_row(service, of, part, asking.wanted) for of, part in parts.items())
    known = max((part.known_on for part in parts.values() if part.known_on), default=None)
    numbers = tuple(sorted({number for part in parts.values() for number in part.deliveries}))
    return ReleasedDelivery(service, asking.wanted, rows, tuple(_notes(service, rows)), known, numbers)


def _row(service: Service, of: str, part: _Counted, wanted: Period) -> DeliveredRow:
    from joinedup.measures.commissioning import Contracted, read_delivered
    from joinedup.partnership.commissioned import DELIVERED

    def contracted(amount: int | None, per: str) -> Contracted | None:
        return None if amount is None else Contracted(amount, per, service.started_on, service.ended_on)

    delivered = of == DELIVERED
    return read_delivered(
        of,
        service.unit if delivered else service.outcome_unit or of,
        part.by,
        part.counts,
        wanted,
        volume=contracted(service.volume, service.volume_per) if delivered else None,
        cost=contracted(service.cost_pence, service.cost_per),
        flags=part.flags,
    )


def _wanted(service: Service, period: Period | None) -> Period:
    """The whole months in which the service ran, that have ended, within a period where one is asked for."""
    from joinedup.partnership.keeping import today

    start = service.started_on.replace(day=1)
    start = start if start == service.started_on else add_months(start, 1)
    end = today().replace(day=1)
    if service.ended_on is not None:
        end = min(end, (service.ended_on + dt.timedelta(days=1)).replace(day=1))
    if period is not None:
        start, end = max(start, period.start), min(end, period.end)
    if end <= start:
        raise BadInput(_("The service ran for no whole month that has ended"), where=service.name)
    return Period(start, end)


def _counted(asking: _Asking, of: str) -> _Counted | None:
    """By its measure, or as typed in; None where nothing counts it."""
    measure = getattr(asking.row, f"{of}_measure")
    if not measure:
        return _typed(asking, of)
    where = tuple((key, value) for key, value in getattr(asking.row, f"{of}_where"))
    asked = Asked(measure, asking.row.name, where=where, as_at=asking.as_at, engine=asking.engine)
    return _measured(asking, asked)


def _log(asking: _Asking, of: str, part: _Counted, channel: str) -> None:
    log_act(
        "disclosure",
        by=asking.viewer,
        purpose=asking.purpose,
        what=f"{of} by the commissioned service {asking.row.name}",
        reason=asking.reason,
        recipients=[asking.viewer.username],
        detail={
            "commissioned service": asking.row.name,
            "period": str(asking.wanted),
            "as_at": None if asking.as_at is None else asking.as_at.isoformat(),
            "engine": asking.engine.value,
            "channel": channel,
            **part.basis,
        },
    )


def _measured(asking: _Asking, asked: Asked) -> _Counted:
    """The months' counts of a measure, and what let this person have them."""
    from joinedup.measures import compute

    workspace, row = asking.workspace, asking.row
    measure, decision = admit(
        workspace, asking.viewer, asked.measure, What.FIGURE, purpose=asking.purpose, reason=asking.reason
    )
    if decision.protected:
        raise NotPermitted(
            _("A service is read by exact counts of months, and those of this source are not shown to you"),
            where=asked.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    require_counts(measure)
    refuse_breaks(workspace, measure, asked, asking.wanted)
    level, areas = AreaLevel(row.level or AreaLevel.ALL), (row.area,) if row.area else ()
    figure = compute(workspace, measure, month_query(asked, measure.name, level, areas, asking.wanted))
    rows = [one for one in figure.rows if not areas or one.area_code in areas]
    counts = {Period.of_month(month): count for month, count in monthly(rows).items() if count is not None}
    return _Counted(
        f"{measure.name} (definition {measure.version})",
        counts,
        frozenset(flag for one in rows for flag in one.flags) & {Flag.PROVISIONAL, Flag.NOT_YET_MATURE},
        figure.known_on,
        frozenset(delivery.number for delivery in figure.deliveries),
        {"measure": measure.name, "where": [list(pair) for pair in asked.where], **decision.basis},
    )


def _typed(asking: _Asking, of: str) -> _Counted | None:
    from joinedup.partnership.commissioned import typed_counts
    from joinedup.partnership.keeping import KEEPERS

    found = typed_counts(asking.row, of, asking.as_at)
    if not found:
        return None
    if asking.viewer.role not in KEEPERS:
        raise NotPermitted(
            _("Counts that a provider gave may be small, and are shown to those who keep the register"),
            where=asking.row.name,
            next_step=_("Ask an analyst of the partnership"),
        )
    sources = "; ".join(dict.fromkeys(one.source for one in found.values()))
    counts = {period: one.count for period, one in found.items() if one.count is not None}
    by = _("typed in: {sources}").format(sources=sources)
    return _Counted(by, counts, known_on=max(one.moment for one in found.values()))


def _notes(service: Service, rows: Sequence[DeliveredRow]) -> Iterator[str]:
    for row in rows:
        if row.months < row.months_wanted:
            yield _(
                "{unit}: {lacking} of {wanted} months are not known; their volume and cost do not count."
            ).format(unit=row.unit, lacking=row.months_wanted - row.months, wanted=row.months_wanted)
        if row.spread is not None:
            yield _(
                "{unit}: periods differ {index:.1f} times as much as by chance: the intervals are too narrow."
            ).format(unit=row.unit, index=row.spread)
    if "outcome" not in {row.of for row in rows}:
        yield _("Nothing counts its outcome.")
    if service.cost_pence is not None:
        yield _("The cost is that of the contract, spread evenly: what was paid is not known here.")
    if service.measures:
        yield _("A measure counts what was recorded, which need not all be the work of this service.")
    yield _("Nothing here says what would have happened without the service.")
