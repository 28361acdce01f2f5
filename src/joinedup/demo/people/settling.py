"""The people of the first day: drawn from the published residents of each LSOA, then joined into families.

Ages and places are drawn one by one, so that the published shares hold. Families are made by matching: a
child finds a mother of fitting age close by, or moves to one; couples are matched by age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from joinedup.demo.people.drawing import by_rows, by_weights, happens, rank_in_group
from joinedup.demo.people.ground import HIGH_LEVEL, Ground
from joinedup.demo.people.rates import Rates, by_age
from joinedup.demo.people.streams import Streams
from joinedup.demo.people.world import NONE, YEAR, People

_SLOT = 256.0  # wider than any age: keys of one LSOA never meet those of the next


@dataclass
class Settled:
    """The first people, the LSOA of each household, and the groups' labels."""

    people: People
    lsoa: np.ndarray  # of each household
    households: int


def settle(ground: Ground, rates: Rates, streams: Streams, n: int, first_day: int) -> Settled:
    """``n`` people with age, sex, LSOA, family, household and ethnic group on ``first_day``."""
    people = People(n, int(n * 1.05) + 60)
    stream = streams.of("settling")
    lsoa = by_weights(stream, ground.residents, n)
    age = by_rows(stream, ground.ages, lsoa).astype(np.int64)
    age = np.where(age == 90, 90 + np.minimum(stream.geometric(0.28, n) - 1, 14), age)
    people.birth[:n] = first_day - (age + stream.random(n)) * YEAR
    people.sex[:n] = ~happens(stream, by_age(rates["people"]["female_by_age"], age), n)
    exact = people.age(first_day)[:n]
    _find_mothers(stream, rates, people, exact, lsoa)
    _pair_twins(stream, rates, people, exact, lsoa)
    _pair_couples(stream, rates, people, exact, lsoa)
    _name_fathers(people)
    household = _share_homes(stream, rates, people, exact, lsoa)
    households = int(household.max()) + 1
    place = np.zeros(households, np.int64)
    place[household] = lsoa
    people.household[:n] = household
    _ethnic_groups(streams.of("ethnic groups"), ground, rates, people, exact, place)
    return Settled(people, place, households)


def _nearest(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Position of the nearest of the sorted ``keys`` for each wanted one."""
    right = np.clip(np.searchsorted(keys, wanted), 1, len(keys) - 1)
    left = right - 1
    return np.where(wanted - keys[left] <= keys[right] - wanted, left, right)


def _find_mothers(
    stream: np.random.Generator, rates: Rates, people: People, age: np.ndarray, lsoa: np.ndarray
) -> None:
    """Give children a mother, then some of the grown who still live at home; they move to her LSOA."""
    at_home = happens(stream, by_age(rates["people"]["at_parents_by_age"], age), len(age))
    minors = np.flatnonzero(age < 19)
    _match_mothers(stream, rates, people, age, lsoa, minors)
    is_mother = np.zeros(len(age), bool)
    is_mother[people.mother[minors][people.mother[minors] >= 0]] = True
    grown = np.flatnonzero((age >= 19) & at_home & ~is_mother)
    people.at_parents[grown] = True  # none of them can be somebody's mother at home
    _match_mothers(stream, rates, people, age, lsoa, grown)
    people.at_parents[: len(age)] = people.mother[: len(age)] >= 0


def _match_mothers(
    stream: np.random.Generator,
    rates: Rates,
    people: People,
    age: np.ndarray,
    lsoa: np.ndarray,
    children: np.ndarray,
) -> None:
    mean, spread = rates["people"]["mother_gap"]
    least, most = rates["people"]["mother_gap_limits"]
    women = np.flatnonzero((people.sex[: len(age)] == 0) & (age >= 17) & ~people.at_parents[: len(age)])
    if not len(women) or not len(children):
        return
    wanted = age[children] + np.clip(stream.normal(mean, spread, len(children)), least, most)
    women = women[np.argsort(lsoa[women] * _SLOT + age[women], kind="stable")]
    near = women[_nearest(lsoa[women] * _SLOT + age[women], lsoa[children] * _SLOT + wanted)]
    gap = age[near] - age[children]
    fits = (lsoa[near] == lsoa[children]) & (abs(age[near] - wanted) < 4) & (gap >= least) & (gap <= most)
    women = women[np.argsort(age[women], kind="stable")]
    far = women[_nearest(age[women], wanted + stream.random(len(wanted)) - 0.5)]
    mother = np.where(fits, near, far)
    gap = age[mother] - age[children]
    found = (gap >= least) & (gap <= most + 3)
    people.mother[children[found]] = mother[found]
    lsoa[children[found]] = lsoa[mother[found]]


def _pair_twins(
    stream: np.random.Generator, rates: Rates, people: People, age: np.ndarray, lsoa: np.ndarray
) -> None:
    """Make true twins of two children of one age: one birth date, one mother, and her home."""
    children = np.flatnonzero(people.mother[: len(age)] >= 0)
    children = children[np.lexsort((lsoa[children], age[children].astype(int)))]
    first, second = children[0 : len(children) // 2 * 2 : 2], children[1::2]
    alike = age[first].astype(int) == age[second].astype(int)
    gap = age[people.mother[first]] - age[first]
    chosen = alike & (gap < rates["people"]["mother_gap_limits"][1])
    chosen &= happens(stream, rates["people"]["twins_among_children"], len(first))
    first, second = first[chosen], second[chosen]
    for field in ("birth", "mother"):
        getattr(people, field)[second] = getattr(people, field)[first]
    age[second], lsoa[second] = age[first], lsoa[first]
    one_sex = happens(stream, rates["people"]["twins_of_one_sex"], len(first))
    people.sex[second] = np.where(one_sex, people.sex[first], people.sex[second])
    people.twin[first], people.twin[second] = second, first


def _pair_couples(
    stream: np.random.Generator, rates: Rates, people: People, age: np.ndarray, lsoa: np.ndarray
) -> None:
    """Match adults who want a partner by age: first in their LSOA, then anywhere (the man moves)."""
    n = len(age)
    wants = happens(stream, by_age(rates["people"]["partnered_by_age"], age), n)
    lives_with_child = np.zeros(n, bool)
    mothers = people.mother[:n][(people.mother[:n] >= 0)]
    lives_with_child[mothers] = True
    wants |= lives_with_child & (age < 66) & happens(stream, rates["people"]["mothers_partnered"], n)
    wants &= ~people.at_parents[:n] & (age >= 17)
    own_sex = happens(stream, rates["people"]["same_sex_couples"], n) & ~lives_with_child
    for sex in (0, 1):
        alone = np.flatnonzero(wants & own_sex & (people.sex[:n] == sex))
        alone = alone[np.argsort(age[alone], kind="stable")]
        _join(people, lsoa, alone[0 : len(alone) // 2 * 2 : 2], alone[1::2])
    noise = stream.normal(0, 2.0, n)
    for band in (0, 3, 6, 12):  # years; none: the LSOA
        group = lsoa if not band else ((age + np.where(people.sex[:n] == 0, 2, 0)) // band).astype(np.int64)
        open_to = wants & (people.partner[:n] == NONE)
        men = _by_group_and_age(np.flatnonzero(open_to & (people.sex[:n] == 1)), group, age + noise)
        women = _by_group_and_age(np.flatnonzero(open_to & (people.sex[:n] == 0)), group, age + 2)
        man, woman = _same_rank(group, men, women)
        fits = abs(age[man] - age[woman]) < 14
        _join(people, lsoa, woman[fits], man[fits])


def _by_group_and_age(who: np.ndarray, group: np.ndarray, age: np.ndarray) -> np.ndarray:
    return who[np.argsort(group[who] * _SLOT + age[who], kind="stable")]


def _same_rank(group: np.ndarray, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first of ``one`` with the first of ``other`` in each group, and so on while both last."""
    slot = max(len(one), len(other), 1)
    keys = group[one] * slot + rank_in_group(group[one])
    other_keys = group[other] * slot + rank_in_group(group[other])
    _, at, at_other = np.intersect1d(keys, other_keys, assume_unique=True, return_indices=True)
    return one[at], other[at_other]


def _join(people: People, lsoa: np.ndarray, stays: np.ndarray, comes: np.ndarray) -> None:
    people.partner[stays], people.partner[comes] = comes, stays
    lsoa[comes] = lsoa[stays]


def _name_fathers(people: People) -> None:
    """The mother's partner is taken as the father where he is a man old enough."""
    children = np.flatnonzero(people.mother >= 0)
    partner = people.partner[people.mother[children]]
    fits = (partner >= 0) & (people.sex[partner] == 1)
    fits &= people.birth[children] - people.birth[partner] > 16 * YEAR
    people.father[children[fits]] = partner[fits]


def _share_homes(
    stream: np.random.Generator, rates: Rates, people: People, age: np.ndarray, lsoa: np.ndarray
) -> np.ndarray:
    """Number the households: couples, children with their mother, shared houses, care homes, the alone."""
    n = len(age)
    head = np.arange(n)
    partner, mother = people.partner[:n], people.mother[:n]
    woman_leads = (partner >= 0) & ((people.sex[:n] == 1) | (np.arange(n) > partner))
    both_one_sex = (partner >= 0) & (people.sex[:n] == people.sex[partner])
    follows = woman_leads & ~(both_one_sex & (np.arange(n) < partner))
    follows &= ~((people.sex[:n] == 0) & ~both_one_sex)
    head = np.where(follows, partner, head)
    head = np.where(mother >= 0, head[np.maximum(mother, 0)], head)
    head = head[head]
    alone = (np.bincount(head, minlength=n)[head] == 1) & (age >= 18)
    sharing = alone & happens(stream, by_age(rates["people"]["sharing_by_age"], age), n)
    in_care = alone & happens(stream, by_age(rates["people"]["care_home_by_age"], age), n)
    for together, size in ((sharing & ~in_care, 3), (in_care, 24)):
        who = np.flatnonzero(together)[np.argsort(lsoa[together], kind="stable")]
        head[who] = who[np.arange(len(who)) // size * size]
    lsoa[:] = lsoa[head]
    return np.unique(head, return_inverse=True)[1]


def _ethnic_groups(
    stream: np.random.Generator,
    ground: Ground,
    rates: Rates,
    people: People,
    age: np.ndarray,
    place: np.ndarray,
) -> None:
    """Give households a group by the published shares of their LSOA.

    A partner may be of another group; the children of both are then of a mixed one.
    """
    n = len(age)
    household = people.household[:n]
    oldest = np.zeros(len(place))
    np.maximum.at(oldest, household, age)
    shares = ground.ethnic / ground.ethnic.sum(axis=1, keepdims=True)
    white = HIGH_LEVEL.index("White")
    more = by_age(rates["people"]["minority_by_head_age"], oldest)
    minority = happens(stream, (1 - shares[place, white]) * more, len(place))
    among = shares.copy()
    among[:, white] = 0
    among[among.sum(axis=1) == 0] = 1  # an LSOA whose published counts have none
    high = np.where(minority, by_rows(stream, among, place), white)
    detail = _detail(stream, rates, high)
    people.group[:n] = detail[household]
    other = (people.partner[:n] >= 0) & (people.sex[:n] == 1)
    other &= happens(stream, rates["people"]["partner_of_another_group"], n)
    who = np.flatnonzero(other)
    people.group[who] = _detail(stream, rates, by_rows(stream, shares, lsoa_of(place, household, who)))
    children = np.flatnonzero((people.father >= 0) & (people.mother >= 0))
    people.group[children] = child_group(
        stream, people.group[people.mother[children]], people.group[people.father[children]]
    )


def lsoa_of(place: np.ndarray, household: np.ndarray, who: np.ndarray) -> np.ndarray:
    """LSOA of some people by their household."""
    return place[household[who]]


def _detail(stream: np.random.Generator, rates: Rates, high: np.ndarray) -> np.ndarray:
    """One of the 19 groups for each high-level group, by the assumed split."""
    labels = [group for name in HIGH_LEVEL for group in rates["ethnic_groups"][name]]
    matrix = np.zeros((len(HIGH_LEVEL), len(labels)))
    for row, name in enumerate(HIGH_LEVEL):
        for group, share in rates["ethnic_groups"][name].items():
            matrix[row, labels.index(group)] = share
    return by_rows(stream, matrix, high)


def group_labels(rates: Rates) -> tuple[list[str], list[str]]:
    """The 19 groups in the order of their codes: the last part of each label, and all of it."""
    pairs = [(name, group) for name in HIGH_LEVEL for group in rates["ethnic_groups"][name]]
    return [group for _, group in pairs], [f"{name}: {group}" for name, group in pairs]


# Codes of the 19 groups, as the rates order them: Asian 0-4, Black 5-7, Mixed 8-11, Other 12-13, White 14-18.
_MIXED_ASIAN, _MIXED_AFRICAN, _MIXED_CARIBBEAN, _MIXED_OTHER = 8, 9, 10, 11
_ASIAN, _BLACK, _WHITE = range(0, 5), range(5, 8), range(14, 19)
_CARIBBEAN = 6


def child_group(stream: np.random.Generator, mother: np.ndarray, father: np.ndarray) -> np.ndarray:
    """A child's group: the mother's where both are of one high-level group, else mixed by theirs."""
    mixed = np.full(len(mother), _MIXED_OTHER, np.int8)
    white_too = np.isin(mother, _WHITE) | np.isin(father, _WHITE)
    for one, label in ((_ASIAN, _MIXED_ASIAN), (_BLACK, _MIXED_AFRICAN)):
        mixed[white_too & (np.isin(mother, one) | np.isin(father, one))] = label
    mixed[white_too & ((mother == _CARIBBEAN) | (father == _CARIBBEAN))] = _MIXED_CARIBBEAN
    high = np.searchsorted([5, 8, 12, 14], [mother, father], side="right")
    return np.where(high[0] == high[1], mother, mixed).astype(np.int8)
