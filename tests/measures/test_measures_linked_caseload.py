"""Who is in treatment and how many of those in need: by hand, against a naive count, and as it is told."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.measures.linked.caseload import Stay, cells_of, chosen, on_it
from joinedup.measures.linked.definitions import OnCaseload
from joinedup.measures.linked.need import Need, penetration
from joinedup.measures.linked.treatment import EPISODES, IN_TREATMENT
from joinedup.terms import Flag, Period, parse_knowledge_date
from repeating_town import Repeating

QUARTER = Period.parse("2024-Q2")
FILE = """
[opiates-2023]
title = "Adults who use opiates"
definition = "{definition}"
groups = ["opiates", "opiates-and-crack"]
year = "2023/24"
estimate = 20
low = 16
high = 25
where = "The town, aged 15 to 64"
source = "Public health"
known_on = 2024-02-01
"""


def need(name="need", **changed):
    told = {
        "title": "Adults",
        "definition": "people-in-treatment",
        "year": Period.parse("2023/24"),
        "estimate": 200,
        "low": 160,
        "high": 250,
        "where": "The town",
        "source": "Public health",
        "known_on": dt.date(2024, 2, 1),
    } | changed
    return Need(name=name, **told)


def test_penetration_by_hand():
    """100 of 200 (160 to 250). The count's exact limits are 81.36 and 121.63.

    Below: ln(100 / 81.36) = .2062 and ln(250 / 200) = .2231, together .3039: 0.5 x e^-.3039 = 0.369.
    Above: ln(121.63 / 100) = .1958 and ln(200 / 160) = .2231, together .2969: 0.5 x e^.2969 = 0.673.
    """
    found = penetration(100, need())
    assert (found.numerator, found.denominator, found.value) == (100, 200, 0.5)
    assert found.lower == pytest.approx(0.36898, abs=5e-5)
    assert found.upper == pytest.approx(0.67281, abs=5e-5)
    assert found.unit == "for each in need"


def test_a_sure_estimate_leaves_the_counts_own_interval_and_nobody_leaves_an_upper_limit():
    sure = penetration(100, need(low=200, high=200))
    assert (sure.lower * 200, sure.upper * 200) == (
        pytest.approx(81.3637, abs=1e-3),
        pytest.approx(121.627, abs=1e-3),
    )
    nobody = penetration(0, need())
    assert (nobody.value, nobody.lower) == (0, 0)
    assert nobody.upper == pytest.approx(-math.log(0.025) / 160)


@given(st.integers(1, 5000), st.integers(1, 5000), st.floats(0.3, 1), st.floats(1, 3))
def test_its_interval_is_wider_than_either_alone(people, estimate, down, up):
    low, high = max(1, math.floor(estimate * down)), math.ceil(estimate * up)
    both = penetration(people, need(estimate=estimate, low=low, high=high))
    alone = penetration(people, need(estimate=estimate, low=estimate, high=estimate))
    assert both.lower <= alone.lower * (1 + 1e-12) and both.upper >= alone.upper * (1 - 1e-12)
    assert both.lower <= people / high * (1 + 1e-9) and both.upper >= people / low * (1 - 1e-9)


def test_it_holds_nineteen_times_in_twenty():
    """3,000 studies of 400 people in need with an error of 15 %, of whom a quarter are reached."""
    random = np.random.default_rng(29)
    error, held = 0.15, 0
    for _ in range(3000):
        estimate = 400 * math.exp(random.normal(0, error))
        limits = [round(estimate * math.exp(sign * 1.959964 * error)) for sign in (-1, 1)]
        found = penetration(
            int(random.poisson(100)), need(estimate=round(estimate), low=limits[0], high=limits[1])
        )
        held += found.lower <= 0.25 <= found.upper
    assert 0.94 < held / 3000 < 0.975


days = st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 28))
stays = st.lists(
    st.builds(
        lambda unit, kind, started, length, over: Stay(
            unit,
            kind,
            started,
            started + dt.timedelta(days=length) if over else None,
            started + dt.timedelta(days=length),
        ),
        st.sampled_from("abcde"),
        st.sampled_from(["opiates", "alcohol", ""]),
        days,
        st.integers(0, 200),
        st.booleans(),
    ),
    max_size=12,
)


def naive(stays):
    """By person the kinds of the spells that are open on a day of the quarter, one day at a time."""
    found = defaultdict(set)
    for one in stays:
        day, last = one.started, one.ended if one.ended is not None else one.seen
        while day <= last:
            if QUARTER.start <= day < QUARTER.end:
                found[one.unit].add(one.kind)
                break
            day += dt.timedelta(days=1)
    return found


@given(
    stays,
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["female", "male"])),
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from([dt.date(2024, 4, 1), dt.date(2024, 5, 1)])),
)
def test_equal_to_a_naive_count(stays, sex, adult):
    people = on_it(stays, QUARTER)
    wanted = naive(stays)
    assert people == wanted
    found = {
        (one.of, one.group): (one.numerator, one.denominator)
        for one in cells_of(people, {"sex": sex}, adult, QUARTER, [need(groups=("opiates",)), need("all")])
    }
    assert found["people", "all"][0] == len(wanted)
    for kind in ("opiates", "alcohol"):
        own = sum(kind in kinds for kinds in wanted.values())
        assert found.get(("people", kind), (0,))[0] == own
        if kind == "opiates":
            assert found["penetration", "need"] == (own, 200)
    assert found["penetration", "all"] == (len(wanted), 200)
    known = [sex[unit] for unit in wanted if unit in sex]
    for one in ("female", "male"):
        assert found.get(("by-sex", one), (0, len(known))) == (known.count(one), len(known))
    assert found["sex-not-known", "all"] == (len(wanted) - len(known), len(wanted))
    ages = [adult[unit] for unit in wanted if unit in adult]
    assert found["under-18", "all"] == (ages.count(dt.date(2024, 5, 1)), len(ages))


def test_of_estimates_for_the_same_groups_the_latest_that_was_known_is_taken():
    old = need("old", year=Period.parse("2016/17"), known_on=dt.date(2019, 3, 1))
    new = need("new", known_on=dt.date(2024, 6, 1))
    later = need("later", year=Period.parse("2025/26"), known_on=dt.date(2024, 6, 1))
    other = need("other", groups=("alcohol",))
    assert [one.name for one in chosen([old, new, later, other], QUARTER, None)] == ["new", "other"]
    assert [one.name for one in chosen([old, new, other], QUARTER, dt.date(2024, 5, 31))] == ["old", "other"]
    assert chosen([], QUARTER, None) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"low": 201}, "between its limits"),
        ({"high": 199}, "between its limits"),
        ({"low": 0}, "above 0"),
        ({"source": " "}, "who estimated it"),
        ({"name": "No Name"}, "words in lower case"),
        ({"groups": ("a", "a")}, "named once"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(workspace, wrong, said):
    with pytest.raises(BadInput, match=said):
        need(**({"name": "need"} | wrong))


def test_a_caseload_is_of_a_kind_in_a_period():
    with pytest.raises(BadInput, match="by a kind of spell"):
        OnCaseload(IN_TREATMENT.name, 1, "t", "m", "o", IN_TREATMENT.records, IN_TREATMENT.window)


@pytest.fixture
def treated(people: Repeating) -> Repeating:
    """In the second quarter: Ann (two episodes), Bob, Cat at 17; Dan left before it, Eve begins after it."""
    row = lambda number, who, kind, started, ended=None, **more: {  # noqa: E731
        "id": f"T{number}", "day": dt.date(2024, 6, 30), "client": who, "case_ref": f"E{number}",
        "category": kind, "started": started, "ended": ended, "sex": None, "ethnic_group": None, **more,
    }  # fmt: skip
    people.told(
        "drug-treatment",
        "2024-01..2024-09",
        [
            row(1, "Ann", "opiates", "2023-05-01", "2024-04-01", sex="female", ethnic_group="white"),
            row(2, "Ann", "alcohol", "2024-04-20", sex="female", ethnic_group="white"),
            row(3, "Bob", "opiates-and-crack", "2024-02-01", sex="male"),
            row(4, "Cat", "cannabis", "2024-03-01", sex="female", born="2007-01-15"),
            row(5, "Dan", "opiates", "2023-05-01", "2024-03-31", sex="male"),
            row(6, "Eve", "opiates", "2024-07-02", sex="female"),
        ],
    )
    return people


def of(found):
    return {key: (row.numerator, row.denominator) for key, row in found.items()}


def test_people_are_counted_once_and_episodes_each(treated: Repeating) -> None:
    treated.link()
    (treated.workspace.folder / "needs.toml").write_text(FILE.format(definition="people-in-treatment"))
    found = treated.linked("people-in-treatment", "2024-Q2")
    told = of(found)
    assert told["people", "all"] == (3, None) and told["people", "opiates"] == (1, None)
    assert told["people", "alcohol"] == (1, None)  # Ann is in both
    assert told["by-sex", "female"] == (2, 3) and told["sex-not-known", "all"] == (0, 3)
    assert told["by-ethnic-group", "white"] == (1, 1) and told["ethnic-group-not-known", "all"] == (2, 3)
    assert told["under-18", "all"] == (1, 1) and told["age-not-known", "all"] == (2, 3)
    assert told["penetration", "opiates-2023"] == (2, 20)
    assert found["penetration", "opiates-2023"].value == 0.1
    assert Flag.SMALL_NUMBER in found["people", "all"].flags
    (treated.workspace.folder / "needs.toml").write_text(FILE.format(definition="treatment-episodes"))
    episodes = of(treated.linked("treatment-episodes", "2024-Q2"))
    assert episodes["cases", "all"] == (4, None) and episodes["penetration", "opiates-2023"] == (2, 20)
    assert not [key for key in episodes if key[0] == "under-18"]


def test_without_a_linkage_there_are_episodes_and_no_people(treated: Repeating) -> None:
    assert list(treated.linked("people-in-treatment", "2024-Q2")) == [("no-data", "all")]
    assert of(treated.linked("treatment-episodes", "2024-Q2"))["cases", "all"] == (4, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("estimate = 20", "estimate = 26"), "between its limits"),
        (("low = 16", 'low = "16"'), "should be a whole number"),
        (("high = 25\n", ""), "'high' is missing"),
        (("high = 25", "high = 25\nhihg = 3"), "hihg"),
        (('"2023/24"', '"2023/2"'), "2023/2"),
        (('groups = ["opiates", ', 'groups = ["opiate", '), "groups that no record has"),
        (("[opiates-2023]", "[opiates-2023"), "not valid TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(treated: Repeating, change, said) -> None:
    text = FILE.format(definition="treatment-episodes")
    assert change[0] in text
    (treated.workspace.folder / "needs.toml").write_text(text.replace(*change))
    with pytest.raises(BadInput, match=said) as refused:
        treated.linked("treatment-episodes", "2024-Q2")
    assert "needs.toml" in refused.value.sentence()


def test_an_estimate_is_not_used_before_it_was_known(treated: Repeating) -> None:
    (treated.workspace.folder / "needs.toml").write_text(FILE.format(definition="treatment-episodes"))
    figure = treated.linked_figure("treatment-episodes", "2024-Q2")
    assert any("Need “opiates-2023”" in note and "20 (16 to 25)" in note for note in figure.notes)
    assert any("of another time" in note for note in figure.notes)
    text = FILE.format(definition="treatment-episodes").replace("2024-02-01", "2026-06-01")
    (treated.workspace.folder / "needs.toml").write_text(text)
    early = treated.linked("treatment-episodes", "2024-Q2", as_at=parse_knowledge_date("2026-02-01"))
    assert ("penetration", "opiates-2023") not in early and early["cases", "all"].numerator == 4
    assert EPISODES.sources == {"treatment-cases"}
