"""What every kind of event needs in a month: the people who are there, draws of them, places, and the log."""

from __future__ import annotations

from typing import Any

import numpy as np

from joinedup.demo.people.drawing import by_weights
from joinedup.demo.people.eventlog import EventLog
from joinedup.demo.people.ground import PREFIX
from joinedup.demo.people.inclinations import Inclinations, Pairs
from joinedup.demo.people.justice import Justice
from joinedup.demo.people.rates import by_age, choices
from joinedup.demo.people.residents import MonthOfPeople, Nearby
from joinedup.demo.people.tables import Codes
from joinedup.demo.people.venues import Premises
from joinedup.demo.people.world import TENURES, World

_FIRST_PUBLISHED = np.datetime64("2023-01", "M").astype(np.int64)


class Stage:
    """One month, ready for things to happen in it."""

    def __init__(
        self,
        world: World,
        number: int,
        inclined: Inclinations,
        pairs: Pairs,
        justice: Justice,
        premises: Premises,
        log: EventLog,
    ) -> None:
        """``number`` is the month, from 0. The world must have lived through it already."""
        first, after = (int(day) for day in world.starts[number : number + 2])
        self.world, self.number, self.inclined = world, number, inclined
        self.pairs, self.justice, self.premises, self.log = pairs, justice, premises, log
        self.month = MonthOfPeople(world, first, after)
        self.away = justice.away(first, after)
        self._draws(inclined)
        self._pair_draws = pairs.by_place(self.month.lsoa, self.away)
        home = world.home_of[np.maximum(world.people.household, 0)]
        tenure = world.homes.tenure[np.maximum(home, 0)]
        self.social = self.month.here & (tenure == TENURES.index("social"))

    def _draws(self, inclined: Inclinations) -> None:
        month, rates, ground = self.month, self.world.rates, self.world.ground
        career = inclined.offend * by_age(rates["offending"]["by_age"], month.age)
        more = np.where(inclined.drug_user, rates["offending"]["acquisitive_by_drug_user"], 1.0)
        young = by_age(rates["asb"]["by_age"], month.age)
        self.violent = Nearby(ground, career * inclined.violent, month.lsoa)
        self.acquisitive = Nearby(ground, career * inclined.acquisitive * more, month.lsoa)
        man = month.here & (self.world.people.sex == 1) & (month.age >= 14) & (month.age < 75)
        self.sexual = Nearby(
            ground,
            man * np.where(inclined.offend > 0, rates["offending"]["sexual_where_inclined"], 1.0),
            month.lsoa,
        )
        self.disorderly = Nearby(ground, inclined.disorder * young, month.lsoa)
        self.harmed = Nearby(ground, inclined.harmed * ~self.away, month.lsoa)
        may_call = month.here & (month.age >= 15) & ~self.away
        self.callers = Nearby(ground, inclined.call * may_call, month.lsoa)
        self.anybody = Nearby(ground, 1.0 * may_call, month.lsoa)

    def stream(self, name: str) -> np.random.Generator:
        """This month's stream of a name."""
        return self.world.streams.of(name, self.number)

    @property
    def source_month(self) -> int:
        """The published month that this one is drawn from (months since 1970): the year 2022 takes 2023's."""
        month = int(np.datetime64(self.world.rates["first_month"], "M").astype(np.int64)) + self.number
        return month if month >= _FIRST_PUBLISHED else month + 12

    def draw_pairs(self, stream: np.random.Generator, lsoa: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """A pair (position in ``pairs``) whose victim lives near each place, or -1."""
        ground = self.world.ground
        groups = [
            np.arange(len(ground.codes)),
            ground.msoa,
            ground.district,
            np.zeros(len(ground.codes), int),
        ]
        found = np.full(len(lsoa), -1)
        for number, draw in enumerate(self._pair_draws):
            open_to = np.flatnonzero((found < 0) & (levels <= number))
            found[open_to] = draw.draw(stream, groups[number][lsoa[open_to]])
        return found

    def place(self, row: np.ndarray) -> dict[str, Any]:
        """The columns that say where: those of published street rows."""
        rows, codes = self.world.ground.rows, self.world.ground.codes
        location = np.where(
            np.array(rows.locations, dtype=object)[rows.location[row]] == PREFIX, -1, rows.location[row]
        )
        return {
            "location": Codes(location, rows.locations),
            "longitude": rows.longitude[row],
            "latitude": rows.latitude[row],
            "lsoa_code": Codes(rows.lsoa[row], codes),
        }

    def methods(self, stream: np.random.Generator, injured: np.ndarray) -> Codes:
        """How somebody was hurt, where somebody was."""
        words, shares = choices(self.world.rates["emergencies"]["assault_methods"])
        return Codes(np.where(injured, by_weights(stream, shares, len(injured)), -1), words)

    def how_many(self, stream: np.random.Generator, a_year: float) -> int:
        """How many of what happens so often in a year in all Teesside happen this month among our people."""
        days = self.month.after - self.month.first
        return int(stream.poisson(a_year * self.world.scale * days / 365.25))
