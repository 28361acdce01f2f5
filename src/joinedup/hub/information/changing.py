"""The changes of a request, each by whoever may: it is seen first, so that what is not there stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import user_named
from joinedup.errors import BadInput
from joinedup.hub.information.about import read_about, read_tables
from joinedup.hub.information.leads import lead_named
from joinedup.hub.information.seeing import (
    may_see_measure,
    request_seen,
    require_answerer,
    require_giving_lead,
)
from joinedup.partnership import information
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import InformationRequest
    from joinedup.workspace import Workspace


def ask(
    workspace: Workspace,
    viewer: Viewer,
    question: str,
    purpose: str,
    about: Mapping[str, str],
    *,
    asked_at: dt.datetime | None = None,
) -> InformationRequest:
    """Ask for information; ``about`` are parameters of a question of Intelligence, or none."""
    meant = read_about(workspace, viewer, about)
    return information.ask(
        question, purpose, by=viewer, measure=meant.measure, about=meant.address, asked_at=asked_at
    )


def give_lead(
    workspace: Workspace, viewer: Viewer, number: int, written: str, *, at: dt.datetime | None = None
) -> InformationRequest:
    """Say who leads the answer; a person for whom what it is about is there."""
    found = request_seen(workspace, viewer, number)
    require_giving_lead(workspace, viewer, found)
    lead = lead_named(workspace, written)
    if lead.user and not may_see_measure(workspace, user_named(lead.user).viewer(), found.measure):
        raise BadInput(
            _("What the request is about is not there for them"),
            where=f"request {number}",
            next_step=_("Name somebody who may see it"),
        )
    return information.give_lead(number, by=viewer, agency=lead.agency, user=lead.user, name=lead.name, at=at)


def answer(
    workspace: Workspace,
    viewer: Viewer,
    number: int,
    text: str,
    addresses: list[str],
    *,
    depersonalised: bool,
    at: dt.datetime | None = None,
) -> list[str]:
    """Answer a request; returns sentences about tables that had to be fitted to what the asker may see."""
    found = request_seen(workspace, viewer, number)
    require_answerer(workspace, viewer, found)
    tables, said = read_tables(workspace, viewer, found.asked_by, addresses)
    information.answer(number, text, by=viewer, depersonalised=depersonalised, tables=tables, at=at)
    return said


def refuse(
    workspace: Workspace,
    viewer: Viewer,
    number: int,
    why: str,
    note: str,
    *,
    at: dt.datetime | None = None,
) -> InformationRequest:
    """Refuse an answer, for a reason of the list."""
    require_answerer(workspace, viewer, request_seen(workspace, viewer, number))
    return information.refuse(number, why, note, by=viewer, at=at)


def withdraw(workspace: Workspace, viewer: Viewer, number: int) -> InformationRequest:
    """Take one's own request back."""
    request_seen(workspace, viewer, number)
    return information.withdraw(number, by=viewer)
