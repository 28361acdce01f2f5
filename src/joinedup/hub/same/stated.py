"""For what and why somebody looks at pairs: said once in a session, kept in it, and changed at any time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.release.linking import Linkable, linkable_for
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_KEY = "same"
LONGEST = 300


@dataclass(frozen=True)
class Stated:
    """The purpose and the reason of this session's looks."""

    purpose: Purpose
    reason: str


def by_purpose(workspace: Workspace, viewer: Viewer) -> dict[Purpose, Linkable]:
    """For each purpose, the feeds whose people this person may compare: what it is for by itself first."""
    ordered = sorted(Purpose, key=lambda one: one is not Purpose.DATA_MATCHING)
    return linkable_for(workspace, viewer, ordered)


def of_session(request: HttpRequest) -> Stated | None:
    """What was said in this session; None where nothing was."""
    kept = request.session.get(_KEY)
    return Stated(Purpose(kept["purpose"]), kept["reason"]) if kept else None


def keep(request: HttpRequest, offered: Collection[Purpose], purpose: str, reason: str) -> None:
    """Keep what was said for the rest of the session. Raises BadInput where either is lacking."""
    if purpose not in offered:
        raise BadInput(_("Choose what it is for"), where="purpose")
    if not reason.strip():
        raise BadInput(_("Write why you need to see them"), where="reason")
    request.session[_KEY] = {"purpose": Purpose(purpose).value, "reason": reason.strip()[:LONGEST]}
