"""Writing the act before anything is shown; a log that cannot be written closes the door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from joinedup.errors import NotPermitted

TOLD = {"refused": "the reason told of somebody"}
"""In the detail of an act whose reason was refused and is not kept: the refusal says whom it was about."""


def log_act(kind: str, **act: Any) -> UUID:
    """Append an act and return its id, committed. Raises ``NotPermitted`` where the log takes nothing."""
    from django.db import DatabaseError, transaction

    from joinedup.log import record_act

    try:
        with transaction.atomic():
            written: UUID = record_act(kind, **act).id
    except DatabaseError as error:
        raise NotPermitted(
            "The log could not be written, so nothing is shown", next_step="Run: joinedup check"
        ) from error
    return written
