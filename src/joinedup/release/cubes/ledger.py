"""Making editions of a cube: counted, rounded beside the one before, kept as shown, and logged.

One person makes an edition: nothing exact leaves. It is made by hand, so that not every delivery shows by
itself. The choice of up or down takes a number that nobody keeps: an edition is read, never made again.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.timezone import now as moment
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.release.asking import Decisions
from joinedup.release.cubes import counting
from joinedup.release.cubes.counting import Axes, Counted
from joinedup.release.cubes.seals import seal_of
from joinedup.release.cubes.ways import (
    MOST_BREAKDOWNS,
    begun,
    declared,
    first_unseen_quarter,
    holder,
    require_unpublished,
)
from joinedup.release.decision import Access, What
from joinedup.release.rounding import RoundedCube, round_cube
from joinedup.release.suppression.cells import Counts
from joinedup.release.tables_file import FILE_NAME
from joinedup.terms import Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.release.cubes.models import Cube, CubeEdition
    from joinedup.workspace import Workspace

MOST_LEAVES = 60_000
_QUARTERS = 12  # what a cube is measured by when it begins: it grows with time
_SEED_BITS = 128


@dataclass(frozen=True)
class Listed:
    """A cube as it stands; ``edition`` 0 where nothing was shown yet. ``greatest_error`` is for whoever sees
    the counts themselves, and None for others."""

    measure: Measure
    breakdowns: tuple[str, ...]
    edition: int = 0
    span: Period | None = None
    known_on: dt.datetime | None = None
    greatest_error: int | None = None


def refresh(workspace: Workspace, viewer: Viewer, name: str) -> tuple[CubeEdition, bool]:
    """Show a cube as known now: its newest edition, and whether it is new. Its first edition begins it.

    Raises ``NotPermitted`` where exact tables of its sources were published, or where what it counts changed.
    """
    measure, by, cube = _found(workspace, name)
    _require_whole(workspace, viewer, measure)
    begins = cube.begins if cube else first_unseen_quarter(_of_same_sources(workspace, measure))
    counted, by = _counted(workspace, measure, by, begins)
    last = latest(name)
    rounded = _rounded(workspace, measure, counted, last)
    now = (counted.known_on, counting.as_kept(rounded.leaves), counted.axes.as_plain())
    if last is not None and (last.known_on, last.leaves, last.axes) == now:
        return last, False
    seal = seal_of(workspace, counted)
    try:
        with transaction.atomic():
            cube = cube or _begun(measure, by, begins)
            made = _kept(cube, counted, rounded, last, viewer.username, seal)
            record_act(
                "disclosure",
                by=viewer,
                purpose=Purpose.CRIME_AND_DISORDER,
                what=f"made edition {made.number} of the rounded cube of {name}",
                recipients=["whoever sees protected tables"],
                detail={
                    "measure": name,
                    "edition": made.number,
                    "breakdowns": list(by),
                    "known_on": made.known_on.isoformat(),
                },
            )
    except IntegrityError as error:
        raise NotPermitted(_("Another edition of this cube was made just now: look at that one.")) from error
    return made, True


def latest(name: str) -> CubeEdition | None:
    """The newest edition of a measure's cube."""
    from joinedup.release.cubes.models import CubeEdition

    return CubeEdition.objects.filter(cube=name).order_by("number").last()


def listed(workspace: Workspace, viewer: Viewer) -> list[Listed]:
    """Every cube that is begun or named in the file, of measures this person may see tables of."""
    from joinedup.measures import catalogue

    decisions, known = Decisions(workspace, viewer), catalogue(workspace)
    cubes = {str(one.measure): tuple(one.breakdowns) for one in begun()}
    for name, one in declared(workspace).items():
        cubes.setdefault(name, one.by or ())
    found = []
    for name, breakdowns in cubes.items():
        decision = decisions.of_measure(What.EXPORT, known[name]) if name in known else None
        if decision is not None and decision.allowed:
            found.append(_listed(known[name], breakdowns, whole=decision.access is Access.FULL))
    return found


def _listed(measure: Measure, breakdowns: tuple[str, ...], *, whole: bool) -> Listed:
    edition = latest(measure.name)
    if edition is None:
        return Listed(measure, breakdowns)
    span = Axes.of_plain(edition.axes).span
    error = edition.greatest_error if whole else None
    return Listed(measure, breakdowns, edition.number, span, edition.known_on, error)


def _found(workspace: Workspace, name: str) -> tuple[Measure, tuple[str, ...] | None, Cube | None]:
    """The measure, its breakdowns if they are chosen, and its cube if it is begun."""
    from joinedup.measures import catalogue

    cube = next((one for one in begun() if one.measure == name), None)
    if cube is not None:
        measure = catalogue(workspace).get(name)
        if measure is None or measure.version != cube.version:
            raise NotPermitted(_("The definition of this measure is another than when its cube was begun."))
        return measure, tuple(cube.breakdowns), cube
    one = declared(workspace).get(name)
    if one is None:
        raise NotFound(
            "There is no rounded cube of that name",
            where=name,
            next_step=f"Name its measure as [[cube]] in {FILE_NAME}; see docs/public-tables.md",
        )
    held = holder(workspace, one.measure)
    if held != name:
        raise NotPermitted(
            _("A source of this measure is in another cube (%(measure)s).") % {"measure": held}
        )
    return one.measure, one.by, None


def _of_same_sources(workspace: Workspace, measure: Measure) -> list[Measure]:
    from joinedup.measures import catalogue

    return [one for one in catalogue(workspace).values() if set(one.sources) & set(measure.sources)]


def _require_whole(workspace: Workspace, viewer: Viewer, measure: Measure) -> None:
    if Decisions(workspace, viewer).of_measure(What.EXPORT, measure).access is not Access.FULL:
        raise NotPermitted(
            _("Rounded cubes are made by people who see the counts as they are."),
            next_step=_("Ask an analyst of the partnership"),
        )


def _counted(
    workspace: Workspace, measure: Measure, by: tuple[str, ...] | None, begins: dt.date | None
) -> tuple[Counted, tuple[str, ...]]:
    """The leaves as known now. Where no breakdowns are chosen, as many of the first as are not too many."""
    names = list(measure.breakdowns)
    choices: list[Sequence[str]] = (
        [by] if by is not None else [names[:n] for n in range(MOST_BREAKDOWNS, -1, -1)]
    )
    for chosen in choices:
        found = counting.counted(workspace, measure, chosen, begins)
        if found is None:
            raise NotFound(_nothing_there(begins), where=measure.name)
        quarters = len(found.axes.quarters)
        if found.counts.size * max(quarters, _QUARTERS) // quarters <= MOST_LEAVES or latest(measure.name):
            return found, tuple(chosen)
    raise BadInput(
        f"That cube would have over {MOST_LEAVES:,} leaves in three years",
        where=f"{measure.name}: {', '.join(by or ())}",
        next_step="Name fewer breakdowns, or coarser ones",
    )


def _nothing_there(begins: dt.date | None) -> str:
    if begins is None:
        return "There is no whole quarter of data to show"
    return (
        "Exact tables of this source were looked at before, so its cube begins with the quarter of "
        f"{begins:%B %Y}, of which no whole quarter was delivered yet"
    )


def _rounded(
    workspace: Workspace, measure: Measure, counted: Counted, last: CubeEdition | None
) -> RoundedCube:
    """Rounded beside the edition before, which is counted again as it was known: by its seal it shows
    whether it still comes to what it was (records may have been erased or hidden since)."""
    before: tuple[Counts, Counts] | None = None
    unsure = False
    if last is not None:
        axes = Axes.of_plain(last.axes)
        _require_same_areas(axes, counted.axes)
        then = counting.counted(workspace, measure, tuple(axes.values), last.cube.begins, last.known_on)
        if then is not None:
            unsure = seal_of(workspace, then) != last.seal
            shown = counting.as_shown(last.leaves, axes)
            before = (
                counting.laid_on(then.counts, then.axes, counted.axes),
                counting.laid_on(shown, axes, counted.axes),
            )
    seed, tables = secrets.randbits(_SEED_BITS), counting.tables_of(counted.axes)
    return round_cube(counted.counts, tables, seed, before=before, unsure=unsure)


def _require_same_areas(before: Axes, now: Axes) -> None:
    """Parts of an area that was shown whole could be added up and compared with it."""
    if set(before.areas) - set(counting.NOWHERE) != set(now.areas) - set(counting.NOWHERE):
        raise NotPermitted(
            _("The wards are others than when this cube was last made: its last edition stays what is shown.")
        )


def _begun(measure: Measure, by: Sequence[str], begins: dt.date | None) -> Cube:
    """Enter the cube: from now on its sources go this way."""
    from joinedup.release.cubes.models import Cube

    require_unpublished(measure)
    for other in Cube.objects.select_for_update().all():
        if set(other.sources) & set(measure.sources):
            raise NotPermitted(
                _("A source of this measure is in another cube (%(measure)s).") % {"measure": other}
            )
    return Cube.objects.create(
        measure=measure.name,
        version=measure.version,
        sources=list(measure.sources),
        breakdowns=list(by),
        begins=begins,
    )


def _kept(
    cube: Cube,
    counted: Counted,
    rounded: RoundedCube,
    last: CubeEdition | None,
    username: str,
    seal: str,
) -> CubeEdition:
    from joinedup.release.cubes.models import CubeEdition

    return CubeEdition.objects.create(
        cube=cube,
        number=last.number + 1 if last else 1,
        known_on=counted.known_on,
        axes=counted.axes.as_plain(),
        leaves=counting.as_kept(rounded.leaves),
        greatest_error=rounded.greatest_error,
        made_by=username,
        made_at=moment(),
        seal=seal,
    )
