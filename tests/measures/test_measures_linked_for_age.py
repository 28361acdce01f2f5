"""People standardised for age: a naive count of random people, hand-worked ratios, and Byar's intervals."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_measures_linked import postcodes

from joinedup import places
from joinedup.measures.age_labels import years_of
from joinedup.measures.linked.age_standard import Bands, bands_of, cells_of, expected, first_told
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN
from joinedup.terms import Flag
from repeating_town import Repeating, crimes, involved
from sampling import examples

BANDS, AREAS = 3, 4
NAMES = ["a", "b", "c", "d"]
persons = st.lists(st.tuples(st.integers(-1, BANDS - 1), st.integers(-2, AREAS - 1)), max_size=80)
lives = st.lists(
    st.lists(st.integers(0, 400), min_size=AREAS, max_size=AREAS), min_size=BANDS, max_size=BANDS
)


def by_key(found):
    return {(one.of, one.group): one for one in found}


@settings(max_examples=examples(1000, 10), deadline=None)
@given(persons, lives)
def test_equal_to_a_naive_count_and_what_is_expected_adds_up_to_what_was_seen(who, residents):
    band = np.array([one[0] for one in who], dtype=np.int64)
    area = np.array([one[1] for one in who], dtype=np.int64)
    found = by_key(cells_of(band, area, NAMES, np.array(residents, dtype=np.float64)))
    living = [sum(row) for row in residents]
    counting = [(b, a) for b, a in who if b >= 0 and a >= 0 and living[b]]
    own = Counter(a for _b, a in counting)
    came = Counter(b for b, _a in counting)
    everybody = [sum(row[a] for row in residents) for a in range(AREAS)]
    whole = sum(everybody)
    for a, name in enumerate(NAMES):
        there = sum(residents[b][a] * came[b] / living[b] for b in range(BANDS) if living[b])
        alike = len(counting) * everybody[a] / whole if whole else 0
        for of, number in (("standardised-ratio", there), ("crude-ratio", alike)):
            cell = found[of, name]
            assert cell.numerator == own[a] and cell.denominator == round(number)
            assert cell.value == (pytest.approx(own[a] / number) if number else None)
        assert found["people", name].numerator == own[a]
    here = [b for b, a in who if a >= 0]
    assert found["age-not-known", "all"].numerator == len(here) - len(counting)
    assert found["home-not-known", "all"].numerator == sum(a == NOT_KNOWN for _b, a in who)
    assert found["lives-elsewhere", "all"].numerator == sum(a == ELSEWHERE for _b, a in who)
    told = np.where([b >= 0 and living[b] > 0 for b, _a in who], band, NOT_KNOWN) if who else band
    assert expected(told, area, np.array(residents, dtype=np.float64)).sum() == pytest.approx(len(counting))


def test_where_ages_are_the_cause_the_standardised_ratio_is_one():
    """Of the young 40 in 1,000 come, of the old 5, in either town; one town is young, the other old.

    Youngton: 8,000 young and 2,000 old: 320 + 10 = 330. Oldham: 2,000 and 8,000: 80 + 40 = 120. Alike
    would be 225 each: crude 1.47 and 0.53. Standardised both are 1.
    """
    residents = np.array([[8000.0, 2000.0], [2000.0, 8000.0]])
    counts = {(0, 0): 320, (1, 0): 10, (0, 1): 80, (1, 1): 40}
    rows = [key for key, number in counts.items() for _ in range(number)]
    band, area = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    found = by_key(cells_of(band, area, ["Youngton", "Oldham"], residents))
    assert found["crude-ratio", "Youngton"].value == pytest.approx(330 / 225)
    assert found["crude-ratio", "Oldham"].value == pytest.approx(120 / 225)
    assert found["standardised-ratio", "Youngton"].value == pytest.approx(1)
    assert found["standardised-ratio", "Oldham"].value == pytest.approx(1)
    assert found["standardised-ratio", "Oldham"].denominator == 120
    assert found["people", "Oldham"].value == pytest.approx(1200)


@pytest.mark.parametrize("observed", [10, 25, 120, 2000])
def test_the_interval_is_byars_within_a_fifth_of_a_per_cent_from_ten(observed):
    """O (1 - 1/9O - z/3√O)³ and (O + 1) (1 - 1/9(O + 1) + z/3√(O + 1))³, over the expected."""
    z = 1.959963985
    band = np.zeros(observed, dtype=np.int64)
    area = np.zeros(observed, dtype=np.int64)
    cell = by_key(cells_of(band, area, ["a", "b"], np.array([[100.0, 100.0]])))["standardised-ratio", "a"]
    there = observed / 2
    up = observed + 1
    byar = (
        observed * (1 - 1 / (9 * observed) - z / (3 * sqrt(observed))) ** 3 / there,
        up * (1 - 1 / (9 * up) + z / (3 * sqrt(up))) ** 3 / there,
    )
    assert cell.value == 2
    assert (cell.lower, cell.upper) == pytest.approx(byar, rel=0.002)


def test_bands_are_read_as_tables_write_them_and_none_overlap():
    assert [years_of(one) for one in ("7", "10-14", "16 to 19", "90+", "Aged 65 and over", "all")] == [
        (7, 7),
        (10, 14),
        (16, 19),
        (90, 200),
        (65, 200),
        None,
    ]
    bands = bands_of(["16+", "0-9", "10 to 15"])
    assert bands == Bands(("0-9", "10 to 15", "16+"), (0, 10, 16), (9, 15, 200))
    ages = np.array([0, 9, 9.5, 10, 15, 16, 99, -1, np.nan])
    assert bands.of(ages).tolist() == [0, 0, 0, 1, 1, 2, 2, -1, -1]
    assert bands_of(["0-9", "9-15"]) is None and bands_of([]) is None and bands_of(["9-0"]) is None
    assert bands_of(["0-9", "women"]) is None


def test_the_age_is_of_the_first_record_that_tells_one():
    unit = np.array([0, 0, 1, 2, 0])
    told = np.array([np.nan, 30, 40, np.nan, 31])
    assert first_told(unit, told, 3)[:2].tolist() == [30, 40] and np.isnan(first_told(unit, told, 3)[2])


def residents(people: Repeating, tmp_path: Path) -> None:
    """In D1 as many of either age, in D2 three times as many adults."""
    table = tmp_path / "ages.csv"
    table.write_text("code,0-17,18+\nD1,2000,2000\nD2,1000,3000\n")
    places.load_residents(
        people.workspace,
        table,
        level="district",
        vintage="2025",
        year=2021,
        code="code",
        breakdown="age",
        columns=("0-17", "18+"),
        title="Census 2021, ages",
    )


TOLD = [
    ("1", "Ann", "16", "XX1 1AA"),
    ("2", "Ann", "18", "XX3 3CC"),  # once, by her first age and home
    ("3", "Bob", "40", "XX3 3CC"),
    ("4", "Cid", "50", "XX3 3CC"),
    ("5", "Dot", "17", "XX1 1AA"),
    ("6", "Eve", None, "XX1 1AA"),
    ("7", "Fay", "30", "XX9 9ZZ"),
    ("8", "Gus", "30", ""),
]


def tell(people: Repeating, tmp_path: Path) -> None:
    postcodes(people, tmp_path, {"XX1 1AA": "W1", "XX3 3CC": "W3", "XX9 9ZZ": "sea"})
    days = {ref: f"2024-05-0{ref}" for ref, *_ in TOLD}
    people.told("police-recorded-crime", "2024", crimes([(ref, day, False) for ref, day in days.items()]))
    victims = [
        {**involved("victim", [(ref, days[ref], who)], age=age)[0], "postcode": home}
        for ref, who, age, home in TOLD
    ]
    people.told("police-victims", "2024", victims)
    people.link()


def test_victims_are_counted_once_where_they_live_and_by_their_first_age(
    people: Repeating, tmp_path: Path
) -> None:
    """Young: 2 of 3,000 (Ann, Dot), both in D1; adults: 2 of 5,000 (Bob, Cid), both in D2.

    Expected in D1 2,000 x 2/3,000 + 2,000 x 2/5,000 = 2.1333, in D2 0.6667 + 1.2 = 1.8667.
    """
    residents(people, tmp_path)
    tell(people, tmp_path)
    figure = people.linked_figure("victims-standardised-for-age", "2024")
    first, second = (
        area.name for area in sorted(places.areas(people.workspace, "district"), key=lambda one: one.code)
    )
    found = by_key(figure.rows)
    assert (found["people", first].numerator, found["people", first].denominator) == (2, 4000)
    assert found["people", "all"].value == pytest.approx(50)
    assert found["standardised-ratio", first].value == pytest.approx(2 / (32 / 15))
    assert found["standardised-ratio", second].value == pytest.approx(2 / (28 / 15))
    assert found["crude-ratio", first].value == found["crude-ratio", second].value == 1
    assert (found["age-not-known", "all"].numerator, found["age-not-known", "all"].denominator) == (1, 5)
    assert (found["home-not-known", "all"].numerator, found["home-not-known", "all"].denominator) == (1, 7)
    assert found["lives-elsewhere", "all"].numerator == 1
    assert Flag.SMALL_NUMBER in found["standardised-ratio", first].flags
    assert any("Residents by age: Census 2021, ages" in note for note in figure.notes)


def test_without_residents_by_age_nothing_is_standardised_and_it_is_said(
    people: Repeating, tmp_path: Path
) -> None:
    tell(people, tmp_path)
    figure = people.linked_figure("victims-standardised-for-age", "2024")
    assert [row.of for row in figure.rows] == [Flag.NO_DATA.value]
    assert any("No residents by age are loaded for district" in note for note in figure.notes)


def test_people_read_of_areas_by_name_and_of_numbers_by_words() -> None:
    from joinedup.hub.repeats.linked_words import group_words, of_words
    from joinedup.measures.linked.for_age import VICTIMS_FOR_AGE

    assert group_words(VICTIMS_FOR_AGE, "Stockton-on-Tees") == "Stockton-on-Tees"
    assert of_words(VICTIMS_FOR_AGE, "standardised-ratio").startswith("For each expected by the ages")
