"""Who runs the workspace: its administrators; where there is none its analysts."""

from __future__ import annotations

from joinedup.accounts.roles import in_their_role
from joinedup.errors import NotPermitted
from joinedup.terms import Role, Viewer


def administers(by: Viewer) -> bool:
    """Whether this person adds people and changes what they may do.

    Where there is neither an administrator nor an analyst (any more), whoever is there does.
    """
    from joinedup.accounts.models import User

    active = set(User.objects.filter(is_active=True).values_list("role", flat=True))
    running = next((one for one in (Role.ADMINISTRATOR, Role.ANALYST) if one.value in active), None)
    return running is None or by.role is running


def require_administrator(by: Viewer) -> None:
    """Raise NotPermitted unless this person runs the workspace."""
    if not administers(by):
        raise NotPermitted(
            "People and their roles are the administrator's to change",
            where=in_their_role(by),
            next_step="Ask an administrator of this workspace",
        )
