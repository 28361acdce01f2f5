"""What the roles are called in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.terms import Role


def role_name(role: Role | str) -> str:
    """The role as it stands within a sentence: ``analyst``."""
    names = {
        Role.ANALYST: _("analyst"),
        Role.PRACTITIONER: _("practitioner"),
        Role.COUNCILLOR: _("councillor"),
        Role.ADMINISTRATOR: _("administrator"),
    }
    return names[Role(role)]
