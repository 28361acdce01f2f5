"""The door for a count before and after an intervention: for those who see counts as they are, and logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.naming import require_counts
from joinedup.terms import AreaLevel, Engine, Every, Flag, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.measures.placed_change import ChangeReading, Spans
    from joinedup.partnership.interventions import Place
    from joinedup.workspace import Workspace

Monthly = dict[dt.date, int | None]


@dataclass(frozen=True)
class Asked:
    """What to read: of which measure, over how many months, against which areas (a family of
    ``families.toml``, or none: the rest of the district), narrowed, as known when, and counted by which
    engine."""

    measure: str
    intervention: str
    months: int = 12
    family: str = ""
    where: tuple[tuple[str, str], ...] = ()
    as_at: dt.datetime | None = None
    engine: Engine = Engine.DUCKDB


@dataclass(frozen=True)
class Begun:
    """Something that began on a day: what it is, its name, until when, where (None: everywhere), and why
    there (None: no place was chosen)."""

    what: str
    name: str
    started_on: dt.date
    ended_on: dt.date | None
    place: Place | None
    chosen_for: str | None


@dataclass(frozen=True)
class PlacedReading:
    """A reading that has passed the door, with what its counts rest on."""

    measure: Measure
    spans: Spans
    reading: ChangeReading
    known_on: dt.datetime | None
    deliveries: tuple[int, ...]

    @property
    def of(self) -> dict[str, str]:
        """What it is a reading of: its kind and name."""
        return {}

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row."""
        fixed = {
            "measure": self.measure.name,
            "definition_version": self.measure.version,
            **self.of,
            "before": str(self.spans.before),
            "after": str(self.spans.after),
            "months": self.reading.months,
        }
        beside = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "deliveries": list(self.deliveries),
        }
        return [{**fixed, **row.to_json(), **beside} for row in self.reading.rows]


@dataclass(frozen=True)
class ReleasedChange(PlacedReading):
    """The reading of an intervention."""

    intervention: Any

    @property
    def of(self) -> dict[str, str]:
        """The intervention."""
        return {"intervention": self.intervention.name}


def released_change(
    workspace: Workspace,
    viewer: Viewer,
    asked: Asked,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedChange:
    """The measure's counts at the intervention's place before and after it began, beside its comparison.

    Raises ``NotPermitted``, also for whoever sees protected tables (monthly counts of a small place are
    small counts), ``NotFound`` for what there is not, and ``BadInput`` where nothing can be compared: across
    a break in recording, without whole months, of a measure whose areas do not add up.
    """
    from joinedup.partnership.interventions import intervention_named, place_of

    row = intervention_named(asked.intervention)
    if row.withdrawn_on is not None:
        raise BadInput(_("That intervention was withdrawn"), where=row.name)
    thing = Begun("intervention", row.name, row.started_on, row.ended_on, place_of(row), row.chosen_for)
    found = placed_reading(workspace, viewer, asked, thing, purpose=purpose, reason=reason, channel=channel)
    return ReleasedChange(**vars(found), intervention=row)


def placed_reading(
    workspace: Workspace,
    viewer: Viewer,
    asked: Asked,
    begun: Begun,
    *,
    purpose: Purpose,
    reason: str,
    channel: str,
) -> PlacedReading:
    """The measure's counts before and after something began, where it is; logged. Raises as
    ``released_change`` does."""
    from joinedup.measures.placed_change import read_change, spans_of

    measure, decision = admit(workspace, viewer, asked.measure, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(
            _("A place is read by exact counts of months, and those of this source are not shown to you"),
            where=asked.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    require_counts(measure)
    spans = spans_of(begun.started_on, begun.ended_on, asked.months)
    here, others, titles, figures = _counted(workspace, measure, asked, begun.place, spans)
    refuse_breaks(workspace, measure, asked, Period(spans.before.start, spans.after.end))
    reading = read_change(
        spans, here, others, titles, chosen_for=begun.chosen_for, small=workspace.settings.small_number
    )
    reading = _with_cautions(reading, figures, spans, begun)
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"{measure.title}, before and after the {begun.what} {begun.name}",
        reason=reason,
        recipients=[viewer.username],
        detail={
            "measure": measure.name,
            begun.what: begun.name,
            "before": str(spans.before),
            "after": str(spans.after),
            "family": asked.family,
            "where": [list(pair) for pair in asked.where],
            "as_at": None if asked.as_at is None else asked.as_at.isoformat(),
            "engine": asked.engine.value,
            "channel": channel,
            **decision.basis,
        },
    )
    numbers = {delivery.number for figure in figures for delivery in figure.deliveries}
    known = max((figure.known_on for figure in figures if figure.known_on), default=None)
    return PlacedReading(measure, spans, reading, known, tuple(sorted(numbers)))


_SAID = (Flag.NOT_YET_MATURE, Flag.PROVISIONAL)


def _with_cautions(
    reading: ChangeReading, figures: list[Figure], spans: Spans, begun: Begun
) -> ChangeReading:
    """The reading with what the figures behind it say, and with what else began in its months."""
    from joinedup.partnership.interventions import interventions

    every = [one for figure in figures for one in figure.rows]
    sides = [
        {flag for one in every if side.start <= one.period.start < side.end for flag in one.flags}
        for side in (spans.before, spans.after)
    ]
    flags = tuple(flag for flag in _SAID if any(flag in side for side in sides))
    notes = []
    if Flag.NOT_YET_MATURE in sides[1] - sides[0]:
        notes.append(
            _("Months after are not yet mature, those before are: what is still to come lacks after only.")
        )
    beside = [
        one.title
        for one in interventions()
        if (begun.what, begun.name) != ("intervention", one.name)
        and spans.before.start <= one.started_on < spans.after.end
    ]
    if beside:
        notes.append(
            _(
                "In these months the register has others that began, here or in the comparison: {names}."
            ).format(names="; ".join(beside))
        )
    rows = tuple(replace(one, flags=tuple(dict.fromkeys((*one.flags, *flags)))) for one in reading.rows)
    told = tuple(dict.fromkeys(note for figure in figures for note in figure.notes))
    return replace(reading, rows=rows, notes=(*notes, *reading.notes, *told))


def _span(spans: Spans) -> Period:
    """From the earliest month that is looked at to the latest."""
    return Period(spans.earlier.start, spans.after.end)


def month_query(
    asked: Asked, name: str, level: AreaLevel, areas: tuple[str, ...], period: Period
) -> FigureQuery:
    from joinedup.measures import FigureQuery

    return FigureQuery(
        name,
        level=level,
        areas=areas,
        period=period,
        every=Every.MONTH,
        where=asked.where,
        as_at=asked.as_at,
        engine=asked.engine,
    )


def _counted(
    workspace: Workspace, measure: Measure, asked: Asked, place: Place | None, spans: Spans
) -> tuple[Monthly, Monthly | None, tuple[str, str], list[Figure]]:
    """The counts where it is, and of what they are compared with; of everything there is no comparison."""
    from joinedup.measures import compute

    if place is not None:
        return (_area if place.area else _circle)(workspace, measure, asked, place, spans)
    if asked.family:
        raise BadInput(_("The whole partnership has no family of areas"), next_step=_("Leave out --family"))
    figure = compute(workspace, measure, month_query(asked, measure.name, AreaLevel.ALL, (), _span(spans)))
    return monthly(figure.rows), None, (_("the whole partnership"), ""), [figure]


def _area(
    workspace: Workspace, measure: Measure, asked: Asked, place: Place, spans: Spans
) -> tuple[Monthly, Monthly, tuple[str, str], list[Figure]]:
    """The counts of an area, and of the rest of its district or of the other areas of its family."""
    from joinedup import places
    from joinedup.measures import compute
    from joinedup.measures.result import OUTSIDE, UNLOCATED

    level = place.level or AreaLevel.WARD
    area = places.require_area(workspace, level, place.area)
    if asked.family:
        family = places.family_named(workspace, asked.family)
        if family.level is not level:
            raise BadInput(_("The family is of another level than the place"), where=asked.family)
        within, title = tuple({*family.areas, area.code}), family.title
    else:
        district = "" if level is AreaLevel.DISTRICT else area.parents.get(AreaLevel.DISTRICT, "")
        within = (district,) if district else ()
        title = _("the rest of the district") if district else _("the rest of the partnership")
    figure = compute(workspace, measure, month_query(asked, measure.name, level, within, _span(spans)))
    inside = [row for row in figure.rows if row.area_code == area.code]
    others = [row for row in figure.rows if row.area_code not in {area.code, OUTSIDE, UNLOCATED}]
    if not others:
        raise BadInput(
            _("There is no other area to compare with"), next_step=_("Name a family of areas: --family")
        )
    return monthly(inside), monthly(others), (area.name, title), [figure]


def _circle(
    workspace: Workspace, measure: Measure, asked: Asked, place: Place, spans: Spans
) -> tuple[Monthly, Monthly, tuple[str, str], list[Figure]]:
    """The counts within the radius, and those of the rest of the district in which the point lies."""
    from joinedup import places
    from joinedup.measures import compute
    from joinedup.measures.placed_change import REACH, within_reach

    if asked.family:
        raise BadInput(_("A circle has no family of areas"), next_step=_("Leave out --family"))
    longitude, latitude, radius = place.longitude or 0.0, place.latitude or 0.0, place.radius or 0
    district = places.locate(workspace, [longitude], [latitude], level=AreaLevel.DISTRICT)[0]
    if district is None:
        raise BadInput(_("The point lies in no district that is loaded"), where=asked.intervention)
    cut = within_reach(measure, longitude, latitude, radius)

    def counted(level: AreaLevel, areas: tuple[str, ...], reach: str) -> Figure:
        query = month_query(asked, cut.name, level, areas, _span(spans))
        return compute(workspace, cut, replace(query, where=(*asked.where, (REACH, reach))))

    figures = [counted(AreaLevel.ALL, (), "yes"), counted(AreaLevel.DISTRICT, (str(district),), "no")]
    here, others = (monthly(figure.rows) for figure in figures)
    title = _("within {radius:,} metres").format(radius=radius)
    return here, others, (title, _("the rest of the district")), figures


def monthly(rows: Iterable[FigureRow]) -> Monthly:
    """The sum of each month; None where any area's count of it is not known whole."""
    found: Monthly = {}
    for row in rows:
        month = row.period.start
        whole = row.numerator is not None and Flag.INCOMPLETE_FEED not in row.flags
        known = found.get(month, 0)
        found[month] = known + (row.numerator or 0) if whole and known is not None else None
    return found


def refuse_breaks(workspace: Workspace, measure: Measure, asked: Asked, whole: Period) -> None:
    """Raise BadInput where recording changed within a period."""
    from joinedup.measures import compute

    query = replace(month_query(asked, measure.name, AreaLevel.ALL, (), whole), every=Every.WHOLE)
    figure = compute(workspace, measure, query)
    if any(Flag.SERIES_BREAK in row.flags for row in figure.rows):
        raise BadInput(
            _("Recording changed within {months}, so its months do not compare").format(months=whole.words),
            where=" ".join(figure.notes),
            next_step=_("Read fewer months, or another measure"),
        )
