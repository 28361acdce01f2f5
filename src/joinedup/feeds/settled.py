"""What a person who sent refused rows in again is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settled:
    """What became of rows sent in again.

    ``settled`` became records (or say what one that stands says), ``refused`` wait on, ``untouched`` came
    back as they went out (or could not be judged), ``before`` were settled already, ``set_aside`` were left
    out by a named rule, which settles them too. ``delivery`` is the new delivery; None where nothing was new.
    ``notes`` are sentences about what was normalised when a file was read.
    """

    home: int
    delivery: int | None = None
    settled: int = 0
    refused: int = 0
    untouched: int = 0
    before: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def summary(self) -> str:
        """One sentence for a person."""
        done = f"delivery {self.delivery}" if self.delivery else "nothing stored"
        aside = "".join(f", {count:,} set aside ({rule})" for rule, count in self.set_aside.items())
        return (
            f"Delivery {self.home}: {self.settled:,} rows settled, {self.refused:,} refused again, "
            f"{self.untouched:,} as they were, {self.before:,} settled before{aside}; {done}."
        )
