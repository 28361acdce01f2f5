"""Who runs the workspace: its administrators, and its analysts where there is no administrator."""

from __future__ import annotations

from joinedup.errors import NotPermitted
from joinedup.terms import Role, Viewer


def administers(by: Viewer) -> bool:
    """Whether this person adds people and changes what they may do."""
    from joinedup.accounts.models import User

    if by.role is Role.ADMINISTRATOR:
        return True
    there = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR.value).exists()
    return by.role is Role.ANALYST and not there


def require_administrator(by: Viewer) -> None:
    """Raise NotPermitted unless this person runs the workspace."""
    if not administers(by):
        raise NotPermitted(
            "People and their roles are the administrator's to change",
            where=f"{by.username} is a {by.role.value}",
            next_step="Ask an administrator of this workspace",
        )
