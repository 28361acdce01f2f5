"""Setting, changing and closing a target: of what is there, by those who see what it is judged by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.hub.targets.judging import Judged, judge, projection, query_of
from joinedup.hub.targets.seeing import target_seen
from joinedup.partnership import targets as register
from joinedup.partnership.aims import Aim, Place
from joinedup.release import measure_known
from joinedup.terms import AreaLevel, Engine, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.partnership.target_models import KeptTarget
    from joinedup.workspace import Workspace


def keep(  # noqa: PLR0913 - what a target consists of
    workspace: Workspace,
    viewer: Viewer,
    reference: str,
    *,
    measure: str,
    where: Sequence[tuple[str, str]] = (),
    level: AreaLevel = AreaLevel.PARTNERSHIP,
    areas: Sequence[str] = (),
    vintage: str | None = None,
    place: str = "",
    year: Period,
    aim: Aim,
    owner: str,
    title: str = "",
    set_on: dt.date | None = None,
    review_on: dt.date | None = None,
    note: str = "",
    engine: Engine = Engine.DUCKDB,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    channel: str = "hub",
) -> Judged:
    """Set a target that can be judged: one whose measure has a year, whose values and areas there are.

    Raises what judging it raises, so that nothing is kept that nobody can follow; for whoever does not see
    the counts too: a target is set by those who see what it is judged by.
    """
    register.require_editor(viewer)
    found = measure_known(workspace, viewer, measure)
    where_at = _place(workspace, level, areas, vintage, place)
    query = query_of(measure, where, where_at, None, engine)
    projection(workspace, viewer, query, year, aim, where_at.name, purpose, channel)
    made = register.set_target(
        reference,
        title or _title(found, where, where_at),
        measure=measure,
        version=found.version,
        where=where,
        place=where_at,
        year=year,
        aim=aim,
        owner=owner,
        by=viewer,
        set_on=set_on,
        review_on=review_on,
        note=note,
    )
    return judge(workspace, viewer, made, engine=engine, purpose=purpose, channel=channel)


def change(
    workspace: Workspace, viewer: Viewer, reference: str, *, newest_definition: bool = False, **changes: Any
) -> KeptTarget:
    """Change a target that is there for this person; ``newest_definition`` takes its measure as it is now."""
    register.require_editor(viewer)
    one = target_seen(workspace, viewer, reference)
    version = measure_known(workspace, viewer, one.measure).version if newest_definition else None
    return register.change_target(reference, by=viewer, version=version, **changes)


def close(workspace: Workspace, viewer: Viewer, reference: str, why: str) -> KeptTarget:
    """Close a target that is there for this person."""
    register.require_editor(viewer)
    target_seen(workspace, viewer, reference)
    return register.close_target(reference, by=viewer, why=why)


def _title(measure: Measure, where: Sequence[tuple[str, str]], place: Place) -> str:
    """What a target is called where nobody says: the measure, its values and the place."""
    values = [str(measure.breakdowns.get(name, {}).get(value, value)) for name, value in where]
    of = f" ({', '.join(values)})" if values else ""
    return f"{measure.title}{of}, {place.name}"[: register.LONGEST]


def _place(
    workspace: Workspace, level: AreaLevel, areas: Sequence[str], vintage: str | None, name: str
) -> Place:
    """The place that is meant: those of the areas that there are, by their boundaries of this vintage."""
    if level is AreaLevel.PARTNERSHIP:
        return Place(name or workspace.settings.partnership, level, tuple(areas))
    if not areas:
        raise BadInput(
            _("It is not said of which areas the target is"),
            where=f"--area-level {level.value}",
            next_step=_("Say --area CODE, once for each"),
        )
    found = places.areas(workspace, level, vintage=vintage, within=areas)
    lacking = [code for code in areas if not any(code == one.code or code in one.within for one in found)]
    if lacking:
        raise NotFound(_("There is no such area at this level"), where=", ".join(lacking))
    year = "" if level is AreaLevel.SQUARE else found[0].vintage
    called = name or ", ".join(one.name for one in found)
    if len(called) > register.LONGEST:
        raise BadInput(
            _("So many areas need a name of their own"), next_step=_("Say it: --place 'Town centre'")
        )
    return Place(called, level, tuple(one.code for one in found), year)
