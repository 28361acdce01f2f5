"""Repeats from records and person keys, as known on a date: what each definition counts and leaves out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from repeating_town import ALL, Repeating
from tiny_town import ANALYST, Town, at

from joinedup.errors import BadInput, NotFound
from joinedup.feeds.library import contracts
from joinedup.measures.repeats import REPEATS, RepeatQuery, Share, Shared, repeats, shared
from joinedup.measures.repeats.definitions import Clock, SameIncident, Unit, Window
from joinedup.records import RecordBook, SeriesBreak
from joinedup.terms import AreaLevel, Flag, Period, Restriction, Sensitivity, Strictness


@pytest.fixture
def people(town: Town) -> Repeating:
    """The tiny town, with nothing told yet."""
    return Repeating(town.workspace)


def best(people: Repeating, name: str, months: str = "2024", **more: object) -> tuple[int, int, int, int]:
    """By the best linkage: units that repeat, units, events by them, events."""
    found = people.repeats(name, months, **more).best
    assert found is not None
    return found.repeat_units, found.units, found.repeat_events, found.events


def calls(who: str, *days: str, **more: object) -> list[dict[str, object]]:
    """Calls of one person on these days."""
    return [{"id": f"{who}-{day}-{more.get('at', '')}", "day": day, "caller": who, **more} for day in days]


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
    assert any("5 events of the period are not of anybody known" in note for note in figure.notes)


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
    assert any("1 events came after the latest linkage" in note for note in figure.notes)
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


def crimes(rows: list[tuple[str, str, bool]], **more: object) -> list[dict[str, object]]:
    """Crimes: reference, day, whether it is domestic."""
    return [{"id": ref, "day": day, "domestic": domestic, **more} for ref, day, domestic in rows]


def involved(role: str, rows: list[tuple[str, str, str]], **more: object) -> list[dict[str, object]]:
    """Rows of a crime's people: its reference, the day, who."""
    return [
        {"id": f"{ref}-{who}", "ref": ref, "day": day, role: who, "role": role, **more}
        for ref, day, who in rows
    ]


def test_repeat_victims_are_followed_for_a_year_each(people: Repeating) -> None:
    victims = [
        ("1", "2024-02-01", "Ann"),
        ("1", "2024-02-01", "Bob"),
        ("2", "2025-01-31", "Ann"),
        ("3", "2025-02-01", "Bob"),
        ("4", "2024-12-31", "Cat"),
    ]
    cancelled = involved("victim", [("5", "2024-03-01", "Bob")])
    people.told("police-recorded-crime", "2024", [{"id": "5", "day": "2024-03-01", "status": "cancelled"}])
    people.told("police-victims", "2024-01..2025-03", [*involved("victim", victims), *cancelled])
    people.link()
    figure = people.repeats("repeat-victim", "2024")
    assert figure.best is not None
    assert (figure.best.repeat_units, figure.best.units, figure.best.immature) == (1, 2, 1)
    assert (figure.best.repeat_events, figure.best.events) == (2, 2)  # crime 1 is one event, of both
    assert Flag.NOT_YET_MATURE in figure.rows[0].flags
    assert any("the 12 months after their first have not run" in note for note in figure.notes)


def test_months_after_the_period_that_are_not_told_yet_make_it_immature_and_not_incomplete(
    people: Repeating,
) -> None:
    people.told("police-victims", "2024", involved("victim", [("1", "2024-02-01", "Ann")]))
    people.link()
    figure = people.repeats("repeat-victim", "2024")
    assert set(figure.rows[0].flags) == {Flag.NOT_YET_MATURE, Flag.NO_DATA}
    assert figure.rows[0].denominator == 0


def test_both_domestic_definitions_and_what_they_leave_out(people: Repeating) -> None:
    people.told(
        "police-recorded-crime",
        "2023-01..2024-12",
        crimes(
            [
                ("1", "2023-06-01", True),
                ("2", "2024-05-01", True),
                ("3", "2024-06-01", True),
                ("4", "2024-07-01", False),
                ("5", "2024-08-01", True),
                ("6", "2024-09-01", True),
            ]
        ),
    )
    victims = [(str(number), f"2024-0{number + 3}-01", "Ann") for number in range(2, 6)]
    people.told(
        "police-victims",
        "2023-01..2024-12",
        involved("victim", [("1", "2023-06-01", "Ann"), *victims, ("6", "2024-09-01", "Eve")]),
    )
    suspects = [("1", "2023-06-01", "Sam"), ("2", "2024-05-01", "Sam"), ("3", "2024-06-01", "Tom")]
    people.told("police-suspects", "2023-01..2024-12", involved("suspect", suspects, suspect_state="SUSPECT"))
    people.told(
        "police-suspects",
        "2024-12",
        involved("suspect", [("5", "2024-08-01", "Tom")], suspect_state="ELIMINATED"),
    )
    people.link()
    assert best(people, "repeat-domestic-victim") == (1, 2, 3, 4)
    assert best(people, "repeat-domestic-pair") == (1, 2, 1, 4)
    figure = people.repeats("repeat-domestic-pair", "2024")
    assert figure.best is not None
    assert figure.best.without_unit == 2  # 5, whose suspect was eliminated, and 6
    assert best(people, "repeat-suspect", "2023-01..2024-12") == (1, 2, 2, 3)


def test_marac_referrals_have_definitions_of_their_own_and_enter_no_other(people: Repeating) -> None:
    pair = {"victim": "Ann", "perpetrator": "Sam", "domestic": True}
    people.told(
        "marac-referrals",
        "2023-01..2024-12",
        [
            {"id": "1", "day": "2023-07-01", **pair, "repeat_criminal_incident": "false"},
            {"id": "2", "day": "2024-06-30", **pair, "repeat_criminal_incident": "false"},
            {
                "id": "3",
                "day": "2024-08-01",
                **pair,
                "perpetrator": "Tom",
                "repeat_criminal_incident": "true",
            },
            {"id": "4", "day": "2024-08-02", "victim": "Eve", "perpetrator": "Tom"},
        ],
    )
    people.link()
    assert best(people, "marac-repeat-any-abuse") == (1, 3, 1, 3)
    assert best(people, "marac-repeat-criminal") == (1, 2, 1, 3)
    for name, definition in REPEATS.items():
        restricted = definition.sensitivity is Sensitivity.RESTRICTED
        assert restricted == ("marac" in definition.sources), name
        assert not restricted or definition.sources == {"marac"}, name
        if not restricted:
            assert people.repeats(name, "2024").rows[0].denominator is None, name


def test_offenders_perpetrators_and_pairs(people: Repeating) -> None:
    people.told(
        "court-results",
        "2024",
        [
            {"id": f"{case}-{offence}", "ref": case, "day": day, "defendant": who}
            for case, offence, day, who in [
                ("U1", 1, "2024-01-05", "Sam"),
                ("U1", 2, "2024-01-05", "Sam"),
                ("U2", 1, "2024-04-05", "Sam"),
                ("U3", 1, "2024-04-05", "Tom"),
                ("U3", 2, "2024-04-05", "Tom"),
            ]
        ],
    )
    people.told(
        "council-asb-callers", "2024", involved("caller", [(c, "2024-01-01", "Ann") for c in ("A", "B", "C")])
    )
    about = [("A", "2024-01-02", "Sam"), ("B", "2024-01-02", "Sam"), ("C", "2024-01-02", "Ann")]
    people.told("council-asb-perpetrators", "2024", involved("perpetrator", about))
    people.link()
    assert best(people, "repeat-offender") == (1, 2, 2, 3)  # two offences of one case are one
    assert best(people, "repeat-asb-perpetrator") == (1, 2, 2, 3)
    assert best(people, "repeat-asb-pair") == (1, 1, 2, 3)  # nobody is a pair with themselves


def test_a_place_is_an_address_where_it_is_given_else_a_point(people: Repeating) -> None:
    rows = [
        {"id": "1", "day": "2024-01-01", "place": "W1", "uprn": "10"},
        {"id": "2", "day": "2024-02-01", "place": "W1", "uprn": "11"},
        {"id": "3", "day": "2024-03-01", "place": "W1", "uprn": "10"},
        {"id": "4", "day": "2024-03-01", "place": "W2"},
        {"id": "5", "day": "2024-12-31", "place": "W2"},
        {"id": "6", "day": "2024-12-31"},
    ]
    people.told("police-recorded-crime", "2024-01..2025-12", rows)
    figure = people.repeats("repeat-crime-location", "2024", possible_units=1000)
    assert figure.best is not None
    assert (figure.best.repeat_units, figure.best.units, figure.best.without_unit) == (2, 3, 1)
    assert figure.linkage is None
    assert figure.best.expected is not None
    assert figure.best.expected.repeat_units == pytest.approx(3 * 0.004988, rel=1e-3)  # 1 - exp(-5 / 1000)
    without = people.repeats("repeat-crime-location", "2024")
    assert without.best is not None
    assert without.best.expected is None


def test_restricted_records_withdrawn_feeds_and_sources_that_may_not_be_used(people: Repeating) -> None:
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


def test_months_that_were_not_told_are_flagged(people: Repeating) -> None:
    people.told("police-incidents", "2024-01..2024-03", calls("Ann", "2024-01-01"))
    people.link()
    figure = people.repeats("repeat-caller", "2024")
    assert Flag.INCOMPLETE_FEED in figure.rows[0].flags
    assert "police-incidents has not told of 9 of 12 months that are looked at." in figure.notes
    assert Flag.INCOMPLETE_FEED not in people.repeats("repeat-caller", "2024-01..2024-03").rows[0].flags


def test_what_cannot_be_asked_is_refused(people: Repeating) -> None:
    with pytest.raises(NotFound, match="repeat-caller"):
        people.repeats("repeat-callers", "2024")
    query = RepeatQuery("repeat-caller", ALL, Period.parse("2024"))
    with pytest.raises(BadInput, match="same unit"):
        shared(people.workspace, query, "repeat-pair")
    people.told("police-incidents", "2024", [*calls("Ann", "2024-01-01"), *calls("Bob", "2024-01-01")])
    people.link()
    with pytest.raises(BadInput, match="cannot be 1 units where 2 were seen"):
        people.repeats("repeat-caller", "2024", possible_units=1)


def test_the_public_table_has_the_same_keys_in_each_row(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01"))
    people.link()
    rows = people.repeats("repeat-caller", "2024").to_json_rows()
    assert [row["share_of"] for row in rows] == ["units", "events"]
    assert rows[0].keys() == rows[1].keys()
    assert rows[0]["linkage"] == 1
    assert rows[0]["deliveries"] == [1]
    assert {"numerator", "denominator", "value", "lower", "upper", "flags", "known_on"} <= rows[0].keys()


def test_by_district_an_event_is_where_it_happened(people: Repeating) -> None:
    rows = [*calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03", place="W1")]
    rows += [*calls("Bob", "2024-01-01", "2024-01-02", place="W1"), *calls("Bob", "2024-01-03", place="W3")]
    rows += [*calls("Cat", "2024-01-01", place="sea"), *calls("Cat", "2024-01-02")]
    people.told("police-incidents", "2024", rows)
    people.link()
    figure = people.repeats("repeat-caller", "2024", level=AreaLevel.DISTRICT)
    told = {(row.area_code, row.of): (row.numerator, row.denominator) for row in figure.rows}
    assert told["D1", Share.UNITS] == (1, 2)
    assert told["D1", Share.EVENTS] == (3, 5)
    assert told["D2", Share.UNITS] == (0, 1)
    assert told["outside", Share.EVENTS] == told["unlocated", Share.EVENTS] == (0, 1)
    assert sum(events for (_, of), (_, events) in told.items() if of is Share.EVENTS) == 8
    assert figure.answers["D1"][Strictness.BEST].distribution == {2: 1, 3: 1}
    assert figure.best is None
    assert best(people, "repeat-caller") == (2, 3, 6, 8)
    (units, events) = people.repeats("repeat-caller", "2024", level=AreaLevel.WARD, areas=("W1",)).rows
    assert (units.area_name, units.numerator, events.denominator) == ("Ward W1", 1, 5)
    with pytest.raises(NotFound, match="no such area"):
        people.repeats("repeat-caller", "2024", level=AreaLevel.WARD, areas=("W9",))


def test_the_council_s_calls_are_where_its_complaints_are(people: Repeating) -> None:
    people.told("council-asb-cases", "2024", [{"id": "C1", "day": "2024-01-10", "place": "W3"}])
    people.told(
        "council-asb-callers", "2024", [{"id": "1", "ref": "C1", "day": "2024-01-10", "caller": "Ann"}]
    )
    people.link()
    rows = people.repeats("repeat-caller", "2024", level=AreaLevel.DISTRICT, areas=("D2",)).rows
    assert [row.denominator for row in rows] == [1, 1]


def test_a_feed_that_stopped_telling_is_missed_and_one_of_other_people_is_not(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01"))
    people.told("housing-asb", "2023", calls("Ann", "2023-05-01"))
    people.told("council-asb-callers", "2024", calls("Ann", "2024-02-01", role="caller"))
    people.told("council-asb-perpetrators", "2023", involved("perpetrator", [("C1", "2023-01-02", "Sam")]))
    people.link()
    missed = [note for note in people.repeats("repeat-caller", "2024").notes if "has not told" in note]
    assert missed == ["housing-asb has not told of 12 of 12 months that are looked at."]


def test_breaks_and_what_is_provisional_are_flagged(people: Repeating) -> None:
    new = SeriesBreak(dt.date(2024, 4, 1), "recording-practice", "Calls are merged.")
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01"), breaks=(new,), provisional=True)
    people.link()
    figure = people.repeats("repeat-caller", "2024")
    assert {Flag.SERIES_BREAK, Flag.PROVISIONAL} <= set(figure.rows[0].flags)
    assert "2024-04-01: Calls are merged." in figure.notes
    assert Flag.SERIES_BREAK not in people.repeats("repeat-caller", "2024-04..2024-12").rows[0].flags


def test_domestic_crimes_need_the_feed_that_says_which_they_are(people: Repeating) -> None:
    rows = involved("victim", [("1", "2024-01-01", "Ann"), ("2", "2024-02-01", "Ann")])
    people.told("police-victims", "2023-01..2024-12", rows)
    people.link()
    figure = people.repeats("repeat-domestic-victim", "2024")
    assert "Nothing was delivered that says which incidents are meant." in figure.notes
    told = crimes([("1", "2024-01-01", True), ("2", "2024-02-01", True)])
    people.told("police-recorded-crime", "2023-01..2024-12", told)
    assert best(people, "repeat-domestic-victim") == (1, 1, 1, 2)
    assert len(people.repeats("repeat-domestic-victim", "2024").deliveries) == 2
    assert best(people, "repeat-domestic-victim", feeds=("police-victims",)) == (0, 0, 0, 0)


def test_definitions_count_fields_that_the_contracts_have(town: Town) -> None:
    known = contracts(town.workspace).values()
    for definition in REPEATS.values():
        for part in definition.parts:
            bearing = [
                one for one in known if (one.source, one.record_type) == (part.source, part.record_type)
            ]
            assert bearing, definition.name
            played = {person.role for one in bearing for person in one.persons}
            assert not definition.roles or played & {*definition.roles, *definition.other_roles}
            sensitivities = {one.publishing.sensitivity for one in bearing}
            assert sensitivities == {definition.sensitivity}, definition.name
        says = {field for field, _ in (*definition.left_out, *definition.further, *definition.of_incident)}
        fields = {column.field for one in known if one.source in definition.sources for column in one.columns}
        assert says <= fields, definition.name
        assert all(
            str(words).strip()
            for words in (definition.title, definition.meaning, definition.origin, *definition.caveats)
        )


def test_a_definition_that_cannot_be_is_refused() -> None:
    caller = REPEATS["repeat-caller"]
    for changes, words in [
        ({"name": "Repeat Caller"}, "lower case"),
        ({"version": 0}, "counts from 1"),
        ({"title": " "}, "state its title"),
        ({"threshold": 1}, "at least two"),
        ({"roles": ()}, "a person has roles"),
        ({"unit": Unit.PAIR}, "a pair has others"),
        ({"unit": Unit.PAIR, "other_roles": ("caller",)}, "different parts"),
        ({"unit": Unit.PLACE, "roles": ()}, "Only incidents have a place"),
        ({"parts": ()}, "names its sources"),
        ({"window": Window(Clock.SINCE_LAST, 12)}, "second of two"),
        ({"further": (("kind", "crime"),)}, "since the last"),
        ({"left_out": (("kind; DROP", "crime"),)}, "no name of a field"),
    ]:
        with pytest.raises(BadInput, match=f"(?i){words}"):
            replace(caller, **changes)
    for clock, months in [(Clock.PERIOD, 2), (Clock.ROLLING, 0)]:
        with pytest.raises(BadInput, match="has months"):
            Window(clock, months)
    with pytest.raises(BadInput, match="less than a day"):
        SameIncident(24 * 60, 100, day_is_enough=True)
