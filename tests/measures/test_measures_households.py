"""Households: what happens again to the people of one home, whichever of them it is."""

from __future__ import annotations

from repeating_town import Repeating, best, calls, crimes, involved

HOMES = {"Ann": "1 Elm Road", "Bob": "1 Elm Road", "Cat": "2 Elm Road", "Cat?": "2 Elm Road"}


def test_a_household_of_which_another_is_the_next_victim_is_a_repeat_and_neither_person_is(
    people: Repeating,
) -> None:
    days = {"1": "2024-01-05", "2": "2024-06-01", "3": "2024-02-01", "4": "2025-03-01", "5": "2024-03-01"}
    whom = {"1": "Ann", "2": "Bob", "3": "Cat", "4": "Cat", "5": "Dee"}
    people.told(
        "police-recorded-crime", "2024-01..2025-12", crimes([(ref, days[ref], False) for ref in days])
    )
    rows = [row for ref in days for row in involved("victim", [(ref, days[ref], whom[ref])])]
    people.told("police-victims", "2024-01..2025-12", rows)
    people.link(homes=HOMES)
    assert best(people, "repeat-victim") == (0, 4, 0, 4)
    assert best(people, "repeat-victim-household") == (1, 2, 2, 3)  # Dee's home is not told
    figure = people.repeats("repeat-victim-household", "2024")
    assert any("Of 1 event of the period nobody's home is known." in note for note in figure.notes)


def test_two_of_one_home_in_one_event_are_one_household(people: Repeating) -> None:
    people.told("police-recorded-crime", "2024", crimes([("1", "2024-01-05", False)]))
    rows = involved("victim", [("1", "2024-01-05", "Ann"), ("1", "2024-01-05", "Bob")])
    people.told("police-victims", "2024", rows)
    people.link(homes=HOMES)
    assert best(people, "repeat-victim-household", "2023-01..2023-12") == (0, 0, 0, 0)
    figure = people.repeats("repeat-victim-household", "2024")
    assert figure.best is not None and figure.best.units == 0 and figure.best.immature == 1


def test_three_calls_from_one_home_within_two_months(people: Repeating) -> None:
    ann = calls("Ann", "2024-01-01", "2024-01-20")
    people.told("police-incidents", "2024", [*ann, *calls("Bob", "2024-02-15"), *calls("Cat", "2024-01-01")])
    people.link(homes=HOMES)
    assert best(people, "repeat-caller-jag") == (0, 3, 0, 4)
    assert best(people, "repeat-caller-household") == (1, 2, 3, 4)


def test_three_agencies_see_one_household_by_different_people(people: Repeating) -> None:
    people.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", True)]))
    people.told("police-victims", "2024", involved("victim", [("1", "2024-05-01", "Ann")], age="34"))
    people.told("council-asb-callers", "2024", calls("Bob", "2024-06-01", role="caller"))
    people.told("housing-asb", "2024", [*calls("Ann", "2024-07-31"), *calls("Cat?", "2024-05-03")])
    people.link(homes=HOMES)
    seen = people.linked("vulnerable-several-agencies", "2024")["several-agencies", "all"]
    assert (seen.numerator, seen.denominator) == (0, 1)
    row = people.linked("households-several-agencies", "2024")["several-agencies", "all"]
    assert (row.numerator, row.denominator, row.least, row.most) == (1, 1, 1, 1)
    everybody = people.linked("households-several-agencies", "2024")["several-agencies", "everybody"]
    assert (everybody.numerator, everybody.denominator) == (1, 2)
