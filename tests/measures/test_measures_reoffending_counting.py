"""Counting reoffending, against a naive count; bridges that add up; intervals against another library."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

import duckdb
import naive_reoffending as naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from joinedup.errors import BadInput
from joinedup.measures.linked import cells
from joinedup.measures.reoffending import PARTS, REOFFENDING, alike, differing
from joinedup.measures.reoffending.bridging import steps
from joinedup.measures.reoffending.counting import (
    Tables,
    cells_against,
    cells_of,
    outcomes,
)
from joinedup.measures.reoffending.definitions import (
    Ages,
    Cohort,
    Counts,
    Lives,
    Once,
    ProofRule,
    Reoffending,
    Taken,
)
from joinedup.terms import Period, add_months
from sampling import examples

pytestmark = pytest.mark.usefixtures("workspace")

PROVEN = REOFFENDING["proven-reoffending"]
_WAYS = PROVEN.cohort.ways
_PROOFS = PROVEN.proof.proofs
_START = dt.date(2023, 1, 1)
EXAMPLES = examples(400, 10)


def history(seed: int, people: int) -> tuple[list[naive.Entry], list[naive.Offence]]:
    """What so many people did in three years, close together enough for every border to be met."""
    draw = random.Random(seed)

    def day() -> dt.date:
        return _START + dt.timedelta(draw.choice([draw.randint(0, 900), 30 * draw.randint(0, 30)]))

    entered, offences = [], []
    for person in range(people):
        unit = f"p{person}"
        came_of_age = [
            None,
            dt.date(2000, 5, 1),
            add_months(_START, draw.randint(-30, 30)),
            dt.date(2031, 1, 1),
        ]
        for _ in range(draw.randint(0, 4)):
            here, adult = draw.choice([None, True, False]), draw.choice(came_of_age)
            entered.append(naive.Entry(unit, draw.randint(0, 2), day(), adult, here))
        for number in range(draw.randint(0, 5)):
            offended = day()
            proven = offended + dt.timedelta(draw.choice([0, draw.randint(0, 400)]))
            offences.append(naive.Offence(unit, draw.randint(0, 1), f"{unit}/{number}", offended, proven))
    return entered, offences


measures = st.builds(
    lambda ways, proofs, taken, **parts: replace(
        PROVEN,
        cohort=Cohort("c", "c", tuple(_WAYS[way] for way in sorted(ways)), taken),
        proof=ProofRule("p", "p", tuple(_PROOFS[one] for one in sorted(proofs))),
        **parts,
    ),
    ways=st.sets(st.integers(0, 2), min_size=1),
    proofs=st.sets(st.integers(0, 1), min_size=1),
    taken=st.sampled_from(Taken),
    once=st.sampled_from(Once),
    ages=st.sampled_from(Ages),
    lives=st.sampled_from(Lives),
    starts_after=st.integers(0, 3),
    follow_up=st.integers(1, 24),
    wait=st.integers(0, 6),
    counts=st.sampled_from(Counts),
)
periods = st.builds(
    lambda first, months: Period(add_months(_START, first), add_months(_START, first + months)),
    st.integers(0, 11),
    st.integers(1, 12),
)


@pytest.fixture(scope="module")
def cursor() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def numbers(measure: Reoffending) -> tuple[list[int], list[int]]:
    return [_WAYS.index(one) for one in measure.cohort.ways], [
        _PROOFS.index(one) for one in measure.proof.proofs
    ]


def tables(entered: list[naive.Entry], offences: list[naive.Offence]) -> Tables:
    return Tables(
        pd.DataFrame(entered, columns=["unit", "way", "day", "adult_month", "lives_here"]),
        pd.DataFrame(offences, columns=["unit", "proof", "offence", "offended", "proven"]),
    )


@settings(max_examples=EXAMPLES)
@given(measures, periods, st.integers(0, 10**6), st.sampled_from([0, 0, 18]))
def test_every_measure_counts_as_one_would_by_hand(cursor, measure, period, seed, earlier):
    entered, offences = history(seed, 60)
    ways, proofs = numbers(measure)
    found = outcomes(cursor, tables(entered, offences), measure, period, ways, proofs, earlier)
    expected = [
        (one.unit, one.day, naive.reoffences(measure, one, offences, set(proofs), earlier))
        for one in naive.followed(measure, period, entered, set(ways))
    ]
    told = zip(found["unit"], pd.to_datetime(found["day"]).dt.date, found["reoffences"], strict=True)
    assert sorted(told) == sorted(expected)


@settings(max_examples=EXAMPLES // 2)
@given(measures, measures, periods, st.integers(0, 10**6))
def test_a_bridge_adds_up_at_every_step(cursor, one, other, period, seed):
    both = tables(*history(seed, 30))

    def counted(measure: Reoffending) -> pd.DataFrame:
        return outcomes(cursor, both, measure, period, *numbers(measure))

    walked = steps(one, other, counted)
    assert [step.part for step in walked] == ["", *differing(one, other)]
    for before, step in itertools.pairwise(walked):
        assert step.people == before.people - step.left + step.came
        moved = step.reoffenders_came - step.reoffenders_left + step.now_reoffend - step.no_longer
        assert step.reoffenders == before.reoffenders + moved
        assert step.reoffences == before.reoffences + step.reoffences_change
    far = counted(other)
    assert walked[-1].people == len(far)
    assert walked[-1].reoffenders == int((far["reoffences"] > 0).sum())
    assert walked[-1].reoffences == int(far["reoffences"].sum())


@given(st.lists(st.integers(0, 6), min_size=2, max_size=30))
def test_reoffences_for_each_person_have_the_interval_of_a_mean_of_people(counts):
    number = np.array(counts, dtype=np.float64)
    cell = cells.ratio_of_sums("x", "all", "u", number, np.ones(len(number)))
    assert cell.value == pytest.approx(number.mean())
    half = stats.norm.ppf(0.975) * stats.sem(number)
    assert cell.upper == pytest.approx(cell.value + half, abs=1e-9)
    assert cell.lower == pytest.approx(max(cell.value - half, 0), abs=1e-9)


def test_an_entry_that_leaves_takes_its_own_reoffence_and_no_other(cursor):
    """Of two entries of one person the first is too young: one without a reoffence leaves, no more."""
    adult = dt.date(2023, 5, 1)
    entered = [naive.Entry("Ann", 0, dt.date(2023, month, 2), adult) for month in (3, 6)]
    offences = [naive.Offence("Ann", 0, "one", dt.date(2023, 8, 1), dt.date(2023, 8, 1))]
    one = replace(PROVEN, once=Once.ENTRY, follow_up=3)
    other = replace(one, ages=Ages.ADULTS)
    period = Period(dt.date(2023, 1, 1), dt.date(2024, 1, 1))
    both = tables(entered, offences)
    _, step = steps(one, other, lambda each: outcomes(cursor, both, each, period, *numbers(each)))
    assert (step.left, step.reoffenders_left, step.came, step.now_reoffend, step.no_longer) == (1, 0, 0, 0, 0)


def test_entries_of_one_person_are_no_independent_people():
    """Ten people at four entries each: the interval is that of ten, as if each were counted once."""
    once = pd.DataFrame({"unit": list("abcdefghij"), "way": 0, "reoffences": [2, 2, 2, 0, 0, 0, 0, 0, 0, 0]})
    often = pd.concat([once] * 4)
    share = {one.of: one for one in cells_of(often, ["w"])}["reoffended"]
    assert (share.numerator, share.denominator, share.value) == (12, 40, 0.3)
    half = stats.norm.ppf(0.975) * stats.sem([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    assert share.upper == pytest.approx(0.3 + half)
    against = {one.of: one for one in cells_against(once, once.assign(reoffences=4))}["against-baseline"]
    assert (against.numerator, against.denominator) == (6, 40)
    assert against.value == pytest.approx(6 / 40 - 1)
    assert against.lower < against.value < against.upper


def test_measures_that_differ_in_no_part_stand_on_one_line_and_others_do_not():
    renamed = replace(PROVEN, name="another", title="Another")
    assert alike(PROVEN, renamed)
    for name, one in REOFFENDING.items():
        assert alike(PROVEN, one) is (name == PROVEN.name)
        assert set(differing(PROVEN, one)) <= set(PARTS)


def test_a_measure_that_cannot_be_is_refused():
    with pytest.raises(BadInput, match="lasts a month"):
        replace(PROVEN, follow_up=0)
    with pytest.raises(BadInput, match="what proves"):
        replace(PROVEN, proof=ProofRule("none", "None", ()))
    with pytest.raises(BadInput, match="is over when the clock starts"):
        replace(PROVEN, baseline=6)
