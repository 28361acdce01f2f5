"""The door for questions to the log: who answers for the data sees all of it, others their own acts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.log.models import Act

SEE_ALL = frozenset({Role.ANALYST, Role.ADMINISTRATOR})


def sees_all(viewer: Viewer) -> bool:
    """Whether this person may see what others did; what is told of a delivery counts closed rows."""
    return viewer.role in SEE_ALL


def log_acts(
    viewer: Viewer,
    *,
    by: str | None = None,
    kind: str | None = None,
    text: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int | None = None,
) -> list[Act]:
    """Acts that fit and that this person may see, the latest first (see ``log.acts``)."""
    from joinedup.log import acts

    if not sees_all(viewer):
        if by and by.casefold() != viewer.username.casefold():
            return []
        by = viewer.username
    return acts(by=by, kind=kind, text=text, since=since, until=until, limit=limit)
