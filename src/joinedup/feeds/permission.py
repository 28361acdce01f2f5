"""Who may deliver: the people who run the partnership's data."""

from __future__ import annotations

from joinedup.errors import NotPermitted
from joinedup.terms import Role, Viewer

DELIVERERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})


def require_deliverer(by: Viewer) -> None:
    """Raise NotPermitted unless this person may deliver files."""
    if by.role not in DELIVERERS:
        raise NotPermitted(
            "Only analysts and administrators deliver files",
            where=f"{by.username} is a {by.role.value}",
            next_step="Ask one of them",
        )
