"""Days as they are typed."""

from __future__ import annotations

import datetime as dt

from joinedup.errors import BadInput


def day(text: str) -> dt.date:
    """The day that is written in ISO 8601. Raises BadInput for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput("That is no date", where=text, next_step="Write it as 2026-12-31") from None
