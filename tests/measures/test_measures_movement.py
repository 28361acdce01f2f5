"""Why a count moved between two dates of knowledge: the reasons add up to the difference."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
import reason_trials

from joinedup.errors import BadInput
from joinedup.measures import FigureQuery, Reason, explain, measure_named, movement
from joinedup.records import RecordBook, SeriesBreak
from joinedup.terms import AreaLevel, Every, Flag, Form, Period, Role, Viewer
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
MAY_JUNE = Period.parse("2024-05..2024-06")


def on(day):
    return dt.datetime(2024, 7, day, 12, tzinfo=dt.UTC)


def crime(name, place="W1", kind="burglary", **more):
    return {"id": name, "place": place, "kind": "crime", "crime_type": kind} | more


def ask(**changes):
    return FigureQuery(
        "recorded-crime", **({"level": AreaLevel.WARD, "areas": ("D1",), "period": MAY_JUNE} | changes)
    )


def told(explanation):
    return {(row.area_code, row.reason): row.change for row in explanation.movements}


def test_every_cause_is_told_apart(town):
    before = [crime(name) for name in ("stays", "goes", "moves", "leaves", "cancelled", "retyped", "unmade")]
    before += [crime("dated", month="2024-04-01")]
    after = [
        crime("stays"),
        crime("late"),
        crime("moves", place="W2"),
        crime("leaves", place="sea"),
        crime("cancelled", status="cancelled"),
        crime("retyped", kind="drugs"),
        crime("unmade") | {"kind": "anti-social-behaviour"},
        crime("dated", month="2024-05-01"),
    ]
    town.deliver("2024-04", [], received=on(1))
    town.deliver("2024-05", before, received=on(2))
    town.deliver("2024-05", after, received=on(5))
    town.deliver("2024-06", [crime("june")], received=on(6))
    burglary = ask(where=(("type", "burglary"),))
    found = explain(town.workspace, burglary, on(3), on(7))
    assert told(found) == {
        ("W1", Reason.NEW_MONTH): 1,
        ("W1", Reason.ADDED_LATE): 1,
        ("W1", Reason.WITHDRAWN): -1,
        ("W1", Reason.CANCELLED): -1,
        ("W1", Reason.RECLASSIFIED): -2,
        ("W1", Reason.RE_DATED): 1,
        ("W1", Reason.RE_LOCATED): -2,
        ("W2", Reason.RE_LOCATED): 1,
    }
    assert (found.before["W1"], found.after["W1"]) == (7, 4)


def test_between_the_same_knowledge_nothing_moves(town):
    town.deliver("2024-05", [crime("a")], received=on(2))
    found = explain(town.workspace, ask(), on(3), on(4))
    assert found.movements == []
    assert found.before["W1"] == found.after["W1"] == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_parts_add_up_to_the_difference_of_the_two_figures(town, seed):
    chance = random.Random(seed)
    for day in range(1, 8):
        month = chance.choice(["2024-05", "2024-06"])
        rows = [
            crime(
                f"{month}-{number}",
                chance.choice(["W1", "W2", "W3", "sea", None]),
                chance.choice(["burglary", "drugs", None]),
                status=chance.choice(["recorded", "recorded", "cancelled"]),
                month=chance.choice(["2024-04-01", "2024-05-01", "2024-06-01"]),
            )
            for number in chance.sample(range(30), 18)
        ]
        town.deliver(month, rows, received=on(day))
    for level, areas in [(AreaLevel.WARD, ()), (AreaLevel.DISTRICT, ("D1",)), (AreaLevel.ALL, ())]:
        query = ask(level=level, areas=areas, where=(("type", "burglary"),))
        found = explain(town.workspace, query, on(2), on(9))
        for moment, counts in ((on(2), found.before), (on(9), found.after)):
            rows = town.figure(dataclasses.replace(query, as_at=moment)).rows
            shown = {row.area_code: row.numerator or 0 for row in rows}
            assert {code: count for code, count in counts.items() if count} == {
                code: count for code, count in shown.items() if count
            }
        for code in found.before:
            change = sum(row.change for row in found.movements if row.area_code == code)
            assert change == found.after[code] - found.before[code]


def test_a_share_gains_the_crimes_whose_outcome_became_positive(town):
    from joinedup.terms import RecordType

    town.crimes("2024-05", {"W1": 3}, received=on(1))
    fields = {"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"}
    rows = [{"id": "o", "incident_ref": "2024-05-W1-1", "outcome_type": "charged"}]
    common = {"feed": "outcomes", "record_type": RecordType.OUTCOME, "fields": fields}
    town.deliver("2024-05", [], received=on(2), **common)
    town.deliver("2024-06", rows, received=on(4), **common)
    query = FigureQuery(
        "positive-outcomes", level=AreaLevel.WARD, areas=("W1",), period=Period.parse("2024-05")
    )
    found = explain(town.workspace, query, on(3), on(5))
    assert told(found) == {("W1", Reason.ATTRIBUTE): 1}
    assert [row.attribute for row in found.movements] == ["Crimes with a positive outcome"]


def test_a_key_that_stands_twice_counts_as_often_as_it_does_in_the_figure(town):
    both = {"period": Period.parse("2024-04..2024-05"), "level": AreaLevel.ALL, "areas": ()}
    town.deliver("2024-04", [crime("b", month="2024-04-01"), crime("d", month="2024-05-01")], received=on(1))
    town.deliver("2024-05", [crime("d")], received=on(2))
    town.deliver("2024-05", [crime("d"), crime("e")], received=on(4))
    found = explain(town.workspace, ask(**both), on(3), on(5))
    counts = [
        town.figure(dataclasses.replace(ask(**both), as_at=moment)).rows[0].numerator
        for moment in (on(3), on(5))
    ]
    assert [found.before["all"], found.after["all"]] == counts == [3, 4]
    assert told(found) == {("all", Reason.ADDED_LATE): 1}


def test_a_key_that_stands_in_two_periods_is_paired_by_the_period_that_was_restated(town):
    """The ordinary order of police files: a month again, after a later month that has the key too."""
    town.deliver("2024-05", [crime("x")], received=on(1))
    town.deliver("2024-06", [crime("x", place="W2")], received=on(2))
    town.deliver("2024-05", [crime("x", kind="drugs")], received=on(5))
    burglary = (("type", "burglary"),)
    parts = {
        str(month): told(explain(town.workspace, ask(period=month, where=burglary), on(3), on(6)))
        for month in (*MAY_JUNE.each(Every.MONTH), MAY_JUNE)
    }
    assert parts == {
        "2024-05": {("W1", Reason.RECLASSIFIED): -1},
        "2024-06": {},
        "2024-05..2024-06": {("W1", Reason.RECLASSIFIED): -1},
    }


@pytest.mark.slow
def test_each_act_of_a_random_history_is_told_by_its_own_reason(town_template, tmp_path):
    """A seeded sample of the long trials; ``make test-full`` runs more."""
    told_of = list(reason_trials.trials(town_template, tmp_path, 4, seed=20240501))
    assert [wrong for _, _, wrong in told_of if wrong] == []
    assert sum(judged for _, judged, _ in told_of) > 20


def test_a_record_that_left_one_months_file_for_anothers_was_re_dated(town):
    town.deliver("2024-05", [crime("x")], received=on(1))
    town.deliver("2024-06", [crime("x", place="W2"), crime("y")], received=on(2))
    town.deliver("2024-04", [], received=on(2))
    town.deliver("2024-05", [], received=on(5))
    town.deliver("2024-04", [crime("x")], received=on(6))
    found = explain(town.workspace, ask(), on(3), on(7))
    assert told(found) == {("W1", Reason.RE_DATED): -1}


def test_a_file_of_the_quarter_takes_the_place_of_a_months_file_month_by_month(town):
    town.deliver("2024-05", [crime("x"), crime("y")], received=on(1))
    town.deliver("2024-06", [crime("x", place="W2")], received=on(2))
    town.deliver(
        "2024-Q2",
        [crime("x", place="W2", month="2024-06-01"), crime("y", place="W2", month="2024-05-01")],
        received=on(5),
    )
    found = explain(town.workspace, ask(), on(3), on(6))
    assert told(found) == {
        ("W1", Reason.WITHDRAWN): -1,
        ("W1", Reason.RE_LOCATED): -1,
        ("W2", Reason.RE_LOCATED): 1,
    }


def test_an_erasure_between_the_dates_is_told_and_no_part_is_invented(town):
    town.deliver("2024-05", [crime("a"), crime("b"), crime("c")], received=on(1))
    town.deliver("2024-05", [crime("a"), crime("b"), crime("c"), crime("d")], received=on(3))
    may = ask(period=Period.parse("2024-05"))
    assert explain(town.workspace, may, on(2), on(4)).notes == ()
    by_two(RecordBook(town.workspace).erase, "street", references=["a"], by=CHIEF, reason="request 12")
    today = dt.datetime.now(dt.UTC)
    found = explain(town.workspace, may, on(2), today)
    assert (found.before["W1"], found.after["W1"], told(found)) == (2, 3, {("W1", Reason.ADDED_LATE): 1})
    (note,) = found.notes
    assert note.startswith(f"Records known on 2 July 2024 were erased on {today.day} {today:%B %Y}.")
    assert found.to_json_rows()[0]["notes"] == [note]
    both = explain(town.workspace, may, on(2), on(4))
    assert both.notes[0].startswith("Records known on 2 July 2024 and 4 July 2024 were erased on ")


def test_what_stands_in_the_way_of_either_count_is_said_with_the_date_on_which_it_did(town):
    practice = SeriesBreak(dt.date(2024, 6, 1), "recording practice", "Shed breaks are counted apart.")
    town.deliver("2024-05", [crime("a")], received=on(1))
    town.deliver("2024-06", [crime("b")], received=on(3), breaks=(practice,))
    found = explain(town.workspace, ask(), on(2), on(4))
    assert set(found.flags) == {Flag.INCOMPLETE_FEED, Flag.SERIES_BREAK}
    assert found.notes == (
        "As known on 2 July 2024: Not delivered, or not by every feed: June 2024.",
        "As known on 4 July 2024: The counting changed on 1 June 2024: Shed breaks are counted apart.",
    )
    assert found.to_json_rows()[0]["flags"] == [str(flag) for flag in found.flags]


def test_what_else_changed_about_a_crime_is_not_a_reclassification(town):
    town.deliver("2024-05", [crime("a"), crime("b", kind="drugs", last_outcome="charged")], received=on(2))
    town.deliver(
        "2024-05", [crime("a", last_outcome="charged"), crime("b", last_outcome="charged")], received=on(4)
    )
    charged_burglaries = ask(where=(("type", "burglary"), ("outcome", "charged")))
    found = explain(town.workspace, charged_burglaries, on(3), on(5))
    assert told(found) == {("W1", Reason.ATTRIBUTE): 1, ("W1", Reason.RECLASSIFIED): 1}
    assert [row.attribute for row in found.movements] == ["", "outcome"]
    assert [row["attribute"] for row in found.to_json_rows()] == [None, "outcome"]


ALWAYS_BOTH = """
    SELECT month, point, crime_type AS type, last_outcome AS outcome, kind AS category
    FROM incident WHERE status <> 'cancelled'"""


def test_each_attribute_that_changed_is_named_with_its_own_count(town, monkeypatch):
    """One crime's outcome changed, another's category, a third's both; each goes to one line of its own."""
    measure = dataclasses.replace(
        measure_named("recorded-crime"),
        sql=ALWAYS_BOTH,
        breakdowns={"type": {}, "outcome": {}, "category": {}},
        breaks=(),
        positive_values=(),
    )
    monkeypatch.setattr(movement, "measure_named", lambda _name, _workspace: measure)
    both = {"last_outcome": "charged", "kind": "crime"}
    was = {
        "a": both | {"last_outcome": "none"}, "b": both | {"kind": "other"}, "e": both, "f": both,
        "c": {"last_outcome": "none", "kind": "other"}, "d": both,
    }  # fmt: skip
    now = dict.fromkeys("abcf", both) | {"d": both | {"kind": "other"}, "e": was["c"]}
    for rows, received in ((was, on(2)), (now, on(4))):
        town.deliver("2024-05", [crime(name) | row for name, row in rows.items()], received=received)
    asked = ask(period=Period.parse("2024-05"), where=(("outcome", "charged"), ("category", "crime")))
    found = explain(town.workspace, asked, on(3), on(5))
    assert {row.reason for row in found.movements} == {Reason.ATTRIBUTE}
    assert {row.attribute: (row.gained, row.lost) for row in found.movements} == {
        "category": (1, 1),
        "outcome": (1, 0),
        "outcome and category": (1, 1),
    }
    assert sum(row.change for row in found.movements) == found.after["W1"] - found.before["W1"] == 1


def test_a_cancelled_crime_that_is_recorded_again_is_gained_back(town):
    town.deliver("2024-05", [crime("a", status="cancelled"), crime("b")], received=on(2))
    town.deliver("2024-05", [crime("a"), crime("b", status="cancelled")], received=on(4))
    found = explain(town.workspace, ask(), on(3), on(5))
    (row,) = found.movements
    assert (row.reason, row.gained, row.lost) == (Reason.CANCELLED, 1, 1)


def test_what_only_other_boundaries_moved_is_told_apart_from_what_moved_itself(town, tmp_path):
    town.load_older_wards(tmp_path)
    stays = [crime(f"edge {number}", place="W2 by the old border") for number in range(3)]
    town.deliver(
        "2024-05", [*stays, crime("goes", place="W1"), crime("late one", place="W1")], received=on(2)
    )
    town.deliver(
        "2024-05", [*stays, crime("goes", place="W2"), crime("late one", place="W1")], received=on(4)
    )
    found = explain(town.workspace, ask(), on(3), on(5), vintage_before="2019")
    assert told(found) == {
        ("W1", Reason.RE_LOCATED): -1,
        ("W2", Reason.RE_LOCATED): 1,
        ("W1", Reason.RE_PLACED): -3,
        ("W2", Reason.RE_PLACED): 3,
    }
    assert (found.before["W1"], found.after["W1"]) == (5, 1)
    same = explain(town.workspace, ask(), on(3), on(5))
    assert told(same) == {("W1", Reason.RE_LOCATED): -1, ("W2", Reason.RE_LOCATED): 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"form": Form.RATE},
        {"by": ("type",)},
        {"every": Every.MONTH},
        {"level": AreaLevel.SQUARE},
    ],
)
def test_only_a_plain_count_is_explained(town, changes):
    with pytest.raises(BadInput):
        explain(town.workspace, ask(**changes), on(1), on(2))


def test_the_dates_come_in_order(town):
    with pytest.raises(BadInput, match="before"):
        explain(town.workspace, ask(), on(2), on(2))
