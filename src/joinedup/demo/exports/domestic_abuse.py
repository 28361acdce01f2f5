"""Referrals of domestic abuse: the pair, how they are related, and whether the pair was referred before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from joinedup.demo.exports.exported import Truth, rows

REFERRERS = {
    "police": "Police",
    "health": "Health",
    "housing": "Housing",
    "self": "Self",
    "idva": "IDVA",
}
RELATIONSHIPS = {"partner": "Spouse/partner", "ex-partner": "Ex partner", "family": "Family"}


@dataclass(frozen=True)
class Referral:
    """One referral. ``repeat_any`` and ``repeat_criminal`` are the two definitions of SafeLives."""

    told: Any
    relationship: str
    repeat_any: bool

    @property
    def on(self) -> dt.date:
        """The day of the referral."""
        day: dt.date = self.told.referred_on.date()
        return day

    @property
    def repeat_criminal(self) -> bool:
        """Referred again within 12 months, and for something that is recorded as a crime."""
        return self.repeat_any and self.told.event_id is not None


def referrals(truth: Truth) -> Iterator[Referral]:
    """All referrals, in order."""
    frame = truth.part
    related = {
        part.event_id: RELATIONSHIPS.get(part.relationship or "", "")
        for part in rows(frame[frame["role"] == "victim"], ["event_id", "ordinal"])
        if part.ordinal == 1
    }
    last: dict[tuple[int, int], dt.date] = {}
    for told in rows(truth.referral, ["referred_on", "referral_id"]):
        pair, on = (told.person_id, told.other_person_id), told.referred_on.date()
        before = last.get(pair)
        yield Referral(
            told, related.get(told.event_id, ""), before is not None and on < _a_year_after(before)
        )
        last[pair] = on


def _a_year_after(day: dt.date) -> dt.date:
    return dt.date(day.year + 1, day.month, min(day.day, 28) if day.month == 2 else day.day)
