"""Who: the most that a role may ever see, whatever is agreed. What is not in the table is refused."""

from __future__ import annotations

from joinedup.release.decision import Access, What
from joinedup.terms import Role

TABLES = (What.FIGURE, What.WORKINGS, What.DOCUMENT, What.EXPORT)
"""What names nobody: numbers, and what they rest on."""

_FULL_TABLES = (
    Role.ANALYST,
    Role.COORDINATOR,
    Role.PRACTITIONER,
    Role.DATA_OWNER,
    Role.THEME_LEAD,
    Role.REVIEW_CHAIR,
)
PROTECTED_TABLES = (Role.AUDITOR, Role.COUNCILLOR, Role.ADMINISTRATOR)
"""Who sees tables of closed data protected only."""
_NAMES = (Role.ANALYST, Role.COORDINATOR, Role.PRACTITIONER, Role.DATA_OWNER, Role.REVIEW_CHAIR)
_ROWS = (Role.ANALYST, Role.DATA_OWNER)
OPEN_ROWS = (Role.ANALYST, Role.DATA_OWNER, Role.ADMINISTRATOR)
"""Who takes refused rows of published data away, to have them mended."""


def _closed() -> dict[tuple[Role, What], Access]:
    table = {(role, what): Access.FULL for role in _FULL_TABLES for what in TABLES}
    table |= {(role, what): Access.PROTECTED for role in PROTECTED_TABLES for what in TABLES}
    table |= {(role, what): Access.FULL for role in _NAMES for what in (What.REVEAL, What.COMPARE)}
    return table | {(role, What.REFUSED_ROWS): Access.FULL for role in _ROWS}


CLOSED = _closed()


def most_of_closed(role: Role, what: What) -> Access:
    """The most that a role may see of closed data that is its own agency's or shared with it."""
    return CLOSED.get((role, what), Access.NONE)


def most_of_open(role: Role, what: What) -> Access:
    """The most that a role may see of published data: it names nobody."""
    if what in TABLES:
        return Access.FULL
    return Access.FULL if what is What.REFUSED_ROWS and role in OPEN_ROWS else Access.NONE
