"""The index of localities: hand-worked answers, a naive oracle, how sure an area is one, its definitions."""

from __future__ import annotations

import dataclasses
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli.verbs.localities import share_of_draws
from joinedup.errors import BadInput, NotFound
from joinedup.measures.localities import (
    VULNERABLE_LOCALITIES,
    Base,
    Kind,
    Localities,
    Part,
    Per,
    Verdict,
    localities_known,
    localities_named,
    statistics,
)
from joinedup.measures.localities.judging import verdict
from joinedup.measures.localities.turning import Values, variations

BURGLARY = Part("burglary", "Burglary", Kind.COUNT, measure="burglary-of-homes", per=(Per.RESIDENTS,))
INCOME = Part("income", "Income", Kind.DEPRIVATION, domain="income")
YOUNG = Part("young", "15 to 24", Kind.AGES, from_age=15, to_age=24)


def definition(**changed):
    """An index of two parts, an area being one from 150 on."""
    plain = {
        "name": "two",
        "version": 1,
        "title": "Two",
        "meaning": "Two parts.",
        "origin": "A test.",
        "parts": (BURGLARY, INCOME),
        "at_least": 150.0,
    }
    return Localities(**{**plain, **changed})


# Four areas: burglaries 2, 0, 6, 0 among 1000, 1000, 2000, 1000 residents; scores 10, 20, 30, 40.
COUNTS = np.array([2.0, 0.0, 6.0, 0.0])
PEOPLE = np.array([1000.0, 1000.0, 2000.0, 1000.0])
SCORES = np.array([10.0, 20.0, 30.0, 40.0])
VALUES = np.array([COUNTS / PEOPLE, SCORES])


def test_an_index_by_hand():
    """The whole has 8 in 5,000, 1.6 a thousand; its score is (10 + 20 + 2 x 30 + 40) / 5 = 26.

    Burglary is 2, 0, 3, 0 a thousand: 125, 0, 187.5, 0. Income is 38.46, 76.92, 115.38, 153.85.
    """
    whole = statistics.whole_of(VALUES, np.array([PEOPLE, PEOPLE]))
    assert whole == pytest.approx([0.0016, 26.0])
    of_parts = statistics.indexes(VALUES, whole)
    assert of_parts[0] == pytest.approx([125.0, 0.0, 187.5, 0.0])
    assert of_parts[1] == pytest.approx([38.4615, 76.9231, 115.3846, 153.8462], abs=1e-4)
    assert statistics.composite(of_parts, [1, 1]) == pytest.approx(
        [81.7308, 38.4615, 151.4423, 76.9231], abs=1e-4
    )
    assert statistics.composite(of_parts, [3, 1])[2] == pytest.approx((3 * 187.5 + 115.3846) / 4, abs=1e-4)


def test_with_the_mean_of_the_areas_as_100_each_counts_as_much():
    """Rates 2, 0, 3, 0 have the mean 1.25: 160, 0, 240, 0. Scores have the mean 25: 40, 80, 120, 160."""
    of_parts = statistics.indexes(VALUES, statistics.whole_of(VALUES, np.ones((2, 4))))
    assert of_parts[0] == pytest.approx([160.0, 0.0, 240.0, 0.0])
    assert of_parts[1] == pytest.approx([40.0, 80.0, 120.0, 160.0])


def test_who_is_in_the_group_and_ties_at_its_end():
    index = np.array([90.0, 200.0, 150.0, 150.0, 10.0, 40.0, 20.0, 30.0, 15.0, 25.0])
    assert list(np.flatnonzero(statistics.members(index, 150.0, None))) == [1, 2, 3]
    assert list(np.flatnonzero(statistics.members(index, None, 0.1))) == [1]
    assert list(np.flatnonzero(statistics.members(index, None, 0.2))) == [1, 2, 3], "a tie is in"


def test_where_hardly_anything_was_counted_nobody_without_is_among_the_worst():
    assert list(statistics.worst(np.array([0.0, 0.0, 0.0, 0.0, 3.0]), 0.4)) == [False] * 4 + [True]


AREAS = st.integers(3, 12).flatmap(
    lambda number: st.tuples(
        st.lists(st.integers(0, 9), min_size=number, max_size=number),
        st.lists(st.integers(1, 4_000), min_size=number, max_size=number),
        st.lists(st.integers(1, 60), min_size=number, max_size=number),
        st.lists(st.floats(0.1, 5), min_size=2, max_size=2),
    )
)


def naive(counts, people, scores, weights, base):
    """The index written out, area by area."""
    if base is Base.WHOLE:
        rate = sum(counts) / sum(people)
        score = sum(s * n for s, n in zip(scores, people, strict=True)) / sum(people)
    else:
        rate = sum(c / n for c, n in zip(counts, people, strict=True)) / len(counts)
        score = sum(scores) / len(scores)
    found = []
    for count, number, one in zip(counts, people, scores, strict=True):
        burglary = 100 * (count / number) / rate if rate else 0.0
        income = 100 * one / score
        found.append((weights[0] * burglary + weights[1] * income) / sum(weights))
    return found


def values_of(given_, base=Base.WHOLE, **changed):
    counts, people, scores, weights = given_
    parts = (dataclasses.replace(BURGLARY, weight=weights[0]), dataclasses.replace(INCOME, weight=weights[1]))
    people, counts = np.array(people, float), np.array(counts, float)
    one = definition(parts=parts, base=base, **changed)
    return Values(
        one, parts, np.array([counts / people, np.array(scores, float)]), np.array([people, people])
    )


@given(AREAS, st.sampled_from(Base))
def test_the_index_equals_a_naive_one_and_is_100_in_the_whole(given_, base):
    values = values_of(given_, base)
    index = statistics.composite(values.of_parts(), values.part_weights)
    assert index == pytest.approx(naive(*given_, base))
    if sum(given_[0]):
        weights = values.base_weights(base)
        for part, weight in zip(values.of_parts(), weights, strict=True):
            assert (part * weight).sum() / weight.sum() == pytest.approx(100.0)


@given(AREAS, st.integers(2, 50))
def test_more_of_everything_everywhere_moves_no_index(given_, times):
    """The index says where, never how much: twice the burglary in every area is the same index."""
    counts, people, scores, weights = given_
    more = ([one * times for one in counts], people, [one * times for one in scores], weights)
    first, second = (values_of(one) for one in (given_, more))
    indexes = [statistics.composite(one.of_parts(), one.part_weights) for one in (first, second)]
    assert indexes[0] == pytest.approx(indexes[1])


@given(given_=AREAS)
def test_every_way_of_turning_the_index_equals_a_naive_one(workspace, given_):
    counts, people, scores, (first, second) = given_
    found = {one.name: list(one.inside) for one in variations(values_of(given_))}

    def naive_inside(weights, base=Base.WHOLE):
        return naive(counts, people, scores, weights, base)

    expected = {
        "without-burglary": naive_inside((0, second)),
        "without-income": naive_inside((first, 0)),
        "burglary-times-0.5": naive_inside((first / 2, second)),
        "burglary-times-2": naive_inside((first * 2, second)),
        "income-times-0.5": naive_inside((first, second / 2)),
        "income-times-2": naive_inside((first, second * 2)),
        "base-mean": naive_inside((first, second), Base.MEAN),
    }
    assert set(found) == set(expected)
    for name, index in expected.items():
        for inside, one in zip(found[name], index, strict=True):
            if abs(one - 150) > 1e-6:  # at the very threshold either may be, by rounding
                assert inside == (one >= 150), name


def drawn(counts, people, scores, draws, *, at_least=None, top=None, worst=0.5):
    rules = statistics.Rules(np.ones(2), np.array([people, people]), at_least, top, worst)
    values = np.array([counts / people, scores])
    return statistics.by_chance(values, [statistics.Counted(0, counts, people)], rules, draws)


def test_draws_are_those_of_a_naive_gamma_and_always_the_same():
    found = drawn(COUNTS, PEOPLE, SCORES, 2_000, at_least=100.0)
    again = drawn(COUNTS, PEOPLE, SCORES, 2_000, at_least=100.0)
    assert list(found.among) == list(again.among)
    other = random.Random(5)
    inside, both = [0] * 4, [0] * 4
    for _ in range(4_000):
        whole = sum(COUNTS) / sum(PEOPLE)
        counts = [
            n * other.gammavariate(c + 0.5, 1) / (n + 0.5 / whole)
            for c, n in zip(COUNTS, PEOPLE, strict=True)
        ]
        index = naive(counts, PEOPLE, SCORES, (1, 1), Base.WHOLE)
        rates = [c / n for c, n in zip(counts, PEOPLE, strict=True)]
        for at in range(4):
            inside[at] += index[at] >= 100
            worst = sorted(rates)[-2] <= rates[at] and rates[at] > 0 and sorted(SCORES)[-2] <= SCORES[at]
            both[at] += worst
    assert found.among == pytest.approx(np.array(inside) / 4_000, abs=0.035)
    assert found.worst_in_all == pytest.approx(np.array(both) / 4_000, abs=0.035)
    assert np.all(found.lower <= found.upper) and np.all(found.rank_lower <= found.rank_upper)
    assert np.all(found.upper > found.lower), "an area without a count is not one where nothing can happen"


def test_intervals_hold_the_true_index_nearly_always_also_where_nothing_was_counted():
    chance = np.random.default_rng(3)
    people = chance.uniform(900, 2_500, 120)
    scores = chance.uniform(0.05, 0.4, 120)
    held = held_at_none = none = 0
    for _ in range(12):
        rates = chance.gamma(0.8, 0.6 / 0.8 / 1_500, 120)
        counts = chance.poisson(rates * people).astype(float)
        found = drawn(counts, people, scores, 400, at_least=200.0)
        truth = np.array(naive(list(rates * people), list(people), list(scores), (1, 1), Base.WHOLE))
        inside = (found.lower <= truth) & (truth <= found.upper)
        held, held_at_none = held + inside.sum(), held_at_none + inside[counts == 0].sum()
        none += (counts == 0).sum()
    assert held / (12 * 120) > 0.9 and held_at_none / none > 0.9


def test_large_counts_leave_little_to_chance_and_small_ones_much():
    people = np.full(12, 10_000.0)
    scores = np.full(12, 20.0)
    many = drawn(np.array([900.0, *[300.0] * 11]), people, scores, 500, at_least=150.0)
    few = drawn(np.array([9.0, *[3.0] * 11]), people, scores, 500, at_least=150.0)
    assert many.among[0] == 1.0 and many.rank_upper[0] == 1 and max(many.among[1:]) == 0
    assert 0.5 < few.among[0] < 0.999 and max(few.among[1:]) > 0.02
    assert few.upper[0] - few.lower[0] > 5 * (many.upper[0] - many.lower[0])


def test_a_share_of_areas_is_in_the_group_in_every_draw():
    found = drawn(
        np.array([5.0, 4, 3, 2, 6, 1, 2, 3, 4, 5]), np.full(10, 1000.0), np.arange(1.0, 11), 300, top=0.2
    )
    assert found.among.sum() == pytest.approx(2, abs=0.05)  # a tie at the end takes in one more


@pytest.mark.parametrize(
    ("inside", "among", "turned", "expected"),
    [
        (True, 0.97, (), Verdict.SURELY),
        (True, 0.94, (), Verdict.PERHAPS),
        (True, 1.0, ("without-income",), Verdict.PERHAPS),
        (False, 0.05, (), Verdict.SURELY_NOT),
        (False, 0.06, (), Verdict.PERHAPS),
        (False, 0.0, ("base-mean",), Verdict.PERHAPS),
    ],
)
def test_surely_is_in_nearly_all_draws_and_however_the_index_is_turned(inside, among, turned, expected):
    assert verdict(inside, among, turned, 0.95) is expected


@pytest.mark.parametrize(
    ("among", "told"),
    [
        (0.948, "94.8%"),
        (0.9495, "94.9%"),
        (0.95, "95%"),
        (0.9585, "96%"),
        (0.93, "93%"),
        (0.0505, "5.1%"),
        (0.05, "5%"),
        (0.0, "0%"),
    ],
)
def test_a_share_of_draws_is_never_shown_as_sure_where_it_is_not(among, told):
    assert share_of_draws(among, 0.95) == told


def test_a_rank_correlation_by_hand_and_beside_another_library():
    """Ranks 1 2 3 4 5 and 2 1 4 3 5: 1 - 6 x 4 / (5 x 24) = 0.8."""
    found = statistics.rank_correlation([1, 2, 3, 4, 5], [20, 10, 40, 30, 50])
    assert found[0] == pytest.approx(0.8)
    half = 1.959964 * math.sqrt((1 + 0.32) / 2)
    assert found[1:] == pytest.approx([math.tanh(math.atanh(0.8) - half), math.tanh(math.atanh(0.8) + half)])
    one, other = np.random.default_rng(1).normal(size=(2, 40)).round(1)
    assert statistics.rank_correlation(one, other)[0] == pytest.approx(stats.spearmanr(one, other).statistic)
    assert statistics.rank_correlation([1] * 9, range(9)) is None
    assert statistics.rank_correlation([1, 2, 3], [1, 2, 3]) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Two Parts"}, "lower case"),
        ({"version": 0}, "counts from 1"),
        ({"meaning": " "}, "does not state its meaning"),
        ({"parts": (BURGLARY,)}, "at least two parts"),
        ({"parts": (BURGLARY, BURGLARY)}, "name of its own"),
        ({"parts": (YOUNG, INCOME)}, "counts something that happened"),
        ({"top": 0.1}, "or among a share"),
        ({"at_least": None}, "or among a share"),
        ({"at_least": -1.0}, "above 0"),
        ({"at_least": None, "top": 1.5}, "above 0 and below 1"),
        ({"sure": 0.4}, "more than half"),
        ({"moved": (1.0,)}, "not 1"),
        ({"fewest_residents": -1}, "not negative"),
    ],
)
def test_a_definition_that_is_wrong_cannot_be_built(changed, said):
    with pytest.raises(BadInput, match=said):
        definition(**changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "index"}, "no column's"),
        ({"weight": 0.0}, "above 0"),
        ({"weight": math.nan}, "above 0"),
        ({"per": ()}, "what it is divided by"),
        ({"measure": ""}, "what it is divided by"),
        ({"per": (Per.RESIDENTS, Per.RESIDENTS)}, "named once"),
        ({"domain": "income"}, "no other part has"),
    ],
)
def test_a_part_that_is_wrong_cannot_be_built(changed, said):
    with pytest.raises(BadInput, match=said):
        dataclasses.replace(BURGLARY, **changed)
    with pytest.raises(BadInput, match="Ages run"):
        dataclasses.replace(YOUNG, from_age=25)
    with pytest.raises(BadInput, match="Only a count"):
        dataclasses.replace(INCOME, where=(("type", "burglary"),))


def test_the_index_that_comes_along_has_the_six_published_parts_alike():
    kinds = [(part.name, part.kind) for part in VULNERABLE_LOCALITIES.parts]
    assert kinds == [
        ("burglary", Kind.COUNT),
        ("damage", Kind.COUNT),
        ("income", Kind.DEPRIVATION),
        ("employment", Kind.DEPRIVATION),
        ("young", Kind.AGES),
        ("education", Kind.DEPRIVATION),
    ]
    assert {part.weight for part in VULNERABLE_LOCALITIES.parts} == {1.0}
    assert (VULNERABLE_LOCALITIES.at_least, VULNERABLE_LOCALITIES.top) == (200.0, None)
    young = VULNERABLE_LOCALITIES.parts[4]
    assert (young.from_age, young.to_age) == (15, 24)


OWN = """
[vulnerable-localities]
version = 2
title = "Ours"
origin = "Agreed in May"
base = "mean"
top = 0.1
moved = [0.5]

[[vulnerable-localities.part]]
name = "burglary"
title = "Burglary"
kind = "count"
measure = "crime-in-police-records"
where = { type = "burglary" }
per = ["residents"]
weight = 2

[[vulnerable-localities.part]]
name = "young"
title = "Young"
kind = "ages"
from_age = 15
to_age = 24
year = 2020
"""


def test_a_partnership_says_its_own_index_in_a_file(workspace):
    assert localities_named(workspace, "vulnerable-localities") is VULNERABLE_LOCALITIES
    (workspace.folder / "localities.toml").write_text(OWN)
    own = localities_named(workspace, "vulnerable-localities")
    assert (own.version, own.title, own.base, own.top, own.at_least) == (2, "Ours", Base.MEAN, 0.1, None)
    assert own.of_workspace and own.moved == (0.5,) and own.sure == 0.95
    assert [(part.name, part.weight) for part in own.parts] == [("burglary", 2), ("young", 1.0)]
    assert own.parts[0].where == (("type", "burglary"),) and own.parts[1].year == 2020
    assert set(localities_known(workspace)) == {"vulnerable-localities"}
    with pytest.raises(NotFound, match="no such index") as found:
        localities_named(workspace, "vulnerable-localitys")
    assert "vulnerable-localities" in found.value.next_step


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[vulnerable", "[[vulnerable", "not valid TOML|should be a table"),
        ("version = 2\n", "", "'version' is missing"),
        ("top = 0.1", "at_least = 200\ntop = 0.1", "or among a share"),
        ('kind = "ages"', 'kind = "age"', "'kind' should be among: count, ages, deprivation"),
        ("from_age = 15", "from_ages = 15", "Unknown key 'from_ages'|Ages run"),
        ("weight = 2", 'weight = "2"', "'weight' should be a number"),
        ('per = ["residents"]', 'per = ["homes"]', "'per' should be among"),
        ("moved = [0.5]", "moved = [true]", "'moved' should be a list of numbers"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_place(workspace, old, new, said):
    (workspace.folder / "localities.toml").write_text(OWN.replace(old, new))
    with pytest.raises(BadInput, match=said) as found:
        localities_named(workspace, "vulnerable-localities")
    assert "localities.toml" in found.value.where
    (workspace.folder / "localities.toml").write_bytes(b"\xff")
    with pytest.raises(BadInput, match="UTF-8"):
        localities_named(workspace, "vulnerable-localities")
