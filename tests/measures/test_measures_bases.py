"""What rates divide by: residents, who is there by day, visitors, dwellings; and where residents mislead."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup import places
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound
from joinedup.measures import FigureQuery, bases, figure, words_taken
from joinedup.measures.own import ledger, read_file
from joinedup.measures.peers import compare, question
from joinedup.terms import AreaLevel, Every, Flag, Form, Per, Period, Role
from own_measures import OPEN, put
from sampling import examples
from tiny_town import RESIDENTS

MAY = Period.parse("2024-05")
MISLEAD = Flag.RESIDENTS_MISLEAD


def ask(**changes):
    given_ = {"form": Form.RATE, "level": AreaLevel.WARD, "period": MAY}
    return FigureQuery("recorded-crime", **(given_ | changes))


def load(town, per, counts, *, level="ward", year=2011, source="Census 2011. ONS", title=""):
    file = town.workspace.folder.parent / f"{per}.csv"
    file.write_text("code,n\n" + "".join(f"{code},{n}\n" for code, n in counts.items()))
    return places.load_denominator(
        town.workspace,
        file,
        per=per,
        level=level,
        vintage="2025",
        year=year,
        code="code",
        count="n",
        source=source,
        title=title or f"{per}, {year}",
        licence="Open Government Licence v3.0",
    )


def rows_of(town, **changes):
    return {row.area_code: row for row in town.figure(ask(**changes)).rows}


def test_a_rate_divides_by_who_is_there_by_day_and_says_so(town):
    town.crimes("2024-05", {"W1": 30, "W2": 8})
    load(town, "workday", {"W1": 6000, "W2": 1600})
    answer = town.figure(ask(per=Per.WORKDAY))
    rows = {row.area_code: row for row in answer.rows}
    assert (rows["W1"].numerator, rows["W1"].denominator, rows["W1"].value) == (30, 6000, 5)
    assert (rows["W2"].denominator, rows["W2"].value) == (1600, 5)
    assert rows["W1"].lower == pytest.approx(20.2409 / 6, abs=1e-4)  # exact Poisson, 30
    assert rows["W1"].upper == pytest.approx(42.8269 / 6, abs=1e-4)
    assert rows["W3"].value is None and Flag.NO_DENOMINATOR in rows["W3"].flags
    assert "per 1,000 workday people in the period" in answer.unit
    told = " ".join(answer.notes)
    assert "Workday people: workday, 2011. Census 2011. ONS, 2011 (published for the area)." in told
    assert "neither evenings nor weekends" in told and "residents. Places with shops" not in told
    assert not any(MISLEAD in row.flags for row in answer.rows), "the warning is of rates for residents"
    assert "workday people" in answer.sql


def test_the_residents_mislead_where_those_by_day_are_half_as_many_again_or_fewer(town):
    town.crimes("2024-05", {"W1": 30, "W2": 8, "W3": 8})
    load(town, "workday", {"W1": 1500, "W2": 1334, "W3": 2666})  # 1.5 times; 1.499 fewer; 1.5004 fewer
    rows = rows_of(town)
    assert [MISLEAD in rows[code].flags for code in ("W1", "W2", "W3", "W4")] == [True, False, True, False]
    notes = " ".join(town.figure(ask()).notes)
    assert "1.5 times the residents or more" in notes and "Ask for it per workday too." in notes
    assert [row.value for row in (rows["W1"], rows["W2"])] == [30, 4], "the rate itself stands"


def test_visitors_are_beside_the_residents_and_not_in_their_place(town):
    town.crimes("2024-05", {"W1": 30, "W2": 8})
    load(town, "visitors", {"W1": 500, "W2": 999, "W3": 0}, source="Town centre counters, Anytown Council")
    rows = rows_of(town)
    assert [MISLEAD in rows[code].flags for code in ("W1", "W2", "W3")] == [True, False, False]
    per_visitor = rows_of(town, per=Per.VISITORS)
    assert per_visitor["W1"].value == 60
    assert per_visitor["W3"].value is None and Flag.NO_DENOMINATOR in per_visitor["W3"].flags, "none visit"


def test_without_any_other_count_only_what_the_partnership_says_or_a_very_high_rate_is_marked(town):
    town.crimes("2024-05", {"W1": 60, "W2": 92, "W3": 5})
    rows = rows_of(town)
    # 12 x 45.785 = 549 a year for 1,000 residents at the lower end in W1; in W2 12 x 74.16 / 2 = 445
    assert [MISLEAD in rows[code].flags for code in ("W1", "W2", "W3")] == [True, False, False]
    (town.workspace.folder / "families.toml").write_text(
        '[centres]\ntitle = "Town centres"\nlevel = "ward"\nareas = ["W3", "W2"]\nvisited = true\n'
        '[others]\ntitle = "Others"\nlevel = "ward"\nareas = ["W4"]\n'
    )
    answer = town.figure(ask())
    rows = {row.area_code: row for row in answer.rows}
    assert [MISLEAD in rows[code].flags for code in ("W1", "W2", "W3", "W4")] == [True, True, True, False]
    assert any("The partnership marks" in note and "as visited" in note for note in answer.notes)
    assert MISLEAD not in rows_of(town, level=AreaLevel.DISTRICT)["D1"].flags
    counts = town.figure(ask(form=Form.COUNT)).rows
    assert not any(MISLEAD in row.flags for row in counts)


def test_a_family_file_that_is_wrong_stops_no_rate_and_the_warning_that_it_costs_is_told(town):
    town.crimes("2024-05", {"W1": 3})
    (town.workspace.folder / "families.toml").write_text('[centres]\ntitle = "T"\nvisited = "yes"\n')
    answer = town.figure(ask())
    assert any("Areas marked as visited are not known" in note for note in answer.notes)
    assert {row.area_code: row.value for row in answer.rows}["W1"] == 3


def test_a_count_that_is_not_loaded_is_refused_and_says_what_to_load(town):
    town.crimes("2024-05", {"W1": 3})
    with pytest.raises(NotFound) as refused:
        town.figure(ask(per=Per.WORKDAY))
    assert "No count of workday people is loaded" in refused.value.what
    assert "places load-denominator --per workday" in (refused.value.next_step or "")
    load(town, "workday", {"W1": 5})
    answer = town.figure(ask(per=Per.WORKDAY, level=AreaLevel.DISTRICT))
    assert answer.rows[0].value is None
    assert any("There is no count of workday people for district" in note for note in answer.notes)
    with pytest.raises(BadInput, match="Only a rate divides by workday people"):
        town.figure(ask(per=Per.WORKDAY, form=Form.COUNT))


def test_who_counted_people_by_day_has_to_be_said(town):
    with pytest.raises(BadInput, match="says who counted them"):
        load(town, "workday", {"W1": 5}, source=" ")
    with pytest.raises(BadInput, match="load-residents"):
        places.load_denominator(
            town.workspace, "f", per="residents", level="ward", vintage="2025", year=2021, code="c", count="n"
        )
    load(town, "dwellings", {"W1": 5}, source="")
    assert places.denominators_loaded() == (Per.RESIDENTS, Per.DWELLINGS)
    assert dict(bases.offered(town.workspace, AreaLevel.WARD)) == {
        Per.RESIDENTS: "Census 2021",
        Per.DWELLINGS: "dwellings 2011",
    }


def test_areas_are_compared_by_day_as_by_night_and_may_change_places(town):
    town.crimes("2024-05", {"W1": 60, "W2": 20, "W3": 40})
    load(town, "workday", {"W1": 20000, "W2": 2000, "W3": 4000})
    by_night = compare(town.figure(question(ask())).rows)
    by_day = compare(town.figure(question(ask(per=Per.WORKDAY))).rows)

    def first(found):
        return min((one for one in found.rows if one.rank), key=lambda one: one.rank).row.area_code

    assert first(by_night) == "W1" and first(by_day) in {"W2", "W3"}
    assert (by_night.denominator, by_day.denominator) == (7000, 26000)
    assert by_night.rate == pytest.approx(120 / 7) and by_day.rate == pytest.approx(120 / 26)


def test_a_measure_of_their_own_divides_by_what_it_is_asked_to(town):
    own = read_file(put(town.workspace.measures_folder, OPEN), words_taken())
    ledger.enter(own, "ann", dt.datetime(2024, 7, 1, tzinfo=dt.UTC))
    rows = [{"id": str(at), "place": "W1", "kind": "crime", "crime_type": "burglary"} for at in range(4)]
    town.deliver("2024-05", rows, received=dt.datetime(2024, 6, 15, 12, tzinfo=dt.UTC))
    load(town, "dwellings", {"W1": 400})
    query = FigureQuery("our-own", Form.RATE, AreaLevel.WARD, period=MAY, per=Per.DWELLINGS)
    answer = figure(town.workspace, query)
    (row,) = (one for one in answer.rows if one.area_code == "W1")
    assert (row.numerator, row.denominator, row.value) == (4, 400, pytest.approx(10))
    assert "per 1,000 dwellings" in answer.unit


def test_the_warning_tells_nothing_of_a_count_that_is_hidden(town):
    from joinedup.release.catalogue.standing import suppressed

    town.crimes("2024-05", {"W1": 900})
    row = rows_of(town)["W1"]
    assert MISLEAD in row.flags
    assert suppressed(row).flags == (Flag.SUPPRESSED,)


@settings(max_examples=examples(600, 10), deadline=None)
@given(
    residents=st.lists(st.integers(0, 3000), min_size=3, max_size=3),
    by_day=st.lists(st.one_of(st.none(), st.integers(0, 9000)), min_size=3, max_size=3),
    visitors=st.lists(st.one_of(st.none(), st.integers(0, 9000)), min_size=3, max_size=3),
    visited=st.sets(st.sampled_from(["W1", "W2", "W3"])),
)
def test_the_rule_as_a_person_would_apply_it(residents, by_day, visitors, visited):
    """Against a plain reading of the rule, area by area, with the tables in a dictionary."""
    from unittest import mock

    from joinedup.places import Residents

    codes = ("W1", "W2", "W3")
    tables = {Per.WORKDAY: by_day, Per.VISITORS: visitors}

    def table(_workspace, per, level, *, vintage=None):
        told = {code: n for code, n in zip(codes, tables[per], strict=True) if n is not None}
        return Residents(level, "2025", 2011 if told else None, "S", "M", told)

    with (
        mock.patch.object(places, "denominator", table),
        mock.patch.object(places, "visited_areas", lambda _w, _l: frozenset(visited)),
    ):
        found = bases.misled(
            None,
            AreaLevel.WARD,
            None,
            tuple((code, code) for code in codes),
            dict(zip(codes, residents, strict=True)),
        )
    for at, code in enumerate(codes):
        there = residents[at]
        expected = code in visited
        if there and by_day[at] is not None:
            expected |= by_day[at] * 2 >= there * 3 or there * 2 >= by_day[at] * 3
        if there and visitors[at] is not None:
            expected |= (there + visitors[at]) * 2 >= there * 3
        assert found.areas[at] == expected, code


def test_a_year_of_a_shorter_period_decides_what_is_very_high(town):
    """By month: 50 of 1,000 in one month is 600 a year, and its lower end 37.1 is 445: not beyond doubt."""
    town.crimes("2024-05", {"W1": 50})
    town.crimes("2024-06", {"W1": 70})  # lower end 54.6 a month, 655 a year
    answer = town.figure(ask(period=Period.parse("2024-05..2024-06"), every=Every.MONTH, areas=("W1",)))
    assert [MISLEAD in row.flags for row in answer.rows] == [False, True]


@pytest.fixture
def run(town):
    from joinedup.accounts import add_agency, add_user

    add_user("ada", name="Ada", role=Role.ANALYST, agency=add_agency("council", "Council"))
    town.crimes("2024-05", {"W1": 30, "W2": 40, "W3": 12})

    def act(*words):
        result = CliRunner().invoke(main, ["-C", str(town.workspace.folder), *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_a_table_is_loaded_and_asked_for_at_the_command_line(run, tmp_path):
    file = tmp_path / "workday.csv"
    file.write_text("area,people\nW1,9000\nW2,2000\nW3,4000\nX9,1\n")
    where = ("--level", "ward", "--vintage", "2025", "--year", "2011", "--code", "area", "--count", "people")
    status, _, told = run("figure", "recorded-crime", "--form", "rate", "--per", "workday")
    assert status == 2 and "No count of workday people is loaded" in told
    status, _, told = run("places", "load-denominator", str(file), "--per", "workday", *where)
    assert status == 2 and "Give --source" in told
    origin = ("--source", "Office for National Statistics, Census 2011", "--licence", "OGL v3.0")
    status, _, told = run("places", "load-denominator", str(file), "--per", "workday", *where, *origin)
    assert status == 0 and "1 rows are for areas that are not loaded" in told
    status, out, _ = run("places", "list", "--format", "json")
    (entry,) = (one for one in json.loads(out) if one["kind"] == "workday")
    assert (entry["detail"], entry["rows"], entry["licence"]) == ("2011", 3, "OGL v3.0")
    asked = ("recorded-crime", "--period", "2024-05", "--per", "workday")
    status, out, told = run("figure", *asked, "--form", "rate", "--area-level", "ward")
    assert status == 0 and "Workday people" in out and "Per 1,000 workday people" in out
    status, out, told = run("compare", *asked)
    assert status == 0 and "82 for 15,000 workday people, 5.5 per 1,000" in told
    assert "Workday people" in out and "Residents" not in out
    status, out, told = run("compare", "recorded-crime", "--period", "2024-05")
    assert status == 0 and "residents may mislead" in out and "Ask for it per workday too" in told


def test_the_log_says_per_whom(run, town):
    from joinedup.release.words import in_words

    assert "rate per visitors" in in_words("Crime", ask(per=Per.VISITORS))
    assert "rate, by ward" in in_words("Crime", ask())
    assert set(RESIDENTS) == {"W1", "W2", "W3"}
