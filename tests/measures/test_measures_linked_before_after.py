"""Before and after a day: a naive count of random people day by day, hand-worked people, and regression."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import on_from
from test_measures_linked import numbers

from joinedup.errors import BadInput
from joinedup.measures.linked.before_after import (
    MONTH,
    Custody,
    Offences,
    cells_of,
    compared,
    without_overlaps,
)
from joinedup.measures.linked.definitions import BeforeAfter, Records
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Flag, RecordType
from repeating_town import Repeating
from sampling import examples

FIRST = dt.date(2022, 1, 1)
days = st.integers(0, 900).map(lambda number: FIRST + dt.timedelta(number))
INSIDE = {"disposal": "CUSTODY", "duration_unit": "M"}
deeds = st.lists(st.tuples(st.integers(0, 5), days, st.integers(0, 250)), max_size=40)
stays = st.lists(st.tuples(st.integers(0, 5), days, st.integers(0, 300)), max_size=8)


def arrays(given_offences, given_stays):
    """Offences and custody as the counting takes them."""
    offences = Offences(
        np.array([one[0] for one in given_offences], dtype=np.int64),
        np.array([one[1] for one in given_offences], dtype="datetime64[D]"),
        np.array([one[1] + dt.timedelta(one[2]) for one in given_offences], dtype="datetime64[D]"),
    )
    custody = Custody(
        np.array([one[0] for one in given_stays], dtype=np.int64),
        np.array([one[1] for one in given_stays], dtype="datetime64[D]"),
        np.array([one[1] + dt.timedelta(one[2]) for one in given_stays], dtype="datetime64[D]"),
    )
    return offences, without_overlaps(custody)


def on_days(taken, units):
    """The day on which each of so many people was taken on."""
    return np.array([taken.get(who, "NaT") for who in range(units)], dtype="datetime64[D]")


def naive(person, anchor, given_offences, given_stays, months, wait):
    """Offences and days at liberty on either side of a day, one day at a time."""
    begins, ends = on_from(anchor, -months), on_from(anchor, months)
    found = []
    for first, last in ((begins, anchor), (anchor, ends)):
        told = on_from(last, wait)
        offences = sum(
            who == person and first <= day < last and day + dt.timedelta(later) < told
            for who, day, later in given_offences
        )
        free = 0
        for number in range((last - first).days):
            day = first + dt.timedelta(number)
            inside = any(
                who == person and begins_ <= day < begins_ + dt.timedelta(length)
                for who, begins_, length in given_stays
            )
            free += not inside
        found.append((offences, free))
    return found


@settings(deadline=None, max_examples=examples(40, 3))
@given(
    deeds,
    stays,
    st.sampled_from([3, 12]),
    st.lists(days, min_size=2, max_size=2),
    st.lists(st.none() | days, min_size=4, max_size=4),
)
def test_equal_to_a_naive_count(given_offences, given_stays, months, anchors, taken):
    offences, custody = arrays(given_offences, given_stays)
    came = {at: np.datetime64(day) for at, day in enumerate(anchors)}
    later = dict(zip(range(2, 6), taken, strict=True))
    taken_on = np.array([*anchors, *(later[who] for who in range(2, 6))], dtype="datetime64[D]")
    found = compared(came, offences, custody, taken_on, (months, 6))
    for at, day in enumerate(anchors):
        told = {who: naive(who, day, given_offences, given_stays, months, 6) for who in range(6)}
        first_on = dict(enumerate(anchors)) | later
        (before, free), (after, free_after) = told[at]
        assert found.cohort.offences[0][at] == before and found.cohort.offences[1][at] == after
        assert found.cohort.months[0][at] == pytest.approx(free / MONTH)
        assert found.cohort.months[1][at] == pytest.approx(free_after / MONTH)
        alike = [
            who
            for who in range(6)
            if told[who][0][0] == before
            and abs(told[who][0][1] - free) <= MONTH
            and (first_on[who] is None or first_on[who] > day)
        ]
        assert found.matched[at] == bool(before and alike)
        if found.matched[at]:
            mean = sum(told[who][1][0] for who in alike) / len(alike)
            months_free = sum(told[who][1][1] for who in alike) / len(alike) / MONTH
            assert found.others.offences[0][at] == before
            assert found.others.offences[1][at] == pytest.approx(mean)
            assert found.others.months[1][at] == pytest.approx(months_free)


def test_rates_are_for_months_at_liberty():
    """Four offences in a year outside; then half a year inside and two offences in the other half."""
    anchor = dt.date(2023, 1, 1)
    offences = [(0, dt.date(2022, month, 5), 10) for month in (2, 4, 6, 8)]
    offences += [(0, dt.date(2023, month, 5), 10) for month in (8, 9)]
    given_ = arrays(offences, [(0, anchor, 181)])
    found = {
        one.of: one
        for one in cells_of(compared({0: np.datetime64(anchor)}, *given_, on_days({0: anchor}, 1), (12, 6)))
    }
    assert (found["before"].numerator, found["before"].denominator) == (4, 12)
    assert (found["after"].numerator, found["after"].denominator) == (2, 6)
    assert found["after"].value == pytest.approx(2 / (184 / MONTH))
    assert found["ratio"].value == pytest.approx((2 / 184) / (4 / 365))  # 0.99: no less while outside
    assert found["with-others-beside"].numerator == 0 and found["others-ratio"].value is None


def people_of_one_rate(random, people, per_year, years=4):
    """Everybody offends at one rate all the time, whatever is done."""
    numbers = random.poisson(per_year * years, people)
    return [
        (who, FIRST + dt.timedelta(int(day)), 5)
        for who, number in enumerate(numbers)
        for day in random.integers(0, int(365 * years), number)
    ]


def test_people_chosen_at_their_worst_offend_less_and_so_do_the_others():
    """The register takes those with three offences or more in a year, by lot."""
    random = np.random.default_rng(11)
    people, anchor = 4_000, dt.date(2023, 1, 1)
    offences = people_of_one_rate(random, people, 1.0)
    year_before = [who for who, day, _ in offences if FIRST <= day < anchor]
    worst = np.flatnonzero(np.bincount(year_before, minlength=people) >= 3)
    chosen = random.choice(worst, len(worst) // 2, replace=False)
    taken = {int(who): anchor for who in chosen}
    came = {who: np.datetime64(day) for who, day in taken.items()}
    found = {
        one.of: one
        for one in cells_of(compared(came, *arrays(offences, []), on_days(taken, people), (12, 6)))
    }
    assert found["ratio"].upper < 0.6  # a success, one would say
    against = found["against-others"]
    assert against.lower < 1 < against.upper and against.value == pytest.approx(1, abs=0.2)


def test_a_scheme_that_takes_people_on_all_the_time_and_does_nothing_has_no_effect():
    """Whoever offends twice in half a year may be taken on, by lot, on the day of the second offence: those
    beside them are not known by what they did later, nor left out because they were taken on later."""
    random = np.random.default_rng(5)
    people = 3_000
    offences = people_of_one_rate(random, people, 0.8)
    by_person = {}
    for who, day, _ in sorted(offences, key=lambda one: one[1]):
        by_person.setdefault(who, []).append(day)
    taken = {}
    for who, own in by_person.items():
        for first, second in itertools.pairwise(own):
            if (second - first).days <= 180 and random.random() < 0.5:
                taken[who] = second + dt.timedelta(1)
                break
    inside = {
        who: np.datetime64(day)
        for who, day in taken.items()
        if dt.date(2023, 1, 1) <= day < dt.date(2024, 7, 1)
    }
    assert len(inside) > 200
    found = {
        one.of: one
        for one in cells_of(compared(inside, *arrays(offences, []), on_days(taken, people), (12, 6)))
    }
    assert found["ratio"].upper < 0.8
    assert found["against-others"].lower < 1 < found["against-others"].upper


def test_those_beside_somebody_from_prison_were_in_prison_too():
    """Two offences in three months outside are not two in twelve."""
    anchor = dt.date(2023, 1, 1)
    offences = [(who, dt.date(2022, 11, day), 5) for who in range(3) for day in (5, 20)]
    stays = [(0, FIRST, 270), (2, FIRST, 265)]
    found = compared({0: np.datetime64(anchor)}, *arrays(offences, stays), on_days({0: anchor}, 3), (12, 6))
    assert found.others.months[0][0] == pytest.approx((365 - 265) / MONTH)  # the third, not the second


def test_none_after_is_no_certainty():
    """Three people with one offence each before and none after: an upper limit of both."""
    offences = [(who, dt.date(2022, 6, 1), 5) for who in range(3)]
    came = {who: np.datetime64("2023-01-01") for who in range(3)}
    on = on_days(dict.fromkeys(range(3), dt.date(2023, 1, 1)), 3)
    found = {one.of: one for one in cells_of(compared(came, *arrays(offences, []), on, (12, 6)))}
    assert found["after"].value == 0 and found["after"].upper == pytest.approx(3.689 / 36, abs=1e-3)
    assert found["before"].lower < found["before"].value < found["before"].upper
    assert found["ratio"].lower == 0 and found["ratio"].upper > 1


def test_the_interval_of_the_ratio_is_over_people_with_both_times():
    """Three people by hand: the logarithm's variance is the sum of what each moves it, times 3 / 2."""
    offences = [
        (who, dt.date(2022, 3, 1 + at), 1) for who, number in enumerate((3, 2, 1)) for at in range(number)
    ]
    offences += [
        (who, dt.date(2023, 3, 1 + at), 1) for who, number in enumerate((1, 2, 0)) for at in range(number)
    ]
    came = {who: np.datetime64("2023-01-01") for who in range(3)}
    on = on_days(dict.fromkeys(range(3), dt.date(2023, 1, 1)), 3)
    found = {one.of: one for one in cells_of(compared(came, *arrays(offences, []), on, (12, 6)))}
    value = found["ratio"].value
    assert value == pytest.approx(3 / 6)
    moved = [1 / 3 - 1 / 3 - 3 / 6 + 1 / 3, 2 / 3 - 1 / 3 - 2 / 6 + 1 / 3, 0 - 1 / 3 - 1 / 6 + 1 / 3]
    half = 1.959964 * math.sqrt(sum(one**2 for one in moved) * 3 / 2)
    assert found["ratio"].lower == pytest.approx(value * math.exp(-half), rel=1e-5)


def test_who_came_on_in_the_period_is_counted_and_who_came_too_early_or_late_is_told(
    people: Repeating,
) -> None:
    spells = [
        {"id": f"{who}-{month}", "day": month, "started": started, "client": who}
        for who, started in (
            ("Ann", "2023-06-01"),
            ("Bob", "2022-02-01"),
            ("Cat", "2024-09-01"),
            ("Fay", None),  # stands on it from October 2024
        )
        for month in ("2024-10-31", "2024-11-30")
    ]
    people.told("iom-cohort", "2022-01..2024-12", spells)
    sentences = [
        ("1", "Ann", "2023-01-10", "2023-02-10", {}),
        (
            "2",
            "Ann",
            "2023-03-01",
            "2023-04-01",
            INSIDE | {"duration": "4"},
        ),
        ("3", "Ann", "2023-08-01", "2024-12-01", {}),  # proven seven months after the window: too late
        ("4", "Ann", "2023-09-01", "2023-10-01", {}),
        ("5", "Dan", "2023-01-10", "2023-02-10", {}),
        (
            "8",
            "Dan",
            "2022-07-10",
            "2022-08-10",
            INSIDE | {"duration": "2"},
        ),
        ("7", "Eve", "2023-02-10", "2023-03-10", {}),
    ]
    people.told(
        "court-results",
        "2022-01..2024-12",
        [
            {"id": ref, "day": proven, "offence_date": committed, "defendant": who}
            | {"disposal": "", "duration": "", "duration_unit": ""}
            | more
            for ref, who, committed, proven, more in sentences
        ],
    )
    people.told("prison-releases", "2022-01..2024-12", [{"id": "r", "day": "2023-05-01", "client": "Ann"}])
    people.link()
    figure = people.linked_figure("iom-before-and-after", "2022..2024")
    found = {(row.of, row.group): row for row in figure.rows}
    assert found["people", "all"].numerator == 1
    assert numbers(found["before", "all"]) == (2, 11)  # April inside: from the sentence to the release
    assert numbers(found["after", "all"]) == (1, 12)
    assert numbers(found["with-others-beside", "all"]) == (1, 1)  # Dan, with two; Eve had one
    assert found["others-after", "all"].value == 0
    assert any("1 came so early" in note for note in figure.notes)
    assert any("2 came so late" in note for note in figure.notes)
    assert Flag.SMALL_NUMBER in found["people", "all"].flags


def test_a_definition_without_offences_is_refused() -> None:
    with pytest.raises(BadInput, match="on either side of a day"):
        BeforeAfter(
            name="x",
            version=1,
            title="t",
            meaning="m",
            origin="o",
            records=(Records("iom-register", RecordType.SPELL),),
            window=Window(Clock.AFTER_FIRST, 12),
            on="started",
        )


def test_a_month_that_was_not_delivered_leaves_out_whose_time_it_is(people: Repeating) -> None:
    spell = {"id": "s", "day": "2024-10-31", "started": "2023-06-01", "client": "Ann"}
    people.told("iom-cohort", "2022-01..2024-12", [spell])
    one = {"id": "1", "day": "2023-07-01", "offence_date": "2023-06-20", "defendant": "Ann"}
    more = {"disposal": "", "duration": "", "duration_unit": ""}
    people.told("court-results", "2022-01..2022-06", [{**one, **more, "id": "0", "day": "2022-03-01"}])
    people.told("court-results", "2023-06..2024-12", [one | more])
    people.link()
    figure = people.linked_figure("iom-before-and-after", "2023-06..2023-12")
    assert {row.of: row.numerator for row in figure.rows}["people"] == 0
    assert any("1 are left out, for a month before or after" in note for note in figure.notes)
