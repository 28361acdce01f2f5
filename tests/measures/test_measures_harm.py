"""Harm-weighted figures: what crimes weigh, what has no weight, and how wide a weighted sum is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import random

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds.library import OWN
from joinedup.measures import FigureQuery, intervals
from joinedup.measures.harm import HarmQuery, Weight, Weights, harm, loading, statistics, weights_named
from joinedup.terms import AreaLevel, Every, Flag, Form, Period, Purpose, Role, Viewer
from sampling import examples

DISTRICT_OF = {"W1": "D1", "W2": "D1", "W3": "D2", "W4": "D2"}
GRAVE, ROBBERY, SHOP, DAMAGE, UNKNOWN = "1/1", "34/1", "46", "58", "105/1"
OWN_WEIGHTS = Weights(
    name="plain",
    title="Plain weights",
    vintage="2024",
    unit="days",
    source="This test",
    rules={"one": "They are given.", "two": "They are given too."},
    by_code={
        GRAVE: Weight(1000.0, "one"),
        ROBBERY: Weight(100.0, "one"),
        SHOP: Weight(2.0, "two"),
        DAMAGE: Weight(0.0, "two"),
    },
)
FIELDS = dict.fromkeys(
    ("offence_code", "crime_type", "offence_group", "venue", "outcome_type"), "VARCHAR"
) | dict.fromkeys(("alcohol", "drugs", "domestic", "hate", "weapon", "business", "youth"), "BOOLEAN")


def deliver(town, month, crimes):
    """A month of the force's records: (place, offence code, how many)."""
    rows = [
        {
            "id": f"{month}-{at}-{number}",
            "place": place,
            "offence_code": code,
            "crime_type": "shoplifting" if code == SHOP else "other-crime",
            "status": status,
        }
        for at, (place, code, count, *rest) in enumerate(crimes)
        for status in [rest[0] if rest else "recorded"]
        for number in range(count)
    ]
    start = Period.parse(month).start
    received = dt.datetime(start.year + 1, 6, 1, start.month, tzinfo=dt.UTC)
    town.deliver(
        month, rows, received=received, feed="police-recorded-crime", source="police-records", fields=FIELDS
    )


def ask(town, name="total", weights=OWN_WEIGHTS, **asked):
    asked.setdefault("period", Period.parse("2024-05"))
    query = FigureQuery("crime-in-police-records-by-offence", **asked)
    return harm(town.workspace, HarmQuery(name, weights.name, query), weights)


def by_area(figure):
    return {row.area_code: row for row in figure.rows}


@pytest.fixture
def weighed(town):
    """May 2024, by hand: W1 weighs 1,000 + 3 x 2 in five crimes of which one has no weight."""
    deliver(
        town,
        "2024-05",
        [
            ("W1", GRAVE, 1),
            ("W1", SHOP, 3),
            ("W1", UNKNOWN, 1),
            ("W1", GRAVE, 2, "cancelled"),
            ("W2", UNKNOWN, 4),
            ("W3", ROBBERY, 2),
            ("W3", DAMAGE, 5),
            ("W3", None, 1),
            (None, SHOP, 1),
        ],
    )
    return town


def test_by_hand_totals_scores_and_averages_tell_what_has_no_weight(weighed):
    total = by_area(ask(weighed, level=AreaLevel.WARD))
    one = total["W1"]
    assert (one.total, one.value, one.crimes, one.with_weight, one.without_weight) == (1006, 1006, 5, 4, 1)
    assert one.share == pytest.approx(0.8)
    score = by_area(ask(weighed, "score", level=AreaLevel.WARD))
    assert (score["W1"].denominator, score["W1"].value) == (1000, pytest.approx(1.006))
    assert score["W1"].lower == pytest.approx(one.lower / 1000)
    assert score["W1"].upper == pytest.approx(one.upper / 1000)
    average = by_area(ask(weighed, "average", level=AreaLevel.WARD))
    assert (average["W1"].denominator, average["W1"].value) == (4, pytest.approx(251.5))
    assert average["W1"].lower is None  # four crimes tell no mean
    assert average["W3"].value == pytest.approx(200 / 7)


def test_no_weight_is_neither_zero_nor_lost_and_a_weight_of_zero_is_one(weighed):
    rows = by_area(ask(weighed, level=AreaLevel.WARD))
    assert (rows["W2"].total, rows["W2"].value, rows["W2"].crimes, rows["W2"].with_weight) == (
        None,
        None,
        4,
        0,
    )
    assert Flag.NO_WEIGHT in rows["W2"].flags and Flag.NO_WEIGHT not in rows["W1"].flags
    assert (rows["W3"].total, rows["W3"].crimes, rows["W3"].with_weight) == (200, 8, 7)
    assert (rows["W4"].total, rows["W4"].crimes) == (0, 0)  # nothing happened: that is 0
    assert rows["unlocated"].total == 2
    figure = ask(weighed, level=AreaLevel.ALL)
    assert figure.by_rule == {"one": 3, "two": 9}
    assert figure.unweighted == [(UNKNOWN, 5), ("not-stated", 1)]
    assert any("12 of 18 crimes (66.7%) have a weight in Plain weights, 2024" in one for one in figure.notes)


def test_months_that_were_not_delivered_have_no_weight_to_tell(weighed):
    figure = ask(weighed, level=AreaLevel.ALL, period=Period.parse("2024-05..2024-06"), every=Every.MONTH)
    there, lacking = figure.rows
    assert there.total == 1208 and lacking.total is None and lacking.crimes is None
    assert Flag.NO_DATA in lacking.flags


def test_a_score_needs_residents(weighed):
    rows = by_area(ask(weighed, "score", level=AreaLevel.WARD))
    assert rows["W4"].value is None and Flag.NO_DENOMINATOR in rows["W4"].flags


def test_the_interval_allows_for_the_gravest_crime_that_was_ever_recorded(weighed):
    deliver(weighed, "2024-06", [("W1", SHOP, 1)])
    asked = {"level": AreaLevel.WARD, "period": Period.parse("2024-06")}
    row = by_area(ask(weighed, **asked))["W1"]
    variance, mean = 2.0**2 + 1000.0**2, 2.0 + 1000.0
    assert row.upper == pytest.approx(stats.gamma(mean**2 / variance, scale=variance / mean).ppf(0.975))
    only = by_area(ask(weighed, where=(("type", "shoplifting"),), **asked))["W1"]
    assert only.upper == pytest.approx(2 * intervals.poisson([1])[1][0])  # nothing heavier is shoplifting


def naive(crimes, weights, level, code, cut):
    """Sums over (ward, code, type): total, squares, crimes, counted."""
    kept = [
        (one, weights.by_code.get(one))
        for place, one in crimes
        if area_of(place, level) == code and (cut is None or (one == SHOP) == (cut == "shoplifting"))
    ]
    weighed = [weight.value for _, weight in kept if weight is not None]
    return sum(weighed), sum(one**2 for one in weighed), len(kept), len(weighed)


def area_of(place, level):
    if place not in DISTRICT_OF:
        return "unlocated" if place is None else "outside"
    return {AreaLevel.WARD: place, AreaLevel.DISTRICT: DISTRICT_OF[place]}.get(level, "partnership")


@pytest.mark.parametrize("seed", range(examples(8, 4)))
def test_equal_to_plain_python_over_the_same_records(town, seed):
    chance = random.Random(seed)
    codes = [GRAVE, ROBBERY, SHOP, DAMAGE, UNKNOWN, "999/9"]
    months = {
        month: [
            (chance.choice([*DISTRICT_OF, "sea", None]), chance.choice(codes))
            for _ in range(chance.randint(0, 25))
        ]
        for month in ("2024-03", "2024-04", "2024-05")
    }
    for month, crimes in months.items():
        deliver(town, month, [(place, code, 1) for place, code in crimes])
    for level in (AreaLevel.WARD, AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP):
        for by in ((), ("type",)):
            figure = ask(town, level=level, by=by, period=Period.parse("2024-03..2024-05"), every=Every.MONTH)
            told = 0
            for row in figure.rows:
                total, squares, crimes, counted = naive(
                    months[str(row.period)], OWN_WEIGHTS, level, row.area_code, row.breakdowns.get("type")
                )
                assert (row.crimes, row.with_weight) == (crimes, counted)
                if counted or not crimes:
                    assert row.total == pytest.approx(total, rel=1e-9)
                    low = stats.gamma(total**2 / squares, scale=squares / total).ppf(0.025) if total else 0
                    assert row.lower == pytest.approx(low, rel=1e-9)
                told += crimes
            assert told == sum(len(crimes) for crimes in months.values())


def test_rolling_months_sum_twelve_and_tell_each_crime_once(town):
    for index in range(13):
        deliver(town, f"{2023 + index // 12}-{index % 12 + 1:02}", [("W1", SHOP, index + 1)])
    period = Period.parse("2023-12..2024-01")
    figure = ask(town, level=AreaLevel.ALL, form=Form.ROLLING_12, period=period)
    assert [row.total for row in figure.rows] == [2 * sum(range(1, 13)), 2 * sum(range(2, 14))]
    assert figure.by_rule["two"] == sum(range(2, 14))


@given(st.integers(0, 400), st.floats(0.1, 5000))
def test_equal_weights_have_the_exact_interval_of_the_count(count, weight):
    lower, upper = statistics.weighted_sum(
        *(np.array([one]) for one in (count * weight, count * weight**2, weight))
    )
    low, high = intervals.poisson([count])
    assert lower[0] == pytest.approx(weight * low[0]) and upper[0] == pytest.approx(weight * high[0])


@given(
    st.lists(st.tuples(st.integers(0, 50), st.floats(0.5, 8000)), min_size=1, max_size=6), st.floats(0.1, 10)
)
def test_the_interval_holds_the_sum_and_turns_with_the_unit(crimes, factor):
    def limits(scale):
        total = sum(count * weight * scale for count, weight in crimes)
        squares = sum(count * (weight * scale) ** 2 for count, weight in crimes)
        greatest = max(weight for _, weight in crimes) * scale
        lower, upper = statistics.weighted_sum(*(np.array([one]) for one in (total, squares, greatest)))
        return total, lower[0], upper[0]

    total, lower, upper = limits(1)
    assert lower <= total <= upper
    assert limits(factor)[1:] == pytest.approx((lower * factor, upper * factor))


def test_the_interval_holds_as_often_as_it_says_where_one_crime_outweighs_all():
    """0.05 homicides, 2 robberies and 20 thefts a month: what happened seldom is not impossible."""
    rates, weights = np.array([0.05, 2, 20]), np.array([8000.0, 800.0, 12.0])
    drawn = np.random.default_rng(3).poisson(rates, size=(20_000, 3)).astype(float)
    total, squares = drawn @ weights, drawn @ weights**2
    lower, upper = statistics.weighted_sum(total, squares, np.full(len(total), 8000.0))
    true = float(rates @ weights)
    assert np.mean((lower <= true) & (true <= upper)) >= 0.95
    with np.errstate(divide="ignore", invalid="ignore"):  # the limits of Dobson and others, for comparison
        count = drawn.sum(axis=1)
        scale = np.sqrt(squares / count)
        low, high = intervals.poisson(count)
        between = (total + scale * (low - count) <= true) & (true <= total + scale * (high - count))
    assert np.mean(between) < 0.95


def test_the_mean_weight_of_many_like_crimes_is_sure_and_of_few_unknown():
    known = statistics.mean_weight(np.array([50.0]), np.array([600.0]), np.array([7200.0]), 10)
    assert known[0][0] == pytest.approx(12) and known[1][0] == pytest.approx(12)
    few = statistics.mean_weight(np.array([9.0]), np.array([600.0]), np.array([72000.0]), 10)
    assert np.isnan(few).all()


def test_the_published_weights_follow_their_rules(workspace):
    found = weights_named(workspace, "ons-2020")
    assert found.codes_by_rule == {"same-text": 73, "own-class": 361, "one-weight": 9}
    folder = loading._OWN
    published = {
        row["count_offence"]: row for row in csv.DictReader((folder / "ons-2020-published.csv").open())
    }
    classes = {row["class"]: row for row in csv.DictReader((folder / "ons-2020-classes.csv").open())}
    codes = {
        row["code"] for row in csv.DictReader((OWN / "codelists" / "home-office-offence-codes.csv").open())
    }
    for row in csv.DictReader((folder / "ons-2020.csv").open()):
        named = row["count_offences"].split()
        assert row["offence_code"] in codes
        assert {published[one]["weight"] for one in named} == {row["weight"]}
        judged = classes.get(row["offence_code"].partition("/")[0])
        if row["rule"] == "own-class":
            (one,) = named
            assert one.isdigit() and judged["agrees"] == "yes" and judged["class_text"] == row["matched"]
            lettered = [other for other in published if other.rstrip("ABCDEFGHJKLMNPQRSTU") == one != other]
            assert not lettered and one == row["offence_code"].partition("/")[0]
        elif row["rule"] == "same-text":
            (one,) = named
            assert published[one]["text"].lower().split() == row["matched"].lower().split()
        else:
            assert len(named) > 1
    assert found.by_code["46"].value == pytest.approx(11.85553905)
    assert "105/1" not in found.by_code and "8/6" not in found.by_code  # no published words join them


def write(workspace, name, toml, table):
    folder = workspace.folder / loading.FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(toml, encoding="utf-8")
    (folder / f"{name}.csv").write_text(table, encoding="utf-8")


OURS = 'title = "Ours"\nvintage = "{}"\nunit = "severity weight"\nsource = "The partnership"\n'


def test_a_workspace_brings_weights_of_its_own_and_adds_to_those_of_one_vintage(workspace):
    write(workspace, "cchi", OURS.format("2026"), 'offence_code,weight\n46,\n58,0\n1/1,"5,475"\n')
    own = weights_named(workspace, "cchi")
    assert {code: one.value for code, one in own.by_code.items()} == {"58": 0, "1/1": 5475}
    more = OURS.format("2020") + 'extends = "ons-2020"\n[rules]\nours = "Judged by our crime registrar."\n'
    write(workspace, "ons-2020-ours", more, "offence_code,weight,count_offence\n105/1,,105A\n46,12,\n2,,\n")
    both = weights_named(workspace, "ons-2020-ours")
    assert both.by_code["105/1"] == Weight(pytest.approx(13.51054152), "ours")
    assert both.by_code["46"].value == 12 and "2" not in both.by_code
    assert both.by_code["34/1"] == weights_named(workspace, "ons-2020").by_code["34/1"]


@pytest.mark.parametrize(
    ("toml", "table", "said"),
    [
        (OURS.format("2016") + 'extends = "ons-2020"\n', "offence_code,weight\n46,1\n", "never mixed"),
        (OURS.format("2020"), "offence_code,weight,vintage\n46,1,2020\n58,2,2016\n", "several vintages"),
        (OURS.format("2020"), "offence_code,weight\n46,1\n46,2\n", "stands twice (bad.csv, line 3)"),
        (OURS.format("2020"), "offence_code,weight\n46,-1\n", "no number from 0 upwards"),
        (OURS.format("2020"), "offence_code,weight\n46,nan\n", "no number from 0 upwards"),
        (OURS.format("2020"), "offence_code,weight\n46,grave\n", "bad.csv, line 2, weight"),
        (OURS.format("2020"), "offence_code,weight,rule\n46,1,other\n", "not explained: other"),
        (OURS.format("2020"), "code,weight\n46,1\n", "the columns offence_code and weight"),
        (OURS.format(""), "offence_code,weight\n46,1\n", "do not state their vintage"),
        (OURS.format("2020"), "offence_code,weight\n46,\n", "No offence code has a weight"),
        (OURS.format("2020") + 'codes = "../x.csv"\n', "offence_code,weight\n46,1\n", "lies beside"),
        (OURS.format("2020") + 'extends = "bad"\n', "offence_code,weight\n46,1\n", "in a ring"),
        (OURS.format("2020"), "offence_code,count_offence\n46,105Z\n", "no such count offence"),
        ("title = ", "offence_code,weight\n46,1\n", "not valid TOML"),
    ],
)
def test_weights_that_are_wrong_are_refused_in_a_sentence(workspace, toml, table, said):
    write(workspace, "bad", toml, table)
    with pytest.raises(BadInput) as caught:
        weights_named(workspace, "bad")
    assert said in str(caught.value)


def test_a_name_that_there_is_not_is_answered_and_one_of_the_products_is_not_taken(workspace):
    with pytest.raises(NotFound, match="ons-2020"):
        weights_named(workspace, "ons-2021")
    write(workspace, "ons-2020", OURS.format("2020"), "offence_code,weight\n46,1\n")
    with pytest.raises(BadInput, match="another name"):
        weights_named(workspace, "ons-2020")


@pytest.fixture
def run(weighed):
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    add_user("carl", name="Carl Councillor", role=Role.COUNCILLOR, agency=agency)

    def act(*words, user="ada"):
        result = CliRunner().invoke(main, ["-C", str(weighed.workspace.folder), "--as", user, "harm", *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_the_command_tells_the_score_with_what_has_no_weight(run):
    status, out, told = run("score", "--area-level", "ward", "--period", "2024-05", "--format", "json")
    rows = {row["area_code"]: row for row in json.loads(out)}
    assert status == 0 and "have a weight in ONS Crime Severity Score, 2020" in told
    one = rows["W1"]
    assert one["numerator"] == pytest.approx(7973.393423 + 3 * 11.85553905)
    assert one["value"] == pytest.approx(one["numerator"] / 1000)
    assert (one["weights"], one["weights_vintage"]) == ("ons-2020", "2020")
    assert (one["crimes"], one["crimes_with_weight"], one["crimes_without_weight"]) == (5, 4, 1)
    status, out, _ = run("total", "--area-level", "ward", "--period", "2024-05")
    assert status == 0 and "8,009" in out and "no weight: none of its offences carries one" in out
    _, out, _ = run("total", "--unweighted", "--format", "csv", "--area-level", "all")
    assert list(csv.reader(io.StringIO(out)))[1:] == [["105/1", "5"], ["not-stated", "1"]]
    _, out, _ = run("average", "--show-sql")
    assert "offence_code" in out and "FROM incident" in out
    _, out, _ = run("weights", "ons-2020", "--format", "json")
    assert {row["rule"]: row["codes"] for row in json.loads(out)} == {
        "same-text": 73,
        "own-class": 361,
        "one-weight": 9,
    }
    assert run()[0] == 0 and "Crime severity score" in run()[1]
    status, _, told = run("score", "--weights", "ons-1999")
    assert status == 2 and "ons-2020" in told


def test_sums_of_weights_are_for_those_who_see_counts_and_what_is_shown_is_logged(run, weighed):
    from joinedup.log import acts
    from joinedup.release.harm import released_harm

    before = len(list(acts()))
    status, out, told = run("total", user="carl")
    assert status == 2 and not out and "cannot be protected" in told
    status, out, told = run("total", "--purpose", "public-information")
    assert status == 2 and not out
    assert len(list(acts())) == before
    assert run("total", "--where", "type=shoplifting")[0] == 0
    act = next(iter(acts()))
    assert act.kind == "disclosure" and "Total severity of crime (ons-2020)" in act.what
    stranger = Viewer("nobody", "Nobody", Role.COUNCILLOR, "elsewhere")
    query = HarmQuery("total", "ons-2020", FigureQuery("crime-in-police-records-by-offence"))
    with pytest.raises(NotPermitted):
        released_harm(weighed.workspace, stranger, query, purpose=Purpose.CRIME_AND_DISORDER)


def test_a_question_that_cannot_be_weighed_is_refused():
    with pytest.raises(BadInput, match="rolling"):
        HarmQuery("total", "ons-2020", FigureQuery("crime-in-police-records-by-offence", form=Form.SHARE))
    with pytest.raises(BadInput, match="weight"):
        Weights("x", "X", "1", "u", "s", {"r": "."}, {"46": Weight(math.inf, "r")})
