"""Young people's proven offences, as the youth justice service knows of them, with their disposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from joinedup.demo.exports.exported import Truth, rows

DISPOSALS = {
    "youth-caution": "Youth Caution",
    "referral-order": "Referral Order",
    "community": "Youth Rehabilitation Order",
    "custody": "Detention and Training Order",
    "suspended": "Detention and Training Order",
    "discharge": "Discharge",
    "fine": "Fine",
}
_ADULT = 18
_JUSTICE = ("probation", "youth-justice", "prison")


@dataclass(frozen=True)
class Disposal:
    """One proven offence of somebody under 18. ``first``: none of theirs is known from before."""

    sanction: Any
    first: bool

    @property
    def words(self) -> str:
        """The disposal in the service's words."""
        return DISPOSALS.get(self.sanction.result, "Youth Caution")


def disposals(truth: Truth) -> Iterator[Disposal]:
    """Every proven offence of somebody under 18, in order."""
    people = truth.person
    births = dict(zip(people["person_id"].tolist(), (row.birth_date for row in rows(people)), strict=True))
    spells = truth.spell
    known: dict[int, Any] = {}
    for spell in rows(spells[spells["programme"].isin(_JUSTICE)], ["started"]):
        known.setdefault(spell.person_id, spell.started)
    done: set[int] = set()
    for sanction in rows(truth.sanction, ["convicted_at", "sanction_id"]):
        who, when = sanction.person_id, sanction.convicted_at
        first = who not in done and not (who in known and known[who] < when)
        done.add(who)
        if _years(births[who], when) < _ADULT:
            yield Disposal(sanction, first)


def _years(born: Any, when: Any) -> int:
    return int(when.year - born.year - ((when.month, when.day) < (born.month, born.day)))
