"""What a reader of repeats is told beside the numbers, where it happened, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.measures.repeats import RepeatQuery, Share, shared
from joinedup.records import RecordBook, SeriesBreak
from joinedup.terms import AreaLevel, Flag, Period, Role, Strictness, Viewer
from repeating_town import ALL, Repeating, best, calls, involved
from seconding import by_two
from tiny_town import at


def test_months_after_the_period_that_are_not_told_yet_make_it_immature_and_not_incomplete(
    people: Repeating,
) -> None:
    people.told("police-victims", "2024", involved("victim", [("1", "2024-02-01", "Ann")]))
    people.link()
    figure = people.repeats("repeat-victim", "2024")
    assert set(figure.rows[0].flags) == {Flag.NOT_YET_MATURE, Flag.NO_DATA}
    assert figure.rows[0].denominator == 0


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


def test_what_was_erased_since_is_told_of_and_not_counted(people: Repeating) -> None:
    rows = calls("Ann", "2024-01-01", "2024-01-02", "2024-01-03")
    people.told("police-incidents", "2024", rows, at(2025, 1))
    people.link()
    chief = Viewer("sam", "Sam Chief", Role.ADMINISTRATOR, "council")
    gone = str(rows[0]["id"])
    book = RecordBook(people.workspace)
    by_two(book.erase, "police-incidents", references=[gone], by=chief, reason="a request")
    assert best(people, "repeat-caller", as_at=at(2025, 2)) == (0, 1, 0, 2)
    notes = people.repeats("repeat-caller", "2024", as_at=at(2025, 2)).notes
    assert any(note.startswith("Records known then were erased later, the last on ") for note in notes)
    assert not any("erased" in note for note in people.repeats("repeat-caller", "2024").notes)
