"""Victims by ethnic group: a naive count of random people, hand-worked ratios, and what a reader is told."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_measures_linked import numbers, postcodes

from joinedup import places
from joinedup.errors import BadInput
from joinedup.measures.linked import by_group
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN, People, cells_of, most_told
from joinedup.measures.linked.definitions import ByGroup, Records
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Flag, RecordType
from repeating_town import Repeating, crimes, involved

GROUPS, AREAS, REFERENCE = 3, 4, 2
NAMES = ["a", "b", "w"]


def naive(group, area, residents):
    """By group: who is counted, residents, the ratio, the ratio within areas and its variance; and who is
    not counted. One person and one area at a time."""
    people = Counter((g, a) for g, a in zip(group, area, strict=True) if g >= 0 and a >= 0)
    own = [sum(people[g, a] for a in range(AREAS)) for g in range(GROUPS)]
    lives = [sum(residents[g][a] for a in range(AREAS)) for g in range(GROUPS)]
    found = {}
    for g in range(GROUPS - 1):
        crude = (
            own[g] / lives[g] / (own[REFERENCE] / lives[REFERENCE]) if own[REFERENCE] and lives[g] else None
        )
        above = below = spread = 0.0
        for a in range(AREAS):
            n, m = residents[g][a], residents[REFERENCE][a]
            if n and m:
                above += people[g, a] * m / (n + m)
                below += people[REFERENCE, a] * n / (n + m)
                spread += (people[g, a] + people[REFERENCE, a]) * n * m / (n + m) ** 2
        within = above / below if below else None
        found[NAMES[g]] = crude, within, spread / (above * below) if above and below else None
    unknown = sum(g < 0 and a >= 0 for g, a in zip(group, area, strict=True))
    return own, lives, found, unknown


persons = st.lists(st.tuples(st.integers(-1, GROUPS - 1), st.integers(-2, AREAS - 1)), max_size=60)
lives = st.lists(
    st.lists(st.integers(0, 40), min_size=AREAS, max_size=AREAS), min_size=GROUPS, max_size=GROUPS
).filter(lambda rows: sum(rows[REFERENCE]) > 0)


@settings(deadline=None)
@given(persons, lives)
def test_equal_to_a_naive_count(who, residents):
    group, area = ([one[0] for one in who], [one[1] for one in who])
    given_ = People(np.array(group, dtype=np.int64), np.array(area, dtype=np.int64))
    found = {
        (one.of, one.group): one
        for one in cells_of(given_, NAMES, np.array(residents, dtype=np.float64), REFERENCE)
    }
    own, living, ratios, unknown = naive(group, area, residents)
    for at, name in enumerate(NAMES):
        assert found["people", name].numerator == own[at]
        assert found["people", name].value == (
            pytest.approx(own[at] / living[at] * 1e5) if living[at] else None
        )
    for name, (crude, within, variance) in ratios.items():
        cell, inside = found["ratio", name], found["ratio-within-areas", name]
        assert cell.value == (None if crude is None else pytest.approx(crude))
        assert inside.value == (None if within is None else pytest.approx(within))
        if variance is not None:
            assert math.log(inside.upper / inside.lower) == pytest.approx(2 * 1.959964 * math.sqrt(variance))
        least = found["ratio-if-unknown-are-of-the-reference", name].value
        most = found["ratio-if-unknown-are-of-it", name].value
        if crude is not None:
            assert least <= cell.value + 1e-12 and (most is None or cell.value <= most + 1e-12)
    assert numbers(found["group-not-known", "all"]) == (unknown, sum(a >= 0 for a in area))
    assert numbers(found["home-not-known", "all"]) == (area.count(NOT_KNOWN), len(area))
    assert numbers(found["lives-elsewhere", "all"]) == (area.count(ELSEWHERE), len(area))


def test_where_the_address_is_the_cause_the_ratio_within_areas_is_one():
    """Of the town 20 in 1,000 are victims, of the country 5, of whichever group; the group lives in town."""
    residents = np.array([[9_000.0, 1_000.0], [10_000.0, 90_000.0]])
    counts = {(0, 0): 180, (0, 1): 5, (1, 0): 200, (1, 1): 450}
    rows = [key for key, number in counts.items() for _ in range(number)]
    who = People(np.array([one[0] for one in rows]), np.array([one[1] for one in rows]))
    found = {(one.of, one.group): one for one in cells_of(who, ["group", "others"], residents, 1)}
    assert found["ratio", "group"].value == pytest.approx((185 / 10_000) / (650 / 100_000))  # 2.85
    assert found["ratio-within-areas", "group"].value == pytest.approx(1.0)
    assert found["ratio-within-areas", "group"].lower < 1 < found["ratio-within-areas", "group"].upper


def test_of_one_area_the_ratio_is_the_plain_one_with_the_plain_variance():
    """1 / 30 + 1 / 60 is the variance of the logarithm."""
    who = People(np.array([0] * 30 + [1] * 60), np.zeros(90, dtype=np.int64))
    found = {(one.of, one.group): one for one in cells_of(who, ["g", "w"], np.array([[500.0], [2_000.0]]), 1)}
    inside = found["ratio-within-areas", "g"]
    assert inside.value == pytest.approx(2.0) and found["ratio", "g"].value == pytest.approx(2.0)
    assert inside.lower == pytest.approx(2 * math.exp(-1.959964 * math.sqrt(1 / 30 + 1 / 60)), rel=1e-6)


def test_most_records_tell_the_group_and_of_equals_the_first():
    unit = np.array([0, 0, 0, 1, 1, 2])
    told = np.array([1, 1, 0, 2, 0, NOT_KNOWN])
    assert most_told(unit, told, 3) == {0: 1, 1: 0}
    assert most_told(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 3) == {}


def residents(people: Repeating, tmp_path: Path, counts: dict[tuple[str, str], int]) -> None:
    """Load a table of residents by group."""
    table = tmp_path / "groups.csv"
    lines = [f'{ward},"{label}",{number}' for (ward, label), number in counts.items()]
    table.write_text("\n".join(["code,group,people", *lines]))
    places.load_residents(
        people.workspace,
        table,
        level="ward",
        vintage="2025",
        year=2021,
        code="code",
        breakdown="ethnic group",
        label="group",
        count="people",
        title="Census 2021, groups",
    )


@pytest.fixture
def named(people: Repeating, tmp_path: Path) -> Repeating:
    """Wards with residents by group, a directory of postcodes, and victims."""
    postcodes(people, tmp_path, {"XX1 1AA": "W1", "XX3 3CC": "W3", "XX9 9ZZ": "sea"})
    given_ = {}
    for ward, asian, white in (("W1", 100, 900), ("W2", 10, 1_990), ("W3", 40, 3_960)):
        given_ |= {(ward, "Asian, Asian British or Asian Welsh"): asian, (ward, "White"): white}
    residents(people, tmp_path, given_)
    return people


def test_victims_are_counted_once_where_they_live_by_what_most_records_say(named: Repeating) -> None:
    told = [
        ("1", "Ann", "A1", "XX1 1AA"),
        ("2", "Ann", "A2", "XX3 3CC"),  # moved since: the first home counts
        ("3", "Ann", "W1", ""),
        ("4", "Bob", "W1", "XX1 1AA"),
        ("5", "Cat", None, "XX3 3CC"),
        ("6", "Dan", "W9", "XX9 9ZZ"),
        ("7", "Eve", "W1", ""),
        ("8", "Fay", "W2", "XX3 3CC"),
    ]
    days = {ref: f"2024-05-0{ref}" for ref, *_ in told}
    named.told("police-recorded-crime", "2024", crimes([(ref, days[ref], False) for ref in days]))
    named.told(
        "police-victims",
        "2024",
        [
            {**involved("victim", [(ref, days[ref], who)], ethnicity=code)[0], "postcode": home}
            for ref, who, code, home in told
        ],
    )
    named.link()
    figure = named.linked_figure("victims-by-ethnic-group", "2024")
    found = {(row.of, row.group): row for row in figure.rows}
    assert numbers(found["people", "asian"]) == (1, 150)  # Ann, once
    assert numbers(found["people", "white"]) == (2, 6_850)  # Bob and Fay
    assert found["ratio", "asian"].value == pytest.approx((1 / 150) / (2 / 6_850))
    assert numbers(found["group-not-known", "all"]) == (1, 4)  # Cat
    assert numbers(found["home-not-known", "all"]) == (1, 6)  # Eve
    assert numbers(found["lives-elsewhere", "all"]) == (1, 6)  # Dan
    assert Flag.SMALL_NUMBER in found["people", "asian"].flags
    assert any("Residents: Census 2021, groups" in note for note in figure.notes)


def test_without_residents_by_group_there_is_no_rate_and_it_is_said(
    people: Repeating, tmp_path: Path
) -> None:
    postcodes(people, tmp_path, {"XX1 1AA": "W1"})
    people.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", False)]))
    people.told("police-victims", "2024", involved("victim", [("1", "2024-05-01", "Ann")], ethnicity="A1"))
    people.link()
    figure = people.linked_figure("victims-by-ethnic-group", "2024")
    assert [row.of for row in figure.rows] == [Flag.NO_DATA.value]
    assert any("No table of residents by ethnic group" in note for note in figure.notes)


def test_a_group_that_the_table_calls_otherwise_has_no_ratio_and_it_is_said(
    people: Repeating, tmp_path: Path
) -> None:
    postcodes(people, tmp_path, {"XX1 1AA": "W1"})
    residents(
        people, tmp_path, {("W1", "Asian, Asian British or Asian Welsh"): 100, ("W1", "White: total"): 900}
    )
    people.told(
        "police-recorded-crime", "2024", crimes([("1", "2024-05-01", False), ("2", "2024-05-02", False)])
    )
    who = [("1", "Ann", "A1"), ("2", "Bob", "W1")]
    told = [
        {**involved("victim", [(ref, f"2024-05-0{ref}", name)], ethnicity=code)[0], "postcode": "XX1 1AA"}
        for ref, name, code in who
    ]
    people.told("police-victims", "2024", told)
    people.link()
    figure = people.linked_figure("victims-by-ethnic-group", "2024")
    found = {(row.of, row.group): row for row in figure.rows}
    assert found["ratio", "asian"].value is None and found["people", "white"].value is None
    assert any("has no “Black" in note and "“White”" in note for note in figure.notes)


def test_who_lives_in_another_partnership_is_no_resident_of_this_one(
    named: Repeating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "partnership_districts", lambda _workspace: ("D1",))
    named.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", False)]))
    victim = involved("victim", [("1", "2024-05-01", "Ann")], ethnicity="W1")[0] | {"postcode": "XX3 3CC"}
    named.told("police-victims", "2024", [victim])
    named.link()
    found = {(row.of, row.group): row for row in named.linked_figure("victims-by-ethnic-group", "2024").rows}
    assert numbers(found["people", "white"]) == (0, 2_890)  # of W1 and W2
    assert numbers(found["lives-elsewhere", "all"]) == (1, 1)


def test_of_a_period_that_was_not_delivered_there_is_nothing_rather_than_nobody(named: Repeating) -> None:
    named.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", False)]))
    named.told("police-victims", "2024", involved("victim", [("1", "2024-05-01", "Ann")], ethnicity="A1"))
    named.link()
    figure = named.linked_figure("victims-by-ethnic-group", "2030")
    assert [row.of for row in figure.rows] == [Flag.NO_DATA.value]
    assert "Nothing was delivered for this period." in figure.notes


def test_a_definition_without_its_reference_is_refused() -> None:
    with pytest.raises(BadInput, match="beside one of them"):
        ByGroup(
            name="x",
            version=1,
            title="t",
            meaning="m",
            origin="o",
            records=(Records("police-records", RecordType.INVOLVEMENT),),
            window=Window(Clock.PERIOD),
            field="ethnicity",
            breakdown="ethnic group",
            reference="white",
        )


def test_every_published_code_of_ethnicity_is_of_one_census_group() -> None:
    """Told by the attribute that the code list itself has."""
    from joinedup.feeds.codelists import read_code_list
    from joinedup.feeds.library import OWN
    from joinedup.measures.linked.ethnicity import CENSUS_GROUPS

    for code in read_code_list(OWN / "codelists" / "ethnicity-self-defined.csv").codes:
        of = [one.name for one in CENSUS_GROUPS if code.code.lower().startswith(one.codes)]
        assert of == [code.attributes["group"]], code.code
    first = [letter for one in CENSUS_GROUPS for letter in one.codes]
    assert all(not one.startswith(other) for one, other in itertools.permutations(first, 2))
    assert by_group.ELSEWHERE != by_group.NOT_KNOWN
