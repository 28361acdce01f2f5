"""What a delivery tells whoever delivered it: every row accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from joinedup.terms import Period


class State(StrEnum):
    """What became of a delivery."""

    STORED = "stored"
    REPEAT = "repeat"  # the same file was delivered last; nothing was changed
    HELD = "held"  # out of the ordinary: it is kept, and a person must say that it is right
    DRY_RUN = "dry-run"  # everything was done but storing


@dataclass(frozen=True)
class StatedAreas:
    """The area codes that the owner wrote, beside the areas in which the points lie.

    ``compared`` rows have both; ``disagree`` of them name an area (of any of the sets the contract allows)
    other than that of their point. The point decides where a record is counted; both are kept.
    """

    compared: int
    disagree: int


@dataclass(frozen=True)
class Receipt:
    """One delivery's accounts. ``adds_up`` always holds for a stored one.

    Counts are of data rows, except ``withdrawn`` (records that stood and are absent now) and
    ``distinct_points``. ``seconds`` is time by stage.
    """

    feed: str
    file_name: str
    state: State
    period: Period | None
    rows_in: int = 0
    accepted: int = 0
    unchanged: int = 0
    revised: int = 0
    quarantined: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    withdrawn: int = 0
    stood_before: int | None = None
    unlocated: int = 0
    distinct_points: int = 0
    stated_areas: StatedAreas | None = None
    delivery: int | None = None
    known_from: dt.datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()  # what was accepted and normalised, a sentence each
    left_out: Mapping[str, int] = field(default_factory=dict)  # values of rows that were kept, by field
    held: int | None = None  # its number on the desk, where it waits for a person
    held_because: Sequence[str] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row of the file is accounted for."""
        kept = self.accepted + self.unchanged + self.revised
        return self.rows_in == kept + self.quarantined + sum(self.set_aside.values())

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to look: rows in quarantine, or the whole delivery held."""
        return self.state is State.HELD or (self.quarantined > 0 and self.state is not State.REPEAT)

    def summary(self) -> str:
        """One sentence for a person."""
        which = f"{self.file_name}: {self.period.words}" if self.period else self.file_name
        if self.state is State.REPEAT:
            return f"{which}: the same file was delivered last (delivery {self.delivery}); nothing changed."
        if self.state is State.HELD:
            return (
                f"{which}: held, nothing counted. {' '.join(self.held_because)} Look at it, then: "
                f'joinedup held accept {self.held} --why "..." (or refuse).'
            )
        kept = f"{self.accepted:,} new, {self.unchanged:,} unchanged, {self.revised:,} revised"
        if self.state is State.DRY_RUN:
            kept = f"{self.accepted:,} usable"
        aside = "".join(f", {count:,} set aside ({rule})" for rule, count in self.set_aside.items())
        done = "nothing stored (dry run)" if self.state is State.DRY_RUN else f"delivery {self.delivery}"
        return (
            f"{which}: {self.rows_in:,} rows in = {kept}, {self.quarantined:,} quarantined{aside}; "
            f"{self.withdrawn:,} withdrawn; {done}."
        )

    def to_json(self) -> dict[str, Any]:
        """The receipt as plain values."""
        areas = self.stated_areas
        return {
            "feed": self.feed,
            "file": self.file_name,
            "state": self.state.value,
            "period": str(self.period) if self.period else None,
            "delivery": self.delivery,
            "known_from": self.known_from.isoformat() if self.known_from else None,
            "rows_in": self.rows_in,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "revised": self.revised,
            "quarantined": self.quarantined,
            "set_aside": dict(self.set_aside),
            "withdrawn": self.withdrawn,
            "reasons": dict(self.reasons),
            "distinct_points": self.distinct_points,
            "unlocated": self.unlocated,
            "stated_areas_compared": areas.compared if areas else None,
            "stated_areas_disagree": areas.disagree if areas else None,
            "notes": list(self.notes),
            "left_out": dict(self.left_out),
            "held": self.held,
            "held_because": list(self.held_because),
            "seconds": dict(self.seconds),
        }
