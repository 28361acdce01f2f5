"""Repeat callers from records and person keys, as known on a date: what counts and what is left out."""

from __future__ import annotations

from joinedup.measures.repeats import RepeatQuery, Share, Shared, repeats, shared
from joinedup.records import RecordBook
from joinedup.terms import Flag, Period, Restriction, Strictness
from repeating_town import ALL, Repeating, best, calls
from tiny_town import ANALYST, at


def test_repeat_callers_over_three_agencies_in_the_period_and_in_two_months(people: Repeating) -> None:
    people.told("police-incidents", "2024", [*calls("Ann", "2024-01-10"), *calls("Bob", "2024-01-01")])
    people.told("council-asb-callers", "2024", calls("Ann", "2024-02-10", role="caller"))
    people.told(
        "housing-asb", "2024", [*calls("Ann", "2024-02-20"), *calls("Bob", "2024-06-01", "2024-11-01")]
    )
    people.link()
    assert best(people, "repeat-caller") == (2, 2, 6, 6)
    assert best(people, "repeat-caller-jag") == (1, 2, 3, 6)
    query = RepeatQuery("repeat-caller", ALL, Period.parse("2024"))
    assert shared(people.workspace, query, "repeat-caller-jag")[Strictness.BEST] == Shared(1, 1, 0)
    figure = people.repeats("repeat-caller", "2024")
    assert figure.linkage == 1
    assert figure.known_on == at(2026, 1)
    assert {delivery.feed for delivery in figure.deliveries} == {
        "police-incidents",
        "council-asb-callers",
        "housing-asb",
    }


def test_requested_calls_count_in_one_definition_and_not_in_the_other(people: Repeating) -> None:
    asked = calls("Ann", "2024-01-12", requested=True)
    rows = [*calls("Ann", "2024-01-10", "2024-01-11", requested=False), *asked, *calls("Bob", "2024-03-01")]
    people.told("police-incidents", "2024", rows)
    people.link()
    assert best(people, "repeat-caller") == (1, 2, 3, 4)
    assert best(people, "repeat-caller-unrequested") == (0, 2, 0, 3)
    assert best(people, "repeat-caller-jag") == (1, 2, 3, 4)
    assert best(people, "repeat-caller-jag-unrequested") == (0, 2, 0, 3)


def test_one_incident_told_to_two_agencies_is_one_call(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-10T20:00", "2024-02-01T10:00", place="W1"))
    people.told("council-asb-cases", "2024", [{"id": "C1", "day": "2024-01-10T20:30", "place": "W1"}])
    people.told(
        "council-asb-callers", "2024", [{"id": "1", "ref": "C1", "day": "2024-01-10", "caller": "Ann"}]
    )
    people.link()
    assert best(people, "repeat-caller") == (0, 1, 0, 2)
    elsewhere = [{"id": "H", "day": "2024-02-01", "caller": "Ann", "place": "W2"}]
    people.told("housing-asb", "2024", elsewhere)
    people.link()
    assert best(people, "repeat-caller") == (1, 1, 3, 3)


def test_a_call_that_was_cancelled_is_none(people: Repeating) -> None:
    rows = [*calls("Ann", "2024-01-01", "2024-01-02"), *calls("Ann", "2024-01-03", status="cancelled")]
    people.told("police-incidents", "2024", rows)
    people.link()
    assert best(people, "repeat-caller") == (0, 1, 0, 2)


def test_an_incident_told_at_midnight_is_of_the_day_on_which_it_was_told_first(people: Repeating) -> None:
    people.told("police-incidents", "2023-12..2024-12", calls("Ann", "2023-12-31T23:50", place="W1"))
    people.told("housing-asb", "2023-12..2024-12", calls("Ann", "2024-01-01T00:10", place="W1"))
    people.link()
    assert best(people, "repeat-caller") == (0, 0, 0, 0)
    assert best(people, "repeat-caller", "2023-12") == (0, 1, 0, 1)


def test_anonymous_calls_are_counted_and_never_one_person(people: Repeating) -> None:
    rows = [{"id": f"{number}", "day": "2024-01-10"} for number in range(5)]
    people.told("police-incidents", "2024", [*rows, *calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03")])
    people.link()
    assert best(people, "repeat-caller") == (1, 1, 3, 8)
    figure = people.repeats("repeat-caller", "2024")
    assert figure.best is not None
    assert figure.best.without_unit == 5
    assert figure.best.anonymous_most is not None
    assert figure.best.anonymous_most.repeat_units == 2
    assert any("Of 5 events of the period nobody knows of whom they are." in note for note in figure.notes)


def test_the_range_is_that_of_the_three_linkings(people: Repeating) -> None:
    rows = [*calls("Ann", "2024-01-01", "2024-01-02"), *calls("Ann~", "2024-01-03")]
    rows += [*calls("Bob", "2024-01-01"), *calls("Bob?", "2024-01-02", "2024-01-03")]
    people.told("police-incidents", "2024", rows)
    people.link()
    units, events = people.repeats("repeat-caller", "2024").rows
    assert (units.of, units.numerator, units.denominator) == (Share.UNITS, 1, 4)
    assert (units.least, units.most, units.least_denominator, units.most_denominator) == (0, 2, 2, 5)
    assert (events.numerator, events.denominator, events.least, events.most) == (3, 6, 0, 6)
    assert (events.least_value, events.value, events.most_value) == (0, 0.5, 1)


def test_as_known_before_the_linkage_or_a_delivery(people: Repeating) -> None:
    anonymous = {"id": "nobody", "day": "2024-01-01"}  # which the linkage has read: it is not waited for
    rows = [anonymous, *calls("Ann", "2024-01-01", "2024-01-02")]
    people.told("police-incidents", "2024", rows, at(2025, 1))
    people.link()
    people.told("police-incidents", "2024", calls("Ann", "2024-01-03"), at(2025, 2))
    figure = people.repeats("repeat-caller", "2024")
    assert figure.best is not None
    assert (figure.best.repeat_units, figure.best.without_unit) == (0, 2)
    assert any("1 event came after the latest linkage" in note for note in figure.notes)
    people.link()
    assert best(people, "repeat-caller") == (1, 1, 3, 4)
    assert best(people, "repeat-caller", as_at=at(2025, 1, 20)) == (0, 1, 0, 3)
    nothing = people.repeats("repeat-caller", "2024", as_at=at(2024, 12))
    assert [row.numerator for row in nothing.rows] == [None, None]
    assert {flag for row in nothing.rows for flag in row.flags} == {Flag.NO_DATA}


def test_without_a_linkage_nobody_is_known_and_places_are(people: Repeating) -> None:
    people.told(
        "police-incidents", "2024", calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03", place="W1")
    )
    figure = people.repeats("repeat-caller", "2024")
    assert (figure.rows[0].numerator, figure.rows[0].flags, figure.linkage) == (None, (Flag.NO_DATA,), None)
    assert any("no linkage has read these records" in note for note in figure.notes)
    assert best(people, "repeat-asb-location") == (1, 1, 3, 3)


def test_restricted_records_and_sources_that_may_not_be_used_do_not_count(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03"))
    people.told("housing-asb", "2024", calls("Ann", "2024-03-04"))
    people.link()
    query = RepeatQuery("repeat-caller", ("police-command-and-control",), Period.parse("2024"))
    figure = repeats(people.workspace, query)
    assert figure.best is not None
    assert figure.best.events == 3
    assert "Without what council-asb, social-landlords would tell." in figure.notes
    assert best(people, "repeat-caller", feeds=("housing-asb",)) == (0, 1, 0, 1)

    RecordBook(people.workspace).restrict(
        "police-incidents",
        references=["Ann-2024-01-02-"],
        kind=Restriction.JUVENILE,
        by=ANALYST,
        reason="a court ordered it",
    )
    assert best(people, "repeat-caller") == (1, 1, 3, 3)
