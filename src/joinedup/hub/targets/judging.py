"""Where a target is going, asked of the records through ``release`` for whoever may see the counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import JoinedupError, MissingPart, NotPermitted
from joinedup.partnership import targets as register
from joinedup.partnership.aims import Aim, Place
from joinedup.release import measure_known
from joinedup.release.targets import ReleasedProjection, released_baseline, released_projection
from joinedup.terms import Engine, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, Measure
    from joinedup.measures.projecting import Projection
    from joinedup.partnership.target_models import KeptTarget
    from joinedup.workspace import Workspace

CANNOT_BE_JUDGED, NOT_SHOWN = "not-judged", "not-shown"


@dataclass(frozen=True)
class Judged:
    """A target and where it is going. Without a ``projection`` the first of ``notes`` says why there is none.

    ``known_on`` and ``deliveries`` are what the judgement rests on.
    """

    target: KeptTarget
    projection: Projection | None
    notes: tuple[str, ...] = ()
    known_on: dt.datetime | None = None
    deliveries: tuple[int, ...] = ()
    is_refused: bool = False

    @property
    def status(self) -> str:
        """The projection's status, ``closed``, ``not-judged``, or ``not-shown`` to this person."""
        if self.projection is not None:
            return self.projection.status.value
        if not self.target.is_open:
            return "closed"
        return NOT_SHOWN if self.is_refused else CANNOT_BE_JUDGED

    @property
    def words(self) -> str:
        """The status as people say it."""
        if self.projection is not None:
            return self.projection.status.words
        return {
            "closed": _("closed"),
            NOT_SHOWN: _("not shown to you"),
            CANNOT_BE_JUDGED: _("cannot be judged"),
        }[self.status]


def judge(
    workspace: Workspace,
    viewer: Viewer,
    one: KeptTarget,
    *,
    as_at: dt.datetime | None = None,
    engine: Engine = Engine.DUCKDB,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    channel: str = "hub",
) -> Judged:
    """Where a target is going, as known at an instant (None: now), for what this person may see; logged.

    What cannot be judged, or is not shown to them, says why and raises nothing; where the ``engine`` is not
    installed, MissingPart.
    """
    try:
        measure = measure_known(workspace, viewer, one.measure)
        if measure.version != one.measure_version:
            return Judged(one, None, (_redefined(one, measure),))
        where = [(name, value) for name, value in one.where]
        query = query_of(one.measure, where, register.place_of(one), as_at, engine)
        return _judged(workspace, viewer, one, query, purpose, channel)
    except MissingPart:
        raise
    except NotPermitted as refused:
        return Judged(one, None, (refused.sentence(),), is_refused=True)
    except JoinedupError as wrong:
        return Judged(one, None, (wrong.sentence(),))


def projection(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    year: Period,
    aim: Aim,
    name: str,
    purpose: Purpose,
    channel: str,
) -> ReleasedProjection | str:
    """The released projection; a sentence where there is no baseline to judge by."""
    from joinedup.measures.projecting import Target

    target = Target(year, change=aim.change, count=aim.count, at_most=aim.at_most)
    value = aim.baseline_value
    if value is None and (aim.baseline_year is not None or aim.known_at is not None):
        known_at = min(one for one in (aim.known_at, query.as_at) if one) if aim.known_at else None
        of = aim.baseline_year or target.before
        found = released_baseline(
            workspace, viewer, query, target, of, known_at, purpose=purpose, channel=channel
        )
        if found.count is None:
            return found.reason
        value = found.count
    if value is not None:
        target = Target(year, count=target.wanted(value), at_most=aim.at_most)
    return released_projection(
        workspace, viewer, query, target, together=name, purpose=purpose, channel=channel
    )


def query_of(
    measure: str,
    where: Sequence[tuple[str, str]],
    place: Place,
    as_at: dt.datetime | None,
    engine: Engine = Engine.DUCKDB,
) -> FigureQuery:
    from joinedup.measures import FigureQuery

    return FigureQuery(
        measure=measure,
        level=place.level,
        areas=place.areas,
        where=tuple(where),
        as_at=as_at,
        vintage=place.vintage or None,
        engine=engine,
    )


def _redefined(one: KeptTarget, measure: Measure) -> str:
    said = _(
        "The definition of {measure} is version {now}, and the target was set by version {then}: review it, "
        "and take the new one with joinedup targets change {reference} --newest-definition"
    )
    return said.format(
        measure=measure.title, now=measure.version, then=one.measure_version, reference=one.reference
    )


def _judged(
    workspace: Workspace,
    viewer: Viewer,
    one: KeptTarget,
    query: FigureQuery,
    purpose: Purpose,
    channel: str,
) -> Judged:
    place = register.place_of(one)
    year, aim = register.year_of(one), register.aim_of(one)
    answer = projection(workspace, viewer, query, year, aim, place.name, purpose, channel)
    if isinstance(answer, str):
        return Judged(one, None, (answer,))
    figure = answer.figure
    ((_row, going),) = answer.areas
    return Judged(
        one,
        going,
        (*going.notes, *figure.notes),
        figure.known_on,
        tuple(delivery.number for delivery in figure.deliveries),
    )
