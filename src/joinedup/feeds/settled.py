"""What a person who sent refused rows in again is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """What became of rows sent in again: ``settled`` became records (or were a copy of one that stands),
    ``refused`` wait on, ``untouched`` came back as they went out (or were not looked at), ``before`` were
    settled already. ``delivery`` is the new delivery; None where nothing was new. ``notes`` are sentences
    about what was normalised when a file was read."""

    home: int
    delivery: int | None = None
    settled: int = 0
    refused: int = 0
    untouched: int = 0
    before: int = 0
    notes: Sequence[str] = ()

    def summary(self) -> str:
        """One sentence for a person."""
        done = f"delivery {self.delivery}" if self.delivery else "nothing stored"
        return (
            f"Delivery {self.home}: {self.settled:,} rows settled, {self.refused:,} refused again, "
            f"{self.untouched:,} as they were, {self.before:,} settled before; {done}."
        )
