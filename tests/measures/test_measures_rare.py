"""Rare events: chances by sums written out, exact tests, how often what is said holds, and the commands."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures import intervals
from joinedup.measures.rare import AreaYear, Series, rare_events, read_series, statistics
from joinedup.records import SeriesBreak
from joinedup.terms import Period, Role
from sampling import examples

REGION = {"Northby": 90_000, "Eastham": 140_000, "Westley": 195_000, "Southam": 200_000}
YEARS = ("2009/10", "2010/11", "2011/12", "2012/13")
COUNTS = {"Northby": (0, 1, 0, 0), "Eastham": (1, 0, 0, 2), "Westley": (0, 0, 1, 0), "Southam": (2, 1, 1, 1)}


def series(counts=COUNTS, residents=REGION, years=YEARS):
    return Series(
        tuple(
            AreaYear(area, Period.parse(year), count, residents[area])
            for area, row in counts.items()
            for year, count in zip(years, row, strict=True)
        )
    )


def test_by_hand_ten_events_in_four_areas_and_years(workspace):
    found = rare_events(series())
    person_years = 4 * 625_000
    assert (found.count, found.exposure) == (10, person_years)
    assert found.value == pytest.approx(0.4)
    low, high = (limit[0] / person_years * 1e5 for limit in intervals.poisson([10]))
    assert (found.lower, found.upper) == (pytest.approx(low), pytest.approx(high))
    west = {one.area: one for one in found.areas}["Westley"]
    assert west.expected == pytest.approx(0.78) and (west.count, west.years) == (1, 4)
    known = 2_500_000 / (2_500_000 + 195_000)
    assert west.chances[0] == pytest.approx(known**10.5)
    assert west.chances[1] == pytest.approx(10.5 * known**10.5 * (1 - known))
    assert west.chances[2] == pytest.approx(10.5 * 11.5 / 2 * known**10.5 * (1 - known) ** 2)
    assert sum(west.chances) == pytest.approx(1)
    assert west.none_lower == pytest.approx(math.exp(-high * 1.95)) and west.none_lower < west.chances[0]
    assert [(year.count, year.residents) for year in found.years] == [
        (3, 625_000),
        (2, 625_000),
        (2, 625_000),
        (3, 625_000),
    ]
    assert found.together.residents == 625_000 and found.together.years == 4
    assert not found.between_years.differs and found.between_years.exact


def test_pairs_are_the_areas_nearest_in_size_and_share_what_is_not_known(workspace):
    found = rare_events(series())
    by_area = {}
    for pair in found.pairs:
        by_area.setdefault(pair.area, []).append(pair.other)
    assert by_area["Westley"] == ["Southam", "Eastham"]
    assert by_area["Northby"] == ["Eastham", "Westley"]
    one = next(pair for pair in found.pairs if (pair.area, pair.other) == ("Westley", "Southam"))
    assert one.ratio == pytest.approx(200 / 195)
    rates = stats.gamma(10.5, scale=1 / 2_500_000)  # the two together, by the integral over the rate

    def both(rate):
        return rates.pdf(rate) * (1 - math.exp(-rate * 195_000)) * (1 - math.exp(-rate * 200_000))

    assert one.both == pytest.approx(integrate.quad(both, 0, 3e-5)[0], rel=1e-6)


@settings(max_examples=examples(60, 6))
@given(st.integers(0, 60), st.floats(0.05, 5), st.integers(1, 3))
def test_chances_are_the_mixture_of_poisson_over_what_the_rate_may_be(count, coming, most):
    exposure = 7.0
    told = statistics.chances(count, exposure, coming, most)
    assert sum(told) == pytest.approx(1) and all(0 <= one <= 1 for one in told)
    rates = stats.gamma(count + 0.5, scale=1 / exposure)
    for events in range(1, most):
        mixed = integrate.quad(
            lambda rate, n=events: rates.pdf(rate) * stats.poisson(rate * coming).pmf(n),
            *rates.ppf([1e-13, 1 - 1e-13]),
            limit=200,
        )[0]
        assert told[events] == pytest.approx(mixed, rel=1e-4, abs=1e-9)


def test_chances_hold_where_the_plain_estimate_says_several_are_too_unlikely():
    """Of many regions with 4 events expected so far, how often do the next years bring 3 or more?"""
    random = np.random.default_rng(5)
    past, coming = random.poisson(4, 40_000), random.poisson(1, 40_000)
    told = {n: statistics.chances(n, 4.0, 1.0)[3] for n in range(past.max() + 1)}
    plain = {n: float(stats.poisson(n / 4).sf(2)) for n in told}
    true = np.mean(coming >= 3)

    def short_of(chances):
        """How often, having said such chances, one is less than half of the truth."""
        return np.mean([chances[n] < true / 2 for n in past])

    assert short_of(told) < short_of(plain) / 1.5


def naive_p(counts, exposures):
    """Every way in which the events could fall, one after another."""
    total, share = sum(counts), [one / sum(exposures) for one in exposures]

    def distance(ways):
        return sum((n - total * p) ** 2 / (total * p) for n, p in zip(ways, share, strict=True))

    told = distance(counts)
    found = 0.0
    for ways in itertools.product(range(total + 1), repeat=len(counts)):
        if sum(ways) == total and distance(ways) >= told * (1 - 1e-9) - 1e-9:
            found += stats.multinomial(total, share).pmf(ways)
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([1.0, 1.0, 1.5, 2.0])), min_size=2, max_size=4
    ).filter(lambda rows: 0 < sum(count for count, _ in rows) <= 8)
)
def test_the_test_of_dispersion_is_the_sum_over_all_ways(rows):
    counts, exposures = zip(*rows, strict=True)
    found = statistics.dispersion(counts, exposures)
    assert found.exact and found.p == pytest.approx(naive_p(counts, exposures), abs=1e-9)


def test_years_that_differ_are_told_and_drawing_agrees_with_summing(monkeypatch):
    assert statistics.dispersion([0, 0, 9, 0], [1, 1, 1, 1]).differs
    assert not statistics.dispersion([3, 2, 2, 3], [1, 1, 1, 1]).differs
    assert statistics.dispersion([0, 0], [1, 1]) is None
    summed = statistics.dispersion([6, 1, 2, 6], [1, 1, 1, 2])
    monkeypatch.setattr(statistics, "_MOST_EVENTS", 0)
    drawn = statistics.dispersion([6, 1, 2, 6], [1, 1, 1, 2])
    assert summed.exact and not drawn.exact and drawn.p == pytest.approx(summed.p, abs=0.005)


@pytest.mark.parametrize(("mean", "factor"), [(0.8, 2.0), (3.0, 2.0), (2.0, 0.5)])
def test_so_many_years_do_find_the_change_four_times_in_five(mean, factor):
    years = statistics.years_to_see(mean, factor)
    random = np.random.default_rng(11)
    trials = examples(40_000, 4)
    before, after = (random.poisson(one * years, trials) for one in (mean, mean * factor))
    found = np.mean(intervals.same_rate_p(after, before) < 0.05)
    assert 0.78 <= found <= 0.84
    fewer = round(years * 0.8)
    before, after = (random.poisson(one * fewer, trials) for one in (mean, mean * factor))
    assert np.mean(intervals.same_rate_p(after, before) < 0.05) < 0.8


def test_no_event_so_far_is_no_promise_and_shows_no_years(workspace):
    found = rare_events(series(dict.fromkeys(REGION, (0, 0, 0, 0))))
    assert 0 < found.areas[0].chances[3] < found.areas[0].chances[1] < found.areas[0].chances[0] < 1
    assert found.areas[0].doubled is None and found.between_years is None
    assert any("no event" in note for note in found.notes)


def test_more_years_to_come_are_the_chances_of_as_many_residents(workspace):
    longer = rare_events(series(), coming=5)
    assert longer.areas[0].chances == pytest.approx(statistics.chances(10, 2_500_000, 450_000))
    for coming in (0, 101):
        with pytest.raises(BadInput, match="1 to 100 years"):
            rare_events(series(), coming=coming)


TABLE = "area,year,count,residents\n" + "".join(
    f"{area},{year},{count},{REGION[area]}\n"
    for area, row in COUNTS.items()
    for year, count in zip(YEARS, row, strict=True)
)


def test_a_table_is_read_and_what_is_not_known_is_no_zero(workspace, tmp_path):
    file = tmp_path / "region.csv"
    file.write_text(TABLE.replace("Southam,2009/10,2,", "Southam,2009/10,,"))
    found = rare_events(read_series(file))
    assert (found.count, found.exposure) == (8, 2_300_000)
    assert found.years[0].lacking == 1 and any("Of 1 areas and years" in note for note in found.notes)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE + "Northby,2012/13,1,90000\n", "stand twice"),
        (TABLE.replace(",residents", ",people"), "lacks residents"),
        (TABLE.replace("Northby,2009/10,0,", "Northby,2009/10,some,"), "line 2, count"),
        (TABLE.replace("Northby,2009/10,0,90000", "Northby,2009/10,0,"), "Without residents"),
        (TABLE.replace("2009/10", "2009-04"), "twelve months"),
        (TABLE.replace("2009/10", "2009"), "different months"),
        ("area,year,count,residents\nNorthby,2009/10,1,90000\n", "2 years or more"),
        (TABLE.replace("Northby,2009/10", ",2009/10"), "names no area"),
    ],
)
def test_a_table_that_is_wrong_is_refused_in_a_sentence(tmp_path, table, said):
    file = tmp_path / "region.csv"
    file.write_text(table)
    with pytest.raises(BadInput) as caught:
        read_series(file)
    assert said in str(caught.value)


@pytest.fixture
def run(town):
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    add_user("carl", name="Carl Councillor", role=Role.COUNCILLOR, agency=agency)

    def act(*words, user="ada"):
        result = CliRunner().invoke(
            main, ["-C", str(town.workspace.folder), "--as", user, "rare-events", *words]
        )
        return result.exit_code, result.stdout, result.stderr

    return act


def _deliver(town, period, counts, **declared):
    """One file with all the crimes of a span, each in its first month."""
    start = Period.parse(period).start
    rows = [
        {"id": f"{period}-{place}-{at}", "place": place, "crime_type": "burglary", "kind": "crime"}
        for place, count in counts.items()
        for at in range(count)
    ]
    received = dt.datetime(start.year + 1, 5, 1, 12, tzinfo=dt.UTC)
    town.deliver(period, rows, received=received, **declared)


def test_a_measure_is_told_by_its_yearly_counts_and_a_year_in_part_is_left_out(run, town):
    _deliver(town, "2022/23", {"W1": 1, "W3": 1})
    _deliver(town, "2023/24", {"W3": 1})
    _deliver(town, "2024-04..2024-05", {"W2": 1})
    status, out, told = run("measure", "recorded-crime", "--area-level", "ward", "--format", "json")
    rows = {row["area"]: row for row in json.loads(out)}
    assert status == 0 and rows["Ward W3"]["count"] == 2 and rows["Ward W2"]["count"] == 0
    assert rows["Ward W1"]["all_numerator"] == 3 and rows["Ward W1"]["all_denominator"] == 2 * 7000
    assert "Ward W4" not in rows  # has no residents
    assert rows["All together"]["residents"] == 7000 and rows["Ward W1"]["deliveries"]
    status, out, told = run("measure", "recorded-crime", "--area-level", "ward", "--show", "years")
    assert status == 0 and "April 2022 to March 2023" in out and "3 in 2 years" in told
    _, out, _ = run("measure", "recorded-crime", "--area-level", "ward", "--show", "pairs", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(out)))["other"] == "Ward W2"


@pytest.mark.parametrize(
    ("south", "told"),
    [
        ("1,9000000", ["0.00017 (0.0000042 to 0.00093)", "0.50 (0.013 to 2.78)"]),
        ("0,3000", ["0 (0 to 0.92)", "0 (0 to 0.92)"]),  # none so far is no promise
    ],
)
def test_what_is_expected_has_an_interval_and_two_digits_however_small(run, tmp_path, south, told):
    table = tmp_path / "region.csv"
    rows = ["North,2021,0,3000", "North,2022,0,3000", f"South,2021,{south}", f"South,2022,0,{south[2:]}"]
    table.write_text("\n".join(["area,year,count,residents", *rows]) + "\n", encoding="utf-8")
    status, out, said = run("series", str(table))
    assert status == 0, said
    lines = {line.split()[0]: " ".join(line.split()) for line in out.splitlines()}
    for area, expected in zip(("North", "South"), told, strict=True):
        assert f" {expected} " in lines[area]


def test_a_break_between_the_years_is_no_rate_and_years_on_one_side_are(run, town):
    broken = SeriesBreak(dt.date(2023, 4, 1), "recording-practice", "Counted anew.")
    for year in ("2022/23", "2023/24", "2024/25"):
        _deliver(town, year, {"W1": 12}, breaks=(broken,))
    status, out, told = run("measure", "recorded-crime", "--area-level", "ward")
    assert status == 2 and not out and "Counted anew" in told
    status, out, _ = run(
        *("measure", "recorded-crime", "--area-level", "ward", "--from", "2023/24", "--to", "2024/25"),
        *("--format", "json"),
    )
    assert status == 0 and json.loads(out)[0]["all_numerator"] == 24


def test_a_file_needs_no_records_and_people_of_protected_tables_get_no_chances(run, town, tmp_path):
    file = tmp_path / "region.csv"
    file.write_text(TABLE)
    status, out, told = run("series", str(file), "--coming", "5", user="carl")
    assert status == 0 and "Westley" in out and "10 in 4 years, 0.40 a year" in told
    assert "the next 5 years" in told
    status, _, told = run("series", str(tmp_path / "none.csv"))
    assert status == 2 and "no such file" in told
    status, out, told = run("measure", "domestic-homicide", user="carl")
    assert status == 2 and not out and "exact counts" in told
    status, out, told = run("measure", "domestic-homicide", "--purpose", "public-information")
    assert status == 2 and not out
