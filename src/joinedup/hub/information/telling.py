"""Requests as pages, Home and the command line tell of them: the clock in words, the order, the counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.accounts import today
from joinedup.hub.information.leads import lead_of, name_of
from joinedup.hub.information.seeing import requests_seen
from joinedup.partnership import DAYS, Clock
from joinedup.partnership.clock import civil_day
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import InformationRequest
    from joinedup.workspace import Workspace

_SOON = 7  # days before it is due


@dataclass(frozen=True)
class Told:
    """A request with its clock: ``words`` of it, and ``tone``, the tag's colour (``bad`` where late)."""

    request: InformationRequest
    clock: Clock
    words: str
    tone: str
    asker: str
    lead: str


@dataclass(frozen=True)
class Summary:
    """How many of the requests that somebody sees wait for an answer, are late, and have ended."""

    waiting: int
    late: int
    ended: int


def clock_of(one: InformationRequest, on: dt.date) -> Clock:
    """The clock of a request: it stands still once the request has ended."""
    return Clock(one.due, civil_day(one.ended_at) if one.ended_at else on)


def told(workspace: Workspace, one: InformationRequest, on: dt.date) -> Told:
    """One request with its clock in words."""
    clock = clock_of(one, on)
    words, tone = _open_words(clock) if one.is_open else _ended_words(one, clock)
    return Told(one, clock, words, tone, name_of(one.asked_by), lead_of(workspace, one))


def in_order(found: Iterable[InformationRequest]) -> list[InformationRequest]:
    """Those that wait by the day they are due, late ones first; then the ended ones, the latest first."""
    listed = list(found)
    waiting = sorted((one for one in listed if one.is_open), key=lambda one: (one.due, one.pk))
    ended = [one for one in listed if not one.is_open]
    return [*waiting, *sorted(ended, key=lambda one: (one.ended_at, one.pk), reverse=True)]


def summary(workspace: Workspace, viewer: Viewer) -> Summary:
    """The counts for Home."""
    found, on = requests_seen(workspace, viewer), today()
    waiting = [one for one in found if one.is_open]
    late = sum(clock_of(one, on).late > 0 for one in waiting)
    return Summary(len(waiting), late, len(found) - len(waiting))


def _open_words(clock: Clock) -> tuple[str, str]:
    if clock.late:
        late = ngettext("%(n)d day late", "%(n)d days late", clock.late) % {"n": clock.late}
        return late, "bad"
    day = _("day %(day)d of %(all)d") % {"day": clock.day, "all": DAYS}
    if clock.left == 0:
        return _("%(day)s, due today") % {"day": day}, "caution"
    return day, "caution" if clock.left <= _SOON else "plain"


def _ended_words(one: InformationRequest, clock: Clock) -> tuple[str, str]:
    state = str(one.get_state_display())
    if one.state == one.State.WITHDRAWN:
        return state, "plain"
    if clock.late:
        late = ngettext("%(state)s, %(n)d day late", "%(state)s, %(n)d days late", clock.late)
        return late % {"state": state, "n": clock.late}, "plain"
    tone = "good" if one.state == one.State.ANSWERED else "plain"
    return _("%(state)s on day %(day)d of %(all)d") % {"state": state, "day": clock.day, "all": DAYS}, tone
