"""Which watch-lists exist for a person, as what they know of each, and whether it is shown today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import today
from joinedup.errors import NotFound, NotPermitted
from joinedup.release import matters
from joinedup.release.asking import Decisions
from joinedup.release.matters import Known
from joinedup.release.watch_lists.definition import MAKERS, Definition, read
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.release.watch_list_models import WatchList
    from joinedup.workspace import Workspace


class State(StrEnum):
    """Where a list stands on a day. Only an open one shows its entries."""

    TO_COME = "to-come"
    OPEN = "open"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True)
class KnownWatchList:
    """A list that exists for a person, and what they are to it; ``row`` is what the database has of it."""

    row: WatchList
    definition: Definition
    day: dt.date
    keeps: bool
    receives: bool
    owns: bool  # answers as data owner for a feed that it draws on
    audits: bool

    @property
    def state(self) -> State:
        """Where it stands today."""
        if self.row.ended_at is not None:
            return State.ENDED
        if self.day < self.definition.starts:
            return State.TO_COME
        return State.OPEN if self.day <= self.definition.expires else State.EXPIRED

    @property
    def review_is_due(self) -> bool:
        """Whether it is open and was to be looked over by now."""
        return self.state is State.OPEN and self.definition.review <= self.day

    @property
    def may_look(self) -> bool:
        """Whether its entries are for this person at all; whether they are shown, each look decides."""
        return self.keeps or self.receives

    @property
    def sees_looks(self) -> bool:
        """Whether this person sees who looked at it."""
        return self.keeps or self.owns or self.audits

    @cached_property
    def keeper_name(self) -> str:
        """Who keeps it, by name."""
        from joinedup.accounts.models import User

        found = User.objects.filter(username__iexact=self.definition.keeper).first()
        return found.name if found else self.definition.keeper

    @property
    def closed(self) -> str:
        """The sentence that says why nothing of it is shown to anybody today; empty where it is open."""
        told = {"title": self.definition.title, "keeper": self.keeper_name}
        if self.state is State.ENDED:
            return _("“%(title)s” was ended; %(keeper)s kept it.") % told
        if self.state is State.EXPIRED:
            day = _in_words(self.definition.expires)
            return _("“%(title)s” expired on %(day)s; %(keeper)s keeps it.") % {**told, "day": day}
        if self.state is State.TO_COME:
            day = _in_words(self.definition.starts)
            return _("“%(title)s” starts on %(day)s; %(keeper)s keeps it.") % {**told, "day": day}
        return ""


def _in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def watch_lists(workspace: Workspace, viewer: Viewer) -> list[KnownWatchList]:
    """The watch-lists that exist for this person, by title: those that they keep, receive, answer for as data
    owner of a feed, or audit. One that draws on a feed that does not exist for them does not either, but for
    auditors, who have the whole log."""
    return list(_known(workspace, viewer))


def watch_list(workspace: Workspace, viewer: Viewer, name: str) -> KnownWatchList:
    """The list of this name. Raises NotFound where there is none that exists for this person."""
    for one in _known(workspace, viewer, name):
        return one
    raise NotFound(
        _("There is no watch-list of that name that you may see"),
        where=name,
        next_step=_("See: joinedup watch-lists"),
    )


def kept_list(workspace: Workspace, viewer: Viewer, name: str) -> KnownWatchList:
    """The list of this name, to be changed. Raises NotFound as ``watch_list`` does, and NotPermitted for
    whoever does not keep it, or where it has ended."""
    found = watch_list(workspace, viewer, name)
    if found.state is State.ENDED:
        raise NotPermitted(found.closed, next_step=_("Make a new one"))
    if not found.keeps:
        raise NotPermitted(
            _("A watch-list is changed by who keeps it"),
            where=name,
            next_step=_("Ask %(keeper)s") % {"keeper": found.keeper_name},
        )
    return found


def _known(workspace: Workspace, viewer: Viewer, name: str = "") -> Iterator[KnownWatchList]:
    from joinedup.release.watch_list_models import WatchList

    rows = list(WatchList.objects.filter(name=name) if name else WatchList.objects.all())
    gone = _gone_colleagues(viewer) if rows else frozenset()
    standing = [_standing(workspace, viewer, row, gone) for row in rows]
    theirs = [one for one in standing if one.may_look or one.sees_looks]
    decisions = Decisions(workspace, viewer) if theirs else None
    for one in theirs:
        if one.audits or (decisions and all(decisions.knows(feed) for feed in one.definition.feeds)):
            yield one


def _standing(workspace: Workspace, viewer: Viewer, row: WatchList, gone: frozenset[str]) -> KnownWatchList:
    made = read(row)
    owner = viewer.role is Role.DATA_OWNER
    return KnownWatchList(
        row,
        made,
        today(),
        keeps=made.is_kept_by(viewer) or made.keeper.casefold() in gone,
        receives=made.is_for(viewer),
        owns=owner and viewer.agency in owners_of(made, matters.known(workspace)),
        audits=viewer.role is Role.AUDITOR,
    )


def owners_of(made: Definition, known: Known) -> list[str]:
    """The agencies whose data a list draws on, by what the workspace knows."""
    return sorted({one.owner for feed in made.feeds for one in known.of_feed(feed) if one.owner})


def _gone_colleagues(viewer: Viewer) -> frozenset[str]:
    """Who of this person's agency signs in no more, folded: whoever may keep lists keeps theirs."""
    from joinedup.accounts.models import User

    if viewer.role not in MAKERS:
        return frozenset()
    gone = User.objects.filter(agency__code=viewer.agency, is_active=False)
    return frozenset(name.casefold() for name in gone.values_list("username", flat=True))
