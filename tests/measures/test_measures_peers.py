"""Areas among their peers: hand-worked answers, a naive oracle, what chance does, what a reader is told."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures.peers import Verdict, compare, statistics
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Flag, Period, Role

MAY = Period.parse("2024-05")


def rows(counts, residents):
    """Rows of a figure of rates, one for each area."""
    return [
        FigureRow(AreaLevel.WARD, f"W{at}", f"Ward {at}", MAY, {}, count, people, None, None, None, ())
        for at, (count, people) in enumerate(zip(counts, residents, strict=True))
    ]


def naive_family(counts, residents):
    """The family's rate and the variance between areas, written out."""
    rate = sum(counts) / sum(residents)
    if rate == 0:
        return rate, 0.0
    distances = sorted((c / n - rate) / math.sqrt(rate / n) for c, n in zip(counts, residents, strict=True))

    def quantile(share):
        place = share * (len(distances) - 1)
        below = distances[math.floor(place)]
        return below + (distances[math.ceil(place)] - below) * (place - math.floor(place))

    low, high = quantile(0.1), quantile(0.9)
    plain = sum(z * z for z in distances)
    expected = [rate * n for n in residents]
    if statistics.chance_of_so_much(counts, residents) >= 0.05:
        return rate, 0.0
    squares = sum(min(max(z, low), high) ** 2 for z in distances)
    end = stats.norm.ppf(0.9)
    left = integrate.quad(lambda z: min(z * z, end * end) * stats.norm.pdf(z), -12, 12, points=[-end, end])[0]
    weights = [n / rate for n in residents]
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    robust = squares / left if np.median(expected) >= 5 else plain
    return rate, max(0.0, (robust - (len(counts) - 1)) / scale)


def naive_limit(distribution, probability):
    """The count below which the probability lies, between whole counts in proportion."""
    count = int(distribution.ppf(probability))
    at, before = distribution.cdf(count), distribution.cdf(count - 1) if count else 0.0
    return max(0.0, count - (at - probability) / (at - before))


AREAS = st.lists(st.tuples(st.integers(0, 60), st.integers(200, 9_000)), min_size=10, max_size=25)


@given(AREAS)
def test_spread_limits_and_shrunken_rates_equal_naive_ones(areas):
    counts, residents = zip(*areas, strict=True)
    family = statistics.family_of(counts, residents)
    rate, variance = naive_family(counts, residents)
    assert family.rate == pytest.approx(rate)
    assert family.variance == pytest.approx(variance, rel=1e-6, abs=1e-15)
    for share in (0.95, 0.998):
        alone = statistics.limits(family, residents, share, chance_alone=True)
        wide = statistics.limits(family, residents, share, chance_alone=False)
        for at, people in enumerate(residents):
            expected = rate * people
            if rate:
                chance = stats.poisson(expected)
                assert alone[0][at] == pytest.approx(naive_limit(chance, (1 - share) / 2), abs=1e-6)
                assert alone[1][at] == pytest.approx(naive_limit(chance, (1 + share) / 2), abs=1e-6)
            if family.differs and family.variance > 1e-9:
                shape = rate**2 / family.variance
                spread = stats.nbinom(shape, shape / (shape + expected))
                assert wide[0][at] == pytest.approx(naive_limit(spread, (1 - share) / 2), rel=1e-5, abs=1e-5)
                assert wide[1][at] == pytest.approx(naive_limit(spread, (1 + share) / 2), rel=1e-5, abs=1e-5)
    mean, lower, upper = statistics.shrunken(family, counts, residents)
    assert np.all((lower <= mean) & (mean <= upper))
    own = np.array(counts) / np.array(residents)
    between = (np.minimum(own, rate) - 1e-12 <= mean) & (mean <= np.maximum(own, rate) + 1e-12)
    assert np.all(between)


def test_a_shrunken_rate_is_the_mean_of_what_is_known_of_it():
    """By numerical integration of chance times what the peers tell."""
    counts = [4, 40, 12, 25, 31, 8, 55, 17, 22, 29, 3, 61]
    residents = [900, 2_100, 1_500, 1_900, 1_200, 1_400, 2_500, 1_800, 2_200, 1_700, 800, 2_000]
    family = statistics.family_of(counts, residents)
    prior = stats.gamma(family.rate**2 / family.variance, scale=family.variance / family.rate)
    mean, lower, upper = statistics.shrunken(family, counts, residents)
    for at, (count, people) in enumerate(zip(counts, residents, strict=True)):
        grid = np.linspace(1e-9, 0.1, 400_001)
        weight = prior.pdf(grid) * stats.poisson.pmf(count, grid * people)
        weight /= weight.sum()
        assert mean[at] == pytest.approx(float((grid * weight).sum()), rel=1e-5)
        within = weight[(grid >= lower[at]) & (grid <= upper[at])].sum()
        assert within == pytest.approx(0.95, abs=1e-3)


def test_three_small_wards_by_hand(workspace):
    """30 among 3,000: 10 a thousand. P(X <= 3) = 1.03 % and P(X <= 4) = 2.93 %, so that 2.5 % lie below 3.78;
    P(X <= 16) = 97.30 % and P(X <= 17) = 98.57 %, so that 97.5 % lie below 16.16."""
    found = compare(rows([10, 3, 17], [1000, 1000, 1000]))
    assert (found.numerator, found.denominator, found.rate, found.compared) == (30, 3000, 10.0, 3)
    assert found.differs is None and found.spread is None
    assert [one.verdict for one in found.rows] == [
        Verdict.NO_DIFFERENT,
        Verdict.RATHER_LOWER,
        Verdict.RATHER_HIGHER,
    ]
    assert [one.beyond_chance for one in found.rows] == [False, False, False]
    assert found.rows[0].warning == pytest.approx((3.775, 16.160), abs=0.001)
    assert found.rows[0].alarm[1] == pytest.approx(naive_limit(stats.poisson(10), 0.999))
    assert [one.rank for one in found.rows] == [2, 3, 1]
    assert found.rows[0].shrunken is None
    assert "Of fewer than 10 areas" in found.notes[0]


def test_areas_that_differ_by_chance_alone_are_no_different_and_take_any_rank(workspace):
    found = compare(rows([9, 11, 10, 10, 12, 8, 10, 11, 9, 10, 10, 10], [1000] * 12))
    assert {one.verdict for one in found.rows} == {Verdict.NO_DIFFERENT}
    assert {(one.rank, one.rank_interval) for one in found.rows} == {(6, (1, 12))}
    assert {one.shrunken for one in found.rows} == {10.0}
    (interval,) = {one.shrunken_interval for one in found.rows}
    assert interval == pytest.approx((8.29, 11.96), abs=0.01)  # of 120 among 12,000
    assert found.differs is False
    assert "no difference between them is shown" in found.notes[0]


def test_one_extreme_area_makes_no_room_for_itself(workspace):
    """The wards lie about 20 a thousand; the town centre has ten times as many."""
    counts = [18, 22, 25, 15, 20, 19, 28, 12, 21, 20, 17, 200]
    found = compare(rows(counts, [1000] * 12))
    assert found.rows[-1].verdict is Verdict.HIGHER and found.rows[-1].beyond_chance
    assert found.rows[-1].rank_interval == (1, 1) and found.rows[-1].among_highest == 1.0
    with_it = statistics.family_of(counts, [1000] * 12)
    by_all = np.var(np.array(counts) / 1000)
    assert with_it.variance < by_all / 2


def test_chance_alone_calls_few_areas_different(workspace):
    """Of areas of one rate 0.2 % are called different and 5 % rather so; the same where rates spread."""
    random = np.random.default_rng(7)
    for shape in (None, 4.0):
        called = dict.fromkeys(Verdict, 0)
        for _ in range(60):
            residents = random.integers(2_000, 12_000, 60)
            own = 0.02 if shape is None else random.gamma(shape, 0.02 / shape, 60)
            for one in compare(rows(random.poisson(residents * own).tolist(), residents.tolist())).rows:
                called[one.verdict] += 1
        areas = 60 * 60
        assert (called[Verdict.HIGHER] + called[Verdict.LOWER]) / areas < 0.01
        assert 0.02 < 1 - called[Verdict.NO_DIFFERENT] / areas < 0.09


def test_of_rare_events_a_few_areas_that_have_some_are_seen(workspace):
    """In 280 small areas nothing, in 20 five each: winsorising would make them vanish."""
    counts = [5] * 20 + [0] * 280
    found = compare(rows(counts, [1500] * 300), ranked=False)
    assert found.differs and found.spread[1] > 1
    random = np.random.default_rng(3)
    spread = [
        statistics.family_of(random.poisson(random.gamma(0.5, 0.6, 300)), np.full(300, 1500.0)).variance
        for _ in range(60)
    ]
    assert np.mean(spread) * 1500**2 == pytest.approx(0.5 * 0.6**2, rel=0.15)


@pytest.mark.parametrize(("areas", "mean"), [(27, 1_000), (83, 3), (300, 0.3)])
def test_chance_alone_is_said_to_be_a_difference_once_in_twenty(areas, mean):
    random = np.random.default_rng(13)
    people = random.uniform(800, 1_200, areas)
    differ = sum(
        statistics.family_of(random.poisson(mean * people / people.mean()), people).differs
        for _ in range(200)
    )
    assert differ <= 20


def test_ranks_are_those_of_draws_and_sure_where_areas_lie_far_apart():
    counts = [10 * at for at in range(1, 16)]
    family = statistics.family_of(counts, [1000] * 15)
    places = statistics.ranks(family, counts, [1000] * 15)
    assert places.highest == 3 and places.among_highest.sum() == pytest.approx(3)
    assert np.all(np.diff(places.middle) <= 0)
    random = np.random.default_rng(99)  # other draws, counted plainly
    shape, rate = statistics.posterior(family, counts, [1000] * 15)
    drawn = random.gamma(shape, 1 / rate, size=(20_000, 15))
    best = (drawn.argmax(axis=1) == 14).mean()
    fifth = np.mean([(one[14] >= np.sort(one)[-3]) for one in drawn])
    assert places.among_highest[14] == pytest.approx(fifth, abs=0.02)
    assert (places.lower[14] == 1) == (best > 0.025)


def test_what_is_rounded_or_of_some_months_only_is_not_compared(workspace):
    given_ = rows([10, 15, 17, 12, 5], [1000] * 5)
    given_[1] = dataclasses.replace(given_[1], flags=(Flag.ROUNDED,))
    given_[4] = dataclasses.replace(given_[4], flags=(Flag.INCOMPLETE_FEED,))
    found = compare(given_)
    assert [one.verdict is Verdict.NOT_JUDGED for one in found.rows] == [False, True, False, False, True]
    assert found.numerator == 39


def test_what_has_no_number_stays_and_is_not_compared(workspace):
    given_ = rows([10, None, 17, 12, 5], [1000, 1000, 1000, 1000, None])
    found = compare(given_)
    assert [one.row for one in found.rows] == given_
    assert [one.verdict is Verdict.NOT_JUDGED for one in found.rows] == [False, True, False, False, True]
    assert found.compared == 3 and (found.numerator, found.denominator) == (39, 3000)
    assert "3 of 5 areas are taken here; 5 are counted in the others, where shown" in found.notes[-1]
    with pytest.raises(BadInput, match="Comparing needs 3 areas with a whole, exact count"):
        compare(given_[:3])


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "1 more was counted outside every area: it belongs to no area here."),
        (1700, "1,700 more were counted outside every area: they belong to no area here."),
    ],
)
def test_what_lies_outside_every_area_is_no_area_that_is_left_out(workspace, number, told):
    three = rows([10, 17, 12], [1000] * 3)
    outside = dataclasses.replace(three[0], area_code="outside", numerator=number, denominator=None)
    notes = compare([*three, outside]).notes
    assert notes[-1] == told
    assert not [note for note in notes if "are compared;" in note]


def test_ranks_are_said_to_be_the_middle_of_those_drawn_where_there_are_any(workspace):
    given_ = rows([10, 17, 12], [1000] * 3)
    told = "A rank is the middle of the places that an area takes in many draws"
    assert told in " ".join(compare(given_).notes)
    assert told not in " ".join(compare(given_, ranked=False).notes)


def test_nothing_anywhere_is_no_different(workspace):
    found = compare(rows([0] * 12, [1000] * 12))
    assert {one.verdict for one in found.rows} == {Verdict.NO_DIFFERENT}
    assert found.rate == 0 and found.rows[0].shrunken == 0


@pytest.fixture
def run(town):
    """Run a verb in the town as its analyst: (exit status, output, messages)."""
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    town.crimes("2024-05", {"W1": 3, "W2": 40, "W3": 12, "W4": 5, "sea": 2, None: 1})

    def act(*words):
        result = CliRunner().invoke(main, ["-C", str(town.workspace.folder), *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_wards_are_compared_at_the_command_line_and_the_rest_is_shown(run):
    status, out, told = run("compare", "recorded-crime", "--period", "2024-05", "--format", "json")
    assert status == 0, told
    found = {row["area_code"]: row for row in json.loads(out)}
    assert found["W2"]["verdict"] == "higher" and found["W2"]["beyond_chance"] is True
    assert found["W3"]["verdict"] == "lower" and found["W1"]["verdict"] == "no-different"
    assert {found[area]["verdict"] for area in ("W4", "outside", "unlocated")} == {"not-judged"}
    assert Flag.NO_DENOMINATOR.value in found["W4"]["flags"]
    assert found["W2"]["numerator"] == 40 and found["W2"]["denominator"] == 2000
    assert found["W2"]["value"] == 20.0 and found["W2"]["peers_rate"] == pytest.approx(55 / 7)
    assert found["W2"]["known_on"] and found["W2"]["deliveries"]
    assert "3 of 4 areas are taken here; 5 are counted in the others" in told
    assert "divides by residents" in told
    assert "2 more were counted outside every area" in told and "1 more has no place" in told


def test_the_table_is_in_words_and_begins_with_the_highest_rate(run):
    status, out, told = run("compare", "recorded-crime", "--period", "2024-05")
    assert status == 0
    assert "All 3 areas together: 55 for 7,000 residents, 7.9 per 1,000 in this month." in told
    wards = [line for line in out.splitlines() if line[:2] in {"W1", "W2", "W3", "W4"}]
    assert [line[:2] for line in wards] == ["W2", "W1", "W3", "W4"]
    assert (
        "In all: 1 higher than its peers" in told
        and "higher than its peers" in wards[0]
        and "not compared" in wards[3]
    )
    _, out, _ = run("compare", "recorded-crime", "--period", "2024-05", "--format", "csv")
    header = next(csv.reader(io.StringIO(out)))
    assert {"verdict", "rank_lower", "limit_99_8_upper", "chance_limit_99_8_lower", "shrunken"} <= set(header)


def test_a_family_is_compared_by_its_name(run, town):
    file = town.workspace.folder / "families.toml"
    file.write_text('[three]\ntitle = "Three"\nlevel = "ward"\nareas = ["W1", "W2", "W3"]\n')
    status, out, told = run(
        "compare", "recorded-crime", "--family", "three", "--period", "2024-05", "--format", "json"
    )
    assert status == 0, told
    assert {row["area_code"] for row in json.loads(out)} >= {"W1", "W2", "W3"}
    assert "W4" not in out
    status, _, told = run("compare", "recorded-crime", "--family", "four")
    assert status == 2 and "There are: three" in told
    status, _, told = run("compare", "recorded-crime", "--family", "three", "--area", "W1")
    assert status == 2 and "Leave out --area" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[three", "not valid TOML"),
        ('three = "W1"', "A family is a section"),
        ('[three]\nlevel = "ward"\nareas = ["W1"]', "The key 'title' is missing"),
        ('[three]\ntitle = "x"\nlevel = "hamlet"\nareas = ["W1"]', "level"),
        ('[three]\ntitle = "x"\nlevel = "ward"\nareas = ["W1", "W1"]', "each once"),
        ('[three]\ntitle = "x"\nlevel = "ward"\nareas = [1]', "each once"),
        ('[three]\ntitle = "x"\nlevel = "ward"\nareas = ["W1"]\ncolour = "red"', "colour"),
        ('[three]\ntitle = "x"\nlevel = "ward"\nareas = ["W9"]', "W9"),
        ('[three]\ntitle = "x"\nlevel = "ward"\nareas = ["D1", "W3"]', "these are of no ward here"),
        ('[three]\ntitle = "x"\nlevel = "square"\nareas = ["NZ41"]', "areas that have residents"),
    ],
)
def test_what_is_wrong_with_a_family_is_said(run, town, text, said):
    (town.workspace.folder / "families.toml").write_text(text)
    status, out, told = run("compare", "recorded-crime", "--family", "three", "--period", "2024-05")
    assert status == 2 and out == "" and said in told, told


def test_measures_without_rates_or_families_are_refused(run):
    status, _, told = run("compare", "proven-nothing")
    assert status == 2
    status, _, told = run("compare", "positive-outcomes", "--period", "2024-05")
    assert status == 2, told
