"""Rates by deprivation: hand-worked answers, a naive oracle, what is left out, and who comes to a service."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from test_measures_linked import numbers, postcodes

from joinedup import places
from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures.gradients import by_deprivation, statistics
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN
from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.kinds.deprivation import cells_of
from joinedup.measures.linked.take_up import DOMESTIC_ABUSE_SERVICES
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Flag, Period, RecordType
from repeating_town import Repeating, crimes, involved

MAY = Period.parse("2024-05")


def test_four_areas_by_hand():
    """Residents 100, 200, 300, 400 from the most deprived; events 20, 20, 15, 5.

    Places from the least deprived: 0.2, 0.55, 0.8, 0.95. Twice the mean place of the 60 events, less 1, is
    2 x (19 + 16 + 8.25 + 1) / 60 - 1 = 0.475. The slope is (44.25 - 30) / (1000 x var) with
    var = 0.4 x 0.09 + 0.3 x 0.0025 + 0.2 x 0.09 + 0.1 x 0.2025 = 0.075.
    """
    people, ranks, counts = [100, 200, 300, 400], [1, 2, 3, 4], [20, 20, 15, 5]
    place = statistics.places_of(people, ranks)
    assert place == pytest.approx([0.95, 0.8, 0.55, 0.2])
    assert statistics.concentration_index(counts, place) == pytest.approx(0.475)
    assert statistics.slope_index(counts, people, place) == pytest.approx(14.25 / 75)
    assert list(statistics.fifths_of(place)) == [1, 1, 3, 4]
    slope, concentration = statistics.estimates(counts, people, ranks)
    assert (slope.value, slope.lower, concentration.upper) == (pytest.approx(0.19), None, None)


AREAS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 900), st.integers(1, 8)), min_size=2, max_size=25
).filter(lambda areas: sum(area[0] for area in areas) > 0)


def naive_places(people, ranks):
    """The share of residents who live in less deprived areas, and half of those of the same rank."""
    total = sum(people)
    return [
        sum(n for n, other in zip(people, ranks, strict=True) if other > rank) / total
        + sum(n for n, other in zip(people, ranks, strict=True) if other == rank) / total / 2
        for rank in ranks
    ]


@given(AREAS)
def test_places_slope_and_concentration_equal_naive_ones(areas):
    counts, people, ranks = (list(one) for one in zip(*areas, strict=True))
    place = statistics.places_of(people, ranks)
    assert place == pytest.approx(naive_places(people, ranks))
    assert sum(p * n for p, n in zip(place, people, strict=True)) / sum(people) == pytest.approx(0.5)
    events = [at for at, count in enumerate(counts) for _ in range(count)]
    index = 2 * np.mean([place[at] for at in events]) - 1
    assert statistics.concentration_index(counts, place) == pytest.approx(index)
    assert -1 <= index <= 1
    if len(set(ranks)) > 1:
        one_each = [at for at, n in enumerate(people) for _ in range(n)]
        line = stats.linregress([place[at] for at in one_each], [counts[at] / people[at] for at in one_each])
        found = statistics.slope_index(counts, people, place)
        assert found == pytest.approx(line.slope, rel=1e-6, abs=1e-9)


@given(AREAS)
def test_the_other_way_round_both_change_their_sign(areas):
    counts, people, ranks = (np.array(one) for one in zip(*areas, strict=True))
    first, second = (statistics.places_of(people, one) for one in (ranks, -ranks))
    assert statistics.concentration_index(counts, first) == pytest.approx(
        -statistics.concentration_index(counts, second), abs=1e-9
    )
    if len(set(ranks)) > 1:
        both = [statistics.slope_index(counts, people, one) for one in (first, second)]
        assert both[0] == pytest.approx(-both[1])


def test_intervals_are_those_of_areas_drawn_again():
    random = np.random.default_rng(5)
    people = random.integers(800, 2_000, 60)
    counts = random.poisson(people * np.linspace(0.03, 0.01, 60))
    ranks = np.arange(1, 61)
    both = statistics.estimates(counts, people, ranks)
    slopes, indexes = [], []
    other = np.random.default_rng(9)  # other draws, area by area
    for _ in range(1_500):
        drawn = other.integers(0, 60, 60)
        place = statistics.places_of(people[drawn], ranks[drawn])
        slopes.append(statistics.slope_index(counts[drawn], people[drawn], place))
        indexes.append(statistics.concentration_index(counts[drawn], place))
    for one, found in zip(both, (slopes, indexes), strict=True):
        width = one.upper - one.lower
        assert one.lower == pytest.approx(np.quantile(found, 0.025), abs=0.1 * width)
        assert one.upper == pytest.approx(np.quantile(found, 0.975), abs=0.1 * width)
        assert one.lower < one.value < one.upper
    assert statistics.estimates(counts, people, ranks) == both


def rows(counts, people=1_000):
    return [
        FigureRow(AreaLevel.LSOA, f"L{at}", f"L{at}", MAY, {}, count, people, None, None, None)
        for at, count in enumerate(counts)
    ]


def deprivation(number, deciles=None):
    areas = {
        f"L{at}": places.AreaDeprivation(at + 1, deciles[at] if deciles else None, None)
        for at in range(number)
    }
    return places.Deprivation(AreaLevel.LSOA, "2021", "overall", 2025, "Index", "published", areas)


def test_fifths_are_the_countrys_where_there_are_deciles_and_else_those_of_here(workspace):
    found = by_deprivation(rows([9, 8, 7, 6, 5]), deprivation(5))
    numerators = [row.numerator for row in found.rows if row.of == "fifth"]
    assert numerators == [9, 8, 7, 6, 5] and "fifths of the residents here" in found.notes[0]
    found = by_deprivation(rows([9, 8, 7, 6, 5]), deprivation(5, [1, 1, 2, 3, 3]))
    fifths = {row.group: row for row in found.rows if row.of == "fifth"}
    assert (fifths["1"].numerator, fifths["1"].denominator, fifths["1"].value) == (24, 3_000, 8.0)
    assert (fifths["2"].numerator, fifths["5"].areas, fifths["5"].value) == (11, 0, None)
    assert "fifths of the country" in found.notes[0]
    ratio = next(row for row in found.rows if row.of == "ratio")
    assert ratio.value is None, "nobody lives in the least deprived fifth"


def test_the_ratio_of_the_ends_is_exact_and_what_cannot_be_ranked_is_told(workspace):
    given_ = rows([20, 5, 5, 5, 10, 3, 4])
    given_[5] = FigureRow(AreaLevel.LSOA, "L5", "", MAY, {}, 3, None, None, None, None)
    found = by_deprivation(given_, deprivation(6))
    ratio = next(row for row in found.rows if row.of == "ratio")
    low, high = stats.binomtest(20, 30).proportion_ci(method="exact")
    assert (ratio.numerator, ratio.denominator, ratio.value) == (20, 10, 2.0)
    assert ratio.lower == pytest.approx(low / (1 - low)) and ratio.upper == pytest.approx(high / (1 - high))
    assert "5 of 7 areas are taken here; 7 are counted in the others" in found.notes[1]
    with pytest.raises(BadInput, match="needs 5 areas"):
        by_deprivation(rows([1, 2, 3, 4]), deprivation(9))
    hidden = [
        FigureRow(AreaLevel.LSOA, f"L{at}", "", MAY, {}, 5, 100, 5.0, None, None, (Flag.ROUNDED,))
        for at in range(9)
    ]
    with pytest.raises(BadInput, match="here are 0"):
        by_deprivation(hidden, deprivation(9))
    with pytest.raises(BadInput, match="No index of deprivation is loaded"):
        by_deprivation(rows([1] * 9), places.Deprivation(AreaLevel.OA, "2011", "overall"))


def test_what_lies_outside_every_area_is_no_area_that_is_left_out(workspace):
    outside = FigureRow(AreaLevel.LSOA, "outside", "Outside", MAY, {}, 1, None, None, None, None)
    found = by_deprivation([*rows([9, 8, 7, 6, 5]), outside], deprivation(5))
    assert found.notes[1] == "1 more was counted outside every area: it belongs to no area here."


def test_of_nothing_there_is_no_slope(workspace):
    found = by_deprivation(rows([0] * 12), deprivation(12))
    assert {row.value for row in found.rows if row.of in {"slope", "concentration"}} == {None}
    assert {row.value for row in found.rows if row.of == "fifth"} == {0.0}


def test_real_burglary_rises_with_deprivation_at_the_command_line(demo_folder, monkeypatch):
    monkeypatch.setenv("JOINEDUP_USER", "analyst")
    words = ["-C", str(demo_folder), "by-deprivation", "recorded-crime", "--where", "type=burglary"]
    result = CliRunner().invoke(main, [*words, "--period", "2024/25", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    found = {(row["of"], row["group"]): row for row in json.loads(result.stdout)}
    rates = [found["fifth", str(at)]["value"] for at in range(1, 6)]
    assert rates == sorted(rates, reverse=True)
    total = sum(found["fifth", str(at)]["numerator"] for at in range(1, 6))
    assert total == found["slope", "all"]["numerator"] and found["slope", "all"]["lower"] > 0
    assert 0 < found["concentration", "all"]["lower"] < found["concentration", "all"]["upper"] < 1
    assert found["slope", "all"]["known_on"] and found["slope", "all"]["deliveries"]
    result = CliRunner().invoke(main, [*words, "--period", "2024/25", "--area-level", "ward"])
    assert result.exit_code == 0 and "Fifth 1 (most deprived)" in result.stdout
    assert "fifths of the residents here" in result.stderr
    result = CliRunner().invoke(main, [*words, "--domain", "happiness"])
    assert result.exit_code == 2 and "No index of deprivation is loaded" in result.stderr


def test_people_are_counted_by_the_fifth_in_which_they_live():
    """Ten areas of 1,000: a fifth is two. Of two people no home is known, and one is not of here."""
    area = np.array([0, 0, 1, 2, 3, 4, 6, 9, NOT_KNOWN, NOT_KNOWN, ELSEWHERE])
    found = {(one.of, one.group): one for one in cells_of(area, np.full(10, 1_000.0), np.arange(1.0, 11))}
    people = [numbers(found["people", f"fifth-{at}"]) for at in range(1, 6)]
    assert people == [(3, 2_000), (2, 2_000), (1, 2_000), (1, 2_000), (1, 2_000)]
    assert found["people", "fifth-1"].value == 150.0
    assert found["ratio", "fifth-1"].value == pytest.approx(3.0)
    assert numbers(found["home-not-known", "all"]) == (2, 11)
    assert numbers(found["lives-elsewhere", "all"]) == (1, 11)
    place = [0.95, 0.95, 0.85, 0.75, 0.65, 0.55, 0.35, 0.05]
    assert found["concentration", "all"].value == pytest.approx(2 * sum(place) / 8 - 1)


def test_take_up_is_of_the_services_own_linkage_and_each_person_once(people: Repeating, tmp_path) -> None:
    postcodes(people, tmp_path, {"XX1 1AA": "W1", "XX3 3CC": "W3", "XX9 9ZZ": "sea"})
    ranks = tmp_path / "ranks.csv"
    ranks.write_text("code,rank\nW1,1\nW2,2\nW3,3\nW4,4\n")
    places.load_deprivation(
        people.workspace,
        ranks,
        level="ward",
        vintage="2025",
        year=2025,
        code="code",
        domains={"overall": places.DomainColumns("rank")},
    )
    told = [
        ("1", "2024-04-30", "Ann", "XX1 1AA"),
        ("2", "2024-05-31", "Ann", "XX1 1AA"),
        ("3", "2024-05-31", "Bea", "XX3 3CC"),
        ("4", "2024-05-31", "Cat", ""),
        ("5", "2024-05-31", "Dee", "XX9 9ZZ"),
        ("6", "2023-05-31", "Eve", "XX1 1AA"),
    ]
    given_ = [{**involved("victim", [(ref, day, who)])[0], "postcode": home} for ref, day, who, home in told]
    people.told("domestic-abuse-services", "2023..2024", given_)
    people.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", False)]))
    people.told("police-victims", "2024", involved("victim", [("1", "2024-05-01", "Ann")]))
    people.link("police-recorded-crime", "police-victims")
    name = DOMESTIC_ABUSE_SERVICES.name
    unread = people.linked_figure(name, "2024")
    assert [row.of for row in unread.rows] == [Flag.NO_DATA.value], "no linkage of its own has read it"
    people.link("domestic-abuse-services", alone=True)
    found = {(row.of, row.group): row for row in people.linked_figure(name, "2024").rows}
    # W1 has 1,000 of 7,000 residents, W2 2,000, W3 4,000: the fifths here are W1, W2, none, W3, none.
    assert sum(found["people", f"fifth-{at}"].numerator for at in range(1, 6)) == 2
    assert numbers(found["people", "fifth-1"]) == (1, 1_000)
    assert numbers(found["home-not-known", "all"]) == (1, 4)
    assert numbers(found["lives-elsewhere", "all"]) == (1, 4)


def test_a_restricted_definition_is_of_one_source():
    with pytest.raises(BadInput, match="of one source"):
        dataclasses.replace(
            DOMESTIC_ABUSE_SERVICES,
            records=(*DOMESTIC_ABUSE_SERVICES.records, Records("marac", RecordType.INCIDENT, ("victim",))),
        )
    with pytest.raises(BadInput, match="wards, MSOAs and LSOAs"):
        dataclasses.replace(DOMESTIC_ABUSE_SERVICES, level=AreaLevel.OA)
