"""Interventions: the register, which months are compared, the exact ratio of ratios, and readings by hand."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.measures.placed_change import ratio_of_ratios, read_change, spans_of
from joinedup.partnership import interventions as register
from joinedup.partnership.interventions import Place, Planned
from joinedup.records import SeriesBreak
from joinedup.terms import AreaLevel, Period, Role, Viewer, add_months
from sampling import examples
from tiny_town import spot

EDITOR = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")
OCTOBER = dt.date(2024, 10, 1)


@pytest.mark.parametrize(
    ("started", "ended", "months", "after", "before"),
    [
        ("2024-10-01", None, 12, "2024-10..2025-09", "2023-10..2024-09"),
        ("2024-10-15", None, 12, "2024-11..2025-09", "2023-11..2024-09"),  # October is in neither
        ("2024-10-01", "2025-01-31", 12, "2024-10..2025-01", "2023-10..2024-01"),
        ("2024-10-01", "2025-01-30", 12, "2024-10..2024-12", "2023-10..2023-12"),
        ("2024-10-01", None, 6, "2024-10..2025-03", "2023-10..2024-03"),
        ("2024-10-01", None, 18, "2024-10..2026-03", "2022-10..2024-03"),
    ],
)
def test_the_months_compared_are_whole_and_the_same_of_the_year(started, ended, months, after, before):
    ended = dt.date.fromisoformat(ended) if ended else None
    found = spans_of(dt.date.fromisoformat(started), ended, months)
    assert (found.after, found.before) == (Period.parse(after), Period.parse(before))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), st.integers(1, 60))
def test_no_month_before_is_touched_by_what_began(started, months):
    found = spans_of(started, None, months)
    assert found.before.end <= started.replace(day=1) <= started <= found.after.start or started.day == 1
    assert found.before.start.month == found.after.start.month
    assert found.before.months == found.after.months <= months


def test_what_stood_for_no_whole_month_is_not_read():
    with pytest.raises(BadInput, match="no whole month"):
        spans_of(dt.date(2024, 10, 5), dt.date(2024, 11, 20), 12)
    with pytest.raises(BadInput, match="1 to 60"):
        spans_of(OCTOBER, None, 0)


@settings(max_examples=examples(60, 3))
@given(*[st.integers(0, 30)] * 4)
def test_the_ratio_of_ratios_is_a_conditional_odds_ratio(before, after, others, others_after):
    value, lower, upper = ratio_of_ratios(before, after, others, others_after)
    if 0 in (before + after, others + others_after, before + others, after + others_after):
        assert (value, lower, upper) == (None, None, None)
        return
    peer = stats.contingency.odds_ratio([[after, before], [others_after, others]]).confidence_interval(0.95)
    assert lower == pytest.approx(peer.low, rel=1e-5, abs=1e-9)
    assert (upper is None) == math.isinf(peer.high)
    if upper is not None:
        assert upper == pytest.approx(peer.high, rel=1e-5)
    if value is not None:
        assert lower <= value and (upper is None or value <= upper)
        assert value == pytest.approx((after / before) / (others_after / others) if others else value)


def test_the_interval_holds_as_often_as_it_says_and_large_counts_are_no_matter():
    random = np.random.default_rng(7)
    drawn = random.poisson([20, 10, 60, 50], size=(examples(2_000, 4), 4))
    true = (10 / 20) / (50 / 60)
    held = 0
    for one in drawn.tolist():
        _, lower, upper = ratio_of_ratios(*one)
        held += lower <= true <= (upper or math.inf)
    assert held / len(drawn) >= 0.94
    value, lower, upper = ratio_of_ratios(40_000, 42_000, 300_000, 290_000)
    error = math.sqrt(1 / 40_000 + 1 / 42_000 + 1 / 300_000 + 1 / 290_000)
    assert lower == pytest.approx(value * math.exp(-1.96 * error), rel=1e-3)
    assert upper == pytest.approx(value * math.exp(1.96 * error), rel=1e-3)


def monthly(first, counts):
    return dict(zip((add_months(first, at) for at in itertools.count()), counts, strict=False))


def test_by_hand_a_month_that_lacks_on_one_side_counts_on_neither(workspace):
    spans = spans_of(OCTOBER, None, 3)  # against October to December 2023
    here = monthly(dt.date(2023, 10, 1), [10, 20, 30, *[0] * 9, 5, 8, 100])
    others = monthly(dt.date(2023, 10, 1), [40, 40, None, *[0] * 9, 44, 36, 40])
    found = read_change(spans, here, others, ("Here", "There"), chosen_for="high-count")
    place, there, beside = found.rows
    assert (place.before, place.after, place.value, place.earlier) == (30, 13, pytest.approx(13 / 30), None)
    assert (there.before, there.after, there.value) == (80, 80, 1)
    assert beside.value == pytest.approx(13 / 30) and found.months == 2
    assert place.lower < 13 / 30 < place.upper and beside.lower < place.value < beside.upper
    assert any("1 of 3 months lack" in note for note in found.notes)
    assert any("chosen because its count was high" in note for note in found.notes)
    assert not any("caused" in note for note in found.notes)
    with pytest.raises(BadInput, match="No month after"):
        read_change(spans, here, {}, ("Here", "There"))


def test_what_is_not_known_of_the_choice_and_wild_months_are_said(workspace):
    spans = spans_of(OCTOBER, None, 3)
    here = monthly(dt.date(2022, 10, 1), [2, 2, 2, *[0] * 9, 1, 40, 1, *[0] * 9, 9, 9, 9])
    found = read_change(spans, here, here, ("Here", "There"))
    said = " ".join(found.notes)
    assert "not recorded why this place was chosen" in said and "differ more than by chance" in said
    assert found.rows[0].earlier == 6 and "higher than a year and more earlier (6)" in said
    other = read_change(spans, here, here, ("Here", "There"), chosen_for="other")
    assert not any("regression to the mean" in note for note in other.notes)


def planned(name="town-cameras", **changes):
    given = {
        "title": "Twelve cameras",
        "kind": "cameras",
        "place": Place(AreaLevel.WARD, "W1"),
        "started_on": OCTOBER,
        "owner": "Council",
    }
    return Planned(name, **{**given, **changes})


def test_the_register_keeps_what_was_and_logs_each_change(town):
    from joinedup.log import acts

    before = len(list(acts()))
    register.add_interventions(town.workspace, [planned(cost_pence=40_000_000)], by=EDITOR)
    register.change_intervention("town-cameras", by=EDITOR, ended_on=dt.date(2025, 3, 31), note="Taken down.")
    register.withdraw_intervention("town-cameras", by=EDITOR, why="Entered twice.")
    assert register.interventions() == []
    (row,) = register.interventions(withdrawn=True)
    assert [one.kind for one in row.history.all()] == ["added", "changed", "withdrawn"]
    assert "ended on: – → 2025-03-31; Taken down." in row.history.all()[1].text
    written = list(acts())[: len(list(acts())) - before]
    assert len(written) == 3 and {act.kind for act in written} == {"administration"}
    with pytest.raises(BadInput, match="withdrawn already"):
        register.withdraw_intervention("town-cameras", by=EDITOR, why="Again.")


def test_what_is_wrong_is_refused_and_nothing_of_it_is_entered(town):
    for wrong, said in (
        (Place, "an area, or a point"),
        (lambda: Place(AreaLevel.WARD, "W1", -1.0, 54.0, 100), "an area, or a point"),
        (lambda: Place(longitude=-1.0, latitude=54.0), "a longitude, a latitude and a radius"),
        (lambda: Place(longitude=-1.0, latitude=54.0, radius=10), "from 50 to 5,000"),
        (lambda: Place(longitude=-200.0, latitude=54.0, radius=100), "on the earth"),
        (lambda: Place(AreaLevel.SQUARE, "x"), "level is not said"),
        (lambda: planned("Town Cameras"), "joined by hyphens"),
        (lambda: planned(kind="drones"), "no such kind"),
        (lambda: planned(owner=" "), "It is not said: its owner (town-cameras)"),
        (lambda: planned(title="x" * 201), "too long (town-cameras, its title)"),
        (lambda: planned(owner="Mr Smith"), "who somebody is"),
        (lambda: planned(ended_on=dt.date(2024, 9, 1)), "ends before it begins"),
        (lambda: register.pence("much"), "no amount of pounds"),
    ):
        with pytest.raises(BadInput) as caught:
            wrong()
        assert said in str(caught.value)
    both = [planned("one"), planned("two", place=Place(AreaLevel.WARD, "W9"))]
    with pytest.raises(NotFound, match="W9"):
        register.add_interventions(town.workspace, both, by=EDITOR)
    with pytest.raises(BadInput, match="already"):
        register.add_interventions(town.workspace, [planned("one"), planned("one")], by=EDITOR)
    assert register.interventions(withdrawn=True) == []
    councillor = Viewer("carl", "Carl", Role.COUNCILLOR, "council")
    with pytest.raises(NotPermitted):
        register.add_interventions(town.workspace, [planned()], by=councillor)
    assert register.pence("£400,000") == 40_000_000 and register.pence("1234.50") == 123_450


def test_a_file_is_entered_whole_or_refused_with_its_line(town, tmp_path):
    file = tmp_path / "all.csv"
    x, y = spot("W2")
    file.write_text(
        "name,title,kind,from,owner,to,level,area,longitude,latitude,radius,cost,chosen_for\n"
        'lights,Twenty columns,lighting,2024-10-15,Council,,ward,W1,,,,"£12,000",high-count\n'
        f"patrols,Evening patrols,patrols,2024-10-01,Wardens,2025-03-31,,,{x},{y},300,,\n"
    )
    made = register.add_interventions(town.workspace, register.read_interventions(file), by=EDITOR)
    assert [one.cost_pence for one in made] == [1_200_000, None]
    assert register.place_of(made[1]) == Place(None, "", round(x, 5), round(y, 5), 300)
    for change, said in (
        (("2024-10-15", "soon"), "all.csv, line 2"),
        (("kind,", "sort,"), "lacks kind"),
        (("title,", "title,colour,"), "unknown columns: colour"),
        (("12,000", "twelve"), "no amount of pounds (all.csv, line 2)"),
    ):
        wrong = tmp_path / "wrong" / "all.csv"
        wrong.parent.mkdir(exist_ok=True)
        wrong.write_text(file.read_text().replace(*change))
        with pytest.raises(BadInput) as caught:
            register.read_interventions(wrong)
        assert said in str(caught.value)


def deliver_years(town, counts, **declared):
    """{first month of a year's file: {place: count of each month}}."""
    for start, places in counts.items():
        period = Period.parse(start)
        rows = [
            {
                "id": f"{start}-{place}-{month}-{at}",
                "place": place,
                "month": add_months(period.start, month),
                "crime_type": "burglary",
                "kind": "crime",
            }
            for place, monthly_count in places.items()
            for month in range(period.months)
            for at in range(monthly_count)
        ]
        received = dt.datetime(period.end.year, period.end.month, 20, 12, tzinfo=dt.UTC)
        town.deliver(start, rows, received=received, **declared)


@pytest.fixture
def run(town):
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    add_user("carl", name="Carl Councillor", role=Role.COUNCILLOR, agency=agency)
    deliver_years(
        town,
        {
            "2023-10..2024-09": {"W1": 4, "W2": 3, "W3": 5, None: 1},
            "2024-10..2025-03": {"W1": 2, "W2": 3, "W3": 6, None: 1},
        },
    )

    def act(*words, user="ada"):
        result = CliRunner().invoke(
            main, ["-C", str(town.workspace.folder), "--as", user, "interventions", *words]
        )
        return result.exit_code, result.stdout, result.stderr

    return act


WORDS = ("--title", "Twelve cameras", "--kind", "cameras", "--from", "2024-10-01", "--owner", "Council")


def test_an_area_is_read_beside_the_rest_of_its_district(run):
    status, _, told = run("add", "cams", *WORDS, "--area", "Ward W1", "--cost", "£400,000")
    assert status == 0, told
    assert run("add", "cams", *WORDS, "--area", "W1")[0] == 2
    _, out, _ = run("--format", "json")
    assert json.loads(out)[0]["cost"] == "£400,000.00" and json.loads(out)[0]["place"] == "ward W1"
    status, out, told = run("read", "cams", "recorded-crime", "--format", "json")
    rows = {row["of"]: row for row in json.loads(out)}
    assert status == 0 and rows["place"]["months"] == 6  # October to March, what is delivered
    assert (rows["place"]["denominator"], rows["place"]["numerator"]) == (24, 12)
    assert (rows["comparison"]["denominator"], rows["comparison"]["numerator"]) == (18, 18)
    assert rows["place-beside-comparison"]["value"] == pytest.approx(0.5)
    assert rows["place"]["deliveries"] == [1, 2] and "6 of 12 months lack" in told
    status, out, told = run("read", "cams", "recorded-crime", "--months", "6")
    assert status == 0 and "0.50" in out and "Nothing here says why" in told and "£400,000.00" in told
    status, out, _ = run("show", "cams")
    assert "added" in out


def test_a_circle_is_read_beside_the_rest_of_its_district(run):
    x, y = spot("W1")
    assert run("add", "circle", *WORDS, "--at", str(x), str(y), "--radius", "200")[0] == 0
    status, out, told = run("read", "circle", "recorded-crime", "--months", "6", "--format", "json")
    assert status == 0, told
    rows = {row["of"]: row for row in json.loads(out)}
    assert (rows["place"]["denominator"], rows["place"]["numerator"]) == (24, 12)
    assert (rows["comparison"]["denominator"], rows["comparison"]["numerator"]) == (18, 18)
    assert run("add", "wide", *WORDS, "--at", str(x), str(y), "--radius", "700")[0] == 0
    _, out, _ = run("read", "wide", "recorded-crime", "--months", "6", "--format", "json")
    assert json.loads(out)[0]["denominator"] == 24 + 18  # W2's middle lies 646 metres away
    assert run("add", "less", *WORDS, "--at", str(x), str(y), "--radius", "640")[0] == 0
    _, out, _ = run("read", "less", "recorded-crime", "--months", "6", "--format", "json")
    assert json.loads(out)[0]["denominator"] == 24


def test_a_family_is_the_comparison_where_it_is_named(run, town):
    (town.workspace.folder / "families.toml").write_text(
        '[alike]\ntitle = "Wards alike"\nlevel = "ward"\nareas = ["W1", "W3"]\n'
    )
    assert run("add", "cams", *WORDS, "--area", "W1")[0] == 0
    _, out, _ = run(
        "read", "cams", "recorded-crime", "--months", "6", "--family", "alike", "--format", "json"
    )
    rows = {row["of"]: row for row in json.loads(out)}
    assert (rows["comparison"]["denominator"], rows["comparison"]["numerator"]) == (30, 36)
    assert rows["comparison"]["title"] == "Wards alike"


def test_a_break_is_refused_and_people_of_protected_tables_get_nothing(run, town):
    from joinedup.log import acts

    assert run("add", "cams", *WORDS, "--area", "W1")[0] == 0
    status, out, told = run("read", "cams", "crime-in-police-records", user="carl")
    assert status == 2 and not out and "exact counts of months" in told
    assert run("read", "cams", "recorded-crime")[0] == 0
    assert "before and after the intervention cams" in next(iter(acts())).what
    broken = SeriesBreak(dt.date(2024, 10, 1), "recording-practice", "Counted anew.")
    deliver_years(town, {"2025-04": {"W1": 1}}, breaks=(broken,))
    status, out, told = run("read", "cams", "recorded-crime")
    assert status == 2 and not out and "Counted anew" in told
