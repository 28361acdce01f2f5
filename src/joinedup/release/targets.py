"""The door for targets: figures that are released, projected. What they hide is not judged by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Every, Flag, Form, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, FigureRow
    from joinedup.measures.projecting import Projection, Target
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedProjection:
    """The months that have passed the door, and for each area where its year is going."""

    figure: ReleasedFigure
    areas: tuple[tuple[FigureRow, Projection], ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each area."""
        known_on = self.figure.known_on
        return [
            {
                "measure": self.figure.measure.name,
                "definition_version": self.figure.measure.version,
                "area_level": row.area_level.value,
                "area_code": row.area_code,
                "area_name": row.area_name,
                **one.to_json(),
                "known_on": known_on.isoformat() if known_on else None,
                "deliveries": [delivery.number for delivery in self.figure.deliveries],
            }
            for row, one in self.areas
        ]


def released_projection(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    target: Target,
    *,
    together: str = "",
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedProjection:
    """Where each area of the query is going in the target's year, from what this person may see; logged.

    ``together`` names areas that are judged as one, by the sums of their counts. Raises ``NotPermitted``,
    ``NotFound`` for what there is not, ``BadInput`` for what has no year or does not add up over areas, and
    for whoever sees protected numbers: by these nothing is judged.
    """
    from joinedup.measures.projecting import not_judged, project, questions
    from joinedup.measures.result import OUTSIDE, UNLOCATED

    _admit_exact(workspace, viewer, query, together, purpose=purpose, reason=reason)
    whole, months = (
        release(workspace, viewer, one, purpose=purpose, reason=reason, channel=channel)
        for one in questions(query, target)
    )
    by_area: dict[str, list[FigureRow]] = {}
    for row in _as_one(months.rows, together) if together else months.rows:
        by_area.setdefault(row.area_code, []).append(row)
    breaks = tuple(note for note in whole.notes if note not in months.notes)
    found = []
    for row in _as_one(whole.rows, together) if together else whole.rows:
        if row.area_code in {OUTSIDE, UNLOCATED} and len(whole.rows) > 1:
            nowhere = _("What lies in no area has no target: it is shown and not judged.")
            found.append((row, not_judged(target, by_area[row.area_code], nowhere)))
            continue
        one = project(target, by_area[row.area_code], row)
        found.append((row, replace(one, notes=(*one.notes, *breaks)) if one.chance is None else one))
    return ReleasedProjection(months, tuple(found))


@dataclass(frozen=True)
class Baseline:
    """The count of a year that a target is measured by; None where it cannot be told, and why."""

    count: int | None
    reason: str = ""


def released_baseline(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    target: Target,
    year: Period,
    known_at: dt.datetime | None,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    channel: str = "hub",
) -> Baseline:
    """What the areas of the query had in a year, as known at an instant (None: as the query says); logged.

    It cannot be told where months lack, where numbers are hidden, or where recording changed between that
    year and the target's. Raises as ``released_projection`` does.
    """
    _admit_exact(workspace, viewer, query, "all", purpose=purpose, reason="")
    plain = replace(query, by=(), every=Every.WHOLE)
    count = replace(plain, form=Form.COUNT, period=year, against=None, as_at=known_at or query.as_at)
    change = replace(plain, form=Form.CHANGE, period=target.year, against=year)
    counted, changed = (
        release(workspace, viewer, one, purpose=purpose, channel=channel) for one in (count, change)
    )
    if any(Flag.SERIES_BREAK in row.flags for row in _in_areas(changed.rows)):
        return Baseline(
            None, _("The target cannot be judged: recording changed between its year and its baseline.")
        )
    lacking = {Flag.NO_DATA, Flag.INCOMPLETE_FEED, Flag.SUPPRESSED, Flag.ROUNDED}
    parts = _in_areas(counted.rows)
    if not parts or any(row.numerator is None or lacking & {*row.flags} for row in parts):
        return Baseline(None, _("The target cannot be judged: months of its baseline were not delivered."))
    return Baseline(sum(row.numerator or 0 for row in parts))


def _admit_exact(
    workspace: Workspace, viewer: Viewer, query: FigureQuery, together: str, *, purpose: Purpose, reason: str
) -> None:
    """Raise for whoever may not see exact counts of the measure, and for sums that mean nothing."""
    measure, decision = admit(workspace, viewer, query.measure, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise BadInput(
            _("A target is judged by exact counts of months, and those of this source are not shown to you"),
            where=query.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    if together and len(query.areas) > 1 and not measure.additive_over_areas:
        raise BadInput(
            _("{measure} does not add up over areas: several are no one place").format(measure=measure.title),
            where=query.measure,
            next_step=_("Set a target for each area"),
        )


def _as_one(rows: Sequence[FigureRow], name: str) -> list[FigureRow]:
    """Areas as one place of this name: for each period the sum of their counts, and all of their flags.

    A sum of which one is not known is not known. What lies in no area is in no place.
    """
    by_period: dict[Period, list[FigureRow]] = {}
    for row in _in_areas(rows):
        by_period.setdefault(row.period, []).append(row)
    return [_sum(period, parts, name) for period, parts in by_period.items()]


def _in_areas(rows: Sequence[FigureRow]) -> list[FigureRow]:
    """The rows of areas, without what lies outside of all and what has no place."""
    from joinedup.measures.result import OUTSIDE, UNLOCATED

    return [row for row in rows if row.area_code not in {OUTSIDE, UNLOCATED}]


def _sum(period: Period, parts: Sequence[FigureRow], name: str) -> FigureRow:
    told = {flag for row in parts for flag in row.flags}
    whole = None if any(row.numerator is None for row in parts) else sum(row.numerator or 0 for row in parts)
    return replace(
        parts[0],
        area_code=",".join(row.area_code for row in parts),
        area_name=name,
        period=period,
        numerator=whole,
        denominator=None,
        value=whole,
        lower=None,
        upper=None,
        flags=tuple(flag for flag in Flag if flag in told),
    )
