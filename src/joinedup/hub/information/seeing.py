"""Who sees which request for information, and who may answer it.

Whoever asked sees their own; councillors of one agency see each other's, as they sit on one committee; an
analyst and an auditor see all; a data owner sees those about their agency's data, and those that they or
their agency lead. What is about a restricted measure is there for those alone for whom the measure is, for
whoever asked, and for auditors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.errors import NotFound, NotPermitted
from joinedup.partnership import information
from joinedup.release import measure_known, owners_of
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import InformationRequest
    from joinedup.workspace import Workspace


def requests_seen(workspace: Workspace, viewer: Viewer) -> list[InformationRequest]:
    """The requests that are there for this person, in the order in which they were asked."""
    found = [one for one in information.requests() if _concerns(workspace, viewer, one)]
    exists = {name: may_see_measure(workspace, viewer, name) for name in {one.measure for one in found}}
    return [one for one in found if exists[one.measure] or _whatever_it_is_about(viewer, one)]


def request_seen(workspace: Workspace, viewer: Viewer, number: int) -> InformationRequest:
    """The request of this number. Raises NotFound where there is none that is there for this person."""
    found = information.request_numbered(number)
    exists = may_see_measure(workspace, viewer, found.measure)
    if not _concerns(workspace, viewer, found) or not (exists or _whatever_it_is_about(viewer, found)):
        raise information.no_such_request(number)
    return found


def may_answer(workspace: Workspace, viewer: Viewer, one: InformationRequest) -> bool:
    """Whether this person may answer or refuse a request that they see: an analyst, or a data owner where the
    measure is of their agency's data alone, or where they or their agency lead."""
    if viewer.role is Role.ANALYST:
        return may_see_measure(workspace, viewer, one.measure)
    if viewer.role is not Role.DATA_OWNER:
        return False
    return _leads(viewer, one) or owners_of(workspace, one.measure) == {viewer.agency}


def may_give_lead(workspace: Workspace, viewer: Viewer, one: InformationRequest) -> bool:
    """Whether this person says who leads: an analyst, of what is there for them."""
    return viewer.role is Role.ANALYST and may_see_measure(workspace, viewer, one.measure)


def may_withdraw(viewer: Viewer, one: InformationRequest) -> bool:
    """Whether this person may take a request back: whoever asked."""
    return viewer.username == one.asked_by


def may_see_measure(workspace: Workspace, viewer: Viewer, measure: str) -> bool:
    """Whether a measure exists for this person; where none is named there is nothing to hide."""
    if not measure:
        return True
    try:
        measure_known(workspace, viewer, measure)
    except NotFound:
        return False
    return True


def require_answerer(workspace: Workspace, viewer: Viewer, one: InformationRequest) -> None:
    """Raise NotPermitted for whoever does not answer this request."""
    if not may_answer(workspace, viewer, one):
        raise NotPermitted(
            "Analysts answer requests, and data owners those about their own agency's data",
            where=f"request {one.pk}",
            next_step="Ask an analyst of the partnership",
        )


def require_giving_lead(workspace: Workspace, viewer: Viewer, one: InformationRequest) -> None:
    """Raise NotPermitted for whoever does not say who leads."""
    if not may_give_lead(workspace, viewer, one):
        raise NotPermitted(
            "Analysts say who leads an answer",
            where=f"request {one.pk}",
            next_step="Ask an analyst of the partnership",
        )


def _concerns(workspace: Workspace, viewer: Viewer, one: InformationRequest) -> bool:
    if viewer.username == one.asked_by or viewer.role in {Role.ANALYST, Role.AUDITOR}:
        return True
    if viewer.role is Role.COUNCILLOR:
        return (one.role, one.agency) == (Role.COUNCILLOR.value, viewer.agency)
    if viewer.role is Role.DATA_OWNER:
        return _leads(viewer, one) or viewer.agency in owners_of(workspace, one.measure)
    return False


def _leads(viewer: Viewer, one: InformationRequest) -> bool:
    return viewer.username == one.lead_user or bool(one.lead_agency and viewer.agency == one.lead_agency)


def _whatever_it_is_about(viewer: Viewer, one: InformationRequest) -> bool:
    return viewer.role is Role.AUDITOR or viewer.username == one.asked_by
