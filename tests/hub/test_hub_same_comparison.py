"""Two mentions in words, attribute by attribute, and the evidence as a waterfall."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.hub.same.comparison import rows_of, when
from joinedup.hub.same.waterfall import in_bits, waterfall
from joinedup.people.reviewing import Mentioned
from joinedup.release.comparing import Happened, Side

pytestmark = pytest.mark.usefixtures("delivered_folder")  # words are translated by an open workspace's Django
BORN = dt.date(1980, 2, 3)


def side(carried=(), **said):
    mention = Mentioned("calls", uuid.UUID(int=1), "caller", 1)
    told = {name.replace("__", "."): value for name, value in said.items()}
    return Side(mention, "helpline", frozenset(carried) | set(told), told, Happened())


def row(left, right):
    (made,) = rows_of(left, right)
    return made


@pytest.mark.parametrize(
    ("name", "one", "other", "state"),
    [
        ("full_name", "Mary  Ann SMITH", "mary ann smith", "alike"),
        ("full_name", "Mary Ann Smith", "Maryann Smith", "differs"),
        ("address", "FLAT 2, 66 HARLECH CLOSE", "Flat 2, 66, Harlech Close", "alike"),
        ("address", "Flat 2, 66 Harlech Close", "Flat 3, 66 Harlech Close", "differs"),
        ("postcode", "TS18 1AB", "ts181ab", "alike"),
        ("phone", "01642 000 111", "01642000111", "alike"),
        ("identifiers__nhs", "943 476 5919", "9434765919", "alike"),
        ("identifiers__nhs", "943 476 5919", "9434765910", "differs"),
        ("email", "a.b@example.org", "ab@example.org", "differs"),
        ("birth_date", BORN, dt.date(1980, 3, 2), "differs"),
        ("birth_date", BORN, dt.date(1980, 1, 1), "one-sided"),  # the day may be what nobody knew
        ("birth_date", BORN, dt.date(1981, 1, 1), "differs"),
    ],
)
def test_values_are_compared_without_what_tells_nothing(name, one, other, state):
    assert row(side(**{name: one}), side(**{name: other})).state == state


@pytest.mark.parametrize(
    ("age", "day", "other", "of", "state"),
    [
        ("31", dt.date(2022, 11, 12), "32", dt.date(2023, 10, 27), "fits"),
        ("31", dt.date(2022, 11, 12), "31", dt.date(2023, 10, 27), "alike"),
        ("31", dt.date(2022, 11, 12), "31", dt.date(2023, 11, 11), "alike"),  # born on the last day of all
        ("31", dt.date(2022, 11, 12), "31", dt.date(2023, 11, 12), "differs"),
        ("31", dt.date(2022, 11, 12), "33", dt.date(2023, 11, 13), "fits"),  # born on the first day of all
        ("31", dt.date(2022, 11, 12), "33", dt.date(2023, 11, 12), "differs"),
        ("31", dt.date(2022, 11, 12), "31", dt.date(2025, 11, 12), "differs"),  # nobody stays as old
        ("0", dt.date(2024, 2, 29), "1", dt.date(2025, 2, 28), "fits"),
        ("31", None, "32", dt.date(2023, 10, 27), "differs"),  # of no day: as it is written
        ("about 30", dt.date(2022, 11, 12), "32", dt.date(2023, 10, 27), "differs"),
    ],
)
def test_ages_are_compared_each_on_the_day_of_its_record(age, day, other, of, state):
    left = replace(side(age=age), happened=Happened(day))
    made = row(left, replace(side(age=other), happened=Happened(of)))
    assert made.state == state
    told = {"fits": "one birth gives both, each on its record's day"}
    if day and age.isdecimal():
        told["differs"] = "no one birth gives both, if each is of its record's day"
    assert made.note == told.get(state, "")


def test_an_age_over_a_span_of_days_fits_a_birth_within_all_of_them():
    spanned = replace(side(age="31"), happened=Happened(dt.date(2022, 11, 12), dt.date(2023, 1, 5)))
    assert row(spanned, replace(side(age="31"), happened=Happened(dt.date(2024, 1, 4)))).state == "alike"
    assert row(spanned, replace(side(age="31"), happened=Happened(dt.date(2024, 1, 5)))).state == "differs"


@pytest.mark.parametrize(
    ("born", "told"), [(BORN, True), (dt.date(1980, 1, 1), True), (dt.date(1985, 6, 7), False)]
)
def test_of_a_birth_on_1_january_it_is_said_that_the_day_may_be_unknown_but_no_other_year(born, told):
    words = "1 January is often written for an unknown day" if told else ""
    assert row(side(birth_date=dt.date(1980, 1, 1)), side(birth_date=born)).note == words
    assert row(side(birth_date=BORN), side(birth_date=BORN)).note == ""


def test_left_empty_and_not_asked_are_told_apart_and_nothing_is_compared():
    made = row(side(alias="Zed"), side(carried=["alias"]))
    assert (made.left.words, made.right.words, made.state) == ("Zed", "left empty", "one-sided")
    made = row(side(alias="Zed"), side())
    assert (made.right.state, made.right.words) == ("no-place", "not asked by this feed")
    assert rows_of(side(), side()) == []


@pytest.mark.parametrize(
    ("whole", "parts", "state"),
    [
        ("ZEAL, Robert James", {"given_name": "Robert", "family_name": "Zeal"}, "alike"),
        ("Robert Zeal", {"given_name": "Robert", "middle_names": "James", "family_name": "Zeal"}, "alike"),
        ("ZEAL, Robert James", {"given_name": "Robert", "family_name": "Young"}, "differs"),
    ],
)
def test_a_name_in_one_cell_is_compared_with_one_in_several(whole, parts, state):
    name, *rows = rows_of(side(full_name=whole), side(**parts))
    assert (name.heading, name.state, name.right.note) == ("Name", state, "from its parts")
    assert {one.left.state for one in rows} == {"no-place"} and {one.state for one in rows} == {"one-sided"}


def test_rows_stand_in_a_fixed_order_with_numbers_of_agencies_last():
    both = side(
        ["identifiers.nhs", "email", "family_name", "birth_date", "birth_date_given", "identifiers.crn"]
    )
    headings = [one.heading for one in rows_of(both, side(carried=["sex", "given_name"]))]
    assert headings == ["First name", "Surname", "Date of birth", "Sex", "Email", "Crn", "Nhs"]


def test_a_birth_date_is_told_as_it_was_given_and_as_it_was_read():
    left = side(birth_date=BORN, birth_date_given="03/02/80")
    right = side(birth_date=BORN, birth_date_given="1980-02-03")
    made = row(left, right)
    assert (made.left.words, made.left.note) == ("03/02/80", "read as 3 February 1980")
    assert (made.right.words, made.right.note, made.state) == ("3 February 1980", "", "alike")
    made = row(side(birth_date_given="31/02/80"), side(birth_date=BORN))
    assert (made.left.words, made.left.note) == ("31/02/80", "this is no date that can be")
    assert made.state == "differs"


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (Happened(), "–"),
        (Happened(BORN, BORN), "3 February 1980"),
        (Happened(BORN, BORN, dt.time(9, 5)), "3 February 1980, 09:05"),
        (Happened(BORN, dt.date(1980, 2, 5)), "3 February 1980 to 5 February 1980"),
    ],
)
def test_when_a_record_happened(happened, words):
    assert when(happened) == words


def test_a_waterfall_goes_from_sum_to_sum():
    made = waterfall([("names", 8.0), ("births", -4.0), ("sex", 1.0)])
    assert [(one.bits, one.total, one.start, one.width) for one in made.steps] == [
        ("+8.0", "+8.0", "1.00%", "98.00%"),
        ("−4.0", "+4.0", "50.00%", "49.00%"),
        ("+1.0", "+5.0", "50.00%", "12.25%"),
    ]
    assert made.zero == "1.00%"  # a hundredth from the edge, where its line is seen whole
    assert waterfall([("sex", -2.0)]).zero == "99.00%"
    assert in_bits(-0.04) == "+0.0"


bits = st.floats(-60, 60, allow_nan=False)


@given(st.lists(bits, min_size=1, max_size=12))
def test_every_bar_lies_within_the_picture_and_the_last_sum_is_the_weight(weights):
    made = waterfall([("words", one) for one in weights])
    for step in made.steps:
        start, width = (float(value.rstrip("%")) for value in (step.start, step.width))
        assert 0 <= start <= 100 and start + width <= 100.51
    assert float(made.steps[-1].total.replace("−", "-")) == pytest.approx(sum(weights), abs=0.0501)
