"""Who saw a watch-list, and when, as the log has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.watch_lists.standing import watch_list
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Look:
    """That somebody saw a list: when (UTC), with which role, and how many records stood on it."""

    at: dt.datetime
    username: str
    agency: str
    role: str
    records: int


def looks_at(workspace: Workspace, viewer: Viewer, name: str, *, limit: int | None = None) -> list[Look]:
    """The looks at a list, the latest first, for its keeper, data owners of its feeds and auditors.

    Raises NotFound where no such list exists for this person, NotPermitted for its recipients.
    """
    from joinedup.log import acts, seeing

    known = watch_list(workspace, viewer, name)
    if not known.sees_looks:
        raise NotPermitted(
            _("Who saw a watch-list is shown to its keeper, data owners of its feeds and auditors"),
            where=name,
        )
    with seeing(None):  # that they may is decided
        found = acts(kind="consultation", text=f"watch-list {known.definition.name}: ", limit=limit)
    return [
        Look(act.moment, act.username, act.agency, act.role, act.detail["entries"])
        for act in found
        if act.detail.get("watch_list") == known.definition.name
    ]
