"""Who is there in a month: drawing people near a place by what they are inclined to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from joinedup.demo.people.drawing import GroupDraw, by_weights
from joinedup.demo.people.ground import Ground
from joinedup.demo.people.world import NONE, World

LEVELS = ("lsoa", "msoa", "district", "anywhere")
_TRIES = 5


def _levels(ground: Ground) -> list[np.ndarray]:
    n = len(ground.codes)
    return [np.arange(n), ground.msoa, ground.district, np.zeros(n, np.int64)]


class Nearby:
    """Draws of people round a place, from its LSOA outwards to the whole area."""

    def __init__(self, ground: Ground, weights: np.ndarray, lsoa: np.ndarray) -> None:
        """``weights`` and ``lsoa`` (-1 for nowhere) have one entry a person."""
        self._levels = _levels(ground)
        who = np.flatnonzero((weights > 0) & (lsoa >= 0))
        self._who = who
        self._weights, self._places = weights[who], lsoa[who]
        self._draws: dict[int, GroupDraw] = {}  # by level, made when first asked for

    def _at(self, number: int) -> GroupDraw:
        if number not in self._draws:
            level = self._levels[number]
            self._draws[number] = GroupDraw(self._weights, level[self._places], int(level.max()) + 1)
        return self._draws[number]

    def draw(self, stream: np.random.Generator, places: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """A person for each place (an LSOA) at each level of nearness; where nobody is, the next wider."""
        found = np.full(len(places), NONE)
        for number in range(len(LEVELS)):
            open_to = np.flatnonzero((found == NONE) & (levels <= number))
            if len(open_to) and len(self._who):
                at = self._at(number).draw(stream, self._levels[number][places[open_to]])
                found[open_to] = np.where(at >= 0, self._who[np.maximum(at, 0)], NONE)
        return found

    def pick(
        self,
        stream: np.random.Generator,
        places: np.ndarray,
        near: dict[str, float],
        accept: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> np.ndarray:
        """Draw until ``accept`` (people, positions among ``places``) likes each, going wider; else -1."""
        levels = by_weights(stream, [near[name] for name in LEVELS], len(places))
        found = np.full(len(places), NONE)
        for attempt in range(_TRIES):
            open_to = np.flatnonzero(found == NONE)
            if not len(open_to):
                break
            wider = np.minimum(levels[open_to] + attempt // 2, len(LEVELS) - 1)
            drawn = self.draw(stream, places[open_to], wider)
            liked = drawn >= 0
            liked[liked] = accept(drawn[liked], open_to[liked])
            found[open_to[liked]] = drawn[liked]
        return found


class MonthOfPeople:
    """The people of one month: who can take part in what happens, where they live and how old they are."""

    def __init__(self, world: World, first: int, after: int) -> None:
        """``first`` and ``after`` are the days of the month; those who came during it take no part yet."""
        people = world.people
        self.first, self.after = first, after
        self.here = people.here & (people.came < first) & (people.birth < first)
        self.lsoa = np.where(self.here, world.lsoa_of_people(), NONE)
        self.age = people.age(float(first))
        self.adult = self.here & (self.age >= 18)
