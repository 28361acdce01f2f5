"""Counting: a tiny table in, a tiny table out, one behaviour each."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures import FigureQuery, delivered_period, measure_named
from joinedup.terms import AreaLevel, Every, Flag, Form, Period

WARD = AreaLevel.WARD
MAY_JUNE = Period.parse("2024-05..2024-06")


def cells(answer):
    return {(row.area_code, str(row.period)): row.numerator for row in answer.rows}


def by_area(answer):
    return {row.area_code: row.numerator for row in answer.rows}


def ask(measure="recorded-crime", **changes):
    return FigureQuery(measure, **({"level": WARD, "period": MAY_JUNE, "every": Every.MONTH} | changes))


def on(year, month, day=15):
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def crime(name, place, kind="crime", **fields):
    return {"id": name, "place": place, "kind": kind, "crime_type": "burglary"} | fields


def test_an_empty_month_that_was_delivered_is_zero(town):
    town.crimes("2024-05", {"W1": 3})
    town.crimes("2024-06", {"W2": 1})
    assert cells(town.figure(ask())) == {
        ("W1", "2024-05"): 3,
        ("W1", "2024-06"): 0,
        ("W2", "2024-05"): 0,
        ("W2", "2024-06"): 1,
        ("W3", "2024-05"): 0,
        ("W3", "2024-06"): 0,
        ("W4", "2024-05"): 0,
        ("W4", "2024-06"): 0,
    }


def test_a_delivered_file_without_rows_makes_zeros(town):
    town.crimes("2024-05", {"W1": 3})
    town.crimes("2024-06", {})
    assert cells(town.figure(ask(areas=("W1",)))) == {("W1", "2024-05"): 3, ("W1", "2024-06"): 0}


def test_a_month_that_was_not_delivered_is_no_data(town):
    town.crimes("2024-05", {"W1": 3})
    answer = town.figure(ask(areas=("W1",)))
    assert cells(answer) == {("W1", "2024-05"): 3, ("W1", "2024-06"): None}
    june = answer.rows[1]
    assert (june.value, june.lower, june.upper) == (None, None, None)
    assert june.flags == (Flag.NO_DATA,)
    assert any("June 2024" in note for note in answer.notes)


def test_a_period_outside_any_data_is_no_data_everywhere(town):
    town.crimes("2024-05", {"W1": 3})
    answer = town.figure(ask(period=Period.parse("2019/20"), every=Every.WHOLE))
    assert {row.numerator for row in answer.rows} == {None}
    assert {row.flags for row in answer.rows} == {(Flag.NO_DATA,)}


def test_a_period_delivered_in_part_is_counted_and_flagged_with_the_months_that_lack(town):
    town.crimes("2024-05", {"W1": 7})
    answer = town.figure(ask(areas=("W1",), every=Every.WHOLE))
    assert [row.numerator for row in answer.rows] == [7]
    assert answer.rows[0].flags == (Flag.INCOMPLETE_FEED,)
    assert "June 2024" in answer.notes[0] and "May" not in answer.notes[0]


def test_one_feeds_month_says_nothing_of_another_feed_of_the_same_source(town):
    town.crimes("2024-05", {"W1": 1})
    fields = {"search_type": "VARCHAR", "kind": "VARCHAR", "gender": "VARCHAR", "age_range": "VARCHAR"}
    fields |= dict.fromkeys(
        ("self_defined_ethnicity", "officer_defined_ethnicity", "object_of_search", "search_outcome"),
        "VARCHAR",
    )
    stop = {"id": "s", "place": "W1", "kind": "stop-and-search", "search_type": "Person search"}
    town.deliver("2024-06", [stop], received=on(2024, 8), feed="stops", fields=fields)
    assert cells(town.figure(ask(areas=("W1",)))) == {("W1", "2024-05"): 1, ("W1", "2024-06"): None}
    stops = town.figure(ask("stop-and-search", areas=("W1",)))
    assert cells(stops) == {("W1", "2024-05"): None, ("W1", "2024-06"): 1}


def test_outside_and_unlocated_records_are_kept_and_shown_apart(town):
    town.crimes("2024-05", {"W1": 1, "sea": 2, None: 4})
    whole = ask(period=Period.parse("2024-05"))
    expected = {"W1": 1, "W2": 0, "W3": 0, "W4": 0, "outside": 2, "unlocated": 4}
    assert by_area(town.figure(whole)) == expected
    everything = town.figure(ask(period=Period.parse("2024-05"), level=AreaLevel.ALL))
    assert by_area(everything) == {"all": 7}
    partnership = town.figure(ask(period=Period.parse("2024-05"), level=AreaLevel.PARTNERSHIP))
    assert by_area(partnership) == {"partnership": 1, "outside": 2, "unlocated": 4}


def test_a_filter_on_areas_leaves_out_what_lies_elsewhere(town):
    town.crimes("2024-05", {"W1": 1, "W2": 2, "W3": 3, "sea": 4, None: 5})
    may = Period.parse("2024-05")
    assert by_area(town.figure(ask(period=may, areas=("D1",)))) == {"W1": 1, "W2": 2}
    assert by_area(town.figure(ask(period=may, areas=("D1", "W3")))) == {"W1": 1, "W2": 2, "W3": 3}
    assert by_area(town.figure(ask(period=may, level=AreaLevel.DISTRICT, areas=("D2",)))) == {"D2": 3}
    whole = town.figure(ask(period=may, level=AreaLevel.DISTRICT))
    assert by_area(whole) == {"D1": 3, "D2": 3, "outside": 4, "unlocated": 5}


def test_squares_are_rows_only_where_something_was_recorded(town):
    town.crimes("2024-05", {"W1": 1, "W3": 2, "sea": 1})
    may = Period.parse("2024-05")
    rows = town.figure(ask(period=may, level=AreaLevel.SQUARE)).rows
    assert sorted(row.numerator for row in rows) == [1, 1, 2]
    assert [
        row.numerator for row in town.figure(ask(period=may, level=AreaLevel.SQUARE, areas=("D2",))).rows
    ] == [2]


def test_a_figure_as_at_a_date_has_only_what_was_known_then(town):
    town.crimes("2024-05", {"W1": 3}, received=on(2024, 6))
    town.crimes("2024-06", {"W1": 1}, received=on(2024, 7))
    town.crimes("2024-05", {"W1": 2, "W2": 2}, received=on(2024, 8))
    query = ask(areas=("W1", "W2"))
    now = {("W1", "2024-05"): 2, ("W1", "2024-06"): 1, ("W2", "2024-05"): 2, ("W2", "2024-06"): 0}
    assert cells(town.figure(query)) == now
    in_july = town.figure(ask(areas=("W1", "W2"), as_at=on(2024, 7, 20)))
    assert cells(in_july) == {
        ("W1", "2024-05"): 3,
        ("W1", "2024-06"): 1,
        ("W2", "2024-05"): 0,
        ("W2", "2024-06"): 0,
    }
    assert [row.number for row in in_july.deliveries] == [1, 2]
    in_june = town.figure(ask(areas=("W1",), as_at=on(2024, 6, 20)))
    assert cells(in_june) == {("W1", "2024-05"): 3, ("W1", "2024-06"): None}
    assert in_june.known_on == on(2024, 6, 20)


def test_a_new_delivery_is_seen_at_once(town):
    town.crimes("2024-05", {"W1": 3})
    may = ask(areas=("W1",), period=Period.parse("2024-05"))
    assert by_area(town.figure(may)) == {"W1": 3}
    town.crimes("2024-05", {"W1": 4}, received=on(2024, 9))
    assert by_area(town.figure(may)) == {"W1": 4}
    assert town.figure(may).known_on == on(2024, 9)


def test_crime_anti_social_behaviour_and_cancelled_records_are_told_apart(town):
    rows = [
        crime("a", "W1"),
        crime("b", "W1", kind="anti-social-behaviour", crime_type="anti-social-behaviour"),
        crime("c", "W1", status="cancelled"),
    ]
    town.deliver("2024-05", rows, received=on(2024, 6))
    may = {"areas": ("W1",), "period": Period.parse("2024-05")}
    assert by_area(town.figure(ask(**may))) == {"W1": 1}
    assert by_area(town.figure(ask("anti-social-behaviour", **may))) == {"W1": 1}


def test_every_value_that_occurs_in_the_data_has_a_row_and_unknown_ones_are_kept(town):
    others = [value for value in measure_named("recorded-crime").breakdowns["type"] if value != "burglary"]
    earlier = [crime(f"e-{value}", "W2", crime_type=value) for value in others]
    town.deliver("2024-04", earlier, received=on(2024, 5))
    rows = [crime("a", "W1"), crime("b", "W1", crime_type=None), crime("c", "W1", crime_type="time-travel")]
    town.deliver("2024-05", rows, received=on(2024, 6))
    answer = town.figure(ask(areas=("W1",), period=Period.parse("2024-05"), by=("type",)))
    found = {row.breakdowns["type"]: row.numerator for row in answer.rows}
    assert set(measure_named("recorded-crime").breakdowns["type"]) < set(found)
    assert {kind: count for kind, count in found.items() if count} == {
        "burglary": 1,
        "not-stated": 1,
        "time-travel": 1,
    }
    assert len(found) == 13 + 2


def test_where_keeps_the_values_named_and_several_are_alternatives(town):
    rows = [crime("a", "W1"), crime("b", "W1", crime_type="drugs"), crime("c", "W1", crime_type="robbery")]
    town.deliver("2024-05", rows, received=on(2024, 6))
    may = {"areas": ("W1",), "period": Period.parse("2024-05")}
    assert by_area(town.figure(ask(where=(("type", "drugs"),), **may))) == {"W1": 1}
    assert by_area(town.figure(ask(where=(("type", "drugs"), ("type", "robbery")), **may))) == {"W1": 2}
    named = town.figure(ask(where=(("type", "drugs"), ("type", "other-crime")), by=("type",), **may))
    assert {row.breakdowns["type"]: row.numerator for row in named.rows} == {"drugs": 1, "other-crime": 0}


def test_no_period_means_the_latest_twelve_months_with_data(town):
    for month in Period.parse("2023-03..2024-05").each(Every.MONTH):
        town.crimes(str(month), {"W1": 1})
    answer = town.figure(ask(period=None, every=Every.WHOLE, areas=("W1",)))
    assert [(str(row.period), row.numerator) for row in answer.rows] == [("2023-06..2024-05", 12)]
    assert delivered_period(town.workspace, measure_named("recorded-crime")) == Period.parse(
        "2023-03..2024-05"
    )


def test_a_point_that_nobody_placed_yet_is_placed_when_it_is_counted(town, monkeypatch):
    town.crimes("2024-05", {"W4": 2})
    real, placed = places.ensure_placed, []

    def watched(workspace, points):
        placed.extend(points.tolist())
        real(workspace, points)

    monkeypatch.setattr(places, "ensure_placed", watched)
    may = ask(period=Period.parse("2024-05"), areas=("W4",))
    assert by_area(town.figure(may)) == by_area(town.figure(may)) == {"W4": 2}
    assert len(placed) == 1


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"measure": "recorded-crme"}, NotFound, "recorded-crime"),
        ({"by": ("typ",)}, NotFound, "type, outcome"),
        ({"period": Period.parse("0001-05")}, BadInput, "period"),
        (
            {"period": Period.parse("1900..2200"), "every": Every.MONTH, "by": ("type", "outcome")},
            BadInput,
            "rows",
        ),
        ({"by": ("type", "type")}, BadInput, "twice"),
        ({"where": (("type", "burglry"),)}, NotFound, "burglary"),
        ({"areas": ("E99",)}, NotFound, "E99"),
        ({"level": AreaLevel.PARTNERSHIP, "areas": ("D1",)}, NotFound, "D1"),
        ({"level": AreaLevel.ALL, "areas": ("D1",)}, BadInput, "level"),
        ({"level": AreaLevel.MSOA}, NotFound, "msoa"),
        ({"form": Form.SHARE}, BadInput, "breakdown"),
        ({"measure": "positive-outcomes", "form": Form.RATE}, BadInput, "share"),
        ({"against": Period.parse("2023-05..2023-06")}, BadInput, "change"),
        ({"form": Form.CHANGE, "against": Period.parse("2023-05")}, BadInput, "equal length"),
        ({"as_at": on(2024, 1).replace(tzinfo=None)}, BadInput, "zone"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_words(town, changes, kind, words):
    with pytest.raises(kind) as refusal:
        town.figure(ask(**changes))
    assert words in str(refusal.value)


def test_without_any_delivery_and_any_period_there_is_no_figure(town):
    with pytest.raises(NotFound, match="Nothing has been delivered"):
        town.figure(ask(period=None))


def test_the_sql_shown_is_the_sql_that_made_the_numbers(town):
    from joinedup.records import RecordBook

    town.crimes("2024-05", {"W1": 3, "sea": 1})
    answer = town.figure(ask(period=Period.parse("2024-05")))
    measure = answer.measure
    with RecordBook(town.workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, measure.record_types, measure.sources)
        places.define_points_view(town.workspace, cursor)
        found = cursor.execute(answer.sql).fetchall()
    assert {(area, total) for _, area, total in found} == {("W1", 3), ("outside", 1)}
    assert "incident" in answer.sql and "points" in answer.sql


def test_the_public_table_has_exactly_the_promised_keys(town):
    town.crimes("2024-05", {"W1": 3})
    [row] = town.figure(
        ask(period=Period.parse("2024-05"), areas=("W1",), by=("type",), where=(("type", "burglary"),))
    ).to_json_rows()
    assert list(row) == [
        *("measure", "definition_version", "form", "unit", "area_level", "area_code", "area_name", "period"),
        *("type", "numerator", "denominator", "value", "lower", "upper", "flags", "known_on", "deliveries"),
    ]
    assert row["unit"] == "crimes"
    assert row["deliveries"] == [1]
    assert (row["numerator"], row["value"], row["type"]) == (3, 3, "burglary")


def types_in(answer):
    return {row.breakdowns["type"]: row.numerator for row in answer.rows}


def test_a_value_that_no_record_carries_is_no_zero_and_a_note_says_so(town):
    town.deliver("2024-04", [crime("r", "W2", crime_type="robbery")], received=on(2024, 5))
    town.deliver("2024-05", [crime("a", "W1")], received=on(2024, 6))
    may = ask(areas=("W1",), period=Period.parse("2024-05"), by=("type",))
    answer = town.figure(may)
    assert types_in(answer) == {"burglary": 1, "robbery": 0}
    [note] = [note for note in answer.notes if "No record known carries" in note]
    assert "Bicycle theft" in note and "Robbery" not in note
    before = town.figure(dataclasses.replace(may, as_at=on(2024, 5, 20), period=Period.parse("2024-04")))
    assert types_in(before) == {"robbery": 0}, "as known then, nobody had written burglary"
    named = town.figure(dataclasses.replace(may, where=(("type", "drugs"),)))
    assert types_in(named) == {"drugs": 0}, "what is asked for by name is answered"


def test_where_no_record_states_a_breakdown_all_of_it_is_not_stated(town):
    town.deliver("2024-05", [crime("a", "W1", crime_type=None)], received=on(2024, 6))
    both = ask(period=Period.parse("2024-05"), by=("type",))
    assert types_in(town.figure(dataclasses.replace(both, areas=("W1",)))) == {"not-stated": 1}
    assert types_in(town.figure(dataclasses.replace(both, areas=("W2",)))) == {"not-stated": 0}
