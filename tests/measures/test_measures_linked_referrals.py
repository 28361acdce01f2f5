"""Where referrals come from: each case once, by its last record, and what is not told."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.measures.linked.kinds.referrals import cells_of, told_last
from joinedup.measures.linked.referrals import ABUSE_SERVICES, MARAC, TREATMENT, ReferredBy
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Flag, Period
from repeating_town import Repeating
from sampling import examples

SPRING = Period.parse("2024-03..2024-05")
days = st.one_of(st.none(), st.dates(dt.date(2024, 1, 1), dt.date(2024, 7, 31)))
records = st.lists(
    st.tuples(st.sampled_from("abcd"), days, st.sampled_from(["self", "police", "", None])), max_size=25
)


@settings(max_examples=examples(1000, 10), deadline=None)
@given(records)
def test_equal_to_a_naive_reading_case_by_case(told):
    frame = pd.DataFrame(told, columns=["one", "began", "referrer"], dtype=object)
    began = np.array([one[1] for one in told], dtype="datetime64[D]")
    found = told_last(frame, began, "referrer", SPRING)
    expected = []
    for case in dict.fromkeys(one[0] for one in told):
        starts = [day for which, day, _ in told if which == case and day]
        said = [value for which, _, value in told if which == case and value]
        if starts and SPRING.start <= starts[-1] < SPRING.end:
            expected.append(said[-1] if said else None)
    assert Counter(found) == Counter(expected)
    rows = {(one.of, one.group): one for one in cells_of(found)}
    known = sum(one is not None for one in expected)
    assert rows["cases-begun", "all"].value == len(expected)
    assert (rows["referrer-not-known", "all"].numerator, known) == (
        len(expected) - known,
        sum(row.numerator for (of, _), row in rows.items() if of == "referred-by"),
    )
    for (of, value), row in rows.items():
        if of == "referred-by":
            assert (row.numerator, row.denominator) == (expected.count(value), known)


def spells(rows):
    return [
        {"id": f"{case}-{seen}", "day": seen, "case_ref": case, "started": began, "victim": case, **more}
        for case, seen, began, more in rows
    ]


def test_cases_are_counted_once_in_the_months_in_which_they_began(people: Repeating) -> None:
    rows = spells(
        [
            ("A", "2024-04-30", "2024-04-03", {"referrer": "police"}),
            ("A", "2024-05-31", "2024-04-03", {"referrer": "police"}),
            ("B", "2024-04-30", "2024-04-10", {"referrer": None}),
            ("B", "2024-05-31", "2024-04-10", {"referrer": "self"}),  # told later
            ("C", "2024-04-30", "2024-04-20", {"referrer": None}),
            ("D", "2024-04-30", "2024-01-20", {"referrer": "health"}),  # began before
        ]
    )
    people.told("domestic-abuse-services", "2024", rows)
    found = people.linked("abuse-services-referrals", "2024-04..2024-05")
    assert found["cases-begun", "all"].value == 3
    police, itself = found["referred-by", "police"], found["referred-by", "self"]
    assert (police.numerator, police.denominator, police.value) == (1, 2, 0.5)
    assert (itself.numerator, itself.denominator) == (1, 2)
    assert (police.lower, police.upper) == pytest.approx((0.0945, 0.9055), abs=1e-4)  # Wilson, 1 of 2
    assert found["referrer-not-known", "all"].numerator == 1
    assert ("referred-by", "health") not in found
    assert Flag.SMALL_NUMBER in police.flags


def test_where_no_record_says_who_referred_it_is_said(people: Repeating) -> None:
    rows = spells([("A", "2024-04-30", "2024-04-03", {}), ("B", "2024-04-30", None, {})])
    people.told("drug-treatment", "2024", rows)
    figure = people.linked_figure("treatment-referrals", "2024-04")
    found = {(row.of, row.group): row for row in figure.rows}
    assert (found["cases-begun", "all"].value, found["referrer-not-known", "all"].value) == (1, 1)
    assert any("No record says who referred" in note for note in figure.notes)
    assert any("1 records do not say when the case began" in note for note in figure.notes)


def test_each_referral_to_the_marac_is_one_of_its_own_day(people: Repeating) -> None:
    rows = [
        {"id": "1", "ref": "1", "day": "2024-04-02", "victim": "Ann", "referrer": "police"},
        {"id": "2", "ref": "2", "day": "2024-04-30", "victim": "Ann", "referrer": "health"},
        {"id": "3", "ref": "3", "day": "2024-05-01", "victim": "Bea", "referrer": "health"},
    ]
    people.told("marac-referrals", "2024", rows)
    found = people.linked("marac-referrers", "2024-04")
    assert found["cases-begun", "all"].value == 2
    assert found["referred-by", "health"].value == 0.5


def test_they_need_no_linkage_and_the_restricted_ones_are_of_one_source():
    for one in (TREATMENT, ABUSE_SERVICES, MARAC):
        assert not one.counts_people and len(one.sources) == 1
    with pytest.raises(BadInput, match="Referrals are counted in a period"):
        ReferredBy(
            name="x",
            version=1,
            title="t",
            meaning="m",
            origin="o",
            records=TREATMENT.records,
            window=Window(Clock.AFTER_FIRST, 6),
        )
