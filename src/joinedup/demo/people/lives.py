"""Lives, a month at a time: arrivals, deaths, births, moves, couples that form and split, leaving.

Nobody changes home twice in a month, and a change closes one stay and opens the next: stays never overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from joinedup.demo.people.drawing import happens, rank_in_group
from joinedup.demo.people.rates import by_age, monthly
from joinedup.demo.people.settling import child_group
from joinedup.demo.people.world import NEVER, NONE, TENURES, YEAR, World

ADULT = 18
_PREGNANT_AGAIN = 300  # days between births of one mother


class Lives:
    """Moves the world on by months and hands every stay that has ended to ``on_stay``."""

    def __init__(self, world: World, on_stay: Callable[[dict[str, Any]], None]) -> None:
        """``on_stay`` takes columns of the residence table."""
        self.world = world
        self._on_stay = on_stay
        self._settled = np.zeros(world.people.room, bool)  # has changed home this month already
        self._adults = self._minors = np.zeros(0, np.int64)

    def month(self, number: int) -> None:
        """Let one month pass (0 is the first)."""
        first, after = (int(day) for day in self.world.starts[number : number + 2])
        stream = self.world.streams.of("lives", number)
        self._settled[:] = False
        self._arrive(first, after)
        self._die(stream, first, after)
        self._give_birth(stream, first, after)
        self._move(stream, first, after)
        self._leave_parents(stream, first, after)
        self._form_couples(stream, first, after)
        self._split(stream, first, after)
        self._leave_area(stream, first, after)
        self._foster(stream, after)

    def finish(self) -> None:
        """Hand over the stays that still last, and mark who never arrived."""
        self._close(np.flatnonzero(self.world.people.here), None)

    def _close(self, who: np.ndarray, days: np.ndarray | None) -> None:
        """Hand over the present stays of ``who``, until ``days`` (None: still)."""
        people = self.world.people
        household = people.household[who]
        until = np.datetime64("NaT") if days is None else days.astype("datetime64[D]")
        self._on_stay(
            {
                "person_id": who,
                "address_id": self.world.home_of[household],
                "household_id": household,
                "from_date": people.since[who].astype("datetime64[D]"),
                "to_date": np.broadcast_to(until, who.shape),
            }
        )

    def _rehouse(self, who: np.ndarray, household: np.ndarray, days: np.ndarray) -> None:
        people = self.world.people
        self._close(who, days)
        people.household[who] = household
        people.since[who] = days
        self._settled[who] = True

    def _arrive(self, first: int, after: int) -> None:
        people = self.world.people
        who = np.flatnonzero((people.arrives >= first) & (people.arrives < after))
        people.household[who] = people.first_household[who]
        people.since[who] = people.arrives[who]
        people.came[who] = people.arrives[who]
        people.arrives[who] = NEVER
        self._settled[who] = True

    def _die(self, stream: np.random.Generator, first: int, after: int) -> None:
        world, people, rates = self.world, self.world.people, self.world.rates["lives"]
        age = people.age(first)
        hazard = np.exp(np.minimum(rates["death_level"] + rates["death_slope"] * age, 0))
        hazard = np.where(age < 1, rates["infant_death"], hazard)
        who = np.flatnonzero(people.here & happens(stream, hazard / 12, people.room) & ~self._settled)
        days = stream.integers(first, after, len(who))
        late = days > people.since[who]
        who, days = who[late], days[late]
        self._close(who, days)
        people.death[who] = days
        people.household[who] = NONE
        left = people.partner[who]
        people.partner[left[left >= 0]] = NONE
        people.partner[who] = NONE
        world.empty_ended_households()

    def _give_birth(self, stream: np.random.Generator, first: int, after: int) -> None:
        people, rates = self.world.people, self.world.rates["lives"]
        chance = monthly(by_age(rates["birth_by_age"], people.age(first)))
        chance = chance * np.where(people.partner >= 0, *rates["births_of_couples"])
        may = people.here & (people.sex == 0) & ~self._settled & (first - people.last_birth > _PREGNANT_AGAIN)
        mothers = np.flatnonzero(may & happens(stream, chance, people.room))
        mothers = mothers[: max(0, (people.room - people.n) // 2)]
        days = stream.integers(first, after, len(mothers))
        twins = happens(stream, self.world.rates["people"]["twins_among_children"] / 2, len(mothers))
        both = np.r_[mothers, mothers[twins]]
        self._bear(stream, both, np.r_[days, days[twins]])
        ids = np.arange(people.n - len(both), people.n)
        first_born, second_born = ids[: len(mothers)][twins], ids[len(mothers) :]
        people.twin[first_born], people.twin[second_born] = second_born, first_born
        one_sex = happens(stream, self.world.rates["people"]["twins_of_one_sex"], len(second_born))
        people.sex[second_born] = np.where(one_sex, people.sex[first_born], people.sex[second_born])
        household = np.unique(people.household[mothers])
        self._settled |= people.here & np.isin(people.household, household)

    def _bear(self, stream: np.random.Generator, mothers: np.ndarray, days: np.ndarray) -> None:
        people = self.world.people
        ids = np.arange(people.n, people.n + len(mothers))
        people.n += len(mothers)
        people.birth[ids] = people.since[ids] = days
        people.mother[ids] = mothers
        people.at_parents[ids] = True
        people.last_birth[mothers] = days
        people.household[ids] = people.household[mothers]
        people.sex[ids] = happens(stream, self.world.rates["lives"]["born_boys"], len(ids))
        partner = people.partner[mothers]
        is_father = (partner >= 0) & (people.sex[np.maximum(partner, 0)] == 1)
        people.father[ids] = np.where(is_father, partner, NONE)
        mixed = child_group(stream, people.group[mothers], people.group[np.maximum(partner, 0)])
        people.group[ids] = np.where(is_father, mixed, people.group[mothers])

    def _move(self, stream: np.random.Generator, first: int, after: int) -> None:
        """Whole households move to an empty home: near, in the district, or anywhere."""
        world = self.world
        yearly = np.array([world.rates["lives"]["move_by_tenure"][name] for name in TENURES])
        living = np.flatnonzero(world.home_of[: world.n_households] >= 0)
        fixed = np.zeros(world.n_households, bool)
        here = world.people.here
        fixed[world.people.household[here & self._settled]] = True
        inhabited = np.bincount(world.people.household[here], minlength=world.n_households) > 0
        chance = monthly(yearly[world.homes.tenure[world.home_of[living]]])
        movers = living[happens(stream, chance, len(living)) & ~fixed[living] & inhabited[living]]
        new = world.find_homes(stream, world.homes.lsoa[world.home_of[movers]])
        movers, new = movers[new >= 0], new[new >= 0]
        day_of = np.full(world.n_households, NONE, np.int64)
        day_of[movers] = stream.integers(first, after, len(movers))
        who = np.flatnonzero(here)
        who = who[day_of[world.people.household[who]] >= 0]
        household = world.people.household[who]
        self._rehouse(who, household, day_of[household])
        world.take_homes(movers, new)

    def _count(self) -> None:
        people = self.world.people
        who = np.flatnonzero(people.here)
        grown = people.age(float(self.world.starts[0])) >= ADULT - 3
        n = self.world.n_households
        self._adults = np.bincount(people.household[who[grown[who]]], minlength=n)
        self._minors = np.bincount(people.household[who[~grown[who]]], minlength=n)

    def _may_go(self) -> np.ndarray:
        """Who can leave a household without leaving children there alone."""
        self._count()
        household = np.maximum(self.world.people.household, 0)
        alone = (self._adults[household] == 1) & (self._minors[household] > 0)
        return self.world.people.here & ~self._settled & ~alone

    def _leave_parents(self, stream: np.random.Generator, first: int, after: int) -> None:
        world, people = self.world, self.world.people
        chance = monthly(by_age(world.rates["lives"]["leave_parents_by_age"], people.age(first)))
        may = self._may_go() & people.at_parents & (people.last_birth < 0)
        who = np.flatnonzero(may & happens(stream, chance, people.room))
        who = self._one_each(who)
        self._to_own_homes(stream, who, first, after)

    def _one_each(self, who: np.ndarray) -> np.ndarray:
        """Only the first of each household: two who leave together might leave children behind."""
        return who[rank_in_group(self.world.people.household[who]) == 0] if len(who) else who

    def _to_own_homes(
        self, stream: np.random.Generator, who: np.ndarray, first: int, after: int
    ) -> np.ndarray:
        """Give each of ``who`` a household and an empty home; return those for whom there was one."""
        world, people = self.world, self.world.people
        new = world.find_homes(stream, world.lsoa_of_people()[who])
        who, new = who[new >= 0], new[new >= 0]
        households = world.new_households(len(who))
        days = stream.integers(first, after, len(who))
        self._rehouse(who, households, days)
        people.at_parents[who] = False
        world.take_homes(households, new)
        world.empty_ended_households()
        return who

    def _form_couples(self, stream: np.random.Generator, first: int, after: int) -> None:
        """Single people of a district pair by age; one moves in with the other, who lives with no parent."""
        world, people = self.world, self.world.people
        chance = monthly(by_age(world.rates["lives"]["couple_forms_by_age"], people.age(first)))
        may = self._may_go() & (people.partner == NONE)
        open_to = np.flatnonzero(may & happens(stream, chance, people.room))
        open_to = self._one_each(open_to)
        men = open_to[people.sex[open_to] == 1]
        women = open_to[(people.sex[open_to] == 0) & ~people.at_parents[open_to]]
        men, women = (side[np.argsort(-people.birth[side], kind="stable")] for side in (men, women))
        n = min(len(men), len(women))
        men, women = men[:n], women[:n]
        fits = (abs(people.birth[men] - people.birth[women]) < 12 * YEAR) & (people.mother[men] != women)
        fits &= people.household[men] != people.household[women]
        men, women = men[fits], women[fits]
        people.partner[men], people.partner[women] = women, men
        people.at_parents[men] = False
        self._rehouse(men, people.household[women], stream.integers(first, after, len(men)))
        self._settled[women] = True
        takes = happens(stream, world.rates["lives"]["wife_takes_name_later"], len(men))
        wives, husbands = women[takes], men[takes]
        people.former[wives] = people.surname[wives]
        people.surname[wives] = people.surname[husbands]
        world.empty_ended_households()

    def _split(self, stream: np.random.Generator, first: int, after: int) -> None:
        world, people = self.world, self.world.people
        may = self._may_go() & (people.partner > np.arange(people.room))
        one = np.flatnonzero(
            may & happens(stream, monthly(world.rates["lives"]["couple_splits"]), people.room)
        )
        other = people.partner[one]
        free = ~self._settled[other]
        one, other = one[free], other[free]
        man_goes = people.sex[one] == 1
        goes, stays = np.where(man_goes, one, other), np.where(man_goes, other, one)
        went = self._to_own_homes(stream, goes, first, after)
        gone = np.isin(goes, went)
        goes, stays = goes[gone], stays[gone]
        people.partner[goes] = people.partner[stays] = NONE
        world.former_couples.append(np.stack([stays, goes], axis=1))

    def _leave_area(self, stream: np.random.Generator, first: int, after: int) -> None:
        world, people = self.world, self.world.people
        n = world.n_households
        goes = happens(stream, monthly(world.rates["lives"]["leave_teesside"]), n)
        here = np.flatnonzero(people.here)
        goes[people.household[here[self._settled[here]]]] = False
        who = here[goes[people.household[here]]]
        days = stream.integers(first, after, n)[people.household[who]]
        self._close(who, days)
        people.household[who] = NONE
        world.empty_ended_households()

    def _foster(self, stream: np.random.Generator, after: int) -> None:
        """Children whose household has lost its last adult move to a family near by at the month's end."""
        world, people = self.world, self.world.people
        self._count()
        household = np.maximum(people.household, 0)
        lost = people.here & (self._adults[household] == 0) & (people.since < after - 1)
        orphans = np.flatnonzero(lost)
        families = np.flatnonzero((self._adults >= 2) & (self._minors > 0))
        if len(orphans) and len(families):
            ended, which = np.unique(people.household[orphans], return_inverse=True)
            new = families[stream.integers(0, len(families), len(ended))]
            self._rehouse(orphans, new[which], np.full(len(orphans), after - 1))
            world.empty_ended_households()


def arrive_later(world: World, stream: np.random.Generator) -> None:
    """Let some households come from outside during the three years: until then they are not here."""
    people = world.people
    starts = world.starts
    n = world.n_households
    later = happens(stream, world.rates["people"]["arrive_later"], n)
    day = stream.integers(starts[0] + 1, starts[-1], n)
    people.first_household[:] = people.household
    household = np.maximum(people.household, 0)
    who = people.here & later[household]
    people.arrives[who] = day[household[who]]
    born_before = people.birth < starts[0]
    people.household[who & born_before] = NONE
    years = np.array([world.rates["people"]["years_at_address"][name] for name in TENURES])
    stay = stream.exponential(years[world.homes.tenure[world.home_of[:n]]]) * YEAR
    since = np.maximum((starts[0] - stay[household]).astype(np.int64), people.birth)
    people.since[:] = np.where(people.here, np.minimum(since, starts[0] - 1), people.since)
    people.arrives[~who] = NEVER
