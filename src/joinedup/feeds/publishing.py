"""What is agreed about a feed besides its shape: when it is due, its uses, its words. Definitions only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from joinedup.errors import BadInput
from joinedup.terms import Every, Purpose, Sensitivity


@dataclass(frozen=True)
class Ended:
    """A feed that brings nothing more: the last day it is of, and why. Nothing after that day can be late."""

    on: dt.date
    reason: str

    def __post_init__(self) -> None:
        if isinstance(self.on, dt.datetime):
            raise BadInput("A feed ends on a day, written without a time", where="ended")
        if not self.reason.strip():
            raise BadInput("A feed that has ended says why", where="ended")


@dataclass(frozen=True)
class Publishing:
    """When deliveries are due, what the data may be used for, how long it is kept, whose words to carry.

    ``may_be_empty``: a period in which nothing happened is normal, so a file without a row is no surprise.
    """

    expected_every: Every
    late_after_days: int
    purposes: tuple[Purpose, ...]
    retention_years: int | None
    sensitivity: Sensitivity
    licence: str
    attribution: str
    caveats: tuple[str, ...] = ()
    ended: Ended | None = None
    may_be_empty: bool = field(default=False, repr=False)  # no matter of how rows are read

    def __post_init__(self) -> None:
        if not self.purposes:
            raise BadInput("A feed needs at least one purpose", where="publishing")
        if self.late_after_days < 0 or (self.retention_years is not None and self.retention_years < 1):
            raise BadInput("Days and years are positive", where="publishing")
