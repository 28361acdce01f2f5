"""Writing what happens: events, people's parts in them and calls about them, with numbers that only go up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from joinedup.demo.people.drawing import rank_in_group
from joinedup.demo.people.inclinations import RELATIONSHIPS
from joinedup.demo.people.tables import SCHEMAS, Codes, TableWriter

NOT_YET = np.int64(-(2**62))  # a moment that is not there
VENUES = ["home", "street", "licensed premises", "shop", "school", "park", "other"]
VENUE = {name: number for number, name in enumerate(VENUES)}
AGENCIES = ["police", "council", "landlord"]
_FLAGS = {str(field.name) for field in SCHEMAS["event"] if str(field.type) == "bool"}
_MOMENTS = {str(field.name) for field in SCHEMAS["event"] if str(field.type).startswith("timestamp")}
_NUMBERS = {"premises_id"}


def moments(seconds: np.ndarray) -> np.ndarray:
    """Seconds of civil time as times; ``NOT_YET`` as no time."""
    times = np.asarray(seconds, np.int64).astype("datetime64[s]")
    times[np.asarray(seconds) == NOT_YET] = np.datetime64("NaT")
    return times


class EventLog:
    """Appends to the tables ``event``, ``part``, ``undetected`` and ``call``."""

    def __init__(self, writers: Mapping[str, TableWriter]) -> None:
        """``writers`` holds the four tables' writers by name."""
        self._writers = writers
        self.counts: dict[str, int] = {}
        self._next = {"event": 1, "call": 1}

    def _ids(self, table: str, n: int) -> np.ndarray:
        first = self._next[table]
        self._next[table] += n
        return np.arange(first, first + n)

    def events(self, kind: str, n: int, **columns: Any) -> np.ndarray:
        """Write ``n`` events; columns not given are empty (or no). Moments are seconds of civil time."""
        ids = self._ids("event", n)
        self.counts[kind] = self.counts.get(kind, 0) + n
        nothing = Codes(np.full(n, -1), [""])
        row: dict[str, Any] = {"event_id": ids, "kind": Codes(np.zeros(n, np.int64), [kind])}
        for field in SCHEMAS["event"]:
            name = field.name
            if name in row:
                continue
            given = columns.get(name)
            if name in _FLAGS:
                row[name] = np.zeros(n, bool) if given is None else np.broadcast_to(given, (n,))
            elif name in _MOMENTS:
                row[name] = moments(np.full(n, NOT_YET) if given is None else given)
            elif name in _NUMBERS:
                row[name] = np.full(n, -1, np.int64) if given is None else given
            else:
                row[name] = nothing if given is None else given
        self._writers["event"].write(row)
        return ids

    def parts(
        self,
        events: np.ndarray,
        people: np.ndarray,
        role: str,
        *,
        ordinal: int | np.ndarray = 1,
        relationship: np.ndarray | None = None,
    ) -> None:
        """Write one part for each event and person; a person of -1 is nobody and no row."""
        at = people >= 0
        n = int(at.sum())
        related = np.full(len(people), -1) if relationship is None else relationship
        row: dict[str, Any] = {
            "event_id": events[at],
            "person_id": people[at].astype(np.int64),
            "ordinal": np.broadcast_to(ordinal, people.shape)[at].astype(np.int64),
            "relationship": Codes(related[at], RELATIONSHIPS),
        }
        if role == "undetected":
            self._writers["undetected"].write(row)
        else:
            self._writers["part"].write({**row, "role": Codes(np.zeros(n, np.int64), [role])})

    def calls(
        self,
        events: np.ndarray,
        people: np.ndarray,
        at: np.ndarray,
        agency: np.ndarray,
        requested: np.ndarray,
    ) -> None:
        """Write calls about events: by a person (-1: anonymous), at a moment, to one of ``AGENCIES``."""
        self._writers["call"].write(
            {
                "call_id": self._ids("call", len(events)),
                "event_id": events,
                "person_id": people.astype(np.int64),
                "called_at": moments(at),
                "agency": Codes(agency, AGENCIES),
                "requested": requested,
            }
        )
        known = np.flatnonzero(people >= 0)
        if len(known):
            pairs = np.stack([events[known], people[known]])
            known = known[np.sort(np.unique(pairs, axis=1, return_index=True)[1])]
            self.parts(events[known], people[known], "caller", ordinal=rank_in_group(events[known]) + 1)
