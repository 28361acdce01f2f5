"""What roles, purposes and restrictions are called in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.terms import Purpose, Restriction, Role, Viewer

# Lazy: a decision asks for one of them, and pages ask for hundreds of decisions.
_ROLES = {
    Role.ANALYST: _("analyst"),
    Role.COORDINATOR: _("meeting coordinator"),
    Role.PRACTITIONER: _("practitioner"),
    Role.DATA_OWNER: _("data owner"),
    Role.THEME_LEAD: _("theme lead"),
    Role.REVIEW_CHAIR: _("review chair"),
    Role.AUDITOR: _("auditor"),
    Role.COUNCILLOR: _("councillor"),
    Role.ADMINISTRATOR: _("administrator"),
}
_PEOPLE_OF_ROLES = {
    Role.ANALYST: _("%(who)s is an analyst"),
    Role.COORDINATOR: _("%(who)s is a meeting coordinator"),
    Role.PRACTITIONER: _("%(who)s is a practitioner"),
    Role.DATA_OWNER: _("%(who)s is a data owner"),
    Role.THEME_LEAD: _("%(who)s is a theme lead"),
    Role.REVIEW_CHAIR: _("%(who)s is a review chair"),
    Role.AUDITOR: _("%(who)s is an auditor"),
    Role.COUNCILLOR: _("%(who)s is a councillor"),
    Role.ADMINISTRATOR: _("%(who)s is an administrator"),
}
_PURPOSES = {
    Purpose.CRIME_AND_DISORDER: _("crime and disorder"),
    Purpose.OFFENDER_MANAGEMENT: _("offender management"),
    Purpose.SAFEGUARDING: _("safeguarding"),
    Purpose.MARAC: _("MARAC"),
    Purpose.DATA_MATCHING: _("data matching"),
    Purpose.RESEARCH: _("research"),
    Purpose.PUBLIC_INFORMATION: _("public information"),
}
_RESTRICTIONS = {
    Restriction.JUVENILE: _("juvenile"),
    Restriction.WITNESS_PROTECTION: _("witness protection"),
    Restriction.HOMICIDE_REVIEW: _("homicide review"),
    Restriction.MARAC: _("MARAC"),
    Restriction.COURT_ORDER: _("court order"),
}


def role_name(role: Role | str) -> str:
    """The role as it stands within a sentence: ``analyst``."""
    return str(_ROLES[Role(role)])


def in_their_role(who: Viewer) -> str:
    """For instance ``ann is an analyst``; the name alone where it is the role's."""
    if who.username.casefold() in {who.role.value, role_name(who.role)}:
        return who.username
    return str(_PEOPLE_OF_ROLES[who.role]) % {"who": who.username}


def purpose_name(purpose: Purpose | str) -> str:
    """The purpose as it stands within a sentence: ``crime and disorder``."""
    return str(_PURPOSES[Purpose(purpose)])


def restriction_name(kind: Restriction | str) -> str:
    """The kind of restriction as it stands within a sentence: ``witness protection``."""
    return str(_RESTRICTIONS[Restriction(kind)])
