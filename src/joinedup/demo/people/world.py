"""The state of the invented world while it is simulated: arrays of people, households and homes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from joinedup.demo.people.civil import month_starts
from joinedup.demo.people.drawing import rank_in_group
from joinedup.demo.people.ground import Ground
from joinedup.demo.people.names import Names
from joinedup.demo.people.rates import Rates
from joinedup.demo.people.streams import Streams

NEVER = np.int32(2**31 - 1)  # a day that does not come
NONE = -1
YEAR = 365.2425


class People:
    """One entry a person, with room for those yet to be born; ``n`` are there. Ids are positions, -1 nobody.

    Days are numbers since 1970. ``household`` is -1 for those who are unborn, dead, gone or still to come.
    """

    def __init__(self, n: int, room: int) -> None:
        """Make room for ``room`` people, of whom ``n`` are there."""
        self.n = n
        self.room = room
        self.sex = np.zeros(room, np.int8)  # 1 a man, 0 a woman
        self.group = np.zeros(room, np.int8)
        self.birth = np.full(room, NEVER, np.int32)
        self.death = np.full(room, NEVER, np.int32)
        self.arrives = np.full(room, NEVER, np.int32)
        self.came = np.full(room, -NEVER, np.int32)  # the day on which somebody came from outside
        self.since = np.zeros(room, np.int32)  # first day at the present home
        self.last_birth = np.full(room, -1_000_000, np.int32)
        self.household = np.full(room, NONE, np.int32)
        self.first_household = np.full(room, NONE, np.int32)
        self.given, self.middle, self.surname, self.former = (np.full(room, NONE, np.int32) for _ in range(4))
        self.mother, self.father, self.partner, self.twin = (np.full(room, NONE, np.int32) for _ in range(4))
        self.at_parents = np.zeros(room, bool)

    def age(self, day: float) -> np.ndarray:
        """Age in years on a day, below zero for the unborn."""
        return (day - self.birth) / YEAR

    @property
    def here(self) -> np.ndarray:
        """Who lives in the area now."""
        return self.household >= 0


class Homes:
    """One entry a dwelling, street point included; ``household`` is -1 where it stands empty."""

    def __init__(self, lsoa: np.ndarray) -> None:
        """Homes in these LSOAs (positions in the ground), without a street yet."""
        n = len(lsoa)
        self.lsoa = lsoa.astype(np.int32)
        self.household = np.full(n, NONE, np.int32)
        self.street = np.zeros(n, np.int32)  # position in the ground's named streets
        self.number = np.zeros(n, np.int32)
        self.flat = np.zeros(n, np.int32)
        self.tenure = np.zeros(n, np.int8)  # position in ``TENURES``
        self.landlord = np.full(n, NONE, np.int8)
        self.longitude = np.zeros(n)
        self.latitude = np.zeros(n)

    def __len__(self) -> int:
        """How many."""
        return len(self.lsoa)


TENURES = ("owner", "private", "social")


@dataclass
class World:
    """Everything that the parts of the simulation share."""

    ground: Ground
    rates: Rates
    streams: Streams
    names: Names
    groups: list[str]  # the census's 19 labels
    people: People
    homes: Homes
    home_of: np.ndarray  # home of each household, -1 where it has ended
    n_households: int
    scale: float  # people here for each resident of Teesside
    former_couples: list[np.ndarray] = field(default_factory=list)  # arrays of shape pairs × 2

    @property
    def starts(self) -> np.ndarray:
        """First days of the months, and the day after the last."""
        return month_starts(self.rates["first_month"], self.rates["months"])

    def lsoa_of_people(self) -> np.ndarray:
        """LSOA in which each person lives now, -1 for those who are not here."""
        home = self.home_of[np.maximum(self.people.household, 0)]
        return np.where(self.people.here, self.homes.lsoa[np.maximum(home, 0)], NONE)

    def new_households(self, n: int) -> np.ndarray:
        """Numbers for ``n`` more households, without a home yet."""
        first = self.n_households
        self.n_households += n
        if self.n_households > len(self.home_of):
            more = np.full(max(n, len(self.home_of) // 4), NONE, np.int32)
            self.home_of = np.concatenate([self.home_of, more])
        return np.arange(first, self.n_households, dtype=np.int32)

    def take_homes(self, households: np.ndarray, homes: np.ndarray) -> None:
        """Let households move: their old home, where they had one, is empty from now on."""
        old = self.home_of[households]
        self.homes.household[old[old >= 0]] = NONE
        self.home_of[households] = homes
        self.homes.household[homes] = households

    def empty_ended_households(self) -> None:
        """Homes whose household has nobody left, and nobody still to come, are empty."""
        people = self.people
        coming = people.first_household[(people.arrives < NEVER) & ~people.here & (people.death == NEVER)]
        counts = np.bincount(people.household[people.here], minlength=self.n_households)
        counts[coming[coming >= 0]] += 1
        ended = np.flatnonzero((counts == 0) & (self.home_of[: self.n_households] >= 0))
        self.homes.household[self.home_of[ended]] = NONE
        self.home_of[ended] = NONE

    def find_homes(self, stream: np.random.Generator, lsoa: np.ndarray) -> np.ndarray:
        """An empty home for each who looks from ``lsoa``, near or far by the rates; -1 where none is left."""
        empty = np.flatnonzero(self.homes.household == NONE)
        stream.shuffle(empty)
        found = np.full(len(lsoa), NONE)
        draw = stream.random(len(lsoa))
        near = self.rates["lives"]["move_same_lsoa"]
        level = np.where(
            draw < near, 0, np.where(draw < near + self.rates["lives"]["move_same_district"], 1, 2)
        )
        for tried, groups in enumerate((np.arange(len(self.ground.codes)), self.ground.district)):
            seekers = np.flatnonzero((level <= tried) & (found == NONE))
            keys = _ranked(groups[lsoa[seekers]], len(lsoa) + len(empty))
            other = _ranked(groups[self.homes.lsoa[empty]], len(lsoa) + len(empty))
            _, at, taken = np.intersect1d(keys, other, assume_unique=True, return_indices=True)
            found[seekers[at]] = empty[taken]
            empty = np.delete(empty, taken)
        seekers = np.flatnonzero(found == NONE)[: len(empty)]
        found[seekers] = empty[: len(seekers)]
        return found


def _ranked(groups: np.ndarray, slot: int) -> np.ndarray:
    return groups.astype(np.int64) * slot + rank_in_group(groups)
