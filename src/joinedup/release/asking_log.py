"""The door for questions to the log: who looked at this, and why.

Auditors, and who answers for the data of the partnership, see all of it; a data owner what was done with
their agency's data; everybody their own acts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.release.asking import Decisions
from joinedup.release.matters import Matter, known
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.log import AboutData
    from joinedup.log.models import Act
    from joinedup.workspace import Workspace

SEE_ALL = frozenset({Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR})


class Reach(StrEnum):
    """How much of the log a person sees."""

    ALL = "all"
    OWN_DATA = "own-data"  # what was done with their agency's data, and their own acts
    OWN_ACTS = "own-acts"


@dataclass(frozen=True)
class LogQuestion:
    """What is asked of the log; empty: not asked.

    ``by`` is a user name, ``text`` stands in what was done, ``subject`` is the key of a record that the act
    names, ``owner`` the code of the agency whose data it was about; ``since`` and ``until`` are UTC.
    """

    by: str = ""
    kind: str = ""
    text: str = ""
    subject: str = ""
    owner: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def subject_key(self) -> str:
        """The key in the one way in which the log has it. Raises BadInput for what is none."""
        from uuid import UUID

        try:
            return str(UUID(self.subject)) if self.subject else ""
        except ValueError:
            raise BadInput("That is no record's key", next_step="Take it from a list of records") from None


def reach(viewer: Viewer) -> Reach:
    """How much of the log this person sees; what is told of a delivery counts closed rows."""
    if viewer.role in SEE_ALL:
        return Reach.ALL
    return Reach.OWN_DATA if viewer.role is Role.DATA_OWNER else Reach.OWN_ACTS


def log_acts(
    workspace: Workspace,
    viewer: Viewer,
    question: LogQuestion | None = None,
    *,
    after: str | None = None,
    limit: int | None = None,
) -> list[Act]:
    """Acts that fit and that this person may see, the latest first; with ``after``, an act's id, older ones.

    For whoever sees their own acts only, or those on their agency's data, others' are not there.
    """
    from joinedup.log import acts

    asked, seen = question or LogQuestion(), reach(viewer)
    by, about = asked.by, _about(workspace, asked.owner, "") if asked.owner else None
    if seen is Reach.OWN_ACTS:
        if by.casefold() not in {"", viewer.username.casefold()}:
            return []
        by = viewer.username
    elif seen is Reach.OWN_DATA:
        if asked.owner not in {"", viewer.agency}:
            return []
        about = _about(workspace, viewer.agency, "" if asked.owner else viewer.username)
    return acts(
        by=by,
        kind=asked.kind,
        text=asked.text,
        since=asked.since,
        until=asked.until,
        subject=asked.subject_key(),
        about=about,
        unless=_hidden(workspace, viewer),
        unless_guarded=_own(viewer),
        after=after,
        limit=limit,
    )


def log_sight(workspace: Workspace, viewer: Viewer) -> AboutData | None:
    """What of the log the database itself shows this person, where it can (``log.seeing``); None: all."""
    from joinedup.log import AboutData

    seen = reach(viewer)
    if seen is Reach.ALL:
        return None
    if seen is Reach.OWN_DATA:
        return _about(workspace, viewer.agency, viewer.username)
    return AboutData(or_by=viewer.username)


def _hidden(workspace: Workspace, viewer: Viewer) -> AboutData | None:
    """Acts on what is restricted and does not exist for this person, unless they did them; an auditor sees
    those too."""
    if viewer.role is Role.AUDITOR:
        return None
    decisions = Decisions(workspace, viewer)
    hidden = [one for one in decisions.known.matters if not decisions.knows(one.feed)]
    return _of_matters("", hidden, viewer.username) if hidden else None


def _own(viewer: Viewer) -> AboutData | None:
    """Acts on restricted records, watch-lists and broken glass are there for the data owners of their agency,
    for whoever did them, and for auditors."""
    from joinedup.log import AboutData

    if viewer.role is Role.AUDITOR:
        return None
    agency = viewer.agency if viewer.role is Role.DATA_OWNER else ""
    return AboutData(agency, or_by=viewer.username)


def _about(workspace: Workspace, agency: str, or_by: str) -> AboutData:
    return _of_matters(agency, [one for one in known(workspace).matters if one.owner == agency], or_by)


def _of_matters(agency: str, found: Sequence[Matter], or_by: str) -> AboutData:
    """Acts that name these feeds, or a measure that rests on any source of theirs."""
    from joinedup.log import AboutData
    from joinedup.measures import catalogue
    from joinedup.measures.own.ledger import versions

    sources = {one.source for one in found}
    measures = {one.name for one in catalogue().values() if sources.intersection(one.sources)}
    measures |= {one.name for one in versions() if sources.intersection(one.sources)}  # of any time
    return AboutData(agency, sorted({one.feed for one in found}), sorted(measures), or_by)
