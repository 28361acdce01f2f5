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
from joinedup.terms import AreaLevel, Every, Flag, Form, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.measures.placed_change import ChangeReading, Spans
    from joinedup.partnership.interventions import Place
    from joinedup.partnership.models import Intervention
    from joinedup.workspace import Workspace

Monthly = dict[dt.date, int | None]


@dataclass(frozen=True)
class Asked:
    """What to read: of which measure, over how many months, against which areas (a family of
    ``families.toml``, or none: the rest of the district), narrowed and as known when."""

    measure: str
    intervention: str
    months: int = 12
    family: str = ""
    where: tuple[tuple[str, str], ...] = ()
    as_at: dt.datetime | None = None


@dataclass(frozen=True)
class ReleasedChange:
    """A reading that has passed the door, with what its counts rest on."""

    measure: Measure
    intervention: Any
    spans: Spans
    reading: ChangeReading
    known_on: dt.datetime | None
    deliveries: tuple[int, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row."""
        fixed = {
            "measure": self.measure.name,
            "definition_version": self.measure.version,
            "intervention": self.intervention.name,
            "before": str(self.spans.before),
            "after": str(self.spans.after),
            "months": self.reading.months,
        }
        beside = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "deliveries": list(self.deliveries),
        }
        return [{**fixed, **row.to_json(), **beside} for row in self.reading.rows]


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
    from joinedup.measures.placed_change import read_change, spans_of
    from joinedup.partnership.interventions import intervention_named, place_of

    measure, decision = admit(workspace, viewer, asked.measure, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(
            _("A place is read by exact counts of months, and those of this source are not shown to you"),
            where=asked.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    _require_counts(measure)
    row = intervention_named(asked.intervention)
    if row.withdrawn_on is not None:
        raise BadInput(_("That intervention was withdrawn"), where=row.name)
    spans = spans_of(row.started_on, row.ended_on, asked.months)
    place = place_of(row)
    counted = _circle if not place.area else _area
    here, others, titles, figures = counted(workspace, measure, asked, place, spans)
    _refuse_breaks(workspace, measure, asked, spans)
    reading = read_change(
        spans, here, others, titles, chosen_for=row.chosen_for, small=workspace.settings.small_number
    )
    reading = _with_cautions(reading, figures, spans, row)
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"{measure.title}, before and after the intervention {row.name}",
        reason=reason,
        recipients=[viewer.username],
        detail={
            "measure": measure.name,
            "intervention": row.name,
            "before": str(spans.before),
            "after": str(spans.after),
            "family": asked.family,
            "where": [list(pair) for pair in asked.where],
            "as_at": None if asked.as_at is None else asked.as_at.isoformat(),
            "channel": channel,
            **decision.basis,
        },
    )
    numbers = {delivery.number for figure in figures for delivery in figure.deliveries}
    known = max((figure.known_on for figure in figures if figure.known_on), default=None)
    return ReleasedChange(measure, row, spans, reading, known, tuple(sorted(numbers)))


_SAID = (Flag.NOT_YET_MATURE, Flag.PROVISIONAL)


def _with_cautions(
    reading: ChangeReading, figures: list[Figure], spans: Spans, row: Intervention
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
        if one.pk != row.pk and spans.before.start <= one.started_on < spans.after.end
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


def _require_counts(measure: Measure) -> None:
    if Form.COUNT not in measure.forms or not (measure.additive_over_areas and measure.additive_over_time):
        raise BadInput(
            _("Only counts that add up over areas and months are read before and after"),
            where=f"measure {measure.name}",
        )


def _span(spans: Spans) -> Period:
    """From the earliest month that is looked at to the latest."""
    return Period(spans.earlier.start, spans.after.end)


def _query(asked: Asked, name: str, level: AreaLevel, areas: tuple[str, ...], period: Period) -> FigureQuery:
    from joinedup.measures import FigureQuery

    return FigureQuery(
        name,
        level=level,
        areas=areas,
        period=period,
        every=Every.MONTH,
        where=asked.where,
        as_at=asked.as_at,
    )


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
    figure = compute(workspace, measure, _query(asked, measure.name, level, within, _span(spans)))
    inside = [row for row in figure.rows if row.area_code == area.code]
    others = [row for row in figure.rows if row.area_code not in {area.code, OUTSIDE, UNLOCATED}]
    if not others:
        raise BadInput(
            _("There is no other area to compare with"), next_step=_("Name a family of areas: --family")
        )
    return _monthly(inside), _monthly(others), (area.name, title), [figure]


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
        query = _query(asked, cut.name, level, areas, _span(spans))
        return compute(workspace, cut, replace(query, where=(*asked.where, (REACH, reach))))

    figures = [counted(AreaLevel.ALL, (), "yes"), counted(AreaLevel.DISTRICT, (str(district),), "no")]
    here, others = (_monthly(figure.rows) for figure in figures)
    title = _("within {radius:,} metres").format(radius=radius)
    return here, others, (title, _("the rest of the district")), figures


def _monthly(rows: Iterable[FigureRow]) -> Monthly:
    """The sum of each month; None where any area's count of it is not known whole."""
    found: Monthly = {}
    for row in rows:
        month = row.period.start
        whole = row.numerator is not None and Flag.INCOMPLETE_FEED not in row.flags
        known = found.get(month, 0)
        found[month] = known + (row.numerator or 0) if whole and known is not None else None
    return found


def _refuse_breaks(workspace: Workspace, measure: Measure, asked: Asked, spans: Spans) -> None:
    """Raise BadInput where recording changed between the months before and those after."""
    from joinedup.measures import compute

    whole = Period(spans.before.start, spans.after.end)
    query = replace(_query(asked, measure.name, AreaLevel.ALL, (), whole), every=Every.WHOLE)
    figure = compute(workspace, measure, query)
    if any(Flag.SERIES_BREAK in row.flags for row in figure.rows):
        raise BadInput(
            _("Recording changed between the months before and those after, so they do not compare"),
            where=" ".join(figure.notes),
            next_step=_("Read fewer months, or another measure"),
        )
