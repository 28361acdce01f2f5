"""Feeds that no linkage has read: whom they name is not known, so they give no numbers."""

from __future__ import annotations

from joinedup.terms import Flag
from repeating_town import Repeating, best, calls

REFERRALS = [
    {"id": "1", "day": "2024-01-01", "victim": "Ann", "perpetrator": "Sam"},
    {"id": "2", "day": "2024-02-01", "victim": "Ann", "perpetrator": "Sam"},
]


def test_referrals_have_a_figure_once_they_are_linked_by_themselves(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01"))
    people.told("marac-referrals", "2023-01..2024-12", REFERRALS)
    general = people.link("police-incidents")
    for name in ("marac-repeat-any-abuse", "marac-repeat-criminal"):
        figure = people.repeats(name, "2024")
        numbers = [
            (row.numerator, row.denominator, row.value, row.lower, row.upper, row.most) for row in figure.rows
        ]
        assert numbers == [(None,) * 6] * 2
        assert [row.flags for row in figure.rows] == [(Flag.NO_DATA,)] * 2
        assert figure.linkage is None
        assert any("joinedup link run --restricted" in note for note in figure.notes)
    alone = people.link("marac-referrals", alone=True)
    assert best(people, "marac-repeat-any-abuse") == (1, 1, 1, 2)
    assert people.repeats("marac-repeat-any-abuse", "2024").linkage == alone.number
    assert people.repeats("repeat-caller", "2024").linkage == general.number


def test_a_source_that_is_not_linked_is_left_out_and_told(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03"))
    people.told("housing-asb", "2024", calls("Bob", "2024-03-01", "2024-03-02"))
    people.link("police-incidents")
    figure = people.repeats("repeat-caller", "2024")
    assert best(people, "repeat-caller") == (1, 1, 3, 3)
    assert "Without what council-asb, social-landlords would tell." in figure.notes
    assert "Not counted, because the linkage has not read whom they name: housing-asb." in figure.notes
    assert {delivery.feed for delivery in figure.deliveries} == {"police-incidents"}
    assert best(people, "repeat-asb-location") == (0, 0, 0, 5)  # places wait for nobody


def test_a_linkage_of_other_feeds_knows_nobody_here(people: Repeating) -> None:
    people.told("police-incidents", "2024", calls("Ann", "2024-01-01"))
    people.told("housing-asb", "2024", calls("Bob", "2024-03-01", "2024-03-02"))
    people.link("police-incidents")
    figure = people.repeats("repeat-caller", "2024", feeds=("housing-asb",))
    assert (figure.rows[0].denominator, figure.rows[0].flags) == (None, (Flag.NO_DATA,))
    assert any("no linkage has read these records" in note for note in figure.notes)
