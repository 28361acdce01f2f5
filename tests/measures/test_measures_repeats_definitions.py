"""What each definition of a repeat counts: victims, suspects, pairs, places, and what is restricted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from joinedup.errors import BadInput
from joinedup.feeds.library import contracts
from joinedup.measures.repeats import REPEATS
from joinedup.measures.repeats.definitions import Clock, SameIncident, Unit, Window
from joinedup.terms import Flag, Sensitivity
from repeating_town import Repeating, best, crimes, involved
from tiny_town import Town


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
    people.link("marac-referrals", alone=True)
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
