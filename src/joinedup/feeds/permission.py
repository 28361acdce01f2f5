"""Who may deliver: the people who run the partnership's data, and data owners for their own agency's."""

from __future__ import annotations

from joinedup.errors import NotPermitted
from joinedup.terms import Role, Viewer

DELIVERERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})


def require_deliverer(by: Viewer, owner: str) -> None:
    """Raise NotPermitted unless this person may deliver this owner's files, and settle their desk."""
    if not may_deliver(by, owner):
        from joinedup.accounts import in_their_role

        raise NotPermitted(
            "Only analysts, administrators and data owners of the agency whose data it is deliver files",
            where=in_their_role(by),
            next_step="Ask one of them",
        )


def may_deliver(by: Viewer, owner: str) -> bool:
    """Whether this person may deliver files of a feed of this owner."""
    return by.role in DELIVERERS or (by.role is Role.DATA_OWNER and bool(owner) and by.agency == owner)
