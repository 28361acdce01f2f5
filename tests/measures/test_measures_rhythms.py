"""Rhythms: which value a record has, how much time of each there was, rates, ratios, and days of events."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import math
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from naive_rhythms import Told, day, drawn, moment, month, on_days, time_of_each, value
from scipy import stats

from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.measures import FigureQuery, catalogue, delivered_months, explain
from joinedup.measures.rhythms import (
    events,
    exposures,
    fitting,
    rhythm_named,
    rhythm_of,
    rhythms,
    term_dates,
)
from joinedup.measures.rhythms.matching import matched
from joinedup.measures.rhythms.statistics import Stratum, matched_ratio, rate_ratio
from joinedup.release.rhythms import released_event, released_rhythm
from joinedup.terms import AreaLevel, Period, Role, Viewer
from sampling import examples, sampled
from tiny_town import ANALYST, at

FEED, SOURCE, MEASURE = "police-incidents", "police-command-and-control", "asb-told-to-police"
FIELDS = dict.fromkeys(("category", "heading"), "VARCHAR")
FIELDS |= dict.fromkeys(("requested", "youth", "alcohol"), "BOOLEAN")
USUAL_NIGHT, USUAL_WEEKEND = (22, 6), ((5, 0), (0, 0))
TERMS = """
[[calendar]]
name = "North"
districts = ["D1"]
source = "The council of D1"
known_from = 2024-02-19
known_to = 2024-04-14
terms = [[2024-02-19, 2024-03-28]]

[[calendar]]
name = "South"
districts = ["D2"]
source = "The council of D2"
known_from = 2024-02-19
known_to = 2024-04-14
terms = [[2024-02-19, 2024-03-22], [2024-04-08, 2024-04-14]]
closed = [2024-03-01]
"""
FAIR = """
[[event]]
name = "fair"
title = "The fair"
days = [2024-03-16]
spans = [[2024-05-11, 2024-05-12]]
known_from = 2024-01-01
known_to = 2024-12-31
level = "ward"
areas = ["W1"]
source = "The council"
"""


def deliver(town, told: list[Told] | list[tuple[Told, str | None]], first="2024-03", last="2024-10"):
    """Records of these times, all in W1 where no place is named, in one file for each month."""
    placed = [one if isinstance(one, tuple) else (one, "W1") for one in told]
    for number, part in enumerate(Period.parse(f"{first}..{last}").each("month")):
        rows = [
            {"id": f"r{place}", "place": ward, "category": "nuisance", "envelope": one.envelope()}
            for place, (one, ward) in enumerate(placed)
            if one.first.replace(day=1) == part.start
        ]
        received = at(2025, 1) + dt.timedelta(hours=number)
        town.deliver(str(part), rows, received=received, feed=FEED, source=SOURCE, fields=FIELDS)


def ask(town, name: str, **asked):
    asked.setdefault("level", AreaLevel.ALL)
    asked.setdefault("period", Period.parse("2024-03..2024-10"))
    return town.figure(FigureQuery(MEASURE, by=(name,), **asked))


def counts(town, name: str, **asked) -> dict[str, int]:
    return {row.breakdowns[name]: row.numerator for row in ask(town, name, **asked).rows if row.numerator}


def found(town, name: str, **asked):
    figure = ask(town, name, **asked)
    months = delivered_months(town.workspace, catalogue()[MEASURE])
    return rhythm_of(figure.rows, rhythm_named(town.workspace, name, figure.query), months)


def test_by_hand_what_is_not_known_is_told_apart_and_never_counted_at_midnight(town):
    deliver(
        town,
        [
            moment("2024-03-16T23:30"),  # Saturday night
            moment("2024-03-17T05:59"),  # still Saturday's night, on a Sunday
            moment("2024-03-17T06:00"),  # by day
            moment("2024-03-15T22:00", "2024-03-16T04:00"),  # a span within Friday's night
            moment("2024-03-15T20:00", "2024-03-15T23:00"),  # a span over evening and night
            moment("2024-03-18T00:00"),  # midnight, or no time
            day("2024-03-18"),
            day("2024-03-16", "2024-03-17"),  # some time at the weekend
            month("2024-03"),
            moment("2024-10-27T01:30", fold=1),  # the second half past one of that night
        ],
    )
    untold = {"span": 1, "exactly-midnight": 1, "time-not-known": 2, "day-not-known": 1}
    assert counts(town, "day_or_night") == {"night": 4, "day": 1, **untold}
    assert counts(town, "night_of_week") == {"sat-night": 3, "fri-night": 1, "day": 1, **untold}
    assert counts(town, "hour") == {"23": 1, "05": 1, "06": 1, "01": 1, **untold, "span": 2}
    assert counts(town, "part_of_week") == {"weekend": 5, "weekdays": 3, "span": 1, "day-not-known": 1}
    assert counts(town, "day_of_week") == {
        **{"fri": 1, "sat": 1, "sun": 3, "mon": 2},
        **{"span": 2, "day-not-known": 1},
    }
    assert counts(town, "season") == {"spring": 9, "autumn": 1}


def test_by_hand_time_is_that_of_the_clocks_of_london(town):
    night, week, season = (
        rhythm_named(town.workspace, name) for name in ("day_or_night", "part_of_week", "season")
    )
    march, october, april = dt.date(2024, 3, 1), dt.date(2024, 10, 1), dt.date(2024, 4, 1)
    assert exposures(night, [march]) == {"day": 31 * 16, "night": 31 * 8 - 1}  # 743 hours
    assert exposures(night, [october]) == {"day": 31 * 16, "night": 31 * 8 + 1}  # 745
    assert exposures(night, [april]) == {"day": 480, "night": 240}
    assert exposures(week, [march]) == {"weekdays": 21, "weekend": 10}
    assert exposures(season, [march, october]) == {"spring": 31, "summer": 0, "autumn": 31, "winter": 0}
    hours = exposures(rhythm_named(town.workspace, "hour"), [march, october])
    assert (hours["01"], hours["02"]) == (62, 62)  # one skipped, one twice
    assert exposures(rhythm_named(town.workspace, "hour"), [march])["01"] == 30


def test_by_hand_a_rate_is_for_the_time_there_was_and_a_ratio_to_the_rest(town):
    told = [moment(f"2024-04-{day:02}T23:00") for day in range(1, 13)]
    told += [moment(f"2024-04-{day:02}T12:00") for day in range(1, 7)]
    deliver(town, [*told, day("2024-04-30"), day("2024-04-29")], "2024-04", "2024-04")
    rows = {row.value: row for row in found(town, "day_or_night", period=Period.parse("2024-04")).rows}
    night = rows["night"]
    assert (night.count, night.exposure, night.rate) == (12, 240, pytest.approx(50.0))
    low, high = stats.chi2.ppf([0.025, 0.975], [24, 26]) / 2
    assert (night.lower, night.upper) == (pytest.approx(low / 0.24), pytest.approx(high / 0.24))
    assert night.ratio == pytest.approx((12 / 240) / (6 / 480))
    share = stats.beta.ppf([0.025, 0.975], [12, 13], [7, 6])
    limits = share / (1 - share) * 480 / 240
    assert (night.ratio_lower, night.ratio_upper) == (pytest.approx(limits[0]), pytest.approx(limits[1]))
    assert (night.least, night.most) == (pytest.approx(12 / 8 * 2), pytest.approx(14 / 6 * 2))
    unknown = rows["time-not-known"]
    assert (unknown.count, unknown.exposure, unknown.rate, unknown.told) == (2, None, None, False)


def test_months_without_data_are_no_time(town):
    deliver(town, [moment("2024-04-03T12:00")], "2024-04", "2024-04")
    whole = {row.value: row for row in found(town, "season", period=Period.parse("2024-01..2024-12")).rows}
    assert whole["spring"].exposure == 30
    assert "summer" not in whole
    each = found(town, "season", period=Period.parse("2024-04..2024-05"), every="month").rows
    assert [(row.period.start.month, row.count, row.exposure) for row in each if row.value == "spring"] == [
        (4, 1, 30),
        (5, None, None),
    ]


OTHERS = (
    ("", USUAL_NIGHT, USUAL_WEEKEND),
    ('[weekend]\nfrom = "Friday 18:00"\nto = "Monday 06:00"\n', USUAL_NIGHT, ((4, 18), (0, 6))),
    ('[night]\nfrom = "19:00"\nto = "07:00"\n[weekend]\nfrom = "Sunday 03:00"\nto = "Sunday 20:00"\n',
     (19, 7), ((6, 3), (6, 20))),
    ('[night]\nfrom = "00:00"\nto = "05:00"\n', (0, 5), USUAL_WEEKEND),
)  # fmt: skip
NAMES = ("hour", "day_of_week", "day_or_night", "night_of_week", "part_of_week", "season")


@pytest.mark.parametrize(("file", "night", "weekend"), sampled(OTHERS, 2))
def test_random_records_have_the_value_that_walking_through_their_hours_gives(town, file, night, weekend):
    (town.workspace.folder / "rhythms.toml").write_text(file)
    told = [drawn(random.Random(seed)) for seed in range(examples(2000, 10))]
    deliver(town, told)
    for name in NAMES:
        expected = Counter(value(name, one, night, weekend) for one in told)
        assert counts(town, name) == dict(expected), name


@pytest.mark.parametrize(("file", "night", "weekend"), sampled(OTHERS, 2))
def test_time_is_what_walking_through_it_gives(town, file, night, weekend):
    (town.workspace.folder / "rhythms.toml").write_text(file)
    for first in (dt.date(2024, 2, 1), dt.date(2024, 3, 1), dt.date(2024, 10, 1)):
        last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        for name in NAMES:
            one = rhythm_named(town.workspace, name)
            walked = time_of_each(name, first, last, night, weekend)
            hours = {
                code: size * (24 if one.unit == "days" else 1)
                for code, size in exposures(one, [first]).items()
            }
            if one.unit == "days":  # of days with an hour more or less
                walked = Counter({code: round(size / 24) * 24 for code, size in walked.items()})
            assert {code: size for code, size in hours.items() if size} == dict(walked), (name, first)


def test_days_of_which_no_calendar_tells_are_told_apart_from_times_that_are_not_known(town):
    only_north = TERMS.split("[[calendar]]")[1]
    (town.workspace.folder / "term-dates.toml").write_text(f"[[calendar]]{only_north}")
    told = [day("2024-03-12"), day("2024-04-09"), day("2024-04-09"), month("2024-03")]
    told += [day("2024-04-20")] * 3  # after the calendar's last day
    deliver(town, told, "2024-03", "2024-05")

    def notes(months, *areas):
        placed = {"areas": areas, "level": AreaLevel.WARD} if areas else {}
        return " ".join(found(town, "school", period=Period.parse(months), **placed).notes)

    one = notes("2024-03..2024-04", "D1")
    assert "3 of 7 records (43%) happened on days of which no calendar tells" in one
    assert "Of the others: 1 of 4 records have no value of this rhythm (25%)" in one
    assert "The least and the most" in one
    assert "known to be of this kind" not in one
    beyond = notes("2024-04", "D1")
    assert "3 of 5 records (60%)" in beyond
    assert "no value of this rhythm" not in beyond
    assert "The least and the most" not in beyond
    assert "No day of these months is known to be of this kind: In term." in beyond
    nothing = notes("2024-03..2024-04")
    assert "No calendar tells of D2." in nothing
    assert "6 of 7 records (86%) happened on days of which no calendar tells" in nothing
    assert "Of the others: 1 of 1 records" in nothing
    assert "The least and the most" not in nothing
    assert "There was no time" not in nothing
    for words in (nothing, notes("2024-05", "D1")):
        assert "so there is no rate. Ask for one district, and for months" in words


def _days(known: tuple[str, str], other: str, runs: list[tuple[str, str]], value: str) -> dict[dt.date, str]:
    def each(first: str, last: str):
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        return [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]

    told = dict.fromkeys(each(*known), other)
    for run in runs:
        told |= dict.fromkeys(each(*run), value)
    return told


def test_random_records_in_term_and_on_event_days_are_those_of_a_calendar_on_the_wall(town):
    (town.workspace.folder / "term-dates.toml").write_text(TERMS)
    (town.workspace.folder / "events.toml").write_text(FAIR)
    told = [drawn(random.Random(seed)) for seed in range(examples(2000, 10))]
    deliver(town, told)
    known = ("2024-02-19", "2024-04-14")
    north = _days(known, "holiday", [("2024-02-19", "2024-03-28")], "term")
    south = _days(known, "holiday", [("2024-02-19", "2024-03-22"), ("2024-04-08", "2024-04-14")], "term")
    south |= {dt.date(2024, 3, 1): "holiday"}
    both = {day: kind for day, kind in north.items() if south[day] == kind}
    for districts, days in ((("D1",), north), (("D2",), south), ((), both)):
        asked = {"areas": districts, "level": AreaLevel.WARD} if districts else {}
        expected = Counter(on_days(one, days) for one in told)
        if districts != ("D2",):  # where nothing lies
            assert counts(town, "school", **asked) == dict(expected), districts
        one = rhythm_named(town.workspace, "school", FigureQuery(MEASURE, **asked))
        april = dict(exposures(one, [dt.date(2024, 4, 1)]))
        assert april == {
            kind: sum(d.month == 4 and k == kind for d, k in days.items()) for kind in ("term", "holiday")
        }
    fair = _days(
        ("2024-01-01", "2024-12-31"), "no", [("2024-03-16",) * 2, ("2024-05-11", "2024-05-12")], "yes"
    )
    assert counts(town, "on_fair") == dict(Counter(on_days(one, fair) for one in told))
    listed = (row["date"] for row in csv.DictReader(_bank_holidays()))
    holidays = _days(("2012-01-01", "2028-12-31"), "no", [(one, one) for one in listed], "yes")
    assert counts(town, "on_bank_holidays") == dict(Counter(on_days(one, holidays) for one in told))


def _bank_holidays() -> io.StringIO:
    from joinedup.demo.people.civil import read_text  # the list that the demonstration carries of its own

    return io.StringIO(read_text("bank_holidays_england_wales.csv.gz"))


def test_days_to_compare_with_are_the_nearest_same_weekdays_and_none_is_used_twice():
    draw = random.Random(7)
    usable = [dt.date(2024, 1, 1) + dt.timedelta(days=number) for number in range(366)]
    for _ in range(examples(200, 10)):
        days = draw.sample(usable, draw.randint(1, 12))
        avoided = draw.sample(usable, 20)
        pairs = matched(days, avoided, usable)
        assert set(pairs) == set(days)
        expected = {day: [] for day in days}
        for other in usable:
            near = sorted(
                (abs((other - day).days), day)
                for day in days
                if 0 < abs((other - day).days) <= 28 and (other - day).days % 7 == 0
            )
            if near and other not in {*days, *avoided}:
                expected[near[0][1]].append(other)
        assert {day: list(others) for day, others in pairs.items()} == expected


def test_by_hand_an_event_is_laid_beside_the_same_weekdays_around_it(town):
    (town.workspace.folder / "events.toml").write_text(FAIR)
    saturdays = {"2024-03-02": 1, "2024-03-09": 2, "2024-03-16": 6, "2024-03-23": 1, "2024-03-30": 0}
    told = [moment(f"{when}T12:00") for when, count in saturdays.items() for _ in range(count)]
    told += [moment("2024-03-14T12:00")] * 5 + [month("2024-03")]
    deliver(town, [*told, (moment("2024-03-16T12:00"), "W3")], "2024-03", "2024-03")
    answer = released_event(town.workspace, ANALYST, FigureQuery(MEASURE, level=AreaLevel.WARD), "fair")
    [row] = answer.found.rows  # of its own place
    assert (row.area_code, row.days, row.count, row.days_beside, row.count_beside) == ("W1", 1, 6, 4, 4)
    assert (row.expected, row.ratio, row.day_not_known) == (pytest.approx(1.0), pytest.approx(6.0), 1)
    share = stats.beta.ppf([0.025, 0.975], [6, 7], [5, 4])
    assert (row.lower, row.upper) == tuple(pytest.approx(4 * one / (1 - one)) for one in share)
    assert dict(answer.found.pairs) == {
        "2024-03-16": ("2024-03-02", "2024-03-09", "2024-03-23", "2024-03-30")
    }


def _tail(strata, theta, count, *, at_least):
    """The chance of so many on event days or beyond, by every way in which they can come about."""
    chance = 0.0
    for split in itertools.product(*(range(one.count + sum(one.beside) + 1) for one in strata)):
        if (sum(split) >= count) if at_least else (sum(split) <= count):
            chance += math.prod(
                stats.binom.pmf(part, one.count + sum(one.beside), theta / (theta + len(one.beside)))
                for part, one in zip(split, strata, strict=True)
            )
    return chance


def test_a_ratio_over_unlike_strata_has_the_exact_limits():
    draw = random.Random(3)
    for _ in range(examples(40, 5)):
        strata = [
            Stratum(draw.randint(0, 4), tuple(draw.randint(0, 3) for _ in range(draw.randint(1, 3))))
            for _ in range(3)
        ]
        found = matched_ratio(strata)
        count, beside = sum(one.count for one in strata), sum(sum(one.beside) for one in strata)
        assert found.count == count
        if found.widened or not count or not beside:
            continue
        ratio = found.ratio
        mean = sum(
            (one.count + sum(one.beside)) * ratio.value / (ratio.value + len(one.beside)) for one in strata
        )
        assert mean == pytest.approx(count)
        assert _tail(strata, ratio.lower, count, at_least=True) == pytest.approx(0.025, abs=1e-6)
        assert _tail(strata, ratio.upper, count, at_least=False) == pytest.approx(0.025, abs=1e-6)


def test_ratios_where_a_count_or_the_time_is_nothing():
    assert rate_ratio(0, 10, 0, 10).value is None
    assert rate_ratio(3, 0, 5, 10).lower is None
    none = rate_ratio(4, 10, 0, 30)
    assert (none.value, none.upper) == (None, math.inf)
    assert none.lower == pytest.approx(0.025 ** (1 / 4) / (1 - 0.025 ** (1 / 4)) * 3)
    only = matched_ratio([Stratum(3, (0, 0))])
    assert (only.ratio.value, only.ratio.upper) == (None, math.inf)
    assert matched_ratio([Stratum(0, (0, 0))]).ratio.value is None


def test_the_interval_holds_the_true_ratio_as_often_as_it_says():
    chance = np.random.default_rng(5)
    held = 0
    trials = examples(1000, 10)
    for _ in range(trials):
        event, beside = chance.poisson(9.0, 6), chance.poisson(6.0, (6, 4))
        found = matched_ratio(
            [Stratum(int(one), tuple(map(int, others))) for one, others in zip(event, beside, strict=True)]
        )
        held += found.ratio.lower <= 1.5 <= found.ratio.upper
    assert held / trials > 0.92


def test_days_that_differ_by_more_than_chance_make_the_interval_wider():
    calm = matched_ratio([Stratum(20, (10, 10, 10, 10))] * 5)
    wild = matched_ratio([Stratum(20, (0, 20, 0, 20))] * 5)
    assert (calm.widened, wild.widened) == (False, True)
    assert wild.ratio.value == pytest.approx(calm.ratio.value)
    assert wild.dispersion == pytest.approx(40 / 3)
    wider = math.log(wild.ratio.upper / wild.ratio.value) / math.log(calm.ratio.upper / calm.ratio.value)
    assert wider == pytest.approx(math.sqrt(40 / 3))


WRONG = {
    "rhythms.toml": [
        ('[night]\nfrom = "22:30"\nto = "06:00"', "whole hour"),
        ('[night]\nfrom = "22:00"\nto = "22:00"', "ends when it begins"),
        ('[weekend]\nfrom = "18:00"\nto = "Monday 00:00"', "hour of a day"),
        ('[nights]\nfrom = "22:00"\nto = "06:00"', "Unknown key 'nights'"),
        ("[night", "not valid TOML"),
    ],
    "term-dates.toml": [
        (TERMS.replace("known_to = 2024-04-14", "known_to = 2024-03-01"), "beyond the days"),
        (TERMS.replace('"D2"', '"D1"'), "Two calendars tell of the same days"),
        (TERMS.replace("2024-03-28]]", "2024-02-18]]"), "ends before it begins"),
        (TERMS.replace("[2024-04-08,", "[2024-03-20,"), "Two spans overlap"),
        (TERMS.replace("closed = [2024-03-01]", "closed = [2024-04-01]"), "in no term"),
        (TERMS.replace('source = "The council of D1"\n', ""), "'source' is missing"),
        (TERMS.replace("terms =", "term ="), "'terms' is missing"),
    ],
    "events.toml": [
        (FAIR.replace('"fair"', '"bonfire-night"'), "already"),
        (FAIR.replace("known_to = 2024-12-31", "known_to = 2024-03-31"), "beyond those"),
        (FAIR.replace('level = "ward"\n', ""), "a level and the codes"),
        (FAIR.replace("days = [2024-03-16]", 'days = ["2024-03-16"]'), "without quotes"),
        (FAIR.replace("days = [2024-03-16]", 'every_year = "03-16"'), "by days and spans, or by every_year"),
        (FAIR.replace('"fair"', '"The Fair"'), "lower case"),
    ],
}


@pytest.mark.parametrize(
    ("file", "text", "says"), [(file, *one) for file, many in WRONG.items() for one in many]
)
def test_a_wrong_file_is_refused_with_its_name_and_what_is_wrong(town, file, text, says):
    (town.workspace.folder / file).write_text(text)
    with pytest.raises(BadInput) as refused:
        rhythms(town.workspace)
    told = " ".join([refused.value.sentence(), *getattr(refused.value, "__notes__", ())])
    assert says in told
    assert file in told


def test_a_measure_is_cut_only_as_finely_as_its_records_are_dated(town):
    known = catalogue()
    assert [one.name for one in fitting(town.workspace, known["recorded-crime"])] == ["season"]
    assert fitting(town.workspace, known["street-problem-reports"]) == []
    assert len(fitting(town.workspace, known["victims-of-violence-with-injury"])) > 5
    with pytest.raises(BadInput, match="dated to the month"):
        town.figure(FigureQuery("recorded-crime", by=("hour",)))
    with pytest.raises(NotFound, match="no term dates"):
        town.figure(FigureQuery(MEASURE, by=("school",)))


def test_a_measure_cut_by_a_rhythm_is_the_same_measure_with_the_same_total(town):
    told = [drawn(random.Random(seed)) for seed in range(60)]
    deliver(town, told)
    for name in sampled(NAMES, 3):
        assert sum(counts(town, name).values()) == len(told)
    assert ask(town, "hour").measure.version == catalogue()[MEASURE].version
    narrowed = town.figure(
        FigureQuery(
            MEASURE,
            level=AreaLevel.ALL,
            period=Period.parse("2024-03..2024-10"),
            by=("category",),
            where=(("day_or_night", "night"), ("part_of_week", "weekend")),
        )
    )
    both = sum(
        value("day_or_night", one, USUAL_NIGHT, USUAL_WEEKEND) == "night"
        and value("part_of_week", one, USUAL_NIGHT, USUAL_WEEKEND) == "weekend"
        for one in told
    )
    assert sum(row.numerator for row in narrowed.rows) == both > 0


def test_kept_counts_of_a_rhythm_are_those_of_counting_and_have_a_file_of_their_own(town):
    deliver(town, [drawn(random.Random(seed)) for seed in range(60)])
    names = sampled(NAMES, 3)
    settings = town.workspace.settings
    plain = {name: counts(town, name, level=AreaLevel.WARD) for name in names}
    town.workspace.settings = replace(settings, keep_counts_from=1)
    kept = {name: counts(town, name, level=AreaLevel.WARD) for name in names}
    again = {name: counts(town, name, level=AreaLevel.WARD) for name in names}
    assert plain == kept == again
    files = {one.name.split(".")[0] for one in (town.workspace.records_folder / "counts").glob("*.parquet")}
    assert files == {f"{MEASURE}-by-{name.replace('_', '-')}" for name in names}


def test_why_a_count_at_night_moved_is_explained(town):
    deliver(town, [moment("2024-03-16T23:30")], "2024-03", "2024-03")
    rows = [
        {
            "id": "r0",
            "place": "W1",
            "category": "nuisance",
            "envelope": moment("2024-03-16T21:30").envelope(),
        },
        {
            "id": "r1",
            "place": "W1",
            "category": "nuisance",
            "envelope": moment("2024-03-17T01:30").envelope(),
        },
        {
            "id": "r2",
            "place": "W1",
            "category": "nuisance",
            "envelope": moment("2024-03-17T02:30").envelope(),
        },
    ]
    town.deliver("2024-03", rows, received=at(2025, 3), feed=FEED, source=SOURCE, fields=FIELDS)
    query = FigureQuery(
        MEASURE, level=AreaLevel.ALL, period=Period.parse("2024-03"), where=(("day_or_night", "night"),)
    )
    answer = explain(town.workspace, query, at(2025, 2), at(2025, 4))
    assert (answer.before, answer.after) == ({"all": 1}, {"all": 2})
    moved = {(str(one.reason), one.attribute): one.change for one in answer.movements}
    assert sum(moved.values()) == 1
    assert any(attribute == "day_or_night" and change == -1 for (_, attribute), change in moved.items())


def test_a_rate_of_one_rhythm_is_not_narrowed_by_another(town):
    deliver(town, [moment("2024-03-16T23:30")], "2024-03", "2024-03")
    query = FigureQuery(MEASURE, level=AreaLevel.ALL, period=Period.parse("2024-03"), by=("hour",))
    with pytest.raises(BadInput, match="part_of_week"):
        released_rhythm(town.workspace, ANALYST, replace(query, where=(("part_of_week", "weekend"),)))
    event = replace(query, by=(), where=(("season", "spring"),))
    with pytest.raises(BadInput, match="season"):
        released_event(town.workspace, ANALYST, event, "bonfire-night")
    released_rhythm(town.workspace, ANALYST, replace(query, where=(("category", "nuisance"),)))


def test_who_sees_protected_tables_only_gets_no_rhythm_and_each_answer_is_logged(town):
    from joinedup.log import acts

    deliver(town, [moment("2024-03-16T23:30")], "2024-03", "2024-03")
    query = FigureQuery(MEASURE, period=Period.parse("2024-03"), by=("day_or_night",))
    answer = released_rhythm(town.workspace, ANALYST, query)
    assert answer.to_json_rows()[0]["rhythm"] == "day_or_night"
    assert "day_or_night" in acts(limit=1)[0].what
    councillor = Viewer("cl", "Cllr", Role.COUNCILLOR, "council")
    refusals = []
    for measure in (MEASURE, "crime-in-police-records"):  # the second has no records
        asked = replace(query, measure=measure)
        for event in (None, "bonfire-night"):
            with pytest.raises(NotPermitted) as refused:
                if event is None:
                    released_rhythm(town.workspace, councillor, asked)
                else:
                    released_event(town.workspace, councillor, replace(asked, by=()), event)
            refusals.append(refused.value.sentence().replace(measure, "…"))
    assert set(refusals) == {
        "Rhythms of closed measures are for those who see counts as they are (…). "
        "Open ones can be asked, such as: joinedup rhythm recorded-crime --by season."
    }
    (town.workspace.folder / "events.toml").write_text("[[event")  # a wrong file tells them no more
    with pytest.raises(NotPermitted, match="Ask an analyst"):
        released_rhythm(town.workspace, councillor, query)


def test_an_event_there_is_not_says_where_events_are_added(town):
    with pytest.raises(NotFound, match=r"match-days.*events\.toml in the workspace adds events"):
        released_event(town.workspace, ANALYST, FigureQuery(MEASURE), "match-days")


def run(folder, *words):
    return CliRunner().invoke(main, ["-C", str(folder), "--as", "analyst", *words])


@pytest.mark.slow
def test_on_the_demonstration_seasons_are_those_of_its_months(demo_folder, tmp_path):
    import shutil

    shutil.copytree(demo_folder, tmp_path / "workspace")
    folder = tmp_path / "workspace"
    asked = ("recorded-crime", "--from", "2023-03", "--to", "2025-02")
    told = run(folder, "rhythm", *asked, "--by", "season", "--format", "json")
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)
    monthly = json.loads(run(folder, "figure", *asked, "--every", "month", "--format", "json").stdout)
    by_season: Counter[str] = Counter()
    for row in monthly:
        month_of_year = int(row["period"][5:7])
        season = ("winter", "spring", "summer", "autumn")[month_of_year % 12 // 3]
        by_season[row["area_code"], season] += row["numerator"]
    assert {(row["area_code"], row["value"]): row["count"] for row in rows} == dict(by_season)
    spring = next(row for row in rows if (row["area_code"], row["value"]) == ("partnership", "spring"))
    assert spring["exposure"] == 2 * 92
    assert spring["rate"] == pytest.approx(100 * spring["count"] / 184)
    terms = json.loads(run(folder, "rhythm", "terms", "--format", "json").stdout)
    assert [one["name"] for one in terms] == ["Example terms"]
    assert "Invented" in terms[0]["source"]
    known = json.loads(run(folder, "rhythm", "events", "--format", "json").stdout)
    assert {"bank-holidays", "bonfire-night", "example-home-matches"} <= {one["name"] for one in known}
    refused = run(folder, "rhythm", "recorded-crime")
    assert refused.exit_code == 2
    assert "dated to the month" in refused.output


def test_every_file_that_comes_with_joinedup_is_as_it_should_be(town):
    known = events(town.workspace)
    assert len(known["bank-holidays"].days) == 140
    assert dt.date(2024, 11, 5) in known["bonfire-night"].days
    says = "Source of the dates of “Bonfire night”: the same day every year."
    assert known["bonfire-night"].rhythm.says == says
    assert term_dates(town.workspace) == ()
