"""Which way a closed source goes: exact tables with cells hidden, or one rounded cube. Never both.

The file says which measures have a cube; once a cube was begun the ledger says it, whatever the file says
later. Two measures of a source count the same records and could be played off against each other, so a source
has the cube of one measure, and its other measures are not shown to people who see protected tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.log import latest_disclosure
from joinedup.release import tables_file
from joinedup.release.permissions import PROTECTED_TABLES
from joinedup.release.tables_file import FILE_NAME
from joinedup.terms import LONDON, Purpose, add_months

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.release.cubes.models import Cube
    from joinedup.workspace import Workspace

MOST_BREAKDOWNS = 2
_KEYS = {"measure", "by"}


@dataclass(frozen=True)
class Declared:
    """A measure that the file gives a cube; ``by`` None leaves its breakdowns to the number of leaves."""

    measure: Measure
    by: tuple[str, ...] | None


def declared(workspace: Workspace) -> dict[str, Declared]:
    """{measure: what the file says of its cube}. BadInput where a source would go two ways."""
    found: dict[str, Declared] = {}
    for entry in tables_file.entries(workspace, "cube"):
        one = _declared(workspace, entry)
        found[one.measure.name] = one
    _require_one_way(workspace, [one.measure for one in found.values()])
    return found


def begun() -> list[Cube]:
    """The cubes of which something was shown."""
    from joinedup.release.cubes.models import Cube

    return list(Cube.objects.all())


Holders = Sequence[tuple[str, frozenset[str]]]
"""Each measure that has a cube, with its sources: the begun ones first, for the ledger decides."""


def holders(workspace: Workspace) -> Holders:
    """Which measures have cubes: ask once where many measures are asked about."""
    kept = [(str(cube.measure), frozenset(cube.sources)) for cube in begun()]
    named = [(one.measure.name, frozenset(one.measure.sources)) for one in declared(workspace).values()]
    return [*kept, *named]


def holder_of(measure: Measure, held: Holders) -> str | None:
    """The measure whose cube a source of this measure is in; None where its exact tables may be made."""
    return next((name for name, sources in held if sources.intersection(measure.sources)), None)


def holder(workspace: Workspace, measure: Measure) -> str | None:
    """The same for a single measure."""
    return holder_of(measure, holders(workspace))


def require_exact(workspace: Workspace, measure: Measure) -> None:
    """Refuse exact tables of a source that has a cube."""
    name = holder(workspace, measure)
    if name is not None:
        raise NotPermitted(
            _(
                "This source is shown in rounded numbers (%(measure)s): exact tables beside them could give "
                "small counts away."
            )
            % {"measure": name},
            next_step=_("See: joinedup release cube list"),
        )


def require_unpublished(measure: Measure) -> None:
    """Refuse a cube of a source of which exact tables were ever published.

    On PostgreSQL editions are held until the transaction ends, so that none is approved beside it.
    """
    from joinedup.release.models import Publication

    for made in Publication.objects.select_for_update().all():
        if made.left and set(made.sources) & set(measure.sources):
            raise NotPermitted(
                _(
                    "Exact tables of this source were published (%(measure)s): rounded numbers beside them "
                    "could give hidden counts away."
                )
                % {"measure": made.measure}
            )


def first_unseen_quarter(measures: Iterable[Measure]) -> dt.date | None:
    """The first day of the first quarter of which nobody who sees protected tables can have seen exact
    cells: it begins after the last time that somebody looked. None where nobody ever did.

    The log knows who looked: what may have been a look is taken for one.
    """
    last = latest_disclosure(
        measures=[one.name for one in measures],
        roles=[one.value for one in PROTECTED_TABLES],
        purpose=Purpose.PUBLIC_INFORMATION.value,
    )
    if last is None:
        return None
    day = last.astimezone(LONDON).date()
    return add_months(day, 3 - (day.month - 1) % 3)


def _declared(workspace: Workspace, entry: dict[str, object]) -> Declared:
    from joinedup.measures import catalogue

    unknown = set(entry) - _KEYS
    name, by = entry.get("measure"), entry.get("by")
    if unknown or not isinstance(name, str) or not (by is None or _is_list_of_texts(by)):
        raise BadInput(
            "Each [[cube]] names its measure, and may say by which breakdowns",
            where=f"{FILE_NAME}: {', '.join(sorted(unknown)) or name}",
            next_step="See docs/public-tables.md",
        )
    measure = catalogue(workspace).get(name)
    if measure is None or not tables_file.fits(measure) or not tables_file.is_closed(workspace, measure):
        raise BadInput(
            "Only a closed measure that adds up over areas and time has a rounded cube",
            where=f"{FILE_NAME}: {name}",
            next_step="See: joinedup measures",
        )
    chosen = None if by is None else tuple(str(one) for one in by)  # type: ignore[attr-defined]
    wrong = set(chosen or ()) - set(measure.breakdowns)
    if chosen is not None and (wrong or len(chosen) > MOST_BREAKDOWNS or len(set(chosen)) < len(chosen)):
        raise BadInput(
            "A rounded cube is cut by at most two breakdowns of its measure",
            where=f"{FILE_NAME}: {name}, {', '.join(sorted(wrong) or chosen)}",
            next_step=f"There is: {', '.join(measure.breakdowns)}",
        )
    return Declared(measure, chosen)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _require_one_way(workspace: Workspace, cubes: list[Measure]) -> None:
    from joinedup.measures import catalogue

    known = catalogue(workspace)
    sets = [entry.get("measure") for entry in tables_file.entries(workspace, "set")]
    others = [*cubes, *(known[name] for name in sets if isinstance(name, str) and name in known)]
    for number, one in enumerate(cubes):
        for other in others[number + 1 :]:
            if set(one.sources) & set(other.sources):
                raise BadInput(
                    "A source has one rounded cube, or exact tables: not two of them",
                    where=f"{FILE_NAME}: {one.name}, {other.name}",
                    next_step="Keep one of the two",
                )
