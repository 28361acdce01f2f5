"""Who: what each role may see of data of each sensitivity. What is not in the table is refused."""

from __future__ import annotations

from joinedup.release.decision import Access, What
from joinedup.terms import Role, Sensitivity

_TABLES = (What.FIGURE, What.WORKINGS, What.DOCUMENT, What.EXPORT)


def _permissions() -> dict[tuple[Role, Sensitivity, What], Access]:
    table: dict[tuple[Role, Sensitivity, What], Access] = {}
    for what in _TABLES:
        for role in Role:
            table[role, Sensitivity.OPEN, what] = Access.FULL
        table[Role.ANALYST, Sensitivity.OFFICIAL, what] = Access.FULL
        table[Role.PRACTITIONER, Sensitivity.OFFICIAL, what] = Access.FULL
        table[Role.COUNCILLOR, Sensitivity.OFFICIAL, what] = Access.PROTECTED
        table[Role.ADMINISTRATOR, Sensitivity.OFFICIAL, what] = Access.PROTECTED
    for role in (Role.ANALYST, Role.PRACTITIONER):
        table[role, Sensitivity.OFFICIAL, What.REVEAL] = Access.FULL
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        table[role, Sensitivity.OPEN, What.REFUSED_ROWS] = Access.FULL
    table[Role.ANALYST, Sensitivity.OFFICIAL, What.REFUSED_ROWS] = Access.FULL
    return table


PERMISSIONS = _permissions()


def permitted(role: Role, sensitivity: Sensitivity, what: What) -> Access:
    """The most that a role may see, whatever the purpose. Default: nothing."""
    return PERMISSIONS.get((role, sensitivity, what), Access.NONE)
