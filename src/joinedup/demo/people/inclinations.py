"""What people are inclined to: to offend, to be harmed, to call, to abuse. All of it is skewed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from joinedup.demo.people.drawing import GroupDraw, happens
from joinedup.demo.people.world import NONE, YEAR, World

PARTNER, EX_PARTNER, FAMILY = 0, 1, 2
RELATIONSHIPS = ["partner", "ex-partner", "family", "acquaintance", "stranger"]
ACQUAINTANCE, STRANGER = 3, 4
_OLD = 68  # from this age abuse of a partner seldom comes to notice


@dataclass
class Inclinations:
    """One number a person, positions as in ``People`` (room for the unborn included)."""

    offend: np.ndarray
    harmed: np.ndarray
    call: np.ndarray
    disorder: np.ndarray
    violent: np.ndarray  # the taste for violence and for theft of those who offend
    acquisitive: np.ndarray
    drug_user: np.ndarray
    drinker: np.ndarray


def draw_inclinations(world: World) -> Inclinations:
    """Draw them once; age and circumstance weigh in month by month."""
    people, rates = world.people, world.rates
    stream = world.streams.of("inclinations")
    room = people.room
    chosen = rates["offending"]
    inclined = happens(stream, chosen["inclined"], room)
    base = np.exp(stream.normal(0, chosen["spread"], room))
    home = world.home_of[np.maximum(people.first_household, 0)]
    decile = world.ground.decile[world.homes.lsoa[np.maximum(home, 0)]]
    place = 1 + chosen["deprived_area"] * (10 - decile)
    offend = inclined * base * place * np.where(people.sex == 1, chosen["men"], 1.0)
    age = people.age(float(world.starts[0]))
    working_age = (age >= 18) & (age < 65)
    drug_chance = (
        rates["support"]["drug_users"] * np.where(inclined, *rates["support"]["drugs_where_inclined"]) * place
    )
    drug_user = working_age & happens(stream, drug_chance, room)
    drink_chance = rates["support"]["alcohol_dependent"] * np.where(
        inclined, *rates["support"]["drink_where_inclined"]
    )
    drinker = working_age & happens(stream, drink_chance, room)
    offend = offend * np.where(drug_user, chosen["drug_user"], 1.0)
    call = np.exp(stream.normal(0, rates["asb"]["repeat_spread"], room))
    return Inclinations(
        offend=offend,
        harmed=np.exp(stream.normal(0, rates["victims"]["spread"], room))
        * np.where(inclined, rates["victims"]["where_inclined"], 1.0),
        call=call,
        violent=np.exp(stream.normal(0, chosen["taste_spread"], room)),
        acquisitive=np.exp(stream.normal(0, chosen["taste_spread"], room)),
        disorder=np.where(inclined, offend, 0.0)
        + happens(stream, rates["asb"]["others_inclined"], room) * base,
        drug_user=drug_user,
        drinker=drinker,
    )


class Pairs:
    """Victims and their abusers, with how often; couples that form and part move in and out of it."""

    def __init__(self, world: World, offend: np.ndarray) -> None:
        """Take some of the couples, invent former couples, and take some mothers with grown sons."""
        self._world, self._offend = world, offend
        people, chosen = world.people, world.rates["offending"]
        stream = world.streams.of("pairs")
        self.victim, self.abuser = np.zeros((2, 0), np.int64)
        self.kind = np.zeros(0, np.int64)
        self.weight = np.zeros(0)
        self._known_splits = 0
        one = np.flatnonzero(people.partner > np.arange(people.room))
        couples = np.stack([one, people.partner[one]], axis=1)
        some = self._abusive(stream, couples)
        self._add(stream, couples[some], PARTNER)
        self._add(stream, self._former(stream, int(some.sum() * chosen["former_pairs"]) + 1), EX_PARTNER)
        son = np.flatnonzero(
            (people.mother >= 0) & (people.sex == 1) & (people.age(float(world.starts[0])) > 14)
        )
        son = son[happens(stream, chosen["domestic_pairs"] * chosen["domestic_sons"], len(son))]
        self._add(stream, np.stack([people.mother[son], son], axis=1), FAMILY, ordered=True)
        self._couples_seen = people.partner.copy()

    def _abusive(self, stream: np.random.Generator, couples: np.ndarray) -> np.ndarray:
        """Which couples are abusive: more often where one of them is inclined to offend."""
        chosen = self._world.rates["offending"]
        inclined = (self._offend[couples] > 0).any(axis=1)
        more = np.where(inclined, *chosen["domestic_where_inclined"])
        return happens(stream, chosen["domestic_pairs"] * more, len(couples))

    def _former(self, stream: np.random.Generator, n: int) -> np.ndarray:
        """Men and women of an age who live alone now: nothing else is known of what was before."""
        people = self._world.people
        age = people.age(float(self._world.starts[0]))
        free = people.here & (people.partner == NONE) & (age > 18) & (age < 60)
        men, women = (np.flatnonzero(free & (people.sex == sex)) for sex in (1, 0))
        n = min(n, len(men), len(women))
        men, women = (np.sort(stream.choice(side, n, replace=False)) for side in (men, women))
        return np.stack(
            [women[np.argsort(age[women], kind="stable")], men[np.argsort(age[men], kind="stable")]], axis=1
        )

    def _add(
        self, stream: np.random.Generator, couples: np.ndarray, kind: int, *, ordered: bool = False
    ) -> None:
        people, chosen = self._world.people, self._world.rates["offending"]
        if not ordered:
            man_first = people.sex[couples[:, 0]] >= people.sex[couples[:, 1]]
            woman_last = np.where(man_first[:, None], couples, couples[:, ::-1])
            man_does = happens(stream, chosen["male_abuser"], len(couples))
            couples = np.where(man_does[:, None], woman_last[:, ::-1], woman_last)
        self.victim = np.r_[self.victim, couples[:, 0]]
        self.abuser = np.r_[self.abuser, couples[:, 1]]
        self.kind = np.r_[self.kind, np.full(len(couples), kind)]
        self.weight = np.r_[self.weight, np.exp(stream.normal(0, chosen["domestic_spread"], len(couples)))]

    def month(self, number: int) -> None:
        """Take in the couples that formed and parted."""
        world, people = self._world, self._world.people
        stream = world.streams.of("pairs by month", number)
        for parted in world.former_couples[self._known_splits :]:
            gone = {(int(one), int(other)) for one, other in parted}
            gone |= {(other, one) for one, other in gone}
            together = np.flatnonzero(self.kind == PARTNER)
            now_former = [at for at in together if (int(self.victim[at]), int(self.abuser[at])) in gone]
            self.kind[now_former] = EX_PARTNER
            some = self._abusive(stream, parted)
            self._add(stream, parted[some], EX_PARTNER)
        self._known_splits = len(world.former_couples)
        formed = np.flatnonzero(
            (people.partner > np.arange(people.room)) & (people.partner != self._couples_seen)
        )
        couples = np.stack([formed, people.partner[formed]], axis=1)
        self._add(stream, couples[self._abusive(stream, couples)], PARTNER)
        self._couples_seen = people.partner.copy()

    def by_place(self, lsoa: np.ndarray, away: np.ndarray) -> list[GroupDraw]:
        """Draws of pairs by the victim's LSOA, MSOA, district and at all; ``away`` abusers cannot offend."""
        ground = self._world.ground
        place = lsoa[self.victim]
        present = (place >= 0) & (lsoa[self.abuser] >= 0) & ~away[self.abuser] & ~away[self.victim]
        grown_old = self._world.people.birth[self.abuser] < self._world.starts[0] - _OLD * YEAR
        weight = (
            self.weight
            * present
            * np.where(grown_old, self._world.rates["offending"]["domestic_when_old"], 1.0)
        )
        levels = [
            np.arange(len(ground.codes)),
            ground.msoa,
            ground.district,
            np.zeros(len(ground.codes), int),
        ]
        return [
            GroupDraw(weight, np.where(place >= 0, level[np.maximum(place, 0)], NONE), int(level.max()) + 1)
            for level in levels
        ]
