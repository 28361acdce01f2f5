"""The question and answer of a nomination list. It is about people: it leaves by its own door only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from joinedup.measures.nominations.definitions import JAG, Nomination
from joinedup.terms import Period


@dataclass(frozen=True)
class NominationQuery:
    """``sources`` are those that may be counted as they are; ``feeds`` those whose people may be known.

    ``reasons``: only these of the definition's; none: all. ``within``: the code of a district or ward in
    which something of theirs happened; empty: everywhere. ``as_at``: an aware UTC instant, None for now.
    """

    period: Period
    sources: tuple[str, ...]
    feeds: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    within: str = ""
    as_at: dt.datetime | None = None
    definition: Nomination = JAG


@dataclass(frozen=True)
class Reason:
    """Why somebody is on the list: the definition, how many events, the first and the last."""

    definition: str
    version: int
    title: str
    events: int
    first: dt.date
    last: dt.date
    certain: bool


@dataclass(frozen=True)
class Known:
    """What one agency's records know of one of the keys: how many, in which part, the last day."""

    key: str
    agency: str
    what: str
    role: str
    records: int
    last: dt.date


@dataclass(frozen=True)
class Doing:
    """What one agency does: a spell that is open, a response, or an order; ``until`` None where not said."""

    key: str
    agency: str
    kind: str  # spell, response, order
    what: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class Nominee:
    """Who or where. ``records``: feed and record key of the events, the newest first, for ``reveal``;
    ``behind``: the same of the records by which agencies know of them and do something, for the log."""

    unit: str
    keys: tuple[str, ...]
    reasons: tuple[Reason, ...]
    wards: tuple[tuple[str, str, int], ...]  # code, name, events
    point: tuple[float, float] | None
    knows: tuple[Known, ...]
    does: tuple[Doing, ...]
    records: tuple[tuple[str, str], ...]
    behind: frozenset[tuple[str, str]] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """One object of plain values."""
        return {
            "unit": self.unit,
            "keys": list(self.keys),
            "reasons": [_plain(asdict(one)) for one in self.reasons],
            "wards": [{"code": code, "name": name, "events": events} for code, name, events in self.wards],
            "point": list(self.point) if self.point else None,
            "knows": [_plain(asdict(one)) for one in self.knows],
            "does": [_plain(asdict(one)) for one in self.does],
            "records": [{"feed": feed, "record_key": key} for feed, key in self.records],
        }


@dataclass(frozen=True)
class NominationList:
    """Everybody nominated, those with the most reasons first; by which linkage, and what to know of it."""

    query: NominationQuery
    nominees: Sequence[Nominee]
    linkage: int | None
    notes: tuple[str, ...]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()
    }
