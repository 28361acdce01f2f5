"""What people said when they were asked to take part in a study: pure functions over rows of the register.

Whether two rows are of one person is a linkage's word, and a wrong word would send somebody away who never
agreed. So whoever agreed is known by the strict linkage, and nobody counts as having agreed whom any of the
linkages may take for somebody who did not, be it that they refused, withdrew or never answered.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
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
    DOUBTFUL = "doubtful"  # agreed, but may be the same person as one who did not, or as one not to be told
    NOT_KNOWN = "not-known"  # the linkage does not know who it is


_ORDER = list(State)


@dataclass(frozen=True)
class Consent:
    """One time that somebody was asked: the record's key, the study, the day, what they said, and the person
    keys of the three linkages (None: not known). A withdrawal is a state of the same row, with its day:
    None where there is none that can be read."""

    key: str
    study: str
    asked_on: dt.date
    state: State
    strict: str | None
    best: str | None
    loose: str | None
    withdrawn_on: dt.date | None = None


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
        """The key of their first row."""
        return self.consents[0].key

    def key_that_left(self, left: Sequence[str]) -> str:
        """The key under which they left before, the earliest (``left`` is in the order of time), so that it
        stays when an earlier row of theirs comes late or two people turn out to be one; else their first
        row's."""
        own = {one.key for one in self.consents}
        return next((key for key in left if key in own), self.key)


Key = tuple[str, str]
"""A level of the linkage (strict, best or loose), and a person's key there."""


def people_of(consents: Iterable[Consent], study: str, untold: Collection[Key] = ()) -> list[Person]:
    """The people who were asked for a study, each once, by the strict linkage.

    Where somebody was asked more than once the latest day counts; of one day's rows the one that agrees
    least. A withdrawal outweighs every answer that was asked for on its day or before, and every one where
    its day cannot be read: only whoever was asked after it can have agreed anew. ``untold``: the keys of
    those of whom the register has rows that are not to be told; a refusal may be among these, so they agree
    to nothing.
    """
    own = sorted((one for one in consents if one.study == study), key=lambda one: (one.asked_on, one.key))
    rows: dict[str, list[Consent]] = defaultdict(list)
    for one in own:
        rows[one.strict or f"nobody/{one.key}"].append(one)
    stands = {who: _latest(theirs) for who, theirs in rows.items()}
    against = set(untold) | {
        key
        for who, theirs in rows.items()
        if stands[who] is not State.AGREED
        for one in theirs
        for key in _keys(one)
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
    counting = [one for one in rows if one.state is not State.WITHDRAWN]
    for one in rows:
        if one.state is State.WITHDRAWN:
            until = _holds_until(one)
            counting = [other for other in counting if until is not None and other.asked_on > until]
    if not counting:
        return State.WITHDRAWN
    last = max(one.asked_on for one in counting)
    return max((one.state for one in counting if one.asked_on == last), key=_ORDER.index)


def _holds_until(withdrawal: Consent) -> dt.date | None:
    """The last day of which a withdrawal outweighs an answer; None: of every day, for its own is not known,
    or lies before that on which they were asked and so is wrong."""
    day = withdrawal.withdrawn_on
    return None if day is None or day < withdrawal.asked_on else day


def _keys(one: Consent) -> list[Key]:
    keys = (("strict", one.strict), ("best", one.best), ("loose", one.loose))
    return [(level, key) for level, key in keys if key is not None]


def study_of(consents: Sequence[Consent], name: str, untold: Collection[Key] = ()) -> Study:
    """A study's numbers; it has at least one row."""
    counts = Counter(one.state for one in people_of(consents, name, untold))
    days = [one.asked_on for one in consents if one.study == name]
    return Study(name, {state: counts[state] for state in State}, min(days), max(days))
