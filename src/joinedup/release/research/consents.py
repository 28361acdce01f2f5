"""What people said when they were asked to take part in a study: pure functions over rows of the register.

Whether two rows are of one person is a linkage's word, and a wrong word would send somebody away who never
agreed. So whoever agreed is known by the strict linkage, and nobody counts as having agreed whom any of the
linkages may take for somebody who did not.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SOURCE = "consents-to-research"
"""The statistical source of the register, whichever feeds bring it."""


class State(StrEnum):
    """Where somebody stands with a study; the later ones weigh more among answers of one day."""

    AGREED = "agreed"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DOUBTFUL = "doubtful"  # agreed, but may be the same person as one who did not
    NOT_KNOWN = "not-known"  # the linkage does not know who it is


_ORDER = list(State)


@dataclass(frozen=True)
class Consent:
    """One time that somebody was asked: the record's key, the study, the day, what they said, and the person
    keys of the three linkages (None: not known). A withdrawal is a state of the same row."""

    key: str
    study: str
    asked_on: dt.date
    state: State
    strict: str | None
    best: str | None
    loose: str | None


@dataclass(frozen=True)
class Study:
    """How many people were asked for a study, by where they stand, and when the first and the last was."""

    name: str
    people: dict[State, int]
    first: dt.date
    last: dt.date

    @property
    def asked(self) -> int:
        """Everybody who was asked, each once."""
        return sum(self.people.values())


@dataclass(frozen=True)
class Person:
    """Somebody who was asked for a study: where they stand, and their rows, the earliest first."""

    strict: str | None
    state: State
    consents: tuple[Consent, ...]

    @property
    def key(self) -> str:
        """The key of their first row: it stays the same whatever a later linkage finds."""
        return self.consents[0].key


def people_of(consents: Iterable[Consent], study: str) -> list[Person]:
    """The people who were asked for a study, each once, by the strict linkage.

    Where somebody was asked more than once the latest day counts; of one day's rows the one that agrees
    least.
    """
    own = sorted((one for one in consents if one.study == study), key=lambda one: (one.asked_on, one.key))
    rows: dict[str, list[Consent]] = defaultdict(list)
    for one in own:
        rows[one.strict or f"nobody/{one.key}"].append(one)
    stands = {who: _latest(theirs) for who, theirs in rows.items()}
    against = {
        (level, key)
        for who, theirs in rows.items()
        if stands[who] in {State.REFUSED, State.WITHDRAWN}
        for one in theirs
        for level, key in _keys(one)
    }
    found = []
    for who, theirs in rows.items():
        state = stands[who]
        if theirs[0].strict is None:
            state = State.NOT_KNOWN if state is State.AGREED else state
        elif state is State.AGREED and any(key in against for one in theirs for key in _keys(one)):
            state = State.DOUBTFUL
        found.append(Person(theirs[0].strict, state, tuple(theirs)))
    return found


def _latest(rows: Sequence[Consent]) -> State:
    last = max(one.asked_on for one in rows)
    return max((one.state for one in rows if one.asked_on == last), key=_ORDER.index)


def _keys(one: Consent) -> list[tuple[str, str]]:
    keys = (("strict", one.strict), ("best", one.best), ("loose", one.loose))
    return [(level, key) for level, key in keys if key is not None]


def study_of(consents: Sequence[Consent], name: str) -> Study:
    """A study's numbers; it has at least one row."""
    counts = Counter(one.state for one in people_of(consents, name))
    days = [one.asked_on for one in consents if one.study == name]
    return Study(name, {state: counts[state] for state in State}, min(days), max(days))
