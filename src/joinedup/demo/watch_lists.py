"""The demonstration's watch-lists: persons of interest to the wardens, and who was released from prison."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from joinedup.accounts import today
from joinedup.errors import NotFound
from joinedup.records import RecordBook
from joinedup.release import reveal
from joinedup.release.watch_lists import (
    CountedFrom,
    Definition,
    Draw,
    Recipient,
    Rule,
    add_to_watch_list,
    make_watch_list,
)
from joinedup.terms import Purpose, RecordType, Role, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

PERSONS, RELEASED = "persons-of-interest", "released-from-prison"
_COMPLAINTS, _RELEASES = "council-asb-perpetrators", "prison-releases"
_LOOKED_AT, _ON_IT = 80, 12
_BORN_BY = 2005  # of age in the demonstration's years
_DAYS = 180


def fill(workspace: Workspace, by: Viewer) -> int:
    """Make those lists that were never made; how many. The coordinator keeps them, under the agreements."""
    from joinedup.release.watch_list_models import WatchList

    known = set(WatchList.objects.values_list("name", flat=True))
    new = [one for one in (_persons(), _released()) if one.name not in known]
    for made in new:
        make_watch_list(workspace, by, made)
        if made.name == PERSONS and (keys := _adults(workspace, by)):
            add_to_watch_list(workspace, by, PERSONS, keys=keys, why="anti-social-behaviour")
    return len(new)


def _persons() -> Definition:
    return _list(
        PERSONS,
        "Persons of interest to the wardens",
        Purpose.CRIME_AND_DISORDER,
        "Crime and Disorder Act 1998, section 115: so that patrols know whom complaints are about",
        Draw(_COMPLAINTS),
        Recipient("council-wardens", Role.PRACTITIONER),
        tuple(f"perpetrator.{name}" for name in ("family_name", "given_name", "alias", "birth_date")),
    )


def _released() -> Definition:
    """Counted from the last day told of, because the demonstration ends with March 2025."""
    return _list(
        RELEASED,
        "Released from prison to the area",
        Purpose.OFFENDER_MANAGEMENT,
        "Offender Management Act 2007, section 14: so that the team meets people at the gate",
        Draw(_RELEASES, Rule(28, 28, CountedFrom.LATEST)),
        Recipient("iom-team", Role.PRACTITIONER),
        tuple(f"client.{name}" for name in ("full_name", "alias", "birth_date", "address")),
    )


def _list(
    name: str,
    title: str,
    purpose: Purpose,
    basis: str,
    draw: Draw,
    recipient: Recipient,
    details: tuple[str, ...],
) -> Definition:
    first = today()
    return Definition(
        name=name,
        title=title,
        purpose=purpose,
        basis=basis,
        draws=(draw,),
        recipients=(recipient,),
        details=details,
        keeper="",
        starts=first,
        expires=first + dt.timedelta(days=_DAYS),
        review=first + dt.timedelta(days=_DAYS // 2),
    )


def _adults(workspace: Workspace, by: Viewer) -> list[str]:
    """Keys of the latest complaints about adults known by name: looked up as anybody would, and so logged."""
    keys = _latest_complaints(workspace)
    if not keys:
        return []
    name, born = "perpetrator.family_name", "perpetrator.birth_date"
    try:
        told = reveal(
            workspace,
            by,
            RecordType.INVOLVEMENT,
            keys,
            [name, born],
            purpose=Purpose.CRIME_AND_DISORDER,
            reason="Choosing adults for the demonstration's watch-list",
            feed=_COMPLAINTS,
        )
    except NotFound:  # a demonstration of so few people that none is known
        return []
    grown = {one["record_key"] for one in told if one[name] and one[born] and one[born].year <= _BORN_BY}
    return [key for key in keys if key in grown][:_ON_IT]


def _latest_complaints(workspace: Workspace) -> list[str]:
    """Keys of the latest complaints whose alleged perpetrator lives in the borough, and so may be known."""
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INVOLVEMENT], ["council-asb"])
        if "residence" not in {name for name, *_type in cursor.execute("DESCRIBE involvement").fetchall()}:
            return []
        latest = """SELECT record_key FROM involvement WHERE feed = ? AND residence = 'in-borough'
                    ORDER BY occurred_date DESC, record_key LIMIT ?"""
        return [str(key) for (key,) in cursor.execute(latest, [_COMPLAINTS, _LOOKED_AT]).fetchall()]
