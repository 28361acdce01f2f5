"""Figures of linked people over arrays: equal to naive counts of random rows, and known answers by hand."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_linked import Seen, agencies_at_once, comes_again, moved
from naive_repeats import on_from

from joinedup.measures.linked import again, around, cells, elsewhere, entrants, several
from joinedup.measures.linked.result import Cell, rows_of
from joinedup.measures.linked.spells import Deed, Spell, cells_of_moves, during_stays, moves
from joinedup.terms import Flag, Period, Strictness

YEAR = Period.parse("2024")
FAR = dt.date(2030, 1, 1)
days = st.integers(-60, 500).map(lambda number: dt.date(2024, 1, 1) + dt.timedelta(number))
rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), days), max_size=16)


def arrays(seen: list[Seen]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Persons, agencies or kinds, and days."""
    return (
        np.array([one[0] for one in seen], dtype=np.int64),
        np.array([one[1] for one in seen], dtype=np.int64),
        np.array([one[2] for one in seen], dtype="datetime64[D]"),
    )


def told(found: list[Cell]) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Numerator and denominator of each cell."""
    return {(one.of, one.group): (one.numerator, one.denominator) for one in found}


@settings(deadline=None)
@given(rows, st.sampled_from([1, 2, 3]))
def test_agencies_at_once_equal_a_naive_count(seen: list[Seen], months: int) -> None:
    most = several.most_at_once(several.Sightings(*arrays(seen)), months, 4)
    assert {unit: number for unit, number in enumerate(most.tolist()) if number} == agencies_at_once(
        seen, months
    )


def test_a_window_ends_before_the_same_day_so_many_months_on() -> None:
    seen = [(0, 0, dt.date(2024, 1, 31)), (0, 1, dt.date(2024, 2, 28)), (0, 2, dt.date(2024, 2, 29))]
    assert agencies_at_once(seen, 1) == {0: 2}
    assert several.most_at_once(several.Sightings(*arrays(seen)), 1, 1).tolist() == [2]


def test_those_with_a_sign_are_told_beside_everybody() -> None:
    most = np.array([3, 1, 0, 4])  # the third was in no record that counts
    signs = {"young": np.array([True, True, True, False]), "hurt": np.array([False, True, False, False])}
    found = told(several.cells_of(most, signs, 3))
    assert found["several-agencies", "all"] == (1, 2)
    assert found["several-agencies", "young"] == (1, 2)
    assert found["several-agencies", "hurt"] == (0, 1)
    assert found["several-agencies", "everybody"] == (2, 3)
    assert [found[f"agencies-{number}", "all"] for number in (1, 2, 3)] == [(1, 2), (0, 2), (1, 2)]


@settings(deadline=None)
@given(rows, st.sampled_from([1, 6, 12]), st.sampled_from([dt.date(2024, 9, 1), FAR]))
def test_coming_again_equals_a_naive_count(seen: list[Seen], months: int, until: dt.date) -> None:
    cohort = again.cohort_of(again.Deeds(*arrays(seen)), months, 2, YEAR, until)
    named = zip(
        cohort.unit.tolist(), cohort.kind.tolist(), cohort.again.tolist(), cohort.same.tolist(), strict=True
    )
    found = {unit: (kind, any_, same) for unit, kind, any_, same in named}
    assert (found, cohort.immature) == comes_again(seen, months, YEAR, until)


def test_shares_of_those_who_come_again_are_by_the_first() -> None:
    burglary, theft = 0, 1
    seen = [
        (0, burglary, dt.date(2024, 1, 1)),
        (0, theft, dt.date(2024, 5, 1)),
        (1, burglary, dt.date(2024, 2, 1)),
        (1, burglary, dt.date(2025, 1, 31)),  # the last day
        (2, theft, dt.date(2024, 2, 1)),
        (2, theft, dt.date(2024, 2, 1)),  # the same day is not again
        (3, theft, dt.date(2024, 3, 1)),
        (3, burglary, dt.date(2024, 3, 1)),
        (3, theft, dt.date(2024, 4, 1)),
    ]
    cohort = again.cohort_of(again.Deeds(*arrays(seen)), 12, 2, YEAR, FAR)
    assert told(again.cells_of(cohort, ["burglary", "theft"])) == {
        ("again", "all"): (3, 4),
        ("again-same-type", "all"): (1, 3),
        ("again", "burglary"): (2, 2),
        ("again-same-type", "burglary"): (1, 2),
        ("again", "theft"): (0, 1),
        ("again-same-type", "theft"): (0, 1),
        ("again", "several"): (1, 1),
    }


def test_a_straight_line_is_right_within_a_metre_in_a_hundred() -> None:
    degree = elsewhere.straight_line(*(np.array([one]) for one in (-1.3, 54.0, -1.3, 55.0)))
    assert degree.item() == pytest.approx(6_371_000 * math.pi / 180)
    # 54.5 N: a degree east is cos(54.5) of one north
    east = elsewhere.straight_line(*(np.array([one]) for one in (-1.31, 54.5, -1.30, 54.5)))
    assert east.item() == pytest.approx(111_195 * 0.01 * math.cos(math.radians(54.5)), rel=1e-4)
    nowhere = elsewhere.straight_line(*(np.array([one]) for one in (np.nan, 54.5, -1.30, 54.5)))
    assert np.isnan(nowhere).all()


def test_who_comes_from_elsewhere_is_a_person_once_in_each_group() -> None:
    trips = elsewhere.Trips(np.array([0, 0, 1, 2, 3]), np.array([0, 0, 0, 1, 1]))
    known = np.array([True, True, True, False, True])
    away = np.array([True, True, False, True, False])
    assert told(elsewhere.from_elsewhere(trips, ["burglary", "theft"], known, {"away": away})) == {
        ("away", "all"): (1, 3),
        ("home-not-known", "all"): (1, 4),
        ("away", "burglary"): (1, 2),
        ("home-not-known", "burglary"): (0, 2),
        ("away", "theft"): (0, 1),
        ("home-not-known", "theft"): (1, 2),
    }


def test_a_median_is_the_middle_and_of_few_people_there_are_no_quartiles() -> None:
    def found(*values: float) -> dict[str, cells.Cell]:
        own = np.arange(len(values))
        some = cells.quantiles("way", "all", "metres", np.array(values, dtype=np.float64), own)
        return {one.of: one for one in some}

    two = found(-262, -50)
    assert two["way-median"].value == -156
    assert (two["way-lower-quartile"].value, two["way-upper-quartile"].value) == (None, None)
    assert (two["way-upper-quartile"].numerator, two["way-upper-quartile"].denominator) == (2, 2)
    assert two["way-median"].lower is None  # two people tell no interval
    assert found(10, 20, 90)["way-median"].value == 20
    eight = found(*range(10, 90, 10))
    assert eight["way-median"].value == 45
    assert (eight["way-lower-quartile"].value, eight["way-upper-quartile"].value) == (20, 60)
    assert found()["way-median"].value is None and found()["way-median"].numerator == 0


def test_a_share_of_few_is_flagged() -> None:
    for people, flags in ((0, (Flag.NO_DATA,)), (9, (Flag.SMALL_NUMBER,)), (10, ())):
        told = {Strictness.BEST: [cells.share("moved", "all", 0, people)]}
        [row] = rows_of(told, (), small=5)
        assert row.flags == flags


def test_the_interval_of_a_median_covers_it_and_is_wider_where_values_come_in_clusters() -> None:
    random = np.random.default_rng(7)
    covered, widths, naive_widths = 0, [], []
    for _ in range(300):
        centre = random.normal(0, 1, 60)
        values = np.repeat(centre, 4) + random.normal(0, 0.1, 240)  # four alike of each person
        own = np.repeat(np.arange(60), 4)
        one = cells.quantiles("x", "all", "metres", values, own)[0]
        naive = cells.quantiles("x", "all", "metres", values, np.arange(240))[0]
        assert one.lower is not None and one.upper is not None and naive.lower is not None
        covered += one.lower <= 0 <= one.upper
        widths.append(one.upper - one.lower)
        naive_widths.append(naive.upper - naive.lower)  # type: ignore[operator]
    assert 0.91 <= covered / 300 <= 0.99  # the true median is 0
    assert np.mean(widths) > 1.6 * np.mean(naive_widths)  # about twice


def test_the_ring_is_what_a_distance_is_compared_with() -> None:
    metres = np.array([50.0] * 3 + [150.0] * 4 + [600.0] * 30 + [999.0, 1000.0, 5000.0])
    found = around.cells_of(metres, np.zeros(40, np.int64), ["police"], (100, 500), (500, 1000))
    by = {(one.of, one.group): one for one in found}
    assert [by[f"within-{one}-m", "all"].numerator for one in (100, 500)] == [3, 7]
    assert by["ring-500-1000-m", "police"].numerator == 31
    ratio = by["within-100-m-to-ring", "all"]
    assert ratio.value == pytest.approx((3 / 0.01) / (31 / 0.75))  # a circle's area by its radius squared
    assert ratio.lower is not None and ratio.upper is not None
    assert ratio.lower < ratio.value < ratio.upper


def test_after_is_compared_with_before_near_and_in_the_ring() -> None:
    metres = np.array([50.0] * 5 + [700.0] * 6)
    after = np.array([True] * 4 + [False] + [True] * 3 + [False] * 3)
    found = around.before_and_after(metres, after, np.zeros(11, np.int64), ["police"], (100,), (500, 1000))
    by = {(one.of, one.group): one for one in found}
    near, ring = by["within-100-m-after-to-before", "all"], by["ring-500-1000-m-after-to-before", "all"]
    assert (near.numerator, near.denominator, near.value) == (4, 1, 4)
    assert (ring.numerator, ring.denominator, ring.value) == (3, 3, 1)


DAY = dt.timedelta(1)
spells = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("12"), days, st.none() | st.integers(0, 300)), max_size=5
).map(
    lambda some: [
        Spell(unit, case, day, None if more is None else day + more * DAY) for unit, case, day, more in some
    ]
)
birthdays = st.dictionaries(
    st.sampled_from("ab"), st.integers(-2, 14).map(lambda n: dt.date(2024 + (n // 12), n % 12 + 1, 1))
)


@settings(deadline=None)
@given(spells, spells, birthdays, st.sampled_from([dt.date(2024, 10, 1), FAR]))
def test_moves_at_18_equal_a_naive_count(
    young: list[Spell], adult: list[Spell], months: dict[str, dt.date], until: dt.date
) -> None:
    found = moves(young, adult, months, YEAR, 3, 6, until)
    named = Counter(moved(young, adult, months, YEAR, 3, 6, until).values())
    assert (found.moved, found.stayed, found.neither, found.immature) == tuple(
        named[one] for one in ("moved", "stayed", "neither", "immature")
    )
    assert found.eligible == found.moved + found.stayed + found.neither
    assert len(found.days) <= found.moved


def test_days_between_are_from_the_last_young_end_to_the_first_adult_start() -> None:
    young = [
        Spell("a", "1", dt.date(2023, 9, 1), dt.date(2024, 5, 10)),
        Spell("b", "2", dt.date(2024, 1, 1), None),
    ]
    adult = [Spell("a", "9", dt.date(2024, 6, 9), None), Spell("b", "8", dt.date(2024, 6, 1), None)]
    found = moves(young, adult, {"a": dt.date(2024, 5, 1), "b": dt.date(2024, 5, 1)}, YEAR, 3, 6, FAR)
    assert (found.moved, found.days) == (2, (30,))  # b's young spell never ended
    assert told(cells_of_moves(found))["days-between-median", "all"] == (1, 1)


def test_a_spell_that_goes_on_is_not_the_service_one_moves_to() -> None:
    one = Spell("a", "1", dt.date(2024, 4, 1), None)
    found = moves([one], [one], {"a": dt.date(2024, 5, 1)}, YEAR, 3, 6, FAR)
    assert (found.moved, found.stayed) == (0, 1)


def test_what_people_do_during_a_stay_and_after_it() -> None:
    stays = [
        Spell("a", "1", dt.date(2024, 1, 10), dt.date(2024, 2, 10)),
        Spell("b", "2", dt.date(2024, 11, 1), None),  # still there
        Spell("c", "3", dt.date(2022, 1, 1), dt.date(2022, 2, 1)),  # long ago
    ]
    deeds = [
        Deed("a", "theft", dt.date(2024, 1, 9)),  # the day before
        Deed("a", "theft", dt.date(2024, 1, 10)),
        Deed("a", "theft", dt.date(2024, 2, 10)),  # the last day
        Deed("a", "drugs", dt.date(2024, 8, 9)),  # within six months
        Deed("a", "robbery", dt.date(2024, 8, 10)),  # not any more
        Deed("c", "theft", dt.date(2022, 1, 5)),
    ]
    assert told(during_stays(stays, deeds, YEAR, 6, dt.date(2025, 1, 1))) == {
        ("during", "all"): (1, 2),
        ("during", "theft"): (1, 2),
        ("within-6-months-after", "all"): (1, 1),
        ("within-6-months-after", "drugs"): (1, 1),
    }


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), days, st.none() | st.integers(8, 19), st.booleans()), max_size=14
    )
)
def test_entrants_equal_a_naive_count(told_rows: list[tuple[str, dt.date, int | None, bool]]) -> None:
    found = entrants.entered(
        entrants.Rows(
            np.array([one[0] for one in told_rows], dtype=np.object_),
            np.array([one[1] for one in told_rows], dtype="datetime64[D]"),
            np.array([np.nan if one[2] is None else one[2] for one in told_rows], dtype=np.float64),
            np.array([one[3] for one in told_rows], dtype=np.bool_),
        ),
        YEAR,
        (10, 17),
    )
    counts: Counter[str] = Counter()
    for unit in "abcd":
        own = [one for one in told_rows if one[0] == unit]
        named = [one for one in own if one[3] and YEAR.start <= one[1] < YEAR.end]
        if not named:
            continue
        first = min(one[1] for one in named)
        ages = sorted(one[2] for one in named if one[1] == first and one[2] is not None)
        if not ages:
            counts["no_age"] += 1
        elif not 10 <= ages[0] <= 17:
            counts["other"] += 1
        else:
            counts["entrants"] += 1
            counts["before"] += any(one[1] < first for one in own)
    assert (found.entrants, found.known_before, found.other_age, found.no_age) == tuple(
        counts[one] for one in ("entrants", "before", "other", "no_age")
    )


def test_a_rate_is_for_100_000_with_the_interval_of_its_count() -> None:
    one = cells.rate("entrants", "all", 46, 55_432)
    assert one.value == pytest.approx(82.985, abs=0.001)
    assert (one.lower, one.upper) == (pytest.approx(60.755, abs=0.01), pytest.approx(110.69, abs=0.01))
    assert cells.rate("entrants", "all", 46, 0).value is None


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=14
    )
)
def test_who_comes_from_elsewhere_equals_a_naive_count(some: list[tuple[int, int, bool, bool]]) -> None:
    trips = elsewhere.Trips(np.array([one[0] for one in some]), np.array([one[1] for one in some]))
    known, away = (np.array([one[place] for one in some]) for place in (2, 3))
    found = told(elsewhere.from_elsewhere(trips, ["a", "b", "c"], known, {"away": away}))
    for name, kinds in {"all": {0, 1, 2}, "a": {0}, "b": {1}, "c": {2}}.items():
        own = [one for one in some if one[1] in kinds]
        people = {one[0] for one in own}
        located = {one[0] for one in own if one[2]}
        came = {one[0] for one in own if one[2] and one[3]}
        assert found.get(("away", name), (0, 0)) == (len(came), len(located))
        assert found.get(("home-not-known", name), (0, 0)) == (len(people - located), len(people))


@settings(deadline=None)
@given(spells, st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), days), max_size=8))
def test_what_happens_during_stays_equals_a_naive_count(
    stays: list[Spell], done: list[tuple[str, str, dt.date]]
) -> None:
    until = dt.date(2025, 3, 1)
    there: set[str] = set()
    left: set[str] = set()
    hits: dict[tuple[str, str], set[str]] = {}
    for stay in stays:
        ended = stay.ended or until
        if stay.started >= YEAR.end or ended < YEAR.start:
            continue
        there.add(stay.unit)
        follows = stay.ended is not None and on_from(ended, 6) <= until
        if follows:
            left.add(stay.unit)
        for unit, kind, day in done:
            if unit != stay.unit:
                continue
            if stay.started <= day <= ended:
                hits.setdefault(("during", kind), set()).add(unit)
            elif follows and ended < day < on_from(ended, 6):
                hits.setdefault(("within-6-months-after", kind), set()).add(unit)
    found = told(during_stays(stays, [Deed(*one) for one in done], YEAR, 6, until))
    assert {key: one for key, one in found.items() if key[1] != "all"} == {
        (of, kind): (len(who), len(there if of == "during" else left)) for (of, kind), who in hits.items()
    }
