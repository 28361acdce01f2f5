"""Who may lead an answer: an agency of the partnership, or an analyst or data owner by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import users
from joinedup.errors import NotFound
from joinedup.hub.contracts import agency_names, agency_words
from joinedup.terms import Role

if TYPE_CHECKING:
    from joinedup.partnership.models import InformationRequest
    from joinedup.workspace import Workspace

ANSWERERS = frozenset({Role.ANALYST.value, Role.DATA_OWNER.value})


@dataclass(frozen=True)
class Lead:
    """An agency or a user by code, one of them, and the name they are called by."""

    name: str
    agency: str = ""
    user: str = ""

    @property
    def code(self) -> str:
        """What a form sends."""
        return self.agency or self.user


def agencies(workspace: Workspace) -> list[Lead]:
    """The agencies that may lead, by name."""
    named = agency_names(workspace).items()
    return sorted((Lead(name, agency=code) for code, name in named), key=lambda one: one.name.casefold())


def people() -> list[Lead]:
    """The people who may lead, by name: they can see what is asked of them."""
    able = [one for one in users() if one.is_active and one.role in ANSWERERS]
    return sorted((Lead(one.name, user=one.username) for one in able), key=lambda one: one.name.casefold())


def lead_named(workspace: Workspace, written: str) -> Lead:
    """The agency (by code or name) or the user (by user name) that is meant; an agency goes first."""
    word = " ".join(written.split()).casefold()
    found = agency_words(workspace).get(word)
    if found is not None:
        return Lead(found[1], agency=found[0])
    for one in people():
        if one.user.casefold() == word:
            return one
    raise NotFound(
        _("The lead is no agency of the partnership, and no analyst or data owner"),
        where=_("the lead"),
        next_step=_("Give an agency's code or name, or a user name. See: joinedup users"),
    )


def lead_of(workspace: Workspace, one: InformationRequest) -> str:
    """What the lead of a request is called; empty where nobody leads."""
    if one.lead_agency:
        return agency_names(workspace).get(one.lead_agency, one.lead_agency)
    return name_of(one.lead_user) if one.lead_user else ""


def name_of(username: str) -> str:
    """A user's name; the user name where there is no such user."""
    return next((one.name for one in users() if one.username == username), username)
